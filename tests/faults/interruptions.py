"""Signals at random moments of every command, E4 of the plan; and memory that is short, R7."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path
from random import Random

from klagreg import scratch
from klagreg.errors import EXIT_INTERRUPTED
from tests.faults import acts
from tests.faults.acts import Act
from tests.faults.frame import Trial, fault
from tests.faults.instruments import PROGRAM, Finished, Zygote, begun_with, surroundings
from tests.faults.kills import held
from tests.faults.sound import answer_faults, left_over, register_faults
from tests.faults.syscalls import dishonest

IN_ORDER = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Interruptions that klagreg hears: it puts things in order and ends with 130."""
AT_ONCE = signal.SIGQUIT
"""Ends it as a kill does."""
PAUSED = signal.SIGSTOP
"""Goes on when it is told to."""

_HANDS = 2


class Desk:
    """Where commands are interrupted: a folder of its own, and a zygote."""

    def __init__(self, folder: Path, name: str, beginning: Path, env: dict[str, str] | None = None) -> None:
        self.folder = folder / f"desk{name}"
        self.register = self.folder / acts.NAME
        self._beginning = beginning
        self.zygote = Zygote(folder, f"desk{name}", **(env or {}))
        self.files: dict[Act, set[str]] = {}
        """What is in the folder when an act is done."""
        self.takes: dict[Act, float] = {}
        self.left = 0
        """How often something half made lay there until the next writer."""

    def again(self, act: Act) -> int:
        """The beginning once more; gives how many acts are in the log."""
        return _events(acts.again(self._beginning, self.folder, act))

    def learn(self, act: Act) -> None:
        """Run an act undisturbed: how long it takes, which files it leaves."""
        if act not in self.takes:
            self.again(act)
            begun = time.monotonic()
            self.zygote.run(*acts.in_folder(self.folder, act.line))
            self.takes[act] = time.monotonic() - begun
            self.files[act] = {file.name for file in self.folder.iterdir()}

    def faults(self, act: Act, answer: Finished, before: int, *, in_order: bool) -> list[str]:
        """What does not hold of the register, the folder and the answer. ``in_order``: klagreg could clean up."""
        found = []
        if self.register.exists() or not act.needs_no_register:
            found = register_faults(self.register)
        if in_order:
            stored = _events(self.register) > before
            writes = act in acts.writing()
            found += [*answer_faults(answer), *(dishonest(answer, act, stored=stored) if writes else [])]
        else:
            self.write()
        return [*found, *self._left(act)]

    def _left(self, act: Act) -> list[str]:
        """Files that are there and should not be; what an interruption left half made the next writer takes away."""
        kept = {*self.files[act], *(file.name for file in self._beginning.iterdir()), "efter.html"}
        if any(scratch.is_left_over(file.name) for file in self.folder.iterdir()):
            self.left += 1
            self.write()
        return [left for left in left_over(self.folder, kept) if "fore-aterstallning" not in left]

    def write(self) -> None:
        """Let somebody else write in the folder, who makes the register if there is none."""
        words = ("postlista", "-o", "efter.html") if self.register.exists() else ("init",)
        self.zygote.run(*acts.in_folder(self.folder, words))


def _events(register: Path) -> int:
    if not register.exists() or not register.stat().st_size:
        return 0
    with closing(sqlite3.connect(register)) as db:
        return int(db.execute("SELECT count(*) FROM event").fetchone()[0])


def _at_desks(trial: Trial, work: Callable[[Trial, Desk, Act, Random], None], every: list[Act]) -> None:
    """Do it with every command in turn, at two desks, until there are tries enough."""
    with Zygote(trial.folder, "first") as zygote:
        beginning = acts.begun(trial.folder / "begun", zygote)
    desks = [Desk(trial.folder, str(n), beginning) for n in range(_HANDS)]
    order = trial.random.sample(every, len(every))

    def sit(desk: Desk, first: int, chance: Random) -> None:
        number = first
        while trial.tries < trial.budget:
            work(trial, desk, order[number % len(order)], chance)
            number += _HANDS

    with ThreadPoolExecutor(_HANDS) as pool:
        sitting = [pool.submit(sit, desk, n, Random(trial.random.random())) for n, desk in enumerate(desks)]
    for one in sitting:
        one.result()
    for desk in desks:
        desk.zygote.close()
    trial.figures["left till the next writer"] = str(sum(desk.left for desk in desks))


# -- E4 ------------------------------------------------------------------------------------------


@fault("E4", "INT, TERM, HUP, QUIT, STOP+CONT at any moment", commit=60, release=3_000)
def interrupted(trial: Trial) -> None:
    """Every command, writing or not, gets a signal at a random moment.

    INT, TERM and HUP: it ends with 130, or as it would have if it was too late; no traceback, and never "Inget är
    ändrat" of what is stored. STOP and CONT: it ends as if nothing had been. QUIT: it is gone at once. No file is left
    half made when the next writer has been there; how often one was until then is counted. I1–I6 hold always.
    """
    _at_desks(trial, _interrupted, [*acts.writing(), *(a for a in acts.reading() if a.command != "demo")])


def _interrupted(trial: Trial, desk: Desk, act: Act, chance: Random) -> None:
    desk.learn(act)
    before = desk.again(act)
    number = chance.choice([*IN_ORDER, *IN_ORDER, AT_ONCE, PAUSED])
    moment = chance.uniform(0, 1.1 * desk.takes[act])
    child = desk.zygote.begin(*acts.in_folder(desk.folder, act.line))
    with suppress(ProcessLookupError), held(child) as process:
        time.sleep(moment)
        signal.pidfd_send_signal(process, number)
        if number == PAUSED:
            time.sleep(0.02)
            signal.pidfd_send_signal(process, signal.SIGCONT)
    answer = desk.zygote.end()
    if answer.code == 1 and not (answer.out or answer.err):
        return  # the zygote's child was not klagreg yet; how that begins is tried for itself (E4a)
    trial.tried()
    at = f"{' '.join(act.line)}: {number.name} after {moment * 1000:.0f} ms"
    _judge(trial, desk, act, answer, before, number, at)


def _judge(trial: Trial, desk: Desk, act: Act, answer: Finished, before: int, number: int, at: str) -> None:
    in_order = answer.code != -AT_ONCE
    found = desk.faults(act, answer, before, in_order=in_order)
    if in_order and answer.code not in (0, 10, *([EXIT_INTERRUPTED] if number in IN_ORDER else [])):
        found.append("another end than it should have")
    trial.hold(found, f"{at} [{answer.code}: {answer.err.strip()}]")
    name = {0: "done", EXIT_INTERRUPTED: "130", -AT_ONCE: "gone"}.get(answer.code, "other")
    trial.figures[name] = str(int(trial.figures.get(name, 0)) + 1)


@fault("E4a", "INT, TERM, HUP while klagreg begins", commit=4, release=150)
def interrupted_at_the_start(trial: Trial) -> None:
    """A registration as a whole process gets a signal at a random moment after klagreg's first line: as E4.

    Before that line Python itself begins (some 20 ms), and a signal is Python's to answer.
    """
    with Zygote(trial.folder, "first") as zygote:
        beginning = acts.begun(trial.folder / "begun", zygote)
    desk, act = Desk(trial.folder, "0", beginning), acts.writing()[0]
    desk.learn(act)
    for _ in range(trial.budget):
        before = desk.again(act)
        number, moment = trial.random.choice(IN_ORDER), trial.random.uniform(0, 0.5)
        process = subprocess.Popen(
            [*PROGRAM, *acts.in_folder(desk.folder, act.line)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=surroundings(),
        )  # fmt: skip
        while process.poll() is None and not _hears(process.pid, signal.SIGTERM):
            time.sleep(0.0005)
        time.sleep(moment)
        process.send_signal(number)
        out, err = process.communicate()
        trial.tried()
        answer = Finished(process.returncode, out, err)
        _judge(trial, desk, act, answer, before, number, f"{number.name} after {moment * 1000:.0f} ms")
    desk.zygote.close()


def _hears(process: int, number: int) -> bool:
    """Whether a process has a handler for a signal (proc(5))."""
    with suppress(OSError):
        status = Path(f"/proc/{process}/status").read_text("utf-8")
        return bool(int(status.partition("SigCgt:")[2].split()[0], 16) >> (number - 1) & 1)
    return False


# -- R7 ------------------------------------------------------------------------------------------

STEP = 96 * 1024
"""Bytes more for each try."""


@fault("R7", "memory short, from too little to enough", commit=0, release=1_200)
def short_of_memory(trial: Trial) -> None:
    """A command that writes may have so much memory more than it has when it begins, in steps of 96 kB from nothing.

    It does what it shall, or says that it cannot: never half, never a traceback, never "Inget är ändrat" of what is
    stored. (Python itself cannot start at all in less than some 20 MB; that is not klagreg's to say.)
    """
    allowed = trial.folder / "allowed"
    code = f"import os\n_ALLOWED = {str(allowed)!r}\n{_LIMITED}"
    env = begun_with(trial.folder / "limited", code)
    with Zygote(trial.folder, "first") as zygote:
        beginning = acts.begun(trial.folder / "begun", zygote)
    desk = Desk(trial.folder, "0", beginning, env)
    some = [act for act in acts.writing() if act.command in ("registrera", "avsluta", "importera", "exportera")]
    each = trial.budget // len(some)
    for act in some:
        allowed.write_text("", "ascii")
        desk.learn(act)
        for step in range(each):
            before = desk.again(act)
            allowed.write_text(str(step * STEP), "ascii")
            answer = desk.zygote.run(*acts.in_folder(desk.folder, act.line))
            allowed.write_text("", "ascii")
            trial.tried()
            at = f"{' '.join(act.line)}: {step * STEP // 1024} kB [{answer.code}: {answer.err.strip()[-300:]}]"
            trial.hold(desk.faults(act, answer, before, in_order=True), at)
            trial.figures[f"code {answer.code}"] = str(int(trial.figures.get(f"code {answer.code}", 0)) + 1)
    desk.zygote.close()


_LIMITED = """
import resource
def _limit():
    allowed = open(_ALLOWED).read()
    if allowed:
        size = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize() + int(allowed)
        resource.setrlimit(resource.RLIMIT_AS, (size, size))
os.register_at_fork(after_in_child=_limit)
"""
"""Run first in a zygote: its children may grow by no more than what a file says when they begin."""
