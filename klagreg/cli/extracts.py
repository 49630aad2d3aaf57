"""What the register holds about a person, for the one who asks; and who has read such data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, Any, TypeVar

from klagreg.cli import options as o
from klagreg.cli.declared import Argument, Option
from klagreg.cli.edge import Edge, asked_for, must_not_be_the_register, opened, told
from klagreg.cli.progress import progress
from klagreg.days import shown_minute, shown_moment
from klagreg.errors import MissingValue, WrongUse
from klagreg.extracts import Choice, Extract, Extracts, Findings, FoundCase, heading
from klagreg.persons import Hit, Person
from klagreg.register import Register
from klagreg.render.terminal import Cell, Column, clean, notice, say, table
from klagreg.render.terminal import heading as title
from klagreg.store.records import Reading

Found = TypeVar("Found")

POSSIBLE_SHOWN = 50
"""Possible hits that the terminal shows; a common surname has many, and --json has them all."""

Chosen = Annotated[
    list[str] | None,
    Option("--ta-med", metavar="ÄRENDE", help="En möjlig träff som gäller personen; kan upprepas."),
]
LeftOut = Annotated[
    list[str] | None,
    Option("--utan", metavar="ÄRENDE", help="Ett ärende som gäller en namne; kan upprepas."),
]


def extract(
    edge: Edge,
    name: Annotated[str | None, Argument(metavar="NAMN", help="Hela namnet. - läser stdin, @fil en fil.")] = None,
    email: Annotated[
        str | None, Option("--epost", metavar="ADRESS", help="Personens e-postadress. - och @fil går bra.")
    ] = None,
    phone: Annotated[
        str | None, Option("--telefon", metavar="NUMMER", help="Personens telefonnummer. - och @fil går bra.")
    ] = None,
    output: o.Output = None,
    overwrite: o.Replace = False,
    taken: Chosen = None,
    left_out: LeftOut = None,
    secret: o.Secret = False,
    as_json: o.Json = False,
) -> None:
    """Samla allt som finns om en person: registerutdrag enligt artikel 15 i dataskyddsförordningen.

    klagreg registerutdrag @namn.txt --epost @epost.txt

    klagreg registerutdrag @namn.txt -o utdrag.html --ta-med 12 --utan 15

    Utan -o visas i vilka ärenden personen finns, men inget av vad som står där. Ett namn på kommandoraden hamnar i
    skalets historik: skriv - eller @fil, eller inget alls, så frågar klagreg. Med och utan accenter är samma namn.

    En säker träff är hela namnet i någon ordning, adressen eller numret. En möjlig är efternamnet ensamt, eller ett
    enda namn: den är med i utdraget bara med --ta-med. Ett förnamn ensamt söks bara när det är allt som anges.
    Sökningen antecknas i loggen, men inte vem den gällde. Sekretessmarkerade ärenden söks igenom bara med --sekretess.
    """
    person = _person(name, email, phone)
    must_not_be_the_register(edge, output, "-o")
    with opened(edge) as register:
        choice = _choice(register, taken, left_out, secret)
        desk = Extracts(register.store, register.env, register.directory)
        made = None if output is None else _written(desk, person, choice, output, overwrite)
        findings = made.findings if made else _searched(desk, partial(desk.listed, person, choice))
    if as_json:
        _show_json(findings, output)
    elif made and output:
        say(f"Registerutdraget är skrivet till {clean(str(output))}: {o.cases_in_words(len(findings.taken))}.")
    else:
        _show(findings)
    _remind(findings, made)


def _person(name: str | None, email: str | None, phone: str | None) -> Person:
    """Whom to look for; in a terminal it is asked for.

    Raises:
        MissingValue: nothing was given, and nobody to ask.
        BadValue: what was given can be nobody's.
    """
    name, email, phone = told(name, "NAMN"), told(email, "--epost"), told(phone, "--telefon")
    if not (email or phone or name):
        try:
            name = asked_for(None, "NAMN", "Personens hela namn")
        except MissingValue:
            raise MissingValue("NAMN", "Ange NAMN, --epost eller --telefon; - läser stdin, @fil en fil.") from None
    return Person.told(name or None, email or None, phone or None)


def _choice(register: Register, taken: Sequence[str] | None, left_out: Sequence[str] | None, secret: bool) -> Choice:
    """What was decided about the hits, by full numbers.

    Raises:
        CaseNotFound: no such case.
        WrongUse: one case is both taken and left out.
    """
    with_them, without = (frozenset(register.case(ref).number for ref in refs or ()) for refs in (taken, left_out))
    if both := sorted(with_them & without):
        raise WrongUse(f"{both[0]} står både i --ta-med och --utan.", "Välj det ena.")
    return Choice(with_them, without, secret)


def _written(desk: Extracts, person: Person, choice: Choice, output: Path, overwrite: bool) -> Extract:
    from klagreg.render.document import writing
    from klagreg.render.texts import EVENT_LABELS

    with writing(output, replace=overwrite) as write:
        return _searched(desk, partial(desk.extract, person, choice, output, write, EVENT_LABELS))


def _searched(desk: Extracts, search: Callable[..., Found]) -> Found:
    """A search with its progress: a large register takes some seconds."""
    with progress("poster") as bar:
        bar.step("Söker igenom registret", desk.extent())
        return search(progress=bar.done)


# -- the list ---------------------------------------------------------------------------------------


def _show(findings: Findings) -> None:
    """Where the person is, and nothing of what stands there."""
    possible = findings.possible
    if not (findings.cases or findings.elsewhere or findings.at_work.is_anything):
        say("Inga träffar. Det som är gallrat går inte att söka fram.")
        return
    if findings.taken:
        title(f"Säkra träffar: {o.cases_in_words(len(findings.taken))}")
        _show_cases(findings.taken)
    if possible:
        if findings.taken:
            say()
        title(f"Möjliga träffar, att bedöma: {o.cases_in_words(len(possible))}")
        _show_cases(possible[:POSSIBLE_SHOWN])
        if len(possible) > POSSIBLE_SHOWN:
            say(f"… och {len(possible) - POSSIBLE_SHOWN} till. Alla visas med --json.")
    for line in _beside_cases(findings):
        say(line)


def _show_cases(cases: Iterable[FoundCase]) -> None:
    columns = (Column("Ärende", whole=True), Column("Inkommen", whole=True), Column("Funnet i"))
    table(columns, [(case.number, case.received.isoformat(), Cell(_places(case))) for case in cases])


def _places(case: FoundCase) -> str:
    unsure = " (möjlig)" if case.hit is Hit.CERTAIN else ""
    mark = [f"Sekretess: {case.statute}"] if case.statute is not None else []
    return "; ".join(mark + [heading(place) + (unsure if hit is Hit.POSSIBLE else "") for place, hit in case.places])


def _beside_cases(findings: Findings) -> Iterator[str]:
    elsewhere = [heading(place) + (" (möjlig)" if hit is Hit.POSSIBLE else "") for place, hit in findings.elsewhere]
    if elsewhere:
        yield f"Utanför ärendena: {'; '.join(elsewhere)}."
    at_work = findings.at_work
    if at_work.is_anything:
        yield (
            f"Som medarbetare: handläggare i {o.cases_in_words(at_work.cases)}, {at_work.acts} händelser i loggen,"
            f" anges på {at_work.named} ställen."
        )


def _show_json(findings: Findings, output: Path | None) -> None:
    from klagreg.render import json

    at_work = findings.at_work
    json.show(
        {
            "sokt_pa": list(findings.person.known_by),
            "arenden": [
                {
                    "arendenummer": case.number,
                    "inkommen": case.received.isoformat(),
                    "traff": case.hit,
                    "tas_med": case.taken,
                    "funnet_i": _places_document(case.places),
                    "sekretess": case.statute,
                }
                for case in findings.cases
            ],
            "sekretess_ej_genomsokta": findings.unsearched,
            "utanfor_arenden": _places_document(findings.elsewhere),
            "som_medarbetare": {
                "handlaggare": len(at_work.handlers),
                "arenden": at_work.cases,
                "handelser": at_work.acts,
                "stallen": at_work.named,
            },
            "fil": None if output is None else str(output),
        }
    )


def _places_document(places: Iterable[tuple[str, Hit]]) -> list[dict[str, str]]:
    return [{"falt": place, "traff": hit} for place, hit in places]


def _remind(findings: Findings, made: Extract | None) -> None:
    """What a person has to look at before the document leaves the house; case numbers and kinds alone."""
    if findings.unsearched:
        notice(
            f"Sekretessmarkerade ärenden i registret: {findings.unsearched}. De är inte genomsökta;"
            " --sekretess tar med dem."
        )
    if made and (secret := sum(case.statute is not None for case in findings.taken)):
        notice(f"Sekretessmarkerade ärenden i utdraget: {secret}. Vad som kan lämnas ut ur dem prövas för sig.")
    if made is None:
        if findings.cases:
            notice("Skriv utdraget med -o FIL.html. Möjliga träffar tas med en och en: --ta-med ÄRENDE")
        return
    if findings.possible:
        number = o.cases_in_words(len(findings.possible))
        notice(f"Inte med: möjliga träffar i {number}. Se dem utan -o, ta med med --ta-med.")
    for number, kinds in made.others.items():
        notice(f"{number}: någon annans uppgifter kan finnas i texten ({', '.join(kinds)}).")
    if findings.taken:
        notice("Läs igenom utdraget innan det lämnas ut: texterna kan nämna andra, och maskas för hand.")


# -- who has read -----------------------------------------------------------------------------------


def show_readings(
    edge: Edge,
    ref: str | None,
    start: str | None,
    end: str | None,
    by: str | None,
    number: int | None,
    as_json: bool,
    usual: int,
) -> None:
    """``logg --lasningar``: who has read personal or secret data, the latest first; all of them as JSON."""
    first, last = o.a_day(edge, start, "--fran"), o.a_day(edge, end, "--till")
    with opened(edge) as register:
        case = register.case(ref).number if ref else None
        desk = Extracts(register.store, register.env, register.directory)
        found, more = desk.readings(first, last, by, case, number or (None if as_json else usual))
    if as_json:
        from klagreg.render import json

        json.show([_reading_document(reading) for reading in found])
        return
    if not found:
        say("Inga läsningar.")
        return
    columns = (Column("Tid", whole=True), Column("Av"), Column("Läsning"), Column("Ärende", whole=True), Column("Vad"))
    table(columns, [_reading_row(reading) for reading in found])
    if more:
        say(f"Visar de {len(found)} senaste. Fler med --antal {len(found) * 4}, eller välj med --fran, --till, --av.")


def _reading_row(reading: Reading) -> tuple[str, ...]:
    from klagreg.render.texts import EVENT_LABELS

    event = reading.event
    what = "; ".join(f"{_label(key)}: {_value(new)}" for key, _, new in event.changes if new is not None)
    stamp = shown_minute(event.at)
    return stamp, event.by, EVENT_LABELS.get(event.kind, event.kind), reading.number or "–", what or "–"


def _label(key: str) -> str:
    from klagreg.terms import BY_KEY

    words = {"arenden": "ärenden", "sokt_pa": "sökt på", "fil": "fil"}
    return words.get(key) or (BY_KEY[key].heading.lower() if key in BY_KEY else key.replace("_", " "))


def _value(value: Any) -> str:
    return ("ja" if value else "nej") if isinstance(value, bool) else str(value)


def _reading_document(reading: Reading) -> dict[str, Any]:
    event = reading.event
    return {
        "tid": shown_moment(event.at),
        "av": event.by,
        "handelse": event.kind,
        "datum": event.on.isoformat(),
        "arendenummer": reading.number,
        "uppgifter": {key: new for key, _, new in event.changes if new is not None},
    }
