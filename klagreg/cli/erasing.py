"""What cannot be undone: cases are destroyed, or identities masked, by decision. Listed first, done when asked for."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Annotated, Any

from klagreg import border, days
from klagreg.cli import options as o
from klagreg.cli.declared import Argument, Option
from klagreg.cli.edge import Edge, asked_for, is_terminal, must_not_be_the_register, opened, told
from klagreg.days import with_weekday
from klagreg.erasing import Doomed, Erased, Erasing, ToMask, Wanted, Write, told_copy
from klagreg.errors import KlagregError, MissingValue, Refused, RegisterBusy, WrongUse
from klagreg.register import Register
from klagreg.render.terminal import Cell, Column, clean, notice, say, table
from klagreg.store.erasing import KnownCopy
from klagreg.terms import CaseType

Refs = Annotated[
    list[str] | None, Argument(metavar="[ÄRENDE...]", help="Numren: SYN-2026-00012, 2026-12, eller 12 i år.")
]
Number = Annotated[
    int | None, Option("--antal", metavar="N", min=1, help="Hur många ärenden som listades, som bekräftelse.")
]
Protocol = Annotated[
    Path | None,
    Option("--protokoll", metavar="FIL", help="Protokollet, .html eller .txt (annars en fil bredvid registret)."),
]


@dataclass(frozen=True, slots=True)
class _Order:
    """What was ordered besides which cases."""

    decision: str | None
    done: bool
    number: int | None
    protocol: Path | None
    replace: bool
    as_json: bool


def destroy(
    edge: Edge,
    refs: Refs = None,
    before: Annotated[
        str | None, Option("--fore", metavar="DATUM", help="Bara ärenden som avslutades före den dagen.")
    ] = None,
    case_type: o.TypeCode = None,
    decision: o.Decision = None,
    done: o.Do = False,
    number: Number = None,
    protocol: Protocol = None,
    replace: o.Replace = False,
    as_json: o.Json = False,
) -> None:
    """Gallra avslutade ärenden, efter beslut. Utan --utfor: en lista över vad som får gallras.

    klagreg gallra

    klagreg gallra --beslut "KS 2026-05-04 § 88" --utfor

    Hur länge ärenden bevaras står under [gallring] i regelverket som gäller idag. Ett ärende vars typ inte står där
    gallras bara när det anges med nummer och beslut. Kvar blir nummer, typ, nämnd, enhet, handläggare, dagar och det
    som sammanställningarna räknar. Texter, avsändare och loggens uppgifter tas bort och kan inte återskapas, men
    finns i kopior och säkerhetskopior: protokollet säger vilka klagreg känner till.
    """
    order = _ordered(decision, done, number, protocol, replace, as_json)
    if refs and (before or case_type):
        raise WrongUse("Ange antingen ärenden eller --fore och --typ.", "Se klagreg gallra --help")
    kind = CaseType.named(case_type, "--typ") if case_type else None
    with opened(edge) as register:
        desk = Erasing(register.store, register.env, register.directory)
        decided = _decision(order, desk.retention().decision)
        wanted = Wanted(_numbers(register, refs or ()), o.a_day(edge, before, "--fore"), kind, decided is not None)
        doomed = desk.to_destroy(wanted)
        left_out = register.store.marked_secret(register.env.today) if kind else 0
        if not done or decided is None:
            _list_doomed(desk, doomed, left_out, as_json)
            return
        if not doomed:
            raise Refused("Inget ärende får gallras.", _why_none(desk))
        if not as_json:
            _tell_doomed(doomed)
        _confirm(order, len(doomed), "gallra")
        path = _protocol_path(edge, order, "gallringsprotokoll")
        with _protocol(desk, path, replace=replace) as write:
            erased = desk.destroy(wanted, decided, len(doomed), str(path), write)
        _tell(edge, desk, erased, path, "gallrat", "gallrade", [_doomed_json(each) for each in doomed], as_json)


def mask(
    edge: Edge,
    refs: Refs = None,
    words: o.Hidden = None,
    decision: o.Decision = None,
    done: o.Do = False,
    number: Number = None,
    protocol: Protocol = None,
    replace: o.Replace = False,
    as_json: o.Json = False,
) -> None:
    """Ta bort identiteter ur avslutade ärenden, efter beslut. Utan --utfor: en lista över var de står.

    klagreg avidentifiera 12 --dolj "Nils Ek"

    klagreg avidentifiera 12 --dolj "Nils Ek" --beslut "KS 2026-05-04 § 88" --utfor

    Avsändaren töms, utom rollen. I texterna ersätts personnummer, telefonnummer, e-postadresser, gatuadresser,
    avsändarens namn och det som anges med --dolj, till exempel med [telefonnummer borttaget]. Loggens uppgifter där
    något sådant står tas bort. Det går inte att ångra. Andra namn hittas inte: läs igenom texterna. I övrigt är
    ärendet som andra avslutade.
    """
    order = _ordered(decision, done, number, protocol, replace, as_json)
    if not refs:
        refs = [asked_for(None, "ÄRENDE", "Ärende")]
    hidden = o.words_to_hide(words)
    with opened(edge) as register:
        desk = Erasing(register.store, register.env, register.directory)
        decided, numbers = _decision(order), _numbers(register, refs)
        found = desk.to_mask(numbers, hidden)
        if not done or decided is None:
            _list_places(desk, found, as_json)
            return
        if not as_json:
            _tell_places(found)
        _confirm(order, len(found), "avidentifiera")
        path = _protocol_path(edge, order, "avidentifiering")
        with _protocol(desk, path, replace=replace) as write:
            erased = desk.mask(numbers, hidden, decided, len(found), str(path), write)
        told_of = [_places_json(each) for each in found]
        _tell(edge, desk, erased, path, "avidentifierat", "avidentifierade", told_of, as_json)


# -- what was ordered ---------------------------------------------------------------------------


def _ordered(
    decision: str | None, done: bool, number: int | None, protocol: Path | None, replace: bool, as_json: bool
) -> _Order:
    if not done and (number is not None or protocol or replace):
        raise WrongUse("--antal, --protokoll och --ersatt hör till --utfor.", "Utan --utfor visas bara en lista.")
    said = told(decision, "--beslut")
    if said is not None:
        said = border.line(said, "--beslut")
    return _Order(said, done, number, protocol, replace, as_json)


def _decision(order: _Order, proposed: str | None = None) -> str | None:
    """The decision, said each time: that of the rules is only proposed. None for a mere list without it.

    Raises:
        MissingValue: it is to be done, no decision is named, and there is nobody to ask.
    """
    if order.decision is not None or not order.done:
        return order.decision
    if not is_terminal():
        example = proposed or "KS 2026-05-04 § 88"
        raise MissingValue("--beslut", f'Säg vilket beslut det görs efter: --beslut "{example}"')
    from klagreg.cli import dialog

    near = f" (regelverket hänvisar till {proposed})" if proposed else ""
    return border.line(dialog.ask(f"Beslut som det görs efter{near}"), "--beslut")


def _numbers(register: Register, refs: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(register.case(ref).number for ref in refs))


def _confirm(order: _Order, number: int, what: str) -> None:
    """Somebody says how many cases it is: typed in a terminal, else given with ``--antal``."""
    said = order.number
    if said is None:
        if not is_terminal():
            raise MissingValue("--antal", f"Det gäller {number}. Gå igenom listan och bekräfta: --antal {number}")
        from klagreg.cli import dialog

        answer = dialog.ask(f"Det går inte att ångra. Skriv antalet ärenden ({number}) för att {what}").strip()
        if not (answer.isascii() and answer.isdecimal()):
            raise Refused("Svaret är inget antal. Inget är ändrat.", f"Skriv {number} för att {what}.")
        said = int(answer)
    if said != number:
        raise Refused(f"Det gäller {o.cases_in_words(number)}, inte {said}. Inget är ändrat.", "Gå igenom listan igen.")


def _protocol_path(edge: Edge, order: _Order, name: str) -> Path:
    """Where the protocol goes; there is always one."""
    from klagreg.render.document import must_be_known
    from klagreg.render.files import must_be_writable

    clock = days.to_stockholm(edge.now).strftime("%H%M%S")
    path = order.protocol or edge.path.parent / f"{name}-{edge.env.today}-{clock}.html"
    must_be_known(path, "--protokoll")
    must_not_be_the_register(edge, path, "--protokoll")
    must_be_writable(path, replace=order.replace)
    return path.absolute()


def _protocol(desk: Erasing, path: Path, *, replace: bool) -> AbstractContextManager[Write]:
    """What writes the protocol before the erasing is stored, and takes it back if that did not come about."""
    from klagreg.render.document import written
    from klagreg.render.files import written_until_stored

    write = partial(written, path=path, replace=replace)
    return written_until_stored(path, write, replace=replace, is_stored=desk.is_stored)


# -- what is shown ------------------------------------------------------------------------------


def _list_doomed(desk: Erasing, doomed: Sequence[Doomed], left_out: int, as_json: bool) -> None:
    """What may be destroyed, and which copies there are of it."""
    copies = desk.copies([each.case.number for each in doomed])
    if as_json:
        _show_json([_doomed_json(each) for each in doomed], copies)
    elif not doomed:
        say("Inget ärende får gallras idag.")
        say(_why_none(desk))
    else:
        _tell_doomed(doomed)
        _tell_copies(copies)
        _tell_how("Gallra", len(doomed))
    if left_out:
        notice(f"Registret har {o.cases_in_words(left_out)} med sekretess. Sådana är inte med när --typ anges.")


def _tell_how(what: str, number: int) -> None:
    say(f"Inget är ändrat. {what} {o.cases_in_words(number)} med --beslut TEXT --utfor; det går inte att ångra.")


def _why_none(desk: Erasing) -> str:
    years = desk.retention().years
    if not years:
        return "Regelverket säger inte hur länge ärenden bevaras; det gör det under [gallring]."
    return "Hur länge ärenden bevaras: klagreg regler visa"


def _tell_doomed(doomed: Sequence[Doomed]) -> None:
    columns = (
        Column("Ärende", whole=True),
        Column("Avslutat", whole=True),
        Column("Regel"),
        Column("Offentlig rubrik"),
    )
    rows = [
        (each.case.number, each.ended_on.isoformat(), each.why, "–" if each.mark else each.case.title)
        for each in doomed
    ]
    table(columns, [[Cell(text) for text in row] for row in rows])
    say()
    for each in doomed:
        if each.promises and each.mark is None:
            say(f"{each.case.number}: {_promises(each.promises)} och bevakas inte efter gallringen.")


def _promises(number: int) -> str:
    return "en utlovad åtgärd är inte genomförd" if number == 1 else f"{number} utlovade åtgärder är inte genomförda"


def _list_places(desk: Erasing, found: Sequence[ToMask], as_json: bool) -> None:
    """Where something to mask stands; never what."""
    copies = desk.copies([each.case.number for each in found])
    if as_json:
        _show_json([_places_json(each) for each in found], copies)
        return
    _tell_places(found)
    _tell_copies(copies)
    _tell_how("Avidentifiera", len(found))


def _tell_places(found: Sequence[ToMask]) -> None:
    for each in found:
        say(f"{each.case.number}, avslutat {with_weekday(each.ended_on)}")
        if each.mark is not None:
            say(f"  Sekretess: {clean(each.mark)}. Vad som ersätts och var visas inte.")
            continue
        if each.sender:
            say(f"  Avsändaren töms: {', '.join(each.sender).lower()}")
        for place in each.places:
            say(f"  {clean(str(place))}")
    say()


def _tell_copies(copies: Sequence[KnownCopy]) -> None:
    if not copies:
        return
    say("Kopior som klagreg känner till och som ska förstöras för hand:")
    for path, what, made_on, number in map(told_copy, copies):
        say(f"  {clean(path)} ({what}, {made_on}, {'flera ärenden' if number == 'flera' else number})")
    say()


def _tell(
    edge: Edge,
    desk: Erasing,
    erased: Erased,
    path: Path,
    one: str,
    many: str,
    cases: list[dict[str, Any]],
    as_json: bool,
) -> None:
    """What was done, and what is left to do by hand."""
    edge.stored = erased.numbers[0]
    number = len(erased.numbers)
    done = f"{o.cases_in_words(number)} är {one if number == 1 else many} enligt {clean(erased.decision)}."
    _shrink(desk)
    if as_json:
        _show_json(cases, erased.copies, erased.decision, path)
    else:
        say(done)
        say(f"Protokollet ska bevaras: {clean(str(path))}")
        _tell_copies(erased.copies)
        say("Säkerhetskopior, utskrifter, Excelfiler och e-post har kvar uppgifterna tills de förstörs.")
    for changed in erased.tampered:
        notice(f"{changed} hade ändrats utanför klagreg. Se vad mer: klagreg kontrollera")


def _shrink(desk: Erasing) -> None:
    try:
        if not desk.shrink():
            notice("Uppgifterna är överskrivna. Filen är för stor för att krympas, och har kvar sin storlek.")
    except KlagregError as error:
        why = "någon annan använder registret." if isinstance(error, RegisterBusy) else error.message
        notice(f"Uppgifterna är överskrivna i filen, men den kunde inte krympas: {why}")


# -- JSON ---------------------------------------------------------------------------------------


def _show_json(
    cases: list[dict[str, Any]], copies: Sequence[KnownCopy], decision: str | None = None, path: Path | None = None
) -> None:
    from klagreg.render import json

    json.show(
        {
            "utfort": path is not None,
            "beslut": decision,
            "antal": len(cases),
            "arenden": cases,
            "protokoll": None if path is None else str(path),
            "kopior": [
                {"fil": copy.path, "slag": copy.kind, "datum": copy.made_on.isoformat(), "arendenummer": copy.number}
                for copy in copies
            ],
        }
    )


def _doomed_json(each: Doomed) -> dict[str, Any]:
    hidden = each.mark is not None
    return {
        **_case_json(each.case.number, each.mark, each.case.received, each.ended_on),
        "typ": None if hidden else each.case.type,
        "namnd": None if hidden else each.case.board,
        "far_gallras": None if hidden or each.free_from is None else each.free_from.isoformat(),
        "ar": None if hidden else each.years,
        "loggposter": each.entries,
        "lovade_atgarder": None if hidden else each.promises,
    }


def _places_json(each: ToMask) -> dict[str, Any]:
    hidden = each.mark is not None
    return {
        **_case_json(each.case.number, each.mark, each.case.received, each.ended_on),
        "avsandare": None if hidden else list(each.sender),
        "fynd": None
        if hidden
        else [
            {"var": place.where, "slag": place.what, "rad": place.line, "tecken": place.column, "antal": place.times}
            for place in each.places
        ],
        "loggposter": len(each.events),
    }


def _case_json(number: str, mark: str | None, received: date, ended: date) -> dict[str, Any]:
    return {
        "arendenummer": number,
        "lagrum": mark,
        "inkommen": received.isoformat(),
        "avslutad": ended.isoformat(),
    }
