"""Pages: the blank form to print and the public page, each one HTML file that needs nothing but itself.

Everything a browser shows passes :func:`tag`. It takes markup only as :class:`Html`; any other text goes through
:func:`gate` and arrives as text. No script, no picture, no address outside the file. Computes no figure.

WCAG 2.1 AA (lagen om tillgänglighet till digital offentlig service): headings in order, a label for every field,
4.5:1 in light and dark, and at 320 pixels nothing but a wide table, in a frame of its own, is scrolled sideways.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from itertools import groupby
from typing import NamedTuple

from klagreg.figures import swedish_order
from klagreg.profile import Form
from klagreg.publication import KeyFigure, Publication, PublishedAnswer
from klagreg.render.terminal import clean
from klagreg.sheets import Column, Kind, Part, Section, Sheet, Value, shown


def form(blank: Form, *, types: Sequence[str] = (), areas: Sequence[str] = (), municipality: str = "") -> str:
    """The blank form: one A4 to fill in by hand, or on screen and then print. Nothing is sent, nothing is stored.

    ``types`` and ``areas`` are to tick; without areas there is a line to write on, without types nothing is asked.
    """
    return _document(
        _titled(blank.title, municipality),
        blank.lead,
        _FORM_STYLE,
        tag(
            "main",
            *_if_any("p", municipality, class_="owner"),
            tag("h1", blank.title),
            tag("p", blank.lead, class_="lead"),
            tag("div", *_instructions(blank), class_="instructions"),
            tag("form", *_case_fields(types, areas), *_sender_fields(blank), aria_label="Blankett"),
            _office_box(),
        ),
    )


def publication(pub: Publication) -> str:
    """The public page: figures in short, answers by area, figures in tables, and how it was all made."""
    areas = _by_area(pub.answers)
    sections = [
        section
        for section in (
            _Section("siffror", "Siffrorna i korthet", tuple(_figures(pub.figures))),
            _Section("svar", "Våra svar", tuple(_answers(areas)), tuple(_area_links(areas))),
            _Section("tabeller", "Siffrorna i tabeller", tuple(_tables(pub.tables))),
            _Section("om", "Om siffrorna och svaren", tuple(_paragraphs(*pub.notes))),
        )
        if section.inside
    ]
    return _document(
        _titled(pub.title, pub.owner),
        _titled(f"{pub.title}, {pub.period}", pub.owner),
        _PAGE_STYLE,
        tag("a", "Hoppa till innehållet", class_="skip", href="#innehall"),
        tag(
            "header",
            *_if_any("p", pub.owner, class_="owner"),
            tag("h1", pub.title),
            tag("p", pub.period, class_="lead"),
        ),
        *_contents(sections),
        tag(
            "main",
            *_paragraphs(*pub.intro),
            *(tag("section", tag("h2", s.heading, id=s.key), *s.inside, aria_labelledby=s.key) for s in sections),
            id="innehall",
        ),
        tag("footer", tag("p", f"Sidan uppdaterades {pub.updated}.")),
    )


def _titled(title: str, owner: str) -> str:
    return f"{title} – {owner}" if owner else title


# -- markup -------------------------------------------------------------------------------------


class Html(str):
    """Markup: made by this module, and holding no text that has not passed the gate."""

    __slots__ = ()


def gate(text: str) -> Html:
    """The one way for a text into a page: what is not visible becomes ``�``, and nothing in it is markup."""
    return Html(escape(clean(text)))


def tag(name: str, /, *inside: str, **attributes: str | None) -> Html:
    """An element. What is inside is text unless it is :class:`Html`; an attribute that is None is left out.

    ``class_``, ``for_`` and ``aria_label`` become ``class``, ``for`` and ``aria-label``.
    """
    given = {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items() if value is not None}
    start = name + "".join(f' {key}="{gate(value)}"' for key, value in given.items())
    line_end = "" if name in _INLINE else "\n"
    if name in _VOID:
        return Html(f"<{start}>{line_end}")
    return Html(f"<{start}>{_joined(inside)}</{name}>{line_end}")


_VOID = {"br", "input", "meta"}
_INLINE = {"a", "br", "input", "label", "span", "strong"}
"""Elements that no line end follows in the file, where it would be seen as a space."""


def _joined(parts: Iterable[str], between: str = "") -> Html:
    return Html(between.join(part if isinstance(part, Html) else gate(part) for part in parts))


def _if_any(name: str, text: str, **attributes: str) -> Iterator[Html]:
    """An element for a text that may be missing."""
    if text:
        yield tag(name, text, **attributes)


def _paragraphs(*texts: str) -> Iterator[Html]:
    """Texts of any number of lines: a blank line parts two paragraphs, a line end is kept."""
    for text in texts:
        for is_blank, lines in groupby(text.split("\n"), lambda line: not line.strip()):
            if not is_blank:
                yield tag("p", _joined(lines, tag("br")))


def _document(title: str, description: str, style: str, *body: Html) -> str:
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("meta", name="description", content=description),
        tag("title", title),
        tag("style", Html(_STYLE + style)),
    )
    return "<!doctype html>\n" + tag("html", head, tag("body", *body), lang="sv")


_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


# -- the blank form -----------------------------------------------------------------------------


def _instructions(blank: Form) -> Iterator[Html]:
    yield tag("div", *_paragraphs(*blank.paragraphs), tag("p", _ON_SCREEN, class_="screen"))
    if blank.return_to:
        address = tag("address", _joined(blank.return_to, tag("br")))
        yield tag("div", tag("h2", "Lämna eller skicka blanketten till"), address, class_="return")


_ON_SCREEN = (
    "Skriv ut blanketten och fyll i den för hand, eller fyll i den här och skriv ut den sedan (Ctrl + P). "
    "Det du skriver här sparas inte och skickas inte."
)


def _case_fields(types: Sequence[str], areas: Sequence[str]) -> Iterator[Html]:
    """What it is about, in the order of Kinda's blankett."""
    yield tag("h2", "Ditt ärende")
    unit, which_area = _line("enhet", "Enhet det gäller"), "Vilket område gäller det?"
    if areas:
        yield unit
        yield _ticks("omrade", which_area, areas)
    else:
        yield tag("div", unit, _line("omrade", which_area), class_="pair")
    if types:
        yield _ticks("typ", "Vad vill du lämna?", types)
    yield _box("arende", "Klagomål eller synpunkter", rows=8, room="most")
    yield _box("forslag", "Förslag till förbättringar", rows=4, room="some")
    yield tag("p", "Räcker inte platsen? Fortsätt på baksidan eller på ett eget papper.", class_="paper note")


def _sender_fields(blank: Form) -> Iterator[Html]:
    yield tag("h2", "Dina uppgifter")
    yield from _paragraphs(blank.anonymous_note)
    yield _line("namn", "Ange ditt namn", autocomplete="name")
    yield _box("adress", "Ange din adress", rows=2, autocomplete="street-address")
    yield tag(
        "div",
        _line("telefon", "Ange ditt telefonnummer", kind="tel", autocomplete="tel"),
        _line("epost", "Ange din e-postadress", kind="email", autocomplete="email"),
        class_="pair",
    )
    yield tag("div", *_paragraphs(blank.privacy_note), class_="note")
    yield from _if_any("p", blank.thanks, class_="thanks")


def _office_box() -> Html:
    fields = (tag("li", field) for field in ("Ärendenummer", "Ankommen (datum)", "Mottagen av"))
    heading = tag("h2", "Fylls i av kommunen", id="kommunen")
    return tag("section", heading, tag("ul", *fields), class_="office", aria_labelledby="kommunen")


def _line(key: str, label: str, *, kind: str = "text", autocomplete: str | None = None) -> Html:
    """A line to write on. No field has a name, so that no browser can send what is written."""
    field = tag("input", id=key, type=kind, autocomplete=autocomplete)
    return tag("div", tag("label", label, for_=key), field, class_="field")


def _box(key: str, label: str, *, rows: int, room: str = "", autocomplete: str = "off") -> Html:
    """A box to write in, which grows with the text. ``room``: how much it gets of what is left of the paper."""
    field = tag("textarea", id=key, rows=str(rows), autocomplete=autocomplete)
    return tag("div", tag("label", label, for_=key), field, class_=f"field {room}".rstrip())


def _ticks(key: str, question: str, choices: Sequence[str]) -> Html:
    boxes = (
        tag("div", tag("input", id=f"{key}-{i}", type="checkbox"), tag("label", choice, for_=f"{key}-{i}"))
        for i, choice in enumerate(choices, 1)
    )
    return tag("fieldset", tag("legend", question), tag("div", *boxes, class_="ticks"), class_="field")


# -- the public page ----------------------------------------------------------------------------


class _Section(NamedTuple):
    """A part of the page, with its place in the list of contents."""

    key: str
    heading: str
    inside: tuple[Html, ...]
    contents: tuple[Html, ...] = ()


def _contents(sections: Sequence[_Section]) -> Iterator[Html]:
    if sections:
        links = tag("ul", *(tag("li", _link(s.key, s.heading), *s.contents) for s in sections))
        yield tag("nav", tag("h2", "På den här sidan", id="sidan"), links, aria_labelledby="sidan")


def _link(key: str, text: str) -> Html:
    return tag("a", text, href=f"#{key}")


def _figures(figures: Sequence[KeyFigure]) -> Iterator[Html]:
    if figures:
        yield tag(
            "dl",
            *(
                tag(
                    "div",
                    tag("dt", figure.label),
                    tag("dd", figure.value, class_="value"),
                    *_if_any("dd", figure.note, class_="note"),
                )
                for figure in figures
            ),
        )


_Areas = Sequence[tuple[str, Sequence[PublishedAnswer]]]
"""Areas in Swedish order, with their answers."""


def _by_area(answers: Iterable[PublishedAnswer]) -> _Areas:
    found: dict[str, list[PublishedAnswer]] = {}
    for answer in answers:
        found.setdefault(answer.area or "Övrigt", []).append(answer)
    return sorted(found.items(), key=lambda area: swedish_order(area[0]))


def _area_links(areas: _Areas) -> Iterator[Html]:
    if len(areas) > 1:
        yield tag("ul", *(tag("li", _link(f"svar-{i}", area)) for i, (area, _) in enumerate(areas, 1)))


def _answers(areas: _Areas) -> Iterator[Html]:
    """A single area needs no heading of its own: its answers move up a level and say it themselves."""
    if len(areas) < 2:
        for area, answers in areas:
            yield from (_article(answer, "h3", area, answer.month) for answer in answers)
        return
    for i, (area, answers) in enumerate(areas, 1):
        yield tag("h3", area, id=f"svar-{i}")
        yield from (_article(answer, "h4", answer.month) for answer in answers)


def _article(answer: PublishedAnswer, heading: str, *about: str) -> Html:
    return tag(
        "article",
        tag(heading, answer.viewpoint),
        *_if_any("p", " · ".join(filter(None, about)), class_="note"),
        *_paragraphs(answer.answer),
        *_improved(answer.improvement),
    )


def _improved(text: str) -> Iterator[Html]:
    if text:
        yield tag("div", tag("p", tag("strong", "Det här har blivit bättre")), *_paragraphs(text), class_="improved")


def _tables(sheets: Iterable[Sheet]) -> Iterator[Html]:
    for i, sheet in enumerate(sheets, 1):
        key = f"tabell-{i}"
        table = _table(sheet, key)
        # Whoever has no mouse scrolls a wide table with the arrow keys: the frame takes focus.
        yield tag("div", table, class_="frame", role="region", aria_labelledby=key, tabindex="0")
        yield from (tag("p", note, class_="note") for note in sheet.notes)


def _table(sheet: Sheet, key: str) -> Html:
    head = (tag("th", column.heading, scope="col", class_=_look(column)) for column in sheet.columns)
    body = [_row(sheet.columns, row) for row in sheet.rows]
    nothing = tag("tr", tag("td", sheet.nothing, colspan=str(len(sheet.columns))))
    foot = [_row(sheet.columns, row) for row in sheet.totals]
    return tag(
        "table",
        tag("caption", tag("span", sheet.heading, id=key)),
        tag("thead", tag("tr", *head)),
        tag("tbody", *(body or [nothing])),
        *([tag("tfoot", *foot)] if foot else ()),
    )


def _row(columns: Sequence[Column], row: Sequence[Value]) -> Html:
    """A row that its first cell names."""
    cells = (
        tag("td", shown(value, column.kind), class_=_look(column))
        for column, value in zip(columns[1:], row[1:], strict=True)
    )
    name = tag("th", shown(row[0], columns[0].kind), scope="row", class_="part" if isinstance(row[0], Part) else None)
    return tag("tr", name, *cells, class_="group" if isinstance(row[0], Section) else None)


def _look(column: Column) -> str | None:
    return None if column.kind is Kind.TEXT else "number"


# -- how it looks -------------------------------------------------------------------------------

# The workbook's colours; in the dark they change places.
LIGHT = {
    "paper": "#FFFFFF",
    "pale": "#E8EEF1",
    "rule": "#C3CED3",
    "grey": "#55626B",
    "accent": "#1F4E5F",
    "ink": "#1C2B33",
}
DARK = {
    "paper": "#121C22",
    "pale": "#1C2B33",
    "rule": "#3D4F59",
    "grey": "#B4C1C7",
    "accent": "#9CC2CD",
    "ink": "#E8EEF1",
}


def _palette(colours: Mapping[str, str]) -> str:
    return ":root { " + " ".join(f"--{name}: {colour};" for name, colour in colours.items()) + " }"


_STYLE = f"""
{_palette(LIGHT)}
@media screen and (prefers-color-scheme: dark) {{ {_palette(DARK)} }}
@media screen {{ html {{ color-scheme: light dark; }} }}
@page {{ size: A4; margin: 15mm; }}
*, ::before, ::after {{ box-sizing: border-box; }}
html {{ -webkit-text-size-adjust: 100%; text-size-adjust: 100%; print-color-adjust: exact; }}
body {{
  margin: 0; background: var(--paper); color: var(--ink); overflow-wrap: anywhere;
  font: 1.0625rem/1.5 -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}}
h1, h2, h3, h4 {{ margin: 0; line-height: 1.25; color: var(--accent); text-wrap: balance; break-after: avoid; }}
h1 {{ font-size: 2rem; }}
h2 {{ font-size: 1.375rem; }}
p {{ margin: 0 0 .75em; max-width: 44em; text-wrap: pretty; }}
ul {{ margin: 0; padding: 0; list-style: none; }}
a {{ color: var(--accent); text-underline-offset: .15em; }}
.owner {{ margin: 0 0 .25rem; color: var(--grey); font-weight: 600; }}
.lead {{ margin: .375rem 0 0; font-size: 1.1875rem; }}
.note {{ color: var(--grey); font-size: .9375rem; }}
:focus-visible {{ outline: 3px solid var(--accent); outline-offset: 2px; }}
@media screen {{ .paper {{ display: none; }} }}
@media print {{ .screen {{ display: none; }} }}
"""

_FORM_STYLE = """
main { max-width: 46rem; margin: 0 auto; padding: 2rem 1rem 3rem; }
.instructions { display: flex; flex-wrap: wrap; gap: 1rem 2rem; margin-top: 1.25rem; }
.instructions > :first-child { flex: 2 1 22rem; }
.return { flex: 1 1 12rem; align-self: start; padding: .875rem 1rem; background: var(--pale); }
.return h2, .office h2 { font-size: 1rem; }
address { margin-top: .25rem; font-style: normal; }
form { display: flex; flex-direction: column; gap: 1.125rem; }
form > h2 { margin-top: 1.25rem; padding-bottom: .25rem; border-bottom: 2px solid var(--accent); }
form p { margin-bottom: 0; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 16rem), 1fr)); gap: 1.125rem; }
.field { display: flex; flex-direction: column; gap: .25rem; min-width: 0; margin: 0; padding: 0; border: 0; }
.field > label, legend { padding: 0; font-weight: 600; }
legend { margin-bottom: .25rem; }
input, textarea { font: inherit; color: inherit; accent-color: var(--accent); }
input:not([type=checkbox]), textarea {
  width: 100%; padding: .5rem .625rem; background: var(--paper); border: 1px solid var(--grey); border-radius: 3px;
}
textarea { resize: vertical; field-sizing: content; min-height: 4.25rem; }
.most textarea { min-height: 14rem; }
.some textarea { min-height: 7.5rem; }
.ticks { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 16rem), 1fr)); gap: .25rem 1rem; }
.ticks > div { display: flex; gap: .5rem; align-items: start; }
.ticks input { flex: none; width: 1.25rem; height: 1.25rem; margin: .1875rem 0; }
.ticks label { flex: 1; }
.thanks { font-weight: 600; }
.office { margin-top: 2rem; padding: .875rem 1rem; background: var(--pale); }
.office ul { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .5rem; margin-top: .5rem; }
.office li { min-height: 3.5rem; padding: .25rem .5rem; background: var(--paper); border: 1px solid var(--grey); }
@media print {
  html { font-size: 9.5pt; }
  body { line-height: 1.3; }
  h1 { font-size: 19pt; }
  h2, form > h2 { margin: 0; padding: 0; border: 0; font-size: 10.5pt; }
  p { max-width: none; }
  /* One sheet: the two large boxes share what the rest leaves. A long text takes a second sheet.
     Half a millimetre to the right: a line on the very edge is printed thinner than the others. */
  main { display: flex; flex-direction: column; max-width: none; min-height: 264mm; padding: 0 .5mm 0 0; }
  form { display: contents; }
  .lead { margin: 0; font-size: 11.5pt; }
  .owner { margin: 0; }
  .instructions { flex-wrap: nowrap; gap: 6mm; margin: 2mm 0 0; }
  .instructions p { margin-bottom: 1mm; }
  .return { flex: 0 0 44mm; padding: 2mm 3mm; }
  form > h2 { margin: 2mm 0 .75mm; }
  form > p { margin: 0 0 1mm; font-size: 9pt; }
  form > .note { margin: 1.5mm 0 .75mm; font-size: 8.5pt; }
  .field { display: block; padding: .5mm 2mm; border: 1px solid var(--grey); break-inside: avoid; }
  .field + .field, .field + .pair, .pair + .field { margin-top: -1px; }
  .pair { grid-template-columns: 1fr 1fr; gap: 0; }
  .pair .field + .field { margin: 0 0 0 -1px; }
  .field > label, legend { margin: 0; font-size: 8.5pt; }
  legend { float: left; width: 100%; }
  input:not([type=checkbox]), .field textarea { display: block; padding: 0; border: 0; background: none; resize: none; }
  input:not([type=checkbox]) { height: 5.75mm; }
  /* 60 lines to a sheet: a browser cuts a longer text there, and so between two lines. */
  .field textarea { min-height: 9mm; line-height: calc(267mm / 60); }
  .most { flex: 2 0 0; }
  .some { flex: 1 0 0; }
  .ticks { clear: both; display: flex; flex-wrap: wrap; gap: .5mm 5mm; font-size: 9pt; }
  .ticks > div { gap: 1.25mm; }
  .ticks input { width: 3.5mm; height: 3.5mm; margin: .25mm 0; }
  .office { margin: 0; padding: 1.5mm 2mm; }
  .office ul { grid-template-columns: repeat(3, 1fr); gap: 2mm; margin: 1mm 0 0; }
  .office li { min-height: 11mm; padding: .5mm 1.5mm; font-size: 8.5pt; }
}
"""

_PAGE_STYLE = """
header, nav, main, footer { padding-inline: max(1rem, (100% - 58rem) / 2); }
header { padding-block: 2rem 1.75rem; background: var(--pale); border-top: .375rem solid var(--accent); }
nav { padding-block: 1.25rem; border-bottom: 1px solid var(--rule); }
nav h2 { margin-bottom: .25rem; font-size: 1rem; }
nav a { display: inline-block; padding: .1875rem 0; }
nav ul ul { padding-left: 1.25rem; }
main { padding-block: 1.75rem 2rem; }
section { margin-top: 2.5rem; }
section > h2 { margin-bottom: 1rem; padding-bottom: .375rem; border-bottom: 2px solid var(--accent); }
h3 { margin: 2rem 0 .75rem; font-size: 1.1875rem; }
h2 + h3 { margin-top: 0; }
article { margin: 0 0 1.75rem; padding-left: 1rem; border-left: 2px solid var(--rule); }
article :is(h3, h4) { margin: 0; font-size: 1.0625rem; color: var(--ink); }
article .note { margin-bottom: .5rem; }
article > :last-child, .improved > :last-child { margin-bottom: 0; }
.improved { max-width: 46em; margin-top: .75rem; padding: .625rem 1rem; background: var(--pale); }
.improved strong { color: var(--accent); }
.improved p { margin-bottom: .25em; }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 12rem), 1fr)); gap: 1rem; margin: 0; }
dl div { padding: .875rem 1rem; background: var(--pale); }
dd { margin: 0; }
dd.value { font-size: 1.875rem; font-weight: 700; line-height: 1.3; color: var(--accent); }
.frame { container-type: inline-size; overflow-x: auto; margin: 1.5rem 0 .75rem; }
table { width: 100%; border-collapse: collapse; font-size: .9375rem; line-height: 1.35; overflow-wrap: normal; }
caption { padding-bottom: .5rem; text-align: left; font-size: 1.0625rem; font-weight: 600; color: var(--accent); }
caption span { position: sticky; left: 0; display: inline-block; max-width: 100cqi; }
th, td { padding: .4375rem .75rem; text-align: left; vertical-align: top; font-weight: 400; }
thead th { background: var(--accent); color: var(--paper); font-weight: 600; }
tbody :is(th, td) { border-bottom: 1px solid var(--rule); }
:is(tfoot, .group) :is(th, td) { background: var(--pale); font-weight: 600; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
td.number { white-space: nowrap; }
th.part { padding-left: 2rem; }
.frame + .note { margin-bottom: .25rem; }
footer { padding-block: 1.5rem 2rem; background: var(--pale); }
.skip { position: absolute; left: -100vw; padding: .5rem 1rem; background: var(--paper); }
.skip:focus { left: .5rem; top: .5rem; }
@media print {
  html { font-size: 9.5pt; }
  nav, .skip { display: none; }
  header, main, footer { padding-inline: 0; }
  header, footer { background: none; }
  header { padding-block: 1rem .5rem; }
  p, .improved { max-width: none; }
  article, dl div, tr { break-inside: avoid; }
  caption, thead { break-after: avoid; }
  /* Readable also where the browser prints no backgrounds. */
  thead th { background: none; color: var(--accent); border-bottom: 1px solid var(--accent); }
  .frame { overflow: visible; }
}
"""
