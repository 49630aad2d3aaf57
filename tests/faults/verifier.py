"""H3: the verifier itself is broken, one check at a time: some attack must go unnoticed, or a sound file be accused.

immudb's verifier skipped the middle of its proof for years (CVE-2022-36111): a check that no attack depends on is a
check that may be gone.
"""

from __future__ import annotations

import ast
import copy
import inspect
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from multiprocessing import get_context
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from klagreg import inspection
from klagreg.store import door, seals, soundness, standing
from klagreg.store.cases import Store
from tests import tampered
from tests.faults.frame import Trial, fault
from tests.faults.tampering import FITTING, Told, asked

VERIFIER: dict[ModuleType, tuple[str, ...]] = {
    soundness: (),
    inspection: (),
    standing: ("named", "told", "look", "of"),
    seals: ("digest", "chained", "rows_of_cases", "of_rows", "of_lists", "of_baseline", "last_of_lists"),
}
"""Where the checks are: the functions, or all of a module."""

# -- the hunt: everything that a verifier has to find, or to leave in peace ------------------------


@dataclass(frozen=True)
class Prey:
    """A file, and what has to be said of it."""

    name: str
    file: Path
    anchors: str
    found: tuple[str, ...]
    """Checks of which each has to tell; none: the register is sound."""
    said: str = ""
    """What the answer has to hold besides."""
    exact: bool = False
    """No other check may tell."""
    told: tuple[str, ...] | None = None
    """Exactly what has to be told, where it matters."""

    def escapes(self) -> bool:
        """Whether what is said is not what has to be said."""
        return self._in_long() or self._in_short()

    def _in_long(self) -> bool:
        kept = self.file.with_name(f"ankare-{os.getpid()}.txt")
        kept.write_text(self.anchors, "utf-8")
        asked_for = asked(self.file, "--ankare", str(kept))
        if asked_for.faults() or asked_for.refused or self.said not in asked_for.words:
            return True
        answer, checks = asked_for.answer.json, asked_for.checks
        grown = kept.read_text("utf-8") != self.anchors
        return (
            [one["kontroll"] for one in answer["kontroller"]] != [check.value for check in inspection.Check]
            or (asked_for.answer.code == 0) != (not self.found)
            or answer["stammer"] != (not self.found)
            or not set(self.found) <= checks.keys()
            or (self.exact and set(self.found) != checks.keys())
            or (self.told is not None and self.told != tuple(told for of in checks.values() for told in of))
            or grown != (checks.keys() <= {"tidigare"} and _end(asked_for) not in self.anchors)
            or answer["handelser"] != (answer["ankare"] or {"handelse": 0})["handelse"]
            or (not self.found and not (answer["handelser"] and answer["arenden"]))
            or "; 0 ärenden" in f"; {asked_for.words}"
            or ("ankare" in checks and "till och med händelse" in asked_for.words)
        )

    def _in_short(self) -> bool:
        """The short answer, which copies are judged by."""
        if self.anchors:
            return False
        try:
            with closing(Store(door.open_to_read(self.file), self.file)) as store:
                with store.reading():
                    broken = soundness.fault(store)
                deviation = soundness.deviation(store)
        except soundness.UNREADABLE:
            return "fil" not in self.found
        if not self.found:
            return bool(broken or deviation)
        in_rows = {"schema", "nycklar", "nummer", "listor", "innehall"} & set(self.found)
        return ("logg" in self.found and not broken) or (bool(in_rows) and not deviation)


def prey(folder: Path) -> list[Prey]:
    """What the verifier is let loose on, the quickest to tell a broken one first."""
    target = tampered.target(folder)
    older = tampered.brought_up(folder / "klagreg-0.1.db")
    ends = {file: _end(asked(file)) for file in (target.file, target.older, target.other, older)}
    found = [
        Prey("sound", target.file, "", (), "inget ankare att jämföra med"),
        *_anchored(folder, target, ends),
        Prey("of an older klagreg", older, "", (), "jämförs bara med dem"),
        *_met(folder, target),
        _broken_twice(folder, target),
        _half_told(folder, target),
        *_renamed(folder, target),
        *_damaged(folder, target),
    ]
    return [
        *found,
        *_attacked(folder, target, ends[target.file]),
        *_changed(folder, target.file),
        *_changed_seals(folder, older),
    ]


def _anchored(folder: Path, target: tampered.Target, ends: dict[Path, str]) -> Iterator[Prey]:
    """Anchors that fit, in every form; and every reason why one does not."""
    here, there, unknown = ends[target.file], ends[target.other], "0" * 64
    end, chain = " ".join(here.split()[:2]), here.split()[2]
    fits = {
        "its anchor": here,
        "an older anchor": ends[target.older],
        "two anchors": f"{here}\n{ends[target.older]}",
        "a bare hash": chain[:16],
    }
    yield from (
        Prey(f"sound, and {name}", target.file, kept, (), "till och med händelse") for name, kept in fits.items()
    )
    changed = tampered.attacked(target, "a user changed and the chain written anew", folder / "another-history.db")
    for file, kept, said in (
        (target.file, there, "är från ett annat register"),
        (target.older, there, "är från ett annat register"),
        (target.older, here, f"kortare än ankaret: {end} saknas, loggen slutar vid {ends[target.older].split()[1]}"),
        (target.file, f"händelse 99 {unknown}", "kortare än ankaret: händelse 99 saknas"),
        (target.file, unknown, f"hashen {'0' * 16}… finns inte i loggen"),
        (target.file, chain[:16] + "0" * 48, "finns inte i loggen"),
        (target.file, here.replace(" ", " 1", 1), "kortare än ankaret"),
        (target.file, f"händelse 5 {chain}", "en annan än när ankaret skrevs: händelse 5 är inte densamma"),
        (changed, here, f"en annan än när ankaret skrevs: {end} är inte densamma"),
    ):
        yield Prey(f"{file.name}, {kept}", file, kept, ("ankare",), said, True)
    empty = tampered.attacked(target, "the whole log taken out", folder / "empty.db")
    yield Prey("an empty log, anchored", empty, here, ("ankare", "logg"), f"{end} saknas, loggen slutar vid 0")


def _misreads(file: Path) -> bool:
    """Whether what is no anchor, or half of one, is taken for one."""
    kept = file.with_name(f"ankare-{os.getpid()}.txt")
    for line in ("Hej på er", "händelse 4 0123456789abcdef01"):
        kept.write_text(line, "utf-8")
        answer = asked(file, "--ankare", str(kept)).answer
        if answer.code != 2 or line not in answer.err:
            return True
    return False


def _end(told: Told) -> str:
    anchor = told.answer.json["ankare"] or {"handelse": 0, "hash": "", "register": ""}
    return f"händelse {anchor['handelse']} {anchor['hash']} register {anchor['register']}"


SAID = {
    "a case put in": "SYN-2026-00005 finns inte i loggen",
    "a case that is no text": "SYN-2026-00002 kan inte läsas; SYN-2026-00002: raderna kan inte läsas som ett ärende",
    "what a value was before, changed and the chain written anew": "loggens värden för status hänger inte ihop",
    "a series taken out": "2026 års serie saknas, men har 4 nummer",
    "a number skipped": "2026 års serie ska ha nummer 1–5, men har 4 nummer upp till 4",
    "the whole log taken out": "loggen är tom",
    "a trigger more": "trigger x hör inte till registrets schema",
    "an index less": "index deadline_waiting saknas i filens schema",
    "a condition taken out of the schema": "table cases är ändrad i filens schema",
    "a case edited": "SYN-2026-00001 har ändrats utanför klagreg; SYN-2026-00001: svar stämmer inte med loggen",
}
"""What has to be said of some attacks: the words tell what happened, and not only that something did."""


def _attacked(folder: Path, target: tampered.Target, anchor: str) -> Iterator[Prey]:
    for number, name in enumerate([*tampered.ATTACKS, *tampered.WHOLE]):
        file = tampered.attacked(target, name, folder / f"attack-{number}.db")
        attack = tampered.ATTACKS.get(name)
        if attack and attack.found:
            yield Prey(name, file, "", tuple(attack.found), SAID.get(name, ""))
        else:
            yield Prey(name, file, "", ())
            yield Prey(f"{name}, anchored", file, anchor, ("ankare",), "", True)


def _renamed(folder: Path, target: tampered.Target) -> Iterator[Prey]:
    """The log tells the names of its day, the case those of today; what else was changed then was no name."""
    file = Path(shutil.copy(target.file, folder / "renamed.db"))
    tampered.typed(file, tampered.lines(RENAMED))
    yield Prey("names changed", file, "", ())
    moved = _copy(file, folder / "moved.db", lambda c: c.execute("UPDATE cases SET unit_id = 2 WHERE serial = 4"))
    yield Prey(
        "a case moved to a renamed unit", moved, "", ("innehall", "uppspelning"), "enhet stämmer inte med loggen"
    )

    def a_day_moved(connection: sqlite3.Connection) -> None:
        connection.execute("UPDATE free_day SET day = '2026-12-23' WHERE day = '2026-12-24'")
        tampered.lists_sealed_anew(connection)

    yield Prey("another calendar", _copy(file, folder / "calendar.db", a_day_moved), "", (), "skiljer sig 2 dagar")


RENAMED = """
enhet andra Parkskolan --namn "Nya skolan"
enhet lagg-till Parkskolan --namnd Ängskolan
enhet andra Parkskolan --namnd KS
registrera --typ synpunkt --enhet Parkskolan --rubrik Snö
handlaggare andra eva.lind --namn "Eva Lind"
handlaggare lagg-till rut.ek
uppdatera 4 --rubrik "Kallare korridor"
"""


def _changed(folder: Path, file: Path) -> Iterator[Prey]:
    """One value of each table: that every column is sealed is shown elsewhere."""
    for table, changes in groupby(tampered.one_value_changed(file).items(), lambda item: item[0].split(".")[0]):
        *_, (name, change) = changes
        yield Prey(name, _copy(file, folder / f"{name}.db", change), "", FITTING[table][:1])


def _changed_seals(folder: Path, file: Path) -> Iterator[Prey]:
    seal = "UPDATE baseline SET seal = 'x' WHERE case_id = 2"
    yield Prey("an old seal", _copy(file, folder / "old.db", lambda c: c.execute(seal)), "", ("listor", "innehall"))


def _met(folder: Path, target: tampered.Target) -> Iterator[Prey]:
    """An act met what somebody had changed: told for ever, but not as news once an anchor was kept after it."""
    change = "UPDATE sender SET phone = '1' WHERE case_id = 1"
    file = _copy(target.file, folder / "met.db", lambda c: c.execute(change))
    before = _end(asked(file))
    tampered.typed(file, ["uppdatera 1 --rubrik Matkön"])
    after = _end(asked(file))
    told = "SYN-2026-00001 hade ändrats utanför klagreg före händelse 34"
    yield Prey("met by an act", file, "", ("tidigare",), "", True, (told,))
    yield Prey("met after the anchor", file, before, ("tidigare",), "", True, (told,))
    yield Prey("met before the anchor", file, after, (), told)
    lists = _copy(target.file, folder / "lists.db", lambda c: c.execute("UPDATE rule SET length = 20 WHERE id = 1"))
    tampered.typed(lists, ["enhet lagg-till Norrskolan"])
    told = "Registrets listor hade ändrats utanför klagreg före händelse 34"
    yield Prey("lists, met by an act", lists, "", ("tidigare",), "", True, (told,))


def _broken_twice(folder: Path, target: tampered.Target) -> Prey:
    """What comes after the first break cannot be trusted, not even to break."""
    change = "UPDATE event SET by = 'bo.ek' WHERE id IN (5, 9)"
    file = _copy(target.file, folder / "twice.db", lambda c: c.execute(change))
    return Prey("two acts by another", file, "", ("logg",), "loggen stämmer inte vid händelse 5")


def _half_told(folder: Path, target: tampered.Target) -> Prey:
    """The chain was written anew over a change that says what changed and nothing more."""
    change = """UPDATE event_detail SET changes = '[["status"]]' WHERE event_id = 5"""
    file = _copy(target.file, folder / "half.db", lambda c: (c.execute(change), tampered.rewritten(c)))
    told = "SYN-2026-00001: loggens värden för status hänger inte ihop"
    return Prey("a change without its values", file, "", ("uppspelning",), told)


def _damaged(folder: Path, target: tampered.Target) -> Iterator[Prey]:
    """A page of the log torn, or of the cases; an index that is not its table's; rows in a ring."""
    content = target.file.read_bytes()
    damaged = {"event_detail": ("fil", "logg"), "cases": ("fil", "innehall"), "sqlite_autoindex_unit_1": ("fil",)}
    for name, checks in damaged.items():
        page = tampered.last_leaf(target.file, name)
        old = content[page.start : page.stop]
        torn = old.replace(b"Parkskolan", b"Parkskolbn") if name.startswith("sqlite") else b"\xff" * len(old)
        file = folder / f"torn-{name}.db"
        file.write_bytes(content[: page.start] + torn + content[page.stop :])
        yield Prey(f"{name}, damaged", file, "", checks)
    for table, called, checks in (
        ("cases", 0, ("fil", "innehall")),
        ("cases", 3, ("fil", "innehall")),
        ("event", 0, ("fil", "ankare", "logg")),
    ):
        file = tampered.in_a_ring(target.file, table, folder / f"{table}-{called}.db", called)
        yield Prey(f"{table}, in a ring from {called}", file, "", checks)


def _copy(file: Path, to: Path, tamper: tampered.Tamper) -> Path:
    shutil.copy(file, to)
    with closing(tampered.unguarded(to)) as connection:
        tampered.tampered(connection, tamper)
    return to


# -- mutants --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Mutant:
    """One change in one function of the verifier."""

    module: str
    function: tuple[str, ...]
    """Its name, after that of its class."""
    number: int
    what: str

    def __str__(self) -> str:
        return f"{self.module.rpartition('.')[2]}.{'.'.join(self.function)}: {self.what}"


OPPOSITE: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Lt: (ast.GtE, ast.LtE),
    ast.LtE: (ast.Gt, ast.Lt),
    ast.Gt: (ast.LtE, ast.GtE),
    ast.GtE: (ast.Lt, ast.Gt),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}


def _changes(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """What may be put in the place of a node."""
    if isinstance(node, ast.Compare):
        for place, op in enumerate(node.ops):
            for other in OPPOSITE[type(op)]:
                changed = copy.deepcopy(node)
                changed.ops[place] = other()
                yield ast.unparse(changed), changed
    elif isinstance(node, ast.BoolOp):
        other_op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield ast.unparse(flipped := ast.BoolOp(other_op, node.values)), flipped
        for place in range(len(node.values)):
            rest = [value for number, value in enumerate(node.values) if number != place]
            yield ast.unparse(kept := rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)), kept
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield ast.unparse(node.operand), node.operand
    elif isinstance(node, ast.IfExp):
        for branch in (node.body, node.orelse):
            yield f"{ast.unparse(branch)}, whatever {ast.unparse(node.test)}", branch
    elif isinstance(node, ast.If):
        for always in (True, False):
            changed_if = copy.deepcopy(node)
            changed_if.test = ast.Constant(always)
            yield f"if {ast.unparse(node.test)}: {'always' if always else 'never'}", changed_if
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Yield | ast.YieldFrom):
        # Still a generator, which gives nothing.
        nothing = ast.Expr(ast.YieldFrom(ast.Tuple([], ast.Load())))
        yield f"without {ast.unparse(node)}", nothing
    elif isinstance(node, ast.AugAssign) or _does_something(node):
        yield f"without {ast.unparse(node)}", ast.Pass()


def _does_something(node: ast.AST) -> bool:
    """Whether a statement is a call, and of more than the bar that shows how far it has come."""
    if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)):
        return False
    return ast.unparse(node.value.func) not in ("told.step", "told.done", "done")


def mutants() -> list[Mutant]:
    """Every change of every function of the verifier."""
    found = []
    for module, names in VERIFIER.items():
        for function, node in _functions(module):
            if names and function[-1] not in names:
                continue
            changes = [what for inner in _inside(node) for what, _ in _changes(inner)]
            found += [Mutant(module.__name__, function, number, what) for number, what in enumerate(changes)]
    return [mutant for mutant in found if str(mutant) not in EQUAL]


def _functions(module: ModuleType) -> Iterator[tuple[tuple[str, ...], ast.FunctionDef]]:
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.FunctionDef):
            yield (node.name,), node
        elif isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef):
                    yield (node.name, inner.name), inner


def _inside(function: ast.FunctionDef) -> Iterator[ast.AST]:
    for statement in function.body:
        yield from ast.walk(statement)


def become(mutant: Mutant) -> None:
    """Change the verifier of this process: its functions are the same, their code is another."""
    module = next(one for one in VERIFIER if one.__name__ == mutant.module)
    tree = ast.parse(inspect.getsource(module))
    node = next(found for name, found in _found_in(tree) if name == mutant.function)
    number = 0
    for inner in _inside(node):
        for _, changed in _changes(inner):
            if number == mutant.number:
                _replace(tree, inner, changed)
                code = _code(compile(ast.fix_missing_locations(tree), module.__file__ or "", "exec"), mutant.function)
                _function(module, mutant.function).__code__ = code
                return
            number += 1


def _found_in(tree: ast.Module) -> Iterator[tuple[tuple[str, ...], ast.FunctionDef]]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield (node.name,), node
        elif isinstance(node, ast.ClassDef):
            yield from (((node.name, one.name), one) for one in node.body if isinstance(one, ast.FunctionDef))


def _replace(tree: ast.Module, old: ast.AST, new: ast.AST) -> None:
    class Replacing(ast.NodeTransformer):
        def visit(self, node: ast.AST) -> Any:
            return new if node is old else self.generic_visit(node)

    Replacing().visit(tree)


def _code(whole: CodeType, path: tuple[str, ...]) -> CodeType:
    for name in path:
        whole = next(one for one in whole.co_consts if isinstance(one, CodeType) and one.co_name == name)
    return whole


def _function(module: ModuleType, path: tuple[str, ...]) -> Any:
    found: Any = module
    for name in path:
        found = inspect.getattr_static(found, name)
    return found.fget if isinstance(found, property) else inspect.unwrap(found)


_SLOWER = "the same answer, later"
_ONLY_CHANGES = "an act tells of what it changed, and of nothing else"
EQUAL: dict[str, str] = {
    "soundness.file_faults: THOROUGH_CHECK, whatever thorough": _SLOWER,
    "soundness._Erased.tells_of: if case_id != self._named[0]: always": _SLOWER,
    "soundness.walked: if link.chain[:SHORTEST] in wanted: always": _SLOWER,
    "soundness.walked: if details and _MET in details: always": _SLOWER,
    "soundness.walked: details": _SLOWER,
    "soundness.extent: 0": "how much there is of a log that has nothing",
    "seals.rows_of_cases: if len(found) < _CHUNK: never": _SLOWER,
    "seals.rows_of_cases: not found": "a torn file of more cases than a piece holds",
    "seals.rows_of_cases: min(found) <= first_id": "a torn file of more cases than a piece holds",
    "soundness._Piece.kept: act.event_id >= self._since": "the act that sealed everything was on no case",
    "soundness._Piece.__init__: _ACTS, whatever replay": _SLOWER,
    "soundness.kept: _Replay(store), whatever whole": _SLOWER,
    "soundness._Replay.look: key == kind and old": _ONLY_CHANGES,
    "soundness._Replay.look: old and old != new": _ONLY_CHANGES,
    "soundness._changes: (*change, None, None)[:3], whatever len(change) == 3": _SLOWER,
    "soundness._Replay.fault: rows": "no rows can be read as little as none at all",
    **dict.fromkeys(
        (
            "inspection.Inspection.inspect: _Untold()",
            "inspection.Inspection.inspect: progress and _Untold()",
            "inspection.Inspection.inspect: progress",
            "inspection.Inspection._content: if number % soundness.CHUNK == 0: always",
            "inspection.Inspection._content: if number % soundness.CHUNK == 0: never",
            "inspection.Inspection._content: number % soundness.CHUNK != 0",
        ),
        "the bar alone shows it",
    ),
    "inspection.Inspection._log: log.first or log.last": "a log has both ends or none",
    "inspection.Inspection._log: log.first": "a log has both ends or none",
    "inspection.Inspection._log: log.last": "a log has both ends or none",
    "standing.Standing.of: part.key": "nobody who works on a case has an empty name",
    "seals.rows_of_cases: if row[0] in found: always": "rows of no case are told of, one way or the other",
    "inspection._missed: anchor.place and anchor.place > ends.place": "no event has the number 0",
    "inspection.Inspection.inspect: ends.place": "no event has the number 0",
}
"""Changes that change nothing that anybody could see, and why."""


# -- the rows -------------------------------------------------------------------------------------


def _unnoticed(hunted: list[Prey], change: Callable[[], None]) -> str | None:
    """In a process of its own: the first prey that a changed verifier misjudges; None when it judges all as before."""
    change()
    soundness._schema_of_new.cache_clear()
    soundness.CHUNK, soundness.EVENTS, seals._CHUNK = 2, 7, 1  # so that a small register is several pieces
    for one in hunted:
        try:
            if one.escapes():
                return one.name
        except Exception as error:  # whatever a broken verifier raises, somebody sees it
            return f"{one.name} ({type(error).__name__})"
    return "what is no anchor" if _misreads(hunted[0].file) else None


def _survives(hunted: list[Prey], mutant: Mutant) -> tuple[Mutant, str | None]:
    return mutant, _unnoticed(hunted, partial(become, mutant))


@fault("H3", "the verifier changed in one place", commit=0, release=1000)
def changed(trial: Trial) -> None:
    """Each comparison, condition, branch and verdict of the verifier turned round or left out: some prey shows it."""
    hunted = prey(trial.folder)
    assert _unnoticed(hunted, lambda: None) is None
    tried = mutants()[: trial.budget]
    with get_context("fork").Pool(os.cpu_count(), maxtasksperchild=1) as pool:
        for mutant, escaped in pool.imap_unordered(partial(_survives, hunted), tried):
            trial.tried()
            if escaped is None:
                trial.violated(str(mutant))
    trial.figures |= {"prey": str(len(hunted)), "equal by design": str(len(EQUAL))}
