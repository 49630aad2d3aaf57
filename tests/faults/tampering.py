"""H: what is changed in the file by other means than klagreg, and whether ``kontrollera`` says so.

The plan's rows are in ``reliability.md`` c; what bare prototypes found is in b7: SQLite's own check notices 18 % of the
flipped bits that change something.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path

from klagreg.inspection import anchors_in
from klagreg.store import seals
from tests import tampered
from tests.faults.frame import Trial, fault
from tests.faults.instruments import Finished, Zygote, in_process
from tests.faults.sound import answer_faults, left_over

README = Path(__file__).parents[2] / "README.md"

FITTING: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(seals.LISTS, ("listor",)),
    **dict.fromkeys(seals.CASE_TABLES, ("innehall", "nycklar")),
    "cases": ("innehall",),
    **dict.fromkeys(("event", "event_detail"), ("logg", "nycklar")),
    **dict.fromkeys((f"case_text_{part}" for part in ("config", "docsize", "idx")), ("sokindex", "fil")),
    "words": ("sokindex", "fil"),
    "series": ("nummer",),
    "baseline": ("listor",),
    "sqlite_master": ("schema", "fil"),
}
"""Which checks, one at least, have to tell that the rows of a table are others. Rows that are there too many belong to
nothing; where an index begins is the file's."""

# -- asking --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Told:
    """What ``kontrollera`` said."""

    answer: Finished

    @property
    def checks(self) -> dict[str, list[str]]:
        """The checks that found something, and what; none when the file was refused."""
        verdicts = self.answer.json["kontroller"] if self.answer.code in (0, 10) else []
        return {verdict["kontroll"]: verdict["fel"] for verdict in verdicts if verdict["fel"]}

    @property
    def words(self) -> str:
        """What every check said, of faults and besides."""
        verdicts = self.answer.json["kontroller"] if self.answer.code in (0, 10) else []
        return "; ".join(word for verdict in verdicts for word in (*verdict["fel"], verdict["anm"]) if word)

    @property
    def refused(self) -> bool:
        """Whether the file could not be opened, which was said as a plain sentence."""
        return self.answer.code == 5 and self.answer.err.startswith("Fel: ") and not self.answer.out

    def faults(self) -> list[str]:
        """What must never be in an answer, however broken the file is."""
        found = answer_faults(self.answer)
        if "Oväntat fel" in self.answer.err:
            found.append(f"an unexpected error: {self.answer.err.strip()}")
        if self.answer.code not in (0, 5, 10) or (self.answer.code == 5 and not self.refused):
            found.append(f"exit code {self.answer.code}: {self.answer.err.strip()}")
        if self.answer.code == 0 and not self.answer.json["stammer"]:
            found.append("exit code 0, and all is not well")
        return found


def asked(file: Path, *words: str) -> Told:
    """``kontrollera`` in this process. One that goes round in a torn file is interrupted: an unexpected error."""
    with _patience():
        return Told(in_process("kontrollera", "--json", *words, register=file, now=tampered.NOW, actor="it.drift"))


class Endless(Exception):
    """It has worked for so long that it will hardly end."""


PATIENCE = 10.0
"""Seconds of work, however much else the machine does: a hundred times what an answer takes."""


@contextmanager
def _patience() -> Iterator[None]:
    def interrupt(*_: object) -> None:
        raise Endless

    before = signal.signal(signal.SIGPROF, interrupt)
    signal.setitimer(signal.ITIMER_PROF, PATIENCE)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


# -- H1: flipped bytes ----------------------------------------------------------------------------

UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Base:
    """A register whose bytes are flipped: what its tables hold, and where its log ends."""

    file: Path
    anchor: str
    held: dict[str, str]


def base(file: Path) -> Base:
    """A sound register, as something to flip bytes of."""
    found = held_everywhere(file)
    assert UNREADABLE not in found.values()
    return Base(file, asked(file).answer.json["ankare"]["hash"], found)


def held_everywhere(file: Path) -> dict[str, str]:
    """A digest of the rows of every table of a file, and of the words of its search index."""
    with closing(sqlite3.connect(file)) as connection:
        names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    return held(file, ["sqlite_master", "words", *sorted(names - {"case_text", "case_text_data"})])


WORDS = "SELECT term, doc, col, offset FROM temp.words"
"""What the search index holds: it keeps its own books beside that, which nobody reads."""


def held(file: Path, tables: Iterable[str]) -> dict[str, str]:
    """A digest of the rows of each table, or that it cannot be read: by SQLite alone, past klagreg and the indexes."""
    found: dict[str, str] = {}
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
        connection.text_factory = bytes
        with suppress(sqlite3.Error, ValueError):
            connection.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, case_text, instance)")
        for table in tables:
            try:
                rows = connection.execute(
                    WORDS if table == "words" else f"SELECT * FROM {table} NOT INDEXED"
                ).fetchall()
                found[table] = sha256("".join(sorted(map(repr, rows))).encode()).hexdigest()
            except (sqlite3.Error, ValueError, MemoryError, OverflowError):
                found[table] = UNREADABLE
    return found


@dataclass(frozen=True)
class Flip:
    """A byte of a file that becomes another."""

    of: Base
    at: int
    mask: int

    def __str__(self) -> str:
        return f"{self.of.file.name}, byte {self.at} ^ {self.mask:#04x}"


@dataclass(frozen=True)
class Flipped:
    """What came of a flip."""

    flip: str
    changed: tuple[str, ...]
    """Tables with other rows than before."""
    unreadable: tuple[str, ...]
    checks: tuple[str, ...]
    refused: bool
    faults: tuple[str, ...]

    @property
    def changes_content(self) -> bool:
        """Whether some rows are others, or cannot be read."""
        return bool(self.changed or self.unreadable)

    @property
    def violations(self) -> list[str]:
        """What must hold and does not."""
        found = [*self.faults]
        if self.refused:
            return found
        if self.unreadable and not self.checks:
            found.append(f"{', '.join(self.unreadable)} cannot be read, and kontrollera says OK")
        found += [
            f"{table} has other rows, and {', '.join(self.checks) or 'no check'} tells"
            for table in self.changed
            if not set(FITTING[table]) & set(self.checks)
        ]
        if self.checks and not self.changes_content and "fil" not in self.checks:
            found.append(f"nothing is changed, and {', '.join(self.checks)} tells")
        return found


def flipped(folder: Path, flip: Flip, ask: Callable[..., Told] = asked) -> Flipped:
    """Flip one byte of a copy, and ask."""
    copy = folder / f"{os.getpid()}.db"
    content = bytearray(flip.of.file.read_bytes())
    content[flip.at] ^= flip.mask
    copy.write_bytes(content)
    now = held(copy, flip.of.held)
    told = ask(copy, "--ankare", flip.of.anchor)
    unreadable = tuple(table for table, digest in now.items() if digest == UNREADABLE)
    changed = tuple(table for table, digest in now.items() if digest not in (UNREADABLE, flip.of.held[table]))
    return Flipped(str(flip), changed, unreadable, tuple(told.checks), told.refused, tuple(told.faults()))


def _tried(trial: Trial, flips: list[Flip]) -> None:
    counted: Counter[str] = Counter()
    content = by_sqlite = 0
    with get_context("fork").Pool(os.cpu_count()) as pool:
        for one in pool.imap_unordered(partial(flipped, trial.folder), flips, chunksize=20):
            trial.tried()
            trial.hold(one.violations, one.flip)
            counted[_sort(one)] += 1
            content += one.changes_content
            by_sqlite += one.changes_content and "fil" in one.checks
    trial.figures |= {name: f"{count:,}" for name, count in sorted(counted.items())}
    trial.figures["of content SQLite's own check tells"] = f"{by_sqlite / max(content, 1):.0%}"


def _sort(one: Flipped) -> str:
    told = "refused" if one.refused else "told" if one.checks else "unnoticed"
    return f"{'content' if one.changes_content else 'no content'}, {told}"


def _bases(folder: Path) -> list[Base]:
    """A register with a row in every table, and one that an older klagreg began."""
    return [
        base(tampered.made(folder / "klagreg.db")),
        base(tampered.brought_up(folder / "klagreg-0.1.db")),
    ]


@fault("H1a", "one byte flipped, anywhere in the file", commit=800, release=20_000)
def flipped_at_random(trial: Trial) -> None:
    """One bit, or one byte to any other: what changes content is told with the verdict that fits, nothing else is told.

    Content is what SQLite alone reads from each table, row by row; what cannot be read has changed.
    """
    bases = _bases(trial.folder)
    flips = []
    for number in range(trial.budget):
        of = bases[number % len(bases)]
        mask = 1 << trial.random.randrange(8) if number % 4 < 2 else trial.random.randrange(1, 256)
        flips.append(Flip(of, trial.random.randrange(of.file.stat().st_size), mask))
    _tried(trial, flips)


@fault("H1b", "each byte of a small file flipped, one at a time", commit=0, release=200_000)
def flipped_one_by_one(trial: Trial) -> None:
    """The register with a row in every table, packed in pages of 512 bytes: hardly a byte is free."""
    file = tampered.made(trial.folder / "klagreg.db")
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA page_size = 512")
        connection.execute("VACUUM")
    of = base(file)
    size = file.stat().st_size
    places = range(0, size, max(1, -(-size // trial.budget)))
    _tried(trial, [Flip(of, at, 1 << trial.random.randrange(8)) for at in places])


@fault("H1-0", "control: SQLite's own check alone is asked about flipped bytes", commit=50, release=1000, control=True)
def flipped_and_asked_of_sqlite(trial: Trial) -> None:
    """What is told by no other check than that of the file would be missed by a register without seals."""
    (of, _) = _bases(trial.folder)
    while trial.tries < trial.budget:
        flip = Flip(of, trial.random.randrange(of.file.stat().st_size), 1 << trial.random.randrange(8))
        one = flipped(trial.folder, flip)
        if one.changes_content and not one.refused:
            trial.tried()
            trial.hold([] if "fil" in one.checks else [f"only {', '.join(one.checks)} tell"], one.flip)


@fault("H1c", "one byte flipped, and klagreg as a process", commit=25, release=1000)
def flipped_and_asked_as_a_process(trial: Trial) -> None:
    """Whole processes say the same as the command does in the process of the other rows."""
    (of, _) = _bases(trial.folder)
    with Zygote(trial.folder, "kontrollera") as zygote:

        def ask(file: Path, *words: str) -> Told:
            return Told(zygote.run("--register", str(file), "kontrollera", "--json", *words))

        for _ in range(trial.budget):
            flip = Flip(of, trial.random.randrange(of.file.stat().st_size), trial.random.randrange(1, 256))
            one = flipped(trial.folder, flip, ask)
            trial.tried()
            trial.hold(one.violations, one.flip)
            if one != flipped(trial.folder, flip):
                trial.violated(f"{flip}: a process says something else")


# -- H2: the structure ----------------------------------------------------------------------------


@fault("H2", "attacks on the log, the rows and the schema, with and without an anchor", commit=100, release=100)
def attacked(trial: Trial) -> None:
    """Each attack of ``tests/tampered.py``, on a file of its own.

    Without an anchor it is told by the checks that the list says, or it is one of those that the README admits. Against
    an anchor everything is told.
    """
    target = tampered.target(trial.folder)
    readme = README.read_text("utf-8")
    trial.hold(asked(target.file, "--ankare", target.chain).checks, "the register as it is")
    alone_found = []
    for name in [*tampered.ATTACKS, *tampered.WHOLE][: trial.budget]:
        copy = tampered.attacked(target, name, trial.folder / "angripen.db")
        alone, anchored = asked(copy), asked(copy, "--ankare", target.chain)
        trial.tried()
        trial.hold([*alone.faults(), *anchored.faults(), *_misjudged(name, alone, anchored, readme)], name)
        alone_found += [name] if alone.checks else []
    trial.figures["found without an anchor"] = f"{len(alone_found)} of {trial.tries}"


def _misjudged(name: str, alone: Told, anchored: Told, readme: str) -> list[str]:
    found, admitted = _expected(name)
    wrong = []
    if not found <= alone.checks.keys() or (alone.answer.code == 0) != bool(admitted):
        wrong.append(f"expected {', '.join(sorted(found)) or 'nothing'} without an anchor, not {_in_words(alone)}")
    if anchored.answer.code != 10 or (admitted and list(anchored.checks) != ["ankare"]):
        wrong.append(f"against the anchor: {_in_words(anchored)}")
    if admitted not in readme:
        wrong.append(f"the README does not say of what an anchor alone finds: {admitted}")
    return wrong


def _expected(name: str) -> tuple[frozenset[str], str]:
    """What finds an attack without an anchor, or how the README admits that nothing does."""
    if name in tampered.WHOLE:
        return frozenset(), tampered.WHOLE[name][1]
    return tampered.ATTACKS[name].found, tampered.ATTACKS[name].admitted


def _in_words(told: Told) -> str:
    return "refused" if told.refused else " ".join(told.checks) or "-"


# -- H4: anchors ----------------------------------------------------------------------------------


@fault("H4", "an anchor of another register, an older one, none, two", commit=7, release=7)
def anchored(trial: Trial) -> None:
    """Each is a verdict of its own: fits, not compared, another register, shorter than the anchor, another history."""
    target = tampered.target(trial.folder)
    other, older = (Path(shutil.copy(one, trial.folder / name))
                    for one, name in ((target.other, "1.db"), (target.older, "2.db")))  # fmt: skip
    lines = {file: _line(file) for file in (target.file, other, older)}
    changed = tampered.attacked(target, "a user changed and the chain written anew", trial.folder / "ny-historia.db")
    end = f"händelse {lines[target.file].split()[1]}"
    tries = {
        "none": (target.file, [], 0, "inget ankare att jämföra med"),
        "an older one": (target.file, [older], 0, f"till och med händelse {lines[older].split()[1]}"),
        "two that fit": (target.file, [older, target.file], 0, f"till och med {end}"),
        "of another register": (target.file, [other], 10, "är från ett annat register"),
        "two, one of another register": (target.file, [other, older], 10, "är från ett annat register"),
        "the log is shorter": (older, [target.file], 10, "loggen är kortare än ankaret"),
        "the log is another": (changed, [target.file], 10, "loggen är en annan än när ankaret skrevs"),
    }
    kept = trial.folder / "ankare.txt"
    for name, (file, of, code, expected) in tries.items():
        kept.write_text("".join(f"{lines[one]}\n" for one in of), "utf-8")
        told = asked(file, *(["--ankare", str(kept)] if of else []))
        (verdict,) = [check for check in told.answer.json["kontroller"] if check["kontroll"] == "ankare"]
        trial.tried()
        trial.hold(told.faults(), name)
        if told.answer.code != code or expected not in " ".join([*verdict["fel"], verdict["anm"] or ""]):
            trial.violated(f"{name}: {told.answer.code}, {verdict}")
        if verdict["gjord"] != bool(of):
            trial.violated(f"{name}: said to be {'' if verdict['gjord'] else 'not '}compared")


def _line(file: Path) -> str:
    """Where a log ends, as ``kontrollera`` writes it into a file of anchors."""
    kept = file.with_suffix(".ankare")
    asked(file, "--ankare", str(kept))
    return kept.read_text("utf-8").split(" ", 1)[1].strip()


# -- H5: broken off -------------------------------------------------------------------------------


@fault("H5", "Ctrl-C at random moments of kontrollera", commit=20, release=1000)
def broken_off(trial: Trial) -> None:
    """Whoever breaks a check off is told nothing but what has been found, and 130; every other file is damaged.

    What was said is the beginning of the whole answer, if anything: an answer begins when every check is done. An
    anchor is kept of a sound register alone, and whole.
    """
    sound = tampered.made(trial.folder / "klagreg.db")
    damaged = Path(shutil.copy(sound, trial.folder / "angripen.db"))
    with closing(tampered.unguarded(damaged)) as connection:
        connection.execute("UPDATE cases SET answer = 'Nej' WHERE id = 1")
    kept = trial.folder / "ankare.txt"
    counted: Counter[str] = Counter()
    with Zygote(trial.folder, "kontrollera") as zygote:
        wholes, longest = {}, 0.0
        for file in (sound, damaged):
            begun = time.monotonic()
            wholes[file] = zygote.run("--register", str(file), "kontrollera", "--ankare", str(kept))
            longest = time.monotonic() - begun
        there = [file.name for file in trial.folder.iterdir()]
        for number in range(trial.budget):
            file, whole = list(wholes.items())[number % 2]
            kept.unlink(missing_ok=True)
            pause = trial.random.uniform(0, longest * 1.1)
            child = zygote.begin("--register", str(file), "kontrollera", "--ankare", str(kept))
            time.sleep(pause)
            with suppress(ProcessLookupError):  # it was done before
                os.kill(child, signal.SIGINT)
            answer = zygote.end()
            trial.tried()
            at = f"try {number}, {file.name}, {pause:.4f} s"
            trial.hold([*answer_faults(answer), *_dishonest(answer, whole, kept)], at)
            counted["broken off" if answer.code == 130 else "told"] += 1
    trial.hold(left_over(trial.folder, there), "afterwards")
    trial.figures |= {name: str(count) for name, count in counted.items()}


def _dishonest(answer: Finished, whole: Finished, kept: Path) -> list[str]:
    """Where an answer is neither the whole one nor the beginning of it. ``whole``: the one that nobody broke off."""
    found = []
    if answer.code not in (130, whole.code):
        found.append(f"ended with {answer.code}, not {whole.code}: {answer.err.strip()}")
    if not _same(whole.out).startswith(_same(answer.out)) or (answer.code != 130 and not answer.out):
        found.append(f"ended with {answer.code} and said {answer.out[-80:]!r}")
    if kept.exists() and (whole.code or len(anchors_in(kept.read_text("utf-8"))) != 1):
        found.append("kept an anchor that nobody may trust")
    return found


def _same(out: str) -> str:
    """An answer, but for whether there was an anchor to compare with, and where it is kept."""
    return "\n".join(line for line in out.split("\n") if "nkare" not in line)


# -- H6: the schema -------------------------------------------------------------------------------


@fault("H6", "each table, condition, trigger and index dropped, changed or replaced", commit=1000, release=1000)
def drifted(trial: Trial) -> None:
    """``open`` refuses the file, or ``kontrollera`` says that its schema is another: for every object of it."""
    sound = tampered.made(trial.folder / "klagreg.db")
    with closing(sqlite3.connect(sound)) as connection:
        drifts = list(_drifts(connection))
    for name, drift in drifts[: trial.budget]:
        copy = Path(shutil.copy(sound, trial.folder / "annat.db"))
        with closing(tampered.unguarded(copy)) as connection:
            drift(connection)
        told = asked(copy)
        trial.tried()
        trial.hold(told.faults(), name)
        if not (told.refused or {"schema", "sokindex"} & told.checks.keys()):
            trial.violated(f"{name}: {_in_words(told)}")
    trial.figures["objects"] = str(len({name.split(":")[0] for name, _ in drifts}))


def _drifts(connection: sqlite3.Connection) -> Iterator[tuple[str, tampered.Tamper]]:
    """What may be done to each object of a schema, by name."""
    objects = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    for kind, name, table, sql in objects:
        of_index = name.startswith("case_text_")
        if of_index:
            yield f"{name}: not told of", _written(name, None)
        elif kind == "table":
            yield f"{name}: dropped", _all(f"DROP TABLE {name}")
            yield from _views(name)
            if not sql.startswith("CREATE VIRTUAL"):
                yield f"{name}: a trigger more", _all(f"CREATE TRIGGER x AFTER INSERT ON {name} BEGIN SELECT 1; END")
                yield from ((f"{name}: without {gone}", _written(name, without)) for gone, without in _conditions(sql))
        else:
            yield f"{name}: dropped", _all(f"DROP {kind} {name}")
            yield f"{name}: changed", _all(f"DROP {kind} {name}", _another(kind, name, table, sql))
            yield f"{name}: called as SQLite's own", _written(name, sql, f"sqlite_{name}")
    yield "a table more", _all("CREATE TABLE x (y)")
    yield "a view more", _all("CREATE VIEW x AS SELECT 1")
    for kind, called in (("trigger", "sqlite_x"), ("table", "case_text_data"), ("table", "sqlite_stat1")):
        yield f"a trigger called {kind} {called}", partial(_disguised, kind, called)


def _all(*statements: str) -> tampered.Tamper:
    return lambda connection: [connection.execute(statement) for statement in statements]


def _views(table: str) -> Iterator[tuple[str, tampered.Tamper]]:
    """Somebody's view in place of a table: what is written in it goes nowhere, and nothing fails."""
    moved = (f"ALTER TABLE {table} RENAME TO moved", f"CREATE VIEW {table} AS SELECT * FROM moved")
    yield f"{table}: a view", _all(*moved)
    yield (
        f"{table}: a view that takes what is written",
        _all(*moved, *(f"CREATE TRIGGER x{act} INSTEAD OF {act} ON {table} BEGIN SELECT 1; END"
                       for act in ("INSERT", "UPDATE", "DELETE"))),
    )  # fmt: skip


def _conditions(sql: str) -> Iterator[tuple[str, str]]:
    """Each condition of a table, as (the condition, the table without it)."""
    for found in re.finditer(r"NOT NULL|UNIQUE|REFERENCES \w+|DEFAULT \S+|STRICT|WITHOUT ROWID|CHECK|PRIMARY KEY", sql):
        begin, end = found.span()
        if sql[end : end + 2] == " (":
            end = _closed(sql, end + 1)
        before = sql[:begin].rstrip(" ,") if end == len(sql) or sql[begin:end] == "STRICT" else sql[:begin]
        yield sql[begin:end], (before + sql[end:]).replace("),", ")")


def _closed(sql: str, at: int) -> int:
    """Where the parenthesis that opens here is closed."""
    depth = 0
    for place in range(at, len(sql)):
        depth += {"(": 1, ")": -1}.get(sql[place], 0)
        if not depth:
            return place + 1
    raise ValueError(sql)


def _another(kind: str, name: str, table: str, sql: str) -> str:
    """An index on something else; a trigger that does nothing."""
    if kind == "index":
        return f"CREATE INDEX {name} ON {table} (1)"
    return re.sub(r"BEGIN .*END", "BEGIN SELECT 1; END", sql, flags=re.DOTALL)


def _written(name: str, sql: str | None, called: str = "") -> tampered.Tamper:
    """Write in SQLite's own table of objects: it would not let somebody do it otherwise."""

    def write(connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA writable_schema = ON")
        if sql is None:
            connection.execute("DELETE FROM sqlite_master WHERE name = ?", (name,))
        else:
            connection.execute("UPDATE sqlite_master SET sql = ?, name = ? WHERE name = ?", (sql, called or name, name))
        connection.execute("PRAGMA writable_schema = RESET")

    return write


def _disguised(kind: str, called: str, connection: sqlite3.Connection) -> None:
    """A trigger that undoes what is written, told of as something that only SQLite makes."""
    trigger = f"CREATE TRIGGER {called} AFTER UPDATE ON sender BEGIN UPDATE sender SET name = 'X'; END"
    connection.execute("PRAGMA writable_schema = ON")
    connection.execute("INSERT INTO sqlite_master VALUES (?, ?, 'sender', 0, ?)", (kind, called, trigger))
