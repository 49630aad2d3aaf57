"""Three years at a register: what is done on which day, through real acts. The recount never reads this."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

from klagreg import profile as profiles
from klagreg.casework import Correction
from klagreg.desk import Env
from klagreg.errors import KlagregError
from klagreg.model import Case, FeedbackGiven, Publication, Sender
from klagreg.register import Register, Settlement
from klagreg.rules import LocalRule
from klagreg.staff import Handler, Unit
from klagreg.terms import (
    AREAS,
    CHANNELS,
    CaseType,
    Contact,
    CountedIn,
    Feedback,
    Means,
    MeasureKind,
    NoAnswer,
    Outcome,
    Route,
    Satisfaction,
    SenderRole,
    SurveyMethod,
)
from klagreg.yearly import Survey
from tests.test_figures import Story, day

SWEDEN = ZoneInfo("Europe/Stockholm")


def a_rule(key: str, title: str, length: int, counted_in: str, *met_by: str, **more: Any) -> str:
    told = {"nyckel": key, "rubrik": title, "antal": length, "raknas_i": counted_in, "fullgors_av": met_by, **more}
    return "\n".join(["[[frist]]", *(f"{name} = {json.dumps(value)}" for name, value in told.items()), ""])


ANY_WORD = [kind.value for kind in Feedback]
FIRST_RULES = (
    'namn = "Till september 2025"\n'
    + a_rule("aterkoppling", "Första kontakt", 5, "arbetsdagar", *ANY_WORD)
    + a_rule("svar", "Slutsvar", 10, "arbetsdagar", "slutsvar", utan_kontakt="avslut")
    + a_rule("klart", "Klart på en månad", 30, "dagar", "avslut", forskjutning="nasta_arbetsdag", art="mal")
    + '[[ledig_dag]]\ndag = 2025-05-30\nnamn = "Kommunhuset stängt"\n'
)
LATER_RULES = (
    'namn = "Från september 2025"\n'
    + a_rule("aterkoppling", "Första återkoppling", 5, "arbetsdagar", *ANY_WORD, kraver_handlaggare=True)
    + a_rule("svar", "Slutsvar", 2, "veckor", "slutsvar")
    + a_rule("atgard", "Besked", 20, "arbetsdagar", "atgard", "utreds", galler_typer=["klagomal", "felanmalan"])
    + '[[ledig_dag]]\ndag = 2026-01-02\nnamn = "Klämdag"\n[typgrupper]\nklagomal = ["klagomal", "felanmalan"]\n'
)
UNITS = {"Parkskolan": "BUN", "Ängsskolan": "BUN", "Hemtjänsten": "Socialnämnden", "Gatukontoret": "Tekniska nämnden"}
LAST_DAY = "2026-03-13"


def ended(story: Story, on: str, outcome: Outcome) -> None:
    """Closed in whatever way its facts allow; not at all when none does."""
    for why in (None, *NoAnswer):
        with suppress(KlagregError):
            story.closed(on, why, outcome) if why else story.answered(on, outcome)
            return


def extended(story: Story, on: str, until: str, key: str = "svar", word: Feedback | None = None) -> None:
    told = FeedbackGiven(day(on), word, Means.PHONE, "eva.lind", False, "Semester") if word else None
    story.register.extend(story.number, key, day(until), told, day(on), "Vi väntar på uppgifter")


ACTS: dict[str, Callable[..., Any]] = {
    "approved": lambda s, on, text: s.register.approve(s.number, Publication(day(on), "anna.berg", "Tack!", text)),
    "assigned": lambda s, on: s.register.assign(s.number, "eva.lind", day(on)),
    "completed": lambda s, on, number=1: s.register.complete_measure(s.number, number, day(on)),
    "corrected": lambda s, on, **values: s.register.correct(s.number, Correction(values, {}), day(on)),
    "ended": ended,
    "extended": extended,
    "learnt": lambda s, _, lesson: s.register.learn(s.number, lesson),
    "marked": lambda s, on: s.register.mark_secret(s.number, "OSL 26:1", None, day(on), None),
    "noted": lambda s, on: s.register.note(s.number, "Ringde och frågade", day(on)),
    "referred": lambda s, on, to: s.register.refer(s.number, to, None, day(on)),
    "unmarked": lambda s, on: s.register.lift_secrecy(s.number, day(on), "Prövat"),
    "withdrawn": lambda s, _: s.register.withdraw(s.number),
}
"""What can happen to a case beside the acts of ``Story``, each on a day."""


class Planned:
    """A story to come: what is asked of it is done when its day comes, or on the day that says ``typed``."""

    def __init__(self, diary: Diary, received: str, *facts: Any, registered: str | None = None, **more: Any) -> None:
        self.diary, self.registered, self.story = diary, registered or received, list[Story]()
        diary.put(self.registered, lambda register: self.story.append(Story(register, received, *facts, **more)))

    def __getattr__(self, name: str) -> Callable[..., Planned]:
        act = ACTS.get(name) or getattr(Story, name)

        def plan(on: str, *words: Any, typed: str | None = None, **more: Any) -> Planned:
            self.diary.put(max(typed or on, self.registered), lambda _: act(self.story[0], on, *words, **more))
            return self

        return plan


class Diary:
    """Acts in the order of the days that they are typed in."""

    def __init__(self) -> None:
        self.acts: list[tuple[str, int, bool, Callable[[Register], Any]]] = []
        self.may_be_refused = False

    def put(self, typed: str, act: Callable[[Register], Any]) -> None:
        moment = typed if "T" in typed else f"{typed}T09:00"
        if moment[:10] <= LAST_DAY:
            self.acts.append((moment, len(self.acts), self.may_be_refused, act))

    def case(self, received: str, *facts: Any, **more: Any) -> Planned:
        return Planned(self, received, *facts, **more)

    def live(self, register: Register) -> None:
        for moment, _, may_be_refused, act in sorted(self.acts, key=itemgetter(0, 1)):
            register.env = Env(datetime.fromisoformat(moment).replace(tzinfo=SWEDEN), "anna.berg")
            try:
                act(register)
            except KlagregError:
                if not may_be_refused:
                    raise


def a_town(diary: Diary) -> None:
    """Its nämnder, its promises and what it asked people."""
    put, later = diary.put, profiles.parse(LATER_RULES, "nya.toml")
    put("2023-01-02", lambda register: register.upkeep.put_handler(Handler("eva.lind")))
    for unit in (Unit(*both) for both in UNITS.items()):
        put("2023-01-02", lambda register, unit=unit: register.upkeep.put_unit(unit))
    for rule in (
        LocalRule("svar", 7, CountedIn.WORKDAYS, day("2024-03-01"), unit="Parkskolan"),
        LocalRule("aterkoppling", 3, CountedIn.WORKDAYS, day("2025-01-01"), board="Socialnämnden"),
    ):
        put("2023-02-01", lambda register, rule=rule: register.upkeep.tighten(rule))
    put("2025-08-20", lambda register: register.upkeep.adopt(later, day("2025-09-01")))
    for on, method, answer, number, board in (
        ("2024-05-06", SurveyMethod.QUESTIONNAIRE, Satisfaction.CONTENT, 4, "BUN"),
        ("2025-05-05", SurveyMethod.QUESTIONNAIRE, Satisfaction.CONTENT, 5, "BUN"),
        ("2025-05-05", SurveyMethod.INTERVIEW, Satisfaction.PARTLY, 2, None),
        ("2025-05-06", SurveyMethod.INTERVIEW, Satisfaction.DISCONTENT, 1, "Socialnämnden"),
        ("2026-02-10", SurveyMethod.FOCUS_GROUP, Satisfaction.CONTENT, 3, None),
    ):
        survey = Survey(day(on), method, answer, number, board)
        put(on, lambda register, survey=survey: register.upkeep.add_survey(survey))


def what_must_happen(diary: Diary) -> None:
    """Each thing that a figure may trip over. The year's figures are taken as of Friday 30 January 2026."""
    case, park, care = diary.case, {"unit": "Parkskolan"}, {"unit": "Hemtjänsten"}
    # On the very last day, and on the day after it: by the profile's ten days, and by the unit's own seven.
    case("2025-03-03", unit="Ängsskolan").told("2025-03-10").answered("2025-03-17")
    case("2025-03-03", unit="Ängsskolan").told("2025-03-11").answered("2025-03-18")
    case("2025-03-03", **park).told("2025-03-10").answered("2025-03-12")
    case("2025-03-03", **park).told("2025-03-10").answered("2025-03-13")
    case("2025-03-08", CaseType.VIEWPOINT).told("2025-03-17").answered("2025-03-22", Outcome.EXPLAINED)
    # Across a local day off; never answered at all; answered, and still open though the goal has passed.
    case("2025-05-23", CaseType.QUESTION, **care).told("2025-06-02").answered("2025-06-10", Outcome.REFERRED)
    case("2025-06-19", **care)
    case("2025-04-07", **care).told("2025-04-09", Feedback.ANSWER)
    # On the day that a stricter rule begins; on the last day of February in a leap year.
    case("2025-01-01", **care).told("2025-01-08")
    case("2024-02-29", **park)
    # Of last year's arrival in this year's series, or a minute from it; registered a minute after the as-of day.
    case("2024-12-30", registered="2025-01-02T08:00").answered("2025-01-15", Outcome.NO_MEASURE)
    case("2025-12-31", registered="2026-01-01T00:30", **care)
    case("2025-12-31", registered="2025-12-31T23:59", **care)
    case("2025-12-30", registered="2026-01-31T00:01", **park)
    case("2026-01-30", registered="2026-01-30T23:59", **park)
    # Who cannot be answered, from the first day or from a later one, also one after the as-of day.
    case("2025-04-11", anonymous=True, **care).closed("2025-05-05", NoAnswer.ANONYMOUS)
    case("2025-04-11", anonymous=True, sender=Sender(email="a@example.se"), **care).answered("2025-04-14")
    case("2025-04-14", contact=Contact.MISSING).closed("2025-04-16", NoAnswer.NO_CONTACT)
    case("2025-10-06", contact=Contact.DECLINED, **park).closed("2025-10-30", NoAnswer.DECLINED)
    case("2025-10-06", **park).closed("2025-10-30", NoAnswer.DECLINED)
    case("2025-10-06", **park).corrected("2025-10-08", contact=Contact.DECLINED)
    case("2025-11-03", **park).corrected("2026-02-10", contact=Contact.MISSING)
    # Extended, twice, after the as-of day, until that very day; told of the delay before and after the last day.
    case("2025-02-03").extended("2025-02-05", "2025-03-31").answered("2025-03-31")
    twice = case("2025-02-03", **care).extended("2025-02-05", "2025-03-03", word=Feedback.DELAY)
    twice.extended("2025-03-03", "2025-03-20").answered("2025-03-21")
    case("2025-12-29", **care).extended("2026-02-02", "2026-03-30")
    case("2025-12-01", **park).extended("2025-12-03", "2026-01-30")
    case("2025-09-15", **care).told("2025-09-17", Feedback.DELAY).answered("2025-11-20")
    case("2025-09-15", **care).told("2025-10-01", Feedback.DELAY)
    case("2025-09-15", **care).told("2026-02-10", Feedback.DELAY)
    # No handler was named when the word was given, then one was; and one had been, but that was typed in later.
    case("2025-09-22", **park).told("2025-09-23").assigned("2025-09-24").told("2025-09-25")
    case("2025-09-22", **park).told("2025-09-23").assigned("2025-09-23")
    case("2025-09-22", handler="eva.lind", **park).told("2025-09-22")
    case("2025-09-22", **park).told("2025-09-24").assigned("2025-09-23", typed="2025-09-30")
    # Reopened and closed again: in the next year, at both ends of one, as withdrawn. The outcome corrected.
    case("2024-11-04", **park).answered("2024-11-11").reopened("2025-02-03").answered("2025-02-10", Outcome.EXPLAINED)
    case("2025-08-04", **park).answered("2025-08-11").reopened("2026-02-03")
    ends = case("2024-12-02", **park).answered("2024-12-31").reopened("2025-01-01")
    ends.answered("2025-12-31").reopened("2026-01-01")
    case("2025-12-01", **park).answered("2025-12-15").reopened("2025-12-31")
    case("2025-12-15", **care).answered("2025-12-22").reopened("2026-01-10").answered("2026-01-12", Outcome.WITHDRAWN)
    case("2025-01-20").answered("2025-01-27").corrected("2025-02-03", outcome=Outcome.MEASURE_DECIDED)
    # Handed over: back and forth, over New Year, after the as-of day and on it, away from the handler who was named.
    around = case("2025-02-10", **park).handed_over("2025-02-11", "Hemtjänsten").handed_over("2025-02-14", "Ängsskolan")
    around.answered("2025-02-24")
    case("2024-12-19", **park).handed_over("2024-12-27", "Gatukontoret").handed_over("2025-01-10", "Tekniska nämnden")
    case("2025-11-10", **care).told("2025-11-11").handed_over("2026-02-05", "Parkskolan").answered("2026-02-09")
    case("2025-11-10", **care).handed_over("2026-01-30", "Parkskolan")
    case("2025-11-10", handler="eva.lind", **care).handed_over("2025-11-12", "BUN").told("2025-11-13")
    # Registered by mistake, also one whose mistake was found after the as-of day.
    case("2025-02-01", **park).promised("2025-02-02").voided("2025-02-03")
    case("2025-11-20", **care).took("2025-11-21", Route.MEASURE).voided("2026-02-20")
    # Measures: in time, late, overdue, waiting, undated, a mere check, at once; promised last year and done this.
    many = case("2025-06-02", **park).promised("2025-06-03", "2025-07-01").promised("2025-06-03", "2025-07-01")
    many.promised("2025-06-03", "2025-07-01", MeasureKind.IMPROVEMENT).promised("2025-06-03", "2026-06-30")
    many.promised("2025-06-03").promised("2025-06-03", "2025-06-10", MeasureKind.FOLLOW_UP).answered("2025-06-05")
    many.completed("2025-07-01", 1).completed("2025-07-02", 2).did("2025-07-03", MeasureKind.REMEDY).did("2025-07-03")
    case("2025-10-20", **park).promised("2025-10-21", "2026-01-30").did("2025-10-21", MeasureKind.FOLLOW_UP)
    old = case("2024-10-07", **care).promised("2024-10-08", "2025-02-28", MeasureKind.IMPROVEMENT)
    old.answered("2024-10-09").completed("2025-01-20")
    at_once = Case(CaseType.COMPLAINT, "Fel matlåda", day("2025-10-13"), 0, channel="telefon", unit="Hemtjänsten")
    diary.put("2025-10-13", lambda register: register.register(at_once, settled=Settlement("Ny matlåda")))
    # Praise, routes, referrals, corrections of the arrival day and the type, a note.
    case("2025-05-28", CaseType.PRAISE, **care).closed("2025-05-28", NoAnswer.PRAISE, Outcome.PRAISE_PASSED_ON)
    for route, on in zip(Route, ("2024-05-20", "2025-05-20", "2025-05-21", "2025-05-22"), strict=True):
        case("2024-05-13", CaseType.PROPOSAL, **park).took(on, route).referred(on, "lex_sarah")
    case("2025-03-10").took("2025-03-11", Route.MEASURE).took("2025-03-12", Route.POLITICAL_BODY)
    case("2025-03-24", **park).referred("2025-03-25", "overklagande").referred("2025-03-25", "lex_sarah")
    case("2025-03-14", **park).answered("2025-03-25").corrected("2025-03-26", received=day("2025-03-12"))
    case("2025-01-02", **park).answered("2025-01-10").corrected("2025-01-13", received=day("2024-12-30"))
    case("2025-04-02", CaseType.PRAISE, **care).corrected("2025-04-08", type=CaseType.COMPLAINT).noted("2025-04-09")
    case("2025-04-02", **care).answered("2025-04-30").corrected("2026-02-09", type=CaseType.PRAISE)
    case("2025-08-18", contact=Contact.MISSING, **care).corrected("2025-08-20", received=day("2025-08-01"))
    later = case("2025-08-18", **care).extended("2025-08-19", "2025-10-31")
    later.corrected("2025-08-20", received=day("2025-08-15")).answered("2025-10-31")
    moved = case("2025-04-21", **park).handed_over("2025-04-22", "Ängsskolan")
    moved.corrected("2025-04-24", received=day("2025-04-16")).answered("2025-04-30")
    # Secret, and no longer; brought in afterwards; of one pupil; published, withdrawn, learnt.
    case("2025-09-08", provider="Omsorg AB", **care).marked("2025-09-09")
    case("2025-09-08", provider="Omsorg AB", **care).marked("2025-09-09").unmarked("2026-02-16")
    case("2025-01-14", provider="Städ AB", kept_elsewhere="Pärm", registered="2025-03-01", **care)
    case("2025-01-14", individual=True, **park).learnt("2025-01-20", "Ring först")
    for on, area in (("2025-05-12", "mat"), ("2025-05-13", None), ("2026-02-02", "mat")):
        case("2025-05-05", area=area, **park).answered("2025-05-09").approved(on, "Ny rutin")
    case("2025-05-05", area="mat", **care).answered("2025-05-09").approved("2025-05-14", "Nytt kök").withdrawn(
        "2025-06-01"
    )
    case("2025-05-05", area="trafik").learnt("2025-05-06", "Skylta").learnt("2025-05-08", "Skylta i tid")
    # Two things are left out, because the program lets what is dated after the as-of day change them: a last day that
    # is extended once more then, and a case closed unanswered whose sender cannot be answered from then on
    # (``utan_kontakt = "avslut"``).


def what_may_happen(diary: Diary, dice: random.Random, number: int) -> None:
    """Cases by chance; what the rules refuse is left undone."""
    diary.may_be_refused = True

    def after(on: str, longest: int) -> str:
        return (day(on) + timedelta(days=dice.randrange(longest))).isoformat()

    def likely(part: float) -> bool:
        return dice.random() < part

    for _ in range(number):
        received, late = after("2023-01-02", 1166), dice.choice([1, 1, 1, 2, 4, 45])
        one = diary.case(
            received,
            dice.choice([CaseType.COMPLAINT, CaseType.COMPLAINT, *CaseType]),
            registered=after(received, late),
            kept_elsewhere="Pärm" if late > 9 else None,
            unit=dice.choice([None, *UNITS, *UNITS]),
            channel=dice.choice([None, *CHANNELS]),
            area=dice.choice([None, *list(AREAS)[:5], "mat"]),
            contact=dice.choice([Contact.POSSIBLE] * 8 + [Contact.MISSING, Contact.DECLINED]),
            sender=Sender(role=dice.choice([None, *SenderRole])),
            provider=dice.choice([None, None, "Omsorg AB", "Städ AB"]),
            anonymous=likely(0.15),
            individual=likely(0.05),
        )
        if likely(0.4):
            one.assigned(after(received, 7))
        if likely(0.7):
            one.told(after(received, 14), dice.choice(list(Feedback)[:4]))
        if likely(0.2):
            one.extended(after(received, 9), after(received, 60))
        if likely(0.2):
            one.handed_over(after(received, 40), dice.choice([*UNITS, *UNITS.values()]))
        if likely(0.3):
            one.promised(after(received, 30), after(received, 200), dice.choice([None, *MeasureKind]))
            one.completed(after(received, 300))
        if likely(0.1):
            one.took(after(received, 30), dice.choice(list(Route)))
        if likely(0.8):
            one.ended(after(received, 40), dice.choice(list(Outcome)))
        if likely(0.2):
            one.reopened(after(received, 90)).ended(after(received, 150), Outcome.NO_MEASURE)
        if likely(0.05):
            one.voided(after(received, 90))
        if likely(0.05):
            one.marked(after(received, 20))
