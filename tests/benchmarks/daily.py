"""What a daily command costs, and whether it costs more in a large register.

Whole processes, CPU time, in units of ``python -c "import sqlite3"`` in the same rounds; medians::

    python -m tests.benchmarks.daily [SIZE …]
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

ROUNDS = 7
SIZES = (1_000, 100_000)
BASE = [sys.executable, "-c", "import sqlite3"]
JOBS = {
    "registrera": ["registrera", "--typ", "klagomal", "--enhet", "Parkskolan"],
    "visa": ["visa", "1"],
    "lista": ["lista"],
    "sok (vanligt ord)": ["sok", "rubrik"],
    "bevaka": ["bevaka"],
    "klagreg": [],
    "frist": ["frist", "1"],
    "--help": ["--help"],
}


def build(folder: Path, cases: int) -> Path:
    """A register of imported cases: the last thousand open, some of them late."""
    register, table = folder / f"{cases}.db", folder / f"{cases}.csv"
    first = date.today() - timedelta(days=2_000)  # noqa: DTZ011  # the age of the cases, not a figure
    with table.open("w", encoding="utf-8") as file:
        file.write("Ärendenr;Inkom datum;Avslutat datum;Enhet;Ärendetyp;Ärendemening\n")
        for number in range(cases):
            came_in = first + timedelta(days=number * 1_990 // cases)
            closed = "" if number >= cases - 1_000 else came_in + timedelta(days=7)
            file.write(f"{number};{came_in};{closed};Parkskolan;Klagomål;Rubrik {number}\n")
    command(register, "init")
    command(register, "importera", str(table))
    return register


def command(register: Path, *words: str) -> float:
    """CPU seconds of one command."""
    return cpu([sys.executable, "-m", "klagreg", "--register", str(register), *words])


def cpu(words: Sequence[str]) -> float:
    """CPU seconds of a process, user and system."""
    before = os.times()
    finished = subprocess.run(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    after = os.times()
    if finished.returncode not in (0, 10):
        raise SystemExit(f"{words}: {finished.stderr.decode()}")
    return after.children_user + after.children_system - before.children_user - before.children_system


def main(sizes: Sequence[int]) -> None:
    """Build, measure in interleaved rounds, print one table."""
    # Without compiled modules every start would measure the compiler.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory() as folder:
        registers = {size: build(Path(folder), size) for size in sizes}
        ratios: dict[tuple[str, int], list[float]] = {(job, size): [] for job in JOBS for size in sizes}
        for _ in range(ROUNDS):
            base = cpu(BASE)
            for size, register in registers.items():
                for job, words in JOBS.items():
                    ratios[job, size].append(command(register, *words) / base)
    print("jobb".ljust(20), *(f"{size:>10,}".replace(",", " ") for size in sizes), "   tillväxt")
    for job in JOBS:
        medians = [statistics.median(ratios[job, size]) for size in sizes]
        print(job.ljust(20), *(f"{median:10.2f}" for median in medians), f"{medians[-1] / medians[0]:10.2f}")


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]] or SIZES)
