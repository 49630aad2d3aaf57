"""The register's use cases: one method per act, one writing transaction per method.

Each act loads the case, lets :mod:`klagreg.casework` decide what it becomes, settles its deadlines, and stores
it together with the event that says who changed what, when. Names of units, handlers, channels and areas are
resolved here, so that the rules see only what exists.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from itertools import islice
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from klagreg import __version__, border, casework, days, deadlines
from klagreg.errors import AlreadyExists, BadValue, CaseNotFound, NameNotFound, NotFound, Refused
from klagreg.model import Case, Deadline, Event, FeedbackGiven, Measure, Sender
from klagreg.rules import Profile, Vocabulary
from klagreg.store import door
from klagreg.store.cases import Filter, Handler, RuleSet, Store, Unassigned, Unit, WatchRow
from klagreg.terms import BY_NAME, MISSING_LABEL, PART_KEYS, CaseType, NoAnswer, Outcome, fold, nearest
from klagreg.workdays import CALENDAR_END, Calendar

if TYPE_CHECKING:
    from klagreg.figures import About, Report
    from klagreg.importing import ImportResult, Intake, Known, Plan, SetAside
    from klagreg.tabular import Sheet

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
        self._remarks: list[str] = []

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
        """
        from klagreg.workdays import swedish_free_days

        free = swedish_free_days()
        store = Store(door.create(path, group), path)
        try:
            with store.writing():
                facts = {"namnd": board, "kommun": municipality, "skapat": days.stored_moment(env.now)}
                store.set_meta({key: value for key, value in facts.items() if value})
                store.set_calendar(free, local=False)
                register = cls(store, env)
                register._adopt(profile, env.today)
                register._log_register("skapat", env.today, [("regelverk", None, profile.name)])
        except BaseException:
            store.close()
            path.unlink(missing_ok=True)
            raise
        store.close()

    # -- case work ------------------------------------------------------------------------------

    def register(self, case: Case, *, add_names: bool = False) -> Change:
        """Registrera: store a new case under the next number of this year's series.

        ``case`` carries what was told; number, deadlines and who-and-when are filled in here. The year of the
        number is the year of registration in Sweden (domain 4.1).
        """
        with self._act():
            case = self._resolved(case, add_names)
            rule_set = self._rule_set(case.received)
            if case.type not in rule_set.types:
                used = ", ".join(rule_set.types)
                self._remarks.append(f"Regelverket {rule_set.name} använder annars bara typerna {used}.")
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
        return Change(None, case, tuple(self._remarks))

    def assign(self, ref: str, handler: str, on: date, unit: str | None = None, *, add_names: bool = False) -> Change:
        """Tilldela: name the handler, and the unit if it is given."""
        with self._act():
            before = self._get(ref)
            where = self._resolved_values({"unit": unit}, add_names) if unit else {}
            name = self._handler(handler, add_names, where.get("unit") or before.unit)
            after = casework.assign(replace(before, **where), name, on, self.env.today)
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
            casework.not_in_future(on, self.env.today, "--datum")
            written = [("text", None, border.prose(text, "Anteckningen"))]
            self.store.log(case.number, self._event("anteckning", on, written))
        return Change(case, case)

    def add_measure(self, ref: str, measure: Measure, on: date) -> Change:
        """Åtgärda: plan a measure, or record one that is done."""
        with self._act():
            before = self._get(ref)
            after = casework.add_measure(before, measure, self.env.today)
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
            values = self._resolved_values(correction.values, add_names)
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
        self, ref: str, to: str, on: date, *, copies: Sequence[str] = (), reason: str | None, add_names: bool = False
    ) -> Change:
        """Överlämna to a unit (with its nämnd) or to a nämnd; ``copies`` are roles that got a copy."""
        with self._act():
            before = self._get(ref)
            board, unit = self._place(to, add_names)
            after = casework.hand_over(before, board or before.board, unit, on, self.env.today)
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
        return self._get(ref)

    def read_sender(self, ref: str) -> Case:
        """The case for somebody who will see its sender; that reading is an event in the log."""
        with self._act():
            case = self._get(ref)
            self.store.log(case.number, self._event("last_personuppgifter", self.env.today, ()))
        return case

    def events(self, case: Case) -> list[Event]:
        """The case's log, oldest first."""
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
            until = on
            for _ in range(soon_days):
                until = _next_workday(calendar, until)
            rows = self.store.waiting(on, until, handler, unit)
            return Today(
                on=on,
                soon_until=until,
                overdue=[row for row in rows if row.due < on],
                due=[row for row in rows if row.due == on],
                soon=[row for row in rows if row.due > on],
                unassigned=[] if handler else self.store.unassigned(on, unit),
            )

    def report(self, period: days.Period, as_of: date) -> Report:
        """The figures of a period as of a day, with the same period one and two years before."""
        from dateutil.relativedelta import relativedelta

        from klagreg.figures import Figures, Report
        from klagreg.store import statistics

        with self.store.reading():
            calendar = self.store.calendar(days.FIRST_DAY, CALENDAR_END)
            rules = tuple(statistics.rule_lines(self.store))

            def figures(years_back: int) -> Figures:
                past, seen_from = period.years_back(years_back), as_of - relativedelta(years=years_back)
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
            registered_after=self.store.registered_after(as_of),
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

    def known_unit(self, name: str) -> str:
        """The register's spelling of a unit, also a retired one: its cases are still there.

        Raises:
            NameNotFound: no such unit.
        """
        return self.unit(name).name

    def unit(self, name: str) -> Unit:
        """A unit by name, also a retired one.

        Raises:
            NameNotFound: no such unit.
        """
        units = {unit.name: unit for unit in self.store.units()}
        return units[self._existing(name, {fold(known): known for known in units}, "Enheten", "enhet")]

    def known_handler(self, name: str) -> str:
        """The register's spelling of a handler, also a retired one.

        Raises:
            NameNotFound: no such handler.
        """
        return self.handler(name).name

    def handler(self, name: str) -> Handler:
        """A handler by name, also a retired one.

        Raises:
            NameNotFound: no such handler.
        """
        handlers = {handler.name: handler for handler in self.store.handlers()}
        return handlers[self._existing(name, {fold(known): known for known in handlers}, "Handläggaren", "handlaggare")]

    def known_board(self, name: str) -> str:
        """The register's spelling of a nämnd.

        Raises:
            NotFound: no case or unit has it.
        """
        known = {fold(board): board for board in self.store.boards()}
        if fold(name) not in known:
            near = nearest(name, known.values())
            raise NotFound(f"Nämnden {name} finns inte i registret.", f"Menade du {near}?" if near else "")
        return known[fold(name)]

    # -- units, handlers, rules -----------------------------------------------------------------

    def put_unit(self, unit: Unit, name: str | None = None) -> Unit:
        """Add a unit, or change the one called ``name``."""
        with self._act():
            checked = replace(unit, name=_proper_name(unit.name, "Enheten"), board=self._board(unit.board))
            known = {fold(u.name): u.name for u in self.store.units()}
            old = self._existing(name, known, "Enheten", "enhet") if name else None
            if fold(checked.name) in known and known[fold(checked.name)] != old:
                raise AlreadyExists(f"Enheten {known[fold(checked.name)]} finns redan.")
            self.store.put_unit(checked, old)
            self._log_register("enhet", self.env.today, [("enhet", old, checked.name), ("namnd", None, checked.board)])
        return checked

    def put_handler(self, handler: Handler, name: str | None = None) -> Handler:
        """Add a handler, or change the one called ``name``."""
        with self._act():
            unit = self._unit(handler.unit, add=False) if handler.unit else None
            checked = replace(handler, name=_proper_name(handler.name, "Handläggaren"), unit=unit)
            known = {fold(h.name): h.name for h in self.store.handlers()}
            old = self._existing(name, known, "Handläggaren", "handlaggare") if name else None
            if fold(checked.name) in known and known[fold(checked.name)] != old:
                raise AlreadyExists(f"Handläggaren {known[fold(checked.name)]} finns redan.")
            self.store.put_handler(checked, old)
            self._log_register("handlaggare", self.env.today, [("handlaggare", old, checked.name)])
        return checked

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
        self._remarks = []
        with self.store.writing():
            yield

    def _adopt(self, profile: Profile, valid_from: date) -> None:
        self.store.adopt(profile, valid_from, days.stored_moment(self.env.now), self.env.actor)
        self.store.set_calendar(profile.days_off, local=True)
        known = {fold(unit.name) for unit in self.store.units()}
        for name, board in profile.units:
            if fold(name) not in known:
                self.store.put_unit(Unit(_proper_name(name, "enhet"), board))

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
        return Change(before, after, tuple(self._remarks))

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

    def _calendar(self, received: date) -> Calendar:
        return self.store.calendar(received, min(received + LONGEST_RULE, CALENDAR_END))

    def _resolved(self, case: Case, add_names: bool) -> Case:
        values = {name: getattr(case, name) for name in ("board", "unit", "handler", "channel", "area")}
        found = self._resolved_values({key: value for key, value in values.items() if value is not None}, add_names)
        if not found.get("board"):
            found["board"] = self.store.meta().get("namnd")
        return replace(case, **found)

    def _resolved_values(self, values: Mapping[str, Any], add_names: bool) -> dict[str, Any]:
        """Names and words as the register spells them; every other value as it is."""
        found = dict(values)
        if found.get("board"):
            found["board"] = self._board(found["board"])
        if found.get("unit"):
            found["unit"] = self._unit(found["unit"], add_names, found.get("board"))
            found = self._with_the_units_board(found)
        if found.get("handler"):
            found["handler"] = self._handler(found["handler"], add_names, found.get("unit"))
        if found.get("channel"):
            found["channel"] = self._code("kanal", found["channel"], add_names)
        if found.get("area"):
            found["area"] = self._code("omrade", found["area"], add_names)
        return found

    def _with_the_units_board(self, values: dict[str, Any]) -> dict[str, Any]:
        """A unit brings its nämnd, unless another was named."""
        board = self.unit(values["unit"]).board
        return values if values.get("board") or board is None else {**values, "board": board}

    def _place(self, to: str, add_names: bool) -> tuple[str | None, str | None]:
        """A unit with its nämnd, or a nämnd alone."""
        units = {fold(unit.name): unit for unit in self.store.units() if not unit.retired_on}
        if fold(to) in units:
            return units[fold(to)].board, units[fold(to)].name
        boards = {fold(board): board for board in self.store.boards()}
        if fold(to) in boards:
            return boards[fold(to)], None
        return None, self._unit(to, add_names)

    def _board(self, name: str | None) -> str | None:
        if not name:
            return None
        known = {fold(board): board for board in self.store.boards()}
        if fold(name) in known:
            return known[fold(name)]
        fresh = _proper_name(name, "--namnd")
        near = nearest(fresh, known.values())
        self._remarks.append(f"Ny nämnd i registret: {fresh}." + (f" Liknar {near}." if near else ""))
        return fresh

    def _unit(self, name: str, add: bool, board: str | None = None) -> str:
        active = {fold(unit.name): unit.name for unit in self.store.units() if not unit.retired_on}
        if fold(name) in active or not add:
            return self._existing(name, active, "Enheten", "enhet", can_be_added=True)
        fresh = _proper_name(name, "--enhet")
        self._reuse_refused(fresh, [unit.name for unit in self.store.units()], "Enheten", "enhet")
        self.store.put_unit(Unit(fresh, board or self.store.meta().get("namnd")))
        self._remarks.append(f"Ny enhet i registret: {fresh}.")
        return fresh

    def _handler(self, name: str, add: bool, unit: str | None) -> str:
        active = {fold(handler.name): handler.name for handler in self.store.handlers() if not handler.retired_on}
        if fold(name) in active or not add:
            return self._existing(name, active, "Handläggaren", "handlaggare", can_be_added=True)
        fresh = _proper_name(name, "--handlaggare")
        self._reuse_refused(fresh, [h.name for h in self.store.handlers()], "Handläggaren", "handlaggare")
        self.store.put_handler(Handler(fresh, unit))
        self._remarks.append(f"Ny handläggare i registret: {fresh}.")
        return fresh

    def _reuse_refused(self, name: str, all_names: Iterable[str], kind: str, command: str) -> None:
        if fold(name) in {fold(known) for known in all_names}:
            raise Refused(f"{kind} {name} är avvecklad.", f"Ta upp den igen: klagreg {command} andra")

    def _existing(
        self, name: str, known: Mapping[str, str], kind: str, command: str, *, can_be_added: bool = False
    ) -> str:
        if fold(name) in known:
            return known[fold(name)]
        raise NameNotFound(kind, name, nearest(name, known.values()), command, can_be_added=can_be_added)

    def _code(self, name: str, word: str, add: bool) -> str:
        vocabulary: Vocabulary = self.store.vocabulary(name)
        if not add:
            return vocabulary.named(word)
        try:
            return vocabulary.named(word)
        except BadValue:
            label = border.line(word, f"--{name}", 80)
            self.store.add_word(name, fold(label), [label])
            self._remarks.append(f"Nytt val för {name}: {label}.")
            return fold(label)


_LOG_KEYS = {
    "external_source": "extern_kalla",
    "external_id": "externt_id",
    "unreachable_from": "kan_inte_besvaras_fran",
    "handler_named_on": "handlaggare_utsedd",
    "closed_on": "avslutad",
    "voided_on": "makulerad",
    "closings": "avslut",
    "handovers": "overlamningar",
}
_LOGGED = {
    f.name: _LOG_KEYS.get(f.name) or BY_NAME[f.name].key
    for f in fields(Case)
    if f.name not in ("rule_set", "year", "serial", "number", "registered_at", "registered_by", "sender")
}
_logged = attrgetter(*_LOGGED)
_NOTHING = (None,) * len(_LOGGED)
_NOBODY = Sender()


def changes(before: Case | None, after: Case) -> list[tuple[str, Any, Any]]:
    """What differs, as the log holds it: (key, old, new). Personal fields are named without their values."""
    found: list[tuple[str, Any, Any]] = []
    for key, old, new in zip(_LOGGED.values(), _logged(before) if before else _NOTHING, _logged(after), strict=True):
        if (before is None and not new) or old == new:
            continue
        if isinstance(new, tuple):
            found += _part_changes(key, old or (), new)
        else:
            found.append((key, _plain(old), _plain(new)))
    sender = before.sender if before else _NOBODY
    if after.sender == sender:
        return found
    for field in fields(sender):
        old, new = getattr(sender, field.name), getattr(after.sender, field.name)
        if old != new:
            personal = BY_NAME[field.name].personal
            found.append((f"avsandare.{BY_NAME[field.name].key}", *((None, None) if personal else (old, new))))
    return found


def _part_changes(key: str, old: Sequence[Any], new: Sequence[Any]) -> list[tuple[str, Any, Any]]:
    """Changed parts by their place: ``frister.svar``, ``atgarder.1``."""

    def named(parts: Sequence[Any]) -> dict[str, Any]:
        return {part.rule.key if isinstance(part, Deadline) else str(i): part for i, part in enumerate(parts, 1)}

    before, after = named(old), named(new)
    return [
        (f"{key}.{place}", _plain(before.get(place)), _plain(after.get(place)))
        for place in {**before, **after}
        if before.get(place) != after.get(place)
    ]


def _plain(value: Any) -> Any:
    """A value as JSON can hold it; a part of a case as the object of its fields."""
    made_plain = _plainer(value.__class__)
    return made_plain(value) if made_plain else value


@cache
def _plainer(kind: Any) -> Callable[[Any], Any] | None:
    """What makes values of a type plain; None for those that are."""
    if issubclass(kind, date):
        return date.isoformat
    if not is_dataclass(kind):
        return None
    names = [f.name for f in fields(kind) if f.name != "rule"]
    keys, get = [PART_KEYS[name] for name in names], attrgetter(*names)
    return lambda part: dict(zip(keys, map(_plain, get(part)), strict=True))


def _reason(reason: str | None) -> list[tuple[str, Any, Any]]:
    return [("orsak", None, border.prose(reason, "--orsak", 2000))] if reason else []


def _proper_name(name: str, field: str) -> str:
    checked = border.line(name, field, 100)
    if fold(checked) in ("", fold(MISSING_LABEL)):
        raise BadValue(field, f"”{checked}” kan inte vara ett namn.")
    return checked


def _in_force(rule_sets: Sequence[RuleSet], received: date) -> RuleSet:
    return next((rs for rs in reversed(rule_sets) if rs.valid_from <= received), rule_sets[0])


def _next_workday(calendar: Calendar, day: date) -> date:
    day += timedelta(days=1)
    while not calendar.is_workday(day):
        day += timedelta(days=1)
    return day
