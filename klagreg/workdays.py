"""Working days (arbetsdagar) and the last day of a promise.

What a working day is (domain 1.4): Monday–Friday that is no allmän helgdag (lag 1989:253) and not
midsommarafton, julafton or nyårsafton (on a par with Sundays by lag 1930:173 2 § and semesterlagen 7 §),
nor one of the municipality's own local days off. Half days and klämdagar are working days.

How days are counted (domain 3.2): the day the case came in is day zero and never counts, whatever day it is.
"""

from bisect import bisect_right
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from klagreg.days import FIRST_DAY, LAST_DAY, WEEKDAYS
from klagreg.errors import BadValue
from klagreg.terms import CountedIn, Shift

_ONE_DAY = timedelta(days=1)
CALENDAR_END = date(2101, 1, 31)
"""Promises given in the last days of 2100 end in January 2101; further the calendar does not go."""

_AFTER_THE_LIBRARY = {date(2101, 1, 1): "Nyårsdagen", date(2101, 1, 6): "Trettondedag jul"}
"""``holidays`` ends with 2100."""


class CountedDay(NamedTuple):
    """One day of an explanation: was it counted, and if not why."""

    day: date
    counted: bool
    why: str


class Calendar:
    """The days that are free beside Saturdays and Sundays: day → its Swedish name."""

    def __init__(self, free: Mapping[date, str]) -> None:
        self.free = free
        self._free_weekdays = sorted(day for day in free if day.weekday() < 5)

    def why_free(self, day: date) -> str:
        """Why a day is no working day, in Swedish; empty for a working day."""
        if day in self.free:
            return self.free[day]
        return WEEKDAYS[day.weekday()].capitalize() if day.weekday() >= 5 else ""

    def is_workday(self, day: date) -> bool:
        """True for an arbetsdag."""
        return day.weekday() < 5 and day not in self.free

    def workday_before(self, day: date) -> date:
        """The last arbetsdag before a day."""
        while True:
            day -= timedelta(days=1)
            if self.is_workday(day):
                return day

    def workdays_between(self, start: date, end: date) -> int:
        """The number of working days in (start, end]: handläggningstid in arbetsdagar (domain 7.2)."""
        whole_weeks, rest = divmod((end - start).days, 7)
        count = whole_weeks * 5 + sum((start + _ONE_DAY * i).weekday() < 5 for i in range(1, rest + 1))
        return count - (bisect_right(self._free_weekdays, end) - bisect_right(self._free_weekdays, start))

    def last_day(self, start: date, length: int, counted_in: CountedIn, shift: Shift = Shift.NONE) -> date:
        """The last day of a promise of ``length`` days, arbetsdagar or weeks given on ``start`` (day zero).

        A last day that is no working day stays where it is unless ``shift`` says otherwise: lag 1930:173
        moves only time limits set in law, so moving is the municipality's choice (domain 0.3).

        Raises:
            BadValue: the last day lies after the calendar's end.
        """
        if counted_in is CountedIn.WORKDAYS:
            return self._within(self._nth_workday(start, length))
        last = start + timedelta(days=length * (7 if counted_in is CountedIn.WEEKS else 1))
        if shift is Shift.NEXT_WORKDAY:
            while not self.is_workday(last):
                last += _ONE_DAY
        return self._within(last)

    def _within(self, last: date) -> date:
        if last > CALENDAR_END:
            raise BadValue("Fristen", f"den slutar {last}, efter kalenderns slut {CALENDAR_END}.")
        return last

    def explain(self, start: date, length: int, counted_in: CountedIn, shift: Shift = Shift.NONE) -> list[CountedDay]:
        """Every day from day zero to the last day, with whether and why it was counted."""
        last = self.last_day(start, length, counted_in, shift)
        days, number = [CountedDay(start, False, "Dag 0: dagen ärendet kom in räknas inte")], 0
        unshifted = length if counted_in is not CountedIn.WEEKS else length * 7
        day = start
        while day < last:
            day += _ONE_DAY
            free = self.why_free(day)
            if counted_in is CountedIn.WORKDAYS:
                number += not free
                days.append(CountedDay(day, not free, free or f"Arbetsdag {number}"))
                continue
            number += 1
            if number <= unshifted:
                days.append(CountedDay(day, True, f"Dag {number}" + (f" ({free})" if free else "")))
            else:
                days.append(CountedDay(day, False, free or "Flyttad till nästa arbetsdag"))
        return days

    def _nth_workday(self, start: date, number: int) -> date:
        day = start
        while number > 0:
            day += _ONE_DAY
            number -= self.is_workday(day)
        return day


@cache
def swedish_free_days() -> dict[date, str]:
    """Allmänna helgdagar and the three aftnar 2000–2100 with Swedish names, Sundays as such left out.

    From the ``holidays`` library with every argument given: its defaults forget the aftnar and take their
    language from the process (domain 0.7). Slow to import; read a register's own calendar on daily paths.
    """
    import holidays

    found = holidays.country_holidays(
        "SE",
        years=range(FIRST_DAY.year, LAST_DAY.year + 1),
        categories=(holidays.PUBLIC, "de_facto"),
        language="sv",
    )
    named = {day: name for day, name in sorted(found.items()) if name != "Söndag"}
    return named | _AFTER_THE_LIBRARY
