"""Documents: one value as a page, as plain text and in the terminal; nothing hides or runs in any of them."""

from __future__ import annotations

import stat
from html.parser import HTMLParser
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klagreg.documents import Document, Facts, Prose, Rows, Section
from klagreg.errors import AlreadyExists, BadValue
from klagreg.render import document as documents

HOSTILE = "<script>x</script> & \"'\x1b[2J\u202e\u2066\u200b\x85\u2028 åäö"

STORY = Document(
    "Ärende SYN-2026-00012",
    (("Myndighet", "Exempelköping, BUN"), ("Framställd", "2 november 2026")),
    (
        Section("SYN-2026-00012  Kö i matsalen", (Facts((("Inkommen", "mån 2026-11-02"), ("Enhet", "Parkskolan"))),)),
        Section("Beskrivning", (Prose("Rad ett.\n\n  Rad tre, indragen."),), 3),
        Section(
            "Åtgärder",
            (
                Rows(
                    ("Nr", "Åtgärd", "Klar"),
                    (("1", "Nya vagnar till matsalen, så att det går att stå i två köer samtidigt och slippa trängas",
                      "2026-12-01"), ("2", "Fler stolar", "–")),
                ),
            ),
            3,
        ),
    ),
)  # fmt: skip


def test_as_plain_text() -> None:
    assert documents.plain(STORY) == dedent("""\
        Ärende SYN-2026-00012
        =====================
        Myndighet:  Exempelköping, BUN
        Framställd: 2 november 2026

        SYN-2026-00012  Kö i matsalen
        -----------------------------
        Inkommen: mån 2026-11-02
        Enhet:    Parkskolan

        Beskrivning
        ...........
        Rad ett.

          Rad tre, indragen.

        Åtgärder
        ........
        Nr  Åtgärd                                                            Klar
        --  ----------------------------------------------------------------  ----------
        1   Nya vagnar till matsalen, så att det går att stå i två köer       2026-12-01
            samtidigt och slippa trängas
        2   Fler stolar                                                       –
        """)


def test_a_table_that_is_too_wide_for_the_paper_stands_in_blocks() -> None:
    wide = Rows(tuple("ABCDE"), ((("x" * 15), "y " * 20, "z " * 20, "w " * 20, "kort"),))
    assert documents.plain(Document("T", (), (Section("S", (wide,)),))) == dedent("""\
        T
        =

        S
        -
        xxxxxxxxxxxxxxx
          B: y y y y y y y y y y y y y y y y y y y y
          C: z z z z z z z z z z z z z z z z z z z z
          D: w w w w w w w w w w w w w w w w w w w w
          E: kort
        """)


def test_in_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    documents.shown(STORY)
    assert capsys.readouterr().out == dedent("""\
        Ärende SYN-2026-00012
          Myndighet:  Exempelköping, BUN
          Framställd: 2 november 2026

        SYN-2026-00012  Kö i matsalen
          Inkommen: mån 2026-11-02
          Enhet:    Parkskolan

        Beskrivning
          Rad ett.

            Rad tre, indragen.

        Åtgärder
        Nr  Åtgärd                                                                                    Klar
        1   Nya vagnar till matsalen, så att det går att stå i två köer samtidigt och slippa trängas  2026-12-01
        2   Fler stolar                                                                               –
        """)


class Page(HTMLParser):
    """The elements of a page, the texts in them, and what stands between."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self._open: list[str] = []
        self.feed(page)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag != "meta":
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open and data.strip():
            self.texts.append((self._open[-1], data))

    def text_of(self, tag: str) -> list[str]:
        return [text for where, text in self.texts if where == tag]


class TestPage:
    def test_holds_everything_in_its_place(self) -> None:
        page = Page(documents.page(STORY))
        assert page.text_of("h1") == page.text_of("title") == ["Ärende SYN-2026-00012"]
        assert page.text_of("h2") == ["SYN-2026-00012  Kö i matsalen"]
        assert page.text_of("h3") == ["Beskrivning", "Åtgärder"]
        assert page.text_of("dt") == ["Myndighet", "Framställd", "Inkommen", "Enhet"]
        assert page.text_of("dd") == ["Exempelköping, BUN", "2 november 2026", "mån 2026-11-02", "Parkskolan"]
        assert "Rad ett.\n\n  Rad tre, indragen." in page.text_of("div")
        assert [a["scope"] for tag, a in page.elements if tag == "th"] == ["col"] * 3 + ["row"] * 2

    def test_needs_nothing_but_itself(self) -> None:
        text = documents.page(STORY)
        page = Page(text)
        assert {tag for tag, _ in page.elements} <= {
            "html", "head", "meta", "title", "style", "body", "header", "main", "section", "h1", "h2", "h3",
            "dl", "div", "dt", "dd", "table", "thead", "tbody", "tr", "th", "td",
        }  # fmt: skip
        assert {name for _, attrs in page.elements for name in attrs}.isdisjoint({"src", "href", "style", "onload"})
        assert ("html", {"lang": "sv"}) in page.elements
        policy = next(a["content"] for _, a in page.elements if a.get("http-equiv") == "Content-Security-Policy")
        assert policy == "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
        assert "url(" not in text
        assert "@import" not in text

    def test_every_frame_and_section_is_named_by_a_heading(self) -> None:
        page = Page(documents.page(STORY))
        ids = [attrs["id"] for tag, attrs in page.elements if tag in ("h2", "h3")]
        named = [attrs["aria-labelledby"] for _, attrs in page.elements if "aria-labelledby" in attrs]
        assert len(ids) == len(set(ids)) == 3
        assert set(named) == set(ids)


def _everywhere(text: str) -> Document:
    blocks = (Facts(((text, text),)), Prose(text), Rows((text,), ((text,),)))
    return Document(text, ((text, text),), (Section(text, blocks), Section(text, blocks, 3)))


HIDDEN = {*map(chr, range(32)), "\x7f", "\x85", "\u202e", "\u2066", "\u200b", "\u2028"} - {"\n"}


@settings(deadline=None, max_examples=60)
@given(st.text() | st.just(HOSTILE) | st.text("<>&\"'/\\ a\n\x1b\u202e["))
def test_no_text_is_markup_and_none_hides(text: str) -> None:
    page, plain = documents.page(_everywhere(text)), documents.plain(_everywhere(text))
    assert not HIDDEN & set(page + plain)
    assert {tag for tag, _ in Page(page).elements} == {
        tag for tag, _ in Page(documents.page(_everywhere("x"))).elements
    }


def test_the_terminal_is_not_steered(capsys: pytest.CaptureFixture[str]) -> None:
    documents.shown(_everywhere(HOSTILE))
    assert not HIDDEN & set(capsys.readouterr().out)


class TestFile:
    @pytest.mark.parametrize(("name", "begins"), [("a.html", "<!doctype html>"), ("a.TXT", "Ärende SYN")])
    def test_the_name_says_what_it_is_and_only_its_owner_reads_it(self, tmp_path: Path, name: str, begins: str) -> None:
        documents.written(STORY, tmp_path / name, replace=False)
        assert (tmp_path / name).read_text(encoding="utf-8").startswith(begins)
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600

    def test_another_name_is_refused_before_anything_is_done(self, tmp_path: Path) -> None:
        with pytest.raises(BadValue, match=r"-o: ”a\.pdf” slutar inte på \.html eller \.txt\. Välj ett av dem\."):
            documents.written(STORY, tmp_path / "a.pdf", replace=False)
        assert list(tmp_path.iterdir()) == []

    def test_no_file_is_overwritten_unless_that_is_said(self, tmp_path: Path) -> None:
        path = tmp_path / "a.txt"
        path.write_text("mitt", encoding="utf-8")
        with pytest.raises(AlreadyExists):
            documents.written(STORY, path, replace=False)
        assert path.read_text(encoding="utf-8") == "mitt"
        documents.written(STORY, path, replace=True)
        assert path.read_text(encoding="utf-8").startswith("Ärende")

    def test_what_fails_leaves_nothing(self, tmp_path: Path) -> None:
        def fails_after_writing() -> None:
            with documents.writing(tmp_path / "a.html", replace=False) as write:
                write(STORY)
                raise RuntimeError

        with pytest.raises(RuntimeError):
            fails_after_writing()
        assert list(tmp_path.iterdir()) == []
