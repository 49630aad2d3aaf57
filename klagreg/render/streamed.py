"""Long lists as XML, row by row: what would take openpyxl minutes takes seconds, and no more memory than the rows.

A row here is the row that openpyxl writes of the same values: the same cells pass the same gate.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from html import escape
from typing import NamedTuple

from klagreg.render.cells import Cell, cell, number_text
from klagreg.render.layout import GROUP, Look, Looks, begins_group
from klagreg.sheets import Column, Value

EVERY = 1_000
"""Rows between two steps of progress, and in one piece of the file."""

_REPEATED = 1_024
"""Values of a column that are kept as they were written: names, days and short numbers come again and again."""

StyleIndex = Callable[[Look, str, bool], int]
"""The number of a look, with its number format and whether it is quoted, in the file's list of cell formats."""


class Rows(NamedTuple):
    """Rows of a sheet that are written by hand."""

    first: int
    """The row in the sheet where they begin."""
    names: Sequence[str]
    """What the columns are called: ``A``, ``B`` …"""
    columns: Sequence[Column]
    values: Sequence[Sequence[Value]]
    looks: Looks
    style: StyleIndex

    def as_xml(self, progress: Callable[[int], None]) -> Iterator[bytes]:
        """The ``row`` elements in pieces. ``progress`` is told how many rows there are in each."""
        plain, group = (
            [_writer(column, looks, self.style) for column in self.columns] for looks in (self.looks, GROUP)
        )
        for start in range(0, len(self.values), EVERY):
            piece = self.values[start : start + EVERY]
            numbered = enumerate(piece, self.first + start)
            yield "".join(
                _row(n, row, self.names, group if begins_group(row) else plain) for n, row in numbered
            ).encode()
            progress(len(piece))


def _row(number: int, row: Sequence[Value], names: Iterable[str], writers: Iterable[Callable[[Value], str]]) -> str:
    cells = [f'<c r="{name}{number}"{write(value)}' for name, write, value in zip(names, writers, row, strict=True)]
    return f'<row r="{number}">{"".join(cells)}</row>'


def _writer(column: Column, looks: Looks, style: StyleIndex) -> Callable[[Value], str]:
    """What a value of the column is after the cell's place: its style, its type and what it holds."""

    def written(value: Value) -> str:
        found = cell(value, column.kind)
        return _after_place(found, style(looks.of(value, column), found.number_format, found.quoted))

    # By type too: 1 is not 1.0, and a part is not its text.
    return lru_cache(_REPEATED, typed=True)(written)


def _after_place(found: Cell, style: int) -> str:
    if not isinstance(found.raw, str):
        return f' s="{style}" t="n"><v>{number_text(found.raw)}</v></c>'
    if not found.raw:
        return f' s="{style}"/>'
    # Readers may drop what is blank at the ends of a text that does not forbid it.
    space = "" if found.raw == found.raw.strip() else ' xml:space="preserve"'
    return f' s="{style}" t="inlineStr"><is><t{space}>{escape(found.raw, quote=False)}</t></is></c>'
