"""Steps that one municipality or another takes with a case: routes, referrals, copies, stamps, lessons, approvals."""

from __future__ import annotations

import re
from typing import Annotated

from klagreg import border
from klagreg.cli import options as o
from klagreg.cli.casework import acted
from klagreg.cli.declared import Argument, Option
from klagreg.cli.edge import Edge, asked_for, chosen, opened, told
from klagreg.errors import BadValue, WrongUse
from klagreg.model import ArrivalStamp, CopyGiven, Publication, RouteTaken
from klagreg.terms import Route


def take_route(
    edge: Edge,
    ref: o.Ref = None,
    route: Annotated[str | None, Argument(metavar="VÄG", help="atgard, forslag, beredning, politiskt_organ.")] = None,
    body: Annotated[str | None, Option("--till", metavar="ORGAN", help="Instansen, gruppen eller organet.")] = None,
    on: o.OnDay = None,
    reviewed: o.Reviewed = False,
    as_json: o.Json = False,
) -> None:
    """Anteckna vilken väg ett ärende tar. Ett ärende kan ta flera.

    klagreg vag 12 politiskt_organ --till "Tekniska nämnden"
    """
    reference = asked_for(ref, "ÄRENDE", "Ärende")
    kind = chosen(route, "VÄG", "Vilken väg", Route)
    where = border.line(body, "--till") if body else None
    taken = RouteTaken(o.the_day(edge, on), kind, where)
    acted(edge, False, as_json, lambda r, _add: r.take_route(reference, taken), reviewed)


def refer(
    edge: Edge,
    ref: o.Ref = None,
    to: Annotated[
        str | None,
        Option("--till", metavar="VART", help="overklagande, arbetsgivare, lex_sarah, avvikelse_hsl …"),
    ] = None,
    reference: Annotated[
        str | None, Option("--referens", metavar="TEXT", help="Vart exakt, och numret det har där.")
    ] = None,
    on: o.OnDay = None,
    reviewed: o.Reviewed = False,
    as_json: o.Json = False,
) -> None:
    """Hänvisa det som hör hemma någon annanstans, i stället eller också. Ärendet ligger kvar tills det avslutas.

    klagreg hanvisa 12 --till lex_sarah --referens "Utredning 2026:14"
    """
    case = asked_for(ref, "ÄRENDE", "Ärende")
    place = asked_for(to, "--till", "Vart hör det")
    where, day = border.line(reference, "--referens") if reference else None, o.the_day(edge, on)
    acted(edge, False, as_json, lambda r, _add: r.refer(case, place, where, day), reviewed)


def give_copy(
    edge: Edge,
    ref: o.Ref = None,
    to: Annotated[
        str | None, Option("--till", metavar="ROLL", help="Vem som fick den, till exempel forvaltningschef.")
    ] = None,
    on: o.OnDay = None,
    reviewed: o.Reviewed = False,
    as_json: o.Json = False,
) -> None:
    """Anteckna att någon fått en kopia av ärendet.

    klagreg kopia 12 --till forvaltningschef

    Vilka ärenden som saknar en kopia visar: klagreg bevaka
    """
    reference = asked_for(ref, "ÄRENDE", "Ärende")
    copy = CopyGiven(o.the_day(edge, on), border.line(asked_for(to, "--till", "Vem fick kopian"), "--till", 100))
    acted(edge, False, as_json, lambda r, _add: r.give_copy(reference, copy), reviewed)


def stamp(
    edge: Edge,
    ref: o.Ref = None,
    desk: Annotated[
        str | None, Option("--hos", metavar="MOTTAGARE", help="Den som tog emot ärendet eller blanketten.")
    ] = None,
    clock: Annotated[str | None, Option("--klockslag", metavar="TT:MM", help="Klockslaget.")] = None,
    on: o.OnDay = None,
    reviewed: o.Reviewed = False,
    as_json: o.Json = False,
) -> None:
    """Ankomststämpla ett ärende hos en mottagare. Ett ärende kan passera flera.

    klagreg ankomststampla 12 --hos "Kontaktperson eget val" --klockslag 13:40
    """
    reference = asked_for(ref, "ÄRENDE", "Ärende")
    where = border.line(asked_for(desk, "--hos", "Hos vem"), "--hos", 100)
    arrived = ArrivalStamp(o.the_day(edge, on), where, edge.actor, _clock(clock))
    acted(edge, False, as_json, lambda r, _add: r.stamp(reference, arrived), reviewed)


def learn(
    edge: Edge,
    ref: o.Ref = None,
    text: Annotated[str | None, Argument(metavar="TEXT", help="Vad ni lärde er. - läser stdin, @fil en fil.")] = None,
    withdrawn: Annotated[bool, Option("--dra-tillbaka", help="Dela inte lärdomen längre.")] = False,
    reviewed: o.Reviewed = False,
    as_json: o.Json = False,
) -> None:
    """Skriv vad ett ärende lärde er, utan att peka ut någon. Lärdomar delas: klagreg lardomar

    klagreg lardom 12 "Ring upp samma dag när en tid ställs in"
    """
    reference = asked_for(ref, "ÄRENDE", "Ärende")
    if withdrawn:
        acted(edge, False, as_json, lambda r, _add: r.learn(reference, None))
        return
    lesson = border.prose(asked_for(told(text, "TEXT"), "TEXT", "Lärdom, utan att peka ut någon"), "TEXT", 2000)
    acted(edge, False, as_json, lambda r, _add: r.learn(reference, lesson), reviewed)


def approve(
    edge: Edge,
    ref: o.Ref = None,
    answer: Annotated[
        str | None,
        Option("--svar", metavar="TEXT", help="Svaret som alla får läsa. - läser stdin, @fil en fil."),
    ] = None,
    improvement: Annotated[
        str | None, Option("--forbattring", metavar="TEXT", help="Vad som har blivit bättre.")
    ] = None,
    withdrawn: Annotated[bool, Option("--dra-tillbaka", help="Publicera det inte längre.")] = False,
    on: o.OnDay = None,
    reviewed: o.Reviewed = False,
    as_json: o.Json = False,
) -> None:
    """Godkänn ett svar för publicering, skrivet för alla och utan att peka ut någon. Sedan: klagreg publicera

    klagreg godkann 12 --svar "Vi har öppnat en kassa till." --forbattring "Kortare kö"
    """
    reference = asked_for(ref, "ÄRENDE", "Ärende")
    if withdrawn:
        if answer or improvement:
            raise WrongUse("--dra-tillbaka tar bort godkännandet.", "Ange det utan --svar och --forbattring.")
        acted(edge, False, as_json, lambda r, _add: r.withdraw(reference))
        return
    written = border.prose(asked_for(told(answer, "--svar"), "--svar", "Svar som alla får läsa"), "--svar")
    better = told(improvement, "--forbattring")
    approved = Publication(
        o.the_day(edge, on),
        edge.actor,
        written,
        border.prose(better, "--forbattring") if better else None,
    )
    acted(edge, False, as_json, lambda r, _add: r.approve(reference, approved), reviewed)


def mark_secret(
    edge: Edge,
    ref: o.Ref = None,
    statute: Annotated[
        str | None, Option("--lagrum", metavar="TEXT", help="Bestämmelsen, till exempel 26 kap. 1 § OSL.")
    ] = None,
    until: Annotated[
        str | None, Option("--till", metavar="DATUM", help="Sista dagen markeringen gäller, om den är känd.")
    ] = None,
    lifted: Annotated[bool, Option("--hav", help="Häv markeringen; säg varför med --orsak.")] = False,
    reason: o.Why = None,
    on: o.OnDay = None,
    reviewed: o.Reviewed = False,
    as_json: o.Json = False,
) -> None:
    """Sekretessmarkera ett ärende, eller häv markeringen.

    klagreg sekretess 12 --lagrum "26 kap. 1 § OSL"

    klagreg sekretess 12 --hav --orsak "Uppgifterna är offentliga efter domen"

    Markeringen är en varning, inget beslut: den som begär att få läsa ärendet får sin begäran prövad för sig. Ett
    markerat ärende visar bara nummer, dagar och lagrum. Allt visas med --sekretess, och läsningen antecknas i loggen.
    I siffrorna räknas det som andra.
    """
    reference = asked_for(ref, "ÄRENDE", "Ärende")
    day, why = o.the_day(edge, on), told(reason, "--orsak")
    if lifted:
        if statute or until:
            raise WrongUse("--hav häver markeringen.", "Ange det utan --lagrum och --till.")
        because = asked_for(why, "--orsak", "Varför")
        acted(edge, False, as_json, lambda r, _add: r.lift_secrecy(reference, day, because), reviewed)
        return
    provision = border.line(asked_for(statute, "--lagrum", "Vilket lagrum"), "--lagrum", 100)
    if not re.search(r"\d", provision):
        raise BadValue("--lagrum", "säg vilken bestämmelse det är.", 'Till exempel --lagrum "26 kap. 1 § OSL".')
    last_day = o.a_day(edge, until, "--till", "future")
    acted(edge, False, as_json, lambda r, _add: r.mark_secret(reference, provision, last_day, day, why), reviewed)


def list_lessons(
    edge: Edge,
    unit: o.UnitName = None,
    board: o.Board = None,
    start: Annotated[str | None, Option("--fran", metavar="DATUM", help="Inkomna från och med.")] = None,
    end: Annotated[str | None, Option("--till", metavar="DATUM", help="Inkomna till och med.")] = None,
    as_json: o.Json = False,
) -> None:
    """Lista lärdomar, utan identiteter: månad, enhet, område och vad ni lärde er. Inga ärendenummer.

    klagreg lardomar --fran 2026-01-01
    """
    from klagreg.store.cases import Filter

    with opened(edge) as register:
        wanted = Filter(
            unit=register.directory.unit(unit).name if unit else None,
            board=register.directory.board(board) if board else None,
            start=o.a_day(edge, start, "--fran"),
            end=o.a_day(edge, end, "--till"),
            learnt=True,
            unmarked_on=register.env.today,
        )
        cases = register.find(wanted)
        areas = register.store.vocabulary("omrade")
    if as_json:
        from klagreg.render import json

        json.show(json.lessons(cases))
    else:
        from klagreg.render import texts

        texts.list_lessons(cases, areas)


def _clock(text: str | None) -> str | None:
    """``13.40`` and ``9:05`` as ``13:40`` and ``09:05``."""
    if text is None:
        return None
    match = re.fullmatch(r"([01]?\d|2[0-3])[:.]([0-5]\d)", text.strip(), re.ASCII)
    if match is None:
        raise BadValue("--klockslag", "skriv till exempel 13:40.")
    return f"{int(match[1]):02}:{match[2]}"
