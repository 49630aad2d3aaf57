"""Working days and last days: against the statutes, against a slower twin, against an independent oracle."""

from __future__ import annotations

import csv
from datetime import date, timedelta

import pytest

from klagreg.errors import BadValue
from klagreg.terms import CountedIn, Shift
from klagreg.workdays import Calendar, swedish_free_days
from tests.conftest import SHARED

CALENDAR = Calendar(swedish_free_days())
WORKDAYS, DAYS, WEEKS = CountedIn.WORKDAYS, CountedIn.DAYS, CountedIn.WEEKS

# Domain 3.8, computed outside this project: came in, +5 arbetsdagar, +10 arbetsdagar, +10 dagar, the same
# moved to the next arbetsdag.
KNOWN = """
2024-02-19 2024-02-26 2024-03-04 2024-02-29 2024-02-29
2024-10-25 2024-11-01 2024-11-08 2024-11-04 2024-11-04
2024-12-20 2025-01-03 2025-01-13 2024-12-30 2024-12-30
2024-12-30 2025-01-09 2025-01-16 2025-01-09 2025-01-09
2025-03-03 2025-03-10 2025-03-17 2025-03-13 2025-03-13
2025-03-07 2025-03-14 2025-03-21 2025-03-17 2025-03-17
2025-03-08 2025-03-14 2025-03-21 2025-03-18 2025-03-18
2025-03-09 2025-03-14 2025-03-21 2025-03-19 2025-03-19
2025-04-11 2025-04-22 2025-04-29 2025-04-21 2025-04-22
2025-04-16 2025-04-25 2025-05-05 2025-04-26 2025-04-28
2025-04-18 2025-04-28 2025-05-06 2025-04-28 2025-04-28
2025-04-30 2025-05-08 2025-05-15 2025-05-10 2025-05-12
2025-05-28 2025-06-05 2025-06-13 2025-06-07 2025-06-09
2025-06-05 2025-06-13 2025-06-23 2025-06-15 2025-06-16
2025-06-13 2025-06-23 2025-06-30 2025-06-23 2025-06-23
2025-06-19 2025-06-27 2025-07-04 2025-06-29 2025-06-30
2025-12-12 2025-12-19 2026-01-02 2025-12-22 2025-12-22
2025-12-19 2026-01-02 2026-01-12 2025-12-29 2025-12-29
2025-12-23 2026-01-07 2026-01-14 2026-01-02 2026-01-02
2025-12-24 2026-01-07 2026-01-14 2026-01-03 2026-01-05
2026-01-05 2026-01-13 2026-01-20 2026-01-15 2026-01-15
2026-04-02 2026-04-13 2026-04-20 2026-04-12 2026-04-13
2026-12-22 2027-01-04 2027-01-12 2027-01-01 2027-01-04
2027-12-17 2027-12-27 2028-01-04 2027-12-27 2027-12-27
"""


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize("row", [line.split() for line in KNOWN.split("\n") if line])
def test_last_days_that_are_known(row: list[str]) -> None:
    received = day(row[0])
    assert [
        CALENDAR.last_day(received, 5, WORKDAYS).isoformat(),
        CALENDAR.last_day(received, 10, WORKDAYS).isoformat(),
        CALENDAR.last_day(received, 10, DAYS).isoformat(),
        CALENDAR.last_day(received, 10, DAYS, Shift.NEXT_WORKDAY).isoformat(),
    ] == row[1:]


@pytest.mark.parametrize(
    ("free", "name"),
    [
        ("2026-06-19", "Midsommarafton"),
        ("2026-12-24", "Julafton"),
        ("2026-12-31", "Nyårsafton"),
        ("2026-05-14", "Kristi himmelsfärdsdag"),
        ("2026-10-31", "Alla helgons dag"),
        ("2004-05-31", "Annandag pingst"),
        ("2026-11-07", "Lördag"),
        ("2026-11-08", "Söndag"),
    ],
)
def test_free_days_have_their_swedish_names(free: str, name: str) -> None:
    assert CALENDAR.why_free(day(free)) == name


@pytest.mark.parametrize(
    "working", ["2026-01-05", "2026-04-02", "2026-04-30", "2026-05-13", "2026-05-15", "2005-05-16", "2026-12-23"]
)
def test_half_days_klamdagar_and_lost_helgdagar_are_working_days(working: str) -> None:
    assert CALENDAR.why_free(day(working)) == ""


def test_weeks_are_not_lengthened_by_easter_inside_them() -> None:
    """RÅ 1999 not 181: three weeks from Tuesday 16 March 1999 ended on Tuesday 6 April."""
    assert CALENDAR.last_day(date(2010, 3, 16), 3, WEEKS) == date(2010, 4, 6)


def test_every_day_for_sixty_years_against_a_slower_twin() -> None:
    """The twin walks one day at a time and counts; ours must agree on both lengths and on the number between."""
    received = date(2000, 1, 1)
    while received < date(2060, 1, 1):
        counted, walked = 0, received
        while counted < 10:
            walked += timedelta(days=1)
            counted += walked.weekday() < 5 and walked not in CALENDAR.free
            if counted == 5 and CALENDAR.is_workday(walked):
                assert CALENDAR.last_day(received, 5, WORKDAYS) == walked
                assert CALENDAR.workdays_between(received, walked) == 5
        assert CALENDAR.last_day(received, 10, WORKDAYS) == walked
        received += timedelta(days=1)


def test_an_explanation_counts_exactly_the_days_of_the_promise() -> None:
    explained = CALENDAR.explain(day("2026-12-18"), 5, WORKDAYS)
    assert [(d.day.isoformat(), d.counted, d.why) for d in explained] == [
        ("2026-12-18", False, "Dag 0: dagen ärendet kom in räknas inte"),
        ("2026-12-19", False, "Lördag"),
        ("2026-12-20", False, "Söndag"),
        ("2026-12-21", True, "Arbetsdag 1"),
        ("2026-12-22", True, "Arbetsdag 2"),
        ("2026-12-23", True, "Arbetsdag 3"),
        ("2026-12-24", False, "Julafton"),
        ("2026-12-25", False, "Juldagen"),
        ("2026-12-26", False, "Annandag jul"),
        ("2026-12-27", False, "Söndag"),
        ("2026-12-28", True, "Arbetsdag 4"),
        ("2026-12-29", True, "Arbetsdag 5"),
    ]


def test_an_explanation_of_a_moved_last_day_says_what_moved_it() -> None:
    explained = CALENDAR.explain(day("2025-04-11"), 10, DAYS, Shift.NEXT_WORKDAY)
    assert [(d.day.isoformat(), d.counted, d.why) for d in explained[-2:]] == [
        ("2025-04-21", True, "Dag 10 (Annandag påsk)"),
        ("2025-04-22", False, "Flyttad till nästa arbetsdag"),
    ]


def test_the_calendars_end() -> None:
    assert CALENDAR.last_day(day("2100-12-31"), 5, WORKDAYS) == day("2101-01-10")
    with pytest.raises(BadValue, match="efter kalenderns slut 2101-01-31"):
        CALENDAR.last_day(day("2100-12-31"), 30, WORKDAYS)


def test_a_local_day_off_moves_the_last_day() -> None:
    local = Calendar({**CALENDAR.free, day("2026-05-15"): "Klämdag"})
    assert local.last_day(day("2026-05-11"), 5, WORKDAYS) == day("2026-05-20")
    assert CALENDAR.last_day(day("2026-05-11"), 5, WORKDAYS) == day("2026-05-19")


@pytest.mark.skipif(not SHARED.is_dir(), reason="the oracle lies beside the project on our own machines")
class TestOracle:
    """Right answers made without any library."""

    def test_every_day_2000_to_2100(self) -> None:
        with (SHARED / "oracle/workdays.csv").open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                why = CALENDAR.why_free(day(row["date"]))
                assert (why == "") == (row["is_working_day"] == "1"), row
                # Two helgdagar on one day may be named in either order.
                assert sorted(why.split("; ")) == sorted(row["name"].split("; ")), row

    def test_all_600_deadlines(self) -> None:
        rules = {
            "5 arbetsdagar": (5, WORKDAYS, Shift.NONE),
            "10 arbetsdagar": (10, WORKDAYS, Shift.NONE),
            "10 dagar": (10, DAYS, Shift.NONE),
            "10 dagar rullande": (10, DAYS, Shift.NEXT_WORKDAY),
        }
        with (SHARED / "oracle/deadlines_shared.csv").open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        assert len(rows) == 600
        for row in rows:
            assert CALENDAR.last_day(day(row["received"]), *rules[row["rule"]]) == day(row["deadline"]), row
