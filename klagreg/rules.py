"""Rule profiles: what a municipality has promised, as TOML, read and validated.

There is no national ten-day rule (domain 0.1): length, unit and the act that meets a deadline differ between
municipalities, so each promise is a :class:`Rule` in a :class:`Profile`. The format is contract section 4.
A register stores its profile when it is made; a case keeps the rules it was given.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from klagreg import terms
from klagreg.errors import BadProfile, BadValue, UnknownCode, WrongUse, shorten
from klagreg.terms import CaseType, CountedIn, Feedback, Fulfilment, Nature, Shift, Term, WithoutContact, fold, nearest

BUILT_IN = ("standard", "osby", "enkoping", "kinda", "nacka", "lomma")
"""Profiles that come with klagreg, as TOML files in ``klagreg/profiles``."""

_PROFILES = Path(__file__).with_name("profiles")
NUMBER_FORMAT = "{prefix}-{ar}-{nr:05}"
WITHOUT_CONTACT_NEEDED = frozenset({Fulfilment.MEASURE, Fulfilment.CLOSING})
"""Acts that can be done without reaching the sender."""

_ANY_TYPE_BUT_PRAISE = frozenset(CaseType) - {CaseType.PRAISE}
_FORMAT = re.compile(r"(?:[^{}]|\{prefix\}|\{ar\}|\{nr(?::0[1-9])?\})+")
T = TypeVar("T", bound=Term)


@dataclass(frozen=True, slots=True)
class Rule:
    """One promise: how long, counted how, met by what, for which cases."""

    key: str
    title: str
    length: int
    counted_in: CountedIn
    fulfilled_by: frozenset[Fulfilment]
    shift: Shift = Shift.NONE
    without_contact: WithoutContact = WithoutContact.NOT_APPLICABLE
    needs_handler: bool = False
    types: frozenset[CaseType] = _ANY_TYPE_BUT_PRAISE
    nature: Nature = Nature.REQUIREMENT
    source: str = ""

    @property
    def only_by_contact(self) -> bool:
        """True when nothing but reaching the sender can meet it."""
        return not self.fulfilled_by & WITHOUT_CONTACT_NEEDED

    @property
    def needs_contact(self) -> bool:
        """True when the rule does not apply to a case that cannot be answered (contract section 4)."""
        return self.only_by_contact and self.without_contact is WithoutContact.NOT_APPLICABLE

    @property
    def in_words(self) -> str:
        """``5 arbetsdagar från ankomstdagen; uppfylls av bekräftelse, slutsvar``."""
        contacts = {Fulfilment(kind.value) for kind in Feedback}
        acts = [f.label.lower() for f in Fulfilment if f in self.fulfilled_by]
        if contacts <= self.fulfilled_by:
            acts = ["varje återkoppling", *(f.label.lower() for f in Fulfilment if f in self.fulfilled_by - contacts)]
        parts = [f"{self.length} {self.counted_in.label} från ankomstdagen"]
        if self.shift is not Shift.NONE:
            parts.append(self.shift.label)
        parts.append(f"uppfylls av {', '.join(acts)}" + (" när handläggare är utsedd" if self.needs_handler else ""))
        if self.nature is Nature.GOAL:
            parts.append("ett mål, inget löfte")
        return "; ".join(parts)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A list that a municipality may extend (channels, areas): code → label and other words for it."""

    name: str
    codes: Mapping[str, tuple[str, ...]]

    def label(self, code: str | None) -> str:
        """The label of a code; the code itself when the list does not have it."""
        if code is None:
            return terms.MISSING_LABEL
        return self.codes[code][0] if code in self.codes else code

    def named(self, word: str) -> str:
        """The code meant by a word.

        Raises:
            UnknownCode: none is; the message suggests the nearest or lists all.
        """
        spellings = {fold(w): code for code, words in self.codes.items() for w in (code, *words)}
        if fold(word) in spellings:
            return spellings[fold(word)]
        near = nearest(word, spellings)
        raise UnknownCode(self.name, word, list(self.codes), spellings[near] if near else None)


@dataclass(frozen=True, slots=True)
class Profile:
    """A municipality's rules and word lists."""

    name: str
    toml: str
    rules: tuple[Rule, ...]
    source: str = ""
    note: str = ""
    prefix: str = "SYN"
    number_format: str = NUMBER_FORMAT
    types: tuple[CaseType, ...] = tuple(CaseType)
    channels: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: dict(terms.CHANNELS))
    areas: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: dict(terms.AREAS))
    units: tuple[tuple[str, str | None], ...] = ()
    days_off: Mapping[date, str] = field(default_factory=dict)


def load(name_or_file: str) -> Profile:
    """A built-in profile by name, or the municipality's own TOML file.

    Raises:
        WrongUse: no such profile or file.
        BadProfile: the TOML is not a usable profile; the message names the key.
    """
    if fold(name_or_file) in BUILT_IN:
        name = fold(name_or_file)
        return parse((_PROFILES / f"{name}.toml").read_text("utf-8"), name)
    path = Path(name_or_file)
    if path.suffix != ".toml":
        near = nearest(name_or_file, BUILT_IN)
        hint = f"Menade du {near}?" if near else f"Välj {', '.join(BUILT_IN)} eller en egen fil som slutar på .toml."
        raise WrongUse(f"Regelverket ”{shorten(name_or_file)}” finns inte.", hint)
    return parse(toml_text(path), path.name)


def toml_text(path: Path) -> str:
    """The text of a TOML file that a person wrote.

    Raises:
        WrongUse: it cannot be read, or is not UTF-8.
    """
    try:
        return path.read_text("utf-8-sig")
    except OSError:
        raise WrongUse(f"Filen {shorten(str(path), 200)} kan inte läsas.", "Kontrollera sökvägen.") from None
    except UnicodeDecodeError:
        raise WrongUse(f"Filen {shorten(str(path), 200)} är inte UTF-8.", "Spara om den som UTF-8.") from None


def parse(toml: str, source: str) -> Profile:
    """A profile from TOML text; ``source`` names it in messages.

    Raises:
        BadProfile: a key is unknown, missing or has a value that cannot be used.
    """
    table = TomlTable.parsed(toml, source, BadProfile)
    numbers = table.table("arendenummer")
    profile = Profile(
        name=table.text("namn"),
        toml=toml,
        rules=_unique(tuple(_rule(t) for t in table.tables("frist")), source),
        source=table.text("kalla", ""),
        note=table.text("anmarkning", ""),
        prefix=numbers.text("prefix", "SYN"),
        number_format=_number_format(numbers),
        types=tuple(table.codes("typer", CaseType)) or tuple(CaseType),
        channels=terms.CHANNELS | table.table("kanaler").words(),
        areas=terms.AREAS | table.table("omraden").words(),
        units=_units(table.tables("enhet")),
        days_off=dict(_day_off(t) for t in table.tables("ledig_dag")),
    )
    if not profile.rules:
        raise BadProfile(source, "frist", "minst en [[frist]] behövs.")
    numbers.finish()
    table.finish()
    return profile


def _rule(table: TomlTable) -> Rule:
    key = table.text("nyckel")
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", key):
        table.fail("nyckel", "skriv små bokstäver a–z, siffror och _ (börja med en bokstav).")
    types = frozenset(table.codes("galler_typer", CaseType)) or _ANY_TYPE_BUT_PRAISE
    if CaseType.PRAISE in types:
        table.fail("galler_typer", "beröm har inga frister.")
    fulfilled_by = frozenset(table.codes("fullgors_av", Fulfilment))
    if not fulfilled_by:
        table.fail("fullgors_av", f"ange minst ett av {', '.join(Fulfilment)}.")
    rule = Rule(
        key=key,
        title=table.text("rubrik"),
        length=table.number("antal", 1, 366),
        counted_in=table.code("raknas_i", CountedIn),
        fulfilled_by=fulfilled_by,
        shift=table.code("forskjutning", Shift, Shift.NONE),
        without_contact=table.code("utan_kontakt", WithoutContact, WithoutContact.NOT_APPLICABLE),
        needs_handler=table.flag("kraver_handlaggare"),
        types=types,
        nature=table.code("art", Nature, Nature.REQUIREMENT),
        source=table.text("kalla", ""),
    )
    table.finish()
    return rule


def _unique(rules: tuple[Rule, ...], source: str) -> tuple[Rule, ...]:
    for index, rule in enumerate(rules):
        if rule.key in {earlier.key for earlier in rules[:index]}:
            raise BadProfile(source, f"frist[{index + 1}].nyckel", f"”{rule.key}” finns redan.")
    return rules


def _number_format(table: TomlTable) -> str:
    template = table.text("format", NUMBER_FORMAT)
    if not _FORMAT.fullmatch(template) or "{ar}" not in template or "{nr" not in template:
        table.fail("format", "skriv till exempel {prefix}-{ar}-{nr:05}; {ar} och {nr} måste finnas med.")
    return template


def _units(tables: Sequence[TomlTable]) -> tuple[tuple[str, str | None], ...]:
    units: dict[str, tuple[str, str | None]] = {}
    for table in tables:
        name, board = table.text("namn"), table.text("namnd", "") or None
        if fold(name) in units:
            table.fail("namn", f"”{shorten(name)}” finns redan.")
        units[fold(name)] = name, board
        table.finish()
    return tuple(units.values())


def _day_off(table: TomlTable) -> tuple[date, str]:
    found = table.take("dag", None)
    if type(found) is not date:  # a datetime is a date too, but no day
        table.fail("dag", "skriv ett datum utan citattecken, till exempel 2026-05-15.")
    entry = found, table.text("namn")
    table.finish()
    return entry


Refusal = Callable[[str, str, str], WrongUse]
"""Makes the error of a file: its name, the key, what is wrong with it."""


class TomlTable:
    """A TOML table that knows its place in the file, so that a message can name the key."""

    def __init__(self, values: Mapping[str, Any], source: str, refusal: Refusal, path: str = "") -> None:
        self._values = dict(values)
        self._known: list[str] = []
        self._source = source
        self._refusal = refusal
        self._path = path

    @classmethod
    def parsed(cls, toml: str, source: str, refusal: Refusal) -> TomlTable:
        """The whole of a file; ``source`` names it in messages, ``refusal`` makes the error.

        Raises:
            WrongUse: not TOML.
        """
        import tomllib

        try:
            return cls(tomllib.loads(toml), source, refusal)
        except tomllib.TOMLDecodeError as error:
            where = re.search(r"at line (\d+), column (\d+)", str(error))
            place = f"på rad {where[1]}, tecken {where[2]}" if where else "i slutet av filen"
            raise refusal(source, "(hela filen)", f"inte giltig TOML {place}.") from None

    def unread(self) -> list[str]:
        """The keys that nobody has asked for yet."""
        return list(self._values)

    def fail(self, key: str, problem: str) -> Any:
        """Refuse the file because of a key."""
        raise self._refusal(self._source, self._path + key, problem)

    def take(self, key: str, default: Any) -> Any:
        """A value of any kind."""
        self._known.append(key)
        return self._values.pop(key, default)

    def finish(self) -> None:
        """Refuse keys that nobody asked for: a misspelt key must not be a silent default."""
        for key in self._values:
            near = nearest(key, self._known)
            self.fail(key, "okänd nyckel." + (f" Menade du {near}?" if near else ""))

    def text(self, key: str, default: str | None = None) -> str:
        """A text; required when it has no default."""
        found = self.take(key, default)
        if found is None:
            self.fail(key, "saknas.")
        if not isinstance(found, str) or (not found.strip() and default is None):
            self.fail(key, "ska vara en text inom citattecken.")
        return str(found).strip()

    def number(self, key: str, lowest: int, highest: int) -> int:
        """A required whole number within bounds."""
        found = self.take(key, None)
        if found is None:
            self.fail(key, "saknas.")
        if type(found) is not int or not lowest <= found <= highest:
            self.fail(key, f"ska vara ett heltal {lowest}–{highest}.")
        return int(found)

    def flag(self, key: str) -> bool:
        """True or false; false when it is not there."""
        found = self.take(key, False)
        if not isinstance(found, bool):
            self.fail(key, "ska vara true eller false.")
        return bool(found)

    def code(self, key: str, codes: type[T], default: T | None = None) -> T:
        """A code of a vocabulary."""
        return self._named(key, self.text(key, default), codes)

    def codes(self, key: str, codes: type[T]) -> list[T]:
        """A list of codes."""
        found = self.take(key, [])
        if not isinstance(found, list) or not all(isinstance(word, str) for word in found):
            self.fail(key, "ska vara en lista av texter.")
        return [self._named(key, word, codes) for word in found]

    def _named(self, key: str, word: str, codes: type[T]) -> T:
        try:
            return codes.named(word, key)
        except BadValue as error:
            return self.fail(key, f"{error.problem} {error.hint}")  # type: ignore[no-any-return]

    def table(self, key: str) -> TomlTable:
        """A table inside this one; empty when it is not there."""
        found = self.take(key, {})
        if not isinstance(found, dict):
            self.fail(key, f"ska vara en tabell, [{key}].")
        return TomlTable(found, self._source, self._refusal, f"{self._path}{key}.")

    def tables(self, key: str) -> Sequence[TomlTable]:
        """An array of tables."""
        found = self.take(key, [])
        if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
            self.fail(key, f"ska vara tabeller, [[{key}]].")
        return [TomlTable(entry, self._source, self._refusal, f"{key}[{i}].") for i, entry in enumerate(found, 1)]

    def words(self) -> dict[str, tuple[str, ...]]:
        """``kod = "Rubrik"`` or ``kod = ["Rubrik", "annat ord", …]``."""
        return {key: self._words(key) for key in list(self._values)}

    def _words(self, key: str) -> tuple[str, ...]:
        found = self.take(key, None)
        words = [found] if isinstance(found, str) else found
        if not isinstance(words, list) or not words or not all(isinstance(w, str) and w.strip() for w in words):
            self.fail(key, "ska vara en rubrik eller en lista med rubrik och andra ord.")
        return tuple(words)
