"""What a registrator should know besides: remarks on an act that was allowed. They change nothing.

Each says what is unusual, or what somebody still owes, and which command does it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from klagreg.casework import copy_is_missing
from klagreg.days import shown_minute, stored_moment, with_weekday
from klagreg.model import Case, FeedbackGiven
from klagreg.practice import Practice
from klagreg.staff import Unit
from klagreg.terms import CaseType, Contact, Feedback, Fulfilment, Means, Outcome, State, fold, nearest
from klagreg.workdays import Calendar

LATE_REGISTRATION_DAYS = 30
"""A case registered this long after it came in gets a remark (domain 2.2), never a refusal."""


SLACK = timedelta(minutes=5)


def on_clock(now: datetime, last: str | None) -> list[str]:
    """A clock that stands before the last act: the order of the log is right, the moments are not.

    ``last``: when the last act was stored, UTC. Five minutes are what two computers may differ.
    """
    if last is None or stored_moment(now + SLACK) >= last:
        return []
    return [
        f"Datorns klocka visar {shown_minute(stored_moment(now))}, men registrets senaste händelse är från"
        f" {shown_minute(last)}. Ställ klockan: ordningen i loggen är rätt, men inte tiderna."
    ]


def on_arrival(case: Case, today: date) -> list[str]:
    """Hints about the arrival day, which they never change: late registration, and the post rule of FL 22 §."""
    remarks = []
    late = (today - case.received).days
    if late > LATE_REGISTRATION_DAYS:
        remarks.append(f"Ärendet kom in för {late} dagar sedan, {with_weekday(case.received)}. Är datumet rätt?")
    if case.channel == "brev" and case.received == today:
        remarks.append(
            "Brev räknas normalt som inkommet arbetsdagen före den dag det nådde kommunen (22 § förvaltningslagen)."
        )
    return remarks


def on_repetition(case: Case, alike: str | None) -> list[str]:
    """The same facts once more, by the same user a moment ago: perhaps a case of its own, perhaps the same command."""
    if alike is None:
        return []
    return [
        f"{alike} registrerades nyss med precis samma uppgifter."
        f" Är det samma ärende: klagreg makulera {case.number} --orsak dubblett"
    ]


def on_key(earlier: Case) -> str:
    """A registration that was sent again under its key."""
    return f"{earlier.number} är redan registrerat med den nyckeln. Inget nytt ärende är gjort."


def on_last_days(case: Case, calendar: Calendar) -> list[str]:
    """A last day that is no working day: nobody should be surprised on a Saturday (domain 3.2)."""
    remarks = []
    for deadline in case.deadlines:
        if deadline.settled_on is None and not calendar.is_workday(deadline.due):
            better = calendar.workday_before(deadline.due)
            remarks.append(
                f"{deadline.rule.title}: {with_weekday(deadline.due)} är ingen arbetsdag. "
                f"Den sista arbetsdagen före är {with_weekday(better)}."
            )
    return remarks


def on_use(case: Case, profile: str, types: Iterable[CaseType], practice: Practice) -> list[str]:
    """Words that the municipality's document does not use."""
    remarks = []
    if case.type not in types:
        remarks.append(f"Regelverket {profile} använder annars bara typerna {', '.join(types)}.")
    if case.sender.role and case.sender.role not in practice.roles:
        remarks.append(f"Regelverket {profile} använder annars bara rollerna {', '.join(practice.roles)}.")
    return remarks


def on_who_takes_it(case: Case, unit: Unit | None) -> list[str]:
    """Who takes a case that nobody has been named for: the unit's receiver, and the manager who answers for it."""
    remarks: list[str] = []
    if unit is None or case.handler or not case.is_open:
        return remarks
    if unit.receiver:
        remarks.append(f"Mottagare för {unit.name}: {unit.receiver}.")
    if unit.manager and case.contact is Contact.POSSIBLE and case.deadlines:
        remarks.append(f"Närmaste chef för {unit.name}, som ansvarar för återkopplingen: {unit.manager}.")
    return remarks


def on_delay(given: FeedbackGiven, practice: Practice) -> list[str]:
    """A delay explained by what Nacka's routine rejects: semestrar, vikarier, resurser."""
    return on_excuse(given.reason or "", practice) if given.kind is Feedback.DELAY else []


def on_excuse(reason: str, practice: Practice) -> list[str]:
    """A reason that blames holidays, stand-ins or lack of resources, also inside compounds: ``julsemestern``."""
    if not any(excuse in fold(reason) for excuse in practice.poor_excuses):
        return []
    return [
        "Rutinen avråder från att skylla på semestrar, vikarier eller resurser. Säg hellre vad som återstår att göra."
    ]


def on_closing(case: Case, practice: Practice) -> list[str]:
    """What a closing leaves open: a promise that it did not meet, a decision or a measure that nobody wrote down."""
    remarks = []
    for deadline in case.deadlines:
        if (
            deadline.met_on is None
            and deadline.state(case, case.closed_on or case.received) is not State.NOT_APPLICABLE
        ):
            way_out = f": klagreg atgarda {case.number} TEXT --genomford DATUM"
            needs_measure = Fulfilment.MEASURE in deadline.rule.fulfilled_by
            remarks.append(
                f"Fristen {deadline.rule.title} är inte uppfylld"
                + (f". Är något gjort, anteckna det{way_out}" if needs_measure else ".")
            )
    if practice.decides_at_closing and case.final_answer and not case.answer:
        remarks.append(f"Beslutet är inte antecknat: klagreg uppdatera {case.number} --svar TEXT")
    promised = any(measure.done_on is None for measure in case.measures)
    if case.outcome is Outcome.MEASURE_DECIDED and not promised:
        remarks.append(f"Ingen planerad åtgärd är antecknad: klagreg atgarda {case.number} TEXT --ansvarig NAMN")
    return remarks


def on_general(case: Case, practice: Practice) -> list[str]:
    """A matter of general kind that lies with somebody else than the profile says (Kinda, sida 4)."""
    if not case.general or practice.general_to is None or case.handler == practice.general_to:
        return []
    return [f"Ärenden av allmän karaktär går till {practice.general_to}: klagreg tilldela {case.number} …"]


def on_responsible(names: Iterable[str | None], handlers: Sequence[str]) -> list[str]:
    """Somebody who shall do something, and is spelt like a handler but is none."""
    remarks = []
    for name in dict.fromkeys(filter(None, names)):
        near = nearest(name, handlers)
        if near and fold(name) not in map(fold, handlers):
            remarks.append(f"{name} är ingen känd handläggare. Menade du {near}?")
    return remarks


def on_publishing(case: Case) -> list[str]:
    """An improvement that is told of before all that was promised is done."""
    waiting = [measure.number for measure in case.measures if not measure.done_on and measure.is_promise]
    if not waiting or case.publication is None or case.publication.improvement is None:
        return []
    listed = ", ".join(map(str, waiting))
    return [f"Åtgärd {listed} är inte genomförd än. Är förbättringen som publiceras på plats?"]


def on_handover(case: Case, practice: Practice) -> list[str]:
    """What the giver still owes: word to the sender, a copy, and not to send anybody around."""
    remarks = []
    times = len(case.handovers)
    if practice.tells_of_handover and times >= 2:
        remarks.append(f"Det här är överlämning nummer {times}. Den som klagar ska inte hänvisas runt.")
    if practice.tells_of_handover and case.handovers[-1].told is None and case.contact is Contact.POSSIBLE:
        remarks.append(
            "Avsändaren ska få veta vem som tar över: "
            f"klagreg aterkoppla {case.number} --slag status --satt {'|'.join(Means)}"
        )
    return [*remarks, *on_copy(case, practice)]


def on_copy(case: Case, practice: Practice) -> list[str]:
    """The copy that is due of a complaint that has left its unit."""
    if not copy_is_missing(case, practice):
        return []
    return [f"Kopia saknas: klagreg kopia {case.number} --till {practice.copy_to}"]
