"""The report in words: whole texts as they are read, and that no figure of theirs is from anywhere but the sheets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from textwrap import fill
from typing import Any

import pytest

from klagreg import profile as profiles
from klagreg import report as contents
from klagreg.days import Period, between, part_of_year
from klagreg.figures import Report, Share
from klagreg.model import Publication
from klagreg.register import Register
from klagreg.report.prose import Chapter, in_words
from klagreg.sheets import Sheet, Value, Withheld, shown
from klagreg.staff import Unit
from klagreg.terms import CaseType, Edition, NoAnswer, Outcome
from klagreg.yearly import YearlyText
from tests.test_figures import NOW, ONE_GOAL, TWO_RULES, YEAR, Story, a_register, day, nine_cases

BUN, SN = "Barn- och utbildningsnämnden", "Socialnämnden"


def lively_town(register: Register) -> None:
    """Two nämnder and two years: schools that keep their word, and a home care that does not keep up."""
    for unit, board in {"Parkskolan": BUN, "Ängsskolan": BUN, "Hemtjänsten": SN}.items():
        register.upkeep.put_unit(Unit(unit, board))
    for i in range(12):
        month = f"2024-{i % 6 + 2:02}"
        Story(register, f"{month}-05", unit="Parkskolan", area="mat").answered(f"{month}-{8 + i:02}", Outcome.EXPLAINED)
    for _ in range(3):
        Story(register, "2024-10-07", unit="Hemtjänsten", area="bemotande").answered("2024-10-14")
    for i in range(9):
        month = f"2025-{i + 1:02}"
        lunch = Story(register, f"{month}-07", unit="Parkskolan", area="mat")
        lunch.told(f"{month}-09").answered(f"{month}-{15 + i}")
    for i in range(5):
        month = f"2025-{i + 3:02}"
        idea = Story(register, f"{month}-10", CaseType.PROPOSAL, unit="Ängsskolan", area="lokaler")
        idea.answered(f"{month}-12", Outcome.EXPLAINED)
    praise = Story(register, "2025-05-05", CaseType.PRAISE, unit="Parkskolan", area="bemotande")
    praise.closed("2025-05-05", NoAnswer.PRAISE, Outcome.PRAISE_PASSED_ON)

    def care(received: str, case_type: CaseType = CaseType.COMPLAINT, area: str | None = "bemotande") -> Story:
        return Story(register, received, case_type, unit="Hemtjänsten", area=area)

    kept = care("2025-02-04").promised("2025-03-01", due="2025-04-01").done(1, "2025-03-30").answered("2025-02-10")
    late = care("2025-03-04", CaseType.VIEWPOINT).promised("2025-03-05", due="2025-04-01")
    late.did("2025-03-12").answered("2025-04-10")
    twice = care("2025-04-04", area=None).promised("2025-04-05").answered("2025-04-07").reopened("2025-05-06")
    twice.answered("2025-05-20")
    unanswered = care("2025-05-04", CaseType.VIEWPOINT)
    unanswered.promised("2025-06-05", due="2025-06-30").done(1, "2025-07-30")
    care("2025-06-04")

    approved = {praise: ("2025-06-02", "Köket har två nya ugnar."), kept: ("2025-06-09", "Vi ringer före besöket.")}
    for story, (on, improvement) in approved.items():
        answer = Publication(day(on), "anna.berg", "Tack för att du hörde av dig.", improvement)
        register.approve(story.number, answer)
    for text, whose, where in (
        ("Vi går igenom alla ärenden varje månad.\n\nTvå rutiner är ändrade.", None, "Parkskolan"),
        ("Alla ska få svar i tid. Vi har anställt en samordnare.", SN, None),
        ("Fler hör av sig än förr.", None, None),
    ):
        register.upkeep.write_year(YearlyText(2025, text, whose, where))


@pytest.fixture(scope="module")
def nine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    """The example of domain 7.4; tests only look."""
    with a_register(tmp_path_factory.mktemp("nio") / "klagreg.db") as register:
        nine_cases(register)
        yield register


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    """A lively town whose answers are a goal, not a promise (Nacka); tests only look."""
    with a_register(tmp_path_factory.mktemp("stad") / "klagreg.db", ONE_GOAL) as register:
        lively_town(register)
        yield register


def written(chapters: Sequence[Chapter]) -> str:
    """The chapters as a text with lines of at most 100 characters."""
    blocks = []
    for chapter in chapters:
        blocks.append(f"# {chapter.heading}")
        for paragraph in chapter.paragraphs:
            points = [paragraph] if isinstance(paragraph, str) else [f"- {point}" for point in paragraph]
            blocks.append("\n".join(fill(point, 100, break_on_hyphens=False) for point in points))
    return "\n\n".join(blocks) + "\n"


def chapters(report: Report, edition: Edition = Edition.BOARD) -> tuple[Chapter, ...]:
    return in_words(contents.sheets(report, edition), report)


def first(found: Sequence[Chapter]) -> list[Any]:
    return list(found[0].paragraphs)


def with_values(sheets: Sequence[Sheet], title: str, row: str, **values: Value) -> tuple[Sheet, ...]:
    """The sheets with other values in the rows that begin so; columns by their headings, spaces as ``_``."""

    def changed(sheet: Sheet, found: tuple[Value, ...]) -> tuple[Value, ...]:
        headings = [column.heading.replace(" ", "_") for column in sheet.columns]
        assert values.keys() <= set(headings)
        new = tuple(values.get(heading, value) for heading, value in zip(headings, found, strict=True))
        return new if row in found[:2] else found

    return tuple(
        replace(
            sheet,
            rows=tuple(changed(sheet, found) for found in sheet.rows),
            totals=tuple(changed(sheet, found) for found in sheet.totals),
        )
        if sheet.title == title
        else sheet
        for sheet in sheets
    )


NINE_CASES = """\
# Synpunkter och klagomål, 2025 – Exempelkommun

Under 2025 kom 7 ärenden in, 6 fler än 2024. Av ärendena var 5 klagomål, 1 synpunkt och 1 beröm.

Under året avslutades 5 ärenden, och vid årets slut var 3 öppna. Av dem var 1 försenat.

Löftet om första återkoppling hölls i 2 av 5 ärenden (40 %, mot 100 % året före). I 3 ärenden hölls
det inte, varav 2 fortfarande var obesvarade. Löftet om slutsvar hölls i 2 av 5 ärenden (40 %, mot
100 % året före). I 3 ärenden hölls det inte, varav 2 fortfarande var obesvarade.

Ett typiskt ärende tog 14 dagar från ankomst till avslut (median). Av 4 avslutade ärenden ledde 2
till åtgärd (50 %).

# Så räknade vi

Perioden är 1 januari–31 december 2025 och uttagsdatumet 31 januari 2026. Makulerade ärenden räknas
aldrig.

Ett löfte är hållet om det infriades senast på sista dagen. Det bedöms som det stod till på
uttagsdatumet. Ett ärende utan svar räknas med så snart sista dagen har passerat. Det kallas då
obesvarat. När avsändaren är anonym, inte går att nå eller inte vill ha svar finns det ingen att
svara. Sådana ärenden räknas inte i löften om svar, och inte heller ärenden av en typ som löftet
inte gäller.

Det här är lovat:

- Första återkoppling: 5 arbetsdagar från ankomstdagen; uppfylls av varje återkoppling.
- Slutsvar: 10 arbetsdagar från ankomstdagen; uppfylls av slutsvar.

Den typiska tiden är medianen i kalenderdagar: hälften av de avslutade ärendena tog högst så lång
tid. Beröm och hänvisade, sammanförda och återkallade ärenden räknas inte när det gäller åtgärder.

8 ärenden som kom in senast på uttagsdatumet registrerades efter det och är medräknade. Ett uttag
som gjordes den dagen visar därför lägre tal.
"""

A_LIVELY_TOWN = """\
# Synpunkter och klagomål, 2025 – Exempelkommun

Under 2025 kom 20 ärenden in, 5 fler än 2024 (+33 %). Av ärendena var 12 klagomål, 2 synpunkter, 5
förslag och 1 beröm. De vanligaste områdena var mat och måltider (9 ärenden), bemötande (5) och
lokaler och utemiljö (5). I 1 ärende är området inte angivet.

Under året avslutades 19 ärenden, och vid årets slut var 2 öppna. Båda var försenade.

Löftet om första återkoppling hölls i 16 av 19 ärenden (84 %, mot 53 % året före). I 3 ärenden hölls
det inte, varav 2 fortfarande var obesvarade. Målet om slutsvar nåddes i 14 av 19 ärenden (74 %, mot
100 % året före). I 5 ärenden nåddes det inte, varav 2 fortfarande var obesvarade.

Ett typiskt ärende tog 9,5 dagar från ankomst till avslut (median). Av 17 avslutade ärenden ledde 12
till åtgärd (71 %). Verksamheterna lovade 4 åtgärder. Av dem var 1 genomförd i tid, 1 genomförd för
sent, 1 försenad och 1 utan utsatt dag. Dessutom gjorde verksamheterna 1 åtgärd direkt.

Fler hör av sig än förr.

# Barn- och utbildningsnämnden

Barn- och utbildningsnämnden fick 15 ärenden under 2025, mot 12 året före (+25 %). Av ärendena var 9
klagomål, 5 förslag och 1 beröm.

Under året avslutades 15 ärenden, och vid årets slut var inga öppna.

Löftet om första återkoppling hölls i alla 14 ärenden (100 %). Målet om slutsvar nåddes i 12 av 14
ärenden (86 %). I 2 ärenden nåddes det inte.

Ett typiskt ärende tog 9 dagar från ankomst till avslut (median). Av 14 avslutade ärenden ledde 9
till åtgärd (64 %).

Det här blev bättre:

- Köket har två nya ugnar.

Parkskolan: Vi går igenom alla ärenden varje månad.

Två rutiner är ändrade.

# Socialnämnden

Socialnämnden fick 5 ärenden under 2025, mot 3 året före. Av ärendena var 3 klagomål och 2
synpunkter.

Under året avslutades 4 ärenden, och vid årets slut var 2 öppna. Båda var försenade.

Löftet om första återkoppling hölls i 2 av 5 ärenden (40 %). I 3 ärenden hölls det inte, varav 2
fortfarande var obesvarade. Målet om slutsvar nåddes i 2 av 5 ärenden (40 %). I 3 ärenden nåddes det
inte, varav 2 fortfarande var obesvarade.

Ett typiskt ärende tog 37 dagar från ankomst till avslut (median). Av 3 avslutade ärenden ledde alla
till åtgärd (100 %). Verksamheten lovade 4 åtgärder. Av dem var 1 genomförd i tid, 1 genomförd för
sent, 1 försenad och 1 utan utsatt dag. Dessutom gjorde verksamheten 1 åtgärd direkt.

Det här blev bättre:

- Vi ringer före besöket.

Alla ska få svar i tid. Vi har anställt en samordnare.

# Så räknade vi

Perioden är 1 januari–31 december 2025 och uttagsdatumet 20 februari 2026. Ett ärende räknas hos den
nämnd och enhet som hade det på uttagsdatumet, också om det har överlämnats. Makulerade ärenden
räknas aldrig.

Ett löfte är hållet om det infriades senast på sista dagen. Det bedöms som det stod till på
uttagsdatumet. Ett mål bedöms på samma sätt, men det är inget brutet löfte om det inte nås. Ett
ärende utan svar räknas med så snart sista dagen har passerat. Det kallas då obesvarat. När
avsändaren är anonym, inte går att nå eller inte vill ha svar finns det ingen att svara. Sådana
ärenden räknas inte i löften om svar, och inte heller ärenden av en typ som löftet inte gäller.

Löften och mål:

- Första återkoppling: 5 arbetsdagar från ankomstdagen; uppfylls av varje återkoppling.
- Slutsvar: 10 arbetsdagar från ankomstdagen; uppfylls av slutsvar; ett mål, inget löfte.

Den typiska tiden är medianen i kalenderdagar: hälften av de avslutade ärendena tog högst så lång
tid. Beröm och hänvisade, sammanförda och återkallade ärenden räknas inte när det gäller åtgärder.
Ett ärende som har öppnats igen räknas varje gång det avslutas.

Det här skiljer åren åt:

- Nya enheter 2025, utan ärenden tidigare år: Ängsskolan.
- Nya områden 2025, utan ärenden tidigare år: Lokaler och utemiljö.
"""

ONE_UNIT_OF_A_PERIOD_THAT_GOES_ON = """\
# Synpunkter och klagomål, halvår 1 2025 – Exempelkommun, Hemtjänsten

Hemtjänsten fick 5 ärenden från 1 januari till och med 11 juni 2025. Av ärendena var 3 klagomål och
2 synpunkter. Det vanligaste området var bemötande (4 ärenden). I 1 ärende är området inte angivet.

Under perioden avslutades 4 ärenden, och den 11 juni 2025 var 2 öppna. Av dem var 1 försenat.

Löftet om första återkoppling hölls i 2 av 4 ärenden (50 %). I 2 ärenden hölls det inte, varav 1
fortfarande var obesvarat. Målet om slutsvar nåddes i 2 av 4 ärenden (50 %). I 2 ärenden nåddes det
inte, varav 1 fortfarande var obesvarat.

Ett typiskt ärende tog 37 dagar från ankomst till avslut (median). Av 3 avslutade ärenden ledde alla
till åtgärd (100 %). Verksamheten lovade 4 åtgärder. Av dem var 1 genomförd i tid, 1 försenad, 1
pågående och 1 utan utsatt dag. Dessutom gjorde verksamheten 1 åtgärd direkt.

Det här blev bättre:

- Vi ringer före besöket.

# Så räknade vi

Perioden är 1 januari–30 juni 2025 och uttagsdatumet 11 juni 2025. Bara ärenden hos Hemtjänsten
räknas. Ett ärende räknas hos den nämnd och enhet som hade det på uttagsdatumet, också om det har
överlämnats. Makulerade ärenden räknas aldrig.

Ett löfte är hållet om det infriades senast på sista dagen. Det bedöms som det stod till på
uttagsdatumet. Ett mål bedöms på samma sätt, men det är inget brutet löfte om det inte nås. Ett
ärende utan svar räknas med så snart sista dagen har passerat. Det kallas då obesvarat. När
avsändaren är anonym, inte går att nå eller inte vill ha svar finns det ingen att svara. Sådana
ärenden räknas inte i löften om svar, och inte heller ärenden av en typ som löftet inte gäller.

Löften och mål:

- Första återkoppling: 5 arbetsdagar från ankomstdagen; uppfylls av varje återkoppling.
- Slutsvar: 10 arbetsdagar från ankomstdagen; uppfylls av slutsvar; ett mål, inget löfte.

Den typiska tiden är medianen i kalenderdagar: hälften av de avslutade ärendena tog högst så lång
tid. Beröm och hänvisade, sammanförda och återkallade ärenden räknas inte när det gäller åtgärder.
Ett ärende som har öppnats igen räknas varje gång det avslutas.

Perioden är inte slut på uttagsdatumet. Siffrorna gäller till och med 2025-06-11, och jämförelserna
till och med samma dag i sina år. 1 frist och 1 mål hade inte passerat på uttagsdatumet och räknas
varken som i tid eller för sent. Efter 2025-06-19 är alla avgjorda. 5 ärenden som kom in senast på
uttagsdatumet registrerades efter det och är medräknade. Ett uttag som gjordes den dagen visar
därför lägre tal.
"""

ONE_CASE = """\
# Synpunkter och klagomål, 2025 – Exempelkommun

Under 2025 kom 1 ärende in. Ärendet var en synpunkt.

Inga ärenden avslutades under året, och vid årets slut var 1 öppet. Det var försenat.

Löftet om första återkoppling hölls inte i det enda ärende som det gällde. Det var fortfarande
obesvarat. Löftet om slutsvar hölls inte i det enda ärende som det gällde. Det var fortfarande
obesvarat.

# Så räknade vi

Perioden är 1 januari–31 december 2025 och uttagsdatumet 20 februari 2026. Makulerade ärenden räknas
aldrig.

Ett löfte är hållet om det infriades senast på sista dagen. Det bedöms som det stod till på
uttagsdatumet. Ett ärende utan svar räknas med så snart sista dagen har passerat. Det kallas då
obesvarat. När avsändaren är anonym, inte går att nå eller inte vill ha svar finns det ingen att
svara. Sådana ärenden räknas inte i löften om svar, och inte heller ärenden av en typ som löftet
inte gäller.

Det här är lovat:

- Första återkoppling: 5 arbetsdagar från ankomstdagen; uppfylls av varje återkoppling.
- Slutsvar: 10 arbetsdagar från ankomstdagen; uppfylls av slutsvar.
"""

NO_CASES = """\
# Synpunkter och klagomål, 2023 – Exempelkommun

Under 2023 kom inga ärenden in.

# Så räknade vi

Perioden är 1 januari–31 december 2023 och uttagsdatumet 20 februari 2026. Makulerade ärenden räknas
aldrig.
"""

A_PERIOD_TO_COME = """\
# Synpunkter och klagomål, 2027 – Exempelkommun

Perioden hade inte börjat den 20 februari 2026. Det finns inga siffror än.

# Så räknade vi

Perioden är 1 januari–31 december 2027 och uttagsdatumet 20 februari 2026. Makulerade ärenden räknas
aldrig.

Perioden är inte slut på uttagsdatumet. Siffrorna gäller till och med 2026-02-20, och jämförelserna
till och med samma dag i sina år.
"""


class TestWholeTexts:
    def test_the_nine_cases(self, nine: Register) -> None:
        assert written(chapters(nine.report(YEAR, day("2026-01-31")))) == NINE_CASES

    def test_a_lively_town(self, town: Register) -> None:
        assert written(chapters(town.report(YEAR, day("2026-02-20")))) == A_LIVELY_TOWN

    def test_one_unit_of_a_period_that_goes_on(self, town: Register) -> None:
        report = town.report(part_of_year(2025, "halvar", 1), day("2025-06-11"), unit="Hemtjänsten")
        assert written(chapters(report)) == ONE_UNIT_OF_A_PERIOD_THAT_GOES_ON

    def test_one_case(self, tmp_path: Path) -> None:
        with a_register(tmp_path / "r.db") as register:
            Story(register, "2025-03-03", CaseType.VIEWPOINT, area="mat")
            assert written(chapters(register.report(YEAR, day("2026-02-20")))) == ONE_CASE

    def test_no_cases(self, town: Register) -> None:
        assert written(chapters(town.report(part_of_year(2023, "ar"), day("2026-02-20")))) == NO_CASES

    def test_a_period_to_come(self, town: Register) -> None:
        assert written(chapters(town.report(part_of_year(2027, "ar"), day("2026-02-20")))) == A_PERIOD_TO_COME


@pytest.mark.parametrize(
    ("period", "as_of", "opening"),
    [
        (YEAR, "2025-12-31", "Under 2025 kom 7 ärenden in, 6 fler än 2024."),
        (part_of_year(2025, "kvartal", 1), "2026-01-31", "Under första kvartalet 2025 kom 2 ärenden in."),
        (part_of_year(2025, "tertial", 3), "2026-01-31",
         "Under tredje tertialet 2025 kom 2 ärenden in, 1 fler än samma period året före."),
        (part_of_year(2025, "manad", 4), "2026-01-31", "Under april 2025 kom 1 ärende in."),
        (between(day("2024-08-15"), day("2025-06-13")), "2026-01-31",
         "Från 15 augusti 2024 till och med 13 juni 2025 kom 5 ärenden in."),
        # The year goes on: it is compared with what was known on the same day of the year before.
        (YEAR, "2025-12-22", "Från 1 januari till och med 22 december 2025 kom 6 ärenden in, "
         "5 fler än samma tid året före."),
        # The register had not been in use for a year: that there were none before is not known.
        (YEAR, "2025-11-22", "Från 1 januari till och med 22 november 2025 kom 5 ärenden in."),
        (part_of_year(2024, "ar"), "2025-01-31", "Under 2024 kom 1 ärende in."),
        (part_of_year(2026, "ar"), "2027-01-31", "Under 2026 kom inga ärenden in, mot 7 året före."),
        (part_of_year(2027, "ar"), "2028-01-31", "Under 2027 kom inga ärenden in, och inga året före heller."),
    ],
)  # fmt: skip
def test_what_a_period_is_called(nine: Register, period: Period, as_of: str, opening: str) -> None:
    text = str(first(chapters(nine.report(period, day(as_of))))[0])
    assert f"{text} ".startswith(f"{opening} ")


HIDDEN = Withheld.SMALL


class TestSentences:
    """One figure of a sheet after another, as each is told."""

    def told(self, nine: Register, title: str, row: str, **values: Value) -> list[Any]:
        report = nine.report(YEAR, day("2026-01-31"))
        return first(in_words(with_values(contents.sheets(report), title, row, **values), report))

    @pytest.mark.parametrize(
        ("number", "before", "change", "growth", "opening"),
        [
            (7, 1, 6, 6.0, "Under 2025 kom 7 ärenden in, 6 fler än 2024."),
            (9, 10, -1, -0.1, "Under 2025 kom 9 ärenden in, 1 färre än 2024 (−10 %)."),
            (10, 10, 0, 0.0, "Under 2025 kom 10 ärenden in, lika många som 2024."),
            (2309, 2233, 76, 0.034, "Under 2025 kom 2 309 ärenden in, 76 fler än 2024 (+3 %)."),
            # A change that is no whole per cent is told as a number only.
            (1001, 1000, 1, 0.001, "Under 2025 kom 1 001 ärenden in, 1 fler än 2024."),
            (1234567, 2345678, -1111111, -0.4737,
             "Under 2025 kom 1 234 567 ärenden in, 1 111 111 färre än 2024 (−47 %)."),
            (0, 3, -3, -1.0, "Under 2025 kom inga ärenden in, mot 3 året före."),
            # What is withheld is not told, and what is left is told as well as it can be.
            (7, HIDDEN, HIDDEN, HIDDEN, "Under 2025 kom 7 ärenden in."),
            (70, 50, HIDDEN, HIDDEN, "Under 2025 kom 70 ärenden in, mot 50 året före."),
            (HIDDEN, HIDDEN, HIDDEN, HIDDEN,
             "Hur många ärenden som kom in under 2025 visas inte här, för att skydda enskilda."),
        ],
    )  # fmt: skip
    def test_a_change(
        self, nine: Register, number: Value, before: Value, change: Value, growth: Value, opening: str
    ) -> None:
        values = {"2025": number, "2024": before, "Förändring": change, "Förändring,_%": growth}
        text = self.told(nine, "Sammanfattning", "Inkomna", **values)[0]
        assert text.split(" Av ärendena")[0] == opening

    @pytest.mark.parametrize(
        ("complaints", "sentence"),
        [
            (5, "Av ärendena var 5 klagomål, 1 synpunkt och 1 beröm."),
            (7, "Alla var klagomål."),
            (HIDDEN, "Bland ärendena fanns 1 synpunkt och 1 beröm."),
        ],
    )
    def test_kinds(self, nine: Register, complaints: Value, sentence: str) -> None:
        assert self.told(nine, "Per typ", "Klagomål", Antal=complaints)[0].endswith(sentence)

    @pytest.mark.parametrize(
        ("closed", "still_open", "overdue", "text"),
        [
            (5, 3, 0, "Under året avslutades 5 ärenden, och vid årets slut var 3 öppna. Inget av dem var försenat."),
            (5, 3, 2, "Under året avslutades 5 ärenden, och vid årets slut var 3 öppna. Av dem var 2 försenade."),
            (5, 3, 3, "Under året avslutades 5 ärenden, och vid årets slut var 3 öppna. Alla var försenade."),
            (1, 1, 0, "Under året avslutades 1 ärende, och vid årets slut var 1 öppet. Det var inte försenat."),
            (5, 0, 0, "Under året avslutades 5 ärenden, och vid årets slut var inga öppna."),
            (HIDDEN, 3, HIDDEN, "Vid årets slut var 3 ärenden öppna."),
            (HIDDEN, 0, 0, "Vid årets slut var inga ärenden öppna."),
            (5, HIDDEN, 1, "Under året avslutades 5 ärenden."),
        ],
    )
    def test_what_is_open(self, nine: Register, closed: Value, still_open: Value, overdue: Value, text: str) -> None:
        report = nine.report(YEAR, day("2026-01-31"))
        sheets = contents.sheets(report)
        for row, value in (("Avslutade", closed), ("Öppna vid periodens slut", still_open)):
            sheets = with_values(sheets, "Sammanfattning", row, **{"2025": value})
        sheets = with_values(sheets, "Sammanfattning", "varav försenade", **{"2025": overdue})
        assert first(in_words(sheets, report))[1] == text

    @pytest.mark.parametrize(
        ("in_time", "late", "unanswered", "text"),
        [
            (18, 2, 0, "hölls i 18 av 20 ärenden (90 %). I 2 ärenden hölls det inte."),
            (18, 2, 2, "hölls i 18 av 20 ärenden (90 %). I 2 ärenden hölls det inte, och båda var fortfarande "
             "obesvarade."),
            (19, 1, 1, "hölls i 19 av 20 ärenden (95 %). I 1 ärende hölls det inte, och det ärendet var fortfarande "
             "obesvarat."),
            (16, 4, 1, "hölls i 16 av 20 ärenden (80 %). I 4 ärenden hölls det inte, varav 1 fortfarande var "
             "obesvarat."),
            (20, 0, 0, "hölls i alla 20 ärenden (100 %)."),
            (2, 0, 0, "hölls i båda ärendena (100 %)."),
            (0, 4, 4, "hölls inte i något av 4 ärenden (0 %). Alla var fortfarande obesvarade."),
            (0, 4, 1, "hölls inte i något av 4 ärenden (0 %). Av dem var 1 fortfarande obesvarat."),
            (1, 0, 0, "hölls i det enda ärende som det gällde."),
            (0, 1, 1, "hölls inte i det enda ärende som det gällde. Det var fortfarande obesvarat."),
        ],
    )  # fmt: skip
    def test_a_promise(self, nine: Register, in_time: int, late: int, unanswered: int, text: str) -> None:
        values: dict[str, Value] = {
            "I_tid": in_time, "För_sent": late, "Obesvarade_efter_frist": unanswered,
            "Andel_i_tid": Share(in_time, in_time + late), "Föregående_period": None,
        }  # fmt: skip
        told = self.told(nine, "Frister", "Slutsvar", **values)[2]
        assert told.split("Löftet om slutsvar ")[1] == text

    @pytest.mark.parametrize(
        ("values", "text"),
        [
            # The counts could be those of a few, the share is told: no count is put back by it.
            ({"I_tid": HIDDEN, "För_sent": HIDDEN, "Obesvarade_efter_frist": HIDDEN, "Andel_i_tid": Share(18, 20)},
             "Löftet om slutsvar hölls i 90 % av ärendena, mot 100 % året före."),
            ({"Obesvarade_efter_frist": HIDDEN},
             "Löftet om slutsvar hölls i 2 av 5 ärenden (40 %, mot 100 % året före). I 3 ärenden hölls det inte."),
            ({"Andel_i_tid": HIDDEN, "Pågår_inom_frist": 3}, ""),
            ({"Andel_i_tid": Share(0, 0), "Pågår_inom_frist": 3},
             "Löftet om slutsvar gick inte att bedöma än: sista dagen hade inte passerat i något ärende."),
            ({"Andel_i_tid": Share(0, 0)}, "Löftet om slutsvar gällde inget ärende."),
            # Nobody can be answered any longer, but the last day had passed before that.
            ({"Andel_i_tid": Share(20, 20), "I_tid": 20, "För_sent": 0, "Ej_tillämplig_efter_frist": 1},
             "Löftet om slutsvar hölls i alla 20 ärenden (100 %, mot 100 % året före). Dessutom passerade sista dagen "
             "i 1 ärende där det sedan inte fanns någon att svara. Det räknas inte."),
        ],
    )  # fmt: skip
    def test_a_promise_that_is_not_all_told(self, nine: Register, values: dict[str, Value], text: str) -> None:
        told = self.told(nine, "Frister", "Slutsvar", **values)[2]
        assert told.split("fortfarande var obesvarade.")[1].strip() == text

    @pytest.mark.parametrize(
        ("title", "values", "text"),
        [
            ("Handläggningstid", {"Median_(dagar)": 0.0},
             "Ett typiskt ärende avslutades samma dag som det kom in (median)."),
            ("Handläggningstid", {"Median_(dagar)": 1},
             "Ett typiskt ärende tog 1 dag från ankomst till avslut (median)."),
            ("Handläggningstid", {"Median_(dagar)": 1.5},
             "Ett typiskt ärende tog 1,5 dagar från ankomst till avslut (median)."),
            ("Handläggningstid", {"Median_(dagar)": 3.0, "Avslutade": 1},
             "Ärendet som avslutades tog 3 dagar från ankomst till avslut."),
            ("Handläggningstid", {"Median_(dagar)": 0, "Avslutade": 1}, "Ärendet som avslutades kom in samma dag."),
            ("Utfall och åtgärder", {"Ledde_till_åtgärd": 0, "Andel": Share(0, 4)},
             "Inget avslutat ärende ledde till åtgärd."),
            ("Utfall och åtgärder", {"Ledde_till_åtgärd": 2, "Andel": Share(2, 2)},
             "Av 2 avslutade ärenden ledde båda till åtgärd (100 %)."),
            ("Utfall och åtgärder", {"Ledde_till_åtgärd": 1, "Andel": Share(1, 1), "Avslutade": 1},
             "Det avslutade ärendet ledde till åtgärd."),
            ("Utfall och åtgärder", {"Ledde_till_åtgärd": 0, "Andel": Share(0, 1), "Avslutade": 1},
             "Det avslutade ärendet ledde inte till någon åtgärd."),
            ("Utfall och åtgärder", {"Ledde_till_åtgärd": 1, "Andel": Share(1, 1)},
             "Av de avslutade ärendena ledde 1 till åtgärd."),
            ("Utfall och åtgärder", {"Ledde_till_åtgärd": HIDDEN, "Andel": Share(12, 24)},
             "Av de avslutade ärendena ledde 50 % till åtgärd."),
            ("Utfall och åtgärder", {"Avslutade": 9}, "I en del avslutade ärenden är utfallet inte angivet."),
            ("Åtgärder", {"Utlovade": 1, "Pågår": 1}, "Verksamheterna lovade 1 åtgärd. Den var pågående."),
            ("Åtgärder", {"Utlovade": 2, "Genomförda_i_tid": 2},
             "Verksamheterna lovade 2 åtgärder. Båda var genomförda i tid."),
            ("Åtgärder", {"Utlovade": 12, "Genomförda_i_tid": 9, "Försenade": HIDDEN, "Utan_dag": HIDDEN},
             "Verksamheterna lovade 12 åtgärder. Av dem var 9 genomförda i tid."),
            ("Åtgärder", {"Gjorda_direkt": 1200}, "Verksamheterna gjorde 1 200 åtgärder direkt."),
        ],
    )  # fmt: skip
    def test_what_it_led_to(self, nine: Register, title: str, values: dict[str, Value], text: str) -> None:
        assert text in self.told(nine, title, "Totalt", **values)[3]

    def test_what_nobody_has_said_is_not_nothing(self, nine: Register) -> None:
        """Cases that were imported closed have no utfall."""
        unknown: dict[str, Value] = dict.fromkeys(
            ("Åtgärd_vidtagen", "Förklaring_lämnad,_ingen_åtgärd", "Ingen_åtgärd", "Beröm_förmedlat"), 0
        )
        values = unknown | {"Ledde_till_åtgärd": 0, "Andel": Share(0, 5)}
        told = self.told(nine, "Utfall och åtgärder", "Totalt", **values)[3]
        assert told.endswith("(median). Vad de avslutade ärendena ledde till är inte angivet.")

    @pytest.mark.parametrize(
        ("counts", "sentence"),
        [
            ({"mat": 4, "bemotande": 3, "lokaler": 3, "trafik": 2},
             " De vanligaste områdena var mat och måltider (4 ärenden), bemötande (3) och lokaler och utemiljö (3)."),
            # Nobody says which of two that are as common comes third.
            ({"mat": 4, "bemotande": 3, "lokaler": 2, "trafik": 2},
             " De vanligaste områdena var mat och måltider (4 ärenden) och bemötande (3)."),
            ({"mat": 3, "bemotande": 1}, " Det vanligaste området var mat och måltider (3 ärenden)."),
            ({"mat": 1, "bemotande": 1}, ""),
            ({"mat": 2, "bemotande": 2, "lokaler": 2, "trafik": 2}, ""),
        ],
    )  # fmt: skip
    def test_areas(self, tmp_path: Path, counts: Mapping[str, int], sentence: str) -> None:
        with a_register(tmp_path / "r.db") as register:
            for area, number in counts.items():
                for _ in range(number):
                    Story(register, "2025-03-03", area=area)
            text = first(chapters(register.report(YEAR, day("2025-12-31"))))[0]
        assert text.partition(" Alla var klagomål.")[2] == sentence


def of_board_withheld(sheets: Sequence[Sheet], board: str) -> tuple[Sheet, ...]:
    """The sheets as for everybody: nothing of a nämnd whose numbers are small, no areas and no lessons."""

    def hidden(row: tuple[Value, ...]) -> tuple[Value, ...]:
        return tuple(HIDDEN if isinstance(value, int | float | Share) else value for value in row)

    kept = [sheet for sheet in sheets if sheet.title not in ("Per område", "Förbättringar", "Årets arbete")]
    return tuple(replace(s, rows=tuple(hidden(r) if r[0] == board else r for r in s.rows)) for s in kept)


def test_the_public_edition_leaves_out_what_is_withheld(town: Register) -> None:
    report = town.report(YEAR, day("2026-02-20"))
    found = in_words(of_board_withheld(contents.sheets(report), SN), report)
    assert (
        written(found).split("# Så räknade vi")[0]
        == """\
# Synpunkter och klagomål, 2025 – Exempelkommun

Under 2025 kom 20 ärenden in, 5 fler än 2024 (+33 %). Av ärendena var 12 klagomål, 2 synpunkter, 5
förslag och 1 beröm.

Under året avslutades 19 ärenden, och vid årets slut var 2 öppna. Båda var försenade.

Löftet om första återkoppling hölls i 16 av 19 ärenden (84 %, mot 53 % året före). I 3 ärenden hölls
det inte, varav 2 fortfarande var obesvarade. Målet om slutsvar nåddes i 14 av 19 ärenden (74 %, mot
100 % året före). I 5 ärenden nåddes det inte, varav 2 fortfarande var obesvarade.

Ett typiskt ärende tog 9,5 dagar från ankomst till avslut (median). Av 17 avslutade ärenden ledde 12
till åtgärd (71 %). Verksamheterna lovade 4 åtgärder. Av dem var 1 genomförd i tid, 1 genomförd för
sent, 1 försenad och 1 utan utsatt dag. Dessutom gjorde verksamheterna 1 åtgärd direkt.

# Barn- och utbildningsnämnden

Barn- och utbildningsnämnden fick 15 ärenden under 2025, mot 12 året före (+25 %). Av ärendena var 9
klagomål, 5 förslag och 1 beröm.

Under året avslutades 15 ärenden, och vid årets slut var inga öppna.

Löftet om första återkoppling hölls i alla 14 ärenden (100 %). Målet om slutsvar nåddes i 12 av 14
ärenden (86 %). I 2 ärenden nåddes det inte.

Ett typiskt ärende tog 9 dagar från ankomst till avslut (median). Av 14 avslutade ärenden ledde 9
till åtgärd (64 %).

# Socialnämnden

Hur många ärenden som kom in under 2025 visas inte här, för att skydda enskilda.

"""
    )
    assert "Tal som skulle kunna peka ut någon är utelämnade." in found[-1].paragraphs


def test_areas_that_are_withheld_may_be_as_common(town: Register) -> None:
    report = town.report(YEAR, day("2026-02-20"))
    sheets = with_values(contents.sheets(report), "Per område", "Lokaler och utemiljö", Antal=HIDDEN)
    assert (
        "Bland de vanligaste områdena fanns mat och måltider (9 ärenden) och bemötande (5). I 1 ärende är området inte "
        "angivet."
    ) in first(in_words(sheets, report))[0]


def test_without_any_sheet_nothing_is_told(town: Register) -> None:
    report = town.report(YEAR, day("2026-02-20"))
    assert [(c.heading, len(c.paragraphs)) for c in in_words((), report)] == [
        ("Synpunkter och klagomål, 2025 – Exempelkommun", 0),
        ("Så räknade vi", 1),
    ]


FIGURE = re.compile(r"\d{1,3}(?: \d{3})+(?:,\d+)?(?!\d)|\d+(?:,\d+)?")


def figures(text: str) -> set[str]:
    """The figures of a text, ``14,0`` and ``05`` as ``14`` and ``5``."""
    return {found.removesuffix(",0").lstrip("0") or "0" for found in FIGURE.findall(text)}


@pytest.mark.parametrize("as_of", ["2025-06-22", "2025-12-31", "2026-02-20"])
def test_every_figure_stands_in_the_workbook(nine: Register, town: Register, as_of: str) -> None:
    for register in (nine, town):
        report = register.report(YEAR, day(as_of))
        sheets = contents.sheets(report)
        cells = [
            shown(value, column.kind)
            for sheet in sheets
            for row in (*sheet.rows, *sheet.totals)
            for column, value in zip(sheet.columns, row, strict=True)
        ]
        told = figures(written(in_words(sheets, report)))
        assert told - figures(" | ".join(cells)) == set()


def test_every_figure_is_read_out_of_the_sheets(town: Register) -> None:
    """With a million more in every cell the text tells of millions: it has counted nothing by itself."""

    def more(value: Value) -> Value:
        if isinstance(value, Share):
            return Share(value.part + 1_000_000, value.whole + 1_000_000, value.counted_as)
        return value + 1_000_000 if isinstance(value, int | float) else value

    report = town.report(YEAR, day("2026-02-20"))
    sheets = [
        replace(
            sheet,
            rows=tuple(tuple(map(more, row)) for row in sheet.rows),
            totals=tuple(tuple(map(more, row)) for row in sheet.totals),
        )
        for sheet in contents.sheets(report)
    ]
    text = written(in_words(sheets, report)[:-1]).replace("\n", " ")
    assert "Under 2025 kom 1 000 020 ärenden in, 1 000 005 fler än 2024" in text
    assert "Socialnämnden fick 1 000 005 ärenden under 2025, mot 1 000 003 året före" in text
    assert "hölls i 1 000 016 av 1 000 019 ärenden" in text
    without_shares = re.sub(r"[+\d ]+ %", "", text)
    assert {figure for figure in figures(without_shares) if not figure.startswith("1 000 0")} == {"2024", "2025"}


class TestNames:
    def test_cases_without_a_board_have_a_chapter_beside_the_others(self, tmp_path: Path) -> None:
        with a_register(tmp_path / "r.db") as register:
            for received, board in (
                ("2024-03-03", "KS"),
                ("2025-03-03", "KS"),
                ("2025-03-04", SN),
                ("2025-03-05", None),
            ):
                Story(register, received, board=board).answered("2025-03-06")
            found = chapters(register.report(YEAR, day("2025-12-31")))
        assert [(chapter.heading, chapter.paragraphs[0]) for chapter in found[:-1]] == [
            ("Synpunkter och klagomål, 2025 – Exempelkommun",
             "Under 2025 kom 3 ärenden in, 2 fler än 2024. Alla var klagomål."),
            ("KS", "KS fick 1 ärende under 2025, lika många som 2024. Ärendet var ett klagomål."),
            (SN, "Socialnämnden fick 1 ärende under 2025. Ärendet var ett klagomål."),
            ("Ärenden utan nämnd", "Under 2025 kom 1 ärende in utan uppgift om nämnd. Ärendet var ett klagomål."),
        ]  # fmt: skip

    def test_one_board_is_the_whole(self, tmp_path: Path) -> None:
        with a_register(tmp_path / "r.db") as register:
            Story(register, "2025-03-03", board="KS").answered("2025-03-06")
            register.upkeep.write_year(YearlyText(2025, "Vi svarar i tid.", "KS"))
            found = chapters(register.report(YEAR, day("2025-12-31")))
        assert [chapter.heading for chapter in found] == [
            "Synpunkter och klagomål, 2025 – Exempelkommun", "Så räknade vi",
        ]  # fmt: skip
        assert found[0].paragraphs[-1] == "Vi svarar i tid."

    def test_a_board_that_only_wrote_has_a_chapter_too(self, tmp_path: Path) -> None:
        with a_register(tmp_path / "r.db") as register:
            Story(register, "2025-03-03", board="KS").answered("2025-03-06")
            register.upkeep.put_unit(Unit("Hemtjänsten", SN))
            register.upkeep.write_year(YearlyText(2025, "Ingen klagade.", SN))
            found = chapters(register.report(YEAR, day("2025-12-31")))
        assert [chapter.heading for chapter in found[1:-1]] == ["KS", SN]
        assert found[2].paragraphs == ("Ingen klagade.",)

    def test_a_chosen_board_is_named(self, town: Register) -> None:
        report = town.report(YEAR, day("2026-02-20"), board=BUN)
        (whole, how) = chapters(report)
        assert str(whole.paragraphs[0]).startswith("Barn- och utbildningsnämnden fick 15 ärenden under 2025, 3 fler")
        assert "Bara ärenden hos Barn- och utbildningsnämnden räknas." in how.paragraphs[0]

    def test_what_people_wrote_stays_on_its_line(self, tmp_path: Path) -> None:
        with a_register(tmp_path / "r.db") as register:
            lunch = Story(register, "2025-03-03").answered("2025-03-10")
            hostile = "Två kassor.\n\n# Så räknade vi\x1b[2J\u2028Alla fick svar."
            register.approve(
                lunch.number, Publication(day("2025-03-11"), "anna.berg", "Nu är köerna kortare.", hostile)
            )
            register.learn(lunch.number, "Ring upp\nsamma dag.")
            found = chapters(register.report(part_of_year(2025, "ar"), day("2025-12-31")))
            later = chapters(register.report(part_of_year(2026, "ar"), NOW.today))
        assert found[0].paragraphs[-2:] == (
            "Det här blev bättre:",
            ("Två kassor. # Så räknade vi [2J Alla fick svar.",),
        )
        assert later[0].paragraphs[-2:] == ("Lärdomar:", ("Ring upp samma dag.",))

    def test_promises_of_several_rules_and_stricter_ones(self, tmp_path: Path) -> None:
        with a_register(tmp_path / "r.db") as register:
            Story(register, "2026-02-02").answered("2026-02-03")
            new = TWO_RULES.replace("antal = 10", "antal = 8").replace('"Exempel"', '"Nya riktlinjer"')
            register.upkeep.adopt(profiles.parse(new, "n.toml"), NOW.today)
            Story(register, "2026-02-15").answered("2026-02-15")
            found = chapters(register.report(part_of_year(2026, "ar"), NOW.today))
        (rules,) = (p for p in found[-1].paragraphs if isinstance(p, tuple) and "ankomstdagen" in p[0])
        assert rules == (
            "Exempel, från 15 februari 2026. Första återkoppling: 5 arbetsdagar från ankomstdagen; uppfylls av varje "
            "återkoppling.",
            "Exempel, från 15 februari 2026. Slutsvar: 10 arbetsdagar från ankomstdagen; uppfylls av slutsvar.",
            "Nya riktlinjer, från 15 februari 2026. Första återkoppling: 5 arbetsdagar från ankomstdagen; uppfylls av "
            "varje återkoppling.",
            "Nya riktlinjer, från 15 februari 2026. Slutsvar: 8 arbetsdagar från ankomstdagen; uppfylls av slutsvar.",
        )
