"""Files that are there whole or not at all: written beside their place, then moved into it."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from klagreg import scratch
from klagreg.errors import AlreadyExists, KlagregError, WrongUse, os_reason

Content = TypeVar("Content")


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
    with _in_folder_of(path, scratch.file) as temporary:
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
    scratch.synced_folder(path.parent)


@contextmanager
def written_until_stored(
    path: Path, write: Callable[[Content], object], *, replace: bool, is_stored: Callable[[], bool]
) -> Iterator[Callable[[Content], None]]:
    """What writes a file in the midst of an act, and is undone with it: the file is there if the act is stored.

    ``write`` writes ``path`` as :func:`written_beside` does; it is called with what is to be written, at most once.
    ``is_stored`` is asked when the act failed all the same. Is it not stored, the file is gone, or what it was before.
    Cannot that be told, the file stays.

    Raises:
        WrongUse: the folder is missing or cannot be written in.
    """
    with _in_folder_of(path, scratch.directory) as folder, ExitStack() as undoing:
        before = folder / "before"

        def writes(content: Content) -> None:
            if replace and os.path.lexists(path):
                shutil.copy2(path, before, follow_symlinks=False)
            write(content)
            undoing.callback(_put_back, before, path)

        try:
            yield writes
        except BaseException:
            with suppress(KlagregError, OSError):
                if not is_stored():
                    undoing.close()
            raise
        finally:
            undoing.pop_all()


def _put_back(before: Path, path: Path) -> None:
    if os.path.lexists(before):
        before.replace(path)
    else:
        path.unlink(missing_ok=True)


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


@contextmanager
def _in_folder_of(path: Path, make: Callable[[Path], AbstractContextManager[Path]]) -> Iterator[Path]:
    """Something for a while beside a file, or what is wrong with the folder that the file shall be put in."""
    with ExitStack() as kept:
        yield _begun(path, make, kept)


def _begun(path: Path, make: Callable[[Path], AbstractContextManager[Path]], kept: ExitStack) -> Path:
    try:
        return kept.enter_context(make(path.parent))
    except (FileNotFoundError, NotADirectoryError):
        raise WrongUse(f"Mappen {path.parent} finns inte.", "Skapa den, eller ange en annan mapp.") from None
    except OSError as error:
        raise WrongUse(
            f"Det går inte att skriva i mappen {path.parent} ({os_reason(error)}).", "Välj en annan mapp."
        ) from error
