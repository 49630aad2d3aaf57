"""What may be seen of a case that is marked secret: its number, its days and the statute. Decided here alone.

OSL 5:2: the day and the number of a case are never left out; who sent it and what it is about are, where secrecy may
hold. A mark is a warning and no decision, so everything can still be read by who asks for it, and that reading is an
event in the log (:class:`klagreg.register.Register`).

What may be shown follows from the day one looks, never from the day one asks about. Everything that shows a case asks
:func:`masked`, and gets a value that does not hold the rest. Figures count secret cases like others (domain 8 R4).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, TypeVar

from klagreg.errors import Refused
from klagreg.model import Case, Closing, Event, Secrecy, SecretCase
from klagreg.store.cases import MeasureRow, Unassigned, WatchRow

Row = TypeVar("Row", WatchRow, MeasureRow, Unassigned)

SHOWN_OF_ROW = {"number", "key", "rule_title", "nature", "place", "due"}
"""What the watch still says: which promise of which case, and its last day. The rest of a row is None."""


def title(statute: str) -> str:
    """What stands where the title would."""
    return f"Sekretess: {statute}"


def masked(case: Case, today: date) -> Case | SecretCase:
    """The case as anybody may see it: whole, or while a mark holds today no more than that there is one."""
    mark = case.secrecy_on(today)
    return withheld(case, mark) if mark else case


def withheld(case: Case, mark: Secrecy) -> SecretCase:
    """What a case shows under a mark."""
    return SecretCase(
        number=case.number,
        title=title(mark.statute),
        secrecy=mark._replace(marked_by=""),
        received=case.received,
        registered_at=case.registered_at,
        closed_on=case.closed_on,
        voided_on=case.voided_on,
        unreachable_from=case.unreachable_from,
        closings=tuple(Closing(c.closed_on, None, None, c.reopened_on) for c in case.closings),
        deadlines=case.deadlines,
    )


def masked_log(events: Iterable[Event]) -> list[Event]:
    """The log of a secret case: what kind of act was done on which day, but not by whom, nor what it changed."""
    return [Event(event.at, "", event.kind, event.on, ()) for event in events]


def masked_rows(rows: Iterable[Row], statutes: Mapping[str, str]) -> list[Row]:
    """Rows of the watch, where those of secret cases (``statutes`` by number) keep number, promise and day.

    A watch for one unit or handler keeps them among its own: a promise that nobody is reminded of is broken.
    """
    return [_masked_row(row, statutes[row.number]) if row.number in statutes else row for row in rows]


def _masked_row(row: Row, statute: str) -> Row:
    hidden: dict[str, Any] = {name: None for name in row._fields if name not in SHOWN_OF_ROW}
    return row._replace(**{**hidden, "title": title(statute), "withheld": True})


def without_reasons(refused: Refused, case: Case | None, today: date) -> Refused:
    """A refusal of an act as anybody may hear it: why it cannot be done tells what a secret case holds."""
    mark = case.secrecy_on(today) if case else None
    if case is None or mark is None:
        return refused
    return Refused(
        f"Det går inte: {case.number} är sekretessmarkerat ({mark.statute}).",
        f"Läs ärendet och försök igen: klagreg visa {case.number} --sekretess",
    )


def must_be_asked_for(case: Case, today: date) -> None:
    """Refuse to show the whole of a secret case to somebody who has not asked for that.

    Raises:
        Refused: a mark holds today.
    """
    mark = case.secrecy_on(today)
    if mark:
        raise Refused(
            f"{case.number} är sekretessmarkerat ({mark.statute}).",
            "Ange --sekretess för att läsa det; läsningen antecknas i loggen.",
        )
