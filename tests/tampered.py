"""A register with a row in every table, and what somebody does to it who knows SQLite, klagreg and its log.

The attacks stand here once, for the stories of ``test_inspection.py`` and for the fault suite.
"""

from __future__ import annotations

import lzma
import shlex
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

from klagreg.cli.edge import Edge
from klagreg.cli.frame import run
from klagreg.store import seals

NOW = datetime(2026, 11, 20, 8, 14, 7, tzinfo=UTC)

BEGUN = """
init --namnd BUN --regler lomma
enhet lagg-till Parkskolan
handlaggare lagg-till eva.lind --enhet Parkskolan
"""

WEEK = """
registrera --typ klagomal --kanal telefon --enhet Parkskolan --rubrik Matkö --text "Maten var slut" --namn "Anna Berg" \
 --epost anna@example.se --telefon 070-1740605 --inkommen 2026-11-02 --handelsedag 2026-11-01 --utforare "Kost AB"
tilldela 1 eva.lind --deltagare bo.ek --ny
aterkoppla 1 --slag forsening --satt telefon --orsak "Kocken är sjuk"
forlang 1 --frist svar --till 2026-12-01 --orsak "Kocken är sjuk"
atgarda 1 "Nya vagnar" --ansvarig bo.ek --klar-senast 2026-12-01
vag 1 atgard
kopia 1 --till rektor
ankomststampla 1 --hos reception
hanvisa 1 --till lex_sarah --referens "LS 4"
overlamna 1 --till Ängskolan --ny
avsluta 1 --utfall atgardad --svar "Två serveringar" --satt brev
lardom 1 "Fråga köket först"
godkann 1 --svar "Nu är det två serveringar." --forbattring "En servering till"
registrera --typ synpunkt --enhet Parkskolan --rubrik "Trasig lampa" --anonym
sekretess 2 --lagrum "26 kap. 1 § OSL"
anteckna 2 "Ringde tillbaka"
makulera 2 --orsak "Registrerat två gånger"
registrera --typ berom --enhet Parkskolan --rubrik "God mat"
regler skarp --frist svar --enhet Parkskolan --antal 3 --raknas-i arbetsdagar --fran 2026-11-19
registrera --typ klagomal --enhet Parkskolan --handlaggare eva.lind --rubrik "Kall korridor"
regler granska "Inget att ändra"
enkat --svar nojd --antal 4 --satt enkat
redovisa 2026 --kvartal 3 --datum 2026-11-03
arstext 2026 "Vi har lyssnat" --enhet Parkskolan
egenkontroll 2026 --kriterium 4 --uppnatt delvis
avsluta 3 --utfall berom_formedlat --utan-svar berom
avidentifiera 3 --dolj mat --beslut "KS 2026-05-04 § 88" --utfor --antal 1
"""


def lines(story: str) -> list[str]:
    """The command lines of a story."""
    return story.strip().splitlines()


def typed(file: Path, story: Sequence[str]) -> None:
    """Type command lines at 09:14:07 on 20 November 2026."""
    edge = Edge(NOW, "anna.berg", file)
    for line in story:
        edge.stored, edge.verdict = "", 0
        with redirect_stdout(StringIO()), redirect_stderr(StringIO()) as told:
            assert run(shlex.split(line), edge) == 0, f"{line}: {told.getvalue()}"


def made(file: Path) -> Path:
    """A register with a row in every table."""
    typed(file, [*lines(BEGUN), *lines(WEEK)])
    return file


def of_klagreg_0_1() -> bytes:
    """A register of klagreg 0.1: its log has no seals."""
    return lzma.decompress((Path(__file__).parent / "registers" / "klagreg-0.1.db.xz").read_bytes())


def brought_up(file: Path) -> Path:
    """A register that klagreg 0.1 began: its cases were sealed when it got today's schema, and one was acted on."""
    file.write_bytes(of_klagreg_0_1())
    typed(file, ["anteckna 1 Efteråt"])
    return file


Tamper = Callable[[sqlite3.Connection], object]


def tampered(connection: sqlite3.Connection, tamper: Tamper) -> None:
    """Let somebody at an open file, who takes its guards away first and puts them back afterwards."""
    guards = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY rowid").fetchall()
    for name, _ in guards:
        connection.execute(f"DROP TRIGGER {name}")
    tamper(connection)
    for _, sql in guards:
        connection.execute(sql)


def unguarded(file: Path) -> sqlite3.Connection:
    """A file as any program opens it: no keys or conditions are looked at, and every statement is stored at once."""
    connection = sqlite3.connect(file, isolation_level=None)
    for off in ("foreign_keys", "synchronous"):
        connection.execute(f"PRAGMA {off} = OFF")
    for on in ("ignore_check_constraints", "legacy_alter_table"):
        connection.execute(f"PRAGMA {on} = ON")
    return connection


def one_value_changed(file: Path) -> dict[str, Tamper]:
    """Another value in one column of one row, for every column of every table, as ``cases.title``.

    What an older klagreg left has tests of its own.
    """
    found = {}
    with closing(sqlite3.connect(file)) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in sorted(name for name in names if not name.startswith(("case_text", "baseline"))):
            about = connection.execute(f"PRAGMA table_xinfo({table})").fetchall()
            key = [name for _, name, *_, place, _ in about if place]
            found |= {f"{table}.{name}": _changed(table, name, kind, key) for _, name, kind, *_ in about}
    return found


def _changed(table: str, column: str, kind: str, key: list[str]) -> Tamper:
    def change(connection: sqlite3.Connection) -> None:
        quoted = ", ".join(f'"{name}"' for name in key)
        row = connection.execute(
            f'SELECT "{column}", {quoted} FROM "{table}" ORDER BY "{column}" IS NULL, {quoted} DESC LIMIT 1'
        ).fetchone()
        assert row is not None, f"{table} has no row to change"
        value, *place = row
        where = " AND ".join(f'"{name}" IS ?' for name in key)
        connection.execute(f'UPDATE "{table}" SET "{column}" = ? WHERE {where}', (_other(value, kind), *place))

    return change


def _other(value: Any, kind: str) -> Any:
    """Another value of the same kind: the last character, or the number, is one more."""
    if value is None:
        return 1 if kind == "INTEGER" else "2026-11-02"
    if isinstance(value, int):
        return value + 1000
    return value[:-1] + chr(ord(value[-1]) + 1) if value else "x"


def rewritten(connection: sqlite3.Connection, first: int = 1) -> None:
    """Chain the log anew from an event on, as somebody does who knows how klagreg works."""
    row = connection.execute("SELECT chain FROM event WHERE id = ?", (first - 1,)).fetchone()
    before = row[0] if row else ""
    rows = connection.execute(
        "SELECT e.id, case_id, at, by, on_day, kind, state, salt, changes FROM event e"
        " LEFT JOIN event_detail d ON d.event_id = e.id WHERE e.id >= ? ORDER BY e.id",
        (first,),
    ).fetchall()
    for event_id, *act, state, salt, changes in rows:
        whole = seals.digest(salt, changes)
        before = seals.chained(before, event_id, act, whole, state)
        connection.execute("UPDATE event SET digest = ?, chain = ? WHERE id = ?", (whole, before, event_id))


def cut(connection: sqlite3.Connection, events: int = 1) -> None:
    """Take the last acts away, and nothing else."""
    for table, key in (("event_detail", "event_id"), ("event", "id")):
        connection.execute(f"DELETE FROM {table} WHERE {key} > (SELECT max(id) FROM event) - ?", (events,))


def lists_sealed_anew(connection: sqlite3.Connection) -> None:
    """Make the last act on the register vouch for the lists as they are now, and chain anew."""
    ((last,),) = connection.execute("SELECT max(id) FROM event WHERE case_id IS NULL").fetchall()
    connection.execute("UPDATE event SET state = ? WHERE id = ?", (seals.of_lists(connection), last))
    rewritten(connection, last)


def case_sealed_anew(connection: sqlite3.Connection, case_id: int) -> None:
    """Make the last act on a case vouch for its rows as they are now, and chain anew."""
    ((last,),) = connection.execute("SELECT max(id) FROM event WHERE case_id = ?", (case_id,)).fetchall()
    connection.execute("UPDATE event SET state = ? WHERE id = ?", (seals.of_case(connection, case_id), last))
    rewritten(connection, last)


def _taken_out(connection: sqlite3.Connection, event_id: int) -> None:
    connection.execute("DELETE FROM event_detail WHERE event_id = ?", (event_id,))
    connection.execute("DELETE FROM event WHERE id = ?", (event_id,))


def _closed_up(connection: sqlite3.Connection, event_id: int) -> None:
    """Let the acts after one that was taken out each move up one place."""
    for table, key in (("event", "id"), ("event_detail", "event_id")):
        connection.execute(f"UPDATE {table} SET {key} = -{key} + 1 WHERE {key} > ?", (event_id,))
        connection.execute(f"UPDATE {table} SET {key} = -{key} WHERE {key} < 0")


def _swapped(connection: sqlite3.Connection, one: int, other: int) -> None:
    for table, key in (("event", "id"), ("event_detail", "event_id")):
        for old, new in ((one, -one), (other, one), (-one, other)):
            connection.execute(f"UPDATE {table} SET {key} = ? WHERE {key} = ?", (new, old))


def _put_in(connection: sqlite3.Connection) -> None:
    connection.execute(
        "INSERT INTO event SELECT (SELECT max(id) + 1 FROM event), case_id, at, by, on_day, kind, digest, chain, state"
        " FROM event WHERE case_id = 1 ORDER BY id DESC LIMIT 1"
    )


def _put_in_with_details(connection: sqlite3.Connection) -> None:
    """A note on the first case that nobody made, with the seal of the case as it stands."""
    _put_in(connection)
    connection.execute("UPDATE event SET kind = 'anteckning' WHERE id = (SELECT max(id) FROM event)")
    connection.execute(
        "INSERT INTO event_detail SELECT max(id), 'x', '[[\"anteckning\",null,\"Ringde upp\"]]' FROM event"
    )


def _case_taken_out(connection: sqlite3.Connection) -> None:
    for table in (*seals.CASE_TABLES, "cases"):
        connection.execute(f"DELETE FROM {table} WHERE {'id' if table == 'cases' else 'case_id'} = 3")


def _case_put_in(connection: sqlite3.Connection) -> None:
    connection.execute(
        "INSERT INTO cases (year, serial, number, rule_set_id, type, status, received, registered_at, registered_by,"
        " title, anonymous, contact, salt) VALUES (2026, 5, 'SYN-2026-00005', 1, 'synpunkt', 'inkommen', '2026-11-02',"
        " '2026-11-02T08:00:00Z', 'eva', 'Falskt', 0, 'finns', 'x')"
    )
    connection.execute("UPDATE series SET last = 5")


def _schema_written(connection: sqlite3.Connection) -> None:
    """Take a condition out of a table behind SQLite's back."""
    connection.execute("PRAGMA writable_schema = ON")
    connection.execute(
        "UPDATE sqlite_master SET sql = replace(sql, 'CHECK (anonymous IN (0, 1))', '') WHERE name = 'cases'"
    )
    connection.execute("PRAGMA writable_schema = OFF")


@dataclass(frozen=True)
class Attack:
    """What somebody does to a file, and what tells of it without an anchor."""

    tamper: Tamper
    found: frozenset[str]
    """The checks that find it at least; none: it is found against an anchor alone."""
    admitted: str = ""
    """How the README's table says that it is found against an anchor alone."""


def _found(tamper: Tamper, *checks: str) -> Attack:
    return Attack(tamper, frozenset(checks))


_SEALED_ANEW = "räkna om alla sigill"
_CUT_SHORT = "korta loggen"
_OLD_COPY = "lägga tillbaka en gammal kopia"

ATTACKS: dict[str, Attack] = {
    # The log, its hashes left as they were.
    "an event's user": _found(lambda c: c.execute("UPDATE event SET by = 'eva' WHERE id = 9"), "logg"),
    "an event's details": _found(
        lambda c: c.execute("UPDATE event_detail SET changes = replace(changes, 'Kocken', 'Ingen')"), "logg"
    ),
    "an event taken out": _found(lambda c: _taken_out(c, 9), "logg", "uppspelning"),
    "an event's details taken out": _found(
        lambda c: c.execute("DELETE FROM event_detail WHERE event_id = 9"), "logg", "uppspelning"
    ),
    "two events swapped": _found(lambda c: _swapped(c, 9, 10), "logg"),
    "an event put in": _found(_put_in, "logg"),
    "the last two acts cut off": _found(lambda c: cut(c, 2), "innehall"),
    # The log, chained anew.
    "an event put in and the chain written anew": _found(
        lambda c: (_put_in_with_details(c), c.execute("UPDATE event SET state = 'x' WHERE kind = 'anteckning'"),
                   rewritten(c)), "innehall",
    ),
    "an event taken out and the chain written anew": _found(
        lambda c: (_taken_out(c, 7), _closed_up(c, 7), rewritten(c)), "uppspelning"
    ),
    "what a value was before, changed and the chain written anew": _found(
        lambda c: (c.execute("UPDATE event_detail SET changes = replace(changes, '\"inkommen\",\"tilldelad\"',"
                             " '\"avslutad\",\"tilldelad\"') WHERE event_id = 5"), rewritten(c)), "uppspelning",
    ),
    "an event moved to a later place and the chain written anew": _found(
        lambda c: (c.execute("UPDATE event_detail SET event_id = 43 WHERE event_id = 33"),
                   c.execute("UPDATE event SET id = 43 WHERE id = 33"), rewritten(c)), "logg",
    ),
    "the whole log taken out": _found(lambda c: cut(c, 100), "logg", "listor", "innehall"),
    # The rows, the log left as it was.
    "the texts of two cases swapped": _found(
        lambda c: c.execute("UPDATE cases SET title = CASE id WHEN 1 THEN 'Trasig lampa' ELSE 'Matkö' END"
                            " WHERE id IN (1, 2)"), "innehall", "uppspelning",
    ),
    "a case edited": _found(
        lambda c: c.execute("UPDATE cases SET answer = 'Nej' WHERE id = 1"), "innehall", "uppspelning"
    ),
    "a secrecy mark moved": _found(lambda c: c.execute("UPDATE secrecy SET case_id = 3"), "innehall", "uppspelning"),
    "a case taken out": _found(_case_taken_out, "nummer", "nycklar"),
    "a case put in": _found(_case_put_in, "innehall"),
    "a number skipped": _found(lambda c: c.execute("UPDATE series SET last = 5"), "nummer"),
    "a series taken out": _found(lambda c: c.execute("DELETE FROM series"), "nummer"),
    "a case that is no text": _found(
        lambda c: c.execute("UPDATE cases SET title = CAST(x'ff' AS TEXT) WHERE id = 2"), "innehall", "uppspelning"
    ),
    "a promise made longer for everybody": _found(lambda c: c.execute("UPDATE rule SET length = 20"), "listor"),
    "a row replaced": _found(
        lambda c: c.execute("INSERT OR REPLACE INTO sender SELECT case_id, role, 'X', email, phone, address, preferred,"
                            " case_file FROM sender WHERE case_id = 1"), "innehall",
    ),
    "an event replaced": _found(
        lambda c: c.execute("INSERT OR REPLACE INTO event SELECT id, case_id, at, 'eva', on_day, kind, digest, chain,"
                            " state FROM event WHERE id = 9"), "logg",
    ),
    "the search index without a word": _found(
        lambda c: c.execute("INSERT INTO case_text (case_text) VALUES ('delete-all')"), "sokindex"
    ),
    # The schema.
    "a column more": _found(lambda c: c.execute("ALTER TABLE event ADD COLUMN extra TEXT"), "schema"),
    "a trigger more": _found(
        lambda c: c.execute("CREATE TRIGGER x AFTER INSERT ON sender BEGIN UPDATE sender SET name = 'X'; END"), "schema"
    ),
    "an index less": _found(lambda c: c.execute("DROP INDEX deadline_waiting"), "schema"),
    "a condition taken out of the schema": _found(_schema_written, "schema"),
    # Everything anew: nothing in the file tells.
    "a user changed and the chain written anew": Attack(
        lambda c: (c.execute("UPDATE event SET by = 'eva' WHERE id = 9"), rewritten(c)), frozenset(), _SEALED_ANEW
    ),
    "a moment changed and the chain written anew from there": Attack(
        lambda c: (c.execute("UPDATE event SET at = '2020-01-01T00:00:00Z' WHERE id = 9"), rewritten(c, 9)),
        frozenset(), _SEALED_ANEW,
    ),
    "two acts swapped and the chain written anew": Attack(
        lambda c: (_swapped(c, 20, 21), rewritten(c)), frozenset(), _SEALED_ANEW
    ),
    "a note put in and the chain written anew": Attack(
        lambda c: (_put_in_with_details(c), rewritten(c)), frozenset(), _SEALED_ANEW
    ),
    "a sender changed and sealed anew": Attack(
        lambda c: (c.execute("UPDATE sender SET phone = '1' WHERE case_id = 1"), case_sealed_anew(c, 1)),
        frozenset(), _SEALED_ANEW,
    ),
    "the last act, which left no traces, cut off": Attack(cut, frozenset(), _CUT_SHORT),
    "acts cut off with their traces": Attack(
        lambda c: (cut(c), c.execute("DELETE FROM yearly_text"), lists_sealed_anew(c)), frozenset(), _CUT_SHORT
    ),
}  # fmt: skip
"""By somebody who can write the file and puts its guards back."""


def last_leaf(file: Path, name: str) -> range:
    """Where in a file the last page with rows of a table lies, or with entries of an index."""
    with closing(sqlite3.connect(file)) as connection:
        ((page,),) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (name,)).fetchall()
        ((size,),) = connection.execute("PRAGMA page_size").fetchall()
    content = file.read_bytes()
    while content[begin := (page - 1) * size] in _INTERIOR:
        page = int.from_bytes(content[begin + 8 : begin + 12], "big")
    return range(begin, begin + size)


_INTERIOR = {2, 5}
"""How SQLite marks a page that only points at others, of an index and of a table."""


def in_a_ring(file: Path, table: str, copy: Path, called: int = 0) -> Path:
    """A copy whose last row of a table calls itself row 0, or another: SQLite meets what comes before it once more."""
    begin, content = last_leaf(file, table).start, bytearray(file.read_bytes())
    rows = int.from_bytes(content[begin + 3 : begin + 5], "big")
    last = begin + int.from_bytes(content[begin + 6 + 2 * rows : begin + 8 + 2 * rows], "big")
    number = last + next(n for n in range(9) if content[last + n] < 0x80) + 1  # the row's length stands before it
    assert content[number] < 0x80
    content[number] = called
    copy.write_bytes(content)
    return copy


@dataclass(frozen=True)
class Target:
    """A register, the same as it was some days before, and the same work done in another file."""

    file: Path
    older: Path
    other: Path
    chain: str
    """Where the log of :attr:`file` ends."""


WHOLE: dict[str, tuple[Callable[[Target], Path], str]] = {
    "an old copy laid back": (lambda t: t.older, _OLD_COPY),
    "everything typed anew in another file": (lambda t: t.other, _SEALED_ANEW),
}
"""Attacks that put another whole file in the place: which, and how the README admits it."""


def attacked(target: Target, name: str, copy: Path) -> Path:
    """A copy of the file after the attack."""
    if name in WHOLE:
        shutil.copy(WHOLE[name][0](target), copy)
        return copy
    shutil.copy(target.file, copy)
    with closing(unguarded(copy)) as connection:
        tampered(connection, ATTACKS[name].tamper)
    return copy


def target(folder: Path) -> Target:
    """A register to attack."""
    file, older, other = (folder / name for name in ("klagreg.db", "gammal.db", "annan/klagreg.db"))
    other.parent.mkdir()
    typed(file, [*lines(BEGUN), *lines(WEEK)[:20]])
    shutil.copy(file, older)
    typed(file, lines(WEEK)[20:])
    typed(other, [*lines(BEGUN), *lines(WEEK.replace("bo.ek", "per.ek"))])
    with closing(sqlite3.connect(file)) as connection:
        ((chain,),) = connection.execute("SELECT chain FROM event ORDER BY id DESC LIMIT 1").fetchall()
    return Target(file, older, other, chain)
