"""What people see: the gate that text passes, tables at a terminal and in a pipe, the dialogue on a real pty."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import subprocess
import sys
import termios
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klagreg.render import terminal
from klagreg.render.terminal import clean, clean_prose
from tests.conftest import Clerk

HOSTILE = [
    "\x1b[31mröd\x1b[0m", "\x1b]0;titel\x07", "\x1b]52;c;aGVq\x07", "\x9b31m", "SEKRETESS\rOFFENTLIG", "\u202eomvänd",
    "\u2066isolat\u2069", "nol\u200bbredd", "\x7f\x08\x0b\x0c", "[bold]fet[/bold]", "[/]", "[/x]", "[link=http://x]y[/link]",
    ":bomb:", "\\[", "=1+1", "\ufffe", "\u2028rad", "%s %d {0} {}", "\U000e0041",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_becomes_visible(text: str) -> None:
    assert all(unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") for c in clean(text))


def test_swedish_text_is_left_alone() -> None:
    assert clean("Åsa – ”Kö” i matsalen… 100 % é ñ 中 😀") == "Åsa – ”Kö” i matsalen… 100 % é ñ 中 😀"
    assert clean_prose("Rad ett\nRad\ttvå") == "Rad ett\nRad två"


@given(st.text())
@settings(max_examples=250, deadline=None)
def test_nothing_invisible_passes_the_gate(text: str) -> None:
    assert clean(text).isprintable()
    assert len(clean(text)) == len(text)


def test_hostile_text_in_every_field_and_every_view(klagreg: Clerk) -> None:
    for number, text in enumerate(HOSTILE, 1):
        klagreg("registrera", "--typ", "klagomal", "--rubrik", text, "--text", text, "--forslag", text, "--namn", text)
        klagreg("anteckna", str(number), text)
        klagreg("atgarda", str(number), text, "--ansvarig", text)
        klagreg("enhet", "lagg-till", f"{text} {number}")
    klagreg("overlamna", "1", "--till", f"{HOSTILE[0]} 1", "--orsak", HOSTILE[1])
    views = [
        "lista",
        "bevaka",
        "enhet lista",
        "regler visa",
        *(f"{v} {n}" for v in ("visa", "logg", "frist") for n in range(1, 21)),
    ]
    for view in views:
        shown = klagreg(*view.split()).out
        assert re.sub(r"[\n]", "", shown).isprintable(), view


def test_a_hostile_word_in_an_error_message(klagreg: Clerk) -> None:
    for words in (
        ["visa", "\x1b[31m1"],
        ["\x1b[31mlista"],
        ["lista", "--\x1b[31m"],
        ["lista", "--enhet", "\x1b]0;x\x07"],
    ):
        answer = klagreg(*words, code=4 if words[0] == "visa" or "--enhet" in words else 2)
        assert answer.err.rstrip("\n").isprintable()


def test_json_is_the_same_data_and_steers_no_terminal(klagreg: Clerk) -> None:
    title = "Å\u202eB\x9bC\x7fD\u200bE\u00a0F\U000e0041G 😀"
    klagreg("registrera", "--typ", "klagomal", "--rubrik", title)
    answer = klagreg("visa", "1", "--json")
    assert answer.json["rubrik"] == title.replace("\u00a0", " ")
    assert r'"rubrik": "Å\u202eB\u009bC\u007fD\u200bE F\udb40\udc41G 😀"' in answer.out


class Terminal:
    """A real terminal of a given width, with somebody who waits for a question before she answers it."""

    def __init__(self, folder: Path, columns: int, *words: str) -> None:
        self.master, slave = pty.openpty()
        environment = {"COLUMNS": str(columns), "LINES": "40", "TERM": "xterm-256color", "LANG": "C.UTF-8"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "klagreg", *words],
            stdin=slave, stdout=slave, stderr=slave, cwd=folder, env=environment, start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # so that Ctrl-C reaches the program
        )  # fmt: skip
        os.close(slave)
        self.screen = ""

    def wait_for(self, text: str) -> None:
        deadline = time.monotonic() + 30
        while text not in self.screen:
            assert time.monotonic() < deadline, f"väntade på {text!r}:\n{self.screen}"
            self._read(0.2)

    def answer(self, question: str, line: str) -> None:
        """Wait for a question that has not been answered yet, then type."""
        self.wait_for(question)
        self.screen = self.screen.partition(question)[2]
        os.write(self.master, line.encode() + b"\n")

    def end(self) -> tuple[str, int]:
        deadline = time.monotonic() + 30
        while self.process.poll() is None:
            self._read(0.2)
            if time.monotonic() > deadline:
                self.process.kill()
                pytest.fail(f"klagreg väntar fortfarande:\n{self.screen}")
        self._read(0.1)
        os.close(self.master)
        return self.screen.replace("\r\n", "\n"), self.process.returncode

    def _read(self, seconds: float) -> None:
        ready, _, _ = select.select([self.master], [], [], seconds)
        if ready:
            try:
                self.screen += os.read(self.master, 65536).decode(errors="replace")
            except OSError:
                return


class TestDialogue:
    def test_in_the_order_of_a_blankett(self, klagreg: Clerk) -> None:
        terminal = Terminal(klagreg.folder, 80, "registrera")
        terminal.wait_for("1 Parkskolan")
        terminal.answer("Enhet det gäller (tomt om okänd): ", "Parkskoln")
        terminal.answer("Menade du Parkskolan? Lägga till? (j/N) ", "n")
        terminal.answer("Enhet det gäller (tomt om okänd): ", "1")
        terminal.answer("Område (tomt om okänt): ", "matt")
        terminal.answer("Område (tomt om okänt): ", "mat")
        terminal.answer("Klagomål eller synpunkt: ", "klagomal")
        terminal.answer("Klagomålet eller synpunkten (avsluta", "Maten var kall.\n\nTvå dagar i rad.\n\n")
        terminal.answer("Förslag till förbättring (avsluta", "")
        terminal.answer("Avsändarens namn (tomt om anonym): ", "Test Person")
        terminal.answer("Adress: ", "")
        terminal.answer("Telefon: ", "070-1740605")
        terminal.answer("E-post: ", "")
        terminal.answer("Hur kom det in: ", "telfon")
        terminal.answer("Hur kom det in: ", "3")
        terminal.answer("Vilken dag kom det in [idag]: ", "i fjol")
        terminal.answer("Vilken dag kom det in [idag]: ", "")
        terminal.answer("Offentlig rubrik, utan personuppgifter [Klagomål – Parkskolan]: ", "Kall mat")
        screen, code = terminal.end()
        assert code == 0, screen
        assert "-00001  Kall mat" in screen
        case = klagreg.on("2030-01-01")("lista", "--json").json[0]
        assert (case["enhet"], case["omrade"], case["typ"], case["kanal"], case["beskrivning"], case["anonym"]) == (
            "Parkskolan", "mat", "klagomal", "telefon", "Maten var kall.\n\nTvå dagar i rad.", False,
        )  # fmt: skip

    def test_ctrl_c_stores_nothing(self, klagreg: Clerk) -> None:
        terminal = Terminal(klagreg.folder, 80, "registrera")
        terminal.answer("Enhet det gäller (tomt om okänd): ", "")
        terminal.answer("Område (tomt om okänt): ", "")
        terminal.wait_for("Klagomål eller synpunkt: ")
        os.write(terminal.master, b"\x03")
        screen, code = terminal.end()
        assert (code, "Avbrutet. Inget är ändrat." in screen) == (130, True)
        assert klagreg("lista").out == "Inga ärenden.\n"

    def test_a_missing_word_is_asked_for_and_a_new_name_may_be_added(
        self, klagreg: Clerk, registered: Callable[..., str]
    ) -> None:
        number = registered()
        terminal = Terminal(klagreg.folder, 80, "tilldela", number)
        terminal.answer("Handläggare: ", "eva.lindh")
        terminal.answer(
            "Handläggaren ”eva.lindh” finns inte i registret. Menade du eva.lind? Lägga till? (j/N) ", "nej"
        )
        screen, code = terminal.end()
        assert (code, "Menade du eva.lind?" in screen) == (4, True)
        terminal = Terminal(klagreg.folder, 80, "tilldela", number, "nils.ek")
        terminal.answer("(j/N) ", "j")
        assert terminal.end()[1] == 0

    def test_nobody_to_ask_is_an_error_not_a_hang(self, klagreg: Clerk) -> None:
        assert klagreg("registrera", code=2).err == (
            "Fel: --typ saknas. Välj klagomal|synpunkt|forslag|berom|fraga|felanmalan|avvikelse.\n"
        )


@pytest.mark.parametrize("columns", [20, 40, 80, 120])
def test_a_drawn_list_keeps_numbers_and_days_whole(
    klagreg: Clerk, registered: Callable[..., str], columns: int
) -> None:
    registered("--rubrik", "En mycket lång rubrik om kön i matsalen som inte får plats på en rad någonstans alls")
    screen, code = Terminal(klagreg.folder, columns, "lista").end()
    assert code == 0
    assert "SYN-2026-00001" in screen
    assert "Försenad mån 2026-11-09" in re.sub(r"\s+", " ", screen) or columns < 120
    if columns >= 80:
        plain = re.sub(r"\x1b\[[0-9;]*m", "", screen)
        assert max(map(len, plain.splitlines())) <= columns
        assert "2026-11-02" in plain


def test_no_color_is_respected(klagreg: Clerk, registered: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    registered()
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[31m" not in klagreg.on("2026-12-01")("bevaka", code=10).out


def test_at_eighty_columns_what_matters_stays_on_one_line(klagreg: Clerk, registered: Callable[..., str]) -> None:
    registered("--rubrik", "Kö i matsalen varje dag mellan elva och tolv", "--handlaggare", "eva.lind")
    screen, _ = Terminal(klagreg.folder, 80, "bevaka", "--per", "2026-11-20").end()
    lines = re.sub(r"\x1b\[[0-9;]*m", "", screen).splitlines()
    assert [line.rstrip() for line in lines[2:7]] == [
        "Försenade: 2",
        "Ärende          Sista dag       Dagar  Rubrik",
        "─" * 80,
        "SYN-2026-00001  mån 2026-11-09    +11  Kö i matsalen varje dag mellan elva och",
        "                                       tolv",
    ]
    assert lines[7].strip() == "Första återkoppling · eva.lind ·"


@pytest.mark.parametrize(
    ("columns", "lines", "rows"), [(80, 24, 9), (120, 30, 12), (160, 50, 45), (160, 12, 9), (80, 4, 9)]
)
def test_a_list_fits_the_window(columns: int, lines: int, rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("LINES", str(lines))
    assert terminal.page(50) == 50, "a pipe has no window"
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert terminal.page(50) == rows


def test_a_list_that_is_cut_says_so_and_how_to_see_more(klagreg: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(12):
        klagreg("registrera", "--typ", "synpunkt", "--kanal", "brev")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("LINES", "24")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    said = klagreg("lista").out
    assert said.count("SYN-2026-") == 9
    assert said.rstrip().endswith(
        "Visar de 9 senaste. Fler med --antal 36, eller välj med --status, --enhet,\n  --fran …"
    )
