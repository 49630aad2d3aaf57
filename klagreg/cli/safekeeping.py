"""Commands that keep the register safe: a copy while others write, and the way back from it."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import Annotated

from klagreg import days
from klagreg.cli import options as o
from klagreg.cli.declared import Argument, Option
from klagreg.cli.edge import Edge, asked_for, opened
from klagreg.cli.progress import progress
from klagreg.desk import Env
from klagreg.errors import EXIT_ACTION_NEEDED, EXIT_OK
from klagreg.render.terminal import clean, notice, say
from klagreg.safekeeping import BackedUp, Restored, Safekeeping, what_is_lost
from klagreg.safekeeping import restore as restored_from
from klagreg.store.copies import Extent


def back_up(
    edge: Edge,
    file: Annotated[
        str | None, Argument(metavar="FIL", help="Kopian att skriva, eller en mapp: då väljs namnet efter dagen.")
    ] = None,
    replace: Annotated[bool, Option("--ersatt", help="Skriv över en äldre kopia med samma namn.")] = False,
    thorough: Annotated[
        bool, Option("--grundligt", help="Gå också igenom hela kopian; görs alltid när en äldre skrivs över.")
    ] = False,
    quiet: Annotated[bool, Option("--tyst", help="Skriv inget när det gick bra; för cron.")] = False,
    as_json: o.Json = False,
) -> int:
    """Gör en säkerhetskopia, även medan andra skriver. Den läses tillbaka och jämförs innan den får sitt namn.

    klagreg sakerhetskopiera /mnt/kopior/

    Kopian kan bara läsas av den som gör den. Den innehåller allt som registret innehåller och är inte krypterad.
    """
    from klagreg.render.files import written_beside

    target = _target(Path(asked_for(file, "FIL", "Fil eller mapp")), edge.env)
    with opened(edge) as register, progress("byte") as told:
        keeping = Safekeeping(register.store, register.env, register.directory)
        made = keeping.back_up(target, written_beside(target, replace=replace), told, thorough=thorough)
    edge.verdict = EXIT_ACTION_NEEDED if made.deviation else EXIT_OK
    if made.deviation:
        notice(f"Registret, och så kopian, stämmer inte med loggen: {clean(made.deviation)}. Se: klagreg kontrollera")
    if as_json:
        _show_backup(made)
        return edge.verdict
    if quiet:
        return edge.verdict
    checked = "gjord och kontrollerad" if made.thorough else "gjord, och läst tillbaka lika med registret"
    say(f"Säkerhetskopian {clean(str(made.file))} är {checked} ({_size(made.size)}).")
    say(f"  {_in_words(made.holds)}")
    notice("Den innehåller personuppgifter och är inte krypterad: förvara den som registret, inlåst och inte i mejl.")
    return edge.verdict


def restore(
    edge: Edge,
    file: Annotated[str | None, Argument(metavar="FIL", help="Säkerhetskopian.")] = None,
    replace: Annotated[
        bool, Option("--ersatt", help="Också när registret är nyare, ett annat, eller inte kan läsas.")
    ] = False,
    as_json: o.Json = False,
) -> None:
    """Återställ registret från en säkerhetskopia. Ett register som är nyare ersätts inte.

    klagreg aterstall /mnt/kopior/klagreg-2026-11-22-0914.db

    Kopian kontrolleras först och ligger kvar. Registret som ersätts läggs undan under ett annat namn, aldrig borttaget.
    """
    backup = Path(asked_for(file, "FIL", "Säkerhetskopia"))
    done = restored_from(edge.path, backup, edge.env, replace=replace)
    edge.has_written = True
    if as_json:
        _show_restored(done)
    else:
        say(f"Registret {clean(str(done.register))} är återställt från {clean(str(done.backup))}.")
        say(f"  {_in_words(done.holds)}")
        _tell_what_was_there(done)
    if done.deviation:
        notice(f"Registret stämmer inte med sin logg: {clean(done.deviation)}. Se: klagreg kontrollera")
    if not done.group_kept:
        name = shlex.quote(str(done.register))
        notice(f"Filens grupp kunde inte behållas. Ge den tillbaka: chgrp GRUPP {name} && chmod 660 {name}")


def _target(given: Path, env: Env) -> Path:
    """The file to write, with its whole path; in a folder a name that is free."""
    if not given.is_dir():
        return given.absolute()
    stem = f"klagreg-{env.today}-{env.clock.replace(':', '')}"
    names = [f"{stem}.db", *(f"{stem}-{number}.db" for number in range(2, 100))]
    return (given / next((name for name in names if not os.path.lexists(given / name)), names[-1])).absolute()


def _in_words(holds: Extent) -> str:
    cases = f"{holds.cases} {'ärende' if holds.cases == 1 else 'ärenden'}"
    return f"{cases}, till och med händelse {holds.events} ({days.shown_minute(holds.last_at)})."


def _moment(holds: Extent) -> str:
    return days.shown_moment(holds.last_at)


def _size(size: int) -> str:
    """A size as Swedish readers write it: ``212 kB``, ``4,5 MB``."""
    for unit, worth in (("GB", 10**9), ("MB", 10**6)):
        if size >= worth:
            return f"{size / worth:.1f} {unit}".replace(".", ",")
    return f"{max(size // 1000, 1)} kB"


def _tell_what_was_there(done: Restored) -> None:
    if done.difference and done.difference.lost:
        say(f"  Det här finns bara i det gamla registret: {what_is_lost(done.difference)}.")
    if done.set_aside:
        say(f"  Det gamla registret ligger kvar som {clean(str(done.set_aside))}. Ta bort det när det inte behövs.")


def _show_backup(made: BackedUp) -> None:
    from klagreg.render import json

    json.show(
        {
            "fil": str(made.file),
            "byte": made.size,
            "grundligt": made.thorough,
            "avvikelse": made.deviation,
            **_held(made.holds),
        }
    )


def _show_restored(done: Restored) -> None:
    from klagreg.render import json

    json.show(
        {
            "register": str(done.register),
            "fran": str(done.backup),
            **_held(done.holds),
            "forlorade_handelser": done.difference.lost if done.difference else None,
            "forlorade_arenden": done.difference.lost_cases if done.difference else None,
            "undanlagt": str(done.set_aside) if done.set_aside else None,
        }
    )


def _held(holds: Extent) -> dict[str, object]:
    return {
        "arenden": holds.cases,
        "handelser": holds.events,
        "senaste_handelse": _moment(holds),
        "logghash": holds.last_hash,
    }
