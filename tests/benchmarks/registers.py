"""Registers to measure on: the same cases each time, from a table that ``klagreg importera`` reads.

Ten years of cases; a tenth of them are open, whatever the size a hundred of which are late, and about as many new ones
wait for a handler and a first word::

    python -m tests.benchmarks.registers FOLDER SIZE …
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

OVERDUE = 100
"""Cases that nobody has answered although the last day is past, in every register."""
NEW = 100
"""Cases of today that nobody has taken on."""
YEARS = 10
RARE = "kvicksilverläcka"
"""A word that one case has."""
COMMON = "parken"
"""A word that every seventh case has."""

HEADINGS = (
    "Ärendenr", "Inkom datum", "Första återkoppling", "Slutsvar", "Avslutat datum", "Nämnd", "Enhet", "Ärendetyp",
    "Inkom via", "Område", "Ärendemening", "Beskrivning", "Utfall", "Handläggare",
)  # fmt: skip
BOARDS = {
    "Barn- och utbildningsnämnden": ("Björkskolan", "Parkskolan", "Ängens förskola", "Gymnasiet"),
    "Socialnämnden": ("Hemtjänst norr", "Hemtjänst söder", "Solgården", "Individ- och familjeomsorgen"),
    "Kultur- och fritidsnämnden": ("Biblioteket", "Simhallen"),
    "Miljö- och byggnadsnämnden": ("Bygglov", "Miljötillsyn"),
    "Tekniska nämnden": ("Gata och park", "Vatten och avlopp", "Renhållning", "Måltidsenheten"),
}
UNITS = [(board, unit) for board, units in BOARDS.items() for unit in units]
TYPES = ("Klagomål", "Klagomål", "Klagomål", "Synpunkt", "Synpunkt", "Förslag", "Beröm", "Fråga", "Felanmälan")
CHANNELS = ("E-post", "E-tjänst", "Telefon", "Brev", "Besök")
AREAS = ("Bemötande", "Information och kommunikation", "Mat och måltider", "Lokaler och utemiljö", "Tillgänglighet")
OUTCOMES = ("Åtgärd vidtagen", "Förklaring", "Ingen åtgärd", "Hänvisad")
PLACES = ("parken", "skolgården", "receptionen", "gångvägen", "matsalen", "hållplatsen", "badhuset")
EVENTS = (
    "Det har varit likadant sedan i våras",
    "Ingen har hört av sig",
    "Jag har ringt två gånger",
    "Så var det igår",
)


def rows(cases: int, today: date) -> Iterator[tuple[str, ...]]:
    """The rows of the table, the oldest case first."""
    waiting = max(cases // 10, OVERDUE * 2)
    handled = cases - waiting
    for number in range(cases):
        board, unit = UNITS[(number * 7 + number // 13) % len(UNITS)]
        closed = told = None
        if number < handled:
            received = today - timedelta(days=100 + (handled - number) * YEARS * 365 // handled)
            closed = received + timedelta(days=number * 31 % 40 if number % 3 else number % 5)
            told = min(received + timedelta(days=number % 9), closed)
        elif number < handled + OVERDUE:
            received = today - timedelta(days=60)
        elif number < cases - NEW:
            received = told = today - timedelta(days=(cases - number) * 8 // waiting)
        else:
            received = today
        place = PLACES[number % len(PLACES)]
        text = f"Vid {place} nr {number % 9973} är det {number % 17} fel. {EVENTS[number * 5 % 4]}. " * (1 + number % 4)
        if number == cases // 2:
            text += f"Det luktar {RARE}."
        yield (
            str(number),
            str(received),
            str(told or ""),
            str(closed) if closed and number % 50 else "",
            str(closed or ""),
            board,
            unit,
            TYPES[number % 9],
            CHANNELS[number % 5],
            AREAS[number % 11 % 5],
            f"Om {place}, anmälan {number}",
            text.strip(),
            OUTCOMES[number % 11 % 4] if closed else "",
            f"{unit.split()[0].lower()}.{number % 3}" if number < cases - NEW else "",
        )


def rows_of_a_year(cases: int, year: int) -> Iterator[tuple[str, ...]]:
    """The rows of so many cases that came in during a year, and a fifth as many of the two years before it."""
    for number in range(cases + cases // 5):
        board, unit = UNITS[(number * 7 + number // 13) % len(UNITS)]
        of = year if number < cases else year - 1 - number % 2
        received = date(of, 1, 1) + timedelta(days=number * 7919 % 365)
        ended = received + timedelta(days=number * 31 % 40)
        is_open = of == year and number % 12 == 5
        told = min(received + timedelta(days=number % 9), ended)
        days = (str(received), "" if is_open else str(told), *["" if is_open else str(ended)] * 2)
        what = (board, unit, TYPES[number % 9], CHANNELS[number % 5], AREAS[number % 7 % 5])
        outcome = "" if is_open else OUTCOMES[number % 11 % 4]
        yield str(number), *days, *what, f"Rubrik {number} om & kring vägen", "", outcome, ""


def table(path: Path, cases: int, today: date) -> Path:
    """The table as a CSV file."""
    return _written(path, rows(cases, today))


def _written(path: Path, found: Iterable[tuple[str, ...]]) -> Path:
    with path.open("w", encoding="utf-8") as file:
        file.write(";".join(HEADINGS) + "\n")
        file.writelines(";".join(row) + "\n" for row in found)
    return path


def built(folder: Path, cases: int, today: date | None = None) -> Path:
    """A register of so many cases; made if the folder has none of today."""
    today = today or date.today()  # noqa: DTZ011  # the age of the cases, not a figure
    return _imported(folder / f"{cases}-{today}.db", rows(cases, today))


def built_of_a_year(folder: Path, cases: int, year: int) -> Path:
    """A register of :func:`rows_of_a_year`; made if the folder has none."""
    return _imported(folder / f"ar-{year}-{cases}.db", rows_of_a_year(cases, year))


def _imported(register: Path, found: Iterable[tuple[str, ...]]) -> Path:
    if not register.exists():
        half_made = register.with_suffix(".half")
        half_made.unlink(missing_ok=True)
        source = _written(register.with_suffix(".csv"), found)
        for words in (["init"], ["importera", str(source)]):
            command = [sys.executable, "-m", "klagreg", "--register", str(half_made), *words]
            subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
        half_made.rename(register)
    return register


def main(words: Sequence[str]) -> None:
    """Build registers of the sizes that are asked for."""
    # Without compiled modules every start would measure the compiler.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    folder = Path(words[0])
    folder.mkdir(exist_ok=True)
    for size in map(int, words[1:]):
        print(built(folder, size))


if __name__ == "__main__":
    main(sys.argv[1:])
