"""``exportera``: the list of cases as a file, with as much of each case as was asked for and no more."""

from __future__ import annotations

import csv
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from klagreg.cli import exporting
from klagreg.cli.edge import Edge
from klagreg.exporting import Asked, pared
from klagreg.model import Case, Measure, Sender
from klagreg.register import Register
from klagreg.render import csv as gate
from klagreg.render import workbook
from klagreg.store.cases import Filter, Store
from klagreg.terms import CaseType
from tests.conftest import Clerk

STATUTE = "26 kap. 1 § OSL"
KINDS = ("csv", "xlsx", "json")
SECRET_WORDS = ("Hemlig", "hemlighetsfull", "tystnad")
"""What stands in a secret case alone."""


def rows(path: Path) -> list[dict[str, str | date | None]]:
    """A table by its headings; days are days in XLSX and texts in CSV, and an empty cell is None."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            headings, *lines = csv.reader(file, delimiter=";", strict=True)
        return [{h: cell or None for h, cell in zip(headings, line, strict=True)} for line in lines]
    sheet = load_workbook(path)["Ärenden"]
    top = next(row[0].row for row in sheet.iter_rows() if row[0].value == "Ärendenummer")
    names, *found = sheet.iter_rows(min_row=top, values_only=True)
    return [
        {str(h): cell.date() if hasattr(cell, "date") else cell for h, cell in zip(names, line, strict=True)}
        for line in found
    ]


def content(path: Path) -> str:
    """Everything that a file holds, also inside a workbook."""
    if path.suffix != ".xlsx":
        return path.read_text(encoding="utf-8")
    with zipfile.ZipFile(path) as archive:
        return "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


def acts(clerk: Clerk, kind: str) -> list[tuple[str | None, dict[str, Any]]]:
    """The acts of a kind: of which case, and what they say."""
    with Register.open(clerk.folder / "klagreg.db", Edge(clerk.now, clerk.name).env) as register:
        found = register.store.run(
            "SELECT c.number, d.changes FROM event e JOIN event_detail d ON d.event_id = e.id"
            " LEFT JOIN cases c ON c.id = e.case_id WHERE e.kind = ? ORDER BY e.id",
            (kind,),
        )
    return [(number, {key: new for key, _, new in json.loads(changes)}) for number, changes in found]


@pytest.fixture(scope="module")
def made() -> dict[str, bytes]:
    """The register of :func:`lively`, once it has been made."""
    return {}


@pytest.fixture
def lively(desk: Clerk, made: dict[str, bytes]) -> Clerk:
    """Five cases: answered, assigned, praise, secret and void."""
    if made:
        Path("klagreg.db").write_bytes(made["register"])
        return desk
    complaint = ("registrera", "--typ", "klagomal", "--enhet", "Parkskolan")
    desk("init", "--namnd", "BUN")
    desk("enhet", "lagg-till", "Parkskolan")
    desk("handlaggare", "lagg-till", "eva.lind", "--enhet", "Parkskolan")
    desk(
        *(*complaint, "--rubrik", "Kö i matsalen", "--text", "Barnen hinner inte äta.", "--forslag", "Två köer"),
        *("--omrade", "mat", "--kanal", "telefon", "--namn", "Kim Testsson", "--telefon", "070-174 06 05"),
        *("--inkommen", "2026-10-05"),
    )
    desk(*complaint, "--rubrik", "Trasig gunga", "--kanal", "e-post", "--epost", "kim@example.se")
    desk("registrera", "--typ", "berom", "--rubrik", "Tack för utflykten")
    desk(*complaint, "--rubrik", "Hemlig rubrik", "--text", "En hemlighetsfull text", "--namn", "Tora tystnad")
    desk(*complaint, "--rubrik", "Felregistrerat")
    desk("tilldela", "1", "eva.lind")
    desk("aterkoppla", "1", "--slag", "forsening", "--satt", "telefon", "--orsak", "Kocken var sjuk")
    desk(
        *("avsluta", "1", "--utfall", "atgardad", "--svar", "Båda köerna är öppna.", "--satt", "telefon"),
        *("--atgard", "Nya vagnar", "--ansvarig", "eva.lind", "--klar-senast", "2026-12-01"),
    )
    desk("lardom", "1", "En kö räcker inte.")
    desk("tilldela", "2", "eva.lind")
    desk("sekretess", "4", "--lagrum", STATUTE)
    desk("makulera", "5", "--orsak", "Dubbel")
    made["register"] = Path("klagreg.db").read_bytes()
    return desk


class TestTheFile:
    def test_csv_opens_in_a_swedish_excel(self, klagreg: Clerk, registered: Callable[..., str]) -> None:
        registered("--rubrik", 'Kö; i "matsalen"', "--kanal", "telefon")
        answer = klagreg("exportera", "-o", "lista.csv")
        assert Path("lista.csv").read_bytes().decode("utf-8-sig") == (
            "Ärendenummer;Diarienummer;Typ;Status;Inkommen;Registrerad;Sekretess;Registrerad av;Mottagen av;Kanal;"
            "Nämnd;Enhet;Område;Utförare;Offentlig rubrik;Handläggare;Kontakt;Anonym;Hände;Berör;"
            "Registrerat i efterhand från;Rör enskild elev eller personal;Skyddade personuppgifter;Väg;"
            "Första återkoppling;Slutsvar;Utfall;Avslutad;Första återkoppling: sista dag;"
            "Första återkoppling: fullgjord;Första återkoppling: läge;Svar: sista dag;Svar: fullgjord;Svar: läge\r\n"
            "SYN-2026-00001;;Klagomål;Inkommen;2026-11-02;2026-11-02;;anna.berg;;Telefon;BUN;Parkskolan;"
            ';;"Kö; i ""matsalen""";;Kan besvaras;Nej;;;;Nej;Nej;;;;;;2026-11-09;;Väntar;2026-11-16;;Väntar\r\n'
        )
        assert Path("lista.csv").read_bytes().startswith(b"\xef\xbb\xbf")
        assert Path("lista.csv").stat().st_mode & 0o777 == 0o600
        assert answer.out == (
            "1 ärende är skrivet till lista.csv.\n"
            "Filen har varken avsändare eller ärendenas texter. Rubriker och handläggare står där.\n"
            "Den är en arbetskopia av registret, och allmän handling som det. Exporten står i registrets logg.\n"
        )

    def test_json_is_what_lista_says(self, lively: Clerk) -> None:
        lively("exportera", "-o", "lista.json", "--texter")
        assert Path("lista.json").read_text(encoding="utf-8") == lively("lista", "--json").out

    def test_json_of_nothing_is_an_empty_array(self, klagreg: Clerk) -> None:
        klagreg("exportera", "-o", "lista.json")
        assert Path("lista.json").read_text(encoding="utf-8") == klagreg("lista", "--json").out == "[]\n"

    def test_the_same_day_gives_the_same_workbook(self, lively: Clerk) -> None:
        lively("exportera", "-o", "a.xlsx", "--texter")
        lively.name = "bo.ek"
        lively.on("2026-11-02", "17:00:00")("exportera", "-o", "b.xlsx", "--texter")
        lively.on("2026-11-03")("exportera", "-o", "c.xlsx", "--texter")
        assert Path("a.xlsx").read_bytes() == Path("b.xlsx").read_bytes() != Path("c.xlsx").read_bytes()

    def test_a_workbook_has_days_a_frozen_header_and_nobodys_name(self, lively: Clerk) -> None:
        lively("exportera", "-o", "a.xlsx", "--status", "avslutad")
        book = load_workbook("a.xlsx")
        sheet = book["Ärenden"]
        assert [sheet.cell(1, 1).value, sheet.freeze_panes] == ["Ärenden 2026-11-02: status avslutad", "E3"]
        assert sheet.cell(3, 5).is_date
        assert [table.ref for table in sheet.tables.values()] == ["A2:AH3"]
        assert (book.properties.creator, book.properties.lastModifiedBy) == ("klagreg", None)

    def test_deadlines_are_judged_as_of_a_day(self, lively: Clerk) -> None:
        lively("exportera", "-o", "a.csv", "--per", "2026-11-17", "--till", "2026-11-30")
        of_two = next(row for row in rows(Path("a.csv")) if row["Ärendenummer"] == "SYN-2026-00002")
        assert of_two["Svar: läge"] == "Försenad"

    def test_what_was_done_after_the_day_is_not_known_yet(self, lively: Clerk) -> None:
        lively("exportera", "-o", "a.csv", "--per", "2026-10-20")
        (of_one,) = rows(Path("a.csv"))
        assert (of_one["Svar: fullgjord"], of_one["Svar: läge"]) == (None, "Försenad")

    def test_two_promises_with_one_title_have_a_column_each(self, desk: Clerk) -> None:
        promise = (
            '[[frist]]\nnyckel = "{}"\nrubrik = "Svar"\nantal = {}\nraknas_i = "dagar"\nfullgors_av = ["slutsvar"]\n'
        )
        Path("regler.toml").write_text('namn = "Två svar"\n' + promise.format("ett", 5) + promise.format("tva", 9))
        desk("init", "--regler", "regler.toml")
        desk("registrera", "--typ", "klagomal")
        desk("exportera", "-o", "a.csv")
        (row,) = rows(Path("a.csv"))
        assert (row["Svar: sista dag"], row["Svar: sista dag (2)"]) == ("2026-11-07", "2026-11-11")

    def test_an_empty_register_gives_a_table_that_says_so(self, klagreg: Clerk) -> None:
        klagreg("exportera", "-o", "a.xlsx")
        assert rows(Path("a.xlsx"))[0]["Ärendenummer"] == "Inga ärenden"


class TestOnlyWhatWasAskedFor:
    TEXTS = (*("Barnen hinner inte", "Två köer", "Båda köerna", "En kö räcker inte", "Nya vagnar", "Kocken var sjuk"),)
    SENDERS = ("Kim Testsson", "070-174 06 05", "kim@example.se")

    @pytest.mark.parametrize("kind", KINDS)
    @pytest.mark.parametrize("words", [(), ("--texter",), ("--personuppgifter",), ("--texter", "--personuppgifter")])
    def test_texts_and_senders_are_asked_for_apart(self, lively: Clerk, kind: str, words: tuple[str, ...]) -> None:
        lively("exportera", "-o", f"a.{kind}", *words)
        held = content(Path(f"a.{kind}"))
        in_tables = self.TEXTS if kind == "json" else self.TEXTS[:-1]
        assert {text in held for text in in_tables} == {"--texter" in words}
        assert {sender in held for sender in self.SENDERS} == {"--personuppgifter" in words}
        assert not [word for word in SECRET_WORDS if word in held]

    @pytest.mark.parametrize("kind", KINDS)
    def test_secret_cases_are_whole_only_when_asked_for(self, lively: Clerk, kind: str) -> None:
        everything = ("--texter", "--personuppgifter", "--sekretess")
        lively("exportera", "-o", f"a.{kind}", *everything)
        assert all(word in content(Path(f"a.{kind}")) for word in SECRET_WORDS)

    def test_a_writer_never_holds_what_was_not_asked_for(self) -> None:
        case = Case(
            *(CaseType.COMPLAINT, "Kö", date(2026, 11, 2), 1),
            description="Text",
            sender=Sender(name="Kim Testsson"),
            measures=(Measure(1, "Nya vagnar"),),
        )
        bare = Case(CaseType.COMPLAINT, "Kö", date(2026, 11, 2), 1, measures=(Measure(1, ""),))
        asked = Asked(Filter(), date(2026, 11, 2))
        assert pared(case, asked) == bare
        assert pared(case, replace(asked, texts=True, senders=True)) == case

    def test_a_secret_case_keeps_number_days_and_statute(self, lively: Clerk) -> None:
        answer = lively("exportera", "-o", "a.csv", "--texter", "--personuppgifter")
        row = next(row for row in rows(Path("a.csv")) if row["Sekretess"])
        assert {heading: cell for heading, cell in row.items() if cell} == {
            "Ärendenummer": "SYN-2026-00004",
            "Inkommen": "2026-11-02",
            "Registrerad": "2026-11-02",
            "Sekretess": STATUTE,
            "Första återkoppling: sista dag": "2026-11-09",
            "Första återkoppling: läge": "Väntar",
            "Svar: sista dag": "2026-11-16",
            "Svar: läge": "Väntar",
        }
        assert "Sekretessmarkerade ärenden som står med nummer, dagar och lagrum: 1.\n" in answer.out

    def test_what_it_holds_is_said_and_stamped(self, lively: Clerk) -> None:
        answer = lively("exportera", "-o", "a.xlsx", "--texter", "--personuppgifter", "--sekretess")
        assert answer.out == (
            "5 ärenden är skrivna till a.xlsx.\n"
            "Filen innehåller avsändare i 3 ärenden, ärendenas texter, 1 ärende med sekretess.\n"
            "Förvara den så att bara behöriga kommer åt den, och radera den när den inte behövs.\n"
            "Den är en arbetskopia av registret, och allmän handling som det. Exporten står i registrets logg.\n"
        )
        assert load_workbook("a.xlsx")["Ärenden"].cell(1, 1).value == exporting.STAMPS["secret"]


class TestWhichCases:
    FILTERS = (
        (),
        ("--typ", "klagomal"),
        ("--status", "avslutad"),
        ("--enhet", "Parkskolan"),
        ("--namnd", "BUN"),
        ("--handlaggare", "eva.lind"),
        ("--obesvarade",),
        ("--forsenade", "--per", "2026-11-30"),
        ("--fran", "2026-11-01"),
        ("--till", "2026-10-31"),
        ("--per", "2026-10-20"),
        ("--typ", "klagomal", "--sekretess"),
    )

    @pytest.mark.parametrize("words", FILTERS, ids=" ".join)
    def test_the_same_filter_gives_the_same_cases_as_lista(self, lively: Clerk, words: tuple[str, ...]) -> None:
        listed = lively("lista", "--json", *words)
        answer = lively("exportera", "-o", "a.json", "--texter", *words)
        assert json.loads(Path("a.json").read_text(encoding="utf-8")) == listed.json
        assert answer.err == listed.err

    def test_secret_cases_are_left_out_of_a_choice_that_would_tell_of_them(self, lively: Clerk) -> None:
        answer = lively("exportera", "-o", "a.csv", "--enhet", "Parkskolan")
        assert "SYN-2026-00004" not in content(Path("a.csv"))
        assert answer.err == (
            "Sekretessmarkerade ärenden i registret: 1. De är inte med när man söker eller väljer; --sekretess tar med"
            " dem.\n"
        )


class TestTheLog:
    def test_the_register_remembers_what_left_it(self, lively: Clerk) -> None:
        lively("exportera", "-o", "a.csv", "--typ", "klagomål", "--fran", "2026-10-01", "--personuppgifter")
        assert acts(lively, "exporterad") == [
            (
                None,
                {
                    "urval": "typ klagomål, inkomna från och med 2026-10-01",
                    "per": "2026-11-02",
                    "rader": 3,
                    "personuppgifter": "ja",
                    "fil": str(lively.folder / "a.csv"),
                },
            )
        ]

    def test_each_case_remembers_who_read_its_sender(self, lively: Clerk) -> None:
        lively("exportera", "-o", "a.csv", "--personuppgifter")
        assert [number for number, _ in acts(lively, "last_personuppgifter")] == ["SYN-2026-00002", "SYN-2026-00001"]
        assert acts(lively, "last_sekretess") == []

    def test_each_secret_case_remembers_who_read_it(self, lively: Clerk) -> None:
        lively("exportera", "-o", "a.csv", "--sekretess", "--texter")
        assert [number for number, _ in acts(lively, "last_sekretess")] == ["SYN-2026-00004"]
        assert acts(lively, "last_personuppgifter") == []

    def test_a_list_without_either_is_no_reading(self, lively: Clerk) -> None:
        lively("exportera", "-o", "a.csv", "--texter")
        assert acts(lively, "last_personuppgifter") == acts(lively, "last_sekretess") == []

    @pytest.mark.parametrize("kind", KINDS)
    def test_what_breaks_on_the_way_leaves_no_file_and_no_act(
        self, lively: Clerk, kind: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        Path(f"a.{kind}").write_text("förra månadens")
        each = Store.each_of

        def broken(*words: Any) -> Iterator[Any]:
            yield next(each(*words))
            raise OSError(28, "full")

        monkeypatch.setattr(Store, "each_of", broken)
        lively("exportera", "-o", f"a.{kind}", "--personuppgifter", "--ersatt", code=1)
        assert Path(f"a.{kind}").read_text() == "förra månadens"
        left = {path.name for path in lively.folder.iterdir()}
        assert left - {"klagreg.db-journal"} == {f"a.{kind}", "klagreg.db"}
        assert acts(lively, "exporterad") == acts(lively, "last_personuppgifter") == []


HOSTILE = (
    # as it was written; what leads it in CSV; as it stands in CSV; as it stands in a workbook
    ("=1+1", "'", "=1+1", "=1+1"),
    ("+46 70-174 06 05", "'", "+46 70-174 06 05", "+46 70-174 06 05"),
    ("-2", "'", "-2", "-2"),
    ("@SUM(A1)", "'", "@SUM(A1)", "@SUM(A1)"),
    ("＝cmd|' /C calc'!A0", "'", "＝cmd|' /C calc'!A0", "＝cmd|' /C calc'!A0"),
    ("\u200b=2", "'", "\u200b=2", "\u200b=2"),
    ('=HYPERLINK("http://a.se")', "'", '=HYPERLINK("http://a.se")', '=HYPERLINK("http://a.se")'),
    ("'=1", "'", "'=1", "'=1"),
    ("'citat'", "", "'citat'", "'citat'"),
    ("Röd\x1b[31mtext", "", "Röd�[31mtext", "Röd�[31mtext"),
    ("\u202eomvänd", "", "�omvänd", "�omvänd"),
    ("_x0041_", "", "_x0041_", "_x005F_x0041_"),
    ('a;b"c', "", 'a;b"c', 'a;b"c'),
    ("#N/A", "", "#N/A", "#N/A"),
    ("👵🏽 Ängsskolan 🧑‍🚒", "", "👵🏽 Ängsskolan 🧑‍🚒", "👵🏽 Ängsskolan 🧑‍🚒"),
    ("http://example.se", "", "http://example.se", "http://example.se"),
)


def told(text: str, file: str = "text.txt") -> str:
    """A text as an option takes it: one that begins with @ would be a file's name."""
    if not text.startswith("@"):
        return text
    Path(file).write_text(text, encoding="utf-8")
    return f"@{file}"


LABELS = {
    "klagomal": "Klagomål",
    "inkommen": "Inkommen",
    "tilldelad": "Tilldelad",
    "avslutad": "Avslutad",
    "finns": "Kan besvaras",
    "telefon": "Telefon",
    "mat": "Mat och måltider",
    "atgardad": "Åtgärd vidtagen",
    "vantar": "Väntar",
    "i_tid": "I tid",
    "enskild": "Enskild",
    True: "Ja",
    False: "Nej",
}


class TestTheThreeAgree:
    def expected(self, case: dict[str, Any]) -> dict[str, Any]:
        """What the table has in its columns of a case in JSON."""

        def day(text: str | None) -> date | None:
            return text and date.fromisoformat(text[:10])

        label = LABELS.get
        told = [given["datum"] for given in case["aterkopplingar"]]
        final = [given["datum"] for given in case["aterkopplingar"] if given["slag"] == "slutsvar"]
        found = {
            "Ärendenummer": case["arendenummer"],
            "Diarienummer": case["diarienummer"],
            "Typ": label(case["typ"]),
            "Status": label(case["status"]),
            "Inkommen": day(case["inkommen"]),
            "Registrerad": day(case["registrerad"]),
            "Registrerad av": case["registrerad_av"],
            "Mottagen av": case["mottagen_av"],
            "Kanal": label(case["kanal"]),
            "Nämnd": case["namnd"],
            "Enhet": case["enhet"],
            "Område": label(case["omrade"]),
            "Utförare": case["utforare"],
            "Offentlig rubrik": case["rubrik"],
            "Handläggare": case["handlaggare"],
            "Kontakt": label(case["kontakt"]),
            "Anonym": label(case["anonym"]),
            "Hände": day(case["handelsedag"]),
            "Berör": label(case["beror"]),
            "Registrerat i efterhand från": case["i_efterhand"],
            "Rör enskild elev eller personal": label(case["ror_enskild"]),
            "Skyddade personuppgifter": label(case["skyddad"]),
            "Väg": label(case["vag"]),
            "Första återkoppling": day(min(told, default=None)),
            "Slutsvar": day(min(final, default=None)),
            "Utfall": label(case["utfall"]),
            "Avslutad": day(case["avslutad"]),
            "Sekretess": None,
            "Beskrivning": case["beskrivning"],
            "Förslag till förbättring": case["forslag"],
            "Svar": case["svar"],
            "Lärdom": case["lardom"],
            "Åtgärder": "\n".join(f"{m['nr']}. {m['text']}" for m in case["atgarder"]) or None,
        }
        for frist in case["frister"]:
            found[f"{frist['rubrik']}: sista dag"] = day(frist["senast"])
            found[f"{frist['rubrik']}: fullgjord"] = day(frist["fullgjord"])
            found[f"{frist['rubrik']}: läge"] = label(frist["lage"])
        sender = case["avsandare"]
        for heading, key in (("Namn", "namn"), ("E-postadress", "epost"), ("Telefon", "telefon"), ("Adress", "adress")):
            found[heading] = sender[key]
        return found | {"Roll": label(sender["roll"]), "Önskat sätt": None, "Personakt": sender["personakt"]}

    def test_every_value_is_the_same_in_all_three(self, klagreg: Clerk, registered: Callable[..., str]) -> None:
        for written, *_ in HOSTILE:
            registered(
                *("--rubrik", told(written), "--forslag", told(written), "--utforare", written),
                *("--namn", told(written), "--adress", told(written), "--telefon", told(written)),
                *("--text", told(f"{written}\nrad två\n\n{written}", "lang.txt")),
                *("--mottagen-av", told(written), "--diarienummer", written, "--kanal", "telefon", "--omrade", "mat"),
                *("--handelsedag", "2026-11-01", "--i-efterhand", written, "--roll", "enskild"),
            )
        klagreg("tilldela", "1", "eva.lind")
        klagreg("atgarda", "2", "=2+2")
        klagreg("avsluta", "1", "--utfall", "atgardad", "--svar", "=svar", "--satt", "brev")
        for kind in KINDS:
            klagreg("exportera", "-o", f"a.{kind}", "--texter", "--personuppgifter")
        documents = json.loads(Path("a.json").read_text(encoding="utf-8"))
        tables = rows(Path("a.csv")), rows(Path("a.xlsx"))
        assert len(documents) == len(HOSTILE)
        for document, hostile, in_csv, in_xlsx in zip(documents, reversed(HOSTILE), *tables, strict=True):
            written, guard, shown, cell = hostile
            expected = self.expected(document)
            assert expected.keys() == in_csv.keys() == in_xlsx.keys()
            for heading, value in expected.items():
                if value == written:
                    assert (in_csv[heading], in_xlsx[heading]) == (guard + shown, cell), heading
                elif heading == "Beskrivning":
                    assert in_csv[heading] == f"{guard}{shown}\nrad två\n\n{shown}"
                    assert in_xlsx[heading] == f"{cell}\nrad två\n\n{cell}"
                elif value == "=svar":
                    assert (in_csv[heading], in_xlsx[heading]) == ("'=svar", "=svar")
                else:
                    assert in_xlsx[heading] == value, heading
                    assert in_csv[heading] == (value.isoformat() if isinstance(value, date) else value), heading

    def test_nothing_in_a_workbook_runs_or_leads_anywhere(self, klagreg: Clerk, registered: Callable[..., str]) -> None:
        for written, *_ in HOSTILE:
            registered("--rubrik", told(written), "--text", told(written))
        klagreg("exportera", "-o", "a.xlsx", "--texter")
        with zipfile.ZipFile("a.xlsx") as archive:
            assert not [name for name in archive.namelist() if "external" in name.casefold()]
            held = archive.read("xl/worksheets/sheet1.xml").decode()
        assert not re.search(r"<f[ >]|<hyperlink|t=\"e\"", held)


class TestTheGate:
    @given(st.text(st.characters(codec="utf-8"), max_size=20))
    def test_no_text_runs_and_none_breaks_the_table(self, text: str) -> None:
        cell = gate.cell(text)
        assert cell[:1] not in set("=+-@\t\r\n＝＋－＠")
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]", cell)

    @given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Zl", "Zp"]), max_size=20))
    def test_a_harmless_text_can_be_had_back(self, text: str) -> None:
        cell = gate.cell(text)
        assert text in (cell, cell.removeprefix("'"))
        assert gate.cell(cell) != cell or cell == text

    @pytest.mark.parametrize(
        ("text", "cell"),
        [
            ("a\tb", "a\tb"),
            ("\ta", "'\ta"),
            ("rad\r\nrad\rrad", "rad\nrad\nrad"),
            ("﹦1", "'﹦1"),
            ("  =1", "'  =1"),
            ("\u200e=1", "�=1"),
            ("e\u0301", "e\u0301"),
            ("1-2", "1-2"),
            ("–2 grader", "–2 grader"),
        ],
    )
    def test_what_is_kept_and_what_is_not(self, text: str, cell: str) -> None:
        assert gate.cell(text) == cell


class TestRefusals:
    def test_a_name_must_say_what_it_is(self, klagreg: Clerk) -> None:
        answer = klagreg("exportera", "-o", "a.ods", code=2)
        assert answer.err == "Fel: a.ods säger inte vad filen ska bli. Låt namnet sluta på .xlsx, .csv eller .json.\n"

    def test_without_a_name_nothing_is_written(self, klagreg: Clerk) -> None:
        assert klagreg("exportera", code=2).err.startswith("Fel: -o saknas.")

    @pytest.mark.parametrize("kind", KINDS)
    def test_what_is_there_stays(self, klagreg: Clerk, kind: str) -> None:
        Path(f"a.{kind}").write_text("annat")
        klagreg("exportera", "-o", f"a.{kind}", code=3)
        assert Path(f"a.{kind}").read_text() == "annat"
        klagreg("exportera", "-o", f"a.{kind}", "--ersatt")
        assert Path(f"a.{kind}").read_bytes() != b"annat"

    @pytest.mark.parametrize("kind", KINDS)
    def test_a_folder_that_is_not_there(self, klagreg: Clerk, kind: str) -> None:
        answer = klagreg("exportera", "-o", f"ingen/a.{kind}", code=2)
        assert "ingen" in answer.err
        assert acts(klagreg, "exporterad") == []

    def test_never_over_the_register(self, desk: Clerk) -> None:
        desk("--register", "r.json", "init")
        Path("lank.json").hardlink_to("r.json")
        for name in ("./r.json", "lank.json"):
            answer = desk("--register", "r.json", "exportera", "-o", name, "--ersatt", code=2)
            assert answer.err == "Fel: -o: det är registret, eller hör till det. Ange en annan fil.\n"

    def test_more_than_a_sheet_holds(
        self, klagreg: Clerk, registered: Callable[..., str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for _ in range(3):
            registered()
        monkeypatch.setitem(exporting._WRITERS, ".xlsx", (exporting._as_workbook, 2))
        answer = klagreg("exportera", "-o", "a.xlsx", code=3)
        assert answer.err == (
            "Fel: Urvalet är 3 ärenden, och ett blad i Excel rymmer 2."
            " Välj färre, till exempel med --fran och --till, eller skriv en .csv i stället.\n"
        )
        assert not Path("a.xlsx").exists()
        klagreg("exportera", "-o", "a.csv")
        assert len(rows(Path("a.csv"))) == 3

    def test_the_sheet_holds_so_many(self) -> None:
        assert exporting.ROWS_IN_EXCEL == workbook.ROW_LIMIT - 3

    def test_what_is_too_long_for_a_cell_is_cut_where_it_can_be_seen(
        self, klagreg: Clerk, registered: Callable[..., str]
    ) -> None:
        Path("lang.txt").write_text("å" * 32_767)
        registered("--text", "@lang.txt")
        whole = klagreg("exportera", "-o", "a.xlsx", "--texter")
        Path("lang.txt").write_text("👵" * 16_384)
        registered("--text", "@lang.txt")
        cut = klagreg("exportera", "-o", "b.xlsx", "--texter")
        longer, just = (str(row["Beskrivning"]) for row in rows(Path("b.xlsx")))
        assert whole.err == ""
        assert cut.err == (
            "1 text är längre än vad en cell i Excel rymmer, och slutar med … Hela texten blir med i .csv och .json.\n"
        )
        assert (longer, just) == ("👵" * 16_383 + "…", "å" * 32_767)


class TestThereAndBack:
    """What ``exportera`` writes, ``importera`` reads: headings mean their fields by themselves."""

    SAME = (
        *("typ", "status", "inkommen", "kanal", "namnd", "enhet", "omrade", "rubrik", "beskrivning", "forslag"),
        *("handlaggare", "anonym", "kontakt", "utfall", "avslutad", "svar", "mottagen_av", "handelsedag", "utforare"),
        *("i_efterhand", "ror_enskild", "frister", "avsandare"),
    )

    @pytest.mark.parametrize("kind", ["csv", "xlsx"])
    def test_another_register_gets_the_same_list(self, lively: Clerk, kind: str) -> None:
        whole = ("--texter", "--personuppgifter")
        lively("exportera", "-o", f"a.{kind}", *whole)
        lively("exportera", "-o", "a.json", *whole)
        there = ("--register", "annat.db")
        lively(*there, "init", "--namnd", "BUN")
        lively(*there, "importera", f"a.{kind}", "--hoppa-over-fel", "fel.csv")
        assert "SYN-2026-00004" in Path("fel.csv").read_text(encoding="utf-8-sig")  # secret: no typ to read
        lively(*there, "exportera", "-o", "b.json", *whole)
        before, after = (json.loads(Path(name).read_text(encoding="utf-8")) for name in ("a.json", "b.json"))
        # The latest stand first in the file, and are so the first to get numbers in the other register.
        known = [case for case in before if not case["sekretess"]]
        assert [{key: case[key] for key in self.SAME} for case in reversed(after)] == [
            {key: case[key] for key in self.SAME} for case in known
        ]

    @pytest.mark.parametrize("kind", ["csv", "xlsx"])
    def test_the_same_file_is_never_read_twice(self, lively: Clerk, kind: str) -> None:
        lively("exportera", "-o", f"a.{kind}", "--fran", "2026-11-01", "--status", "tilldelad", "--personuppgifter")
        lively("--register", "annat.db", "init", "--namnd", "BUN")
        for _ in range(2):
            lively("--register", "annat.db", "importera", f"a.{kind}")
        assert len(lively("--register", "annat.db", "lista", "--json").json) == 1
