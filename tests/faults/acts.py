"""Every command of klagreg as one line of words: what writes, what only reads, and a register where each can be run.

The faults that hit every writing command (a kill, a failing disk, a power cut, a signal) are derived from these tables;
:func:`forgotten` tells of a command that is in none of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from shutil import copyfile, rmtree

from klagreg.cli.commands import COMMANDS, GroupEntry
from tests.faults.instruments import Zygote

DECISION = ("--beslut", "KS 2026-05-04 § 88", "--utfor", "--antal", "1")

WRITING: dict[str, tuple[tuple[str, ...], ...]] = {
    "registrera": (
        ("--typ", "klagomal", "--kanal", "telefon", "--enhet", "Parkskolan", "--rubrik", "Kö"),
        ("--typ", "klagomal", "--enhet", "Hallen", "--ny", "--atgardad-direkt", "Ny låda", "--satt", "telefon"),
    ),
    "tilldela": (("1", "bo.ek", "--deltagare", "eva.lind"),),
    "aterkoppla": (("1", "--slag", "bekraftelse", "--satt", "telefon"),),
    "anteckna": (("1", "Rektor kontaktad"),),
    "atgarda": (("1", "Två kassor", "--ansvarig", "eva.lind", "--klar-senast", "20/12"),),
    "uppdatera": (("1", "--inkommen", "2026-01-07", "--rubrik", "Lång kö"),),
    "overlamna": (("1", "--till", "Köket", "--meddelad", "telefon", "--kopia", "forvaltningschef"),),
    "forlang": (("1", "--frist", "svar", "--till", "31/12", "--orsak", "Väntar på mätning", "--meddelad", "brev"),),
    "avsluta": (("1", "--utfall", "atgardad", "--svar", "Två kassor är öppna.", "--satt", "brev"),),
    "ateruppta": (("2", "--orsak", "Felet är tillbaka"),),
    "vag": (("1", "atgard"),),
    "hanvisa": (("1", "--till", "lex_sarah", "--referens", "Utredning 2026:14"),),
    "kopia": (("1", "--till", "forvaltningschef"),),
    "ankomststampla": (("1", "--hos", "Kontaktperson"),),
    "lardom": (("1", "Ring tillbaka samma dag"),),
    "godkann": (("2", "--svar", "Vi har öppnat en kassa till."),),
    "sekretess": (("1", "--lagrum", "26 kap. 1 § OSL"),),
    "brev": (("1", "bekraftelse", "-o", "brev.eml"), ("3", "bekraftelse", "--sekretess", "-o", "brev.txt")),
    "makulera": (("1", "--orsak", "Registrerat två gånger"),),
    "visa": (("1", "--personuppgifter"), ("3", "--sekretess")),
    "lista": (("--sekretess",),),
    "sok": (("buller", "--sekretess"),),
    "logg": (("3", "--sekretess"),),
    "redovisa": (("2025", "--datum", "2026-03-01", "--paragraf", "8"),),
    "egenkontroll": (("2026", "--kriterium", "1", "--uppnatt", "delvis"),),
    "enkat": (("--satt", "enkat", "--svar", "nojd"),),
    "arstext": (("2026", "Under året har kön blivit kortare."),),
    "importera": (("rader.csv", "--hoppa-over-fel", "fel.csv"),),
    "publicera": (("webb",),),
    "postlista": (("-o", "postlista.html"),),
    "utlamna": (("1", "-o", "utlamnat.html"),),
    "registerutdrag": (("@namn.txt", "-o", "utdrag.html"),),
    "avidentifiera": (("2", "--dolj", "Maja", *DECISION, "--protokoll", "avidentifierat.txt"),),
    "gallra": (("2", *DECISION, "--protokoll", "gallrat.txt"),),
    "exportera": (("-o", "ut.xlsx"), ("-o", "ut.csv", "--personuppgifter")),
    "init": ((),),
    "sakerhetskopiera": (("ny-kopia.db",), ("kopia.db", "--ersatt")),
    "aterstall": (("kopia.db",),),
    "enhet lagg-till": (("Hallen", "--chef", "Eva Lind"),),
    "enhet andra": (("Parkskolan", "--namn", "Parkskolan F–6"),),
    "enhet avveckla": (("Köket",),),
    "handlaggare lagg-till": (("rut.ek",),),
    "handlaggare andra": (("eva.lind", "--titel", "Rektor"),),
    "handlaggare avveckla": (("bo.ek",),),
    "regler skarp": (("--enhet", "Parkskolan", "--frist", "svar", "--antal", "3"),),
    "regler granska": (("Inga ändringar.",),),
    "regler andra": (("osby", "--fran", "idag"),),
}
"""What writes in the register, or makes it, with the options that make it write; a file is named in the folder."""

READING: dict[str, tuple[str, ...]] = {
    "visa": ("1",),
    "lista": (),
    "sok": ("kö",),
    "senaste": (),
    "skal": ("bash",),
    "logg": ("1",),
    "frist": ("1",),
    "bevaka": (),
    "lardomar": (),
    "sammanstall": ("2026", "-o", "2026.xlsx"),
    "blankett": ("-o", "blankett.html"),
    "postlista": (),
    "demo": ("exempel",),
    "kontrollera": (),
    "enhet lista": (),
    "handlaggare lista": (),
    "regler visa": (),
    "regler lista": (),
    "regler beskrivning": ("-o", "beskrivning.html"),
}
"""What leaves the register as it is; ``demo`` writes in one of its own, with the others' acts."""


NOTES = {
    "visa", "lista", "sok", "logg", "brev", "utlamna", "registerutdrag", "exportera", "publicera", "postlista",
    "sakerhetskopiera",
}  # fmt: skip
"""What writes only a note in the log: of what was read, handed out or copied."""


def forgotten() -> set[str]:
    """Commands of klagreg that are in neither table, and words there that are no command."""
    commands = {
        " ".join(filter(None, (name, one)))
        for name, entry in COMMANDS.items()
        for one in (entry.entries if isinstance(entry, GroupEntry) else ("",))
    }
    return commands ^ (WRITING.keys() | READING.keys())


@dataclass(frozen=True)
class Act:
    """One command line, to be run in the folder of a register that is made for it."""

    command: str
    words: tuple[str, ...]

    @property
    def line(self) -> tuple[str, ...]:
        """The words of the command line, without the register."""
        return (*self.command.split(), *self.words)

    @property
    def needs_no_register(self) -> bool:
        """It makes the register."""
        return self.command == "init"

    def __str__(self) -> str:
        return " ".join(self.line[:3])


def writing() -> list[Act]:
    """A line of every command that writes."""
    return [Act(command, words) for command, lines in WRITING.items() for words in lines]


def reading() -> list[Act]:
    """A line of every command that does not."""
    return [Act(command, words) for command, words in READING.items()]


NAME = "klagreg.db"
"""The register's file in its folder."""

_MAJA = ("--namn", "Maja Qvist", "--telefon", "070-174 06 05")
_BEGINNING = (
    ("init", "--regler", "regler.toml", "--namnd", "BUN"),
    ("enhet", "lagg-till", "Parkskolan"),
    ("enhet", "lagg-till", "Köket"),
    ("handlaggare", "lagg-till", "eva.lind", "--enhet", "Parkskolan"),
    ("handlaggare", "lagg-till", "bo.ek", "--enhet", "Köket"),
    ("registrera", "--typ", "klagomal", "--enhet", "Parkskolan", "--inkommen", "2026-01-05", "--rubrik", "Kö", *_MAJA),
    ("registrera", "--typ", "synpunkt", "--enhet", "Parkskolan", "--inkommen", "2024-02-01", "--rubrik", "Mat", *_MAJA),
    ("avsluta", "2", "--utfall", "forklaring", "--svar", "Hej.", "--satt", "telefon", "--datum", "2024-02-20"),
    ("registrera", "--typ", "klagomal", "--enhet", "Köket", "--inkommen", "2026-01-05", "--rubrik", "Buller", *_MAJA),
    ("sekretess", "3", "--lagrum", "26 kap. 1 § OSL"),
    ("sakerhetskopiera", "kopia.db"),
)
_LETTER = """
[[brev]]
nyckel = "bekraftelse"
amne = "Ditt ärende {arendenummer}"
text = "Vi har tagit emot det du skrev."
"""
_FILES = {
    "regler.toml": (files("klagreg") / "profiles" / "lomma.toml").read_text("utf-8") + _LETTER,
    "namn.txt": "Maja Qvist",
    "rader.csv": "Typ;Inkommen;Enhet;Beskrivning\n"
    + "".join(f"klagomal;2026-01-{day:02};Parkskolan;Kö {day}\n" for day in range(5, 20))
    + "klagomal;2026-02-30;Parkskolan;ingen dag\n",
}


def begun(folder: Path, zygote: Zygote) -> Path:
    """Make the register in which every line can be run, with the files that they read; gives its folder."""
    folder.mkdir()
    for name, content in _FILES.items():
        (folder / name).write_text(content, "utf-8")
    for words in _BEGINNING:
        answer = zygote.run(*in_folder(folder, words))
        assert answer.code == 0, (words, answer)
    return folder


def again(beginning: Path, folder: Path, act: Act | None = None) -> Path:
    """The same files once more, in an emptied folder; gives the register. Without one for what makes it."""
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        rmtree(old) if old.is_dir() else old.unlink()
    for file in _files_for(act, beginning):
        copyfile(file, folder / file.name)
        (folder / file.name).chmod(0o600)
    return folder / NAME


def untouched(beginning: Path, folder: Path, act: Act) -> bool:
    """Whether a folder is byte for byte as it was when the act began."""
    begun = {file.name: file for file in _files_for(act, beginning)}
    here = {file.name: file for file in folder.iterdir()}
    return begun.keys() == here.keys() and all(
        file.is_file() and file.read_bytes() == begun[name].read_bytes() for name, file in here.items()
    )


def _files_for(act: Act | None, beginning: Path) -> list[Path]:
    makes_it = act is not None and act.needs_no_register
    return [file for file in beginning.iterdir() if not (makes_it and file.name.startswith(NAME))]


def in_folder(folder: Path, words: Iterable[str]) -> tuple[str, ...]:
    """A command line for the register in a folder, its files named there."""

    def placed(word: str) -> str:
        at, name = ("@", word[1:]) if word.startswith("@") else ("", word)
        is_file = name.endswith((".db", ".csv", ".txt", ".toml", ".html", ".xlsx", ".eml")) or name in (
            "webb",
            "exempel",
        )
        return f"{at}{folder / name}" if is_file else word

    return ("--register", str(folder / NAME), *map(placed, words))
