"""Lists, search, log and the explained deadline: what a registrator sees when she looks."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.conftest import Clerk

Register = Callable[..., str]


def numbers(clerk: Clerk, *words: str) -> list[str]:
    return [case["arendenummer"][-1] for case in clerk(*words, "--json").json]


class TestSearch:
    @pytest.fixture
    def cases(self, klagreg: Clerk, registered: Register) -> Clerk:
        registered("--rubrik", "Hål i vägen", "--text", "Stort HÅL vid Storgatan", "--namn", "Hemlig Person")
        registered("--rubrik", "Gatubelysningen trasig", "--forslag", "Byt lampa")
        registered("--rubrik", "Ett hal golv i hallen")
        klagreg("avsluta", "3", "--utfall", "atgardad", "--svar", "Golvet är sandat", "--satt", "brev")
        return klagreg

    @pytest.mark.parametrize(
        ("words", "found"),
        [
            ("hål", ["1"]),
            ("HÅL", ["1"]),
            ("ha\u030al", ["1"]),
            ("hal", ["3"]),
            ("vägen hål", ["1"]),
            ("väg", ["1"]),
            ("lampa", ["2"]),
            ("sandat", ["3"]),
            ("belysning", ["2"]),
            ("golv hål", []),
            ("hemlig", []),
        ],
    )
    def test_words_in_any_case_but_with_their_dots(self, cases: Clerk, words: str, found: list[str]) -> None:
        assert numbers(cases, "sok", words) == found

    @pytest.mark.parametrize(
        "odd",
        ['"', "hål*", "hål OR golv", "NOT", "title:hål", "(", "%", "_", "';--", "^hål", "hål AND", "\\", "-", "🙂"],
    )
    def test_odd_signs_are_only_signs(self, cases: Clerk, odd: str) -> None:
        cases("sok", odd)

    def test_follows_what_is_changed(self, cases: Clerk) -> None:
        cases("uppdatera", "2", "--rubrik", "Lyktstolpen lutar")
        assert (numbers(cases, "sok", "gatubelysningen"), numbers(cases, "sok", "lyktstolpe")) == ([], ["2"])

    def test_within_a_filter(self, cases: Clerk) -> None:
        assert numbers(cases, "sok", "hål", "--status", "avslutad") == []

    def test_for_nothing(self, cases: Clerk) -> None:
        assert cases("sok", " ", code=2).err == "Fel: TEXT saknas. Ange TEXT.\n"


class TestList:
    def test_filters(self, klagreg: Clerk, registered: Register) -> None:
        registered("--inkommen", "2026-10-01", "--handlaggare", "eva.lind")
        klagreg("registrera", "--typ", "berom", "--namnd", "TN", "--inkommen", "2026-10-15")
        registered()
        assert numbers(klagreg, "lista") == ["3", "2", "1"]
        assert numbers(klagreg, "lista", "--typ", "beröm") == ["2"]
        assert numbers(klagreg, "lista", "--enhet", "parkskolan") == ["3", "1"]
        assert numbers(klagreg, "lista", "--namnd", "tn") == ["2"]
        assert numbers(klagreg, "lista", "--status", "tilldelad") == ["1"]
        assert numbers(klagreg, "lista", "--handlaggare", "eva.lind") == ["1"]
        assert numbers(klagreg, "lista", "--fran", "10/10", "--till", "20/10") == ["2"]
        assert numbers(klagreg, "lista", "--forsenade") == ["1"]
        assert numbers(klagreg, "lista", "--forsenade", "--per", "2026-10-08") == []
        assert numbers(klagreg, "lista", "--antal", "1") == ["3"]

    def test_as_a_table(self, klagreg: Clerk, registered: Register) -> None:
        registered("--inkommen", "2026-10-01", "--rubrik", "Kö")
        registered("--rubrik", "Kall mat")
        klagreg("registrera", "--typ", "synpunkt", "--rubrik", "Fler böcker")
        klagreg("avsluta", "3", "--utfall", "ingen_atgard", "--utan-svar", "avstar")
        assert klagreg("lista").out == (
            "Ärende          Inkommen       Ålder  Typ       Enhet       Läge                     Rubrik\n"
            "SYN-2026-00003  2026-11-02         –  Synpunkt  –           Avslutad                 Fler böcker\n"
            "SYN-2026-00002  2026-11-02   0 dagar  Klagomål  Parkskolan  Senast mån 2026-11-09    Kall mat\n"
            "SYN-2026-00001  2026-10-01  32 dagar  Klagomål  Parkskolan  Försenad tor 2026-10-08  Kö\n"
        )

    def test_is_of_a_length_that_can_be_read(self, klagreg: Clerk, registered: Register) -> None:
        for _ in range(3):
            registered()
        shown = klagreg("lista", "--antal", "2").out.splitlines()
        assert len(shown) == 4
        assert shown[-1] == "Visar de 2 senaste. Fler med --antal 8, eller välj med --status, --enhet, --fran …"

    def test_unknown_names_in_a_filter(self, klagreg: Clerk) -> None:
        klagreg("lista", "--enhet", "Finns inte", code=4)
        klagreg("lista", "--handlaggare", "finns.inte", code=4)
        klagreg("lista", "--namnd", "XYZ", code=4)
        assert klagreg("lista", "--status", "försenad", code=2).err == (
            "Fel: --status: ”försenad” finns inte bland valen. Välj bland: inkommen, tilldelad, avslutad, makulerad.\n"
        )


class TestExplainedDeadline:
    def test_of_a_case(self, klagreg: Clerk, registered: Register) -> None:
        registered("--inkommen", "2026-10-30")
        assert klagreg("frist", "1").out.split("\n\n")[1] == (
            "Första återkoppling, 5 arbetsdagar: sista dag fre 2026-11-06\n"
            "Dag             Räknas  Varför\n"
            "fre 2026-10-30  nej     Dag 0: dagen ärendet kom in räknas inte\n"
            "lör 2026-10-31  nej     Alla helgons dag\n"
            "sön 2026-11-01  nej     Söndag\n"
            "mån 2026-11-02  ja      Arbetsdag 1\n"
            "tis 2026-11-03  ja      Arbetsdag 2\n"
            "ons 2026-11-04  ja      Arbetsdag 3\n"
            "tor 2026-11-05  ja      Arbetsdag 4\n"
            "fre 2026-11-06  ja      Arbetsdag 5"
        )

    def test_without_a_case_and_without_a_register(self, desk: Clerk) -> None:
        answer = desk("frist", "--fran", "2025-04-11", "--antal", "3", "--raknas-i", "dagar", "--json")
        assert answer.json == {
            "fran": "2025-04-11",
            "antal": 3,
            "raknas_i": "dagar",
            "senast": "2025-04-14",
            "dagar": [
                {"datum": "2025-04-11", "raknas": False, "varfor": "Dag 0: dagen ärendet kom in räknas inte"},
                {"datum": "2025-04-12", "raknas": True, "varfor": "Dag 1 (Lördag)"},
                {"datum": "2025-04-13", "raknas": True, "varfor": "Dag 2 (Söndag)"},
                {"datum": "2025-04-14", "raknas": True, "varfor": "Dag 3"},
            ],
        }

    @pytest.mark.parametrize(
        ("words", "last"),
        [
            (["--fran", "2000-01-01", "--antal", "1", "--raknas-i", "arbetsdagar"], "2000-01-03"),
            (["--fran", "2100-12-31", "--antal", "5", "--raknas-i", "arbetsdagar"], "2101-01-10"),
            (["--fran", "2026-12-18", "--antal", "2", "--raknas-i", "veckor"], "2027-01-01"),
            (
                ["--fran", "2026-12-18", "--antal", "2", "--raknas-i", "veckor", "--forskjutning", "nästa arbetsdag"],
                "2027-01-04",
            ),
        ],
    )
    def test_any_day(self, desk: Clerk, words: list[str], last: str) -> None:
        assert desk("frist", *words, "--json").json["senast"] == last

    def test_local_days_off_are_counted_and_named(self, desk: Clerk) -> None:
        (desk.folder / "egen.toml").write_text(
            'namn = "x"\n[[frist]]\nnyckel = "svar"\nrubrik = "Svar"\nantal = 2\nraknas_i = "arbetsdagar"\n'
            'fullgors_av = ["slutsvar"]\n[[ledig_dag]]\ndag = 2026-11-03\nnamn = "Kommunhuset stängt"\n',
            encoding="utf-8",
        )
        desk("init", "--regler", "egen.toml")
        desk("registrera", "--typ", "klagomal")
        assert "tis 2026-11-03  nej     Kommunhuset stängt\n" in desk("frist", "1").out
        assert desk("visa", "1", "--json").json["frister"][0]["senast"] == "2026-11-05"

    def test_of_praise(self, klagreg: Clerk) -> None:
        klagreg("registrera", "--typ", "berom")
        assert "Inga frister: beröm behöver inget svar." in klagreg("frist", "1").out


def test_a_log_that_can_be_read(klagreg: Clerk, registered: Register) -> None:
    registered("--rubrik", "Kö", "--kanal", "telefon", "--telefon", "070-1740605")
    klagreg.on("2026-11-05", "10:00:00")
    klagreg.name = "eva.lind"
    klagreg("aterkoppla", "1", "--slag", "bekraftelse", "--satt", "telefon", "--datum", "4/11")
    klagreg("anteckna", "1", "Rektor kontaktad")
    assert klagreg("logg", "1").out == (
        "SYN-2026-00001  Kö\n"
        "2026-11-02 09:14  anna.berg  Registrerat\n"
        "    Typ: klagomål\n"
        "    Offentlig rubrik: Kö\n"
        "    Inkommen: 2026-11-02\n"
        "    Status: inkommen\n"
        "    Kanal: telefon\n"
        "    Nämnd: BUN\n"
        "    Enhet: Parkskolan\n"
        "    Kontakt: kan besvaras\n"
        "    Frist Första återkoppling: sista dag 2026-11-09\n"
        "    Frist Svar: sista dag 2026-11-16\n"
        "    Telefon: (uppgift om person, visas inte i loggen)\n"
        "2026-11-05 10:00  eva.lind  Återkoppling till avsändaren (gäller ons 2026-11-04)\n"
        "    Återkoppling 1: datum 2026-11-04, slag bekräftelse, sätt telefon, av eva.lind\n"
        "    Frist Första återkoppling: uppfylld 2026-11-04\n"
        "2026-11-05 10:00  eva.lind  Anteckning\n"
        "    Text: Rektor kontaktad\n"
    )


def test_bare_klagreg_when_all_is_well(klagreg: Clerk) -> None:
    assert klagreg().out == (
        "Läget mån 2026-11-02\nInget är försenat och inget förfaller de närmaste arbetsdagarna.\nInga öppna ärenden.\n"
    )
