"""What may not be seen: secret cases and personal data, in whatever klagreg says, writes or lets somebody conclude."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path

from tests.faults import acts
from tests.faults.frame import Trial, fault
from tests.faults.fuzz import commands
from tests.faults.instruments import Finished, Zygote, in_process

SECRET = {
    "rubrik": "Zqrubrik", "text": "Zqtexten", "forslag": "Zqforslag", "namn": "Zqnamnet Zqefternamn",
    "epost": "zqpost@example.se", "telefon": "0999-8877665", "adress": "Zqgatan 7", "diarienummer": "ZQ/2026:1",
    "mottagen-av": "Zqmottagare", "utforare": "Zqutforare", "i-efterhand": "Zqkallan",
}  # fmt: skip
"""A marker for each field that a case is registered with."""

SECRET_ACTS = (
    ("anteckna", "4", "Zqanteckning", "--granskad"),
    ("atgarda", "4", "Zqatgard", "--ansvarig=Zqansvarig", "--klar-senast=2026-12-01", "--granskad"),
    ("aterkoppla", "4", "--slag=status", "--satt=brev", "--orsak=Zqskal", "--av=Zqsamtal", "--granskad"),
    ("kopia", "4", "--till=Zqkopia"), ("ankomststampla", "4", "--hos=Zqstampel"),
    ("vag", "4", "politiskt_organ", "--till=Zqorgan"), ("hanvisa", "4", "--till=lex_sarah", "--referens=Zqreferens"),
    ("lardom", "4", "Zqlardom", "--granskad"),
    ("avsluta", "4", "--utfall=atgardad", "--svar=Zqsvar", "--satt=brev", "--granskad"),
    ("godkann", "4", "--svar=Zqpublik", "--forbattring=Zqbattre", "--granskad"),
    ("ateruppta", "4", "--orsak=Zqigen", "--granskad"), ("sekretess", "4", "--lagrum=26 kap. 1 § OSL"),
)  # fmt: skip
"""What is done to the case, with a marker in every text, before it is marked secret."""

PERSONAL = {
    "namn": "Wxnamnet Wxefternamn", "epost": "wxpost@example.se", "telefon": "0888-7766554", "adress": "Wxgatan 9",
    "personakt": "Wxakten 4711",
}  # fmt: skip
"""Markers of the sender of an ordinary case."""

ASKS_FOR_MORE = {"--sekretess", "--personuppgifter", "--avsandare", "--omaskat"}
"""What somebody says who may see what is hidden."""

TOLD_BY_PURPOSE = {"brev", "registerutdrag"}
"""Commands whose purpose is what a person's own data say: a letter to the sender, and all that is kept of somebody."""

MORE = (
    "lista --alla", "lista --obesvarade", "lista --enhet=Köket", "logg 4 --lasningar", "senaste --antal=100",
    "visa 4 --per=2026-11-01", "exportera -o t.csv --texter", "exportera -o t.json --texter", "bevaka --enhet=Köket",
    "sammanstall 2026 -o i.xlsx --upplaga=intern", "sammanstall 2026 --i-ord", "utlamna 4 5 --logg",
    "postlista --dag=2026-11-02", "lardomar --enhet=Köket", "gallra --fore=2030-01-01", "tilldela 4 eva.lind --json",
)  # fmt: skip
"""Ways to ask that the commands' own lines do not take."""

FORMATS = (".xlsx", ".csv", ".json", ".html", ".txt", ".eml")


def _marked(folder: Path) -> Path:
    """A register with a secret case (4) and an ordinary one (5), each with a marker in every field."""
    with Zygote(folder, "zygote") as zygote:
        beginning = acts.begun(folder / "beginning", zygote)
    made = (
        ("registrera", "--typ=klagomal", "--enhet=Köket", "--granskad", *_told(SECRET)),
        *SECRET_ACTS,
        ("registrera", "--typ=klagomal", "--enhet=Köket", "--rubrik=Om maten", *_told(PERSONAL)),
    )
    for words in made:
        with chdir(beginning):
            answer = in_process(*words, register=beginning / acts.NAME)
        assert answer.code == 0, (words, answer)
    return beginning


def _told(fields: dict[str, str]) -> list[str]:
    return [f"--{option}={value}" for option, value in fields.items()]


def _views() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every command as somebody runs it who may not see more, in each of its formats, for the marked cases."""
    for act in (*acts.reading(), *acts.writing()):
        if act.command == "demo":
            continue
        words = [word for word in act.line if word not in ASKS_FOR_MORE]
        of_a_case = {tuple(case if word in "123" else word for word in words) for case in "45"}
        options = {name for p in commands()[tuple(act.command.split())].params for name in p.opts}
        for line in of_a_case:
            yield act.command, line
            if "--json" in options:
                yield act.command, (*line, "--json")
            if "-o" in options:
                bare = [w for w, before in zip(line, ("", *line), strict=False) if "-o" not in (w, before)]
                yield from ((act.command, (*bare, "-o", f"ny{ending}")) for ending in FORMATS)
            if "--help" in options:
                yield act.command, (*line, "--help")
    for more in MORE:
        words = tuple(more.split())
        yield words[0], words


@fault("S1", "secret cases and senders, read by who has not asked", commit=1, release=1)
def unasked(trial: Trial) -> None:
    """No marker in anything that any command says or writes; derived from the commands, so that none is forgotten."""
    beginning = _marked(trial.folder)
    seen = set()
    for command, words in _views():
        seen.add(command)
        trial.hold((f"{marker} is shown" for marker in _found(trial.folder, beginning, command, words)), f"{words}")
        trial.tried()
    trial.violated(*(f"{' '.join(path)} was not tried" for path in commands() if path and " ".join(path) not in seen))


@fault("S1-0", "the same, asked for", commit=1, release=1, control=True)
def asked(trial: Trial) -> None:
    """A positive control: who asks is shown the markers."""
    beginning = _marked(trial.folder)
    for view in ("visa 4 --sekretess", "visa 5 --personuppgifter", "exportera -o x.xlsx --sekretess --texter"):
        words = tuple(view.split())
        trial.hold((f"{marker} is shown" for marker in _found(trial.folder, beginning, "", words)), f"{words}")
        trial.tried()


def _found(folder: Path, beginning: Path, command: str, words: tuple[str, ...]) -> list[str]:
    """The markers that a command line says or writes in its files."""
    desk = folder / "desk"
    register = acts.again(beginning, desk)
    with chdir(desk):
        answer = in_process(*words, register=register)
    said = f"{answer.out}\n{answer.err}\n{''.join(_written(desk, beginning))}".casefold()
    given = " ".join(words).casefold()
    found = [marker for marker in _markers(command) if marker.casefold() in said and marker.casefold() not in given]
    return [*found, *(["a traceback"] if "Oväntat fel" in answer.err or "Traceback" in answer.err else [])]


def _markers(command: str) -> list[str]:
    """What may not be seen in what a command shows."""
    words = (part.rpartition("=")[2] for act in SECRET_ACTS for part in act)
    of_acts = {word for word in words if word.startswith("Zq")}
    hidden = [*SECRET.values(), "Zqefternamn", *sorted(of_acts)]
    return hidden if command in TOLD_BY_PURPOSE else [*hidden, *PERSONAL.values(), "Wxefternamn"]


def _written(desk: Path, beginning: Path) -> Iterator[str]:
    """What stands in files that a command made; not in the register and its copies, which hold everything."""
    before = {path.name for path in beginning.iterdir()}
    for path in desk.rglob("*"):
        if not path.is_file() or path.name in before or path.suffix == ".db" or path.name.endswith("-journal"):
            continue
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as book:
                yield from (book.read(name).decode("utf-8", "replace") for name in book.namelist())
        else:
            yield path.read_bytes().decode("utf-8", "replace")
        yield path.name


@fault("S1b", "what a search or a filter lets one conclude", commit=1, release=1)
def concluded(trial: Trial) -> None:
    """A word of a secret case and a word that is nowhere give the same answer, with every filter."""
    beginning = _marked(trial.folder)
    nowhere = "Zqingenstans"
    for marker in _markers("brev"):
        for more in ((), ("--json",), ("--status=tilldelad",), ("--enhet=Köket",)):
            hit, miss = (_asked_in(trial.folder, beginning, ("sok", *more, "--", word)) for word in (marker, nowhere))
            if _unworded(hit, marker) != _unworded(miss, nowhere):
                trial.violated(f"sok {marker} {more}: {hit.out!r}, elsewhere {miss.out!r}")
            trial.tried()


def _unworded(answer: Finished, word: str) -> tuple[int, str, str]:
    """An answer without the word that was asked for."""
    return answer.code, answer.out.replace(word, "x"), answer.err.replace(word, "x")


def _asked_in(folder: Path, beginning: Path, words: tuple[str, ...]) -> Finished:
    register = acts.again(beginning, folder / "desk")
    with chdir(register.parent):
        return in_process(*words, register=register)


# -- personal data ------------------------------------------------------------------------------

PRIVATE_OPTIONS = {
    "--namn", "--epost", "--telefon", "--adress", "--text", "--forslag", "--rubrik", "--personakt", "--dolj",
    "--svar", "--kontrollera-namn", "--atgardad-direkt", "--orsak",
}  # fmt: skip
"""Options whose values may say who somebody is, or what happened to him."""

PRIVATE_ARGUMENTS = {("anteckna",): "TEXT", ("lardom",): "TEXT", ("registerutdrag",): "NAMN", ("atgarda",): "TEXT"}

NOBODYS = {"enhet", "handlaggare", "regler", "enkat"}
"""Commands that are told of the municipality's own people and rules, or of nobody."""


def _private() -> Iterator[tuple[tuple[str, ...], str]]:
    """Every command with each of its parameters that takes what is private; ``""``: the argument."""
    for path, command in commands().items():
        if path and path[0] not in NOBODYS:
            names = [name for p in command.params for name in p.opts if name in PRIVATE_OPTIONS and not p.is_flag]
            yield from ((path, name) for name in names)
            if path in PRIVATE_ARGUMENTS:
                yield path, ""


@fault("S2", "personal data in what is said of a mistake", commit=400, release=10_000)
def in_errors(trial: Trial) -> None:
    """A private value in a line that goes wrong – too long, with NUL, no UTF-8, another value wrong, no register – is
    never repeated on stderr, which cron mails and logs keep (reliability.md S2).
    """
    beginning = _marked(trial.folder)
    places = list(_private())
    wrong = list(_ways_to_go_wrong())
    register = acts.again(beginning, trial.folder / "desk")
    for number in range(trial.budget):
        path, option = places[number % len(places)]
        value, more, stdin, missing = wrong[number // len(places) % len(wrong)]
        words = [*path, *_place(path), *more, *([f"{option}={value}"] if option else ["--", value])]
        with chdir(trial.folder / "desk"):
            answer = in_process(*words, register=trial.folder / "finns-inte.db" if missing else register, stdin=stdin)
        if "vx" in answer.err.casefold() or "8899001" in answer.err:
            trial.violated(f"{words!r}: {answer.err!r}"[:500])
        trial.tried()
        if number % 50 == 49:
            acts.again(beginning, trial.folder / "desk")


def _place(path: tuple[str, ...]) -> list[str]:
    """The case, where the command wants one."""
    arguments = [p.make_metavar(None) for p in commands()[path].params if p.param_type_name == "argument"]
    return ["1"] if any("ÄRENDE" in metavar for metavar in arguments) else []


def _ways_to_go_wrong() -> Iterator[tuple[str, tuple[str, ...], bytes, bool]]:
    """A private value, other words beside it, what comes on stdin, and whether there is no register."""
    for private in ("Vxnamn Vxsson", "vx@vx.example", "+46 8899001", "Vxsson\x1b[5m", "vx" * 500, "Vx " * 400_000):
        for more in ((), ("--typ=vad",), ("--datum=2030-01-01",), ("--finns-inte",), ("--enhet=okänd",), ("--json",)):
            yield private[:100_000], more, b"", False
            yield "-", more, private.encode(), False
        yield private[:1000], (), b"", True
        yield "-", (), private.encode() + b"\0", False
        yield "-", (), private.encode() + b"\xff", False
        yield "-", (), private.encode("utf-16"), False
        yield "-", (), private.encode() + b"z" + "\u0315\u0300".encode() * 20, False


@fault("S4", "every private value can be given by file and stdin", commit=1, release=1)
def not_as_arguments(trial: Trial) -> None:
    """What stands on the command line is seen by others (ps, the shell's history): ``-`` and ``@fil`` must do too."""
    beginning = _marked(trial.folder)
    for path, option in _private():
        for given, wanted in (("-", "stdin är tomt"), ("@finns-inte.txt", "finns-inte.txt kan inte läsas")):
            words = (*path, *_place(path), *_needed(path), *([f"{option}={given}"] if option else [given]))
            answer = _asked_in(trial.folder, beginning, words)
            if wanted not in answer.err:
                trial.violated(f"{' '.join(words)}: {answer.code} {answer.err!r}")
            trial.tried()


def _needed(path: tuple[str, ...]) -> tuple[str, ...]:
    """What else a command must be told before it looks at its texts."""
    return {
        ("registrera",): ("--typ=klagomal", "--atgardad-direkt=Klart", "--satt=brev"),
        ("aterkoppla",): ("--slag=status", "--satt=brev"),
        ("avsluta",): ("--utfall=atgardad", "--satt=brev"),
        ("forlang",): ("--frist=svar", "--till=2026-12-24"),
        ("overlamna",): ("--till=Köket",),
        ("sekretess",): ("--hav",),
        ("uppdatera",): ("--typ=synpunkt",),
    }.get(path, ())
