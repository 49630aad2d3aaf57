"""Commands around the register: make it, its units, handlers and rules."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from klagreg import rules
from klagreg.cli import options as o
from klagreg.cli.edge import asked_for, edge_of, opened
from klagreg.days import parse_day
from klagreg.errors import MissingValue, WrongUse
from klagreg.register import Register
from klagreg.render.terminal import Column, clean, notice, say, table, verbatim
from klagreg.store.cases import Handler, Unit

Name = Annotated[str | None, typer.Argument(metavar="NAMN", help="Namnet.")]
NewName = Annotated[str | None, typer.Option("--namn", metavar="NAMN", help="Nytt namn.")]
TakeUp = Annotated[bool, typer.Option("--aterta", help="Ta upp en avvecklad igen.")]


def init(
    ctx: typer.Context,
    profile: Annotated[
        str,
        typer.Option(
            "--regler", metavar="NAMN|FIL", help="standard, osby, enkoping, kinda, nacka, lomma, eller en egen .toml."
        ),
    ] = "standard",
    board: Annotated[str | None, typer.Option("--namnd", metavar="KOD", help="Nämnden som registret hör till.")] = None,
    municipality: Annotated[
        str | None, typer.Option("--kommun", metavar="NAMN", help="Kommunens namn, för rapporter.")
    ] = None,
    group: Annotated[
        str | None,
        typer.Option("--grupp", metavar="GRUPP", help="Grupp av registratorer som får läsa och skriva filen."),
    ] = None,
) -> None:
    """Skapa ett register.

    klagreg init --regler osby --namnd KS

    Filen kan bara läsas av den som skapar den; med --grupp också av gruppens medlemmar.
    """
    edge = edge_of(ctx)
    chosen = rules.load(profile)
    Register.create(edge.path, edge.env, chosen, board=board, municipality=municipality, group=group)
    say(f"Registret {clean(str(edge.path))} är skapat med regelverket {clean(chosen.name)}.")
    for rule in chosen.rules:
        say(f"  {clean(rule.title)}: {clean(rule.in_words)}")
    if chosen.note:
        notice(chosen.note)
    say("Registrera det första ärendet: klagreg registrera")


def demo(
    ctx: typer.Context,
    folder: Annotated[Path | None, typer.Argument(metavar="MAPP", help="Ny mapp att lägga exemplet i.")] = None,
) -> None:
    """Gör ett exempelregister i en ny mapp, gå igenom hela arbetet och lämna årets arbetsbok där.

    klagreg demo
    """
    from klagreg import demo as example

    example.run(edge_of(ctx).env, folder or Path("klagreg-demo"))


def list_units(ctx: typer.Context, as_json: o.Json = False) -> None:
    """Lista enheter."""
    with opened(ctx) as register:
        units = register.store.units()
    if as_json:
        from klagreg.render import json

        json.show(
            [{"enhet": u.name, "namnd": u.board, "avvecklad": u.retired_on and u.retired_on.isoformat()} for u in units]
        )
        return
    rows = [(u.name, u.board or "–", f"avvecklad {u.retired_on}" if u.retired_on else "") for u in units]
    _list((Column("Enhet"), Column("Nämnd"), Column("")), rows, "Inga enheter. Lägg till: klagreg enhet lagg-till NAMN")


def add_unit(ctx: typer.Context, name: Name = None, board: o.Board = None) -> None:
    """Lägg till en enhet.

    klagreg enhet lagg-till Parkskolan --namnd BUN
    """
    wanted = asked_for(name, "NAMN", "Enhetens namn")
    with opened(ctx) as register:
        unit = register.put_unit(Unit(wanted, board))
    say(f"Enheten {clean(unit.name)} är tillagd ({clean(unit.board or 'ingen nämnd')}).")


def change_unit(
    ctx: typer.Context,
    name: Name = None,
    new_name: NewName = None,
    board: o.Board = None,
    take_up: TakeUp = False,
) -> None:
    """Byt namn eller nämnd på en enhet, eller ta upp en avvecklad igen.

    klagreg enhet andra Parkskolan --namn "Parkskolan F–6"

    Ärenden behåller den nämnd de har fått. --namnd "" tar bort enhetens nämnd.
    """
    wanted = asked_for(name, "NAMN", "Enhetens namn")
    _something_to_change("enhet", new_name, board, take_up)
    with opened(ctx) as register:
        unit = register.change_unit(wanted, new_name, board, take_up=take_up)
    say(f"Enheten heter {clean(unit.name)} ({clean(unit.board or 'ingen nämnd')}).{_still_retired(unit)}")


def retire_unit(ctx: typer.Context, name: Name = None, on: o.OnDay = None) -> None:
    """Avveckla en enhet: den kan inte väljas för nya ärenden, men de gamla finns kvar.

    klagreg enhet avveckla Parkskolan
    """
    wanted = asked_for(name, "NAMN", "Enhetens namn")
    with opened(ctx) as register:
        unit = register.retire_unit(wanted, o.the_day(ctx, on))
    say(f"Enheten {clean(unit.name)} är avvecklad.")


def list_handlers(ctx: typer.Context, as_json: o.Json = False) -> None:
    """Lista handläggare."""
    with opened(ctx) as register:
        handlers = register.store.handlers()
    if as_json:
        from klagreg.render import json

        json.show(
            [
                {"handlaggare": h.name, "enhet": h.unit, "avvecklad": h.retired_on and h.retired_on.isoformat()}
                for h in handlers
            ]
        )
        return
    rows = [(h.name, h.unit or "–", f"avvecklad {h.retired_on}" if h.retired_on else "") for h in handlers]
    empty = "Inga handläggare. Lägg till: klagreg handlaggare lagg-till NAMN"
    _list((Column("Handläggare"), Column("Enhet"), Column("")), rows, empty)


def add_handler(ctx: typer.Context, name: Name = None, unit: o.UnitName = None) -> None:
    """Lägg till en handläggare.

    klagreg handlaggare lagg-till eva.lind --enhet Parkskolan
    """
    wanted = asked_for(name, "NAMN", "Handläggarens namn")
    with opened(ctx) as register:
        handler = register.put_handler(Handler(wanted, unit))
    say(f"Handläggaren {clean(handler.name)} är tillagd.")


def change_handler(
    ctx: typer.Context,
    name: Name = None,
    new_name: NewName = None,
    unit: o.UnitName = None,
    take_up: TakeUp = False,
) -> None:
    """Byt namn eller enhet på en handläggare, eller ta upp en avvecklad igen.

    klagreg handlaggare andra eva.lind --enhet Kostenheten

    --enhet "" tar bort handläggarens enhet.
    """
    wanted = asked_for(name, "NAMN", "Handläggarens namn")
    _something_to_change("handlaggare", new_name, unit, take_up)
    with opened(ctx) as register:
        handler = register.change_handler(wanted, new_name, unit, take_up=take_up)
    home = clean(handler.unit or "ingen enhet")
    say(f"Handläggaren heter {clean(handler.name)} ({home}).{_still_retired(handler)}")


def retire_handler(ctx: typer.Context, name: Name = None, on: o.OnDay = None) -> None:
    """Avveckla en handläggare: den kan inte få nya ärenden, men de gamla finns kvar.

    klagreg handlaggare avveckla eva.lind
    """
    wanted = asked_for(name, "NAMN", "Handläggarens namn")
    with opened(ctx) as register:
        handler = register.retire_handler(wanted, o.the_day(ctx, on))
    say(f"Handläggaren {clean(handler.name)} är avvecklad.")


def show_rules(
    ctx: typer.Context,
    as_toml: Annotated[bool, typer.Option("--toml", help="Skriv ut regelverkets TOML-fil.")] = False,
    as_json: o.Json = False,
) -> None:
    """Visa regelverket: frister, kanaler och områden.

    klagreg regler visa
    """
    with opened(ctx) as register:
        rule_sets = register.store.rule_sets()
        channels, areas = register.store.vocabulary("kanal"), register.store.vocabulary("omrade")
        days_off = register.store.local_days_off()
    if as_json:
        from klagreg.render import json

        json.show(json.rules(rule_sets, channels, areas, days_off))
        return
    if as_toml:
        verbatim(rule_sets[-1].toml.rstrip())
        return
    from klagreg.render import texts

    texts.show_rules(rule_sets, channels, areas, days_off)


def list_profiles() -> None:
    """Lista de inbyggda regelverken.

    klagreg regler lista
    """
    for name in rules.BUILT_IN:
        profile = rules.load(name)
        say(f"{name}: {profile.source}")
        for rule in profile.rules:
            say(f"  {rule.title}: {rule.in_words}")


def change_rules(
    ctx: typer.Context,
    file: Annotated[
        str | None, typer.Argument(metavar="FIL", help="Det nya regelverket: en .toml-fil eller ett inbyggt namn.")
    ] = None,
    start: Annotated[
        str | None, typer.Option("--fran", metavar="DATUM", help="Gäller ärenden inkomna från den dagen.")
    ] = None,
) -> None:
    """Byt regelverk från en dag. Ärenden behåller de frister de har fått.

    klagreg regler andra riktlinje-2027.toml --fran 2027-01-01
    """
    profile = rules.load(asked_for(file, "FIL", "Regelverkets fil"))
    if start is None:
        raise MissingValue("--fran", "Ange från vilken dag regelverket gäller: --fran DATUM.")
    valid_from = parse_day(start, edge_of(ctx).env.today, "--fran", "future")
    with opened(ctx) as register:
        register.adopt(profile, valid_from)
    say(f"Regelverket {clean(profile.name)} gäller ärenden som kommer in från {valid_from}.")


def _something_to_change(command: str, new_name: str | None, home: str | None, take_up: bool) -> None:
    if new_name is None and home is None and not take_up:
        raise WrongUse("Säg vad som ska ändras.", f"Se klagreg {command} andra --help")


def _still_retired(entry: Unit | Handler) -> str:
    return f" Fortfarande avvecklad sedan {entry.retired_on}." if entry.retired_on else ""


def _list(columns: tuple[Column, ...], rows: Sequence[tuple[str, ...]], empty: str) -> None:
    if rows:
        table(columns, rows)
    else:
        say(empty)
