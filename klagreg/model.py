"""What a case is: frozen values that the rules take and return. No disk, no terminal, no clock.

Names follow the glossary in the README. Suffixes tell the type: ``_on`` is a civil date in Sweden, ``_at`` a
stored moment (UTC, ``2026-11-02T08:14:07Z``).
"""

from datetime import date
from typing import Any, NamedTuple

from klagreg.rules import Rule
from klagreg.terms import (
    Affects,
    CaseType,
    Contact,
    ErasureKind,
    Feedback,
    Means,
    MeasureKind,
    NoAnswer,
    Outcome,
    Route,
    SenderRole,
    State,
    Status,
)


class Sender(NamedTuple):
    """Avsändare: who sent it. Stored apart; the values never enter the log (domain 1.8)."""

    role: SenderRole | None = None
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    address: str | None = None
    preferred: Means | None = None
    case_file: str | None = None
    """Where the personal data lie instead (Nacka: personakt); what leads to a person is personal too."""

    @property
    def can_be_reached(self) -> bool:
        """True when there is an address or a number to answer to."""
        return bool(self.email or self.phone or self.address)


NOBODY = Sender()
"""Nobody has said who they are."""


class FeedbackGiven(NamedTuple):
    """Återkoppling: one contact with the sender."""

    given_on: date
    kind: Feedback
    means: Means | None
    by: str
    handler_was_named: bool
    """A handler was named when it was given (Enköping: who is responsible must be told)."""
    reason: str | None = None
    """Why it is delayed; required for ``forsening`` (FL 11 §, Nacka)."""


class Measure(NamedTuple):
    """Åtgärd: lives on after the case is closed."""

    number: int
    text: str
    responsible: str | None = None
    due_on: date | None = None
    done_on: date | None = None
    kind: MeasureKind | None = None
    promised_on: date | None = None
    """The day it was promised, where the year's figures count it; None when it was written down only as done."""

    @property
    def is_promise(self) -> bool:
        """False for a mere check afterwards."""
        return self.kind is not MeasureKind.FOLLOW_UP


class Closing(NamedTuple):
    """One closing; a reopened case has several."""

    closed_on: date
    outcome: Outcome | None
    """None only for imported cases whose outcome was never written down."""
    no_answer: NoAnswer | None = None
    reopened_on: date | None = None


class Handover(NamedTuple):
    """Överlämning: to another unit or nämnd. The clock goes on (domain 2.2)."""

    handed_on: date
    from_board: str | None
    from_unit: str | None
    to_board: str | None
    to_unit: str | None
    told: Means | None = None
    """How the sender was told who takes over (Nacka); None when nobody did."""
    handler_named_on: date | None = None
    """The day that the giver's handler was named; None when there was none."""


class RouteTaken(NamedTuple):
    """Väg: one of Osby's four, with the body that the case was taken to."""

    taken_on: date
    route: Route
    body: str | None = None


class ArrivalStamp(NamedTuple):
    """Ankomststämpel: the case, or its paper, reached a desk (Kinda, sida 4)."""

    stamped_on: date
    desk: str
    by: str
    stamped_at: str | None = None
    """``13:40``, if the hour was noted."""


class CopyGiven(NamedTuple):
    """Kopia: somebody got a copy of the case (Kinda, sida 4: förvaltningschefen)."""

    copied_on: date
    to: str


class Referral(NamedTuple):
    """Hänvisning: the matter belongs elsewhere instead, or as well (Enköping: överklagande; Kinda: lex Sarah)."""

    referred_on: date
    to: str
    """A code of the profile's list."""
    label: str
    """What the list called it then."""
    reference: str | None = None
    """Where exactly, and the number it has there."""


class Publication(NamedTuple):
    """Publicering: what may be shown to everybody, written for that and approved (Lomma; domain 8 R2)."""

    approved_on: date
    approved_by: str
    public_answer: str
    improvement: str | None = None


class Secrecy(NamedTuple):
    """Sekretessmarkering: a warning that a provision may forbid showing the case; never a decision (OSL 5:5)."""

    marked_on: date
    statute: str
    """Lagrum: never secret itself, and shown to everybody."""
    marked_by: str
    until: date | None = None
    """The last day it holds; None while nobody knows."""
    lifted_on: date | None = None
    """The day from which it holds no more."""

    def holds_on(self, day: date) -> bool:
        """Whether it warns on a day."""
        ended = (self.lifted_on is not None and self.lifted_on <= day) or (self.until is not None and self.until < day)
        return self.marked_on <= day and not ended


class Erasure(NamedTuple):
    """Borttaget: what was taken out of a case by decision, and cannot be had back (arkivlagen 10 §)."""

    erased_on: date
    kind: ErasureKind
    decision: str
    """The decision that it rests on: ``KS 2026-05-04 § 88``."""
    erased_by: str


class Deadline(NamedTuple):
    """Frist: a rule as it was given to one case, with the last day that was promised."""

    rule: Rule
    due: date
    original_due: date
    extended_on: date | None = None
    """The day it was first extended: until then the first last day held."""
    met_on: date | None = None
    """The day of the first act that meets it."""
    settled_on: date | None = None
    """The day from which nobody has to act on it any more: met, closed, voided or no way to answer."""

    def state(self, case: "Case | SecretCase", on: date) -> State:
        """Läge as of a day: acts after it are not known yet (domain 3.2; dates are compared, never counts)."""
        due = self.due_as_of(on)
        if self.met_on and self.met_on <= on:
            return State.IN_TIME if self.met_on <= due else State.LATE
        if self.rule.needs_contact and not can_be_answered(case, on):
            return State.NOT_APPLICABLE
        return State.OVERDUE if on > due else State.WAITING

    def due_as_of(self, on: date) -> date:
        """The last day that held on a day: an extension granted later was not known yet."""
        return self.original_due if self.extended_on and self.extended_on > on else self.due


def can_be_answered(case: "Case | SecretCase", on: date) -> bool:
    """Whether the sender could be answered as of a day."""
    return case.unreachable_from is None or case.unreachable_from > on


def is_open_on(case: "Case | SecretCase", day: date) -> bool:
    """Whether it had come in, and was neither closed nor voided, as of a day."""
    if case.received > day or (case.voided_on and case.voided_on <= day):
        return False
    return not any(c.closed_on <= day and (c.reopened_on is None or c.reopened_on > day) for c in case.closings)


class Case(NamedTuple):
    """Ärende: a viewpoint or complaint and everything that has happened to it."""

    type: CaseType
    title: str
    received: date
    rule_set: int
    year: int = 0
    serial: int = 0
    number: str = ""
    external_source: str | None = None
    external_id: str | None = None
    diary_number: str | None = None
    status: Status = Status.RECEIVED
    registered_at: str = ""
    registered_by: str = ""
    channel: str | None = None
    board: str | None = None
    unit: str | None = None
    area: str | None = None
    description: str | None = None
    proposal: str | None = None
    anonymous: bool = False
    contact: Contact = Contact.POSSIBLE
    unreachable_from: date | None = None
    """The day from which the sender cannot be answered; None while contact is possible."""
    handler: str | None = None
    handler_named_on: date | None = None
    outcome: Outcome | None = None
    closed_on: date | None = None
    voided_on: date | None = None
    answer: str | None = None
    sender: Sender = NOBODY
    feedback: tuple[FeedbackGiven, ...] = ()
    measures: tuple[Measure, ...] = ()
    closings: tuple[Closing, ...] = ()
    handovers: tuple[Handover, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    routes: tuple[RouteTaken, ...] = ()
    stamps: tuple[ArrivalStamp, ...] = ()
    copies: tuple[CopyGiven, ...] = ()
    referrals: tuple[Referral, ...] = ()
    participants: tuple[str, ...] = ()
    """Others who work on it beside the handler (Nacka: alla som berörs samarbetar)."""
    received_by: str | None = None
    """Who took it in, also without being a user (Lomma, Enköping, Kinda, Nacka)."""
    occurred_on: date | None = None
    """When it happened (Enköping: när hände det?)."""
    provider: str | None = None
    """Utförare: who provides what it is about (Kinda: leverantören)."""
    affects: Affects | None = None
    general: bool = False
    """Of general kind: goes to the head of the administration (Kinda, sida 4)."""
    kept_elsewhere: str | None = None
    """The record it was kept in before it was brought in afterwards (Lomma: utanför LUKAS)."""
    individual: bool = False
    """Concerns a single pupil or member of staff: counted, never published (Lomma)."""
    lesson: str | None = None
    """What was learnt, written without identities to be shared (Nacka: Öppenhet)."""
    publication: Publication | None = None
    secrecy: tuple[Secrecy, ...] = ()
    """Every mark it has had, in the order they were made."""
    protected: bool = False
    """The sender has skyddade personuppgifter: no name, number or address is ever kept here (domain 1.7)."""
    erasures: tuple[Erasure, ...] = ()

    @property
    def is_destroyed(self) -> bool:
        """Gallrat: what is left is what its figures need."""
        return any(erasure.kind is ErasureKind.DESTROYED for erasure in self.erasures)

    @property
    def route(self) -> Route | None:
        """The route last taken."""
        return self.routes[-1].route if self.routes else None

    @property
    def is_open(self) -> bool:
        """True until the case is closed or voided."""
        return self.status in (Status.RECEIVED, Status.ASSIGNED)

    @property
    def final_answer(self) -> FeedbackGiven | None:
        """The first slutsvar, if any."""
        answers = [given for given in self.feedback if given.kind is Feedback.ANSWER]
        return min(answers, key=lambda given: given.given_on, default=None)

    def secrecy_on(self, day: date) -> Secrecy | None:
        """The mark that holds on a day, if any. What may be shown follows from today's, whatever day is asked for."""
        return next((mark for mark in reversed(self.secrecy) if mark.holds_on(day)), None)


class SecretCase(NamedTuple):
    """What a case shows while it is marked secret: its number, its days and the statute (``klagreg.secrecy``)."""

    number: str
    title: str
    """``Sekretess: 26 kap. 1 § OSL`` instead of its own."""
    secrecy: Secrecy
    """The mark that holds, without who made it."""
    received: date
    registered_at: str
    closed_on: date | None
    voided_on: date | None
    unreachable_from: date | None
    """A day that deadlines are judged by, as are the closings; neither is shown."""
    closings: tuple[Closing, ...]
    """Their days alone."""
    deadlines: tuple[Deadline, ...]


class Event(NamedTuple):
    """Händelse: one act in the log. ``changes`` holds (key, old, new); personal fields have no values."""

    at: str
    by: str
    """Empty where it is not shown: in the log of a secret case."""
    kind: str
    on: date
    changes: tuple[tuple[str, Any, Any], ...]
    erased: bool = False
    """What it changed was erased by decision; that it was done stays."""
