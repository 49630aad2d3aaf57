"""Identities in free text: the examples of domain 8 R5, a sender's name in all its spellings, and what is let be.

Nobody here exists: numbers from Skatteverket's series for tests (birth numbers 238, 239, 980, 981) or from R5,
telephone numbers from the series for fiction, 070-1740605 to -699, and addresses at example.se.
"""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klagreg.identities import Found, Identity, find

PHRASES = (
    "Kommunen har inte svarat på min fråga om",
    "snöröjning vid Parkskolan trots två påminnelser",
    "och matsalen är för trång så barnen äter",
    "lunch kl 10:30 eller 11.15 varje dag",
    "från 2025-03-03 till den 20/11 2026 enligt",
    "beslut KS/2016:597 003 och SYN-2026-00012 samt",
    "KS 2021-00098 1.4.2.1 i",
    "25 minuter för 1 250 kr per termin",
    "öppet 0730-1600 och 08-16 vardagar, 08-12 på lördagar",
)
prose = st.lists(st.sampled_from([word for word in " ".join(PHRASES).split() if word.isalpha()]), min_size=1).map(
    " ".join
)


def seen(text: str, *names: str) -> list[tuple[str, int, int]]:
    """Kind, line and column of everything found."""
    return [(found.kind, found.line, found.column) for found in find(text, names)]


def kinds(text: str, *names: str) -> list[str]:
    return [kind for kind, _, _ in seen(text, *names)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        # R5, "Tested (C)".
        ("640823-3234", "personnummer"),
        ("640823+3234", "personnummer"),
        ("19640823-3234", "personnummer"),
        ("640823–3234", "personnummer"),
        ("19 640823 3234", "personnummer"),
        ("701063-2391", "samordningsnummer"),
        ("640823-3233", "mojligt_personnummer"),
        ("556036-0793", "organisationsnummer"),
        ("070-174 06 05", "telefonnummer"),
        ("0701740607", "telefonnummer_eller_personnummer"),
        # R5, telephone numbers.
        ("08-465 004 00", "telefonnummer"),
        ("0980-319 200", "telefonnummer"),
        ("+46(0)70-1740605", "telefonnummer"),
        ("+46(0)70‑1740605", "telefonnummer"),
        # Other ways to write a number for a person.
        ("196408233234", "personnummer"),
        ("640823 - 3234", "personnummer"),
        ("640823\N{NO-BREAK SPACE}3234", "personnummer"),
        ("640823\N{HYPHEN}3234", "personnummer"),
        ("640823\N{NON-BREAKING HYPHEN}3234", "personnummer"),
        ("640823\N{FIGURE DASH}3234", "personnummer"),
        ("640823\N{MINUS SIGN}3234", "personnummer"),
        ("６４０８２３－３２３４", "personnummer"),
        ("19701063-2391", "samordningsnummer"),
        # The shape of a telephone number too, but a number for a person comes first.
        ("010101-2383", "personnummer"),
        ("010101-1234", "mojligt_personnummer"),
        # Ten digits in a row: date and check digit must both hold.
        ("6408233234", "personnummer"),
        ("7010632391", "samordningsnummer"),
        ("0701740605", "telefonnummer"),
        # Other telephone numbers.
        ("08-15 00 00", "telefonnummer"),
        ("(08) 465 004 00", "telefonnummer"),
        ("0431-123 45", "telefonnummer"),
        ("0046 70 174 06 05", "telefonnummer"),
        # A country code without its plus.
        ("46701740605", "telefonnummer"),
        ("46 70-174 06 05", "telefonnummer"),
        ("46(0)70 17 40 605", "telefonnummer"),
        ("46846500400", "telefonnummer"),
        ("46311234567", "telefonnummer"),
        # The date in parts, a slash, a line's end: the check digit holds.
        ("640823-\n3234", "personnummer"),
        ("640823 -\r\n3234", "personnummer"),
        ("640823-\n3233", "mojligt_personnummer"),
        ("64-08-23-3234", "personnummer"),
        ("1964-08-23-3234", "personnummer"),
        ("1964–08–23–3234", "personnummer"),
        ("1970-10-63-2391", "samordningsnummer"),
        ("64 08 23-3234", "personnummer"),
        ("19 64 08 23-3234", "personnummer"),
        ("640823/3234", "personnummer"),
        # The rest.
        ("förnamn.efternamn@example.se", "e-postadress"),
        ("anna_o'brien+skola@mejl.example.com", "e-postadress"),
        ("asa.o (at) example.se", "e-postadress"),
        ("asa.o[at]mejl.example.se", "e-postadress"),
        ("asa.o snabel-a example.se", "e-postadress"),
        ("asa.o @ example.se", "e-postadress"),
        ("asa.o (snabel-a) example (punkt) se", "e-postadress"),
        ("16556036-0793", "organisationsnummer"),
        ("212000–0142", "organisationsnummer"),
        ("född 640823", "fodelsedatum"),
        ("Född den 1964-08-23", "fodelsedatum"),
        ("födelsedatum: 19640823", "fodelsedatum"),
        ("f. 640823", "fodelsedatum"),
        ("f 640823", "fodelsedatum"),
        ("f.1964-08-23", "fodelsedatum"),
        ("640823-xxxx", "fodelsedatum"),
        ("640823-XXXX", "fodelsedatum"),
        ("19640823-****", "fodelsedatum"),
        ("640823-32xx", "fodelsedatum"),
        ("ABC 123", "registreringsnummer"),
        ("ABC12D", "registreringsnummer"),
        ("Exempelgatan 1", "gatuadress"),
        ("Norra Exempelvägen 12 B", "gatuadress"),
        ("Exempelallén 3", "gatuadress"),
        ("Exempelgatan  12", "gatuadress"),
        ("Exempelgatan\n12", "gatuadress"),
        ("Exempelgatan \r\n  3", "gatuadress"),
        ("Exempelgatan\nnr 12", "gatuadress"),
        ("Exempelgatan nummer 12", "gatuadress"),
        ("Lilla vägen 4", "gatuadress"),
        ("STORA TORGET 1", "gatuadress"),
        ("Kungsgt 4", "gatuadress"),
        ("Storgt. 4", "gatuadress"),
        ("Kungsg. 4", "gatuadress"),
        ("Exempelby 1:23", "fastighetsbeteckning"),
        ("Exempelby 10:30", "fastighetsbeteckning"),
    ],
)
def test_what_points_out_a_person(text: str, kind: str) -> None:
    assert kinds(text) == [kind]
    assert kinds(f"Så här: ({text}).") == [kind]


@pytest.mark.parametrize(
    "text",
    [
        # R5, and numbers as municipalities write them (domain 4.1).
        "KS 2021-00098", "2025-03-03", "SYN-2026-00012", "SYN 2025-00012", "KS/2016:597 003", "KS 2021-00098 1.4.2.1",
        "KS-2018-00526-1", "KS-2014/742.912", "ON 2019/0026", "2024/BUN 0135 40", "106-156/2013", "2016/34-NF-107",
        "SON 3.1.1-158/2022",
        # Days and hours.
        "2025-03-03 10 30 45", "2025-03-03 08:15", "08-12-2026", "08/12 2026", "01-02-2026", "20/11 2026",
        "kl 10:30", "Kl 10:30", "Klockan 9:30", "Tisdag 10:30", "Måndagen 10:30", "Lunch 10:30:15",
        "0830-1630", "0730–1600", "08-16", "08-16 20/11",
        # Statutes, money, amounts.
        "SFS 2018:218", "Lag 2018:218", "OSL 26:1", "1 250 kr", "12 500 000 kr", "0,50 kr", "123 45", "vägen 70",
        # Eleven and thirteen digits; months 13 and days 32, 60 and 92; ten digits with a wrong check digit.
        "16408233234", "1196408233234", "641323-3234", "640832-3234", "640860-3234", "640892-3234", "6408233233",
        # Almost an address.
        "@example", "anna@", "anna@10.30", "titta at example.se", "12 st (at) 5.50", "a @ b",
        # As long as a telephone number, but no riktnummer; too short, too long; an amount.
        "46901234", "4670174060", "467017406051", "46772345678", "4646123456", "46 701 740 605 kr",
        # Dates in parts and before a slash: a wrong check digit, a period, a time in a file's name.
        "64-08-23-3233", "1964-08-23-3233", "64 12 23-3233", "640823/3233", "2025-03-03-1630", "150301/2015",
        "1964-08-23-3234-05", "klagreg-2026-11-02-0914", "2026-11-02 0914", "640823\n3234", "64-08 23-3234",
        # No birth, and no figures that hide.
        "t.f. 2025-03-03", "F 150301", "fr 640823", "640823-???", "641323-xxxx", "640823-xxx", "640823 xxxx",
        # No street, or no number of one.
        "gamla vägen 40", "den stora gatan 3", "Viktigt 4", "Argt 4", "Snöröjning. 4 dagar", "Måndag. 4", "kungsg. 4",
        "Storgatan\n\n12 barn", "Storgatan\n2. Belysning", "Storgatan\n2) Belysning", "Stortorget\n3 december",
        "Stortorget\n2025-03-04", "Stortorget\n10:30", "Stortorget\n12 barn", "Storgatan nära 12",
    ],
)  # fmt: skip
def test_what_is_let_be(text: str) -> None:
    assert kinds(text) == []
    assert kinds(f"Så här: ({text}).") == []


def test_a_letter_from_a_sender() -> None:
    letter = (
        "Hej! Jag heter Anna-Karin Öberg Lind, 640823-3234,\n"
        "och bor på Exempelgatan 1. Svara till anna.lind@example.se\n"
        "\n"
        "\tGärna på 070-174 06 05 eller 08-465 004 00 070-1740606.\n"
        "Annas bil är ABC 123."
    )
    assert seen(letter, "Anna-Karin Öberg Lind") == [
        ("avsandarens_namn", 1, 16),
        ("personnummer", 1, 39),
        ("gatuadress", 2, 12),
        ("e-postadress", 2, 39),
        ("telefonnummer", 4, 11),
        ("telefonnummer", 4, 31),
        ("telefonnummer", 4, 45),
        ("avsandarens_namn", 5, 1),
        ("registreringsnummer", 5, 14),
    ]


def test_what_two_kinds_could_claim_is_found_once() -> None:
    assert kinds("född 640823-3234") == ["personnummer"]
    assert kinds("640823-3234@example.se") == ["e-postadress"]
    assert kinds("anna.lind@example.se", "Anna Lind") == ["e-postadress"]
    assert kinds("Anna anna@example.se", "Anna Lind") == ["avsandarens_namn", "e-postadress"]


def test_a_find_does_not_say_what_was_found() -> None:
    assert Found._fields == ("kind", "line", "column")
    assert find("Ring 070-1740605") == [Found(Identity.PHONE, line=1, column=6)]


def test_weak_hints() -> None:
    assert [kind.value for kind in Identity if kind.weak] == [
        "fodelsedatum",
        "registreringsnummer",
        "gatuadress",
        "fastighetsbeteckning",
    ]


class TestSendersName:
    """The name as it was written down when the case came in, and as people write it in their texts."""

    @pytest.mark.parametrize(
        "text",
        ["Anna-Karin Öberg Lind", "Anna-Karin", "Anna", "Karin", "Öberg", "Lind", "anna karin", "ÖBERG", "oberg",
         "Annas", "Karins", "ÖBERGS", "Anna-Karins", "Lind's", "Lind,\nAnna-Karin", "Öberg\N{NO-BREAK SPACE}Lind",
         "A\u0308nna", "O\u0308bergs", "Ånna", "anna_lind"],
    )  # fmt: skip
    @pytest.mark.parametrize("form", ["NFC", "NFD"])
    def test_is_found(self, text: str, form: str) -> None:
        name = unicodedata.normalize(form, "Anna-Karin Öberg Lind")
        assert seen(text, name) == [("avsandarens_namn", 1, 1)]
        assert seen(f"Så skrev\n({text}) i mars", name) == [("avsandarens_namn", 2, 2)]

    @pytest.mark.parametrize("text", ["Annan", "Annass", "Linda", "lindra", "Bokarin", "Annakarin", "Lin", "Lind2"])
    def test_is_a_whole_word(self, text: str) -> None:
        assert seen(text, "Anna-Karin Öberg Lind") == []

    @pytest.mark.parametrize(
        ("name", "found", "let_be"),
        [
            ("Bo Ek", "Bo, BO, Bos, Ek, Eks, bo ek, Ek Bo", "bo, ek, eks, Eken, ekonomi, Bord, Bö"),
            ("Åsa Ås", "Åsa, ÅSA, Åsas, A\u030asa, Ås", "Asa, asa, åsa, ås, As, Åss"),
            ("Bo-Åke", "Bo-Åke, bo-åke, Bo Åke, Bo, Åke", "bo, åke, Ake"),
            ("Lars Max Hertz", "Lars, lars, Lars', Max, MAX, Hertz, Hertz’", "Larss, Maxs, max, Hertzs"),
            ("Sten Björk", "Sten, sten, stens, björk, Bjork", "stenar, björken"),
            ("André Ek", "André, Andre, ANDRÉ, Andrés, Andre\u0301s", "Andr, Andreas"),
            ("Eva af och von J. de la Exempel", "Eva, Exempel, exempels", "af, och, von, Von, De, J, j, eva"),
            ("Mary O'Brien", "Mary, Brien, O'Brien, o’brien", "O, Bri"),
            ("Łucja", "Łucja, łucjas", "Lucy"),
            ("நிலா", "நிலா", "நில"),
            ("", "", "a, Anna"),
        ],
    )
    def test_spellings(self, name: str, found: str, let_be: str) -> None:
        assert [text for text in found.split(", ") if text and len(seen(text, name)) != 1] == []
        assert [text for text in let_be.split(", ") if seen(text, name)] == []

    def test_several_senders(self) -> None:
        assert seen("Bo ringde. Sedan skrev Annas mor.", "Bo Ek", "Anna Lind") == [
            ("avsandarens_namn", 1, 1),
            ("avsandarens_namn", 1, 24),
        ]

    def test_is_not_looked_for_when_nobody_knows_it(self) -> None:
        assert seen("Anna-Karin Öberg Lind") == []


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_places_are_those_of_the_text_as_it_stands(form: str) -> None:
    text = unicodedata.normalize(form, "Åsa på Östra Åvägen 1, född 640823, har 070-1740605 och åsa.öberg@example.se")
    column = {"NFC": (1, 8, 24, 41, 57), "NFD": (1, 10, 29, 47, 63)}[form]
    expected = ["avsandarens_namn", "gatuadress", "fodelsedatum", "telefonnummer", "e-postadress"]
    assert seen(text, "Åsa Öberg") == [(kind, 1, place) for kind, place in zip(expected, column, strict=True)]


def test_ten_of_the_numbers_for_fiction_could_be_samordningsnummer() -> None:
    """Domain 0.20."""
    numbers = [f"07017406{last:02}" for last in range(5, 100)]
    assert [kinds(number) for number in numbers].count(["telefonnummer_eller_personnummer"]) == 10
    assert {kind for number in numbers for kind in kinds(number)} == {
        "telefonnummer",
        "telefonnummer_eller_personnummer",
    }


@st.composite
def numbers_for_persons(draw: st.DrawFn) -> tuple[str, bool]:
    """Ten right digits that nobody has, and whether they are a samordningsnummer."""
    coordination = draw(st.booleans())
    year, month, day = draw(st.integers(0, 99)), draw(st.integers(1, 12)), draw(st.integers(1, 31))
    nine = f"{year:02}{month:02}{day + 60 * coordination:02}{draw(st.sampled_from(['238', '239', '980', '981']))}"
    doubled = [int(digit) * 2 for digit in nine[::2]]
    total = sum(n - 9 if n > 9 else n for n in doubled) + sum(int(digit) for digit in nine[1::2])
    return f"{nine}{-total % 10}", coordination


@settings(deadline=None)
@given(
    numbers_for_persons(),
    st.sampled_from(["", "18", "19", "20", "19 "]),
    st.sampled_from(["", *"-+ \N{NO-BREAK SPACE}\u2010\u2011\u2012\u2013\u2212"]),
    prose,
    prose,
)
def test_every_number_for_a_person_is_found(
    number: tuple[str, bool], century: str, separator: str, before: str, after: str
) -> None:
    digits, coordination = number
    kind = "samordningsnummer" if coordination else "personnummer"
    if not century and not separator and digits.startswith("0"):
        kind = "telefonnummer_eller_personnummer"
    text = f"{before} {century}{digits[:6]}{separator}{digits[6:]} {after}"
    assert seen(text) == [(kind, 1, len(before) + 2)]


@settings(deadline=None)
@given(
    st.integers(605, 699),
    st.sampled_from(["070-1740", "070-174 0", "070 174 0", "(070) 174 0", "070/1740", "+46701740", "+46 70 174 0",
                     "+46(0)70-1740", "+46 (0)70-174 0", "0046-70-1740", "070\N{NO-BREAK SPACE}174\N{NO-BREAK SPACE}0",
                     "070–1740", "070 – 174 0"]),
    st.sampled_from(["", " ", "-"]),
    prose,
)  # fmt: skip
def test_every_spelling_of_a_telephone_number_is_found(last: int, start: str, between: str, words: str) -> None:
    number = f"{start}{last // 100}{between}{last % 100:02}"
    assert kinds(f"{words} {number} {words}, {number}") == ["telefonnummer"] * 2


@settings(deadline=None)
@given(
    st.from_regex(r"[a-zA-ZåäöÅÄÖéü0-9_!#$%&'*+/=?^`{|}~-]+(\.[a-zåäö0-9_!#$%&'*+/=?^`{|}~-]+)?", fullmatch=True),
    st.sampled_from(["example.se", "example.com", "mejl.en-skola.example.se"]),
    prose,
)
def test_every_email_address_is_found(local: str, domain: str, words: str) -> None:
    assert seen(f"{words} <{local}@{domain}>. {words}") == [("e-postadress", 1, len(words) + 3)]


@settings(deadline=None)
@given(st.lists(st.sampled_from(PHRASES)).map(" ".join))
def test_what_people_write_about_is_let_be(text: str) -> None:
    assert [found for found in find(text) if not found.kind.weak] == []


@settings(max_examples=150, deadline=None)
@given(st.text() | st.text("019-+ .:@\n_aAö\u0308\u0344क़ABCÅ"), st.lists(st.text() | st.sampled_from(["Åsa Ö", "A B"])))
def test_any_text_is_read_and_every_place_lies_in_it(text: str, names: list[str]) -> None:
    lines = text.split("\n")
    for found in find(text, names):
        assert 1 <= found.line <= len(lines)
        assert 1 <= found.column <= len(lines[found.line - 1])


def test_a_megabyte_that_means_ill_is_read_to_its_end() -> None:
    """Were a shape quadratic, this test would be the slowest of all."""
    ill = [
        "a",
        "a.",
        "a@",
        "0",
        "0 ",
        "1-",
        "19 ",
        "+46",
        "gatan",
        "gatan ",
        "Ab 1:",
        "född ",
        "A\u030a",
        "Anna-",
        " ",
        "_",
        "46 70 ",
        "64-08-23-",
        "640823-\n",
        "a (at) ",
        "a(at)a(dot)",
        "Stora ",
        "gatan\n",
        "agatan nr ",
        "Asgt ",
        "f 64",
    ]
    text = "\n".join(one * (1_000_000 // len(ill) // len(one)) for one in ill)
    assert seen(text + "\n640823-3234", "Anna Anna Anna Anna") == [
        ("avsandarens_namn", 14, 1),
        ("personnummer", text.count("\n") + 2, 1),
    ]
