"""What promises no personal data holds none: thousands of people's words, through every output that makes the promise.

Nobody here exists: the names are no words, the numbers have a right check digit by chance alone, and the telephones are
those that PTS keeps for fiction.
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
    for place in range(count):
        word = "qz"
        for turn in range(4):
            place, rest = divmod(place, len(letters[turn % 2]))
            word += letters[turn % 2][rest]
        day = f"{chance.randrange(30, 99)}{chance.randrange(1, 13):02}{chance.randrange(1, 29):02}"
        yield Person(f"{word}{place or ''}", with_check_digit(day + f"{chance.randrange(1000):03}"),
                     f"070-17406{chance.randrange(5, 100):02}")  # fmt: skip


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


PROMISES = [
    [], ["bevaka"], ["bevaka", "--json"], ["bevaka", "--tyst"], ["lista"], ["lista", "--forsenade"], ["sok", "maten"],
    ["senaste"], ["senaste", "--json"], ["postlista"], ["postlista", "--json"], ["postlista", "-o", "lista.html"],
    ["postlista", "-o", "lista.txt"], ["lardomar"], ["lardomar", "--json"], ["egenkontroll", "2026"],
    ["kontrollera"], ["kontrollera", "--json"], ["regler", "beskrivning"], ["logg", "--lasningar"],
    ["logg", "--lasningar", "--json"], ["frist", "1"], ["frist", "1", "--json"],
    ["sammanstall", "2026"], ["sammanstall", "2026", "--json"], ["sammanstall", "2026", "--i-ord"],
    *(["sammanstall", "2026", "--upplaga", edition, "-o", f"{edition}.xlsx"] for edition in
      ("publik", "namnd", "intern")),
    ["publicera", "webb"], ["exportera", "-o", "ut.xlsx"], ["exportera", "-o", "ut.csv"],
    ["gallra"], ["gallra", "--json"], ["avidentifiera", "1"], ["avidentifiera", "1", "--json"],
    ["sakerhetskopiera", "kopior/"], ["aterstall", "finns-inte.db"],
    ["registerutdrag", "@namn.txt"], ["registerutdrag", "@namn.txt", "--json"],
    ["registrera", "--typ", "klagomal", "--namn", "@namn.txt", "--text", "@text.txt"],
    ["registrera", "--typ", "finnsinte", "--namn", "@namn.txt", "--text", "@text.txt"],
    ["uppdatera", "1", "--namn", "@namn.txt", "--epost", "@text.txt"], ["anteckna", "1", "@text.txt"],
    ["brev", "1", "finnsinte"],
]  # fmt: skip
"""Every output that promises to hold nobody: lists, watches, reports, files, receipts, errors."""


def everything_said(clerk: Clerk, words: list[str]) -> str:
    """What a command printed on both streams, and what is in the files that it made."""
    before = {path for path in clerk.folder.rglob("*") if path.is_file()}
    codes = iter((0, 10, 2, 3, 4, 5))
    while True:
        try:
            answer = clerk(*words, code=next(codes))
            break
        except AssertionError:
            continue
    made = {path for path in clerk.folder.rglob("*") if path.is_file()} - before
    said = [answer.out, answer.err, *map(str, made)]
    for path in made:
        # A copy of the register promises nothing but who may open it.
        said += [] if path.suffix in (".db", "") or path.name.endswith("-journal") else contents(path)
    return "\n".join(said)


def contents(path: Path) -> list[str]:
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as parts:
            return [parts.read(name).decode("utf-8", "replace") for name in parts.namelist()]
    return [path.read_text("utf-8-sig")]


def found_in(said: str, everybody: list[Person]) -> set[str]:
    """The people who can be seen in an output."""
    text = unicodedata.normalize("NFC", said).casefold()
    words, digits = set(re.findall(r"qz\w{2,}", text)), {
        re.sub(r"\D", "", run) for run in re.findall(r"[+\d][\d\s()–+-]{7,}\d", text)
    }  # fmt: skip
    return {
        person.word
        for person in everybody
        if {f"{person.word}{end}" for end in ("", "s", "sson", "ssons", "gatan")} & words
        or re.sub(r"\D", "", person.number) in digits
    }


def all_outputs(clerk: Clerk, count: int) -> None:
    clerk.on("2026-11-02")
    everybody = filled(clerk, count)
    (clerk.folder / "namn.txt").write_text(everybody[0].name, "utf-8")
    (clerk.folder / "text.txt").write_text(words_of(everybody[0], random.Random(3)), "utf-8")
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
