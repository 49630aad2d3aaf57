"""Rows become cases, by the same rules as when they are typed in, or are refused by row, column and reason.

Reasons quote a cell only where a code of a list should stand, and there only what looks like one
(:func:`_quotable`); of all other cells, days and names and texts, they say what was expected. What is found by
looking is told in the :class:`ImportResult`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import Enum
from functools import cache, lru_cache, partial
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from klagreg import border, casework, days, deadlines
from klagreg.errors import BadValue, KlagregError, UnknownCode, WrongUse
from klagreg.history import FREE_TEXTS
from klagreg.importing.columns import ID, JOINED_BY, SOURCE, TARGETS, Column, Plan
from klagreg.importing.dates import DayOrder, Days, proven_order
from klagreg.model import NOBODY, Case, Closing, Deadline, FeedbackGiven, Secrecy, Sender
from klagreg.practice import Exclusion
from klagreg.rules import LocalRule, Vocabulary
from klagreg.tabular import Row, Sheet, Value, as_text
from klagreg.terms import (
    BY_NAME,
    MISSING_LABEL,
    CaseType,
    Contact,
    CountedIn,
    Feedback,
    IdentityCheck,
    Means,
    NoAnswer,
    Outcome,
    SenderRole,
    Shift,
    Status,
    Term,
    fold,
)
from klagreg.workdays import Calendar

if TYPE_CHECKING:
    from klagreg.store.cases import RuleSet

NAME_LIMIT = 100
LABEL_LIMIT = 80
"""Characters in the name of a unit, a handler or a nämnd, and in the label of an area."""

_CODES: dict[str, type[Term]] = {
    "typ": CaseType,
    "kontakt": Contact,
    "utfall": Outcome,
    "roll": SenderRole,
    "onskat_satt": Means,
}
_SENDER = tuple((name, BY_NAME[name].key) for name in Sender._fields)
_TOLD = (("aterkoppling", Feedback.RECEIPT), ("slutsvar", Feedback.ANSWER))
"""What a sender was told, by the days that tell of it."""


class State(Enum):
    """What a status in another system comes down to: klagreg itself knows who is handler and what is overdue."""

    OPEN = "öppet"
    CLOSED = "avslutat"
    VOIDED = "makulerat"


_STATES = {Status.CLOSED: State.CLOSED, Status.VOIDED: State.VOIDED}
_MORE_STATUSES = {
    fold(word): state
    for state, words in {
        State.OPEN: ("Vilande", "Öppet", "Nytt", "Registrerat", "Pågår", "Väntar", "Återupptaget", "Återupptagen"),
        State.CLOSED: ("Stängt", "Klart", "Avskrivet", "Avskriven", "Arkiverat", "Arkiverad"),
    }.items()
    for word in words
}
WORD_LIMIT = 1_000
"""Characters of a cell that holds a code, a name or a day, or that a map may translate."""

_NOTHING = frozenset({fold("-"), "–", "—", fold(MISSING_LABEL)})
"""What people write where they have no name and no word."""

_NOT_SHOWN = "ett ord som inte finns bland valen (texten visas inte, den kan vara personlig)."

_YES = frozenset(map(fold, ("ja", "j", "x", "1", "sant", "true", "anonym")))
_NO = frozenset(map(fold, ("nej", "n", "0", "falskt", "false")))


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a cell, or with a row (then without a column)."""

    row: int
    column: str
    reason: str


@dataclass(slots=True)
class ImportResult:
    """What an import did, or in a rehearsal would do."""

    rows: int = 0
    imported: int = 0
    first: str = ""
    last: str = ""
    """The numbers given; empty in a rehearsal."""
    already: int = 0
    """Rows whose id the register had from the same source; they are left as they are."""
    moved: list[int] = field(default_factory=list)
    """Those of them that came in on another day than the register says: another system, or corrected there."""
    faults: list[Fault] = field(default_factory=list)
    unfit: int = 0
    """Rows with faults."""
    answered_when_closed: int = 0
    """Closed without a column that tells the final answer: it counts as given that day."""
    unanswered: int = 0
    """Closed with an empty cell in that column: no answer was given."""
    without_outcome: int = 0
    still_open: int = 0
    """With a closing day but a status that says they are not closed: the status is believed."""
    new_boards: list[str] = field(default_factory=list)
    new_units: list[str] = field(default_factory=list)
    new_areas: list[str] = field(default_factory=list)
    new_handlers: list[str] = field(default_factory=list)
    date_orders: dict[str, str] = field(default_factory=dict)
    """Heading → the order that its dates proved to be written in."""


class RowsRefused(WrongUse):
    """Some rows cannot become cases, so none did."""

    def __init__(self, result: ImportResult) -> None:
        super().__init__(
            f"{result.unfit} av {result.rows} rader kan inte läsas in. Ingenting är importerat.",
            "Rätta dem, översätt filens ord med --karta, eller läs in de andra raderna med --hoppa-over-fel FIL.",
        )
        self.result = replace(result, imported=0, first="", last="")


@dataclass(frozen=True, slots=True)
class Known:
    """What the register knows when an import begins."""

    today: date
    moment: str
    """As it is stored."""
    actor: str
    rule_set: Callable[[date], RuleSet]
    """The rules in force on the day that a case came in."""
    rule_sets: Sequence[RuleSet]
    """All of them."""
    local_rules: Sequence[LocalRule]
    """The stricter rules of units and nämnder."""
    calendar: Calendar
    channels: Vocabulary
    areas: Vocabulary
    units: Mapping[str, str | None]
    """Name → its nämnd; retired ones too, since what is imported is mostly history."""
    handlers: Collection[str]
    boards: Collection[str]
    board: str | None
    """The nämnd that the register belongs to."""
    imported: Mapping[str, str]
    """Id → arrival day of the cases that came from the same source before."""


class OddChannel(NamedTuple):
    """A channel that, by some of the rules, makes no case: the arrival day tells which rules hold."""

    word: str
    code: str | None
    """None: the register has no such channel either."""
    excluded: Mapping[int, Exclusion]
    """By the id of the rules."""


SetAside = Callable[[Row, Sequence[Fault]], None]
"""Takes a row that cannot become a case, so that the others can be imported without it."""


class Intake:
    """Makes cases of a table's rows. Used once: :meth:`cases` counts what happens in :attr:`result`."""

    def __init__(self, sheet: Sheet, plan: Plan, known: Known, set_aside: SetAside | None = None) -> None:
        self.result = ImportResult()
        self._sheet = sheet
        self._plan = plan
        self._known = known
        self._set_aside = set_aside
        self._calendar = _RememberedCalendar(known.calendar)
        self._source = plan.source
        # Many cases of a type come in on the same day.
        self._promised = lru_cache(10_000)(self._given)
        self.boards = Names(known.boards, NAME_LIMIT)
        self.units = Names(known.units, NAME_LIMIT)
        self.handlers = Names(known.handlers, NAME_LIMIT)
        self.areas = Names((), LABEL_LIMIT, known.areas)
        self._cells = [
            (column.key, column.heading, _taker(column), self._reader(column))
            for column in plan.columns
            if column.key != ID
        ]
        constants = {key: self._told(key) for key in plan.constants if key != SOURCE}
        self._constants = {key: value for key, value in constants.items() if value is not None}
        id_column = plan.column(ID)
        self._id_cell = (id_column.heading, _taker(id_column), self._reader(id_column)) if id_column else None
        self._row_of: dict[str, int] = {}
        self._heading = {column.key: column.heading for column in plan.columns}
        self._tells_answers = plan.column("slutsvar") is not None or "slutsvar" in plan.constants

    @property
    def refused(self) -> bool:
        """True when nothing may be stored any more: a row is unfit, and nobody sets it aside."""
        return bool(self.result.faults) and self._set_aside is None

    def cases(self) -> Iterator[Case]:
        """The case of each row that can become one and has not become one before; without number.

        Raises:
            UnreadableTable: the file is damaged.
            WrongUse: the order of the days in a column cannot be known.
        """
        for row in self._sheet.rows:
            self.result.rows += 1
            faults: list[Fault] = []
            case = self._case(row, faults)
            if faults:
                self.result.unfit += 1
                self.result.faults += faults
                if self._set_aside:
                    self._set_aside(row, faults)
            elif case:
                self.result.imported += 1
                self._keep_names(case)
                yield case

    def finish(self) -> ImportResult:
        """What became of the rows, when all have been read.

        Raises:
            RowsRefused: some are unfit, and nobody has set them aside.
        """
        if self.refused:
            raise RowsRefused(self.result)
        return self.result

    # -- one row --------------------------------------------------------------------------------

    def _case(self, row: Row, faults: list[Fault]) -> Case | None:
        if len(row.values) > len(self._sheet.headings):
            wide, width = len(row.values), len(self._sheet.headings)
            faults.append(Fault(row.number, "", f"raden har {wide} kolumner men rubrikraden har {width}."))
            return None
        external_id = self._external_id(row, faults)
        values = self._values(row, faults)
        if external_id in self._known.imported:
            self.result.already += 1
            if values.get("inkommen") and values["inkommen"].isoformat() != self._known.imported[external_id]:
                self.result.moved.append(row.number)
            faults.clear()
            return None
        self._check_course(row, values, faults)
        self._check_identities(row, values, faults)
        if faults:
            return None
        try:
            return self._made(values, external_id or None)
        except KlagregError as error:
            faults.append(Fault(row.number, "", error.message))
            return None

    def _values(self, row: Row, faults: list[Fault]) -> dict[str, Any]:
        """The row's values by field."""
        values, cells = dict(self._constants), row.values
        for key, heading, take, read in self._cells:
            value = take(cells)
            if value is None:
                continue
            found = read(value)
            if found.__class__ is Reason:
                faults.append(Fault(row.number, heading, found))
            elif found is not None:
                values[key] = found
        return values

    def _external_id(self, row: Row, faults: list[Fault]) -> str:
        """The row's own id, unique in the file; empty when there is no column for it."""
        if self._id_cell is None:
            return ""
        heading, take, read = self._id_cell
        value = take(row.values)
        found = None if value is None else read(value)
        if found is None or isinstance(found, Reason):
            faults.append(Fault(row.number, heading, found or "id saknas."))
            return ""
        first = self._row_of.setdefault(found, row.number)
        if first != row.number:
            faults.append(Fault(row.number, heading, f"samma id som rad {first}."))
        return str(found)

    def _check_course(self, row: Row, values: dict[str, Any], faults: list[Fault]) -> None:
        """What must be there, and the days in an order that they can have happened in."""
        self._check_channel(row, values, faults)
        unreadable = {fault.column for fault in faults}

        def fault(key: str, reason: str) -> None:
            heading = self._heading.get(key, key)
            if heading not in unreadable:
                faults.append(Fault(row.number, heading, reason))

        if "sekretess" in values and "typ" not in values:
            fault("sekretess", "ärendet är sekretessmarkerat, och raden har bara nummer och dagar.")
        for key in ("typ", "inkommen"):
            if key not in values:
                fault(key, "saknas.")
        for key in ("namn", "epost", "telefon", "adress"):
            if values.get("skyddad") and key in values:
                fault(key, "förs inte i registret: avsändaren har skyddade personuppgifter.")
        state, ended = values.get("status"), values.get("avslutad")
        if state is State.CLOSED and not ended and self._heading.get("avslutad") not in unreadable:
            fault("status", "säger att ärendet är avslutat, men avslutsdagen saknas.")
        if state is State.OPEN:
            ended = None  # see _made
        received, occurred = values.get("inkommen"), values.get("handelsedag")
        if occurred and received and occurred > received:
            fault("handelsedag", "ligger efter ankomstdagen.")
        for key, day in (
            ("aterkoppling", values.get("aterkoppling")),
            ("slutsvar", values.get("slutsvar")),
            ("avslutad", ended),
        ):
            if day and received and day < received:
                fault(key, "ligger före ankomstdagen.")
            elif day and ended and day > ended:
                fault(key, "ligger efter avslutsdagen.")
        hidden = values.get("anonym") and not any(values.get(key) for key in ("epost", "telefon", "adress"))
        if hidden or values.get("kontakt", Contact.POSSIBLE) is not Contact.POSSIBLE:
            for key in ("aterkoppling", "slutsvar"):
                if key in values:
                    fault(key, "har en dag, fast avsändaren inte kan nås.")

    def _check_channel(self, row: Row, values: dict[str, Any], faults: list[Fault]) -> None:
        """A channel that made no case on the arrival day (Osby 3.3.1); of one that did, its code."""
        channel = values.get("kanal")
        if not isinstance(channel, OddChannel):
            return
        excluded = channel.excluded.get(self._known.rule_set(values.get("inkommen", self._known.today)).id)
        try:
            values["kanal"] = channel.code or (None if excluded else self._known.channels.named(channel.word))
        except UnknownCode as error:
            faults.append(Fault(row.number, self._heading.get("kanal", "kanal"), _reason(error)))
        if excluded:
            reason = f"{excluded.label} klassas inte som synpunkt eller klagomål."
            faults.append(Fault(row.number, self._heading.get("kanal", "kanal"), reason))

    def _check_identities(self, row: Row, values: dict[str, Any], faults: list[Fault]) -> None:
        """No identity in a text, where the municipality keeps those apart (Nacka; domain 8 R5)."""
        practice = self._known.rule_set(values["inkommen"]).practice if not faults else None
        if practice is None or not (values.get("skyddad") or practice.identity_check is IdentityCheck.STOP):
            return
        from klagreg.identities import places_of

        written = [(key, values[key]) for key in sorted(FREE_TEXTS & values.keys())]
        for place in places_of(written, [values["namn"]] if "namn" in values else [], weak=True):
            faults.append(Fault(row.number, "", f"pekar troligen ut någon. {place}."))

    def _made(self, values: dict[str, Any], external_id: str | None) -> Case:
        """The case that a sound row tells of, by the rules that hold for cases typed in."""
        get, known = values.get, self._known
        case_type, unit, received = values["typ"], get("enhet"), values["inkommen"]
        board = get("namnd") or (unit and known.units.get(unit)) or known.board
        case = Case(
            type=case_type,
            title=get("rubrik") or casework.default_title(case_type, unit),
            received=received,
            rule_set=known.rule_set(received).id,
            external_source=self._source if external_id else None,
            external_id=external_id,
            diary_number=get("diarienummer"),
            registered_at=known.moment,
            registered_by=known.actor,
            channel=get("kanal"),
            board=board,
            unit=unit,
            area=get("omrade"),
            description=get("beskrivning"),
            proposal=get("forslag"),
            anonymous=get("anonym", False),
            contact=get("kontakt", Contact.POSSIBLE),
            handler=get("handlaggare"),
            answer=get("svar"),
            sender=_sender(values),
            received_by=get("mottagen_av"),
            occurred_on=get("handelsedag"),
            provider=get("utforare"),
            kept_elsewhere=get("i_efterhand"),
            individual=get("ror_enskild", False),
            secrecy=(Secrecy(known.today, values["sekretess"], known.actor),) if "sekretess" in values else (),
            protected=get("skyddad", False),
        )
        local = self._stricter(unit, board, received) if known.local_rules else ()
        case = casework.register(case, partial(self._promised, local), known.today)
        return deadlines.settled(self._lived(case, values))

    def _stricter(self, unit: str | None, board: str | None, received: date) -> tuple[LocalRule, ...]:
        """The stricter rules that a place had on a day."""
        return tuple(rule for rule in self._known.local_rules if rule.holds(unit, board, received))

    def _given(self, local: tuple[LocalRule, ...], case_type: CaseType, received: date) -> tuple[Deadline, ...]:
        rules = self._known.rule_set(received).rules
        return deadlines.given(rules, self._calendar, local, case_type, received)

    def _lived(self, case: Case, values: dict[str, Any]) -> Case:
        """The case with what has happened to it since it came in."""
        case = self._told_sender(case, *[(kind, values[key]) for key, kind in _TOLD if key in values])
        ended_on = values.get("avslutad")
        state = values.get("status", State.CLOSED if ended_on else State.OPEN)
        if state is State.VOIDED:
            return casework.void(case, ended_on or case.received, self._known.today)
        if state is State.CLOSED and ended_on:
            return self._closed(case, ended_on, values.get("utfall"), answered="slutsvar" in values)
        # A day left from an earlier closing: what the other system says of the case now is its status.
        self.result.still_open += ended_on is not None
        return case

    def _told_sender(self, case: Case, *told: tuple[Feedback, date]) -> Case:
        by = case.handler or self._known.actor
        contacts = [FeedbackGiven(on, kind, None, by, handler_was_named=False) for kind, on in told]
        return casework.give_feedback(case, *contacts, today=self._known.today) if contacts else case

    def _closed(self, case: Case, on: date, outcome: Outcome | None, *, answered: bool) -> Case:
        """Closed as the other system closed it: unlike by hand, also without an answer or an outcome."""
        no_answer = None if answered else _why_unanswered(case)
        if not self._tells_answers and no_answer is None:
            case, answered = self._told_sender(case, (Feedback.ANSWER, on)), True
            self.result.answered_when_closed += 1
        self.result.unanswered += not answered and no_answer is None
        self.result.without_outcome += outcome is None
        closing = Closing(on, outcome, no_answer)
        return case._replace(status=Status.CLOSED, outcome=outcome, closed_on=on, closings=(closing,))

    def _keep_names(self, case: Case) -> None:
        """A name is new only when a case bears it, not when an unfit row does."""
        result = self.result
        for names, name, home, new in (
            (self.boards, case.board, None, result.new_boards),
            (self.units, case.unit, case.board, result.new_units),
            (self.areas, case.area, None, result.new_areas),
            (self.handlers, case.handler, case.unit, result.new_handlers),
        ):
            if name and names.keep(name, home):
                new.append(names.label(name))

    # -- one cell -------------------------------------------------------------------------------

    def _told(self, key: str) -> Any:
        """A value that holds for every row.

        Raises:
            BadValue: it cannot be used.
        """
        value, option = self._plan.constants[key], f"--satt {key}"
        if TARGETS[key].kind == "day" and isinstance(value, str):
            value = days.parse_day(value, self._known.today, option)
        found = self._reader(Column(key, (option,), ()))(value)
        if isinstance(found, Reason):
            raise BadValue(option, found)
        return found

    def _reader(self, column: Column) -> Reader:
        """What makes a value of the column's cells: the value, None for nothing, or a Reason why not."""
        target = TARGETS[column.key]
        read = self._parser(column) if target.is_text else _of_a_word(self._parser(column), column.heading)
        words = self._plan.words.get(column.key)
        if words:
            self._check_translations(column.key, read, words)
            read = _translated(read, words)
        if target.is_text:
            return _reasoned(read)
        # Cells of codes, names and days repeat; texts do not.
        return lru_cache(10_000)(_reasoned(read))

    def _check_translations(self, key: str, read: Reader, words: Mapping[str, str]) -> None:
        """A map that leads to no code is wrong itself, not the rows.

        Raises:
            WrongUse: a word stands for one that does not exist.
        """
        if TARGETS[key].kind in ("code", "private code"):
            for meant in filter(None, words.values()):
                found = _reasoned(read)(meant)
                if isinstance(found, Reason):
                    raise WrongUse(f"Kartan, tabellen [varden.{key}]: {found}")

    def _parser(self, column: Column) -> Reader:
        key, heading = column.key, column.heading
        match TARGETS[key].kind:
            case "day":
                return Days(heading, self._known.today, self._plan.date_format, lambda: self._day_order(column))
            case "line" | "prose" as kind:
                gate = border.line if kind == "line" else border.prose
                return lambda value: gate(value if value.__class__ is str else as_text(value), heading)
            case "flag":
                return lambda value: _flag(value, heading)
            case "name":
                names = {"namnd": self.boards, "enhet": self.units, "omrade": self.areas, "handlaggare": self.handlers}
                return _unless_nothing(names[key].spelled)
            case "private code":
                return _unless_nothing(lambda word: _private(_CODES[key], word, heading))
        if key == "status":
            return _unless_nothing(_discreet(lambda word: _state(word, heading)))
        if key == "kanal":
            return _unless_nothing(_discreet(self._channel))
        return _unless_nothing(_discreet(lambda word: _CODES[key].named(word, heading)))

    def _channel(self, word: str) -> str | OddChannel:
        """The code; of a word that some rules exclude, what :meth:`_check_channel` needs to know."""
        found = {rules.id: rules.practice.exclusion(word) for rules in self._known.rule_sets}
        excluded = {rule_set: exclusion for rule_set, exclusion in found.items() if exclusion}
        try:
            code = self._known.channels.named(word)
        except UnknownCode:
            if not excluded:
                raise
            return OddChannel(word, None, excluded)
        return OddChannel(word, code, excluded) if excluded else code

    def _day_order(self, column: Column) -> DayOrder:
        """The order that days with slashes or dots are written in, if the whole column proves one."""
        found = proven_order(self._sheet.rows, column)
        self.result.date_orders[column.heading] = f"{found.label} ({found.proof})"
        return found


class _RememberedCalendar(Calendar):
    """A calendar that counts each promise from each day once."""

    def __init__(self, calendar: Calendar) -> None:
        super().__init__(calendar.free)
        self._counted = cache(super().last_day)

    def last_day(self, start: date, length: int, counted_in: CountedIn, shift: Shift = Shift.NONE) -> date:
        return self._counted(start, length, counted_in, shift)


class Names:
    """Names as the register spells them; one that it has not met, as the file spells it first."""

    def __init__(self, known: Iterable[str], limit: int, codes: Vocabulary | None = None) -> None:
        self._limit = limit
        self._stored = {fold(name): name for name in known}
        if codes:
            self._stored = {fold(word): code for code, words in codes.codes.items() for word in (code, *words)}
        self._makes_codes = codes is not None
        self._labels: dict[str, str] = {}
        """Stored → as the file has it, of names that the register has not met."""
        self._homes: dict[str, set[str | None]] = {}
        self._new: list[str] = []

    def spelled(self, word: str) -> str:
        """What is stored for a word.

        Raises:
            BadValue: too long for a name.
        """
        folded = fold(word)
        if folded not in self._stored:
            label = border.line(word, "", self._limit)
            stored = folded if self._makes_codes else label
            self._stored[folded] = stored
            self._labels[stored] = label
        return self._stored[folded]

    def label(self, stored: str) -> str:
        """A new name as the file has it."""
        return self._labels.get(stored, stored)

    def keep(self, stored: str, home: str | None) -> bool:
        """Note that a case bears the name, and where; True the first time that one does, if the name is new."""
        if stored not in self._labels:
            return False
        first = stored not in self._homes
        if first:
            self._homes[stored] = set()
            self._new.append(stored)
        self._homes[stored].add(home)
        return first

    def take_new(self) -> dict[str, str]:
        """New names since the last time: as they are stored, and as the file has them."""
        new, self._new = self._new, []
        return {stored: self._labels[stored] for stored in new}

    def homes(self) -> dict[str, str]:
        """New names that occur in one place only, and that place."""
        return {name: home for name, places in self._homes.items() if len(places) == 1 for home in places if home}


def _sender(values: dict[str, Any]) -> Sender:
    told = {name: values[key] for name, key in _SENDER if key in values}
    return Sender(**told) if told else NOBODY


def _why_unanswered(case: Case) -> NoAnswer | None:
    """Why nobody can have been answered; None when somebody could."""
    if case.type is CaseType.PRAISE:
        return NoAnswer.PRAISE
    if case.contact is Contact.DECLINED:
        return NoAnswer.DECLINED
    if case.contact is Contact.MISSING:
        return NoAnswer.ANONYMOUS if case.anonymous else NoAnswer.NO_CONTACT
    return None


Reader = Callable[[Any], Any]


class Reason(str):
    """Why a cell cannot be used: what a reader gives instead of a value."""

    __slots__ = ()


def _reason(error: BadValue) -> Reason:
    return Reason(f"{error.problem} {error.hint}".strip())


def _reasoned(read: Reader) -> Reader:
    def safely(value: Value) -> Any:
        try:
            return read(value)
        except BadValue as error:
            return _reason(error)

    return safely


def _of_a_word(read: Reader, heading: str) -> Reader:
    """A reader of codes, names and days, which no whole letter is compared with."""

    def word(value: Value) -> Any:
        if isinstance(value, str) and value.strip():
            border.line(value, heading, WORD_LIMIT)
        return read(value)

    return word


def _translated(read: Reader, words: Mapping[str, str]) -> Reader:
    """The file's own words first; an empty one stands for nothing."""

    def translate(value: Value) -> Any:
        word = as_text(value)
        meant = words.get(fold(word), value) if len(word) <= WORD_LIMIT else value
        return read(meant) if meant != "" else None

    return translate


def _unless_nothing(read: Callable[[str], Any]) -> Reader:
    def unless_nothing(value: Value) -> Any:
        word = " ".join(as_text(value).split())
        return None if fold(word) in _NOTHING else read(word)

    return unless_nothing


def _taker(column: Column) -> Callable[[Sequence[Value]], Value]:
    """Takes of a row what stands in the column, or in its columns one after the other; None when they are empty."""

    def joined(cells: Sequence[Value]) -> Value:
        parts = [as_text(cells[place]).strip() for place in column.places if cells[place] is not None]
        return JOINED_BY.join(parts) or None

    return itemgetter(*column.places) if len(column.places) == 1 else joined


def _flag(value: Value, heading: str) -> bool:
    word = fold(as_text(value))
    if word not in _YES | _NO:
        raise BadValue(heading, "okänt ord.", "Skriv ja eller nej.")
    return word in _YES


def _discreet(read: Callable[[str], Any]) -> Callable[[str], Any]:
    """A reader of codes that repeats an unknown word only if it can hardly be about anybody."""

    def discreetly(word: str) -> Any:
        try:
            return read(word)
        except UnknownCode as error:
            if _quotable(word):
                raise
            raise BadValue(error.field, _NOT_SHOWN, error.hint) from None

    return discreetly


def _quotable(word: str) -> bool:
    """Whether a cell looks like a code of another system: a word or two, no name, long number or address."""
    words = word.split()
    looks_like_a_name = len(words) == 2 and all(part[0].isupper() for part in words)
    looks_like_a_number_or_address = re.search(r"\d{4}|@", word) is not None
    return len(word) <= 24 and len(words) <= 2 and not (looks_like_a_name or looks_like_a_number_or_address)


def _private(codes: type[Term], word: str, heading: str) -> Term:
    """A code about the sender: what stands there instead may be about a person, so it is not repeated."""
    try:
        return codes.named(word, heading)
    except UnknownCode:
        raise BadValue(heading, "okänt ord.", f"Välj bland: {', '.join(codes)}.") from None


def _state(word: str, heading: str) -> State:
    if fold(word) in _MORE_STATUSES:
        return _MORE_STATUSES[fold(word)]
    return _STATES.get(Status.named(word, heading), State.OPEN)
