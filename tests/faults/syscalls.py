"""Faults at the system calls of commands: strace watches a process that a zygote has begun.

R2: a kill at each call that has to do with the register's folder. R3: each of them fails, once or from then on. R5: the
same on the next command, that finds what a kill left.
"""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from queue import SimpleQueue

from tests.faults import acts
from tests.faults.acts import Act
from tests.faults.frame import Trial, fault
from tests.faults.instruments import Finished, Zygote, begun_with
from tests.faults.sound import answer_faults, left_over, register_faults

_WAITING = """
import os, signal
os.register_at_fork(after_in_child=lambda: os.kill(os.getpid(), signal.SIGSTOP))
"""
"""What a zygote's children do first: wait until somebody watches them."""


class Watched:
    """klagreg under strace: a process is forked, waits, and goes on when strace looks on. In milliseconds.

    ``weakness``: Python that runs first in it, to make klagreg weaker than it is.
    """

    def __init__(self, folder: Path, name: str, weakness: str = "") -> None:
        self.log = folder / f"{name}.strace"
        self._zygote = Zygote(folder, name, **begun_with(folder / f"{name}.first", weakness + _WAITING))

    @property
    def out(self) -> Path:
        """Where what it prints lands."""
        return self._zygote.out

    def run(self, words: tuple[str, ...], *how: str) -> Finished:
        """Run one command line. ``how``: options of strace; what it saw lies in ``log``."""
        child = self._zygote.begin(*words)
        while _state(child) != "T":
            time.sleep(0.0002)
        watching = ["strace", "-qq", "-y", "-o", str(self.log), *how, "-p", str(child)]
        with subprocess.Popen(watching, stderr=subprocess.PIPE, text=True) as strace:
            while _watcher(child) == 0:
                if strace.poll() is not None:
                    os.kill(child, signal.SIGKILL)
                    raise RuntimeError(strace.stderr.read() if strace.stderr else "")
                time.sleep(0.0002)
            os.kill(child, signal.SIGCONT)
            return self._zygote.end()

    def close(self) -> None:
        """End it."""
        self._zygote.close()

    def __enter__(self) -> Watched:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _state(process: int) -> str:
    """``R``, ``S``, ``T`` …, as proc(5) has it."""
    return Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()[0]


def _watcher(process: int) -> int:
    """Who traces a process; 0: nobody."""
    status = Path(f"/proc/{process}/status").read_text("utf-8")
    return int(status.partition("TracerPid:")[2].split()[0])


# -- where a fault can hit -----------------------------------------------------------------------

_CALL = re.compile(r"([a-z]\w*)\(")
_LOOKED_AT = "trace=%file,%desc"


def calls_in(log: Path, folder: Path) -> list[tuple[str, int]]:
    """System calls that have to do with a folder: the name, and the how-manieth of that name in the process."""
    seen, found = Counter[str](), []
    for line in log.read_text("utf-8", "replace").splitlines():
        if call := _CALL.match(line):
            seen[call[1]] += 1
            if str(folder) in line:
                found.append((call[1], seen[call[1]]))
    return found


@dataclass(frozen=True)
class Undisturbed:
    """What an act does when nothing befalls it."""

    act: Act
    calls: tuple[tuple[str, int], ...]
    """System calls that have to do with the folder: name, and the how-manieth of that name in the process."""
    on_register: Counter[str]
    """Of those, how many of a name are on the register, its journal or the folder itself."""
    transactions: int
    before: int
    after: int
    """Acts in the log before and afterwards."""
    files: frozenset[str]
    """Files that there may be when it is done."""

    @property
    def may_become(self) -> range | tuple[int, int]:
        """How many acts there may be in the log when it was disturbed: all of its own or none."""
        if self.act.command == "sakerhetskopiera":  # tells the log of a copy that never came about, too
            return range(self.before, self.after + 2)
        return (self.before, self.after) if self.transactions < 2 else range(self.before, self.after + 1)


def _events(register: Path) -> int:
    if not register.exists() or not register.stat().st_size:
        return 0
    with closing(sqlite3.connect(register)) as db:
        return int(db.execute("SELECT count(*) FROM event").fetchone()[0])


_RECEIPT = {
    "gallra": re.compile("är gallrat"),
    "avidentifiera": re.compile("är avidentifierat"),
    "": re.compile(r"SYN-\d{4}-\d{5}|är gjord|är skapat|är återställt"),
}
"""What tells that an act is done; two commands list first what they are about to do."""


class Bench:
    """Where acts are disturbed: a folder, a process that is watched, and one that goes on afterwards."""

    def __init__(self, folder: Path, name: str, beginning: Path, weakness: str = "") -> None:
        self.folder = folder / f"bench{name}"
        self.register = self.folder / acts.NAME
        self._beginning = beginning
        self._watched = Watched(folder, f"watched{name}", weakness)
        self._free = Zygote(folder, f"free{name}")
        self._numbers = _numbers(beginning / acts.NAME)

    def undisturbed(self, act: Act) -> Undisturbed:
        """Run an act and count its system calls."""
        before = _events(acts.again(self._beginning, self.folder, act))
        answer = self._watched.run(acts.in_folder(self.folder, act.line), "-e", _LOOKED_AT)
        assert answer.code == 0, (act, answer)
        lines = self._watched.log.read_text("utf-8", "replace").splitlines()
        there = [line for line in lines if any(f'{path}"' in line or f"{path}>" in line for path in self._paths())]
        on_register = Counter(call[1] for line in there if (call := _CALL.match(line)))
        transactions = sum(line.startswith("ftruncate") and "-journal" in line for line in lines)
        calls = calls_in(self._watched.log, self.folder)
        files = frozenset(file.name for file in self.folder.iterdir())
        return Undisturbed(act, tuple(calls), on_register, transactions, before, _events(self.register), files)

    def disturbed(self, act: Act, point: Point) -> Finished:
        """Run an act from the beginning, with a fault."""
        acts.again(self._beginning, self.folder, act)
        return self.disturbed_on(act, point)

    def disturbed_on(self, act: Act, point: Point) -> Finished:
        """Run an act with a fault on what the folder holds now."""
        where = [option for path in self._paths() if point.onwards for option in ("-P", path)]
        how = ("-e", f"trace={point.call}", "-e", f"inject={point.inject}", *where)
        return self._watched.run(acts.in_folder(self.folder, act.line), *how)

    def _paths(self) -> tuple[str, ...]:
        return str(self.register), f"{self.register}-journal", str(self.folder)

    def faults(self, normally: Undisturbed, answer: Finished) -> list[str]:
        """What does not hold after a disturbed act: of the register, the answer, the next command, the files."""
        act = normally.act
        receipt = _RECEIPT.get(act.command, _RECEIPT[""]).search(answer.out)
        if not receipt and acts.untouched(self._beginning, self.folder, act):
            return []  # nothing was done yet: most system calls come before the first that changes something
        numbers = set[str]() if act.needs_no_register else self._numbers
        found = register_faults(self.register, numbers) if self._is_there(normally) else []
        if any(fault.startswith("I5") for fault in found):
            return found
        events = _events(self.register)
        if events not in normally.may_become:
            found.append(f"half an act: {normally.before} acts in the log became {events}, not {normally.after}")
        if receipt and events == normally.before:
            found.append(f"I1: told {receipt[0]}, and it is not stored")
        return [*found, *self._afterwards(normally)]

    def _is_there(self, normally: Undisturbed) -> bool:
        """Whether there is a register to be looked at; one that was being made may be missing."""
        return self.register.exists() or not normally.act.needs_no_register

    def _afterwards(self, normally: Undisturbed) -> list[str]:
        """The next command works, and takes away what the disturbed one left."""
        if not self._is_there(normally):
            remade = self._free.run(*acts.in_folder(self.folder, normally.act.line))
            if remade.code:
                return [f"the next command: {remade}"]
        following = self._free.run(*acts.in_folder(self.folder, ("postlista", "-o", "efter.html")))
        if following.code:
            return [f"the next command: {following}"]
        return [
            left
            for left in left_over(self.folder, {*normally.files, "efter.html"})
            if f"{acts.NAME}.fore-aterstallning" not in left  # its name has the time in it
        ]

    @property
    def is_to_recover(self) -> bool:
        """Whether a journal waits to be played back."""
        journal = Path(f"{self.register}-journal")
        return journal.exists() and journal.read_bytes()[:8] == b"\xd9\xd5\x05\xf9 \xa1c\xd7"

    def stored(self, normally: Undisturbed) -> bool:
        """Whether the act, or the first part of it, is in the log."""
        return _events(self.register) > normally.before

    def close(self) -> None:
        """End the processes."""
        self._watched.close()
        self._free.close()

    def __enter__(self) -> Bench:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _numbers(register: Path) -> set[str]:
    with closing(sqlite3.connect(register)) as db:
        return {number for (number,) in db.execute("SELECT number FROM cases")}


BENCHES = max(os.cpu_count() or 1, 2)


@dataclass(frozen=True)
class Point:
    """Where a fault hits, and which."""

    normally: Undisturbed
    call: str
    number: int
    what: str = "signal=SIGKILL"
    """As strace has it: ``signal=SIGKILL``, ``error=EIO``."""
    onwards: bool = False
    """From that call on, each of the name that is on the register, its journal or the folder."""

    @property
    def inject(self) -> str:
        """For ``strace -e inject=``."""
        return f"{self.call}:{self.what}:when={self.number}{'+' if self.onwards else ''}"

    def __str__(self) -> str:
        return f"klagreg {' '.join(self.normally.act.line)}: {self.inject}"


@contextmanager
def _taken(benches: SimpleQueue[Bench]) -> Iterator[Bench]:
    bench = benches.get()
    try:
        yield bench
    finally:
        benches.put(bench)


def _on_benches(
    trial: Trial,
    chosen: list[Act],
    points: Callable[[list[Undisturbed]], list[Point]],
    hit: Callable[[Trial, Bench, Point], None],
    weakness: str = "",
) -> None:
    """Find the points of acts, and hit each on the bench that is free."""
    with ExitStack() as stack:
        with Zygote(trial.folder, "first") as zygote:
            beginning = acts.begun(trial.folder / "begun", zygote)
        benches = SimpleQueue[Bench]()
        for number in range(BENCHES):
            benches.put(stack.enter_context(Bench(trial.folder, str(number), beginning, weakness)))

        pool = stack.enter_context(ThreadPoolExecutor(BENCHES))

        def undisturbed(act: Act) -> Undisturbed:
            with _taken(benches) as bench:
                return bench.undisturbed(act)

        def disturb(point: Point) -> None:
            with _taken(benches) as bench:
                hit(trial, bench, point)

        list(pool.map(disturb, points(list(pool.map(undisturbed, chosen)))))
        trial.figures |= {"acts": str(len(chosen))}


# -- R2: killed at every system call -------------------------------------------------------------

CHANGING = {
    "write", "pwrite64", "ftruncate", "fsync", "fdatasync", "unlink", "rename", "link", "mkdir", "rmdir", "chmod",
    "fchmod", "chown", "fchown", "openat",
}  # fmt: skip
"""System calls between which the disk is another."""


@fault("R2", "kill -9 at every system call of every writing command", commit=50, release=100_000, needs=("strace",))
def killed_at_every_call(trial: Trial) -> None:
    """Each command that writes is killed at its first, second … last system call on anything in its folder.

    Afterwards I1–I6 hold, the act is there whole or not at all, the next command works, and what was left half made is
    gone when that has written (I7). Every command is in one of two tables, or this fails; at a commit the kills are a
    sample of those that change something.
    """
    trial.hold(sorted(acts.forgotten()), at="neither writing nor reading")
    _on_benches(trial, _some(trial, 1_000), partial(_sampled, trial), _killed)


@fault("R2-0", "control: as R2, with no rollback journal", commit=25, release=60, needs=("strace",), control=True)
def killed_without_journal(trial: Trial) -> None:
    """With ``journal_mode = OFF`` a kill between two writes leaves half an act."""
    weakness = 'from klagreg.store import door\ndoor._PRAGMAS = ("journal_mode = OFF",)\n'
    _on_benches(trial, acts.writing()[:1], partial(_sampled, trial), _killed, weakness)


def _sampled(trial: Trial, normally: list[Undisturbed]) -> list[Point]:
    """Every point, or so many as are wanted: then of those that change something."""
    points = [Point(one, name, number) for one in normally for name, number in one.calls]
    if len(points) <= trial.budget:
        trial.random.shuffle(points)
        return points
    changing = [point for point in points if point.call in CHANGING]
    return trial.random.sample(changing, min(trial.budget, len(changing)))


def _killed(trial: Trial, bench: Bench, point: Point) -> None:
    answer = bench.disturbed(point.normally.act, point)
    trial.tried()
    _count(trial, "stored, not told", bench.stored(point.normally) and not answer.out)
    missed = [] if answer.code == -signal.SIGKILL else [f"was not hit: {answer}"]
    _hold(trial, [*missed, *bench.faults(point.normally, answer)], str(point))


def _hold(trial: Trial, found: list[str], at: str) -> None:
    """One violation of a try, whatever it breaks."""
    trial.violated(*([f"{at}: {'; '.join(found)}"] if found else []))


def _some(trial: Trial, enough: int) -> list[Act]:
    """Every writing act; where few tries are wanted, a registration and some others."""
    every = acts.writing()
    return every if trial.budget >= enough else [every[0], *trial.random.sample(every[1:], 7)]


def _count(trial: Trial, figure: str, more: int) -> None:
    trial.figures[figure] = str(int(trial.figures.get(figure, 0)) + more)


# -- R3: a system call fails ---------------------------------------------------------------------

FAILING = {
    "EIO": CHANGING | {"pread64", "read", "newfstatat", "fcntl", "flock", "lseek", "close", "getdents64"},
    "ENOSPC": {"pwrite64", "write", "openat", "ftruncate", "fsync", "fdatasync", "mkdir", "link", "rename"},
    "EDQUOT": {"pwrite64", "write", "openat", "ftruncate", "fsync", "fdatasync", "mkdir", "link", "rename"},
    "EINTR": {"pwrite64", "write", "openat", "ftruncate", "fsync", "fdatasync", "pread64", "read", "fcntl", "flock"},
}
"""Which calls a disk answers so. What is interrupted is tried again, so that never fails from then on."""

_UNCHANGED = re.compile(r"\binget är (ändrat|sparat|lagrat)", re.IGNORECASE)
_TOLD = re.compile(r"(?<!inget )är sparat[.,]", re.IGNORECASE)
_NO_SILENCE = re.compile(rf"{_TOLD.pattern}|Något hann sparas|Oklart", re.IGNORECASE)


@fault("R3", "EIO, ENOSPC, EDQUOT, EINTR at every system call", commit=50, release=4_000, needs=("strace",))
def failing_at_every_call(trial: Trial) -> None:
    """A system call of a writing command fails: once, or from that one on for what is on the register.

    Everything of R2 holds, with I8 and I9; and the message is honest: exit code 0 only for what is stored, never
    "Inget är ändrat" of a stored act nor "är sparat" of one that is not, and never silence about a stored one
    ("Oklart …" is no silence). So many tries are chosen by chance, evenly over commands, calls and errors.
    """
    _on_benches(trial, _some(trial, 1_000), partial(_failures, trial), _failed)


def _failures(trial: Trial, normally: list[Undisturbed]) -> list[Point]:
    once = [
        Point(one, call, number, f"error={error}")
        for one in normally
        for call, number in one.calls
        for error, calls in FAILING.items()
        if call in calls
    ]
    onwards = [
        Point(one, call, number, f"error={error}", onwards=True)
        for one in normally
        for call, count in one.on_register.items()
        for number in range(1, count + 1)
        for error in ("EIO", "ENOSPC")
        if call in FAILING[error]
    ]
    wanted = min(trial.budget, len(once) + len(onwards))
    of_once = min(len(once), max(wanted * 2 // 3, wanted - len(onwards)))
    return [*trial.random.sample(once, of_once), *trial.random.sample(onwards, wanted - of_once)]


def _failed(trial: Trial, bench: Bench, point: Point) -> None:
    answer = bench.disturbed(point.normally.act, point)
    trial.tried()
    stored = bench.stored(point.normally)
    _count(trial, "failed", answer.code != 0)
    _count(trial, "unclear", "Oklart" in answer.err)
    _count(trial, "stored though failed", stored and answer.code != 0)
    found = [
        *answer_faults(answer),
        *dishonest(answer, point.normally.act, stored=stored),
        *bench.faults(point.normally, answer),
    ]
    _hold(trial, found, f"{point} [{answer.code}: {answer.err.strip()}]")


def dishonest(answer: Finished, act: Act, *, stored: bool) -> list[str]:
    """What an answer says that is not so: of an act that is stored, or is not.

    A note in the log of what was read or handed out changes no case and does no harm when it is made again: nobody has
    to be told of one that stands there although the answer never came.
    """
    if act.command in acts.NOTES and answer.code:
        return []
    if not stored:
        told = answer.code == 0 or _TOLD.search(answer.err)
        return ["I8: told as stored, and is not"] if told else []
    if answer.code == 0:
        return []
    if _UNCHANGED.search(answer.err):
        return ["I8: stored, and told that nothing is"]
    return [] if _NO_SILENCE.search(answer.err) else ["I8: stored, and not told so"]


# -- R5: a fault while the next command recovers -------------------------------------------------


@fault("R5", "a fault while the next command recovers from a kill", commit=6, release=500, needs=("strace",))
def failing_at_recovery(trial: Trial) -> None:
    """A kill leaves a journal that is to be played back, and the registration that finds it is killed or fails too.

    Afterwards I1–I6 hold, no act is half, a number that was told is stored, and a third command works.
    """
    _on_benches(trial, acts.writing()[:1], partial(_kills_in_commits, trial), _killed_and_disturbed)


def _kills_in_commits(trial: Trial, normally: list[Undisturbed]) -> list[Point]:
    """Kills between the first sync of the journal and its end, most of them; twice as many as are wanted."""
    (one,) = normally
    writes = [number for call, number in one.calls if call == "pwrite64"]
    late = writes[len(writes) // 2 :]
    return [Point(one, "pwrite64", trial.random.choice(late)) for _ in range(2 * trial.budget)]


def _killed_and_disturbed(trial: Trial, bench: Bench, point: Point) -> None:
    if trial.tries >= trial.budget:
        return
    bench.disturbed(point.normally.act, point)
    if not bench.is_to_recover:
        return
    trial.tried()
    call, number = trial.random.choice([one for one in point.normally.calls if one[0] in FAILING["EIO"]])
    what = trial.random.choice(["signal=SIGKILL", "error=EIO", "error=ENOSPC" if call in CHANGING else "error=EIO"])
    again = Point(point.normally, call, number, what, onwards=trial.random.random() < 0.3)
    answer = bench.disturbed_on(again.normally.act, again)
    _count(trial, "killed again", answer.code == -signal.SIGKILL)
    _count(trial, "failed", answer.code > 0)
    _count(trial, "recovered nevertheless", answer.code == 0)
    found = (
        []
        if answer.code == -signal.SIGKILL
        else [*answer_faults(answer), *dishonest(answer, point.normally.act, stored=bench.stored(point.normally))]
    )
    _hold(
        trial, [*found, *bench.faults(point.normally, answer)], f"{point}, then {again} [{answer.code}: {answer.err}]"
    )
