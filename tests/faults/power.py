"""The power goes: what klagreg writes and syncs is traced, and the disk after a cut is made from it, over and over.

A disk keeps what was synced. Of the rest it keeps some 512-byte sectors and not others, in any order. Two kinds of
directories are played: strict ones, where a name is kept when its folder is synced and not before (POSIX), and ones
that are like ext4's, where any sync keeps all names and truncations before it. What a process has said (its receipt)
was said before the cut: that must be there afterwards.
"""

from __future__ import annotations

import os
import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from random import Random

from tests.faults import acts
from tests.faults.frame import Trial, fault
from tests.faults.instruments import Zygote
from tests.faults.sound import register_faults
from tests.faults.syscalls import Watched

SECTOR = 512
"""Bytes that a disk writes whole or not at all."""

# -- what was done to the files, in order --------------------------------------------------------

_TRACED = (
    "openat,creat,write,writev,pwrite64,pwritev,pwritev2,ftruncate,truncate,fallocate,sendfile,copy_file_range,"
    "fsync,fdatasync,sync,syncfs,sync_file_range,unlink,unlinkat,rename,renameat,renameat2,link,linkat"
)
_CALL = re.compile(r"(\w+)\((.*)\) += (-?\d+)(?:<|$| )")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"|<((?:\\x[0-9a-f]{2})*)>')


Told = tuple[tuple[str, int], ...]
"""Registers, and how many acts in their logs somebody has been told of."""


@dataclass(frozen=True)
class Step:
    """One thing that was done: to a file by its name, or a receipt that was said."""

    what: str
    """``write``, ``size``, ``sync``, ``make``, ``remove``, ``name`` (``other`` gets to be ``path`` too) or ``said``."""
    path: str = ""
    offset: int = 0
    data: bytes = b""
    other: str = ""
    told: Told = ()
    """Of ``said``: what somebody has been told now."""


def _steps(log: str, out: Path, folder: Path) -> Iterator[Step]:
    """What strace saw, of the files in a folder and of what was printed."""
    ends: dict[str, int] = {}
    for line in log.splitlines():
        call = _CALL.match(line)
        if call is None or call[3].startswith("-"):
            continue
        name, said = call[1], [bytes.fromhex((a or b).replace("\\x", "")) for a, b in _TEXT.findall(call[2])]
        numbers = [int(n) for n in re.findall(r", (\d+)(?=,|$)", call[2])]
        paths = [os.fsdecode(text) for text in said]
        if name == "write" and paths[0].endswith(".tmp"):  # from its beginning to its end, as copies are written
            end = ends.get(paths[0], 0)
            ends[paths[0]] = end + len(said[1])
            yield Step("write", paths[0], end, said[1])
            continue
        yield from _step(name, call[2], paths, said, numbers, out, folder)


def _step(
    name: str, arguments: str, paths: list[str], said: list[bytes], numbers: list[int], out: Path, folder: Path
) -> Iterator[Step]:
    if name == "write" and paths[0] == str(out):
        yield Step("said")
        return
    if name in ("sync", "syncfs", "sync_file_range"):
        raise NotImplementedError(name)
    # openat's first text is the folder that a relative name begins in, and so are unlinkat's, renameat's and linkat's.
    named = [path for path in paths if Path(path).is_relative_to(folder)]
    if not named:
        return
    path = named[0]
    if name == "pwrite64":
        yield Step("write", path, numbers[-1], said[1])
    elif name == "ftruncate":
        yield Step("size", path, numbers[-1])
    elif name in ("fsync", "fdatasync"):
        yield Step("sync", path)
    elif name in ("openat", "creat"):
        if "O_CREAT" in arguments:
            yield Step("make", path)
        if "O_TRUNC" in arguments:
            yield Step("size", path, 0)
    elif name.startswith("unlink"):
        yield Step("remove", path)
    elif name.startswith(("rename", "link")):
        yield Step("name", named[1], other=path)
        if name.startswith("rename"):
            yield Step("remove", path)
    elif path.endswith((".db", "-journal")):
        raise NotImplementedError(f"{name} {path}")  # a way to write that is not replayed would be a blind spot


@dataclass(frozen=True)
class Story:
    """What one or more command lines did, from files that had been on the disk for long."""

    name: str
    before: dict[str, bytes]
    told: Told
    """What everybody knew before."""
    steps: tuple[Step, ...]


def _traced(
    name: str, watched: Watched, folder: Path, lines: Iterable[tuple[str, ...]], copies: Iterable[str] = ()
) -> Story:
    """Trace command lines, one after another, in the register of a folder. ``copies``: of it, that they make."""
    register = folder / acts.NAME
    before = {str(file): file.read_bytes() for file in folder.iterdir() if file.name.endswith((".db", "-journal"))}
    told: Told = ((str(register), _events(register)),)
    steps = list[Step]()
    for words in lines:
        answer = watched.run(acts.in_folder(folder, words), "-xx", "-s", "1000000", "-e", f"trace={_TRACED}")
        assert answer.code == 0, (words, answer)
        said = Step("said", told=tuple((path, _events(Path(path))) for path in (str(register), *copies)))
        found = _steps(watched.log.read_text("ascii"), watched.out, folder)
        # An exit code of 0 is a receipt too, if nothing was printed.
        steps += [*(said if step.what == "said" else step for step in found), said]
    return Story(name, before, told, tuple(steps))


def _events(register: Path) -> int:
    if not register.exists():
        return 0
    with closing(sqlite3.connect(register)) as db:
        return int(db.execute("SELECT count(*) FROM event").fetchone()[0])


# -- a disk and what a cut leaves of it ----------------------------------------------------------


@dataclass
class Change:
    """Something that was done to a file and is not synced: sectors written, or a size given (``data`` is None)."""

    at: int
    offset: int
    data: bytes | None
    sure: bool = False

    def pieces(self) -> Iterator[tuple[int, int, bytes]]:
        """Sector by sector: (sector, offset, bytes)."""
        assert self.data is not None
        begin, end = self.offset, self.offset + len(self.data)
        while begin < end:
            until = min((begin // SECTOR + 1) * SECTOR, end)
            yield begin // SECTOR, begin, self.data[begin - self.offset : until - self.offset]
            begin = until


Keeps = Callable[[Change, int, int], bool]
"""Whether a change has reached the disk: in this sector (-1: it gives a size), the n-th that was done to it."""


@dataclass
class File:
    """A file by whatever names: what the disk has for certain, and what it may have."""

    synced: bytes = b""
    changes: list[Change] = field(default_factory=list)

    def content(self, keeps: Keeps) -> bytes:
        """Its bytes, if what ``keeps`` says has reached the disk."""
        raw, written = bytearray(self.synced), defaultdict[int, int](int)
        for change in self.changes:
            if change.data is None:
                if change.sure or keeps(change, -1, 0):
                    _give_size(raw, change.offset)
                continue
            for sector, offset, data in change.pieces():
                if keeps(change, sector, written[sector]):
                    if len(raw) < offset:
                        _give_size(raw, offset)
                    raw[offset : offset + len(data)] = data
                written[sector] += 1
        return bytes(raw)

    def writes(self) -> Counter[int]:
        """How often each sector was written since the sync."""
        return Counter(sector for change in self.changes if change.data is not None for sector, *_ in change.pieces())

    def sync(self) -> None:
        """Everything that was done to it has reached the disk."""
        self.synced, self.changes = self.content(lambda *_: True), []


def _give_size(raw: bytearray, size: int) -> None:
    raw[size:] = b"" if len(raw) >= size else bytes(size - len(raw))


class Disk:
    """Files and names, as the programs see them and as they would be after a cut."""

    def __init__(self, before: dict[str, bytes], *, like_ext4: bool) -> None:
        self.like_ext4 = like_ext4
        self._names = {name: File(content) for name, content in before.items()}
        self._kept = dict(self._names)
        self._named: list[tuple[int, str, File | None]] = []
        """Names that were given and taken since the folder was synced."""
        self._time = 0

    def do(self, step: Step) -> None:
        """Play a step."""
        self._time += 1
        match step.what:
            case "make" if step.path not in self._names:
                self._name(step.path, File())
            case "name":
                self._name(step.path, self._names[step.other])
            case "remove" if step.path in self._names:
                self._name(step.path, None)
            case "write":
                self._names[step.path].changes.append(Change(self._time, step.offset, step.data))
            case "size":
                self._names[step.path].changes.append(Change(self._time, step.offset, None))
            case "sync":
                self._sync(step.path)

    def _name(self, name: str, file: File | None) -> None:
        self._named.append((self._time, name, file))
        _give(self._names, name, file)

    def _sync(self, path: str) -> None:
        file = self._names.get(path)
        if file is not None:
            file.sync()
        if file is None or self.like_ext4:
            for _, name, named in self._named:
                _give(self._kept, name, named)
            self._named.clear()
        if self.like_ext4:
            for one in self._names.values():
                for change in one.changes:
                    change.sure = change.data is None

    def after_the_worst_cut(self) -> dict[str, bytes]:
        """Only what was synced."""
        return self._image(self._kept, lambda _: lambda *_: False)

    def after_a_torn_write(self, chance: Random) -> dict[str, bytes]:
        """All up to a moment, and a part of what was being written then."""
        moments = [*(change.at for file in self._files() for change in file.changes), *(at for at, *_ in self._named)]
        until = chance.choice(moments) if moments else 0
        torn = chance.randrange(1 << 20)

        def keeps(change: Change, sector: int, _: int) -> bool:
            first = change.offset // SECTOR
            return change.at < until or (change.at == until and sector < first + torn % 9)

        return self._image(self._names_until(until), lambda _: keeps)

    def after_a_cut(self, chance: Random) -> dict[str, bytes]:
        """Each sector as it was at some moment since the sync; of sizes and names any that may have been kept."""

        def keeps_of(file: File) -> Keeps:
            reached = {sector: chance.randint(0, count) for sector, count in file.writes().items()}
            return lambda change, sector, n: chance.random() < 0.5 if sector < 0 else n < reached[sector]

        if self.like_ext4:
            names = self._names_until(chance.choice([0, *(at + 1 for at, *_ in self._named)]))
        else:
            names = dict(self._kept)
            for _, name, file in self._named:
                if chance.random() < 0.5:
                    _give(names, name, file)
        return self._image(names, keeps_of)

    def _names_until(self, until: int) -> dict[str, File]:
        names = dict(self._kept)
        for at, name, file in self._named:
            if at < until:
                _give(names, name, file)
        return names

    def _files(self) -> list[File]:
        return list({id(file): file for file in (*self._names.values(), *self._kept.values())}.values())

    @staticmethod
    def _image(names: dict[str, File], keeps_of: Callable[[File], Keeps]) -> dict[str, bytes]:
        contents = {id(file): file.content(keeps_of(file)) for file in names.values()}
        return {name: contents[id(file)] for name, file in names.items()}


def _give(names: dict[str, File], name: str, file: File | None) -> None:
    if file is None:
        names.pop(name, None)
    else:
        names[name] = file


# -- what must hold after it ---------------------------------------------------------------------


class Judge:
    """Opens the register of a disk after a cut, as the next command would, and says what does not hold."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[bytes, tuple[int, list[str]]] = {}
        """Verdicts by a register's bytes: after a rollback they are mostly the same."""

    @property
    def different(self) -> int:
        """How many different registers there were when their journals had been played back."""
        return len(self._known)

    def faults(self, image: dict[str, bytes], told: Told) -> list[str]:
        """What is lost or not sound."""
        return [fault for register, events in told for fault in self._faults(image, register, events)]

    def _faults(self, image: dict[str, bytes], register: str, events: int) -> list[str]:
        if register not in image:
            return [f"I1: {Path(register).name} is gone"] if events else []
        found, faults = self._opened(image[register], image.get(f"{register}-journal"))
        if found < events:
            return [*faults, f"I1: {events} acts were told of, {found} are left"]
        return faults

    def _opened(self, content: bytes, journal: bytes | None) -> tuple[int, list[str]]:
        file, beside = self._folder / acts.NAME, self._folder / f"{acts.NAME}-journal"
        file.write_bytes(content)
        beside.unlink(missing_ok=True)
        if journal is not None:
            beside.write_bytes(journal)
        try:
            with closing(sqlite3.connect(file, isolation_level=None)) as db:
                # Plays the journal back. What SQLite finds is enough: the rest would be read from a broken file.
                told = [str(row[0]) for row in db.execute("PRAGMA integrity_check")]
        except sqlite3.DatabaseError as error:
            return 0, [f"I5: {error}"]
        if told != ["ok"]:
            return 0, [f"I5: {told[0]}"]
        recovered = file.read_bytes()
        if not recovered:
            return 0, []  # a register that was being made: nobody has been told of it
        key = blake2b(recovered, digest_size=16).digest()
        if key not in self._known:
            faults = register_faults(file)
            self._known[key] = (0 if faults else _events(file), faults)
        return self._known[key]


@dataclass
class Found:
    """What came of the cuts in a story."""

    states: int = 0
    faults: list[str] = field(default_factory=list)
    different: int = 0
    """Registers that were not the same after the cut."""

    def add(self, at: str, faults: list[str]) -> None:
        """A cut, and what did not hold after it."""
        self.states += 1
        if faults:
            self.faults.append(f"{at}: {'; '.join(faults)}")


Cut = Callable[[Story, Path, float, int], Found]
"""A way to cut: a story, a folder to work in, a seed, how many tries."""


def _cut(story: Story, folder: Path, seed: float, tries: int) -> Found:
    """Cut the power at every step of a story, ``tries`` times in all or a little more; always right after a receipt."""
    chance, found = Random(seed), Found()
    folder.mkdir()
    judge = Judge(folder)
    each = tries / (2 * len(story.steps))
    for like_ext4 in (False, True):
        disk, told = Disk(story.before, like_ext4=like_ext4), story.told
        for place, step in enumerate(story.steps):
            disk.do(step)
            told = step.told or told
            said = step.what == "said"
            wanted = max(int(each + chance.random()), said)
            for number, image in enumerate(_images(disk, chance, wanted, worst=said)):
                at = f"{story.name}, {'like ext4' if like_ext4 else 'strict'}, step {place} ({step.what}), cut {number}"
                found.add(at, judge.faults(image, told))
    found.different = judge.different
    return found


def _images(disk: Disk, chance: Random, number: int, *, worst: bool) -> Iterator[dict[str, bytes]]:
    """Disks after a cut now: the worst one, torn writes, and any, in even shares. ``worst``: the worst one first."""
    for n in range(number):
        match 0 if worst and n == 0 else chance.randrange(3):
            case 0:
                yield disk.after_the_worst_cut()
            case 1:
                yield disk.after_a_torn_write(chance)
            case _:
                yield disk.after_a_cut(chance)


def _cut_after_receipts(story: Story, folder: Path, seed: float, tries: int) -> Found:
    """Only the worst cut, in strict directories, right after each receipt: what a weak setting loses for certain."""
    del seed, tries
    folder.mkdir()
    judge, disk, found, told = Judge(folder), Disk(story.before, like_ext4=False), Found(), story.told
    for place, step in enumerate(story.steps):
        disk.do(step)
        told = step.told or told
        if step.what == "said":
            found.add(f"{story.name}, step {place}", judge.faults(disk.after_the_worst_cut(), told))
    return found


# -- the rows ------------------------------------------------------------------------------------

REGISTRATIONS = 40
IN_A_STORY = 10
"""Registrations that are traced as one story: what one leaves unsynced is still so in the next."""


@fault(
    "R4",
    "the power goes: at every write and sync, and after receipts",
    commit=4_000,
    release=100_000,
    needs=("strace",),
)
def power_cut(trial: Trial) -> None:
    """What 40 registrations and every other writing command do to the disk is replayed, and cut off at every step.

    Each disk that comes of it is opened as the next command would: everything that somebody had a receipt of is there
    (I1, a backup included), and I2–I6 hold. Tries are spread evenly over the steps; the worst cut is always tried
    right after a receipt. Why: with SQLite's own default the last receipt is lost (R4-2). The model has no disk that
    says it has synced and has not.
    """
    everything = trial.budget >= 20_000
    _tried(trial, _stories(trial, "", everything=everything), _cut)


@fault("R4-1", "control: as R4, with no sync at all", commit=400, release=8_000, needs=("strace",), control=True)
def power_cut_unsynced(trial: Trial) -> None:
    """With ``synchronous = OFF`` and a journal that is deleted, more than half of the same cuts must do harm."""
    _weak(trial, "DELETE", "OFF", _cut)


@fault("R4-2", "control: receipts of SQLite's own default", commit=0, release=40, needs=("strace",), control=True)
def power_cut_by_default(trial: Trial) -> None:
    """With ``DELETE`` and ``FULL`` the commit is the journal's removal, and no sync of its folder follows.

    Only the worst cut right after each receipt is tried, in strict directories, where it must lose the act: that share
    is what the setting loses for certain, and what ``TRUNCATE`` and ``EXTRA`` are for.
    """
    _weak(trial, "DELETE", "FULL", _cut_after_receipts)


def _weak(trial: Trial, journal: str, synchronous: str, cut: Cut) -> None:
    weakness = f"""
from klagreg.store import door
door._PRAGMAS = ("journal_mode = {journal}", "synchronous = {synchronous}")
"""
    _tried(trial, _stories(trial, weakness, everything=False), cut)
    if len(trial.violations) <= trial.tries / 2:
        trial.violations.clear()  # an instrument that misses half of it is no instrument


def _stories(trial: Trial, weakness: str, *, everything: bool) -> list[Story]:
    with Zygote(trial.folder, "first") as zygote, Watched(trial.folder, "watched", weakness) as watched:
        beginning = acts.begun(trial.folder / "begun", zygote)
        folder = trial.folder / "register"
        stories = _registrations(watched, beginning, folder)
        for act in acts.writing() if everything else []:
            acts.again(beginning, folder, act)
            copies = [str(folder / word) for word in act.words if act.command == "sakerhetskopiera" and ".db" in word]
            stories.append(_traced(str(act), watched, folder, [act.line], copies))
        return stories


def _registrations(watched: Watched, beginning: Path, folder: Path) -> list[Story]:
    """Registrations one after another. The journal is not there when they begin, as after a move of the file alone."""
    acts.again(beginning, folder)
    (folder / f"{acts.NAME}-journal").unlink()
    return [
        _traced(
            f"registrations {first}–",
            watched,
            folder,
            [("registrera", "--typ", "klagomal", "--rubrik", f"Kö {n}") for n in range(first, first + IN_A_STORY)],
        )
        for first in range(0, REGISTRATIONS, IN_A_STORY)
    ]


def _tried(trial: Trial, stories: list[Story], cut: Cut) -> None:
    steps = sum(len(story.steps) for story in stories)
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        done = [
            pool.submit(
                cut,
                story,
                trial.folder / f"cut{place}",
                trial.random.random(),
                trial.budget * len(story.steps) // steps,
            )
            for place, story in enumerate(stories)
        ]
        for one in done:
            found = one.result()
            trial.tried(found.states)
            trial.violated(*found.faults)
            trial.figures["different registers"] = str(
                int(trial.figures.get("different registers", 0)) + found.different
            )
    receipts = sum(step.what == "said" for story in stories for step in story.steps)
    trial.figures |= {"steps": f"{steps:,}", "receipts": f"{receipts:,}"}
