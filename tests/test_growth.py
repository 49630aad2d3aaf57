"""A large register is as quick as a small one: counted in SQLite's own steps, in statements and in query plans.

No clock is read: a step of SQLite's machine costs the same everywhere. ``tests/benchmarks`` measures the time.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from klagreg.cli.edge import Edge
from klagreg.cli.frame import run
from tests.benchmarks import registers

TODAY = date(2026, 11, 20)
SMALL, LARGE = 1_000, 5_000
GROWTH = 1.2
"""Times that a daily command may cost what it costs in a register of a fifth: its trees are a level deeper."""

DAILY = {
    "visa {last}": 40,
    "lista": 40,
    "lista --forsenade": 40,
    "lista --status inkommen": 40,
    "lista --fran 2026-11-19": 40,
    "lista --obesvarade": 40,
    "lista --enhet Simhallen": 40,
    "lista --enhet Valstugan": 40,
    "lista --handlaggare rut.ek": 40,
    "lista --namnd Valnämnden": 40,
    "sok kvicksilverläcka": 45,
    "sok parken": 45,
    "bevaka": 30,
    "bevaka --handlaggare parkskolan.1": 30,
    "": 30,
    "frist {last}": 40,
    "senaste": 15,
    "logg {last}": 40,
    "registrera --typ klagomal --kanal telefon --enhet Parkskolan --rubrik Halka": 70,
    "tilldela {last} parkskolan.1": 120,
    "aterkoppla {last} --slag status --satt brev": 120,
    "anteckna {last} Ringt": 50,
    "avsluta {last} --utfall forklaring --svar Tack --satt brev": 120,
    "ateruppta {last} --orsak Missförstånd": 120,
    "overlamna {last} --till Biblioteket --orsak Dit": 120,
}
"""What is typed all day, in this order, and the statements that it may take at most."""


RARE = (
    ("enhet", "lagg-till", "Valstugan", "--namnd", "Valnämnden"),
    ("handlaggare", "lagg-till", "rut.ek"),
    ("registrera", "--typ", "klagomal", "--enhet", "Valstugan", "--handlaggare", "rut.ek", "--rubrik", "Kö"),
)
"""A unit with one case, in a register of thousands."""


class Work(NamedTuple):
    """What SQLite did for a command."""

    steps: int
    """Of its virtual machine."""
    statements: list[str]
    """Klagreg's own, with their values: none that the search index runs within them."""


@pytest.fixture(scope="module")
def sizes(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    """The same register in two sizes."""
    folder = tmp_path_factory.mktemp("register")
    edge = Edge(datetime(2026, 11, 20, 8, 0, tzinfo=UTC), "anna.berg")
    for size in (SMALL, LARGE):
        table = registers.table(folder / f"{size}.csv", size, TODAY)
        for words in (["init"], ["importera", str(table)], *RARE):
            assert run(["--register", str(folder / f"{size}.db"), *words], edge) == 0
    return {size: folder / f"{size}.db" for size in (SMALL, LARGE)}


def day_of_work(original: Path, size: int, folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Work]:
    """Every daily command on a copy of a register, one after the other."""
    register = folder / original.name
    shutil.copy(original, register)
    connect = sqlite3.connect
    ticks, statements = [0], list[str]()

    def counting(*args: object, **kwargs: object) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*args, **kwargs)  # type: ignore[call-overload]

        def tick() -> int:
            ticks[0] += 1
            return 0

        connection.set_progress_handler(tick, 1)
        connection.set_trace_callback(statements.append)
        return connection

    done = {}
    with monkeypatch.context() as patch:
        patch.setattr(sqlite3, "connect", counting)
        for line in DAILY:
            ticks[0] = 0
            statements.clear()
            words = line.format(last=f"SYN-2026-{size:05}").split()
            edge = Edge(datetime(2026, 11, 20, 9, 0, tzinfo=UTC), "anna.berg", register)
            assert run(words, edge) in (0, 10), line
            own = [one for one in statements if not one.startswith("--") and "'case_text_" not in one]
            done[line] = Work(ticks[0], own)
    return done


@pytest.fixture(scope="module")
def work(sizes: dict[int, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[int, dict[str, Work]]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("klagreg.store.surroundings._MOUNTS", Path("finns-inte"))
        yield {size: day_of_work(path, size, tmp_path_factory.mktemp("dag"), patch) for size, path in sizes.items()}


@pytest.mark.parametrize("line", DAILY)
def test_a_large_register_costs_no_more_steps(line: str, work: dict[int, dict[str, Work]]) -> None:
    small, large = work[SMALL][line], work[LARGE][line]
    assert 300 < small.steps < 60_000
    assert large.steps <= GROWTH * small.steps


@pytest.mark.parametrize("line", DAILY)
def test_no_more_statements_than_it_takes(line: str, work: dict[int, dict[str, Work]]) -> None:
    assert len(work[SMALL][line].statements) <= DAILY[line]
    assert len(work[LARGE][line].statements) <= DAILY[line]


SMALL_TABLES = {
    "meta", "rule_set", "rule", "vocabulary", "free_day", "unit", "handler", "local_rule", "series", "survey",
    "self_check", "presentation", "yearly_text", "rule_review", "baseline", "json_each",
    "secrecy",  # every mark: one case in a hundred, if that
    "met",  # a row for each nämnd
}  # fmt: skip
WAITING = {"cases_open", "cases_unassigned", "deadline_waiting", "measure_waiting"}
"""Indexes over what waits for somebody: they do not grow with the years."""


def scanned(connection: sqlite3.Connection, statement: str) -> Iterator[str]:
    """The large tables that a statement goes through from one end to the other, as its query plan has it."""
    called = {
        alias or table: table for table, alias in re.findall(r"(?:FROM|JOIN) (\w+)(?: (?!ON\b)([a-z])\b)?", statement)
    }
    for *_, step in connection.execute(f"EXPLAIN QUERY PLAN {statement}"):
        found = re.fullmatch(r"SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?.*", step)
        if found and called.get(found[1], found[1]) not in SMALL_TABLES and found[2] not in WAITING:
            yield step


@pytest.mark.parametrize("line", DAILY)
def test_no_daily_statement_goes_through_the_cases(
    line: str, work: dict[int, dict[str, Work]], sizes: dict[int, Path]
) -> None:
    with closing(sqlite3.connect(sizes[LARGE])) as connection:
        connection.create_function("casefold", 1, str.casefold)
        for statement in work[LARGE][line].statements:
            if not re.match(r"\s*(SELECT|WITH|UPDATE|DELETE|INSERT)\b", statement):
                continue  # SQLite's settings and transactions
            # A walk that ends after so many rows is no scan: how far it goes shows in the steps.
            if " LIMIT " not in statement:
                assert list(scanned(connection, statement)) == [], statement


@pytest.mark.parametrize(
    ("statement", "step"),
    [
        ("SELECT count(*) FROM cases c WHERE c.title = 'x'", "SCAN c"),
        ("SELECT count(at) FROM event", "SCAN event"),
        ("SELECT DISTINCT area FROM cases", "SCAN cases"),
        ("DELETE FROM deadline WHERE due < '2026'", "SCAN deadline"),
    ],
)
def test_a_scan_is_found(statement: str, step: str, sizes: dict[int, Path]) -> None:
    with closing(sqlite3.connect(sizes[SMALL])) as connection:
        assert list(scanned(connection, statement)) == [step]
