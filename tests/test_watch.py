"""Bevaka: what cron sees each morning, and what it must never show."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Clerk

Register = Callable[..., str]


def test_the_last_day_is_not_late_the_day_after_is(klagreg: Clerk, registered: Register) -> None:
    registered()
    assert klagreg.on("2026-11-09", "06:00:00")("bevaka", "--json").json == {
        "per": "2026-11-09",
        "forsenade": [],
        "idag": [
            {
                "arendenummer": "SYN-2026-00001",
                "frist": "aterkoppling",
                "senast": "2026-11-09",
                "dagar": 0,
                "handlaggare": None,
                "enhet": "Parkskolan",
                "rubrik": "Klagomål – Parkskolan",
                "informerad": False,
                "art": "krav",
            }
        ],
        "snart": [],
        "otilldelade": ["SYN-2026-00001"],
        "atgarder": [],
        "kopia_saknas": [],
    }
    late = klagreg.on("2026-11-10", "06:00:00")("bevaka", "--json", code=10).json
    assert [(row["frist"], row["dagar"]) for row in late["forsenade"]] == [("aterkoppling", 1)]


def test_soon_is_counted_in_working_days(klagreg: Clerk, registered: Register) -> None:
    registered()
    soon = klagreg.on("2026-11-05")("bevaka", "--json").json
    assert [row["senast"] for row in soon["snart"]] == ["2026-11-09"]
    assert klagreg("bevaka", "--json", "--snart", "1").json["snart"] == []


def test_quiet_says_nothing_when_there_is_nothing_to_do(klagreg: Clerk, registered: Register) -> None:
    registered()
    assert klagreg("bevaka", "--tyst").out == ""
    assert "Förfaller idag: 1" in klagreg.on("2026-11-09")("bevaka", "--tyst").out
    assert "Försenade: 1" in klagreg.on("2026-11-10")("bevaka", "--tyst", code=10).out


def test_a_day_in_the_past_knows_only_what_had_happened(klagreg: Clerk, registered: Register) -> None:
    registered()
    registered()
    registered()
    klagreg.on("2026-11-20")
    klagreg("aterkoppla", "1", "--slag", "status", "--satt", "brev", "--datum", "2026-11-11")
    klagreg("makulera", "2", "--orsak", "dubblett", "--datum", "2026-11-12")
    klagreg("avsluta", "3", "--utfall", "atgardad", "--utan-svar", "avstar", "--datum", "2026-11-13")

    def late(on: str) -> list[tuple[str, str]]:
        rows = klagreg("bevaka", "--per", on, "--json", code=10 if on > "2026-11-09" else 0).json["forsenade"]
        return [(row["arendenummer"][-1], row["frist"]) for row in rows]

    assert late("2026-11-09") == []
    assert late("2026-11-10") == [("1", "aterkoppling"), ("2", "aterkoppling"), ("3", "aterkoppling")]
    assert late("2026-11-11") == [("2", "aterkoppling"), ("3", "aterkoppling")]
    assert late("2026-11-12") == [("3", "aterkoppling")]
    assert late("2026-11-17") == [("1", "svar")]


def test_what_came_later_does_not_change_what_was_known(klagreg: Clerk, registered: Register) -> None:
    """Extended, handed over, closed and reopened after the day: the verdict of the day stays."""
    registered("--handlaggare", "eva.lind")
    registered("--handlaggare", "eva.lind")
    klagreg.on("2027-01-15")

    def as_of(on: str) -> tuple[list[tuple[str, str, str]], list[str]]:
        picture = klagreg("bevaka", "--per", on, "--json", code=10 if on > "2026-11-09" else 0).json
        rows = [(row["arendenummer"][-1], row["frist"], row["senast"]) for row in picture["forsenade"]]
        return rows, [number[-1] for number in picture["otilldelade"]]

    days = ("2026-11-05", "2026-11-12", "2026-11-20", "2026-12-10")
    before = {on: as_of(on) for on in days}
    assert before["2026-11-12"] == ([("1", "aterkoppling", "2026-11-09"), ("2", "aterkoppling", "2026-11-09")], [])
    klagreg("forlang", "2026-1", "--frist", "svar", "--till", "2027-03-01", "--orsak", "x", "--datum", "2026-12-14")
    klagreg("overlamna", "2026-2", "--till", "Kostenheten", "--ny", "--datum", "2026-12-15")
    klagreg("avsluta", "2026-2", "--utfall", "atgardad", "--utan-svar", "avstar", "--datum", "2026-12-16")
    klagreg("ateruppta", "2026-2", "--orsak", "x", "--datum", "2026-12-20")
    assert {on: as_of(on) for on in days} == before
    assert as_of("2026-12-18")[0] == [("1", "aterkoppling", "2026-11-09")]
    assert as_of("2026-12-30") == ([("1", "aterkoppling", "2026-11-09")], ["2"])


def test_a_day_to_come_shows_what_will_be_late(klagreg: Clerk, registered: Register) -> None:
    registered()
    late = klagreg("bevaka", "--per", "2026-11-20", "--json", code=10).json["forsenade"]
    assert [(row["frist"], row["dagar"]) for row in late] == [("aterkoppling", 11), ("svar", 4)]


def test_who_was_told_of_the_delay_is_told_apart(klagreg: Clerk, registered: Register) -> None:
    registered()
    klagreg("aterkoppla", "1", "--slag", "forsening", "--satt", "brev", "--orsak", "Väntar på mätning")
    late = klagreg.on("2026-11-20")("bevaka", "--json", code=10).json["forsenade"]
    assert [(row["frist"], row["informerad"]) for row in late] == [("svar", True)]


def test_filters(klagreg: Clerk, registered: Register) -> None:
    registered("--handlaggare", "eva.lind")
    klagreg("registrera", "--typ", "klagomal")
    klagreg.on("2026-11-20")
    assert len(klagreg("bevaka", "--json", "--handlaggare", "eva.lind", code=10).json["forsenade"]) == 2
    assert len(klagreg("bevaka", "--json", "--enhet", "parkskolan", code=10).json["forsenade"]) == 2
    assert len(klagreg("bevaka", "--json", code=10).json["forsenade"]) == 4
    klagreg("bevaka", "--handlaggare", "ingen.alls", code=4)


def test_nothing_about_the_sender_or_the_text_is_shown(klagreg: Clerk, registered: Register) -> None:
    registered(
        "--rubrik", "Kort ton", "--text", "HEMLIG", "--forslag", "HEMLIG", "--namn", "HEMLIG", "--epost", "HEMLIG",
        "--adress", "HEMLIG", "--onskat-satt", "brev",
    )  # fmt: skip
    klagreg("aterkoppla", "1", "--slag", "forsening", "--satt", "brev", "--orsak", "HEMLIG")
    klagreg.on("2026-11-20")
    for words in (("bevaka",), ("bevaka", "--json")):
        answer = klagreg(*words, code=10)
        assert "Kort ton" in answer.out
        assert "HEMLIG" not in answer.out + answer.err


def test_the_verdict_survives_a_reader_who_has_seen_enough(klagreg: Clerk, registered: Register) -> None:
    registered("--inkommen", "2020-01-02")
    program = f"{sys.executable} -m klagreg --register klagreg.db bevaka"
    piped = subprocess.run(
        ["bash", "-c", f"({program}; echo $? > slutkod) | true; sleep 2; cat slutkod"],
        cwd=klagreg.folder, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert piped.stdout == "10\n"


@pytest.mark.parametrize(("when", "number", "last"), [((), 13, "Kö 13"), (("--per", "2026-11-01"), 14, "Kö 12")])
def test_of_many_without_a_handler_the_oldest_are_named_and_all_are_counted(
    klagreg: Clerk, registered: Register, when: tuple[str, ...], number: int, last: str
) -> None:
    klagreg("enhet", "lagg-till", "Köket")
    for which in range(1, 15):
        registered("--rubrik", f"Kö {which}", "--inkommen", "2026-11-01")
    klagreg("tilldela", "3", "eva.lind")
    said = klagreg("bevaka", *when).out
    nobodys = said[said.index("Utan handläggare") :].split("\n")
    assert nobodys[0] == f"Utan handläggare: {number}"
    assert [line for line in nobodys if " Kö " in line][-1].endswith(last)
    assert f"… och {number - 12} till: klagreg lista --status inkommen" in nobodys
    assert len(klagreg("bevaka", "--json", *when).json["otilldelade"]) == number
    assert f"Utan handläggare: {number}\n" in klagreg("bevaka", "--enhet", "Parkskolan", *when).out
    assert "Utan handläggare" not in klagreg("bevaka", "--enhet", "Köket", *when).out


class TestCron:
    """Real processes: an empty environment, no terminal, no home, another folder."""

    @staticmethod
    def cron(*words: str, env: dict[str, str] | None = None, cwd: str = "/") -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [sys.executable, "-m", "klagreg", *words],
            env=env or {},
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=60,
            check=False,
        )

    def test_empty_environment_and_other_locales_give_the_same_bytes(
        self, klagreg: Clerk, registered: Register
    ) -> None:
        registered("--rubrik", "Åäö i matsalen")
        file = str(klagreg.folder / "klagreg.db")
        answers = [
            self.cron("--register", file, "bevaka", "--per", "2026-11-20", "--json", env=env)
            for env in ({}, {"LANG": "C"}, {"LC_ALL": "C.UTF-8", "TZ": "America/New_York"}, {"TZ": "nonsens"})
        ]
        assert {answer.returncode for answer in answers} == {10}
        assert {answer.stderr for answer in answers} == {b""}
        assert len({answer.stdout for answer in answers}) == 1
        assert json.loads(answers[0].stdout)["forsenade"][0]["rubrik"] == "Åäö i matsalen"

    def test_a_terminal_without_our_letters_gets_the_data_unchanged(self, klagreg: Clerk, registered: Register) -> None:
        registered("--rubrik", "Åäö i matsalen")
        file = str(klagreg.folder / "klagreg.db")
        answer = self.cron(
            "--register", file, "bevaka", "--per", "2026-11-20", "--json", env={"PYTHONIOENCODING": "ascii"}
        )
        assert json.loads(answer.stdout)["forsenade"][0]["rubrik"] == "Åäö i matsalen"
        assert self.cron("--register", file, "bevaka", env={"PYTHONIOENCODING": "ascii"}).returncode in (0, 10)

    def test_no_register_is_no_verdict(self, tmp_path: Path) -> None:
        answer = self.cron("bevaka", "--tyst", cwd=str(tmp_path))
        assert (answer.returncode, answer.stdout) == (5, b"")
        assert answer.stderr.decode() == (
            "Fel: Registret klagreg.db finns inte."
            " Skapa det med: klagreg init – eller peka ut ett annat med --register FIL.\n"
        )
        assert os.listdir(tmp_path) == []

    def test_a_reader_that_has_seen_enough(self, klagreg: Clerk, registered: Register) -> None:
        for _ in range(30):
            registered("--text", "x" * 10_000)
        command = f"{sys.executable} -m klagreg --register {klagreg.folder}/klagreg.db lista --json | head -1"
        answer = subprocess.run(["bash", "-c", command], capture_output=True, timeout=60, check=True)
        assert (answer.stdout, answer.stderr) == (b"[\n", b"")
