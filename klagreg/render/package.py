"""The file that a workbook is: a zip that depends on nothing but what is written into it, straight to its place.

openpyxl writes everything but long lists, which are streamed into the sheets that it made, and the descriptions of
charts, which it does not know.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.worksheet.dimensions import SheetDimension
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter
from openpyxl.xml.constants import SHEET_MAIN_NS
from openpyxl.xml.functions import Element, SubElement

from klagreg.render.streamed import Rows


@dataclass(frozen=True, slots=True)
class Beside:
    """What openpyxl does not write by itself."""

    rows: dict[Worksheet, Rows] = field(default_factory=dict)
    """Of long lists, by their sheets."""
    descriptions: dict[Any, str] = field(default_factory=dict)
    """What a screen reader says, by chart."""


def save(workbook: Workbook, path: Path, created: datetime, beside: Beside, progress: Callable[[int], None]) -> None:
    """Write the file, with ``created`` as the only time in it. ``progress``: told how many streamed rows are added."""
    with _Archive(path, created) as archive:
        _Writer(workbook, archive, beside, progress).save()


class _Archive(ZipFile):
    """A zip whose members carry the report's time, not the clock's."""

    def __init__(self, path: Path, created: datetime) -> None:
        super().__init__(path, "w", ZIP_DEFLATED)
        self._created = created

    def writestr(self, zinfo_or_arcname: Any, data: Any, *_args: Any, **_kwargs: Any) -> None:
        super().writestr(self.member(zinfo_or_arcname), data)

    def member(self, name: str) -> ZipInfo:
        """A new member, readable by its owner only when unpacked."""
        # The format knows no year before 1980; a clock that stands there is wrong, and is no fault of the report.
        found = ZipInfo(name, max(self._created.timetuple()[:6], (1980, 1, 1, 0, 0, 0)))
        found.compress_type = ZIP_DEFLATED
        found.external_attr = 0o600 << 16
        return found


class _Writer(ExcelWriter):
    """openpyxl's writer. Sheets go straight into the archive: it would lay them in the folder for temporary files."""

    def __init__(self, workbook: Workbook, archive: _Archive, beside: Beside, progress: Callable[[int], None]) -> None:
        super().__init__(workbook, archive)
        self._archive: _Archive = archive
        self._drawings: list[Any]
        self._beside, self._progress = beside, progress

    def write_worksheet(self, ws: Any) -> None:
        ws._drawing = SpreadsheetDrawing()
        ws._drawing.charts = ws._charts
        writer: Any = _SheetWriter(ws, self._beside.rows.get(ws))
        writer.write()
        ws._rels = writer._rels
        with self._archive.open(self._archive.member(ws.path[1:]), "w") as member:
            for piece in self._pieces(ws, writer.read()):
                member.write(piece)
        self.manifest.append(ws)

    def _pieces(self, ws: Worksheet, xml: bytes) -> Iterator[bytes]:
        """A sheet with its streamed rows in their place: after the row of headings, before totals and notes."""
        rows = self._beside.rows.get(ws)
        if rows is None:
            yield xml
            return
        end = b"</row>"
        place = xml.index(end, xml.index(b'<row r="%d"' % (rows.first - 1))) + len(end)
        yield xml[:place]
        yield from rows.as_xml(self._progress)
        yield xml[place:]

    def _write_drawing(self, drawing: Any) -> None:
        plain = drawing._chart_frame

        def described(index: int) -> Any:
            frame = plain(index)
            properties = frame.nvGraphicFramePr.cNvPr
            properties.name = f"Diagram {len(self._drawings)}"
            properties.descr = self._beside.descriptions[drawing.charts[index - 1]]
            return frame

        drawing._chart_frame = described
        super()._write_drawing(drawing)  # type: ignore[misc]


class _SheetWriter(WorksheetWriter):
    """openpyxl's writer of a sheet, which knows of the streamed rows, and of figures that are text on purpose."""

    def __init__(self, ws: Worksheet, rows: Rows | None) -> None:
        super().__init__(ws, BytesIO())
        last = rows.first + len(rows.values) - 1 if rows else 0
        self._range = f"A1:{get_column_letter(ws.max_column)}{max(ws.max_row, last)}"

    def write_dimensions(self) -> None:
        self.xf.send(SheetDimension(self._range).to_tree())

    def write_drawings(self) -> None:
        # Years in headings, diary numbers: otherwise Excel gives each a green corner.
        marks = Element(f"{{{SHEET_MAIN_NS}}}ignoredErrors")
        SubElement(marks, f"{{{SHEET_MAIN_NS}}}ignoredError", {"sqref": self._range, "numberStoredAsText": "1"})
        self.xf.send(marks)
        super().write_drawings()
