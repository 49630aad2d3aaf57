"""A plain command line, read at once: known names in full, each value in its place.

That is what a registrator types all day and what scripts send, and loading Typer to read it takes longer than all that
klagreg does with it. Every other line, also one with a mistake, is left to Typer (:mod:`klagreg.cli.usage`), which
knows how to help. The tests hold that whatever is read here, Typer reads alike.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from klagreg.cli.commands import COMMANDS, Entry, command_of, root
from klagreg.cli.declared import Command, Parameter, parameters


class Line(NamedTuple):
    """What was typed."""

    before: Mapping[str, Any]
    """The values of what stands before the command (:func:`klagreg.cli.commands.root`)."""
    command: Command | None
    values: Mapping[str, Any]


class _Unclear(Exception):
    """It takes Typer to understand this."""


def read(words: Sequence[str]) -> Line | None:
    """A plain command line; None when it is not plain."""
    try:
        before, rest = _values(root, words, to_first_word=True)
        command, rest = _command(rest)
        return Line(before, command, _values(command, rest)[0] if command else {})
    except _Unclear:
        return None


def _command(words: Sequence[str]) -> tuple[Command | None, Sequence[str]]:
    """The command that is named, and what follows it."""
    if not words:
        return None, ()
    entry = COMMANDS.get(words[0])
    if entry is not None and not isinstance(entry, Entry):
        words = words[1:]
        entry = entry.entries.get(words[0]) if words else None
    if entry is None:
        raise _Unclear
    return command_of(entry), words[1:]


def _values(
    command: Command, words: Sequence[str], *, to_first_word: bool = False
) -> tuple[dict[str, Any], Sequence[str]]:
    """The values of a command by the names of its parameters, and the words that are not its own.

    ``to_first_word``: its own end where the first word stands that is no option.
    """
    taken = parameters(command)
    values: dict[str, Any] = {one.name: one.default for one in taken}
    options, places = _options(taken), [one for one in taken if not one.declared.names]
    loose: list[str] = []
    rest = list(words)
    while rest and not (to_first_word and _is_loose(rest[0])):
        word = rest.pop(0)
        if _is_loose(word):
            loose.append(word)
            continue
        name, joined, value = word.partition("=")
        parameter, meant = options.get(name if joined else word, (None, None))
        if parameter is None or (joined and not name.startswith("--")):
            raise _Unclear
        if parameter.kind is bool:
            if joined:
                raise _Unclear
            values[parameter.name] = meant
        else:
            if not joined:
                if not rest:
                    raise _Unclear
                value = rest.pop(0)
            _add(values, parameter, value)
    _place(values, places, loose)
    if ... in values.values():
        raise _Unclear
    return values, rest


def _is_loose(word: str) -> bool:
    """Whether it is a value by its place, as ``-`` (standard input) is, and names no option."""
    return not word.startswith("-") or word == "-"


def _options(taken: Sequence[Parameter]) -> dict[str, tuple[Parameter, bool]]:
    """Parameters by the names of their options; of a switch also which way it is turned."""
    return {way: (one, turned) for one in taken for way, turned in one.ways.items()}


def _place(values: dict[str, Any], places: Sequence[Parameter], loose: Sequence[str]) -> None:
    """Give the words that stand alone to the arguments, in order; the last may take all that remain."""
    if places and places[-1].is_list:
        single, several = loose[: len(places) - 1], loose[len(places) - 1 :]
        for word in several:
            _add(values, places[-1], word)
    else:
        single = loose
    if len(single) > len(places):
        raise _Unclear
    for parameter, word in zip(places, single, strict=False):
        _add(values, parameter, word)


def _add(values: dict[str, Any], parameter: Parameter, word: str) -> None:
    value = _READ[parameter.kind](parameter, word)
    values[parameter.name] = [*(values[parameter.name] or ()), value] if parameter.is_list else value


def _number(parameter: Parameter, word: str) -> int:
    low, high = parameter.declared.min, parameter.declared.max
    if not (word.isascii() and word.isdecimal() and len(word) < 16):
        raise _Unclear
    value = int(word)
    if (low is not None and value < low) or (high is not None and value > high):
        raise _Unclear
    return value


_READ: dict[type[Any], Callable[[Parameter, str], Any]] = {
    str: lambda _, word: word,
    Path: lambda _, word: Path(word),
    int: _number,
}
