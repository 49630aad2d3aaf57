"""What the register answers: what an act changed, a list, the picture of a day. Values, to be shown."""

from datetime import date
from typing import NamedTuple

from klagreg import secrecy
from klagreg.model import Case, SecretCase
from klagreg.store.cases import MeasureRow, Unassigned, WatchRow


class Change(NamedTuple):
    """What an act did: the case before (None when it is new) and after it."""

    before: Case | None
    after: Case
    remarks: tuple[str, ...] = ()
    """What the registrator should know besides, in Swedish."""
    kind: str = ""
    """The kind of event that it is in the log."""

    @property
    def newly_met(self) -> list[str]:
        """Keys of the deadlines that this act met."""
        before = {d.rule.key: d.met_on for d in self.before.deadlines} if self.before else {}
        return [d.rule.key for d in self.after.deadlines if d.met_on and not before.get(d.rule.key)]

    @property
    def met_nothing(self) -> bool:
        """Whether the sender was told something that met no deadline."""
        told = self.before is not None and len(self.after.feedback) > len(self.before.feedback)
        return told and not self.newly_met

    def shown(self, today: date) -> "Change | SecretChange":
        """The act as anybody may see it: while a secrecy mark holds, only the days that it changed."""
        mark = self.after.secrecy_on(today)
        if mark is None or self.before is None:
            return self
        before, after = (secrecy.withheld(case, mark) for case in (self.before, self.after))
        return SecretChange(before, after, self.newly_met, self.met_nothing, self.after.secrecy != self.before.secrecy)


class SecretChange(NamedTuple):
    """What an act on a secret case did, as far as it may be seen."""

    before: SecretCase
    after: SecretCase
    newly_met: list[str]
    met_nothing: bool
    marked: bool
    """The act was the marking itself."""


class Listed(NamedTuple):
    """Cases as they may be seen, and how many secret ones the register has when they were not chosen among."""

    cases: list[Case | SecretCase]
    more: bool
    """There are more than these."""
    left_out: int


class Today(NamedTuple):
    """The picture of a day: what is overdue, due that day, due soon, and what nobody has taken on."""

    on: date
    is_today: bool
    soon_until: date
    overdue: list[WatchRow]
    due: list[WatchRow]
    soon: list[WatchRow]
    unassigned: list[Unassigned]
    """The oldest of them, or all."""
    unassigned_in_all: int
    measures: list[MeasureRow]
    """Promised measures that are not done: overdue, due soon, or of closed cases and without a day."""
    copies_missing: list[Unassigned]
    """Complaints handed over without the copy that the profile wants."""
    open_cases: int | None = None
    """All open cases; None for a day that is not today."""
    oldest: date | None = None
    """The day that the oldest of them came in."""

    @property
    def measures_overdue(self) -> list[MeasureRow]:
        """Promised measures whose day is past."""
        return [row for row in self.measures if row.due and row.due < self.on]

    @property
    def is_due(self) -> bool:
        """Whether anything promised falls due on the day."""
        return bool(self.due or any(row.due == self.on for row in self.measures))

    @property
    def is_overdue(self) -> bool:
        """Whether anything promised has not been kept in time: what wakes cron."""
        return bool(self.overdue or self.measures_overdue)
