"""What a year's report tells beside the cases: surveys, the self-check, texts, when it was presented, rule reviews."""

from __future__ import annotations

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
