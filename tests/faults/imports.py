"""Damaged and hostile import files: each is read whole or refused whole, soon, and in little memory."""

from __future__ import annotations

import csv
import io
import os
import resource
import traceback
import zipfile
from collections.abc import Callable, Iterator
from contextlib import chdir
from pathlib import Path
from random import Random

from openpyxl import Workbook

from klagreg import tabular
from tests.faults import hostile
from tests.faults.frame import Trial, fault
from tests.faults.instruments import Finished, in_process
from tests.faults.sound import answer_faults, left_over, register_faults

MEMORY = 300_000_000
"""Bytes that an import may need at most, Python and klagreg included."""

SECONDS = 5
"""Of a processor, that an import may need at most."""

LIST = """\
Nr|Inkom datum|Typ|Inkom via|Enhet|Område|Ärendemening|Beskrivning|Handläggare|Avslutat datum|Utfall
K-1|2026-03-02|Klagomål|Hemsida|Parkskolan|Bemötande|Kö i matsalen|Lång; kö|eva.lind|2026-03-10|Åtgärdat
K-2|2026-03-09|Synpunkt|Mejl|Lunden|Belysning|Mörkt på gården|Hon sa "mörkt", och gick|bo.ek||
K-3|2026-03-10|Beröm|Telefon|Lunden||||||2026-03-10
K-4|2026-03-11|Klagomål|Brev|Åsgården|Städning|Smuts|=1+1|eva.lind||
"""
ROWS = [line.split("|") for line in LIST.splitlines()]
ROWS = [*ROWS, *ROWS[1:] * 4]


def _csv(encoding: str, delimiter: str = ";") -> bytes:
    kept = io.StringIO(newline="")
    csv.writer(kept, delimiter=delimiter).writerows(ROWS)
    return kept.getvalue().encode(encoding)


def _xlsx() -> bytes:
    book = Workbook()
    for row in ROWS:
        book.active.append(row)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def _repacked(packed: bytes, change: Callable[[str, bytes], bytes | None], **more: bytes) -> bytes:
    """A workbook with parts that are changed, gone or more: a damage that zip's sums do not show."""
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as old, zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
        for name, content in more.items():
            new.writestr(name, content)
    return kept.getvalue()


@fault("A8", "damaged import files", commit=250, release=5_000)
def damaged(trial: Trial) -> None:
    """CSV and XLSX, damaged as files are, on the outside and inside the archive: read whole or refused whole.

    Openpyxl alone answers 600 such files with seven kinds of exception (reliability.md b8).
    """
    sound = [_csv("utf-8-sig"), _csv("cp1252"), _csv("utf-16"), _csv("utf-8", ","), _xlsx(), _xlsx()]
    desk = _Desk(trial)
    for number in range(trial.budget):
        kind = number % 7
        content = _damaged_within(sound[4], trial.random) if kind == 6 else hostile.mutated(sound[kind], trial.random)
        desk.offer(content, f"mutant {number}", words=trial.random.choice(_WAYS))
    trial.figures |= desk.figures()


_WAYS: tuple[tuple[str, ...], ...] = ((), (), ("--json",), ("--prova",), ("--hoppa-over-fel", "fel.csv"))


def _damaged_within(packed: bytes, random: Random) -> bytes:
    """A workbook one of whose parts is damaged, or gone."""
    with zipfile.ZipFile(io.BytesIO(packed)) as book:
        chosen = random.choice(book.namelist())
    gone = random.random() < 0.1
    return _repacked(
        packed, lambda name, old: old if name != chosen else None if gone else hostile.mutated(old, random)
    )


@fault("A8b", "hostile import files", commit=60, release=400)
def hostile_files(trial: Trial) -> None:
    """Bombs, endless archives, paths outside, DTD and XXE, a million columns, macros, and every odd CSV, one by one."""
    made = trial.folder / "made"
    names = _made_elsewhere(made)
    desk = _Desk(trial)
    for number, name in enumerate(names[: trial.budget]):
        desk.offer((made / str(number)).read_bytes(), name)
    trial.figures |= desk.figures()


def _made_elsewhere(folder: Path) -> list[str]:
    """Make the files in a child: what the bombs need must not be counted as the import's."""
    folder.mkdir()
    child = os.fork()
    if child == 0:
        for number, (name, content) in enumerate(_hostile_files()):
            (folder / str(number)).write_bytes(content)
            with (folder / "names").open("a", encoding="utf-8") as names:
                names.write(f"{name}\n")
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    return (folder / "names").read_text("utf-8").splitlines()


@fault("A8-0", "damaged import files without the net around the reader", commit=40, release=200, control=True)
def without_the_net(trial: Trial) -> None:
    """A positive control: the reader's errors as they come."""
    guarded = tabular._guarded
    tabular._guarded = lambda _path, act: act()
    try:
        desk = _Desk(trial)
        packed = _xlsx()
        for number in range(trial.budget):
            desk.offer(_damaged_within(packed, trial.random), f"mutant {number}")
    finally:
        tabular._guarded = guarded


def _hostile_files() -> Iterator[tuple[str, bytes]]:
    good = _xlsx()
    sheet = "xl/worksheets/sheet1.xml"
    head = (
        b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    )
    tail = b"</sheetData></worksheet>"

    def with_sheet(xml: bytes) -> bytes:
        return _repacked(good, lambda name, old: xml if name == sheet else old)

    def cells(number: int) -> bytes:
        return b'<c t="inlineStr"><is><t>x</t></is></c>' * number

    xxe = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    laughs = b"<!DOCTYPE x [<!ENTITY a0 'ha'>" + b"".join(
        b"<!ENTITY a%d '%s'>" % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 12)
    )
    bomb = _zipped("bomb", b"\0" * 300_000_000)
    yield "a bomb 1:1000", with_sheet(head + b" " * 100_000_000 + tail)
    yield (
        "a bomb of 600 MB in six parts",
        _repacked(good, lambda _, old: old, **{f"x{n}.xml": b" " * 100_000_000 for n in range(6)}),
    )
    yield "a nested bomb", _repacked(good, lambda _, old: old, **{"xl/media/a.zip": bomb})
    yield "a bomb of pictures", _repacked(good, lambda _, old: old, **{"xl/media/a.png": b"\0" * 90_000_000})
    yield "100,000 members", _repacked(good, lambda _, old: old, **{f"m{n}": b"" for n in range(100_000)})
    yield "a path outside", _repacked(good, lambda _, old: old, **{"../../ut.xml": b"<x/>"})
    yield "an absolute path", _repacked(good, lambda _, old: old, **{"/etc/cron.d/x": b"x"})
    yield "a path of Windows", _repacked(good, lambda _, old: old, **{"C:\\x": b"x"})
    yield "a DTD", with_sheet(b"<!DOCTYPE x>" + head + tail)
    yield "XXE", with_sheet(xxe + head + b'<row><c t="inlineStr"><is><t>&e;</t></is></c></row>' + tail)
    yield "XXE in the workbook", _repacked(good, lambda name, old: xxe + old if name == "xl/workbook.xml" else old)
    yield (
        "a DTD in UTF-16",
        with_sheet((xxe + head + tail).decode().replace("?>", ' encoding="UTF-16"?>').encode("utf-16")),
    )
    yield (
        "a billion laughs",
        with_sheet(laughs + b"]>" + head + b'<row><c t="inlineStr"><is><t>&a11;</t></is></c></row>' + tail),
    )
    yield "a million columns", with_sheet(head + b"<row>" + cells(1_000_000) + b"</row>" + tail)
    yield (
        "a column far away",
        with_sheet(head + b'<row><c r="ZZZZZZZ1" t="inlineStr"><is><t>x</t></is></c></row>' + tail),
    )
    yield "a row far away", with_sheet(head + b'<row r="999999999999"><c><v>1</v></c></row>' + tail)
    yield "rows that go back", with_sheet(head + b'<row r="5"/><row r="2"/>' + tail)
    yield "a row that is no number", with_sheet(head + b'<row r="x"/>' + tail)
    yield "deep XML", with_sheet(head + b"<a>" * 200_000 + tail)
    yield "a long attribute", with_sheet(head + b'<row r="' + b"1" * 5_000_000 + b'"/>' + tail)
    yield "figures of 5,000 digits", with_sheet(head + b"<row><c><v>" + b"1" * 5000 + b"</v></c></row>" + tail)
    yield "shared strings that are not there", with_sheet(head + b'<row><c t="s"><v>99999999</v></c></row>' + tail)
    yield "many rows", with_sheet(head + b"<row>" + cells(3) + b"</row>" + b"<row/>" * 1_100_000 + tail)
    yield "one row a thousand times", with_sheet(head + (b"<row>" + cells(11) + b"</row>") * 5_000 + tail)
    yield (
        "a workbook with macros",
        _repacked(good, lambda _, old: old, **{"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0" * 100}),
    )
    yield "encrypted or old", b"\xd0\xcf\x11\xe0" + bytes(5000)
    yield "half an archive", good[: len(good) // 2]
    yield "an archive of nothing", b"PK\5\6" + bytes(18)
    yield "only the beginning", b"PK\3\4"
    yield "many directories", b"PK\3\4" + b"PK\1\2" * 3_000_000
    yield "an archive in an archive", _repacked(good, lambda name, old: good if name == sheet else old)
    yield from _odd_csv()


def _odd_csv() -> Iterator[tuple[str, bytes]]:
    text = _csv("utf-8")
    yield "nothing", b""
    yield "blanks", b" \r\n" * 1000
    yield "NUL", text.replace(b"Parkskolan", b"Park\0skolan")
    yield "only NUL", bytes(100_000)
    yield "a mark twice", b"\xef\xbb\xbf\xef\xbb\xbf" + text
    yield "a mark inside", text.replace(b"K-2", b"\xef\xbb\xbfK-2")
    yield "UTF-16 without a mark", text.decode().encode("utf-16-le")
    yield "UTF-16 the other way", text.decode().encode("utf-16-be")
    yield "UTF-16 cut", text.decode().encode("utf-16")[:-1]
    yield "UTF-16 with a lone surrogate", text.decode().encode("utf-16") + b"\x00\xd8"
    yield "UTF-32", text.decode().encode("utf-32")
    yield "UTF-7", text.decode().encode("utf-7")
    yield "UTF-8 and Latin-1", text + "Åäö\r\n".encode("latin-1")
    yield "surrogates in UTF-8", text.replace(b"Lunden", b"\xed\xa0\x80")
    yield "an unclosed quote", text.replace(b"Smuts", b'"Smuts')
    yield "an unclosed quote and much after it", b'a;b\r\n"' + b"x;y\r\n" * 2_000_000
    yield "a quote in the midst", text.replace(b"Smuts", b'Sm"uts')
    yield "one line of 50 MB", b"a;" * 25_000_000
    yield "a million columns", b"a" + b";b" * 1_000_000 + b"\r\n1\r\n"
    yield "a million headings alike", b";".join([b"Inkom"] * 17_000) + b"\r\n" + b";".join([b"x"] * 17_000)
    yield "lines of only CR", text.replace(b"\r\n", b"\r")
    yield "only quotes", b'"' * 1_000_001
    yield "an end of file of DOS", text + b"\x1a"
    yield "a web page", b"<html><table><tr><td>x</td></tr></table>"
    yield "XML", b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>"
    yield "a program", b"\x7fELF" + bytes(range(256)) * 100
    yield "separators", b"sep=\x00\r\na;b\r\n"
    yield "endless accents", text.replace(b"Smuts", b"z" + "\u0315\u0300".encode() * 400_000)
    for word in ("Lunden", "Beröm", "Mejl", "2026-03-11", "Utfall", "Typ"):
        endless = b"z" + "\u0315\u0300".encode() * 400_000
        yield f"endless accents for {word}", text.replace(word.encode(), endless)
    yield "a cell of 3 MB", text.replace(b"Smuts", b"s" * 3_000_000)
    yield "a cell of 1.1 MB", text.replace(b"Smuts", b"s" * 1_100_000)
    yield "surprising days", text.replace(b"2026-03-11", "٢٠٢٦-١١-٠٢".encode())
    yield "figures as days", text.replace(b"2026-03-11", b"9" * 5000)
    for place, piece in enumerate(hostile.TEXTS):
        yield f"a hostile cell {place}", text.replace(b"Smuts", b'"' + piece.replace('"', '""').encode() + b'"')


def _zipped(name: str, content: bytes) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return kept.getvalue()


class _Desk:
    """A register with a case in it, that files are offered to one by one, each from the same state."""

    def __init__(self, trial: Trial) -> None:
        self.trial = trial
        self.register = trial.folder / "klagreg.db"
        for words in (("init",), ("registrera", "--typ=klagomal", "--rubrik=Finns redan")):
            assert in_process(*words, register=self.register).code == 0
        self.before = self.register.read_bytes()
        self.read = self.refused = 0
        self.longest, self.most = 0.0, 0

    def offer(self, content: bytes, what: str, words: tuple[str, ...] = ()) -> None:
        """Import a file in a process of its own, and judge what came of it."""
        self.trial.tried()
        name = "lista.xlsx" if content.startswith(b"PK") else "lista.csv"
        (self.trial.folder / name).write_bytes(content)
        answer, memory, seconds = _measured(self.trial.folder, self.register, "importera", name, *words)
        self.longest, self.most = max(self.longest, seconds), max(self.most, memory)
        self.trial.hold(self._faults(answer, seconds, memory), what)
        for path in self.trial.folder.iterdir():
            if path != self.register and path.is_file():
                path.unlink()

    def _faults(self, answer: Finished, seconds: float, memory: int) -> Iterator[str]:
        yield from answer_faults(answer)
        if "Oväntat fel" in answer.err:
            yield answer.err.strip()
        if seconds > SECONDS:
            yield f"took {seconds:.1f} s"
        if memory > MEMORY:
            yield f"needed {memory / 1e6:.0f} MB"
        yield from left_over(self.trial.folder, ("klagreg.db", "made", "lista.csv", "lista.xlsx", "fel.csv"))
        if self.register.read_bytes() == self.before:
            self.refused += 1
            return
        self.read += 1
        if answer.code:
            yield f"refused ({answer.code}), and the register is another: {answer.err}"
        yield from register_faults(self.register)
        self.register.write_bytes(self.before)

    def figures(self) -> dict[str, str]:
        """What was measured."""
        return {
            "read": str(self.read),
            "refused": str(self.refused),
            "longest": f"{self.longest:.1f} s",
            "most memory": f"{self.most / 1e6:.0f} MB",
        }


def _measured(folder: Path, register: Path, *words: str) -> tuple[Finished, int, float]:
    """Run a command line in a child of this process; also the most memory that it came to need, in bytes, and how long
    it had a processor, in seconds: what other tests do meanwhile says nothing of it.
    """
    said = folder / ".said"
    child = os.fork()
    if child == 0:
        code = 1
        try:
            # What is more than that by far is an error at once, not a machine that swaps.
            resource.setrlimit(resource.RLIMIT_AS, (2_000_000_000, 2_000_000_000))
            resource.setrlimit(resource.RLIMIT_CPU, (4 * SECONDS, 4 * SECONDS))
            with chdir(folder):
                answer = in_process(*words, register=register)
            said.write_text(answer.out + answer.err, encoding="utf-8")
            code = answer.code
        except BaseException:
            said.write_text(traceback.format_exc(), encoding="utf-8")
        finally:
            os._exit(code)
    _, status, used = os.wait4(child, 0)
    told = said.read_text("utf-8") if said.exists() else "Traceback (most recent call last): killed"
    said.unlink(missing_ok=True)
    return Finished(os.waitstatus_to_exitcode(status), "", told), used.ru_maxrss * 1024, used.ru_utime + used.ru_stime
