"""Erasing by decision: cases are destroyed when their years are over, or identities are masked in what is left.

Nothing happens by itself (arkivlagen 10 §; domain 1.9, 8 R6): first it is listed what would be erased, and then it is
done by who names the decision and how many cases it is. Everything is one transaction, and its protocol is written
before that ends: there is no erasing without one. What the figures are made of stays, and so does that every act was
done, on which day and by whom; what the acts changed goes with the case, and the log's chain still holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from klagreg import border, casework, identities, secrecy
from klagreg.days import with_weekday
from klagreg.desk import Changes, Desk
from klagreg.documents import Document, Facts, Prose, Rows, Section
from klagreg.errors import CaseNotFound, Refused
from klagreg.history import FREE_TEXTS, changes
from klagreg.model import Case, Erasure, Sender
from klagreg.practice import Practice, Retention
from klagreg.store import erasing as stored
from klagreg.store import records
from klagreg.store.erasing import Detail, KnownCopy
from klagreg.store.seals import DEVIATION, ERASED, ERASING
from klagreg.terms import BY_KEY, BY_NAME, CaseType, ErasureKind

Write = Callable[[Document], None]
"""Writes the protocol where it shall be kept; what it raises undoes the erasing."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which cases to destroy: those that are named, else all whose years are over."""

    numbers: tuple[str, ...] = ()
    ended_before: date | None = None
    kind: CaseType | None = None
    decided: bool = False
    """A decision is named: it may be that for a case whose typ has no rule."""


@dataclass(frozen=True, slots=True)
class Doomed:
    """A case that may be destroyed."""

    case: Case
    mark: str | None
    """The statute, while it is marked secret: then nothing but its number and days is shown."""
    ended_on: date
    free_from: date | None
    """The first day that it may be destroyed; None where only the decision says so."""
    years: int | None
    entries: int
    """Log entries whose content goes with it."""

    @property
    def why(self) -> str:
        """By which rule."""
        if self.mark is not None:
            return f"Sekretess: {self.mark}"
        if self.free_from is None:
            return "eget beslut, ingen regel"
        return f"{self.case.type.label.lower()} {self.years} år, från {with_weekday(self.free_from)}"

    @property
    def rule(self) -> str:
        """The rule alone, as a protocol names it."""
        if self.mark is not None:
            return "–"
        return f"{self.years} år efter avslut" if self.free_from else "eget beslut, ingen regel"

    @property
    def promises(self) -> int:
        """Promised measures that nobody has said are done; nobody is reminded of them any more."""
        return sum(measure.is_promise and measure.done_on is None for measure in self.case.measures)


@dataclass(frozen=True, slots=True)
class Place:
    """Where something that points somebody out stands. Never what it says."""

    where: str
    what: str
    line: int | None = None
    column: int | None = None
    times: int = 1

    def __str__(self) -> str:
        at = f"rad {self.line}, tecken {self.column}" if self.line else f"{self.times} st"
        return f"{self.where}: {self.what} ({at})"


@dataclass(frozen=True, slots=True)
class ToMask:
    """A case with something to mask."""

    case: Case
    mark: str | None
    """The statute, while it is marked secret."""
    ended_on: date
    sender: tuple[str, ...]
    """The headings of the sender's fields that are emptied."""
    places: tuple[Place, ...]
    """In the case as it stands, then in its log."""
    events: tuple[Detail, ...]
    """Log entries whose content is erased, since something stands there."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What was done."""

    numbers: tuple[str, ...]
    decision: str
    copies: tuple[KnownCopy, ...]
    tampered: tuple[str, ...]
    """Cases that had been changed outside the program."""


class Erasing(Desk):
    """The acts that cannot be undone, and the looks that come before them."""

    _proven = ""
    """The last hash in the last protocol."""

    # -- gallra ---------------------------------------------------------------------------------

    def retention(self) -> Retention:
        """How long cases are kept by the rules in force today, whatever rules they were given."""
        return self.rules_on(self.env.today).practice.retention

    def to_destroy(self, wanted: Wanted) -> list[Doomed]:
        """What would be destroyed, in the order of the numbers, or as they are named.

        Raises:
            Refused: a case that is named may not be destroyed.
        """
        with self.store.reading():
            return self._to_destroy(wanted)

    def copies(self, numbers: Sequence[str]) -> list[KnownCopy]:
        """Files that klagreg knows were made of these cases."""
        with self.store.reading():
            return self._copies(numbers)

    def _copies(self, numbers: Sequence[str]) -> list[KnownCopy]:
        """Each file once: a backup is told when it is made and when it is put back."""
        return list({told_copy(copy): copy for copy in stored.known_copies(self.store, numbers)}.values())

    def destroy(self, wanted: Wanted, decision: str, number: int, protocol: str, write: Write) -> Erased:
        """Gallra: erase everything but what the figures are made of.

        ``number``: how many cases somebody has seen listed. ``protocol``: where ``write`` puts the protocol.

        Raises:
            Refused: a case may not be destroyed, there is none, or it is another number of them.
            RegisterError: what is erased would stay in the file.
        """
        decision = border.line(decision, "--beslut")
        with self.act():
            stored.must_be_secure(self.store)
            doomed = self._to_destroy(wanted)
            _must_be(number, len(doomed))
            told = self.file_told(Path(protocol))  # while the senders' names are known
            copies = self._copies([each.case.number for each in doomed])
            practices = {rule_set.id: rule_set.practice for rule_set in self.store.rule_sets()}
            tampered = [
                each.case.number
                for each in doomed
                if not self._destroy(each.case, practices[each.case.rule_set], decision)
            ]
            self._finish("gallrad", decision, len(doomed), told)
            write(self._protocol_of_destroying(doomed, decision, copies))
        return Erased(tuple(each.case.number for each in doomed), decision, tuple(copies), tuple(tampered))

    def _to_destroy(self, wanted: Wanted) -> list[Doomed]:
        retention = self.retention()
        if wanted.numbers:
            return [self._doomed(self._whole(number), retention, wanted.decided) for number in wanted.numbers]
        kinds = [kind for kind in retention.years if wanted.kind in (None, kind)]
        due = [number for kind in kinds for number in self._due(kind, retention)]
        found = [self._doomed(self._whole(number), retention, wanted.decided) for number in due]
        if wanted.ended_before:
            found = [each for each in found if each.ended_on < wanted.ended_before]
        if wanted.kind:  # that a secret case is of that typ is not told
            found = [each for each in found if each.mark is None]
        return sorted(found, key=lambda each: (each.case.year, each.case.serial))

    def _due(self, kind: CaseType, retention: Retention) -> list[str]:
        years, today = retention.years[kind], self.env.today
        return stored.ended_before(self.store, kind, f"{today.year - years}{today:-%m-%d}") if years else []

    def _doomed(self, case: Case, retention: Retention, decided: bool) -> Doomed:
        """Raises: Refused, without reasons where the case is marked secret."""
        today = self.env.today
        try:
            ended = casework.may_be_erased(case)
            first = casework.may_be_destroyed(case, retention, today, decided=decided)
        except Refused as refused:
            raise secrecy.without_reasons(refused, case, today) from None
        entries = len(stored.details(self.store, case.number))
        mark = case.secrecy_on(today)
        return Doomed(case, mark.statute if mark else None, ended, first, retention.years.get(case.type), entries)

    def _destroy(self, case: Case, practice: Practice, decision: str) -> bool:
        """Erase one case, whose own rules are ``practice``. False: it had been changed outside the program."""
        said = stored.details(self.store, case.number)
        left = casework.destroyed(case, self._erasure(ErasureKind.DESTROYED, decision), practice)
        return self._replace(left, "gallrad", decision, said, _counted(case))

    # -- avidentifiera --------------------------------------------------------------------------

    def to_mask(self, numbers: Sequence[str], words: Sequence[str] = ()) -> list[ToMask]:
        """What would be masked in these cases; those with nothing to mask are left out.

        Raises:
            Refused: one of them is open or destroyed, or there is nothing to mask in any.
        """
        with self.store.reading():
            return self._to_mask(numbers, words)

    def mask(
        self, numbers: Sequence[str], words: Sequence[str], decision: str, number: int, protocol: str, write: Write
    ) -> Erased:
        """Avidentifiera: mask identities in the texts, and empty the sender. Else the case is what it was.

        ``words``: what else is masked. ``number``, ``protocol``, ``write``: as for :meth:`destroy`.

        Raises:
            Refused, RegisterError: as :meth:`destroy`.
        """
        decision = border.line(decision, "--beslut")
        with self.act():
            stored.must_be_secure(self.store)
            found = self._to_mask(numbers, words)
            _must_be(number, len(found))
            told = self.file_told(Path(protocol), words)
            copies = self._copies([each.case.number for each in found])
            tampered = [each.case.number for each in found if not self._mask(each, words, decision)]
            self._finish("avidentifierad", decision, len(found), told)
            write(self._protocol_of_masking(found, decision, copies))
        return Erased(tuple(each.case.number for each in found), decision, tuple(copies), tuple(tampered))

    def _to_mask(self, numbers: Sequence[str], words: Sequence[str]) -> list[ToMask]:
        renamed = [] if words else records.renamed_senders(self.store, numbers)
        if renamed:
            raise Refused(
                f"{renamed[0]}: avsändarens namn har ändrats eller tagits bort, och klagreg vet inte vad det var.",
                "Ange det gamla namnet med --dolj, så söks det också.",
            )
        found = [self._maskable(self._whole(number), words) for number in numbers]
        wanted = [each for each in found if each.sender or each.places]
        if not wanted:
            raise Refused("Det finns inget att avidentifiera.", "Inget är ändrat.")
        return wanted

    def _maskable(self, case: Case, words: Sequence[str]) -> ToMask:
        today = self.env.today
        try:
            ended = casework.may_be_erased(case)
        except Refused as refused:
            raise secrecy.without_reasons(refused, case, today) from None
        places: list[Place] = []
        look = partial(_look, places, _names(case), words, self._staff(case))
        casework.with_texts(case, look)
        events = []
        for detail in stored.details(self.store, case.number):
            before = len(places)
            for key, text in _texts(detail.changes):
                look(key, text, where=f"Logg {with_weekday(detail.on)}, {_heading(key).lower()}")
            events += [detail] * (len(places) > before)
        mark = case.secrecy_on(today)
        return ToMask(case, mark.statute if mark else None, ended, _filled(case.sender), tuple(places), tuple(events))

    def _mask(self, found: ToMask, words: Sequence[str], decision: str) -> bool:
        """Mask one case. False: it had been changed outside the program."""
        case, names = found.case, _names(found.case)
        hide = partial(_hidden, names, words, self._staff(case))
        left = casework.unidentified(case, self._erasure(ErasureKind.MASKED, decision), hide)
        kept = [
            (_KEPT_OF_LOG[key], None, hide(key, new))
            for detail in found.events
            for key, _, new in detail.changes
            if key in _KEPT_OF_LOG and isinstance(new, str)
        ]
        return self._replace(left, "avidentifierad", decision, found.events, kept)

    def shrink(self) -> bool:
        """Give what was freed back to the disk, once the erasing is stored. It is gone whether this can be done or not.

        False: the file is too large for that, and stays as it is.

        Raises:
            RegisterError: there is no room for it, or somebody else uses the register.
        """
        return stored.shrink(self.store)

    def is_stored(self) -> bool:
        """Whether what the last protocol tells of was done: for who does not know how an act ended.

        Raises:
            RegisterError: that cannot be told.
        """
        return bool(self._proven) and stored.has_happened(self.store, self._proven)

    def _staff(self, case: Case) -> frozenset[str]:
        """Officials, who are named as such: whom the register knows is no find, though the name is an address."""
        handlers = {handler.name for handler in self.store.handlers()}
        acted = {event.by for event in self.store.events(case.number)}
        return frozenset(handlers | acted | {self.env.actor, case.registered_by})

    # -- both -----------------------------------------------------------------------------------

    def _whole(self, number: str) -> Case:
        case = self.store.by_number(number)
        if case is None:
            raise CaseNotFound(number)
        return case

    def _erasure(self, kind: ErasureKind, decision: str) -> Erasure:
        return Erasure(self.env.today, kind, decision, self.env.actor)

    def _replace(self, left: Case, kind: str, decision: str, said: Iterable[Detail], kept: Changes) -> bool:
        """Store what is left of a case, and erase what some log entries ``said``.

        The event holds the whole case as it is now, so that the log can be replayed from there.
        """
        entries = list(said)
        named = enumerate(_namings(entries), 1)
        namings = [(f"{_NAMING}.{place}", None, naming) for place, naming in named]
        erased = (ERASED, None, self._erased(left.number, entries))
        what = [*changes(None, left), ("beslut", None, decision), *kept, *namings, *_deviations(entries), erased]
        untouched = self.store.save(left, self.event(kind, self.env.today, what))
        stored.forget(self.store, (entry.event_id for entry in entries))
        return untouched

    def _erased(self, number: str, entries: Iterable[Detail]) -> list[int]:
        """The events of a case whose content is gone with these, or went by decision before.

        An event that lacks its content for another reason is not among them: that is to be seen for ever.
        """
        before = [
            event_id
            for detail in stored.details(self.store, number)
            for key, _, erased in detail.changes
            if key == ERASED and detail.kind in ERASING
            for event_id in erased
        ]
        return sorted({*before, *(entry.event_id for entry in entries)})

    def _finish(self, kind: str, decision: str, number: int, protocol: tuple[str, None, str]) -> None:
        """What is done once for all cases: the index, and the act as the register's own log tells it."""
        stored.tidy_index(self.store)
        self.log(kind, self.env.today, [("beslut", None, decision), ("antal", None, number), protocol])

    # -- protocols ------------------------------------------------------------------------------

    def _protocol_of_destroying(self, doomed: Sequence[Doomed], decision: str, copies: Sequence[KnownCopy]) -> Document:
        rows = tuple((*_row(each.case, each.mark, each.ended_on), each.rule, str(each.entries)) for each in doomed)
        listed = Rows(("Ärende", "Typ", "Nämnd", "Inkommet", "Avslutat", "Regel", "Loggposter"), rows)
        return Document(
            "Gallringsprotokoll",
            self._about(decision, "Gallrat", len(doomed)),
            (
                Section("Gallrade ärenden", (listed,)),
                Section("Det som är borta", (Prose(_DESTROYED),)),
                Section("Det som är kvar", (Prose(_LEFT),)),
                _copies_section(copies),
                self._proof(),
            ),
        )

    def _protocol_of_masking(self, found: Sequence[ToMask], decision: str, copies: Sequence[KnownCopy]) -> Document:
        rows = tuple(
            (*_row(each.case, each.mark, each.ended_on), ", ".join(each.sender).lower() or "–", _kinds(each),
             str(len(each.events)))
            for each in found
        )  # fmt: skip
        headings = ("Ärende", "Typ", "Nämnd", "Inkommet", "Avslutat", "Avsändaren", "I texterna", "Loggposter")
        return Document(
            "Protokoll över avidentifiering",
            self._about(decision, "Avidentifierat", len(found)),
            (
                Section("Avidentifierade ärenden", (Rows(headings, rows),)),
                Section("Det som är borta", (Prose(_MASKED),)),
                _copies_section(copies),
                self._proof(),
            ),
        )

    def _about(self, decision: str, done: str, number: int) -> tuple[tuple[str, str], ...]:
        board = self.store.meta().get("namnd")
        return (
            ("Beslut", decision),
            (done, f"{with_weekday(self.env.today)} kl. {self.env.clock}"),
            ("Av", self.env.actor),
            ("Register", self.store.path.name + (f" ({board})" if board else "")),
            ("Antal ärenden", str(number)),
        )

    def _proof(self) -> Section:
        self._proven = self.store.last_hash()
        return Section("Registrets logg", (Facts((("Hash efter åtgärden", self._proven),)), Prose(_PROOF)))


_NAMING = "utsedd"
"""Key of who was named handler, and when: the self-check counts the new ones of a year."""

_NAMING_KINDS = ("registrerad", "importerad", "tilldelad", "overlamnad")

_KEPT_OF_LOG = {"text": "anteckning", "anteckning": "anteckning", "orsak": "orsak", "fil": "fil"}
"""What stands in the log alone, and the key that it is kept under when the entry it stood in is erased."""

_WHAT_FILES = {
    "sakerhetskopierad": "säkerhetskopia",
    "aterstalld": "säkerhetskopia",
    "exporterad": "export",
    "registerutdrag": "registerutdrag",
    "utlamnad": "utlämnade handlingar",
    "brev": "brev",
}

_DESTROYED = (
    "Rubrik, beskrivning, förslag, svar, lärdom, godkänt svar för publicering, diarienummer, händelsedag, avsändarens "
    "namn och kontaktuppgifter, deltagare, mottagare, åtgärdernas text och ansvariga, återkopplingarnas orsaker, "
    "organ, referenser och anteckningar, och innehållet i loggens poster om ärendena. Uppgifterna är överskrivna i "
    "registrets fil och i sökregistret och kan inte återskapas ur dem."
)
_LEFT = (
    "Ärendenummer, typ, nämnd, enhet, handläggare, kanal, område, utförare, utfall, avsändarens roll, alla dagar och "
    "frister, och det nummer ärendet hade i en inläst fil: det som sammanställningarna räknar. I loggen står att "
    "något gjordes, vad för slag, vilken dag och av vem."
)
_MASKED = (
    "Avsändarens namn, kontaktuppgifter och personakt. I texterna är det som pekar ut någon ersatt med vad det var, "
    "till exempel [telefonnummer borttaget]. Innehållet i de poster i loggen där något sådant stod är borta; "
    "anteckningar och skäl i dem är kvar i ersatt form. Uppgifterna är överskrivna i registrets fil och i sökregistret "
    "och kan inte återskapas ur dem. Namn som ingen pekat ut kan finnas kvar."
)
_BY_HAND = (
    "De här filerna gjordes av uppgifter ur registret och ska förstöras för hand, om de inte ska bevaras enligt ett "
    "eget beslut. Säkerhetskopior har kvar uppgifterna tills de byts ut."
)
_NO_COPIES = "Klagreg känner inte till några filer med uppgifterna."
_UNKNOWN_COPIES = (
    "Klagreg känner inte till utskrifter, arbetsböcker i Excel, e-post från cron, filer som ärendena lästes in från "
    "eller kopior av registrets fil som gjorts på annat sätt. Förstör också dem."
)
_PROOF = (
    "Hashen är loggens sista efter åtgärden. Protokollet skrevs innan åtgärden slutfördes: visar klagreg inte ärendena "
    "som gallrade eller avidentifierade blev den inte av."
)


def _must_be(number: int, found: int) -> None:
    if not found:
        raise Refused("Inget ärende får gallras.", "Inget är ändrat.")
    if number != found:
        raise Refused(
            f"Antalet har ändrats från {number} till {found} sedan listan gjordes. Inget är ändrat.",
            "Gå igenom listan igen utan --utfor, och ange antalet som står där.",
        )


def _names(case: Case) -> list[str]:
    return [case.sender.name] if case.sender.name else []


def _filled(sender: Sender) -> tuple[str, ...]:
    """The headings of what is known of a sender, but for the role."""
    names = ("name", "email", "phone", "address", "preferred", "case_file")
    return tuple(BY_NAME[name].heading for name in names if getattr(sender, name))


def _heading(key: str) -> str:
    """``Beskrivning``; in a part of the case ``Åtgärder, text``."""
    field, _, inner = key.partition(".")
    name = BY_KEY[field].heading if field in BY_KEY else _LOG_ALONE.get(field, field.capitalize())
    return f"{name}, {inner.replace('_', ' ')}" if inner else name


_LOG_ALONE = {"text": "Anteckning"}


def _texts(changed: Changes) -> Iterable[tuple[str, str]]:
    """Every text that somebody wrote freely among some changes, old values too, by the key of its field."""
    for place, *values in changed:
        key = place.partition(".")[0]
        for value in values:
            if isinstance(value, str) and key in _WRITTEN:
                yield key, value
            for name, text in value.items() if isinstance(value, dict) else ():
                if isinstance(text, str) and name in FREE_TEXTS:
                    yield f"{key}.{name}", text


_WRITTEN = FREE_TEXTS | {"deltagare", "anteckning", "fil"}


def _look(
    places: list[Place], names: Sequence[str], words: Sequence[str], staff: frozenset[str], key: str, text: str,
    where: str = "",
) -> str:  # fmt: skip
    """Note where a text holds something to mask; gives the text as it is."""
    if text in staff:
        return text
    where = where or _heading(key)
    for found in identities.find(text, names):
        places.append(Place(where, found.kind.label.lower(), found.line, found.column))
    hidden = identities.masking(text, names, words).counts[identities.MASKS[None]] if words else 0
    if hidden:
        places.append(Place(where, "ord att dölja", times=hidden))
    return text


def _hidden(names: Sequence[str], words: Sequence[str], staff: frozenset[str], key: str, text: str) -> str:
    """A text as it is kept."""
    return text if text in staff else identities.masked(text, names, words)


def _namings(said: Iterable[Detail]) -> Iterable[dict[str, Any]]:
    """Who was named handler in some log entries, on which day and in which event."""
    for detail in said:
        for key, _, new in detail.changes:
            if key == "handlaggare" and new and detail.kind in _NAMING_KINDS:
                yield {"handlaggare": new, "datum": detail.on.isoformat(), "handelse": detail.event_id}
            elif key.startswith(f"{_NAMING}."):
                yield new


def _deviations(said: Iterable[Detail]) -> Iterable[tuple[str, None, str]]:
    """What some log entries say that an act met that no act had done, once each: it is told for ever."""
    met = [new for detail in said for key, _, new in detail.changes if key == DEVIATION]
    return [(DEVIATION, None, text) for text in dict.fromkeys(met)]


def _counted(case: Case) -> Changes:
    """What the self-check counts of what goes: that something was learnt, and that an answer was approved."""
    approved = case.publication
    if case.lesson:
        yield "lardom_skriven", None, True
    if approved:
        told = {"datum": approved.approved_on.isoformat(), "forbattring": approved.improvement is not None}
        yield "svar_godkant", None, told


def _row(case: Case, mark: str | None, ended: date) -> tuple[str, ...]:
    kind, board = (f"Sekretess: {mark}", "–") if mark else (case.type.label, case.board or "–")
    return case.number, kind, board, case.received.isoformat(), ended.isoformat()


def _kinds(found: ToMask) -> str:
    """How many finds of each kind, outside the log and in it; of a secret case not even that."""
    if found.mark:
        return "–"
    counts: dict[str, int] = {}
    for place in found.places:
        counts[place.what] = counts.get(place.what, 0) + place.times
    return ", ".join(f"{kind} {number}" for kind, number in counts.items()) or "–"


def _copies_section(copies: Sequence[KnownCopy]) -> Section:
    rows = Rows(("Fil", "Vad", "Gjord", "Ärende"), tuple(told_copy(copy) for copy in copies))
    known = (Prose(_BY_HAND), rows) if copies else (Prose(_NO_COPIES),)
    return Section("Kopior att förstöra för hand", (*known, Prose(_UNKNOWN_COPIES)))


def told_copy(copy: KnownCopy) -> tuple[str, str, str, str]:
    """A copy as a row: its path, what it is, the day it was made, and its case."""
    path = f"en fil i mappen {copy.path}" if copy.path.endswith(("/", "\\")) else copy.path
    return path, _WHAT_FILES.get(copy.kind, copy.kind), copy.made_on.isoformat(), copy.number or "flera"
