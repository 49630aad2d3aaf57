"""Clocks that go wrong, time zones, New Year and summer time: T1, T2 and T3 of the plan. The clock is libfaketime's."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

from tests.faults import acts
from tests.faults.forked import forked
from tests.faults.frame import Trial, fault
from tests.faults.instruments import Finished, Zygote, begun_with, klagreg, surroundings
from tests.faults.many import _begun
from tests.faults.sound import answer_faults, register_faults
from tests.faults.streams import all_acts, beginning, lasting

DAY = 86400


class Clock:
    """A clock for processes, that can be turned between them."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "clock"
        told = subprocess.run(["faketime", "-f", "+0", "env"], capture_output=True, text=True, check=True).stdout
        (preload,) = (line.partition("=")[2] for line in told.splitlines() if line.startswith("LD_PRELOAD="))
        self.env = {
            "LD_PRELOAD": preload, "FAKETIME_TIMESTAMP_FILE": str(self._file), "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }  # fmt: skip
        self.turn(0)

    def turn(self, seconds: float) -> None:
        """So much ahead of the right time; behind it when negative."""
        self._file.write_text(f"{seconds:+.0f}\n")

    def set(self, moment: datetime) -> None:
        """Show this moment, and go on from there."""
        self.turn(moment.timestamp() - time.time())


# -- T1: a wrong clock --------------------------------------------------------------------------


def _moment(text: str) -> float:
    """How far ahead of now a moment lies."""
    return datetime.fromisoformat(text).timestamp() - time.time()


CLOCKS = {
    "three years back": lambda: -3 * 365 * DAY,
    "two days back": lambda: -2 * DAY,
    "ten years ahead": lambda: 10 * 365 * DAY,
    "in 1969": lambda: _moment("1969-12-31T12:00+00:00"),
    "after 2038": lambda: _moment("2038-01-19T03:14:10+00:00"),
    "in 2100": lambda: _moment("2100-03-01T12:00+00:00"),
}
BEHIND = {"three years back", "two days back", "in 1969"}


@fault("T1", "a wrong clock: years back, years ahead, before 1970, after 2038", commit=1, release=len(CLOCKS),
       needs=("faketime",))  # fmt: skip
def wrong_clock(trial: Trial) -> None:
    """Every command with a clock that goes wrong, and a clock that is turned between commands.

    Done, or refused in a sentence (a case cannot be answered before it came in); the register is sound. A case is
    always registered, under the year that the clock shows, and with a warning when the last act in the log is later.
    The order of acts is the order of storing, whatever the clock says.
    """
    first = beginning(trial)
    clock = Clock(trial.folder)
    names = list(CLOCKS) if trial.budget >= len(CLOCKS) else ["three years back", "after 2038"][: trial.budget]
    with Zygote(trial.folder, "clock", **clock.env) as zygote:
        for name in names:
            for act in all_acts(slow=trial.budget > 1):
                clock.turn(CLOCKS[name]())
                register = acts.again(first, trial.folder / "register", act)
                answer = zygote.run(*acts.in_folder(trial.folder / "register", act.line))
                trial.tried()
                at = f"{act}, the clock {name}"
                trial.hold([*answer_faults(answer), *register_faults(register)], at)
                if answer.code == 1 or (act.command == "registrera" and answer.code):
                    trial.violated(f"{at}: exit {answer.code}: {answer.err}")
        _turned_between(trial, acts.again(first, trial.folder / "register"), clock, zygote)


def _turned_between(trial: Trial, register: Path, clock: Clock, zygote: Zygote) -> None:
    told: list[str] = []
    for number, name in enumerate(["ten years ahead", "three years back", "after 2038", "in 1969", "two days back"]):
        clock.turn(CLOCKS[name]())
        words = ("--register", str(register), "registrera", "--typ", "klagomal", "--rubrik", f"Kö {number}")
        answer = zygote.run(*words)
        trial.tried()
        told.append(answer.out[:14])
        at = f"turned between commands, now {name}"
        if answer.code:
            trial.violated(f"{at}: exit {answer.code}: {answer.err}")
        if name in BEHIND and "klocka" not in answer.err:
            trial.violated(f"{at}: no warning, though the log's last act is later: {answer.err}")
        latest = zygote.run("--register", str(register), "senaste")
        if told[-1] not in latest.out:
            trial.violated(f"{at}: senaste does not show {told[-1]}: {latest.out}")
    trial.hold(register_faults(register, told), at="turned between commands")
    clock.turn(0)
    checked = zygote.run("--register", str(register), "kontrollera")
    trial.hold([f"{checked.out}"] * bool(checked.code), at="kontrollera after all the turning")


# -- T2: New Year and summer time, in every zone ------------------------------------------------

ZONES: dict[str, dict[str, str]] = {
    "UTC": {"TZ": "UTC"},
    "Stockholm": {"TZ": "Europe/Stockholm"},
    "New York": {"TZ": "America/New_York"},
    "nonsense": {"TZ": "Nonsens/Ingenstans"},
    "unset": {},
}
INSTANTS: dict[str, tuple[str, str, str, str, str]] = {
    "2026-12-31T22:59:50Z": ("SYN-2026-00001", "2026-12-31", "2026-12-31T23:59:", "2027-01-11", "2027-01-18"),
    "2026-12-31T23:00:10Z": ("SYN-2027-00001", "2027-01-01", "2027-01-01T00:00:", "2027-01-11", "2027-01-18"),
    "2026-03-29T22:30:20Z": ("SYN-2026-00001", "2026-03-30", "2026-03-30T00:30:", "2026-04-08", "2026-04-15"),
    "2026-10-25T00:30:20Z": ("SYN-2026-00001", "2026-10-25", "2026-10-25T02:30:", "2026-10-30", "2026-11-06"),
    "2026-10-25T22:30:20Z": ("SYN-2026-00001", "2026-10-25", "2026-10-25T23:30:", "2026-10-30", "2026-11-06"),
}
"""What a case is given at each moment: its number, day, moment in Sweden, and the last days of its two deadlines."""


@fault("T2", "New Year, summer time: 5 instants in 5 time zones, the same answers", commit=25, release=25,
       needs=("faketime",))  # fmt: skip
def new_year_in_every_zone(trial: Trial) -> None:
    """Ten seconds before and after the New Year, after the spring and in and after the autumn change of the clocks.

    Whatever the machine's zone: the year and the day are Sweden's, the deadlines whole days, every answer the same.
    """
    first = _begun(trial.folder)
    empty = first.read_bytes()
    clock = Clock(trial.folder)
    said: dict[str, list[Finished]] = {}
    right = 0
    with ExitStack() as stack:
        for zone, env in ZONES.items():
            zygote = stack.enter_context(Zygote(trial.folder, zone, **clock.env, **env))
            for instant, expected in INSTANTS.items():
                first.write_bytes(empty)
                clock.set(datetime.fromisoformat(instant))
                answers = [zygote.run("--register", str(first), *words) for words in _WORDS]
                trial.tried()
                found = [*_not_as_expected(answers, expected), *_unlike(answers, said.setdefault(instant, answers))]
                trial.hold([*found, *register_faults(first)], at=f"{instant} in {zone}")
                right += not found
    trial.figures["right"] = f"{right} of {trial.tries}"


_WORDS = (
    ("registrera", "--typ", "klagomal", "--enhet", "Parkskolan", "--rubrik", "Kö", "--json"),
    ("lista",), ("bevaka",), ("frist", "1"), ("logg", "1"), ("sammanstall", "--per", "2027-02-01"), (),
)  # fmt: skip


def _not_as_expected(answers: list[Finished], expected: tuple[str, ...]) -> Iterator[str]:
    for answer in answers:
        yield from answer_faults(answer)
    if answers[0].code:
        yield f"exit {answers[0].code}: {answers[0].err}"
        return
    case = answers[0].json
    ends = [deadline["senast"] for deadline in case["frister"]]
    found = (case["arendenummer"], case["inkommen"], case["registrerad"][: len(expected[2])], *ends)
    if found != expected:
        yield f"{found}, not {expected}"


def _unlike(answers: list[Finished], others: list[Finished]) -> Iterator[str]:
    for words, one, other in zip(_WORDS, answers, others, strict=True):
        if (one.code, lasting(one.out), lasting(one.err)) != (other.code, lasting(other.out), lasting(other.err)):
            yield f"{' '.join(words)}: {one.out}{one.err}, and in the first zone {other.out}{other.err}"


# -- T3: no time zones --------------------------------------------------------------------------

_NO_TZDATA = "import sys\nsys.modules['tzdata'] = None\n"


@fault("T3", "a machine without time zones, with and without the package tzdata", commit=4, release=4)
def no_time_zones(trial: Trial) -> None:
    """Without the system's zones the package that klagreg brings is used; without both one line says what lacks."""
    register = _begun(trial.folder)
    without = begun_with(trial.folder / "without", _NO_TZDATA)
    for name, env in (("with tzdata", {}), ("without tzdata", without)):
        for words in (("registrera", "--typ", "klagomal", "--rubrik", f"Kö {name}"), ("lista",)):
            answer = klagreg(*words, register=register, env=surroundings(PYTHONTZPATH="/finns/inte", **env))
            trial.tried()
            at = f"{words[0]} {name}"
            trial.hold([*answer_faults(answer), *register_faults(register)], at)
            if (answer.code, answer.err.count("\n")) != (0, 0) and (not env or answer.err.count("\n") != 1):
                trial.violated(f"{at}: exit {answer.code}: {answer.err}")
    listed = forked("lista", "--json", register=register)
    if len(listed.json) not in (1, 2):
        trial.violated(f"stored: {listed.out}")
