"""The statements that store and find what a year's report tells beside the cases."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from klagreg.days import LAST_DAY, Period
from klagreg.store.cases import Store, unanswered_as_of
from klagreg.store.statistics import CHOSEN
from klagreg.terms import Attained, Satisfaction, SurveyMethod
from klagreg.yearly import Judgement, Presentation, RuleReview, Survey, Work, YearlyText


def add_survey(store: Store, survey: Survey) -> None:
    """Store an answer, or a number of like answers."""
    store.change_list(
        "INSERT INTO survey (asked_on, method, answer, number, board, comment) VALUES (?, ?, ?, ?, ?, ?)",
        (survey.asked_on.isoformat(), survey.method, survey.answer, survey.number, survey.board, survey.comment),
    )


def surveys(store: Store, period: Period, known_on: date) -> list[Survey]:
    """The answers of a period, as far as ``known_on``, in the order of their days."""
    rows = store.run(
        "SELECT asked_on, method, answer, number, board, comment FROM survey"
        " WHERE asked_on BETWEEN ? AND ? ORDER BY asked_on, id",
        (period.start.isoformat(), min(period.end, known_on).isoformat()),
    )
    return [
        Survey(date.fromisoformat(asked_on), SurveyMethod(method), Satisfaction(answer), number, board, comment)
        for asked_on, method, answer, number, board, comment in rows
    ]


def add_judgement(store: Store, judged: Judgement) -> None:
    """Store a judgement; an earlier one of the same criterion stays as history."""
    store.change_list(
        "INSERT INTO self_check (year, board, criterion, attained, comment, at, by) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (judged.year, judged.board, judged.criterion, judged.attained, judged.comment, judged.at, judged.by),
    )


def judgements(store: Store, year: int, board: str | None) -> dict[str, Judgement]:
    """The last judgement of each criterion at a förvaltning in a year."""
    rows = store.run(
        "SELECT year, board, criterion, attained, comment, at, by FROM self_check WHERE year = ? AND board IS ?"
        " ORDER BY id",
        (year, board),
    )
    return {row[2]: Judgement(row[0], row[1], row[2], Attained(row[3]), *row[4:]) for row in rows}


def add_presentation(store: Store, presented: Presentation) -> None:
    """Store the day a report was presented."""
    store.change_list(
        "INSERT INTO presentation (period_start, period_end, board, presented_on, paragraph) VALUES (?, ?, ?, ?, ?)",
        (presented.start.isoformat(), presented.end.isoformat(), presented.board, presented.presented_on.isoformat(),
         presented.paragraph),
    )  # fmt: skip


def presentations(store: Store, start: date, end: date) -> list[Presentation]:
    """The presentations of periods that lie within [start, end], the earliest period first.

    What was noted twice of the same day is one presentation: the last note counts.
    """
    rows = store.run(
        "SELECT period_start, period_end, board, presented_on, paragraph FROM presentation"
        " WHERE period_start >= ? AND period_end <= ? ORDER BY period_start, period_end, presented_on, id",
        (start.isoformat(), end.isoformat()),
    )
    noted = {tuple(when): paragraph for *when, paragraph in rows}
    return [
        Presentation(date.fromisoformat(first), date.fromisoformat(last), board, date.fromisoformat(on), paragraph)
        for (first, last, board, on), paragraph in noted.items()
    ]


def times_presented(store: Store, start: date, end: date, board: str | None) -> int:
    """How many times a report, of any period, was presented within [start, end] to a nämnd (None: to any)."""
    ((number,),) = store.run(
        "SELECT count(*) FROM (SELECT DISTINCT period_start, period_end, board, presented_on FROM presentation"
        " WHERE presented_on BETWEEN :start AND :end AND (:board IS NULL OR board = :board))",
        {"start": start.isoformat(), "end": end.isoformat(), "board": board},
    )
    return int(number)


def add_text(store: Store, written: YearlyText, at: str, by: str) -> None:
    """Store a year's text; an earlier one of the same place stays as history."""
    store.change_list(
        "INSERT INTO yearly_text (year, board, unit_id, text, at, by)"
        " VALUES (?, ?, (SELECT id FROM unit WHERE name = ?), ?, ?, ?)",
        (written.year, written.board, written.unit, written.text, at, by),
    )


def texts(store: Store, year: int) -> list[YearlyText]:
    """The last text of each place in a year."""
    rows = store.run(
        "SELECT t.year, t.text, t.board, u.name FROM yearly_text t LEFT JOIN unit u ON u.id = t.unit_id"
        " WHERE t.year = ? ORDER BY t.id",
        (year,),
    )
    # A unit keeps its text when it gets another nämnd.
    last = {(unit, None if unit else board): YearlyText(y, text, board, unit) for y, text, board, unit in rows}
    return list(last.values())


def add_review(store: Store, review: RuleReview) -> None:
    """Store the day the rules were looked over."""
    store.change_list(
        "INSERT INTO rule_review (reviewed_on, note) VALUES (?, ?)", (review.reviewed_on.isoformat(), review.note)
    )


def last_review(store: Store, known_on: date = LAST_DAY) -> RuleReview | None:
    """The last time the rules were looked over, as far as ``known_on``."""
    rows = store.run(
        "SELECT reviewed_on, note FROM rule_review WHERE reviewed_on <= ? ORDER BY reviewed_on DESC, id DESC LIMIT 1",
        (known_on.isoformat(),),
    )
    return next((RuleReview(date.fromisoformat(on), note) for on, note in rows), None)


def work(store: Store, period: Period, as_of: date, board: str | None) -> Work:
    """What was done with the cases of a nämnd (None: of all), as far as ``as_of``."""
    start, end = period.start.isoformat(), min(period.end, as_of).isoformat()
    values = {
        "start": start,
        "end": end,
        "as_of": as_of.isoformat(),
        "board": board,
        "unit": None,
    }

    def rows(statement: str) -> list[tuple[Any, ...]]:
        return store.run(CHOSEN + statement, values)

    ((lessons,),), ((approved, improvements),) = map(rows, (_LESSONS, _APPROVED))
    first_namings = _by_todays_name(rows(_NAMINGS), store.run(_RENAMINGS, {}))
    return Work(
        new_handlers=sum(start <= on <= end and board in (None, where) for on, where in first_namings),
        unanswered=tuple(number for (number,) in rows(_UNANSWERED)),
        days_to_remedy=Counter(dict(rows(_REMEDIED))),
        approved=approved,
        improvements=improvements,
        lessons=lessons,
    )


def _by_todays_name(namings: list[tuple[Any, ...]], renamings: list[tuple[Any, ...]]) -> list[tuple[str, str | None]]:
    """The day and the nämnd of each handler's first naming; ``namings`` by their days, names as they were then."""
    first: dict[str, tuple[str, str | None]] = {}
    for name, named_after, on, board in namings:
        for renamed, old, new in renamings:
            if renamed > named_after and name == old:
                name = new
        first.setdefault(name, (on, board))
    return list(first.values())


# Who was named in a case, and when: today's handler alone would forget those before a reassignment or a hand-over.
# Looked for everywhere; the bare columns beside min() are of that naming. An arrival day that was typed in wrong
# has named nobody before the right one.
_NAMINGS = """
SELECT name, named, min(on_day), board
FROM (
    SELECT json_extract(x.value, '$[2]') AS name, c.board AS board, max(e.on_day, c.received) AS on_day, e.id,
        coalesce((SELECT max(r.id) FROM event r WHERE r.case_id IS NULL AND r.kind = 'handlaggare' AND r.id < e.id), 0)
            AS named
    FROM held c JOIN event e ON e.case_id = c.id JOIN event_detail d ON d.event_id = e.id JOIN json_each(d.changes) x
    WHERE e.kind IN ('registrerad', 'importerad', 'tilldelad', 'overlamnad') AND c.status <> 'makulerad'
        AND json_extract(x.value, '$[0]') = 'handlaggare'
    UNION ALL
    SELECT json_extract(x.value, '$[2].handlaggare'), c.board, max(json_extract(x.value, '$[2].datum'), c.received),
        json_extract(x.value, '$[2].handelse'),
        coalesce((SELECT max(r.id) FROM event r WHERE r.case_id IS NULL AND r.kind = 'handlaggare'
            AND r.id < json_extract(x.value, '$[2].handelse')), 0)
    FROM held c JOIN event e ON e.case_id = c.id JOIN event_detail d ON d.event_id = e.id JOIN json_each(d.changes) x
    WHERE e.kind IN ('gallrad', 'avidentifierad') AND c.status <> 'makulerad'
        AND json_extract(x.value, '$[0]') LIKE 'utsedd.%')
WHERE name IS NOT NULL
GROUP BY name, named
ORDER BY 3
"""

_RENAMINGS = """
SELECT e.id, json_extract(x.value, '$[1]') AS old, json_extract(x.value, '$[2]') AS new
FROM event e JOIN event_detail d ON d.event_id = e.id JOIN json_each(d.changes) x
WHERE e.case_id IS NULL AND e.kind = 'handlaggare' AND json_extract(x.value, '$[0]') = 'handlaggare' AND old <> new
ORDER BY e.id
"""

# The number of a case that is marked secret is left out, until somebody lifts the mark.
_UNANSWERED = f"""
SELECT CASE WHEN NOT EXISTS (SELECT 1 FROM secrecy m WHERE m.case_id = c.id AND m.lifted_on IS NULL)
    THEN k.number ELSE '' END
FROM closing x JOIN chosen c ON c.id = x.case_id JOIN cases k ON k.id = c.id
WHERE x.closed_on BETWEEN :start AND :end AND (x.reopened_on IS NULL OR x.reopened_on > :end)
    AND {unanswered_as_of(":as_of")}
ORDER BY k.year, k.serial
"""

# Of a measure whose kind nobody wrote down it is taken that it put the matter right.
_REMEDIED = """
SELECT days, count(*)
FROM (
    SELECT CAST(julianday(min(m.done_on)) - julianday(c.received) AS INTEGER) AS days
    FROM chosen c JOIN measure m ON m.case_id = c.id
    WHERE c.type = 'avvikelse' AND c.received BETWEEN :start AND :end AND c.status <> 'makulerad'
        AND m.done_on <= :as_of AND coalesce(m.kind, 'rattelse') = 'rattelse'
    GROUP BY c.id)
GROUP BY days
"""

_APPROVED = """
SELECT count(*), coalesce(sum(improved), 0)
FROM (
    SELECT c.status, p.approved_on AS day, p.improvement IS NOT NULL AS improved
    FROM chosen c JOIN publication p ON p.case_id = c.id
    UNION ALL
    SELECT c.status, json_extract(x.value, '$[2].datum'), json_extract(x.value, '$[2].forbattring')
    FROM chosen c JOIN event e ON e.case_id = c.id AND e.kind = 'gallrad' JOIN event_detail d ON d.event_id = e.id
        JOIN json_each(d.changes) x
    WHERE json_extract(x.value, '$[0]') = 'svar_godkant')
WHERE day BETWEEN :start AND :end AND status <> 'makulerad'
"""

_LESSONS = """
SELECT count(DISTINCT c.id)
FROM chosen c JOIN cases k ON k.id = c.id JOIN event e ON e.case_id = c.id
WHERE (k.lesson IS NOT NULL OR EXISTS (SELECT 1 FROM event g JOIN event_detail d ON d.event_id = g.id
        WHERE g.case_id = c.id AND g.kind = 'gallrad' AND instr(d.changes, '["lardom_skriven"') > 0))
    AND e.kind = 'lardom' AND e.on_day BETWEEN :start AND :end AND c.status <> 'makulerad'
"""
