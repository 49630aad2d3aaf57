"""Files that are there whole or not at all: written beside their place, then moved into it."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from klagreg.errors import AlreadyExists, KlagregError, WrongUse, os_reason


@contextmanager
def written_beside(path: Path, *, replace: bool) -> Iterator[Path]:
    """A temporary file in the folder of ``path``, readable by its owner only, that takes its place on success.

    Whatever goes wrong, ``path`` is as it was and the temporary file is gone. A symbolic link is itself replaced;
    what it points to is never written.

    Raises:
        AlreadyExists: there is a file at ``path`` and ``replace`` is false.
        WrongUse: the folder is missing or cannot be written in, or ``path`` is no ordinary file.
        KlagregError: the disk does not take the file.
    """
    must_be_writable(path, replace=replace)
    temporary = _temporary(path)
    try:
        yield temporary
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        must_be_writable(path, replace=replace)
        temporary.replace(path)
    except OSError as error:
        raise KlagregError(
            f"{path} kunde inte skrivas ({os_reason(error)}).", "Ingen fil är ändrad. Kontrollera disken."
        ) from error
    finally:
        temporary.unlink(missing_ok=True)


def must_be_writable(path: Path, *, replace: bool) -> None:
    """Refuse a place that no file can take; asked before long work, and again when it is done.

    Raises:
        AlreadyExists, WrongUse: as :func:`written_beside`.
    """
    try:
        mode = path.lstat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return
    except (OSError, ValueError) as error:
        raise WrongUse(f"{path} är ingen fil som går att skriva.", "Kontrollera sökvägen.") from error
    if stat.S_ISDIR(mode):
        raise WrongUse(f"{path} är en mapp.", "Ange ett filnamn i mappen.")
    if not stat.S_ISREG(mode) and not stat.S_ISLNK(mode):
        raise WrongUse(f"{path} är ingen vanlig fil.", "Ange ett annat filnamn.")
    if not replace:
        raise AlreadyExists(
            f"{path} finns redan och är orörd.", "Skriv över den med --ersatt, eller välj ett annat namn."
        )


def _temporary(path: Path) -> Path:
    try:
        descriptor, name = tempfile.mkstemp(prefix=".klagreg-", suffix=".tmp", dir=path.parent)
    except (FileNotFoundError, NotADirectoryError):
        raise WrongUse(f"Mappen {path.parent} finns inte.", "Skapa den, eller ange en annan mapp.") from None
    except OSError as error:
        raise WrongUse(
            f"Det går inte att skriva i mappen {path.parent} ({os_reason(error)}).", "Välj en annan mapp."
        ) from error
    os.close(descriptor)
    return Path(name)
