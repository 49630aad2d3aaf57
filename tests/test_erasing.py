"""Erasing by decision: listed first, done by who says how many, and then gone, but for what the figures are made of."""

from __future__ import annotations

import json
import re
import sqlite3
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from klagreg import casework, identities
from klagreg import profile as profiles
from klagreg.cli import edge
from klagreg.erasing import Erasing, Wanted
from klagreg.errors import BadProfile, Refused, RegisterDamaged, RegisterError, WrongUse
from klagreg.history import texts
from klagreg.model import Case, CopyGiven, Erasure
from klagreg.practice import Practice, Retention
from klagreg.register import Register
from klagreg.render import files
from klagreg.store import door, erasing, seals
from klagreg.store.cases import Store
from klagreg.terms import CaseType, ErasureKind
from tests.conftest import Clerk

RULES = """
namn = "Exempelby kommun"
kopia_till = "förvaltningschef"
[[frist]]
nyckel = "svar"
rubrik = "Svar"
antal = 10
raknas_i = "arbetsdagar"
fullgors_av = ["slutsvar"]
[gallring]
"""
DECISION = "KS 2026-05-04 § 88"


@pytest.fixture
def kept(desk: Clerk) -> Clerk:
    """A register that keeps klagomål for ever and synpunkter two years; Monday 2 November 2026."""
    register = desk.folder / "klagreg.db"
    if not _MADE:
        rules = f'{RULES}beslut = "{DECISION}"\nklagomal = "bevaras"\nsynpunkt = 2\n'
        (desk.folder / "regler.toml").write_text(rules, "utf-8")
        desk("init", "--regler", "regler.toml", "--namnd", "BUN")
        desk("enhet", "lagg-till", "Parkskolan")
        desk("enhet", "lagg-till", "Norra skolan")
        _MADE.append(register.read_bytes())
    register.write_bytes(_MADE[0])
    register.chmod(0o600)
    return desk


_MADE: list[bytes] = []
"""The register that each story begins with, made once."""


MAJA = ("--namn", "Maja Qvistgren", "--telefon", "070-174 06 05", "--roll", "medborgare")
WRITTEN = "Ring Maja Qvistgren på 070-174 06 05."


def closed(clerk: Clerk, kind: str = "synpunkt", day: str = "2024-02-20", *more: str) -> str:
    """A case that was closed on a day, with an answer and a note; its number."""
    words = ["--typ", kind, "--enhet", "Parkskolan", "--rubrik", "Kö i matsalen", "--inkommen", "2024-02-01"]
    number = clerk("registrera", *words, "--text", WRITTEN, *MAJA, *more, "--json").json["arendenummer"]
    clerk("anteckna", number, "Qvistgren ringde igen", "--datum", "2024-02-05")
    closing = ["--utfall", "forklaring", "--svar", "Hej Maja, vi ser över kön.", "--satt", "telefon", "--datum", day]
    clerk("avsluta", number, *closing)
    return str(number)


def destroy(clerk: Clerk, *words: str, code: int = 0) -> Any:
    """Do it, as it is done without a terminal."""
    return clerk("gallra", *words, "--beslut", DECISION, "--utfor", code=code)


def case(clerk: Clerk, ref: str, *words: str) -> Any:
    return clerk("visa", ref, "--json", *words).json


class TestRetention:
    """How long the cases of a typ are kept stands in the rules, and nowhere else."""

    def test_the_rules_show_it(self, kept: Clerk) -> None:
        lines = kept("regler", "visa").out.splitlines()
        assert f"  Klagomål: bevaras ({DECISION})" in lines
        assert f"  Synpunkt: får gallras 2 år efter avslut ({DECISION})" in lines
        (rules,) = kept("regler", "visa", "--json").json["regelverk"]
        assert rules["gallring"] == {"beslut": DECISION, "klagomal": "bevaras", "synpunkt": 2}

    def test_rules_that_say_nothing_give_no_rule(self) -> None:
        assert profiles.parse(RULES, "r").practice.retention == Retention()

    @pytest.mark.parametrize(
        ("line", "problem"),
        [
            ("synpunkt = 0", 'gallring.synpunkt: ska vara "bevaras", eller ett antal år 1–100 utan citattecken.'),
            ("synpunkt = true", 'gallring.synpunkt: ska vara "bevaras", eller ett antal år 1–100 utan citattecken.'),
            ('synpunkt = "2"', 'gallring.synpunkt: ska vara "bevaras", eller ett antal år 1–100 utan citattecken.'),
            ("synpunk = 2", "gallring.synpunk: ”synpunk” finns inte bland valen. Menade du synpunkt?"),
            ("synpunkt = 2\nSynpunkt = 3", "gallring.Synpunkt: synpunkt står redan."),
        ],
    )
    def test_what_cannot_be_meant_is_refused(self, line: str, problem: str) -> None:
        with pytest.raises(BadProfile) as error:
            profiles.parse(RULES + line, "r.toml")
        assert str(error.value) == f"Regelverket r.toml, nyckeln {problem}"

    @pytest.mark.parametrize(
        ("ended", "years", "first"),
        [
            ("2024-11-22", 2, "2026-11-23"),
            ("2024-02-29", 1, "2025-03-01"),  # its last day of keeping is the last of February
            ("2024-02-29", 4, "2028-03-01"),
            ("2023-02-28", 1, "2024-02-29"),
            ("2024-12-31", 1, "2026-01-01"),
        ],
    )
    def test_the_years_end_on_the_same_date_and_that_day_is_kept_too(self, ended: str, years: int, first: str) -> None:
        kept = Retention(years={CaseType.VIEWPOINT: years})
        assert kept.destroyed_from(CaseType.VIEWPOINT, date.fromisoformat(ended)) == date.fromisoformat(first)

    @given(
        st.dates(date(2000, 1, 1), date(2020, 12, 31)), st.dates(date(2001, 1, 1), date(2060, 1, 1)), st.integers(1, 9)
    )
    def test_what_the_store_finds_by_text_is_what_the_rule_says(self, ended: date, today: date, years: int) -> None:
        first = Retention(years={CaseType.VIEWPOINT: years}).destroyed_from(CaseType.VIEWPOINT, ended)
        assert first is not None
        assert (ended.isoformat() < f"{today.year - years}{today:-%m-%d}") == (first <= today)


class TestTheList:
    """Without --utfor nothing is changed: it is told what may be destroyed, and why."""

    def test_what_is_due_is_listed_with_its_rule(self, kept: Clerk) -> None:
        closed(kept)
        closed(kept, "klagomal")
        closed(kept, "fraga")
        closed(kept, "synpunkt", "2025-01-10")
        before = kept("senaste", "--json").out
        assert kept("gallra").out == (
            "Ärende          Avslutat    Regel                               Offentlig rubrik\n"
            "SYN-2026-00001  2024-02-20  synpunkt 2 år, från lör 2026-02-21  Kö i matsalen\n"
            "\n"
            "Inget är ändrat. Gallra 1 ärende med --beslut TEXT --utfor; det går inte att ångra.\n"
        )
        assert kept("senaste", "--json").out == before

    def test_the_first_day_is_the_day_after_the_same_date(self, kept: Clerk) -> None:
        closed(kept, "synpunkt", "2024-11-02")
        assert kept.on("2026-11-02")("gallra", "--json").json["antal"] == 0
        assert kept.on("2026-11-03")("gallra", "--json").json["antal"] == 1

    def test_json(self, kept: Clerk) -> None:
        closed(kept)
        assert kept("gallra", "--json").json == {
            "utfort": False,
            "beslut": None,
            "antal": 1,
            "arenden": [
                {
                    "arendenummer": "SYN-2026-00001",
                    "lagrum": None,
                    "inkommen": "2024-02-01",
                    "avslutad": "2024-02-20",
                    "typ": "synpunkt",
                    "namnd": "BUN",
                    "far_gallras": "2026-02-21",
                    "ar": 2,
                    "loggposter": 3,
                    "lovade_atgarder": 0,
                }
            ],
            "protokoll": None,
            "kopior": [],
        }

    @pytest.mark.parametrize(
        ("kind", "day", "words", "told"),
        [
            (
                "klagomal",
                "2024-02-20",
                ["--beslut", DECISION],
                "Fel: SYN-2026-00001 ska bevaras: så säger regelverket om klagomål. "
                "Är det fel ändras [gallring] i regelverket: klagreg regler andra FIL.toml --fran DATUM\n",
            ),
            (
                "synpunkt",
                "2025-02-20",
                ["--beslut", DECISION],
                "Fel: SYN-2026-00001 får gallras först sön 2027-02-21: synpunkt bevaras 2 år efter avslut. "
                "Är det fel ändras [gallring] i regelverket: klagreg regler andra FIL.toml --fran DATUM\n",
            ),
            (
                "fraga",
                "2024-02-20",
                [],
                "Fel: Regelverket säger inte hur länge fråga bevaras (SYN-2026-00001). "
                "Ange beslutet som gäller ärendet med --beslut, eller skriv regeln under [gallring] i regelverket.\n",
            ),
        ],
    )
    def test_a_named_case_that_may_not_be_destroyed_says_what_to_change(
        self, kept: Clerk, kind: str, day: str, words: list[str], told: str
    ) -> None:
        closed(kept, kind, day)
        assert kept("gallra", "1", *words, code=3).err == told

    def test_a_case_without_a_rule_may_be_destroyed_by_a_decision_of_its_own(self, kept: Clerk) -> None:
        closed(kept, "fraga")
        assert kept("gallra", "--json").json["antal"] == 0
        assert "eget beslut, ingen regel" in kept("gallra", "1", "--beslut", "BUN § 3").out
        destroy(kept, "1", "--antal", "1")
        assert case(kept, "1")["rubrik"] == "Gallrat"

    def test_open_cases_are_refused_and_voided_ones_are_counted_from_that_day(self, kept: Clerk) -> None:
        kept("registrera", "--typ", "synpunkt", "--inkommen", "2024-02-01")
        told = (
            "Fel: SYN-2026-00001 är inte avslutat."
            " Bara avslutade och makulerade ärenden kan gallras eller avidentifieras.\n"
        )
        assert kept("gallra", "1", code=3).err == told
        kept("makulera", "1", "--orsak", "Dubblett", "--datum", "2024-03-01")
        (listed,) = kept("gallra", "--json").json["arenden"]
        assert (listed["avslutad"], listed["far_gallras"]) == ("2024-03-01", "2026-03-02")

    def test_before_a_day(self, kept: Clerk) -> None:
        for day in ("2024-02-20", "2024-03-01"):
            closed(kept, "synpunkt", day)
        listed = kept("gallra", "--fore", "2024-03-01", "--json").json["arenden"]
        assert [each["arendenummer"] for each in listed] == ["SYN-2026-00001"]
        assert kept("gallra", "1", "--fore", "2024-03-01", code=2).err.startswith("Fel: Ange antingen ärenden eller")

    def test_a_secret_case_shows_its_number_days_and_statute(self, kept: Clerk) -> None:
        closed(kept)
        kept("sekretess", "1", "--lagrum", "26 kap. 1 § OSL")
        assert "SYN-2026-00001  2024-02-20  Sekretess: 26 kap. 1 § OSL  –" in kept("gallra").out
        assert kept("gallra", "--json").json["arenden"][0]["typ"] is None

    def test_a_secret_case_is_not_found_by_its_type_nor_refused_by_it(self, kept: Clerk) -> None:
        closed(kept)
        closed(kept, "klagomal")
        for ref in ("1", "2"):
            kept("sekretess", ref, "--lagrum", "26 kap. 1 § OSL")
        answer = kept("gallra", "--typ", "synpunkt", "--json")
        assert (answer.json["antal"], answer.err) == (
            0,
            "Registret har 2 ärenden med sekretess. Sådana är inte med när --typ anges.\n",
        )
        assert "klagomål" not in kept("gallra", "2", code=3).err

    def test_promises_that_nobody_has_kept_are_told_of(self, kept: Clerk) -> None:
        closed(kept)
        kept("atgarda", "1", "Nya vagnar", "--datum", "2024-02-20")
        told = "SYN-2026-00001: en utlovad åtgärd är inte genomförd och bevakas inte efter gallringen."
        assert told in kept("gallra").out.splitlines()


class TestBeforeItIsDone:
    """It takes a decision, said each time, and the number of cases that somebody has seen."""

    def test_the_decision_of_the_rules_is_only_proposed(self, kept: Clerk) -> None:
        closed(kept)
        told = f'Fel: --beslut saknas. Säg vilket beslut det görs efter: --beslut "{DECISION}"\n'
        assert kept("gallra", "--utfor", "--antal", "1", code=2).err == told

    def test_without_a_terminal_the_number_confirms(self, kept: Clerk) -> None:
        closed(kept)
        assert destroy(kept, code=2).err == (
            "Fel: --antal saknas. Det gäller 1. Gå igenom listan och bekräfta: --antal 1\n"
        )
        assert destroy(kept, "--antal", "2", code=3).err == (
            "Fel: Det gäller 1 ärende, inte 2. Inget är ändrat. Gå igenom listan igen.\n"
        )
        assert case(kept, "1")["beskrivning"] == WRITTEN
        assert list(kept.folder.glob("*.html")) == []

    @pytest.mark.parametrize(("typed", "code"), [("1", 0), ("ja", 3), ("2", 3)])
    def test_in_a_terminal_it_is_typed(
        self, kept: Clerk, monkeypatch: pytest.MonkeyPatch, typed: str, code: int
    ) -> None:
        closed(kept)
        monkeypatch.setattr("klagreg.cli.erasing.is_terminal", lambda: True)
        asked: list[str] = []

        def answers(prompt: str) -> str:
            asked.append(prompt)
            return typed

        monkeypatch.setattr("klagreg.cli.dialog._input", answers)
        destroy(kept, code=code)
        assert asked == ["Det går inte att ångra. Skriv antalet ärenden (1) för att gallra: "]
        assert (case(kept, "1")["rubrik"] == "Gallrat") == (code == 0)

    def test_what_was_not_listed_is_not_destroyed_with_the_rest(self, kept: Clerk) -> None:
        closed(kept)
        with Register.open(kept.folder / "klagreg.db", edge.Edge(kept.now, kept.name).env) as register:
            desk = Erasing(register.store, register.env)
            assert len(desk.to_destroy(Wanted())) == 1
            closed(kept)  # by a colleague, meanwhile
            with pytest.raises(Refused, match="Antalet har ändrats från 1 till 2 sedan listan gjordes"):
                desk.destroy(Wanted(), DECISION, 1, "p.txt", lambda _: None)
        assert case(kept, "1")["beskrivning"] == WRITTEN

    def test_nothing_due_is_nothing_done(self, kept: Clerk) -> None:
        assert destroy(kept, "--antal", "1", code=3).err.startswith("Fel: Inget ärende får gallras.")

    def test_what_belongs_to_doing_it_is_refused_without_it(self, kept: Clerk) -> None:
        assert kept("gallra", "--antal", "1", code=2).err.startswith("Fel: --antal, --protokoll och --ersatt hör till")


def every_part(kept: Clerk) -> str:
    """A case with something in every field and every part; its number."""
    words = ["--typ", "synpunkt", "--enhet", "Parkskolan", "--rubrik", "Kö i matsalen", "--inkommen", "2024-02-01"]
    more = ["--forslag", "Fler vagnar, Maja", "--diarienummer", "KS 1", "--mottagen-av", "Rut Ek", "--kanal", "brev"]
    other = [
        "--handelsedag",
        "2024-01-31",
        "--utforare",
        "Matlaget AB",
        "--i-efterhand",
        "Majas pärm",
        "--omrade",
        "mat",
    ]
    number = str(kept("registrera", *words, *more, *other, "--text", WRITTEN, *MAJA, "--json").json["arendenummer"])
    on = ("--datum", "2024-02-05")
    kept("tilldela", number, "eva.lind", "--ny", *on)
    kept("kopia", number, "--till", "Maja Qvistgrens syster", *on)
    kept("kopia", number, "--till", "Förvaltningschefen", *on)
    kept("ankomststampla", number, "--hos", "Majas rektor", *on)
    kept("vag", number, "beredning", "--till", "Qvistgrenska gruppen", *on)
    kept("hanvisa", number, "--till", "lex_sarah", "--referens", "Qvistgren 2024:1", *on)
    kept("aterkoppla", number, "--slag", "forsening", "--satt", "brev", "--orsak", "Maja var sjuk", *on)
    kept("atgarda", number, "Ring Maja", "--ansvarig", "bo.ek", "--klar-senast", "2024-03-01", *on)
    kept("atgarda", number, "--nr", "1", "--genomford", "2024-02-28")
    kept("overlamna", number, "--till", "Norra skolan", "--datum", "2024-02-06")
    kept("tilldela", number, "lars.ek", "--ny", "--datum", "2024-02-06")
    kept("anteckna", number, "Qvistgren ringde igen", "--datum", "2024-02-07")
    closing = ["--svar", "Hej Maja", "--satt", "telefon", "--datum", "2024-02-20"]
    kept("avsluta", number, "--utfall", "forklaring", *closing)
    kept("lardom", number, "Ring upp samma dag")
    kept("godkann", number, "--svar", "Vi har nya vagnar.", "--forbattring", "Kortare kö")
    kept("sekretess", number, "--lagrum", "26 kap. 1 § OSL", "--till", "2026-11-10", "--orsak", "Maja bad om det")
    return number


class TestWhatIsLeft:
    """What the figures are made of; every act is refused, and the log still holds."""

    def test_every_field_and_part(self, kept: Clerk) -> None:
        every_part(kept)
        before = case(kept, "1", "--sekretess")
        destroy(kept, "--antal", "1")
        after = case(kept, "1", "--sekretess", "--personuppgifter")
        gone = {name: value for name, value in after.items() if value != before.get(name)}
        assert gone == {
            "rubrik": "Gallrat",
            "beskrivning": None,
            "forslag": None,
            "svar": None,
            "diarienummer": None,
            "mottagen_av": None,
            "handelsedag": None,
            "lardom": None,
            "publicering": None,
            "i_efterhand": "Gallrat",
            "avsandare": {
                "roll": "medborgare",
                "namn": None,
                "epost": None,
                "telefon": None,
                "adress": None,
                "onskat_satt": None,
                "personakt": None,
            },
            "aterkopplingar": [
                {**given, "av": "Gallrat", "orsak": None} for given in before["aterkopplingar"]
            ],
            "atgarder": [{**before["atgarder"][0], "text": "Gallrat", "ansvarig": None}],
            "vagar": [{**before["vagar"][0], "till": None}],
            "ankomststamplar": [
                {**before["ankomststamplar"][0], "mottagare": "Gallrat", "av": "Gallrat", "klockslag": None}
            ],
            "kopior": [
                {"datum": "2024-02-05", "till": "Gallrat"},
                {"datum": "2024-02-05", "till": "förvaltningschef"},
            ],
            "hanvisningar": [{**before["hanvisningar"][0], "referens": None}],
            "sekretess": {**before["sekretess"], "av": "Gallrat"},
            "borttaget": [{"datum": "2026-11-02", "slag": "gallring", "beslut": DECISION, "av": "anna.berg"}],
            "handelser": after["handelser"],
        }  # fmt: skip
        assert (after["handlaggare"], after["enhet"], after["utforare"]) == ("lars.ek", "Norra skolan", "Matlaget AB")

    def test_the_log_says_that_it_was_done_and_no_more(self, kept: Clerk) -> None:
        closed(kept)
        kinds = [event["handelse"] for event in case(kept, "1")["handelser"]]
        destroy(kept, "--antal", "1")
        with sqlite3.connect(kept.folder / "klagreg.db") as file:
            left = file.execute(
                "SELECT e.kind, d.event_id IS NOT NULL FROM event e LEFT JOIN event_detail d ON d.event_id = e.id"
                " WHERE e.case_id = 1 ORDER BY e.id"
            ).fetchall()
        assert left == [*((kind, 0) for kind in dict.fromkeys(kinds)), ("gallrad", 1)]
        assert "stämmer inte" not in kept("kontrollera").out

    def test_what_the_self_check_counts_is_still_known(self, kept: Clerk) -> None:
        every_part(kept)
        destroy(kept, "--antal", "1")
        with sqlite3.connect(kept.folder / "klagreg.db") as file:
            ((told,),) = file.execute(
                "SELECT changes FROM event_detail d JOIN event e ON e.id = d.event_id WHERE e.kind = 'gallrad'"
                " AND e.case_id = 1"
            )
        named = [entry[2] for entry in json.loads(told) if entry[0].startswith("utsedd.")]
        assert [(one["handlaggare"], one["datum"]) for one in named] == [
            ("eva.lind", "2024-02-05"),
            ("lars.ek", "2024-02-06"),
        ]
        counted = {entry[0]: entry[2] for entry in json.loads(told)}
        assert counted["lardom_skriven"] is True
        assert counted["svar_godkant"] == {"datum": "2026-11-02", "forbattring": True}

    @pytest.mark.parametrize(
        "act",
        [
            "anteckna 1 hej",
            "tilldela 1 eva.lind --ny",
            "aterkoppla 1 --slag status --satt brev",
            "atgarda 1 Vagnar",
            "uppdatera 1 --rubrik Kö",
            "overlamna 1 --till Parkskolan",
            "avsluta 1 --utfall forklaring --svar Hej --satt brev",
            "ateruppta 1 --orsak x",
            "makulera 1 --orsak x",
            "vag 1 atgard",
            "hanvisa 1 --till lex_sarah",
            "kopia 1 --till chefen",
            "ankomststampla 1 --hos rektor",
            "lardom 1 Ring",
            "lardom 1 --dra-tillbaka",
            "godkann 1 --svar Hej",
            "godkann 1 --dra-tillbaka",
            "sekretess 1 --lagrum §1",
            "sekretess 1 --hav --orsak x",
            "gallra 1",
            "avidentifiera 1",
        ],
    )
    def test_every_act_is_refused(self, destroyed: Clerk, act: str) -> None:
        assert destroyed(*act.split(), code=3).err == (
            f"Fel: SYN-2026-00001 är gallrat 2026-11-02 enligt {DECISION}. "
            "Det som är kvar kan inte ändras. Gäller saken något nytt registreras den på nytt.\n"
        )

    def test_it_is_not_listed_again_but_a_masked_case_still_is(self, destroyed: Clerk) -> None:
        closed(destroyed)
        mask(destroyed, "2", "--antal", "1")
        assert [each["arendenummer"] for each in destroyed("gallra", "--json").json["arenden"]] == ["SYN-2026-00002"]
        destroy(destroyed.on("2026-11-03"), "--antal", "1")
        assert destroyed("gallra").out == (
            "Inget ärende får gallras idag.\nHur länge ärenden bevaras: klagreg regler visa\n"
        )

    @pytest.mark.parametrize("word", ["matsalen", "Qvistgren", "qvist", "kön"])
    def test_search_finds_nothing(self, destroyed: Clerk, word: str) -> None:
        assert destroyed("sok", word, "--json").json == []

    def test_an_import_cannot_bring_it_back(self, kept: Clerk) -> None:
        (kept.folder / "a.csv").write_text(
            "nr;typ;inkommen;avslutad;utfall;rubrik;namn\n7;synpunkt;2024-02-01;2024-02-20;forklaring;Kö;Maja Qvist\n"
        )
        words = ("importera", "a.csv", "--id-kolumn", "nr", "--json")
        assert kept(*words).json["importerade"] == 1
        destroy(kept, "--antal", "1")
        assert kept(*words).json["importerade"] == 0

    def test_a_copy_that_was_due_and_given_is_still_known(self) -> None:
        practice = Practice(copy_to="förvaltningschef")
        assert casework._role_of(CopyGiven(date(2024, 1, 1), "Förvaltningschefen Å Ek"), practice) == (
            "förvaltningschef"
        )


@pytest.fixture
def destroyed(kept: Clerk) -> Clerk:
    """A register whose only case is destroyed."""
    closed(kept)
    destroy(kept, "--antal", "1")
    return kept


def figures(clerk: Clerk) -> dict[str, Any]:
    """Every figure of several periods, on several days, and the numbers of the nämnd's workbook."""
    asked = [["2024"], ["2024", "--kvartal", "1"], ["2024", "--manad", "2"], ["2025"], ["2026"],
             ["2024", "--per", "2024-02-05"], ["2024", "--per", "2024-02-19"],
             ["2024", "--enhet", "Parkskolan"]]  # fmt: skip
    found = {" ".join(words): told(clerk, *words) for words in asked}
    return {**found, "workbook": numbers_of_the_workbook(clerk)}


def told(clerk: Clerk, *words: str) -> Any:
    """The figures; the log's hash is another after every act."""
    return {
        key: value
        for key, value in clerk("sammanstall", *words, "--json").json.items()
        if key not in ("senaste_logghash", "register")
    }


def numbers_of_the_workbook(clerk: Clerk) -> list[list[object]]:
    from openpyxl import load_workbook

    clerk("sammanstall", "2024", "-o", "namnd.xlsx", "--ersatt")
    book = load_workbook(clerk.folder / "namnd.xlsx", data_only=True)
    (clerk.folder / "namnd.xlsx").unlink()
    told = [sheet for sheet in book if sheet.title not in ("Om rapporten", "Förbättringar")]
    return [[sheet.title, *(cell.value for row in sheet.iter_rows() for cell in row)] for sheet in told]


class TestFigures:
    """Statistics survive to the last digit."""

    def test_every_figure_is_what_it_was(self, kept: Clerk) -> None:
        every_part(kept)
        closed(kept, "klagomal")
        closed(kept, "synpunkt", "2024-03-20", "--anonym", "--namn", "")
        kept("ateruppta", "3", "--orsak", "Maja ringde", "--datum", "2024-03-25")
        kept("avsluta", "3", "--utfall", "atgardad", "--svar", "Nya vagnar", "--satt", "brev", "--datum", "2024-04-02")
        before = figures(kept)
        assert destroy(kept, "--antal", "2").out.splitlines()[-3].startswith("2 ärenden är gallrade")
        assert figures(kept) == before

    def test_what_the_self_check_counts_is_what_it_was(self, kept: Clerk) -> None:
        every_part(kept)
        closed(kept)
        before = [kept("egenkontroll", year, "--json").json for year in ("2024", "2026")]
        destroy(kept, "--antal", "2")
        assert [kept("egenkontroll", year, "--json").json for year in ("2024", "2026")] == before

    def test_nobody_is_reminded_of_what_cannot_be_done_any_more(self, kept: Clerk) -> None:
        closed(kept)
        kept("atgarda", "1", "Ring upp", "--ansvarig", "bo.ek", "--klar-senast", "2024-03-01", "--datum", "2024-02-21")
        kept("bevaka", code=10)
        destroy(kept, "--antal", "1")
        assert kept("bevaka", "--json").json["atgarder"] == []


def persons() -> Iterator[tuple[str, str]]:
    """Fifty first names and surnames that stand nowhere else, å, ä and ö in them."""
    for n in range(50):
        yield f"Qzåjk{n:02}wyn", f"Vzxöq{n:02}fgrä"


def residue(folder: Path, words: list[str]) -> list[tuple[str, str]]:
    """Where any six letters in a row of the words stand in any file, in any capitals, composition or encoding."""
    pieces = {like(word)[at : at + 6] for word in words for at in range(len(word) - 5)}
    found = []
    for path in folder.rglob("*"):
        raw = path.read_bytes() if path.is_file() else b""
        for name, text in (("utf-8", raw), ("utf-16-le", raw), ("utf-16-be", raw), ("utf-16-le", raw[1:])):
            told = like(text.decode(name, "replace"))
            found += [(path.name, piece) for piece in pieces if piece in told]
    return found


def like(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


def indexed(path: Path) -> set[str]:
    """Every word in the search index."""
    with sqlite3.connect(path) as file:
        file.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, case_text, 'row')")
        return {word for (word,) in file.execute("SELECT term FROM temp.words")}


class TestGone:
    """Erased means gone: no byte of it is left in any file of the folder."""

    @pytest.mark.parametrize("overwrites", [True, False], ids=["as it is", "SQLite that leaves what it deletes"])
    def test_fifty_persons(self, kept: Clerk, monkeypatch: pytest.MonkeyPatch, overwrites: bool) -> None:
        if not overwrites:
            pragmas = [p for p in door._PRAGMAS if "secure" not in p]
            monkeypatch.setattr(door, "_PRAGMAS", (*pragmas, "secure_delete = OFF"))
        else:  # a large file: overwriting and one piece of index are all there is
            monkeypatch.setattr(erasing, "_SHRUNK_BYTES", 0)
        header = "nr;typ;inkommen;avslutad;utfall;rubrik;beskrivning;forslag;svar;namn;epost;adress;slutsvar\n"
        rows = [
            f"{n};synpunkt;2024-02-01;2024-02-20;forklaring;Om {b};{a} {b} skrev. {b * 40};{a}s förslag;Hej {a}!;"
            f"{a} {b};{a.lower()}@{b.lower()}.se;{b}vägen 1;2024-02-20\n"
            for n, (a, b) in enumerate(persons())
        ]
        (kept.folder / "a.csv").write_text(header + "".join(rows), "utf-8")
        kept("importera", "a.csv", "--id-kolumn", "nr")
        (kept.folder / "a.csv").unlink()
        words = [name for person in persons() for name in person]
        for n, (a, b) in enumerate(list(persons())[:12], 1):
            kept("anteckna", str(n), f"{a} {b} ringde", "--datum", "2024-02-05")
            kept("uppdatera", str(n), "--text", f"{b} {a} igen")
        assert residue(kept.folder, words)
        destroy(kept, "--antal", "50")
        assert residue(kept.folder, words) == []
        assert not [word for word in indexed(kept.folder / "klagreg.db") if word.startswith(("qz", "vz"))]
        assert "stämmer inte" not in kept("kontrollera").out

    def test_deleting_alone_would_not_do(self, kept: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
        closed(kept)
        monkeypatch.setattr(erasing, "tidy_index", lambda _: None)
        destroy(kept, "--antal", "1")
        assert {name for name, _ in residue(kept.folder, ["Qvistgren"])} == {"klagreg.db"}

    def test_what_would_stay_is_never_begun(self, kept: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
        closed(kept)
        run = Store.run
        monkeypatch.setattr(Store, "run", lambda self, s, p: [(0,)] if s == "PRAGMA secure_delete" else run(self, s, p))
        assert destroy(kept, "--antal", "1", code=5).err.startswith("Fel: Det som tas bort ur ")
        assert case(kept, "1")["beskrivning"] == WRITTEN

    def test_old_digests_say_nothing_of_what_was_there(self, kept: Clerk) -> None:
        """Who guesses every value right, and knows the salt of today, sees no old seal that says so."""
        closed(kept)
        guess = sqlite3.connect(":memory:")
        with sqlite3.connect(kept.folder / "klagreg.db") as file:
            file.backup(guess)
            (last,) = file.execute("SELECT state FROM event WHERE case_id = 1 ORDER BY id DESC LIMIT 1").fetchone()
        assert seals.of_case(guess, 1) == last
        destroy(kept, "--antal", "1")
        with sqlite3.connect(kept.folder / "klagreg.db") as file:
            sealed = {seal for (seal,) in file.execute("SELECT state FROM event")}
            salt = file.execute("SELECT salt FROM cases").fetchone()
        guess.execute("UPDATE cases SET salt = ?", salt)
        assert last in sealed
        assert seals.of_case(guess, 1) not in sealed

    def test_files_that_were_named_after_somebody(self, kept: Clerk) -> None:
        """The register's own log stays, and with it what the files were called."""
        closed(kept)
        folder = kept.folder / "Qvistgren, Maja"
        folder.mkdir()
        kept("exportera", "-o", "Qvistgrens ärenden.csv")
        kept("exportera", "-o", "Qvistgren, Maja/lista.csv")
        kept("exportera", "-o", "öppna.csv")
        kept("postlista", "-o", "maja_qvistgren.html")
        kept("sakerhetskopiera", "MajaQvistgren.db")
        for made in [*kept.folder.glob("*vistgren*.*"), *folder.iterdir(), kept.folder / "öppna.csv"]:
            made.unlink()
        folder.rmdir()
        answer = destroy(kept, "--antal", "1", "--protokoll", "QVISTGREN.txt", "--json").json
        assert [copy["fil"] for copy in answer["kopior"]] == [
            f"{kept.folder}/", str(kept.folder / "öppna.csv"), f"{kept.folder}/",
        ]  # fmt: skip
        assert residue(kept.folder, ["Qvistgren"]) == []

    def test_a_large_file_is_not_shrunk(self, kept: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
        ran: list[str] = []
        run = Store.run

        def notes(store: Store, statement: str, parameters: Any) -> Any:
            ran.append(statement)
            return run(store, statement, parameters)

        monkeypatch.setattr(Store, "run", notes)
        with Register.open(kept.folder / "klagreg.db", edge.Edge(kept.now, kept.name).env) as register:
            assert Erasing(register.store, register.env).shrink()
            assert ran[-2:] == ["PRAGMA temp_store = MEMORY", "VACUUM"]
            ran.clear()
            monkeypatch.setattr(erasing, "_SHRUNK_BYTES", (kept.folder / "klagreg.db").stat().st_size - 1)
            assert not Erasing(register.store, register.env).shrink()
            assert "VACUUM" not in ran


class TestNamesOfFiles:
    """What the log tells of a file names nobody."""

    @pytest.mark.parametrize(
        ("path", "told"),
        [
            ("/k/lista.csv", "/k/lista.csv"),
            ("/k/klagreg-2026-11-02-0914.db", "/k/klagreg-2026-11-02-0914.db"),
            ("/k/Åsa Öst.csv", "/k/"),
            ("/k/asa.csv", "/k/"),
            ("/k/ASAS lista.csv", "/k/"),
            ("/k/ÅsaÖst.csv", "/k/"),
            ("/k/listan_öst.csv", "/k/"),
            ("/k/östra-asaka.csv", "/k/östra-asaka.csv"),
            ("/k/väst och öster.csv", "/k/väst och öster.csv"),
            ("/k/Åsa/2026/lista.csv", "/k/"),
            ("/k/640823_3234.csv", "/k/"),
            ("/k/070-174 06 05/lista.csv", "/k/"),
            ("/k/nils-ek.pdf", "/k/"),
            ("/home/anna.berg/lista.csv", "/home/anna.berg/lista.csv"),
            ("/home/anna.berg/anna.berg", "/home/anna.berg/"),
            ("/home/anna.berg.2/lista.csv", "/home/"),
        ],
    )
    def test_a_name_that_names_somebody_is_not_told(self, kept: Clerk, path: str, told: str) -> None:
        kept("registrera", "--typ", "synpunkt", "--namn", "Åsa Öst och Bo Ek")
        kept("registrera", "--typ", "synpunkt", "--namn", "Anna Berg")
        with Register.open(kept.folder / "klagreg.db", edge.Edge(kept.now, kept.name).env) as register:
            assert register.file_told(Path(path), ["Nils Ek"]) == ("fil", None, told)

    def test_the_folder_of_the_register_was_not_named_for_a_sender(self, kept: Clerk) -> None:
        kept("registrera", "--typ", "synpunkt", "--namn", f"Maja {kept.folder.parent.name.partition('-')[0]}")
        with Register.open(kept.folder / "klagreg.db", edge.Edge(kept.now, kept.name).env) as register:
            told = register.file_told(kept.folder / "ut" / "lista.csv")
        assert told == ("fil", None, str(kept.folder / "ut" / "lista.csv"))


class TestANameThatWasChanged:
    """The log says that the sender's name was changed, and never what it was."""

    def test_masking_asks_for_it(self, kept: Clerk) -> None:
        closed(kept)
        kept("uppdatera", "1", "--namn", "Maja Ny")
        assert kept("avidentifiera", "1", code=3).err == (
            "Fel: SYN-2026-00001: avsändarens namn har ändrats eller tagits bort, och klagreg vet inte vad det var."
            " Ange det gamla namnet med --dolj, så söks det också.\n"
        )
        mask = ["--dolj", "Maja Qvistgren", "--dolj", "Qvistgren", "--dolj", "Maja"]
        kept("avidentifiera", "1", *mask, "--beslut", DECISION, "--utfor", "--antal", "1")
        assert residue(kept.folder, ["Qvistgren"]) == []


class TestWhatTheErasingTells:
    """What was taken away by decision is known from what went otherwise, and what was met stays told."""

    def test_each_erasing_names_every_event_that_has_no_content_left(self, kept: Clerk) -> None:
        closed(kept)
        closed(kept)
        mask(kept, "1", "--antal", "1")
        named = event_ids(kept, "avidentifierad")
        assert named == without_content(kept)
        destroy(kept, "--antal", "2")
        assert sorted(event_ids(kept, "gallrad")) == without_content(kept)
        assert set(named) < set(without_content(kept))
        assert "stämmer inte" not in kept("kontrollera").out

    def test_what_was_removed_by_hand_is_not_excused_by_an_erasing(self, kept: Clerk) -> None:
        closed(kept)
        with sqlite3.connect(kept.folder / "klagreg.db") as file:
            ((trigger, sql),) = file.execute(
                "SELECT name, sql FROM sqlite_master WHERE name = 'event_detail_no_delete'"
            ).fetchall()
            ((noted,),) = file.execute("SELECT id FROM event WHERE kind = 'anteckning'").fetchall()
            file.execute(f"DROP TRIGGER {trigger}")
            file.execute("DELETE FROM event_detail WHERE event_id = ?", (noted,))
            file.execute(sql)
        destroy(kept, "--antal", "1")
        assert noted in without_content(kept)
        assert noted not in event_ids(kept, "gallrad")
        assert f"loggen stämmer inte vid händelse {noted}" in kept("kontrollera", code=10).out

    @pytest.mark.parametrize("times", [1, 2])
    def test_what_was_changed_outside_the_program_is_told_for_ever(self, kept: Clerk, times: int) -> None:
        closed(kept)
        for _ in range(times):
            with sqlite3.connect(kept.folder / "klagreg.db") as file:
                file.execute("UPDATE cases SET area = coalesce(area, '') || 'x'")
            kept("lardom", "1", "Ring upp samma dag")
            kept("lardom", "1", "--dra-tillbaka")
        destroy(kept, "--antal", "1")
        (told,) = [new for key, _, new in changes_of(kept, "gallrad") if key == "avvikelse"]
        assert told == "ärendet hade ändrats utanför klagreg"
        assert "SYN-2026-00001 hade ändrats utanför klagreg" in kept("kontrollera", code=10).out


def changes_of(clerk: Clerk, kind: str) -> list[tuple[str, Any, Any]]:
    """What the events of a kind say, all cases together."""
    with sqlite3.connect(clerk.folder / "klagreg.db") as file:
        rows = file.execute(
            "SELECT d.changes FROM event_detail d JOIN event e ON e.id = d.event_id"
            " WHERE e.kind = ? AND e.case_id IS NOT NULL ORDER BY e.id",
            (kind,),
        ).fetchall()
    return [(*entry, None, None)[:3] for (told,) in rows for entry in json.loads(told)]


def event_ids(clerk: Clerk, kind: str) -> list[int]:
    return [event_id for key, _, new in changes_of(clerk, kind) if key == "raderade" for event_id in new]


def without_content(clerk: Clerk) -> list[int]:
    with sqlite3.connect(clerk.folder / "klagreg.db") as file:
        rows = file.execute("SELECT id FROM event WHERE id NOT IN (SELECT event_id FROM event_detail) ORDER BY id")
        return [event_id for (event_id,) in rows]


class TestWrittenUntilStored:
    """A file that belongs to an act: there when the act is stored, and else as if it had never been written."""

    @staticmethod
    def fails(path: Path, stored: object, *, before: bool = False) -> None:
        """Write a file in an act that then fails; ``stored``: whether it was stored, or why that cannot be told."""

        def is_stored() -> bool:
            if isinstance(stored, Exception):
                raise stored
            return bool(stored)

        def puts(text: str) -> None:
            with files.written_beside(path, replace=True) as temporary:
                temporary.write_text(text)

        with files.written_until_stored(path, puts, replace=True, is_stored=is_stored) as write:
            if not before:
                write("protokoll")
            raise KeyboardInterrupt

    @pytest.mark.parametrize(
        ("stored", "left"),
        [(True, "protokoll"), (False, None), (RegisterError("vet inte"), "protokoll"), (OSError(), "protokoll")],
    )
    @pytest.mark.parametrize("old", [None, "förra gången"])
    def test_it_stays_only_if_the_act_did(self, tmp_path: Path, old: str | None, stored: object, left: str) -> None:
        path = tmp_path / "p.txt"
        if old:
            path.write_text(old)
            path.chmod(0o640)
        with pytest.raises(KeyboardInterrupt):
            self.fails(path, stored)
        assert (path.read_text() if path.exists() else None) == (left or old)
        assert list(tmp_path.iterdir()) == ([path] if left or old else [])
        if old and not left:
            assert path.stat().st_mode & 0o777 == 0o640

    def test_when_all_is_well_it_stays(self, tmp_path: Path) -> None:
        path = tmp_path / "p.txt"
        path.write_text("förra gången")
        with files.written_until_stored(path, path.write_text, replace=True, is_stored=bool) as write:
            write("protokoll")
        assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [("p.txt", "protokoll")]

    def test_what_somebody_else_wrote_meanwhile_is_left_alone(self, tmp_path: Path) -> None:
        path = tmp_path / "p.txt"

        def refuses(_: str) -> None:
            path.write_text("en kollegas")
            raise RegisterError("den finns redan")

        with (
            pytest.raises(RegisterError),
            files.written_until_stored(path, refuses, replace=False, is_stored=bool) as write,
        ):
            write("protokoll")
        assert path.read_text() == "en kollegas"

    def test_an_act_that_never_came_to_write_changes_no_file(self, tmp_path: Path) -> None:
        path = tmp_path / "p.txt"
        path.write_text("en kollegas")
        with pytest.raises(KeyboardInterrupt):
            self.fails(path, stored=False, before=True)
        assert path.read_text() == "en kollegas"

    def test_a_link_is_put_back_as_a_link(self, tmp_path: Path) -> None:
        (tmp_path / "annan.txt").write_text("orörd")
        path = tmp_path / "p.txt"
        path.symlink_to("annan.txt")
        with pytest.raises(KeyboardInterrupt):
            self.fails(path, stored=False)
        assert path.is_symlink()
        assert path.read_text() == "orörd"

    def test_a_folder_that_is_not_there(self, tmp_path: Path) -> None:
        with (
            pytest.raises(WrongUse, match="finns inte"),
            files.written_until_stored(tmp_path / "a" / "p.txt", str, replace=True, is_stored=bool),
        ):
            pass

    def test_the_desk_knows_whether_an_erasing_was_stored(self, kept: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
        closed(kept)
        closed(kept)
        with Register.open(kept.folder / "klagreg.db", edge.Edge(kept.now, kept.name).env) as register:
            desk = Erasing(register.store, register.env)
            assert not desk.is_stored()
            real = desk.act

            @contextmanager
            def breaks() -> Iterator[None]:
                with real():
                    yield
                    raise RegisterDamaged(kept.folder, "disken är full")

            with monkeypatch.context() as patched:
                patched.setattr(desk, "act", breaks)
                with pytest.raises(RegisterDamaged):
                    desk.destroy(Wanted(), DECISION, 2, "p.txt", lambda _: None)
            assert not desk.is_stored()
            desk.destroy(Wanted(), DECISION, 2, "p.txt", lambda _: None)
            kept("exportera", "-o", "lista.csv")  # somebody else's act comes after it
            assert desk.is_stored()


class TestAllOrNothing:
    """One transaction, with its protocol inside it."""

    @pytest.mark.parametrize("step", ["forget", "tidy_index", "sender_names"])
    def test_what_breaks_in_the_middle_has_not_begun(
        self, kept: Clerk, monkeypatch: pytest.MonkeyPatch, step: str
    ) -> None:
        closed(kept)
        closed(kept)
        before = dump(kept)
        real, calls = getattr(erasing, step), []

        def breaks(*args: Any) -> Any:
            calls.append(args)
            if len(calls) == (1 if step in ("tidy_index", "sender_names") else 2):
                raise RegisterDamaged(kept.folder, "disken är full")
            return real(*args)

        monkeypatch.setattr(erasing, step, breaks)
        destroy(kept, "--antal", "2", code=5)
        assert dump(kept) == before
        assert list(kept.folder.glob("*rotokoll*")) == []

    def test_no_protocol_no_erasing(self, kept: Clerk) -> None:
        closed(kept)
        before = dump(kept)
        destroy(kept, "--antal", "1", "--protokoll", "finns-inte/p.txt", code=2)
        destroy(kept, "--antal", "1", "--protokoll", "p.docx", code=2)
        (kept.folder / "p.txt").write_text("förra gången")
        destroy(kept, "--antal", "1", "--protokoll", "p.txt", code=3)
        assert dump(kept) == before

    def test_when_it_cannot_be_stored_the_protocol_is_taken_back_and_the_old_one_is_there(
        self, kept: Clerk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        closed(kept)
        before = dump(kept)
        (kept.folder / "p.txt").write_text("förra gången")
        seen: list[str] = []
        act = Erasing.act

        @contextmanager
        def breaks(desk: Erasing) -> Iterator[None]:
            with act(desk):
                yield
                seen.append((kept.folder / "p.txt").read_text("utf-8")[:18])
                raise RegisterDamaged(kept.folder, "disken är full")

        monkeypatch.setattr(Erasing, "act", breaks)
        destroy(kept, "--antal", "1", "--protokoll", "p.txt", "--ersatt", code=5)
        assert seen == ["Gallringsprotokoll"]
        assert (kept.folder / "p.txt").read_text() == "förra gången"
        assert dump(kept) == before
        assert [path.name for path in kept.folder.glob(".*")] == []

    def test_a_file_that_cannot_shrink_undoes_nothing_and_says_so(
        self, kept: Clerk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        closed(kept)

        def full(store: Store) -> None:
            raise RegisterError("disken är full.")

        monkeypatch.setattr(erasing, "shrink", full)
        answer = destroy(kept, "--antal", "1")
        assert answer.err == "Uppgifterna är överskrivna i filen, men den kunde inte krympas: disken är full.\n"
        assert residue(kept.folder, ["Qvistgren"]) == []


def dump(clerk: Clerk) -> str:
    with sqlite3.connect(clerk.folder / "klagreg.db") as file:
        return "\n".join(file.iterdump())


class TestTheProtocol:
    """What was destroyed, by which decision, and what has to be destroyed by hand."""

    def test_what_it_says(self, kept: Clerk) -> None:
        closed(kept)
        closed(kept)
        kept("sekretess", "2", "--lagrum", "26 kap. 1 § OSL")
        destroy(kept, "--antal", "2", "--protokoll", "p.txt")
        told = (kept.folder / "p.txt").read_text("utf-8")
        assert told.startswith(
            "Gallringsprotokoll\n"
            "==================\n"
            f"Beslut:        {DECISION}\n"
            "Gallrat:       mån 2026-11-02 kl. 09:14\n"
            "Av:            anna.berg\n"
            "Register:      klagreg.db (BUN)\n"
            "Antal ärenden: 2\n"
        )
        rows = re.findall(r"SYN-2026-0000\d|Typ: .*|Regel: .*|Loggposter: .*", told)
        assert [" ".join(row.split()) for row in rows] == [
            "SYN-2026-00001", "Typ: Synpunkt", "Regel: 2 år efter avslut", "Loggposter: 3",
            "SYN-2026-00002", "Typ: Sekretess: 26 kap. 1 § OSL", "Regel: –", "Loggposter: 4",
        ]  # fmt: skip
        with sqlite3.connect(kept.folder / "klagreg.db") as file:
            (last,) = file.execute("SELECT kind, chain FROM event ORDER BY id DESC LIMIT 1")
        assert last[0] == "gallrad"
        assert last[1] in told

    def test_it_is_there_also_when_nobody_named_a_file(self, kept: Clerk) -> None:
        closed(kept)
        answer = destroy(kept, "--antal", "1", "--json").json
        path = kept.folder / "gallringsprotokoll-2026-11-02-091407.html"
        assert (answer["utfort"], answer["beslut"], answer["protokoll"]) == (True, DECISION, str(path))
        assert path.stat().st_mode & 0o777 == 0o600

    def test_copies_that_the_log_knows_of(self, kept: Clerk) -> None:
        log(kept, None, "exporterad", "/k/for-tidig.xlsx")
        kept.on("2026-11-03")
        first, second = closed(kept), closed(kept)
        log(kept, None, "exporterad", "/k/lista.xlsx")
        log(kept, first, "brev", "/k/brev.eml")
        log(kept, second, "brev", "/k/annat.eml")
        destroy(kept, first, "--antal", "1", "--protokoll", "p.txt")
        listed = kept("gallra", second, "--json").json["kopior"]
        assert [copy["fil"] for copy in listed] == ["/k/lista.xlsx", "/k/annat.eml"]
        told = (kept.folder / "p.txt").read_text("utf-8")
        assert re.findall(r"/k/\S+", told) == ["/k/lista.xlsx", "/k/brev.eml"]


def log(clerk: Clerk, number: str | None, kind: str, path: str) -> None:
    """Log that a file was made, as the commands that make one do."""
    with Register.open(clerk.folder / "klagreg.db", edge.Edge(clerk.now, clerk.name).env) as register, register.act():
        event = register.event(kind, register.env.today, [("fil", None, path)])
        if number:
            register.store.log(number, event)
        else:
            register.store.append_event(event)


def mask(clerk: Clerk, *words: str, code: int = 0) -> Any:
    return clerk("avidentifiera", *words, "--beslut", "BUN § 7", "--utfor", code=code)


class TestMask:
    """Avidentifiera: what points somebody out is replaced; the case is otherwise what it was."""

    def test_the_list_says_what_and_where_and_never_what_it_says(self, kept: Clerk) -> None:
        closed(kept)
        assert kept("avidentifiera", "1", "--dolj", "matsalen").out == (
            "SYN-2026-00001, avslutat tis 2024-02-20\n"
            "  Avsändaren töms: namn, telefon\n"
            "  Offentlig rubrik: ord att dölja (1 st)\n"
            "  Beskrivning: avsändarens namn (rad 1, tecken 6)\n"
            "  Beskrivning: telefonnummer (rad 1, tecken 24)\n"
            "  Svar: avsändarens namn (rad 1, tecken 5)\n"
            "  Logg tor 2024-02-01, offentlig rubrik: ord att dölja (1 st)\n"
            "  Logg tor 2024-02-01, beskrivning: avsändarens namn (rad 1, tecken 6)\n"
            "  Logg tor 2024-02-01, beskrivning: telefonnummer (rad 1, tecken 24)\n"
            "  Logg mån 2024-02-05, anteckning: avsändarens namn (rad 1, tecken 1)\n"
            "  Logg tis 2024-02-20, svar: avsändarens namn (rad 1, tecken 5)\n"
            "\n"
            "Inget är ändrat. Avidentifiera 1 ärende med --beslut TEXT --utfor; det går inte att ångra.\n"
        )
        assert case(kept, "1")["beskrivning"] == WRITTEN

    def test_texts_are_masked_the_sender_is_emptied_and_the_rest_stays(self, kept: Clerk) -> None:
        closed(kept)
        kept("atgarda", "1", "Nya vagnar", "--datum", "2024-02-19")
        before = case(kept, "1")
        mask(kept, "1", "--dolj", "matsalen", "--antal", "1")
        after = case(kept, "1", "--personuppgifter")
        assert {name: value for name, value in after.items() if value != before.get(name)} == {
            "rubrik": "Kö i [uppgift borttagen]",
            "beskrivning": "Ring [namn borttaget] på [telefonnummer borttaget].",
            "svar": "Hej [namn borttaget], vi ser över kön.",
            "avsandare": {**after["avsandare"], "roll": "medborgare", "namn": None, "telefon": None},
            "borttaget": [{"datum": "2026-11-02", "slag": "avidentifiering", "beslut": "BUN § 7", "av": "anna.berg"}],
            "handelser": after["handelser"],
        }
        assert residue(kept.folder, ["Qvistgren", "matsalen", "070-174 06 05"]) == []
        assert "stämmer inte" not in kept("kontrollera").out

    def test_what_stands_in_the_log_alone_is_kept_masked(self, kept: Clerk) -> None:
        closed(kept)
        kept("atgarda", "1", "Nya vagnar", "--datum", "2024-02-19")
        mask(kept, "1", "--antal", "1")
        events = {event["handelse"]: event for event in case(kept, "1")["handelser"]}
        told = [e for e in case(kept, "1")["handelser"] if e["handelse"] == "avidentifierad"]
        assert ("anteckning", "[namn borttaget] ringde igen") in [(e["falt"], e["till"]) for e in told]
        # An entry where nothing was found is what it was.
        assert events["atgard"]["till"]["text"] == "Nya vagnar"

    def test_words_may_stand_in_a_file(self, kept: Clerk) -> None:
        closed(kept)
        (kept.folder / "ord.txt").write_text("matsalen\n\nKö\n", "utf-8")
        mask(kept, "1", "--dolj", "@ord.txt", "--antal", "1")
        assert case(kept, "1")["rubrik"] == "[uppgift borttagen] i [uppgift borttagen]"
        assert kept("avidentifiera", "1", "--dolj", "–", code=2).err.startswith("Fel: --dolj: ")

    def test_colleagues_are_named_as_such(self, kept: Clerk) -> None:
        kept("handlaggare", "lagg-till", "maja.q@kommun.se")
        words = ["--typ", "synpunkt", "--handlaggare", "maja.q@kommun.se", "--mottagen-av", "maja.q@kommun.se"]
        kept("registrera", *words, "--enhet", "Parkskolan", "--text", "Skriv till maja.q@kommun.se")
        kept("avsluta", "1", "--utfall", "forklaring", "--svar", "Hej", "--satt", "brev")
        mask(kept, "1", "--antal", "1")
        after = case(kept, "1")
        assert (after["mottagen_av"], after["handlaggare"]) == ("maja.q@kommun.se",) * 2
        assert after["beskrivning"] == "Skriv till [e-postadress borttagen]"

    def test_a_masked_case_goes_on_as_others(self, kept: Clerk) -> None:
        closed(kept)
        mask(kept, "1", "--antal", "1")
        kept("ateruppta", "1", "--orsak", "Ny uppgift")
        kept("avsluta", "1", "--utfall", "atgardad", "--svar", "Klart", "--satt", "brev")
        assert case(kept, "1")["svar"] == "Klart"
        assert "stämmer inte" not in kept("kontrollera").out

    def test_nothing_to_mask_changes_nothing(self, kept: Clerk) -> None:
        closed(kept)
        mask(kept, "1", "--antal", "1")
        told = "Fel: Det finns inget att avidentifiera. Inget är ändrat.\n"
        assert mask(kept, "1", "--antal", "1", code=3).err == told

    def test_open_cases_are_refused(self, kept: Clerk) -> None:
        kept("registrera", "--typ", "synpunkt", *MAJA)
        assert kept("avidentifiera", "1", code=3).err.startswith("Fel: SYN-2026-00001 är inte avslutat.")

    def test_of_a_secret_case_nothing_is_told(self, kept: Clerk) -> None:
        closed(kept)
        kept("sekretess", "1", "--lagrum", "26 kap. 1 § OSL")
        assert kept("avidentifiera", "1").out.splitlines()[:2] == [
            "SYN-2026-00001, avslutat tis 2024-02-20",
            "  Sekretess: 26 kap. 1 § OSL. Vad som ersätts och var visas inte.",
        ]
        mask(kept, "1", "--antal", "1", "--protokoll", "p.txt")
        assert "telefonnummer 2" not in (kept.folder / "p.txt").read_text("utf-8")

    def test_a_masked_case_can_be_destroyed_later(self, kept: Clerk) -> None:
        every_part(kept)
        before = figures(kept)
        mask(kept, "1", "--antal", "1")
        destroy(kept, "--antal", "1")
        assert figures(kept) == before
        assert "stämmer inte" not in kept("kontrollera").out


NAMES = st.text(st.sampled_from("qjwvåäö"), min_size=6, max_size=9).map(str.capitalize)
PHRASES = st.lists(
    st.sampled_from(
        ["{a}", "{b}", "{a} {b}s", "070-174 06 05", "640823-3234", "{a}@{b}.se", "Storgatan 3", "blåxqvagnar"]
    ),
    min_size=1,
    max_size=6,
).map(" ".join)


# What shrinks a failure would run it thousands of times.
@settings(max_examples=8, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(a=NAMES, b=NAMES, written=st.lists(PHRASES, min_size=6, max_size=6))
def test_whatever_is_written_is_gone(kept: Clerk, a: str, b: str, written: list[str]) -> None:
    """Masked, nothing is found in any text of the case or its log; destroyed, no byte of it is left."""
    title, text, note, answer, measure, reason = (phrase.format(a=a, b=b) for phrase in written)
    words = ["--rubrik", title, "--text", text, "--namn", f"{a} {b}", "--inkommen", "2024-02-01"]
    number = str(kept("registrera", "--typ", "synpunkt", *words, "--json").json["arendenummer"])
    kept("anteckna", number, note, "--datum", "2024-02-02")
    kept("atgarda", number, measure, "--datum", "2024-02-02")
    kept("aterkoppla", number, "--slag", "forsening", "--satt", "brev", "--orsak", reason, "--datum", "2024-02-02")
    kept("avsluta", number, "--utfall", "forklaring", "--svar", answer, "--satt", "brev", "--datum", "2024-02-03")
    before = told(kept, "2024")
    kept("avidentifiera", number, "--beslut", "§ 7", "--utfor", "--antal", "1", "--protokoll", "p.txt", "--ersatt")
    with Register.open(kept.folder / "klagreg.db", edge.Edge(kept.now, kept.name).env) as register:
        case = register.case(number)
        events = register.events(case)
    left = [text for event in events for _, text in texts(event.changes)]

    def collects(_: str, text: str) -> str:
        left.append(text)
        return text

    casework.with_texts(case, collects)
    assert [text for text in left if identities.find(text, [a, b])] == []
    assert residue(kept.folder, [a, b]) == []
    destroy(kept, number, "--antal", "1", "--protokoll", "p.txt", "--ersatt")
    assert residue(kept.folder, [a, b, "blåxqvagnar"]) == []
    assert told(kept, "2024") == before


def test_every_field_of_a_case_is_taken_away_or_known_to_stay() -> None:
    """A field that is added later must be thought of here."""
    stays = {
        "type", "received", "rule_set", "year", "serial", "number", "external_source", "external_id", "status",
        "registered_at", "registered_by", "channel", "board", "unit", "area", "anonymous", "contact",
        "unreachable_from", "handler", "handler_named_on", "outcome", "closed_on", "voided_on", "closings",
        "handovers", "deadlines", "provider", "affects", "general", "individual", "protected",
    }  # fmt: skip
    goes = {
        "title", "diary_number", "description", "proposal", "answer", "sender", "feedback", "measures", "routes",
        "stamps", "copies", "referrals", "participants", "received_by", "occurred_on", "kept_elsewhere", "lesson",
        "publication", "secrecy", "erasures",
    }  # fmt: skip
    assert {*Case._fields} == stays | goes
    assert Erasure(date(2026, 1, 1), ErasureKind.DESTROYED, "§", "a").kind.label == "Gallrat"
