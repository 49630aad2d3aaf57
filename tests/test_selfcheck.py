"""Lomma's self-check: the document's own form, what the register knows beside it, and last year's judgement."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from klagreg import profile as profiles
from klagreg.selfcheck import FACTS, GOALS
from tests.conftest import SHARED, Clerk
from tests.test_terminal import Terminal

Registered = Callable[..., str]

SEED = SHARED / "seeds" / "lomma-egenkontroll-2014.txt"

CRITERIA = profiles.load("lomma").criteria

BORROWED = (
    "Regelverket Standard har ingen egen egenkontroll: utgångspunkterna är Lommas. "
    "Skriv egna under [[egenkontroll]] i regelverket.\n"
)

KEYS = ["verktyg", "riktlinjer", "uppmuntran", "mottagande", "publicering", "utvardering"]

THE_FORM = """\
Synpunkts- och klagomålshantering – Uppföljning (egenkontroll) och utveckling för UKF 2026
Målet är att nämnder/förvaltningar i Lomma kommun skall
- Ha en tydlig, välkänd och brukarvänlig synpunkts- och klagomålshantering
- Lära av synpunkter, klagomål, beröm och förbättringsförslag och därigenom utvecklas

1. Organisationen använder det kommungemensamma verktyget för synpunkts- och klagomålshantering som är lätt att \
använda och har givna tidsramar. (verktyg)
  Tillämpning: Det finns dokument för synpunkts- och klagomålshantering, där det bl.a. anges vem som tar emot \
synpunkter för de olika verksamhetsområdena. Brukarna kan, (förutom via LUKAS) lämna synpunkter personligen, genom \
brev, e-post eller telefon. Oavsett hur det inkommit till verksamheten registreras det i LUKAS.
  [x] Helt  [ ] Delvis  [ ] Ej
  Kommentar: Allt förs i registret.
    Också det som sägs.
  Förra året: Delvis. Samtal registrerades inte.
  Fakta ur registret:
    Frist: Svar: 10 arbetsdagar från ankomstdagen; uppfylls av slutsvar
    Inkomna via Telefon: 3
    Inkomna via E-post: 2
    Inkomna via okänd kanal: 1
    Förda någon annanstans och tagna in i efterhand: 1

2. Det finns riktlinjer om hantering av synpunkter, klagomål, problem och avvikelser. (riktlinjer)
  Tillämpning: Medarbetarna får utbildning om riktlinjer och praktisk hantering av synpunkter och klagomål. \
Medarbetarna har ansvar för att så långt som möjligt lösa problem och avvikelser. Introduktionsprogram innehåller \
alltid moment om synpunkter, klagomål och avvikelser.
  [ ] Helt  [ ] Delvis  [ ] Ej
  Förra året: inte bedömt
  Fakta ur registret:
    Reglerna senast genomgångna: 2026-05-04
    Handläggare som fick sitt första ärende: 1

3. Brukare och medborgare uppmuntras aktivt att framföra synpunkter och klagomål på kvalitetsdeklarationer och \
verksamheten i sin helhet. (uppmuntran)
  Tillämpning: Organisationen har en informationsstrategi för synpunkts- och klagomålshantering. Organisationen \
redovisar hur förslag, synpunkter och klagomål uppmuntras hos brukare och medborgare.
  [ ] Helt  [ ] Delvis  [ ] Ej
  Förra året: inte bedömt
  Fakta ur registret:
    Inkomna: 6
    Inkomna förra året: 2
    Beröm: 1
    Beröm förra året: 0
    Förslag: 1
    Förslag förra året: 1

4. Mottagande och analys sker av inkomna förslag, synpunkter och klagomål. Det finns regler för handläggningstid av \
svar och åtgärd. (mottagande)
  Tillämpning: Medarbetare på alla nivåer tar emot synpunkter, klagomål och förslag. Den enskilde brukaren får ett \
korrekt och vänligt bemötande vid klagomål och snabb rättelse vid avvikelser. Avvikelser, synpunkter och klagomål \
analyseras och används inom enheten samt i hela verksamhetsområdet för förbättring av tjänsterna och verksamheten. \
Sammanställningar görs av avvikelser, synpunkter, klagomål och förslag med uppgifter om handläggningstid och vidtagna \
åtgärder. Sammanställningarna redovisas för ledning och politiker.
  [ ] Helt  [ ] Delvis  [ ] Ej
  Förra året: inte bedömt
  Fakta ur registret:
    Svar i tid: 50 %
    Median handläggningstid (dagar): 5,5
    Median svarstid (dagar): 8,0
    Avslutade utan svar (ska vara 0): 0
    Avvikelser: 2
    Avvikelser med genomförd rättelse: 1
    Median till rättelse (dagar): 4,0

5. Sammanställningar av klagomål, synpunkter och förslag samt förbättringsåtgärder publiceras. (publicering)
  Tillämpning: Sammanställningar redovisas i årsberättelser, hushållstidningar, på hemsidan och till massmedia. \
Informationen är lätt att komma åt och den innehåller konkreta beskrivningar om förbättringar.
  [ ] Helt  [ ] Delvis  [ ] Ej
  Förra året: inte bedömt
  Fakta ur registret:
    Svar godkända för publicering: 1
    Godkända som beskriver en förbättring: 1
    Redovisningar under året: 1
    Ärenden med lärdom skriven under året: 1

6. Utvärdering och förbättring av synpunkts- och klagomålshantering sker kontinuerligt. (utvardering)
  Tillämpning: Medborgare/brukare som använt synpunkts- och klagomålshanteringssystemet tillfrågas om dess \
användbarhet via enkät, intervju eller fokusgrupp. Systemet för synpunkts- och klagomålshantering har utvecklats och \
förbättrats efter att användarnas synpunkter har tagits tillvara.
  [ ] Helt  [ ] Delvis  [ ] Ej
  Förra året: inte bedömt
  Fakta ur registret:
    Tillfrågade som svarat: 4
    Nöjda av dem: 75 %
    Utlovade åtgärder: 1
    Genomförda av dem: 0
    Försenade av dem: 1
    Åtgärder gjorda direkt: 1
    Anonyma: 1
    Andel anonyma: 17 %

Bedöm: klagreg egenkontroll 2026 --kriterium 1 --uppnatt helt|delvis|ej --kommentar TEXT
"""


@pytest.fixture
def lomma(desk: Clerk) -> Clerk:
    """Lomma's register with two cases of 2025 and six of 2026, seen on 1 February 2027."""
    with desk.begun("lomma"):
        desk.on("2025-01-07")("init", "--regler", "lomma", "--namnd", "UKF", "--kommun", "Lomma kommun")
        desk("enhet", "lagg-till", "Parkskolan")
        for name in ("eva.lind", "bo.ek"):
            desk("handlaggare", "lagg-till", name)

        def register(on: str, kind: str, *words: str) -> None:
            desk.on(on)("registrera", "--typ", kind, "--enhet", "Parkskolan", *words)

        register("2025-03-03", "klagomal", "--handlaggare", "eva.lind")
        register("2025-04-04", "forslag", "--kanal", "brev")
        desk(
            "egenkontroll",
            "2025",
            "--kriterium",
            "1",
            "--uppnatt",
            "delvis",
            "--kommentar",
            "Samtal registrerades inte.",
        )
        register(
            "2026-03-02", "klagomal", "--kanal", "telefon", "--handlaggare", "eva.lind", "--rubrik", "Kö i matsalen"
        )
        desk.on("2026-03-10")("avsluta", "2026-1", "--utfall", "atgardad", "--svar", "Två kassor.", "--satt", "telefon")
        desk("lardom", "2026-1", "Två kassor räcker för tvåhundra.")
        desk("godkann", "2026-1", "--svar", "Två kassor är öppna.", "--forbattring", "Två kassor.")
        register("2026-03-16", "avvikelse", "--kanal", "e-post", "--handlaggare", "bo.ek")
        desk.on("2026-03-20")("atgarda", "2026-2", "Rättat i systemet.", "--genomford", "idag")
        register("2026-04-01", "avvikelse", "--kanal", "telefon", "--i-efterhand", "Rektors pärm")
        desk("atgarda", "2026-3", "Ny rutin.", "--klar-senast", "2026-05-01")
        desk("uppdatera", "2026-3", "--kontakt", "avstar")
        register("2026-04-20", "berom", "--kanal", "telefon")
        desk.on("2026-04-23")("avsluta", "2026-4", "--utfall", "berom_formedlat", "--utan-svar", "berom")
        register("2026-04-27", "forslag", "--kanal", "e-post")
        desk("makulera", "2026-5", "--orsak", "Registrerat två gånger")
        register("2026-04-27", "forslag", "--kanal", "e-post", "--avstar")
        desk.on("2026-05-04")("regler", "granska")
        register("2026-06-01", "klagomal", "--anonym")
        desk.on("2026-10-20")("redovisa", "2026", "--kvartal", "3", "--datum", "idag", "--paragraf", "88")
        desk("enkat", "--satt", "enkat", "--svar", "nojd", "--antal", "3")
        desk("enkat", "--satt", "intervju", "--svar", "delvis")
    return desk.on("2027-02-01")


def facts(clerk: Clerk, *words: str) -> dict[str, Any]:
    """Every fact of the form by its heading."""
    found = clerk("egenkontroll", *words, "--json").json
    return {fact["rubrik"]: fact["varde"] for row in found for fact in row["fakta"]}


def judged(clerk: Clerk, year: str = "2026", *words: str) -> dict[str, Any]:
    """What was said of each criterion that anything was said of."""
    rows = clerk("egenkontroll", year, *words, "--json").json
    return {row["nyckel"]: (row["uppnatt"], row["kommentar"]) for row in rows if row["uppnatt"]}


@pytest.mark.skipif(not SEED.is_file(), reason=f"dokumentet finns inte i {SEED}")
def test_the_criteria_are_the_documents_own_words() -> None:
    document = SEED.read_text("utf-8")
    rows = [line.split("\t") for line in document.splitlines() if line.count("checkbox") == 3]
    assert [(criterion.aim, criterion.practice) for criterion in CRITERIA] == [(row[0], row[1]) for row in rows]
    assert all(f"- {goal}" in document for goal in GOALS)
    assert {code for criterion in CRITERIA for code in criterion.facts} == FACTS.keys()


class TestTheForm:
    def test_as_it_stands_in_the_terminal(self, lomma: Clerk) -> None:
        words = [
            "--kriterium",
            "verktyg",
            "--uppnatt",
            "helt",
            "--kommentar",
            "Allt förs i registret.\nOckså det som sägs.",
        ]
        lomma("egenkontroll", "2026", *words)
        shown = lomma("egenkontroll", "2026")
        assert (shown.out, shown.err) == (THE_FORM, "")

    def test_one_criterion_with_what_is_known_of_it(self, lomma: Clerk) -> None:
        of_all = THE_FORM.split("\n\n")
        assert lomma("egenkontroll", "2026", "--kriterium", "riktlinjer").out == f"\n{of_all[2]}\n"
        assert lomma("egenkontroll", "2026", "--kriterium", "1").out.endswith(
            "  [ ] Helt  [ ] Delvis  [ ] Ej\n"
            "  Förra året: Delvis. Samtal registrerades inte.\n"
            + of_all[1][of_all[1].index("  Fakta ur registret:") :]
            + "\n"
        )
        (row,) = lomma("egenkontroll", "2026", "--kriterium", "6", "--json").json
        assert row["nyckel"] == "utvardering"
        assert judged(lomma) == {}

    def test_as_json(self, lomma: Clerk) -> None:
        lomma("egenkontroll", "2026", "--kriterium", "1", "--uppnatt", "helt")
        found = lomma("egenkontroll", "2026", "--json").json
        assert [row["nyckel"] for row in found] == KEYS
        assert found[0] == {
            "nr": 1,
            "nyckel": "verktyg",
            "utgangspunkt": CRITERIA[0].aim,
            "tillampning": CRITERIA[0].practice,
            "uppnatt": "helt",
            "kommentar": None,
            "fakta": [
                {"rubrik": "Frist", "varde": "Svar: 10 arbetsdagar från ankomstdagen; uppfylls av slutsvar"},
                {"rubrik": "Inkomna via Telefon", "varde": 3},
                {"rubrik": "Inkomna via E-post", "varde": 2},
                {"rubrik": "Inkomna via okänd kanal", "varde": 1},
                {"rubrik": "Förda någon annanstans och tagna in i efterhand", "varde": 1},
            ],
            "forra_aret": {"uppnatt": "delvis", "kommentar": "Samtal registrerades inte."},
        }
        assert found[1]["fakta"][0] == {"rubrik": "Reglerna senast genomgångna", "varde": "2026-05-04"}
        assert found[3]["fakta"][0] == {"rubrik": "Svar i tid", "varde": 0.5}
        assert found[3]["forra_aret"] is None

    def test_as_a_workbook(self, lomma: Clerk) -> None:
        lomma("egenkontroll", "2026", "--kriterium", "1", "--uppnatt", "helt", "--kommentar", "=Allt förs i registret.")
        lomma("egenkontroll", "2026", "--kriterium", "2", "--uppnatt", "ej")
        assert lomma("egenkontroll", "2026", "-o", "form.xlsx").out == (
            "Egenkontrollen för UKF 2026 är skriven till form.xlsx.\n"
        )
        sheet = openpyxl.load_workbook(lomma.folder / "form.xlsx")["Egenkontroll 2026"]
        rows = [list(row) for row in sheet.iter_rows(values_only=True)]
        assert [row[0] for row in rows[:4]] == THE_FORM.splitlines()[:4]
        assert rows[4:6] == [
            ["Utgångspunkt", "Tillämpning", "Helt", "Delvis", "Ej", "Kommentar", "Fakta ur registret", "Förra året"],
            [
                f"1. {CRITERIA[0].aim}",
                CRITERIA[0].practice,
                "☒",
                "☐",
                "☐",
                "=Allt förs i registret.",
                "Frist:\N{NO-BREAK SPACE}Svar: 10 arbetsdagar från ankomstdagen; uppfylls av slutsvar\n"
                "Inkomna via Telefon:\N{NO-BREAK SPACE}3\n"
                "Inkomna via E-post:\N{NO-BREAK SPACE}2\n"
                "Inkomna via okänd kanal:\N{NO-BREAK SPACE}1\n"
                "Förda någon annanstans och tagna in i efterhand:\N{NO-BREAK SPACE}1",
                "Delvis. Samtal registrerades inte.",
            ],
        ]
        assert [row[2:6] for row in rows[6:]] == [["☐", "☐", "☒", None], *[["☐", "☐", "☐", None]] * 4]
        assert [row[0] for row in rows[6:]] == [f"{n}. {c.aim}" for n, c in enumerate(CRITERIA[1:], 2)]
        assert sheet["F6"].data_type == "s"

    def test_the_workbook_is_ready_to_print(self, lomma: Clerk) -> None:
        lomma("egenkontroll", "2026", "--kriterium", "4", "--uppnatt", "helt", "--kommentar", "ord " * 249)
        lomma("egenkontroll", "2026", "-o", "form.xlsx")
        sheet = openpyxl.load_workbook(lomma.folder / "form.xlsx")["Egenkontroll 2026"]
        page = sheet.page_setup
        assert (page.paperSize, page.orientation, page.fitToWidth, page.fitToHeight) == (9, "landscape", 1, 0)
        assert (sheet.print_title_rows, sheet.freeze_panes) == ("$5:$5", "A6")
        widths = [sheet.column_dimensions[letter].width for letter in "ABCDEFGH"]
        assert sum(widths) == 160
        assert min(widths[i] for i in (0, 1, 5, 6, 7)) >= 20
        assert max(sheet.row_dimensions[n].height for n in range(6, 12)) < 409
        assert all(sheet.cell(6, n).alignment.wrap_text for n in (1, 2, 6, 7, 8))
        assert not sheet.merged_cells.ranges
        (table,) = sheet.tables.values()
        assert (table.ref, table.autoFilter) == ("A5:H11", None)

    def test_a_long_heading_is_broken_and_not_cut(self, desk: Clerk) -> None:
        name = "Miljö-, bygg- och samhällsbyggnadsnämnden i Östra Göinge"
        desk("init", "--namnd", name)
        desk("egenkontroll", "2026", "-o", "form.xlsx")
        sheet = openpyxl.load_workbook(desk.folder / "form.xlsx")["Egenkontroll 2026"]
        assert [sheet.cell(n, 1).value for n in range(1, 4)] == [
            "Synpunkts- och klagomålshantering – Uppföljning (egenkontroll) och utveckling för Miljö-, bygg- och",
            "samhällsbyggnadsnämnden i Östra Göinge 2026",
            "Utgångspunkterna är Lomma kommuns (UKF 2014).",
        ]

    def test_a_workbook_that_is_there_is_kept(self, lomma: Clerk) -> None:
        lomma("egenkontroll", "2026", "-o", "form.xlsx")
        assert lomma("egenkontroll", "2026", "-o", "form.xlsx", code=3).err == (
            "Fel: form.xlsx finns redan och är orörd. Skriv över den med --ersatt, eller välj ett annat namn.\n"
        )
        lomma("egenkontroll", "2026", "-o", "form.xlsx", "--ersatt")

    def test_of_a_year_that_goes_on(self, lomma: Clerk) -> None:
        found = facts(lomma.on("2026-03-21"), "2026")
        assert (found["Inkomna"], found["Inkomna förra året, till samma dag"]) == (2, 1)
        assert (found["Reglerna senast genomgångna"], found["Redovisningar under året"]) == (None, 0)
        assert found == facts(lomma.on("2027-02-01"), "2026", "--per", "2026-03-21")

    def test_a_register_without_a_board_speaks_of_the_municipality_or_of_itself(self, desk: Clerk) -> None:
        desk("init")
        assert "utveckling för hela registret 2026\n" in desk("egenkontroll", "2026").out
        other = Clerk(desk.folder / "annat", desk._capture)
        other.folder.mkdir()
        other("init", "--kommun", "Lomma kommun")
        assert "utveckling för Lomma kommun 2026\n" in other("egenkontroll", "2026").out


class TestJudging:
    def test_says_what_was_stored_and_keeps_what_was_said_before(self, lomma: Clerk) -> None:
        words = ["egenkontroll", "2026", "--kriterium", "riktlinjer"]
        first = lomma(*words, "--uppnatt", "Delvis", "--kommentar", "Alla är inte introducerade.").out
        assert first.startswith("\n2. Det finns riktlinjer om hantering")
        assert "  [ ] Helt  [x] Delvis  [ ] Ej\n  Kommentar: Alla är inte introducerade.\n" in first
        lomma(*words, "--uppnatt", "helt")
        assert judged(lomma) == {"riktlinjer": ("helt", "Alla är inte introducerade.")}
        lomma(*words, "--uppnatt", "helt", "--kommentar", "")
        assert judged(lomma) == {"riktlinjer": ("helt", None)}
        connection = sqlite3.connect(lomma.folder / "klagreg.db")
        kept = connection.execute(
            "SELECT attained, comment, by FROM self_check WHERE year = 2026 ORDER BY id"
        ).fetchall()
        connection.close()
        assert kept == [
            ("delvis", "Alla är inte introducerade.", "anna.berg"),
            ("helt", "Alla är inte introducerade.", "anna.berg"),
            ("helt", None, "anna.berg"),
        ]

    def test_the_same_again_is_refused(self, lomma: Clerk) -> None:
        words = ["egenkontroll", "2026", "--kriterium", "3", "--uppnatt", "ej"]
        lomma(*words)
        assert lomma(*words, code=3).err == "Fel: Egenkontrollen 2026 har redan den bedömningen. Inget är ändrat.\n"

    def test_of_each_board_and_year_by_itself(self, lomma: Clerk) -> None:
        lomma("enhet", "lagg-till", "Hemtjänsten", "--namnd", "SN")
        lomma("egenkontroll", "2026", "--namnd", "sn", "--kriterium", "6", "--uppnatt", "ej")
        assert judged(lomma, "2026") == {}
        assert judged(lomma, "2026", "--namnd", "SN") == {"utvardering": ("ej", None)}
        assert judged(lomma, "2025") == {"verktyg": ("delvis", "Samtal registrerades inte.")}
        assert facts(lomma, "2026", "--namnd", "SN")["Tillfrågade som svarat"] == 0

    def test_a_comment_that_points_somebody_out_is_not_stored(self, lomma: Clerk) -> None:
        words = ["egenkontroll", "2026", "--kriterium", "1", "--uppnatt", "ej", "--kommentar", "Fråga anna@lomma.se."]
        assert lomma(*words, code=3).err == (
            "Fel: Texten pekar troligen ut någon: Kommentar: e-postadress (rad 1, tecken 7). Inget är sparat. "
            "Skriv om utan uppgiften, eller ange --granskad om den inte pekar ut någon.\n"
        )
        assert judged(lomma) == {}
        lomma(*words, "--granskad")
        assert judged(lomma) == {"verktyg": ("ej", "Fråga anna@lomma.se.")}

    @pytest.mark.parametrize(
        ("words", "message"),
        [
            (
                ["2026", "--kriterium", "utvärdring", "--uppnatt", "ej"],
                "--kriterium: ”utvärdring” finns inte bland valen. Menade du utvardering?",
            ),
            (
                ["2026", "--kriterium", "7", "--uppnatt", "ej"],
                f"--kriterium: ”7” finns inte bland valen. Välj bland: {', '.join(KEYS)}.",
            ),
            (["2026", "--kriterium", "1", "--kommentar", "Bra."], "--uppnatt saknas. Välj helt|delvis|ej."),
            (
                ["2026", "--kriterium", "1", "--uppnatt", "nästan"],
                "--uppnatt: ”nästan” finns inte bland valen. Välj bland: helt, delvis, ej.",
            ),
            (
                ["2026", "--uppnatt", "helt"],
                "--uppnatt och --kommentar hör till ett kriterium. Ange vilket med --kriterium 1–6.",
            ),
            (
                ["2026", "--kriterium", "1", "--uppnatt", "helt", "-o", "x.xlsx"],
                "En bedömning sparas för sig, och arbetsboken skrivs sedan. Gör det i två steg.",
            ),
            (
                ["2026", "--fyll-i"],
                "--fyll-i frågar, och här finns ingen att fråga. "
                "Ange --kriterium K --uppnatt helt|delvis|ej --kommentar TEXT.",
            ),
            (
                ["2026", "--fyll-i", "--kriterium", "1"],
                "--fyll-i går igenom alla kriterier. Ange antingen --fyll-i eller --kriterium.",
            ),
            (["2026", "-o", "x.pdf"], "x.pdf är inget namn på en arbetsbok. Låt namnet sluta på .xlsx."),
            (
                ["2028", "--kriterium", "1", "--uppnatt", "helt"],
                "ÅR: 2028 har inte börjat. I dag är mån 2026-11-02.",
            ),
            (["1999"], "År: 1999 ligger utanför 2000–2100."),
        ],
    )
    def test_what_cannot_be_said(self, klagreg: Clerk, words: list[str], message: str) -> None:
        assert klagreg("egenkontroll", *words, code=2).err == f"Fel: {message}\n"
        assert judged(klagreg) == {}


class TestFillingIn:
    """A person at a terminal, whose calendar is the real one."""

    YEAR = str(datetime.now(UTC).year)

    def test_goes_through_all_with_last_years_answer_at_hand(self, klagreg: Clerk) -> None:
        last = str(int(self.YEAR) - 1)
        klagreg.on(f"{self.YEAR}-01-01")
        klagreg("egenkontroll", last, "--kriterium", "1", "--uppnatt", "delvis", "--kommentar", "Samtal fattas.")
        klagreg("egenkontroll", last, "--kriterium", "2", "--uppnatt", "helt", "--kommentar", "Alla är introducerade.")
        terminal = Terminal(klagreg.folder, 80, "egenkontroll", self.YEAR, "--fyll-i")
        terminal.wait_for("utgångspunkterna är Lommas.")
        terminal.wait_for("Förra året: Delvis. Samtal fattas.")
        terminal.wait_for("Fakta ur registret:")
        terminal.answer("Uppnått [delvis]: ", "")
        terminal.answer("Kommentar, om inte den ovan; - för ingen (avsluta", "")
        terminal.answer("Uppnått [helt]: ", "ej")
        terminal.answer("Kommentar, om inte den ovan; - för ingen (avsluta", "-\n\n")
        terminal.answer("Uppnått: ", "kanske")
        terminal.answer("finns inte bland valen.", "")
        terminal.answer("Uppnått: ", "1")
        terminal.answer("Kommentar (avsluta", "Ring 070-174 06 05.\n\n")
        terminal.answer("telefonnummer (rad 1, tecken 6)", "Vi frågar alla.\n\n")
        for _ in range(3):
            terminal.answer("Uppnått: ", "delvis")
            terminal.answer("Kommentar (avsluta", "")
        screen, code = terminal.end()
        assert code == 0, screen
        assert judged(klagreg, self.YEAR) == {
            "verktyg": ("delvis", "Samtal fattas."),
            "riktlinjer": ("ej", None),
            "uppmuntran": ("helt", "Vi frågar alla."),
            "mottagande": ("delvis", None),
            "publicering": ("delvis", None),
            "utvardering": ("delvis", None),
        }

    def test_one_criterion_without_a_word_is_asked_for(self, klagreg: Clerk) -> None:
        terminal = Terminal(klagreg.folder, 80, "egenkontroll", self.YEAR, "--kriterium", "5")
        terminal.answer("Uppnått: ", "helt")
        terminal.answer("Kommentar (avsluta", "")
        assert terminal.end()[1] == 0
        assert judged(klagreg, self.YEAR) == {"publicering": ("helt", None)}

    def test_ctrl_c_stores_nothing(self, klagreg: Clerk) -> None:
        terminal = Terminal(klagreg.folder, 80, "egenkontroll", self.YEAR, "--fyll-i")
        terminal.answer("Uppnått: ", "helt")
        terminal.answer("Kommentar (avsluta", "\x03")
        screen, code = terminal.end()
        assert (code, "Avbrutet. Inget är ändrat." in screen) == (130, True)
        assert judged(klagreg, self.YEAR) == {}


class TestOwnCriteria:
    OWN = """
[[egenkontroll]]
nyckel = "Svarstid"
utgangspunkt = "Vi svarar i tid."
fakta = ["i_tid", "utan_svar"]
"""

    def profile(self, clerk: Clerk, own: str) -> str:
        rules = (
            '[[frist]]\nnyckel = "svar"\nrubrik = "Svar"\nantal = 10\nraknas_i = "dagar"\nfullgors_av = ["slutsvar"]\n'
        )
        (clerk.folder / "egen.toml").write_text(f'namn = "Vår"\n{rules}{own}', "utf-8")
        return "egen.toml"

    def test_a_municipality_has_its_own(self, desk: Clerk) -> None:
        desk("init", "--regler", self.profile(desk, self.OWN), "--namnd", "KS")
        desk("registrera", "--typ", "klagomal")
        desk("egenkontroll", "2026", "--kriterium", "svarstid", "--uppnatt", "helt")
        answer = desk("egenkontroll", "2026", "--json")
        (row,) = answer.json
        assert answer.err == ""
        assert (row["nyckel"], row["utgangspunkt"], row["tillampning"]) == ("svarstid", "Vi svarar i tid.", "")
        assert row["fakta"] == [
            {"rubrik": "Svar i tid", "varde": None},
            {"rubrik": "Avslutade utan svar (ska vara 0)", "varde": 0},
        ]
        assert desk("egenkontroll", "2026").out.endswith(
            "1. Vi svarar i tid. (svarstid)\n"
            "  [x] Helt  [ ] Delvis  [ ] Ej\n"
            "  Förra året: inte bedömt\n"
            "  Fakta ur registret:\n"
            "    Svar i tid: –\n"
            "    Avslutade utan svar (ska vara 0): 0\n"
        )

    def test_those_in_force_when_the_year_ended_hold(self, desk: Clerk) -> None:
        desk("init", "--namnd", "KS")
        desk("regler", "andra", self.profile(desk, self.OWN), "--fran", "2027-01-01")
        assert [row["nyckel"] for row in desk("egenkontroll", "2026", "--json").json] == KEYS
        assert [row["nyckel"] for row in desk("egenkontroll", "2027", "--json").json] == ["svarstid"]

    def test_a_fact_that_there_is_none_of_is_refused(self, desk: Clerk) -> None:
        desk("init", "--regler", self.profile(desk, self.OWN.replace("utan_svar", "nojdhet")))
        assert desk("egenkontroll", "2026", code=2).err.startswith(
            "Fel: Regelverket Vår, nyckeln egenkontroll.fakta: ”nojdhet” finns inte. Välj bland: frister, kanaler, "
        )


class TestBorrowedAims:
    """A municipality without criteria of its own sees Lomma's aims, and is told so; not what Lomma does."""

    @pytest.mark.parametrize("profile", ["standard", "osby", "enkoping", "kinda", "nacka"])
    def test_nothing_of_lommas_is_shown_as_its_own(self, desk: Clerk, profile: str) -> None:
        desk("init", "--regler", profile, "--kommun", "Exempelby kommun")
        answer = desk("egenkontroll", "2026")
        assert answer.err == BORROWED.replace("Standard", profiles.load(profile).name)
        for word in ("LUKAS", "hushållstidningar", "Målet", "Tillämpning", "nämnder/förvaltningar"):
            assert word not in answer.out
        rows = desk("egenkontroll", "2026", "--json").json
        assert [(row["utgangspunkt"], row["tillampning"]) for row in rows] == [(c.aim, "") for c in CRITERIA]
        assert [bool(row["fakta"]) for row in rows] == [True] * 6

    def test_whose_they_are_is_said_whatever_is_shown(self, klagreg: Clerk) -> None:
        words = ["egenkontroll", "2026"]
        assert klagreg(*words, "--json").err == BORROWED
        assert klagreg(*words, "--kriterium", "1").err == BORROWED
        assert klagreg(*words, "--kriterium", "1", "--uppnatt", "helt").err == BORROWED
        assert klagreg(*words, "-o", "form.xlsx").err == BORROWED
        sheet = openpyxl.load_workbook(klagreg.folder / "form.xlsx")["Egenkontroll 2026"]
        assert sheet["A2"].value == "Utgångspunkterna är Lomma kommuns (UKF 2014)."
        assert [sheet.cell(n, 2).value for n in range(4, 10)] == [None] * 6

    def test_lommas_register_from_before_the_criteria_stood_in_its_profile(self, desk: Clerk) -> None:
        built_in = profiles.load("lomma").toml
        (desk.folder / "lomma.toml").write_text(built_in[: built_in.index("[[egenkontroll]]")], "utf-8")
        desk("init", "--regler", "lomma.toml", "--kommun", "Lomma kommun")
        answer = desk("egenkontroll", "2026")
        assert answer.err == ""
        assert "Målet är att nämnder/förvaltningar i Lomma kommun skall\n" in answer.out
        assert [row["tillampning"] for row in desk("egenkontroll", "2026", "--json").json] == [
            c.practice for c in CRITERIA
        ]


class TestFacts:
    def test_a_channel_is_called_what_the_municipality_calls_it(self, desk: Clerk) -> None:
        desk("init", "--regler", "osby")
        desk("registrera", "--typ", "klagomal", "--kanal", "åsiktsflik")
        assert facts(desk, "2026")["Inkomna via Facebooks åsiktsflik"] == 1

    def test_cases_closed_without_an_answer_are_named(self, klagreg: Clerk) -> None:
        (klagreg.folder / "gamla.csv").write_text(
            "Ärendenr;Inkommen;Typ;Avslutad;Slutsvar\n"
            + "".join(f"{n};2026-01-{n:02};Klagomål;2026-02-02;\n" for n in range(1, 13))
            + "13;2026-01-20;Klagomål;2026-02-02;2026-02-01\n14;2026-01-20;Beröm;2026-02-02;\n",
            "utf-8",
        )
        klagreg("importera", "gamla.csv", "--id-kolumn", "Ärendenr", "--satt", "kontakt=finns")
        found = facts(klagreg, "2026")
        assert found["Avslutade utan svar (ska vara 0)"] == 12
        assert found["Saknar svar"].startswith("SYN-2026-00001, SYN-2026-00002, ")
        assert found["Saknar svar"].endswith("SYN-2026-00010 och 2 till")

    def test_a_secret_case_without_an_answer_is_counted_and_not_named(self, klagreg: Clerk) -> None:
        rows = "".join(f"2026-01-0{n};Klagomål;2026-02-02;\n" for n in (1, 2, 3))
        (klagreg.folder / "gamla.csv").write_text(f"Inkommen;Typ;Avslutad;Slutsvar\n{rows}", "utf-8")
        klagreg("importera", "gamla.csv", "--satt", "kontakt=finns")
        klagreg("sekretess", "2", "--lagrum", "OSL 26 kap. 1 §")
        found = facts(klagreg, "2026")
        assert found["Avslutade utan svar (ska vara 0)"] == 3
        assert found["Saknar svar"] == "SYN-2026-00001, SYN-2026-00003 och 1 till"
        for number in ("1", "3"):
            klagreg("sekretess", number, "--lagrum", "OSL 26 kap. 1 §")
        assert facts(klagreg, "2026")["Avslutade utan svar (ska vara 0)"] == 3
        assert "Saknar svar" not in facts(klagreg, "2026")

    def test_praise_that_came_as_a_synpunkt_is_owed_no_answer(self, klagreg: Clerk) -> None:
        """The self-check and the list mean the same by unanswered."""
        klagreg("registrera", "--typ", "synpunkt", "--rubrik", "Tack", "--inkommen", "2026-10-01")
        klagreg("registrera", "--typ", "synpunkt", "--inkommen", "2026-10-01")
        klagreg("avsluta", "1", "--utfall", "berom_formedlat", "--utan-svar", "berom")
        assert facts(klagreg, "2026")["Avslutade utan svar (ska vara 0)"] == 0
        assert [c["arendenummer"] for c in klagreg("lista", "--obesvarade", "--json").json] == ["SYN-2026-00002"]
        klagreg("ateruppta", "1", "--orsak", "Hen ville ha svar")
        assert len(klagreg("lista", "--obesvarade", "--json").json) == 2

    def test_a_follow_up_is_no_remedy_and_the_first_remedy_counts(self, klagreg: Clerk) -> None:
        for received in ("2026-03-02", "2026-03-02", "2026-03-02", "2026-10-30"):
            klagreg("registrera", "--typ", "avvikelse", "--inkommen", received)
        klagreg("atgarda", "1", "Rättat", "--slag", "rattelse", "--genomford", "2026-03-08")
        klagreg("atgarda", "1", "Rättat igen", "--slag", "rattelse", "--genomford", "2026-03-04")
        klagreg("atgarda", "2", "Klart", "--genomford", "2026-03-05")
        klagreg("atgarda", "3", "Ringt upp", "--slag", "uppfoljning", "--genomford", "2026-03-03")
        found = facts(klagreg, "2026")
        assert (found["Avvikelser"], found["Avvikelser med genomförd rättelse"]) == (4, 2)
        assert found["Median till rättelse (dagar)"] == 2.5
        assert facts(klagreg, "2026", "--per", "2026-03-04")["Avvikelser med genomförd rättelse"] == 1

    def test_a_handler_is_new_once(self, klagreg: Clerk, registered: Registered) -> None:
        registered("--inkommen", "2025-05-05", "--handlaggare", "eva.lind")
        registered("--inkommen", "2026-05-05", "--handlaggare", "eva.lind")
        klagreg("handlaggare", "lagg-till", "nils.ek")
        registered("--inkommen", "2026-05-05", "--handlaggare", "nils.ek")
        of_both_years = [facts(klagreg, year)["Handläggare som fick sitt första ärende"] for year in ("2025", "2026")]
        assert of_both_years == [1, 1]

    def test_who_was_first_is_read_from_what_happened(self, klagreg: Clerk, registered: Registered) -> None:
        """Neither a reassignment, a hand-over nor a new name makes anybody new, or forgets who was."""

        def new(*words: str) -> int:
            return int(facts(klagreg, *words)["Handläggare som fick sitt första ärende"])

        klagreg("handlaggare", "lagg-till", "nils.ek")
        klagreg("enhet", "lagg-till", "Lunden")
        klagreg("enhet", "lagg-till", "Hemtjänsten", "--namnd", "SN")
        registered("--inkommen", "2025-05-05", "--handlaggare", "eva.lind")
        klagreg("tilldela", "1", "nils.ek", "--datum", "2026-02-02")
        assert (new("2025"), new("2026")) == (1, 1)
        assert (new("2026", "--per", "2026-02-01"), new("2026", "--per", "2026-02-02")) == (0, 1)
        klagreg("overlamna", "1", "--till", "Lunden", "--datum", "2026-03-03")
        assert (new("2025"), new("2026")) == (1, 1)
        klagreg("handlaggare", "andra", "eva.lind", "--namn", "eva.ek")
        registered("--handlaggare", "eva.ek")
        assert (new("2025"), new("2026")) == (1, 1)
        klagreg("handlaggare", "lagg-till", "eva.lind")
        registered("--handlaggare", "eva.lind", "--inkommen", "2026-05-05")
        assert (new("2025"), new("2026")) == (1, 2)
        klagreg("handlaggare", "lagg-till", "bo.ek")
        klagreg("registrera", "--typ", "klagomal", "--enhet", "Hemtjänsten", "--handlaggare", "bo.ek")
        registered("--handlaggare", "bo.ek")
        assert (new("2026", "--namnd", "SN"), new("2026", "--namnd", "BUN")) == (1, 2)

    def test_an_arrival_day_that_was_typed_in_wrong_names_nobody(self, klagreg: Clerk, registered: Registered) -> None:
        registered("--inkommen", "2025-10-30", "--handlaggare", "eva.lind")
        klagreg("uppdatera", "1", "--inkommen", "2026-10-30")
        found = [facts(klagreg, year)["Handläggare som fick sitt första ärende"] for year in ("2025", "2026")]
        assert found == [0, 1]

    def test_voided_cases_tell_nothing(self, klagreg: Clerk, registered: Registered) -> None:
        before = facts(klagreg, "2026")
        registered("--inkommen", "2026-05-05", "--handlaggare", "eva.lind")
        klagreg("avsluta", "1", "--utfall", "atgardad", "--svar", "Klart.", "--satt", "brev", "--datum", "2026-05-06")
        klagreg("lardom", "1", "Fråga först.")
        klagreg("godkann", "1", "--svar", "Klart.")
        assert facts(klagreg, "2026") != before
        klagreg("makulera", "1", "--orsak", "Registrerat två gånger")
        assert facts(klagreg, "2026") == before

    @pytest.mark.parametrize("seed", range(4))
    def test_they_are_the_years_own_figures(self, klagreg: Clerk, seed: int) -> None:
        """A made-up year: every fact that the sammanställning has too is the same there, for each nämnd and day."""
        chance = random.Random(seed)
        klagreg("enhet", "lagg-till", "Hemtjänsten", "--namnd", "SN")
        for number in range(1, 15):
            self.one_case(klagreg, chance, number)
        for board in ("BUN", "SN"):
            klagreg("enkat", "--satt", "enkat", "--svar", chance.choice(["nojd", "delvis"]), "--namnd", board)
            for year, as_of in (("2026", "2026-11-02"), ("2026", "2026-06-30"), ("2025", "2026-11-02")):
                words = [year, "--namnd", board, "--per", as_of]
                found = facts(klagreg, *words)
                figures = klagreg("sammanstall", *words, "--json").json
                assert self.as_figures(found) == self.as_facts(figures)

    def one_case(self, clerk: Clerk, chance: random.Random, number: int) -> None:
        kind = chance.choice(["klagomal", "forslag", "berom", "avvikelse"])
        came, unit = (
            f"{chance.choice([2025, 2026])}-0{chance.randint(1, 9)}-05",
            chance.choice(["Parkskolan", "Hemtjänsten"]),
        )
        words = ["--kanal", chance.choice(["brev", "telefon", "e-post"]), "--enhet", unit]
        words += chance.choice([["--anonym"], ["--i-efterhand", "En pärm"], []])
        clerk("registrera", "--typ", kind, "--inkommen", came, *words)
        if "--anonym" not in words and chance.random() < 0.7:
            answer = ["--svar", "Tack.", "--satt", "brev", "--datum", came[:8] + str(chance.randint(6, 28)).zfill(2)]
            clerk("avsluta", str(number), "--utfall", "forklaring", *answer)
        if chance.random() < 0.5:
            clerk("atgarda", str(number), "Ny rutin", "--datum", came, "--klar-senast", came[:8] + "25")

    def as_facts(self, figures: dict[str, Any]) -> dict[str, Any]:
        return {
            "inkomna": figures["inkomna"],
            "berom": figures["per_typ"].get("berom", 0),
            "forslag": figures["per_typ"].get("forslag", 0),
            "avvikelser": figures["per_typ"].get("avvikelse", 0),
            "kanaler": sorted(figures["per_kanal"].values()),
            "i_efterhand": figures["i_efterhand"],
            "anonyma": figures["anonyma"],
            "i_tid": {f["rubrik"]: f["andel_i_tid"] for f in figures["frister"]},
            "handlaggningstid": figures["handlaggningstid"]["median"],
            "svarstid": figures["svarstid"]["median"],
            "atgarder": [figures["atgarder"][key] for key in ("utlovade", "genomforda", "forsenade")],
            "enkat": (figures["enkat"]["svar"], figures["enkat"]["andel_nojda"]),
        }

    def as_figures(self, found: dict[str, Any]) -> dict[str, Any]:
        return {
            "inkomna": found["Inkomna"],
            "berom": found["Beröm"],
            "forslag": found["Förslag"],
            "avvikelser": found["Avvikelser"],
            "kanaler": sorted(value for heading, value in found.items() if heading.startswith("Inkomna via ")),
            "i_efterhand": found["Förda någon annanstans och tagna in i efterhand"],
            "anonyma": found["Anonyma"],
            "i_tid": {h.removesuffix(" i tid"): value for h, value in found.items() if h.endswith(" i tid")},
            "handlaggningstid": found["Median handläggningstid (dagar)"],
            "svarstid": found["Median svarstid (dagar)"],
            "atgarder": [found[f"{part} åtgärder" if part == "Utlovade" else f"{part} av dem"] for part in _MEASURES],
            "enkat": (found["Tillfrågade som svarat"], found["Nöjda av dem"]),
        }


_MEASURES = ("Utlovade", "Genomförda", "Försenade")


def test_the_form_is_the_same_bytes_from_the_same_register(lomma: Clerk) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        lomma("egenkontroll", "2026", "-o", name)
    assert Path("a.xlsx").read_bytes() == Path("b.xlsx").read_bytes()
