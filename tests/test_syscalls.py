"""What a command asks of the operating system: files that it opens, and waits for the disk. No clock is read."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Clerk

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("strace") is None, reason="strace saknas"),
]

FILES = 240
"""Files that a daily command opens or looks for: Python's own, some 140 modules, and the register."""


def asked(clerk: Clerk, *words: str) -> list[str]:
    """The system's calls that open a file or wait for the disk."""
    log = clerk.folder / "anrop.log"
    traced = ["strace", "-f", "-e", "trace=openat,fsync,fdatasync", "-o", str(log)]
    command = [sys.executable, "-m", "klagreg", "--register", str(clerk.folder / "klagreg.db"), *words]
    # From another folder: python -m looks for modules in the one it stands in.
    home, environment = Path(__file__).parents[1], {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    subprocess.run([*traced, *command], cwd=home, env=environment, capture_output=True, check=False, timeout=60)
    return log.read_text("utf-8").splitlines()


def waits(calls: list[str]) -> int:
    return sum("fsync(" in call or "fdatasync(" in call for call in calls)


@pytest.mark.parametrize("line", ["visa 1", "lista", "sok kö", "bevaka", "frist 1", "senaste", ""])
def test_who_only_looks_never_waits_for_the_disk(line: str, klagreg: Clerk) -> None:
    klagreg("registrera", "--typ", "synpunkt", "--rubrik", "Kö")
    asked(klagreg, *line.split())  # what is compiled is compiled now
    calls = asked(klagreg, *line.split())
    assert waits(calls) == 0
    assert sum("openat(" in call for call in calls) <= FILES
    assert len([call for call in calls if re.search(r'openat\(.*klagreg\.db"', call)]) == 2, "looked at, then opened"


@pytest.mark.parametrize(
    "line", ["registrera --typ klagomal --rubrik Halka", "anteckna 1 Ringt", "tilldela 1 eva.lind"]
)
def test_who_stores_waits_for_the_journal_the_register_and_the_end(line: str, klagreg: Clerk) -> None:
    klagreg("registrera", "--typ", "synpunkt", "--rubrik", "Kö")
    asked(klagreg, "visa", "1")
    calls = asked(klagreg, *line.split())
    assert 3 <= waits(calls) <= 6
    assert sum("openat(" in call for call in calls) <= FILES
