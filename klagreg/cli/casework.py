"""The registrator's commands: register, assign, answer, close, and what comes between."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any

from klagreg import border, casework
from klagreg.answers import Change
from klagreg.cli import options as o
from klagreg.cli.declared import Argument, Option
from klagreg.cli.edge import Edge, asked_for, chosen, is_terminal, may_add, opened, told
from klagreg.errors import MissingValue, NameNotFound, WrongUse
from klagreg.model import Case, FeedbackGiven, Measure, Sender
from klagreg.register import Register, Settlement
from klagreg.rules import Vocabulary
from klagreg.terms import (
    BY_NAME,
    Affects,
    CaseType,
    Contact,
    Feedback,
    Means,
    MeasureKind,
    NoAnswer,
    Outcome,
    SenderRole,
    fold,
    nearest,
)


def register(
    edge: Edge,
    case_type: o.TypeCode = None,
    channel: o.Channel = None,
    received: o.Received = None,
    board: o.Board = None,
    unit: o.UnitName = None,
    area: o.Area = None,
    title: o.Title = None,
    description: o.Description = None,
    proposal: o.Proposal = None,
    anonymous: Annotated[bool, Option("--anonym", help="Avsändaren är okänd.")] = False,
    no_contact: Annotated[bool, Option("--kontakt-saknas", help="Avsändaren kan inte nås.")] = False,
    declined: Annotated[bool, Option("--avstar", help="Avsändaren vill inte ha svar.")] = False,
    role: o.Role = None,
    name: o.SenderName = None,
    email: o.Email = None,
    phone: o.Phone = None,
    address: o.Address = None,
    preferred: o.Preferred = None,
    diary_number: o.DiaryNumber = None,
    handler: o.HandlerName = None,
    received_by: o.ReceivedBy = None,
    occurred_on: o.OccurredOn = None,
    provider: o.Provider = None,
    affects: o.AffectsWhom = None,
    general: Annotated[
        bool, Option("--allman", help="Av allmän karaktär: går till den som regelverket säger.")
    ] = False,
    case_file: o.CaseFile = None,
    kept_elsewhere: o.KeptElsewhere = None,
    individual: Annotated[
        bool, Option("--ror-enskild", help="Rör en enskild elev eller personal: publiceras aldrig.")
    ] = False,
    protected: Annotated[
        bool, Option("--skyddad", help="Skyddade personuppgifter: vem och var förs aldrig i registret.")
    ] = False,
    settled: Annotated[
        str | None,
        Option("--atgardad-direkt", metavar="TEXT", help="Vad som gjordes på en gång; ärendet avslutas."),
    ] = None,
    answer: Annotated[
        str | None, Option("--svar", metavar="TEXT", help="Med --atgardad-direkt: svaret, om det är ett annat.")
    ] = None,
    means: o.MeansCode = None,
    key: Annotated[
        str | None,
        Option("--nyckel", metavar="TEXT", help="För skript: samma nyckel en gång till ger samma ärende."),
    ] = None,
    check_name: o.CheckName = None,
    reviewed: o.Reviewed = False,
    new: o.New = False,
    as_json: o.Json = False,
) -> None:
    """Registrera en synpunkt eller ett klagomål.

    Utan val i en terminal: en kort dialog i samma ordning som en pappersblankett. Med val: en rad.

    klagreg registrera --typ klagomal --kanal telefon --enhet Parkskolan --rubrik "Kö i matsalen"

    klagreg registrera --typ klagomal --kanal telefon --atgardad-direkt "Ny matlåda levererad"

    Personuppgifter behöver inte stå på kommandoraden: --namn - läser namnet från stdin.
    """
    switches = ("new", "as_json", "reviewed", "check_name", "key")
    given = {k: v for k, v in edge.given.items() if k not in switches and v not in (None, False)}
    if not given and is_terminal():
        case, new = _asked(edge)
    else:
        case = _new_case(
            edge,
            case_type=chosen(case_type, "--typ", "Klagomål eller synpunkt", CaseType),
            channel=channel,
            received=received,
            board=board,
            unit=unit,
            area=area,
            title=told(title, "--rubrik"),
            description=told(description, "--text"),
            proposal=told(proposal, "--forslag"),
            anonymous=anonymous,
            contact=_contact(no_contact, declined),
            sender=_sender(
                role=role,
                name=name,
                email=email,
                phone=phone,
                address=address,
                preferred=preferred,
                case_file=case_file,
            ),
            diary_number=diary_number,
            handler=handler,
            received_by=_optional_line(told(received_by, "--mottagen-av"), "--mottagen-av"),
            occurred_on=o.a_day(edge, occurred_on, "--handelsedag"),
            provider=_optional_line(provider, "--utforare"),
            affects=Affects.named(affects, "--beror") if affects else None,
            general=general,
            kept_elsewhere=_optional_line(kept_elsewhere, "--i-efterhand"),
            individual=individual,
            protected=protected,
        )
    on_the_spot = _settlement(settled, answer, means)
    named = _optional_line(key, "--nyckel")

    def store(register: Register, add_names: bool) -> Change:
        return register.register(case, add_names=add_names, settled=on_the_spot, key=named)

    acted(edge, new, as_json, store, reviewed, check_name)


def assign(
    edge: Edge,
    ref: o.Ref = None,
    handler: Annotated[str | None, Argument(metavar="HANDLÄGGARE", help="Vem som ansvarar.")] = None,
    unit: o.UnitName = None,
    participants: Annotated[
        list[str] | None, Option("--deltagare", metavar="NAMN", help="Fler som arbetar med det; kan upprepas.")
    ] = None,
    on: o.OnDay = None,
    new: o.New = False,
    as_json: o.Json = False,
) -> None:
    """Utse handläggare för ett ärende.

    klagreg tilldela 12 eva.lind
    """
    reference = _found(edge, ref, handler)
    name = asked_for(handler, "HANDLÄGGARE", "Handläggare")
    day = o.the_day(edge, on)
    others = participants or ()
    acted(
        edge,
        new,
        as_json,
        lambda r, add: r.assign(reference, name, day, unit, participants=others, add_names=add),
    )


def feedback(
    edge: Edge,
    ref: o.Ref = None,
    kind: Annotated[
        str | None,
        Option("--slag", metavar="SLAG", help="bekraftelse, status, utreds, forsening, slutsvar."),
    ] = None,
    means: o.MeansCode = None,
    reason: o.Why = None,
    by: o.By = None,
    on: o.OnDay = None,
    reviewed: o.Reviewed = False,
    as_json: o.Json = False,
) -> None:
    """Anteckna en kontakt med avsändaren, och säg vilken frist den uppfyller.

    klagreg aterkoppla 12 --slag bekraftelse --satt telefon
    """
    reference = _found(edge, ref, kind, means)
    given = FeedbackGiven(
        given_on=o.the_day(edge, on),
        kind=chosen(kind, "--slag", "Vad fick avsändaren veta", Feedback),
        means=chosen(means, "--satt", "Hur", Means),
        by=_who(edge, by),
        handler_was_named=False,
        reason=_optional_prose(told(reason, "--orsak"), "--orsak"),
    )
    acted(edge, False, as_json, lambda r, _add: r.give_feedback(reference, given), reviewed)


def note(
    edge: Edge,
    ref: o.Ref = None,
    text: Annotated[str | None, Argument(metavar="TEXT", help="Anteckningen. - läser stdin, @fil en fil.")] = None,
    on: o.OnDay = None,
    reviewed: o.Reviewed = False,
    as_json: o.Json = False,
) -> None:
    """Skriv en anteckning i ärendets logg.

    Anteckningen blir en del av en allmän handling: vem som helst kan begära att få läsa den.

    klagreg anteckna 12 "Rektor kontaktad, återkommer i morgon"
    """
    reference = asked_for(ref, "ÄRENDE", "Ärende")
    written = asked_for(told(text, "TEXT"), "TEXT", "Anteckning (allmän handling)")
    day = o.the_day(edge, on)
    acted(edge, False, as_json, lambda r, _add: r.note(reference, written, day), reviewed)


def measure(
    edge: Edge,
    ref: o.Ref = None,
    text: Annotated[str | None, Argument(metavar="TEXT", help="Vad som ska göras eller har gjorts.")] = None,
    responsible: Annotated[str | None, Option("--ansvarig", metavar="NAMN", help="Vem som gör det.")] = None,
    due: Annotated[str | None, Option("--klar-senast", metavar="DATUM", help="När det ska vara gjort.")] = None,
    number: Annotated[int | None, Option("--nr", metavar="N", min=1, help="Åtgärdens nummer i ärendet.")] = None,
    done: Annotated[str | None, Option("--genomford", metavar="DATUM", help="När det blev gjort.")] = None,
    kind: Annotated[
        str | None,
        Option("--slag", metavar="SLAG", help="rattelse (för den enskilde), forbattring, uppfoljning."),
    ] = None,
    on: o.OnDay = None,
    reviewed: o.Reviewed = False,
    as_json: o.Json = False,
) -> None:
    """Planera en åtgärd, eller bocka av en som är genomförd.

    klagreg atgarda 12 "Två kassor öppna vid lunch" --ansvarig eva.lind --klar-senast 1/12

    klagreg atgarda 12 --nr 1 --genomford idag

    Åtgärder lever vidare när ärendet är avslutat.
    """
    reference = asked_for(ref, "ÄRENDE", "Ärende")
    done_on = o.a_day(edge, done, "--genomford")
    of_kind = MeasureKind.named(kind, "--slag") if kind else None
    if number is not None:
        if text is not None:
            raise WrongUse("Ange antingen TEXT (ny åtgärd) eller --nr (en som finns).")
        if done_on is None:
            raise MissingValue("--genomford", "Ange när åtgärden blev gjord: --genomford DATUM.")
        finished: date = done_on
        acted(edge, False, as_json, lambda r, _add: r.complete_measure(reference, number, finished, of_kind), reviewed)
        return
    planned = Measure(
        number=0,
        text=border.prose(asked_for(told(text, "TEXT"), "TEXT", "Åtgärd"), "TEXT"),
        responsible=border.line(responsible, "--ansvarig", 100) if responsible else None,
        due_on=o.a_day_after(edge, due, "--klar-senast", o.the_day(edge, on)),
        done_on=done_on,
        kind=of_kind,
    )
    # What is only written down when it is done was promised no earlier than that.
    day = done_on if done_on and on is None else o.the_day(edge, on)
    acted(edge, False, as_json, lambda r, _add: r.add_measure(reference, planned, day), reviewed)


def update(
    edge: Edge,
    ref: o.Ref = None,
    case_type: o.TypeCode = None,
    channel: o.Channel = None,
    received: o.Received = None,
    board: o.Board = None,
    unit: o.UnitName = None,
    area: o.Area = None,
    title: o.Title = None,
    description: o.Description = None,
    proposal: o.Proposal = None,
    anonymous: Annotated[bool | None, Option("--anonym/--inte-anonym", help="Om avsändaren är okänd.")] = None,
    contact: Annotated[
        str | None,
        Option("--kontakt", metavar="KONTAKT", help="finns, saknas, avstar: om avsändaren kan få svar."),
    ] = None,
    role: o.Role = None,
    name: o.SenderName = None,
    email: o.Email = None,
    phone: o.Phone = None,
    address: o.Address = None,
    preferred: o.Preferred = None,
    diary_number: o.DiaryNumber = None,
    outcome: o.OutcomeCode = None,
    answer: Annotated[str | None, Option("--svar", metavar="TEXT", help="Rättat svar i ett avslutat ärende.")] = None,
    received_by: o.ReceivedBy = None,
    occurred_on: o.OccurredOn = None,
    provider: o.Provider = None,
    affects: o.AffectsWhom = None,
    general: Annotated[bool | None, Option("--allman/--inte-allman", help="Av allmän karaktär.")] = None,
    case_file: o.CaseFile = None,
    kept_elsewhere: o.KeptElsewhere = None,
    individual: Annotated[
        bool | None,
        Option("--ror-enskild/--ror-inte-enskild", help="Om det rör en enskild elev eller personal."),
    ] = None,
    protected: Annotated[
        bool | None,
        Option("--skyddad/--inte-skyddad", help="Skyddade personuppgifter: vem och var tas ur registret."),
    ] = None,
    on: o.OnDay = None,
    check_name: o.CheckName = None,
    reviewed: o.Reviewed = False,
    new: o.New = False,
    as_json: o.Json = False,
) -> None:
    """Rätta eller komplettera uppgifter i ett ärende.

    Gammalt och nytt värde står kvar i loggen. Ett tomt värde ("") tar bort uppgiften. Ändras --inkommen eller
    --typ räknas fristerna om.

    klagreg uppdatera 12 --inkommen 3/11 --omrade bemotande
    """
    reference = asked_for(ref, "ÄRENDE", "Ärende")
    texts = {
        "title": told(title, "--rubrik"),
        "diary_number": diary_number,
        "received_by": told(received_by, "--mottagen-av"),
        "provider": provider,
        "kept_elsewhere": kept_elsewhere,
    }
    flags = {"anonymous": anonymous, "general": general, "individual": individual, "protected": protected}
    proses = {
        "description": told(description, "--text"),
        "proposal": told(proposal, "--forslag"),
        "answer": told(answer, "--svar"),
    }
    names = {"board": board, "unit": unit, "channel": channel, "area": area}
    values: dict[str, Any] = {key: value or None for key, value in names.items() if value is not None}
    values |= {key: _optional_line(value, _option(key)) for key, value in texts.items() if value is not None}
    values |= {key: _optional_prose(value, _option(key)) for key, value in proses.items() if value is not None}
    values |= {"type": CaseType.named(case_type, "--typ")} if case_type is not None else {}
    values |= {"received": o.the_day(edge, received, "--inkommen")} if received is not None else {}
    values |= {key: flag for key, flag in flags.items() if flag is not None}
    if occurred_on is not None:
        values["occurred_on"] = o.a_day(edge, occurred_on, "--handelsedag") if occurred_on else None
    values |= {"affects": Affects.named(affects, "--beror") if affects else None} if affects is not None else {}
    values |= {"contact": Contact.named(contact, "--kontakt")} if contact is not None else {}
    values |= {"outcome": Outcome.named(outcome, "--utfall")} if outcome is not None else {}
    if values.get("title", "") is None:
        raise WrongUse("Rubriken kan inte tas bort.", "Ange en ny med --rubrik TEXT.")
    sender = _sender_values(
        role=role, name=name, email=email, phone=phone, address=address, preferred=preferred, case_file=case_file
    )
    if not values and not sender:
        raise WrongUse("Säg vad som ska ändras.", "Se klagreg uppdatera --help")
    correction = casework.Correction(values, sender)
    day = o.the_day(edge, on)
    acted(edge, new, as_json, lambda r, add: r.correct(reference, correction, day, add_names=add), reviewed, check_name)


def hand_over(
    edge: Edge,
    ref: o.Ref = None,
    to: Annotated[str | None, Option("--till", metavar="ENHET", help="Enheten eller nämnden som tar över.")] = None,
    board: o.Board = None,
    handler: o.HandlerName = None,
    told_by: Annotated[
        str | None,
        Option("--meddelad", metavar="SÄTT", help="Hur avsändaren fick veta vem som tar över: telefon, brev …"),
    ] = None,
    by: o.By = None,
    copies: Annotated[
        list[str] | None,
        Option("--kopia", metavar="ROLL", help="Vem som fick en kopia, till exempel forvaltningschef."),
    ] = None,
    reason: o.Why = None,
    on: o.OnDay = None,
    reviewed: o.Reviewed = False,
    new: o.New = False,
    as_json: o.Json = False,
) -> None:
    """Lämna över till en annan enhet eller nämnd. Fristerna löper vidare.

    klagreg overlamna 12 --till Kostenheten --handlaggare eva.lind --meddelad telefon

    klagreg overlamna 12 --namnd SN
    """
    reference = asked_for(ref, "ÄRENDE", "Ärende")
    place = to if board else asked_for(to, "--till", "Till vilken enhet eller nämnd")
    day, why = o.the_day(edge, on), told(reason, "--orsak")
    roles = [border.line(role, "--kopia", 100) for role in copies or ()]
    means = Means.named(told_by, "--meddelad") if told_by else None
    if by and not means:
        raise WrongUse("--av säger vem som meddelade avsändaren.", "Ange också hur: --meddelad SÄTT.")
    acted(
        edge,
        new,
        as_json,
        lambda r, add: r.hand_over(
            reference,
            place,
            day,
            board=board,
            handler=handler,
            told=means,
            told_by=_who(edge, by),
            copies=roles,
            reason=why,
            add_names=add,
        ),
        reviewed,
    )


def extend(
    edge: Edge,
    ref: o.Ref = None,
    key: Annotated[str | None, Option("--frist", metavar="FRIST", help="Vilken frist, till exempel svar.")] = None,
    until: Annotated[str | None, Option("--till", metavar="DATUM", help="Ny sista dag.")] = None,
    reason: o.Why = None,
    told_by: Annotated[
        str | None, Option("--meddelad", metavar="SÄTT", help="Hur avsändaren fick veta det: telefon, brev …")
    ] = None,
    on: o.OnDay = None,
    reviewed: o.Reviewed = False,
    as_json: o.Json = False,
) -> None:
    """Förläng en frist och säg varför. Både den nya och den ursprungliga sista dagen finns kvar.

    klagreg forlang 12 --frist svar --till 5/12 --orsak "Väntar på mätning" --meddelad telefon
    """
    reference = asked_for(ref, "ÄRENDE", "Ärende")
    rule = asked_for(key, "--frist", "Vilken frist")
    day = o.the_day(edge, on)
    last_day = o.a_day_after(edge, asked_for(until, "--till", "Ny sista dag"), "--till", day)
    assert last_day is not None
    why = border.prose(asked_for(told(reason, "--orsak"), "--orsak", "Varför"), "--orsak", 2000)
    word = None
    if told_by:
        word = FeedbackGiven(day, Feedback.DELAY, Means.named(told_by, "--meddelad"), edge.actor, False, why)
    acted(edge, False, as_json, lambda r, _add: r.extend(reference, rule, last_day, word, day, why), reviewed)


def close(
    edge: Edge,
    ref: o.Ref = None,
    outcome: o.OutcomeCode = None,
    answer: Annotated[
        str | None, Option("--svar", metavar="TEXT", help="Svaret till avsändaren. - läser stdin, @fil en fil.")
    ] = None,
    means: o.MeansCode = None,
    no_answer: Annotated[
        str | None, Option("--utan-svar", metavar="ORSAK", help="anonym, kontakt_saknas, avstar, berom.")
    ] = None,
    by: o.By = None,
    promised: Annotated[
        list[str] | None,
        Option("--atgard", metavar="TEXT", help="En åtgärd som beslutet lovar; kan upprepas."),
    ] = None,
    responsible: Annotated[
        str | None, Option("--ansvarig", metavar="NAMN", help="Vem som gör de utlovade åtgärderna.")
    ] = None,
    due: Annotated[str | None, Option("--klar-senast", metavar="DATUM", help="När de ska vara gjorda.")] = None,
    kind: Annotated[
        str | None,
        Option("--slag", metavar="SLAG", help="De utlovade åtgärdernas slag: rattelse, forbattring, uppfoljning."),
    ] = None,
    on: o.OnDay = None,
    reviewed: o.Reviewed = False,
    as_json: o.Json = False,
) -> None:
    """Avsluta ett ärende med utfall och svar, eller med skälet till att ingen fick svar.

    klagreg avsluta 12 --utfall atgardad --svar "Två kassor är nu öppna." --satt telefon

    klagreg avsluta 12 --utfall atgard_beslutad --svar @svar.txt --satt brev --atgard "Ny kassa" --klar-senast 1/12

    klagreg avsluta 13 --utfall atgardad --utan-svar anonym
    """
    reference = _found(edge, ref, outcome)
    result = chosen(outcome, "--utfall", "Utfall", Outcome)
    day = o.the_day(edge, on)
    written = _optional_prose(told(answer, "--svar"), "--svar")
    way = Means.named(means, "--satt") if means else None
    reason = NoAnswer.named(no_answer, "--utan-svar") if no_answer else None
    if is_terminal() and not way and not reason:
        written, way, reason = _asked_answer(edge, reference, written)
    if reason and way:
        raise WrongUse("--satt och --utan-svar utesluter varandra.", "Ett svar som inte gavs har inget sätt.")
    given = None if reason else casework.answer_by(way, written, _who(edge, by), day)
    by_when = o.a_day_after(edge, due, "--klar-senast", day)
    of_kind = MeasureKind.named(kind, "--slag") if kind else None
    measures = [_promise(text, responsible, by_when, of_kind) for text in promised or ()]
    if (responsible or due or kind) and not measures:
        raise WrongUse(
            "--ansvarig, --klar-senast och --slag hör till en utlovad åtgärd.", "Ange den med --atgard TEXT."
        )
    acted(
        edge,
        False,
        as_json,
        lambda r, _add: r.close_case(
            reference, result, day, answer=written, given=given, no_answer=reason, promised=measures
        ),
        reviewed,
    )


def reopen(
    edge: Edge,
    ref: o.Ref = None,
    reason: o.Why = None,
    on: o.OnDay = None,
    reviewed: o.Reviewed = False,
    as_json: o.Json = False,
) -> None:
    """Återuppta ett avslutat ärende. Avslutet finns kvar i historiken.

    klagreg ateruppta 12 --orsak "Felet är tillbaka"
    """
    reference = asked_for(ref, "ÄRENDE", "Ärende")
    why, day = asked_for(told(reason, "--orsak"), "--orsak", "Varför"), o.the_day(edge, on)
    acted(edge, False, as_json, lambda r, _add: r.reopen(reference, day, why), reviewed)


def void(
    edge: Edge,
    ref: o.Ref = None,
    reason: o.Why = None,
    on: o.OnDay = None,
    reviewed: o.Reviewed = False,
    as_json: o.Json = False,
) -> None:
    """Makulera en felaktig registrering. Numret och loggen finns kvar; ingenting raderas.

    klagreg makulera 12 --orsak "Registrerat två gånger, se 11"
    """
    reference = asked_for(ref, "ÄRENDE", "Ärende")
    why, day = asked_for(told(reason, "--orsak"), "--orsak", "Varför"), o.the_day(edge, on)
    acted(edge, False, as_json, lambda r, _add: r.void(reference, day, why), reviewed)


# -- from words to values ---------------------------------------------------------------------------


def acted(
    edge: Edge,
    new: bool,
    as_json: bool,
    act: Callable[[Any, bool], Change],
    reviewed: bool = False,
    check_name: str | None = None,
) -> None:
    """Do it, tell it. An unknown name is added when a person at the terminal agrees.

    ``reviewed``: a person says that what looks like an identity in the texts is none. ``check_name``: one that no
    text may hold.
    """
    name = told(check_name, "--kontrollera-namn")
    with opened(edge) as register:
        register.texts_reviewed = reviewed
        register.names_to_check = (name,) if name else ()
        try:
            change = act(register, new)
        except NameNotFound as unknown:
            if new or not may_add(unknown):
                raise
            change = act(register, True)
    edge.stored = change.after.number
    on = edge.env.today
    from klagreg.render.terminal import notice

    shown = change.shown(on)
    # A remark tells what a case holds.
    for remark in change.remarks if shown is change else ():
        notice(remark)
    if as_json:
        from klagreg.render import json

        json.show(json.case(shown.after, on, on))
    else:
        from klagreg.render import texts

        texts.acknowledge(shown, on)


def _who(edge: Edge, by: str | None) -> str:
    """Who talked to the sender: as said, else who types."""
    return border.line(by, "--av", 100) if by else edge.actor


def _settlement(done: str | None, answer: str | None, means: str | None) -> Settlement | None:
    """What was done on the spot, if that was said."""
    if done is None and (answer or means):
        raise WrongUse("--svar och --satt hör till --atgardad-direkt.", "Ett svar senare: klagreg avsluta")
    if done is None:
        return None
    return Settlement(
        border.prose(told(done, "--atgardad-direkt") or "", "--atgardad-direkt"),
        _optional_prose(told(answer, "--svar"), "--svar"),
        Means.named(means, "--satt") if means else None,
    )


def _promise(text: str, responsible: str | None, due_on: date | None, kind: MeasureKind | None) -> Measure:
    who = border.line(responsible, "--ansvarig", 100) if responsible else None
    return Measure(0, border.prose(told(text, "--atgard") or "", "--atgard"), who, due_on, kind=kind)


def _found(edge: Edge, ref: str | None, *words: str | None) -> str:
    """The reference, looked up before a person is asked for missing words about a case that is not there."""
    reference = asked_for(ref, "ÄRENDE", "Ärende")
    if None in words and is_terminal():
        with opened(edge) as register:
            register.case(reference)
    return reference


def _new_case(edge: Edge, *, case_type: CaseType, received: str | None, title: str | None, **told_fields: Any) -> Case:
    """A case as it was told, with the border's checks; names are resolved by the register."""
    came_in = o.the_day(edge, received, "--inkommen")
    for key in ("description", "proposal"):
        told_fields[key] = _optional_prose(told_fields[key], _option(key))
    told_fields["diary_number"] = _optional_line(told_fields["diary_number"], "--diarienummer")
    heading = _optional_line(title, "--rubrik") or ""
    return Case(type=case_type, title=heading, received=came_in, rule_set=0, **told_fields)


def _asked(edge: Edge) -> tuple[Case, bool]:
    """The dialogue, in the order of a paper blankett (Kinda, sida 5), and whether a new name was agreed on."""
    from klagreg.cli import dialog

    with opened(edge) as register:
        types = register.case_types()
        practice = register.rules_on(edge.env.today).practice
        channels, areas = register.store.vocabulary("kanal"), register.store.vocabulary("omrade")
        units = [unit.name for unit in register.store.units() if not unit.retired_on]
    few = dict(zip(units, units, strict=True)) if 0 < len(units) <= 9 else None
    unit = dialog.ask_until(
        lambda: dialog.ask("Enhet det gäller (tomt om okänd)", few, optional=True),
        lambda word: _known_or_agreed(word, units),
        optional=True,
    )
    area = dialog.ask_until(
        lambda: dialog.ask("Område (tomt om okänt)", _labels(areas), optional=True), areas.named, optional=True
    )
    kind = dialog.ask_until(
        lambda: dialog.ask("Klagomål eller synpunkt", {t.value: t.label for t in types}),
        lambda word: CaseType.named(word, "Typ"),
    )
    assert kind is not None
    description = dialog.ask_prose("Klagomålet eller synpunkten")
    proposal = dialog.ask_prose("Förslag till förbättring")
    name = dialog.ask("Avsändarens namn (tomt om anonym)", optional=True)
    address = dialog.ask("Adress", optional=True)
    phone = dialog.ask("Telefon", optional=True)
    email = dialog.ask("E-post", optional=True)
    excluded = {exclusion.code: f"(klassas ej) {exclusion.label}" for exclusion in practice.exclusions}
    channel = dialog.ask_until(
        lambda: dialog.ask("Hur kom det in", _labels(channels) | excluded, optional=True),
        lambda word: word if practice.exclusion(word) else channels.named(word),
        optional=True,
    )
    casework.must_be_a_case(channel, practice)
    received = dialog.ask_until(
        lambda: dialog.ask("Vilken dag kom det in", default="idag"),
        lambda word: _past_day(edge, word),
    )
    assert received is not None
    title = dialog.ask("Offentlig rubrik, utan personuppgifter", default=casework.default_title(kind, unit))
    case = _new_case(
        edge,
        case_type=kind,
        channel=channel,
        received=received.isoformat(),
        board=None,
        unit=unit,
        area=area,
        title=title,
        description=description or None,
        proposal=proposal or None,
        anonymous=not name,
        contact=Contact.POSSIBLE,
        sender=_sender(role=None, name=name, email=email, phone=phone, address=address, preferred=None),
        diary_number=None,
        handler=None,
    )
    return case, unit not in (None, *units)


def _labels(words: Vocabulary) -> dict[str, str]:
    return {code: words.label(code) for code in words.codes}


def _known_or_agreed(word: str, units: list[str]) -> str:
    """The register's spelling of a unit, or a new name that the person wants; else asked again."""
    known = {fold(unit): unit for unit in units}
    if fold(word) in known:
        return known[fold(word)]
    unknown = NameNotFound("Enheten", word, nearest(word, units), "enhet", can_be_added=True)
    if not may_add(unknown):
        raise WrongUse("Skriv enheten igen, eller lämna tomt.")
    return border.line(word, "Enhet", 100)


def _asked_answer(edge: Edge, reference: str, written: str | None) -> tuple[str | None, Means | None, NoAnswer | None]:
    """Ask for what a closing lacks: the answer and how it was given, or why there is none."""
    from klagreg.cli import dialog

    with opened(edge) as register:
        case = register.case(reference)
    if not case.is_open or (case.final_answer and not written):
        return written, None, None
    if case.contact is Contact.POSSIBLE and case.type is not CaseType.PRAISE:
        written = written or dialog.ask_prose("Svar till avsändaren, tomt om inget gavs") or None
    if written is None or case.contact is not Contact.POSSIBLE:
        return written, None, dialog.choose("Varför utan svar", NoAnswer)
    return written, dialog.choose("Hur gavs svaret", Means), None


def _past_day(edge: Edge, word: str) -> date:
    day = o.the_day(edge, word, "Ankomstdagen")
    casework.not_in_future(day, edge.env.today, "Ankomstdagen")
    return day


def _contact(no_contact: bool, declined: bool) -> Contact:
    if no_contact and declined:
        raise WrongUse("--kontakt-saknas och --avstar utesluter varandra.", "Välj en av dem.")
    return Contact.MISSING if no_contact else Contact.DECLINED if declined else Contact.POSSIBLE


def _sender(**words: str | None) -> Sender:
    return Sender()._replace(**_sender_values(**words))


def _sender_values(**words: str | None) -> dict[str, Any]:
    """The sender's fields that were given; an empty word clears the field."""
    values: dict[str, Any] = {}
    for key, word in words.items():
        text = told(word, _option(key))
        if text is None:
            continue
        if key == "role":
            values[key] = SenderRole.named(text, "--roll") if text else None
        elif key == "preferred":
            values[key] = Means.named(text, "--onskat-satt") if text else None
        else:
            values[key] = _optional_line(text, _option(key))
    return values


def _option(key: str) -> str:
    return "--text" if key == "description" else f"--{BY_NAME[key].key.replace('_', '-')}"


def _optional_line(text: str | None, option: str) -> str | None:
    return border.line(text, option) if text and text.strip() else None


def _optional_prose(text: str | None, option: str) -> str | None:
    return border.prose(text, option) if text and text.strip() else None
