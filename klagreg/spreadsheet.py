"""The cells of an XLSX workbook as Excel shows them: sheet by sheet, row by row, never a whole sheet in memory.

Reads what a table needs and nothing else: the sheets' names, the texts, which styles mean days, and the cells.
Whoever asks has made sure that the archive is within bounds. A damaged workbook raises whatever zipfile, expat or a
number that is none raises: errors of many kinds, with no common base.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import isfinite
from typing import IO
from xml.etree.ElementTree import Element, TreeBuilder, XMLParser, fromstring
from xml.parsers import expat

Value = str | int | float | bool | date | datetime | None

COLUMN_LIMIT = 16_384
ROW_LIMIT = 1_048_576
"""Excel's own limits; more than that is no table."""

BLOCK = 1 << 16
"""Bytes of a part unpacked and parsed at a time."""

OPEN_LIMIT = 4_000_000
"""Bytes of a part within which a row, or a text, has to end: all of it is in memory until then."""

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
SHEET_DATA, ROW, INLINE, SHOWN = MAIN + "sheetData", MAIN + "row", MAIN + "is", MAIN + "v"
TEXT, RUN = MAIN + "t", MAIN + "r"
LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"

CLOCKS = {*range(14, 23), 45, 46, 47}
"""Excel's own number formats that show a day or a time of day."""

LENGTH_OF_TIME = 46
"""Excel's own format [h]:mm:ss."""

SAID_AS_IT_IS = re.compile(r'".*?"|\[(?!hh?\]|mm?\]|ss?\])[^\]]*\]')
"""In a number format: words, colours and languages."""

PART_OF_A_DAY = re.compile(r"(?<![_\\])[dmhys]", re.IGNORECASE)
HOURS_IN_ALL = re.compile(r"\[(hh?|mm?|ss?)\]", re.IGNORECASE)
"""In a number format: what makes it a day or time, and what makes it a length of time."""


class OutOfBounds(Exception):
    """The workbook holds what is not read; says what it does, in Swedish, after the file's name."""


@dataclass(frozen=True, slots=True)
class Worksheet:
    """A visible sheet."""

    title: str
    _book: _Book
    _part: str

    def rows(self) -> Iterator[tuple[int, list[Value]]]:
        """Each row with Excel's number of it.

        Raises:
            OutOfBounds: rows in the wrong order, or beyond Excel's limits.
        """
        number = 0
        for row in _elements(self._book.archive, self._part, SHEET_DATA):
            if row.tag != ROW:
                raise ValueError("something else than rows among the rows")
            stated = float(row.get("r", number + 1))
            if not (number < stated <= ROW_LIMIT and stated.is_integer()):
                raise OutOfBounds("har rader i fel ordning eller utanför Excels gränser")
            number = int(stated)
            yield number, self._book.values(row)


def visible(packed: bytes) -> list[Worksheet]:
    """The visible sheets of a workbook, in its order. It stays in memory, packed: no handle is left open.

    Raises:
        OutOfBounds: a document type declaration, that could name other files or swell without end.
    """
    archive = zipfile.ZipFile(io.BytesIO(packed))
    for part in archive.infolist():
        if not part.filename.startswith("xl/media/"):
            with archive.open(part) as file:
                _refuse_doctype(file)
    (place,) = (target for kind, target in _links(archive, "").values() if kind == "officeDocument")
    links = _links(archive, place)
    by_kind = dict(links.values())
    root = fromstring(archive.read(place))
    if root.tag != MAIN + "workbook":
        raise ValueError("a document of another kind")
    properties = root.find(MAIN + "workbookPr")
    from_1904 = properties is not None and properties.get("date1904") in ("1", "true")
    book = _Book(
        archive,
        [_shown(_text(item)) for item in _elements(archive, by_kind["sharedStrings"])]
        if "sharedStrings" in by_kind
        else [],
        _clocks(fromstring(archive.read(by_kind["styles"]))) if "styles" in by_kind else {},
        datetime.fromisoformat("1904-01-01") if from_1904 else FIRST_DAY,
    )
    names = set(archive.namelist())
    return [
        Worksheet(sheet.attrib["name"], book, target)
        for sheet in root.iterfind(f"{MAIN}sheets/{MAIN}sheet")
        if sheet.get("state", "visible") == "visible"
        for kind, target in (links[sheet.attrib[LINK]],)
        if kind != "chartsheet" and target in names
    ]


# -- the archive --------------------------------------------------------------------------------


def _refuse_doctype(part: IO[bytes]) -> None:
    """A declaration stands before the first element, so no more is parsed; what is no XML has none."""
    begun = False

    def doctype(*_: object) -> None:
        raise OutOfBounds("innehåller en dokumenttypsdeklaration (DTD)")

    def element(*_: object) -> None:
        nonlocal begun
        begun = True

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = doctype
    parser.StartElementHandler = element
    with suppress(expat.ExpatError):
        while not begun and (block := part.read(BLOCK)):
            parser.Parse(block)


def _links(archive: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """What a part refers to, by the names that it uses for it: of which kind, and which part of the archive."""
    folder, name = posixpath.split(part)
    return {
        link.attrib["Id"]: (
            posixpath.basename(link.attrib["Type"]),
            posixpath.normpath(posixpath.join("/", folder, link.attrib["Target"]))[1:],
        )
        for link in fromstring(archive.read(posixpath.join(folder, "_rels", f"{name}.rels")))
    }


def _elements(archive: zipfile.ZipFile, part: str, inside: str | None = None) -> Iterator[Element]:
    """The elements that stand directly in a part's outermost element, or in those in it called ``inside``.

    Each is whole when it is given, and then forgotten.
    """
    builder = TreeBuilder()
    whole = builder.start("part", {})
    parser = XMLParser(target=builder)
    with archive.open(part) as file:
        unended = 0
        while block := file.read(BLOCK):
            parser.feed(block)
            ended, some = _take(whole, inside, all_of_it=False)
            unended = 0 if some else unended + len(block)
            if unended > OPEN_LIMIT:
                raise OutOfBounds("har en rad som är längre än någon rad kan vara")
            yield from ended
        parser.close()
    yield from _take(whole, inside, all_of_it=True)[0]


def _take(whole: Element, inside: str | None, *, all_of_it: bool) -> tuple[list[Element], bool]:
    """Take the elements that have ended out of the tree: those asked for, and whether there were any at all.

    The last one at each level may not have ended until all has.
    """
    wanted: list[Element] = []
    some = False
    for parent in whole if inside is None else [child for root in whole for child in root]:
        last = parent is (whole[-1] if inside is None else whole[-1][-1]) and not all_of_it
        ended = parent[:-1] if last else parent[:]
        del parent[: len(ended)]
        some = some or bool(ended)
        if inside is None or parent.tag == inside:
            wanted += ended
    if inside is not None and len(whole):
        del whole[0][:-1]
    return wanted, some


# -- cells --------------------------------------------------------------------------------------

FIRST_DAY = datetime.fromisoformat("1899-12-30")
"""Day 0 of Excel's calendar, counted backwards from March 1900."""


class _Columns(dict[str, int]):
    """Letters of columns → their numbers from 1."""

    def __missing__(self, letters: str) -> int:
        number = 0
        if not letters:
            raise ValueError("no column")
        for letter in letters.upper():
            if not "A" <= letter <= "Z":
                raise ValueError("no column")
            number = number * 26 + ord(letter) - 64
            if number > COLUMN_LIMIT:
                raise OutOfBounds("har över 16 384 kolumner")
        self[letters] = number
        return number


@dataclass(frozen=True, slots=True)
class _Book:
    """What the cells of all sheets refer to."""

    archive: zipfile.ZipFile
    texts: list[str | None]
    clocks: dict[str, bool]
    """The styles of days and times → is it a length of time?"""

    epoch: datetime

    def values(self, row: Element) -> list[Value]:
        """The cells of a row from the first column on."""
        values: list[Value] = []
        column = 0
        for cell in row:
            place = cell.get("r")
            column = COLUMNS[place.rstrip("0123456789")] if place else column + 1
            if column > len(values):
                if column > COLUMN_LIMIT:
                    raise OutOfBounds("har över 16 384 kolumner")
                values.extend([None] * (column - len(values)))
            values[column - 1] = self._value(cell)
        return values

    def _value(self, cell: Element) -> Value:
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            inline = cell.find(INLINE)
            return None if inline is None else _shown(_text(inline))
        shown = cell.findtext(SHOWN)
        if not shown:
            return None
        if kind == "s":
            return self.texts[int(shown)]
        if kind == "n":
            clock = self.clocks.get(cell.get("s", "0"))
            number = float(shown) if "." in shown or "e" in shown or "E" in shown else int(shown)
            return _number(number) if clock is None else _moment(number, self.epoch, length=clock)
        if kind == "b":
            return bool(int(shown))
        return _iso(shown) if kind == "d" else _shown(shown)


COLUMNS = _Columns()


def _text(holder: Element) -> str:
    """A text of one piece or of several that look different; not its pronunciation."""
    if len(holder) == 1 and holder[0].tag == TEXT:
        return holder[0].text or ""
    plain = holder.findtext(TEXT, "")
    return plain + "".join([run.findtext(TEXT, "") for run in holder.iterfind(RUN)])


def _shown(text: str) -> str | None:
    """A text with Excel's way of writing a carriage return undone; nothing of a blank one."""
    return text.replace("_x000D_", "\r") if text and not text.isspace() else None


def _number(number: float) -> Value:
    """A number, without decimals when it has none."""
    if isinstance(number, int):
        return number
    if not isfinite(number):
        return "#NUM!"
    return int(number) if number.is_integer() else number


def _moment(number: float, epoch: datetime, *, length: bool) -> Value:
    """The day, the moment, the time of day or the length of time that a number of days stands for."""
    try:
        if length:
            minutes, seconds = divmod(round(timedelta(days=number).total_seconds()), 60)
            return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
        if isinstance(number, int) and number > 60:
            return (epoch + timedelta(days=number)).date()
        days, part = divmod(number, 1)
        moment = timedelta(milliseconds=round(part * 86_400_000))
        if 0 <= number < 1 and not moment.days:
            return str((FIRST_DAY + moment).time())
        if 0 < number < 60 and epoch == FIRST_DAY:
            days += 1  # Excel has a 29 February in 1900
        return _day(epoch + timedelta(days=days) + moment)
    except (OverflowError, ValueError):
        return "#VALUE!"


def _day(moment: datetime) -> date:
    """A moment, or the day alone when it is midnight."""
    return moment.date() if moment.time() == time() else moment


def _iso(text: str) -> Value:
    """A day, moment or time of day written out."""
    text = text.removesuffix("Z")
    if "-" not in text:
        return str(time.fromisoformat(text))
    return _day(datetime.fromisoformat(text))


def _clocks(styles: Element) -> dict[str, bool]:
    """The places of the styles that show days or times → do they show a length of time?"""
    own = {int(each.attrib["numFmtId"]): each.get("formatCode", "") for each in styles.iter(MAIN + "numFmt")}
    found: dict[str, bool] = {}
    for place, style in enumerate(styles.iterfind(f"{MAIN}cellXfs/{MAIN}xf")):
        number = int(style.get("numFmtId", 0))
        if number in own:
            shape = SAID_AS_IT_IS.sub("", own[number].split(";")[0])
            if PART_OF_A_DAY.search(shape):
                found[str(place)] = bool(HOURS_IN_ALL.search(own[number].split(";")[0]))
        elif number in CLOCKS:
            found[str(place)] = number == LENGTH_OF_TIME
    return found
