"""Registerutdrag: everything about a person and nothing about another; and who has read personal or secret data."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from klagreg.cli import edge
from klagreg.cli.edge import Edge
from klagreg.store import records
from tests.conftest import Clerk

Register = Callable[..., str]


@pytest.fixture
def asked(klagreg: Clerk, registered: Register) -> Clerk:
    """A register with four cases that concern Åsa Andrén in one way or another, and one that does not."""
    registered("--rubrik", "Kö i matsalen", "--text", "Kön är lång", "--namn", "Åsa Maria Andrén",
               "--epost", "asa@example.se", "--telefon", "070-174 06 05", "--adress", "Exempelgatan 1")  # fmt: skip
    registered("--rubrik", "Om lokalen", "--text", "Andrén, Asa frös", "--namn", "Kim Ek", "--epost", "kim@example.se",
               "--telefon", "070-174 06 99", "--adress", "Exempelgatan 2")  # fmt: skip
    registered("--rubrik", "Om städning", "--text", "Erik Andrén städar inte", "--namn", "Li Öst")
    registered("--rubrik", "Om en familj", "--text", "Åsa Andrén hotas")
    klagreg("sekretess", "4", "--lagrum", "26 kap. 1 § OSL")
    registered("--rubrik", "Något annat", "--text", "Ingen nämns", "--namn", "Bo Lind", "--adress", "Exempelgatan 5")
    return klagreg


def found(clerk: Clerk, *words: str) -> dict[str, tuple[str, list[str]]]:
    """Each case that is found, with its hit and where it was."""
    cases = clerk("registerutdrag", *words, "--json").json["arenden"]
    return {case["arendenummer"][-2:]: (case["traff"], [at["falt"] for at in case["funnet_i"]]) for case in cases}


def written(clerk: Clerk, *words: str) -> str:
    """The document as plain text, each of its lines whole."""
    clerk("registerutdrag", *words, "-o", "ut.txt", "--ersatt")
    return " ".join((clerk.folder / "ut.txt").read_text(encoding="utf-8").split())


def kinds(clerk: Clerk, number: str) -> list[str]:
    return [row["handelse"] for row in clerk("logg", number, "--json").json]


class TestList:
    def test_says_where_and_nothing_of_what_stands_there(self, asked: Clerk) -> None:
        answer = asked("registerutdrag", "Asa Andren")
        assert answer.out == (
            "Säkra träffar: 2 ärenden\n"
            "Ärende          Inkommen    Funnet i\n"
            "SYN-2026-00002  2026-11-02  Beskrivning\n"
            "SYN-2026-00001  2026-11-02  Avsändare (namn)\n"
            "\n"
            "Möjliga träffar, att bedöma: 1 ärende\n"
            "Ärende          Inkommen    Funnet i\n"
            "SYN-2026-00003  2026-11-02  Beskrivning\n"
        )
        assert answer.err == (
            "Sekretessmarkerade ärenden i registret: 1. De är inte genomsökta; --sekretess tar med dem.\n"
            "Skriv utdraget med -o FIL.html. Möjliga träffar tas med en och en: --ta-med ÄRENDE\n"
        )

    def test_by_address_and_number_in_any_way_to_write_them(self, asked: Clerk) -> None:
        assert found(asked, "--epost", "ASA@example.se") == {"01": ("saker", ["avsandare.epost"])}
        assert found(asked, "--telefon", "+46 70 1740699") == {"02": ("saker", ["avsandare.telefon"])}
        assert found(asked, "Bo Ek", "--telefon", "0701740605") == {
            "02": ("mojlig", ["avsandare.namn"]),
            "01": ("saker", ["avsandare.telefon"]),
        }

    IN_CASES = (
        (["uppdatera", "--rubrik", "Om Åsa Andrén"], "rubrik"),
        (["uppdatera", "--forslag", "Fråga Åsa Andrén"], "forslag"),
        (["uppdatera", "--diarienummer", "Åsa Andrén 1"], "diarienummer"),
        (["uppdatera", "--utforare", "Åsa Andrén AB"], "utforare"),
        (["uppdatera", "--mottagen-av", "Andrén, Åsa"], "mottagen_av"),
        (["uppdatera", "--adress", "c/o Åsa Andrén"], "avsandare.adress"),
        (["uppdatera", "--personakt", "Åsa Andrén, skåp 2"], "avsandare.personakt"),
        (["anteckna", "Åsa Andrén ringde"], "logg.text"),
        (["atgarda", "Ring Åsa Andrén"], "atgarder"),
        (["atgarda", "Ring", "--ansvarig", "asa maria andrén"], "atgarder.ansvarig"),
        (
            ["aterkoppla", "--slag", "forsening", "--satt", "brev", "--orsak", "Åsa Andrén är sjuk"],
            "aterkopplingar",
        ),
        (["kopia", "--till", "Åsa Andrén"], "kopior"),
        (["ankomststampla", "--hos", "Åsa Andrén"], "ankomststamplar"),
        (["hanvisa", "--till", "lex_sarah", "--referens", "Åsa Andrén"], "hanvisningar"),
        (["vag", "atgard", "--till", "Åsa Andrén"], "vagar"),
        (["avsluta", "--utfall", "atgardad", "--svar", "Tack Åsa Andrén", "--satt", "brev"], "svar"),
        (["makulera", "--orsak", "Åsa Andrén bad om det"], "logg.orsak"),
    )

    def test_finds_her_in_every_field(self, asked: Clerk, registered: Register) -> None:
        places = {}
        for (command, *words), place in self.IN_CASES:
            number = registered()
            asked(command, number, *words)
            places[number[-2:]] = place
        everywhere = found(asked, "Asa Andren")
        for number, place in places.items():
            hit, at = everywhere[number]
            assert (hit, place in at) == ("saker", True), place

    BESIDE_CASES = (
        (["enkat", "--svar", "nojd", "--satt", "enkat", "--kommentar", "Åsa Andrén var bra"], "enkat"),
        (["arstext", "2026", "Åsa Andrén har lett arbetet"], "arstext"),
        (["redovisa", "2025", "--datum", "idag", "--paragraf", "Åsa Andrén § 3"], "redovisning"),
        (["regler", "granska", "Åsa Andrén läste"], "granskning"),
        (["enhet", "andra", "Parkskolan", "--chef", "Åsa Andrén"], "enhet.chef"),
        (["enhet", "andra", "Parkskolan", "--mottagare", "Åsa Andrén"], "enhet.mottagare"),
        (["handlaggare", "andra", "eva.lind", "--fullt-namn", "Åsa Andrén"], "handlaggare"),
    )

    def test_finds_her_outside_the_cases(self, asked: Clerk) -> None:
        for words, _ in self.BESIDE_CASES:
            asked(*words)
        beside = asked("registerutdrag", "Asa Andren", "--json").json["utanfor_arenden"]
        for _, place in self.BESIDE_CASES:
            assert {"falt": place, "traff": "saker"} in beside
        text = written(asked, "Asa Andren")
        for told in ("var bra", "lett arbetet", "§ 3", "Åsa Andrén läste"):
            assert told in text.partition("Utanför ärendena")[2]

    def test_finds_what_was_corrected_long_ago(self, asked: Clerk) -> None:
        asked("uppdatera", "2", "--text", "Det var kallt")
        assert found(asked, "Åsa Andrén")["02"] == ("saker", ["logg.beskrivning"])
        assert "Uppdaterat Beskrivning Andrén, Asa frös" in written(asked, "Åsa Andrén")

    def test_tells_a_colleague_how_often_and_not_each_time(self, asked: Clerk) -> None:
        asked("handlaggare", "lagg-till", "asa.andren", "--telefon", "0300-123456")
        asked("tilldela", "5", "asa.andren")
        asked("atgarda", "5", "Måla", "--ansvarig", "asa.andren")
        asked.name = "asa.andren"
        asked("anteckna", "3", "Målat")
        answer = asked("registerutdrag", "Åsa Andrén", "--json").json
        assert answer["som_medarbetare"] == {"handlaggare": 1, "arenden": 1, "handelser": 1, "stallen": 1}
        assert "SYN-2026-00005" not in [case["arendenummer"] for case in answer["arenden"]]
        assert "Telefon: 0300-123456" in written(asked, "Åsa Andrén")

    def test_shows_fifty_possible_and_says_how_many_more(
        self, asked: Clerk, registered: Register, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("klagreg.cli.extracts.POSSIBLE_SHOWN", 1)
        registered("--text", "Familjen Andrén")
        out = asked("registerutdrag", "Åsa Andrén").out
        assert "Möjliga träffar, att bedöma: 2 ärenden\n" in out
        assert out.endswith("SYN-2026-00006  2026-11-02  Beskrivning\n… och 1 till. Alla visas med --json.\n")

    def test_nobody(self, asked: Clerk) -> None:
        assert asked("registerutdrag", "Vera Vik").out == "Inga träffar. Det som är gallrat går inte att söka fram.\n"

    def test_a_register_in_batches_says_the_same(self, asked: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
        for what in ("Måla", "Städa", "Ring Åsa Andrén"):
            asked("atgarda", "5", what)
        assert "atgarder" in found(asked, "Åsa Andrén")["05"][1]
        whole = found(asked, "Åsa Andrén")
        monkeypatch.setattr(records, "BATCH_ROWS", 1)
        assert found(asked, "Åsa Andrén") == whole


class TestDocument:
    def test_holds_all_of_her_and_nothing_of_another_sender(self, asked: Clerk) -> None:
        text = written(asked, "Åsa Andrén")
        for hers in ("Åsa Maria Andrén", "asa@example.se", "070-174 06 05", "Exempelgatan 1", "Kön är lång"):
            assert hers in text
        assert "Beskrivning i SYN-2026-00001 ............................ Kön är lång" in text
        assert "Andrén, Asa frös" in text
        for anothers in ("Kim Ek", "kim@example.se", "06 99", "Exempelgatan 2", "Erik", "Li Öst", "Bo Lind", "hotas"):
            assert anothers not in text

    def test_tells_what_article_15_asks_for(self, asked: Clerk) -> None:
        text = written(asked, "Åsa Andrén")
        for told in (
            "Sökt namn: Åsa Andrén",
            "Personuppgiftsansvarig: BUN",
            "artikel 6.1 e",
            "Inga utlämnanden är antecknade",
            "tills nämnden beslutar om gallring",
            "Integritetsskyddsmyndigheten, IMY",
            "Det som är gallrat efter beslut finns inte längre",
            "Dessutom liknar något i 1 ärende personens namn",
        ):
            assert told in text

    def test_tells_when_a_case_was_handed_out(self, asked: Clerk) -> None:
        from klagreg.model import Event

        self.log_in(asked, "SYN-2026-00001", Event("2026-11-02T08:00:00Z", "eva", "utlamnad", asked.now.date(), ()))
        assert "Dessa utlämnanden är antecknade: Dag Ärende" in written(asked, "Åsa Andrén")

    @staticmethod
    def log_in(clerk: Clerk, number: str, event: object) -> None:
        from klagreg.register import Register as Open

        with Open.open(clerk.folder / "klagreg.db", Edge(clerk.now, clerk.name).env) as register, register.act():
            register.store.log(number, event)  # type: ignore[arg-type]

    def test_possible_ones_are_a_persons_choice_and_namesakes_too(self, asked: Clerk) -> None:
        text = written(asked, "Åsa Andrén", "--ta-med", "3", "--utan", "1")
        assert "Erik Andrén städar inte" in text
        assert "Li Öst" not in text
        assert "asa@example.se" not in text
        assert "SYN-2026-00001" not in text

    def test_in_a_sure_case_the_surname_alone_may_be_anothers(self, asked: Clerk) -> None:
        asked("atgarda", "2", "Ring Erik Andrén")
        assert "Ring Erik" not in written(asked, "Åsa Andrén")
        assert "Ring Erik" in written(asked, "Åsa Andrén", "--ta-med", "2")

    def test_a_shared_telephone_does_not_tell_whose_else_it_is(self, asked: Clerk, registered: Register) -> None:
        registered("--text", "Kallt", "--namn", "Erik Andrén", "--telefon", "0701740605", "--epost", "erik@example.se")
        text = written(asked, "Åsa Andrén", "--telefon", "070-1740605")
        assert "Avsändare i SYN-2026-00006" in text
        assert "Namn: anges inte här: ärendet har ett annat namn än det sökta Telefon: 070-1740605" in text
        assert "erik" not in text.casefold()
        assert "Kallt" not in text

    def test_who_looks_by_telephone_alone_gets_all_of_that_sender(self, asked: Clerk) -> None:
        text = written(asked, "--telefon", "070-174 06 99")
        assert "Namn: Kim Ek" in text
        assert "Andrén, Asa frös" in text

    def test_notes_on_her_own_case_are_hers(self, asked: Clerk) -> None:
        asked("anteckna", "1", "Hon var nöjd")
        asked("anteckna", "2", "Han var nöjd")
        text = written(asked, "Åsa Andrén")
        assert "Anteckning Hon var nöjd" in text
        assert "Han var nöjd" not in text

    def test_what_may_be_somebody_elses_is_told_by_number_and_kind(self, asked: Clerk, registered: Register) -> None:
        registered("--text", "Åsa Andrén, ring mig på 070-174 06 20, 640823-3234 /Kim Ek", "--namn", "Kim Ek")
        err = asked("registerutdrag", "Åsa Andrén", "-o", "ut.html").err
        assert "SYN-2026-00006: någon annans uppgifter kan finnas i texten (personnummer).\n" in err
        assert "SYN-2026-00001:" not in err
        asked("uppdatera", "1", "--text", "Ring 070-174 06 05")
        answer = asked("registerutdrag", "Åsa Andrén", "--telefon", "0701740605", "-o", "2.html")
        assert "SYN-2026-00001:" not in answer.err
        assert "06 20" not in err
        assert "Kim" not in err

    def test_a_file_is_never_written_over_by_mistake(self, asked: Clerk) -> None:
        asked("registerutdrag", "Åsa Andrén", "-o", "ut.html")
        before = (asked.folder / "ut.html").read_bytes()
        asked("registerutdrag", "Bo Lind", "-o", "ut.html", code=3)
        assert (asked.folder / "ut.html").read_bytes() == before
        assert asked("registerutdrag", "Bo Lind", "-o", "ut.pdf", code=2).err.startswith("Fel: -o: ”ut.pdf”")
        assert "är registret" in asked("registerutdrag", "Bo Lind", "-o", "klagreg.db", "--ersatt", code=2).err
        assert (asked.folder / "ut.html").stat().st_mode & 0o777 == 0o600 or sys.platform == "win32"

    def test_as_json_it_says_what_the_list_says_and_where_it_is(self, asked: Clerk) -> None:
        answer = asked("registerutdrag", "Åsa Andrén", "-o", "ut.html", "--ta-med", "3", "--json").json
        assert answer["fil"] == "ut.html"
        assert [case["tas_med"] for case in answer["arenden"]] == [True, True, True]
        assert "Andr" not in json.dumps(answer)


class TestSecrecy:
    """That a case holds a word is a thing that secrecy may hide: case 4, unless secret cases are asked for."""

    @pytest.fixture
    def hidden(self, asked: Clerk) -> Clerk:
        """The secret case holds Xylofon in its text, Xylograf in its log, Vera Xander as sender and as staff."""
        asked("uppdatera", "4", "--text", "Xylograf")
        asked("uppdatera", "4", "--text", "Xylofon", "--namn", "Vera Xander", "--telefon", "070-174 06 77",
              "--mottagen-av", "vera.xander")  # fmt: skip
        asked("atgarda", "4", "Ring", "--ansvarig", "vera.xander")
        asked("handlaggare", "lagg-till", "vera.xander")
        asked("handlaggare", "lagg-till", "yngve.xander")
        return asked

    PAIRS = (
        # what the secret case holds, and what nothing holds
        (["Xylofon"], ["Xylofol"]),
        (["Xylograf"], ["Xylogral"]),
        (["--telefon", "0701740677"], ["--telefon", "0701740678"]),
        (["Åsa Xander"], ["Åsa Xanser"]),
    )

    @pytest.mark.parametrize(("held", "unheld"), PAIRS)
    def test_no_output_depends_on_what_a_secret_case_holds(
        self, hidden: Clerk, held: list[str], unheld: list[str]
    ) -> None:
        def told(words: list[str]) -> list[bytes]:
            said = [hidden("registerutdrag", *words), hidden("registerutdrag", *words, "--json")]
            said.append(hidden("registerutdrag", *words, "-o", "ut.txt", "--ersatt", "--json"))
            said.append(hidden("registerutdrag", *words, "-o", "ut.html", "--ersatt"))
            files = [(hidden.folder / name).read_bytes() for name in ("ut.txt", "ut.html")]
            searched = [words[-1], words[-1].casefold()]
            for word in searched:
                files = [file.replace(word.encode(), b"?") for file in files]
            return [text.encode() for one in said for text in (one.out, one.err)] + files

        assert told(held) == told(unheld)
        assert "last_sekretess" not in kinds(hidden, "4")
        with_them = hidden("registerutdrag", *held, "--json", "--sekretess").json["arenden"]
        assert [case["arendenummer"] for case in with_them] == ["SYN-2026-00004"], "the pair is one"

    def test_a_colleague_is_not_counted_in_a_secret_case(self, hidden: Clerk) -> None:
        def named(*words: str) -> int:
            answer: int = hidden("registerutdrag", "Vera Xander", "--json", *words).json["som_medarbetare"]["stallen"]
            return answer

        assert (named(), named("--sekretess")) == (0, 2)

    def test_says_how_many_there_are_and_that_they_were_not_gone_through(self, asked: Clerk) -> None:
        answer = asked("registerutdrag", "Bo Lind", "--json")
        assert answer.json["sekretess_ej_genomsokta"] == 1
        assert answer.err.startswith("Sekretessmarkerade ärenden i registret: 1. De är inte genomsökta; --sekretess")
        text = written(asked, "Bo Lind")
        assert "1 ärende. Registret är genomsökt: " in text
        assert "Sekretessmarkerade ärenden i registret: 1. De är inte genomsökta: vad som kan lämnas ut" in text
        assert "SYN-2026-00004" not in text

    def test_asked_for_they_are_gone_through_and_shown_whole(self, asked: Clerk) -> None:
        answer = asked("registerutdrag", "Åsa Andrén", "--sekretess")
        assert "SYN-2026-00004  2026-11-02  Sekretess: 26 kap. 1 § OSL; Beskrivning\n" in answer.out
        assert "genomsökta" not in answer.err
        answer = asked("registerutdrag", "Åsa Andrén", "--sekretess", "-o", "ut.txt")
        assert "Sekretessmarkerade ärenden i utdraget: 1. Vad som kan lämnas ut ur dem prövas för sig.\n" in answer.err
        text = written(asked, "Åsa Andrén", "--sekretess")
        assert "Hela registret är genomsökt" in text
        assert "SYN-2026-00004 -------------- Inkommen: mån 2026-11-02 Sekretessmarkerat: 26 kap. 1 § OSL Typ:" in text
        assert "Beskrivning i SYN-2026-00004 ............................ Åsa Andrén hotas" in text
        assert "Ärendet är sekretessmarkerat. Markeringen är en varning och inget beslut" in text

    def test_each_that_is_told_of_remembers_it(self, asked: Clerk) -> None:
        def readings(*words: str) -> int:
            before = kinds(asked, "4").count("last_sekretess")
            asked("registerutdrag", *words, "--sekretess")
            return kinds(asked, "4").count("last_sekretess") - before

        assert readings("Åsa Andrén") == 1
        assert readings("Åsa Andrén", "-o", "1.txt") == 1
        assert readings("Bengt Andrén") == 1, "a possible hit tells of it too"
        assert readings("Bengt Andrén", "-o", "2.txt") == 1
        assert readings("Åsa Andrén", "--utan", "4") == 1, "what is left out is a hit"
        assert readings("Bo Lind") == 0
        assert "last_sekretess" not in kinds(asked, "1")

    def test_a_mark_that_is_lifted_hides_nothing(self, asked: Clerk) -> None:
        asked("sekretess", "4", "--hav", "--orsak", "Prövat")
        assert "04" in found(asked, "Åsa Andrén")
        assert asked("registerutdrag", "Åsa Andrén", "--json").json["sekretess_ej_genomsokta"] == 0
        assert "Hela registret är genomsökt" in written(asked, "Åsa Andrén")


class TestAsking:
    def test_a_name_need_not_stand_on_the_command_line(self, asked: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
        (asked.folder / "namn.txt").write_text("Åsa Andrén\n", encoding="utf-8")
        assert "01" in found(asked, "@namn.txt")
        assert asked("registerutdrag", code=2).err == (
            "Fel: NAMN saknas. Ange NAMN, --epost eller --telefon; - läser stdin, @fil en fil.\n"
        )
        monkeypatch.setattr(edge, "is_terminal", lambda: True)
        monkeypatch.setattr("klagreg.cli.dialog._input", lambda _: "Åsa Andrén")
        assert "01" in found(asked)

    @pytest.mark.parametrize(
        ("words", "code", "error"),
        [
            (
                ["--ta-med", "5"],
                3,
                "SYN-2026-00005 är ingen träff på den som söks. Se träffarna: samma sökning utan -o.",
            ),
            (["--utan", "5"], 3, "SYN-2026-00005 är ingen träff på den som söks. Se träffarna: samma sökning utan -o."),
            (["--ta-med", "4"], 3, "SYN-2026-00004 är sekretessmarkerat och inte genomsökt. --sekretess tar med det."),
            (["--utan", "4"], 3, "SYN-2026-00004 är sekretessmarkerat och inte genomsökt. --sekretess tar med det."),
            (["--utan", "3", "--ta-med", "3"], 2, "SYN-2026-00003 står både i --ta-med och --utan. Välj det ena."),
            (["--ta-med", "77"], 4, "Ärendet 77 finns inte i registret. Se alla med: klagreg lista"),
            (["--epost", "asa"], 2, "--epost: det är ingen e-postadress. Skriv hela adressen, med @."),
        ],
    )
    def test_refusals(self, asked: Clerk, words: list[str], code: int, error: str) -> None:
        assert asked("registerutdrag", "Åsa Andrén", *words, code=code).err == f"Fel: {error}\n"
        assert asked("logg", "--lasningar", "--json").json == []


class TestTrace:
    def test_the_log_says_that_somebody_was_looked_for_and_never_who(self, asked: Clerk) -> None:
        asked("registerutdrag", "Åsa Andrén", "--telefon", "070-174 06 05")
        asked("registerutdrag", "Åsa Andrén", "-o", "ut.html")
        asked("registerutdrag", "Åsa Andrén", "-o", "asa-andren.html")
        told = [row["uppgifter"] for row in asked("logg", "--lasningar", "--json").json if row["arendenummer"] is None]
        assert told == [
            {"arenden": 3, "sokt_pa": "namn", "fil": str(asked.folder)},
            {"arenden": 3, "sokt_pa": "namn", "fil": str(asked.folder / "ut.html")},
            {"arenden": 3, "sokt_pa": "namn, telefon"},
        ]

    def test_the_log_counts_possible_hits_and_says_that_secret_cases_were_gone_through(self, asked: Clerk) -> None:
        asked("registerutdrag", "Erik Andrén", "--sekretess")
        asked("registerutdrag", "Bo Lind")
        told = [row["uppgifter"] for row in asked("logg", "--lasningar", "--json").json if row["arendenummer"] is None]
        assert told == [{"arenden": 1, "sokt_pa": "namn"}, {"arenden": 4, "sokt_pa": "namn", "sekretess": True}]

    def test_each_case_whose_sender_is_shown_says_so(self, asked: Clerk) -> None:
        asked("registerutdrag", "Åsa Andrén")
        assert "last_personuppgifter" not in kinds(asked, "1")
        asked("registerutdrag", "Åsa Andrén", "-o", "ut.html")
        assert [kinds(asked, n).count("last_personuppgifter") for n in "1234"] == [1, 0, 0, 0]

    def test_without_a_file_nothing_is_logged(self, asked: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("klagreg.render.document._put", full)
        asked("registerutdrag", "Åsa Andrén", "-o", "ut.html", code=1)
        assert asked("logg", "--lasningar", "--json").json == []
        assert sorted(file.name for file in asked.folder.iterdir() if "ut" in file.name) == []


class TestReadings:
    @pytest.fixture
    def read(self, asked: Clerk) -> Clerk:
        """A register that three users have read in, on two days."""
        asked.on("2026-11-02", "23:30:00")("visa", "1", "--personuppgifter")
        asked.name = "eva.lind"
        asked.on("2026-11-03", "08:00:00")("visa", "4", "--sekretess")
        asked.name = "bo.ek"
        asked.on("2026-11-03", "09:00:00")("visa", "2", "--personuppgifter")
        asked("registerutdrag", "Kim Ek")
        return asked

    def test_who_read_what_and_when_the_latest_first(self, read: Clerk) -> None:
        assert read("logg", "--lasningar").out == (
            "Tid               Av         Läsning                        Ärende          Vad\n"
            "2026-11-03 09:00  bo.ek      Registerutdrag                 –               ärenden: 1; sökt på: namn\n"
            "2026-11-03 09:00  bo.ek      Personuppgifter lästa          SYN-2026-00002  –\n"
            "2026-11-03 08:00  eva.lind   Läst trots sekretessmarkering  SYN-2026-00004  –\n"
            "2026-11-02 23:30  anna.berg  Personuppgifter lästa          SYN-2026-00001  –\n"
        )

    def test_of_days_in_sweden_of_one_user_of_one_case(self, read: Clerk) -> None:
        def who(*words: str) -> list[str]:
            return [row["av"] for row in read("logg", *words, "--lasningar", "--json").json]

        assert who("--fran", "2026-11-03") == ["bo.ek", "bo.ek", "eva.lind"]
        assert who("--till", "2026-11-02") == ["anna.berg"]
        assert who("--av", "eva.lind") == ["eva.lind"]
        assert who("1") == ["anna.berg"]
        assert who("5") == []
        assert read("logg", "5", "--lasningar").out == "Inga läsningar.\n"

    def test_says_when_there_are_more(self, read: Clerk) -> None:
        out = read("logg", "--lasningar", "--antal", "2").out
        assert len(out.splitlines()) == 4
        assert out.endswith("Visar de 2 senaste. Fler med --antal 8, eller välj med --fran, --till, --av.\n")
        assert "Visar" not in read("logg", "--lasningar", "--antal", "4").out

    def test_reading_it_is_no_reading_and_shows_nobody(self, read: Clerk) -> None:
        before = read("logg", "--lasningar", "--json").out
        assert read("logg", "--lasningar", "--json").out == before
        for personal in ("Andr", "Kim", "example.se", "hotas", "Exempelgatan"):
            assert personal not in before

    def test_of_a_secret_case_it_says_who_and_when_alone(self, read: Clerk) -> None:
        from klagreg.model import Event

        for number in ("SYN-2026-00004", "SYN-2026-00005"):
            act = Event("2026-11-03T09:00:00Z", "eva", "utlamnad", read.now.date(), (("beskrivning", None, "x"),))
            TestDocument.log_in(read, number, act)
        told = [row["uppgifter"] for row in read("logg", "--lasningar", "--av", "eva", "--json").json]
        assert told == [{"beskrivning": "x"}, {}]

    def test_its_choices_belong_to_it(self, read: Clerk) -> None:
        assert read("logg", "1", "--av", "bo.ek", code=2).err == (
            "Fel: --fran, --till, --av och --antal väljer bland läsningar. Ange dem med --lasningar.\n"
        )


FIELDS = ("--text", "--forslag", "--rubrik", "--namn", "--adress", "--utforare", "--mottagen-av")
HER_WAYS = ("Åsa Andrén", "ASA ANDREN", "Andrén, Åsa", "Åsa Maria Andrén", "Åsa Andréns", "asa andrén")
OTHERS = ("Kim Ek", "Erik Andrén", "Åsa Ek", "Andrén, Erik", "Li Öst-Andrén", "Anders Åsa")


@given(
    st.lists(
        st.tuples(st.booleans(), st.sampled_from(FIELDS), st.integers(0, 5), st.integers(1, 9)), min_size=1, max_size=4
    )
)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whoever_is_planted_is_found_and_nobody_else_is_in_the_document(
    tmp_path_factory: pytest.TempPathFactory,
    capsys: pytest.CaptureFixture[str],
    cases: list[tuple[bool, str, int, int]],
) -> None:
    clerk = Clerk(tmp_path_factory.mktemp("r"), capsys)
    clerk.now = datetime(2026, 11, 2, 8, tzinfo=UTC)
    clerk("init", "--namnd", "BUN")
    hers = set()
    for n, (is_hers, field, way, digit) in enumerate(cases, 1):
        sender = {"--namn": f"Bo Lind{n}", "--epost": f"bo{n}@example.se", "--telefon": f"070-17406{n}{digit}"}
        values = sender | {"--adress": f"Backen {n}{digit}", field: (HER_WAYS if is_hers else OTHERS)[way]}
        words = [word for pair in values.items() for word in pair]
        clerk("registrera", "--typ", "klagomal", "--kanal", "brev", "--granskad", *words)
        hers |= {f"SYN-2026-{n:05}"} if is_hers else set()
    file = Path(clerk.folder / "ut.txt")
    answer = clerk("registerutdrag", "Åsa Andrén", "-o", str(file), "--json").json["arenden"]
    assert {case["arendenummer"] for case in answer if case["traff"] == "saker"} == hers
    text = file.read_text(encoding="utf-8")
    for n, (is_hers, field, way, digit) in enumerate(cases, 1):
        if not (is_hers and field == "--namn"):
            assert not any(value in text for value in (f"bo{n}@example.se", f"Lind{n}", f"070-17406{n}{digit}"))
            assert is_hers or f"Backen {n}{digit}" not in text
        assert is_hers or OTHERS[way] not in text


class TestWhoSentIt:
    """A case that the person is only named in: who sent it is no part of their extract."""

    def test_is_masked_and_the_persons_own_data_stand(self, klagreg: Clerk, registered: Register) -> None:
        registered(
            "--namn", "Carl Lindqvist", "--telefon", "070-1740699", "--epost", "carl@example.se",
            "--adress", "Ekgatan 4",
            "--text", "Jag såg ANDRE LINDQVISTS bil. Ring mig, Carl Lindqvist, på 070-174 06 99 eller carl@example.se,"
            " eller André på 070-1740605. Jag bor på Ekgatan 4.",
        )  # fmt: skip
        klagreg("registerutdrag", "André Lindqvist", "--telefon", "070-174 06 05", "-o", "ut.txt")
        told = " ".join(Path("ut.txt").read_text("utf-8").split())
        assert (
            "Jag såg ANDRE LINDQVISTS bil. Ring mig, [namn borttaget] Lindqvist, på [telefonnummer borttaget] eller"
            " [e-postadress borttagen], eller André på 070-1740605. Jag bor på [uppgift borttagen]."
        ) in told
        assert [word for word in ("Carl", "0699", "06 99", "carl@", "Ekgatan") if word in told] == []
