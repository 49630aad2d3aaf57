"""Everything that is written in the register, text by text, and who has read what: for those it is about.

A register may hold a million letters. They are read in batches, each from a moment of its own: no batch is larger than
memory, and nobody waits to write while a person's name is looked for. Here is also what the register's own description
needs beside the cases (OSL 4:2).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from klagreg.model import Event
from klagreg.store.cases import Store, holds_as_of, told

BATCH_SIZE = 200_000
"""Characters of a batch, but for the last row, which may be as long as a text may be."""
BATCH_ROWS = 5_000


class Written(NamedTuple):
    """A text as it stands in the register."""

    case_id: int | None
    """None: it belongs to no case."""
    place: str
    """The key of the field; ``logg.`` before it for what the log keeps."""
    text: str
    is_name: bool
    """It holds nothing but names."""


class Batch(NamedTuple):
    """Some of what is written, and how many rows it was read from."""

    written: list[Written]
    rows: int


class Standing(NamedTuple):
    """What a list may say of a case, however secret it is."""

    number: str
    received: str
    statute: str | None
    """Of the secrecy mark that holds."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Läsning: somebody saw personal or secret data, or took them out of the register."""

    event: Event
    number: str | None
    """The case; None where it was the register."""
    is_secret: bool
    """The case is marked secret now."""


READINGS = ("last_personuppgifter", "last_sekretess", "utlamnad", "registerutdrag", "exporterad")
"""The kinds of acts by which somebody reads personal or secret data. An export is one also when it held none: which
it did stands in the act."""


@dataclass(frozen=True, slots=True)
class _Source:
    """A table, and its columns of text by the key of the field that each is."""

    table: str
    columns: Mapping[str, str]
    names: frozenset[str] = frozenset()
    """Columns that hold nothing but names."""
    case: str = "case_id"
    """The case that a row belongs to, and the order that rows are read in."""


_OF_CASES = (
    _Source(
        "cases",
        {
            "title": "rubrik",
            "description": "beskrivning",
            "proposal": "forslag",
            "answer": "svar",
            "lesson": "lardom",
            "diary_number": "diarienummer",
            "provider": "utforare",
            "kept_elsewhere": "i_efterhand",
            "received_by": "mottagen_av",
            "external_id": "externt_id",
        },
        frozenset({"received_by"}),
        "id",
    ),
    _Source(
        "sender",
        {
            "name": "avsandare.namn",
            "email": "avsandare.epost",
            "phone": "avsandare.telefon",
            "address": "avsandare.adress",
            "case_file": "avsandare.personakt",
        },
        frozenset({"name"}),
    ),
    _Source("feedback", {"reason": "aterkopplingar"}),
    _Source("measure", {"text": "atgarder", "responsible": "atgarder.ansvarig"}, frozenset({"responsible"})),
    _Source("route", {"body": "vagar"}),
    _Source("stamp", {"desk": "ankomststamplar"}, frozenset({"desk"})),
    _Source("copy", {'"to"': "kopior"}),
    _Source("referral", {"label": "hanvisningar", "reference": "hanvisningar"}),
    _Source("participant", {"name": "deltagare"}, frozenset({"name"})),
    _Source("publication", {"public_answer": "publicering", "improvement": "publicering"}),
    _Source("secrecy", {"statute": "sekretess"}),
    _Source("erasure", {"decision": "borttaget"}),
)
"""Where people write freely of a case. Who did what is counted instead (:func:`acts_by`): a colleague's every act."""

_OF_REGISTER = (
    ("survey", "comment", "enkat"),
    ("self_check", "comment", "egenkontroll"),
    ("presentation", "paragraph", "redovisning"),
    ("yearly_text", "text", "arstext"),
    ("rule_review", "note", "granskning"),
    ("rule_set", "toml", "regelverk"),
    ("unit", "name", "enhet"),
    ("unit", "receiver", "enhet.mottagare"),
    ("unit", "manager", "enhet.chef"),
)
"""Table, column and key of what belongs to no case; few rows. Handlers are :meth:`Store.handlers`."""

_ACTED = frozenset({"av", "godkand_av", "handlaggare", "registrerad_av"})
"""Keys of the log that say which colleague acted."""
_CODES = frozenset(
    {"frister", "typ", "status", "inkommen", "kanal", "namnd", "enhet", "omrade", "kontakt", "utfall", "avslutad"}
    | {"avslut", "beror", "handelsedag", "kan_inte_besvaras_fran", "handlaggare_utsedd", "utan_svar", "makulerad"}
)
"""Keys of the log under which a case has a code, a day or a name of the register's own, and never a person's."""


def extent(store: Store) -> int:
    """How many rows :func:`batches` goes through, about: cases and events, which are most of them."""
    ((cases, events),) = store.run("SELECT (SELECT count(*) FROM cases), (SELECT max(id) FROM event)", ())
    return int(cases) + int(events or 0)


def batches(store: Store) -> Iterator[Batch]:
    """Everything that is written in the register, some at a time; the log last, so that nothing new is missed.

    Not inside a transaction: each batch is a look of its own.
    """
    for source in _OF_CASES:
        columns = ", ".join(source.columns)
        statement = f"SELECT {source.case}, {columns} FROM {source.table} WHERE {source.case} > {{last}}"
        for rows in _chunks(store, f"{statement} ORDER BY {source.case}"):
            yield Batch(list(_texts(source, rows)), len(rows) if source.table == "cases" else 0)
    yield Batch(_of_register(store), 0)
    statement = (
        "SELECT e.id, e.case_id, d.changes FROM event e JOIN event_detail d ON d.event_id = e.id"
        " WHERE e.id > {last} ORDER BY e.id"
    )
    for rows in _chunks(store, statement):
        yield Batch([written for _, case_id, changes in rows for written in _logged(case_id, changes)], len(rows))


def _chunks(store: Store, statement: str) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of a statement that begins after ``{last}``, in chunks that end with a whole case or event."""
    last = 0
    while True:
        with store.reading():
            chunk = _filled(store.each(statement.format(last=int(last))))
        if not chunk:
            return
        yield chunk
        last = chunk[-1][0]


def _filled(found: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    chunk: list[tuple[Any, ...]] = []
    size = 0
    for row in found:
        if (size >= BATCH_SIZE or len(chunk) >= BATCH_ROWS) and row[0] != chunk[-1][0]:
            break
        chunk.append(row)
        size += sum(len(value) for value in row if isinstance(value, str))
    return chunk


def _texts(source: _Source, rows: Iterable[Sequence[Any]]) -> Iterator[Written]:
    columns = [(place, column in source.names) for column, place in source.columns.items()]
    for case_id, *values in rows:
        for (place, is_name), text in zip(columns, values, strict=True):
            if text:
                yield Written(case_id, place, text, is_name)


def _of_register(store: Store) -> list[Written]:
    with store.reading():
        return [
            Written(None, place, text, place.startswith("enhet."))
            for table, column, place in _OF_REGISTER
            for (text,) in store.run(f"SELECT {column} FROM {table} WHERE {column} IS NOT NULL ORDER BY rowid", ())
        ]


def _logged(case_id: int | None, changes: str) -> Iterator[Written]:
    for key, old, new in told(changes)[0]:
        field = key.partition(".")[0]
        if case_id is None or field not in _CODES:
            for text in (*texts_in(key, old), *texts_in(key, new)):
                yield Written(case_id, f"logg.{field}", text, False)


def texts_in(key: str, value: Any) -> Iterator[str]:
    """The texts of a value in the log, but for the names of colleagues who acted."""
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield from texts_in(name, part)
    elif isinstance(value, str) and key not in _ACTED:
        yield value


def standings(store: Store, case_ids: Iterable[int], on: date) -> dict[int, Standing]:
    """What a list may say of some cases, the last registered first."""
    rows = store.run(
        "SELECT c.id, c.number, c.received, (SELECT s.statute FROM secrecy s"
        f" WHERE s.case_id = c.id AND {holds_as_of('on')} ORDER BY s.place DESC LIMIT 1)"
        " FROM cases c WHERE c.id IN (SELECT value FROM json_each(:ids)) ORDER BY c.year DESC, c.serial DESC",
        {"ids": json.dumps(list(case_ids)), "on": on.isoformat()},
    )
    return {case_id: Standing(*standing) for case_id, *standing in rows}


def acts_by(store: Store) -> dict[str, int]:
    """How many acts of the log each user has done."""
    return dict(store.run("SELECT by, count(*) FROM event GROUP BY by ORDER BY by", ()))


def cases_of(store: Store, handler: str) -> int:
    """How many cases a handler has or was the last to have."""
    ((number,),) = store.run(
        "SELECT count(*) FROM cases c JOIN handler h ON h.id = c.handler_id WHERE h.name = ?", (handler,)
    )
    return int(number)


def readings(
    store: Store,
    on: date,
    *,
    since: str | None = None,
    before: str | None = None,
    by: str | None = None,
    number: str | None = None,
    limit: int | None = None,
) -> list[Reading]:
    """Who has read personal or secret data, the latest first. ``since`` and ``before`` are stored moments.

    ``on``: the day by which secrecy is judged.
    """
    clauses = [
        (since, "e.at >= :since"),
        (before, "e.at < :before"),
        (by, "e.by = :by"),
        (number, "c.number = :number"),
    ]
    where = "".join(f" AND {clause}" for value, clause in clauses if value is not None)
    rows = store.run(
        "SELECT e.at, e.by, e.kind, e.on_day, d.changes, c.number, EXISTS (SELECT 1 FROM secrecy s"
        f" WHERE s.case_id = c.id AND {holds_as_of('on')})"
        " FROM event e LEFT JOIN event_detail d ON d.event_id = e.id LEFT JOIN cases c ON c.id = e.case_id"
        f" WHERE e.kind IN (SELECT value FROM json_each(:kinds)){where} ORDER BY e.id DESC LIMIT :limit",
        {
            "kinds": json.dumps(READINGS),
            "on": on.isoformat(),
            "since": since,
            "before": before,
            "by": by,
            "number": number,
            "limit": -1 if limit is None else limit,
        },
    )
    return [
        Reading(Event(at, who, kind, date.fromisoformat(on_day), *told(changes)), case, bool(secret))
        for at, who, kind, on_day, changes, case, secret in rows
    ]


def renamed_senders(store: Store, numbers: Sequence[str]) -> list[str]:
    """Those of these cases whose sender once had another name: which, nobody knows any more (domain 1.8)."""
    return [number for (number,) in store.run(_RENAMED_SENDERS, (json.dumps(list(numbers)),))]


_RENAMED_SENDERS = """
SELECT c.number FROM cases c
WHERE c.number IN (SELECT value FROM json_each(?)) AND 1 < (
    SELECT count(*) FROM event e JOIN event_detail d ON d.event_id = e.id
    WHERE e.case_id = c.id AND instr(d.changes, '["avsandare.namn"') > 0)
ORDER BY c.id
"""


def statutes_used(store: Store) -> list[str]:
    """The provisions that cases have been marked secret by, each spelling once; also marks that hold no more."""
    return [statute for (statute,) in store.run("SELECT DISTINCT statute FROM secrecy ORDER BY statute", ())]
