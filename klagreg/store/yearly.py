"""The statements that store and find what a year's report tells beside the cases."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from klagreg.days import LAST_DAY, Period
from klagreg.store.cases import Store
from klagreg.store.statistics import CHOSEN
from klagreg.terms import Attained, Satisfaction, SurveyMethod
from klagreg.yearly import Judgement, Presentation, RuleReview, Survey, Work, YearlyText


def add_survey(store: Store, survey: Survey) -> None:
    """Store an answer, or a number of like answers."""
    store.run(
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
    store.run(
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
    store.run(
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
    store.run(
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
    return list({(board, unit): YearlyText(y, text, board, unit) for y, text, board, unit in rows}.values())


def add_review(store: Store, review: RuleReview) -> None:
    """Store the day the rules were looked over."""
    store.run(
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
    values = {
        "start": period.start.isoformat(),
        "end": min(period.end, as_of).isoformat(),
        "as_of": as_of.isoformat(),
        "board": board,
        "unit": None,
    }

    def rows(statement: str) -> list[tuple[Any, ...]]:
        return store.run(CHOSEN + statement, values)

    ((new_handlers,),), ((lessons,),), ((approved, improvements),) = map(rows, (_NEW_HANDLERS, _LESSONS, _APPROVED))
    return Work(
        new_handlers=new_handlers,
        unanswered=tuple(number for (number,) in rows(_UNANSWERED)),
        days_to_remedy=Counter(dict(rows(_REMEDIED))),
        approved=approved,
        improvements=improvements,
        lessons=lessons,
    )


# A handler's first case is looked for everywhere; the bare column beside min() is of that case.
_NEW_HANDLERS = """
SELECT count(*)
FROM (
    SELECT c.board AS board, min(coalesce(k.handler_named_on, c.received)) AS first
    FROM held c JOIN cases k ON k.id = c.id
    WHERE k.handler_id IS NOT NULL AND c.status <> 'makulerad'
    GROUP BY k.handler_id)
WHERE first BETWEEN :start AND :end AND (:board IS NULL OR board = :board)
"""

_UNANSWERED = """
SELECT k.number
FROM closing x JOIN chosen c ON c.id = x.case_id JOIN cases k ON k.id = c.id
WHERE x.closed_on BETWEEN :start AND :end AND (x.reopened_on IS NULL OR x.reopened_on > :end)
    AND c.status <> 'makulerad' AND c.type <> 'berom'
    AND (c.unreachable_from IS NULL OR c.unreachable_from > :as_of)
    AND NOT EXISTS (SELECT 1 FROM feedback f
                    WHERE f.case_id = c.id AND f.kind = 'slutsvar' AND f.given_on <= :as_of)
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
SELECT count(*), count(p.improvement) FROM chosen c JOIN publication p ON p.case_id = c.id
WHERE p.approved_on BETWEEN :start AND :end AND c.status <> 'makulerad'
"""

_LESSONS = """
SELECT count(DISTINCT c.id)
FROM chosen c JOIN cases k ON k.id = c.id JOIN event e ON e.case_id = c.id
WHERE k.lesson IS NOT NULL AND e.kind = 'lardom' AND e.on_day BETWEEN :start AND :end AND c.status <> 'makulerad'
"""
