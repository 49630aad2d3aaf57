"""The invariants: what must hold of a register after any fault, whoever did it. One helper for every test.

I1 what was acknowledged is stored · I2 numbers of a year are 1…n, each once · I3 each case has its events, and they
give its state · I4 the log is whole · I5 the file is sound · I6 the schema is klagreg's · I7 no files left over ·
I8 no traceback in what was said · I9 the exit code is a published one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable
from contextlib import closing
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from klagreg.store import door, soundness
from klagreg.store.cases import Store
from tests.faults.instruments import PUBLISHED_CODES, Finished, klagreg


def register_faults(register: Path, acknowledged: Collection[str] = ()) -> list[str]:
    """What does not hold of a register: I1–I6. ``acknowledged``: case numbers that somebody was told.

    A killed writer's journal is rolled back first, as by the next command. The file, the schema and the numbers are
    looked at without klagreg; the log and the replay by what ``kontrollera`` is made of, whose own tests are elsewhere.
    """
    try:
        with closing(sqlite3.connect(f"{register.absolute().as_uri()}?mode=rw", uri=True)) as db:
            found = [*_file_faults(db), *_number_faults(db, acknowledged)]
        with closing(Store(door.open_of_any_age(register), register)) as store:
            return [*found, *_log_faults(store)]
    except soundness.UNREADABLE as error:
        return [f"I5: {error}"]


def _file_faults(db: sqlite3.Connection) -> list[str]:
    found = [f"I5: {row[0]}" for row in db.execute("PRAGMA integrity_check") if row[0] != "ok"]
    found += [f"I5: foreign key {row}" for row in db.execute("PRAGMA foreign_key_check")]
    if _schema(db) != _expected_schema():
        found.append("I6: the schema is another")
    return found


def _number_faults(db: sqlite3.Connection, acknowledged: Collection[str]) -> list[str]:
    stored = [number for (number,) in db.execute("SELECT number FROM cases")]
    found = [f"I1: {number} was acknowledged and is gone" for number in sorted(set(acknowledged) - set(stored))]
    if len(set(stored)) < len(stored):
        found.append("I2: a number is there twice")
    for year, count, least, most in db.execute(
        "SELECT year, count(*), min(serial), max(serial) FROM cases GROUP BY year"
    ):
        if (least, most) != (1, count):
            found.append(f"I2: {count} cases of {year} are numbered {least}–{most}")
    for year, last, most in db.execute(
        "SELECT s.year, s.last, coalesce(max(c.serial), 0) FROM series s LEFT JOIN cases c USING (year) GROUP BY s.year"
    ):
        if last != most:
            found.append(f"I2: the series of {year} stands at {last}, its last case is {most}")
    return found


def _log_faults(store: Store) -> list[str]:
    found = [f"I4: {told}" for told in (*soundness.chain_faults(store), *soundness.list_faults(store))]
    found += [f"I4: {told}" for _, told in soundness.walked(store).noticed]
    for kept in soundness.kept(store):
        if told := kept.fault or (kept.replay is None and "no story") or kept.replay:
            found.append(f"I3: {told}")
    return found


def _schema(db: sqlite3.Connection) -> list[tuple[str, ...]]:
    return sorted(db.execute("SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_master"))


@cache
def _expected_schema() -> list[tuple[str, ...]]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "new.db"
        assert klagreg("init", register=path).code == 0
        with closing(sqlite3.connect(path)) as db:
            return _schema(db)


def left_over(folder: Path, kept: Iterable[str]) -> list[str]:
    """I7: files in a folder that are none of these names and no empty journal."""
    return [
        f"I7: {path.name} is left"
        for path in sorted(folder.iterdir())
        if path.name not in set(kept) and not (path.name.endswith("-journal") and path.stat().st_size == 0)
    ]


def answer_faults(answer: Finished, secrets: Iterable[str] = ()) -> list[str]:
    """I8 and I9: a traceback, somebody's details, an exit code that the README does not know."""
    said = answer.out + answer.err
    found = ["I8: a traceback"] if "Traceback (most recent call last)" in said or "Exception ignored" in said else []
    found += [f"I8: {secret!r} was told" for secret in secrets if secret in said]
    if answer.code not in PUBLISHED_CODES:
        found.append(f"I9: exit code {answer.code}")
    return found
