"""The frame around the commands: a command line becomes an act and an exit code, an error a Swedish sentence.

Nothing is imported here that the command line at hand does not need: a start is what a command costs.
"""

from __future__ import annotations

import errno
import gc
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import NoReturn

from klagreg import border, errors
from klagreg.cli import commands, line, signals
from klagreg.cli.edge import COMPLETION_VARIABLE, Edge


def run(args: Sequence[str] | None = None, edge: Edge | None = None) -> int:
    """Run one command line and return its exit code. The only place where errors become words and codes."""
    given = list(sys.argv[1:] if args is None else args)
    # Taken out here, wherever it stands: it must work also when the rest cannot be parsed.
    arguments = [_as_typed(word) for word in given if word != "--felsok"]
    tracebacks = len(arguments) < len(given)
    edge = edge or Edge.here()
    try:
        _must_be_text(arguments)
        with _somewhere_to_write():
            code = _run(arguments, edge)
            sys.stdout.flush()
            return code
    except errors.KlagregError as error:
        return _told(_with_what_is_stored(error, edge), error.exit_code)
    except (KeyboardInterrupt, EOFError):
        return _interrupted(edge)
    except BrokenPipeError:
        # The reader (head, less) has seen enough.
        _forget_stdout()
        return edge.verdict
    except OSError as error:
        if tracebacks:
            raise
        _forget_stdout()
        return _told(_unwritten(edge, error), errors.EXIT_FAULT)
    except Exception as error:
        if tracebacks:
            raise
        if signals.was_interrupted():
            return _interrupted(edge)
        kind = type(error).__name__
        stored = f"{_what_is_stored(edge)} Gör inte om det. " if edge.stored or edge.has_written else ""
        return _told(
            f"Oväntat fel i klagreg ({kind}). {stored}Visa det för en tekniker: --felsok ger felspårningen.",
            errors.EXIT_FAULT,
        )


def _run(arguments: Sequence[str], edge: Edge) -> int:
    """Run a plain command line at once; what else can be typed takes Typer to understand."""
    if os.environ.get(COMPLETION_VARIABLE):
        from klagreg.cli import completion

        return completion.propose(arguments)
    plain = line.read(arguments)
    if plain is None:
        from klagreg.cli import usage

        return usage.run(arguments, edge)
    ended = commands.root(edge, **plain.before)
    return commands.run(edge, plain.command, plain.values) if ended is None else ended


def main() -> NoReturn:
    """The console script; :mod:`klagreg.__main__` has made interruptions harmless already."""
    edge = None
    try:
        try:
            _prepare_streams()
            edge = Edge.here()
            code = run(None, edge)
        finally:
            signals.listen_no_more()
            # What is left goes with the process. Python would look for what only holds itself first: a tenth of a
            # daily command.
            gc.freeze()
    except KeyboardInterrupt:  # before the first try of run(), or while an error was being told
        code = _interrupted(edge or Edge.here())
    sys.exit(code)


def _prepare_streams() -> None:
    """A terminal without å ä ö gets a visible replacement; a stream that was closed is no file's number."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass  # else the next file that is opened would get what is printed
    os.close(descriptor)
    if "--felsok" not in sys.argv:
        # What goes wrong in a destructor goes wrong after the answer: never a traceback in cron's mail.
        sys.unraisablehook = lambda _: None


def _as_typed(word: str) -> str:
    """A word that was typed in UTF-8, also where the system believes that everybody writes Latin-1."""
    if word.isascii() or sys.getfilesystemencoding() == "utf-8":
        return word
    with suppress(UnicodeError):  # no UTF-8: what it believes is true
        return os.fsencode(word).decode("utf-8")
    return word


def _must_be_text(arguments: Sequence[str]) -> None:
    """Refuse what the terminal sent in another encoding, and what no word is, before it gets anywhere."""
    for word in arguments:
        if word.isascii():
            continue
        try:
            word.encode("utf-8")
        except UnicodeEncodeError:
            raise errors.WrongUse(
                f"”{errors.shorten(word)}” är inte giltig UTF-8.", "Kontrollera terminalens teckenkodning."
            ) from None
        border.must_be_stream_safe(word, "Kommandoraden")


@contextmanager
def _somewhere_to_write() -> Iterator[None]:
    """Run with a stdout even if it was closed, and then say that the answer could not be written."""
    if sys.stdout is not None:
        yield
        return
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        sys.stdout = nowhere
        try:
            yield
        finally:
            sys.stdout = None
    raise OSError


def _forget_stdout() -> None:
    from klagreg.render.terminal import forget

    if sys.stdout is not None:
        forget(sys.stdout)


def _unwritten(edge: Edge, error: OSError) -> str:
    """What to say when the answer could not be written: above all whether the act was stored."""
    if edge.stored:
        return f"{edge.stored} är sparat, men svaret kunde inte skrivas. Gör inte om det: klagreg visa {edge.stored}"
    full = " (disken är full)" if error.errno == errno.ENOSPC else ""
    return f"Svaret kunde inte skrivas{full}. {_what_is_stored(edge)}"


def _interrupted(edge: Edge) -> int:
    return _told(f"Avbrutet. {_what_is_stored(edge)}", errors.EXIT_INTERRUPTED)


def _with_what_is_stored(error: errors.KlagregError, edge: Edge) -> str:
    """An error, and what was stored before it: nobody shall do that once more because the disk failed afterwards."""
    broke_off = isinstance(error, errors.RegisterDamaged | errors.RegisterUnsound)
    failed = isinstance(error, errors.RegisterError) or error.exit_code == errors.EXIT_FAULT
    if (edge.stored and failed) or (edge.has_written and broke_off):
        return f"{error} {_what_is_stored(edge)}"
    return str(error)


def _what_is_stored(edge: Edge) -> str:
    if edge.stored:
        return f"{edge.stored} är sparat."
    if edge.has_written:
        return "Något hann sparas; se vad: klagreg senaste"
    return "Läsningen är sparad i loggen; annars är inget ändrat." if edge.has_noted else "Inget är ändrat."


def _told(message: str, code: int) -> int:
    from klagreg.render.terminal import notice

    # The prefix is the contract's, except for what is no fault.
    notice(message if code == errors.EXIT_INTERRUPTED else f"Fel: {message}")
    return code
