"""Identities in free text: is there something in a description that says who it is about?

Nacka's routine is that a complaint "avidentifieras vid registrering" and that personal data are kept apart. What is
looked for, and in which order, is domain 8 R5. A find says what kind it is and where it stands, and never what it
says, so that it can be shown, logged and sent anywhere. What is found can be masked (R6).

Names have no shape of their own (R5): of names, only the sender's are looked for, since those are known.
"""

import re
import unicodedata
from bisect import bisect
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cache, lru_cache, partial
from typing import NamedTuple

from klagreg.terms import BY_KEY, Term, fold


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


class Found(NamedTuple):
    """What was found, and where it begins: line and character, both counted from 1. Never what it says."""

    kind: Identity
    line: int
    column: int


# Shapes are looked for in the text's likeness, where every dash is "-", every blank " ", every digit ASCII. Each begins
# with what turns most places away at once, and none tries a run of characters anew from within: time grows as the text.
_MONTH = r"(?:0[1-9]|1[0-2])"
_DAY = r"(?:0[1-9]|[12]\d|3[01])"

_NUMBERED_DAY = rf"(?:{_DAY}|6[1-9]|[78]\d|9[01])"
_GAP = r"(?:\ ++(?:\n\ *+)?|\n\ *+)"
"""Blanks and at most one line end: where a line was broken, and not where another paragraph begins."""

# The characters of RFC 5322, and of addresses with å, ä and ö.
_MAILBOX = r"[\w.!#$%&'*+/=?^`{|}~-]"

_STRONG: dict[Identity, tuple[str, int]] = {
    # What hides an address from machines is read too: ``asa.o (at) example (punkt) se``. A bare "at" is a word.
    Identity.EMAIL: (
        rf"""
        (?<!{_MAILBOX})(?:
            (?:{_MAILBOX}++@(?:[\w-]++\.)+[^\W\d_]{{2,}})+
            |{_MAILBOX}++(?:\ {{0,2}}[(\[]\ ?(?:at|snabel-?a|@)\ ?[)\]]\ {{0,2}}|\ {{1,2}}(?:snabel-?a|@)\ {{1,2}})
            (?:[\w-]++(?:\.|\ ?[(\[](?:dot|punkt)[)\]]\ ?))+[^\W\d_]{{2,}}
        )
        """,
        re.VERBOSE | re.IGNORECASE,
    ),
    # The day of a samordningsnummer is 61–91. The date is not tested beyond this: when a day's numbers have run out,
    # the next person gets a day nearby. Which kind of number it is, if any, ``_number_kind`` says.
    Identity.PERSONAL_NUMBER: (
        rf"""
        (?=\d)(?<!\d)(?!(?<=\w-)\d{{2,4}}-)              # not the time in a file's name: klagreg-2026-11-02-0914
        (?:(?:18|19|20)\ ?)?\d\d(?:
            {_MONTH}{_NUMBERED_DAY}(?:\ ?[-+]\ ?(?:\n\ ?)?|\ |/)?
            |(?P<between>[-\ ]){_MONTH}(?P=between){_NUMBERED_DAY}[-+](?!\d{{4}}-\d)  # not 2025-03-03-2025-03-09
        )\d{{4}}(?!\d)
        """,
        re.VERBOSE,
    ),
    # A riktnummer is 08 or has three or four digits; the shortest number of all is 08-15 00 00. After a country code
    # without a plus, only what is as long as a number must be: a mobile's, or 08 or a riktnummer of three digits.
    Identity.PHONE: (
        r"""
        (?=[0+4])(?=(?:[+(]?\d[ )/-]{0,3}){8})
        (?<!\d)(?<!\d[-.:])                             # not the tail of a date or a case number
        (?!\d{4}\ ?-\ ?\d{4}(?!\d))                     # nor hours: 0830-1630
        (?!\d\d[-/\ ]\d\d[-/\ ](?:19|20)\d\d(?!\d))     # nor a day: 08-12-2026
        (?:
            (?:(?:\+|00)46[ -]?\(?0?\)?[ -]?\d{1,3}|0(?:8|[1-79]\d{1,2})\)?)
            \ ?[-/]?\ ?\d{2,3}(?:[ -]?\d{2,3}){1,3}?    # no longer than it must be: another may follow,
            |46[ -]?\(?0?\)?[ -]?7[02369][ -]?(?:\d{3}[ -]?\d\d[ -]?\d\d|\d\d[ -]?\d\d[ -]?\d{3})
            |46(?:8-?\d|1[013689]-?|2[136]-?|3[1356]-?|4[0246]-?|54-?|6[03]-?|90-?)\d{7}
        )
        (?!\d|/\d\d?\b)                                 # but no day: 08-16 20/11
        """,
        re.VERBOSE,
    ),
    # Never a date: the third digit is 2 or more. Where a person has the century, a company has 16.
    Identity.ORGANISATION_NUMBER: (r"(?=\d)(?<!\d)(?:16)?\d\d[2-9]\d{3}-\d{4}(?!\d)", 0),
}
# Streets that differ by a word before: Norra Exempelgatan, Stora torget.
_WHICH_STREET = (
    r"(?:norra|södra|östra|västra|stora|lilla|gamla|nya|övre|nedre|yttre|inre|mellersta|långa|breda|smala)\ ++"
)
_STREET = r"(?:gatan|vägen|gränd|stigen|torget|backen|allen)"
_COUNTED = (
    r"(?:jan|feb|apr|aug|sept|okt|nov|dec|barn|elev|person|gång|dag|veck|månad|tim|minut|bil)|"
    r"(?:mars|maj|juni|juli|år|st|kr|km|m|h|kl)(?!\w)|%"
)
_HIDDEN_FIGURES = r"\ ?[-+]\ ?(?=\d{0,3}[x*\#•])[\dx*\#•]{4,6}(?![\w*\#•])"
_HINTS: dict[Identity, tuple[str, int]] = {
    Identity.BIRTH_DATE: (
        rf"""
        \b(?=[f\d])(?:
            (?:föd\w*+[^\w\0]{{1,3}}(?:den\ )?|(?<!\.)(?-i:f)(?:\.\ ?|\ ))
            (?:\d\d)?\d\d-?{_MONTH}-?{_DAY}(?:{_HIDDEN_FIGURES}|(?!\d))
            |(?:18|19|20)?\d\d{_MONTH}{_DAY}{_HIDDEN_FIGURES}
        )
        """,
        re.VERBOSE | re.IGNORECASE,
    ),
    Identity.NUMBER_PLATE: (r"\b[A-Z]{3} ?\d\d[A-Z\d]\b", 0),
    # A number on the next line may be a point of a list, a day or an hour instead. Of shortened streets, those whose
    # end no other word has: Kungsgt, Storgt, Kungsg. (but "viktigt 4" and "snöröjning. 4" are sentences).
    Identity.STREET_ADDRESS: (
        rf"""
        \b(?:
            (?=\w++\.?\s++[\dn])(?:\w+{_STREET}_*|(?-i:[A-ZÅÄÖ][a-zåäö]*+(?:(?<=[a-zåäö][sr]gt)\.?|(?<=[a-zåäö]sg)\.)))
            |(?=[nsövlgyimb]){_WHICH_STREET}\w+{_STREET}_*
            |(?-i:(?=[NSÖVLGYIMB])){_WHICH_STREET}{_STREET}_*
        )
        (?:
            {_GAP}n(?:umme)?r\.?\ ?\d++
            |\ ++\d++
            |\ *+\n\ *+(?!\d[.)]\ |\d++(?:[.:/-]\d|\ ?(?:{_COUNTED})))\d++
        )
        (?:[a-zåäö](?!\w)|\ [a-h](?!\w|-\w\w|\.\w))?   # 12b, 12 B, but 12 e-post
        (?:
            ,?(?:\ {{1,2}}|\ ?\n)(?:
                (?:lgh|lägenhet|uppg|uppgång|trapphus|trappa|tr|port|vån|våning)\.?\ ?(?:\d++|[a-h](?!\w))
                |\d\d?\ ?tr(?:appor)?(?!\w)
            )
        ){{0,3}}
        """,
        re.VERBOSE | re.IGNORECASE,
    ),
    # Capitalised, and no time of day. A year first is a statute or a case: SFS 2018:218, Dnr 2016:597.
    Identity.PROPERTY: (
        r"\b(?!Kl |Klockan |\w+dag(?:en)? )[A-ZÅÄÖ][a-zåäö]\w*+ (?!(?:19|20)\d\d:)\d+:\d+(?![\d:])",
        0,
    ),
}

_CLAIMED = "\0"
"""Stands where something was found. No letter, digit or blank: nothing is found across it."""

_SHORT = 4
"""A name of fewer letters is often a word as well (Bo, Per, Ek), and without its å, ä or ö another name."""

PARTICLES = frozenset({"af", "av", "da", "de", "del", "den", "der", "di", "du", "el", "och", "van", "von", "zu"})
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
    numbers look the same. When the first is 0 it may as well be a telephone number (domain 0.20). The check digit must
    also hold when the date is in parts (``64-08-23-3234``) or a slash follows it: periods and case numbers look so.

    A line ends at ``\\n``. Columns count characters as they stand in ``text``, composed or not.
    """
    if not (spans := list(_spans(text, names))):
        return []
    lines = [0, *(end.end() for end in re.finditer("\n", text))]
    found = []
    for start, _end, kind in spans:
        line = bisect(lines, start)
        found.append(Found(kind or Identity.NAME, line, start - lines[line - 1] + 1))
    return found


MASKS: dict[Identity | None, str] = {
    Identity.EMAIL: "[e-postadress borttagen]",
    Identity.PERSONAL_NUMBER: "[personnummer borttaget]",
    Identity.COORDINATION_NUMBER: "[samordningsnummer borttaget]",
    # What may as well be something else is not called more than it surely is.
    Identity.LIKELY_NUMBER: "[nummer borttaget]",
    Identity.PHONE_OR_NUMBER: "[nummer borttaget]",
    Identity.PHONE: "[telefonnummer borttaget]",
    Identity.ORGANISATION_NUMBER: "[organisationsnummer borttaget]",
    Identity.NAME: "[namn borttaget]",
    Identity.BIRTH_DATE: "[födelsedatum borttaget]",
    Identity.NUMBER_PLATE: "[möjligt registreringsnummer borttaget]",
    Identity.STREET_ADDRESS: "[gatuadress borttagen]",
    Identity.PROPERTY: "[möjlig fastighetsbeteckning borttagen]",
    None: "[uppgift borttagen]",
}
"""What stands where something was (domain 8 R6); None is what a person chose to hide."""


class Masked(NamedTuple):
    """A text without what pointed somebody out, and how many places were masked, by mask."""

    text: str
    counts: Counter[str]


def masked(text: str, names: Iterable[str] = (), words: Iterable[str] = (), *, weak: bool = True) -> str:
    """The text with everything that :func:`find` finds replaced by its mask (domain 8 R6); the rest as it was.

    ``words`` are further words and phrases that a person chose. They are found as names are, whole, with or without
    accents and in the genitive, and in capitals or not however short they are; between the words of a phrase any
    blanks and marks may stand. ``weak``: weaker hints too.

    Nothing is found in a masked text, so masking it again changes nothing.
    """
    return masking(text, names, words, weak=weak).text


def without(
    text: str, names: Iterable[str], words: Iterable[str], kinds: Collection[Identity], keep: Callable[[str], bool]
) -> str:
    """As :func:`masked`, but of what is found only these ``kinds`` are masked, and not what ``keep`` says."""
    pieces, place = [], 0
    for start, end, kind in _spans(text, names, words, weak=False):
        if kind is None or (kind in kinds and not keep(text[start:end])):
            pieces += [text[place:start], MASKS[kind]]
            place = end
    return "".join([*pieces, text[place:]])


def masking(text: str, names: Iterable[str] = (), words: Iterable[str] = (), *, weak: bool = True) -> Masked:
    """As :func:`masked`, and with how many places got which mask."""
    pieces: list[str] = []
    counts: Counter[str] = Counter()
    place = 0
    for start, end, kind in _spans(text, names, words, weak=weak):
        mask = MASKS[kind]
        pieces += [text[place:start], mask]
        counts[mask] += 1
        place = end
    return Masked("".join([*pieces, text[place:]]), counts)


_Span = tuple[int, int, Identity | None]
"""Where something stands in a text: from, to (not included), and its kind; None is a word that a person chose."""

_ROUNDS = 4
"""Times that a text is gone through before a line that still gives more is taken whole."""


def _spans(text: str, names: Iterable[str] = (), words: Iterable[str] = (), *, weak: bool = True) -> Iterator[_Span]:
    """Everything that points out a person, in order; no two overlap.

    What was found may have hidden what stands beside it (``556036-0793-0701740605``): the text is gone through until
    nothing more comes. Only a text that is built for it takes many rounds, and it does not get them.
    """
    seen = visible(text)
    claims: list[_Span] = []
    left = likeness("".join(seen.characters))
    if "[" in left:
        left = _masks().sub(_struck, left)
    phrases = tuple(words)
    chosen = _word_shape(phrases) if phrases else None
    shapes = _shapes(left, tuple(names), weak=weak)
    before, rounds = None, 0
    while left != before:
        before, rounds, so_far = left, rounds + 1, len(claims)
        # A phrase may hold a find or stand in one: both are looked for before either is struck out.
        if chosen:
            claims += [(*match.span(), None) for match in chosen.finditer(before)]
        for kind, shape in shapes.items():
            left = shape.sub(partial(_claim, claims, kind), left)
        if rounds > _ROUNDS:
            claims += _lines_around(left, claims[so_far:])
        left = _without(left, claims[so_far:])
    return ((seen.starts[start], seen.ends[end - 1], kind) for start, end, kind in _merged(claims))


def _shapes(left: str, names: tuple[str, ...], *, weak: bool) -> dict[Identity, re.Pattern[str]]:
    """What is looked for in a text, in R5's order. All but an address and a name have figures.

    A shape costs more to make than most texts to read, so none is made that nothing in the text can have.
    """
    may_hold = dict.fromkeys((*_STRONG, *_HINTS), any(map(str.isdecimal, left)))
    may_hold[Identity.EMAIL] = any(mark in left for mark in "@([") or "snabel" in left.lower()
    may_hold[Identity.NAME] = bool(names)
    kinds = [*_STRONG, Identity.NAME, *(_HINTS if weak else ())]
    return {kind: _name_shape(names) if kind is Identity.NAME else _shape(kind) for kind in kinds if may_hold[kind]}


@cache
def _shape(kind: Identity) -> re.Pattern[str]:
    return re.compile(*(_STRONG | _HINTS)[kind])


def _merged(claims: Iterable[_Span]) -> Iterator[_Span]:
    """Spans in order, those that overlap as one, of the kind of the longest; a kind before a word that was chosen."""
    whole: _Span | None = None
    longest = 0
    for start, end, kind in sorted(claims, key=lambda span: (span[0], -span[1], span[2] is None)):
        if whole is None or start >= whole[1]:
            if whole is not None:
                yield whole
            whole, longest = (start, end, kind), end - start
        else:
            whole = (whole[0], max(whole[1], end), kind if end - start > longest else whole[2])
            longest = max(longest, end - start)
    if whole is not None:
        yield whole


def _without(plain: str, claims: Iterable[_Span]) -> str:
    """The likeness with the claims struck out."""
    pieces, place = [], 0
    for start, end, _ in _merged(claims):
        pieces += [plain[place:start], _CLAIMED * (end - start)]
        place = end
    return "".join([*pieces, plain[place:]])


def _lines_around(plain: str, claims: Iterable[_Span]) -> Iterator[_Span]:
    """The whole lines that the claims stand on."""
    end = -1
    for start, _, kind in sorted(claims, key=lambda span: span[:2]):
        if start >= end:
            begin = plain.rfind("\n", 0, start) + 1
            end = plain.find("\n", start) % (len(plain) + 1)
            yield begin, end, kind


class _Seen(NamedTuple):
    """A text as a reader sees it: its characters, and where in the text each of them begins and ends."""

    characters: Sequence[str]
    starts: Sequence[int]
    ends: Sequence[int]


def visible(text: str) -> _Seen:
    """The text without what nobody sees (soft hyphens, zero-width blanks), and composed."""
    hidden = {character for character in set(text) if unicodedata.category(character) == "Cf"}
    if not hidden and unicodedata.is_normalized("NFC", text):
        return _Seen(text, range(len(text)), range(1, len(text) + 1))
    places = [place for place, character in enumerate(text) if character not in hidden]
    characters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for match in re.finditer(_CLUSTER, "".join(text[place] for place in places), re.DOTALL):
        composed = unicodedata.normalize("NFC", match[0])
        # What does not become one character stays as it is, each mark in its own place.
        parts = [match.span()] if len(composed) == 1 else [(n, n + 1) for n in range(*match.span())]
        characters += [composed] if len(composed) == 1 else match[0]
        starts += [places[start] for start, _ in parts]
        ends += [places[end - 1] + 1 for _, end in parts]
    return _Seen(characters, starts, ends)


_CLUSTER = r"\w[\u0300-\u036f]+|[\u1100-\u1112][\u1161-\u1175][\u11a8-\u11c2]?|."
"""A letter with its marks, a Korean syllable, or any one character."""


def _struck(match: re.Match[str]) -> str:
    return _CLAIMED * len(match[0])


def _claim(claims: list[_Span], kind: Identity, match: re.Match[str]) -> str:
    """Note a find and strike it out, so that no later shape finds it again."""
    judged = _number_kind(match[0]) if kind is Identity.PERSONAL_NUMBER else kind
    if judged is None:
        return match[0]
    end = _end_of_phone(match) if kind is Identity.PHONE else match.end()
    claims.append((match.start(), end, judged))
    return _struck(match)


def _end_of_phone(match: re.Match[str]) -> int:
    """Where a telephone number ends: the shape takes as little as it can, for another number may follow."""
    number = re.sub(r"\D", "", match[0]).removeprefix("00")
    room = _LONGEST_PHONE - (len(number[2:].lstrip("0")) + 1 if number.startswith("46") else len(number))
    end = match.end()
    while more := re.compile(_MORE_OF_PHONE).match(match.string, end):
        if len(more[1]) > room or _shape(Identity.PHONE).match(match.string, more.start(1)):
            break
        room, end = room - len(more[1]), more.end()
    return end


_LONGEST_PHONE = 10
"""Digits of a Swedish telephone number with its riktnummer and 0, at most."""
_MORE_OF_PHONE = r"[ -](\d{2,3})(?!\d|/\d\d?\b)"


def _number_kind(written: str) -> Identity | None:
    """What a date with four digits after it is, from its check digit, its day and the way it is written."""
    number = re.sub(r"\D", "", written)[-10:]
    # Luhn: weights 2-1-2…, and the digits of the products are summed.
    products = "".join(str(int(digit) * (2 - place % 2)) for place, digit in enumerate(number))
    right = sum(map(int, products)) % 10 == 0
    if not right and (written == number or not re.fullmatch(_WRITTEN_AS_USUAL, written)):
        return None
    if written == number and number.startswith("0"):
        return Identity.PHONE_OR_NUMBER
    if not right:
        return Identity.LIKELY_NUMBER
    return Identity.COORDINATION_NUMBER if number[4:6] > "60" else Identity.PERSONAL_NUMBER


_WRITTEN_AS_USUAL = r"(?:\d\d ?)?\d{6}[-+\s]*\d{4}"
"""The shape of R5, whatever the separator; what is written in another way may as well be something else."""


@lru_cache(256)
def _name_shape(names: tuple[str, ...]) -> re.Pattern[str]:
    """Any spelling of any of the names, and of the names that stand beside it."""
    spellings = []
    for name in names:
        parts = [re.findall(r"[^\W\d]+", part) for part in likeness("".join(visible(name).characters)).lower().split()]
        words = [word for part in parts for word in part]
        # The whole name and what a hyphen joins (Bo-Åke) are no ordinary words, however short their parts.
        spellings += [_BETWEEN_NAMES.join(map(any_spelling, row)) for row in (words, *parts) if len(row) > 1]
        spellings += [_spelling(word) for word in words if len(word) > 1 and word not in PARTICLES]
    one = rf"\b(?:{'|'.join(spellings) or '(?!)'})\b"
    return re.compile(rf"{one}(?:{_BETWEEN_NAMES}{one})*")


@lru_cache(256)
def _word_shape(words: tuple[str, ...]) -> re.Pattern[str]:
    """Any spelling of any of the words and phrases, figures in them too; the longest first."""
    rows = [re.findall(r"_*[^\W_]\w*", likeness("".join(visible(word).characters)).lower()) for word in words]
    spellings = [r"[^\w\0]++".join(map(any_spelling, row)) for row in sorted(rows, key=len, reverse=True) if row]
    return re.compile(rf"\b(?:{'|'.join(spellings) or '(?!)'})\b")


def can_be_found(word: str) -> bool:
    """Whether a word or phrase that a person chose has a letter or a figure to be found by."""
    return re.search(r"[^\W_]", word) is not None


def _spelling(word: str) -> str:
    if len(word) >= _SHORT:
        return any_spelling(word)
    return rf"{word[0].upper()}(?i:{word[1:]}{_genitive(word)})_*"


def any_spelling(word: str) -> str:
    """A word as a shape: in capitals or not, with its å, ä and ö or without, and in the genitive."""
    return rf"(?i:{word.translate(_ANY_VOWEL)}{_genitive(word)})_*"


def _genitive(word: str) -> str:
    return "" if word[-1] in "sxz" else "s?"


def likeness(text: str) -> str:
    """The text as the shapes know it, every character in its old place."""
    return text.translate({ord(character): _plain(character) for character in set(text)})


@lru_cache(4096)
def _plain(character: str) -> str:
    """One character for another: no accents but on å, ä and ö, one dash, one blank, ASCII digits.

    A mark that is left over becomes ``_``, which is part of a word and no letter; ``_`` itself gives way to ``.``.
    """
    composed = unicodedata.normalize("NFC", character)
    character = composed if len(composed) == 1 else character
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


@cache
def _masks() -> re.Pattern[str]:
    """A mask that stands in the text already: what it says of what was there points nobody out, whatever their name."""
    words = [likeness(mask).strip("[]").split() for mask in set(MASKS.values())]
    return re.compile("|".join(r"\[" + "_* ".join(map(re.escape, row)) + r"_*\]" for row in words))


def words_of_names(names: Iterable[str]) -> set[str]:
    """The words of three letters or more that people are called by, as :func:`~klagreg.terms.fold` writes them."""
    return set(re.findall(_WORD, fold("\n".join(names)))) - PARTICLES


def tells_of(file_name: str, people: Collection[str], names: Collection[str]) -> bool:
    """Whether the name of a file holds an identity, or one of the words that ``people`` are called by.

    ``people``: :func:`words_of_names`; ``names`` are looked for whole too.
    """
    parted = re.sub(_HUMP, " ", file_name.replace("_", " "))
    words = words_of_names([parted])
    genitives = {word.removesuffix("s") for word in words}
    return bool((words | genitives) & set(people) or find(parted, names))


_WORD = r"[^\W\d_]{3,}"
_HUMP = r"(?<=[^\W\d_A-ZÅÄÖ])(?=[A-ZÅÄÖ])"
"""Where ``AnnaBerg`` is two words."""


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
