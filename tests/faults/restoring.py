"""R17: the restore is the test, not the backup. And what a copy by hand does in the middle of a writing.

A file copied beside its hot journal was "malformed" 20 times of 20 (``reliability.md`` b5, D12).
"""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from shutil import copyfile
from threading import Event, Thread
from typing import Any
from unittest.mock import patch

from klagreg.store import copies, door
from tests.faults import acts
from tests.faults.frame import Trial, fault
from tests.faults.instruments import Zygote, in_process
from tests.faults.sound import answer_faults, register_faults
from tests.faults.tampering import held_everywhere

WRITERS = 3
READING = {
    **{name: words for name, words in acts.READING.items() if "-o" not in words and name != "demo"},
    "sammanstall": ("2026", "--json"),
    "egenkontroll": ("2026",),
    "visa": ("1", "--json"),
}
"""What is asked of a copy: every command that reads, as it shows on a screen."""

OF_THE_LOG = ("senaste", "kontrollera", "sammanstall")
"""These tell where the log ends: a register that was restored has one act more."""

# -- R17a -----------------------------------------------------------------------------------------


@fault("R17a", "backup while others write, and the way back", commit=3, release=100)
def drilled(trial: Trial) -> None:
    """The copy, and what is restored from it, hold what the register held at the moment of the copy, and answer so.

    The witness is the register's own file, copied by ``cp`` while the backup holds its read lock: nobody can commit
    then. Everything acknowledged before the backup began is in it.
    """
    told: list[str] = []
    with _load(trial.folder, told) as register:
        for number in range(trial.budget):
            folder = trial.folder / f"prov-{number}"
            witness, backup, restored = (folder / name / acts.NAME for name in ("vittne", "kopia", "ater"))
            for file in (witness, backup, restored):
                file.parent.mkdir(parents=True)
            before = list(told)
            with _witnessed(register, witness):
                made = in_process("sakerhetskopiera", str(backup), register=register)
            back = in_process("aterstall", str(backup), register=restored)
            trial.tried()
            at = f"backup {number}"
            trial.hold([*answer_faults(made), *answer_faults(back)], at)
            if (made.code, back.code) != (0, 0):
                trial.violated(f"{at}: {made} {back}")
                continue
            trial.hold(register_faults(restored, before), at)
            trial.hold(_differences(witness, backup, restored), at)
    trial.figures |= {"registered meanwhile": str(len(told)), "commands compared": str(len(READING))}


@contextmanager
def _load(folder: Path, told: list[str]) -> Iterator[Path]:
    """Clerks who register and work on what they registered, one after the other without a pause, until it ends."""
    stop = Event()
    with ExitStack() as stack:
        first = stack.enter_context(Zygote(folder, "början"))
        register = acts.begun(folder / "register", first) / acts.NAME
        zygotes = [stack.enter_context(Zygote(folder, f"skribent-{number}")) for number in range(WRITERS)]
        clerks = [Thread(target=_worked, args=(zygote, register, told, stop)) for zygote in zygotes]
        for clerk in clerks:
            clerk.start()
        try:
            yield register
        finally:
            stop.set()
            for clerk in clerks:
                clerk.join()


def _worked(zygote: Zygote, register: Path, told: list[str], stop: Event) -> None:
    chosen = ("--register", str(register))
    while not stop.is_set():
        words = ("--typ", "klagomal", "--enhet", "Parkskolan", "--rubrik", f"Kö {zygote.out.stem} {len(told)}")
        answer = zygote.run(*chosen, "registrera", *words, "--json")
        assert answer.code == 0, answer
        number = answer.json["arendenummer"]
        told.append(number)
        zygote.run(*chosen, "tilldela", number, "eva.lind")
        zygote.run(*chosen, "anteckna", number, "Ringde")


@contextmanager
def _witnessed(register: Path, witness: Path) -> Iterator[None]:
    """Copy the register's file by another process at the moment of the copy: one of ours would drop our locks."""
    duplicated = door.duplicated

    def watched(*how: Any) -> list[int]:
        subprocess.run(["cp", str(register), str(witness)], check=True)
        return duplicated(*how)

    with patch.object(door, "duplicated", watched):
        yield


def _differences(witness: Path, backup: Path, restored: Path) -> Iterator[str]:
    if held_everywhere(backup) != held_everywhere(witness):
        yield "the backup has other rows"
    yield from _other_rows(restored, witness)
    for command, words in READING.items():
        said = [_said(file, *command.split(), *words) for file in (witness, backup, restored)]
        if said[0] != said[1]:
            yield f"{command} says something else of the backup: {_first_difference(*said[:2])}"
        if said[0] != said[2] and command not in OF_THE_LOG:
            yield f"{command} says something else of what was restored: {_first_difference(said[0], said[2])}"


def _said(file: Path, *words: str) -> str:
    answer = in_process(*words, register=file)
    return f"{answer.code} {answer.out} {answer.err}".replace(str(file.parent), "MAPP")


def _first_difference(one: str, other: str) -> str:
    place = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return f"{one[place - 20 : place + 30]!r}, {other[place - 20 : place + 30]!r}"


# -- R17b -----------------------------------------------------------------------------------------

_BROKEN_OFF = """
import os, sqlite3, sys
file = sqlite3.connect(sys.argv[1], isolation_level=None)
for pragma in ("journal_mode = TRUNCATE", "cache_size = 1", "synchronous = OFF"):
    file.execute(f"PRAGMA {pragma}")
file.execute("BEGIN")
file.execute("UPDATE cases SET title = title || hex(zeroblob(?)) WHERE id <= ?", (int(sys.argv[2]), int(sys.argv[3])))
file.execute("UPDATE meta SET value = hex(zeroblob(20000)) WHERE key = 'namnd'")
os.kill(os.getpid(), 9)
"""
"""A writing that reached the file before its program was killed: only with the journal beside it is the file whole."""


@fault("R17b", "copies by hand of, and over, a file that was left in the middle of a writing", commit=20, release=100)
def copied_by_hand(trial: Trial) -> None:
    """What ``cp`` made of a half-written file is refused, with its journal and without; the register stays as it is.

    A good backup laid over the register by ``cp`` gets the old journal played into it: that is told by the next command
    or by ``kontrollera``. ``aterstall`` does it right.
    """
    with Zygote(trial.folder, "början") as zygote:
        beginning = acts.begun(trial.folder / "början", zygote)
        for number in range(8):  # the register goes on after its backup, in pages of its own
            words = (
                "--typ",
                "klagomal",
                "--enhet",
                "Parkskolan",
                "--rubrik",
                f"Kö {number}",
                "--text",
                "Lång kö. " * 99,
            )
            assert zygote.run("--register", str(beginning / acts.NAME), "registrera", *words).code == 0
    good = beginning / "kopia.db"
    laid_over: Counter[str] = Counter()
    for number in range(trial.budget):
        folder = trial.folder / f"prov-{number}"
        register = acts.again(beginning, folder)
        sizes = str(trial.random.randrange(5000, 60_000)), str(trial.random.randrange(1, 4))
        subprocess.run([sys.executable, "-c", _BROKEN_OFF, str(register), *sizes], check=False)
        journal = copies.beside(register, "-journal")
        assert journal.stat().st_size > 512
        trial.tried()
        at = f"try {number}, {' '.join(sizes)}"
        trial.hold(_refused(folder, register, journal, beginning / acts.NAME), at)
        outcome, faults = _laid_over(folder / "över", register, journal, good)
        laid_over[outcome] += 1
        trial.hold(faults, at)
        answer = in_process("aterstall", str(good), "--ersatt", register=register)
        trial.hold([*answer_faults(answer), *register_faults(register)], at)
        if answer.code != 0:
            trial.violated(f"{at}: {answer}")
    trial.figures |= {f"backup laid over by cp, {outcome}": str(count) for outcome, count in laid_over.items()}


def _refused(folder: Path, register: Path, journal: Path, whole: Path) -> Iterator[str]:
    """Restoring from copies by hand of a half-written file: refused, or whole if no row of it was written yet."""
    place = folder / "annan.db"
    for name, companions in (("ensam.db", False), ("par.db", True)):
        copy = Path(copyfile(register, folder / name))
        if companions:
            copyfile(journal, copies.beside(copy, "-journal"))
        before = copy.read_bytes()
        answer = in_process("aterstall", str(copy), register=place)
        yield from answer_faults(answer)
        if answer.code == 0 and not companions:
            yield from _other_rows(place, whole)
            place.unlink()
        elif answer.code not in (3, 5) or not answer.err.startswith("Fel: "):
            yield f"{name}: {answer}"
        if place.exists():
            yield f"{name}: something was left at the place"
        if copy.read_bytes() != before:
            yield f"{name} was written in"


def _other_rows(file: Path, expected: Path) -> Iterator[str]:
    """Rows other than those expected, but for what was told in the log of its being restored."""
    rows = held_everywhere(file)
    for table, digest in held_everywhere(expected).items():
        if rows.get(table) != digest and table not in ("event", "event_detail"):
            yield f"{file.name} has other rows in {table}"


def _laid_over(folder: Path, register: Path, journal: Path, good: Path) -> tuple[str, list[str]]:
    """A good backup copied by hand over a register whose journal is still there: what came of it, and what is wrong."""
    folder.mkdir()
    place = Path(copyfile(good, folder / register.name))
    copyfile(journal, copies.beside(place, "-journal"))
    answer = in_process("kontrollera", register=place)
    faults = answer_faults(answer)
    if answer.code == 0:
        if held_everywhere(place) != held_everywhere(good):
            faults.append("an old journal was played into a backup, and nobody tells")
        return "whole", faults
    return "told by kontrollera" if answer.code == 10 else "cannot be opened", faults
