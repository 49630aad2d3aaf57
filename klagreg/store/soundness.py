"""Whether a register is sound: what its file, its log and its rows say of one another. Reads, and changes nothing.

:func:`fault` is the short answer, for what will be counted or copied. The other functions are the parts of the long one
(:mod:`klagreg.inspection`): each gives what is wrong as Swedish sentences, never with anything that a case holds.
"""

from __future__ import annotations

import itertools
import re
import sqlite3
from collections.abc import Callable, Collection, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple, TypeVar

from klagreg.errors import RegisterDamaged, RegisterError
from klagreg.model import Case
from klagreg.store import door, schema, seals
from klagreg.store.cases import Store, told

Found = TypeVar("Found")
Changes = tuple[tuple[str, Any, Any], ...]

UNREADABLE = (sqlite3.Error, RegisterError, ValueError, TypeError, LookupError)
"""How rows that were changed outside the program may refuse to be read."""

CHUNK = 500
EVENTS = 5000
"""Cases, and events, that are looked at together: in one moment, which whoever writes has to wait for."""


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
    story: tuple[tuple[int, Changes], ...] | None
    """Its acts, as (place in the log, changes), from its registration or from what an erasure left; None where the log
    holds no whole story: schemas before the third changed rows that no act tells of."""

    @property
    def fault(self) -> str | None:
        """Whether its rows are those that its last act left, and if not what is wrong, in Swedish."""
        if self.seal is None:
            return f"{self.number} kan inte läsas"
        if self.sealed is None:
            return f"{self.number} finns inte i loggen"
        return None if self.seal == self.sealed else f"{self.number} har ändrats utanför klagreg"


def fault(store: Store) -> str | None:
    """What is wrong with a register's file or log, in Swedish; None when nothing is. Call in ``store.reading()``.

    Reads the whole file once. An act whose text was erased by decision keeps its place in the chain.
    """
    return next(itertools.chain(file_faults(store, thorough=False), chain_faults(store)), None)


def deviation(store: Store) -> str | None:
    """The first thing that is not as the log of a sound file says, in Swedish; None when all is. Takes its time."""
    checks = (schema_faults, key_faults, number_faults, list_faults, content_faults)
    return next(itertools.chain.from_iterable(check(store) for check in checks), None)


def content_faults(store: Store) -> Iterator[str]:
    """Cases whose rows are not those that their last act left."""
    for one in kept(store, whole=False):
        if told := one.fault:
            yield told


def file_faults(store: Store, *, thorough: bool = True) -> Iterator[str]:
    """SQLite's own check of the file's structure; ``thorough``: of its indexes and conditions too."""
    answer = store.run("PRAGMA integrity_check(5)" if thorough else "PRAGMA quick_check(1)", ())
    if answer != [("ok",)]:
        yield "filen är skadad"


def schema_faults(store: Store) -> Iterator[str]:
    """Tables, triggers and indexes that differ from those of a new register."""
    expected = _schema_of_new(schema.VERSION)
    found = dict(store.run(_SCHEMA, ()))
    for name in sorted(expected.keys() | found.keys()):
        if name not in found:
            yield f"{name} saknas i filens schema"
        elif name not in expected:
            yield f"{name} hör inte till registrets schema"
        elif _plain(found[name]) not in (_plain(expected[name]), _OF_THE_INDEX.get(name)):
            yield f"{name} är ändrad i filens schema"


@cache
def _schema_of_new(_version: int) -> dict[str, str]:
    with closing(door.in_memory()) as fresh:
        schema.migrate(fresh, "", "")
        return dict(fresh.execute(_SCHEMA))


_SCHEMA = """
SELECT type || ' ' || name, tbl_name || ': ' || coalesce(sql, '') FROM sqlite_master
WHERE NOT (type = 'table' AND name IN ('sqlite_stat1', 'sqlite_stat4') AND sql LIKE 'CREATE TABLE %')
"""
"""Not what ANALYZE has counted. Whatever else has words of its own is looked at: who writes in this table by hand may
call a trigger as SQLite's own things."""

_OF_THE_INDEX = {
    f"table case_text_{part}": f"case_text_{part}: CREATE TABLE 'case_text_{part}'({columns}"
    for part, columns in {
        "config": "k PRIMARY KEY, v) WITHOUT ROWID",
        "data": "id INTEGER PRIMARY KEY, block BLOB)",
        "docsize": "id INTEGER PRIMARY KEY, sz BLOB)",
        "idx": "segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID",
    }.items()
}
"""The search index's own tables as SQLite has always made them. Where a later one makes others, both are right."""


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
    for rows in _by_place(store, "SELECT id, at, chain FROM event WHERE id > ? ORDER BY id LIMIT ?"):
        yield from (Link(*row) for row in rows)


def _by_place(store: Store, statement: str) -> Iterator[list[tuple[Any, ...]]]:
    """What a statement gives of so many events at a time: who writes waits for none of it long.

    The log only grows, so that pieces from different moments fit.
    """
    place = _BEFORE_ALL
    while True:
        with store.reading():
            rows = store.run(statement, (place, EVENTS))
        if not rows:
            return
        yield rows
        place = _further(store, place, [row[0] for row in rows])


_BEFORE_ALL = -(2**63)


def _further(store: Store, last: int, places: Collection[int]) -> int:
    """The place to go on from. In a torn file a row may lie before the one it comes after: that would go on for ever.

    Raises:
        RegisterDamaged: one does.
    """
    if min(places) <= last:
        raise RegisterDamaged(store.path, "filen är skadad", "Rör den inte. Ta fram säkerhetskopian.")
    return max(places)


def chain_faults(store: Store) -> Iterator[str]:
    """The first place where the log is not what it was: what comes after it cannot be told."""
    before, place = "", 0
    erased = _Erased(store)
    for rows in _by_place(store, _LOG):
        for event_id, case_id, *rest, whole, chain, state, salt, details in rows:
            place += 1
            intact = erased.tells_of(case_id, event_id) if details is None else seals.digest(salt, details) == whole
            linked = event_id == place and seals.chained(before, event_id, (case_id, *rest), whole, state) == chain
            if not (intact and linked):
                yield f"loggen stämmer inte vid händelse {place}"
                return
            before = chain
    if not place:
        yield "loggen är tom"


_LOG = """
SELECT e.id, e.case_id, e.at, e.by, e.on_day, e.kind, e.digest, e.chain, e.state, d.salt, d.changes
FROM event e NOT INDEXED LEFT JOIN event_detail d ON d.event_id = e.id
WHERE e.id > ? ORDER BY e.id LIMIT ?
"""


class _Erased:
    """The events whose details were taken away by decision: the last erasing act of their case names them."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._named: tuple[int | None, frozenset[int]] = (None, frozenset())

    def tells_of(self, case_id: int | None, event_id: int) -> bool:
        if case_id != self._named[0]:
            self._named = (
                case_id,
                frozenset(
                    place
                    for (changes,) in self._store.run(_ERASINGS, (case_id,))
                    for key, _, new in told(changes)[0]
                    if key == seals.ERASED
                    for place in new
                ),
            )
        return event_id in self._named[1]


_ERASINGS = f"""
SELECT d.changes FROM event e JOIN event_detail d ON d.event_id = e.id
WHERE e.case_id = ? AND e.kind IN {seals.ERASING} ORDER BY e.id DESC LIMIT 1
"""


def list_faults(store: Store) -> Iterator[str]:
    """Whether the register's own lists, and the seals it was given with its schema, are as they were left."""
    if not store.lists_are_sealed():
        yield "registrets egna listor (regelverk, kalender, enheter, handläggare …) har ändrats utanför klagreg"
    if not store.baseline_is_sealed():
        yield "sigillen från när registret fick sitt schema har ändrats utanför klagreg"


def noticed(store: Store) -> Iterator[tuple[int, str]]:
    """What acts have met that had been changed outside the program, and at which place in the log: told for ever."""
    for place, number, changes in store.run(_NOTICED, ()):
        for key, _, what in told(changes)[0]:
            if key == seals.DEVIATION:
                met = f"{number} {seals.TAMPERED}" if number else str(what)
                yield place, f"{met[0].upper()}{met[1:]} före händelse {place}"


_NOTICED = f"""
SELECT e.id, c.number, d.changes FROM event_detail d JOIN event e ON e.id = d.event_id
LEFT JOIN cases c ON c.id = e.case_id
WHERE instr(d.changes, '["{seals.DEVIATION}",null,') > 0 ORDER BY e.id
"""


def index_faults(store: Store) -> Iterator[str]:
    """Whether the search index holds the words of the cases. Call in ``store.writing()``: SQLite asks for the lock."""
    try:
        store.run("INSERT INTO case_text (case_text, rank) VALUES ('integrity-check', 1)", ())
    except (sqlite3.Error, RegisterError):
        yield "sökindexet stämmer inte med ärendena"


def renamings(store: Store) -> list[tuple[int, str, str, str]]:
    """Units and handlers that got another name, as (place in the log, ``enhet`` or ``handlaggare``, old, new)."""
    return [
        (place, kind, old, new)
        for place, kind, changes in store.run(_RENAMINGS, ())
        for key, old, new in told(changes)[0]
        if key == kind and old and old != new
    ]


_RENAMINGS = """
SELECT e.id, e.kind, d.changes FROM event e JOIN event_detail d ON d.event_id = e.id
WHERE e.case_id IS NULL AND e.kind IN ('enhet', 'handlaggare') ORDER BY e.id
"""


def free_days(store: Store) -> dict[str, str]:
    """The country's days off that the register counts by, as day → name; local ones not among them."""
    return dict(store.run("SELECT day, name FROM free_day WHERE local = 0", ()))


def kept(store: Store, *, whole: bool = True) -> Iterator[Kept]:
    """Every case with what the log says of it, in bounded memory, and so many at a time in one moment.

    ``whole``: with the case and its story; else with its seals alone, in a fourth of the time.
    """
    last = _BEFORE_ALL
    while True:
        with store.reading():
            numbers = dict(store.run(_NUMBERS, (last, CHUNK)))
            found = list(_kept_of(store, numbers, whole)) if numbers else []
        yield from found
        if not numbers:
            return
        last = _further(store, last, numbers)


_NUMBERS = "SELECT id, coalesce(number, 'ett ärende') FROM cases WHERE id > ? ORDER BY id LIMIT ?"


def _kept_of(store: Store, numbers: dict[int, str], whole: bool) -> Iterator[Kept]:
    ids = (min(numbers), max(numbers))
    baseline = dict(store.run("SELECT case_id, seal FROM baseline WHERE case_id BETWEEN ? AND ?", ids))
    since = int(store.meta().get(seals.SEALED_SINCE, 0))
    cases = _readable(store.stored_between, *ids) if whole else {}
    found = _readable(store.seals_between, *ids)
    acts: dict[int, list[_Told]] = {}
    for case_id, *act in store.run(_ACTS, ids):
        acts.setdefault(case_id, []).append(_Told(*act))
    for case_id, number in numbers.items():
        of_case = acts.get(case_id, [])
        sealed = [act.state for act in of_case if act.event_id > since]
        last_seal = sealed[-1] if sealed else baseline.get(case_id)
        yield Kept(number, cases.get(case_id), found.get(case_id), last_seal, _story(of_case) if whole else None)


class _Told(NamedTuple):
    event_id: int
    kind: str
    state: str | None
    changes: str | None


_ACTS = """
SELECT e.case_id, e.id, e.kind, e.state, d.changes FROM event e LEFT JOIN event_detail d ON d.event_id = e.id
WHERE e.case_id BETWEEN ? AND ? ORDER BY e.case_id, e.id
"""


def _story(acts: list[_Told]) -> tuple[tuple[int, Changes], ...] | None:
    first = next((place for place in reversed(range(len(acts))) if acts[place].kind in seals.ERASING), 0)
    if not acts or acts[first].state is None:
        return None
    return tuple((act.event_id, told(act.changes)[0]) for act in acts[first:])


def _readable(read: Callable[[int, int], dict[int, Found]], first: int, last: int) -> dict[int, Found]:
    """What can be read of some cases: when one of them cannot, the others all the same."""
    try:
        return read(first, last)
    except UNREADABLE:
        middle = (first + last) // 2
        return {} if first == last else _readable(read, first, middle) | _readable(read, middle + 1, last)
