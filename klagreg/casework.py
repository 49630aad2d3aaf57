"""The acts of case work as pure rules: each takes a case and says what it becomes, or refuses.

Every act has its own day (``on``), which may lie before the day it is typed in but never before the case came
in and never in the future. Nothing here reads a clock, a file or a terminal.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from klagreg import deadlines
from klagreg.days import with_weekday
from klagreg.errors import AnswerMissing, BadValue, MissingValue, NotOpen, Refused, UnknownCode
from klagreg.history import FREE_TEXTS
from klagreg.model import (
    ArrivalStamp,
    Case,
    Closing,
    CopyGiven,
    Erasure,
    FeedbackGiven,
    Handover,
    Measure,
    Publication,
    Referral,
    RouteTaken,
    Secrecy,
    Sender,
)
from klagreg.practice import Practice, Retention, Step
from klagreg.rules import LocalRule, Rule
from klagreg.terms import (
    PART_KEYS,
    CaseType,
    Contact,
    ErasureKind,
    Feedback,
    Means,
    MeasureKind,
    Merit,
    Nature,
    NoAnswer,
    Outcome,
    Route,
    State,
    Status,
    fold,
    nearest,
)
from klagreg.workdays import Calendar


def must_be_a_case(channel: str | None, practice: Practice) -> None:
    """Refuse what the municipality does not class as a viewpoint or a complaint (Osby 3.3.1): nothing is stored.

    Raises:
        Refused: with the reason, and what to do with it instead.
    """
    found = practice.exclusion(channel) if channel else None
    if found:
        raise Refused(f"{found.label} klassas inte som synpunkt eller klagomål: {found.reason}", found.instead)


def default_title(case_type: CaseType, unit: str | None) -> str:
    """A public title that says nothing about anybody, for a case that was given none."""
    return f"{case_type.label} – {unit}" if unit else case_type.label


def register(case: Case, promised: deadlines.Promised, today: date) -> Case:
    """A new case as it enters the register: its contact state settled and its deadlines given."""
    not_in_future(case.received, today, "--inkommen")
    if case.occurred_on:
        _before_it_came(case.occurred_on, case.received)
    _nameless_if_anonymous(case)
    _nowhere_if_protected(case)
    contact = case.contact
    if contact is Contact.POSSIBLE and case.anonymous and not case.sender.can_be_reached:
        contact = Contact.MISSING
    status, named_on = (Status.ASSIGNED, case.received) if case.handler else (Status.RECEIVED, None)
    return case._replace(
        status=status,
        handler_named_on=named_on,
        contact=contact,
        unreachable_from=None if contact is Contact.POSSIBLE else case.received,
        deadlines=promised(case.type, case.received),
    )


ANSWERED_BY_CHANNEL = {
    "telefon": Means.PHONE,
    "besok": Means.MEETING,
    "e-post": Means.EMAIL,
    "e-tjanst": Means.E_SERVICE,
    "sms": Means.SMS,
}
"""How somebody was answered on the spot, by the way they came."""


def settle_at_once(case: Case, done: str, answer: str | None, means: Means | None, by: str, today: date) -> Case:
    """Åtgärdad direkt: the matter was put right when it was received (Kinda: "omgående"), and the case is closed.

    ``case`` is new. Who can be answered was answered on the spot: ``means``, or the way that the channel says.
    """
    on = case.received
    case = add_measure(case, Measure(0, done, responsible=by, done_on=on, kind=MeasureKind.REMEDY), on, today)
    if case.contact is not Contact.POSSIBLE or case.type is CaseType.PRAISE:
        reasons = {Contact.DECLINED: NoAnswer.DECLINED, Contact.POSSIBLE: NoAnswer.PRAISE}
        unnamed = NoAnswer.ANONYMOUS if case.anonymous else NoAnswer.NO_CONTACT
        reason = reasons.get(case.contact, unnamed)
        return close(case, Outcome.REMEDIED, on, today, answer=None, given=None, no_answer=reason)
    way = means or ANSWERED_BY_CHANNEL.get(case.channel or "")
    given = answer_by(way, answer or done, by, on)
    return close(case, Outcome.REMEDIED, on, today, answer=answer or done, given=given, no_answer=None)


def assign(case: Case, handler: str, on: date, today: date, participants: Iterable[str] = ()) -> Case:
    """Tilldela: name the handler. The first naming counts for rules that want one (Enköping, Osby).

    ``participants`` work on it too (Nacka: alla som berörs samarbetar).
    """
    _open(case)
    _possible(case, on, today)
    _after_last_handover(case, on)
    named_on = min(on, case.handler_named_on or on)
    others = dict.fromkeys((*case.participants, *participants))
    return case._replace(
        handler=handler,
        handler_named_on=named_on,
        status=Status.ASSIGNED,
        participants=tuple(name for name in others if name != handler),
    )


def give_feedback(case: Case, *contacts: FeedbackGiven, today: date) -> Case:
    """Återkoppla: contacts with the sender, who must be possible to reach; in the order they are told."""
    _open(case)
    for given in contacts:
        _possible(case, given.given_on, today)
        _reachable(case)
        if given.kind is Feedback.DELAY and not given.reason:
            raise Refused("Ett besked om försening måste säga vad förseningen beror på.", "Ange --orsak TEXT.")
    return _with_feedback(case, *contacts)


def note(case: Case, on: date, today: date) -> None:
    """Anteckna: any case may get a note, on a day that can be true."""
    _possible(case, on, today)


def add_measure(case: Case, measure: Measure, on: date, today: date) -> Case:
    """Åtgärda: plan a measure, or record one that is done. Closed cases may get measures too."""
    _not_voided(case)
    _possible(case, on, today)
    if measure.done_on:
        _possible(case, measure.done_on, today, "--genomford")
    written = measure._replace(number=len(case.measures) + 1, promised_on=None if measure.done_on else on)
    return case._replace(measures=(*case.measures, written))


def complete_measure(case: Case, number: int, on: date, today: date, kind: MeasureKind | None = None) -> Case:
    """Åtgärden är genomförd: the day it was carried out, and its kind if it is said now."""
    _not_voided(case)
    if not 1 <= number <= len(case.measures):
        many = len(case.measures)
        raise Refused(f"{case.number} har ingen åtgärd nr {number}.", f"Det finns {many}: klagreg visa {case.number}")
    _possible(case, on, today, "--genomford")
    measure = case.measures[number - 1]
    if measure.done_on:
        raise Refused(f"Åtgärd {number} i {case.number} är redan genomförd {with_weekday(measure.done_on)}.")
    done = measure._replace(done_on=on, kind=kind or measure.kind)
    return case._replace(measures=(*case.measures[: number - 1], done, *case.measures[number:]))


class Correction(NamedTuple):
    """Uppdatera: the new values of the fields that change, by attribute name."""

    values: dict[str, object]
    sender: dict[str, object]


def correct(
    case: Case,
    correction: Correction,
    rules: Iterable[Rule],
    calendar: Calendar,
    on: date,
    today: date,
    local: Sequence[LocalRule] = (),
) -> Case:
    """Uppdatera: the case with corrected fields; its deadlines follow its type, arrival day and place.

    ``local`` are the stricter rules of the corrected place.
    """
    _not_voided(case)
    if "contact" in correction.values:
        _possible(case, on, today)
    values = dict(correction.values)
    received = values.get("received", case.received)
    assert isinstance(received, date)
    not_in_future(received, today, "--inkommen")
    acts = _days_of_acts(case)
    if acts and received > min(acts):
        raise Refused(
            f"{case.number} kan inte ha kommit in {with_weekday(received)}: något gjordes {with_weekday(min(acts))}."
        )
    if case.is_open and ("outcome" in values or "answer" in values):
        raise Refused(f"{case.number} är inte avslutat.", "Utfall och svar anges när ärendet avslutas.")
    if "outcome" in values:
        outcome = values["outcome"]
        assert isinstance(outcome, Outcome)
        values["closings"] = (*case.closings[:-1], case.closings[-1]._replace(outcome=outcome))
    sender: Sender = case.sender._replace(**correction.sender)  # type: ignore[arg-type]
    after: Case = case._replace(sender=sender, **values)  # type: ignore[arg-type]
    if after.protected and not case.protected:
        kept = {key: value for key, value in correction.sender.items() if key in POINTS_OUT}
        after = after._replace(sender=sender._replace(**{**dict.fromkeys(POINTS_OUT), **kept}))  # type: ignore[arg-type]
    _nameless_if_anonymous(after)
    _nowhere_if_protected(after)
    if after.occurred_on:
        _before_it_came(after.occurred_on, after.received)
    if after.individual or after.title != case.title:
        # The title is published beside the answer, and was approved with it.
        after = after._replace(publication=None)
    after = _with_contact(_arrived_anew(after, case), case, "contact" in values, on)
    moved = (after.unit, after.board) != (case.unit, case.board)
    by_place = moved and (local or any(deadline.rule.local_id for deadline in case.deadlines))
    if (after.type, after.received) != (case.type, case.received) or by_place:
        after = after._replace(deadlines=deadlines.recounted(after, rules, calendar, local))
    return after


def hand_over(
    case: Case, board: str | None, unit: str | None, on: date, today: date, told: Means | None = None
) -> Case:
    """Överlämna: to another unit or nämnd. The clock goes on; the new unit names its own handler.

    ``told``: how the sender was told who takes over, which is an återkoppling of its own
    (:func:`tell_of_handover`).
    """
    _open(case)
    _possible(case, on, today)
    if (board, unit) == (case.board, case.unit):
        raise Refused(f"{case.number} ligger redan hos {unit or board}.")
    _after_last_handover(case, on)
    if case.handler and case.handler_named_on and on < case.handler_named_on:
        raise Refused(
            f"{case.handler} utsågs {with_weekday(case.handler_named_on)}, efter {with_weekday(on)}.",
            "Ange en senare dag med --datum.",
        )
    moved = Handover(on, case.board, case.unit, board, unit, told, case.handler_named_on)
    # Whether a handler was named when the sender was told something is settled before the handler is taken away.
    told_before = tuple(
        g._replace(handler_was_named=g.given_on <= on and (g.handler_was_named or deadlines.named_before(case, g)))
        for g in case.feedback
    )
    return case._replace(
        board=board,
        unit=unit,
        handler=None,
        handler_named_on=None,
        feedback=told_before,
        status=Status.RECEIVED,
        handovers=(*case.handovers, moved),
    )


def tell_of_handover(case: Case, by: str) -> Case:
    """The sender was told who takes over (Nacka: den som tog emot "har ansvar för att meddela kunden vem")."""
    last = case.handovers[-1]
    if last.told is None:
        return case
    _reachable(case)
    return _with_feedback(case, FeedbackGiven(last.handed_on, Feedback.STATUS, last.told, by, False))


def copy_is_missing(case: Case, practice: Practice) -> bool:
    """Whether a complaint that its unit could not settle lacks the copy that is due (Kinda, sida 4)."""
    left = any(handover.from_unit for handover in case.handovers) or bool(case.stamps)
    if practice.copy_to is None or case.type is not CaseType.COMPLAINT or not left:
        return False
    return not any(fold(copy.to).startswith(fold(practice.copy_to)) for copy in case.copies)


def give_copy(case: Case, copy: CopyGiven, practice: Practice, today: date) -> Case:
    """Kopia: somebody got a copy. The role that must have one is spelled as the profile spells it."""
    _not_voided(case)
    _possible(case, copy.copied_on, today)
    if practice.copy_to and fold(copy.to).startswith(fold(practice.copy_to)):  # förvaltningschefen, too
        copy = copy._replace(to=practice.copy_to)
    return case._replace(copies=(*case.copies, copy))


def stamp(case: Case, arrived: ArrivalStamp, today: date, clock: str) -> Case:
    """Ankomststämpla: the case reached another desk (Kinda, sida 4). ``clock`` is the time of day now, ``13:40``."""
    _not_voided(case)
    _possible(case, arrived.stamped_on, today)
    if arrived.stamped_on == today and (arrived.stamped_at or "") > clock:
        raise BadValue("--klockslag", f"{arrived.stamped_at} ligger i framtiden.", f"Klockan är {clock}.")
    return case._replace(stamps=(*case.stamps, arrived))


def take_route(case: Case, taken: RouteTaken, today: date) -> Case:
    """Väg: one of Osby's four (3.4.1). All but a measure of one's own lead to somebody, who must be named."""
    _not_voided(case)
    _possible(case, taken.taken_on, today)
    if taken.body is None and taken.route is not Route.MEASURE:
        raise MissingValue("--till", f"Ange vart ärendet går: --till ORGAN ({taken.route.label.lower()}).")
    return case._replace(routes=(*case.routes, taken))


def refer(case: Case, referral: Referral, today: date) -> Case:
    """Hänvisa: the matter belongs elsewhere instead, or as well (Enköping; Kinda sida 2: "ett komplement")."""
    _not_voided(case)
    _possible(case, referral.referred_on, today)
    return case._replace(referrals=(*case.referrals, referral))


def learn(case: Case, lesson: str | None) -> Case:
    """Lärdom: what was learnt, to be shared without identities (Nacka: Öppenhet); None takes it back."""
    _not_voided(case)
    if lesson is None and case.lesson is None:
        raise Refused(f"{case.number} har ingen lärdom.", "Inget är ändrat.")
    return case._replace(lesson=lesson)


def approve(case: Case, approved: Publication, practice: Practice, today: date) -> Case:
    """Godkänn: an answer, written for everybody, may be published (Lomma; domain 8 R2)."""
    _not_voided(case)
    _possible(case, approved.approved_on, today)
    if case.individual:
        raise Refused(
            f"{case.number} rör en enskild elev eller personal och publiceras aldrig.", "Det räknas ändå i siffrorna."
        )
    if case.anonymous and not practice.publishes_anonymous:
        raise Refused(f"{case.number} är anonymt, och regelverket publicerar inte svar i anonyma ärenden.")
    if case.closed_on is None:
        raise Refused(f"{case.number} är inte avslutat.", "Svar publiceras när ärendet är avslutat.")
    if approved.approved_on < case.closed_on:
        raise Refused(
            f"{case.number} avslutades {with_weekday(case.closed_on)}, efter {with_weekday(approved.approved_on)}.",
            "Ange en senare dag med --datum.",
        )
    return case._replace(publication=approved)


def withdraw(case: Case) -> Case:
    """Dra tillbaka: the answer is no longer published."""
    _not_destroyed(case)
    if case.publication is None:
        raise Refused(f"{case.number} är inte godkänt för publicering.", "Inget är ändrat.")
    return case._replace(publication=None)


def mark_secret(case: Case, mark: Secrecy, today: date) -> Case:
    """Sekretessmarkera: a warning that a provision may forbid showing the case, which says which one (OSL 5:5).

    Another provision, or another last day, replaces the mark that holds. Marks are made in the order of their days.
    """
    _not_voided(case)
    _possible(case, mark.marked_on, today)
    if mark.until and mark.until < today:
        raise BadValue("--till", f"{with_weekday(mark.until)} har redan varit.", "Ange en dag som inte har varit.")
    _after_the_last_mark(case, mark.marked_on)
    held = case.secrecy_on(mark.marked_on)
    if held is None:
        return case._replace(secrecy=(*case.secrecy, mark))
    if (held.statute, held.until) == (mark.statute, mark.until):
        raise Refused(f"{case.number} har redan de värdena.", "Inget är ändrat.")
    return case._replace(secrecy=(*case.secrecy[:-1], held._replace(lifted_on=mark.marked_on), mark))


def lift_secrecy(case: Case, on: date, today: date) -> Case:
    """Häv sekretessmarkeringen: it warns no more from that day, and stays in the history."""
    _not_voided(case)
    _possible(case, on, today)
    held = case.secrecy_on(today)
    if held is None:
        raise Refused(f"{case.number} är inte sekretessmarkerat.", "Inget är ändrat.")
    _after_the_last_mark(case, on)
    return case._replace(secrecy=(*case.secrecy[:-1], held._replace(lifted_on=on)))


def _after_the_last_mark(case: Case, on: date) -> None:
    for last in case.secrecy[-1:]:
        since, what = (last.lifted_on, "hävdes") if last.lifted_on else (last.marked_on, "gjordes")
        if on < since:
            raise Refused(
                f"Den förra sekretessmarkeringen av {case.number} {what} {with_weekday(since)}.",
                "Ange en senare dag med --datum.",
            )


def checklist(case: Case, steps: Iterable[Step]) -> list[tuple[str, bool]]:
    """The steps of a profile's checklist, each with whether the case shows that it was taken."""
    done = {m.kind for m in case.measures if m.done_on}
    merits = {
        Merit.THANKED: bool(case.feedback),
        Merit.TAKEN_ON: case.handler is not None or not case.is_open,
        Merit.WHAT: case.description is not None,
        Merit.WHEN: case.occurred_on is not None,
        Merit.HOW_TO_ANSWER: case.sender.preferred is not None or case.contact is not Contact.POSSIBLE,
        Merit.DONE_AS_PROMISED: bool(case.measures) and all(m.done_on for m in case.measures if m.is_promise),
        Merit.FOLLOWED_UP: MeasureKind.FOLLOW_UP in done,
        Merit.PREVENTED: MeasureKind.IMPROVEMENT in done,
    }
    return [(step.label, merits[step.merit]) for step in steps]


def extend(case: Case, key: str, until: date, told: FeedbackGiven | None, on: date, today: date) -> Case:
    """Förläng: a later last day; the first one is kept beside it. ``told`` is the word given to the sender."""
    _open(case)
    _possible(case, on, today)
    extended = next((d for d in case.deadlines if d.rule.key == key), None)
    if extended is None:
        keys = [d.rule.key for d in case.deadlines]
        if not keys:
            raise Refused(f"{case.number} har inga frister.", "Det finns inget att förlänga.")
        raise UnknownCode("--frist", key, keys, nearest(key, keys))
    if extended.state(case, on) is State.NOT_APPLICABLE:
        raise Refused(f"Fristen {key} gäller inte {case.number}: {case.contact.label.lower()}.")
    if extended.rule.nature is Nature.GOAL:
        raise Refused(
            f"{extended.rule.title} är ett mål och kan inte förlängas.",
            "Säg till avsändaren varför det dröjer: "
            f"klagreg aterkoppla {case.number} --slag forsening --satt telefon --orsak …",
        )
    if extended.met_on:
        raise Refused(f"Fristen {key} i {case.number} är redan uppfylld {with_weekday(extended.met_on)}.")
    if until <= extended.due:
        raise Refused(
            f"{with_weekday(until)} är inte senare än fristens sista dag {with_weekday(extended.due)}.",
            "Ange ett senare datum med --till.",
        )
    moved = extended._replace(due=until, extended_on=extended.extended_on or on)
    later = tuple(moved if d is extended else d for d in case.deadlines)
    if told is None:
        return case._replace(deadlines=later)
    _reachable(case)
    return _with_feedback(case._replace(deadlines=later), told)


def close(
    case: Case,
    outcome: Outcome,
    on: date,
    today: date,
    *,
    answer: str | None,
    given: FeedbackGiven | None,
    no_answer: NoAnswer | None,
    promised: Iterable[Measure] = (),
) -> Case:
    """Avsluta: with a final answer (given now or before), or with the reason why nobody was answered.

    ``promised`` are the measures that the decision tells of (Osby 3.4.1); they live on after the closing.
    """
    _open(case)
    _possible(case, on, today)
    if case.closings and on < (case.closings[-1].reopened_on or on):
        raise Refused(f"{case.number} återupptogs efter {with_weekday(on)}.", "Ange en senare dag med --datum.")
    later = [day for day in _days_of_contact(case) if day > on]
    if later:
        raise Refused(
            f"{case.number} kan inte avslutas {with_weekday(on)}: något hände {with_weekday(max(later))}.",
            "Ange en senare dag med --datum.",
        )
    if no_answer:
        case = _unanswered(case, no_answer, outcome, on)
    elif given:
        _reachable(case)
        case = _with_feedback(case, given)
    elif not _answered_since_reopened(case):
        if answer is not None:
            raise MissingValue("--satt", f"Ange hur svaret gavs: --satt {'|'.join(Means)}.")
        raise AnswerMissing(case.number)
    for measure in promised:
        case = add_measure(case, measure, on, today)
    return case._replace(
        status=Status.CLOSED,
        outcome=outcome,
        closed_on=on,
        answer=answer or case.answer,
        closings=(*case.closings, Closing(on, outcome, no_answer)),
    )


def reopen(case: Case, on: date, today: date) -> Case:
    """Återuppta a closed case; the closing stays in its history."""
    _not_destroyed(case)
    if case.status is not Status.CLOSED or case.closed_on is None:
        raise Refused(f"{case.number} är inte avslutat.", "Bara avslutade ärenden kan återupptas.")
    not_in_future(on, today, "--datum")
    if on < case.closed_on:
        raise Refused(f"{case.number} avslutades {with_weekday(case.closed_on)}, efter {with_weekday(on)}.")
    closings = (*case.closings[:-1], case.closings[-1]._replace(reopened_on=on))
    status = Status.ASSIGNED if case.handler else Status.RECEIVED
    return case._replace(status=status, outcome=None, closed_on=None, closings=closings, publication=None)


def void(case: Case, on: date, today: date) -> Case:
    """Makulera a registration made by mistake: the number stays, nothing is erased (JO 4639-2007)."""
    _not_voided(case)
    _possible(case, on, today)
    return case._replace(status=Status.VOIDED, voided_on=on, publication=None)


# -- erasing ------------------------------------------------------------------------------------

DESTROYED = "Gallrat"
"""What stands where a text was that a row cannot be without."""


def ended_on(case: Case) -> date | None:
    """The day that the years of keeping are counted from: of its voiding, else of its last closing."""
    return case.voided_on or case.closed_on


def may_be_erased(case: Case) -> date:
    """The day a case ended; what is not finished, or destroyed already, is not erased.

    Raises:
        Refused: it is open, or destroyed.
    """
    _not_destroyed(case)
    ended = ended_on(case)
    if ended is None:
        raise Refused(
            f"{case.number} är inte avslutat.",
            "Bara avslutade och makulerade ärenden kan gallras eller avidentifieras.",
        )
    return ended


def may_be_destroyed(case: Case, retention: Retention, today: date, *, decided: bool) -> date | None:
    """The first day that a case might be destroyed; None when it has no rule and a decision was made for it.

    ``retention``: of the rules in force today. ``decided``: somebody names the case, and a decision.

    Raises:
        Refused: it is open, destroyed, kept for ever or not yet due, or no rule says and nobody has decided.
    """
    ended, kind = may_be_erased(case), case.type.label.lower()
    if case.type not in retention.years:
        if decided:
            return None
        raise Refused(
            f"Regelverket säger inte hur länge {kind} bevaras ({case.number}).",
            "Ange beslutet som gäller ärendet med --beslut, eller skriv regeln under [gallring] i regelverket.",
        )
    first = retention.destroyed_from(case.type, ended)
    if first is None:
        raise Refused(
            f"{case.number} ska bevaras: så säger regelverket om {kind}.",
            "Är det fel ändras [gallring] i regelverket: klagreg regler andra FIL.toml --fran DATUM",
        )
    if first > today:
        raise Refused(
            f"{case.number} får gallras först {with_weekday(first)}: {kind} bevaras {retention.years[case.type]} år "
            "efter avslut.",
            "Är det fel ändras [gallring] i regelverket: klagreg regler andra FIL.toml --fran DATUM",
        )
    return first


def destroyed(case: Case, erasure: Erasure, practice: Practice) -> Case:
    """Gallrat: what figures are made of, and nothing else (arkivlagen 10 §; domain 1.9).

    The official who had the case, its unit and nämnd, and the code that an import knows it by stay. ``practice`` is
    that of the case's own rules: whether the copy that they want was given is still known.
    """
    return case._replace(
        title=DESTROYED,
        description=None,
        proposal=None,
        answer=None,
        lesson=None,
        publication=None,
        diary_number=None,
        occurred_on=None,
        received_by=None,
        participants=(),
        kept_elsewhere=case.kept_elsewhere and DESTROYED,
        sender=Sender(role=case.sender.role),
        feedback=tuple(given._replace(by=DESTROYED, reason=None) for given in case.feedback),
        measures=tuple(measure._replace(text=DESTROYED, responsible=None) for measure in case.measures),
        routes=tuple(route._replace(body=None) for route in case.routes),
        stamps=tuple(ArrivalStamp(stamp.stamped_on, DESTROYED, DESTROYED) for stamp in case.stamps),
        copies=tuple(copy._replace(to=_role_of(copy, practice)) for copy in case.copies),
        referrals=tuple(referral._replace(reference=None) for referral in case.referrals),
        secrecy=tuple(mark._replace(marked_by=DESTROYED) for mark in case.secrecy),
        erasures=(*case.erasures, erasure),
    )


def _role_of(copy: CopyGiven, practice: Practice) -> str:
    wanted = practice.copy_to
    return wanted if wanted and fold(copy.to).startswith(fold(wanted)) else DESTROYED


FREELY_WRITTEN = {
    "rubrik": "title",
    "beskrivning": "description",
    "forslag": "proposal",
    "svar": "answer",
    "lardom": "lesson",
    "publicering": "publication",
    "diarienummer": "diary_number",
    "mottagen_av": "received_by",
    "utforare": "provider",
    "i_efterhand": "kept_elsewhere",
    "deltagare": "participants",
    "aterkopplingar": "feedback",
    "atgarder": "measures",
    "vagar": "routes",
    "ankomststamplar": "stamps",
    "kopior": "copies",
    "hanvisningar": "referrals",
    "sekretess": "secrecy",
}
"""Where people write what they like: the key and the attribute. In a part of the case, what ``FREE_TEXTS`` names."""

Hide = Callable[[str, str], str]
"""A text of a field, by the field's key, as it may be kept. In a part: ``atgarder.text``."""


def with_texts(case: Case, hide: Hide) -> Case:
    """The case with each of its free texts as ``hide`` gives it; the sender is left alone."""
    told: dict[str, Any] = {}
    for key, name in FREELY_WRITTEN.items():
        value = getattr(case, name)
        if isinstance(value, str):
            told[name] = hide(key, value)
        elif value.__class__ is tuple:
            told[name] = tuple(
                hide(key, part) if isinstance(part, str) else _hidden_in(key, part, hide) for part in value
            )
        elif value is not None:
            told[name] = _hidden_in(key, value, hide)
    return case._replace(**told)


def _hidden_in(key: str, part: Any, hide: Hide) -> Any:
    """A part of a case with its free texts as they may be kept."""
    written = {name: f"{key}.{PART_KEYS[name]}" for name in part._fields if PART_KEYS[name] in FREE_TEXTS}
    told = {name: getattr(part, name) for name in written}
    return part._replace(**{name: hide(written[name], text) for name, text in told.items() if isinstance(text, str)})


def unidentified(case: Case, erasure: Erasure, hide: Hide) -> Case:
    """Avidentifierat: the case with its texts masked, and nothing of its sender but the role (domain 8 R6)."""
    told = with_texts(case, hide)
    return told._replace(sender=Sender(role=case.sender.role), erasures=(*case.erasures, erasure))


def not_in_future(on: date, today: date, option: str) -> None:
    """Refuse a day that has not come yet.

    Raises:
        BadValue: ``on`` is after ``today``.
    """
    if on > today:
        raise BadValue(option, f"{with_weekday(on)} ligger i framtiden.", f"I dag är {with_weekday(today)}.")


def _before_it_came(occurred: date, received: date) -> None:
    if occurred > received:
        raise BadValue("--handelsedag", f"{with_weekday(occurred)} ligger efter ankomstdagen {with_weekday(received)}.")


def _after_last_handover(case: Case, on: date) -> None:
    """Where a case lies and who has it are told in the order of their days."""
    last = max((handover.handed_on for handover in case.handovers), default=on)
    if on < last:
        raise Refused(
            f"{case.number} lämnades över {with_weekday(last)}, efter {with_weekday(on)}.",
            "Ange en senare dag med --datum.",
        )


def _days_of_contact(case: Case) -> list[date]:
    return [g.given_on for g in case.feedback] + [h.handed_on for h in case.handovers]


def _days_of_acts(case: Case) -> list[date]:
    done = [measure.done_on for measure in case.measures if measure.done_on]
    steps = [route.taken_on for route in case.routes] + [stamp.stamped_on for stamp in case.stamps]
    steps += [measure.promised_on for measure in case.measures if measure.promised_on]
    steps += (
        [mark.marked_on for mark in case.secrecy]
        + [copy.copied_on for copy in case.copies]
        + [referral.referred_on for referral in case.referrals]
    )
    return _days_of_contact(case) + [c.closed_on for c in case.closings] + done + steps


def _answered_since_reopened(case: Case) -> bool:
    """Whether a slutsvar has been given that a closing can rest on: after a reopening it takes a new one."""
    reopened = [c.reopened_on for c in case.closings if c.reopened_on]
    answers = [g.given_on for g in case.feedback if g.kind is Feedback.ANSWER]
    if not reopened:
        return bool(answers)
    # On the very day of the reopening only their number tells a new answer from the old one.
    used = sum(1 for c in case.closings if c.no_answer is None)
    return len(answers) > used or any(day > max(reopened) for day in answers)


def _nameless_if_anonymous(case: Case) -> None:
    if case.anonymous and case.sender.name:
        raise Refused(
            "Ärendet är anonymt, men avsändarens namn är angivet.", "Ta bort --anonym, eller namnet (--namn)."
        )


POINTS_OUT = ("name", "email", "phone", "address")
"""What says who a sender is, and where."""


def _nowhere_if_protected(case: Case) -> None:
    """Refuse to keep who and where a person with skyddade personuppgifter is (OSL 21:3, 22:1; domain 1.7)."""
    if case.protected and any(getattr(case.sender, key) for key in POINTS_OUT):
        raise Refused(
            "Avsändaren har skyddade personuppgifter: namn, adress, telefon och e-post förs inte i registret.",
            "Ange var de finns i stället: --personakt REF",
        )


def _arrived_anew(after: Case, before: Case) -> Case:
    """Days that were the old arrival day follow the corrected one; none of them lies before it."""

    def follows(day: date | None) -> date | None:
        if day is None:
            return None
        return after.received if day == before.received else max(day, after.received)

    if after.received == before.received:
        return after
    named_on = after.handler_named_on and max(after.handler_named_on, after.received)
    return after._replace(unreachable_from=follows(after.unreachable_from), handler_named_on=named_on)


def _possible(case: Case, on: date, today: date, option: str = "--datum") -> None:
    _not_destroyed(case)
    not_in_future(on, today, option)
    if on < case.received:
        raise Refused(
            f"{with_weekday(on)} ligger före dagen då {case.number} kom in, {with_weekday(case.received)}.",
            f"Ange en senare dag med {option}, eller rätta ankomstdagen: klagreg uppdatera {case.number} --inkommen …",
        )


def _open(case: Case) -> None:
    _not_destroyed(case)
    if case.status is Status.CLOSED:
        raise NotOpen(case.number, "avslutat", case.closed_on)
    _not_voided(case)


def _not_voided(case: Case) -> None:
    _not_destroyed(case)
    if case.status is Status.VOIDED:
        raise NotOpen(case.number, "makulerat", case.voided_on)


def _not_destroyed(case: Case) -> None:
    for erasure in case.erasures:
        if erasure.kind is ErasureKind.DESTROYED:
            raise Refused(
                f"{case.number} är gallrat {erasure.erased_on.isoformat()} enligt {erasure.decision}.",
                "Det som är kvar kan inte ändras. Gäller saken något nytt registreras den på nytt.",
            )


def _reachable(case: Case) -> None:
    if case.contact is not Contact.POSSIBLE:
        raise Refused(
            f"{case.number} kan inte besvaras (kontakt: {case.contact.value}).",
            f"Går avsändaren att nå: klagreg uppdatera {case.number} --kontakt finns",
        )


def _with_feedback(case: Case, *contacts: FeedbackGiven) -> Case:
    named_on = None if case.handler is None else case.handler_named_on or date.min
    known = [one._replace(handler_was_named=named_on is not None and named_on <= one.given_on) for one in contacts]
    return case._replace(feedback=(*case.feedback, *known))


def _unanswered(case: Case, reason: NoAnswer, outcome: Outcome, on: date) -> Case:
    """Closing without an answer: the reason must fit the case, and it is remembered from that day on."""
    if reason is NoAnswer.PRAISE:
        # Praise may have come as a synpunkt (Nacka); then it is the outcome that tells.
        if case.type is not CaseType.PRAISE and outcome is not Outcome.PRAISE_PASSED_ON:
            raise Refused(f"{case.number} är inte beröm utan {case.type.label.lower()}.", "Ange --svar TEXT --satt S.")
        return case
    if _answered_since_reopened(case):
        raise Refused(f"{case.number} har fått slutsvar.", "Avsluta utan --utan-svar.")
    if reason is NoAnswer.ANONYMOUS and not case.anonymous:
        raise Refused(
            f"{case.number} är inte registrerat som anonymt.", "Ange --utan-svar kontakt_saknas eller avstar."
        )
    if reason is NoAnswer.ANONYMOUS and case.sender.can_be_reached:
        raise Refused(
            f"{case.number} är anonymt men har en kontaktväg.", "Svara, eller ange --utan-svar kontakt_saknas."
        )
    if (case.contact, reason) in _CONTRADICTIONS:
        told = f"{case.number} är registrerat så: {case.contact.label.lower()}."
        fits = NoAnswer.ANONYMOUS if case.anonymous else _CONTRADICTIONS[case.contact, reason]
        raise Refused(told, f"Ange --utan-svar {fits}.")
    if case.contact is not Contact.POSSIBLE:
        return case
    contact = Contact.DECLINED if reason is NoAnswer.DECLINED else Contact.MISSING
    return case._replace(contact=contact, unreachable_from=on)


_CONTRADICTIONS = {
    (Contact.MISSING, NoAnswer.DECLINED): NoAnswer.NO_CONTACT,
    (Contact.DECLINED, NoAnswer.NO_CONTACT): NoAnswer.DECLINED,
}
"""That somebody cannot be reached and that somebody wants no answer are two facts (domain 3.5)."""


def _with_contact(after: Case, before: Case, contact_given: bool, on: date) -> Case:
    """Keep ``contact`` and ``unreachable_from`` in step with the corrected case; who wants no answer gets none."""
    contact = after.contact
    if not contact_given and contact is not Contact.DECLINED:
        hidden = after.anonymous and not after.sender.can_be_reached
        was_hidden = before.anonymous and not before.sender.can_be_reached
        found = after.sender.can_be_reached and not before.sender.can_be_reached
        if hidden:
            contact = Contact.MISSING
        elif was_hidden or found:
            contact = Contact.POSSIBLE
    if contact is Contact.POSSIBLE:
        return after._replace(contact=contact, unreachable_from=None)
    return after._replace(contact=contact, unreachable_from=after.unreachable_from or max(on, after.received))


def answer_by(means: Means | None, answer: str | None, by: str, on: date) -> FeedbackGiven | None:
    """The slutsvar that a closing carries, if it says how one was given.

    Raises:
        MissingValue: a way without the text.
    """
    if means is None:
        return None
    if answer is None:
        raise MissingValue("--svar")
    return FeedbackGiven(on, Feedback.ANSWER, means, by, handler_was_named=False)
