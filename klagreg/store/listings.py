"""Cases as lists: as rows of a report, and what was stored last.

As rows of a report: the ones behind the figures, one line each, and what was learnt from them.

The same populations and the same day as ``klagreg.store.statistics``, so that an auditor can count the rows and get
what came in, what was closed, what is open and how promises were kept; an answer or a measure in a case that was
closed before the period has no row. Of a case with a secrecy mark only its number, its days and the statute are read;
of senders nothing is read at all.
"""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from klagreg.days import Period
from klagreg.store.cases import Store, due_as_of, holds_as_of, unclosed_as_of, unmet_as_of
from klagreg.store.statistics import CHOSEN, EVERYTHING, OF_THE_PERIOD, Selection, heeded, judged, parameters


class ListedCase(NamedTuple):
    """A row of Ärendelistan. Days are ISO texts; codes are stored codes."""

    number: str
    diary_number: str | None
    received: str
    registered_at: str
    channel: str | None
    type: str | None
    board: str | None
    unit: str | None
    area: str | None
    title: str | None
    first_feedback: str | None
    answered: str | None
    closed_on: str | None
    kept: int | None
    """3: a requirement is overdue or was met late; 2: one still waits; 1: all were met in time; 0: none applies."""
    outcome: str | None
    anonymous: int | None
    statute: str | None
    """Of a secrecy mark: then everything but the number and the days is None."""


class OpenCase(NamedTuple):
    """A row of Öppna ärenden, as of the last known day."""

    number: str
    board: str | None
    unit: str | None
    type: str | None
    title: str | None
    received: str
    handler: str | None
    """Who has it in the register now."""
    due: str | None
    """The first last day of a requirement that nobody has met."""
    statute: str | None
    """Of a secrecy mark, as in :class:`ListedCase`."""


class Lesson(NamedTuple):
    """A lesson that was written down in the period, without the number of its case."""

    board: str | None
    area: str | None
    text: str
    day: str


class Act(NamedTuple):
    """An act as the log has it, without what it changed."""

    sequence: int
    at: str
    """The stored moment."""
    kind: str
    on_day: str
    by: str | None
    number: str | None
    """Of the case; None for an act on the register itself."""
    title: str | None
    statute: str | None
    """Of a secrecy mark: then who did it and the title are None."""


class LastRegistered(NamedTuple):
    """The case with the last number that was given."""

    number: str
    at: str
    by: str | None
    title: str | None
    statute: str | None
    """As in :class:`Act`."""


def last_acts(store: Store, number: int, today: date) -> list[Act]:
    """The last acts on cases and on the register, the latest first: by sequence, never by clock.

    What was only read, and names that an act brought with it, are left out, unless nothing else was ever done. Costs
    by ``number``, not by the register's size.
    """
    parameters = {"today": today.isoformat(), "number": number}
    found = store.run(LAST_ACTS.format(which=_OF_ITS_OWN), parameters) or store.run(
        LAST_ACTS.format(which="1"), parameters
    )
    return [Act._make(row) for row in found]


def last_registered(store: Store, today: date) -> LastRegistered | None:
    """The case that was registered or imported last; None in an empty register."""
    found = store.run(LAST_REGISTERED, {"today": today.isoformat()})
    return LastRegistered._make(found[0]) if found else None


def listed(store: Store, period: Period, as_of: date, selection: Selection = EVERYTHING) -> tuple[ListedCase, ...]:
    """The cases of a period: that came in, were open or were closed in it; in the order of their numbers."""
    return tuple(ListedCase._make(row) for row in _rows(store, _LISTED, period, as_of, selection))


def open_cases(store: Store, period: Period, as_of: date, selection: Selection = EVERYTHING) -> tuple[OpenCase, ...]:
    """The cases that were open on the last known day of a period, the oldest first."""
    return tuple(OpenCase._make(row) for row in _rows(store, _OPEN, period, as_of, selection))


def lessons(store: Store, period: Period, as_of: date, selection: Selection = EVERYTHING) -> list[Lesson]:
    """Lessons of a period, the latest first; none of a case with a secrecy mark."""
    return [Lesson._make(row) for row in _rows(store, _LESSONS, period, as_of, selection)]


def unbalanced(store: Store, period: Period, as_of: date) -> list[str]:
    """Numbers of the cases for which the ärendebalans does not hold, or whose status their closings deny."""
    return [number for (number,) in store.run(_UNBALANCED, parameters(period, as_of))]


def _rows(store: Store, statement: str, period: Period, as_of: date, selection: Selection) -> list[tuple[Any, ...]]:
    return store.run(CHOSEN + statement, parameters(period, as_of, selection))


# Of several marks the last. A secret case is not chosen by more than its days: that would tell what it is about.
_MARKED = f"""LEFT JOIN secrecy s ON s.case_id = c.id
    AND s.place = (SELECT max(m.place) FROM secrecy m WHERE m.case_id = c.id AND {heeded("m")})"""
_MAY_BE_SHOWN = "(s.case_id IS NULL OR (:unit IS NULL AND :board IS NULL))"


def _unless_marked(*columns: str) -> str:
    return ", ".join(f"CASE WHEN s.case_id IS NULL THEN {column} END" for column in columns)


_LISTED = f"""
SELECT c.number, {_unless_marked("c.diary_number")}, c.received, c.registered_at,
    {_unless_marked("c.channel", "c.type", "c.board", "c.unit", "c.area", "c.title", "f.first", "f.answer")},
    k.closed_on, {_unless_marked("coalesce(v.kept, 0)", "k.outcome", "c.anonymous")}, s.statute
FROM chosen c
    {_MARKED}
    LEFT JOIN (
        SELECT case_id, min(given_on) AS first, min(CASE kind WHEN 'slutsvar' THEN given_on END) AS answer
        FROM feedback WHERE given_on <= :as_of GROUP BY case_id) f ON f.case_id = c.id
    LEFT JOIN closing k ON k.case_id = c.id AND k.closed_on <= :end
        AND (k.reopened_on IS NULL OR k.reopened_on > :end)
    LEFT JOIN (
        SELECT id, max(CASE verdict WHEN 'sen' THEN 3 WHEN 'forsenad' THEN 3 WHEN 'vantar' THEN 2 WHEN 'i_tid' THEN 1
            ELSE 0 END) AS kept
        FROM {judged(OF_THE_PERIOD)} WHERE nature = 'krav' GROUP BY id) v ON v.id = c.id
WHERE {OF_THE_PERIOD} AND {_MAY_BE_SHOWN}
ORDER BY c.year, c.serial
"""

_OPEN = f"""
SELECT c.number, {_unless_marked("c.board", "c.unit", "c.type", "c.title")}, c.received,
    {_unless_marked("h.name")},
    (SELECT min({due_as_of("end")}) FROM deadline d JOIN rule r ON r.id = d.rule_id
     WHERE d.case_id = c.id AND r.nature = 'krav' AND {unmet_as_of("end")}), s.statute
FROM chosen c {_MARKED} LEFT JOIN handler h ON h.id = c.handler_id
WHERE c.status <> 'makulerad' AND {unclosed_as_of("end")} AND {_MAY_BE_SHOWN}
ORDER BY c.received, c.year, c.serial
"""

# The day is that of the latest wording.
_LESSONS = f"""
SELECT c.board, c.area, c.lesson, max(e.on_day) AS day
FROM chosen c JOIN event e ON e.case_id = c.id AND e.kind = 'lardom'
WHERE c.lesson IS NOT NULL AND c.status <> 'makulerad' AND NOT c.individual
    AND NOT EXISTS (SELECT 1 FROM secrecy s WHERE s.case_id = c.id AND {heeded("s")})
GROUP BY c.id
HAVING day BETWEEN :start AND :end
ORDER BY day DESC, c.year, c.serial
"""


# A case that was never closed, or was closed once after it had come in, and has the status of that, balances on every
# day: each part is counted by itself of the others alone. Which those are is told by indexes: the days that cases came
# in, beside the closing k that holds still, and which cases are open. Of all cases only the few that have no such
# closing are read: the widest pass of a sammanställning is the one that finds nothing.
_UNBALANCED = f"""
SELECT c.number
FROM cases c
WHERE c.status <> 'makulerad' AND c.id IN (
        SELECT c.id
        FROM cases c INDEXED BY cases_received LEFT JOIN closing k ON k.case_id = c.id AND k.reopened_on IS NULL
        WHERE CASE WHEN k.case_id IS NULL THEN c.status = 'avslutad' ELSE k.closed_on < c.received OR k.place > 1 END
        UNION ALL SELECT c.id
        FROM cases c INDEXED BY cases_open CROSS JOIN closing k ON k.case_id = c.id AND k.reopened_on IS NULL
        WHERE c.status IN ('inkommen', 'tilldelad')
        UNION ALL SELECT case_id FROM closing WHERE reopened_on IS NOT NULL)
    AND (({unclosed_as_of("before")}) + (c.received BETWEEN :start AND :end)
            + (SELECT count(*) FROM closing x WHERE x.case_id = c.id AND x.reopened_on BETWEEN :start AND :end)
            - (SELECT count(*) FROM closing x WHERE x.case_id = c.id AND x.closed_on BETWEEN :start AND :end)
            <> ({unclosed_as_of("end")})
        OR (c.status = 'avslutad')
            <> (SELECT count(*) FROM closing x WHERE x.case_id = c.id AND x.reopened_on IS NULL))
ORDER BY c.year, c.serial
"""

# A case has one or a few marks; of those that hold, any statute will do, and the last is shown.
_STATUTE = (
    f"(SELECT s.statute FROM secrecy s WHERE s.case_id = c.id AND {holds_as_of('today')} ORDER BY s.place DESC LIMIT 1)"
)
_OF_ITS_OWN = "e.kind NOT IN ('last_personuppgifter', 'last_sekretess', 'nytt_namn')"
"""No mere reading, and no name that another act brought with it."""

# By rowid from the end: the log is walked back only as far as it is shown.
LAST_ACTS = f"""
SELECT id, at, kind, on_day, iif(statute IS NULL, by, NULL), number, iif(statute IS NULL, title, NULL), statute
FROM (
    SELECT e.id, e.at, e.kind, e.on_day, e.by, c.number, c.title, {_STATUTE} AS statute
    FROM event e LEFT JOIN cases c ON c.id = e.case_id
    WHERE {{which}} ORDER BY e.id DESC LIMIT :number)
ORDER BY id DESC
"""

LAST_REGISTERED = f"""
SELECT number, registered_at, iif(statute IS NULL, registered_by, NULL), iif(statute IS NULL, title, NULL), statute
FROM (SELECT c.number, c.registered_at, c.registered_by, c.title, {_STATUTE} AS statute
    FROM cases c ORDER BY c.id DESC LIMIT 1)
"""
