"""The terminal: the one gate that text passes on its way to it, and the table that lists are shown in.

Stored text is hostile until shown otherwise: escape codes, control characters, bidi overrides and rich's own
markup must arrive as visible characters. With a person watching, tables are drawn by rich; to a pipe they are
plain aligned text, because rich costs more than the command itself.
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.console import Console

_NEVER = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Unicode categories that steer a terminal or hide text: controls, formats (bidi), surrogates, line separators."""


def clean(text: str) -> str:
    """A text that is safe to print on one line: everything that is not visible becomes ``�`` or a space."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_visible(c) for c in text)


def clean_prose(text: str) -> str:
    """A text of several lines, safe to print; line ends stay."""
    return "\n".join(clean(line) for line in text.split("\n"))


def _visible(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Zs" or character in "\n\t":
        return " "
    return "�" if category in _NEVER else character


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list."""

    heading: str
    whole: bool = False
    """Never broken over lines or cut: case numbers and days."""
    right: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A text in a list; ``mark`` says what it means, never by colour alone."""

    text: str
    mark: str = ""
    """``late``, ``soon``, ``done``, ``strong`` or nothing."""


_STYLES = {"late": "bold red", "soon": "bold yellow", "done": "green", "strong": "bold", "faint": "dim", "": ""}


def say(text: str = "", file: TextIO | None = None) -> None:
    """Print a line of text that has already passed :func:`clean`, or is our own."""
    print(text, file=file or sys.stdout)


def notice(text: str) -> None:
    """Tell the person something beside the data, on stderr."""
    print(clean(text), file=sys.stderr)


def heading(text: str, mark: str = "strong") -> None:
    """A heading over a list."""
    if not is_watched():
        say(text)
        return
    from rich.text import Text

    console().print(Text(text, style=_STYLES[mark]))


def table(columns: Sequence[Column], rows: Sequence[Sequence[Cell | str]]) -> None:
    """Print a list: drawn for a person, plain for a pipe."""
    cells = [[cell if isinstance(cell, Cell) else Cell(cell) for cell in row] for row in rows]
    if not is_watched():
        _align(columns, cells)
    elif _room_needed(columns, cells) <= console().width:
        _draw(columns, cells)
    else:
        _stack(columns, cells)


def is_watched() -> bool:
    """True when stdout is a terminal."""
    return sys.stdout is not None and sys.stdout.isatty()


_NARROWEST = 7
"""Characters below which a broken column is no longer readable."""


def _room_needed(columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> int:
    whole = [max([len(c.heading), *(len(row[i].text) for row in rows)]) for i, c in enumerate(columns) if c.whole]
    return sum(whole) + _NARROWEST * (len(columns) - len(whole)) + 2 * len(columns)


def _draw(columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1), header_style="bold")
    for column in columns:
        drawn.add_column(
            Text(column.heading), no_wrap=column.whole, overflow="fold", justify="right" if column.right else "left"
        )
    for row in rows:
        drawn.add_row(*(Text(clean(cell.text), style=_STYLES[cell.mark]) for cell in row))
    console().print(drawn)


def _stack(columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> None:
    """Each row as a small block, for a terminal that is too narrow for a table."""
    for first, *others in rows:
        heading(clean(first.text))
        for column, cell in zip(columns[1:], others, strict=True):
            say(f"  {column.heading}: {clean(cell.text)}")


def _align(columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> None:
    texts = [[column.heading for column in columns], *([clean(cell.text) for cell in row] for row in rows)]
    widths = [max(map(len, cells)) for cells in zip(*texts, strict=True)]
    for line in texts:
        padded = (
            text.rjust(width) if column.right else text.ljust(width)
            for text, width, column in zip(line, widths, columns, strict=True)
        )
        say("  ".join(padded).rstrip())


def console() -> Console:
    """rich's console with everything off that would read a text as markup."""
    from rich.console import Console

    return Console(highlight=False, emoji=False, markup=False)
