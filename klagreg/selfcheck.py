"""The self-check (egenkontroll): Lomma's form of six criteria, with what the register knows beside each.

A form is a value: the criteria, how far each was reached this year and the last, and facts. Facts come from
:mod:`klagreg.figures` and from what is stored beside the figures; nothing is counted twice. How a form looks on a
screen, in JSON and in a workbook is decided elsewhere; what stands in it, here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from klagreg import rules
from klagreg.errors import BadProfile, UnknownCode
from klagreg.figures import Figures, Report, Share, percentile, swedish_order
from klagreg.report import Column, Kind, Sheet, Value, shown
from klagreg.rules import Criterion
from klagreg.terms import Attained, CaseType, fold, nearest
from klagreg.yearly import Judgement, YearAtWork

CRITERIA = (
    Criterion(
        "verktyg",
        "Organisationen använder det kommungemensamma verktyget för synpunkts- och klagomålshantering som är lätt att "
        "använda och har givna tidsramar.",
        "Det finns dokument för synpunkts- och klagomålshantering, där det bl.a. anges vem som tar emot synpunkter för "
        "de olika verksamhetsområdena. Brukarna kan, (förutom via LUKAS) lämna synpunkter personligen, genom brev, "
        "e-post eller telefon. Oavsett hur det inkommit till verksamheten registreras det i LUKAS.",
        ("frister", "kanaler", "i_efterhand"),
    ),
    Criterion(
        "riktlinjer",
        "Det finns riktlinjer om hantering av synpunkter, klagomål, problem och avvikelser.",
        "Medarbetarna får utbildning om riktlinjer och praktisk hantering av synpunkter och klagomål. Medarbetarna har "
        "ansvar för att så långt som möjligt lösa problem och avvikelser. Introduktionsprogram innehåller alltid "
        "moment om synpunkter, klagomål och avvikelser.",
        ("granskning", "handlaggare"),
    ),
    Criterion(
        "uppmuntran",
        "Brukare och medborgare uppmuntras aktivt att framföra synpunkter och klagomål på kvalitetsdeklarationer och "
        "verksamheten i sin helhet.",
        "Organisationen har en informationsstrategi för synpunkts- och klagomålshantering. Organisationen redovisar "
        "hur förslag, synpunkter och klagomål uppmuntras hos brukare och medborgare.",
        ("inkomna",),
    ),
    Criterion(
        "mottagande",
        "Mottagande och analys sker av inkomna förslag, synpunkter och klagomål. Det finns regler för "
        "handläggningstid av svar och åtgärd.",
        "Medarbetare på alla nivåer tar emot synpunkter, klagomål och förslag. Den enskilde brukaren får ett korrekt "
        "och vänligt bemötande vid klagomål och snabb rättelse vid avvikelser. Avvikelser, synpunkter och klagomål "
        "analyseras och används inom enheten samt i hela verksamhetsområdet för förbättring av tjänsterna och "
        "verksamheten. Sammanställningar görs av avvikelser, synpunkter, klagomål och förslag med uppgifter om "
        "handläggningstid och vidtagna åtgärder. Sammanställningarna redovisas för ledning och politiker.",
        ("i_tid", "handlaggningstid", "utan_svar", "avvikelser"),
    ),
    Criterion(
        "publicering",
        "Sammanställningar av klagomål, synpunkter och förslag samt förbättringsåtgärder publiceras.",
        "Sammanställningar redovisas i årsberättelser, hushållstidningar, på hemsidan och till massmedia. "
        "Informationen är lätt att komma åt och den innehåller konkreta beskrivningar om förbättringar.",
        ("publicerat", "redovisningar", "lardomar"),
    ),
    Criterion(
        "utvardering",
        "Utvärdering och förbättring av synpunkts- och klagomålshantering sker kontinuerligt.",
        "Medborgare/brukare som använt synpunkts- och klagomålshanteringssystemet tillfrågas om dess användbarhet via "
        "enkät, intervju eller fokusgrupp. Systemet för synpunkts- och klagomålshantering har utvecklats och "
        "förbättrats efter att användarnas synpunkter har tagits tillvara.",
        ("enkat", "atgarder", "anonyma"),
    ),
)
"""Lomma's six, in the document's words (UKF 2014): for every profile without criteria of its own."""

GOALS = (
    "Ha en tydlig, välkänd och brukarvänlig synpunkts- och klagomålshantering",
    "Lära av synpunkter, klagomål, beröm och förbättringsförslag och därigenom utvecklas",
)


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
    municipality: str | None
    rows: tuple[Row, ...]

    @property
    def title(self) -> str:
        """The document's own heading."""
        return (
            "Synpunkts- och klagomålshantering – Uppföljning (egenkontroll) och utveckling "
            f"för {self.place} {self.year}"
        )

    @property
    def goals(self) -> tuple[str, ...]:
        """Målet är att …, one line each."""
        where = self.municipality or "kommunen"
        return f"Målet är att nämnder/förvaltningar i {where} skall", *(f"- {goal}" for goal in GOALS)

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
    criteria, about, material = _criteria(*year.criteria_from), report.about, Material(year, report)
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
    place = year.board or about.municipality or "hela registret"
    return Form(year.year, place, about.municipality, tuple(rows))


def _criteria(name: str, toml: str) -> tuple[Criterion, ...]:
    own = rules.parse(toml, name).criteria
    for code in (code for criterion in own for code in criterion.facts):
        if code not in FACTS:
            raise BadProfile(name, "egenkontroll.fakta", f"”{code}” finns inte. Välj bland: {', '.join(FACTS)}.")
    return own or CRITERIA


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
    in_force = [r for r in material.report.about.rules if r.valid_from <= material.now.period.end]
    for promise in (in_force or list(material.report.about.rules[:1]))[-1].promises:
        yield Fact("Frist", promise)


def _channels(material: Material) -> Iterator[Fact]:
    labels, counts = material.report.about.channels, material.now.received_by("channel")
    for code in sorted(counts, key=lambda code: (code is None, -counts[code], swedish_order(code))):
        label = labels.get(code, code) if code else "okänd kanal"
        yield Fact(f"Inkomna via {label[:1].lower()}{label[1:]}", counts[code])


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
    if numbers:
        more = f" och {len(numbers) - _NAMED} till" if len(numbers) > _NAMED else ""
        yield Fact("Saknar svar", ", ".join(numbers[:_NAMED]) + more)


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


def sheet(filled: Form) -> FormSheet:
    """The document's own form. Ticks stand in columns of figures: what is not text is narrow and in the middle."""
    return FormSheet(
        title=f"Egenkontroll {filled.year}",
        heading=filled.title,
        lead=filled.goals,
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
