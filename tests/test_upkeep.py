"""Keeping the register: its making, its units, handlers and words; what is refused, and what the log keeps."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from klagreg.desk import Env
from klagreg.register import Register
from klagreg.store.cases import Store
from tests.conftest import Clerk

Registered = Callable[..., str]


def logged(clerk: Clerk) -> list[tuple[str, str, list[Any]]]:
    """What the log says of the register itself: the day, what was done, and (field, old, new)."""
    connection = sqlite3.connect(clerk.folder / "klagreg.db")
    try:
        rows = connection.execute(
            "SELECT e.on_day, e.kind, d.changes FROM event e JOIN event_detail d ON d.event_id = e.id"
            " WHERE e.case_id IS NULL ORDER BY e.id"
        ).fetchall()
    finally:
        connection.close()
    return [(on, kind, [tuple(change) for change in json.loads(changes)]) for on, kind, changes in rows]


def units(clerk: Clerk) -> list[tuple[str, str | None, str | None]]:
    return [(u["enhet"], u["namnd"], u["avvecklad"]) for u in clerk("enhet", "lista", "--json").json]


def handlers(clerk: Clerk) -> list[tuple[str, str | None, str | None]]:
    return [(h["handlaggare"], h["enhet"], h["avvecklad"]) for h in clerk("handlaggare", "lista", "--json").json]


class TestUnits:
    def test_every_change_is_logged_with_old_and_new(self, klagreg: Clerk) -> None:
        assert klagreg("enhet", "andra", "parkskolan", "--namn", "Parkskolan F–6").out == (
            "Enheten heter Parkskolan F–6 (BUN).\n"
        )
        klagreg("enhet", "andra", "Parkskolan F–6", "--namnd", "UBN")
        assert klagreg("enhet", "avveckla", "Parkskolan F–6", "--datum", "30/10").out == (
            "Enheten Parkskolan F–6 är avvecklad.\n"
        )
        klagreg("enhet", "andra", "Parkskolan F–6", "--aterta", "--namn", "Parkskolan", "--namnd", "")
        assert [entry for entry in logged(klagreg) if entry[1] == "enhet"] == [
            ("2026-11-02", "enhet", [("enhet", None, "Parkskolan"), ("namnd", None, "BUN")]),
            ("2026-11-02", "enhet", [("enhet", "Parkskolan", "Parkskolan F–6")]),
            ("2026-11-02", "enhet", [("enhet", "Parkskolan F–6", "Parkskolan F–6"), ("namnd", "BUN", "UBN")]),
            (
                "2026-10-30",
                "enhet",
                [("enhet", "Parkskolan F–6", "Parkskolan F–6"), ("avvecklad", None, "2026-10-30")],
            ),
            (
                "2026-11-02",
                "enhet",
                [
                    ("enhet", "Parkskolan F–6", "Parkskolan"),
                    ("namnd", "UBN", None),
                    ("avvecklad", "2026-10-30", None),
                ],
            ),
        ]
        assert units(klagreg) == [("Parkskolan", None, None)]

    def test_a_new_name_does_not_take_a_retired_unit_up_again(self, klagreg: Clerk) -> None:
        klagreg("enhet", "avveckla", "Parkskolan")
        assert klagreg("enhet", "andra", "Parkskolan", "--namn", "Gamla Parkskolan").out == (
            "Enheten heter Gamla Parkskolan (BUN). Fortfarande avvecklad sedan 2026-11-02.\n"
        )
        assert units(klagreg) == [("Gamla Parkskolan", "BUN", "2026-11-02")]

    def test_tomorrow_is_no_day_to_have_been_retired_on(self, klagreg: Clerk) -> None:
        assert klagreg("enhet", "avveckla", "Parkskolan", "--datum", "2026-11-03", code=2).err == (
            "Fel: --datum: tis 2026-11-03 ligger i framtiden. I dag är mån 2026-11-02.\n"
        )
        assert units(klagreg) == [("Parkskolan", "BUN", None)]

    def test_what_changes_nothing_is_refused_and_not_logged(self, klagreg: Clerk) -> None:
        before = logged(klagreg)
        assert klagreg("enhet", "andra", "Parkskolan", code=2).err == (
            "Fel: Säg vad som ska ändras. Se klagreg enhet andra --help\n"
        )
        assert klagreg("enhet", "andra", "Parkskolan", "--namnd", "bun", code=3).err == (
            "Fel: Parkskolan har redan de värdena. Inget är ändrat.\n"
        )
        assert klagreg("enhet", "andra", "Parkskolan", "--aterta", code=3).err == (
            "Fel: Enheten Parkskolan är inte avvecklad. Inget är ändrat.\n"
        )
        assert klagreg("enhet", "andra", "Parkskolan", "--namn", "", code=2).err == ("Fel: Enheten: texten är tom.\n")
        assert logged(klagreg) == before
        klagreg("enhet", "avveckla", "Parkskolan", "--datum", "30/10")
        assert klagreg("enhet", "avveckla", "Parkskolan", code=3).err == (
            "Fel: Enheten Parkskolan är redan avvecklad sedan 2026-10-30. Inget är ändrat.\n"
        )

    @pytest.mark.parametrize("new", [[], ["--ny"]])
    def test_a_retired_unit_is_said_to_be_retired_wherever_it_is_named(
        self, klagreg: Clerk, registered: Registered, new: list[str]
    ) -> None:
        registered()
        klagreg("enhet", "lagg-till", "Åkerö skola")
        klagreg("enhet", "avveckla", "Åkerö skola")
        retired = 'Fel: Enheten Åkerö skola är avvecklad. Ta upp den igen: klagreg enhet andra "Åkerö skola" --aterta\n'
        for words in (
            ["registrera", "--typ", "klagomal", "--enhet", "åkerö skola"],
            ["tilldela", "1", "eva.lind", "--enhet", "Akero Skola"],
            ["uppdatera", "1", "--enhet", "Åkerö skola"],
            ["overlamna", "1", "--till", "Åkerö skola"],
        ):
            assert klagreg(*words, *new, code=3).err == retired
        assert klagreg("enhet", "lagg-till", "Åkerö skola", code=3).err == retired
        assert klagreg("enhet", "andra", "Parkskolan", "--namn", "Åkerö skola", code=3).err == retired
        assert klagreg("enhet", "andra", "Åkerö skola", "--aterta").out == "Enheten heter Åkerö skola (BUN).\n"
        klagreg("registrera", "--typ", "klagomal", "--enhet", "Åkerö skola", *new)

    def test_a_name_that_a_shell_would_run_is_quoted_for_it(self, klagreg: Clerk) -> None:
        klagreg("enhet", "lagg-till", "$(reboot)")
        klagreg("enhet", "avveckla", "$(reboot)")
        assert klagreg("enhet", "lagg-till", "$(reboot)", code=3).err.endswith(
            " klagreg enhet andra '$(reboot)' --aterta\n"
        )

    def test_another_name_that_is_taken(self, klagreg: Clerk) -> None:
        klagreg("enhet", "lagg-till", "Lunden")
        assert klagreg("enhet", "andra", "Lunden", "--namn", "PARKSKOLAN", code=3).err == (
            "Fel: Enheten Parkskolan finns redan.\n"
        )
        assert klagreg("enhet", "andra", "Lunden", "--namn", "LUNDEN").out == "Enheten heter LUNDEN (BUN).\n"

    def test_two_at_once_lose_nothing(self, klagreg: Clerk) -> None:
        """One changes the nämnd while another retires: whatever the order, both have happened."""
        both = Barrier(2)
        path, env = klagreg.folder / "klagreg.db", Env(datetime(2026, 11, 2, 9, tzinfo=UTC), "anna.berg")
        writing = Store.writing

        def together(store: Store) -> Any:
            both.wait(timeout=20)
            return writing(store)

        def act(do: Callable[[Register], object]) -> None:
            with Register.open(path, env) as register:
                do(register)

        with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(2) as two:
            patch.setattr(Store, "writing", together)
            list(
                two.map(
                    act,
                    [
                        lambda register: register.upkeep.change_unit("Parkskolan", board="UBN"),
                        lambda register: register.upkeep.retire_unit("Parkskolan", date(2026, 11, 2)),
                    ],
                )
            )
        assert units(klagreg) == [("Parkskolan", "UBN", "2026-11-02")]


class TestHandlers:
    def test_every_change_is_logged_with_old_and_new(self, klagreg: Clerk) -> None:
        klagreg("enhet", "lagg-till", "Lunden")
        assert klagreg("handlaggare", "andra", "eva.lind", "--namn", "eva.ek", "--enhet", "lunden").out == (
            "Handläggaren heter eva.ek (Lunden).\n"
        )
        assert klagreg("handlaggare", "avveckla", "eva.ek", "--datum", "igår").out == (
            "Handläggaren eva.ek är avvecklad.\n"
        )
        assert klagreg("handlaggare", "andra", "eva.ek", "--enhet", "").out == (
            "Handläggaren heter eva.ek (ingen enhet). Fortfarande avvecklad sedan 2026-11-01.\n"
        )
        klagreg("handlaggare", "andra", "eva.ek", "--aterta")
        assert [entry for entry in logged(klagreg) if entry[1] == "handlaggare"] == [
            ("2026-11-02", "handlaggare", [("handlaggare", None, "eva.lind"), ("enhet", None, "Parkskolan")]),
            ("2026-11-02", "handlaggare", [("handlaggare", "eva.lind", "eva.ek"), ("enhet", "Parkskolan", "Lunden")]),
            ("2026-11-01", "handlaggare", [("handlaggare", "eva.ek", "eva.ek"), ("avvecklad", None, "2026-11-01")]),
            ("2026-11-02", "handlaggare", [("handlaggare", "eva.ek", "eva.ek"), ("enhet", "Lunden", None)]),
            ("2026-11-02", "handlaggare", [("handlaggare", "eva.ek", "eva.ek"), ("avvecklad", "2026-11-01", None)]),
        ]
        assert handlers(klagreg) == [("eva.ek", None, None)]

    @pytest.mark.parametrize("new", [[], ["--ny"]])
    def test_a_retired_one_is_said_to_be_retired(self, klagreg: Clerk, registered: Registered, new: list[str]) -> None:
        registered()
        klagreg("handlaggare", "avveckla", "eva.lind")
        retired = (
            'Fel: Handläggaren eva.lind är avvecklad. Ta upp den igen: klagreg handlaggare andra "eva.lind" --aterta\n'
        )
        assert klagreg("tilldela", "1", "Eva.Lind", *new, code=3).err == retired
        answer = klagreg("registrera", "--typ", "klagomal", "--handlaggare", "eva.lind", *new, code=3)
        assert answer.err == retired
        klagreg("handlaggare", "andra", "eva.lind", "--aterta")
        klagreg("tilldela", "1", "eva.lind", *new)

    def test_tomorrow_is_no_day_to_have_left_on(self, klagreg: Clerk) -> None:
        assert klagreg("handlaggare", "avveckla", "eva.lind", "--datum", "imorgon", code=2).err == (
            "Fel: --datum: tis 2026-11-03 ligger i framtiden. I dag är mån 2026-11-02.\n"
        )

    def test_nothing_to_change(self, klagreg: Clerk) -> None:
        assert klagreg("handlaggare", "andra", "eva.lind", code=2).err == (
            "Fel: Säg vad som ska ändras. Se klagreg handlaggare andra --help\n"
        )
        assert klagreg("handlaggare", "andra", "eva.lind", "--aterta", code=3).err == (
            "Fel: Handläggaren eva.lind är inte avvecklad. Inget är ändrat.\n"
        )


class TestNamesThatTheRulesUse:
    """Osby's kansli takes what names no unit; Kinda's head takes what is general."""

    def test_a_unit(self, desk: Clerk) -> None:
        desk("init", "--regler", "osby", "--namnd", "KS")
        refused = (
            "Fel: Regelverket Osby lägger ärenden utan enhet hos Kansliet. "
            "Byt regelverk först: klagreg regler andra FIL --fran DATUM\n"
        )
        assert desk("enhet", "andra", "Kansliet", "--namn", "Kommunkansliet", code=3).err == refused
        assert desk("enhet", "avveckla", "kansliet", code=3).err == refused
        desk("enhet", "andra", "Kansliet", "--namn", "KANSLIET", "--namnd", "KF")
        desk("registrera", "--typ", "klagomal")
        desk("regler", "andra", "standard", "--fran", "2026-12-01")
        assert desk("enhet", "avveckla", "kansliet", code=3).err == refused.replace("Kansliet", "KANSLIET")
        desk.on("2026-12-01")("enhet", "avveckla", "Kansliet")
        desk("registrera", "--typ", "klagomal")

    def test_of_rules_to_come(self, klagreg: Clerk) -> None:
        klagreg("regler", "andra", "osby", "--fran", "2027-01-01")
        assert klagreg("enhet", "avveckla", "Kansliet", code=3).err.startswith("Fel: Regelverket Osby lägger ")

    def test_a_handler(self, desk: Clerk) -> None:
        desk("init", "--regler", "kinda")
        refused = (
            "Fel: Regelverket Kinda lägger allmänna ärenden hos Förvaltningschefen. "
            "Byt regelverk först: klagreg regler andra FIL --fran DATUM\n"
        )
        name = "Förvaltningschefen"
        assert desk("handlaggare", "andra", name, "--namn", "eva.lind", code=3).err == refused
        assert desk("handlaggare", "avveckla", name, code=3).err == refused
        # A unit of that name is another matter.
        desk("enhet", "lagg-till", name)
        desk("enhet", "avveckla", name)


def test_what_changed_is_said(klagreg: Clerk) -> None:
    klagreg("enhet", "andra", "Parkskolan", "--mottagare", "Anna Berg")
    answer = klagreg("enhet", "andra", "Parkskolan", "--mottagare", "Anna Berg", "--chef", "Eva Lind")
    assert answer.out == "Enheten heter Parkskolan (BUN). Ändrat: chef.\n"
    klagreg("handlaggare", "avveckla", "eva.lind")
    words = ["--fullt-namn", "Eva Lind", "--titel", "Rektor", "--telefon", "1", "--epost", "e@x.se", "--adress", "Väg"]
    assert klagreg("handlaggare", "andra", "eva.lind", *words).out == (
        "Handläggaren heter eva.lind (Parkskolan). Ändrat: fullt namn, titel, telefon, e-post, adress."
        " Fortfarande avvecklad sedan 2026-11-02.\n"
    )
    assert klagreg("handlaggare", "andra", "eva.lind", "--titel", "").out == (
        "Handläggaren heter eva.lind (Parkskolan). Ändrat: titel. Fortfarande avvecklad sedan 2026-11-02.\n"
    )


class TestWords:
    def test_new_words_are_remarked_on_by_what_they_are(self, klagreg: Clerk) -> None:
        answer = klagreg("registrera", "--typ", "klagomal", "--omrade", "Badhus", "--kanal", "Drive-in", "--ny")
        assert answer.err == "Ny kanal i registret: Drive-in.\nNytt område i registret: Badhus.\n"

    @pytest.mark.parametrize("word", ["-", "_", "/ -", "Uppgift saknas"])
    @pytest.mark.parametrize("option", ["--omrade", "--kanal", "--enhet"])
    def test_what_stands_for_nothing_is_no_word(self, klagreg: Clerk, option: str, word: str) -> None:
        assert klagreg("registrera", "--typ", "klagomal", option, word, "--ny", code=2).err == (
            f"Fel: {option}: ”{word}” kan inte vara ett namn.\n"
        )
        assert klagreg("lista").out == "Inga ärenden.\n"

    def test_an_unknown_board_lists_those_there_are(self, klagreg: Clerk) -> None:
        klagreg("enhet", "lagg-till", "Lunden", "--namnd", "Socialnämnden")
        assert klagreg("lista", "--namnd", "KS", code=4).err == (
            "Fel: Nämnden KS finns inte i registret. Registrets nämnder: BUN, Socialnämnden.\n"
        )
        assert klagreg("lista", "--namnd", "Socialnamden", code=4).err == (
            "Fel: Nämnden Socialnamden finns inte i registret."
            " Menade du Socialnämnden? Registrets nämnder: BUN, Socialnämnden.\n"
        )

    def test_a_register_without_boards_says_so(self, desk: Clerk) -> None:
        desk("init")
        assert desk("lista", "--namnd", "KS", code=4).err == (
            "Fel: Nämnden KS finns inte i registret. Registret har inga nämnder.\n"
        )


class TestInit:
    def test_the_board_and_the_municipality_are_taken_in_as_any_line_is(self, desk: Clerk) -> None:
        desk("init", "--namnd", "  Barn-  och\nutbildningsna\u0308mnden ", "--kommun", " Va\u0308xjo\u0308\tkommun")
        with Register.open(desk.folder / "klagreg.db", Env(desk.now, desk.name)) as register:
            facts = register.store.meta()
        assert (facts["namnd"], facts["kommun"]) == ("Barn- och utbildningsnämnden", "Växjö kommun")

    @pytest.mark.parametrize(
        ("words", "message"),
        [
            (["--namnd", ""], "--namnd: texten är tom."),
            (["--namnd", "-"], "--namnd: ”-” kan inte vara ett namn."),
            (["--namnd", "x" * 101], "--namnd: texten är 101 tecken, högst 100 får plats. Korta den."),
            (["--kommun", " "], "--kommun: texten är tom."),
            (["--kommun", "x" * 101], "--kommun: texten är 101 tecken, högst 100 får plats. Korta den."),
        ],
    )
    def test_what_cannot_be_stored_makes_no_file(self, desk: Clerk, words: list[str], message: str) -> None:
        assert desk("init", *words, code=2).err == f"Fel: {message}\n"
        assert list(desk.folder.iterdir()) == []

    def test_a_making_that_fails_leaves_nothing(self, desk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
        def interrupted(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(Store, "adopt", interrupted)
        assert desk("init", code=130).err == "Avbrutet. Inget är ändrat.\n"
        assert list(desk.folder.iterdir()) == []


def test_the_demo_says_in_swedish_why_its_folder_cannot_be_made(desk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", forbidden)
    assert desk("demo", "prov", code=2).err == (
        "Fel: Mappen prov kan inte skapas (behörighet saknas). Ange en annan: klagreg demo MAPP\n"
    )
