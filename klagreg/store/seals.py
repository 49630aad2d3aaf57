"""The log's chain, and the seals that tie every row to it.

Each event is chained to the one before it, and carries a seal: the digest of all rows of its case as the act left
them, or, for an act on the register itself, of the register's own lists (rules, calendar, units …). So one changed byte
in any row differs from the last seal over it, also where the log says nothing of the value (personal data never enter
it).

A seal says nothing by itself: the rows of a case hold a random salt, which is renewed when the case is erased. Rows are
read as they are stored, so that a column which a later schema adds is sealed without anybody thinking of it.
"""

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from klagreg.history import written

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
"""The act that gave a file a later schema, and the key of the digest over all seals if it sealed everything."""

SEALED_SINCE = "forseglat_vid"
"""The fact about the register that names the last act that did: older seals are over rows of another schema."""

DEVIATION = "avvikelse"
TAMPERED = "hade ändrats utanför klagreg"
THE_LISTS = "registrets listor"
"""How an act tells of what it met that no act had done: its own seal hides the traces."""

ERASING = ("avidentifierad", "gallrad")
"""Acts by decision that take the details of a case's earlier acts away."""

ERASED = "raderade"
"""The key of the events whose details such an act took away, or an earlier one had."""

_CHUNK = 500
# Rows are flat: to look for circles in them costs a third of writing them.
_ASCII = json.JSONEncoder(separators=(",", ":"), check_circular=False)
_JSON = json.JSONEncoder(ensure_ascii=False, check_circular=False)


Rows = list[tuple[Any, ...]]
"""A case as it is stored: the row of ``cases``, and then each row in its other tables after the name of its table."""


class Act(NamedTuple):
    """An act as the log stores it."""

    case_id: int | None
    at: str
    by: str
    on_day: str
    kind: str
    told: str
    """What it changed (:func:`klagreg.history.written`)."""
    state: str | None
    """The seal over what the act left behind."""


def digest(*parts: object) -> str:
    """A digest over parts that cannot be mistaken for one another (JSON keeps them apart)."""
    return _sha256([_JSON.encode(parts)])


def _sha256(pieces: Iterable[str]) -> str:
    # With OpenSSL beneath it, loading this is a twentieth of a command that only reads.
    from hashlib import sha256

    found = sha256()
    for piece in pieces:
        found.update(piece.encode())
    return found.hexdigest()


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
    for event_id, (*act, told, state) in enumerate(acts, before_id + 1):
        salt = os.urandom(16).hex()
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
    return ((case_id, of_rows(rows)) for case_id, rows in rows_of_cases(connection, first_id, last_id))


def of_rows(rows: Rows) -> str:
    """The seal of a case with these rows."""
    return _sha256([_ASCII.encode(rows)])


def rows_of_cases(connection: sqlite3.Connection, first_id: int, last_id: int) -> Iterator[tuple[int, Rows]]:
    """The rows of each case with an id in [first, last], in that order; in bounded memory."""
    while True:
        cases = "SELECT * FROM cases WHERE id BETWEEN ? AND ? ORDER BY id LIMIT ?"
        found: dict[int, Rows] = {
            row[0]: [row] for row in connection.execute(cases, (first_id, last_id, _CHUNK)).fetchall()
        }
        if not found or min(found) < first_id:
            return  # no more; or a torn file, where it would go on for ever: what has no seal is told
        first_id, between = max(found), (first_id, max(found))
        for statement in _PARTS:
            for row in connection.execute(statement, between):
                # What belongs to no case is told by the foreign keys.
                if row[0] in found:
                    found[row[0]].append(row[1:])
        yield from found.items()
        if len(found) < _CHUNK:
            return
        first_id += 1


_PARTS = [
    f"SELECT case_id, '{table}', * FROM {table} WHERE case_id BETWEEN ? AND ? ORDER BY case_id, {order}"
    for table, order in CASE_TABLES.items()
]


def last_of_case(connection: sqlite3.Connection, case_id: int) -> str | None:
    """The last seal over a case; None when it never had one."""
    row = connection.execute(_LAST_OF_CASE, {"case": case_id, "since": SEALED_SINCE}).fetchone()
    return row[0] if row else None


_LAST_OF_CASE = """
SELECT state FROM (
    SELECT state, id FROM event
    WHERE case_id = :case AND id > coalesce((SELECT CAST(value AS INTEGER) FROM meta WHERE key = :since), 0)
    UNION ALL SELECT seal, 0 FROM baseline WHERE case_id = :case)
ORDER BY id DESC LIMIT 1
"""


def last_of_lists(connection: sqlite3.Connection) -> str | None:
    """The last seal over the lists; None in a register without acts."""
    row = connection.execute("SELECT state FROM event WHERE case_id IS NULL ORDER BY id DESC LIMIT 1").fetchone()
    return row[0] if row else None


def broken(connection: sqlite3.Connection, *, lists_alone: bool = False) -> list[tuple[str, None, str]]:
    """What is not as its last seal says, as an act that meets it tells it. ``lists_alone``: none of the cases."""
    numbers = {} if lists_alone else dict(connection.execute("SELECT id, number FROM cases"))
    told = [
        (DEVIATION, None, f"{numbers[case_id]} {TAMPERED}")
        for case_id, seal in of_cases(connection, 1, max(numbers, default=0))
        if seal != last_of_case(connection, case_id)
    ]
    if of_lists(connection) != last_of_lists(connection):
        told.append((DEVIATION, None, f"{THE_LISTS} {TAMPERED}"))
    return told


def seal_everything(connection: sqlite3.Connection, at: str, by: str, changes: list[Any]) -> None:
    """Seal all rows as they stand, in an event of its own; older seals are over rows of another schema."""
    ((last,),) = connection.execute("SELECT coalesce(max(id), 0) FROM cases").fetchall()
    connection.execute("DELETE FROM baseline")
    connection.executemany("INSERT INTO baseline (case_id, seal) VALUES (?, ?)", of_cases(connection, 1, last))
    connection.execute("INSERT OR REPLACE INTO meta (key, value) SELECT ?, max(id) + 1 FROM event", (SEALED_SINCE,))
    seal_lists(connection, at, by, [*changes, (BASELINE, None, of_baseline(connection))])


def seal_lists(connection: sqlite3.Connection, at: str, by: str, changes: list[Any]) -> None:
    """Tell in an event that the file got a schema, under which all cases are as they were."""
    append(connection, [Act(None, at, by, at[:10], UPGRADED, written(changes), of_lists(connection))])


def of_baseline(connection: sqlite3.Connection) -> str:
    """The digest over the seals that were made when the file got its schema."""
    return _sha256(map(_ASCII.encode, connection.execute("SELECT case_id, seal FROM baseline ORDER BY case_id")))


def of_case(connection: sqlite3.Connection, case_id: int) -> str:
    """The seal of one case."""
    ((_, seal),) = of_cases(connection, case_id, case_id)
    return seal


def of_lists(connection: sqlite3.Connection) -> str:
    """The seal of the register's own lists."""
    return _sha256(
        _ASCII.encode([table, connection.execute(f"SELECT * FROM {table} ORDER BY {order}").fetchall()])
        for table, order in LISTS.items()
    )
