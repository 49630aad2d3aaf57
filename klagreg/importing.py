"""Import: rows of a table of unknown make become cases, by the same rules as when they are typed in.

A :class:`ColumnMap` is what somebody says about a file, :func:`laid_over` makes a :class:`Plan` of it and the
file's headings, and an :class:`Intake` makes a case of each row or says what is wrong with it, by row, column
and reason. What is found by looking is told in the :class:`ImportResult`; what cannot be known is refused.
Reasons never quote what could be personal.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from enum import Enum
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeVar

from klagreg import border, casework, days, deadlines
from klagreg.errors import BadValue, KlagregError, UnknownCode, WrongUse, shorten
from klagreg.model import Case, Closing, FeedbackGiven, Sender
from klagreg.rules import TomlTable, Vocabulary, toml_text
from klagreg.tabular import Row, Sheet, Value
from klagreg.terms import (
    BY_KEY,
    BY_NAME,
    MISSING_LABEL,
    CaseType,
    Contact,
    CountedIn,
    Feedback,
    Means,
    NoAnswer,
    Outcome,
    SenderRole,
    Shift,
    Status,
    Term,
    fold,
    nearest,
)
from klagreg.workdays import Calendar

if TYPE_CHECKING:
    from klagreg.store.cases import RuleSet

ID = "externt_id"
SOURCE = "extern_kalla"
"""The id that a case has in the system it comes from, and which system that is. Together they are unique."""

NAME_LIMIT = 100
LABEL_LIMIT = 80
"""Characters in the name of a unit, a handler or a nämnd, and in the label of an area."""

JOINED_BY = " – "
"""Between the texts of several columns that become one field."""

T = TypeVar("T")

# -- what a column can become -------------------------------------------------------------------

Kind = Literal["day", "code", "private code", "flag", "name", "line", "prose"]


@dataclass(frozen=True, slots=True)
class Target:
    """A field that a column can become, and the headings that mean it by themselves."""

    key: str
    kind: Kind
    headings: tuple[str, ...]

    @property
    def is_text(self) -> bool:
        """True for what several columns can be joined into."""
        return self.kind in ("line", "prose")


def _target(key: str, kind: Kind, *headings: str) -> Target:
    heading = BY_KEY[key].heading if key in BY_KEY else key
    return Target(key, kind, (key, heading, *headings))


TARGETS = {
    target.key: target
    for target in (
        _target(
            ID, "line", "Externt id", "Extern id", "Ärendenummer", "Ärendenr", "Ärende nr", "Ärende-id", "Ärendeid",
            "Löpnummer", "Löpnr", "Id",
        ),
        _target("diarienummer", "line", "Diarienr", "Dnr"),
        _target("typ", "code", "Ärendetyp", "Typ av ärende"),
        _target("status", "code", "Handläggningsstatus", "Ärendestatus"),
        _target(
            "inkommen", "day", "Inkom", "Inkommet", "Inkom datum", "Inkom den", "Inkommen datum", "Inkommet datum",
            "Ankomstdag", "Ankomstdatum",
        ),
        _target("kanal", "code", "Inkom via", "Inkommen via", "Inkommet via", "Ankomstsätt"),
        _target("namnd", "name", "Förvaltning", "Ansvarig nämnd", "Ansvarig förvaltning"),
        _target("enhet", "name", "Berörd enhet", "Ansvarig enhet"),
        _target("omrade", "name", "Ämnesområde"),
        _target("rubrik", "line", "Ärendemening", "Ärenderubrik", "Titel"),
        _target("beskrivning", "prose", "Text", "Ärendebeskrivning"),
        _target("forslag", "prose", "Förbättringsförslag"),
        _target("handlaggare", "name", "Ansvarig handläggare"),
        _target("aterkoppling", "day", "Första återkoppling", "Bekräftat", "Bekräftelse"),
        _target("slutsvar", "day", "Besvarat", "Besvarad", "Svarsdatum", "Slutsvar datum"),
        _target("avslutad", "day", "Avslutat", "Avslutat datum", "Avslutad datum", "Avslutsdatum", "Avslutsdag"),
        _target("utfall", "code"),
        _target("svar", "prose", "Svarstext"),
        _target("anonym", "flag"),
        _target("kontakt", "private code"),
        _target("roll", "private code", "Avsändarens roll"),
        _target("namn", "line", "Avsändarens namn"),
        _target("epost", "line", "E-post", "Avsändarens e-post"),
        _target("telefon", "line", "Telefonnummer", "Avsändarens telefon"),
        _target("adress", "line", "Avsändarens adress"),
        _target("onskat_satt", "private code"),
    )
}  # fmt: skip
"""Every field that a column can become, by its key."""

_BY_HEADING = {fold(heading): target.key for target in TARGETS.values() for heading in target.headings}

_CODES: dict[str, type[Term]] = {
    "typ": CaseType,
    "kontakt": Contact,
    "utfall": Outcome,
    "roll": SenderRole,
    "onskat_satt": Means,
}
_SENDER = tuple((f.name, BY_NAME[f.name].key) for f in fields(Sender))


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
_NOTHING = frozenset({fold("-"), "–", "—", fold(MISSING_LABEL)})
"""What people write where they have no name and no word."""

_YES = frozenset(map(fold, ("ja", "j", "x", "1", "sant", "true", "anonym")))
_NO = frozenset(map(fold, ("nej", "n", "0", "falskt", "false")))


# -- the map: what somebody says about a file ---------------------------------------------------


class BadMap(WrongUse):
    """A mapping file (TOML) that cannot be used; names the key that is wrong."""

    def __init__(self, source: str, key: str, problem: str) -> None:
        super().__init__(f"Kartan {shorten(source, 100)}, nyckeln {shorten(key, 80)}: {problem}")


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """What is said about a file. Where it says nothing, headings that mean a field by themselves become it."""

    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Field → headings; several are joined, none means that no column becomes the field."""
    constants: Mapping[str, Value] = field(default_factory=dict)
    """Field → the value of every row."""
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Field → the file's word, folded → the word it stands for; an empty one means no value."""
    date_format: str | None = None
    """As ``strptime`` has it."""

    def over(self, other: ColumnMap) -> ColumnMap:
        """This map on top of another: what both speak of is as this one has it."""
        said = {*self.columns, *self.constants}
        columns = {key: headings for key, headings in other.columns.items() if key not in said}
        constants = {key: value for key, value in other.constants.items() if key not in said}
        return ColumnMap(
            columns={**columns, **self.columns},
            constants={**constants, **self.constants},
            words={**other.words, **self.words},
            date_format=self.date_format or other.date_format,
        )


def read_map(path: Path) -> ColumnMap:
    """A mapping file: ``id_kolumn``, ``datumformat``, ``[kolumner]``, ``[satt]`` and ``[varden.FÄLT]``.

    Raises:
        WrongUse: it cannot be read.
        BadMap: a key is unknown or has a value that cannot be used; the message names the key.
    """
    table = TomlTable.parsed(toml_text(path), path.name, BadMap)
    columns, constants, words = table.table("kolumner"), table.table("satt"), table.table("varden")
    id_column = table.text("id_kolumn", "")
    found = ColumnMap(
        columns=_by_field(columns, _headings),
        constants=_by_field(constants, _constant, SOURCE),
        words=_by_field(words, _translations),
        date_format=table.text("datumformat", "") or None,
    )
    if id_column:
        if ID in found.columns:
            columns.fail(ID, "står redan som id_kolumn. Stryk en av dem.")
        found = replace(found, columns={**found.columns, ID: (id_column,)})
    for key in found.columns.keys() & found.constants.keys():
        constants.fail(key, "har redan en kolumn. Stryk en av dem.")
    if found.date_format:
        try:
            checked_format(found.date_format, "datumformat")
        except BadValue as error:
            table.fail("datumformat", error.problem)
    table.finish()
    return found


def field_named(word: str, *also: str) -> str:
    """The key of the field that somebody means; ``also`` are keys beside those a column can become.

    Raises:
        WrongUse: there is no such field; the message suggests the nearest or lists all.
    """
    folded = fold(word)
    if folded in _BY_HEADING or folded in also:
        return _BY_HEADING.get(folded, folded)
    near = nearest(word, (*TARGETS, *also))
    hint = f"Menade du {near}?" if near else f"Fälten är: {', '.join((*TARGETS, *also))}."
    raise WrongUse(f"Fältet ”{shorten(word)}” finns inte.", hint)


def checked_format(pattern: str, option: str) -> str:
    """A ``strptime`` pattern that tells year, month and day.

    Raises:
        BadValue: it does not.
    """
    probe = datetime(2013, 12, 25)  # noqa: DTZ001  # no moment, only something to write and read back
    try:
        # Without a year there is nothing to try: Python 3.13 warns, and later ones refuse.
        has_year = "%Y" in pattern or "%y" in pattern
        tells = has_year and datetime.strptime(probe.strftime(pattern), pattern).date() == probe.date()  # noqa: DTZ007
    except (ValueError, re.error):
        tells = False
    if not tells:
        problem = f"”{shorten(pattern)}” säger inte år, månad och dag."
        raise BadValue(option, problem, "Skriv till exempel %d/%m/%Y, %m/%d/%Y %H:%M eller %Y%m%d.")
    return pattern


def _by_field(table: TomlTable, read: Callable[[TomlTable, str], T], *also: str) -> dict[str, T]:
    """What a table says of each field."""
    found: dict[str, T] = {}
    for key in table.unread():
        try:
            named = field_named(key, *also)
        except WrongUse as error:
            table.fail(key, f"fältet finns inte. {error.hint}")
        if named in found:
            table.fail(key, f"{named} står redan i tabellen.")
        found[named] = read(table, key)
    return found


def _headings(table: TomlTable, key: str) -> tuple[str, ...]:
    found = table.take(key, None)
    headings = [found] if isinstance(found, str) else found
    if not isinstance(headings, list) or not all(isinstance(h, str) and h.strip() for h in headings):
        table.fail(key, "ska vara en rubrik, en lista med rubriker, eller [] för ingen kolumn.")
    return tuple(headings)


def _constant(table: TomlTable, key: str) -> Value:
    found = table.take(key, None)
    if not isinstance(found, str | bool | int | date):
        table.fail(key, "ska vara en text inom citattecken, ett datum eller true.")
    return found  # type: ignore[no-any-return]


def _translations(table: TomlTable, key: str) -> dict[str, str]:
    words = table.table(key)
    found: dict[str, str] = {}
    for word in words.unread():
        meant = words.text(word, "")
        if found.setdefault(fold(word), meant) != meant:
            words.fail(word, "betyder redan något annat; stora och små bokstäver är samma ord.")
    return found


# -- the plan: a map laid over a file's headings ------------------------------------------------


@dataclass(frozen=True, slots=True)
class Column:
    """One or more columns of the file that become a field."""

    key: str
    headings: tuple[str, ...]
    places: tuple[int, ...]

    @property
    def heading(self) -> str:
        """How messages name it."""
        return JOINED_BY.join(self.headings)


@dataclass(frozen=True, slots=True)
class Plan:
    """What each column of a file becomes."""

    columns: tuple[Column, ...]
    constants: Mapping[str, Value]
    words: Mapping[str, Mapping[str, str]]
    date_format: str | None
    left_out: tuple[str, ...]
    """Headings that become nothing."""

    def column(self, key: str) -> Column | None:
        """The column that becomes a field."""
        return next((column for column in self.columns if column.key == key), None)

    @property
    def source(self) -> str:
        """The other system: as it was told, else the folded heading of its id; CSV and XLSX agree on that."""
        if SOURCE in self.constants:
            return border.line(as_text(self.constants[SOURCE]), f"--satt {SOURCE}")
        id_column = self.column(ID)
        return fold(id_column.heading) if id_column else ""


def laid_over(headings: Sequence[str], said: ColumnMap) -> Plan:
    """What each column becomes, by what was said and by the headings that mean a field by themselves.

    Raises:
        WrongUse: a heading that was said is missing or ambiguous, two columns mean the same field, or nothing
            becomes a required field.
    """
    if ID in said.constants:
        raise WrongUse(f"{ID} kan inte vara samma på varje rad.", "Ange kolumnen med --id-kolumn RUBRIK.")
    columns = [_column(headings, key, wanted) for key, wanted in said.columns.items() if wanted]
    # What is id may be a field besides, such as the diarienummer.
    used = {place for column in columns if column.key != ID for place in column.places}
    settled = {*said.columns, *said.constants}
    by_itself: dict[str, list[int]] = {}
    for place, heading in enumerate(headings):
        key = _BY_HEADING.get(fold(heading))
        if key and key not in settled and place not in used:
            by_itself.setdefault(key, []).append(place)
    for key, places in by_itself.items():
        if len(places) > 1:
            alike = list(dict.fromkeys(headings[place] for place in places))
            if len(alike) == 1:
                raise _twice(alike[0], len(places))
            both = " och ".join(f"”{shorten(heading)}”" for heading in alike)
            raise WrongUse(f"Både {both} blir {key}.", f"Välj en med --kolumn {key}=RUBRIK.")
        columns.append(Column(key, (headings[places[0]],), tuple(places)))
    found = {column.key: column for column in columns}
    if ID not in found and ID not in said.columns and "diarienummer" in found:
        columns.append(replace(found["diarienummer"], key=ID))
    for key in ("typ", "inkommen"):
        if key not in found and key not in said.constants:
            listed = ", ".join(shorten(heading) for heading in headings if heading)
            raise WrongUse(
                f"Ingen kolumn blir {key}. Filens rubriker: {listed}.",
                f"Ange --kolumn {key}=RUBRIK eller --satt {key}=VÄRDE.",
            )
    used = {place for column in columns for place in column.places}
    return Plan(
        columns=tuple(sorted(columns, key=lambda column: column.places)),
        constants=said.constants,
        words=said.words,
        date_format=said.date_format,
        left_out=tuple(h or "(utan rubrik)" for place, h in enumerate(headings) if place not in used),
    )


def _column(headings: Sequence[str], key: str, wanted: Sequence[str]) -> Column:
    if len(wanted) > 1 and not TARGETS[key].is_text:
        raise WrongUse(f"Flera kolumner kan inte bli {key}.", "Bara texter slås ihop.")
    places = tuple(_place(headings, heading) for heading in wanted)
    return Column(key, tuple(headings[place] for place in places), places)


def _place(headings: Sequence[str], wanted: str) -> int:
    alike = [place for place, heading in enumerate(headings) if fold(heading) == fold(wanted)]
    exact = [place for place in alike if headings[place] == wanted]
    if len(exact or alike) > 1:
        raise _twice(wanted, len(exact or alike))
    if not alike:
        near = nearest(wanted, filter(None, headings))
        listed = ", ".join(shorten(heading) for heading in headings if heading)
        hint = f"Menade du {shorten(near)}?" if near else f"Filens rubriker: {listed}."
        raise WrongUse(f"Kolumnen ”{shorten(wanted)}” finns inte i filen.", hint)
    return (exact or alike)[0]


def _twice(heading: str, times: int) -> WrongUse:
    return WrongUse(f"Rubriken ”{shorten(heading)}” finns {times} gånger i filen.", "Ge kolumnerna olika rubriker.")


# -- what an import does ------------------------------------------------------------------------


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


class Course(NamedTuple):
    """What has happened to a case: all that the rules look at."""

    type: CaseType
    received: date
    anonymous: bool
    contact: Contact
    named: bool
    reachable: bool
    handler: str | None
    told_on: date | None
    answered_on: date | None
    state: State
    ended_on: date | None
    outcome: Outcome | None


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
        # What the rules make of a course costs more than all else, and many cases have the same.
        self._run = lru_cache(5_000)(self._lived)
        self.boards = Names(known.boards, NAME_LIMIT)
        self.units = Names(known.units, NAME_LIMIT)
        self.handlers = Names(known.handlers, NAME_LIMIT)
        self.areas = Names((), LABEL_LIMIT, known.areas)
        self._cells = [(column, self._reader(column)) for column in plan.columns if column.key != ID]
        constants = {key: self._told(key) for key in plan.constants if key != SOURCE}
        self._constants = {key: value for key, value in constants.items() if value is not None}
        self._id_column = plan.column(ID)
        self._read_id = self._reader(self._id_column) if self._id_column else None
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
        external_id = self._external_id(row, faults)
        values = self._values(row, faults)
        if external_id in self._known.imported:
            self.result.already += 1
            if values.get("inkommen") and values["inkommen"].isoformat() != self._known.imported[external_id]:
                self.result.moved.append(row.number)
            faults.clear()
            return None
        self._check_course(row, values, faults)
        if faults:
            return None
        try:
            return self._made(values, external_id or None)
        except KlagregError as error:
            faults.append(Fault(row.number, "", error.message))
            return None

    def _values(self, row: Row, faults: list[Fault]) -> dict[str, Any]:
        """The row's values by field."""
        values = dict(self._constants)
        for column, read in self._cells:
            value = _cell(row, column)
            if value is None:
                continue
            found = read(value)
            if isinstance(found, Reason):
                faults.append(Fault(row.number, column.heading, found))
            elif found is not None:
                values[column.key] = found
        return values

    def _external_id(self, row: Row, faults: list[Fault]) -> str:
        """The row's own id, unique in the file; empty when there is no column for it."""
        column, read = self._id_column, self._read_id
        if column is None or read is None:
            return ""
        value = _cell(row, column)
        found = None if value is None else read(value)
        if found is None or isinstance(found, Reason):
            faults.append(Fault(row.number, column.heading, found or "id saknas."))
            return ""
        first = self._row_of.setdefault(found, row.number)
        if first != row.number:
            faults.append(Fault(row.number, column.heading, f"samma id som rad {first}."))
        return str(found)

    def _check_course(self, row: Row, values: dict[str, Any], faults: list[Fault]) -> None:
        """What must be there, and the days in an order that they can have happened in."""
        unreadable = {fault.column for fault in faults}

        def fault(key: str, reason: str) -> None:
            heading = self._heading.get(key, key)
            if heading not in unreadable:
                faults.append(Fault(row.number, heading, reason))

        for key in ("typ", "inkommen"):
            if key not in values:
                fault(key, "saknas.")
        state, ended = values.get("status"), values.get("avslutad")
        if state is State.CLOSED and not ended and self._heading.get("avslutad") not in unreadable:
            fault("status", "säger att ärendet är avslutat, men avslutsdagen saknas.")
        if state is State.OPEN:
            ended = None  # see _made
        received = values.get("inkommen")
        for key, day in (
            ("aterkoppling", values.get("aterkoppling")),
            ("slutsvar", values.get("slutsvar")),
            ("avslutad", ended),
        ):
            if day and received and day < received:
                fault(key, f"{day} ligger före ankomstdagen {received}.")
            elif day and ended and day > ended:
                fault(key, f"{day} ligger efter avslutsdagen {ended}.")
        hidden = values.get("anonym") and not any(values.get(key) for key in ("epost", "telefon", "adress"))
        if hidden or values.get("kontakt", Contact.POSSIBLE) is not Contact.POSSIBLE:
            for key in ("aterkoppling", "slutsvar"):
                if key in values:
                    fault(key, "har en dag, fast avsändaren inte kan nås.")

    def _made(self, values: dict[str, Any], external_id: str | None) -> Case:
        """The case that a sound row tells of."""
        get = values.get
        case_type, unit = values["typ"], get("enhet")
        sender = Sender(**{name: values[key] for name, key in _SENDER if key in values})
        state = get("status", State.CLOSED if "avslutad" in values else State.OPEN)
        if state is State.OPEN and values.pop("avslutad", None):
            # A day left from an earlier closing: what the other system says of the case now is its status.
            self.result.still_open += 1
        course = Course(
            type=case_type,
            received=values["inkommen"],
            anonymous=get("anonym", False),
            contact=get("kontakt", Contact.POSSIBLE),
            named=sender.name is not None,
            reachable=sender.can_be_reached,
            handler=get("handlaggare"),
            told_on=get("aterkoppling"),
            answered_on=get("slutsvar"),
            state=state,
            ended_on=get("avslutad"),
            outcome=get("utfall"),
        )
        case = self._run(course)
        if case.status is Status.CLOSED:
            self.result.without_outcome += case.outcome is None
            self.result.answered_when_closed += not self._tells_answers and case.final_answer is not None
            self.result.unanswered += case.final_answer is None and case.closings[0].no_answer is None
        return replace(
            case,
            title=get("rubrik") or casework.default_title(case_type, unit),
            external_source=self._source if external_id else None,
            external_id=external_id,
            diary_number=get("diarienummer"),
            registered_at=self._known.moment,
            registered_by=self._known.actor,
            channel=get("kanal"),
            board=get("namnd") or (unit and self._known.units.get(unit)) or self._known.board,
            unit=unit,
            area=get("omrade"),
            description=get("beskrivning"),
            proposal=get("forslag"),
            answer=get("svar"),
            sender=sender,
        )

    def _lived(self, course: Course) -> Case:
        """A case without texts that has had this course, by the rules that hold for cases typed in."""
        known = self._known
        rule_set = known.rule_set(course.received)
        case = Case(
            type=course.type,
            title="",
            received=course.received,
            rule_set=rule_set.id,
            anonymous=course.anonymous,
            contact=course.contact,
            handler=course.handler,
            sender=Sender(name="någon" if course.named else None, address="någonstans" if course.reachable else None),
        )
        case = casework.register(case, rule_set.rules, self._calendar, known.today)
        if course.told_on:
            case = self._told_sender(case, Feedback.RECEIPT, course.told_on)
        if course.answered_on:
            case = self._told_sender(case, Feedback.ANSWER, course.answered_on)
        if course.state is State.VOIDED:
            case = casework.void(case, course.ended_on or course.received, known.today)
        elif course.state is State.CLOSED and course.ended_on:
            case = self._closed(case, course.ended_on, course.outcome)
        return deadlines.settled(case)

    def _told_sender(self, case: Case, kind: Feedback, on: date) -> Case:
        given = FeedbackGiven(on, kind, None, case.handler or self._known.actor, handler_was_named=False)
        return casework.give_feedback(case, given, self._known.today)

    def _closed(self, case: Case, on: date, outcome: Outcome | None) -> Case:
        """Closed as the other system closed it: unlike by hand, also without an answer or an outcome."""
        no_answer = None if case.final_answer else _why_unanswered(case)
        if not self._tells_answers and no_answer is None:
            case = self._told_sender(case, Feedback.ANSWER, on)
        closing = Closing(on, outcome, no_answer)
        return replace(case, status=Status.CLOSED, outcome=outcome, closed_on=on, closings=(closing,))

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
        read = self._parser(column)
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
                return _Days(heading, self._known.today, self._plan.date_format, lambda: self._day_order(column))
            case "line":
                return lambda value: border.line(as_text(value), heading)
            case "prose":
                return lambda value: border.prose(as_text(value), heading)
            case "flag":
                return lambda value: _flag(value, heading)
            case "name":
                names = {"namnd": self.boards, "enhet": self.units, "omrade": self.areas, "handlaggare": self.handlers}
                return _unless_nothing(names[key].spelled)
            case "private code":
                return _unless_nothing(lambda word: _private(_CODES[key], word, heading))
        if key == "status":
            return _unless_nothing(lambda word: _state(word, heading))
        if key == "kanal":
            return _unless_nothing(self._known.channels.named)
        return _unless_nothing(lambda word: _CODES[key].named(word, heading))

    def _day_order(self, column: Column) -> DayOrder:
        """The order that days with slashes or dots are written in, if the whole column proves one."""
        found = _proven_order(self._sheet.rows, column)
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


def _translated(read: Reader, words: Mapping[str, str]) -> Reader:
    """The file's own words first; an empty one stands for nothing."""

    def translate(value: Value) -> Any:
        meant = words.get(fold(as_text(value)), value)
        return read(meant) if meant != "" else None

    return translate


def _unless_nothing(read: Callable[[str], Any]) -> Reader:
    def unless_nothing(value: Value) -> Any:
        word = " ".join(as_text(value).split())
        return None if fold(word) in _NOTHING else read(word)

    return unless_nothing


def as_text(value: Value) -> str:
    """A cell as a person reads it."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "ja" if value else "nej"
    return value.isoformat() if isinstance(value, date) else str(value)


def _cell(row: Row, column: Column) -> Value:
    """What stands in the column, or in its columns one after the other; None when they are empty."""
    if len(column.places) == 1:
        return row.values[column.places[0]]
    parts = [as_text(row.values[place]).strip() for place in column.places if row.values[place] is not None]
    return JOINED_BY.join(parts) or None


def _flag(value: Value, heading: str) -> bool:
    word = fold(as_text(value))
    if word not in _YES | _NO:
        raise BadValue(heading, "okänt ord.", "Skriv ja eller nej.")
    return word in _YES


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


# -- days ---------------------------------------------------------------------------------------

_CLOCK = r"(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:[.,]\d+)?)?"
_ISO = re.compile(rf"(\d{{4}}-\d\d-\d\d)(?:[T ]{_CLOCK}(Z|[+-]\d\d:?\d\d)?)?", re.ASCII)
_YEAR_LAST = re.compile(rf"(\d\d?)([/.-])(\d\d?)\2(\d{{4}})(?: +{_CLOCK}(?: ?[AaPp][Mm])?)?", re.ASCII)
_HOW_TO_WRITE = "Skriv 2026-11-20, eller säg hur filens datum är skrivna med --datumformat."


@dataclass(frozen=True, slots=True)
class DayOrder:
    """Whether days written with slashes or dots begin with the day or with the month."""

    day_first: bool
    proof: str

    @property
    def label(self) -> str:
        """In words."""
        return "dag, månad, år" if self.day_first else "månad, dag, år"


class _Days:
    """Reads a column of days: native ones, ISO with or without a clock, else as somebody said or the column proves.

    Never by guessing: a month-first date that looks day-first would move a deadline by months in silence.
    """

    def __init__(self, heading: str, today: date, pattern: str | None, proven: Callable[[], DayOrder]) -> None:
        self._heading = heading
        self._today = today
        self._pattern = pattern
        self._order = cache(proven)

    def __call__(self, value: Value) -> date | None:
        """The day.

        Raises:
            BadValue: no day, or one that cannot be.
            WrongUse: the column does not prove the order of its days.
        """
        day = value.date() if isinstance(value, datetime) else value
        if not isinstance(day, date):
            word = as_text(value).strip()
            day = self._written(word)
            if day is None:
                raise self._no_day(word)
        if not days.FIRST_DAY <= day <= days.LAST_DAY:
            raise BadValue(self._heading, f"{day} ligger utanför 2000–2100.")
        casework.not_in_future(day, self._today, self._heading)
        return day

    def _written(self, word: str) -> date | None:
        if self._pattern:
            with suppress(ValueError):
                return datetime.strptime(word, self._pattern).date()  # noqa: DTZ007  # a civil day is wanted
        try:
            iso, match = _ISO.fullmatch(word), _YEAR_LAST.fullmatch(word)
            if iso:
                return days.stockholm_day(datetime.fromisoformat(word)) if iso[2] else date.fromisoformat(iso[1])
            if self._pattern or not match:
                return None
            return _in_order(match, day_first=self._order().day_first)
        except ValueError:
            return None

    def _no_day(self, word: str) -> BadValue:
        if not any(map(str.isdigit, word)):
            return BadValue(self._heading, "är inget datum.")  # not repeated: words here may be somebody's name
        if self._pattern:
            return BadValue(self._heading, f"”{shorten(word)}” är inget datum enligt --datumformat {self._pattern}.")
        return BadValue(self._heading, f"”{shorten(word)}” är inget datum.", _HOW_TO_WRITE)


def _proven_order(rows: Iterable[Row], column: Column) -> DayOrder:
    """The order that fits every day with slashes or dots in a column, if only one does.

    Raises:
        WrongUse: both fit, or both are there.
    """
    seen = 0
    only: dict[bool, list[int]] = {True: [], False: []}
    for row in rows:
        value = row.values[column.places[0]]
        match = _YEAR_LAST.fullmatch(value.strip()) if isinstance(value, str) else None
        if match:
            seen += 1
            day_first, month_first = (_in_order(match, day_first=first) is not None for first in (True, False))
            if day_first != month_first:
                only[day_first].append(row.number)
    heading = shorten(column.heading)
    if only[True] and only[False]:
        problem = f"har dagen först på rad {only[True][0]} men månaden först på rad {only[False][0]}"
        raise WrongUse(f"Datumen i {heading} {problem}. Ingenting är importerat.", "Rätta filen.")
    if not only[True] and not only[False]:
        raise WrongUse(
            f"Datumen i {heading} kan läsas både som dag/månad och månad/dag, och inget av {seen} avgör vilket."
            " Ingenting är importerat.",
            "Säg vilket: --datumformat %d/%m/%Y (dag först) eller %m/%d/%Y (månad först).",
        )
    proofs = len(only[True] or only[False])
    return DayOrder(bool(only[True]), f"{proofs} av {seen} kan inte läsas på annat sätt")


def _in_order(match: re.Match[str], *, day_first: bool) -> date | None:
    """The day of a text like ``3/4/2026`` in an order, if there is such a day."""
    first, second, year = int(match[1]), int(match[3]), int(match[4])
    try:
        return date(year, second, first) if day_first else date(year, first, second)
    except ValueError:
        return None
