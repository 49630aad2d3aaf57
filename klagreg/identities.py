"""Identities in free text: is there something in a description that says who it is about?

Nacka's routine is that a complaint "avidentifieras vid registrering" and that personal data are kept apart. What is
looked for, and in which order, is domain 8 R5. A find says what kind it is and where it stands, and never what it
says, so that it can be shown, logged and sent anywhere.

Names have no shape of their own (R5): of names, only the sender's are looked for, since those are known.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from klagreg.terms import BY_KEY, Term


class Identity(Term):
    """Identitet: what points out a person, in R5's order; what two kinds could claim is the earlier one's."""

    EMAIL = "e-postadress", "E-postadress"
    PERSONAL_NUMBER = "personnummer", "Personnummer"
    COORDINATION_NUMBER = "samordningsnummer", "Samordningsnummer"
    LIKELY_NUMBER = "mojligt_personnummer", "Möjligt personnummer (kontrollsiffran stämmer inte)"
    PHONE_OR_NUMBER = "telefonnummer_eller_personnummer", "Telefonnummer eller personnummer"
    PHONE = "telefonnummer", "Telefonnummer"
    ORGANISATION_NUMBER = "organisationsnummer", "Organisationsnummer (kan vara enskild firma)"
    NAME = "avsandarens_namn", "Avsändarens namn"
    BIRTH_DATE = "fodelsedatum", "Födelsedatum"
    NUMBER_PLATE = "registreringsnummer", "Registreringsnummer"
    STREET_ADDRESS = "gatuadress", "Gatuadress"
    PROPERTY = "fastighetsbeteckning", "Fastighetsbeteckning"

    @property
    def weak(self) -> bool:
        """A hint that may as well be something else (R5 item 5)."""
        return self in _HINTS


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, and where it begins: line and character, both counted from 1. Never what it says."""

    kind: Identity
    line: int
    column: int


# Shapes are looked for in the text's likeness, where every dash is "-", every blank " ", every digit ASCII. Each begins
# with what turns most places away at once, and none tries a run of characters anew from within: time grows as the text.
_MONTH = r"(?:0[1-9]|1[0-2])"
_DAY = r"(?:0[1-9]|[12]\d|3[01])"

_STRONG = {
    # The characters of RFC 5322, and of addresses with å, ä and ö.
    Identity.EMAIL: re.compile(
        r"(?<![\w.!#$%&'*+/=?^`{|}~-])[\w.!#$%&'*+/=?^`{|}~-]++@(?:[\w-]++\.)+[^\W\d_]{2,}",
    ),
    # The day of a samordningsnummer is 61–91. The date is not tested beyond this: when a day's numbers have run out,
    # the next person gets a day nearby. Which kind of number it is, if any, ``_number_kind`` says.
    Identity.PERSONAL_NUMBER: re.compile(
        rf"""
        (?=\d)(?<!\d)(?:(?:18|19|20)\ ?)?\d\d{_MONTH}(?:{_DAY}|6[1-9]|[78]\d|9[01])
        (?:\ ?[-+]\ ?|\ )?\d{{4}}(?!\d)
        """,
        re.VERBOSE,
    ),
    # A riktnummer is 08 or has three or four digits; the shortest number of all is 08-15 00 00.
    Identity.PHONE: re.compile(
        r"""
        (?=[0+])(?=(?:[+(]?\d[ )/-]{0,3}){8})
        (?<!\d)(?<!\d[-.:])                             # not the tail of a date or a case number
        (?!\d{4}\ ?-\ ?\d{4}(?!\d))                     # nor hours: 0830-1630
        (?!\d\d[-/\ ]\d\d[-/\ ](?:19|20)\d\d(?!\d))     # nor a day: 08-12-2026
        (?:(?:\+|00)46[ -]?\(?0?\)?[ -]?\d{1,3}|0(?:8|[1-79]\d{1,2})\)?)
        \ ?[-/]?\ ?\d{2,3}(?:[ -]?\d{2,3}){1,3}?        # no longer than it must be: another may follow,
        (?!\d|/\d\d?\b)                                 # but no day: 08-16 20/11
        """,
        re.VERBOSE,
    ),
    # Never a date: the third digit is 2 or more. Where a person has the century, a company has 16.
    Identity.ORGANISATION_NUMBER: re.compile(r"(?=\d)(?<!\d)(?:16)?\d\d[2-9]\d{3}-\d{4}(?!\d)"),
}
_HINTS = {
    Identity.BIRTH_DATE: re.compile(
        rf"\bföd\w*+\W{{1,3}}(?:den )?(?:\d\d)?\d\d-?{_MONTH}-?{_DAY}(?!\d)",
        re.IGNORECASE,
    ),
    Identity.NUMBER_PLATE: re.compile(r"\b[A-Z]{3} ?\d\d[A-Z\d]\b"),
    Identity.STREET_ADDRESS: re.compile(
        r"\b(?=\w++ \d)\w+(?:gatan|vägen|gränd|stigen|torget|backen|allen)_* \d+",
        re.IGNORECASE,
    ),
    # Capitalised, and no time of day. A year first is a statute or a case: SFS 2018:218, Dnr 2016:597.
    Identity.PROPERTY: re.compile(
        r"\b(?!Kl |Klockan |\w+dag(?:en)? )[A-ZÅÄÖ][a-zåäö]\w*+ (?!(?:19|20)\d\d:)\d+:\d+(?![\d:])"
    ),
}

_CLAIMED = "\0"
"""Stands where something was found. No letter, digit or blank: nothing is found across it."""

_SHORT = 4
"""A name of fewer letters is often a word as well (Bo, Per, Ek), and without its å, ä or ö another name."""

_PARTICLES = frozenset({"af", "av", "da", "de", "del", "den", "der", "di", "du", "el", "och", "van", "von", "zu"})
_BETWEEN_NAMES = r"[\s.,'’-]++"
_ANY_VOWEL = str.maketrans(dict.fromkeys("aåä", "[aåä]") | dict.fromkeys("oö", "[oö]"))


def find(text: str, names: Iterable[str] = ()) -> list[Found]:
    """Everything in ``text`` that points out a person, in the order it stands.

    ``names`` are the sender's, as written. The whole name is found, and each first name and surname by itself,
    also in the genitive, in capitals or not, with or without accents, but only as whole words; names in a row are
    one find. Many names are words as well, and which is meant cannot be known: ``sten`` is found for a Sten. But a
    name of two or three letters by itself is found only when capitalised and with its own å, ä and ö, since
    otherwise a Bo would stop every text about where people live. Particles (von, af, och) and initials
    are not looked for by themselves.

    Ten digits in a row, without a separator, are taken for a number only when date and check digit both hold: order
    numbers look the same. When the first is 0 it may as well be a telephone number (domain 0.20).

    A line ends at ``\\n``. Columns count characters as they stand in ``text``, composed or not.
    """
    seen, places = _visible(text)
    likeness = _likeness(seen)
    claims: list[tuple[int, Identity]] = []
    for kind, shape in (_STRONG | {Identity.NAME: _name_shape(names)} | _HINTS).items():
        likeness = shape.sub(partial(_claim, claims, kind), likeness)
    lines = [0, *(end.end() for end in re.finditer("\n", text))]
    found = []
    for start, kind in sorted((places[start], kind) for start, kind in claims):
        line = bisect(lines, start)
        found.append(Found(kind, line, start - lines[line - 1] + 1))
    return found


def _visible(text: str) -> tuple[str, Sequence[int]]:
    """The text without what nobody sees (soft hyphens, zero-width blanks), and the place that each character had."""
    hidden = {character for character in set(text) if unicodedata.category(character) == "Cf"}
    if not hidden:
        return text, range(len(text))
    places = [place for place, character in enumerate(text) if character not in hidden]
    return "".join(text[place] for place in places), places


def _claim(claims: list[tuple[int, Identity]], kind: Identity, match: re.Match[str]) -> str:
    """Note a find and strike it out, so that no later shape finds it again."""
    judged = _number_kind(match[0]) if kind is Identity.PERSONAL_NUMBER else kind
    if judged is None:
        return match[0]
    claims.append((match.start(), judged))
    return _CLAIMED * len(match[0])


def _number_kind(written: str) -> Identity | None:
    """What a date with four digits after it is, from its check digit, its day and the way it is written."""
    number = re.sub(r"\D", "", written)[-10:]
    # Luhn: weights 2-1-2…, and the digits of the products are summed.
    products = "".join(str(int(digit) * (2 - place % 2)) for place, digit in enumerate(number))
    right = sum(map(int, products)) % 10 == 0
    if written == number and not right:
        return None
    if written == number and number.startswith("0"):
        return Identity.PHONE_OR_NUMBER
    if not right:
        return Identity.LIKELY_NUMBER
    return Identity.COORDINATION_NUMBER if number[4:6] > "60" else Identity.PERSONAL_NUMBER


def _name_shape(names: Iterable[str]) -> re.Pattern[str]:
    """Any spelling of any of the names, and of the names that stand beside it."""
    spellings = []
    for name in names:
        parts = [
            re.findall(r"[^\W\d]+", part) for part in _likeness(unicodedata.normalize("NFC", name)).lower().split()
        ]
        words = [word for part in parts for word in part]
        # The whole name and what a hyphen joins (Bo-Åke) are no ordinary words, however short their parts.
        spellings += [_BETWEEN_NAMES.join(map(_any_spelling, row)) for row in (words, *parts) if len(row) > 1]
        spellings += [_spelling(word) for word in words if len(word) > 1 and word not in _PARTICLES]
    one = rf"\b(?:{'|'.join(spellings) or '(?!)'})\b"
    return re.compile(rf"{one}(?:{_BETWEEN_NAMES}{one})*")


def _spelling(word: str) -> str:
    if len(word) >= _SHORT:
        return _any_spelling(word)
    return rf"{word[0].upper()}(?i:{word[1:]}{_genitive(word)})_*"


def _any_spelling(word: str) -> str:
    return rf"(?i:{word.translate(_ANY_VOWEL)}{_genitive(word)})_*"


def _genitive(word: str) -> str:
    return "" if word[-1] in "sxz" else "s?"


def _likeness(text: str) -> str:
    """The text as the shapes know it, every character in its old place.

    A decomposed word is composed and filled up with ``_`` at its end, where each shape of words lets it stand.
    """
    if not unicodedata.is_normalized("NFC", text):
        text = re.sub(r"\w[\w\u0300-\u036f]*", _composed, text)
    return text.translate({ord(character): _plain(character) for character in set(text)})


def _composed(word: re.Match[str]) -> str:
    # A few characters of other scripts grow when they are composed; the word is cut then, so that places hold.
    size = len(word[0])
    return unicodedata.normalize("NFC", word[0]).ljust(size, "\u0300")[:size]


def _plain(character: str) -> str:
    """One character for another: no accents but on å, ä and ö, one dash, one blank, ASCII digits.

    A mark that is left over becomes ``_``, which is part of a word and no letter; ``_`` itself gives way to ``.``.
    """
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category == "Pd" or character == "\N{MINUS SIGN}":
        return "-"
    if category.startswith("M"):
        return "_"
    if category.startswith("L") and character not in "åäöÅÄÖ":
        decomposed = unicodedata.normalize("NFKD", character)
        return decomposed[0] if all(map(unicodedata.combining, decomposed[1:])) else character
    if character == "_":
        return "."
    return " " if character.isspace() and character != "\n" else character


def places_of(written: Iterable[tuple[str, str]], names: Collection[str], *, weak: bool) -> list[str]:
    """Where texts seem to hold an identity: ``Beskrivning: personnummer (rad 1, tecken 23)``; never what stands there.

    ``written`` are texts by the key of their field; ``names`` are the sender's. ``weak``: weaker hints too.
    """
    return [
        f"{BY_KEY[key].heading if key in BY_KEY else key.capitalize()}: {found.kind.label.lower()}"
        f" (rad {found.line}, tecken {found.column})"
        for key, text in written
        for found in find(text, names)
        if weak or not found.kind.weak
    ]
