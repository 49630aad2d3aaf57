"""Whether a register is sound: SQLite's own check of the file, and the chain of the log from its first act."""

from __future__ import annotations

from klagreg.store.cases import Store, sha256


def fault(store: Store) -> str | None:
    """What is wrong with a register, in Swedish; None when nothing is. Call inside ``store.reading()``.

    Reads the whole file once. An act whose text was erased by decision keeps its place in the chain.
    """
    ((answer,),) = store.run("PRAGMA quick_check(1)", ())
    if answer != "ok":
        return "filen är skadad"
    before = ""
    for place, (event_id, *act, digest, chain, salt, changes) in enumerate(store.each(_LOG), 1):
        whole = salt is None or sha256(salt, changes) == digest
        if event_id != place or not whole or sha256(before, event_id, *act, digest) != chain:
            return f"loggen stämmer inte vid händelse {place}"
        before = chain
    return None


_LOG = """
SELECT e.id, e.case_id, e.at, e.by, e.on_day, e.kind, e.digest, e.chain, d.salt, d.changes
FROM event e LEFT JOIN event_detail d ON d.event_id = e.id
ORDER BY e.id
"""
