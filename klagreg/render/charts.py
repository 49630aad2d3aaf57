"""Pictures as the workbook's own charts, which draw from the table's cells and can be read without colours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import cycle, islice
from typing import Any

from openpyxl.chart import BarChart, LineChart
from openpyxl.chart.axis import ChartLines
from openpyxl.chart.data_source import AxDataSource, NumData, NumDataSource, NumRef, NumVal, StrData, StrRef, StrVal
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.layout import Layout, ManualLayout
from openpyxl.chart.legend import Legend
from openpyxl.chart.marker import Marker
from openpyxl.chart.series import Series as DataSeries
from openpyxl.chart.series import SeriesLabel
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.colors import ColorChoice
from openpyxl.drawing.fill import PatternFillProperties
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import CharacterProperties, Paragraph, ParagraphProperties, RegularTextRun
from openpyxl.drawing.text import Font as ChartFont
from openpyxl.utils import get_column_letter, quote_sheetname

from klagreg.render.cells import legal
from klagreg.render.layout import LONG_NAME, LYING
from klagreg.render.pictured import Line, Picture
from klagreg.render.styles import DARK, FONT, INK, PALE, RAMP, RULE, WHITE
from klagreg.sheets import Block, ChartKind

_WIDEST_CM = 2.4
"""A column as wide as a wall says no more than a narrow one: of few columns the gaps grow instead."""

_EDGE = 6_350
_STROKE = 25_400
"""English metric units: 12,700 are a point."""

_DASHES: tuple[Any, ...] = ("solid", "dash", "sysDot", "lgDashDot", "sysDash", "lgDash")
_MARKERS: tuple[Any, ...] = ("circle", "square", "triangle", "diamond", "x", "plus")
_PATTERNS: tuple[Any, ...] = ("wdUpDiag", "pct20")
_LINE_COLOURS = (DARK, "3F7A8C", INK)
"""All dark enough to be seen as a thin line; dash and marker tell the lines apart."""


def drawn(picture: Picture, sheet_title: str, header_row: int, size: tuple[float, float]) -> BarChart | LineChart:
    """A picture as a chart of the sheet whose table has its headings in ``header_row``. ``size``: in centimetres."""
    place = _Place(sheet_title, header_row, picture.categories)
    made = _lines(picture, place) if picture.chart.kind is ChartKind.LINES else _bars(picture, place, size[0])
    made.width, made.height = size  # type: ignore[assignment]
    made.roundedCorners = False
    made.title = _title(picture.chart.title, 12)
    if picture.chart.kind in LYING and max(map(len, picture.categories)) > LONG_NAME:
        # Else long names push the bars out of the picture: like this they are broken.
        high = size[1]
        made.layout = Layout(ManualLayout("inner", "edge", "edge", x=0.4, y=1.2 / high, w=0.54, h=1 - 3.2 / high))
    _set_up_axes(made, picture)
    if picture.target:
        made += _target(picture.target, picture.chart.categories, place)
    made.legend = _legend() if len(picture.lines) > 1 or picture.target else None
    return made


class _Place:
    """Where a chart's values stand in the workbook."""

    def __init__(self, sheet_title: str, header_row: int, categories: Sequence[str]) -> None:
        self._sheet, self._header_row = quote_sheetname(sheet_title), header_row
        self._names = StrData(len(categories), [StrVal(i, legal(name)) for i, name in enumerate(categories)])

    def series(self, line: Line, categories: Block, look: GraphicalProperties) -> DataSeries:
        """A line's values with the names that they have in common."""
        made = DataSeries(tx=SeriesLabel(v=legal(line.name)), spPr=look)
        made.cat = AxDataSource(strRef=StrRef(self._reference(categories), self._names))
        numbers = [NumVal(i, v=number) for i, number in enumerate(line.numbers) if number is not None]
        known = NumData("0%" if line.is_shares else "#,##0", len(line.numbers), numbers)
        made.val = NumDataSource(NumRef(self._reference(line.block), known))
        return made

    def _reference(self, block: Block) -> str:
        first, last = (
            f"${get_column_letter(column + 1)}${self._header_row + row}"
            for column, row in ((block.left, block.top), (block.right, block.bottom))
        )
        return f"{self._sheet}!{first}:{last}"


def _bars(picture: Picture, place: _Place, width: float) -> BarChart:
    chart, made = picture.chart, BarChart()
    stacked = chart.kind is ChartKind.STACKED_BARS
    made.barDir = "col" if chart.kind is ChartKind.COLUMNS else "bar"
    made.grouping, made.overlap = ("stacked", 100) if stacked else ("clustered", 0)
    made.gapWidth = _gap(picture, width) if chart.kind is ChartKind.COLUMNS else 55
    edge = LineProperties(solidFill=DARK, w=_EDGE)
    for line, fill in zip(picture.lines, _fills(len(picture.lines)), strict=True):
        made.append(place.series(line, chart.categories, GraphicalProperties(ln=edge, **fill)))
    crowded = chart.kind is ChartKind.COLUMNS and len(picture.numbers) > 16
    # Excel would label a dash with zero.
    if not stacked and not crowded and None not in picture.numbers:
        made.dataLabels = _labels("outEnd")
    return made


def _gap(picture: Picture, width: float) -> int:
    """Between groups of columns, in per cent of a column's width."""
    columns, groups = len(picture.lines), len(picture.categories)
    return max(55, min(400, round(100 * ((width - 2) / groups / _WIDEST_CM - columns))))


def _lines(picture: Picture, place: _Place) -> LineChart:
    made = LineChart()
    looks = zip(picture.lines, cycle(_DASHES), cycle(_MARKERS), cycle(_LINE_COLOURS))
    for i, (line, dash, symbol, colour) in enumerate(looks):
        stroke = LineProperties(solidFill=colour, prstDash=dash, w=_STROKE)
        series = place.series(line, picture.chart.categories, GraphicalProperties(ln=stroke))
        series.smooth = False
        fill = GraphicalProperties(
            solidFill=WHITE if i % 2 else colour, ln=LineProperties(solidFill=colour, w=_EDGE * 2)
        )
        series.marker = Marker(symbol=symbol, size=8, spPr=fill)
        made.append(series)
    if len(picture.lines) == 1:
        made.dataLabels = _labels("t")
    return made


def _target(target: Line, categories: Block, place: _Place) -> LineChart:
    stroke = GraphicalProperties(ln=LineProperties(solidFill=INK, prstDash="dash", w=22_225))
    series = place.series(target, categories, stroke)
    series.smooth = False
    # A line needs two points; over a single column it is a mark.
    series.marker = Marker(symbol="dash" if len(target.values) == 1 else "none", size=24, spPr=stroke)
    line = LineChart()
    line.append(series)
    return line


def _set_up_axes(made: BarChart | LineChart, picture: Picture) -> None:
    chart, categories, values = picture.chart, made.x_axis, made.y_axis
    for axis, title in ((categories, chart.category_title), (values, chart.value_title)):
        axis.delete = False
        axis.title = _title(title, 9)
        axis.txPr = _text_properties(9)
        axis.graphicalProperties = GraphicalProperties(ln=LineProperties(solidFill=RULE))
        axis.majorTickMark = None
    values.majorGridlines = ChartLines(spPr=GraphicalProperties(ln=LineProperties(solidFill=PALE)))
    values.crossBetween = "between"
    values.scaling.min = 0
    values.number_format = "0%" if picture.is_shares else "#,##0"
    if picture.is_shares:
        values.scaling.max, values.majorUnit = 1, 0.2
    elif picture.highest <= 10:
        values.majorUnit = 1
    if chart.kind in LYING:
        # The first row of the table is the topmost bar.
        categories.scaling.orientation, values.crosses = "maxMin", "max"
        values.axPos = "b"
    else:
        categories.axPos = "b"


def _labels(position: str) -> DataLabelList:
    labels = DataLabelList(showVal=True, txPr=_text_properties(9), dLblPos=position)
    labels.showSerName = labels.showCatName = labels.showLegendKey = labels.showPercent = False
    return labels


def _legend() -> Legend:
    legend = Legend()
    legend.position, legend.overlay, legend.txPr = "b", False, _text_properties(9)
    return legend


def _fills(number: int) -> Iterator[dict[str, Any]]:
    """So many steps from dark to light, as far apart as they can be; then patterns, for those that are left."""
    apart = min(3.0, (len(RAMP) - 1) / max(1, min(number, len(RAMP)) - 1))
    solid = [{"solidFill": RAMP[round(i * apart)]} for i in range(min(number, len(RAMP)))]
    patterned = [{"pattFill": PatternFillProperties(name, _rgb(DARK), _rgb(WHITE))} for name in _PATTERNS]
    return islice(cycle([*solid, *patterned]), number)


def _rgb(colour: Any) -> ColorChoice:
    return ColorChoice(srgbClr=colour)


def _title(text: str, size: int) -> Title:
    characters = _characters(size, bold=True)
    run = RegularTextRun(rPr=characters, t=legal(text))
    paragraph = Paragraph(pPr=ParagraphProperties(defRPr=characters), r=[run])
    return Title(tx=Text(rich=RichText(p=[paragraph])), overlay=False)


def _text_properties(size: int) -> RichText:
    characters: Any = _characters(size)
    return RichText(p=[Paragraph(pPr=ParagraphProperties(defRPr=characters), endParaRPr=characters)])


def _characters(size: int, *, bold: bool = False) -> CharacterProperties:
    return CharacterProperties(sz=size * 100, b=bold, solidFill=DARK if bold else INK, latin=ChartFont(typeface=FONT))
