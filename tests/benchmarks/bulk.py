"""What the long jobs cost beside the least that they can cost::

    python -m tests.benchmarks.bulk FOLDER [SIZE [ROUNDS [WORD]]]

CPU of whole processes, in interleaved rounds, medians of the ratios; WORD chooses rows. FOLDER keeps the registers for
the next time.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path

from tests.benchmarks import registers
from tests.benchmarks.measure import Cost, Job, Measured, beside, floor, klagreg, process, without_compiling

SIZE = 100_000
ORDINARY = 1_000
SPREADSHEET = 25_000
YEAR = date.today().year - 1  # noqa: DTZ011  # the age of the cases, not a figure

_COUNTED = """
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from klagreg import compilation, days
from klagreg.desk import Env
from klagreg.register import Register
path, year = sys.argv[1:]
with Register.open(Path(path), Env(datetime.now(UTC), "prov")) as register, register.store.reading():
    asked = compilation.Asked(days.part_of_year(int(year), "ar"), date.today(), compared=False)
    compilation.compiled(asked, [register.store])
"""
"""The figures of a year, without the check of the file and its log that a report begins with."""

_READ = """
import sys
from pathlib import Path
from klagreg import tabular
assert sum(1 for _ in tabular.read(Path(sys.argv[1])).rows)
"""


class Row:
    """A row of the table: a job, the floor beside it, and what it may cost."""

    def __init__(self, title: str, job: Job, least: Job, goal: float, peak: int | None = None) -> None:
        self.title, self.job, self.least, self.goal, self.peak = title, job, least, goal, peak


def rows(folder: Path, size: int) -> list[Row]:
    """Every long job on registers of this size."""
    register = registers.built(folder, size)
    table = register.with_suffix(".csv")
    sheet = _spreadsheet(folder)
    copy, backup = folder / "golv-kopia.db", folder / "kopia.db"
    ordinary, large = (registers.built_of_a_year(folder, cases, YEAR) for cases in (ORDINARY, SIZE))
    return [
        Row(
            f"arbetsbok, ett år med {ORDINARY} ärenden",
            partial(process, _workbook(ordinary)),
            partial(process, floor("book", str(folder / "golv.xlsx"), str(ORDINARY))),
            1.3,
        ),
        Row(
            f"arbetsbok med ärendelista, {SIZE} ärenden",
            partial(process, _workbook(large)),
            partial(process, floor("book", str(folder / "golv.xlsx"), str(SIZE))),
            0.5,
            300,
        ),
        Row(
            f"importera {size} rader, CSV",
            _anew(folder / "ny.db", lambda path: klagreg("--register", path, "importera", str(table))),
            _anew(folder / "golv-inlast.db", lambda path: floor("load", str(table), path)),
            2,
            100,
        ),
        Row(
            f"läsa en XLSX om {SPREADSHEET} rader",
            partial(process, [sys.executable, "-c", _READ, str(sheet)]),
            partial(process, floor("spreadsheet", str(sheet))),
            1.5,
        ),
        Row(
            f"ett års siffror, {size} ärenden på tio år",
            partial(process, [sys.executable, "-c", _COUNTED, str(register), str(YEAR)]),
            partial(process, floor("group_by", str(register))),
            3,
        ),
        Row(
            f"sammanstall {YEAR}, med kontroll av filen och loggen",
            partial(process, klagreg("--register", str(register), "sammanstall", str(YEAR), "--json")),
            partial(process, floor("hashes", str(register))),
            4,
        ),
        Row(
            f"kontrollera, {size} händelser",
            partial(process, klagreg("--register", str(register), "kontrollera")),
            partial(process, floor("hashes", str(register))),
            4,
        ),
        Row(
            f"sakerhetskopiera {register.stat().st_size // 1_000_000} MB, jämförd byte för byte",
            _without(backup, klagreg("--register", str(register), "sakerhetskopiera", str(backup))),
            _without(copy, floor("copy", str(register), str(copy))),
            1.5,
        ),
    ]


def _workbook(register: Path) -> list[str]:
    target = register.with_suffix(".xlsx")
    words = ["sammanstall", str(YEAR), "--upplaga", "intern", "-o", str(target), "--ersatt"]
    return klagreg("--register", str(register), *words)


def _anew(path: Path, command: Callable[[str], list[str]]) -> Job:
    """A job on a new register each time, which is made before it is measured."""

    def run() -> Cost:
        _gone(path)
        process(klagreg("--register", str(path), "init"))
        return process(command(str(path)))

    return run


def _without(path: Path, command: Sequence[str]) -> Job:
    """A job that makes a file which must not be there."""

    def run() -> Cost:
        _gone(path)
        return process(command)

    return run


def _gone(path: Path) -> None:
    for one in (path, path.with_name(f"{path.name}-journal")):
        one.unlink(missing_ok=True)


def _spreadsheet(folder: Path) -> Path:
    path = folder / f"{SPREADSHEET}.xlsx"
    if not path.exists():
        from openpyxl import Workbook

        book = Workbook(write_only=True)
        sheet = book.create_sheet("Ärenden")
        sheet.append(registers.HEADINGS)
        for number, *days, board, unit, kind, channel, area, title, text, outcome, handler in registers.rows(
            SPREADSHEET,
            date.today(),  # noqa: DTZ011
        ):
            dates = [date.fromisoformat(day) if day else None for day in days]
            sheet.append([int(number), *dates, board, unit, kind, channel, area, title, text, outcome, handler])
        book.save(path)
    return path


def lines(found: Sequence[tuple[Row, Measured]]) -> list[str]:
    """The table in Markdown."""
    table = ["| jobb | gånger golvet | mål | högst MiB |", "|---|---:|---:|---:|"]
    for row, measured in found:
        table.append(f"| {row.title} | {measured.ratio:.1f} | ≤ {row.goal} | {measured.peak:.0f} |")
    return table


def main(folder: Path, size: int = SIZE, rounds: int = 7, word: str = "") -> None:
    """Build what is missing, measure, print the table."""
    without_compiling()
    folder.mkdir(exist_ok=True)
    wanted = [row for row in rows(folder, size) if word in row.title]
    found = [(row, beside(row.least, {"job": row.job}, rounds)["job"]) for row in wanted]
    print("\n".join(lines(found)))


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:4]), *sys.argv[4:])
