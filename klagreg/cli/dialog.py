"""Short dialogues with a person at a terminal: questions in Swedish, choices shown, wrong answers asked again."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TypeVar

from klagreg.errors import BadValue, WrongUse
from klagreg.render.terminal import clean

T = TypeVar("T")


def ask(label: str, choices: dict[str, str] | None = None, *, optional: bool = False, default: str = "") -> str:
    """One answer; the number, the code or the word of a choice. Empty only if ``optional`` or with a default."""
    if choices:
        _tell("  " + "   ".join(f"{i} {clean(text)}" for i, text in enumerate(choices.values(), 1)))
    codes = list(choices or ())
    while True:
        answer = _input(f"{label}{f' [{clean(default)}]' if default else ''}: ").strip() or default
        if choices and answer.isdecimal() and answer.isascii() and 1 <= int(answer) <= len(codes):
            return codes[int(answer) - 1]
        if answer or optional:
            return answer
        _tell("  Svaret behövs. Avbryt med Ctrl-C, då sparas inget.")


def ask_until(question: Callable[[], str], accept: Callable[[str], T], *, optional: bool = False) -> T | None:
    """Ask until the answer can be used; an optional question may be left empty."""
    while True:
        answer = question()
        if not answer and optional:
            return None
        try:
            return accept(answer)
        except (WrongUse, BadValue) as error:
            _tell(f"  {error}")


def ask_prose(label: str) -> str:
    """A text of several lines, ended by an empty line."""
    _tell(f"{label} (avsluta med en tom rad):")
    lines: list[str] = []
    while True:
        line = _input("  ")
        if not line.strip():
            return "\n".join(lines)
        lines.append(line)


def agreed(question: str) -> bool:
    """Ja or nej; nej unless the answer is j or ja."""
    return _input(f"{clean(question)} (j/N) ").strip().casefold() in ("j", "ja")


def _tell(text: str) -> None:
    print(text, file=sys.stderr)


def _input(prompt: str) -> str:
    # The question goes to stderr: stdout carries only data.
    sys.stderr.write(prompt)
    sys.stderr.flush()
    line = sys.stdin.readline()
    if not line:
        raise KeyboardInterrupt
    return line.rstrip("\n")
