"""Cases in the file: every statement that stores or finds one. Decides nothing, knows no rule.

A case is written whole by :meth:`Store.insert` and :meth:`Store.save`, always together with its event and
inside the caller's :meth:`Store.writing`. Reads are finished before they return: nothing keeps a read lock
while a person scrolls.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from klagreg import practice
from klagreg.days import LAST_DAY
from klagreg.history import written
from klagreg.model import Case, Deadline, Event
from klagreg.practice import Practice
from klagreg.rules import LocalRule, Rule, Vocabulary
from klagreg.staff import Handler, Unit
from klagreg.store import door, seals
from klagreg.store.parts import PARTS, day, filled, row, stored
from klagreg.terms import (
    Affects,
    CaseType,
    Contact,
    CountedIn,
    Fulfilment,
    Nature,
    Outcome,
    Shift,
    Status,
    WithoutContact,
)
from klagreg.workdays import Calendar

if TYPE_CHECKING:
    from klagreg.profile import Profile

_JSON = json.JSONEncoder(ensure_ascii=False)
_TAMPERED = (seals.DEVIATION, None, f"ärendet {seals.TAMPERED}")
_TAMPERED_LISTS = (seals.DEVIATION, None, f"{seals.THE_LISTS} {seals.TAMPERED}")
_CHUNK = 500
"""Cases whose parts are fetched together; well under SQLite's limit of parameters."""


class RuleSet(NamedTuple):
    """An adopted profile, as far as registering needs it."""

    id: int
    name: str
    source: str
    note: str
    valid_from: date
    prefix: str
    number_format: str
    types: tuple[CaseType, ...]
    rules: tuple[Rule, ...]
    toml: str
    practice: Practice


class Filter(NamedTuple):
    """Which cases a list shows; empty fields do not filter. Dates are arrival days, both included."""

    status: Status | None = None
    type: CaseType | None = None
    unit: str | None = None
    board: str | None = None
    handler: str | None = None
    overdue_on: date | None = None
    start: date | None = None
    end: date | None = None
    text: str | None = None
    """Words that must all begin a word of the title, description, proposal or answer."""
    learnt: bool = False
    """Only cases with a lesson to share."""
    published: bool = False
    """Only cases with an answer that is approved for everybody."""
    unanswered: bool = False
    """Only cases whose sender can be answered and has not been, open or closed."""
    inside_words: bool = False
    """Look for ``text`` anywhere, also inside words; costs a pass over all cases."""
    unmarked_on: date | None = None
    """Only cases without a secrecy mark on that day."""
    registered_from: str | None = None
    registered_before: str | None = None
    """Only cases registered in [from, before): stored moments, ``2026-11-02T08:14:07Z``."""

    @property
    def looks_inside(self) -> bool:
        """Whether it chooses by more than the days that also a secret case shows."""
        shown = self._replace(overdue_on=None, start=None, end=None, registered_from=None, registered_before=None)
        return shown != Filter()


class WatchRow(NamedTuple):
    """A deadline that somebody has to act on, without any text of the case but its public title."""

    number: str
    key: str
    rule_title: str
    due: date
    handler: str | None
    unit: str | None
    title: str
    told_of_delay: bool | None
    nature: Nature
    withheld: bool = False
    """What is None is not shown, because the case is marked secret."""


class MeasureRow(NamedTuple):
    """A promised measure that is not done, without its text."""

    number: str
    place: int
    due: date | None
    responsible: str | None
    unit: str | None
    title: str
    withheld: bool = False


class Unassigned(NamedTuple):
    """A case that waits for somebody: a handler, or a copy."""

    number: str
    unit: str | None
    title: str
    withheld: bool = False


class Store:
    """One connection to one register."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._db = connection
        self.path = path
        self._touched = False
        """A list has changed since the last act on the register was logged."""
        self._tampered = False
        self._acted = False
        self._noted = False
        self.has_noted = False
        """Anything has been stored through this connection, also that somebody has read."""
        self.has_written = False
        """An act that is no mere reading has been stored through this connection."""
        # SQLite's own lower() and LIKE know a–z only.
        connection.create_function("casefold", 1, lambda text: text and text.casefold(), deterministic=True)

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One writing transaction: everything inside is stored, or nothing."""
        with door.writing(self._db, self.path, self._stored):
            self._touched = self._tampered = self._acted = self._noted = False
            door.must_be_todays(self._db, self.path)
            yield
            if self._touched:
                raise RuntimeError("a list was changed, and no act on the register seals it")

    def _stored(self) -> None:
        self.has_noted = self.has_noted or self._noted
        self.has_written = self.has_written or self._acted

    def last_moment(self) -> str | None:
        """The latest moment of the last hundred acts, UTC: a wrong clock may have stamped the last. None: no act."""
        latest = "SELECT max(at) FROM (SELECT at FROM event ORDER BY id DESC LIMIT 100)"
        return next((at for (at,) in self._db.execute(latest)), None)

    @property
    def lists_changed(self) -> bool:
        """Whether a list has changed in this transaction and no act on the register has sealed it yet."""
        return self._touched

    def reading(self) -> AbstractContextManager[None]:
        """One moment: everything read inside belongs together."""
        return door.reading(self._db, self.path)

    # -- the register itself --------------------------------------------------------------------

    def meta(self) -> dict[str, str]:
        """Facts about the register: ``namnd``, ``kommun``."""
        return dict(self._db.execute("SELECT key, value FROM meta").fetchall())

    def set_meta(self, values: Mapping[str, str]) -> None:
        """Store facts about the register."""
        self._touch()
        self._db.executemany("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", values.items())

    def set_calendar(self, free: Mapping[date, str], *, local: bool) -> None:
        """Store days that are no working days; a local day off never hides a helgdag's name."""
        self._touch()
        self._db.executemany(
            "INSERT INTO free_day (day, name, local) VALUES (?, ?, ?) ON CONFLICT (day) DO NOTHING",
            ((day.isoformat(), name, local) for day, name in free.items()),
        )

    def calendar(self, start: date, end: date) -> Calendar:
        """The register's calendar for the days in [start, end]."""
        rows = self._db.execute(
            "SELECT day, name FROM free_day WHERE day BETWEEN ? AND ?", (start.isoformat(), end.isoformat())
        )
        return Calendar({date.fromisoformat(day): name for day, name in rows})

    def local_days_off(self) -> dict[date, str]:
        """The municipality's own days off."""
        rows = self._db.execute("SELECT day, name FROM free_day WHERE local = 1 ORDER BY day")
        return {date.fromisoformat(day): name for day, name in rows}

    def adopt(self, profile: "Profile", valid_from: date, at: str, by: str) -> int:
        """Store a profile as a new rule set; word lists are extended, never shortened."""
        self._touch()
        rule_set_id = self._db.execute(
            "INSERT INTO rule_set (name, source, note, valid_from, prefix, number_format, types, toml, adopted_at,"
            " adopted_by, practice) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (profile.name, profile.source, profile.note, valid_from.isoformat(), profile.prefix,
             profile.number_format, " ".join(profile.types), profile.toml, at, by, profile.stored_practice),
        ).lastrowid  # fmt: skip
        assert rule_set_id is not None
        self._db.executemany(
            "INSERT INTO rule (rule_set_id, key, title, length, counted_in, shift, fulfilled_by, without_contact,"
            " needs_contact, needs_handler, types, nature, source) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (rule_set_id, r.key, r.title, r.length, r.counted_in, r.shift, " ".join(sorted(r.fulfilled_by)),
                 r.without_contact, r.needs_contact, r.needs_handler, " ".join(sorted(r.types)), r.nature, r.source)
                for r in profile.rules
            ),
        )  # fmt: skip
        for name, codes in (("kanal", profile.channels), ("omrade", profile.areas)):
            for place, (code, words) in enumerate(codes.items(), 1):
                self.add_word(name, code, words, place)
        return rule_set_id

    def rule_sets(self) -> list[RuleSet]:
        """All adopted profiles, oldest first."""
        rows = self._db.execute(
            "SELECT id, name, source, note, valid_from, prefix, number_format, types, toml, practice FROM rule_set"
            " ORDER BY valid_from, id"
        ).fetchall()
        return [
            RuleSet(
                id=rule_set_id,
                name=name,
                source=source,
                note=note,
                valid_from=date.fromisoformat(valid_from),
                prefix=prefix,
                number_format=number_format,
                types=tuple(CaseType(code) for code in types.split()),
                rules=tuple(self._rules(rule_set_id).values()),
                toml=toml,
                practice=practice.restored(settings),
            )
            for rule_set_id, name, source, note, valid_from, prefix, number_format, types, toml, settings in rows
        ]

    def _rules(self, rule_set_id: int) -> dict[int, Rule]:
        rows = self._db.execute(
            "SELECT id, key, title, length, counted_in, shift, fulfilled_by, without_contact, needs_handler, types,"
            " nature, source FROM rule WHERE rule_set_id = ? ORDER BY id",
            (rule_set_id,),
        )
        return {row[0]: _rule(row) for row in rows}

    def local_rules(self) -> list[LocalRule]:
        """The stricter rules of units and nämnder, oldest first."""
        rows = self._db.execute(
            "SELECT l.key, l.length, l.counted_in, l.valid_from, u.name, l.board, l.shift, l.source, l.id"
            " FROM local_rule l LEFT JOIN unit u ON u.id = l.unit_id ORDER BY l.valid_from, l.id"
        )
        return [
            LocalRule(key, length, CountedIn(counted_in), date.fromisoformat(valid_from), unit, board, Shift(shift),
                      source, local_id)
            for key, length, counted_in, valid_from, unit, board, shift, source, local_id in rows.fetchall()
        ]  # fmt: skip

    def add_local_rule(self, rule: LocalRule) -> None:
        """Store a stricter rule."""
        self._touch()
        self._db.execute(
            "INSERT INTO local_rule (key, unit_id, board, length, counted_in, shift, source, valid_from)"
            " VALUES (?, (SELECT id FROM unit WHERE name = ?), ?, ?, ?, ?, ?, ?)",
            (rule.key, rule.unit, rule.board, rule.length, rule.counted_in, rule.shift, rule.source,
             rule.valid_from.isoformat()),
        )  # fmt: skip

    def vocabulary(self, name: str) -> Vocabulary:
        """The list ``kanal`` or ``omrade``."""
        rows = self._db.execute("SELECT code, words FROM vocabulary WHERE list = ? ORDER BY place, code", (name,))
        return Vocabulary(f"--{name}", {code: tuple(json.loads(words)) for code, words in rows})

    def add_word(self, name: str, code: str, words: Sequence[str], place: int = 1000) -> None:
        """Add a code to the list ``kanal`` or ``omrade``, or renew its words."""
        self._touch()
        self._db.execute(
            "INSERT INTO vocabulary (list, code, words, place) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (list, code) DO UPDATE SET words = excluded.words",
            (name, code, json.dumps(words, ensure_ascii=False), place),
        )

    # -- units and handlers ---------------------------------------------------------------------

    def units(self) -> list[Unit]:
        """All units, also retired ones."""
        rows = self._db.execute("SELECT name, board, retired_on, receiver, manager FROM unit ORDER BY name")
        return [Unit(name, board, day(retired_on), *more) for name, board, retired_on, *more in rows]

    def handlers(self) -> list[Handler]:
        """All handlers, also retired ones."""
        rows = self._db.execute(
            "SELECT h.name, u.name, h.retired_on, h.full_name, h.title, h.phone, h.email, h.address"
            " FROM handler h LEFT JOIN unit u ON u.id = h.unit_id ORDER BY h.name"
        )
        return [Handler(name, unit, day(retired_on), *more) for name, unit, retired_on, *more in rows]

    def boards(self) -> list[str]:
        """The spellings of nämnder that the register has met. Costs by their number: the cases' are leapt between."""
        return [board for (board,) in self._db.execute(
            "WITH RECURSIVE met(board) AS (SELECT min(board) FROM cases"
            " UNION ALL SELECT (SELECT min(board) FROM cases WHERE board > m.board) FROM met m WHERE m.board NOT NULL)"
            " SELECT board FROM met WHERE board NOT NULL UNION SELECT board FROM unit WHERE board NOT NULL"
            " UNION SELECT value FROM meta WHERE key = 'namnd'"
        )]  # fmt: skip

    def put_unit(self, unit: Unit, name: str | None = None) -> None:
        """Store a new unit, or the new state of the unit called ``name``."""
        self._touch()
        if name is None:
            self._db.execute("INSERT INTO unit (name) VALUES (?)", (unit.name,))
        self._db.execute(
            "UPDATE unit SET name = ?, board = ?, retired_on = ?, receiver = ?, manager = ? WHERE name = ?",
            (unit.name, unit.board, stored(unit.retired_on), unit.receiver, unit.manager, name or unit.name),
        )

    def put_handler(self, handler: Handler, name: str | None = None) -> None:
        """Store a new handler, or the new state of the handler called ``name``."""
        self._touch()
        if name is None:
            self._db.execute("INSERT INTO handler (name) VALUES (?)", (handler.name,))
        self._db.execute(
            "UPDATE handler SET name = ?, unit_id = (SELECT id FROM unit WHERE name = ?), retired_on = ?,"
            " full_name = ?, title = ?, phone = ?, email = ?, address = ? WHERE name = ?",
            (handler.name, handler.unit, stored(handler.retired_on), handler.full_name, handler.title, handler.phone,
             handler.email, handler.address, name or handler.name),
        )  # fmt: skip

    # -- writing a case -------------------------------------------------------------------------

    def next_serial(self, year: int, count: int = 1) -> int:
        """Take the next ``count`` numbers of a year's series, and say the first; ours when it is all stored."""
        ((last,),) = self._db.execute(
            "INSERT INTO series (year, last) VALUES (:year, :count)"
            " ON CONFLICT (year) DO UPDATE SET last = last + :count RETURNING last",
            {"year": year, "count": count},
        ).fetchall()
        return int(last) - count + 1

    def insert(self, case: Case, event: Event) -> None:
        """Store a new case with its parts and its first event."""
        self.insert_many([case], event.kind, [written(event.changes)])

    def insert_many(self, cases: Sequence[Case], kind: str, told: Iterable[str]) -> None:
        """Store new cases with their parts and first events, in this order.

        The events are of one kind, and were when the cases were registered; ``told``: what the log tells of each.
        """
        ((last,),) = self._db.execute("SELECT coalesce(max(id), 0) FROM cases").fetchall()
        numbered = list(enumerate(cases, last + 1))
        self._insert("cases", ("id", *_STORED), [(case_id, *_row(case)) for case_id, case in numbered], salt=_SALT)
        self._index_text(last + 1, last + len(numbered))
        self._insert_parts(numbered)
        sealed = dict(seals.of_cases(self._db, last + 1, last + len(numbered)))
        self._log(
            seals.Act(case_id, case.registered_at, case.registered_by, case.received.isoformat(), kind, what, seal)
            for (case_id, case), what, seal in zip(numbered, told, sealed.values(), strict=True)
        )

    def save(self, case: Case, event: Event) -> bool:
        """Store a changed case with its parts, and the event that says what changed.

        False: it had been changed outside the program since the last act on it; the event says so for ever.
        """
        case_id = self._id(case.number)
        tampered = seals.last_of_case(self._db, case_id) != seals.of_case(self._db, case_id)
        said = self._db.execute(_TEXTS, (case_id,)).fetchall()
        if has_new_words := said != [(case.title, case.description, case.proposal, case.answer)]:
            self._unindex_text(case_id)
        self._db.execute(_UPDATE_CASE, (*_row(case)[len(_FIXED) :], case_id))
        if has_new_words:
            self._index_text(case_id, case_id)
        for table in seals.CASE_TABLES:
            self._db.execute(f"DELETE FROM {table} WHERE case_id = ?", (case_id,))
        self._insert_parts([(case_id, case)])
        self._append(event, case_id, tampered)
        return not tampered

    def log(self, number: str, event: Event) -> None:
        """Add an act that changes nothing in the case itself: its seal stays what it was."""
        self.log_many([(number, event)])

    def log_many(self, told: Iterable[tuple[str, Event]]) -> None:
        """Add acts that change nothing in their cases, as (number, event), in this order."""
        ids = [(self._id(number), event) for number, event in told]
        last = {case_id: seals.last_of_case(self._db, case_id) for case_id in {case_id for case_id, _ in ids}}
        self._log((_act(event, case_id, last[case_id]) for case_id, event in ids))

    def _id(self, number: str) -> int:
        ((case_id,),) = self._db.execute("SELECT id FROM cases WHERE number = ?", (number,)).fetchall()
        return int(case_id)

    def append_event(self, event: Event) -> None:
        """Add an act on the register itself to the log, sealed with the lists as they stand."""
        state = seals.of_lists(self._db) if self._touched else seals.last_of_lists(self._db)
        noticed = [_TAMPERED_LISTS] if self._tampered else []
        self._log([_act(event, None, state, noticed)])
        self._touched = self._tampered = False

    def _append(self, event: Event, case_id: int, tampered: bool) -> None:
        self._log([_act(event, case_id, seals.of_case(self._db, case_id), [_TAMPERED] * tampered)])

    def _log(self, acts: Iterable[seals.Act]) -> None:
        acts = list(acts)
        seals.append(self._db, acts)
        self._noted = self._noted or bool(acts)
        self._acted = self._acted or any(not act.kind.startswith("last_") for act in acts)

    def _touch(self) -> None:
        """Note that a list changes in this transaction: an act on the register must seal it (append_event)."""
        if not self._touched:
            sealed = seals.last_of_lists(self._db)
            self._touched, self._tampered = True, sealed not in (None, seals.of_lists(self._db))

    def change_list(self, statement: str, parameters: Sequence[Any] | Mapping[str, Any]) -> None:
        """Run a statement of ``klagreg.store``'s own that changes one of the register's lists."""
        self._touch()
        self.run(statement, parameters)

    def _index_text(self, first_id: int, last_id: int) -> None:
        self._db.execute(
            "INSERT INTO case_text (rowid, title, description, proposal, answer)"
            " SELECT id, title, description, proposal, answer FROM cases WHERE id BETWEEN ? AND ?",
            (first_id, last_id),
        )

    def _unindex_text(self, case_id: int) -> None:
        self._db.execute(
            "INSERT INTO case_text (case_text, rowid, title, description, proposal, answer)"
            " SELECT 'delete', id, title, description, proposal, answer FROM cases WHERE id = ?",
            (case_id,),
        )

    def _insert_parts(self, numbered: Sequence[tuple[int, Case]]) -> None:
        for part in PARTS:
            self._insert(part.table, part.stored_columns, part.rows(numbered))
        rules = {tuple(key): rule_id for rule_id, *key in self._db.execute("SELECT id, rule_set_id, key FROM rule")}
        given = [
            (case_id, rules[case.rule_set, rule.key], *row(days), rule.local_id)
            for case_id, case in numbered
            for rule, *days in case.deadlines
        ]
        self._insert("deadline", _DEADLINE, given)

    def _insert(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], **made: str) -> None:
        """Store rows; ``made``: columns whose values SQLite makes itself."""
        if not rows:
            return
        used, values = filled(columns, rows)
        names = ", ".join((*used, *made))
        marks = ", ".join((*(_BY_NAME.get(name, "?") for name in used), *made.values()))
        self._db.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", values)

    # -- finding cases --------------------------------------------------------------------------

    def by_number(self, number: str) -> Case | None:
        """The case with this full number, in any capitals."""
        return next(self._cases("WHERE c.number = ?", (number,)), None)

    def by_serial(self, year: int, serial: int) -> Case | None:
        """The case with this place in a year's series."""
        return next(self._cases("WHERE c.year = ? AND c.serial = ?", (year, serial)), None)

    def numbers_like(self, serial: int) -> list[str]:
        """Full numbers of all years with this serial, newest first."""
        rows = self._db.execute(
            "SELECT c.number FROM series s JOIN cases c ON c.year = s.year AND c.serial = ? ORDER BY s.year DESC",
            (serial,),
        )
        return [number for (number,) in rows]

    def numbers_from(self, begun: str, limit: int) -> list[str]:
        """Full numbers that begin so, in any capitals, the highest first."""
        rows = self._db.execute(
            "SELECT number FROM cases WHERE number >= :begun AND number < :begun || char(1114111)"
            " ORDER BY number DESC LIMIT :limit",
            {"begun": begun, "limit": limit},
        )
        return [number for (number,) in rows]

    def latest_open(self, limit: int) -> list[str]:
        """Full numbers of open cases, those that came in last first."""
        rows = self._db.execute(
            "SELECT number FROM cases WHERE status IN ('inkommen', 'tilldelad') ORDER BY received DESC, id DESC"
            " LIMIT ?",
            (limit,),
        )
        return [number for (number,) in rows]

    def imported(self, source: str) -> dict[str, str]:
        """The ids already imported from a source, and the arrival day of each."""
        return dict(
            self._db.execute(
                "SELECT external_id, received FROM cases WHERE external_source = ? AND external_id IS NOT NULL",
                (source,),
            ).fetchall()
        )

    def registered_as(self, source: str, external_id: str) -> tuple[Case, str | None] | None:
        """The case that bears an id of a source, and what its registration told; None when that was erased."""
        rows = self._db.execute(
            "SELECT c.serial, c.year, d.changes FROM cases c JOIN event e ON e.case_id = c.id"
            " LEFT JOIN event_detail d ON d.event_id = e.id WHERE c.external_source = ? AND c.external_id = ?"
            " ORDER BY e.id LIMIT 1",
            (source, external_id),
        )
        for serial, year, changes in rows.fetchall():
            case = self.by_serial(year, serial)
            return (case, changes) if case else None
        return None

    def registered_alike(self, event: Event, since: str) -> str | None:
        """The case that the same user registered last with the very same facts, from a stored moment on."""
        rows = self._db.execute(
            "SELECT c.number FROM event e JOIN event_detail d ON d.event_id = e.id JOIN cases c ON c.id = e.case_id"
            " WHERE e.id > (SELECT max(id) FROM event) - 100 AND e.kind = ? AND e.by = ? AND e.at >= ?"
            " AND d.changes = ? ORDER BY e.id DESC LIMIT 1",
            (event.kind, event.by, since, written(event.changes)),
        )
        return next((number for (number,) in rows), None)

    def find(self, wanted: Filter, limit: int | None = None) -> list[Case]:
        """Cases that pass the filter, the last registered first."""
        where, parameters = _where(wanted)
        by_words = wanted.text is not None and not wanted.inside_words
        # The index gives its rows by rowid, so that the newest of a common word cost no sorting.
        source, order = (f"{_BY_WORDS} {_NAMES}", "t.rowid") if by_words else (_FROM, "c.id")
        tail = f"{where} ORDER BY {order} DESC" + ("" if limit is None else f" LIMIT {int(limit)}")
        return list(self._cases(tail, parameters, source))

    def chosen(self, wanted: Filter) -> list[int]:
        """What cases that pass a filter without words are called in the file, the last registered first.

        With :meth:`each_of` for lists of any length; both belong in one transaction.
        """
        where, parameters = _where(wanted)
        rows = self._db.execute(f"SELECT c.id {_FROM} {where} ORDER BY c.id DESC", parameters)
        return [case_id for (case_id,) in rows.fetchall()]

    def each_of(self, case_ids: Sequence[int]) -> Iterator[Case]:
        """These cases, the last registered first, in bounded memory."""
        for start in range(0, len(case_ids), _CHUNK):
            chunk = case_ids[start : start + _CHUNK]
            yield from self._cases(f"WHERE c.id IN ({','.join('?' * len(chunk))}) ORDER BY c.id DESC", chunk)

    def count(self, wanted: Filter) -> int:
        """How many cases pass the filter."""
        where, parameters = _where(wanted)
        ((number,),) = self._db.execute(f"SELECT count(*) {_FROM} {where}", parameters).fetchall()
        return int(number)

    def open_cases(self) -> tuple[int, date | None]:
        """How many cases are open, and the day that the oldest of them came in."""
        ((number, oldest),) = self._db.execute(
            "SELECT count(*), min(received) FROM cases WHERE status IN ('inkommen', 'tilldelad')"
        ).fetchall()
        return int(number), day(oldest)

    def unassigned(
        self, on: date, unit: str | None = None, *, past: bool = False, limit: int | None = None
    ) -> tuple[list[Unassigned], int]:
        """Open cases without a handler as of a day, the oldest first, and how many they are in all.

        ``past``: judge by what had happened by then, which costs a pass over the cases; else as they stand now.
        ``limit``: give no more than so many.
        """
        index, condition = ("", _HAD_NOBODY) if past else ("INDEXED BY cases_unassigned", _HAS_NOBODY)
        chosen = (
            f"FROM cases c {index} LEFT JOIN unit u ON u.id = c.unit_id"
            f" WHERE {condition} AND (:unit IS NULL OR u.name = :unit)"
        )
        at_once = -1 if limit is None or past else limit  # a pass that must be made is made once
        values = {"on": on.isoformat(), "unit": unit, "limit": at_once}
        rows = self._db.execute(
            f"SELECT c.number, u.name, c.title {chosen} ORDER BY c.year, c.serial LIMIT :limit", values
        ).fetchall()
        in_all = len(rows)
        if in_all == at_once:
            ((in_all,),) = self._db.execute(f"SELECT count(*) {chosen}", values).fetchall()
        return [Unassigned(*row) for row in rows[:limit]], in_all

    def waiting(self, on: date, until: date, handler: str | None = None, unit: str | None = None) -> list[WatchRow]:
        """Deadlines that waited for somebody as of ``on`` with a last day up to ``until``, the oldest first.

        Costs by the number of deadlines that wait now or were settled after ``on``, not by the register's size.
        Unit and handler are today's.
        """
        columns = (
            f"SELECT c.number, r.key, r.title, {due_as_of('on')} AS due, h.name, u.name, c.title, EXISTS"
            " (SELECT 1 FROM feedback f WHERE f.case_id = c.id AND f.kind = 'forsening' AND f.given_on <= :on),"
            " r.nature, c.year, c.serial, r.id"
            " FROM deadline d {index} JOIN cases c ON c.id = d.case_id JOIN rule r ON r.id = d.rule_id"
            f" {_NAMES} WHERE {{settled}} AND d.original_due <= :until AND {due_as_of('on')} <= :until"
            f" AND {_WAITS_AS_OF}"
            " AND (:handler IS NULL OR h.name = :handler) AND (:unit IS NULL OR u.name = :unit)"
        )
        now = columns.format(index="INDEXED BY deadline_waiting", settled="d.settled_on IS NULL")
        later = columns.format(index="INDEXED BY deadline_settled", settled="d.settled_on > :on")
        rows = self._db.execute(
            f"{now} UNION ALL {later} ORDER BY 4, 10, 11, 12",
            {"on": on.isoformat(), "until": until.isoformat(), "handler": handler, "unit": unit},
        )
        return [
            WatchRow(
                number,
                key,
                rule_title,
                date.fromisoformat(due),
                handler_name,
                unit_name,
                title,
                bool(told),
                Nature(nature),
            )
            for number, key, rule_title, due, handler_name, unit_name, title, told, nature, *_ in rows.fetchall()
        ]

    def promised_measures(
        self, on: date, until: date, handler: str | None = None, unit: str | None = None
    ) -> list[MeasureRow]:
        """Measures that were promised and not done as of ``on``, due up to ``until``, the oldest first.

        Those without a day come last, and only of cases that are closed: of an open case somebody is in charge.
        Costs by the number of measures that wait now or were done after ``on``. The unit is today's.
        """
        columns = (
            "SELECT c.number, m.number, m.due_on, m.responsible, u.name, c.title, m.due_on IS NULL, c.year, c.serial"
            f" FROM measure m JOIN cases c ON c.id = m.case_id {_NAMES} WHERE {{done}} AND {{due}}"
            " AND m.promised_on <= :on AND (c.voided_on IS NULL OR c.voided_on > :on)"
            f" AND {_NOT_DESTROYED}"
            " AND (:handler IS NULL OR m.responsible = :handler) AND (:unit IS NULL OR u.name = :unit)"
        )
        dated, undated = "m.due_on <= :until", f"m.due_on IS NULL AND NOT ({unclosed_as_of('on')})"
        now, later = "m.done_on IS NULL", "m.done_on > :on"
        statements = [columns.format(done=done, due=due) for done in (now, later) for due in (dated, undated)]
        rows = self._db.execute(
            f"{' UNION ALL '.join(statements)} ORDER BY 7, 3, 8, 9, 2",
            {"on": on.isoformat(), "until": until.isoformat(), "handler": handler, "unit": unit},
        )
        return [
            MeasureRow(number, place, day(due), responsible, unit_name, title)
            for number, place, due, responsible, unit_name, title, *_ in rows.fetchall()
        ]

    def without_copy(self, on: date, handler: str | None = None, unit: str | None = None) -> list[Unassigned]:
        """Complaints that had left their unit by ``on`` without the copy that their own rules want, oldest first.

        The twin of ``casework.copy_is_missing``.
        """
        wanted = "casefold(json_extract(s.practice, '$.kopia_till'))"
        rows = self._db.execute(
            f"SELECT c.number, u.name, c.title {_FROM} JOIN rule_set s ON s.id = c.rule_set_id"
            f" WHERE c.type = 'klagomal' AND {wanted} IS NOT NULL AND (c.voided_on IS NULL OR c.voided_on > :on)"
            f" AND {_NOT_DESTROYED}"
            " AND c.id IN (SELECT case_id FROM handover WHERE handed_on <= :on AND from_unit IS NOT NULL"
            " UNION SELECT case_id FROM stamp WHERE stamped_on <= :on)"
            " AND NOT EXISTS (SELECT 1 FROM copy k WHERE k.case_id = c.id AND k.copied_on <= :on"
            f' AND instr(casefold(k."to"), {wanted}) = 1)'
            " AND (:handler IS NULL OR h.name = :handler) AND (:unit IS NULL OR u.name = :unit)"
            " ORDER BY c.year, c.serial",
            {"on": on.isoformat(), "handler": handler, "unit": unit},
        )
        return [Unassigned(*row) for row in rows.fetchall()]

    def statutes(self, numbers: Iterable[str], on: date) -> dict[str, str]:
        """The statute of each of these cases that is marked secret on a day."""
        rows = self._db.execute(
            f"SELECT c.number, s.statute FROM cases c JOIN secrecy s ON s.case_id = c.id AND {holds_as_of('on')}"
            " WHERE c.number IN (SELECT value FROM json_each(:numbers)) ORDER BY s.case_id, s.place",
            {"numbers": _JSON.encode(list(numbers)), "on": on.isoformat()},
        )
        return dict(rows.fetchall())

    def marked_secret(self, on: date) -> int:
        """How many cases are marked secret on a day. Costs by the number of marks."""
        rows = self._db.execute(
            f"SELECT count(DISTINCT s.case_id) FROM secrecy s WHERE {holds_as_of('on')}", {"on": on.isoformat()}
        )
        ((number,),) = rows.fetchall()
        return int(number)

    def events(self, number: str) -> list[Event]:
        """The log of a case, oldest first: by sequence, never by clock."""
        rows = self._db.execute(
            "SELECT e.at, e.by, e.kind, e.on_day, d.changes FROM event e LEFT JOIN event_detail d ON d.event_id = e.id"
            " JOIN cases c ON c.id = e.case_id WHERE c.number = ? ORDER BY e.id",
            (number,),
        )
        return [
            Event(at, by, kind, date.fromisoformat(on), *told(changes)) for at, by, kind, on, changes in rows.fetchall()
        ]

    def rows_between(self, first_id: int, last_id: int) -> dict[int, seals.Rows]:
        """The rows of cases as they are stored, by their number in the file."""
        return dict(seals.rows_of_cases(self._db, first_id, last_id))

    def lists_are_sealed(self) -> bool:
        """Whether the register's own lists are as the last act on the register left them."""
        return seals.of_lists(self._db) == seals.last_of_lists(self._db)

    def baseline_is_sealed(self) -> bool:
        """Whether the seals that were made when the file got its schema are those that were made."""
        since = int(self.meta().get(seals.SEALED_SINCE, 0))
        rows = self._db.execute("SELECT changes FROM event_detail WHERE event_id = ?", (since,)).fetchall()
        kept = [new for (changes,) in rows for key, _, new in told(changes)[0] if key == seals.BASELINE]
        if not since:
            return self._db.execute("SELECT 1 FROM baseline LIMIT 1").fetchone() is None
        return seals.of_baseline(self._db) in kept

    @contextmanager
    def interruptible(self) -> Iterator[None]:
        """Hear an interruption also in the midst of a statement: one over a large file takes minutes.

        For statements that only read; between others an interruption is heard as it is.
        """
        self._db.set_progress_handler(_heard, _STEPS)
        try:
            yield
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
                raise KeyboardInterrupt from None  # as it was, before SQLite took it for a fault of its own
            raise
        finally:
            self._db.set_progress_handler(None, _STEPS)

    def run(self, statement: str, parameters: Sequence[Any] | Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Run a statement of ``klagreg.store``'s own; its rows, if it has any."""
        # Translated here, because among several registers what is wrong is wrong with this one.
        with door.translated(self.path):
            return self._db.execute(statement, parameters).fetchall()

    def each(self, statement: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> Iterator[tuple[Any, ...]]:
        """The rows of a statement of ``klagreg.store``'s own, one at a time: the file may be larger than memory."""
        with door.translated(self.path):
            yield from self._db.execute(statement, parameters)

    def origin(self) -> str:
        """The digest of the first act: no two registers have the same, and a copy has its original's."""
        ((digest,),) = self._db.execute("SELECT coalesce(min(digest), '') FROM event WHERE id = 1").fetchall()
        return str(digest)

    def last_day(self) -> date:
        """The day (UTC) of the last act: what the register knows, whatever day it is looked at."""
        ((moment,),) = self._db.execute("SELECT at FROM event ORDER BY id DESC LIMIT 1").fetchall()
        return date.fromisoformat(moment[:10])

    def last_hash(self) -> str:
        """The chain value of the last event: what a workbook prints so that a later check has an anchor."""
        row = self._db.execute("SELECT chain FROM event ORDER BY id DESC LIMIT 1").fetchone()
        return row[0] if row else ""

    def _cases(
        self, tail: str, parameters: Sequence[Any] | Mapping[str, Any], source: str | None = None
    ) -> Iterator[Case]:
        rows = self._db.execute(f"SELECT c.id, {_COLUMNS} {source or _FROM} {tail}", parameters).fetchall()
        for start in range(0, len(rows), _CHUNK):
            chunk = rows[start : start + _CHUNK]
            parts = self._parts([row[0] for row in chunk])
            for case_id, *values in chunk:
                yield _case(values)._replace(**{name: parts[name][case_id] for name in parts if case_id in parts[name]})

    def _parts(self, case_ids: list[int]) -> dict[str, dict[int, Any]]:
        marks = f"WHERE case_id IN ({','.join('?' * len(case_ids))})"
        found: dict[str, dict[int, Any]] = {}
        for part in PARTS:
            rows = self._db.execute(f"{part.selection} {marks} ORDER BY case_id, {part.order}", case_ids).fetchall()
            if rows and part.single:
                found[part.attribute] = {row[0]: part.read(row[1:]) for row in rows}
            elif rows:
                found[part.attribute] = _grouped((row[0], part.read(row[1:])) for row in rows)
        rules = self._all_rules()
        deadlines = self._db.execute(
            "SELECT case_id, rule_id, local_rule_id, due, original_due, extended_on, met_on, settled_on"
            f" FROM deadline {marks} ORDER BY case_id, rule_id",
            case_ids,
        )
        found["deadlines"] = _grouped(
            (case_id, Deadline(rules(rule_id, local_id), *map(day, days)))  # type: ignore[arg-type]
            for case_id, rule_id, local_id, *days in deadlines.fetchall()
        )
        return found

    def _all_rules(self) -> Callable[[int, int | None], Rule]:
        """What gives a rule by its id, as the local rule by its id made it stricter."""
        rules: dict[int, Rule] = {}
        for (rule_set_id,) in self._db.execute("SELECT id FROM rule_set").fetchall():
            rules |= self._rules(rule_set_id)
        local = {rule.id: rule for rule in self.local_rules()}
        return lambda rule_id, local_id: local[local_id].over(rules[rule_id]) if local_id else rules[rule_id]


_FIXED = ("year", "serial", "number", "rule_set_id", "external_source", "external_id", "registered_at", "registered_by")
"""What a case is born with and keeps."""

_STORED: dict[str, str] = {column: column for column in _FIXED} | {
    "rule_set_id": "rule_set",
    **{
        name: name
        for name in (
            "diary_number", "type", "status", "received", "channel", "board", "unit_id", "area", "title", "description",
            "proposal", "anonymous", "contact", "unreachable_from", "handler_id", "handler_named_on", "outcome",
            "closed_on", "voided_on", "answer", "received_by", "occurred_on", "provider", "affects", "general",
            "kept_elsewhere", "individual", "lesson", "protected",
        )
    },
    "unit_id": "unit",
    "handler_id": "handler",
}  # fmt: skip
"""The columns of a case and its attributes, in the order that rows are written and read in."""

_BY_NAME = {"unit_id": "(SELECT id FROM unit WHERE name = ?)", "handler_id": "(SELECT id FROM handler WHERE name = ?)"}
_SALT = "lower(hex(randomblob(16)))"
_UPDATE_CASE = (
    "UPDATE cases SET "
    + ", ".join(f"{column} = {_BY_NAME.get(column, '?')}" for column in _STORED if column not in _FIXED)
    + f", salt = {_SALT} WHERE id = ?"
)
_DEADLINE = ("case_id", "rule_id", "due", "original_due", "extended_on", "met_on", "settled_on", "local_rule_id")
_TEXTS = "SELECT title, description, proposal, answer FROM cases WHERE id = ?"
"""What the search index holds of a case."""
_COLUMNS = ", ".join({"unit_id": "u.name", "handler_id": "h.name"}.get(column, f"c.{column}") for column in _STORED)
_attributes = attrgetter(*_STORED.values())
_READERS: dict[str, Callable[[Any], Any]] = {
    "type": CaseType,
    "status": Status,
    "contact": Contact,
    "outcome": Outcome,
    "affects": Affects,
    "anonymous": bool,
    "general": bool,
    "individual": bool,
    "protected": bool,
    **dict.fromkeys(("received", "unreachable_from", "handler_named_on", "closed_on", "voided_on", "occurred_on"), day),
}
COLUMNS = {column: (name, _READERS.get(name)) for column, name in _STORED.items()}
"""How each column of a case is read: its attribute, and what makes its value; None takes it as it is."""
_NAMES = "LEFT JOIN unit u ON u.id = c.unit_id LEFT JOIN handler h ON h.id = c.handler_id"
_FROM = f"FROM cases c {_NAMES}"
# What is judged as of a day, as conditions on a case c, its deadline d and its rule r. ``day`` names the parameter
# that holds the day; what happened after it was not known yet. ``klagreg.store.statistics`` counts by the same.


def due_as_of(day: str) -> str:
    """The last day that held on the day."""
    return f"CASE WHEN d.extended_on > :{day} THEN d.original_due ELSE d.due END"


def unmet_as_of(day: str) -> str:
    """Nobody had done what meets the deadline, and the rule applied to the case."""
    return (
        f"(d.met_on IS NULL OR d.met_on > :{day})"
        f" AND NOT (r.needs_contact AND c.unreachable_from IS NOT NULL AND c.unreachable_from <= :{day})"
    )


def holds_as_of(day: str) -> str:
    """The secrecy mark s warned on the day."""
    return (
        f"s.marked_on <= :{day} AND (s.lifted_on IS NULL OR s.lifted_on > :{day})"
        f" AND (s.until IS NULL OR s.until >= :{day})"
    )


def unclosed_as_of(day: str) -> str:
    """The case had come in and was not closed, or had been reopened."""
    return (
        f"c.received <= :{day} AND NOT EXISTS (SELECT 1 FROM closing k WHERE k.case_id = c.id"
        f" AND k.closed_on <= :{day} AND (k.reopened_on IS NULL OR k.reopened_on > :{day}))"
    )


_OPEN_AS_OF = f"(c.voided_on IS NULL OR c.voided_on > :on) AND {unclosed_as_of('on')}"
_WAITS_AS_OF = f"{_OPEN_AS_OF} AND {unmet_as_of('on')}"
_HAS_NOBODY = "c.status = 'inkommen' AND c.received <= :on"
_HAD_NOBODY = (
    # Handing over takes the handler away; until then the giver's counts.
    f"{_OPEN_AS_OF} AND (c.handler_named_on IS NULL OR c.handler_named_on > :on) AND NOT EXISTS"
    " (SELECT 1 FROM handover h WHERE h.case_id = c.id AND h.handed_on > :on AND h.handler_named_on <= :on)"
)
_PUBLISHED = "c.id IN (SELECT case_id FROM publication)"


def unanswered_as_of(day: str) -> str:
    """The sender could be reached and had no final answer. ``day`` is an SQL expression; praise is owed none."""
    return (
        "c.status <> 'makulerad' AND c.type <> 'berom'"
        f" AND (c.unreachable_from IS NULL OR c.unreachable_from > {day})"
        " AND NOT EXISTS (SELECT 1 FROM feedback f"
        f" WHERE f.case_id = c.id AND f.kind = 'slutsvar' AND f.given_on <= {day})"
        # Praise may have come as a synpunkt (Nacka); then it is the closing that tells.
        " AND NOT EXISTS (SELECT 1 FROM closing b WHERE b.case_id = c.id AND b.no_answer = 'berom'"
        f" AND b.closed_on <= {day} AND (b.reopened_on IS NULL OR b.reopened_on > {day}))"
    )


_UNANSWERED = unanswered_as_of(f"'{LAST_DAY}'")  # as everything is now
_NOT_DESTROYED = "NOT EXISTS (SELECT 1 FROM erasure x WHERE x.case_id = c.id AND x.kind = 'gallring')"
_UNMARKED = f"NOT EXISTS (SELECT 1 FROM secrecy s WHERE s.case_id = c.id AND {holds_as_of('unmarked_on')})"
_BY_WORDS = "FROM case_text t CROSS JOIN cases c ON c.id = t.rowid"


def _where(wanted: Filter) -> tuple[str, dict[str, Any]]:
    """The filter as a WHERE clause of fixed parts with named parameters; no value is ever part of the SQL."""
    overdue = (
        # First those that waited for somebody, of which there are few; then what was true of them that day.
        "c.id IN (SELECT case_id FROM deadline WHERE settled_on IS NULL AND original_due < :on"
        " UNION SELECT case_id FROM deadline WHERE settled_on > :on AND original_due < :on)"
        " AND EXISTS (SELECT 1 FROM deadline d JOIN rule r ON r.id = d.rule_id WHERE d.case_id = c.id"
        f" AND {due_as_of('on')} < :on AND {_WAITS_AS_OF})"
    )
    inside = (
        "instr(casefold(c.title || ' ' || coalesce(c.description, '') || ' ' || coalesce(c.proposal, '') || ' '"
        " || coalesce(c.answer, '')), casefold(:text)) > 0"
    )
    clauses: list[tuple[str, Any, str]] = [
        ("status", wanted.status, "c.status = :status"),
        ("type", wanted.type, "c.type = :type"),
        ("unit", wanted.unit, "u.name = :unit"),
        ("board", wanted.board, "c.board = :board"),
        ("handler", wanted.handler, "h.name = :handler"),
        ("start", stored(wanted.start), "c.received >= :start"),
        ("end", stored(wanted.end), "c.received <= :end"),
        ("on", stored(wanted.overdue_on), overdue),
        ("learnt", wanted.learnt or None, "c.lesson IS NOT NULL AND c.status <> 'makulerad' AND :learnt"),
        ("published", wanted.published or None, f"{_PUBLISHED} AND :published"),
        ("unanswered", wanted.unanswered or None, f"{_UNANSWERED} AND :unanswered"),
        ("unmarked_on", stored(wanted.unmarked_on), _UNMARKED),
        ("registered_from", wanted.registered_from, "c.registered_at >= :registered_from"),
        ("registered_before", wanted.registered_before, "c.registered_at < :registered_before"),
    ]
    if wanted.text is not None and wanted.inside_words:
        clauses.append(("text", wanted.text, inside))
    elif wanted.text is not None:
        words = " ".join(f'"{word.replace(chr(34), chr(34) * 2)}"*' for word in wanted.text.split())
        clauses.append(("text", words, "case_text MATCH :text"))
    used = [(name, value, clause) for name, value, clause in clauses if value is not None]
    return (
        "WHERE " + " AND ".join(clause for _, _, clause in used) if used else "",
        {name: value for name, value, _ in used},
    )


_STEPS = 100_000
"""Of SQLite's machine, some milliseconds apart."""


def _heard() -> int:
    """Python looks for interruptions when one of its functions is called; nothing else is to be done."""
    return 0


def _row(case: Case) -> list[Any]:
    return row(_attributes(case))


def _case(values: Sequence[Any]) -> Case:
    found = dict(zip(_STORED.values(), values, strict=True))
    for name, make in _READERS.items():
        if found[name] is not None:
            found[name] = make(found[name])
    return Case(**found)


def _rule(row: tuple[Any, ...]) -> Rule:
    _, key, title, length, counted_in, shift, fulfilled_by, without_contact, needs_handler, types, nature, source = row
    return Rule(
        key=key,
        title=title,
        length=length,
        counted_in=CountedIn(counted_in),
        fulfilled_by=frozenset(Fulfilment(code) for code in fulfilled_by.split()),
        shift=Shift(shift),
        without_contact=WithoutContact(without_contact),
        needs_handler=bool(needs_handler),
        types=frozenset(CaseType(code) for code in types.split()),
        nature=Nature(nature),
        source=source,
    )


def _grouped(pairs: Iterable[tuple[int, Any]]) -> dict[int, tuple[Any, ...]]:
    groups: dict[int, list[Any]] = {}
    for case_id, part in pairs:
        groups.setdefault(case_id, []).append(part)
    return {case_id: tuple(parts) for case_id, parts in groups.items()}


def told(changes: str | None) -> tuple[tuple[tuple[str, Any, Any], ...], bool]:
    """Stored details as (changes, whether they were erased); a personal field is its key alone."""
    if changes is None:
        return (), True
    return tuple((*change, None, None)[:3] for change in json.loads(changes)), False


def _act(event: Event, case_id: int | None, seal: str | None, noticed: Sequence[Any] = ()) -> seals.Act:
    told = written([*event.changes, *noticed])
    return seals.Act(case_id, event.at, event.by, event.on.isoformat(), event.kind, told, seal)
