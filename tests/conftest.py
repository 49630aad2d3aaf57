"""How the tests drive klagreg: whole command lines in process, on a day that the story says."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from klagreg.cli.edge import Edge
from klagreg.cli.frame import run

SHARED = Path(__file__).parents[2] / "shared"
"""Data that lies beside the project on our own machines; tests that use it are skipped where it is missing."""


ROOM = 2_000_000_000
"""Bytes that the files of a whole run may need."""


def pytest_configure() -> None:
    """Let what the tests start be as quick as a user's.

    The stories' files are in memory where there is room: every act waits for the disk, and they do thousands. Modules
    are kept compiled for the processes that the tests start, though the one who runs them may not want it for pytest.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    memory = Path("/dev/shm")
    if memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(memory))


@dataclass
class Answer:
    """What a command printed and how it ended."""

    out: str
    err: str
    code: int

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Clerk:
    """A registrator at her desk: she types command lines, and the calendar stands on a day."""

    def __init__(self, folder: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capture = capture
        self.now = datetime(2026, 11, 2, 8, 14, 7, tzinfo=UTC)
        self.name = "anna.berg"

    def on(self, day: str, clock: str = "09:14:07") -> Clerk:
        """Turn the calendar: Swedish time."""
        self.now = datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=ZoneInfo("Europe/Stockholm"))
        return self

    @contextmanager
    def begun(self, name: str) -> Iterator[None]:
        """Make the register that many stories begin with, once: making one costs more than most of them.

        What is typed inside is typed the first time; after that the file is the one that came of it.
        """
        if name not in _MADE:
            yield
            _MADE[name] = (self.folder / "klagreg.db").read_bytes()
            return
        typed, self.__class__ = self.__class__, _Idle
        yield
        self.__class__ = typed
        for file, content in (("klagreg.db", _MADE[name]), ("klagreg.db-journal", b"")):
            (self.folder / file).write_bytes(content)
            (self.folder / file).chmod(0o600)

    def __call__(self, *words: str, code: int = 0) -> Answer:
        self._capture.readouterr()
        found = run(list(words), Edge(self.now, self.name, self.folder / "klagreg.db"))
        out, err = self._capture.readouterr()
        assert found == code, f"klagreg {' '.join(words)}\nslutkod {found}\n{out}{err}"
        return Answer(out, err, found)


class _Idle(Clerk):
    """A clerk who need not type, since the register is there."""

    def __call__(self, *words: str, code: int = 0) -> Answer:
        return Answer("", "", code)


_MADE: dict[str, bytes] = {}
"""Registers that stories begin with, by name."""


@pytest.fixture(autouse=True)
def any_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the tests' own disk is, a memory disk perhaps, is not what they are about."""
    monkeypatch.setattr("klagreg.store.surroundings._MOUNTS", Path("finns-inte"))


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Clerk:
    """A desk without a register yet, Monday 2 November 2026 at 09:14:07."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KLAGREG_REGISTER", raising=False)
    return Clerk(tmp_path, capsys)


@pytest.fixture
def klagreg(desk: Clerk) -> Clerk:
    """A desk with a register of the standard profile, a unit and a handler."""
    with desk.begun("standard"):
        desk("init", "--namnd", "BUN")
        desk("enhet", "lagg-till", "Parkskolan")
        desk("handlaggare", "lagg-till", "eva.lind", "--enhet", "Parkskolan")
    return desk


@pytest.fixture
def registered(klagreg: Clerk) -> Callable[..., str]:
    """Register a complaint with these further words; gives its number."""

    def register(*words: str) -> str:
        answer = klagreg("registrera", "--typ", "klagomal", "--enhet", "Parkskolan", "--json", *words)
        return str(answer.json["arendenummer"])

    return register
