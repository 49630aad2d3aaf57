"""A promise, and the lists that a municipality may extend: what cases and rules are made of.

There is no national ten-day rule (domain 0.1): length, unit and the act that meets a deadline differ between
municipalities, so each promise is a :class:`Rule`. How a municipality writes its promises down is
:mod:`klagreg.profile`.
"""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from klagreg import terms
from klagreg.errors import UnknownCode
from klagreg.terms import CaseType, CountedIn, Feedback, Fulfilment, Nature, Shift, WithoutContact, fold, nearest

WITHOUT_CONTACT_NEEDED = frozenset({Fulfilment.MEASURE, Fulfilment.CLOSING})
"""Acts that can be done without reaching the sender."""

ANY_TYPE_BUT_PRAISE = frozenset(CaseType) - {CaseType.PRAISE}
"""The types that a rule is for unless it says which; beröm has no deadlines (contract section 4)."""


class Rule(NamedTuple):
    """One promise: how long, counted how, met by what, for which cases."""

    key: str
    title: str
    length: int
    counted_in: CountedIn
    fulfilled_by: frozenset[Fulfilment]
    shift: Shift = Shift.NONE
    without_contact: WithoutContact = WithoutContact.NOT_APPLICABLE
    needs_handler: bool = False
    types: frozenset[CaseType] = ANY_TYPE_BUT_PRAISE
    nature: Nature = Nature.REQUIREMENT
    source: str = ""
    local_id: int | None = None
    """The stricter rule of a unit or nämnd that this promise was given by (Enköping); None for the profile's own."""

    @property
    def only_by_contact(self) -> bool:
        """True when nothing but reaching the sender can meet it."""
        return self.fulfilled_by.isdisjoint(WITHOUT_CONTACT_NEEDED)

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


class Vocabulary(NamedTuple):
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


class LocalRule(NamedTuple):
    """A stricter last day for one promise, at one unit or nämnd (Enköping: "ytterligare rutiner")."""

    key: str
    length: int
    counted_in: CountedIn
    valid_from: date
    unit: str | None = None
    board: str | None = None
    shift: Shift = Shift.NONE
    source: str = ""
    id: int | None = None

    @property
    def where(self) -> str:
        """The unit or nämnd that it is for."""
        return self.unit or self.board or ""

    @property
    def in_words(self) -> str:
        """``3 arbetsdagar``."""
        return f"{self.length} {self.counted_in.label}"

    def holds(self, unit: str | None, board: str | None, received: date) -> bool:
        """Whether it is for a case that came in at a place on a day."""
        return self.valid_from <= received and (self.unit == unit if self.unit else self.board == board)

    def over(self, rule: Rule) -> Rule:
        """The profile's rule with this length."""
        return rule._replace(
            length=self.length,
            counted_in=self.counted_in,
            shift=self.shift,
            source=self.source or rule.source,
            local_id=self.id,
        )
