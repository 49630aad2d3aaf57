"""Documents as values: what a register hands to somebody to read, before any file or screen.

An extract for the one it is about, cases for who has asked for them, a protocol of what was destroyed, the register's
own description: all are sections of the same few blocks, and are rendered in one place (``klagreg.render.document``).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Facts:
    """What is said in a word or two, each with its label: a list of (label, value)."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Prose:
    """Running text, shown as it was written: its line breaks are kept, and nothing in it is markup."""

    text: str


@dataclass(frozen=True, slots=True)
class Rows:
    """A table."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Block = Facts | Prose | Rows


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it."""

    heading: str
    blocks: tuple[Block, ...]
    level: int = 2
    """2 for a chapter, 3 for a part of the chapter before it."""


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document in Swedish."""

    title: str
    about: tuple[tuple[str, str], ...]
    """Who made it, when, of what: (label, value), under the title."""
    sections: tuple[Section, ...]
