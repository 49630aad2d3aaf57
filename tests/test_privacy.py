"""What promises no personal data holds none: thousands of people's words, through every output that makes the promise.

Nobody here exists: the names are no words, and the numbers have a right check digit by chance alone. The telephones are
those that PTS keeps for fiction, 070-174 06 05–99; they are 95, and everybody after has one that nobody can have: no
number within a Swedish area begins with 0, so 0300-0 and five figures is never anybody's.
"""

from __future__ import annotations

import csv
import os
import random
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from klagreg.cli.commands import COMMANDS, GroupEntry
from klagreg.cli.edge import Edge
from klagreg.cli.frame import run
from klagreg.errors import EXIT_FAULT
from tests.conftest import Clerk

DASHES = ("-", " ", "", "\N{EN DASH}")
KINDS = ("klagomal", "synpunkt", "forslag", "berom")


@dataclass(frozen=True)
class Person:
    """Who complains: everything about them begins with a word of their own."""

    word: str
    number: str
    phone: str

    @property
    def name(self) -> str:
        return f"{self.word.capitalize()} {self.word.capitalize()}sson"

    @property
    def email(self) -> str:
        return f"{self.word}@example.se"

    @property
    def address(self) -> str:
        return f"{self.word.capitalize()}gatan 4, Exempelby"


def people(count: int, seed: int = 1) -> Iterator[Person]:
    chance = random.Random(seed)
    letters = "aeiouyåäö", "bcdfghjklmnprstv"
    for number in range(count):
        place, word = number, "qz"
        for turn in range(4):
            place, rest = divmod(place, len(letters[turn % 2]))
            word += letters[turn % 2][rest]
        phone = f"070-17406{turned:02}" if (turned := number + 5) < 100 else f"0300-0{number:05}"
        day = f"{chance.randrange(30, 99)}{chance.randrange(1, 13):02}{chance.randrange(1, 29):02}"
        yield Person(f"{word}{place or ''}", with_check_digit(day + f"{chance.randrange(1000):03}"), phone)


def with_check_digit(digits: str) -> str:
    total = sum(sum(divmod(int(d) * (2 - place % 2), 10)) for place, d in enumerate(digits))
    return f"{digits[:6]}-{digits[6:]}{-total % 10}"


def words_of(person: Person, chance: random.Random) -> str:
    """What somebody wrote, with themselves in it in one of many spellings."""
    said = [
        f"Jag heter {person.name} och har {person.number}.",
        f"Ring mig på {person.phone.replace('-', chance.choice(DASHES))}!",
        f"mejla {person.email.upper() if chance.random() < 0.3 else person.email}",
        f"Vi bor på {person.address}.",
        f"{person.name}s son blev utan mat",
        f"Pnr 19{person.number.replace('-', chance.choice(DASHES))}",
    ]
    chance.shuffle(said)
    text = "\n".join(said[: chance.randrange(2, 7)])
    return unicodedata.normalize(chance.choice(["NFC", "NFD"]), text)


def filled(clerk: Clerk, count: int) -> list[Person]:
    """A register with a case of each of so many people, a third of them closed with an answer to them."""
    chance, everybody = random.Random(2), list(people(count))
    rows = clerk.folder / "intag.csv"
    with rows.open("w", encoding="utf-8", newline="") as file:
        write = csv.writer(file, delimiter=";").writerow
        write([
            "Externt id", "Typ", "Inkommen", "Enhet", "Område", "Offentlig rubrik", "Beskrivning",
            "Förslag till förbättring", "Namn", "E-postadress", "Telefon", "Adress", "Avslutad", "Utfall", "Svar",
        ])  # fmt: skip
        for place, one in enumerate(everybody):
            closed = place % 3 == 0
            write([
                place, KINDS[place % 4], f"2026-{place % 9 + 1:02}-{place % 28 + 1:02}", f"Enhet {place % 7}", "mat",
                "Om maten", words_of(one, chance), words_of(one, chance), one.name, one.email, one.phone, one.address,
                "2026-10-20" if closed else "", "atgardad" if closed else "",
                f"Hej {one.name}! {words_of(one, chance)}" if closed else "",
            ])  # fmt: skip
    clerk("importera", str(rows), "--id-kolumn", "Externt id")
    rows.unlink()
    return everybody


DECIDED = ("--beslut", "BUN 2026-10-01 § 4", "--utfor", "--antal", "1")

PROMISES = [
    # Looking: lists, watches, figures.
    [], ["bevaka"], ["bevaka", "--json"], ["bevaka", "--tyst"], ["lista"], ["lista", "--forsenade"], ["sok", "maten"],
    ["senaste"], ["senaste", "--json"], ["lardomar"], ["lardomar", "--json"], ["egenkontroll", "2026"],
    ["frist", "1"], ["frist", "1", "--json"], ["redovisa", "2026"], ["arstext", "2026"], ["enkat"],
    ["sammanstall", "2026"], ["sammanstall", "2026", "--json"], ["sammanstall", "2026", "--i-ord"],
    ["kontrollera"], ["kontrollera", "--json"], ["logg", "--lasningar"], ["logg", "--lasningar", "--json"],
    ["logg", "10"], ["visa", "10"], ["visa", "10", "--json"], ["utlamna", "10"],
    ["skal", "bash"],
    ["regler", "visa"], ["regler", "lista"], ["regler", "beskrivning"], ["enhet", "lista"], ["handlaggare", "lista"],
    # Files.
    *(["sammanstall", "2026", "--upplaga", edition, "-o", f"{edition}.xlsx"] for edition in
      ("publik", "namnd", "intern")),
    ["postlista"], ["postlista", "--json"], ["postlista", "-o", "lista.html"], ["postlista", "-o", "lista.txt"],
    ["postlista", "--fran", "2026-01-01"],
    ["exportera", "-o", "ut.xlsx"], ["exportera", "-o", "ut.csv"], ["exportera", "-o", "ut.json"],
    ["egenkontroll", "2026", "-o", "egenkontroll.xlsx"], ["blankett", "-o", "blankett.html"],
    ["sakerhetskopiera", "kopior/"], ["aterstall", "finns-inte.db"], ["init", "--namnd", "BUN"],
    # Who looks for somebody, or writes about somebody: the receipts, and the errors.
    ["registerutdrag", "@namn.txt"], ["registerutdrag", "@namn.txt", "--json"],
    ["registerutdrag", "@namn.txt", "--sekretess"],
    ["registrera", "--typ", "klagomal", "--namn", "@namn.txt", "--text", "@text.txt"],
    ["registrera", "--typ", "finnsinte", "--namn", "@namn.txt", "--text", "@text.txt"],
    ["importera", "rader.csv"], ["importera", "rader.csv", "--prova"],
    ["handlaggare", "lagg-till", "eva.lind"], ["handlaggare", "andra", "eva.lind", "--titel", "Rektor"],
    ["enhet", "lagg-till", "Parkskolan"], ["enhet", "andra", "Parkskolan", "--chef", "Eva Lind"],
    ["tilldela", "2", "eva.lind"], ["uppdatera", "1", "--namn", "@namn.txt", "--epost", "@text.txt"],
    ["anteckna", "1", "@text.txt"],
    ["aterkoppla", "2", "--slag", "bekraftelse", "--satt", "brev", "--orsak", "@text.txt"],
    ["overlamna", "2", "--till", "Enhet 3", "--orsak", "@text.txt"], ["kopia", "2", "--till", "forvaltningschef"],
    ["forlang", "2", "--frist", "svar", "--till", "2026-12-20", "--orsak", "@text.txt", "--meddelad", "brev"],
    ["hanvisa", "2", "--till", "lex_sarah", "--referens", "Utredning 2026:14"], ["vag", "2", "atgard"],
    ["ankomststampla", "2", "--hos", "Kontaktperson"], ["sekretess", "16", "--lagrum", "23 kap. 2 § OSL"],
    ["lardom", "1", "@text.txt"], ["lardom", "1", "Ring tillbaka samma dag"],
    ["godkann", "1", "--svar", "@text.txt"], ["godkann", "1", "--svar", "Vi har öppnat en kassa till."],
    ["publicera", "webb"], ["brev", "1", "finnsinte"],
    ["avsluta", "3", "--utfall", "atgardad", "--svar", "@text.txt", "--satt", "brev"],
    ["ateruppta", "3", "--orsak", "@text.txt"], ["makulera", "5", "--orsak", "@text.txt"],
    ["enkat", "--satt", "enkat", "--svar", "nojd", "--kommentar", "@text.txt"], ["arstext", "2026", "@text.txt"],
    ["redovisa", "2025", "--datum", "2026-03-01", "--paragraf", "8"], ["regler", "granska", "@text.txt"],
    ["regler", "skarp", "--enhet", "Parkskolan", "--frist", "svar", "--antal", "5"],
    ["regler", "andra", "osby", "--fran", "2027-01-01"],
    ["enhet", "avveckla", "Parkskolan"], ["handlaggare", "avveckla", "eva.lind"],
    # What cannot be undone, and its protocols.
    ["gallra"], ["gallra", "--json"], ["gallra", "4"], ["gallra", "4", *DECIDED],
    ["gallra", "10", *DECIDED, "--protokoll", "sekretess.txt"],
    ["avidentifiera", "7"], ["avidentifiera", "7", "--json"],
    ["avidentifiera", "7", "--dolj", "@namn.txt", *DECIDED],
    ["avidentifiera", "16", *DECIDED, "--protokoll", "p.txt", "--json"],
    ["kontrollera", "--tyst"],
]  # fmt: skip
"""Every output that promises to hold nobody: lists, watches, reports, files, receipts, protocols, errors."""

OTHERWISE = {
    "visa": "shows one case to who handles it, with its texts as they were written; the sender when asked for",
    "logg": "shows one case's log to who handles it, with what was written; --lasningar promises nobody",
    "atgarda": "answers with the measures of the case, as they were written, to who handles it",
    "brev": "is written to the sender, and begins with them",
    "utlamna": "hands out the texts: the sender and what has a shape is masked, and other names are read for by hand",
    "registerutdrag": "is made for the one it is about; the list, without -o, promises nobody",
    "demo": "makes a register of its own in a new folder, and never opens this one",
}
"""Commands that promise something else, or do so for some of what they print."""


def test_every_command_promises_nobody_or_says_why_not() -> None:
    commands = {
        " ".join(filter(None, (name, one)))
        for name, entry in COMMANDS.items()
        for one in (entry.entries if isinstance(entry, GroupEntry) else ("",))
    }
    groups = {name for name, entry in COMMANDS.items() if isinstance(entry, GroupEntry)}
    promised = {" ".join(words[: 2 if words[0] in groups else 1]) for words in PROMISES if words}
    assert commands - promised - OTHERWISE.keys() == set()
    assert (promised | OTHERWISE.keys()) - commands == set()


def everything_said(clerk: Clerk, words: list[str]) -> str:
    """What a command printed on both streams, and what is in the files that it made."""
    before = {path for path in clerk.folder.rglob("*") if path.is_file()}
    capture = clerk._capture
    capture.readouterr()
    code = run(words, Edge(clerk.now, clerk.name, clerk.folder / "klagreg.db"))
    out, err = capture.readouterr()
    assert code != EXIT_FAULT, f"{words}\n{err}"
    made = {path for path in clerk.folder.rglob("*") if path.is_file()} - before
    said = [out, err, *map(str, made)]
    for path in made:
        # A copy of the register promises nothing but who may open it.
        said += [] if path.suffix in (".db", "") or path.name.endswith("-journal") else contents(path)
    return "\n".join(said)


def contents(path: Path) -> list[str]:
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as parts:
            return [parts.read(name).decode("utf-8", "replace") for name in parts.namelist()]
    return [path.read_text("utf-8-sig")]


PHONE = re.compile(r"(?<!\d)(?:0|(?:\+|00)46(?:\(0\)|0)?)(3000\d{5}|7017406\d\d)(?!\d)")


def found_in(said: str, everybody: list[Person]) -> set[str]:
    """The people who can be seen in an output: by a word of theirs, or by the digits of a number, however written."""
    text = unicodedata.normalize("NFC", said).casefold()
    words, digits = set(re.findall(r"qz\w{2,}", text)), {
        re.sub(r"\D", "", run)[-10:] for run in re.findall(r"\d{6}[ –+-]?\d{4}(?!\d)", text)
    }  # fmt: skip
    phones = {f"0{found}" for found in PHONE.findall(re.sub(r"(?<=\d)[ \xa0–-](?=\d)", "", text))}
    return {
        person.word
        for person in everybody
        if {f"{person.word}{end}" for end in ("", "s", "sson", "ssons", "gatan")} & words
        or re.sub(r"\D", "", person.number) in digits
        or person.phone.replace("-", "") in phones
    }


def test_the_instrument_finds_each_of_what_somebody_is_known_by() -> None:
    everybody = list(people(1_000))
    assert len({person.phone for person in everybody}) == len(everybody)
    for person in (everybody[0], everybody[94], everybody[95], everybody[999]):
        abroad = f"+46{person.phone.replace('-', '')[1:]}"
        numbers = [f"19{person.number}", *(person.number.replace("-", dash) for dash in DASHES)]
        phones = [abroad, f"tel:{abroad}", *(person.phone.replace("-", dash) for dash in DASHES)]
        spaced = f"{person.phone[:-4]} {person.phone[-4:-2]} {person.phone[-2:]}"
        for known_by in (person.name, person.email.upper(), person.address, spaced, *numbers, *phones):
            assert found_in(f"Ring {known_by}, 2026-11-02 09:14", everybody) == {person.word}, known_by


def all_outputs(clerk: Clerk, count: int) -> None:
    clerk.on("2026-11-02")
    everybody = filled(clerk, count)
    clerk("sekretess", "10", "--lagrum", "26 kap. 1 § OSL")
    clerk("uppdatera", "13", "--ror-enskild")
    (clerk.folder / "namn.txt").write_text(everybody[0].name, "utf-8")
    (clerk.folder / "text.txt").write_text(words_of(everybody[0], random.Random(3)), "utf-8")
    (clerk.folder / "rader.csv").write_text(
        "Typ;Inkommen;Enhet;Beskrivning;Namn;Telefon\n"
        f"klagomal;2026-02-30;Enhet 1;Ring {everybody[0].phone};{everybody[0].name};{everybody[0].phone}\n",
        "utf-8",
    )
    (clerk.folder / "kopior").mkdir()
    seen = everything_said(clerk, ["visa", "1", "--personuppgifter"])
    assert found_in(seen, everybody) == {everybody[0].word}, "the instrument finds what is there"
    for words in PROMISES:
        assert found_in(everything_said(clerk, words), everybody) == set(), words


def test_nobody_is_in_what_promises_nobody(desk: Clerk) -> None:
    desk("init", "--namnd", "BUN")
    all_outputs(desk, 150)


@pytest.mark.slow
def test_nobody_of_ten_thousand(desk: Clerk) -> None:
    desk("init", "--namnd", "BUN")
    all_outputs(desk, 10_000)


def test_no_file_can_be_read_by_others(desk: Clerk) -> None:
    before = os.umask(0)
    try:
        desk("init", "--namnd", "BUN")
        filled(desk, 3)
        for path in desk.folder.glob("*.txt"):
            path.unlink()
        (desk.folder / "kopior").mkdir()
        for line in MADE:
            desk(*line.split())
    finally:
        os.umask(before)
    files = [path for path in desk.folder.rglob("*") if path.is_file()]
    assert len(files) >= len(MADE)
    assert {path.name: oct(path.stat().st_mode & 0o777) for path in files if path.stat().st_mode & 0o077} == {}


MADE = [
    "postlista -o lista.html", "utlamna 1 -o ut.txt", "registerutdrag Qzbabasson -o utdrag.html",
    "exportera -o ut.xlsx",
    "exportera -o ut.csv --personuppgifter", "exportera -o ut.json", "sakerhetskopiera kopior/",
    "sammanstall 2026 -o a.xlsx --upplaga intern", "egenkontroll 2026 -o e.xlsx", "kontrollera --ankare ankare.txt",
    "regler beskrivning -o b.html", "avidentifiera 1 --beslut KS --utfor --antal 1",
    "aterstall kopior/klagreg-2026-11-02-0914.db --ersatt",
]  # fmt: skip
"""Every command that makes a file of what the register holds, but those whose files are for everybody."""


def test_what_is_handed_out_holds_neither_sender_nor_number(desk: Clerk) -> None:
    desk("init", "--namnd", "BUN")
    everybody = filled(desk, 60)
    desk("utlamna", *map(str, range(1, 61)), "-o", "ut.txt", "--logg")
    handed = (desk.folder / "ut.txt").read_text("utf-8")
    assert found_in(handed, everybody) == set()
    assert "[personnummer borttaget]" in handed
