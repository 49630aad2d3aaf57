"""What one municipality or another does with a case, as stories at the registrator's desk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Clerk

SitDown = Callable[..., Clerk]


@pytest.fixture
def at(desk: Clerk) -> SitDown:
    """A desk in a municipality, Monday 2 November 2026, with the units Hemtjänsten and Köket."""

    def sit_down(profile: str) -> Clerk:
        with desk.begun(f"omsorgen: {Path(profile).read_text('utf-8') if Path(profile).exists() else profile}"):
            desk("init", "--regler", profile, "--namnd", "SN")
            desk("enhet", "lagg-till", "Hemtjänsten")
            desk("enhet", "lagg-till", "Köket")
        return desk

    return sit_down


class TestOsby:
    """Riktlinjer KF 2017-02-13."""

    def test_a_case_without_a_unit_lies_at_the_kansli_until_it_is_handed_over(self, at: SitDown) -> None:
        desk = at("osby")
        answer = desk("registrera", "--typ", "klagomal", "--rubrik", "Hål i vägen")
        assert answer.err == (
            "Ingen verksamhet är angiven: ärendet ligger hos Kansliet. Lämna det vidare med klagreg overlamna.\n"
            "Mottagare för Kansliet: Kansliets registrator.\n"
        )
        desk.on("2026-11-03")("overlamna", "1", "--till", "hemtjänsten")
        case = desk("visa", "1", "--json").json
        assert (case["enhet"], case["overlamningar"]) == (
            "Hemtjänsten",
            [
                {
                    "datum": "2026-11-03",
                    "fran_namnd": "SN",
                    "fran_enhet": "Kansliet",
                    "till_namnd": "SN",
                    "till_enhet": "Hemtjänsten",
                    "meddelad": None,
                }
            ],
        )

    @pytest.mark.parametrize(
        ("channel", "why"),
        [
            ("medborgardialog", "Information som lämnas vid medborgardialog klassas inte som synpunkt"),
            ("Dialogmöte", "Information som lämnas vid medborgardialog klassas inte som synpunkt"),
            ("utanför tjänsten", "Ett meddelande till en medarbetare som inte är i tjänst klassas inte som synpunkt"),
            ("Instagram", "Ett inlägg i andra sociala medier än åsiktsfliken klassas inte som synpunkt"),
            ("allmant_samtal", "Ett samtal som uttrycker allmän delaktighet klassas inte som synpunkt"),
        ],
    )
    def test_what_is_not_to_be_classed_is_refused_with_its_reason_and_not_counted(
        self, at: SitDown, channel: str, why: str
    ) -> None:
        desk = at("osby")
        error = desk("registrera", "--typ", "synpunkt", "--kanal", channel, code=3).err
        assert error.startswith(f"Fel: {why} eller klagomål: ")
        assert "(riktlinjer 3.3.1)" in error
        assert desk("lista").out == "Inga ärenden.\n"
        assert desk("sammanstall", "2026", "--json").json["inkomna"] == 0

    def test_the_opinion_tab_is_a_channel(self, at: SitDown) -> None:
        case = at("osby")("registrera", "--typ", "synpunkt", "--kanal", "åsiktsflik", "--json").json
        assert case["kanal"] == "sociala_medier"

    def test_a_case_takes_several_routes_each_with_its_body_and_day(self, at: SitDown) -> None:
        desk = at("osby")
        desk("registrera", "--typ", "forslag", "--rubrik", "Cykelbana")
        assert desk("vag", "1", "beredning", "--till", "Trafikgruppen").out == (
            "SYN-2026-00001  Cykelbana\n"
            "  Väg: Vidare beredning av annan tjänsteman eller beredningsgrupp – Trafikgruppen, mån 2026-11-02.\n"
        )
        case = desk.on("2026-11-20")("vag", "1", "politiskt_organ", "--till", "Tekniska nämnden", "--json").json
        assert case["vag"] == "politiskt_organ"
        assert case["vagar"] == [
            {"vag": "beredning", "till": "Trafikgruppen", "datum": "2026-11-02"},
            {"vag": "politiskt_organ", "till": "Tekniska nämnden", "datum": "2026-11-20"},
        ]

    def test_a_route_to_somebody_names_whom(self, at: SitDown) -> None:
        desk = at("osby")
        desk("registrera", "--typ", "forslag")
        assert desk("vag", "1", "forslag", code=2).err == (
            "Fel: --till saknas. Ange vart ärendet går: --till ORGAN (förslag förs vidare till beslutande instans).\n"
        )
        assert desk("vag", "1", "åtgärd").out.endswith(
            "  Väg: Åtgärd eller förbättring beslutas och vidtas, mån 2026-11-02.\n"
        )

    def test_a_decision_is_told_with_the_measures_it_promises(self, at: SitDown) -> None:
        desk = at("osby")
        desk("registrera", "--typ", "klagomal", "--enhet", "Köket", "--rubrik", "Kall mat")
        closed = desk(
            "avsluta", "1", "--utfall", "atgard_beslutad", "--svar", "Vi byter vagnar.", "--satt", "telefon",
            "--atgard", "Nya värmevagnar", "--ansvarig", "bo.ek", "--klar-senast", "2026-12-01",
        )  # fmt: skip
        assert closed.out == (
            "SYN-2026-00001  Kall mat\n"
            "  Fristen Besked om ärendets status är uppfylld (sista dag tor 2026-11-12).\n"
            "  [ ] 1. Nya värmevagnar – bo.ek, klar senast tis 2026-12-01\n"
            "  Avslutat mån 2026-11-02: åtgärd beslutad. Svaret gavs muntligt (telefon).\n"
        )

    def test_an_answer_given_before_can_get_its_text_when_the_case_is_closed(self, at: SitDown) -> None:
        desk = at("osby")
        desk("registrera", "--typ", "klagomal", "--enhet", "Köket")
        desk("aterkoppla", "1", "--slag", "slutsvar", "--satt", "telefon")
        desk("avsluta", "1", "--utfall", "forklaring", "--svar", "Så här gör vi.")
        case = desk("visa", "1", "--json").json
        assert (case["svar"], len(case["aterkopplingar"])) == ("Så här gör vi.", 1)
        desk("registrera", "--typ", "klagomal", "--enhet", "Köket")
        desk("aterkoppla", "2", "--slag", "slutsvar", "--satt", "telefon")
        assert desk("avsluta", "2", "--utfall", "forklaring").err == (
            "Beslutet är inte antecknat: klagreg uppdatera SYN-2026-00002 --svar TEXT\n"
        )

    def test_a_last_day_that_is_a_day_off_is_remarked_on(self, at: SitDown) -> None:
        desk = at("osby").on("2026-12-22")
        assert desk("registrera", "--typ", "klagomal", "--enhet", "Köket").err == (
            "Besked om ärendets status: fre 2027-01-01 är ingen arbetsdag."
            " Den sista arbetsdagen före är ons 2026-12-30.\n"
        )

    def test_what_is_not_to_be_classed_is_so_when_corrected_and_imported_too(self, at: SitDown) -> None:
        desk = at("osby")
        desk("registrera", "--typ", "klagomal", "--enhet", "Köket")
        assert "(riktlinjer 3.3.1)" in desk("uppdatera", "1", "--kanal", "Medborgardialog", code=3).err
        (desk.folder / "lista.csv").write_text("Typ;Inkommen;Kanal\nSynpunkt;2026-11-02;Instagram\n", "utf-8")
        assert "klassas inte som synpunkt eller klagomål" in desk("importera", "lista.csv", code=2).err

    def test_a_decided_measure_that_nobody_wrote_down_is_asked_for(self, at: SitDown) -> None:
        desk = at("osby")
        desk("registrera", "--typ", "klagomal", "--enhet", "Köket")
        closed = desk("avsluta", "1", "--utfall", "atgard_beslutad", "--svar", "Vi byter.", "--satt", "brev")
        assert closed.err == (
            "Ingen planerad åtgärd är antecknad: klagreg atgarda SYN-2026-00001 TEXT --ansvarig NAMN\n"
        )


class TestEnkoping:
    """Policy KF 2011-03-22."""

    def test_a_unit_may_promise_more_but_never_less(self, at: SitDown) -> None:
        desk = at("enkoping")
        assert desk("regler", "skarp", "--enhet", "köket", "--frist", "aterkoppling", "--antal", "3").out == (
            "Köket: Återkoppling med ansvarig handläggare inom 3 arbetsdagar"
            " för ärenden som kommer in från mån 2026-11-02.\n"
        )
        desk("registrera", "--typ", "klagomal", "--enhet", "Köket")
        desk("registrera", "--typ", "klagomal", "--enhet", "Hemtjänsten")
        assert [c["frister"][0]["senast"] for c in desk("lista", "--json").json] == ["2026-11-09", "2026-11-05"]
        assert (
            "Återkoppling med ansvarig handläggare, 3 arbetsdagar (strängare än regelverket)" in desk("frist", "1").out
        )
        looser = desk("regler", "skarp", "--enhet", "Köket", "--frist", "aterkoppling", "--antal", "6", code=3)
        assert looser.err == (
            "Fel: 6 arbetsdagar lovar mindre än regelverkets 5 arbetsdagar, till exempel för ett ärende som kommer in"
            " mån 2026-11-02. En egen regel får vara strängare men aldrig mildare.\n"
        )

    def test_seven_days_are_a_week_but_not_five_working_days(self, at: SitDown) -> None:
        # From Sunday 8 November: seven days end on Sunday 15th, five arbetsdagar already on Friday 13th.
        error = at("enkoping")(
            "regler", "skarp", "--namnd", "SN", "--frist", "aterkoppling", "--antal", "7", "--raknas-i", "dagar", code=3
        ).err
        assert "till exempel för ett ärende som kommer in lör 2026-11-07" in error

    def test_a_stricter_rule_holds_from_its_day_and_for_its_place(self, at: SitDown) -> None:
        desk = at("enkoping")
        desk("regler", "skarp", "--namnd", "SN", "--frist", "aterkoppling", "--antal", "2", "--fran", "2026-11-04")
        for day in ("2026-11-03", "2026-11-04"):
            desk.on(day)("registrera", "--typ", "klagomal", "--enhet", "Köket")
        desk("registrera", "--typ", "klagomal", "--namnd", "BUN")
        dues = [c["frister"][0]["senast"] for c in reversed(desk("lista", "--json").json)]
        assert dues == ["2026-11-10", "2026-11-06", "2026-11-11"]

    def test_the_arrival_day_corrected_keeps_the_stricter_rule(self, at: SitDown) -> None:
        desk = at("enkoping")
        desk("regler", "skarp", "--enhet", "Köket", "--frist", "aterkoppling", "--antal", "1", "--fran", "2026-10-01")
        desk("registrera", "--typ", "klagomal", "--enhet", "Köket")
        case = desk("uppdatera", "1", "--inkommen", "2026-10-30", "--json").json
        assert case["frister"][0]["senast"] == "2026-11-02"

    def test_a_unit_may_not_promise_less_than_its_own_namnd_nor_just_the_same(self, at: SitDown) -> None:
        desk = at("enkoping")
        desk("regler", "skarp", "--namnd", "SN", "--frist", "aterkoppling", "--antal", "3")
        rule = ("regler", "skarp", "--enhet", "Köket", "--frist", "aterkoppling", "--antal")
        assert "lovar mindre än de för SN redan lovade 3 arbetsdagar" in desk(*rule, "4", code=3).err
        assert desk(*rule, "3", code=3).err == (
            "Fel: 3 arbetsdagar lovar inget mer än de för SN redan lovade 3 arbetsdagar. Inget är ändrat.\n"
        )
        desk(*rule, "2", "--kalla", "Köket 2026-10-01")
        assert "  Strängare hos Köket: aterkoppling, 2 arbetsdagar, från mån 2026-11-02 (Köket 2026-10-01)\n" in (
            desk("regler", "visa").out
        )

    def test_a_unit_named_later_brings_its_stricter_rule(self, at: SitDown) -> None:
        desk = at("enkoping")
        desk("handlaggare", "lagg-till", "eva.lind")
        desk("regler", "skarp", "--enhet", "Köket", "--frist", "aterkoppling", "--antal", "3")
        for _ in range(3):
            desk("registrera", "--typ", "klagomal")
        desk("uppdatera", "1", "--enhet", "Köket")
        desk("tilldela", "2", "eva.lind", "--enhet", "Köket")
        assert [c["frister"][0]["senast"] for c in desk("lista", "--json").json] == [
            "2026-11-09", "2026-11-05", "2026-11-05",
        ]  # fmt: skip

    def test_a_correction_after_a_hand_over_keeps_the_promise_of_the_place_where_it_came_in(self, at: SitDown) -> None:
        desk = at("enkoping")
        desk("regler", "skarp", "--enhet", "Köket", "--frist", "aterkoppling", "--antal", "2")
        for unit, other in (("Hemtjänsten", "Köket"), ("Köket", "Hemtjänsten")):
            number = desk("registrera", "--typ", "klagomal", "--enhet", unit, "--json").json["arendenummer"]
            desk("overlamna", number, "--till", other)
            desk("uppdatera", number, "--typ", "synpunkt")
        assert [c["frister"][0]["senast"] for c in desk("lista", "--json").json] == ["2026-11-04", "2026-11-09"]

    def test_a_unit_that_was_wrong_takes_its_stricter_rule_with_it(self, at: SitDown) -> None:
        desk = at("enkoping")
        desk("regler", "skarp", "--enhet", "Köket", "--frist", "aterkoppling", "--antal", "2")
        desk("registrera", "--typ", "klagomal", "--enhet", "Köket")
        case = desk("uppdatera", "1", "--enhet", "Hemtjänsten", "--json").json
        assert case["frister"][0]["senast"] == "2026-11-09"

    def test_the_day_it_happened_can_be_taken_away(self, at: SitDown) -> None:
        desk = at("enkoping")
        desk("registrera", "--typ", "klagomal", "--handelsedag", "1/11")
        assert desk("uppdatera", "1", "--handelsedag", "", "--json").json["handelsedag"] is None

    def test_after_a_hand_over_nobody_is_responsible_until_somebody_is_named(self, at: SitDown) -> None:
        desk = at("enkoping")
        desk("handlaggare", "lagg-till", "eva.lind")
        desk("registrera", "--typ", "klagomal", "--enhet", "Köket", "--handlaggare", "eva.lind")
        desk.on("2026-11-04")("overlamna", "1", "--till", "Hemtjänsten")
        told = desk.on("2026-11-05")("aterkoppla", "1", "--slag", "bekraftelse", "--satt", "telefon").out
        assert "Uppfyller ingen frist: ingen handläggare är utsedd." in told
        assert desk("bevaka", "--per", "2026-11-03", "--json").json["otilldelade"] == []
        assert desk("bevaka", "--per", "2026-11-04", "--json").json["otilldelade"] == ["SYN-2026-00001"]

    def test_what_was_told_before_the_hand_over_still_counts(self, at: SitDown) -> None:
        desk = at("enkoping")
        desk("handlaggare", "lagg-till", "eva.lind")
        desk.on("2026-11-05")("registrera", "--typ", "klagomal", "--enhet", "Köket", "--inkommen", "2/11")
        desk("aterkoppla", "1", "--slag", "bekraftelse", "--satt", "telefon", "--datum", "4/11")
        desk("tilldela", "1", "eva.lind", "--datum", "3/11")
        desk("overlamna", "1", "--till", "Hemtjänsten")
        assert desk("visa", "1", "--json").json["frister"][0]["fullgjord"] == "2026-11-04"

    def test_what_happened_on_different_days_may_be_typed_in_any_order(self, at: SitDown) -> None:
        desk = at("enkoping")
        desk("handlaggare", "lagg-till", "eva.lind")
        named = ("tilldela", "eva.lind", "--datum", "3/11")
        moved = ("overlamna", "--till", "Hemtjänsten", "--datum", "5/11")
        told = ("aterkoppla", "--slag", "status", "--satt", "telefon", "--datum")
        desk.on("2026-11-12")
        for acts in ((named, (*told, "4/11"), moved), (named, moved, (*told, "4/11"))):
            number = desk("registrera", "--typ", "klagomal", "--enhet", "Köket", "--inkommen", "2/11", "--json").json[
                "arendenummer"
            ]
            for act in acts:
                desk(act[0], number, *act[1:])
            assert desk("visa", number, "--json").json["frister"][0]["fullgjord"] == "2026-11-04"
        for acts in ((named, (*told, "6/11"), moved), (named, moved, (*told, "6/11"))):
            number = desk("registrera", "--typ", "klagomal", "--enhet", "Köket", "--inkommen", "2/11", "--json").json[
                "arendenummer"
            ]
            for act in acts:
                desk(act[0], number, *act[1:])
            assert desk("visa", number, "--json").json["frister"][0]["fullgjord"] is None

    def test_where_a_case_lies_is_told_in_the_order_of_the_days(self, at: SitDown) -> None:
        desk = at("enkoping").on("2026-11-12")
        desk("handlaggare", "lagg-till", "eva.lind")
        desk("registrera", "--typ", "klagomal", "--enhet", "Köket", "--inkommen", "2/11")
        desk("overlamna", "1", "--till", "Hemtjänsten", "--datum", "5/11")
        for words in (("overlamna", "1", "--till", "Köket"), ("tilldela", "1", "eva.lind")):
            assert desk(*words, "--datum", "4/11", code=3).err == (
                "Fel: SYN-2026-00001 lämnades över tor 2026-11-05, efter ons 2026-11-04."
                " Ange en senare dag med --datum.\n"
            )
        desk("tilldela", "1", "eva.lind", "--datum", "9/11")
        assert (
            "eva.lind utsågs mån 2026-11-09" in desk("overlamna", "1", "--till", "Köket", "--datum", "6/11", code=3).err
        )

    def test_a_corrected_arrival_day_names_nobody_earlier(self, at: SitDown) -> None:
        desk = at("enkoping")
        desk("handlaggare", "lagg-till", "eva.lind")
        desk.on("2026-11-03")("registrera", "--typ", "klagomal")
        desk("aterkoppla", "1", "--slag", "bekraftelse", "--satt", "telefon")
        desk("tilldela", "1", "eva.lind")
        desk("uppdatera", "1", "--inkommen", "igår")
        assert desk("visa", "1", "--json").json["frister"][0]["lage"] == "vantar"

    def test_an_unknown_promise_is_suggested(self, at: SitDown) -> None:
        error = at("enkoping")(
            "regler", "skarp", "--enhet", "Köket", "--frist", "aterkopling", "--antal", "3", code=2
        ).err
        assert error == "Fel: --frist: ”aterkopling” finns inte bland valen. Menade du aterkoppling?\n"

    def test_five_areas_and_more_when_asked_for(self, at: SitDown) -> None:
        desk = at("enkoping")
        assert list(desk("regler", "visa", "--json").json["omraden"]) == [
            "bemotande", "innehall", "information", "tillganglighet", "handlaggningstid",
        ]  # fmt: skip
        desk("registrera", "--typ", "klagomal", "--omrade", "mat", code=2)
        desk("registrera", "--typ", "klagomal", "--omrade", "Mat", "--ny")

    def test_the_checklist_ticks_what_the_case_shows(self, at: SitDown) -> None:
        desk = at("enkoping")
        desk(
            "registrera", "--typ", "klagomal", "--text", "Ingen ringde upp.", "--handelsedag", "30/10",
            "--onskat-satt", "telefon", "--roll", "medarbetare",
        )  # fmt: skip
        desk("tilldela", "1", "eva.lind", "--ny")
        desk("aterkoppla", "1", "--slag", "bekraftelse", "--satt", "telefon")
        desk("atgarda", "1", "Ringa upp i morgon", "--klar-senast", "3/11")
        shown = desk("visa", "1").out
        assert shown.split("Checklista\n")[1] == (
            "  [x] Tacka, förklara varför det är viktigt, beklaga\n"
            "  [x] Ta hand om problemet på en gång: åtgärda eller lämna över\n"
            "  [x] Vad hände?\n"
            "  [x] När hände det?\n"
            "  [x] Hur kan vi återkoppla?\n"
            "  [ ] Gör vad du har lovat\n"
            "  [ ] Följ upp\n"
            "  [ ] Gör det som behövs för att felet inte upprepas\n"
        )
        desk.on("2026-11-03")("atgarda", "1", "--nr", "1", "--genomford", "idag")
        desk("atgarda", "1", "Rutin för återuppringning", "--slag", "forbattring", "--genomford", "idag")
        desk("atgarda", "1", "Fråga om det blev bra", "--slag", "uppfoljning", "--genomford", "idag")
        assert desk("visa", "1").out.split("Checklista\n")[1].count("[x]") == 8

    def test_what_belongs_elsewhere_is_referred_with_where_it_went(self, at: SitDown) -> None:
        desk = at("enkoping")
        desk("registrera", "--typ", "klagomal", "--rubrik", "Avslag")
        assert desk("hanvisa", "1", "--till", "överklaga", "--referens", "Förvaltningsrätten, mål 1234-26").out == (
            "SYN-2026-00001  Avslag\n"
            "  Hänvisat till Överklagande av myndighetsbeslut, Förvaltningsrätten, mål 1234-26, mån 2026-11-02.\n"
        )
        assert "Menade du" in desk("hanvisa", "1", "--till", "overklagan", code=2).err


class TestKinda:
    """Rutiner 2011-03-24."""

    def test_put_right_at_once_is_one_command(self, at: SitDown) -> None:
        answer = at("kinda")(
            "registrera", "--typ", "klagomal", "--kanal", "telefon", "--enhet", "Köket", "--rubrik", "Fel matlåda",
            "--atgardad-direkt", "Ny matlåda levererad", "--mottagen-av", "Kim Ek",
        )  # fmt: skip
        assert answer.out == (
            "SYN-2026-00001  Fel matlåda\n"
            "  Fristen Åtgärd eller besked att det utreds är uppfylld (sista dag mån 2026-11-16).\n"
            "  [x] 1. Rättelse för den enskilde: Ny matlåda levererad – Kim Ek, genomförd mån 2026-11-02\n"
            "  Avslutat mån 2026-11-02: åtgärd vidtagen. Svaret gavs muntligt (telefon).\n"
        )

    @pytest.mark.parametrize(
        ("words", "reason"),
        [
            (["--anonym"], "anonym"),
            (["--kontakt-saknas"], "kontakt_saknas"),
            (["--avstar"], "avstar"),
            (["--anonym", "--avstar"], "avstar"),
        ],
    )
    def test_put_right_at_once_for_somebody_who_cannot_be_answered(
        self, at: SitDown, words: list[str], reason: str
    ) -> None:
        desk = at("kinda")
        desk("registrera", "--typ", "klagomal", "--kanal", "brev", "--atgardad-direkt", "Lagat", *words)
        case = desk("visa", "1", "--json").json
        assert (case["status"], case["svar"], case["aterkopplingar"]) == ("avslutad", None, [])
        assert next(e["till"] for e in case["handelser"] if e["falt"] == "avslut.1")["utan_svar"] == reason

    def test_who_wrote_a_letter_was_answered_in_some_way(self, at: SitDown) -> None:
        desk = at("kinda")
        error = desk("registrera", "--typ", "klagomal", "--kanal", "brev", "--atgardad-direkt", "Lagat", code=2).err
        assert error == "Fel: --satt saknas. Ange hur svaret gavs: --satt telefon|e-post|brev|mote|sms|e-tjanst.\n"
        assert desk("lista").out == "Inga ärenden.\n"
        desk("registrera", "--typ", "klagomal", "--kanal", "brev", "--atgardad-direkt", "Lagat", "--satt", "brev")
        desk("registrera", "--typ", "klagomal", "--svar", "Lagat", "--satt", "brev", code=2)

    def test_a_general_matter_goes_to_the_head_who_owes_the_answer(self, at: SitDown) -> None:
        case = at("kinda")("registrera", "--typ", "synpunkt", "--allman", "--rubrik", "Avgifterna", "--json").json
        assert (case["allman"], case["handlaggare"], case["enhet"]) == (True, "Förvaltningschefen", None)

    def test_the_copy_to_the_head_is_asked_for_until_it_is_given(self, at: SitDown) -> None:
        desk = at("kinda")
        desk("registrera", "--typ", "klagomal", "--enhet", "Köket", "--rubrik", "Kall mat")
        assert desk("bevaka", "--json").json["kopia_saknas"] == []
        handed = desk.on("2026-11-03")("overlamna", "1", "--till", "Hemtjänsten")
        assert handed.err == "Kopia saknas: klagreg kopia SYN-2026-00001 --till förvaltningschef\n"
        assert "\nKopia saknas: 1\n" in desk("bevaka").out
        desk.on("2026-11-04")("kopia", "1", "--till", "Forvaltningschef")
        assert desk("bevaka", "--json").json["kopia_saknas"] == []
        assert desk("bevaka", "--per", "2026-11-03", "--json").json["kopia_saknas"] == ["SYN-2026-00001"]
        assert desk("visa", "1", "--json").json["kopior"] == [{"till": "förvaltningschef", "datum": "2026-11-04"}]

    def test_the_copy_is_due_when_the_paper_leaves_the_unit_and_not_when_the_first_unit_is_found(
        self, at: SitDown
    ) -> None:
        desk = at("kinda")
        desk("registrera", "--typ", "klagomal", "--enhet", "Köket")
        desk("registrera", "--typ", "klagomal")
        stamped = desk("ankomststampla", "1", "--hos", "Kontaktperson eget val")
        assert stamped.err == "Kopia saknas: klagreg kopia SYN-2026-00001 --till förvaltningschef\n"
        assert desk("overlamna", "2", "--till", "Köket").err == ""
        assert desk("bevaka", "--json").json["kopia_saknas"] == ["SYN-2026-00001"]
        desk("kopia", "1", "--till", "förvaltningschefen")
        assert desk("bevaka", "--json").json["kopia_saknas"] == []

    def test_a_stamp_cannot_be_set_before_its_time(self, at: SitDown) -> None:
        desk = at("kinda")
        desk("registrera", "--typ", "klagomal")
        assert desk("ankomststampla", "1", "--hos", "Chefen", "--klockslag", "9.15", code=2).err == (
            "Fel: --klockslag: 09:15 ligger i framtiden. Klockan är 09:14.\n"
        )

    def test_a_closing_that_keeps_no_promise_says_so(self, at: SitDown) -> None:
        desk = at("kinda")
        desk("registrera", "--typ", "klagomal", "--anonym")
        closed = desk("avsluta", "1", "--utfall", "atgardad", "--utan-svar", "anonym")
        assert closed.err == (
            "Fristen Åtgärd eller besked att det utreds är inte uppfylld. Är något gjort, anteckna det:"
            " klagreg atgarda SYN-2026-00001 TEXT --genomford DATUM\n"
        )
        assert closed.out.endswith("  Avslutat mån 2026-11-02: åtgärd vidtagen. Inget svar: avsändaren är anonym.\n")
        assert "senast mån 2026-11-16, inte uppfylld" in desk.on("2026-11-20")("visa", "1").out

    def test_general_matters_are_remarked_on_until_the_head_has_them(self, at: SitDown) -> None:
        desk = at("kinda")
        desk("handlaggare", "lagg-till", "eva.lind")
        answer = desk("registrera", "--typ", "synpunkt", "--allman", "--handlaggare", "eva.lind")
        assert (
            answer.err == "Ärenden av allmän karaktär går till Förvaltningschefen: klagreg tilldela SYN-2026-00001 …\n"
        )

    def test_a_viewpoint_or_a_copy_given_when_handing_over_asks_for_nothing(self, at: SitDown) -> None:
        desk = at("kinda")
        for kind, *copy in (("synpunkt",), ("klagomal", "--kopia", "förvaltningschef")):
            number = desk("registrera", "--typ", kind, "--enhet", "Köket", "--json").json["arendenummer"]
            assert desk("overlamna", number, "--till", "Hemtjänsten", *copy).err == ""

    def test_each_desk_stamps_with_day_clock_and_who(self, at: SitDown) -> None:
        desk = at("kinda")
        desk("registrera", "--typ", "klagomal", "--enhet", "Köket")
        desk("ankomststampla", "1", "--hos", "Kontaktperson eget val", "--klockslag", "9.05")
        desk.name = "kim.ek"
        case = desk.on("2026-11-03")("ankomststampla", "1", "--hos", "Närmaste chef", "--json").json
        assert case["ankomststamplar"] == [
            {"datum": "2026-11-02", "klockslag": "09:05", "mottagare": "Kontaktperson eget val", "av": "anna.berg"},
            {"datum": "2026-11-03", "klockslag": None, "mottagare": "Närmaste chef", "av": "kim.ek"},
        ]
        assert desk("ankomststampla", "1", "--hos", "X", "--klockslag", "24.10", code=2).err == (
            "Fel: --klockslag: skriv till exempel 13:40.\n"
        )

    def test_provider_and_group_are_told_and_can_be_corrected(self, at: SitDown) -> None:
        desk = at("kinda")
        desk("registrera", "--typ", "klagomal", "--utforare", "Omsorg AB", "--beror", "grupp")
        case = desk("uppdatera", "1", "--beror", "enskild", "--utforare", "", "--json").json
        assert (case["utforare"], case["beror"]) == (None, "enskild")


class TestNacka:
    """Rutin för hantering av synpunkter, socialpsykiatri."""

    @pytest.mark.parametrize(
        ("words", "place"),
        [
            (["--text", "Han heter 640823-3234"], "Beskrivning: personnummer (rad 1, tecken 11)"),
            (["--rubrik", "Ring 070-174 06 05"], "Offentlig rubrik: telefonnummer (rad 1, tecken 6)"),
            (["--forslag", "Mejla\nkim@example.se"], "Förslag till förbättring: e-postadress (rad 2, tecken 1)"),
            (["--namn", "Anna Lind", "--text", "Annas tid"], "Beskrivning: avsändarens namn (rad 1, tecken 1)"),
            (["--namn", "Anna Lind", "--text", "Fru LIND ringde"], "Beskrivning: avsändarens namn (rad 1, tecken 5)"),
            (["--text", "Bor på Exempelgatan 1"], "Beskrivning: gatuadress (rad 1, tecken 8)"),
            (["--mottagen-av", "070-174 06 05"], "Mottagen av: telefonnummer (rad 1, tecken 1)"),
            (["--atgardad-direkt", "Ringde 070-1740605", "--satt", "telefon"], "Svar: telefonnummer (rad 1, tecken 8)"),
        ],
    )
    def test_an_identity_stops_with_kind_and_place_never_the_find(
        self, at: SitDown, words: list[str], place: str
    ) -> None:
        desk = at("nacka")
        error = desk("registrera", "--typ", "klagomal", *words, code=3).err
        assert place in error
        assert not any(secret in error for secret in ("640823", "070", "kim@", "Anna", "LIND", "Exempelgatan"))
        assert desk("lista").out == "Inga ärenden.\n"

    @pytest.mark.parametrize(
        "words",
        [
            ["anteckna", "1", "Ringde Anna"],
            ["atgarda", "1", "Ringa 070-1740605"],
            ["aterkoppla", "1", "--slag", "forsening", "--satt", "brev", "--orsak", "Väntar på Lind"],
            ["avsluta", "1", "--utfall", "atgardad", "--svar", "Hej Anna!", "--satt", "brev"],
            ["overlamna", "1", "--till", "Köket", "--orsak", "Annas val"],
            ["uppdatera", "1", "--text", "Anna sade"],
            ["makulera", "1", "--orsak", "Annas andra ärende"],
        ],
    )
    def test_every_text_is_looked_through_and_a_person_can_say_that_it_is_all_right(
        self, at: SitDown, words: list[str]
    ) -> None:
        desk = at("nacka")
        desk("registrera", "--typ", "klagomal", "--namn", "Anna Lind", "--epost", "anna@example.se")
        before = desk("visa", "1", "--json").out
        assert "troligen ut någon" in desk(*words, code=3).err
        assert desk("visa", "1", "--json").out == before
        desk(*words, "--granskad")
        assert "Identitetskontroll: granskad" in desk("logg", "1").out

    def test_elsewhere_only_the_public_title_is_remarked_on(self, at: SitDown) -> None:
        answer = at("lomma")("registrera", "--typ", "klagomal", "--rubrik", "Ring 070-1740605", "--text", "070-1740605")
        assert answer.err == (
            "Rubriken är offentlig, och pekar troligen ut någon: Offentlig rubrik: telefonnummer (rad 1, tecken 6).\n"
        )

    def test_the_second_hand_over_is_warned_of_and_the_sender_is_told_who(self, at: SitDown) -> None:
        desk = at("nacka")
        desk("registrera", "--typ", "klagomal", "--enhet", "Köket", "--mottagen-av", "Kim Ek")
        assert desk("overlamna", "1", "--till", "Hemtjänsten").err == (
            "Avsändaren ska få veta vem som tar över: klagreg aterkoppla SYN-2026-00001 --slag status"
            " --satt telefon|e-post|brev|mote|sms|e-tjanst\n"
        )
        desk("handlaggare", "lagg-till", "eva.lind")
        second = desk("overlamna", "1", "--till", "Köket", "--handlaggare", "eva.lind", "--meddelad", "telefon")
        assert second.err == "Det här är överlämning nummer 2. Den som klagar ska inte hänvisas runt.\n"
        assert second.out == (
            "SYN-2026-00001  Klagomål – Köket\n"
            "  Fristen Första återkoppling är uppfylld (sista dag mån 2026-11-09).\n"
            "  Slutlig handläggning (mål) senast mån 2026-11-16\n"
            "  Överlämnat till Köket. Avsändaren meddelad: telefon.\n"
            "  Handläggare: eva.lind.\n"
        )
        case = desk("visa", "1", "--json").json
        assert case["mottagen_av"] == "Kim Ek"
        assert case["aterkopplingar"] == [
            {
                "datum": "2026-11-02",
                "slag": "status",
                "satt": "telefon",
                "av": "anna.berg",
                "orsak": None,
            }
        ]
        assert "Överlämnat 2 gånger\n" in desk("visa", "1").out

    def test_who_cannot_be_reached_cannot_be_told_who_takes_over(self, at: SitDown) -> None:
        desk = at("nacka")
        desk("registrera", "--typ", "klagomal", "--enhet", "Köket", "--anonym")
        assert desk("overlamna", "1", "--till", "Hemtjänsten", "--meddelad", "brev", code=3).err.startswith(
            "Fel: SYN-2026-00001 kan inte besvaras"
        )
        assert desk("overlamna", "1", "--till", "Hemtjänsten").err == ""

    def test_late_cases_are_split_by_who_was_told_and_goals_stand_apart(self, at: SitDown) -> None:
        desk = at("nacka")
        for title in ("Väntar", "Vet varför"):
            desk("registrera", "--typ", "klagomal", "--rubrik", title)
        desk.on("2026-11-10")(
            "aterkoppla", "2", "--slag", "forsening", "--satt", "telefon", "--orsak", "Utredning pågår"
        )
        said = desk.on("2026-11-17")("bevaka", code=10).out
        assert [line for line in said.split("\n") if line.endswith((": 1", ": 2"))] == [
            "Försenade: 1",
            "Mål som inte har nåtts, utan besked: 1",
            "Mål som inte har nåtts, avsändaren informerad: 1",
            "Utan handläggare: 2",
        ]
        rows = desk("bevaka", "--json", code=10).json["forsenade"]
        assert [(r["rubrik"], r["frist"], r["informerad"], r["art"]) for r in rows] == [
            ("Väntar", "aterkoppling", False, "krav"),
            ("Väntar", "handlaggning", False, "mal"),
            ("Vet varför", "handlaggning", True, "mal"),
        ]

    def test_a_goal_is_reached_or_missed_never_extended(self, at: SitDown) -> None:
        desk = at("nacka")
        desk("registrera", "--typ", "klagomal", "--rubrik", "Ingen kom")
        desk("aterkoppla", "1", "--slag", "bekraftelse", "--satt", "telefon")
        refused = desk("forlang", "1", "--frist", "handlaggning", "--till", "2026-12-01", "--orsak", "Tar tid", code=3)
        assert refused.err.startswith("Fel: Slutlig handläggning är ett mål och kan inte förlängas. Säg till")
        desk.on("2026-11-20")
        assert "Mål ej nått mån 2026-11-16" in desk("lista").out
        closed = desk(
            "avsluta", "1", "--utfall", "forklaring", "--svar", "Vi har ringt.", "--satt", "telefon", "--av", "Bo"
        )
        assert "  Målet Slutlig handläggning nåddes inte i tid (sista dag mån 2026-11-16).\n" in closed.out
        case = desk("visa", "1")
        assert "Slutlig handläggning (mål) senast mån 2026-11-16, målet nåddes inte" in case.out
        assert "Slutsvar, telefon (muntligt) (Bo)" in case.out

    def test_a_name_that_comes_later_is_looked_for_in_what_was_written_before(self, at: SitDown) -> None:
        desk = at("nacka")
        desk("registrera", "--typ", "klagomal", "--text", "Anna har väntat")
        assert (
            "Beskrivning: avsändarens namn (rad 1, tecken 1)"
            in desk("uppdatera", "1", "--namn", "Anna Lind", code=3).err
        )
        assert (
            "avsändarens namn"
            in desk(
                "registrera", "--typ", "klagomal", "--text", "Anna ringde", "--kontrollera-namn", "Anna Lind", code=3
            ).err
        )
        desk("registrera", "--typ", "klagomal", "--text", "Hon ringde", "--kontrollera-namn", "Anna Lind")
        assert "Anna" not in desk("visa", "2", "--personuppgifter", "--json").out

    def test_the_personal_file_is_shown_with_the_sender_only(self, at: SitDown) -> None:
        desk = at("nacka")
        desk("registrera", "--typ", "klagomal", "--personakt", "Akt 2026:114")
        for words in (("visa", "1"), ("visa", "1", "--json"), ("logg", "1"), ("lista", "--json")):
            assert "114" not in desk(*words).out
        assert "  Personakt     Akt 2026:114\n" in desk("visa", "1", "--personuppgifter").out

    def test_what_was_reviewed_once_is_not_stopped_again(self, at: SitDown) -> None:
        desk = at("nacka")
        desk("registrera", "--typ", "klagomal")
        desk("atgarda", "1", "Ring 070-1740605", "--granskad")
        desk("atgarda", "1", "--nr", "1", "--genomford", "idag")
        assert "rättelse" not in desk("logg", "1").out

    @pytest.mark.parametrize(
        "words",
        [
            ["vag", "1", "forslag", "--till", "Anna 070-1740605"],
            ["kopia", "1", "--till", "Anna 070-1740605"],
            ["ankomststampla", "1", "--hos", "Anna 070-1740605"],
            ["aterkoppla", "1", "--slag", "status", "--satt", "brev", "--av", "Anna 070-1740605"],
            ["anteckna", "1", "Ring 070\u200b-174\u00ad 06 05"],
        ],
    )
    def test_no_text_is_forgotten_and_no_invisible_letter_hides_one(self, at: SitDown, words: list[str]) -> None:
        desk = at("nacka")
        desk("registrera", "--typ", "klagomal")
        assert "telefonnummer" in desk(*words, code=3).err

    def test_staff_are_no_find_though_their_names_are_addresses(self, at: SitDown) -> None:
        desk = at("nacka")
        desk("handlaggare", "lagg-till", "eva.lind@example.se")
        desk("registrera", "--typ", "klagomal", "--enhet", "Köket")
        desk("overlamna", "1", "--till", "Hemtjänsten", "--handlaggare", "eva.lind@example.se", "--meddelad", "telefon")
        desk("atgarda", "1", "Ringa upp", "--ansvarig", "eva.lind@example.se")

    def test_a_lesson_can_be_taken_back(self, at: SitDown) -> None:
        desk = at("nacka")
        desk("registrera", "--typ", "klagomal")
        desk("lardom", "1", "Ring upp samma dag")
        desk("lardom", "1", "--dra-tillbaka")
        assert desk("lardomar", "--json").json == []
        desk("lardom", "1", "--dra-tillbaka", code=3)

    def test_praise_that_came_as_a_synpunkt_needs_no_answer(self, at: SitDown) -> None:
        desk = at("nacka")
        desk("registrera", "--typ", "synpunkt")
        desk("avsluta", "1", "--utfall", "forklaring", "--utan-svar", "berom", code=3)
        desk("avsluta", "1", "--utfall", "berom_formedlat", "--utan-svar", "berom")

    @pytest.mark.parametrize("reason", ["Chefen har semester", "Julsemestern", "Personalresurserna räcker inte"])
    def test_no_excuse_hides_in_a_compound(self, at: SitDown, reason: str) -> None:
        desk = at("nacka")
        desk("registrera", "--typ", "klagomal")
        told = desk("aterkoppla", "1", "--slag", "forsening", "--satt", "brev", "--orsak", reason)
        assert told.err.startswith("Rutinen avråder från")

    def test_a_delay_is_not_blamed_on_holidays(self, at: SitDown) -> None:
        desk = at("nacka")
        desk("registrera", "--typ", "klagomal")
        told = desk("aterkoppla", "1", "--slag", "forsening", "--satt", "brev", "--orsak", "Chefen har semester")
        assert told.err.startswith("Rutinen avråder från att skylla på semestrar, vikarier eller resurser.")

    def test_measures_are_ticked_off(self, at: SitDown) -> None:
        desk = at("nacka")
        desk("registrera", "--typ", "klagomal", "--rubrik", "Ingen kom")
        for text in ("Ringa upp", "Ny rutin", "Fråga igen"):
            desk("atgarda", "1", text, "--ansvarig", "kim.ek", "--klar-senast", "2026-11-06")
        desk.on("2026-11-04")("atgarda", "1", "--nr", "2", "--genomford", "3/11")
        assert desk("visa", "1").out.split("Åtgärder\n")[1] == (
            "  [ ] 1. Ringa upp – kim.ek, klar senast fre 2026-11-06\n"
            "  [x] 2. Ny rutin – kim.ek, klar senast fre 2026-11-06, genomförd tis 2026-11-03\n"
            "  [ ] 3. Fråga igen – kim.ek, klar senast fre 2026-11-06\n"
        )

    def test_lessons_are_shared_without_identities_or_numbers(self, at: SitDown) -> None:
        desk = at("nacka")
        desk("registrera", "--typ", "klagomal", "--enhet", "Köket", "--omrade", "bemotande", "--namn", "Anna Lind")
        assert "avsändarens namn" in desk("lardom", "1", "Ring Anna först", code=3).err
        desk("lardom", "1", "Ring upp samma dag som en tid ställs in")
        assert desk("lardomar", "--json").json == [
            {
                "manad": "2026-11",
                "namnd": "SN",
                "enhet": "Köket",
                "omrade": "bemotande",
                "lardom": "Ring upp samma dag som en tid ställs in",
            }
        ]
        assert "SYN" not in desk("lardomar").out
        desk("makulera", "1", "--orsak", "Fel")
        assert desk("lardomar").out == "Inga lärdomar. Skriv en: klagreg lardom ÄRENDE TEXT\n"

    def test_who_works_at_a_unit_sees_its_cases_first(self, at: SitDown) -> None:
        desk = at("nacka")
        desk("handlaggare", "lagg-till", "kim.ek", "--enhet", "Köket")
        for unit in ("Köket", "Hemtjänsten"):
            desk("registrera", "--typ", "klagomal", "--enhet", unit, "--rubrik", f"Om {unit}")
        assert "Om Hemtjänsten" in desk("lista").out
        desk.name = "kim.ek"
        mine = desk("lista")
        assert "Om Köket" in mine.out
        assert "Om Hemtjänsten" not in mine.out
        assert mine.err == "Visar din enhet, Köket. Alla: klagreg lista --alla\n"
        assert "Om Hemtjänsten" in desk("lista", "--alla").out
        assert "Om Hemtjänsten" not in desk().out
        assert "Om Hemtjänsten" in desk("bevaka").out or "Om Hemtjänsten" in desk("bevaka", "--snart", "10").out

    def test_several_take_part(self, at: SitDown) -> None:
        desk = at("nacka")
        for name in ("eva.lind", "bo.ek", "kim.ek"):
            desk("handlaggare", "lagg-till", name)
        desk("registrera", "--typ", "klagomal")
        assert desk("tilldela", "1", "eva.lind", "--deltagare", "bo.ek", "--deltagare", "eva.lind").out == (
            "SYN-2026-00001  Klagomål\n  Handläggare: eva.lind.\n  Deltar: bo.ek.\n"
        )
        assert desk("tilldela", "1", "bo.ek", "--deltagare", "kim.ek", "--json").json["deltagare"] == ["kim.ek"]


class TestLomma:
    """Egenkontroll UKF 2014."""

    def test_what_was_kept_elsewhere_is_brought_in_and_flagged(self, at: SitDown) -> None:
        desk = at("lomma")
        desk("registrera", "--typ", "synpunkt", "--inkommen", "2026-03-02", "--i-efterhand", "Pärmen på Kulturskolan")
        assert "  I efterhand  fört i Pärmen på Kulturskolan\n" in desk("visa", "1").out

    def test_only_what_is_approved_and_about_nobody_is_published(self, at: SitDown) -> None:
        desk = at("lomma")
        desk("registrera", "--typ", "synpunkt", "--namn", "Anna Lind", "--epost", "anna@example.se")
        assert desk("godkann", "1", "--svar", "Vi har öppnat.", code=3).err == (
            "Fel: SYN-2026-00001 är inte avslutat. Svar publiceras när ärendet är avslutat.\n"
        )
        desk("avsluta", "1", "--utfall", "atgardad", "--svar", "Hej Anna, nu är det öppet.", "--satt", "e-post")
        assert "Svar: avsändarens namn (rad 1, tecken 5)" in desk("godkann", "1", "--svar", "Hej Anna!", code=3).err
        desk("godkann", "1", "--svar", "Vi har öppnat en kassa till.", "--forbattring", "Kortare kö")
        assert desk("visa", "1", "--json").json["publicering"] == {
            "godkand": "2026-11-02",
            "godkand_av": "anna.berg",
            "svar": "Vi har öppnat en kassa till.",
            "forbattring": "Kortare kö",
        }
        desk("uppdatera", "1", "--ror-enskild")
        assert desk("visa", "1", "--json").json["publicering"] is None
        assert desk("godkann", "1", "--svar", "Vi har öppnat.", code=3).err == (
            "Fel: SYN-2026-00001 rör en enskild elev eller personal och publiceras aldrig."
            " Det räknas ändå i siffrorna.\n"
        )

    def test_an_approval_falls_with_its_title_and_cannot_be_older_than_the_answer(self, at: SitDown) -> None:
        desk = at("lomma")
        desk(
            "registrera", "--typ", "synpunkt", "--kanal", "telefon", "--atgardad-direkt", "Öppnat", "--rubrik", "Stängt"
        )
        desk("godkann", "1", "--svar", "Vi har öppnat.")
        desk("uppdatera", "1", "--rubrik", "Stängt på lördag")
        assert desk("visa", "1", "--json").json["publicering"] is None
        desk.on("2026-11-05")("ateruppta", "1", "--orsak", "Fel")
        desk("avsluta", "1", "--utfall", "atgardad", "--svar", "Nu så.", "--satt", "brev")
        assert "avslutades tor 2026-11-05" in desk("godkann", "1", "--svar", "Ja.", "--datum", "3/11", code=3).err

    def test_an_approval_can_be_taken_back(self, at: SitDown) -> None:
        desk = at("lomma")
        desk("registrera", "--typ", "synpunkt", "--kanal", "telefon", "--atgardad-direkt", "Öppnat")
        desk("godkann", "1", "--svar", "Vi har öppnat.")
        assert desk("godkann", "1", "--dra-tillbaka").out.endswith("  Svaret publiceras inte längre.\n")
        assert desk("godkann", "1", "--dra-tillbaka", code=3).err.endswith("Inget är ändrat.\n")

    def test_unanswered_cases_can_be_found_until_there_are_none(self, at: SitDown) -> None:
        desk = at("lomma")
        desk("registrera", "--typ", "synpunkt", "--rubrik", "Ska ha svar")
        desk("registrera", "--typ", "synpunkt", "--rubrik", "Har svar", "--kanal", "telefon", "--atgardad-direkt", "Ja")
        desk("registrera", "--typ", "synpunkt", "--rubrik", "Okänd", "--anonym")
        desk("registrera", "--typ", "berom", "--rubrik", "Tack")
        assert [case["rubrik"] for case in desk("lista", "--obesvarade", "--json").json] == ["Ska ha svar"]


class TestContradictions:
    """What is said of a sender is not contradicted when the case is closed."""

    @pytest.mark.parametrize(
        ("words", "reason", "instead"),
        [
            (["--kontakt-saknas"], "avstar", "kontakt_saknas"),
            (["--avstar"], "kontakt_saknas", "avstar"),
            (["--anonym"], "avstar", "anonym"),
        ],
    )
    def test_two_facts_are_not_taken_for_one_another(
        self, at: SitDown, words: list[str], reason: str, instead: str
    ) -> None:
        desk = at("standard")
        desk("registrera", "--typ", "klagomal", *words)
        error = desk("avsluta", "1", "--utfall", "forklaring", "--utan-svar", reason, code=3).err
        assert error.endswith(f"Ange --utan-svar {instead}.\n")
        desk("avsluta", "1", "--utfall", "forklaring", "--utan-svar", instead)


class TestPromises:
    """A measure that was promised stays on the watch until it is done, also when the case is closed."""

    def test_it_wakes_cron_the_day_after_its_day(self, at: SitDown) -> None:
        desk = at("standard")
        desk("registrera", "--typ", "klagomal", "--enhet", "Köket", "--rubrik", "Kall mat")
        desk(
            "avsluta", "1", "--utfall", "atgard_beslutad", "--svar", "Vi byter.", "--satt", "brev",
            "--atgard", "Nya vagnar", "--ansvarig", "bo.ek", "--klar-senast", "2026-11-13",
        )  # fmt: skip
        assert desk.on("2026-11-10")("bevaka", "--json").json["atgarder"] == []
        assert desk.on("2026-11-13")("bevaka", "--tyst").out != ""
        late = desk.on("2026-11-16")("bevaka", code=10)
        assert late.out == (
            "Läget mån 2026-11-16\n"
            "\n"
            "Utlovade åtgärder: 1\n"
            "Ärende          Nr  Klar senast     Dagar  Ansvarig  Enhet  Rubrik\n"
            "SYN-2026-00001   1  fre 2026-11-13     +3  bo.ek     Köket  Kall mat\n"
            "Bocka av: klagreg atgarda SYN-2026-00001 --nr 1 --genomford idag\n"
            "Inga öppna ärenden.\n"
        )
        assert desk("bevaka", "--json", code=10).json["atgarder"] == [
            {
                "arendenummer": "SYN-2026-00001",
                "nr": 1,
                "klar_senast": "2026-11-13",
                "dagar": 3,
                "ansvarig": "bo.ek",
                "enhet": "Köket",
                "rubrik": "Kall mat",
            }
        ]
        desk("atgarda", "1", "--nr", "1", "--slag", "forbattring", "--genomford", "idag")
        assert desk("visa", "1", "--json").json["atgarder"][0]["slag"] == "forbattring"
        assert desk("bevaka", "--tyst").out == ""
        # As of the 14th nobody knew that it would be done.
        assert desk("bevaka", "--per", "2026-11-14", "--tyst", code=10).out != ""

    def test_a_day_in_the_past_knows_no_reopening_and_no_voiding(self, at: SitDown) -> None:
        desk = at("standard")
        for _ in range(2):
            number = desk("registrera", "--typ", "klagomal", "--kanal", "telefon", "--json").json["arendenummer"]
            desk(
                "avsluta",
                number,
                "--utfall",
                "atgard_beslutad",
                "--svar",
                "Ja",
                "--satt",
                "brev",
                "--atgard",
                "Nytt lås",
            )
        desk.on("2026-12-01")("ateruppta", "1", "--orsak", "Fel igen")
        desk("makulera", "2", "--orsak", "Dubbelt")
        rows = desk("bevaka", "--per", "2026-11-20", "--json").json["atgarder"]
        assert [row["arendenummer"] for row in rows] == ["SYN-2026-00001", "SYN-2026-00002"]
        assert desk("bevaka", "--json").json["atgarder"] == []

    def test_its_day_is_the_next_one_after_the_act(self, at: SitDown) -> None:
        desk = at("standard").on("2026-11-22")
        desk("registrera", "--typ", "klagomal", "--kanal", "telefon", "--inkommen", "2/11")
        desk("atgarda", "1", "Nytt lås", "--datum", "3/11", "--klar-senast", "10/11")
        desk("atgarda", "1", "Ny dörr", "--klar-senast", "10/11")
        assert [m["klar_senast"] for m in desk("visa", "1", "--json").json["atgarder"]] == ["2026-11-10", "2027-11-10"]
        case = desk(
            "forlang", "1", "--frist", "svar", "--till", "20/11", "--orsak", "Mätning", "--datum", "3/11", "--json"
        ).json
        assert case["frister"][1]["senast"] == "2026-11-20"

    def test_one_without_a_day_is_shown_when_its_case_is_closed(self, at: SitDown) -> None:
        desk = at("standard")
        desk("registrera", "--typ", "klagomal", "--kanal", "telefon", "--rubrik", "Kall mat")
        desk("atgarda", "1", "Nya vagnar")
        assert desk("bevaka", "--json").json["atgarder"] == []
        desk("avsluta", "1", "--utfall", "atgard_beslutad", "--svar", "Vi byter.", "--satt", "brev")
        (row,) = desk("bevaka", "--json").json["atgarder"]
        assert (row["klar_senast"], row["dagar"], row["ansvarig"]) == (None, None, None)
        desk("makulera", "1", "--orsak", "Dubbelt")
        assert desk("bevaka", "--json").json["atgarder"] == []

    def test_a_follow_up_is_watched_but_meets_no_promise(self, at: SitDown) -> None:
        desk = at("kinda")
        desk("registrera", "--typ", "klagomal")
        case = desk(
            "atgarda", "1", "Fråga om det blev bra", "--slag", "uppfoljning", "--genomford", "idag", "--json"
        ).json
        assert case["frister"][0]["fullgjord"] is None
        desk("atgarda", "1", "Fråga igen", "--slag", "uppfoljning", "--klar-senast", "2026-11-03")
        assert [row["nr"] for row in desk.on("2026-11-04")("bevaka", "--json", code=10).json["atgarder"]] == [2]

    def test_it_is_filtered_by_who_is_responsible_and_by_unit(self, at: SitDown) -> None:
        desk = at("standard")
        for name, unit in (("bo.ek", "Köket"), ("eva.lind", "Hemtjänsten")):
            desk("handlaggare", "lagg-till", name)
            number = desk("registrera", "--typ", "klagomal", "--enhet", unit, "--json").json["arendenummer"]
            desk("atgarda", number, "Gör något", "--ansvarig", name, "--klar-senast", "2026-11-03")
        desk.on("2026-11-05")
        for words in (["--handlaggare", "bo.ek"], ["--enhet", "Köket"]):
            assert [r["ansvarig"] for r in desk("bevaka", *words, "--json", code=10).json["atgarder"]] == ["bo.ek"]


class TestThreeFacts:
    """No name, no way to answer, and no wish for an answer are three facts (domain 3.5)."""

    @pytest.mark.parametrize(
        ("words", "anonymous", "contact", "state"),
        [
            ([], False, "finns", "vantar"),
            (["--anonym"], True, "saknas", "ej_tillamplig"),
            (["--anonym", "--epost", "dold@example.se"], True, "finns", "vantar"),
            (["--kontakt-saknas", "--namn", "Anna Lind"], False, "saknas", "ej_tillamplig"),
            (["--avstar", "--namn", "Anna Lind", "--epost", "a@example.se"], False, "avstar", "ej_tillamplig"),
            (["--avstar", "--anonym"], True, "avstar", "ej_tillamplig"),
        ],
    )
    @pytest.mark.parametrize("profile", ["osby", "enkoping", "nacka", "lomma"])
    def test_feedback_is_owed_to_who_can_and_wants_to_have_it(
        self, at: SitDown, profile: str, words: list[str], anonymous: bool, contact: str, state: str
    ) -> None:
        case = at(profile)("registrera", "--typ", "klagomal", "--enhet", "Köket", *words, "--json").json
        assert (case["anonym"], case["kontakt"], case["frister"][0]["lage"]) == (anonymous, contact, state)

    def test_a_measure_is_owed_to_the_unknown_too(self, at: SitDown) -> None:
        desk = at("kinda")
        for words in (["--anonym"], ["--kontakt-saknas"], ["--avstar"]):
            case = desk("registrera", "--typ", "klagomal", *words, "--json").json
            assert case["frister"][0]["lage"] == "vantar"
