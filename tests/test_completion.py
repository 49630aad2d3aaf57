"""Tab: what a shell is told that may come next."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from klagreg.cli.completion import proposals
from tests.conftest import Clerk


@pytest.fixture
def town(klagreg: Clerk, monkeypatch: pytest.MonkeyPatch) -> Clerk:
    """Twelve cases, the first of which is closed."""
    monkeypatch.setenv("KLAGREG_REGISTER", str(klagreg.folder / "klagreg.db"))
    for _ in range(12):
        klagreg("registrera", "--typ", "synpunkt", "--enhet", "Parkskolan", "--rubrik", "Kön i matsalen")
    klagreg("avsluta", "1", "--utfall", "forklaring", "--svar", "Tack", "--satt", "brev")
    return klagreg


def test_commands_and_their_groups(town: Clerk) -> None:
    assert proposals(["re"]) == ["registrera", "redovisa", "registerutdrag", "regler"]
    assert proposals(["enhet", ""]) == ["lista", "lagg-till", "andra", "avveckla"]
    assert proposals(["--tillat-natverk", "vis"]) == ["visa"]
    assert proposals(["finns-inte", ""]) == []


def test_options_of_the_command(town: Clerk) -> None:
    assert proposals(["lista", "--fo"]) == ["--forsenade"]
    assert proposals(["lista", "--FÖ"]) == ["--forsenade"]
    assert proposals(["--re"]) == ["--register"]
    assert proposals(["uppdatera", "1", "--inte"]) == [
        "--inte-anonym", "--inte-allman", "--inte-skyddad",
    ]  # fmt: skip


def test_numbers_are_those_of_open_cases_until_one_is_begun(town: Clerk) -> None:
    assert proposals(["visa", ""])[:2] == ["SYN-2026-00012", "SYN-2026-00011"]
    assert "SYN-2026-00001" not in proposals(["visa", ""])
    assert proposals(["visa", "syn-2026-0001"]) == ["SYN-2026-00012", "SYN-2026-00011", "SYN-2026-00010"]
    assert proposals(["visa", "1"]) == ["SYN-2026-00001"]
    assert proposals(["tilldela", "--datum", "igår", "4"]) == ["SYN-2026-00004"]
    assert proposals(["utlamna", "1", "2", "3"]) == ["SYN-2026-00003"]
    assert proposals(["visa", "1", "2"]) == []


def test_names_and_codes(town: Clerk) -> None:
    assert proposals(["lista", "--enhet", "p"]) == ["Parkskolan"]
    assert proposals(["lista", "--enhet", '"p']) == ["Parkskolan"]
    assert proposals(["tilldela", "1", "e"]) == ["eva.lind"]
    assert proposals(["lista", "--handlaggare", ""]) == ["eva.lind"]
    assert proposals(["lista", "--typ", "f"]) == ["forslag", "fraga", "felanmalan"]
    assert proposals(["frist", "--raknas-i", ""]) == ["dagar", "arbetsdagar", "veckor"]
    assert "telefon" in proposals(["registrera", "--kanal", ""])
    assert proposals(["registrera", "--rubrik", "E"]) == []


def test_nothing_of_a_case_but_its_number(town: Clerk) -> None:
    town("sekretess", "2", "--lagrum", "26 kap. 1 § OSL")
    told = [one for words in (["visa", ""], ["sok", ""], ["visa", "SYN"]) for one in proposals(words)]
    assert {one[:9] for one in told} == {"SYN-2026-"}


def test_another_register_may_be_pointed_out(town: Clerk, tmp_path: Path) -> None:
    assert proposals(["--register", str(tmp_path / "ingen.db"), "visa", ""]) == []
    assert proposals(["--register", str(town.folder / "klagreg.db"), "visa", "7"]) == ["SYN-2026-00007"]


def test_an_older_register_is_left_as_it_is(town: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    import lzma

    old = town.folder / "gammalt.db"
    old.write_bytes(lzma.decompress((Path(__file__).parent / "registers" / "klagreg-0.1.db.xz").read_bytes()))
    before = old.read_bytes()
    monkeypatch.setenv("KLAGREG_REGISTER", str(old))
    assert proposals(["visa", ""]) == []
    assert old.read_bytes() == before


def test_what_cannot_be_seen_is_not_proposed(town: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    from klagreg.store.cases import Store

    monkeypatch.setattr(Store, "boards", lambda _: ["Norra\x1b[31m", "Norrnämnden", "Norra\nsödra"])
    assert proposals(["lista", "--namnd", "norr"]) == ["Norrnämnden"]


def test_bash_asks_and_quotes_what_it_gets(town: Clerk) -> None:
    town("enhet", "lagg-till", "Gata och park")
    program = Path(sys.executable).with_name("klagreg")
    if not (program.exists() and shutil.which("bash")):
        pytest.skip("bash, or the installed command, is missing")
    script = (
        f'eval "$({program} skal bash)"; COMP_WORDS=(klagreg lista --enhet gata); COMP_CWORD=3; _klagreg;'
        ' printf "%s\\n" "${COMPREPLY[@]}"'
    )
    path = os.pathsep.join([str(program.parent), os.environ["PATH"]])
    said = subprocess.run(
        ["bash", "--norc", "-c", script], env=os.environ | {"PATH": path}, capture_output=True, text=True, check=True
    )
    assert said.stdout == "Gata\\ och\\ park\n"


def test_the_scripts_and_a_shell_that_is_none(desk: Clerk) -> None:
    for shell, begins in {"bash": "_klagreg() {", "zsh": "_klagreg() {", "fish": "function __klagreg"}.items():
        assert desk("skal", shell).out.startswith(begins)
    assert desk("skal", "tcsh", code=2).err == (
        "Fel: Skalet ska vara bash, zsh eller fish. Skriv till exempel: klagreg skal bash\n"
    )


def test_a_broken_register_is_no_reason_to_say_anything(desk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = desk.folder / "trasig.db"
    broken.write_bytes(b"SQLite format 3\0" + b"x" * 4080)
    monkeypatch.setenv("KLAGREG_REGISTER", str(broken))
    monkeypatch.setenv("_KLAGREG_TABB", "bash")
    answer = desk("visa", "")
    assert (answer.out, answer.err) == ("", "")
