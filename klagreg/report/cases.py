"""The sheets of single cases, for the internal edition alone, and of what became better (domain 7.3, 13, 16 and 17)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

from klagreg.days import MONTHS, shown_moment
from klagreg.figures import Improvement, Listing, Report, swedish_order
from klagreg.report.words import heading
from klagreg.secrecy import title as secret_title
from klagreg.sheets import Column, Kind, Sheet, Value, named
from klagreg.store.listings import ListedCase, OpenCase
from klagreg.store.statistics import EVERYTHING
from klagreg.terms import CaseType, Edition, Outcome, labelled

_KEPT: dict[int | None, str | None] = {0: None, 1: "Ja", 2: "Pågår", 3: "Nej"}
"""``ListedCase.kept`` in words."""

_SECRET = "Sekretess"
"""What stands in place of what a secrecy mark forbids to show."""


def improvements(report: Report, edition: Edition) -> Sheet:
    """Förbättringar: what became better and what was learnt, in words that were written to be shared (domain 8 R2).

    In the public edition only what is approved for everybody, and its month instead of its day (R1).
    """
    told = [one for one in report.improvements if one.publishable or edition is not Edition.PUBLIC]
    told.sort(key=lambda one: (swedish_order(one.board), one.is_lesson, -one.day.toordinal()))

    def row(one: Improvement) -> tuple[Value, ...]:
        day = f"{MONTHS[one.day.month - 1]} {one.day.year}" if edition is Edition.PUBLIC else one.day
        kind = "Lärdom" if one.is_lesson else "Genomförd"
        return named(one.board), named(one.area, report.about.areas), one.text, kind, day

    return Sheet(
        title="Förbättringar",
        heading=heading("Det som blev bättre", report),
        columns=(
            Column("Nämnd", Kind.TEXT),
            Column("Område", Kind.TEXT),
            Column("Åtgärd/förbättring", Kind.TEXT),
            Column("Genomförd/planerad", Kind.TEXT),
            Column("Datum"),
        ),
        rows=tuple(map(row, told)),
        nothing="Inga förbättringar under perioden",
        notes=(
            "Förbättringar är de som stod i svar som godkändes för publicering under perioden. Datum är då det "
            "godkändes."
            + ("" if edition is Edition.PUBLIC else " Lärdomar skrevs ner under perioden; de är inte publicerade."),
        ),
    )


def open_cases(report: Report, listing: Listing) -> Sheet:
    """Öppna ärenden: those that were open on the last known day."""
    end = min(report.current.period.end, report.current.as_of)
    types = labelled(CaseType)

    def row(case: OpenCase) -> tuple[Value, ...]:
        received = date.fromisoformat(case.received)
        age, due = (end - received).days, date.fromisoformat(case.due) if case.due else None
        if case.statute:
            return case.number, None, None, None, secret_title(case.statute), received, None, due, age, _SECRET
        status = "Försenad" if due and due < end else "Tilldelad" if case.handler else "Inkommen"
        title = case.title or ""
        return (
            *(case.number, named(case.board), named(case.unit), types[case.type or ""], title, received),
            *(case.handler, due, age, status),
        )

    return Sheet(
        title="Öppna ärenden",
        heading=heading(f"Öppna ärenden {end}", report),
        columns=(
            Column("Ärendenummer", Kind.TEXT, 17),
            Column("Nämnd", Kind.TEXT, 30),
            Column("Enhet", Kind.TEXT, 26),
            Column("Typ", Kind.TEXT, 13),
            Column("Offentlig rubrik", Kind.TEXT, 48),
            Column("Inkommen", width=13),
            Column("Handläggare", Kind.TEXT, 18),
            Column("Frist", width=13),
            Column("Dagar öppen", width=10),
            Column("Status", Kind.TEXT, 17),
        ),
        rows=tuple(map(row, listing.open)),
        notes=(
            "Frist är den första sista dagen som ingen har hållit ännu. Försenad är den som hade passerat.",
            "Handläggaren är den som ärendet har i registret nu.",
            _about_secret(report),
        ),
    )


def case_list(report: Report, listing: Listing) -> Sheet:
    """Ärendelista: every case of the period, so that each figure can be counted again."""
    about, types, outcomes = report.about, labelled(CaseType), labelled(Outcome)
    days = _Days()

    def row(case: ListedCase) -> tuple[Value, ...]:
        received, closed_on = days[case.received], days[case.closed_on]
        registered = days[shown_moment(case.registered_at)[:10]]
        time = (closed_on - received).days if closed_on and received else None
        if case.statute:
            hidden = (None,) * 6
            secret = secret_title(case.statute)
            return (
                *(case.number, None, received, registered, *hidden[:5], secret, None, None, closed_on, time),
                *(None, None, None),
            )
        return (
            *(case.number, case.diary_number, received, registered, named(case.channel, about.channels)),
            *(types[case.type or ""], named(case.board), named(case.unit), named(case.area, about.areas)),
            *(case.title or "", days[case.first_feedback], days[case.answered], closed_on, time, _KEPT[case.kept]),
            *(outcomes[case.outcome] if case.outcome else None, "Ja" if case.anonymous else "Nej"),
        )

    return Sheet(
        title="Ärendelista",
        heading=heading("Ärenden som kom in, var öppna eller avslutades", report),
        columns=(
            Column("Ärendenummer", Kind.TEXT, 17),
            Column("Diarienummer", Kind.TEXT, 15),
            Column("Inkommen", width=12),
            Column("Registrerad", width=12),
            Column("Kanal", Kind.TEXT, 13),
            Column("Typ", Kind.TEXT, 12),
            Column("Nämnd", Kind.TEXT, 29),
            Column("Enhet", Kind.TEXT, 24),
            Column("Område", Kind.TEXT, 30),
            Column("Offentlig rubrik", Kind.TEXT, 44),
            Column("Första återkoppling", width=13),
            Column("Slutsvar", width=12),
            Column("Avslutad", width=12),
            Column("Handläggningstid (dagar)", width=16),
            Column("I tid", Kind.TEXT, 9),
            Column("Utfall", Kind.TEXT, 26),
            Column("Anonym", Kind.TEXT, 10),
        ),
        rows=_Lazily(listing.cases, row),
        notes=(
            "Alla ärenden som kom in, var öppna eller avslutades under perioden, utom makulerade. Avslutad är tom för "
            "den som är öppen vid periodens slut.",
            "I tid: Ja om alla löften hölls, Nej om något inte gjorde det, Pågår om sista dagen inte har passerat. Mål "
            "räknas inte.",
            _about_secret(report),
        ),
    )


def _about_secret(report: Report) -> str:
    if report.selection != EVERYTHING:
        return "Sekretessmarkerade ärenden står inte här: urvalet hade sagt var de hör hemma. De räknas på andra blad."
    return "Av ett sekretessmarkerat ärende visas bara nummer, dagar och lagrum. På andra blad räknas det som andra."


class _Lazily(Sequence[tuple[Value, ...]]):
    """Rows that are made when they are looked at: a hundred thousand are not kept twice."""

    def __init__(self, cases: Sequence[ListedCase], row: Callable[[ListedCase], tuple[Value, ...]]) -> None:
        self._cases, self._row = cases, row

    def __len__(self) -> int:
        return len(self._cases)

    def __getitem__(self, place: Any) -> Any:
        found = self._cases[place]
        return [self._row(case) for case in found] if isinstance(place, slice) else self._row(found)

    def __iter__(self) -> Iterator[tuple[Value, ...]]:
        return map(self._row, self._cases)


class _Days(dict[str | None, date | None]):
    """Days by their ISO texts: a year has few days and many cases."""

    def __missing__(self, text: str | None) -> date | None:
        self[text] = found = date.fromisoformat(text) if text else None
        return found


def of_the_cases(report: Report) -> Iterator[Sheet]:
    """The sheets that only the internal edition has."""
    if report.listing:
        yield open_cases(report, report.listing)
        yield case_list(report, report.listing)
