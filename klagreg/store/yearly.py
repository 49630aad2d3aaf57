"""The statements that store and find what a year's report tells beside the cases."""

from __future__ import annotations

from datetime import date

from klagreg.days import Period
from klagreg.store.cases import Store
from klagreg.terms import Attained, Satisfaction, SurveyMethod
from klagreg.yearly import Judgement, Presentation, RuleReview, Survey, YearlyText


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
    """The presentations of periods that lie within [start, end], the earliest period first."""
    rows = store.run(
        "SELECT period_start, period_end, board, presented_on, paragraph FROM presentation"
        " WHERE period_start >= ? AND period_end <= ? ORDER BY period_start, period_end, presented_on, id",
        (start.isoformat(), end.isoformat()),
    )
    return [
        Presentation(date.fromisoformat(first), date.fromisoformat(last), board, date.fromisoformat(on), paragraph)
        for first, last, board, on, paragraph in rows
    ]


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


def last_review(store: Store) -> RuleReview | None:
    """The last time the rules were looked over."""
    rows = store.run("SELECT reviewed_on, note FROM rule_review ORDER BY reviewed_on DESC, id DESC LIMIT 1", ())
    return next((RuleReview(date.fromisoformat(on), note) for on, note in rows), None)
