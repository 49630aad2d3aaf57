"""Letters to the sender: the municipality's own wording, filled in with the facts of a case.

Source: Enköping's policy of 2011, "Förslag på formulering för återkoppling via brev eller e-post" (E12). A letter
with a hole in it is worse than none, so nothing is composed until every fact that it speaks of is there.

A template's paragraphs stay as they are and are not broken into lines: whoever shows or sends them knows the width.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from klagreg import border
from klagreg.errors import BadValue, MissingValue, Refused, UnknownCode
from klagreg.terms import FIELDS, fold, nearest

# Not str.format: a template is written by people, and {x.__class__} must not reach into the program.
_PLACEHOLDER = re.compile(r"\{(?P<name>[a-z][a-z0-9_]{0,39})\}(?P<stop>\.?)")
_BRANCH = "{gren}"

_WHOSE = {"mitt": "ditt", "min": "din", "handlaggare": "handläggarens", "avsandare": "avsändarens"}
"""How the names of facts about people begin – the one who signs, the handler, the sender – and how we speak of them."""

_TYPED = "Ange {}."
_BY_HANDLER = "En handläggares uppgifter läggs in med: klagreg handlaggare andra NAMN {}"
_BY_CASE = "Avsändarens uppgifter läggs in med: klagreg uppdatera ÄRENDE {}"
_HANDLERS_OWN = {
    "namn": "--fullt-namn",
    "titel": "--titel",
    "telefon": "--telefon",
    "epost": "--epost",
    "adress": "--adress",
    "forvaltning": "--enhet",
}
_SENDERS_OWN = {"namn": "--namn", "telefon": "--telefon", "epost": "--epost", "adress": "--adress"}
_KEPT = {
    **dict.fromkeys(("mitt", "min", "handlaggare"), (_BY_HANDLER, _HANDLERS_OWN)),
    "avsandare": (_BY_CASE, _SENDERS_OWN),
}
"""Facts about people that the register keeps, and how they get there; all others are typed with the letter."""

_OF_EVERY_CASE = frozenset({"arendenummer", "rubrik", "inkommen", "datum"})
"""Facts that a letter never lacks."""

_WORDS = {known.key: known.heading.lower() for known in FIELDS} | {"forvaltning": "förvaltning"}


class BadTemplate(ValueError):
    """A template that no letter can be made from: the key of its TOML table, and what is wrong with it."""

    def __init__(self, key: str, problem: str) -> None:
        super().__init__(f"{key}: {problem}")
        self.key = key
        self.problem = problem


@dataclass(frozen=True, slots=True)
class LetterTemplate:
    """A letter as the municipality words it, with ``{placeholders}`` for the facts.

    Where the text says ``{gren}`` one of the branches goes: Enköping's "Jag ska se till att åtgärda …" or
    "Jag har lämnat ärendet vidare till …".

    Raises:
        BadTemplate: a brace that is no placeholder, ``{gren}`` without branches, or branches without ``{gren}``.
    """

    key: str
    subject: str
    text: str
    branches: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        branches = {f"gren.{code}": text for code, text in self.branches.items()}
        for key, part in {"amne": self.subject, "text": self.text, **branches}.items():
            if re.search(r"[{}]", _PLACEHOLDER.sub("", part)):
                raise BadTemplate(key, "skriv { och } bara runt ett namn av små a–z, siffror och _, som i {problem}.")
            if _BRANCH in part and key != "text":
                raise BadTemplate(key, f"{_BRANCH} får bara stå i text.")
        if self.branches and _BRANCH not in self.text:
            raise BadTemplate("text", f"skriv {_BRANCH} där grenens text ska stå.")
        if _BRANCH in self.text and not self.branches:
            raise BadTemplate("gren", f"saknas, fast {_BRANCH} står i text.")
        if len({fold(code) for code in self.branches}) < len(self.branches):
            raise BadTemplate("gren", "två grenar har samma namn.")

    @property
    def placeholders(self) -> tuple[str, ...]:
        """Every fact that a letter may need, in the order they are first spoken of."""
        return _placeholders(self.subject, self.text, *self.branches.values())


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter that lacks nothing; the subject is one line."""

    subject: str
    body: str

    @property
    def text(self) -> str:
        """The letter on paper: the subject is its heading."""
        return f"{self.subject}\n\n{self.body}"


def needed(template: LetterTemplate, branch: str | None = None) -> tuple[str, ...]:
    """The facts that a letter with one of the template's branches speaks of.

    Raises:
        MissingValue: the template has branches and none was chosen.
        UnknownCode: it has no such branch.
        BadValue: it has no branches at all.
    """
    return _placeholders(template.subject, _with_branch(template, branch))


def compose(template: LetterTemplate, facts: Mapping[str, str | None], branch: str | None = None) -> Letter:
    """The template with one of its branches, every placeholder replaced by its fact, word for word.

    A fact that ends a sentence may bring a full stop of its own; there will still be only one.

    Raises:
        MissingValue: the template has branches and none was chosen.
        UnknownCode: it has no such branch.
        BadValue: it has no branches at all, or the subject would be longer than a line.
        Refused: facts are missing; the message names all of them. One without a letter or a digit is missing too:
            a dash in an empty box tells the sender nothing (E12).
    """
    text = _with_branch(template, branch)
    known = {name: (facts.get(name) or "").strip() for name in needed(template, branch)}
    missing = [name for name, fact in known.items() if not _says(fact)]
    if missing:
        raise Refused(f"Det här saknas i brevet: {', '.join(map(in_words, missing))}.", _way_out(missing))
    return Letter(border.line(_filled(template.subject, known), "Ämnesraden"), _filled(text, known))


def branch_told_by(template: LetterTemplate, facts: Mapping[str, str | None]) -> str | None:
    """The branch that the facts choose: of those that lack nothing, the one that tells most of what is known.

    Osby's branch with ``{atgarder}`` is chosen when a measure is promised, and the one that speaks of none when there
    is no measure. Only what a branch speaks of beyond the rest of the letter counts. Branches that differ in words
    alone tell equally much, and which of them is true nobody but the clerk knows: then, as when none can be filled,
    the facts choose none.
    """
    if not template.branches:
        return None
    names = {code: set(_placeholders(text)) for code, text in template.branches.items()}
    common = {*_placeholders(template.subject, template.text), *set.intersection(*names.values())}
    own = {code: spoken_of - common for code, spoken_of in names.items()}
    filled = [code for code in own if all(_says(facts.get(name)) for name in own[code])]
    told = {code: sum(map(is_typed, own[code])) for code in filled}
    most = [code for code in filled if told[code] == max(told.values())]
    return most[0] if len(most) == 1 else None


def is_typed(name: str) -> bool:
    """Whether a fact that is missed is told with the letter: not every case has it, and it is kept about no person."""
    return name not in _OF_EVERY_CASE and _way_in(name)[0] is _TYPED


def _says(fact: str | None) -> bool:
    return any(map(str.isalnum, fact or ""))


def _placeholders(*texts: str) -> tuple[str, ...]:
    places = (place for text in texts for place in _PLACEHOLDER.finditer(text.replace(_BRANCH, "")))
    return tuple(dict.fromkeys(place["name"] for place in places))


def _with_branch(template: LetterTemplate, branch: str | None) -> str:
    if not template.branches:
        if branch is not None:
            raise BadValue("--gren", f"brevet {template.key} har inga grenar.", "Ta bort --gren.")
        return template.text
    codes = list(template.branches)
    if branch is None:
        raise MissingValue("--gren", f"Välj {'|'.join(codes)}.")
    texts = {fold(code): text for code, text in template.branches.items()}
    if fold(branch) not in texts:
        raise UnknownCode("--gren", branch, codes, nearest(branch, codes))
    return template.text.replace(_BRANCH, texts[fold(branch)])


def _filled(text: str, facts: Mapping[str, str]) -> str:
    # One pass, so that braces inside a fact are never taken for a placeholder.
    def fact(place: re.Match[str]) -> str:
        said = facts[place["name"]]
        return said.removesuffix(".").rstrip() + "." if place["stop"] else said

    return _PLACEHOLDER.sub(fact, text)


def in_words(name: str) -> str:
    """What a fact is called when it is missed or asked for: ``din titel``, ``ärendenummer``."""
    whose, _, what = name.partition("_")
    if what and whose in _WHOSE:
        return f"{_WHOSE[whose]} {in_words(what)}"
    return _WORDS.get(name, name.replace("_", " "))


def _way_out(missing: Sequence[str]) -> str:
    options: dict[str, list[str]] = {_TYPED: [], _BY_HANDLER: [], _BY_CASE: []}
    for name in missing:
        way, option = _way_in(name)
        options[way] += [] if option in options[way] else [option]
    return " ".join(way.format(" ".join(told)) for way, told in options.items() if told)


def _way_in(name: str) -> tuple[str, str]:
    """How a fact is told, and the option that takes it."""
    whose, _, what = name.partition("_")
    way, options = _KEPT.get(whose, (_TYPED, {}))
    return (way, f"{options[what]} …") if what in options else (_TYPED, f'--falt {name}="…"')
