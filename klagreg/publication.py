"""The public page as a value: which answers everybody may read, and which figures, told so that nobody is seen in them.

What may leave (domain 8 R1–R8): no number, no name, no day of a case; never a case that concerns a single pupil or
member of staff; no text that seems to hold an identity; small numbers only where nobody can tell whose they are.
Figures are those of :mod:`klagreg.figures`; ``klagreg.render.page`` shows the page and adds nothing to it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from klagreg.days import MONTHS, Period, day_in_words
from klagreg.figures import Figures, Report, Share
from klagreg.history import texts
from klagreg.identities import find
from klagreg.model import Case, Event
from klagreg.practice import Practice
from klagreg.sheets import Column, Kind, Sheet, named, shown
from klagreg.terms import CaseType, Status, labelled

K = TypeVar("K", bound=Hashable)

FEWEST, FEWEST_IN_WORDS = 5, "fem"
"""Smaller numbers than this are not told where they are about few people (R7); nor are shares and times of so few."""

_FEW_TYPES, _FEW_AREAS = "Typer med få ärenden", "Områden med få ärenden"


@dataclass(frozen=True, slots=True)
class PublishedAnswer:
    """An answer for everyone to read, without the number, the day and the people of its case."""

    month: str
    """``november 2026``: when it was approved, and never the day."""
    area: str
    viewpoint: str
    """What was said, as a heading that somebody wrote for the public."""
    answer: str
    improvement: str = ""


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A figure told on its own."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Publication:
    """What the public page says."""

    title: str
    owner: str
    period: str
    intro: tuple[str, ...]
    figures: tuple[KeyFigure, ...]
    tables: tuple[Sheet, ...]
    answers: tuple[PublishedAnswer, ...]
    """Newest first. The page groups them by area; within an area they stand as given."""
    notes: tuple[str, ...]
    """How it was counted and chosen."""
    updated: str
    """``22 november 2026``."""


# -- which answers ------------------------------------------------------------------------------


def approved(cases: Iterable[Case], period: Period, as_of: date) -> list[Case]:
    """Cases with an answer that was approved in the period, as far as the day is known; the latest first."""
    last = min(period.end, as_of)
    chosen = [(c.publication.approved_on, c) for c in cases if c.publication]
    in_time = [(day, case) for day, case in chosen if period.start <= day <= last]
    return [case for _, case in sorted(in_time, key=lambda one: (one[0], one[1].year, one[1].serial), reverse=True)]


def why_never(case: Case, today: date, *practices: Practice) -> str | None:
    """Why an approved answer must not be shown, whatever it says; None when it may be.

    ``today``: a secrecy mark that holds then forbids it, whatever day the page is about. ``practices``: that of the
    case's own rules and today's. Either may forbid it.
    """
    if mark := case.secrecy_on(today):
        return f"det är sekretessmarkerat ({mark.statute})"
    if case.individual:
        return "det rör en enskild elev eller personal"
    if case.anonymous and not all(practice.publishes_anonymous for practice in practices):
        return "det är anonymt, och regelverket publicerar inte svar i anonyma ärenden"
    if case.status is Status.VOIDED:
        return "det är makulerat"
    return "det är återupptaget" if case.is_open else None


def likely_identities(case: Case, reviewed: Collection[str] = ()) -> list[str]:
    """Where what would be shown seems to point somebody out: ``Svar: telefonnummer (rad 1, tecken 23)``; never what.

    ``reviewed``: texts that a person has looked through since they were written (:func:`looked_through`).
    """
    assert case.publication
    names = (case.sender.name,) if case.sender.name else ()
    # Numbers of the same form as its own are other cases'.
    numbers = [
        re.compile(re.sub(r"\d+", r"\\d+", re.escape(number)), re.IGNORECASE)
        for number in (case.number, case.diary_number)
        if number
    ]
    shown_texts = {
        "Rubrik": case.title,
        "Svar": case.publication.public_answer,
        "Förbättring": case.publication.improvement or "",
    }
    places = []
    for heading, text in shown_texts.items():
        if text not in reviewed:
            found = [f"{f.kind.label.lower()} (rad {f.line}, tecken {f.column})" for f in find(text, names)]
            if any(number.search(text) for number in numbers):
                found.append("ärendenummer")
            places += [f"{heading}: {what}" for what in found]
    return places


def looked_through(events: Iterable[Event]) -> set[str]:
    """Texts of a case that a person has said are nobody's identity, as the log has it.

    A sender whose name was changed afterwards was not thought of: then it must be said again.
    """
    reviewed: set[str] = set()
    for event in events:
        keys = {key for key, _, _ in event.changes}
        if "avsandare.namn" in keys:
            reviewed.clear()
        if "identitetskontroll" in keys:
            reviewed |= {text for _, text in texts(event.changes)}
    return reviewed


# -- small numbers ------------------------------------------------------------------------------


def told(counts: Mapping[K, int]) -> tuple[dict[K, int], int] | None:
    """The counts that may be told, and what the others are together; None when no table can be made of them (R7).

    What is small is told only as a part of a sum, to which as many more are added, the smallest first, as it takes for
    nobody to find one of them by subtraction: knowing that each is at least 1, it could still be any from 1 to
    ``FEWEST``, or more. Zeros are no secret.
    """
    summed = {key: number for key, number in counts.items() if 0 < number < FEWEST}
    rest = sorted((key for key, number in counts.items() if number >= FEWEST), key=lambda key: counts[key])
    while summed and rest and not _covers(summed.values()):
        key = rest.pop(0)
        summed[key] = counts[key]
    if not rest:
        return None
    return {key: number for key, number in counts.items() if key not in summed}, sum(summed.values())


def _covers(numbers: Collection[int]) -> bool:
    return len(numbers) > 1 and sum(numbers) - (len(numbers) - 1) >= FEWEST


# -- the page -----------------------------------------------------------------------------------


def publication(report: Report, cases: Iterable[Case], updated: date) -> Publication:
    """The page of a report's period with the answers of some cases, which may be shown."""
    figures, areas = report.current, report.about.areas
    answers = tuple(_answer(case, areas) for case in cases)
    tables = tuple(
        table
        for table in (
            _table("Typ", _FEW_TYPES, figures.received_by("type"), labelled(CaseType), figures),
            _table("Område", _FEW_AREAS, figures.received_by("area"), areas, figures),
        )
        if table
    )
    return Publication(
        title="Synpunkter och klagomål",
        owner=", ".join(name for name in (report.about.municipality, report.about.board) if name),
        period=_period(figures),
        intro=(_intro(answers),),
        figures=tuple(_key_figures(figures)),
        tables=tables,
        answers=answers,
        notes=tuple(_notes(figures, tables, answers)),
        updated=day_in_words(updated),
    )


def _answer(case: Case, areas: Mapping[str, str]) -> PublishedAnswer:
    assert case.publication
    day = case.publication.approved_on
    return PublishedAnswer(
        month=f"{MONTHS[day.month - 1]} {day.year}",
        area=named(case.area, areas) if case.area else "",
        viewpoint=case.title,
        answer=case.publication.public_answer,
        improvement=case.publication.improvement or "",
    )


def _period(figures: Figures) -> str:
    """``2026``, or ``2026 till och med 22 november`` while the year goes on."""
    label, last = figures.period.label, figures.as_of
    return label if last >= figures.period.end else f"{label} till och med {last.day} {MONTHS[last.month - 1]}"


def _intro(answers: Collection[PublishedAnswer]) -> str:
    if not answers:
        return "Här kan du läsa hur många synpunkter och klagomål vi har fått, och hur vi har tagit hand om dem."
    better = " Där något har blivit bättre står det också." if any(a.improvement for a in answers) else ""
    return f"Här kan du läsa några av de synpunkter och klagomål som vi har fått, och vad vi har svarat.{better}"


def _key_figures(figures: Figures) -> Iterator[KeyFigure]:
    """Totals of the whole register (R8); shares and times where they are not those of a few."""
    yield KeyFigure("Inkomna ärenden", shown(figures.received()))
    yield KeyFigure("Avslutade ärenden", shown(figures.balance().closings))
    for deadline in figures.deadlines():
        of_what = "ärenden; ett mål, inget löfte" if deadline.is_goal else "ärenden"
        yield from _share(f"{deadline.rule.title} i tid", deadline.share, of_what)
    handling = figures.handling()
    if handling.median is not None and handling.number >= FEWEST:
        yield KeyFigure("Vanlig tid till avslut", _days(handling.median), "Hälften tog så lång tid eller kortare")
    yield from _share("Ledde till åtgärd", figures.led_to_measure(), "ärenden")
    measures = figures.measures()
    if measures.promised:
        yield KeyFigure("Genomförda åtgärder", shown(measures.done), f"av {shown(measures.promised)} utlovade")
    anonymous = figures.anonymous()
    if told({"anonymous": anonymous.part, "others": anonymous.whole - anonymous.part}):
        yield from _share("Anonyma", anonymous, "ärenden")
    survey = figures.survey()
    yield from _share("Nöjda av dem vi har frågat", Share(survey.content, survey.number), "svar")


def _share(label: str, share: Share, of_what: str) -> Iterator[KeyFigure]:
    if share.whole >= FEWEST:
        yield KeyFigure(label, share.percent, f"{shown(share.part)} av {shown(share.whole)} {of_what}")


def _days(number: float) -> str:
    return f"{number:g} {'dag' if number == 1 else 'dagar'}".replace(".", ",")


def _table(
    heading: str, few: str, counts: Mapping[str | None, int], labels: Mapping[str, str], figures: Figures
) -> Sheet | None:
    """Inkomna per something; ``few`` is what those are called that are told together."""
    found = told(counts)
    if found is None:
        return None
    numbers, summed = found
    title, place = f"Inkomna per {heading.lower()}", list(labels)
    codes = sorted(numbers, key=lambda code: (code is None, place.index(code) if code in place else len(place)))
    return Sheet(
        title=title,
        heading=f"{title}, {_period(figures)}",
        columns=(Column(heading, Kind.TEXT), Column("Antal")),
        rows=(*((named(code, labels), numbers[code]) for code in codes), *([(few, summed)] if summed else ())),
        totals=(("Totalt", figures.received()),),
    )


def _notes(figures: Figures, tables: Collection[Sheet], answers: Collection[PublishedAnswer]) -> Iterator[str]:
    """What a reader must know to take figures and answers for what they are."""
    when = _period(figures)
    if answers:
        yield (
            f"Svaren är de som vi har godkänt för publicering {when}; månaden är den då svaret godkändes. "
            "Det står inte vem som har hört av sig. Svar som rör en enskild elev eller anställd visar vi inte."
        )
    yield (
        f"Siffrorna kommer från vårt register över synpunkter och klagomål. Inkomna är de ärenden som kom in {when}, "
        "utom sådana som har registrerats av misstag. Avslutade är det antal gånger ett ärende har avslutats under "
        "samma tid, även om det kom in tidigare."
    )
    if any(deadline.share.whole >= FEWEST for deadline in figures.deadlines()):
        yield (
            f"Andelen i tid gäller de ärenden som kom in {when}. Den som aldrig fick svar räknas som för sent när "
            "sista dagen har passerat. Ärenden vars sista dag inte har passerat räknas inte in innan de är klara, och "
            "inte heller de som löftet inte gäller, till exempel när vi inte kan nå den som har hört av sig."
        )
    if figures.handling().number >= FEWEST:
        yield f"Tiden till avslut räknas i dagar från det att ärendet kom in, för ärenden som avslutades {when}."
    if figures.led_to_measure().whole >= FEWEST:
        yield (
            "Ledde till åtgärd är avslutade ärenden där något har gjorts eller beslutats, eller där ett förslag har "
            "lämnats vidare till den som beslutar. Förmedlat beröm, återkallade ärenden och ärenden som har hänvisats "
            "vidare eller slagits ihop med andra räknas inte in."
        )
    if figures.measures().promised:
        yield f"Genomförda åtgärder är de som är gjorda av dem som vi lovade {when}."
    yield f"Andelar och tider visas bara när de bygger på minst {FEWEST_IN_WORDS} ärenden eller svar."
    if any(row[0] in (_FEW_TYPES, _FEW_AREAS) for table in tables for row in table.rows):
        yield (
            f"Typer och områden med färre än {FEWEST_IN_WORDS} ärenden visas tillsammans, för att ingen ska kännas "
            "igen. Om det ändå hade gått att räkna ut hur många de är var för sig visas fler tillsammans med dem."
        )
