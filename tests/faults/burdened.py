"""A register that bears hostile texts wherever a text can be put, and knows which of them were let in where."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from contextlib import chdir
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from random import Random

from tests.faults import hostile
from tests.faults.instruments import Finished, in_process

Words = tuple[str, ...]

FIELDS = (
    "--rubrik", "--text", "--forslag", "--namn", "--epost", "--telefon", "--adress", "--diarienummer",
    "--mottagen-av", "--utforare", "--personakt", "--i-efterhand", "--enhet", "--omrade", "--namnd",
)  # fmt: skip
"""What ``uppdatera`` takes as free text."""

ACTS: tuple[Callable[[str, str], Words], ...] = (
    lambda ref, text: ("anteckna", ref, "--granskad", "--", text),
    lambda ref, text: ("atgarda", ref, f"--ansvarig={text}", "--klar-senast=2026-12-01", "--granskad", "--", text),
    lambda ref, text: ("aterkoppla", ref, "--slag=status", "--satt=brev", f"--orsak={text}", "--granskad"),
    lambda ref, text: ("aterkoppla", ref, "--slag=bekraftelse", "--satt=brev", f"--av={text}"),
    lambda ref, text: ("kopia", ref, f"--till={text}"),
    lambda ref, text: ("ankomststampla", ref, f"--hos={text}"),
    lambda ref, text: ("vag", ref, "politiskt_organ", f"--till={text}"),
    lambda ref, text: ("hanvisa", ref, "--till=lex_sarah", f"--referens={text}"),
    lambda ref, text: ("forlang", ref, "--frist=svar", "--till=2026-12-20", f"--orsak={text}", "--granskad"),
    lambda ref, text: ("tilldela", ref, f"--deltagare={text}", "--ny", "--", text),
    lambda ref, text: ("overlamna", ref, f"--till={text}", f"--kopia={text}", f"--orsak={text}", "--ny", "--granskad"),
    lambda ref, text: ("lardom", ref, "--granskad", "--", text),
    lambda ref, text: ("avsluta", ref, "--utfall=atgardad", "--satt=brev", f"--svar={text}", f"--atgard={text}"),
    lambda ref, text: ("avsluta", ref, "--utfall=atgardad", "--satt=brev", "--svar=Vi har gjort det.", "--granskad"),
    lambda ref, text: ("godkann", ref, f"--svar={text}", f"--forbattring={text}", "--granskad"),
)  # fmt: skip
"""What is done to a case with a text, in an order in which a case can live."""

OF_ALL: tuple[Callable[[str], Words], ...] = (
    lambda text: ("enhet", "lagg-till", f"--namnd={text}", f"--mottagare={text}", f"--chef={text}", "--", text),
    lambda text: ("handlaggare", "lagg-till", f"--fullt-namn={text}", f"--titel={text}", "--", text),
    lambda text: ("regler", "skarp", "--enhet=Parkskolan", "--frist=svar", "--antal=2", f"--kalla={text}"),
    lambda text: ("regler", "granska", "--granskad", "--", text),
    lambda text: ("arstext", "2026", "--granskad", "--", text),
    lambda text: ("enkat", "--satt=brev", "--svar=nojd", "--antal=3", f"--kommentar={text}", "--granskad"),
    lambda text: ("egenkontroll", "2026", "--kriterium=verktyg", "--uppnatt=helt", f"--kommentar={text}", "--granskad"),
    lambda text: ("redovisa", "2026", "--kvartal=1", f"--paragraf={text}"),
)  # fmt: skip
"""What is stored of no case."""


@dataclass
class Burdened:
    """A register with hostile texts: which were let in, which were refused, and what was said meanwhile."""

    folder: Path
    register: Path
    stored: dict[str, dict[str, str]] = field(default_factory=dict)
    """Case → option → the text as it must be stored."""
    texts: set[str] = field(default_factory=set)
    """Every text that was let in anywhere."""
    refused: int = 0
    unsound: list[str] = field(default_factory=list)
    """Command lines that ended as none may."""

    def run(self, *words: str) -> Finished:
        """Run a command line in the register's folder."""
        with chdir(self.folder):
            return in_process(*words, register=self.register)

    def tried(self, words: Words, *texts: str) -> bool:
        """Run a command line that writes; true if it was let in."""
        answer = self.run(*words)
        if "Traceback" in answer.err or "Oväntat fel" in answer.err or answer.code not in (0, 2, 3, 4):
            self.unsound.append(f"{words!r}: {answer.code} {answer.err[-300:]}")
        if answer.code:
            self.refused += 1
        else:
            self.texts.update(texts)
        return answer.code == 0


_MADE: dict[int, tuple[bytes, Burdened]] = {}


def burdened(folder: Path, texts: int) -> Burdened:
    """A register that so many hostile texts were tried on; the same for everybody who wants as many, made once."""
    register = folder / "klagreg.db"
    if texts not in _MADE:
        made = _filled(Burdened(folder, register), texts)
        _MADE[texts] = register.read_bytes(), made
    content, made = _MADE[texts]
    register.write_bytes(content)
    register.chmod(0o600)
    return Burdened(folder, register, made.stored, made.texts, made.refused, made.unsound)


def _filled(into: Burdened, texts: int) -> Burdened:
    random = Random("hostile")
    coming = hostile.texts(random, texts, 150)
    rules = into.folder / "regler.toml"
    rules.write_text(profile(random), encoding="utf-8")
    assert into.run("init", "--regler", str(rules), "--kommun=Exempelby", "--namnd=BUN").code == 0
    for words in (("enhet", "lagg-till", "Parkskolan"), ("handlaggare", "lagg-till", "eva.lind", "--epost=eva@x.se")):
        assert into.run(*words).code == 0
    for number in count(1):
        if not _one_case(into, str(number), coming):
            return into
    raise AssertionError


def _one_case(into: Burdened, ref: str, coming: Iterator[str]) -> bool:
    """Make a case and put a text into each of its fields; false when there are no more texts."""
    answer = into.run("registrera", "--typ=klagomal", "--enhet=Parkskolan", "--kanal=brev", "--inkommen=2026-10-01")
    assert answer.code == 0, answer.err
    kept = into.stored.setdefault(f"SYN-2026-{int(ref):05}", {})
    for option in FIELDS:
        text = next(coming, None)
        if text is None:
            return False
        if into.tried(("uppdatera", ref, f"{option}={text}", "--ny", "--granskad"), text):
            kept[option] = stored_as(text, prose=option in ("--text", "--forslag"))
    for act in ACTS:
        text = next(coming, "")
        into.tried(act(ref, text), text)
    if int(ref) % 7 == 0:
        text = next(coming, "x")
        into.tried(("sekretess", ref, f"--lagrum={text}", "--granskad"), text)
    if int(ref) % 3 == 0:
        for general in OF_ALL:
            text = next(coming, "x")
            into.tried(general(text), text)
    return True


def stored_as(text: str, *, prose: bool) -> str | None:
    """What the border makes of a text, told once more: None for one that is empty."""
    composed = unicodedata.normalize("NFC", text)
    if prose:
        return composed.replace("\r\n", "\n").replace("\r", "\n").strip() or None
    return " ".join(composed.split()) or None


def profile(random: Random) -> str:
    """Rules whose every text is hostile."""

    def text() -> str:
        return toml(
            f"x{hostile.mixed(random, (*hostile.STEERING, *hostile.HIDING, *hostile.MARKUP, *hostile.FORMULAS))}"[:90]
        )

    def braceless() -> str:
        return text().replace("{", "(").replace("}", ")")

    return f"""
namn = {text()}
kalla = {text()}
anmarkning = {text()}
publicera_anonyma = true
kopia_till = {text()}
[[frist]]
nyckel = "svar"
rubrik = {text()}
antal = 10
raknas_i = "dagar"
fullgors_av = ["slutsvar"]
kalla = {text()}
[kanaler]
egen = [{text()}, {text()}]
[omraden]
eget = {text()}
[[checklista]]
steg = {text()}
visas_av = "vad"
[[enhet]]
namn = {text()}
namnd = {text()}
chef = {text()}
[[handlaggare]]
namn = {text()}
fullt_namn = {text()}
titel = {text()}
[[brev]]
nyckel = "prov"
amne = {toml("Ämne {rubrik}")}
text = {toml("Hej {avsandare_namn}. Du skrev {rubrik}. ")}
[[brev]]
nyckel = "elakt"
amne = {braceless()}
text = {braceless()}
[blankett]
rubrik = {text()}
ingress = {text()}
stycken = [{text()}, {text()}]
adress = [{text()}]
om_anonym = {text()}
om_personuppgifter = {text()}
tack = {text()}
[[egenkontroll]]
nyckel = "verktyg"
utgangspunkt = {text()}
tillampning = {text()}
[[ledig_dag]]
dag = 2026-11-13
namn = {text()}
"""


def toml(text: str) -> str:
    """A text as TOML writes it, whatever it holds."""
    return '"' + "".join(c if c.isalnum() or c == " " else f"\\U{ord(c):08X}" for c in text) + '"'


def shown_as(text: str) -> str:
    """What is to be seen of a text where lines stay: the same but for what steers or hides, told once more."""
    return "".join("\ufffd" if unseen(c) else " " if unicodedata.category(c) == "Zs" or c == "\t" else c for c in text)


def unseen(character: str) -> bool:
    """Whether a character steers, turns, hides or is none; line ends and tabs are judged apart."""
    return character not in "\n\t" and unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def steering(texts: Iterable[str]) -> Iterator[str]:
    """Characters that no output may hold: controls but line ends, and what turns or hides text."""
    for text in texts:
        yield from (c for c in text if c != "\n" and unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp"))
