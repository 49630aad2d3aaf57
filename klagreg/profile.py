"""Rule profiles: what a municipality has promised and how it works, as TOML, read and validated.

The format is contract section 4. A register stores its profile when it is made; a case keeps the rules it was given.
Only what makes or changes a register reads profiles: daily commands find in the register what they need.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TypeVar

from klagreg import practice, terms
from klagreg.errors import BadProfile, WrongUse, shorten
from klagreg.letters import BadTemplate, LetterTemplate
from klagreg.practice import Practice
from klagreg.rules import ANY_TYPE_BUT_PRAISE, Rule
from klagreg.staff import Handler, Unit
from klagreg.terms import CaseType, CountedIn, Fulfilment, Nature, Shift, WithoutContact, fold, nearest
from klagreg.toml_table import TomlTable, toml_text

BUILT_IN = ("standard", "osby", "enkoping", "kinda", "nacka", "lomma")
"""Profiles that come with klagreg, as TOML files in ``klagreg/profiles``."""

_PROFILES = Path(__file__).with_name("profiles")
NUMBER_FORMAT = "{prefix}-{ar}-{nr:05}"
_FORMAT = re.compile(r"(?:[^{}]|\{prefix\}|\{ar\}|\{nr(?::0[1-9])?\})+")


@dataclass(frozen=True, slots=True)
class Form:
    """A blank form for the public (Kinda's blankett, sida 5), but for the areas and types to tick."""

    title: str = "Synpunkter och klagomål"
    lead: str = "Har du synpunkter eller klagomål? Berätta det för oss!"
    paragraphs: tuple[str, ...] = ()
    return_to: tuple[str, ...] = ()
    """Address lines."""
    anonymous_note: str = (
        "Du kan lämna synpunkter utan att säga vem du är. Men då kan vi inte återkomma till dig med besked."
    )
    privacy_note: str = "Det du skriver blir en allmän handling. Vi använder dina uppgifter för att kunna svara dig."
    thanks: str = "Tack för din medverkan!"
    ticks_areas: bool = True
    """Whether the areas are there to tick; else there is a line to write on."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """A row of the yearly self-check (Lomma): what is aimed at, and what it looks like when it is reached."""

    key: str
    aim: str
    practice: str
    facts: tuple[str, ...] = ()
    """Codes of facts from the register that speak for or against it."""


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
    units: tuple[Unit, ...] = ()
    handlers: tuple[Handler, ...] = ()
    days_off: Mapping[date, str] = field(default_factory=dict)
    practice: Practice = field(default_factory=Practice)
    stored_practice: str = "{}"
    letters: tuple[LetterTemplate, ...] = ()
    form: Form = field(default_factory=Form)
    criteria: tuple[Criterion, ...] = ()


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


def parse(toml: str, source: str) -> Profile:
    """A profile from TOML text; ``source`` names it in messages.

    Raises:
        BadProfile: a key is unknown, missing or has a value that cannot be used.
    """
    table = TomlTable.parsed(toml, source, BadProfile)
    numbers = table.table("arendenummer")
    stored_practice = practice.stored(table)
    settings = practice.read(table)
    units = tuple(_unit(t) for t in table.tables("enhet"))
    handlers = tuple(_handler(t) for t in table.tables("handlaggare"))
    profile = Profile(
        name=table.text("namn"),
        toml=toml,
        rules=_unique(tuple(_rule(t) for t in table.tables("frist")), source),
        source=table.text("kalla", ""),
        note=table.text("anmarkning", ""),
        prefix=numbers.text("prefix", "SYN"),
        number_format=_number_format(numbers),
        types=tuple(table.codes("typer", CaseType)) or tuple(CaseType),
        channels=table.table("kanaler").words(terms.CHANNELS),
        areas=table.table("omraden").words(terms.AREAS),
        units=_with(settings.default_unit, Unit, _unique_names(units, source, "enhet")),
        handlers=_with(settings.general_to, Handler, _unique_names(handlers, source, "handlaggare")),
        days_off=dict(_day_off(t) for t in table.tables("ledig_dag")),
        practice=settings,
        stored_practice=stored_practice,
        letters=tuple(_letter(t) for t in table.tables("brev")),
        form=_form(table.table("blankett")),
        criteria=tuple(_criterion(t) for t in table.tables("egenkontroll")),
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
    types = frozenset(table.codes("galler_typer", CaseType)) or ANY_TYPE_BUT_PRAISE
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


Named = TypeVar("Named", Unit, Handler)


def _unique_names(entries: tuple[Named, ...], source: str, key: str) -> tuple[Named, ...]:
    for index, entry in enumerate(entries):
        if fold(entry.name) in {fold(earlier.name) for earlier in entries[:index]}:
            raise BadProfile(source, f"{key}[{index + 1}].namn", f"”{shorten(entry.name)}” finns redan.")
    return entries


def _with(name: str | None, make: Callable[[str], Named], entries: tuple[Named, ...]) -> tuple[Named, ...]:
    """The entries, and the one that a setting names if it is not among them."""
    if name is None or fold(name) in {fold(entry.name) for entry in entries}:
        return entries
    named: tuple[Named, ...] = (make(name),)
    return entries + named


def _unit(table: TomlTable) -> Unit:
    found = Unit(
        table.text("namn"),
        table.text("namnd", "") or None,
        receiver=table.text("mottagare", "") or None,
        manager=table.text("chef", "") or None,
    )
    table.finish()
    return found


def _handler(table: TomlTable) -> Handler:
    found = Handler(
        table.text("namn"),
        table.text("enhet", "") or None,
        full_name=table.text("fullt_namn", "") or None,
        title=table.text("titel", "") or None,
        phone=table.text("telefon", "") or None,
        email=table.text("epost", "") or None,
        address=table.text("adress", "") or None,
    )
    table.finish()
    return found


def _letter(table: TomlTable) -> LetterTemplate:
    gren = table.table("gren")
    branches = {key: gren.text(key) for key in gren.unread()}
    try:
        found = LetterTemplate(fold(table.text("nyckel")), table.text("amne"), table.text("text"), branches)
    except BadTemplate as error:
        table.fail(error.key, error.problem)
    table.finish()
    return found


def _form(table: TomlTable) -> Form:
    usual = Form()
    found = Form(
        title=table.text("rubrik", usual.title),
        lead=table.text("ingress", usual.lead),
        paragraphs=table.texts("stycken"),
        return_to=table.texts("adress"),
        anonymous_note=table.text("om_anonym", usual.anonymous_note),
        privacy_note=table.text("om_personuppgifter", usual.privacy_note),
        thanks=table.text("tack", usual.thanks),
        ticks_areas=table.flag("omraden_att_kryssa", default=True),
    )
    table.finish()
    return found


def _criterion(table: TomlTable) -> Criterion:
    found = Criterion(
        fold(table.text("nyckel")), table.text("utgangspunkt"), table.text("tillampning", ""), table.texts("fakta")
    )
    table.finish()
    return found


def _day_off(table: TomlTable) -> tuple[date, str]:
    found = table.take("dag", None)
    if type(found) is not date:  # a datetime is a date too, but no day
        table.fail("dag", "skriv ett datum utan citattecken, till exempel 2026-05-15.")
    entry = found, table.text("namn")
    table.finish()
    return entry
