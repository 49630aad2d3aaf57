"""Import, told as files and commands: what becomes of the rows, what is said, and what is refused."""

from __future__ import annotations

import csv
import re
import stat
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from klagreg import importing
from klagreg import register as klagreg_register
from klagreg.cli import progress as cli_progress
from klagreg.store.cases import Store
from klagreg.terms import fold
from tests.conftest import SHARED, Clerk

File = Callable[..., str]

LIST = """\
Ärendenr;Inkom datum;Typ;Inkom via;Enhet;Område;Ärendemening;Beskrivning;Handläggare;Avslutat datum;Utfall
K-1;2026-03-02;Klagomål;Hemsida;parkskolan;Bemötande;Kö i matsalen;Lång kö;eva.lind;2026-03-10;Åtgärdat
K-2;2026-03-09;Synpunkt;Mejl;Lunden;Belysning;Mörkt på gården;;bo.ek;;
K-3;2026-03-10;Beröm;Telefon;Lunden;;;;;2026-03-10;
"""


@pytest.fixture
def file(desk: Clerk) -> File:
    """Write a file on the desk and give its name."""

    def write(text: str, name: str = "lista.csv", encoding: str = "utf-8") -> str:
        (desk.folder / name).write_text(text, encoding=encoding, newline="")
        return name

    return write


def cases(clerk: Clerk) -> dict[str, dict[str, Any]]:
    """All cases by number."""
    return {case["arendenummer"]: case for case in clerk("lista", "--json").json}


def imported(clerk: Clerk, name: str, *words: str) -> list[dict[str, Any]]:
    """Import a file into an empty register and give its cases in the order of the file."""
    clerk("importera", name, "--json", *words)
    return [case for _, case in sorted(cases(clerk).items())]


def refusal(clerk: Clerk, *words: str, code: int = 2) -> str:
    """What a refused import says, once it is certain that nothing was stored."""
    before = (clerk.folder / "klagreg.db").read_bytes()
    said = clerk("importera", *words, code=code).err
    assert (clerk.folder / "klagreg.db").read_bytes() == before
    return said.rstrip("\n")


# -- what is read and said ----------------------------------------------------------------------


def test_a_list_is_read_by_its_headings(klagreg: Clerk, file: File) -> None:
    assert klagreg("importera", file(LIST, encoding="cp1252")).out == (
        "lista.csv: CSV, Windows-1252, semikolon, rubriker på rad 1.\n"
        "Kolumn i filen  Blir\n"
        "Ärendenr        externt_id (samma id läses aldrig in två gånger)\n"
        "Inkom datum     inkommen\n"
        "Typ             typ\n"
        "Inkom via       kanal\n"
        "Enhet           enhet\n"
        "Område          omrade\n"
        "Ärendemening    rubrik\n"
        "Beskrivning     beskrivning\n"
        "Handläggare     handlaggare\n"
        "Avslutat datum  avslutad\n"
        "Utfall          utfall\n"
        "Importerade ärenden: 3 (SYN-2026-00001 – SYN-2026-00003).\n"
        "  Räknas som besvarade den dag de avslutades: 1. Ingen kolumn säger när de besvarades (slutsvar).\n"
        "  Avslutade utan utfall: 1. De blir Uppgift saknas i rapporterna.\n"
        "  Nya enheter: 1 (Lunden).\n"
        "  Nya områden: 1 (Belysning).\n"
        "  Nya handläggare: 1 (bo.ek).\n"
    )


def test_the_whole_case(klagreg: Clerk, file: File) -> None:
    klagreg("importera", file(LIST))
    case = klagreg("visa", "1", "--json").json
    events = case.pop("handelser")
    assert case == {
        "arendenummer": "SYN-2026-00001",
        "diarienummer": None,
        "typ": "klagomal",
        "status": "avslutad",
        "inkommen": "2026-03-02",
        "registrerad": "2026-11-02T09:14:07+01:00",
        "registrerad_av": "anna.berg",
        "kanal": "e-tjanst",
        "namnd": "BUN",
        "enhet": "Parkskolan",
        "omrade": "bemotande",
        "rubrik": "Kö i matsalen",
        "beskrivning": "Lång kö",
        "forslag": None,
        "anonym": False,
        "kontakt": "finns",
        "sekretess": None,
        "handlaggare": "eva.lind",
        "vag": None,
        "utfall": "atgardad",
        "avslutad": "2026-03-10",
        "svar": None,
        "frister": [
            {
                "frist": "aterkoppling",
                "rubrik": "Första återkoppling",
                "senast": "2026-03-09",
                "ursprunglig": "2026-03-09",
                "fullgjord": "2026-03-10",
                "lage": "sen",
            },
            {
                "frist": "svar",
                "rubrik": "Svar",
                "senast": "2026-03-16",
                "ursprunglig": "2026-03-16",
                "fullgjord": "2026-03-10",
                "lage": "i_tid",
            },
        ],
        "aterkopplingar": [{"datum": "2026-03-10", "slag": "slutsvar", "satt": None, "av": "eva.lind", "orsak": None}],
        "atgarder": [],
        "overlamningar": [],
        "vagar": [],
        "kopior": [],
        "ankomststamplar": [],
        "hanvisningar": [],
        "deltagare": [],
        "mottagen_av": None,
        "handelsedag": None,
        "utforare": None,
        "beror": None,
        "allman": False,
        "i_efterhand": None,
        "ror_enskild": False,
        "lardom": None,
        "publicering": None,
        "skyddad": False,
        "borttaget": [],
    }
    assert {event["handelse"] for event in events} == {"importerad"}
    assert {"externt_id": "K-1", "extern_kalla": "arendenr"}.items() <= {
        event["falt"]: event["till"] for event in events
    }.items()


def test_new_names_get_their_home_and_can_be_used(klagreg: Clerk, file: File) -> None:
    klagreg("importera", file(LIST))
    homes = [(unit["enhet"], unit["namnd"]) for unit in klagreg("enhet", "lista", "--json").json]
    assert ("Lunden", "BUN") in homes
    handlers = klagreg("handlaggare", "lista", "--json").json
    assert ("bo.ek", "Lunden") in [(handler["handlaggare"], handler["enhet"]) for handler in handlers]
    assert klagreg("sok", "mörkt").out.count("SYN-2026-00002") == 1
    number = klagreg("registrera", "--typ", "klagomal", "--enhet", "Lunden", "--omrade", "belysning", "--json").json
    assert number["arendenummer"] == "SYN-2026-00004"


def test_a_unit_of_two_boards_belongs_to_neither(klagreg: Clerk, file: File) -> None:
    text = "Inkom;Typ;Nämnd;Enhet\n2026-01-02;Klagomål;KS;Torget\n2026-01-02;Klagomål;MBN;TORGET\n"
    klagreg("importera", file(text))
    homes = [(unit["enhet"], unit["namnd"]) for unit in klagreg("enhet", "lista", "--json").json]
    assert ("Torget", None) in homes
    assert [case["enhet"] for case in cases(klagreg).values()] == ["Torget", "Torget"]


def test_a_retired_unit_keeps_its_history(klagreg: Clerk, file: File) -> None:
    klagreg("enhet", "avveckla", "Parkskolan")
    [case] = imported(klagreg, file("Inkom;Typ;Enhet\n2020-01-02;Klagomål;Parkskolan\n"))
    assert case["enhet"] == "Parkskolan"


def test_the_rules_in_force_on_the_arrival_day(klagreg: Clerk, file: File) -> None:
    klagreg("regler", "andra", "osby", "--fran", "2026-12-01")
    klagreg.on("2026-12-10")
    before, after = imported(klagreg, file("Inkom;Typ\n2026-11-30;Klagomål\n2026-12-01;Klagomål\n"))
    assert [frist["frist"] for frist in before["frister"]] == ["aterkoppling", "svar"]
    assert [frist["frist"] for frist in after["frister"]] == ["status"]


def test_stricter_rules_of_the_place_hold_as_by_hand(klagreg: Clerk, file: File) -> None:
    klagreg("enhet", "lagg-till", "Lunden")
    klagreg("enhet", "lagg-till", "Hemtjänsten", "--namnd", "SN")
    tighten = ("regler", "skarp", "--frist", "aterkoppling", "--antal")
    klagreg(*tighten, "2", "--enhet", "Parkskolan", "--fran", "2026-10-05")
    klagreg(*tighten, "4", "--namnd", "SN", "--fran", "2026-10-05")
    places = [
        (on, unit, board)
        for on in ("2026-10-02", "2026-10-05")
        for unit, board in (("Parkskolan", ""), ("Lunden", ""), ("Hemtjänsten", ""), ("", "SN"), ("", ""))
    ]
    for on, unit, board in places:
        where = [*(["--enhet", unit] if unit else []), *(["--namnd", board] if board else [])]
        klagreg("registrera", "--typ", "klagomal", "--inkommen", on, *where)
    rows = "".join(f"{on};Klagomål;{unit};{board}\n" for on, unit, board in places)
    klagreg("importera", file("Inkom;Typ;Enhet;Nämnd\n" + rows))
    promised = [case["frister"] for _, case in sorted(cases(klagreg).items())]
    by_hand, from_file = promised[: len(places)], promised[len(places) :]
    assert from_file == by_hand
    assert [d[0]["senast"] for d in from_file[5:]] == [
        "2026-10-07", "2026-10-12", "2026-10-09", "2026-10-09", "2026-10-12",
    ]  # fmt: skip


def test_what_makes_a_case_is_told_by_the_rules_of_the_arrival_day(desk: Clerk, file: File) -> None:
    desk.on("2026-09-01")("init")
    desk("regler", "andra", "osby", "--fran", "2026-10-01")
    desk.on("2026-11-02")
    name = file("Inkom;Typ;Kanal\n2026-09-30;Klagomål;Utanför tjänsten\n2026-10-01;Klagomål;Utanför tjänsten\n")
    excluded = "Ett meddelande till en medarbetare som inte är i tjänst klassas inte som synpunkt eller klagomål."
    # Before, the word was only unknown.
    _, before, after, _ = refusal(desk, name).split("\n")
    assert before.startswith("rad 2, Kanal: ”Utanför tjänsten” finns inte bland valen.")
    assert after == f"rad 3, Kanal: {excluded}"


def test_a_channel_that_was_excluded_later_keeps_its_history(desk: Clerk, file: File) -> None:
    desk.on("2026-09-01")("init")
    profile = desk("regler", "visa", "--toml").out + (
        '\n[klassas_ej.fax]\nrubrik = "Ett fax"\nord = ["Fax"]\nskal = "faxen är avstängd."\ni_stallet = "Skriv."\n'
    )
    (desk.folder / "ny.toml").write_text(profile, "utf-8")
    desk("regler", "andra", "ny.toml", "--fran", "2026-10-01")
    desk.on("2026-11-02")
    [old] = imported(desk, file("Inkom;Typ;Kanal\n2026-09-30;Klagomål;Fax\n"))
    assert old["kanal"] == "fax"
    desk("registrera", "--typ", "klagomal", "--kanal", "fax", "--inkommen", "2026-10-01", code=3)
    new = file("Inkom;Typ;Kanal\n2026-10-01;Klagomål;Fax\n", "ny.csv")
    assert "\nrad 2, Kanal: Ett fax klassas inte som synpunkt eller klagomål.\n" in refusal(desk, new)


def test_xlsx_gives_what_csv_gives(klagreg: Clerk, desk: Clerk, file: File) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Ärenden våren 2026"])
    sheet.append([])
    for row in csv.reader(LIST.splitlines(), delimiter=";"):
        sheet.append(
            [date.fromisoformat(cell) if re.fullmatch(r"\d{4}-\d\d-\d\d", cell) else cell or None for cell in row]
        )
    book.save(desk.folder / "lista.xlsx")
    klagreg("importera", file(LIST))
    from_csv = cases(klagreg)
    again = klagreg("importera", "lista.xlsx").out
    assert "Importerade ärenden: 0.\n  Redan inlästa, med samma id: 3. De är orörda.\n" in again
    (desk.folder / "klagreg.db").unlink()
    desk("init", "--namnd", "BUN")
    assert "XLSX, bladet ”Sheet”, rubriker på rad 3." in desk("importera", "lista.xlsx").out
    desk("enhet", "andra", "parkskolan", "--namn", "Parkskolan")
    assert cases(desk) == from_csv


def test_the_summary_as_json(klagreg: Clerk, file: File) -> None:
    text = LIST.replace("Utfall", "Resultatet")
    assert klagreg("importera", file(text), "--json", "--satt", "forslag=Inget").json == {
        "fil": "lista.csv",
        "last_som": "CSV, UTF-8, semikolon, rubriker på rad 1",
        "kolumner": {
            "externt_id": ["Ärendenr"],
            "inkommen": ["Inkom datum"],
            "typ": ["Typ"],
            "kanal": ["Inkom via"],
            "enhet": ["Enhet"],
            "omrade": ["Område"],
            "rubrik": ["Ärendemening"],
            "beskrivning": ["Beskrivning"],
            "handlaggare": ["Handläggare"],
            "avslutad": ["Avslutat datum"],
        },
        "satt": {"forslag": "Inget"},
        "lases_inte": ["Resultatet"],
        "datumformat": None,
        "datumordning": {},
        "prova": False,
        "rader": 3,
        "importerade": 3,
        "forsta": "SYN-2026-00001",
        "sista": "SYN-2026-00003",
        "redan_inlasta": 0,
        "annan_ankomstdag": [],
        "felaktiga": 0,
        "fel": [],
        "besvarade_vid_avslut": 1,
        "avslutade_utan_slutsvar": 0,
        "avslutade_utan_utfall": 2,
        "oppna_med_avslutsdag": 0,
        "nya": {"namnder": [], "enheter": ["Lunden"], "omraden": ["Belysning"], "handlaggare": ["bo.ek"]},
    }


def test_an_empty_list_is_said_to_be_empty(klagreg: Clerk, file: File) -> None:
    said = klagreg("importera", file("Inkom;Typ\n")).out
    assert said.endswith("Importerade ärenden: 0.\n  Filen har inga rader under rubrikerna.\n")


def test_headings_as_klagreg_writes_them(klagreg: Clerk, file: File) -> None:
    text = (
        "Ärendenummer;Diarienummer;Typ;Inkommen;Registrerad;E-postadress;Offentlig rubrik;Förslag till förbättring\n"
        "SYN-2025-00007;BUN 2025/12;Förslag;2025-11-02;2025-11-03;a@example.se;Cykelställ;Fler ställ\n"
    )
    [case] = imported(klagreg, file(text))
    assert (case["diarienummer"], case["rubrik"], case["forslag"]) == ("BUN 2025/12", "Cykelställ", "Fler ställ")
    assert case["arendenummer"] == "SYN-2026-00001"
    sender = klagreg("visa", "1", "--personuppgifter", "--json").json["avsandare"]
    assert sender["epost"] == "a@example.se"


# -- what a row means ---------------------------------------------------------------------------


def test_first_feedback_and_final_answer(klagreg: Clerk, file: File) -> None:
    text = (
        "Inkom;Typ;Handläggare;Återkoppling;Slutsvar;Avslutat;Svar\n"
        "2026-03-02;Klagomål;eva.lind;2026-03-03;2026-03-12;2026-03-13;Nu är det lagat.\n"
        "2026-03-02;Klagomål;;2026-03-03;;2026-03-13;\n"
        "2026-03-02;Klagomål;;;2026-03-04;;\n"
    )
    said = klagreg("importera", file(text)).out
    assert "  Avslutade utan slutsvar: 1. Ett löfte om svar är då inte uppfyllt.\n" in said
    assert "Räknas som besvarade" not in said
    told, unanswered, still_open = (case for _, case in sorted(cases(klagreg).items()))
    assert [(g["datum"], g["slag"], g["satt"], g["av"]) for g in told["aterkopplingar"]] == [
        ("2026-03-03", "bekraftelse", None, "eva.lind"),
        ("2026-03-12", "slutsvar", None, "eva.lind"),
    ]
    assert (told["svar"], told["utfall"], told["status"]) == ("Nu är det lagat.", None, "avslutad")
    assert [(g["slag"], g["av"]) for g in unanswered["aterkopplingar"]] == [("bekraftelse", "anna.berg")]
    assert [frist["lage"] for frist in unanswered["frister"]] == ["i_tid", "forsenad"]
    assert (still_open["status"], [frist["lage"] for frist in still_open["frister"]]) == (
        "inkommen",
        ["i_tid", "i_tid"],
    )


def test_who_cannot_be_answered_is_not_answered_by_closing(klagreg: Clerk, file: File) -> None:
    text = (
        "Inkom;Typ;Anonym;Kontakt;E-post;Avslutat\n"
        "2026-03-02;Klagomål;ja;;;2026-03-20\n"
        "2026-03-02;Klagomål;x;;a@example.se;2026-03-20\n"
        "2026-03-02;Klagomål;nej;avstår;;2026-03-20\n"
        "2026-03-02;Klagomål;;saknas;;2026-03-20\n"
        "2026-03-02;Beröm;;;;2026-03-20\n"
    )
    said = klagreg("importera", file(text)).out
    assert "  Räknas som besvarade den dag de avslutades: 1." in said
    found = [case for _, case in sorted(cases(klagreg).items())]
    assert [(case["kontakt"], len(case["aterkopplingar"])) for case in found] == [
        ("saknas", 0),
        ("finns", 1),
        ("avstar", 0),
        ("saknas", 0),
        ("finns", 0),
    ]
    why = re.compile(r"Utan svar +(.+)")
    assert [m[1] if (m := why.search(klagreg("visa", str(n)).out)) else None for n in range(1, 6)] == [
        "Avsändaren är anonym",
        None,
        "Avsändaren vill inte ha svar",
        "Kontaktuppgift saknas",
        "Beröm, svar behövs inte",
    ]


def test_a_handler_is_named_on_the_arrival_day(desk: Clerk, file: File) -> None:
    desk("init", "--regler", "enkoping")
    text = "Inkom;Typ;Handläggare;Återkoppling\n2026-03-02;Klagomål;bo.ek;2026-03-02\n2026-03-02;Klagomål;;2026-03-02\n"
    named, nobody = imported(desk, file(text))
    assert [named["frister"][0]["lage"], nobody["frister"][0]["lage"]] == ["i_tid", "forsenad"]
    assert [named["status"], nobody["status"]] == ["tilldelad", "inkommen"]


def test_the_status_is_believed_before_an_old_closing_day(klagreg: Clerk, file: File) -> None:
    text = (
        "Inkom datum;Ärendetyp;Avslutat datum;Handläggningsstatus\n"
        "2026-03-02;Klagomål;2026-03-05;Avslutat\n"
        "2026-03-02;Klagomål;2026-03-05;Vilande\n"
        "2026-03-02;Klagomål;2026-02-05;Pågående\n"
        "2026-03-02;Klagomål;2026-03-05;\n"
        "2026-03-02;Klagomål;;Makulerat\n"
        "2026-03-02;Klagomål;;Öppet\n"
    )
    said = klagreg("importera", file(text)).out
    assert ("  Med avslutsdag men öppna enligt Handläggningsstatus: 2. De lästes in som öppna.\n") in said
    assert [case["status"] for _, case in sorted(cases(klagreg).items())] == [
        "avslutad", "inkommen", "inkommen", "avslutad", "makulerad", "inkommen",
    ]  # fmt: skip


def test_nothing_is_written_in_many_ways(klagreg: Clerk, file: File) -> None:
    text = "Inkom;Typ;Enhet;Inkom via;Område\n2026-03-02;Klagomål;-;–;Uppgift saknas\n2026-03-02;Klagomål;  ;;\n"
    for case in imported(klagreg, file(text)):
        assert (case["enhet"], case["kanal"], case["omrade"]) == (None, None, None)
        assert case["rubrik"] == "Klagomål"


def test_personal_data_stay_out_of_log_and_messages(klagreg: Clerk, file: File) -> None:
    text = (
        "Inkom;Typ;Namn;E-post;Telefon;Adress;Roll;Önskat sätt\n"
        "2026-03-02;Klagomål;Test Person;namn@example.se;070-1740605;Exempelgatan 1;Anhörig;Brev\n"
    )
    klagreg("importera", file(text))
    assert klagreg("visa", "1", "--personuppgifter", "--json").json["avsandare"] == {
        "roll": "narstaende",
        "namn": "Test Person",
        "epost": "namn@example.se",
        "telefon": "070-1740605",
        "adress": "Exempelgatan 1",
        "onskat_satt": "brev",
        "personakt": None,
    }
    log = klagreg("logg", "1", "--json").out
    assert "avsandare.namn" in log
    assert not re.search("Test Person|namn@example|1740605|Exempelgatan", log)


# -- days ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-03-02", "2026-03-02"),
        ("2026-03-02 23:59", "2026-03-02"),
        ("2026-03-02T08:15:30.123", "2026-03-02"),
        ("2026-03-02T23:30:00Z", "2026-03-03"),
        ("2025-12-31T23:30:00+00:00", "2026-01-01"),
    ],
)
def test_iso_days_need_no_format(klagreg: Clerk, file: File, written: str, meant: str) -> None:
    [case] = imported(klagreg, file(f"Inkom;Typ\n{written};Klagomål\n"), "--datumformat", "%d/%m/%Y")
    assert case["inkommen"] == meant


@pytest.mark.parametrize(
    ("form", "written"),
    [
        ("%d/%m/%Y", "3/4/2026"),
        ("%m/%d/%Y", "4/3/2026"),
        ("%Y%m%d", "20260403"),
        ("%d.%m.%y", "03.04.26"),
        ("%m/%d/%Y %I:%M:%S %p", "04/03/2026 11:59:08 PM"),
        ("%Y-%d-%m", "2026-03-04"),
    ],
)
def test_a_format_that_was_said(klagreg: Clerk, file: File, form: str, written: str) -> None:
    answer = klagreg("importera", file(f"Inkom;Typ\n{written};Klagomål\n"), "--datumformat", form)
    assert f"Datum läses som {form}.\n" in answer.out
    assert [case["inkommen"] for case in cases(klagreg).values()] == ["2026-04-03"]


@pytest.mark.parametrize(
    ("days", "order", "first"),
    [
        (["3/4/2026", "25/4/2026"], "dag, månad, år (1 av 2 kan inte läsas på annat sätt)", "2026-04-03"),
        (["4.3.2026 08:00", "4.25.2026"], "månad, dag, år (1 av 2 kan inte läsas på annat sätt)", "2026-04-03"),
        (
            ["2026-04-03", "01-02-2026", "31-01-2026"],
            "dag, månad, år (1 av 2 kan inte läsas på annat sätt)",
            "2026-04-03",
        ),
    ],
)
def test_an_order_that_the_column_proves_is_used_and_said(
    klagreg: Clerk, file: File, days: list[str], order: str, first: str
) -> None:
    answer = klagreg("importera", file("Inkom;Typ\n" + "".join(f"{day};Klagomål\n" for day in days)))
    assert f"  Datumen i Inkom lästes i ordningen {order}.\n" in answer.out
    assert cases(klagreg)["SYN-2026-00001"]["inkommen"] == first


def test_an_order_that_nothing_proves_is_never_guessed(klagreg: Clerk, file: File) -> None:
    text = "Inkom;Typ;Avslutat\n25/1/2026;Klagomål;3/4/2026\n2/2/2026;Klagomål;5/6/2026\n"
    assert refusal(klagreg, file(text), "--id-kolumn", "Typ") == (
        "Fel: Datumen i Avslutat kan läsas både som dag/månad och månad/dag, och inget av 2 avgör vilket."
        " Ingenting är importerat."
        " Säg vilket: --datumformat %d/%m/%Y (dag först) eller %m/%d/%Y (månad först)."
    )


def test_what_is_no_day_at_all_proves_nothing(klagreg: Clerk, file: File) -> None:
    text = "Inkom;Typ\n1/2/2026;Klagomål\n31/31/2026;Klagomål\n45/2/2026;Klagomål\n13/1/2026;Klagomål\n"
    assert refusal(klagreg, file(text)).split("\n")[1:3] == [
        f"rad {row}, Inkom: inget datum i formen ÅÅÅÅ-MM-DD."
        " Skriv 2026-11-20, eller säg hur filens datum är skrivna med --datumformat."
        for row in (3, 4)
    ]


def test_a_column_with_both_orders_is_refused(klagreg: Clerk, file: File) -> None:
    text = "Inkom;Typ\n1/2/2026;Klagomål\n25/2/2026;Klagomål\n2/25/2026;Klagomål\n"
    assert refusal(klagreg, file(text), "--id-kolumn", "Inkom") == (
        "Fel: Datumen i Inkom har dagen först på rad 3 men månaden först på rad 4. Ingenting är importerat."
        " Rätta filen."
    )


@pytest.mark.parametrize("form", ["%d/%m", "%m-%Y", "imorgon", "%q", "%", "%d/%d/%Y"])
def test_a_format_must_tell_the_whole_day(klagreg: Clerk, file: File, form: str) -> None:
    assert refusal(klagreg, file(LIST), "--datumformat", form) == (
        f"Fel: --datumformat: ”{form}” säger inte år, månad och dag."
        " Skriv till exempel %d/%m/%Y, %m/%d/%Y %H:%M eller %Y%m%d."
    )


# -- rows that cannot be read -------------------------------------------------------------------

FAULTY = """\
Ärendenr;Inkom datum;Typ;Inkom via;Beskrivning;Kontakt;Anonym;Namn;Avslutat datum;Återkoppling;Status;Utfall
B-1;2026-13-01;Klagomål;Fyr;=1+1;;;;;;;
B-1;2026-03-01;Klagomal;Mejl;x;070-1740605;;;2026-02-01;;;
;2027-03-01;Klgomål;;x;;kanske;;;;;
B-4;;Klagomål;;x;;;;;;Avslutat;
B-5;2026-03-01;;;x;saknas;;;;2026-03-05;Borta;
B-6;1999-12-31;Klagomål;;x;;ja;Test Person;;;;fixat
B-7;2026-03-01;Klagomål;;x;;ja;Test Person;;;;
B-8;2026-03-01;Klagomål;;x;;;;2026-03-05;2026-03-08;Avslutat;
B-9;Test Person;Klagomål;;x;;;;;;;
B-10;2026-03-01;Klagomål;Brev;x;;;;;;;
"""

FAULTS = [
    (2, "Inkom datum", "inget datum i formen ÅÅÅÅ-MM-DD."
        " Skriv 2026-11-20, eller säg hur filens datum är skrivna med --datumformat."),
    (2, "Inkom via", "”Fyr” finns inte bland valen. Välj bland: e-tjanst, e-post, telefon, brev, blankett, besok, app,"
        " sociala_medier, kontaktcenter, sms, fax, ovrigt."),
    (3, "Ärendenr", "samma id som rad 2."),
    (3, "Kontakt", "okänt ord. Välj bland: finns, saknas, avstar."),
    (3, "Avslutat datum", "ligger före ankomstdagen."),
    (4, "Ärendenr", "id saknas."),
    (4, "Inkom datum", "en dag i framtiden. I dag är mån 2026-11-02."),
    (4, "Typ", "”Klgomål” finns inte bland valen. Menade du klagomal?"),
    (4, "Anonym", "okänt ord. Skriv ja eller nej."),
    (5, "Inkom datum", "saknas."),
    (5, "Status", "säger att ärendet är avslutat, men avslutsdagen saknas."),
    (6, "Status", "”Borta” finns inte bland valen. Välj bland: inkommen, tilldelad, avslutad, makulerad."),
    (6, "Typ", "saknas."),
    (6, "Återkoppling", "har en dag, fast avsändaren inte kan nås."),
    (7, "Inkom datum", "en dag utanför 2000–2100."),
    (7, "Utfall", "”fixat” finns inte bland valen. Välj bland: atgardad, atgard_beslutad, forslag_overlamnat,"
        " beredning, politiskt_organ, forklaring, ingen_atgard, hanvisad, sammanford, berom_formedlat, aterkallad."),
    (8, None, "Ärendet är anonymt, men avsändarens namn är angivet."),
    (9, "Återkoppling", "ligger efter avslutsdagen."),
    (10, "Inkom datum", "inget datum i formen ÅÅÅÅ-MM-DD."
        " Skriv 2026-11-20, eller säg hur filens datum är skrivna med --datumformat."),
]  # fmt: skip


def test_one_bad_row_refuses_the_file_and_every_fault_is_told(klagreg: Clerk, file: File) -> None:
    assert refusal(klagreg, file(FAULTY)).split("\n") == [
        *(f"rad {row}{f', {column}' if column else ''}: {reason}" for row, column, reason in FAULTS),
        "Fel: 9 av 10 rader kan inte läsas in. Ingenting är importerat. Rätta dem, översätt filens ord med --karta,"
        " eller läs in de andra raderna med --hoppa-over-fel FIL.",
    ]


def test_the_faults_as_json(klagreg: Clerk, file: File) -> None:
    answer = klagreg("importera", file(FAULTY), "--json", code=2)
    assert answer.json["fel"] == [{"rad": row, "kolumn": column, "orsak": reason} for row, column, reason in FAULTS]
    assert (answer.json["rader"], answer.json["importerade"], answer.json["felaktiga"]) == (10, 0, 9)
    assert answer.json["forsta"] is None
    assert answer.err.startswith("Fel: 9 av 10 rader")
    assert answer.err.count("\n") == 1


def test_nothing_came_in_before_it_happened(klagreg: Clerk, file: File) -> None:
    name = file("Inkom;Typ;Händelsedag\n2026-03-02;Klagomål;2026-03-03\n2026-03-02;Klagomål;2026-03-02\n")
    assert refusal(klagreg, name).split("\n")[1] == "rad 2, Händelsedag: ligger efter ankomstdagen."


def test_many_faults_end_with_what_they_have_in_common(klagreg: Clerk, file: File) -> None:
    text = "Ärendenr;Inkom;Typ;Kanal\n" + "".join(f"{n};2026-01-02;Klagomål;App 2\n" for n in range(30))
    lines = refusal(klagreg, file(text)).split("\n")
    assert lines[0] == "rad 2, Kanal: ”App 2” finns inte bland valen. Menade du app?"
    assert len(lines) == 33
    assert lines[30:32] == [
        "De vanligaste felen:",
        "  30 rader, Kanal: ”App 2” finns inte bland valen. Menade du app?",
    ]


NOT_SHOWN = "ett ord som inte finns bland valen (texten visas inte, den kan vara personlig)."


@pytest.mark.parametrize(
    ("field", "choices"),
    [
        ("typ", "klagomal, synpunkt, forslag, berom, fraga, felanmalan, avvikelse"),
        (
            "kanal",
            "e-tjanst, e-post, telefon, brev, blankett, besok, app, sociala_medier, kontaktcenter, sms, fax, ovrigt",
        ),
        (
            "utfall",
            "atgardad, atgard_beslutad, forslag_overlamnat, beredning, politiskt_organ, forklaring, ingen_atgard,"
            " hanvisad, sammanford, berom_formedlat, aterkallad",
        ),
        ("status", "inkommen, tilldelad, avslutad, makulerad"),
    ],
)
@pytest.mark.parametrize(
    "cell",
    [
        "Bo slog Mio",
        "zzzzzzzzzz zzzzzzzzzzzzzz",
        "kim@zzz.se",
        "zzz 1234",
        "070-1740605",
        "20150304-2380",
    ],
)
def test_a_column_taken_for_another_puts_no_text_or_person_in_any_message(
    klagreg: Clerk, desk: Clerk, file: File, field: str, choices: str, cell: str
) -> None:
    name = file(f"Ärendenr;Inkom;Typ;Fri\n1;2026-03-02;Klagomål;{cell}\n")
    words = [name, "--kolumn", f"{field}=Fri"]
    reason = f"{NOT_SHOWN} Välj bland: {choices}."
    assert refusal(klagreg, *words).split("\n")[0] == f"rad 2, Fri: {reason}"
    told = klagreg("importera", *words, "--json", code=2)
    assert told.json["fel"] == [{"rad": 2, "kolumn": "Fri", "orsak": reason}]
    assert cell not in told.out + told.err
    klagreg("importera", *words, "--hoppa-over-fel", "fel.csv")
    row = (desk.folder / "fel.csv").read_text("utf-8-sig").splitlines()[1]
    assert row == f"2;Fri: {reason};1;2026-03-02;Klagomål;{cell}"


@pytest.mark.parametrize("cell", ["App 2", "Fyr", "zzzzzzzzzz zzzzzzzzzzzzz", "Lucka 123"])
def test_a_short_word_is_shown_so_that_it_can_be_translated(klagreg: Clerk, file: File, cell: str) -> None:
    said = refusal(klagreg, file(f"Ärendenr;Inkom;Typ;Kanal\n1;2026-03-02;Klagomål;{cell}\n"))
    assert said.startswith(f"rad 2, Kanal: ”{cell}” finns inte bland valen. ")


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("Bo", "inget datum i formen ÅÅÅÅ-MM-DD."),
        ("20150304-2380", "inget datum i formen ÅÅÅÅ-MM-DD."),
        ("070-1740605", "inget datum i formen ÅÅÅÅ-MM-DD."),
        ("1953-03-04", "en dag utanför 2000–2100."),
        ("2031-03-04", "en dag i framtiden. I dag är mån 2026-11-02."),
        ("2015-03-04", "ligger före ankomstdagen."),
    ],
)
def test_a_day_is_never_repeated_since_it_may_be_a_birthday(klagreg: Clerk, file: File, cell: str, reason: str) -> None:
    name = file(f"Ärendenr;Inkom;Typ;Född\n1;2026-03-02;Klagomål;{cell}\n")
    said = refusal(klagreg, name, "--kolumn", "avslutad=Född")
    assert said.startswith(f"rad 2, Född: {reason}")
    assert cell not in said


def test_a_day_that_does_not_fit_the_format_is_not_repeated(klagreg: Clerk, file: File) -> None:
    name = file("Ärendenr;Inkom;Typ\n1;070-1740605;Klagomål\n")
    assert refusal(klagreg, name, "--datumformat", "%d/%m/%Y").split("\n")[0] == (
        "rad 2, Inkom: inget datum enligt --datumformat %d/%m/%Y."
    )


def test_bad_rows_set_aside_can_be_corrected_and_read(klagreg: Clerk, desk: Clerk, file: File) -> None:
    said = klagreg("importera", file(FAULTY), "--hoppa-over-fel", "fel.csv").out
    assert said.endswith(
        "Importerade ärenden: 1 (SYN-2026-00001 – SYN-2026-00001).\n"
        "  Överhoppade rader med fel: 9. De ligger i fel.csv, med orsak.\n"
    )
    aside = desk.folder / "fel.csv"
    assert stat.S_IMODE(aside.stat().st_mode) == 0o600
    lines = aside.read_bytes().decode("utf-8-sig").split("\r\n")
    assert lines[0] == f"Rad;Fel;{FAULTY.splitlines()[0]}"
    # A space before what a spreadsheet would take for a formula.
    assert lines[1].endswith("fax, ovrigt.;B-1;2026-13-01;Klagomål;Fyr; =1+1;;;;;;;")
    assert lines[7:9] == [
        "8;Ärendet är anonymt, men avsändarens namn är angivet.;B-7;2026-03-01;Klagomål;;x;;ja;Test Person;;;;",
        "9;Återkoppling: ligger efter avslutsdagen.;B-8;2026-03-01;Klagomål;;x;;;;2026-03-05;2026-03-08;Avslutat;",
    ]
    corrected = lines[1].replace("2026-13-01", "2026-03-02").replace(";Fyr;", ";Brev;")
    file("\r\n".join((lines[0], corrected)), "rattad.csv")
    again = klagreg("importera", "rattad.csv").out
    assert "Läses inte in: Rad, Fel.\n" in again
    assert "Importerade ärenden: 1 (SYN-2026-00002 – SYN-2026-00002).\n" in again
    assert cases(klagreg)["SYN-2026-00002"]["beskrivning"] == "=1+1"


def test_names_of_rows_set_aside_are_not_added(klagreg: Clerk, file: File) -> None:
    text = "Inkom;Typ;Enhet\n2026-01-02;Klagomål;Lunden\n2026-01-02;Klag;Ängen\n2026-01-02;Klagomål;LUNDEN\n"
    klagreg("importera", file(text), "--hoppa-over-fel", "fel.csv")
    assert [unit["enhet"] for unit in klagreg("enhet", "lista", "--json").json] == ["Lunden", "Parkskolan"]
    assert [case["enhet"] for case in cases(klagreg).values()] == ["Lunden", "Lunden"]


def test_a_name_that_a_bad_row_spelt_first_is_stored_with_the_case(klagreg: Clerk, file: File) -> None:
    text = "Inkom;Typ;Enhet\n2026-01-02;Klag;LUNDEN\n2026-01-02;Klagomål;Lunden\n2026-01-02;Klagomål;LUNDEN\n"
    klagreg("importera", file(text), "--hoppa-over-fel", "fel.csv")
    assert [case["enhet"] for case in cases(klagreg).values()] == ["LUNDEN", "LUNDEN"]


def test_without_bad_rows_there_is_no_file(klagreg: Clerk, desk: Clerk, file: File) -> None:
    assert "Överhoppade" not in klagreg("importera", file(LIST), "--hoppa-over-fel", "fel.csv").out
    assert not (desk.folder / "fel.csv").exists()


def test_the_file_of_bad_rows_replaces_nothing(klagreg: Clerk, desk: Clerk, file: File) -> None:
    file("mitt", "fel.csv")
    assert refusal(klagreg, file(FAULTY), "--hoppa-over-fel", "fel.csv", code=3) == (
        "Fel: fel.csv finns redan och är orörd. Ange en annan fil med --hoppa-over-fel."
    )
    assert (desk.folder / "fel.csv").read_text() == "mitt"


def test_a_folder_that_is_missing_stops_the_import(klagreg: Clerk, file: File) -> None:
    assert refusal(klagreg, file(FAULTY), "--hoppa-over-fel", "bort/fel.csv").startswith("Fel: Mappen bort finns inte.")


# -- all or nothing, once or never --------------------------------------------------------------


def test_a_second_run_adds_nothing(klagreg: Clerk, file: File) -> None:
    klagreg("importera", file(LIST))
    klagreg("uppdatera", "2", "--rubrik", "Mörkt i porten")
    before = cases(klagreg)
    answer = klagreg("importera", file(LIST + "K-4;2026-03-11;Klagomål;Brev;;;;;;;\n"))
    assert "Importerade ärenden: 1 (SYN-2026-00004 – SYN-2026-00004).\n" in answer.out
    assert "  Redan inlästa, med samma id: 3. De är orörda.\n" in answer.out
    after = cases(klagreg)
    assert {number: after[number] for number in before} == before
    assert len(after) == 4


def test_the_same_id_on_another_day_is_perhaps_another_system(klagreg: Clerk, file: File) -> None:
    klagreg("importera", file(LIST))
    other = file("Ärendenr;Inkom;Typ\nK-1;2026-05-05;Klagomål\n", "annan.csv")
    assert klagreg("importera", other).out.endswith(
        "Importerade ärenden: 0.\n"
        "  Redan inlästa, med samma id: 1. De är orörda.\n"
        "  Av dem med en annan ankomstdag än i registret: 1 (rad 2). Är det ett annat system?"
        " Skilj dem åt med --satt extern_kalla=NAMN.\n"
    )
    told_apart = klagreg("importera", other, "--satt", "extern_kalla=Flexite")
    assert "Importerade ärenden: 1 (" in told_apart.out
    assert "Importerade ärenden: 0." in klagreg("importera", other, "--satt", "extern_kalla=Flexite").out


def test_without_an_id_a_person_is_warned(klagreg: Clerk, file: File) -> None:
    name = file("Inkom;Typ\n2026-01-02;Klagomål\n")
    assert klagreg("importera", name).err == (
        "Ingen kolumn är id: läses filen in en gång till blir alla ärenden dubbla. Ange --id-kolumn RUBRIK.\n"
    )
    klagreg("importera", name)
    assert len(cases(klagreg)) == 2


def test_a_diary_number_serves_as_id_when_there_is_no_other(klagreg: Clerk, file: File) -> None:
    name = file("Dnr;Inkom;Typ\nBUN 2026/1;2026-01-02;Klagomål\n")
    said = klagreg("importera", name).out
    assert "Dnr             diarienummer\nDnr             externt_id (samma id" in said
    assert cases(klagreg)["SYN-2026-00001"]["diarienummer"] == "BUN 2026/1"
    assert "Importerade ärenden: 0." in klagreg("importera", name).out
    klagreg("importera", name, "--kolumn", "externt_id=")
    assert len(cases(klagreg)) == 2


def test_the_id_may_be_a_field_besides(klagreg: Clerk, file: File) -> None:
    name = file("Nr;Dnr;Inkom;Typ\n1;BUN 2026/1;2026-01-02;Klagomål\n")
    klagreg("importera", name, "--id-kolumn", "Dnr")
    assert cases(klagreg)["SYN-2026-00001"]["diarienummer"] == "BUN 2026/1"
    assert "Redan inlästa" in klagreg("importera", name, "--id-kolumn", "Dnr").out


def test_a_rehearsal_checks_everything_and_stores_nothing(klagreg: Clerk, desk: Clerk, file: File) -> None:
    before = (desk.folder / "klagreg.db").read_bytes()
    said = klagreg("importera", file(LIST), "--prova")
    assert said.out.split("utfall\n")[1] == (
        "Skulle importeras: 3 av 3 rader. Inget är lagrat.\n"
        "  Räknas som besvarade den dag de avslutades: 1. Ingen kolumn säger när de besvarades (slutsvar).\n"
        "  Avslutade utan utfall: 1. De blir Uppgift saknas i rapporterna.\n"
        "  Nya enheter: 1 (Lunden).\n"
        "  Nya områden: 1 (Belysning).\n"
        "  Nya handläggare: 1 (bo.ek).\n"
    )
    refused = klagreg("importera", file(FAULTY), "--prova", code=2)
    assert refused.err.count("\n") == len(FAULTS) + 1
    skipped = klagreg("importera", file(FAULTY), "--prova", "--hoppa-over-fel", "fel.csv")
    assert "Skulle importeras: 1 av 10 rader. Inget är lagrat.\n  Överhoppade rader med fel: 9.\n" in skipped.out
    assert skipped.err.count("\n") == len(FAULTS)
    assert not (desk.folder / "fel.csv").exists()
    assert klagreg("importera", file(LIST), "--prova", "--json").json["prova"] is True
    assert (desk.folder / "klagreg.db").read_bytes() == before


def test_ctrl_c_leaves_nothing(klagreg: Clerk, desk: Clerk, file: File, monkeypatch: pytest.MonkeyPatch) -> None:
    insert_many = Store.insert_many

    def interrupted(self: Store, stored: list[Any], *told: Any) -> None:
        insert_many(self, stored, *told)
        if len(stored) < 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(klagreg_register, "BATCH", 2)
    monkeypatch.setattr(Store, "insert_many", interrupted)
    text = "Ärendenr;Inkom;Typ;Enhet\n" + "".join(
        f"{n};2026-01-02;{'Klag' if n == 1 else 'Synpunkt'};Ö\n" for n in range(6)
    )
    name = file(text)
    said = refusal(klagreg, name, "--hoppa-over-fel", "fel.csv", code=130)
    assert said == "Avbrutet. Inget är ändrat."
    assert {path.name for path in desk.folder.iterdir()} - {"klagreg.db-journal"} == {"klagreg.db", "lista.csv"}
    assert cases(klagreg) == {}


def test_a_damaged_end_refuses_the_whole_file(klagreg: Clerk, file: File) -> None:
    assert refusal(klagreg, file(LIST + 'K-9;"2026')).startswith("Fel: lista.csv, rad 5: citattecknen går inte ihop.")


def test_numbers_go_on_where_they_were(klagreg: Clerk, file: File) -> None:
    klagreg("registrera", "--typ", "klagomal")
    klagreg("importera", file(LIST))
    assert klagreg("registrera", "--typ", "klagomal", "--json").json["arendenummer"] == "SYN-2026-00005"


# -- what was said about the file ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--kolumn", "inkomen=X"], "Fältet ”inkomen” finns inte. Menade du inkommen?"),
        (
            ["--kolumn", "xyz=X"],
            "Fältet ”xyz” finns inte. Fälten är: externt_id, diarienummer, typ, status, inkommen, kanal, namnd, enhet,"
            " omrade, rubrik, beskrivning, forslag, handlaggare, aterkoppling, slutsvar, avslutad, utfall, svar,"
            " mottagen_av, handelsedag, utforare, personakt, i_efterhand, ror_enskild, skyddad, sekretess, anonym,"
            " kontakt, roll, namn, epost, telefon, adress, onskat_satt.",
        ),
        (["--kolumn", "inkommen=Inkomdatum"], "Kolumnen ”Inkomdatum” finns inte i filen. Menade du Inkom datum?"),
        (
            ["--kolumn", "inkommen=Zzz"],
            "Kolumnen ”Zzz” finns inte i filen. Filens rubriker: Ärendenr, Inkom datum, Typ, Inkom via, Enhet, Område,"
            " Ärendemening, Beskrivning, Handläggare, Avslutat datum, Utfall.",
        ),
        (["--kolumn", "inkommen"], "--kolumn inkommen: = saknas. Skriv --kolumn FÄLT=RUBRIK."),
        (
            ["--kolumn", "rubrik=Typ", "--kolumn", "rubrik=Enhet"],
            "--kolumn rubrik står två gånger. Flera kolumner slås ihop i en kartfil, se --karta.",
        ),
        (["--satt", "typ"], "--satt typ: = saknas. Skriv --satt FÄLT=VÄRDE."),
        (["--satt", "typ=synpunkt", "--satt", "typ=fraga"], "--satt typ står två gånger. Ange en av dem."),
        (["--satt", "typ=klagom"], "--satt typ: ”klagom” finns inte bland valen. Menade du klagomal?"),
        (["--satt", "typ="], "rad 2, typ: saknas."),
        (["--satt", "inkommen=31/2"], "--satt inkommen: ”31/2” är inget datum."),
        (
            ["--satt", "externt_id=1"],
            "externt_id kan inte vara samma på varje rad. Ange kolumnen med --id-kolumn RUBRIK.",
        ),
        (
            ["--satt", "typ=synpunkt", "--kolumn", "typ=Typ"],
            "typ kan inte komma både från en kolumn och från --satt. Ange en av dem.",
        ),
        (
            ["--id-kolumn", "Typ", "--kolumn", "externt_id=Typ"],
            "--id-kolumn och --kolumn externt_id är samma sak. Ange en av dem.",
        ),
        (["--id-kolumn", "Ärendenum"], "Kolumnen ”Ärendenum” finns inte i filen. Menade du Ärendenr?"),
        (["--kolumn", "typ="], "Ingen kolumn blir typ. Filens rubriker: Ärendenr, Inkom datum, Typ,"),
        (["--karta", "saknas.toml"], "Filen saknas.toml kan inte läsas. Kontrollera sökvägen."),
    ],
)
def test_wrong_words(klagreg: Clerk, file: File, words: list[str], message: str) -> None:
    assert message in refusal(klagreg, file(LIST), *words)


@pytest.mark.parametrize(
    ("headings", "message"),
    [
        ("Inkom;Typ;Typ", "Rubriken ”Typ” finns 2 gånger i filen. Ge kolumnerna olika rubriker."),
        (
            "Inkom;Typ;Nämnd;Förvaltning",
            "Både ”Nämnd” och ”Förvaltning” blir namnd. Välj en med --kolumn namnd=RUBRIK.",
        ),
        (
            "Inkom;Rubrik",
            "Ingen kolumn blir typ. Filens rubriker: Inkom, Rubrik. Ange --kolumn typ=RUBRIK eller --satt typ=VÄRDE.",
        ),
        ("Datum;Typ", "Ingen kolumn blir inkommen. Filens rubriker: Datum, Typ. Ange --kolumn inkommen=RUBRIK"),
    ],
)
def test_headings_that_leave_a_doubt(klagreg: Clerk, file: File, headings: str, message: str) -> None:
    width = headings.count(";") + 1
    assert message in refusal(klagreg, file(f"{headings}\n{';'.join('x' * width)}\n"))


def test_a_chosen_heading_must_be_there_once(klagreg: Clerk, file: File) -> None:
    name = file("Datum;Typ;Datum\n2026-01-02;Klagomål;2026-01-03\n")
    assert refusal(klagreg, name, "--kolumn", "inkommen=Datum") == (
        "Fel: Rubriken ”Datum” finns 2 gånger i filen. Ge kolumnerna olika rubriker."
    )
    name = file("Datum;Typ;DATUM\n2026-01-02;Klagomål;2026-01-03\n")
    [case] = imported(klagreg, name, "--kolumn", "inkommen=DATUM")
    assert case["inkommen"] == "2026-01-03"


def test_columns_and_constants_of_the_command_line(klagreg: Clerk, file: File) -> None:
    text = "Skapad,Ämne,Status,Typ\n2026-01-02,Halka,Stängd,Fel på väg\n"
    answer = klagreg(
        "importera", file(text), "--kolumn", "Inkommen=skapad", "--kolumn", "rubrik=Ämne", "--kolumn", "status=",
        "--satt", "typ=felanmälan", "--satt", "kanal=app", "--satt", "anonym=ja", "--satt", "avslutad=igår",
    )  # fmt: skip
    assert "Skapad          inkommen\nÄmne            rubrik\n(varje rad)     typ = felanmälan\n" in answer.out
    assert "Läses inte in: Status, Typ.\n" in answer.out
    [case] = cases(klagreg).values()
    assert (case["typ"], case["kanal"], case["rubrik"], case["avslutad"]) == (
        "felanmalan",
        "app",
        "Halka",
        "2026-11-01",
    )


MAP = """\
id_kolumn = "Nr"
datumformat = "%d.%m.%Y"
[kolumner]
inkommen = "Skapad"
rubrik = ["Ämne", "Plats"]
beskrivning = []
[satt]
typ = "klagomal"
[varden.kanal]
"Disken" = "besok"
"Okänt" = ""
"""
MAPPED = "Nr;Skapad;Ämne;Plats;Beskrivning;Kanal\n1;3.4.2026;Halka;Torget;x;disken\n2;3.4.2026;;Bron;x;OKÄNT\n"


def test_a_mapping_file(klagreg: Clerk, file: File) -> None:
    file(MAP, "karta.toml")
    halka, bron = imported(klagreg, file(MAPPED), "--karta", "karta.toml")
    assert (halka["inkommen"], halka["rubrik"], halka["beskrivning"], halka["kanal"]) == (
        "2026-04-03",
        "Halka – Torget",
        None,
        "besok",
    )
    assert (bron["rubrik"], bron["kanal"]) == ("Bron", None)


def test_the_command_line_goes_before_the_mapping_file(klagreg: Clerk, file: File) -> None:
    file(MAP, "karta.toml")
    [case, _] = imported(
        klagreg, file(MAPPED), "--karta", "karta.toml", "--kolumn", "rubrik=Plats", "--satt", "typ=synpunkt",
        "--datumformat", "%m.%d.%Y",
    )  # fmt: skip
    assert (case["rubrik"], case["typ"], case["inkommen"]) == ("Torget", "synpunkt", "2026-03-04")


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("[kolumner", "nyckeln (hela filen): inte giltig TOML"),
        ('[kolumner]\ninkomen = "Skapad"', "nyckeln kolumner.inkomen: fältet finns inte. Menade du inkommen?"),
        ("[kolumner]\ninkommen = 5", "nyckeln kolumner.inkommen: ska vara en rubrik, en lista med rubriker, eller []"),
        ('[kolumner]\ninkommen = "A"\nInkom = "B"', "nyckeln kolumner.Inkom: inkommen står redan i tabellen."),
        ('[kolumner]\ntyp = "A"\n[satt]\ntyp = "klagomal"', "nyckeln satt.typ: har redan en kolumn. Stryk en av dem."),
        ('id_kolumn = "A"\n[kolumner]\nexternt_id = "B"', "nyckeln kolumner.externt_id: står redan som id_kolumn."),
        ('id_kolum = "A"', "nyckeln id_kolum: okänd nyckel. Menade du id_kolumn?"),
        ("id_kolumn = 5", "nyckeln id_kolumn: ska vara en text inom citattecken."),
        ('datumformat = "dag"', "nyckeln datumformat: ”dag” säger inte år, månad och dag."),
        ("[satt]\ntyp = 1.5", "nyckeln satt.typ: ska vara en text inom citattecken, ett datum eller true."),
        ("[varden]\nkanal = 1", "nyckeln varden.kanal: ska vara en tabell, [kanal]."),
        ("[varden.kanal]\nDisken = 1", "nyckeln varden.kanal.Disken: ska vara en text inom citattecken."),
        ('[varden.kanal]\nA = "app"\na = "sms"', "nyckeln varden.kanal.a: betyder redan något annat;"),
    ],
)
def test_a_wrong_mapping_file_is_told_by_key(klagreg: Clerk, file: File, toml: str, message: str) -> None:
    file(toml, "karta.toml")
    said = refusal(klagreg, file(LIST), "--karta", "karta.toml")
    assert said.startswith("Fel: Kartan karta.toml, ")
    assert message in said


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        (
            '[kolumner]\ninkommen = ["Inkom datum", "Avslutat datum"]',
            "Flera kolumner kan inte bli inkommen. Bara texter slås ihop.",
        ),
        (
            '[varden.kanal]\nDisken = "besk"',
            "Kartan, tabellen [varden.kanal]: ”besk” finns inte bland valen. Menade du besok?",
        ),
    ],
)
def test_a_map_that_does_not_fit(klagreg: Clerk, file: File, toml: str, message: str) -> None:
    file(toml, "karta.toml")
    assert message in refusal(klagreg, file(LIST), "--karta", "karta.toml")


def test_the_help_names_every_field(desk: Clerk) -> None:
    told = desk("importera", "--help").out.split("Fälten: ")[1].split(".\n")[0]
    assert [word.strip() for word in told.split(",")] == list(importing.TARGETS)


def test_every_heading_means_one_field() -> None:
    headings = Counter(fold(h) for target in importing.TARGETS.values() for h in {*map(fold, target.headings)})
    assert [heading for heading, times in headings.items() if times > 1] == []


def test_progress_is_shown_to_a_person_only(klagreg: Clerk, file: File, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Ärendenr;Inkom;Typ\n" + "".join(f"{n};2026-01-02;Synpunkt\n" for n in range(120))
    monkeypatch.setattr(cli_progress, "PROGRESS_AFTER", 0.0)
    assert klagreg("importera", file(text), "--prova").err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    answer = klagreg("importera", file(text))
    assert "100 rader" in answer.err
    assert "Importerade ärenden: 120 (" in answer.out
    monkeypatch.setattr(cli_progress, "PROGRESS_AFTER", 60.0)
    assert klagreg("importera", file(text)).err == ""


# -- the real files -----------------------------------------------------------------------------

REAL = SHARED / "data"
MAPS = Path(__file__).parents[1] / "examples" / "kartor"
real_files = pytest.mark.skipif(
    not REAL.is_dir(), reason=f"DE RIKTIGA FILERNA FINNS INTE I {REAL}: INGET ÄR PROVAT MOT DEM"
)

# Working days around New Year 2014, written down by hand and not taken from klagreg.
FREE = {"2013-12-24", "2013-12-25", "2013-12-26", "2013-12-31", "2014-01-01", "2014-01-06"}


@dataclass
class Line:
    """What a line of a real file says, read with plain csv."""

    board: str
    unit: str
    channel: str
    received: date
    closed: date | None


def after(day: date, workdays: int) -> date:
    """The n-th working day after a day, by stepping."""
    while workdays:
        day += timedelta(days=1)
        if day.weekday() < 5 and day.isoformat() not in FREE:
            workdays -= 1
    return day


def workdays_between(start: date, end: date) -> int:
    steps = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
    return sum(day.weekday() < 5 and day.isoformat() not in FREE for day in steps)


def swedish_lines() -> list[Line]:
    with (REAL / "svensk-arendelista.csv").open(encoding="cp1252", newline="") as opened:
        return [
            Line(
                row["Förvaltning"],
                row["Enhet"],
                row["Inkom via"],
                date.fromisoformat(row["Inkom datum"]),
                date.fromisoformat(row["Avslutat datum"]) if row["Handläggningsstatus"] == "Avslutat" else None,
            )
            for row in csv.DictReader(opened, delimiter=";")
        ]


def new_york_lines() -> list[Line]:
    def day(text: str) -> date:
        return datetime.strptime(text, "%m/%d/%Y %I:%M:%S %p").date()  # noqa: DTZ007

    with (REAL / "nyc311_2013-12-25_2386rows.csv").open(encoding="ascii", newline="") as opened:
        return [
            Line(
                row["Agency"],
                row["Borough"],
                "",
                day(row["Created Date"]),
                day(row["Closed Date"]) if row["Status"] == "Closed" else None,
            )
            for row in csv.DictReader(opened)
        ]


def overdue(lines: list[Line], on: date) -> list[tuple[int, str, str, int]]:
    """Line by line: number in the file, promise, last day, days late."""
    found = []
    for number, line in enumerate(lines, 1):
        for promise, length in (("aterkoppling", 5), ("svar", 10)):
            last = after(line.received, length)
            if last < on and (line.closed is None or line.closed > on):
                found.append((number, promise, last.isoformat(), (on - last).days))
    return sorted(found)


def figures(lines: list[Line], year: int, on: date) -> dict[str, Any]:
    """The same as ``sammanstall --json``, counted the slow way."""
    mine = [line for line in lines if line.received.year == year]
    closed = [line for line in lines if line.closed and line.closed.year == year]
    times = sorted((line.closed - line.received).days for line in closed if line.closed)
    workdays = sorted(workdays_between(line.received, line.closed) for line in closed if line.closed)

    def middle(numbers: list[int]) -> float:
        half, odd = divmod(len(numbers), 2)
        return float(numbers[half]) if odd else (numbers[half - 1] + numbers[half]) / 2

    place = 0.9 * (len(times) - 1)
    low, high = times[int(place)], times[min(int(place) + 1, len(times) - 1)]
    promises = []
    for promise, length in (("aterkoppling", 5), ("svar", 10)):
        in_time = sum(line.closed is not None and line.closed <= after(line.received, length) for line in mine)
        waiting = sum(line.closed is None and after(line.received, length) >= on for line in mine)
        promises.append((promise, in_time, len(mine) - in_time - waiting, waiting, 0))
    return {
        "inkomna": len(mine),
        "avslutade": len(closed),
        "utgaende_balans": len(mine) - len(closed),
        "per_namnd": Counter(line.board for line in mine),
        "frister": promises,
        "handlaggningstid": (
            len(times),
            middle(times),
            pytest.approx(sum(times) / len(times)),
            pytest.approx(low + (high - low) * (place - int(place))),
            times[-1],
            middle(workdays),
        ),
    }


def reported(clerk: Clerk) -> dict[str, Any]:
    """The figures of 2013 as of 30 June 2014, those that :func:`figures` counts."""
    found = clerk("sammanstall", "2013", "--per", "2014-06-30", "--json").json
    time = found["handlaggningstid"]
    return {
        **{key: found[key] for key in ("inkomna", "avslutade", "utgaende_balans", "per_namnd")},
        "frister": [(f["frist"], f["i_tid"], f["for_sent"], f["pagar"], f["ej_tillamplig"]) for f in found["frister"]],
        "handlaggningstid": tuple(
            time[key] for key in ("antal", "median", "medel", "p90", "langsta", "median_arbetsdagar")
        ),
    }


def watched(clerk: Clerk) -> list[tuple[int, str, str, int]]:
    picture = clerk("bevaka", "--per", "2014-01-15", "--json", code=10).json
    return sorted(
        (int(row["arendenummer"].split("-")[-1]), row["frist"], row["senast"], row["dagar"])
        for row in picture["forsenade"]
    )


@real_files
@pytest.mark.parametrize("name", ["svensk-arendelista.csv", "svensk-arendelista.xlsx"])
def test_a_swedish_list_without_a_map(desk: Clerk, name: str) -> None:
    desk("init")
    told = desk("importera", str(REAL / name), "--json").json
    assert (told["rader"], told["importerade"], told["fel"], told["lases_inte"]) == (2386, 2386, [], [])
    assert (told["besvarade_vid_avslut"], told["oppna_med_avslutsdag"]) == (2302, 7)
    lines = swedish_lines()
    assert watched(desk) == overdue(lines, date(2014, 1, 15))
    assert reported(desk) == figures(lines, 2013, date(2014, 6, 30))
    found = desk("sammanstall", "2013", "--per", "2014-06-30", "--json").json
    assert found["per_enhet"] == Counter(line.unit for line in lines)
    codes = {"App": "app", "Besök": "besok", "Blankett": "blankett", "Brev": "brev", "E-post": "e-post",
             "Hemsida": "e-tjanst", "Telefon": "telefon"}  # fmt: skip
    assert found["per_kanal"] == Counter(codes[line.channel] for line in lines)
    assert "Redan inlästa, med samma id: 2386." in desk("importera", str(REAL / name)).out


@real_files
def test_csv_and_xlsx_of_the_same_list_are_the_same_cases(desk: Clerk) -> None:
    documents = []
    for name in ("svensk-arendelista.csv", "svensk-arendelista.xlsx"):
        desk("init")
        desk("importera", str(REAL / name))
        report = desk("sammanstall", "2013", "--per", "2014-06-30", "--json").json
        documents.append(({**report, "senaste_logghash": None, "register": None}, desk("lista", "--json").json))
        desk("importera", str(REAL / "svensk-arendelista.csv"))
        assert len(desk("lista", "--json").json) == 2386
        (desk.folder / "klagreg.db").unlink()
    assert documents[0] == documents[1]


@real_files
def test_the_example_map_of_the_swedish_list(desk: Clerk) -> None:
    desk("init")
    told = desk(
        "importera", str(REAL / "svensk-arendelista.csv"), "--karta", str(MAPS / "svensk-arendelista.toml"), "--json"
    )
    assert told.json["importerade"] == 2386
    assert told.json["nya"]["enheter"] == ["Brooklyn", "Manhattan", "Queens", "Bronx", "Staten Island"]
    assert watched(desk) == overdue(swedish_lines(), date(2014, 1, 15))


@real_files
def test_new_york_through_its_map(desk: Clerk) -> None:
    desk("init")
    said = desk("importera", str(REAL / "nyc311_2013-12-25_2386rows.csv"), "--karta", str(MAPS / "nyc311.toml")).out
    assert "Datum läses som %m/%d/%Y %I:%M:%S %p.\n" in said
    assert "Importerade ärenden: 2386 (SYN-2026-00001 – SYN-2026-02386).\n" in said
    lines = new_york_lines()
    assert watched(desk) == overdue(lines, date(2014, 1, 15))
    assert reported(desk) == figures(lines, 2013, date(2014, 6, 30))
    assert desk("visa", "SYN-2026-00001", "--json").json["rubrik"] == "Blocked Driveway – No Access"


@real_files
def test_boston_with_either_kind_of_days(desk: Clerk) -> None:
    documents = []
    for name in ("boston311-100.csv", "boston311-dmy-100.csv"):
        desk("init")
        told = desk("importera", str(REAL / name), "--karta", str(MAPS / "boston311.toml"), "--json").json
        assert (told["importerade"], told["besvarade_vid_avslut"], len(told["nya"]["omraden"])) == (100, 85, 20)
        documents.append((told["datumordning"], desk("lista", "--json").json))
        (desk.folder / "klagreg.db").unlink()
    assert documents[0] == ({}, documents[1][1])
    assert documents[1][0] == {
        "open_dt": "dag, månad, år (7 av 100 kan inte läsas på annat sätt)",
        "closed_dt": "dag, månad, år (8 av 85 kan inte läsas på annat sätt)",
    }
    with (REAL / "boston311-100.csv").open(encoding="ascii", newline="") as opened:
        rows = list(csv.DictReader(opened))
    found = sorted(documents[0][1], key=lambda case: case["arendenummer"])
    channels = {
        "Citizens Connect App": "app",
        "City Worker App": "app",
        "Constituent Call": "telefon",
        "Self Service": "e-tjanst",
    }
    assert [(c["inkommen"], c["avslutad"], c["kanal"], c["namnd"], c["enhet"]) for c in found] == [
        (
            row["open_dt"][:10],
            row["closed_dt"][:10] or None,
            channels[row["source"]],
            row["subject"],
            row["neighborhood"].strip() or None,
        )
        for row in rows
    ]


def test_a_row_with_too_many_columns_is_one_bad_row_among_others(klagreg: Clerk, file: File) -> None:
    name = file("Nr;Inkom;Typ\n1;2026-03-02;Klagomål\n2;2026-03-02;Klagomål;mer\n3;2026-13-02;Klagomål\n")
    told = klagreg("importera", name, "--id-kolumn", "Nr", code=2).err.splitlines()
    assert told[0] == "rad 3: raden har 4 kolumner men rubrikraden har 3."
    assert told[1].startswith("rad 4, Inkom: ")
    klagreg("importera", name, "--id-kolumn", "Nr", "--hoppa-over-fel", "fel.csv")
    assert len(klagreg("lista", "--json").json) == 1
    assert "2;2026-03-02;Klagomål;mer" in (klagreg.folder / "fel.csv").read_text("utf-8-sig")


def test_a_letter_where_a_word_should_stand(klagreg: Clerk, file: File) -> None:
    # To compare it with the names of units would take minutes: accents are sorted one by one.
    letter = "z" + "\u0315\u0300" * 400_000
    assert refusal(klagreg, file(LIST.replace("parkskolan", letter))) == (
        "rad 2, Enhet: en bokstav har fler än 30 accenter. Ta bort dem.\n"
        "Fel: 1 av 3 rader kan inte läsas in. Ingenting är importerat. Rätta dem, översätt filens ord med --karta,"
        " eller läs in de andra raderna med --hoppa-over-fel FIL."
    )
