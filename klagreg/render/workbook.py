"""The workbook: sheets of values as an .xlsx that Excel and LibreOffice show alike. Computes no figure.

Everything that reaches a cell passes :func:`put`, which keeps text text: never a formula, never an illegal
character, never silently cut. The only module that knows openpyxl.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from textwrap import wrap
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.chart import BarChart, LineChart
from openpyxl.chart.axis import ChartLines
from openpyxl.chart.data_source import AxDataSource, NumDataSource, NumRef, StrRef
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.marker import Marker
from openpyxl.chart.series import Series as DataSeries
from openpyxl.chart.series import SeriesLabel
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import CharacterProperties, Paragraph, ParagraphProperties, RegularTextRun
from openpyxl.drawing.text import Font as ChartFont
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.filters import AutoFilter
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.table import Table, TableColumn
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from klagreg.figures import Points, Share
from klagreg.render.files import written_beside
from klagreg.selfcheck import FormSheet
from klagreg.sheets import (
    NOT_APPLICABLE,
    NOTHING,
    Block,
    Chart,
    ChartKind,
    Column,
    Kind,
    Part,
    Section,
    Series,
    Sheet,
    Value,
    shown,
)
from klagreg.terms import fold

CREATOR = "klagreg"
TEXT_LIMIT = 32_767
"""UTF-16 units in a cell; Excel's own limit."""

HEADING_LIMIT = 240
"""Characters in a heading; a table column's name may be 255, and a number is added to one of two alike."""

TITLE_LIMIT = 31
"""Characters in a sheet's title; Excel's own limit."""

_HEADER_ROW = 2
_ILLEGAL = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ESCAPE_LIKE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_FORMULA_START = ("=", "+", "-", "@", "\t", "\n", " ", "＝")

# One hue from dark to light, so that a black-and-white printer keeps the order.
_INK, _DARK, _RULE, _PALE, _GREY = "1C2B33", "1F4E5F", "C3CED3", "E8EEF1", "55626B"
_RAMP = (_DARK, "3F7A8C", "6FA0B0", "9CC2CD", "C4DCE3", "E6F0F3", "FFFFFF")
_FONT = "Arial"


def write(sheets: Sequence[Sheet], path: Path, *, title: str, created: datetime, replace: bool) -> None:
    """Write the sheets to ``path``. The same sheets, title and ``created`` (aware) give the same bytes.

    Raises:
        KlagregError: the file cannot be written; see :func:`klagreg.render.files.written_beside`.
    """
    with written_beside(path, replace=replace) as temporary:
        book = _Book(title, created)
        for sheet in sheets:
            book.add(sheet)
        book.save(temporary)


# -- cells --------------------------------------------------------------------------------------


def put(sheet: Worksheet, row: int, column: int, value: Value, style: str, kind: Kind = Kind.FIGURE) -> None:
    """The one way into a cell.

    Raises:
        ValueError: a number that is none (NaN, infinity).
    """
    cell = sheet.cell(row, column)
    cell.style = style
    raw = value.value if isinstance(value, Share | Points) else value
    if raw is None:
        raw = NOT_APPLICABLE
    if isinstance(raw, str):
        cell.value = cleaned(raw)
        cell.data_type = "s"
        cell.quotePrefix = raw.startswith(_FORMULA_START)
        return
    if isinstance(raw, float) and not math.isfinite(raw):
        raise ValueError(f"{sheet.title} {cell.coordinate}: {raw} is no number")
    cell.value = raw
    cell.number_format = _number_format(value, kind)


def cleaned(text: str) -> str:
    """A text as a cell can hold it: what XML forbids as ``�``, Excel's escapes taken literally, at most the limit."""
    escaped = _ESCAPE_LIKE.sub("_x005F_", _ILLEGAL.sub("�", text.replace("\r\n", "\n").replace("\r", "\n")))
    units = escaped.encode("utf-16-le")
    if len(units) <= 2 * TEXT_LIMIT:
        return escaped
    return units[: 2 * (TEXT_LIMIT - 1)].decode("utf-16-le", "ignore") + "…"


def _legal(text: str) -> str:
    """A text outside cells, where Excel has no escapes of its own."""
    return _ILLEGAL.sub("�", " ".join(text.split()))


def _number_format(value: Value, kind: Kind) -> str:
    """The format that shows a number as :func:`klagreg.sheets.shown` does, in any language's Excel."""
    if isinstance(value, date):
        return "yyyy-mm-dd"
    if isinstance(value, Share):
        # 99,7 % is not 100 %: the shown figure is the same here as everywhere else.
        misled = value.value is not None and (0 < value.value < 0.005 or 0.995 <= value.value < 1)
        return f'"{value.percent.replace(" ", "")}"' if misled else "0%"
    if isinstance(value, Points):
        return _signed('0.0" procentenheter"')
    if kind is Kind.GROWTH:
        return _signed("0%")
    number = "0.0" if isinstance(value, float) else "#,##0"
    return _signed(number) if kind is Kind.CHANGE else number


def _signed(number: str) -> str:
    return f'+{number};"−"{number};{number}'


# -- the book -----------------------------------------------------------------------------------


class _Book:
    """A workbook in the making: its styles, its sheets and how it is saved."""

    def __init__(self, title: str, created: datetime) -> None:
        self.title = _legal(title)
        self.created = created.astimezone(UTC).replace(tzinfo=None, microsecond=0)
        self.workbook = Workbook()
        self.workbook.remove(self.workbook.worksheets[0])
        self.descriptions: dict[Any, str] = {}
        for style in _styles():
            self.workbook.add_named_style(style)
        _set_body_font(self.workbook)

    def add(self, sheet: Sheet) -> None:
        """Add a sheet: heading, table, totals, notes and chart, ready to read and to print."""
        if len(sheet.title) > TITLE_LIMIT:
            raise ValueError(f"{sheet.title} is too long for a sheet's title")
        target, layout = self.workbook.create_sheet(sheet.title), _Layout(sheet)
        _fill(target, sheet, layout)
        _mark_table(target, sheet, layout, len(self.workbook.worksheets))
        _set_up_screen(target, sheet, layout)
        _set_up_print(target, layout, self.title)
        if sheet.chart:
            drawn = _drawn(sheet.chart, target, sheet)
            drawn.width, drawn.height = layout.chart_size(sheet.chart)  # type: ignore[assignment]
            target.add_chart(drawn, f"A{layout.chart_row}")
            self.descriptions[drawn] = f"{_legal(sheet.chart.title)}. Siffrorna står i tabellen på bladet."
            if layout.breaks_before(sheet.chart):
                target.row_breaks.append(Break(id=layout.chart_row - 2))

    def save(self, path: Path) -> None:
        """Write the file, with ``created`` as the only time in it."""
        properties = self.workbook.properties
        properties.creator, properties.title, properties.language = CREATOR, self.title, "sv-SE"
        properties.created = properties.modified = self.created
        _Writer(self.workbook, _Archive(path, self.created), self.descriptions).save()


class _Archive(ZipFile):
    """A zip whose members carry the report's time, not the clock's."""

    def __init__(self, path: Path, created: datetime) -> None:
        super().__init__(path, "w", ZIP_DEFLATED)
        self._created = created

    def writestr(self, zinfo_or_arcname: Any, data: Any, *_args: Any, **_kwargs: Any) -> None:
        member = ZipInfo(zinfo_or_arcname, self._created.timetuple()[:6])
        member.compress_type = ZIP_DEFLATED
        member.external_attr = 0o600 << 16
        super().writestr(member, data)

    def write(self, filename: Any, arcname: Any = None, *_args: Any, **_kwargs: Any) -> None:
        self.writestr(arcname, Path(filename).read_bytes())


class _Writer(ExcelWriter):
    """openpyxl's writer, which besides gives charts the description that a screen reader reads."""

    def __init__(self, workbook: Workbook, archive: ZipFile, descriptions: dict[Any, str]) -> None:
        super().__init__(workbook, archive)
        self._descriptions = descriptions

    def _write_drawing(self, drawing: Any) -> None:
        plain = drawing._chart_frame

        def described(index: int) -> Any:
            frame = plain(index)
            frame.nvGraphicFramePr.cNvPr.descr = self._descriptions[drawing.charts[index - 1]]
            return frame

        drawing._chart_frame = described
        super()._write_drawing(drawing)  # type: ignore[misc]


# -- styles -------------------------------------------------------------------------------------

_HEADING, _HEADER, _HEADER_RIGHT = "Klagreg rubrik", "Klagreg tabellhuvud", "Klagreg tabellhuvud tal"
_TEXT, _NUMBER, _TOTAL_TEXT, _TOTAL_NUMBER = "Klagreg text", "Klagreg tal", "Klagreg summa text", "Klagreg summa tal"
_SECTION, _PART, _NOTE = "Klagreg avsnitt", "Klagreg text varav", "Klagreg anmärkning"
_LEAD, _FORM_TEXT = "Klagreg ingress", "Klagreg formulär text"
_FORM_TICK, _FORM_TICK_HEADER = "Klagreg formulär kryss", "Klagreg formulär kryss tabellhuvud"


def _styles() -> Iterator[NamedStyle]:
    """The named styles: change one in Excel and the whole book follows."""
    line, firm, gap = (Side(style="thin", color=color) for color in (_RULE, _DARK, "FFFFFF"))
    dark, pale = PatternFill("solid", fgColor=_DARK), PatternFill("solid", fgColor=_PALE)
    ink, bold, white = _font(), _font(bold=True), _font(bold=True, color="FFFFFF")
    words = {"horizontal": "left", "vertical": "center", "wrap_text": True, "indent": 1}
    # Without an indent: LibreOffice forgets it between number formats, and the figures would stand out of line.
    figures = {"horizontal": "right", "vertical": "center"}

    def style(name: str, font: Font, alignment: dict[str, Any], **more: Any) -> NamedStyle:
        return NamedStyle(name=name, font=font, alignment=Alignment(**alignment), **more)

    yield style(_HEADING, _font(size=14, bold=True, color=_DARK), {"vertical": "center"})
    # Headings stand at the top: the filter button takes the lower right corner.
    header = {"fill": dark, "border": Border(left=gap)}
    yield style(_HEADER, white, {**words, "vertical": "top"}, **header)
    yield style(_HEADER_RIGHT, white, {**figures, "vertical": "top", "wrap_text": True}, **header)
    yield style(_TEXT, ink, words, border=Border(bottom=line))
    yield style(_PART, ink, {**words, "indent": 3}, border=Border(bottom=line))
    yield style(_NUMBER, ink, figures, border=Border(bottom=line))
    yield style(_TOTAL_TEXT, bold, words, border=Border(top=firm), fill=pale)
    yield style(_TOTAL_NUMBER, bold, figures, border=Border(top=firm), fill=pale)
    yield style(_SECTION, _font(bold=True, color=_DARK), words, border=Border(bottom=firm), fill=pale)
    yield style(_NOTE, _font(size=9, color=_GREY), {"vertical": "center"})
    yield style(_LEAD, ink, {"vertical": "top"})
    yield style(_FORM_TEXT, ink, {**words, "vertical": "top"}, border=Border(bottom=line, left=line, right=line))
    tick = {"horizontal": "center", "vertical": "top"}
    yield style(_FORM_TICK_HEADER, white, tick, **header)
    yield style(_FORM_TICK, _font(size=14), tick, border=Border(bottom=line, left=line, right=line))


def _font(size: int = 10, *, bold: bool = False, color: str = _INK) -> Font:
    return Font(name=_FONT, size=size, bold=bold, color=color)


def _set_body_font(workbook: Workbook) -> None:
    """Excel measures column widths in digits of the Normal style's font."""
    workbook._named_styles["Normal"].font = _font()  # type: ignore[attr-defined]
    workbook._fonts[0] = _font()  # type: ignore[attr-defined]


# -- where things stand -------------------------------------------------------------------------

_ROW_POINTS, _HEADING_POINTS, _LINE_POINTS, _BUTTON_POINTS = 16.0, 34.0, 13.0, 12.0
_HEADING_MORE, _LEAD_GAP = 20.0, 6.0
_POINTS_PER_CM, _PIXELS_PER_CM = 72 / 2.54, 96 / 2.54
_MARGIN, _FOOT = 1.3, 1.8
_A4 = (21.0, 29.7)
_PORTRAIT, _LANDSCAPE = 92, 138
"""Digits across an A4 in full size."""

_PORTRAIT_LIMIT = 112
"""Digits across a standing A4 at the smallest, before the page is turned."""

_FORM, _FORM_HEADING = 160, 115
"""Digits across a lying A4 at the smallest that a form's long texts are read in, and letters of a heading there."""

_TO_WRITE_IN = 20
"""Digits that a form's column of text has at least, also when nobody has written in it yet."""


class _Layout:
    """What goes where on a sheet, counted from its contents: widths in digits, charts in centimetres."""

    def __init__(self, sheet: Sheet) -> None:
        self.rows = sheet.rows or ((NOTHING, *("" for _ in sheet.columns[1:])),)
        self.is_form = isinstance(sheet, FormSheet)
        self.heading = wrap(_legal(sheet.heading), _FORM_HEADING) if self.is_form else [sheet.heading]
        self.lead = sheet.lead if isinstance(sheet, FormSheet) else ()
        self.header_row = len(self.heading) + len(self.lead) + 1
        self.last_row = self.header_row + len(self.rows)
        self.widths = (_form_widths if self.is_form else _widths)(sheet.columns, [*self.rows, *sheet.totals])
        self.landscape = sum(self.widths) > _PORTRAIT_LIMIT
        headings = zip(sheet.columns, self.widths, strict=True)
        lines = max(len(wrap(column.heading, width)) for column, width in headings)
        self.header_height = lines * _LINE_POINTS + 5 + sheet.filtered * _BUTTON_POINTS
        self.heights = [_height(row, self.widths) for row in self.rows]
        # Broken by hand: cells are never merged, and a wrapped note would stand in one narrow column.
        width = int(max(_PORTRAIT, sum(self.widths)) * 1.12)
        self.notes = [line for note in sheet.notes for line in wrap(_legal(note), width, break_on_hyphens=False)]
        self.notes_row = self.last_row + len(sheet.totals) + 2
        self.chart_row = self.notes_row + len(self.notes) + 1

    @property
    def table_width(self) -> float:
        """Centimetres."""
        return sum(width * 7 + 5 for width in self.widths) / _PIXELS_PER_CM

    def chart_size(self, chart: Chart) -> tuple[float, float]:
        """As wide as the table, and high enough for every bar and for names that must lean."""
        width, bars = min(self.table_width, 36.0), _size(chart.categories)
        if chart.kind is not ChartKind.COLUMNS:
            return width, 2.8 + 0.53 * bars if chart.kind is ChartKind.BARS else 3.8 + 0.8 * bars
        names = [shown(line[chart.categories.left]) for line in self.rows] if chart.categories.top else []
        leaning = max(map(len, names), default=0) * 0.16 > width / bars
        return width, 12.5 if leaning else 9.0

    def breaks_before(self, chart: Chart) -> bool:
        """Whether the end of a page would cut the chart."""
        width, height = _A4[self.landscape] - 2 * _MARGIN, _A4[not self.landscape] - _MARGIN - _FOOT
        repeated = _HEADING_POINTS + self.header_height
        page = height * _POINTS_PER_CM / min(1.0, width / self.table_width) - repeated
        above = sum(self.heights) + (self.chart_row - self.last_row) * _ROW_POINTS
        return above % page + self.chart_size(chart)[1] * _POINTS_PER_CM > page


def _widths(columns: Sequence[Column], lines: Sequence[Sequence[Value]]) -> list[int]:
    """Wide enough for what stands in each column, and together at least as wide as a page."""
    last = len(columns) - 1
    widths = [
        _width(column, [shown(line[i], column.kind) for line in lines], 64 if i == last else 42)
        for i, column in enumerate(columns)
    ]
    needed = sum(widths)
    scale = max(1.0, (_PORTRAIT if needed <= _PORTRAIT_LIMIT else _LANDSCAPE) / needed)
    return [int(width * scale) for width in widths]


def _form_widths(columns: Sequence[Column], lines: Sequence[Sequence[Value]]) -> list[int]:
    """As wide as a lying page can be read; each digit goes to the column that then makes a row highest."""
    widths = [_least_width(column, [shown(line[i]) for line in lines]) for i, column in enumerate(columns)]
    while sum(widths) < _FORM:
        heights = [max(_height([line[i]], [width]) for line in lines) for i, width in enumerate(widths)]
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


def _letters(text: str, width: int) -> int:
    """How many letters of a text fit on a line: of words more than of the digits that widths are measured in."""
    is_one_word = " " not in text
    return width - 3 if is_one_word else int(width * 1.15) - 2


def _height(row: Sequence[Value], widths: Sequence[int]) -> float:
    """Points. Said aloud, because LibreOffice does not fit a row to its text by itself."""
    texts = ((value, width) for value, width in zip(row, widths, strict=True) if isinstance(value, str))
    lines = [sum(max(1, len(wrap(part, _letters(part, width)))) for part in text.split("\n")) for text, width in texts]
    return min(409.0, _ROW_POINTS + (max(lines, default=1) - 1) * _LINE_POINTS)


# -- filling a sheet ----------------------------------------------------------------------------


def _fill(target: Worksheet, sheet: Sheet, layout: _Layout) -> None:
    above = [*((line, _HEADING) for line in layout.heading), *((line, _LEAD) for line in layout.lead)]
    for i, (line, style) in enumerate(above, 1):
        put(target, i, 1, line, style)
    number_header = _FORM_TICK_HEADER if layout.is_form else _HEADER_RIGHT
    for i, (column, heading) in enumerate(zip(sheet.columns, _headings(sheet), strict=True), 1):
        put(target, layout.header_row, i, heading, _HEADER if column.kind is Kind.TEXT else number_header)
    styles = (_FORM_TEXT, _FORM_TICK) if layout.is_form else (_TEXT, _NUMBER)
    _put_rows(target, layout.header_row + 1, sheet.columns, layout.rows, *styles)
    _put_rows(target, layout.last_row + 1, sheet.columns, sheet.totals, _TOTAL_TEXT, _TOTAL_NUMBER)
    for i, line in enumerate(layout.notes):
        put(target, layout.notes_row + i, 1, line, _NOTE)


def _put_rows(
    target: Worksheet, top: int, columns: Sequence[Column], rows: Iterable[Sequence[Value]], text: str, number: str
) -> None:
    for r, row in enumerate(rows, top):
        for c, (column, value) in enumerate(zip(columns, row, strict=True), 1):
            style = text if column.kind is Kind.TEXT else number
            if isinstance(row[0], Section):
                style = _SECTION
            elif isinstance(value, Part):
                style = _PART
            put(target, r, c, value, style, column.kind)


def _headings(sheet: Sheet) -> list[str]:
    """The headings as Excel wants them in a table: on one line, not empty, no two alike."""
    found: dict[str, str] = {}
    for column in sheet.columns:
        name = unique = cleaned(" ".join(column.heading.split()))[:HEADING_LIMIT] or NOT_APPLICABLE
        while unique.casefold() in found:
            unique = f"{name} ({len(found) + 1})"
        found[unique.casefold()] = unique
    return list(found.values())


def _mark_table(target: Worksheet, sheet: Sheet, layout: _Layout, number: int) -> None:
    """Say that the rows are a table: for filters, and for screen readers."""
    name = re.sub("[^a-z0-9]", "_", fold(sheet.title))
    corner = f"{get_column_letter(len(sheet.columns))}{layout.last_row}"
    table = Table(displayName=f"Tabell{number}_{name}", ref=f"A{layout.header_row}:{corner}")
    table.tableColumns = [TableColumn(id=i, name=heading) for i, heading in enumerate(_headings(sheet), 1)]
    if sheet.filtered:
        table.autoFilter = AutoFilter(ref=table.ref)
    target.add_table(table)


def _set_up_screen(target: Worksheet, sheet: Sheet, layout: _Layout) -> None:
    for i, width in enumerate(layout.widths, 1):
        target.column_dimensions[get_column_letter(i)].width = width
    target.sheet_format.defaultRowHeight, target.sheet_format.customHeight = _ROW_POINTS, True
    above = [_HEADING_POINTS, *[_HEADING_MORE] * (len(layout.heading) - 1), *[_ROW_POINTS] * len(layout.lead)]
    above[-1] += _LEAD_GAP if layout.lead else 0
    heights = (*above, layout.header_height, *layout.heights)
    for i, height in enumerate(heights, 1):
        target.row_dimensions[i].height = height
    target.sheet_view.showGridLines = False
    # A form's texts are too wide to stand still beside one another.
    is_number = (i for i, column in enumerate(sheet.columns) if column.kind is not Kind.TEXT)
    names = 0 if layout.is_form else next(is_number, 0)
    target.freeze_panes = f"{get_column_letter(names + 1)}{layout.header_row + 1}"


def _set_up_print(target: Worksheet, layout: _Layout, title: str) -> None:
    target.page_setup.paperSize = 9  # A4
    target.page_setup.orientation = "landscape" if layout.landscape else "portrait"
    target.page_setup.fitToWidth, target.page_setup.fitToHeight = 1, 0
    target.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    target.print_title_rows = f"{layout.header_row if layout.is_form else 1}:{layout.header_row}"
    margins = target.page_margins
    margins.left = margins.right = margins.top = _MARGIN / 2.54
    margins.bottom, margins.footer = _FOOT / 2.54, 0.8 / 2.54
    footer = target.oddFooter
    assert footer is not None
    footer.left.text, footer.right.text = cleaned(title).replace("&", "&&")[:200], "Sida &P av &N"
    for part in (footer.left, footer.right):
        part.size, part.font = 8, f"{_FONT},Regular"


# -- charts -------------------------------------------------------------------------------------


def _drawn(chart: Chart, target: Worksheet, sheet: Sheet) -> BarChart:
    """A chart that draws from the table's own cells."""
    drawn = BarChart()
    stacked = chart.kind is ChartKind.STACKED_BARS
    drawn.barDir = "col" if chart.kind is ChartKind.COLUMNS else "bar"
    drawn.grouping, drawn.overlap = ("stacked", 100) if stacked else ("clustered", 0)
    drawn.gapWidth = 55
    drawn.roundedCorners = False
    drawn.title = _chart_title(chart.title, 12)
    for series, fill in zip(chart.series, _colours(len(chart.series)), strict=True):
        edge = LineProperties(solidFill=_DARK, w=6350)
        drawn.append(_data(series, chart, target, GraphicalProperties(solidFill=fill, ln=edge)))
    _set_up_axes(drawn, chart, sheet)
    if not stacked and _has_room_for_numbers(chart, sheet):
        drawn.dataLabels = _numbers_shown()
    if chart.target:
        drawn += _target_line(chart, chart.target, target)
    if len(chart.series) == 1 and not chart.target:
        drawn.legend = None
    else:
        drawn.legend.position, drawn.legend.overlay, drawn.legend.txPr = "b", False, _text_properties(9)
    return drawn


def _data(series: Series, chart: Chart, target: Worksheet, look: GraphicalProperties) -> DataSeries:
    made = DataSeries(tx=SeriesLabel(v=_legal(series.name)), spPr=look)
    made.val = NumDataSource(numRef=NumRef(f=_reference(target, series.values)))
    made.cat = AxDataSource(strRef=StrRef(f=_reference(target, chart.categories)))
    return made


def _target_line(chart: Chart, series: Series, target: Worksheet) -> LineChart:
    stroke = GraphicalProperties(ln=LineProperties(solidFill=_INK, prstDash="dash", w=22225))
    made = _data(series, chart, target, stroke)
    made.smooth = False
    # A line needs two points; over a single column it is a mark.
    made.marker = Marker(symbol="dash" if _size(chart.categories) == 1 else "none", size=24, spPr=stroke)
    line = LineChart()
    line.append(made)
    return line


def _set_up_axes(drawn: BarChart, chart: Chart, sheet: Sheet) -> None:
    categories, values = drawn.x_axis, drawn.y_axis
    for axis, title in ((categories, chart.category_title), (values, chart.value_title)):
        axis.delete = False
        axis.title = _chart_title(title, 9)
        axis.txPr = _text_properties(9)
        axis.graphicalProperties = GraphicalProperties(ln=LineProperties(solidFill=_RULE))
        axis.majorTickMark = None
    values.majorGridlines = ChartLines(spPr=GraphicalProperties(ln=LineProperties(solidFill=_PALE)))
    values.scaling.min = 0
    values.number_format = "0%" if chart.target else "#,##0"
    if chart.target:
        values.scaling.max, values.majorUnit = 1, 0.2
    elif _highest(chart, sheet) <= 10:
        values.majorUnit = 1
    if chart.kind is not ChartKind.COLUMNS:
        # The first row of the table is the topmost bar.
        categories.scaling.orientation, values.crosses = "maxMin", "max"


def _numbers(chart: Chart, sheet: Sheet) -> list[list[Value]]:
    """The values of each series."""
    lines: list[Sequence[Value]] = [[column.heading for column in sheet.columns], *sheet.rows, *sheet.totals]
    return [
        [value for line in lines[top : bottom + 1] for value in line[left : right + 1]]
        for _, (top, left, bottom, right) in chart.series
    ]


def _highest(chart: Chart, sheet: Sheet) -> float:
    """The longest bar, of stacked ones all parts together."""
    numbers = [[value if isinstance(value, int) else 0 for value in series] for series in _numbers(chart, sheet)]
    stacked = chart.kind is ChartKind.STACKED_BARS
    return max((sum(bar) if stacked else max(bar) for bar in zip(*numbers, strict=True)), default=0)


def _has_room_for_numbers(chart: Chart, sheet: Sheet) -> bool:
    """Few enough to read, and all of them there: Excel draws a dash as zero."""
    numbers = [value for series in _numbers(chart, sheet) for value in series]
    crowded = chart.kind is ChartKind.COLUMNS and len(numbers) > 16
    return not crowded and not any(isinstance(value, Share) and value.value is None for value in numbers)


def _numbers_shown() -> DataLabelList:
    labels = DataLabelList(showVal=True, txPr=_text_properties(9), dLblPos="outEnd")
    labels.showSerName = labels.showCatName = labels.showLegendKey = labels.showPercent = False
    return labels


def _colours(number: int) -> list[str]:
    """So many steps from dark to light, as far apart as they can be."""
    apart = (len(_RAMP) - 1) / max(2, number - 1)
    return [_RAMP[round(i * apart) % len(_RAMP)] for i in range(number)]


def _reference(target: Worksheet, block: Block) -> str:
    top, left, bottom, right = block
    first, last = (
        f"${get_column_letter(column + 1)}${_HEADER_ROW + row}" for column, row in ((left, top), (right, bottom))
    )
    return f"{quote_sheetname(target.title)}!{first}:{last}"


def _size(block: Block) -> int:
    return (block.bottom - block.top + 1) * (block.right - block.left + 1)


def _chart_title(text: str, size: int) -> Title:
    characters = _characters(size, bold=True)
    run = RegularTextRun(rPr=characters, t=_legal(text))
    paragraph = Paragraph(pPr=ParagraphProperties(defRPr=characters), r=[run])
    return Title(tx=Text(rich=RichText(p=[paragraph])), overlay=False)


def _text_properties(size: int) -> RichText:
    characters = _characters(size)
    return RichText(p=[Paragraph(pPr=ParagraphProperties(defRPr=characters), endParaRPr=characters)])


def _characters(size: int, *, bold: bool = False) -> CharacterProperties:
    return CharacterProperties(
        sz=size * 100, b=bold, solidFill=_DARK if bold else _INK, latin=ChartFont(typeface=_FONT)
    )
