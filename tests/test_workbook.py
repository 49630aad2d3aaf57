"""The workbook, read back: every figure where it belongs, text that stays text, a file that is whole or not there."""

from __future__ import annotations

import os
import stat
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from klagreg import report as contents
from klagreg.errors import AlreadyExists, KlagregError, WrongUse
from klagreg.figures import Points, Report, Share
from klagreg.model import Sender
from klagreg.render import workbook
from klagreg.render.files import written_beside
from klagreg.report.keys import as_json
from klagreg.sheets import Block, Chart, ChartKind, Column, Kind, Series, Sheet, Value
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


def write(path: Path, *sheets: Sheet, title: str = "Prov", replace: bool = False) -> Path:
    workbook.write(sheets, path, title=title, created=CREATED, replace=replace)
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


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Report]:
    """The nine cases of domain 7.4 and a few more, at nämnder, in channels, reopened and handed over."""
    with a_register(tmp_path_factory.mktemp("bok") / "klagreg.db") as register:
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
            assert (sheet.page_setup.paperSize, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (9, 1, 0)
            assert sheet.oddFooter
            assert sheet.oddFooter.right.text == "Sida &P av &N"
        assert not book.defined_names

    def test_charts_have_titles_on_themselves_and_their_axes_and_a_description(self, file: Path) -> None:
        with zipfile.ZipFile(file) as members:
            charts = [members.read(n).decode() for n in members.namelist() if n.startswith("xl/charts/chart")]
            drawings = [members.read(n).decode() for n in members.namelist() if n.startswith("xl/drawings/drawing")]
        assert [chart.count("<title>") for chart in charts] == [3, 3, 3, 3, 3]
        assert 'descr="Inkomna per område, 2025. Siffrorna står i tabellen på bladet."' in "".join(drawings)
        assert len(drawings) == sum("descr=" in drawing for drawing in drawings) == 5

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
            (
                Points(7.5),
                Kind.CHANGE,
                7.5,
                '+0.0" procentenheter";"−"0.0" procentenheter";0.0" procentenheter"',
            ),
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

    @pytest.mark.parametrize("value", [None, Share(0, 0)])
    def test_what_cannot_be_counted_is_a_dash(self, tmp_path: Path, value: Value) -> None:
        assert self.cell(tmp_path, value).value == "–"

    @pytest.mark.parametrize("value", [float("nan"), float("inf")])
    def test_a_number_that_is_none_is_refused(self, tmp_path: Path, value: float) -> None:
        sheet = Workbook().create_sheet("Prov")
        with pytest.raises(ValueError, match="Prov C7"):
            workbook.put(sheet, 7, 3, value, "Normal")
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
        def refused(**_: object) -> None:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(tempfile, "mkstemp", refused)
        with pytest.raises(WrongUse, match=r"Det går inte att skriva i mappen .* \(behörighet saknas\)\."):
            write(tmp_path / "p.xlsx", a_sheet("A"))
