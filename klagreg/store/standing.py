"""How a case stands by its rows, in the words of the log: what replaying its acts must give.

Read by the readers that make a :class:`~klagreg.model.Case`, each value of a day, code or flag once however many rows
have it; the case itself is not made, which would take five times as long.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from operator import itemgetter
from typing import Any

from klagreg.history import LOGGED, plain
from klagreg.store.cases import COLUMNS, Store
from klagreg.store.parts import PARTS, Part, day
from klagreg.store.seals import Rows
from klagreg.terms import PART_KEYS

Reader = Callable[[Any], Any]


class _Read(dict[Any, Any]):
    """Values as the log holds them, by how they are stored; None stays None."""

    def __init__(self, make: Reader) -> None:
        super().__init__({None: None})
        self._make = make

    def __missing__(self, stored: Any) -> Any:
        self[stored] = value = plain(self._make(stored))
        return value


class _Part:
    """How the rows of a table are told of.

    ``places``: where in a row its columns are; ``read``: what is read by a reader of columns.
    """

    def __init__(self, part: Part, places: dict[str, int], read: Callable[[Reader], _Read]) -> None:
        self.key = LOGGED.get(part.attribute)
        """None: the log does not hold its values, and they are only read."""
        self.single = part.single
        names = [column.strip('"') for column in part.columns]
        self._get = itemgetter(*(places[name] for name in names))
        self._keys = [PART_KEYS[name] for name in names] if self.key and len(names) > 1 else names
        readers = zip(self._keys, part.readers, strict=True)
        self._reads = [(key, read(make)) for key, make in readers if make is not None]
        self._is_value = len(names) == 1

    def named(self, _row: Sequence[Any], number: int) -> str:
        """What the log calls a row, the so many-th of its case."""
        return f"{self.key}.{number}" if not self.single else str(self.key)

    def told(self, row: Sequence[Any]) -> Any:
        """A row as the log holds it: the object of its columns, or the value of the only one."""
        values = self._get(row)
        if self._is_value:
            return values
        told = dict(zip(self._keys, values, strict=True))
        for key, read in self._reads:
            told[key] = read[told[key]]
        return told


class _Deadline(_Part):
    """Called by its rule."""

    def __init__(
        self, part: Part, places: dict[str, int], read: Callable[[Reader], _Read], rules: dict[int, str]
    ) -> None:
        super().__init__(part, places, read)
        self._rule = itemgetter(places["rule_id"])
        self._rules = rules

    def named(self, row: Sequence[Any], _number: int) -> str:
        """What the log calls a row."""
        return f"{self.key}.{self._rules[self._rule(row)]}"


class Standing:
    """Reads the rows of cases, as :func:`klagreg.store.seals.rows_of_cases` gives them."""

    def __init__(self, store: Store) -> None:
        self._store = store
        read = cache(_Read)
        places = _places(store, "cases")
        self._names = {column: _Read(lambda _: None) for column in _NAMES}
        reads = {column: read(make) for column, (_, make) in COLUMNS.items() if make} | self._names
        logged = {column: LOGGED[attribute] for column, (attribute, _) in COLUMNS.items() if attribute in LOGGED}
        self._get = itemgetter(*(places[column] for column in logged))
        self._columns = [(key, reads.get(column)) for column, key in logged.items()]
        self._rules: dict[int, str] = {}
        self._parts = {part.table: _Part(part, _places(store, part.table, 1), read) for part in PARTS}
        self._parts["deadline"] = _Deadline(_DEADLINE, _places(store, "deadline", 1), read, self._rules)

    def look(self) -> None:
        """Read what units, handlers and rules are called now. Call in the moment that the rows are read in."""
        for column, statement in _NAMES.items():
            self._names[column].update(self._store.run(statement, ()))
        self._rules.update(self._store.run(_RULES, ()))

    def of(self, rows: Rows) -> dict[str, Any]:
        """What the rows of a case say, by key; what is empty is not there.

        Raises:
            ValueError, TypeError, LookupError: klagreg could not read them as a case.
        """
        case, *parts = rows
        stands = {}
        for value, (key, read) in zip(self._get(case), self._columns, strict=True):
            if value:
                stands[key] = value if read is None else read[value]
        table, number = "", 0
        for row in parts:
            number = number + 1 if row[0] == table else 1
            table = row[0]
            part = self._parts[table]
            told = part.told(row)
            if told and part.key:
                stands[part.named(row, number)] = told
        return stands


_DEADLINE = Part(
    "deadlines",
    "deadline",
    ("due", "original_due", "extended_on", "met_on", "settled_on"),
    lambda row: row,
    lambda row: row,
    (day,) * 5,
)

_NAMES = {"unit_id": "SELECT id, name FROM unit", "handler_id": "SELECT id, name FROM handler"}
_RULES = "SELECT id, key FROM rule"


def _places(store: Store, table: str, before: int = 0) -> dict[str, int]:
    """Where in a row of a table each column is; ``before``: after so many other values."""
    rows = store.run("SELECT name FROM pragma_table_info(?) ORDER BY cid", (table,))
    return {name: place for place, (name,) in enumerate(rows, before)}
