"""Files that are there for a while, beside the file that they will become.

A program that is killed cannot clean up after itself. So each such file is locked (``flock``) as long as its maker
lives, and whoever makes the next one in the same folder takes away those that nobody holds. Readable by their owner
alone.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PREFIX, SUFFIX = ".klagreg-", ".tmp"


@contextmanager
def file(folder: Path) -> Iterator[Path]:
    """An empty file; gone afterwards, with its journal, if it has not been given another name.

    Raises:
        OSError: the folder is missing or takes no file.
    """
    with _made(folder, lambda: _closed(*tempfile.mkstemp(SUFFIX, PREFIX, folder))) as path:
        try:
            yield path
        finally:
            for one in (path, path.with_name(f"{path.name}-journal")):
                with suppress(OSError):
                    one.unlink()


@contextmanager
def directory(folder: Path) -> Iterator[Path]:
    """An empty folder, gone afterwards with what is in it.

    Raises:
        OSError: the folder that it shall lie in is missing or takes no other.
    """
    with _made(folder, lambda: tempfile.mkdtemp(SUFFIX, PREFIX, folder)) as path:
        try:
            yield path
        finally:
            shutil.rmtree(path, ignore_errors=True)


def _closed(descriptor: int, name: str) -> str:
    os.close(descriptor)
    return name


@contextmanager
def _made(folder: Path, make: Callable[[], str]) -> Iterator[Path]:
    """Something that is locked as long as it is needed; left-overs in the same folder are taken away first."""
    sweep(folder)
    for _ in range(3):
        path = Path(make())
        held = _locked(path)
        # Somebody who swept may have found it before it was locked. (A disk may know no locks.)
        if held is not None:
            if os.path.lexists(path):
                break
            os.close(held)
    try:
        yield path
    finally:
        if held is not None:
            os.close(held)


def _locked(path: Path) -> int | None:
    """A hold on what nobody else holds; None where the system knows none, or somebody has one."""
    try:
        import fcntl

        held = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except (ImportError, OSError):
        return None
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(held)
        return None
    return held


def is_left_over(name: str) -> bool:
    """Whether a file is called as those that are here for a while."""
    return name.startswith(PREFIX) and SUFFIX in name


def sweep(folder: Path) -> None:
    """Take away what makers who are no more left in a folder: what can be locked, nobody holds."""
    with suppress(OSError):
        # A journal after its register: it goes when that is gone.
        for name in sorted(filter(is_left_over, os.listdir(folder)), key=lambda name: not name.endswith(SUFFIX)):
            path = folder / name
            if not name.endswith(SUFFIX):
                _without_its_register(path)
            elif (held := _locked(path)) is not None:
                if path.is_dir():
                    shutil.rmtree(path, ignore_errors=True)
                else:
                    path.unlink(missing_ok=True)
                os.close(held)


def _without_its_register(path: Path) -> None:
    """Take away a journal whose half made register is no more."""
    if not os.path.lexists(path.with_name(path.name.rpartition(SUFFIX)[0] + SUFFIX)):
        path.unlink(missing_ok=True)


def synced_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk, where the system can say so."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
