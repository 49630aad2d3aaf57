"""The self-check (egenkontroll): the municipality's own criteria, with what the register knows beside each.

Lomma's document (UKF 2014) is where the form comes from, and its six criteria stand in Lomma's profile. A municipality
that has written none of its own gets their aims, and is told whose they are; what Lomma does to reach them is Lomma's.

A form is a value: the criteria, how far each was reached this year and the last, and facts. Facts come from
:mod:`klagreg.figures` and from what is stored beside the figures; nothing is counted twice. How a form looks on a
screen, in JSON and in a workbook is decided elsewhere; what stands in it, here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from klagreg import profile as profiles
from klagreg.errors import BadProfile, UnknownCode
from klagreg.figures import Figures, Report, Share, percentile, swedish_order
from klagreg.profile import Criterion, Profile
from klagreg.sheets import Column, Kind, Sheet, Value, shown
from klagreg.terms import Attained, CaseType, fold, nearest
from klagreg.yearly import Judgement, YearAtWork

LOMMA = "lomma"
"""The built-in profile whose criteria are those of everybody who has none."""

GOALS = (
    "Ha en tydlig, välkänd och brukarvänlig synpunkts- och klagomålshantering",
    "Lära av synpunkter, klagomål, beröm och förbättringsförslag och därigenom utvecklas",
)
"""Lomma's, in the document's words; a profile has no key for them."""


@dataclass(frozen=True, slots=True)
class Fact:
    """What the register knows: a heading and a value."""

    heading: str
    value: Value

    @property
    def line(self) -> str:
        """``Inkomna: 12``, with a blank that no line is broken at: a figure never stands alone."""
        return f"{self.heading}:\N{NO-BREAK SPACE}{shown(self.value)}"


@dataclass(frozen=True, slots=True)
class Row:
    """A criterion with how far it was reached, this year and the last."""

    number: int
    criterion: Criterion
    judged: Judgement | None
    before: Judgement | None
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """The self-check of a förvaltning and year."""

    year: int
    place: str
    rows: tuple[Row, ...]
    goals: tuple[str, ...] = ()
    """Målet är att …, one line each; of Lomma's own form alone."""
    borrower: str | None = None
    """The rules whose municipality has written no criteria, so that the aims are Lomma's; None for others."""

    @property
    def title(self) -> str:
        """The document's own heading."""
        return (
            "Synpunkts- och klagomålshantering – Uppföljning (egenkontroll) och utveckling "
            f"för {self.place} {self.year}"
        )

    @property
    def remark(self) -> str | None:
        """Whose aims they are, when they are not the municipality's own."""
        if self.borrower is None:
            return None
        return (
            f"Regelverket {self.borrower} har ingen egen egenkontroll: utgångspunkterna är Lommas. "
            "Skriv egna under [[egenkontroll]] i regelverket."
        )

    def row(self, word: str) -> Row:
        """The row that a key or a number means.

        Raises:
            UnknownCode: none.
        """
        keys = [row.criterion.key for row in self.rows]
        for row in self.rows:
            if fold(word) in (row.criterion.key, str(row.number)):
                return row
        raise UnknownCode("--kriterium", word, keys, nearest(word, keys))


def form(year: YearAtWork, report: Report) -> Form:
    """The form of a year, filled in with what the register knows; ``report`` is of the same nämnd.

    Raises:
        BadProfile: a criterion of the profile wants a fact that there is none of.
    """
    profile, about, material = (
        profiles.parse(year.criteria_from[1], year.criteria_from[0]),
        report.about,
        Material(year, report),
    )
    criteria, are_own = _criteria(profile)
    rows = (
        Row(
            number=number,
            criterion=criterion,
            judged=year.judged.get(criterion.key),
            before=year.judged_before.get(criterion.key),
            facts=tuple(fact for code in criterion.facts for fact in FACTS[code](material)),
        )
        for number, criterion in enumerate(criteria, 1)
    )
    return Form(
        year=year.year,
        place=year.board or about.municipality or "hela registret",
        rows=tuple(rows),
        goals=_goals(about.municipality) if _is_lommas(profile) else (),
        borrower=None if are_own else profile.name,
    )


def _criteria(profile: Profile) -> tuple[tuple[Criterion, ...], bool]:
    """The profile's criteria and whether they are its own; else Lomma's aims, without what Lomma does to reach them.

    A register of Lomma's may be older than the criteria in its profile: they are its own all the same.

    Raises:
        BadProfile: one of them wants a fact that there is none of.
    """
    for code in (code for criterion in profile.criteria for code in criterion.facts):
        if code not in FACTS:
            choices = ", ".join(FACTS)
            raise BadProfile(profile.name, "egenkontroll.fakta", f"”{code}” finns inte. Välj bland: {choices}.")
    if profile.criteria:
        return profile.criteria, True
    lommas = profiles.load(LOMMA).criteria
    if _is_lommas(profile):
        return lommas, True
    return tuple(replace(criterion, practice="") for criterion in lommas), False


def _is_lommas(profile: Profile) -> bool:
    return fold(profile.name) == LOMMA


def _goals(municipality: str | None) -> tuple[str, ...]:
    where = municipality or "kommunen"
    return f"Målet är att nämnder/förvaltningar i {where} skall", *(f"- {goal}" for goal in GOALS)


# -- facts --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Material:
    """What facts are taken from: the figures of the förvaltning, and what else was done."""

    year: YearAtWork
    report: Report

    @property
    def now(self) -> Figures:
        """The year."""
        return self.report.current

    @property
    def before(self) -> Figures:
        """The year before."""
        return self.report.previous

    @property
    def last_year(self) -> str:
        """``förra året``, as far as it is compared."""
        return "förra året" + (", till samma dag" if self.now.as_of < self.now.period.end else "")


def _promises(material: Material) -> Iterator[Fact]:
    in_force = [r for r in material.report.about.source.rules if r.valid_from <= material.now.period.end]
    for promise in (in_force or list(material.report.about.source.rules[:1]))[-1].promises:
        yield Fact("Frist", promise)


def _channels(material: Material) -> Iterator[Fact]:
    labels, counts = material.report.about.channels, material.now.received_by("channel")
    for code in sorted(counts, key=lambda code: (code is None, -counts[code], swedish_order(code))):
        label = labels.get(code, code) if code else "okänd kanal"
        yield Fact(f"Inkomna via {label}", counts[code])


def _kept_elsewhere(material: Material) -> Iterator[Fact]:
    yield Fact("Förda någon annanstans och tagna in i efterhand", material.now.marked("brought_in"))


def _review(material: Material) -> Iterator[Fact]:
    review = material.report.about.last_review
    yield Fact("Reglerna senast genomgångna", review.reviewed_on if review else None)


def _new_handlers(material: Material) -> Iterator[Fact]:
    yield Fact("Handläggare som fick sitt första ärende", material.year.work.new_handlers)


def _received(material: Material) -> Iterator[Fact]:
    now, before = (figures.received_by("type") for figures in (material.now, material.before))
    yield Fact("Inkomna", material.now.received())
    yield Fact(f"Inkomna {material.last_year}", material.before.received())
    for code, name in ((CaseType.PRAISE, "Beröm"), (CaseType.PROPOSAL, "Förslag")):
        yield Fact(name, now[code])
        yield Fact(f"{name} {material.last_year}", before[code])


def _in_time(material: Material) -> Iterator[Fact]:
    for deadline in material.now.deadlines():
        yield Fact(f"{deadline.rule.title}{' (mål)' if deadline.is_goal else ''} i tid", deadline.share)


def _handling(material: Material) -> Iterator[Fact]:
    yield Fact("Median handläggningstid (dagar)", material.now.handling().median)
    yield Fact("Median svarstid (dagar)", material.now.answering().median)


def _unanswered(material: Material) -> Iterator[Fact]:
    numbers = material.year.work.unanswered
    yield Fact("Avslutade utan svar (ska vara 0)", len(numbers))
    named = [number for number in numbers if number][:_NAMED]  # a secret case is counted, never named
    if named:
        more = f" och {len(numbers) - len(named)} till" if len(numbers) > len(named) else ""
        yield Fact("Saknar svar", ", ".join(named) + more)


_NAMED = 10
"""Cases without an answer that are named; the rest are counted."""


def _deviations(material: Material) -> Iterator[Fact]:
    remedied = material.year.work.days_to_remedy
    yield Fact("Avvikelser", material.now.received_by("type")[CaseType.DEVIATION])
    yield Fact("Avvikelser med genomförd rättelse", remedied.total())
    yield Fact("Median till rättelse (dagar)", percentile(remedied, 0.5))


def _published(material: Material) -> Iterator[Fact]:
    yield Fact("Svar godkända för publicering", material.year.work.approved)
    yield Fact("Godkända som beskriver en förbättring", material.year.work.improvements)


def _presented(material: Material) -> Iterator[Fact]:
    yield Fact("Redovisningar under året", material.year.presented)


def _lessons(material: Material) -> Iterator[Fact]:
    yield Fact("Ärenden med lärdom skriven under året", material.year.work.lessons)


def _surveyed(material: Material) -> Iterator[Fact]:
    asked = material.now.survey()
    yield Fact("Tillfrågade som svarat", asked.number)
    yield Fact("Nöjda av dem", asked.share_content)


def _measures(material: Material) -> Iterator[Fact]:
    measures = material.now.measures()
    yield Fact("Utlovade åtgärder", measures.promised)
    yield Fact("Genomförda av dem", measures.done)
    yield Fact("Försenade av dem", measures.overdue)
    yield Fact("Åtgärder gjorda direkt", measures.at_once)


def _anonymous(material: Material) -> Iterator[Fact]:
    share = material.now.anonymous()
    yield Fact("Anonyma", share.part)
    yield Fact("Andel anonyma", share)


FACTS: Mapping[str, Callable[[Material], Iterable[Fact]]] = {
    "frister": _promises,
    "kanaler": _channels,
    "i_efterhand": _kept_elsewhere,
    "granskning": _review,
    "handlaggare": _new_handlers,
    "inkomna": _received,
    "i_tid": _in_time,
    "handlaggningstid": _handling,
    "utan_svar": _unanswered,
    "avvikelser": _deviations,
    "publicerat": _published,
    "redovisningar": _presented,
    "lardomar": _lessons,
    "enkat": _surveyed,
    "atgarder": _measures,
    "anonyma": _anonymous,
}
"""By the codes that a profile's ``fakta`` names them with."""


# -- in JSON and as a sheet ---------------------------------------------------------------------


def as_json(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """``egenkontroll --json``: one object per criterion. Shares are numbers from 0 to 1, unrounded."""
    return [
        {
            "nr": row.number,
            "nyckel": row.criterion.key,
            "utgangspunkt": row.criterion.aim,
            "tillampning": row.criterion.practice,
            "uppnatt": row.judged.attained if row.judged else None,
            "kommentar": row.judged.comment if row.judged else None,
            "fakta": [{"rubrik": fact.heading, "varde": _plain(fact.value)} for fact in row.facts],
            "forra_aret": {"uppnatt": row.before.attained, "kommentar": row.before.comment} if row.before else None,
        }
        for row in rows
    ]


def _plain(value: Value) -> Any:
    if isinstance(value, Share):
        return value.value
    return value if value is None or isinstance(value, str | int | float) else shown(value)


@dataclass(frozen=True, slots=True)
class FormSheet(Sheet):
    """A sheet to fill in and to read on paper: long texts side by side, that share the width of one lying page."""

    lead: tuple[str, ...] = ()
    """Lines between the heading and the table."""


TICKED, UNTICKED = "☒", "☐"

_BORROWED = "Utgångspunkterna är Lomma kommuns (UKF 2014)."
"""Said on the paper too: who reads it has not seen the remark."""


def sheet(filled: Form) -> FormSheet:
    """The document's own form. Ticks stand in columns of figures: what is not text is narrow and in the middle."""
    return FormSheet(
        title=f"Egenkontroll {filled.year}",
        heading=filled.title,
        lead=(*filled.goals, *([_BORROWED] if filled.borrower else [])),
        columns=(
            Column("Utgångspunkt", Kind.TEXT),
            Column("Tillämpning", Kind.TEXT),
            *(Column(attained.label) for attained in Attained),
            Column("Kommentar", Kind.TEXT),
            Column("Fakta ur registret", Kind.TEXT),
            Column("Förra året", Kind.TEXT),
        ),
        rows=tuple(_line(row) for row in filled.rows),
        filtered=False,
    )


def _line(row: Row) -> tuple[Value, ...]:
    judged = row.judged
    return (
        f"{row.number}. {row.criterion.aim}",
        row.criterion.practice,
        *(TICKED if judged and judged.attained is attained else UNTICKED for attained in Attained),
        (judged.comment if judged else None) or "",
        "\n".join(fact.line for fact in row.facts),
        said(row.before),
    )


def said(judged: Judgement | None) -> str:
    """``Delvis. Rutinen är ny.``; empty when nothing was said."""
    if judged is None:
        return ""
    return f"{judged.attained.label}. {judged.comment}" if judged.comment else f"{judged.attained.label}."
