"""What a daily command costs, whether it costs more in a large register, and what others cost::

    python -m tests.benchmarks.daily FOLDER [SIZE …]

Whole processes in units of ``python -c "import sqlite3"``. FOLDER keeps the registers for the next time.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from tests.benchmarks import peers
from tests.benchmarks.measure import Job, Measured, beside, floor, klagreg, process, watched, without_compiling
from tests.benchmarks.registers import COMMON, RARE, built

SIZES = (1_000, 10_000, 100_000, 1_000_000)
GROWTH = 1.2
"""Times that the largest register may cost as much as the smallest."""

GOALS = {
    "registrera": 4.5,
    "visa": 5,
    "lista, 50 rader": 5,
    "lista för en person, 50 rader": 8,
    "lista --forsenade": 5,
    "lista --enhet": 5,
    "sok, ett ärende": 5,
    "sok, vart sjunde ärende": 5,
    "bevaka, 100 försenade": 5,
    "klagreg": 5,
    "frist": 5,
    "tilldela": 5,
    "tabb på ett ärendenummer": 5,
    "--help": 5,
    "ett val som inte finns": 5,
}
"""In units of the base."""


def base() -> list[str]:
    """What every Python program that opens a register pays."""
    return [sys.executable, "-c", "import sqlite3"]


def jobs(register: Path, size: int) -> dict[str, Job]:
    """Each daily command on a register."""

    def ours(*words: str) -> list[str]:
        return klagreg("--register", str(register), *words)

    last = f"SYN-{register.stem[-10:-6]}-{size:05}"
    title = ["--rubrik", "Halt vid ingången", "--text", "Det har inte sandats på tre dagar."]
    new = ["--typ", "klagomal", "--kanal", "telefon", "--enhet", "Parkskolan", *title]
    plain: dict[str, list[str]] = {
        "registrera": ours("registrera", *new),
        "visa": ours("visa", last),
        "lista, 50 rader": ours("lista", "--antal", "50"),
        "lista --forsenade": ours("lista", "--forsenade"),
        "lista --enhet": ours("lista", "--enhet", "Simhallen"),
        "sok, ett ärende": ours("sok", RARE),
        "sok, vart sjunde ärende": ours("sok", COMMON),
        "bevaka, 100 försenade": ours("bevaka"),
        "klagreg": ours(),
        "frist": ours("frist", last),
        "tilldela": ours("tilldela", last, "parkskolan.1"),
        "--help": ours("--help"),
        "ett rått skript som lagrar ett ärende": floor("register", str(register.with_name("golv.db"))),
    }
    found: dict[str, Job] = {name: partial(process, words) for name, words in plain.items()}
    found["lista för en person, 50 rader"] = partial(watched, ours("lista", "--antal", "50"))
    found["ett val som inte finns"] = partial(process, ours("lista", "--finns-inte"), MAY_FAIL="1")
    found["tabb på ett ärendenummer"] = partial(process, ours("visa", last[:-1]), _KLAGREG_TABB="bash")
    return found


def measured(folder: Path, sizes: Sequence[int]) -> dict[int, dict[str, Measured]]:
    """Every job on every size, in the same rounds; peers under the sizes that they were filled with."""
    everything: dict[tuple[int, str], Job] = {}
    for size in sizes:
        everything |= {(size, name): job for name, job in jobs(built(folder, size), size).items()}
        everything |= {(size, name): job for name, job in peers.jobs(folder, size).items()}
    found = beside(partial(process, base()), {f"{size}/{name}": job for (size, name), job in everything.items()})
    return {size: {name: found[f"{size}/{name}"] for of, name in everything if of == size} for size in sizes}


def lines(found: Mapping[int, Mapping[str, Measured]]) -> list[str]:
    """The table in Markdown: a row per job, a column per size, the growth and the goal."""
    sizes = sorted(found)
    names = [*GOALS, *dict.fromkeys(name for size in sizes for name in found[size] if name not in GOALS)]
    table = ["| jobb | " + " | ".join(f"{size:,}".replace(",", " ") for size in sizes) + " | tillväxt | mål |"]
    table.append("|---|" + "---:|" * (len(sizes) + 2))
    for name in names:
        ratios = {size: found[size][name].ratio for size in sizes if name in found[size]}
        cells = [f"{ratios[size]:.1f}" if size in ratios else "–" for size in sizes]
        growth = f"{ratios[sizes[-1]] / ratios[sizes[0]]:.2f}" if len(ratios) == len(sizes) > 1 else "–"
        goal = f"≤ {GOALS[name]}" if name in GOALS else "–"
        table.append(f"| {name} | {' | '.join(cells)} | {growth} | {goal} |")
    return table


def main(folder: Path, sizes: Sequence[int]) -> None:
    """Build what is missing, measure, print the table."""
    without_compiling()
    if shutil.which(klagreg()[0]) is None:
        raise SystemExit("klagreg ska vara installerat bredvid den Python som mäter: pip install -e .")
    folder.mkdir(exist_ok=True)
    print("\n".join(lines(measured(folder, sizes))))


if __name__ == "__main__":
    main(Path(sys.argv[1]), [int(word) for word in sys.argv[2:]] or SIZES)
