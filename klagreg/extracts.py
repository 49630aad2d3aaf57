"""What the register holds about a person (GDPR article 15), and who has read personal data in it.

Everything that is written is gone through: sender data, the texts of cases and of their parts, what the log keeps of
older wordings, and what belongs to no case. A sure hit is in the document; a possible one is somebody's to judge. What
the document holds is what the register holds of this person, and never another sender's data.

That a case holds a word is a thing that secrecy may hide (OSL 5:2): of a case that is marked secret nothing is found
unless secret cases are asked for, and then every one that is told of remembers it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from klagreg import days
from klagreg.days import with_weekday
from klagreg.desk import Desk
from klagreg.documents import Document, Facts, Prose, Rows, Section
from klagreg.errors import Refused
from klagreg.identities import Identity, find, likeness, without
from klagreg.model import Case, Event, Sender
from klagreg.persons import Hit, Person, strongest
from klagreg.practice import Retention
from klagreg.staff import Handler
from klagreg.store import records
from klagreg.store.records import Reading, Written
from klagreg.terms import BY_KEY, BY_NAME

ASKED_FOR_EVERYTHING = "registerutdrag"
"""The kind of act in the log."""

_STAFF_PLACES = frozenset({"atgarder", "atgarder.ansvarig", "deltagare", "mottagen_av", "ankomststamplar"})
"""Where a colleague's name, and nothing else, says that they had a part in the work; that is told as a number."""

_NAME_PLACES = _STAFF_PLACES - {"atgarder"}
"""Where nothing but names stands."""

_HEADINGS = {
    "externt_id": "Externt id",
    "granskning": "Genomgång av regelverket",
    "regelverk": "Regelverk",
    "enkat": "Enkät",
    "egenkontroll": "Egenkontroll",
    "redovisning": "Redovisning för nämnden",
    "arstext": "Årstext",
    "text": "Anteckning",
    "orsak": "Orsak",
    "avslut": "Avslut",
    "kopia": "Kopia",
    "fullt_namn": "Namn",
    "titel": "Titel",
    "chef": "Chef",
    "mottagare": "Mottagare",
}


def heading(place: str) -> str:
    """What people call a place: ``avsandare.epost`` is Avsändare (e-postadress), ``logg.svar`` is Loggen (svar)."""
    first, _, rest = place.partition(".")
    if first == "avsandare":
        return f"Avsändare ({BY_KEY[rest].heading.lower()})"
    if first == "logg":
        return f"Loggen ({_heading(rest).lower()})"
    return _heading(first)


def _heading(key: str) -> str:
    return _HEADINGS.get(key) or (BY_KEY[key].heading if key in BY_KEY else key.capitalize())


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person has decided about the hits."""

    taken: frozenset[str] = frozenset()
    """Numbers of cases with a possible hit that are about the person."""
    left_out: frozenset[str] = frozenset()
    """Numbers of cases that are about a namesake."""
    secret: bool = False
    """Search secret cases too, and show them whole; each that is told as a hit is logged."""


@dataclass(frozen=True, slots=True)
class FoundCase:
    """A case that names the person."""

    number: str
    received: date
    hit: Hit
    places: tuple[tuple[str, Hit], ...]
    """Keys of the fields, each with its hit."""
    statute: str | None
    """Of the secrecy mark that holds; such a case is found only where secret ones are asked for."""
    taken: bool
    """It is in the document: the hit is certain, or somebody has said that it is the person."""


@dataclass(frozen=True, slots=True)
class AtWork:
    """The person as a colleague: what the lists hold, and how often, but not every act."""

    handlers: tuple[Handler, ...] = ()
    cases: int = 0
    """Cases that they handle."""
    acts: int = 0
    """Acts of theirs in the log."""
    named: int = 0
    """Places where a case names them as a colleague."""

    @property
    def is_anything(self) -> bool:
        """Whether the person is known as a colleague at all."""
        return bool(self.handlers or self.acts)


@dataclass(frozen=True, slots=True)
class Findings:
    """Where the register names a person, and nothing of what stands there."""

    person: Person
    cases: tuple[FoundCase, ...]
    """The last registered first."""
    elsewhere: tuple[tuple[str, Hit], ...]
    """The same of what belongs to no case."""
    at_work: AtWork
    unsearched: int
    """Cases that are marked secret and were not gone through: all of them, whatever they hold, or none."""

    @property
    def taken(self) -> list[FoundCase]:
        """The cases of the document."""
        return [case for case in self.cases if case.taken]

    @property
    def possible(self) -> list[FoundCase]:
        """The cases that somebody has to judge."""
        return [case for case in self.cases if not case.taken]


@dataclass(frozen=True, slots=True)
class Extract:
    """A document about a person, and what to look at before it leaves the house."""

    findings: Findings
    document: Document
    others: Mapping[str, tuple[str, ...]]
    """Kinds of identities, by case, that are not the person's own."""


@dataclass(slots=True)
class _Hits:
    """What a search has found so far."""

    cases: dict[int, dict[str, Hit]] = field(default_factory=dict)
    elsewhere: list[tuple[Written, Hit]] = field(default_factory=list)
    named: list[int | None] = field(default_factory=list)
    """The case of each place where it names a colleague."""

    def add(self, written: Written, hit: Hit) -> None:
        if written.case_id is None:
            self.elsewhere.append((written, hit))
            return
        places = self.cases.setdefault(written.case_id, {})
        if places.get(written.place) is not Hit.CERTAIN:
            places[written.place] = hit

    def leave_out(self, case_ids: Collection[int]) -> None:
        """Forget what was found in these cases."""
        self.cases = {case_id: places for case_id, places in self.cases.items() if case_id not in case_ids}
        self.named = [case_id for case_id in self.named if case_id not in case_ids]


class Extracts(Desk):
    """What is known of a person, and who has asked; every method is one act or one look."""

    def listed(
        self, person: Person, choice: Choice = Choice(), progress: Callable[[int], None] = lambda _: None
    ) -> Findings:
        """Registerutdrag, the list: which cases name a person and where; that somebody looked is logged.

        ``progress`` is told how many rows have been gone through, of :meth:`extent`.

        Raises:
            Refused: a case that was chosen is not among them.
        """
        hits, at_work = self._searched(person, progress)
        with self.act():
            findings = self._findings(person, choice, hits, at_work)
            self._log(findings, choice, None)
        return findings

    def extract(
        self,
        person: Person,
        choice: Choice,
        file: Path,
        write: Callable[[Document], None],
        labels: Mapping[str, str],
        progress: Callable[[int], None] = lambda _: None,
    ) -> Extract:
        """Registerutdrag, the document: everything that the register holds about a person.

        ``write`` makes the file, inside the act: there is no file that the log does not tell of. ``labels`` are the
        words for kinds of acts.

        Raises:
            Refused: a case that was chosen is not among the hits.
        """
        hits, at_work = self._searched(person, progress)
        with self.act():
            findings = self._findings(person, choice, hits, at_work)
            taken = [self._about(found, person, choice, labels) for found in findings.taken]
            for about in taken:
                if about.sender:
                    self.store.log(about.found.number, self.event("last_personuppgifter", self.env.today, ()))
            self._log(findings, choice, file)
            elsewhere = [written for written, hit in hits.elsewhere if hit.is_certain]
            made = self._document(findings, taken, elsewhere)
            write(made)
        others = {about.found.number: kinds for about in taken if (kinds := about.identities_of_others(person))}
        return Extract(findings, made, others)

    def extent(self) -> int:
        """How many rows a search goes through, about."""
        with self.store.reading():
            return records.extent(self.store)

    def readings(
        self,
        start: date | None = None,
        end: date | None = None,
        by: str | None = None,
        number: str | None = None,
        limit: int | None = None,
    ) -> tuple[list[Reading], bool]:
        """Who has read personal or secret data, the latest first, and whether there are more than ``limit``.

        ``start`` and ``end`` are days in Sweden, both included. Of a secret case nothing is told but who and when.
        """
        with self.store.reading():
            found = records.readings(
                self.store,
                self.env.today,
                since=None if start is None else days.day_ends(start - timedelta(days=1)),
                before=None if end is None else days.day_ends(end),
                by=by,
                number=number,
                limit=None if limit is None else limit + 1,
            )
        shown = [replace(one, event=one.event._replace(changes=())) if one.is_secret else one for one in found]
        return shown[:limit], limit is not None and len(found) > limit

    # -- searching ------------------------------------------------------------------------------

    def _searched(self, person: Person, progress: Callable[[int], None]) -> tuple[_Hits, AtWork]:
        """Where a person is named. Not inside a transaction: it takes its time, and others write meanwhile."""
        with self.store.reading():
            at_work, names = self._at_work(person)
        hits, done = _Hits(), 0
        for batch in records.batches(self.store):
            for is_name in (False, True):
                self._search([w for w in batch.written if w.is_name is is_name], person, names, hits)
            done += batch.rows
            progress(done)
        for handler in at_work.handlers:
            hits.elsewhere += [(Written(None, "handlaggare", handler.name, True), Hit.CERTAIN)]
        return hits, at_work

    def _search(self, written: Sequence[Written], person: Person, names: Collection[str], hits: _Hits) -> None:
        is_name = bool(written) and written[0].is_name
        found = person.hits([one.text for one in written], is_name=is_name)
        if person.phone:
            found |= {
                place: Hit.CERTAIN
                for place, one in enumerate(written)
                if one.place == "avsandare.telefon" and person.has_number(one.text)
            }
        for place, hit in found.items():
            one = written[place]
            if one.text not in names or one.place.removeprefix("logg.") not in _STAFF_PLACES:
                hits.add(one, hit)
            elif not one.place.startswith("logg."):
                hits.named.append(one.case_id)

    def _at_work(self, person: Person) -> tuple[AtWork, frozenset[str]]:
        """The person as a colleague, and the names that they go by as one."""
        handlers = tuple(handler for handler in self.store.handlers() if _is_the_handler(person, handler))
        users = records.acts_by(self.store)
        names = {handler.name for handler in handlers}
        names |= {user for user in users if person.hit(user, is_name=True) is Hit.CERTAIN}
        return (
            AtWork(
                handlers,
                sum(records.cases_of(self.store, handler.name) for handler in handlers),
                sum(users.get(name, 0) for name in names),
            ),
            frozenset(names),
        )

    def _findings(self, person: Person, choice: Choice, hits: _Hits, at_work: AtWork) -> Findings:
        """What was found, but for what secret cases hold while nobody has asked for them."""
        today = self.env.today
        if not choice.secret:
            seen = {*hits.cases, *(case_id for case_id in hits.named if case_id is not None)}
            marked = {key for key, one in records.standings(self.store, seen, today).items() if one.statute is not None}
            hits.leave_out(marked)
        standings = records.standings(self.store, hits.cases, today)
        self._must_be_among({standing.number for standing in standings.values()}, choice)
        cases = (_found(standing, hits.cases[case_id], choice) for case_id, standing in standings.items())
        elsewhere = dict.fromkeys((written.place, hit) for written, hit in hits.elsewhere)
        return Findings(
            person,
            tuple(case for case in cases if case.number not in choice.left_out),
            tuple(elsewhere),
            replace(at_work, named=len(hits.named)),
            0 if choice.secret else self.store.marked_secret(today),
        )

    def _must_be_among(self, found: Collection[str], choice: Choice) -> None:
        """Refuse a choice of what is no hit: it would be believed to have done something."""
        missing = sorted((choice.taken | choice.left_out) - set(found))
        marked = {} if choice.secret else self.store.statutes(missing, self.env.today)
        for number in missing:
            if number in marked:
                raise Refused(f"{number} är sekretessmarkerat och inte genomsökt.", "--sekretess tar med det.")
            raise Refused(f"{number} är ingen träff på den som söks.", "Se träffarna: samma sökning utan -o.")

    # -- the log --------------------------------------------------------------------------------

    def _log(self, findings: Findings, choice: Choice, file: Path | None) -> None:
        """That somebody looked for a person: by what, never for whom; and each secret case that it told of.

        A case that was left out is told of too: what is no hit cannot be left out.
        """
        person, today = findings.person, self.env.today
        if choice.secret:
            told_of = [case.number for case in findings.cases] + sorted(choice.left_out)
            for number in self.store.statutes(told_of, today):
                self.store.log(number, self.event("last_sekretess", today, ()))
        what: list[tuple[str, Any, Any]] = [
            ("arenden", None, len(findings.cases)),
            ("sokt_pa", None, ", ".join(person.known_by)),
            *((("sekretess", None, True),) if choice.secret else ()),
        ]
        if file is not None:
            what.append(("fil", None, str(_without_person(file.absolute(), person))))
        self.log(ASKED_FOR_EVERYTHING, today, what)

    # -- the document ---------------------------------------------------------------------------

    def _about(self, found: FoundCase, person: Person, choice: Choice, labels: Mapping[str, str]) -> _About:
        case = self.store.by_number(found.number)
        assert case is not None
        # In a case that surely is about the person, the surname alone may be somebody else's of the same family.
        judged = found.number in choice.taken

        def names(text: str, *, is_name: bool = False) -> bool:
            hit = person.hit(text, is_name=is_name)
            return hit is Hit.CERTAIN or (judged and hit is not None)

        own = _is_the_sender(person, case.sender)
        texts = tuple(
            (place, text)
            for place, text in _texts(case)
            if (own and place in _SENDERS_OWN) or names(text, is_name=place in _NAME_PLACES)
        )
        events = self.store.events(case.number)
        lines = _log_lines(events, names, own, {text for _, text in texts}, labels)

        def shown(text: str) -> str:
            return text if own else _without_the_sender(text, person, case.sender)

        return _About(
            found,
            case,
            own,
            tuple(_sender_facts(case.sender, person, own)),
            tuple((place, shown(text)) for place, text in texts),
            tuple((*line, shown(told)) for *line, told in lines),
            tuple(event.on for event in events if event.kind == "utlamnad"),
        )

    def _document(self, findings: Findings, taken: Sequence[_About], elsewhere: Sequence[Written]) -> Document:
        meta = self.store.meta()
        controller = ", ".join(meta[key] for key in ("namnd", "kommun") if meta.get(key))
        person = findings.person
        told = {"namn": person.name, "epost": person.email, "telefon": person.phone}
        sections = [
            _what_it_is(findings),
            *_information(taken, self.rules_on(self.env.today).practice.retention),
            *(section for about in taken for section in about.sections()),
            *_at_work_sections(findings.at_work),
            *_elsewhere_sections(elsewhere, person),
        ]
        return Document(
            "Registerutdrag",
            (
                *((f"Sökt {BY_KEY[key].heading.lower()}", value) for key, value in told.items() if value),
                ("Register", "Synpunkter och klagomål"),
                ("Personuppgiftsansvarig", controller or "nämnden som har registret"),
                ("Uttaget", days.shown_minute(days.stored_moment(self.env.now))),
                ("Uttaget av", self.env.actor),
                ("Enligt", "artikel 15 i dataskyddsförordningen (EU) 2016/679"),
            ),
            tuple(sections),
        )


def _found(standing: records.Standing, places: Mapping[str, Hit], choice: Choice) -> FoundCase:
    hit = strongest(places.values())
    return FoundCase(
        standing.number,
        date.fromisoformat(standing.received),
        hit,
        tuple(_told_once(places)),
        standing.statute,
        hit is Hit.CERTAIN or standing.number in choice.taken,
    )


@dataclass(frozen=True, slots=True)
class _About:
    """What one case holds about the person."""

    found: FoundCase
    case: Case
    is_sender: bool = False
    sender: tuple[tuple[str, str], ...] = ()
    """Sender data that are the person's: (label, value)."""
    texts: tuple[tuple[str, str], ...] = ()
    """(key, text)."""
    log: tuple[tuple[str, ...], ...] = ()
    handed_out: tuple[date, ...] = ()

    def sections(self) -> Iterator[Section]:
        """The case as the document tells it."""
        case = self.case
        facts = [
            *self._days(),
            ("Typ", case.type.label),
            ("Status", case.status.label),
            *((("Nämnd", case.board),) if case.board else ()),
            *((("Enhet", case.unit),) if case.unit else ()),
            ("Träff i", "; ".join(heading(place) for place, _ in self.found.places)),
        ]
        warning = (Prose(_SECRET),) if self.found.statute is not None else ()
        yield Section(case.number, (Facts(tuple(facts)), *warning))
        if self.sender:
            yield Section(f"Avsändare i {case.number}", (Facts(self.sender),), level=3)
        elif any(place.startswith("avsandare.") for place, _ in self.found.places):
            yield Section(f"Avsändare i {case.number}", (Prose(_ANOTHER_SENDER),), level=3)
        for place, text in self.texts:
            yield Section(f"{heading(place)} i {case.number}", (Prose(text),), level=3)
        if self.log:
            rows = Rows(("Tid", "Av", "Händelse", "Uppgift", "Innehåll"), self.log)
            yield Section(f"Loggen i {case.number}", (rows,), level=3)

    def identities_of_others(self, person: Person) -> tuple[str, ...]:
        """Kinds of identities in the shown texts that are not the person's own; never what they say."""
        names = [self.case.sender.name] if self.case.sender.name and not self.is_sender else []
        shown = [text for _, text in self.texts] + [row[-1] for row in self.log]
        found = [one.kind for text in shown for one in find(person.without_contacts(text), names) if not one.kind.weak]
        return tuple(dict.fromkeys(kind.label.lower() for kind in found))

    def _days(self) -> Iterator[tuple[str, str]]:
        yield "Inkommen", with_weekday(self.case.received)
        if self.case.closed_on:
            yield "Avslutad", with_weekday(self.case.closed_on)
        if self.case.voided_on:
            yield "Makulerad", with_weekday(self.case.voided_on)
        if self.found.statute is not None:
            yield "Sekretessmarkerat", self.found.statute


_SECRET = (
    "Ärendet är sekretessmarkerat. Markeringen är en varning och inget beslut: vad som kan lämnas ut ur ärendet prövas"
    " för sig."
)
_ANOTHER_SENDER = "Personen förekommer i uppgifterna om avsändaren. Avsändaren är någon annan, och de visas inte här."
_NAMED_OTHERWISE = "anges inte här: ärendet har ett annat namn än det sökta"

_SENDERS_OWN = frozenset({"rubrik", "beskrivning", "forslag", "svar"})
"""What a sender wrote and was answered is about them, whether or not it names them."""
_OF_OWN_CASE = _SENDERS_OWN | {"text", "orsak"}
"""In the log: older wordings of that, and what was noted while their case was handled."""


def _texts(case: Case) -> Iterator[tuple[str, str]]:
    """Everything written freely in a case but the sender's data, as (key, text)."""
    published = case.publication
    written: list[tuple[str, str | None]] = [
        ("rubrik", case.title),
        ("beskrivning", case.description),
        ("forslag", case.proposal),
        ("svar", case.answer),
        ("lardom", case.lesson),
        ("diarienummer", case.diary_number),
        ("utforare", case.provider),
        ("i_efterhand", case.kept_elsewhere),
        ("mottagen_av", case.received_by),
        ("externt_id", case.external_id),
        *(("aterkopplingar", given.reason) for given in case.feedback),
        *(("atgarder", measure.text) for measure in case.measures),
        *(("atgarder.ansvarig", measure.responsible) for measure in case.measures),
        *(("vagar", route.body) for route in case.routes),
        *(("ankomststamplar", stamp.desk) for stamp in case.stamps),
        *(("kopior", copy.to) for copy in case.copies),
        *(("hanvisningar", text) for referral in case.referrals for text in (referral.label, referral.reference)),
        *(("deltagare", name) for name in case.participants),
        ("publicering", published.public_answer if published else None),
        ("publicering", published.improvement if published else None),
        *(("sekretess", mark.statute) for mark in case.secrecy),
        *(("borttaget", erasure.decision) for erasure in case.erasures),
    ]
    return ((place, text) for place, text in written if text)


def _is_the_handler(person: Person, handler: Handler) -> bool:
    names = [name for name in (handler.name, handler.full_name) if name]
    contacts = [contact for contact in (handler.email, handler.phone, handler.address) if contact]
    return any(person.hit(name, is_name=True) is Hit.CERTAIN for name in names) or any(
        person.hit(contact) is Hit.CERTAIN for contact in contacts
    )


def _is_the_sender(person: Person, sender: Sender) -> bool:
    """Whether the sender is the person, so that all of the sender's data are theirs.

    A family shares a telephone and an address: where a name was looked for and another is stored, they are not.
    """
    if person.name and sender.name:
        return person.hit(sender.name, is_name=True) is Hit.CERTAIN
    contacts = [text for text in (sender.name, sender.email, sender.address) if text]
    return any(person.hit(text) is Hit.CERTAIN for text in contacts) or _has_phone(person, sender)


def _has_phone(person: Person, sender: Sender) -> bool:
    phone = sender.phone
    return phone is not None and (person.has_number(phone) or person.hit(phone) is Hit.CERTAIN)


def _sender_facts(sender: Sender, person: Person, own: bool) -> Iterator[tuple[str, str]]:
    """The sender's data that are the person's: all of them, or only the address and number that are the same."""
    if own:
        for name in ("role", "name", "email", "phone", "address", "preferred", "case_file"):
            if value := getattr(sender, name):
                yield BY_NAME[name].heading, str(getattr(value, "label", value))
        return
    same = Person(email=person.email, phone=person.phone)
    shared = [
        *((("E-postadress", str(person.email)),) if sender.email and same.hit(sender.email) else ()),
        *((("Telefon", str(person.phone)),) if _has_phone(same, sender) else ()),
    ]
    if shared:
        yield from (("Namn", _NAMED_OTHERWISE), *shared)


def _told_once(places: Mapping[str, Hit]) -> Iterator[tuple[str, Hit]]:
    """The places, but for what the log only repeats."""
    fields = {place.partition(".")[0] for place in places if not place.startswith("logg.")}
    for place in sorted(places, key=lambda place: (place.startswith("logg."), place)):
        if not (place.startswith("logg.") and place.removeprefix("logg.") in fields):
            yield place, places[place]


def _without_the_sender(text: str, person: Person, sender: Sender) -> str:
    """A text of a case that the person is only named in, without who sent it: that is no part of their extract."""
    own = set(likeness(person.name or "").casefold().split())
    apart = " ".join(word for word in (sender.name or "").split() if likeness(word).casefold() not in own)
    contacts = {Identity.NAME, Identity.EMAIL, Identity.PHONE, Identity.PHONE_OR_NUMBER}
    where = [sender.address] if sender.address else []
    return without(text, [apart] if apart else [], where, contacts, lambda found: person.hit(found) is Hit.CERTAIN)


def _log_lines(
    events: Iterable[Event],
    names: Callable[[str], bool],
    own: bool,
    shown: Collection[str],
    labels: Mapping[str, str],
) -> Iterator[tuple[str, ...]]:
    """The lines of the log that name the person, or tell of a case that is their ``own``.

    A text that stands in the case too is not repeated.
    """
    for event in events:
        for key, old, new in event.changes:
            for text in dict.fromkeys((*records.texts_in(key, old), *records.texts_in(key, new))):
                if names(text) or (own and key in _OF_OWN_CASE and text not in shown):
                    what = _heading(key.partition(".")[0])
                    told = "Samma text som ovan." if text in shown else text
                    yield days.shown_minute(event.at), event.by, labels.get(event.kind, event.kind), what, told


def _without_person(file: Path, person: Person) -> Path:
    """The file, or the nearest folder whose path does not tell whom it is about."""
    while any(person.is_written_in(part) for part in file.parts[1:]):
        file = file.parent
    return file


# -- what article 15 asks for beside the data ---------------------------------------------------------


def _what_it_is(findings: Findings) -> Section:
    secret = sum(case.statute is not None for case in findings.taken)
    what = "Registret" if findings.unsearched else "Hela registret"
    lines = [
        f"Utdraget visar vad registret över synpunkter och klagomål innehåller om den sökta personen:"
        f" {_number(len(findings.taken), 'ärende', 'ärenden')}."
        f" {what} är genomsökt: uppgifter om avsändare, ärendenas texter, loggen med äldre lydelser, och det som"
        " hör till registret utan att höra till ett ärende.",
    ]
    if findings.unsearched:
        lines.append(
            f"Sekretessmarkerade ärenden i registret: {findings.unsearched}. De är inte genomsökta: vad som kan lämnas"
            " ut ur dem prövas för sig."
        )
    if secret:
        lines.append(f"Sekretessmarkerade ärenden i utdraget: {secret}.")
    if findings.possible:
        lines.append(
            f"Dessutom liknar något i {_number(len(findings.possible), 'ärende', 'ärenden')} personens namn, till"
            " exempel samma efternamn. De är inte med, eftersom de kan gälla någon annan."
        )
    lines.append("Det som är gallrat efter beslut finns inte längre och går inte att söka fram.")
    return Section("Vad utdraget visar", (Prose("\n".join(lines)),))


def _information(taken: Sequence[_About], retention: Retention) -> Iterator[Section]:
    yield Section("Ändamål och rättslig grund", (Prose(_PURPOSE),))
    yield Section("Vilka uppgifter", (Prose(_CATEGORIES),))
    yield Section("Varifrån uppgifterna kommer", (Prose(_SOURCES),))
    yield Section("Vilka som har fått dem", tuple(_recipients(taken)))
    yield Section("Hur länge de finns kvar", tuple(_how_long(retention)))
    yield Section("Rättigheter", (Prose(_RIGHTS),))


_PURPOSE = (
    "Uppgifterna behandlas för att ta emot, registrera, handlägga, besvara och följa upp synpunkter och klagomål på"
    " kommunens verksamhet. Det är nödvändigt för att utföra en uppgift av allmänt intresse (artikel 6.1 e i"
    " dataskyddsförordningen). Allmänna handlingar ska registreras (5 kap. offentlighets- och sekretesslagen)."
)
_CATEGORIES = (
    "Uppgifter om den som har lämnat en synpunkt (namn, kontaktuppgifter, roll och önskat sätt att få svar), det som"
    " avsändaren har skrivit eller sagt, svar, åtgärder och anteckningar, och vem som gjort vad med ärendet och när."
)
_SOURCES = (
    "Från den som lämnat synpunkten, och från dem som har handlagt den. Inga uppgifter hämtas från andra register."
)
_RIGHTS = (
    "Den som uppgifterna gäller kan begära att felaktiga uppgifter rättas eller kompletteras (artikel 16), att"
    " behandlingen begränsas (artikel 18), och invända mot den (artikel 21). Uppgifter i allmänna handlingar raderas"
    " bara genom gallring efter beslut (artikel 17.3 och arkivlagen). Begäran lämnas till den personuppgiftsansvariga"
    " nämnden.\n"
    "Klagomål på behandlingen lämnas till Integritetsskyddsmyndigheten, IMY (www.imy.se).\n"
    "Inga beslut fattas automatiskt, och registret gör ingen profilering. Registret förs inte över till något annat"
    " land."
)


def _recipients(taken: Sequence[_About]) -> Iterator[Prose | Rows]:
    rows = tuple((with_weekday(on), about.found.number) for about in taken for on in about.handed_out)
    yield Prose(
        "Medarbetare som handlägger ärendena. Registret är en allmän handling: den som begär det kan få del av"
        " uppgifter som inte omfattas av sekretess. "
        + ("Dessa utlämnanden är antecknade:" if rows else "Inga utlämnanden är antecknade i ärendena nedan.")
    )
    if rows:
        yield Rows(("Dag", "Ärende"), rows)


def _how_long(retention: Retention) -> Iterator[Prose | Facts]:
    if not retention.years:
        yield Prose(
            "Uppgifterna finns kvar tills nämnden beslutar om gallring (10 § arkivlagen). Registrets regelverk har"
            " ingen bestämd tid."
        )
        return
    decision = f" ({retention.decision})" if retention.decision else ""
    yield Prose(f"Nämnden har beslutat hur länge ärenden bevaras{decision}, räknat från att ärendet avslutades:")
    yield Facts(
        tuple((kind.label, "bevaras" if years is None else f"{years} år") for kind, years in retention.years.items())
    )


def _at_work_sections(at_work: AtWork) -> Iterator[Section]:
    if not at_work.is_anything:
        return
    names = {"name": "Namn i registret", "unit": "Enhet", "full_name": "Namn", "title": "Titel"}
    names |= {"phone": "Telefon", "email": "E-postadress", "address": "Adress"}
    facts = [
        (label, str(value))
        for handler in at_work.handlers
        for name, label in names.items()
        if (value := getattr(handler, name))
    ]
    yield Section(
        "Som medarbetare",
        (
            Facts(
                (
                    *facts,
                    ("Handläggare i", _number(at_work.cases, "ärende", "ärenden")),
                    ("Har gjort", f"{_number(at_work.acts, 'händelse', 'händelser')} i loggen"),
                    ("Anges som medarbetare på", _number(at_work.named, "ställe", "ställen")),
                )
            ),
            Prose("Vad en medarbetare har gjort i varje ärende redovisas inte här; det står i ärendenas loggar."),
        ),
    )


def _elsewhere_sections(elsewhere: Sequence[Written], person: Person) -> Iterator[Section]:
    rows = dict.fromkeys(
        (heading(one.place), line)
        for one in elsewhere
        if one.place != "handlaggare"
        # Of a whole rule profile only the lines that name the person.
        for line in (filter(person.hit, one.text.split("\n")) if one.place == "regelverk" else (one.text,))
    )
    if rows:
        yield Section("Utanför ärendena", (Rows(("Var", "Innehåll"), tuple(rows)),))


def _number(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
