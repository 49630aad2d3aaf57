"""Så räknade vi: every share that the report shows, with what was divided by what, and what was left out and why.

The rows are made from the sheets themselves: no share can be shown without being explained here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from klagreg.figures import DeadlineFigures, Formula, Report, Share
from klagreg.report.words import counted, heading
from klagreg.sheets import Column, Kind, Sheet, Value

TITLE = "Så räknade vi"

_FORMULAS: dict[Formula | None, tuple[str, str]] = {
    None: ("Antal / Totalt", ""),
    Formula.OF_ANSWERED: ("I tid / (I tid + Besvarade för sent)", "alla som aldrig fick svar, också försenade"),
    Formula.LED_TO_MEASURE: (
        "Ledde till åtgärd / Avslutade",
        "hänvisade, sammanförda, förmedlat beröm och återkallade",
    ),
    Formula.ANONYMOUS: ("Anonyma / Inkomna", ""),
    Formula.COMPLAINTS: ("Klagomål / Inkomna", ""),
    Formula.CONTENT: ("Nöjda / Svar", ""),
}
"""The formula in words, and what is left out of it and why."""

_IN_TIME = "I tid / (I tid + För sent)"


def how_counted(sheets: Sequence[Sheet], report: Report) -> Sheet:
    """The sheet that explains every share of the others, each where it stands."""
    return Sheet(
        title=TITLE,
        heading=heading("Varje andel: vad som delades med vad", report),
        columns=(
            Column("Blad", Kind.TEXT, 18),
            Column("Rad", Kind.TEXT, 26),
            Column("Kolumn", Kind.TEXT, 18),
            Column("Täljare", width=10),
            Column("Nämnare", width=11),
            Column("Andel", width=9),
            Column("Andel av bara besvarade", width=12),
            Column("Formel", Kind.TEXT, 22),
            Column("Utanför, och varför", Kind.TEXT, 34),
        ),
        rows=tuple(_rows(sheets)),
        notes=(
            "Andel är Täljare / Nämnare. – betyder att nämnaren är 0. Cellen har det oavrundade talet. Rad och Kolumn "
            "säger var på bladet andelen står.",
            "Makulerade ärenden räknas aldrig. I övrigt är inget utanför där kolumnen har ett streck.",
            "Andel av bara besvarade är det andra vanliga svaret på samma fråga: den som aldrig fick svar räknas inte. "
            "Det blir högre ju fler som aldrig får svar.",
        ),
    )


def _rows(sheets: Sequence[Sheet]) -> Iterator[tuple[Value, ...]]:
    for sheet in sheets:
        # A row is named by its leading texts: ``Socialnämnden, Svar``.
        names = next((i for i, column in enumerate(sheet.columns) if column.kind is not Kind.TEXT), 1)
        for row in (*sheet.rows, *sheet.totals):
            for column, value in zip(sheet.columns, row, strict=True):
                if isinstance(value, Share) and value.counted_as is not Formula.TARGET:
                    name = ", ".join(str(text) for text in row[:names] if text)
                    yield sheet.title, name, column.heading, *_explained(value)


def _explained(share: Share) -> tuple[Value, ...]:
    promise = share.counted_as
    if isinstance(promise, DeadlineFigures):
        beside, formula, outside = promise.share_of_answered, _IN_TIME, _left_out(promise)
    else:
        beside, (formula, outside) = None, _FORMULAS[promise]
    return share.part, share.whole, share, beside, formula, outside or None


def _left_out(promise: DeadlineFigures) -> str:
    """What is outside a promise's share, in numbers: ``2 anonyma, 1 vars sista dag inte har passerat``."""
    why = promise.outside
    found = (
        (why["anonym"], counted(why["anonym"], "anonym", "anonyma")),
        (why["saknas"], f"{why['saknas']} som inte kan nås med svar"),
        (why["avstar"], f"{why['avstar']} som inte vill ha svar"),
        (why["typ"], f"{why['typ']} av en typ som löftet inte gäller"),
        (promise.waiting, f"{promise.waiting} vars sista dag inte har passerat"),
    )
    return ", ".join(text for number, text in found if number)
