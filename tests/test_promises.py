"""What is said when something goes wrong in the very moment of storing, and what a second try does.

The same faults from outside, thousands of times and with real processes, are in ``tests/faults``.
"""

from __future__ import annotations

import fcntl
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from klagreg import scratch
from klagreg.cli import signals
from klagreg.store import door, queue, surroundings
from tests.conftest import Clerk

KO = ("registrera", "--typ", "klagomal", "--rubrik", "Kö i matsalen", "--text", "Vi stod i tjugo minuter.")


class FailingDisk(sqlite3.Connection):
    """SQLite on a disk that fails when a transaction is to be stored."""

    def execute(self, sql: str, *parameters: Any) -> sqlite3.Cursor:
        if sql != "COMMIT":
            return super().execute(sql, *parameters)
        self.fail()
        raise AssertionError

    def fail(self) -> None:
        """Nothing is stored."""
        raise io_error(sqlite3.SQLITE_IOERR)


class FailingTooLate(FailingDisk):
    """It is stored, and the disk fails all the same: it happens when the journal is let go of."""

    def fail(self) -> None:
        sqlite3.Connection.execute(self, "COMMIT")
        raise io_error(sqlite3.SQLITE_IOERR)


class Reader(FailingDisk):
    """Somebody reads for longer than anybody waits."""

    def fail(self) -> None:
        raise io_error(sqlite3.SQLITE_BUSY)


class Full(FailingDisk):
    """A disk without room for the last page."""

    def fail(self) -> None:
        raise io_error(sqlite3.SQLITE_FULL)


class Interrupted(FailingDisk):
    """Ctrl-C in the moment when it has just been stored."""

    def fail(self) -> None:
        sqlite3.Connection.execute(self, "COMMIT")
        raise KeyboardInterrupt


def io_error(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = code
    return error


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Callable[[type[FailingDisk]], None]:
    """Put the registers on another disk."""
    real = sqlite3.connect

    def use(kind: type[FailingDisk]) -> None:
        monkeypatch.setattr(door.sqlite3, "connect", lambda *a, **k: real(*a, **k, factory=kind))

    return use


UNKNOWN = (
    "Fel: Oklart om det sparades: disken svarade med fel när {file} skrevs."
    " Gör inte om det förrän du sett efter vad som finns: klagreg senaste\n"
)


class TestTheMomentOfStoring:
    @pytest.mark.parametrize(("kind", "stored"), [(FailingDisk, 0), (FailingTooLate, 1)])
    def test_an_outcome_that_nobody_knows_is_called_that(
        self, klagreg: Clerk, disk: Callable[..., None], monkeypatch: pytest.MonkeyPatch, kind: Any, stored: int
    ) -> None:
        with monkeypatch.context():
            disk(kind)
            assert klagreg(*KO, code=5).err == UNKNOWN.format(file=klagreg.folder / "klagreg.db")
        monkeypatch.undo()
        monkeypatch.chdir(klagreg.folder)
        assert len(klagreg("lista", "--json").json) == stored
        assert klagreg("senaste").out.startswith(f"Senast sparat: {'SYN-2026-00001' if stored else 'registret'}, ")

    def test_whoever_waits_for_a_reader_in_vain_has_stored_nothing(
        self, klagreg: Clerk, disk: Callable[..., None], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        disk(Reader)
        assert "Inget är ändrat. Försök igen om en stund." in klagreg(*KO, code=5).err
        monkeypatch.undo()
        assert klagreg("lista", "--json").json == []

    def test_a_full_disk_has_stored_nothing(
        self, klagreg: Clerk, disk: Callable[..., None], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        disk(Full)
        assert "(disken är full). Gör plats och försök igen. Det som är sparat finns kvar." in klagreg(*KO, code=5).err
        monkeypatch.undo()
        assert klagreg("lista", "--json").json == []

    def test_an_interruption_right_after_storing_does_not_say_that_nothing_happened(
        self, klagreg: Clerk, disk: Callable[..., None], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        disk(Interrupted)
        assert klagreg(*KO, code=130).err == "Avbrutet. Något hann sparas; se vad: klagreg senaste\n"
        monkeypatch.undo()
        assert len(klagreg("lista", "--json").json) == 1

    def test_an_error_after_storing_says_that_it_is_stored(
        self, klagreg: Clerk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken(*_: object) -> None:
            raise door.RegisterDamaged(Path("klagreg.db"), "läs- eller skrivfel på disken", "Kontrollera disken.")

        monkeypatch.setattr("klagreg.render.texts.acknowledge", broken)
        assert klagreg(*KO, code=5).err == (
            "Fel: klagreg.db kan inte läsas eller skrivas (läs- eller skrivfel på disken). Kontrollera disken."
            " SYN-2026-00001 är sparat.\n"
        )


class TestOnceMore:
    def test_the_same_registration_under_its_key_is_the_same_case(self, klagreg: Clerk) -> None:
        first = klagreg(*KO, "--nyckel", "e-tjänst 4711")
        again = klagreg.on("2026-11-02", "09:20:00")(*KO, "--nyckel", "e-tjänst 4711")
        assert again.out == first.out
        assert again.err == "SYN-2026-00001 är redan registrerat med den nyckeln. Inget nytt ärende är gjort.\n"
        assert len(klagreg("lista", "--json").json) == 1

    def test_it_answers_also_when_the_case_has_gone_on(self, klagreg: Clerk) -> None:
        klagreg(*KO, "--nyckel", "4711")
        klagreg("tilldela", "1", "eva.lind")
        assert klagreg(*KO, "--nyckel", "4711", "--json").json["handlaggare"] == "eva.lind"

    def test_a_key_never_swallows_another_complaint(self, klagreg: Clerk) -> None:
        klagreg(*KO, "--nyckel", "4711")
        refused = klagreg(*KO[:-1], "Maten var kall.", "--nyckel", "4711", code=3)
        assert refused.err == (
            "Fel: Nyckeln 4711 bär redan SYN-2026-00001, med andra uppgifter. Inget är sparat."
            " Ange en annan nyckel om det är ett nytt ärende. Se: klagreg visa SYN-2026-00001\n"
        )
        assert klagreg("kontrollera").code == 0

    def test_a_secret_case_is_not_told_to_whoever_knows_its_key(self, klagreg: Clerk) -> None:
        klagreg(*KO, "--nyckel", "4711")
        klagreg("sekretess", "1", "--lagrum", "OSL 23:1")
        answer = klagreg(*KO, "--nyckel", "4711", "--json")
        assert (answer.json["rubrik"], "Kö i matsalen" in answer.out) == (None, False)

    def test_without_a_key_the_second_is_a_case_of_its_own_and_that_is_remarked(self, klagreg: Clerk) -> None:
        klagreg(*KO)
        again = klagreg.on("2026-11-02", "09:20:00")(*KO)
        assert again.out.startswith("SYN-2026-00002 ")
        assert again.err == (
            "SYN-2026-00001 registrerades nyss med precis samma uppgifter."
            " Är det samma ärende: klagreg makulera SYN-2026-00002 --orsak dubblett\n"
        )

    @pytest.mark.parametrize(
        ("words", "clock", "name"),
        [
            ((*KO[:-1], "Maten var kall."), "09:20:00", "anna.berg"),
            (KO, "09:25:00", "anna.berg"),
            (KO, "09:20:00", "bo.ek"),
            (("registrera", "--typ", "klagomal"), "09:20:00", "anna.berg"),
        ],
        ids=["another text", "later", "somebody else", "no text"],
    )
    def test_what_only_resembles_is_not_remarked(
        self, klagreg: Clerk, words: tuple[str, ...], clock: str, name: str
    ) -> None:
        klagreg(*(KO if "--text" in words else words))
        klagreg.name = name
        assert klagreg.on("2026-11-02", clock)(*words).err == ""


class TestTheClock:
    def test_a_clock_that_stands_before_the_log_is_remarked_and_refuses_nothing(self, klagreg: Clerk) -> None:
        klagreg(*KO)
        answer = klagreg.on("2023-11-02", "10:00:00")("registrera", "--typ", "klagomal", "--rubrik", "Kall mat")
        assert answer.out.startswith("SYN-2023-00001 ")
        assert answer.err.splitlines()[0] == (
            "Datorns klocka visar 2023-11-02 10:00, men registrets senaste händelse är från 2026-11-02 09:14."
            " Ställ klockan: ordningen i loggen är rätt, men inte tiderna."
        )

    def test_two_computers_may_differ_by_five_minutes(self, klagreg: Clerk) -> None:
        klagreg(*KO)
        assert klagreg.on("2026-11-02", "09:10:00")("anteckna", "1", "Ringde").err == ""


class TestTheQueue:
    def test_who_holds_the_register_is_said(self, klagreg: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(door, "BUSY_SECONDS", 1)
        file = klagreg.folder / "klagreg.db"
        script = (
            "import sqlite3, sys; db = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
            "db.execute('BEGIN IMMEDIATE'); print('held', flush=True); sys.stdin.read()"
        )
        with subprocess.Popen(
            [sys.executable, "-c", script, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as other:
            assert other.stdout is not None
            other.stdout.readline()
            answer = klagreg(*KO, code=5)
            other.communicate()
        told = rf"klagreg\.db är upptaget av python[\d.]* \(process {other.pid}, .+\) sedan 1 sekunder\. Inget är"
        assert re.search(told, answer.err)

    def test_writers_get_their_turn_in_the_order_they_came(self, tmp_path: Path) -> None:
        line = tmp_path / "k.db-journal"
        line.touch()
        with queue.in_turn(line, 5):
            waiting = []
            for number in range(4):
                child = os.fork()
                if child == 0:
                    with queue.in_turn(line, 5):
                        with (tmp_path / "order").open("a") as file:
                            file.write(f"{number}")
                        time.sleep(0.05)
                    os._exit(0)
                waiting.append(child)
                time.sleep(0.1)
        for child in waiting:
            os.waitpid(child, 0)
        assert (tmp_path / "order").read_text() == "0123"

    def test_a_turn_that_does_not_come_is_waited_for_so_long_and_no_longer(self, tmp_path: Path) -> None:
        line = tmp_path / "k.db-journal"
        line.touch()
        with line.open() as other:
            fcntl.flock(other, fcntl.LOCK_EX)
            begun = time.monotonic()
            with pytest.raises(queue.TurnMissed), queue.in_turn(line, 0.2):
                pass
            assert 0.2 <= time.monotonic() - begun < 5
        with queue.in_turn(line, 0.2) as left:
            assert left > 0

    def test_whoever_waits_no_time_at_all_does_not_wait(self, tmp_path: Path) -> None:
        line = tmp_path / "k.db-journal"
        line.touch()
        with queue.in_turn(line, 30), pytest.raises(queue.TurnMissed), queue.in_turn(line, 0):
            pass

    def test_where_nobody_can_stand_in_line_the_lock_decides(self, tmp_path: Path) -> None:
        with queue.in_turn(tmp_path / "finns-inte", 30) as left:
            assert left == 30


class TestTheDoor:
    def test_a_register_on_another_machines_disk_is_refused(
        self, klagreg: Clerk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        mounts = tmp_path / "mountinfo"
        mounts.write_text(f"36 35 0:50 / {klagreg.folder} rw - cifs //server/delad rw\n")
        monkeypatch.setattr(surroundings, "_MOUNTS", mounts)
        file = klagreg.folder / "klagreg.db"
        assert klagreg("lista", code=5).err == (
            f"Fel: {file} ligger på en nätverksdisk (cifs), där två som skriver samtidigt kan skada registret."
            " Flytta det till en disk på datorn där klagreg körs, eller ta risken med: klagreg --tillat-natverk …\n"
        )
        assert klagreg("--register", str(klagreg.folder / "ny.db"), "init", code=5).err.startswith("Fel: ")
        assert not (klagreg.folder / "ny.db").exists()
        assert klagreg("--tillåt-nätverk", *KO).out.startswith("SYN-2026-00001 ")

    def test_the_risk_can_be_taken_in_the_surroundings_too(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from klagreg.cli.edge import Edge

        monkeypatch.delenv("KLAGREG_TILLAT_NATVERK", raising=False)
        assert not Edge.here().network_allowed
        monkeypatch.setenv("KLAGREG_TILLAT_NATVERK", "ja")
        assert Edge.here().network_allowed

    def test_a_write_ahead_log_that_another_program_made_is_taken_back(
        self, klagreg: Clerk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(door, "BUSY_SECONDS", 1)
        other = sqlite3.connect(klagreg.folder / "klagreg.db")
        assert other.execute("PRAGMA journal_mode = WAL").fetchall() == [("wal",)]
        other.execute("SELECT * FROM meta").fetchall()
        assert "är upptaget av" in klagreg(*KO, code=5).err
        other.close()
        klagreg(*KO)
        with sqlite3.connect(klagreg.folder / "klagreg.db") as looked:
            assert looked.execute("PRAGMA journal_mode").fetchall() == [("delete",)]
        looked.close()

    def test_a_file_with_two_names_is_refused(self, klagreg: Clerk) -> None:
        os.link(klagreg.folder / "klagreg.db", klagreg.folder / "andra.db")
        assert "(filen har två namn, en hård länk). Filen är orörd." in klagreg("lista", code=5).err

    def test_second_names_that_we_were_killed_while_giving_are_no_others(self, klagreg: Clerk) -> None:
        for name in (".klagreg-abc.tmp", "klagreg.db.fore-aterstallning-2026-11-02-0914"):
            os.link(klagreg.folder / "klagreg.db", klagreg.folder / name)
        klagreg("lista")

    def test_what_another_register_left_is_not_played_into_a_new_one(self, desk: Clerk) -> None:
        rest = desk.folder / "klagreg.db-journal"
        rest.write_bytes(b"x" * 512)
        assert f"Bredvid {desk.folder}/klagreg.db ligger resten av ett annat register" in desk("init", code=3).err
        assert [path.name for path in desk.folder.iterdir()] == ["klagreg.db-journal"]

    def test_whoever_interrupts_right_after_a_register_is_made_is_told(
        self, desk: Clerk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def interrupted(_: Path) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            patched.setattr(scratch, "synced_folder", interrupted)
            assert desk("init", code=130).err == "Avbrutet. Något hann sparas; se vad: klagreg senaste\n"
        assert desk("senaste").out.startswith("Senast sparat: registret, skapat av anna.berg")

    def test_a_new_register_is_whole_or_not_there(self, desk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
        def broken(*_: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            patched.setattr(door, "_named", broken)
            desk("init", code=130)
        assert list(desk.folder.iterdir()) == []
        desk("init")
        assert sorted(path.name for path in desk.folder.iterdir()) == ["klagreg.db", "klagreg.db-journal"]


class TestLeftOvers:
    @pytest.fixture
    def killed(self, klagreg: Clerk) -> Path:
        """What a klagreg that was killed while it wrote left in the folder."""
        left = klagreg.folder / ".klagreg-x1.tmp"
        left.write_text("halv")
        (klagreg.folder / ".klagreg-x2.tmp").mkdir()
        (klagreg.folder / ".klagreg-x2.tmp" / "before").write_text("halv")
        for name in ("x1", "x3"):
            (klagreg.folder / f".klagreg-{name}.tmp-journal").write_text("halv")
        return left

    def names(self, klagreg: Clerk) -> list[str]:
        return sorted(p.name for p in klagreg.folder.iterdir() if p.name.startswith(".klagreg"))

    def test_they_are_swept_by_the_next_who_writes_there(self, klagreg: Clerk, killed: Path) -> None:
        klagreg("exportera", "--ut", "lista.csv")
        assert self.names(klagreg) == []

    def test_what_somebody_is_writing_is_left_alone(self, klagreg: Clerk, killed: Path) -> None:
        with scratch.file(klagreg.folder) as mine, scratch.directory(klagreg.folder) as folder:
            mine.with_name(f"{mine.name}-journal").touch()
            klagreg("exportera", "--ut", "lista.csv")
            assert self.names(klagreg) == sorted([mine.name, folder.name, f"{mine.name}-journal"])
        assert self.names(klagreg) == []

    def test_what_only_is_called_alike_is_left_alone(self, klagreg: Clerk) -> None:
        (klagreg.folder / ".klagreg-inställningar").touch()
        klagreg("exportera", "--ut", "lista.csv")
        assert self.names(klagreg) == [".klagreg-inställningar"]


def until(seen: Callable[[], bool]) -> None:
    """Wait for something, at most half a minute."""
    end = time.monotonic() + 30
    while not seen():
        assert time.monotonic() < end
        time.sleep(0.02)


class TestInterruptions:
    @pytest.fixture(autouse=True)
    def nobody_has_interrupted(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(signals, "_last", None)

    def test_whoever_presses_twice_interrupts_once(self) -> None:
        with pytest.raises(KeyboardInterrupt):
            signals._interrupt(signal.SIGINT, None)
        signals._interrupt(signal.SIGINT, None)
        assert signals.was_interrupted()

    def test_after_two_seconds_it_is_heard_again(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(signals, "_last", time.monotonic() - 2.1)
        with pytest.raises(KeyboardInterrupt):
            signals._interrupt(signal.SIGINT, None)

    def test_an_interruption_that_sqlite_swallowed_is_told_as_one(
        self, klagreg: Clerk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def swallowing(*_: object) -> None:
            monkeypatch.setattr(signals, "_last", time.monotonic())
            raise sqlite3.OperationalError("user-defined function raised exception")

        monkeypatch.setattr("klagreg.store.cases.Store.find", swallowing)
        assert klagreg("lista", code=130).err == "Avbrutet. Inget är ändrat.\n"

    def test_the_check_of_a_file_without_end_can_be_broken_off(self, klagreg: Clerk) -> None:
        endless = (
            "from klagreg.__main__ import main\nfrom klagreg.store import cases, soundness\n"
            "soundness.THOROUGH_CHECK = 'WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n)"
            " SELECT count(*) FROM n'\n"
            "run = cases.Store.run\n"
            "def told(*asked):\n    print('nu', flush=True)\n    return run(*asked)\n"
            "cases.Store.run = told\nmain()"
        )
        command = [sys.executable, "-c", endless, "--register", str(klagreg.folder / "klagreg.db"), "kontrollera"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as checking:
            assert checking.stdout is not None
            assert checking.stdout.readline() == "nu\n"
            time.sleep(0.3)  # the statement has begun, and would never end
            checking.send_signal(signal.SIGINT)
            try:
                _, said = checking.communicate(timeout=20)
            finally:
                checking.kill()
        assert (said, checking.returncode) == ("Avbrutet. Inget är ändrat.\n", 130)

    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
    def test_a_program_that_is_told_to_stop_says_so(self, klagreg: Clerk, number: int) -> None:
        """It waits for the lock when it is told."""
        file = klagreg.folder / "klagreg.db"
        holder = sqlite3.connect(file, isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        command = [sys.executable, "-m", "klagreg", "--register", str(file), *KO]
        with (file.with_name(f"{file.name}-journal")).open() as line:
            fcntl.flock(line, fcntl.LOCK_EX)
            with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as waiting:
                until(lambda: f"-> FLOCK ADVISORY WRITE {waiting.pid} " in " ".join(queue._LOCKS.read_text().split()))
                waiting.send_signal(number)
                _, said = waiting.communicate(timeout=20)
        holder.close()
        assert (said, waiting.returncode) == ("Avbrutet. Inget är ändrat.\n", 130)
