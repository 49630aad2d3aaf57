"""What each municipality has promised, lived through: which act meets which deadline."""

from __future__ import annotations

from pathlib import Path

import pytest

from klagreg import profile as profiles
from klagreg.errors import BadProfile
from klagreg.staff import Handler, Unit
from tests.conftest import Clerk


@pytest.fixture
def at(desk: Clerk):  # type: ignore[no-untyped-def]
    """A desk in a municipality, with one case that came in on Monday 2 November 2026."""

    def sit_down(profile: str) -> Clerk:
        desk("init", "--regler", profile)
        desk("registrera", "--typ", "klagomal", "--rubrik", "Kort ton")
        return desk

    return sit_down


def deadlines(desk: Clerk) -> list[tuple[str, str, str]]:
    return [(d["frist"], d["senast"], d["lage"]) for d in desk("visa", "1", "--json").json["frister"]]


class TestOsby:
    """Ten calendar days to word of the status, from the handler (3.4.1)."""

    def test_ten_days_are_calendar_days_and_stay_on_a_thursday(self, at) -> None:  # type: ignore[no-untyped-def]
        assert deadlines(at("osby")) == [("status", "2026-11-12", "vantar")]

    def test_a_receipt_before_a_handler_is_named_meets_nothing_and_says_so(self, at) -> None:  # type: ignore[no-untyped-def]
        desk = at("osby")
        assert desk("aterkoppla", "1", "--slag", "bekraftelse", "--satt", "e-post").out == (
            "SYN-2026-00001  Kort ton\n"
            "  Uppfyller ingen frist: ingen handläggare är utsedd. Sista dag tor 2026-11-12.\n"
            "  Utse handläggare: klagreg tilldela SYN-2026-00001 NAMN\n"
        )
        desk("tilldela", "1", "eva.lind", "--ny")
        assert deadlines(desk) == [("status", "2026-11-12", "vantar")]
        desk("aterkoppla", "1", "--slag", "status", "--satt", "e-post")
        assert deadlines(desk) == [("status", "2026-11-12", "i_tid")]

    def test_the_order_of_typing_does_not_matter_only_the_days(self, at) -> None:  # type: ignore[no-untyped-def]
        desk = at("osby").on("2026-11-06")
        desk("aterkoppla", "1", "--slag", "status", "--satt", "e-post", "--datum", "2026-11-05")
        desk("tilldela", "1", "eva.lind", "--ny", "--datum", "2026-11-04")
        assert deadlines(desk) == [("status", "2026-11-12", "i_tid")]


class TestEnkoping:
    """Five working days to word that it reached us and who is responsible."""

    def test_a_matter_solved_directly_needs_no_handler(self, at) -> None:  # type: ignore[no-untyped-def]
        desk = at("enkoping")
        desk("avsluta", "1", "--utfall", "atgardad", "--svar", "Åtgärdat direkt.", "--satt", "telefon")
        assert deadlines(desk) == [("aterkoppling", "2026-11-09", "i_tid")]


class TestKinda:
    """Ten working days, met by a measure carried out or by word that it is being investigated."""

    def test_a_measure_carried_out_meets_it(self, at) -> None:  # type: ignore[no-untyped-def]
        desk = at("kinda")
        desk("atgarda", "1", "Samtal med personalen")
        assert deadlines(desk) == [("atgard", "2026-11-16", "vantar")]
        desk.on("2026-11-16")("atgarda", "1", "--nr", "1", "--genomford", "idag")
        assert deadlines(desk) == [("atgard", "2026-11-16", "i_tid")]

    def test_word_that_it_is_investigated_meets_it_but_a_receipt_does_not(self, at) -> None:  # type: ignore[no-untyped-def]
        desk = at("kinda")
        desk("aterkoppla", "1", "--slag", "bekraftelse", "--satt", "telefon")
        assert deadlines(desk)[0][2] == "vantar"
        desk("aterkoppla", "1", "--slag", "utreds", "--satt", "telefon")
        assert deadlines(desk)[0][2] == "i_tid"

    def test_it_applies_to_an_anonymous_case_too(self, desk: Clerk) -> None:
        desk("init", "--regler", "kinda")
        desk("registrera", "--typ", "klagomal", "--anonym")
        assert deadlines(desk) == [("atgard", "2026-11-16", "vantar")]


class TestNacka:
    """Five working days are a promise; ten are a goal, reached by closing."""

    def test_the_goal_is_met_by_closing_not_by_answering(self, at) -> None:  # type: ignore[no-untyped-def]
        desk = at("nacka")
        desk("aterkoppla", "1", "--slag", "slutsvar", "--satt", "telefon")
        assert [d[2] for d in deadlines(desk)] == ["i_tid", "vantar"]
        assert "Slutlig handläggning (mål) senast mån 2026-11-16" in desk("visa", "1").out
        desk("avsluta", "1", "--utfall", "atgardad")
        assert [d[2] for d in deadlines(desk)] == ["i_tid", "i_tid"]


class TestLomma:
    def test_says_that_the_number_is_the_registers_own(self, desk: Clerk) -> None:
        assert desk("init", "--regler", "lomma").err == (
            "Dokumentet anger inget antal dagar; tio arbetsdagar är registrets eget val.\n"
        )


RULE = """
[[frist]]
nyckel = "svar"
rubrik = "Svar"
antal = 10
raknas_i = "dagar"
fullgors_av = ["slutsvar"]
"""


class TestOwnProfile:
    def test_a_unit_and_a_handler_that_a_setting_names_exist(self) -> None:
        profile = profiles.parse(
            "namn = 'x'\nenhet_utan_angivelse = 'Kansliet'\nallmant_till = 'Chefen'"
            + RULE
            + "[[enhet]]\nnamn = 'KANSLIET'\nmottagare = 'Registratorn'\n",
            "egen.toml",
        )
        assert profile.units == (Unit("KANSLIET", receiver="Registratorn"),)
        assert profile.handlers == (Handler("Chefen"),)

    def test_every_optional_key(self) -> None:
        profile = profiles.parse(
            """
            namn = "Vårt regelverk"
            kalla = "KF 2026-06-15 § 77"
            typer = ["klagomål", "synpunkt"]
            [arendenummer]
            prefix = "KLAGO"
            format = "{ar}/{prefix} {nr:04}"
            [[frist]]
            nyckel = "svar"
            rubrik = "Svar"
            antal = 2
            raknas_i = "veckor"
            forskjutning = "nasta_arbetsdag"
            fullgors_av = ["slutsvar"]
            utan_kontakt = "avslut"
            kraver_handlaggare = true
            galler_typer = ["klagomal"]
            art = "mal"
            kalla = "§ 3"
            [kanaler]
            drive_in = ["Drive-in", "Lucka"]
            [omraden]
            bad = "Badhus"
            [[enhet]]
            namn = "Badhuset"
            namnd = "KFN"
            [[ledig_dag]]
            dag = 2026-05-15
            namn = "Klämdag"
            """,
            "egen.toml",
        )
        assert profile.number_format == "{ar}/{prefix} {nr:04}"
        assert profile.rules[0].in_words == (
            "2 veckor från ankomstdagen; flyttas till nästa arbetsdag;"
            " uppfylls av slutsvar när handläggare är utsedd; ett mål, inget löfte"
        )
        assert profile.channels["drive_in"] == ("Drive-in", "Lucka")
        assert profile.units == (Unit("Badhuset", "KFN"),)

    @pytest.mark.parametrize(
        ("toml", "message"),
        [
            ("", "namn: saknas."),
            ("namn = 'x'\nfrist = [", "(hela filen): inte giltig TOML i slutet av filen."),
            ("namn = x", "(hela filen): inte giltig TOML på rad 1, tecken 8."),
            ('namn = "x"', "frist: minst en [[frist]] behövs."),
            ("namn = 'x'" + RULE.replace("10", '"tio"'), "frist[1].antal: ska vara ett heltal 1–366."),
            ("namn = 'x'" + RULE.replace("10", "0"), "frist[1].antal: ska vara ett heltal 1–366."),
            (
                "namn = 'x'" + RULE.replace('"dagar"', '"arbetsdag"'),
                "frist[1].raknas_i: ”arbetsdag” finns inte bland valen. Menade du arbetsdagar?",
            ),
            ("namn = 'x'" + RULE.replace("antal", "antl"), "frist[1].antal: saknas."),
            ("namn = 'x'" + RULE + "anta = 3", "frist[1].anta: okänd nyckel. Menade du antal?"),
            ("namn = 'x'\nfrister = 1" + RULE, "frister: okänd nyckel. Menade du frist?"),
            ("namn = 'x'" + RULE + RULE, "frist[2].nyckel: ”svar” finns redan."),
            ("namn = 'x'" + RULE + 'galler_typer = ["berom"]', "frist[1].galler_typer: beröm har inga frister."),
            (
                "namn = 'x'" + RULE + '[arendenummer]\nformat = "{nr}"',
                "arendenummer.format: skriv till exempel {prefix}-{ar}-{nr:05}; {ar} och {nr} måste finnas med.",
            ),
            (
                "namn = 'x'" + RULE + '[[ledig_dag]]\ndag = "2026-05-15"\nnamn = "x"',
                "ledig_dag[1].dag: skriv ett datum utan citattecken, till exempel 2026-05-15.",
            ),
            (
                "namn = 'x'" + RULE + '[[ledig_dag]]\ndag = 2026-05-15T00:00:00\nnamn = "x"',
                "ledig_dag[1].dag: skriv ett datum utan citattecken, till exempel 2026-05-15.",
            ),
            (
                "namn = 'x'" + RULE + '[[enhet]]\nnamn = "Ängen"\n[[enhet]]\nnamn = "ÄNGEN "\nnamnd = "BUN"',
                "enhet[2].namn: ”ÄNGEN” finns redan.",
            ),
        ],
    )
    def test_a_fault_names_its_key(self, toml: str, message: str) -> None:
        with pytest.raises(BadProfile) as refusal:
            profiles.parse(toml, "egen.toml")
        assert str(refusal.value) == f"Regelverket egen.toml, nyckeln {message}"

    def test_numbers_in_the_municipalitys_own_form_are_found(self, desk: Clerk) -> None:
        Path("egen.toml").write_text(
            'namn = "Tyresö"\n[arendenummer]\nprefix = "BUN"\nformat = "{ar}/{prefix} {nr:04}"' + RULE, encoding="utf-8"
        )
        desk("init", "--regler", "egen.toml")
        assert desk("registrera", "--typ", "synpunkt", "--json").json["arendenummer"] == "2026/BUN 0001"
        for reference in ("1", "2026-1", "2026/BUN 0001", "2026/bun 0001"):
            desk("visa", reference)


def test_the_units_of_a_profile_are_checked_as_others_are(desk: Clerk) -> None:
    Path("egen.toml").write_text(
        'namn = "x"' + RULE + '[[enhet]]\nnamn = "Ängen"\nnamnd = "bun"\n[[enhet]]\nnamn = "-"', encoding="utf-8"
    )
    answer = desk("init", "--namnd", "BUN", "--regler", "egen.toml", code=2)
    assert answer.err == "Fel: Enheten: ”-” kan inte vara ett namn.\n"
    assert sorted(path.name for path in desk.folder.iterdir()) == ["egen.toml"]
    Path("egen.toml").write_text(Path("egen.toml").read_text("utf-8").replace('"-"', '"Lunden"'), encoding="utf-8")
    desk("init", "--namnd", "BUN", "--regler", "egen.toml")
    assert [(unit["enhet"], unit["namnd"]) for unit in desk("enhet", "lista", "--json").json] == [
        ("Lunden", "BUN"),
        ("Ängen", "BUN"),
    ]


def test_a_day_off_that_is_a_helgdag_already_keeps_its_name(desk: Clerk) -> None:
    Path("egen.toml").write_text(
        'namn = "x"' + RULE + '[[ledig_dag]]\ndag = 2026-12-25\nnamn = "Klämdag"'
        '\n[[ledig_dag]]\ndag = 2026-12-28\nnamn = "Mellandag"',
        encoding="utf-8",
    )
    desk("init", "--regler", "egen.toml")
    assert desk("regler", "visa", "--json").json["lediga_dagar"] == {"2026-12-28": "Mellandag"}


def test_a_case_keeps_the_rules_it_was_given(desk: Clerk) -> None:
    desk("init")
    desk("registrera", "--typ", "klagomal")
    desk("regler", "andra", "osby", "--fran", "2026-11-16")
    assert [d[0] for d in deadlines(desk)] == ["aterkoppling", "svar"]
    desk.on("2026-11-16")
    desk("registrera", "--typ", "klagomal", "--inkommen", "2026-11-15")
    desk("registrera", "--typ", "klagomal")
    keys = [[d["frist"] for d in case["frister"]] for case in desk("lista", "--json").json]
    assert keys == [["status"], ["aterkoppling", "svar"], ["aterkoppling", "svar"]]


def test_all_built_in_profiles_are_listed(desk: Clerk) -> None:
    listed = desk("regler", "lista").out
    assert [line.split(":")[0] for line in listed.splitlines() if not line.startswith(" ")] == list(profiles.BUILT_IN)
