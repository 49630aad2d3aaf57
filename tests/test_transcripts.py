"""The sessions in examples/*.md, replayed word for word.

A ``console`` block holds what was typed after ``$`` and what came back, on stdout and stderr together; a line
``[slutkod 10]`` follows an answer that ended so. A block's first line may turn the calendar: ``# 2026-11-02 09:14``.
``klagreg`` runs in this process; any other line is given to the shell, and goes on behind when it ends with ``&``.

``python -m tests.test_transcripts`` writes the answers of today into the files.
"""

from __future__ import annotations

import io
import os
import re
import shlex
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from klagreg import errors
from klagreg.cli.edge import Edge
from klagreg.cli.frame import run
from klagreg.store import door, surroundings

EXAMPLES = Path(__file__).parents[1] / "examples"
ERRORS = EXAMPLES / "felkoder.md"
TRANSCRIPTS = sorted(path for path in EXAMPLES.glob("*.md") if "```console" in path.read_text("utf-8"))
_DAY = re.compile(r"# (\d{4}-\d\d-\d\d \d\d:\d\d)")


@pytest.mark.skipif(os.name != "posix", reason="the examples prepare their files with a POSIX shell")
@pytest.mark.parametrize("path", [path for path in TRANSCRIPTS if path != ERRORS], ids=lambda path: path.name)
def test_every_example_answers_as_it_is_written(path: Path) -> None:
    written = path.read_text("utf-8")
    assert "[slutkod 1]" not in written, "a fault of the program is no answer"
    assert replayed(path) == written


@pytest.mark.skipif(os.name != "posix", reason="the examples prepare their files with a POSIX shell")
def test_the_error_page_answers_as_it_is_written_and_shows_every_kind_of_error(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: set[type[errors.KlagregError]] = set()

    def words(error: errors.KlagregError) -> str:
        shown.add(type(error))
        return f"{error.message} {error.hint}".strip()

    monkeypatch.setattr(errors.KlagregError, "__str__", words)
    # The page tells of half a minute's waiting, which need not be waited here.
    told, waited = errors.RegisterBusy.__init__, door.BUSY_SECONDS
    monkeypatch.setattr(errors.RegisterBusy, "__init__", lambda error, path, _, *by: told(error, path, waited, *by))
    monkeypatch.setattr(door, "BUSY_SECONDS", 1)
    assert replayed(ERRORS) == ERRORS.read_text("utf-8")

    # A disk that fails while something is stored cannot be borrowed for a story; tests/test_promises.py makes one.
    assert str(errors.OutcomeUnknown(Path("klagreg.db"))) in ERRORS.read_text("utf-8")
    shown.add(errors.OutcomeUnknown)
    missing = {kind.__name__ for kind in _kinds(errors.KlagregError)} - {kind.__name__ for kind in shown}
    assert missing == set(), "show in examples/felkoder.md how they are met"


def _kinds(base: type[errors.KlagregError]) -> Iterator[type[errors.KlagregError]]:
    """Every error of the table that is raised as itself: the base of the register's errors never is."""
    for kind in base.__subclasses__():
        if kind is not errors.RegisterError and kind.__module__ == errors.__name__:
            yield kind
        yield from _kinds(kind)


def replayed(path: Path) -> str:
    """The transcript with the answers that klagreg gives now; each begins in an empty folder on an ordinary disk."""
    with tempfile.TemporaryDirectory() as folder, chdir(folder), _at_a_desk():
        session = _Session()
        try:
            return session.replay(path.read_text("utf-8"))
        finally:
            session.end()


@contextmanager
def _at_a_desk() -> Iterator[None]:
    """No register pointed out, nothing to read, and no half minute's wait for a locked file."""
    connect: Callable[..., sqlite3.Connection] = sqlite3.connect

    def impatient(*args: Any, **options: Any) -> sqlite3.Connection:
        return connect(*args, **(options | {"timeout": 0.05}))

    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("KLAGREG_REGISTER", raising=False)
        patch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
        patch.setattr(sqlite3, "connect", impatient)
        # What is mounted where is what the story says: its own file, or nothing.
        patch.setattr(surroundings, "_MOUNTS", Path("mountinfo"))
        yield


class _Session:
    def __init__(self) -> None:
        self._now = _moment("2026-11-02 09:14")
        self._behind: list[subprocess.Popen[bytes]] = []

    def end(self) -> None:
        for process in self._behind:
            process.kill()
            process.wait()

    def replay(self, text: str) -> str:
        blocks = re.split(r"(?ms)(^```console\n.*?^```$)", text)
        return "".join(self._block(block) if block.startswith("```console") else block for block in blocks)

    def _block(self, block: str) -> str:
        first, *lines, last = block.split("\n")
        written = [first]
        while lines:
            line = lines.pop(0)
            if turned := _DAY.fullmatch(line):
                self._now = _moment(turned[1])
                written.append(line)
                continue
            assert line.startswith("$ "), f"answer without a command: {line}"
            typed = [line]
            while typed[-1].endswith("\\"):
                typed.append(lines.pop(0))
            written += typed + self._answer(" ".join(part.rstrip("\\").strip() for part in typed)[2:])
            while lines and not _starts_something(lines[0]):
                # The answer as it was written gives way; an empty line before the next command stays.
                if lines.pop(0) == "" and lines and _starts_something(lines[0]):
                    written.append("")
        return "\n".join([*written, last])

    def _answer(self, command: str) -> list[str]:
        """What the command says; with the same folder and the same sizes of files on every machine."""
        said = [line.replace(os.getcwd(), "/registret") for line in self._said(command)]
        said = [re.sub(r"\(process \d+, [^)]+\)", "(process 4711, bo.ek)", line) for line in said]
        return [re.sub(r"\(\d+ kB\)", "(300 kB)", line) for line in said]

    def _said(self, command: str) -> list[str]:
        name, *words = shlex.split(command)
        if name != "klagreg":
            return self._shell(command)
        given = b""
        if "<" in words:
            given = Path(words.pop(words.index("<") + 1)).read_bytes()
            words.remove("<")
        told, before = io.StringIO(), sys.stdin
        sys.stdin = io.TextIOWrapper(io.BytesIO(given))
        try:
            with redirect_stdout(told), redirect_stderr(told):
                code = run(words, Edge(self._now, "anna.berg"))
        finally:
            sys.stdin = before
        return told.getvalue().splitlines() + ([f"[slutkod {code}]"] if code else [])

    def _shell(self, command: str) -> list[str]:
        if command.endswith("&"):
            # exec: the shell becomes the command, so that ending the process ends the command.
            self._behind.append(subprocess.Popen(["sh", "-c", f"exec {command[:-1]}"]))
            return []
        done = subprocess.run(
            ["sh", "-c", command], check=True, timeout=20, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        return done.stdout.decode().splitlines()


def _starts_something(line: str) -> bool:
    return line.startswith("$ ") or _DAY.fullmatch(line) is not None


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Stockholm"))


if __name__ == "__main__":
    for transcript in TRANSCRIPTS:
        transcript.write_text(replayed(transcript), "utf-8")
