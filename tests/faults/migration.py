"""A register of an older klagreg is brought up to date: broken off, or by several at once. R13 of the plan."""

from __future__ import annotations

import lzma
import signal
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path
from shutil import rmtree

from klagreg.store import schema
from tests.faults import acts
from tests.faults.acts import Act
from tests.faults.frame import Trial, fault
from tests.faults.instruments import Zygote
from tests.faults.sound import answer_faults, left_over, register_faults
from tests.faults.syscalls import CHANGING, Watched, calls_in

OLD = Path(__file__).parents[1] / "registers" / "klagreg-0.1.db.xz"
"""A register that klagreg 0.1.0 made, with two cases."""
NUMBERS = {"SYN-2026-00001", "SYN-2026-00002"}
_LOOKS = Act("visa", ("1",))
"""What brings it up, because it is the first that opens it."""
TOGETHER = 8


def _old(folder: Path) -> Path:
    """A new folder with the old register."""
    rmtree(folder, ignore_errors=True)
    folder.mkdir()
    register = folder / acts.NAME
    register.write_bytes(lzma.decompress(OLD.read_bytes()))
    register.chmod(0o600)
    return register


def _faults(register: Path, zygote: Zygote) -> list[str]:
    """The register is the old one or the new one, whole; and the next command makes the new one of it."""
    with closing(sqlite3.connect(register)) as db:
        (version,) = db.execute("PRAGMA user_version").fetchone()
        found = [f"I5: {row[0]}" for row in db.execute("PRAGMA integrity_check") if row[0] != "ok"]
    found += register_faults(register, NUMBERS) if version == schema.VERSION else []
    following = zygote.run(*acts.in_folder(register.parent, ("senaste",)))
    found += [f"the next command: {following}"] if following.code else []
    found += [*register_faults(register, NUMBERS), *left_over(register.parent, [acts.NAME])]
    # Acts from before there were seals cannot be played back: the cases are sealed as they were then.
    return [fault for fault in found if fault != "I3: no story"]


@fault("R13", "a migration that is killed at every system call", commit=12, release=100_000, needs=("strace",))
def killed_in_migration(trial: Trial) -> None:
    """The first command that opens a register of klagreg 0.1.0 is killed at each of its calls, or one fails (EIO).

    The register is then the old one or the new one, with its triggers, and the next command brings it up and works.
    """
    folder = trial.folder / "old"
    with Zygote(trial.folder, "free") as free, Watched(trial.folder, "watched") as watched:
        words = acts.in_folder(folder, _LOOKS.line)
        _old(folder)
        assert watched.run(words, "-e", "trace=%file,%desc").code == 0
        calls = calls_in(watched.log, folder)
        points = [(*one, what) for one in calls for what in ("signal=SIGKILL", "error=EIO")]
        if len(points) > trial.budget:
            points = trial.random.sample([one for one in points if one[0] in CHANGING], trial.budget)
        for call, number, what in points:
            register = _old(folder)
            answer = watched.run(words, "-e", f"trace={call}", "-e", f"inject={call}:{what}:when={number}")
            trial.tried()
            at = f"{call}:{what}:when={number} [{answer.code}: {answer.err.strip()}]"
            trial.hold(answer_faults(answer) if answer.code != -signal.SIGKILL else [], at)
            trial.hold(_faults(register, free), at)


@fault("R13a", "several that bring up a register at once", commit=16, release=1_000)
def migrated_together(trial: Trial) -> None:
    """Eight processes open the same register of klagreg 0.1.0 at once: each answers, and it was brought up once."""
    with ExitStack() as stack:
        zygotes = [stack.enter_context(Zygote(trial.folder, str(n))) for n in range(TOGETHER)]
        pool = stack.enter_context(ThreadPoolExecutor(TOGETHER))
        while trial.tries < trial.budget:
            register = _old(trial.folder / "old")
            words = acts.in_folder(register.parent, _LOOKS.line)
            answers = list(pool.map(lambda zygote, words=words: zygote.run(*words), zygotes))
            trial.tried(TOGETHER)
            for answer in answers:
                refused = [str(answer)] if answer.code else []
                trial.hold([*refused, *answer_faults(answer)], f"after {trial.tries}")
            with closing(sqlite3.connect(register)) as db:
                (times,) = db.execute("SELECT count(*) FROM event WHERE kind = 'uppgraderad'").fetchone()
            trial.hold([f"brought up {times} times"] if times != 1 else [], f"after {trial.tries}")
            trial.hold(_faults(register, zygotes[0]), f"after {trial.tries}")


@fault("R13-0", "control: as R13, no transaction around", commit=0, release=60, needs=("strace",), control=True)
def killed_in_loose_migration(trial: Trial) -> None:
    """Without it a kill between two statements leaves a register that is neither the old one nor the new one."""
    folder = trial.folder / "old"
    with Zygote(trial.folder, "free") as free, Watched(trial.folder, "watched", _LOOSE) as watched:
        words = acts.in_folder(folder, _LOOKS.line)
        _old(folder)
        watched.run(words, "-e", "trace=%file,%desc")
        calls = [one for one in calls_in(watched.log, folder) if one[0] in ("pwrite64", "ftruncate", "fdatasync")]
        for call, number in trial.random.sample(calls, min(trial.budget, len(calls))):
            register = _old(folder)
            watched.run(words, "-e", f"trace={call}", "-e", f"inject={call}:signal=SIGKILL:when={number}")
            trial.tried()
            faults = _faults(register, free)
            trial.violated(*faults[:1])


_LOOSE = """
from contextlib import contextmanager
from klagreg.store import door
@contextmanager
def writing(connection, path, stored=lambda: None):
    yield
door.writing = writing
"""
