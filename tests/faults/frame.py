"""What a fault is: its row in the plan, how often it is tried, what it needs, and what it found."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random


@dataclass
class Trial:
    """One run of a fault: where it may make files, how often it tries, and what it finds."""

    folder: Path
    """An empty folder of its own; on a real disk or in memory, as whoever runs it decides."""
    budget: int
    """How many tries are wanted."""
    random: Random
    tries: int = 0
    violations: list[str] = field(default_factory=list)
    figures: dict[str, str] = field(default_factory=dict)
    """What was measured on the way, as it is printed: ``{"longest wait": "0.16 s"}``."""

    def tried(self, number: int = 1) -> None:
        """So many tries more."""
        self.tries += number

    def violated(self, *what: str) -> None:
        """Something that must hold did not: what, where and at which try."""
        self.violations += what

    def hold(self, what: Iterable[str], at: str) -> None:
        """Everything in ``what`` is a violation, seen at this try."""
        self.violations += [f"{at}: {one}" for one in what]


@dataclass(frozen=True)
class Fault:
    """A row of the plan."""

    row: str
    title: str
    run: Callable[[Trial], None]
    commit: int
    """Tries at every commit; 0: only before a release."""
    release: int
    """Tries before a release."""
    needs: tuple[str, ...]
    """Programs without which it cannot be tried."""
    control: bool
    """It shows that an instrument can find a fault: it must find violations."""

    def missing(self) -> list[str]:
        """Programs that it needs and this machine lacks."""
        return [tool for tool in self.needs if shutil.which(tool) is None]

    def tried(self, budget: int, folder: Path | None = None) -> Trial:
        """Try it so often, in a folder that is gone afterwards."""
        with tempfile.TemporaryDirectory(prefix="klagreg-fel-", dir=folder) as name:
            trial = Trial(Path(name), budget, Random(self.row))
            begun = time.monotonic()
            self.run(trial)
            trial.figures["seconds"] = f"{time.monotonic() - begun:.0f}"
            return trial


FAULTS: dict[str, Fault] = {}
"""Every fault by its row, in the plan's order as the modules are imported."""


def fault(
    row: str, title: str, *, commit: int, release: int, needs: tuple[str, ...] = (), control: bool = False
) -> Callable[[Callable[[Trial], None]], Callable[[Trial], None]]:
    """Enter a function in the plan. ``row``: as ``R1``; several of a row as ``R1a``, ``R1b``; controls as ``R4-1``."""

    def enter(run: Callable[[Trial], None]) -> Callable[[Trial], None]:
        assert row not in FAULTS, row
        FAULTS[row] = Fault(row, title, run, commit, release, needs, control)
        return run

    return enter
