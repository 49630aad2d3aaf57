"""Röjandeskydd: what the public edition does not tell, and that nobody can compute it from what it tells.

The attacker below knows the sheets and nothing of how they were made: it shares no code with what protects them.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from klagreg import disclosure, suppression
from klagreg import profile as profiles
from klagreg import report as contents
from klagreg.days import part_of_year
from klagreg.disclosure import OTHER_BOARDS
from klagreg.errors import BadProfile, Refused
from klagreg.figures import About, Figures, Improvement, Listing, Report, RulesInForce, Source
from klagreg.practice import Disclosure, restored
from klagreg.report import public
from klagreg.report.words import PLURALS
from klagreg.sheets import Sheet, Withheld, shown
from klagreg.staff import Unit
from klagreg.store.statistics import (
    Answered,
    Asked,
    Cells,
    Closed,
    Monthly,
    Numbered,
    Promised,
    Received,
    Referred,
    RuleLine,
    Taken,
    Verdict,
)
from klagreg.suppression import Entry, When, of_one_row, of_rows
from klagreg.terms import CaseType, Edition, Outcome, SenderRole, State
from klagreg.yearly import YearlyText
from tests.test_figures import TWO_RULES, YEAR, Story, a_register, day
from tests.test_profiles import RULE

# -- tables of numbers --------------------------------------------------------------------------


def table(text: str, *, sums: When = When.NEVER, threshold: int = 5, small: bool = True) -> list[list[Entry]]:
    """Rows of numbers with their sums: ``2* 3 5`` is a secret 2. Cells under the threshold are secret if ``small``."""
    grid = []
    lines = [line.split() for line in text.strip().splitlines()]
    for i, line in enumerate(lines):
        row = []
        for j, word in enumerate(line):
            is_sum, number = i == len(lines) - 1 or j == len(line) - 1, int(word.rstrip("*"))
            secret = word.endswith("*") or (small and not is_sum and 0 < number < threshold)
            row.append(Entry(number, sums if is_sum else When.CELL, secret))
        grid.append(row)
    grid[-1][-1].when = When.NEVER
    return grid


def told(grid: Sequence[Sequence[Entry]]) -> list[str]:
    return [" ".join(".." if entry.withheld else str(entry.value) for entry in row) for row in grid]


class TestTables:
    """What must be withheld of a table, the sums of which are told."""

    def test_nothing_is_small(self) -> None:
        grid = table("""
            12  7  0 19
             8 30  5 43
            20 37  5 62""")
        assert of_rows(grid, 5) == (True, False)
        assert told(grid) == ["12 7 0 19", "8 30 5 43", "20 37 5 62"]

    def test_one_small_cell_takes_three_more_the_smallest_that_will_do(self) -> None:
        """One in its row, one in its column, and the one where those two meet."""
        grid = table("""
            12  2  9 23
             8 30  6 44
            20 32 15 67""")
        assert of_rows(grid, 5) == (True, False)
        assert told(grid) == ["12 .. .. 23", "8 .. .. 44", "20 32 15 67"]

    def test_zeros_are_told(self) -> None:
        grid = table("""
             0  2  9 11
             8  0  6 14
             7 30  0 37
            15 32 15 62""")
        of_rows(grid, 5)
        assert told(grid) == ["0 .. .. 11", ".. 0 .. 14", ".. .. 0 37", "15 32 15 62"]

    def test_two_small_cells_that_are_the_row_could_each_be_one_to_four(self) -> None:
        """Four values are not five. The next smallest is withheld, too."""
        row = [Entry(2, withheld=True), Entry(3, withheld=True), Entry(6), Entry(9), Entry(20, When.NEVER)]
        assert of_one_row(row, 5) == (True, False)
        assert told([row]) == [".. .. .. 9 20"]

    def test_four_values_are_enough_where_there_is_nothing_more_to_withhold(self) -> None:
        row = [Entry(2, withheld=True), Entry(3, withheld=True), Entry(0), Entry(5, When.NEVER)]
        assert of_one_row(row, 5) == (True, False)
        assert told([row]) == [".. .. 0 5"]

    def test_ones_that_nobody_could_take_for_anything_else(self) -> None:
        """Two numbers that are not 0 and make 2 are ones: a zero has to be withheld, and the reader told so."""
        row = [Entry(1, withheld=True), Entry(1, withheld=True), Entry(0), Entry(0), Entry(2, When.NEVER)]
        assert of_one_row(row, 5) == (True, True)
        assert told([row]) == [".. .. .. 0 2"]

    def test_without_a_zero_it_has_to_be_said_that_there_might_be_one(self) -> None:
        row = [Entry(1, withheld=True), Entry(1, withheld=True), Entry(2, When.NEVER)]
        assert of_one_row(row, 5) == (True, True)

    def test_what_is_plainly_no_zero_cannot_be_taken_for_one(self) -> None:
        row = [Entry(1, withheld=True, certain=True), Entry(1, withheld=True, certain=True), Entry(2, When.NEVER)]
        assert not of_one_row(row, 5).holds

    def test_a_number_alone_cannot_be_protected_from_its_own_sum(self) -> None:
        assert not of_one_row([Entry(3, withheld=True), Entry(3, When.NEVER)], 5).holds

    def test_a_sum_is_withheld_before_a_cell_of_it_can_be_computed(self) -> None:
        """The units of a nämnd: the second has two cases in all, and its type cells are they."""
        grid = table("""
            14  6  9 29
             0  2  0  2*
             9  8  7 24
            23 16 16 55""")
        for row in grid[:-1]:
            row[-1].when = When.SUM
        assert of_rows(grid, 5) == (True, False)
        assert told(grid) == ["14 6 9 29", "0 .. 0 ..", "9 .. 7 ..", "23 16 16 55"]

    def test_a_sum_that_must_be_told_is_the_very_last_that_is_withheld(self) -> None:
        """Only one nämnd has any proposals: rather the zero of the other than how many there are in all.

        It can be 0 to 3, so that the 9 beside it could be 9 to 12 alone if 12 and 17 were told. That is four values.
        """
        grid = table(
            """
            3* 12  9 24
            0  17  8 25
            3  29 17 49""",
            small=False,
        )
        for entry in grid[-1][:-1]:
            entry.when = When.LAST
        assert of_rows(grid, 5) == (True, True)
        assert told(grid) == [".. .. .. 24", ".. .. .. 25", "3 29 17 49"]

    def test_what_can_be_read_elsewhere_protects_nothing(self) -> None:
        row = [Entry(3, withheld=True), Entry(4, known=True, withheld=True), Entry(9), Entry(16, When.NEVER)]
        of_one_row(row, 3)
        assert told([row]) == [".. .. .. 16"]

    def test_what_can_only_be_so_much_protects_no_more_than_that(self) -> None:
        row = [Entry(3, withheld=True), Entry(4, highest=5, withheld=True), Entry(9), Entry(16, When.NEVER)]
        of_one_row(row, 3)
        assert told([row]) == [".. .. 9 16"]
        row = [Entry(3, withheld=True), Entry(4, highest=5, withheld=True), Entry(9), Entry(16, When.NEVER)]
        of_one_row(row, 5)
        assert told([row]) == [".. .. 9 16"]
        row = [Entry(3, withheld=True, highest=3), Entry(4, highest=5, withheld=True), Entry(9), Entry(16, When.NEVER)]
        of_one_row(row, 5)
        assert told([row]) == [".. .. .. 16"]

    def test_the_rest_of_a_row_is_protected_though_it_stands_nowhere(self) -> None:
        """Eight complaints of nine: who knows both numbers knows of a single case that is no complaint."""
        grid = table(
            """
            8  1  9
            6 14 20
            7 12 19
            21 27 48""",
            small=False,
        )
        for row in grid[:-1]:
            row[1].unspoken, row[1].when = True, When.NEVER
        assert of_rows(grid, 5) == (True, False)
        assert [f"{row[0]} {row[2]}" for row in (line.split() for line in told(grid))] == [
            ".. 9", ".. 20", "7 19", "21 48",
        ]  # fmt: skip


def possible(grid: Sequence[Sequence[Entry]], zeros: bool, also: Iterable[Entry] = ()) -> dict[int, set[int]]:
    """Every value that each withheld number of a table could have, by trying all of them."""
    entries = [entry for row in grid for entry in row]
    secret = [i for i, entry in enumerate(entries) if entry.withheld or entry.unspoken or entry in also]
    width, found = len(grid[0]), {i: set[int]() for i in secret}
    lines = [list(range(k * width, (k + 1) * width)) for k in range(len(grid))]
    lines += [list(range(k, len(entries), width)) for k in range(width)]
    lowest = {
        i: int(not (entries[i].unspoken or entries[i].value == 0 or (zeros and not entries[i].certain))) for i in secret
    }
    values, top = [entry.value for entry in entries], max(entry.value for entry in entries)

    def try_from(k: int) -> None:
        left = set(secret[k:])
        for line in lines:
            *parts, total = line
            known = sum(values[i] if i not in left else lowest[i] for i in parts)
            if total not in left and (known > values[total] or (known < values[total] and left.isdisjoint(parts))):
                return
            if total in left and left.isdisjoint(parts) and known > top:
                return
        if k == len(secret):
            if all(sum(values[i] for i in line[:-1]) == values[line[-1]] for line in lines):
                for i in secret:
                    found[i].add(values[i])
            return
        i, true = secret[k], values[secret[k]]
        for value in range(lowest[i], top + 1):
            values[i] = value
            try_from(k + 1)
        values[i] = true

    try_from(0)
    return found


def test_small_tables_against_all_that_could_be() -> None:
    """At least two values always; as many as the threshold if withholding every number but the zeros gives as many."""
    rng, tried = random.Random(8), 0
    while tried < 120:
        threshold, rows, columns = rng.choice((3, 4)), rng.randint(2, 3), rng.randint(2, 3)
        cells = [[rng.choice((0, rng.randint(0, 4))) for _ in range(columns)] for _ in range(rows)]
        if not all(map(any, cells)):
            continue
        grid = [
            [
                *(Entry(n, withheld=0 < n < threshold) for n in row),
                Entry(sum(row), When.SUM, 0 < sum(row) < threshold, certain=True),
            ]
            for row in cells
        ]
        grid.append([Entry(sum(row[j].value for row in grid), When.NEVER) for j in range(columns + 1)])
        outcome = of_rows(grid, threshold)
        most = [entry for row in grid for entry in row if entry.value and entry.when <= When.SUM]
        if max(len(most), sum(entry.withheld for row in grid for entry in row)) > 8:
            continue
        tried += 1
        found, at_most = possible(grid, outcome.zeros), possible(grid, False, most)
        assert outcome.holds == (min(map(len, found.values()), default=2) >= 2), told(grid)
        if outcome.holds:
            assert all(len(found[i]) >= threshold for i in found if len(at_most.get(i, ())) >= threshold), told(grid)


def test_a_register_of_two_hundred_units_takes_no_time() -> None:
    rng = random.Random(1)
    numbers = [[rng.choice((0, rng.randint(0, 9))) for _ in range(7)] for _ in range(200)]
    found = disclosure.units([row for row in numbers if any(row)], [True] * 7, 5)
    assert found
    assert sum(all(row.told) for row in found.rows) < sum(row.told[-1] for row in found.rows)


# -- registers ----------------------------------------------------------------------------------

SOCIAL, SCHOOL, TECHNICAL, KS = "Socialnämnden", "Barn- och utbildningsnämnden", "Tekniska nämnden", "KS"
AREAS = {"bemotande": "Bemötande", "mat": "Mat", "lokaler": "Lokaler", "trafik": "Trafik"}
FIVE = Disclosure()

Case = tuple[str | None, str | None, CaseType, str | None, str | None]
"""Nämnd, enhet, typ, område, role; the role ``anonym`` is nobody's."""


def cells(cases: Mapping[Case, int] | Iterable[Case]) -> Cells:
    """The cells of cases that all came in during March; each is answered in time, but for beröm and the anonymous."""
    found = Cells()
    for (board, unit, case_type, area, role), number in Counter(cases).items():
        hidden, praise = role == "anonym", case_type is CaseType.PRAISE
        contact, who = ("saknas", None) if hidden else ("finns", role)
        found.received[Received(board, unit, case_type, "telefon", area, int(hidden), contact, who)] += number
        found.arrivals[Monthly(board, "2025-03")] += number
        found.numbers[Numbered(board, "registrerade")] += number
        verdict, why = ("ej_tillamplig", "typ" if praise else "anonym") if hidden or praise else (State.IN_TIME, "")
        found.verdicts[Verdict(board, "svar", verdict, None, 0, why)] += number
        found.closed[Closed(board, Outcome.REMEDIED, 7, 5)] += number
        found.closings[Monthly(board, "2025-04")] += number
    return found


def a_report(
    now: Mapping[Case, int] | Iterable[Case] | Cells,
    before: Mapping[Case, int] | Iterable[Case] = (),
    earlier: Mapping[Case, int] | Iterable[Case] = (),
    board: str | None = None,
    year: int = 2025,
) -> Report:
    rules = (RuleLine("svar", "Svar", "krav"),)
    found = (now if isinstance(now, Cells) else cells(now), cells(before), cells(earlier))
    years = [
        Figures(part_of_year(year - i, "ar"), date(year + 1 - i, 2, 1), of_year, rules)
        for i, of_year in enumerate(found)
    ]
    in_force = RulesInForce("Exempel", "", "", date(2020, 1, 1), ("Svar: 10 dagar från ankomstdagen",))
    source = Source("klagreg.db", board, "", 100, (in_force,), {})
    about = About("Exempelby", board, "0", (source,), 0, {}, AREAS)
    return Report(*years, about, years=tuple(reversed(years)))


def of_types(board: str | None, complaints: int, viewpoints: int = 0, proposals: int = 0, praise: int = 0,
             questions: int = 0, unit: str | None = None) -> dict[Case, int]:  # fmt: skip
    numbers = zip(CaseType, (complaints, viewpoints, proposals, praise, questions), strict=False)
    return {(board, unit, case_type, "mat", "medborgare"): number for case_type, number in numbers if number}


def published(report: Report, settings: Disclosure = FIVE) -> dict[str, Sheet]:
    """The public edition, as it is made: first nämnder are put together, then the sheets are protected."""
    sheets = contents.sheets(disclosure.coarsened(report, settings))
    return {sheet.title: sheet for sheet in public.edition(sheets, report, settings)}


def printed(sheet: Sheet, *columns: str) -> list[str]:
    """The rows and totals of some of the columns, or of all."""
    headings = [column.heading for column in sheet.columns]
    places = [headings.index(column) for column in columns or headings]
    return [" | ".join(shown(row[i], sheet.columns[i].kind) for i in places) for row in (*sheet.rows, *sheet.totals)]


TYPES = ("Klagomål", "Synpunkter", "Förslag", "Beröm", "Frågor")


class TestTypes:
    """R8: how many are of each typ is told of every nämnd but those that care, teach or are guardians."""

    def test_a_sensitive_board_among_others(self) -> None:
        found = published(a_report({**of_types(SOCIAL, 14, 2, 8), **of_types(TECHNICAL, 30, 9, 1, 1)}))
        assert printed(found["Per nämnd"], "Nämnd", *TYPES, "Totalt") == [
            "Socialnämnden | 14 | .. | .. | 0 | 0 | 24",
            "Tekniska nämnden | 30 | .. | .. | 1 | 0 | 41",
            "Totalt | 44 | 11 | 9 | 1 | 0 | 65",
        ]
        assert found["Per nämnd"].chart is None
        assert found["Per nämnd"].notes[-1] == (
            ".. betyder att talet inte visas: det gäller färre än 5 ärenden, eller så hade det gått att räkna ut ett "
            "sådant tal med det."
        )
        # The totals are those of all, and told.
        assert printed(found["Per typ"], "Typ", "Antal")[1:3] == ["Synpunkt | 11", "Förslag | 9"]

    def test_nothing_is_withheld_of_others(self) -> None:
        found = published(a_report({**of_types(KS, 1, 2), **of_types(TECHNICAL, 3, 0, 1)}))
        assert printed(found["Per nämnd"], "Nämnd", *TYPES, "Totalt") == [
            "KS | 1 | 2 | 0 | 0 | 0 | 3",
            "Tekniska nämnden | 3 | 0 | 1 | 0 | 0 | 4",
            "Totalt | 4 | 2 | 1 | 0 | 0 | 7",
        ]
        assert found["Per nämnd"].chart

    def test_where_all_are_sensitive_so_are_their_totals_wherever_they_stand(self) -> None:
        found = published(a_report(of_types(SOCIAL, 14, 2, 8), of_types(SOCIAL, 20), of_types(SOCIAL, 3, 9, 12)))
        assert printed(found["Per nämnd"], "Nämnd", *TYPES, "Totalt") == [
            "Socialnämnden | 14 | .. | .. | 0 | 0 | 24",
            "Totalt | 14 | .. | .. | 0 | 0 | 24",
        ]
        assert printed(found["Per typ"]) == [
            "Klagomål | 14 | 58 % | 20 | −6",
            "Synpunkt | .. | .. | 0 | ..",
            "Förslag | .. | .. | 0 | ..",
            "Beröm | 0 | 0 % | 0 | 0",
            "Fråga | 0 | 0 % | 0 | 0",
            "Totalt | 24 | 100 % | 20 | +4",
        ]
        assert printed(found["Sammanfattning"])[:6] == [
            "Inkomna | 24 | 20 | 24 | +4 | +20 % | – | 0 | 0 % | –",
            "varav klagomål | 14 | 20 | .. | −6 | −30 % | – | .. | .. | –",
            "varav synpunkter | .. | 0 | .. | .. | .. | – | .. | .. | –",
            "varav förslag | .. | 0 | 12 | .. | .. | – | .. | .. | –",
            "varav beröm | 0 | 0 | 0 | 0 | – | – | 0 | – | –",
            "varav frågor | 0 | 0 | 0 | 0 | – | – | 0 | – | –",
        ]
        assert printed(found["Flera år"], "År", "Klagomål", "Andel klagomål") == [
            "2023 | .. | ..",
            "2024 | 20 | 100 %",
            "2025 | 14 | 58 %",
        ]
        assert found["Flera år"].chart is None

    def test_a_year_is_told_alike_when_it_is_this_one_and_when_it_is_last(self) -> None:
        """Else one edition would tell what the other withholds."""
        year = {**of_types(SOCIAL, 14, 2, 8, unit="Lunden"), **of_types(SCHOOL, 3, 1, 9, unit="Parken")}
        this, last = published(a_report(year)), published(a_report(of_types(SOCIAL, 90), year))
        assert printed(this["Per typ"], "Typ", "Antal") == printed(last["Per typ"], "Typ", "Föregående period")
        assert ".." in " ".join(printed(this["Per typ"], "Antal"))

    def test_the_rules_own_sums_of_types_go_with_them(self) -> None:
        report = a_report(of_types(SOCIAL, 14, 2, 8))
        groups = {CaseType.VIEWPOINT: (CaseType.VIEWPOINT, CaseType.PRAISE)}
        grouped = replace(report, about=replace(report.about, type_groups=groups))
        assert printed(published(grouped)["Per typ"], "Typ")[-1] == "Totalt"
        assert not any("regelverket" in note for note in published(grouped)["Per typ"].notes)
        openly = published(grouped, Disclosure(by_name=False))["Per typ"]
        assert printed(openly, "Typ", "Antal")[-1] == "Synpunkter enligt regelverket | 2"

    def test_ones_of_each_typ(self) -> None:
        """Four numbers that are not 0 and make 4 are ones. There is no zero to withhold; the reader is told of one.

        Frister tells how many are beröm.
        """
        found = published(a_report(of_types(SOCIAL, 1, 1, 1, 1, 1)))
        assert printed(found["Per nämnd"], *TYPES) == [".. | .. | .. | 1 | ..", ".. | .. | .. | 1 | .."]
        for title in ("Per nämnd", "Per typ", "Sammanfattning", "Flera år"):
            assert found[title].notes[-1].endswith(" Det kan också vara 0."), title

    def test_a_year_of_few_cases_beside_a_whole_one(self) -> None:
        """Three cases in all: a report of that year would be refused, and so it is not told beside this one."""
        found = published(a_report(of_types(SOCIAL, 30), of_types(SOCIAL, 3)))
        before = printed(found["Per typ"], "Typ", "Föregående period")
        assert before == [f"{name} | .." for name in ("Klagomål", "Synpunkt", "Förslag", "Beröm", "Fråga", "Totalt")]
        assert printed(found["Sammanfattning"], "Nyckeltal", "2024")[0] == "Inkomna | .."

    def test_praise_that_the_deadlines_tell_protects_nothing(self) -> None:
        """No promise applies to beröm: Ej tillämplig is 9, and they are they. So the proposals need another cover."""
        assert printed(published(a_report(of_types(SOCIAL, 30, 12, 2, 9)))["Per nämnd"], *TYPES)[0] == (
            "30 | .. | .. | 9 | 0"
        )
        anonymous = {(SOCIAL, None, CaseType.COMPLAINT, "mat", "anonym"): 20}
        covered = a_report({**of_types(SOCIAL, 10, 12, 2, 9), **anonymous})
        assert printed(published(covered)["Per nämnd"], *TYPES)[0] == "30 | 12 | .. | .. | 0"

    def test_cases_without_a_board_may_be_a_sensitive_ones(self) -> None:
        report = a_report({**of_types(SOCIAL, 30, 10), **of_types(None, 9, 6, 2)})
        assert printed(published(report)["Per nämnd"], "Nämnd", *TYPES)[1] == "Uppgift saknas | 9 | .. | .. | 0 | 0"
        report = a_report({**of_types(KS, 30, 10), **of_types(None, 9, 6, 2)})
        assert printed(published(report)["Per nämnd"], "Nämnd", *TYPES)[1] == "Uppgift saknas | 9 | 6 | 2 | 0 | 0"
        report = a_report(of_types(None, 9, 6, 2), board="SN")
        assert printed(published(report)["Per nämnd"], "Nämnd", *TYPES)[0] == "Uppgift saknas | 9 | .. | .. | 0 | 0"

    def test_a_table_that_cannot_be_protected_tells_nothing(self) -> None:
        report = a_report(of_types(SOCIAL, 3))
        found = disclosure.types(report.current, report.previous, {SOCIAL}, (), 5)
        assert found == (frozenset({(SOCIAL, CaseType.COMPLAINT)}), frozenset({CaseType.COMPLAINT}), True)


class TestFewCases:
    """A sensitive nämnd with few cases is told together with others: its own number stands on many sheets."""

    def test_it_is_told_with_the_smallest_other(self) -> None:
        report = a_report({**of_types(SOCIAL, 2, 1), **of_types(TECHNICAL, 30), **of_types(KS, 9, 8)})
        found = published(report)
        assert printed(found["Per nämnd"], "Nämnd", *TYPES, "Totalt") == [
            "Tekniska nämnden | 30 | 0 | 0 | 0 | 0 | 30",
            "Övriga nämnder | 11 | 9 | 0 | 0 | 0 | 20",
            "Totalt | 41 | 9 | 0 | 0 | 0 | 50",
        ]
        for title in ("Frister", "Handläggningstid", "Utfall och åtgärder", "Åtgärder", "Avstämning"):
            assert SOCIAL not in " ".join([*(c.heading for c in found[title].columns), *printed(found[title])]), title

    def test_few_the_year_before_are_few(self) -> None:
        """That year is told per nämnd, too. Of the one before that, only what all had together."""
        now, few = {**of_types(SOCIAL, 20), **of_types(KS, 20)}, {**of_types(SOCIAL, 3), **of_types(KS, 20)}
        assert printed(published(a_report(now, few))["Per nämnd"], "Nämnd") == ["Alla nämnder", "Totalt"]
        assert printed(published(a_report(now, now, few))["Per nämnd"], "Nämnd") == ["KS", SOCIAL, "Totalt"]

    def test_few_in_a_year_when_nobody_had_many_are_what_they_are(self) -> None:
        """The register began in December. No sum of nämnder would be larger."""
        report = a_report({**of_types(SOCIAL, 20), **of_types(KS, 20)}, {**of_types(SOCIAL, 1), **of_types(KS, 2)})
        assert printed(published(report)["Per nämnd"], "Nämnd") == ["KS", "Socialnämnden", "Totalt"]

    def test_few_closings(self) -> None:
        open_cases = cells({**of_types(SOCIAL, 20), **of_types(KS, 20), **of_types(TECHNICAL, 25)})
        open_cases.closed[Closed(SOCIAL, Outcome.REMEDIED, 7, 5)] = 3
        assert disclosure.coarsened(a_report(open_cases), FIVE).boards() == [TECHNICAL, OTHER_BOARDS]
        open_cases.closed[Closed(SOCIAL, Outcome.REMEDIED, 7, 5)] = 20
        open_cases.closings[Monthly(SOCIAL, "2025-04")] = 4
        assert disclosure.coarsened(a_report(open_cases), FIVE).boards() == [TECHNICAL, OTHER_BOARDS]

    def test_several_may_be_enough_for_one_another(self) -> None:
        report = a_report({**of_types(SOCIAL, 2), **of_types(SCHOOL, 3), **of_types(KS, 7)})
        assert disclosure.coarsened(report, FIVE).boards() == [KS, OTHER_BOARDS]

    def test_the_smallest_that_helps(self) -> None:
        """The technical nämnd had no cases the year before."""
        now = {**of_types(SOCIAL, 20), **of_types(TECHNICAL, 7), **of_types(KS, 12)}
        report = a_report(now, {**of_types(SOCIAL, 3), **of_types(KS, 9)})
        assert disclosure.coarsened(report, FIVE).boards() == [TECHNICAL, OTHER_BOARDS]

    def test_others_may_have_few(self) -> None:
        report = a_report({**of_types(KS, 2), **of_types(SOCIAL, 30)})
        assert disclosure.coarsened(report, FIVE) is report

    def test_what_was_written_goes_with_them_and_no_case_does(self) -> None:
        report = replace(
            a_report({**of_types(SOCIAL, 2), **of_types(KS, 7), **of_types(TECHNICAL, 9)}),
            texts=(YearlyText(2025, "Alla får svar.", SOCIAL), YearlyText(2025, "Fler hör av sig.")),
            improvements=(Improvement(SOCIAL, "mat", "Ny meny", date(2025, 3, 4), is_lesson=False, publishable=True),),
            listing=Listing((), ()),
        )
        found = disclosure.coarsened(report, FIVE)
        assert [text.board for text in found.texts] == [OTHER_BOARDS, None]
        assert [one.board for one in found.improvements] == [OTHER_BOARDS]
        assert found.listing is None
        assert [figures.boards() for figures in found.years] == [[], [], [TECHNICAL, OTHER_BOARDS]]

    def test_so_few_in_all_that_not_even_the_sum_can_be_told(self) -> None:
        with pytest.raises(Refused) as refusal:
            disclosure.coarsened(a_report({**of_types(SOCIAL, 1), **of_types(KS, 2)}), FIVE)
        assert (refusal.value.message, refusal.value.hint) == (
            "Färre än 5 ärenden kom in 2025, och en sekretesskänslig nämnd har några av dem: i en publik upplaga hade "
            "någon kunnat kännas igen.",
            "Välj en längre period, eller gör den för nämnden med --upplaga namnd.",
        )
        for few in (of_types(KS, 3), {}):
            assert printed(published(a_report(few))["Per nämnd"], "Nämnd") == (["KS", "Totalt"] if few else [])


def of_units(board: str, **units: tuple[int, ...]) -> dict[Case, int]:
    return {case: n for unit, row in units.items() for case, n in of_types(board, *row, unit=unit).items()}


class TestUnits:
    """R7: below the nämnd, small numbers are told of nobody."""

    def test_a_small_unit(self) -> None:
        report = a_report(of_units(TECHNICAL, Gata=(14, 8), Park=(2, 1), Vatten=(9, 6)))
        assert printed(published(report)["Per enhet"], "Enhet", "Klagomål", "Synpunkter", "Totalt") == [
            "Gata | 14 | 8 | 22",
            "Park | .. | .. | ..",
            "Vatten | .. | .. | ..",
            " | 25 | 15 | 40",
        ]

    def test_one_small_cell(self) -> None:
        report = a_report(of_units(TECHNICAL, Gata=(14, 8), Park=(9, 3), Vatten=(9, 0, 6)))
        assert printed(published(report)["Per enhet"], "Enhet", "Klagomål", "Synpunkter", "Förslag", "Totalt") == [
            "Gata | .. | .. | 0 | 22",
            "Park | .. | .. | 0 | 12",
            "Vatten | 9 | 0 | 6 | 15",
            " | 32 | 11 | 6 | 49",
        ]

    def test_nothing_small(self) -> None:
        report = a_report(of_units(TECHNICAL, Gata=(14, 8), Park=(9, 0)))
        assert printed(published(report)["Per enhet"], "Enhet", "Klagomål", "Synpunkter", "Totalt") == [
            "Gata | 14 | 8 | 22", "Park | 9 | 0 | 9", " | 23 | 8 | 31",
        ]  # fmt: skip
        assert not any(note.startswith("..") for note in published(report)["Per enhet"].notes)

    def test_small_units_are_told_together_where_none_could_be_told_alone(self) -> None:
        report = a_report(of_units(TECHNICAL, Gata=(12,), Park=(3,), Vatten=(2,)))
        assert printed(published(report)["Per enhet"], "Nämnd", "Enhet", "Klagomål", "Totalt") == [
            "Tekniska nämnden | Gata | 12 | 12",
            "Tekniska nämnden | Övriga enheter | 5 | 5",
            "Totalt |  | 17 | 17",
        ]

    def test_two_units_of_which_one_is_small(self) -> None:
        report = a_report(of_units(TECHNICAL, Gata=(12,), Park=(3,)))
        assert printed(published(report)["Per enhet"], "Enhet", "Klagomål", "Totalt") == [
            "Gata | .. | ..", "Park | .. | ..", " | 15 | 15",
        ]  # fmt: skip

    def test_a_unit_that_is_the_whole_board_is_told_as_the_board(self) -> None:
        report = a_report({**of_units(KS, Kansliet=(7, 2)), **of_units(TECHNICAL, Gata=(14,), Park=(9,))})
        found = published(report)["Per enhet"]
        assert printed(found, "Nämnd", "Enhet", "Totalt") == [
            "Tekniska nämnden | Gata | 14", "Tekniska nämnden | Park | 9", "Totalt |  | 32",
        ]  # fmt: skip
        assert found.notes[-1] == "Bara på bladet Per nämnd, för att enheterna inte kan visas var för sig: KS."
        assert "Per enhet" not in published(a_report(of_units(KS, Kansliet=(7, 2))))
        only_large = published(a_report(of_units(KS, Kansliet=(7, 0))))
        assert printed(only_large["Per enhet"], "Enhet", "Klagomål", "Totalt") == ["Kansliet | 7 | 7", " | 7 | 7"]

    def test_units_of_a_board_whose_typer_are_withheld_are_told_by_their_totals(self) -> None:
        report = a_report(of_units(SOCIAL, Hemtjänst=(14, 2, 8), Lunden=(9, 0, 6)))
        found = published(report)["Per enhet"]
        assert printed(found, "Enhet", "Klagomål", "Synpunkter", "Förslag", "Beröm", "Totalt") == [
            "Hemtjänst | .. | .. | .. | 0 | 24",
            "Lunden | .. | .. | .. | 0 | 15",
            " | 23 | .. | .. | 0 | 39",
        ]
        assert found.notes[-1].endswith(" Det kan också vara 0.")


def of_areas(**areas: tuple[int, int]) -> dict[Case, int]:
    """Complaints and questions of each area."""
    return {
        (KS, None, case_type, None if area == "saknas" else area, "medborgare"): number
        for area, row in areas.items()
        for case_type, number in zip((CaseType.COMPLAINT, CaseType.QUESTION), row, strict=True)
        if number
    }


class TestAreas:
    """R7: an area crossed with klagomål, and the complaints that it does not say how many they are."""

    def test_a_small_area_and_where_it_stands(self) -> None:
        """The rows are told in the order of their numbers; those that are withheld must not be."""
        report = a_report(of_areas(mat=(20, 9), trafik=(10, 7), lokaler=(6, 5), bemotande=(1, 2)))
        found = published(report)["Per område"]
        assert printed(found, "Område", "Antal", "Andel", "varav klagomål") == [
            "Mat | 29 | 48 % | 20",
            "Trafik | 17 | 28 % | 10",
            "Bemötande | .. | .. | ..",
            "Lokaler | .. | .. | ..",
            "Totalt | 60 | 100 % | 37",
        ]
        assert found.chart is None

    def test_few_that_are_no_complaints_are_as_small_a_number(self) -> None:
        report = a_report(of_areas(mat=(20, 9), trafik=(16, 1), lokaler=(9, 8)))
        assert printed(published(report)["Per område"], "Område", "Antal", "varav klagomål") == [
            "Mat | 29 | 20", "Lokaler | 17 | ..", "Trafik | 17 | ..", "Totalt | 63 | 45",
        ]  # fmt: skip

    def test_nothing_small(self) -> None:
        found = published(a_report(of_areas(mat=(20, 9), saknas=(0, 17), trafik=(10, 7))))["Per område"]
        assert printed(found, "Område", "Antal", "varav klagomål") == [
            "Mat | 29 | 20", "Trafik | 17 | 10", "Uppgift saknas | 17 | 0", "Totalt | 63 | 30",
        ]  # fmt: skip
        assert found.chart

    def test_small_areas_are_told_together_where_none_could_be_told_alone(self) -> None:
        """Last year's report told them one by one: beside it, the sum of them then would tell one that it did not."""
        report = a_report(of_areas(mat=(12, 0), trafik=(3, 0), lokaler=(2, 0)), of_areas(mat=(9, 0), saknas=(8, 0)))
        found = published(report)["Per område"]
        assert printed(found) == [
            "Mat | 12 | 71 % | 12",
            "Övriga områden | 5 | 29 % | 5",
            "Uppgift saknas | 0 | 0 % | 0",
            "Totalt | 17 | 100 % | 17",
        ]
        assert found.notes[0] == "Föregående period visas inte: då gick områdena inte att visa på samma sätt."
        assert found.chart
        assert found.chart.categories == (1, 0, 3, 0)
        same = published(a_report(*[of_areas(mat=(12, 0), trafik=(3, 0), lokaler=(2, 0))] * 2))["Per område"]
        assert printed(same, "Område", "Föregående period")[:2] == ["Mat | 12", "Övriga områden | 5"]

    def test_the_year_before_by_itself(self) -> None:
        before = of_areas(mat=(20, 0), trafik=(2, 0), lokaler=(7, 0))
        found = published(a_report(of_areas(mat=(20, 0), trafik=(9, 0)), before))["Per område"]
        assert printed(found, "Område", "Antal", "Föregående period") == [
            "Mat | 20 | 20", "Trafik | 9 | ..", "Lokaler | 0 | ..", "Totalt | 29 | 29",
        ]  # fmt: skip
        found = published(a_report(of_areas(mat=(20, 0), trafik=(9, 0)), of_areas(mat=(1, 0), trafik=(1, 0))))
        assert [column.heading for column in found["Per område"].columns][-1] == "varav klagomål"

    def test_only_one_area(self) -> None:
        """All complaints are of it: how many they are stands on other sheets."""
        assert printed(published(a_report(of_areas(mat=(20, 9))))["Per område"], "Område") == ["Mat", "Totalt"]
        assert "Per område" not in published(a_report(of_areas(mat=(20, 2))))
        assert "Per område" not in published(a_report(of_areas(mat=(3, 0))))

    def test_complaints_that_are_withheld_in_all_are_withheld_of_each(self) -> None:
        cases = {(SOCIAL, None, CaseType.COMPLAINT, "mat", None): 3, (SOCIAL, None, CaseType.QUESTION, "mat", None): 9,
                 (SOCIAL, None, CaseType.QUESTION, "trafik", None): 8}  # fmt: skip
        assert printed(published(a_report(cases))["Per område"], "Område", "Antal", "varav klagomål") == [
            "Mat | 12 | ..", "Trafik | 8 | ..", "Totalt | 20 | ..",
        ]  # fmt: skip

    def test_the_most_common_one_is_named_only_where_everybody_may_know_it(self) -> None:
        report = a_report(
            of_areas(mat=(20, 0), trafik=(9, 0)), of_areas(mat=(4, 0)), of_areas(mat=(6, 0), trafik=(2, 0))
        )
        assert printed(published(report)["Flera år"], "År", "Vanligaste område") == [
            "2023 | ..", "2024 | ..", "2025 | Mat",
        ]  # fmt: skip


def of_senders(**roles: int) -> dict[Case, int]:
    return {(KS, None, CaseType.COMPLAINT, "mat", None if r == "saknas" else r): n for r, n in roles.items()}


class TestSenders:
    def test_a_small_group(self) -> None:
        found = published(a_report(of_senders(medborgare=30, brukare=2, narstaende=8, anonym=9)))
        assert printed(found["Avsändare"]) == [
            "Medborgare | 30 | 61 %",
            "Brukare | .. | ..",
            "Närstående | .. | ..",
            "Anonym | 9 | 18 %",
            "Totalt | 49 | 100 %",
        ]
        assert "varav anonyma | 9 | 0 | 0" in [line[:25] for line in printed(found["Sammanfattning"])]

    def test_the_anonymous_are_withheld_on_both_sheets(self) -> None:
        found = published(a_report(of_senders(medborgare=30, brukare=2, anonym=7), of_senders(medborgare=8, anonym=4)))
        assert printed(found["Avsändare"], "Avsändare", "Antal")[1:3] == ["Brukare | ..", "Anonym | .."]
        assert [line for line in printed(found["Sammanfattning"]) if "anonyma" in line] == [
            "varav anonyma | .. | .. | 0 | .. | .. | – | .. | .. | –",
            "Andel anonyma | .. | .. | – | – | – | .. | – | – | ..",
        ]
        # Only 2023, when nobody sent anything.
        shares = [line for line in printed(found["Så räknade vi"], "Rad", "Kolumn", "Andel") if "anonyma" in line]
        assert shares == ["Andel anonyma | 2023 | –"]

    def test_few_who_are_not_anonymous(self) -> None:
        found = published(a_report(of_senders(medborgare=3, anonym=20)))
        assert printed(found["Avsändare"], "Antal") == ["..", "..", "23"]

    def test_no_table_of_one_group_or_of_few(self) -> None:
        assert "Avsändare" not in published(a_report(of_senders(medborgare=3)))
        assert "Avsändare" not in published(a_report(of_senders(medborgare=2, brukare=2)))
        assert printed(published(a_report(of_senders(medborgare=30)))["Avsändare"], "Antal") == ["30", "30"]


# -- the edition --------------------------------------------------------------------------------


class TestEdition:
    def everything(self) -> Report:
        """A report of all that a register can hold, of two nämnder."""
        cases = {**of_types(SOCIAL, 14, 2, 8, unit="Lunden"), **of_types(KS, 9, 6, unit="Kansliet")}
        found = cells(cases)
        found.received[Received(KS, "Kansliet", "klagomal", "brev", "mat", provider="Omsorg AB")] = 2
        found.received[Received(KS, "Kansliet", "klagomal", "brev", "mat", individual=1, brought_in=1)] = 1
        found.routes[Taken(KS, "atgard")] = 1
        found.referrals[Referred(KS, "lex_sarah")] = 1
        found.surveys[Asked(None, "enkat", "nojd")] = 4
        found.surveys[Asked(None, "intervju", "missnojd")] = 1
        found.promised[Promised(KS, State.IN_TIME, 12)] = 3
        found.promised[Promised(SOCIAL, State.IN_TIME, 9)] = 7
        found.answered[Answered(KS, 3)] = 2
        found.answered[Answered(SOCIAL, 4)] = 6
        text = YearlyText(2025, "Alla får svar.")
        return replace(a_report(found, cases), texts=(text,), listing=Listing((), ()))

    def test_what_comes_along(self) -> None:
        report = self.everything()
        titles = [sheet.title for sheet in contents.sheets(report)]
        assert [*published(report)] == [
            "Om rapporten", "Sammanfattning", "Per typ", "Per nämnd", "Per månad", "Per kanal", "Per område",
            "Avsändare", "Frister", "Handläggningstid", "Utfall och åtgärder", "Åtgärder", "Vägar", "Hänvisningar",
            "Enkät", "Förbättringar", "Flera år", "Avstämning", "Så räknade vi",
        ]  # fmt: skip
        assert {*titles} - {*published(report)} == {
            "Per enhet", "Per utförare", "Jämförelse", "Årets arbete", "Öppna ärenden", "Ärendelista",
        }  # fmt: skip

    def test_every_sheet_that_there_is_has_been_decided_about(self) -> None:
        assert {sheet.title for sheet in contents.sheets(self.everything())} == public._TREATED.keys()

    def test_a_sheet_that_nobody_has_decided_about_stays_at_home(self) -> None:
        report = self.everything()
        new = replace(contents.sheets(report)[5], title="Nytt blad")
        assert public.edition([new], report, FIVE) == ()

    def test_a_sheet_of_something_else_than_was_thought_is_no_sheet(self) -> None:
        """Nobody would know what to withhold of it."""
        report, sheets = self.everything(), {sheet.title: sheet for sheet in contents.sheets(self.everything())}
        for title in ("Per nämnd", "Flera år", "Per område", "Åtgärder", "Sammanfattning", "Avsändare"):
            sheet = sheets[title]
            renamed = replace(sheet, rows=tuple(("Något annat", *row[1:]) for row in sheet.rows))
            with pytest.raises(ValueError, match=title):
                public.edition([renamed], report, FIVE)
        for title in ("Sammanfattning", "Per typ", "Per nämnd", "Per enhet", "Per område", "Avsändare", "Flera år"):
            sheet = sheets[title]
            headed = replace(sheet, columns=tuple(column._replace(heading="Annat") for column in sheet.columns))
            with pytest.raises(ValueError, match=r"Annat|is not in list"):
                public.edition([headed], report, FIVE)
        unit = sheets["Per enhet"]
        with pytest.raises(ValueError, match="has no counts"):
            public.edition(
                [replace(unit, rows=tuple((*row[:2], *("många" for _ in row[2:])) for row in unit.rows))], report, FIVE
            )

    def test_what_is_crossed_with_the_sender_is_left_out_of_the_summary(self) -> None:
        rows = [line.split(" | ")[0] for line in printed(published(self.everything())["Sammanfattning"])]
        assert rows == [
            "Inkomna", "varav klagomål", "varav synpunkter", "varav förslag", "varav beröm", "varav frågor",
            "varav anonyma", "Andel anonyma", "Avslutade", "Öppna vid periodens slut", "varav försenade",
            "Andel svar i tid", "Median handläggningstid (dagar)", "Andel som ledde till åtgärd", "Utlovade åtgärder",
            "varav genomförda i tid", "varav genomförda för sent", "varav försenade", "Åtgärder gjorda direkt",
        ]  # fmt: skip
        notes = published(self.everything())["Sammanfattning"].notes
        assert "Typerna är tillsammans alla inkomna." in notes
        assert not any("raderna efter" in note for note in notes)
        assert "varav i efterhand" not in [c.heading for c in published(self.everything())["Per typ"].columns]

    def test_medians_of_few_cases(self) -> None:
        now = cells({**of_types(KS, 3), **of_types(TECHNICAL, 9)})
        now.answered[Answered(KS, 3)] = 2
        now.answered[Answered(TECHNICAL, 3)] = 5
        now.promised[Promised(KS, State.IN_TIME, 12)] = 4
        now.promised[Promised(TECHNICAL, State.IN_TIME, 12)] = 9
        found = published(a_report(now, of_types(KS, 3)))
        assert printed(found["Handläggningstid"], "Nämnd", "Avslutade", "Median (dagar)", "Medel (dagar)",
                       "90:e percentil", "Längsta", "0–5", "Median (arbetsdagar)", "Median svarstid (dagar)") == [
            "KS | 3 | .. | .. | .. | .. | 0 | .. | ..",
            # Of two nämnder and all together one mean could be computed from the others, and so could the longest.
            "Tekniska nämnden | 9 | 7,0 | .. | 7,0 | .. | 0 | 5,0 | 3,0",
            "Totalt | 12 | 7,0 | 7,0 | 7,0 | 7 | 0 | 5,0 | 3,0",
        ]  # fmt: skip
        assert found["Handläggningstid"].chart
        assert printed(found["Åtgärder"], "Nämnd", "Genomförda i tid", "Median (dagar från ankomst)") == [
            "KS | 4 | ..", "Tekniska nämnden | 9 | 12,0", "Totalt | 13 | 12,0",
        ]  # fmt: skip
        median = [line for line in printed(found["Sammanfattning"]) if line.startswith("Median")]
        assert median == ["Median handläggningstid (dagar) | 7,0 | .. | – | .. | .. | – | – | – | –"]
        assert printed(found["Flera år"], "Median (dagar)") == ["–", "..", "7,0"]

    def test_the_survey_is_told_as_a_whole_if_there_are_answers_enough(self) -> None:
        assert printed(published(self.everything())["Enkät"]) == ["Totalt | 4 | 0 | 1 | 5 | 80 %"]
        assert "Enkät" not in published(self.everything(), Disclosure(6))

    def test_how_it_was_counted_says_nothing_of_what_is_withheld(self) -> None:
        found = published(self.everything())
        rows = printed(found["Så räknade vi"], "Blad", "Rad", "Kolumn")
        assert "Per typ | Klagomål | Andel" in rows
        assert not any(line.startswith(("Per enhet", "Jämförelse")) for line in rows)
        outside = printed(found["Så räknade vi"], "Formel", "Utanför, och varför")
        assert {line.split(" | ")[1] for line in outside if line.startswith("I tid / (I tid + För sent)")} == {
            "ej tillämpliga, och pågår inom frist"
        }
        assert not any(character.isdigit() for line in outside for character in line)

    def test_other_registers_numbers_of_cases_stay_there(self) -> None:
        report = self.everything()
        two = replace(report, about=replace(report.about, sources=(report.about.source,) * 2))
        assert "Ärendenummer i registret" in "\n".join(printed(published(report)["Om rapporten"]))
        assert "Ärendenummer i registret" not in "\n".join(printed(published(two)["Om rapporten"]))

    def test_an_empty_year(self) -> None:
        found = published(a_report({}))
        assert not any(isinstance(value, Withheld) for sheet in found.values() for row in sheet.rows for value in row)
        assert printed(found["Per enhet"]) == []

    def test_what_om_rapporten_says(self) -> None:
        report = a_report({**of_types(SOCIAL, 14), **of_types(SCHOOL, 2), **of_types(KS, 9)})
        assert disclosure.words(FIVE, disclosure.coarsened(report, FIVE)) == (
            "Tal under 5 per enhet, område och avsändare visas som .., och så många till att inget av dem kan räknas "
            "ut. Medianer av så få ärenden visas inte heller. Detsamma gäller antalet av varje typ hos de "
            "sekretesskänsliga nämnderna: Socialnämnden, Övriga nämnder. Övriga nämnder har få ärenden och visas "
            "sammanräknade. Inget blad visar enheter och områden tillsammans. Innan en del av ett år publiceras ska "
            "den jämföras med det som redan är publicerat: skillnaden mellan två uttag kan avslöja det som inte visas."
        )
        assert "nämnderna: inga." in disclosure.words(FIVE, a_report(of_types(KS, 9)))
        assert "nämnderna: SN." in disclosure.words(FIVE, a_report(of_types(None, 9), board="SN"))


class TestSettings:
    @pytest.mark.parametrize(
        "board",
        ["Socialnämnden", "Omsorgs- och äldrenämnden", "Vårdnämnden", "Barn- och skolnämnden", "Utbildningsnämnden",
         "Bildningsnämnden", "Individ- och familjenämnden", "Överförmyndarnämnden", "Nämnden för funktionsstöd",
         "SN", "SON", "SOC", "BUN", "BIN", "UN", "ON", "VON", "VOF", "IFN", "ÖFN", "ÖVN", "bun", "BUN Söder"],
    )  # fmt: skip
    def test_known_by_its_name(self, board: str) -> None:
        assert board in disclosure.sensitive_boards(a_report(of_types(board, 9)), FIVE)
        assert disclosure.sensitive_boards(a_report(of_types(board, 9)), Disclosure(by_name=False)) == set()

    @pytest.mark.parametrize(
        "board", ["Kommunstyrelsen", "KS", "Tekniska nämnden", "TN", "Kultur- och fritidsnämnden", "BN", "MBN", "VN"]
    )
    def test_others_are_named_if_they_are_sensitive(self, board: str) -> None:
        report = a_report(of_types(board, 9))
        assert disclosure.sensitive_boards(report, FIVE) == set()
        named = Disclosure(boards=(board.upper(),), by_name=False)
        assert board in disclosure.sensitive_boards(report, named)

    def profile(self, more: str) -> Disclosure:
        return profiles.parse(f"namn = 'x'\n{RULE}\n{more}", "egen.toml").practice.disclosure

    def test_in_the_profile(self) -> None:
        assert self.profile("") == Disclosure(5, (), by_name=True)
        assert self.profile("[rojandeskydd]\ntroskel = 10") == Disclosure(10, (), by_name=True)
        assert self.profile("[rojandeskydd]\nsekretesskansliga = []") == Disclosure(5, (), by_name=False)
        assert self.profile("[rojandeskydd]\nsekretesskansliga = ['KS']") == Disclosure(5, ("KS",), by_name=False)

    @pytest.mark.parametrize(
        ("setting", "message"),
        [
            ("troskel = 2", "troskel: ska vara ett heltal 3–50."),
            ("troskel = 51", "troskel: ska vara ett heltal 3–50."),
            ("sekretesskansliga = 'SN'", "sekretesskansliga: ska vara en lista av texter."),
            ("trosskel = 5", "trosskel: okänd nyckel. Menade du troskel?"),
        ],
    )
    def test_a_fault_names_its_key(self, setting: str, message: str) -> None:
        with pytest.raises(BadProfile) as refusal:
            self.profile(f"[rojandeskydd]\n{setting}")
        assert str(refusal.value) == f"Regelverket egen.toml, nyckeln rojandeskydd.{message}"

    def test_a_register_keeps_them(self) -> None:
        stored = profiles.parse(f"namn = 'x'\n{RULE}\n[rojandeskydd]\ntroskel = 10", "egen.toml").stored_practice
        assert restored(stored).disclosure == Disclosure(10)

    def test_of_several_registers_the_strictest(self) -> None:
        mine, theirs = Disclosure(5, ("KS",), by_name=False), Disclosure(10, ("TN", "KS"))
        assert disclosure.strictest([mine, theirs]) == Disclosure(10, ("KS", "TN"), by_name=True)
        assert disclosure.strictest([mine]) == mine

    def test_a_higher_threshold_withholds_more(self) -> None:
        report = a_report(of_units(TECHNICAL, Gata=(14,), Park=(9,), Vatten=(12,)))
        assert printed(published(report)["Per enhet"], "Totalt") == ["14", "9", "12", "35"]
        assert printed(published(report, Disclosure(10))["Per enhet"], "Totalt") == ["14", "..", "..", "35"]


# -- the attacker -------------------------------------------------------------------------------

Key = tuple[object, ...]
"""What a number is of: ``("type", "2025", "Klagomål")``."""

A_LOT = 10**6


class Attacker:
    """Somebody who reads whole editions, adds and subtracts, and tries what else the dots could stand for."""

    def __init__(self, *, knows_of_praise: bool = False) -> None:
        self.knows_of_praise = knows_of_praise
        """That it has no deadlines: a nämnd has at most as many as its Ej tillämplig."""
        self.low: dict[Key, int] = {}
        self.high: dict[Key, int] = {}
        self.told: set[Key] = set()
        self.withheld: set[Key] = set()
        self.sums: list[tuple[list[Key], Key]] = []
        self.at_most: list[tuple[Key, Key]] = []

    # reading

    def sees(self, key: Key, value: object, lowest: int = 0) -> None:
        if isinstance(value, Withheld):
            self.withheld.add(key)
            self.supposes(key, lowest)
        else:
            assert isinstance(value, int)
            assert self.low.get(key, 0) <= value <= self.high.get(key, A_LOT), key
            self.low[key] = self.high[key] = value
            self.told.add(key)

    def supposes(self, key: Key, lowest: int = 0) -> None:
        self.low[key] = max(self.low.get(key, 0), lowest)
        self.high.setdefault(key, A_LOT)

    def adds_up(self, parts: Iterable[Key], total: Key) -> None:
        self.sums.append((list(parts), total))

    def reads(self, book: Mapping[str, Sheet]) -> None:
        """Note every number of an edition that has to do with another."""
        edition = len(self.sums)  # what Övriga nämnder are differs between editions
        rows = {title: [dict(zip((c.heading for c in s.columns), row, strict=True)) for row in s.rows]
                for title, s in book.items()}  # fmt: skip
        totals = {title: [dict(zip((c.heading for c in s.columns), row, strict=True)) for row in s.totals]
                  for title, s in book.items()}  # fmt: skip
        # A number that is not told is not 0, unless the sheet says that it may be.
        least = {t: int(not any("Det kan också vara 0" in note for note in sheet.notes)) for t, sheet in book.items()}

        def name(text: object) -> object:
            return (text, edition) if str(text).startswith("Övriga") else text

        summary, title = {str(row["Nyckeltal"]): row for row in reversed(rows["Sammanfattning"])}, "Sammanfattning"
        periods = [column.heading for column in book["Sammanfattning"].columns[1:4]]
        now, before = periods[:2]
        types = [plural for plural in PLURALS.values() if f"varav {plural.lower()}" in summary]
        for period in periods:
            self.sees(("all", period), summary["Inkomna"][period])
            self.sees(("anonymous", period), summary["varav anonyma"][period], least[title])
            self.supposes(("not anonymous", period))
            self.adds_up([("anonymous", period), ("not anonymous", period)], ("all", period))
            for t in types:
                self.sees(("type", period, t), summary[f"varav {t.lower()}"][period], least[title])
            self.adds_up([("type", period, t) for t in types], ("all", period))
        listed, title = {PLURALS[t]: t.label for t in CaseType}, "Per typ"
        for t in types:
            row = next((row for row in rows[title] if row["Typ"] == listed[t]), {"Antal": 0, "Föregående period": 0})
            if rows[title]:
                self.sees(("type", now, t), row["Antal"], least[title])
                self.sees(("type", before, t), row["Föregående period"], least[title])
        for row in rows["Flera år"]:
            self.sees(("type", row["År"], "Klagomål"), row["Klagomål"], least["Flera år"])

        title = "Per nämnd"
        boards = [name(row["Nämnd"]) for row in rows[title]]
        for board, row in zip(boards, rows[title], strict=True):
            for t in types:
                self.sees(("board", now, board, t), row[t], least[title])
            self.sees(("board", now, board), row["Totalt"])
            self.adds_up([("board", now, board, t) for t in types], ("board", now, board))
        for row in totals[title]:
            for t in types:
                self.sees(("type", now, t), row[t], least[title])
                self.adds_up([("board", now, board, t) for board in boards], ("type", now, t))
        for row in (*rows["Frister"], *totals["Frister"]):
            whole = row["Nämnd"] == "Totalt"
            at: Key = ("all", now) if whole else ("board", now, name(row["Nämnd"]))
            praise: Key = ("type", now, "Beröm") if whole else (*at, "Beröm")
            outside, lost = row["Ej tillämplig"], row["Ej tillämplig efter frist"]
            if (
                self.knows_of_praise
                and row["Ärenden i urvalet"] == self.low[at]
                and isinstance(outside, int)
                and isinstance(lost, int)
            ):
                self.high[praise] = min(self.high[praise], outside - lost)

        title = "Per enhet"
        for board in {name(row["Nämnd"]) for row in rows.get(title, ())}:
            own = [row for row in rows[title] if name(row["Nämnd"]) == board]
            units = [("unit", now, board, name(row["Enhet"])) for row in own]
            for unit, row in zip(units, own, strict=True):
                for t in types:
                    self.sees((*unit, t), row[t], least[title])
                # A unit stands there because it has cases.
                self.sees(unit, row["Totalt"], 1)
                self.adds_up([(*unit, t) for t in types], unit)
            for t in types:
                self.adds_up([(*unit, t) for unit in units], ("board", now, board, t))
            self.adds_up(units, ("board", now, board))
        for row in totals.get(title, ()):
            for t in types:
                self.sees(("type", now, t), row[t], least[title])

        title = "Per område"
        most = {row["År"]: row["Vanligaste område"] for row in rows["Flera år"]}
        if rows.get(title):
            areas = [name(row["Område"]) for row in rows[title]]
            for area, row in zip(areas, rows[title], strict=True):
                self.sees(("area", now, area), row["Antal"], 1)
                self.sees(("complaints", now, area), row["varav klagomål"], least[title])
                self.supposes(("no complaints", now, area))
                self.adds_up([("complaints", now, area), ("no complaints", now, area)], ("area", now, area))
                if "Föregående period" in row:
                    self.sees(("area", before, area), row["Föregående period"], 1)
            self.adds_up([("complaints", now, area) for area in areas], ("type", now, "Klagomål"))
            for row in totals[title]:
                self.sees(("type", now, "Klagomål"), row["varav klagomål"], least[title])
            for period in (now, before):
                if period == now or "Föregående period" in rows[title][0]:
                    self.adds_up([("area", period, area) for area in areas], ("all", period))
                    named = [area for area in areas if area in AREAS.values()]
                    if most.get(period) in named:
                        self.at_most += [(("area", period, area), ("area", period, most[period])) for area in named]

        if title := next((t for t in ("Avsändare",) if rows.get(t)), ""):
            senders = [("sender", now, row["Avsändare"]) for row in rows[title]]
            for sender, row in zip(senders, rows[title], strict=True):
                self.sees(("anonymous", now) if sender[2] == "Anonym" else sender, row["Antal"], 1)
            self.adds_up([("anonymous", now) if s[2] == "Anonym" else s for s in senders], ("all", now))
            if not any(sender[2] == "Anonym" for sender in senders):
                self.sees(("anonymous", now), 0)

    # thinking

    def finds(self) -> dict[Key, int]:
        """The withheld numbers that can only be one. What another edition told is not found by thinking."""
        low, high = dict(self.low), dict(self.high)
        assert self.narrowed(low, high)
        secret = self.withheld - self.told
        found = {key: low[key] for key in secret if low[key] == high[key]}
        left = secret - found.keys()
        while left:
            about = self.what_has_to_do_with(min(left, key=repr), low, high)
            one = about.solved(about.low, about.high)
            assert one
            for key in sorted(about.low.keys() & left, key=repr):
                if key in left and not (other := about.another(key, one)):
                    found[key] = one[key]
                elif key in left:
                    left -= {k for k in about.low if other[k] != one[k]}
            left -= about.low.keys()
        return found

    def what_has_to_do_with(self, key: Key, low: Mapping[Key, int], high: Mapping[Key, int]) -> Attacker:
        """The sums that share an unknown number with one that shares one … with a number."""
        found, new, about = {key}, {key}, Attacker()
        while new:
            about.sums = [(parts, total) for parts, total in self.sums if not found.isdisjoint([*parts, total])]
            about.at_most = [pair for pair in self.at_most if not found.isdisjoint(pair)]
            groups = [*([*parts, total] for parts, total in about.sums), *about.at_most]
            new = {k for group in groups for k in group if low[k] < high[k]} - found
            found |= new
        keys = found.union(*([*parts, total] for parts, total in about.sums), *about.at_most)
        about.low, about.high = {k: low[k] for k in keys}, {k: high[k] for k in keys}
        return about

    def narrowed(self, low: dict[Key, int], high: dict[Key, int]) -> bool:
        """Between what and what each number lies, sum by sum; False if that cannot be."""
        changed = True
        while changed:
            changed = False
            for parts, total in self.sums:
                least, most = sum(low[k] for k in parts), sum(high[k] for k in parts)
                bounds = [(total, least, most)]
                bounds += [(k, low[total] - most + high[k], high[total] - least + low[k]) for k in parts]
                for key, from_, to in bounds:
                    if from_ > low[key] or to < high[key]:
                        low[key], high[key], changed = max(low[key], from_), min(high[key], to), True
                        if low[key] > high[key]:
                            return False
            for smaller, larger in self.at_most:
                if high[smaller] > high[larger] or low[larger] < low[smaller]:
                    high[smaller], low[larger] = min(high[smaller], high[larger]), max(low[larger], low[smaller])
                    changed = True
                    if low[smaller] > high[smaller] or low[larger] > high[larger]:
                        return False
        return True

    def solved(
        self, low: dict[Key, int], high: dict[Key, int], like: Mapping[Key, int] | None = None
    ) -> dict[Key, int] | None:
        """Numbers that everything told allows, as like some others as can be."""
        low, high = dict(low), dict(high)
        if not self.narrowed(low, high):
            return None
        unknown = [key for key in low if low[key] < high[key]]
        if not unknown:
            return low
        key = min(unknown, key=lambda key: (high[key] - low[key], repr(key)))
        best = min(max((like or low)[key], low[key]), high[key])
        for value in sorted(range(low[key], high[key] + 1), key=lambda value: abs(value - best)):
            if found := self.solved({**low, key: value}, {**high, key: value}, like):
                return found
        return None

    def another(self, key: Key, one: Mapping[Key, int]) -> dict[Key, int] | None:
        """Numbers that everything told allows, where one is not what it was."""
        others = (value for value in range(self.low[key], self.high[key] + 1) if value != one[key])
        for value in sorted(others, key=lambda value: abs(value - one[key])):
            if found := self.solved({**self.low, key: value}, {**self.high, key: value}, one):
                return found
        return None


def some_year(rng: random.Random, boards: Sequence[str]) -> Counter[Case]:
    """A year of few or many cases, spread as cases are: most are complaints, and most are about one thing."""
    found = Counter[Case]()
    for _ in range(rng.choice((0, 1, 4, 7, 12, 25, 60))):
        (board,) = rng.choices(boards, range(1, len(boards) + 1))
        unit = rng.choice(("Norr", "Norr", "Söder", "Väster"))
        (case_type,) = rng.choices([*CaseType], (40, 20, 5, 5, 3, 1, 1))
        (area,) = rng.choices((*AREAS, None), (16, 8, 4, 2, 2))
        (role,) = rng.choices((*[*SenderRole][1:4], None, "anonym"), (16, 8, 4, 3, 2))
        found[board, unit, case_type, area, role] += 1
    return found


def two_reports(seed: int) -> tuple[list[Report], Disclosure]:
    """Last year's report and this year's."""
    rng = random.Random(seed)
    boards = rng.sample((KS, SOCIAL, TECHNICAL, SCHOOL), rng.randint(1, 3))
    now, *earlier = (some_year(rng, boards) for _ in range(4))
    reports = [a_report(*earlier, year=2024), a_report(now, *earlier[:2], year=2025)]
    return reports, Disclosure(rng.choice((3, 5, 5)))


def editions(seed: int) -> Iterator[dict[str, Sheet]]:
    """Their public editions, but for what must not be published at all."""
    reports, settings = two_reports(seed)
    for report in reports:
        with suppress(Refused):
            yield published(report, settings)


FEW, MANY = 2, pytest.param(14, marks=pytest.mark.slow)
"""How many pairs of reports an attacker is set upon; each costs half a second."""


class TestAttacker:
    def test_can_compute_what_is_withheld_carelessly(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Small numbers alone, as many a report does it: who could not, would prove nothing below."""

        def careless(entries: Sequence[object], threshold: int) -> suppression.Outcome:
            return suppression.Outcome(holds=True, zeros=False)

        monkeypatch.setattr("klagreg.suppression.of_rows", careless)
        monkeypatch.setattr("klagreg.suppression.of_one_row", careless)
        computed = 0
        for seed in range(3):
            for book in editions(seed):
                attacker = Attacker()
                attacker.reads(book)
                computed += bool(attacker.finds())
        assert computed >= 3

    @pytest.mark.parametrize("times", [FEW, MANY])
    def test_can_compute_nothing_from_an_edition(self, times: int) -> None:
        withheld = 0
        for seed in range(times):
            for book in editions(seed):
                attacker = Attacker()
                attacker.reads(book)
                assert attacker.finds() == {}, seed
                withheld += len(attacker.withheld)
        assert withheld > 20 * times

    @pytest.mark.parametrize("times", [FEW, MANY])
    def test_can_compute_nothing_from_two_years_editions(self, times: int) -> None:
        """What one of them withholds, the other does, too; also where nämnder are told together, and not the same."""
        withheld = 0
        for seed in range(100, 100 + times):
            attacker = Attacker()
            for book in editions(seed):
                attacker.reads(book)
            assert attacker.finds() == {}, seed
            withheld += len(attacker.withheld)
        assert withheld > 20 * times

    @pytest.mark.parametrize("times", [FEW, MANY])
    def test_can_compute_nothing_from_the_deadlines_either(self, times: int) -> None:
        """Ej tillämplig may be nothing but beröm: then that is told, and protects nothing."""
        for seed in range(200, 200 + times):
            fewest = two_reports(seed)[1].threshold
            for book in editions(seed):
                attacker = Attacker(knows_of_praise=True)
                attacker.reads(book)
                small = [key for key, number in attacker.finds().items() if 0 < number < fewest]
                assert small == [], seed

    @pytest.mark.parametrize("seed", range(20))
    def test_sees_no_small_number_of_a_unit_an_area_or_a_sender(self, seed: int) -> None:
        fewest = two_reports(seed)[1].threshold
        for book in editions(seed):
            for title in ("Per enhet", "Per område", "Avsändare"):
                numbers = [n for row in (book[title].rows if title in book else ()) for n in row if type(n) is int]
                assert not [number for number in numbers if 0 < number < fewest], title


class TestTheSameAlways:
    def shuffled(self, report: Report, rng: random.Random) -> Report:
        def other(figures: Figures) -> Figures:
            received = [*figures.cells.received.items()]
            rng.shuffle(received)
            return replace(figures, cells=replace(figures.cells, received=Counter(dict(received))))

        now, before, earlier = map(other, report.periods)
        years = tuple(map(other, report.years))
        return replace(report, current=now, previous=before, before_that=earlier, years=years)

    def test_whatever_order_the_cases_come_in(self) -> None:
        rng = random.Random(3)
        for seed in range(8):
            (*_, report), settings = two_reports(seed)
            with suppress(Refused):
                assert published(report, settings) == published(self.shuffled(report, rng), settings)

    def test_whatever_python_makes_of_its_sets(self) -> None:
        """A set of names has another order in every process."""
        script = (
            "from tests.test_disclosure import editions, printed\n"
            "for seed in range(4):\n    for book in editions(seed):\n"
            "        print(*(line for sheet in book.values() for line in [*printed(sheet), *sheet.notes]), sep='\\n')\n"
        )
        told = {
            subprocess.run(
                [sys.executable, "-c", script],
                cwd=Path(__file__).parents[1],
                env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"},
                capture_output=True,
                check=True,
            ).stdout
            for seed in ("1", "2")
        }
        assert len(told) == 1
        assert len(told.pop()) > 5_000


def test_the_public_edition_of_a_register(tmp_path: Path) -> None:
    """Twelve complaints to a school board, ten of them about the food and two of how somebody was treated."""
    with a_register(tmp_path / "r.db") as register:
        for unit, area, number in (("Parkskolan", "mat", 10), ("Ängsskolan", "bemotande", 2)):
            register.upkeep.put_unit(Unit(unit, "BUN"))
            for _ in range(number):
                Story(register, "2025-02-03", unit=unit, area=area).answered("2025-02-04")
        report = register.report(YEAR, date(2026, 2, 1))
    book = {sheet.title: sheet for sheet in contents.sheets(report, Edition.PUBLIC)}
    assert printed(book["Per enhet"], "Nämnd", "Enhet", "Klagomål", "Totalt") == [
        "BUN | Parkskolan | .. | ..", "BUN | Ängsskolan | .. | ..", "Totalt |  | 12 | 12",
    ]  # fmt: skip
    assert printed(book["Per område"], "Område", "Antal") == ["Bemötande | ..", "Mat och måltider | ..", "Totalt | 12"]
    assert printed(book["Per nämnd"], "Nämnd", "Klagomål", "Totalt") == ["BUN | 12 | 12", "Totalt | 12 | 12"]
    assert {row[0]: row[1] for row in book["Om rapporten"].rows}["Röjandeskydd"] == disclosure.words(FIVE, report)


def test_a_promise_of_some_typer_tells_no_more_of_them_than_the_typer_themselves(tmp_path: Path) -> None:
    """Slutsvar is promised for complaints alone: how many it was promised for is how many complaints there were."""
    only = 'nyckel = "svar"\ngaller_typer = ["klagomal"]\nutan_kontakt = "avslut"'
    rules = TWO_RULES.replace('nyckel = "svar"', only)
    with a_register(tmp_path / "r.db", rules) as register:
        for board, complaints, viewpoints in (("Socialnämnden", 1, 9), ("Tekniska nämnden", 12, 8)):
            for kind in [CaseType.COMPLAINT] * complaints + [CaseType.VIEWPOINT] * viewpoints:
                Story(register, "2025-03-03", kind, board=board).answered("2025-03-05")
        found = {s.title: s for s in contents.sheets(register.report(YEAR, day("2026-01-20")), Edition.PUBLIC)}
    assert [[shown(value) for value in row[:5]] for row in (*found["Frister"].rows, *found["Frister"].totals)] == [
        ["Socialnämnden", "Första återkoppling", "10", "0", "10"],
        ["Tekniska nämnden", "Första återkoppling", "20", "0", "20"],
        ["Socialnämnden", "Slutsvar", "..", "..", ".."],
        ["Tekniska nämnden", "Slutsvar", "..", "..", ".."],
        ["Totalt", "Första återkoppling", "30", "0", "30"],
        ["Totalt", "Slutsvar", "30", "17", "13"],
    ]
    told = [row[:3] for row in found["Så räknade vi"].rows if row[0] == "Frister"]
    assert ("Frister", "Totalt, Slutsvar", "Andel i tid") in told
    assert not any(row[1] in ("Socialnämnden, Slutsvar", "Tekniska nämnden, Slutsvar") for row in told)


def test_a_promise_of_some_typer_where_no_typ_is_told(tmp_path: Path) -> None:
    rules = TWO_RULES.replace('nyckel = "svar"', 'nyckel = "svar"\ngaller_typer = ["klagomal"]')
    with a_register(tmp_path / "r.db", rules) as register:
        for kind in [CaseType.COMPLAINT] * 2 + [CaseType.VIEWPOINT] * 9:
            Story(register, "2025-03-03", kind, board="Socialnämnden").answered("2025-03-05")
        found = {s.title: s for s in contents.sheets(register.report(YEAR, day("2026-01-20")), Edition.PUBLIC)}
    assert [shown(value) for value in found["Frister"].totals[1][:5]] == ["Totalt", "Slutsvar", "..", "..", ".."]
    summary = {row[0]: shown(row[1]) for row in found["Sammanfattning"].rows}
    assert (summary["varav klagomål"], summary["Andel slutsvar i tid"]) == ("..", "..")
    assert summary["Andel första återkoppling i tid"] == "100 %"


def test_a_promise_of_some_typer_where_the_sensitive_board_is_told_with_others() -> None:
    report = a_report({**of_types(SOCIAL, 2, 1), **of_types(KS, 9, 8), **of_types(TECHNICAL, 30)})
    rules = tuple(replace(rule, of_some_types=True) for rule in report.current.rules)
    now, before, earlier = (replace(figures, rules=rules) for figures in report.periods)
    some = replace(report, current=now, previous=before, before_that=earlier, years=(earlier, before, now))
    assert printed(published(some)["Frister"], "Nämnd", "Ärenden i urvalet", "Andel i tid") == [
        "Tekniska nämnden | .. | ..", "Övriga nämnder | .. | ..", "Totalt | 50 | 100 %",
    ]  # fmt: skip


def test_the_last_day_of_a_single_case_is_nobodys_to_publish(tmp_path: Path) -> None:
    with a_register(tmp_path / "r.db") as register:
        Story(register, "2025-12-30", board="KS")
        report = register.report(YEAR, day("2026-01-02"))
    told = "2 frister hade inte passerat på uttagsdatumet"
    for edition, says_when in ((Edition.BOARD, True), (Edition.PUBLIC, False)):
        text = repr([(s.rows, s.notes) for s in contents.sheets(report, edition)])
        assert told in text
        assert ("Efter 2026-01-16 är alla avgjorda" in text) == says_when
        assert ("2026-01-16" in text) == says_when


@pytest.mark.parametrize(("area", "told"), [("krankande_behandling", False), ("mat", True)])
def test_a_unit_whose_cases_are_all_of_one_sensitive_area(tmp_path: Path, area: str, told: bool) -> None:
    """R9: ten cases are no small number, but whoever knows the unit knows what each of them is about."""
    with a_register(tmp_path / "r.db") as register:
        register.upkeep.put_unit(Unit("Ungdomshemmet", "Socialnämnden"))
        register.upkeep.put_unit(Unit("Hemtjänsten", "Socialnämnden"))
        register.upkeep.put_unit(Unit("Gatan", "Tekniska nämnden"))
        for unit, where in (("Ungdomshemmet", area), ("Hemtjänsten", "mat"), ("Gatan", "mat")):
            for _ in range(10):
                Story(register, "2025-03-03", unit=unit, area=where).answered("2025-03-05")
        found = {s.title: s for s in contents.sheets(register.report(YEAR, day("2026-01-20")), Edition.PUBLIC)}
    units = [row[1] for row in found["Per enhet"].rows]
    assert units == (["Hemtjänsten", "Ungdomshemmet", "Gatan"] if told else ["Gatan"])
    left_out = "Bara på bladet Per nämnd, för att enheterna inte kan visas var för sig: Socialnämnden."
    assert (left_out in found["Per enhet"].notes) == (not told)
