"""The terminal: the one gate that text passes on its way to it, and the table that lists are shown in.

Stored text is hostile until shown otherwise: escape codes, control characters, bidi overrides and rich's own
markup must arrive as visible characters. With a person watching, tables are drawn by rich; to a pipe they are
plain aligned text, because rich costs more than the command itself.
"""

import os
import sys
import unicodedata
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple, TextIO

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

_NEVER = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Unicode categories that steer a terminal or hide text: controls, formats (bidi), surrogates, line separators."""


def clean(text: str) -> str:
    """A text that is safe to print on one line: everything that is not visible becomes ``�`` or a space."""
    if text.isprintable():
        return text
    return "".join(_visible(c) for c in text)


def clean_prose(text: str) -> str:
    """A text of several lines, safe to print; line ends stay."""
    return "\n".join(clean(line) for line in text.split("\n"))


def is_hidden(character: str) -> bool:
    """Whether a character steers a terminal or cannot be seen there."""
    return unicodedata.category(character) in _NEVER


def _visible(character: str) -> str:
    if character in "\n\t" or unicodedata.category(character) == "Zs":
        return " "
    return "�" if is_hidden(character) else character


class Column(NamedTuple):
    """A column of a list."""

    heading: str
    whole: bool = False
    """Never broken over lines or cut: case numbers and days."""
    right: bool = False
    minor: bool = False
    """Moves in under the last column when the terminal has no room for it."""


class Cell(NamedTuple):
    """A text in a list; ``mark`` says what it means, never by colour alone."""

    text: str
    mark: str = ""
    """``late``, ``soon``, ``done``, ``strong`` or nothing."""


_STYLES = {"late": "bold red", "soon": "bold magenta", "done": "green", "strong": "bold", "faint": "dim", "": ""}


def say(text: str = "", file: TextIO | None = None) -> None:
    """Print a line of text that has already passed :func:`clean`, or is our own.

    A person gets it broken between words, the rest of the line standing in under its beginning; a pipe gets it whole.
    """
    stream = file or sys.stdout
    if stream is not None and stream.isatty():
        width = window()
        text = "\n".join(_wrapped(line, width) for line in text.split("\n"))
    print(text, file=stream)


def verbatim(text: str) -> None:
    """Print a text as it is but for what the gate stops: for files that are shown to be copied."""
    print(clean_prose(text))


def _wrapped(line: str, width: int) -> str:
    if len(line) <= width:
        return line
    import textwrap

    hanging = " " * (len(line) - len(line.lstrip()) + 2)
    return textwrap.fill(line, width, subsequent_indent=hanging, break_on_hyphens=False)


def prose(text: str) -> None:
    """Print a paragraph that has passed :func:`clean`: broken between words for a person, whole for a pipe."""
    if not is_watched():
        print(text)
        return
    import textwrap

    print(textwrap.fill(text, window(), break_on_hyphens=False))


def notice(text: str) -> None:
    """Tell the person something beside the data, on stderr. Where that is closed or full nobody hears it: no fault."""
    if sys.stderr is None:
        return
    try:
        say(clean(text), sys.stderr)
    except OSError:
        forget(sys.stderr)


def forget(stream: TextIO) -> None:
    """Point a stream that takes nothing elsewhere, so that Python's last flush is quiet."""
    with suppress(AttributeError, OSError, ValueError):  # closed, or no file at all
        elsewhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(elsewhere, stream.fileno())
        os.close(elsewhere)


def heading(text: str, mark: str = "strong") -> None:
    """A heading over a list."""
    if not is_watched():
        say(text)
        return
    from rich.text import Text

    console().print(Text(text, style=_STYLES[mark]))


Rows = Sequence[Sequence[Cell | str]]


def table(columns: Sequence[Column], rows: Rows, alike: Rows | None = None) -> None:
    """Print a list: drawn for a person, plain for a pipe.

    ``alike``: all rows of several tables that shall look the same, though each has only some of them.
    """
    cells, all_cells = _cells(rows), _cells(alike or rows)
    if not is_watched():
        _align(columns, cells)
    elif _room_needed(columns, all_cells) > console().width:
        _stack(columns, cells)
    else:
        _draw(columns, cells, fold=_width(columns, all_cells) > console().width)


def _cells(rows: Rows) -> list[list[Cell]]:
    return [[cell if isinstance(cell, Cell) else Cell(cell) for cell in row] for row in rows]


def is_watched() -> bool:
    """True when stdout is a terminal."""
    return sys.stdout is not None and sys.stdout.isatty()


_NARROWEST = 12
"""Characters below which a broken column is no longer readable."""


def _room_needed(columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> int:
    """The least that the table can be drawn in: whole columns whole, minor ones under the last."""
    needed = 0
    for i, column in enumerate(columns):
        if not column.minor:
            natural = max(len(column.heading), *(len(row[i].text) for row in rows))
            needed += 2 + (natural if column.whole else min(natural, _NARROWEST))
    return needed


def _draw(columns: Sequence[Column], rows: Sequence[Sequence[Cell]], *, fold: bool) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    texts = [[Text(clean(cell.text), style=_STYLES[cell.mark]) for cell in row] for row in rows]
    if fold:
        columns, texts = _minor_under_last(columns, texts)
    drawn = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    for column in columns:
        drawn.add_column(
            Text(column.heading), no_wrap=column.whole, overflow="fold", justify="right" if column.right else "left"
        )
    for row in texts:
        drawn.add_row(*row)
    console().print(drawn)


def _width(columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> int:
    """What the table needs for every cell to stand on one line."""
    return sum(max(len(c.heading), *(len(row[i].text) for row in rows)) + 2 for i, c in enumerate(columns))


def _minor_under_last(
    columns: Sequence[Column], rows: Sequence[Sequence["Text"]]
) -> tuple[list[Column], list[list["Text"]]]:
    from rich.text import Text

    minor = [i for i, column in enumerate(columns) if column.minor]
    kept = [i for i in range(len(columns)) if i not in minor]
    folded = []
    for row in rows:
        told = " · ".join(row[i].plain for i in minor if row[i].plain not in ("", "–"))
        under = Text(f"  {told}" if told else "", style=_STYLES["faint"])
        last = Text("\n").join([row[kept[-1]], under]) if under.plain else row[kept[-1]]
        folded.append([*(row[i] for i in kept[:-1]), last])
    return [columns[i] for i in kept], folded


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


def console() -> "Console":
    """rich's console with everything off that would read a text as markup."""
    from rich.console import Console

    return Console(width=window(), highlight=False, emoji=False, markup=False)


def page(unwatched: int) -> int:
    """Rows of a list that fit the window, with its headings and what is said after it; to a pipe ``unwatched``."""
    if not is_watched():
        return unwatched
    import shutil

    columns, lines = shutil.get_terminal_size()
    lines_a_row = 1 if columns >= _WIDE else 2
    return max((lines - _AROUND_A_LIST) // lines_a_row, 9)


_AROUND_A_LIST = 5
"""Lines: the headings, the rule under them, what is said of the others, and the next prompt."""
_WIDE = 132
"""Columns from which a case stands on one line; else what is minor moves in under it."""


def window() -> int:
    """Columns to write in: as many as there are, and never so few that a case number would be broken."""
    import shutil

    return max(shutil.get_terminal_size().columns, 20)
