"""The case list as a file: for a spreadsheet, or for a program."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from klagreg.cli import options as o
from klagreg.cli.declared import Option
from klagreg.cli.edge import Edge, asked_for, must_not_be_the_register, opened
from klagreg.cli.looking import End, Overdue, Start, Unanswered, as_of_day, chosen_by, tell_of_left_out
from klagreg.cli.progress import Progress, progress
from klagreg.errors import WrongUse
from klagreg.exporting import Asked, Exported, Exporting, Seen, Take, Told, in_words
from klagreg.render.terminal import clean, notice, say

if TYPE_CHECKING:
    from klagreg.sheets import Value

EVERY = 500
"""Cases between two steps of progress."""

STAMPS = {
    "secret": "Arbetskopia med sekretess – pröva före utlämnande",
    "senders": "Arbetskopia med personuppgifter – pröva före utlämnande",
    "texts": "Arbetskopia med ärendenas texter – pröva före utlämnande",
}
"""On top of a workbook, and on every page of a print, by the most that was asked for."""


@dataclass(frozen=True, slots=True)
class _File:
    """A file to be written."""

    path: Path
    replace: bool
    asked: Asked
    today: datetime
    """The beginning of the day it is written: the same cases give the same file all that day."""


def export(
    edge: Edge,
    output: o.OutputList = None,
    status: o.StatusCode = None,
    case_type: o.TypeCode = None,
    unit: o.UnitName = None,
    board: o.Board = None,
    handler: o.HandlerName = None,
    overdue: Overdue = False,
    unanswered: Unanswered = False,
    start: Start = None,
    end: End = None,
    as_of: o.AsOf = None,
    texts: Annotated[
        bool, Option("--texter", help="Ta med beskrivning, förslag, svar, lärdom och åtgärdernas texter.")
    ] = False,
    senders: Annotated[
        bool, Option("--personuppgifter", help="Ta med avsändaren. Läsningen antecknas i varje ärendes logg.")
    ] = False,
    secret: o.Secret = False,
    overwrite: o.Replace = False,
    as_json: o.Json = False,
) -> None:
    """Skriv ärendelistan till en fil, med samma urval som lista.

    klagreg exportera -o arenden.xlsx --fran 2026-01-01

    klagreg exportera -o forsenade.csv --forsenade --enhet Parkskolan

    Texter, avsändare och sekretessmarkerade ärenden är med bara när de begärs. Vad som exporterades, av vem och vart
    står i registrets logg. CSV-filen har en apostrof före text som ett kalkylprogram annars skulle köra som formel.
    """
    path = _place(edge, asked_for(str(output) if output else None, "-o", "Fil"), replace=overwrite)
    on = o.the_day(edge, as_of, "--per", "nearest")
    with opened(edge) as register, progress("ärenden") as bar:
        wanted = chosen_by(edge, register, status, case_type, unit, board, handler, start, end)
        wanted = as_of_day(wanted, on, overdue, unanswered, known=as_of is not None)
        asked = Asked(wanted, on, texts, senders, secret)
        file = _File(path, overwrite, asked, datetime.combine(edge.env.today, time(), UTC))
        done = _written(file, Exporting(register.store, register.env, register.directory), bar)
    if as_json:
        _show_result(file, done)
    else:
        _tell_result(file, done)
    tell_of_left_out(done.left_out)


def _place(edge: Edge, name: str, *, replace: bool) -> Path:
    """Where the file goes; what it is called says what it will be.

    Raises:
        WrongUse: no such kind of file, or it is the register itself.
        AlreadyExists: there is a file, and ``replace`` is false.
    """
    from klagreg.render.files import must_be_writable

    path = Path(name)
    if path.suffix.casefold() not in _WRITERS:
        raise WrongUse(f"{path.name} säger inte vad filen ska bli.", "Låt namnet sluta på .xlsx, .csv eller .json.")
    must_not_be_the_register(edge, path, "-o")
    must_be_writable(path, replace=replace)
    return path


def _written(file: _File, desk: Exporting, bar: Progress) -> Exported:
    """Write the file: read and logged at one moment, finished when that is stored."""
    write, most = _WRITERS[file.path.suffix.casefold()]
    bar.step("Läser ärenden")
    with write(file, desk.columns(file.asked), bar) as take:
        return desk.export(
            file.asked,
            file.path,
            _counted(take, bar),
            most=most,
            begun=lambda number: bar.step("Läser ärenden", total=number),
        )


def _counted(take: Take, bar: Progress) -> Take:
    taken = 0

    def counted(case: Seen) -> None:
        nonlocal taken
        take(case)
        taken += 1
        if taken % EVERY == 0:
            bar.done(taken)

    return counted


# -- the three kinds ----------------------------------------------------------------------------


@contextmanager
def _as_json(file: _File, _: Sequence[Told], __: Progress) -> Iterator[Take]:
    """What ``lista --json`` says of the same cases."""
    import json

    from klagreg.render.files import written_beside
    from klagreg.render.json import case as as_document

    asked, today = file.asked, file.today.date()
    with (
        written_beside(file.path, replace=file.replace) as temporary,
        temporary.open("w", encoding="utf-8", newline="\n") as written,
    ):
        between = "["

        def take(case: Seen) -> None:
            nonlocal between
            document = as_document(case, asked.on, today, with_sender=asked.senders)
            # An array of one, without its brackets: in it the case stands as it does among others.
            written.write(between + json.dumps([document], ensure_ascii=False, indent=2)[1:-2])
            between = ","

        yield take
        written.write("[]\n" if between == "[" else "\n]\n")


@contextmanager
def _as_csv(file: _File, told: Sequence[Told], _: Progress) -> Iterator[Take]:
    from klagreg.render import csv

    headings = [one.column.heading for one in told]
    with csv.written(file.path, headings, replace=file.replace) as put:
        yield lambda case: put([one.value(case) for one in told])


@contextmanager
def _as_workbook(file: _File, told: Sequence[Told], bar: Progress) -> Iterator[Take]:
    from klagreg.render import workbook
    from klagreg.sheets import Sheet

    was_cut = 0
    with workbook.spooled(file.path) as rows:

        def take(case: Seen) -> None:
            nonlocal was_cut
            row: tuple[Value, ...] = tuple(one.value(case) for one in told)
            was_cut += sum(map(workbook.is_cut, row))
            rows.append(row)

        yield take
        bar.step(f"Skriver {file.path.name}", total=len(rows))
        sheet = Sheet(
            title="Ärenden",
            heading=f"Ärenden {file.today.date()}: {in_words(file.asked.wanted)}",
            columns=tuple(one.column for one in told),
            rows=rows,
            nothing="Inga ärenden",
        )
        workbook.write(
            [sheet],
            file.path,
            title="Ärenden",
            created=file.today,
            replace=file.replace,
            stamp=_stamp(file.asked),
            progress=bar.done,
        )
    if was_cut:
        texts = "1 text är längre" if was_cut == 1 else f"{was_cut} texter är längre"
        notice(f"{texts} än vad en cell i Excel rymmer, och slutar med … Hela texten blir med i .csv och .json.")


def _stamp(asked: Asked) -> str:
    return next((stamp for what, stamp in STAMPS.items() if getattr(asked, what)), "")


_Writer = Callable[[_File, Sequence[Told], Progress], AbstractContextManager[Take]]

ROWS_IN_EXCEL = 1_048_576 - 3
"""Cases in a workbook: Excel's rows, but for the stamp, the heading and the headings."""

_WRITERS: dict[str, tuple[_Writer, int | None]] = {
    ".xlsx": (_as_workbook, ROWS_IN_EXCEL),
    ".csv": (_as_csv, None),
    ".json": (_as_json, None),
}
"""What writes a kind of file, and how many cases it holds."""


# -- what it says -------------------------------------------------------------------------------


def _tell_result(file: _File, done: Exported) -> None:
    say(clean(f"{o.cases_in_words(done.rows)} {'är skrivet' if done.rows == 1 else 'är skrivna'} till {file.path}."))
    if done.withheld:
        say(f"Sekretessmarkerade ärenden som står med nummer, dagar och lagrum: {done.withheld}.")
    asked = file.asked
    if asked.is_open:
        say("Filen har varken avsändare eller ärendenas texter. Rubriker och handläggare står där.")
    held = [
        f"avsändare i {o.cases_in_words(done.senders)}" if asked.senders else "",
        "ärendenas texter" if asked.texts else "",
        f"{o.cases_in_words(done.secret)} med sekretess" if asked.secret else "",
    ]
    if not asked.is_open:
        say(f"Filen innehåller {', '.join(filter(None, held))}.")
        say("Förvara den så att bara behöriga kommer åt den, och radera den när den inte behövs.")
    say("Den är en arbetskopia av registret, och allmän handling som det. Exporten står i registrets logg.")


def _show_result(file: _File, done: Exported) -> None:
    from klagreg.render import json

    json.show(
        {
            "fil": str(file.path.absolute()),
            "urval": in_words(file.asked.wanted),
            "per": file.asked.on.isoformat(),
            "rader": done.rows,
            "texter": file.asked.texts,
            "personuppgifter": done.senders,
            "sekretess": done.secret,
            "maskerade": done.withheld,
        }
    )
