"""Files that are there for a while, beside the file that they will become.

A program that is killed cannot clean up after itself. So each such file is locked (``flock``) as long as its maker
lives, and whoever makes the next one in the same folder takes away those that nobody holds. Readable by their owner
alone.
"""

from __future__ import annotations

import os
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
    with _made(folder, _new_file, _unlinked) as path:
        yield path


@contextmanager
def directory(folder: Path) -> Iterator[Path]:
    """An empty folder, gone afterwards with what is in it.

    Raises:
        OSError: the folder that it shall lie in is missing or takes no other.
    """
    with _made(folder, _new_directory, _removed) as path:
        yield path


def _new_file(path: Path) -> None:
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600))


def _unlinked(path: Path) -> None:
    for one in (path, path.with_name(f"{path.name}-journal")):
        with suppress(OSError):
            one.unlink()


def _new_directory(path: Path) -> None:
    path.mkdir(mode=0o700)


def _removed(path: Path) -> None:
    import shutil

    shutil.rmtree(path, ignore_errors=True)


@contextmanager
def _made(folder: Path, make: Callable[[Path], None], unmake: Callable[[Path], None]) -> Iterator[Path]:
    """Something that is locked as long as it is needed; left-overs in the same folder are taken away first.

    Its name is known before it is there, so that an interruption in any moment leaves nothing.
    """
    sweep(folder)
    held = None
    path = _free_name(folder)
    try:
        make(path)
        held = _locked(path)
        if not os.path.lexists(path):  # somebody who swept found it before it was locked
            _let_go(held)
            make(path)
            held = _locked(path)
        yield path
    finally:
        unmake(path)
        _let_go(held)


def _free_name(folder: Path) -> Path:
    return folder / f"{PREFIX}{os.urandom(8).hex()}{SUFFIX}"


def _let_go(held: int | None) -> None:
    if held is not None:
        with suppress(OSError):
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
                    _removed(path)
                else:
                    path.unlink(missing_ok=True)
                _let_go(held)


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
