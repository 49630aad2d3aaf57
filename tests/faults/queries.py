"""Values that a query, a comparison or a calculation would be changed by: the answers are those of a plain model."""

from __future__ import annotations

import re
import time
import unicodedata

from tests.faults import hostile
from tests.faults.burdened import Burdened, stored_as
from tests.faults.frame import Trial, fault
from tests.faults.instruments import in_process
from tests.faults.sound import register_faults

CASES = 60


def _told_apart(trial: Trial) -> tuple[Burdened, dict[str, str]]:
    """A register of cases with a hostile title each, and what the model knows: number → title."""
    register = Burdened(trial.folder, trial.folder / "klagreg.db")
    assert register.run("init").code == 0
    titles: dict[str, str] = {}
    for place in range(CASES):
        title = f"x {hostile.QUERIES[place] if place < len(hostile.QUERIES) else _question(trial)}"[:200]
        answer = register.run("registrera", "--typ=klagomal", f"--rubrik={title}", "--granskad", "--json")
        assert answer.code == 0, answer.err
        titles[answer.json["arendenummer"]] = " ".join(title.split())
    return register, titles


def _question(trial: Trial) -> str:
    """Pieces that would change a query, with words of the titles among them."""
    pieces = (*hostile.QUERIES, "kö", "Kön", "mat", "a", "OR", "x")
    return trial.random.choice(("", " ")).join(trial.random.choice(pieces) for _ in range(trial.random.randint(1, 3)))


@fault("A9", "values that would change a query", commit=300, release=2_000)
def in_queries(trial: Trial) -> None:
    """Each filter and search gives the rows that a comparison in Python gives, and nothing is written by it."""
    register, titles = _told_apart(trial)
    before = register.register.read_bytes()
    for place in range(trial.budget):
        text = hostile.QUERIES[place] if place < len(hostile.QUERIES) else _question(trial)
        trial.hold(_search_faults(register, titles, text), f"sok {text!r}")
        option = ("--enhet", "--namnd", "--handlaggare", "--status", "--typ", "--fran")[place % 6]
        found = register.run("lista", "--json", "--alla", f"{option}={text}")
        if found.code == 0 and found.json:
            trial.violated(f"lista {option}={text!r} gives {len(found.json)} cases")
        if found.code not in (0, 2, 4):
            trial.violated(f"lista {option}={text!r}: {found.code} {found.err}")
        trial.tried()
    if register.register.read_bytes() != before:
        trial.violated("a reading changed the register")
    trial.hold(register_faults(register.register, titles), "afterwards")


def _search_faults(register: Burdened, titles: dict[str, str], text: str) -> list[str]:
    answer = register.run("sok", "--json", "--antal=1000", "--", text)
    if answer.code == 2:
        return [] if not text.strip() else [f"is refused: {answer.err}"]
    found = {case["arendenummer"] for case in answer.json}
    wanted = {number for number, title in titles.items() if _has_words(title, text)}
    wanted = wanted or {number for number, title in titles.items() if text.casefold() in title.casefold()}
    return [] if found == wanted else [f"gives {sorted(found)}, not {sorted(wanted)}"]


def _has_words(title: str, text: str) -> bool:
    """Whether each word of a search stands in the title, as whole words but for its end."""
    known = _words(title)
    wanted = [words for words in map(_words, text.split()) if words]
    return bool(wanted) and all(any(_begins(known[at:], words) for at in range(len(known))) for words in wanted)


def _begins(known: list[str], words: list[str]) -> bool:
    return (
        known[: len(words) - 1] == words[:-1]
        and known[len(words) - 1 : len(words)] != []
        and (known[len(words) - 1].startswith(words[-1]))
    )


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.casefold())


@fault("A12", "writing: stored in one form, found in any", commit=150, release=5_000)
def written_in_any_way(trial: Trial) -> None:
    """NFC, NFD and NFKC pairs: a text comes back to the character in NFC, and is found by each of its spellings.

    What no text may hold – NUL, surrogates, endless accents, too much – is refused with what is wrong and the limit.
    """
    register = Burdened(trial.folder, trial.folder / "klagreg.db")
    for words in (("init",), ("registrera", "--typ=klagomal")):
        assert register.run(*words).code == 0
    for place in range(trial.budget):
        odd = (*hostile.WRITING, *hostile.HIDING)
        text = odd[place] if place < len(odd) else hostile.mixed(trial.random, odd)
        form = ("NFC", "NFD", "NFKD")[place % 3]
        trial.hold(_writing_faults(register, unicodedata.normalize(form, text)), repr(text))
        trial.tried()
    trial.hold(_refusals(register), "a limit")
    trial.hold(_endless(register), "endless accents")
    trial.hold(register_faults(register.register), "afterwards")


def _writing_faults(register: Burdened, text: str) -> list[str]:
    wanted = stored_as(text, prose=True)
    answer = register.run("uppdatera", "1", f"--text=början {text} slut", "--json", "--granskad")
    if wanted is None or answer.code == 3:  # the same as before
        return []
    if answer.code:
        return [f"refused: {answer.err}"]
    if answer.json["beskrivning"] != stored_as(f"början {text} slut", prose=True):
        return [f"came back as {answer.json['beskrivning']!r}"]
    return [
        f"is not found by its {form}"
        for form in ("NFC", "NFD")
        if text.split() and not register.run("sok", "--json", "--", unicodedata.normalize(form, f"början {text}")).json
    ]


_LIMITS = (
    ("--rubrik", b"x" * 201, "201 tecken, högst 200"),
    ("--text", b"x" * 1_000_001, "1000001 tecken, högst 1000000"),
    ("--text", b"x" * 10_000_000, "10000000 tecken, högst 1000000"),
    ("--text", b"a\0b", "NUL"),
    ("--text", b"\xed\xa0\x80", "UTF-8"),
    ("--text", "å".encode("latin-1"), "UTF-8"),
    ("--text", b"a" + "\u0315\u0300".encode() * 500_000, "fler än 30 accenter"),
)


def _refusals(register: Burdened) -> list[str]:
    """What is wrong with what is said of texts that may not be stored."""
    found = []
    for option, raw, wanted in _LIMITS:
        before = register.register.read_bytes()
        answer = in_process("uppdatera", "1", f"{option}=-", "--granskad", register=register.register, stdin=raw)
        if answer.code != 2 or wanted not in answer.err or register.register.read_bytes() != before:
            found.append(f"{option} of {len(raw)} bytes: {answer.code} {answer.err}")
    return found


def _endless(register: Burdened) -> list[str]:
    """Lines that take too long because of a word of as many accents as a command line can carry.

    To sort them takes seconds for each comparison; a name, a code and an option are compared with many.
    """
    word = "z" + "\u0315\u0300" * 30_000
    found = []
    for words in (("lista", f"--enhet={word}"), ("lista", f"--typ={word}"), ("sok", word), (f"--{word}",), (word,)):
        begun = time.process_time()
        register.run(*words)
        if time.process_time() - begun > 1:
            found.append(f"{words[0][:9]} took {time.process_time() - begun:.0f} s")
    return found


@fault("A13", "figures and days that are written in other ways", commit=200, release=200)
def figures_and_days(trial: Trial) -> None:
    """One strict form is taken, and everything else is refused (2, 4): nothing is guessed, nothing breaks.

    A whole number in the digits of another script is that number, where a number is counted with; never in a day.
    """
    register = Burdened(trial.folder, trial.folder / "klagreg.db")
    for words in (("init",), ("registrera", "--typ=klagomal", "--inkommen=2026-10-01")):
        assert register.run(*words).code == 0
    lines = [
        *(("uppdatera", "1", f"--inkommen={word}", "--json") for word in hostile.DATES),
        *(("lista", f"--fran={word}", "--json") for word in hostile.DATES),
        *(("lista", f"--antal={word}", "--json") for word in hostile.NUMBERS),
        *(("visa", "--json", "--", word) for word in hostile.NUMBERS),
        *(("sammanstall", "--json", "--", word) for word in hostile.NUMBERS),
        *(("frist", "--fran=2026-11-02", f"--antal={word}", "--json") for word in hostile.NUMBERS),
        *(("atgarda", "1", f"--nr={word}", "--genomford=idag") for word in hostile.NUMBERS),
        *(("bevaka", f"--snart={word}", "--json") for word in hostile.NUMBERS),
    ]
    for words in lines[: trial.budget]:
        answer = register.run(*words)
        if answer.code not in (0, 2, 3, 4, 10) or "Oväntat" in answer.err:
            trial.violated(f"{words}: {answer.code} {answer.err[-200:]}"[:400])
        word = words[-1] if words[-2] == "--" else words[1 if words[0] != "uppdatera" else 2].partition("=")[2]
        plain = word.isascii() or word.isdecimal() or word in ("igår", "måndag")
        if answer.code in (0, 10) and not plain:
            trial.violated(f"{words}: taken for something: {answer.out[:200]}")
        trial.tried()
