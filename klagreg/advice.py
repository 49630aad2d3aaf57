"""What a registrator should know besides: remarks on an act that was allowed. They change nothing.

Each says what is unusual, or what somebody still owes, and which command does it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from klagreg.casework import copy_is_missing
from klagreg.days import with_weekday
from klagreg.model import Case, FeedbackGiven
from klagreg.practice import Practice
from klagreg.staff import Unit
from klagreg.terms import CaseType, Contact, Feedback, Means, Outcome, fold

LATE_REGISTRATION_DAYS = 30
"""A case registered this long after it came in gets a remark (domain 2.2), never a refusal."""


def on_arrival(case: Case, today: date) -> list[str]:
    """Hints about the arrival day, which they never change: late registration, and the post rule of FL 22 §."""
    remarks = []
    late = (today - case.received).days
    if late > LATE_REGISTRATION_DAYS:
        remarks.append(f"Ärendet kom in för {late} dagar sedan, {with_weekday(case.received)}. Är datumet rätt?")
    if case.channel == "brev":
        remarks.append(
            "Brev räknas normalt som inkommet arbetsdagen före den dag det nådde kommunen (22 § förvaltningslagen)."
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
    remarks = []
    if unit and unit.receiver and not case.handler:
        remarks.append(f"Mottagare för {unit.name}: {unit.receiver}.")
    if unit and unit.manager and not case.handler:
        remarks.append(f"Närmaste chef för {unit.name}, som ansvarar för återkopplingen: {unit.manager}.")
    return remarks


def on_delay(given: FeedbackGiven, practice: Practice) -> list[str]:
    """A delay explained by what Nacka's routine rejects: semestrar, vikarier, resurser."""
    words = fold(given.reason or "").split("_")
    if given.kind is not Feedback.DELAY or not any(word.startswith(practice.poor_excuses) for word in words):
        return []
    return [
        "Rutinen avråder från att skylla på semestrar, vikarier eller resurser. Säg hellre vad som återstår att göra."
    ]


def on_decision(case: Case, practice: Practice) -> list[str]:
    """A decided measure that nobody has written down (Osby 3.4.1)."""
    promised = any(measure.done_on is None for measure in case.measures)
    if not practice.decides_at_closing or case.outcome is not Outcome.MEASURE_DECIDED or promised:
        return []
    return [f"Ingen planerad åtgärd är antecknad: klagreg atgarda {case.number} TEXT --ansvarig NAMN"]


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
    if copy_is_missing(case, practice):
        remarks.append(f"Kopia saknas: klagreg kopia {case.number} --till {practice.copy_to}")
    return remarks
