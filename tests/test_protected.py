"""Skyddade personuppgifter: who a protected person is, and where, stands nowhere in the register (OSL 21:3, 22:1)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Clerk

REFUSED = (
    "Fel: Avsändaren har skyddade personuppgifter: namn, adress, telefon och e-post förs inte i registret. Ange var de"
    " finns i stället: --personakt REF\n"
)


@pytest.fixture
def wilma(klagreg: Clerk) -> Clerk:
    """A desk with a case of Wilma Wiper's."""
    klagreg(
        "registrera", "--typ", "klagomal", "--enhet", "Parkskolan", "--rubrik", "Kö i matsalen", "--text",
        "Wilma Wiper ringde", "--namn", "Wilma Wiper", "--telefon", "070-1740605", "--epost", "w@example.se",
        "--adress", "Exempelgatan 1", "--roll", "medborgare",
    )  # fmt: skip
    return klagreg


@pytest.mark.parametrize(
    "told", [["--namn", "Wilma"], ["--epost", "w@example.se"], ["--telefon", "070-1740605"], ["--adress", "Gatan 1"]]
)
class TestNothingIsTakenIn:
    def test_with_a_new_case(self, klagreg: Clerk, told: list[str]) -> None:
        assert klagreg("registrera", "--typ", "klagomal", "--skyddad", *told, code=3).err == REFUSED
        assert klagreg("lista").out == "Inga ärenden.\n"

    def test_nor_later(self, klagreg: Clerk, told: list[str]) -> None:
        klagreg("registrera", "--typ", "klagomal", "--skyddad", "--personakt", "BUN akt 4711")
        assert klagreg("uppdatera", "1", *told, code=3).err == REFUSED

    def test_nor_from_a_file(self, klagreg: Clerk, told: list[str]) -> None:
        heading = told[0].removeprefix("--")
        Path("in.csv").write_text(f"typ;inkommen;skyddad;{heading}\nklagomal;2026-10-01;ja;{told[1]}\n", "utf-8")
        answer = klagreg("importera", "in.csv", code=2)
        assert f"rad 2, {heading}: förs inte i registret: avsändaren har skyddade personuppgifter.\n" in answer.err
        Path("in.csv").write_text(f"typ;inkommen;{heading}\nklagomal;2026-10-01;{told[1]}\n", "utf-8")
        klagreg("importera", "in.csv", "--satt", "skyddad=ja", code=2)


class TestMarking:
    def test_takes_away_who_and_where_and_keeps_the_role(self, wilma: Clerk) -> None:
        wilma("uppdatera", "1", "--skyddad", "--text", "Avsändaren ringde", "--personakt", "BUN akt 4711")
        found = wilma("visa", "1", "--json", "--personuppgifter").json
        assert found["skyddad"] is True
        assert found["avsandare"] == {
            "roll": "medborgare", "namn": None, "epost": None, "telefon": None, "adress": None, "onskat_satt": None,
            "personakt": "BUN akt 4711",
        }  # fmt: skip
        raw = (wilma.folder / "klagreg.db").read_bytes()
        assert [word for word in (b"0701740605", b"070-1740605", b"w@example.se", b"Exempelgatan") if word in raw] == []

    def test_is_refused_while_a_text_names_the_person(self, wilma: Clerk) -> None:
        assert wilma("uppdatera", "1", "--skyddad", code=3).err == (
            "Fel: Texten pekar troligen ut någon: Beskrivning: avsändarens namn (rad 1, tecken 1). Inget är sparat."
            " Skriv om utan uppgiften, eller ange --granskad om den inte pekar ut någon.\n"
        )
        assert wilma("visa", "1", "--json").json["skyddad"] is False

    def test_tells_that_the_log_still_has_what_was_written_before(self, wilma: Clerk) -> None:
        assert wilma("uppdatera", "1", "--skyddad", "--text", "Avsändaren ringde").err == (
            "Äldre lydelser står kvar i loggen tills ärendet är avslutat och avidentifieras (--dolj) eller gallras.\n"
        )

    def test_can_be_taken_back(self, wilma: Clerk) -> None:
        wilma("uppdatera", "1", "--skyddad", "--text", "Avsändaren ringde")
        wilma("uppdatera", "1", "--inte-skyddad", "--namn", "Wilma Wiper")
        assert wilma("visa", "1", "--json", "--personuppgifter").json["avsandare"]["namn"] == "Wilma Wiper"


@pytest.mark.parametrize(
    "act",
    [
        ["anteckna", "1", "ring 070-1740605"],
        ["uppdatera", "1", "--text", "bor på Exempelgatan 3"],
        ["uppdatera", "1", "--personakt", "Wilma, 070-1740605"],
        ["atgarda", "1", "Mejla w@example.se"],
        ["avsluta", "1", "--utfall", "forklaring", "--svar", "Hej 640823-3234", "--satt", "brev"],
    ],
)
def test_no_text_about_a_protected_person_holds_an_identity(klagreg: Clerk, act: list[str]) -> None:
    klagreg("registrera", "--typ", "klagomal", "--skyddad")
    assert klagreg(*act, code=3).err.startswith("Fel: Texten pekar troligen ut någon: ")


class TestThereAndBack:
    def test_an_export_is_read_back_with_its_protection_and_its_secrecy(
        self, klagreg: Clerk, registered: Callable[..., str]
    ) -> None:
        registered("--skyddad", "--personakt", "BUN akt 4711", "--rubrik", "Ett")
        registered("--rubrik", "Två")
        klagreg("sekretess", "2", "--lagrum", "26 kap. 1 § OSL")
        klagreg("exportera", "-o", "ut.csv", "--sekretess", "--personuppgifter")
        klagreg("--register", "ny.db", "init", "--namnd", "BUN")
        klagreg("--register", "ny.db", "importera", "ut.csv", "--id-kolumn", "Ärendenummer")
        back = klagreg("--register", "ny.db", "lista", "--json", "--sekretess").json
        told = {case["rubrik"]: (case["skyddad"], (case["sekretess"] or {}).get("lagrum")) for case in back}
        assert told == {"Ett": (True, None), "Två": (False, "26 kap. 1 § OSL")}

    def test_a_row_of_a_secret_case_alone_says_why_it_is_not_read(
        self, klagreg: Clerk, registered: Callable[..., str]
    ) -> None:
        registered()
        klagreg("sekretess", "1", "--lagrum", "26 kap. 1 § OSL")
        klagreg("exportera", "-o", "ut.csv")
        answer = klagreg("importera", "ut.csv", "--id-kolumn", "Ärendenummer", code=2)
        assert "rad 2, Sekretess: ärendet är sekretessmarkerat, och raden har bara nummer och dagar.\n" in answer.err
