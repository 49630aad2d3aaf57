"""What ``examples/felkoder.md`` cannot show: a fault in the program itself."""

from __future__ import annotations

import subprocess
import sys

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
        "Fel: Oväntat fel i klagreg (RuntimeError). Visa det för en tekniker: --felsok ger felspårningen.\n",
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


class TestUnwrittenAnswers:
    """A stored case is never called a failure: who runs it again would double it."""

    def run(self, clerk: Clerk, words: str) -> tuple[int, str]:
        command = f"{sys.executable} -m klagreg --register {clerk.folder}/klagreg.db {words}"
        finished = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60, check=False)
        return finished.returncode, finished.stderr

    def test_a_full_or_closed_stdout_after_a_registration(self, klagreg: Clerk) -> None:
        for number, where in enumerate((">/dev/full", ">&-"), 1):
            code, told = self.run(klagreg, f"registrera --typ klagomal {where}")
            assert code == 1
            assert f"-0000{number} är sparat, men svaret kunde inte skrivas. Gör inte om det" in told
        assert len(klagreg.on("2030-01-01")("lista", "--json").json) == 2

    def test_a_full_or_closed_stdout_of_a_list(self, klagreg: Clerk) -> None:
        assert self.run(klagreg, "lista >/dev/full")[1] == (
            "Fel: Svaret kunde inte skrivas (disken är full). Inget är ändrat.\n"
        )
        assert self.run(klagreg, "lista >&-")[1] == "Fel: Svaret kunde inte skrivas. Inget är ändrat.\n"

    def test_words_in_another_encoding(self, klagreg: Clerk) -> None:
        assert self.run(klagreg, "sok $'\\xff'") == (
            2,
            "Fel: ”�” är inte giltig UTF-8. Kontrollera terminalens teckenkodning.\n",
        )
