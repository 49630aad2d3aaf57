"""What the columns of a file become: the fields, the map that somebody wrote, and the plan for one file.

A :class:`ColumnMap` is what somebody says about a file; :func:`laid_over` makes a :class:`Plan` of it and the
file's headings.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

from klagreg import border
from klagreg.errors import BadValue, WrongUse, shorten
from klagreg.tabular import Value, as_text
from klagreg.terms import (
    BY_KEY,
    fold,
    nearest,
)
from klagreg.toml_table import TomlTable, toml_text

if TYPE_CHECKING:
    pass

ID = "externt_id"
SOURCE = "extern_kalla"
"""The id that a case has in the system it comes from, and which system that is. Together they are unique."""


JOINED_BY = " – "
"""Between the texts of several columns that become one field."""

T = TypeVar("T")

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
        _target("mottagen_av", "line", "Mottagare"),
        _target("handelsedag", "day", "Händelsedag", "Händelsedatum"),
        _target("utforare", "line", "Leverantör"),
        _target("personakt", "line"),
        _target("i_efterhand", "line"),
        _target("ror_enskild", "flag"),
        _target("skyddad", "flag"),
        _target("sekretess", "line", "Sekretessmarkering", "Lagrum"),
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
