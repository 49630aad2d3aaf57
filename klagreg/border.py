"""The border: what may enter the register as text.

Everything a person types or a file brings passes :func:`line` or :func:`prose` once, on its way in. Inside,
text is valid, NFC-normalised and of bounded length; what a text may do on its way *out* is each medium's gate.
"""

from __future__ import annotations

import unicodedata

from klagreg.errors import BadValue

LINE_LIMIT = 200
"""Characters in a name, a title, an address."""

PROSE_LIMIT = 1_000_000
"""Characters in a description, an answer, a note."""


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


def _valid(text: str, field: str) -> str:
    if "\0" in text:
        raise BadValue(field, "texten innehåller ett NUL-tecken.", "Ta bort det och försök igen.")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise BadValue(field, "texten är inte giltig UTF-8.", "Spara om den som UTF-8.") from None
    return unicodedata.normalize("NFC", text)


def _within(text: str, field: str, limit: int) -> str:
    if len(text) > limit:
        raise BadValue(field, f"texten är {len(text)} tecken, högst {limit} får plats.", "Korta den.")
    return text
