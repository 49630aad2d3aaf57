"""Days and periods as people write them, on Monday 9 November 2026."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from klagreg import days
from klagreg.errors import BadValue

TODAY = date(2026, 11, 9)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-11-02", "2026-11-02"),
        ("2/11", "2026-11-02"),
        ("2/11 2025", "2025-11-02"),
        ("02/11", "2026-11-02"),
        ("30/12", "2025-12-30"),
        ("2 nov", "2026-11-02"),
        ("2 november 2025", "2025-11-02"),
        ("2 nov.", "2026-11-02"),
        ("24 dec", "2025-12-24"),
        ("29/2", "2024-02-29"),
        ("idag", "2026-11-09"),
        ("I dag", "2026-11-09"),
        ("igår", "2026-11-08"),
        ("iga\u030ar", "2026-11-08"),
        ("igar", "2026-11-08"),
        ("fredag", "2026-11-06"),
        ("fre", "2026-11-06"),
        ("måndag", "2026-11-02"),
        ("söndag", "2026-11-08"),
    ],
)
def test_a_day_that_has_been(written: str, meant: str) -> None:
    assert days.parse_day(written, TODAY, "--datum").isoformat() == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [("5/12", "2026-12-05"), ("5/11", "2027-11-05"), ("fredag", "2026-11-13"), ("imorgon", "2026-11-10")],
)
def test_a_day_that_is_to_come(written: str, meant: str) -> None:
    assert days.parse_day(written, TODAY, "--till", "future").isoformat() == meant


@pytest.mark.parametrize(
    "written",
    ["", "11/30", "2026-02-30", "20260102", "2026-W01-1", "01/02/03", "١٢", "86400", "nästa vecka", "2/11/2026",
     "2026-1-2", "ma", "1999-12-31", "2101-01-01", "20 ju", "0/1", "²/11"],
)  # fmt: skip
def test_what_is_no_day_is_refused(written: str) -> None:
    with pytest.raises(BadValue):
        days.parse_day(written, TODAY, "--datum")


def test_a_refusal_shows_how_to_write() -> None:
    with pytest.raises(BadValue) as refusal:
        days.parse_day("11/30", TODAY, "--datum")
    assert str(refusal.value) == (
        "--datum: ”11/30” är inget datum. Skriv till exempel 2026-11-20, 20/11, 20 nov, idag, igår eller måndag."
    )


def test_every_last_day_is_shown_with_its_weekday() -> None:
    assert days.with_weekday(date(2026, 11, 20)) == "fre 2026-11-20"


def test_new_year_is_decided_in_sweden() -> None:
    assert days.stockholm_day(datetime(2026, 12, 31, 23, 30, tzinfo=UTC)) == date(2027, 1, 1)
    assert days.stockholm_day(datetime(2026, 6, 30, 22, 30, tzinfo=UTC)) == date(2026, 7, 1)


@pytest.mark.parametrize(
    ("part", "which", "start", "end", "label"),
    [
        ("ar", 1, "2026-01-01", "2026-12-31", "2026"),
        ("halvar", 2, "2026-07-01", "2026-12-31", "halvår 2 2026"),
        ("tertial", 2, "2026-05-01", "2026-08-31", "tertial 2 2026"),
        ("kvartal", 4, "2026-10-01", "2026-12-31", "kvartal 4 2026"),
        ("manad", 2, "2026-02-01", "2026-02-28", "februari 2026"),
    ],
)
def test_parts_of_a_year(part: str, which: int, start: str, end: str, label: str) -> None:
    period = days.part_of_year(2026, part, which)  # type: ignore[arg-type]
    assert (period.start.isoformat(), period.end.isoformat(), period.label) == (start, end, label)


def test_a_part_that_the_year_does_not_have() -> None:
    with pytest.raises(BadValue, match=r"5 finns inte\. Välj 1–4"):
        days.part_of_year(2026, "kvartal", 5)


def test_the_year_before_keeps_february_whole() -> None:
    assert days.part_of_year(2025, "manad", 2).years_back(1).end == date(2024, 2, 29)
    assert days.part_of_year(2024, "manad", 2).years_back(1).end == date(2023, 2, 28)


def test_a_school_year_touches_its_months() -> None:
    period = days.between(date(2026, 8, 15), date(2027, 2, 1))
    assert period.label == "2026-08-15 – 2027-02-01"
    assert period.months() == ["2026-08", "2026-09", "2026-10", "2026-11", "2026-12", "2027-01", "2027-02"]
