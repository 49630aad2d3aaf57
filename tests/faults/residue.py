"""S3: erased means gone, also when the erasing was broken off and done again.

What ``tests/test_erasing.py`` shows of an erasing that runs to its end is not repeated here; the faults are.
"""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

from tests.faults import acts
from tests.faults.frame import Trial, fault
from tests.faults.instruments import Finished, Zygote
from tests.faults.sound import answer_faults, left_over, register_faults
from tests.test_erasing import DECISION, RULES, persons, residue

PERSONS = 50
KEPT = {acts.NAME, "protokoll.html"}


def _begun(folder: Path, zygote: Zygote) -> Path:
    """Fifty closed cases, each with a person in every field that is free text, and acts on some of them."""
    folder.mkdir()
    header = "nr;typ;inkommen;avslutad;utfall;rubrik;beskrivning;forslag;svar;namn;epost;adress;slutsvar;enhet\n"
    rows = [
        f"{n};synpunkt;2024-02-01;2024-02-20;forklaring;Om {b};{a} {b} skrev. {b * 40};{a}s förslag;Hej {a}!;"
        f"{a} {b};{a.lower()}@{b.lower()}.se;{b}vägen 1;2024-02-20;Parkskolan\n"
        for n, (a, b) in enumerate(persons())
    ]
    (folder / "rader.csv").write_text(header + "".join(rows), "utf-8")
    rules = f'{RULES}beslut = "{DECISION}"\nsynpunkt = 2\n'
    (folder / "regler.toml").write_text(rules, "utf-8")
    noted = [("anteckna", str(n), f"{a} {b} ringde") for n, (a, b) in zip(range(1, 6), persons(), strict=False)]
    for words in [
        ("init", "--regler", "regler.toml", "--namnd", "BUN"),
        ("enhet", "lagg-till", "Parkskolan"),
        ("importera", "rader.csv", "--id-kolumn", "nr"),
        *noted,
    ]:
        answer = zygote.run(*acts.in_folder(folder, words))
        assert answer.code == 0, (words, answer)
    for name in ("rader.csv", "regler.toml"):
        (folder / name).unlink()
    return folder


def _erased(folder: Path) -> tuple[str, ...]:
    decided = ("--beslut", DECISION, "--utfor", "--antal", str(PERSONS))
    return acts.in_folder(folder, ("gallra", *decided, "--protokoll", "protokoll.html", "--ersatt"))


@fault("S3", "gallra killed at random moments, and done again", commit=5, release=200)
def killed_and_done_again(trial: Trial) -> None:
    """Afterwards not six letters of fifty persons' names are left in any file of the folder, in any encoding.

    The next command after the kill rolls back what was begun; when the cases are still there they are erased again. The
    register is sound, and nothing but it and the protocol is left.
    """
    words = [name for person in persons() for name in person]
    counted: Counter[str] = Counter()
    (said := trial.folder / "sagt").mkdir()
    with Zygote(said, "gallrare") as zygote:
        beginning = _begun(trial.folder / "början", zygote)
        assert residue(beginning, words[:2])
        folder, longest = trial.folder / "prov", 0.0
        for number in range(trial.budget):
            register = acts.again(beginning, folder)
            if number == 0:  # left alone, and timed
                begun = time.monotonic()
                answer = zygote.run(*_erased(folder))
                longest = time.monotonic() - begun
                at = "left alone"
            else:
                pause = trial.random.uniform(0.05, 1) * longest
                answer = _killed(zygote, _erased(folder), pause)
                at = f"try {number}, killed after {pause:.4f} s"
                counted["killed" if answer.code == -signal.SIGKILL else "was done before"] += 1
                answer = zygote.run("--register", str(register), "gallra", "--json")
                if answer.json["arenden"]:
                    counted["done again"] += 1
                    answer = zygote.run(*_erased(folder))
            trial.tried()
            trial.hold(answer_faults(answer), at)
            if answer.code != 0:
                trial.violated(f"{at}: {answer}")
            trial.hold(register_faults(register), at)
            trial.hold(left_over(folder, KEPT), at)
            trial.hold([f"{piece!r} is left in {name}" for name, piece in residue(folder, words)], at)
    trial.figures |= {name: str(count) for name, count in counted.items()}


def _killed(zygote: Zygote, words: tuple[str, ...], pause: float) -> Finished:
    child = zygote.begin(*words)
    time.sleep(pause)
    with suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    return zygote.end()
