"""The border: what may enter the register as text, told as what is typed and what is said of it."""

from __future__ import annotations

import io
import os
import unicodedata
from pathlib import Path

import pytest

from klagreg import border
from klagreg.errors import BadValue
from tests.conftest import Clerk


@pytest.mark.parametrize(
    ("text", "line", "prose"),
    [
        ("Kö i matsalen", "Kö i matsalen", "Kö i matsalen"),
        ("  Kö \t i\r\nmatsalen\n", "Kö i matsalen", "Kö \t i\nmatsalen"),
        (unicodedata.normalize("NFD", "Åsa"), "Åsa", "Åsa"),
        ("rad\rrad", "rad rad", "rad\nrad"),
        ("röd\x1b[31m", "röd\x1b[31m", "röd\x1b[31m"),  # what was sent is kept; the gates show it
        ("e" + "\u0301" * 30, "é" + "\u0301" * 29, "é" + "\u0301" * 29),
        ("कि भाषा", "कि भाषा", "कि भाषा"),
    ],
)
def test_what_is_let_in(text: str, line: str, prose: str) -> None:
    assert (border.line(text, "--x"), border.prose(text, "--x")) == (line, prose)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "texten är tom."),
        (" \r\n\t", "texten är tom."),
        ("a\0b", "texten innehåller ett NUL-tecken. Ta bort det och försök igen."),
        ("a\ud800", "texten är inte giltig UTF-8. Spara om den som UTF-8."),
        ("x" * 201, "texten är 201 tecken, högst 200 får plats. Korta den."),
        ("z" + "\u0315\u0300" * 16, "en bokstav har fler än 30 accenter. Ta bort dem."),
        ("z" + "\u0315\u0300" * 500_000, "en bokstav har fler än 30 accenter. Ta bort dem."),  # would take minutes
    ],
)
def test_what_is_refused(text: str, problem: str) -> None:
    with pytest.raises(BadValue) as error:
        border.line(text, "--x")
    assert str(error.value) == f"--x: {problem}"


def test_the_limit_of_a_long_text_is_told(klagreg: Clerk) -> None:
    (klagreg.folder / "lang.txt").write_text("å" * 1_000_001)
    assert klagreg("registrera", "--typ", "klagomal", "--text", "@lang.txt", code=2).err == (
        "Fel: --text: texten är 1000001 tecken, högst 1000000 får plats. Korta den.\n"
    )
    (klagreg.folder / "lang.txt").write_text("å" * 1_000_000)
    klagreg("registrera", "--typ", "klagomal", "--text", "@lang.txt")


def test_the_text_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "brev.txt").write_bytes(b"\xef\xbb\xbfK\xc3\xb6\r\n")
    assert border.from_file(tmp_path / "brev.txt", "--text") == "Kö\r\n"


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("finns-inte", "filen {path} kan inte läsas. Kontrollera sökvägen."),
        ("nul\0", "filen {path} kan inte läsas. Kontrollera sökvägen."),
        ("mapp", "{path} är ingen vanlig fil. Spara texten i en fil, eller ange - och skicka den."),
        ("ror", "{path} är ingen vanlig fil. Spara texten i en fil, eller ange - och skicka den."),
        ("latin", "texten är inte UTF-8. Spara om den som UTF-8."),
        ("lang", "texten är längre än 1000000 tecken. Korta den."),
    ],
)
def test_a_file_that_is_no_text(tmp_path: Path, name: str, problem: str) -> None:
    (tmp_path / "mapp").mkdir()
    os.mkfifo(tmp_path / "ror")  # nobody writes to it: to open it would wait without end
    (tmp_path / "latin").write_bytes("Kö".encode("latin-1"))
    (tmp_path / "lang").write_bytes(b"x" * 4_000_004)
    path = tmp_path / name
    with pytest.raises(BadValue) as error:
        border.from_file(path, "--text")
    assert str(error.value) == "--text: " + problem.format(path=str(path).replace("\0", "�"))


def test_what_is_sent_without_end_is_not_waited_for() -> None:
    class Endless(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            assert size >= 0
            return b"x" * size

    with pytest.raises(BadValue) as error:
        border.from_stream(Endless(), "--text")  # type: ignore[arg-type]
    assert str(error.value) == "--text: texten är längre än 1000000 tecken. Korta den."
