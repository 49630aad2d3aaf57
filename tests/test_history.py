"""Random histories: whatever is done in whatever order, the log tells the same story as the case."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from klagreg import deadlines
from klagreg import profile as profiles
from klagreg.casework import Correction
from klagreg.desk import Env
from klagreg.errors import KlagregError
from klagreg.history import changes, written, written_anew
from klagreg.model import Case, FeedbackGiven, Measure, Sender
from klagreg.register import Register
from klagreg.store.cases import Filter
from klagreg.terms import CaseType, Contact, Feedback, Means, NoAnswer, Outcome

FIRST = date(2026, 1, 2)
LAST = date(2026, 6, 30)


def any_day(dice: random.Random) -> date:
    return FIRST + timedelta(days=dice.randrange((LAST - FIRST).days))


def any_act(dice: random.Random, register: Register) -> Callable[[], Any]:
    """An act with arguments that may or may not be allowed."""
    ref, on = str(dice.randint(1, 4)), any_day(dice)
    given = FeedbackGiven(
        on, dice.choice(list(Feedback)), dice.choice(list(Means)), "anna", False, dice.choice([None, "x"])
    )
    no_answer = dice.choice([None, None, *NoAnswer])
    values = dice.choice(
        [
            {"type": dice.choice(list(CaseType))},
            {"received": on},
            {"contact": dice.choice(list(Contact))},
            {"anonymous": dice.random() < 0.5},
            {"unit": None},
            {"title": f"Rubrik {dice.randint(1, 9)}"},
        ]
    )
    return dice.choice(
        [
            lambda: register.register(
                Case(
                    type=dice.choice(list(CaseType)),
                    title="Rubrik",
                    received=on,
                    rule_set=0,
                    unit=dice.choice([None, "Parkskolan"]),
                    anonymous=dice.random() < 0.3,
                    sender=dice.choice([Sender(), Sender(email="a@example.se"), Sender(name="Test Person")]),
                ),
                add_names=True,
            ),
            lambda: register.assign(ref, dice.choice(["eva", "ali"]), on, add_names=True),
            lambda: register.give_feedback(ref, given),
            lambda: register.note(ref, "Anteckning", on),
            lambda: register.add_measure(ref, Measure(0, "Åtgärd", done_on=dice.choice([None, on])), on),
            lambda: register.complete_measure(ref, dice.randint(1, 2), on),
            lambda: register.correct(ref, Correction(dict(values), {}), on),
            lambda: register.correct(ref, Correction({}, {"phone": dice.choice([None, "070-1740605"])}), on),
            lambda: register.hand_over(
                ref, dice.choice(["Parkskolan", "Kostenheten"]), on, reason=None, add_names=True
            ),
            lambda: register.extend(ref, "svar", on, None, on, "x"),
            lambda: register.close_case(
                ref,
                dice.choice(list(Outcome)),
                on,
                given=None if no_answer else given._replace(kind=Feedback.ANSWER),
                no_answer=no_answer,
            ),
            lambda: register.reopen(ref, on, "x"),
            lambda: register.void(ref, on, "x") if dice.random() < 0.2 else register.note(ref, "x", on),
        ]
    )


def replayed(register: Register, case: Case) -> dict[str, Any]:
    """What the log alone says that the case now is."""
    state: dict[str, Any] = {}
    for event in register.events(case):
        for key, _old, new in event.changes:
            if key not in ("text", "orsak", "kopia", "utan_svar"):
                state[key] = new
    return {key: value for key, value in state.items() if value not in (None, False)}


@pytest.mark.parametrize("seed", range(12))
def test_the_log_replayed_is_the_case_as_it_stands(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    path = tmp_path / "klagreg.db"
    env = Env(datetime(2026, 6, 30, 12, tzinfo=UTC), "anna")
    Register.create(path, env, profiles.load(dice.choice(profiles.BUILT_IN)))
    with Register.open(path, env) as register:
        done = refused = 0
        for _ in range(120):
            before = path.read_bytes()
            try:
                any_act(dice, register)()
                done += 1
            except KlagregError:
                refused += 1
                assert path.read_bytes() == before
        assert done > 10
        assert refused > 20
        for case in register.store.find(Filter()):
            expected = {key: new for key, _, new in changes(None, case) if new not in (None, False)}
            assert replayed(register, case) == expected
            assert deadlines.settled(case) == case
            assert written_anew(case) == written(changes(None, case))


def test_a_case_read_back_is_the_case_that_was_stored(tmp_path: Path) -> None:
    dice = random.Random(1)
    path = tmp_path / "klagreg.db"
    env = Env(datetime(2026, 6, 30, 12, tzinfo=UTC), "anna")
    Register.create(path, env, profiles.load("standard"))
    with Register.open(path, env) as register:
        compared = 0
        for _ in range(150):
            try:
                change = any_act(dice, register)()
            except KlagregError:
                continue
            assert register.case(change.after.number) == change.after
            compared += 1
        assert compared > 25
