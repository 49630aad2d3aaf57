"""The example that reads many municipalities' registers with another engine: its figures are klagreg's."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from klagreg import days
from klagreg.cli.edge import Edge
from klagreg.cli.frame import run
from tests.benchmarks import registers
from tests.conftest import Clerk

EXAMPLE = Path(__file__).parents[1] / "examples" / "alla-kommuner.py"
YEAR = date.today().year - 1  # noqa: DTZ011  # the example counts as of today
KEYS = ("i_tid", "for_sent", "pagar", "ej_tillamplig")


def by_duckdb(folder: Path) -> dict[str, Any]:
    command = [sys.executable, str(EXAMPLE), str(folder), str(YEAR), "--json"]
    found: dict[str, Any] = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return found


def by_klagreg(clerk: Clerk, folder: Path) -> dict[str, Any]:
    words = ["sammanstall", str(YEAR), "--med", str(folder), "--json"]
    found = json.loads(clerk("--register", str(sorted(folder.glob("*.db"))[0]), *words).out)
    times = found["handlaggningstid"]
    return {
        "inkomna": found["inkomna"],
        "per_typ": found["per_typ"],
        "avslutade": found["avslutade"],
        "handlaggningstid": {key: times[key] for key in ("median", "p90", "medel", "langsta")},
        "frister": {one["frist"]: {key: one[key] for key in KEYS} for one in found["frister"]},
    }


def municipality(clerk: Clerk, folder: Path, number: int, cases: int) -> None:
    """A register of its own, with something of everything that figures must get right."""
    edge = Edge(clerk.now, "anna.berg", folder / f"{number:03}.db")

    def typed(*words: str) -> None:
        assert run(list(words), edge) == 0, words

    typed("init", "--kommun", f"Kommun {number}", "--regler", ("standard", "enkoping", "kinda")[number % 3])
    today = days.to_stockholm(clerk.now).date()
    typed("importera", str(registers.table(folder / "in.csv", cases + number % 7, today - timedelta(days=number))))
    received = f"{YEAR}-0{1 + number % 9}-02"
    new = ("registrera", "--typ", "klagomal", "--inkommen", received, "--kanal", "brev", "--enhet", "Parkskolan")
    for more in (["--anonym"], ["--avstar"], [], [], []):
        typed(*new, *more)
    last = cases + number % 7 + 5
    year = today.year
    typed("makulera", f"{year}-{last}", "--orsak", "dubblett")
    typed("avsluta", f"{year}-{last - 1}", "--utfall", "forklaring", "--svar", "Tack", "--satt", "brev",
          "--datum", f"{YEAR}-12-01")  # fmt: skip
    if number % 2:
        typed("ateruppta", f"{year}-{last - 1}", "--orsak", "nytt", "--datum", f"{YEAR}-12-{10 + number % 20}")


@pytest.fixture
def now(desk: Clerk) -> Clerk:
    """Today: the example reads the clock."""
    return desk.on(str(date.today()))  # noqa: DTZ011


def test_three_municipalities_counted_by_two_engines(now: Clerk, tmp_path: Path) -> None:
    folder = tmp_path / "kommuner"
    folder.mkdir()
    for number in range(3):
        municipality(now, folder, number, 900)
    counted = by_klagreg(now, folder)
    assert counted["inkomna"] > 50
    assert by_duckdb(folder) == counted


@pytest.mark.slow
def test_290_municipalities_counted_by_two_engines(now: Clerk, tmp_path: Path) -> None:
    folder = tmp_path / "kommuner"
    folder.mkdir()
    for number in range(290):
        municipality(now, folder, number, 300)
    assert by_duckdb(folder) == by_klagreg(now, folder)
