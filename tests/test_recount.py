"""Every number of the workbook counted a second time, by a dumb way: from what the log says happened, day by day.

Three parts that know nothing of one another. A register lives three years through real acts. The log alone is replayed
into plain dictionaries, and the definitions of domain 3 and 7 are counted over them, with a calendar typed in here. The
workbook that a clerk gets is opened, and every cell with a number is held against the recount.

Beside the log only this is read, because the log does not hold it: the profiles' TOML (``rule_set``, which the log
names), the stricter rules in figures (``local_rule``, which it tells in words), the sender's role (``sender``, whose
values never enter the log) and the nämnd of a survey's answers (``survey``).
"""

from __future__ import annotations

import json
import math
import random
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import redirect_stdout
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from io import StringIO
from itertools import takewhile
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from openpyxl.utils import range_boundaries

from klagreg import profile as profiles
from klagreg.cli.edge import Edge
from klagreg.cli.frame import run
from klagreg.desk import Env
from klagreg.register import Register
from tests.recount.counted import (
    KINDS,
    LABELS,
    NUMBERS_GIVEN,
    OUTCOMES,
    ROUTES,
    TYPES,
    Numbers,
    Part,
    Recount,
    Row,
    Span,
    Table,
    row,
)
from tests.recount.diary import FIRST_RULES, Diary, a_town, what_may_happen, what_must_happen
from tests.recount.log import Log, replayed

SWEDEN = ZoneInfo("Europe/Stockholm")


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The register's file after three years."""
    path, diary = tmp_path_factory.mktemp("liv") / "klagreg.db", Diary()
    a_town(diary)
    what_must_happen(diary)
    what_may_happen(diary, random.Random(1930173), 110)
    born = Env(datetime(2023, 1, 2, 8, tzinfo=SWEDEN), "anna.berg")
    Register.create(path, born, profiles.parse(FIRST_RULES, "forsta.toml"), municipality="Exempelkommun")
    with Register.open(path, born) as register:
        diary.live(register)
    return path


# -- the workbook, cell by cell -----------------------------------------------------------------


class Asked(NamedTuple):
    """A report that a clerk asks for."""

    words: str
    span: Span
    edition: str
    chosen: dict[str, str]


YEAR = Span("2025-01-01", "2025-12-31", "2026-01-30", "2025")
TERTIAL = Span("2026-01-01", "2026-04-30", "2026-02-28", "Tertial 1 2026")
SCHOOL_YEAR = Span("2024-08-15", "2025-06-13", "2025-09-30", "2024-08-15 – 2025-06-13")
REPORTS = {
    "the year": Asked("2025 --per 2026-01-30", YEAR, "namnd", {}),
    "the year, internal": Asked("2025 --per 2026-01-30", YEAR, "intern", {}),
    "four months that go on": Asked("2026 --tertial 1 --per 2026-02-28", TERTIAL, "intern", {}),
    "a school year of one nämnd": Asked(
        "--fran 2024-08-15 --till 2025-06-13 --per 2025-09-30 --namnd BUN", SCHOOL_YEAR, "namnd", {"namnd": "BUN"}
    ),
}


class Book:
    """A workbook as a reader finds it: each sheet's table by its headings and the leading texts of its rows."""

    def __init__(self, path: Path) -> None:
        self.sheets = openpyxl.load_workbook(path)
        self.lines: dict[str, list[dict[str, Any]]] = {}
        for sheet in self.sheets:
            (marked,) = sheet.tables.values()
            top = sheet.iter_rows(min_row=range_boundaries(marked.ref)[1])
            headings = [cell.value for cell in next(top)]
            lines = takewhile(lambda line: line[0].value is not None, top)
            self.lines[sheet.title] = [dict(zip(headings, line, strict=False)) for line in lines]

    def rows(self, title: str, names: int) -> Iterator[tuple[tuple[Any, ...], dict[str, Any]]]:
        """Cells by their row's leading texts; of rows that begin alike the later ones say which."""
        seen = Counter[tuple[str, ...]]()
        for line in self.lines[title]:
            name = tuple(str(cell.value or "") for cell in list(line.values())[:names])
            seen[name] += 1
            yield (*name, seen[name]), dict(list(line.items())[names:])

    def row(self, title: str, *name: str) -> Row:
        """The values of the first row with a name; none at all when there is no such row."""
        found = dict(self.rows(title, len(name))) if title in self.lines else {}
        return {heading: value_of(cell) for heading, cell in found.get((*name, 1), {}).items()}

    def numbers(self) -> set[tuple[str, str]]:
        """Where there is a number or a day."""
        cells = [(sheet.title, cell) for sheet in self.sheets for line in sheet for cell in line]
        return {(title, cell.coordinate) for title, cell in cells if isinstance(cell.value, int | float | date)}


def value_of(cell: Any) -> Any:
    value = cell.value.date() if isinstance(cell.value, datetime) else cell.value
    return None if value == "–" else value


def says(cell: Any, wanted: Any) -> bool:
    """Whether a cell says what was recounted."""
    value, wanted = value_of(cell), wanted.exact if isinstance(wanted, Part) else wanted
    if isinstance(wanted, Numbers):
        return re.findall(r"\d+", str(value)) == list(wanted.found)
    if isinstance(wanted, set):
        return value in wanted
    if wanted is None or isinstance(wanted, str | date):
        return bool(value == wanted)
    return isinstance(value, int | float) and value == pytest.approx(float(wanted), rel=1e-12, abs=1e-12)


def compared(book: Book, tables: dict[str, Table]) -> tuple[list[str], set[tuple[str, str]]]:
    """Where the book and the recount do not say the same, and the places of all cells that were compared."""
    faults, places = [f"no sheet {title}" for title in tables if title not in book.lines], set[tuple[str, str]]()
    for title, table in ((title, table) for title, table in tables.items() if title in book.lines):
        seen, wanted = Counter[tuple[str, ...]](), {}
        for name, figures in table:
            seen[name] += 1
            wanted[*name, seen[name]] = figures
        for name, cells in book.rows(title, len(table[0][0])):
            figures = wanted.pop(name, {})
            faults += [f"{title} {name}: no column {heading}" for heading in figures if heading not in cells]
            for heading, cell in ((heading, cell) for heading, cell in cells.items() if heading in figures):
                places.add((title, cell.coordinate))
                if not says(cell, figures[heading]):
                    faults.append(f"{title} {cell.coordinate} {name} {heading}: {cell.value}, not {figures[heading]}")
        faults += [f"{title}: no row {name}" for name in wanted]
    return faults, places


class Seen(NamedTuple):
    """A report as it is met outside: as a workbook, as JSON and in the terminal; and the recount of it."""

    label: str
    book: Book
    json: dict[str, Any]
    terminal: str
    recount: Recount
    tables: dict[str, Table]


@pytest.fixture(scope="module")
def log(lived: Path) -> Log:
    return replayed(lived)


@pytest.fixture(scope="module", params=REPORTS.values(), ids=list(REPORTS))
def seen(request: pytest.FixtureRequest, lived: Path, log: Log) -> Seen:
    asked: Asked = request.param
    edge = Edge(datetime(2026, 3, 15, 8, tzinfo=SWEDEN), "anna.berg", lived)

    def klagreg(*words: str) -> str:
        with redirect_stdout(StringIO()) as out:
            assert run(["sammanstall", *asked.words.split(), *words], edge) == 0
        return out.getvalue()

    folder = lived.with_name(f"{asked.span.start}-{asked.edition}")
    folder.mkdir()
    klagreg("-o", str(folder / "bok.xlsx"), "--upplaga", asked.edition)
    recount = Recount(log, *asked[1:])
    (file,) = folder.iterdir()
    return Seen(asked.span.label, Book(file), json.loads(klagreg("--json")), klagreg(), recount, recount.tables())


def test_every_number_of_the_workbook_is_the_recounts(seen: Seen) -> None:
    faults, _ = compared(seen.book, seen.tables)
    assert not faults, "\n".join(faults)


def test_no_number_of_the_workbook_is_left_out(seen: Seen) -> None:
    _, places = compared(seen.book, seen.tables)
    assert seen.book.numbers() <= places
    assert len(seen.book.numbers()) > 900


def test_the_years_were_lively_enough(log: Log) -> None:
    """Every count of the year's report is of something, at some nämnd at least."""
    tables = Recount(log, YEAR, "intern", {}).tables()
    for title, table in tables.items():
        never = {heading for _, figures in table for heading in figures}
        never -= {heading for _, figures in table for heading, value in figures.items() if value}
        assert never <= {"Diarienummer"}, title


def test_the_recount_and_the_program_have_the_same_cautions(seen: Seen) -> None:
    told = [line for line in seen.terminal.splitlines() if line.startswith("Obs!")]
    assert [re.findall(r"\d{4}-\d\d-\d\d|\d+", line) for line in told] == seen.recount.cautions()
    notes = [cell.value for (cell, *_) in seen.book.sheets["Sammanfattning"] if isinstance(cell.value, str)]
    observed = [line["Värde"].value for line in seen.book.lines["Om rapporten"] if line["Uppgift"].value == "Observera"]
    assert [line.removeprefix("Obs! ") for line in told] == observed[: len(told)]
    assert "".join(observed[: len(told)]) in "".join(notes)


# -- the same to the last digit everywhere ------------------------------------------------------


def in_json_and_book(figures: dict[str, Any], book: Book, label: str) -> Iterator[tuple[str, Any, Any]]:
    """Every number of the JSON, by its key, and what the workbook says of the same."""

    def pairs(key: str, told: Row, row: Row, names: str) -> Iterator[tuple[str, Any, Any]]:
        for (part, value), heading in zip(told.items(), names.split("|"), strict=True):
            yield f"{key}.{part}", value, row.get(heading, 0)

    def short(name: str) -> Any:
        return book.row("Sammanfattning", name).get(label, 0)

    def post(name: str) -> Any:
        return book.row("Avstämning", name)["Antal"]

    for key, name in row(
        "inkomna|avslutade|aterupptagna|makulerade|ingaende_balans|utgaende_balans",
        *("Inkomna", "Avslutade", "Återupptagna", "varav makulerade", "Ingående balans", "Utgående balans"),
    ).items():
        yield key, figures[key], post(name)
    for key, name in row(
        "anonyma|utan_kontakt|avstar|interna|i_efterhand|ror_enskild",
        *("varav anonyma", "varav utan kontaktväg", "varav avstår svar", "varav interna (från medarbetare)"),
        *("varav införda i efterhand", "varav rör enskild elev eller personal"),
    ).items():
        yield key, figures[key], short(name)
    yield "register.0.arenden", figures["register"][0]["arenden"], book.row("Om rapporten", *NUMBERS_GIVEN)["Värde"]
    referrals = {"lex_sarah": "Lex Sarah", "overklagande": "Överklagande av beslut"}
    for key, title, heading, labels in (
        ("per_typ", "Per typ", "Antal", TYPES),
        ("per_namnd", "Per nämnd", "Totalt", {}),
        ("per_kanal", "Per kanal", "Antal", LABELS["kanal"]),
        ("per_omrade", "Per område", "Antal", LABELS["omrade"]),
        ("per_utforare", "Per utförare", "Antal", {}),
        ("hanvisningar", "Hänvisningar", "Antal", referrals),
    ):
        for code, number in figures[key].items():
            yield f"{key}.{code}", number, book.row(title, labels.get(code, code))[heading]
    for unit, number in figures["per_enhet"].items():
        at_units = [line["Totalt"].value for line in book.lines["Per enhet"] if line["Enhet"].value == unit]
        yield f"per_enhet.{unit}", number, sum(at_units)
    for (month, number), line in zip(figures["per_manad"].items(), book.lines["Per månad"], strict=False):
        yield f"per_manad.{month}", number, line["Inkomna"].value
    totals = {title: book.row(title, "Totalt") for title in ("Handläggningstid", "Utfall och åtgärder", "Åtgärder")}
    for outcome, number in figures["utfall"].items():
        yield f"utfall.{outcome}", number, totals["Utfall och åtgärder"][OUTCOMES[outcome]]
    for told in figures["frister"]:
        name = told["rubrik"] + (" (mål)" if told["art"] == "mal" else "")
        numbers = {part: value for part, value in told.items() if part not in ("frist", "rubrik", "art")}
        names = "I tid|För sent|Pågår inom frist|Ej tillämplig|Andel i tid|Besvarade för sent|Obesvarade efter frist|"
        names += "Ej tillämplig efter frist|Förlängda|Andel i tid av besvarade|varav informerade"
        yield from pairs(f"frister.{told['frist']}", numbers, book.row("Frister", "Totalt", name), names)
    times = "Avslutade|Median (dagar)|Medel (dagar)|90:e percentil|Längsta|Median (arbetsdagar)"
    yield from pairs("handlaggningstid", figures["handlaggningstid"], totals["Handläggningstid"], times)
    yield from pairs("svarstid", figures["svarstid"], totals["Handläggningstid"], "Besvarade|Median svarstid (dagar)")
    measures, by_kind = dict(figures["atgarder"]), figures["atgarder"]["genomforda_per_slag"]
    del measures["genomforda_per_slag"]
    done = totals["Åtgärder"]["Genomförda i tid"] + totals["Åtgärder"]["Genomförda för sent"]
    names = "Utlovade|Genomförda|Genomförda för sent|Försenade|Pågår|Utan dag|Median (dagar från ankomst)|Gjorda direkt"
    yield from pairs("atgarder", measures, totals["Åtgärder"] | {"Genomförda": done}, names)
    yield from pairs("atgarder.genomforda_per_slag", by_kind, totals["Åtgärder"], "|".join(KINDS.values()))
    if figures["vagar"]:
        yield from pairs("vagar", figures["vagar"], book.row("Vägar", "Totalt"), "|".join(ROUTES.values()))
    handed = {name: post(name) for name in ("Överlämningar", "Överlämnade ärenden", "varav minst två gånger")}
    yield from pairs("overlamningar", figures["overlamningar"], handed, "|".join(handed))
    answers = "Svar|Nöjda|Delvis nöjda|Missnöjda|Andel nöjda"
    yield from pairs("enkat", figures["enkat"], book.row("Enkät", "Totalt"), answers)


def alike(number: float | None, other: float | None) -> bool:
    """To the fifteenth digit, which is Excel's last; the file has sixteen, and the JSON all that there are."""
    if number is None or other is None:
        return number is other
    return math.isclose(number, other, rel_tol=1e-15)


def leaves(value: Any, key: str) -> Iterator[str]:
    """The keys of everything that is a number or could be one."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        value = {inner.get("frist", place): inner for place, inner in enumerate(value)}
    if isinstance(value, dict):
        for part, inner in value.items():
            yield from leaves(inner, f"{key}.{part}" if key else part)
    elif value is None or isinstance(value, int | float):
        yield key


def test_the_json_says_what_the_workbook_says(seen: Seen) -> None:
    pairs = list(in_json_and_book(seen.json, seen.book, seen.label))
    assert [pair for pair in pairs if not alike(*pair[1:])] == []
    names = {"urval", "urval.enhet", "urval.namnd", "register.0.namnd"}
    assert set(leaves(seen.json, "")) - names == {key for key, _, _ in pairs}


def as_printed(cell: Any) -> str:
    """A cell as its number format shows it in Swedish, half up."""
    value, form = cell.value, cell.number_format
    if not isinstance(value, int | float):
        return str(value)
    if form.startswith('"'):
        return form.strip('"').replace("%", " %")
    number = abs(Decimal(repr(value))) * (100 if "%" in form else 1)
    digits = number.quantize(Decimal("0.1" if "0.0" in form else "1"), ROUND_HALF_UP)
    sign = "−" if value < 0 else "+" if value > 0 and form.startswith("+") else ""
    return f"{sign}{digits}".replace(".", ",") + (" %" if "%" in form else "")


def test_the_terminal_says_what_the_workbook_says(seen: Seen) -> None:
    shown = set()
    for block in seen.terminal.strip().split("\n\n"):
        heading, *lines = block.splitlines()
        title = heading.split(":")[0]
        if title in seen.book.lines:
            shown.add(title)
            headings = re.split(r"\s{2,}", lines[0].strip())
            for line, cells in zip(lines[1:], seen.book.lines[title], strict=True):
                for text, name in zip(re.split(r"\s{2,}", line.strip()), headings, strict=True):
                    assert text == as_printed(cells[name]), f"{title} {name}: {line}"
    assert shown >= {"Sammanfattning", "Frister", "Åtgärder", "Avstämning"}
