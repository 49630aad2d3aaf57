"""The command that checks the register."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

from klagreg import days
from klagreg.cli import options as o
from klagreg.cli.declared import Option
from klagreg.cli.edge import Edge, must_not_be_the_register, opened
from klagreg.cli.progress import progress
from klagreg.errors import EXIT_ACTION_NEEDED, EXIT_OK, BadValue, shorten
from klagreg.inspection import Anchor, Inspected, Inspection, anchors_in
from klagreg.render.terminal import clean, notice
from klagreg.store.surroundings import remarks


def inspect(
    edge: Edge,
    anchor: Annotated[
        list[str] | None,
        Option(
            "--ankare",
            metavar="HASH|FIL",
            help="En logghash från en arbetsbok, eller en fil med ankare; den fylls på när allt stämmer.",
        ),
    ] = None,
    quiet: Annotated[bool, Option("--tyst", help="Skriv inget när allt stämmer; för cron.")] = False,
    as_json: o.Json = False,
) -> int:
    """Kontrollera registret: filen, loggens kedja, nummerserierna och att varje ärende är det som loggen säger.

    klagreg kontrollera --ankare /annan/disk/ankare.txt

    Ingenting rättas. Slutkoden är 10 när något är fel. Ett ankare är den hash som loggen slutar med; utan ett som
    ligger utanför filen går det inte att se att slutet av loggen är borttaget eller att allt är omskrivet.
    """
    given = [_Given(edge, word) for word in anchor or ()]
    with opened(edge) as register, progress("klara") as told:
        inspection = Inspection(register.store, register.env, register.directory)
        found = inspection.inspect([one for source in given for one in source.anchors], told)
    kept = [source.keep(found, days.stored_moment(edge.now)) for source in given]
    for source in given:
        if source.is_new:
            notice(f"{clean(str(source.file))} fanns inte: inget är jämfört med den, och en ny fil påbörjas.")
    edge.verdict = EXIT_OK if found.is_sound else EXIT_ACTION_NEEDED
    risks = remarks(edge.path)
    if quiet and found.is_sound and not risks:
        return EXIT_OK
    if as_json:
        from klagreg.render import json

        json.show(json.inspected(found, risks))
    else:
        from klagreg.render import texts

        texts.show_inspection(edge.path, found, risks, next(filter(None, kept), None))
    return edge.verdict


class _Given:
    """An ``--ankare``: a hash as it was typed, or a file with one on each line."""

    def __init__(self, edge: Edge, word: str) -> None:
        is_hash = re.fullmatch(r"[0-9a-fA-F]{6,}", word) is not None
        self.file = None if is_hash else Path(word)
        must_not_be_the_register(edge, self.file, "--ankare")
        self.is_new = self.file is not None and not self.file.exists()
        self.anchors: list[Anchor] = anchors_in(word if self.file is None else self._read(self.file))

    def _read(self, file: Path) -> str:
        try:
            if not file.exists():
                return ""  # it is made when the register has been found sound
            if not file.is_file() or file.stat().st_size > LARGEST:
                raise BadValue("--ankare", f"{shorten(str(file), 200)} är ingen fil med ankare.", _WHAT_INSTEAD)
            return file.read_text("utf-8")
        except (OSError, UnicodeDecodeError):
            raise BadValue("--ankare", f"{shorten(str(file), 200)} kan inte läsas.", _WHAT_INSTEAD) from None

    def keep(self, found: Inspected, at: str) -> Path | None:
        """Add where the log ends now to the file, once all is as the log says; the file, if it holds it now."""
        if self.file is None or not found.is_what_its_log_says or found.anchor is None:
            return None
        if found.anchor not in self.anchors:
            from klagreg.render.files import written_beside

            kept = self._read(self.file).splitlines()
            with written_beside(self.file, replace=True) as temporary:
                lines = "".join(f"{line}\n" for line in [*kept, f"{at} {found.anchor.written}"])
                temporary.write_text(lines, "utf-8", newline="\n")
        return self.file


LARGEST = 10_000_000
"""Bytes of a file of anchors: as many as two centuries of nights make."""

_WHAT_INSTEAD = "Ange en logghash, eller en textfil."
