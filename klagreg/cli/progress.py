"""A bar that says that something is going on, from the first second of it on: in a terminal, and on stderr alone."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Lock, Timer
from typing import Any

PROGRESS_AFTER = 1.0
"""Seconds of work before the bar is shown: what is done sooner needs none."""


class Progress:
    """What is being done, and how far it has come."""

    def __init__(self, unit: str) -> None:
        self._unit = unit
        self._step, self._done, self._total = "", 0, 0
        self._bar: Any = None
        self._task: Any = None
        self._lock = Lock()

    def step(self, text: str, total: int = 0) -> None:
        """Another part of the work begins. ``total``: how much there is of it, if that is known."""
        self._step, self._done, self._total = text, 0, total
        self._show()

    def done(self, number: int) -> None:
        """So much of this part is done."""
        self._done = number
        self._show()

    def begin(self) -> None:
        """Show the bar."""
        from rich.console import Console
        from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Bar

        columns = (
            *(TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn()),
            *(TextColumn("{task.fields[number]}", markup=False), TimeElapsedColumn()),
        )
        with self._lock:
            # The data goes where it was sent, also while the bar is shown.
            self._bar = Bar(
                *columns, console=Console(stderr=True), transient=True, redirect_stdout=False, redirect_stderr=False
            )
            self._task = self._bar.add_task("", total=None, number="")
            self._bar.start()
        self._show()

    def end(self) -> None:
        """Take the bar away."""
        with self._lock:
            if self._bar is not None:
                self._bar.stop()
                self._bar = None

    def _show(self) -> None:
        with self._lock:
            if self._bar is not None:
                number = f"{self._done:,} {self._unit}".replace(",", " ") if self._done else ""
                self._bar.update(
                    self._task,
                    description=self._step,
                    completed=self._done,
                    total=self._total or None,
                    number=number,
                )


@contextmanager
def progress(unit: str) -> Iterator[Progress]:
    """The progress of what is done inside; it is shown when that takes longer than a second.

    ``unit``: what is counted, in the plural.
    """
    found = Progress(unit)
    # A thread of its own: what takes long may be one statement, which nobody can interrupt to look at the clock.
    timer = Timer(PROGRESS_AFTER, _quietly, [found.begin])
    timer.daemon = True
    if sys.stderr and sys.stderr.isatty():
        if PROGRESS_AFTER:
            timer.start()
        else:
            found.begin()
    try:
        yield found
    finally:
        try:
            timer.cancel()
            if timer.ident:
                timer.join()
        finally:
            found.end()


def _quietly(begin: Callable[[], None]) -> None:
    """A bar that cannot be shown is no fault of the work."""
    with suppress(Exception):
        begin()
