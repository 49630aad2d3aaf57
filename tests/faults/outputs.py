"""Hostile texts through every output: what arrives must be text, the same text, and nothing else.

The judges here know klagreg's promises and none of its gates: characters are judged by Unicode's own categories,
workbooks are read with zipfile and expat, pages with html.parser, mail with email's parser.
"""

from __future__ import annotations

import csv
import json
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from contextlib import chdir
from email import message_from_bytes, policy
from html.parser import HTMLParser
from itertools import chain
from pathlib import Path
from xml.parsers import expat

from klagreg.render import cells, terminal, workbook
from klagreg.sheets import Block, Chart, ChartKind, Column, Kind, Series, Sheet
from tests.faults import hostile
from tests.faults.burdened import Burdened, burdened, shown_as, steering, unseen
from tests.faults.frame import Trial, fault
from tests.faults.instruments import NOON, Finished, at_a_terminal
from tests.faults.sound import answer_faults

OWN = re.compile(r"\x1b\[(?:0|1|2|3[0-7]|1;31|1;35|38;5;\d+)m|\x1b\[\?25[lh]|\r?(?:\x1b\[1A)?\x1b\[2K")
"""What klagreg itself sends to a terminal, colours and progress bars; no text of the corpus holds any of it whole."""

OF_A_CASE = ("visa {}", "visa {} --personuppgifter --sekretess", "logg {} --sekretess", "frist {}", "utlamna {}")
OF_ALL = (
    "", "lista --alla", "lista --forsenade", "bevaka", "sok a", "senaste --antal=100", "enhet lista", "regler lista",
    "handlaggare lista", "regler visa", "regler visa --toml", "lardomar", "sammanstall 2026 --i-ord", "redovisa 2026",
    "egenkontroll 2026", "arstext 2026", "enkat", "postlista --dag=2026-11-02", "gallra --fore=2030-01-01 --utfor",
    "kontrollera", "blankett", "regler beskrivning", "brev --lista", "brev 1 elakt", "registerutdrag eva --sekretess",
)  # fmt: skip
"""Every command that shows something, as it is typed."""

AS_DATA = (
    "lista --alla --json", "bevaka --json", "sok a --json", "senaste --antal=100 --json", "enhet lista --json",
    "handlaggare lista --json", "regler visa --json", "lardomar --json", "sammanstall 2026 --json",
    "redovisa 2026 --json", "egenkontroll 2026 --json", "arstext 2026 --json", "enkat --json",
    "postlista --dag=2026-11-02 --json", "kontrollera --json", "regler beskrivning --json", "brev 1 elakt --json",
    "registerutdrag eva --sekretess --json", "lista --sekretess --json",
)  # fmt: skip

MISTAKES = (
    ("{}",), ("--{}",), ("visa", "{}"), ("visa", "1", "--{}"), ("lista", "--enhet={}"), ("lista", "--fran={}"),
    ("lista", "--antal={}"), ("lista", "--status={}"), ("registrera", "--typ={}"), ("registrera", "--inkommen={}"),
    ("registrera", "--text=@{}"), ("tilldela", "1", "{}"), ("brev", "1", "{}"), ("brev", "1", "elakt", "-o", "{}.x"),
    ("importera", "{}"), ("importera", "lista.csv", "--kolumn={}"), ("exportera", "-o", "{}.pdf"), ("regler", "{}"),
    ("init", "--regler={}"), ("--register={}", "lista"), ("uppdatera", "1", "--kontakt={}"), ("sammanstall", "{}"),
    ("handlaggare", "andra", "{}"), ("ankomststampla", "1", "--hos=x", "--klockslag={}"),
    ("hanvisa", "1", "--till={}"), ("forlang", "1", "--frist={}", "--till=2026-12-01", "--orsak=x"),
    ("utlamna", "1", "--utan={}"), ("sok", "{}"), ("kontrollera", "--ankare={}"), ("aterstall", "{}"),
    ("regler", "andra", "{}.toml"), ("enhet", "andra", "{}"), ("importera", "lista.csv", "--karta={}.toml"),
    ("gallra", "--typ={}"), ("arstext", "2026", "x", "--namnd={}"),
)  # fmt: skip
"""Command lines that klagreg refuses, each with a place for somebody's word."""


# -- the terminal and the pipe ------------------------------------------------------------------


@fault("A3", "hostile texts shown in a pipe and at a terminal", commit=250, release=10_000)
def shown(trial: Trial) -> None:
    """Every field of a register holds one; everything that shows it is read, piped and at a terminal of three widths.

    Only printable characters, line ends and klagreg's own colours may arrive (reliability.md A3; 47 % leaked before).
    """
    register = _ready(trial)
    for case in register.stored:
        for view in OF_A_CASE:
            _judge_shown(trial, register, view.format(case), columns=0)
        _judge_shown(trial, register, f"visa {case} --personuppgifter", columns=trial.random.choice((20, 80, 400)))
    for view in OF_ALL:
        for columns in (0, trial.random.choice((20, 80, 400))):
            _judge_shown(trial, register, view, columns)


@fault("A3-0", "the same with the terminal's gate open", commit=40, release=300, control=True)
def shown_without_the_gate(trial: Trial) -> None:
    """A positive control: nothing is hidden, so that much arrives."""
    closed, terminal.is_hidden = terminal.is_hidden, lambda _: False
    try:
        shown(trial)
    finally:
        terminal.is_hidden = closed


@fault("A3b", "hostile words in refusals and in questions", commit=300, release=10_000)
def said(trial: Trial) -> None:
    """A word that klagreg refuses stands in its message, and a name it does not know in a question: judged as in A3."""
    register = burdened(trial.folder, 150)
    (trial.folder / "lista.csv").write_text("Rubrik;Inkom\nx;2026-01-01\n")
    for place, text in enumerate(hostile.texts(trial.random, trial.budget)):
        words = [word.replace("{}", text) for word in MISTAKES[place % len(MISTAKES)]]
        answer = register.run(*words)
        trial.hold(_spoken_faults(answer, ""), f"{words!r}")
        if place % 10 == 0:
            trial.hold(_spoken_faults(_asked(register, text), "\n"), f"asked about {text!r}")
        trial.tried()


@fault("A4", "markup is shown as it was written", commit=250, release=10_000)
def literal(trial: Trial) -> None:
    """What the border let in stands in ``visa``, piped and at a wide terminal, to the character (15 % crashed rich)."""
    register = _ready(trial)
    for case, fields in register.stored.items():
        piped = register.run("visa", case, "--sekretess", "--personuppgifter").out
        with chdir(trial.folder):
            watched = at_a_terminal(
                "visa", case, "--sekretess", "--personuppgifter", register=register.register, columns=5000
            ).out
        for option in ("--rubrik", "--text", "--forslag", "--namn", "--adress"):
            for line in (fields.get(option) or "").split("\n"):
                wanted = shown_as(line).strip()
                for where, out in (("a pipe", piped), ("a terminal", OWN.sub("", watched))):
                    if wanted not in out:
                        trial.violated(f"{case} {option} in {where}: {line!r} is not there")


def _ready(trial: Trial) -> Burdened:
    """The register, and so many texts tried that klagreg let in or refused in order."""
    register = burdened(trial.folder, trial.budget)
    trial.tried(trial.budget)
    trial.violated(*register.unsound)
    trial.figures["texts let in"] = f"{len(register.texts):,}"
    return register


def _judge_shown(trial: Trial, register: Burdened, view: str, columns: int) -> None:
    words = view.split()
    if columns:
        with chdir(trial.folder):
            answer = at_a_terminal(*words, register=register.register, columns=columns)
    else:
        answer = register.run(*words)
    trial.hold(_spoken_faults(answer, "\n"), f"klagreg {view}, {columns or 'no'} columns")


def _spoken_faults(answer: Finished, line_ends: str) -> list[str]:
    """What is wrong with what was said; without ``line_ends`` stderr is one line."""
    found = answer_faults(answer)
    said = OWN.sub("", answer.out) + answer.err
    if hidden := sorted(set(steering([said]))):
        found.append(f"{hidden!r} in {said[:200]!r}")
    if "Oväntat fel" in said or answer.code < 0:
        found.append(f"ended with {answer.code}: {said[-200:]!r}")
    if not line_ends and answer.code == 2 and answer.err.rstrip("\n").count("\n"):
        found.append(f"an error of several lines: {answer.err!r}")
    return found


def _asked(register: Burdened, text: str) -> Finished:
    """What is shown when the name of a unit and of a handler must be asked about."""
    lines = (text.split("\n")[0], "n", "", "klagomal", "1", text, "n")
    typed = "".join(f"{line}\n" for line in lines).replace("\x04", "")
    words = ("tilldela", "1") if len(text) % 2 else ("registrera",)
    with chdir(register.folder):
        return at_a_terminal(*words, register=register.register, typed=typed + "\n" * 20, columns=80)


# -- data ---------------------------------------------------------------------------------------


@fault("A3c", "hostile texts as JSON: valid, the same, nothing raw", commit=250, release=10_000)
def as_data(trial: Trial) -> None:
    """JSON is often read at a terminal: what steers it stands escaped, so that a program reads what was written.

    The fields of each case come back as the border stored them, to the character (A12).
    """
    register = _ready(trial)
    for view in AS_DATA:
        _data(trial, register, view)
    for case, fields in register.stored.items():
        found = _data(trial, register, f"visa {case} --personuppgifter --sekretess --json")
        sender = (found or {}).get("avsandare") or {}
        for option, key in _KEYS.items():
            if found and option in fields and fields[option] != (sender if key in sender else found)[key]:
                trial.violated(f"{case} {option}: {fields[option]!r} came back as {found.get(key)!r}")
        _data(trial, register, f"logg {case} --sekretess --json")


_KEYS = {
    "--rubrik": "rubrik", "--text": "beskrivning", "--forslag": "forslag", "--diarienummer": "diarienummer",
    "--namn": "namn", "--epost": "epost", "--telefon": "telefon", "--adress": "adress", "--utforare": "utforare",
    "--mottagen-av": "mottagen_av", "--personakt": "personakt",
}  # fmt: skip


def _data(trial: Trial, register: Burdened, view: str) -> dict[str, object] | None:
    answer = register.run(*view.split())
    trial.hold(_spoken_faults(answer, "\n"), f"klagreg {view}")
    try:
        found: dict[str, object] | None = json.loads(answer.out)
    except ValueError as error:
        trial.violated(f"klagreg {view}: no JSON ({error}), code {answer.code}: {answer.err[:200]}")
        return None
    return found


# -- workbooks and CSV --------------------------------------------------------------------------

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main "
LIVE = {MAIN + name for name in ("f", "hyperlink", "externalReference", "oleObject", "ddeLink", "control", "formula1")}
"""Elements of a workbook that compute or fetch something."""

WORKBOOKS = (
    "exportera -o lista.xlsx --texter --personuppgifter --sekretess --ersatt",
    "sammanstall 2026 -o intern.xlsx --upplaga=intern --ersatt",
    "sammanstall 2026 -o publik.xlsx --upplaga=publik --ersatt", "egenkontroll 2026 -o egen.xlsx --ersatt",
)  # fmt: skip


@fault("A5", "hostile texts in workbooks, read with zipfile and expat", commit=250, release=10_000)
def in_workbooks(trial: Trial) -> None:
    """Each workbook that klagreg makes: no formula, link or macro, every part well-formed, and the texts equal.

    By default openpyxl makes 47 of 3,000 live formulas, and of 445 a file that cannot be opened (reliability.md D9).
    """
    register = _ready(trial)
    for view in WORKBOOKS:
        answer = register.run(*view.split())
        trial.hold(_spoken_faults(answer, "\n"), f"klagreg {view}")
        path = trial.folder / view.split("-o ")[1].split()[0]
        if answer.code:
            trial.violated(f"klagreg {view} ended with {answer.code}: {answer.err}")
            continue
        trial.hold(workbook_faults(path), view)
        if path.name == "lista.xlsx":
            trial.hold(_missing(register, workbook_texts(path)), view)


@fault("A5b", "hostile texts as headings, sheet names, notes, charts", commit=125, release=10_000)
def in_every_place_of_a_workbook(trial: Trial) -> None:
    """What no register lets in, straight to the writer, in every place of a workbook that takes a text."""
    texts = [*hostile.UNTAKEABLE, *hostile.texts(trial.random, trial.budget)]
    for start in range(0, len(texts), 25):
        some = texts[start : start + 25]
        path = trial.folder / f"{start}.xlsx"
        workbook.write(list(_sheets_of(some)), path, title=some[0], created=NOON, replace=False, stamp=some[-1])
        trial.hold(workbook_faults(path), f"texts {start}…")
        trial.hold(
            (f"{text!r} is not there" for text in some if as_seen(text) not in workbook_texts(path)), f"{start}…"
        )
        path.unlink()
        trial.tried(len(some))


@fault("A5-0", "the same with the cells' gate open", commit=150, release=300, control=True)
def in_workbooks_without_the_gate(trial: Trial) -> None:
    """A positive control: texts as they are, of which some make a workbook that no reader opens."""
    closed, cells._ILLEGAL = cells._ILLEGAL, re.compile("(?!)")
    try:
        in_workbooks(trial)
    finally:
        cells._ILLEGAL = closed


def _sheets_of(texts: list[str]) -> Iterator[Sheet]:
    columns = (Column("Namn", Kind.TEXT), *(Column(text) for text in texts))
    rows = tuple((text, *range(len(texts))) for text in texts)
    block = Block(1, 0, len(texts), 0)
    series = tuple(Series(text, Block(1, i, len(texts), i)) for i, text in enumerate(texts, 1))
    chart = Chart(next(iter(ChartKind)), texts[0], texts[-1], texts[len(texts) // 2], block, series)
    yield Sheet("Blad", texts[0], columns, rows, rows[:2], tuple(texts), chart)
    long = tuple((text, number) for number in range(60) for text in texts)  # such lists are written by hand
    yield Sheet("Långt blad", texts[-1], columns[:2], long, (), tuple(texts))


def workbook_faults(path: Path) -> list[str]:
    """What is in a workbook that may not be there."""
    found: list[str] = []

    def element(name: str, attributes: dict[str, str]) -> None:
        if name in LIVE:
            found.append(f"{part.filename}: a live {name.split()[-1]}")
        if attributes.get("TargetMode") == "External":
            found.append(f"{part.filename}: fetches {attributes['Target']!r}")
        found.extend(f"{part.filename}: {c!r} in {name}" for v in attributes.values() for c in _hostile_in(v))

    def doctype(*_: object) -> None:
        found.append(f"{part.filename}: a doctype")

    def text(data: str) -> None:
        found.extend(f"{part.filename}: {c!r} in a text" for c in _hostile_in(data))

    with zipfile.ZipFile(path) as book:
        for part in book.infolist():
            if re.search(r"\.bin$|vba|macro|external|embed", part.filename, re.IGNORECASE):
                found.append(f"a part {part.filename}")
            parser = expat.ParserCreate(namespace_separator=" ")
            parser.StartElementHandler, parser.CharacterDataHandler = element, text
            parser.StartDoctypeDeclHandler = doctype
            try:
                parser.Parse(book.read(part), True)
            except (expat.ExpatError, UnicodeError, zipfile.BadZipFile) as error:
                found.append(f"{part.filename}: {error}")
    return found


def workbook_texts(path: Path) -> set[str]:
    """The texts of all cells, with Excel's escapes read as Excel reads them; as :func:`as_seen`."""
    texts: list[list[str]] = [[]]
    inside: list[str] = []

    def begin(name: str, _: dict[str, str]) -> None:
        inside.append(name)
        if name in (MAIN + "si", MAIN + "is"):
            texts.append([])

    def data(piece: str) -> None:
        if inside[-1] == MAIN + "t":
            texts[-1].append(piece)

    with zipfile.ZipFile(path) as book:
        for part in book.namelist():
            if part.startswith(("xl/worksheets/sheet", "xl/sharedStrings")):
                parser = expat.ParserCreate(namespace_separator=" ")
                parser.StartElementHandler, parser.CharacterDataHandler = begin, data
                parser.EndElementHandler = lambda _: inside.pop()
                parser.Parse(book.read(part), True)
    unescaped = (re.sub("_x([0-9A-Fa-f]{4})_", lambda m: chr(int(m[1], 16)), "".join(t)) for t in texts)
    return {as_seen(text) for text in unescaped}


def as_seen(text: str) -> str:
    """A text for comparison: line ends alike, all that cannot be seen alike, also what stands in its place."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join("\ufffd" if unseen(c) else c for c in unified)


_TURNING = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def _hostile_in(text: str) -> set[str]:
    """What may not be in a file: controls, direction, line separators, no characters at all."""
    return {
        c for c in text if c not in "\t\n" and (unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") or c in _TURNING)
    }


def _missing(register: Burdened, texts: set[str]) -> Iterator[str]:
    """Texts of cases that the list lacks."""
    for case, fields in register.stored.items():
        for option in ("--rubrik", "--text", "--forslag", "--namn", "--adress", "--diarienummer"):
            text = fields.get(option)
            if text and as_seen(text) not in texts:
                yield f"{case} {option}: {text!r} is not in the file"


@fault("A5c", "hostile texts in CSV", commit=250, release=10_000)
def in_csv(trial: Trial) -> None:
    """The list as CSV: no cell that a spreadsheet would run, also behind blanks and in full width, and texts equal."""
    register = _ready(trial)
    answer = register.run("exportera", "-o", "lista.csv", "--texter", "--personuppgifter", "--sekretess")
    trial.hold(_spoken_faults(answer, "\n"), "exportera")
    texts = set()
    with (trial.folder / "lista.csv").open(encoding="utf-8-sig", newline="") as file:
        for cell in chain.from_iterable(csv.reader(file, delimiter=";", strict=True)):
            trial.hold((f"{c!r} in {cell!r}" for c in _hostile_in(cell)), "lista.csv")
            if unicodedata.normalize("NFKC", cell.lstrip(_PASSED_OVER))[:1] in ("=", "+", "-", "@", "\t"):
                trial.violated(f"lista.csv: {cell!r} would run")
            texts |= {as_seen(cell), as_seen(cell.removeprefix("'"))}
    trial.hold(_missing(register, texts), "lista.csv")


_PASSED_OVER = " \n\u00a0\u2003\u3000\u200b\u200c\u200d\u2060\ufeff"


@fault("A6", "Excel's limits: cut where it is seen, or refused", commit=20, release=20)
def limits(trial: Trial) -> None:
    """Texts of 32,766–32,769 UTF-16 units, days before Excel's, figures that are none, and the last rows.

    openpyxl cuts a text in silence, writes 65,534 units, and saves a sheet with one row too many (reliability.md b8).
    """
    path = trial.folder / "g.xlsx"
    for letter, units in (("a", 1), ("å", 1), ("😀", 2), ("<", 1), ("\x1b", 1)):
        for length in (32_766, 32_767, 32_768, 32_769):
            text = letter * (length // units)
            workbook.write([_one_cell(text)], path, title="T", created=NOON, replace=True)
            (found,) = (t for t in workbook_texts(path) if len(t) > 1000)
            whole = len(text) * units <= 32_767
            if found != (as_seen(text) if whole else as_seen(text)[: 32_766 // units] + "…"):
                trial.violated(f"{length} units of {letter!r} became {len(found)} characters, ending {found[-3:]!r}")
            trial.hold(workbook_faults(path), f"{length} of {letter!r}")
            trial.tried()


def _one_cell(text: str) -> Sheet:
    return Sheet("Blad", "Blad", (Column("Text", Kind.TEXT),), ((text,),))


# -- pages, letters, mail -----------------------------------------------------------------------

PAGES = (
    "blankett -o blankett.html --ersatt", "regler beskrivning -o regler.html --ersatt", "publicera webb --ersatt",
    "postlista --dag=2026-11-02 -o dag.html --ersatt", "registerutdrag eva --sekretess -o utdrag.html --ersatt",
)  # fmt: skip
TAGS = {
    "html", "head", "meta", "title", "style", "body", "header", "main", "footer", "section", "nav", "h1", "h2", "h3",
    "h4", "p", "a", "br", "div", "span", "strong", "dl", "dt", "dd", "ul", "ol", "li", "table", "caption", "thead",
    "tbody", "tfoot", "tr", "th", "td", "form", "fieldset", "legend", "label", "input", "textarea", "address",
    "article", "blockquote", "details", "summary", "figure", "figcaption", "time", "small", "em",
}  # fmt: skip
ATTRIBUTES = {
    "lang", "charset", "name", "content", "http-equiv", "id", "class", "href", "for", "type", "rows", "role", "scope",
    "tabindex", "aria-label", "aria-labelledby", "aria-hidden", "aria-describedby", "colspan", "autocomplete",
    "maxlength", "inputmode", "disabled",
}  # fmt: skip


class _Page(HTMLParser):
    """What a browser would find in a page."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.faults: list[str] = [f"{c!r} in the file" for c in sorted(set(steering([content])))]
        self.text = ""
        self.feed(content)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.text += "\n"
        if tag not in TAGS:
            self.faults.append(f"an element {tag}")
        for name, value in attrs:
            if name not in ATTRIBUTES or (name == "href" and not (value or "").startswith("#")):
                self.faults.append(f"{tag} has {name}={value!r}")

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.faults.append(f"a comment {data!r}")

    def handle_pi(self, data: str) -> None:
        self.faults.append(f"an instruction {data!r}")

    def unknown_decl(self, data: str) -> None:
        self.faults.append(f"a declaration {data!r}")


@fault("A5d", "hostile texts in pages, read with html.parser", commit=250, release=10_000)
def in_pages(trial: Trial) -> None:
    """Each page that klagreg writes: no element or attribute but its own, no address outside, and the texts equal."""
    register = _ready(trial)
    register.run("godkann", "2", "--svar=Alla <b>kan</b> läsa & se\u202e.", "--granskad")
    for view in PAGES:
        answer = register.run(*view.split())
        trial.hold(_spoken_faults(answer, "\n"), f"klagreg {view}")
        path = trial.folder / (view.split("-o ")[1].split()[0] if "-o " in view else "webb/index.html")
        if answer.code == 0:
            trial.hold(_Page(path.read_text("utf-8")).faults, view)
        else:
            trial.violated(f"klagreg {view} ended with {answer.code}: {answer.err}")
    for case, fields in register.stored.items():
        trial.hold(_paper_faults(register, case, fields), case)


def _paper_faults(register: Burdened, case: str, fields: dict[str, str]) -> Iterator[str]:
    """What is wrong with a case that is handed out, as a page and as plain text."""
    words = ("utlamna", case, "--avsandare", "--omaskat", "--sekretess", "--ersatt", "--logg")
    for name in ("ut.html", "ut.txt"):
        answer = register.run(*words, "-o", name)
        yield from _spoken_faults(answer, "\n")
        content = (register.folder / name).read_text("utf-8")
        if name.endswith("html"):
            page = _Page(content)
            yield from page.faults
            content = page.text
        yield from (f"{c!r} in {name}" for c in sorted(set(steering([content]))))
        wanted = [
            line for option in ("--rubrik", "--text", "--forslag") for line in (fields.get(option) or "").split("\n")
        ]
        found = "".join(content.split())
        yield from (f"{line!r} is not in {name}" for line in wanted if "".join(shown_as(line).split()) not in found)


HEADERS = {
    "From", "To", "Subject", "Date", "Content-Language", "X-Unsent", "MIME-Version", "Content-Type",
    "Content-Transfer-Encoding",
}  # fmt: skip


@fault("A5e", "hostile texts in letters and e-mail drafts", commit=80, release=10_000)
def in_mail(trial: Trial) -> None:
    """Names and titles in a draft: no header but ours, no address but theirs, subject and text equal."""
    register = burdened(trial.folder, 60)
    register.run("uppdatera", "1", "--epost=kim@example.se")
    for text in hostile.texts(trial.random, trial.budget, 100):
        trial.tried()
        stored = [
            register.run("uppdatera", "1", f"--rubrik={text}", "--granskad").code,
            register.run("uppdatera", "1", f"--namn={text}", "--granskad").code,
            register.run("handlaggare", "andra", f"--fullt-namn={text}", "--", "eva.lind").code,
        ]
        answer = register.run("brev", "1", "prov", "--fran=eva.lind", "-o", "brev.eml", "--ersatt", "--sekretess")
        trial.hold(_spoken_faults(answer, "\n"), f"{text!r}")
        if answer.code == 0:
            trial.hold(_mail_faults(trial.folder / "brev.eml", text if stored[0] == 0 else None), f"{text!r}")


def _mail_faults(path: Path, title: str | None) -> Iterator[str]:
    raw = path.read_bytes()
    found = message_from_bytes(raw, policy=policy.default)
    if strange := set(found.keys()) - HEADERS or len(found.keys()) - len(set(found.keys())):
        yield f"headers {strange}"
    if found.defects or found.is_multipart():
        yield f"defects {found.defects}"
    if any(len(line) > 998 for line in raw.split(b"\r\n")) or b"\n" in raw.replace(b"\r\n", b""):
        yield "lines that no server takes"
    addresses = [address.addr_spec for name in ("From", "To") for address in found[name].addresses]
    if addresses != ["eva@x.se", "kim@example.se"]:
        yield f"addresses {addresses}"
    body = found.get_content().replace("\r\n", "\n")
    if hidden := set(steering([body, str(found["Subject"]), str(found["To"])])):
        yield f"{hidden} in the draft"
    if title is not None:
        wanted = shown_as(" ".join(unicodedata.normalize("NFC", title).split()))
        if _blank_free(wanted) not in _blank_free(str(found["Subject"])) or _blank_free(wanted) not in _blank_free(
            body
        ):
            yield f"the subject is {found['Subject']!r}"


def _blank_free(text: str) -> str:
    return "".join(text.split())
