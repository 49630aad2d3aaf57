"""klagreg as others meet it: whole processes, with the streams, the surroundings and the signals that a fault needs."""

from __future__ import annotations

import fcntl
import io
import json
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
import traceback
import tty
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

from klagreg.cli.edge import Edge
from klagreg.cli.frame import run

PROGRAM = (sys.executable, "-m", "klagreg")
PUBLISHED_CODES = {0, 1, 2, 3, 4, 5, 10, 130}
"""The exit codes of the README."""


@dataclass(frozen=True)
class Finished:
    """How a process ended and what it said; ``code`` is negative when a signal ended it."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it printed as data."""
        return json.loads(self.out)


def surroundings(**changed: str) -> dict[str, str]:
    """The environment that processes are given: this one's, without what would steer klagreg, and these."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("KLAGREG", "PYTEST", "LC_", "LANG", "TZ"))}
    return {**kept, "LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1", **changed}


def klagreg(
    *words: str,
    register: Path | None = None,
    env: Mapping[str, str] | None = None,
    stdin: bytes = b"",
    cwd: Path | None = None,
    before: tuple[str, ...] = (),
    timeout: float = 60,
) -> Finished:
    """Run one command line as a process. ``before``: what it is run under, as ``("faketime", "@2026-12-31 23:30")``."""
    chosen = ("--register", str(register)) if register else ()
    finished = subprocess.run(
        [*before, *PROGRAM, *chosen, *words], input=stdin, capture_output=True, cwd=cwd, timeout=timeout, check=False,
        env=dict(env) if env is not None else surroundings(),
    )  # fmt: skip
    return Finished(finished.returncode, _text(finished.stdout), _text(finished.stderr))


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "backslashreplace")


class Zygote:
    """A process that has klagreg loaded and forks one child per command line: real processes, begun in milliseconds.

    One command line at a time; several zygotes run beside each other. What a child prints lands in ``out`` and ``err``.
    """

    def __init__(self, folder: Path, name: str, *, before: tuple[str, ...] = (), **env: str) -> None:
        self.out, self.err = folder / f"{name}.out", folder / f"{name}.err"
        self._process = subprocess.Popen(
            [*before, sys.executable, "-m", "tests.faults.zygote", str(self.out), str(self.err)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=surroundings(**env),
            cwd=Path(__file__).parents[2],
        )  # fmt: skip

    def begin(self, *words: str) -> int:
        """Begin a command line; gives the child's process number, to be killed or watched."""
        assert self._process.stdin is not None
        for said in (self.out, self.err):  # the child may be killed before it has emptied them
            said.write_bytes(b"")
        self._process.stdin.write(json.dumps(words) + "\n")
        self._process.stdin.flush()
        return int(self._line())

    def end(self) -> Finished:
        """Wait for the child that was begun last."""
        code = os.waitstatus_to_exitcode(int(self._line()))
        return Finished(code, _text(self.out.read_bytes()), _text(self.err.read_bytes()))

    def run(self, *words: str) -> Finished:
        """Begin a command line and wait for it."""
        self.begin(*words)
        return self.end()

    def close(self) -> None:
        """End it."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the zygote is gone")
        return line

    def __enter__(self) -> Zygote:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


NOON = datetime(2026, 11, 2, 11, 0, tzinfo=UTC)
"""The moment that command lines in this process are run at."""


def in_process(
    *words: str, register: Path, stdin: bytes = b"", now: datetime = NOON, actor: str = "anna.berg"
) -> Finished:
    """Run one command line in this process, with streams of its own: some hundred a second.

    What klagreg lets through as an exception is in ``err`` as its traceback.
    """
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors="backslashreplace") for _ in range(2))
    streams = sys.stdin, sys.stdout, sys.stderr
    sys.stdin, sys.stdout, sys.stderr = io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"), out, err
    try:
        code = run(list(words), Edge(now, actor, register))
    except BaseException:
        code = 1
        traceback.print_exc()
    finally:
        sys.stdin, sys.stdout, sys.stderr = streams
    said = []
    for stream in (out, err):
        stream.flush()
        said.append(_text(stream.buffer.getvalue()))  # type: ignore[attr-defined]
    return Finished(code, *said)


def at_a_terminal(
    *words: str, register: Path, typed: str = "", columns: int = 80, now: datetime = NOON, timeout: float = 20
) -> Finished:
    """Run one command line at a terminal of so many columns, in a child of this process; ``out``: all that it showed.

    ``typed`` lies in the keyboard's buffer from the start, with the end of input (Ctrl-D) after it, and is not echoed:
    what is shown is klagreg's alone.
    """
    master, slave = pty.openpty()
    tty.setraw(slave)
    modes = termios.tcgetattr(slave)
    modes[3] |= termios.ICANON
    modes[6] = [b"\x04" if place == termios.VEOF else b"\0" for place in range(len(modes[6]))]
    termios.tcsetattr(slave, termios.TCSANOW, modes)
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    os.write(master, typed.encode() + b"\x04" * 10)
    child = os.fork()
    if child == 0:
        _become_watched(slave, columns, words, Edge(now, "anna.berg", register))
    os.close(slave)
    shown = _all_that_comes(master, time.monotonic() + timeout)
    if shown is None:
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    os.close(master)
    return Finished(os.waitstatus_to_exitcode(status), _text(shown or b""), "")


def _become_watched(slave: int, columns: int, words: tuple[str, ...], edge: Edge) -> NoReturn:
    code = 1
    try:
        for number in range(3):
            os.dup2(slave, number)
        os.environ |= {"COLUMNS": str(columns), "LINES": "40", "TERM": "xterm-256color"}
        sys.stdin, sys.stdout, sys.stderr = (os.fdopen(n, "w" if n else "r", encoding="utf-8") for n in range(3))
        code = run(list(words), edge)
        sys.stdout.flush()
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def _all_that_comes(master: int, deadline: float) -> bytes | None:
    """What a terminal is sent until nobody writes to it any more; None if that does not happen in time."""
    shown = b""
    while True:
        if not select.select([master], [], [], max(deadline - time.monotonic(), 0))[0]:
            return None
        try:
            block = os.read(master, 1 << 16)
        except OSError:  # Linux's way of saying that the last writer is gone
            return shown
        if not block:
            return shown
        shown += block


def begun_with(folder: Path, code: str) -> dict[str, str]:
    """Surroundings in which every Python process runs a piece of code first: klagreg with a weakness put in, say."""
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(code, "utf-8")
    return {"PYTHONPATH": f"{folder}{os.pathsep}{Path(__file__).parents[2]}"}
