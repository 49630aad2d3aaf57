"""What a process costs, and what several cost beside one another.

Only ratios mean anything: machines are shared and noisy. Each round runs every job once, so that what disturbs one
disturbs all; a ratio is the median of those of the rounds.
"""

from __future__ import annotations

import os
import pty
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

ROUNDS = 7
FINE = (0, 10)
"""Exit codes of what went as it should: 10 is what a watch says when something is late."""


class Cost(NamedTuple):
    """Of one process."""

    cpu: float
    """Seconds, user and system."""
    peak: float
    """MiB."""


Job = Callable[[], Cost]


def klagreg(*words: str) -> list[str]:
    """A command line of klagreg, as it is installed beside the Python that runs this."""
    return [os.path.join(os.path.dirname(sys.executable), "klagreg"), *words]


def floor(name: str, *words: str) -> list[str]:
    """A floor as a process of its own."""
    return [sys.executable, str(Path(__file__).with_name("floors.py")), name, *words]


def process(words: Sequence[str], given: str = "", **environment: str) -> Cost:
    """Run a process to its end, its answer to nobody. ``given``: what it reads.

    Raises:
        SystemExit: it failed.
    """
    with tempfile.TemporaryFile() as read, tempfile.TemporaryFile() as failed:
        read.write(given.encode())
        read.seek(0)
        env = os.environ | environment
        started = subprocess.Popen(words, stdin=read, stdout=subprocess.DEVNULL, stderr=failed, env=env)
        cost = _waited(started)
        failed.seek(0)
        if started.returncode not in FINE and not environment.get("MAY_FAIL"):
            raise SystemExit(f"{words}: {failed.read().decode()}")
        return cost


def watched(words: Sequence[str], columns: int = 120, lines: int = 60) -> Cost:
    """Run a process that writes to a terminal, as for a person."""
    ours, theirs = pty.openpty()
    env = os.environ | {"COLUMNS": str(columns), "LINES": str(lines), "TERM": "xterm-256color"}
    started = subprocess.Popen(words, stdin=theirs, stdout=theirs, stderr=theirs, env=env)
    os.close(theirs)
    reader = threading.Thread(target=_drain, args=[ours])
    reader.start()
    cost = _waited(started)
    reader.join()
    os.close(ours)
    return cost


def _drain(descriptor: int) -> None:
    with suppress(OSError):  # the other end is closed
        while os.read(descriptor, 65536):
            pass


def _waited(started: subprocess.Popen[bytes]) -> Cost:
    _, status, usage = os.wait4(started.pid, 0)
    started.returncode = os.waitstatus_to_exitcode(status)
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


class Measured(NamedTuple):
    """A job over its rounds."""

    ratio: float
    """To the first job, the floor."""
    cpu: float
    peak: float


def beside(floor: Job, jobs: Mapping[str, Job], rounds: int = ROUNDS) -> dict[str, Measured]:
    """What jobs cost in units of a floor, which is measured in the same rounds."""
    costs: dict[str, list[Cost]] = {name: [] for name in jobs}
    floors: list[Cost] = []
    for _ in range(rounds):
        floors.append(floor())
        for name, job in jobs.items():
            costs[name].append(job())
    return {
        name: Measured(
            statistics.median(one.cpu / base.cpu for one, base in zip(found, floors, strict=True)),
            statistics.median(one.cpu for one in found),
            max(one.peak for one in found),
        )
        for name, found in costs.items()
    }


def without_compiling() -> None:
    """Let Python keep its compiled modules: else every start would measure the compiler."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
