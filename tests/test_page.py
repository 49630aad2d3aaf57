"""The pages as a browser reads them: text that stays text, and what a person without mouse, sight or colour needs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from itertools import pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klagreg.figures import Share
from klagreg.profile import Form
from klagreg.publication import KeyFigure, Publication, PublishedAnswer
from klagreg.render import page, styles
from klagreg.render.page import DARK, LIGHT, Html, gate, tag
from klagreg.render.terminal import clean
from klagreg.sheets import NOTHING, Column, Kind, Part, Section, Sheet, Value

HOSTILE = [
    "<script>alert(1)</script>", "</style><script>", "</title></textarea>", "<!--", "--><b>", "<![CDATA[", "<?php",
    '" onmouseover="x', "' onfocus='x", "` =>", "&amp;", "&lt;b&gt;", "&#60;", "&", "javascript:alert(1)",
    "https://example.com/x.js", "\u202eomvänd", "\u2066isolat\u2069", "nol\u200bbredd", "\x00\x1b[31m\x7f\x9b",
    "\ufeff", "a\rb", "\u2028rad", "\ud800", "{0} %s {{}}", "Åsa ”Kö” – 中 😀",
]  # fmt: skip
VOID = {"br", "input", "meta"}
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


@dataclass
class Element:
    """An element with its attributes and all text in it."""

    name: str
    attributes: dict[str, str | None]
    inside: list[Element] = field(default_factory=list)
    text: str = ""

    def all(self, *names: str) -> Iterator[Element]:
        for child in self.inside:
            if not names or child.name in names:
                yield child
            yield from child.all(*names)

    def one(self, name: str) -> Element:
        (found,) = self.all(name)
        return found

    @property
    def outline(self) -> list[tuple[str, dict[str, str | None]]]:
        """Everything but text: tags and attributes in order. The description is the one attribute that holds text."""
        masked = {"name": "description", "content": "…"}
        return [(e.name, masked if e.attributes.get("name") == "description" else e.attributes) for e in self.all()]


class Reader(HTMLParser):
    """A page as a tree, and the assertion that every element is closed where it should be."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open = [Element("", {})]
        self.feed(html)
        self.close()
        assert len(self.open) == 1, self.open[-1].name

    def handle_starttag(self, name: str, attributes: list[tuple[str, str | None]]) -> None:
        assert len(attributes) == len(dict(attributes))
        element = Element(name, dict(attributes))
        self.open[-1].inside.append(element)
        if name not in VOID:
            self.open.append(element)

    def handle_endtag(self, name: str) -> None:
        assert self.open.pop().name == name

    def handle_data(self, text: str) -> None:
        for element in self.open:
            element.text += text

    def handle_comment(self, text: str) -> None:
        raise AssertionError(text)

    def unknown_decl(self, text: str) -> None:
        raise AssertionError(text)

    handle_pi = unknown_decl


def read(html: str) -> Element:
    return Reader(html).open[0]


def a_table(*rows: tuple[Value, ...], totals: tuple[tuple[Value, ...], ...] = (), text: str = "Text") -> Sheet:
    columns = (Column(text, Kind.TEXT), Column("Antal"), Column("Förändring", Kind.CHANGE), Column("Andel"))
    return Sheet("Per typ", text, columns, rows, totals, notes=(text,))


def a_form(text: str = "Text") -> str:
    """A form that says the same everywhere."""
    several = (text, text)
    blank = Form(text, text, several, several, text, text, text)
    return page.form(blank, types=several, areas=several, municipality=text)


def a_publication(text: str = "Text") -> Publication:
    """A page that says the same everywhere, with answers in two areas."""
    answers = (PublishedAnswer(text, text, text, text, text), PublishedAnswer(text, f"{text}2", text, text))
    table = a_table((text, 1, 2, None), (Section(text), "", "", ""), (Part(text), text, text, text), text=text)
    figures = (KeyFigure(text, text, text), KeyFigure(text, text))
    return Publication(text, text, text, (text,), figures, (table,), answers, (text,), text)


def pages(text: str = "Text") -> tuple[str, str]:
    return a_form(text), page.publication(a_publication(text))


PAGES = {
    "form": a_form(),
    "form without ticks": page.form(Form(thanks="")),
    "publication": page.publication(a_publication()),
    "publication of one area": page.publication(replace(a_publication(), answers=a_publication().answers[:1])),
    "publication of figures": page.publication(replace(a_publication(), answers=(), owner="")),
    "publication of nothing": page.publication(Publication("T", "O", "2026", ("I",), (), (), (), (), "1 maj 2027")),
}
each_page = pytest.mark.parametrize("name", PAGES)


class TestGate:
    @pytest.mark.parametrize("text", HOSTILE)
    def test_hostile_text_arrives_as_text(self, text: str) -> None:
        for html, plain in zip(pages(text), pages(), strict=True):
            tree = read(html)
            assert tree.outline == read(plain).outline
            assert clean(text) in tree.one("h1").text
            assert clean(text) in tree.one("title").text

    @given(st.text())
    @settings(deadline=None)
    def test_no_text_changes_a_tag_or_an_attribute(self, text: str) -> None:
        # Framed, because a text of nothing but blanks is left out; line ends have a test of their own.
        text = f"x{text}x".replace("\n", " ")
        for html, plain in zip(pages(text), PLAIN, strict=True):
            tree = read(html)
            assert tree.outline == plain
            assert clean(text) in tree.one("main").text
            assert not any(unicodedata.category(c) in ("Cf", "Cs", "Co", "Cn") for c in html)

    @given(st.text())
    @settings(deadline=None)
    def test_text_and_attribute_are_read_back_as_they_were(self, text: str) -> None:
        element = read(tag("p", text, title=text)).one("p")
        assert (element.text, element.attributes) == (clean(text), {"title": clean(text)})

    def test_a_megabyte_of_markup(self) -> None:
        text = '<script src="x">&amp;\u202e' * 50_000
        assert len(text) > 1_000_000
        tree = read(page.publication(replace(a_publication(), answers=(PublishedAnswer("m", "a", "r", text),))))
        assert [e.text for e in tree.one("article").all("p")] == ["a · m", clean(text)]
        assert not list(tree.all("script"))

    def test_only_markup_made_here_is_markup(self) -> None:
        assert tag("p", "<b>") == "<p>&lt;b&gt;</p>\n"
        assert tag("p", tag("br")) == "<p><br></p>\n"
        assert tag("p", tag("br") + "<b>") == "<p>&lt;br&gt;&lt;b&gt;</p>\n", "what is added to markup is text again"
        assert isinstance(gate("<b>"), Html)

    def test_paragraphs_and_lines(self) -> None:
        answer = PublishedAnswer("maj 2026", "Mat", "Kö", "Rad ett\nrad två\n\n \nNytt stycke\n")
        html = page.publication(replace(a_publication(), answers=(answer,)))
        assert "<p>Rad ett<br>rad två</p>\n<p>Nytt stycke</p>\n</article>" in html


PLAIN = [read(html).outline for html in pages()]


class TestAccessible:
    """What WCAG 2.1 AA asks and a parser can see; axe-core and eyes have seen the rest."""

    @each_page
    def test_language_title_and_size(self, name: str) -> None:
        tree = read(PAGES[name])
        assert PAGES[name].startswith('<!doctype html>\n<html lang="sv">')
        assert tree.one("title").text
        metas = {
            e.attributes.get("name"): e.attributes["content"] for e in tree.all("meta") if "charset" not in e.attributes
        }
        assert metas["viewport"] == "width=device-width, initial-scale=1", "people may zoom"
        assert metas.keys() == {None, "viewport", "color-scheme", "description"}, "no author, no generator"

    @each_page
    def test_headings_begin_with_one_and_skip_none(self, name: str) -> None:
        levels = [HEADINGS.index(e.name) for e in read(PAGES[name]).all(*HEADINGS)]
        assert levels[0] == 0
        assert levels.count(0) == 1
        assert all(after <= before + 1 for before, after in pairwise(levels))

    @each_page
    def test_ids_are_unique_and_every_reference_is_found(self, name: str) -> None:
        elements = list(read(PAGES[name]).all())
        ids = [e.attributes["id"] for e in elements if "id" in e.attributes]
        assert len(ids) == len(set(ids))
        wanted = [e.attributes[key] for e in elements for key in ("for", "aria-labelledby") if key in e.attributes]
        wanted += [(e.attributes["href"] or "").removeprefix("#") for e in elements if e.name == "a"]
        assert set(wanted) <= set(ids)

    @each_page
    def test_landmarks(self, name: str) -> None:
        tree = read(PAGES[name])
        assert tree.one("main")
        first = next(tree.one("body").all())
        if "publication" in name:
            assert (first.name, first.attributes["href"]) == ("a", "#innehall")
            assert tree.one("main").attributes["id"] == "innehall"
            parts = [e.name for e in tree.one("body").inside]
            assert parts == ["a", "header", *(["nav"] if list(tree.all("section")) else []), "main", "footer"]

    @each_page
    def test_needs_nothing_but_itself(self, name: str) -> None:
        html = PAGES[name]
        tree = read(html)
        assert not re.search(r"https?:|//|url\(|@import|src=|javascript", html)
        assert not list(tree.all("script", "link", "img", "iframe", "object", "base"))
        assert not [k for e in tree.all() for k in e.attributes if k.startswith("on") or k == "style"]
        (policy,) = (e.attributes["content"] for e in tree.all("meta") if "http-equiv" in e.attributes)
        assert policy == "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


class TestColours:
    """Contrast by WCAG's own formula, for every colour that text has on every ground it stands on."""

    TEXT, GROUND = {"ink", "accent", "grey"}, {"paper", "pale"}

    def luminance(self, colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    def contrast(self, one: str, other: str) -> float:
        low, high = sorted(map(self.luminance, (one, other)))
        return (high + 0.05) / (low + 0.05)

    def test_the_formula(self) -> None:
        assert self.contrast("#000000", "#FFFFFF") == pytest.approx(21)
        assert self.contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)

    @pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
    def test_every_pair(self, colours: dict[str, str]) -> None:
        pairs = [*product(self.TEXT, self.GROUND), ("paper", "accent")]
        ratios = {pair: self.contrast(*(colours[name] for name in pair)) for pair in pairs}
        assert {pair: ratio for pair, ratio in ratios.items() if ratio < 4.5} == {}

    @each_page
    def test_the_page_uses_no_other(self, name: str) -> None:
        style = read(PAGES[name]).one("style").text
        rules = re.findall(r"([^{}]+)\{([^{}]*)\}", style)
        palettes = [body for selector, body in rules if ":root" in selector]
        assert [dict(re.findall(r"--(\w+): (#\w{6});", body)) for body in palettes] == [LIGHT, DARK]
        rest = "".join(body for selector, body in rules if ":root" not in selector)
        assert not re.search(r"#[0-9A-Fa-f]{3}|rgb|hsl", rest)
        text = set(re.findall(r"(?<![-\w])color: var\(--(\w+)\)", rest))
        ground = set(re.findall(r"background: var\(--(\w+)\)", rest))
        assert text <= self.TEXT | {"paper"}
        assert ground <= self.GROUND | {"accent"}
        for body in (body for _, body in rules):
            assert ("background: var(--accent)" in body) == ("color: var(--paper)" in body)
        lines = set(re.findall(r"(?:border|border-\w+|outline): \S+ solid var\(--(\w+)\)", rest))
        assert lines <= {"grey", "accent", "rule"}

    def test_the_workbooks_own(self) -> None:
        theirs = (styles.INK, styles.DARK, styles.RULE, styles.PALE, styles.GREY)
        assert [LIGHT[name] for name in ("ink", "accent", "rule", "pale", "grey")] == [f"#{c}" for c in theirs]


class TestForm:
    BLANK = Form(
        title="Synpunkter och klagomål",
        lead="Har du synpunkter eller klagomål? Berätta det för oss!",
        paragraphs=("Ge eller skicka blanketten till den enhet det gäller.",),
        return_to=("Kinda kommun", "Socialförvaltningen", "Box 1", "590 40 Kisa"),
    )
    TICKED = page.form(BLANK, areas=("Mat & måltider", "Övrigt"), types=("Klagomål", "Synpunkt"))

    def labels(self, html: str) -> list[str]:
        return [e.text for e in read(html).one("form").all("label", "legend")]

    def test_the_fields_of_the_blankett_in_its_order(self) -> None:
        contact = ["Ange ditt namn", "Ange din adress", "Ange ditt telefonnummer", "Ange din e-postadress"]
        matter = ["Klagomål eller synpunkter", "Förslag till förbättringar"]
        area = ["Enhet det gäller", "Vilket område gäller det?"]
        assert self.labels(page.form(self.BLANK)) == [*area, *matter, *contact]
        kinds = ["Mat & måltider", "Övrigt", "Vad vill du lämna?", "Klagomål", "Synpunkt"]
        assert self.labels(self.TICKED) == [*area, *kinds, *matter, *contact]

    @pytest.mark.parametrize("html", [TICKED, page.form(BLANK)], ids=["ticks", "no ticks"])
    def test_every_field_has_one_label_and_no_name(self, html: str) -> None:
        tree = read(html)
        controls = list(tree.all("input", "textarea"))
        assert [e.attributes["for"] for e in tree.all("label")] == [e.attributes["id"] for e in controls]
        assert not [e for e in controls if "name" in e.attributes], "a field without a name cannot be sent"
        assert not list(tree.all("button"))
        assert not [e for e in controls if e.attributes.get("type") in ("submit", "image", "button")]
        assert all(next(e.all()).name == "legend" for e in tree.all("fieldset"))

    def test_the_browser_may_help_with_the_senders_own_details(self) -> None:
        found = {
            e.attributes["id"]: e.attributes.get("autocomplete") for e in read(self.TICKED).all("input", "textarea")
        }
        wanted = {"namn": "name", "adress": "street-address", "telefon": "tel", "epost": "email", "arende": "off"}
        assert found | wanted == found

    def test_a_group_of_ticks_word_for_word(self) -> None:
        assert (
            '<fieldset class="field"><legend>Vilket område gäller det?</legend>\n'
            '<div class="ticks"><div><input id="omrade-1" type="checkbox">'
            '<label for="omrade-1">Mat &amp; måltider</label></div>\n'
            '<div><input id="omrade-2" type="checkbox"><label for="omrade-2">Övrigt</label></div>\n'
            "</div>\n"
            "</fieldset>\n"
            '<fieldset class="field"><legend>Vad vill du lämna?</legend>\n'
        ) in self.TICKED

    def test_where_to_and_for_whom(self) -> None:
        html = page.form(self.BLANK, municipality="Kinda kommun")
        assert "<address>Kinda kommun<br>Socialförvaltningen<br>Box 1<br>590 40 Kisa</address>" in html
        assert "<title>Synpunkter och klagomål – Kinda kommun</title>" in html
        office = [e.text for e in read(html).one("section").all("h2", "li")]
        assert office == ["Fylls i av kommunen", "Ärendenummer", "Ankommen (datum)", "Mottagen av"]

    def test_what_is_not_said_leaves_nothing_behind(self) -> None:
        tree = read(page.form(replace(self.BLANK, return_to=(), paragraphs=())))
        assert not list(tree.all("address"))
        assert not [e for e in tree.all("p", "h2", "li") if not e.text]


class TestPublication:
    ANSWERS = (
        PublishedAnswer("november 2026", "Mat", "Kall mat", "Maten serveras varm.", "Nya värmebord."),
        PublishedAnswer("oktober 2026", "Äldreomsorg", "Sena besök", "Vi ändrade rundan."),
        PublishedAnswer("maj 2026", "", "Beröm", "Tack!"),
        PublishedAnswer("april 2026", "Mat", "Mer grönt", "Det kommer."),
    )

    def test_answers_stand_under_their_areas_in_swedish_order(self) -> None:
        tree = read(page.publication(replace(a_publication(), answers=self.ANSWERS)))
        section = next(e for e in tree.all("section") if e.attributes["aria-labelledby"] == "svar")
        assert [(e.name, e.text) for e in section.all(*HEADINGS)] == [
            ("h2", "Våra svar"),
            ("h3", "Mat"),
            ("h4", "Kall mat"),
            ("h4", "Mer grönt"),
            ("h3", "Äldreomsorg"),
            ("h4", "Sena besök"),
            ("h3", "Övrigt"),
            ("h4", "Beröm"),
        ]
        links = [(e.text, e.attributes["href"]) for e in tree.one("nav").all("a")]
        assert links == [
            ("Siffrorna i korthet", "#siffror"),
            ("Våra svar", "#svar"),
            ("Mat", "#svar-1"),
            ("Äldreomsorg", "#svar-2"),
            ("Övrigt", "#svar-3"),
            ("Siffrorna i tabeller", "#tabeller"),
            ("Om siffrorna och svaren", "#om"),
        ]

    def test_an_answer_word_for_word(self) -> None:
        html = page.publication(replace(a_publication(), answers=self.ANSWERS[:1]))
        assert (
            '<article><h3>Kall mat</h3>\n<p class="note">Mat · november 2026</p>\n<p>Maten serveras varm.</p>\n'
            '<div class="improved"><p><strong>Det här har blivit bättre</strong></p>\n<p>Nya värmebord.</p>\n</div>\n'
            "</article>\n"
        ) in html

    def test_a_table_word_for_word(self) -> None:
        sheet = a_table(
            (Section("Alla"), "", "", ""),
            ("Klagomål", 1018, 3, Share(1, 3)),
            (Part("varav anonyma"), "..", -2, None),
            totals=(("Totalt", 1018, 0, Share(3, 3)),),
        )
        html = page.publication(replace(a_publication(), tables=(sheet,)))
        assert (
            '<div class="frame" role="region" aria-labelledby="tabell-1" tabindex="0">'
            '<table><caption><span id="tabell-1">Text</span></caption>\n'
            '<thead><tr><th scope="col">Text</th>\n<th scope="col" class="number">Antal</th>\n'
            '<th scope="col" class="number">Förändring</th>\n<th scope="col" class="number">Andel</th>\n'
            "</tr>\n</thead>\n"
            '<tbody><tr class="group"><th scope="row">Alla</th>\n'
            '<td class="number"></td>\n<td class="number"></td>\n<td class="number"></td>\n</tr>\n'
            '<tr><th scope="row">Klagomål</th>\n'
            '<td class="number">1 018</td>\n<td class="number">+3</td>\n<td class="number">33 %</td>\n</tr>\n'
            '<tr><th scope="row" class="part">varav anonyma</th>\n'
            '<td class="number">..</td>\n<td class="number">−2</td>\n<td class="number">–</td>\n</tr>\n</tbody>\n'
            '<tfoot><tr><th scope="row">Totalt</th>\n'
            '<td class="number">1 018</td>\n<td class="number">0</td>\n<td class="number">100 %</td>\n</tr>\n</tfoot>\n'
            "</table>\n</div>\n"
            '<p class="note">Text</p>\n'
        ) in html

    def test_every_heading_of_a_table_says_what_it_heads(self) -> None:
        tree = read(PAGES["publication"])
        assert {e.attributes["scope"] for e in tree.one("thead").all("th")} == {"col"}
        assert {e.attributes["scope"] for e in tree.one("tbody").all("th")} == {"row"}

    def test_an_empty_table_says_so(self) -> None:
        html = page.publication(replace(a_publication(), tables=(a_table(),)))
        assert f'<tbody><tr><td colspan="4">{NOTHING}</td>\n</tr>\n</tbody>\n</table>' in html

    def test_key_figures_are_terms_with_values(self) -> None:
        figures = (KeyFigure("Inkomna", "1 533", "1 512 året innan"), KeyFigure("Svar i tid", "95 %"))
        terms = read(page.publication(replace(a_publication(), figures=figures))).one("dl")
        assert [(e.name, e.text) for e in terms.all("dt", "dd")] == [
            ("dt", "Inkomna"),
            ("dd", "1 533"),
            ("dd", "1 512 året innan"),
            ("dt", "Svar i tid"),
            ("dd", "95 %"),
        ]

    def test_what_there_is_nothing_of_is_not_there(self) -> None:
        bare = replace(a_publication(), figures=(), tables=(), answers=())
        assert [e.text for e in read(page.publication(replace(bare, notes=()))).all(*HEADINGS)] == ["Text"]
        nobody = read(page.publication(replace(bare, owner="")))
        assert (nobody.one("title").text, [e.name for e in nobody.one("header").inside]) == ("Text", ["h1", "p"])

    def test_the_same_contents_give_the_same_page(self) -> None:
        assert page.publication(a_publication()) == page.publication(a_publication())
