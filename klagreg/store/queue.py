"""The queue to a register's write lock, and who stands first in it.

SQLite's own waiting is not fair: whoever came first sleeps longest between tries. So a writer first asks the system
for its turn, which is given in the order of asking (``flock``), and only then takes SQLite's lock, which is what
protects the register. The turn is a courtesy: where there is none (Windows, a thread, a disk that knows no locks)
the lock alone decides, as it does between klagreg and other programs.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NoReturn

from klagreg.errors import shorten

_LOCKS = Path("/proc/locks")


class TurnMissed(Exception):
    """The turn did not come in time."""


@contextmanager
def in_turn(queue: Path, seconds: float) -> Iterator[float]:
    """Wait for one's turn, and have it inside; gives how many of the seconds are left.

    ``queue``: the file that writers stand in line at. It is opened and never changed, and must not be the register
    itself: closing that would drop the locks that SQLite has on it. Where there is no such file, nobody waits.

    Raises:
        TurnMissed: it did not come in time.
    """
    try:
        import fcntl

        line = os.open(queue, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    except (ImportError, OSError):
        yield seconds
        return
    try:
        begun = time.monotonic()
        with suppress(OSError):  # a disk that knows no such locks
            try:
                fcntl.flock(line, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                _wait(line, seconds)
        yield max(seconds - (time.monotonic() - begun), 1.0)
    finally:
        with suppress(OSError):  # said, and not only closed: a child that was begun meanwhile has the file open too
            fcntl.flock(line, fcntl.LOCK_UN)
        os.close(line)


def _wait(line: int, seconds: float) -> None:
    """Stand in line, until the alarm."""
    if seconds <= 0:  # an alarm in no time never rings
        raise TurnMissed
    import fcntl
    import signal
    import threading

    if threading.current_thread() is not threading.main_thread():  # only that one can be woken
        return
    before = signal.signal(signal.SIGALRM, _late)
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds)
        fcntl.flock(line, fcntl.LOCK_EX)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _late(*_: object) -> NoReturn:
    raise TurnMissed


def holder(*files: Path) -> str:
    """Who holds a lock on one of the files, the first that anybody does: ``sqlite3 (process 4711, anna.berg)``.

    Empty where the system does not tell (it does on Linux), or when it is only ourselves. No file is opened.
    """
    with suppress(OSError, ValueError, IndexError):
        locks = [line.split() for line in _LOCKS.read_text(encoding="ascii").splitlines()]
        # "1: POSIX ADVISORY WRITE 4711 fd:00:1234 0 EOF"; those who wait have an arrow after the number.
        held = [(fields[3], int(fields[4]), fields[5].rpartition(":")[2]) for fields in locks if fields[1] != "->"]
        for file in files:
            inode = str(file.stat().st_ino)
            for wanted in ("WRITE", "READ"):
                for kind, process, of in held:
                    if (kind, of) == (wanted, inode) and process not in (0, -1, os.getpid()):
                        return _named(process)
    return ""


def _named(process: int) -> str:
    """A process as a person can find it."""
    import pwd

    folder = Path(f"/proc/{process}")
    program, user = "ett program", ""
    with suppress(OSError, KeyError, ValueError):
        program = shorten((folder / "comm").read_text(encoding="utf-8").strip())
        user = f", {shorten(pwd.getpwuid(folder.stat().st_uid).pw_name)}"
    return f"{program} (process {process}{user})"
