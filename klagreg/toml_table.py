"""TOML that a person wrote, read key by key: every fault names the file, the key and what to write instead."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from klagreg.errors import BadValue, WrongUse, shorten
from klagreg.terms import Term, nearest

T = TypeVar("T", bound=Term)


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

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; empty when it is not there."""
        found = self.take(key, [])
        if not isinstance(found, list) or not all(isinstance(word, str) and word.strip() for word in found):
            self.fail(key, "ska vara en lista av texter.")
        return tuple(word.strip() for word in found)

    def number(self, key: str, lowest: int, highest: int, default: int | None = None) -> int:
        """A whole number within bounds; required when it has no default."""
        found = self.take(key, None)
        if found is None and default is not None:
            return default
        if found is None:
            self.fail(key, "saknas.")
        if type(found) is not int or not lowest <= found <= highest:
            self.fail(key, f"ska vara ett heltal {lowest}–{highest}.")
        return int(found)

    def flag(self, key: str, *, default: bool = False) -> bool:
        """True or false."""
        found = self.take(key, default)
        if not isinstance(found, bool):
            self.fail(key, "ska vara true eller false.")
        return bool(found)

    def code(self, key: str, codes: type[T], default: T | None = None) -> T:
        """A code of a vocabulary."""
        return self._named(key, self.text(key, default), codes)

    def codes(self, key: str, codes: type[T]) -> list[T]:
        """A list of codes; empty when it is not there."""
        return [self._named(key, word, codes) for word in self.texts(key)]

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

    def tables_by_key(self) -> dict[str, TomlTable]:
        """All tables inside this one, by their keys."""
        return {key: self.table(key) for key in list(self._values)}

    def words(self, common: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        """``kod = "Rubrik"`` or ``kod = ["Rubrik", "annat ord", …]``, added to the common ones.

        ``ersatter = true`` leaves the common ones out.
        """
        alone = self.flag("ersatter")
        own = {key: self._words(key) for key in list(self._values)}
        return own if alone else {**common, **own}

    def written(self, keys: Iterable[str]) -> dict[str, Any]:
        """Those of the keys that are there, as they were written."""
        return {key: self._values[key] for key in keys if key in self._values}

    def _words(self, key: str) -> tuple[str, ...]:
        found = self.take(key, None)
        words = [found] if isinstance(found, str) else found
        if not isinstance(words, list) or not words or not all(isinstance(w, str) and w.strip() for w in words):
            self.fail(key, "ska vara en rubrik eller en lista med rubrik och andra ord.")
        return tuple(words)
