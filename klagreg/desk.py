"""What every act on the register needs: the file, the moment and the user, the names, and one transaction."""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

from klagreg import advice, days
from klagreg.directory import Directory
from klagreg.model import Event
from klagreg.store.cases import RuleSet, Store

Changes = Iterable[tuple[str, Any, Any]]
"""What an act changed: (key, old, new)."""


class Env(NamedTuple):
    """What the edge knows and the core is told: the moment (aware) and the operating system's user."""

    now: datetime
    actor: str
    network_allowed: bool = False
    """Somebody has taken the risk of a register on another machine's disk."""

    @property
    def today(self) -> date:
        """Today in Sweden."""
        return days.stockholm_day(self.now)

    @property
    def clock(self) -> str:
        """The time of day in Sweden, ``13:40``."""
        return days.shown_moment(days.stored_moment(self.now))[11:16]


class Desk:
    """Where acts are done: each one is a method of :class:`klagreg.register.Register` or its upkeep."""

    def __init__(self, store: Store, env: Env, directory: Directory | None = None) -> None:
        self.store = store
        self.env = env
        self.directory = directory or Directory(store)
        """The names and words that the register knows."""

    @contextmanager
    def act(self) -> Iterator[None]:
        """One writing transaction: everything inside is stored, or nothing.

        Names that it brought into the register's lists are an act of their own in the log.
        """
        self.directory.remarks.clear()
        self.directory.added.clear()
        with self.store.writing():
            self.directory.remarks += advice.on_clock(self.env.now, self.store.last_moment())
            yield
            if self.store.lists_changed:
                self.log("nytt_namn", self.env.today, self.directory.added)

    def event(self, kind: str, on: date, what: Changes) -> Event:
        """An act as the log tells it: now, by this user."""
        return Event(days.stored_moment(self.env.now), self.env.actor, kind, on, tuple(what))

    def log(self, kind: str, on: date, what: Changes) -> None:
        """Add an act on the register itself to its log."""
        self.store.append_event(self.event(kind, on, [change for change in what if change[1:] != (None, None)]))

    def file_told(self, path: Path, names: Iterable[str] = ()) -> tuple[str, None, str]:
        """That an act made a file, as the log tells it: so that the copies of what is erased can be named.

        What the log tells of the register stays for ever. So a file or folder whose name holds an identity, or a word
        of the name of a sender or of one of ``names``, is not told, but what it lies in: ``/srv/ut/``. Folders
        that the register lies in, and one that is called as the user, were not named for a sender. Call in :meth:`act`.
        """
        from klagreg import identities
        from klagreg.store import erasing

        whole, names = path.absolute(), tuple(names)
        known = self.store.path.absolute().parents
        parts = [part for part in (*reversed(whole.parents), whole) if part not in known]
        suspects = [part for part in parts if part == whole or part.name != self.env.actor]
        people = identities.words_of_names([*names, *erasing.sender_names(self.store)])
        telling = next((part for part in suspects if identities.tells_of(part.name, people, names)), None)
        return "fil", None, f"{telling.parent}{os.sep}" if telling else str(whole)

    def rules_on(self, received: date) -> RuleSet:
        """The rules in force on the day a case came in; before the first ones, the first ones."""
        return in_force(self.store.rule_sets(), received)


def in_force(rule_sets: Sequence[RuleSet], received: date) -> RuleSet:
    """The rules for a case that came in on a day; ``rule_sets`` are oldest first."""
    return next((rs for rs in reversed(rule_sets) if rs.valid_from <= received), rule_sets[0])
