"""The tables that hold the parts of a case, and how their rows become values: one line per kind of part.

A part is stored as its tuple: a column for each of its attributes, which are the same in name and order. The
parts that have a table of their own shape (deadlines, measures, participants) say so here and nowhere else.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import lru_cache
from operator import attrgetter
from types import NoneType
from typing import Any, NamedTuple

from klagreg.model import (
    NOBODY,
    ArrivalStamp,
    Case,
    Closing,
    CopyGiven,
    Erasure,
    FeedbackGiven,
    Handover,
    Measure,
    Publication,
    Referral,
    RouteTaken,
    Secrecy,
    Sender,
)
from klagreg.terms import ErasureKind, Feedback, Means, MeasureKind, NoAnswer, Outcome, Route, SenderRole

Row = Sequence[Any]


def day(text: str | None) -> date | None:
    """A stored day."""
    return None if text is None else date.fromisoformat(text)


_AS_THEY_ARE = frozenset({str, int, NoneType})


@lru_cache(10_000, typed=True)
def stored(value: Any) -> Any:
    """A value as SQLite takes it: days as ISO text, codes as text, flags as numbers.

    A value of any other class costs ten times as much, and so does None (:func:`filled`): sqlite3 first asks around for
    who knows how to store it.
    """
    match value:
        case bool():
            return int(value)
        case str():
            return str.__str__(value)
        case date():
            return value.isoformat()
    return value


def row(values: Iterable[Any]) -> list[Any]:
    """Values as SQLite takes them, as :func:`stored`."""
    return [value if value.__class__ in _AS_THEY_ARE else stored(value) for value in values]


def filled(columns: Sequence[str], rows: Iterable[Row]) -> tuple[list[str], Iterable[Row]]:
    """The columns that some row has a value in, and the rows without the others, which are NULL by themselves."""
    found = [
        (column, values)
        for column, values in zip(columns, zip(*rows, strict=True), strict=True)
        if any(value is not None for value in values)
    ]
    return [column for column, _ in found], zip(*(values for _, values in found), strict=True)


class Part(NamedTuple):
    """A kind of part: where it lies, and how it is read and written."""

    attribute: str
    """The case's attribute: a tuple of parts, or one part."""
    table: str
    columns: tuple[str, ...]
    read: Callable[[Row], Any]
    write: Callable[[Any], Row]
    readers: tuple[Callable[[Any], Any] | None, ...] = (None,)
    """What makes a value of each column; None takes it as it is."""
    placed: bool = True
    """Rows are numbered by ``place`` within the case."""
    single: bool = False
    """At most one row; the attribute is the part itself, not a tuple."""

    @property
    def stored_columns(self) -> tuple[str, ...]:
        """The columns of :meth:`rows`."""
        return ("case_id", *(("place",) if self.placed else ()), *self.columns)

    @property
    def selection(self) -> str:
        """The columns and the table to read rows from, the case first."""
        return f"SELECT case_id, {', '.join(self.columns)} FROM {self.table}"

    @property
    def order(self) -> str:
        """The order of a case's rows."""
        return "place" if self.placed else "rowid" if self.table == "feedback" else self.columns[0]

    def rows(self, numbered: Iterable[tuple[int, Case]]) -> list[Row]:
        """The rows of some cases, as SQLite takes them."""
        get, write = attrgetter(self.attribute), self.write
        # Most cases have no part of most kinds.
        found = [(case_id, parts) for case_id, case in numbered if (parts := get(case))]
        if self.single:
            return [(case_id, *write(part)) for case_id, part in found if part != NOBODY]
        if self.placed:
            return [(case_id, place, *write(part)) for case_id, parts in found for place, part in enumerate(parts, 1)]
        return [(case_id, *write(part)) for case_id, parts in found for part in parts]


def _of(attribute: str, table: str, kind: type[Any], *readers: Callable[[Any], Any] | None, **more: Any) -> Part:
    """A part whose columns are its fields; ``readers`` make their values, None takes them as they are."""
    names: tuple[str, ...] = kind._fields
    assert len(readers) == len(names)

    def read(found: Row) -> Any:
        return kind(*[v if make is None or v is None else make(v) for make, v in zip(readers, found, strict=True)])

    columns = tuple(f'"{name}"' if name == "to" else name for name in names)
    return Part(attribute, table, columns, read, row, readers, **more)


PARTS: tuple[Part, ...] = (
    _of("sender", "sender", Sender, SenderRole, None, None, None, None, Means, None, placed=False, single=True),
    _of("feedback", "feedback", FeedbackGiven, day, Feedback, Means, None, bool, None, placed=False),
    _of("measures", "measure", Measure, None, None, None, day, day, MeasureKind, day, placed=False),
    _of("closings", "closing", Closing, day, Outcome, NoAnswer, day),
    _of("handovers", "handover", Handover, day, None, None, None, None, Means, day),
    _of("routes", "route", RouteTaken, day, Route, None),
    _of("stamps", "stamp", ArrivalStamp, day, None, None, None),
    _of("copies", "copy", CopyGiven, day, None),
    _of("referrals", "referral", Referral, day, None, None, None),
    _of("publication", "publication", Publication, day, None, None, None, placed=False, single=True),
    _of("secrecy", "secrecy", Secrecy, day, None, None, day, day),
    _of("erasures", "erasure", Erasure, day, ErasureKind, None, None),
    Part("participants", "participant", ("name",), lambda row: row[0], lambda name: (name,)),
)
"""Every part but the deadlines, which need the rules they were given by."""
