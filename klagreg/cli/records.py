"""What anyone may see, and what is handed out: the day's list, cases on request, the register's description."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any

from klagreg import records
from klagreg.casework import not_in_future
from klagreg.cli import options as o
from klagreg.cli.declared import Argument, Option
from klagreg.cli.edge import Edge, asked_for, must_not_be_the_register, opened
from klagreg.days import Period, between, shown_minute
from klagreg.documents import Block, Document, Facts, Prose
from klagreg.errors import MissingValue, UnknownCode, WrongUse
from klagreg.model import Case, Event
from klagreg.records import Asked, DayList, Entry, HandedCase, HandedOut, Records
from klagreg.register import Register
from klagreg.render import document as documents
from klagreg.render import json
from klagreg.render.terminal import clean, notice, say
from klagreg.terms import BY_NAME, fold, nearest

SENDER = ("role", "name", "email", "phone", "address", "preferred", "case_file")
"""The sender's data, in the order that they are handed out in."""


def day_list(
    edge: Edge,
    day: Annotated[str | None, Option("--dag", metavar="DATUM", help="Registrerade den dagen (annars idag).")] = None,
    start: Annotated[str | None, Option("--fran", metavar="DATUM", help="Registrerade från och med.")] = None,
    end: Annotated[str | None, Option("--till", metavar="DATUM", help="Registrerade till och med.")] = None,
    output: o.Output = None,
    overwrite: o.Replace = False,
    as_json: o.Json = False,
) -> None:
    """Visa dagens lista: vad vem som helst får se av det som registrerades en dag.

    klagreg postlista --dag igår -o postlista.html

    Ärendet står i listan för dagen det registrerades, också när det kom in tidigare, så att den som läser varje dags
    lista inte missar något. Avsändare, beskrivning och handläggare är aldrig med. Sekretessmarkerade ärenden står med
    nummer, dagar och lagrum; ärenden som rör en enskild elev eller personal med nummer och dagar.
    """
    period = _period(edge, day, start, end)
    with opened(edge) as register:
        must_not_be_the_register(edge, output, "-o")
        desk = _desk(register)
        if output:
            with documents.writing(output, replace=overwrite) as write:
                found = desk.day_list(period, output)
                write(records.listed(found))
        else:
            found = desk.day_list(period)
    if as_json:
        json.show(_list_as_data(found))
    elif output:
        say(f"{clean(str(output))}: {o.cases_in_words(len(found.entries))}.")
    elif found.entries:
        documents.shown(records.listed(found))
    else:
        say(records.nothing(period))
    for number in found.masked:
        notice(
            f"Rubriken i {number} pekar troligen ut någon och är maskerad i listan. "
            f"Rätta den: klagreg uppdatera {number} --rubrik …"
        )


def hand_out(
    edge: Edge,
    refs: Annotated[
        list[str] | None,
        Argument(metavar="ÄRENDE …", help="Ett eller flera nummer: SYN-2026-00012, 2026-12, 12."),
    ] = None,
    output: o.Output = None,
    sender: Annotated[bool, Option("--avsandare", help="Ta med avsändaren. Läsningen antecknas i loggen.")] = False,
    hidden: o.Hidden = None,
    left_out: Annotated[
        list[str] | None, Option("--utan", metavar="FÄLT", help="Utelämna: beskrivning, svar, atgarder …")
    ] = None,
    unmasked: Annotated[bool, Option("--omaskat", help="Maskera ingenting i texterna.")] = False,
    with_log: Annotated[bool, Option("--logg", help="Ta med ärendets logg.")] = False,
    secret: Annotated[
        bool,
        Option("--sekretess", help="Ta med sekretessmarkerade ärenden: begäran är prövad. Antecknas i loggen."),
    ] = False,
    overwrite: o.Replace = False,
    as_json: o.Json = False,
) -> None:
    """Lämna ut ärenden till den som begärt dem. Utan -o visas hur handlingen blir, och inget är utlämnat.

    klagreg utlamna 12 15 -o utlamnande.html

    klagreg utlamna 12 --dolj "Anna Lind" --dolj @namn.txt --utan svar

    Fråga inte vem som begär ut handlingen eller varför, mer än vad som behövs för att pröva om sekretess hindrar
    (2 kap. 18 § TF); klagreg sparar det inte. Med -o antecknas i loggen vad som lämnades ut och när, aldrig till vem.

    Personnummer, telefonnummer, adresser och avsändarens namn maskeras i texterna. Andra namn hittas inte: läs igenom
    handlingen. Avsändaren är normalt offentlig; begärs uppgiften tas den med av --avsandare. Den som har skyddade
    personuppgifter tas aldrig med.

    En sekretessmarkering är en varning, inget beslut: varje begäran prövas för sig (sekretessprövning), och --sekretess
    säger att det är gjort.
    """
    wanted = refs or [asked_for(None, "ÄRENDE", "Ärende")]
    if unmasked and hidden:
        raise WrongUse("--omaskat maskerar ingenting.", "Ange antingen --omaskat eller --dolj.")
    asked = Asked(
        left_out=frozenset(_field(word) for word in left_out or ()),
        sender=sender,
        log=with_log,
        secret=secret,
        masks=not unmasked,
        words=tuple(o.words_to_hide(hidden)),
    )
    with opened(edge) as register:
        must_not_be_the_register(edge, output, "-o")
        numbers = [register.case(ref).number for ref in wanted]
        desk = _desk(register)
        if output:
            with documents.writing(output, replace=overwrite) as write:
                done = desk.hand_out(numbers, asked, output, lambda found: write(records.handed(found, _in_words)))
            edge.stored = done.cases[0].case.number
        else:
            done = desk.hand_out(numbers, asked)
    if as_json:
        today = edge.env.today
        json.show([_case_as_data(one, done, today) for one in done.cases])
    elif output:
        say(f"{clean(str(output))}: {o.cases_in_words(len(done.cases))}.")
    else:
        documents.shown(records.handed(done, _in_words))
    _tell_of(done, output)


def describe(edge: Edge, output: o.Output = None, overwrite: o.Replace = False, as_json: o.Json = False) -> None:
    """Skriv registrets beskrivning, färdig att klistra in i nämndens beskrivning enligt 4 kap. 2 § OSL.

    klagreg regler beskrivning -o beskrivning.html

    Det som registret inte kan veta står inom hakparentes och fylls i av er.
    """
    with opened(edge) as register:
        must_not_be_the_register(edge, output, "-o")
        found = _desk(register).description()
    if output:
        documents.written(found, output, replace=overwrite)
    if as_json:
        json.show(_as_data(found))
    elif output:
        say(f"{clean(str(output))} är skriven.")
    else:
        documents.shown(found)


def _desk(register: Register) -> Records:
    return Records(register.store, register.env, register.directory)


# -- the day's list -----------------------------------------------------------------------------


def _period(edge: Edge, day: str | None, start: str | None, end: str | None) -> Period:
    """The days of the list: one, or from one to another; until today unless told.

    Raises:
        WrongUse: both ways at once, or an end without a beginning.
        BadValue: a day that has not come, or the end before the beginning.
    """
    if day and (start or end):
        raise WrongUse("--dag är en enda dag.", "Ange antingen --dag, eller --fran och --till.")
    if end and not start:
        raise MissingValue("--fran")
    first = o.the_day(edge, start, "--fran") if start else o.the_day(edge, day, "--dag")
    last = o.the_day(edge, end, "--till") if start else first  # --fran alone: until today
    today = edge.env.today
    not_in_future(first, today, "--fran" if start else "--dag")
    not_in_future(last, today, "--till")
    return between(first, last)


def _list_as_data(found: DayList) -> dict[str, Any]:
    """``postlista --json``."""
    return {
        "fran": found.period.start.isoformat(),
        "till": found.period.end.isoformat(),
        "arenden": [_entry_as_data(entry) for entry in found.entries],
    }


def _entry_as_data(entry: Entry) -> dict[str, Any]:
    return {
        "arendenummer": entry.number,
        "inkommen": entry.received.isoformat(),
        "registrerad": entry.registered_on.isoformat(),
        "typ": entry.type,
        "namnd": entry.board,
        "enhet": entry.unit,
        "rubrik": entry.title,
        "sekretess": entry.statute,
        "anmarkning": entry.remark or None,
    }


# -- cases that are handed out ------------------------------------------------------------------


def _field(word: str) -> str:
    """A field to leave out.

    Raises:
        UnknownCode: no such field, or one that is never left out.
    """
    allowed = [key for key in records.HANDED if key not in records.ALWAYS]
    if fold(word) not in allowed:
        raise UnknownCode("--utan", word, allowed, nearest(word, allowed))
    return fold(word)


def _in_words(case: Case, event: Event) -> str:
    """An event of a case as its log tells it: when, by whom, what, and what changed."""
    from klagreg.render import texts

    titles = {d.rule.key: d.rule.title for d in case.deadlines}
    act = texts.EVENT_LABELS.get(event.kind, event.kind)
    first = "  ".join(filter(None, (shown_minute(event.at), event.by, act)))
    changes = (texts.change_in_words(key, old, new, titles) for key, old, new in event.changes)
    return "\n".join([first, *(f"    {change}" for change in changes if change)])


def _case_as_data(one: HandedCase, done: HandedOut, today: date) -> dict[str, Any]:
    """A case of ``utlamna --json``: the keys of every case, those that were handed out."""
    whole = json.case(one.case, today, today)
    data = {key: whole[key] for key in done.asked.keys}
    for given in data.get("aterkopplingar", ()):
        del given["av"]
    if one.sender:
        data["avsandare"] = {BY_NAME[name].key: getattr(one.sender, name) for name in SENDER}
    if done.asked.log:
        data["handelser"] = json.events(one.events)
    return data


def _tell_of(done: HandedOut, output: Path | None) -> None:
    """What the registrator should know before the document leaves the desk."""
    if done.counts:
        notice(f"Maskerat: {records.counted(done.counts)}.")
    if done.asked.masks:
        notice("Andra namn än avsändarens hittas inte: läs igenom handlingen. Mer maskeras med --dolj.")
        for number in done.renamed:
            notice(f"{number}: avsändarens namn har ändrats. Det gamla maskeras bara med --dolj.")
    else:
        notice("Ingenting är maskerat: läs igenom handlingen.")
    for one in done.cases:
        if one.protected:
            notice(f"{one.case.number}: avsändaren har skyddade personuppgifter och är inte med.")
        if one.case.individual:
            notice(f"{one.case.number} rör en enskild elev eller personal: pröva om sekretess gäller.")
    if output:
        notice("Utlämnandet är antecknat i loggen: vad och när, inte till vem.")
    else:
        notice("Så här blir handlingen. Inget är utlämnat: skriv den med -o FIL.html")


# -- as data ------------------------------------------------------------------------------------


def _as_data(found: Document) -> dict[str, Any]:
    """A document as data: its headings, with what stands under each."""
    return {
        "rubrik": found.title,
        "uppgifter": dict(found.about),
        "avsnitt": [
            {"rubrik": section.heading, "innehall": [_block_as_data(block) for block in section.blocks]}
            for section in found.sections
        ],
    }


def _block_as_data(block: Block) -> Any:
    if isinstance(block, Prose):
        return block.text
    if isinstance(block, Facts):
        return dict(block.rows)
    return [dict(zip(block.headings, row, strict=True)) for row in block.rows]
