"""The plan: every module of faults, in the order in which they are tried and printed."""

from __future__ import annotations

import pkgutil
from importlib import import_module

import tests.faults
from tests.faults import frame

NO_FAULTS = {"__main__", "frame", "instruments", "plan", "sound", "zygote"}
"""Modules that the others are made with."""


def faults() -> dict[str, frame.Fault]:
    """Every fault by its row: R first (what breaks), then T, E, A, S, H, L."""
    for module in pkgutil.iter_modules(tests.faults.__path__):
        if module.name not in NO_FAULTS:
            import_module(f"tests.faults.{module.name}")
    return dict(sorted(frame.FAULTS.items(), key=lambda item: _place(item[0])))


def _place(row: str) -> tuple[int, int, str]:
    head, _, control = row.partition("-")
    digits = "".join(c for c in head if c.isdigit())
    return "RTEASHL".index(row[0]), int(digits), head[1 + len(digits) :] + control
