"""The workbook, read back: every figure where it belongs, text that stays text, a file that is whole or not there."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from klagreg import report as contents
from klagreg import scratch
from klagreg.errors import AlreadyExists, KlagregError, WrongUse
from klagreg.figures import Points, Report, Share
from klagreg.model import Sender
from klagreg.register import Register
from klagreg.render import cells, workbook
from klagreg.render.files import written_beside
from klagreg.report.keys import as_json
from klagreg.sheets import Block, Chart, ChartKind, Column, Kind, Part, Section, Series, Sheet, Value, Withheld
from klagreg.staff import Unit
from klagreg.terms import (
    AREAS,
    CHANNELS,
    CaseType,
    Contact,
    Feedback,
    MeasureKind,
    Outcome,
    Route,
    Satisfaction,
    SenderRole,
    SurveyMethod,
)
from klagreg.yearly import Survey, YearlyText
from tests.test_figures import YEAR, Story, a_register, day, nine_cases

CREATED = datetime(2026, 2, 15, 10, 30, tzinfo=UTC)
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def write(path: Path, *sheets: Sheet, title: str = "Prov", replace: bool = False, **more: Any) -> Path:
    workbook.write(sheets, path, title=title, created=CREATED, replace=replace, **more)
    return path


def a_sheet(*names: str, **more: Any) -> Sheet:
    """A table of names with a number each."""
    columns = (Column("Enhet", Kind.TEXT), Column("Antal"))
    return Sheet(title="Prov", heading="Prov", columns=columns, rows=tuple((name, 1) for name in names), **more)


def table(sheet: Worksheet) -> list[list[Any]]:
    """Headings, rows and totals as openpyxl reads them back."""
    rows = [list(row) for row in sheet.iter_rows(min_row=2, values_only=True)]
    end = next((i for i, row in enumerate(rows) if all(value is None for value in row)), len(rows))
    return rows[:end]


@contextmanager
def a_lively_register(path: Path) -> Iterator[Register]:
    """The nine cases of domain 7.4 and a few more, at nämnder, in channels, reopened and handed over."""
    with a_register(path) as register:
        nine_cases(register)
        register.upkeep.put_unit(Unit("Ängsskolan", "Barn- och utbildningsnämnden"))
        register.upkeep.put_unit(Unit("Hemtjänsten", "Socialnämnden"))
        for i in range(12):
            received = (day("2025-01-07") + timedelta(days=19 * i)).isoformat()
            answered = (day("2025-01-10") + timedelta(days=21 * i)).isoformat()
            unit = ("Ängsskolan", "Hemtjänsten")[i % 2]
            channel, area = list(CHANNELS)[i % 4], list(AREAS)[i % 5]
            provider = ("Omsorg AB", None, "Städ AB")[i % 3]
            story = Story(
                register, received, list(CaseType)[i % 5], unit=unit, channel=channel, area=area, provider=provider
            )
            if i == 11:
                story.told((day(answered) - timedelta(days=1)).isoformat(), Feedback.DELAY)
            story.answered(answered, list(Outcome)[i % 7])
            if i % 5 == 2:
                story.reopened("2025-12-20")
            if i % 3 == 0:
                story.promised("2025-12-01", due=f"2025-12-{20 + i}").took("2025-12-02", list(Route)[i % 4])
            if i % 6 == 0:
                story.done(1, f"2025-12-{23 + i % 4}")
            if i % 4 == 0:
                story.did("2025-12-27", [None, *MeasureKind][i // 4])
        at_large = Story(
            register,
            "2025-03-03",
            unit="Ängsskolan",
            sender=Sender(role=SenderRole.STAFF),
            kept_elsewhere="Pärm",
            individual=True,
            contact=Contact.DECLINED,
        )
        at_large.promised("2025-03-04").handed_over("2025-03-05", "Hemtjänsten").handed_over("2025-03-06", "Ängsskolan")
        for where_to in ("lex_sarah", "overklagande"):
            register.refer(at_large.number, where_to, None, day("2025-03-07"))
        register.upkeep.add_survey(Survey(day("2025-05-05"), SurveyMethod.INTERVIEW, Satisfaction.CONTENT, 3))
        register.upkeep.add_survey(Survey(day("2025-05-05"), SurveyMethod.INTERVIEW, Satisfaction.PARTLY))
        register.upkeep.write_year(YearlyText(2025, "=Vi lyssnar.\n+ Vi svarar.", unit="Ängsskolan"))
        yield register


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Report]:
    with a_lively_register(tmp_path_factory.mktemp("bok") / "klagreg.db") as register:
        yield register.report(YEAR, day("2025-12-31"))


@pytest.fixture(scope="module")
def file(report: Report, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ut") / "sammanställning.xlsx"
    workbook.write(contents.sheets(report), path, title=contents.title(report), created=CREATED, replace=False)
    return path


@pytest.fixture(scope="module")
def book(file: Path) -> Workbook:
    return openpyxl.load_workbook(file)


class TestFigures:
    """Every number of the JSON is found in the workbook, where it belongs."""

    def column(self, book: Workbook, title: str, heading: str, names: int = 1) -> dict[Any, Any]:
        """A column by what stands first in its rows."""
        rows = table(book[title])
        place = rows[0].index(heading)
        return {row[0] if names == 1 else tuple(row[:names]): row[place] for row in rows[1:]}

    def test_the_period(self, book: Workbook, report: Report) -> None:
        figures, summary = as_json(report), self.column(book, "Sammanfattning", "2025")
        balance = self.column(book, "Avstämning", "Antal")
        assert summary["Inkomna"] == balance["Inkomna"] == figures["inkomna"]
        assert summary["Avslutade"] == balance["Avslutade"] == figures["avslutade"]
        assert summary["Öppna vid periodens slut"] == balance["Utgående balans"] == figures["utgaende_balans"]
        assert summary["varav anonyma"] == figures["anonyma"]
        assert balance["Ingående balans"] == figures["ingaende_balans"]
        assert balance["Återupptagna"] == figures["aterupptagna"] == 2
        assert balance["varav makulerade"] == figures["makulerade"]
        assert balance["Differens"] == 0

    @pytest.mark.parametrize(
        ("key", "title", "heading", "labels"),
        [
            ("per_typ", "Per typ", "Antal", {t.value: t.label for t in CaseType}),
            ("per_namnd", "Per nämnd", "Totalt", {}),
            ("per_kanal", "Per kanal", "Antal", {code: words[0] for code, words in CHANNELS.items()}),
            ("per_omrade", "Per område", "Antal", {code: words[0] for code, words in AREAS.items()}),
            ("per_utforare", "Per utförare", "Antal", {}),
        ],
    )
    def test_the_divisions(
        self, book: Workbook, report: Report, key: str, title: str, heading: str, labels: dict[str, str]
    ) -> None:
        figures = as_json(report)
        found = self.column(book, title, heading)
        assert found.pop("Totalt") == figures["inkomna"]
        assert found == {labels.get(code, code): number for code, number in figures[key].items()}

    def test_units_months_and_outcomes(self, book: Workbook, report: Report) -> None:
        figures = as_json(report)
        units = {unit: number for (_, unit), number in self.column(book, "Per enhet", "Totalt", 2).items()}
        assert units.pop(None) == figures["inkomna"]
        assert units == figures["per_enhet"]
        months = list(self.column(book, "Per månad", "Inkomna").values())
        assert months == [*figures["per_manad"].values(), figures["inkomna"]]
        outcomes = table(book["Utfall och åtgärder"])
        totals = dict(zip(outcomes[0], outcomes[-1], strict=True))
        assert {Outcome(code).label: n for code, n in figures["utfall"].items()}.items() <= totals.items()
        assert totals["Avslutade"] == sum(figures["utfall"].values())

    def test_the_deadlines(self, book: Workbook, report: Report) -> None:
        rows = table(book["Frister"])
        totals = {row[1]: dict(zip(rows[0], row, strict=True)) for row in rows if row[0] == "Totalt"}
        headings = {
            "i_tid": "I tid",
            "for_sent": "För sent",
            "pagar": "Pågår inom frist",
            "ej_tillamplig": "Ej tillämplig",
            "andel_i_tid": "Andel i tid",
            "besvarade_for_sent": "Besvarade för sent",
            "obesvarade_forsenade": "Obesvarade efter frist",
            "ej_tillamplig_efter_frist": "Ej tillämplig efter frist",
            "forlangda": "Förlängda",
            "informerade": "varav informerade",
            "andel_i_tid_av_besvarade": "Andel i tid av besvarade",
        }
        for deadline in as_json(report)["frister"]:
            found = {key: totals[deadline["rubrik"]][heading] for key, heading in headings.items()}
            assert found == pytest.approx({key: deadline[key] for key in headings})
            assert found["informerade"] == 1

    def test_the_handling_time(self, book: Workbook, report: Report) -> None:
        rows = table(book["Handläggningstid"])
        total = dict(zip(rows[0], rows[-1], strict=True))
        assert as_json(report)["handlaggningstid"] == pytest.approx(
            {
                "antal": total["Avslutade"],
                "median": total["Median (dagar)"],
                "medel": total["Medel (dagar)"],
                "p90": total["90:e percentil"],
                "langsta": total["Längsta"],
                "median_arbetsdagar": total["Median (arbetsdagar)"],
            }
        )

    def test_who_sent_it_and_how_it_came_in(self, book: Workbook, report: Report) -> None:
        figures, summary = as_json(report), self.column(book, "Sammanfattning", "2025")
        rows = {
            "utan_kontakt": "varav utan kontaktväg",
            "avstar": "varav avstår svar",
            "interna": "varav interna (från medarbetare)",
            "i_efterhand": "varav införda i efterhand",
            "ror_enskild": "varav rör enskild elev eller personal",
        }
        assert {key: summary[row] for key, row in rows.items()} == {key: figures[key] for key in rows}
        assert all(figures[key] for key in rows)
        assert summary["Andel anonyma"] == figures["anonyma"] / figures["inkomna"]
        by_type = self.column(book, "Per typ", "varav i efterhand")
        assert by_type.pop("Totalt") == sum(by_type.values()) == figures["i_efterhand"]

    def test_the_answering_time(self, book: Workbook, report: Report) -> None:
        rows = table(book["Handläggningstid"])
        total = dict(zip(rows[0], rows[-1], strict=True))
        found = {"antal": total["Besvarade"], "median": total["Median svarstid (dagar)"]}
        assert as_json(report)["svarstid"] == pytest.approx(found)

    def test_the_measures(self, book: Workbook, report: Report) -> None:
        figures = as_json(report)["atgarder"]
        rows = table(book["Åtgärder"])
        total = dict(zip(rows[0], rows[-1], strict=True))
        done = total["Genomförda i tid"] + total["Genomförda för sent"]
        by_kind = [total[f"varav {kind}"] for kind in ("rättelse", "förbättring", "utan slag")]
        found = [total["Utlovade"], done, *list(total.values())[3:9]]
        assert found == pytest.approx(list(figures.values())[:8])
        assert total["Utlovade"] == sum(row[1] for row in rows[1:-1]) == done + sum(list(total.values())[4:7]) > 0
        assert by_kind == list(figures["genomforda_per_slag"].values())
        assert total["Genomförda under perioden"] == sum(row[9] for row in rows[1:-1]) == sum(by_kind)
        # All that is done was promised this year, or at once.
        assert total["Genomförda under perioden"] == done + total["Gjorda direkt"] > done > 0
        in_short = table(book["Sammanfattning"])[-5:]
        late = figures["genomforda_for_sent"]
        assert [row[1] for row in in_short] == [
            figures["utlovade"], figures["genomforda"] - late, late, figures["forsenade"], figures["gjorda_direkt"],
        ]  # fmt: skip

    def test_routes_referrals_handovers_and_answers(self, book: Workbook, report: Report) -> None:
        figures = as_json(report)
        assert table(book["Vägar"])[-1][1:5] == list(figures["vagar"].values())
        referrals = self.column(book, "Hänvisningar", "Antal")
        assert referrals == {"Lex Sarah": 1, "Överklagande av beslut": 1, "Totalt": 2}
        assert figures["hanvisningar"] == {"overklagande": 1, "lex_sarah": 1}
        handed = self.column(book, "Avstämning", "Antal")
        rows = ("Överlämningar", "Överlämnade ärenden", "varav minst två gånger")
        assert [handed[row] for row in rows] == list(figures["overlamningar"].values()) == [2, 1, 1]
        answers = table(book["Enkät"])
        assert answers[-1][1:] == [*list(figures["enkat"].values())[1:4], figures["enkat"]["svar"], 0.75]

    def test_the_comparison_repeats_what_the_other_sheets_say(self, book: Workbook) -> None:
        rows = table(book["Jämförelse"])
        found = {heading: {row[0]: row[i] for row in rows[1:]} for i, heading in enumerate(rows[0])}
        assert found["Inkomna"] == self.column(book, "Per nämnd", "Totalt")
        assert found["Median handläggningstid (dagar)"] == self.column(book, "Handläggningstid", "Median (dagar)")
        assert found["Andel som ledde till åtgärd"] == self.column(book, "Utfall och åtgärder", "Andel")
        assert found["Utlovade åtgärder"] == self.column(book, "Åtgärder", "Utlovade")
        assert found["varav försenade åtgärder"] == self.column(book, "Åtgärder", "Försenade")
        shares = self.column(book, "Frister", "Andel i tid", 2)
        for rule in ("Första återkoppling", "Slutsvar"):
            by_board = {board: share for (board, title), share in shares.items() if title == rule}
            assert found[f"Andel {rule[0].lower()}{rule[1:]} i tid"] == by_board

    def test_where_it_comes_from(self, book: Workbook, report: Report) -> None:
        facts = self.column(book, "Om rapporten", "Värde")
        figures = as_json(report)
        assert facts["Senaste logghash"] == figures["senaste_logghash"]
        assert facts["Program"] == f"klagreg {figures['version']}"
        assert facts["Uttagsdatum"].isoformat() == "2025-12-31T00:00:00"
        assert facts["Period"] == " – ".join(figures["period"])


class TestMake:
    """A file that a screen reader, a printer and an auditor can use."""

    def test_the_sheets(self, book: Workbook, report: Report) -> None:
        assert book.sheetnames == [sheet.title for sheet in contents.sheets(report)]
        assert all(len(title) <= 31 for title in book.sheetnames)

    def test_a_table_on_every_sheet_with_a_name_of_its_own(self, book: Workbook) -> None:
        names = [name for sheet in book for name in sheet.tables]
        assert len(names) == len(set(names)) == len(book.sheetnames)
        for sheet in book:
            (marked,) = sheet.tables.values()
            headings = [cell.value for cell in sheet[marked.ref][0]]
            assert [column.name for column in marked.tableColumns] == headings
            assert len({str(heading).casefold() for heading in headings}) == len(headings)
            assert len(sheet[marked.ref]) >= 2

    def test_no_formulas_no_merged_cells_nothing_hidden_no_links(self, book: Workbook, file: Path) -> None:
        for sheet in book:
            assert not sheet.merged_cells.ranges
            assert sheet.sheet_state == "visible"
            assert not [
                cell for row in sheet for cell in row if cell.data_type == "f" or cell.comment or cell.hyperlink
            ]
        assert not [name for name in zipfile.ZipFile(file).namelist() if "external" in name.casefold()]

    def test_every_sheet_is_ready_to_read_and_to_print(self, book: Workbook) -> None:
        for sheet in book:
            assert str(sheet.freeze_panes).endswith("3")
            assert sheet.print_title_rows == "$1:$2"
            assert (sheet.page_setup.paperSize, sheet.page_setup.fitToWidth) == (9, 1)
            assert sheet.oddFooter
            assert sheet.oddFooter.right.text == "Sida &P av &N"
        assert not book.defined_names

    def test_a_few_notes_too_many_do_not_get_a_page_of_their_own(self, tmp_path: Path) -> None:
        def pages(rows: int) -> Any:
            sheet = a_sheet(*("A" for _ in range(rows)), notes=("En anmärkning.",) * 6)
            return openpyxl.load_workbook(write(tmp_path / f"{rows}.xlsx", sheet))["Prov"].page_setup.fitToHeight

        # As high as it becomes; one page; as many as it needs.
        assert [pages(30), pages(42), pages(60)] == [0, 1, 0]

    def test_the_metadata_name_no_person(self, book: Workbook, file: Path) -> None:
        properties = book.properties
        assert (properties.creator, properties.lastModifiedBy) == ("klagreg", None)
        assert (properties.title, properties.language) == ("Synpunkter och klagomål, 2025 – Exempelkommun", "sv-SE")
        assert properties.created == properties.modified == CREATED.replace(tzinfo=None)
        everything = b"".join(zipfile.ZipFile(file).read(name) for name in zipfile.ZipFile(file).namelist())
        assert b"anna.berg" not in everything

    def test_every_member_is_well_formed(self, file: Path) -> None:
        with zipfile.ZipFile(file) as members:
            assert members.testzip() is None
            for name in members.namelist():
                ElementTree.fromstring(members.read(name))

    def test_the_same_report_gives_the_same_bytes(self, file: Path, report: Report, tmp_path: Path) -> None:
        again = write(tmp_path / "igen.xlsx", *contents.sheets(report), title=contents.title(report))
        assert again.read_bytes() == file.read_bytes()

    def test_an_empty_table_says_so(self, tmp_path: Path) -> None:
        book = openpyxl.load_workbook(write(tmp_path / "tom.xlsx", a_sheet()))
        assert table(book["Prov"]) == [["Enhet", "Antal"], ["Inga ärenden under perioden", None]]
        assert book["Prov"].tables["Tabell1_prov"].ref == "A2:B3"

    def test_totals_and_notes_stand_outside_the_table(self, tmp_path: Path) -> None:
        sheet = a_sheet("Ängsskolan", totals=(("Totalt", 1),), notes=("En anmärkning.",))
        found = openpyxl.load_workbook(write(tmp_path / "s.xlsx", sheet))["Prov"]
        assert found.tables["Tabell1_prov"].ref == "A2:B3"
        assert (found["A4"].value, found["A6"].value) == ("Totalt", "En anmärkning.")

    def test_headings_that_are_alike_get_their_place(self, tmp_path: Path) -> None:
        columns = (Column("Post", Kind.TEXT), Column("POST"), Column("=1+1"), Column(" "))
        sheet = Sheet(title="Prov", heading="Prov", columns=columns, rows=(("a", 1, 2, 3),))
        found = openpyxl.load_workbook(write(tmp_path / "s.xlsx", sheet))["Prov"]
        assert [cell.value for cell in found[2]] == ["Post", "POST (2)", "=1+1", "–"]
        assert [column.name for column in found.tables["Tabell1_prov"].tableColumns] == [
            "Post",
            "POST (2)",
            "=1+1",
            "–",
        ]

    def test_a_title_that_excel_would_cut_is_refused(self, tmp_path: Path) -> None:
        long = Sheet(title="a" * 32, heading="", columns=(Column("A"),), rows=())
        with pytest.raises(ValueError, match="too long"):
            write(tmp_path / "s.xlsx", long)
        assert os.listdir(tmp_path) == []


class TestCells:
    def cell(self, folder: Path, value: Value, kind: Kind = Kind.FIGURE) -> Any:
        sheet = Sheet(title="Prov", heading="Prov", columns=(Column("A", kind),), rows=((value,),))
        return openpyxl.load_workbook(write(folder / "c.xlsx", sheet, replace=True))["Prov"]["A3"]

    @pytest.mark.parametrize(
        ("value", "kind", "raw", "number_format"),
        [
            (1234, Kind.FIGURE, 1234, "#,##0"),
            (15.25, Kind.FIGURE, 15.25, "0.0"),
            (Share(2, 3), Kind.FIGURE, 2 / 3, "0%"),
            (Share(0, 3), Kind.FIGURE, 0, "0%"),
            (Share(999, 1000), Kind.FIGURE, 0.999, '"99%"'),
            (Share(1, 1000), Kind.FIGURE, 0.001, '"1%"'),
            (-3, Kind.CHANGE, -3, '+#,##0;"−"#,##0;#,##0'),
            (0.5, Kind.GROWTH, 0.5, '+0%;"−"0%;0%'),
            (Points(7.5), Kind.CHANGE, 7.5, '+0.0;"−"0.0;0.0'),
        ],
    )
    def test_numbers_are_numbers_in_every_language(
        self, tmp_path: Path, value: Value, kind: Kind, raw: Any, number_format: str
    ) -> None:
        cell = self.cell(tmp_path, value, kind)
        assert (cell.value, cell.number_format) == (raw, number_format)

    def test_a_day_is_a_day(self, tmp_path: Path) -> None:
        cell = self.cell(tmp_path, date(2026, 1, 31))
        assert (cell.is_date, cell.value.date(), cell.number_format) == (True, date(2026, 1, 31), "yyyy-mm-dd")

    @pytest.mark.parametrize(("value", "stands_there"), [(None, "–"), (Share(0, 0), "–"), (Withheld.SMALL, "..")])
    def test_what_cannot_be_counted_or_is_not_told_stands_among_the_figures(
        self, tmp_path: Path, value: Value, stands_there: str
    ) -> None:
        cell = self.cell(tmp_path, value)
        assert (cell.value, cell.data_type, cell.alignment.horizontal) == (stands_there, "s", "right")

    def test_a_day_before_excels_calendar_is_a_text(self, tmp_path: Path) -> None:
        assert self.cell(tmp_path, date(1899, 12, 24)).value == "1899-12-24"
        assert self.cell(tmp_path, date(1900, 3, 1)).value.date() == date(1900, 3, 1)

    @pytest.mark.parametrize("value", [float("nan"), float("inf")])
    def test_a_number_that_is_none_is_refused(self, tmp_path: Path, value: float) -> None:
        with pytest.raises(ValueError, match=f"{value} is no number"):
            cells.cell(value)
        with pytest.raises((ValueError, ArithmeticError)):
            self.cell(tmp_path, value)
        assert os.listdir(tmp_path) == []

    @pytest.mark.parametrize(
        ("hostile", "stored"),
        [
            ("=1+1", "=1+1"),
            ('=HYPERLINK("http://example.se")', '=HYPERLINK("http://example.se")'),
            ("+46", "+46"),
            ("-1", "-1"),
            ("@SUM(A1)", "@SUM(A1)"),
            ("\t=1", "\t=1"),
            ("#N/A", "#N/A"),
            ("[/x]", "[/x]"),
            ("<b>&amp;", "<b>&amp;"),
            ("röd\x1b[31m", "röd�[31m"),
            ("svar\u202exslx\u2069 \u200eett\u061c \ufeff\x85två", "svar�xslx� �ett� ��två"),
            ("famil\u00adjen \U0001f469\u200d\U0001f467", "famil\u00adjen \U0001f469\u200d\U0001f467"),
            ("a\x0bb\x00c￾d\ud800e", "a�b�c�d�e"),
            ("rad\r\nrad\rrad", "rad\nrad\nrad"),
            ("_x0041_", "_x005F_x0041_"),
            ("  kant  ", "  kant  "),
            ("👵🏽 Ängsskolan", "👵🏽 Ängsskolan"),
        ],
    )
    def test_hostile_text_stays_text(self, tmp_path: Path, hostile: str, stored: str) -> None:
        path = write(tmp_path / "h.xlsx", a_sheet(hostile, notes=(hostile,), totals=((hostile, 1),)))
        found = openpyxl.load_workbook(path)["Prov"]
        assert (found["A3"].value, found["A3"].data_type) == (stored, "s")
        assert (found["A4"].value, found["A4"].data_type) == (stored, "s")
        with zipfile.ZipFile(path) as members:
            raw = members.read("xl/worksheets/sheet1.xml")
            for name in members.namelist():
                ElementTree.fromstring(members.read(name))
        assert not ElementTree.fromstring(raw).findall(f".//{SHEET}f")
        if hostile[0] in "=+-@\t":
            assert found["A3"].quotePrefix

    def test_text_beyond_the_limit_is_cut_where_it_can_be_seen(self, tmp_path: Path) -> None:
        assert self.cell(tmp_path, "å" * 40_000).value == "å" * 32_766 + "…"
        assert self.cell(tmp_path, "å" * 32_767).value == "å" * 32_767
        faces = self.cell(tmp_path, "👵" * 20_000).value
        assert faces == "👵" * 16_383 + "…"

    def test_hostile_names_in_charts_titles_and_footers(self, tmp_path: Path) -> None:
        name = "=1+1 \x1b]0;_x0041_ & <a> \ud800"
        block = Block(1, 0, 1, 0)
        chart = Chart(
            ChartKind.COLUMNS, name, name, name, block, (Series(name, Block(1, 1, 1, 1)),), Series(name, block)
        )
        path = write(tmp_path / "d.xlsx", a_sheet(name, chart=chart), title=name)
        with zipfile.ZipFile(path) as members:
            for member in members.namelist():
                ElementTree.fromstring(members.read(member))
        footer = openpyxl.load_workbook(path)["Prov"].oddFooter
        assert footer
        assert footer.left.text == "=1+1 �]0;_x0041_ && <a> �"


class TestStamp:
    """``Intern – får inte publiceras``: seen on the screen, on paper and before the file is opened."""

    STAMP = "Intern – får inte publiceras"

    @pytest.fixture
    def stamped(self, tmp_path: Path) -> Path:
        block = Block(1, 1, 2, 1)
        chart = Chart(ChartKind.COLUMNS, "Diagram", "Enhet", "Antal", Block(1, 0, 2, 0), (Series("Antal", block),))
        return write(tmp_path / "i.xlsx", a_sheet("A", "B", chart=chart), title="Prov & test", stamp=self.STAMP)

    def test_it_stands_above_everything(self, stamped: Path) -> None:
        sheet = openpyxl.load_workbook(stamped)["Prov"]
        assert [(cell.value, cell.style) for cell in sheet["A"]] == [
            ("Intern – får inte publiceras", "Klagreg stämpel"),
            ("Prov", "Klagreg rubrik"),
            ("Enhet", "Klagreg tabellhuvud"),
            ("A", "Klagreg text"),
            ("B", "Klagreg text"),
        ]
        # Across the table, told by its weight and its frame: also on a grey print.
        assert [(c.style, c.font.bold, c.border.top.style) for c in sheet[1]] == [
            ("Klagreg stämpel", True, "medium")
        ] * 2

    def test_the_rest_of_the_sheet_makes_room_for_it(self, stamped: Path) -> None:
        sheet = openpyxl.load_workbook(stamped)["Prov"]
        (marked,) = sheet.tables.values()
        assert (marked.ref, sheet.freeze_panes, sheet.dimensions) == ("A3:B5", "B4", "A1:B5")
        drawn = zipfile.ZipFile(stamped).read("xl/charts/chart1.xml").decode()
        assert "'Prov'!$A$4:$A$5" in drawn
        assert "'Prov'!$B$4:$B$5" in drawn

    def test_it_stands_in_the_margin_of_every_printed_page(self, stamped: Path) -> None:
        sheet = openpyxl.load_workbook(stamped)["Prov"]
        assert sheet.oddHeader
        assert sheet.oddHeader.center.text == "Intern – får inte publiceras"
        # The rows that are repeated are the heading and those of the table: the stamp is above them already.
        assert sheet.print_title_rows == "$2:$3"
        assert sheet.page_margins.top > sheet.page_margins.header + 0.3

    def test_the_file_itself_says_so(self, stamped: Path) -> None:
        properties = openpyxl.load_workbook(stamped).properties
        assert properties.title == "Prov & test – Intern – får inte publiceras"
        assert properties.keywords == "Intern – får inte publiceras"

    def test_without_one_there_is_none(self, tmp_path: Path) -> None:
        book = openpyxl.load_workbook(write(tmp_path / "p.xlsx", a_sheet("A")))
        assert book["Prov"]["A1"].value == "Prov"
        assert (book.properties.title, book.properties.keywords) == ("Prov", None)
        assert not book["Prov"].oddHeader


class TestCharts:
    def chart(self, kind: ChartKind, *names: str, **more: Any) -> Chart:
        """A chart of the columns beside the names, three rows of them."""
        series = tuple(Series(name, Block(1, i, 3, i)) for i, name in enumerate(names, 1))
        return Chart(kind, "Inkomna, 2026", "Nämnd", "Antal ärenden", Block(1, 0, 3, 0), series, **more)

    def drawn(self, folder: Path, chart: Chart, *rows: tuple[Value, ...]) -> tuple[str, str]:
        """The chart as it is in the file, and what is said of it; empty when it is not there."""
        columns = (Column("Nämnd", Kind.TEXT), *(Column(f"Kolumn {i}") for i in range(1, len(rows[0]))))
        path = write(folder / "d.xlsx", Sheet("Prov", "Prov", columns, rows, chart=chart), replace=True)
        with zipfile.ZipFile(path) as members:
            if "xl/charts/chart1.xml" not in members.namelist():
                return "", ""
            frame = ElementTree.fromstring(members.read("xl/drawings/drawing1.xml"))
            told = next(e for e in frame.iter() if e.tag.endswith("cNvPr")).attrib["descr"]
            return members.read("xl/charts/chart1.xml").decode(), told

    def test_every_chart_has_titles_on_itself_and_its_axes_and_says_what_it_shows(
        self, file: Path, report: Report
    ) -> None:
        with zipfile.ZipFile(file) as members:
            charts = [members.read(n).decode() for n in members.namelist() if n.startswith("xl/charts/chart")]
            drawings = [members.read(n).decode() for n in members.namelist() if n.startswith("xl/drawings/drawing")]
        drawn = [sheet.chart for sheet in contents.sheets(report) if sheet.chart]
        assert [chart.count("<title>") for chart in charts] == [3] * len(drawn)
        for chart, drawing in zip(drawn, drawings, strict=True):
            assert f": {chart.title}. " in drawing
            assert "Siffrorna står i tabellen på bladet." in drawing

    def test_bars_in_words(self, tmp_path: Path) -> None:
        rows = (("BUN", 1234), ("KTN", 2), ("SN", 0))
        _, told = self.drawn(tmp_path, self.chart(ChartKind.BARS, "Antal"), *rows)
        assert told == (
            "Diagram med liggande staplar: Inkomna, 2026. Antal ärenden – BUN: 1 234, KTN: 2, SN: 0. "
            "Siffrorna står i tabellen på bladet."
        )

    def test_parts_in_words(self, tmp_path: Path) -> None:
        rows = (("BUN", 3, 1), ("KTN", 2, 0), ("SN", 0, 0))
        _, told = self.drawn(tmp_path, self.chart(ChartKind.STACKED_BARS, "Klagomål", "Beröm"), *rows)
        assert told == (
            "Diagram med liggande staplar i delar: Inkomna, 2026. Antal ärenden tillsammans – BUN: 4, KTN: 2, SN: 0. "
            "Klagomål: 5. Beröm: 1. Siffrorna står i tabellen på bladet."
        )

    def test_a_target_and_what_cannot_be_counted_in_words(self, tmp_path: Path) -> None:
        target = Series("Måltal", Block(1, 2, 3, 2))
        chart = self.chart(ChartKind.COLUMNS, "I tid", "Mål", target=target)
        rows = (("BUN", Share(2, 3), Share(1, 1)), ("KTN", Share(0, 0), Share(1, 1)), ("SN", None, Share(1, 1)))
        drawn, told = self.drawn(tmp_path, replace(chart, series=chart.series[:1]), *rows)
        assert "I tid" not in told  # one series is what the axis is called
        assert told.endswith("BUN: 67 %, KTN: saknas, SN: saknas. Måltal: 100 %. Siffrorna står i tabellen på bladet.")
        assert "<showVal" not in drawn  # Excel would label a dash with zero

    def test_of_many_only_the_highest_and_the_lowest_are_told(self, tmp_path: Path) -> None:
        rows = tuple((name, number) for name, number in zip("ABCDEFGH", (3, 9, 1, 9, 9, 9, 2, 1), strict=True))
        chart = self.chart(ChartKind.COLUMNS, "Antal")
        long = replace(chart, categories=Block(1, 0, 8, 0), series=(Series("Antal", Block(1, 1, 8, 1)),))
        _, told = self.drawn(tmp_path, long, *rows)
        assert "Antal ärenden – högst 9 (B, D, E och 1 till), lägst 1 (C, H)." in told
        _, told = self.drawn(tmp_path, replace(long, kind=ChartKind.LINES), *rows)
        assert "Antal – A: 3, H: 1, högst 9 (B, D, E och 1 till), lägst 1 (C, H)." in told

    def test_years_as_lines_that_can_be_told_apart_without_colours(self, tmp_path: Path) -> None:
        rows = (("2024", 100, 40, 7), ("2025", 120, 38, 7), ("2026", 90, 41, 7))
        drawn, told = self.drawn(tmp_path, self.chart(ChartKind.LINES, "Inkomna", "Klagomål", "Beröm"), *rows)
        assert re.findall(r'<symbol val="(\w+)"', drawn) == ["circle", "square", "triangle"]
        assert re.findall(r'<ser>.*?<a:prstDash val="(\w+)"', drawn) == ["solid", "dash", "sysDot"]
        assert "<legend>" in drawn
        assert told == (
            "Linjediagram: Inkomna, 2026. Inkomna – 2024: 100, 2025: 120, 2026: 90. Klagomål – 2024: 40, 2025: 38, "
            "2026: 41. Beröm – 2024: 7, 2025: 7, 2026: 7. Siffrorna står i tabellen på bladet."
        )

    def test_shares_run_from_none_to_all(self, tmp_path: Path) -> None:
        rows = (("2024", Share(1, 2)), ("2025", Share(9, 10)), ("2026", Share(2, 3)))
        drawn, _ = self.drawn(tmp_path, self.chart(ChartKind.LINES, "I tid"), *rows)
        axis = drawn[drawn.index("<valAx>") :]
        assert '<max val="1" /><min val="0" />' in axis
        assert '<numFmt formatCode="0%"' in axis
        assert "<legend>" not in drawn  # one line needs none, and has its figures beside it instead
        assert '<showVal val="1"' in drawn

    def test_lines_begin_after_a_year_that_cannot_be_counted(self, tmp_path: Path) -> None:
        chart = self.chart(ChartKind.LINES, "I tid")
        drawn, told = self.drawn(tmp_path, chart, ("2024", None), ("2025", Share(9, 10)), ("2026", Share(1, 2)))
        # In a cell the dash is a text, and drawn it would be zero.
        assert re.findall(r"<f>(.*?)</f>", drawn) == ["'Prov'!$A$4:$A$5", "'Prov'!$B$4:$B$5"]
        assert "I tid – 2025: 90 %, 2026: 50 %." in told
        assert self.drawn(tmp_path, chart, ("2024", None), ("2025", None), ("2026", None)) == ("", "")

    def test_shares_and_other_numbers_have_no_axis_in_common(self, tmp_path: Path) -> None:
        rows = (("2024", 12, Share(1, 2)), ("2025", 14, Share(9, 10)), ("2026", 9, None))
        with pytest.raises(ValueError, match="on one axis"):
            self.drawn(tmp_path, self.chart(ChartKind.LINES, "Inkomna", "I tid"), *rows)

    @pytest.mark.parametrize("kind", list(ChartKind))
    def test_what_is_withheld_is_not_drawn_as_nothing(self, tmp_path: Path, kind: ChartKind) -> None:
        rows: tuple[tuple[Value, ...], ...] = (("BUN", 12), ("KTN", Withheld.SMALL), ("SN", 30))
        assert self.drawn(tmp_path, self.chart(kind, "Antal"), *rows) == ("", "")
        assert self.drawn(tmp_path, self.chart(kind, "Antal"), *rows[:1], ("KTN", 9), *rows[2:]) != ("", "")

    @pytest.mark.parametrize(
        ("rows", "centimetres", "on_a_page_of_its_own"), [(25, 9.0, False), (27, 8.0, False), (29, 9.0, True)]
    )
    def test_a_picture_is_rather_a_little_lower_than_cut_or_on_a_page_of_its_own(
        self, tmp_path: Path, rows: int, centimetres: float, on_a_page_of_its_own: bool
    ) -> None:
        one = Chart(ChartKind.COLUMNS, "D", "Enhet", "Antal", Block(1, 0, 1, 0), (Series("A", Block(1, 1, 1, 1)),))
        path = write(tmp_path / "d.xlsx", a_sheet(*("A" for _ in range(rows)), chart=one))
        with zipfile.ZipFile(path) as members:
            drawing = ElementTree.fromstring(members.read("xl/drawings/drawing1.xml"))
            height = int(next(e for e in drawing.iter() if e.tag.endswith("}ext")).attrib["cy"]) / 360_000
            sheet = members.read("xl/worksheets/sheet1.xml").decode()
        assert height == pytest.approx(centimetres, abs=0.05)
        assert ("<rowBreaks" in sheet) is on_a_page_of_its_own

    def test_seven_parts_have_seven_looks(self, tmp_path: Path) -> None:
        names = ("Klagomål", "Synpunkter", "Förslag", "Beröm", "Frågor", "Felanmälningar", "Avvikelser")
        rows = tuple((board, *range(1, 8)) for board in ("BUN", "KTN", "SN"))
        drawn, _ = self.drawn(tmp_path, self.chart(ChartKind.STACKED_BARS, *names), *rows)
        looks = re.findall(r"<ser>.*?<spPr>(.*?)<a:ln ", drawn)
        assert len(looks) == len(set(looks)) == 7
        assert [look.count("pattFill") for look in looks] == [0, 0, 0, 0, 0, 2, 2]

    def test_a_single_column_is_no_wall(self, tmp_path: Path) -> None:
        one = Chart(ChartKind.COLUMNS, "D", "Nämnd", "Antal", Block(1, 0, 1, 0), (Series("A", Block(1, 1, 1, 1)),))
        drawn, _ = self.drawn(tmp_path, one, ("BUN", 12))
        assert '<gapWidth val="400" />' in drawn


class TestLongLists:
    """More than a thousand rows are written by hand, and nobody can tell."""

    COLUMNS = (
        Column("Nummer", Kind.TEXT, 17),
        Column("Rubrik", Kind.TEXT),
        Column("Dag", width=13),
        Column("Antal"),
        Column("Förändring", Kind.CHANGE),
        Column("Tillväxt", Kind.GROWTH),
    )

    def row(self, i: int) -> tuple[Value, ...]:
        texts = ("=1+1", "Vägen & <bron>", "", " kant ", "röd\x1b[31m\r\n_x0041_", "👵🏽" * 9_000, Part("varav"))
        numbers: tuple[Value, ...] = (
            *(i, 1, 1.0, -2.5, 0.1 + 0.2, None, Withheld.SMALL, Share(i % 3, 3), Share(0, 0), Points(-7.25)),
            *(2**40, Share(999, 1000), Share(1, 1000), 0),
        )
        number = Section(f"Grupp {i}") if i % 100 == 99 else f"SYN-2026-{i:05}"
        figures = (numbers[i % 14], numbers[i % 13], (i - 500) / 7)
        return number, texts[i % 7], date(2026, 1, 1) + timedelta(days=i % 365), *figures

    def sheet(self, rows: int = 1_200) -> Sheet:
        columns, block = self.COLUMNS, Block(1, 1, 1, 1)
        return Sheet(
            title="Lista",
            heading="Listan",
            columns=columns,
            rows=tuple(self.row(i) for i in range(rows)),
            totals=(("Totalt", "", None, 7, 8, 0.5),),
            notes=("En anmärkning.",),
            chart=Chart(ChartKind.COLUMNS, "D", "A", "B", Block(0, 3, 0, 3), (Series("Antal", block),)),
        )

    def everything(self, path: Path) -> dict[str, list[Any]]:
        """All that openpyxl reads back of a sheet."""
        sheet = openpyxl.load_workbook(path)["Lista"]
        return {
            "cells": [
                (c.coordinate, c.value, c.data_type, c.style, c.number_format, c.quotePrefix, c.alignment.wrap_text)
                for row in sheet
                for c in row
            ],
            "rows": [(i, row.height) for i, row in sorted(sheet.row_dimensions.items())],
            "around": [
                *(sheet.dimensions, sheet.freeze_panes, sheet.print_title_rows, [t.ref for t in sheet.tables.values()]),
                *({name: column.width for name, column in sheet.column_dimensions.items()}, len(sheet._charts)),
            ],
        }

    def test_the_same_sheet_written_both_ways_reads_back_the_same(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        by_hand = self.everything(write(tmp_path / "hand.xlsx", self.sheet(), stamp="Intern"))
        monkeypatch.setattr(workbook, "_write_by_hand", workbook._put_rows)
        by_openpyxl = self.everything(write(tmp_path / "openpyxl.xlsx", self.sheet(), stamp="Intern"))
        for part in by_hand:
            assert by_hand[part] == by_openpyxl[part]
        assert by_hand["around"][:2] == ["A1:F1206", "C4"]

    def test_both_ways_are_really_taken(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        taken = []
        monkeypatch.setattr(workbook, "_write_by_hand", lambda *_: taken.append("for hand"))
        write(tmp_path / "1000.xlsx", self.sheet(1_000))
        assert taken == []
        write(tmp_path / "1001.xlsx", self.sheet(1_001))
        assert taken == ["for hand"]

    def test_one_row_is_one_line(self, tmp_path: Path) -> None:
        book = openpyxl.load_workbook(write(tmp_path / "l.xlsx", self.sheet()))
        sheet = book["Lista"]
        assert sheet["B3"].alignment.wrap_text is None
        assert sheet["B3"].style == "Klagreg text i lista"
        assert (sheet.sheet_format.defaultRowHeight, sheet.row_dimensions[3].height) == (16, None)

    def test_widths_are_those_that_the_columns_say_or_measured_on_some_rows(self, tmp_path: Path) -> None:
        columns = (Column("Nummer", Kind.TEXT, 17), Column("Rubrik", Kind.TEXT), Column("Dag", width=13))
        rows = tuple((f"Nummer {i} som är långt", "Ö" * (20 + i % 3), None) for i in range(3_000))
        sheet = openpyxl.load_workbook(write(tmp_path / "b.xlsx", Sheet("B", "B", columns, rows)))["B"]
        widths = [sheet.column_dimensions[name].width for name in "ABC"]
        # The page's other digits go to the column that is measured.
        assert widths == [17, 62, 13]

    def test_names_that_fill_the_screen_do_not_stand_still(self, tmp_path: Path) -> None:
        columns = (*(Column(name, Kind.TEXT, 30) for name in "ABCD"), Column("Dag"))
        sheet = Sheet("B", "B", columns, (("a", "b", "c", "d", 1),))
        assert openpyxl.load_workbook(write(tmp_path / "b.xlsx", sheet))["B"].freeze_panes == "C3"

    def test_progress_counts_the_rows_of_all_sheets(self, tmp_path: Path) -> None:
        told: list[int] = []
        write(tmp_path / "f.xlsx", a_sheet("A", "B"), self.sheet(2_500), progress=told.append)
        assert told == [2, 1_002, 2_002, 2_502]

    def test_a_number_that_is_none_leaves_no_file(self, tmp_path: Path) -> None:
        rows = tuple((float("nan") if i == 1_500 else i,) for i in range(2_000))
        for sheet in (
            Sheet("L", "L", (Column("Tal", width=9),), rows),
            Sheet("L", "L", (Column("Tal", width=9),), rows[1_500:]),
        ):
            with pytest.raises((ValueError, ArithmeticError), match=r"nan is no number|Invalid"):
                write(tmp_path / "n.xlsx", sheet)
            assert os.listdir(tmp_path) == []

    def test_more_rows_than_excel_has_are_refused(self, tmp_path: Path) -> None:
        class Endless(tuple[tuple[int], ...]):
            def __len__(self) -> int:
                return 1_048_575

            def __getitem__(self, _: Any) -> Any:
                return (1,)

        with pytest.raises(ValueError, match="too long"):
            write(tmp_path / "n.xlsx", Sheet("L", "L", (Column("Tal", width=9),), Endless()))

    def test_nothing_is_laid_in_the_folder_for_temporary_files(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("openpyxl.worksheet._writer.create_temporary_file", lambda *_: pytest.fail("a copy"))
        write(tmp_path / "l.xlsx", self.sheet(1_100), a_sheet("A"))


class TestTheSameBytes:
    """In two processes whose dictionaries are seeded differently, on different days."""

    SCRIPT = """
import datetime, sys, time
class Elsewhen(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls(int(sys.argv[2]), 3, 1, 12, 30, tzinfo=tz)
datetime.datetime = Elsewhen
time.time = lambda: Elsewhen(int(sys.argv[2]), 3, 1).timestamp()
from pathlib import Path
from klagreg.render import workbook
from tests.test_workbook import CREATED, TestLongLists, a_sheet
sheets = [a_sheet("Ängsskolan", "Å"), TestLongLists().sheet()]
workbook.write(sheets, Path(sys.argv[1]), title="Prov", created=CREATED, replace=False, stamp="Intern")
"""

    def test_they_are(self, tmp_path: Path) -> None:
        for seed, year in ((1, 2026), (2, 2031)):
            words = [sys.executable, "-c", self.SCRIPT, str(tmp_path / f"{seed}.xlsx"), str(year)]
            subprocess.run(words, check=True, env={**os.environ, "PYTHONHASHSEED": str(seed), "TZ": f"UTC{seed}"})
        first, second = ((tmp_path / f"{seed}.xlsx").read_bytes() for seed in (1, 2))
        assert first == second
        assert b"2031" not in first


class TestFiles:
    def test_the_file_is_its_owners_alone(self, tmp_path: Path) -> None:
        before = os.umask(0)
        try:
            path = write(tmp_path / "p.xlsx", a_sheet("A"))
        finally:
            os.umask(before)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert os.listdir(tmp_path) == ["p.xlsx"]

    def test_an_existing_file_is_kept(self, tmp_path: Path) -> None:
        path = tmp_path / "p.xlsx"
        path.write_bytes(b"i fjol")
        with pytest.raises(AlreadyExists) as refused:
            write(path, a_sheet("A"))
        assert str(refused.value) == (
            f"{path} finns redan och är orörd. Skriv över den med --ersatt, eller välj ett annat namn."
        )
        assert path.read_bytes() == b"i fjol"
        assert os.listdir(tmp_path) == ["p.xlsx"]

    def test_an_existing_file_is_replaced_when_asked(self, tmp_path: Path) -> None:
        path = tmp_path / "p.xlsx"
        path.write_bytes(b"i fjol")
        write(path, a_sheet("A"), replace=True)
        assert openpyxl.load_workbook(path).sheetnames == ["Prov"]

    @pytest.mark.parametrize("fault", [KeyboardInterrupt, ValueError])
    def test_a_broken_run_leaves_the_old_file_and_nothing_else(
        self, tmp_path: Path, fault: type[BaseException]
    ) -> None:
        path = tmp_path / "p.xlsx"
        path.write_bytes(b"i fjol")

        def broken() -> None:
            with written_beside(path, replace=True) as temporary:
                temporary.write_bytes(b"halv")
                raise fault

        with pytest.raises(fault):
            broken()
        assert (os.listdir(tmp_path), path.read_bytes()) == (["p.xlsx"], b"i fjol")

    def test_a_full_disk_is_told(self, tmp_path: Path) -> None:
        path = tmp_path / "p.xlsx"
        told = r"p\.xlsx kunde inte skrivas \(disken är full\)\. Ingen fil är ändrad"
        with pytest.raises(KlagregError, match=told), written_beside(path, replace=False):
            raise OSError(28, "No space left on device")
        assert os.listdir(tmp_path) == []

    def test_a_file_that_someone_else_made_meanwhile_is_kept(self, tmp_path: Path) -> None:
        path = tmp_path / "p.xlsx"
        with pytest.raises(AlreadyExists), written_beside(path, replace=False):
            path.write_bytes(b"kollegans")
        assert (os.listdir(tmp_path), path.read_bytes()) == (["p.xlsx"], b"kollegans")

    def test_a_link_is_replaced_and_never_followed(self, tmp_path: Path) -> None:
        secret = tmp_path / "annat.txt"
        secret.write_bytes(b"annat")
        link = tmp_path / "p.xlsx"
        link.symlink_to(secret)
        with pytest.raises(AlreadyExists):
            write(link, a_sheet("A"))
        write(link, a_sheet("A"), replace=True)
        assert (secret.read_bytes(), link.is_symlink()) == (b"annat", False)

    @pytest.mark.parametrize(
        ("place", "why"),
        [
            ("saknas/p.xlsx", r"Mappen .*saknas finns inte\. Skapa den, eller ange en annan mapp\."),
            ("fil/p.xlsx", r"Mappen .*fil finns inte\."),
            ("mapp", r"mapp är en mapp\. Ange ett filnamn i mappen\."),
            ("rör", r"rör är ingen vanlig fil\."),
            ("a" * 300, "går att skriva"),
            ("nul\0.xlsx", "går att skriva"),
        ],
    )
    def test_places_where_no_file_can_stand(self, tmp_path: Path, place: str, why: str) -> None:
        (tmp_path / "mapp").mkdir()
        (tmp_path / "fil").write_bytes(b"")
        os.mkfifo(tmp_path / "rör")
        with pytest.raises(WrongUse, match=why):
            write(tmp_path / place, a_sheet("A"), replace=True)
        assert sorted(os.listdir(tmp_path)) == ["fil", "mapp", "rör"]

    def test_a_folder_that_may_not_be_written_in(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def refused(*_: object) -> None:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(scratch, "_new_file", refused)
        with pytest.raises(WrongUse, match=r"Det går inte att skriva i mappen .* \(behörighet saknas\)\."):
            write(tmp_path / "p.xlsx", a_sheet("A"))
