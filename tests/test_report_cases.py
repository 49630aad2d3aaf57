"""Rows of single cases, what became better, who sent it, several years, and how every share was counted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from klagreg import report as contents
from klagreg.days import between, part_of_year
from klagreg.figures import Report, Share
from klagreg.model import Publication, Sender
from klagreg.register import Register
from klagreg.report.cases import case_list
from klagreg.sheets import Sheet, shown
from klagreg.staff import Handler, Unit
from klagreg.terms import CaseType, Edition, Feedback, NoAnswer, Outcome, SenderRole
from tests.test_figures import NOW, YEAR, Story, a_register, day, nine_cases

AS_OF = day("2025-12-31")


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    """Two units at two nämnder; tests only look."""
    with a_register(tmp_path_factory.mktemp("rader") / "klagreg.db") as register:
        register.upkeep.put_unit(Unit("Parkskolan", "BUN"))
        register.upkeep.put_unit(Unit("Hemtjänsten", "Socialnämnden"))
        register.upkeep.put_handler(Handler("eva.lind"))
        mother = Sender(role=SenderRole.PUPIL)
        lunch = Story(
            register, "2025-03-03", unit="Parkskolan", channel="telefon", area="mat", sender=mother, diary_number="B 7"
        )
        lunch.told("2025-03-05").answered("2025-03-10")
        Story(register, "2025-11-03", unit="Hemtjänsten", sender=Sender(role=SenderRole.RELATIVE), handler="eva.lind")
        Story(register, "2025-12-29", CaseType.QUESTION, unit="Parkskolan", anonymous=True, sender=mother)
        secret = Story(register, "2025-12-01", unit="Hemtjänsten", area="bemotande").told("2025-12-02")
        register.mark_secret(secret.number, "26 kap. 1 § OSL", None, NOW.today, None)
        Story(register, "2025-02-03").voided("2025-02-04")
        Story(register, "2024-12-30", unit="Parkskolan", area="mat").answered("2025-01-02", Outcome.EXPLAINED)
        Story(register, "2024-06-03", unit="Parkskolan").answered("2024-06-04")
        better = Publication(day("2025-06-02"), "anna.berg", "Nu är köerna kortare.", "Två kassor i matsalen.")
        register.approve(lunch.number, better)
        register.learn(lunch.number, "Ring upp samma dag.")
        yield register


@pytest.fixture(scope="module")
def report(register: Register) -> Report:
    return register.report(YEAR, AS_OF, with_cases=True)


def sheet(report: Report, title: str, edition: Edition = Edition.INTERNAL) -> Sheet:
    return next(sheet for sheet in contents.sheets(report, edition) if sheet.title == title)


def printed(sheet: Sheet) -> list[list[str]]:
    return [[shown(v, c.kind) for v, c in zip(row, sheet.columns, strict=True)] for row in (*sheet.rows, *sheet.totals)]


class TestCaseList:
    def test_every_case_of_the_period(self, report: Report) -> None:
        assert printed(sheet(report, "Ärendelista")) == [
            ["SYN-2026-00001", "B 7", "2025-03-03", "2026-02-15", "Telefon", "Klagomål", "BUN", "Parkskolan",
             "Mat och måltider", "Ett ärende", "2025-03-05", "2025-03-10", "2025-03-10", "7", "Ja", "Åtgärd vidtagen",
             "Nej"],
            ["SYN-2026-00002", "–", "2025-11-03", "2026-02-15", "Uppgift saknas", "Klagomål", "Socialnämnden",
             "Hemtjänsten", "Uppgift saknas", "Ett ärende", "–", "–", "–", "–", "Nej", "–", "Nej"],
            ["SYN-2026-00003", "–", "2025-12-29", "2026-02-15", "Uppgift saknas", "Fråga", "BUN", "Parkskolan",
             "Uppgift saknas", "Ett ärende", "–", "–", "–", "–", "–", "–", "Ja"],
            ["SYN-2026-00004", "–", "2025-12-01", "2026-02-15", "–", "–", "–", "–", "–", "Sekretess: 26 kap. 1 § OSL",
             "–", "–", "–", "–", "–", "–", "–"],
            ["SYN-2026-00006", "–", "2024-12-30", "2026-02-15", "Uppgift saknas", "Klagomål", "BUN", "Parkskolan",
             "Mat och måltider", "Ett ärende", "2025-01-02", "2025-01-02", "2025-01-02", "3", "Ja",
             "Förklaring lämnad, ingen åtgärd", "Nej"],
        ]  # fmt: skip

    def test_days_are_days_and_times_are_numbers(self, report: Report) -> None:
        first = sheet(report, "Ärendelista").rows[0]
        assert [type(value) for value in first].count(date) == 5
        assert first[13] == 7

    def test_the_rows_are_the_figures(self, report: Report) -> None:
        rows = case_list(report, report.listing).rows if report.listing else ()
        received = [row for row in rows if isinstance(row[2], date) and row[2].year == 2025]
        assert len(received) == report.current.received()
        assert len([row for row in rows if row[12]]) == report.current.handling().number

    def test_a_case_that_was_reopened_is_open_again(self, tmp_path: Path) -> None:
        with a_register(tmp_path / "r.db") as register:
            Story(register, "2025-03-03").answered("2025-03-10").reopened("2025-03-20")
            (row,) = sheet(register.report(YEAR, AS_OF, with_cases=True), "Ärendelista").rows
        assert (row[11], row[12], row[13], row[15]) == (day("2025-03-10"), None, None, None)

    def test_what_happened_after_the_day_is_not_known(self, register: Register) -> None:
        early = register.report(YEAR, day("2025-03-04"), with_cases=True)
        assert [row[:1] + row[10:15] for row in printed(sheet(early, "Ärendelista"))] == [
            ["SYN-2026-00001", "–", "–", "–", "–", "Pågår"],
            ["SYN-2026-00006", "2025-01-02", "2025-01-02", "2025-01-02", "3", "Ja"],
        ]

    def test_a_case_with_two_marks_is_one_row_and_says_the_last(self, tmp_path: Path) -> None:
        with a_register(tmp_path / "r.db") as register:
            story = Story(register, "2025-03-03")
            register.env = NOW._replace(now=NOW.now - timedelta(days=20))
            register.mark_secret(story.number, "26 kap. 1 § OSL", day("2026-02-01"), day("2026-01-20"), None)
            register.env = NOW
            register.mark_secret(story.number, "21 kap. 1 § OSL", None, NOW.today, None)
            report = register.report(YEAR, AS_OF, with_cases=True)
        for title, place in (("Ärendelista", 9), ("Öppna ärenden", 4)):
            assert [row[place] for row in sheet(report, title).rows] == ["Sekretess: 21 kap. 1 § OSL"]

    def test_a_mark_whose_last_day_is_past_hides_no_more(self, tmp_path: Path) -> None:
        with a_register(tmp_path / "r.db") as register:
            story = Story(register, "2025-03-03")
            register.env = NOW._replace(now=NOW.now - timedelta(days=20))
            register.mark_secret(story.number, "26 kap. 1 § OSL", day("2026-02-01"), day("2026-01-20"), None)
            still = register.report(YEAR, NOW.today, with_cases=True)
            register.env = NOW
            Story(register, "2026-02-15")
            after = register.report(YEAR, NOW.today, with_cases=True)
            # Whoever looks at an earlier day sees what was open to everybody then.
            before = register.report(YEAR, day("2026-01-25"), with_cases=True)
        titles = [[row[9] for row in sheet(report, "Ärendelista").rows] for report in (still, after, before)]
        assert titles == [["Sekretess: 26 kap. 1 § OSL"], ["Ett ärende"], ["Sekretess: 26 kap. 1 § OSL"]]

    def test_where_a_secret_case_belongs_is_not_told_by_choosing(self, register: Register) -> None:
        report = register.report(YEAR, AS_OF, "Hemtjänsten", with_cases=True)
        assert report.current.received() == 2
        for title in ("Ärendelista", "Öppna ärenden"):
            found = sheet(report, title)
            assert [row[0] for row in found.rows] == ["SYN-2026-00002"]
            assert found.notes[-1].startswith("Sekretessmarkerade ärenden står inte här")

    @pytest.mark.parametrize("edition", [Edition.BOARD])
    def test_only_the_internal_edition_has_cases(self, register: Register, edition: Edition) -> None:
        found = contents.sheets(register.report(YEAR, AS_OF), edition)
        assert {"Ärendelista", "Öppna ärenden"} & {s.title for s in found} == set()
        assert "SYN-2026" not in repr([s.rows for s in found])


def test_open_cases_the_oldest_first(report: Report) -> None:
    assert printed(sheet(report, "Öppna ärenden")) == [
        ["SYN-2026-00002", "Socialnämnden", "Hemtjänsten", "Klagomål", "Ett ärende", "2025-11-03", "eva.lind",
         "2025-11-10", "58", "Försenad"],
        ["SYN-2026-00004", "–", "–", "–", "Sekretess: 26 kap. 1 § OSL", "2025-12-01", "–", "2025-12-15", "30",
         "Sekretess"],
        ["SYN-2026-00003", "BUN", "Parkskolan", "Fråga", "Ett ärende", "2025-12-29", "–", "–", "2", "Inkommen"],
    ]  # fmt: skip


class TestImprovements:
    def test_for_the_board(self, report: Report) -> None:
        assert printed(sheet(report, "Förbättringar", Edition.BOARD)) == [
            ["BUN", "Mat och måltider", "Två kassor i matsalen.", "Genomförd", "2025-06-02"],
        ]

    def test_lessons_count_the_day_they_were_written(self, register: Register) -> None:
        later = register.report(part_of_year(2026, "ar"), NOW.today)
        assert printed(sheet(later, "Förbättringar", Edition.BOARD)) == [
            ["BUN", "Mat och måltider", "Ring upp samma dag.", "Lärdom", "2026-02-15"],
        ]

    def test_for_everybody_only_what_was_approved_for_everybody(self, register: Register) -> None:
        one = next(iter(register.report(YEAR, AS_OF).improvements))
        assert (one.text, one.publishable) == ("Två kassor i matsalen.", True)
        lesson = next(iter(register.report(part_of_year(2026, "ar"), NOW.today).improvements))
        assert (lesson.text, lesson.publishable) == ("Ring upp samma dag.", False)

    def test_a_voided_case_taught_nothing(self, tmp_path: Path) -> None:
        with a_register(tmp_path / "r.db") as register:
            story = Story(register, "2025-03-03")
            register.learn(story.number, "Ring upp samma dag.")
            story.voided("2025-03-04")
            assert register.report(part_of_year(2026, "ar"), NOW.today).improvements == ()

    @pytest.mark.parametrize("more", [{"individual": True}, {"marked": True}])
    def test_never_of_who_could_be_recognised(self, tmp_path: Path, more: dict[str, Any]) -> None:
        with a_register(tmp_path / "r.db") as register:
            marked = more.pop("marked", False)
            story = Story(register, "2025-03-03", **more).answered("2025-03-10")
            if not more:
                register.approve(story.number, Publication(day("2025-06-02"), "a", "Nu är det bra.", "Två kassor."))
            if marked:
                register.mark_secret(story.number, "26 kap. 1 § OSL", None, NOW.today, None)
            register.learn(story.number, "Ring upp samma dag.")
            for period in (2025, 2026):
                assert register.report(part_of_year(period, "ar"), NOW.today).improvements == ()


def test_who_sent_it(report: Report) -> None:
    assert printed(sheet(report, "Avsändare")) == [
        ["Närstående", "1", "25 %"],
        ["Elev/vårdnadshavare", "1", "25 %"],
        ["Anonym", "1", "25 %"],
        ["Uppgift saknas", "1", "25 %"],
        ["Totalt", "4", "100 %"],
    ]


class TestYears:
    def test_the_same_period_of_every_year(self, report: Report) -> None:
        assert printed(sheet(report, "Flera år")) == [
            ["2024", "2", "2", "100 %", "Mat och måltider", "100 %", "100 %", "1,0"],
            ["2025", "4", "3", "75 %", "Bemötande", "67 %", "33 %", "5,0"],
        ]

    def test_at_most_ten_years_and_none_before_the_first_case(self, tmp_path: Path) -> None:
        with a_register(tmp_path / "r.db") as register:
            for year in (2013, 2020, 2025):
                Story(register, f"{year}-03-03")
            found = sheet(register.report(YEAR, AS_OF), "Flera år")
            assert [row[:2] for row in found.rows] == [
                (str(year), 1 if year in (2020, 2025) else 0) for year in range(2016, 2026)
            ]
            early = sheet(register.report(part_of_year(2013, "ar"), AS_OF), "Flera år")
            assert [row[0] for row in early.rows] == ["2013"]
            assert early.chart is None

    def test_a_school_year_that_the_first_case_came_in_at_the_end_of(self, tmp_path: Path) -> None:
        with a_register(tmp_path / "r.db") as register:
            Story(register, "2022-03-01")
            found = sheet(register.report(between(day("2024-08-15"), day("2025-06-13")), AS_OF), "Flera år")
        assert [row[:2] for row in found.rows] == [
            ("2021-08-15 – 2022-06-13", 1),
            ("2022-08-15 – 2023-06-13", 0),
            ("2023-08-15 – 2024-06-13", 0),
            ("2024-08-15 – 2025-06-13", 0),
        ]

    def test_an_empty_register(self, tmp_path: Path) -> None:
        with a_register(tmp_path / "r.db") as register:
            assert [row[0] for row in sheet(register.report(YEAR, AS_OF), "Flera år").rows] == ["2025"]


class TestHowItWasCounted:
    def test_the_promises_of_the_nine_cases(self, tmp_path: Path) -> None:
        with a_register(tmp_path / "r.db") as register:
            nine_cases(register)
            found = sheet(register.report(YEAR, AS_OF), "Så räknade vi")
        rows = {tuple(row[:3]): row[3:] for row in printed(found)}
        assert rows["Frister", "Totalt, Första återkoppling", "Andel i tid"] == [
            "2", "4", "50 %", "67 %", "I tid / (I tid + För sent)",
            "1 anonym, 1 av en typ som löftet inte gäller, 1 vars sista dag inte har passerat",
        ]  # fmt: skip
        assert rows["Frister", "Totalt, Slutsvar", "Andel i tid"][:4] == ["1", "3", "33 %", "50 %"]
        assert rows["Sammanfattning", "Andel anonyma", "2025"][:3] == ["1", "7", "14 %"]
        assert rows["Sammanfattning", "Andel anonyma", "2023"][:3] == ["0", "0", "–"]
        assert rows["Utfall och åtgärder", "Totalt", "Andel"][:3] == ["2", "4", "50 %"]

    def test_every_share_of_every_sheet_is_there(self, report: Report) -> None:
        sheets = contents.sheets(report, Edition.INTERNAL)
        shares = [
            (s.title, column.heading, value.part, value.whole)
            for s in sheets
            for row in (*s.rows, *s.totals)
            for column, value in zip(s.columns, row, strict=True)
            if isinstance(value, Share) and s.title != "Så räknade vi" and column.heading != "Måltal"
        ]
        told = [(row[0], row[2], row[3], row[4]) for row in sheet(report, "Så räknade vi").rows]
        assert told == shares
        assert len(told) > 40

    def test_numerator_and_denominator_make_the_share(self, report: Report) -> None:
        for *_, part, whole, share, _, _, _ in sheet(report, "Så räknade vi").rows:
            assert isinstance(share, Share)
            assert (share.part, share.whole) == (part, whole)

    def test_why_a_promise_did_not_apply(self, tmp_path: Path) -> None:
        with a_register(tmp_path / "r.db") as register:
            Story(register, "2025-03-03").told("2025-03-04", Feedback.STATUS)
            Story(register, "2025-03-03", anonymous=True)
            Story(register, "2025-03-03", CaseType.PRAISE).closed("2025-03-03", NoAnswer.PRAISE)
            report = register.report(YEAR, AS_OF)
        (first, _) = report.current.deadlines()
        assert first.outside == {"anonym": 1, "typ": 1}
        assert first.outside.total() == first.not_applicable
