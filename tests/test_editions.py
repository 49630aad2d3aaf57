"""``sammanstall`` as it is typed: three editions, several ways of asking, and nothing half-written."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import openpyxl
import pytest

from klagreg import profile as profiles
from klagreg.register import Register
from klagreg.staff import Unit
from tests.conftest import Clerk
from tests.test_figures import NOW, Story

STAMP = "Intern – får inte publiceras"


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register with twelve complaints at two units, in two areas, answered the day after they came."""
    path = tmp_path_factory.mktemp("upplagor") / "klagreg.db"
    Register.create(path, NOW, profiles.load("standard"), board="BUN")
    with Register.open(path, NOW) as register:
        for i in range(12):
            unit, area = ("Parkskolan", "mat") if i < 10 else ("Ängsskolan", "bemotande")
            if i in (0, 10):
                register.upkeep.put_unit(Unit(unit, "BUN"))
            Story(register, "2026-02-02", unit=unit, area=area).answered("2026-02-03")
        register.store.run("UPDATE cases SET title = 'Köer i matsalen ' || serial", ())
    return path


@pytest.fixture
def clerk(desk: Clerk, filled: Path) -> Clerk:
    shutil.copy(filled, desk.folder / "klagreg.db")
    return desk


def titles(path: Path) -> list[str]:
    return openpyxl.load_workbook(path).sheetnames


def told(path: Path) -> str:
    """Everything that stands in a workbook."""
    book = openpyxl.load_workbook(path)
    return "\n".join(
        str(value) for sheet in book for row in sheet.iter_rows(values_only=True) for value in row if value
    )


class TestEditions:
    def test_for_the_board_unless_another_is_asked_for(self, clerk: Clerk) -> None:
        clerk("sammanstall", "2026", "-o", "a.xlsx")
        clerk("sammanstall", "2026", "--upplaga", "nämnd", "-o", "b.xlsx")
        assert (clerk.folder / "a.xlsx").read_bytes() == (clerk.folder / "b.xlsx").read_bytes()
        assert titles(clerk.folder / "a.xlsx") == [
            "Om rapporten", "Sammanfattning", "Per typ", "Per nämnd", "Per enhet", "Per månad", "Per kanal",
            "Per område", "Avsändare", "Frister", "Handläggningstid", "Utfall och åtgärder", "Åtgärder",
            "Förbättringar", "Flera år", "Avstämning", "Så räknade vi",
        ]  # fmt: skip
        assert "Köer" not in told(clerk.folder / "a.xlsx")

    def test_the_internal_one_says_so_in_its_name_and_on_every_sheet(self, clerk: Clerk) -> None:
        answer = clerk("sammanstall", "2026", "--upplaga", "intern", "-o", "år.xlsx")
        assert answer.out == "Sammanställningen för 2026 är skriven till år-intern.xlsx.\n"
        book = openpyxl.load_workbook(clerk.folder / "år-intern.xlsx")
        assert book.sheetnames[-2:] == ["Öppna ärenden", "Ärendelista"]
        assert {sheet["A1"].value for sheet in book} == {STAMP}
        assert {sheet.oddHeader.center.text for sheet in book} == {STAMP}
        assert "Köer i matsalen 7" in told(clerk.folder / "år-intern.xlsx")

    def test_a_name_that_already_says_it_is_kept(self, clerk: Clerk) -> None:
        clerk("sammanstall", "2026", "--upplaga", "intern", "-o", "Intern lista.xlsx")
        assert (clerk.folder / "Intern lista.xlsx").exists()

    @pytest.mark.parametrize("name", ["internet.xlsx", "vinternytt.xlsx"])
    def test_a_name_that_only_looks_like_it(self, clerk: Clerk, name: str) -> None:
        clerk("sammanstall", "2026", "--upplaga", "intern", "-o", name)
        assert [path.name for path in clerk.folder.glob("*.xlsx")] == [name.replace(".xlsx", "-intern.xlsx")]

    def test_the_public_one_hides_small_numbers(self, clerk: Clerk) -> None:
        clerk("sammanstall", "2026", "--upplaga", "publik", "-o", "webb.xlsx")
        book = openpyxl.load_workbook(clerk.folder / "webb.xlsx")
        rows = [row for row in book["Per område"].iter_rows(values_only=True) if row[0] in ("Bemötande", "Totalt")]
        assert [row[:2] for row in rows] == [("Bemötande", ".."), ("Totalt", 12)]
        assert not {"Per utförare", "Jämförelse", "Årets arbete", "Öppna ärenden", "Ärendelista"} & {*book.sheetnames}
        assert "Köer" not in told(clerk.folder / "webb.xlsx")
        assert "SYN-2026" not in told(clerk.folder / "webb.xlsx")

    def test_the_terminal_shows_what_the_edition_shows(self, clerk: Clerk) -> None:
        whole = clerk("sammanstall", "2026").out
        public = clerk("sammanstall", "2026", "--upplaga", "publik").out
        assert "varav utan kontaktväg" in whole
        assert "varav utan kontaktväg" not in public
        assert public.count("Inkomna ") == whole.count("Inkomna ")

    @pytest.mark.parametrize(
        ("words", "code", "message"),
        [
            (("--upplaga", "hemlig"), 2, "”hemlig” finns inte bland valen. Välj bland: publik, namnd, intern."),
            (("--upplaga", "publik", "--json"), 2, "--json visar alla tal, och finns därför inte för den publika"),
            (("--upplaga", "publik", "--enhet", "Parkskolan"), 3, "En publik upplaga görs av hela registret"),
            (("--i-ord", "--json"), 2, "Välj en av --i-ord och --json."),
            (("-o", "a.csv"), 2, "a.csv är inget namn på en arbetsbok."),
            (("--upplaga", "publik", "--namnd", "BUN"), 3, "En publik upplaga görs av hela registret"),
            (("--per", "2025-12-31"), 2, "2026 har inte börjat 2025-12-31. Ange en period som har börjat."),
            (("--fran", "2024-03-01", "--till", "2024-09-30"), 2, "mars–september 2024 ligger inte i 2026."),
            (("--med", "borta.db"), 5, "Registret borta.db finns inte. Kontrollera --med."),
        ],
    )
    def test_refused(self, clerk: Clerk, words: tuple[str, ...], code: int, message: str) -> None:
        assert message in clerk("sammanstall", "2026", *words, code=code).err


class TestTheSameFile:
    @pytest.mark.parametrize("edition", ["publik", "namnd", "intern"])
    def test_on_any_day(self, clerk: Clerk, edition: str) -> None:
        for day in ("2026-11-10", "2027-03-01"):
            clerk.on(day)
            clerk("sammanstall", "2026", "--per", "2026-11-05", "--upplaga", edition, "-o", f"{day}-intern.xlsx")
        first, second = sorted(clerk.folder.glob("*-intern.xlsx"))
        assert first.read_bytes() == second.read_bytes()


class TestNothingHalfWritten:
    def test_a_file_that_is_there_is_kept_and_nothing_is_counted_for_it(self, clerk: Clerk) -> None:
        (clerk.folder / "a.xlsx").write_text("min egen")
        answer = clerk("sammanstall", "2026", "-o", "a.xlsx", code=3)
        assert answer.err.startswith("Fel: a.xlsx finns redan och är orörd.")
        assert (clerk.folder / "a.xlsx").read_text() == "min egen"
        clerk("sammanstall", "2026", "-o", "a.xlsx", "--ersatt")
        assert "Om rapporten" in titles(clerk.folder / "a.xlsx")

    def test_a_register_is_never_written_over(self, clerk: Clerk) -> None:
        shutil.copy(clerk.folder / "klagreg.db", clerk.folder / "reg.xlsx")
        before = (clerk.folder / "reg.xlsx").read_bytes()
        answer = clerk("--register", "reg.xlsx", "sammanstall", "2026", "-o", "reg.xlsx", "--ersatt", code=2)
        assert answer.err == "Fel: reg.xlsx är ett register. Ange ett annat namn för arbetsboken.\n"
        assert (clerk.folder / "reg.xlsx").read_bytes() == before

    @pytest.mark.skipif(os.name == "nt", reason="links as Unix has them")
    def test_links_that_lead_round_are_refused(self, clerk: Clerk) -> None:
        for name in ("rund.db", "rund.xlsx"):
            (clerk.folder / name).symlink_to(name)
        for words in (
            ("--register", str(clerk.folder / "rund.db"), "sammanstall", "2026", "-o", "a.xlsx"),
            ("sammanstall", "2026", "--med", "rund.db", "-o", "a.xlsx"),
        ):
            assert "rund.db kan inte läsas eller skrivas (länkarna går runt)" in clerk(*words, code=5).err
        assert "rund.xlsx" in clerk("sammanstall", "2026", "-o", "rund.xlsx", code=3).err
        assert not (clerk.folder / "a.xlsx").exists()

    def test_the_internal_name_is_what_may_not_be_there(self, clerk: Clerk) -> None:
        (clerk.folder / "a-intern.xlsx").write_text("min egen")
        assert "a-intern.xlsx finns redan" in clerk(
            "sammanstall", "2026", "--upplaga", "intern", "-o", "a.xlsx", code=3
        ).err  # fmt: skip

    @pytest.mark.skipif(os.name == "nt", reason="signals as Unix has them")
    @pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
    def test_whoever_interrupts_it_leaves_nothing(self, clerk: Clerk, name: str) -> None:
        slow = (
            "import sys, time\nfrom klagreg.__main__ import main\nfrom klagreg.render import workbook\n"
            "write = workbook._Book.save\n"
            "def save(book, path):\n    write(book, path)\n    print('nu', flush=True)\n    time.sleep(60)\n"
            "workbook._Book.save = save\nmain()"
        )
        before = sorted(path.name for path in clerk.folder.iterdir())
        words = ["--register", "klagreg.db", "sammanstall", "2026", "-o", "a.xlsx"]
        process = subprocess.Popen([sys.executable, "-c", slow, *words], stdout=subprocess.PIPE, cwd=clerk.folder)
        assert process.stdout is not None
        assert process.stdout.readline() == b"nu\n"
        assert any(path.suffix == ".tmp" for path in clerk.folder.iterdir())
        process.send_signal(getattr(signal, name))
        assert process.wait(timeout=30) == 130
        process.stdout.close()
        assert sorted(path.name for path in clerk.folder.iterdir()) == before


class TestProgress:
    def test_work_that_takes_its_time_says_what_is_done(self, clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("klagreg.cli.progress.PROGRESS_AFTER", 0.0)
        monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
        answer = clerk("sammanstall", "2026", "-o", "a.xlsx")
        assert "Skriver a.xlsx" in answer.err
        assert answer.out == "Sammanställningen för 2026 är skriven till a.xlsx.\n"

    def test_nobody_watches_a_pipe(self, clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("klagreg.cli.progress.PROGRESS_AFTER", 0.0)
        assert clerk("sammanstall", "2026", "-o", "a.xlsx").err == ""

    def test_what_is_done_at_once_says_nothing(self, clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("klagreg.cli.progress.PROGRESS_AFTER", 60.0)
        monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
        started = time.monotonic()
        assert clerk("sammanstall", "2026", "-o", "a.xlsx").err == ""
        assert time.monotonic() - started < 30


class TestInWords:
    def test_ready_to_be_pasted(self, clerk: Clerk) -> None:
        text = clerk("sammanstall", "2026", "--i-ord").out
        assert text.startswith(
            "Synpunkter och klagomål, 2026 – BUN\n\nFrån 1 januari till och med 2 november 2026 kom 12 ärenden in. "
            "Alla var klagomål. De vanligaste områdena var mat och måltider (10 ärenden) och bemötande (2).\n\n"
        )

    def test_beside_a_workbook(self, clerk: Clerk) -> None:
        answer = clerk("sammanstall", "2026", "--i-ord", "-o", "a.xlsx")
        assert answer.out.startswith("Synpunkter och klagomål, 2026 – BUN\n\n")
        assert answer.err == "Sammanställningen för 2026 är skriven till a.xlsx.\n"
