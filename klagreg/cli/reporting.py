"""The year-end report: figures of a period as workbook, JSON or in the terminal."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from klagreg import days
from klagreg.cli import options as o
from klagreg.cli.edge import edge_of, opened
from klagreg.days import Period
from klagreg.errors import WrongUse

Part = Literal["halvar", "tertial", "kvartal", "manad"]


def compile_report(
    ctx: typer.Context,
    year: Annotated[int | None, typer.Argument(metavar="ÅR", help="Året, till exempel 2026.")] = None,
    output: Annotated[
        Path | None, typer.Option("--ut", "-o", metavar="FIL.xlsx", help="Arbetsboken att skriva.")
    ] = None,
    quarter: Annotated[
        int | None, typer.Option("--kvartal", metavar="1-4", min=1, max=4, help="Bara kvartalet.")
    ] = None,
    tertial: Annotated[
        int | None, typer.Option("--tertial", metavar="1-3", min=1, max=3, help="Bara tertialet.")
    ] = None,
    half: Annotated[int | None, typer.Option("--halvar", metavar="1-2", min=1, max=2, help="Bara halvåret.")] = None,
    month: Annotated[int | None, typer.Option("--manad", metavar="1-12", min=1, max=12, help="Bara månaden.")] = None,
    start: Annotated[str | None, typer.Option("--fran", metavar="DATUM", help="Periodens första dag.")] = None,
    end: Annotated[str | None, typer.Option("--till", metavar="DATUM", help="Periodens sista dag.")] = None,
    as_of: Annotated[
        str | None, typer.Option("--per", metavar="DATUM", help="Uttagsdatum: dagen siffrorna gäller (annars idag).")
    ] = None,
    unit: Annotated[
        str | None, typer.Option("--enhet", metavar="ENHET", help="Bara de ärenden som enheten har.")
    ] = None,
    board: Annotated[
        str | None, typer.Option("--namnd", metavar="NÄMND", help="Bara de ärenden som nämnden har.")
    ] = None,
    replace: Annotated[bool, typer.Option("--ersatt", help="Skriv över arbetsboken om den finns.")] = False,
    as_json: o.Json = False,
) -> None:
    """Gör sammanställningen för ett år eller en del av det.

    klagreg sammanstall 2026 -o sammanstallning-2026.xlsx

    klagreg sammanstall 2026 --kvartal 3 --json

    klagreg sammanstall 2026 --halvar 1 --enhet Parkskolan -o apt.xlsx

    Utan -o och --json visas de viktigaste tabellerna här. Siffrorna är desamma överallt.
    """
    edge = edge_of(ctx)
    parts: dict[Part, int | None] = {"kvartal": quarter, "tertial": tertial, "halvar": half, "manad": month}
    period = _period(ctx, year, {part: which for part, which in parts.items() if which is not None}, start, end)
    taken_on = edge.env.today if as_of is None else days.parse_day(as_of, edge.env.today, "--per", "nearest")
    if output is not None and output.suffix.casefold() != ".xlsx":
        raise WrongUse(f"{output.name} är inget namn på en arbetsbok.", "Låt namnet sluta på .xlsx.")
    with opened(ctx) as register:
        report = register.report(period, taken_on, unit, board)
    from klagreg import report as contents

    if output is not None:
        from klagreg.render import workbook

        title, sheets = contents.title(report), contents.sheets(report)
        workbook.write(sheets, output, title=title, created=edge.now, replace=replace)
    if as_json:
        from klagreg.render import json
        from klagreg.report.keys import as_json as keyed

        json.show(keyed(report))
    elif output is not None:
        from klagreg.render.terminal import clean, say

        say(f"Sammanställningen för {clean(contents.scope(report))} är skriven till {clean(str(output))}.")
    else:
        from klagreg.render import texts

        texts.show_report(contents.sheets(report), contents.cautions(report))


def _period(ctx: typer.Context, year: int | None, parts: dict[Part, int], start: str | None, end: str | None) -> Period:
    """The one period that the options name."""
    if start or end:
        if not (start and end) or parts:
            raise WrongUse("--fran och --till anges tillsammans.", "Till exempel --fran 2026-08-15 --till 2027-06-15.")
        # A day without a year is of the year that was given.
        today = edge_of(ctx).env.today if year is None else days.part_of_year(year, "ar").end
        return days.between(days.parse_day(start, today, "--fran"), days.parse_day(end, today, "--till"))
    if year is None:
        raise WrongUse("ÅR saknas.", "Till exempel: klagreg sammanstall 2026 -o sammanstallning-2026.xlsx")
    if len(parts) > 1:
        raise WrongUse("Välj en av --kvartal, --tertial, --halvar och --manad.")
    for part, which in parts.items():
        return days.part_of_year(year, part, which)
    return days.part_of_year(year, "ar")
