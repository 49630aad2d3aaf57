"""Options and arguments that several commands share, how their words become values, and a number's its words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Annotated

from klagreg import border, days
from klagreg.cli.declared import Argument, Option
from klagreg.cli.edge import Edge, told
from klagreg.errors import BadValue

Ref = Annotated[str | None, Argument(metavar="ÄRENDE", help="Numret: SYN-2026-00012, 2026-12, eller 12 i år.")]
Json = Annotated[bool, Option("--json", help="Skriv JSON på stdout.")]
OnDay = Annotated[
    str | None, Option("--datum", metavar="DATUM", help="Dagen det hände (annars idag): 2026-11-20, 20/11, igår.")
]
AsOf = Annotated[str | None, Option("--per", metavar="DATUM", help="Som fristerna låg den dagen (annars idag).")]
New = Annotated[bool, Option("--ny", help="Lägg till okända namn i registret.")]
Why = Annotated[
    str | None,
    Option("--orsak", metavar="TEXT", help="Varför; blir allmän handling. - och @fil går bra."),
]
TypeCode = Annotated[
    str | None,
    Option("--typ", metavar="TYP", help="klagomal, synpunkt, forslag, berom, fraga, felanmalan, avvikelse."),
]
Channel = Annotated[str | None, Option("--kanal", metavar="KANAL", help="Hur det kom in: telefon, e-post, brev …")]
Board = Annotated[str | None, Option("--namnd", metavar="NÄMND", help="Ansvarig nämnd.")]
UnitName = Annotated[str | None, Option("--enhet", metavar="ENHET", help="Enheten det gäller.")]
HandlerName = Annotated[str | None, Option("--handlaggare", metavar="NAMN", help="Handläggare.")]
StatusCode = Annotated[
    str | None, Option("--status", metavar="STATUS", help="inkommen, tilldelad, avslutad, makulerad.")
]
OutcomeCode = Annotated[
    str | None, Option("--utfall", metavar="UTFALL", help="atgardad, forklaring, ingen_atgard, hanvisad …")
]
MeansCode = Annotated[str | None, Option("--satt", metavar="SÄTT", help="telefon, e-post, brev, mote, sms, e-tjanst.")]
Received = Annotated[str | None, Option("--inkommen", metavar="DATUM", help="Dagen det kom in (annars idag).")]
Area = Annotated[str | None, Option("--omrade", metavar="OMRÅDE", help="Vad det handlar om: bemotande, mat …")]
Title = Annotated[str | None, Option("--rubrik", metavar="TEXT", help="Offentlig rubrik, utan personuppgifter.")]
Description = Annotated[
    str | None,
    Option("--text", metavar="TEXT", help="Vad avsändaren skrev eller sa. - läser stdin, @fil en fil."),
]
Proposal = Annotated[str | None, Option("--forslag", metavar="TEXT", help="Avsändarens förslag till förbättring.")]
Role = Annotated[
    str | None, Option("--roll", metavar="ROLL", help="enskild, narstaende, elev, medarbetare, forening …")
]
SenderName = Annotated[str | None, Option("--namn", metavar="TEXT", help="Avsändarens namn. - läser stdin.")]
Email = Annotated[str | None, Option("--epost", metavar="TEXT", help="Avsändarens e-postadress.")]
Phone = Annotated[str | None, Option("--telefon", metavar="TEXT", help="Avsändarens telefonnummer.")]
Address = Annotated[str | None, Option("--adress", metavar="TEXT", help="Avsändarens adress.")]
Preferred = Annotated[str | None, Option("--onskat-satt", metavar="SÄTT", help="Hur avsändaren vill ha svar.")]
DiaryNumber = Annotated[
    str | None,
    Option("--diarienummer", metavar="TEXT", help="Nummer i kommunens diarium, till exempel KS/2016:597 003."),
]

Secret = Annotated[
    bool,
    Option("--sekretess", help="Visa också det som är sekretessmarkerat. Läsningen antecknas i loggen."),
]
Reviewed = Annotated[
    bool, Option("--granskad", help="Texten är genomläst: det som liknar en identitet pekar inte ut någon.")
]
By = Annotated[str | None, Option("--av", metavar="NAMN", help="Vem som talade med avsändaren (annars du).")]
CheckName = Annotated[
    str | None,
    Option("--kontrollera-namn", metavar="TEXT", help="Ett namn som texten inte får hålla; sparas inte. @fil går bra."),
]
ReceivedBy = Annotated[str | None, Option("--mottagen-av", metavar="NAMN", help="Medarbetaren som tog emot det.")]
OccurredOn = Annotated[str | None, Option("--handelsedag", metavar="DATUM", help="Dagen det som gäller hände.")]
Provider = Annotated[str | None, Option("--utforare", metavar="NAMN", help="Leverantören eller utföraren.")]
AffectsWhom = Annotated[str | None, Option("--beror", metavar="VEM", help="enskild eller grupp.")]
CaseFile = Annotated[
    str | None, Option("--personakt", metavar="REF", help="Var personuppgifterna finns i stället för här.")
]
Output = Annotated[Path | None, Option("--ut", "-o", metavar="FIL", help="Filen att skriva: .html eller .txt.")]
OutputList = Annotated[
    Path | None, Option("--ut", "-o", metavar="FIL", help="Filen att skriva: .xlsx, .csv eller .json.")
]
Replace = Annotated[bool, Option("--ersatt", help="Skriv över filen om den finns.")]
Hidden = Annotated[
    list[str] | None,
    Option(
        "--dolj", metavar="TEXT", help="Ett namn eller ord att dölja; kan upprepas, sparas inte. @fil: ett per rad."
    ),
]
Decision = Annotated[
    str | None, Option("--beslut", metavar="TEXT", help='Beslutet, till exempel "KS 2026-05-04 § 88".')
]
Do = Annotated[bool, Option("--utfor", help="Gör det. Det går inte att ångra. Utan valet: bara en lista.")]
KeptElsewhere = Annotated[
    str | None,
    Option("--i-efterhand", metavar="KÄLLA", help="Förts någon annanstans och tas in i efterhand; varifrån."),
]


def the_day(edge: Edge, text: str | None, option: str = "--datum", lean: days.Lean = "past") -> date:
    """The day that was written, or today."""
    today = edge.env.today
    return today if text is None else days.parse_day(text, today, option, lean)


def a_day_after(edge: Edge, text: str | None, option: str, acted_on: date) -> date | None:
    """A coming day, or None. One without a year is the next after the act, not after today."""
    found = a_day(edge, text, option, "future")
    if text is None or found is None or not text.strip()[:1].isdecimal():
        return found
    return min(found, days.parse_day(text, acted_on, option, "future"))


def a_day(edge: Edge, text: str | None, option: str, lean: days.Lean = "past") -> date | None:
    """The day that was written, or None."""
    return None if text is None else days.parse_day(text, edge.env.today, option, lean)


def words_to_hide(given: Iterable[str] | None) -> list[str]:
    """Names and words of ``--dolj``, each once: one a line, as given, in a file or on standard input.

    Raises:
        BadValue: a file cannot be read, there is no word, or a word holds neither letter nor figure.
    """
    from klagreg.identities import can_be_found

    found: list[str] = []
    for one in given or ():
        lines = [line for line in (told(one, "--dolj") or "").splitlines() if line.strip()]
        if not lines:
            raise BadValue("--dolj", "det finns inget ord att dölja.", "Ange ord, ett per rad i en fil.")
        found += [border.line(line, "--dolj") for line in lines]
    if not all(map(can_be_found, found)):
        raise BadValue("--dolj", "ett ord saknar bokstäver och siffror.", "Ange ord, ett per rad i en fil.")
    return list(dict.fromkeys(found))


def cases_in_words(number: int) -> str:
    """So many cases: ``1 ärende``, ``2 ärenden``."""
    return "1 ärende" if number == 1 else f"{number} ärenden"
