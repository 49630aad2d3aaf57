"""Import from the command line: what was said about the file, what became of it, and which rows could not be read."""

from __future__ import annotations

import csv
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

from klagreg import importing, tabular
from klagreg.cli import options as o
from klagreg.cli.declared import Argument, Option
from klagreg.cli.edge import Edge, opened
from klagreg.cli.progress import Progress, progress
from klagreg.errors import AlreadyExists, WrongUse, shorten
from klagreg.importing import ID, SOURCE, ColumnMap, Fault, ImportResult, Plan, RowsRefused, SetAside
from klagreg.render.files import written_beside
from klagreg.render.terminal import Column, clean, notice, say, table
from klagreg.tabular import Row, Sheet, Value
from klagreg.terms import MISSING_LABEL, fold

NAMES_SHOWN = 12
"""Of new units and the like; all of them are in the JSON."""

MANY_FAULTS = 20
"""From so many on, the list of faults ends with what they have in common."""


def import_cases(
    edge: Edge,
    file: Annotated[Path, Argument(metavar="FIL", help="Listan att läsa in: CSV eller XLSX.")],
    map_file: Annotated[
        Path | None, Option("--karta", metavar="FIL.toml", help="Kartfil: vad filens kolumner och ord betyder.")
    ] = None,
    columns: Annotated[
        list[str] | None,
        Option("--kolumn", metavar="FÄLT=RUBRIK", help="Kolumnen som blir fältet. Utan RUBRIK: ingen kolumn."),
    ] = None,
    id_column: Annotated[
        str | None,
        Option("--id-kolumn", metavar="RUBRIK", help="Ärendets id i filen: samma id läses aldrig in två gånger."),
    ] = None,
    constants: Annotated[
        list[str] | None, Option("--satt", metavar="FÄLT=VÄRDE", help="Samma värde på varje rad: typ=klagomal.")
    ] = None,
    date_format: Annotated[
        str | None,
        Option("--datumformat", metavar="FORMAT", help="Hur datumen är skrivna, till exempel %d/%m/%Y."),
    ] = None,
    rehearse: Annotated[
        bool, Option("--prova", help="Kontrollera allt och säg vad som skulle hända, men lagra inget.")
    ] = False,
    set_aside: Annotated[
        Path | None,
        Option("--hoppa-over-fel", metavar="FIL.csv", help="Lägg rader med fel i den filen och läs in de andra."),
    ] = None,
    as_json: o.Json = False,
) -> None:
    """Läs in ärenden från en CSV- eller XLSX-fil: alla rader eller inga.

    klagreg importera arendelista.xlsx --prova

    klagreg importera lista.csv --kolumn inkommen="Skapad den" --satt typ=klagomal --id-kolumn Nr

    En kolumn vars rubrik är ett fälts namn hittar själv rätt. Enheter, nämnder, områden och handläggare som
    registret saknar läggs till. Datum skrivs 2026-11-20; andra former bara med --datumformat, eller när hela
    kolumnen visar vad som är dag och månad.

    Ett avslutat ärende räknas som besvarat den dag det avslutades, om ingen kolumn säger när det besvarades
    (slutsvar). Filen från --hoppa-over-fel kan rättas och läsas in på samma sätt.

    Fälten: externt_id, diarienummer, typ, status, inkommen, kanal, namnd, enhet, omrade, rubrik, beskrivning,
    forslag, handlaggare, aterkoppling, slutsvar, avslutad, utfall, svar, mottagen_av, handelsedag, utforare,
    personakt, i_efterhand, ror_enskild, skyddad, sekretess, anonym, kontakt, roll, namn, epost, telefon, adress,
    onskat_satt.
    """
    sheet = tabular.read(file)
    said = _said(columns, id_column, constants, date_format)
    plan = importing.laid_over(sheet.headings, said.over(importing.read_map(map_file)) if map_file else said)
    with opened(edge) as register, _bad_rows(set_aside, sheet, rehearse) as take_bad, _watched(sheet) as watched:
        if not as_json:
            _tell_plan(sheet, plan)
        if plan.column(ID) is None:
            notice("Ingen kolumn är id: läses filen in en gång till blir alla ärenden dubbla. Ange --id-kolumn RUBRIK.")
        refusal: RowsRefused | None = None
        try:
            result = register.import_cases(watched, plan, rehearse=rehearse, set_aside=take_bad)
        except RowsRefused as refused:
            result, refusal = refused.result, refused
        if result.imported and not rehearse:
            edge.stored = f"{result.first} – {result.last}"
    if as_json:
        from klagreg.render import json

        json.show(_document(sheet, plan, result, rehearse))
    elif refusal:
        _tell_faults(result)
    else:
        _tell_result(plan, result, rehearse, set_aside)
    if refusal:
        raise refusal


# -- what was said ------------------------------------------------------------------------------


def _said(
    columns: list[str] | None, id_column: str | None, constants: list[str] | None, date_format: str | None
) -> ColumnMap:
    """The options as a map; they go before the mapping file's."""
    said_columns = {key: (heading,) if heading else () for key, heading in _pairs(columns, "--kolumn", "RUBRIK")}
    said_constants = dict(_pairs(constants, "--satt", "VÄRDE", SOURCE))
    if id_column is not None:
        if ID in said_columns:
            raise WrongUse(f"--id-kolumn och --kolumn {ID} är samma sak.", "Ange en av dem.")
        said_columns[ID] = (id_column,)
    for key in said_columns.keys() & said_constants.keys():
        raise WrongUse(f"{key} kan inte komma både från en kolumn och från --satt.", "Ange en av dem.")
    if date_format is not None:
        importing.checked_format(date_format, "--datumformat")
    return ColumnMap(said_columns, said_constants, {}, date_format)


def _pairs(words: list[str] | None, option: str, what: str, *also: str) -> Iterator[tuple[str, str]]:
    """``FÄLT=RUBRIK`` as field and heading; a field once only."""
    seen: set[str] = set()
    for word in words or ():
        name, sign, value = word.partition("=")
        if not sign:
            raise WrongUse(f"{option} {shorten(name)}: = saknas.", f"Skriv {option} FÄLT={what}.")
        key = importing.field_named(name, *also)
        if key in seen:
            hint = "Flera kolumner slås ihop i en kartfil, se --karta." if option == "--kolumn" else "Ange en av dem."
            raise WrongUse(f"{option} {key} står två gånger.", hint)
        seen.add(key)
        yield key, value.strip()


# -- rows that cannot be read -------------------------------------------------------------------


@contextmanager
def _bad_rows(path: Path | None, sheet: Sheet, rehearse: bool) -> Iterator[SetAside | None]:
    """Takes bad rows to a file that can be corrected and imported; there is none when no row was bad.

    Raises:
        AlreadyExists: there is something at ``path``.
    """
    if path is None:
        yield None
        return
    if os.path.lexists(path):
        raise AlreadyExists(f"{path} finns redan och är orörd.", "Ange en annan fil med --hoppa-over-fel.")
    if rehearse:
        yield lambda _row, _faults: None
        return
    with ExitStack() as stack:
        writer: Any = None

        def take(row: Row, faults: Sequence[Fault]) -> None:
            nonlocal writer
            if writer is None:
                beside = stack.enter_context(written_beside(path, replace=False))
                # Each row is written through, so that a full disk stops the import and not only this file.
                file = stack.enter_context(beside.open("w", encoding="utf-8-sig", newline="", buffering=1))
                writer = csv.writer(file, delimiter=";")
                writer.writerow(map(_inert, ("Rad", "Fel", *sheet.headings)))
            reasons = " ".join(f"{fault.column}: {fault.reason}" if fault.column else fault.reason for fault in faults)
            writer.writerow(map(_inert, (row.number, reasons, *row.values)))

        yield take


def _inert(value: Value) -> str:
    """A cell that no spreadsheet takes for a formula: a space before, which an import takes away again."""
    text = "" if value is None else tabular.as_text(value)
    return f" {text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


# -- a person waits -----------------------------------------------------------------------------


@contextmanager
def _watched(sheet: Sheet) -> Iterator[Sheet]:
    """The sheet; with a person at the terminal its rows are counted before their eyes."""
    with progress("rader") as bar:
        yield replace(sheet, rows=_CountedRows(sheet.rows, bar))


@dataclass(frozen=True)
class _CountedRows:
    """Rows that tell a progress bar how many have been read."""

    rows: Iterable[Row]
    bar: Progress

    def __iter__(self) -> Iterator[Row]:
        for count, row in enumerate(self.rows, 1):
            if count % 50 == 0:
                self.bar.done(count)
            yield row


# -- what became of it --------------------------------------------------------------------------


def _tell_plan(sheet: Sheet, plan: Plan) -> None:
    """How the file is read, before anything is."""
    say(clean(f"{sheet.path}: {sheet.description}."))
    rows = [
        (column.heading, f"{ID} (samma id läses aldrig in två gånger)" if column.key == ID else column.key)
        for column in plan.columns
    ]
    rows += [("(varje rad)", f"{key} = {tabular.as_text(value)}") for key, value in plan.constants.items()]
    table((Column("Kolumn i filen"), Column("Blir")), rows)
    if plan.left_out:
        say(clean(f"Läses inte in: {', '.join(plan.left_out)}."))
    if plan.date_format:
        say(clean(f"Datum läses som {plan.date_format}."))


def _tell_faults(result: ImportResult) -> None:
    """Every bad row; of many at last what they have in common, since that is what stays on the screen."""
    for fault in result.faults:
        notice(f"rad {fault.row}{', ' + fault.column if fault.column else ''}: {fault.reason}")
    if len(result.faults) > MANY_FAULTS:
        notice("De vanligaste felen:")
        for (column, reason), count in Counter((f.column, f.reason) for f in result.faults).most_common(10):
            notice(f"  {count} rader{', ' + column if column else ''}: {reason}")


def _tell_result(plan: Plan, result: ImportResult, rehearse: bool, set_aside: Path | None) -> None:
    if rehearse:
        say(f"Skulle importeras: {result.imported} av {result.rows} rader. Inget är lagrat.")
    else:
        numbers = f" ({result.first} – {result.last})" if result.imported else ""
        say(clean(f"Importerade ärenden: {result.imported}{numbers}."))
    for line in _remarks(plan, result):
        say(clean(f"  {line}"))
    if result.unfit:
        where = "" if rehearse else f" De ligger i {set_aside}, med orsak."
        say(clean(f"  Överhoppade rader med fel: {result.unfit}.{where}"))
    for what, names in _new(result).items():
        if names:
            more = f" och {len(names) - NAMES_SHOWN} till" if len(names) > NAMES_SHOWN else ""
            say(clean(f"  Nya {what}: {len(names)} ({', '.join(names[:NAMES_SHOWN])}{more})."))
    if rehearse:
        _tell_faults(result)


def _remarks(plan: Plan, result: ImportResult) -> Iterator[str]:
    """What the figures of the imported cases rest on, and what the person should look at."""
    if not result.rows:
        yield "Filen har inga rader under rubrikerna."
    if result.already:
        yield f"Redan inlästa, med samma id: {result.already}. De är orörda."
    if result.moved:
        first = ", ".join(map(str, result.moved[:NAMES_SHOWN])) + (" …" if len(result.moved) > NAMES_SHOWN else "")
        yield (
            f"Av dem med en annan ankomstdag än i registret: {len(result.moved)} (rad {first})."
            f" Är det ett annat system? Skilj dem åt med --satt {SOURCE}=NAMN."
        )
    for heading, order in result.date_orders.items():
        yield f"Datumen i {heading} lästes i ordningen {order}."
    if result.answered_when_closed:
        yield (
            f"Räknas som besvarade den dag de avslutades: {result.answered_when_closed}."
            " Ingen kolumn säger när de besvarades (slutsvar)."
        )
    if result.unanswered:
        yield f"Avslutade utan slutsvar: {result.unanswered}. Ett löfte om svar är då inte uppfyllt."
    if result.without_outcome:
        yield f"Avslutade utan utfall: {result.without_outcome}. De blir {MISSING_LABEL} i rapporterna."
    if result.still_open:
        column = plan.column("status")
        status = column.heading if column else "status"
        yield f"Med avslutsdag men öppna enligt {status}: {result.still_open}. De lästes in som öppna."


def _document(sheet: Sheet, plan: Plan, result: ImportResult, rehearse: bool) -> dict[str, Any]:
    """``importera --json``."""
    return {
        "fil": str(sheet.path),
        "last_som": sheet.description,
        "kolumner": {column.key: list(column.headings) for column in plan.columns},
        "satt": {key: tabular.as_text(value) for key, value in plan.constants.items()},
        "lases_inte": list(plan.left_out),
        "datumformat": plan.date_format,
        "datumordning": result.date_orders,
        "prova": rehearse,
        "rader": result.rows,
        "importerade": result.imported,
        "forsta": result.first or None,
        "sista": result.last or None,
        "redan_inlasta": result.already,
        "annan_ankomstdag": result.moved,
        "felaktiga": result.unfit,
        "fel": [{"rad": f.row, "kolumn": f.column or None, "orsak": f.reason} for f in result.faults],
        "besvarade_vid_avslut": result.answered_when_closed,
        "avslutade_utan_slutsvar": result.unanswered,
        "avslutade_utan_utfall": result.without_outcome,
        "oppna_med_avslutsdag": result.still_open,
        "nya": {fold(what): names for what, names in _new(result).items()},
    }


def _new(result: ImportResult) -> dict[str, list[str]]:
    return {
        "nämnder": result.new_boards,
        "enheter": result.new_units,
        "områden": result.new_areas,
        "handläggare": result.new_handlers,
    }
