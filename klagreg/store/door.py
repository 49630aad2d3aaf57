"""The door of the register: the only place where its file is opened, made or refused.

Durability and locking are set on every connection, because SQLite keeps neither in the file: a rollback
journal that is truncated, with ``synchronous=EXTRA``, is the mode that lost nothing in simulated power cuts;
SQLite's default did. A writing transaction takes the write lock first (``BEGIN IMMEDIATE``), since a reader
that turns writer is refused at once however long the timeout.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from klagreg.errors import (
    AlreadyExists,
    NotARegister,
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
from klagreg.store import schema

BUSY_SECONDS = 30
_PRAGMAS = (
    "journal_mode = TRUNCATE",
    "synchronous = EXTRA",
    "foreign_keys = ON",
    "recursive_triggers = ON",  # else INSERT OR REPLACE slips past the log's triggers
    "secure_delete = ON",
    "trusted_schema = OFF",
)
_SQLITE_MAGIC = b"SQLite format 3\x00"
_APPLICATION_ID_AT = slice(68, 72)
"""Where an SQLite file's header keeps its application_id."""


@contextmanager
def created(path: Path, at: str, by: str, group: str | None = None) -> Iterator[sqlite3.Connection]:
    """A new register file with its schema, to be filled inside: it is whole afterwards, or not there.

    Readable by its owner alone (0600), or by a group of registrators too (0660).

    Raises:
        AlreadyExists: there is something at ``path``.
        WrongUse: no such group, or not ours to give to.
        RegisterDamaged: the folder is missing or cannot be written.
    """
    try:
        # Made by us and not by SQLite, which would make it readable for everyone.
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        raise AlreadyExists(f"{path} finns redan.", "Välj ett annat namn med --register FIL.") from None
    except OSError as error:
        raise RegisterDamaged(path, os_reason(error)) from None
    try:
        with closing(_connect(path)) as connection:
            with writing(connection, path):
                schema.migrate(connection, at, by)
                yield connection
            if group is not None:
                _share_with(path, group)
    except BaseException:
        path.unlink(missing_ok=True)
        _journal(path).unlink(missing_ok=True)
        raise


def _journal(path: Path) -> Path:
    return path.with_name(f"{path.name}-journal")


def _share_with(path: Path, group: str) -> None:
    """Let a group read and write the file and its journal, which stays beside it (TRUNCATE) for every writer."""
    try:
        for file in (path, _journal(path)):
            shutil.chown(file, group=group)
            file.chmod(0o660)
    except (LookupError, OSError):
        raise WrongUse(f"Gruppen {shorten(group)} finns inte, eller så är du inte med i den.") from None


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
def writing(connection: sqlite3.Connection, path: Path) -> Iterator[None]:
    """One writing transaction: the lock first, then all or nothing.

    Raises:
        RegisterBusy: the lock was not had within 30 seconds.
        RegisterDamaged: SQLite could not read or write the file.
    """
    with translated(path):
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


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
        mode = path.stat().st_mode
    except FileNotFoundError:
        raise RegisterMissing(path) from None
    except OSError as error:
        raise RegisterDamaged(path, os_reason(error)) from None
    if not stat.S_ISREG(mode):
        raise NotARegister(path, "ingen vanlig fil")
    try:
        with path.open("rb") as file:
            header = file.read(100)
    except OSError as error:
        raise RegisterDamaged(path, os_reason(error)) from None
    if not header.startswith(_SQLITE_MAGIC):
        raise NotARegister(path, "ingen SQLite-fil" if header else "tom fil")
    if header[_APPLICATION_ID_AT] != schema.APPLICATION_ID.to_bytes(4, "big"):
        raise NotARegister(path, "en SQLite-fil av annat slag")


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """SQLite's errors as the register's own; nothing of SQLite's wording reaches a user unexplained."""
    try:
        yield
    except sqlite3.Error as error:
        raise _as_register_error(error, path) from error


_MOVED = 1032
"""SQLITE_READONLY_DBMOVED: another file took the register's place while it was open."""

_INTERRUPTED = {776, 264}
"""SQLITE_READONLY_ROLLBACK and _RECOVERY: who may only read cannot finish what a broken off writing left."""


def _as_register_error(error: sqlite3.Error, path: Path) -> RegisterError | sqlite3.Error:
    if getattr(error, "sqlite_errorcode", 0) in _INTERRUPTED:
        command = f"klagreg --register {path} lista"
        return RegisterDamaged(path, "en skrivning avbröts", f"Öppna det en gång, så återställs det: {command}")
    if getattr(error, "sqlite_errorcode", 0) == _MOVED:
        return RegisterDamaged(path, "registret har just bytts ut", "Inget är sparat. Gör om det.")
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return RegisterBusy(path, BUSY_SECONDS)
    damaged = ("filen är skadad", "Rör den inte. Ta fram säkerhetskopian.")
    reasons: dict[int, tuple[str, ...]] = {
        sqlite3.SQLITE_CORRUPT: damaged,
        sqlite3.SQLITE_NOTADB: damaged,
        sqlite3.SQLITE_FULL: ("disken är full", "Gör plats och försök igen. Det som är sparat finns kvar."),
        sqlite3.SQLITE_READONLY: ("filen är skrivskyddad",),
        sqlite3.SQLITE_CANTOPEN: ("filen kan inte öppnas",),
        sqlite3.SQLITE_IOERR: ("läs- eller skrivfel på disken", "Kontrollera disken och försök igen."),
        sqlite3.SQLITE_PERM: ("behörighet saknas",),
    }
    return RegisterDamaged(path, *reasons[code]) if code in reasons else error


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
