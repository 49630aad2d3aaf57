"""Files: how the register's own is opened, with which modes files are made, and what stands in the way of a new one.

L2, S5, A7, A10 and A11 of the plan.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

from tests.faults import acts
from tests.faults.acts import Act
from tests.faults.forked import AS_ROOT, Hung, forked
from tests.faults.frame import Trial, fault
from tests.faults.instruments import Finished, Zygote, begun_with, surroundings
from tests.faults.places import _bytes_of, _fill, _mounted, _touched
from tests.faults.sound import answer_faults, left_over, register_faults
from tests.faults.streams import Bench, all_acts, beginning

# -- L2: who opens the register's file ----------------------------------------------------------

_CALL = re.compile(r"^(?P<process>\d+) +(?P<name>\w+)\((?P<given>.*)\) += (?P<gave>-?\d+)")
_LOCK = re.compile(
    r"^\d+<(?P<path>.*?)>(?:\(deleted\))?, F_SETLKW?, \{l_type=F_(?P<kind>\w+),.*start=(?P<at>\d+), l_len=(?P<long>\d+)"
)
_OPENED = re.compile(r'^AT_FDCWD(?:<.*?>)?, "(?P<path>.*?)", (?P<flags>[\w|]+)')


@fault("L2", "no command drops SQLite's locks by opening the register itself", commit=1, release=1, needs=("strace",))
def locks_are_kept(trial: Trial) -> None:
    """Each command under strace: as long as a process has a lock on the register, it closes no descriptor of that file.

    POSIX drops all locks that a process has on a file when it closes *any* descriptor of it; another klagreg then
    writes at the same time, and acknowledged cases vanish. And no file is made outside the register's folder (A11):
    what lies in /tmp can be read and planted by others.
    """
    _watched(trial, {})


@fault("L2-0", "control: as L2, and the file is read in the midst of each writing", commit=1, release=1,
       needs=("strace",), control=True)  # fmt: skip
def locks_are_dropped(trial: Trial) -> None:
    """A klagreg that reads its own file while it writes must be found out."""
    _watched(trial, begun_with(trial.folder / "weak", _READS_ITS_FILE), only=("registrera",))


_READS_ITS_FILE = """
from klagreg.store.cases import Store
insert = Store.insert
def reading(self, *given, **more):
    self.path.read_bytes()
    return insert(self, *given, **more)
Store.insert = reading
"""


def _watched(trial: Trial, env: dict[str, str], only: tuple[str, ...] = ()) -> None:
    first, log = beginning(trial), trial.folder / "calls"
    tracing = "trace=fcntl,close,openat,open,creat"
    strace = ("strace", "-f", "-y", "-qq", "--seccomp-bpf", "-e", tracing, "-e", "signal=none", "-o", str(log))
    folder = trial.folder / "register"
    with Zygote(trial.folder, "watched", before=strace, **env) as zygote:
        for act in [a for a in all_acts() if not only or a.command in only]:
            acts.again(first, folder, act)
            begun = log.stat().st_size if log.exists() else 0
            answer = zygote.run(*acts.in_folder(folder, act.line))
            trial.tried()
            calls = log.read_text("utf-8", "replace")[begun:].splitlines()
            trial.hold([*answer_faults(answer), *_dropped(calls), *_made_elsewhere(calls, trial.folder)], at=str(act))


def _dropped(calls: Iterable[str]) -> Iterator[str]:
    """Where a process closed a file while it had a lock on it."""
    held: dict[tuple[str, str], set[tuple[int, int]]] = {}
    for call in filter(None, map(_CALL.match, calls)):
        lock = _LOCK.match(call["given"]) if call["name"] == "fcntl" and call["gave"] == "0" else None
        if lock:
            ranges = held.setdefault((call["process"], lock["path"]), set())
            at, end = int(lock["at"]), int(lock["at"]) + int(lock["long"])
            if lock["kind"] == "UNLCK":
                everything = lock["long"] == "0"
                ranges -= {one for one in ranges if everything or (at <= one[0] and one[1] <= end)}
            else:
                ranges.add((at, end))
        elif call["name"] == "close":
            path = call["given"].partition("<")[2].rpartition(">")[0]
            if held.get((call["process"], path)):
                held[call["process"], path].clear()
                yield f"{Path(path).name} was closed with locks on it"


def _made_elsewhere(calls: Iterable[str], folder: Path) -> Iterator[str]:
    """Files that were made outside the folder of the trial, where every command is typed."""
    for call in filter(None, map(_CALL.match, calls)):
        opened = _OPENED.match(call["given"]) if call["name"] == "openat" else None
        made = opened and "O_CREAT" in opened["flags"] and opened["path"].startswith("/")
        if opened and made and not opened["path"].startswith((str(folder), "/dev/null")):
            yield f"it made {opened['path']}"


# -- S5: modes ----------------------------------------------------------------------------------

FOR_EVERYBODY = {"publicera", "blankett", "postlista", "regler beskrivning", "demo"}
"""Commands whose files are meant for others: the umask decides who may read them."""


@fault("S5", "umask 000, 022 and 077: files are their owner's alone", commit=1, release=3)
def modes_of_files(trial: Trial) -> None:
    """Every command with the widest umask (release: three of them): no file that it makes can be read by others."""
    bench = Bench(beginning(trial), trial.folder / "register")
    for umask in (0, 0o022, 0o077)[: trial.budget]:
        for act in all_acts(slow=trial.budget > 1):
            acts.again(bench.begun, bench.folder, act)
            there = set(bench.folder.rglob("*"))
            answer = forked(*acts.in_folder(bench.folder, act.line), prepare=partial(os.umask, umask))
            trial.tried()
            at = f"{act}, umask {umask:03o}"
            trial.hold(answer_faults(answer), at)
            made = [path for path in bench.folder.rglob("*") if path not in there]
            for path in [*made, bench.register]:
                trial.hold(_open_to_others(path, act), at)


def _open_to_others(path: Path, act: Act) -> Iterator[str]:
    mode = path.lstat().st_mode
    if stat.S_ISDIR(mode) and act.command in FOR_EVERYBODY:
        return
    if mode & 0o077 and (act.command not in FOR_EVERYBODY or path.suffix in (".db", ".xlsx") or mode & 0o022):
        yield f"{path.name} is {stat.filemode(mode)}"


# -- A7: half an export -------------------------------------------------------------------------

OLD = b"F\xc3\xb6rra m\xc3\xa5nadens fil.\n" * 50


def exports() -> list[tuple[Act, str]]:
    """Lines that write a file over an older one, and its name."""
    given = {
        "ut.xlsx": ("exportera",), "ut.csv": ("exportera",), "2026.xlsx": ("sammanstall", "2026"),
        "brev.eml": ("brev", "1", "bekraftelse"), "blankett.html": ("blankett",), "lista.html": ("postlista",),
        "ut.html": ("utlamna", "1"), "utdrag.html": ("registerutdrag", "@namn.txt"),
        "beskrivning.html": ("regler beskrivning",),
    }  # fmt: skip
    lines = [(Act(command, (*words, "-o", name, "--ersatt")), name) for name, (command, *words) in given.items()]
    return [*lines, (Act("sakerhetskopiera", ("gammal.db", "--ersatt")), "gammal.db")]


def _killed_after(seconds: float) -> None:
    """A kill by the system that the program cannot hear: SIGALRM as every process has it from the start."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, seconds)


@fault("A7a", "kill -9 while a file is written over last month's", commit=20, release=300)
def killed_while_saving(trial: Trial) -> None:
    """Killed at a random moment, each kind of file in turn: last month's is whole, or the new one is.

    What the killed one left beside it is gone when the next has written.
    """
    bench = Bench(beginning(trial), trial.folder / "register")
    new = 0
    for number in range(trial.budget):
        act, name = exports()[number % len(exports())]
        acts.again(bench.begun, bench.folder)
        target = bench.folder / name
        if number < len(exports()) or number % 7 == 0:
            _TAKES[act] = _time_of(bench, act, target)
            acts.again(bench.begun, bench.folder)
        target.write_bytes(OLD)
        there = {path.name for path in bench.folder.iterdir()}
        after = trial.random.uniform(0.2, 1.1) * _TAKES[act]
        killed = forked(*acts.in_folder(bench.folder, act.line), prepare=partial(_killed_after, after))
        trial.tried()
        at = f"{act} killed after {after * 1000:.0f} ms"
        new += target.read_bytes() != OLD
        trial.hold([*_half(target), *register_faults(bench.register)], at)
        if killed.code != -signal.SIGALRM:
            continue
        again = forked(*acts.in_folder(bench.folder, act.line))
        if again.code not in (0, 10):
            trial.violated(f"{at}, and once more: exit {again.code}: {again.err}")
        trial.hold([*_half(target), *left_over(bench.folder, there)], at=f"{at}, and once more")
    trial.figures["the new one was there"] = str(new)


_TAKES: dict[Act, float] = {}


def _time_of(bench: Bench, act: Act, target: Path) -> float:
    target.write_bytes(OLD)
    begun = time.monotonic()
    answer = forked(*acts.in_folder(bench.folder, act.line))
    assert answer.code in (0, 10), answer
    assert target.read_bytes() != OLD
    return time.monotonic() - begun


def _half(target: Path) -> list[str]:
    """What is wrong with a file that is neither last month's nor a whole one."""
    raw = target.read_bytes()
    if raw == OLD:
        return []
    if target.stat().st_mode & 0o077 and target.suffix in (".xlsx", ".db", ".csv", ".eml"):
        return [f"{target.name} is {stat.filemode(target.stat().st_mode)}"]
    if target.suffix == ".xlsx":
        return [] if zipfile.is_zipfile(target) and zipfile.ZipFile(target).testzip() is None else ["a broken workbook"]
    if target.suffix == ".db":
        return register_faults(target)
    if target.suffix == ".html" and not raw.rstrip().endswith(b"</html>"):
        return ["half a page"]
    return [] if raw.endswith(b"\n") else ["half a text"]


@fault("A7b", "a full disk while a file is written over last month's", commit=1, release=5, needs=AS_ROOT)
def full_while_saving(trial: Trial) -> None:
    """Each kind of file on a disk with no or little room: last month's is the same bytes, or the new one is whole."""
    first = beginning(trial)
    with _mounted(trial.folder / "disk", "-o", "size=4m") as disk:
        bench = Bench(first, disk / "register")
        for act, name in exports():
            for leave in (4096, 0, 16384, 65536, 262144)[: trial.budget]:
                acts.again(first, bench.folder)
                target = bench.folder / name
                target.write_bytes(OLD)
                there = {path.name for path in bench.folder.iterdir()}
                _fill(disk / "ballast", leave)
                answer = forked(*acts.in_folder(bench.folder, act.line))
                (disk / "ballast").unlink()
                trial.tried()
                at = f"{act}, {leave} bytes left"
                trial.hold([*answer_faults(answer), *_half(target), *left_over(bench.folder, there)], at)
                if (answer.code in (0, 10)) == (target.read_bytes() == OLD):
                    trial.violated(f"{at}: exit {answer.code}: {answer.err}")


# -- A10: paths ---------------------------------------------------------------------------------

Planted = Callable[[Path], object]

PATHS: dict[str, tuple[str, Planted]] = {
    "an older file": ("gammal", lambda place: place.write_bytes(OLD)),
    "a link to a file outside": ("lank", lambda place: place.symlink_to("../utanfor/viktig")),
    "a link to nothing outside": ("lank", lambda place: place.symlink_to("../utanfor/ny")),
    "a link to a folder": ("lank", lambda place: place.symlink_to("../utanfor")),
    "a link to itself": ("lank", lambda place: place.symlink_to(place.name)),
    "a hard link to a file outside": ("lank", lambda place: os.link(place.parent.parent / "utanfor" / "viktig", place)),
    "a pipe": ("ror", os.mkfifo),
    "a folder": ("mapp", lambda place: place.mkdir()),
    "the register": ("klagreg.db", lambda _: None),
    "the register's journal": ("klagreg.db-journal", lambda _: None),
    "what would be its wal": ("klagreg.db-wal", lambda _: None),
    "a second name of the register": ("annat", lambda place: os.link(place.parent / "klagreg.db", place)),
    "a link to the register": ("annat", lambda place: place.symlink_to("klagreg.db")),
    "the register by a way around": ("../register/klagreg.db", lambda _: None),
    "a folder that is none": ("ingen/mapp/fil", lambda _: None),
    "a file as a folder": ("rader.csv/fil", lambda _: None),
    "three hundred letters": ("x" * 300, lambda _: None),
    "nothing": ("", lambda _: None),
    "this folder": (".", lambda _: None),
    "the folder above": ("..", lambda _: None),
    "a new line": ("två\nrader", lambda _: None),
    "an escape": ("\x1b[31mröd", lambda _: None),
    "right to left": ("\u202exslx", lambda _: None),
    "an option": ("-rf", lambda _: None),
    "Latin-1": (os.fsdecode(b"\xe5\xe4\xf6"), lambda _: None),
    "/dev/full": ("/dev/full", lambda _: None),
    "/dev/stdout": ("/dev/stdout", lambda _: None),
    "/proc/self/fd/1": ("/proc/self/fd/1", lambda _: None),
    "/dev/fd/99": ("/dev/fd/99", lambda _: None),
    "a folder of nobody's": ("/proc/klagreg", lambda _: None),
}
"""Thirty names for a file to write: what it is called, without its ending, and what is there before."""

NAMELESS = {"nothing", "this folder", "the folder above", "the register", "the register's journal",
            "the register by a way around", "what would be its wal"}  # fmt: skip
"""Names that get no ending."""


@fault("A10", "thirty names for a file to write, with and without --ersatt", commit=60, release=1000)
def hostile_paths(trial: Trial) -> None:
    """Links, pipes, devices, the register by any name, folders that are none: refused, or made at that very place.

    Nothing else is changed: not what a link points to, not the register, and not an older file without ``--ersatt``.
    """
    bench = Bench(beginning(trial), trial.folder / "register")
    outside = trial.folder / "utanfor"
    outside.mkdir()
    lines = [act for act, _ in exports() if act.command not in ("registerutdrag", "utlamna")]
    tries = [(act, kind, replace) for act in lines for kind in PATHS for replace in (False, True)]
    for act, kind, replace in trial.random.sample(tries, min(trial.budget, len(tries))):
        acts.again(bench.begun, bench.folder)
        (outside / "viktig").write_bytes(OLD)
        name, plant = PATHS[kind]
        place = _named(bench.folder, name, act, ending=kind not in NAMELESS)
        plant(place)
        words = [w for w in _with_target(act, place) if w != "--ersatt" or replace]
        before = _bytes_of(trial.folder)
        trial.tried()
        at = f"{act.command} to {kind}{' --ersatt' * replace}"
        try:
            answer = forked(*acts.in_folder(bench.folder, ())[:2], *words, timeout=10)
        except Hung as hung:
            trial.violated(f"{at}: {hung}")
            continue
        trial.hold([*answer_faults(answer), *_beside_the_place(before, trial.folder, place, answer)], at)
        if kind == "an older file" and not replace and place.read_bytes() != OLD:
            trial.violated(f"{at}: written over")
        for path in [p for p in (*bench.folder.iterdir(), *outside.iterdir()) if p != bench.register]:
            if not path.is_dir() or path.is_symlink():
                path.unlink()
        for path in trial.folder.glob("klagreg-2*"):
            path.unlink()
        trial.hold(register_faults(bench.register), at)


def _named(folder: Path, name: str, act: Act, *, ending: bool) -> Path:
    target = Path(act.words[-2]).suffix if ending else ""
    return folder / f"{name}{target}" if name else folder


def _with_target(act: Act, place: Path) -> list[str]:
    """The words of a line with another file to write."""
    *words, _, ersatt = act.line
    return [*words, str(place), ersatt]


def _may_be_made(place: Path, told: str, folder: Path) -> bool:
    """A backup that is given a folder gets a name of its own in it."""
    inside = os.path.relpath(os.path.realpath(place), os.path.realpath(folder))
    name = told.partition(" was made")[0]
    return "klagreg-2" in name and os.path.dirname(name) == ("" if inside == "." else inside)


def _beside_the_place(before: dict[str, str], folder: Path, place: Path, answer: Finished) -> Iterator[str]:
    """What was changed that is not the file that was named; the log of the register may have grown."""
    named = os.path.normpath(os.path.relpath(place, folder))
    for told in _touched(before, _bytes_of(folder)):
        own = told.startswith("register/klagreg.db was changed")
        if not told.startswith(f"{named} was") and not own and not _may_be_made(place, told, folder):
            yield f"exit {answer.code}, {told}"


# -- A11: what others plant ---------------------------------------------------------------------

FOREIGN_MODULES = (
    "typer",
    "sqlite3",
    "json",
    "klagreg",
    "rich",
    "pwd",
    "secrets",
    "tempfile",
    "sitecustomize",
    "encodings",
)


OFTEN = (("registrera", "--typ", "synpunkt"), ("exportera", "-o", "ut.csv"), ("sakerhetskopiera", "ny.db"))


@fault("A11", "planted links beside the register, foreign modules in the folder", commit=20, release=20)
def planted(trial: Trial) -> None:
    """In a folder where others can write lie links named as SQLite's and klagreg's own files, and Python modules.

    Nothing is written or removed through the links, and the program imports nothing of the folder it stands in.
    """
    first = beginning(trial)
    folder, outside = trial.folder / "register", trial.folder / "utanfor"
    for name in ("klagreg.db-journal", "klagreg.db-wal", "klagreg.db-shm", ".klagreg-a.tmp", ".klagreg-a.tmp-journal"):
        for target in ("viktig", "mapp"):
            register = acts.again(first, folder)
            shutil.rmtree(outside, ignore_errors=True)
            (outside / "mapp").mkdir(parents=True)
            for file in (outside / "viktig", outside / "mapp" / "viktig"):
                file.write_bytes(OLD)
            (folder / name).unlink(missing_ok=True)
            (folder / name).symlink_to(outside / target)
            before = _bytes_of(outside)
            trial.tried()
            for words in OFTEN:
                answer = forked(*acts.in_folder(folder, words))
                at = f"{words[0]} with {name} -> {target}"
                trial.hold([*answer_faults(answer), *_touched(before, _bytes_of(outside))], at)
                if answer.code and answer.code not in (3, 5):
                    trial.violated(f"{at}: exit {answer.code}: {answer.err}")
            (folder / name).unlink(missing_ok=True)
            trial.hold(register_faults(register), at=f"{name} -> {target}")
    _foreign_modules(trial, acts.again(first, folder))


def _foreign_modules(trial: Trial, register: Path) -> None:
    script = Path(sys.executable).with_name("klagreg")
    if not script.exists():
        trial.figures["NOT TRIED"] = "foreign modules: klagreg is not installed beside Python"
        return
    for module in FOREIGN_MODULES:
        planted = register.with_name(f"{module}.py")
        planted.write_text("import os\nos.write(2, b'FOREIGN')\n")
        answer = subprocess.run(
            [str(script), "--register", str(register), "lista"],
            cwd=register.parent, env=surroundings(), capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        planted.unlink()
        trial.tried()
        if answer.returncode or "FOREIGN" in answer.stderr:
            trial.violated(f"{module}.py in the folder: exit {answer.returncode}: {answer.stderr}")
