"""The workbook's named styles and its one palette, and the number that a file knows each look by."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import Cell as XlsxCell
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.styles.cell_style import StyleArray

from klagreg.render.layout import Look

# One hue from dark to light, so that a black-and-white printer keeps the order.
INK, DARK, RULE, PALE, GREY, WHITE = "1C2B33", "1F4E5F", "C3CED3", "E8EEF1", "55626B", "FFFFFF"
RAMP = (DARK, "3F7A8C", "6FA0B0", "9CC2CD", "CFE3E9")
FONT = "Arial"


class Styles:
    """The looks of one workbook."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._known: dict[tuple[Look, str, bool], StyleArray] = {}
        for style in _named():
            workbook.add_named_style(style)
        # Excel measures column widths in digits of the Normal style's font.
        workbook._named_styles["Normal"].font = _font()  # type: ignore[attr-defined]
        workbook._fonts[0] = _font()  # type: ignore[attr-defined]

    def array(self, look: Look, number_format: str = "", quoted: bool = False) -> StyleArray:
        """A look with a number format, as openpyxl gives it to a cell. Looked up once: in a cell it costs more."""
        key = look, number_format, quoted
        if key not in self._known:
            probe = XlsxCell(self._workbook.worksheets[0], 1, 1)
            probe.style = str(look)
            if number_format:
                probe.number_format = number_format
            probe.quotePrefix = quoted
            self._known[key] = probe._style  # type: ignore[attr-defined]
        return self._known[key]

    def index(self, look: Look, number_format: str = "", quoted: bool = False) -> int:
        """The number of a look in the file's list of cell formats."""
        return int(self._workbook._cell_styles.add(self.array(look, number_format, quoted)))  # type: ignore[attr-defined]


def _named() -> Iterator[NamedStyle]:
    line, firm, gap = (Side(style="thin", color=color) for color in (RULE, DARK, WHITE))
    dark, pale = PatternFill("solid", fgColor=DARK), PatternFill("solid", fgColor=PALE)
    ink, bold, white = _font(), _font(bold=True), _font(bold=True, color=WHITE)
    words = {"horizontal": "left", "vertical": "center", "wrap_text": True, "indent": 1}
    # Without an indent: LibreOffice forgets it between number formats, and the figures would stand out of line.
    figures = {"horizontal": "right", "vertical": "center"}

    def style(look: Look, font: Font, alignment: dict[str, Any], **more: Any) -> NamedStyle:
        return NamedStyle(name=str(look), font=font, alignment=Alignment(**alignment), **more)

    # Told by weight and frame, not by a colour: it must be seen on a grey print too.
    frame = Border(top=Side(style="medium", color=DARK), bottom=Side(style="medium", color=DARK))
    yield style(Look.STAMP, _font(size=12, bold=True), {"vertical": "center", "indent": 1}, border=frame, fill=pale)
    yield style(Look.HEADING, _font(size=14, bold=True, color=DARK), {"vertical": "center"})
    yield style(Look.LEAD, ink, {"vertical": "top"})
    # Headings stand at the top: the filter button takes the lower right corner.
    header = {"fill": dark, "border": Border(left=gap)}
    yield style(Look.HEADER, white, {**words, "vertical": "top"}, **header)
    yield style(Look.HEADER_NUMBER, white, {**figures, "vertical": "top", "wrap_text": True}, **header)
    yield style(Look.TEXT, ink, words, border=Border(bottom=line))
    yield style(Look.PART, ink, {**words, "indent": 3}, border=Border(bottom=line))
    yield style(Look.LINE, ink, {**words, "wrap_text": False}, border=Border(bottom=line))
    yield style(Look.NUMBER, ink, figures, border=Border(bottom=line))
    yield style(Look.TOTAL_TEXT, bold, words, border=Border(top=firm), fill=pale)
    yield style(Look.TOTAL_NUMBER, bold, figures, border=Border(top=firm), fill=pale)
    yield style(Look.SECTION, _font(bold=True, color=DARK), words, border=Border(bottom=firm), fill=pale)
    yield style(Look.NOTE, _font(size=9, color=GREY), {"vertical": "center"})
    yield style(Look.FORM_TEXT, ink, {**words, "vertical": "top"}, border=Border(bottom=line, left=line, right=line))
    tick = {"horizontal": "center", "vertical": "top"}
    yield style(Look.FORM_TICK_HEADER, white, tick, **header)
    yield style(Look.FORM_TICK, _font(size=14), tick, border=Border(bottom=line, left=line, right=line))


def _font(size: int = 10, *, bold: bool = False, color: str = INK) -> Font:
    return Font(name=FONT, size=size, bold=bold, color=color)
