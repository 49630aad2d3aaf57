"""Units and handlers: who a case can lie with, as the register knows them."""

from datetime import date
from typing import NamedTuple


class Unit(NamedTuple):
    """Enhet: a unit that cases are about, and the nämnd it answers to."""

    name: str
    board: str | None = None
    retired_on: date | None = None
    receiver: str | None = None
    """Mottagare: who takes in and registers the unit's cases (Lomma, Enköping, Nacka, Osby 3.4)."""
    manager: str | None = None
    """Närmaste chef: who answers for feedback until a handler is named (Kinda, sida 4)."""


class Handler(NamedTuple):
    """Handläggare: a case officer, with what a letter is signed with (Enköping)."""

    name: str
    unit: str | None = None
    retired_on: date | None = None
    full_name: str | None = None
    """Name as a citizen reads it; ``name`` is often a user name."""
    title: str | None = None
    phone: str | None = None
    email: str | None = None
    address: str | None = None
