"""What the yearly workbook costs: beside openpyxl's quickest way of writing its case list, and in an ordinary year.

Whole processes, CPU time and peak memory, in interleaved rounds; medians::

    python -m tests.benchmarks.workbook [SIZE]
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
from typing import NamedTuple

ROUNDS, ORDINARY_ROUNDS = 3, 7
SIZE, ORDINARY = 100_000, 2_000
YEAR = date.today().year - 1  # noqa: DTZ011  # the age of the cases, not a figure

BOARDS = {
    "Barn- och utbildningsnämnden": ("Björkskolan", "Parkskolan", "Ängens förskola", "Gymnasiet"),
    "Socialnämnden": ("Hemtjänst norr", "Hemtjänst söder", "Solgården", "Individ- och familjeomsorgen"),
    "Kultur- och fritidsnämnden": ("Biblioteket", "Simhallen"),
    "Miljö- och byggnadsnämnden": ("Bygglov", "Miljötillsyn"),
    "Tekniska nämnden": ("Gata och park", "Vatten och avlopp", "Renhållning", "Måltidsenheten"),
}
TYPES = ("Klagomål", "Klagomål", "Klagomål", "Synpunkt", "Synpunkt", "Förslag", "Beröm", "Fråga", "Felanmälan")
CHANNELS = ("E-post", "E-tjänst", "Telefon", "Brev", "Besök")
AREAS = ("Bemötande", "Information och kommunikation", "Mat och måltider", "Lokaler och utemiljö", "Tillgänglighet")
OUTCOMES = ("atgardad", "forklaring", "ingen_atgard", "hanvisad")

WRITE_ONLY = """
import resource, sys, time
from datetime import UTC, datetime
from pathlib import Path
from openpyxl import Workbook
from klagreg import days, report
from klagreg.desk import Env
from klagreg.register import Register
from klagreg.terms import Edition
path, target, year = sys.argv[1:]
with Register.open(Path(path), Env(datetime.now(UTC), "prov")) as register:
    end = days.part_of_year(int(year), "ar")
    counted = register.report(end, end.end, with_cases=True)
rows = max((sheet.rows for sheet in report.sheets(counted, Edition.INTERNAL)), key=len)
before = time.process_time()
book = Workbook(write_only=True)
sheet = book.create_sheet("Alla")
for row in rows:
    sheet.append(["–" if value is None else value for value in row])
book.save(target)
print(len(rows), len(rows[0]), time.process_time() - before)
"""
"""The cells of the case list alone, with openpyxl's write-only mode: only the writing is counted."""


class Cost(NamedTuple):
    """Of one process."""

    cpu: float
    """Seconds, user and system."""
    peak: float
    """MiB."""


def build(folder: Path, cases: int) -> Path:
    """A register of imported cases: so many that came in during the year, and a fifth as many before it."""
    register, table = folder / f"{cases}.db", folder / f"{cases}.csv"
    units = [(board, unit) for board, names in BOARDS.items() for unit in names]
    with table.open("w", encoding="utf-8") as file:
        file.write("Ärendenr;Inkom datum;Första återkoppling;Slutsvar;Avslutat datum;Nämnd;Enhet;Ärendetyp;")
        file.write("Inkom via;Område;Ärendemening;Utfall\n")
        for number in range(cases + cases // 5):
            board, unit = units[(number * 7 + number // 13) % len(units)]
            # Earlier years, so that there is something to compare with.
            year = YEAR if number < cases else YEAR - 1 - number % 2
            came_in = date(year, 1, 1) + timedelta(days=number * 7919 % 365)
            answered = came_in + timedelta(days=number * 31 % 40)
            is_open = year == YEAR and number % 12 == 5
            words = (came_in, min(came_in + timedelta(days=number % 9), answered), answered, answered)
            days = (str(words[0]), "" if is_open else str(words[1]), *["" if is_open else str(answered)] * 2)
            what = (board, unit, TYPES[number % 9], CHANNELS[number % 5], AREAS[number % 7 % 5])
            outcome = "" if is_open else OUTCOMES[number % 11 % 4]
            file.write(";".join((str(number), *days, *what, f"Rubrik {number} om & kring vägen", outcome)) + "\n")
    run([sys.executable, "-m", "klagreg", "--register", str(register), "init"])
    run([sys.executable, "-m", "klagreg", "--register", str(register), "importera", str(table)])
    return register


def run(words: Sequence[str]) -> tuple[Cost, str]:
    """What a process costs, and what it says."""
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as failed:
        process = subprocess.Popen(words, stdout=said, stderr=failed)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        failed.seek(0)
        if process.returncode not in (0, 10):
            raise SystemExit(f"{words}: {failed.read().decode()}")
        return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024), said.read().decode()


def written(register: Path) -> Cost:
    """The internal edition of the year, by the command itself."""
    target = register.with_suffix(".xlsx")
    command = ["sammanstall", str(YEAR), "--upplaga", "intern", "-o", str(target), "--ersatt"]
    return run([sys.executable, "-m", "klagreg", "--register", str(register), *command])[0]


def counted(register: Path) -> Cost:
    """The figures of the year without a workbook: what the counting costs by itself."""
    return run([sys.executable, "-m", "klagreg", "--register", str(register), "sammanstall", str(YEAR), "--json"])[0]


def write_only(register: Path) -> tuple[int, int, float]:
    """Rows, columns and CPU seconds of openpyxl's write-only mode."""
    words = [sys.executable, "-c", WRITE_ONLY, str(register), str(register.with_suffix(".alone.xlsx")), str(YEAR)]
    rows, columns, seconds = run(words)[1].split()
    return int(rows), int(columns), float(seconds)


def main(size: int) -> None:
    """Build, measure in interleaved rounds, print one table."""
    # Without compiled modules every start would measure the compiler.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory() as folder:
        large, ordinary = build(Path(folder), size), build(Path(folder), ORDINARY)
        whole, alone, figures = [], [], []
        for _ in range(ROUNDS):
            whole.append(written(large))
            alone.append(write_only(large))
            figures.append(counted(large).cpu)
        years = []
        for _ in range(ORDINARY_ROUNDS):
            start = run([sys.executable, "-m", "klagreg", "--help"])[0]
            years.append(written(ordinary).cpu - start.cpu)
    rows, columns, _ = alone[0]
    theirs = [seconds for *_, seconds in alone]
    ratio = statistics.median(ours.cpu / seconds for ours, seconds in zip(whole, theirs, strict=True))
    cpu, peak = statistics.median(cost.cpu for cost in whole), max(cost.peak for cost in whole)
    for name, value, more in (
        (f"openpyxl write-only, {rows} × {columns}", statistics.median(theirs), ""),
        (f"hela arbetsboken, intern, {size}", cpu, f"= {ratio:.2f} gånger, högst {peak:.0f} MiB"),
        ("  varav siffrorna (--json)", statistics.median(figures), ""),
        (f"hela arbetsboken, intern, {ORDINARY}", statistics.median(years), "utöver klagreg --help"),
    ):
        print(f"{name:<40} {value:6.2f} s {more}".rstrip())


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else SIZE)
