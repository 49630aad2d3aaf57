"""Streams and surroundings as cron, pipes, old locales and narrow windows give them: E1, E2, E3 and E5 of the plan."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

from klagreg.cli.commands import COMMANDS
from tests.faults import acts
from tests.faults.acts import Act
from tests.faults.forked import forked, nothing
from tests.faults.frame import Trial, fault
from tests.faults.instruments import Finished, Zygote, at_a_terminal, klagreg, surroundings
from tests.faults.sound import answer_faults, left_over, register_faults

Prepare = Callable[[], object]

SLOW = {"demo"}
"""Commands of a second: tried once in a row, not under each of its faults."""


def beginning(trial: Trial) -> Path:
    """The register that every line of words is run in, made once for a trial."""
    with Zygote(trial.folder, "first") as zygote:
        return acts.begun(trial.folder / "begun", zygote)


def all_acts(*, slow: bool = True) -> list[Act]:
    """A line of every command; without the slow ones where they are tried often enough elsewhere."""
    return [act for act in (*acts.writing(), *acts.reading()) if slow or act.command not in SLOW]


@dataclass
class Bench:
    """Where lines are run one after the other, each in the same register."""

    begun: Path
    folder: Path

    def run(self, act: Act, prepare: Prepare = nothing, encoding: str = "utf-8") -> Finished:
        """A line in the register as it was at the beginning."""
        acts.again(self.begun, self.folder, act)
        return forked(*acts.in_folder(self.folder, act.line), prepare=prepare, encoding=encoding)

    @property
    def register(self) -> Path:
        """The file."""
        return self.folder / acts.NAME

    def before(self, act: Act) -> tuple[object, ...]:
        """What the register held before a line."""
        return () if act.needs_no_register else self.stored(self.begun / acts.NAME)

    def stored(self, register: Path | None = None) -> tuple[object, ...]:
        """What the register holds, but for the moments: how many acts of each kind, and all texts of the cases."""
        register = register or self.register
        if not register.exists():
            return ()
        with closing(sqlite3.connect(f"{register.as_uri()}?mode=rw", uri=True)) as db:
            events = db.execute("SELECT kind, count(*) FROM event GROUP BY kind").fetchall()
            texts = db.execute("SELECT number, title, description, answer, proposal FROM cases ORDER BY id").fetchall()
            return (*events, *texts)

    def files(self) -> dict[str, str]:
        """The texts that lie beside it, without what passes."""
        kinds = (".csv", ".html", ".txt", ".eml")
        return {
            str(path.relative_to(self.folder)): lasting(path.read_text("utf-8"))
            for path in sorted(self.folder.rglob("*"))
            if path.suffix in kinds
        }

    def faults(self, act: Act, answer: Finished) -> list[str]:
        """I1–I9 after a line; where the register is looked at only if it can have changed."""
        found = answer_faults(answer) + ["I8: an unforeseen fault"] * ("Oväntat fel" in answer.err)
        if self.register.exists() and act in acts.writing():
            found += register_faults(self.register)
        temporary = [path for path in self.folder.iterdir() if path.name.startswith(".klagreg")]
        return found + left_over(self.folder, {p.name for p in self.folder.iterdir()} - {p.name for p in temporary})


# -- E3: pipes and streams ----------------------------------------------------------------------


def _reader_gone() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    os.dup2(writing, 1)
    os.close(writing)


def _onto(path: str, *numbers: int) -> Prepare:
    def bend() -> None:
        target = os.open(path, os.O_WRONLY)
        for number in numbers:
            os.dup2(target, number)
        os.close(target)

    return bend


def _closed(*numbers: int) -> Prepare:
    def close() -> None:
        for number in numbers:
            os.close(number)

    return close


STREAMS: dict[str, Prepare] = {
    "| head": _reader_gone,
    "> /dev/full": _onto("/dev/full", 1),
    ">&-": _closed(1),
    "2>&-": _closed(2),
    "2> /dev/full": _onto("/dev/full", 2),
    "0<&-": _closed(0),
    "0<&- >&- 2>&-": _closed(0, 1, 2),
    "&> /dev/full": _onto("/dev/full", 1, 2),
}
SAVED = ("sparat", "sparad", "hann sparas", "sparas inte om")
_PASSING = re.compile(r"\d\d:\d\d(:\d\d)?|\b[0-9a-f]{8,}\b")
"""What differs from one run to the next: the time of day, and the seals that hold it."""


def lasting(text: str) -> str:
    """An answer without what differs from one run to the next."""
    return _PASSING.sub("…", text)


@fault("E3", "pipes: closed, full and broken streams, every command", commit=1, release=len(STREAMS))
def streams_that_take_nothing(trial: Trial) -> None:
    """Every command with a stdout, stderr or stdin that is closed, full, or a pipe whose reader is gone.

    No traceback, a published code, a sound register; and whoever asked for an act is told the truth: done if the
    answer was taken; else not 0, and that something *is* stored if it is.
    """
    bench = Bench(beginning(trial), trial.folder / "register")
    for act in all_acts():
        usual = bench.run(act)
        done = bench.stored()
        for name, prepare in _some(trial, act):
            answer = bench.run(act, prepare)
            trial.tried()
            at = f"{act} {name}"
            trial.hold(bench.faults(act, answer), at)
            trial.hold(_untrue(name, usual, answer, changed=bench.stored() != bench.before(act)), at)
            if bench.stored() != done:
                trial.violated(f"{at}: exit {answer.code}, and not done though nothing stood against it: {answer.err}")


def _some(trial: Trial, act: Act) -> list[tuple[str, Prepare]]:
    """The streams to try with a line: all, or some, other ones each time."""
    if act.command in SLOW:
        return list(STREAMS.items())[1:2]
    return trial.random.sample(list(STREAMS.items()), min(trial.budget, len(STREAMS)))


def _untrue(name: str, usual: Finished, answer: Finished, *, changed: bool) -> Iterator[str]:
    """What a person was told that is not so."""
    if name in ("2>&-", "2> /dev/full", "0<&-", "| head") or not usual.out:
        if answer.code != usual.code:
            yield f"exit {answer.code}, not {usual.code}: {answer.err}"
        if name != "| head" and lasting(answer.out) != lasting(usual.out):
            yield f"another answer than usual: {answer.out}"
        return
    if answer.code == usual.code:
        yield f"exit {answer.code}, though its answer was written nowhere"
    if name in ("> /dev/full", ">&-") and changed != any(word in answer.err for word in SAVED):
        yield f"stored: {changed}, and it said: {answer.err}"


# -- E1: cron -----------------------------------------------------------------------------------


def _as_cron(umask: int) -> Prepare:
    """No HOME, no terminal, no stdin, the root folder, and hardly a variable."""

    def become() -> None:
        os.setsid()
        path = os.environ["PATH"]
        os.environ.clear()
        os.environ["PATH"] = path
        os.chdir("/")
        os.umask(umask)
        os.close(0)

    return become


@fault("E1", "cron: no HOME, terminal, stdin or variables; cwd /, every command", commit=1, release=2)
def as_cron_does(trial: Trial) -> None:
    """Every command as cron runs it, with a narrow and with an open umask: the same code, answer and register.

    But for ``demo``, which is for people, and which says so when the folder that it makes is open to all.
    """
    bench = Bench(beginning(trial), trial.folder / "register")
    for number, act in enumerate(all_acts(slow=False)):
        usual = bench.run(act)
        done, files = bench.stored(), bench.files()
        for umask in [0o077, 0][: trial.budget] if number % 2 else [0, 0o077][: trial.budget]:
            answer = bench.run(act, _as_cron(umask))
            trial.tried()
            trial.hold([*bench.faults(act, answer), *_other(usual, answer)], at=f"{act}, umask {umask:03o}")
            if (bench.stored(), bench.files()) != (done, files):
                trial.violated(f"{act}, umask {umask:03o}: something else was stored or written")


def _other(usual: Finished, answer: Finished) -> Iterator[str]:
    if answer.code != usual.code:
        yield f"exit {answer.code}, not {usual.code}: {answer.err}"
    elif (lasting(answer.out), lasting(answer.err)) != (lasting(usual.out), lasting(usual.err)):
        yield f"another answer than usual: {answer.out}{answer.err}"


# -- E2: locales and encodings ------------------------------------------------------------------

ENCODINGS = ("ascii", "latin-1", "cp1252", "cp437")


@fault("E2a", "streams in other encodings, every command", commit=1, release=len(ENCODINGS))
def streams_in_other_encodings(trial: Trial) -> None:
    """Every command with streams that have no å, or another one: the same code, register and files as ever.

    What is shown is what the encoding can show, with a question mark for the rest. Files are UTF-8 whatever
    the streams.
    """
    bench = Bench(beginning(trial), trial.folder / "register")
    for number, act in enumerate(all_acts(slow=trial.budget > 1)):
        usual = bench.run(act)
        done, files = bench.stored(), bench.files()
        for encoding in [*ENCODINGS[number % 4 :], *ENCODINGS[: number % 4]][: trial.budget]:
            answer = bench.run(act, encoding=encoding)
            trial.tried()
            at = f"{act} in {encoding}"
            trial.hold(bench.faults(act, answer), at)
            shown = Finished(usual.code, *(_shown(text, encoding) for text in (usual.out, usual.err)))
            trial.hold(_other(shown, answer), at)
            if (bench.stored(), bench.files()) != (done, files):
                trial.violated(f"{at}: something else was stored or written")


def _shown(text: str, encoding: str) -> str:
    return text.encode(encoding, "replace").decode(encoding)


TEXT = "Kön på Åsens skola är för lång"
SURROUNDINGS: dict[str, dict[str, str]] = {
    "C": {"LC_ALL": "C"},
    "POSIX": {"LC_ALL": "POSIX"},
    "C, no coercion": {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
    "Latin-1": {"LC_ALL": "sv_SE.ISO-8859-1"},
    "Latin-1, UTF-8 mode": {"LC_ALL": "sv_SE.ISO-8859-1", "PYTHONUTF8": "1"},
    "streams ASCII": {"PYTHONIOENCODING": "ascii"},
    "streams Latin-1": {"PYTHONIOENCODING": "latin-1"},
    "UTF-8": {"LC_ALL": "C.UTF-8"},
}


@fault("E2b", "locales: what is typed and piped in, in UTF-8 and Latin-1", commit=1, release=1, needs=("localedef",))
def what_comes_in_other_encodings(trial: Trial) -> None:
    """In eight locales a text comes as an argument and through stdin, in UTF-8 and in Latin-1.

    It is stored as it was meant, or refused with nothing stored: a register with ``KÃ¶n`` in it is wrong for good.
    """
    with Zygote(trial.folder, "first") as zygote:
        first = acts.begun(trial.folder / "begun", zygote)
    locale = trial.folder / "locales" / "sv_SE.ISO-8859-1"
    locale.parent.mkdir()
    subprocess.run(["localedef", "-i", "sv_SE", "-f", "ISO-8859-1", str(locale)], check=False, capture_output=True)
    tries = list(product(SURROUNDINGS, ("typed", "piped"), ("utf-8", "latin-1")))
    with ThreadPoolExecutor(2) as pool:
        for found in pool.map(lambda one: _came_in(first, trial.folder, *one), tries):
            trial.tried()
            trial.violations += found


def _came_in(first: Path, folder: Path, name: str, way: str, encoding: str) -> list[str]:
    """Register a text that comes so; what is wrong with what is stored."""
    register = acts.again(first, folder / f"{name} {way} {encoding}")
    raw = TEXT.encode(encoding)
    given = ("--text", os.fsdecode(raw)) if way == "typed" else ("--text", "-")
    answer = klagreg(
        "registrera", "--typ", "klagomal", "--enhet", "Parkskolan", *given, register=register,
        stdin=raw if way == "piped" else b"",
        env={**surroundings(), "LOCPATH": str(folder / "locales"), **SURROUNDINGS[name]},
    )  # fmt: skip
    with closing(sqlite3.connect(register)) as db:
        texts = [text for (text,) in db.execute("SELECT description FROM cases WHERE id > 3")]
    found = [*answer_faults(answer), *register_faults(register)]
    if texts != ([TEXT] if answer.code == 0 else []):
        found.append(f"exit {answer.code}, stored {texts}")
    return [f"{name}, {way} in {encoding}: {one}" for one in found]


# -- E5: width ----------------------------------------------------------------------------------

COLUMNS = (1, 20, 40, 80, 400)
_NUMBER = re.compile(r"SYN-\d{4}-\d{5}")


@fault("E5", "windows of 1, 20, 40, 80 and 400 columns: case numbers are whole", commit=1, release=len(COLUMNS))
def narrow_windows(trial: Trial) -> None:
    """Every command in windows of other widths, at a terminal and without: each number that is shown at 400 is whole.

    So is each command's name in the help. What does not fit is wrapped or left out, a number never.
    """
    bench = Bench(beginning(trial), trial.folder / "register")
    for number, act in enumerate(all_acts(slow=False)):
        wide = bench.run(act, _columns(400))
        for columns in [*COLUMNS[number % 5 :], *COLUMNS[: number % 5]][: trial.budget]:
            answer = bench.run(act, _columns(columns))
            shown = _at_a_terminal(bench, act, columns)
            trial.tried(2)
            for kind, one in (("piped", answer), ("a terminal", shown)):
                at = f"{act}, {columns} columns, {kind}"
                trial.hold(answer_faults(one), at)
                missing = Counter(_NUMBER.findall(wide.out)) - Counter(_NUMBER.findall(one.out))
                trial.hold([f"{n} is not whole" for n in missing], at)
    for columns in COLUMNS:
        trial.tried()
        shown = forked("--help", prepare=_columns(columns)).out
        trial.hold([f"{c} is not in the help" for c in COMMANDS if c not in shown], at=f"--help, {columns} columns")


def _columns(columns: int) -> Prepare:
    def narrow() -> None:
        os.environ["COLUMNS"] = str(columns)

    return narrow


def _at_a_terminal(bench: Bench, act: Act, columns: int) -> Finished:
    acts.again(bench.begun, bench.folder, act)
    words = acts.in_folder(bench.folder, act.line)
    return at_a_terminal(*words, register=bench.register, columns=columns, now=datetime.now(UTC))
