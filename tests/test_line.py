"""Command lines: what is read at once is read as Typer reads it, and everything else is Typer's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klagreg.cli import commands, line, usage
from klagreg.cli.commands import COMMANDS, Entry, GroupEntry, command_of
from klagreg.cli.declared import Command, Parameter, parameters
from klagreg.cli.edge import Edge
from klagreg.errors import WrongUse
from tests.conftest import Clerk


def every_command(
    table: Mapping[str, Entry | GroupEntry] = COMMANDS, *before: str
) -> Iterator[tuple[tuple[str, ...], Command]]:
    for name, entry in table.items():
        if isinstance(entry, Entry):
            yield (*before, name), command_of(entry)
        else:
            yield from every_command(entry.entries, name)


ALL = dict(every_command())

WORDS = st.sampled_from(
    ["12", "SYN-2026-00012", "Parkskolan", "Hål i vägen", "", "-", "a=b", "–", "@fil", "0", "7", "Åsa", " x "]
)
ODD = st.sampled_from(
    ["--", "-x", "-12", "--finns-inte", "--", "-h", "--json=ja", "--antal", "--handläggare", "x", "-"]
)


@st.composite
def options(draw: st.DrawFn, parameter: Parameter) -> list[str]:
    """A way to give a parameter."""
    if not parameter.declared.names:
        return [draw(WORDS if parameter.kind is not int else st.just("2026"))]
    ways = [way for name in parameter.declared.names for way in name.split("/")]
    way = draw(st.sampled_from(ways))
    if parameter.kind is bool:
        return [way]
    value = draw(WORDS)
    if parameter.kind is int:
        value = str(draw(st.integers(parameter.declared.min or 0, parameter.declared.max or 9)))
    return [f"{way}={value}"] if way.startswith("--") and draw(st.booleans()) else [way, value]


@st.composite
def plain_lines(draw: st.DrawFn) -> list[str]:
    """Lines that a registrator types: a command with what it takes, in any order."""
    name = draw(st.sampled_from(sorted(ALL)))
    taken = parameters(ALL[name])
    places = [one for one in taken if not one.declared.names]
    fewest = sum(one.default is ... for one in places)
    named = [one for one in taken if one.declared.names]
    pieces = [draw(options(one)) for one in draw(st.lists(st.sampled_from(named), max_size=6))] if named else []
    at = 0
    for one in places[: draw(st.integers(fewest, len(places)))]:
        at = draw(st.integers(at, len(pieces)))
        pieces.insert(at, draw(options(one)))
        at += 1
    before = draw(st.sampled_from([[], ["--register", "r.db"], ["--register=r.db"], ["--tillat-natverk"]]))
    return [*before, *name, *(word for piece in pieces for word in piece)]


@st.composite
def any_lines(draw: st.DrawFn) -> list[str]:
    """Plain lines into which something else has come."""
    words = draw(plain_lines())
    for odd in draw(st.lists(st.one_of(ODD, WORDS), max_size=2)):
        words.insert(draw(st.integers(0, len(words))), odd)
    return words[: draw(st.integers(0, len(words)))] if draw(st.booleans()) else words


Read = tuple[Path | None, bool, Command | None, dict[str, Any]]


def by_typer(words: list[str]) -> Read | None:
    """What Typer reads; None when it refuses, or when help is asked for."""
    edge, found = Edge(datetime(2026, 11, 20, 9, tzinfo=UTC), "prov"), list[Read]()

    def noted(edge: Edge, command: Command | None, values: Mapping[str, Any]) -> int:
        found.append((edge.register, edge.network_allowed, command, dict(values)))
        return 0

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(commands, "run", noted)
        try:
            usage.run(words, edge)
        except WrongUse:
            return None
    return found[0] if found else None


def at_once(words: list[str]) -> Read | None:
    read = line.read(words)
    if read is None:
        return None
    return read.before["register"], read.before["network"], read.command, dict(read.values)


@settings(max_examples=300, deadline=None)
@given(plain_lines())
def test_a_plain_line_is_read_at_once_and_as_typer_reads_it(words: list[str]) -> None:
    read = at_once(words)
    assert read is not None
    assert read == by_typer(words)


@settings(max_examples=400, deadline=None)
@given(any_lines())
def test_a_line_that_is_read_at_once_is_never_read_otherwise(words: list[str]) -> None:
    read = at_once(words)
    assert read is None or read == by_typer(words)


@pytest.mark.parametrize(
    "words",
    [
        ["--help"],
        ["visa", "--help"],
        ["visa", "-h"],
        ["visa", "12", "--jsno"],
        ["visa", "12", "13"],
        ["visa", "--", "12"],
        ["lista", "--antal", "tio"],
        ["lista", "--antal", "0"],
        ["lista", "--antal"],
        ["lista", "--json=ja"],
        ["lista", "--handläggare", "Eva"],
        ["lsita"],
        ["enhet"],
        ["enhet", "lsita"],
        ["importera"],
    ],
)
def test_what_is_not_plain_is_left_to_typer(words: list[str]) -> None:
    assert line.read(words) is None


@pytest.mark.parametrize(
    ("words", "values"),
    [
        (["tilldela", "12", "Eva Lind"], {"ref": "12", "handler": "Eva Lind"}),
        (["tilldela", "--datum", "igår", "12", "Eva"], {"ref": "12", "handler": "Eva", "on": "igår"}),
        (["anteckna", "12", "-"], {"ref": "12", "text": "-"}),
        (["sok", "--typ=klagomal", "hål"], {"text": "hål", "case_type": "klagomal"}),
        (["utlamna", "1", "2", "--dolj", "Eva", "--dolj", "Bo"], {"refs": ["1", "2"], "hidden": ["Eva", "Bo"]}),
        (["uppdatera", "1", "--inte-anonym"], {"ref": "1", "anonymous": False}),
        (["sammanstall", "2026", "-o", "ut.xlsx"], {"year": 2026, "output": Path("ut.xlsx")}),
    ],
)
def test_values_stand_by_the_names_of_their_parameters(words: list[str], values: dict[str, Any]) -> None:
    read = line.read(words)
    assert read is not None
    assert read.command is not None
    untouched = {one.name: one.default for one in parameters(read.command)}
    assert read.values == untouched | values


def test_the_register_and_the_picture_of_today(klagreg: Clerk) -> None:
    assert line.read([]) == ({"register": None, "network": False, "debug": False, "version": False}, None, {})
    assert line.read(["--register", "a.db"]) == (
        {"register": Path("a.db"), "network": False, "debug": False, "version": False}, None, {},
    )  # fmt: skip
    assert klagreg("--version").out.startswith("klagreg ")


def test_every_command_takes_the_edge_first() -> None:
    for name, command in ALL.items():
        assert command.__code__.co_varnames[0] in ("edge", "_edge"), name
        assert not command.__code__.co_kwonlyargcount, name
