"""A registrator's work, told as commands: what she types, what she sees, what is stored."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable

import pytest

from tests.conftest import Clerk

Register = Callable[..., str]


def test_the_first_case(desk: Clerk) -> None:
    assert desk("init").out == (
        f"Registret {desk.folder}/klagreg.db är skapat med regelverket Standard.\n"
        "  Första återkoppling: 5 arbetsdagar från ankomstdagen; uppfylls av varje återkoppling\n"
        "  Svar: 10 arbetsdagar från ankomstdagen; uppfylls av slutsvar\n"
        "Registrera det första ärendet: klagreg registrera\n"
    )
    answer = desk(
        "registrera", "--typ", "klagomal", "--kanal", "telefon", "--enhet", "Parkskolan", "--ny",
        "--rubrik", "Kö i matsalen",
    )  # fmt: skip
    assert answer.err == "Ny enhet i registret: Parkskolan.\n"
    assert answer.out == (
        "SYN-2026-00001  Kö i matsalen\n  Första återkoppling senast mån 2026-11-09\n  Svar senast mån 2026-11-16\n"
    )


def test_a_case_from_arrival_to_answer(klagreg: Clerk, registered: Register) -> None:
    registered("--kanal", "e-post", "--rubrik", "Kö i matsalen", "--epost", "namn@example.se")
    assert klagreg("tilldela", "1", "eva.lind").out == "SYN-2026-00001  Kö i matsalen\n  Handläggare: eva.lind.\n"
    assert klagreg.on("2026-11-05")("aterkoppla", "2026-1", "--slag", "bekraftelse", "--satt", "e-post").out == (
        "SYN-2026-00001  Kö i matsalen\n"
        "  Fristen Första återkoppling är uppfylld (sista dag mån 2026-11-09).\n"
        "  Svar senast mån 2026-11-16\n"
    )
    closed = klagreg.on("2026-11-17")(
        "avsluta", "syn-2026-00001", "--utfall", "åtgärdad", "--svar", "Två kassor är nu öppna.", "--satt", "e-post"
    )
    assert closed.out == (
        "SYN-2026-00001  Kö i matsalen\n"
        "  Fristen Svar är uppfylld (sista dag mån 2026-11-16, för sent).\n"
        "  Avslutat tis 2026-11-17: åtgärd vidtagen. Svaret gavs skriftligt (e-post).\n"
    )


def test_the_whole_case_as_json(klagreg: Clerk, registered: Register) -> None:
    registered(
        "--kanal", "telefon", "--omrade", "bemötande", "--rubrik", "Kort ton", "--text", "De lyssnade inte.",
        "--forslag", "Lyssna.", "--namn", "Test Person", "--telefon", "070-1740605",
    )  # fmt: skip
    klagreg("tilldela", "1", "eva.lind")
    klagreg.on("2026-11-10")("aterkoppla", "1", "--slag", "bekraftelse", "--satt", "telefon", "--datum", "2026-11-04")
    klagreg("atgarda", "1", "Samtal med personalen", "--ansvarig", "rektor", "--klar-senast", "1/12")
    case = klagreg("visa", "1", "--json").json
    events = case.pop("handelser")
    assert case == {
        "arendenummer": "SYN-2026-00001",
        "diarienummer": None,
        "typ": "klagomal",
        "status": "tilldelad",
        "inkommen": "2026-11-02",
        "registrerad": "2026-11-02T09:14:07+01:00",
        "registrerad_av": "anna.berg",
        "kanal": "telefon",
        "namnd": "BUN",
        "enhet": "Parkskolan",
        "omrade": "bemotande",
        "rubrik": "Kort ton",
        "beskrivning": "De lyssnade inte.",
        "forslag": "Lyssna.",
        "anonym": False,
        "kontakt": "finns",
        "sekretess": None,
        "handlaggare": "eva.lind",
        "vag": None,
        "utfall": None,
        "avslutad": None,
        "svar": None,
        "frister": [
            {
                "frist": "aterkoppling",
                "rubrik": "Första återkoppling",
                "senast": "2026-11-09",
                "ursprunglig": "2026-11-09",
                "fullgjord": "2026-11-04",
                "lage": "i_tid",
            },
            {
                "frist": "svar",
                "rubrik": "Svar",
                "senast": "2026-11-16",
                "ursprunglig": "2026-11-16",
                "fullgjord": None,
                "lage": "vantar",
            },
        ],
        "aterkopplingar": [
            {"datum": "2026-11-04", "slag": "bekraftelse", "satt": "telefon", "av": "anna.berg", "orsak": None}
        ],
        "atgarder": [
            {
                "nr": 1,
                "text": "Samtal med personalen",
                "ansvarig": "rektor",
                "klar_senast": "2026-12-01",
                "genomford": None,
                "slag": None,
                "utlovad": "2026-11-10",
            }
        ],
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
    assert [(e["tid"], e["av"], e["handelse"], e["falt"], e["fran"], e["till"]) for e in events if e["falt"] in
            ("status", "handlaggare", "avsandare.namn")] == [
        ("2026-11-02T09:14:07+01:00", "anna.berg", "registrerad", "status", None, "inkommen"),
        ("2026-11-02T09:14:07+01:00", "anna.berg", "registrerad", "avsandare.namn", None, None),
        ("2026-11-02T09:14:07+01:00", "anna.berg", "tilldelad", "status", "inkommen", "tilldelad"),
        ("2026-11-02T09:14:07+01:00", "anna.berg", "tilldelad", "handlaggare", None, "eva.lind"),
    ]  # fmt: skip
    assert "Test Person" not in str(events)
    assert "070-1740605" not in str(events)


def test_sender_data_is_shown_only_when_asked_for_and_that_is_logged(klagreg: Clerk, registered: Register) -> None:
    registered("--namn", "Test Person", "--epost", "namn@example.se")
    assert "Test Person" not in klagreg("visa", "1").out + klagreg("visa", "1", "--json").out + klagreg("logg", "1").out
    klagreg.name = "nyfiken.n"
    assert klagreg("visa", "1", "--personuppgifter", "--json").json["avsandare"] == {
        "roll": None,
        "namn": "Test Person",
        "epost": "namn@example.se",
        "telefon": None,
        "adress": None,
        "onskat_satt": None,
        "personakt": None,
    }
    assert "nyfiken.n  Personuppgifter lästa" in klagreg("logg", "1").out


class TestAnonymous:
    def test_no_feedback_is_expected_and_none_can_be_given(self, klagreg: Clerk, registered: Register) -> None:
        registered("--anonym")
        case = klagreg("visa", "1", "--json").json
        assert (case["kontakt"], [d["lage"] for d in case["frister"]]) == ("saknas", ["ej_tillamplig", "vantar"])
        assert klagreg("aterkoppla", "1", "--slag", "status", "--satt", "brev", code=3).err == (
            "Fel: SYN-2026-00001 kan inte besvaras (kontakt: saknas)."
            " Går avsändaren att nå: klagreg uppdatera SYN-2026-00001 --kontakt finns\n"
        )

    def test_closing_without_an_answer_meets_the_promise_that_says_so(
        self, klagreg: Clerk, registered: Register
    ) -> None:
        registered("--anonym")
        klagreg("avsluta", "1", "--utfall", "atgardad", "--utan-svar", "anonym")
        case = klagreg("visa", "1", "--json").json
        assert [d["lage"] for d in case["frister"]] == ["ej_tillamplig", "i_tid"]

    def test_a_nameless_sender_who_left_a_number_can_be_answered(self, klagreg: Clerk, registered: Register) -> None:
        registered("--anonym", "--telefon", "070-1740605")
        assert klagreg("visa", "1", "--json").json["kontakt"] == "finns"

    def test_anonymous_is_no_reason_for_a_case_that_is_not(self, klagreg: Clerk, registered: Register) -> None:
        registered()
        assert klagreg("avsluta", "1", "--utfall", "atgardad", "--utan-svar", "anonym", code=3).err == (
            "Fel: SYN-2026-00001 är inte registrerat som anonymt. Ange --utan-svar kontakt_saknas eller avstar.\n"
        )

    def test_a_name_contradicts_it(self, klagreg: Clerk) -> None:
        answer = klagreg("registrera", "--typ", "synpunkt", "--anonym", "--namn", "Test Person", code=3)
        assert (
            answer.err
            == "Fel: Ärendet är anonymt, men avsändarens namn är angivet. Ta bort --anonym, eller namnet (--namn).\n"
        )


class TestClosing:
    def test_needs_an_answer_or_a_reason(self, klagreg: Clerk, registered: Register) -> None:
        registered()
        assert klagreg("avsluta", "1", "--utfall", "atgardad", code=3).err == (
            "Fel: SYN-2026-00001 har inget slutsvar."
            " Ange --svar TEXT --satt S, eller --utan-svar anonym|kontakt_saknas|avstar|berom.\n"
        )

    def test_an_answer_given_before_is_enough(self, klagreg: Clerk, registered: Register) -> None:
        registered()
        klagreg("aterkoppla", "1", "--slag", "slutsvar", "--satt", "telefon")
        klagreg("avsluta", "1", "--utfall", "forklaring")
        assert klagreg("visa", "1", "--json").json["status"] == "avslutad"

    def test_says_how_the_answer_was_given(self, klagreg: Clerk, registered: Register) -> None:
        registered()
        assert klagreg("avsluta", "1", "--utfall", "atgardad", "--svar", "Klart.", code=2).err == (
            "Fel: --satt saknas. Ange hur svaret gavs: --satt telefon|e-post|brev|mote|sms|e-tjanst.\n"
        )

    def test_praise_needs_no_answer_and_has_no_deadlines(self, klagreg: Clerk) -> None:
        assert klagreg("registrera", "--typ", "berom", "--rubrik", "Tack").out == (
            "SYN-2026-00001  Tack\n  Inga frister: beröm behöver inget svar.\n"
        )
        klagreg("avsluta", "1", "--utfall", "berom_formedlat", "--utan-svar", "berom")

    def test_a_closed_case_is_not_worked_on(self, klagreg: Clerk, registered: Register) -> None:
        registered()
        klagreg("avsluta", "1", "--utfall", "atgardad", "--svar", "Klart.", "--satt", "brev")
        for words in (
            ("tilldela", "1", "eva.lind"),
            ("aterkoppla", "1", "--slag", "status", "--satt", "brev"),
            ("overlamna", "1", "--till", "Parkskolan"),
            ("forlang", "1", "--frist", "svar", "--till", "5/12", "--orsak", "x"),
            ("avsluta", "1", "--utfall", "atgardad", "--utan-svar", "avstar"),
        ):
            assert klagreg(*words, code=3).err == (
                "Fel: SYN-2026-00001 är avslutat sedan 2026-11-02."
                " Återuppta det först: klagreg ateruppta SYN-2026-00001 --orsak …\n"
            )

    def test_a_reopened_case_keeps_its_first_closing(self, klagreg: Clerk, registered: Register) -> None:
        registered()
        klagreg("avsluta", "1", "--utfall", "atgardad", "--svar", "Klart.", "--satt", "brev")
        klagreg.on("2026-11-20")("ateruppta", "1", "--orsak", "Felet är tillbaka")
        case = klagreg("visa", "1", "--json").json
        assert (case["status"], case["avslutad"], case["utfall"]) == ("inkommen", None, None)
        assert [d["lage"] for d in case["frister"]] == ["i_tid", "i_tid"]
        assert "återupptagen fre 2026-11-20" in klagreg("visa", "1").out
        assert klagreg("ateruppta", "1", "--orsak", "igen", code=3).err == (
            "Fel: SYN-2026-00001 är inte avslutat. Bara avslutade ärenden kan återupptas.\n"
        )


class TestDays:
    def test_an_act_may_be_typed_in_later_but_not_before_the_case(self, klagreg: Clerk, registered: Register) -> None:
        registered("--inkommen", "2026-10-26")
        klagreg("aterkoppla", "1", "--slag", "status", "--satt", "brev", "--datum", "30/10")
        assert klagreg("aterkoppla", "1", "--slag", "status", "--satt", "brev", "--datum", "23/10", code=3).err == (
            "Fel: fre 2026-10-23 ligger före dagen då SYN-2026-00001 kom in, mån 2026-10-26. Ange en senare dag med"
            " --datum, eller rätta ankomstdagen: klagreg uppdatera SYN-2026-00001 --inkommen …\n"
        )

    def test_tomorrow_has_not_come(self, klagreg: Clerk) -> None:
        assert klagreg("registrera", "--typ", "synpunkt", "--inkommen", "2026-11-03", code=2).err == (
            "Fel: --inkommen: tis 2026-11-03 ligger i framtiden. I dag är mån 2026-11-02.\n"
        )

    def test_a_corrected_arrival_day_moves_the_last_days(self, klagreg: Clerk, registered: Register) -> None:
        registered()
        assert klagreg("uppdatera", "1", "--inkommen", "30/10").out == (
            "SYN-2026-00001  Klagomål – Parkskolan\n"
            "  Första återkoppling senast fre 2026-11-06\n"
            "  Svar senast fre 2026-11-13\n"
            "  Ändrat: inkommen.\n"
        )
        changed = [e for e in klagreg("logg", "1", "--json").json if e["handelse"] == "uppdaterad"]
        assert next((e["falt"], e["fran"], e["till"]) for e in changed) == ("inkommen", "2026-11-02", "2026-10-30")

    def test_a_late_registration_is_remarked_on_not_refused(self, klagreg: Clerk) -> None:
        answer = klagreg("registrera", "--typ", "synpunkt", "--inkommen", "2026-09-01")
        assert answer.err == "Ärendet kom in för 62 dagar sedan, tis 2026-09-01. Är datumet rätt?\n"

    def test_the_number_is_of_the_year_of_registration_in_sweden(self, klagreg: Clerk) -> None:
        klagreg.on("2027-01-01", "00:30:00")
        assert klagreg("registrera", "--typ", "synpunkt", "--inkommen", "2026-12-30").out.startswith("SYN-2027-00001 ")


class TestContradictions:
    """What cannot both be true is refused, and nothing is stored."""

    def test_a_case_did_not_come_in_after_something_was_done(self, desk: Clerk) -> None:
        desk("init", "--regler", "kinda")
        desk("registrera", "--typ", "klagomal")
        desk.on("2026-11-20")("atgarda", "1", "Samtal", "--genomford", "2026-11-03")
        assert desk("uppdatera", "1", "--inkommen", "2026-11-10", code=3).err == (
            "Fel: SYN-2026-00001 kan inte ha kommit in tis 2026-11-10: något gjordes tis 2026-11-03.\n"
        )

    def test_a_corrected_arrival_day_takes_the_missing_contact_with_it(self, desk: Clerk) -> None:
        desk("init", "--regler", "lomma")
        desk("registrera", "--typ", "klagomal", "--anonym")
        desk("uppdatera", "1", "--inkommen", "2026-10-01")
        desk("bevaka", "--per", "2026-11-01")
        assert desk("visa", "1", "--json").json["frister"][0]["lage"] == "ej_tillamplig"

    def test_an_answer_and_no_answer(self, klagreg: Clerk, registered: Register) -> None:
        registered()
        words = ["avsluta", "1", "--utfall", "atgardad", "--svar", "Klart.", "--satt", "brev", "--utan-svar", "avstar"]
        assert klagreg(*words, code=2).err == (
            "Fel: --satt och --utan-svar utesluter varandra. Ett svar som inte gavs har inget sätt.\n"
        )
        klagreg("aterkoppla", "1", "--slag", "slutsvar", "--satt", "brev")
        assert klagreg("avsluta", "1", "--utfall", "atgardad", "--utan-svar", "avstar", code=3).err == (
            "Fel: SYN-2026-00001 har fått slutsvar. Avsluta utan --utan-svar.\n"
        )

    def test_a_closing_before_the_answer(self, klagreg: Clerk, registered: Register) -> None:
        registered()
        klagreg.on("2026-11-20")("aterkoppla", "1", "--slag", "slutsvar", "--satt", "brev")
        assert klagreg("avsluta", "1", "--utfall", "atgardad", "--datum", "2026-11-10", code=3).err == (
            "Fel: SYN-2026-00001 kan inte avslutas tis 2026-11-10: något hände fre 2026-11-20."
            " Ange en senare dag med --datum.\n"
        )

    def test_a_reopened_case_needs_a_new_answer(self, klagreg: Clerk, registered: Register) -> None:
        registered()
        klagreg("avsluta", "1", "--utfall", "atgardad", "--svar", "Klart.", "--satt", "brev")
        klagreg("ateruppta", "1", "--orsak", "Felet är tillbaka")
        assert "har inget slutsvar" in klagreg("avsluta", "1", "--utfall", "forklaring", code=3).err
        klagreg("avsluta", "1", "--utfall", "atgardad", "--svar", "Nu är det klart.", "--satt", "brev")

    def test_an_anonymous_sender_gets_no_name(self, klagreg: Clerk, registered: Register) -> None:
        registered("--anonym")
        assert klagreg("uppdatera", "1", "--namn", "Test Person", code=3).err == (
            "Fel: Ärendet är anonymt, men avsändarens namn är angivet. Ta bort --anonym, eller namnet (--namn).\n"
        )

    def test_who_wants_no_answer_still_wants_none(self, klagreg: Clerk, registered: Register) -> None:
        registered("--avstar", "--epost", "namn@example.se")
        klagreg("uppdatera", "1", "--anonym")
        assert klagreg("visa", "1", "--json").json["kontakt"] == "avstar"

    def test_without_address_an_anonymous_sender_can_no_longer_be_answered(
        self, klagreg: Clerk, registered: Register
    ) -> None:
        registered("--anonym", "--epost", "namn@example.se")
        klagreg("uppdatera", "1", "--epost", "")
        assert klagreg("visa", "1", "--json").json["kontakt"] == "saknas"

    @pytest.mark.parametrize("words", [["anteckna", "1", "x"], ["atgarda", "1", "x"]])
    @pytest.mark.parametrize(("on", "code"), [("2026-10-30", 3), ("2030-01-01", 2)])
    def test_days_that_cannot_be(
        self, klagreg: Clerk, registered: Register, words: list[str], on: str, code: int
    ) -> None:
        registered()
        klagreg(*words, "--datum", on, code=code)

    def test_one_text_is_read_by_one_option(self, klagreg: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"Test Person")))
        answer = klagreg("registrera", "--typ", "synpunkt", "--namn", "-", "--text", "-", code=2)
        assert answer.err == (
            "Fel: --namn: stdin är tomt, eller redan läst av ett annat val. Skicka texten till ett val.\n"
        )
        assert klagreg("lista").out == "Inga ärenden.\n"

    def test_a_reason_of_nothing_is_no_reason(self, klagreg: Clerk, registered: Register) -> None:
        registered()
        assert klagreg("makulera", "1", "--orsak", "", code=2).err == "Fel: --orsak saknas. Ange --orsak.\n"

    def test_the_default_title_has_the_units_own_spelling(self, klagreg: Clerk) -> None:
        answer = klagreg("registrera", "--typ", "synpunkt", "--enhet", "PARKSKOLAN", "--json")
        assert answer.json["rubrik"] == "Synpunkt – Parkskolan"


class TestExtension:
    def test_both_last_days_are_kept(self, klagreg: Clerk, registered: Register) -> None:
        registered()
        answer = klagreg(
            "forlang",
            "1",
            "--frist",
            "svar",
            "--till",
            "27/11",
            "--orsak",
            "Väntar på mätning",
            "--meddelad",
            "telefon",
        )
        assert "Svar senast fre 2026-11-27 (ursprungligen mån 2026-11-16)" in answer.out
        case = klagreg("visa", "1", "--json").json
        assert (case["frister"][1]["senast"], case["frister"][1]["ursprunglig"]) == ("2026-11-27", "2026-11-16")
        assert case["aterkopplingar"][0]["slag"] == "forsening"
        assert case["aterkopplingar"][0]["orsak"] == "Väntar på mätning"

    def test_is_no_shortening(self, klagreg: Clerk, registered: Register) -> None:
        registered()
        answer = klagreg("forlang", "1", "--frist", "svar", "--till", "2026-11-16", "--orsak", "x", code=3)
        assert answer.err == (
            "Fel: mån 2026-11-16 är inte senare än fristens sista dag mån 2026-11-16."
            " Ange ett senare datum med --till.\n"
        )

    def test_names_the_deadlines_that_there_are(self, klagreg: Clerk, registered: Register) -> None:
        registered()
        answer = klagreg("forlang", "1", "--frist", "svra", "--till", "5/12", "--orsak", "x", code=2)
        assert answer.err == "Fel: --frist: ”svra” finns inte bland valen. Menade du svar?\n"

    def test_of_a_promise_that_does_not_apply(self, klagreg: Clerk, registered: Register) -> None:
        registered("--anonym")
        answer = klagreg("forlang", "1", "--frist", "aterkoppling", "--till", "5/12", "--orsak", "x", code=3)
        assert answer.err == "Fel: Fristen aterkoppling gäller inte SYN-2026-00001: kan inte besvaras.\n"


class TestMeasures:
    def test_live_on_after_the_case_is_closed(self, klagreg: Clerk, registered: Register) -> None:
        registered()
        klagreg("atgarda", "1", "Ny kassa")
        klagreg("avsluta", "1", "--utfall", "atgard_beslutad", "--svar", "Ny kassa kommer.", "--satt", "brev")
        klagreg.on("2026-11-25")("atgarda", "1", "--nr", "1", "--genomford", "igår")
        assert klagreg("visa", "1", "--json").json["atgarder"][0]["genomford"] == "2026-11-24"
        assert "[x] 1. Ny kassa, genomförd tis 2026-11-24" in klagreg("visa", "1").out

    def test_a_number_that_is_not_there(self, klagreg: Clerk, registered: Register) -> None:
        registered()
        assert klagreg("atgarda", "1", "--nr", "2", "--genomford", "idag", code=3).err == (
            "Fel: SYN-2026-00001 har ingen åtgärd nr 2. Det finns 0: klagreg visa SYN-2026-00001\n"
        )


def test_the_log_can_be_read_after_every_kind_of_act(klagreg: Clerk, registered: Register) -> None:
    registered("--kanal", "telefon")
    for words in (
        ("atgarda", "1", "Samtal", "--slag", "rattelse", "--genomford", "idag"),
        ("atgarda", "1", "Ny rutin", "--slag", "forbattring", "--klar-senast", "2026-12-01"),
        ("vag", "1", "forslag", "--till", "KS"),
        ("hanvisa", "1", "--till", "lex_sarah"),
        ("kopia", "1", "--till", "chefen"),
        ("ankomststampla", "1", "--hos", "chefen"),
        ("lardom", "1", "Ring upp samma dag"),
        ("overlamna", "1", "--till", "Köket", "--ny", "--meddelad", "brev"),
        ("avsluta", "1", "--utfall", "forklaring", "--svar", "Så är det.", "--satt", "brev"),
        ("godkann", "1", "--svar", "Så är det."),
        ("sekretess", "1", "--lagrum", "23 kap. 2 § OSL"),
    ):
        klagreg(*words)
        klagreg("logg", "1", "--sekretess")
    told = klagreg("logg", "1", "--sekretess").out
    assert "slag rättelse för den enskilde" in told
    assert "väg förslag förs vidare till beslutande instans" in told


class TestHandover:
    def test_goes_to_the_unit_and_its_board_and_the_clock_goes_on(self, klagreg: Clerk, registered: Register) -> None:
        registered()
        klagreg("tilldela", "1", "eva.lind")
        klagreg("enhet", "lagg-till", "Kostenheten", "--namnd", "TN")
        klagreg("overlamna", "1", "--till", "kostenheten", "--kopia", "förvaltningschef")
        case = klagreg("visa", "1", "--json").json
        assert (case["namnd"], case["enhet"], case["handlaggare"], case["status"]) == (
            "TN", "Kostenheten", None, "inkommen",
        )  # fmt: skip
        assert case["frister"][0]["senast"] == "2026-11-09"
        assert "från Parkskolan till Kostenheten" in klagreg("visa", "1").out
        assert "Kopia 1: datum 2026-11-02, till förvaltningschef" in klagreg("logg", "1").out

    def test_to_a_board_that_the_register_has_not_met(self, klagreg: Clerk, registered: Register) -> None:
        registered()
        registered()
        answer = klagreg("overlamna", "1", "--namnd", "SOC")
        assert answer.err == "Ny nämnd i registret: SOC.\n"
        klagreg("overlamna", "2", "--till", "Hemtjänsten", "--namnd", "SOC", "--ny")
        cases = klagreg("lista", "--json").json
        assert [(c["namnd"], c["enhet"]) for c in cases] == [("SOC", "Hemtjänsten"), ("SOC", None)]

    def test_to_where_it_already_is(self, klagreg: Clerk, registered: Register) -> None:
        registered()
        assert klagreg("overlamna", "1", "--till", "Parkskolan", code=3).err == (
            "Fel: SYN-2026-00001 ligger redan hos Parkskolan.\n"
        )


class TestVoiding:
    def test_the_number_stays_and_is_never_given_again(self, klagreg: Clerk, registered: Register) -> None:
        registered()
        klagreg("makulera", "1", "--orsak", "Registrerat två gånger")
        assert registered() == "SYN-2026-00002"
        assert klagreg("visa", "1", "--json").json["status"] == "makulerad"
        assert klagreg("uppdatera", "1", "--rubrik", "x", code=3).err == (
            "Fel: SYN-2026-00001 är makulerat sedan 2026-11-02."
            " Ett makulerat ärende kan inte ändras. Registrera det på nytt om det behövs.\n"
        )

    def test_needs_a_reason(self, klagreg: Clerk, registered: Register) -> None:
        registered()
        assert klagreg("makulera", "1", code=2).err == "Fel: --orsak saknas. Ange --orsak.\n"


class TestNames:
    def test_an_unknown_unit_gets_the_nearest_suggestion(self, klagreg: Clerk) -> None:
        assert klagreg("registrera", "--typ", "synpunkt", "--enhet", "Parkskola", code=4).err == (
            "Fel: Enheten ”Parkskola” finns inte i registret. Menade du Parkskolan?"
            " Lägg till med --ny eller: klagreg enhet lagg-till\n"
        )

    def test_case_and_accents_do_not_matter(self, klagreg: Clerk) -> None:
        klagreg("enhet", "lagg-till", "Åkerö förskola")
        answer = klagreg("registrera", "--typ", "synpunkt", "--enhet", "ÅKERÖ FÖRSKOLA", "--json")
        assert answer.json["enhet"] == "Åkerö förskola"

    def test_a_retired_handler_gets_no_new_cases(self, klagreg: Clerk, registered: Register) -> None:
        registered()
        klagreg("handlaggare", "avveckla", "eva.lind")
        for words in (["tilldela", "1", "eva.lind"], ["tilldela", "1", "eva.lind", "--ny"]):
            assert klagreg(*words, code=3).err == (
                "Fel: Handläggaren eva.lind är avvecklad."
                ' Ta upp den igen: klagreg handlaggare andra "eva.lind" --aterta\n'
            )
        klagreg("handlaggare", "andra", "eva.lind", "--aterta")
        klagreg("tilldela", "1", "eva.lind")

    def test_an_unknown_word_lists_the_choices(self, klagreg: Clerk) -> None:
        assert klagreg("registrera", "--typ", "klagomål", "--kanal", "telfon", code=2).err == (
            "Fel: --kanal: ”telfon” finns inte bland valen. Menade du telefon? En ny läggs till med --ny.\n"
        )

    def test_a_missing_case_suggests_other_years(self, klagreg: Clerk, registered: Register) -> None:
        registered()
        klagreg.on("2027-01-04")
        assert klagreg("visa", "1", code=4).err == (
            "Fel: Ärendet 1 finns inte i registret. Menade du SYN-2026-00001?\n"
        )


@pytest.mark.parametrize("reference", ["1", "2026-1", "2026-00001", "SYN-2026-00001", "syn-2026-1", "SYN 2026-1"])
def test_every_way_to_write_a_reference(klagreg: Clerk, registered: Register, reference: str) -> None:
    registered()
    assert klagreg("visa", reference, "--json").json["arendenummer"] == "SYN-2026-00001"


@pytest.mark.parametrize("reference", ["2", "2025-1", "ABC-2026-00001", "٣", "1" * 5000, "SYN"])
def test_what_is_no_case(klagreg: Clerk, registered: Register, reference: str) -> None:
    registered()
    klagreg("visa", reference, code=4)


def test_options_are_known_with_and_without_dots(klagreg: Clerk, registered: Register) -> None:
    registered()
    klagreg("åtgärda", "1", "Ny kassa", "--genomförd", "idag")
    klagreg("a\u030aterkoppla", "1", "--slag", "status", "--sätt", "brev")


def test_long_text_comes_from_stdin_or_a_file(
    klagreg: Clerk, registered: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    (klagreg.folder / "text.txt").write_bytes("\ufeffFrån en fil.\r\nRad två.\r\n".encode())
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("Från stdin: a\u030a\n".encode())))
    registered("--text", "-", "--forslag", "@text.txt")
    case = klagreg("visa", "1", "--json").json
    assert (case["beskrivning"], case["forslag"]) == ("Från stdin: å", "Från en fil.\nRad två.")


def test_text_that_is_not_utf8_is_refused_and_nothing_is_stored(
    klagreg: Clerk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("Från Växjö".encode("latin-1"))))
    assert klagreg("registrera", "--typ", "synpunkt", "--text", "-", code=2).err == (
        "Fel: --text: texten är inte UTF-8. Spara om den som UTF-8.\n"
    )
    assert klagreg("lista").out == "Inga ärenden.\n"


def test_fields_are_corrected_cleared_and_logged(klagreg: Clerk, registered: Register) -> None:
    registered("--omrade", "mat", "--namn", "Test Person")
    klagreg("uppdatera", "1", "--omrade", "", "--typ", "berom", "--namn", "", "--diarienummer", "KS/2016:597 003")
    case = klagreg("visa", "1", "--json", "--personuppgifter").json
    assert (case["omrade"], case["typ"], case["frister"], case["diarienummer"], case["avsandare"]["namn"]) == (
        None, "berom", [], "KS/2016:597 003", None,
    )  # fmt: skip
    assert klagreg("uppdatera", "1", "--typ", "berom", code=3).err == (
        "Fel: SYN-2026-00001 har redan de värdena. Inget är ändrat.\n"
    )
    assert klagreg("uppdatera", "1", code=2).err == "Fel: Säg vad som ska ändras. Se klagreg uppdatera --help\n"
