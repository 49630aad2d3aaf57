"""klagreg in a fork of this process, which first does what the fault is: drops rights, bends a stream, turns a clock.

A real process with descriptors of its own, begun in milliseconds; not to be used beside threads.
"""

from __future__ import annotations

import io
import os
import pkgutil
import select
import signal
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NoReturn

import klagreg
from tests.faults.instruments import Finished
from tests.faults.zygote import _loaded

AS_ROOT = () if os.geteuid() == 0 else ("root",)
"""What a row needs that only root can do: missing, and said to be, for anybody else."""


class Hung(Exception):
    """A command line that did not end in time."""


@cache
def loaded() -> None:
    """Import what any command needs, so that the forks need not."""
    _loaded()
    for module in pkgutil.walk_packages(klagreg.__path__, "klagreg."):
        import_module(module.name)
    for name in (
        "openpyxl",
        "rich.table",
        "holidays",
        "tempfile",
        "shutil",
        "shlex",
        "tomllib",
        "pwd",
        "difflib",
        "sqlite_utils",
        "encodings.cp1252",
        "encodings.latin_1",
        "encodings.utf_8_sig",
        "encodings.utf_16",
    ):
        import_module(name)


def nothing() -> None:
    """No fault."""


def forked(
    *words: str,
    register: Path | None = None,
    prepare: Callable[[], object] = nothing,
    encoding: str = "utf-8",
    timeout: float = 60,
) -> Finished:
    """Run one command line in a fork.

    ``prepare`` is called there first, with stdin at the null device. A stream that it closes is None to klagreg, as at
    any start. ``encoding``: what Python finds the streams to have.

    Raises:
        Hung: it did not end in time, and was killed.
    """
    loaded()
    out, err = (os.memfd_create(name) for name in ("out", "err"))
    child = os.fork()
    if child == 0:
        _become_klagreg(words, register, prepare, encoding, out, err)
    ended = _ended(child, timeout)
    said = [os.pread(file, os.fstat(file).st_size, 0) for file in (out, err)]
    for file in (out, err):
        os.close(file)
    if ended is None:
        raise Hung(f"klagreg {' '.join(words)}: more than {timeout} s")
    return Finished(ended, *(raw.decode(encoding, "backslashreplace") for raw in said))


def _become_klagreg(
    words: Sequence[str], register: Path | None, prepare: Callable[[], object], encoding: str, out: int, err: int
) -> NoReturn:
    from klagreg.__main__ import main

    code = 1
    try:
        for source, number in ((os.open(os.devnull, os.O_RDONLY), 0), (out, 1), (err, 2)):
            os.dup2(source, number)
        os.closerange(3, 256)  # nothing of the tests' own stands open, as at a start from a shell
        for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(one, signal.default_int_handler if one == signal.SIGINT else signal.SIG_DFL)
        sys.stdin, sys.stdout, sys.stderr = (_stream(number, "utf-8") for number in range(3))  # type: ignore[assignment]
        prepare()
        sys.stdin, sys.stdout, sys.stderr = (_stream(number, encoding) for number in range(3))  # type: ignore[assignment]
        sys.argv = ["klagreg", *(("--register", str(register)) if register else ()), *words]
        main()
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else 1
        code = _flushed(code)
    except BaseException:
        with suppress(Exception):
            traceback.print_exc()
    finally:
        os._exit(code)


def _flushed(code: int) -> int:
    """What Python does at its end: a stdout that cannot be flushed makes it 120."""
    try:
        if sys.stdout is not None and not sys.stdout.closed:
            sys.stdout.flush()
    except OSError:
        with suppress(OSError):
            os.write(2, b"Exception ignored in: <stdout>\n")
        return 120
    return code


def _stream(number: int, encoding: str) -> io.TextIOWrapper | None:
    try:
        raw = io.FileIO(number, "w" if number else "r", closefd=False)
    except OSError:  # closed
        return None
    if number == 0:
        return io.TextIOWrapper(io.BufferedReader(raw), encoding=encoding)
    errors = "backslashreplace" if number == 2 else "strict"
    return io.TextIOWrapper(io.BufferedWriter(raw), encoding=encoding, errors=errors, line_buffering=number == 2)


def _ended(child: int, timeout: float) -> int | None:
    """How a child ended; None if it had to be killed."""
    process = os.pidfd_open(child)
    try:
        in_time = bool(select.select([process], [], [], timeout)[0])
    finally:
        os.close(process)
    if not in_time:
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) if in_time else None


@contextmanager
def enterable(beside: Path) -> Iterator[Path]:
    """A folder for a while that every user may pass through, as pytest's own are not."""
    memory = str(beside).startswith("/dev/shm/")
    with TemporaryDirectory(prefix="klagreg-fel-", dir="/dev/shm" if memory else None) as name:
        Path(name).chmod(0o711)
        yield Path(name)
