"""The border: what may enter the register as text.

Everything a person types or a file brings passes :func:`line` or :func:`prose` once, on its way in. Inside,
text is valid, NFC-normalised and of bounded length, without NUL, surrogates and endless accents. Other control
characters are kept as they were written, since a complaint is what was sent: what a text may do on its way *out* is
each medium's gate.
"""

from __future__ import annotations

import re
import stat
import unicodedata
from itertools import groupby
from pathlib import Path
from typing import BinaryIO

from klagreg.errors import BadValue, shorten

LINE_LIMIT = 200
"""Characters in a name, a title, an address."""

PROSE_LIMIT = 1_000_000
"""Characters in a description, an answer, a note."""

BYTES_LIMIT = 4 * PROSE_LIMIT + 3
"""Of the longest text in UTF-8, with a mark before it."""

ACCENT_LIMIT = 30
"""Combining marks on one letter: no language needs more (Unicode's stream-safe format, UAX 15), and what it takes to
normalise them grows with their square: a megabyte of them would take a quarter of an hour."""


def line(text: str, field: str, limit: int = LINE_LIMIT) -> str:
    """A short text on one line: surrounding and repeated white space folded, NFC.

    Raises:
        BadValue: empty, longer than ``limit`` characters, or not valid text.
    """
    folded = " ".join(_valid(text, field).split())
    if not folded:
        raise BadValue(field, "texten är tom.")
    return _within(folded, field, limit)


def prose(text: str, field: str, limit: int = PROSE_LIMIT) -> str:
    """A text of any number of lines: line ends as ``\\n``, trailing white space cut, NFC.

    Raises:
        BadValue: empty, longer than ``limit`` characters, or not valid text.
    """
    unified = _valid(text, field).replace("\r\n", "\n").replace("\r", "\n").strip()
    if not unified:
        raise BadValue(field, "texten är tom.")
    return _within(unified, field, limit)


def from_file(path: Path, field: str) -> str:
    """The text of a file that a person names, in UTF-8. Only of a regular file: a pipe might be waited for without end.

    Raises:
        BadValue: it cannot be read, is no regular file or no UTF-8, or is longer than any text of the register.
    """
    name = shorten(str(path), 200)
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise BadValue(field, f"{name} är ingen vanlig fil.", "Spara texten i en fil, eller ange - och skicka den.")
        with path.open("rb") as file:
            return from_stream(file, field)
    except (OSError, ValueError):
        raise BadValue(field, f"filen {name} kan inte läsas.", "Kontrollera sökvägen.") from None


def from_stream(stream: BinaryIO, field: str) -> str:
    """A text in UTF-8 that somebody sends.

    Raises:
        BadValue: it is no UTF-8, or is longer than any text of the register.
    """
    raw = stream.read(BYTES_LIMIT + 1)
    if len(raw) > BYTES_LIMIT:
        raise BadValue(field, f"texten är längre än {PROSE_LIMIT} tecken.", "Korta den.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadValue(field, "texten är inte UTF-8.", "Spara om den som UTF-8.") from None


def _valid(text: str, field: str) -> str:
    if "\0" in text:
        raise BadValue(field, "texten innehåller ett NUL-tecken.", "Ta bort det och försök igen.")
    if _is_latin(text):
        return text
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise BadValue(field, "texten är inte giltig UTF-8.", "Spara om den som UTF-8.") from None
    must_be_stream_safe(text, field)
    return unicodedata.normalize("NFC", text)


def _is_latin(text: str) -> bool:
    """Whether it holds nothing but Latin-1, as nearly all of it does: there is no surrogate and nothing to compose."""
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        return False
    return True


_PERHAPS_ACCENTS = rf"[\u0300-\U0010ffff]{{{ACCENT_LIMIT + 1}}}"
"""More characters in a row than one letter may have accents, none of them Latin: only they need to be asked."""


def must_be_stream_safe(text: str, field: str) -> None:
    """Refuse letters with endless accents before anything is compared with them.

    Raises:
        BadValue: there is one.
    """
    if not _is_latin(text) and re.search(_PERHAPS_ACCENTS, text) and _most_accents(text) > ACCENT_LIMIT:
        raise BadValue(field, f"en bokstav har fler än {ACCENT_LIMIT} accenter.", "Ta bort dem.")


def _most_accents(text: str) -> int:
    """The longest run of combining marks."""
    return max(
        (sum(1 for _ in run) for marked, run in groupby(map(unicodedata.combining, text), bool) if marked), default=0
    )


def _within(text: str, field: str, limit: int) -> str:
    if len(text) > limit:
        raise BadValue(field, f"texten är {len(text)} tecken, högst {limit} får plats.", "Korta den.")
    return text
