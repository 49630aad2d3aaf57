"""What an act changed, as the log tells it: old and new value of every field that differs.

Personal fields are named without their values (domain 1.8): a log that never held them never has to forget them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache, lru_cache
from itertools import starmap
from operator import attrgetter
from typing import Any

from klagreg.model import NOBODY, Case, Deadline, Sender
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

# Changes are flat: to look for circles in them costs a third of writing them.
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)


def changes(before: Case | None, after: Case) -> list[tuple[str, Any, Any]]:
    """What differs, as the log holds it: (key, old, new). Personal fields are named without their values."""
    found: list[tuple[str, Any, Any]] = []
    for key, old, new in _differing(before, after):
        if new.__class__ is tuple:  # the parts of one kind; a part is a tuple of its own
            found += _part_changes(key, old or (), new)
        else:
            found.append((key, plain(old), plain(new)))
    return found + _sender_changes(before.sender if before else NOBODY, after.sender)


def _sender_changes(before: Sender, after: Sender) -> list[tuple[str, Any, Any]]:
    if after == before:
        return []
    return [
        (f"avsandare.{BY_NAME[name].key}", *((None, None) if BY_NAME[name].personal else (old, new)))
        for name, old, new in zip(Sender._fields, before, after, strict=True)
        if old != new
    ]


def _differing(before: Case | None, after: Case) -> list[tuple[str, Any, Any]]:
    """Attributes that differ by their keys; of a new case those that have a value."""
    if before is None:
        return [(key, None, new) for key, new in zip(LOGGED.values(), _logged(after), strict=True) if new]
    both = zip(LOGGED.values(), _logged(before), _logged(after), strict=True)
    return [(key, old, new) for key, old, new in both if old != new]


def written(changed: Sequence[Any]) -> str:
    """What an act changed, as the log holds it."""
    return _JSON.encode(changed)


def written_anew(case: Case) -> str:
    """``written(changes(None, case))`` for a file of cases: put together of what was written for others before."""
    found: list[str] = []
    for key, new in zip(LOGGED.values(), _logged(case), strict=True):
        if not new:
            continue
        if new.__class__ is tuple:
            found += starmap(_part_written, _named(key, new))
        elif key in _OF_ITS_OWN:
            found.append(f'["{key}",null,{_JSON.encode(new)}]')
        else:
            found.append(_value_written(key, new))
    found += map(_JSON.encode, _sender_changes(NOBODY, case.sender))
    return f"[{','.join(found)}]"


def _part_written(path: str, part: Any) -> str:
    form, values = _form(path, part.__class__)
    return form % tuple(map(_atom, values(part)))


@cache
def _form(path: str, kind: Any) -> tuple[str, Callable[[Any], Iterable[Any]]]:
    """A change that tells of a new part, without its values; and what gives those."""
    start = f"[{_JSON.encode(path)},null,".replace("%", "%%")
    reading = _fields_of(kind)
    if reading is None:
        return f"{start}%s]", lambda part: (part,)
    keys, get = reading
    fields = ",".join(f"{_JSON.encode(key)}:%s" for key in keys)
    return f"{start}{{{fields}}}]", get


@lru_cache(10_000)
def _value_written(key: str, value: Any) -> str:
    return _JSON.encode((key, None, plain(value)))


@lru_cache(10_000, typed=True)  # 1 and True are one key, and are not written alike
def _atom(value: Any) -> str:
    return _JSON.encode(plain(value))


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

_OF_ITS_OWN = FREE_TEXTS | {LOGGED["external_id"]}
"""Keys whose values no two cases share: they are not remembered."""


def texts(changed: Iterable[tuple[str, Any, Any]]) -> Iterator[tuple[str, str]]:
    """The free texts that are new among some changes, as (key, text): what an identity may hide in (domain 8 R5)."""
    for key, old, new in changed:
        before = old if isinstance(old, dict) else {key: old}
        for name, value in new.items() if isinstance(new, dict) else ((key, new),):
            if name in FREE_TEXTS and isinstance(value, str) and value != before.get(name):
                yield name, value


def _part_changes(key: str, old: Sequence[Any], new: Sequence[Any]) -> list[tuple[str, Any, Any]]:
    """Changed parts by their place: ``frister.svar``, ``atgarder.1``."""

    before, after = dict(_named(key, old)), dict(_named(key, new))
    return [
        (path, plain(before.get(path)), plain(after.get(path)))
        for path in {**before, **after}
        if before.get(path) != after.get(path)
    ]


def _named(key: str, parts: Sequence[Any]) -> list[tuple[str, Any]]:
    """Parts of one kind by their place."""
    return [
        (f"{key}.{part.rule.key if part.__class__ is Deadline else place}", part) for place, part in enumerate(parts, 1)
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
