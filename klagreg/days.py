"""Days and periods as people write them: parsing, weekday names, reporting periods.

Dates are civil dates in Europe/Stockholm. Nothing here reads the clock: the caller says which day is today.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, NamedTuple

from klagreg.errors import BadValue, shorten
from klagreg.terms import fold

FIRST_DAY = date(2000, 1, 1)
LAST_DAY = date(2100, 12, 31)
"""The calendar's span: days outside it cannot be used (``oracle``: 2000–2100)."""

WEEKDAYS = ("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag")
MONTHS = (
    "januari",
    "februari",
    "mars",
    "april",
    "maj",
    "juni",
    "juli",
    "augusti",
    "september",
    "oktober",
    "november",
    "december",
)
_HOW_TO_WRITE = "Skriv till exempel 2026-11-20, 20/11, 20 nov, idag, igår eller måndag."
_ISO = r"\d{4}-\d{2}-\d{2}"
_DAY_FIRST = r"(\d{1,2})(?:/(\d{1,2})| ?([a-zåäö]+)\.?)(?: (\d{4}))?"
_WORDS = {"idag": 0, "i_dag": 0, "igar": -1, "i_gar": -1, "imorgon": 1, "i_morgon": 1}

Lean = Literal["past", "future", "nearest"]
"""Which way a day written without a year is read: acts lie behind us, promises ahead."""


def with_weekday(day: date) -> str:
    """``mån 2026-11-09``: the form in which every last day is shown."""
    return f"{WEEKDAYS[day.weekday()][:3]} {day.isoformat()}"


def day_in_words(day: date) -> str:
    """A day as a letter and a page say it: ``2 november 2026``."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def parse_day(text: str, today: date, field: str, lean: Lean = "past") -> date:
    """The day that a person wrote. Day before month always; month-first is never read.

    Accepts ``2026-11-20``, ``20/11``, ``20/11 2026``, ``20 nov``, ``20 november 2026``, ``idag``, ``igår``,
    ``imorgon`` and weekday names. Without a year (and for weekdays) the latest such day on or before today
    is meant, with ``lean="future"`` the first on or after, with ``"nearest"`` whichever is nearer; a weekday's own
    name never means today.

    Raises:
        BadValue: not one of these forms, no such day, or outside 2000–2100.
    """
    if lean == "nearest":
        either = [parse_day(text, today, field, one_way) for one_way in ("past", "future")]
        return min(either, key=lambda day: abs(day - today))
    word = " ".join(text.split()).casefold()
    day = _relative(fold(word), today, lean) or _written(word, today, lean)
    if day is None:
        raise BadValue(field, f"”{shorten(text)}” är inget datum.", _HOW_TO_WRITE)
    if not FIRST_DAY <= day <= LAST_DAY:
        raise BadValue(field, f"{day.isoformat()} ligger utanför 2000–2100.", "Kontrollera årtalet.")
    return day


def _relative(word: str, today: date, lean: Lean) -> date | None:
    if word in _WORDS:
        return today + timedelta(days=_WORDS[word])
    names = [fold(name) for name in WEEKDAYS]
    matches = [i for i, name in enumerate(names) if word in (name, name[:3])]
    if not matches:
        return None
    if lean == "past":
        return today - timedelta(days=(today.weekday() - matches[0] - 1) % 7 + 1)
    return today + timedelta(days=(matches[0] - today.weekday() - 1) % 7 + 1)


def _written(word: str, today: date, lean: Lean) -> date | None:
    if re.fullmatch(_ISO, word, re.ASCII):
        year, month, day = (int(part) for part in word.split("-"))
        return _day(year, month, day)
    match = re.fullmatch(_DAY_FIRST, word, re.ASCII | re.IGNORECASE)
    if not match:
        return None
    day_no, month_no, month_name, year_no = match.groups()
    month = int(month_no) if month_no else _month(month_name)
    if year_no:
        return _day(int(year_no), month, int(day_no))
    # 29 February without a year needs up to eight years to come round (1896–1904 style gaps aside).
    step = -1 if lean == "past" else 1
    for year in range(today.year, today.year + 9 * step, step):
        found = _day(year, month, int(day_no))
        if found and (found <= today if lean == "past" else found >= today):
            return found
    return None


def _month(name: str) -> int:
    matches = [i for i, month in enumerate(MONTHS, 1) if len(name) >= 3 and month.startswith(name)]
    return matches[0] if len(matches) == 1 else 0


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def stockholm_day(moment: datetime) -> date:
    """The civil date in Sweden of an aware moment: 31 December 23:30 UTC is New Year's Day."""
    return to_stockholm(moment).date()


def to_stockholm(moment: datetime) -> datetime:
    """An aware moment as Swedish clock time."""
    from zoneinfo import ZoneInfo

    return moment.astimezone(ZoneInfo("Europe/Stockholm"))


def stored_moment(moment: datetime) -> str:
    """An aware moment as it is stored: UTC, whole seconds, ``2026-11-02T08:14:07Z``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def day_ends(day: date) -> str:
    """The moment when a Swedish day is over, as moments are stored."""
    from zoneinfo import ZoneInfo

    midnight = datetime.combine(day + timedelta(days=1), time(), ZoneInfo("Europe/Stockholm"))
    return stored_moment(midnight)


def shown_moment(stored: str) -> str:
    """A stored moment as it is shown: Swedish time with offset, ``2026-11-02T09:14:07+01:00``."""
    return to_stockholm(datetime.fromisoformat(stored)).isoformat(timespec="seconds")


def shown_minute(stored: str) -> str:
    """A stored moment as people read it: Swedish time, ``2026-11-02 09:14``."""
    return shown_moment(stored)[:16].replace("T", " ")


class Period(NamedTuple):
    """A reporting period, both days included."""

    start: date
    end: date
    label: str

    def years_back(self, years: int) -> "Period":
        """The same period so many years earlier."""
        from dateutil.relativedelta import relativedelta

        return _labelled(self.start - relativedelta(years=years), years_back(self.end, years))

    def months(self) -> list[str]:
        """The months that the period touches, ``["2026-01", …]``."""
        first, last = (d.year * 12 + d.month - 1 for d in (self.start, self.end))
        return [f"{m // 12}-{m % 12 + 1:02}" for m in range(first, last + 1)]


def years_back(day: date, years: int) -> date:
    """The same day so many years earlier; February's last day stays February's last, in leap years too."""
    from dateutil.relativedelta import relativedelta

    earlier = day - relativedelta(years=years)
    return _month_end(earlier) if day.month == 2 and day == _month_end(day) else earlier


def months_between(start: date, end: date) -> int:
    """Whole months from one day to another."""
    return (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)


def part_of_year(year: int, part: Literal["ar", "halvar", "tertial", "kvartal", "manad"], which: int = 1) -> Period:
    """A year or its ``which``-th half, four months, quarter or month.

    Raises:
        BadValue: a year outside 2000–2100 or a part that the year does not have.
    """
    length = {"ar": 12, "halvar": 6, "tertial": 4, "kvartal": 3, "manad": 1}[part]
    if not FIRST_DAY.year <= year <= LAST_DAY.year:
        raise BadValue("År", f"{year} ligger utanför 2000–2100.")
    if not 1 <= which <= 12 // length:
        raise BadValue(f"--{part}", f"{which} finns inte.", f"Välj 1–{12 // length}.")
    first = (which - 1) * length + 1
    last = first + length - 1
    return _labelled(date(year, first, 1), _month_end(date(year, last, 1)))


def between(start: date, end: date) -> Period:
    """Any period, both days included.

    Raises:
        BadValue: the end lies before the start.
    """
    if end < start:
        raise BadValue("--till", f"{end} ligger före {start}.", "Byt plats på --fran och --till.")
    return _labelled(start, end)


def _month_end(day: date) -> date:
    from calendar import monthrange

    return day.replace(day=monthrange(day.year, day.month)[1])


def _labelled(start: date, end: date) -> Period:
    whole_months = start.day == 1 and end == _month_end(end)
    if not whole_months or start.year != end.year:
        return Period(start, end, f"{start} – {end}")
    first, length = start.month, end.month - start.month + 1
    names = {12: "", 6: "halvår", 4: "tertial", 3: "kvartal"}
    if length == 1:
        return Period(start, end, f"{MONTHS[first - 1]} {start.year}")
    if length in names and (first - 1) % length == 0:
        part = names[length]
        return Period(start, end, f"{part} {(first - 1) // length + 1} {start.year}" if part else str(start.year))
    return Period(start, end, f"{MONTHS[first - 1]}–{MONTHS[end.month - 1]} {start.year}")
