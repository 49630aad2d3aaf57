"""The least that each job can cost: bare Python and SQLite, with nothing of klagreg. Each is run as a process::

python tests/benchmarks/floors.py JOB FILE …
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable

_TABLES = """
CREATE TABLE IF NOT EXISTS cases (id INTEGER PRIMARY KEY, type TEXT, received TEXT, unit TEXT, title TEXT, text TEXT);
CREATE TABLE IF NOT EXISTS event (id INTEGER PRIMARY KEY, case_id INTEGER, at TEXT, by TEXT, kind TEXT);
CREATE TABLE IF NOT EXISTS deadline (case_id INTEGER, rule TEXT, due TEXT, PRIMARY KEY (case_id, rule));
"""


def register(path: str) -> None:
    """Store one case with its event and two deadlines durably: no rule, no check, no number, no chain."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous = EXTRA")
    connection.executescript(_TABLES)
    connection.execute("BEGIN IMMEDIATE")
    row = ("klagomal", "2026-11-02", "Parkskolan", "Halt vid ingången", "Det har inte sandats på tre dagar.")
    case_id = connection.execute("INSERT INTO cases VALUES (NULL, ?, ?, ?, ?, ?)", row).lastrowid
    connection.execute("INSERT INTO event VALUES (NULL, ?, '2026-11-02T08:14:07Z', 'anna.berg', 'ny')", (case_id,))
    connection.executemany("INSERT INTO deadline VALUES (?, ?, '2026-11-16')", [(case_id, "forsta"), (case_id, "svar")])
    connection.execute("COMMIT")


FLOORS: dict[str, Callable[..., None]] = {"register": register}


if __name__ == "__main__":
    FLOORS[sys.argv[1]](*sys.argv[2:])
