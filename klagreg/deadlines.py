"""How promises are given, met and settled: pure rules over a case. The best place to look when a date is questioned.

Sources: contract section 4, domain 3. Working-day arithmetic lives in :mod:`klagreg.workdays`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from klagreg.model import Case, Deadline, FeedbackGiven
from klagreg.rules import LocalRule, Rule
from klagreg.terms import CaseType, Feedback, Fulfilment
from klagreg.workdays import Calendar

_AS_FULFILMENT = {kind: Fulfilment(kind.value) for kind in Feedback}
"""A kind of contact, as the act that meets a rule."""

Promised = Callable[[CaseType, date], tuple[Deadline, ...]]
"""What is promised to a case of a type that comes in on a day: :func:`given`, told by whose rules."""


def given(
    rules: Iterable[Rule],
    calendar: Calendar,
    local: Iterable[LocalRule],
    case_type: CaseType,
    received: date,
) -> tuple[Deadline, ...]:
    """The deadlines that a case of this type gets on the day it comes in. Beröm has none.

    ``local`` are the rules of the case's unit and nämnd: the earliest last day counts, so they can only be stricter.
    """
    stricter = tuple(local)

    def earliest(rule: Rule) -> Deadline:
        if not stricter:
            due = _last_day(rule, received, calendar)
            return Deadline(rule, due, due)
        wordings = [rule, *(one.over(rule) for one in stricter if one.key == rule.key)]
        due, _, chosen = min((_last_day(r, received, calendar), place, r) for place, r in enumerate(wordings))
        return Deadline(chosen, due, due)

    return tuple(earliest(rule) for rule in rules if case_type in rule.types)


def _last_day(rule: Rule, received: date, calendar: Calendar) -> date:
    return calendar.last_day(received, rule.length, rule.counted_in, rule.shift)


def first_looser_day(wording: Rule, rule: Rule, calendar: Calendar, arrivals: Iterable[date]) -> date | None:
    """The first arrival day on which a wording would promise less than a rule; None when it never does.

    Enköping: local routines "ska stämma överens" with the policy, so they may be stricter and never looser.
    """
    later = (day for day in arrivals if _last_day(wording, day, calendar) > _last_day(rule, day, calendar))
    return next(later, None)


def recounted(
    case: Case, rules: Iterable[Rule], calendar: Calendar, local: Iterable[LocalRule] = ()
) -> tuple[Deadline, ...]:
    """The deadlines after a corrected arrival day or type: an extension already granted is kept if it is later."""
    extended = {d.rule.key: d for d in case.deadlines if d.extended_on}
    fresh = given(rules, calendar, local, case.type, case.received)
    return tuple(_extended_like(deadline, extended.get(deadline.rule.key)) for deadline in fresh)


def _extended_like(fresh: Deadline, before: Deadline | None) -> Deadline:
    if before is None or before.due <= fresh.due:
        return fresh
    return fresh._replace(due=before.due, extended_on=before.extended_on)


def settled(case: Case) -> Case:
    """The case with each deadline's ``met_on`` and ``settled_on`` brought up to what has happened."""
    return case._replace(deadlines=tuple([_settle(deadline, case) for deadline in case.deadlines]))


def _settle(deadline: Deadline, case: Case) -> Deadline:
    met_on = met(deadline.rule, case)
    ends = [met_on, case.closed_on, case.voided_on]
    if case.unreachable_from and deadline.rule.needs_contact:
        ends.append(case.unreachable_from)
    settled_on = min(filter(None, ends), default=None)
    return Deadline(deadline.rule, deadline.due, deadline.original_due, deadline.extended_on, met_on, settled_on)


def met(rule: Rule, case: Case) -> date | None:
    """The day of the first act that meets the rule, or None."""
    days = [g.given_on for g in case.feedback if _AS_FULFILMENT[g.kind] in rule.fulfilled_by and _counts(rule, case, g)]
    if case.measures and Fulfilment.MEASURE in rule.fulfilled_by:
        days += [m.done_on for m in case.measures if m.done_on and m.is_promise]
    if case.closings and _closing_meets(rule, case):
        days += [c.closed_on for c in case.closings]
    return min(days, default=None)


def _closing_meets(rule: Rule, case: Case) -> bool:
    """Whether it is enough to close the case: when the rule says so, or nobody can be told though it still applies."""
    if Fulfilment.CLOSING in rule.fulfilled_by:
        return True
    return case.unreachable_from is not None and rule.only_by_contact and not rule.needs_contact


def _counts(rule: Rule, case: Case, feedback: FeedbackGiven) -> bool:
    """Whether a contact meets a rule that wants a named handler (Enköping, Osby): a final answer always does."""
    if not rule.needs_handler or feedback.kind is Feedback.ANSWER:
        return True
    return feedback.handler_was_named or named_before(case, feedback)


def named_before(case: Case, feedback: FeedbackGiven) -> bool:
    """Whether a handler was named on a day before the contact, though perhaps typed in after it.

    A handler who was there when the case was handed over counts until that day.
    """
    day = feedback.given_on
    if case.handler_named_on is not None and case.handler_named_on < day:
        return True
    return any(h.handler_named_on is not None and h.handler_named_on < day < h.handed_on for h in case.handovers)
