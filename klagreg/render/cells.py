"""What a value is in a cell, whoever writes the file: text stays text, a number has the format that shows it.

Every value passes :func:`cell`. It is never a formula, never an illegal character, never silently cut.
"""

from __future__ import annotations

import math
import re
from datetime import date
from typing import NamedTuple

from klagreg.figures import Points, Share
from klagreg.sheets import NOT_APPLICABLE, Kind, Value, Withheld

TEXT_LIMIT = 32_767
"""UTF-16 units in a cell; Excel's own limit."""

_ILLEGAL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters, all but the tab and the line feed
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # direction
    "\u2028\u2029\ufff9-\ufffb\ufeff\ufffe\uffff\ud800-\udfff]"  # line separators, annotations, no characters at all
)
"""What XML forbids, and what hides or turns text: the same as in :mod:`klagreg.render.csv`."""
_ESCAPE_LIKE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_FORMULA_START = ("=", "+", "-", "@", "\t", "\n", " ", "＝")

_DAY_ZERO = date(1899, 12, 30).toordinal()
_FIRST_DAY = date(1900, 3, 1)
"""Excel believes that 1900 was a leap year: its days agree with the calendar's from here on."""


class Cell(NamedTuple):
    """What is written in a cell."""

    raw: str | int | float
    """A text that XML can hold, or a number; days are numbers too. "" is an empty cell."""
    number_format: str
    """Empty for text."""
    quoted: bool = False
    """Whether Excel must be told that this is text, should somebody edit the cell."""


def cell(value: Value, kind: Kind = Kind.FIGURE) -> Cell:
    """A value as a cell holds it.

    Raises:
        ValueError: a number that is none (NaN, infinity).
    """
    raw = value.value if isinstance(value, Share | Points | Withheld) else value
    if raw is None:
        raw = NOT_APPLICABLE
    if isinstance(raw, date):
        if raw < _FIRST_DAY:
            return Cell(raw.isoformat(), "")
        return Cell(raw.toordinal() - _DAY_ZERO, "yyyy-mm-dd")
    if isinstance(raw, str):
        return Cell(cleaned(raw), "", raw.startswith(_FORMULA_START))
    if not math.isfinite(raw):
        raise ValueError(f"{raw} is no number")
    return Cell(raw, _number_format(value, kind))


def cleaned(text: str) -> str:
    """A text as a cell can hold it: what XML forbids and what turns text as ``�``, Excel's escapes taken literally,
    at most the limit.
    """
    if len(text) <= TEXT_LIMIT // 2 and text.isprintable() and "_x" not in text:
        return text  # nearly every text: nothing in it is illegal, looks like an escape or is too long
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    return cut(_ESCAPE_LIKE.sub("_x005F_", _ILLEGAL.sub("�", unified)), TEXT_LIMIT)


def cut(text: str, limit: int) -> str:
    """A text of at most so many UTF-16 units, as Excel counts; where it is cut that can be seen."""
    units = text.encode("utf-16-le")
    return text if len(units) <= 2 * limit else units[: 2 * (limit - 1)].decode("utf-16-le", "ignore") + "…"


def legal(text: str) -> str:
    """A text outside cells, where Excel has no escapes of its own: on one line."""
    return _ILLEGAL.sub("�", " ".join(text.split()))


def in_margin(text: str) -> str:
    """A text in a page's header or footer: ``&`` begins a code there, and all together may be 255 characters."""
    return cut(cleaned(legal(text)), 90).replace("&", "&&")


def number_text(number: float) -> str:
    """A number as the file holds it: as many digits as openpyxl writes."""
    return f"{number:.16g}"


def _number_format(value: Value, kind: Kind) -> str:
    """The format that shows a number as :func:`klagreg.sheets.shown` does, in any language's Excel."""
    if isinstance(value, Share):
        # 99,7 % is not 100 %: the shown figure is the same here as everywhere else.
        misled = value.value is not None and (0 < value.value < 0.005 or 0.995 <= value.value < 1)
        return f'"{value.percent.replace(" ", "")}"' if misled else "0%"
    if isinstance(value, Points):
        return _signed("0.0")
    if kind is Kind.GROWTH:
        return _signed("0%")
    number = "0.0" if isinstance(value, float) else "#,##0"
    return _signed(number) if kind is Kind.CHANGE else number


def _signed(number: str) -> str:
    return f'+{number};"−"{number};{number}'
