"""The report as values: what each sheet says, in words and figures, before it meets a file or a screen."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from klagreg import profile as profiles
from klagreg import report as contents
from klagreg.days import between, part_of_year
from klagreg.errors import Unbalanced
from klagreg.figures import Points, Report, Share, difference
from klagreg.model import Sender
from klagreg.register import Register
from klagreg.report.keys import as_json
from klagreg.rules import LocalRule
from klagreg.sheets import Chart, Kind, Sheet, Value, shown
from klagreg.staff import Unit
from klagreg.store.statistics import Cells, Closed, Numbered, Received, Verdict
from klagreg.terms import (
    CaseType,
    CountedIn,
    Feedback,
    MeasureKind,
    NoAnswer,
    Outcome,
    Route,
    Satisfaction,
    SenderRole,
    SurveyMethod,
)
from klagreg.yearly import Presentation, RuleReview, Survey, YearlyText
from tests.conftest import Clerk
from tests.test_figures import NOW, ONE_GOAL, TWO_RULES, YEAR, Story, a_register, day, nine_cases


@pytest.fixture(scope="module")
def nine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    """The example of domain 7.4; tests only look."""
    with a_register(tmp_path_factory.mktemp("nio") / "klagreg.db") as register:
        nine_cases(register)
        yield register


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Report]:
    """Two nämnder, channels and areas, a hand-over and a goal."""
    days_off = '[[ledig_dag]]\ndag = 2025-05-02\nnamn = "Kommunhuset stängt"\n'
    with a_register(tmp_path_factory.mktemp("stad") / "klagreg.db", ONE_GOAL + days_off) as register:
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


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    """All that the five municipalities do, once each; tests only look."""
    profile = (
        ONE_GOAL + '[typgrupper]\nklagomal = ["klagomal", "felanmalan"]\nsynpunkt = ["synpunkt", "berom", "forslag"]\n'
    )
    with a_register(tmp_path_factory.mktemp("arbete") / "klagreg.db", profile) as register:
        for unit, board in {"Parkskolan": "BUN", "Ängsskolan": "BUN", "Hemtjänsten": "Socialnämnden"}.items():
            register.upkeep.put_unit(Unit(unit, board))
        park = Story(register, "2025-03-03", unit="Parkskolan").took("2025-03-10", Route.MEASURE)
        park.promised("2025-03-04", due="2025-03-31").answered("2025-03-05").done(1, "2025-03-31")
        park.did("2025-04-01", MeasureKind.REMEDY)
        late = Story(register, "2025-03-04", CaseType.FAULT, unit="Ängsskolan", kept_elsewhere="Pärm")
        late.took("2025-05-05", Route.POLITICAL_BODY).promised("2025-03-05", due="2025-04-30")
        staff = Sender(role=SenderRole.STAFF)
        care = Story(
            register, "2025-04-07", CaseType.VIEWPOINT, unit="Hemtjänsten", sender=staff, individual=True,
            provider="Omsorg AB",
        )  # fmt: skip
        care.promised("2025-04-08").answered("2025-04-10", Outcome.EXPLAINED)
        register.refer(care.number, "lex_sarah", None, day("2025-04-09"))
        earlier = Story(register, "2024-04-02", CaseType.PRAISE, unit="Hemtjänsten")
        earlier.took("2024-05-01", Route.PREPARATION)
        register.refer(earlier.number, "overklagande", None, day("2024-05-01"))
        for method, answer, number in (
            (SurveyMethod.QUESTIONNAIRE, Satisfaction.CONTENT, 3),
            (SurveyMethod.QUESTIONNAIRE, Satisfaction.PARTLY, 1),
            (SurveyMethod.INTERVIEW, Satisfaction.DISCONTENT, 1),
        ):
            register.upkeep.add_survey(Survey(day("2025-05-05"), method, answer, number, comment="Hemlig"))
        for year, text, board, unit in (
            (2025, "Vi går igenom alla ärenden varje månad.\n\nTvå rutiner är ändrade.", None, "Parkskolan"),
            (2025, "Alla får svar.", "Socialnämnden", None),
            (2025, "Fler hör av sig.", None, None),
            (2024, "I fjol.", None, "Parkskolan"),
        ):
            register.upkeep.write_year(YearlyText(year, text, board, unit))
        quarter = part_of_year(2025, "kvartal", 1)
        for period, board, on, paragraph in (
            (YEAR, "Socialnämnden", "2026-01-28", "§ 12"),
            (quarter, "BUN", "2025-04-20", None),
        ):
            register.upkeep.present(Presentation(period.start, period.end, board, day(on), paragraph))
        register.upkeep.review_rules(RuleReview(day("2025-01-15"), "Kanalerna stämmer"))
        register.upkeep.review_rules(RuleReview(day("2026-02-01")))
        yield register


@pytest.fixture(scope="module")
def year(work: Register) -> Report:
    return work.report(YEAR, day("2026-01-20"))


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
        "Avsändare", "Frister", "Handläggningstid", "Utfall och åtgärder", "Åtgärder", "Förbättringar", "Flera år",
        "Jämförelse", "Avstämning", "Så räknade vi",
    ]  # fmt: skip


def test_the_summary_of_the_nine_cases(nine: Register) -> None:
    assert printed(sheet(nine.report(YEAR, day("2025-12-31")), "Sammanfattning")) == [
["Nyckeltal", "2025", "2024", "2023", "Förändring", "Förändring, %", "Förändring, procentenheter",
         "Förändring mot 2023", "Förändring mot 2023, %", "Förändring mot 2023, procentenheter"],
        ["Inkomna", "7", "1", "0", "+6", "+600 %", "–", "+7", "–", "–"],
        ["varav klagomål", "5", "1", "0", "+4", "+400 %", "–", "+5", "–", "–"],
        ["varav synpunkter", "1", "0", "0", "+1", "–", "–", "+1", "–", "–"],
        ["varav förslag", "0", "0", "0", "0", "–", "–", "0", "–", "–"],
        ["varav beröm", "1", "0", "0", "+1", "–", "–", "+1", "–", "–"],
        ["varav frågor", "0", "0", "0", "0", "–", "–", "0", "–", "–"],
        ["varav anonyma", "1", "0", "0", "+1", "–", "–", "+1", "–", "–"],
        ["varav utan kontaktväg", "1", "0", "0", "+1", "–", "–", "+1", "–", "–"],
        ["varav avstår svar", "0", "0", "0", "0", "–", "–", "0", "–", "–"],
        ["varav interna (från medarbetare)", "0", "0", "0", "0", "–", "–", "0", "–", "–"],
        ["varav införda i efterhand", "0", "0", "0", "0", "–", "–", "0", "–", "–"],
        ["Andel anonyma", "14 %", "0 %", "–", "–", "–", "+14,3", "–", "–", "–"],
        ["Avslutade", "5", "0", "0", "+5", "–", "–", "+5", "–", "–"],
        ["Öppna vid periodens slut", "3", "1", "0", "+2", "+200 %", "–", "+3", "–", "–"],
        ["varav försenade", "1", "0", "0", "+1", "–", "–", "+1", "–", "–"],
        ["Andel första återkoppling i tid", "50 %", "100 %", "–", "–", "–", "−50,0", "–", "–", "–"],
        ["Andel slutsvar i tid", "33 %", "–", "–", "–", "–", "–", "–", "–", "–"],
        ["Median handläggningstid (dagar)", "14,0", "–", "–", "–", "–", "–", "–", "–", "–"],
        ["Andel som ledde till åtgärd", "50 %", "–", "–", "–", "–", "–", "–", "–", "–"],
        ["Utlovade åtgärder", "0", "0", "0", "0", "–", "–", "0", "–", "–"],
        ["varav genomförda i tid", "0", "0", "0", "0", "–", "–", "0", "–", "–"],
        ["varav genomförda för sent", "0", "0", "0", "0", "–", "–", "0", "–", "–"],
        ["varav försenade", "0", "0", "0", "0", "–", "–", "0", "–", "–"],
        ["Åtgärder gjorda direkt", "0", "0", "0", "0", "–", "–", "0", "–", "–"],
    ]  # fmt: skip


def test_the_deadlines_of_the_nine_cases(nine: Register) -> None:
    found = sheet(nine.report(YEAR, day("2026-01-31")), "Frister")
    figures = ["7", "2", "2", "3", "0", "0", "40 %", "100 %", "1", "2", "67 %", "0", "0", "100 %"]
    assert printed(found) == [
        ["Nämnd", "Fristregel", "Ärenden i urvalet", "Ej tillämplig", "I tid", "För sent", "varav informerade",
         "Pågår inom frist", "Andel i tid", "Föregående period", "Besvarade för sent", "Obesvarade efter frist",
         "Andel i tid av besvarade", "Ej tillämplig efter frist", "Förlängda", "Måltal"],
        ["Uppgift saknas", "Första återkoppling", *figures],
        ["Uppgift saknas", "Slutsvar", *figures],
        ["Totalt", "Första återkoppling", *figures],
        ["Totalt", "Slutsvar", *figures],
    ]  # fmt: skip


def test_late_cases_whose_sender_was_told_and_a_goal_that_was_missed(tmp_path: Path) -> None:
    """Received on 3 March: first word by the 10th, which is promised; the answer by the 17th is a goal (Nacka)."""
    with a_register(tmp_path / "r.db", ONE_GOAL) as register:
        Story(register, "2025-03-03", board="SN").told("2025-03-07", Feedback.DELAY)
        Story(register, "2025-03-03", board="SN").told("2025-03-12", Feedback.DELAY).answered("2025-03-20")
        Story(register, "2025-03-03", board="SN")
        Story(register, "2025-03-03", board="SN").answered("2025-03-05")
        Story(register, "2025-03-03", board="KS").told("2025-03-05")
        report = register.report(YEAR, day("2025-12-31"))
    frister = sheet(report, "Frister")
    assert [row[:9] for row in printed(frister)] == [
        ["Nämnd", "Fristregel", "Ärenden i urvalet", "Ej tillämplig", "I tid", "För sent", "varav informerade",
         "Pågår inom frist", "Andel i tid"],
        ["KS", "Första återkoppling", "1", "0", "1", "0", "0", "0", "100 %"],
        ["SN", "Första återkoppling", "4", "0", "2", "2", "1", "0", "50 %"],
        ["KS", "Slutsvar (mål)", "1", "0", "0", "1", "0", "0", "0 %"],
        # Told before the last day, told after it, and never told.
        ["SN", "Slutsvar (mål)", "4", "0", "1", "3", "2", "0", "25 %"],
        ["Totalt", "Första återkoppling", "5", "0", "3", "2", "1", "0", "60 %"],
        ["Totalt", "Slutsvar (mål)", "5", "0", "1", "4", "2", "0", "20 %"],
    ]  # fmt: skip
    assert (
        "Varav informerade är de av För sent där avsändaren har fått besked om förseningen senast 2025-12-31, före"
        " eller efter sista dagen."
    ) in frister.notes
    # Three are open, and all have missed the goal; only the one without any word breaks a promise.
    assert [row[3:5] for row in printed(sheet(report, "Jämförelse"))[1:]] == [["1", "0"], ["2", "1"], ["3", "1"]]
    summary = printed(sheet(report, "Sammanfattning"))
    still_open = next(i for i, row in enumerate(summary) if row[0] == "Öppna vid periodens slut")
    assert [row[:2] for row in summary[still_open : still_open + 2]] == [
        ["Öppna vid periodens slut", "3"],
        ["varav försenade", "1"],
    ]


def test_the_handling_time_of_the_nine_cases(nine: Register) -> None:
    assert printed(sheet(nine.report(YEAR, day("2026-01-31")), "Handläggningstid"))[::2] == [
        ["Nämnd", "Avslutade", "Median (dagar)", "Medel (dagar)", "90:e percentil", "Längsta", "0–5", "6–10", "11–20",
         "21–30", "Över 30 dagar", "Median (arbetsdagar)", "Besvarade", "Median svarstid (dagar)"],
        ["Totalt", "5", "14,0", "15,2", "24,0", "24", "1", "0", "2", "2", "0", "10,0", "3", "14,0"],
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
        ["Överlämningar", "0"],
        ["Överlämnade ärenden", "0"],
        ["varav minst två gånger", "0"],
    ]
    assert found.notes[0].endswith("Stämmer.")


class TestTown:
    def test_per_type(self, town: Report) -> None:
        assert printed(sheet(town, "Per typ")) == [
            ["Typ", "Antal", "Andel", "Föregående period", "Förändring", "varav i efterhand"],
            ["Klagomål", "2", "50 %", "2", "0", "0"],
            ["Förslag", "1", "25 %", "0", "+1", "0"],
            ["Felanmälan", "1", "25 %", "0", "+1", "0"],
            ["Totalt", "4", "100 %", "2", "+2", "0"],
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
        assert rows[10:13] == [
            ["Överlämningar", "1", "0", "1"],
            ["Överlämnade ärenden", "1", "0", "1"],
            ["varav minst två gånger", "0", "0", "0"],
        ]
        assert rows[-1] == ["Överlämnade från Barn- och utbildningsnämnden till Socialnämnden", "1", "–", "–"]

    def test_charts_point_at_the_figures_they_draw(self, town: Report) -> None:
        drawn = {s.title: read(s, s.chart) for s in contents.sheets(town) if s.chart}
        names = ["Barn- och utbildningsnämnden", "Socialnämnden"]
        assert drawn["Per nämnd"]["Klagomål"] == (names, ["2", "0"])
        assert drawn["Per nämnd"]["Felanmälningar"] == (names, ["0", "1"])
        assert {name: numbers[:4] for name, (_, numbers) in drawn["Per månad"].items()} == {
            "2025": ["0", "0", "2", "2"], "2024": ["0", "0", "2", "0"],
        }  # fmt: skip
        assert drawn["Flera år"] == {
            "Inkomna": (["2024", "2025"], ["2", "4"]),
            "Klagomål": (["2024", "2025"], ["2", "2"]),
        }
        assert drawn["Per område"] == {"Antal": (["Bemötande", "Mat och måltider", "Uppgift saknas"], ["2", "1", "1"])}
        assert drawn["Frister"]["Första återkoppling"] == (names, ["50 %", "0 %"])
        assert drawn["Frister"]["Slutsvar (mål)"] == (names, ["50 %", "0 %"])
        assert drawn["Frister"]["Måltal"] == (names, ["100 %", "100 %"])
        assert drawn["Handläggningstid"] == {
            "Avslutade": (["0–5", "6–10", "11–20", "21–30", "Över 30 dagar"], ["1", "0", "0", "0", "1"])
        }
        assert len(drawn) == 6


class TestWork:
    """The year 2025 as of 20 January 2026: what is promised, where cases go, what people think of it."""

    def test_sheets_of_what_only_some_do_stand_there_when_it_was_done(
        self, year: Report, town: Report, nine: Register
    ) -> None:
        some = ["Per utförare", "Vägar", "Hänvisningar", "Enkät", "Jämförelse", "Årets arbete"]

        def those(report: Report) -> list[str]:
            return [s.title for s in contents.sheets(report) if s.title in some]

        assert those(year) == some
        assert those(town) == ["Jämförelse"]
        assert those(nine.report(YEAR, day("2026-01-31"))) == []

    def test_the_summary(self, year: Report) -> None:
        rows = {row[0]: row[1] for row in printed(sheet(year, "Sammanfattning"))}
        assert rows["varav interna (från medarbetare)"] == "1"
        assert rows["varav införda i efterhand"] == "1"
        assert rows["varav rör enskild elev eller personal"] == "1"
        assert [row[:2] for row in printed(sheet(year, "Sammanfattning"))[-5:]] == [
            ["Utlovade åtgärder", "3"],
            ["varav genomförda i tid", "1"],
            ["varav genomförda för sent", "0"],
            ["varav försenade", "1"],
            ["Åtgärder gjorda direkt", "1"],
        ]

    def test_types_as_the_rules_divide_them_and_what_was_brought_in_afterwards(self, year: Report) -> None:
        found = sheet(year, "Per typ")
        assert printed(found) == [
            ["Typ", "Antal", "Andel", "Föregående period", "Förändring", "varav i efterhand"],
            ["Klagomål", "1", "33 %", "0", "+1", "0"],
            ["Synpunkt", "1", "33 %", "0", "+1", "0"],
            ["Beröm", "0", "0 %", "1", "−1", "0"],
            ["Felanmälan", "1", "33 %", "0", "+1", "1"],
            ["Totalt", "3", "100 %", "1", "+2", "1"],
            ["Klagomål enligt regelverket", "2", "67 %", "0", "+2", "1"],
            ["Synpunkter enligt regelverket", "1", "33 %", "1", "0", "0"],
        ]
        assert found.notes[2] == (
            "Enligt regelverket, samma ärenden räknade en gång till: Klagomål: klagomål, felanmälan; "
            "Synpunkter: synpunkt, förslag, beröm."
        )

    def test_measures(self, year: Report) -> None:
        assert printed(sheet(year, "Åtgärder")) == [
            ["Nämnd", "Utlovade", "Genomförda i tid", "Genomförda för sent", "Försenade", "Pågår", "Utan dag",
             "Median (dagar från ankomst)", "Gjorda direkt", "Genomförda under perioden", "varav rättelse",
             "varav förbättring", "varav utan slag"],
            # From 3 to 31 March are 28 days. What was done at once on 1 April is no promise.
            ["BUN", "2", "1", "0", "1", "0", "0", "28,0", "1", "2", "1", "0", "1"],
            ["Socialnämnden", "1", "0", "0", "0", "0", "1", "–", "0", "0", "0", "0", "0"],
            ["Totalt", "3", "1", "0", "1", "0", "1", "28,0", "1", "2", "1", "0", "1"],
        ]  # fmt: skip

    def test_providers(self, year: Report) -> None:
        found = sheet(year, "Per utförare")
        assert found.heading == "Inkomna per utförare, 2025 (uttag 2026-01-20)"
        assert printed(found) == [
            ["Utförare", "Antal", "Andel", "varav klagomål", "Föregående period"],
            ["Omsorg AB", "1", "33 %", "0", "0"],
            ["Uppgift saknas", "2", "67 %", "1", "1"],
            ["Totalt", "3", "100 %", "1", "1"],
        ]

    def test_routes(self, year: Report) -> None:
        found = sheet(year, "Vägar")
        assert printed(found) == [
            ["Nämnd", "Åtgärd", "Förslag", "Beredning", "Politiskt organ", "Totalt", "Föregående period"],
            ["BUN", "1", "0", "0", "1", "2", "0"],
            ["Socialnämnden", "0", "0", "0", "0", "0", "1"],
            ["Totalt", "1", "0", "0", "1", "2", "1"],
        ]
        assert "Åtgärd: åtgärd eller förbättring beslutas och vidtas." in found.notes

    def test_referrals(self, year: Report) -> None:
        assert printed(sheet(year, "Hänvisningar")) == [
            ["Hänvisad till", "Antal", "Andel", "Föregående period"],
            ["Lex Sarah", "1", "100 %", "0"],
            ["Överklagande av beslut", "0", "0 %", "1"],
            ["Totalt", "1", "100 %", "1"],
        ]

    def test_surveys_without_what_anybody_wrote(self, year: Report) -> None:
        assert printed(sheet(year, "Enkät")) == [
            ["Tillfrågade genom", "Nöjda", "Delvis nöjda", "Missnöjda", "Svar", "Andel nöjda"],
            ["Enkät", "3", "1", "0", "4", "75 %"],
            ["Intervju", "0", "0", "1", "1", "0 %"],
            ["Totalt", "3", "1", "1", "5", "60 %"],
        ]
        assert "Hemlig" not in str(contents.sheets(year))

    def test_boards_beside_one_another(self, year: Report) -> None:
        found = sheet(year, "Jämförelse")
        assert [column.heading for column in found.columns] == [
            "Nämnd", "Inkomna", "Avslutade", "Öppna", "varav försenade", "Andel första återkoppling i tid",
            "Andel uppnått mål: slutsvar", "Median handläggningstid (dagar)", "Andel som ledde till åtgärd",
            "Utlovade åtgärder", "varav försenade åtgärder",
        ]  # fmt: skip
        assert printed(found)[1:] == [
            ["BUN", "2", "1", "1", "1", "50 %", "50 %", "2,0", "100 %", "2", "1"],
            # The open one is the praise of 2024, which has no promise to be late with.
            ["Socialnämnden", "1", "1", "1", "0", "100 %", "100 %", "3,0", "0 %", "1", "0"],
            ["Totalt", "3", "2", "2", "1", "67 %", "67 %", "2,5", "50 %", "3", "1"],
        ]

    def test_the_years_work_in_words(self, year: Report) -> None:
        found = sheet(year, "Årets arbete")
        assert found.heading == "Så har vi arbetat med synpunkter och klagomål 2025"
        assert printed(found) == [
            ["Nämnd", "Enhet", "Text"],
            ["BUN", "Parkskolan", "Vi går igenom alla ärenden varje månad."],
            ["BUN", "Parkskolan", "Två rutiner är ändrade."],
            ["Socialnämnden", "Alla", "Alla får svar."],
            ["Alla", "Alla", "Fler hör av sig."],
        ]

    def test_a_long_paragraph_is_divided_where_a_row_of_excel_ends(self, year: Report) -> None:
        long = " ".join(["Ord"] * 1000)
        report = dataclasses.replace(year, texts=(YearlyText(2025, long, "BUN"),))
        passages = [row[2] for row in sheet(report, "Årets arbete").rows]
        assert [len(str(passage)) for passage in passages] == [1499, 1499, 999]
        assert " ".join(map(str, passages)) == long

    def test_a_goal_is_reached_and_never_broken(self, year: Report, nine: Register) -> None:
        said = "För ett mål betyder I tid att målet nåddes och För sent att det inte nåddes; det är inget brutet löfte."
        assert any(note.startswith(said) for note in sheet(year, "Frister").notes)
        (told,) = [str(value) for name, value in sheet(year, "Om rapporten").rows if name == "Mål"]
        assert told.endswith("Ett öppet ärende där bara ett mål har passerat är inte försenat.")
        promises_only = nine.report(YEAR, day("2026-01-20"))
        assert not any(note.startswith(said) for note in sheet(promises_only, "Frister").notes)
        assert not any(name == "Mål" for name, _ in sheet(promises_only, "Om rapporten").rows)

    def test_goals_that_are_not_settled_yet_are_told_as_goals(self, work: Register) -> None:
        # The fault came in on 4 March: first word by the 11th, and the goal is the 18th.
        assert contents.cautions(work.report(YEAR, day("2025-03-06")))[1] == (
            "1 frist och 1 mål hade inte passerat på uttagsdatumet och räknas varken som i tid eller för sent. Efter"
            " 2025-03-18 är alla avgjorda."
        )
        assert contents.cautions(work.report(YEAR, day("2025-03-12")))[1].startswith("1 mål hade inte passerat")

    def facts(self, report: Report) -> dict[Value, Value]:
        return {row[0]: row[1] for row in sheet(report, "Om rapporten").rows}

    @pytest.mark.parametrize(
        ("as_of", "reviewed", "presented"),
        [
            ("2025-01-14", None, None),
            ("2026-01-20", "2025-01-15: Kanalerna stämmer", None),
            ("2026-02-01", "2026-02-01", "2026-01-28 för Socialnämnden, § 12"),
        ],
    )
    def test_when_it_was_presented_and_the_rules_looked_over(
        self, work: Register, as_of: str, reviewed: str | None, presented: str | None
    ) -> None:
        facts = self.facts(work.report(YEAR, day(as_of)))
        assert (facts.get("Regelverket granskat"), facts.get("Redovisad")) == (reviewed, presented)

    def test_a_presentation_is_told_in_the_report_that_was_presented(self, work: Register) -> None:
        quarter = part_of_year(2025, "kvartal", 1)
        assert self.facts(work.report(quarter, NOW.today))["Redovisad"] == "2025-04-20 för BUN"
        assert "Redovisad" not in self.facts(work.report(part_of_year(2025, "halvar", 1), NOW.today))
        assert "Redovisad" not in self.facts(work.report(quarter, NOW.today, board="Socialnämnden"))


class TestOneUnit:
    """A half-year of Parkskolan for its arbetsplatsträff, and a year of a nämnd."""

    def test_it_says_everywhere_whose_it_is(self, work: Register) -> None:
        report = work.report(part_of_year(2025, "halvar", 1), day("2025-07-01"), unit="parkskolan")
        assert contents.title(report) == "Synpunkter och klagomål, halvår 1 2025 – Exempelkommun, Parkskolan"
        assert contents.scope(report) == "Parkskolan, halvår 1 2025"
        found = contents.sheets(report)
        for s in found:
            named = s.title in ("Om rapporten", "Årets arbete") or "Parkskolan, halvår 1 2025" in s.heading
            assert named, s.heading
            assert s.chart is None or s.chart.title.endswith(", Parkskolan, halvår 1 2025")
        assert [row[1] for row in sheet(report, "Årets arbete").rows] == ["Parkskolan", "Parkskolan"]
        facts = {row[0]: row[1] for row in sheet(report, "Om rapporten").rows}
        assert facts["Enhet"] == "Parkskolan"
        assert "Nämnd" not in facts
        assert str(facts["Urval"]).startswith("Bara ärenden hos Parkskolan, utom makulerade.")
        assert (facts["Ärendenummer i registret"], facts["Registrerade efter uttagsdatum"]) == (4, 1)
        assert {s.title for s in found}.isdisjoint({"Enkät", "Jämförelse"})

    def test_a_board(self, work: Register) -> None:
        report = work.report(YEAR, NOW.today, board="socialnämnden")
        assert contents.title(report) == "Synpunkter och klagomål, 2025 – Exempelkommun, Socialnämnden"
        facts = {row[0]: row[1] for row in sheet(report, "Om rapporten").rows}
        assert (facts["Nämnd"], facts["Redovisad"]) == ("Socialnämnden", "2026-01-28 för Socialnämnden, § 12")
        assert [row[2] for row in sheet(report, "Årets arbete").rows] == ["Alla får svar."]

    def test_at_the_desk(self, klagreg: Clerk) -> None:
        klagreg("enhet", "lagg-till", "Ängsskolan")
        for unit in ("Parkskolan", "Parkskolan", "Ängsskolan"):
            klagreg("registrera", "--typ", "klagomal", "--enhet", unit)
        found = klagreg("sammanstall", "2026", "--halvår", "2", "--enhet", "parkskolan", "--json").json
        assert (found["inkomna"], found["urval"]) == (2, {"enhet": "Parkskolan", "namnd": None})
        told = klagreg("sammanstall", "2026", "--halvar", "2", "--enhet", "Parkskolan", "-o", "apt.xlsx").out
        assert told == "Sammanställningen för Parkskolan, halvår 2 2026 är skriven till apt.xlsx.\n"
        shown = klagreg("sammanstall", "2026", "--namnd", "BUN", "--enhet", "Ängsskolan").out
        assert "Synpunkter och klagomål i korthet, BUN, Ängsskolan, 2026 (uttag 2026-11-02)" in shown
        assert klagreg("sammanstall", "2026", "--enhet", "Parkskola", code=4).err == (
            "Fel: Enheten ”Parkskola” finns inte i registret. Menade du Parkskolan? Se alla med: klagreg enhet lista\n"
        )


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
        assert facts["Registrerade efter uttagsdatum"] == 4
        assert facts["Kontroll av ärendebalansen"] == "Stämmer."
        assert facts["Program"] == f"klagreg {town.about.version}"
        assert facts["Senaste logghash"] == town.about.source.last_hash
        assert facts["Lokala lediga dagar"] == "2025-05-02 Kommunhuset stängt"
        assert facts["Regelverk"] == f"Exempel för ärenden som kommit in från {NOW.today}."

    def test_every_promise_in_words(self, town: Report) -> None:
        assert [value for name, value in self.facts(town) if name == "Frist"] == [
            "Första återkoppling: 5 arbetsdagar från ankomstdagen; uppfylls av varje återkoppling",
            "Slutsvar: 10 arbetsdagar från ankomstdagen; uppfylls av slutsvar; ett mål, inget löfte",
        ]

    def test_what_a_unit_or_a_board_promises_instead(self, tmp_path: Path) -> None:
        with a_register(tmp_path / "r.db") as register:
            register.upkeep.put_unit(Unit("Parkskolan", "BUN"))
            for key, length, counted_in, start, where, source in (
                ("svar", 7, CountedIn.DAYS, "2025-07-01", {"board": "BUN"}, ""),
                ("aterkoppling", 3, CountedIn.WORKDAYS, "2025-03-01", {"unit": "Parkskolan"}, "Rektor 2025-02-20."),
                ("aterkoppling", 2, CountedIn.WORKDAYS, "2026-01-01", {"unit": "Parkskolan"}, ""),
            ):
                register.upkeep.tighten(LocalRule(key, length, counted_in, day(start), source=source, **where))
            reports = [register.report(YEAR, day(on)) for on in ("2025-02-28", "2025-06-30", "2026-02-15")]
            reports.append(register.report(part_of_year(2026, "ar"), NOW.today))
        park = "Parkskolan, första återkoppling: 3 arbetsdagar, för ärenden som kommit in från 2025-03-01."
        later = "Parkskolan, första återkoppling: 2 arbetsdagar, för ärenden som kommit in från 2026-01-01."
        schools = "BUN, slutsvar: 7 dagar, för ärenden som kommit in från 2025-07-01."
        decided = f"{park} Rektor 2025-02-20."
        found = [[value for name, value in self.facts(report) if name == "Strängare frist"] for report in reports]
        assert found == [[], [decided], [decided, schools], [decided, later, schools]]

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
            "8 ärenden som kom in senast på uttagsdatumet registrerades efter det och är medräknade. Ett uttag som"
            " gjordes den dagen visar därför lägre tal."
        ]

    def test_nothing_to_think_about_no_heading(self, nine: Register) -> None:
        report = nine.report(YEAR, day("2026-02-15"))
        assert self.cautions(report) == []
        assert "Att tänka på" not in [name for name, _ in self.facts(report)]

    def test_no_report_is_made_when_the_balance_does_not_hold(self, tmp_path: Path) -> None:
        with a_register(tmp_path / "r.db") as register:
            twice, once = Story(register, "2025-03-03"), Story(register, "2025-03-04")
            for story in (twice, once):
                story.answered("2025-03-10")
            register.store.run("INSERT INTO closing (case_id, place, closed_on) VALUES (1, 2, '2025-04-01')", ())
            with pytest.raises(Unbalanced) as refused:
                register.report(YEAR, day("2026-02-15"))
        assert refused.value.exit_code == 5
        assert refused.value.message == (
            f"Ärendebalansen i r.db stämmer inte, så ingen sammanställning är gjord. Felet ligger i {twice.number}."
        )

    def test_faults_of_two_cases_do_not_hide_one_another(self, tmp_path: Path) -> None:
        with a_register(tmp_path / "r.db") as register:
            register.upkeep.put_unit(Unit("Parkskolan", "BUN"))
            closed = [Story(register, "2025-03-03", unit="Parkskolan").answered("2025-03-10").number for _ in range(2)]
            # One is closed twice, the other was reopened before it was ever closed again: the sums agree.
            register.store.run("INSERT INTO closing (case_id, place, closed_on) VALUES (1, 2, '2025-04-01')", ())
            register.store.run("UPDATE closing SET reopened_on = '2026-05-01' WHERE case_id = 2", ())
            register.store.run(
                "INSERT INTO closing (case_id, place, closed_on, reopened_on)"
                " VALUES (2, 2, '2024-04-01', '2025-04-01')",
                (),
            )
            with pytest.raises(Unbalanced) as refused:
                register.report(YEAR, day("2026-02-15"))
        assert refused.value.message.endswith(f"Felet ligger i {closed[0]}, {closed[1]}.")

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
            "Avslutade i Handläggningstid samt Utfall och åtgärder": "ärenden",
            "Avslutade på övriga blad": "avslut",
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
            "received": Passes(Received(*at, "klagomal", None, None) for at in places),
            "closed": Passes(Closed(board, "atgardad", 7, 5) for board, _ in places),
            "verdicts": Passes(
                Verdict(board, key, "i_tid", None) for board, _ in places for key in ("aterkoppling", "svar")
            ),
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
            profiles.parse(TWO_RULES.replace('"svar"', '"klart"').replace("Slutsvar", "Klart"), "n.toml"), NOW.today
        )
        Story(register, "2026-02-15", board="BUN").answered("2026-02-15")
        found = sheet(register.report(part_of_year(2026, "ar"), NOW.today), "Frister")
    assert [(*row[:3], row[4], row[8]) for row in printed(found)[1:]] == [
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
            "Per typ", "Per nämnd", "Per enhet", "Per kanal", "Per område", "Avsändare", "Frister", "Handläggningstid",
            "Utfall och åtgärder", "Åtgärder", "Förbättringar",
        }  # fmt: skip
        assert not any(s.chart for s in found)
        assert not any(s.totals for s in found if not s.rows)

    def test_a_period_that_has_not_begun(self, nine: Register) -> None:
        report = nine.report(part_of_year(2027, "ar"), day("2026-02-15"))
        assert as_json(report)["per_manad"] == {}
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
        (Points(7.04), Kind.CHANGE, "+7,0"),
        (Points(-0.04), Kind.CHANGE, "−0,0"),
        (Points(0.0), Kind.CHANGE, "0,0"),
        (0.125, Kind.GROWTH, "+13 %"),
        (0.285, Kind.GROWTH, "+29 %"),
        (difference(Share(7, 10), Share(1, 16)), Kind.CHANGE, "+63,8"),
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
