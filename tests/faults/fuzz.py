"""Command lines that nobody would type: every command, every option, any value, in process and as processes.

The lines are derived from the commands that Typer builds, so that a new option cannot be forgotten. Most values are
such as the option takes: a line gets deep before it meets what is odd.
"""

from __future__ import annotations

import resource
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from datetime import date
from functools import cache
from itertools import chain
from random import Random
from typing import Any

from klagreg import days
from klagreg.cli.commands import COMMANDS, GroupEntry
from klagreg.cli.usage import typer_command
from tests.faults import acts, hostile
from tests.faults.frame import Trial, fault
from tests.faults.instruments import Finished, Zygote, in_process, klagreg
from tests.faults.sound import answer_faults, register_faults

SECONDS = 5
"""Of a processor, that a line may take at most: what other tests do meanwhile says nothing of it."""

Line = tuple[tuple[str, ...], bytes]
"""The words, and what comes on standard input."""


# -- the lines ----------------------------------------------------------------------------------


@cache
def commands() -> dict[tuple[str, ...], Any]:
    """Every command by its words, as Typer built it."""
    found: dict[tuple[str, ...], Any] = {(): None}
    for name, entry in COMMANDS.items():
        if isinstance(entry, GroupEntry):
            found |= {(name, one): typer_command(one, leaf) for one, leaf in entry.entries.items()}
        else:
            found[name,] = typer_command(name, entry)
    del found["demo",]  # it makes the registers of a whole year, and has tests of its own
    return found


def _stays(text: str) -> bool:
    """Whether a word leads nowhere out of the folder: the fuzzing may do all that whoever runs it may."""
    return not text.startswith(("/", "~")) and ".." not in text


_HARMLESS = tuple(filter(_stays, hostile.TEXTS))

FILES = ("kopia.db", "klagreg.db", "regler.toml", "webb", "mapp", "mapp/ut.xlsx", "finns-inte", "skrap.bin")

VALUES = {
    "ÄRENDE": ("1", "2", "3", "4", "SYN-2026-00001", "2026-1", "syn-2024-1", "2024-2", "9999", "SYN-2026-1"),
    "DATUM": ("idag", "igår", "2026-11-01", "1/11", "20 nov", "2026-12-24", "måndag", "2024-02-29", *hostile.DATES),
    "N": ("1", "5", "0", "100", "-1", *hostile.NUMBERS), "ÅR": ("2026", "2025", "2024", "1", "99999"),
    "TYP": ("klagomal", "synpunkt", "berom", "förslag", "avvikelse"),
    "KANAL": ("telefon", "e-post", "brev", "Facebook"), "ENHET": ("Parkskolan", "Köket", "parkskolan", "Ny enhet"),
    "NÄMND": ("BUN", "SN"), "HANDLÄGGARE": ("eva.lind", "bo.ek", "EVA.LIND", "ny.person"),
    "NAMN": ("eva.lind", "bo.ek", "Parkskolan", "Maja Qvist", "@namn.txt"),
    "SÄTT": ("telefon", "brev", "e-post", "mote", "enkat"),
    "SLAG": ("bekraftelse", "status", "slutsvar", "forsening", "utreds"),
    "UTFALL": ("atgardad", "forklaring", "ej_atgardad"), "ORSAK": ("anonym", "kontakt_saknas", "avstar", "berom"),
    "FRIST": ("svar", "aterkoppling"), "STATUS": ("inkommen", "tilldelad", "avslutad", "makulerad"),
    "VÄG": ("atgard", "forslag", "beredning", "politiskt_organ"),
    "VART": ("overklagande", "arbetsgivare", "lex_sarah", "Kommunen"), "MALL": ("bekraftelse", "forsening"),
    "KONTAKT": ("finns", "anonym", "saknas", "avstar"), "TT:MM": ("13:40", "24:00", "1:5", "٠١:٠٢"),
    "UPPLAGA": ("publik", "intern", "namnd"), "FÄLT=RUBRIK": ("typ=Typ", "inkommen=Inkommen", "rubrik=", "=x", "typ"),
    "FÄLT=VÄRDE": ("namnd=BUN", "kanal=brev", "typ=x"), "NAMN=TEXT": ("orsak=x", "problem=kö", "x"),
    "FIL": ("ut.xlsx", "ut.csv", "ut.json", "ut.html", "ut.txt", "ut.eml", "rader.csv", *FILES),
    "FIL.toml": ("regler.toml", "karta.toml", "skrap.toml", "finns-inte.toml"),
    "NAMN|FIL": ("osby", "lomma", "regler.toml", "skrap.toml", "standard"), "K": ("1", "2", "verktyg", "9"),
    "GRAD": ("helt", "delvis", "inte"), "SVAR": ("nojd", "missnojd", "Vi har gjort det."),
    "FORMAT": ("%Y-%m-%d", "d/m/å", "ÅÅÅÅ-MM-DD", "%"), "HASH|FIL": ("0" * 64, "ankare.txt", "1:" + "a" * 64),
    "LAGRUM": ("26 kap. 1 § OSL",),
}  # fmt: skip
"""What a parameter of this kind takes, and what comes close."""

PROSE = ("Kö i matsalen", "@text.txt", "-", "@skrap.bin", "@finns-inte", "@mapp", "070-174 06 05", "Åsa", "850709-9805")

STDIN = (
    b"",
    b"Hej\n",
    b"Maja Qvist\nKim Ek\n",
    "Kö\r\nvarje dag".encode("latin-1"),
    b"a\0b",
    b"\xef\xbb\xbfx",
    b"x" * 1_100_000,
)


def line(random: Random) -> Line:
    """A command line: mostly one that works, with something more or something odd; else any of a command's words."""
    words = _of_a_command(random) if random.random() < 0.25 else _that_works(random)
    for _ in range(random.choice((0, 0, 1, 1, 2))):
        _disturb(words, random)
    return tuple(_carried(word) for word in words), random.choice(STDIN) if random.random() < 0.3 else b""


def _that_works(random: Random) -> list[str]:
    """A line that works, with up to two options more."""
    act = random.choice([act for act in (*acts.writing(), *acts.reading()) if act.command != "demo"])
    options = _options(commands()[tuple(act.command.split())])
    more = [_option(random.choice(options), random) for _ in range(random.choice((0, 1, 1, 2)))] if options else []
    return [*act.line, *chain.from_iterable(more)]


def _options(command: Any) -> list[Any]:
    return [parameter for parameter in command.params if parameter.param_type_name == "option"]


def _carried(word: str) -> str:
    """A word as a command line can carry it."""
    return word.replace("\0", "").encode("utf-8", "ignore").decode()


def _of_a_command(random: Random) -> list[str]:
    path, command = random.choice(list(commands().items()))
    words = [*path]
    if command is None:
        return words
    arguments, options = [], []
    for parameter in command.params:
        if parameter.param_type_name == "argument":
            number = random.choice((0, 1, 1, 1, 1, 2 if parameter.nargs == -1 else 1))
            arguments += [_value(parameter, random) for _ in range(number)]
        elif random.random() < 0.12:
            options += _option(parameter, random)
    return [*words, *arguments, *options] if random.random() < 0.9 else [*words, *options, "--", *arguments]


def _option(parameter: Any, random: Random) -> list[str]:
    name = random.choice(parameter.opts)
    if parameter.is_flag:
        return [name]
    value = _value(parameter, random)
    return [f"{name}={value}"] if name.startswith("--") and random.random() < 0.5 else [name, value]


def _value(parameter: Any, random: Random) -> str:
    """Three times of four something of its kind, else anything."""
    kind = parameter.metavar or parameter.make_metavar(None)
    if parameter.type.name in ("path", "directory", "file"):
        kind = kind if kind in VALUES else "FIL"
    fits = VALUES.get(kind.strip("[]. …"), VALUES["N"] if "int" in parameter.type.name else PROSE)
    match random.randrange(8):
        case 0:
            return random.choice(_HARMLESS)
        case 1:
            return hostile.mixed(random, _HARMLESS).lstrip("/~").replace("..", "")
    return random.choice(fits)


def _disturb(words: list[str], random: Random) -> None:
    """Do to a line what hurried fingers do."""
    words += [] if words else ["lista"]
    at = random.randrange(len(words)) if random.random() < 0.1 else random.randrange(min(len(words) - 1, 2), len(words))
    match random.randrange(7):
        case 0:
            del words[at]
        case 1:
            words.insert(at, words[at])
        case 2:
            words[at] = words[at][: random.randrange(len(words[at]) + 1)]
        case 3:
            words.append(
                random.choice(("--json", "--ersatt", "--utfor", "", "--", "--sekretess", "--granskad", "--help"))
            )
        case 4:
            words[at] = random.choice(PROSE)
        case _:
            words[at] = hostile.mixed(random, _HARMLESS).lstrip("/~").replace("..", "")


# -- trying them --------------------------------------------------------------------------------


class Playground:
    """A folder with a register and files, put back now and then, in which any line may be run."""

    def __init__(self, trial: Trial) -> None:
        self.trial = trial
        with Zygote(trial.folder, "zygote", KLAGREG_TILLAT_NATVERK="1") as zygote:
            self._beginning = acts.begun(trial.folder / "beginning", zygote)
        self.folder = trial.folder / "desk"
        self.codes: dict[int, int] = {}
        self.longest = 0.0
        self.again()

    def again(self) -> None:
        """Put everything back as it was in the beginning."""
        self.register = acts.again(self._beginning, self.folder)
        for name, content in _FILES.items():
            (self.folder / name).write_bytes(content)
        (self.folder / "mapp").mkdir()

    def judge(self, words: tuple[str, ...], answer: Finished, seconds: float) -> None:
        """What must hold of every answer."""
        self.trial.tried()
        self.codes[answer.code] = self.codes.get(answer.code, 0) + 1
        self.longest = max(self.longest, seconds)
        found = answer_faults(answer)
        if "Oväntat fel" in answer.err or answer.code == 130:
            found.append(answer.err.strip()[-300:])
        if seconds > SECONDS:
            found.append(f"took {seconds:.1f} s")
        self.trial.hold(found, f"{words!r}"[:600])

    def look(self) -> None:
        """The register is sound, whatever was done to it; then it is put back."""
        if self.register.exists():
            self.trial.hold(register_faults(self.register), f"after {self.trial.tries} lines")
        self.again()

    def figures(self) -> dict[str, str]:
        """What was measured."""
        codes = ", ".join(f"{code}: {number}" for code, number in sorted(self.codes.items()))
        return {"longest": f"{self.longest:.1f} s", "codes": f"({codes})"}


_FILES = {
    "text.txt": "Kö i matsalen.\r\nVarje dag.\n".encode(),
    "skrap.bin": bytes(range(256)) * 40,
    "karta.toml": b'[kolumner]\ntyp = "Typ"\ninkommen = "Inkommen"\n',
    "skrap.toml": b'namn = "x"\n[[frist]]\nnyckel = "x"\nantal = "tre"\n',
    "ankare.txt": b"1 " + b"a" * 64,
}

EVERY = 100
"""Lines between two looks at the register."""


@fault("A1", "fuzzed command lines in process", commit=1_500, release=10_000)
def in_this_process(trial: Trial) -> None:
    """No line ends in a traceback, in an unexpected error, with an unknown code or after five seconds."""
    ground = Playground(trial)
    for number in range(1, trial.budget + 1):
        words, stdin = line(trial.random)
        begun = time.process_time()
        with chdir(ground.folder), _at_most(SECONDS * 6):
            answer = in_process(*words, register=ground.register, stdin=stdin)
        ground.judge(words, answer, time.process_time() - begun)
        if number % EVERY == 0:
            ground.look()
    ground.look()
    trial.figures |= ground.figures()


@contextmanager
def _at_most(seconds: int) -> Iterator[None]:
    """Interrupt what takes longer, so that one line that hangs does not stop the others; it ends with 130."""
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@fault("A1b", "fuzzed command lines as processes", commit=25, release=1_000)
def as_processes(trial: Trial) -> None:
    """The same lines through the whole of Python's start and end, streams and exit code included."""
    ground = Playground(trial)
    for number in range(1, trial.budget + 1):
        words, stdin = line(trial.random)
        begun = _used_by_children()
        try:
            answer = klagreg(*words, register=ground.register, stdin=stdin, cwd=ground.folder)
        except subprocess.TimeoutExpired:
            answer = Finished(130, "", "hangs")
        ground.judge(words, answer, _used_by_children() - begun)
        if number % 20 == 0:
            ground.look()
    trial.figures |= ground.figures()


def _used_by_children() -> float:
    """How long processes that have ended had a processor, in seconds."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@fault("A1-0", "fuzzed command lines with a reader of days that breaks", commit=150, release=500, control=True)
def with_a_broken_reader(trial: Trial) -> None:
    """A positive control: what the reader does not know goes to Python's own, which raises."""
    real = days._written
    days._written = lambda word, today, lean: real(word, today, lean) or date.fromisoformat(word)
    try:
        in_this_process(trial)
    finally:
        days._written = real
