"""Commands around the register: make it, its units, handlers and rules."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

from klagreg import border
from klagreg import profile as profiles
from klagreg.cli import options as o
from klagreg.cli.declared import Argument, Option
from klagreg.cli.edge import Edge, asked_for, opened, told, whole_number
from klagreg.days import parse_day, with_weekday
from klagreg.errors import MissingValue, WrongUse
from klagreg.register import Register
from klagreg.render.terminal import Column, clean, notice, say, table, verbatim
from klagreg.rules import LocalRule
from klagreg.staff import Handler, Unit
from klagreg.terms import CountedIn, Shift
from klagreg.yearly import RuleReview

Name = Annotated[str | None, Argument(metavar="NAMN", help="Namnet.")]
NewName = Annotated[str | None, Option("--namn", metavar="NAMN", help="Nytt namn.")]
Receiver = Annotated[
    str | None, Option("--mottagare", metavar="NAMN", help="Vem som tar emot och registrerar enhetens ärenden.")
]
Manager = Annotated[
    str | None, Option("--chef", metavar="NAMN", help="Närmaste chef, som svarar tills handläggare är utsedd.")
]
FullName = Annotated[str | None, Option("--fullt-namn", metavar="TEXT", help="Namnet som det står i brev.")]
JobTitle = Annotated[str | None, Option("--titel", metavar="TEXT", help="Titel, för brev.")]
WorkPhone = Annotated[str | None, Option("--telefon", metavar="TEXT", help="Telefon i tjänsten, för brev.")]
WorkEmail = Annotated[str | None, Option("--epost", metavar="TEXT", help="E-post i tjänsten, för brev.")]
WorkAddress = Annotated[str | None, Option("--adress", metavar="TEXT", help="Adress i tjänsten, för brev.")]
TakeUp = Annotated[bool, Option("--aterta", help="Ta upp en avvecklad igen.")]


def init(
    edge: Edge,
    profile: Annotated[
        str,
        Option(
            "--regler", metavar="NAMN|FIL", help="standard, osby, enkoping, kinda, nacka, lomma, eller en egen .toml."
        ),
    ] = "standard",
    board: Annotated[str | None, Option("--namnd", metavar="KOD", help="Nämnden som registret hör till.")] = None,
    municipality: Annotated[
        str | None, Option("--kommun", metavar="NAMN", help="Kommunens namn, för rapporter.")
    ] = None,
    group: Annotated[
        str | None,
        Option("--grupp", metavar="GRUPP", help="Grupp av registratorer som får läsa och skriva filen."),
    ] = None,
) -> None:
    """Skapa ett register.

    klagreg init --regler osby --namnd KS

    Filen kan bara läsas av den som skapar den; med --grupp också av gruppens medlemmar.
    """
    from klagreg.store.surroundings import remarks

    chosen = profiles.load(profile)
    was_there = os.path.lexists(edge.path)
    try:
        Register.create(edge.path, edge.env, chosen, board=board, municipality=municipality, group=group)
    finally:  # also when it was interrupted right after it got its name
        edge.has_written = not was_there and os.path.lexists(edge.path)
    say(f"Registret {clean(str(edge.path))} är skapat med regelverket {clean(chosen.name)}.")
    for rule in chosen.rules:
        say(f"  {clean(rule.title)}: {clean(rule.in_words)}")
    if chosen.note:
        notice(chosen.note)
    for risk in remarks(edge.path):
        notice(risk)
    say("Registrera det första ärendet: klagreg registrera")


def demo(
    edge: Edge,
    folder: Annotated[Path | None, Argument(metavar="MAPP", help="Ny mapp att lägga exemplet i.")] = None,
) -> None:
    """Gör ett exempelregister i en ny mapp, gå igenom hela arbetet och lämna årets arbetsbok där.

    klagreg demo
    """
    from klagreg import demo as example

    example.run(edge.env, folder or Path("klagreg-demo"))


def list_units(edge: Edge, as_json: o.Json = False) -> None:
    """Lista enheter."""
    with opened(edge) as register:
        units = register.store.units()
    if as_json:
        from klagreg.render import json

        json.show(
            [
                {
                    "enhet": u.name,
                    "namnd": u.board,
                    "mottagare": u.receiver,
                    "chef": u.manager,
                    "avvecklad": u.retired_on and u.retired_on.isoformat(),
                }
                for u in units
            ]
        )
        return
    rows = [
        (
            u.name,
            u.board or "–",
            u.receiver or "–",
            u.manager or "–",
            f"avvecklad {u.retired_on}" if u.retired_on else "",
        )
        for u in units
    ]
    columns = (Column("Enhet"), Column("Nämnd"), Column("Mottagare"), Column("Närmaste chef"), Column(""))
    _list(columns, rows, "Inga enheter. Lägg till: klagreg enhet lagg-till NAMN")


def add_unit(
    edge: Edge, name: Name = None, board: o.Board = None, receiver: Receiver = None, manager: Manager = None
) -> None:
    """Lägg till en enhet.

    klagreg enhet lagg-till Parkskolan --namnd BUN --mottagare "Anna Berg"
    """
    wanted = asked_for(name, "NAMN", "Enhetens namn")
    with opened(edge) as register:
        unit = register.upkeep.put_unit(Unit(wanted, board, receiver=receiver, manager=manager))
    say(f"Enheten {clean(unit.name)} är tillagd ({clean(unit.board or 'ingen nämnd')}).")


def change_unit(
    edge: Edge,
    name: Name = None,
    new_name: NewName = None,
    board: o.Board = None,
    receiver: Receiver = None,
    manager: Manager = None,
    take_up: TakeUp = False,
) -> None:
    """Ändra en enhet: namn, nämnd, mottagare eller chef. Eller ta upp en avvecklad igen.

    klagreg enhet andra Parkskolan --namn "Parkskolan F–6"

    Ärenden behåller den nämnd de har fått. Ett tomt värde, till exempel --namnd "", tar bort uppgiften.
    """
    wanted = asked_for(name, "NAMN", "Enhetens namn")
    values = {"name": new_name, "board": board, "receiver": receiver, "manager": manager}
    _something_to_change("enhet", values, take_up)
    with opened(edge) as register:
        unit, changed = register.upkeep.change_unit(wanted, take_up=take_up, **values)
    home = clean(unit.board or "ingen nämnd")
    say(f"Enheten heter {clean(unit.name)} ({home}).{_what_changed(changed)}{_still_retired(unit)}")


def retire_unit(edge: Edge, name: Name = None, on: o.OnDay = None) -> None:
    """Avveckla en enhet: den kan inte väljas för nya ärenden, men de gamla finns kvar.

    klagreg enhet avveckla Parkskolan
    """
    wanted = asked_for(name, "NAMN", "Enhetens namn")
    with opened(edge) as register:
        unit = register.upkeep.retire_unit(wanted, o.the_day(edge, on))
    say(f"Enheten {clean(unit.name)} är avvecklad.")


def list_handlers(edge: Edge, as_json: o.Json = False) -> None:
    """Lista handläggare."""
    with opened(edge) as register:
        handlers = register.store.handlers()
    if as_json:
        from klagreg.render import json

        json.show(
            [
                {
                    "handlaggare": h.name,
                    "enhet": h.unit,
                    "fullt_namn": h.full_name,
                    "titel": h.title,
                    "telefon": h.phone,
                    "epost": h.email,
                    "adress": h.address,
                    "avvecklad": h.retired_on and h.retired_on.isoformat(),
                }
                for h in handlers
            ]
        )
        return
    rows = [
        (h.name, h.unit or "–", h.full_name or "–", h.title or "–", f"avvecklad {h.retired_on}" if h.retired_on else "")
        for h in handlers
    ]
    columns = (Column("Handläggare"), Column("Enhet"), Column("Fullt namn"), Column("Titel"), Column(""))
    _list(columns, rows, "Inga handläggare. Lägg till: klagreg handlaggare lagg-till NAMN")


def add_handler(
    edge: Edge,
    name: Name = None,
    unit: o.UnitName = None,
    full_name: FullName = None,
    title: JobTitle = None,
    phone: WorkPhone = None,
    email: WorkEmail = None,
    address: WorkAddress = None,
) -> None:
    """Lägg till en handläggare.

    klagreg handlaggare lagg-till eva.lind --enhet Parkskolan --fullt-namn "Eva Lind" --titel Rektor
    """
    wanted = asked_for(name, "NAMN", "Handläggarens namn")
    new = Handler(wanted, unit, full_name=full_name, title=title, phone=phone, email=email, address=address)
    with opened(edge) as register:
        handler = register.upkeep.put_handler(new)
    say(f"Handläggaren {clean(handler.name)} är tillagd.")


def change_handler(
    edge: Edge,
    name: Name = None,
    new_name: NewName = None,
    unit: o.UnitName = None,
    full_name: FullName = None,
    title: JobTitle = None,
    phone: WorkPhone = None,
    email: WorkEmail = None,
    address: WorkAddress = None,
    take_up: TakeUp = False,
) -> None:
    """Ändra en handläggare: namn, enhet eller det som står i brev. Eller ta upp en avvecklad igen.

    klagreg handlaggare andra eva.lind --enhet Kostenheten --telefon 0999-123 45

    Ett tomt värde, till exempel --enhet "", tar bort uppgiften.
    """
    wanted = asked_for(name, "NAMN", "Handläggarens namn")
    values = {
        "name": new_name,
        "unit": unit,
        "full_name": full_name,
        "title": title,
        "phone": phone,
        "email": email,
        "address": address,
    }
    _something_to_change("handlaggare", values, take_up)
    with opened(edge) as register:
        handler, changed = register.upkeep.change_handler(wanted, take_up=take_up, **values)
    home = clean(handler.unit or "ingen enhet")
    say(f"Handläggaren heter {clean(handler.name)} ({home}).{_what_changed(changed)}{_still_retired(handler)}")


def retire_handler(edge: Edge, name: Name = None, on: o.OnDay = None) -> None:
    """Avveckla en handläggare: den kan inte få nya ärenden, men de gamla finns kvar.

    klagreg handlaggare avveckla eva.lind
    """
    wanted = asked_for(name, "NAMN", "Handläggarens namn")
    with opened(edge) as register:
        handler = register.upkeep.retire_handler(wanted, o.the_day(edge, on))
    say(f"Handläggaren {clean(handler.name)} är avvecklad.")


def show_rules(
    edge: Edge,
    as_toml: Annotated[bool, Option("--toml", help="Skriv ut regelverkets TOML-fil.")] = False,
    as_json: o.Json = False,
) -> None:
    """Visa regelverket: frister, kanaler och områden.

    klagreg regler visa
    """
    with opened(edge) as register:
        rule_sets = register.store.rule_sets()
        channels, areas = register.store.vocabulary("kanal"), register.store.vocabulary("omrade")
        days_off = register.store.local_days_off()
        local, review = register.store.local_rules(), register.upkeep.last_review()
    if as_json:
        from klagreg.render import json

        json.show(json.rules(rule_sets, channels, areas, days_off, local, review))
        return
    if as_toml:
        verbatim(rule_sets[-1].toml.rstrip())
        return
    from klagreg.render import texts

    texts.show_rules(rule_sets, channels, areas, days_off, local)
    texts.show_review(review, rule_sets[-1].practice.review_months, edge.env.today)


def list_profiles(_edge: Edge) -> None:
    """Lista de inbyggda regelverken.

    klagreg regler lista
    """
    for name in profiles.BUILT_IN:
        profile = profiles.load(name)
        say(f"{name}: {profile.source}")
        for rule in profile.rules:
            say(f"  {rule.title}: {rule.in_words}")


def change_rules(
    edge: Edge,
    file: Annotated[
        str | None, Argument(metavar="FIL", help="Det nya regelverket: en .toml-fil eller ett inbyggt namn.")
    ] = None,
    start: Annotated[
        str | None, Option("--fran", metavar="DATUM", help="Gäller ärenden inkomna från den dagen.")
    ] = None,
) -> None:
    """Byt regelverk från en dag. Ärenden behåller de frister de har fått.

    klagreg regler andra riktlinje-2027.toml --fran 2027-01-01
    """
    profile = profiles.load(asked_for(file, "FIL", "Regelverkets fil"))
    if start is None:
        raise MissingValue("--fran", "Ange från vilken dag regelverket gäller: --fran DATUM.")
    valid_from = parse_day(start, edge.env.today, "--fran", "future")
    with opened(edge) as register:
        register.upkeep.adopt(profile, valid_from)
    say(f"Regelverket {clean(profile.name)} gäller ärenden som kommer in från {valid_from}.")


def tighten_rules(
    edge: Edge,
    unit: o.UnitName = None,
    board: o.Board = None,
    key: Annotated[str | None, Option("--frist", metavar="FRIST", help="Vilken frist, till exempel svar.")] = None,
    length: Annotated[int | None, Option("--antal", metavar="N", min=1, max=366, help="Så många i stället.")] = None,
    counted_in: Annotated[
        str, Option("--raknas-i", metavar="ENHET", help="dagar, arbetsdagar eller veckor.")
    ] = CountedIn.WORKDAYS.value,
    shift: Annotated[
        str, Option("--forskjutning", metavar="SÄTT", help="ingen eller nasta_arbetsdag.")
    ] = Shift.NONE.value,
    source: Annotated[
        str | None, Option("--kalla", metavar="TEXT", help="Beslutet bakom, till exempel BUN 2026-10-01.")
    ] = None,
    start: Annotated[
        str | None, Option("--fran", metavar="DATUM", help="Gäller ärenden inkomna från den dagen (annars idag).")
    ] = None,
) -> None:
    """Ge en enhet eller nämnd en strängare frist än regelverkets. En mildare går inte.

    klagreg regler skarp --enhet Parkskolan --frist aterkoppling --antal 3

    Ärenden som redan har kommit in behåller sina frister.
    """
    if bool(unit) == bool(board):
        raise WrongUse("Ange antingen --enhet eller --namnd.", "En strängare frist gäller på ett ställe.")
    local = LocalRule(
        key=asked_for(key, "--frist", "Vilken frist"),
        length=length or whole_number(asked_for(None, "--antal", "Antal"), "--antal"),
        counted_in=CountedIn.named(counted_in, "--raknas-i"),
        valid_from=parse_day(start, edge.env.today, "--fran", "future") if start else edge.env.today,
        unit=unit,
        board=board,
        shift=Shift.named(shift, "--forskjutning"),
        source=border.line(source, "--kalla") if source else "",
    )
    with opened(edge) as register:
        kept, rule = register.upkeep.tighten(local)
    since = with_weekday(kept.valid_from)
    say(f"{clean(kept.where)}: {clean(rule.title)} inom {kept.in_words} för ärenden som kommer in från {since}.")


def review_rules(
    edge: Edge,
    text: Annotated[
        str | None, Argument(metavar="TEXT", help="Vad ni kom fram till. - läser stdin, @fil en fil.")
    ] = None,
    on: o.OnDay = None,
    reviewed: o.Reviewed = False,
) -> None:
    """Anteckna att regelverket är genomgånget, och vad ni kom fram till.

    klagreg regler granska "Inga ändringar. Utbildning för nyanställda i mars." --datum 15/1

    Texten skrivs ut i årets arbetsbok. Pekar den troligen ut någon sparas den inte, om du inte anger --granskad.
    """
    review = RuleReview(o.the_day(edge, on), told(text, "TEXT"))
    with opened(edge) as register:
        register.upkeep.review_rules(review, reviewed=reviewed)
    say(f"Regelverket är genomgånget {with_weekday(review.reviewed_on)}.")


def _something_to_change(command: str, values: Mapping[str, str | None], take_up: bool) -> None:
    if not take_up and all(value is None for value in values.values()):
        raise WrongUse("Säg vad som ska ändras.", f"Se klagreg {command} andra --help")


_CHANGES = {
    "receiver": "mottagare",
    "manager": "chef",
    "full_name": "fullt namn",
    "title": "titel",
    "phone": "telefon",
    "email": "e-post",
    "address": "adress",
}
"""What a line with the name and the home of a unit or handler does not show."""


def _what_changed(attributes: Sequence[str]) -> str:
    words = [_CHANGES[name] for name in attributes if name in _CHANGES]
    return f" Ändrat: {', '.join(words)}." if words else ""


def _still_retired(entry: Unit | Handler) -> str:
    return f" Fortfarande avvecklad sedan {entry.retired_on}." if entry.retired_on else ""


def _list(columns: tuple[Column, ...], rows: Sequence[tuple[str, ...]], empty: str) -> None:
    if rows:
        table(columns, rows)
    else:
        say(empty)
