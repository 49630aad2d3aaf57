"""Kontrollera: is the register what its log says it is? Every check is told with its verdict; nothing is repaired.

SQLite's own check finds a torn file but few changed values; the chain finds a changed log, the seals and the replay
find changed rows, and only an anchor kept outside the file finds a log that was cut short or written anew. Whoever can
write both the file and the anchor can hide everything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from klagreg.desk import Desk
from klagreg.errors import WrongUse, shorten
from klagreg.store import soundness
from klagreg.store.soundness import SHORTEST, Progress
from klagreg.terms import Term


class Check(Term):
    """Kontroll: what is looked at, in this order."""

    FILE = "fil", "Filen, dess index och villkor"
    SCHEMA = "schema", "Tabeller och spärrar"
    KEYS = "nycklar", "Hänvisningar mellan tabeller"
    CHAIN = "logg", "Loggens kedja"
    ANCHOR = "ankare", "Loggen mot sparade ankare"
    NUMBERS = "nummer", "Nummerserier utan luckor"
    LISTS = "listor", "Regelverk, kalender, enheter och handläggare"
    CONTENT = "innehall", "Ärendenas innehåll mot loggens sigill"
    REPLAY = "uppspelning", "Loggen uppspelad ger ärendena"
    INDEX = "sokindex", "Sökindex"
    NOTICED = "tidigare", "Ändringar utanför klagreg som loggen har mött"
    CALENDAR = "kalender", "Helgdagar mot biblioteket holidays"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one check found."""

    check: Check
    faults: tuple[str, ...] = ()
    """What is wrong, in Swedish; never anything that a case holds."""
    remark: str = ""
    """What the reader should know besides: that it could not be done, or what was compared."""
    done: bool = True


@dataclass(frozen=True, slots=True)
class Anchor:
    """Ankare: where the log ended once, kept outside the file."""

    chain: str
    """The chain value of its last event, or its beginning."""
    place: int | None = None
    """The number of that event."""
    origin: str | None = None
    """Which register: the first 16 characters of its first event's chain value."""

    @property
    def written(self) -> str:
        """As a line that can be kept, and read back by :func:`anchors_in`."""
        return f"händelse {self.place} {self.chain} register {self.origin}"


@dataclass(frozen=True, slots=True)
class Inspected:
    """What was found, and the anchor to keep."""

    verdicts: tuple[Verdict, ...]
    cases: int
    events: int
    anchor: Anchor | None
    """None when the log cannot be read to its end."""

    @property
    def is_sound(self) -> bool:
        """Whether no check found a fault."""
        return not any(verdict.faults for verdict in self.verdicts)

    @property
    def is_what_its_log_says(self) -> bool:
        """Whether it is sound now, whatever acts have met before: then an anchor is worth keeping."""
        return not any(verdict.faults for verdict in self.verdicts if verdict.check is not Check.NOTICED)


_ANCHOR = re.compile(rf"(?:händelse (\d{{1,12}}) )?\b([0-9a-f]{{{SHORTEST},64}})\b(?: register ([0-9a-f]{{16}}))?")


def anchors_in(text: str) -> list[Anchor]:
    """The anchors written in a text: lines that ``kontrollera`` has written, or bare hashes from a workbook.

    Raises:
        WrongUse: a line that holds none.
    """
    found = []
    for line in filter(str.strip, text.splitlines()):
        match = _ANCHOR.search(line.lower())
        if match is None:
            raise WrongUse(
                f"”{shorten(line)}” är inget ankare.", "Ett ankare är en logghash: minst 16 tecken 0–9 och a–f."
            )
        place, chain, origin = match.groups()
        if place and len(chain) < 64:
            raise WrongUse(f"Raden ”{shorten(line)}” är avskuren.", "Ta bort den ur filen med ankare.")
        found.append(Anchor(chain, int(place) if place else None, origin))
    return found


class _Untold:
    def step(self, text: str, total: int = 0) -> None: ...

    def done(self, number: int) -> None: ...


class Inspection(Desk):
    """The checks, on an open register."""

    def inspect(self, anchors: Sequence[Anchor], progress: Progress | None = None) -> Inspected:
        """Every check. Each looks at the register in moments of its own, so that nobody waits long to write."""
        told = progress or _Untold()
        verdicts: list[Verdict] = []

        def looked(check: Check, faults: Callable[[], Iterable[str]]) -> None:
            told.step(check.label)
            verdicts.append(_guarded(check, faults))

        looked(Check.FILE, lambda: soundness.file_faults(self.store))
        looked(Check.SCHEMA, lambda: soundness.schema_faults(self.store))
        looked(Check.KEYS, lambda: soundness.key_faults(self.store))
        ends, *log, noticed = self._log(anchors, told)
        verdicts += log
        looked(Check.NUMBERS, lambda: soundness.number_faults(self.store))
        looked(Check.LISTS, lambda: soundness.list_faults(self.store))
        cases, *content = self._content(told)
        verdicts += content
        told.step(Check.INDEX.label)
        verdicts += [self._index(), noticed]
        told.step(Check.CALENDAR.label)
        verdicts.append(self._calendar())
        return Inspected(tuple(verdicts), cases, ends.place or 0 if ends else 0, ends)

    def _log(self, anchors: Sequence[Anchor], told: Progress) -> tuple[Anchor | None, Verdict, Verdict, Verdict]:
        """Where the log ends now; its chain, whether it went through all anchors, and what acts have met.

        What was met before an anchor was kept has been told then.
        """
        try:
            told.step(Check.CHAIN.label, soundness.extent(self.store)[1])
            log = soundness.walked(self.store, {anchor.chain[:SHORTEST] for anchor in anchors}, told.done)
        except soundness.UNREADABLE:
            chain, anchor, noticed = (
                Verdict(check, (_UNREADABLE,)) for check in (Check.CHAIN, Check.ANCHOR, Check.NOTICED)
            )
            return None, chain, anchor, noticed
        ends = Anchor(log.last.chain, log.last.place, log.first.chain[:SHORTEST]) if log.first and log.last else None
        vouched, anchored = _anchored(anchors, log, ends)
        known = "; ".join(what for place, what in log.noticed if place <= vouched)
        noticed = Verdict(Check.NOTICED, tuple(what for place, what in log.noticed if place > vouched), known)
        return ends, Verdict(Check.CHAIN, (log.fault,) if log.fault else ()), anchored, noticed

    def _content(self, told: Progress) -> tuple[int, Verdict, Verdict]:
        """Every case against its last seal, and against the replay of its acts."""
        content: list[str] = []
        replay: list[str] = []
        number = untold = 0
        try:
            told.step(Check.CONTENT.label, soundness.extent(self.store)[0])
            for kept in soundness.kept(self.store):
                number += 1
                if number % soundness.CHUNK == 0:
                    told.done(number)
                content += [kept.fault] if kept.fault else []
                if kept.replay is None:
                    untold += 1
                elif kept.replay:
                    replay.append(f"{kept.number}: {kept.replay}")
        except soundness.UNREADABLE:
            content.append(_UNREADABLE)
        remark = f"{untold} ärenden är från före sigillen och jämförs bara med dem" if untold else ""
        return number, Verdict(Check.CONTENT, tuple(content)), Verdict(Check.REPLAY, tuple(replay), remark)

    def _index(self) -> Verdict:
        """The search index; a register that may only be read keeps it unchecked."""
        try:
            with self.store.writing():
                return _guarded(Check.INDEX, lambda: soundness.index_faults(self.store))
        except soundness.UNREADABLE:
            return Verdict(Check.INDEX, (), "inte kontrollerat: registret går inte att skriva i", done=False)

    def _calendar(self) -> Verdict:
        """Whether the days off that promises were counted by are those of the library that is installed."""
        from klagreg.workdays import swedish_free_days

        try:
            with self.store.reading():
                kept = soundness.free_days(self.store)
            differing = sorted(kept.keys() ^ {day.isoformat() for day in swedish_free_days()})
        except soundness.UNREADABLE:  # or a day that is no text
            return Verdict(Check.CALENDAR, (_UNREADABLE,))
        if not differing:
            return Verdict(Check.CALENDAR)
        return Verdict(Check.CALENDAR, (), f"skiljer sig {len(differing)} dagar, den första {differing[0]}")


_UNREADABLE = "filen är skadad: allt kan inte läsas"


def _guarded(check: Check, faults: Callable[[], Iterable[str]]) -> Verdict:
    """A check that cannot be made to its end has found a fault."""
    found: list[str] = []
    try:
        found.extend(faults())
    except soundness.UNREADABLE:
        found.append(_UNREADABLE)
    return Verdict(check, tuple(found))


def _anchored(anchors: Sequence[Anchor], log: soundness.Log, ends: Anchor | None) -> tuple[int, Verdict]:
    """The last kept place that the log went through, and whether it went through all."""
    if not anchors:
        return 0, Verdict(Check.ANCHOR, (), "inget ankare att jämföra med", done=False)
    places = {
        anchor: max((link.place for link in log.passed if link.chain.startswith(anchor.chain)), default=0)
        for anchor in anchors
    }
    faults = tuple(_missed(anchor, ends) for anchor, place in places.items() if not _fits(anchor, place))
    newest = max(places.values())
    return newest, Verdict(Check.ANCHOR, faults, "" if faults else f"till och med händelse {newest}")


def _fits(anchor: Anchor, place: int) -> bool:
    return place > 0 and anchor.place in (None, place)


def _missed(anchor: Anchor, ends: Anchor | None) -> str:
    """Why an anchor is not in the log."""
    which = f"händelse {anchor.place}" if anchor.place else f"hashen {anchor.chain[:16]}…"
    if ends is None or (anchor.place and ends.place and anchor.place > ends.place):
        if ends and anchor.origin and anchor.origin != ends.origin:
            return f"ankaret ({which}) är från ett annat register"
        return f"loggen är kortare än ankaret: {which} saknas, loggen slutar vid {ends.place if ends else 0}"
    if anchor.origin and anchor.origin != ends.origin:
        return f"ankaret ({which}) är från ett annat register"
    if anchor.place:
        return f"loggen är en annan än när ankaret skrevs: {which} är inte densamma"
    return f"{which} finns inte i loggen: den är kortare eller en annan än då, eller så är det ett annat register"
