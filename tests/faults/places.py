"""Where a register lies and what it is: full disks, few descriptors, foreign files, wrong names, media that cannot be
written, a file that is replaced, other SQLites and disks on other machines. R6, R8, R14, R15, R16, R18, R19 and R20.
"""

from __future__ import annotations

import hashlib
import os
import resource
import shutil
import socket
import sqlite3
import stat
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from itertools import combinations
from pathlib import Path
from typing import Any

from klagreg.store import door, schema, surroundings
from klagreg.store.cases import Store
from tests.faults import acts
from tests.faults.acts import Act
from tests.faults.forked import AS_ROOT, Hung, enterable, forked, nothing
from tests.faults.frame import Trial, fault
from tests.faults.instruments import Finished, klagreg
from tests.faults.many import OUTSIDER, _be, _begun
from tests.faults.sound import answer_faults, left_over, register_faults
from tests.faults.streams import Bench, beginning

REGISTRATION = ("registrera", "--typ", "klagomal", "--enhet", "Parkskolan", "--rubrik")
MAKES_ITS_OWN = {"init", "demo", "skal", "regler lista", "blankett", "aterstall"}
"""Commands that do not open the register, or make it."""


def lines() -> list[Act]:
    """A line of every command that opens the register."""
    return [act for act in (*acts.writing(), *acts.reading()) if act.command not in MAKES_ITS_OWN]


@contextmanager
def _mounted(folder: Path, *options: str) -> Iterator[Path]:
    """A disk in memory of its own at a new folder."""
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", *options, "klagreg-fel", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


# -- R6: a full disk ----------------------------------------------------------------------------


@fault("R6a", "a disk that fills up while cases come in", commit=1, release=5, needs=AS_ROOT)
def disk_fills_up(trial: Trial) -> None:
    """Cases come in until the disk is full, and some more: each is stored or refused with ``disken är full``, exit 5.

    Everything that was acknowledged is there, it can be read all the time, and with room again it goes on.
    """
    with _mounted(trial.folder / "disk", "-o", "size=8m") as disk:
        for size in range(trial.budget):
            ballast, stored = disk / "ballast", []
            register = _begun(_emptied(disk))
            _fill(ballast, leave=(100 + 37 * size) * 1024)
            for number in range(400):
                answer = forked(*REGISTRATION, f"Kö {number} {'lång ' * 20}", register=register)
                trial.tried()
                trial.hold(answer_faults(answer), at=f"case {number}")
                if answer.code:
                    break
                stored.append(answer.out[:14])
            trial.hold(_full(answer), at=f"case {len(stored)}")
            listed = forked("lista", "--json", register=register)
            trial.hold([f"lista: {listed.err}"] * bool(listed.code), at="the full disk")
            trial.hold(register_faults(register, stored), at="the full disk")
            ballast.unlink()
            after = forked(*REGISTRATION, "Efteråt", register=register)
            trial.hold([f"{after.err}"] * bool(after.code), at="with room again")
            trial.hold(register_faults(register, [*stored, after.out[:14]]), at="with room again")
            trial.figures["stored before it was full"] = str(len(stored))


def _emptied(disk: Path) -> Path:
    for path in disk.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return disk


def _fill(ballast: Path, leave: int = 0) -> None:
    """Take all room on a disk but so many bytes."""
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 65536)
        except OSError:
            pass
        try:
            while True:
                file.write(b"x" * 512)
        except OSError:
            pass
        file.truncate(max(file.tell() - leave, 0))


def _full(answer: Finished) -> list[str]:
    if answer.code != 5 or ("disken är full" not in answer.err and "Oklart" not in answer.err):
        return [f"exit {answer.code}: {answer.err}"]
    return []


@fault("R6b", "a disk without room, every writing command", commit=1, release=4, needs=AS_ROOT)
def disk_is_full(trial: Trial) -> None:
    """Every writing command with no room at all, and with a few blocks: done, or refused and nothing is half done.

    No temporary file is left, and with room again the same line is done.
    """
    first = beginning(trial)
    with _mounted(trial.folder / "disk", "-o", "size=4m") as disk:
        bench = Bench(first, disk / "register")
        for act in acts.writing():
            for leave in (0, 8192, 32768, 81920)[: trial.budget]:
                acts.again(first, bench.folder, act)
                before, there = bench.before(act), {path.name for path in bench.folder.iterdir()}
                _fill(disk / "ballast", leave)
                answer = forked(*acts.in_folder(bench.folder, act.line))
                (disk / "ballast").unlink()
                trial.tried()
                at = f"{act}, {leave} bytes left"
                trial.hold(bench.faults(act, answer), at)
                if answer.code not in (0, 10):
                    trial.hold(_nothing_done(bench, before, there, answer), at)
                    again = forked(*acts.in_folder(bench.folder, act.line))
                    trial.hold([f"with room again: {again.err}"] * (again.code not in (0, 10)), at)


def _nothing_done(bench: Bench, before: tuple[object, ...], there: set[str], answer: Finished) -> Iterator[str]:
    yield from left_over(bench.folder, there)
    if bench.stored() != before and not any(w in answer.err for w in ("sparat", "sparad", "sparades", "hann sparas")):
        yield f"exit {answer.code}, something is stored, and it said: {answer.err}"
    if answer.code not in (1, 2, 5):
        yield f"exit {answer.code}: {answer.err}"


# -- R8: few descriptors ------------------------------------------------------------------------


def _few_descriptors(number: int) -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (number, number))


@fault("R8a", "4 to 13 descriptors: registrera, visa, sammanstall", commit=10, release=10)
def few_descriptors(trial: Trial) -> None:
    """From too few descriptors to enough: done, or a word and a code; never half."""
    bench = Bench(beginning(trial), trial.folder / "register")
    chosen = [acts.writing()[0], *(act for act in acts.reading() if act.command in ("visa", "sammanstall"))]
    for act in chosen:
        codes = []
        for number in range(4, 4 + trial.budget):
            answer = bench.run(act, partial(_few_descriptors, number))
            codes.append(answer.code)
            trial.tried()
            trial.hold(bench.faults(act, answer), at=f"{act}, {number} descriptors")
            if answer.code and act.command == "registrera" and bench.stored() != bench.before(act):
                trial.violated(f"{act}, {number} descriptors: exit {answer.code}, and stored")
        if codes[-1]:
            trial.violated(f"{act}: exit {codes[-1]} with {3 + trial.budget} descriptors")


@fault("R8b", "closed descriptors 0–2 in every combination, as processes", commit=8, release=8)
def closed_descriptors(trial: Trial) -> None:
    """A shell that closes any of the three: the register takes none of their places, and the truth is told.

    SQLite's own file would be descriptor 1 or 2 and a message would be written into it. With stdout closed the exit
    is not 0, and ``senaste`` has the number.
    """
    for closed in [c for n in range(4) for c in combinations((0, 1, 2), n)]:
        register = _begun(_new(trial.folder / "-".join(map(str, closed or ("none",)))))
        bent = "".join(f" {number}{'<' if number == 0 else '>'}&-" for number in closed)
        script = f'exec "$@"{bent}'
        answer = klagreg(*REGISTRATION, "Kö", register=register, before=("/bin/sh", "-c", script, "sh"))
        at = f"sh -c {script!r}"
        trial.tried()
        trial.hold([*answer_faults(answer), *register_faults(register)], at)
        latest = forked("senaste", register=register)
        if "SYN-2026-00001" not in latest.out.replace("SYN-2027", "SYN-2026"):
            trial.violated(f"{at}: senaste does not have it: {latest.out}{latest.err}")
        if bool(answer.code) != (1 in closed):
            trial.violated(f"{at}: exit {answer.code}: {answer.err}")
        trial.hold(_message_in(register), at)


def _message_in(register: Path) -> list[str]:
    raw = b"".join(path.read_bytes() for path in register.parent.iterdir())
    return ["a message was written into the register"] if b"Fel:" in raw or b"Svaret kunde" in raw else []


def _new(folder: Path) -> Path:
    folder.mkdir()
    return folder


# -- R14 and R15: what is no register -----------------------------------------------------------


def _with_header(path: Path, at: int, value: int) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        file.write(value.to_bytes(4, "big"))


def _newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute(f"PRAGMA user_version = {schema.VERSION + 1}")


def _other_program(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA application_id = 42")


def _foreign_database(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as db:
        db.executescript("CREATE TABLE cases (a); INSERT INTO cases VALUES (1);")


def _foreign_with_journal(path: Path) -> None:
    """Another program's file with a journal that must be rolled back: opening it would write."""
    _foreign_database(path)
    script = (
        "PRAGMA cache_size=1; BEGIN; CREATE TABLE b (x); INSERT INTO b SELECT randomblob(90000); .shell kill -9 $PPID"
    )
    subprocess.run(
        ["sqlite3", str(path)], input=script.replace("; ", ";\n"), text=True, capture_output=True, check=False
    )
    assert path.with_name(f"{path.name}-journal").stat().st_size


def _socket(path: Path) -> None:
    path.unlink()
    with socket.socket(socket.AF_UNIX) as one:
        here = os.open(path.parent, os.O_RDONLY)
        one.bind(f"/proc/self/fd/{here}/{path.name}")
        os.close(here)


def _replaced(make: Callable[[Path], object]) -> Callable[[Path], None]:
    def replace(path: Path) -> None:
        path.unlink()
        make(path)

    return replace


FOREIGN: dict[str, Callable[[Path], object]] = {
    "a newer klagreg's": _newer,
    "another application_id": _other_program,
    "another program's SQLite file": _foreign_database,
    "another program's, with a journal": _foreign_with_journal,
    "a text": lambda path: path.write_text("Kön är lång.\n" * 100),
    "a workbook": lambda path: path.write_bytes(b"PK\x03\x04" + bytes(5000)),
    "empty": lambda path: path.write_bytes(b""),
    "fifteen bytes": lambda path: os.truncate(path, 15),
    "a header alone": lambda path: os.truncate(path, 100),
    "half of a register": lambda path: os.truncate(path, path.stat().st_size // 2 // 4096 * 4096),
    "a register less a bit": lambda path: os.truncate(path, path.stat().st_size - 100),
    "a header, then noise": lambda path: path.write_bytes(path.read_bytes()[:100] + os.urandom(8092)),
    "a folder": _replaced(lambda path: path.mkdir()),
    "a pipe": _replaced(lambda path: os.mkfifo(path)),
    "a link to /dev/zero": _replaced(lambda path: path.symlink_to("/dev/zero")),
    "a link to /dev/tty": _replaced(lambda path: path.symlink_to("/dev/tty")),
    "a link to nothing": _replaced(lambda path: path.symlink_to("finns-inte.db")),
    "a link to itself": _replaced(lambda path: path.symlink_to(path.name)),
    "a socket": _socket,
    "a second name (hard link)": lambda path: os.link(path, path.with_name("annat.db")),
}
HALF = {"half of a register", "a register less a bit", "a header, then noise", "a header alone"}
"""What begins as a register does: SQLite must look into it to tell."""
OFTEN = ("visa", "lista", "registrera", "bevaka", "sakerhetskopiera", "kontrollera", "init", "aterstall")


@fault("R14", "foreign, newer, broken and special files in the register's place", commit=3, release=100,
       needs=("sqlite3",))  # fmt: skip
def foreign_files(trial: Trial) -> None:
    """Twenty kinds of files where the register should be, and some commands that open it (release: every command).

    Refused with exit 5 in two seconds, before anything is written: the file and its neighbours are the same bytes, and
    none is made beside it.
    """
    first = beginning(trial)
    chosen = [a for a in (*acts.writing(), *acts.reading()) if a.command not in MAKES_ITS_OWN - {"init"}]
    often = [a for a in chosen if a.command in OFTEN]
    for kind, make in FOREIGN.items():
        for act in chosen if trial.budget > len(often) else trial.random.sample(often, trial.budget):
            register = acts.again(first, trial.folder / "register")
            make(register)
            before = _bytes_of(trial.folder / "register")
            begun = time.monotonic()
            at = f"{kind}, {act}"
            try:
                answer = forked(*acts.in_folder(trial.folder / "register", act.line), timeout=8)
            except Hung as hung:
                trial.violated(f"{at}: {hung}")
                continue
            trial.tried()
            trial.hold(answer_faults(answer), at)
            trial.hold(_touched(before, _bytes_of(trial.folder / "register")), at)
            trial.hold(_not_refused(kind, act, answer), at)
            if (took := time.monotonic() - begun) > 8:
                trial.violated(f"{at}: took {took:.1f} s")


def _not_refused(kind: str, act: Act, answer: Finished) -> Iterator[str]:
    wanted = {5} | ({3} if act.command == "init" else set()) | ({10} if act.command == "kontrollera" else set())
    if kind in HALF and act.command in ("lista", "frist", "visa", "senaste") and answer.code == 0:
        return  # what it was asked for lies in the part that is there
    if answer.code not in wanted:
        yield f"exit {answer.code}: {answer.out}{answer.err}"


def _bytes_of(folder: Path) -> dict[str, str]:
    """What lies in a folder: each file's content, each other thing's kind."""
    found = {}
    for path in sorted(folder.rglob("*")):
        kind = path.lstat().st_mode
        content = hashlib.sha256(path.read_bytes()).hexdigest() if stat.S_ISREG(kind) else ""
        found[str(path.relative_to(folder))] = f"{stat.filemode(kind)[0]} {content}"
    return found


def _touched(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """Files that were made, changed or taken away."""
    return [f"{name} was {'made' if name not in before else 'changed'}" for name in sorted(after.keys() | before.keys())
            if before.get(name) != after.get(name)]  # fmt: skip


@fault("R15", "a misspelt --register, every command", commit=1, release=2)
def misspelt_register(trial: Trial) -> None:
    """A name that is no file, in a folder that is and in one that is not: exit 5, and no file is made."""
    first = beginning(trial)
    folder = trial.folder / "register"
    for number, act in enumerate(lines()):
        acts.again(first, folder)
        before = _bytes_of(folder)
        for name in ("finnsinte.db", "ingen-mapp/klagreg.db")[number % 2 if trial.budget == 1 else 0 :][: trial.budget]:
            words = acts.in_folder(folder, act.line)[2:]
            answer = forked(*words, register=folder / name)
            trial.tried()
            at = f"{act} in {name}"
            trial.hold([*answer_faults(answer), *_touched(before, _bytes_of(folder))], at)
            if answer.code != 5 or "finns inte" not in answer.err:
                trial.violated(f"{at}: exit {answer.code}: {answer.err}")


# -- R16: what cannot be written ----------------------------------------------------------------

NOT_WRITABLE: dict[str, tuple[int, int]] = {
    "0444": (0o444, 0o755), "0400 of another": (0o400, 0o755), "0000": (0, 0o755), "0644": (0o644, 0o755),
    "folder 0555": (0o666, 0o555), "folder 0111": (0o644, 0o111), "folder 0000": (0o666, 0),
}  # fmt: skip
"""Modes of the register and its folder, for somebody who owns neither."""


@fault("R16", "read-only media and wrong modes: what reads works, what writes explains", commit=9, release=9,
       needs=AS_ROOT)  # fmt: skip
def not_writable(trial: Trial) -> None:
    """A disk that is mounted to be read, a file that is bound so, and modes that keep somebody out.

    Commands that only read answer where the file can be read; what writes is refused with its reason and exit 5, and
    the bytes are the same.
    """
    reading = [a for a in acts.reading() if a.command not in MAKES_ITS_OWN and not _writes_a_file(a)]
    writing = [a for a in acts.writing() if a.command in ("registrera", "avsluta", "tilldela", "enhet lagg-till")]
    first = beginning(trial)
    with enterable(trial.folder) as home:
        for kind, (mode, folder_mode) in NOT_WRITABLE.items():
            folder = home / kind.replace(" ", "-")
            register = acts.again(first, folder)
            for file in folder.iterdir():
                file.chmod(mode if file.name.startswith(acts.NAME) else 0o644)
            if kind == "folder 0555":  # where there is a journal already, and it may be written, all is well
                register.with_name(f"{acts.NAME}-journal").unlink()
            folder.chmod(folder_mode)
            may_read = bool(mode & 0o004 and folder_mode & 0o001)
            _try_both(trial, kind, folder, register, reading, writing, may_read, partial(_be, OUTSIDER))
            folder.chmod(0o700)
        for kind in ("a disk mounted ro", "a file bound ro"):
            with _mounted(home / kind.replace(" ", "-")) as disk:
                register = acts.again(first, disk / "register")
                target = disk if kind.startswith("a disk") else register
                if target is register:
                    subprocess.run(["mount", "--bind", str(target), str(target)], check=True)
                subprocess.run(["mount", "-o", "remount,bind,ro", str(target)], check=True)
                _try_both(trial, kind, register.parent, register, reading, writing, may_read=True, prepare=nothing)
                if target is register:
                    subprocess.run(["umount", str(target)], check=True)


def _writes_a_file(act: Act) -> bool:
    return "-o" in act.words


def _try_both(
    trial: Trial, kind: str, folder: Path, register: Path, reading: list[Act], writing: list[Act],
    may_read: bool, prepare: Callable[[], object],
) -> None:  # fmt: skip
    trial.tried()
    before = hashlib.sha256(register.read_bytes()).hexdigest()
    for act in [*reading, *writing]:
        answer = forked(*acts.in_folder(folder, act.line), prepare=prepare)
        at = f"{kind}, {act}"
        trial.hold(answer_faults(answer), at)
        if act in reading and may_read and answer.code not in (0, 10):
            trial.violated(f"{at}: exit {answer.code}: {answer.err}")
        if (act in writing or not may_read) and (answer.code != 5 or "(" not in answer.err):
            trial.violated(f"{at}: exit {answer.code}: {answer.out}{answer.err}")
    if hashlib.sha256(register.read_bytes()).hexdigest() != before:
        trial.violated(f"{kind}: the file is another")


# -- R18: replaced while it is open -------------------------------------------------------------


def _moved(register: Path, _: Path) -> None:
    register.rename(register.with_name("undan.db"))


def _removed(register: Path, _: Path) -> None:
    register.unlink()


def _moved_over(register: Path, other: Path) -> None:
    other.replace(register)


def _folder_moved(register: Path, _: Path) -> None:
    register.parent.rename(register.parent.with_name("undan"))


def _moved_and_linked(register: Path, _: Path) -> None:
    register.rename(register.with_name("undan.db"))
    register.symlink_to("undan.db")


REPLACING = [_moved, _removed, _moved_over, _folder_moved, _moved_and_linked]


def _replaced_at(moment: str, how: Callable[[Path, Path], None], register: Path, other: Path) -> None:
    """Have it done right before the lock is asked for, or when the case has been written and not yet stored."""
    if moment == "before the lock":
        writing = door.writing

        def first(*given: Any) -> Any:
            how(register, other)
            return writing(*given)

        door.writing = first
    else:
        insert = Store.insert

        def then(*given: Any, **more: Any) -> Any:
            case = insert(*given, **more)
            how(register, other)
            return case

        Store.insert = then  # type: ignore[method-assign]


@fault("R18", "the register is moved, removed or replaced while it is open", commit=10, release=10)
def replaced_while_open(trial: Trial) -> None:
    """Somebody moves, removes or replaces the file between its opening and COMMIT.

    The case is refused; or it is stored in the file that the acknowledged number can be found in.
    """
    for moment in ("before the lock", "in the midst"):
        for how in REPLACING:
            folder = _new(trial.folder / f"{moment}{how.__name__}".replace(" ", "-"))
            register, other = _begun(_new(folder / "register")), folder / "other.db"
            shutil.copyfile(register, other)
            answer = forked(
                *REGISTRATION, "Kö", register=register, prepare=partial(_replaced_at, moment, how, register, other)
            )
            trial.tried()
            at = f"{how.__name__} {moment}"
            trial.hold(answer_faults(answer), at)
            if answer.code == 0:
                trial.hold(_cannot_be_found(register, answer.out[:14]), at)
            elif answer.code != 5:
                trial.violated(f"{at}: exit {answer.code}: {answer.err}")
            for file in folder.rglob("*.db"):
                trial.hold(register_faults(file), at=f"{at}, {file.name}")


def _cannot_be_found(register: Path, number: str) -> list[str]:
    """An acknowledged number that is not in the file at the register's place."""
    found = forked("visa", number, register=register)
    return [f"I1: {number} was acknowledged, and: {found.err}"] if found.code else []


# -- R19: other SQLites -------------------------------------------------------------------------

VERSIONS = [(3, 37, 2), (3, 40, 1), (3, 44, 6), (3, 46, 1), (3, 50, 7), (3, 51, 2), (3, 51, 3), (4, 0, 0)]


def _as_sqlite(version: tuple[int, int, int], told: Path) -> None:
    """Be told of another SQLite, and tell the pragmas of each connection at the end of each writing."""
    sqlite3.sqlite_version_info = version
    sqlite3.sqlite_version = ".".join(map(str, version))
    writing = door.writing

    @contextmanager
    def watched(connection: sqlite3.Connection, *more: Any) -> Iterator[None]:
        with writing(connection, *more):
            yield
            modes = [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")]
            with told.open("a") as file:
                print(*modes, file=file)

    door.writing = watched


@fault("R19", "SQLite old and new, and a register that somebody turned to WAL", commit=1, release=len(VERSIONS))
def other_sqlites(trial: Trial) -> None:
    """Whatever SQLite says that it is, every writing goes through a truncated rollback journal with EXTRA.

    klagreg never uses WAL: SQLite has had a fault in it until 3.51.3, and a plain copy of a WAL register lacks what was
    acknowledged last. A file that another program turned to WAL is turned back by the next command that writes.
    """
    first = beginning(trial)
    told, folder = trial.folder / "pragmas", trial.folder / "register"
    for version in trial.random.sample(VERSIONS, trial.budget):
        writing = [a for a in acts.writing() if a.command not in MAKES_ITS_OWN or a.command == "init"]
        for number, act in enumerate(writing):
            for wal in (False, True) if trial.budget > 1 else (bool(number % 2),):
                register = acts.again(first, folder, act)
                if wal and not act.needs_no_register:
                    with closing(sqlite3.connect(register)) as db:
                        db.execute("PRAGMA journal_mode = WAL")
                told.unlink(missing_ok=True)
                answer = forked(*acts.in_folder(folder, act.line), prepare=partial(_as_sqlite, version, told))
                trial.tried()
                at = f"SQLite {version}, {'WAL, ' * wal}{act}"
                trial.hold([*answer_faults(answer), *_weak(told, register)], at)
                if answer.code not in (0, 10):
                    trial.violated(f"{at}: exit {answer.code}: {answer.err}")


def _weak(told: Path, register: Path) -> Iterator[str]:
    modes = set(told.read_text().splitlines()) if told.exists() else set()
    if modes - {"truncate 3"}:
        yield f"written with {modes}"
    if modes and register.read_bytes()[18:20] != b"\x01\x01":
        yield "the file is still in WAL mode"
    if register.with_name("klagreg.db-wal").exists():
        yield "a -wal is left"


# -- R20: disks on another machine --------------------------------------------------------------

LOCAL_DISKS = ("ext4", "xfs", "btrfs", "zfs", "overlay", "vfat", "fuse.ntfs-3g", "apfs", "tmpfs")


def _on(kind: str, folder: Path, mounts: Path) -> None:
    place = str(folder).replace("\\", "\\134").replace(" ", "\\040")
    mounts.write_text(f"27 1 254:0 / / rw - ext4 /dev/vda rw\n30 27 0:30 / {place} rw shared:9 - {kind} server:/a rw\n")
    surroundings._MOUNTS = mounts


@fault("R20", "disks on other machines, by the kinds that Linux tells", commit=1, release=100)
def network_disks(trial: Trial) -> None:
    """Every kind of network disk: refused with its name and exit 5 before anything is opened, written or made.

    With ``--tillat-natverk`` or ``KLAGREG_TILLAT_NATVERK=1`` the risk is taken. Its own disks are let through.
    """
    first = beginning(trial)
    folder = trial.folder / "på nätet"
    kinds = sorted(surroundings.NETWORK)
    for kind in kinds if trial.budget >= len(kinds) else trial.random.sample(kinds, trial.budget):
        for act in [a for a in (*lines(), Act("init", ())) if a.command in OFTEN]:
            acts.again(first, folder, act)
            before = _bytes_of(folder)
            words = acts.in_folder(folder, act.line)
            prepare = partial(_on, kind, folder, trial.folder / "mounts")
            answer = forked(*words, prepare=prepare)
            trial.tried()
            at = f"{kind}, {act}"
            trial.hold([*answer_faults(answer), *_touched(before, _bytes_of(folder))], at)
            if answer.code != 5 or kind not in answer.err or "--tillat-natverk" not in answer.err:
                trial.violated(f"{at}: exit {answer.code}: {answer.err}")
            for taken in (("--tillat-natverk",), ()):
                acts.again(first, folder, act)
                allowed = forked(*taken, *words, prepare=prepare if taken else partial(_allowed, prepare))
                if allowed.code not in (0, 10):
                    trial.violated(f"{at}, {taken or 'KLAGREG_TILLAT_NATVERK'}: exit {allowed.code}: {allowed.err}")
    for kind in LOCAL_DISKS:
        acts.again(first, folder)
        prepare = partial(_on, kind, folder, trial.folder / "mounts")
        answer = forked(*acts.in_folder(folder, ("lista",)), prepare=prepare)
        trial.tried()
        trial.hold([f"exit {answer.code}: {answer.err}"] * bool(answer.code), at=kind)


def _allowed(prepare: Callable[[], object]) -> None:
    os.environ["KLAGREG_TILLAT_NATVERK"] = "1"
    prepare()
