"""The register's use cases: one method per act, one writing transaction per method.

Each act loads the case, lets :mod:`klagreg.casework` decide what it becomes, settles its deadlines, and stores
it together with the event that says who changed what, when. Names and words are resolved through the register's
:mod:`klagreg.directory`, so that the rules see only what exists.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from functools import cache, partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from klagreg import advice, border, casework, days, deadlines, secrecy
from klagreg.answers import Change, Listed, Today
from klagreg.desk import Desk, Env, in_force
from klagreg.directory import proper_name
from klagreg.errors import CaseNotFound, IdentityFound, Refused, shorten
from klagreg.history import changes, texts, written, written_anew
from klagreg.model import (
    ArrivalStamp,
    Case,
    CopyGiven,
    Event,
    FeedbackGiven,
    Measure,
    Publication,
    Referral,
    RouteTaken,
    Secrecy,
    SecretCase,
)
from klagreg.practice import Practice
from klagreg.rules import LocalRule, Vocabulary
from klagreg.secrecy import Row
from klagreg.staff import Handler, Unit
from klagreg.store import door
from klagreg.store.cases import Filter, RuleSet, Store, Unassigned
from klagreg.terms import CaseType, CountedIn, IdentityCheck, Means, MeasureKind, NoAnswer, Outcome, fold
from klagreg.workdays import CALENDAR_END, Calendar

if TYPE_CHECKING:
    from klagreg.figures import Report
    from klagreg.importing import ImportResult, Intake, Known, Plan, SetAside
    from klagreg.profile import Profile
    from klagreg.tabular import Sheet
    from klagreg.upkeep import Upkeep

LONGEST_RULE = timedelta(days=366 * 7 + 40)
"""No promise reaches further than this from the day it is given (rules: at most 366 weeks)."""

_STAFF_KEYS = ("ansvarig", "av", "mottagen_av")
"""Where a colleague is named: whom the register knows is no find, though the name is an address."""

_PLACE = ("unit", "board", "received")
"""What a corrected case's stricter rules follow from."""


OWN_KEYS = "nyckel"
"""The source of ids that scripts give their registrations."""

SAME_BREATH = timedelta(minutes=10)
"""The same facts again within this time may be the same command again."""

BATCH = 500
"""Imported cases that are stored together: enough to share the cost of a statement, few enough to hold in memory."""


class Settlement(NamedTuple):
    """Åtgärdad direkt: what was done on the spot, and how the sender was answered."""

    done: str
    answer: str | None = None
    means: Means | None = None


class Register(Desk):
    """An open register. Use as a context manager; every method is one act or one look."""

    texts_reviewed = False
    """A person says that what looks like an identity in the texts is none; that is logged with the act."""

    names_to_check: tuple[str, ...] = ()
    """Names that no text may hold, and that are not stored (Nacka: they lie in the personakt)."""

    _at_hand: Case | None = None
    """The case that the act is about."""

    @contextmanager
    def act(self, *, about_the_mark: bool = False) -> Iterator[None]:
        """One writing transaction. A refusal tells nothing of a secret case, unless it is about the mark itself."""
        self._at_hand = None
        with super().act():
            try:
                yield
            except Refused as refused:
                if about_the_mark or type(refused) is not Refused:
                    raise
                raise secrecy.without_reasons(refused, self._at_hand, self.env.today) from None

    @property
    def upkeep(self) -> Upkeep:
        """The acts around the cases; loaded when they are needed."""
        from klagreg.upkeep import Upkeep

        return Upkeep(self.store, self.env, self.directory)

    # -- opening --------------------------------------------------------------------------------

    @classmethod
    @contextmanager
    def open(cls, path: Path, env: Env) -> Iterator[Register]:
        """The register at ``path``.

        Raises:
            RegisterError: it is missing, damaged, foreign, newer or busy.
        """
        door.must_be_local(path, allowed=env.network_allowed)
        store = Store(door.open_register(path, days.stored_moment(env.now), env.actor), path)
        try:
            yield cls(store, env)
        finally:
            store.close()

    @classmethod
    def create(
        cls,
        path: Path,
        env: Env,
        profile: Profile,
        *,
        board: str | None = None,
        municipality: str | None = None,
        group: str | None = None,
    ) -> None:
        """Make a new register with a rule profile and the calendar of 2000–2101.

        ``group``: the operating system's group of registrators who may read and write it.

        Raises:
            AlreadyExists: there is a file at ``path``.
            BadValue: the nämnd or the municipality cannot be stored.
        """
        from klagreg.workdays import swedish_free_days

        facts = {
            "namnd": None if board is None else proper_name(board, "--namnd"),
            "kommun": None if municipality is None else border.line(municipality, "--kommun", 100),
            "skapat": days.stored_moment(env.now),
        }
        door.must_be_local(path, allowed=env.network_allowed)
        free = swedish_free_days()
        with door.created(path, days.stored_moment(env.now), env.actor, group) as connection:
            register = cls(Store(connection, path), env)
            register.store.set_meta({key: value for key, value in facts.items() if value})
            register.store.set_calendar(free, local=False)
            register.upkeep.adopt_first(profile)

    # -- case work ------------------------------------------------------------------------------

    def register(
        self, case: Case, *, add_names: bool = False, settled: Settlement | None = None, key: str | None = None
    ) -> Change:
        """Registrera: store a new case under the next number of this year's series.

        ``case`` carries what was told; number, deadlines and who-and-when are filled in here. The year of the
        number is the year of registration in Sweden (domain 4.1). ``settled``: it was put right on the spot, and is
        closed in the same act. ``key``: names this registration, so that it may be sent again when nobody knows whether
        it was stored: the same facts under the same key are the same case.

        Raises:
            Refused: other facts were registered under the key.
        """
        with self.act():
            rule_set = self.rules_on(case.received)
            casework.must_be_a_case(case.channel, rule_set.practice)
            case = self._placed(case, rule_set.practice, add_names)
            case = case._replace(title=case.title or casework.default_title(case.type, case.unit))
            case = case._replace(
                rule_set=rule_set.id,
                registered_at=days.stored_moment(self.env.now),
                registered_by=self.env.actor,
            )
            local, calendar = self._local_rules(case), self._calendar(case.received)
            promised = partial(deadlines.given, rule_set.rules, calendar, local)
            case = casework.register(case, promised, self.env.today)
            if settled:
                by = case.handler or case.received_by or self.env.actor
                case = casework.settle_at_once(case, settled.done, settled.answer, settled.means, by, self.env.today)
            if key:
                case = case._replace(external_source=OWN_KEYS, external_id=key)
            case = deadlines.settled(case)
            event = self._event_of(case, "registrerad", case.received, changes(None, case))
            if key and (earlier := self._registered_before(key, event)):
                return earlier
            year = self.env.today.year
            case = _numbered(case, rule_set, year, self.store.next_serial(year))
            self._remark(
                *advice.on_arrival(case, self.env.today),
                *advice.on_use(case, rule_set.name, rule_set.types, rule_set.practice),
                *self._who_takes(case),
                *advice.on_general(case, rule_set.practice),
                *advice.on_last_days(case, calendar),
                *self._on_repetition(case, event),
            )
            self.store.insert(case, event)
        return Change(None, case, tuple(self.directory.remarks))

    def _on_repetition(self, case: Case, event: Event) -> list[str]:
        """Whether the same was registered a moment ago; a case without a text of its own is like many others."""
        if not (case.description or case.proposal):
            return []
        alike = self.store.registered_alike(event, days.stored_moment(self.env.now - SAME_BREATH))
        return advice.on_repetition(case, alike)

    def _registered_before(self, key: str, event: Event) -> Change | None:
        """What the same registration made when it was sent before; None when it is the first."""
        found = self.store.registered_as(OWN_KEYS, key)
        if found is None:
            return None
        earlier, told = found
        if told != written(event.changes):
            raise Refused(
                f"Nyckeln {shorten(key)} bär redan {earlier.number}, med andra uppgifter. Inget är sparat.",
                f"Ange en annan nyckel om det är ett nytt ärende. Se: klagreg visa {earlier.number}",
            )
        is_secret = earlier.secrecy_on(self.env.today) is not None
        return Change(earlier if is_secret else None, earlier, (advice.on_key(earlier),))

    def assign(
        self,
        ref: str,
        handler: str,
        on: date,
        unit: str | None = None,
        *,
        participants: Sequence[str] = (),
        add_names: bool = False,
    ) -> Change:
        """Tilldela: name the handler, and the unit if it is given; ``participants`` work on it too."""
        with self.act():
            before = self._get(ref)
            where = self.directory.resolved({"unit": unit, "handler": handler}, add=add_names)
            name = where.pop("handler")
            others = [self.directory.resolved({"handler": n}, add=add_names)["handler"] for n in participants]
            moved = self._placed_late(before, where) if unit else before
            after = casework.assign(moved, name, on, self.env.today, others)
            return self._save(before, after, "tilldelad", on)

    def _placed_late(self, case: Case, where: Mapping[str, Any]) -> Case:
        """The case at a unit; if it had none, the unit's stricter rules hold for it as if it had come in there."""
        moved: Case = case._replace(**where)
        local = [] if case.unit else self._local_rules(moved)
        if not local:
            return moved
        rules = self._rules_of(case).rules
        return moved._replace(deadlines=deadlines.recounted(moved, rules, self._calendar(case.received), local))

    def give_feedback(self, ref: str, given: FeedbackGiven) -> Change:
        """Återkoppla: record a contact with the sender."""
        with self.act():
            before = self._get(ref)
            after = casework.give_feedback(before, given, today=self.env.today)
            self._remark(*advice.on_delay(given, self._rules_of(before).practice))
            return self._save(before, after, "aterkopplad", given.given_on)

    def note(self, ref: str, text: str, on: date) -> Change:
        """Anteckna: a note in the log. The case itself does not change."""
        with self.act():
            case = self._get(ref)
            casework.note(case, on, self.env.today)
            written = [("text", None, border.prose(text, "Anteckningen"))]
            self.store.log(case.number, self._event_of(case, "anteckning", on, written))
        return Change(case, case, tuple(self.directory.remarks), "anteckning")

    def add_measure(self, ref: str, measure: Measure, on: date) -> Change:
        """Åtgärda: plan a measure, or record one that is done."""
        with self.act():
            before = self._get(ref)
            after = casework.add_measure(before, measure, on, self.env.today)
            self._remark(*self._unknown_responsible([measure]))
            return self._save(before, after, "atgard", on)

    def complete_measure(self, ref: str, number: int, on: date, kind: MeasureKind | None = None) -> Change:
        """Åtgärden är genomförd."""
        with self.act():
            before = self._get(ref)
            after = casework.complete_measure(before, number, on, self.env.today, kind)
            return self._save(before, after, "atgard_genomford", on)

    def correct(self, ref: str, correction: casework.Correction, on: date, *, add_names: bool = False) -> Change:
        """Uppdatera: correct fields; old and new values go to the log, and deadlines follow."""
        with self.act():
            before = self._get(ref)
            rule_set = self._rules_of(before)
            channel = correction.values.get("channel")
            casework.must_be_a_case(str(channel) if channel else None, rule_set.practice)
            values = self.directory.resolved(correction.values, add=add_names)
            received = values.get("received", before.received)
            after = casework.correct(
                before,
                correction._replace(values=values),
                rule_set.rules,
                self._calendar(received),
                on,
                self.env.today,
                self._local_rules(_where_it_came_in(before, values)),
            )
            if deadlines.settled(after) == before:
                raise Refused(f"{before.number} har redan de värdena.", "Inget är ändrat.")
            if after.general and not before.general:
                self._remark(*advice.on_general(after, rule_set.practice))
            self._remark(*self._who_takes(after) if after.unit != before.unit else ())
            if after.protected and not before.protected:
                self._forget_who(before)
            return self._save(before, after, "uppdaterad", on)

    def _forget_who(self, before: Case) -> None:
        """The sender is protected from now on: what named them may stand in no text either."""
        self.names_to_check = (*self.names_to_check, *filter(None, [before.sender.name]))
        self._remark(
            "Äldre lydelser står kvar i loggen tills ärendet är avslutat och avidentifieras (--dolj) eller gallras."
        )

    def hand_over(
        self,
        ref: str,
        to: str | None,
        on: date,
        *,
        board: str | None = None,
        handler: str | None = None,
        told: Means | None = None,
        told_by: str = "",
        copies: Sequence[str] = (),
        reason: str | None = None,
        add_names: bool = False,
    ) -> Change:
        """Överlämna to a unit (with its nämnd) or to a nämnd, and to a handler if one is named there.

        ``told``: how the sender learnt who takes over; ``copies``: roles that got a copy.
        """
        with self.act():
            before = self._get(ref)
            practice = self._rules_of(before).practice
            to_board, unit = self.directory.place(to, board, before.board, add=add_names)
            after = casework.hand_over(before, to_board, unit, on, self.env.today, told)
            if handler:
                name = self.directory.resolved({"unit": unit, "handler": handler}, add=add_names)["handler"]
                after = casework.assign(after, name, on, self.env.today)
            after = casework.tell_of_handover(after, told_by or self.env.actor)
            for role in copies:
                after = casework.give_copy(after, CopyGiven(on, role), practice, self.env.today)
            self._remark(*advice.on_handover(after, practice), *self._who_takes(after))
            return self._save(before, after, "overlamnad", on, _reason(reason))

    def give_copy(self, ref: str, copy: CopyGiven) -> Change:
        """Kopia: somebody got a copy of the case."""
        with self.act():
            before = self._get(ref)
            after = casework.give_copy(before, copy, self._rules_of(before).practice, self.env.today)
            return self._save(before, after, "kopia", copy.copied_on)

    def stamp(self, ref: str, arrived: ArrivalStamp) -> Change:
        """Ankomststämpla: the case reached a desk."""
        with self.act():
            before = self._get(ref)
            after = casework.stamp(before, arrived, self.env.today, self.env.clock)
            self._remark(*advice.on_copy(after, self._rules_of(before).practice))
            return self._save(before, after, "ankomststamplad", arrived.stamped_on)

    def take_route(self, ref: str, taken: RouteTaken) -> Change:
        """Väg: where the analysed case is taken."""
        with self.act():
            before = self._get(ref)
            return self._save(before, casework.take_route(before, taken, self.env.today), "vag", taken.taken_on)

    def refer(self, ref: str, word: str, reference: str | None, on: date) -> Change:
        """Hänvisa: where the matter belongs instead, or as well; ``word`` is one of the profile's."""
        with self.act():
            before = self._get(ref)
            known = Vocabulary("--till", self._rules_of(before).practice.referrals)
            to = known.named(word)
            return self._save(
                before,
                casework.refer(before, Referral(on, to, known.label(to), reference), self.env.today),
                "hanvisad",
                on,
            )

    def learn(self, ref: str, lesson: str | None) -> Change:
        """Lärdom: what was learnt; an identity in it always stops it."""
        with self.act():
            before = self._get(ref)
            return self._save(before, casework.learn(before, lesson), "lardom", self.env.today, strict=True)

    def approve(self, ref: str, approved: Publication) -> Change:
        """Godkänn: an answer may be published; an identity in it always stops it."""
        with self.act():
            before = self._get(ref)
            after = casework.approve(before, approved, self._rules_of(before).practice, self.env.today)
            self._remark(*advice.on_publishing(after))
            title = [("rubrik", None, before.title)]  # published beside the answer
            return self._save(before, after, "godkand", approved.approved_on, strict=True, read_too=title)

    def withdraw(self, ref: str) -> Change:
        """Dra tillbaka: the answer is no longer published."""
        with self.act():
            before = self._get(ref)
            return self._save(before, casework.withdraw(before), "tillbakadragen", self.env.today)

    def mark_secret(self, ref: str, statute: str, until: date | None, on: date, reason: str | None) -> Change:
        """Sekretessmarkera, or replace the mark that holds."""
        with self.act(about_the_mark=True):
            before = self._get(ref)
            self._look_through(before, [("lagrum", None, statute)], strict=True)
            mark = Secrecy(on, statute, self.env.actor, until)
            after = casework.mark_secret(before, mark, self.env.today)
            return self._save(before, after, "sekretess", on, _reason(reason))

    def lift_secrecy(self, ref: str, on: date, reason: str) -> Change:
        """Häv the secrecy mark, with the reason."""
        with self.act(about_the_mark=True):
            before = self._get(ref)
            after = casework.lift_secrecy(before, on, self.env.today)
            return self._save(before, after, "sekretess_havd", on, _reason(reason))

    def extend(self, ref: str, key: str, until: date, told: FeedbackGiven | None, on: date, reason: str) -> Change:
        """Förläng a deadline, with the reason; both last days are kept."""
        with self.act():
            before = self._get(ref)
            after = casework.extend(before, fold(key), until, told, on, self.env.today)
            if told:
                self._remark(*advice.on_delay(told, self._rules_of(before).practice))
            return self._save(before, after, "forlangd", on, _reason(reason))

    def close_case(
        self,
        ref: str,
        outcome: Outcome,
        on: date,
        *,
        answer: str | None = None,
        given: FeedbackGiven | None = None,
        no_answer: NoAnswer | None = None,
        promised: Sequence[Measure] = (),
    ) -> Change:
        """Avsluta, with an answer or the reason why there is none, and with what it promises."""
        with self.act():
            before = self._get(ref)
            after = casework.close(
                before,
                outcome,
                on,
                self.env.today,
                answer=answer,
                given=given,
                no_answer=no_answer,
                promised=promised,
            )
            after = deadlines.settled(after)
            self._remark(*advice.on_closing(after, self._rules_of(before).practice))
            self._remark(*self._unknown_responsible(promised))
            extra = [("utan_svar", None, no_answer.value)] if no_answer else []
            return self._save(before, after, "avslutad", on, extra)

    def reopen(self, ref: str, on: date, reason: str) -> Change:
        """Återuppta a closed case."""
        with self.act():
            before = self._get(ref)
            return self._save(before, casework.reopen(before, on, self.env.today), "aterupptagen", on, _reason(reason))

    def void(self, ref: str, on: date, reason: str) -> Change:
        """Makulera a registration made by mistake; the number stays."""
        with self.act():
            before = self._get(ref)
            return self._save(before, casework.void(before, on, self.env.today), "makulerad", on, _reason(reason))

    def import_cases(
        self, sheet: Sheet, plan: Plan, *, rehearse: bool = False, set_aside: SetAside | None = None
    ) -> ImportResult:
        """Importera: all rows of a table that can become cases, in one transaction.

        ``rehearse``: say what would happen, and store nothing. ``set_aside`` takes the rows that cannot become
        cases; without it one such row refuses the table.

        Raises:
            RowsRefused: some rows cannot become cases; every fault is in its result. Nothing was stored.
            WrongUse: a constant or a word of the map cannot be used, or the file cannot be read to its end.
        """
        from klagreg.importing import Intake

        if rehearse:
            with self.store.reading():
                known = self._known(plan.source)
            intake = Intake(sheet, plan, known, set_aside)
            for _ in intake.cases():
                pass
            return intake.finish()
        with self.act():
            known = self._known(plan.source)
            intake = Intake(sheet, plan, known, set_aside)
            cases = intake.cases()
            while batch := list(islice(cases, BATCH)):
                if not intake.refused:
                    self._store_imported(batch, intake, known)
            self._store_homes(intake)
            return intake.finish()

    # -- looking --------------------------------------------------------------------------------

    def case(self, ref: str) -> Case:
        """The case that a reference means: ``SYN-2026-00012``, ``2026-12`` or ``12`` for this year's series.

        Whole, for who acts on it. Who shows it asks :meth:`look` or :meth:`read`.

        Raises:
            CaseNotFound: no such case; the message suggests numbers from other years.
        """
        with self.store.reading():
            return self._get(ref)

    def look(self, ref: str, *, secret: bool = False) -> Case | SecretCase:
        """The case for somebody who will see it: while it is marked secret only what may be seen of it.

        ``secret``: all the same the whole of it, and that reading is an event in its log.
        """
        with self.act() if secret else self.store.reading():
            return self._seen([self._get(ref)], secret)[0]

    def read(self, ref: str, *, secret: bool = False) -> Case:
        """The whole case for somebody who will see it.

        ``secret``: also when it is marked secret, and that reading is an event in its log.

        Raises:
            Refused: it is marked secret, and ``secret`` was not asked for.
        """
        with self.act() if secret else self.store.reading():
            return self._whole(ref, secret)

    def read_sender(self, ref: str, *, secret: bool = False) -> Case:
        """The whole case for somebody who will see its sender too; that reading is an event in its log.

        Raises:
            Refused: it is marked secret, and ``secret`` was not asked for.
        """
        with self.act(about_the_mark=True):
            case = self._whole(ref, secret)
            self.store.log(case.number, self.event("last_personuppgifter", self.env.today, ()))
        return case

    def letter_written(self, ref: str, file: Path) -> None:
        """Note where a letter about a case was put: it is to be found when the case is erased."""
        with self.act(about_the_mark=True):
            case = self._get(ref)
            told = self.file_told(file, [case.sender.name] if case.sender.name else [])
            self.store.log(case.number, self.event("brev", self.env.today, [told]))

    def checklist(self, case: Case) -> list[tuple[str, bool]]:
        """The steps of the case's profile, each with whether it was taken."""
        steps = self._rules_of(case).practice.checklist
        return casework.checklist(case, steps)

    def own_unit(self) -> str | None:
        """The unit of who asks, where the profile shows it first (Nacka); None for who is no handler."""
        if not self.rules_on(self.env.today).practice.own_unit_first:
            return None
        return next((h.unit for h in self.store.handlers() if h.name == self.env.actor and not h.retired_on), None)

    def events(self, case: Case | SecretCase) -> list[Event]:
        """The case's log, oldest first; of a secret case as much of it as may be seen."""
        with self.store.reading():
            events = self.store.events(case.number)
        return events if isinstance(case, Case) else secrecy.masked_log(events)

    def find(self, wanted: Filter, limit: int | None = None) -> list[Case]:
        """Cases that pass the filter, newest number first. Whole; who shows them asks :meth:`listed`."""
        with self.store.reading():
            return self.store.find(wanted, limit)

    def listed(self, wanted: Filter, limit: int | None = None, *, secret: bool = False) -> Listed:
        """Cases that pass the filter, newest number first, for somebody who will see them.

        A text means cases where every word begins a word of it; if there are none, where it occurs anywhere.

        A secret case passes a filter on what it shows: its days and whether it is overdue. By any other it would be
        told what it hides, so all secret cases are left out then; that there are some is told, in a number that does
        not depend on the filter. ``secret``: all of them and the whole of them, and that reading is an event in the log
        of each that is shown.
        """
        if wanted.text is not None:
            wanted = wanted._replace(text=unicodedata.normalize("NFC", wanted.text))
        masks = wanted.looks_inside and not secret
        if masks:
            wanted = wanted._replace(unmarked_on=self.env.today)
        one_more = limit and limit + 1
        with self.act() if secret else self.store.reading():
            found = self.store.find(wanted, one_more)
            if not found and wanted.text is not None:
                found = self.store.find(wanted._replace(inside_words=True), one_more)
            left_out = self.store.marked_secret(self.env.today) if masks else 0
            return Listed(self._seen(found[:limit], secret), len(found) > (limit or len(found)), left_out)

    def today(
        self,
        on: date,
        soon_days: int = 2,
        handler: str | None = None,
        unit: str | None = None,
        unassigned: int | None = None,
    ) -> Today:
        """The picture of a day: ``soon`` are deadlines within so many working days after it.

        ``unassigned``: of the cases that nobody has taken on, so many are wanted; None is all.
        """
        with self.store.reading():
            calendar = self.store.calendar(on, on + timedelta(days=soon_days * 7 + 30))
            until = calendar.last_day(on, soon_days, CountedIn.WORKDAYS)
            rows = self._masked(self.store.waiting(on, until, handler, unit))
            open_cases, oldest = self.store.open_cases() if on == self.env.today else (None, None)
            past = on < self.env.today
            nobodys, in_all = ([], 0) if handler else self.store.unassigned(on, unit, past=past, limit=unassigned)
            return Today(
                on=on,
                is_today=on == self.env.today,
                soon_until=until,
                overdue=[row for row in rows if row.due < on],
                due=[row for row in rows if row.due == on],
                soon=[row for row in rows if row.due > on],
                unassigned=self._masked(nobodys),
                unassigned_in_all=in_all,
                measures=self._masked(self.store.promised_measures(on, until, handler, unit)),
                copies_missing=self._masked(self._copies_missing(on, handler, unit)),
                open_cases=open_cases,
                oldest=oldest,
            )

    def _copies_missing(self, on: date, handler: str | None, unit: str | None) -> list[Unassigned]:
        wanted = any(rule_set.practice.copy_to for rule_set in self.store.rule_sets())
        return self.store.without_copy(on, handler, unit) if wanted else []

    def report(
        self,
        period: days.Period,
        as_of: date,
        unit: str | None = None,
        board: str | None = None,
        *,
        others: Sequence[Path] = (),
        with_cases: bool = False,
        compared: bool = True,
        progress: Callable[[str], None] = lambda _: None,
    ) -> Report:
        """The figures of a period as of a day, with the same period of earlier years.

        ``unit``, ``board``: only of the cases that were theirs on the as-of day. ``others``: registers, or folders of
        them, that are counted in. ``with_cases``: the cases too, row by row. ``compared``: earlier years are counted;
        else they are empty.

        Raises:
            NameNotFound: no such unit.
            NotFound: no such nämnd.
            RegisterError: one of the registers is missing, unsound, or its ärendebalans does not hold.
        """
        from klagreg.compilation import Asked, compiled, counted_in
        from klagreg.store.statistics import Selection

        with self.store.reading():
            chosen = Selection(
                unit=None if unit is None else self.directory.unit(unit).name,
                board=None if board is None else self.directory.board(board),
            )
        asked = Asked(period, as_of, chosen, with_cases, compared)
        with counted_in(others, self.store, progress) as stores:
            return compiled(asked, [self.store, *stores], progress)

    def calendar(self, start: date, end: date) -> Calendar:
        """The register's calendar, local days off included."""
        return self.store.calendar(start, end)

    def case_types(self) -> tuple[CaseType, ...]:
        """The types that the rules in force today use, in their order."""
        return self.rules_on(self.env.today).types

    # -- inside ---------------------------------------------------------------------------------

    def _seen(self, cases: Sequence[Case], secret: bool) -> list[Case | SecretCase]:
        """Cases as somebody will see them. ``secret``: whole, inside a writing transaction that logs each reading."""
        today = self.env.today
        if not secret:
            return [secrecy.masked(case, today) for case in cases]
        for case in cases:
            if case.secrecy_on(today):
                self.store.log(case.number, self.event("last_sekretess", today, ()))
        return list(cases)

    def _whole(self, ref: str, secret: bool) -> Case:
        case = self._get(ref)
        if secret:
            self._seen([case], True)
        else:
            secrecy.must_be_asked_for(case, self.env.today)
        return case

    def _masked(self, rows: list[Row]) -> list[Row]:
        """Rows of the watch as anybody may see them."""
        return secrecy.masked_rows(rows, self.store.statutes({row.number for row in rows}, self.env.today))

    def _get(self, ref: str) -> Case:
        self._at_hand = self._found(ref)
        return self._at_hand

    def _found(self, ref: str) -> Case:
        serial_only = re.fullmatch(r"\d{1,9}", ref.strip(), re.ASCII)
        if serial_only:
            found = self.store.by_serial(self.env.today.year, int(ref))
            if found is None:
                raise CaseNotFound(ref.strip(), self.store.numbers_like(int(ref))[:2])
            return found
        return self._by_number(ref.strip())

    def _by_number(self, ref: str) -> Case:
        found = self.store.by_number(ref)
        match = re.fullmatch(r"(?:(\w*[^\W\d])[\s/_-]*)?(\d{4})[\s/_:-]+0*(\d{1,9})", ref, re.ASCII)
        if found is None and match:
            prefix, year, serial = match.groups()
            found = self.store.by_serial(int(year), int(serial))
            if found is not None and prefix and not found.number.casefold().startswith(prefix.casefold()):
                found = None
        if found is None:
            raise CaseNotFound(ref)
        return found

    def _save(
        self,
        before: Case,
        after: Case,
        kind: str,
        on: date,
        extra: Iterable[tuple[str, Any, Any]] = (),
        *,
        strict: bool = False,
        read_too: Sequence[tuple[str, Any, Any]] = (),
    ) -> Change:
        after = deadlines.settled(after)
        what = [*changes(before, after), *extra]
        if not self.store.save(after, self._event_of(after, kind, on, what, strict=strict, read_too=read_too)):
            self._remark(f"{after.number} hade ändrats utanför klagreg. Se vad mer: klagreg kontrollera")
        return Change(before, after, tuple(self.directory.remarks), kind)

    def _event_of(
        self,
        case: Case,
        kind: str,
        on: date,
        what: Sequence[tuple[str, Any, Any]],
        *,
        strict: bool = False,
        read_too: Sequence[tuple[str, Any, Any]] = (),
    ) -> Event:
        """The event of an act on a case, whose texts have been looked through for identities.

        ``read_too``: texts that the act does not change, but shows to others.
        """
        found = self._look_through(case, [*what, *read_too], strict=strict)
        return self.event(kind, on, [*what, ("identitetskontroll", None, "granskad")] if found else what)

    def _look_through(self, case: Case, what: Sequence[tuple[str, Any, Any]], *, strict: bool) -> bool:
        """Whether a text that is new seems to hold an identity, and a person says that it is none.

        ``strict``: also where the profile only warns, because the text is meant for others than the case's own. No text
        about a protected person may hold one. A name that is new is looked for in the texts that were there before it.

        Raises:
            IdentityFound: a text seems to hold one, and nobody says that it has been looked at.
        """
        stops = strict or case.protected or self._rules_of(case).practice.identity_check is IdentityCheck.STOP
        renamed = stops and (bool(self.names_to_check) or any(key == "avsandare.namn" for key, _, _ in what))
        everything = [*what, *changes(None, case)] if renamed else what
        staff = {self.env.actor, *(handler.name for handler in self.store.handlers())} if stops else set()
        looked_at = dict.fromkeys(
            (key, text)
            for key, text in texts(everything)
            if key == "rubrik" or (stops and not (key in _STAFF_KEYS and text in staff))
        )
        if case.protected and case.sender.case_file:
            looked_at["personakt", case.sender.case_file] = None
        if not looked_at:
            return False
        from klagreg.identities import places_of

        names = [name for name in (case.sender.name, *self.names_to_check) if name]
        places = places_of(looked_at, names, weak=stops)
        if places and stops and not self.texts_reviewed:
            raise IdentityFound(places)
        if places and not stops:
            self._remark(f"Rubriken är offentlig, och pekar troligen ut någon: {'; '.join(places)}.")
        return bool(places) and self.texts_reviewed

    def _who_takes(self, case: Case) -> list[str]:
        return advice.on_who_takes_it(case, self.directory.unit(case.unit) if case.unit else None)

    def _unknown_responsible(self, measures: Iterable[Measure]) -> list[str]:
        handlers = [handler.name for handler in self.store.handlers() if not handler.retired_on]
        return advice.on_responsible((measure.responsible for measure in measures), handlers)

    def _known(self, source: str) -> Known:
        """What an import needs to know of the register; read once."""
        from klagreg.importing import Known

        rule_sets = self.store.rule_sets()
        return Known(
            today=self.env.today,
            moment=days.stored_moment(self.env.now),
            actor=self.env.actor,
            rule_set=cache(partial(in_force, rule_sets)),
            rule_sets=rule_sets,
            local_rules=self.store.local_rules(),
            calendar=self.store.calendar(days.FIRST_DAY, CALENDAR_END),
            channels=self.store.vocabulary("kanal"),
            areas=self.store.vocabulary("omrade"),
            units={unit.name: unit.board for unit in self.store.units()},
            handlers=[handler.name for handler in self.store.handlers()],
            boards=self.store.boards(),
            board=self.store.meta().get("namnd"),
            imported=self.store.imported(source),
        )

    def _store_imported(self, batch: Sequence[Case], intake: Intake, known: Known) -> None:
        """Store some cases, and before them the names that they are the first to bear."""
        for unit in intake.units.take_new():
            self.store.put_unit(Unit(unit))
            self.directory.added.append(("enhet", None, unit))
        for handler in intake.handlers.take_new():
            self.store.put_handler(Handler(handler))
            self.directory.added.append(("handlaggare", None, handler))
        for code, label in intake.areas.take_new().items():
            self.store.add_word("omrade", code, [label])
            self.directory.added.append(("omrade", None, label))
        year = known.today.year
        first = self.store.next_serial(year, len(batch))
        cases = [
            _numbered(case, known.rule_set(case.received), year, serial) for serial, case in enumerate(batch, first)
        ]
        intake.result.first = intake.result.first or cases[0].number
        intake.result.last = cases[-1].number
        self.store.insert_many(cases, "importerad", map(written_anew, cases))

    def _store_homes(self, intake: Intake) -> None:
        """New units get the nämnd, and new handlers the unit, that all their cases have."""
        for unit, board in intake.units.homes().items():
            self.store.put_unit(Unit(unit, board), unit)
        for handler, unit in intake.handlers.homes().items():
            self.store.put_handler(Handler(handler, unit), handler)

    def _rules_of(self, case: Case) -> RuleSet:
        """The rules that a case was given."""
        return next(rs for rs in self.store.rule_sets() if rs.id == case.rule_set)

    def _local_rules(self, case: Case) -> list[LocalRule]:
        """The stricter rules that its unit or nämnd had on the day a case came in."""
        return [rule for rule in self.store.local_rules() if rule.holds(case.unit, case.board, case.received)]

    def _remark(self, *remarks: str) -> None:
        self.directory.remarks.extend(remarks)

    def _placed(self, case: Case, practice: Practice, add_names: bool) -> Case:
        """The case with its names resolved; the profile says where it lies when none is named."""
        if case.general and practice.general_to and not case.handler:
            case = case._replace(handler=practice.general_to)
        if not case.unit and not case.general and practice.default_unit:
            case = case._replace(unit=practice.default_unit)
            self._remark(
                f"Ingen verksamhet är angiven: ärendet ligger hos {practice.default_unit}. "
                "Lämna det vidare med klagreg overlamna."
            )
        return case._replace(**self._resolved(case, add_names))

    def _resolved(self, case: Case, add_names: bool) -> dict[str, Any]:
        """The case's names as the register spells them; the register's own nämnd where none was named."""
        names = {name: getattr(case, name) for name in ("board", "unit", "handler", "channel", "area")}
        found = self.directory.resolved({key: word for key, word in names.items() if word is not None}, add=add_names)
        return {"board": self.directory.default_board(), **found}

    def _calendar(self, received: date) -> Calendar:
        return self.store.calendar(received, min(received + LONGEST_RULE, CALENDAR_END))


def _numbered(case: Case, rule_set: RuleSet, year: int, serial: int) -> Case:
    number = rule_set.number_format.format(prefix=rule_set.prefix, ar=year, nr=serial)
    return case._replace(year=year, serial=serial, number=number)


def _where_it_came_in(case: Case, values: Mapping[str, Any]) -> Case:
    """The case as it stood when its promises were given: before a hand-over, and with what is corrected now."""
    first = case.handovers[0] if case.handovers else None
    if first:
        return case._replace(
            unit=first.from_unit, board=first.from_board, received=values.get("received", case.received)
        )
    return case._replace(**{name: values[name] for name in _PLACE if name in values})


def _reason(reason: str | None) -> list[tuple[str, Any, Any]]:
    return [("orsak", None, border.prose(reason, "--orsak", 2000))] if reason else []
