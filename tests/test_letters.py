"""Letters to the sender: Enköping's, Nacka's and Osby's wording, whole letters or none at all."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klagreg.days import day_in_words
from klagreg.errors import BadValue, KlagregError, MissingValue, Refused, UnknownCode
from klagreg.letters import BadTemplate, Letter, LetterTemplate, branch_told_by, compose, is_typed, needed

ENKOPING = r'''
[[brev]]
nyckel = "aterkoppling"
amne = "Återkoppling på ditt ärende {arendenummer}"
text = """
Ärende {arendenummer}

Tack för att du hör av dig till oss!

Tack för att du uppmärksammar oss på problemet med {problem}. Dina synpunkter är oerhört viktiga för oss. \
De hjälper oss att bli bättre på det vi gör och de tjänster vi erbjuder.

Jag beklagar att du har upplevt att {upplevelse}.

{gren}

Med vänlig hälsning

{mitt_namn}
{min_titel}
{min_telefon}
{min_epost}
{min_adress}
"""

[brev.gren]
A = """
Jag ska se till att åtgärda det uppkomna problemet med {problem}.

Om du har några frågor, tveka inte att kontakta mig.
"""
B = """
Jag har lämnat ärendet vidare till {handlaggare_namn}, {handlaggare_titel}, {handlaggare_forvaltning}, \
som kommer att se till att problemet med {problem} åtgärdas.

Om du har några frågor, tveka inte att kontakta mig eller {handlaggare_namn}.
"""
'''

NACKA = r'''
# Rutinen: "Var då noga med att informera kunden om vad förseningen beror på." Skriv vad som återstår att göra i
# ärendet. Skyll inte på semestrar, vikarier eller resurser; det minskar kundens tilltro.
[[brev]]
nyckel = "forsening"
amne = "Svaret på ditt ärende {arendenummer} dröjer"
text = """
Ärende {arendenummer}

Tack för att du hörde av dig till oss. Ditt svar dröjer längre än vi hade tänkt, och det ber jag om ursäkt för.

Förseningen beror på att {orsak}.

Jag arbetar vidare med ditt ärende och hör av mig så snart jag har ett svar. Om du undrar över något är du \
välkommen att kontakta mig.

Med vänlig hälsning

{mitt_namn}
{min_titel}
{min_telefon}
{min_epost}
"""
'''

OSBY = r'''
# Riktlinjer 3.4.1: handläggaren meddelar "beslut och de eventuella åtgärder som kommer att vidtas".
[[brev]]
nyckel = "slutsvar"
amne = "Svar på ditt ärende {arendenummer}"
text = """
Ärende {arendenummer}

Tack för att du hörde av dig till oss. Nu är ditt ärende färdigbehandlat, och det här är vårt svar.

{svar}

{gren}

Om du har frågor om svaret är du välkommen att kontakta mig.

Med vänlig hälsning

{mitt_namn}
{min_titel}
{min_telefon}
{min_epost}
"""

[brev.gren]
atgarder = """
Det här kommer vi att göra:

{atgarder}
"""
inga_atgarder = "Ärendet leder inte till några fler åtgärder från oss."
'''

FACTS = {
    "arendenummer": "SYN-2026-00012",
    "problem": "den långa kön i matsalen",
    "upplevelse": "barnen inte hinner äta",
    "mitt_namn": "Eva Lind",
    "min_titel": "Enhetschef",
    "min_telefon": "0171-62 50 00",
    "min_epost": "eva.lind@enkoping.se",
    "min_adress": "Kungsgatan 42, 745 80 Enköping",
    "handlaggare_namn": "Gunnel Gunnarsson",
    "handlaggare_titel": "kostchef",
    "handlaggare_forvaltning": "utbildningsförvaltningen",
}


def template(toml: str) -> LetterTemplate:
    """The letter of a profile."""
    letter: dict[str, Any] = tomllib.loads(toml)["brev"][0]
    branches = {code: text.strip() for code, text in letter.get("gren", {}).items()}
    return LetterTemplate(letter["nyckel"], letter["amne"], letter["text"].strip(), branches)


AFTER_ENKOPING = template(ENKOPING)


def without(*names: str) -> Mapping[str, str]:
    return {name: fact for name, fact in FACTS.items() if name not in names}


def sentence(text: str) -> LetterTemplate:
    """A template of one sentence."""
    return LetterTemplate("prov", "Ditt ärende", text)


class TestWholeLetters:
    def test_i_solve_it_myself(self) -> None:
        assert compose(AFTER_ENKOPING, FACTS, "A") == Letter(
            "Återkoppling på ditt ärende SYN-2026-00012",
            """\
Ärende SYN-2026-00012

Tack för att du hör av dig till oss!

Tack för att du uppmärksammar oss på problemet med den långa kön i matsalen. Dina synpunkter är oerhört viktiga \
för oss. De hjälper oss att bli bättre på det vi gör och de tjänster vi erbjuder.

Jag beklagar att du har upplevt att barnen inte hinner äta.

Jag ska se till att åtgärda det uppkomna problemet med den långa kön i matsalen.

Om du har några frågor, tveka inte att kontakta mig.

Med vänlig hälsning

Eva Lind
Enhetschef
0171-62 50 00
eva.lind@enkoping.se
Kungsgatan 42, 745 80 Enköping""",
        )

    def test_i_have_handed_it_on(self) -> None:
        assert compose(AFTER_ENKOPING, FACTS, "B") == Letter(
            "Återkoppling på ditt ärende SYN-2026-00012",
            """\
Ärende SYN-2026-00012

Tack för att du hör av dig till oss!

Tack för att du uppmärksammar oss på problemet med den långa kön i matsalen. Dina synpunkter är oerhört viktiga \
för oss. De hjälper oss att bli bättre på det vi gör och de tjänster vi erbjuder.

Jag beklagar att du har upplevt att barnen inte hinner äta.

Jag har lämnat ärendet vidare till Gunnel Gunnarsson, kostchef, utbildningsförvaltningen, som kommer att se till \
att problemet med den långa kön i matsalen åtgärdas.

Om du har några frågor, tveka inte att kontakta mig eller Gunnel Gunnarsson.

Med vänlig hälsning

Eva Lind
Enhetschef
0171-62 50 00
eva.lind@enkoping.se
Kungsgatan 42, 745 80 Enköping""",
        )

    def test_the_answer_is_late(self) -> None:
        facts = FACTS | {"orsak": "vi mäter ljudet i gymnastiksalen en gång till."}
        assert compose(template(NACKA), facts) == Letter(
            "Svaret på ditt ärende SYN-2026-00012 dröjer",
            """\
Ärende SYN-2026-00012

Tack för att du hörde av dig till oss. Ditt svar dröjer längre än vi hade tänkt, och det ber jag om ursäkt för.

Förseningen beror på att vi mäter ljudet i gymnastiksalen en gång till.

Jag arbetar vidare med ditt ärende och hör av mig så snart jag har ett svar. Om du undrar över något är du \
välkommen att kontakta mig.

Med vänlig hälsning

Eva Lind
Enhetschef
0171-62 50 00
eva.lind@enkoping.se""",
        )

    def test_the_answer(self) -> None:
        facts = FACTS | {
            "svar": "Du har rätt i att kön är för lång.\n\nVi har räknat: den tar tolv minuter.\n",
            "atgarder": "– Båda serveringarna är öppna.\n– Klass 4 äter en kvart senare.",
        }
        assert compose(template(OSBY), facts, "atgarder") == Letter(
            "Svar på ditt ärende SYN-2026-00012",
            """\
Ärende SYN-2026-00012

Tack för att du hörde av dig till oss. Nu är ditt ärende färdigbehandlat, och det här är vårt svar.

Du har rätt i att kön är för lång.

Vi har räknat: den tar tolv minuter.

Det här kommer vi att göra:

– Båda serveringarna är öppna.
– Klass 4 äter en kvart senare.

Om du har frågor om svaret är du välkommen att kontakta mig.

Med vänlig hälsning

Eva Lind
Enhetschef
0171-62 50 00
eva.lind@enkoping.se""",
        )


def test_the_placeholders_in_the_order_they_are_read() -> None:
    assert AFTER_ENKOPING.placeholders == (
        "arendenummer", "problem", "upplevelse", "mitt_namn", "min_titel", "min_telefon", "min_epost", "min_adress",
        "handlaggare_namn", "handlaggare_titel", "handlaggare_forvaltning",
    )  # fmt: skip


def test_what_a_letter_with_one_branch_speaks_of() -> None:
    of_b = AFTER_ENKOPING.placeholders
    assert needed(AFTER_ENKOPING, "B") == (
        "arendenummer", "problem", "upplevelse", "handlaggare_namn", "handlaggare_titel", "handlaggare_forvaltning",
        "mitt_namn", "min_titel", "min_telefon", "min_epost", "min_adress",
    )  # fmt: skip
    assert set(needed(AFTER_ENKOPING, "a")) == {name for name in of_b if not name.startswith("handlaggare_")}
    assert needed(template(NACKA)) == ("arendenummer", "orsak", "mitt_namn", "min_titel", "min_telefon", "min_epost")


def test_on_paper_the_subject_is_the_heading() -> None:
    assert compose(sentence("Hej!\n\nEva"), {}).text == "Ditt ärende\n\nHej!\n\nEva"


def test_a_day_in_words() -> None:
    assert [day_in_words(date(2026, month, 2)) for month in (1, 11)] == ["2 januari 2026", "2 november 2026"]


def test_a_branch_needs_only_its_own_facts() -> None:
    alone = without("handlaggare_namn", "handlaggare_titel", "handlaggare_forvaltning")
    assert compose(AFTER_ENKOPING, alone, "A") == compose(AFTER_ENKOPING, FACTS, "A")


def test_a_branch_is_named_in_any_spelling() -> None:
    assert compose(AFTER_ENKOPING, FACTS, "b") == compose(AFTER_ENKOPING, FACTS, "B")


class TestTheBranchThatTheFactsChoose:
    OSBY = template(OSBY)

    def test_the_one_that_tells_what_is_known(self) -> None:
        assert branch_told_by(self.OSBY, {"atgarder": "– Ny kassa"}) == "atgarder"
        assert branch_told_by(self.OSBY, {}) == "inga_atgarder"
        assert branch_told_by(self.OSBY, {"atgarder": " – "}) == "inga_atgarder", "a dash tells nothing"

    def test_the_order_of_the_branches_does_not_matter(self) -> None:
        turned = LetterTemplate("prov", "Hej", "{gren}", dict(reversed(self.OSBY.branches.items())))
        assert branch_told_by(turned, {"atgarder": "– Ny kassa"}) == "atgarder"
        assert branch_told_by(turned, {}) == "inga_atgarder"

    @pytest.mark.parametrize(
        ("branches", "facts", "chosen"),
        [
            ({"ja": "Ja.", "nej": "Nej."}, {}, None),
            ({"ja": "{orsak}", "nej": "{svar}"}, {}, None),
            ({"ja": "{orsak}", "nej": "{svar}"}, {"svar": "Nej."}, "nej"),
            ({"ja": "{orsak}", "nej": "{svar}"}, {"svar": "Nej.", "orsak": "regn"}, None),
            ({"ja": "{orsak}", "nej": "{svar} {orsak}"}, {"svar": "Nej.", "orsak": "regn"}, "nej"),
            # What the rest of the letter, or every branch, speaks of chooses nothing.
            ({"ja": "Ja, {problem}.", "nej": "Nej."}, {"problem": "kön"}, None),
            ({"ja": "Ja, {orsak}.", "nej": "Nej, {orsak}. {svar}"}, {"svar": "Så."}, "nej"),
            # Nor does what every case has, or what is known of people.
            ({"ja": "Ja, {arendenummer} {mitt_namn}.", "nej": "Nej."}, {"arendenummer": "1", "mitt_namn": "Eva"}, None),
            ({"ja": "Ja, {mitt_namn}.", "nej": "Nej."}, {}, "nej"),
            ({"enda": "Ja, {orsak}."}, {}, "enda"),
            ({}, {}, None),
        ],
    )
    def test_only_what_a_branch_alone_speaks_of(
        self, branches: Mapping[str, str], facts: Mapping[str, str], chosen: str | None
    ) -> None:
        text = "Om {problem}. {gren}" if branches else "Om {problem}."
        assert branch_told_by(LetterTemplate("prov", "Hej", text, branches), facts) == chosen


def test_what_is_told_with_the_letter() -> None:
    names = ["orsak", "svar", "enhet", "min_plan", "arendenummer", "datum", "mitt_namn", "avsandare_epost"]
    assert [name for name in names if is_typed(name)] == ["orsak", "svar", "enhet", "min_plan"]


class TestRefusals:
    @pytest.mark.parametrize(
        ("facts", "branch", "message"),
        [
            (without("problem"), "A", 'Det här saknas i brevet: problem. Ange --falt problem="…".'),
            (
                without("min_titel", "min_telefon"),
                "A",
                "Det här saknas i brevet: din titel, din telefon. "
                "En handläggares uppgifter läggs in med: klagreg handlaggare andra NAMN --titel … --telefon …",
            ),
            (
                without("arendenummer", "problem", "upplevelse", "mitt_namn", "handlaggare_titel",
                        "handlaggare_forvaltning", "min_titel", "min_epost"),
                "B",
                "Det här saknas i brevet: ärendenummer, problem, upplevelse, handläggarens titel, "
                "handläggarens förvaltning, ditt namn, din titel, din e-postadress. "
                'Ange --falt arendenummer="…" --falt problem="…" --falt upplevelse="…". '
                "En handläggares uppgifter läggs in med: "
                "klagreg handlaggare andra NAMN --titel … --enhet … --fullt-namn … --epost …",
            ),
        ],
    )  # fmt: skip
    def test_everything_missing_is_told_at_once(self, facts: Mapping[str, str], branch: str, message: str) -> None:
        with pytest.raises(Refused) as refusal:
            compose(AFTER_ENKOPING, facts, branch)
        assert str(refusal.value) == message

    @pytest.mark.parametrize("nothing", [None, "", "  \n", "-", "–", "…", ".", "?", "\u200b"])
    def test_an_empty_fact_is_missing(self, nothing: str | None) -> None:
        with pytest.raises(Refused, match=r"^Det här saknas i brevet: problem\."):
            compose(AFTER_ENKOPING, FACTS | {"problem": nothing}, "A")

    def test_the_municipality_s_own_words_are_shown_as_words(self) -> None:
        with pytest.raises(Refused) as refusal:
            compose(sentence("Vi ses {ny_tid}. {min_plan} {handlaggare}"), {})
        assert str(refusal.value) == (
            "Det här saknas i brevet: ny tid, din plan, handläggare. "
            'Ange --falt ny_tid="…" --falt min_plan="…" --falt handlaggare="…".'
        )

    def test_what_is_kept_about_the_sender_is_put_there(self) -> None:
        with pytest.raises(Refused) as refusal:
            compose(sentence("Hej {avsandare_namn}, {avsandare_adress}! {avsandare_smeknamn} {min_adress}"), {})
        assert str(refusal.value) == (
            "Det här saknas i brevet: avsändarens namn, avsändarens adress, avsändarens smeknamn, din adress. "
            'Ange --falt avsandare_smeknamn="…". '
            "En handläggares uppgifter läggs in med: klagreg handlaggare andra NAMN --adress … "
            "Avsändarens uppgifter läggs in med: klagreg uppdatera ÄRENDE --namn … --adress …"
        )

    @pytest.mark.parametrize(
        ("toml", "branch", "kind", "message"),
        [
            (ENKOPING, None, MissingValue, "--gren saknas. Välj A|B."),
            (ENKOPING, "C", UnknownCode, "--gren: ”C” finns inte bland valen. Välj bland: A, B."),
            (OSBY, "inga", UnknownCode, "--gren: ”inga” finns inte bland valen. Välj bland: atgarder, inga_atgarder."),
            (OSBY, "åtgärd", UnknownCode, "--gren: ”åtgärd” finns inte bland valen. Menade du atgarder?"),
            (NACKA, "A", BadValue, "--gren: brevet forsening har inga grenar. Ta bort --gren."),
        ],
    )
    def test_branches(self, toml: str, branch: str | None, kind: type[KlagregError], message: str) -> None:
        for attempt in (partial(compose, template(toml), FACTS), partial(needed, template(toml))):
            with pytest.raises(kind) as refusal:
                attempt(branch)
            assert str(refusal.value) == message

    def test_a_subject_that_is_no_line(self) -> None:
        with pytest.raises(BadValue) as refusal:
            compose(LetterTemplate("prov", "Om {problem}", "Hej!"), {"problem": "kö " * 80})
        assert str(refusal.value) == "Ämnesraden: texten är 242 tecken, högst 200 får plats. Korta den."


def test_the_subject_is_one_line() -> None:
    letter = compose(LetterTemplate("prov", "Om {problem}", "Hej!"), {"problem": "kön\r\nBcc: alla@enkoping.se"})
    assert letter.subject == "Om kön Bcc: alla@enkoping.se"


class TestOneFullStop:
    @pytest.mark.parametrize(
        ("fact", "written"),
        [
            ("kön", "Vi ser på kön."),
            ("  kön.\n", "Vi ser på kön."),
            ("kön .", "Vi ser på kön."),
            ("kö, buller m.m.", "Vi ser på kö, buller m.m."),
            ("kön...", "Vi ser på kön..."),
            ("kön. Den är lång.", "Vi ser på kön. Den är lång."),
        ],
    )
    def test_after_a_fact(self, fact: str, written: str) -> None:
        assert compose(sentence("Vi ser på {problem}."), {"problem": fact}).body == written

    def test_a_fact_that_is_its_own_sentence_keeps_it(self) -> None:
        assert (
            compose(sentence("{svar}\n\nHej då!"), {"svar": "Ja. Det blir så."}).body == "Ja. Det blir så.\n\nHej då!"
        )


class TestTemplates:
    @pytest.mark.parametrize(
        "text",
        ["{", "}", "{}", "{{problem}}", "{problem", "problem}", "{ problem }", "{Problem}", "{åtgärder}", "{0}", "{1a}",
         "{x.__class__}", "{x[0]}", "{x!r}", "{x:>10}", "{a{b}}", "{{a}b}", "{" + "x" * 41 + "}"],
    )  # fmt: skip
    def test_a_brace_that_is_no_placeholder(self, text: str) -> None:
        for key, parts in {
            "amne": (text, "Hej!", {}),
            "text": ("Hej", text, {}),
            "gren.A": ("Hej", "{gren}", {"A": text}),
        }.items():
            with pytest.raises(BadTemplate) as refusal:
                LetterTemplate("prov", *parts)
            assert (refusal.value.key, refusal.value.problem) == (
                key,
                "skriv { och } bara runt ett namn av små a–z, siffror och _, som i {problem}.",
            )

    @pytest.mark.parametrize(
        ("subject", "text", "branches", "message"),
        [
            ("Hej", "Hej! {gren}", {}, "gren: saknas, fast {gren} står i text."),
            ("Hej", "Hej!", {"A": "Ja.", "B": "Nej."}, "text: skriv {gren} där grenens text ska stå."),
            ("{gren}", "{gren}", {"A": "Ja."}, "amne: {gren} får bara stå i text."),
            ("Hej", "{gren}", {"A": "Ja. {gren}"}, "gren.A: {gren} får bara stå i text."),
            ("Hej", "{gren}", {"A": "Ja.", "a": "Nej."}, "gren: två grenar har samma namn."),
        ],
    )
    def test_branches_and_their_place(self, subject: str, text: str, branches: Mapping[str, str], message: str) -> None:
        with pytest.raises(BadTemplate) as refusal:
            LetterTemplate("prov", subject, text, branches)
        assert str(refusal.value) == message

    @given(st.text(alphabet="{}ab_.!\n "))
    @settings(deadline=None)
    def test_what_is_accepted_leaves_no_brace_in_a_letter(self, text: str) -> None:
        try:
            accepted = sentence(text)
        except BadTemplate:
            return
        body = compose(accepted, dict.fromkeys(accepted.placeholders, "ett")).body
        assert not {"{", "}"} & set(body)


FACT = st.text() | st.sampled_from(
    ["{titel}", "{problem}", "{gren}", "{x.__class__}", "{0}", "%s %(a)s", r"\1 \g<name>", "$namn", "a\nb", "[fet]"]
)


@given(st.lists(FACT.filter(lambda fact: any(map(str.isalnum, fact))), min_size=len(FACTS), max_size=len(FACTS)))
@settings(max_examples=150, deadline=None)
def test_a_fact_stands_word_for_word_and_changes_nothing_else(values: list[str]) -> None:
    facts = dict(zip(FACTS, values, strict=True)) | {"arendenummer": "SYN-2026-00012"}
    marked = compose(AFTER_ENKOPING, {name: f"<{name}>" for name in FACTS}, "B").body

    def fact(place: re.Match[str]) -> str:
        said = facts[place[1]].strip()
        return said.removesuffix(".").rstrip() + "." if place[2] else said

    assert compose(AFTER_ENKOPING, facts, "B").body == re.sub(r"<(\w+)>(\.?)", fact, marked)
