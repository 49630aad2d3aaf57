"""Where things stand on a sheet of the workbook, and what they look like: counted from what is to be said.

Widths are in digits, as Excel counts them; heights in points; charts in centimetres.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from enum import StrEnum
from functools import cache
from textwrap import wrap
from typing import NamedTuple

from klagreg.render.cells import legal
from klagreg.selfcheck import FormSheet
from klagreg.sheets import Block, Chart, ChartKind, Column, Kind, Part, Section, Sheet, Value, shown

LONG = 1_000
"""Rows, beyond which a table is a list to search in: one line a row, and widths that are not measured on all."""

ROW_POINTS = 16.0
LEFT, BOTTOM = 1.3, 1.8
"""Margins of a page in centimetres; the bottom one holds the footer."""

_HEADING_POINTS, _LINE_POINTS, _BUTTON_POINTS = 34.0, 13.0, 12.0
_HEADING_MORE, _LEAD_GAP, _STAMP_POINTS = 20.0, 6.0, 22.0
LYING = (ChartKind.BARS, ChartKind.STACKED_BARS)
"""Charts whose names stand beside their bars."""

LONG_NAME = 36
"""Letters of a name beside a bar, beyond which it is broken."""

_POINTS_PER_CM, _PIXELS_PER_CM = 72 / 2.54, 96 / 2.54
_A4 = (21.0, 29.7)
_PORTRAIT, _LANDSCAPE = 92, 138
"""Digits across an A4 in full size."""

_PORTRAIT_LIMIT = 112
"""Digits across a standing A4 at the smallest, before the page is turned."""

_FORM, _FORM_HEADING = 160, 115
"""Digits across a lying A4 at the smallest that a form's long texts are read in, and letters of a heading there."""

_TO_WRITE_IN = 20
"""Digits that a form's column of text has at least, also when nobody has written in it yet."""

_FROZEN = 85
"""Digits of names that may stand still: about half of a laptop's screen."""

_SAMPLE = 500
"""Rows of a long list that its widths are measured on."""


class Look(StrEnum):
    """A named style of the workbook: change one in Excel and the whole book follows."""

    STAMP = "Klagreg stämpel"
    HEADING = "Klagreg rubrik"
    LEAD = "Klagreg ingress"
    HEADER = "Klagreg tabellhuvud"
    HEADER_NUMBER = "Klagreg tabellhuvud tal"
    TEXT = "Klagreg text"
    PART = "Klagreg text varav"
    LINE = "Klagreg text i lista"
    NUMBER = "Klagreg tal"
    SECTION = "Klagreg avsnitt"
    TOTAL_TEXT = "Klagreg summa text"
    TOTAL_NUMBER = "Klagreg summa tal"
    NOTE = "Klagreg anmärkning"
    FORM_TEXT = "Klagreg formulär text"
    FORM_TICK = "Klagreg formulär kryss"
    FORM_TICK_HEADER = "Klagreg formulär kryss tabellhuvud"


class Looks(NamedTuple):
    """How the cells of a row look: those of text, those that name a part of the row above, and those of figures."""

    text: Look
    part: Look
    number: Look

    def of(self, value: Value, column: Column) -> Look:
        """How a value looks in its column."""
        if isinstance(value, Part):
            return self.part
        return self.text if column.kind is Kind.TEXT else self.number


GROUP = Looks(Look.SECTION, Look.SECTION, Look.SECTION)
"""A row that begins a new group of rows."""

TOTALS = Looks(Look.TOTAL_TEXT, Look.PART, Look.TOTAL_NUMBER)
FORM = Looks(Look.FORM_TEXT, Look.PART, Look.FORM_TICK)
TABLE = Looks(Look.TEXT, Look.PART, Look.NUMBER)
LIST = Looks(Look.LINE, Look.PART, Look.NUMBER)


def begins_group(row: Sequence[Value]) -> bool:
    """Whether a row is the heading of those that follow."""
    return isinstance(row[0], Section)


class Layout:
    """What goes where on a sheet."""

    def __init__(self, sheet: Sheet, stamp: str = "") -> None:
        self.columns, self._has_chart = sheet.columns, sheet.chart is not None
        self.rows: Sequence[Sequence[Value]] = sheet.rows or ((sheet.nothing, *("" for _ in sheet.columns[1:])),)
        self.is_form, self.is_long = isinstance(sheet, FormSheet), len(self.rows) > LONG
        self.heading = (wrap(legal(sheet.heading), _FORM_HEADING) or [""]) if self.is_form else [sheet.heading]
        self.lead = sheet.lead if isinstance(sheet, FormSheet) else ()
        self.stamp = stamp
        self.above = [*((text, look) for text, look in [(stamp, Look.STAMP)] if text)]
        self.above += [(line, Look.HEADING) for line in self.heading]
        self.above += [(line, Look.LEAD) for line in self.lead]
        self.header_row = len(self.above) + 1
        self.last_row = self.header_row + len(self.rows)
        self.looks = FORM if self.is_form else LIST if self.is_long else TABLE
        self.widths = (_form_widths if self.is_form else _widths)(sheet.columns, [*_sample(self.rows), *sheet.totals])
        self.landscape = sum(self.widths) > _PORTRAIT_LIMIT
        lines = max(_heading_lines(*of_column) for of_column in zip(sheet.columns, self.widths, strict=True))
        self.header_height = lines * _LINE_POINTS + 5 + sheet.filtered * _BUTTON_POINTS
        self.heights = [] if self.is_long else [_height(row, self.widths) for row in self.rows]
        # Broken by hand: cells are never merged, and a wrapped note would stand in one narrow column.
        width = int(max(_PORTRAIT, min(_LANDSCAPE, sum(self.widths))) * 1.25)
        self.notes = [line for note in sheet.notes for line in wrap(legal(note), width, break_on_hyphens=False)]
        self.notes_row = self.last_row + len(sheet.totals) + 2
        self.end = self.notes_row + len(self.notes) - 1 if self.notes else self.last_row + len(sheet.totals)
        self.chart_row = self.end + 2

    @property
    def frozen(self) -> int:
        """Columns that stand still beside the figures: the names before them, if they leave room to scroll in."""
        # A form's texts are too wide to stand still beside one another.
        if self.is_form:
            return 0
        names = next((i for i, column in enumerate(self.columns) if column.kind is not Kind.TEXT), 0)
        return max(n for n in range(names + 1) if sum(self.widths[:n]) <= _FROZEN or n == 0)

    @property
    def table_width(self) -> float:
        """Centimetres."""
        return sum(width * 7 + 5 for width in self.widths) / _PIXELS_PER_CM

    @property
    def heights_above(self) -> list[float]:
        """Points of every row above the table, its headings too."""
        heights = [_STAMP_POINTS] if self.stamp else []
        heights += [_HEADING_POINTS, *[_HEADING_MORE] * (len(self.heading) - 1), *[ROW_POINTS] * len(self.lead)]
        heights[-1] += _LEAD_GAP if self.lead else 0
        return [*heights, self.header_height]

    @property
    def repeated(self) -> tuple[int, int]:
        """First and last row that stand on every page of a print; the stamp stands in its margin instead."""
        return self.header_row if self.is_form else 1 + bool(self.stamp), self.header_row

    @property
    def top(self) -> float:
        """The margin above a page, in centimetres: wide enough for the stamp."""
        return LEFT + 0.6 * bool(self.stamp)

    def chart_size(self, chart: Chart) -> tuple[float, float]:
        """As wide as the table, and high enough for every bar and for names that must lean."""
        width, bars = min(self.table_width, 36.0), cells_in(chart.categories)
        names = [shown(line[chart.categories.left]) for line in self.rows] if chart.categories.top else []
        longest = max(map(len, names), default=0)
        if chart.kind in LYING:
            around, bar = (2.8, 0.53) if chart.kind is ChartKind.BARS else (3.8, 0.8)
            lines = 0.53 + 0.33 * min(5, longest // LONG_NAME)
            # As much room as they want only while all of them stand on one page.
            return width, around + bars * max(0.53, min(max(bar, lines), (_A4[not self.landscape] - 8) / bars))
        wanted = 12.5 if longest * 0.16 > width / bars else 9.0
        # A little lower rather than on a page of its own.
        return width, self._room if 0.8 * wanted <= self._room < wanted else wanted

    @property
    def is_a_page(self) -> bool:
        """Whether it is a little too long for a page, so that only notes would stand on another one."""
        return not self._has_chart and self._page < self._height <= 1.2 * self._page

    def breaks_before(self, chart: Chart) -> bool:
        """Whether the end of a page would cut the chart."""
        return self.chart_size(chart)[1] > self._room

    @property
    def _room(self) -> float:
        """Centimetres that are left for a chart on the page where the notes end."""
        repeated = _HEADING_POINTS + self.header_height
        above = self._height - repeated + 2 * ROW_POINTS
        page = self._page - repeated
        return (page - above % page) / _POINTS_PER_CM

    @property
    def _page(self) -> float:
        """Points of a page, as many as the sheet has before it is fitted to the page's width."""
        width, height = _A4[self.landscape] - 2 * LEFT, _A4[not self.landscape] - self.top - BOTTOM
        return height * _POINTS_PER_CM / min(1.0, width / self.table_width)

    @property
    def _height(self) -> float:
        """Points of all but the chart."""
        rows = sum(self.heights) if self.heights else len(self.rows) * ROW_POINTS
        return sum(self.heights_above) + rows + (self.end - self.last_row) * ROW_POINTS


def cells_in(block: Block) -> int:
    """How many cells a block has."""
    return (block.bottom - block.top + 1) * (block.right - block.left + 1)


def _sample(rows: Sequence[Sequence[Value]]) -> list[Sequence[Value]]:
    """All rows of a table; of a long list some, from all over it."""
    step = max(1, len(rows) // _SAMPLE) if len(rows) > LONG else 1
    return [rows[i] for i in range(0, len(rows), step)]


def _widths(columns: Sequence[Column], lines: Sequence[Sequence[Value]]) -> list[int]:
    """Wide enough for what stands in each column, and together at least as wide as a page.

    A column that says its width has it.
    """
    last = len(columns) - 1
    widths = [
        column.width or _width(column, {shown(line[i], column.kind) for line in lines}, 64 if i == last else 42)
        for i, column in enumerate(columns)
    ]
    needed, fixed = sum(widths), sum(column.width or 0 for column in columns)
    page = _PORTRAIT if needed <= _PORTRAIT_LIMIT else _LANDSCAPE
    scale = max(1.0, (page - fixed) / (needed - fixed)) if needed > fixed else 1.0
    return [width if column.width else int(width * scale) for column, width in zip(columns, widths, strict=True)]


def _form_widths(columns: Sequence[Column], lines: Sequence[Sequence[Value]]) -> list[int]:
    """As wide as a lying page can be read; each digit goes to the column that then makes a row highest."""
    widths = [_least_width(column, [shown(line[i]) for line in lines]) for i, column in enumerate(columns)]

    @cache
    def height(i: int, width: int) -> float:
        return max(_height([line[i]], [width]) for line in lines)

    while sum(widths) < _FORM:
        heights = [height(i, width) for i, width in enumerate(widths)]
        widths[heights.index(max(heights))] += 1
    return widths


def _least_width(column: Column, texts: Iterable[str]) -> int:
    """So wide that no word is broken."""
    if column.kind is not Kind.TEXT:
        return len(column.heading) + 3
    longest = max((len(word) for text in texts for word in re.split(r"[\s-]", text)), default=0)
    return max(_TO_WRITE_IN, min(longest, 40))


def _width(column: Column, texts: Iterable[str], widest: int) -> int:
    words = max((len(word) for word in column.heading.split()), default=0)
    lines = max((len(line) for text in texts for line in text.split("\n")), default=0)
    return min(widest, max(8, math.ceil(words * 1.1) + 2, math.ceil(lines * 1.05) + 3))


def _heading_lines(column: Column, width: int) -> int:
    """How many lines a bold heading takes."""
    return len(wrap(column.heading, max(1, int(width * 1.1) - 1))) or 1


def _letters(text: str, width: int) -> int:
    """How many letters of a text fit on a line: of words more than of the digits that widths are measured in."""
    is_one_word = " " not in text
    return width - 3 if is_one_word else int(width * 1.15) - 2


def _height(row: Sequence[Value], widths: Sequence[int]) -> float:
    """Points. Said aloud, because LibreOffice does not fit a row to its text by itself."""
    lines = max((_lines(value, width) for value, width in zip(row, widths, strict=True)), default=1)
    return min(409.0, ROW_POINTS + (lines - 1) * _LINE_POINTS)


def _lines(value: Value, width: int) -> int:
    """How many lines a value takes in a column."""
    if not isinstance(value, str) or (len(value) <= width - 3 and "\n" not in value):
        return 1
    return sum(max(1, len(wrap(part, _letters(part, width)))) for part in value.split("\n"))
