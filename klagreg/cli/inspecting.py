"""The command that checks the register."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from klagreg import days
from klagreg.cli import options as o
from klagreg.cli.edge import edge_of, opened
from klagreg.cli.progress import progress
from klagreg.errors import EXIT_ACTION_NEEDED, EXIT_OK, BadValue, shorten
from klagreg.inspection import Anchor, Inspected, Inspection, anchors_in
from klagreg.store.surroundings import remarks


def inspect(
    ctx: typer.Context,
    anchor: Annotated[
        list[str] | None,
        typer.Option(
            "--ankare",
            metavar="HASH|FIL",
            help="En logghash från en arbetsbok, eller en fil med ankare; den fylls på när allt stämmer.",
        ),
    ] = None,
    quiet: Annotated[bool, typer.Option("--tyst", help="Skriv inget när allt stämmer; för cron.")] = False,
    as_json: o.Json = False,
) -> int:
    """Kontrollera registret: filen, loggens kedja, nummerserierna och att varje ärende är det som loggen säger.

    klagreg kontrollera --ankare /annan/disk/ankare.txt

    Ingenting rättas. Slutkoden är 10 när något är fel. Ett ankare är den hash som loggen slutar med; utan ett som
    ligger utanför filen går det inte att se att slutet av loggen är borttaget eller att allt är omskrivet.
    """
    given = [_Given(ctx, word) for word in anchor or ()]
    with opened(ctx) as register, progress("ärenden") as told:
        inspection = Inspection(register.store, register.env, register.directory)
        found = inspection.inspect([one for source in given for one in source.anchors], told.step)
    kept = [source.keep(found, days.stored_moment(edge_of(ctx).now)) for source in given]
    edge_of(ctx).verdict = EXIT_OK if found.is_sound else EXIT_ACTION_NEEDED
    risks = remarks(edge_of(ctx).path)
    if quiet and found.is_sound and not risks:
        return EXIT_OK
    if as_json:
        from klagreg.render import json

        json.show(json.inspected(found, risks))
    else:
        from klagreg.render import texts

        texts.show_inspection(edge_of(ctx).path, found, risks, next(filter(None, kept), None))
    return edge_of(ctx).verdict


class _Given:
    """An ``--ankare``: a hash as it was typed, or a file with one on each line."""

    def __init__(self, ctx: typer.Context, word: str) -> None:
        self._file = None if re.fullmatch(r"[0-9a-f]{16,64}", word) else Path(word)
        if self._file is not None and self._file.resolve() == edge_of(ctx).path.resolve():
            raise BadValue("--ankare", "det är registret självt.", "Ange en egen fil, helst på en annan disk.")
        self.anchors: list[Anchor] = anchors_in(word if self._file is None else self._read())

    def _read(self) -> str:
        assert self._file is not None
        try:
            return self._file.read_text("utf-8")
        except FileNotFoundError:
            return ""  # it is made when the register has been found sound
        except (OSError, UnicodeDecodeError):
            raise BadValue(
                "--ankare", f"{shorten(str(self._file), 200)} kan inte läsas.", "Ange en logghash, eller en textfil."
            ) from None

    def keep(self, found: Inspected, at: str) -> Path | None:
        """Add where the log ends now to the file, once it is known to be sound; the file, if it holds it now."""
        if self._file is None or not found.is_sound or found.anchor is None:
            return None
        if found.anchor not in self.anchors:
            from klagreg.render.files import written_beside

            kept = self._read()
            with written_beside(self._file, replace=True) as temporary:
                temporary.write_text(f"{kept}{at} {found.anchor.written}\n", "utf-8", newline="\n")
        return self._file
