"""Every figure of klagreg, computed here once and rendered in many places.

Definitions: domain 7.1–7.2; where the contract is more exact, it wins. Counts come as cells from
``klagreg.store.statistics``; this module adds them up, divides them and names what they are. It knows no disk,
no terminal and no workbook.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum
from fractions import Fraction
from functools import cached_property
from operator import attrgetter
from typing import Any

from klagreg.days import Period
from klagreg.practice import Disclosure
from klagreg.store.listings import ListedCase, OpenCase
from klagreg.store.statistics import EVERYTHING, NOT_APPLICABLE_TOO_LATE, UNDATED, Cells, RuleLine, Selection
from klagreg.terms import (
    LED_TO_MEASURE,
    OUTSIDE_MEASURE_SHARE,
    CaseType,
    Contact,
    MeasureKind,
    Nature,
    Satisfaction,
    SenderRole,
    State,
)
from klagreg.yearly import Presentation, RuleReview, YearlyText

INTERVALS = ((0, 5), (6, 10), (11, 20), (21, 30), (31, None))
"""Handläggningstid in calendar days, as the workbook groups it: both ends included."""


class Formula(Enum):
    """What a share that is no promise divides by what (domain 7.2)."""

    OF_ANSWERED = "besvarade"
    LED_TO_MEASURE = "ledde_till_atgard"
    ANONYMOUS = "anonyma"
    COMPLAINTS = "klagomal"
    CONTENT = "nojda"
    TARGET = "maltal"
    """Not counted at all: what is aimed at."""


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole. The raw value is exact; the shown percentage is rounded half up."""

    part: int
    whole: int
    counted_as: DeadlineFigures | Formula | None = field(default=None, compare=False, repr=False)
    """How it was counted, so that it can be explained wherever it is shown; None is a part of what the table sums."""

    @property
    def value(self) -> float | None:
        """From 0 to 1, unrounded; None when there is nothing to divide by."""
        return self.part / self.whole if self.whole else None

    @property
    def percent(self) -> str:
        """``67 %``; never 0 % or 100 % unless it is exactly so; ``–`` for nothing."""
        if not self.whole:
            return "–"
        rounded = int((Decimal(100 * self.part) / self.whole).quantize(Decimal(1), ROUND_HALF_UP))
        if rounded == 100 and self.part != self.whole:
            rounded = 99
        if rounded == 0 and self.part:
            rounded = 1
        return f"{rounded} %"


@dataclass(frozen=True, slots=True)
class Points:
    """A change between two shares, in procentenheter: never in per cent (domain 7.2)."""

    value: float


Figure = int | float | Share | None
"""What a key figure can be; None where nothing is counted."""


def difference(now: Figure, before: Figure) -> int | float | Points | None:
    """Förändring: this minus the earlier; None when either is missing."""
    if isinstance(now, Share) and isinstance(before, Share):
        if not (now.whole and before.whole):
            return None
        return Points(float(100 * (Fraction(now.part, now.whole) - Fraction(before.part, before.whole))))
    if isinstance(now, int | float) and isinstance(before, int | float):
        return now - before
    return None


def growth(now: Figure, before: Figure) -> float | None:
    """Förändring, %: the difference as a part of the earlier; None from zero, and between shares."""
    if isinstance(now, int | float) and isinstance(before, int | float) and before:
        return (now - before) / before
    return None


@dataclass(frozen=True, slots=True)
class Balance:
    """Ärendebalans: ingående + inkomna + återupptagna − avslutade = utgående."""

    opening: int
    received: int
    reopened: int
    closings: int
    closing: int

    @property
    def difference(self) -> int:
        """Zero when the balance holds."""
        return self.opening + self.received + self.reopened - self.closings - self.closing


@dataclass(frozen=True, slots=True)
class DeadlineFigures:
    """How one promise was kept for the cases that came in (domain 7.2)."""

    rule: RuleLine
    in_time: int = 0
    answered_late: int = 0
    overdue: int = 0
    """Nobody has acted and the last day is past: in the denominator like those answered late."""
    waiting: int = 0
    not_applicable: int = 0
    told_of_delay: int = 0
    """Of ``too_late``: the sender was told that it is delayed, by the as-of day."""
    lost_after_due: int = 0
    """Of ``not_applicable``: the way to answer was lost only after the last day."""
    extended: int = 0
    outside: Counter[str] = field(default_factory=Counter)
    """``not_applicable`` by why: ``anonym``, ``saknas``, ``avstar`` (the sender) or ``typ`` (beröm, other types)."""

    @property
    def cases(self) -> int:
        """Ärenden i urvalet: all that came in while the rule was in force, also those it does not apply to."""
        return self.not_applicable + self.in_time + self.too_late + self.waiting

    @property
    def too_late(self) -> int:
        """För sent: answered late, or not at all although the last day is past."""
        return self.answered_late + self.overdue

    @property
    def share(self) -> Share:
        """Andel i tid: I tid / (I tid + För sent)."""
        return Share(self.in_time, self.in_time + self.too_late, self)

    @property
    def target(self) -> Share:
        """Måltal: a promise is made to everyone."""
        return Share(1, 1, Formula.TARGET)

    @property
    def share_of_answered(self) -> Share:
        """The other common answer, which leaves out who was never answered; shown beside, never instead."""
        return Share(self.in_time, self.in_time + self.answered_late, Formula.OF_ANSWERED)

    @property
    def is_goal(self) -> bool:
        """True for a goal (mål) that can be missed, not a promise that can be broken."""
        return self.rule.nature == Nature.GOAL


@dataclass(frozen=True, slots=True)
class HandlingTime:
    """Handläggningstid over closed cases: calendar days from arrival to the last closing, same day 0."""

    days: Counter[int]
    workdays: Counter[int]

    @property
    def number(self) -> int:
        """How many cases are measured."""
        return self.days.total()

    @property
    def median(self) -> float | None:
        """The middle day; of an even number the mean of the two middle ones."""
        return percentile(self.days, 0.5)

    @property
    def median_workdays(self) -> float | None:
        """The median in arbetsdagar: working days after the arrival day, the closing day included."""
        return percentile(self.workdays, 0.5)

    @property
    def mean(self) -> float | None:
        """The mean, unrounded."""
        return sum(day * n for day, n in self.days.items()) / self.number if self.number else None

    @property
    def p90(self) -> float | None:
        """The 90th percentile, inclusive and linear (Excel's PERCENTILE.INC)."""
        return percentile(self.days, 0.9)

    @property
    def longest(self) -> int | None:
        """The longest time."""
        return max(self.days, default=None)

    def between(self, low: int, high: int | None) -> int:
        """How many took from ``low`` to ``high`` days (None: no upper end)."""
        return sum(n for day, n in self.days.items() if low <= day and (high is None or day <= high))


@dataclass(frozen=True, slots=True)
class AnsweringTime:
    """Svarstid over answered cases: calendar days from arrival to the first slutsvar, same day 0."""

    days: Counter[int]

    @property
    def number(self) -> int:
        """How many cases are measured."""
        return self.days.total()

    @property
    def median(self) -> float | None:
        """The middle day; of an even number the mean of the two middle ones."""
        return percentile(self.days, 0.5)


@dataclass(frozen=True, slots=True)
class MeasureFigures:
    """How the measures that were promised were carried out, each one of the five; and all that was done."""

    in_time: int = 0
    """Done by the day that was promised, or without one."""
    done_late: int = 0
    overdue: int = 0
    """Not done although the day is past."""
    waiting: int = 0
    undated: int = 0
    """Not done, and promised for no day."""
    days: Counter[int] = field(default_factory=Counter)
    """From the case's arrival to the day the measure was done, of those that were promised and are done."""
    at_once: int = 0
    """Done in the period without having been promised."""
    done_by_kind: Counter[MeasureKind | None] = field(default_factory=Counter)
    """Done in the period: those done at once, and those promised whenever. Not a part of ``promised``."""

    @property
    def promised(self) -> int:
        """Utlovade åtgärder."""
        return self.done + self.overdue + self.waiting + self.undated

    @property
    def done(self) -> int:
        """Genomförda, in time or late."""
        return self.in_time + self.done_late

    @property
    def median(self) -> float | None:
        """The middle day of those that were promised and are done."""
        return percentile(self.days, 0.5)


@dataclass(frozen=True, slots=True)
class Handovers:
    """Överlämningar: how often cases were passed on during the period (Nacka: "aldrig hänvisas runt")."""

    times: int
    cases: int
    repeatedly: int
    """Of ``cases``: handed over at least twice by the end of the period, the earlier time perhaps before it."""


@dataclass(frozen=True, slots=True)
class SurveyFigures:
    """What those who had used the complaints system answered (Lomma)."""

    content: int = 0
    partly: int = 0
    discontent: int = 0

    @property
    def number(self) -> int:
        """All answers."""
        return self.content + self.partly + self.discontent

    @property
    def share_content(self) -> Share:
        """Andel nöjda: Nöjda / Svar."""
        return Share(self.content, self.number, Formula.CONTENT)


def percentile(histogram: Mapping[int, int], rank: float) -> float | None:
    """The inclusive linear percentile of counted whole numbers; a whole result comes as it is."""
    total = sum(histogram.values())
    if not total:
        return None
    place = rank * (total - 1)
    below = int(place)
    low, high = _nth(histogram, below), _nth(histogram, min(below + 1, total - 1))
    # Rounded at the twelfth decimal: 0.9 * 10 is 9.000000000000002 in binary, not a tenth of a day.
    return round(low + (high - low) * (place - below), 12)


def _nth(histogram: Mapping[int, int], index: int) -> int:
    for value in sorted(histogram):
        index -= histogram[value]
        if index < 0:
            return value
    raise IndexError(index)


@dataclass(frozen=True)  # no slots: the parts are kept
class Figures:
    """The figures of one period as of one day, of all nämnder or ``at`` one of them."""

    period: Period
    as_of: date
    cells: Cells
    rules: tuple[RuleLine, ...]

    def at(self, board: str | None) -> Figures:
        """The figures of one nämnd. What lies between two of them, and surveys, stay with the whole."""
        return self._parts.get(board) or replace(self, cells=Cells())

    @cached_property
    def _parts(self) -> dict[str | None, Figures]:
        """All nämnder in one pass: one pass each would take nämnder times cells."""
        parts: defaultdict[str | None, Cells] = defaultdict(Cells)
        for name in (f.name for f in fields(Cells) if f.name not in ("moved", "surveys")):
            for cell, n in getattr(self.cells, name).items():
                board = getattr(cell, "board", cell)  # some cells are a nämnd and nothing more
                getattr(parts[board], name)[cell] = n
        return {board: replace(self, cells=cells) for board, cells in parts.items()}

    def received(self) -> int:
        """Inkomna: cases that came in during the period, voided ones left out."""
        return self.cells.received.total()

    def received_by(self, *names: str) -> Counter[Any]:
        """Inkomna divided by one field (``type``, ``board`` …) or by several, then keyed by tuples."""
        return _projected(self.cells.received, *names)

    def received_by_month(self) -> Counter[str]:
        """Inkomna by their month."""
        return _projected(self.cells.arrivals, "month")

    def anonymous(self) -> Share:
        """Anonyma / Inkomna."""
        return Share(self.marked("anonymous"), self.received(), Formula.ANONYMOUS)

    def marked(self, mark: str) -> int:
        """Inkomna with a mark: ``anonymous``, ``brought_in`` or ``individual``; they may overlap."""
        return self.received_by(mark)[True]

    def internal(self) -> int:
        """Inkomna from the staff."""
        return self.received_by("role")[SenderRole.STAFF]

    def without_contact(self) -> int:
        """Inkomna whose sender left no way to be answered."""
        return self.received_by("contact")[Contact.MISSING]

    def wanting_no_answer(self) -> int:
        """Inkomna whose sender wants no answer."""
        return self.received_by("contact")[Contact.DECLINED]

    def balance(self) -> Balance:
        """The ärendebalans, each part counted by itself."""
        c = self.cells
        counted = (c.opening, c.received, c.reopened, c.closings, c.closing)
        return Balance(*(cells.total() for cells in counted))

    def overdue_at_end(self) -> int:
        """Open cases on the last known day with a requirement overdue then: a missed goal is not counted."""
        return self.cells.overdue.total()

    def numbers(self, what: str) -> int:
        """Numbers of cases that came in: ``registrerade``, ``makulerade`` or ``annat_ars_serie`` (domain 0.17)."""
        return _projected(self.cells.numbers, "what")[what]

    def handed_over(self) -> dict[tuple[str | None, str | None], int]:
        """How many times cases went from one nämnd to another during the period."""
        between = {cell: n for cell, n in self.cells.moved.items() if cell.from_board != cell.to_board}
        pairs = sorted(between, key=lambda cell: (swedish_order(cell.from_board), swedish_order(cell.to_board)))
        return {(pair.from_board, pair.to_board): between[pair] for pair in pairs}

    def boards(self) -> list[str | None]:
        """Every nämnd that anything is counted for, in Swedish order, missing last."""
        return sorted(self._parts, key=swedish_order)

    def deadlines(self) -> list[DeadlineFigures]:
        """One line per promise that any case of the period was given."""
        found, extended = _projected(self.cells.verdicts, "key", "verdict"), _projected(self.cells.extended, "key")
        told = _projected(self.cells.verdicts, "key", "told_of_delay")
        why = _projected(self.cells.verdicts, "key", "outside")
        used = {key for key, _ in found}
        return [
            DeadlineFigures(
                rule=rule,
                in_time=found[rule.key, State.IN_TIME],
                answered_late=found[rule.key, State.LATE],
                overdue=found[rule.key, State.OVERDUE],
                waiting=found[rule.key, State.WAITING],
                not_applicable=found[rule.key, State.NOT_APPLICABLE] + found[rule.key, NOT_APPLICABLE_TOO_LATE],
                told_of_delay=told[rule.key, True],
                lost_after_due=found[rule.key, NOT_APPLICABLE_TOO_LATE],
                extended=extended[rule.key],
                outside=Counter({w: n for (key, w), n in why.items() if key == rule.key and w}),
            )
            for rule in self.rules
            if rule.key in used or not used
        ]

    @property
    def settled_after(self) -> date | None:
        """The last of the last days that had not passed; None when every deadline of the period has its verdict."""
        last = max((cell.waits_until for cell in self.cells.verdicts if cell.waits_until), default=None)
        return date.fromisoformat(last) if last else None

    def handling(self) -> HandlingTime:
        """Handläggningstid of cases whose last closing lies in the period."""
        return HandlingTime(_projected(self.cells.closed, "days"), _projected(self.cells.closed, "workdays"))

    def outcomes(self) -> Counter[Any]:
        """Utfall of cases whose last closing lies in the period."""
        return _projected(self.cells.closed, "outcome")

    def led_to_measure(self) -> Share:
        """Andel som ledde till åtgärd: hänvisade, sammanförda, förmedlat beröm and återkallade left out."""
        outcomes = self.outcomes()
        counted = sum(n for outcome, n in outcomes.items() if outcome not in OUTSIDE_MEASURE_SHARE)
        led = sum(outcomes[outcome] for outcome in LED_TO_MEASURE)
        return Share(led, counted, Formula.LED_TO_MEASURE)

    def answering(self) -> AnsweringTime:
        """Svarstid of cases whose first slutsvar lies in the period."""
        return AnsweringTime(_projected(self.cells.answered, "days"))

    def measures(self) -> MeasureFigures:
        """Utlovade åtgärder, promised in the period, as they stand on the as-of day; and what was done in it."""
        found, days = _projected(self.cells.promised, "state"), _projected(self.cells.promised, "days")
        del days[None]
        return MeasureFigures(
            in_time=found[State.IN_TIME],
            done_late=found[State.LATE],
            overdue=found[State.OVERDUE],
            waiting=found[State.WAITING],
            undated=found[UNDATED],
            days=days,
            at_once=_projected(self.cells.done, "at_once")[True],
            done_by_kind=_projected(self.cells.done, "kind"),
        )

    def handovers(self) -> Handovers:
        """Överlämningar to another unit or nämnd."""
        cells = self.cells.handed_over
        return Handovers(
            times=sum(cell.times * n for cell, n in cells.items()),
            cases=cells.total(),
            repeatedly=sum(n for cell, n in cells.items() if cell.times_in_all >= 2),
        )

    def routes(self) -> Counter[str]:
        """Vägar taken in the period; a case may take several."""
        return _projected(self.cells.routes, "route")

    def referrals(self) -> Counter[Any]:
        """Hänvisningar made in the period, by where to."""
        return _projected(self.cells.referrals, "to")

    def survey(self, method: str | None = None) -> SurveyFigures:
        """Answers of the period, to all ways of asking or to one."""
        answers = Counter[str]()
        for cell, n in self.cells.surveys.items():
            if method in (None, cell.method):
                answers[cell.answer] += n
        return SurveyFigures(*(answers[answer] for answer in Satisfaction))

    def open_at_month_ends(self) -> dict[str, int]:
        """Öppna vid månadens slut, for the months of the period that the as-of day has reached."""
        received, closings = self.received_by_month(), self.closings_by_month()
        reopened = _projected(self.cells.reopened, "month")
        open_cases, ends = self.cells.opening.total(), {}
        for month in self.months():
            open_cases += received[month] + reopened[month] - closings[month]
            ends[month] = open_cases
        return ends

    def closings_by_month(self) -> Counter[str]:
        """Every closing by its month."""
        return _projected(self.cells.closings, "month")

    def months(self) -> list[str]:
        """The months of the period up to the as-of day, ``2026-01`` …"""
        return [month for month in self.period.months() if month <= self.as_of.isoformat()[:7]]


def swedish_order(text: str | None) -> tuple[bool, str, str]:
    """A sort key with å ä ö last and capitals beside small letters; a missing value after all others.

    Two names that differ in nothing else still have an order, so that the same report is the same on any day.
    """
    return text is None, (text or "").casefold().translate(_AFTER_Z), text or ""


_AFTER_Z = str.maketrans({"å": "{a", "ä": "{b", "æ": "{b", "ö": "{c", "ø": "{c", "é": "e", "ü": "y"})


def _projected(cells: Mapping[Any, int], *names: str) -> Counter[Any]:
    """Counts by one field, or by several as tuples."""
    key, counts = attrgetter(*names), Counter[Any]()
    for cell, n in cells.items():
        counts[key(cell)] += n
    return counts


@dataclass(frozen=True, slots=True)
class RulesInForce:
    """A rule profile as *Om rapporten* tells of it."""

    name: str
    source: str
    note: str
    valid_from: date
    promises: tuple[str, ...]
    """Each rule in words: ``Svar: 10 arbetsdagar från ankomstdagen; uppfylls av slutsvar``."""


@dataclass(frozen=True, slots=True)
class Source:
    """A register whose cases are counted: what an auditor needs to know that it is the same."""

    register: str
    """The file's name, without its folder."""
    board: str | None
    last_hash: str
    cases: int
    """All numbers in the register, voided ones too."""
    rules: tuple[RulesInForce, ...]
    days_off: Mapping[date, str]


@dataclass(frozen=True, slots=True)
class About:
    """Where a report's figures come from: what an auditor needs to make them again."""

    municipality: str | None
    board: str | None
    version: str
    sources: tuple[Source, ...]
    """The register itself, then those that are counted in."""
    registered_after: int
    """Cases counted in although they were registered after the as-of day."""
    channels: Mapping[str, str]
    areas: Mapping[str, str]
    """Code → label."""
    referrals: Mapping[str, str] = field(default_factory=dict)
    """Code → label, of every profile that the register has followed."""
    type_groups: Mapping[CaseType, tuple[CaseType, ...]] = field(default_factory=dict)
    """What the rules in force call klagomål and synpunkt → the types that are counted as such (Osby 3.1)."""
    presented: tuple[Presentation, ...] = ()
    """The days that a report of this very period had been presented to a nämnd, as of the as-of day."""
    last_review: RuleReview | None = None
    """The last time that the rules had been looked over, as of the as-of day."""
    disclosure: Disclosure = field(default_factory=Disclosure)
    """What the public edition withholds: the strictest of what the registers' rules say."""
    renewed: tuple[str, ...] = ()
    """What changed between the periods that are compared, so that they are not quite alike, in Swedish."""

    @property
    def source(self) -> Source:
        """The register that was asked."""
        return self.sources[0]


@dataclass(frozen=True, slots=True)
class Improvement:
    """Something that became better, or was learnt, in words that were written to be shared."""

    board: str | None
    area: str | None
    text: str
    day: date
    is_lesson: bool
    """A lesson (lärdom), not an improvement that was made."""
    publishable: bool
    """Approved for everybody, and nothing forbids to publish it."""


@dataclass(frozen=True, slots=True)
class Listing:
    """The cases behind the figures, row by row: for the internal edition alone."""

    open: tuple[OpenCase, ...]
    """Open on the last known day."""
    cases: tuple[ListedCase, ...]
    """That came in, were open or were closed in the period."""


@dataclass(frozen=True, slots=True)
class Report:
    """A period with the same period one and two years before, each as of the same day of its own year."""

    current: Figures
    previous: Figures
    before_that: Figures
    about: About
    selection: Selection = EVERYTHING
    texts: tuple[YearlyText, ...] = ()
    """How the year's work is told in words, each at its nämnd."""
    years: tuple[Figures, ...] = ()
    """The same period of earlier years, the earliest first, then this one. Only what came in and was closed."""
    improvements: tuple[Improvement, ...] = ()
    listing: Listing | None = None

    @property
    def periods(self) -> tuple[Figures, Figures, Figures]:
        """The period, the one before, and the one before that."""
        return self.current, self.previous, self.before_that

    def boards(self) -> list[str | None]:
        """Every nämnd of the period or of the one that it is compared with, in Swedish order, missing last."""
        return sorted({*self.current.boards(), *self.previous.boards()}, key=swedish_order)
