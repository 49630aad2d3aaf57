"""The register counted: the only statements behind a figure. What the figures *mean* is in ``klagreg.figures``.

Everything comes as cells, counts per combination of what the tables divide by. Cells of several registers can
be added, which is how a municipality's figures are made without its cases leaving their nämnd. A statement gives what
is counted row by row, and like rows are counted as they come: what is kept grows with what there is to tell apart, not
with the number of cases, and SQLite need not sort them.

Populations (domain 7.1): voided cases are never counted. ``end`` is the last day that is known: the end of the
period or the as-of day, whichever comes first. A case belongs to the nämnd and unit that held it on the as-of day,
and so does all that was done in it. Of the senders nothing is read but their role.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from functools import cache
from itertools import islice, repeat
from operator import itemgetter
from typing import Any, NamedTuple

from klagreg.days import FIRST_DAY, Period
from klagreg.rules import ANY_TYPE_BUT_PRAISE, LocalRule
from klagreg.store.cases import Store, due_as_of, unclosed_as_of, unmet_as_of
from klagreg.terms import State
from klagreg.workdays import Calendar


@dataclass(frozen=True, slots=True)
class Selection:
    """Urval: whose cases are counted. What is None does not select."""

    unit: str | None = None
    board: str | None = None


EVERYTHING = Selection()


class Received(NamedTuple):
    """A cell of Inkomna. The marks may overlap: a case can be both anonymous and brought in afterwards."""

    board: str | None
    unit: str | None
    type: str
    channel: str | None
    area: str | None
    anonymous: int = 0
    contact: str = "finns"
    """A ``Contact`` code, as it was on the as-of day."""
    role: str | None = None
    """A ``SenderRole`` code."""
    brought_in: int = 0
    """Kept elsewhere, and brought into the register afterwards."""
    individual: int = 0
    """Concerns a single pupil or member of staff."""
    provider: str | None = None
    """Freely written, so that of a secret case it is as if there were none."""


class Closed(NamedTuple):
    """A cell of Avslutade: cases by their last closing, if it lies in the period."""

    board: str | None
    outcome: str | None
    days: int
    """From arrival to closing."""
    workdays: int
    """Working days after the arrival day, the closing day included, in the register's own calendar."""


class Verdict(NamedTuple):
    """A cell of Frister: ``verdict`` is a ``State`` code, or ``ej_tillamplig_sent`` (see below)."""

    board: str | None
    key: str
    verdict: str
    waits_until: str | None
    """The last day, of deadlines that are still waiting."""
    told_of_delay: int = 0
    """The sender has been told that it is delayed; of deadlines that were not met in time."""
    outside: str = ""
    """Why it does not apply, of those that do not: ``anonym``, ``saknas``, ``avstar`` or ``typ``."""


class Extended(NamedTuple):
    """A cell of Förlängda frister."""

    board: str | None
    key: str


NOT_APPLICABLE_TOO_LATE = "ej_tillamplig_sent"
"""Not applicable now, but the way to answer was lost only after the last day: shown so that it hides nothing."""


class Monthly(NamedTuple):
    """A cell of something that happened in a month at a nämnd."""

    board: str | None
    month: str


class Numbered(NamedTuple):
    """A cell of ärendenummer: ``what`` is ``registrerade``, ``makulerade`` or ``annat_ars_serie``."""

    board: str | None
    what: str


class Moved(NamedTuple):
    """A cell of Överlämnade."""

    from_board: str | None
    to_board: str | None


class HandedOver(NamedTuple):
    """A cell of cases that were handed over in the period."""

    board: str | None
    times: int
    """In the period."""
    times_in_all: int
    """Until the last known day."""


class Answered(NamedTuple):
    """A cell of Svarstid: cases by their first slutsvar, if it lies in the period."""

    board: str | None
    days: int
    """From arrival to answer."""


UNDATED = "utan_dag"
"""Neither done nor due on any day."""


class Promised(NamedTuple):
    """A cell of Utlovade åtgärder: ``state`` is a ``State`` code, or ``utan_dag``. What was done at once is none."""

    board: str | None
    state: str
    days: int | None
    """From the case's arrival to the day it was done, of measures that are done."""


class Done(NamedTuple):
    """A cell of measures that were done in the period, whenever they were promised."""

    board: str | None
    kind: str | None
    at_once: int
    """Nobody had promised it: it was done when it was written down."""


class Taken(NamedTuple):
    """A cell of Vägar."""

    board: str | None
    route: str


class Referred(NamedTuple):
    """A cell of Hänvisningar."""

    board: str | None
    to: str


class Asked(NamedTuple):
    """A cell of Enkät; the nämnd is None when those who answered had to do with several."""

    board: str | None
    method: str
    answer: str


@dataclass(slots=True)
class Cells:
    """The counts behind the figures of one period. Addable."""

    received: Counter[Received] = field(default_factory=Counter)
    arrivals: Counter[Monthly] = field(default_factory=Counter)
    """The same cases by month."""
    closed: Counter[Closed] = field(default_factory=Counter)
    closings: Counter[Monthly] = field(default_factory=Counter)
    """Every closing, also of cases that were reopened: what the balance needs."""
    reopened: Counter[Monthly] = field(default_factory=Counter)
    verdicts: Counter[Verdict] = field(default_factory=Counter)
    extended: Counter[Extended] = field(default_factory=Counter)
    """Deadlines whose last day was moved."""
    opening: Counter[str | None] = field(default_factory=Counter)
    """Open cases per nämnd the day before the period."""
    closing: Counter[str | None] = field(default_factory=Counter)
    """Open cases per nämnd on the last known day."""
    overdue: Counter[str | None] = field(default_factory=Counter)
    """Open cases per nämnd on the last known day with a requirement overdue then: a missed goal is not counted."""
    moved: Counter[Moved] = field(default_factory=Counter)
    handed_over: Counter[HandedOver] = field(default_factory=Counter)
    answered: Counter[Answered] = field(default_factory=Counter)
    promised: Counter[Promised] = field(default_factory=Counter)
    """Measures that were promised in the period, whenever their case came in."""
    done: Counter[Done] = field(default_factory=Counter)
    routes: Counter[Taken] = field(default_factory=Counter)
    referrals: Counter[Referred] = field(default_factory=Counter)
    surveys: Counter[Asked] = field(default_factory=Counter)
    numbers: Counter[Numbered] = field(default_factory=Counter)
    """The numbers of cases that came in, voided ones too."""

    def __add__(self, other: Cells) -> Cells:
        return Cells(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))

    def with_boards(self, name: Callable[[str | None], str | None]) -> Cells:
        """The same counts under other names of nämnder; what gets the same name is added."""
        found = Cells()
        for f in fields(self):
            cells = getattr(found, f.name)
            for cell, number in getattr(self, f.name).items():
                cells[_with_boards(cell, name)] += number
        return found


def _with_boards(cell: Any, name: Callable[[str | None], str | None]) -> Any:
    if cell is None or isinstance(cell, str):
        return name(cell)
    if isinstance(cell, Moved):
        return Moved(name(cell.from_board), name(cell.to_board))
    return cell._replace(board=name(cell.board))


YEARLY = ("received", "closed", "verdicts")
"""The cells that years are compared by: what came in, what was closed, how promises were kept."""


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule as the report names it."""

    key: str
    title: str
    nature: str
    of_some_types: bool = False
    """It is not promised for every typ but beröm: then it counts the cases of those typer."""
    stricter: tuple[LocalRule, ...] = ()
    """What units and nämnder promise instead, the earliest first."""


def count(
    store: Store,
    period: Period,
    as_of: date,
    calendar: Calendar,
    selection: Selection = EVERYTHING,
    only: Iterable[str] | None = None,
) -> Cells:
    """The cells of a period, with promises judged as of a day. Call inside ``store.reading()``.

    ``only``: the cells that are wanted, by name.
    """
    values, found = parameters(period, as_of, selection), Cells()
    wanted = {name: _CELLS[name] for name in (_CELLS if only is None else only)}
    for statement in dict.fromkeys(kind.statement for kind in wanted.values()):
        kinds = {name: kind for name, kind in wanted.items() if kind.statement == statement}
        parts = {kind.part for kind in kinds.values()}
        tallied = _tallied(store.each(CHOSEN + statement, values), parts, calendar)
        for name, kind in kinds.items():
            cells = getattr(found, name)
            for row, number in tallied[kind.part].items():
                for cell in kind.cells_of(*row):
                    cells[cell] = cells.get(cell, 0) + number
    return found


def first_year(store: Store) -> int | None:
    """The year that the first case came in; None of an empty register."""
    ((day,),) = store.run("SELECT min(received) FROM cases WHERE status <> 'makulerad'", ())
    return int(day[:4]) if day else None


def numbers_given(store: Store) -> int:
    """How many numbers the register has given, voided ones too."""
    ((number,),) = store.run("SELECT count(*) FROM cases", ())
    return int(number)


_AT_ONCE = 100
"""Rows that are held at a time, while one part of them after another is counted."""


def _tallied(
    rows: Iterator[tuple[Any, ...]], parts: Iterable[_Part], calendar: Calendar
) -> dict[_Part, Counter[tuple[Any, ...]]]:
    """Rows counted as they come, by each of their parts."""
    tallied, timed = {part: Counter[tuple[Any, ...]]() for part in parts}, _timer(calendar)
    while some := list(islice(rows, _AT_ONCE)):
        for part, counter in tallied.items():
            counter.update(timed(some) if part is _TIMED else map(part, some))
    return tallied


def _timer(calendar: Calendar) -> Callable[[Iterable[tuple[Any, ...]]], Iterator[tuple[Any, ...]]]:
    """Gives closings their handläggningstid, in the register's own calendar: another may have other days off."""

    @cache
    def reached(day: str) -> tuple[int, int]:
        """How many days, and how many working days, there have been by a day."""
        found = date.fromisoformat(day)
        return found.toordinal(), calendar.workdays_between(FIRST_DAY, found)

    def timed(closings: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
        for board, _, outcome, received, closed_on, holds in closings:
            if holds:
                (start, worked), (end, worked_then) = reached(received), reached(closed_on)
                yield board, outcome, end - start, worked_then - worked

    return timed


def registered_after(store: Store, period: Period, as_of: date, moment: str, selection: Selection = EVERYTHING) -> int:
    """How many cases of a period had come in by a day but were typed in after a stored moment."""
    values = parameters(period, as_of, selection) | {"moment": moment}
    ((number,),) = store.run(CHOSEN + _REGISTERED_AFTER, values)
    return int(number)


def rule_lines(store: Store) -> list[RuleLine]:
    """The rules that reports speak of, in the order of the profile; the newest wording of each key."""
    rows, local = store.run(_RULES, {}), store.local_rules()
    newest = {key: (title, nature) for key, title, nature, _ in rows}
    some = {key for key, _, _, types in rows if {*types.split()} != ANY_TYPE_BUT_PRAISE}
    return [
        RuleLine(key, *said, key in some, tuple(rule for rule in local if rule.key == key))
        for key, said in newest.items()
    ]


def parameters(period: Period, as_of: date, selection: Selection = EVERYTHING) -> dict[str, Any]:
    """What a statement over the chosen cases of a period is run with."""
    return {
        "unit": selection.unit,
        "board": selection.board,
        "as_of": as_of.isoformat(),
        "start": period.start.isoformat(),
        # Of a period that has not begun by the as-of day nothing is known, its opening stock neither.
        "before": min(period.start - timedelta(days=1), as_of).isoformat(),
        "end": min(period.end, as_of).isoformat(),
    }


# The cases with the nämnd and unit that held them on the as-of day (domain 7.2): of a case that was handed over
# later, the place it was handed over from. The bare columns beside min() are those of that row.
_HELD = """
WITH later AS (
    SELECT case_id, from_board, from_unit, min(place) FROM handover WHERE handed_on > :as_of GROUP BY case_id
), held AS (
    SELECT c.id, c.rule_set_id, c.year, c.serial, c.number, c.diary_number, c.type, c.status, c.received,
        c.registered_at, c.channel, c.area, c.title, c.anonymous, c.contact, c.unreachable_from, c.handler_id,
        c.kept_elsewhere, c.individual, c.provider, c.lesson,
        CASE WHEN l.case_id IS NULL THEN c.board ELSE l.from_board END AS board,
        CASE WHEN l.case_id IS NULL THEN u.name ELSE l.from_unit END AS unit
    FROM cases c LEFT JOIN unit u ON u.id = c.unit_id LEFT JOIN later l ON l.case_id = c.id
)
"""

# Of those, the ones that are asked for.
CHOSEN = f"""{_HELD}, chosen AS (
    SELECT * FROM held WHERE (:unit IS NULL OR unit = :unit) AND (:board IS NULL OR board = :board)
)
"""


def heeded(mark: str) -> str:
    """A mark of secrecy is heeded until it is lifted, or until its last day lies before all that the register knows.

    Whatever day is asked for, and on whatever day: the same register gives the same report, and a day that lies ahead
    opens nothing.
    """
    return (
        f"{mark}.lifted_on IS NULL AND ({mark}.until IS NULL OR {mark}.until >= :as_of"
        f" OR {mark}.until >= (SELECT substr(at, 1, 10) FROM event ORDER BY id DESC LIMIT 1))"
    )


# A way to answer that was lost after the as-of day was still there then.
_ARRIVED = f"""
SELECT c.year <> CAST(substr(c.received, 1, 4) AS INTEGER), substr(c.received, 1, 7), c.status = 'makulerad',
    c.board, c.unit, c.type, c.channel, c.area, c.anonymous,
    CASE WHEN c.unreachable_from > :as_of THEN 'finns' ELSE c.contact END,
    s.role, c.kept_elsewhere IS NOT NULL, c.individual,
    CASE WHEN c.provider IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM secrecy m WHERE m.case_id = c.id AND {heeded("m")}) THEN c.provider END
FROM chosen c LEFT JOIN sender s ON s.case_id = c.id
WHERE c.received BETWEEN :start AND :end
"""

# A closing holds that is the last one known on the last day: one that was reopened by then no longer counts as closed.
_CLOSED = """
SELECT c.board, substr(k.closed_on, 1, 7), k.outcome, c.received, k.closed_on,
    k.reopened_on IS NULL OR k.reopened_on > :end
FROM closing k JOIN chosen c ON c.id = k.case_id
WHERE k.closed_on BETWEEN :start AND :end AND c.status <> 'makulerad'
"""

_REOPENED = """
SELECT c.board, substr(k.reopened_on, 1, 7)
FROM closing k JOIN chosen c ON c.id = k.case_id
WHERE k.reopened_on BETWEEN :start AND :end AND c.status <> 'makulerad'
"""


OF_THE_PERIOD = f"""c.status <> 'makulerad' AND c.received <= :end AND (c.received >= :start
    OR {unclosed_as_of("before")}
    OR EXISTS (SELECT 1 FROM closing k WHERE k.case_id = c.id
        AND (k.closed_on BETWEEN :start AND :end OR k.reopened_on BETWEEN :start AND :end)))"""
"""A case c came in, was open, was closed or was reopened in the period."""


# Open as of a day is read from the closings, not from today's status, and not by adding up: the balance has to be able
# to disagree. Who can have been open on the day before the period or later is not closed now, or was closed after that
# day: only they are asked. (``listings.unbalanced``: whose status says closed has one closing that holds.)
_STOCK = f"""
SELECT c.board, {unclosed_as_of("before")}, {unclosed_as_of("end")}, {unclosed_as_of("end")} AND EXISTS (
    SELECT 1 FROM deadline d JOIN rule r ON r.id = d.rule_id
    WHERE d.case_id = c.id AND r.nature = 'krav' AND {due_as_of("end")} < :end AND {unmet_as_of("end")})
FROM (
        SELECT id AS case_id, NULL AS until FROM cases
        WHERE status IN ('inkommen', 'tilldelad') AND received <= :end
        UNION ALL SELECT case_id, closed_on FROM closing WHERE closed_on > :before AND reopened_on IS NULL
    ) o CROSS JOIN chosen c ON c.id = o.case_id
WHERE c.received <= :end AND (c.received <= :before OR o.until IS NULL OR o.until > :end) AND c.status <> 'makulerad'
"""


def judged(which: str, outside: str = "''", late: str = "''", waiting: str = "''") -> str:
    """The deadlines of the cases ``which`` (a condition on c), each with its state as of the as-of day (domain 7.2).

    The twin of ``Deadline.state``: a property test holds them together. A rule that gave the case no deadline (beröm,
    other types) is not applicable to it. ``outside``, ``late``, ``waiting``: what is said beside such a verdict, as
    SQL: in the same place, because SQLite comes to a verdict anew for each time that it is named.
    """
    return f"""(
    SELECT id, board, key, nature, CASE
        WHEN met_on <= :as_of AND met_on <= due THEN 'i_tid'
        WHEN met_on <= :as_of THEN 'sen' || {late}
        WHEN due IS NULL THEN 'ej_tillamplig' || {outside}
        WHEN needs_contact AND unreachable_from <= :as_of AND unreachable_from <= due THEN 'ej_tillamplig' || {outside}
        WHEN needs_contact AND unreachable_from <= :as_of THEN '{NOT_APPLICABLE_TOO_LATE}' || {outside}
        WHEN due < :as_of THEN 'forsenad' || {late}
        ELSE 'vantar' || {waiting} END AS verdict
    FROM (
        SELECT c.id AS id, c.board AS board, r.key AS key, r.nature AS nature, r.needs_contact,
            c.unreachable_from, c.anonymous, c.contact, d.met_on, {due_as_of("as_of")} AS due
        FROM chosen c JOIN rule r ON r.rule_set_id = c.rule_set_id
            LEFT JOIN deadline d ON d.case_id = c.id AND d.rule_id = r.id
        WHERE {which}) found)"""


_TOLD_OF_DELAY = "informerad"
_VERDICTS = f"""
SELECT board, key, verdict
FROM {
    judged(
        "c.received BETWEEN :start AND :end AND c.status <> 'makulerad'",
        outside="' ' || CASE WHEN due IS NULL THEN 'typ' WHEN anonymous THEN 'anonym' ELSE contact END",
        late=f"CASE WHEN EXISTS (SELECT 1 FROM feedback f WHERE f.case_id = found.id AND f.kind = 'forsening'"
        f" AND f.given_on <= :as_of) THEN ' {_TOLD_OF_DELAY}' ELSE '' END",
        waiting="' ' || due",
    )
}
"""

_EXTENDED = f"""
SELECT c.board, r.key
FROM chosen c JOIN deadline d ON d.case_id = c.id JOIN rule r ON r.id = d.rule_id
WHERE c.received BETWEEN :start AND :end AND c.status <> 'makulerad'
    AND {due_as_of("as_of")} <> d.original_due
"""

_MOVED = """
SELECT h.from_board, h.to_board
FROM handover h JOIN chosen c ON c.id = h.case_id
WHERE h.handed_on BETWEEN :start AND :end AND c.status <> 'makulerad'
"""

_HANDED_OVER = """
SELECT board, times, times_in_all
FROM (
    SELECT c.board AS board, sum(h.handed_on >= :start) AS times, count(*) AS times_in_all
    FROM handover h JOIN chosen c ON c.id = h.case_id
    WHERE h.handed_on <= :end AND c.status <> 'makulerad'
    GROUP BY h.case_id)
WHERE times > 0
"""

_ANSWERED = """
SELECT c.board, CAST(julianday(f.given_on) - julianday(c.received) AS INTEGER)
FROM feedback f JOIN chosen c ON c.id = f.case_id
WHERE f.given_on BETWEEN :start AND :end AND f.kind = 'slutsvar' AND c.status <> 'makulerad' AND NOT EXISTS (
    SELECT 1 FROM feedback e WHERE e.case_id = f.case_id AND e.kind = 'slutsvar'
        AND (e.given_on, e.id) < (f.given_on, f.id))
"""

# A measure's state as of a day, told by the same codes as a deadline's. A check afterwards is no promise
# (Measure.is_promise), and one that was done at once has no day of promise.
_PROMISED = f"""
SELECT c.board, CASE
        WHEN m.done_on <= :as_of AND m.done_on > m.due_on THEN 'sen'
        WHEN m.done_on <= :as_of THEN 'i_tid'
        WHEN m.due_on IS NULL THEN '{UNDATED}'
        WHEN m.due_on < :as_of THEN 'forsenad'
        ELSE 'vantar' END,
    CASE WHEN m.done_on <= :as_of THEN CAST(julianday(m.done_on) - julianday(c.received) AS INTEGER) END
FROM measure m JOIN chosen c ON c.id = m.case_id
WHERE m.promised_on BETWEEN :start AND :end AND m.kind IS NOT 'uppfoljning' AND c.status <> 'makulerad'
"""

_DONE = """
SELECT c.board, m.kind, m.promised_on IS NULL
FROM measure m JOIN chosen c ON c.id = m.case_id
WHERE m.done_on BETWEEN :start AND :end AND m.kind IS NOT 'uppfoljning' AND c.status <> 'makulerad'
"""

_ROUTES = """
SELECT c.board, r.route
FROM route r JOIN chosen c ON c.id = r.case_id
WHERE r.taken_on BETWEEN :start AND :end AND c.status <> 'makulerad'
"""

_REFERRALS = """
SELECT c.board, r."to"
FROM referral r JOIN chosen c ON c.id = r.case_id
WHERE r.referred_on BETWEEN :start AND :end AND c.status <> 'makulerad'
"""

# Nobody is asked about a unit, and nothing of what they wrote is read.
_SURVEYS = """
SELECT board, method, answer, number
FROM survey
WHERE asked_on BETWEEN :start AND :end AND :unit IS NULL AND (:board IS NULL OR board = :board)
"""

_REGISTERED_AFTER = f"SELECT count(*) FROM chosen c WHERE {OF_THE_PERIOD} AND c.registered_at > :moment"

_RULES = """
SELECT r.key, r.title, r.nature, r.types
FROM rule r JOIN rule_set s ON s.id = r.rule_set_id
ORDER BY s.valid_from, r.id
"""


def _each(make: Callable[..., Any]) -> Callable[..., Iterable[Any]]:
    return lambda *row: [make(*row)]


def _if_so(place: int) -> Callable[..., Iterable[str | None]]:
    """The nämnd of what the row has a mark for in a place."""
    return lambda *row: [row[0]] if row[place] else []


def _judged(board: str | None, key: str, found: str) -> Iterable[Verdict]:
    verdict, _, beside = found.partition(" ")
    yield Verdict(
        board,
        key,
        verdict,
        waits_until=beside if verdict == State.WAITING else None,
        told_of_delay=int(beside == _TOLD_OF_DELAY),
        outside=beside if verdict in (State.NOT_APPLICABLE, NOT_APPLICABLE_TOO_LATE) else "",
    )


def _received(voided: int, *told: Any) -> Iterable[Received]:
    return [] if voided else [Received(*told)]


def _arrived(of_another_year: int, month: str, voided: int, board: str | None) -> Iterable[Monthly]:
    return [] if voided else [Monthly(board, month)]


def _numbered(of_another_year: int, month: str, voided: int, board: str | None) -> Iterable[Numbered]:
    yield Numbered(board, "registrerade")
    if voided:
        yield Numbered(board, "makulerade")
    if of_another_year:
        yield Numbered(board, "annat_ars_serie")


_Part = Callable[[tuple[Any, ...]], tuple[Any, ...]]
"""Takes the columns of a row that are told apart together: all at once would give each case a count of its own."""

_ALL: _Part = itemgetter(slice(None))
_NUMBER: _Part = itemgetter(slice(4))
_CASE: _Part = itemgetter(slice(2, None))
_MONTH: _Part = itemgetter(slice(2))
_TIMED: _Part = itemgetter(slice(None))
"""Of a closing, with its handläggningstid instead of the days: see :func:`_timer`."""


class _Kind(NamedTuple):
    """How a kind of cell is counted. What comes of the same statement is read in one pass."""

    statement: str
    cells_of: Callable[..., Iterable[Any]]
    """Which cells a part of a row counts in."""
    part: _Part = _ALL


_CELLS = {
    "received": _Kind(_ARRIVED, _received, _CASE),
    "arrivals": _Kind(_ARRIVED, _arrived, _NUMBER),
    "closed": _Kind(_CLOSED, _each(Closed), _TIMED),
    "closings": _Kind(_CLOSED, _each(Monthly), _MONTH),
    "reopened": _Kind(_REOPENED, _each(Monthly)),
    "verdicts": _Kind(_VERDICTS, _judged),
    "extended": _Kind(_EXTENDED, _each(Extended)),
    "opening": _Kind(_STOCK, _if_so(1)),
    "closing": _Kind(_STOCK, _if_so(2)),
    "overdue": _Kind(_STOCK, _if_so(3)),
    "moved": _Kind(_MOVED, _each(Moved)),
    "handed_over": _Kind(_HANDED_OVER, _each(HandedOver)),
    "answered": _Kind(_ANSWERED, _each(Answered)),
    "promised": _Kind(_PROMISED, _each(Promised)),
    "done": _Kind(_DONE, _each(Done)),
    "routes": _Kind(_ROUTES, _each(Taken)),
    "referrals": _Kind(_REFERRALS, _each(Referred)),
    "surveys": _Kind(_SURVEYS, lambda *row: repeat(Asked(*row[:3]), row[3])),
    "numbers": _Kind(_ARRIVED, _numbered, _NUMBER),
}
"""How each cell is counted."""
