"""Secrecy marks: who makes and lifts them, what a marked case shows to everybody, and who has read the rest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from itertools import product

import pytest

from klagreg import casework
from klagreg.errors import Refused
from klagreg.model import Case, Secrecy
from klagreg.terms import CaseType
from tests.conftest import Answer, Clerk

Register = Callable[..., str]
STATUTE = "26 kap. 1 § OSL"


@pytest.fixture
def secret(klagreg: Clerk, registered: Register) -> Clerk:
    """A desk with one case, marked secret from Monday 2 November 2026."""
    registered("--rubrik", "Om en familj", "--text", "De hotar oss", "--namn", "Kim Ek", "--handlaggare", "eva.lind")
    klagreg("sekretess", "1", "--lagrum", STATUTE)
    return klagreg


def kinds(clerk: Clerk, number: str) -> list[str]:
    rows = clerk("logg", number, "--json").json
    return [row["handelse"] for row in rows]


class TestMarking:
    def test_a_mark_names_the_provision_and_is_told_to_be_no_decision(
        self, klagreg: Clerk, registered: Register
    ) -> None:
        registered("--rubrik", "Om en familj")
        assert klagreg("sekretess", "1", "--lagrum", STATUTE, "--till", "2027-11-02").out == (
            "SYN-2026-00001  Sekretess: 26 kap. 1 § OSL\n"
            "  Sekretessmarkerat från mån 2026-11-02 till och med tis 2027-11-02."
            " Markeringen är en varning, inget beslut.\n"
        )
        assert klagreg("visa", "1", "--sekretess", "--json").json["sekretess"] == {
            "lagrum": STATUTE,
            "datum": "2026-11-02",
            "av": "anna.berg",
            "till": "2027-11-02",
        }
        assert "inget beslut" in klagreg("sekretess", "--help").out

    def test_what_is_not_marked_says_so(self, klagreg: Clerk, registered: Register) -> None:
        registered()
        assert klagreg("visa", "1", "--json").json["sekretess"] is None
        assert klagreg("sekretess", "1", "--hav", "--orsak", "x", code=3).err == (
            "Fel: SYN-2026-00001 är inte sekretessmarkerat. Inget är ändrat.\n"
        )

    @pytest.mark.parametrize(
        ("words", "code", "error"),
        [
            ([], 2, "--lagrum saknas. Ange --lagrum."),
            (
                ["--lagrum", "hemligt"],
                2,
                '--lagrum: säg vilken bestämmelse det är. Till exempel --lagrum "26 kap. 1 § OSL".',
            ),
            (["--lagrum", "26:1\0"], 2, "--lagrum: texten innehåller ett NUL-tecken. Ta bort det och försök igen."),
            (["--hav"], 2, "--orsak saknas. Ange --orsak."),
            (["--hav", "--orsak", "x", "--lagrum", STATUTE], 2, "--hav häver markeringen. Ange det utan --lagrum"),
            (["--lagrum", STATUTE, "--datum", "2026-10-30"], 3, "fre 2026-10-30 ligger före dagen då SYN-2026-00001"),
            (["--lagrum", STATUTE, "--datum", "2026-11-03"], 2, "--datum: tis 2026-11-03 ligger i framtiden."),
            (
                ["--lagrum", STATUTE, "--till", "2026-11-01"],
                2,
                "--till: sön 2026-11-01 har redan varit. Ange en dag som inte har varit.",
            ),
        ],
    )
    def test_refusals(self, klagreg: Clerk, registered: Register, words: list[str], code: int, error: str) -> None:
        registered()
        assert klagreg("sekretess", "1", *words, code=code).err.startswith(f"Fel: {error}")
        assert set(kinds(klagreg, "1")) == {"registrerad"}

    def test_another_provision_or_last_day_replaces_it_and_the_same_is_refused(self, secret: Clerk) -> None:
        assert secret("sekretess", "1", "--lagrum", STATUTE, code=3).err == (
            "Fel: SYN-2026-00001 har redan de värdena. Inget är ändrat.\n"
        )
        secret.on("2026-11-05")("sekretess", "1", "--lagrum", STATUTE, "--till", "2026-12-31", "--orsak", "Dom väntas")
        secret.on("2026-11-06")("sekretess", "1", "--lagrum", "21 kap. 3 § OSL", "--datum", "5/11")
        assert secret("visa", "1").out.startswith("SYN-2026-00001  Sekretess: 21 kap. 3 § OSL\n")
        told = secret("logg", "1", "--sekretess").out
        assert told.split("\n2026-11-05")[1] == (
            " 09:14  anna.berg  Sekretessmarkerat\n"
            "    Sekretessmarkering 1: hävd 2026-11-05\n"
            "    Sekretessmarkering 2: datum 2026-11-05, lagrum 26 kap. 1 § OSL, av anna.berg, till 2026-12-31\n"
            "    Orsak: Dom väntas\n"
            "2026-11-06 09:14  anna.berg  Sekretessmarkerat (gäller tor 2026-11-05)\n"
            "    Sekretessmarkering 2: hävd 2026-11-05\n"
            "    Sekretessmarkering 3: datum 2026-11-05, lagrum 21 kap. 3 § OSL, av anna.berg\n"
            "2026-11-06 09:14  anna.berg  Läst trots sekretessmarkering\n"
        )

    def test_marks_are_made_in_the_order_of_their_days(self, secret: Clerk) -> None:
        secret.on("2026-11-10")("sekretess", "1", "--lagrum", "21 kap. 3 § OSL")
        error = secret("sekretess", "1", "--lagrum", STATUTE, "--datum", "9/11", code=3).err
        assert error == (
            "Fel: Den förra sekretessmarkeringen av SYN-2026-00001 gjordes tis 2026-11-10."
            " Ange en senare dag med --datum.\n"
        )
        secret.on("2026-11-20")("sekretess", "1", "--hav", "--orsak", "Prövat", "--datum", "18/11")
        assert "hävdes ons 2026-11-18" in secret("sekretess", "1", "--lagrum", "26:1", "--datum", "17/11", code=3).err
        secret("sekretess", "1", "--lagrum", "26:1", "--datum", "18/11")
        assert "Sekretess: 26:1" in secret("lista").out

    def test_lifting_takes_a_reason_and_shows_the_case_again(self, secret: Clerk) -> None:
        answer = secret.on("2026-11-04")("sekretess", "1", "--hav", "--orsak", "Familjen har själv berättat")
        assert answer.out == (
            "SYN-2026-00001  Om en familj\n"
            "  Sekretessmarkeringen (26 kap. 1 § OSL) är hävd. Det visas som andra ärenden.\n"
        )
        assert secret("visa", "1").out.startswith("SYN-2026-00001  Om en familj\n  Typ          Klagomål\n")
        assert secret("logg", "1").out.endswith(
            "2026-11-04 09:14  anna.berg  Sekretessmarkering hävd\n"
            "    Sekretessmarkering 1: hävd 2026-11-04\n"
            "    Orsak: Familjen har själv berättat\n"
        )

    def test_a_closed_case_may_be_marked_and_lifted_a_voided_one_not(
        self, klagreg: Clerk, registered: Register
    ) -> None:
        registered()
        klagreg("avsluta", "1", "--utfall", "atgardad", "--svar", "Klart", "--satt", "brev")
        klagreg("sekretess", "1", "--lagrum", STATUTE)
        klagreg("sekretess", "1", "--hav", "--orsak", "Prövat")
        klagreg("makulera", "1", "--orsak", "Dubbelt")
        assert klagreg("sekretess", "1", "--lagrum", STATUTE, code=3).err.startswith(
            "Fel: SYN-2026-00001 är makulerat sedan 2026-11-02."
        )

    def test_it_holds_through_its_last_day(self, klagreg: Clerk, registered: Register) -> None:
        registered("--rubrik", "Om en familj")
        klagreg("sekretess", "1", "--lagrum", STATUTE, "--till", "2026-11-05")
        for day, shown in (("2026-11-05", False), ("2026-11-06", True)):
            klagreg.on(day)
            for words in (["visa", "1"], ["lista"], ["sok", "familj"], ["lista", "--enhet", "Parkskolan"], ["bevaka"]):
                out = klagreg(*words).out
                assert ("Om en familj" in out) is shown, words
                if not shown and words[0] in ("visa", "bevaka"):
                    assert "Sekretess: 26 kap. 1 § OSL" in out

    @pytest.mark.parametrize("day", ["2020-01-01", "2026-10-30", "2026-11-03", "2030-01-01"])
    def test_what_is_shown_follows_from_today_and_not_from_the_day_asked_about(self, secret: Clerk, day: str) -> None:
        secret.on("2026-11-03")
        code = 10 if day == "2030-01-01" else 0
        for words in (["visa", "1"], ["lista"], ["visa", "1", "--json"], ["lista", "--json"]):
            assert "familj" not in secret(*words, "--per", day).out
        assert "familj" not in secret("bevaka", "--per", day, code=code).out
        marked = secret("visa", "1", "--json", "--sekretess", "--per", day).json
        assert marked["sekretess"]["lagrum"] == STATUTE


class TestShown:
    def test_number_days_and_statute(self, secret: Clerk) -> None:
        answer = secret("visa", "1")
        assert answer.out == (
            "SYN-2026-00001  Sekretess: 26 kap. 1 § OSL\n"
            "  Sekretess    26 kap. 1 § OSL, markerat mån 2026-11-02\n"
            "  Inkommen     mån 2026-11-02\n"
            "  Registrerad  2026-11-02 09:14\n"
            "\n"
            "Frister\n"
            "  Första återkoppling senast mån 2026-11-09\n"
            "  Svar senast mån 2026-11-16\n"
        )
        assert answer.err == (
            "Allt visas med klagreg visa SYN-2026-00001 --sekretess; läsningen antecknas då i loggen.\n"
        )

    def test_json_keeps_every_key_and_empties_all_others(self, secret: Clerk) -> None:
        whole = secret("visa", "1", "--sekretess", "--json").json
        shown = secret("visa", "1", "--json").json
        assert list(shown) == list(whole)
        left = {key: value for key, value in shown.items() if value not in (None, [])}
        assert left == {
            "arendenummer": "SYN-2026-00001",
            "inkommen": "2026-11-02",
            "registrerad": "2026-11-02T09:14:07+01:00",
            "sekretess": {"lagrum": STATUTE, "datum": "2026-11-02", "av": None, "till": None},
            "frister": [
                {
                    "frist": key,
                    "rubrik": heading,
                    "senast": due,
                    "ursprunglig": due,
                    "fullgjord": None,
                    "lage": "vantar",
                }
                for key, heading, due in (
                    ("aterkoppling", "Första återkoppling", "2026-11-09"),
                    ("svar", "Svar", "2026-11-16"),
                )
            ],
            "handelser": [
                {
                    "tid": "2026-11-02T09:14:07+01:00",
                    "av": None,
                    "handelse": kind,
                    "datum": "2026-11-02",
                    "falt": None,
                    "fran": None,
                    "till": None,
                }
                for kind in ("registrerad", "sekretess", "last_sekretess")
            ],
        }
        assert [key for key, value in shown.items() if value == []] == [
            "aterkopplingar", "atgarder", "overlamningar", "vagar", "kopior", "ankomststamplar", "hanvisningar",
            "deltagare", "borttaget",
        ]  # fmt: skip

    def test_in_lists(self, secret: Clerk) -> None:
        secret("registrera", "--typ", "synpunkt", "--rubrik", "Fler böcker")
        secret("registrera", "--typ", "klagomal", "--rubrik", "Om en familj till")
        secret("avsluta", "3", "--utfall", "atgardad", "--utan-svar", "avstar")
        secret("sekretess", "3", "--lagrum", "OSL 23:2")
        assert secret("lista").out == (
            "Ärende          Inkommen      Ålder  Typ       Enhet  Läge                   Rubrik\n"
            "SYN-2026-00003  2026-11-02        –  –         –      Avslutad               Sekretess: OSL 23:2\n"
            "SYN-2026-00002  2026-11-02  0 dagar  Synpunkt  –      Senast mån 2026-11-09  Fler böcker\n"
            "SYN-2026-00001  2026-11-02  0 dagar  –         –      Senast mån 2026-11-09  Sekretess: 26 kap. 1 § OSL\n"
        )
        rows = secret("lista", "--json").json
        assert [(row["typ"], row["rubrik"], row["avslutad"]) for row in rows] == [
            (None, None, "2026-11-02"),
            ("synpunkt", "Fler böcker", None),
            (None, None, None),
        ]

    def test_the_log_tells_what_kind_of_act_was_done_when(self, secret: Clerk) -> None:
        secret.on("2026-11-04")("anteckna", "1", "Ringde", "--datum", "3/11")
        assert secret("logg", "1").out == (
            "SYN-2026-00001  Sekretess: 26 kap. 1 § OSL\n"
            "2026-11-02 09:14  Registrerat\n"
            "2026-11-02 09:14  Sekretessmarkerat\n"
            "2026-11-04 09:14  Anteckning (gäller tis 2026-11-03)\n"
        )

    def test_a_deadline_is_explained_without_the_reasons_that_lie_in_the_case(self, klagreg: Clerk) -> None:
        klagreg("registrera", "--typ", "klagomal", "--avstar", "--rubrik", "Om en familj")
        klagreg("registrera", "--typ", "berom", "--rubrik", "Om en familj")
        for number in ("1", "2"):
            klagreg("sekretess", number, "--lagrum", STATUTE)
        assert "Första återkoppling: gäller inte\n" in klagreg("visa", "1").out
        explained = klagreg("frist", "1").out
        assert explained.startswith(
            "SYN-2026-00001  Sekretess: 26 kap. 1 § OSL\n"
            "\n"
            "Första återkoppling, 5 arbetsdagar (gäller inte): sista dag mån 2026-11-09\n"
        )
        assert klagreg("frist", "2").out == "SYN-2026-00002  Sekretess: 26 kap. 1 § OSL\nInga frister.\n"

    def test_a_lesson_of_a_secret_case_is_not_shared(self, secret: Clerk) -> None:
        secret("lardom", "1", "Fråga först")
        assert secret("lardomar").out == "Inga lärdomar. Skriv en: klagreg lardom ÄRENDE TEXT\n"
        assert secret("lardomar", "--json").json == []

    def test_figures_count_it_like_others(self, secret: Clerk) -> None:
        figures = secret("sammanstall", "2026", "--json").json
        assert (figures["inkomna"], figures["per_typ"], figures["per_enhet"]) == (
            1, {"klagomal": 1}, {"Parkskolan": 1},
        )  # fmt: skip


class TestChoosing:
    """A filter on what a secret case hides would tell it; so would a search for a word."""

    LEFT_OUT = (
        "Sekretessmarkerade ärenden i registret: 1. De är inte med när man söker eller väljer;"
        " --sekretess tar med dem.\n"
    )

    @pytest.mark.parametrize(
        "words",
        [
            ["lista", "--enhet", "Parkskolan"],
            ["lista", "--typ", "klagomal"],
            ["lista", "--handlaggare", "eva.lind"],
            ["lista", "--namnd", "BUN"],
            ["lista", "--status", "tilldelad"],
            ["lista", "--obesvarade"],
            ["sok", "familj"],
            ["sok", "hotar"],
            ["sok", "amil"],
        ],
    )
    def test_by_what_it_hides_it_is_left_out_whatever_is_asked_for(self, secret: Clerk, words: list[str]) -> None:
        found = secret(*words)
        assert (found.out, found.err) == ("Inga ärenden.\n", self.LEFT_OUT)
        as_json = secret(*words, "--json")
        assert (as_json.json, as_json.err) == ([], self.LEFT_OUT)
        assert "Om en familj" in secret(*words, "--sekretess").out

    @pytest.mark.parametrize(
        "words",
        [["lista", "--typ", "fraga"], ["lista", "--enhet", "Köket"], ["sok", "finnsinte"], ["sok", "Kim"]],
    )
    def test_what_it_is_not_is_not_told_either(self, secret: Clerk, words: list[str]) -> None:
        secret("enhet", "lagg-till", "Köket")
        found = secret(*words)
        assert (found.out, found.err) == ("Inga ärenden.\n", self.LEFT_OUT)

    @pytest.mark.parametrize("words", [["--fran", "1/11"], ["--till", "2026-11-30"], ["--forsenade"], ["--antal", "5"]])
    def test_by_its_days_it_is_chosen(self, secret: Clerk, words: list[str]) -> None:
        found = secret.on("2026-11-20")("lista", *words)
        assert "SYN-2026-00001" in found.out
        assert "familj" not in found.out
        assert found.err == ""

    def test_a_word_is_found_elsewhere_as_if_the_secret_case_were_not_there(
        self, secret: Clerk, registered: Register
    ) -> None:
        # The word stands whole in the secret case alone: the search goes on inside words.
        registered("--rubrik", "Storfamiljen")
        assert "Storfamiljen" in secret("sok", "familj").out

    def test_without_secret_cases_nothing_is_said(self, klagreg: Clerk, registered: Register) -> None:
        registered("--rubrik", "Kö")
        assert klagreg("lista", "--enhet", "Parkskolan").err == klagreg("sok", "kö").err == ""

    def test_the_own_unit_first_is_a_choice_too(self, desk: Clerk) -> None:
        desk("init", "--regler", "nacka")
        desk("enhet", "lagg-till", "Köket")
        desk("handlaggare", "lagg-till", "kim.ek", "--enhet", "Köket")
        desk("registrera", "--typ", "klagomal", "--enhet", "Köket")
        desk("sekretess", "1", "--lagrum", "OSL 26:1")
        desk.name = "kim.ek"
        assert desk("lista").err == f"{self.LEFT_OUT}Visar din enhet, Köket. Alla: klagreg lista --alla\n"
        assert "SYN-2026-00001" in desk("lista", "--alla").out


class TestReading:
    def test_each_reading_stands_in_the_log_of_the_case_that_was_shown(self, secret: Clerk) -> None:
        secret.name = "ola.las"
        secret("registrera", "--typ", "klagomal", "--rubrik", "Om en familj till")
        secret("sekretess", "2", "--lagrum", STATUTE)
        secret("registrera", "--typ", "klagomal", "--rubrik", "Kö")
        secret.on("2026-11-04")
        shown = secret("lista", "--antal", "2", "--sekretess").out
        assert [word in shown for word in ("Kö", "Om en familj till", "Om en familj\n")] == [True, True, False]
        assert [kinds(secret, n).count("last_sekretess") for n in ("1", "2", "3")] == [0, 1, 0]
        for words in (["visa", "1"], ["visa", "1", "--json"], ["logg", "1"], ["sok", "hotar"], ["lista", "--json"]):
            before = kinds(secret, "1").count("last_sekretess")
            assert "Om en familj" in secret(*words, "--sekretess").out
            assert kinds(secret, "1").count("last_sekretess") == before + 1, words
        assert "2026-11-04 09:14  ola.las  Läst trots sekretessmarkering\n" in secret("logg", "1", "--sekretess").out

    def test_without_the_flag_nobody_has_read_anything(self, secret: Clerk) -> None:
        before = (secret.folder / "klagreg.db").read_bytes()
        for words in ("visa 1", "lista", "sok familj", "logg 1", "frist 1", "bevaka", "lardomar"):
            secret(*words.split())
        assert (secret.folder / "klagreg.db").read_bytes() == before

    def test_an_open_case_is_shown_as_always_and_nothing_is_logged(self, klagreg: Clerk, registered: Register) -> None:
        registered("--rubrik", "Kö")
        before = kinds(klagreg, "1")
        for words in (["visa", "1"], ["lista"], ["sok", "kö"], ["logg", "1"]):
            assert "Kö" in klagreg(*words, "--sekretess").out
        assert kinds(klagreg, "1") == before

    def test_the_sender_of_a_secret_case_takes_both_flags_and_leaves_both_marks(self, secret: Clerk) -> None:
        refused = secret("visa", "1", "--personuppgifter", code=3)
        assert refused.out == ""
        assert refused.err == (
            "Fel: SYN-2026-00001 är sekretessmarkerat (26 kap. 1 § OSL)."
            " Ange --sekretess för att läsa det; läsningen antecknas i loggen.\n"
        )
        assert "last_personuppgifter" not in kinds(secret, "1")
        assert "Kim Ek" in secret("visa", "1", "--personuppgifter", "--sekretess").out
        assert kinds(secret, "1")[-2:] == ["last_sekretess", "last_personuppgifter"]

    def test_the_whole_case_says_that_it_is_marked(self, secret: Clerk) -> None:
        assert secret("visa", "1", "--sekretess").out.startswith(
            "SYN-2026-00001  Om en familj\n"
            "  Sekretess    26 kap. 1 § OSL, markerat mån 2026-11-02 av anna.berg\n"
            "  Typ          Klagomål\n"
        )


class TestWatch:
    def test_the_promise_reaches_the_handler_by_its_number(self, secret: Clerk) -> None:
        late = secret.on("2026-11-10")("bevaka", "--handlaggare", "eva.lind", "--json", code=10).json
        assert late["forsenade"] == [
            {
                "arendenummer": "SYN-2026-00001",
                "frist": "aterkoppling",
                "senast": "2026-11-09",
                "dagar": 1,
                "handlaggare": None,
                "enhet": None,
                "rubrik": "Sekretess: 26 kap. 1 § OSL",
                "informerad": None,
                "art": "krav",
            }
        ]
        assert secret("bevaka", "--enhet", "Parkskolan", code=10).out == (
            "Läget tis 2026-11-10\n"
            "\n"
            "Försenade, sekretess: 1\n"
            "Ärende          Frist                Sista dag       Dagar  Handläggare  Enhet  Rubrik\n"
            "SYN-2026-00001  Första återkoppling  mån 2026-11-09     +1  –            –      "
            "Sekretess: 26 kap. 1 § OSL\n"
        )
        assert "Sekretess: 26 kap. 1 § OSL" in secret().out

    def test_who_has_no_handler_what_was_promised_and_what_copy_is_missing(self, desk: Clerk) -> None:
        desk("init", "--regler", "kinda", "--namnd", "SN")
        for unit in ("Köket", "Hemtjänsten"):
            desk("enhet", "lagg-till", unit)
        desk("registrera", "--typ", "klagomal", "--enhet", "Köket", "--rubrik", "Om en familj")
        desk("atgarda", "1", "Byt lås", "--ansvarig", "bo.ek", "--klar-senast", "2026-11-03")
        desk("overlamna", "1", "--till", "Hemtjänsten")
        desk("sekretess", "1", "--lagrum", STATUTE)
        assert desk.on("2026-11-04")("bevaka", code=10).out == (
            "Läget ons 2026-11-04\n"
            "\n"
            "Utlovade åtgärder: 1\n"
            "Ärende          Nr  Klar senast     Dagar  Ansvarig  Enhet  Rubrik\n"
            "SYN-2026-00001   1  tis 2026-11-03     +1  –         –      Sekretess: 26 kap. 1 § OSL\n"
            "Bocka av: klagreg atgarda SYN-2026-00001 --nr 1 --genomford idag\n"
            "\n"
            "Kopia saknas: 1\n"
            "Ärende          Enhet  Rubrik\n"
            "SYN-2026-00001  –      Sekretess: 26 kap. 1 § OSL\n"
            "\n"
            "Utan handläggare: 1\n"
            "Ärende          Enhet  Rubrik\n"
            "SYN-2026-00001  –      Sekretess: 26 kap. 1 § OSL\n"
            "Utse någon: klagreg tilldela SYN-2026-00001 NAMN\n"
            "Öppna ärenden: 1. Det äldsta kom in mån 2026-11-02 (2 dagar).\n"
        )
        picture = desk("bevaka", "--json", code=10).json
        assert picture["atgarder"] == [
            {
                "arendenummer": "SYN-2026-00001",
                "nr": 1,
                "klar_senast": "2026-11-03",
                "dagar": 1,
                "ansvarig": None,
                "enhet": None,
                "rubrik": "Sekretess: 26 kap. 1 § OSL",
            }
        ]
        assert picture["otilldelade"] == picture["kopia_saknas"] == ["SYN-2026-00001"]


class TestActing:
    """Work on a secret case goes on as on others; what is echoed is the number and its days."""

    def test_the_statute_is_for_everybody_to_see_and_holds_no_identity(self, klagreg: Clerk) -> None:
        klagreg("registrera", "--typ", "klagomal")
        error = klagreg("sekretess", "1", "--lagrum", "640823-3234 1 §", code=3).err
        assert "Lagrum: personnummer (rad 1, tecken 1)" in error
        klagreg("sekretess", "1", "--lagrum", "OSL 26:1")

    def test_a_refusal_does_not_tell_what_the_case_holds(self, secret: Clerk) -> None:
        for words in (
            ("avsluta", "1", "--utfall", "forklaring", "--utan-svar", "berom"),
            ("atgarda", "1", "--nr", "7", "--genomford", "idag"),
            ("godkann", "1", "--svar", "Ja."),
        ):
            assert secret(*words, code=3).err == (
                "Fel: Det går inte: SYN-2026-00001 är sekretessmarkerat (26 kap. 1 § OSL)."
                " Läs ärendet och försök igen: klagreg visa SYN-2026-00001 --sekretess\n"
            )

    def test_what_an_act_means_for_the_deadlines_is_told(self, secret: Clerk) -> None:
        head = "SYN-2026-00001  Sekretess: 26 kap. 1 § OSL\n"
        assert secret("aterkoppla", "1", "--slag", "status", "--satt", "telefon").out == (
            f"{head}"
            "  Fristen Första återkoppling är uppfylld (sista dag mån 2026-11-09).\n"
            "  Svar senast mån 2026-11-16\n"
        )
        assert secret("aterkoppla", "1", "--slag", "status", "--satt", "telefon").out == (
            f"{head}  Uppfyller ingen frist. Kvar:\n    Svar senast mån 2026-11-16\n"
        )
        assert secret("atgarda", "1", "Byt lås").out == head
        assert secret("avsluta", "1", "--utfall", "atgardad", "--svar", "Nytt lås", "--satt", "brev").out == (
            f"{head}  Fristen Svar är uppfylld (sista dag mån 2026-11-16).\n  Avslutat mån 2026-11-02.\n"
        )
        assert secret("ateruppta", "1", "--orsak", "Låset är trasigt").out == f"{head}  Återupptaget.\n"
        assert secret("makulera", "1", "--orsak", "Dubbelt").out == (
            f"{head}  Makulerat. Numret och loggen finns kvar.\n"
        )

    def test_as_json_too(self, secret: Clerk) -> None:
        echoed = secret("tilldela", "1", "eva.lind", "--enhet", "Parkskolan", "--json").json
        assert (echoed["arendenummer"], echoed["handlaggare"], echoed["enhet"]) == ("SYN-2026-00001", None, None)


# -- nothing gets past ---------------------------------------------------------------------------------

TOLD = {
    "--rubrik": "zqrubrik", "--text": "zqbeskrivning", "--forslag": "zqforslag", "--namn": "zqnamn",
    "--epost": "zqepost", "--telefon": "zqtelefon", "--adress": "zqadress", "--diarienummer": "zqdiarienummer",
    "--mottagen-av": "zqmottagare", "--utforare": "zqutforare", "--personakt": "zqpersonakt",
    "--i-efterhand": "zqkalla", "--omrade": "zqomrade", "--enhet": "zqenhet", "--namnd": "zqnamnd",
    "--handlaggare": "zqhandlaggare",
}  # fmt: skip
"""What is told when a case is registered, each in a word of its own."""
CODES = ["--kanal", "brev", "--handelsedag", "2026-10-01", "--beror", "enskild", "--allman", "--onskat-satt", "brev"]
WORK = [
    ["tilldela", "1", "zqny", "--deltagare", "zqhandlaggare"],
    ["aterkoppla", "1", "--slag", "forsening", "--satt", "brev", "--orsak", "zqforsening", "--av", "zqtalade"],
    ["forlang", "1", "--frist", "atgard", "--till", "2026-11-30", "--orsak", "zqforlangd", "--meddelad", "brev"],
    ["anteckna", "1", "zqanteckning"],
    ["atgarda", "1", "zqatgard", "--ansvarig", "zqansvarig", "--klar-senast", "2026-11-03"],
    ["atgarda", "1", "zqgjort", "--genomford", "idag"],
    ["atgarda", "1", "--nr", "1", "--genomford", "idag"],
    ["uppdatera", "1", "--rubrik", "zqnyrubrik", "--text", "zqnytext"],
    ["overlamna", "1", "--till", "zqandra", "--orsak", "zqoverlamnad", "--meddelad", "telefon"],
    ["tilldela", "1", "zqny"],
    ["kopia", "1", "--till", "zqkopia"],
    ["ankomststampla", "1", "--hos", "zqstampel"],
    ["vag", "1", "beredning", "--till", "zqorgan"],
    ["hanvisa", "1", "--till", "lex_sarah", "--referens", "zqreferens"],
    ["lardom", "1", "zqlardom"],
    ["avsluta", "1", "--utfall", "atgardad", "--svar", "zqsvar", "--satt", "brev", "--atgard", "zqlovad",
     "--ansvarig", "zqlovar", "--klar-senast", "2026-11-04"],
    ["ateruppta", "1", "--orsak", "zqater"],
    ["avsluta", "1", "--utfall", "atgardad", "--svar", "zqsvarigen", "--satt", "brev"],
    ["godkann", "1", "--svar", "zqpublikt", "--forbattring", "zqforbattrat"],
]  # fmt: skip
LOOKS = [
    ["visa", "1"], ["visa", "1", "--json"], ["visa", "1", "--per", "2026-11-01", "--json"],
    ["lista"], ["lista", "--json"], ["lista", "--forsenade"], ["lista", "--enhet", "zqenhet", "--json"],
    ["lista", "--handlaggare", "zqny"], ["lista", "--namnd", "zqnamnd"], ["lista", "--obesvarade", "--json"],
    ["logg", "1"], ["logg", "1", "--json"], ["frist", "1"], ["frist", "1", "--json"], ["lardomar"],
    ["lardomar", "--json"], [], ["bevaka"], ["bevaka", "--json"], ["bevaka", "--per", "2027-01-01", "--json"],
    ["bevaka", "--enhet", "zqenhet"], ["bevaka", "--handlaggare", "zqny", "--snart", "60"],
]  # fmt: skip
MARKERS = {
    *TOLD.values(), "zqregistrator", "zqmarkor", "zqskal",
    *(word for act in WORK for word in act if word.startswith("zq")),
}  # fmt: skip


@pytest.fixture
def marked(desk: Clerk) -> Clerk:
    """A desk with a case that has a word of its own in every field, marked secret."""
    desk("init", "--regler", "kinda", "--namnd", "zqnamnd")
    for unit in ("zqenhet", "zqandra"):
        desk("enhet", "lagg-till", unit)
    for name in ("zqhandlaggare", "zqny"):
        desk("handlaggare", "lagg-till", name)
    desk.name = "zqregistrator"
    told = [word for option_and_value in TOLD.items() for word in option_and_value]
    desk("registrera", "--typ", "klagomal", "--inkommen", "2026-10-02", "--ny", *told, *CODES)
    desk.name = "zqmarkor"
    desk("sekretess", "1", "--lagrum", STATUTE, "--orsak", "zqskal")
    return desk


def told_of(answer: Answer) -> set[str]:
    return {word for word in MARKERS if word in answer.out + answer.err}


def look(clerk: Clerk, words: list[str]) -> Answer:
    try:
        return clerk(*words)
    except AssertionError:
        return clerk(*words, code=10)  # the watch found something late


def test_no_word_of_a_secret_case_is_shown_anywhere_without_the_flag(marked: Clerk) -> None:
    for number, act in enumerate([["aterkoppla", "1", "--slag", "status", "--satt", "brev"], *WORK]):
        echo = marked(*act, "--json") if number % 2 else marked(*act)
        assert told_of(echo) == set(), act
        for words in LOOKS:
            assert told_of(look(marked, words)) == set(), (act, words)
    for word in sorted(MARKERS):
        found = marked("sok", word)
        assert (found.out, found.err) == ("Inga ärenden.\n", TestChoosing.LEFT_OUT)
        assert marked("sok", word, "--json").json == []


def test_with_the_flag_every_word_is_shown_and_the_log_says_to_whom(marked: Clerk) -> None:
    for number, act in enumerate(WORK):
        marked(*act, "--json") if number % 2 else marked(*act)
    marked.name = "ola.las"
    shown = [
        marked(*words, "--sekretess")
        for words in (["visa", "1", "--personuppgifter"], ["visa", "1", "--json"], ["logg", "1"])
    ]
    assert MARKERS - set().union(*map(told_of, shown)) == set()
    assert shown[-1].out.count("ola.las  Läst trots sekretessmarkering\n") == 3
    for word in ("zqnyrubrik", "zqnytext", "zqforslag", "zqsvarigen"):
        assert "zqnyrubrik" in marked("sok", word, "--sekretess").out


def test_every_field_that_a_case_can_have_was_tried(marked: Clerk) -> None:
    """A new field of a case has to be filled in here too."""
    for act in WORK:
        marked(*act)
    whole = marked("visa", "1", "--personuppgifter", "--sekretess", "--json").json
    assert {key for key, value in whole.items() if value in (None, [], False)} == {
        "anonym", "ror_enskild", "skyddad", "borttaget",
    }  # fmt: skip
    assert {key for key, value in whole["avsandare"].items() if value is None} == {"roll"}


# -- the days ------------------------------------------------------------------------------------------


def test_the_file_and_the_model_mean_the_same_days(klagreg: Clerk, registered: Register) -> None:
    registered("--rubrik", "Om en familj")
    klagreg("sekretess", "1", "--lagrum", "OSL 26:1")
    klagreg.on("2026-11-04")("sekretess", "1", "--lagrum", "OSL 25:1", "--till", "2026-11-06")
    klagreg.on("2026-11-09")("sekretess", "1", "--lagrum", "OSL 23:2", "--datum", "8/11")
    klagreg.on("2026-11-11")("sekretess", "1", "--hav", "--orsak", "Prövat", "--datum", "10/11")
    seen = []
    for day in range(4, 13):
        klagreg.on(f"2026-11-{day:02}")
        answers = {
            "Om en familj" not in klagreg("visa", "1").out,
            "Om en familj" not in klagreg("sok", "familj").out,
            klagreg("sok", "finnsinte").err != "",
            "Sekretess: " in klagreg("bevaka", "--per", "2026-12-01", code=10).out,
        }
        assert len(answers) == 1, day
        seen.append(answers.pop())
    # Secret through the 6th, open on the 7th, secret on the 8th and 9th, lifted on the 10th.
    assert seen == [True, True, True, False, True, True, False, False, False]


def test_at_most_one_mark_holds_on_a_day() -> None:
    """Whatever is marked, replaced and lifted when."""
    start, today = date(2026, 1, 5), date(2026, 1, 9)
    days = [start + timedelta(days=n) for n in range(5)]
    case = Case(CaseType.COMPLAINT, "x", start, 1, number="SYN-2026-00001")
    allowed = 0
    for first, second, until, lifted in product(days, days, (None, today), (None, *days)):
        try:
            marked = casework.mark_secret(case, Secrecy(first, "26:1", "anna"), today)
            marked = casework.mark_secret(marked, Secrecy(second, "25:1", "anna", until), today)
            marked = casework.lift_secrecy(marked, lifted, today) if lifted else marked
        except Refused:
            continue
        allowed += 1
        for day in (start + timedelta(days=n) for n in range(-1, 9)):
            holding = [mark for mark in marked.secrecy if mark.holds_on(day)]
            ended = (lifted and lifted <= day) or (until and until < day)
            assert len(holding) == (first <= day and not ended)
            assert marked.secrecy_on(day) == (holding[0] if holding else None)
    assert allowed == 2 * (15 + 35)
