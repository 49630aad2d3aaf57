"""Copies of a register: made while others write, looked through, compared with it, and put in its place.

A file takes its place by names alone, in an order such that whoever is killed between two steps leaves a whole
register: at its place, or under the name that it was set aside as. Decides nothing: what may be replaced is a matter
of :mod:`klagreg.safekeeping`.
"""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from klagreg import scratch
from klagreg.errors import (
    AlreadyExists,
    NotARegister,
    Refused,
    RegisterBusy,
    RegisterDamaged,
    RegisterError,
    RegisterMissing,
    WrongUse,
    os_reason,
)
from klagreg.store import door, soundness
from klagreg.store.cases import Store
from klagreg.store.soundness import Progress

COMPANIONS = ("-journal", "-wal")
"""What SQLite keeps beside a register while it is written in: without it the register may be half written."""


@dataclass(frozen=True, slots=True)
class Extent:
    """What a register, or a copy of one, holds at one moment."""

    cases: int
    events: int
    """Acts in its log; also the number of the last one."""
    last_at: str
    """When the last act was stored, UTC."""
    last_hash: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What a register holds that a copy does not, and the other way round."""

    lost: int
    """Acts of the register that the copy does not know."""
    lost_cases: int
    """Cases that only the register has."""
    lost_from: str | None
    """When the first of those acts was stored, UTC; None when there are none."""
    gained: int
    """Acts of the copy that the register does not know."""
    same_register: bool
    """The two begin with the same act."""


def extent(store: Store) -> Extent:
    """What a register holds. Call in ``store.reading()``."""
    ((cases,),) = store.run("SELECT count(*) FROM cases", ())
    last = store.run("SELECT id, at, chain FROM event ORDER BY id DESC LIMIT 1", ())
    return Extent(cases, *(last[0] if last else (0, "", "")))


# -- making a copy ------------------------------------------------------------------------------


def copy_open(path: Path, target: Path, named: Path, progress: Progress) -> Extent:
    """Copy a register that this process has open into an empty file, as it is at one moment; says what it holds.

    The copy is then read back from the disk and is, byte for byte, what was read of the register. Writers wait while it
    is read, and no longer.

    Raises:
        RegisterBusy, RegisterDamaged: it could not be read, or the disk does not take the copy.
        RegisterError: what comes back from the disk is something else.
    """
    before = path.stat()
    with closing(door.open_again(path)) as connection, ExitStack() as held, door.reading(connection, path):
        holds = extent(Store(connection, path))
        progress.step("Kopierar", before.st_size)
        sums = door.duplicated(connection, path, target, named, held, progress.done)
        if not os.path.samestat(before, path.stat()):  # another register, which nobody has locked
            raise RegisterBusy(path, door.BUSY_SECONDS)
    progress.step("Läser tillbaka", target.stat().st_size)
    if not door.is_duplicate(target, sums, named, progress.done):
        raise RegisterError(
            "Säkerhetskopian blev inte lika med registret när den lästes tillbaka, och är borttagen.",
            "Disken tar emot annat än det som skrivs: välj en annan, och kontrollera den.",
        )
    return holds


def copy_closed(backup: Path, target: Path) -> Extent:
    """Copy a backup of today's schema or an older one into an empty file; says what the backup holds.

    Raises:
        RegisterError: it is missing, no register, newer or damaged, or the disk does not take the copy.
    """
    try:
        connection = door.open_of_any_age(backup)
    except (RegisterMissing, NotARegister) as error:
        error.hint = "Kontrollera sökvägen till säkerhetskopian."
        raise
    with closing(connection):
        return _copied(connection, backup, target, backup)


def _copied(connection: sqlite3.Connection, path: Path, target: Path, named: Path) -> Extent:
    with door.reading(connection, path):
        held = extent(Store(connection, path))
        door.copied(connection, target, named)
    return held


def flaw(copy: Path) -> str | None:
    """What is wrong with a copy of today's schema, in Swedish; None when it is whole. It is read and never written."""
    try:
        with closing(Store(door.open_to_read(copy), copy)) as store, store.reading():
            return soundness.fault(store)
    except soundness.UNREADABLE:
        return "filen är skadad"


def deviation(copy: Path) -> str | None:
    """What in a whole copy is not as its log says, in Swedish; None when all is."""
    return _said_of(copy, soundness.deviation)


def departure(copy: Path) -> str | None:
    """What in a copy is not as a register's should be, in Swedish, as far as a glance shows; None for nothing."""
    return _said_of(copy, soundness.departure)


def _said_of(copy: Path, look: Callable[[Store], str | None]) -> str | None:
    try:
        with closing(Store(door.open_to_read(copy), copy)) as store:
            return look(store)
    except soundness.UNREADABLE:
        return "allt kan inte läsas"


def brought_up(copy: Path, at: str, by: str) -> str | None:
    """Bring a copy to today's schema; what is wrong with it, as :func:`flaw`."""
    try:
        door.open_register(copy, at, by).close()
    except soundness.UNREADABLE:
        return "filen är skadad"
    return flaw(copy)


def must_not_be(register: Path, file: Path) -> None:
    """Refuse a file that is the register itself, by whatever name, or what SQLite keeps beside it.

    Raises:
        Refused: it is.
    """
    if belongs_to(register, file):
        raise Refused(f"{file} är själva registret, eller hör till det.", "Ange en annan fil.")


def belongs_to(register: Path, file: Path) -> bool:
    """Whether a file is the register itself, by whatever name, or what SQLite keeps beside it."""
    real = Path(os.path.realpath(register))
    return any(_is_same(own, file) for own in (real, *(beside(real, suffix) for suffix in (*COMPANIONS, "-shm"))))


def _is_same(one: Path, other: Path) -> bool:
    if os.path.realpath(one) == os.path.realpath(other):
        return True
    try:
        return os.path.samefile(one, other)  # a hard link, or another spelling where capitals are all the same
    except OSError:
        return False


def must_stand_alone(file: Path, way_out: str) -> None:
    """Refuse a file that is half of one: what lies beside it SQLite would write into it when it is opened.

    Raises:
        Refused: there is a journal with content, or a write-ahead file.
    """
    for companion in (beside(file, suffix) for suffix in COMPANIONS):
        if os.path.lexists(companion) and (companion.lstat().st_size or companion.name.endswith("-wal")):
            raise Refused(
                f"Bredvid {file} ligger {companion.name}: filen är kopierad eller lämnad mitt i en skrivning.", way_out
            )


def beside(file: Path, suffix: str) -> Path:
    """The file that SQLite keeps beside a register; also beside ``.``, which has no name."""
    return Path(f"{file}{suffix}")


# -- comparing ----------------------------------------------------------------------------------


@contextmanager
def locked(place: Path) -> Iterator[Store]:
    """The register at a place as it is, with its write lock: nothing is added to it before it is compared and moved.

    Raises:
        RegisterBusy: somebody else holds the lock, or has put another register there.
        RegisterError: it cannot be opened or written.
    """
    before = place.stat()
    with closing(door.open_of_any_age(place, to_lock=True)) as connection:
        with door.translated(place):
            # Let go of when it is closed: nothing is written, and a damaged file takes no COMMIT.
            connection.execute("BEGIN IMMEDIATE")
        if not os.path.samestat(before, place.stat()):
            raise RegisterBusy(place, door.BUSY_SECONDS)
        yield Store(connection, place)


def difference(register: Store, copy: Path, events: int) -> Difference:
    """How a register differs from a copy, whose first ``events`` acts count: later ones the copy made itself."""
    with closing(Store(door.open_to_read(copy), copy)) as other, other.reading():
        return compared(register, other, events)


def compared(register: Store, other: Store, events: int | None = None) -> Difference:
    """How a register differs from another, whose first ``events`` acts count, or all."""
    last, known = (_last_event(store) for store in (register, other))
    known = known if events is None else events
    common = _common(register, other, min(last, known))
    first_lost = register.run("SELECT at FROM event WHERE id > ? ORDER BY id LIMIT 1", (common,))
    ((cases,),) = register.run(_REGISTERED_AFTER, (common,))
    lost_from = first_lost[0][0] if first_lost else None
    return Difference(last - common, cases, lost_from, known - common, register.origin() == other.origin())


def _last_event(store: Store) -> int:
    ((last,),) = store.run("SELECT coalesce(max(id), 0) FROM event", ())
    return int(last)


_REGISTERED_AFTER = """
SELECT count(*) FROM cases c WHERE NOT EXISTS (SELECT 1 FROM event e WHERE e.case_id = c.id AND e.id <= ?)
"""


def _common(one: Store, other: Store, most: int) -> int:
    """The last act that two logs have in common. Each chain value stands for all acts before it: halving finds it."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        links = [store.run("SELECT chain FROM event WHERE id = ?", (middle,)) for store in (one, other)]
        if links[0] and links[0] == links[1]:
            low = middle
        else:
            high = middle - 1
    return low


# -- taking a place -----------------------------------------------------------------------------


@contextmanager
def empty_beside(place: Path) -> Iterator[Path]:
    """An empty file in the folder of ``place``, readable by its owner alone; gone afterwards if it got no other name.

    Raises:
        WrongUse: the folder is missing or cannot be written in.
        RegisterDamaged: something inside failed that the disk refused.
    """
    with ExitStack() as kept:
        try:
            ready = kept.enter_context(scratch.file(place.parent))
        except OSError as error:
            raise WrongUse(
                f"Det går inte att skriva i mappen {place.parent} ({os_reason(error)}).", "Kontrollera --register."
            ) from error
        try:
            yield ready
        except OSError as error:
            raise RegisterDamaged(place, os_reason(error), "Inget är ändrat. Kontrollera disken.") from error


def owned_as(ready: Path, place: Path) -> bool:
    """Give a copy and its journal the owner, the group and the mode of the file at ``place``.

    False when the group cannot be kept: then they are readable by their owner alone.
    """
    held = place.stat()
    mode, kept = stat.S_IMODE(held.st_mode) & 0o666, True
    files = [file for file in (ready, beside(ready, "-journal")) if file.exists()]
    for file in files:
        kept = _given_to(file, held) and kept
    for file in files:
        file.chmod(mode if kept else mode & 0o600)
    return kept


def _given_to(file: Path, held: os.stat_result) -> bool:
    if not hasattr(os, "chown"):  # Windows
        return True
    for owner in (held.st_uid, -1):
        with suppress(OSError):
            os.chown(file, owner, held.st_gid)
            return True
    return file.stat().st_gid == held.st_gid


def synced(file: Path) -> None:
    """Wait until a file is on the disk."""
    with file.open("rb+") as opened:
        os.fsync(opened.fileno())


def free_name(place: Path, stamp: str) -> Path:
    """A name beside ``place`` to set aside what lies there, with what belongs to it: none of them is taken."""
    number = 1
    while True:
        more = f"-{number}" if number > 1 else ""
        aside = place.with_name(f"{place.name}{door.SET_ASIDE}{stamp}{more}")
        if not any(os.path.lexists(beside(aside, suffix)) for suffix in ("", *COMPANIONS)):
            return aside
        number += 1


def put(ready: Path, place: Path, aside: Path, *, over: bool) -> None:
    """Put a finished copy in a place. What lies there is set aside first; when it fails, everything is as it was.

    ``over``: there is a register. Without one there may still be what belonged to it.

    Raises:
        AlreadyExists: somebody has made a register there meanwhile.
        OSError: a name could not be given.
    """
    names = {beside(place, suffix): beside(aside, suffix) for suffix in (*COMPANIONS, "")}
    given: list[tuple[Path, Path]] = []
    try:
        if not over and os.path.lexists(place):
            raise FileExistsError
        _set_aside(names, given)
        _let_go_of_companions(place)
        if beside(ready, "-journal").exists():
            # An empty one, of the right group: SQLite would make it in the group of whoever writes first.
            beside(ready, "-journal").replace(beside(place, "-journal"))
        _take(ready, place, over=over)
    except BaseException as error:
        for old, new in given:
            _put_back(old, new)
        if isinstance(error, FileExistsError):
            raise AlreadyExists(f"{place} har just skapats av någon annan.", "Se vad det är, och börja om.") from None
        raise


def _set_aside(names: dict[Path, Path], given: list[tuple[Path, Path]]) -> None:
    """Give everything at the place a second name, what belongs to the register first: it is never parted from it.

    Where a file can have one name only it gets another, the register first: nobody shall open it alone.
    """
    there = [(old, new) for old, new in names.items() if os.path.lexists(old)]
    try:
        for old, new in there:
            os.link(old, new)
            given.append((old, new))
    except FileExistsError:
        raise
    except OSError:
        for old, new in reversed(there):
            if (old, new) not in given:
                old.rename(new)
                given.append((old, new))


def _let_go_of_companions(place: Path) -> None:
    """Take away the journal at the place, which has its second name by now: SQLite would play it into the new register.

    One with content is needed to read the old register, which therefore leaves the place before it.
    """
    companions = [file for suffix in COMPANIONS if os.path.lexists(file := beside(place, suffix))]
    if any(file.lstat().st_size for file in companions):
        place.unlink(missing_ok=True)
    for file in companions:
        file.unlink()


def _take(ready: Path, place: Path, *, over: bool) -> None:
    if over:
        ready.replace(place)
        return
    try:
        os.link(ready, place)
    except FileExistsError:
        raise
    except OSError:  # one name only
        ready.rename(place)


def _put_back(old: Path, new: Path) -> None:
    new.replace(old)
    new.unlink(missing_ok=True)  # two names of one file: replacing did nothing
