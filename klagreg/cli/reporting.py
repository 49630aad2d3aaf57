"""The year-end report: figures of a period as workbook, JSON or in the terminal."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, time
from os.path import realpath  # Path.resolve() fails where links lead round
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from klagreg import days
from klagreg.cli import options as o
from klagreg.cli.declared import Argument, Option
from klagreg.cli.edge import Edge, opened
from klagreg.cli.progress import progress
from klagreg.days import Period
from klagreg.errors import BadValue, Refused, WrongUse
from klagreg.terms import Edition

if TYPE_CHECKING:
    from klagreg.figures import Report
    from klagreg.sheets import Sheet

STAMP = "Intern – får inte publiceras"
"""On every sheet of the internal edition (domain 8 R12)."""

Part = Literal["halvar", "tertial", "kvartal", "manad"]


def compile_report(
    edge: Edge,
    year: Annotated[int | None, Argument(metavar="ÅR", help="Året, till exempel 2026.")] = None,
    output: Annotated[Path | None, Option("--ut", "-o", metavar="FIL.xlsx", help="Arbetsboken att skriva.")] = None,
    quarter: Annotated[int | None, Option("--kvartal", metavar="1-4", min=1, max=4, help="Bara kvartalet.")] = None,
    tertial: Annotated[int | None, Option("--tertial", metavar="1-3", min=1, max=3, help="Bara tertialet.")] = None,
    half: Annotated[int | None, Option("--halvar", metavar="1-2", min=1, max=2, help="Bara halvåret.")] = None,
    month: Annotated[int | None, Option("--manad", metavar="1-12", min=1, max=12, help="Bara månaden.")] = None,
    start: Annotated[str | None, Option("--fran", metavar="DATUM", help="Periodens första dag.")] = None,
    end: Annotated[str | None, Option("--till", metavar="DATUM", help="Periodens sista dag.")] = None,
    as_of: Annotated[
        str | None, Option("--per", metavar="DATUM", help="Uttagsdatum: dagen siffrorna gäller (annars idag).")
    ] = None,
    unit: Annotated[str | None, Option("--enhet", metavar="ENHET", help="Bara de ärenden som enheten har.")] = None,
    board: Annotated[str | None, Option("--namnd", metavar="NÄMND", help="Bara de ärenden som nämnden har.")] = None,
    edition: Annotated[
        str | None,
        Option("--upplaga", metavar="UPPLAGA", help="publik (små tal döljs), namnd, eller intern (med ärenden)."),
    ] = None,
    others: Annotated[
        list[Path] | None,
        Option("--med", metavar="FIL|MAPP", help="Räkna med ett register till; kan anges flera gånger."),
    ] = None,
    in_words: Annotated[
        bool, Option("--i-ord", help="Skriv färdiga stycken till årsredovisningen i stället för tabeller.")
    ] = False,
    replace: Annotated[bool, Option("--ersatt", help="Skriv över arbetsboken om den finns.")] = False,
    as_json: o.Json = False,
) -> None:
    """Gör sammanställningen för ett år eller en del av det.

    klagreg sammanstall 2026 -o sammanstallning-2026.xlsx

    klagreg sammanstall 2026 --upplaga publik -o webben-2026.xlsx

    klagreg sammanstall 2026 --med namnderna/ -o kommunen-2026.xlsx

    klagreg sammanstall 2026 --i-ord

    klagreg sammanstall 2026 --kvartal 3 --json

    Utan -o, --i-ord och --json visas de viktigaste tabellerna här. Siffrorna är desamma överallt.
    """
    parts: dict[Part, int | None] = {"kvartal": quarter, "tertial": tertial, "halvar": half, "manad": month}
    period = _period(edge, year, {part: which for part, which in parts.items() if which is not None}, start, end)
    taken_on = edge.env.today if as_of is None else days.parse_day(as_of, edge.env.today, "--per", "nearest")
    if period.start > taken_on:
        raise BadValue("--per", f"{period.label} har inte börjat {taken_on}.", "Ange en period som har börjat.")
    wanted = Edition.BOARD if edition is None else Edition.named(edition, "--upplaga")
    _must_fit_together(wanted, unit, board, others=bool(others), words=in_words, json=as_json)
    path = output and _workbook(output, wanted, [edge.path, *(others or [])], replace=replace)
    in_tables = path is not None or not as_json  # the keys tell of the period alone
    from klagreg import report as contents

    with progress("rader") as bar:
        with opened(edge) as register:
            report = register.report(
                period,
                taken_on,
                unit,
                board,
                others=others or (),
                with_cases=wanted is Edition.INTERNAL and path is not None,
                compared=in_tables,
                progress=bar.step,
            )
        sheets = contents.sheets(report, wanted) if in_tables else ()
        if path is not None:
            bar.step(f"Skriver {path.name}", total=sum(len(sheet.rows) for sheet in sheets))
            _write(sheets, report, path, wanted, replace=replace, progress=bar.done)
    if as_json:
        from klagreg.render import json
        from klagreg.report.keys import as_json as as_keys

        json.show(as_keys(report))
    elif in_words:
        from klagreg.render import texts
        from klagreg.report.prose import in_words as in_words_of

        texts.show_chapters(in_words_of(sheets, report))
    elif path is None:
        from klagreg.render import texts

        texts.show_report(sheets, contents.cautions(report))
    if path is not None and not as_json:
        from klagreg.render.terminal import clean, notice, say

        told = f"Sammanställningen för {contents.scope(report)} är skriven till {path}."
        notice(told) if in_words else say(clean(told))


def _write(
    sheets: Sequence[Sheet],
    report: Report,
    path: Path,
    edition: Edition,
    *,
    replace: bool,
    progress: Callable[[int], None],
) -> None:
    from klagreg.render import workbook
    from klagreg.report import title

    workbook.write(
        sheets,
        path,
        title=title(report),
        # The day that the figures are taken, so that they make the same file whenever they are written.
        created=datetime.combine(report.current.as_of, time(), UTC),
        replace=replace,
        stamp=STAMP if edition is Edition.INTERNAL else "",
        progress=progress,
    )


def _must_fit_together(
    edition: Edition, unit: str | None, board: str | None, others: bool, words: bool, json: bool
) -> None:
    """Refuse what would show more than its name says.

    Raises:
        Refused: it would tell of single people, or take cases out of their nämnd's register.
        WrongUse: options that exclude one another.
    """
    if words and json:
        raise WrongUse("Välj en av --i-ord och --json.")
    if edition is Edition.PUBLIC and json:
        raise WrongUse(
            "--json visar alla tal, och finns därför inte för den publika upplagan.",
            "Skriv arbetsboken med -o, eller ta bort --upplaga publik.",
        )
    if edition is Edition.PUBLIC and (unit or board):
        from klagreg.disclosure import NEVER_OF_A_PART

        raise Refused(NEVER_OF_A_PART, "Ta bort --enhet och --namnd, eller gör den för nämnden med --upplaga namnd.")
    if others and (unit or board):
        raise WrongUse("--med räknar ihop hela register, och kan inte ha --enhet eller --namnd.")
    if others and edition is Edition.INTERNAL:
        raise Refused(
            "Ärenden ska inte lämna sin nämnds register, så den interna upplagan görs av ett register i taget.",
            "Ta bort --med, eller välj --upplaga namnd.",
        )


def _workbook(output: Path, edition: Edition, registers: Iterable[Path], *, replace: bool) -> Path:
    """Where the workbook goes: the internal edition says so in its name, whatever it was called (domain 8 R12)."""
    from klagreg.render.files import must_be_writable

    if output.suffix.casefold() != ".xlsx":
        raise WrongUse(f"{output} är inget namn på en arbetsbok.", "Låt namnet sluta på .xlsx.")
    if edition is Edition.INTERNAL and "intern" not in re.split(r"[\W_]+", output.stem.casefold()):
        output = output.with_stem(f"{output.stem}-intern")
    if realpath(output) in map(realpath, registers):
        raise WrongUse(f"{output} är ett register.", "Ange ett annat namn för arbetsboken.")
    must_be_writable(output, replace=replace)
    return output


def _period(edge: Edge, year: int | None, parts: dict[Part, int], start: str | None, end: str | None) -> Period:
    """The one period that the options name."""
    if start or end:
        if not (start and end) or parts:
            raise WrongUse("--fran och --till anges tillsammans.", "Till exempel --fran 2026-08-15 --till 2027-06-15.")
        # A day without a year is of the year that was given.
        today = edge.env.today if year is None else days.part_of_year(year, "ar").end
        found = days.between(days.parse_day(start, today, "--fran"), days.parse_day(end, today, "--till"))
        if year is not None and not found.start.year <= year <= found.end.year:
            raise WrongUse(f"{found.label} ligger inte i {year}.", "Ta bort ÅR, eller ange dagar i det.")
        return found
    if year is None:
        raise WrongUse("ÅR saknas.", "Till exempel: klagreg sammanstall 2026 -o sammanstallning-2026.xlsx")
    if len(parts) > 1:
        raise WrongUse("Välj en av --kvartal, --tertial, --halvar och --manad.")
    for part, which in parts.items():
        return days.part_of_year(year, part, which)
    return days.part_of_year(year, "ar")
