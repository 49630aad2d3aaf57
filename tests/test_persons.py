"""Who a person is and where a text names them: every spelling, both orders, and whom it is not."""

from __future__ import annotations

import unicodedata
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klagreg.errors import BadValue
from klagreg.persons import Hit, Person

ASA = Person.told("Åsa Andrén", "asa.andren@example.se", "070-174 06 05")


def said(text: str, name: str = "Åsa Andrén") -> str | None:
    """What a running text says of whom it names."""
    hit = Person.told(name).hit(text)
    return hit and hit.value


class TestName:
    @pytest.mark.parametrize(
        "text",
        [
            "Åsa Andrén",
            "Asa Andren",
            "åsa andrén",
            "ÅSA ANDRÉN",
            "ASA ANDREN",
            "Andrén, Åsa",
            "ANDREN, ASA",
            "Andrén Åsa",
            "Andrén,Åsa",
            "talade med Andrén, Åsa igår",
            "Åsa Maria Andrén",
            "Åsa M. Andrén",
            "Åsa Maria Kristina Andrén",
            "Åsa ”Ossi” Andrén",
            "Åsa Andréns barn",
            "Å\N{SOFT HYPHEN}sa And\N{SOFT HYPHEN}rén",
            "hälsar Åsa\nAndrén",
            "> hälsar Åsa\n> Andrén",
            "Åsa\N{NO-BREAK SPACE}Andrén",
            "handläggare asa.andren",
            unicodedata.normalize("NFD", "Åsa Andréns son"),
            "Kim Ek och Åsa Andrén.",
        ],
    )
    def test_is_sure_in_every_spelling_and_order(self, text: str) -> None:
        assert said(text) == "saker"

    @pytest.mark.parametrize(
        "text",
        [
            "Andrén",
            "Å. Andrén",
            "Åsa A.",
            "Erik Andrén",
            "Åsa och Erik Andrén",
            "Kim Andrén, Åsa Ek",
            "KIM ANDRÉN, ÅSA EK",
            "Li, Andrén, Åsa",
            "Åsa, Andrén kom",
            "Åsa. Andrén sa",
            "Åsa-Maria Andrén",
            "Åsa Andrén-Ek",
            "Åsa såg att Andrén kom",
            "Åsa\n\nAndrén",
        ],
    )
    def test_is_only_possible_when_another_may_be_meant(self, text: str) -> None:
        assert said(text) == "mojlig"

    @pytest.mark.parametrize("text", ["Åsa kom", "Andrénsson", "andrén", "Åsa\0Andre", "", "Aasa", "Aasa Ek", "123"])
    def test_is_not_there(self, text: str) -> None:
        assert said(text) is None

    def test_in_a_field_of_names_every_word_is_a_name(self) -> None:
        assert ASA.hit("åsa maria andrén", is_name=True) is Hit.CERTAIN
        assert ASA.hit("ÅSA MARIA ANDRÉN", is_name=True) is Hit.CERTAIN
        assert ASA.hit("andrén", is_name=True) is Hit.POSSIBLE
        assert ASA.hit("Åsa och Erik Andrén", is_name=True) is Hit.POSSIBLE
        assert ASA.hit("ÅSA RINGDE ANDRÉN") is Hit.POSSIBLE

    def test_a_short_surname_has_its_capital_and_its_own_letters(self) -> None:
        assert said("Ek ringde", "Anna Ek") == "mojlig"
        assert said("en ek på gården", "Anna Ek") is None
        assert said("Ost saknas", "Bo Öst") is None
        assert said("bo ost", "Bo Öst") == "saker"

    def test_a_name_of_one_part_is_never_sure(self) -> None:
        assert said("Pelle grät", "Pelle") == "mojlig"
        assert said("pelle grät", "Pelle") is None

    @pytest.mark.parametrize(
        "name", ["Berg, Anna", "anna berg", "ANNA BERG", "Anna von Berg", "Anna  Berg", "A. Anna Berg"]
    )
    def test_may_be_told_in_any_way(self, name: str) -> None:
        assert said("Anna Berg", name) == "saker"
        assert said("Berg, Anna", name) == "saker"

    def test_particles_are_those_of_the_name(self) -> None:
        assert said("Anna von Berg", "Anna von Berg") == "saker"
        assert said("Anna von Berg", "Anna Berg") == "mojlig"

    @pytest.mark.parametrize("text", ["Anna-Karin Berg", "Anna Karin Berg", "anna karin berg"])
    def test_a_hyphen_may_be_left_out(self, text: str) -> None:
        assert said(text, "Anna-Karin Berg") == "saker"
        assert said("Anna Berg", "Anna-Karin Berg") == "mojlig"

    def test_half_of_a_double_surname_is_possible(self) -> None:
        assert said("Anna Lind-Berg", "Anna Lind-Berg") == "saker"
        assert said("Anna Berg", "Anna Lind-Berg") == "mojlig"
        assert said("Anna Lind-Berg", "Anna Berg") == "mojlig"

    def test_other_letters_have_accents_too(self) -> None:
        assert said("Soren Lukasz Moller", "Søren Møller") == "saker"
        assert said("Jose Munoz", "José Muñoz") == "saker"
        assert said("Ольга Иванова пишет", "Ольга Иванова") == "saker"


class TestAddress:
    @pytest.mark.parametrize(
        "text",
        [
            "asa.andren@example.se",
            "<ASA.ANDREN@Example.SE>",
            "mejla asa.andren@example.se.",
            "mailto:asa.andren@example.se?x",
        ],
    )
    def test_is_found_in_any_capitals(self, text: str) -> None:
        assert Person.told(email="Asa.Andren@example.se").hit(text) is Hit.CERTAIN

    @pytest.mark.parametrize(
        "text",
        ["lasa.andren@example.se", "asa.andren@example.se.net", "asa.andren@example.sexy", "x.asa.andren@example.se"],
    )
    def test_is_whole(self, text: str) -> None:
        assert Person.told(email="asa.andren@example.se").hit(text) is None

    def test_of_two_that_differ_in_a_sign_one_is_another(self) -> None:
        assert Person.told(email="a.b@example.se").hit("a_b@example.se") is None


class TestPhone:
    @pytest.mark.parametrize(
        "told", ["070-174 06 05", "+46701740605", "0046 70 174 06 05", "+46 (0)70-1740605", "701740605"]
    )
    @pytest.mark.parametrize(
        "text",
        [
            "0701740605",
            "070-174 06 05",
            "070 17 40 605",
            "070/174 06 05",
            "(070) 174 06 05",
            "+46 70 174 06 05",
            "+46(0)70-174 06 05",
            "+46 (0) 701740605.",
            "0046701740605",
            "ring 070–174 06 05, efter 16",
            "070-174 06 05 11:30",
        ],
    )
    def test_is_found_however_it_is_written(self, told: str, text: str) -> None:
        assert Person.told(phone=told).hit(text) is Hit.CERTAIN

    @pytest.mark.parametrize("text", ["070-174 06 06", "10701740605", "07017406055", "2026-0701740605", "701740605"])
    def test_is_whole(self, text: str) -> None:
        assert ASA.hit(text) is None

    def test_a_short_number_is_not_the_beginning_of_a_longer_one(self) -> None:
        person = Person.told(phone="08-15 00 00")
        assert person.hit("08-15 00 00") is Hit.CERTAIN
        assert person.hit("08-15 00 00 12") is None

    def test_of_another_country_is_another(self) -> None:
        person = Person.told(phone="+45 70 17 40 60")
        assert person.hit("0045 70174060") is Hit.CERTAIN
        assert person.hit("070174060") is None

    @pytest.mark.parametrize("value", ["701740605", "46701740605", "+46701740605", "08-123 456, 070-174 06 05"])
    def test_in_its_own_field_a_spreadsheet_may_have_eaten_the_first_signs(self, value: str) -> None:
        assert ASA.has_number(value)

    def test_no_other_number_is_it(self) -> None:
        assert not ASA.has_number("070-174 06 06")
        assert not Person.told("Åsa Andrén").has_number("070-174 06 05")


class TestTelling:
    @pytest.mark.parametrize(
        ("told", "problem"),
        [
            ({"name": "12 -"}, "NAMN: namnet har inga bokstäver. Skriv namnet som det uttalas."),
            ({"email": "asa"}, "--epost: det är ingen e-postadress. Skriv hela adressen, med @."),
            ({"email": "a@b c@d"}, "--epost: det är ingen e-postadress. Skriv hela adressen, med @."),
            ({"phone": "1234"}, "--telefon: det är inget telefonnummer. Skriv hela numret, med riktnummer."),
        ],
    )
    def test_refuses_what_is_nobodys_and_does_not_repeat_it(self, told: dict[str, str], problem: str) -> None:
        with pytest.raises(BadValue) as refused:
            Person.told(**told)
        assert str(refused.value) == problem

    def test_says_what_is_known_and_never_the_values(self) -> None:
        assert ASA.known_by == ("namn", "epost", "telefon")
        assert Person.told(email="a@b.se").known_by == ("epost",)

    @pytest.mark.parametrize(
        ("word", "tells"),
        [
            ("utdrag-andren.html", True),
            ("Åsa.html", True),
            ("0701740605.txt", True),
            ("asa_andren@example.se.txt", True),
            ("utdrag-12.html", False),
        ],
    )
    def test_a_files_name_may_tell_who_it_is(self, word: str, tells: bool) -> None:
        assert ASA.is_written_in(word) is tells

    def test_own_address_and_number_are_nobody_elses(self) -> None:
        assert "@" not in ASA.without_contacts("Mejla asa.andren@example.se")
        assert ASA.without_contacts("Ring 070-174 06 05 eller 070-174 06 06").strip() == "Ring   eller 070-174 06 06"


class TestManyTexts:
    def test_each_text_is_its_own(self) -> None:
        assert ASA.hits(["Åsa", "Andrén", "Åsa Andrén", "", "inget"]) == {1: Hit.POSSIBLE, 2: Hit.CERTAIN}

    @given(
        st.lists(
            st.sampled_from(["Åsa Andrén", "Andrén", "Å\N{SOFT HYPHEN}sa", "Åsa", "åsa", "\n", "070-1740605", "Ek, "])
        )
    )
    def test_together_they_say_what_each_says_alone(self, texts: list[str]) -> None:
        alone = {place: hit for place, text in enumerate(texts) if (hit := ASA.hit(text))}
        assert ASA.hits(texts) == alone

    @pytest.mark.parametrize(
        "piece", ["Åsa ", "Åsa\n> ", "0", "070 ", "a@", "Andrén, ", "Å. ", "070-174 06 0 ", "Åsa Maria Ek ", "asa."]
    )
    def test_a_million_characters_built_to_be_slow_are_not(self, piece: str) -> None:
        started = perf_counter()
        ASA.hit(piece * (1_000_000 // len(piece)))
        assert perf_counter() - started < 10


FIRST = ("Åsa", "Anna", "José", "Bo", "Märta-Lisa")
LAST = ("Andrén", "Öst", "Lind", "von Berg", "Ek-Ström")
SPELLED = (
    str,
    str.upper,
    str.lower,
    lambda name: unicodedata.normalize("NFD", name),
    lambda name: "\N{SOFT HYPHEN}".join(name),
    lambda name: "".join(c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c)),
)
AROUND = ("Hej, {}!", "{}", "jag träffade {} igår", "({})", "Vän: {}.\nTack")


@given(st.sampled_from(FIRST), st.sampled_from(LAST), st.sampled_from(SPELLED), st.sampled_from(AROUND), st.booleans())
def test_whoever_is_written_is_found(first: str, last: str, spelled, around: str, turned: bool) -> None:  # type: ignore[no-untyped-def]
    written = spelled(f"{last}, {first}" if turned else f"{first} {last}")
    text = written if turned else around.format(written)
    assert Person.told(f"{first} {last}").hit(text) is Hit.CERTAIN


@given(
    st.sampled_from(FIRST),
    st.sampled_from(LAST),
    st.sampled_from(FIRST),
    st.sampled_from(LAST),
    st.sampled_from(SPELLED),
)
def test_whoever_is_not_written_is_not_sure(first: str, last: str, other: str, others: str, spelled) -> None:  # type: ignore[no-untyped-def]
    if (first, last) != (other, others):
        person = Person.told(f"{first} {last}")
        for written in (f"{other} {others}", f"{others}, {other}", f"{other} {others}, {other} {others}"):
            assert person.hit(spelled(written)) is not Hit.CERTAIN
