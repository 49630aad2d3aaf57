"""Tables from files: a CSV or XLSX of unknown make becomes headings and rows, and says how it was read.

How a file is made is found by looking inside it, never at its name, and nothing is guessed in silence: what
was found is told in :attr:`Sheet.description`, and a file that can be read in no safe way is refused with
:class:`~klagreg.errors.UnreadableTable`. Messages name rows, never what a cell holds.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import stat
import zipfile
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from itertools import dropwhile, islice
from pathlib import Path
from typing import Literal, NamedTuple, Protocol, TextIO, TypeVar

from klagreg.errors import UnreadableTable, shorten
from klagreg.spreadsheet import COLUMN_LIMIT, OutOfBounds, Worksheet, visible

Value = str | int | float | bool | date | datetime | None
"""A cell. CSV gives texts as they stand, XLSX what Excel shows; an empty or blank cell is None in both."""

HEAD_ROWS = 50
"""Filled rows looked at to find the delimiter and the headings."""

HEADING_LIMIT = 1_000
"""Characters in a heading."""


class Row(NamedTuple):
    """One row below the headings: as many values as there are headings, or more if the row is too wide.

    ``number`` is what a person sees: Excel's row number, or in CSV the first line that the row stands on.
    """

    number: int
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: ``rows`` are read from the file anew each time they are iterated, without blank ones.

    Headings stand as in the file (white space folded, ``""`` where there is none); two may be the same.
    Iterating raises UnreadableTable where the file is damaged.
    """

    path: Path
    headings: tuple[str, ...]
    heading_row: int
    rows: Iterable[Row]
    description: str
    """How the file was read, in Swedish: ``CSV, Windows-1252, semikolon, rubriker på rad 1``."""


def as_text(value: Value) -> str:
    """A cell as a person reads it."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "ja" if value else "nej"
    return value.isoformat() if isinstance(value, date) else str(value)


def read(path: Path) -> Sheet:
    """The table in a CSV or XLSX file.

    Raises:
        UnreadableTable: missing, no file, empty, damaged, of another kind, or without headings.
    """
    start = _first_bytes(path)
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableTable(
            f"{path} är en äldre Excel-fil (.xls) eller skyddad med lösenord.",
            "Öppna den i Excel, ta bort lösenordet och spara den som .xlsx.",
        )
    if start.startswith((b"PK\3\4", b"PK\5\6")):
        return _read_xlsx(path)
    return _read_csv(path, start)


# -- the file -----------------------------------------------------------------------------------


def _first_bytes(path: Path) -> bytes:
    """The first 4 kB of a regular file; asked for its kind first, since opening a pipe would hang."""
    with _file_errors(path):
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise UnreadableTable(f"{path} är en mapp.", "Ange en fil i mappen.")
        if not stat.S_ISREG(mode):
            raise UnreadableTable(f"{path} är ingen vanlig fil.", "Spara innehållet i en fil först.")
        with path.open("rb") as file:
            return file.read(4096)


@contextmanager
def _file_errors(path: Path) -> Iterator[None]:
    """What the operating system says about the file, in Swedish."""
    try:
        yield
    except (FileNotFoundError, NotADirectoryError):
        raise UnreadableTable(f"{path} finns inte.", "Kontrollera filens namn och mapp.") from None
    except PermissionError:
        raise UnreadableTable(f"{path} får inte läsas av dig.", "Be filens ägare om läsrätt.") from None
    except (OSError, ValueError) as error:
        raise UnreadableTable(
            f"{path} kan inte läsas eller ändrades under läsningen.",
            "Kopiera filen till egen disk och försök igen.",
        ) from error


# -- headings and rows, the same for both kinds -------------------------------------------------

Record = tuple[int, list[Value]]
"""A row's number and its cells, before the headings are known."""


class _Source(Protocol):
    """A file whose records can be read from the beginning any number of times."""

    @property
    def path(self) -> Path: ...

    def records(self) -> Iterator[Record]: ...


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows below the headings, never all of them in memory."""

    source: _Source
    width: int
    heading_row: int

    def __iter__(self) -> Iterator[Row]:
        for number, cells in _filled(self.source.records()):
            if number <= self.heading_row:
                continue
            cells.extend([None] * (self.width - len(cells)))
            yield Row(number, tuple(cells))


def _sheet(source: _Source, made: str) -> Sheet:
    """The table of a source whose make is known."""
    with closing(_filled(source.records())) as records:
        head = list(islice(records, HEAD_ROWS))
    if not head:
        raise UnreadableTable(f"{source.path} är tom.", "Kontrollera att det är rätt fil.")
    if any(len(cells) > COLUMN_LIMIT for _, cells in head):
        raise UnreadableTable(f"{source.path} har över 16 384 kolumner.", "Kontrollera att det är rätt fil.")
    place = _heading_place([cells for _, cells in head])
    if place is None:
        raise UnreadableTable(
            f"{source.path} saknar rubriker.", "Lägg en rad överst med ett namn i ord för varje kolumn."
        )
    heading_row, cells = head[place]
    headings = tuple(" ".join(cell.split()) if isinstance(cell, str) else "" for cell in cells)
    rows = _Rows(source, len(headings), heading_row)
    return Sheet(source.path, headings, heading_row, rows, f"{made}, rubriker på rad {heading_row}")


def _filled(records: Iterator[Record]) -> Generator[Record]:
    """The records that hold something, without the empty cells at their ends."""
    for number, cells in records:
        while cells and cells[-1] is None:
            cells.pop()
        if cells:
            yield number, cells


def _heading_place(head: Sequence[list[Value]]) -> int | None:
    """Where in the head the headings are: the first row that is as wide as the rows below it usually are.

    Titles above are narrower. When that first wide row holds values, not names, the headings are an earlier
    row of names that is too narrow (the rows below are then too wide), or there are none.
    """
    if all(len(cells) == 1 for cells in head):
        return 0 if _names(head[0]) else None
    narrow: int | None = None
    for place, cells in enumerate(head):
        if not _spread(cells):
            continue
        if len(cells) >= _usual_width(head[place + 1 :]):
            return place if _names(cells) else narrow
        if narrow is None and _names(cells):
            narrow = place
    return narrow


def _usual_width(rows: Sequence[list[Value]]) -> int:
    widths = Counter(map(len, rows))
    return max(widths, key=lambda width: (widths[width], width), default=0)


def _spread(cells: list[Value]) -> bool:
    """Different things in more than half of the columns: no title, nor group headings over merged cells."""
    filled = [cell for cell in cells if cell is not None]
    return len(set(filled)) >= 2 and len(filled) * 2 > len(cells)


def _names(cells: list[Value]) -> bool:
    """Each filled cell can be a heading, that is a short text with a letter or no digit: ``E-post 2``, ``#``."""
    return all(
        isinstance(cell, str)
        and len(cell) <= HEADING_LIMIT
        and (any(map(str.isalpha, cell)) or not any(map(str.isdigit, cell)))
        for cell in cells
        if cell is not None
    )


# -- CSV ----------------------------------------------------------------------------------------

DELIMITERS = {";": "semikolon", "\t": "tabb", "|": "lodstreck", ",": "komma"}
"""In the order of choice when two fit equally well: the comma last, since texts are full of it."""

ONE_COLUMN = "\0"
"""The delimiter of a file that has none: NUL, which is refused in a text."""

SAMPLE_SIZE = 200_000
"""Characters looked at to find the delimiter."""

FIELD_LIMIT = 2_000_000
RECORD_LIMIT = 4_000_000
"""Characters in one cell and in one row: twice and four times the longest prose the register takes."""

SEPARATOR_LINE = re.compile(r'"?sep=([;,\t|])"?(?:\r\n|\r|\n|\Z)', re.IGNORECASE)
"""A first line that tells Excel the delimiter and is no part of the table."""

MARKUP = ("<html", "<!doctype", "<?xml", "<table", "<!--")
"""What some systems export under the name of an Excel file."""


def _read_csv(path: Path, start: bytes) -> Sheet:
    codec, encoding = _encoding(path, start)
    with _file_errors(path), path.open(encoding=codec, newline="") as file:
        sample = file.read(SAMPLE_SIZE)
    if sample.lstrip()[:20].lower().startswith(MARKUP):
        raise UnreadableTable(f"{path} är en webbsida eller XML.", "Öppna den i Excel och spara som .xlsx.")
    told = SEPARATOR_LINE.match(sample)
    delimiter = told[1] if told else _delimiter(path, sample)
    source = _Csv(path, codec, delimiter, skipped=1 if told else 0)
    return _sheet(source, f"CSV, {encoding}, {DELIMITERS.get(delimiter, 'en kolumn')}")


@dataclass(frozen=True, slots=True)
class _Csv:
    path: Path
    codec: str
    delimiter: str
    skipped: int
    """Lines above the table that are not part of it."""

    def records(self) -> Iterator[Record]:
        with _file_errors(self.path), self.path.open(encoding=self.codec, newline="") as file:
            lines = _Lines(self.path, file)
            for _ in range(self.skipped):
                next(lines)
            for number, cells in _parsed(self.path, lines, self.delimiter, self.skipped):
                lines.new_record()
                yield number, [cell if cell and not cell.isspace() else None for cell in cells]


class _Lines:
    """The lines of a text file, refusing a row that would fill the memory."""

    def __init__(self, path: Path, file: TextIO) -> None:
        self._path = path
        self._readline = file.readline
        self._number = 0
        self.new_record()

    def new_record(self) -> None:
        """The next line begins a row."""
        self._begins = self._number + 1
        self._room = RECORD_LIMIT

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._readline(self._room + 1)
        if not line:
            raise StopIteration
        self._number += 1
        self._room -= len(line)
        if self._room < 0:
            raise _too_long(self._path, self._begins)
        return line


def _too_long(path: Path, number: int) -> UnreadableTable:
    return UnreadableTable(
        f"{path}, rad {number}: texten är längre än någon cell kan vara.",
        "Troligen saknas ett citattecken på raden eller före den.",
    )


def _parsed(
    path: Path,
    lines: Iterable[str],
    delimiter: str,
    skipped: int = 0,
) -> Iterator[tuple[int, list[str]]]:
    """Each record with the number of its first line.

    Raises:
        UnreadableTable: quotes that do not pair up. Strictly so: a lost quote would swallow rows in silence.
    """
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        number = skipped + reader.line_num + 1
        # The limit belongs to the whole process, so it is only borrowed for the time of one record.
        others_limit = csv.field_size_limit(FIELD_LIMIT)
        try:
            record = next(reader, None)
        except csv.Error as error:
            if "limit" in str(error):
                raise _too_long(path, number) from None
            raise UnreadableTable(
                f"{path}, rad {number}: citattecknen går inte ihop.",
                'Ett citattecken inne i en text skrivs dubbelt (""). Spara helst om listan som .xlsx.',
            ) from None
        finally:
            csv.field_size_limit(others_limit)
        if record is None:
            return
        yield number, record


def _delimiter(path: Path, sample: str) -> str:
    """The delimiter that splits the first rows most evenly, or ONE_COLUMN."""
    fits = {delimiter: _fit(path, sample, delimiter) for delimiter in DELIMITERS}
    best = max(fits, key=lambda delimiter: fits[delimiter])
    return best if fits[best] > NO_FIT else ONE_COLUMN


NO_FIT = (False, 0.0, 0)


def _fit(path: Path, sample: str, delimiter: str) -> tuple[bool, float, int]:
    """How well a delimiter splits the sample: do quotes pair up, share of rows of usual width, that width.

    Titles are not split at all, so a delimiter also fits when only the rows below them are, or most of those.
    """
    text = io.StringIO(sample, newline="")
    widths: list[int] = []
    sound = True
    try:
        for _, cells in islice(_parsed(path, text, delimiter), HEAD_ROWS):
            if any(map(str.strip, cells)):
                widths.append(len(cells))
    except UnreadableTable:
        # A row cut off by the end of the sample says nothing against the delimiter.
        sound = len(sample) == SAMPLE_SIZE and not text.read(1)
    if not widths and sound:
        return True, 1.0, 0  # nothing but delimiters: an empty table
    table = list(dropwhile(lambda width: width == 1, widths))
    split = Counter(width for width in table if width > 1)
    if split.total() * 2 <= len(table):
        return NO_FIT
    width, rows = split.most_common(1)[0]
    return sound, rows / len(widths), width


# -- CSV: the encoding --------------------------------------------------------------------------

ENCODINGS = {
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "cp1252": "Windows-1252",
}
"""Python's name → the name in the description."""

UTF8_AS_CP1252 = re.compile("Ã[¥¤¶…„–]")
"""What å ä ö Å Ä Ö in UTF-8 look like when read as Windows-1252."""


@dataclass(frozen=True, slots=True)
class _Fault:
    """The first line that no text in a given encoding can have, and why."""

    line: int
    kind: Literal["undecodable", "nul", "utf-8"]


def _encoding(path: Path, start: bytes) -> tuple[str, str]:
    """The file's encoding, as Python and as people call it; the whole file is read to be certain of it."""
    marked = _marked_codec(start)
    if marked is None and b"\0" in start:
        raise UnreadableTable(
            f"{path} är varken CSV eller XLSX.", "Öppna filen i sitt program och spara den som .xlsx."
        )
    codec = marked or "utf-8-sig"
    fault = _fault(path, codec)
    if fault and fault.kind == "undecodable" and marked is None:
        codec, not_utf8 = "cp1252", fault.line
        fault = _fault(path, codec)
        if fault and fault.kind == "utf-8":
            raise UnreadableTable(
                f"{path} blandar teckenkodningar: rad {fault.line} är UTF-8 men inte rad {not_utf8}.",
                "Rätta den rad där å, ä eller ö ser fel ut och spara om filen som UTF-8.",
            )
    if fault:
        tried = ENCODINGS[codec] if marked else "UTF-8 eller Windows-1252"
        raise UnreadableTable(
            f"{path}, rad {fault.line}: texten är inte giltig {tried}.",
            "Öppna listan i sitt program och spara den som .xlsx eller som CSV i UTF-8.",
        )
    return codec, ENCODINGS[codec]


def _marked_codec(start: bytes) -> str | None:
    """The encoding that the file's first bytes show, or None when they show none.

    In UTF-16 without a mark every other byte of a Swedish text is NUL, and the rest are not.
    """
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if start.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    even, odd = start[0::2].count(0), start[1::2].count(0)
    if odd * 4 > len(start) and even * 10 < odd:
        return "utf-16-le"
    if even * 4 > len(start) and odd * 10 < even:
        return "utf-16-be"
    return None


def _fault(path: Path, codec: str) -> _Fault | None:
    """The first thing in the file that shows it is no text in ``codec``."""
    decoder = codecs.getincrementaldecoder(codec)()
    lines = 1
    with _file_errors(path), path.open("rb") as file:
        while True:
            block = file.read(1 << 20)
            try:
                text = decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                before = error.object[: error.start].decode("latin-1")
                return _Fault(lines + _line_ends(before), "undecodable")
            if "\0" in text:
                return _Fault(lines + _line_ends(text[: text.index("\0")]), "nul")
            if codec == "cp1252" and (mixed := UTF8_AS_CP1252.search(text)):
                return _Fault(lines + _line_ends(text[: mixed.start()]), "utf-8")
            if not block:
                return None
            lines += _line_ends(text)


def _line_ends(text: str) -> int:
    return max(text.count("\n"), text.count("\r"))


# -- XLSX ---------------------------------------------------------------------------------------

FILE_LIMIT = 100_000_000
UNPACKED_LIMIT = 500_000_000
"""Bytes of an XLSX file, and of all its parts unpacked."""

PART_LIMIT = 10_000
RATIO_LIMIT = 200
RATIO_FREE = 1_000_000
"""Parts, times that a part may grow, and the size in bytes below which it may grow more than that."""

OUTSIDE = re.compile(r"^/|(^|/)\.\.(/|$)|[\\:]")
"""A part's name that is no path inside the archive."""

BATCH = 100
"""Rows fetched at a time."""

T = TypeVar("T")


def _read_xlsx(path: Path) -> Sheet:
    with _file_errors(path), path.open("rb") as file:
        packed = file.read(FILE_LIMIT + 1)
    sheets = _guarded(path, lambda: _sheets(path, packed))
    filled = [sheet for sheet in sheets if next(_filled(_Xlsx(path, sheet).records()), None)]
    if not filled:
        raise UnreadableTable(f"{path} har inget synligt blad med data.", "Ta fram bladet i Excel och spara.")
    others = len(filled) - 1
    unread = f" ({others} {'annat' if others == 1 else 'andra'} blad med data lästes inte)" if others else ""
    return _sheet(_Xlsx(path, filled[0]), f"XLSX, bladet ”{shorten(filled[0].title)}”{unread}")


@dataclass(frozen=True, slots=True)
class _Xlsx:
    path: Path
    worksheet: Worksheet

    def records(self) -> Iterator[Record]:
        rows = self.worksheet.rows()
        while batch := _guarded(self.path, lambda: list(islice(rows, BATCH))):
            yield from batch


def _guarded(path: Path, act: Callable[[], T]) -> T:
    """What ``act`` gives; any error of the libraries becomes UnreadableTable.

    Damaged workbooks (4,800 tried) make zipfile and expat raise errors of many kinds, from zlib.error to
    RuntimeError, with no common base. Hence every kind is caught, here and nowhere else.
    """
    try:
        return act()
    except UnreadableTable:
        raise
    except OutOfBounds as error:
        raise _unfit(path, str(error)) from None
    except Exception as error:
        raise UnreadableTable(
            f"{path} är skadad eller ingen Excel-arbetsbok.", "Öppna den i Excel och spara om den som .xlsx."
        ) from error


def _sheets(path: Path, packed: bytes) -> list[Worksheet]:
    """The visible sheets, once the file is known to be within bounds: what was checked is what is read."""
    if len(packed) > FILE_LIMIT:
        raise _unfit(path, "är större än 100 MB")
    # Counted before zipfile does: it would make an object of each, however many there are.
    if packed.count(b"PK\1\2") > PART_LIMIT:
        raise _unfit(path, "består av fler än 10 000 delar")
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        _check_parts(path, archive.infolist())
    return visible(packed)


def _unfit(path: Path, problem: str) -> UnreadableTable:
    return UnreadableTable(
        f"{path} {problem} och läses inte.", "Kopiera listan till en ny arbetsbok och spara den som .xlsx."
    )


def _check_parts(path: Path, parts: Sequence[zipfile.ZipInfo]) -> None:
    """Refuse an archive that would swell without bounds, or that aims outside itself."""
    if sum(part.file_size for part in parts) > UNPACKED_LIMIT:
        raise _unfit(path, "blir större än 500 MB uppackad")
    for part in parts:
        if part.file_size > max(RATIO_FREE, part.compress_size * RATIO_LIMIT):
            raise _unfit(path, "är packad mer än 200 gånger")
        if OUTSIDE.search(part.filename):
            raise _unfit(path, "innehåller sökvägar ut ur filen")
