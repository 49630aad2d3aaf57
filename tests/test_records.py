"""The public record: the day's list, cases that are handed out, and the register's own description.

Nobody here exists; see ``test_identities`` for where the numbers come from.
"""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klagreg import records
from klagreg.days import between
from klagreg.desk import Env
from klagreg.documents import Document, Facts, Prose
from klagreg.errors import KlagregError
from klagreg.identities import find
from klagreg.model import Case, Erasure, Event, FeedbackGiven, Measure, Sender
from klagreg.records import Asked, HandedCase, HandedOut, Records
from klagreg.register import Register
from klagreg.rules import Vocabulary
from klagreg.terms import CaseType, ErasureKind, Feedback, Means
from tests.conftest import Clerk
from tests.test_masking import letters

LETTER = "Jag heter Åsa Öberg, 640823-3234. Åsas son Vide får vänta. Ring 070-174 06 05, Exempelgatan 12."
SENDER = ("--namn", "Åsa Öberg", "--epost", "asa@example.se", "--telefon", "070-174 06 05", "--adress", "Torp Nybo")


def log_of(clerk: Clerk, number: str = "1") -> list[tuple[str, str | None, str | None]]:
    """Kind, key and new value of everything in a case's log after its registration."""
    rows = clerk("logg", number, "--sekretess", "--json").json
    told = [(row["handelse"], row["falt"], row["till"]) for row in rows]
    return [one for one in told if one[0] not in ("registrerad", "sekretess", "skapad")]


class TestDayList:
    def test_anyone_sees_number_days_type_place_and_title(self, klagreg: Clerk, registered: Callable[..., str]) -> None:
        registered("--rubrik", "Kö i matsalen", "--text", LETTER, *SENDER, "--handlaggare", "eva.lind")
        assert klagreg("postlista").out == (
            "Postlista mån 2026-11-02\n"
            "  Myndighet:     BUN\n"
            "  Registrerade:  mån 2026-11-02\n"
            "  Antal ärenden: 1\n"
            "\n"
            "Registrerade ärenden\n"
            "Ärendenummer    Inkommen    Registrerad  Typ       Nämnd, enhet     Ärendemening\n"
            "SYN-2026-00001  2026-11-02  2026-11-02   Klagomål  BUN, Parkskolan  Kö i matsalen\n"
        )
        assert klagreg("postlista", "--json").json == {
            "fran": "2026-11-02",
            "till": "2026-11-02",
            "arenden": [
                {
                    "arendenummer": "SYN-2026-00001",
                    "inkommen": "2026-11-02",
                    "registrerad": "2026-11-02",
                    "typ": "klagomal",
                    "namnd": "BUN",
                    "enhet": "Parkskolan",
                    "rubrik": "Kö i matsalen",
                    "sekretess": None,
                    "anmarkning": None,
                }
            ],
        }

    @pytest.mark.parametrize("suffix", ["html", "txt"])
    def test_nothing_else_gets_into_the_file(self, klagreg: Clerk, registered: Callable[..., str], suffix: str) -> None:
        registered("--rubrik", "Kö", "--text", LETTER, "--forslag", "En kassa", *SENDER, "--handlaggare", "eva.lind")
        klagreg("avsluta", "1", "--utfall", "atgardad", "--svar", "Klart nu", "--satt", "brev")
        klagreg.on("2026-11-03")("postlista", "--dag", "igår", "-o", f"p.{suffix}")
        text = (klagreg.folder / f"p.{suffix}").read_text(encoding="utf-8")
        assert "SYN-2026-00001" in text
        for private in ("Åsa", "Öberg", "asa@", "070", "Nybo", "kassa", "Klart", "eva.lind", "vänta", "2026-11-03"):
            assert private not in text

    def test_a_secret_case_is_number_days_and_statute(self, klagreg: Clerk, registered: Callable[..., str]) -> None:
        registered("--rubrik", "Om Åsa")
        klagreg("sekretess", "1", "--lagrum", "23 kap. 2 § OSL")
        (entry,) = klagreg("postlista", "--json").json["arenden"]
        assert entry == {
            "arendenummer": "SYN-2026-00001",
            "inkommen": "2026-11-02",
            "registrerad": "2026-11-02",
            "typ": None,
            "namnd": None,
            "enhet": None,
            "rubrik": "Sekretess: 23 kap. 2 § OSL",
            "sekretess": "23 kap. 2 § OSL",
            "anmarkning": None,
        }

    def test_what_concerns_one_pupil_is_number_and_days(self, klagreg: Clerk, registered: Callable[..., str]) -> None:
        registered("--rubrik", "Om en elev", "--ror-enskild")
        (entry,) = klagreg("postlista", "--json").json["arenden"]
        assert (entry["rubrik"], entry["typ"], entry["namnd"], entry["enhet"], entry["sekretess"]) == (
            "Visas inte: rör en enskild", None, None, None, None,
        )  # fmt: skip

    def test_a_voided_case_says_so(self, klagreg: Clerk, registered: Callable[..., str]) -> None:
        registered("--rubrik", "Test")
        klagreg("makulera", "1", "--orsak", "Registrerat två gånger")
        (entry,) = klagreg("postlista", "--json").json["arenden"]
        assert (entry["rubrik"], entry["anmarkning"]) == ("Test", "Makulerat")

    def test_a_destroyed_case_says_so(self, klagreg: Clerk, registered: Callable[..., str]) -> None:
        registered("--rubrik", "Kö")
        with Register.open(klagreg.folder / "klagreg.db", Env(klagreg.now, "anna.berg")) as register:
            erased = Erasure(date(2026, 11, 2), ErasureKind.DESTROYED, "BUN § 8", "anna.berg")
            desk = Records(register.store, register.env)
            calendar = register.calendar(date(2026, 10, 1), date(2026, 12, 1))
            case = register.case("1")._replace(erasures=(erased,))
            entry, _ = desk._entry(case, register.store.rule_sets(), calendar)
        assert entry.title == "Gallrat"

    def test_what_came_in_earlier_stands_on_the_day_it_was_registered(
        self, klagreg: Clerk, registered: Callable[..., str]
    ) -> None:
        registered("--rubrik", "Sent", "--inkommen", "2026-10-20")
        # Came in on a Friday, registered on the next working day: nothing to remark on.
        registered("--rubrik", "Fredag", "--inkommen", "2026-10-30")
        assert [(e["rubrik"], e["anmarkning"]) for e in klagreg("postlista", "--json").json["arenden"]] == [
            ("Sent", "Registrerat 13 dagar efter att det kom in"),
            ("Fredag", None),
        ]
        assert klagreg("postlista", "--dag", "2026-10-20").out == "Inga ärenden registrerades tis 2026-10-20.\n"

    def test_the_days_are_swedish(self, klagreg: Clerk, registered: Callable[..., str]) -> None:
        # The night to summer time and the night back, and the turn of the year: each belongs to its Swedish day.
        for day, clock in (
            ("2027-03-27", "23:59:59"), ("2027-03-28", "00:00:00"), ("2027-03-28", "23:59:59"),
            ("2027-10-31", "00:00:00"), ("2027-10-31", "23:59:59"), ("2027-12-31", "23:59:59"),
            ("2028-01-01", "00:00:00"),
        ):  # fmt: skip
            klagreg.on(day, clock)
            registered("--rubrik", f"{day} {clock}")
        klagreg.on("2028-01-02")

        def titles(day: str) -> list[str]:
            return [entry["rubrik"] for entry in klagreg("postlista", "--dag", day, "--json").json["arenden"]]

        assert titles("2027-03-27") == ["2027-03-27 23:59:59"]
        assert titles("2027-03-28") == ["2027-03-28 00:00:00", "2027-03-28 23:59:59"]
        assert titles("2027-10-31") == ["2027-10-31 00:00:00", "2027-10-31 23:59:59"]
        assert titles("2027-12-31") == ["2027-12-31 23:59:59"]
        assert titles("2028-01-01") == ["2028-01-01 00:00:00"]

    def test_every_case_is_in_one_days_list_and_the_first_is_first(
        self, klagreg: Clerk, registered: Callable[..., str]
    ) -> None:
        for day in ("2026-12-30", "2026-12-31", "2027-01-01", "2027-01-02"):
            klagreg.on(day)
            registered("--rubrik", f"Från {day}")
        klagreg.on("2027-01-05")
        until_today = klagreg("postlista", "--fran", "2026-12-30", "--json").json
        assert until_today == klagreg("postlista", "--fran", "2026-12-30", "--till", "idag", "--json").json
        numbers = [entry["arendenummer"] for entry in until_today["arenden"]]
        assert numbers == ["SYN-2026-00001", "SYN-2026-00002", "SYN-2027-00001", "SYN-2027-00002"]

    def test_a_title_that_points_somebody_out_is_masked_and_the_way_out_is_told(
        self, klagreg: Clerk, registered: Callable[..., str]
    ) -> None:
        registered("--rubrik", "Öbergs son, ring 070-174 06 05", *SENDER)
        registered("--rubrik", "Hål i vägen vid Exempelgatan 12")
        answer = klagreg("postlista", "--json")
        assert [entry["rubrik"] for entry in answer.json["arenden"]] == [
            "[namn borttaget] son, ring [telefonnummer borttaget]",
            # A street is a place in a title, unless the rules stop such titles.
            "Hål i vägen vid Exempelgatan 12",
        ]
        assert answer.err == (
            "Rubriken i SYN-2026-00001 pekar troligen ut någon och är maskerad i listan. "
            "Rätta den: klagreg uppdatera SYN-2026-00001 --rubrik …\n"
        )

    def test_where_the_rules_stop_identities_a_street_is_masked_too(self, desk: Clerk) -> None:
        desk("init", "--regler", "nacka")
        desk("registrera", "--typ", "klagomal", "--rubrik", "Hål vid Exempelgatan 12", "--granskad")
        (entry,) = desk("postlista", "--json").json["arenden"]
        assert entry["rubrik"] == "Hål vid [gatuadress borttagen]"

    @pytest.mark.parametrize(
        ("words", "error"),
        [
            (["--dag", "2026-11-03"], "--dag: tis 2026-11-03 ligger i framtiden. I dag är mån 2026-11-02."),
            (["--fran", "idag", "--till", "2026-11-03"], "--till: tis 2026-11-03 ligger i framtiden."),
            (["--fran", "idag", "--till", "igår"], "--till: 2026-11-01 ligger före 2026-11-02."),
            (["--till", "idag"], "--fran saknas."),
            (["--dag", "idag", "--fran", "idag"], "--dag är en enda dag."),
            (["-o", "lista.pdf"], "-o: ”lista.pdf” slutar inte på .html eller .txt."),
        ],
    )
    def test_what_is_refused(self, klagreg: Clerk, words: list[str], error: str) -> None:
        assert klagreg("postlista", *words, code=2).err.startswith(f"Fel: {error}")

    def test_a_file_is_told_in_the_registers_log_and_not_overwritten(
        self, klagreg: Clerk, registered: Callable[..., str]
    ) -> None:
        registered()
        assert klagreg("postlista", "-o", "p.html").out == "p.html: 1 ärende.\n"
        assert stat.S_IMODE((klagreg.folder / "p.html").stat().st_mode) == 0o600
        assert "finns redan" in klagreg("postlista", "-o", "p.html", code=3).err
        klagreg("postlista", "-o", "p.html", "--ersatt")
        assert "är registret" in klagreg("postlista", "-o", "klagreg.db", "--ersatt", code=2).err
        with Register.open(klagreg.folder / "klagreg.db", Env(klagreg.now, "anna.berg")) as register:
            rows = register.store.run(
                "SELECT d.changes FROM event e JOIN event_detail d ON d.event_id = e.id WHERE e.kind = 'exporterad'", ()
            )
        assert len(rows) == 2
        assert str(klagreg.folder / "p.html") in rows[0][0]


class TestHandOut:
    @pytest.fixture
    def case(self, klagreg: Clerk, registered: Callable[..., str]) -> Clerk:
        registered("--rubrik", "Kö i matsalen", "--text", LETTER, "--forslag", "En kassa till", *SENDER)
        klagreg("tilldela", "1", "eva.lind")
        klagreg("avsluta", "1", "--utfall", "atgardad", "--svar", "Klart, Åsa.", "--satt", "telefon",
                "--atgard", "Nya vagnar till Öbergs klass", "--ansvarig", "bo.ek", "--klar-senast", "1/12")  # fmt: skip
        return klagreg

    def test_a_rehearsal_shows_the_document_and_logs_nothing(self, case: Clerk) -> None:
        before = log_of(case)
        answer = case("utlamna", "1")
        assert answer.out == (
            "Ärende SYN-2026-00001\n"
            "  Myndighet:  BUN\n"
            "  Framställd: 2 november 2026\n"
            "\n"
            "SYN-2026-00001  Kö i matsalen\n"
            "  Inkommen:    mån 2026-11-02\n"
            "  Registrerad: mån 2026-11-02\n"
            "  Status:      Avslutad\n"
            "  Avslutad:    mån 2026-11-02\n"
            "  Typ:         Klagomål\n"
            "  Nämnd:       BUN\n"
            "  Enhet:       Parkskolan\n"
            "  Utfall:      Åtgärd vidtagen\n"
            "\n"
            "Beskrivning\n"
            "  Jag heter [namn borttaget], [personnummer borttaget]. [namn borttaget] son Vide får vänta."
            " Ring [telefonnummer borttaget], [gatuadress borttagen].\n"
            "\n"
            "Förslag till förbättring\n"
            "  En kassa till\n"
            "\n"
            "Svar\n"
            "  Klart, [namn borttaget].\n"
            "\n"
            "Återkopplingar\n"
            "Dag             Slag      Sätt\n"
            "mån 2026-11-02  Slutsvar  Telefon\n"
            "\n"
            "Åtgärder\n"
            "Nr  Åtgärd                                  Ansvarig  Klar senast  Genomförd\n"
            "1   Nya vagnar till [namn borttaget] klass  bo.ek     2026-12-01   –\n"
            "\n"
            "Om handlingen\n"
            "  Borttagna uppgifter är markerade med hakparentes: gatuadress (1), namn (4), personnummer (1),"
            " telefonnummer (1).\n"
            "\n"
            "  Det här är ett utdrag. Följande uppgifter i registret är inte med: uppgifter om avsändaren, loggen.\n"
            "\n"
            "  Den som inte får ta del av en handling eller en uppgift kan begära ett skriftligt beslut av myndigheten."
            " Beslutet går att överklaga (6 kap. 3 och 7 §§ offentlighets- och sekretesslagen).\n"
        )
        assert answer.err == (
            "Maskerat: gatuadress (1), namn (4), personnummer (1), telefonnummer (1).\n"
            "Andra namn än avsändarens hittas inte: läs igenom handlingen. Mer maskeras med --dolj.\n"
            "Så här blir handlingen. Inget är utlämnat: skriv den med -o FIL.html\n"
        )
        assert log_of(case) == before

    def test_a_file_is_told_in_the_log_but_never_what_was_masked(self, case: Clerk) -> None:
        before = log_of(case)
        answer = case("utlamna", "1", "--dolj", "Vide", "--dolj", "bo.ek", "--utan", "svar", "-o", "u.txt")
        assert answer.out == "u.txt: 1 ärende.\n"
        assert answer.err.endswith("Utlämnandet är antecknat i loggen: vad och när, inte till vem.\n")
        text = (case.folder / "u.txt").read_text(encoding="utf-8")
        assert stat.S_IMODE((case.folder / "u.txt").stat().st_mode) == 0o600
        assert [word for word in ("Åsa", "Öberg", "Vide", "bo.ek", "Klart", "6408", "0605") if word in text] == []
        assert "[uppgift borttagen]" in text
        assert log_of(case)[len(before) :] == [
            (
                "utlamnad",
                "uppgifter",
                "arendenummer, inkommen, registrerad, diarienummer, status, avslutad, typ, kanal, namnd, enhet, "
                "rubrik, beskrivning, forslag, utfall, aterkopplingar, atgarder",
            ),
            ("utlamnad", "maskning", "identiteter och egna ord (2), maskerade ställen: 8"),
            ("utlamnad", "fil", str(case.folder / "u.txt")),
        ]

    def test_the_sender_only_when_asked_for_and_that_is_logged(self, case: Clerk) -> None:
        before = log_of(case)
        answer = case("utlamna", "1", "--avsandare", "--json")
        (found,) = answer.json
        assert found["avsandare"] == {
            "roll": None, "namn": "Åsa Öberg", "epost": "asa@example.se", "telefon": "070-174 06 05",
            "adress": "Torp Nybo", "onskat_satt": None, "personakt": None,
        }  # fmt: skip
        # Her name is no secret in the texts then, but her number is masked.
        assert found["beskrivning"].startswith("Jag heter Åsa Öberg, [personnummer borttaget].")
        assert log_of(case)[len(before) :] == [("last_personuppgifter", None, None)]

    def test_as_data_it_holds_what_the_document_holds(self, case: Clerk) -> None:
        (found,) = case("utlamna", "1", "--utan", "beskrivning", "--utan", "återkopplingar", "--json").json
        assert list(found) == [
            "arendenummer", "inkommen", "registrerad", "diarienummer", "status", "avslutad", "typ", "kanal", "namnd",
            "enhet", "rubrik", "forslag", "utfall", "svar", "atgarder",
        ]  # fmt: skip
        assert found["svar"] == "Klart, [namn borttaget]."

    def test_what_is_left_out_is_left_out_of_the_log_too(self, case: Clerk) -> None:
        case("uppdatera", "1", "--rubrik", "Öbergs kö", "--text", "Hemlig vagn")
        out = case("utlamna", "1", "--logg", "--utan", "beskrivning", "--utan", "atgarder").out
        assert "Offentlig rubrik: Kö i matsalen → [namn borttaget] kö" in out
        assert [word for word in ("vagn", "vänta", "Åsa", "Öberg", "6408") if word in out] == []
        (found,) = case("utlamna", "1", "--logg", "--utan", "beskrivning", "--json").json
        assert {row["falt"] for row in found["handelser"]}.isdisjoint({"beskrivning"})
        assert "[namn borttaget] kö" in [row["till"] for row in found["handelser"]]

    def test_several_cases_are_one_document_with_an_event_each(
        self, case: Clerk, registered: Callable[..., str]
    ) -> None:
        registered("--rubrik", "Åsas granne", "--text", "Öberg låter", "--namn", "Bo Ek")
        case("utlamna", "2", "1", "SYN-2026-00002", "-o", "u.txt")
        lines = (case.folder / "u.txt").read_text(encoding="utf-8").splitlines()
        assert [line for line in lines if line.startswith("SYN-")] == [
            "SYN-2026-00002  [namn borttaget] granne",
            "SYN-2026-00001  Kö i matsalen",
        ]
        for number in ("1", "2"):
            assert [kind for kind, key, _ in log_of(case, number) if key == "fil"] == ["utlamnad"]

    def test_unmasked_when_that_is_chosen(self, case: Clerk) -> None:
        answer = case("utlamna", "1", "--omaskat", "-o", "u.txt")
        assert "640823-3234" in (case.folder / "u.txt").read_text(encoding="utf-8")
        assert "Ingenting är maskerat: läs igenom handlingen." in answer.err
        assert ("utlamnad", "maskning", "ingen") in log_of(case)

    def test_words_in_a_file_one_a_line(self, case: Clerk) -> None:
        (case.folder / "namn.txt").write_text("Vide\n\n  får vänta \n", encoding="utf-8")
        for words in ("@namn.txt", "Vide\nfår vänta"):
            (found,) = case("utlamna", "1", "--dolj", words, "--json").json
            assert "son [uppgift borttagen] [uppgift borttagen]. Ring" in found["beskrivning"]

    @pytest.mark.parametrize(
        ("words", "code", "error"),
        [
            (["1", "--utan", "beskrivnig"], 2, "--utan: ”beskrivnig” finns inte bland valen. Menade du beskrivning?"),
            (["1", "--utan", "arendenummer"], 2, "--utan: ”arendenummer” finns inte bland valen."),
            (["1", "--dolj", "++"], 2, "--dolj: ett ord saknar bokstäver och siffror."),
            (["1", "--dolj", "Vide", "--dolj", "@tom.txt"], 2, "--dolj: det finns inget ord att dölja."),
            (["1", "--dolj", "x", "--omaskat"], 2, "--omaskat maskerar ingenting."),
            (["9"], 4, "Ärendet 9 finns inte i registret."),
            ([], 2, "ÄRENDE saknas."),
            (["1", "-o", "u.pdf"], 2, "-o: ”u.pdf” slutar inte på .html eller .txt."),
            (["1", "9", "-o", "u.txt"], 4, "Ärendet 9 finns inte"),
        ],
    )
    def test_what_is_refused(self, case: Clerk, words: list[str], code: int, error: str) -> None:
        (case.folder / "tom.txt").write_text("\n \n")
        before = log_of(case)
        assert case("utlamna", *words, code=code).err.startswith(f"Fel: {error}")
        assert log_of(case) == before
        assert list(case.folder.glob("u.*")) == []

    def test_a_file_that_cannot_be_written_is_no_handing_out(self, case: Clerk) -> None:
        before = log_of(case)
        (case.folder / "u.txt").write_text("mitt", encoding="utf-8")
        assert "finns redan" in case("utlamna", "1", "-o", "u.txt", code=3).err
        with Register.open(case.folder / "klagreg.db", Env(case.now, "anna.berg")) as register:

            def full(_: HandedOut) -> None:
                raise KlagregError("Disken är full.")

            with pytest.raises(KlagregError):
                Records(register.store, register.env).hand_out(["SYN-2026-00001"], Asked(), Path("u.txt"), full)
        assert log_of(case) == before

    def test_a_secret_case_is_refused_until_the_request_has_been_tried(self, case: Clerk) -> None:
        case("sekretess", "1", "--lagrum", "23 kap. 2 § OSL")
        before = log_of(case)
        refused = case("utlamna", "1", "-o", "u.html", code=3)
        assert refused.err.startswith("Fel: SYN-2026-00001 är sekretessmarkerat (23 kap. 2 § OSL).")
        assert not (case.folder / "u.html").exists()
        case("utlamna", "1", "--sekretess", "-o", "u.html")
        assert [kind for kind, key, _ in log_of(case)[len(before) :] if key in (None, "fil")] == [
            "last_sekretess",
            "utlamnad",
            "last_sekretess",  # our own reading of the log, for this test
        ]

    def test_a_protected_sender_is_never_included(self, klagreg: Clerk, registered: Callable[..., str]) -> None:
        registered("--rubrik", "Kö", "--skyddad", "--roll", "elev")
        answer = klagreg("utlamna", "1", "--avsandare")
        assert "Avsändare\n" not in answer.out
        assert "uppgifter om avsändaren" in answer.out
        assert "SYN-2026-00001: avsändaren har skyddade personuppgifter och är inte med.\n" in answer.err

    def test_the_help_says_who_may_not_be_asked_what(self, klagreg: Clerk) -> None:
        text = " ".join(klagreg("utlamna", "--help").out.split())
        assert "Fråga inte vem som begär ut handlingen eller varför" in text
        assert "varje begäran prövas för sig" in text


# -- any text ------------------------------------------------------------------------------------

_ADDRESSES = st.sampled_from(["Torp Nybo, 123 45 Osby", "Exempelgatan 1\n543 21 Kinda", "c/o Ek, Box 9"])


@settings(deadline=None, max_examples=40)
@given(st.lists(letters(), min_size=6, max_size=6), _ADDRESSES, st.sampled_from(["Vide", "den blå hästen"]))
def test_no_sender_and_no_identity_in_what_is_handed_out(
    texts: list[tuple[list[str], list[bool], str]], address: str, chosen: str
) -> None:
    sender = Sender(None, "Anna-Karin Öberg", "anna.o@example.se", "12 34 56", address, None, "akt 12/B")
    values = [value for value in sender if value]
    written = ["".join(pieces) + f"{chosen}! {values[i % len(values)]}." for i, (pieces, _, _) in enumerate(texts)]
    case = Case(
        CaseType.COMPLAINT, written[0], date(2026, 11, 2), 1, number="SYN-2026-00001",
        registered_at="2026-11-02T08:00:00Z", description=written[1], proposal=written[2], answer=written[3],
        unit="Parkskolan", sender=sender,
        feedback=(FeedbackGiven(date(2026, 11, 3), Feedback.DELAY, Means.PHONE, "anna", True, written[4]),),
        measures=(Measure(1, written[5], "bo.ek"),),
    )  # fmt: skip
    asked = Asked(words=(chosen,), log=True)
    mask = records._Mask(asked, [case])
    event = Event("2026-11-02T08:00:00Z", "anna", "rattad", date(2026, 11, 2), (("svar", written[3], written[4]),))
    pared = HandedCase(
        records.pared(case, asked, mask.text, mask.word), None, (records._pared_event(event, asked, mask),), False
    )
    done = HandedOut((pared,), asked, date(2026, 11, 2), "BUN", Vocabulary("kanal", {}), mask.counts)
    strings = list(_strings(records.handed(done, lambda _, event: str(event.changes))))
    found = [(text, find(text, [sender.name or ""])) for text in strings if find(text, [sender.name or ""])]
    assert found == []
    for private in (*values, chosen):
        assert [text for text in strings if private in text] == []


def _strings(document: Document) -> Iterator[str]:
    yield document.title
    for section in document.sections:
        yield section.heading
        for block in section.blocks:
            if isinstance(block, Prose):
                yield block.text
            else:
                for row in block.rows:
                    # Labels are ours; what a label says is not.
                    yield from row[1:] if isinstance(block, Facts) else row


class TestDescription:
    def test_every_item_of_the_law_has_its_chapter(self, klagreg: Clerk) -> None:
        found = klagreg("regler", "beskrivning", "--json").json
        assert [section["rubrik"] for section in found["avsnitt"]] == [
            "Registret och vad det är till för",
            "Vilka handlingar och uppgifter som finns",
            "Sökmedel",
            "Listor och sammanställningar",
            "Tekniska hjälpmedel för allmänheten",
            "Vem som lämnar närmare upplysningar",
            "Vanliga bestämmelser om sekretess",
            "Uppgifter som hämtas från eller lämnas till andra",
            "Försäljning av personuppgifter",
            "Bevarande och gallring",
        ]
        assert found["uppgifter"]["Myndighet"] == "[kommunens namn], BUN"

    def test_the_provisions_that_were_used_are_named(self, klagreg: Clerk, registered: Callable[..., str]) -> None:
        assert "Inget ärende i registret har hittills märkts" in klagreg("regler", "beskrivning").out
        registered()
        klagreg("sekretess", "1", "--lagrum", "23 kap. 2 § OSL")
        klagreg("sekretess", "1", "--hav", "--orsak", "Inte längre")
        assert "Ärenden i registret har märkts med: 23 kap. 2 § OSL.\n" in klagreg("regler", "beskrivning").out

    def test_retention_as_the_rules_say_it(self, desk: Clerk) -> None:
        (desk.folder / "egna.toml").write_text(
            'namn = "Egna"\ntyper = ["klagomal", "synpunkt", "berom"]\n[[frist]]\nnyckel = "svar"\nrubrik = "Svar"\n'
            'antal = 10\nraknas_i = "dagar"\nfullgors_av = ["slutsvar"]\n'
            '[gallring]\nbeslut = "BUN 2026-05-04 § 88"\nklagomal = 2\nsynpunkt = "bevaras"\n',
            encoding="utf-8",
        )
        desk("init", "--regler", "egna.toml", "--kommun", "Exempelköping", "--namnd", "BUN")
        last = desk("regler", "beskrivning", "--json").json["avsnitt"][-1]["innehall"]
        assert last[:2] == [
            "Nämnden har beslutat om gallring: BUN 2026-05-04 § 88.",
            [
                {"Typ": "Klagomål", "Bevaras": "Gallras 2 år efter att ärendet avslutades"},
                {"Typ": "Synpunkt", "Bevaras": "Bevaras"},
                {"Typ": "Beröm", "Bevaras": "Bevaras; ingen gallringsregel är angiven"},
            ],
        ]

    def test_without_rules_nothing_is_said_to_be_destroyed(self, klagreg: Clerk) -> None:
        assert "Inga gallringsregler är angivna i regelverket." in klagreg("regler", "beskrivning").out

    def test_every_command_that_it_names_exists(self, klagreg: Clerk) -> None:
        from klagreg.cli.commands import COMMANDS

        commands = {row[-1].split()[0] for row in records._EXPORTS.rows}
        assert commands <= set(COMMANDS)
        klagreg("regler", "beskrivning", "-o", "b.html")
        assert "regler beskrivning" in (klagreg.folder / "b.html").read_text(encoding="utf-8")


def test_a_day_list_is_the_union_of_its_days(klagreg: Clerk, registered: Callable[..., str]) -> None:
    for day in ("2026-11-02", "2026-11-02", "2026-11-04"):
        klagreg.on(day)
        registered()
    with Register.open(klagreg.folder / "klagreg.db", Env(klagreg.now, "anna.berg")) as register:
        desk = Records(register.store, register.env)
        days = [date(2026, 11, day) for day in (2, 3, 4)]
        each = [entry for day in days for entry in desk.day_list(between(day, day)).entries]
        assert list(desk.day_list(between(days[0], days[-1])).entries) == each
        assert len(each) == 3


@pytest.mark.parametrize(
    "line",
    [
        "postlista --ersatt -o",
        "utlamna 1 --ersatt -o",
        "regler beskrivning --ersatt -o",
        "registerutdrag Ek --ersatt -o",
        "exportera --ersatt -o",
        "avidentifiera 1 --beslut KS --utfor --antal 1 --ersatt --protokoll",
    ],
)
def test_no_document_takes_the_place_of_the_register(desk: Clerk, line: str) -> None:
    desk("init", "--namnd", "BUN")
    desk("registrera", "--typ", "synpunkt", "--namn", "Bo Ek")
    desk("makulera", "1", "--orsak", "dubbel")
    ending = ".csv" if line.startswith("exportera") else ".html"
    other = desk.folder / f"lank{ending}"
    other.symlink_to(desk.folder / "klagreg.db")
    option = line.rpartition(" ")[2]
    assert desk(*line.split(), str(other), code=2).err == (
        f"Fel: {option}: det är registret, eller hör till det. Ange en annan fil.\n"
    )
    assert other.samefile(desk.folder / "klagreg.db")


def test_a_name_that_the_sender_had_before_is_hidden_by_who_knows_it(
    klagreg: Clerk, registered: Callable[..., str]
) -> None:
    registered("--namn", "Petronella Qvist", "--text", "Petronella Qvist hälsar")
    klagreg("uppdatera", "1", "--namn", "Petra Ny")
    told = "SYN-2026-00001: avsändarens namn har ändrats. Det gamla maskeras bara med --dolj.\n"
    assert told in klagreg("utlamna", "1").err
    assert "[uppgift borttagen] hälsar" in klagreg("utlamna", "1", "--dolj", "Petronella Qvist").out
    registered("--text", "Utan namn först")
    klagreg("uppdatera", "2", "--namn", "Petra Ny")
    assert "har ändrats" not in klagreg("utlamna", "2").err
