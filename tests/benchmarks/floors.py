"""The least that each job can cost: bare Python and SQLite, with nothing of klagreg. Each is run as a process::

python tests/benchmarks/floors.py JOB FILE …
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import sqlite3
import sys
from collections.abc import Callable, Iterator
from datetime import date, timedelta

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


_CASE = (
    "INSERT INTO cases (id, year, serial, number, rule_set_id, external_source, external_id, type, status, received,"
    " registered_at, registered_by, channel, board, area, title, description, anonymous, contact, outcome, closed_on,"
    " salt)"
    " VALUES (?, 2026, ?, ?, 1, 'nr', ?, ?, ?, ?, '2026-11-02T08:14:07Z', 'prov', ?, ?, ?, ?, ?, 0, 'finns', ?, ?, ?)"
)

_EVENT = (
    "INSERT INTO event (id, case_id, at, by, on_day, kind, digest, chain, state)"
    " VALUES (?, ?, '2026-11-02T08:14:07Z', 'prov', ?, 'importerad', ?, ?, ?)"
)


def load(table: str, register: str) -> None:
    """Put the rows of a CSV into an empty register: cases, events, deadlines, contacts, closings and searchable words.

    The rows are as klagreg's are in number and size, and its indexes are kept; but nothing is checked, nothing is
    counted, no chain is made, and the days are what comes first.
    """
    connection = sqlite3.connect(register, isolation_level=None)
    connection.execute("PRAGMA synchronous = EXTRA")
    connection.execute("BEGIN IMMEDIATE")
    with open(table, encoding="utf-8", newline="") as file:
        rows = csv.reader(file, delimiter=";")
        next(rows)
        for batch in _batches(rows, 5_000):
            _load(connection, batch)
    connection.execute("COMMIT")


def _batches(rows: Iterator[list[str]], size: int) -> Iterator[list[list[str]]]:
    batch: list[list[str]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == size:
            yield batch
            batch = []
    yield batch


def _load(connection: sqlite3.Connection, batch: list[list[str]]) -> None:
    cases, events, details, deadlines, contacts, closings = [], [], [], [], [], []
    for number, received, told, answered, closed, board, _, kind, channel, area, title, text, outcome, _ in batch:
        case_id, salt, chain = int(number) + 1, "5" * 32, "a" * 64
        status, code = "avslutad" if closed else "inkommen", "berom" if kind == "Beröm" else "klagomal"
        cases.append(
            (case_id, case_id, f"SYN-2026-{case_id:05}", number, code, status, received, channel, board, area, title,
             text, outcome or None, closed or None, salt)
        )  # fmt: skip
        events.append((case_id + 1, case_id, received, chain, chain, chain))
        changed = [[f"falt{place}", None, value] for place, value in enumerate((*cases[-1][3:], told, answered))]
        details.append((case_id + 1, salt, json.dumps(changed * 2, ensure_ascii=False)))
        if code != "berom":
            day = str(date.fromisoformat(received) + timedelta(days=14))
            deadlines += [(case_id, rule, day, day, told or None, told or None) for rule in (1, 2)]
        contacts += [(case_id, day, kind) for day, kind in ((told, "bekraftelse"), (answered, "slutsvar")) if day]
        if closed:
            closings.append((case_id, closed, outcome))
    insert = connection.executemany
    insert(_CASE, cases)
    insert(_EVENT, events)
    insert("INSERT INTO event_detail VALUES (?, ?, ?)", details)
    insert("INSERT INTO deadline (case_id, rule_id, due, original_due, met_on, settled_on) VALUES (?, ?, ?, ?, ?, ?)",
           deadlines)  # fmt: skip
    insert(
        "INSERT INTO feedback (case_id, given_on, kind, by, handler_was_named) VALUES (?, ?, ?, 'prov', 0)", contacts
    )
    insert("INSERT INTO closing (case_id, place, closed_on, outcome) VALUES (?, 1, ?, ?)", closings)
    if cases:
        connection.execute(
            "INSERT INTO case_text (rowid, title, description) SELECT id, title, description FROM cases"
            " WHERE id BETWEEN ? AND ?",
            (cases[0][0], cases[-1][0]),
        )


def spreadsheet(path: str) -> None:
    """Read the first sheet of a workbook, cell by cell, as fast as a library written for that can."""
    from python_calamine import CalamineWorkbook

    assert CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()


def group_by(path: str) -> None:
    """One pass over the cases, with a count and a mean per unit; by the index on units it would leap about."""
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    days = "julianday(closed_on) - julianday(received)"
    assert connection.execute(
        f"SELECT unit_id, count(*), avg({days}) FROM cases NOT INDEXED WHERE closed_on IS NOT NULL GROUP BY unit_id"
    ).fetchall()


_SEALED = {
    "event": "id", "event_detail": "event_id", "cases": "id", "sender": "case_id", "feedback": "case_id, id",
    "measure": "case_id, number", "closing": "case_id, place", "handover": "case_id, place",
    "deadline": "case_id, rule_id", "route": "case_id, place", "stamp": "case_id, place", "copy": "case_id, place",
    "referral": "case_id, place", "publication": "case_id", "participant": "case_id, place",
    "secrecy": "case_id, place", "erasure": "case_id, place",
}  # fmt: skip


def hashes(path: str) -> None:
    """Read every row that the log vouches for, write it as JSON, and hash it once."""
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    encode = json.JSONEncoder(ensure_ascii=False).encode
    for table, order in _SEALED.items():
        for row in connection.execute(f"SELECT * FROM {table} ORDER BY {order}"):
            hashlib.sha256(encode(row).encode()).hexdigest()


def copy(path: str, target: str) -> None:
    """SQLite's own backup to a file that is on the disk afterwards."""
    source, made = sqlite3.connect(f"file:{path}?mode=ro", uri=True), sqlite3.connect(target)
    source.backup(made)
    made.close()
    with open(target, "rb+") as file:
        os.fsync(file.fileno())


def book(path: str, rows: str) -> None:
    """A workbook as openpyxl makes it: seven small sheets, four charts, and a list in its write-only mode."""
    from openpyxl import Workbook
    from openpyxl.chart import BarChart, Reference
    from openpyxl.styles import Font

    small = Workbook()
    for number in range(7):
        sheet = small.create_sheet(f"Blad {number}")
        sheet.append(["Enhet", "Inkomna", "Avslutade", "Öppna", "Andel", "Median", "P90", "Längsta"])
        for cell in sheet[1]:
            cell.font = Font(bold=True)
        for line in range(20):
            sheet.append([f"Enhet {line}", *range(line, line + 7)])
        if number < 4:
            chart = BarChart()
            chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=21), titles_from_data=True)
            sheet.add_chart(chart, "K2")
    small.save(path)
    large = Workbook(write_only=True)
    sheet = large.create_sheet("Ärendelista")
    for line in range(int(rows)):
        day = date(2025, 1, 1) + timedelta(days=line % 365)
        words = ("Klagomål", "Tekniska nämnden", "Gata och park", "Bemötande", f"Rubrik {line} om & kring vägen")
        days = (day, day, day, line % 40)
        sheet.append([f"SYN-2025-{line:05}", "–", day, day, "E-post", *words, *days, "I tid", "Åtgärdat", "Nej"])
    large.save(path)


FLOORS: dict[str, Callable[..., None]] = {
    "register": register,
    "load": load,
    "spreadsheet": spreadsheet,
    "group_by": group_by,
    "hashes": hashes,
    "copy": copy,
    "book": book,
}


if __name__ == "__main__":
    FLOORS[sys.argv[1]](*sys.argv[2:])
