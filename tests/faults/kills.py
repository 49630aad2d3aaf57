"""kill -9 at random moments of real klagreg processes that write beside each other: R1 of the plan."""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from klagreg.errors import EXIT_REFUSED
from tests.faults import acts
from tests.faults.frame import Trial, fault
from tests.faults.instruments import Finished, Zygote, begun_with
from tests.faults.sound import answer_faults, register_faults

HANDS = 4
"""Writers beside each other, each with its own processes."""
A_ROUND = 25
"""Kills between two looks at the register, when nobody writes."""
A_REGISTER = 250
"""Kills that one register takes, before a new one: an old one is slow, and kills shall fall thick."""
LEFT_ALONE = 0.1
"""The share of commands that are not killed: they tell how long one takes, and that the register can be worked in."""

Done = tuple[str, str]
"""A case number and the event that an act leaves in its log."""


@dataclass
class Hand:
    """Somebody who writes and is killed, over and over."""

    name: int
    zygote: Zygote
    random: Random
    takes: float = 0.03
    """How long a command takes that is not killed, in seconds."""
    commands: int = 0
    kills: int = 0
    told: Counter[Done] = field(default_factory=Counter)
    """What somebody has been told is done: the number stood on the screen, whatever happened afterwards."""
    faults: list[str] = field(default_factory=list)

    def work(self, register: Path, kills: int, known: list[str]) -> None:
        """Run commands until so many are killed. ``known``: cases that there are."""
        wanted = self.kills + kills
        while self.kills < wanted:
            self.commands += 1
            words, event = self._next(known)
            answer = self._run(("--register", str(register), *words))
            number = re.match(r"SYN-\d{4}-\d{5}\b", answer.out)
            if number:
                self.told[number[0], event] += 1
                if event == "registrerad":
                    known.append(number[0])
            refused = answer.code == EXIT_REFUSED  # another hand has closed the case
            if answer.code != -signal.SIGKILL and not refused and (answer.code or not number):
                self.faults.append(f"{' '.join(words)}: {answer}")

    def _next(self, known: list[str]) -> tuple[tuple[str, ...], str]:
        """A command line, and the event that it leaves."""
        name = f"{self.name}-{self.commands}"
        if self.random.random() < 0.6:
            return ("registrera", "--typ", "klagomal", "--enhet", "Parkskolan", "--rubrik", f"Kö {name}"), "registrerad"
        case = self.random.choice(known)
        words, event = self.random.choice(self._lines(case, name))
        if event == "avslutad" and len(known) > HANDS:
            with suppress(ValueError):  # another hand is closing it
                known.remove(case)
        return words, event

    def _lines(self, case: str, name: str) -> list[tuple[tuple[str, ...], str]]:
        return [
            (("tilldela", case, self.random.choice(["eva.lind", "bo.ek"])), "tilldelad"),
            (("aterkoppla", case, "--slag", "status", "--satt", "telefon"), "aterkopplad"),
            (("uppdatera", case, "--rubrik", f"Rättad {name}"), "uppdaterad"),
            (("anteckna", case, f"Ringde {name}"), "anteckning"),
            (("avsluta", case, "--utfall", "atgardad", "--svar", f"Klart {name}.", "--satt", "brev"), "avslutad"),
        ]

    def _run(self, words: tuple[str, ...]) -> Finished:
        moment = None if self.random.random() < LEFT_ALONE else self.random.uniform(0, 1.15 * self.takes)
        begun = time.monotonic()
        child = self.zygote.begin(*words)
        if moment is not None:
            with suppress(ProcessLookupError), held(child) as process:
                time.sleep(max(moment - (time.monotonic() - begun), 0))
                signal.pidfd_send_signal(process, signal.SIGKILL)
        answer = self.zygote.end()
        self.faults += answer_faults(answer) if answer.code != -signal.SIGKILL else []
        self.kills += answer.code == -signal.SIGKILL
        if moment is None:
            self.takes = 0.8 * self.takes + 0.2 * (time.monotonic() - begun)
        return answer


@contextmanager
def held(process: int) -> Iterator[int]:
    """A handle on a process: its number may be another's when it has ended."""
    handle = os.pidfd_open(process)
    try:
        yield handle
    finally:
        os.close(handle)


@fault("R1", "kill -9 at random moments of commands that write", commit=200, release=10_000)
def killed_at_random(trial: Trial) -> None:
    """Four loops of real processes write in one register, and nine of ten are killed at a random moment.

    Six of ten register; the others assign, answer, correct, note and close. After every 25 kills nobody writes and the
    register is looked at: everything that stood on somebody's screen is stored, cases and acts alike, and I1–I6 hold.
    What the register holds beyond that is counted, as "stored, not told": the kill came between COMMIT and the
    answer, and ``klagreg senaste`` is for those. A killed process loses nothing that a disk has to keep, so this row
    says nothing about power cuts (R4).
    """
    _killed(trial, {})


@fault("R1-0", "control: as R1, with no rollback journal", commit=0, release=250, control=True)
def killed_without_journal(trial: Trial) -> None:
    """The same with ``journal_mode = OFF``: a kill in the midst of a commit leaves half of it, which must be seen."""
    _killed(trial, begun_with(trial.folder / "weak", _NO_JOURNAL))


_NO_JOURNAL = """
from klagreg.store import door
door._PRAGMAS = ("journal_mode = OFF", "cache_size = 1")
"""


def _killed(trial: Trial, env: dict[str, str]) -> None:
    with ExitStack() as stack:
        beginning = acts.begun(trial.folder / "begun", stack.enter_context(Zygote(trial.folder, "first")))
        zygotes = [stack.enter_context(Zygote(trial.folder, str(n), **env)) for n in range(HANDS)]
        hands = [Hand(n, zygote, Random(trial.random.random())) for n, zygote in enumerate(zygotes)]
        pool = stack.enter_context(ThreadPoolExecutor(HANDS))
        stored = told = 0
        for share in _shares(trial.budget, A_REGISTER):
            register = acts.again(beginning, trial.folder / "register")
            before = _events(register)
            for hand in hands:
                hand.told.clear()
            _rounds(trial, hands, register, share, pool)
            stored += sum((_events(register) - before).values())
            told += sum(sum(hand.told.values()) for hand in hands)
        trial.figures |= {
            "commands": f"{sum(hand.commands for hand in hands):,}",
            "told": f"{told:,}",
            "stored, not told": f"{stored - told:,}",
        }


def _rounds(trial: Trial, hands: list[Hand], register: Path, kills: int, pool: ThreadPoolExecutor) -> None:
    """Kill in one register, and look at it now and then."""
    events = _events(register)
    known = [number for number, event in events if event == "registrerad" and not events[number, "avslutad"]]
    for share in _shares(kills, A_ROUND):
        begun = sum(hand.kills for hand in hands)
        done = [pool.submit(hand.work, register, share // HANDS + (hand.name < share % HANDS), known) for hand in hands]
        for one in done:
            one.result()
        trial.tried(sum(hand.kills for hand in hands) - begun)
        told = sum((hand.told for hand in hands), Counter[Done]())
        trial.hold(register_faults(register, {number for number, _ in told}), at=f"after {trial.tries} kills")
        trial.hold(_gone(register, told), at=f"after {trial.tries} kills")
        for hand in hands:
            trial.hold(hand.faults, at=f"before {trial.tries} kills")
            hand.faults.clear()
        if trial.violations:
            return  # what follows from one fault is not another


def _shares(total: int, each: int) -> Iterator[int]:
    """``total`` in parts of ``each`` and what is left."""
    yield from [each] * (total // each)
    if total % each:
        yield total % each


def _gone(register: Path, told: Counter[Done]) -> list[str]:
    """Acts that somebody was told of and that the log has not."""
    missing = told - _events(register)
    return [
        f"I1: {number} {event}: {count} acts were told of and are gone" for (number, event), count in missing.items()
    ]


def _events(register: Path) -> Counter[Done]:
    """What the log holds: case numbers and events."""
    try:
        with closing(sqlite3.connect(f"{register.as_uri()}?mode=rw", uri=True)) as db:
            return Counter(db.execute("SELECT number, kind FROM event JOIN cases ON cases.id = event.case_id"))
    except sqlite3.DatabaseError:
        return Counter()
