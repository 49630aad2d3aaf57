"""Where the program meets the machine: clock, user, files, standard streams. Everything inside is told.

The clock is read once per command, here. Who did it is the operating system's user, which no environment
variable can change.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from klagreg.errors import BadValue, KlagregError, MissingValue, NameNotFound, RegisterDamaged, shorten
from klagreg.terms import Term

T = TypeVar("T", bound=Term)

if TYPE_CHECKING:
    from klagreg.desk import Env
    from klagreg.register import Register

REGISTER_VARIABLE = "KLAGREG_REGISTER"
NETWORK_VARIABLE = "KLAGREG_TILLAT_NATVERK"
COMPLETION_VARIABLE = "_KLAGREG_TABB"
"""Set by the shell that asks what may come next (:mod:`klagreg.cli.completion`)."""
DEFAULT_REGISTER = "klagreg.db"


class Edge:
    """What a command is given of the world around it, and what it has done."""

    __slots__ = (
        "actor",
        "given",
        "has_noted",
        "has_written",
        "network_allowed",
        "now",
        "register",
        "stored",
        "verdict",
    )

    def __init__(
        self, now: datetime, actor: str, register: Path | None = None, *, network_allowed: bool = False
    ) -> None:
        self.now = now
        self.actor = actor
        self.register = register
        self.network_allowed = network_allowed
        """The register may lie on another machine: ``--tillat-natverk``, or ``KLAGREG_TILLAT_NATVERK``."""
        self.given: Mapping[str, Any] = {}
        """The command's values, as they were typed."""
        self.stored = ""
        """The case that the command has stored: true whatever happens to the answer afterwards."""
        self.has_noted = False
        """At least a reading stands in the log."""
        self.has_written = False
        """Something was stored, a case or anything else."""
        self.verdict = 0
        """How the command will end, once it knows: it ends so also when nobody reads its answer to the end."""

    @classmethod
    def here(cls) -> Edge:
        """This moment, this user."""
        return cls(datetime.now(UTC), os_user(), network_allowed=bool(os.environ.get(NETWORK_VARIABLE)))

    @property
    def env(self) -> Env:
        """What the register is told."""
        from klagreg.desk import Env

        return Env(self.now, self.actor, self.network_allowed)

    @property
    def path(self) -> Path:
        """Which register: ``--register``, else ``KLAGREG_REGISTER``, else ``klagreg.db`` in this folder."""
        return self.register or Path(os.environ.get(REGISTER_VARIABLE) or DEFAULT_REGISTER)


@contextmanager
def opened(edge: Edge) -> Iterator[Register]:
    """The register that the command works on."""
    from klagreg.register import Register

    with Register.open(edge.path, edge.env) as register:
        try:
            yield register
        except (ValueError, TypeError, LookupError, ArithmeticError) as error:
            raise _because_of_the_file(register) or error from error
        finally:
            edge.has_written = edge.has_written or register.store.has_written
            edge.has_noted = edge.has_noted or register.store.has_noted


def _because_of_the_file(register: Register) -> KlagregError | None:
    """What is wrong with a register that could not be understood, which seldom is the program. None for nothing."""
    from klagreg.store import soundness

    try:
        with register.store.reading():
            fault = soundness.fault(register.store) or soundness.deviation(register.store)
    except soundness.UNREADABLE:
        fault = "allt kan inte läsas"
    if fault is None:
        return None
    way_out = "Rör den inte. Se vad som är fel: klagreg kontrollera – och ta fram säkerhetskopian."
    return RegisterDamaged(register.store.path, fault, way_out)


def must_not_be_the_register(edge: Edge, path: Path | None, option: str) -> None:
    """Refuse the register's own file, by whatever name, and what SQLite keeps beside it, as one to write.

    Raises:
        BadValue: it is.
    """
    from klagreg.store.copies import belongs_to

    if path is not None and belongs_to(edge.path, path):
        raise BadValue(option, "det är registret, eller hör till det.", "Ange en annan fil.")


def os_user() -> str:
    """The operating system's name of the user who runs the program."""
    try:
        import pwd
    except ImportError:  # Windows
        return os.getlogin()
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid {os.getuid()}"


def is_terminal() -> bool:
    """True when a person sits at both ends, so that something can be asked."""
    return bool(sys.stdin and sys.stdin.isatty() and sys.stderr and sys.stderr.isatty())


def told(text: str | None, option: str) -> str | None:
    """A text as it was given: itself, ``-`` for standard input, ``@fil`` for a file; UTF-8.

    Long or personal text then never has to stand on the command line, where others can read it.

    Raises:
        BadValue: the file cannot be read, or is not UTF-8.
    """
    if text is None or (text != "-" and not text.startswith("@")):
        return text
    try:
        raw = sys.stdin.buffer.read() if text == "-" else Path(text[1:]).read_bytes()
        if text == "-" and not raw:
            raise BadValue(option, "stdin är tomt, eller redan läst av ett annat val.", "Skicka texten till ett val.")
        return raw.decode("utf-8-sig")
    except OSError:
        raise BadValue(option, f"filen {shorten(text[1:], 200)} kan inte läsas.", "Kontrollera sökvägen.") from None
    except UnicodeDecodeError:
        raise BadValue(option, "texten är inte UTF-8.", "Spara om den som UTF-8.") from None


def asked_for(value: str | None, option: str, label: str) -> str:
    """A required value: as given, else asked for in a terminal.

    Raises:
        MissingValue: not given or empty, and nobody to ask.
    """
    if value is not None and value.strip():
        return value
    if not is_terminal():
        raise MissingValue(option)
    from klagreg.cli import dialog

    return dialog.ask(label)


def chosen(value: str | None, option: str, label: str, codes: type[T]) -> T:
    """A required code: as given, else chosen in a terminal, where a wrong answer is asked again.

    Raises:
        MissingValue: not given, and nobody to ask.
        UnknownCode: given, but none of the codes.
    """
    if value is not None:
        return codes.named(value, option)
    if not is_terminal():
        raise MissingValue(option, f"Välj {'|'.join(codes)}.")
    from klagreg.cli import dialog

    return dialog.choose(label, codes)


def whole_number(text: str, option: str) -> int:
    """A length that was typed in a dialogue.

    Raises:
        BadValue: no whole number 1–366.
    """
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= 366):
        raise BadValue(option, "ska vara ett heltal 1–366.")
    return int(text)


def may_add(unknown: NameNotFound) -> bool:
    """Ask a person whether an unknown name should be added; without a terminal nobody agrees."""
    if not is_terminal():
        return False
    from klagreg.cli import dialog

    return dialog.agreed(f"{unknown.message} {unknown.near}Lägga till?")
