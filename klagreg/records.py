"""The public record: the day's list, cases that are handed out, and the register's own description.

Anyone may see the day's list (OSL 5:2): of a secret case its number, its days and the statute, and of nobody who sent
it. Cases are handed out to whoever asks (TF 2:15–16); who that is and why is neither asked nor stored (TF 2:18). What
is handed out is pared and masked here, before any file or screen: a writer never holds what it must not write.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from klagreg import days, identities, secrecy
from klagreg.days import Period, with_weekday
from klagreg.desk import Desk, in_force
from klagreg.documents import Block, Document, Facts, Prose, Rows, Section
from klagreg.model import NOBODY, Case, Event, FeedbackGiven, Measure, Sender
from klagreg.rules import Vocabulary
from klagreg.store import records as stored
from klagreg.store.cases import Filter, RuleSet
from klagreg.terms import BY_KEY, BY_NAME, CaseType, CountedIn, IdentityCheck, Status
from klagreg.workdays import Calendar

# -- the day's list -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Entry:
    """A case in the day's list: what anyone may see of it, and nothing else."""

    number: str
    received: date
    registered_on: date
    title: str
    """The public title, or why there is none."""
    type: CaseType | None = None
    board: str | None = None
    unit: str | None = None
    statute: str | None = None
    """Of a secret case; then the place and the type are None."""
    remark: str = ""

    @property
    def place(self) -> str:
        """Nämnd and unit."""
        return ", ".join(filter(None, (self.board, self.unit)))


@dataclass(frozen=True, slots=True)
class DayList:
    """The cases that were registered in some days, the first registered first."""

    period: Period
    entries: tuple[Entry, ...]
    owner: str
    masked: tuple[str, ...]
    """Numbers of the cases whose public title seemed to point somebody out."""


# -- cases that are handed out ------------------------------------------------------------------

ALWAYS = ("arendenummer", "inkommen")
"""Never left out (OSL 5:2)."""
HANDED = (
    *ALWAYS,
    "registrerad",
    "diarienummer",
    "status",
    "avslutad",
    "typ",
    "kanal",
    "namnd",
    "enhet",
    "rubrik",
    "beskrivning",
    "forslag",
    "utfall",
    "svar",
    "aterkopplingar",
    "atgarder",
)
"""What is handed out of a case unless it is left out by choice: keys of ``klagreg.terms.FIELDS``."""


@dataclass(frozen=True, slots=True)
class Asked:
    """How cases are handed out."""

    left_out: frozenset[str] = frozenset()
    """Keys of :data:`HANDED`."""
    sender: bool = False
    log: bool = False
    secret: bool = False
    """Also cases that are marked secret: somebody has tried the request."""
    masks: bool = True
    words: tuple[str, ...] = ()
    """Further names and words to mask; never stored."""

    @property
    def keys(self) -> tuple[str, ...]:
        """What is handed out, in order."""
        return tuple(key for key in HANDED if key not in self.left_out)


@dataclass(frozen=True, slots=True)
class HandedCase:
    """A case as it is handed out: without what was left out, and masked."""

    case: Case
    sender: Sender | None
    events: tuple[Event, ...]
    protected: bool
    """Its sender has skyddade personuppgifter, and was left out whatever was asked for."""


@dataclass(frozen=True, slots=True)
class HandedOut:
    """What is handed out together."""

    cases: tuple[HandedCase, ...]
    asked: Asked
    on: date
    owner: str
    channels: Vocabulary
    counts: Counter[str]
    """Masked places, by what stood there: ``namn``, ``telefonnummer`` …"""
    renamed: tuple[str, ...] = ()
    """Cases whose sender once had another name, which is found by nobody."""


class _Mask:
    """Masks the texts of cases that are handed out together, and counts."""

    def __init__(self, asked: Asked, cases: Iterable[Case]) -> None:
        self._masks = asked.masks
        senders = () if asked.sender else tuple(case.sender for case in cases)
        self._names = [sender.name for sender in senders if sender.name]
        self._words = [*asked.words, *(word for sender in senders for word in _words_of(sender))]
        self.counts: Counter[str] = Counter()

    def text(self, text: Any, *, weak: bool = True) -> Any:
        """A text without what points somebody out; parts of the log, part by part; what is no text as it is.

        ``weak``: weaker hints too; not in a name of the register's own lists, where a house may be called by its
        street.
        """
        if isinstance(text, dict):
            return {key: self.text(value) for key, value in text.items()}
        if not self._masks or not isinstance(text, str):
            return text
        done = identities.masking(text, self._names, self._words, weak=weak)
        self.counts += Counter({mask_in_words(mask): number for mask, number in done.counts.items()})
        return done.text

    def word(self, text: str | None) -> str | None:
        """A name of the register's own lists: only what was chosen, and the senders, are masked in it."""
        masked: str | None = self.text(text, weak=False)
        return masked


def _day_of(moment: str) -> date:
    """The Swedish day of a stored moment."""
    return days.stockholm_day(datetime.fromisoformat(moment))


def mask_in_words(mask: str) -> str:
    """``[namn borttaget]`` as ``namn``."""
    return "annan uppgift" if mask == identities.MASKS[None] else mask.strip("[]").rsplit(" ", 1)[0]


def _words_of(sender: Sender) -> Iterator[str]:
    """A sender's own values as they may stand in a text; also the parts of an address that hold a number."""
    for value in (sender.email, sender.phone, sender.address, sender.case_file):
        if value:
            yield value
    for part in re.split(r"[,\n]", sender.address or ""):
        if re.search(r"\d", part):
            yield part


class Records(Desk):
    """What of the register is shown to anyone, and what is handed out to who asks."""

    def day_list(self, period: Period, file: Path | None = None) -> DayList:
        """Postlista: the cases that were registered in some days, as anyone may see them.

        A day's list is complete when the day is over, and never changes its cases: what came in earlier and was
        registered late stands in the list of the day it was registered. ``file``: where the list will lie.
        """
        wanted = Filter(
            registered_from=days.day_ends(period.start - timedelta(days=1)), registered_before=days.day_ends(period.end)
        )
        with self.act() if file else self.store.reading():
            found = sorted(self.store.find(wanted), key=lambda case: (case.year, case.serial))
            rule_sets = self.store.rule_sets()
            calendar = self.store.calendar(period.start - _LONGEST_WAIT, period.end + _LONGEST_WAIT)
            entries = [self._entry(case, rule_sets, calendar) for case in found]
            if file:
                self.log("exporterad", self.env.today, [("postlista", None, period.label), self.file_told(file)])
            return DayList(
                period,
                tuple(entry for entry, _ in entries),
                self._owner(),
                tuple(entry.number for entry, masked in entries if masked),
            )

    def _entry(self, case: Case, rule_sets: Sequence[RuleSet], calendar: Calendar) -> tuple[Entry, bool]:
        """A case in the list, and whether its title had to be masked."""
        registered_on = _day_of(case.registered_at)
        marks = ["Makulerat"] if case.voided_on else []
        if _is_late(case.received, registered_on, calendar):
            marks.append(f"Registrerat {(registered_on - case.received).days} dagar efter att det kom in")
        open_part = Entry(case.number, case.received, registered_on, "", remark=". ".join(marks))
        if mark := case.secrecy_on(self.env.today):
            return replace(open_part, title=secrecy.title(mark.statute), statute=mark.statute), False
        if case.individual:
            return replace(open_part, title="Visas inte: rör en enskild"), False
        whole = replace(open_part, type=case.type, board=case.board, unit=case.unit)
        if case.is_destroyed:
            return replace(whole, title="Gallrat"), False
        # As strict as when the title was written: most streets in a title are where there is a hole in the road.
        strict = in_force(rule_sets, case.received).practice.identity_check is IdentityCheck.STOP
        names = [case.sender.name] if case.sender.name else []
        done = identities.masking(case.title, names, weak=strict)
        return replace(whole, title=done.text), bool(done.counts)

    def hand_out(
        self,
        numbers: Iterable[str],
        asked: Asked,
        file: Path | None = None,
        write: Callable[[HandedOut], None] = lambda _: None,
    ) -> HandedOut:
        """Utlämna: cases as they are handed out to who has asked for them, in the order that was given.

        Without a ``file`` it is a rehearsal, which only logs what was read of secret cases and senders. With one,
        ``write`` is given what to write there, and an event in the log of each case tells what left the register.
        That is stored when ``write`` has done its work, and not if it fails.

        Raises:
            Refused: a case is marked secret, and ``asked.secret`` does not say that the request was tried.
        """
        logs = file is not None or asked.sender or asked.secret
        with self.act() if logs else self.store.reading():
            cases = [case for number in dict.fromkeys(numbers) if (case := self.store.by_number(number))]
            mask = _Mask(asked, cases)
            names = [*asked.words, *(case.sender.name for case in cases if case.sender.name)]
            told = self.file_told(file, names) if file is not None else None
            handed = tuple(self._handed(case, asked, mask, told) for case in cases)
            channels = self.store.vocabulary("kanal")
            renamed = tuple(stored.renamed_senders(self.store, [case.number for case in cases]))
            done = HandedOut(handed, asked, self.env.today, self._owner(), channels, mask.counts, renamed)
            if file is not None:
                write(done)
            return done

    def _handed(self, case: Case, asked: Asked, mask: _Mask, told: tuple[str, None, str] | None) -> HandedCase:
        """A case as it is handed out; what is read and what leaves is logged. ``told``: the file, if there is one."""
        today, before = self.env.today, mask.counts.total()
        if not asked.secret:
            secrecy.must_be_asked_for(case, today)
        elif case.secrecy_on(today):
            self.store.log(case.number, self.event("last_sekretess", today, ()))
        shows_sender = asked.sender and not case.protected and case.sender != NOBODY
        if shows_sender:
            self.store.log(case.number, self.event("last_personuppgifter", today, ()))
        events = self.store.events(case.number) if asked.log else []
        done = HandedCase(
            pared(case, asked, mask.text, mask.word),
            case.sender if shows_sender else None,
            tuple(_pared_event(event, asked, mask) for event in events),
            asked.sender and case.protected,
        )
        if told is not None:
            places = mask.counts.total() - before
            self.store.log(case.number, self.event("utlamnad", today, [*_what_left(asked, done, places), told]))
        return done

    def description(self) -> Document:
        """Regler beskrivning: the register's own description for the nämnd's description under OSL 4:2."""
        with self.store.reading():
            rule_set = self.rules_on(self.env.today)
            meta = self.store.meta()
            return described(
                _Described(
                    municipality=meta.get("kommun") or "[kommunens namn]",
                    board=meta.get("namnd") or "[nämndens namn]",
                    begun=_day_of(meta["skapat"]) if "skapat" in meta else None,
                    on=self.env.today,
                    rule_set=rule_set,
                    channels=self.store.vocabulary("kanal"),
                    statutes=[identities.masked(statute) for statute in stored.statutes_used(self.store)],
                )
            )

    def _owner(self) -> str:
        """Whose register it is, in words."""
        meta = self.store.meta()
        return ", ".join(filter(None, (meta.get("kommun"), meta.get("namnd"))))


_LONGEST_WAIT = timedelta(days=31)
"""What is registered later than this is late whatever days were free."""


def _is_late(received: date, registered_on: date, calendar: Calendar) -> bool:
    """Whether a case was registered later than the next working day (JO 3579-2005, 1721-2009)."""
    waited = registered_on - received
    if not timedelta(days=1) < waited < _LONGEST_WAIT:
        return waited >= _LONGEST_WAIT
    return registered_on > calendar.last_day(received, 1, CountedIn.WORKDAYS)


def pared(case: Case, asked: Asked, text: Callable[[Any], Any], word: Callable[[str | None], str | None]) -> Case:
    """A case without what was left out and with its texts masked; never its sender."""
    keys = set(asked.keys)

    def kept(key: str, value: Any) -> Any:
        return value if key in keys else None

    return case._replace(
        sender=NOBODY,
        diary_number=word(kept("diarienummer", case.diary_number)),
        title=text(kept("rubrik", case.title)) or "",
        description=text(kept("beskrivning", case.description)),
        proposal=text(kept("forslag", case.proposal)),
        answer=text(kept("svar", case.answer)),
        board=word(kept("namnd", case.board)),
        unit=word(kept("enhet", case.unit)),
        feedback=tuple(
            given._replace(by="", reason=text(given.reason)) for given in kept("aterkopplingar", case.feedback) or ()
        ),
        measures=tuple(
            measure._replace(text=text(measure.text), responsible=word(measure.responsible))
            for measure in kept("atgarder", case.measures) or ()
        ),
    )


def _pared_event(event: Event, asked: Asked, mask: _Mask) -> Event:
    """An event without what was left out of the case, and masked."""
    changes = tuple(
        (key, mask.text(old), mask.text(new))
        for key, old, new in event.changes
        if key.partition(".")[0] not in asked.left_out
    )
    return event._replace(by=mask.word(event.by) or "", changes=changes)


def _what_left(asked: Asked, done: HandedCase, places: int) -> list[tuple[str, None, str]]:
    """What the log tells of a case that was handed out: which fields, how masked, where. Never a masked word."""
    keys = [*asked.keys, *(["avsandare"] if done.sender else []), *(["logg"] if asked.log else [])]
    own = f" och egna ord ({len(asked.words)})" if asked.words else ""
    masking = f"identiteter{own}, maskerade ställen: {places}" if asked.masks else "ingen"
    return [("uppgifter", None, ", ".join(keys)), ("maskning", None, masking)]


# -- as documents -------------------------------------------------------------------------------


def listed(found: DayList) -> Document:
    """The day's list as a document."""
    period = found.period
    one_day = period.start == period.end
    when = with_weekday(period.start) if one_day else f"{period.start} – {period.end}"
    about = [("Myndighet", found.owner), ("Registrerade", when), ("Antal ärenden", str(len(found.entries)))]
    return Document(
        f"Postlista {when}",
        tuple((label, value) for label, value in about if value),
        (Section("Registrerade ärenden", (_table(found.entries) if found.entries else Prose(nothing(period)),)),),
    )


def nothing(period: Period) -> str:
    """What is said of days without a registration."""
    if period.start == period.end:
        return f"Inga ärenden registrerades {with_weekday(period.start)}."
    return f"Inga ärenden registrerades {period.start} – {period.end}."


def _table(entries: Sequence[Entry]) -> Rows:
    remarks = any(entry.remark for entry in entries)
    headings = ("Ärendenummer", "Inkommen", "Registrerad", "Typ", "Nämnd, enhet", "Ärendemening")
    rows = tuple(
        (
            entry.number,
            entry.received.isoformat(),
            entry.registered_on.isoformat(),
            entry.type.label if entry.type else "–",
            entry.place or "–",
            entry.title,
            *([entry.remark or "–"] if remarks else []),
        )
        for entry in entries
    )
    return Rows((*headings, *(["Anmärkning"] if remarks else [])), rows)


Told = Callable[[Case, Event], str]
"""An event of a case in words: when, by whom, what, and on lines of their own what changed."""


def handed(done: HandedOut, told: Told) -> Document:
    """Cases that are handed out, as one document."""
    number = len(done.cases)
    about = [
        ("Myndighet", done.owner),
        ("Framställd", days.day_in_words(done.on)),
        ("Antal ärenden", str(number) if number > 1 else ""),
    ]
    sections = [section for one in done.cases for section in _case_sections(one, done, told)]
    title = f"Ärende {done.cases[0].case.number}" if number == 1 else "Ärenden om synpunkter och klagomål"
    kept = tuple((label, value) for label, value in about if value)
    return Document(title, kept, (*sections, *_about_what_is_missing(done)))


def _case_sections(one: HandedCase, done: HandedOut, told: Told) -> Iterator[Section]:
    case = one.case
    yield Section(f"{case.number}  {case.title}".rstrip(), (Facts(tuple(_case_facts(case, done))),))
    for name in ("description", "proposal", "answer"):
        if text := getattr(case, name):
            yield Section(BY_NAME[name].heading, (Prose(text),), 3)
    if case.feedback:
        yield Section("Återkopplingar", (_feedback(case.feedback),), 3)
    if case.measures:
        yield Section("Åtgärder", (_measures(case.measures),), 3)
    if one.sender:
        yield Section("Avsändare", (Facts(tuple(_sender_facts(one.sender))),), 3)
    if one.events:
        yield Section("Logg", (Prose("\n".join(told(case, event) for event in one.events)),), 3)


def _case_facts(case: Case, done: HandedOut) -> Iterator[tuple[str, str]]:
    values = {
        "inkommen": with_weekday(case.received),
        "registrerad": with_weekday(_day_of(case.registered_at)),
        "diarienummer": case.diary_number,
        "status": "Gallrat: innehållet är borttaget efter beslut" if case.is_destroyed else _status(case),
        "avslutad": with_weekday(case.closed_on) if case.closed_on else None,
        "typ": case.type.label,
        "kanal": done.channels.label(case.channel) if case.channel else None,
        "namnd": case.board,
        "enhet": case.unit,
        "utfall": case.outcome.label if case.outcome else None,
    }
    for key in done.asked.keys:
        if value := values.get(key):
            yield BY_KEY[key].heading, value


def _status(case: Case) -> str:
    if case.status is Status.VOIDED and case.voided_on:
        return f"{case.status.label} {with_weekday(case.voided_on)}"
    return case.status.label


def _feedback(given: Sequence[FeedbackGiven]) -> Rows:
    reasons = any(one.reason for one in given)
    rows = tuple(
        (
            with_weekday(one.given_on),
            one.kind.label,
            one.means.label if one.means else "–",
            *([one.reason or "–"] if reasons else []),
        )
        for one in given
    )
    return Rows(("Dag", "Slag", "Sätt", *(["Orsak"] if reasons else [])), rows)


def _measures(measures: Sequence[Measure]) -> Rows:
    rows = tuple(
        (
            str(measure.number),
            measure.text,
            measure.responsible or "–",
            measure.due_on.isoformat() if measure.due_on else "–",
            measure.done_on.isoformat() if measure.done_on else "–",
        )
        for measure in measures
    )
    return Rows(("Nr", "Åtgärd", "Ansvarig", "Klar senast", "Genomförd"), rows)


def _sender_facts(sender: Sender) -> Iterator[tuple[str, str]]:
    for name in ("role", "name", "email", "phone", "address", "preferred", "case_file"):
        if value := getattr(sender, name):
            yield BY_NAME[name].heading, getattr(value, "label", value)


def _about_what_is_missing(done: HandedOut) -> Iterator[Section]:
    """What the reader does not see, and what can be done about it."""
    asked, lines = done.asked, []
    if done.counts:
        lines.append(f"Borttagna uppgifter är markerade med hakparentes: {counted(done.counts)}.")
    if missing := _missing(asked, done.cases):
        lines.append(f"Det här är ett utdrag. Följande uppgifter i registret är inte med: {', '.join(missing)}.")
    if lines:
        yield Section("Om handlingen", (Prose("\n\n".join([*lines, _RIGHT])),))


_RIGHT = (
    "Den som inte får ta del av en handling eller en uppgift kan begära ett skriftligt beslut av myndigheten. "
    "Beslutet går att överklaga (6 kap. 3 och 7 §§ offentlighets- och sekretesslagen)."
)


def _missing(asked: Asked, cases: Sequence[HandedCase]) -> list[str]:
    left_out = [BY_KEY[key].heading.lower() for key in HANDED if key in asked.left_out]
    sender = [] if asked.sender and not any(one.protected for one in cases) else ["uppgifter om avsändaren"]
    return [*sender, *left_out, *([] if asked.log else ["loggen"])]


def counted(counts: Counter[str]) -> str:
    """``namn (2), telefonnummer (1)``."""
    return ", ".join(f"{what} ({number})" for what, number in sorted(counts.items()))


# -- the register's own description -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Described:
    """What the description is made from."""

    municipality: str
    board: str
    begun: date | None
    on: date
    rule_set: RuleSet
    channels: Vocabulary
    statutes: Sequence[str]


def described(known: _Described) -> Document:
    """The register under OSL 4:2, item by item; what the register cannot know stands in [hakparentes]."""
    return Document(
        "Beskrivning av registret över synpunkter och klagomål",
        (
            ("Myndighet", f"{known.municipality}, {known.board}"),
            ("Lagrum", "4 kap. 2 § offentlighets- och sekretesslagen (2009:400)"),
            ("Underlag av", days.day_in_words(known.on)),
            ("Att göra", "Fyll i det som står inom hakparentes och stryk det som inte stämmer."),
        ),
        (
            Section("Registret och vad det är till för", (Prose(_purpose(known)),)),
            Section("Vilka handlingar och uppgifter som finns", (Prose(_contents(known)),)),
            Section("Sökmedel", (Prose(_SEARCHED),)),
            Section("Listor och sammanställningar", (Prose(_COMPILED), _EXPORTS)),
            Section("Tekniska hjälpmedel för allmänheten", (Prose(_AIDS),)),
            Section("Vem som lämnar närmare upplysningar", (Prose(_WHO),)),
            Section("Vanliga bestämmelser om sekretess", tuple(_secrecy(known.statutes))),
            Section("Uppgifter som hämtas från eller lämnas till andra", (Prose(_OTHERS),)),
            Section("Försäljning av personuppgifter", (Prose("Nämnden säljer inte personuppgifter ur registret."),)),
            Section("Bevarande och gallring", tuple(_kept(known.rule_set))),
        ),
    )


def _purpose(known: _Described) -> str:
    begun = f" Det har förts sedan {days.day_in_words(known.begun)}." if known.begun else ""
    rules = f"{known.rule_set.name} ({known.rule_set.source})" if known.rule_set.source else known.rule_set.name
    return (
        f"{known.board} i {known.municipality} för ett register över synpunkter och klagomål på sin verksamhet.{begun} "
        "Det är till för att varje ärende ska besvaras i tid, för att det ska gå att följa vad som har gjorts, och för "
        "att nämnden ska kunna lära av det som kommer in. Nämnden ansvarar för personuppgifterna i registret "
        "[och har gett (enhet eller funktion) i uppdrag att sköta det].\n\n"
        f"Ärendena handläggs enligt regelverket {rules}."
    )


def _contents(known: _Described) -> str:
    types = _in_row(kind.label.lower() for kind in known.rule_set.types)
    ways = [known.channels.label(code).lower() for code in known.channels.codes if code != "ovrigt"]
    return (
        f"Typerna av ärenden är {types}. De kommer in genom {', '.join(ways)} och på andra sätt.\n\n"
        "Om varje ärende finns ärendenummer, dagen det kom in, dagen det registrerades, typ, nämnd och enhet, område, "
        "en offentlig rubrik, vad avsändaren har skrivit eller sagt, förslag till förbättring, handläggare, "
        "återkopplingar, åtgärder, utfall och svar. Avsändarens namn och kontaktuppgifter finns bara om de har "
        "lämnats, och förvaras skilda från ärendet i övrigt. Det går att vara anonym. I en logg står vem som har "
        "gjort vad i ärendet och när.\n\n"
        "Brev, e-post och andra handlingar i original förvaras [plats eller system]."
    )


def _in_row(words: Iterable[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} och {last}" if first else last


_SEARCHED = (
    "Ärendena är ordnade efter ärendenummer, i en serie för varje år. De kan sökas på ärendenummer och på ord i "
    "rubrik, beskrivning, förslag och svar, och väljas ut efter typ, status, nämnd, enhet, handläggare, dagen de kom "
    "in och om en frist har gått ut. Ärendet kan ha en hänvisning till diariet [diariets namn].\n\n"
    "Registret söks inte på känsliga personuppgifter för att få fram ett urval av personer; det är förbjudet (3 kap. "
    "3 § lagen (2018:218) med kompletterande bestämmelser till EU:s dataskyddsförordning)."
)
_COMPILED = (
    "En sammanställning som kan tas fram med rutinbetonade åtgärder är en förvarad handling (2 kap. 6 § "
    "tryckfrihetsförordningen). Registret har färdiga kommandon för dem här nedan. Det som omfattas av sekretess tas "
    "bort eller prövas innan något lämnas ut."
)
_EXPORTS = Rows(
    ("Vad", "Innehåll", "Kommando"),
    (
        ("Postlista", "Ärenden som registrerades en dag eller en period, med offentlig rubrik", "postlista"),
        ("Utlämnande", "Valda ärenden, med identiteter maskerade", "utlamna"),
        ("Ärendelista", "Ärenden efter urval, som kalkylark, CSV eller JSON", "exportera"),
        ("Sammanställning", "Antal, andelar och tider för en period: publik, för nämnden och intern", "sammanstall"),
        ("Webbsida", "Publicerade svar och siffror", "publicera"),
        ("Egenkontroll", "Årets egenkontroll", "egenkontroll"),
        ("Lärdomar", "Lärdomar utan identiteter", "lardomar"),
        ("Bevakning", "Frister som har gått ut eller snart gör det", "bevaka"),
        ("Logg", "Vem som har gjort vad i ett ärende", "logg"),
        ("Registerutdrag", "Allt om en person, till den personen", "registerutdrag"),
        ("Beskrivning", "Den här beskrivningen", "regler beskrivning"),
    ),
)
_AIDS = (
    "Allmänheten har inget eget hjälpmedel för att söka i registret. [Den som vill kan läsa postlistan och "
    "sammanställningarna på en skärm hos (plats), eller på (webbplats).] Den som vill ta del av ett ärende vänder sig "
    "till nämnden och får det så snart som möjligt, på plats eller som kopia. Ingen behöver säga vem hen är eller "
    "varför."
)
_WHO = "[Funktion, till exempel registrator], [telefon], [e-postadress]."
_OTHERS = (
    "Registret hämtar inte uppgifter från andra och lämnar inte uppgifter till andra utan att någon gör det i det "
    "enskilda fallet; det har ingen koppling till andra system. [Ärenden från (e-tjänst eller annat register) läses "
    "in (hur ofta).] Sammanställningar redovisas för [nämnd] [hur ofta]. Ett ärende som hör till en annan nämnd "
    "eller myndighet lämnas över dit, eller hänvisas."
)
_USUAL = (
    ("21 kap.", "Hälsa, sexualliv, skyddade adresser och andra uppgifter om enskilda, i alla verksamheter"),
    ("23 kap.", "Förskola, skola och elevhälsa"),
    ("25 kap.", "Hälso- och sjukvård"),
    ("26 kap.", "Socialtjänst"),
)
"""Where secrecy can be expected in complaints (domain 1.7)."""


def _secrecy(statutes: Sequence[str]) -> Iterator[Block]:
    if statutes:
        yield Prose(f"Ärenden i registret har märkts med: {'; '.join(statutes)}.")
    else:
        yield Prose("Inget ärende i registret har hittills märkts med någon bestämmelse om sekretess.")
    yield Prose(
        "De flesta ärenden är offentliga, också vem som har skickat dem. Sekretess kan gälla enligt offentlighets- och "
        "sekretesslagen [stryk det som inte gäller nämndens verksamhet]:"
    )
    yield Rows(("Kapitel", "Gäller"), _USUAL)
    yield Prose(
        "En märkning är en varning. Varje gång någon begär att få ta del av ett ärende prövas det på nytt. I listor "
        "står ett märkt ärende med nummer, dagar och lagrum."
    )


def _kept(rule_set: RuleSet) -> Iterator[Block]:
    retention = rule_set.practice.retention
    if not retention.years:
        yield Prose(
            "Inga gallringsregler är angivna i regelverket. Ärendena bevaras tills nämnden har beslutat om gallring "
            "[eller enligt dokumenthanteringsplanen (beteckning)]."
        )
        return
    if retention.decision:
        yield Prose(f"Nämnden har beslutat om gallring: {retention.decision}.")
    rows = tuple((kind.label, _years(retention.years, kind)) for kind in rule_set.types)
    yield Rows(("Typ", "Bevaras"), rows)
    yield Prose(
        "När ett ärende har gallrats finns ärendenummer, dagar, typ, nämnd och enhet kvar, så att det går att räkna. "
        "Ingenting gallras av sig självt: varje gallring har ett beslut och ett protokoll."
    )


def _years(years: Any, kind: CaseType) -> str:
    if kind not in years:
        return "Bevaras; ingen gallringsregel är angiven"
    number = years[kind]
    return "Bevaras" if number is None else f"Gallras {number} år efter att ärendet avslutades"
