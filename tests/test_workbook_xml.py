"""The workbook as Excel's parser meets it: what ECMA-376 asks for, and what Excel would otherwise "repair" away.

Read with zipfile and ElementTree alone: what openpyxl writes and reads back wrongly, it would not tell.
"""

from __future__ import annotations

import re
import unicodedata
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from posixpath import dirname, normpath
from typing import Any
from xml.etree.ElementTree import Element, fromstring

import pytest

from klagreg import report as contents
from klagreg.figures import Points, Share
from klagreg.render import workbook
from klagreg.sheets import Block, Chart, ChartKind, Column, Kind, Part, Section, Series, Sheet, Value, Withheld
from klagreg.staff import Unit
from klagreg.terms import CaseType, Edition, Outcome
from tests.test_figures import YEAR, Story, a_register, day
from tests.test_workbook import a_lively_register

CREATED = datetime(2026, 2, 15, 10, 30, tzinfo=UTC)
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
LINK = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"

# ECMA-376 part 1, 18.3.1.99: the sequence of CT_Worksheet.
WORKSHEET = (
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr", "sheetProtection",
    "protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate", "customSheetViews", "mergeCells",
    "phoneticPr", "conditionalFormatting", "dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup",
    "headerFooter", "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags",
    "drawing", "legacyDrawing", "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems",
    "tableParts", "extLst",
)  # fmt: skip

LONG, SHORT = "Å" * 200, "Skolan"
HOSTILE = (
    LONG, f"{SHORT} A", f"{SHORT.upper()} a", "'[]:*?/\\", "👵🏽 Ängsskolan",
    unicodedata.normalize("NFD", "Ängsbacken"), '"Citat" & <tagg>', "=1+1", '=HYPERLINK("http://example.se")',
    "_x0041_", "_x000a_", "a\x0bb\x1b[31m", "\x00", "'", "  kant  ", "två\nrader", "@SUM(A1)", "#N/A", "2026", "1e5",
    "\ud800", "]]>", "TRUE", "",
)  # fmt: skip


def hostile_sheets() -> list[Sheet]:
    """What no register lets in, straight into the sheets: in names, headings, figures' places, charts and notes."""
    block = Block(1, 0, len(HOSTILE), 0)
    columns = (Column("Namn", Kind.TEXT), *(Column(name) for name in HOSTILE))
    rows = tuple((name, *(i + j for j, _ in enumerate(HOSTILE))) for i, name in enumerate(HOSTILE))
    series = tuple(Series(name, Block(1, i, len(HOSTILE), i)) for i, name in enumerate(HOSTILE, 1))
    charts = [Chart(kind, name, name, name, block, series) for kind, name in zip(ChartKind, HOSTILE, strict=False)]
    named = [Sheet(f"Namn {i}", HOSTILE[i], columns, rows, rows[:2], HOSTILE, one) for i, one in enumerate(charts)]
    return [*named, Sheet("Ett 'blad' till", LONG, (Column("", Kind.TEXT), Column(" ")), ())]


def long_list() -> Sheet:
    """A list that is written by hand."""
    figures: tuple[Value, ...] = (1, 2.5, None, Withheld.SMALL, Share(1, 3), Share(0, 0), Points(-1.5), 10**7)

    def row(i: int) -> tuple[Value, ...]:
        name = HOSTILE[i % len(HOSTILE)]
        first = Section(name) if i % 50 == 0 else Part(name) if i % 50 == 1 else f"SYN-2026-{i:05}"
        return first, name, date(2026, 1, 1) + timedelta(days=i % 365), figures[i % len(figures)]

    columns = (Column("Nummer", Kind.TEXT, 17), Column("Namn", Kind.TEXT), Column("Dag", width=12), Column("Tal"))
    return Sheet("Lista", "Lista", columns, tuple(map(row, range(1_500))), (("Totalt", "", None, 7),), ("En not.",))


def of_a_lively_register(folder: Path, edition: Edition) -> list[Sheet]:
    with a_lively_register(folder / "klagreg.db") as register:
        report = register.report(YEAR, day("2025-12-31"), with_cases=edition is Edition.INTERNAL)
        return list(contents.sheets(report, edition))


def of_an_empty_register(folder: Path) -> list[Sheet]:
    with a_register(folder / "klagreg.db") as register:
        return list(contents.sheets(register.report(YEAR, day("2025-12-31"), with_cases=True), Edition.INTERNAL))


def of_a_hostile_register(folder: Path) -> list[Sheet]:
    with a_register(folder / "klagreg.db") as register:
        names = [name[:100] for name in HOSTILE if name and not set(name) & {"\x00", "\ud800"}]
        for i, name in enumerate(names):
            register.upkeep.put_unit(Unit(f"{i}{name}"[:100], name))
            for unit in (f"{i}{name}"[:100], None):
                story = Story(register, f"2025-0{1 + i % 9}-10", list(CaseType)[i % 5], unit=unit, provider=name)
                story.answered(f"2025-0{1 + i % 9}-20", list(Outcome)[i % 7])
        return list(contents.sheets(register.report(YEAR, day("2025-12-31"), with_cases=True), Edition.INTERNAL))


BOOKS: dict[str, Callable[[Path], list[Sheet]]] = {
    "publik": lambda folder: of_a_lively_register(folder, Edition.PUBLIC),
    "nämnd": lambda folder: of_a_lively_register(folder, Edition.BOARD),
    "intern": lambda folder: of_a_lively_register(folder, Edition.INTERNAL),
    "tomt": of_an_empty_register,
    "elakt": of_a_hostile_register,
    "elaka blad": lambda _: hostile_sheets(),
    "lång lista": lambda _: [long_list()],
}


class Book:
    """A workbook's parts, as they are in the file, and the sheets that it was made of."""

    def __init__(self, path: Path, sheets: list[Sheet]) -> None:
        self.sheets = sheets
        with zipfile.ZipFile(path) as members:
            assert members.testzip() is None
            self.raw = {name: members.read(name) for name in members.namelist()}
            assert len(self.raw) == len(members.namelist())
        self.parts = {name: fromstring(raw) for name, raw in self.raw.items()}

    def links(self, part: str) -> dict[str, tuple[str, str]]:
        """Relationships of a part by their ids: what kind, and which part."""
        beside = f"{dirname(part)}/_rels/{part.rsplit('/', 1)[-1]}.rels".removeprefix("/")
        if beside not in self.parts:
            return {}
        return {
            link.attrib["Id"]: (
                link.attrib["Type"].rsplit("/", 1)[-1],
                normpath(f"/{dirname(part)}/{link.attrib['Target']}").lstrip("/")
                if not link.attrib["Target"].startswith("/")
                else link.attrib["Target"][1:],
            )
            for link in self.parts[beside].iter(LINK)
        }

    @cached_property
    def pages(self) -> list[Page]:
        """The sheets in their order."""
        links = self.links("xl/workbook.xml")
        listed = self.parts["xl/workbook.xml"].iter(f"{MAIN}sheet")
        return [Page(self, s.attrib["name"], links[s.attrib[f"{REL}id"]][1]) for s in listed]

    @cached_property
    def formats(self) -> list[str]:
        """The number format of every cell format."""
        styles = self.parts["xl/styles.xml"]
        own = {f.attrib["numFmtId"]: f.attrib["formatCode"] for f in styles.iter(f"{MAIN}numFmt")}
        listed = styles.find(f"{MAIN}cellXfs")
        assert listed is not None
        return [own.get(xf.attrib["numFmtId"], xf.attrib["numFmtId"]) for xf in listed]


class Page:
    """A worksheet and the parts that belong to it."""

    def __init__(self, book: Book, title: str, part: str) -> None:
        self.book, self.title, self.part = book, title, part
        self.xml, self.links = book.parts[part], book.links(part)

    @cached_property
    def cells(self) -> dict[tuple[int, int], Element]:
        """By row and column, from 1."""
        return {place(cell.attrib["r"]): cell for cell in self.xml.iter(f"{MAIN}c")}

    def text(self, row: int, column: int) -> str | None:
        """What a cell says, as Excel takes its escapes; None when it is empty or a number."""
        cell = self.cells.get((row, column))
        held = None if cell is None else cell.find(f"{MAIN}is/{MAIN}t")
        return None if held is None else unescaped(held.text or "")

    def number(self, row: int, column: int) -> float | None:
        held = self.cells[row, column].find(f"{MAIN}v")
        return None if held is None else float(held.text or "")

    @property
    def table(self) -> Element:
        (part,) = [part for kind, part in self.links.values() if kind == "table"]
        return self.book.parts[part]

    @property
    def charts(self) -> list[Element]:
        drawings = [part for kind, part in self.links.values() if kind == "drawing"]
        return [self.book.parts[part] for drawing in drawings for _, part in self.book.links(drawing).values()]


def place(reference: str) -> tuple[int, int]:
    """``B7`` as row 7, column 2."""
    found = re.fullmatch(r"\$?([A-Z]{1,3})\$?([1-9]\d*)", reference)
    assert found, reference
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return int(found[2]), column


def area(reference: str) -> tuple[int, int, int, int]:
    """Top, left, bottom and right of ``A2:C7``."""
    first, last = reference.split(":") if ":" in reference else (reference, reference)
    return *place(first), *place(last)


def unescaped(text: str) -> str:
    return re.sub("_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), text)


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@pytest.fixture(scope="module", params=BOOKS)
def book(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Book:
    folder = tmp_path_factory.mktemp("bok")
    sheets, path = BOOKS[request.param](folder), folder / "bok.xlsx"
    stamp = "Intern & hemlig – får inte publiceras" if request.param in ("intern", "lång lista", "elaka blad") else ""
    workbook.write(sheets, path, title=f"Prov & {LONG}", created=CREATED, replace=False, stamp=stamp)
    return Book(path, sheets)


class TestPackage:
    def test_every_part_has_a_content_type_and_every_content_type_a_part(self, book: Book) -> None:
        types = book.parts["[Content_Types].xml"]
        named = [one.attrib["PartName"][1:] for one in types.iter(f"{TYPES}Override")]
        endings = [one.attrib["Extension"] for one in types.iter(f"{TYPES}Default")]
        assert len(set(named)) == len(named)
        assert len(set(endings)) == len(endings)
        assert set(named) <= set(book.parts)
        # "xml" alone says nothing: every part but relationships and the list itself is named.
        others = {part for part in book.parts if not part.endswith(".rels")} - {"[Content_Types].xml"}
        assert others == set(named)

    def test_every_relationship_leads_to_a_part_and_every_part_is_led_to(self, book: Book) -> None:
        reached = set()
        for part in ("", *book.parts):
            for _, target in book.links(part).values():
                assert target in book.parts
                reached.add(target)
        assert reached == {p for p in book.parts if not p.endswith(".rels")} - {"[Content_Types].xml"}
        assert not [link for p in book.parts.values() for link in p.iter(LINK) if "TargetMode" in link.attrib]

    def test_nothing_runs_nothing_hides_and_nothing_leads_out(self, book: Book) -> None:
        kinds = (
            r"xl/(workbook|styles|worksheets/sheet\d+|tables/table\d+|drawings/drawing\d+|charts/chart\d+|theme/theme1)"
        )
        expected = rf"\[Content_Types\]\.xml|docProps/(app|core)\.xml|{kinds}\.xml|(_rels/|xl/.*_rels/)[^/]*\.rels"
        assert [part for part in book.parts if not re.fullmatch(expected, part)] == []
        assert {s.attrib.get("state", "visible") for s in book.parts["xl/workbook.xml"].iter(f"{MAIN}sheet")} == {
            "visible"
        }
        for page in book.pages:
            names = {element.tag.removeprefix(MAIN) for element in page.xml.iter()}
            assert not names & {
                "f",
                "hyperlink",
                "legacyDrawing",
                "oleObject",
                "mergeCell",
                "dataValidation",
                "control",
            }
            assert not [e for e in page.xml.iter() if e.attrib.get("hidden") not in (None, "0")]

    def test_it_tells_of_no_person_and_no_place(self, book: Book) -> None:
        core, app = book.parts["docProps/core.xml"], book.parts["docProps/app.xml"]
        told = {element.tag.rsplit("}", 1)[-1]: element.text for element in core}
        stamped = {"keywords"} & set(told)
        assert set(told) == {"creator", "title", "language", "created", "modified"} | stamped
        assert (told["creator"], told["created"], told["modified"]) == ("klagreg", *["2026-02-15T10:30:00Z"] * 2)
        assert {element.tag.rsplit("}", 1)[-1] for element in app} <= {"Application", "AppVersion"}
        assert not [part for part, raw in book.raw.items() if b"/tmp" in raw or b"anna.berg" in raw]


class TestSheets:
    def test_their_titles(self, book: Book) -> None:
        titles = [page.title for page in book.pages]
        assert titles == [sheet.title for sheet in book.sheets]
        assert len({title.casefold() for title in titles}) == len(titles)
        assert not [t for t in titles if not 1 <= units(t) <= 31 or re.search(r"[\[\]:*?/\\]|^'|'$", t)]

    def test_their_elements_stand_in_the_order_of_the_standard(self, book: Book) -> None:
        for page in book.pages:
            order = [WORKSHEET.index(element.tag.removeprefix(MAIN)) for element in page.xml]
            assert order == sorted(set(order))

    def test_rows_and_cells_stand_in_order_and_where_they_say(self, book: Book) -> None:
        for page in book.pages:
            rows = list(page.xml.iter(f"{MAIN}row"))
            numbers = [int(row.attrib["r"]) for row in rows]
            assert numbers == sorted(set(numbers))
            for row, number in zip(rows, numbers, strict=True):
                places = [place(cell.attrib["r"]) for cell in row]
                assert places == sorted(set(places))
                assert {r for r, _ in places} <= {number}
                assert float(row.attrib.get("ht", 16)) <= 409.5

    def test_the_dimension_is_that_of_the_cells(self, book: Book) -> None:
        for page in book.pages:
            dimension = page.xml.find(f"{MAIN}dimension")
            assert dimension is not None
            rows, columns = zip(*page.cells, strict=True)
            assert area(dimension.attrib["ref"]) == (min(rows), min(columns), max(rows), max(columns))

    def test_every_style_is_there(self, book: Book) -> None:
        styles = book.parts["xl/styles.xml"]

        def number(name: str) -> int:
            listed = styles.find(f"{MAIN}{name}")
            assert listed is not None
            assert int(listed.attrib["count"]) == len(listed)
            return len(listed)

        limits = {"fontId": number("fonts"), "fillId": number("fills"), "borderId": number("borders")}
        own = {f.attrib["numFmtId"] for f in styles.iter(f"{MAIN}numFmt")}
        for kind, xf_limit in (("cellXfs", number("cellStyleXfs")), ("cellStyleXfs", 1)):
            listed = styles.find(f"{MAIN}{kind}")
            assert listed is not None
            for xf in listed:
                assert int(xf.attrib.get("xfId", 0)) < xf_limit
                assert all(int(xf.attrib[key]) < limit for key, limit in limits.items())
                assert int(xf.attrib["numFmtId"]) < 164 or xf.attrib["numFmtId"] in own
        names = [style.attrib["name"] for style in styles.iter(f"{MAIN}cellStyle")]
        assert len({name.casefold() for name in names}) == len(names)
        used = {int(cell.attrib["s"]) for page in book.pages for cell in page.cells.values()}
        assert max(used) < number("cellXfs")

    def test_every_cell_is_a_number_or_a_text_in_itself(self, book: Book) -> None:
        for page in book.pages:
            for cell in page.cells.values():
                value, text = cell.find(f"{MAIN}v"), cell.find(f"{MAIN}is/{MAIN}t")
                if cell.attrib.get("t", "n") == "inlineStr":
                    assert value is None
                    assert text is not None
                    said = text.text or ""
                    assert 0 < units(said) <= 32_767
                    kept = text.attrib.get("{http://www.w3.org/XML/1998/namespace}space") == "preserve"
                    assert kept or said.strip() == said or not said.strip()
                else:
                    assert cell.attrib.get("t", "n") == "n"
                    assert text is None
                    assert value is None or re.fullmatch(r"-?\d+(\.\d+)?(e[+-]\d+)?", value.text or "")

    def test_what_the_sheets_say_is_what_the_cells_hold(self, book: Book) -> None:
        for sheet, page in zip(book.sheets, book.pages, strict=True):
            top = area(page.table.attrib["ref"])[0]
            for r, row in enumerate((*sheet.rows, *sheet.totals), top + 1):
                for c, value in enumerate(row, 1):
                    assert_holds(page, r, c, value)

    def test_days_are_numbers_with_the_format_of_a_day(self, book: Book) -> None:
        for sheet, page in zip(book.sheets, book.pages, strict=True):
            top = area(page.table.attrib["ref"])[0]
            for r, row in enumerate(sheet.rows, top + 1):
                for c, value in enumerate(row, 1):
                    if isinstance(value, date):
                        assert page.number(r, c) == (value - date(1899, 12, 30)).days
                        assert book.formats[int(page.cells[r, c].attrib["s"])] == "yyyy-mm-dd"


def assert_holds(page: Page, row: int, column: int, value: Value) -> None:
    """A cell says what the sheet's value is, by itself and not by what openpyxl would make of it."""
    raw: Any = value.value if isinstance(value, Share | Points | Withheld) else value
    if raw is None:
        raw = "–"
    if isinstance(raw, str):
        legal = re.sub("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "�", raw.replace("\r", "\n"))
        assert (page.text(row, column) or "") == legal
    elif not isinstance(raw, date):
        assert page.number(row, column) == pytest.approx(raw, rel=1e-14)


class TestTables:
    def test_there_is_one_on_every_sheet_with_an_id_and_a_name_of_its_own(self, book: Book) -> None:
        tables = [page.table for page in book.pages]
        assert len({table.attrib["id"] for table in tables}) == len(tables)
        assert {table.attrib["name"] for table in tables} == {table.attrib["displayName"] for table in tables}
        names = [table.attrib["displayName"] for table in tables]
        assert len({name.casefold() for name in names}) == len(names)
        assert not [name for name in names if not re.fullmatch(r"[A-Za-z_]\w{3,254}", name, re.ASCII)]
        assert not [name for name in names if re.fullmatch(r"[A-Za-z]{1,3}\d+|[Rr]\d*[Cc]\d*", name)]

    def test_it_has_rows_and_its_columns_are_called_what_its_cells_say(self, book: Book) -> None:
        for page in book.pages:
            top, left, bottom, right = area(page.table.attrib["ref"])
            assert bottom > top
            columns = list(page.table.iter(f"{MAIN}tableColumn"))
            names = [unescaped(column.attrib["name"]) for column in columns]
            assert names == [page.text(top, column) for column in range(left, right + 1)]
            assert len({name.casefold() for name in names}) == len(names)
            assert not [name for name in names if not 1 <= units(name) <= 255]
            assert [int(column.attrib["id"]) for column in columns] == list(range(1, len(columns) + 1))
            (listed,) = page.table.iter(f"{MAIN}tableColumns")
            assert int(listed.attrib["count"]) == len(columns)

    def test_it_filters_all_that_it_is_and_nothing_else_does(self, book: Book) -> None:
        for page in book.pages:
            filters = [one.attrib["ref"] for one in page.table.iter(f"{MAIN}autoFilter")]
            assert filters in ([], [page.table.attrib["ref"]])
            assert page.xml.find(f"{MAIN}autoFilter") is None
            (parts,) = page.xml.iter(f"{MAIN}tableParts")
            assert int(parts.attrib["count"]) == len(parts) == 1

    def test_totals_and_notes_stand_outside(self, book: Book) -> None:
        for sheet, page in zip(book.sheets, book.pages, strict=True):
            top, left, bottom, right = area(page.table.attrib["ref"])
            assert (left, right, bottom - top) == (1, len(sheet.columns), max(1, len(sheet.rows)))


class TestPrint:
    def test_paper_width_and_repeated_rows(self, book: Book) -> None:
        for page in book.pages:
            setup, fit = page.xml.find(f"{MAIN}pageSetup"), page.xml.find(f"{MAIN}sheetPr/{MAIN}pageSetUpPr")
            assert setup is not None
            assert fit is not None
            assert (setup.attrib["paperSize"], setup.attrib["fitToWidth"], fit.attrib["fitToPage"]) == ("9", "1", "1")
            assert setup.attrib["orientation"] in ("portrait", "landscape")

    def test_the_only_names_are_the_rows_to_repeat(self, book: Book) -> None:
        defined = list(book.parts["xl/workbook.xml"].iter(f"{MAIN}definedName"))
        assert [one.attrib["name"] for one in defined] == ["_xlnm.Print_Titles"] * len(book.pages)
        for i, (name, page) in enumerate(zip(defined, book.pages, strict=True)):
            assert name.attrib["localSheetId"] == str(i)
            quoted = page.title.replace("'", "''")
            header = area(page.table.attrib["ref"])[0]
            assert re.fullmatch(rf"'{re.escape(quoted)}'!\$[12]:\${header}", name.text or "")

    def test_headers_and_footers_are_short_enough_and_hold_no_stray_code(self, book: Book) -> None:
        for page in book.pages:
            for element in page.xml.find(f"{MAIN}headerFooter") or ():
                text = element.text or ""
                assert units(text) <= 255
                codes = re.findall(r"&(.)", text.replace("&&", ""))
                assert set(codes) <= set('LCRPN"8') | {"1"}


class TestCharts:
    def test_drawings_have_ids_and_descriptions(self, book: Book) -> None:
        for part, drawing in book.parts.items():
            if part.startswith("xl/drawings/drawing"):
                frames = list(drawing.iter(f"{DRAWING}cNvPr"))
                assert len({frame.attrib["id"] for frame in frames}) == len(frames) > 0
                assert all(50 < len(frame.attrib["descr"]) < 6_000 for frame in frames)
                assert len({frame.attrib["name"] for frame in frames}) == len(frames)

    def test_they_draw_from_cells_that_are_there_and_are_numbers(self, book: Book) -> None:
        by_title = {page.title: page for page in book.pages}
        for page in book.pages:
            for chart in page.charts:
                for series in chart.iter(f"{CHART}ser"):
                    names, values = (self.cells(series, kind, by_title) for kind in ("cat", "val"))
                    assert len(names) == len(values) > 0
                    cache = {int(p.attrib["idx"]): p for p in series.findall(f"{CHART}val/{CHART}numRef/*/{CHART}pt")}
                    for i, (of, place) in enumerate(values):
                        held = of.number(*place) if of.text(*place) is None else None
                        cached = cache[i].find(f"{CHART}v") if i in cache else None
                        assert held == (None if cached is None else pytest.approx(float(cached.text or ""), rel=1e-14))

    def cells(self, series: Element, kind: str, pages: dict[str, Page]) -> list[tuple[Page, tuple[int, int]]]:
        reference = series.find(f"{CHART}{kind}//{CHART}f")
        assert reference is not None
        title, cells = (reference.text or "").rsplit("!", 1)
        top, left, bottom, right = area(cells)
        page = pages[title[1:-1].replace("''", "'")]
        return [(page, (row, column)) for row in range(top, bottom + 1) for column in range(left, right + 1)]

    def test_axes_meet_and_have_titles(self, book: Book) -> None:
        for page in book.pages:
            for chart in page.charts:
                axes = [axis for kind in ("catAx", "valAx") for axis in chart.iter(f"{CHART}{kind}")]
                ids = {axis.find(f"{CHART}axId").attrib["val"] for axis in axes}  # type: ignore[union-attr]
                crossed = {axis.find(f"{CHART}crossAx").attrib["val"] for axis in axes}  # type: ignore[union-attr]
                assert len(axes) == 2
                assert ids == crossed
                drawn_on = [axis.attrib["val"] for plot in chart.iter() for axis in plot if axis.tag == f"{CHART}axId"]
                assert set(drawn_on) == ids
                assert all(axis.find(f"{CHART}title") is not None for axis in axes)

    def test_series_are_numbered_once(self, book: Book) -> None:
        for page in book.pages:
            for chart in page.charts:
                numbers = [s.find(f"{CHART}idx").attrib["val"] for s in chart.iter(f"{CHART}ser")]  # type: ignore[union-attr]
                assert len(numbers) == len(set(numbers)) > 0
