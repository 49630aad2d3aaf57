"""The report as values: what each sheet says, in words and figures, before it meets a file or a screen."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from klagreg import report as contents
from klagreg import rules
from klagreg.days import between, part_of_year
from klagreg.figures import Points, Report, Share
from klagreg.register import Register
from klagreg.report import Chart, Kind, Sheet, Value, shown
from klagreg.staff import Unit
from klagreg.store.statistics import Cells, Closed, Monthly, Numbered, Received, Verdict
from klagreg.terms import CaseType, NoAnswer, Outcome
from tests.test_figures import NOW, TWO_RULES, YEAR, Story, a_register, day, nine_cases


@pytest.fixture(scope="module")
def nine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    """The example of domain 7.4; tests only look."""
    with a_register(tmp_path_factory.mktemp("nio") / "klagreg.db") as register:
        nine_cases(register)
        yield register


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Report]:
    """Two nämnder, channels and areas, a hand-over and a goal."""
    goal = TWO_RULES.replace('nyckel = "svar"', 'nyckel = "svar"\nart = "mal"')
    days_off = '[[ledig_dag]]\ndag = 2025-05-02\nnamn = "Kommunhuset stängt"\n'
    with a_register(tmp_path_factory.mktemp("stad") / "klagreg.db", goal + days_off) as register:
        register.upkeep.put_unit(Unit("Ängsskolan", "Barn- och utbildningsnämnden"))
        register.upkeep.put_unit(Unit("Parkskolan", "Barn- och utbildningsnämnden"))
        register.upkeep.put_unit(Unit("Hemtjänsten", "Socialnämnden"))
        Story(register, "2024-03-04", unit="Parkskolan", channel="telefon", area="mat").answered("2024-03-06")
        Story(register, "2024-03-04", unit="Parkskolan").answered("2024-03-05", Outcome.REFERRED)
        Story(register, "2025-03-03", unit="Parkskolan", channel="telefon", area="mat").answered("2025-03-05")
        Story(register, "2025-03-04", unit="Ängsskolan", channel="telefon", area="bemotande").answered("2025-04-30")
        Story(register, "2025-04-07", CaseType.FAULT, unit="Hemtjänsten", channel="e-post", area="bemotande")
        moved = Story(register, "2025-04-08", CaseType.PROPOSAL, unit="Parkskolan")
        register.hand_over(moved.number, "Hemtjänsten", day("2025-04-09"), reason=None)
        yield register.report(YEAR, day("2026-01-20"))


def sheet(report: Report, title: str) -> Sheet:
    return next(sheet for sheet in contents.sheets(report) if sheet.title == title)


def printed(sheet: Sheet) -> list[list[str]]:
    """The sheet as people read it: headings, rows, totals."""
    lines = [
        [shown(v, c.kind) for v, c in zip(row, sheet.columns, strict=True)] for row in (*sheet.rows, *sheet.totals)
    ]
    return [[column.heading for column in sheet.columns], *lines]


def test_the_sheets_in_the_order_they_are_read(town: Report) -> None:
    assert [s.title for s in contents.sheets(town)] == [
        "Om rapporten", "Sammanfattning", "Per typ", "Per nämnd", "Per enhet", "Per månad", "Per kanal", "Per område",
        "Frister", "Handläggningstid", "Utfall och åtgärder", "Avstämning",
    ]  # fmt: skip


def test_the_summary_of_the_nine_cases(nine: Register) -> None:
    assert printed(sheet(nine.report(YEAR, day("2025-12-31")), "Sammanfattning")) == [
        ["Nyckeltal", "2025", "2024", "2023", "Förändring", "Förändring, %"],
        ["Inkomna", "7", "1", "0", "+6", "+600 %"],
        ["varav klagomål", "5", "1", "0", "+4", "+400 %"],
        ["varav synpunkter", "1", "0", "0", "+1", "–"],
        ["varav förslag", "0", "0", "0", "0", "–"],
        ["varav beröm", "1", "0", "0", "+1", "–"],
        ["varav frågor", "0", "0", "0", "0", "–"],
        ["varav anonyma", "1", "0", "0", "+1", "–"],
        ["Avslutade", "5", "0", "0", "+5", "–"],
        ["Öppna vid periodens slut", "3", "1", "0", "+2", "+200 %"],
        ["varav försenade", "1", "0", "0", "+1", "–"],
        ["Andel första återkoppling i tid", "50 %", "100 %", "–", "−50,0 procentenheter", "–"],
        ["Andel slutsvar i tid", "33 %", "–", "–", "–", "–"],
        ["Median handläggningstid (dagar)", "14,0", "–", "–", "–", "–"],
        ["Andel som ledde till åtgärd", "50 %", "–", "–", "–", "–"],
    ]


def test_the_deadlines_of_the_nine_cases(nine: Register) -> None:
    found = sheet(nine.report(YEAR, day("2026-01-31")), "Frister")
    figures = ["7", "2", "2", "3", "0", "40 %", "100 %", "1", "2", "67 %", "0", "0", "100 %"]
    assert printed(found) == [
        ["Nämnd", "Fristregel", "Ärenden i urvalet", "Ej tillämplig", "I tid", "För sent", "Pågår inom frist",
         "Andel i tid", "Föregående period", "Besvarade för sent", "Obesvarade efter frist", "Andel i tid av besvarade",
         "Ej tillämplig efter frist", "Förlängda", "Måltal"],
        ["Uppgift saknas", "Första återkoppling", *figures],
        ["Uppgift saknas", "Slutsvar", *figures],
        ["Totalt", "Första återkoppling", *figures],
        ["Totalt", "Slutsvar", *figures],
    ]  # fmt: skip


def test_the_handling_time_of_the_nine_cases(nine: Register) -> None:
    assert printed(sheet(nine.report(YEAR, day("2026-01-31")), "Handläggningstid"))[::2] == [
        ["Nämnd", "Avslutade", "Median (dagar)", "Medel (dagar)", "90:e percentil", "Längsta", "0–5", "6–10", "11–20",
         "21–30", "Över 30 dagar", "Median (arbetsdagar)"],
        ["Totalt", "5", "14,0", "15,2", "24,0", "24", "1", "0", "2", "2", "0", "10,0"],
    ]  # fmt: skip


def test_the_reconciliation_of_the_nine_cases(nine: Register) -> None:
    found = sheet(nine.report(YEAR, day("2026-01-31")), "Avstämning")
    assert [row[:2] for row in printed(found)] == [
        ["Post", "Antal"],
        ["Ingående balans", "1"],
        ["Inkomna", "7"],
        ["Återupptagna", "0"],
        ["Avslutade", "5"],
        ["Utgående balans", "3"],
        ["Differens", "0"],
        ["Registrerade nummer", "8"],
        ["varav makulerade", "1"],
        ["varav ur annat års serie", "8"],
    ]
    assert found.notes[0].endswith("Stämmer.")


class TestTown:
    def test_per_type(self, town: Report) -> None:
        assert printed(sheet(town, "Per typ")) == [
            ["Typ", "Antal", "Andel", "Föregående period", "Förändring"],
            ["Klagomål", "2", "50 %", "2", "0"],
            ["Förslag", "1", "25 %", "0", "+1"],
            ["Felanmälan", "1", "25 %", "0", "+1"],
            ["Totalt", "4", "100 %", "2", "+2"],
        ]

    def test_per_board_has_a_column_for_every_type_that_occurs(self, town: Report) -> None:
        assert printed(sheet(town, "Per nämnd")) == [
            ["Nämnd", "Klagomål", "Synpunkter", "Förslag", "Beröm", "Frågor", "Felanmälningar", "Totalt",
             "Andel av total", "Föregående period", "Förändring, %"],
            ["Barn- och utbildningsnämnden", "2", "0", "0", "0", "0", "0", "2", "50 %", "2", "0 %"],
            ["Socialnämnden", "0", "0", "1", "0", "0", "1", "2", "50 %", "0", "–"],
            ["Totalt", "2", "0", "1", "0", "0", "1", "4", "100 %", "2", "+100 %"],
        ]  # fmt: skip

    def test_per_unit_in_swedish_order(self, town: Report) -> None:
        rows = printed(sheet(town, "Per enhet"))
        assert [(row[0], row[1], row[-1]) for row in rows[1:]] == [
            ("Barn- och utbildningsnämnden", "Parkskolan", "1"),
            ("Barn- och utbildningsnämnden", "Ängsskolan", "1"),
            ("Socialnämnden", "Hemtjänsten", "2"),
            ("Totalt", "", "4"),
        ]

    def test_per_month(self, town: Report) -> None:
        rows = printed(sheet(town, "Per månad"))
        assert rows[0] == ["Månad", "Inkomna", "Avslutade", "Öppna vid månadens slut", "Inkomna föregående år"]
        assert rows[3:5] == [["Mar", "2", "1", "1", "2"], ["Apr", "2", "1", "2", "0"]]
        assert rows[-1] == ["Totalt", "4", "2", "2", "2"]

    def test_per_channel_the_most_common_first_and_the_unknown_last(self, town: Report) -> None:
        assert printed(sheet(town, "Per kanal")) == [
            ["Kanal", "Antal", "Andel", "Föregående period"],
            ["Telefon", "2", "50 %", "1"],
            ["E-post", "1", "25 %", "0"],
            ["Uppgift saknas", "1", "25 %", "1"],
            ["Totalt", "4", "100 %", "2"],
        ]

    def test_per_area(self, town: Report) -> None:
        assert printed(sheet(town, "Per område")) == [
            ["Område", "Antal", "Andel", "varav klagomål", "Föregående period"],
            ["Bemötande", "2", "50 %", "1", "0"],
            ["Mat och måltider", "1", "25 %", "1", "1"],
            ["Uppgift saknas", "1", "25 %", "0", "1"],
            ["Totalt", "4", "100 %", "2", "2"],
        ]

    def test_a_goal_is_called_a_goal(self, town: Report) -> None:
        assert [row[1] for row in printed(sheet(town, "Frister"))[1:]] == [
            "Första återkoppling", "Första återkoppling", "Slutsvar (mål)", "Slutsvar (mål)",
            "Första återkoppling", "Slutsvar (mål)",
        ]  # fmt: skip

    def test_outcomes_that_occur_and_what_led_to_a_measure(self, town: Report) -> None:
        assert printed(sheet(town, "Utfall och åtgärder")) == [
            ["Nämnd", "Åtgärd vidtagen", "Avslutade", "Ledde till åtgärd", "Andel"],
            ["Barn- och utbildningsnämnden", "2", "2", "2", "100 %"],
            ["Socialnämnden", "0", "0", "0", "–"],
            ["Totalt", "2", "2", "2", "100 %"],
        ]

    def test_the_reconciliation_has_a_column_per_board_and_the_hand_overs(self, town: Report) -> None:
        rows = printed(sheet(town, "Avstämning"))
        assert rows[0] == ["Post", "Antal", "Barn- och utbildningsnämnden", "Socialnämnden"]
        assert rows[5] == ["Utgående balans", "2", "0", "2"]
        assert rows[7] == ["Registrerade nummer", "4", "2", "2"]
        assert rows[-1] == ["Överlämnade från Barn- och utbildningsnämnden till Socialnämnden", "1", "–", "–"]

    def test_charts_point_at_the_figures_they_draw(self, town: Report) -> None:
        drawn = {s.title: read(s, s.chart) for s in contents.sheets(town) if s.chart}
        names = ["Barn- och utbildningsnämnden", "Socialnämnden"]
        assert drawn["Per nämnd"]["Klagomål"] == (names, ["2", "0"])
        assert drawn["Per nämnd"]["Felanmälningar"] == (names, ["0", "1"])
        assert drawn["Per månad"]["Avslutade"][1][:4] == ["0", "0", "1", "1"]
        assert drawn["Per område"] == {"Antal": (["Bemötande", "Mat och måltider", "Uppgift saknas"], ["2", "1", "1"])}
        assert drawn["Frister"]["Första återkoppling"] == (names, ["50 %", "0 %"])
        assert drawn["Frister"]["Slutsvar (mål)"] == (names, ["50 %", "0 %"])
        assert drawn["Frister"]["Måltal"] == (names, ["100 %", "100 %"])
        assert drawn["Handläggningstid"] == {
            "Avslutade": (["0–5", "6–10", "11–20", "21–30", "Över 30 dagar"], ["1", "0", "0", "0", "1"])
        }
        assert len(drawn) == 5


def read(sheet: Sheet, chart: Chart) -> dict[str, tuple[list[str], list[str]]]:
    """What a chart shows: series → its categories and its values."""
    lines = printed(sheet)

    def cells(top: int, left: int, bottom: int, right: int) -> list[str]:
        return [text for line in lines[top : bottom + 1] for text in line[left : right + 1]]

    series = (*chart.series, *([chart.target] if chart.target else []))
    return {s.name: (cells(*chart.categories), cells(*s.values)) for s in series}


class TestAboutTheReport:
    def facts(self, report: Report) -> list[tuple[Value, ...]]:
        return list(sheet(report, "Om rapporten").rows)

    def test_what_an_auditor_needs(self, town: Report) -> None:
        facts = {row[0]: row[1] for row in self.facts(town)}
        assert facts["Kommun"] == "Exempelkommun"
        assert facts["Nämnd"] == "Alla nämnder i registret"
        assert facts["Period"] == "2025-01-01 – 2025-12-31"
        assert facts["Uttagsdatum"] == date(2026, 1, 20)
        assert facts["Jämförs med"] == "2024 (uttag 2025-01-20) och 2023 (uttag 2024-01-20)"
        assert facts["Register"] == "klagreg.db"
        assert facts["Ärendenummer i registret"] == 6
        assert facts["Registrerade efter uttagsdatum"] == 6
        assert facts["Kontroll av ärendebalansen"] == "Stämmer."
        assert facts["Program"] == f"klagreg {town.about.version}"
        assert facts["Senaste logghash"] == town.about.last_hash
        assert facts["Lokala lediga dagar"] == "2025-05-02 Kommunhuset stängt"
        assert facts["Regelverk"] == f"Exempel för ärenden som kommit in från {NOW.today}."

    def test_every_promise_in_words(self, town: Report) -> None:
        assert [value for name, value in self.facts(town) if name == "Frist"] == [
            "Första återkoppling: 5 arbetsdagar från ankomstdagen; uppfylls av varje återkoppling",
            "Slutsvar: 10 arbetsdagar från ankomstdagen; uppfylls av slutsvar; ett mål, inget löfte",
        ]

    def test_the_name_of_the_report(self, town: Report) -> None:
        assert contents.title(town) == "Synpunkter och klagomål, 2025 – Exempelkommun"

    def cautions(self, report: Report) -> list[Value]:
        return [value for name, value in self.facts(report) if name == "Observera"]

    def test_a_period_that_goes_on(self, nine: Register) -> None:
        assert self.cautions(nine.report(YEAR, day("2025-06-25")))[:2] == [
            "Perioden är inte slut på uttagsdatumet. Siffrorna gäller till och med 2025-06-25, och jämförelserna till"
            " och med samma dag i sina år.",
            "2 frister hade inte passerat på uttagsdatumet och räknas varken som i tid eller för sent. Efter 2025-07-04"
            " är alla avgjorda.",
        ]

    def test_taken_too_soon_after_the_end(self, nine: Register) -> None:
        assert self.cautions(nine.report(YEAR, day("2026-01-15")))[0] == (
            "1 frist hade inte passerat på uttagsdatumet och räknas varken som i tid eller för sent. Efter 2026-01-16"
            " är alla avgjorda."
        )

    def test_cases_typed_in_later_are_told(self, nine: Register) -> None:
        assert self.cautions(nine.report(YEAR, day("2026-01-31"))) == [
            "9 ärenden som kom in senast på uttagsdatumet registrerades efter det och är medräknade. Ett uttag som"
            " gjordes den dagen visar därför lägre tal."
        ]

    def test_nothing_to_think_about_no_heading(self, nine: Register) -> None:
        report = nine.report(YEAR, day("2026-02-15"))
        assert self.cautions(report) == []
        assert "Att tänka på" not in [name for name, _ in self.facts(report)]

    def test_a_balance_that_does_not_hold_is_said_aloud(self, nine: Register) -> None:
        report = nine.report(YEAR, day("2026-02-15"))
        cells = dataclasses.replace(report.current.cells, reopened=Counter({Monthly(None, "2025-05"): 1}))
        broken = dataclasses.replace(report, current=dataclasses.replace(report.current, cells=cells))
        assert self.cautions(broken) == [
            "Ärendebalansen stämmer inte, och siffrorna ska inte användas. Säg till den som sköter klagreg tekniskt."
            " Felet gäller ärenden hos: Uppgift saknas (differens 1)."
        ]
        assert sheet(broken, "Avstämning").notes[0].endswith("Stämmer inte: Uppgift saknas (differens 1).")

    def test_faults_of_two_boards_do_not_hide_one_another(self, town: Report) -> None:
        school, social = "Barn- och utbildningsnämnden", "Socialnämnden"
        cells = dataclasses.replace(town.current.cells, closing=Counter({school: 1, social: 1}))
        broken = dataclasses.replace(town, current=dataclasses.replace(town.current, cells=cells))
        assert broken.current.balance().difference == 0
        wrong = f"{school} (differens −1); {social} (differens 1)"
        assert contents.cautions(broken)[-1].endswith(f"Felet gäller ärenden hos: {wrong}.")
        facts = {row[0]: row[1] for row in self.facts(broken)}
        assert facts["Kontroll av ärendebalansen"] == f"Stämmer inte: {wrong}."

    @pytest.mark.parametrize("as_of", ["2025-06-25", "2026-01-15", "2026-02-15"])
    def test_the_cautions_by_themselves(self, nine: Register, as_of: str) -> None:
        report = nine.report(YEAR, day(as_of))
        assert list(contents.cautions(report)) == self.cautions(report)

    def test_the_opening_balance_in_words(self, town: Report) -> None:
        facts = {row[0]: row[1] for row in self.facts(town)}
        assert facts["Ingående balans"] == "Öppna ärenden vid utgången av dagen före perioden."

    def test_avslutade_says_everywhere_whether_closings_or_cases_are_counted(self, tmp_path: Path) -> None:
        with a_register(tmp_path / "r.db") as register:
            Story(register, "2025-03-03").answered("2025-03-10").reopened("2025-03-20").answered("2025-04-02")
            report = register.report(YEAR, day("2025-12-31"))
        closings, cases = "Avslutade är här antalet avslut", "Avslutade är här antalet ärenden"
        said: dict[str, set[str]] = {closings: set(), cases: set()}
        for s in contents.sheets(report):
            if "Avslutade" in [*(c.heading for c in s.columns), *(row[0] for row in s.rows)]:
                (start,) = [start for start in said if any(note.startswith(start) for note in s.notes)]
                said[start].add(s.title)
        assert said == {
            closings: {"Sammanfattning", "Per månad", "Avstämning"},
            cases: {"Handläggningstid", "Utfall och åtgärder"},
        }
        for start, number in ((closings, "2"), (cases, "1")):
            for title in said[start]:
                lines = printed(sheet(report, title))
                by_row = next((line[1] for line in lines if line[0] == "Avslutade"), None)
                assert (by_row or lines[-1][lines[0].index("Avslutade")]) == number
        definitions = {str(row[0]): str(row[1]) for row in self.facts(report) if str(row[0]).startswith("Avslutade")}
        assert {name: words.split()[1] for name, words in definitions.items()} == {
            "Avslutade i Sammanfattning, Per månad och Avstämning": "avslut",
            "Avslutade i Handläggningstid samt Utfall och åtgärder": "ärenden",
        }


class Passes(Counter[Any]):
    """Cells that tell how many times somebody has gone through them."""

    made = 0

    def items(self) -> Any:
        self.made += 1
        return super().items()


def test_more_boards_and_units_take_no_more_passes_over_the_cells(nine: Register) -> None:
    report = nine.report(YEAR, day("2026-02-15"))

    def passes(boards: int) -> list[int]:
        places = [(f"Nämnd {i}", f"Enhet {i}") for i in range(boards)]
        counted = {
            "received": Passes(Received(*at, "klagomal", None, None, "2025-03", 0) for at in places),
            "closed": Passes(Closed(*at, "atgardad", "2025-03-03", "2025-03-10") for at in places),
            "verdicts": Passes(Verdict(*at, key, "i_tid", None) for at in places for key in ("aterkoppling", "svar")),
            "numbers": Passes(Numbered(board, "registrerade") for board, _ in places),
        }
        current = dataclasses.replace(report.current, cells=Cells(**counted))
        found = contents.sheets(dataclasses.replace(report, current=current))
        assert [len(s.rows) for s in found if s.title in ("Per enhet", "Frister")] == [boards, 2 * (boards + 1)]
        return [cells.made for cells in counted.values()]

    assert passes(3) == passes(40)


def test_a_rule_that_no_case_of_a_board_was_given(tmp_path: Path) -> None:
    with a_register(tmp_path / "r.db") as register:
        Story(register, "2026-02-02", board="KS").answered("2026-02-03")
        register.upkeep.adopt(
            rules.parse(TWO_RULES.replace('"svar"', '"klart"').replace("Slutsvar", "Klart"), "n.toml"), NOW.today
        )
        Story(register, "2026-02-15", board="BUN").answered("2026-02-15")
        found = sheet(register.report(part_of_year(2026, "ar"), NOW.today), "Frister")
    assert [(*row[:3], row[4], row[7]) for row in printed(found)[1:]] == [
        ("BUN", "Första återkoppling", "1", "1", "100 %"),
        ("KS", "Första återkoppling", "1", "1", "100 %"),
        ("BUN", "Slutsvar", "0", "0", "–"),
        ("KS", "Slutsvar", "1", "1", "100 %"),
        ("BUN", "Klart", "1", "1", "100 %"),
        ("KS", "Klart", "0", "0", "–"),
        ("Totalt", "Första återkoppling", "2", "2", "100 %"),
        ("Totalt", "Slutsvar", "1", "1", "100 %"),
        ("Totalt", "Klart", "1", "1", "100 %"),
    ]


class TestPeriods:
    def test_an_empty_period_has_headings_and_no_rows(self, nine: Register) -> None:
        found = contents.sheets(nine.report(part_of_year(2019, "tertial", 2), day("2026-01-31")))
        assert {s.title for s in found if not s.rows} == {
            "Per typ", "Per nämnd", "Per enhet", "Per kanal", "Per område", "Frister", "Handläggningstid",
            "Utfall och åtgärder",
        }  # fmt: skip
        assert not any(s.chart for s in found)
        assert not any(s.totals for s in found if not s.rows)

    def test_a_period_that_has_not_begun(self, nine: Register) -> None:
        report = nine.report(part_of_year(2027, "ar"), day("2026-02-15"))
        assert contents.as_json(report)["per_manad"] == {}
        assert sheet(report, "Per månad").rows == ()

    def test_a_school_year_names_its_months_with_the_year(self, nine: Register) -> None:
        found = sheet(nine.report(between(day("2024-08-15"), day("2025-06-13")), day("2026-02-15")), "Per månad")
        assert [row[0] for row in found.rows][4:6] == ["Dec 2024", "Jan 2025"]

    def test_a_quarter_is_compared_with_the_same_quarter(self, nine: Register) -> None:
        report = nine.report(part_of_year(2025, "kvartal", 1), day("2025-04-15"))
        assert [c.heading for c in sheet(report, "Sammanfattning").columns][1:4] == [
            "Kvartal 1 2025", "Kvartal 1 2024", "Kvartal 1 2023",
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (None, Kind.FIGURE, "–"),
        (0, Kind.FIGURE, "0"),
        (12345, Kind.FIGURE, "12 345"),
        (14.0, Kind.FIGURE, "14,0"),
        (15.25, Kind.FIGURE, "15,3"),
        (Share(2, 3), Kind.FIGURE, "67 %"),
        (Share(0, 0), Kind.FIGURE, "–"),
        (date(2026, 1, 31), Kind.FIGURE, "2026-01-31"),
        ("Ängsskolan", Kind.TEXT, "Ängsskolan"),
        (3, Kind.CHANGE, "+3"),
        (0, Kind.CHANGE, "0"),
        (-3, Kind.CHANGE, "−3"),
        (-1.25, Kind.CHANGE, "−1,3"),
        (Points(7.04), Kind.CHANGE, "+7,0 procentenheter"),
        (Points(-0.04), Kind.CHANGE, "−0,0 procentenheter"),
        (Points(0.0), Kind.CHANGE, "0,0 procentenheter"),
        (0.125, Kind.GROWTH, "+13 %"),
        (-1.0, Kind.GROWTH, "−100 %"),
        (0.0, Kind.GROWTH, "0 %"),
    ],
)
def test_how_a_value_is_shown(value: Value, kind: Kind, text: str) -> None:
    assert shown(value, kind) == text


def test_a_case_without_anything_is_counted_as_missing_everywhere(tmp_path: Path) -> None:
    with a_register(tmp_path / "r.db") as register:
        Story(register, "2025-03-03", anonymous=True).closed("2025-03-04", NoAnswer.ANONYMOUS)
        report = register.report(YEAR, day("2025-12-31"))
    for title in ("Per nämnd", "Per kanal", "Per område", "Handläggningstid", "Utfall och åtgärder"):
        assert [row[0] for row in sheet(report, title).rows] == ["Uppgift saknas"]
    assert sheet(report, "Per enhet").rows[0][:2] == ("Uppgift saknas", "Uppgift saknas")
