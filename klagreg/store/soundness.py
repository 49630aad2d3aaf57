"""Whether a register is sound: what its file, its log and its rows say of one another. Reads, and changes nothing.

:func:`fault` is the short answer, for what will be counted or copied. The other functions are the parts of the long one
(:mod:`klagreg.inspection`): each gives what is wrong as Swedish sentences, never with anything that a case holds.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from klagreg.errors import RegisterError
from klagreg.model import Case
from klagreg.store import door, schema, seals
from klagreg.store.cases import Store, told

Found = TypeVar("Found")
Changes = tuple[tuple[str, Any, Any], ...]

UNREADABLE = (sqlite3.Error, RegisterError, ValueError, TypeError, LookupError)
"""How rows that were changed outside the program may refuse to be read."""

ERASING = ("avidentifierad", "gallrad")
"""Acts by decision that take the details of a case's earlier acts away."""

CHUNK = 500
"""Cases that are looked at together."""


@dataclass(frozen=True, slots=True)
class Link:
    """An event's place in the chain."""

    place: int
    at: str
    """When it was typed in, UTC."""
    chain: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A case as its rows hold it, beside what the log says of it."""

    number: str
    case: Case | None
    """None when its rows cannot be read as a case."""
    seal: str | None
    """The digest of its rows; None when they cannot be read."""
    sealed: str | None
    """The last seal over it in the log; None when there is none."""
    story: tuple[tuple[str, Changes], ...] | None
    """Its acts, as (kind, changes), from its registration or from what an erasure left; None where the log holds no
    whole story: schemas before the third changed rows that no act tells of."""


def fault(store: Store) -> str | None:
    """What is wrong with a register's file or log, in Swedish; None when nothing is. Call in ``store.reading()``.

    Reads the whole file once. An act whose text was erased by decision keeps its place in the chain.
    """
    return next((told for told in (*file_faults(store, thorough=False), *chain_faults(store)) if told), None)


def file_faults(store: Store, *, thorough: bool = True) -> Iterator[str]:
    """SQLite's own check of the file's structure; ``thorough``: of its indexes and conditions too."""
    answer = store.run("PRAGMA integrity_check(5)" if thorough else "PRAGMA quick_check(1)", ())
    if answer != [("ok",)]:
        yield "filen är skadad"


def schema_faults(store: Store) -> Iterator[str]:
    """Tables, triggers and indexes that differ from those of a new register."""
    with closing(door.in_memory()) as fresh:
        schema.migrate(fresh, "", "")
        expected = dict(fresh.execute(_SCHEMA))
    found = dict(store.run(_SCHEMA, ()))
    for name in sorted(expected.keys() | found.keys()):
        if name not in found:
            yield f"{name} saknas i filens schema"
        elif name not in expected:
            yield f"{name} hör inte till registrets schema"
        elif _plain(expected[name]) != _plain(found[name]):
            yield f"{name} är ändrad i filens schema"


_SCHEMA = """
SELECT type || ' ' || name, coalesce(sql, '') FROM sqlite_master
WHERE name NOT LIKE 'sqlite!_%' ESCAPE '!' AND name NOT LIKE 'case!_text!_%' ESCAPE '!'
"""


def _plain(sql: str) -> str:
    return re.sub(r"\s+", " ", sql)


def key_faults(store: Store) -> Iterator[str]:
    """Rows that point at what is not there."""
    for (table,) in store.run('SELECT DISTINCT "table" FROM pragma_foreign_key_check', ()):
        yield f"rader i {table} pekar på något som inte finns"


def number_faults(store: Store) -> Iterator[str]:
    """Series with a gap, a number beyond the last one given, or none given at all."""
    for year, last, count, highest in store.run(_SERIES, ()):
        if last is None:
            yield f"{year} års serie saknas, men har {count} nummer"
        elif not count == highest == last:
            yield f"{year} års serie ska ha nummer 1–{last}, men har {count} nummer upp till {highest}"


_SERIES = """
SELECT y.year, s.last, count(c.id), coalesce(max(c.serial), 0)
FROM (SELECT year FROM series UNION SELECT DISTINCT year FROM cases) y
LEFT JOIN series s ON s.year = y.year LEFT JOIN cases c ON c.year = y.year
GROUP BY y.year
"""


def links(store: Store) -> Iterator[Link]:
    """The chain as it stands, event by event."""
    for place, at, chain in store.each("SELECT id, at, chain FROM event ORDER BY id"):
        yield Link(place, at, chain)


def chain_faults(store: Store) -> Iterator[str]:
    """The first place where the log is not what it was: what comes after it cannot be told."""
    before, place = "", 0
    for place, (event_id, case_id, *rest, whole, chain, state, salt, details, erased) in enumerate(store.each(_LOG), 1):
        intact = seals.digest(salt, details) == whole if details is not None else erased
        linked = event_id == place and seals.chained(before, event_id, (case_id, *rest), whole, state) == chain
        if not (intact and linked):
            yield f"loggen stämmer inte vid händelse {place}"
            return
        before = chain
    if not place:
        yield "loggen är tom"


_LOG = f"""
SELECT e.id, e.case_id, e.at, e.by, e.on_day, e.kind, e.digest, e.chain, e.state, d.salt, d.changes,
    d.event_id IS NULL AND EXISTS
        (SELECT 1 FROM event x WHERE x.case_id = e.case_id AND x.id > e.id AND x.kind IN {ERASING})
FROM event e NOT INDEXED LEFT JOIN event_detail d ON d.event_id = e.id
ORDER BY e.id
"""


def list_faults(store: Store) -> Iterator[str]:
    """Whether the register's own lists are as the last act on the register left them."""
    sealed = store.run("SELECT state FROM event WHERE case_id IS NULL ORDER BY id DESC LIMIT 1", ())
    if not sealed or store.lists_seal() != sealed[0][0]:
        yield "registrets egna listor (regelverk, kalender, enheter, handläggare …) har ändrats utanför klagreg"


def noticed(store: Store) -> Iterator[str]:
    """What an act once met that had been changed outside the program: told for ever."""
    for place, number in store.run(_NOTICED, ()):
        what = number or "Registrets listor"
        yield f"{what} hade ändrats utanför klagreg före händelse {place}"


_NOTICED = """
SELECT e.id, c.number FROM event_detail d JOIN event e ON e.id = d.event_id LEFT JOIN cases c ON c.id = e.case_id
WHERE instr(d.changes, '["avvikelse",null,') > 0 ORDER BY e.id
"""


def index_faults(store: Store) -> Iterator[str]:
    """Whether the search index holds the words of the cases. Call in ``store.writing()``: SQLite asks for the lock."""
    try:
        store.run("INSERT INTO case_text (case_text, rank) VALUES ('integrity-check', 1)", ())
    except (sqlite3.Error, RegisterError):
        yield "sökindexet stämmer inte med ärendena"


def free_days(store: Store) -> dict[str, str]:
    """The country's days off that the register counts by, as day → name; local ones not among them."""
    return dict(store.run("SELECT day, name FROM free_day WHERE local = 0", ()))


def kept(store: Store) -> Iterator[Kept]:
    """Every case with what the log says of it, in bounded memory."""
    baseline, since = _baseline(store)
    ((last,),) = store.run("SELECT coalesce(max(id), 0) FROM cases", ())
    for first in range(1, last + 1, CHUNK):
        ids = (first, min(first + CHUNK - 1, last))
        numbers = dict(store.run("SELECT id, number FROM cases WHERE id BETWEEN ? AND ?", ids))
        cases, found = _readable(store.stored_between, *ids), _readable(store.seals_between, *ids)
        told: dict[int, list[_Told]] = {}
        for case_id, *act in store.run(_ACTS, ids):
            told.setdefault(case_id, []).append(_Told(*act))
        for case_id, number in numbers.items():
            acts = told.get(case_id, [])
            sealed = [act.state for act in acts if act.state and act.event_id > since]
            last_seal = sealed[-1] if sealed else baseline.get(str(case_id))
            yield Kept(number, cases.get(case_id), found.get(case_id), last_seal, _story(acts))


class _Told(NamedTuple):
    event_id: int
    kind: str
    state: str | None
    changes: str | None


_ACTS = """
SELECT e.case_id, e.id, e.kind, e.state, d.changes FROM event e LEFT JOIN event_detail d ON d.event_id = e.id
WHERE e.case_id BETWEEN ? AND ? ORDER BY e.case_id, e.id
"""


def _baseline(store: Store) -> tuple[dict[str, str], int]:
    """The seals that a change of schema made over all cases, and the event that holds them."""
    since = int(store.meta().get(seals.SEALED_SINCE, 0))
    for (changes,) in store.run("SELECT changes FROM event_detail WHERE event_id = ?", (since,)):
        return {key: value for key, _, value in json.loads(changes)}[seals.BASELINE], since
    return {}, since


def _story(acts: list[_Told]) -> tuple[tuple[str, Changes], ...] | None:
    first = next((place for place in reversed(range(len(acts))) if acts[place].kind in ERASING), 0)
    if not acts or acts[first].state is None:
        return None
    return tuple((act.kind, told(act.changes)[0]) for act in acts[first:])


def _readable(read: Callable[[int, int], dict[int, Found]], first: int, last: int) -> dict[int, Found]:
    """What can be read of some cases: when one of them cannot, the others all the same."""
    try:
        return read(first, last)
    except UNREADABLE:
        return {} if first == last else {k: v for n in range(first, last + 1) for k, v in _readable(read, n, n).items()}
