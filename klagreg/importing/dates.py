"""Days in a file: native, ISO, by a format that was told, or in an order that a whole column proves.

An order that nothing proves is refused, never guessed. No reason repeats what the cell says: a day may be somebody's
birthday, and a column that was taken for another holds anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING

from klagreg import days
from klagreg.errors import BadValue, WrongUse, shorten
from klagreg.importing.columns import Column
from klagreg.tabular import Row, Value, as_text

if TYPE_CHECKING:
    pass


_CLOCK = r"(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:[.,]\d+)?)?"
_ISO = re.compile(rf"(\d{{4}}-\d\d-\d\d)(?:[T ]{_CLOCK}(Z|[+-]\d\d:?\d\d)?)?", re.ASCII)
_YEAR_LAST = re.compile(rf"(\d\d?)([/.-])(\d\d?)\2(\d{{4}})(?: +{_CLOCK}(?: ?[AaPp][Mm])?)?", re.ASCII)
_HOW_TO_WRITE = "Skriv 2026-11-20, eller säg hur filens datum är skrivna med --datumformat."


@dataclass(frozen=True, slots=True)
class DayOrder:
    """Whether days written with slashes or dots begin with the day or with the month."""

    day_first: bool
    proof: str

    @property
    def label(self) -> str:
        """In words."""
        return "dag, månad, år" if self.day_first else "månad, dag, år"


class Days:
    """Reads a column of days: native ones, ISO with or without a clock, else as somebody said or the column proves.

    Never by guessing: a month-first date that looks day-first would move a deadline by months in silence.
    """

    def __init__(self, heading: str, today: date, pattern: str | None, proven: Callable[[], DayOrder]) -> None:
        self._heading = heading
        self._today = today
        self._pattern = pattern
        self._order = cache(proven)

    def __call__(self, value: Value) -> date | None:
        """The day.

        Raises:
            BadValue: no day, or one that cannot be.
            WrongUse: the column does not prove the order of its days.
        """
        day = value.date() if isinstance(value, datetime) else value
        if not isinstance(day, date):
            day = self._written(as_text(value).strip())
            if day is None:
                raise self._no_day()
        if not days.FIRST_DAY <= day <= days.LAST_DAY:
            raise BadValue(self._heading, "en dag utanför 2000–2100.")
        if day > self._today:
            raise BadValue(self._heading, "en dag i framtiden.", f"I dag är {days.with_weekday(self._today)}.")
        return day

    def _written(self, word: str) -> date | None:
        if self._pattern:
            with suppress(ValueError):
                return datetime.strptime(word, self._pattern).date()  # noqa: DTZ007  # a civil day is wanted
        try:
            iso, match = _ISO.fullmatch(word), _YEAR_LAST.fullmatch(word)
            if iso:
                return days.stockholm_day(datetime.fromisoformat(word)) if iso[2] else date.fromisoformat(iso[1])
            if self._pattern or not match:
                return None
            return _in_order(match, day_first=self._order().day_first)
        except ValueError:
            return None

    def _no_day(self) -> BadValue:
        if self._pattern:
            return BadValue(self._heading, f"inget datum enligt --datumformat {self._pattern}.")
        return BadValue(self._heading, "inget datum i formen ÅÅÅÅ-MM-DD.", _HOW_TO_WRITE)


def proven_order(rows: Iterable[Row], column: Column) -> DayOrder:
    """The order that fits every day with slashes or dots in a column, if only one does.

    Raises:
        WrongUse: both fit, or both are there.
    """
    seen = 0
    only: dict[bool, list[int]] = {True: [], False: []}
    for row in rows:
        value = row.values[column.places[0]]
        match = _YEAR_LAST.fullmatch(value.strip()) if isinstance(value, str) else None
        if match:
            seen += 1
            day_first, month_first = (_in_order(match, day_first=first) is not None for first in (True, False))
            if day_first != month_first:
                only[day_first].append(row.number)
    heading = shorten(column.heading)
    if only[True] and only[False]:
        problem = f"har dagen först på rad {only[True][0]} men månaden först på rad {only[False][0]}"
        raise WrongUse(f"Datumen i {heading} {problem}. Ingenting är importerat.", "Rätta filen.")
    if not only[True] and not only[False]:
        raise WrongUse(
            f"Datumen i {heading} kan läsas både som dag/månad och månad/dag, och inget av {seen} avgör vilket."
            " Ingenting är importerat.",
            "Säg vilket: --datumformat %d/%m/%Y (dag först) eller %m/%d/%Y (månad först).",
        )
    proofs = len(only[True] or only[False])
    return DayOrder(bool(only[True]), f"{proofs} av {seen} kan inte läsas på annat sätt")


def _in_order(match: re.Match[str], *, day_first: bool) -> date | None:
    """The day of a text like ``3/4/2026`` in an order, if there is such a day."""
    first, second, year = int(match[1]), int(match[3]), int(match[4])
    try:
        return date(year, second, first) if day_first else date(year, first, second)
    except ValueError:
        return None
