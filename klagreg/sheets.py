"""Tables as values: what a sheet says before any file or screen, and how its values are read in Swedish.

Renderers show the same values (``klagreg.render``); nothing here knows what is counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum
from typing import NamedTuple

from klagreg.figures import Points, Share
from klagreg.terms import MISSING_LABEL

NOTHING = "Inga ärenden under perioden"
"""The one row of an empty table (domain 7.3)."""

NOT_APPLICABLE = "–"
"""What is shown where a figure cannot be counted; zero is always 0."""


class Section(str):
    """A text that begins a new group of rows."""

    __slots__ = ()


class Part(str):
    """A text that names a part of what a row above counts: ``varav klagomål``."""

    __slots__ = ()


class Withheld(Enum):
    """A figure that is not told: with what else is shown it could be that of a few (domain 8 R7)."""

    SMALL = ".."


Value = str | int | float | date | Share | Points | Withheld | None
"""What a table can hold. None is "cannot be counted"; a missing name is the text "Uppgift saknas"."""


class Kind(Enum):
    """How a column shows its values, beyond what their type says."""

    TEXT = "text"
    FIGURE = "figure"
    CHANGE = "change"
    """With its sign: ``+3``."""
    GROWTH = "growth"
    """A part, with its sign, in per cent: ``+25 %``."""


class Column(NamedTuple):
    """A column of a table."""

    heading: str
    kind: Kind = Kind.FIGURE
    width: int | None = None
    """In digits, where it is not measured from the contents: of lists that may be very long."""


class Block(NamedTuple):
    """A rectangle of a sheet's table, ends included: row 0 is the headings, totals follow the rows."""

    top: int
    left: int
    bottom: int
    right: int


class ChartKind(Enum):
    """Upright columns, lying bars, lying bars on top of one another, or a line through the years."""

    COLUMNS = "columns"
    BARS = "bars"
    STACKED_BARS = "stacked_bars"
    LINES = "lines"


class Series(NamedTuple):
    """Values of a chart with the same colour."""

    name: str
    values: Block


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture of figures that the sheet's table already holds."""

    kind: ChartKind
    title: str
    category_title: str
    value_title: str
    categories: Block
    series: tuple[Series, ...]
    target: Series | None = None
    """Drawn as a line over the columns, which are then shares."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with what is said about it. ``rows`` is empty when there is nothing to tell."""

    title: str
    heading: str
    columns: tuple[Column, ...]
    rows: Sequence[tuple[Value, ...]]
    totals: tuple[tuple[Value, ...], ...] = ()
    notes: tuple[str, ...] = ()
    chart: Chart | None = None
    nothing: str = NOTHING
    """The one row of a table without rows."""
    filtered: bool = True
    """Whether the rows are alike, so that it helps to filter and sort them."""


def shown(value: Value, kind: Kind = Kind.FIGURE) -> str:
    """A value as people read it, in Swedish: what the workbook's number formats show too."""
    if value is None:
        return NOT_APPLICABLE
    if isinstance(value, Withheld):
        return str(value.value)
    if isinstance(value, str):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Share):
        return value.percent
    if isinstance(value, Points):
        return _decimal(value.value, 1, signed=True)
    if kind is Kind.GROWTH:
        # Binary: 100 times 0.285 is 28.499999999999996, and Excel shows 29 %.
        return f"{_decimal(round(100 * value, 10), 0, signed=True)} %"
    return _decimal(value, 1 if isinstance(value, float) else 0, signed=kind is Kind.CHANGE)


def _decimal(value: float, decimals: int, *, signed: bool) -> str:
    rounded = abs(Decimal(repr(value))).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    sign = "−" if value < 0 else "+" if signed and value > 0 else ""
    return sign + f"{rounded:,}".translate({ord(","): " ", ord("."): ","})


def named(value: str | None, labels: Mapping[str, str] | None = None) -> str:
    """What a code, a unit or a nämnd is called; ``Uppgift saknas`` for none."""
    return MISSING_LABEL if value is None else (labels or {}).get(value, value)
