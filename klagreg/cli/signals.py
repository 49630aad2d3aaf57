"""Interruptions: Ctrl-C, a window that is closed, a machine that is shut down. Each ends the program the same way.

An interruption becomes ``KeyboardInterrupt`` once: what comes while the program puts things in order is not heard, so
that nothing is left half done by somebody who presses twice. After two seconds it is heard again.
"""

from __future__ import annotations

import signal
import time
from types import FrameType

PATIENCE = 2.0
"""Seconds in which the program puts things in order."""

_last: float | None = None


def listen() -> None:
    """From here on an interruption ends the program in order. What the program's parent ignores stays ignored."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows has no SIGHUP
        if number is not None and signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler):
            signal.signal(number, _interrupt)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    global _last
    now = time.monotonic()
    if _last is None or now - _last > PATIENCE:
        _last = now
        raise KeyboardInterrupt


def was_interrupted() -> bool:
    """Whether an interruption came, also when something between swallowed it (SQLite does, and destructors do)."""
    return _last is not None


def listen_no_more() -> None:
    """All is said: what comes while the interpreter ends has nothing left to interrupt."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is _interrupt:
            signal.signal(number, signal.SIG_IGN)
