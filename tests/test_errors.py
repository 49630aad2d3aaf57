"""What ``examples/felkoder.md`` cannot show: a fault in the program itself."""

from __future__ import annotations

import pytest

from klagreg.store.cases import Store
from tests.conftest import Clerk


@pytest.fixture
def broken(klagreg: Clerk, monkeypatch: pytest.MonkeyPatch) -> Clerk:
    """A klagreg with a fault whose own words hold what nobody may see."""

    def fail(*_: object) -> None:
        raise RuntimeError("HEMLIG TEXT")

    monkeypatch.setattr(Store, "find", fail)
    return klagreg


def test_an_unexpected_fault_is_one_line_without_its_words(broken: Clerk) -> None:
    answer = broken("lista", code=1)
    assert (answer.out, answer.err) == (
        "",
        "Fel: Oväntat fel i klagreg (RuntimeError). Kör om med --felsok för teknikern.\n",
    )


@pytest.mark.parametrize("words", [["--felsok", "lista"], ["lista", "--felsok"]])
def test_the_technician_gets_the_traceback(broken: Clerk, words: list[str]) -> None:
    with pytest.raises(RuntimeError, match="HEMLIG TEXT"):
        broken(*words)


def test_no_english_frame_words_reach_a_user(klagreg: Clerk) -> None:
    for words in (
        ["lista", "--x"],
        ["visa", "1", "2"],
        ["atgarda", "1", "--nr", "ett"],
        ["enhet"],
        ["lista", "--antal"],
    ):
        message = klagreg(*words, code=2).err
        assert message.startswith("Fel: ")
        for english in ("Usage", "Error", "Try", "Missing", "Invalid", "Got ", "No such", "requires"):
            assert english not in message
    for words in (["--help"], ["registrera", "--help"], ["enhet", "--help"]):
        shown = klagreg(*words).out
        for english in ("Usage", "Options", "Commands", "Arguments", "Show this message", "default", "required"):
            assert english not in shown
