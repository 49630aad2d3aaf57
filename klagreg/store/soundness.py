"""Whether a register is sound: what its file, its log and its rows say of one another. Reads, and changes nothing.

:func:`fault` is the short answer, for what will be counted or copied. The other functions are the parts of the long one
(:mod:`klagreg.inspection`): each gives what is wrong as Swedish sentences, never with anything that a case holds.
"""

from __future__ import annotations

import itertools
import json
import re
import sqlite3
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple, Protocol, TypeVar

from klagreg import history
from klagreg.errors import RegisterDamaged, RegisterError
from klagreg.store import door, schema, seals
from klagreg.store.cases import Store, told
from klagreg.store.standing import Standing

Found = TypeVar("Found")

UNREADABLE = (sqlite3.Error, RegisterError, ValueError, TypeError, LookupError)
"""How rows that were changed outside the program may refuse to be read."""

CHUNK = 500
EVENTS = 5000
"""Cases, and events, that are looked at together: in one moment, which whoever writes has to wait for."""


class Link(NamedTuple):
    """An event's place in the chain."""

    place: int
    chain: str


@dataclass(slots=True)
class Log:
    """What one walk through the log finds."""

    fault: str | None = None
    """The first place where it is not what it was, in Swedish; what comes after it cannot be told."""
    first: Link | None = None
    last: Link | None = None
    passed: list[Link] = field(default_factory=list)
    """The links whose chain value begins as one that was asked for."""
    noticed: list[tuple[int, str]] = field(default_factory=list)
    """What acts have met that had been changed outside the program, and at which place: told for ever."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A case as its rows hold it, beside what the log says of it."""

    number: str
    seal: str | None
    """The digest of its rows; None when they cannot be read."""
    sealed: str | None
    """The last seal over it in the log; None when there is none."""
    replay: str | None = ""
    """Where its acts, replayed, do not give its rows, in Swedish; empty when they do. None where the log holds no whole
    story: schemas before the third changed rows that no act tells of."""

    @property
    def fault(self) -> str | None:
        """Whether its rows are those that its last act left, and if not what is wrong, in Swedish."""
        if self.seal is None:
            return f"{self.number} kan inte läsas"
        if self.sealed is None:
            return f"{self.number} finns inte i loggen"
        return None if self.seal == self.sealed else f"{self.number} har ändrats utanför klagreg"


class Progress(Protocol):
    """Whoever is told how far it has come, when a register is looked through or copied."""

    def step(self, text: str, total: int = 0) -> None:
        """Another part of the work begins. ``total``: how much there is of it, if that is known."""

    def done(self, number: int) -> None:
        """So much of it is done."""


def fault(store: Store) -> str | None:
    """What is wrong with a register's file or log, in Swedish; None when nothing is.

    Reads the whole file once, the log in pieces, so that whoever writes waits for none of it long; inside
    ``store.reading()`` all of it at one moment. An act whose text was erased by decision keeps its place in the chain.
    """
    return next(itertools.chain(file_faults(store, thorough=False), chain_faults(store)), None)


def deviation(store: Store) -> str | None:
    """The first thing that is not as the log of a sound file says, in Swedish; None when all is. Takes its time."""
    checks = (schema_faults, key_faults, number_faults, list_faults, content_faults)
    return next(itertools.chain.from_iterable(check(store) for check in checks), None)


def departure(store: Store) -> str | None:
    """As :func:`deviation`, as far as can be told without reading the cases and the log: at once, whatever the size."""
    return next(itertools.chain(schema_faults(store), list_faults(store)), None)


def content_faults(store: Store) -> Iterator[str]:
    """Cases whose rows are not those that their last act left."""
    for one in kept(store, whole=False):
        if told := one.fault:
            yield told


def extent(store: Store) -> tuple[int, int]:
    """How many cases and acts there are to look at."""
    ((cases, acts),) = store.run("SELECT (SELECT count(*) FROM cases), (SELECT max(id) FROM event)", ())
    return int(cases), int(acts or 0)


THOROUGH_CHECK = "PRAGMA integrity_check(5)"
QUICK_CHECK = "PRAGMA quick_check(1)"


def file_faults(store: Store, *, thorough: bool = True) -> Iterator[str]:
    """SQLite's own check of the file's structure; ``thorough``: of its indexes and conditions too."""
    with store.interruptible():
        answer = store.run(THOROUGH_CHECK if thorough else QUICK_CHECK, ())
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
    chain = _Chain(store)
    for rows in _by_place(store, _LOG):
        for row in rows:
            if not chain.goes_on_with(row):
                yield f"{_BROKEN} {chain.place}"
                return
    if not chain.place:
        yield _EMPTY


def walked(store: Store, wanted: Collection[str] = (), done: Callable[[int], None] = lambda _: None) -> Log:
    """The whole log, event by event and once: its chain, its ends, and what acts have met.

    ``wanted``: how chain values begin that are looked for, in so many characters as :data:`SHORTEST`. ``done`` is told
    the places that are behind.
    """
    log, chain = Log(), _Chain(store)
    for rows in _by_place(store, _LOG):
        for row in rows:
            if log.fault is None and not chain.goes_on_with(row):
                log.fault = f"{_BROKEN} {chain.place}"
            link, details = Link(row[0], row[7]), row[-1]
            if link.chain[:SHORTEST] in wanted:
                log.passed.append(link)
            if details and _MET in details:
                log.noticed += ((link.place, met) for met in _met(store, link.place, row[1], details))
        log.first = log.first or Link(rows[0][0], rows[0][7])
        log.last = link
        done(link.place)
    if log.last is None:
        log.fault = _EMPTY
    return log


SHORTEST = 16
"""Characters of a hash that tell it from all others, and that an anchor must have at least."""

_BROKEN = "loggen stämmer inte vid händelse"
_EMPTY = "loggen är tom"


class _Chain:
    """The log's chain, followed from its beginning."""

    def __init__(self, store: Store) -> None:
        self.place = 0
        """The number that the last event should have."""
        self._before = ""
        self._erased = _Erased(store)

    def goes_on_with(self, row: Sequence[Any]) -> bool:
        """Whether an event is the next one, with the details that it had."""
        event_id, case_id, at, by, on_day, kind, whole, chain, state, salt, details = row
        self.place += 1
        erased = details is None
        intact = self._erased.tells_of(case_id, event_id) if erased else seals.digest(salt, details) == whole
        act, before, self._before = (case_id, at, by, on_day, kind), self._before, chain
        return intact and event_id == self.place and seals.chained(before, event_id, act, whole, state) == chain


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


_MET = f'["{seals.DEVIATION}",null,'
"""How an act's details, as they are stored, tell of what it met."""


def _met(store: Store, place: int, case_id: int | None, details: str) -> Iterator[str]:
    numbers = store.run("SELECT number FROM cases WHERE id = ?", (case_id,))
    for key, _, what in told(details)[0]:
        if key == seals.DEVIATION:
            met = f"{numbers[0][0]} {seals.TAMPERED}" if numbers else str(what)
            yield f"{met[0].upper()}{met[1:]} före händelse {place}"


def index_faults(store: Store) -> Iterator[str]:
    """Whether the search index holds the words of the cases. Call in ``store.writing()``: SQLite asks for the lock."""
    try:
        store.run("INSERT INTO case_text (case_text, rank) VALUES ('integrity-check', 1)", ())
    except (sqlite3.Error, RegisterError):
        yield "sökindexet stämmer inte med ärendena"


def free_days(store: Store) -> dict[str, str]:
    """The country's days off that the register counts by, as day → name; local ones not among them."""
    return dict(store.run("SELECT day, name FROM free_day WHERE local = 0", ()))


def kept(store: Store, *, whole: bool = True) -> Iterator[Kept]:
    """Every case with what the log says of it, in bounded memory, and so many at a time in one moment.

    ``whole``: with its acts replayed; else with its seals alone, in half the time.
    """
    last, replay = _BEFORE_ALL, _Replay(store) if whole else None
    while True:
        with store.reading():
            numbers = dict(store.run(_NUMBERS, (last, CHUNK)))
            piece = _Piece(store, numbers, replay) if numbers else None
        if piece is None:
            return
        yield from (piece.kept(case_id) for case_id in numbers)
        last = _further(store, last, numbers)


_NUMBERS = "SELECT id, coalesce(number, 'ett ärende') FROM cases WHERE id > ? ORDER BY id LIMIT ?"


class _Piece:
    """Some cases as they are in one moment: everything of them is read at once, and looked at later."""

    def __init__(self, store: Store, numbers: dict[int, str], replay: _Replay | None) -> None:
        ids = (min(numbers), max(numbers))
        self._numbers = numbers
        self._replay = replay
        self._rows = _readable(store.rows_between, *ids)
        self._baseline = dict(store.run("SELECT case_id, seal FROM baseline WHERE case_id BETWEEN ? AND ?", ids))
        self._since = int(store.meta().get(seals.SEALED_SINCE, 0))
        self._acts: dict[int, list[_Told]] = {}
        for case_id, *act in store.run(_ACTS if replay else _STATES, ids):
            self._acts.setdefault(case_id, []).append(_Told(*act))
        if replay:
            replay.look()

    def kept(self, case_id: int) -> Kept:
        """One of them."""
        acts, rows = self._acts.get(case_id, []), self._rows.get(case_id)
        sealed = [act.state for act in acts if act.event_id > self._since]
        return Kept(
            self._numbers[case_id],
            _seal(rows) if rows else None,
            sealed[-1] if sealed else self._baseline.get(case_id),
            self._replay.fault(rows, acts) if self._replay else "",
        )


class _Told(NamedTuple):
    event_id: int
    kind: str
    state: str | None
    changes: str | None


_STATES = "SELECT case_id, id, kind, state, NULL FROM event WHERE case_id BETWEEN ? AND ? ORDER BY case_id, id"
_ACTS = """
SELECT e.case_id, e.id, e.kind, e.state, d.changes FROM event e LEFT JOIN event_detail d ON d.event_id = e.id
WHERE e.case_id BETWEEN ? AND ? ORDER BY e.case_id, e.id
"""


def _seal(rows: seals.Rows) -> str | None:
    try:
        return seals.of_rows(rows)
    except UNREADABLE:  # a value that is no text any more
        return None


def _readable(read: Callable[[int, int], dict[int, Found]], first: int, last: int) -> dict[int, Found]:
    """What can be read of some cases: when one of them cannot, the others all the same."""
    try:
        return read(first, last)
    except UNREADABLE:
        middle = (first + last) // 2
        return {} if first == last else _readable(read, first, middle) | _readable(read, middle + 1, last)


class _Replay:
    """The acts of cases replayed, and compared with their rows."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._standing = Standing(store)
        self._renamings: dict[str, list[tuple[int, str, str]]] = {}
        self._named = 0
        """The last act that gave a unit or a handler another name."""

    def look(self) -> None:
        """Learn what everything is called by now. Call in the moment that the cases are read in."""
        self._standing.look()
        for place, kind, changes in self._store.run(_RENAMINGS, (self._named,)):
            self._named = place
            for key, old, new in told(changes)[0]:
                if key == kind and old and old != new:
                    self._renamings.setdefault(key, []).append((place, old, new))

    def fault(self, rows: seals.Rows | None, acts: list[_Told]) -> str | None:
        """Where the acts of a case do not give its rows; empty when they do, None when they are no whole story."""
        first = next((place for place in reversed(range(len(acts))) if acts[place].kind in seals.ERASING), 0)
        if not acts or acts[first].state is None:
            return None
        try:
            stands = self._standing.of(rows or [])
        except UNREADABLE:
            return "raderna kan inte läsas som ett ärende"
        made, broken = history.replayed(
            ((act.event_id, _changes(act.changes)) for act in acts[first:]), self._renamings
        )
        if broken:
            return f"loggens värden för {broken} hänger inte ihop"
        if made == stands:
            return ""
        differing = sorted(key for key in made.keys() | stands.keys() if made.get(key) != stands.get(key))
        return f"{', '.join(differing)} stämmer inte med loggen"


_RENAMINGS = """
SELECT e.id, e.kind, d.changes FROM event e JOIN event_detail d ON d.event_id = e.id
WHERE e.case_id IS NULL AND e.kind IN ('enhet', 'handlaggare') AND e.id > ? ORDER BY e.id
"""


def _changes(details: str | None) -> list[Sequence[Any]]:
    """What an act changed, as (key, old, new); nothing when that was erased. As ``told``, in half the time."""
    return [change if len(change) == 3 else (*change, None, None)[:3] for change in json.loads(details or "[]")]
