"""What a year's report tells beside the cases: surveys, the self-check, texts, when it was presented, rule reviews."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from klagreg.terms import Attained, Satisfaction, SurveyMethod


@dataclass(frozen=True, slots=True)
class Survey:
    """Enkät: what some who had used the complaints system answered (Lomma). Never tied to a case or a person."""

    asked_on: date
    method: SurveyMethod
    answer: Satisfaction
    number: int = 1
    """How many answered so."""
    board: str | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """Egenkontroll: how far a criterion was reached at a förvaltning in a year (Lomma)."""

    year: int
    board: str | None
    criterion: str
    attained: Attained
    comment: str | None
    at: str
    by: str


Answers = Mapping[str, tuple[Attained, str | None]]
"""What is said of criteria, by their keys: how far each was reached, and a comment."""


@dataclass(frozen=True, slots=True)
class Presentation:
    """Redovisad: the day a period's report was presented to a nämnd (Kinda: once a quarter)."""

    start: date
    end: date
    board: str | None
    presented_on: date
    paragraph: str | None = None
    """``§ 88``, if it was noted."""


@dataclass(frozen=True, slots=True)
class YearlyText:
    """How a förvaltning or a unit worked with complaints in a year, in words (Enköping: årsredovisningen)."""

    year: int
    text: str
    board: str | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class RuleReview:
    """Granskning: the day the rules were looked over (Osby 3.5, Enköping)."""

    reviewed_on: date
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """What was done with the cases of a year beside what its figures say. Voided cases are never counted."""

    new_handlers: int
    """Handlers whose first case is of this year: each gets an introduction (Lomma)."""
    unanswered: tuple[str, ...]
    """Cases closed without a final answer although the sender could be reached, never praise: their numbers.

    Empty for one that is marked secret: it is counted, not named.
    """
    days_to_remedy: Counter[int]
    """Avvikelser that came in and were put right, by the days it took."""
    approved: int
    """Answers approved for publication."""
    improvements: int
    """Of ``approved``: those that tell what became better."""
    lessons: int
    """Cases whose lesson was written down during the year."""


@dataclass(frozen=True, slots=True)
class YearAtWork:
    """All that the self-check of a förvaltning and year tells beside the figures."""

    year: int
    board: str | None
    """The förvaltning, by its nämnd; None is the whole register."""
    criteria_from: tuple[str, str]
    """The name and the TOML of the rules in force when the year ended."""
    judged: Mapping[str, Judgement]
    judged_before: Mapping[str, Judgement]
    work: Work
    presented: int
    """How many times a report was presented during the year."""
