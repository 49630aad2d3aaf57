"""What a sammanställning costs in a large register, without a clock: its statements, their plans, and its memory.

A register grows here by having each of its cases many times over. Then every count is so many times what it was.
"""

from __future__ import annotations

import random
import sqlite3
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import fields
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from klagreg.compilation import Asked, compiled
from klagreg.figures import Report
from klagreg.register import Register
from klagreg.report.keys import as_json
from klagreg.store import listings, statistics
from klagreg.store.cases import Store
from klagreg.store.statistics import Cells
from klagreg.terms import CaseType, Feedback, NoAnswer, Route
from klagreg.workdays import CALENDAR_END
from tests.test_figures import NOW, YEAR, Story, a_town, day, nine_cases

AS_OF = day("2026-01-31")
PARTS = ("sender", "feedback", "measure", "closing", "handover", "deadline", "route", "referral", "secrecy")


def grown(source: Path, target: Path, times: int) -> Path:
    """A register with every case of another so many times."""
    target.write_bytes(source.read_bytes())
    with closing(sqlite3.connect(target)) as db, db:
        ((step,),) = db.execute("SELECT max(id) FROM cases").fetchall()
        moved = {part: {"case_id": "case_id + {n}", "id": "NULL"} for part in PARTS}
        moved["cases"] = {"id": "id + {n}", "serial": "serial + {n}", "number": "number || '/' || {n}"}
        for table, values in moved.items():
            columns = [name for _, name, *_ in db.execute(f"PRAGMA table_info({table})")]
            names = ", ".join(f'"{column}"' for column in columns)
            made = ", ".join(values.get(column, f'"{column}"') for column in columns)
            first = f"FROM {table} WHERE {next(iter(values))} <= {step}"
            for n in range(step, step * times, step):
                db.execute(f"INSERT INTO {table} ({names}) SELECT {made.format(n=n)} {first}")
    return target


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register of twenty cases, in which every kind of cell is counted."""
    path = tmp_path_factory.mktemp("litet") / "klagreg.db"
    with a_town(path) as register:
        nine_cases(register)
        Story(register, "2025-02-03", unit="Parkskolan").handed_over("2025-02-10", "Hemtjänsten").answered("2025-03-03")
        Story(register, "2025-04-01", unit="Parkskolan").handed_over("2026-02-10", "Hemtjänsten")
        Story(register, "2025-05-05").answered("2025-05-20").reopened("2025-06-02").answered("2025-06-24")
        Story(register, "2024-05-06").answered("2024-05-20").reopened("2025-01-10").answered("2026-02-02")
        Story(register, "2025-09-01").promised("2025-09-03", "2025-10-01").did("2025-09-04").took(
            "2025-09-05", Route.MEASURE
        )
        Story(register, "2025-10-06").told("2025-10-10", Feedback.DELAY)
        extended = Story(register, "2025-12-01")
        register.extend(extended.number, "svar", day("2026-02-13"), None, day("2025-12-05"), "Väntar på uppgifter")
        anonymous = Story(register, "2023-10-02", CaseType.VIEWPOINT, anonymous=True, provider="Omsorg AB")
        anonymous.closed("2023-10-09", NoAnswer.ANONYMOUS)
        for year in (2022, 2024):
            Story(register, f"{year}-03-01", channel="brev", area="mat").answered(f"{year}-03-10")
        referred = Story(register, "2025-11-03")
        register.refer(referred.number, "lex_sarah", None, day("2025-11-04"))
        secret = Story(register, "2025-11-10", provider="Hemlig AB")
        register.mark_secret(secret.number, "OSL 26:1", None, day("2025-11-10"), None)
    return path


def counted(store: Store) -> Cells:
    with store.reading():
        return statistics.count(store, YEAR, AS_OF, store.calendar(day("2000-01-01"), CALENDAR_END))


def compiles(register: Register, *, compared: bool = True) -> Report:
    with register.store.reading():
        return compiled(Asked(YEAR, AS_OF, compared=compared), [register.store])


def test_so_many_times_the_cases_give_so_many_times_the_counts(small: Path, tmp_path: Path) -> None:
    with Register.open(small, NOW) as once, Register.open(grown(small, tmp_path / "k.db", 7), NOW) as sevenfold:
        few, many = counted(once.store), counted(sevenfold.store)
        for kind in (f.name for f in fields(Cells)):
            assert getattr(many, kind) == {cell: 7 * n for cell, n in getattr(few, kind).items()}, kind
            assert getattr(few, kind) or kind == "surveys", kind


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Any]]:
    """What the store is asked for, with the parameters."""
    asked: list[tuple[str, Any]] = []

    def noted(ask: Callable[..., Any]) -> Callable[..., Any]:
        def noting(store: Store, statement: str, parameters: Any = ()) -> Any:
            asked.append((statement, parameters))
            return ask(store, statement, parameters)

        return noting

    monkeypatch.setattr(Store, "run", noted(Store.run))
    monkeypatch.setattr(Store, "each", noted(Store.each))
    return asked


def test_more_cases_take_no_more_statements(small: Path, tmp_path: Path, statements: list[tuple[str, Any]]) -> None:
    asked = []
    for times in (1, 10):
        with Register.open(grown(small, tmp_path / f"{times}.db", times), NOW) as register:
            compiles(register)
        asked.append(len(statements))
        statements.clear()
    assert asked[0] == asked[1] <= 90


def test_the_period_alone_asks_for_no_other_year(small: Path, statements: list[tuple[str, Any]]) -> None:
    with Register.open(small, NOW) as register:
        whole = compiles(register)
        statements.clear()
        alone = compiles(register, compared=False)
    starts = {parameters["start"] for _, parameters in statements if "start" in parameters}
    assert starts == {str(YEAR.start)}
    assert alone.current == whole.current
    assert as_json(alone) == as_json(whole)
    assert whole.previous.received()
    assert not alone.previous.received() + alone.before_that.received()
    assert alone.years == (alone.current,)


LARGE = {f"SCAN {name}" for name in ("c", "k", "d", "f", "e", "cases", "closing", "deadline", "feedback")}


@pytest.mark.parametrize(("compared", "periods"), [(False, 1), (True, 3)])
def test_hardly_a_statement_goes_through_a_whole_table(small: Path, compared: bool, periods: int) -> None:
    """All cases for the balance; all feedback for the answers of a period that is told of in full."""
    statements: list[str] = []
    with Register.open(small, NOW) as register:
        connection = register.store._db
        connection.set_trace_callback(statements.append)
        compiles(register, compared=compared)
        connection.set_trace_callback(None)
        asked = [statement for statement in statements if statement.lstrip().startswith(("SELECT", "WITH"))]
        plans = [line for one in asked for *_, line in connection.execute(f"EXPLAIN QUERY PLAN {one}")]
    assert Counter(line for line in plans if line in LARGE) == {"SCAN c": 1, "SCAN closing": 1, "SCAN f": periods}
    # Sorted are only lists, never what is counted.
    assert not any("GROUP BY" in line for line in plans)


def test_ten_times_the_cases_take_no_more_memory(small: Path, tmp_path: Path) -> None:
    def peak(times: int) -> int:
        with Register.open(grown(small, tmp_path / f"{times}.db", times), NOW) as register:
            tracemalloc.start()
            counted(register.store)
            with register.store.reading():
                assert listings.unbalanced(register.store, YEAR, AS_OF) == []
            found = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
        return found

    peak(1)
    few, many = peak(100), peak(1000)
    assert many < 1.1 * few


# -- the balance of each case -------------------------------------------------------------------


def naively_unbalanced(
    received: str, status: str, closings: list[tuple[str, str | None]], start: str, end: str
) -> bool:
    """Whether a case is out of balance, or its status is not what its closings say."""
    before = str(date.fromisoformat(start) - timedelta(days=1))

    def is_open(on: str) -> bool:
        return received <= on and not any(c <= on and (r is None or r > on) for c, r in closings)

    came = [received, *(r for _, r in closings if r)]
    change = sum(start <= on <= end for on in came) - sum(start <= c <= end for c, _ in closings)
    held = sum(r is None for _, r in closings)
    return is_open(before) + change != is_open(end) or (status == "avslutad") != held


def tampered(
    db: sqlite3.Connection, rng: random.Random
) -> Iterator[tuple[str, str, str, list[tuple[str, str | None]]]]:
    """Closings that klagreg never writes: overlapping, before the case came in, or not what the status says."""

    def some_day() -> str:
        return str(date(2025, 1, 1) + timedelta(days=rng.randrange(-20, 20)))

    for case_id, number, received in db.execute("SELECT id, number, received FROM cases").fetchall():
        status = rng.choice(("avslutad", "inkommen"))
        closed_on = max(received, some_day()) if status == "avslutad" else None
        db.execute(
            "UPDATE cases SET status = ?, closed_on = ?, voided_on = NULL WHERE id = ?", (status, closed_on, case_id)
        )
        db.execute("DELETE FROM closing WHERE case_id = ?", (case_id,))
        closings = []
        for place in range(1, 1 + rng.choice((0, 1, 1, 2, 3))):
            one, other = sorted((some_day(), some_day()))
            closings.append((one, rng.choice((other, None))))
            db.execute("INSERT INTO closing VALUES (?, ?, ?, NULL, NULL, ?)", (case_id, place, *closings[-1]))
        yield number, received, status, closings


def test_every_case_that_is_out_of_balance_is_found_and_no_other(small: Path, tmp_path: Path) -> None:
    path, rng = grown(small, tmp_path / "klagreg.db", 60), random.Random(7)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(
            "UPDATE cases SET status = 'inkommen', closed_on = NULL, voided_on = NULL,"
            " received = date('2024-12-20', (id % 25) || ' days')"
        )
        cases = list(tampered(db, rng))
    with Register.open(path, NOW) as register, register.store.reading():
        wrong = {number for number, *case in cases if naively_unbalanced(*case, str(YEAR.start), str(YEAR.end))}
        assert set(listings.unbalanced(register.store, YEAR, AS_OF)) == wrong
        assert 200 < len(wrong) < len(cases) - 200
