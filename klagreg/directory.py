"""The names and words that a register knows: units, handlers, nämnder, channels and areas.

What people write is resolved here to the register's own spelling, or refused with the nearest suggestion, so
that a misspelt name never becomes a new row in the year's tables. Call inside the act's transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from klagreg import border
from klagreg.errors import AlreadyExists, BadValue, NameNotFound, NotFound, Refused, shorten
from klagreg.staff import Handler, Unit
from klagreg.store.cases import Store
from klagreg.terms import MISSING_LABEL, fold, nearest, slug

UNIT = ("Enheten", "enhet")
HANDLER = ("Handläggaren", "handlaggare")
"""How a kind of name is called in messages, and the command that lists it."""

_NEW_WORD = {"kanal": "Ny kanal", "omrade": "Nytt område"}
_ADDED_BY = {"kanal": "En ny läggs till med --ny.", "omrade": "Ett nytt läggs till med --ny."}


class Directory:
    """The register's names and words; ``remarks`` are what a registrator should know about new ones."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.remarks: list[str] = []
        self.added: list[tuple[str, None, str]] = []
        """Names that the act at hand brought into the lists, as the log tells it."""

    # -- names that exist, retired ones too -----------------------------------------------------

    def unit(self, name: str) -> Unit:
        """A unit by name.

        Raises:
            NameNotFound: no such unit.
        """
        units = {unit.name: unit for unit in self._store.units()}
        return units[_known(name, units, UNIT)]

    def handler(self, name: str) -> Handler:
        """A handler by name.

        Raises:
            NameNotFound: no such handler.
        """
        handlers = {handler.name: handler for handler in self._store.handlers()}
        return handlers[_known(name, handlers, HANDLER)]

    def board(self, name: str) -> str:
        """The register's spelling of a nämnd.

        Raises:
            NotFound: no case or unit has it.
        """
        known = {fold(board): board for board in self._store.boards()}
        if fold(name) not in known:
            near = nearest(name, known.values())
            listed = f"Registrets nämnder: {', '.join(sorted(known.values()))}." if known else ""
            raise NotFound(
                f"Nämnden {shorten(name)} finns inte i registret.",
                (f"Menade du {near}? " if near else "") + (listed or "Registret har inga nämnder."),
            )
        return known[fold(name)]

    # -- names and words for a case -------------------------------------------------------------

    def resolved(self, values: Mapping[str, Any], *, add: bool) -> dict[str, Any]:
        """Names and words as the register spells them, by attribute of a case; every other value as it is.

        A unit brings its nämnd, unless another was named. ``add``: unknown units, handlers and areas are added.

        Raises:
            NameNotFound, UnknownCode: unknown, and not to be added.
            Refused: retired.
        """
        found = dict(values)
        if found.get("board"):
            found["board"] = self._board_of_a_case(found["board"])
        if found.get("unit"):
            found["unit"] = self._unit_of_a_case(found["unit"], found.get("board"), add=add)
            found["board"] = found.get("board") or self.unit(found["unit"]).board
            if not found["board"]:
                del found["board"]
        if found.get("handler"):
            found["handler"] = self._handler_of_a_case(found["handler"], found.get("unit"), add=add)
        if found.get("channel"):
            found["channel"] = self._code("kanal", found["channel"], add=add)
        if found.get("area"):
            found["area"] = self._code("omrade", found["area"], add=add)
        return found

    def place(self, to: str | None, board: str | None, home: str | None, *, add: bool) -> tuple[str | None, str | None]:
        """Where a case is handed over, as (nämnd, unit): a unit with its nämnd, or a nämnd alone.

        ``board``: the nämnd if it was named; ``home``: the one that a new unit otherwise belongs to.
        """
        if board:
            named = self._board_of_a_case(board)
            return named, self._unit_of_a_case(to, named, add=add) if to else None
        if not to:
            return home, None
        units = {fold(unit.name): unit for unit in self._store.units() if not unit.retired_on}
        if fold(to) in units:
            return units[fold(to)].board, units[fold(to)].name
        boards = {fold(board): board for board in self._store.boards()}
        if fold(to) in boards:
            return boards[fold(to)], None
        return home, self._unit_of_a_case(to, home, add=add)

    def default_board(self) -> str | None:
        """The nämnd that the register belongs to."""
        return self._store.meta().get("namnd")

    # -- keeping the lists ----------------------------------------------------------------------

    def put_unit(self, unit: Unit, name: str | None = None) -> Unit:
        """Add a unit, or change the one called ``name``; gives it as stored.

        Raises:
            AlreadyExists: another unit has that name.
            Refused: a retired one has it.
        """
        board = self._board_of_a_case(unit.board) if unit.board else None
        checked = unit._replace(
            name=proper_name(unit.name, "Enheten"),
            board=board,
            receiver=_optional(unit.receiver, "--mottagare"),
            manager=_optional(unit.manager, "--chef"),
        )
        _must_be_free(checked.name, name, self._store.units(), UNIT)
        self._store.put_unit(checked, name)
        return checked

    def put_handler(self, handler: Handler, name: str | None = None) -> Handler:
        """Add a handler, or change the one called ``name``; gives it as stored.

        Raises:
            AlreadyExists: another handler has that name.
            Refused: a retired one has it.
        """
        unit = self.unit(handler.unit).name if handler.unit else None
        checked = handler._replace(
            name=proper_name(handler.name, "Handläggaren"),
            unit=unit,
            full_name=_optional(handler.full_name, "--fullt-namn"),
            title=_optional(handler.title, "--titel"),
            phone=_optional(handler.phone, "--telefon"),
            email=_optional(handler.email, "--epost"),
            address=_optional(handler.address, "--adress"),
        )
        _must_be_free(checked.name, name, self._store.handlers(), HANDLER)
        self._store.put_handler(checked, name)
        return checked

    # -- inside ---------------------------------------------------------------------------------

    def _board_of_a_case(self, name: str) -> str:
        """A nämnd as the register spells it; a new one is taken in with a remark (contract: not a known name)."""
        known = {fold(board): board for board in self._store.boards()}
        if fold(name) in known:
            return known[fold(name)]
        fresh = proper_name(name, "--namnd")
        near = nearest(fresh, known.values())
        self.remarks.append(f"Ny nämnd i registret: {fresh}." + (f" Liknar {near}." if near else ""))
        return fresh

    def _unit_of_a_case(self, name: str, board: str | None, *, add: bool) -> str:
        found = _in_use(name, self._store.units(), UNIT, add=add)
        if found:
            return found
        fresh = proper_name(name, "--enhet")
        self._store.put_unit(Unit(fresh, board or self.default_board()))
        self.added.append(("enhet", None, fresh))
        self.remarks.append(f"Ny enhet i registret: {fresh}.")
        return fresh

    def _handler_of_a_case(self, name: str, unit: str | None, *, add: bool) -> str:
        found = _in_use(name, self._store.handlers(), HANDLER, add=add)
        if found:
            return found
        fresh = proper_name(name, "--handlaggare")
        self._store.put_handler(Handler(fresh, unit))
        self.added.append(("handlaggare", None, fresh))
        self.remarks.append(f"Ny handläggare i registret: {fresh}.")
        return fresh

    def _code(self, name: str, word: str, *, add: bool) -> str:
        vocabulary = self._store.vocabulary(name)
        try:
            return vocabulary.named(word)
        except BadValue as unknown:
            if not add:
                raise BadValue(unknown.field, unknown.problem, f"{unknown.hint} {_ADDED_BY[name]}") from None
        label = proper_name(word, f"--{name}", 80)
        self._store.add_word(name, slug(label), [label])
        self.added.append((name, None, label))
        self.remarks.append(f"{_NEW_WORD[name]} i registret: {label}.")
        return slug(label)


def proper_name(name: str, field: str, limit: int = 100) -> str:
    """A name, or the label of a word, as it may be stored.

    Raises:
        BadValue: empty, too long, or the words that stand for a missing name.
    """
    checked = border.line(name, field, limit)
    if fold(checked) in ("", fold(MISSING_LABEL)):
        raise BadValue(field, f"”{checked}” kan inte vara ett namn.")
    return checked


def _optional(text: str | None, field: str) -> str | None:
    return border.line(text, field) if text else None


def _known(name: str, names: Iterable[str], kind: tuple[str, str], *, can_be_added: bool = False) -> str:
    by_fold = {fold(known): known for known in names}
    if fold(name) in by_fold:
        return by_fold[fold(name)]
    raise NameNotFound(kind[0], name, nearest(name, by_fold.values()), kind[1], can_be_added=can_be_added)


def _in_use(name: str, entries: Sequence[Unit | Handler], kind: tuple[str, str], *, add: bool) -> str | None:
    """The register's spelling of a name that is not retired; None when there is no such name and it may be added."""
    _must_not_be_retired(name, entries, kind)
    active = [entry.name for entry in entries if not entry.retired_on]
    if add and fold(name) not in map(fold, active):
        return None
    return _known(name, active, kind, can_be_added=True)


def _must_be_free(name: str, own: str | None, entries: Sequence[Unit | Handler], kind: tuple[str, str]) -> None:
    others = [entry for entry in entries if entry.name != own]
    _must_not_be_retired(name, others, kind)
    taken = {fold(entry.name): entry.name for entry in others}
    if fold(name) in taken:
        raise AlreadyExists(f"{kind[0]} {taken[fold(name)]} finns redan.")


def _must_not_be_retired(name: str, entries: Iterable[Unit | Handler], kind: tuple[str, str]) -> None:
    for entry in entries:
        if entry.retired_on and fold(entry.name) == fold(name):
            raise Refused(
                f"{kind[0]} {entry.name} är avvecklad.",
                f"Ta upp den igen: klagreg {kind[1]} andra {_typed(entry.name)} --aterta",
            )


def _typed(name: str) -> str:
    """A name as it can be typed in a shell; it may come from a file that somebody else wrote."""
    from shlex import quote

    return quote(name) if set(name) & set('"$`\\!') else f'"{name}"'
