"""What leaves the register on paper or on the web, as the clerk makes it: letters, the blank form, the public page.

Nobody here exists: telephone numbers from the series for fiction, addresses at example.se.
"""

from __future__ import annotations

import email
import email.policy
import io
import os
import re
import sqlite3
import sys
from collections.abc import Callable
from datetime import date
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klagreg.cli.edge import Edge
from klagreg.cli.frame import run
from klagreg.days import Period
from klagreg.figures import Report
from klagreg.model import Case
from klagreg.practice import Practice
from klagreg.publication import FEWEST, told, why_never
from klagreg.register import Register
from klagreg.store import door
from klagreg.terms import CaseType, Status
from tests.conftest import Clerk
from tests.test_page import read
from tests.test_terminal import Terminal

TODAY = date(2026, 11, 2)

OWN_RULES = r'''
namn = "Exempelby"
typer = ["klagomal", "synpunkt", "berom"]
publicera_anonyma = false

[[frist]]
nyckel = "svar"
rubrik = "Svar"
antal = 10
raknas_i = "arbetsdagar"
fullgors_av = ["slutsvar"]

[[enhet]]
namn = "Gata och park"
namnd = "Tekniska nämnden"

[[enhet]]
namn = "Kostenheten"

[[handlaggare]]
namn = "eva.lind"
enhet = "Gata och park"
fullt_namn = "Eva Lind"
titel = "gatuchef"
telefon = "0999-123 45"
epost = "eva.lind@example.se"
adress = "Storgatan, Exempelby"

[[handlaggare]]
namn = "gun.ek"
enhet = "Kostenheten"
fullt_namn = "Gun Ek"

[[brev]]
nyckel = "aterkoppling"
amne = "Återkoppling på ditt ärende {arendenummer}"
text = """
Tack för att du hör av dig om {problem}.

{gren}

Med vänlig hälsning

{mitt_namn}
{min_titel}
{min_epost}
"""
[brev.gren]
A = "Jag ska se till att {problem} åtgärdas."
B = "Jag har lämnat ärendet vidare till {handlaggare_namn}, {handlaggare_titel}, {handlaggare_forvaltning}."

[[brev]]
nyckel = "forsening"
amne = "Svaret på ditt ärende dröjer"
text = "Förseningen beror på att {orsak}."

[[brev]]
nyckel = "slutsvar"
amne = "Svar på {rubrik}"
text = """
Ditt ärende {arendenummer} kom in {inkommen}. Idag är det {datum}.

{svar}

{gren}
"""
[brev.gren]
atgarder = """
Det här kommer vi att göra:

{atgarder}
"""
inga_atgarder = "Ärendet leder inte till några fler åtgärder."

[[brev]]
nyckel = "personligt"
amne = "Hej"
text = "Hej {avsandare_namn}, {avsandare_adress}!"

[blankett]
ingress = "Berätta det för oss!"
adress = ["Exempelby kommun", "123 45 Exempelby"]
'''


@pytest.fixture
def clerk(desk: Clerk) -> Clerk:
    """Eva Lind at her desk in Exempelby, with one case."""
    (desk.folder / "egen.toml").write_text(OWN_RULES, "utf-8")
    with desk.begun("Exempelby"):
        desk("init", "--regler", "egen.toml", "--namnd", "Tekniska nämnden", "--kommun", "Exempelby kommun")
        desk.name = "eva.lind"
        desk(
            "registrera", "--typ", "klagomal", "--enhet", "Gata och park", "--rubrik", "Hål i vägen",
            "--namn", "Test Person", "--epost", "test.person@example.se", "--adress", "Exempelgatan 1",
        )  # fmt: skip
    return desk


def readings(clerk: Clerk) -> int:
    """How many times the log says that somebody read who the sender of case 1 is."""
    events = clerk("logg", "1", "--json").json
    return len({event["tid"] + event["handelse"] for event in events if event["handelse"] == "last_personuppgifter"})


def left_in(folder: Path) -> set[str]:
    """What lies in a folder, but for the register and its rules."""
    return {path.name for path in folder.iterdir() if not path.name.startswith(("klagreg.db", "egen.toml"))}


def opened(path: Path) -> EmailMessage:
    """A draft in a mail program."""
    found = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert isinstance(found, EmailMessage)
    assert not found.defects
    return found


# -- letters --------------------------------------------------------------------------------------


class TestWholeLetters:
    def test_i_take_it_myself(self, clerk: Clerk) -> None:
        answer = clerk("brev", "1", "aterkoppling", "--falt", "problem=hålet i vägen")
        assert answer.out == (
            "Återkoppling på ditt ärende SYN-2026-00001\n"
            "\n"
            "Tack för att du hör av dig om hålet i vägen.\n"
            "\n"
            "Jag ska se till att hålet i vägen åtgärdas.\n"
            "\n"
            "Med vänlig hälsning\n"
            "\n"
            "Eva Lind\n"
            "gatuchef\n"
            "eva.lind@example.se\n"
        )
        assert answer.err == (
            "När brevet är skickat: klagreg aterkoppla SYN-2026-00001 --slag bekraftelse --satt brev\n"
        )
        assert readings(clerk) == 0, "nothing in it was read about the sender"

    def test_i_have_handed_it_on(self, clerk: Clerk) -> None:
        clerk("tilldela", "1", "gun.ek")
        assert clerk("brev", "1", "ÅTERKOPPLING", "--falt", "problem=hålet", code=3).err == (
            "Fel: Det här saknas i brevet: handläggarens titel. "
            "En handläggares uppgifter läggs in med: klagreg handlaggare andra NAMN --titel …\n"
        )
        clerk("handlaggare", "andra", "gun.ek", "--titel", "kostchef")
        letter = clerk("brev", "1", "aterkoppling", "--falt", "problem=hålet", "--json").json
        assert letter == {
            "arendenummer": "SYN-2026-00001",
            "mall": "aterkoppling",
            "gren": "B",
            "amne": "Återkoppling på ditt ärende SYN-2026-00001",
            "text": (
                "Tack för att du hör av dig om hålet.\n\n"
                "Jag har lämnat ärendet vidare till Gun Ek, kostchef, Tekniska nämnden.\n\n"
                "Med vänlig hälsning\n\nEva Lind\ngatuchef\neva.lind@example.se"
            ),
        }
        mine = clerk("brev", "1", "aterkoppling", "--falt", "problem=hålet", "--gren", "a", "--json").json
        assert "Jag ska se till att hålet åtgärdas." in mine["text"]

    def test_a_unit_without_a_namnd_is_called_by_its_own_name(self, clerk: Clerk) -> None:
        clerk("enhet", "andra", "Kostenheten", "--namnd", "")
        clerk("handlaggare", "andra", "gun.ek", "--titel", "kostchef")
        clerk("tilldela", "1", "gun.ek")
        assert "till Gun Ek, kostchef, Kostenheten." in clerk("brev", "1", "aterkoppling", "--falt", "problem=x").out

    def test_the_answer_with_what_is_promised(self, clerk: Clerk) -> None:
        clerk("atgarda", "1", "Två\nfartgupp.", "--klar-senast", "1/12")
        clerk("atgarda", "1", "Ny skylt")
        clerk("atgarda", "1", "Hålet är lagat", "--genomford", "idag")
        clerk("atgarda", "1", "Titta efter i vår", "--slag", "uppfoljning")
        clerk("avsluta", "1", "--utfall", "atgardad", "--svar", "Hålet är lagat.\n\nTack!", "--satt", "brev")
        answer = clerk.on("2026-11-03")("brev", "1", "slutsvar", "--gren", "åtgärder")
        assert answer.out == (
            "Svar på Hål i vägen\n"
            "\n"
            "Ditt ärende SYN-2026-00001 kom in 2 november 2026. Idag är det 3 november 2026.\n"
            "\n"
            "Hålet är lagat.\n"
            "\n"
            "Tack!\n"
            "\n"
            "Det här kommer vi att göra:\n"
            "\n"
            "– Två fartgupp (klar senast 1 december 2026)\n"
            "– Ny skylt\n"
        )
        assert answer.err == "", "the closing has noted the answer already"

    def test_the_latest_reason_of_a_delay(self, clerk: Clerk) -> None:
        for reason in ("Vi väntar på asfalt.", "vi mäter en gång till"):
            clerk("aterkoppla", "1", "--slag", "forsening", "--satt", "brev", "--orsak", reason)
        answer = clerk("brev", "1", "forsening")
        assert answer.out == "Svaret på ditt ärende dröjer\n\nFörseningen beror på att vi mäter en gång till.\n"
        assert answer.err == (
            "När brevet är skickat: klagreg aterkoppla SYN-2026-00001 --slag forsening --satt brev --orsak …\n"
        )

    def test_what_is_typed_goes_before_what_is_kept(self, clerk: Clerk) -> None:
        typed = clerk("brev", "1", "personligt", "--falt", "avsandare_namn=Du", "--falt", "avsandare-adress=där")
        assert typed.out == "Hej\n\nHej Du, där!\n"
        assert readings(clerk) == 0

    def test_long_texts_come_from_stdin_or_a_file(self, clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
        (clerk.folder / "svar.txt").write_text("Rad ett.\r\nRad två.\n", "utf-8")
        file = clerk("brev", "1", "slutsvar", "--gren", "inga_atgarder", "--falt", "svar=@svar.txt")
        assert "Rad ett.\nRad två.\n\nÄrendet leder inte" in file.out
        assert file.err == (
            "När brevet är skickat: klagreg avsluta SYN-2026-00001 --utfall … --svar … --satt brev\n"
        ), "the case is still open"
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("Från stdin".encode())))
        assert "Från stdin" in clerk("brev", "1", "slutsvar", "--gren", "inga_atgarder", "--falt", "svar=-").out


class TestWhoSigns:
    def test_who_is_named_else_who_sits_here_else_the_handler(self, clerk: Clerk) -> None:
        typed = ["problem=hålet", "min_titel=chef", "min_epost=kontakt@example.se"]
        words = ["brev", "1", "aterkoppling", *(word for fact in typed for word in ("--falt", fact))]

        def signed(*more: str) -> tuple[str, str]:
            text = clerk(*words, *more, "--json").json
            return text["gren"], text["text"].split("\n")[-3]

        assert signed() == ("A", "Eva Lind")
        assert signed("--från", "gun.ek") == ("A", "Gun Ek")
        clerk("tilldela", "1", "eva.lind")
        assert signed("--fran", "eva.lind") == ("A", "Eva Lind")
        clerk.name = "anna.berg"
        assert signed() == ("A", "Eva Lind"), "Anna is no handler, so the handler signs"

    def test_nobody_known_signs(self, clerk: Clerk) -> None:
        clerk.name = "anna.berg"
        assert clerk("brev", "1", "aterkoppling", "--falt", "problem=hålet", code=3).err == (
            "Fel: Vem som skriver under är inte känt: anna.berg finns inte bland handläggarna. "
            "Ange --fran HANDLÄGGARE, eller lägg till dig med: klagreg handlaggare lagg-till\n"
        )
        assert clerk("brev", "1", "forsening", "--falt", "orsak=det regnar").out, "a letter that nobody signs"
        assert clerk("brev", "1", "aterkoppling", "--fran", "eva.lin", code=4).err == (
            "Fel: Handläggaren ”eva.lin” finns inte i registret. "
            "Menade du eva.lind? Se alla med: klagreg handlaggare lista\n"
        )

    def test_a_user_name_is_no_name(self, clerk: Clerk) -> None:
        clerk("handlaggare", "lagg-till", "bo.lund")
        missing = clerk("brev", "1", "aterkoppling", "--falt", "problem=x", "--fran", "bo.lund", code=3).err
        assert missing == (
            "Fel: Det här saknas i brevet: ditt namn, din titel, din e-postadress. En handläggares uppgifter läggs in "
            "med: klagreg handlaggare andra NAMN --fullt-namn … --titel … --epost …\n"
        )

    def test_a_branch_about_a_handler_needs_one(self, clerk: Clerk) -> None:
        assert clerk("brev", "1", "aterkoppling", "--gren", "B", "--falt", "problem=x", code=3).err == (
            "Fel: Brevet säger vem som är handläggare, men SYN-2026-00001 har ingen. "
            "Utse en först: klagreg tilldela SYN-2026-00001 HANDLÄGGARE\n"
        )


class TestFiles:
    def test_a_text_to_print(self, clerk: Clerk) -> None:
        answer = clerk("brev", "1", "personligt", "-o", "brev.txt")
        assert answer.out == "Brevet är skrivet till brev.txt.\n"
        path = clerk.folder / "brev.txt"
        assert path.read_bytes().decode() == "Hej\n\nHej Test Person, Exempelgatan 1!\n"
        assert path.stat().st_mode & 0o777 == 0o600
        assert readings(clerk) == 1, "who the sender is was read, and that is in the log"

    def test_a_draft_to_send(self, clerk: Clerk) -> None:
        answer = clerk("brev", "1", "aterkoppling", "--falt", "problem=hålet", "--ut", "Brev.EML")
        assert answer.err == (
            "När brevet är skickat: klagreg aterkoppla SYN-2026-00001 --slag bekraftelse --satt e-post\n"
        )
        path = clerk.folder / "Brev.EML"
        draft = opened(path)
        assert (draft["From"], draft["To"], draft["Date"]) == (
            "Eva Lind <eva.lind@example.se>",
            "Test Person <test.person@example.se>",
            "Mon, 02 Nov 2026 09:14:07 +0100",
        )
        assert draft["Subject"] == "Återkoppling på ditt ärende SYN-2026-00001"
        assert str(draft.get_content()).startswith("Tack för att du hör av dig om hålet.")
        assert path.stat().st_mode & 0o777 == 0o600
        assert readings(clerk) == 1, "the address was read"

    def test_names_that_are_not_known_are_not_shown(self, clerk: Clerk) -> None:
        clerk("uppdatera", "1", "--namn", "")
        clerk("handlaggare", "andra", "eva.lind", "--fullt-namn", "")
        clerk("brev", "1", "forsening", "--falt", "orsak=det regnar", "-o", "brev.eml")
        draft = opened(clerk.folder / "brev.eml")
        assert (draft["From"], draft["To"]) == ("eva.lind@example.se", "test.person@example.se")

    def test_a_draft_to_somebody_whose_address_is_not_known(self, clerk: Clerk) -> None:
        clerk("uppdatera", "1", "--epost", "")
        clerk("brev", "1", "forsening", "--falt", "orsak=det regnar", "-o", "brev.eml")
        assert opened(clerk.folder / "brev.eml")["To"] is None
        assert readings(clerk) == 0

    def test_a_letter_on_the_screen_that_says_who_wrote_is_a_reading_too(self, clerk: Clerk) -> None:
        assert clerk("brev", "1", "personligt").out == "Hej\n\nHej Test Person, Exempelgatan 1!\n"
        assert readings(clerk) == 1

    def test_an_address_that_no_mail_reaches(self, clerk: Clerk) -> None:
        clerk("uppdatera", "1", "--epost", "test.person")
        refusal = clerk("brev", "1", "forsening", "--falt", "orsak=x", "-o", "brev.eml", code=2).err
        assert refusal == (
            "Fel: --epost: avsändarens adress går inte att använda för e-post. "
            "Rätta den med: klagreg uppdatera ÄRENDE --epost …\n"
        )
        assert left_in(clerk.folder) == set()
        assert readings(clerk) == 0

    def test_a_file_that_is_there_is_left_alone(self, clerk: Clerk) -> None:
        path = clerk.folder / "brev.txt"
        path.write_text("Ett annat brev")
        words = ("brev", "1", "personligt", "-o", "brev.txt")
        assert clerk(*words, code=3).err == (
            "Fel: brev.txt finns redan och är orörd. Skriv över den med --ersatt, eller välj ett annat namn.\n"
        )
        assert path.read_text() == "Ett annat brev"
        assert readings(clerk) == 0
        clerk(*words, "--ersätt")
        assert path.read_text().startswith("Hej")
        assert left_in(clerk.folder) == {"brev.txt"}

    @pytest.mark.parametrize(
        ("name", "code", "message"),
        [
            ("brev.docx", 2, "brev.docx är inget namn på ett brev. Låt namnet sluta på .txt eller .eml."),
            ("brev", 2, "brev är inget namn på ett brev. Låt namnet sluta på .txt eller .eml."),
            ("finns/inte/brev.txt", 2, "Mappen finns/inte finns inte. Skapa den, eller ange en annan mapp."),
        ],
    )
    def test_a_place_that_cannot_be_written(self, clerk: Clerk, name: str, code: int, message: str) -> None:
        assert clerk("brev", "1", "personligt", "-o", name, code=code).err == f"Fel: {message}\n"
        assert left_in(clerk.folder) == set()
        assert readings(clerk) == 0


class TestRefusals:
    @pytest.mark.parametrize(
        ("words", "code", "message"),
        [
            (["2", "forsening"], 4, "Ärendet 2 finns inte i registret. Se alla med: klagreg lista"),
            ([], 2, "ÄRENDE saknas. Ange ÄRENDE."),
            (["1"], 2, "MALL saknas. Välj aterkoppling|forsening|slutsvar|personligt."),
            (["1", "slutsva"], 2, "MALL: ”slutsva” finns inte bland valen. Menade du slutsvar?"),
            (["1", "forsening"], 3, 'Det här saknas i brevet: orsak. Ange --falt orsak="…".'),
            (
                ["1", "slutsvar", "--gren", "atgarder"],
                3,
                'Det här saknas i brevet: svar, åtgärder. Ange --falt svar="…" --falt atgarder="…".',
            ),
            (["1", "slutsvar"], 3, 'Det här saknas i brevet: svar. Ange --falt svar="…".'),
            (
                ["1", "slutsvar", "--gren", "atgard"],
                2,
                "--gren: ”atgard” finns inte bland valen. Menade du atgarder?",
            ),
            (["1", "forsening", "--gren", "A"], 2, "--gren: brevet forsening har inga grenar. Ta bort --gren."),
            (["1", "forsening", "--falt", "orsk=x"], 2, "--falt: ”orsk” finns inte bland valen. Menade du orsak?"),
            (["1", "forsening", "--falt", "namn=x"], 2, "--falt: ”namn” finns inte bland valen. Välj bland: orsak."),
            (
                ["1", "forsening", "--falt", "orsak"],
                2,
                "--falt nummer 1 saknar likhetstecken: skriv namn=text.",
            ),
            (
                ["1", "forsening", "--falt", "orsak=x", "--falt", "Test Person var sjuk"],
                2,
                "--falt nummer 2 saknar likhetstecken: skriv namn=text.",
            ),
            (
                ["1", "forsening", "--falt", "Test Person sa 1+1=2"],
                2,
                "--falt nummer 1 börjar inte med ett namn: skriv namn=text. Välj bland: orsak.",
            ),
            (["1", "forsening", "--falt", "orsak="], 2, "--falt orsak: texten är tom."),
            (
                ["1", "forsening", "--falt", "orsak=@ingen.txt"],
                2,
                "--falt orsak: filen ingen.txt kan inte läsas. Kontrollera sökvägen.",
            ),
            (["1", "forsening", "--falt", "orsak=–"], 3, 'Det här saknas i brevet: orsak. Ange --falt orsak="…".'),
        ],
    )  # fmt: skip
    def test_said_in_a_line(self, clerk: Clerk, words: list[str], code: int, message: str) -> None:
        answer = clerk("brev", *words, "-o", "brev.txt", code=code)
        assert (answer.out, answer.err) == ("", f"Fel: {message}\n")
        assert left_in(clerk.folder) == set()

    def test_who_cannot_be_answered(self, clerk: Clerk) -> None:
        clerk("uppdatera", "1", "--kontakt", "avstar")
        assert clerk("brev", "1", "forsening", "--falt", "orsak=det regnar").err == (
            "SYN-2026-00001 kan inte besvaras enligt registret (kontakt: avstar).\n"
        )

    def test_rules_without_letters(self, klagreg: Clerk, registered: Callable[..., str]) -> None:
        registered()
        refusal = klagreg("brev", "1", "aterkoppling", code=2).err
        assert refusal == (
            "Fel: Regelverket Standard har inga brevmallar. Skriv en som [[brev]] i regelverkets fil "
            "(regler visa --toml) och byt till den med: klagreg regler andra FIL.toml --fran idag\n"
        )

    def test_letters_that_were_written_after_the_case_came_in(
        self, klagreg: Clerk, registered: Callable[..., str]
    ) -> None:
        registered()
        (klagreg.folder / "egen.toml").write_text(OWN_RULES, "utf-8")
        klagreg("regler", "andra", "egen.toml", "--fran", "idag")
        assert klagreg("brev", "1", "forsening", "--falt", "orsak=det regnar").out


def test_which_letters_there_are(clerk: Clerk) -> None:
    assert clerk("brev", "--lista").out == (
        "Mall          Ämne                                        Grenar                   Anges med --falt\n"
        "aterkoppling  Återkoppling på ditt ärende {arendenummer}  A, B                     problem\n"
        "forsening     Svaret på ditt ärende dröjer                –                        orsak\n"
        "slutsvar      Svar på {rubrik}                            atgarder, inga_atgarder  svar, atgarder\n"
        "personligt    Hej                                         –                        –\n"
    )
    assert clerk("brev", "1", "--lista", "--json").json[0] == {
        "mall": "aterkoppling",
        "amne": "Återkoppling på ditt ärende {arendenummer}",
        "grenar": ["A", "B"],
        "falt": ["problem"],
    }


def test_what_a_case_does_not_have_is_listed_as_missing(clerk: Clerk) -> None:
    def missing(*ref: str) -> dict[str, list[str]]:
        return {one["mall"]: one["falt"] for one in clerk("brev", *ref, "--lista", "--json").json}

    nothing = {"aterkoppling": ["problem"], "forsening": ["orsak"], "slutsvar": ["svar", "atgarder"], "personligt": []}
    assert missing() == missing("1") == nothing
    clerk("aterkoppla", "1", "--slag", "forsening", "--satt", "brev", "--orsak", "Vi väntar på asfalt")
    clerk("atgarda", "1", "Ny skylt")
    assert missing("1") == nothing | {"forsening": [], "slutsvar": ["svar"]}
    assert missing() == nothing


class TestWhichBranch:
    """What the case holds decides where it can; Enköping's A and B are about who signs."""

    @pytest.fixture
    def closed(self, clerk: Clerk) -> Clerk:
        clerk("avsluta", "1", "--utfall", "atgardad", "--svar", "Hålet är lagat.", "--satt", "brev")
        return clerk

    def branch(self, clerk: Clerk, *words: str) -> str:
        return str(clerk("brev", "1", "slutsvar", *words, "--json").json["gren"])

    def test_promised_measures_are_told_and_done_ones_are_not(self, closed: Clerk) -> None:
        assert self.branch(closed) == "inga_atgarder"
        closed("atgarda", "1", "Hålet är lagat", "--genomford", "idag")
        assert self.branch(closed) == "inga_atgarder"
        closed("atgarda", "1", "Ny skylt")
        assert self.branch(closed) == "atgarder"
        assert self.branch(closed, "--gren", "inga_atgarder") == "inga_atgarder"
        closed("atgarda", "1", "--nr", "2", "--genomford", "idag")
        assert self.branch(closed) == "inga_atgarder"

    def test_what_is_typed_decides_too(self, closed: Clerk) -> None:
        assert self.branch(closed, "--falt", "atgarder=– Ny skylt") == "atgarder"

    def test_branches_that_differ_in_words_alone_are_for_a_person_to_choose(self, clerk: Clerk) -> None:
        worded = OWN_RULES.replace("\nDet här kommer vi att göra:\n\n{atgarder}\n", "Mer kommer att göras.")
        (clerk.folder / "egen.toml").write_text(worded, "utf-8")
        clerk("regler", "andra", "egen.toml", "--fran", "idag")
        clerk("registrera", "--typ", "klagomal")
        assert clerk("brev", "2", "slutsvar", "--falt", "svar=Ja.", code=2).err == (
            "Fel: --gren saknas. Välj atgarder|inga_atgarder.\n"
        )


class TestReminders:
    """What the clerk is told beside the letter, before the line that notes that it was sent."""

    SENT = "När brevet är skickat: klagreg aterkoppla SYN-2026-00001 --slag bekraftelse --satt brev\n"

    def letter(self, desk: Clerk) -> str:
        facts = [
            "problem=kön",
            "upplevelse=maten var slut",
            "min_titel=x",
            "min_telefon=x",
            "min_epost=x",
            "min_adress=x",
        ]
        words = ["brev", "1", "aterkoppling", "--fran", "eva.lind", "--falt", "mitt_namn=Eva Lind"]
        return desk(*words, *(word for fact in facts for word in ("--falt", fact))).err

    def test_a_promise_that_wants_a_handler_named(self, desk: Clerk) -> None:
        desk("init", "--regler", "enkoping")
        desk("handlaggare", "lagg-till", "eva.lind")
        desk("registrera", "--typ", "klagomal")
        desk.name = "eva.lind"
        first = "Utse handläggare först: klagreg tilldela SYN-2026-00001 NAMN\n"
        assert self.letter(desk) == first + self.SENT
        desk("aterkoppla", "1", "--slag", "bekraftelse", "--satt", "brev")
        assert self.letter(desk) == first + self.SENT.replace("bekraftelse", "status"), "the promise is not met yet"
        desk("tilldela", "1", "eva.lind")
        assert self.letter(desk) == self.SENT.replace("bekraftelse", "status")

    def test_a_promise_that_does_not(self, clerk: Clerk) -> None:
        assert clerk("brev", "1", "aterkoppling", "--falt", "problem=kön").err == self.SENT

    @pytest.mark.parametrize(
        ("words", "noted"),
        [
            (
                ["aterkoppling", "--falt", "problem=x", "--falt", "min_titel=x", "--falt", "min_epost=x"],
                "aterkoppla {} --slag bekraftelse --satt brev --av {}",
            ),
            (["forsening", "--falt", "orsak=x"], "aterkoppla {} --slag forsening --satt brev --orsak … --av {}"),
            (["slutsvar", "--falt", "svar=x"], "avsluta {} --utfall … --svar … --satt brev --av {}"),
        ],
    )
    def test_who_signed_when_another_types(self, clerk: Clerk, words: list[str], noted: str) -> None:
        def noting(signer: str) -> str:
            return clerk("brev", "1", *words, "--fran", signer).err

        clerk("handlaggare", "lagg-till", "Bo Lund", "--fullt-namn", "Bo Lund")
        sent = f"När brevet är skickat: klagreg {noted}\n"
        assert noting("gun.ek") == sent.format("SYN-2026-00001", "gun.ek")
        assert noting("bo lund") == sent.format("SYN-2026-00001", '"Bo Lund"')
        assert "--av" not in noting("eva.lind")

    def test_a_final_answer_keeps_the_promise_whoever_gives_it(self, desk: Clerk) -> None:
        rules = OWN_RULES.replace('fullgors_av = ["slutsvar"]', 'fullgors_av = ["slutsvar"]\nkraver_handlaggare = true')
        (desk.folder / "egen.toml").write_text(rules, "utf-8")
        desk("init", "--regler", "egen.toml")
        desk("registrera", "--typ", "klagomal")
        assert desk("brev", "1", "slutsvar", "--falt", "svar=Ja.").err == (
            "När brevet är skickat: klagreg avsluta SYN-2026-00001 --utfall … --svar … --satt brev\n"
        )
        assert desk("brev", "1", "forsening", "--falt", "orsak=det regnar").err.startswith("Utse handläggare först: ")

    def test_an_excuse_that_the_routine_advises_against(self, clerk: Clerk) -> None:
        strict = 'undvik_i_forsening = ["semest"]\n' + OWN_RULES
        (clerk.folder / "egen.toml").write_text(strict, "utf-8")
        clerk("regler", "andra", "egen.toml", "--fran", "idag")
        remark = "Rutinen avråder från att skylla på semestrar, vikarier eller resurser. "
        words = ["brev", "1", "forsening", "--falt", "orsak=Eva har julsemester"]
        assert remark not in clerk(*words).err, "the case has the rules that it was given"
        clerk("registrera", "--typ", "klagomal")
        words[1] = "2"
        answer = clerk(*words, "-o", "brev.txt")
        assert answer.err.startswith(remark)
        assert answer.out == "Brevet är skrivet till brev.txt.\n"
        assert remark not in clerk("brev", "2", "forsening", "--falt", "orsak=vi mäter en gång till").err
        clerk("aterkoppla", "2", "--slag", "forsening", "--satt", "brev", "--orsak", "Semestrarna")
        assert clerk("brev", "2", "forsening").err.startswith(remark), "also when the reason is the register's"
        assert remark not in clerk("brev", "2", "aterkoppling", "--falt", "problem=kön").err


class TestSecretCases:
    STATUTE = "26 kap. 1 § OSL"

    @pytest.fixture
    def secret(self, clerk: Clerk) -> Clerk:
        clerk("aterkoppla", "1", "--slag", "forsening", "--satt", "brev", "--orsak", "det regnar")
        clerk("sekretess", "1", "--lagrum", self.STATUTE)
        return clerk

    def read(self, clerk: Clerk, ref: str = "1") -> list[str]:
        events = clerk("logg", ref, "--sekretess", "--json").json[:-1]
        return [event["handelse"] for event in events if event["handelse"].startswith("last_")]

    @pytest.mark.parametrize("words", [["forsening"], ["forsening", "-o", "brev.txt"], ["--lista"]])
    def test_a_letter_is_refused_unless_it_is_asked_for(self, secret: Clerk, words: list[str]) -> None:
        answer = secret("brev", "1", *words, code=3)
        assert (answer.out, answer.err) == (
            "",
            f"Fel: SYN-2026-00001 är sekretessmarkerat ({self.STATUTE}). "
            "Ange --sekretess för att läsa det; läsningen antecknas i loggen.\n",
        )
        assert left_in(secret.folder) == set()
        assert self.read(secret) == []

    def test_the_reading_is_in_the_log(self, secret: Clerk) -> None:
        assert "det regnar" in secret("brev", "1", "forsening", "--sekretess").out
        assert self.read(secret) == ["last_sekretess"]

    def test_so_is_that_of_who_the_sender_is(self, secret: Clerk) -> None:
        secret("brev", "1", "forsening", "-o", "brev.eml", "--sekretess")
        assert opened(secret.folder / "brev.eml")["To"] == "Test Person <test.person@example.se>"
        assert self.read(secret) == ["last_sekretess", "last_personuppgifter"]

    def test_what_it_lacks_for_a_letter(self, secret: Clerk) -> None:
        listed = secret("brev", "1", "--lista", "--sekretess", "--json").json
        assert [one["falt"] for one in listed if one["mall"] == "forsening"] == [[]]
        assert self.read(secret) == ["last_sekretess"]

    def test_an_ordinary_case_is_not_logged_for_the_word_alone(self, clerk: Clerk) -> None:
        clerk("brev", "1", "forsening", "--falt", "orsak=det regnar", "--sekretess")
        assert self.read(clerk) == []

    def test_its_answer_is_not_on_the_page_while_the_mark_holds(
        self, clerk: Clerk, answered: Callable[..., str]
    ) -> None:
        answered()
        clerk("sekretess", "2", "--lagrum", self.STATUTE)
        answer = clerk("publicera", "webb")
        assert answer.err == f"SYN-2026-00002 visas inte: det är sekretessmarkerat ({self.STATUTE}).\n"
        assert answer.out.endswith("  0 svar och årets siffror.\n")
        assert "Kö i matsalen" not in (clerk.folder / "webb" / "index.html").read_text("utf-8")
        clerk.on("2026-11-03")("sekretess", "2", "--hav", "--orsak", "Prövat")
        assert "Kö i matsalen" not in published(clerk, "--per", "2026-11-01"), "it was not approved yet"
        assert "Kö i matsalen" in published(clerk, "--per", "2026-11-02"), "what may be shown follows from today"

    def test_an_approved_case_that_was_marked_is_in_no_page_and_in_no_letter_unless_asked_for(
        self, clerk: Clerk, answered: Callable[..., str]
    ) -> None:
        answered()
        assert "Kö i matsalen" in published(clerk)
        clerk("sekretess", "2", "--lagrum", self.STATUTE)
        assert "Kö i matsalen" not in published(clerk)
        words = ("brev", "2", "slutsvar", "--gren", "inga_atgarder")
        refused = clerk(*words, code=3)
        assert refused.out == ""
        assert "är sekretessmarkerat" in refused.err
        assert clerk(*words, "--sekretess").out.startswith("Svar på Kö i matsalen\n")
        assert self.read(clerk, "2") == ["last_sekretess"], "once, and not for what was refused"


def test_at_a_terminal_what_is_missing_is_asked_for(clerk: Clerk) -> None:
    # A real process: its year and its user are those of this computer, and that user is no handler.
    terminal = Terminal(clerk.folder, 100, "brev", "SYN-2026-00001", "--fran", "gun.ek")
    terminal.answer("Vilken mall: ", "1")
    terminal.answer("Problem: ", "hålet")
    terminal.answer("Din titel: ", "kostchef")
    terminal.answer("Din e-postadress: ", "gun.ek@example.se")
    screen, code = terminal.end()
    assert code == 0
    assert "Jag ska se till att hålet åtgärdas." in screen
    assert "Gun Ek\nkostchef\ngun.ek@example.se\n" in screen


HOSTILE = "\x1b[31mRött\u202e <b>&amp;</b> {problem} {x.__class__}\r\nBcc: alla@example.se"


@pytest.mark.parametrize("suffix", ["txt", "eml"])
def test_hostile_words_in_a_letter(clerk: Clerk, suffix: str) -> None:
    clerk("uppdatera", "1", "--rubrik", HOSTILE)
    words = ("brev", "1", "slutsvar", "--gren", "inga_atgarder", "--falt", f"svar={HOSTILE}")
    shown = "�[31mRött� <b>&amp;</b> {problem} {x.__class__}"
    on_screen = clerk(*words).out
    assert on_screen.startswith(f"Svar på {shown} Bcc: alla@example.se\n\n")
    assert f"\n{shown}\nBcc: alla@example.se\n" in on_screen
    clerk(*words, "-o", f"brev.{suffix}")
    path = clerk.folder / f"brev.{suffix}"
    if suffix == "txt":
        assert path.read_bytes().decode() == on_screen
        return
    draft = opened(path)
    assert "Bcc" not in draft
    assert draft["Subject"] == f"Svar på {shown} Bcc: alla@example.se"
    assert f"\n{shown}\nBcc: alla@example.se\n" in str(draft.get_content()).replace("\r\n", "\n")


# -- the blank form -------------------------------------------------------------------------------


class TestBlankForm:
    def test_what_it_says_comes_from_the_rules_and_the_register(self, clerk: Clerk) -> None:
        assert clerk("blankett", "-o", "blankett.html").out == "Blanketten är skriven till blankett.html.\n"
        path = clerk.folder / "blankett.html"
        assert path.stat().st_mode & 0o777 == 0o644, "a page for everybody"
        tree = read(path.read_text("utf-8"))
        assert tree.one("title").text == "Synpunkter och klagomål – Exempelby kommun"
        assert tree.one("address").text == "Exempelby kommun123 45 Exempelby"
        area, kind = tree.all("fieldset")
        assert [e.text for e in kind.all("legend", "label")] == [
            "Vad vill du lämna?", "Klagomål", "Synpunkt", "Beröm",
        ]  # fmt: skip
        assert [e.text for e in area.all("label")][:2] == ["Bemötande", "Information och kommunikation"]
        assert "Berätta det för oss!" in tree.one("main").text

    def test_on_stdout_it_is_the_same(self, clerk: Clerk) -> None:
        clerk("blankett", "-o", "blankett.html")
        assert clerk("blankett").out == (clerk.folder / "blankett.html").read_text("utf-8")

    def test_a_line_instead_of_areas(self, clerk: Clerk) -> None:
        html = clerk("blankett", "--utan-omraden").out
        assert 'id="omrade-1"' not in html
        assert '<label for="omrade">Vilket område gäller det?</label>' in html

    def test_without_a_register(self, desk: Clerk) -> None:
        html = desk("blankett", "--regler", "kinda").out
        assert read(html).one("title").text == "Synpunkter och klagomål"
        # Kinda's own has a line to write the area on; the boxes are there for who wants them.
        assert ">Bemötande<" not in html
        assert ">Bemötande<" in desk("blankett", "--regler", "kinda", "--omraden").out
        assert ">Bemötande<" in desk("blankett", "--regler", "standard").out
        assert desk("blankett", code=5).err.startswith("Fel: Registret ")
        assert desk("blankett", "--regler", "kindah", code=2).err == (
            "Fel: Regelverket ”kindah” finns inte. Menade du kinda?\n"
        )

    def test_refusals(self, clerk: Clerk) -> None:
        assert clerk("blankett", "-o", "blankett.pdf", code=2).err == (
            "Fel: blankett.pdf är inget namn på en webbsida. Låt namnet sluta på .html eller .htm.\n"
        )
        (clerk.folder / "b.html").write_text("Min egen")
        assert "finns redan och är orörd" in clerk("blankett", "-o", "b.html", code=3).err
        assert (clerk.folder / "b.html").read_text() == "Min egen"
        assert left_in(clerk.folder) == {"b.html"}
        clerk("blankett", "-o", "b.html", "--ersatt")

    def test_hostile_words(self, desk: Clerk) -> None:
        rules = OWN_RULES.replace("Berätta det för oss!", "</h1><script>alert(1)</script>\\u202e")
        (desk.folder / "egen.toml").write_text(rules, "utf-8")
        desk("init", "--regler", "egen.toml", "--kommun", "<script>alert(2)</script>")
        tree = read(desk("blankett").out)
        assert not list(tree.all("script"))
        assert "</h1><script>alert(1)</script>�" in tree.one("main").text


# -- the public page ------------------------------------------------------------------------------


@pytest.fixture
def answered(clerk: Clerk) -> Callable[..., str]:
    """Register a case with these words, answer it, and approve an answer for everybody; gives its number."""

    def answer(*words: str, title: str = "Kö i matsalen", public: str = "En kassa till är öppen.", **more: str) -> str:
        case = clerk("registrera", "--typ", "synpunkt", "--rubrik", title, *words, "--json").json
        number = str(case["arendenummer"])
        ending = ("--utan-svar", "anonym") if "--anonym" in words else ("--svar", "Ja.", "--satt", "brev")
        clerk("avsluta", number, "--utfall", "atgardad", *ending)
        approval = [f for key, value in more.items() for f in (f"--{key}", value)]
        clerk("godkann", number, "--svar", public, *approval, "--granskad")
        return number

    return answer


def published(clerk: Clerk, *words: str) -> str:
    """The page as all text that is on it."""
    clerk("publicera", "webb", "--ersatt", *words)
    return read((clerk.folder / "webb" / "index.html").read_text("utf-8")).one("body").text


def logged(clerk: Clerk) -> list[str]:
    """What the register's own log says of publishing."""
    with sqlite3.connect(clerk.folder / "klagreg.db") as connection:
        return [
            changes
            for (changes,) in connection.execute(
                "SELECT d.changes FROM event e JOIN event_detail d ON d.event_id = e.id WHERE e.kind = 'publicerad'"
            )
        ]


class TestPublicPage:
    def test_a_page_of_answers_and_figures(self, clerk: Clerk, answered: Callable[..., str]) -> None:
        answered("--omrade", "mat", forbattring="Kortare kö.")
        clerk.on("2026-11-22")
        answered("--omrade", "lokaler", title="Mörkt i parken", public="Lampan är bytt.\n\nTack!")
        answer = clerk("publicera", "webb")
        assert (answer.out, answer.err) == (
            "Webbsidan för 2026 till och med 22 november är skriven till webb/index.html.\n"
            "  2 svar och årets siffror.\n",
            "",
        )
        path = clerk.folder / "webb" / "index.html"
        assert path.stat().st_mode & 0o777 == 0o644
        assert left_in(clerk.folder / "webb") == {"index.html"}
        tree = read(path.read_text("utf-8"))
        assert tree.one("title").text == "Synpunkter och klagomål – Exempelby kommun, Tekniska nämnden"
        assert [(e.name, e.text) for e in tree.one("main").all("h2", "h3", "h4", "dt", "dd")] == [
            ("h2", "Siffrorna i korthet"),
            ("dt", "Inkomna ärenden"),
            ("dd", "3"),
            ("dt", "Avslutade ärenden"),
            ("dd", "2"),
            ("h2", "Våra svar"),
            ("h3", "Lokaler och utemiljö"),
            ("h4", "Mörkt i parken"),
            ("h3", "Mat och måltider"),
            ("h4", "Kö i matsalen"),
            ("h2", "Om siffrorna och svaren"),
        ]
        assert [a.text for a in tree.all("article")] == [
            "Mörkt i parken\nnovember 2026\nLampan är bytt.\nTack!\n",
            "Kö i matsalen\nnovember 2026\nEn kassa till är öppen.\nDet här har blivit bättre\nKortare kö.\n\n",
        ]
        assert tree.one("footer").text.strip() == "Sidan uppdaterades 22 november 2026."
        assert logged(clerk) == ['[["publicerad",null,"2026: 2 svar"]]']

    def test_what_it_says_of_itself_word_for_word(self, clerk: Clerk, answered: Callable[..., str]) -> None:
        answered("--omrade", "mat")
        clerk("publicera", "webb")
        tree = read((clerk.folder / "webb" / "index.html").read_text("utf-8"))
        about = next(e for e in tree.all("section") if e.attributes["aria-labelledby"] == "om")
        assert [e.text for e in about.all("p")] == [
            "Svaren är de som vi har godkänt för publicering 2026 till och med 2 november; månaden är den då svaret "
            "godkändes. Det står inte vem som har hört av sig. Svar som rör en enskild elev eller anställd visar vi "
            "inte.",
            "Siffrorna kommer från vårt register över synpunkter och klagomål. Inkomna är de ärenden som kom in 2026 "
            "till och med 2 november, utom sådana som har registrerats av misstag. Avslutade är det antal gånger ett "
            "ärende har avslutats under samma tid, även om det kom in tidigare.",
            "Andelar och tider visas bara när de bygger på minst fem ärenden eller svar.",
        ]
        assert next(tree.one("main").all("p")).text == (
            "Här kan du läsa några av de synpunkter och klagomål som vi har fått, och vad vi har svarat."
        )

    def test_neither_number_nor_name_nor_day(self, clerk: Clerk, answered: Callable[..., str]) -> None:
        number = answered("--omrade", "mat", "--namn", "Sten Test", "--text", "HEMLIG TEXT", "--diarienummer", "TN/7")
        clerk.on("2026-11-22")
        said = re.sub(r"(?s)<style>.*?</style>", "", published_html(clerk))
        for secret in (
            number,
            "00002",
            "TN/7",
            "Sten",
            "HEMLIG",
            "Ja.",
            "eva.lind",
            "Eva Lind",
            "2026-11",
            "2 november",
        ):
            assert secret not in said.replace("22 november", ""), secret

    @pytest.mark.parametrize(
        ("then", "status", "why"),
        [
            (["makulera", "2", "--orsak", "fel"], Status.VOIDED, "det är makulerat"),
            (["ateruppta", "2", "--orsak", "felet är kvar"], Status.RECEIVED, "det är återupptaget"),
        ],
    )
    def test_an_answer_that_no_longer_holds(
        self, clerk: Clerk, answered: Callable[..., str], then: list[str], status: Status, why: str
    ) -> None:
        answered()
        clerk(*then)
        answer = clerk("publicera", "webb")
        # The act took the approval away; even if it had not, the answer would not be shown.
        assert answer.err == ""
        assert why_never(Case(CaseType.COMPLAINT, "Kö", TODAY, 1, status=status), TODAY, Practice()) == why
        assert answer.out.endswith("  0 svar och årets siffror.\n")
        assert "Kö i matsalen" not in (clerk.folder / "webb" / "index.html").read_text("utf-8")

    def test_an_anonymous_case_when_the_rules_have_become_stricter(
        self, clerk: Clerk, answered: Callable[..., str]
    ) -> None:
        lenient = OWN_RULES.replace("publicera_anonyma = false", "")
        (clerk.folder / "mild.toml").write_text(lenient, "utf-8")
        clerk("regler", "andra", "mild.toml", "--fran", "idag")
        answered("--anonym")
        assert "Kö i matsalen" in published(clerk)
        clerk("regler", "andra", "egen.toml", "--fran", "idag")
        assert "Kö i matsalen" not in published(clerk)
        assert clerk("publicera", "webb", "--ersatt").err == (
            "SYN-2026-00002 visas inte: det är anonymt, och regelverket publicerar inte svar i anonyma ärenden.\n"
        )

    def test_a_case_about_a_pupil_is_counted_and_never_shown(self, clerk: Clerk, answered: Callable[..., str]) -> None:
        answered()
        clerk("uppdatera", "2", "--ror-enskild")
        page = published(clerk)
        assert "Kö i matsalen" not in page
        assert "Inkomna ärenden\n2\n" in page
        # The correction took the approval away; even if it had not, the answer would not be shown.
        case = Case(CaseType.COMPLAINT, "Mobbad", TODAY, 1, status=Status.CLOSED)
        assert why_never(case, TODAY, Practice()) is None
        assert why_never(case._replace(individual=True), TODAY, Practice()) == "det rör en enskild elev eller personal"

    def test_a_withdrawn_answer(self, clerk: Clerk, answered: Callable[..., str]) -> None:
        answered()
        clerk("godkann", "2", "--dra-tillbaka")
        assert "Kö i matsalen" not in published(clerk)

    def test_a_title_that_was_changed_after_the_approval(self, clerk: Clerk, answered: Callable[..., str]) -> None:
        answered()
        clerk("uppdatera", "2", "--omrade", "mat")
        assert "Kö i matsalen" in published(clerk), "nothing that is shown in its words was changed"
        clerk("uppdatera", "2", "--rubrik", "Stinas kö")
        page = published(clerk)
        assert ("Stinas kö" in page, "En kassa till är öppen." in page) == (False, False)
        clerk("godkann", "2", "--svar", "En kassa till är öppen.")
        assert "Stinas kö" in published(clerk), "now somebody has approved it"

    def test_the_year_and_the_day(self, clerk: Clerk, answered: Callable[..., str]) -> None:
        answered(title="Förra årets", public="Ett svar.")
        clerk.on("2027-01-11")
        answered(title="Årets", public="Ett svar till.")
        this_year, last_year = published(clerk), published(clerk, "--ar", "2026")
        assert ("Förra årets" in this_year, "Årets\n" in this_year) == (False, True)
        assert ("Förra årets" in last_year, "Årets\n" in last_year) == (True, False)
        assert "Synpunkter och klagomål\n2026\n" in last_year, "a whole year"
        earlier = published(clerk, "--per", "2026-11-01")
        assert "Förra årets" not in earlier
        assert clerk("publicera", "webb", "--ar", "2028", code=2).err == (
            "Fel: --ar: 2028 har inte börjat 2027-01-11. Ange ett år som har börjat.\n"
        )
        assert clerk("publicera", "webb", "--per", "2027-02-01", code=2).err == (
            "Fel: --per: mån 2027-02-01 ligger i framtiden. I dag är mån 2027-01-11.\n"
        )

    def test_the_owner_is_not_known(self, klagreg: Clerk) -> None:
        klagreg("publicera", "webb")
        assert "<title>Synpunkter och klagomål – BUN</title>" in (klagreg.folder / "webb" / "index.html").read_text()

    def test_hostile_words(self, clerk: Clerk, answered: Callable[..., str]) -> None:
        text = "<script>alert(1)</script>\x1b[31m\u202e {0} &amp;"
        answered("--omrade", "<b>Nytt</b>", "--ny", title=text, public=text, forbattring=text)
        clerk("publicera", "webb")
        tree = read((clerk.folder / "webb" / "index.html").read_text("utf-8"))
        assert not list(tree.all("script", "b"))
        assert tree.one("article").text.count("<script>alert(1)</script>�[31m� {0} &amp;") == 3


class TestIdentities:
    """Everything that is shown is looked through once more; what was looked at by a person stays looked at."""

    def test_what_was_reviewed_when_it_was_approved_is_shown(self, clerk: Clerk, answered: Callable[..., str]) -> None:
        answered(public="Ring 070-174 06 05.")
        assert "Ring 070-174 06 05." in published(clerk)

    def test_a_title_that_nobody_has_reviewed(self, clerk: Clerk, answered: Callable[..., str]) -> None:
        answered(title="Hål på Storgatan 12")
        answer = clerk("publicera", "webb")
        assert answer.err == (
            "SYN-2026-00002 visas inte: texten pekar troligen ut någon. Rubrik: gatuadress (rad 1, tecken 8). "
            "Skriv om den, eller ange --granskad SYN-2026-00002 om den inte pekar ut någon.\n"
        )
        assert "Storgatan" not in (clerk.folder / "webb" / "index.html").read_text("utf-8")
        assert "Hål på Storgatan 12" in published(clerk, "--granskad", "2")
        assert logged(clerk) == [
            '[["publicerad",null,"2026: 0 svar"]]',
            '[["publicerad",null,"2026: 1 svar"],["granskad",null,"SYN-2026-00002"]]',
        ]
        clerk("uppdatera", "2", "--rubrik", "Hål på Storgatan")
        clerk("godkann", "2", "--svar", "En kassa till är öppen.")
        assert "Hål på Storgatan" in published(clerk)

    def test_a_sender_who_was_named_afterwards(self, clerk: Clerk, answered: Callable[..., str]) -> None:
        answered(public="Vi har pratat med Stina och bytt lampan.")
        assert "Stina" in published(clerk), "nobody knows that this is somebody"
        clerk("uppdatera", "2", "--namn", "Stina Test")
        assert "Stina" not in published(clerk)
        assert clerk("publicera", "webb", "--ersatt").err == (
            "SYN-2026-00002 visas inte: texten pekar troligen ut någon. Svar: avsändarens namn (rad 1, tecken 19). "
            "Skriv om den, eller ange --granskad SYN-2026-00002 om den inte pekar ut någon.\n"
        )

    def test_the_cases_own_number(self, clerk: Clerk, answered: Callable[..., str]) -> None:
        answered(public="Ert ärende syn-2026-00002 är klart.")
        assert clerk("publicera", "webb").err.startswith(
            "SYN-2026-00002 visas inte: texten pekar troligen ut någon. Svar: ärendenummer. "
        )

    def test_a_case_that_is_not_there_cannot_be_reviewed(self, clerk: Clerk) -> None:
        assert clerk("publicera", "webb", "--granskad", "99", code=4).err == (
            "Fel: Ärendet 99 finns inte i registret. Se alla med: klagreg lista\n"
        )
        assert left_in(clerk.folder) == set()


class TestFiguresOnThePage:
    @pytest.fixture
    def year(self, clerk: Clerk) -> Clerk:
        """Sixteen more cases by import: seven about food, six about roads, two about light, one about nothing."""
        areas = ["mat"] * 7 + ["trafik"] * 6 + ["trygghet"] * 2 + [""]
        days = [f"2026-11-{2 + i:02}" for i in range(16)]
        lines = [
            f"{'klagomal' if i % 2 else 'synpunkt'},2026-11-02,{area},{day},atgardad,{'ja,' if i < 5 else f'nej,{day}'}"
            for i, (area, day) in enumerate(zip(areas, days, strict=True))
        ]
        (clerk.folder / "in.csv").write_text(
            "\n".join(["typ,inkommen,omrade,avslutad,utfall,anonym,slutsvar", *lines]), "utf-8"
        )
        clerk.on("2026-12-31")("importera", "in.csv")
        return clerk

    def test_shares_and_times_when_they_are_not_those_of_a_few(self, year: Clerk) -> None:
        tree = read(published_html(year))
        assert [e.text for e in tree.one("dl").all("dt", "dd")] == [
            "Inkomna ärenden", "17",
            "Avslutade ärenden", "16",
            "Svar i tid", "83 %", "10 av 12 ärenden",
            "Vanlig tid till avslut", "7,5 dagar", "Hälften tog så lång tid eller kortare",
            "Ledde till åtgärd", "100 %", "16 av 16 ärenden",
            "Anonyma", "29 %", "5 av 17 ärenden",
        ]  # fmt: skip

    def test_promises_and_those_who_were_asked(self, clerk: Clerk) -> None:
        clerk("atgarda", "1", "Laga hålet")
        clerk("atgarda", "1", "--nr", "1", "--genomford", "idag")
        clerk("atgarda", "1", "Ny skylt", "--klar-senast", "1/12")
        clerk("enkat", "--satt", "enkat", "--svar", "nojd", "--antal", "3")
        assert "Genomförda åtgärder\n1\nav 2 utlovade" in published(clerk)
        assert "Nöjda" not in published(clerk), "three answers are too few"
        clerk("enkat", "--satt", "intervju", "--svar", "missnojd", "--antal", "2")
        assert "Nöjda av dem vi har frågat\n60 %\n3 av 5 svar" in published(clerk)

    def test_small_numbers_are_told_together(self, year: Clerk) -> None:
        tree = read(published_html(year))
        kinds, areas = ([e.text for e in table.all("th", "td")] for table in tree.all("table"))
        assert kinds == ["Typ", "Antal", "Klagomål", "9", "Synpunkt", "8", "Totalt", "17"]
        # 2 about light and 2 about nothing (the clerk's own case too) are only 4 together, so the roads are with them.
        assert areas == ["Område", "Antal", "Mat och måltider", "7", "Områden med få ärenden", "10", "Totalt", "17"]
        assert "Typer och områden med färre än fem ärenden visas tillsammans" in tree.one("main").text


def published_html(clerk: Clerk) -> str:
    clerk("publicera", "webb", "--ersatt")
    return (clerk.folder / "webb" / "index.html").read_text("utf-8")


class TestTold:
    @pytest.mark.parametrize(
        ("counts", "shown"),
        [
            ({}, None),
            ({"a": 0}, None),
            ({"a": 7, "b": 5, "c": 0}, ({"a": 7, "b": 5, "c": 0}, 0)),
            ({"a": 7, "b": 6, "c": 4}, ({"a": 7}, 10)),
            ({"a": 7, "b": 3, "c": 3}, ({"a": 7}, 6)),
            ({"a": 7, "b": 1, "c": 1, "d": 0}, None),
            ({"a": 9, "b": 1, "c": 1, "d": 8}, ({"a": 9}, 10)),
            ({"a": 7, "b": 1}, None),
            ({"a": 2, "b": 3}, None),
            ({"a": 50, "b": 1, "c": 60}, ({"c": 60}, 51)),
        ],
    )
    def test_by_hand(self, counts: dict[str, int], shown: tuple[dict[str, int], int] | None) -> None:
        assert told(counts) == shown

    @given(st.dictionaries(st.integers(), st.integers(0, 12) | st.integers(0, 500), max_size=12))
    @settings(max_examples=200, deadline=None)
    def test_nobody_can_reckon_a_small_number(self, counts: dict[int, int]) -> None:
        found = told(counts)
        if found is None:
            return
        shown, summed = found
        assert shown.items() <= counts.items()
        assert sum(shown.values()) + summed == sum(counts.values())
        assert all(number == 0 or number >= FEWEST for number in shown.values())
        assert any(shown.values()), "a table that tells nothing is none"
        # Whoever knows that each of the others is at least 1 can think of any number for it, up to this and more:
        others = len(counts) - len(shown)

        def can_be(number: int) -> bool:
            return summed == number if others == 1 else summed - number >= others - 1

        if others:
            assert {number for number in range(1, summed + 1) if can_be(number)} >= set(range(1, FEWEST + 1))


class TestWherePagesGo:
    def test_the_folder_is_made_and_nothing_else_in_it_is_touched(self, clerk: Clerk) -> None:
        (clerk.folder / "webb").mkdir()
        (clerk.folder / "webb" / "bild.png").write_bytes(b"png")
        clerk("publicera", "webb")
        assert left_in(clerk.folder / "webb") == {"index.html", "bild.png"}
        clerk("publicera", "ny")
        assert left_in(clerk.folder / "ny") == {"index.html"}

    def test_a_page_that_is_there_is_left_alone(self, clerk: Clerk) -> None:
        clerk("publicera", "webb")
        before = (clerk.folder / "webb" / "index.html").read_text("utf-8")
        clerk("registrera", "--typ", "synpunkt")
        assert clerk("publicera", "webb", code=3).err == (
            "Fel: webb/index.html finns redan och är orörd. Skriv över den med --ersatt, eller välj ett annat namn.\n"
        )
        assert (clerk.folder / "webb" / "index.html").read_text("utf-8") == before
        assert len(logged(clerk)) == 1, "what was not published is not logged"
        clerk("publicera", "webb", "--ersatt")
        assert (clerk.folder / "webb" / "index.html").read_text("utf-8") != before

    @pytest.mark.parametrize(
        ("folder", "message"),
        [
            ("egen.toml", "egen.toml är ingen mapp. Ange en mapp att lägga index.html i."),
            ("finns/inte", "Mappen finns finns inte. Skapa den, eller ange en annan mapp."),
            (
                "egen.toml/webb",
                "Mappen egen.toml/webb kan inte skapas (en del av sökvägen är ingen mapp). Välj en annan mapp.",
            ),
        ],
    )  # fmt: skip
    def test_a_place_that_cannot_be_a_folder(self, clerk: Clerk, folder: str, message: str) -> None:
        assert clerk("publicera", folder, code=2).err == f"Fel: {message}\n"
        assert left_in(clerk.folder) == set()
        assert logged(clerk) == []

    def test_no_folder_named(self, clerk: Clerk) -> None:
        assert clerk("publicera", code=2).err == "Fel: MAPP saknas. Ange MAPP.\n"

    @pytest.mark.skipif(os.name == "nt", reason="file modes")
    def test_a_full_disk_leaves_nothing_behind(self, clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*_: object, **__: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(Path, "write_text", fail)
        assert clerk("publicera", "webb", code=1).err == (
            "Fel: webb/index.html kunde inte skrivas (disken är full). Ingen fil är ändrad. Kontrollera disken.\n"
        )
        assert left_in(clerk.folder) == set()
        assert logged(clerk) == []


class TestPageAndLog:
    """What decides is read in the transaction that logs; the log comes first, then the page."""

    def test_nobody_marks_a_case_while_its_answer_is_on_its_way(
        self, clerk: Clerk, answered: Callable[..., str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        answered()
        really, tried = Register.report, []

        def meanwhile(register: Register, period: Period, as_of: date) -> Report:
            monkeypatch.setattr(door, "BUSY_SECONDS", 0)
            frame = Edge(clerk.now, "bo.lund", clerk.folder / "klagreg.db")
            tried.append(run(["sekretess", "2", "--lagrum", "26 kap. 1 § OSL"], frame))
            return really(register, period, as_of)

        monkeypatch.setattr(Register, "report", meanwhile)
        assert "Kö i matsalen" in published(clerk)
        assert tried == [5], "the register was busy"

    def test_the_log_is_stored_before_the_page_is_in_place(self, clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
        stored = []

        def fail(*_: object) -> None:
            stored.extend(logged(clerk))
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(Path, "replace", fail)
        clerk("publicera", "webb", code=1)
        assert stored == ['[["publicerad",null,"2026: 0 svar"]]']
        assert left_in(clerk.folder) == set()

    def test_without_the_log_no_page(self, clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*_: object) -> None:
            raise sqlite3.OperationalError("disk I/O error")

        before = published_html(clerk)
        clerk("registrera", "--typ", "synpunkt")
        monkeypatch.setattr(Register, "log", fail)
        clerk("publicera", "webb", "--ersatt", code=1)
        clerk("publicera", "ny", code=1)
        assert (clerk.folder / "webb" / "index.html").read_text("utf-8") == before
        assert left_in(clerk.folder) == {"webb"}
        assert left_in(clerk.folder / "webb") == {"index.html"}
        assert len(logged(clerk)) == 1
