"""Erasing in the file: what is taken out of a case is gone from the rows, the index, the log and the freed pages.

Deleting is not enough: SQLite leaves what it deletes on pages that it has freed unless ``secure_delete`` is on, and the
search index keeps its words until its pieces are merged. Nothing here decides what is erased.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from klagreg.errors import RegisterError
from klagreg.store.cases import Store
from klagreg.terms import CaseType


@dataclass(frozen=True, slots=True)
class Detail:
    """What the log says that an act on a case changed."""

    event_id: int
    kind: str
    on: date
    changes: tuple[tuple[str, Any, Any], ...]


@dataclass(frozen=True, slots=True)
class KnownCopy:
    """A file that the log says was made of what the register held."""

    path: str
    kind: str
    """The kind of event that made it."""
    made_on: date
    number: str | None
    """The case that it was made of; None for a file with more than one case."""


def must_be_secure(store: Store) -> None:
    """Refuse to erase by a connection that would leave what it erases in the file, or in its journal.

    Raises:
        RegisterError: SQLite does not overwrite what it deletes, or keeps a journal that stays.
    """
    store.run("PRAGMA secure_delete = ON", ())
    ((overwrites,),) = store.run("PRAGMA secure_delete", ())
    ((journal,),) = store.run("PRAGMA journal_mode", ())
    if overwrites != 1 or journal not in ("truncate", "delete"):
        raise RegisterError(
            f"Det som tas bort ur {store.path} skulle finnas kvar på disken. Inget är ändrat.",
            "SQLite på datorn skriver inte över det som raderas. Visa det för den som sköter klagreg tekniskt.",
        )


def ended_before(store: Store, kind: CaseType, day: str) -> list[str]:
    """Numbers of the cases of a typ that were closed, or voided, before a day and are not destroyed.

    ``day`` is compared as text, so that 29 February may be one of a year without it.
    """
    rows = store.run(_ENDED, {"kind": kind, "day": day})
    return [number for (number,) in rows]


def details(store: Store, number: str) -> list[Detail]:
    """What the log says that the acts on a case changed, oldest first; nothing of what was erased before."""
    return [
        Detail(event_id, kind, date.fromisoformat(on), tuple(_change(entry) for entry in json.loads(changes)))
        for event_id, kind, on, changes in store.run(_DETAILS, {"number": number})
    ]


def forget(store: Store, events: Iterable[int]) -> None:
    """Erase what some events say that they changed; the events themselves stay. Call when the erasing is saved."""
    store.run(
        "DELETE FROM event_detail WHERE event_id IN (SELECT value FROM json_each(?))", (json.dumps(list(events)),)
    )


def tidy_index(store: Store) -> None:
    """Make the search index one piece: a word that was deleted stays in it until its pieces are merged."""
    store.run("INSERT INTO case_text (case_text) VALUES ('optimize')", ())


_SHRUNK_BYTES = 256 * 2**20
"""A larger file is not shrunk: SQLite makes a copy of it first, here in memory, and nobody can write meanwhile."""


def shrink(store: Store) -> bool:
    """Give freed pages back to the disk; what was on them is overwritten already. Not inside a transaction.

    The copy that it takes is made in memory: beside the register, or in /var/tmp, it would be another copy of all
    personal data on the disk. False: the file is too large for that, and stays as it is.

    Raises:
        RegisterError: there is no room for the copy, or somebody else uses the register. Nothing is changed then.
    """
    ((pages,),), ((page,),) = store.run("PRAGMA page_count", ()), store.run("PRAGMA page_size", ())
    if pages * page > _SHRUNK_BYTES:
        return False
    store.run("PRAGMA temp_store = MEMORY", ())
    store.run("VACUUM", ())
    return True


def has_happened(store: Store, chain: str) -> bool:
    """Whether the event with this chain value is in the log."""
    ((found,),) = store.run("SELECT EXISTS (SELECT 1 FROM event WHERE chain = ?)", (chain,))
    return bool(found)


def sender_names(store: Store) -> list[str]:
    """The name of every sender."""
    return [name for (name,) in store.run("SELECT name FROM sender WHERE name IS NOT NULL", ())]


def known_copies(store: Store, numbers: Sequence[str]) -> list[KnownCopy]:
    """Files that were made of these cases alone, or of the register since the first of them was in it."""
    rows = store.run(_COPIES, {"numbers": json.dumps(numbers)})
    return [KnownCopy(str(path), kind, date.fromisoformat(on), number) for path, kind, on, number in rows]


def _change(entry: list[Any]) -> tuple[str, Any, Any]:
    key, old, new = (*entry, None, None)[:3]
    return key, old, new


_ENDED = """
SELECT c.number FROM cases c
WHERE c.type = :kind AND c.status IN ('avslutad', 'makulerad') AND coalesce(c.voided_on, c.closed_on) < :day
    AND NOT EXISTS (SELECT 1 FROM erasure x WHERE x.case_id = c.id AND x.kind = 'gallring')
ORDER BY c.year, c.serial
"""

_DETAILS = """
SELECT e.id, e.kind, e.on_day, d.changes
FROM event e JOIN event_detail d ON d.event_id = e.id JOIN cases c ON c.id = e.case_id
WHERE c.number = :number
ORDER BY e.id
"""

# The protocols of erasing name no person, and are kept.
_COPIES = """
SELECT json_extract(x.value, '$[2]'), e.kind, e.on_day, c.number
FROM event e JOIN event_detail d ON d.event_id = e.id JOIN json_each(d.changes) x LEFT JOIN cases c ON c.id = e.case_id
WHERE instr(d.changes, '["fil"') > 0 AND json_extract(x.value, '$[0]') = 'fil'
    AND json_extract(x.value, '$[2]') IS NOT NULL
    AND (e.case_id IS NOT NULL OR e.kind NOT IN ('gallrad', 'avidentifierad'))
    AND (c.number IN (SELECT value FROM json_each(:numbers)) OR e.case_id IS NULL AND e.at >= (
        SELECT min(k.registered_at) FROM cases k WHERE k.number IN (SELECT value FROM json_each(:numbers))))
ORDER BY e.id
"""
