"""Reading CSV and XLSX of unknown make: what is found, how it is told, and what is refused."""

from __future__ import annotations

import csv
import io
import os
import random
import re
import string
import subprocess
import sys
import time
import tracemalloc
import warnings
import zipfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from datetime import time as clock
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from klagreg import tabular
from klagreg.errors import UnreadableTable
from klagreg.tabular import Row, Value, read

REAL = Path(__file__).parents[2] / "shared" / "data"
real_files = pytest.mark.skipif(not REAL.is_dir(), reason=f"de riktiga filerna finns inte i {REAL}")

DELIMITER_WORDS = {";": "semikolon", ",": "komma", "\t": "tabb", "|": "lodstreck"}

ENCODERS: dict[str, tuple[str, Callable[[str], bytes]]] = {
    "utf-8": ("UTF-8", lambda text: text.encode("utf-8")),
    "utf-8 med BOM": ("UTF-8", lambda text: text.encode("utf-8-sig")),
    "utf-16 LE med BOM": ("UTF-16", lambda text: b"\xff\xfe" + text.encode("utf-16-le")),
    "utf-16 BE med BOM": ("UTF-16", lambda text: b"\xfe\xff" + text.encode("utf-16-be")),
    "utf-16 LE": ("UTF-16", lambda text: text.encode("utf-16-le")),
    "utf-16 BE": ("UTF-16", lambda text: text.encode("utf-16-be")),
    "windows-1252": ("Windows-1252", lambda text: text.encode("cp1252")),
}


def table(path: Path) -> tuple[str, tuple[str, ...], list[tuple[int, tuple[Value, ...]]]]:
    """All that was read: description, headings, numbered rows."""
    sheet = read(path)
    return sheet.description, sheet.headings, [(row.number, row.values) for row in sheet.rows]


def refusal(path: Path) -> str:
    """Message and hint of the refusal, with FIL for the path."""
    with pytest.raises(UnreadableTable) as caught:
        list(read(path).rows)
    assert caught.value.exit_code == 2
    return str(caught.value).replace(str(path), "FIL")


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str | bytes], Path]:
    """Write a file that says nothing of its make by its name."""

    def write(content: str | bytes) -> Path:
        path = tmp_path / "uttag.dat"
        path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        return path

    return write


File = Callable[[str | bytes], Path]


# -- CSV: encoding and delimiter ----------------------------------------------------------------


@pytest.mark.parametrize("delimiter", DELIMITER_WORDS)
@pytest.mark.parametrize("encoder", ENCODERS)
def test_each_encoding_with_each_delimiter(file: File, encoder: str, delimiter: str) -> None:
    name, encode = ENCODERS[encoder]
    text = "Ärendenr;Ort;Text\r\n17;Åmål;Hål i vägen – ”djupt”\r\n18;Växjö;Öl\r\n".replace(";", delimiter)
    assert table(file(encode(text))) == (
        f"CSV, {name}, {DELIMITER_WORDS[delimiter]}, rubriker på rad 1",
        ("Ärendenr", "Ort", "Text"),
        [(2, ("17", "Åmål", "Hål i vägen – ”djupt”")), (3, ("18", "Växjö", "Öl"))],
    )


def test_windows_1252_is_found_when_the_first_swedish_letter_comes_after_megabytes(file: File) -> None:
    text = "Nr;Text\n" + "1;gata\n" * 160_000 + "2;väg\n"
    sheet = read(file(text.encode("cp1252")))
    assert sheet.description == "CSV, Windows-1252, semikolon, rubriker på rad 1"
    *_, last = sheet.rows
    assert last == Row(160_002, ("2", "väg"))


@pytest.mark.parametrize(
    ("text", "delimiter", "first"),
    [
        ("Nr;Belopp\n1;1,5\n2;2,5\n3;3,5\n", "semikolon", ("1", "1,5")),
        ("Nr;Text\n1;a, b, c\n2;d, e, f\n", "semikolon", ("1", "a, b, c")),
        ('Nr,Text\n1,"gata; väg"\n2,"a; b"\n', "komma", ("1", "gata; väg")),
        ('Nr,Ort,Text\n1,Åmål,"x"\n2,Eda,"""a;b"""\n', "komma", ("1", "Åmål", "x")),
        ("Nr|Text, fri\n1|a, b\n", "lodstreck", ("1", "a, b")),
        ("Nr,Text; fri,Ort\n1,a; b,c\n", "komma", ("1", "a; b", "c")),
        ('Uttag; maj\n"Nr","Text"\n"1","a"\n', "komma", ("1", "a")),
        ("Nr\tText\n1\ta;b\n2\tc\n", "tabb", ("1", "a;b")),
        ("Titel, två delar\nNr;Text;Ort\n1;a;b\n", "semikolon", ("1", "a", "b")),
        ('Nr;Text\n1;"' + "ord, " * 60_000 + '"\n2;kort\n', "semikolon", ("1", "ord, " * 60_000)),
    ],
)
def test_delimiters_in_texts_do_not_mislead(file: File, text: str, delimiter: str, first: Any) -> None:
    description, _, rows = table(file(text))
    assert description.split(", ")[2] == delimiter
    assert rows[0][1] == first


def test_the_delimiter_told_to_excel_is_followed_and_is_no_row(file: File) -> None:
    assert table(file("sep=,\r\nNr,Text\r\n1,a;b\r\n")) == (
        "CSV, UTF-8, komma, rubriker på rad 2",
        ("Nr", "Text"),
        [(3, ("1", "a;b"))],
    )
    assert table(file('\ufeff"SEP=;"\nText\nhej, du\n')) == (
        "CSV, UTF-8, semikolon, rubriker på rad 2",
        ("Text",),
        [(3, ("hej, du",))],
    )


def test_a_file_with_a_single_column(file: File) -> None:
    assert table(file("Text\nhej\nett, två; tre\nslut\n")) == (
        "CSV, UTF-8, en kolumn, rubriker på rad 1",
        ("Text",),
        [(2, ("hej",)), (3, ("ett, två; tre",)), (4, ("slut",))],
    )


# -- CSV: cells and rows ------------------------------------------------------------------------


def test_cells_are_raw_and_blank_cells_are_none(file: File) -> None:
    assert table(file("Nr;Text;Ort;Anm\n007;  två blanksteg ;; \n=1+1;a\"b;'x';12,50\n"))[2] == [
        (2, ("007", "  två blanksteg ", None, None)),
        (3, ("=1+1", 'a"b', "'x'", "12,50")),
    ]


def test_a_row_is_numbered_by_its_first_line_also_when_texts_have_lines(file: File) -> None:
    text = 'Nr;Text\r\n1;"rad ett\r\nrad två; ""citat"""\r\n\r\n;;\r\n2;slut\r\n'
    assert table(file(text))[2] == [(2, ("1", 'rad ett\r\nrad två; "citat"')), (6, ("2", "slut"))]


def test_old_mac_line_ends(file: File) -> None:
    assert table(file("Nr;Text\r1;a\r2;b\r"))[2] == [(2, ("1", "a")), (3, ("2", "b"))]


def test_short_rows_are_filled_and_empty_cells_at_the_end_ignored(file: File) -> None:
    assert table(file("Nr;Text;Ort\n1\n2;b;;;;\n\n   \n3;c;d\n\n;;;;;\n")) == (
        "CSV, UTF-8, semikolon, rubriker på rad 1",
        ("Nr", "Text", "Ort"),
        [(2, ("1", None, None)), (3, ("2", "b", None)), (6, ("3", "c", "d"))],
    )


def test_a_row_wider_than_the_headings_keeps_all_it_has(file: File) -> None:
    assert list(read(file("Nr;Text\n1;a\n2;b;c\n3\n")).rows) == [
        Row(2, ("1", "a")),
        Row(3, ("2", "b", "c")),
        Row(4, ("3", None)),
    ]


def test_the_first_row_of_names_counts_as_headings_when_all_are_too_narrow(file: File) -> None:
    assert read(file("Namn,Ort\nAnna,Åmål\n1,2,3\n4,5,6\n7,8,9\n")).headings == ("Namn", "Ort")


def test_rows_can_be_read_twice_and_are_not_kept_in_memory(file: File) -> None:
    path = file("Nr;Text\n" + "".join(f"{i};{'text ' * 20}{i}\n" for i in range(20_000)))
    tracemalloc.start()
    sheet = read(path)
    assert sum(1 for _ in sheet.rows) == 20_000
    assert sum(1 for _ in sheet.rows) == 20_000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8_000_000, "ett block om 1 MB som text och byte, inte hela tabellen"


def test_long_texts_are_read_without_changing_the_limit_of_others(file: File) -> None:
    long = "å" * 1_900_000
    before = csv.field_size_limit(4_711)
    try:
        rows = iter(read(file(f"Nr;Text\n1;{long}\n2;b\n")).rows)
        assert next(rows).values == ("1", long)
        assert csv.field_size_limit() == 4_711
    finally:
        csv.field_size_limit(before)


def test_a_csv_does_not_load_openpyxl(file: File) -> None:
    program = (
        "import sys; from pathlib import Path; from klagreg.tabular import read;"
        "print(len(list(read(Path(sys.argv[1])).rows)), 'openpyxl' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, file("Nr;Text\n1;a\n")],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[1],
    )
    assert done.stdout == "1 False\n"


def test_a_file_that_changes_while_it_is_read_is_refused(file: File) -> None:
    path = file("Nr;Text\n1;a\n")
    sheet = read(path)
    path.write_bytes(b"Nr;Text\n1;\xe5\n")
    with pytest.raises(UnreadableTable, match="kan inte läsas eller ändrades under läsningen"):
        list(sheet.rows)


# -- headings -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "row", "headings"),
    [
        ("Nr;Text;Datum\n1;a;2024-05-02\n", 1, ("Nr", "Text", "Datum")),
        ("Ärendelista 2024\nNr;Text;Datum\n1;a;2024-05-02\n", 2, ("Nr", "Text", "Datum")),
        ("Ärendelista 2024;;\n;;\nNr;Text;Datum\n1;a;2024-05-02\n", 3, ("Nr", "Text", "Datum")),
        ("\n\nNr;Text\n1;a\n", 3, ("Nr", "Text")),
        ("Lista\n\nPeriod:;maj\nUttag:;2024-06-01\nNr;Text;Dag\n1;a;b\n2;c;d\n", 5, ("Nr", "Text", "Dag")),
        ("Avsändare;;Ärende\nNamn;Ort;Nr;Dag\nA;B;1;x\n", 2, ("Namn", "Ort", "Nr", "Dag")),
        ("Avsändare;;;Ärende\nNamn;Ort;Dag;Nr\nA;B;x;1\n", 2, ("Namn", "Ort", "Dag", "Nr")),
        ("Rapport;Rapport;Rapport\nNr;Text;Datum\n1;a;b\n", 2, ("Nr", "Text", "Datum")),
        ("Nr;Text;Datum\n", 1, ("Nr", "Text", "Datum")),
        ("Period:;maj\nEnhet:;Skolan\nNr;Text;Datum\n", 3, ("Nr", "Text", "Datum")),
        ("Lista\nSkolan\nUttag\nNr;Text;Datum\n", 4, ("Nr", "Text", "Datum")),
        ("Nr;Datum;Datum\n1;a;b\n", 1, ("Nr", "Datum", "Datum")),
        ("#;1. Vad gäller det?;§\n1;a;b\n", 1, ("#", "1. Vad gäller det?", "§")),
        ("Nr;;Text\n1;x;a\n", 1, ("Nr", "", "Text")),
        ('Nr;"  Inkom\n  datum "\n1;a\n', 1, ("Nr", "Inkom datum")),
        ("Nr;Text;Svar;Anm\n1;a\n2;b\n3;c\n4;d;e;f\n", 1, ("Nr", "Text", "Svar", "Anm")),
    ],
)  # fmt: skip
def test_headings_are_found(file: File, text: str, row: int, headings: tuple[str, ...]) -> None:
    sheet = read(file(text))
    assert (sheet.heading_row, sheet.headings) == (row, headings)
    assert sheet.description == f"CSV, UTF-8, semikolon, rubriker på rad {row}"
    assert all(len(r.values) == len(headings) and r.number > row for r in sheet.rows)


@pytest.mark.parametrize(
    "text",
    ["1;2024-05-02;Klagomål\n2;2024-05-03;Beröm\n", "4711\n4712\n", "2024-05-02\n", "Nr;2013;2014\n1;2;3\n"],
)
def test_a_table_without_headings_is_refused(file: File, text: str) -> None:
    no_headings = "FIL saknar rubriker. Lägg en rad överst med ett namn i ord för varje kolumn."
    assert refusal(file(text)) == no_headings


# -- refusals of files that are no CSV ----------------------------------------------------------

OTHER_PROGRAM = "FIL är varken CSV eller XLSX. Öppna filen i sitt program och spara den som .xlsx."
EXPORT_AGAIN = "Öppna listan i sitt program och spara den som .xlsx eller som CSV i UTF-8."
EMPTY = "FIL är tom. Kontrollera att det är rätt fil."
WEB_PAGE = "FIL är en webbsida eller XML. Öppna den i Excel och spara som .xlsx."
WRITE_TWICE = 'Ett citattecken inne i en text skrivs dubbelt (""). Spara helst om listan som .xlsx.'
QUOTES = f"citattecknen går inte ihop. {WRITE_TWICE}"
TOO_LONG = "texten är längre än någon cell kan vara. Troligen saknas ett citattecken på raden eller före den."


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(b"", EMPTY, id="empty"),
        pytest.param(b"\xef\xbb\xbf", EMPTY, id="only a mark"),
        pytest.param(b" \r\n;;;\r\n\t\r\n", EMPTY, id="only blanks"),
        pytest.param(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", OTHER_PROGRAM, id="picture"),
        pytest.param(b"SQLite format 3\0\x10\0\1\1", OTHER_PROGRAM, id="database"),
        pytest.param(bytes(100), OTHER_PROGRAM, id="zeros"),
        pytest.param(b"\0\0\0\1" * 50, OTHER_PROGRAM, id="numbers"),
        pytest.param(b"Nr;Text\n1;a\0b\n", OTHER_PROGRAM, id="NUL"),
        pytest.param(
            "Nr;Väg\n".encode() + b"1;a\n" * 300_000 + b"2;a\0b\n",
            f"FIL, rad 300002: texten är inte giltig UTF-8 eller Windows-1252. {EXPORT_AGAIN}",
            id="NUL far down",
        ),
        pytest.param(
            "Nr;Text\n1;a\0b\n".encode("utf-16"),
            f"FIL, rad 2: texten är inte giltig UTF-16. {EXPORT_AGAIN}",
            id="NUL in UTF-16",
        ),
        pytest.param(
            "Nr;Text\n1;a\n".encode("utf-32"),
            f"FIL, rad 1: texten är inte giltig UTF-16. {EXPORT_AGAIN}",
            id="UTF-32",
        ),
        pytest.param(
            b"\xff\xfe" + "Nr;Text\n1;a\n2;b".encode("utf-16-le")[:-1],
            f"FIL, rad 3: texten är inte giltig UTF-16. {EXPORT_AGAIN}",
            id="half a character",
        ),
        pytest.param(
            b"\xef\xbb\xbfNr;Text\n1;\xe5\n",
            f"FIL, rad 2: texten är inte giltig UTF-8. {EXPORT_AGAIN}",
            id="marked as UTF-8",
        ),
        *(
            pytest.param(
                b"Nr;Text\r\n1;\xe5\r\n2;" + bytes([byte]) + b"\r\n",
                f"FIL, rad 3: texten är inte giltig UTF-8 eller Windows-1252. {EXPORT_AGAIN}",
                id=f"byte {byte:02x}",
            )
            for byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
        ),
        pytest.param(
            "Nr;Text\n1;väg\n2;".encode() + "hål\n".encode("cp1252"),
            "FIL blandar teckenkodningar: rad 2 är UTF-8 men inte rad 3."
            " Rätta den rad där å, ä eller ö ser fel ut och spara om filen som UTF-8.",
            id="mixed encodings",
        ),
        pytest.param(
            b"Nr;Text\r1;\xe5\r2;\x81\r",
            f"FIL, rad 3: texten är inte giltig UTF-8 eller Windows-1252. {EXPORT_AGAIN}",
            id="old Mac",
        ),
        pytest.param(b"<HTML><table><tr><td>Nr</td></tr></table>", WEB_PAGE, id="web page"),
        pytest.param(b'\xef\xbb\xbf\r\n<?xml version="1.0"?>\n<Workbook/>', WEB_PAGE, id="XML"),
        pytest.param(b'Nr;Text\n1;"a\n2;b\n', f"FIL, rad 2: {QUOTES}", id="unclosed quote"),
        pytest.param(b'Nr;Text\n1;"a\n2;"b"\n', f"FIL, rad 2: {QUOTES}", id="lost quote"),
        pytest.param(b'Nr;Text\n1;a\n\n2;"a" b\n', f"FIL, rad 4: {QUOTES}", id="text after a quote"),
        pytest.param(b'"Nr\n1;a\n', f"FIL, rad 1: {QUOTES}", id="unclosed quote in the headings"),
        pytest.param(b"Nr;Text\n1;" + b"a" * 2_000_001, f"FIL, rad 2: {TOO_LONG}", id="long cell"),
        pytest.param(b"Nr;Text\n1;a\n" + b"a;" * 2_000_001, f"FIL, rad 3: {TOO_LONG}", id="long line"),
        pytest.param(b'Nr;Text\n1;a\n"a";"' + b'a";"\n' * 999_999, f"FIL, rad 3: {TOO_LONG}", id="long row"),
        pytest.param(
            b"a;" * 20_000, "FIL har över 16 384 kolumner. Kontrollera att det är rätt fil.", id="wide"
        ),
    ],
)  # fmt: skip
def test_a_file_that_is_no_readable_csv_is_refused(file: File, content: bytes, message: str) -> None:
    assert refusal(file(content)) == message


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    missing = "FIL finns inte. Kontrollera filens namn och mapp."
    (tmp_path / "fil").touch()
    assert refusal(tmp_path / "saknas.csv") == missing
    assert refusal(tmp_path / "fil" / "saknas.csv") == missing
    assert refusal(tmp_path) == "FIL är en mapp. Ange en fil i mappen."
    copy_it = "Kopiera filen till egen disk och försök igen."
    unreadable = f"FIL kan inte läsas eller ändrades under läsningen. {copy_it}"
    assert refusal(tmp_path / ("x" * 300)) == unreadable
    assert refusal(tmp_path / "a\0b") == unreadable


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="systemet har inga namngivna rör")
def test_a_pipe_or_device_is_refused_at_once(tmp_path: Path) -> None:
    pipe = tmp_path / "rör"
    os.mkfifo(pipe)
    message = "FIL är ingen vanlig fil. Spara innehållet i en fil först."
    assert refusal(pipe) == message
    assert refusal(Path("/dev/zero")) == message


def test_a_file_one_may_not_read_is_refused(file: File, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object, **__: object) -> None:
        raise PermissionError

    path = file("Nr;Text\n")
    monkeypatch.setattr(Path, "open", forbidden)
    assert refusal(path) == "FIL får inte läsas av dig. Be filens ägare om läsrätt."


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200) | st.text(alphabet='ab1;,\t|"\r\n \0å', max_size=60).map(str.encode))
@example(b"\x01;\x02\r;;\x01")
def test_any_bytes_give_a_table_or_a_refusal(file: File, content: bytes) -> None:
    with suppress(UnreadableTable):
        sheet = read(file(content))
        # A row that is too wide is given whole, for whoever reads it to refuse.
        assert all(len(row.values) >= len(sheet.headings) for row in sheet.rows)


LATIN = st.text(alphabet=string.ascii_letters + string.digits + " ;,|\t\"'\r\nåäöÅÄÖ–”€=-", max_size=12)
CELLS = st.lists(st.lists(LATIN, min_size=4, max_size=4), max_size=20)


@pytest.mark.parametrize("encoder", ENCODERS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=CELLS, delimiter=st.sampled_from(list(DELIMITER_WORDS)), quoting=st.booleans())
def test_what_is_written_is_read_back(
    file: File, encoder: str, rows: list[list[str]], delimiter: str, quoting: bool
) -> None:
    headings = ["Ärendenr", "Inkom datum", "Text", "Enhet"]
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL if quoting else csv.QUOTE_MINIMAL)
    writer.writerows([headings, *rows])
    name, encode = ENCODERS[encoder]
    content = encode(text.getvalue())
    if name == "Windows-1252" and content.isascii():
        return
    description, found, read_back = table(file(content))
    assert (description, found) == (
        f"CSV, {name}, {DELIMITER_WORDS[delimiter]}, rubriker på rad 1",
        tuple(headings),
    )
    blank_as_none = [tuple(cell if cell.strip() else None for cell in row) for row in rows]
    assert [values for _, values in read_back] == [row for row in blank_as_none if any(row)]


# -- XLSX ---------------------------------------------------------------------------------------

Table = Sequence[Sequence[Any]]

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def workbook(path: Path, sheets: Mapping[str, Table], hidden: Sequence[str] = ()) -> Path:
    """A workbook with one sheet for each list of rows."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        sheet.sheet_state = "hidden" if title in hidden else "visible"
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def replaced(path: Path, parts: dict[str, bytes]) -> Path:
    """The same archive with some parts replaced or added."""
    with zipfile.ZipFile(path) as old:
        kept = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in (kept | parts).items():
            new.writestr(name, content)
    return path


def raw_sheet(path: Path, data: str, before: str = "") -> Path:
    """A workbook whose only sheet holds this XML as its sheetData, and ``before`` ahead of it."""
    xml = f'<?xml version="1.0"?><worksheet xmlns="{MAIN}">{before}<sheetData>{data}</sheetData></worksheet>'
    return replaced(workbook(path, {"Blad": [["x"]]}), {"xl/worksheets/sheet1.xml": xml.encode()})


def text_cell(text: str, extra: str = "") -> str:
    return f'<c t="inlineStr"{extra}><is><t xml:space="preserve">{text}</t></is></c>'


HEADED = f"<row>{text_cell('Nr')}{text_cell('Text')}</row>"


@pytest.fixture
def xlsx(tmp_path: Path) -> Path:
    """Where a workbook may be made; its name says CSV, and is not to be believed."""
    return tmp_path / "arbetsbok.csv"


def test_values_come_as_people_see_them(xlsx: Path) -> None:
    moment, midnight = datetime.fromisoformat("2024-05-02 14:30"), datetime.fromisoformat("2024-05-03 00:00")
    rows: Table = [
        ["Text", "Dag", "Tid", "Klocka", "Längd", "Hel", "Decimal", "Ja", "Fel"],
        ["a", date(2024, 5, 2), moment, clock(14, 30), timedelta(hours=30), 7.0, 1.5, True, "#N/A"],
        ["b", midnight, None, None, timedelta(minutes=5), 12, -3.0, False, None],
        ["  ", None, None, None, None, 0, None, None, "slut"],
    ]
    assert table(workbook(xlsx, {"Ärenden": rows})) == (
        "XLSX, bladet ”Ärenden”, rubriker på rad 1",
        ("Text", "Dag", "Tid", "Klocka", "Längd", "Hel", "Decimal", "Ja", "Fel"),
        [
            (2, ("a", date(2024, 5, 2), moment, "14:30:00", "30:00:00", 7, 1.5, True, "#N/A")),
            (3, ("b", date(2024, 5, 3), None, None, "0:05:00", 12, -3, False, None)),
            (4, (None, None, None, None, None, 0, None, None, "slut")),
        ],
    )
    second = list(read(xlsx).rows)[1].values
    empty = type(None)
    assert [type(value) for value in second] == [str, date, empty, empty, str, int, int, bool, empty]


def test_a_formula_gives_the_value_last_shown(xlsx: Path) -> None:
    raw_sheet(xlsx, HEADED + "<row><c><f>1+1</f><v>2</v></c><c><f>A1</f></c></row>")
    assert table(xlsx)[2] == [(2, (2, None))]


def test_carriage_returns_and_odd_numbers(xlsx: Path) -> None:
    text = text_cell("rad_x000D_\ntvå")
    numbers = "<row><c><v>7.0</v></c><c><v>7.5</v></c></row>"
    raw_sheet(xlsx, f"{HEADED}<row><c><v>1e999</v></c>{text}</row>{numbers}")
    assert repr(table(xlsx)[2]) == r"[(2, ('#NUM!', 'rad\r\ntvå')), (3, (7, 7.5))]"


def test_headings_in_row_three_and_rows_numbered_as_in_excel(xlsx: Path) -> None:
    rows: Table = [["Ärendelista, uttag"], [], ["Nr", "Text"], [1, "a"], [], [None, "  "], [2], []]
    assert table(workbook(xlsx, {"Uttag": rows})) == (
        "XLSX, bladet ”Uttag”, rubriker på rad 3",
        ("Nr", "Text"),
        [(4, (1, "a")), (7, (2, None))],
    )


def test_the_first_visible_sheet_with_data_is_read_and_the_others_told(xlsx: Path) -> None:
    rows: Table = [["Nr", "Text"], [1, "a"]]
    sheets: dict[str, Table] = {"Tomt": [], "Dolt": [["Hemligt", "x"]], "Ärenden": rows, "Tomt 2": [[None]]}
    assert table(workbook(xlsx, sheets, hidden=["Dolt"]))[0] == "XLSX, bladet ”Ärenden”, rubriker på rad 1"
    assert table(workbook(xlsx, {**sheets, "Arkiv": rows}, hidden=["Dolt"]))[0] == (
        "XLSX, bladet ”Ärenden” (1 annat blad med data lästes inte), rubriker på rad 1"
    )
    assert table(workbook(xlsx, {"A": rows, "B": [["Namn"]], "C": [["Ort"]]})) == (
        "XLSX, bladet ”A” (2 andra blad med data lästes inte), rubriker på rad 1",
        ("Nr", "Text"),
        [(2, (1, "a"))],
    )


def test_the_size_a_sheet_states_of_itself_is_not_trusted(xlsx: Path) -> None:
    raw_sheet(xlsx, HEADED + f"<row><c><v>1</v></c>{text_cell('a')}</row>" * 3, '<dimension ref="A1:A2"/>')
    assert table(xlsx)[1:] == (("Nr", "Text"), [(2, (1, "a")), (3, (1, "a")), (4, (1, "a"))])


def test_a_row_wider_than_the_headings_keeps_all_it_has_in_xlsx_too(xlsx: Path) -> None:
    sheet = read(workbook(xlsx, {"Blad": [["Nr", "Text"], [1, "a"], [2, "b", None, "c"]]}))
    assert list(sheet.rows)[1] == Row(3, (2, "b", None, "c"))


def test_rows_of_xlsx_can_be_read_twice_also_when_the_file_is_gone(xlsx: Path) -> None:
    sheet = read(workbook(xlsx, {"Blad": [["Nr", "Text"], [1, "a"]]}))
    xlsx.unlink()
    assert list(sheet.rows) == list(sheet.rows) == [Row(2, (1, "a"))]


def test_a_day_that_excel_cannot_show_is_an_error_cell(xlsx: Path) -> None:
    """A date beyond what Excel can show is an error cell, and says so to whoever maps it."""
    workbook(xlsx, {"Blad": [["Nr", "Dag"], [1, date(2024, 5, 2)]]})
    with zipfile.ZipFile(xlsx) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").replace(b"<v>45414</v>", b"<v>99999999</v>")
    replaced(xlsx, {"xl/worksheets/sheet1.xml": sheet})
    assert table(xlsx)[2] == [(2, (1, "#VALUE!"))]


FORMATS = [
    "General", "00000", "0%", "yyyy-mm-dd", "YYYY-MM-DD", "dd/mm/yyyy", "h:mm", "h:mm:ss", "mm:ss", "mmss.0", "@",
    "[h]:mm:ss", "[h]:mm", "[mm]:ss", "[hh]:mm", "[s].0", 'yyyy"å"mm', '"dag" 0', "[$-41D]d mmm yyyy", "[Red]0",
    "[Blue]yyyy-mm-dd", "d-mmm", "m/d/yy h:mm", "h:mm AM/PM", "0;yyyy", "yyyy;0", "\\d0", "_d0", '#,##0 "kr"',
]  # fmt: skip
NUMBERS = [
    0, 0.25, 0.999999999, 1, 1.5, 59, 59.99, 60, 60.5, 61, 45_000, 45_000.5, 45_000.123456, 45_000.9999999, -1, -0.5,
    2_958_465, 2_958_466, 99_999_999, 1e300, 12_345_678_901_234_567_890, 7.0,
]  # fmt: skip


@pytest.mark.parametrize("epoch", ["1899-12-30", "1904-01-01"])
def test_days_are_told_from_numbers_as_openpyxl_does(xlsx: Path, epoch: str) -> None:
    """Which formats show a day, and which day it is: openpyxl's answers are the ones known to be good."""
    book = Workbook()
    book.epoch = datetime.fromisoformat(epoch)
    sheet = book.worksheets[0]
    sheet.append([f"h{letter}" for letter in string.ascii_letters[: len(FORMATS)]])
    for number in NUMBERS:
        sheet.append([number] * len(FORMATS))
        for cell, number_format in zip(sheet[sheet.max_row], FORMATS, strict=True):
            cell.number_format = number_format
    book.save(xlsx)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        values = list(load_workbook(io.BytesIO(xlsx.read_bytes()), data_only=True).worksheets[0].values)[1:]

    assert [row.values for row in read(xlsx).rows] == [tuple(map(as_seen, row)) for row in values]


def as_seen(value: object) -> object:
    match value:
        case datetime() if value.time() == clock():
            return value.date()
        case timedelta():
            minutes, seconds = divmod(round(value.total_seconds()), 60)
            return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
        case clock():
            return str(value)
        case _:
            return value


def test_cells_stand_where_they_say(xlsx: Path) -> None:
    data = '<row><c r="C2"><v>3</v></c><c><v>4</v></c><c r="A2"><v>1</v></c></row>'
    raw_sheet(xlsx, HEADED + data)
    assert table(xlsx)[2] == [(2, (1, None, 3, 4))]


def test_a_text_in_pieces_is_read_without_its_pronunciation(xlsx: Path) -> None:
    pieces = '<r><rPr><b/></rPr><t>Åter</t></r><r><t xml:space="preserve"> igen</t></r><rPh><t>x</t></rPh>'
    raw_sheet(xlsx, f'{HEADED}<row><c><v>1</v></c><c t="inlineStr"><is>{pieces}</is></c></row>')
    assert table(xlsx)[2] == [(2, (1, "Åter igen"))]


def test_reading_a_workbook_loads_no_openpyxl(xlsx: Path) -> None:
    workbook(xlsx, {"Blad": [["Nr", "Text"], [1, "a"]]})
    program = (
        "import sys; from pathlib import Path; from klagreg.tabular import read;"
        "rows = list(read(Path(sys.argv[1])).rows); print(len(rows), 'openpyxl' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program, xlsx], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["1", "False"]


def test_memory_does_not_grow_with_the_rows_of_a_workbook(xlsx: Path) -> None:
    most = []
    for rows in (2_000, 20_000):
        cells = text_cell("Klagomål") + text_cell("Kö i matsalen") + "<c><v>45000</v></c>"
        raw_sheet(xlsx, HEADED + "".join(f"<row><c><v>{number}</v></c>{cells}</row>" for number in range(rows)))
        tracemalloc.start()
        assert sum(1 for _ in read(xlsx).rows) == rows
        most.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert most[1] < most[0] + 500_000


# -- refusals of XLSX ---------------------------------------------------------------------------

NEW_WORKBOOK = "och läses inte. Kopiera listan till en ny arbetsbok och spara den som .xlsx."
DAMAGED = "FIL är skadad eller ingen Excel-arbetsbok. Öppna den i Excel och spara om den som .xlsx."
NO_DATA = "FIL har inget synligt blad med data. Ta fram bladet i Excel och spara."


def test_an_old_or_locked_workbook_is_refused(file: File) -> None:
    assert refusal(file(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000))) == (
        "FIL är en äldre Excel-fil (.xls) eller skyddad med lösenord."
        " Öppna den i Excel, ta bort lösenordet och spara den som .xlsx."
    )


def test_an_archive_of_something_else_is_refused(xlsx: Path, file: File) -> None:
    with zipfile.ZipFile(xlsx, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    assert refusal(xlsx) == DAMAGED
    with zipfile.ZipFile(xlsx, "w"):
        pass
    assert refusal(xlsx) == DAMAGED
    assert refusal(file(b"PK\3\4 inget arkiv")) == DAMAGED


def test_a_workbook_without_visible_data_is_refused(xlsx: Path) -> None:
    assert refusal(workbook(xlsx, {"Blad": []})) == NO_DATA
    assert refusal(workbook(xlsx, {"Dolt": [["Nr"]], "Blad": []}, hidden=["Dolt"])) == NO_DATA


def test_a_zip_bomb_is_refused_before_it_is_unpacked(xlsx: Path) -> None:
    replaced(workbook(xlsx, {"Blad": [["Nr"]]}), {"xl/worksheets/sheet1.xml": b" " * 60_000_000})
    before = time.process_time()
    assert refusal(xlsx) == f"FIL är packad mer än 200 gånger {NEW_WORKBOOK}"
    assert time.process_time() - before < 0.5


def test_an_archive_of_too_many_parts_is_refused(xlsx: Path) -> None:
    with zipfile.ZipFile(xlsx, "w") as archive:
        for i in range(10_001):
            archive.writestr(str(i), b"")
    assert refusal(xlsx) == f"FIL består av fler än 10 000 delar {NEW_WORKBOOK}"


def test_an_archive_that_is_too_big_is_refused(xlsx: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workbook(xlsx, {"Blad": [["Nr"]]})
    monkeypatch.setattr(tabular, "UNPACKED_LIMIT", 5_000)
    assert refusal(xlsx) == f"FIL blir större än 500 MB uppackad {NEW_WORKBOOK}"
    monkeypatch.setattr(tabular, "FILE_LIMIT", 1_000)
    assert refusal(xlsx) == f"FIL är större än 100 MB {NEW_WORKBOOK}"


@pytest.mark.parametrize("name", ["../ut.xml", "xl/../../ut", "/etc/ut", "C:\\ut.xml", "xl\\..\\ut", ".."])
def test_parts_that_aim_outside_the_archive_are_refused(xlsx: Path, name: str) -> None:
    replaced(workbook(xlsx, {"Blad": [["Nr"]]}), {name: b"x"})
    assert refusal(xlsx) == f"FIL innehåller sökvägar ut ur filen {NEW_WORKBOOK}"


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "[Content_Types].xml"])
@pytest.mark.parametrize(
    "doctype",
    [
        "<!DOCTYPE x>",
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>',
        '<!DOCTYPE x SYSTEM "file:///etc/passwd">',
    ],
)
def test_a_dtd_is_refused_wherever_it_is(xlsx: Path, part: str, doctype: str) -> None:
    workbook(xlsx, {"Blad": [["Nr", "Text"], [1, "a"]]})
    with zipfile.ZipFile(xlsx) as archive:
        root = re.sub(r"^<\?xml.*?\?>\s*", "", archive.read(part).decode())
    replaced(xlsx, {part: ('<?xml version="1.0" encoding="UTF-16"?>' + doctype + root).encode("utf-16")})
    assert refusal(xlsx) == f"FIL innehåller en dokumenttypsdeklaration (DTD) {NEW_WORKBOOK}"


def test_parts_beside_the_table_do_not_matter(xlsx: Path) -> None:
    numbered = '<sheetData><row r="1"/></sheetData>'
    beside = {
        "xl/media/image1.svg": b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x"><svg/>',
        "xl/printerSettings/printerSettings1.bin": bytes(range(256)),
        "xl/externalLinks/externalLink1.xml": f'<x xmlns="{MAIN}">{numbered}{numbered}</x>'.encode(),
    }
    replaced(workbook(xlsx, {"Blad": [["Nr"], [1]]}), beside)
    assert table(xlsx)[2] == [(2, (1,))]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ('<row r="1"/><row r="3"/><row r="2"/>', "har rader i fel ordning eller utanför Excels gränser"),
        ('<row r="2"/><row r="2"/>', "har rader i fel ordning eller utanför Excels gränser"),
        ('<row r="1000000000000"/>', "har rader i fel ordning eller utanför Excels gränser"),
        ('<row r="1048576"/><row/>', "har rader i fel ordning eller utanför Excels gränser"),
        ('<row r="0"/>', "har rader i fel ordning eller utanför Excels gränser"),
        ("<row>" + "<c/>" * 16_385 + "</row>", "har över 16 384 kolumner"),
        ('<row><c r="XFE1"><v>1</v></c></row>', "har över 16 384 kolumner"),
        ('<row><c r="ZZZZZZZ1"><v>1</v></c></row>', "har över 16 384 kolumner"),
        (
            "<row>" + "".join(f'<c s="{style * 7919 % 100_003}"/>' for style in range(350_000)) + "</row>",
            "har en rad som är längre än någon rad kan vara",
        ),
    ],
)
def test_sheets_that_could_be_misread_are_refused(xlsx: Path, data: str, problem: str) -> None:
    assert refusal(raw_sheet(xlsx, data)) == f"FIL {problem} {NEW_WORKBOOK}"


def test_row_numbers_with_decimals_gaps_and_many_empty_cells_are_read(xlsx: Path) -> None:
    empty = "<row>" + "<c/>" * 9_000 + "</row>"
    data = f'<row r="3.0"><c><v>1</v></c></row>{empty}{empty}<row r="20000"><c><v>2</v></c></row>'
    raw_sheet(xlsx, HEADED + data)
    assert table(xlsx)[2] == [(3, (1, None)), (20_000, (2, None))]


def test_damaged_workbooks_give_a_table_or_a_refusal(xlsx: Path) -> None:
    rows: Table = [["Nr", "Dag", "Text"], *([i, date(2024, 1, 1 + i), f"text {i}" * 9] for i in range(20))]
    sound = workbook(xlsx, {"Blad": rows, "Annat": rows}).read_bytes()
    chance = random.Random(20_241_122)
    refused = 0
    for _ in range(200):
        damaged = bytearray(sound)
        for _ in range(chance.randint(1, 8)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        if chance.random() < 0.2:
            del damaged[chance.randrange(len(damaged)) :]
        xlsx.write_bytes(damaged)
        try:
            list(read(xlsx).rows)
        except UnreadableTable:
            refused += 1
    assert refused > 150


def test_damaged_xml_gives_a_table_or_a_refusal(xlsx: Path) -> None:
    """Sound archives around damaged XML get further into the reader than damaged archives do."""
    rows: Table = [["Nr", "Dag", "Text"], *([i, date(2024, 1, 1 + i), f"text {i}"] for i in range(5))]
    workbook(xlsx, {"Blad": rows})
    with zipfile.ZipFile(xlsx) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    chance = random.Random(20_241_123)
    for _ in range(100):
        name = chance.choice(list(parts))
        damaged = bytearray(parts[name])
        for _ in range(chance.randint(1, 4)):
            damaged[chance.randrange(len(damaged))] = chance.choice(b'<>/="0123456789abcdeAr:&; ')
        with suppress(UnreadableTable):
            list(read(replaced(xlsx, {name: bytes(damaged)})).rows)
        replaced(xlsx, {name: parts[name]})


# -- real files ---------------------------------------------------------------------------------


@real_files
def test_the_swedish_case_list_is_the_same_as_csv_and_as_xlsx() -> None:
    description, headings, rows = table(REAL / "svensk-arendelista.csv")
    assert description == "CSV, Windows-1252, semikolon, rubriker på rad 1"
    in_excel, same_headings, same_rows = table(REAL / "svensk-arendelista.xlsx")
    assert in_excel == "XLSX, bladet ”Uttag”, rubriker på rad 3"
    assert headings == same_headings
    assert headings == (
        "Ärendenr", "Inkom datum", "Avslutat datum", "Förvaltning", "Enhet", "Ärendetyp", "Inkom via",
        "Ärendemening", "Beskrivning", "Handläggningsstatus",
    )  # fmt: skip
    assert len(rows) == len(same_rows) == 2386
    for (_, texts), (_, values) in zip(rows, same_rows, strict=True):
        assert texts == tuple(value.isoformat() if isinstance(value, date) else value for value in values)
    assert [number for number, _ in same_rows] == list(range(4, 2390))


@real_files
@pytest.mark.parametrize(
    ("name", "columns", "rows", "first"),
    [
        ("nyc311_2013-12-25_2386rows.csv", 52, 2386, "26984072"),
        ("boston311-100.csv", 29, 100, "101004143000"),
        ("boston311-dmy-100.csv", 29, 100, "101004143000"),
    ],
)
def test_american_lists_are_read(name: str, columns: int, rows: int, first: str) -> None:
    description, headings, found = table(REAL / name)
    assert description == "CSV, UTF-8, komma, rubriker på rad 1"
    assert (len(headings), len(found)) == (columns, rows)
    assert found[0][1][0] == first
