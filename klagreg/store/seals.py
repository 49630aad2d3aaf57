"""The log's chain, and the seals that tie every row to it.

Each event is chained to the one before it, and carries a seal: the digest of all rows of its case as the act left
them, or, for an act on the register itself, of the register's own lists (rules, calendar, units …). So one changed byte
in any row differs from the last seal over it, also where the log says nothing of the value (personal data never enter
it).

A seal says nothing by itself: the rows of a case hold a random salt, which is renewed when the case is erased. Rows are
read as they are stored, so that a column which a later schema adds is sealed without anybody thinking of it.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

CASE_TABLES = {
    "sender": "case_id",
    "feedback": "id",
    "measure": "number",
    "closing": "place",
    "handover": "place",
    "deadline": "rule_id",
    "route": "place",
    "stamp": "place",
    "copy": "place",
    "referral": "place",
    "publication": "case_id",
    "participant": "place",
    "secrecy": "place",
    "erasure": "place",
}
"""The tables with rows of a case, beside ``cases``, and what orders a case's rows."""

LISTS = {
    "meta": "key",
    "rule_set": "id",
    "rule": "id",
    "vocabulary": "list, code",
    "free_day": "day",
    "unit": "id",
    "handler": "id",
    "local_rule": "id",
    "survey": "id",
    "self_check": "id",
    "presentation": "id",
    "yearly_text": "id",
    "rule_review": "id",
}
"""The register's own lists, and what orders their rows. ``series`` follows from the cases and is no list."""

UPGRADED = "uppgraderad"
BASELINE = "forseglade"
"""The act that sealed everything when an older file got this schema, and the key of its seals by case."""

SEALED_SINCE = "forseglat_vid"
"""The fact about the register that names that act: older seals are over rows of another schema."""

_CHUNK = 500
_ASCII = json.JSONEncoder(separators=(",", ":"))
_JSON = json.JSONEncoder(ensure_ascii=False)
_COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


class Act(NamedTuple):
    """An act as the log stores it."""

    case_id: int | None
    at: str
    by: str
    on_day: str
    kind: str
    changes: Sequence[Any]
    state: str | None
    """The seal over what the act left behind."""


def digest(*parts: object) -> str:
    """A digest over parts that cannot be mistaken for one another (JSON keeps them apart)."""
    return hashlib.sha256(_JSON.encode(parts).encode()).hexdigest()


def chained(before: str, event_id: int, act: Sequence[Any], whole: str, state: str | None) -> str:
    """The chain value of an event. ``act``: case, moment, user, day and kind; ``whole``: the digest of its details.

    Events older than schema 3 have no seal.
    """
    return digest(before, event_id, *act, whole) if state is None else digest(before, event_id, *act, whole, state)


def append(connection: sqlite3.Connection, acts: Iterable[Act]) -> None:
    """Add acts to the log, each chained to the one before it."""
    last = connection.execute("SELECT id, chain FROM event ORDER BY id DESC LIMIT 1").fetchone()
    before_id, before = last or (0, "")
    rows, details = [], []
    for event_id, (*act, changes, state) in enumerate(acts, before_id + 1):
        salt, told = os.urandom(16).hex(), _COMPACT.encode(changes)
        whole = digest(salt, told)
        before = chained(before, event_id, act, whole, state)
        rows.append((event_id, *act, whole, before, state))
        details.append((event_id, salt, told))
    connection.executemany(
        "INSERT INTO event (id, case_id, at, by, on_day, kind, digest, chain, state)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        rows,
    )
    connection.executemany("INSERT INTO event_detail (event_id, salt, changes) VALUES (?, ?, ?)", details)


def of_cases(connection: sqlite3.Connection, first_id: int, last_id: int) -> Iterator[tuple[int, str]]:
    """The seal of each case with an id in [first, last], in that order; in bounded memory."""
    for start in range(first_id, last_id + 1, _CHUNK):
        between = (start, min(start + _CHUNK - 1, last_id))
        found: dict[int, list[Any]] = {
            row[0]: [row] for row in connection.execute("SELECT * FROM cases WHERE id BETWEEN ? AND ?", between)
        }
        for table, order in CASE_TABLES.items():
            # What belongs to no case is told by the foreign keys.
            statement = f"SELECT case_id, * FROM {table} WHERE case_id BETWEEN ? AND ? ORDER BY case_id, {order}"
            for case_id, *row in connection.execute(statement, between):
                found.get(case_id, []).append([table, *row])
        for case_id, rows in found.items():
            yield case_id, hashlib.sha256(_ASCII.encode(rows).encode()).hexdigest()


def everything(connection: sqlite3.Connection) -> dict[str, str]:
    """The seal of every case, by its number in the file: what a log that had none begins with."""
    ((last,),) = connection.execute("SELECT coalesce(max(id), 0) FROM cases").fetchall()
    return {str(case_id): seal for case_id, seal in of_cases(connection, 1, last)}


def of_case(connection: sqlite3.Connection, case_id: int) -> str:
    """The seal of one case."""
    ((_, seal),) = of_cases(connection, case_id, case_id)
    return seal


def of_lists(connection: sqlite3.Connection) -> str:
    """The seal of the register's own lists."""
    sealed = hashlib.sha256()
    for table, order in LISTS.items():
        rows = connection.execute(f"SELECT * FROM {table} ORDER BY {order}").fetchall()
        sealed.update(_ASCII.encode([table, rows]).encode())
    return sealed.hexdigest()
