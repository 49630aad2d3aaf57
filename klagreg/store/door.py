"""The door of the register: the only place where its file is opened, made or refused.

Durability and locking are set on every connection, because SQLite keeps neither in the file: a rollback
journal that is truncated, with ``synchronous=EXTRA``, is the mode that lost nothing in simulated power cuts;
SQLite's default did. A writing transaction takes the write lock first (``BEGIN IMMEDIATE``), since a reader
that turns writer is refused at once however long the timeout.
"""

from __future__ import annotations

import os
import sqlite3
import stat
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from io import FileIO
from pathlib import Path

from klagreg import scratch
from klagreg.errors import (
    AlreadyExists,
    NotARegister,
    OnANetwork,
    OutcomeUnknown,
    RegisterBusy,
    RegisterDamaged,
    RegisterError,
    RegisterMissing,
    RegisterTooNew,
    RegisterTooOld,
    WrongUse,
    os_reason,
    shorten,
)
from klagreg.store import queue, schema, surroundings

BUSY_SECONDS = 30
_JOURNAL = "truncate"
_PRAGMAS = (
    "synchronous = EXTRA",
    "foreign_keys = ON",
    "recursive_triggers = ON",  # else INSERT OR REPLACE slips past the log's triggers
    "secure_delete = ON",
    "trusted_schema = OFF",
)
SET_ASIDE = ".fore-aterstallning-"
"""What follows the name of a register that another was put in the place of."""
_SQLITE_MAGIC = b"SQLite format 3\x00"
_APPLICATION_ID_AT = slice(68, 72)
"""Where an SQLite file's header keeps its application_id."""
_PAGE_SIZE_AT = slice(16, 18)


@contextmanager
def created(path: Path, at: str, by: str, group: str | None = None) -> Iterator[sqlite3.Connection]:
    """A new register file with its schema, to be filled inside: it is whole afterwards, or not there.

    Readable by its owner alone (0600), or by a group of registrators too (0660).

    Raises:
        AlreadyExists: there is something at ``path``.
        WrongUse: no such group, or not ours to give to.
        RegisterDamaged: the folder is missing or cannot be written.
    """
    _must_be_free(path)
    with ExitStack() as kept:
        try:
            half_made = kept.enter_context(scratch.file(path.parent))
        except OSError as error:
            raise RegisterDamaged(path, os_reason(error)) from None
        with closing(_connect(half_made)) as connection:
            with writing(connection, path):
                schema.migrate(connection, at, by)
                yield connection
            if group is not None:
                _share_with(half_made, group)
        _named(half_made, path)


def _must_be_free(path: Path) -> None:
    """Refuse a place where there is something, also what another register left: SQLite would play it into this one."""
    if os.path.lexists(path):
        raise AlreadyExists(f"{path} finns redan.", "Välj ett annat namn med --register FIL.")
    for rest in (_journal(path), path.with_name(f"{path.name}-wal")):
        if os.path.lexists(rest) and rest.lstat().st_size:
            raise AlreadyExists(
                f"Bredvid {path} ligger resten av ett annat register: {rest}.",
                "Välj ett annat namn med --register FIL, eller flytta undan den.",
            )


def _named(half_made: Path, path: Path) -> None:
    """Give a new register its name, now that it is whole. Its empty journal goes first: it has the right group."""
    try:
        if _journal(half_made).exists():
            _journal(half_made).replace(_journal(path))
        try:
            os.link(half_made, path)
        except FileExistsError:
            raise
        except OSError:  # a disk where a file has one name only
            _must_be_free(path)
            half_made.rename(path)
    except FileExistsError:
        raise AlreadyExists(f"{path} finns redan.", "Välj ett annat namn med --register FIL.") from None
    except OSError as error:
        raise RegisterDamaged(path, os_reason(error)) from None
    scratch.synced_folder(path.parent)


def _journal(path: Path) -> Path:
    return path.with_name(f"{path.name}-journal")


def _share_with(path: Path, group: str) -> None:
    """Let a group read and write the file and its journal, which stays beside it (TRUNCATE) for every writer."""
    import shutil

    try:
        for file in (path, _journal(path)):
            shutil.chown(file, group=group)
            file.chmod(0o660)
    except (LookupError, OSError):
        raise WrongUse(f"Gruppen {shorten(group)} finns inte, eller så är du inte med i den.") from None


def must_be_local(path: Path, *, allowed: bool) -> None:
    """Refuse a place on another machine, where locks and the order of writes cannot be relied on.

    ``allowed``: somebody has taken the risk.

    Raises:
        OnANetwork: it is one.
    """
    if not allowed and (kind := surroundings.network_kind(path)):
        raise OnANetwork(path, kind)


def open_register(path: Path, at: str, by: str) -> sqlite3.Connection:
    """An existing register, brought to today's schema; the log says when (UTC) and by whom that was done.

    Raises:
        RegisterMissing, NotARegister, RegisterTooNew, RegisterBusy, RegisterDamaged: nothing was written.
    """
    _must_be_a_register(path)
    connection = _connect(path)
    try:
        with translated(path):
            (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version > schema.VERSION:
            raise RegisterTooNew(path, version, schema.VERSION)
        if version < schema.VERSION:
            with writing(connection, path):
                schema.migrate(connection, at, by)
    except BaseException:
        connection.close()
        raise
    return connection


def open_to_read(path: Path) -> sqlite3.Connection:
    """A register that is somebody else's: read as it is, never written and never brought to another schema.

    Raises:
        RegisterMissing, NotARegister, RegisterTooNew, RegisterTooOld, RegisterDamaged: it cannot be counted in.
    """
    _must_be_a_register(path)
    with translated(path):
        connection = sqlite3.connect(_uri(path, "ro"), uri=True, isolation_level=None, timeout=BUSY_SECONDS)
    try:
        with translated(path):
            connection.execute("PRAGMA trusted_schema = OFF")
            (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version > schema.VERSION:
            raise RegisterTooNew(path, version, schema.VERSION)
        if version < schema.VERSION:
            raise RegisterTooOld(path, version, schema.VERSION)
    except BaseException:
        connection.close()
        raise
    return connection


def must_be_todays(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse to write on in a file that a newer klagreg has given another schema since it was opened.

    Raises:
        RegisterTooNew: it has.
    """
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version != schema.VERSION:
        raise RegisterTooNew(path, version, schema.VERSION)


def in_memory() -> sqlite3.Connection:
    """A file that is nowhere: to see what a new register looks like."""
    return sqlite3.connect(":memory:", isolation_level=None)


@contextmanager
def writing(connection: sqlite3.Connection, path: Path, stored: Callable[[], None] = lambda: None) -> Iterator[None]:
    """One writing transaction: the lock first, in turn, then all or nothing.

    ``stored`` is called as soon as it is stored for certain, also when the program is interrupted in the same moment.

    Raises:
        RegisterBusy: the lock was not had within 30 seconds.
        OutcomeUnknown: the disk failed while it was being stored.
        RegisterDamaged: SQLite could not read or write the file, and nothing was stored.
    """
    with translated(path), _locked(connection, path):
        try:
            before = _found(path)
            yield
            if before and not _is_same(before, path):
                # SQLite looks for that at its first write alone.
                raise _moved(path)
        except BaseException:
            _roll_back(connection)
            raise
        try:
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            _roll_back(connection)
            if _code(error) in _BEFORE_STORED or getattr(error, "sqlite_errorcode", 0) in _BEFORE_STORED:
                raise
            raise OutcomeUnknown(path) from error
        except BaseException:
            if not connection.in_transaction:
                stored()
            raise
        stored()


@contextmanager
def _locked(connection: sqlite3.Connection, path: Path) -> Iterator[None]:
    """Have SQLite's write lock inside; those who come meanwhile wait in line."""
    with ExitStack() as line:
        try:
            left = line.enter_context(queue.in_turn(_journal(_real(path)), BUSY_SECONDS))
        except queue.TurnMissed:
            raise _busy(path) from None
        if left < BUSY_SECONDS:
            connection.execute(f"PRAGMA busy_timeout = {left * 1000:.0f}")
        connection.execute("BEGIN IMMEDIATE")
        if left < BUSY_SECONDS:
            connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
        yield


def _found(path: Path) -> os.stat_result | None:
    """What is at a path now; None for nothing: a new register has no name yet."""
    try:
        return path.stat()
    except OSError:
        return None


def _is_same(before: os.stat_result, path: Path) -> bool:
    now = _found(path)
    return now is not None and os.path.samestat(before, now)


def _moved(path: Path) -> RegisterDamaged:
    return RegisterDamaged(path, "registret har just bytts ut", "Inget är sparat. Gör om det.")


def _roll_back(connection: sqlite3.Connection) -> None:
    """Undo what was begun. A disk that does not even take that leaves it to the journal and the next who opens."""
    if connection.in_transaction:
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")


@contextmanager
def reading(connection: sqlite3.Connection, path: Path) -> Iterator[None]:
    """One reading transaction: all figures from the same moment.

    Inside another transaction it is part of that one, whose moment it shares: what is read while writing is what is
    written on.
    """
    if connection.in_transaction:
        yield
        return
    with translated(path):
        connection.execute("BEGIN")
        try:
            yield
        finally:
            if connection.in_transaction:
                # Nothing to commit; and a damaged file does not take a COMMIT.
                connection.execute("ROLLBACK")


def _connect(path: Path) -> sqlite3.Connection:
    with translated(path):
        connection = sqlite3.connect(_uri(path, "rw"), uri=True, isolation_level=None, timeout=BUSY_SECONDS)
        try:
            # A file that another program has given a write-ahead log is taken back; not while that has it open.
            ((mode,),) = connection.execute(f"PRAGMA journal_mode = {_JOURNAL}").fetchall()
            if mode != _JOURNAL:
                raise _busy(path)
            for pragma in _PRAGMAS:
                connection.execute(f"PRAGMA {pragma}").fetchall()
        except BaseException:
            connection.close()
            raise
    return connection


def _uri(path: Path, mode: str) -> str:
    """A path as SQLite opens it. A share on a server (Windows) has its host in the path: SQLite knows no other."""
    uri = path.absolute().as_uri()
    return ("file:////" + uri.removeprefix("file://") if not uri.startswith("file:///") else uri) + f"?mode={mode}"


def _must_be_a_register(path: Path) -> None:
    """Look before SQLite does: it would wait for a pipe, and recover a foreign file's journal into it."""
    try:
        found = path.stat()
    except FileNotFoundError:
        raise RegisterMissing(path) from None
    except OSError as error:
        raise RegisterDamaged(path, os_reason(error)) from None
    if not stat.S_ISREG(found.st_mode):
        raise NotARegister(path, "ingen vanlig fil")
    if found.st_nlink > 1 and found.st_nlink > 1 + _names_of_ours(path, found):
        # A writing that was broken off under one name would not be known under the other.
        way_out = "Filen är orörd. Ta bort det andra namnet, eller flytta dit en egen kopia: cp FIL NY && mv NY FIL"
        raise RegisterDamaged(path, "filen har två namn, en hård länk", way_out)
    try:
        with path.open("rb") as file:
            header = file.read(100)
    except OSError as error:
        raise RegisterDamaged(path, os_reason(error)) from None
    if not header.startswith(_SQLITE_MAGIC):
        raise NotARegister(path, "ingen SQLite-fil" if header else "tom fil")
    if header[_APPLICATION_ID_AT] != schema.APPLICATION_ID.to_bytes(4, "big"):
        raise NotARegister(path, "en SQLite-fil av annat slag")
    page = int.from_bytes(header[_PAGE_SIZE_AT], "big")
    if (page < 512 or found.st_size % page) and not _is_being_written(path):
        raise RegisterDamaged(path, "filen är skadad: slutet saknas", "Rör den inte. Ta fram säkerhetskopian.")


def _is_being_written(path: Path) -> bool:
    """Whether somebody writes in it, or was killed while he did: SQLite makes the file whole again."""
    journal = _found(_journal(_real(path)))
    return journal is not None and journal.st_size > 0


def _names_of_ours(path: Path, found: os.stat_result) -> int:
    """Second names that klagreg was killed while it gave: when the register was made, or another put in its place."""
    names = [n for n in os.listdir(path.parent) if scratch.is_left_over(n) or n.startswith(f"{path.name}{SET_ASIDE}")]
    return sum(os.path.samestat(found, (path.parent / name).lstat()) for name in names)


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """SQLite's errors as the register's own; nothing of SQLite's wording reaches a user unexplained."""
    try:
        yield
    except sqlite3.Error as error:
        raise _as_register_error(error, path) from error
    except UnicodeDecodeError as error:  # what SQLite says of a broken schema quotes it
        raise RegisterDamaged(path, *_DAMAGED) from error


_DAMAGED = ("filen är skadad", "Rör den inte. Ta fram säkerhetskopian.")

_MOVED = 1032
"""SQLITE_READONLY_DBMOVED: another file took the register's place while it was open."""

_BEFORE_STORED = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, _MOVED}
"""What a COMMIT fails with before it counts: a reader in the way, pages that the disk does not take, another file.

It counts from the moment that the journal is emptied, and that may fail too: then nobody knows.
"""

_INTERRUPTED = {776, 264}
"""SQLITE_READONLY_ROLLBACK and _RECOVERY: who may only read cannot finish what a broken off writing left."""


def _as_register_error(error: sqlite3.Error, path: Path) -> RegisterError | sqlite3.Error:
    if getattr(error, "sqlite_errorcode", 0) in _INTERRUPTED:
        command = f"klagreg --register {path} lista"
        return RegisterDamaged(path, "en skrivning avbröts", f"Öppna det en gång, så återställs det: {command}")
    if getattr(error, "sqlite_errorcode", 0) == _MOVED:
        return _moved(path)
    code = _code(error)
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return _busy(path)
    reasons: dict[int, tuple[str, ...]] = {
        sqlite3.SQLITE_CORRUPT: _DAMAGED,
        sqlite3.SQLITE_NOTADB: _DAMAGED,
        sqlite3.SQLITE_FULL: ("disken är full", "Gör plats och försök igen. Det som är sparat finns kvar."),
        sqlite3.SQLITE_READONLY: ("filen är skrivskyddad",),
        sqlite3.SQLITE_CANTOPEN: ("filen kan inte öppnas",),
        sqlite3.SQLITE_IOERR: ("läs- eller skrivfel på disken", "Kontrollera disken och försök igen."),
        sqlite3.SQLITE_PERM: ("behörighet saknas",),
    }
    return RegisterDamaged(path, *reasons[code]) if code in reasons else error


def _code(error: sqlite3.Error) -> int:
    """SQLite's primary result code."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _busy(path: Path) -> RegisterBusy:
    return RegisterBusy(path, BUSY_SECONDS, queue.holder(_real(path), _journal(_real(path))))


def _real(path: Path) -> Path:
    """The file behind a link: its journal lies beside it."""
    return Path(os.path.realpath(path))


def open_again(path: Path) -> sqlite3.Connection:
    """A register that this process has open already, once more and to be read alone.

    Nobody but SQLite looks at the file: whoever else opens and closes it drops the locks that the process holds on it.

    Raises:
        RegisterDamaged: it cannot be opened.
    """
    with translated(path):
        return sqlite3.connect(_uri(path, "ro"), uri=True, isolation_level=None, timeout=BUSY_SECONDS)


def open_of_any_age(path: Path, *, to_lock: bool = False) -> sqlite3.Connection:
    """A register of today's schema or an older one, as it is and never brought up: to be copied, or to be compared.

    ``to_lock``: its write lock will be taken.

    Raises:
        RegisterMissing, NotARegister, RegisterTooNew, RegisterDamaged: it is no register that we know.
    """
    _must_be_a_register(path)
    connection = _connect(path) if to_lock else open_again(path)
    try:
        with translated(path):
            connection.execute("PRAGMA trusted_schema = OFF")
            (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version > schema.VERSION:
            raise RegisterTooNew(path, version, schema.VERSION)
    except BaseException:
        connection.close()
        raise
    return connection


def copied(connection: sqlite3.Connection, target: Path, named: Path) -> None:
    """Copy every page of a register into an empty file. Call in :func:`reading`, after something has been read.

    One step, under the read lock that is held already: writers wait for it, and none can make it begin again. What the
    target cannot keep is told of ``named``, the name that it will have.

    Raises:
        RegisterDamaged: the disk does not take the copy, or the register cannot be read.
    """
    with translated(named):
        copy = sqlite3.connect(_uri(target, "rw"), uri=True, isolation_level=None)
        try:
            # Nothing to go back to: a copy that is not finished is thrown away, and a finished one is synced whole.
            copy.execute("PRAGMA journal_mode = OFF")
            copy.execute("PRAGMA synchronous = OFF")
            connection.backup(copy)
        finally:
            copy.close()


PIECE = 1 << 18
"""Bytes of a register that are copied, and compared, together."""


def duplicated(
    connection: sqlite3.Connection,
    path: Path,
    target: Path,
    named: Path,
    held: ExitStack,
    copied: Callable[[int], None],
) -> list[int]:
    """Copy the file of a register byte for byte into an empty one; gives the checksum of each piece as it was read.

    Call in :func:`reading`, after something has been read: as long as that lasts nobody changes the file. With a
    rollback journal all is in it, and whoever writes waits with that until the lock is let go of. ``held`` is closed
    after the reading: the file stays open until then, since closing it drops SQLite's locks. What the target cannot
    keep is told of ``named``, the name that it will have; ``copied`` is told how many bytes are done.

    Raises:
        RegisterBusy: another program has given the register a write-ahead log.
        RegisterDamaged: the disk does not take the copy, or the register cannot be read.
    """
    with translated(path):
        ((mode,),) = connection.execute("PRAGMA journal_mode").fetchall()
    if mode == "wal":
        raise _busy(path)
    sums = []
    with _told_of(named), target.open("rb+", buffering=0) as copy:
        with _told_of(path):
            register = held.enter_context(path.open("rb", buffering=0))
        for piece in _pieces(register, path):
            sums.append(zlib.crc32(piece))
            while piece:
                piece = piece[copy.write(piece) :]
            copied(copy.tell())
    return sums


def is_duplicate(copy: Path, sums: Sequence[int], named: Path, compared: Callable[[int], None]) -> bool:
    """Whether a finished copy, once it is on the disk, holds the pieces that were read, and nothing more.

    Read from the disk itself where the system can be told to forget what it has in memory. ``named`` and ``compared``
    as in :func:`duplicated`.

    Raises:
        RegisterDamaged: the disk does not take it, or does not give it back.
    """
    with _told_of(named), copy.open("rb+", buffering=0) as file:
        os.fsync(file.fileno())
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        found = []
        for piece in _pieces(file, named):
            found.append(zlib.crc32(piece))
            compared(file.tell())
        return found == sums


def _pieces(file: FileIO, named: Path) -> Iterator[memoryview]:
    """What a file holds, piece by piece, each in the place of the one before it."""
    room = memoryview(bytearray(PIECE))
    while True:
        filled = 0
        with _told_of(named):
            while filled < PIECE and (more := file.readinto(room[filled:])):
                filled += more
        if not filled:
            return
        yield room[:filled]


@contextmanager
def _told_of(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise RegisterDamaged(path, os_reason(error), "Kontrollera disken och försök igen.") from error
