"""The register's use cases: one method per act, one writing transaction per method.

Each act loads the case, lets :mod:`klagreg.casework` decide what it becomes, settles its deadlines, and stores
it together with the event that says who changed what, when. Names and words are resolved through the register's
:mod:`klagreg.directory`, so that the rules see only what exists.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from klagreg import __version__, border, casework, days, deadlines
from klagreg.directory import Directory, proper_name
from klagreg.errors import CaseNotFound, Refused
from klagreg.history import changes
from klagreg.model import Case, Event, FeedbackGiven, Measure
from klagreg.rules import Profile
from klagreg.store import door
from klagreg.store.cases import Filter, Handler, RuleSet, Store, Unassigned, Unit, WatchRow
from klagreg.terms import CaseType, CountedIn, NoAnswer, Outcome, fold
from klagreg.workdays import CALENDAR_END, Calendar

if TYPE_CHECKING:
    from klagreg.figures import About, Report
    from klagreg.importing import ImportResult, Intake, Known, Plan, SetAside
    from klagreg.tabular import Sheet

Entry = TypeVar("Entry", Unit, Handler)

LONGEST_RULE = timedelta(days=366 * 7 + 40)
"""No promise reaches further than this from the day it is given (rules: at most 366 weeks)."""

BATCH = 500
"""Imported cases that are stored together: enough to share the cost of a statement, few enough to hold in memory."""


@dataclass(frozen=True, slots=True)
class Env:
    """What the edge knows and the core is told: the moment (aware) and the operating system's user."""

    now: datetime
    actor: str

    @property
    def today(self) -> date:
        """Today in Sweden."""
        return days.stockholm_day(self.now)


@dataclass(frozen=True, slots=True)
class Change:
    """What an act did: the case before (None when it is new) and after it."""

    before: Case | None
    after: Case
    remarks: tuple[str, ...] = ()
    """What the registrator should know besides, in Swedish."""

    @property
    def newly_met(self) -> list[str]:
        """Keys of the deadlines that this act met."""
        before = {d.rule.key: d.met_on for d in self.before.deadlines} if self.before else {}
        return [d.rule.key for d in self.after.deadlines if d.met_on and not before.get(d.rule.key)]


@dataclass(frozen=True, slots=True)
class Today:
    """The picture of a day: what is overdue, due that day, due soon, and what nobody has taken on."""

    on: date
    is_today: bool
    soon_until: date
    overdue: list[WatchRow]
    due: list[WatchRow]
    soon: list[WatchRow]
    unassigned: list[Unassigned]


class Register:
    """An open register. Use as a context manager; every method is one act or one look."""

    def __init__(self, store: Store, env: Env) -> None:
        self.store = store
        self.env = env
        self.directory = Directory(store)
        """The names and words that the register knows."""

    # -- opening --------------------------------------------------------------------------------

    @classmethod
    @contextmanager
    def open(cls, path: Path, env: Env) -> Iterator[Register]:
        """The register at ``path``.

        Raises:
            RegisterError: it is missing, damaged, foreign, newer or busy.
        """
        store = Store(door.open_register(path), path)
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
        free = swedish_free_days()
        with door.created(path, group) as connection:
            register = cls(Store(connection, path), env)
            register.store.set_meta({key: value for key, value in facts.items() if value})
            register.store.set_calendar(free, local=False)
            register._adopt(profile, env.today)
            register._log_register("skapat", env.today, [("regelverk", None, profile.name)])

    # -- case work ------------------------------------------------------------------------------

    def register(self, case: Case, *, add_names: bool = False) -> Change:
        """Registrera: store a new case under the next number of this year's series.

        ``case`` carries what was told; number, deadlines and who-and-when are filled in here. The year of the
        number is the year of registration in Sweden (domain 4.1).
        """
        with self._act():
            case = replace(case, **self._resolved(case, add_names))
            case = replace(case, title=case.title or casework.default_title(case.type, case.unit))
            self.directory.remarks.extend(casework.remarks_on_arrival(case, self.env.today))
            rule_set = self._rule_set(case.received)
            if case.type not in rule_set.types:
                used = ", ".join(rule_set.types)
                self.directory.remarks.append(f"Regelverket {rule_set.name} använder annars bara typerna {used}.")
            case = replace(
                case,
                rule_set=rule_set.id,
                registered_at=days.stored_moment(self.env.now),
                registered_by=self.env.actor,
            )
            case = casework.register(case, rule_set.rules, self._calendar(case.received), self.env.today)
            serial = self.store.next_serial(self.env.today.year)
            case = deadlines.settled(self._numbered(case, rule_set, serial))
            self.store.insert(case, self._event("registrerad", case.received, changes(None, case)))
        return Change(None, case, tuple(self.directory.remarks))

    def assign(self, ref: str, handler: str, on: date, unit: str | None = None, *, add_names: bool = False) -> Change:
        """Tilldela: name the handler, and the unit if it is given."""
        with self._act():
            before = self._get(ref)
            where = self.directory.resolved({"unit": unit, "handler": handler}, add=add_names)
            name = where.pop("handler")
            after = casework.assign(replace(before, **where) if unit else before, name, on, self.env.today)
            return self._save(before, after, "tilldelad", on)

    def give_feedback(self, ref: str, given: FeedbackGiven) -> Change:
        """Återkoppla: record a contact with the sender."""
        with self._act():
            before = self._get(ref)
            after = casework.give_feedback(before, given, self.env.today)
            return self._save(before, after, "aterkopplad", given.given_on)

    def note(self, ref: str, text: str, on: date) -> Change:
        """Anteckna: a note in the log. The case itself does not change."""
        with self._act():
            case = self._get(ref)
            casework.note(case, on, self.env.today)
            written = [("text", None, border.prose(text, "Anteckningen"))]
            self.store.log(case.number, self._event("anteckning", on, written))
        return Change(case, case)

    def add_measure(self, ref: str, measure: Measure, on: date) -> Change:
        """Åtgärda: plan a measure, or record one that is done."""
        with self._act():
            before = self._get(ref)
            after = casework.add_measure(before, measure, on, self.env.today)
            return self._save(before, after, "atgard", on)

    def complete_measure(self, ref: str, number: int, on: date) -> Change:
        """Åtgärden är genomförd."""
        with self._act():
            before = self._get(ref)
            after = casework.complete_measure(before, number, on, self.env.today)
            return self._save(before, after, "atgard_genomford", on)

    def correct(self, ref: str, correction: casework.Correction, on: date, *, add_names: bool = False) -> Change:
        """Uppdatera: correct fields; old and new values go to the log, and deadlines follow."""
        with self._act():
            before = self._get(ref)
            rule_set = next(rs for rs in self.store.rule_sets() if rs.id == before.rule_set)
            values = self.directory.resolved(correction.values, add=add_names)
            received = values.get("received", before.received)
            after = casework.correct(
                before,
                replace(correction, values=values),
                rule_set.rules,
                self._calendar(received),
                on,
                self.env.today,
            )
            if deadlines.settled(after) == before:
                raise Refused(f"{before.number} har redan de värdena.", "Inget är ändrat.")
            return self._save(before, after, "uppdaterad", on)

    def hand_over(
        self,
        ref: str,
        to: str | None,
        on: date,
        *,
        board: str | None = None,
        copies: Sequence[str] = (),
        reason: str | None = None,
        add_names: bool = False,
    ) -> Change:
        """Överlämna to a unit (with its nämnd) or to a nämnd; ``copies`` are roles that got a copy."""
        with self._act():
            before = self._get(ref)
            to_board, unit = self.directory.place(to, board, before.board, add=add_names)
            after = casework.hand_over(before, to_board, unit, on, self.env.today)
            extra = [("kopia", None, role) for role in copies]
            return self._save(before, after, "overlamnad", on, [*extra, *_reason(reason)])

    def extend(self, ref: str, key: str, until: date, told: FeedbackGiven | None, on: date, reason: str) -> Change:
        """Förläng a deadline, with the reason; both last days are kept."""
        with self._act():
            before = self._get(ref)
            after = casework.extend(before, fold(key), until, told, on, self.env.today)
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
    ) -> Change:
        """Avsluta, with an answer or the reason why there is none."""
        with self._act():
            before = self._get(ref)
            after = casework.close(before, outcome, on, self.env.today, answer=answer, given=given, no_answer=no_answer)
            extra = [("utan_svar", None, no_answer.value)] if no_answer else []
            return self._save(before, after, "avslutad", on, extra)

    def reopen(self, ref: str, on: date, reason: str) -> Change:
        """Återuppta a closed case."""
        with self._act():
            before = self._get(ref)
            return self._save(before, casework.reopen(before, on, self.env.today), "aterupptagen", on, _reason(reason))

    def void(self, ref: str, on: date, reason: str) -> Change:
        """Makulera a registration made by mistake; the number stays."""
        with self._act():
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
        with self._act():
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

        Raises:
            CaseNotFound: no such case; the message suggests numbers from other years.
        """
        with self.store.reading():
            return self._get(ref)

    def read_sender(self, ref: str) -> Case:
        """The case for somebody who will see its sender; that reading is an event in the log."""
        with self._act():
            case = self._get(ref)
            self.store.log(case.number, self._event("last_personuppgifter", self.env.today, ()))
        return case

    def events(self, case: Case) -> list[Event]:
        """The case's log, oldest first."""
        with self.store.reading():
            return self.store.events(case.number)

    def find(self, wanted: Filter, limit: int | None = None) -> list[Case]:
        """Cases that pass the filter, newest number first."""
        with self.store.reading():
            return self.store.find(wanted, limit)

    def search(self, text: str, wanted: Filter, limit: int | None = None) -> list[Case]:
        """Cases where every word begins a word of the text; if there are none, where the text occurs anywhere."""
        text = unicodedata.normalize("NFC", text)
        with self.store.reading():
            found = self.store.find(replace(wanted, text=text), limit)
            return found or self.store.find(replace(wanted, text=text, inside_words=True), limit)

    def today(self, on: date, soon_days: int = 2, handler: str | None = None, unit: str | None = None) -> Today:
        """The picture of a day: ``soon`` are deadlines within so many working days after it."""
        with self.store.reading():
            calendar = self.store.calendar(on, on + timedelta(days=soon_days * 7 + 30))
            until = calendar.last_day(on, soon_days, CountedIn.WORKDAYS)
            rows = self.store.waiting(on, until, handler, unit)
            return Today(
                on=on,
                is_today=on == self.env.today,
                soon_until=until,
                overdue=[row for row in rows if row.due < on],
                due=[row for row in rows if row.due == on],
                soon=[row for row in rows if row.due > on],
                unassigned=[] if handler else self.store.unassigned(on, unit, past=on < self.env.today),
            )

    def report(self, period: days.Period, as_of: date) -> Report:
        """The figures of a period as of a day, with the same period one and two years before."""
        from klagreg.figures import Figures, Report
        from klagreg.store import statistics

        with self.store.reading():
            calendar = self.store.calendar(days.FIRST_DAY, CALENDAR_END)
            rules = tuple(statistics.rule_lines(self.store))

            def figures(years_back: int) -> Figures:
                past, seen_from = period.years_back(years_back), days.years_back(as_of, years_back)
                return Figures(past, seen_from, statistics.count(self.store, past, seen_from), rules, calendar)

            return Report(figures(0), figures(1), figures(2), self._about(as_of))

    def _about(self, as_of: date) -> About:
        from klagreg.figures import About, RulesInForce

        facts = self.store.meta()
        return About(
            register=self.store.path.name,
            municipality=facts.get("kommun"),
            board=facts.get("namnd"),
            version=__version__,
            last_hash=self.store.last_hash(),
            cases=self.store.count(Filter()),
            registered_after=self.store.registered_after(days.day_ends(as_of), as_of),
            rules=tuple(
                RulesInForce(
                    rs.name, rs.source, rs.note, rs.valid_from, tuple(f"{r.title}: {r.in_words}" for r in rs.rules)
                )
                for rs in self.store.rule_sets()
            ),
            days_off=self.store.local_days_off(),
            channels={code: words[0] for code, words in self.store.vocabulary("kanal").codes.items()},
            areas={code: words[0] for code, words in self.store.vocabulary("omrade").codes.items()},
        )

    def calendar(self, start: date, end: date) -> Calendar:
        """The register's calendar, local days off included."""
        return self.store.calendar(start, end)

    def case_types(self) -> tuple[CaseType, ...]:
        """The types that the rules in force today use, in their order."""
        return self._rule_set(self.env.today).types

    # -- units, handlers, rules -----------------------------------------------------------------

    def put_unit(self, unit: Unit) -> Unit:
        """Enhet lägg till; without a nämnd it gets the register's own."""
        with self._act():
            return self._put_unit(None, replace(unit, board=unit.board or self.directory.default_board()))

    def change_unit(
        self, name: str, new_name: str | None = None, board: str | None = None, *, take_up: bool = False
    ) -> Unit:
        """Enhet ändra: what is None stays; an empty nämnd takes it away. ``take_up``: it is no longer retired."""
        with self._act():
            old = self.directory.unit(name)
            new = _changed(old, "Enheten", new_name, take_up)
            return self._put_unit(old, new if board is None else replace(new, board=board))

    def retire_unit(self, name: str, on: date) -> Unit:
        """Enhet avveckla: no new cases, the old ones stay."""
        with self._act():
            old = self.directory.unit(name)
            return self._put_unit(old, _retired(old, "Enheten", on, self.env.today), on)

    def put_handler(self, handler: Handler) -> Handler:
        """Handläggare lägg till."""
        with self._act():
            return self._put_handler(None, handler)

    def change_handler(
        self, name: str, new_name: str | None = None, unit: str | None = None, *, take_up: bool = False
    ) -> Handler:
        """Handläggare ändra: what is None stays; an empty unit takes it away. ``take_up``: no longer retired."""
        with self._act():
            old = self.directory.handler(name)
            new = _changed(old, "Handläggaren", new_name, take_up)
            return self._put_handler(old, new if unit is None else replace(new, unit=unit))

    def retire_handler(self, name: str, on: date) -> Handler:
        """Handläggare avveckla: no new cases, the old ones stay."""
        with self._act():
            old = self.directory.handler(name)
            return self._put_handler(old, _retired(old, "Handläggaren", on, self.env.today), on)

    def adopt(self, profile: Profile, valid_from: date) -> None:
        """Regler ändra: a new profile for cases that come in from a day on; earlier cases keep theirs."""
        with self._act():
            latest = self.store.rule_sets()[-1]
            if valid_from < latest.valid_from:
                raise Refused(
                    f"Regelverket {latest.name} gäller från {latest.valid_from}, som är senare än {valid_from}.",
                    "Ange en senare dag med --fran.",
                )
            self._adopt(profile, valid_from)
            self._log_register("regler", valid_from, [("regelverk", latest.name, profile.name)])

    # -- inside ---------------------------------------------------------------------------------

    @contextmanager
    def _act(self) -> Iterator[None]:
        self.directory.remarks.clear()
        with self.store.writing():
            yield

    def _adopt(self, profile: Profile, valid_from: date) -> None:
        self.store.adopt(profile, valid_from, days.stored_moment(self.env.now), self.env.actor)
        self.store.set_calendar(profile.days_off, local=True)
        known = {fold(unit.name) for unit in self.store.units()}
        for name, board in profile.units:
            if fold(name) not in known:
                self.directory.put_unit(Unit(name, board))

    def _put_unit(self, old: Unit | None, new: Unit, on: date | None = None) -> Unit:
        stored = self.directory.put_unit(new, old.name if old else None)
        self._log_list("enhet", old, stored, (("namnd", old.board if old else None, stored.board),), on)
        return stored

    def _put_handler(self, old: Handler | None, new: Handler, on: date | None = None) -> Handler:
        stored = self.directory.put_handler(new, old.name if old else None)
        self._log_list("handlaggare", old, stored, (("enhet", old.unit if old else None, stored.unit),), on)
        return stored

    def _log_list(
        self,
        kind: str,
        old: Unit | Handler | None,
        new: Unit | Handler,
        home: Iterable[tuple[str, Any, Any]],
        on: date | None,
    ) -> None:
        """Log old and new of an entry in a list: its name always, the rest where it differs."""
        if new == old:
            raise Refused(f"{new.name} har redan de värdena.", "Inget är ändrat.")
        retired = ("avvecklad", _iso(old.retired_on) if old else None, _iso(new.retired_on))
        changed = [(key, before, after) for key, before, after in (*home, retired) if before != after]
        self._log_register(kind, on or self.env.today, [(kind, old.name if old else None, new.name), *changed])

    def _get(self, ref: str) -> Case:
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
        self, before: Case, after: Case, kind: str, on: date, extra: Iterable[tuple[str, Any, Any]] = ()
    ) -> Change:
        after = deadlines.settled(after)
        self.store.save(after, self._event(kind, on, [*changes(before, after), *extra]))
        return Change(before, after, tuple(self.directory.remarks))

    def _event(self, kind: str, on: date, what: Iterable[tuple[str, Any, Any]]) -> Event:
        return Event(days.stored_moment(self.env.now), self.env.actor, kind, on, tuple(what))

    def _log_register(self, kind: str, on: date, what: Iterable[tuple[str, Any, Any]]) -> None:
        self.store.append_event(self._event(kind, on, [change for change in what if change[1:] != (None, None)]))

    def _known(self, source: str) -> Known:
        """What an import needs to know of the register; read once."""
        from klagreg.importing import Known

        rule_sets = self.store.rule_sets()
        return Known(
            today=self.env.today,
            moment=days.stored_moment(self.env.now),
            actor=self.env.actor,
            rule_set=lambda received: _in_force(rule_sets, received),
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
        for handler in intake.handlers.take_new():
            self.store.put_handler(Handler(handler))
        for code, label in intake.areas.take_new().items():
            self.store.add_word("omrade", code, [label])
        first = self.store.next_serial(self.env.today.year, len(batch))
        cases = [
            self._numbered(case, known.rule_set(case.received), serial) for serial, case in enumerate(batch, first)
        ]
        intake.result.first = intake.result.first or cases[0].number
        intake.result.last = cases[-1].number
        self.store.insert_many(
            [
                (case, Event(known.moment, known.actor, "importerad", case.received, tuple(changes(None, case))))
                for case in cases
            ]
        )

    def _store_homes(self, intake: Intake) -> None:
        """New units get the nämnd, and new handlers the unit, that all their cases have."""
        for unit, board in intake.units.homes().items():
            self.store.put_unit(Unit(unit, board), unit)
        for handler, unit in intake.handlers.homes().items():
            self.store.put_handler(Handler(handler, unit), handler)

    def _numbered(self, case: Case, rule_set: RuleSet, serial: int) -> Case:
        year = self.env.today.year
        number = rule_set.number_format.format(prefix=rule_set.prefix, ar=year, nr=serial)
        return replace(case, year=year, serial=serial, number=number)

    def _rule_set(self, received: date) -> RuleSet:
        """The rules in force on the day a case came in; before the first ones, the first ones."""
        return _in_force(self.store.rule_sets(), received)

    def _resolved(self, case: Case, add_names: bool) -> dict[str, Any]:
        """The case's names as the register spells them; the register's own nämnd where none was named."""
        names = {name: getattr(case, name) for name in ("board", "unit", "handler", "channel", "area")}
        found = self.directory.resolved({key: word for key, word in names.items() if word is not None}, add=add_names)
        return {"board": self.directory.default_board(), **found}

    def _calendar(self, received: date) -> Calendar:
        return self.store.calendar(received, min(received + LONGEST_RULE, CALENDAR_END))


def _reason(reason: str | None) -> list[tuple[str, Any, Any]]:
    return [("orsak", None, border.prose(reason, "--orsak", 2000))] if reason else []


def _changed(old: Entry, kind: str, new_name: str | None, take_up: bool) -> Entry:
    if not take_up:
        return old if new_name is None else replace(old, name=new_name)
    if not old.retired_on:
        raise Refused(f"{kind} {old.name} är inte avvecklad.", "Inget är ändrat.")
    return replace(old, name=old.name if new_name is None else new_name, retired_on=None)


def _retired(old: Entry, kind: str, on: date, today: date) -> Entry:
    casework.not_in_future(on, today, "--datum")
    if old.retired_on:
        raise Refused(f"{kind} {old.name} är redan avvecklad sedan {old.retired_on}.", "Inget är ändrat.")
    return replace(old, retired_on=on)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _in_force(rule_sets: Sequence[RuleSet], received: date) -> RuleSet:
    return next((rs for rs in reversed(rule_sets) if rs.valid_from <= received), rule_sets[0])
