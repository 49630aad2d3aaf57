"""Masking: what the finder finds is gone, nothing else is touched, and a masked text stays as it is (domain 8 R6).

Nobody here exists; see ``test_identities`` for where the numbers come from.
"""

from __future__ import annotations

import unicodedata
from time import process_time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from klagreg.identities import MASKS, Identity, can_be_found, find, masked, masking
from tests.test_identities import numbers_for_persons, prose


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("Jag, 640823-3234, vill ha svar", "Jag, [personnummer borttaget], vill ha svar"),
        ("nr 19 640823 3234.", "nr [personnummer borttaget]."),
        ("701063-2391", "[samordningsnummer borttaget]"),
        # Never called more than it surely is.
        ("640823-3233", "[nummer borttaget]"),
        ("0701740607", "[nummer borttaget]"),
        ("ABC 123", "[möjligt registreringsnummer borttaget]"),
        ("i Exempelby 1:23", "i [möjlig fastighetsbeteckning borttagen]"),
        # To its last figure, and no further.
        ("Ring 070-174 06 05!", "Ring [telefonnummer borttaget]!"),
        ("Ring 08-465 004 00, 2 barn", "Ring [telefonnummer borttaget], 2 barn"),
        ("070-174 06 05 08-15 00 00", "[telefonnummer borttaget] [telefonnummer borttaget]"),
        ("+46 70 174 06 05 16-18", "[telefonnummer borttaget] 16-18"),
        ("0046 (0)70 174 06 05", "[telefonnummer borttaget]"),
        ("08-465 004 00/070-174 06 05", "[telefonnummer borttaget]/[telefonnummer borttaget]"),
        ("556036-0793", "[organisationsnummer borttaget]"),
        ("till a.b@example.se.", "till [e-postadress borttagen]."),
        ("Hon är född 640823 i Osby", "Hon är [födelsedatum borttaget] i Osby"),
        ("på Exempelgatan 12", "på [gatuadress borttagen]"),
        # A staircase and a flat are the address too, but no word after it.
        ("Exempelgatan 12 B.", "[gatuadress borttagen]."),
        ("Exempelgatan 12b, 12A", "[gatuadress borttagen], 12A"),
        ("Exempelgatan 12 a är", "[gatuadress borttagen] är"),
        ("Exempelgatan 12 i Osby", "[gatuadress borttagen] i Osby"),
        ("Exempelgatan 12 e-post", "[gatuadress borttagen] e-post"),
        ("Exempelgatan 12 d.v.s. där", "[gatuadress borttagen] d.v.s. där"),
        ("Exempelgatan 12,\nlgh 1102", "[gatuadress borttagen]"),
        ("Exempelgatan 12 barn", "[gatuadress borttagen] barn"),
        ("Exempelgatan 12 lgh 1102, tack", "[gatuadress borttagen], tack"),
        ("Exempelgatan 12 B, uppg. C, 3 tr, Osby", "[gatuadress borttagen], Osby"),
        ("i Norra Bergsstigen 12A i", "i [gatuadress borttagen] i"),
        ("på Stora Torget 1", "på [gatuadress borttagen]"),
        ("vid Exempelgatan\n12 och", "vid [gatuadress borttagen] och"),
        ("vid Exempelgatan  nr 12", "vid [gatuadress borttagen]"),
        ("pnr 64 08 23-3234.", "pnr [personnummer borttaget]."),
        ("pnr 1964-08-23-3234.", "pnr [personnummer borttaget]."),
        ("pnr 640823-\n3234.", "pnr [personnummer borttaget]."),
        ("Bo (f. 640823-xxxx)", "Bo ([födelsedatum borttaget])"),
        ("19640823-**** och", "[födelsedatum borttaget] och"),
        ("till asa.o (at) example.se.", "till [e-postadress borttagen]."),
        ("ring 46701740605 16-18", "ring [telefonnummer borttaget] 16-18"),
        # One find has hidden another: gone all the same.
        ("556036-0793-0701740605", "[organisationsnummer borttaget]-[telefonnummer borttaget]"),
        ("0701740605-0701740606", "[telefonnummer borttaget]-[telefonnummer borttaget]"),
        ("Inget alls att ta bort, kl 10:30.", "Inget alls att ta bort, kl 10:30."),
        ("", ""),
    ],
)
def test_each_kind_has_its_mask(text: str, after: str) -> None:
    assert masked(text) == after


def test_no_kind_lacks_a_mask() -> None:
    assert set(MASKS) == {*Identity, None}


class TestNames:
    NAME = "Anna-Karin Öberg Lind"

    @pytest.mark.parametrize("form", ["NFC", "NFD"])
    @pytest.mark.parametrize(
        "written", ["Anna-Karin Öberg Lind", "Öbergs", "OBERG", "Lind,\nAnna", "anna karins", "A\u00adnna Lin\u00add"]
    )
    def test_are_masked_to_their_end(self, form: str, written: str) -> None:
        text = unicodedata.normalize(form, f"Åh så {written}, öppet")
        assert masked(text, [self.NAME]) == unicodedata.normalize(form, "Åh så [namn borttaget], öppet").replace(
            unicodedata.normalize(form, "[namn borttaget]"), "[namn borttaget]"
        )

    def test_a_decomposed_letter_before_a_number_moves_no_end(self) -> None:
        assert masked("Telå\u0308a\u030a0701740605åå") == "Telå\u0308a\u030a[telefonnummer borttaget]åå"

    def test_the_masks_own_words_are_no_names(self) -> None:
        text = masked("Namn Borttaget bor här", ["Namn Borttaget"])
        assert text == "[namn borttaget] bor här"
        assert find(text, ["Namn Borttaget"]) == []
        assert masked(text, ["Namn Borttaget"], ["uppgift", "namn"]) == text

    def test_a_soft_hyphen_in_the_name_as_stored(self) -> None:
        assert masked("Lindgren ringde", ["Lind\u00adgren"]) == "[namn borttaget] ringde"


class TestChosenWords:
    @pytest.mark.parametrize(
        ("text", "words", "after"),
        [
            ("Rektorns bil", ["rektorn"], "[uppgift borttagen] bil"),
            ("i klass 5B, 5b, 5BC", ["5b"], "i klass [uppgift borttagen], [uppgift borttagen], 5BC"),
            ("bo Bo BO bos", ["Bo"], " ".join(["[uppgift borttagen]"] * 4)),
            ("Oberg O\u0308berg", ["Öberg"], "[uppgift borttagen] [uppgift borttagen]"),
            ("den blå\n hästen, blåa", ["blå hästen"], "den [uppgift borttagen], blåa"),
            # A phrase with a find in it goes whole, and so does a find with a word in it.
            ("Anna Lind, född 640823 i Lund", ["född 640823 i Lund"], "[namn borttaget], [uppgift borttagen]"),
            ("anna.lind@example.se", ["lind"], "[e-postadress borttagen]"),
            ("Exempelgatan 12", ["exempelgatan"], "[gatuadress borttagen]"),
            ("C++", ["++"], "C++"),
            # Nothing is found across what was struck out.
            ("född-X-640823", ["x"], "född-[uppgift borttagen]-640823"),
        ],
    )
    def test_are_masked(self, text: str, words: list[str], after: str) -> None:
        assert masked(text, ["Anna Lind"], words) == after

    def test_without_a_letter_or_figure_there_is_nothing_to_look_for(self) -> None:
        assert [word for word in ("a", "5", "Å!", "++", " ", "", "_") if can_be_found(word)] == ["a", "5", "Å!"]


def test_how_many_of_each() -> None:
    counts = masking("Anna och Anna, 070-1740605 och Bo", ["Anna Lind"], ["bo"]).counts
    assert counts == {"[namn borttaget]": 2, "[telefonnummer borttaget]": 1, "[uppgift borttagen]": 1}


# -- any text ------------------------------------------------------------------------------------

NAMES = ("Anna-Karin Öberg Lind", "Bo Ek", "Åsa Ås", "Sten Björk", "André O'Brien", "Per Namn")


def _soft(text: str) -> str:
    return "\u00ad".join(text)


@st.composite
def letters(draw: st.DrawFn) -> tuple[list[str], list[bool], str]:
    """A text in pieces, which of them point somebody out, and whose it is."""
    name = draw(st.sampled_from(NAMES))
    digits, _ = draw(numbers_for_persons())
    last = draw(st.integers(605, 699))
    finds = st.sampled_from(
        [
            f"{digits[:6]}-{digits[6:]}",
            f"19{digits[:6]} {digits[6:]}",
            f"070-1740{last}",
            f"070-174 0{last // 100} {last % 100:02}",
            f"+46(0)70-1740{last}",
            "anna.lind@example.se",
            "förnamn_efternamn@mejl.example.com",
            name,
            f"{name}s",
            name.upper(),
            unicodedata.normalize("NFD", name),
            _soft(name),
            name.split()[0],
            "Exempelgatan 14",
        ]
    )
    placed = draw(st.lists(st.tuples(prose, finds), min_size=1, max_size=6))
    form = draw(st.sampled_from(["NFC", "NFD"]))
    pieces, is_find = [], []
    for words, found in placed:
        pieces += [unicodedata.normalize(form, words), draw(st.sampled_from([", ", " (", "\n", "; "])), found]
        pieces.append(draw(st.sampled_from([", ", ") ", "! ", "; "])))
        is_find += [False, False, True, False]
    return pieces, is_find, name


@settings(deadline=None, max_examples=120)
@given(letters())
def test_what_is_placed_is_gone_and_the_rest_stands(letter: tuple[list[str], list[bool], str]) -> None:
    pieces, is_find, name = letter
    result = masked("".join(pieces), [name])
    assert find(result, [name]) == []
    for piece, gone in zip(pieces, is_find, strict=True):
        if not gone:
            # In its order: what stood before it is passed for good.
            before, found, result = result.partition(piece)
            assert found == piece, pieces
            assert not before.strip("[]") or "borttag" in before


ANYTHING = (
    st.text()
    | st.text("0129-+ .:@\n_/aAöBob\u0308\u00ad\u0344क़ABCÅ[]\0")
    | st.lists(
        st.sampled_from(["Norra", "Agatan", "vägen", " ", "\n", "nr", "12", "b", "lgh", "a", "(at)", "b.se", "46", "70",
                         "1740605", "64", "08", "23", "3234", "-", "/", "xxxx", "f.", "Asgt", "\u00ad", "\u0308", ","])
    ).map("".join)
)  # fmt: skip


@settings(deadline=None, max_examples=120)
@given(
    ANYTHING,
    st.lists(st.text() | st.sampled_from(["Åsa Ö", "A B", "Bo b", *NAMES]), max_size=3),
    st.lists(st.text(max_size=8), max_size=3),
)
@example("0701740605-0701740605-0701740605-0701740605-0701740605-0701740605", [], [])
@example("08 15 00 00/08 15 00 00/08 15 00 00/08 15 00 00/08 15 00 00/08 15 00 00/08 15 00 00", [], [])
@example("född-X-640823", [], ["x"])
@example("a@b.se/a@b.se/a@b.se", [], [])
@example("a\u0300 \u0300", [], ["\u0300"])
def test_any_masked_text_is_masked_for_good(text: str, names: list[str], words: list[str]) -> None:
    once = masked(text, names, words)
    assert find(once, names) == []
    assert masked(once, names, words) == once
    if not find(text, names) and not any(map(can_be_found, words)):
        assert once == text


BROKEN = ("Norra gatan\n", "Agatan 1 a, 2 tr ", "a (at) ", "64-08-23-", "640823-\n")


@pytest.mark.parametrize(
    "one", ["0701740605-", "08 465 004 00/", "a@b.se/", "Xgatan 1-0701740605", "x ", "A\u030a-", *BROKEN]
)
def test_a_text_that_means_ill_takes_no_longer_than_its_length(one: str) -> None:
    def took(size: int) -> float:
        text, start = one * (size // len(one)), process_time()
        assert find(masked(text, ["Anna Å"], ["x"]), ["Anna Å"]) == []
        return process_time() - start

    assert took(160_000) < 20 * took(20_000) + 0.2
