"""The workbook: sheets of values as an .xlsx that Excel and LibreOffice show alike. Computes no figure.

Everything that reaches a cell passes :func:`klagreg.render.cells.cell`. This module, and those that it takes its
styles, its charts and its file from, are the only ones that know openpyxl.
"""

from __future__ import annotations

import pickle
import re
from array import array
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, overload

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.filters import AutoFilter
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.table import Table, TableColumn
from openpyxl.worksheet.worksheet import Worksheet

from klagreg.errors import WrongUse, os_reason
from klagreg.render import charts, package
from klagreg.render.cells import TEXT_LIMIT, cell, cleaned, cut, in_margin, legal
from klagreg.render.files import written_beside
from klagreg.render.layout import BOTTOM, GROUP, LEFT, ROW_POINTS, TOTALS, Layout, Look, Looks, begins_group
from klagreg.render.pictured import picture
from klagreg.render.streamed import Rows
from klagreg.render.styles import FONT, Styles
from klagreg.sheets import NOT_APPLICABLE, Column, Kind, Sheet, Value
from klagreg.terms import fold

CREATOR = "klagreg"

HEADING_LIMIT = 240
"""UTF-16 units in a heading; a table column's name may be 255, and a number is added to one of two alike."""

TITLE_LIMIT = 31
"""Characters in a sheet's title; Excel's own limit."""

ROW_LIMIT = 1_048_576
"""Rows of a sheet; Excel's own limit."""


def write(
    sheets: Sequence[Sheet],
    path: Path,
    *,
    title: str,
    created: datetime,
    replace: bool,
    stamp: str = "",
    progress: Callable[[int], None] | None = None,
) -> None:
    """Write the sheets to ``path``. The same sheets, title, stamp and ``created`` (aware) give the same bytes.

    ``stamp``: what must be seen wherever the workbook is opened or printed: ``Intern – får inte publiceras``.
    ``progress``: told now and then how many rows there are.

    Raises:
        KlagregError: the file cannot be written; see :func:`klagreg.render.files.written_beside`.
    """
    with written_beside(path, replace=replace) as temporary:
        book = _Book(title, created, stamp, progress)
        for sheet in sheets:
            book.add(sheet)
        book.save(temporary)


def is_cut(value: Value) -> bool:
    """Whether a text is longer than a cell, so that only its beginning is written."""
    if not isinstance(value, str) or len(value) <= TEXT_LIMIT // 2:
        return False  # also of escapes and of characters that take two units
    return cleaned(value) == cleaned(value + "..")


class Spool(Sequence[tuple[Value, ...]]):
    """The rows of a list that may be too long for the memory, in a file that nobody else can open."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._starts = array("Q")

    def append(self, row: tuple[Value, ...]) -> None:
        """Add a row."""
        self._starts.append(self._file.seek(0, 2))
        pickle.dump(row, self._file)

    def __len__(self) -> int:
        return len(self._starts)

    @overload
    def __getitem__(self, index: int) -> tuple[Value, ...]: ...
    @overload
    def __getitem__(self, index: slice) -> list[tuple[Value, ...]]: ...
    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        self._file.seek(self._starts[index])
        return pickle.load(self._file)


@contextmanager
def spooled(path: Path) -> Iterator[Spool]:
    """Rows for a workbook at ``path``, kept in its folder until they are written, and gone whatever happens.

    Raises:
        WrongUse: the folder is missing or cannot be written in.
    """
    with ExitStack() as stack:
        try:
            file = stack.enter_context(TemporaryFile(prefix=".klagreg-", dir=path.parent))
        except OSError as error:
            raise WrongUse(
                f"Det går inte att skriva i mappen {path.parent} ({os_reason(error)}).", "Välj en annan mapp."
            ) from error
        yield Spool(file)


class _Book:
    """A workbook in the making: its styles, its sheets and how it is saved."""

    def __init__(self, title: str, created: datetime, stamp: str, progress: Callable[[int], None] | None) -> None:
        self.title, self.stamp = legal(title), legal(stamp)
        self.created = created.astimezone(UTC).replace(tzinfo=None, microsecond=0)
        self.workbook = Workbook()
        self.workbook.remove(self.workbook.worksheets[0])
        self.styles = Styles(self.workbook)
        self.beside = package.Beside()
        self._progress, self._rows = progress, 0

    def add(self, sheet: Sheet) -> None:
        """Add a sheet: heading, table, totals, notes and chart, ready to read and to print."""
        layout = Layout(sheet, self.stamp)
        if len(sheet.title) > TITLE_LIMIT or layout.end > ROW_LIMIT:
            raise ValueError(f"{sheet.title} is too long for a sheet")
        page = _Page(self.workbook.create_sheet(sheet.title), self.styles)
        _fill(page, sheet, layout)
        (_write_by_hand if layout.is_long else _put_rows)(
            page, layout.header_row + 1, sheet.columns, layout.rows, layout.looks
        )
        if page.by_hand is None:
            self.written(len(layout.rows))
        else:
            self.beside.rows[page.target] = page.by_hand
        _mark_table(page.target, sheet, layout, len(self.workbook.worksheets))
        _set_up_screen(page.target, layout)
        _set_up_print(page.target, layout, self.title)
        self._draw(page.target, sheet, layout)

    def _draw(self, target: Worksheet, sheet: Sheet, layout: Layout) -> None:
        if sheet.chart and (shown := picture(sheet.chart, sheet)):
            chart = charts.drawn(shown, target.title, layout.header_row, layout.chart_size(sheet.chart))
            target.add_chart(chart, f"A{layout.chart_row}")
            self.beside.descriptions[chart] = shown.in_words
            if layout.breaks_before(sheet.chart):
                target.row_breaks.append(Break(id=layout.chart_row - 2))

    def written(self, rows: int) -> None:
        """So many rows more."""
        self._rows += rows
        if self._progress:
            self._progress(self._rows)

    def save(self, path: Path) -> None:
        """Write the file."""
        properties = self.workbook.properties
        properties.creator, properties.language = CREATOR, "sv-SE"
        properties.title = f"{self.title} – {self.stamp}" if self.stamp else self.title
        properties.keywords = self.stamp or None
        properties.created = properties.modified = self.created
        package.save(self.workbook, path, self.created, self.beside, self.written)


# -- cells --------------------------------------------------------------------------------------


class _Page:
    """A sheet whose cells are filled one by one."""

    def __init__(self, target: Worksheet, styles: Styles) -> None:
        self.target, self.styles = target, styles
        self.by_hand: Rows | None = None

    def put(self, row: int, column: int, value: Value, look: Look, kind: Kind = Kind.FIGURE) -> None:
        """The one way into a cell.

        Raises:
            ValueError: a number that is none (NaN, infinity).
        """
        found = cell(value, kind)
        target: Any = self.target.cell(row, column)
        target._style = self.styles.array(look, found.number_format, found.quoted)
        if found.raw != "":
            target.value = found.raw
            target.data_type = "s" if isinstance(found.raw, str) else "n"


def _fill(page: _Page, sheet: Sheet, layout: Layout) -> None:
    """Write everything but the table's rows."""
    for i, (line, look) in enumerate(layout.above, 1):
        page.put(i, 1, line, look)
        # The stamp reaches across the table.
        if look is Look.STAMP:
            for empty in range(2, len(sheet.columns) + 1):
                page.put(i, empty, "", look)
    number_header = Look.FORM_TICK_HEADER if layout.is_form else Look.HEADER_NUMBER
    for i, (column, heading) in enumerate(zip(sheet.columns, _headings(sheet), strict=True), 1):
        page.put(layout.header_row, i, heading, Look.HEADER if column.kind is Kind.TEXT else number_header)
    _put_rows(page, layout.last_row + 1, sheet.columns, sheet.totals, TOTALS)
    for i, line in enumerate(layout.notes):
        page.put(layout.notes_row + i, 1, line, Look.NOTE)


def _put_rows(page: _Page, top: int, columns: Sequence[Column], rows: Sequence[Sequence[Value]], looks: Looks) -> None:
    for r, row in enumerate(rows, top):
        of_row = GROUP if begins_group(row) else looks
        for c, (column, value) in enumerate(zip(columns, row, strict=True), 1):
            page.put(r, c, value, of_row.of(value, column), column.kind)


def _write_by_hand(
    page: _Page, top: int, columns: Sequence[Column], rows: Sequence[Sequence[Value]], looks: Looks
) -> None:
    """Keep the rows of a long list until the file is written."""
    names = [get_column_letter(i) for i in range(1, len(columns) + 1)]
    page.by_hand = Rows(top, names, columns, rows, looks, page.styles.index)


def _headings(sheet: Sheet) -> list[str]:
    """The headings as Excel wants them in a table: on one line, not empty, no two alike."""
    found: dict[str, str] = {}
    for column in sheet.columns:
        name = unique = cut(legal(column.heading), HEADING_LIMIT) or NOT_APPLICABLE
        while unique.casefold() in found:
            unique = f"{name} ({len(found) + 1})"
        found[unique.casefold()] = unique
    return list(found.values())


# -- the sheet around them ----------------------------------------------------------------------


def _mark_table(target: Worksheet, sheet: Sheet, layout: Layout, number: int) -> None:
    """Say that the rows are a table: for filters, and for screen readers."""
    name = re.sub("[^a-z0-9]", "_", fold(sheet.title))
    corner = f"{get_column_letter(len(sheet.columns))}{layout.last_row}"
    table = Table(displayName=f"Tabell{number}_{name}", ref=f"A{layout.header_row}:{corner}")
    # Excel repairs a table whose columns are not called what the cells say: both take escapes.
    table.tableColumns = [TableColumn(id=i, name=cleaned(heading)) for i, heading in enumerate(_headings(sheet), 1)]
    if sheet.filtered:
        table.autoFilter = AutoFilter(ref=table.ref)
    target.add_table(table)


def _set_up_screen(target: Worksheet, layout: Layout) -> None:
    for i, width in enumerate(layout.widths, 1):
        target.column_dimensions[get_column_letter(i)].width = width
    target.sheet_format.defaultRowHeight, target.sheet_format.customHeight = ROW_POINTS, True
    for i, height in enumerate((*layout.heights_above, *layout.heights), 1):
        target.row_dimensions[i].height = height
    target.sheet_view.showGridLines = False
    target.freeze_panes = f"{get_column_letter(layout.frozen + 1)}{layout.header_row + 1}"


def _set_up_print(target: Worksheet, layout: Layout, title: str) -> None:
    target.page_setup.paperSize = 9  # A4
    target.page_setup.orientation = "landscape" if layout.landscape else "portrait"
    target.page_setup.fitToWidth, target.page_setup.fitToHeight = 1, int(layout.is_a_page)
    target.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    target.print_title_rows = "{}:{}".format(*layout.repeated)
    margins = target.page_margins
    margins.left = margins.right = LEFT / 2.54
    margins.top, margins.header = layout.top / 2.54, 0.8 / 2.54
    margins.bottom, margins.footer = BOTTOM / 2.54, 0.8 / 2.54
    header, footer = target.oddHeader, target.oddFooter
    assert header is not None
    assert footer is not None
    footer.left.text, footer.right.text = in_margin(title), "Sida &P av &N"
    for part in (footer.left, footer.right):
        part.size, part.font = 8, f"{FONT},Regular"
    if layout.stamp:
        header.center.text, header.center.size, header.center.font = in_margin(layout.stamp), 10, f"{FONT},Bold"
