"""The year beside its cases: surveys, reports that were presented, and the year in words."""

from __future__ import annotations

import io
import json
import sqlite3
import sys
from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import Clerk

Registered = Callable[..., str]


def logged(clerk: Clerk, kind: str) -> list[tuple[str, list[Any]]]:
    """What the log says of such acts: the day, and (field, old, new)."""
    connection = sqlite3.connect(clerk.folder / "klagreg.db")
    try:
        rows = connection.execute(
            "SELECT e.on_day, d.changes FROM event e JOIN event_detail d ON d.event_id = e.id WHERE e.kind = ?"
            " ORDER BY e.id",
            (kind,),
        ).fetchall()
    finally:
        connection.close()
    return [(on, [tuple(change) for change in json.loads(changes)]) for on, changes in rows]


class TestSurvey:
    """Lomma: those who used the system are asked "via enkät, intervju eller fokusgrupp"."""

    def test_answers_of_a_year(self, klagreg: Clerk) -> None:
        assert klagreg("enkat", "--satt", "enkät", "--svar", "nöjd", "--antal", "7").out == (
            "Sparat mån 2026-11-02: nöjd, enkät, 7 svar.\n"
        )
        klagreg("enkat", "--satt", "fokusgrupp", "--svar", "delvis", "--antal", "2", "--datum", "12/3")
        klagreg("enkat", "--satt", "intervju", "--svar", "missnojd", "--kommentar", "Svåra att hitta\npå webben.")
        klagreg("enkat", "--satt", "intervju", "--svar", "nojd", "--datum", "2025-12-30")
        assert klagreg("enkat").out == (
            "Dag             Sätt        Svar         Antal  Nämnd  Kommentar\n"
            "tor 2026-03-12  Fokusgrupp  Delvis nöjd      2  BUN    –\n"
            "mån 2026-11-02  Enkät       Nöjd             7  BUN    –\n"
            "mån 2026-11-02  Intervju    Missnöjd         1  BUN    Svåra att hitta på webben.\n"
            "Nöjda: 7 av 10 (70 %).\n"
        )
        assert klagreg("enkat", "--ar", "2025", "--json").json == {
            "ar": 2025,
            "antal": 1,
            "nojd": 1,
            "delvis": 0,
            "missnojd": 0,
            "andel_nojda": 1.0,
            "svar": [
                {
                    "datum": "2025-12-30",
                    "satt": "intervju",
                    "svar": "nojd",
                    "antal": 1,
                    "namnd": "BUN",
                    "kommentar": None,
                }
            ],
        }
        assert logged(klagreg, "enkat")[0] == ("2026-11-02", [("enkat", None, "7 nöjd (enkät)")])

    def test_of_one_board(self, klagreg: Clerk) -> None:
        klagreg("enhet", "lagg-till", "Hemtjänsten", "--namnd", "SN")
        klagreg("enkat", "--satt", "enkat", "--svar", "nojd", "--namnd", "sn")
        klagreg("enkat", "--satt", "enkat", "--svar", "missnojd")
        assert [s["namnd"] for s in klagreg("enkat", "--json").json["svar"]] == ["SN", "BUN"]
        assert [s["namnd"] for s in klagreg("enkat", "--namnd", "SN", "--json").json["svar"]] == ["SN"]
        assert klagreg("enkat", "--namnd", "KS", code=4).err == (
            "Fel: Nämnden KS finns inte i registret. Registrets nämnder: BUN, SN.\n"
        )

    def test_a_year_without_answers_says_how_to_note_one(self, klagreg: Clerk) -> None:
        assert klagreg("enkat").out == (
            "Inga svar 2026. Anteckna ett: klagreg enkat --satt enkat|intervju|fokusgrupp --svar nojd\n"
        )
        assert klagreg("enkat", "--json").json["andel_nojda"] is None

    def test_a_comment_that_points_somebody_out_is_not_stored(self, klagreg: Clerk) -> None:
        words = ["enkat", "--satt", "intervju", "--svar", "nojd", "--kommentar", "Ring 070-174 06 05."]
        assert klagreg(*words, code=3).err == (
            "Fel: Texten pekar troligen ut någon: Kommentar: telefonnummer (rad 1, tecken 6). Inget är sparat. "
            "Skriv om utan uppgiften, eller ange --granskad om den inte pekar ut någon.\n"
        )
        assert klagreg("enkat", "--json").json["antal"] == 0
        klagreg(*words, "--granskad")
        assert logged(klagreg, "enkat") == [
            ("2026-11-02", [("enkat", None, "1 nöjd (intervju)"), ("identitetskontroll", None, "granskad")])
        ]

    @pytest.mark.parametrize(
        ("words", "message"),
        [
            (["--svar", "nojd"], "--satt saknas. Välj enkat|intervju|fokusgrupp."),
            (["--satt", "enkat"], "--svar saknas. Välj nojd|delvis|missnojd."),
            (["--satt", "enkt", "--svar", "nojd"], "--satt: ”enkt” finns inte bland valen. Menade du enkat?"),
            (
                ["--satt", "enkat", "--svar", "nojd", "--datum", "2026-11-03"],
                "--datum: tis 2026-11-03 ligger i framtiden. I dag är mån 2026-11-02.",
            ),
            (
                ["--satt", "enkat", "--svar", "nojd", "--antal", "0"],
                "--antal: värdet går inte att använda (ett heltal 1–1000000 väntades). Se klagreg enkat --help",
            ),
            (
                ["--satt", "enkat", "--svar", "nojd", "--ar", "2025"],
                "--ar visar årets svar. Dagen för ett nytt svar anges med --datum.",
            ),
            (
                ["--satt", "enkat", "--svar", "nojd", "--kommentar", "x" * 1001],
                "--kommentar: texten är 1001 tecken, högst 1000 får plats. Korta den.",
            ),
            (["--ar", "1999"], "År: 1999 ligger utanför 2000–2100."),
        ],
    )
    def test_what_cannot_be_noted(self, klagreg: Clerk, words: list[str], message: str) -> None:
        assert klagreg("enkat", *words, code=2).err == f"Fel: {message}\n"
        assert klagreg("enkat", "--json").json["antal"] == 0


class TestPresented:
    """Kinda: a report each quarter, and the day that it was presented to the nämnd."""

    @pytest.fixture
    def klagreg(self, desk: Clerk) -> Clerk:
        """A register that was created on the first day of 2026, on 2 November."""
        desk.on("2026-01-01")("init", "--namnd", "BUN")
        return desk.on("2026-11-02")

    def test_the_quarters_of_a_year(self, klagreg: Clerk) -> None:
        assert klagreg("redovisa", "2026", "--kvartal", "3", "--datum", "20/10", "--paragraf", "88").out == (
            "Kvartal 3  redovisad tis 2026-10-20 för BUN, § 88\n"
        )
        klagreg("redovisa", "2026", "--kvartal", "1", "--datum", "2026-04-14")
        klagreg("redovisa", "2026", "--halvar", "1", "--datum", "2026-08-25", "--paragraf", "AU § 12")
        assert klagreg("redovisa", "2026").out == (
            "Kvartal 1  redovisad tis 2026-04-14\n"
            "Kvartal 2  inte redovisad\n"
            "Halvår 1   redovisad tis 2026-08-25, AU § 12\n"
            "Kvartal 3  redovisad tis 2026-10-20, § 88\n"
            "Kvartal 4  pågår till och med tor 2026-12-31\n"
            "Hela året  pågår till och med tor 2026-12-31\n"
        )
        assert klagreg("redovisa", "2026", "--kvartal", "2").out == "Kvartal 2  inte redovisad\n"
        assert klagreg("redovisa", "2026", "--json").json[1:4:2] == [
            {
                "period": ["2026-04-01", "2026-06-30"],
                "rubrik": "Kvartal 2",
                "redovisad": None,
                "paragraf": None,
                "namnd": None,
            },
            {
                "period": ["2026-07-01", "2026-09-30"],
                "rubrik": "Kvartal 3",
                "redovisad": "2026-10-20",
                "paragraf": "§ 88",
                "namnd": "BUN",
            },
        ]
        assert logged(klagreg, "redovisad")[0] == ("2026-10-20", [("redovisad", None, "2026-07-01–2026-09-30, § 88")])

    def test_the_whole_year_is_presented_the_year_after(self, klagreg: Clerk) -> None:
        assert klagreg.on("2027-02-16")("redovisa", "2026", "--datum", "idag", "--paragraf", "§ 9").out == (
            "Hela året  redovisad tis 2027-02-16 för BUN, § 9\n"
        )
        assert klagreg("redovisa", "2026").out == (
            "Kvartal 1  inte redovisad\n"
            "Kvartal 2  inte redovisad\n"
            "Kvartal 3  inte redovisad\n"
            "Kvartal 4  inte redovisad\n"
            "Hela året  redovisad tis 2027-02-16, § 9\n"
        )

    def test_a_year_as_it_goes_by(self, klagreg: Clerk) -> None:
        assert klagreg.on("2026-06-30")("redovisa", "2026").out == (
            "Kvartal 1  inte redovisad\n"
            "Kvartal 2  pågår till och med tis 2026-06-30\n"
            "Kvartal 3  har inte börjat\n"
            "Kvartal 4  har inte börjat\n"
            "Hela året  pågår till och med tor 2026-12-31\n"
        )
        assert klagreg("redovisa", "2026", "--tertial", "3").out == "Tertial 3  har inte börjat\n"
        assert klagreg("redovisa", "2027").out.splitlines()[-1] == "Hela året  har inte börjat"

    def test_what_was_over_before_there_was_a_register(self, desk: Clerk) -> None:
        desk.on("2026-06-30", "23:30:00")("init", "--namnd", "BUN")
        desk.on("2027-02-01")
        assert [line[:9] for line in desk("redovisa", "2026").out.splitlines()] == [
            "Kvartal 2", "Kvartal 3", "Kvartal 4", "Hela året",
        ]  # fmt: skip
        assert desk("redovisa", "2025").out == (
            "Inget är redovisat för 2025, som tog slut innan registret skapades (tis 2026-06-30).\n"
        )
        assert desk("redovisa", "2025", "--json").json == []
        desk("redovisa", "2025", "--datum", "2026-07-01")
        desk("redovisa", "2026", "--kvartal", "1", "--datum", "2026-07-01")
        assert desk("redovisa", "2025").out == "Hela året  redovisad ons 2026-07-01\n"
        assert desk("redovisa", "2026").out.startswith("Kvartal 1  redovisad ons 2026-07-01\nKvartal 2  inte")
        assert desk("redovisa", "2025", "--kvartal", "4").out == "Kvartal 4  inte redovisad\n", "it was asked for"

    @pytest.mark.parametrize("on", ["2026-08-31", "2026-09-30"])
    def test_a_quarter_that_is_not_over_is_refused_with_its_last_day(self, klagreg: Clerk, on: str) -> None:
        refused = klagreg("redovisa", "2026", "--kvartal", "3", "--datum", on, code=2)
        assert refused.err == (
            "Fel: --datum: perioden pågår till och med ons 2026-09-30. Den redovisas när den är över.\n"
        )
        assert klagreg("redovisa", "2026", "--kvartal", "3").out == "Kvartal 3  inte redovisad\n"

    def test_the_same_day_twice_is_one_presentation_and_its_paragraph_can_be_put_right(self, klagreg: Clerk) -> None:
        words = ["redovisa", "2026", "--kvartal", "3", "--datum", "2026-10-20"]
        klagreg(*words)
        assert klagreg(*words, code=3).err == (
            "Fel: Att perioden redovisades tis 2026-10-20 är redan antecknat. Inget är ändrat.\n"
        )
        klagreg(*words, "--paragraf", "87")
        klagreg(*words, "--paragraf", "88")
        klagreg(*words, code=3)
        assert klagreg("redovisa", "2026", "--kvartal", "3").out == "Kvartal 3  redovisad tis 2026-10-20, § 88\n"

    def test_each_board_has_its_own(self, klagreg: Clerk) -> None:
        klagreg("enhet", "lagg-till", "Hemtjänsten", "--namnd", "SN")
        words = ["redovisa", "2026", "--kvartal", "3", "--namnd", "sn", "--datum", "2026-10-21"]
        assert klagreg(*words).out == "Kvartal 3  redovisad ons 2026-10-21 för SN\n"
        assert klagreg("redovisa", "2026", "--kvartal", "3").out == "Kvartal 3  inte redovisad\n"
        assert klagreg("redovisa", "2026", "--kvartal", "3", "--namnd", "SN").out == (
            "Kvartal 3  redovisad ons 2026-10-21\n"
        )

    def test_a_register_of_several_boards_names_them(self, desk: Clerk) -> None:
        desk("init")
        for board, on in (("SN", "2026-10-21"), ("BUN", "2026-10-20")):
            desk("enhet", "lagg-till", f"Enhet {board}", "--namnd", board)
            desk("redovisa", "2026", "--kvartal", "3", "--namnd", board, "--datum", on)
        assert desk("redovisa", "2026", "--kvartal", "3").out == (
            "Kvartal 3  redovisad tis 2026-10-20 för BUN\nKvartal 3  redovisad ons 2026-10-21 för SN\n"
        )

    @pytest.mark.parametrize(
        ("words", "message"),
        [
            (["2026", "--kvartal", "1", "--manad", "2"], "Välj en av --kvartal, --tertial, --halvar och --manad."),
            (["2026", "--paragraf", "88"], "--paragraf hör till en dag. Ange sammanträdesdagen med --datum."),
            (
                ["2026", "--kvartal", "5"],
                "--kvartal: värdet går inte att använda (ett heltal 1–4 väntades). Se klagreg redovisa --help",
            ),
            (
                ["2026", "--kvartal", "3", "--datum", "imorgon"],
                "--datum: tis 2026-11-03 ligger i framtiden. I dag är mån 2026-11-02.",
            ),
            (["i fjol"], "ÅR: värdet går inte att använda. Se klagreg redovisa --help"),
            ([], "ÅR saknas. Se klagreg redovisa --help"),
        ],
    )
    def test_what_cannot_be_noted(self, klagreg: Clerk, words: list[str], message: str) -> None:
        assert klagreg("redovisa", *words, code=2).err == f"Fel: {message}\n"


class TestTheYearInWords:
    """Enköping: förvaltningar and units tell in the årsredovisning how they have worked."""

    def test_of_the_board_and_of_a_unit(self, klagreg: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
        assert klagreg("arstext", "2026", "Alla rektorer har fått en introduktion.").out == (
            "Texten för BUN 2026 är sparad.\n"
        )
        (klagreg.folder / "skolan.txt").write_text("Matråd varje månad.\r\n\r\nTvå kassor.\n", "utf-8")
        assert klagreg("arstext", "2026", "@skolan.txt", "--enhet", "parkskolan").out == (
            "Texten för Parkskolan (BUN) 2026 är sparad.\n"
        )
        assert klagreg("arstext", "2026").out == (
            "BUN\n"
            "  Alla rektorer har fått en introduktion.\n"
            "\n"
            "Parkskolan (BUN)\n"
            "  Matråd varje månad.\n"
            "\n"
            "  Två kassor.\n"
        )
        stdin = io.TextIOWrapper(io.BytesIO(b"Ny text."))
        monkeypatch.setattr(sys, "stdin", stdin)
        assert klagreg("arstext", "2026", "-", "--enhet", "Parkskolan", "--json").json == [
            {"ar": 2026, "namnd": "BUN", "enhet": "Parkskolan", "text": "Ny text."}
        ]
        assert klagreg("arstext", "2026", "--enhet", "Parkskolan").out == "Parkskolan (BUN)\n  Ny text.\n"
        assert logged(klagreg, "arstext")[-1] == ("2026-11-02", [("arstext.2026", None, "Parkskolan")])

    def test_a_unit_brings_its_own_board(self, klagreg: Clerk) -> None:
        klagreg("enhet", "lagg-till", "Hemtjänsten", "--namnd", "SN")
        klagreg("arstext", "2026", "Samtal varje vecka.", "--enhet", "Hemtjänsten")
        assert [t["namnd"] for t in klagreg("arstext", "2026", "--json").json] == ["SN"]
        assert klagreg("arstext", "2026", "--namnd", "BUN").out == (
            "Inga texter för 2026. Skriv en: klagreg arstext 2026 @text.txt\n"
        )

    def test_a_unit_has_one_text_also_when_its_board_has_changed(self, klagreg: Clerk) -> None:
        klagreg("arstext", "2026", "Nämndens.")
        klagreg("arstext", "2026", "Den första.", "--enhet", "Parkskolan")
        klagreg("enhet", "andra", "Parkskolan", "--namnd", "UBN")
        klagreg("arstext", "2026", "Den andra.", "--enhet", "Parkskolan")
        told = [(t["namnd"], t["enhet"], t["text"]) for t in klagreg("arstext", "2026", "--json").json]
        assert told == [("BUN", None, "Nämndens."), ("UBN", "Parkskolan", "Den andra.")]

    def test_a_text_that_points_somebody_out_is_not_stored(self, klagreg: Clerk) -> None:
        text = "Frågor till rektor@parkskolan.se."
        assert klagreg("arstext", "2026", text, code=3).err == (
            "Fel: Texten pekar troligen ut någon: Text: e-postadress (rad 1, tecken 13). Inget är sparat. "
            "Skriv om utan uppgiften, eller ange --granskad om den inte pekar ut någon.\n"
        )
        assert klagreg("arstext", "2026", "--json").json == []
        klagreg("arstext", "2026", text, "--granskad")
        assert klagreg("arstext", "2026").out == f"BUN\n  {text}\n"
        assert logged(klagreg, "arstext")[-1][1][-1] == ("identitetskontroll", None, "granskad")

    @pytest.mark.parametrize(
        ("words", "code", "message"),
        [
            (["2027", "Vi ska"], 2, "ÅR: 2027 har inte börjat. I dag är mån 2026-11-02."),
            (["2026", " "], 2, "TEXT: texten är tom."),
            (["2026", "x" * 20_001], 2, "TEXT: texten är 20001 tecken, högst 20000 får plats. Korta den."),
            (["2026", "@saknas.txt"], 2, "TEXT: filen saknas.txt kan inte läsas. Kontrollera sökvägen."),
            (["1999"], 2, "År: 1999 ligger utanför 2000–2100."),
            (
                ["2026", "Vi", "--enhet", "Parkskoln"],
                4,
                "Enheten ”Parkskoln” finns inte i registret. Menade du Parkskolan? Se alla med: klagreg enhet lista",
            ),
        ],
    )
    def test_what_cannot_be_written(self, klagreg: Clerk, words: list[str], code: int, message: str) -> None:
        assert klagreg("arstext", *words, code=code).err == f"Fel: {message}\n"


def test_what_was_found_in_the_rules_points_nobody_out(klagreg: Clerk) -> None:
    """The workbook prints it."""
    text = "Fråga rektor@parkskolan.se."
    assert klagreg("regler", "granska", text, code=3).err == (
        "Fel: Texten pekar troligen ut någon: Text: e-postadress (rad 1, tecken 7). Inget är sparat. "
        "Skriv om utan uppgiften, eller ange --granskad om den inte pekar ut någon.\n"
    )
    assert logged(klagreg, "regler_granskade") == []
    klagreg("regler", "granska", text, "--granskad")
    klagreg("regler", "granska", "Inga ändringar.")
    assert logged(klagreg, "regler_granskade") == [
        ("2026-11-02", [("text", None, text), ("identitetskontroll", None, "granskad")]),
        ("2026-11-02", [("text", None, "Inga ändringar.")]),
    ]


def test_hostile_words_become_visible(klagreg: Clerk) -> None:
    hostile = "\x1b[31mröd\x1b[0m \u202eomvänd [bold]x[/bold]"
    klagreg("enkat", "--satt", "enkat", "--svar", "nojd", "--kommentar", hostile)
    klagreg("redovisa", "2026", "--kvartal", "3", "--datum", "2026-10-20", "--paragraf", hostile)
    klagreg("arstext", "2026", hostile)
    klagreg("egenkontroll", "2026", "--kriterium", "1", "--uppnatt", "ej", "--kommentar", hostile)
    for words in (["enkat"], ["redovisa", "2026"], ["arstext", "2026"], ["egenkontroll", "2026"]):
        shown = klagreg(*words).out
        assert "�[31mröd�[0m �omvänd [bold]x[/bold]" in shown
        assert shown.replace("\n", "").isprintable()
