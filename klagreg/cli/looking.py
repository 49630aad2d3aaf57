"""Commands that look: a case, lists, the log, a deadline explained, and the watch for cron."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

from klagreg.cli import options as o
from klagreg.cli.declared import Argument, Option
from klagreg.cli.edge import Edge, asked_for, chosen, opened, whole_number
from klagreg.days import FIRST_DAY, parse_day, shown_minute, shown_moment, with_weekday
from klagreg.errors import EXIT_ACTION_NEEDED, EXIT_OK, WrongUse
from klagreg.model import Case, SecretCase
from klagreg.render.terminal import clean, notice, page
from klagreg.terms import CaseType, CountedIn, Shift, State, Status
from klagreg.workdays import CALENDAR_END, Calendar, swedish_free_days

if TYPE_CHECKING:
    from klagreg.answers import Listed
    from klagreg.register import Register
    from klagreg.store.cases import Filter
    from klagreg.store.listings import Act, LastRegistered

LIST_LENGTH = 50
"""Rows that a list shows a pipe unless told otherwise; a person gets what fits the window, and --json has no limit."""

UNASSIGNED_SHOWN = 12
"""Cases without a handler that the picture of a day names to a reader; the rest are a number."""

Start = Annotated[str | None, Option("--fran", metavar="DATUM", help="Inkomna från och med.")]
End = Annotated[str | None, Option("--till", metavar="DATUM", help="Inkomna till och med.")]
Overdue = Annotated[bool, Option("--forsenade", help="Bara ärenden med en försenad frist.")]
Unanswered = Annotated[bool, Option("--obesvarade", help="Bara ärenden som kan besvaras och inte har fått slutsvar.")]
Number = Annotated[int | None, Option("--antal", metavar="N", min=1, max=10**9, help="Högst så många, de senaste.")]


def picture_of_today(edge: Edge) -> None:
    """Bare ``klagreg``."""
    from klagreg.render import texts
    from klagreg.store.surroundings import remarks

    on = edge.env.today
    with opened(edge) as register:
        own = register.own_unit()
        picture = register.today(on, unit=own, unassigned=UNASSIGNED_SHOWN)
    texts.show_today(picture, filtered=own is not None)
    if own:
        notice(f"Visar din enhet, {own}. Alla: klagreg bevaka")
    for risk in remarks(edge.path):
        notice(risk)


def show(
    edge: Edge,
    ref: o.Ref = None,
    with_sender: Annotated[
        bool, Option("--personuppgifter", help="Visa avsändaren. Läsningen antecknas i loggen.")
    ] = False,
    secret: o.Secret = False,
    as_of: o.AsOf = None,
    as_json: o.Json = False,
) -> None:
    """Visa ett ärende.

    klagreg visa 12
    """
    reference = asked_for(ref, "ÄRENDE", "Ärende")
    on = o.the_day(edge, as_of, "--per", "nearest")
    with opened(edge) as register:
        look = register.read_sender if with_sender else register.look
        case = look(reference, secret=secret)
        areas, channels = register.store.vocabulary("omrade"), register.store.vocabulary("kanal")
        log = register.events(case) if as_json else []
        checklist = register.checklist(case) if isinstance(case, Case) else []
    today = edge.env.today
    if as_json:
        from klagreg.render import json

        json.show(json.case(case, on, today, with_sender=with_sender) | {"handelser": json.events(log)})
    else:
        from klagreg.render import texts

        if isinstance(case, Case):
            texts.show_case(case, on, today, areas, channels, case.sender if with_sender else None, checklist)
        else:
            texts.show_secret_case(case, on)
    _tell_of_secrecy(case, "visa")


def list_cases(
    edge: Edge,
    status: o.StatusCode = None,
    case_type: o.TypeCode = None,
    unit: o.UnitName = None,
    board: o.Board = None,
    handler: o.HandlerName = None,
    overdue: Overdue = False,
    unanswered: Unanswered = False,
    everybody: Annotated[
        bool, Option("--alla", help="Alla enheter, också när regelverket visar den egna först.")
    ] = False,
    start: Start = None,
    end: End = None,
    as_of: o.AsOf = None,
    number: Number = None,
    secret: o.Secret = False,
    as_json: o.Json = False,
) -> None:
    """Lista ärenden, de senaste först.

    klagreg lista --forsenade --enhet Parkskolan

    Sekretessmarkerade ärenden står med nummer, dagar och lagrum. De är inte med i ett urval på något annat än dagar
    och --forsenade, så att urvalet inte avslöjar vad de gäller.
    """
    on = o.the_day(edge, as_of, "--per", "nearest")
    with opened(edge) as register:
        wanted = chosen_by(edge, register, status, case_type, unit, board, handler, start, end)
        wanted = as_of_day(wanted, on, overdue, unanswered, known=as_of is not None)
        own = None if everybody or unit or board or handler else register.own_unit()
        wanted = wanted._replace(unit=wanted.unit or own)
        found = register.listed(wanted, number or (None if as_json else page(LIST_LENGTH)), secret=secret)
    _show_list(edge, found, on, as_json)
    if own and not as_json:
        notice(f"Visar din enhet, {own}. Alla: klagreg lista --alla")


def search(
    edge: Edge,
    text: Annotated[str | None, Argument(metavar="TEXT", help="Ord som ska finnas i ärendet.")] = None,
    status: o.StatusCode = None,
    case_type: o.TypeCode = None,
    unit: o.UnitName = None,
    board: o.Board = None,
    handler: o.HandlerName = None,
    start: Start = None,
    end: End = None,
    number: Number = None,
    secret: o.Secret = False,
    as_json: o.Json = False,
) -> None:
    """Sök i rubrik, beskrivning, förslag och svar; aldrig i uppgifter om avsändaren.

    Alla ord ska finnas, i början av ett ord: "hål väg" hittar "Hålen i vägen". Hittas inget söks även inuti ord.
    Sök inte efter känsliga uppgifter för att välja ut personer: det är förbjudet (3 kap. 3 § dataskyddslagen).
    I sekretessmarkerade ärenden söks bara med --sekretess.
    """
    words = asked_for(text, "TEXT", "Sök efter")
    on = edge.env.today
    with opened(edge) as register:
        wanted = chosen_by(edge, register, status, case_type, unit, board, handler, start, end)
        limit = number or (None if as_json else page(LIST_LENGTH))
        found = register.listed(wanted._replace(text=words), limit, secret=secret)
    _show_list(edge, found, on, as_json)


def log(
    edge: Edge,
    ref: o.Ref = None,
    secret: o.Secret = False,
    readings: Annotated[
        bool, Option("--lasningar", help="Vem har läst personuppgifter eller sekretess; i ÄRENDE, eller i alla.")
    ] = False,
    start: Annotated[str | None, Option("--fran", metavar="DATUM", help="Läst från och med.")] = None,
    end: Annotated[str | None, Option("--till", metavar="DATUM", help="Läst till och med.")] = None,
    by: Annotated[str | None, Option("--av", metavar="ANVÄNDARE", help="Bara den användarens läsningar.")] = None,
    number: Number = None,
    as_json: o.Json = False,
) -> None:
    """Visa ett ärendes logg: vem gjorde vad, när, och vad som ändrades.

    klagreg logg 12

    klagreg logg --lasningar --fran 2026-11-01

    Läsningar är när någon visat avsändare eller sekretessmarkerade ärenden, lämnat ut, exporterat eller gjort
    registerutdrag. Där står vem, när och vilket ärende, aldrig vad som lästes.
    """
    if readings:
        from klagreg.cli.extracts import show_readings

        show_readings(edge, ref, start, end, by, number, as_json, page(LIST_LENGTH))
        return
    if start or end or by or number:
        raise WrongUse("--fran, --till, --av och --antal väljer bland läsningar.", "Ange dem med --lasningar.")
    reference = asked_for(ref, "ÄRENDE", "Ärende")
    with opened(edge) as register:
        case = register.look(reference, secret=secret)
        events = register.events(case)
    if as_json:
        from klagreg.render import json

        json.show(json.events(events))
    else:
        from klagreg.render import texts

        texts.show_log(case, events)
    _tell_of_secrecy(case, "logg")


def latest(
    edge: Edge,
    number: Annotated[int, Option("--antal", metavar="N", min=1, max=1000, help="Så många händelser.")] = 5,
    as_json: o.Json = False,
) -> None:
    """Visa vad som sparades senast, av vem och när: svaret efter en bruten förbindelse eller en full disk.

    klagreg senaste

    Det som står här är sparat. Det som inte står här är inte sparat och kan göras om. Läsningar räknas inte.
    """
    from klagreg.store import listings

    today = edge.env.today
    with opened(edge) as register, register.store.reading():
        acts = listings.last_acts(register.store, number, today)
        registered = listings.last_registered(register.store, today)
    if as_json:
        from klagreg.render import json

        json.show(_latest_document(acts, registered))
    else:
        _show_latest(acts, registered, today)


def deadline(
    edge: Edge,
    ref: o.Ref = None,
    start: Annotated[str | None, Option("--fran", metavar="DATUM", help="Räkna från den dagen (dag 0).")] = None,
    length: Annotated[int | None, Option("--antal", metavar="N", min=1, max=366, help="Så många.")] = None,
    counted_in: Annotated[
        str | None, Option("--raknas-i", metavar="ENHET", help="dagar, arbetsdagar eller veckor.")
    ] = None,
    shift: Annotated[
        str, Option("--forskjutning", metavar="SÄTT", help="ingen eller nasta_arbetsdag.")
    ] = Shift.NONE.value,
    as_json: o.Json = False,
) -> None:
    """Förklara en frist dag för dag.

    klagreg frist 12

    klagreg frist --fran 2026-12-18 --antal 10 --raknas-i arbetsdagar
    """
    if ref is not None:
        if start or length or counted_in:
            raise WrongUse("Ange antingen ÄRENDE eller --fran, --antal och --raknas-i.")
        _explain_case(edge, ref, as_json)
        return
    if start is None and length is None and counted_in is None:
        _explain_case(edge, asked_for(None, "ÄRENDE", "Ärende"), as_json)
        return
    first = parse_day(asked_for(start, "--fran", "Från vilken dag"), edge.env.today, "--fran")
    number = length or whole_number(asked_for(None, "--antal", "Antal"), "--antal")
    unit = chosen(counted_in, "--raknas-i", "Räknas i", CountedIn)
    moved = Shift.named(shift, "--forskjutning")
    calendar = _calendar(edge)
    last, explained = calendar.last_day(first, number, unit, moved), calendar.explain(first, number, unit, moved)
    if as_json:
        from klagreg.render import json

        json.show(json.explanation(first, number, unit, last, explained))
    else:
        from klagreg.render import texts

        texts.explain_deadline(f"{number} {unit.label} från {first}", last, explained, None)


def watch(
    edge: Edge,
    as_of: o.AsOf = None,
    quiet: Annotated[bool, Option("--tyst", help="Skriv inget när inget är försenat eller förfaller idag.")] = False,
    handler: o.HandlerName = None,
    unit: o.UnitName = None,
    soon: Annotated[int, Option("--snart", metavar="N", min=0, max=60, help="Så många arbetsdagar framåt.")] = 2,
    as_json: o.Json = False,
) -> int:
    """Vad är försenat, förfaller idag eller snart? Gjort för cron.

    Slutkod 0: inget är försenat. 10: något är försenat. Annat: bevakningen kunde inte göras, se README.

    klagreg bevaka --tyst
    """
    on = o.the_day(edge, as_of, "--per", "nearest")
    with opened(edge) as register:
        who = register.directory.handler(handler).name if handler else None
        where = register.directory.unit(unit).name if unit else None
        picture = register.today(on, soon, who, where, None if as_json else UNASSIGNED_SHOWN)
    edge.verdict = EXIT_ACTION_NEEDED if picture.is_overdue else EXIT_OK
    if not quiet or picture.is_overdue or picture.is_due:
        if as_json:
            from klagreg.render import json

            json.show(json.today(picture))
        else:
            from klagreg.render import texts

            texts.show_today(picture, filtered=bool(handler or unit))
    return edge.verdict


def _explain_case(edge: Edge, ref: str, as_json: bool) -> None:
    with opened(edge) as register:
        case = register.look(ref)
        last = max((d.original_due for d in case.deadlines), default=case.received)
        calendar = register.calendar(case.received, last)
    explained = [
        (d, calendar.explain(case.received, d.rule.length, d.rule.counted_in, d.rule.shift)) for d in case.deadlines
    ]
    if as_json:
        from klagreg.render import json

        json.show(
            {
                "arendenummer": case.number,
                "frister": [
                    {"frist": d.rule.key, "rubrik": d.rule.title, "regel": d.rule.in_words}
                    | json.explanation(case.received, d.rule.length, d.rule.counted_in, d.due, days)
                    | {"ursprunglig": d.original_due.isoformat()}
                    for d, days in explained
                ],
            }
        )
        return
    from klagreg.render import texts
    from klagreg.render.terminal import heading, say

    heading(f"{case.number}  {clean(case.title)}")
    if not explained:
        say(texts.no_deadlines(case))
    for d, days in explained:
        say()
        title = f"{clean(d.rule.title)}, {d.rule.length} {d.rule.counted_in.label}"
        if d.rule.local_id and isinstance(case, Case):
            title += " (strängare än regelverket)"
        if d.state(case, edge.env.today) is State.NOT_APPLICABLE:
            title += f" ({texts.does_not_apply(case)})"
        texts.explain_deadline(title, d.due, days, d.original_due if d.due != d.original_due else None)


def _show_latest(acts: Sequence[Act], registered: LastRegistered | None, today: date) -> None:
    """First the answer in a sentence, then the last acts."""
    from klagreg.render.terminal import Column, heading, say, table
    from klagreg.render.texts import EVENT_LABELS
    from klagreg.secrecy import title

    def label(act: Act) -> str:
        return EVENT_LABELS.get(act.kind, act.kind.replace("_", " ").capitalize())

    if acts:
        last = acts[0]
        done = label(last)
        what = f"{last.number or 'registret'}, {done[:1].lower()}{done[1:]}"
        heading(f"Senast sparat: {what}{_by_whom(last.by)} {_when(last.at, today)}.")
    if registered is None:
        say("Inga ärenden är registrerade.")
    elif not acts or acts[0].number != registered.number:
        by_whom = registered.by and f", av {clean(registered.by)}"
        say(f"Senast registrerat: {registered.number}{by_whom or ''} {_when(registered.at, today)}.")
    say()
    table(
        (Column("Tid", whole=True), Column("Ärende", whole=True), Column("Händelse"), Column("Av"), Column("Rubrik")),
        [
            (
                shown_minute(act.at),
                act.number or "–",
                label(act),
                act.by or "–",
                title(act.statute) if act.statute else act.title or "–",
            )
            for act in acts
        ],
    )


def _by_whom(name: str | None) -> str:
    return f" av {clean(name)}" if name else ""


def _when(moment: str, today: date) -> str:
    """``idag 09:14``, ``igår 16:02``, else with the weekday."""
    shown = shown_moment(moment)
    day, clock = date.fromisoformat(shown[:10]), shown[11:16]
    near = {0: "idag", 1: "igår"}.get((today - day).days)
    return f"{near or with_weekday(day)} {clock}"


def _latest_document(acts: Sequence[Act], registered: LastRegistered | None) -> dict[str, Any]:
    """``senaste --json``: of a secret case its number, the statute, and what kind of act on which day."""
    return {
        "handelser": [
            {
                "nr": act.sequence,
                "tid": shown_moment(act.at),
                "av": act.by,
                "handelse": act.kind,
                "datum": act.on_day,
                "arendenummer": act.number,
                "rubrik": act.title,
                "lagrum": act.statute,
            }
            for act in acts
        ],
        "senast_registrerat": registered
        and {
            "arendenummer": registered.number,
            "tid": shown_moment(registered.at),
            "av": registered.by,
            "rubrik": registered.title,
            "lagrum": registered.statute,
        },
    }


def _show_list(edge: Edge, found: Listed, on: date, as_json: bool) -> None:
    if as_json:
        from klagreg.render import json

        json.show(json.cases(found.cases, on, edge.env.today))
    else:
        from klagreg.render import texts

        texts.list_cases(found.cases, on, found.more)
    tell_of_left_out(found.left_out)


def tell_of_left_out(number: int) -> None:
    """Say that secret cases were not chosen among, and how many the register has."""
    if number:
        notice(
            f"Sekretessmarkerade ärenden i registret: {number}. De är inte med när man söker eller väljer;"
            " --sekretess tar med dem."
        )


def _tell_of_secrecy(case: Case | SecretCase, command: str) -> None:
    if isinstance(case, SecretCase):
        notice(f"Allt visas med klagreg {command} {case.number} --sekretess; läsningen antecknas då i loggen.")


def _calendar(edge: Edge) -> Calendar:
    """The register's calendar with its local days off; without a register, the country's."""
    if edge.path.exists():
        with opened(edge) as register:
            return register.calendar(FIRST_DAY, CALENDAR_END)
    return Calendar(swedish_free_days())


def chosen_by(
    edge: Edge,
    register: Register,
    status: str | None,
    case_type: str | None,
    unit: str | None,
    board: str | None,
    handler: str | None,
    start: str | None,
    end: str | None,
) -> Filter:
    """The cases that the options of a list choose, by names as the register spells them."""
    from klagreg.store.cases import Filter

    return Filter(
        status=Status.named(status, "--status") if status else None,
        type=CaseType.named(case_type, "--typ") if case_type else None,
        unit=register.directory.unit(unit).name if unit else None,
        board=register.directory.board(board) if board else None,
        handler=register.directory.handler(handler).name if handler else None,
        start=o.a_day(edge, start, "--fran"),
        end=o.a_day(edge, end, "--till"),
    )


def as_of_day(wanted: Filter, on: date, overdue: bool, unanswered: bool, *, known: bool) -> Filter:
    """The cases of a list as of a day; ``known``: the day was named, and what came in after it is not known yet."""
    end = min(wanted.end or on, on) if known else wanted.end
    return wanted._replace(overdue_on=on if overdue else None, unanswered=unanswered, end=end)
