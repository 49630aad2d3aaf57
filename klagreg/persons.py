"""A person in texts: does a text name them, surely or possibly? Pure; knows no register.

Who asks for what is kept about them (GDPR article 15) is known by a name, an e-mail address or a telephone number.
Names have no shape of their own (domain 8 R5), and nobody writes them the same way twice: they are compared in the
likeness that :mod:`klagreg.identities` compares them in. Time grows as the text does.

Sure is an address, a number, or every part of a name of two or more parts, close together, in either order. Possible
is what a person has to judge: the surname alone, a first name with an initial, or a name of one part. What is not
looked for is a first name alone (who is known by that asks with it as the whole name), ``ae`` and ``oe`` for ``ä``
and ``ö``, and initials alone.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

from klagreg import border
from klagreg.errors import BadValue
from klagreg.identities import PARTICLES, any_spelling, likeness, visible
from klagreg.terms import Term, fold


class Hit(Term):
    """Träff: whether a text names the person. The order is from less to more."""

    POSSIBLE = "mojlig", "Möjlig"
    CERTAIN = "saker", "Säker"

    @property
    def is_certain(self) -> bool:
        """Nobody has to judge it."""
        return self is Hit.CERTAIN


@dataclass(frozen=True, slots=True)
class Person:
    """Whom somebody looks for; at least one of the three is told."""

    name: str | None = None
    email: str | None = None
    phone: str | None = None

    @classmethod
    def told(cls, name: str | None = None, email: str | None = None, phone: str | None = None) -> Person:
        """A person as a registrator describes them.

        Raises:
            BadValue: a name without letters, an address without @ or with blanks, a number of fewer than six digits.
        """
        if name is not None and not _words(name := border.line(name, "NAMN")):
            raise BadValue("NAMN", "namnet har inga bokstäver.", "Skriv namnet som det uttalas.")
        if email is not None and not re.fullmatch(r"[^\s@]+@[^\s@]+", email := border.line(email, "--epost")):
            raise BadValue("--epost", "det är ingen e-postadress.", "Skriv hela adressen, med @.")
        if phone is not None and len(_digits(phone := border.line(phone, "--telefon"))[1]) < _SHORTEST_PHONE:
            raise BadValue("--telefon", "det är inget telefonnummer.", "Skriv hela numret, med riktnummer.")
        return cls(name, email, phone)

    @property
    def known_by(self) -> tuple[str, ...]:
        """What is told of them, by the keys of the fields; never the values."""
        values = {"namn": self.name, "epost": self.email, "telefon": self.phone}
        return tuple(key for key, value in values.items() if value is not None)

    def hit(self, text: str, *, is_name: bool = False) -> Hit | None:
        """Whether a text names the person. ``is_name``: it holds nothing but names."""
        return self.hits([text], is_name=is_name).get(0)

    def hits(self, texts: Sequence[str], *, is_name: bool = False) -> dict[int, Hit]:
        """The texts that name the person, by their place; all are gone through at once.

        ``is_name``: they hold nothing but names, so that every word between two parts of a name is another part.
        """
        starts = [0, *accumulate(len(text) + len(_APART) for text in texts)]
        found: dict[int, Hit] = {}
        for place, hit in self._places(_APART.join(texts), is_name):
            which = bisect(starts, place) - 1
            if not found.get(which, Hit.POSSIBLE).is_certain:
                found[which] = hit
        return found

    def is_written_in(self, word: str) -> bool:
        """Whether a word, such as the name of a file, tells who it is: by a part of a name, an address or a number."""
        folded, digits = re.sub(r"[\W_]+", "", fold(word)), re.sub(r"\D", "", word)
        parts = [fold(part) for row in _words(self.name or "") for part in row if len(part) > 1]
        account = [re.sub(r"[\W_]+", "", fold(self.email.partition("@")[0]))] if self.email else []
        number = _digits(self.phone)[1] if self.phone else None
        return any(part in folded for part in (*parts, *account)) or (number is not None and number in digits)

    def without_contacts(self, text: str) -> str:
        """The text without the person's own address and number: what is left is somebody else's."""
        if self.email:
            text = _email_shape(self.email).sub(" ", text)
        return _phone_shape(self.phone).sub(" ", text) if self.phone else text

    def has_number(self, value: str) -> bool:
        """Whether a field for telephone numbers holds the person's, also when a spreadsheet has eaten its 0 or +."""
        return self.phone is not None and not _readings(self.phone).isdisjoint(_readings(value))

    def _places(self, text: str, is_name: bool) -> Iterator[tuple[int, Hit]]:
        shown = visible(text)
        seen, starts = "".join(shown.characters), shown.starts
        plain = likeness(seen.translate(_NORDIC) if _HAS_NORDIC.search(seen) else seen)
        if self.email and "@" in seen:
            yield from ((starts[m.start()], Hit.CERTAIN) for m in _email_shape(self.email).finditer(seen))
        if self.phone:
            yield from ((starts[m.start()], Hit.CERTAIN) for m in _phone_shape(self.phone).finditer(plain))
        if self.name:
            bare = _bare(plain)
            for shape in _name_shapes(self.name, is_name):
                yield from ((starts[place], hit) for place, hit in shape.places(plain, bare))


_APART = "\n\0\n"
"""Stands between texts that are gone through at once: no shape reaches across a NUL, and no text holds one."""

_NORDIC = str.maketrans("øØæÆłŁđĐ", "öÖäÄlLdD")
"""Letters that are accents to a reader, but not to Unicode."""
_HAS_NORDIC = re.compile("[øØæÆłŁđĐ]")

# -- names ------------------------------------------------------------------------------------------

_BLANK = r"(?=[ \n]) {0,3}(?:\n[> ]{0,6})?"
"""Between two parts of a name: blanks, and one end of a line, which a letter that is quoted begins anew with ``>``."""
_JOIN = rf"(?:{_BLANK}|\.(?=\w))"
"""The same, or the full stop of a user name: ``anna.berg``."""
_CAPITAL = r"[^\W\d_a-zåäö]"
_OTHER_NAME = rf"[\"'(”’]?(?:{_CAPITAL}[^\W\d_]{{0,2}}\.|{_CAPITAL}(?=[a-zåäö])[^\W\d]++(?:-[^\W\d]++)?)[\"')”’]?"
"""A second name, an initial or a nickname. Not in capitals alone: there every word of a text looks like a name."""
_ANY_NAME = r"[\"'(”’]?(?!och\b|samt\b)[^\W\d]++(?:-[^\W\d]++)?\.?[\"')”’]?"
_BEGINS, _ENDS = r"(?<!\w)(?<!\w-)", r"(?!\w|-\w)"
"""A name is whole words: Anna-Karin is not Anna, and Berg-Ek is not Berg."""


@dataclass(frozen=True, slots=True)
class _Shape:
    """How a name may stand in a text's likeness, and what that says."""

    pattern: re.Pattern[str]
    hit: Hit
    needs: tuple[str, ...]
    """What a text must hold for it to be worth looking: parts of the name without any accent or capital."""
    alone: bool = False
    """Only where no other name stands beside it."""

    def places(self, likeness: str, bare: str) -> Iterator[tuple[int, Hit]]:
        """Where it stands."""
        if all(need in bare for need in self.needs):
            for match in self.pattern.finditer(likeness):
                if not self.alone or _stands_alone(match):
                    yield match.start(), self.hit


def _words(name: str) -> list[list[str]]:
    """The parts of a name in their order, the surname last; a part that a hyphen joins is several words.

    ``Berg, Anna`` is ``[["anna"], ["berg"]]``; particles and initials are no parts.
    """
    surname, comma, given = name.partition(",")
    plain = likeness("".join(visible(f"{given} {surname}" if comma else name).characters).translate(_NORDIC)).lower()
    rows = [re.findall(r"[^\W\d_]+", part) for part in plain.split()]
    rows = [row for row in rows if row and row[0] not in PARTICLES]
    return [row for row in rows if len("".join(row)) > 1] or rows


@cache
def _name_shapes(name: str, is_name: bool) -> tuple[_Shape, ...]:
    """The shapes of a name; ``is_name``: in texts that hold nothing but names."""
    rows = _words(name)
    *given, surname = [_part(row) for row in rows]
    needs = tuple(_bare(word) for row in rows for word in row)
    if not given:
        capital = "" if is_name else f"(?={_CAPITAL})"
        return (_Shape(re.compile(rf"{_BEGINS}{capital}{surname}{_ENDS}"), Hit.POSSIBLE, needs),)
    particles = "|".join(sorted(_particles(name)))
    between = rf"(?:{_ANY_NAME if is_name else _OTHER_NAME}{f'|(?i:{particles})' if particles else ''})"
    gap = rf"{_JOIN}(?:{between}{_JOIN}){{0,2}}"
    whole = gap.join(given)
    forward = re.compile(rf"{_BEGINS}{whole}{gap}{surname}{_ENDS}")
    # In a list (Kim Ek, Anna Berg) a surname and the next first name stand as Ek, Anna does.
    before = rf"(?:(?i:{particles}) {{1,3}}){{0,2}}" if particles else ""
    backward = re.compile(rf"{_BEGINS}{before}{surname}(?:,? {{1,3}}|,){whole}{_ENDS}")
    return (
        _Shape(forward, Hit.CERTAIN, needs),
        _Shape(backward, Hit.CERTAIN, needs, alone=True),
        *_possible_shapes(rows[0], rows[-1], is_name),
    )


def _part(row: Sequence[str]) -> str:
    """A part of a name in any spelling; what a hyphen joins may be written apart."""
    return r"[ '’-]{1,2}".join(map(any_spelling, row))


def _particles(name: str) -> set[str]:
    """The particles of a name, which need not be written."""
    return (set(re.findall(r"[^\W\d_]+", name.lower())) & PARTICLES) - {"och"}


def _possible_shapes(first: Sequence[str], surname: Sequence[str], is_name: bool) -> Iterator[_Shape]:
    """What may be the person: the surname, each half of a double one, and the first name with an initial.

    In running text a surname only with a capital: many are words (berg, lund, skog). A short one also needs its own
    å, ä and ö (Ek, Öst).
    """
    capital = "" if is_name else f"(?={_CAPITAL})"
    for row in (surname, *([half] for half in surname if len(surname) > 1 and len(half) > 2)):
        spelled = _part(row) if len("".join(row)) >= _SHORT_NAME else rf"(?i:{row[0]}s?)_*"
        # Also as a half of a double name: who has married may have kept it.
        yield _Shape(re.compile(rf"(?<!\w){capital}{spelled}(?!\w)"), Hit.POSSIBLE, tuple(map(_bare, row)))
    initial = _ANY_INITIAL.get(surname[0][0], surname[0][0].upper())
    shape = re.compile(rf"{_BEGINS}{_part(first)}{_BLANK}[{initial}]\.?{_ENDS}")
    yield _Shape(shape, Hit.POSSIBLE, tuple(map(_bare, first)))


_SHORT_NAME = 4
_ANY_INITIAL = {"a": "AÅÄ", "å": "AÅÄ", "ä": "AÅÄ", "o": "OÖ", "ö": "OÖ"}


def _bare(likeness: str) -> str:
    """A likeness without capitals, å, ä and ö: not for places, which move, but to see at once what is not there."""
    return likeness.lower().replace("å", "a").replace("ä", "a").replace("ö", "o")


def _stands_alone(match: re.Match[str]) -> bool:
    """Whether surname and first name in this order are one person's: no other name goes before or comes after."""
    text, start = match.string, match.start()
    before = text[max(0, start - 40) : start].rpartition("\n")[2].rstrip(" ")
    if not before.strip("\0 >-*•"):
        return True
    if re.match(rf" {{1,3}}{_CAPITAL}", text[match.end() : match.end() + 5]):
        return False
    word = re.search(r"(\w+)$", before)
    if word is None:
        return before[-1] not in ",&" and not re.search(rf"\b{_CAPITAL}\.$", before)
    return word[1].islower() and not match[0].islower() and not match[0].isupper()


# -- addresses and numbers --------------------------------------------------------------------------

_SHORTEST_PHONE = 5
"""Digits of a number without its first 0, at least."""
_SWEDISH_PHONE = 9
"""Digits of the longest Swedish number without its first 0: of a shorter one, the beginning of a longer is not it."""


@cache
def _email_shape(email: str) -> re.Pattern[str]:
    return re.compile(
        rf"(?<![\w.!#$%&'*+/=?^`{{|}}~-]){re.escape(unicodedata.normalize('NFC', email))}(?![\w-]|\.\w)", re.IGNORECASE
    )


@cache
def _phone_shape(phone: str) -> re.Pattern[str]:
    """The number in any of the ways to write it: ``070-174 06 05``, ``+46 (0)70 1740605``, ``0046701740605``."""
    country, digits = _digits(phone)
    apart = r"[ ()/.-]{0,3}"
    abroad = rf"(?:\+|00) ?{country}"
    begins = rf"(?:{abroad}\)?{apart}0?|0)" if country == "46" else abroad
    longer = "" if len(digits) >= _SWEDISH_PHONE else r"|[ -]\d"
    return re.compile(rf"(?<!\d)(?<!\d[-.:])\(?{begins}{apart}{apart.join(digits)}(?!\d{longer})")


def _digits(phone: str) -> tuple[str, str]:
    """The country and the digits of a number, without what stands before them in the country and from abroad."""
    plain = re.sub(r"[^\d+]", "", likeness(phone.replace("(0)", "")))
    foreign = re.fullmatch(r"(?:\+|00)(\d+)", plain)
    if foreign is None:
        return "46", re.sub(r"\D", "", plain).removeprefix("0")
    if foreign[1].startswith("46"):
        return "46", foreign[1].removeprefix("46").removeprefix("0")
    return "", foreign[1]


def _readings(phones: str) -> set[tuple[str, str]]:
    """What the numbers of a field may be, when the 0 or the + before each may have been lost."""
    found = set()
    for phone in re.split(r"[,;/]| el(?:ler|\.) | och ", phones):
        country, digits = _digits(phone)
        if len(digits) >= _SHORTEST_PHONE:
            found |= {(country, digits), ("46", digits.removeprefix("46")) if country == "46" else (country, digits)}
    return found


def strongest(hits: Collection[Hit]) -> Hit:
    """The surest of one hit or more."""
    return Hit.CERTAIN if Hit.CERTAIN in hits else Hit.POSSIBLE
