"""What can go wrong, said once: each error owns its Swedish sentence, its way out and its exit code.

The exit codes are the promise made to cron and scripts (README, "Felkoder"). A message names the case
by number and never quotes the text of a complaint or anything about a person.
"""

from __future__ import annotations

import errno
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

EXIT_OK = 0
EXIT_FAULT = 1
EXIT_USAGE = 2
EXIT_REFUSED = 3
EXIT_NOT_FOUND = 4
EXIT_REGISTER = 5
EXIT_ACTION_NEEDED = 10
EXIT_INTERRUPTED = 130


class KlagregError(Exception):
    """Base of all foreseen errors: ``message`` says what is wrong, ``hint`` what to do instead."""

    exit_code = EXIT_FAULT

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


# -- 2: wrong use -------------------------------------------------------------------------------


class WrongUse(KlagregError):
    """The command line, a file or a value cannot be understood."""

    exit_code = EXIT_USAGE


class BadValue(WrongUse):
    """A value of an option or column that cannot be what it is meant to be."""

    def __init__(self, field: str, problem: str, hint: str = "") -> None:
        super().__init__(f"{field}: {problem}", hint)
        self.field = field
        self.problem = problem


class UnknownCode(BadValue):
    """A word that is none of the field's codes."""

    def __init__(self, field: str, word: str, allowed: Sequence[str], suggestion: str | None) -> None:
        hint = f"Menade du {suggestion}?" if suggestion else f"Välj bland: {', '.join(allowed)}."
        super().__init__(field, f"”{shorten(word)}” finns inte bland valen.", hint)


class MissingValue(WrongUse):
    """A required value was not given and there is no terminal to ask in."""

    def __init__(self, option: str, hint: str = "") -> None:
        super().__init__(f"{option} saknas.", hint or f"Ange {option}.")


class BadProfile(WrongUse):
    """A rule profile (TOML) that cannot be used; names the key that is wrong."""

    def __init__(self, source: str, key: str, problem: str) -> None:
        super().__init__(f"Regelverket {source}, nyckeln {key}: {problem}")


class UnreadableTable(WrongUse):
    """An import file that is no readable CSV or XLSX."""


# -- 3: refused by a rule -----------------------------------------------------------------------


class Refused(KlagregError):
    """Understood, but a rule forbids it for this case."""

    exit_code = EXIT_REFUSED


class NotOpen(Refused):
    """The act needs an open case."""

    def __init__(self, number: str, status: str, since: date | None) -> None:
        day = f" sedan {since.isoformat()}" if since else ""
        way_out = (
            f"Återuppta det först: klagreg ateruppta {number} --orsak …"
            if status == "avslutat"
            else "Ett makulerat ärende kan inte ändras. Registrera det på nytt om det behövs."
        )
        super().__init__(f"{number} är {status}{day}.", way_out)


class AnswerMissing(Refused):
    """A case may be closed only with a final answer or a reason why there is none."""

    def __init__(self, number: str) -> None:
        super().__init__(
            f"{number} har inget slutsvar.",
            "Ange --svar TEXT --satt S, eller --utan-svar anonym|kontakt_saknas|avstar|berom.",
        )


class AlreadyExists(Refused):
    """A file or a name that is already there."""


class IdentityFound(Refused):
    """A text seems to hold somebody's identity, and the municipality keeps those apart (Nacka; domain 8 R5).

    Says what kind and where, never the find itself.
    """

    def __init__(self, places: Iterable[str]) -> None:
        super().__init__(
            f"Texten pekar troligen ut någon: {'; '.join(places)}. Inget är sparat.",
            "Skriv om utan uppgiften, eller ange --granskad om den inte pekar ut någon.",
        )


# -- 4: not found -------------------------------------------------------------------------------


class NotFound(KlagregError):
    """No such case, unit or handler."""

    exit_code = EXIT_NOT_FOUND


class CaseNotFound(NotFound):
    """No case has that number."""

    def __init__(self, reference: str, candidates: Iterable[str] = ()) -> None:
        near = ", ".join(candidates)
        super().__init__(
            f"Ärendet {shorten(reference)} finns inte i registret.",
            f"Menade du {near}?" if near else "Se alla med: klagreg lista",
        )


class NameNotFound(NotFound):
    """A unit or handler that the register does not know."""

    def __init__(self, kind: str, name: str, suggestion: str | None, command: str, *, can_be_added: bool) -> None:
        self.near = f"Menade du {suggestion}? " if suggestion else ""
        way_out = f"Lägg till med --ny eller: klagreg {command} lagg-till"
        super().__init__(
            f"{kind} ”{shorten(name)}” finns inte i registret.",
            self.near + (way_out if can_be_added else f"Se alla med: klagreg {command} lista"),
        )


# -- 5: the register itself ---------------------------------------------------------------------


class RegisterError(KlagregError):
    """The file cannot be used as a register now."""

    exit_code = EXIT_REGISTER


class RegisterMissing(RegisterError):
    """There is no file where the register should be."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"Registret {path} finns inte.",
            "Skapa det med: klagreg init – eller peka ut ett annat med --register FIL.",
        )


class OnANetwork(RegisterError):
    """The register lies on another machine's disk. ``kind``: ``cifs``, ``nfs4`` …"""

    def __init__(self, path: Path, kind: str) -> None:
        super().__init__(
            f"{path} ligger på en nätverksdisk ({kind}), där två som skriver samtidigt kan skada registret.",
            "Flytta det till en disk på datorn där klagreg körs, eller ta risken med: klagreg --tillat-natverk …",
        )


class NotARegister(RegisterError):
    """The file is something else than a klagreg register."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path} är inget klagreg-register ({why}).", "Filen är orörd. Kontrollera --register.")


class RegisterTooNew(RegisterError):
    """The register was written by a newer klagreg."""

    def __init__(self, path: Path, found: int, known: int) -> None:
        super().__init__(
            f"{path} är gjort av en nyare klagreg (schema {found}, den här klarar {known}).",
            "Uppgradera klagreg. Filen är orörd.",
        )


class Unbalanced(RegisterError):
    """Ingående + inkomna + återupptagna − avslutade is not utgående: no figure can be relied on."""

    def __init__(self, path: Path, numbers: Sequence[str]) -> None:
        listed = ", ".join(numbers[:50]) + (f" och {len(numbers) - 50} till" if len(numbers) > 50 else "")
        super().__init__(
            f"Ärendebalansen i {path.name} stämmer inte, så ingen sammanställning är gjord. Felet ligger i {listed}.",
            "Se vad som hänt med: klagreg logg ÄRENDE – och visa det för den som sköter klagreg tekniskt.",
        )


class RegisterUnsound(RegisterError):
    """The file can be read, but it is not what klagreg wrote."""

    def __init__(self, path: Path, fault: str) -> None:
        super().__init__(
            f"{path} går inte att lita på: {fault}. Ingen sammanställning är gjord.",
            "Rör inte filen. Visa det för den som sköter klagreg tekniskt, och ta fram säkerhetskopian.",
        )


class RegisterTooOld(RegisterError):
    """The register was written by an older klagreg, and it is not ours to bring to today's schema."""

    def __init__(self, path: Path, found: int, known: int) -> None:
        super().__init__(
            f"{path} är gjort av en äldre klagreg (schema {found}, den här läser {known}).",
            f"Öppna det en gång med den här versionen, så uppgraderas det: klagreg --register {path} lista",
        )


class RegisterBusy(RegisterError):
    """Someone else holds the write lock for longer than we wait. ``holder``: who, if that is known."""

    def __init__(self, path: Path, seconds: int, holder: str = "") -> None:
        super().__init__(
            f"{path} är upptaget av {holder or 'någon annan'} sedan {seconds} sekunder. Inget är ändrat.",
            "Försök igen om en stund.",
        )


class OutcomeUnknown(RegisterError):
    """The disk failed while an act was being stored: it may be stored, and may be gone."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"Oklart om det sparades: disken svarade med fel när {path} skrevs.",
            "Gör inte om det förrän du sett efter vad som finns: klagreg senaste",
        )


class RegisterDamaged(RegisterError):
    """The file is not sound, or cannot be read or written."""

    def __init__(self, path: Path, why: str, way_out: str = "Kontrollera sökvägen och rättigheterna.") -> None:
        super().__init__(f"{path} kan inte läsas eller skrivas ({why}).", way_out)


def shorten(text: str, limit: int = 40) -> str:
    """A user's own word for use in a message: one line, at most ``limit`` characters, nothing invisible."""
    visible = "".join(c if c.isprintable() else "�" for c in text)
    return visible if len(visible) <= limit else visible[: limit - 1] + "…"


def os_reason(error: OSError) -> str:
    """What the operating system says of a file or folder, in Swedish."""
    reasons = {
        errno.EACCES: "behörighet saknas",
        errno.EPERM: "behörighet saknas",
        errno.ENOENT: "mappen finns inte",
        errno.ENOTDIR: "en del av sökvägen är ingen mapp",
        errno.EISDIR: "det är en mapp",
        errno.ENOSPC: "disken är full",
        errno.EDQUOT: "utrymmet är slut",
        errno.EROFS: "disken är skrivskyddad",
        errno.ENAMETOOLONG: "namnet är för långt",
        errno.ELOOP: "länkarna går runt",
    }
    return reasons.get(error.errno or 0, "läs- eller skrivfel")
