"""Documents for a reader: one value (``klagreg.documents``) as a page to print, as plain text, or in the terminal.

The page is one HTML file that needs nothing but itself: no script, no picture, no address outside the file. Every text
passes the gate of its medium, so that what would steer or hide is seen as ``�`` in all three. Computes nothing.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from klagreg.documents import Block, Document, Facts, Prose, Rows, Section
from klagreg.errors import BadValue, shorten
from klagreg.render import terminal
from klagreg.render.files import written_beside
from klagreg.render.terminal import Column, clean, clean_prose, say

if TYPE_CHECKING:
    from klagreg.render.page import Html

FORMATS = (".html", ".txt")


def written(document: Document, path: Path, *, replace: bool) -> None:
    """Write the document at ``path``, readable by its owner only: ``.html`` is a page, ``.txt`` plain text in UTF-8.

    Raises:
        BadValue: the file's name ends in neither.
        KlagregError: the file cannot be written; see :func:`klagreg.render.files.written_beside`.
    """
    with writing(path, replace=replace) as write:
        write(document)


@contextmanager
def writing(path: Path, *, replace: bool) -> Iterator[Callable[[Document], None]]:
    """As :func:`written`, for an act that stores what it hands out: the file gets its place when both are done.

    Raises:
        BadValue, KlagregError: as :func:`written`, before anything is done where that can be known.
    """
    must_be_known(path)
    render = page if path.suffix.lower() == ".html" else plain
    with written_beside(path, replace=replace) as temporary:
        yield lambda document: _put(render(document), temporary)


def _put(content: str, path: Path) -> None:
    path.write_text(content, encoding="utf-8", newline="\n")


def must_be_known(path: Path, option: str = "-o") -> None:
    """Refuse a file whose name does not say what it is; asked before the work is done.

    Raises:
        BadValue: the file's name ends in neither ``.html`` nor ``.txt``.
    """
    if path.suffix.lower() not in FORMATS:
        name = shorten(path.name or str(path))
        raise BadValue(option, f"”{name}” slutar inte på .html eller .txt.", "Välj ett av dem.")


# -- the terminal -------------------------------------------------------------------------------


def shown(document: Document) -> None:
    """Print the document in the terminal."""
    terminal.heading(clean(document.title))
    _say_facts(document.about)
    for section in document.sections:
        say()
        terminal.heading(clean(section.heading))
        for i, block in enumerate(section.blocks):
            if i:
                say()
            _say(block)


def _say(block: Block) -> None:
    if isinstance(block, Facts):
        _say_facts(block.rows)
    elif isinstance(block, Prose):
        for line in clean_prose(block.text).split("\n"):
            say(f"  {line}".rstrip())
    else:
        places = range(len(block.headings))
        whole = [all(_is_whole(row[place]) for row in block.rows) for place in places]
        columns = [Column(clean(block.headings[place]), whole=whole[place]) for place in places]
        terminal.table(columns, block.rows)


def _is_whole(cell: str) -> bool:
    """A number, a day or a short word, that is never broken."""
    return re.fullmatch(r"\S{0,16}|\w{3} \d{4}-\d\d-\d\d", cell) is not None


def _say_facts(rows: Sequence[tuple[str, str]]) -> None:
    width = _label_width(rows)
    for label, value in rows:
        first, *more = clean_prose(value).split("\n")
        say(f"  {clean(label) + ':':<{width}} {first}".rstrip())
        for line in more:
            say(f"  {'':<{width}} {line}".rstrip())


def _label_width(rows: Iterable[tuple[str, str]]) -> int:
    return max((len(label) + 1 for label, _ in rows if len(label) < _LONGEST_LABEL), default=0)


_LONGEST_LABEL = 28
"""Labels that are longer push their own value aside and no other's."""


# -- plain text ---------------------------------------------------------------------------------

_WIDTH = 80
_NARROWEST = 20
"""Characters below which a broken column is hard to read."""


def plain(document: Document) -> str:
    """The document as plain text, in lines of at most 80 characters where the words allow it."""
    lines = chain(
        _underlined(document.title, "="),
        _plain_facts(document.about),
        *(_plain_section(section) for section in document.sections),
    )
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _plain_section(section: Section) -> Iterator[str]:
    yield from ("", *_underlined(section.heading, "-" if section.level == 2 else "."))
    for i, block in enumerate(section.blocks):
        if i:
            yield ""
        if isinstance(block, Facts):
            yield from _plain_facts(block.rows)
        elif isinstance(block, Prose):
            for line in clean_prose(block.text).split("\n"):
                yield from _wrapped(line, " " * (len(line) - len(line.lstrip())))
        else:
            yield from _plain_table(block)


def _underlined(heading: str, mark: str) -> list[str]:
    lines = _wrapped(clean(heading))
    return [*lines, mark * max(map(len, lines))]


def _plain_facts(rows: Sequence[tuple[str, str]]) -> Iterator[str]:
    width = _label_width(rows)
    for label, value in rows:
        first, *more = clean_prose(value).split("\n")
        yield from _wrapped(f"{clean(label) + ':':<{width}} {first}", " " * (width + 1))
        for line in more:
            yield from _wrapped(" " * (width + 1) + line, " " * (width + 1))


def _wrapped(line: str, hanging: str = "", width: int = _WIDTH) -> list[str]:
    return textwrap.wrap(line, width, subsequent_indent=hanging, break_on_hyphens=False, break_long_words=False) or [""]


def _plain_table(table: Rows) -> Iterator[str]:
    cells = [[clean(cell) for cell in row] for row in (table.headings, *table.rows)]
    widths = [max(1, *map(len, column)) for column in zip(*cells, strict=True)]
    widest = widths.index(max(widths))
    room = _WIDTH - sum(widths) + widths[widest] - 2 * (len(widths) - 1)
    if room < min(_NARROWEST, widths[widest]):
        yield from _stacked(cells)
        return
    widths[widest] = min(widths[widest], room)
    rules = ["-" * width for width in widths]
    for row in (cells[0], rules, *cells[1:]):
        parts = [_wrapped(cell, width=width) for cell, width in zip(row, widths, strict=True)]
        for n in range(max(map(len, parts))):
            line = (part[n] if n < len(part) else "" for part in parts)
            yield "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True))


def _stacked(cells: Sequence[Sequence[str]]) -> Iterator[str]:
    """Each row as a block, where a table would be too wide."""
    (_, *headings), *rows = cells
    for i, (first, *others) in enumerate(rows):
        yield from ([""] if i else []) + _wrapped(first)
        yield from (f"  {line}" for line in _plain_facts(list(zip(headings, others, strict=True))))


# -- a page -------------------------------------------------------------------------------------


def page(document: Document) -> str:
    """The document as an accessible page that prints on A4."""
    from klagreg.render.page import Html, tag

    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("meta", name="robots", content="noindex"),
        tag("title", document.title),
        tag("style", Html(_style())),
    )
    body = tag(
        "body",
        tag("header", tag("h1", document.title), *_facts(document.about)),
        tag("main", *(_section(section, f"del-{i}") for i, section in enumerate(document.sections, 1))),
    )
    return "<!doctype html>\n" + tag("html", head, body, lang="sv")


_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def _section(section: Section, key: str) -> Html:
    from klagreg.render.page import tag

    inside = chain.from_iterable(_block(block, key) for block in section.blocks)
    heading = tag(f"h{section.level}", section.heading, id=key)
    return tag("section", heading, *inside, aria_labelledby=key)


def _block(block: Block, key: str) -> Iterator[Html]:
    from klagreg.render.page import tag

    if isinstance(block, Facts):
        yield from _facts(block.rows)
    elif isinstance(block, Prose):
        yield tag("div", _lines(block.text), class_="prose")
    else:
        # Whoever has no mouse scrolls a wide table with the arrow keys: the frame takes focus.
        yield tag("div", _table(block, key), class_="frame", role="region", aria_labelledby=key, tabindex="0")


def _facts(rows: Sequence[tuple[str, str]]) -> Iterator[Html]:
    from klagreg.render.page import tag

    if rows:
        yield tag("dl", *(tag("div", tag("dt", label), tag("dd", _lines(value))) for label, value in rows))


def _lines(text: str) -> Html:
    """A text with its line ends, which the style keeps."""
    from klagreg.render.page import Html, gate

    return Html("\n".join(gate(line) for line in text.split("\n")))


def _table(table: Rows, key: str) -> Html:
    from klagreg.render.page import tag

    head = (tag("th", heading, scope="col") for heading in table.headings)
    body = (
        tag("tr", _cell("th", first, scope="row"), *(_cell("td", cell) for cell in cells))
        for first, *cells in table.rows
    )
    return tag("table", tag("thead", tag("tr", *head)), tag("tbody", *body), aria_labelledby=key)


def _cell(name: str, text: str, **attributes: str) -> Html:
    from klagreg.render.page import tag

    return tag(name, _lines(text), class_="whole" if _is_whole(text) else None, **attributes)


def _style() -> str:
    from klagreg.render.page import DARK, LIGHT

    light, dark = (
        ":root { " + " ".join(f"--{name}: {colour};" for name, colour in colours.items()) + " }"
        for colours in (LIGHT, DARK)
    )
    return f"\n{light}\n@media screen and (prefers-color-scheme: dark) {{ {dark} }}\n{_STYLE}"


_STYLE = """@media screen { html { color-scheme: light dark; } }
@page { size: A4; margin: 18mm 18mm 20mm; @bottom-right { content: counter(page) " (" counter(pages) ")"; } }
*, ::before, ::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; print-color-adjust: exact; }
body {
  margin: 0; background: var(--paper); color: var(--ink); overflow-wrap: anywhere;
  font: 1.0625rem/1.5 -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
header, main { padding-inline: max(1rem, (100% - 52rem) / 2); }
header { padding-block: 2rem 1.5rem; background: var(--pale); border-top: .375rem solid var(--accent); }
main { padding-block: .5rem 3rem; }
h1, h2, h3 { margin: 0; line-height: 1.25; color: var(--accent); text-wrap: balance; break-after: avoid; }
h1 { font-size: 1.875rem; }
h2 { margin-top: 2.25rem; padding-bottom: .375rem; border-bottom: 2px solid var(--accent); font-size: 1.3125rem; }
h3 { margin-top: 1.375rem; font-size: 1.0625rem; }
dl { margin: .875rem 0; }
dl div { display: grid; grid-template-columns: 13rem 1fr; gap: 0 1rem; padding: .125rem 0; break-inside: avoid; }
dt { color: var(--grey); }
dd { margin: 0; white-space: pre-wrap; }
.prose { max-width: 46em; margin: .5rem 0 .875rem; white-space: pre-wrap; orphans: 3; widows: 3; }
.frame { overflow-x: auto; margin: .875rem 0; }
table { width: 100%; border-collapse: collapse; font-size: .9375rem; line-height: 1.35; overflow-wrap: normal; }
th, td { padding: .4375rem .625rem; text-align: left; vertical-align: top; font-weight: 400; }
tbody :is(th, td) { white-space: pre-wrap; border-bottom: 1px solid var(--rule); }
tbody .whole { white-space: nowrap; font-variant-numeric: tabular-nums; }
thead th { background: var(--accent); color: var(--paper); font-weight: 600; vertical-align: bottom; }
tr { break-inside: avoid; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
@media (max-width: 40rem) { dl div { grid-template-columns: 1fr; padding: .25rem 0; } }
@media print {
  html { font-size: 9.5pt; }
  header, main { padding: 0; }
  header { background: none; border-top: 0; padding-bottom: .5rem; }
  .prose { max-width: none; }
  dl div { grid-template-columns: 44mm 1fr; }
  h2 { margin-top: 1.5rem; }
  thead { display: table-header-group; }
  /* Readable also where the browser prints no backgrounds. */
  thead th { background: none; color: var(--accent); border-bottom: 1px solid var(--accent); }
  .frame { overflow: visible; }
}
"""
