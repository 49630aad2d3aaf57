"""Options and arguments that several commands share, and how their words become values."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from klagreg import days
from klagreg.cli.edge import edge_of

Ref = Annotated[str | None, typer.Argument(metavar="ÄRENDE", help="Numret: SYN-2026-00012, 2026-12, eller 12 i år.")]
Json = Annotated[bool, typer.Option("--json", help="Skriv JSON på stdout.")]
OnDay = Annotated[
    str | None, typer.Option("--datum", metavar="DATUM", help="Dagen det hände (annars idag): 2026-11-20, 20/11, igår.")
]
AsOf = Annotated[str | None, typer.Option("--per", metavar="DATUM", help="Som fristerna låg den dagen (annars idag).")]
New = Annotated[bool, typer.Option("--ny", help="Lägg till okända namn i registret.")]
Why = Annotated[
    str | None,
    typer.Option("--orsak", metavar="TEXT", help="Varför; blir allmän handling. - och @fil går bra."),
]
TypeCode = Annotated[
    str | None,
    typer.Option("--typ", metavar="TYP", help="klagomal, synpunkt, forslag, berom, fraga, felanmalan, avvikelse."),
]
Channel = Annotated[
    str | None, typer.Option("--kanal", metavar="KANAL", help="Hur det kom in: telefon, e-post, brev …")
]
Board = Annotated[str | None, typer.Option("--namnd", metavar="NÄMND", help="Ansvarig nämnd.")]
UnitName = Annotated[str | None, typer.Option("--enhet", metavar="ENHET", help="Enheten det gäller.")]
HandlerName = Annotated[str | None, typer.Option("--handlaggare", metavar="NAMN", help="Handläggare.")]
StatusCode = Annotated[
    str | None, typer.Option("--status", metavar="STATUS", help="inkommen, tilldelad, avslutad, makulerad.")
]
OutcomeCode = Annotated[
    str | None, typer.Option("--utfall", metavar="UTFALL", help="atgardad, forklaring, ingen_atgard, hanvisad …")
]
MeansCode = Annotated[
    str | None, typer.Option("--satt", metavar="SÄTT", help="telefon, e-post, brev, mote, sms, e-tjanst.")
]
Received = Annotated[str | None, typer.Option("--inkommen", metavar="DATUM", help="Dagen det kom in (annars idag).")]
Area = Annotated[str | None, typer.Option("--omrade", metavar="OMRÅDE", help="Vad det handlar om: bemotande, mat …")]
Title = Annotated[str | None, typer.Option("--rubrik", metavar="TEXT", help="Offentlig rubrik, utan personuppgifter.")]
Description = Annotated[
    str | None,
    typer.Option("--text", metavar="TEXT", help="Vad avsändaren skrev eller sa. - läser stdin, @fil en fil."),
]
Proposal = Annotated[
    str | None, typer.Option("--forslag", metavar="TEXT", help="Avsändarens förslag till förbättring.")
]
Role = Annotated[
    str | None, typer.Option("--roll", metavar="ROLL", help="enskild, narstaende, elev, medarbetare, forening …")
]
SenderName = Annotated[str | None, typer.Option("--namn", metavar="TEXT", help="Avsändarens namn. - läser stdin.")]
Email = Annotated[str | None, typer.Option("--epost", metavar="TEXT", help="Avsändarens e-postadress.")]
Phone = Annotated[str | None, typer.Option("--telefon", metavar="TEXT", help="Avsändarens telefonnummer.")]
Address = Annotated[str | None, typer.Option("--adress", metavar="TEXT", help="Avsändarens adress.")]
Preferred = Annotated[str | None, typer.Option("--onskat-satt", metavar="SÄTT", help="Hur avsändaren vill ha svar.")]
DiaryNumber = Annotated[
    str | None,
    typer.Option("--diarienummer", metavar="TEXT", help="Nummer i kommunens diarium, till exempel KS/2016:597 003."),
]

Secret = Annotated[
    bool,
    typer.Option("--sekretess", help="Visa också det som är sekretessmarkerat. Läsningen antecknas i loggen."),
]
Reviewed = Annotated[
    bool, typer.Option("--granskad", help="Texten är genomläst: det som liknar en identitet pekar inte ut någon.")
]
By = Annotated[str | None, typer.Option("--av", metavar="NAMN", help="Vem som talade med avsändaren (annars du).")]
CheckName = Annotated[
    str | None,
    typer.Option(
        "--kontrollera-namn", metavar="TEXT", help="Ett namn som texten inte får hålla; sparas inte. @fil går bra."
    ),
]
ReceivedBy = Annotated[str | None, typer.Option("--mottagen-av", metavar="NAMN", help="Medarbetaren som tog emot det.")]
OccurredOn = Annotated[str | None, typer.Option("--handelsedag", metavar="DATUM", help="Dagen det som gäller hände.")]
Provider = Annotated[str | None, typer.Option("--utforare", metavar="NAMN", help="Leverantören eller utföraren.")]
AffectsWhom = Annotated[str | None, typer.Option("--beror", metavar="VEM", help="enskild eller grupp.")]
CaseFile = Annotated[
    str | None, typer.Option("--personakt", metavar="REF", help="Var personuppgifterna finns i stället för här.")
]
KeptElsewhere = Annotated[
    str | None,
    typer.Option("--i-efterhand", metavar="KÄLLA", help="Förts någon annanstans och tas in i efterhand; varifrån."),
]


def the_day(ctx: typer.Context, text: str | None, option: str = "--datum", lean: days.Lean = "past") -> date:
    """The day that was written, or today."""
    today = edge_of(ctx).env.today
    return today if text is None else days.parse_day(text, today, option, lean)


def a_day_after(ctx: typer.Context, text: str | None, option: str, acted_on: date) -> date | None:
    """A coming day, or None. One without a year is the next after the act, not after today."""
    found = a_day(ctx, text, option, "future")
    if text is None or found is None or not text.strip()[:1].isdecimal():
        return found
    return min(found, days.parse_day(text, acted_on, option, "future"))


def a_day(ctx: typer.Context, text: str | None, option: str, lean: days.Lean = "past") -> date | None:
    """The day that was written, or None."""
    return None if text is None else days.parse_day(text, edge_of(ctx).env.today, option, lean)
