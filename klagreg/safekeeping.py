"""Copies of the register for a bad day, and the way back.

A copy is compared with what it is a copy of before it gets its name; what takes the place of something older is looked
through as well. A register is never replaced by something that knows less, unless
that is asked for, and it is never destroyed: it is set aside, with what belongs to it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from klagreg import days, scratch
from klagreg.desk import Desk, Env
from klagreg.errors import Refused, RegisterBusy, RegisterError, WrongUse
from klagreg.store import copies, door
from klagreg.store.cases import Store
from klagreg.store.copies import Difference, Extent
from klagreg.store.soundness import UNREADABLE, Progress

_SET_ASIDE = "Ange --ersatt om det ska ersättas ändå. Det läggs då undan under ett annat namn och finns kvar."


@dataclass(frozen=True, slots=True)
class BackedUp:
    """A copy that was made and looked through."""

    file: Path
    holds: Extent
    size: int
    """Bytes."""
    deviation: str | None
    """What in the register, and so in its copy, is not as the log says; None when nothing was found."""
    thorough: bool
    """Whether all of it was looked through, and not only compared with the register."""


@dataclass(frozen=True, slots=True)
class Restored:
    """A register that was put in place from a backup."""

    register: Path
    backup: Path
    holds: Extent
    """What the register holds now; its last act is the restoring itself."""
    difference: Difference | None
    """What the old register had besides; None when there was none, or it could not be compared."""
    set_aside: Path | None
    """Where the old register lies now; None when there was none."""
    group_kept: bool
    """False when the file could not be given back to its group."""
    deviation: str | None
    """What in it is not as its log says; None when all is."""


class Safekeeping(Desk):
    """Backing up an open register."""

    def back_up(
        self, target: Path, written: AbstractContextManager[Path], progress: Progress, *, thorough: bool = False
    ) -> BackedUp:
        """Säkerhetskopiera: a whole copy of the register as it is at one moment, also while others write.

        Verified means: read back from the disk, every byte is what was read of the register while nobody could change
        it, and its schema and lists are as they were left. So the copy is as good as the register, which kontrollera
        looks through. The copy is looked through as well, and refused when its file or log is damaged, if ``thorough``
        or when it takes the place of an older one: that may be the last that is sound.

        The act is logged first, so that the copy knows of itself. ``written``: gives an empty file beside ``target``,
        which takes its name when everything went well (``render.files.written_beside``).

        Raises:
            Refused: ``target`` is the register itself, or a register with acts that this one does not have.
            RegisterError: the copy cannot be made, or is not whole; nothing is left behind.
        """
        self._must_be_expendable(target)
        thorough = thorough or os.path.lexists(target)
        with ExitStack() as unfinished:
            temporary = unfinished.enter_context(written)
            with self._told_of(target):
                holds = copies.copy_open(self.store.path, temporary, target, progress)
                if thorough:
                    progress.step("Går igenom kopian")
                    _must_be_whole(temporary)
                deviation = copies.deviation(temporary) if thorough else copies.departure(temporary)
                unfinished.close()
        scratch.synced_folder(target.parent)
        return BackedUp(target, holds, target.stat().st_size, deviation, thorough)

    def _must_be_expendable(self, target: Path) -> None:
        """Refuse to write over the register, or over one that is worked in somewhere else."""
        copies.must_not_be(self.store.path, target)
        copies.must_stand_alone(target, "Välj ett annat namn.")
        with suppress(*UNREADABLE):
            if target.is_file() and self._lacks_acts_of(target):
                raise Refused(
                    f"{target} är ett register med händelser som inte finns här, och skrivs inte över.",
                    "Välj ett annat namn.",
                )

    def _lacks_acts_of(self, file: Path) -> bool:
        with closing(Store(door.open_of_any_age(file), file)) as other, other.reading(), self.store.reading():
            return bool(copies.compared(other, self.store).lost)

    @contextmanager
    def _told_of(self, target: Path) -> Iterator[None]:
        """Log the copy before it is made. If it never came about, the log says that too."""
        with self.act():
            told = self.file_told(target)
            self.log("sakerhetskopierad", self.env.today, [told])
        try:
            yield
        except BaseException:
            with suppress(*UNREADABLE), self.act():
                self.log("sakerhetskopierad", self.env.today, [("fil", told[2], None)])
            raise


def _must_be_whole(temporary: Path) -> None:
    if flaw := copies.flaw(temporary):
        raise RegisterError(
            f"Säkerhetskopian blev inte hel ({flaw}) och är borttagen.",
            "Troligen är registret skadat. Kör klagreg kontrollera, och spara de äldre säkerhetskopiorna.",
        )


# -- the way back -------------------------------------------------------------------------------


def restore(register: Path, backup: Path, env: Env, *, replace: bool) -> Restored:
    """Återställ: put a backup in the place of a register, by way of a copy; the backup itself stays as it is.

    The copy is brought to today's schema, looked through, and told that it was restored before it takes the place.
    ``replace``: also when the register there is newer, another one, or cannot be read.

    Raises:
        Refused: the register there would lose acts, or the backup is the register, or half of a file.
        RegisterError: the backup cannot be trusted, or the register is in use. Nothing is changed.
        WrongUse: no file can be made in the register's folder.
    """
    place = Path(os.path.realpath(register))  # the journal lies beside the file, and not beside a link to it
    door.must_be_local(place, allowed=env.network_allowed)
    copies.must_not_be(place, backup)
    copies.must_stand_alone(backup, "Gör säkerhetskopior med: klagreg sakerhetskopiera FIL")
    _must_be_a_place(place)
    with copies.empty_beside(place) as ready, ExitStack() as held:
        acts, deviation = _copied_whole(backup, ready, env, replace=replace)
        occupied = os.path.lexists(place)
        lost = _what_would_be_lost(place, ready, acts, held, replace=replace) if occupied else None
        aside = copies.free_name(place, f"{env.today}-{env.clock.replace(':', '')}")
        holds = _told_of_itself(ready, [backup.absolute(), aside] if occupied else [backup.absolute()], lost, env)
        group_kept = copies.owned_as(ready, place) if occupied else True
        copies.synced(ready)
        if os.name == "nt":  # an open file cannot be moved there
            held.close()
        copies.put(ready, place, aside, over=occupied)
        scratch.synced_folder(place.parent)
    return Restored(register, backup, holds, lost, aside if occupied else None, group_kept, deviation)


def _must_be_a_place(place: Path) -> None:
    if os.path.lexists(place) and not place.is_file():
        raise WrongUse(f"{place} är ingen vanlig fil.", "Kontrollera --register.")


def _copied_whole(backup: Path, ready: Path, env: Env, *, replace: bool) -> tuple[int, str | None]:
    """Copy the backup, brought to today's schema and looked through.

    Gives how many acts the backup has, and what in it is not as its log says: that is refused without ``replace``.
    """
    acts = copies.copy_closed(backup, ready).events
    if flaw := copies.brought_up(ready, days.stored_moment(env.now), env.actor):
        raise RegisterError(
            f"Säkerhetskopian {backup} går inte att lita på: {flaw}. Inget är ändrat.", "Ta en annan säkerhetskopia."
        )
    deviation = copies.deviation(ready)
    if deviation and not replace:
        raise Refused(
            f"Säkerhetskopian {backup} är hel, men stämmer inte med sin logg: {deviation}. Inget är ändrat.",
            "Ta en annan, eller ange --ersatt om den ska användas ändå.",
        )
    return acts, deviation


def _what_would_be_lost(place: Path, ready: Path, acts: int, held: ExitStack, *, replace: bool) -> Difference | None:
    """What the register at the place has and the backup has not; its write lock is held from now on.

    None when it cannot be compared.

    Raises:
        Refused: it would be lost, and ``replace`` is false.
        RegisterBusy: somebody writes in it.
    """
    try:
        there = held.enter_context(copies.locked(place))
        found = copies.difference(there, ready, acts)
    except RegisterBusy:
        raise
    except UNREADABLE as error:
        if replace:
            return None
        why = error.message if isinstance(error, RegisterError) else f"{place} är skadat."
        raise Refused(f"{why} Det kan därför inte jämföras med säkerhetskopian.", _SET_ASIDE) from error
    if found.lost and not replace:
        raise Refused(_why_not(place, found), _SET_ASIDE)
    return found


def _why_not(place: Path, found: Difference) -> str:
    if not found.same_register:
        return f"Säkerhetskopian är av ett annat register än {place}."
    if found.gained:
        return (
            f"{place} och säkerhetskopian har gått skilda vägar: kopian har {events(found.gained)} som inte finns i"
            f" registret. Det här skulle gå förlorat: {what_is_lost(found)}."
        )
    return f"{place} är nyare än säkerhetskopian. Det här skulle gå förlorat: {what_is_lost(found)}."


def what_is_lost(found: Difference) -> str:
    """What a register has that a copy has not: ``3 händelser (1 nytt ärende) från och med 2026-11-20``."""
    assert found.lost_from
    cases = "inget nytt ärende" if not found.lost_cases else _counted(found.lost_cases, "nytt ärende", "nya ärenden")
    return f"{events(found.lost)} ({cases}) från och med {days.shown_moment(found.lost_from)[:10]}"


def events(number: int) -> str:
    """``1 händelse``, ``3 händelser``."""
    return _counted(number, "händelse", "händelser")


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _told_of_itself(ready: Path, files: Iterable[Path], lost: Difference | None, env: Env) -> Extent:
    """Log in the copy that it was restored: from where, where the old register lies now, how many acts were lost."""
    moment = days.stored_moment(env.now)
    with closing(Store(door.open_register(ready, moment, env.actor), ready)) as store:
        desk = Desk(store, env)
        with desk.act():
            named = [desk.file_told(file) for file in files]
            desk.log("aterstalld", env.today, [*named, ("forlorade_handelser", None, lost.lost if lost else None)])
        with store.reading():
            return copies.extent(store)
