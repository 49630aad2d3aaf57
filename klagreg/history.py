"""What an act changed, as the log tells it: old and new value of every field that differs.

Personal fields are named without their values (domain 1.8): a log that never held them never has to forget them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache, lru_cache
from operator import attrgetter
from typing import Any

from klagreg.model import Case, Deadline, Sender
from klagreg.terms import BY_NAME, PART_KEYS

_LOG_KEYS = {
    "external_source": "extern_kalla",
    "external_id": "externt_id",
    "unreachable_from": "kan_inte_besvaras_fran",
    "handler_named_on": "handlaggare_utsedd",
    "closed_on": "avslutad",
    "voided_on": "makulerad",
    "closings": "avslut",
}
LOGGED = {
    name: _LOG_KEYS.get(name) or BY_NAME[name].key
    for name in Case._fields
    if name not in ("rule_set", "year", "serial", "number", "registered_at", "registered_by", "sender")
}
"""What the log holds of a case, as attribute → key; of a sender it holds no values."""
_KEYS = frozenset(LOGGED.values())
_logged = attrgetter(*LOGGED)
_NOBODY = Sender()


def changes(before: Case | None, after: Case) -> list[tuple[str, Any, Any]]:
    """What differs, as the log holds it: (key, old, new). Personal fields are named without their values."""
    found: list[tuple[str, Any, Any]] = []
    for key, old, new in _differing(before, after):
        if new.__class__ is tuple:  # the parts of one kind; a part is a tuple of its own
            found += _part_changes(key, old or (), new)
        else:
            found.append((key, plain(old), plain(new)))
    sender = before.sender if before else _NOBODY
    if after.sender == sender:
        return found
    for name, old, new in zip(Sender._fields, sender, after.sender, strict=True):
        if old != new:
            personal = BY_NAME[name].personal
            found.append((f"avsandare.{BY_NAME[name].key}", *((None, None) if personal else (old, new))))
    return found


def _differing(before: Case | None, after: Case) -> list[tuple[str, Any, Any]]:
    """Attributes that differ by their keys; of a new case those that have a value."""
    if before is None:
        return [(key, None, new) for key, new in zip(LOGGED.values(), _logged(after), strict=True) if new]
    both = zip(LOGGED.values(), _logged(before), _logged(after), strict=True)
    return [(key, old, new) for key, old, new in both if old != new]


Renamings = Mapping[str, Sequence[tuple[int, str, str]]]
"""Units and handlers that got another name: (place in the log, old, new), by key."""


def replayed(
    acts: Iterable[tuple[int, Iterable[Sequence[Any]]]], renamings: Renamings
) -> tuple[dict[str, Any], str | None]:
    """What acts made of a case, by key, and the first key whose old value was not what the acts before it had made.

    ``acts``: (place in the log, changes). The first begins from nothing: a registration, or an erasure, which tells all
    that is left. The log tells the names of its day, the case those of today: ``renamings`` lead from one to the other.
    What is empty, and what a sender has given, is not there.
    """
    made: dict[str, Any] = {}
    named: dict[str, int] = {}
    """Where in the log what can be renamed got its name."""
    broken = None

    def called(key: str, until: int | None) -> Any:
        value = made.get(key)
        return _called(value, named[key], until, renamings[key]) if key in named else value

    for number, (place, act) in enumerate(acts):
        for key, old, new in act:
            if not _is_replayed(key):
                continue
            if number and (called(key, place) or None) != (old or None):
                broken = broken or key
            made[key] = new
            if key in renamings:
                named[key] = place
    made |= {key: called(key, None) for key in named}
    return {key: value for key, value in made.items() if value}, broken


def _called(value: Any, since: int, until: int | None, renamings: Sequence[tuple[int, str, str]]) -> Any:
    """What a name of one day was called later."""
    for place, old, new in renamings:
        if old == value and since < place and (until is None or place < until):
            value = new
    return value


@lru_cache(10_000)
def _is_replayed(key: str) -> bool:
    """What an act adds besides (a reason, a remark) is no part of the case; a sender's values are not in the log."""
    return key.partition(".")[0] in _KEYS


FREE_TEXTS = {
    *("rubrik", "beskrivning", "forslag", "svar", "lardom", "text", "orsak", "forbattring", "referens", "kommentar"),
    *("diarienummer", "utforare", "i_efterhand", "mottagen_av", "ansvarig", "av", "till", "mottagare", "lagrum"),
}
"""Keys whose values people write freely, in the case and in its parts."""


def texts(changed: Iterable[tuple[str, Any, Any]]) -> Iterator[tuple[str, str]]:
    """The free texts that are new among some changes, as (key, text): what an identity may hide in (domain 8 R5)."""
    for key, old, new in changed:
        before = old if isinstance(old, dict) else {key: old}
        for name, value in new.items() if isinstance(new, dict) else ((key, new),):
            if name in FREE_TEXTS and isinstance(value, str) and value != before.get(name):
                yield name, value


def _part_changes(key: str, old: Sequence[Any], new: Sequence[Any]) -> list[tuple[str, Any, Any]]:
    """Changed parts by their place: ``frister.svar``, ``atgarder.1``."""

    def named(parts: Sequence[Any]) -> dict[str, Any]:
        return {part.rule.key if isinstance(part, Deadline) else str(i): part for i, part in enumerate(parts, 1)}

    if not old:
        return [(f"{key}.{place}", None, plain(part)) for place, part in named(new).items()]
    before, after = named(old), named(new)
    return [
        (f"{key}.{place}", plain(before.get(place)), plain(after.get(place)))
        for place in {**before, **after}
        if before.get(place) != after.get(place)
    ]


def plain(value: Any) -> Any:
    """A value as JSON can hold it; a part of a case as the object of its fields."""
    if value is None or isinstance(value, str):
        return value
    if value.__class__ is date:
        return value.isoformat()
    reading = _fields_of(value.__class__)
    if reading is None:
        return value
    keys, get = reading
    return {key: one.isoformat() if one.__class__ is date else one for key, one in zip(keys, get(value), strict=True)}


@cache
def _fields_of(kind: Any) -> tuple[list[str], Callable[[Any], tuple[Any, ...]]] | None:
    """The keys of a part's fields, and what gives their values; None for what is no part."""
    names = [name for name in getattr(kind, "_fields", ()) if name != "rule"]
    return ([PART_KEYS[name] for name in names], attrgetter(*names)) if names else None
