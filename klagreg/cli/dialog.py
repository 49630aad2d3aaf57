"""Short dialogues with a person at a terminal: questions in Swedish, choices shown, wrong answers asked again."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Callable, Iterable
from typing import TypeVar

from klagreg.errors import KlagregError
from klagreg.render.terminal import clean, say, window
from klagreg.terms import Term, labelled

T = TypeVar("T")
C = TypeVar("C", bound=Term)
NBSP = "\N{NO-BREAK SPACE}"


def ask(label: str, choices: dict[str, str] | None = None, *, optional: bool = False, default: str = "") -> str:
    """One answer; the number, the code or the word of a choice. Empty only if ``optional`` or with a default."""
    if choices:
        _tell(_listed(choices.values()))
    codes = list(choices or ())
    while True:
        answer = _input(f"{label}{f' [{clean(default)}]' if default else ''}: ").strip() or default
        if choices and answer.isdecimal() and answer.isascii() and 1 <= int(answer) <= len(codes):
            return codes[int(answer) - 1]
        if answer or optional:
            return answer
        _tell("  Svaret behövs. Avbryt med Ctrl-C, då sparas inget.")


def _listed(labels: Iterable[str]) -> str:
    """The choices with their numbers, as many on a line as there is room for and none of them broken."""
    width = min(window(), 100) - 1
    numbered = [f"{i}{NBSP}{clean(label).replace(' ', NBSP)}" for i, label in enumerate(labels, 1)]
    lines = textwrap.wrap("   ".join(numbered), width, initial_indent="  ", subsequent_indent="  ")
    return "\n".join(lines).replace(NBSP, " ")


def ask_until(question: Callable[[], str], accept: Callable[[str], T], *, optional: bool = False) -> T | None:
    """Ask until the answer can be used; an optional question may be left empty."""
    while True:
        answer = question()
        if not answer and optional:
            return None
        try:
            return accept(answer)
        except KlagregError as error:
            _tell(f"  {error}")


def choose(label: str, codes: type[C]) -> C:
    """One of the codes, asked for until it is one."""
    chosen = ask_until(lambda: ask(label, labelled(codes)), lambda word: codes.named(word, label))
    assert chosen is not None
    return chosen


def ask_prose(label: str) -> str:
    """A text of several lines. Two empty lines end it, so that a pasted letter keeps its paragraphs."""
    _tell(f"{label} (avsluta med två tomma rader, hoppa över med en):")
    lines: list[str] = []
    while True:
        line = _input("  ")
        if not line.strip() and (not lines or not lines[-1].strip()):
            return "\n".join(lines).strip()
        lines.append(line)


def agreed(question: str) -> bool:
    """Ja or nej; nej unless the answer is j or ja."""
    return _input(f"{clean(question)} (j/N) ").strip().casefold() in ("j", "ja")


def _tell(text: str) -> None:
    say(text, sys.stderr)


def _input(prompt: str) -> str:
    # The question goes to stderr: stdout carries only data.
    sys.stderr.write(prompt)
    sys.stderr.flush()
    line = sys.stdin.readline()
    if not line:
        raise KeyboardInterrupt
    return line.rstrip("\n")
