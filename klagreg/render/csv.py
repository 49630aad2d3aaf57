"""CSV: the one gate that values pass on their way to a file that Excel opens without asking.

UTF-8 with a mark, semicolons, records ended by CRLF, quotes as in RFC 4180: what a Swedish Excel opens by a double
click. A spreadsheet runs what looks like a formula, so such a text is led by an apostrophe. Everything else is kept
as it was written but what hides or turns text: control and direction characters are shown as ``�``.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from klagreg.render.files import written_beside

Row = Sequence[str | date]
DELIMITER = ";"
GUARD = "'"
"""Before a text that a spreadsheet would run. One that begins so itself has one more, so that it can be taken away."""

_HOSTILE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters, all but the tab and the line feed
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # direction
    "\u2028\u2029\ufff9-\ufffb\ufeff\ufffe\uffff\ud800-\udfff]"  # line separators, annotations, no characters at all
)
_BEFORE_A_FORMULA = re.compile("[\\s\u00ad\u200b-\u200d\u2060-\u2064']*")
"""What a reader may pass over, and what we put there."""


@contextmanager
def written(path: Path, headings: Sequence[str], *, replace: bool) -> Iterator[Callable[[Row], None]]:
    """A CSV file at ``path``, row by row; it is there whole afterwards, or not at all.

    Raises:
        KlagregError: the file cannot be written; see :func:`klagreg.render.files.written_beside`.
    """
    with (
        written_beside(path, replace=replace) as temporary,
        temporary.open("w", encoding="utf-8-sig", newline="") as file,
    ):
        writer = csv.writer(file, delimiter=DELIMITER, lineterminator="\r\n")
        writer.writerow([cell(heading) for heading in headings])
        yield lambda row: writer.writerow([cell(value) for value in row])


def cell(value: str | date) -> str:
    """A value as the file holds it, before quotes: days as ISO, texts that nothing is hidden in and nothing runs."""
    if isinstance(value, date):
        return value.isoformat()
    if value.isascii() and value.isprintable():
        return GUARD + value if _would_run(value) else value
    shown = _HOSTILE.sub("�", value.replace("\r\n", "\n").replace("\r", "\n"))
    return GUARD + shown if _would_run(shown) else shown


def _would_run(text: str) -> bool:
    """Whether some spreadsheet may take it for a formula: also in full width, and behind blanks or an apostrophe."""
    if text[:1] in ("\t", "\n"):
        return True
    found = _BEFORE_A_FORMULA.match(text)
    first = text[found.end() : found.end() + 1] if found else ""
    return unicodedata.normalize("NFKC", first) in ("=", "+", "-", "@")
