"""Copies for a bad day: made while others write, never in the way of anything newer, whole at every moment."""

from __future__ import annotations

import errno
import json
import lzma
import os
import re
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from klagreg.desk import Env
from klagreg.errors import KlagregError, RegisterBusy
from klagreg.safekeeping import restore
from klagreg.store import copies, door, schema, soundness, surroundings
from klagreg.store.cases import Store
from tests.conftest import Clerk

Register = Callable[..., str]

ENV = Env(datetime(2026, 11, 22, 8, 14, tzinfo=UTC), "anna.berg")
SET_ASIDE = "klagreg.db.fore-aterstallning-2026-11-22-0914"
EVEN_SO = "Ange --ersatt om det ska ersättas ändå. Det läggs då undan under ett annat namn och finns kvar.\n"

LOOKING = [
    [],
    ["lista", "--json"],
    ["visa", "1", "--json"],
    ["logg", "1", "--json"],
    ["sok", "matsalen"],
    ["bevaka", "--json"],
    ["frist", "1"],
    ["sammanstall", "2026", "--json"],
    ["regler", "visa", "--json"],
    ["enhet", "lista", "--json"],
    ["handlaggare", "lista", "--json"],
]


@pytest.fixture
def office(klagreg: Clerk, registered: Register) -> Clerk:
    """A register with two cases, on the morning of Sunday 22 November 2026."""
    registered("--rubrik", "Kön i matsalen", "--namn", "Kim Ek")
    registered("--rubrik", "Kall mat")
    klagreg("tilldela", "1", "eva.lind")
    return klagreg.on("2026-11-22")


@pytest.fixture
def copy(office: Clerk) -> Path:
    """A copy of it."""
    office("sakerhetskopiera", "kopia.db")
    return office.folder / "kopia.db"


def everything_shown(clerk: Clerk, *register: str) -> list[str]:
    """What all looking commands answer."""
    shown = []
    for words in LOOKING:
        code = 10 if words[:1] == ["bevaka"] else 0
        answer = clerk(*register, *words, code=code).out.replace("kopia.db", "klagreg.db")
        shown.append(re.sub(r"[0-9a-f]{64}", "(logghash)", answer))
    return shown


def acts(file: Path) -> list[tuple[str, Any]]:
    """The acts on the register itself in its log, as (kind, changes)."""
    with closing(sqlite3.connect(file)) as connection:
        rows = connection.execute(
            "SELECT e.kind, d.changes FROM event e JOIN event_detail d ON d.event_id = e.id"
            " WHERE e.case_id IS NULL ORDER BY e.id"
        ).fetchall()
    return [(kind, json.loads(changes)) for kind, changes in rows]


def numbers(file: Path) -> list[str]:
    """The cases of a register, after it has been found to be sound."""
    with closing(Store(door.open_to_read(file), file)) as store, store.reading():
        assert soundness.fault(store) is None
        return [number for (number,) in store.run("SELECT number FROM cases ORDER BY id", ())]


def mode(file: Path) -> str:
    return oct(stat.S_IMODE(file.stat().st_mode))


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


class Listener:
    """Hears how far the work has come."""

    part = ""

    def step(self, text: str, total: int = 0) -> None:
        self.part = text

    def done(self, number: int) -> None: ...


class TestWhatIsNotAsTheLogSays:
    """A register whose rows were changed by other means can be copied, but nobody takes the copy for a sound one."""

    WHAT = "SYN-2026-00001 har ändrats utanför klagreg"

    @pytest.fixture
    def changed(self, office: Clerk) -> Clerk:
        with closing(sqlite3.connect(office.folder / "klagreg.db")) as connection:
            connection.execute("UPDATE sender SET name = 'Bo Berg'")
            connection.commit()
        return office

    def test_the_copy_is_made_and_says_so(self, changed: Clerk) -> None:
        answer = changed("sakerhetskopiera", "kopia.db", "--grundligt", "--tyst", code=10)
        assert (
            answer.err == f"Registret, och så kopian, stämmer inte med loggen: {self.WHAT}. Se: klagreg kontrollera\n"
        )
        told = changed("sakerhetskopiera", "kopia.db", "--ersatt", "--json", code=10).json
        assert (told["avvikelse"], told["grundligt"]) == (self.WHAT, True), "an older copy may be the last sound one"

    def test_a_glance_sees_no_changed_case_but_lists_and_guards(self, changed: Clerk) -> None:
        assert changed("sakerhetskopiera", "kopia.db", "--json").json["avvikelse"] is None
        with closing(sqlite3.connect(changed.folder / "klagreg.db")) as connection:
            connection.executescript("DROP TRIGGER event_no_delete; UPDATE unit SET board = 'Bildningsnämnden';")
        told = changed("sakerhetskopiera", "kopia-2.db", "--json", code=10).json
        assert told["avvikelse"] == "trigger event_no_delete saknas i filens schema"

    def test_it_is_put_back_only_when_that_is_asked_for(self, changed: Clerk) -> None:
        changed("sakerhetskopiera", "kopia.db", "--grundligt", code=10)
        assert changed("--register", "ny.db", "aterstall", "kopia.db", code=3).err == (
            f"Fel: Säkerhetskopian kopia.db är hel, men stämmer inte med sin logg: {self.WHAT}. Inget är ändrat."
            " Ta en annan, eller ange --ersatt om den ska användas ändå.\n"
        )
        assert not Path("ny.db").exists()
        answer = changed("--register", "ny.db", "aterstall", "kopia.db", "--ersatt")
        assert answer.err == f"Registret stämmer inte med sin logg: {self.WHAT}. Se: klagreg kontrollera\n"
        changed("--register", "ny.db", "kontrollera", code=10)

    def test_a_copy_without_its_guards_is_no_sound_one(self, office: Clerk) -> None:
        office("sakerhetskopiera", "kopia.db")
        with closing(sqlite3.connect("kopia.db")) as connection:
            connection.execute("DROP TRIGGER event_no_delete")
            connection.commit()
        answer = office("--register", "ny.db", "aterstall", "kopia.db", code=3)
        assert "stämmer inte med sin logg: trigger event_no_delete saknas i filens schema." in answer.err


class TestBackUp:
    def test_it_says_what_it_holds_and_that_it_must_be_kept_shut(self, office: Clerk) -> None:
        (office.folder / "kopior").mkdir()
        answer = office("sakerhetskopiera", "kopior")
        file = office.folder / "kopior" / "klagreg-2026-11-22-0914.db"
        assert answer.out == (
            f"Säkerhetskopian {file} är gjord, och läst tillbaka lika med registret"
            f" ({file.stat().st_size // 1000} kB).\n"
            "  2 ärenden, till och med händelse 7 (2026-11-22 09:14).\n"
        )
        assert answer.err == (
            "Den innehåller personuppgifter och är inte krypterad: förvara den som registret, inlåst och inte i mejl.\n"
        )
        assert os.listdir(office.folder / "kopior") == [file.name]

    def test_two_in_a_minute_get_two_names(self, office: Clerk) -> None:
        (office.folder / "kopior").mkdir()
        for _ in range(3):
            office("sakerhetskopiera", "kopior/")
        assert sorted(os.listdir(office.folder / "kopior")) == [
            "klagreg-2026-11-22-0914-2.db", "klagreg-2026-11-22-0914-3.db", "klagreg-2026-11-22-0914.db",
        ]  # fmt: skip

    def test_for_a_script(self, office: Clerk) -> None:
        told = office("sakerhetskopiera", "kopia.db", "--json").json
        file = office.folder / "kopia.db"
        with closing(Store(door.open_to_read(file), file)) as store:
            assert told == {
                "fil": str(file),
                "byte": file.stat().st_size,
                "grundligt": False,
                "avvikelse": None,
                "arenden": 2,
                "handelser": 7,
                "senaste_handelse": "2026-11-22T09:14:07+01:00",
                "logghash": store.last_hash(),
            }

    def test_the_copy_knows_of_itself(self, office: Clerk, copy: Path) -> None:
        expected = ("sakerhetskopierad", [["fil", None, str(copy)]])
        assert acts(copy)[-1] == acts(office.folder / "klagreg.db")[-1] == expected

    def test_the_copy_answers_every_command_as_the_register_does(self, office: Clerk, copy: Path) -> None:
        assert everything_shown(office, "--register", str(copy)) == everything_shown(office)
        office("--register", str(copy), "avsluta", "1", "--utfall", "atgardad", "--svar", "Klart.", "--satt", "brev")
        assert numbers(copy) == ["SYN-2026-00001", "SYN-2026-00002"]

    def test_nobody_else_may_read_it_whatever_the_register_allows(self, office: Clerk) -> None:
        for file in ("klagreg.db", "klagreg.db-journal"):
            (office.folder / file).chmod(0o660)
        with umask(0):
            office("sakerhetskopiera", "kopia.db")
        assert mode(office.folder / "kopia.db") == "0o600"
        assert mode(office.folder / "klagreg.db") == "0o660"

    def test_a_file_that_is_there_is_replaced_only_when_told(self, office: Clerk, copy: Path) -> None:
        before = copy.read_bytes()
        assert office("sakerhetskopiera", "kopia.db", code=3).err == (
            f"Fel: {copy} finns redan och är orörd. Skriv över den med --ersatt, eller välj ett annat namn.\n"
        )
        assert copy.read_bytes() == before
        assert len(acts(office.folder / "klagreg.db")) == len(acts(copy)), "nothing is logged that was not begun"
        office("sakerhetskopiera", "kopia.db", "--ersatt")
        assert len(acts(copy)) == len(acts(office.folder / "klagreg.db")) > 4

    @pytest.mark.parametrize(
        "target", ["klagreg.db", "./x/../klagreg.db", "lank.db", "klagreg.db-journal", "klagreg.db-wal"]
    )
    def test_the_register_itself_is_no_target(self, office: Clerk, target: str) -> None:
        (office.folder / "x").mkdir()
        (office.folder / "lank.db").symlink_to("klagreg.db")
        before = sorted((p.name, p.is_file() and p.read_bytes()) for p in office.folder.iterdir())
        answer = office("sakerhetskopiera", target, "--ersatt", code=3)
        assert answer.err.endswith("är själva registret, eller hör till det. Ange en annan fil.\n")
        assert sorted((p.name, p.is_file() and p.read_bytes()) for p in office.folder.iterdir()) == before

    def test_nor_is_the_file_that_a_link_to_the_register_points_at(self, office: Clerk) -> None:
        (office.folder / "lank.db").symlink_to("klagreg.db")
        answer = office("--register", "lank.db", "sakerhetskopiera", "klagreg.db", "--ersatt", code=3)
        assert "är själva registret" in answer.err

    def test_a_register_that_is_worked_in_is_no_old_copy(self, office: Clerk, copy: Path) -> None:
        office("--register", "kopia.db", "registrera", "--typ", "synpunkt")
        office("--register", "annan.db", "init")
        for file in ("kopia.db", "annan.db"):
            assert office("sakerhetskopiera", file, "--ersatt", code=3).err == (
                f"Fel: {office.folder}/{file} är ett register med händelser som inte finns här, och skrivs inte över."
                " Välj ett annat namn.\n"
            )

    def test_a_journal_that_waits_for_the_copy_would_destroy_it(self, office: Clerk) -> None:
        (office.folder / "kopia.db-journal").write_bytes(b"\xd9\xd5\x05\xf9 \xa1c\xd7" + b"\0" * 504)
        assert office("sakerhetskopiera", "kopia.db", code=3).err == (
            f"Fel: Bredvid {office.folder}/kopia.db ligger kopia.db-journal:"
            " filen är kopierad eller lämnad mitt i en skrivning. Välj ett annat namn.\n"
        )

    def test_a_folder_that_is_missing_leaves_nothing_in_the_log(self, office: Clerk) -> None:
        before = acts(office.folder / "klagreg.db")
        assert office("sakerhetskopiera", "finns/inte.db", code=2).err == (
            f"Fel: Mappen {office.folder}/finns finns inte. Skapa den, eller ange en annan mapp.\n"
        )
        assert office("sakerhetskopiera", code=2).err == "Fel: FIL saknas. Ange FIL.\n"
        assert acts(office.folder / "klagreg.db") == before

    def test_a_copy_that_is_not_whole_is_not_left_behind(self, office: Clerk) -> None:
        file = office.folder / "klagreg.db"
        with closing(sqlite3.connect(file)) as connection:
            connection.executescript("DROP TRIGGER event_no_update; UPDATE event SET by = 'någon.annan' WHERE id = 3;")
        assert office("sakerhetskopiera", "kopia.db", "--grundligt", code=5).err == (
            "Fel: Säkerhetskopian blev inte hel (loggen stämmer inte vid händelse 3) och är borttagen."
            " Troligen är registret skadat. Kör klagreg kontrollera, och spara de äldre säkerhetskopiorna.\n"
        )
        assert sorted(os.listdir(office.folder)) == ["klagreg.db", "klagreg.db-journal"]
        target = str(office.folder / "kopia.db")
        assert acts(file)[-2:] == [
            ("sakerhetskopierad", [["fil", None, target]]),
            ("sakerhetskopierad", [["fil", target, None]]),
        ]

    def test_the_log_does_not_tell_a_name_that_names_a_sender(self, office: Clerk) -> None:
        office("registrera", "--typ", "synpunkt", "--enhet", "Parkskolan", "--namn", "Maja Qvistgren")
        file = office.folder / "klagreg.db"
        office("sakerhetskopiera", "Qvistgren.db")
        assert acts(file)[-1] == ("sakerhetskopierad", [["fil", None, f"{office.folder}/"]])
        office("aterstall", "Qvistgren.db", "--ersatt")
        assert acts(file)[-1][1][0] == ["fil", None, f"{office.folder}/"]
        with closing(sqlite3.connect(file)) as connection:
            connection.executescript("DROP TRIGGER event_no_update; UPDATE event SET by = 'någon.annan' WHERE id = 3;")
        office("sakerhetskopiera", "Maja.db", "--grundligt", code=5)
        told = f"{office.folder}/"
        assert acts(file)[-2:] == [
            ("sakerhetskopierad", [["fil", None, told]]),
            ("sakerhetskopierad", [["fil", told, None]]),
        ]

    def test_an_older_copy_stays_when_the_new_one_is_not_whole(self, office: Clerk, copy: Path) -> None:
        before = copy.read_bytes()
        with closing(sqlite3.connect(office.folder / "klagreg.db")) as connection:
            connection.executescript("DROP TRIGGER event_no_update; UPDATE event SET at = at || ' ' WHERE id = 3;")
        office("sakerhetskopiera", "kopia.db", "--ersatt", code=5)
        assert copy.read_bytes() == before

    def test_the_copy_is_the_register_byte_for_byte(self, office: Clerk, copy: Path) -> None:
        assert copy.read_bytes() == (office.folder / "klagreg.db").read_bytes()

    def test_a_person_sees_how_far_it_has_come(self, office: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("klagreg.cli.progress.PROGRESS_AFTER", 0.0)
        monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
        answer = office("sakerhetskopiera", "kopia.db")
        assert answer.out.startswith("Säkerhetskopian ")
        assert "Läser tillbaka" in answer.err
        assert "Går igenom kopian" in office("sakerhetskopiera", "kopia.db", "--ersatt").err

    def test_a_register_of_several_pieces(self, office: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(door, "PIECE", 5000)
        office("sakerhetskopiera", "kopia.db")
        assert (office.folder / "kopia.db").read_bytes() == (office.folder / "klagreg.db").read_bytes()

    @pytest.mark.parametrize("spoil", [lambda b: b[:-1] + bytes([b[-1] ^ 1]), lambda b: b[:-4096], lambda b: b + b"x"])
    def test_a_disk_that_gives_back_something_else(
        self, office: Clerk, monkeypatch: pytest.MonkeyPatch, spoil: Callable[[bytes], bytes]
    ) -> None:
        duplicated = door.duplicated

        def spoilt(*how: Any) -> list[int]:
            sums, target = duplicated(*how), how[2]
            target.write_bytes(spoil(target.read_bytes()))
            return sums

        monkeypatch.setattr(door, "duplicated", spoilt)
        assert office("sakerhetskopiera", "kopia.db", code=5).err == (
            "Fel: Säkerhetskopian blev inte lika med registret när den lästes tillbaka, och är borttagen."
            " Disken tar emot annat än det som skrivs: välj en annan, och kontrollera den.\n"
        )
        assert sorted(os.listdir(office.folder)) == ["klagreg.db", "klagreg.db-journal"]
        assert acts(office.folder / "klagreg.db")[-1][1] == [["fil", str(office.folder / "kopia.db"), None]]

    def test_a_write_ahead_log_is_not_left_out(self, office: Clerk) -> None:
        file = office.folder / "klagreg.db"
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("PRAGMA journal_mode = WAL")
            with pytest.raises(RegisterBusy):
                copies.copy_open(file, copies.beside(file, "-kopia"), file, Listener())

    def test_another_register_that_takes_the_place_meanwhile(self, office: Clerk) -> None:
        office("--register", "annan.db", "init")
        file, target = office.folder / "klagreg.db", office.folder / "kopia.db"
        target.touch()

        class Restoring(Listener):
            def step(self, text: str, total: int = 0) -> None:
                (office.folder / "annan.db").replace(file)

        with pytest.raises(RegisterBusy):
            copies.copy_open(file, target, target, Restoring())

    def test_others_wait_while_the_register_is_read_and_no_longer(
        self, office: Clerk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """By a process of its own: within one, SQLite would not ask the system for its locks."""
        monkeypatch.setattr(door, "PIECE", 50_000)
        file, target = office.folder / "klagreg.db", office.folder / "kopia.db"
        target.touch()
        said: list[tuple[str, str]] = []

        class Writing(Listener):
            def done(self, number: int) -> None:
                told = subprocess.run([sys.executable, "-c", IMPATIENT, str(file)], capture_output=True)
                said.append((self.part, "waits" if b"locked" in told.stderr else "is stored"))

        copies.copy_open(file, target, target, Writing())
        assert set(said) == {("Kopierar", "waits"), ("Läser tillbaka", "is stored")}

    def test_a_lock_that_is_held_is_waited_for_and_then_said(
        self, office: Clerk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(door, "BUSY_SECONDS", 0)
        with closing(sqlite3.connect(office.folder / "klagreg.db", isolation_level=None)) as holder:
            holder.execute("BEGIN IMMEDIATE")
            answer = office("sakerhetskopiera", "kopia.db", code=5)
        assert "är upptaget av någon annan sedan 0 sekunder. Inget är ändrat." in answer.err
        assert sorted(os.listdir(office.folder)) == ["klagreg.db", "klagreg.db-journal"]


WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from klagreg.cli.edge import Edge
from klagreg.cli.frame import run
while True:
    edge = Edge(datetime(2026, 11, 22, 9, tzinfo=UTC), "bo.ek", Path(sys.argv[1]))
    assert run(["registrera", "--typ", "klagomal", "--enhet", "Parkskolan"], edge) == 0
    sys.stdout.flush()
"""


IMPATIENT = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], timeout=0)
connection.execute("UPDATE meta SET value = value")
connection.commit()
"""


class TestWhileOthersWrite:
    def test_every_copy_is_whole_and_holds_every_case_that_was_acknowledged_before_it(self, office: Clerk) -> None:
        told = office.folder / "told.txt"
        with told.open("w") as out:
            writers = [
                subprocess.Popen([sys.executable, "-c", WRITER, str(office.folder / "klagreg.db")], stdout=out)
                for _ in range(2)
            ]
            try:
                while "SYN" not in told.read_text():
                    time.sleep(0.02)
                found = []
                for number in range(20):
                    known = {line.split()[0] for line in told.read_text().splitlines()[:-1] if line.startswith("SYN")}
                    made = office("sakerhetskopiera", f"{number}.db", "--json").json
                    found.append((known, made))
                assert all(writer.poll() is None for writer in writers), "they wrote all the time"
            finally:
                for writer in writers:
                    writer.kill()
                    writer.wait()
        for number, (known, made) in enumerate(found):
            held = numbers(office.folder / f"{number}.db")
            assert known <= set(held)
            assert len(held) == made["arenden"]
            assert held == [f"SYN-2026-{serial:05}" for serial in range(1, len(held) + 1)]
        assert found[0][1]["arenden"] < found[-1][1]["arenden"]


# -- the way back -------------------------------------------------------------------------------


class TestRestore:
    def test_after_a_lost_register_everything_is_as_it_was(self, office: Clerk, copy: Path) -> None:
        before = everything_shown(office)
        for file in ("klagreg.db", "klagreg.db-journal"):
            (office.folder / file).unlink()
        with umask(0):
            answer = office("aterstall", "kopia.db")
        assert answer.out == (
            f"Registret {office.folder}/klagreg.db är återställt från kopia.db.\n"
            "  2 ärenden, till och med händelse 8 (2026-11-22 09:14).\n"
        )
        assert everything_shown(office) == before
        assert mode(office.folder / "klagreg.db") == mode(office.folder / "klagreg.db-journal") == "0o600"
        assert acts(office.folder / "klagreg.db")[-1] == ("aterstalld", [["fil", None, str(copy)]])
        assert sorted(os.listdir(office.folder)) == ["klagreg.db", "klagreg.db-journal", "kopia.db"]
        assert office("registrera", "--typ", "synpunkt").out.startswith("SYN-2026-00003 ")

    def test_the_backup_is_not_touched(self, office: Clerk, copy: Path) -> None:
        before = copy.read_bytes(), copy.stat().st_mtime_ns
        office("aterstall", "kopia.db")
        assert (copy.read_bytes(), copy.stat().st_mtime_ns) == before

    def test_a_newer_register_is_not_replaced(self, office: Clerk, copy: Path) -> None:
        office("registrera", "--typ", "synpunkt", "--enhet", "Parkskolan")
        office("anteckna", "1", "Ringde.")
        before = (office.folder / "klagreg.db").read_bytes()
        assert office("aterstall", "kopia.db", code=3).err == (
            f"Fel: {office.folder}/klagreg.db är nyare än säkerhetskopian. Det här skulle gå förlorat:"
            f" 2 händelser (1 nytt ärende) från och med 2026-11-22. {EVEN_SO}"
        )
        assert (office.folder / "klagreg.db").read_bytes() == before
        assert sorted(os.listdir(office.folder)) == ["klagreg.db", "klagreg.db-journal", "kopia.db"]

    def test_unless_told_and_then_it_is_set_aside(self, office: Clerk, copy: Path) -> None:
        office("registrera", "--typ", "synpunkt", "--enhet", "Parkskolan")
        before = (office.folder / "klagreg.db").read_bytes()
        aside = office.folder / SET_ASIDE
        assert office("aterstall", "kopia.db", "--ersatt").out == (
            f"Registret {office.folder}/klagreg.db är återställt från kopia.db.\n"
            "  2 ärenden, till och med händelse 8 (2026-11-22 09:14).\n"
            "  Det här finns bara i det gamla registret: 1 händelse (1 nytt ärende) från och med 2026-11-22.\n"
            f"  Det gamla registret ligger kvar som {aside}. Ta bort det när det inte behövs.\n"
        )
        assert aside.read_bytes() == before
        assert acts(office.folder / "klagreg.db")[-1] == (
            "aterstalld",
            [["fil", None, str(copy)], ["fil", None, str(aside)], ["forlorade_handelser", None, 1]],
        )
        assert office("aterstall", SET_ASIDE, "--ersatt", "--json").json["undanlagt"] == f"{aside}-2"
        assert numbers(office.folder / "klagreg.db") == [f"SYN-2026-{n:05}" for n in (1, 2, 3)]

    def test_for_a_script(self, office: Clerk, copy: Path) -> None:
        office("registrera", "--typ", "synpunkt")
        told = office("aterstall", "kopia.db", "--ersatt", "--json").json
        assert len(told.pop("logghash")) == 64
        assert told == {
            "register": str(office.folder / "klagreg.db"),
            "fran": "kopia.db",
            "arenden": 2,
            "handelser": 8,
            "senaste_handelse": "2026-11-22T09:14:07+01:00",
            "forlorade_handelser": 1,
            "forlorade_arenden": 1,
            "undanlagt": str(office.folder / SET_ASIDE),
        }

    def test_an_older_register_loses_nothing(self, office: Clerk, copy: Path) -> None:
        old = (office.folder / "klagreg.db").read_bytes()
        office("registrera", "--typ", "synpunkt")
        office("sakerhetskopiera", "ny.db")
        (office.folder / "klagreg.db").write_bytes(old)
        assert office("aterstall", "ny.db", "--json").json["forlorade_handelser"] == 0
        assert len(numbers(office.folder / "klagreg.db")) == 3

    def test_histories_that_have_parted(self, office: Clerk, copy: Path) -> None:
        office("--register", "kopia.db", "registrera", "--typ", "synpunkt")
        for _ in range(2):
            office.on("2026-11-23")("registrera", "--typ", "synpunkt")
        assert office("aterstall", "kopia.db", code=3).err == (
            f"Fel: {office.folder}/klagreg.db och säkerhetskopian har gått skilda vägar:"
            " kopian har 1 händelse som inte finns i registret. Det här skulle gå förlorat:"
            f" 2 händelser (2 nya ärenden) från och med 2026-11-23. {EVEN_SO}"
        )

    def test_another_register(self, office: Clerk) -> None:
        office("--register", "annat.db", "init", "--namnd", "KS")
        assert office("aterstall", "annat.db", code=3).err == (
            f"Fel: Säkerhetskopian är av ett annat register än {office.folder}/klagreg.db. {EVEN_SO}"
        )

    def test_a_register_that_is_damaged(self, office: Clerk, copy: Path) -> None:
        file = office.folder / "klagreg.db"
        content = bytearray(file.read_bytes())
        content[100:4096] = b"\xff" * 3996
        file.write_bytes(content)
        assert office("aterstall", "kopia.db", code=3).err == (
            f"Fel: {file} kan inte läsas eller skrivas (filen är skadad)."
            f" Det kan därför inte jämföras med säkerhetskopian. {EVEN_SO}"
        )
        assert file.read_bytes() == content
        assert office("aterstall", "kopia.db", "--ersatt", "--json").json["forlorade_handelser"] is None
        assert (office.folder / SET_ASIDE).read_bytes() == content
        assert len(numbers(file)) == 2

    def test_a_register_whose_log_is_damaged(self, office: Clerk, copy: Path) -> None:
        file = office.folder / "klagreg.db"
        with closing(sqlite3.connect(file)) as connection:
            ((page,),) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'event'")
            ((size,),) = connection.execute("PRAGMA page_size")
        with file.open("rb+") as opened:
            opened.seek((page - 1) * size)
            opened.write(b"\xff" * size)
        assert "Det kan därför inte jämföras med säkerhetskopian." in office("aterstall", "kopia.db", code=3).err
        assert office("aterstall", "kopia.db", "--ersatt").err == ""
        assert len(numbers(file)) == 2

    @pytest.mark.parametrize("content", [b"", b"Namn;Adress\n" * 50])
    def test_something_else_that_lies_there(self, office: Clerk, copy: Path, content: bytes) -> None:
        file = office.folder / "klagreg.db"
        file.write_bytes(content)
        assert "är inget klagreg-register" in office("aterstall", "kopia.db", code=3).err
        assert file.read_bytes() == content
        office("aterstall", "kopia.db", "--ersatt")
        assert (office.folder / SET_ASIDE).read_bytes() == content

    def test_a_folder_that_lies_there(self, office: Clerk, copy: Path) -> None:
        (office.folder / "mapp").mkdir()
        assert office("--register", "mapp", "aterstall", "kopia.db", "--ersatt", code=2).err == (
            f"Fel: {office.folder}/mapp är ingen vanlig fil. Kontrollera --register.\n"
        )
        assert (
            "Det går inte att skriva i mappen"
            in office("--register", "finns/inte.db", "aterstall", "kopia.db", code=2).err
        )

    def test_what_is_no_backup(self, office: Clerk) -> None:
        (office.folder / "tom.db").touch()
        (office.folder / "lank.db").symlink_to("klagreg.db")
        wrong = {
            "finnsinte.db": (
                5, "Registret finnsinte.db finns inte. Kontrollera sökvägen till säkerhetskopian."),
            "tom.db": (5, "tom.db är inget klagreg-register (tom fil). Kontrollera sökvägen till säkerhetskopian."),
            "klagreg.db": (3, "klagreg.db är själva registret, eller hör till det. Ange en annan fil."),
            "lank.db": (3, "lank.db är själva registret, eller hör till det. Ange en annan fil."),
        }  # fmt: skip
        for file, (code, message) in wrong.items():
            assert office("aterstall", file, "--ersatt", code=code).err == f"Fel: {message}\n"
        assert office("aterstall", code=2).err == "Fel: FIL saknas. Ange FIL.\n"

    def test_a_backup_that_cannot_be_trusted(self, office: Clerk, copy: Path) -> None:
        with closing(sqlite3.connect(copy)) as connection:
            connection.executescript("DROP TRIGGER event_no_update; UPDATE event SET by = 'x' WHERE id = 2;")
        before = (office.folder / "klagreg.db").read_bytes()
        assert office("aterstall", "kopia.db", "--ersatt", code=5).err == (
            "Fel: Säkerhetskopian kopia.db går inte att lita på: loggen stämmer inte vid händelse 2. Inget är ändrat."
            " Ta en annan säkerhetskopia.\n"
        )
        assert (office.folder / "klagreg.db").read_bytes() == before
        assert sorted(os.listdir(office.folder)) == ["klagreg.db", "klagreg.db-journal", "kopia.db"]

    def test_a_backup_of_a_newer_klagreg(self, office: Clerk, copy: Path) -> None:
        with closing(sqlite3.connect(copy)) as connection:
            connection.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
        assert "kopia.db är gjort av en nyare klagreg" in office("aterstall", "kopia.db", "--ersatt", code=5).err

    def test_a_backup_of_klagreg_0_1_is_brought_up(self, office: Clerk) -> None:
        packed = Path(__file__).parent / "registers" / "klagreg-0.1.db.xz"
        old = lzma.decompress(packed.read_bytes())
        (office.folder / "gammal.db").write_bytes(old)
        office("--register", "nytt.db", "aterstall", "gammal.db")
        assert (office.folder / "gammal.db").read_bytes() == old
        assert [kind for kind, _ in acts(office.folder / "nytt.db")][-2:] == ["uppgraderad", "aterstalld"]
        assert office("--register", "nytt.db", "visa", "2026-1", "--json").json["rubrik"] == "Kall mat"
        # What the bringing up logged is no history of its own: the register is newer, and not another way.
        answer = office("--register", "nytt.db", "aterstall", "gammal.db", code=3)
        assert "nytt.db är nyare än säkerhetskopian. Det här skulle gå förlorat: 2 händelser (inget nytt" in answer.err

    @pytest.mark.parametrize(("suffix", "content"), [("-journal", b"x"), ("-wal", b"x"), ("-wal", b"")])
    def test_a_file_that_was_copied_in_the_midst_of_writing(
        self, office: Clerk, copy: Path, suffix: str, content: bytes
    ) -> None:
        (office.folder / f"kopia.db{suffix}").write_bytes(content)
        assert office("aterstall", "kopia.db", "--ersatt", code=3).err == (
            f"Fel: Bredvid kopia.db ligger kopia.db{suffix}: filen är kopierad eller lämnad mitt i en skrivning."
            " Gör säkerhetskopior med: klagreg sakerhetskopiera FIL\n"
        )

    def test_the_mode_of_the_register_is_kept(self, office: Clerk, copy: Path) -> None:
        for file in ("klagreg.db", "klagreg.db-journal"):
            (office.folder / file).chmod(0o660)
        with umask(0o077):
            office("aterstall", "kopia.db")
        assert mode(office.folder / "klagreg.db") == mode(office.folder / "klagreg.db-journal") == "0o660"
        assert mode(copy) == "0o600"

    @pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="only root gives files away")
    def test_owner_and_group_are_kept(self, office: Clerk, copy: Path) -> None:
        os.chown(office.folder / "klagreg.db", 1234, 2345)
        office("aterstall", "kopia.db")
        for file in ("klagreg.db", "klagreg.db-journal"):
            held = (office.folder / file).stat()
            assert (held.st_uid, held.st_gid) == (1234, 2345)

    def test_a_group_that_cannot_be_kept_is_said_and_gets_nothing(
        self, office: Clerk, copy: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def denied(*_: object) -> None:
            raise PermissionError(errno.EPERM, "no")

        (office.folder / "klagreg.db").chmod(0o660)
        held = os.stat_result((0, 0, 0, 0, 0, 4711, 0, 0, 0, 0))
        monkeypatch.setattr(os, "chown", denied)
        assert copies._given_to(copy, held) is False
        monkeypatch.setattr(copies, "_given_to", lambda *_: False)
        name = office.folder / "klagreg.db"
        assert office("aterstall", "kopia.db").err == (
            f"Filens grupp kunde inte behållas. Ge den tillbaka: chgrp GRUPP {name} && chmod 660 {name}\n"
        )
        assert mode(name) == "0o600"

    def test_a_link_to_the_register_stays_a_link(self, office: Clerk, copy: Path) -> None:
        (office.folder / "x").mkdir()
        (office.folder / "x" / "lank.db").symlink_to("../klagreg.db")
        office("--register", "x/lank.db", "aterstall", "kopia.db")
        assert os.listdir(office.folder / "x") == ["lank.db"]
        assert acts(office.folder / "klagreg.db")[-1][0] == "aterstalld"


class TestInUse:
    def test_nothing_is_replaced_while_somebody_writes(
        self, office: Clerk, copy: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(door, "BUSY_SECONDS", 0)
        before = (office.folder / "klagreg.db").read_bytes()
        with closing(sqlite3.connect(office.folder / "klagreg.db", isolation_level=None)) as holder:
            holder.execute("BEGIN IMMEDIATE")
            answer = office("aterstall", "kopia.db", "--ersatt", code=5)
        assert "är upptaget av någon annan sedan 0 sekunder. Inget är ändrat." in answer.err
        assert (office.folder / "klagreg.db").read_bytes() == before
        assert sorted(os.listdir(office.folder)) == ["klagreg.db", "klagreg.db-journal", "kopia.db"]

    def test_who_had_it_open_gets_an_error_and_writes_in_neither(self, office: Clerk, copy: Path) -> None:
        """A number that was acknowledged into the file set aside would be a complaint that nobody finds."""
        script = (
            "import sys\nfrom pathlib import Path\nfrom klagreg.store import door\n"
            "path = Path(sys.argv[1])\n"
            "connection = door.open_register(path, '', '')\nconnection.execute('SELECT * FROM meta').fetchall()\n"
            "print('open', flush=True)\nsys.stdin.readline()\n"
            "with door.writing(connection, path):\n"
            "    connection.execute(\"INSERT INTO meta VALUES ('prov', 'x')\")\n"
        )
        command = [sys.executable, "-c", script, str(office.folder / "klagreg.db")]
        pipe = subprocess.PIPE
        with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as writer:
            assert writer.stdout is not None
            writer.stdout.readline()
            office("aterstall", "kopia.db", "--ersatt")
            _, err = writer.communicate("\n", timeout=30)
        assert writer.returncode == 1
        assert "RegisterDamaged" in err
        for file in ("klagreg.db", SET_ASIDE):
            assert numbers(office.folder / file) == ["SYN-2026-00001", "SYN-2026-00002"]
            with closing(sqlite3.connect(office.folder / file)) as connection:
                assert connection.execute("SELECT * FROM meta WHERE key = 'prov'").fetchall() == []

    def test_who_was_overtaken_by_another_restoring_stops(
        self, office: Clerk, copy: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        there, open_it = office.folder / "klagreg.db", door.open_of_any_age

        def overtaken(path: Path, *, to_lock: bool = False) -> sqlite3.Connection:
            if to_lock:
                (office.folder / "ny.db").write_bytes(there.read_bytes())
                (office.folder / "ny.db").replace(there)
            return open_it(path, to_lock=to_lock)

        monkeypatch.setattr(door, "open_of_any_age", overtaken)
        assert "är upptaget av någon annan" in office("aterstall", "kopia.db", "--ersatt", code=5).err
        assert [kind for kind, _ in acts(there)][-1] == "sakerhetskopierad"

    @pytest.mark.parametrize("links", [True, False])
    def test_what_somebody_else_has_put_there_meanwhile_is_not_taken_away(
        self, office: Clerk, copy: Path, links: bool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        if not links:
            monkeypatch.setattr(os, "link", lambda *_: refused())
        ready, place = office.folder / "ny", office.folder / "klagreg.db"
        ready.write_bytes(b"x")
        before = place.read_bytes()
        with pytest.raises(KlagregError, match="har just skapats av någon annan"):
            copies.put(ready, place, office.folder / "undan", over=False)
        assert place.read_bytes() == before
        assert not (office.folder / "undan").exists()


# -- killed, and refused by the disk, at every step ----------------------------------------------

STEPS = ("os.link", "os.rename", "os.remove", "os.chmod", "os.chown")


def child(folder: Path, at: int, what: Callable[[], None], links: bool) -> int:
    """Restore in a child process that meets ``what`` when it is about to change the folder for the ``at``-th time.

    ``links``: files may have two names.

    Gives its exit code: 0 done, 3 refused; minus the signal that killed it.
    """
    pid = os.fork()
    if pid == 0:
        met = 0

        def hook(event: str, arguments: tuple[object, ...]) -> None:
            nonlocal met
            if event == "os.link" and not links:
                refused()
            if event in STEPS:
                met += 1
                if met == at:
                    what()

        code = 1
        try:
            sys.addaudithook(hook)
            restore(folder / "klagreg.db", folder / "kopia.db", ENV, replace=True)
            code = 0 if met < at else 2
        except KlagregError:
            code = 3
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def refused() -> None:
    raise OSError(errno.EIO, "no")


def contents(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.iterdir()}


def put_back(folder: Path, files: dict[str, bytes]) -> None:
    for path in folder.iterdir():
        path.unlink()
    for name, content in files.items():
        (folder / name).write_bytes(content)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs processes that can be killed at a step")
class TestAtEveryMoment:
    @pytest.fixture
    def folder(self, office: Clerk, copy: Path) -> Path:
        """A register with a third case, and a copy that has two."""
        office("registrera", "--typ", "synpunkt", "--enhet", "Parkskolan")
        return office.folder

    @pytest.fixture
    def interrupted(self, folder: Path) -> Path:
        """The same, broken off in a writing that had reached the file: the journal beside it makes it whole again.

        It cannot be opened either, so that the way back does not do that first.
        """
        writer = (
            "import os, sqlite3, sys\n"
            "c = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
            "c.execute('PRAGMA journal_mode = TRUNCATE')\nc.execute('PRAGMA cache_size = 1')\nc.execute('BEGIN')\n"
            'c.execute("UPDATE cases SET title = title || hex(zeroblob(20000))")\n'
            "c.execute(\"UPDATE meta SET value = hex(zeroblob(20000)) WHERE key = 'namnd'\")\n"
            "os.kill(os.getpid(), 9)\n"
        )
        file = folder / "klagreg.db"
        subprocess.run([sys.executable, "-c", writer, str(file)], check=False)
        assert (folder / "klagreg.db-journal").stat().st_size > 4096
        with file.open("rb+") as opened:
            opened.write(b"\xff" * 16)
        return folder

    def each_step(
        self, folder: Path, what: Callable[[], None], check: Callable[[int], None], links: bool = True
    ) -> int:
        before = contents(folder)
        for at in range(1, 40):
            code = child(folder, at, what, links)
            if code == 0:
                return at - 1
            check(code)
            put_back(folder, before)
        raise AssertionError("it never ended")

    def test_killed_there_is_the_old_register_or_the_new_one(self, folder: Path) -> None:
        found = []

        def check(code: int) -> None:
            assert code == -signal.SIGKILL
            found.append(len(numbers(folder / "klagreg.db")))
            restore(folder / "klagreg.db", folder / "kopia.db", ENV, replace=True)
            assert len(numbers(folder / "klagreg.db")) == 2

        steps = self.each_step(folder, killed, check)
        assert steps >= 5
        assert found == sorted(found, reverse=True), "first the old one, then the new one"
        assert set(found) == {2, 3}

    @pytest.mark.parametrize("links", [True, False])
    def test_killed_what_was_broken_off_keeps_its_journal(self, interrupted: Path, links: bool) -> None:
        before = contents(interrupted)
        pair = before["klagreg.db"], before["klagreg.db-journal"]
        places = []

        def check(code: int) -> None:
            assert code == -signal.SIGKILL
            after = contents(interrupted)
            if "klagreg.db" in after and after["klagreg.db"] != pair[0]:
                assert not after["klagreg.db-journal"], "nothing of the old one is written into the new one"
                assert len(numbers(interrupted / "klagreg.db")) == 2
                places.append("new")
            elif "klagreg.db" in after:
                assert (after["klagreg.db"], after["klagreg.db-journal"]) == pair
                places.append("old")
            else:
                places.append("aside")
            if places[-1] == "new" or (places[-1] == "aside" and links):
                assert (after[SET_ASIDE], after[f"{SET_ASIDE}-journal"]) == pair
            elif places[-1] == "aside":
                assert after[SET_ASIDE] == pair[0]
                assert pair[1] in (after.get("klagreg.db-journal"), after.get(f"{SET_ASIDE}-journal"))
            restore(interrupted / "klagreg.db", interrupted / "kopia.db", ENV, replace=True)
            assert len(numbers(interrupted / "klagreg.db")) == 2

        self.each_step(interrupted, killed, check, links)
        assert list(dict.fromkeys(places)) == ["old", "aside", "new"]

    def test_what_was_set_aside_can_be_made_whole(self, interrupted: Path) -> None:
        restore(interrupted / "klagreg.db", interrupted / "kopia.db", ENV, replace=True)
        aside = interrupted / SET_ASIDE
        with aside.open("rb+") as opened:
            opened.write(b"SQLite format 3\0")
        door.open_register(aside, "", "").close()
        assert len(numbers(aside)) == 3

    @pytest.mark.parametrize("links", [True, False])
    def test_refused_by_the_disk_everything_is_as_it_was(self, folder: Path, links: bool) -> None:
        before = contents(folder)

        def check(code: int) -> None:
            after = contents(folder)
            if code == 3:
                assert after == before
            else:
                assert len(numbers(folder / "klagreg.db")) == 2, "it was done already"

        assert self.each_step(folder, refused, check, links) >= 5

    def test_where_a_file_has_one_name_only(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        old = (folder / "klagreg.db").read_bytes()
        monkeypatch.setattr(os, "link", lambda *_: refused())
        restore(folder / "klagreg.db", folder / "kopia.db", ENV, replace=True)
        assert (folder / SET_ASIDE).read_bytes() == old
        assert len(numbers(folder / "klagreg.db")) == 2
        for file in ("klagreg.db", "klagreg.db-journal"):
            (folder / file).unlink()
        restore(folder / "klagreg.db", folder / "kopia.db", ENV, replace=False)
        assert len(numbers(folder / "klagreg.db")) == 2

    def test_a_journal_whose_register_is_gone_is_not_written_into_the_new_one(self, interrupted: Path) -> None:
        journal = (interrupted / "klagreg.db-journal").read_bytes()
        (interrupted / "klagreg.db").unlink()
        restore(interrupted / "klagreg.db", interrupted / "kopia.db", ENV, replace=False)
        assert len(numbers(interrupted / "klagreg.db")) == 2
        assert (interrupted / f"{SET_ASIDE}-journal").read_bytes() == journal


# -- where it lies ------------------------------------------------------------------------------

MOUNTS = """\
22 27 0:21 / /proc rw,nosuid - proc proc rw
27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
30 27 0:30 / /srv/k{kind} rw,relatime shared:9 master:2 - {kind} server:/export rw,vers=4.2
31 27 0:31 / /mnt/Delad\\040mapp rw - cifs //server/delad rw
32 27 0:32 / /twice rw - nfs4 server:/a rw
33 32 0:33 / /twice rw - xfs /dev/vdb rw
broken line
"""


class TestSurroundings:
    @pytest.fixture(autouse=True)
    def plain_disk(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        """The machine of the tests may itself lie on anything."""
        mounts = tmp_path / "mounts"
        mounts.write_text("27 1 254:0 / / rw - ext4 /dev/vda rw\n")
        monkeypatch.setattr(surroundings, "_MOUNTS", mounts)

    @pytest.mark.parametrize(
        ("kind", "told"),
        [
            ("nfs", "nätverksdisk"), ("nfs4", "nätverksdisk"), ("cifs", "nätverksdisk"), ("smb3", "nätverksdisk"),
            ("smbfs", "nätverksdisk"), ("9p", "nätverksdisk"), ("fuse.sshfs", "nätverksdisk"),
            ("afs", "nätverksdisk"), ("ceph", "nätverksdisk"), ("glusterfs", "nätverksdisk"),
            ("fuse.glusterfs", "nätverksdisk"), ("ncpfs", "nätverksdisk"), ("fuse.gvfsd-fuse", "nätverksdisk"),
            ("vboxsf", "nätverksdisk"), ("tmpfs", "minnesdisk"),
            ("ramfs", "minnesdisk"), ("ext4", None), ("xfs", None), ("btrfs", None), ("zfs", None),
            ("virtiofs", None), ("overlay", None), ("fuse.ntfs-3g", None), ("vfat", None), ("apfs", None),
        ],
    )  # fmt: skip
    def test_kinds_of_disks(self, kind: str, told: str | None) -> None:
        assert surroundings.file_system(MOUNTS.format(kind=kind), f"/srv/k{kind}/a/klagreg.db") == kind
        found = (
            "nätverksdisk" if kind in surroundings.NETWORK else "minnesdisk" if kind in surroundings.MEMORY else None
        )
        assert found == told

    @pytest.mark.parametrize(
        ("path", "kind"),
        [
            ("/home/anna/klagreg.db", "ext4"),
            ("/srv/knfs/klagreg.db", "nfs"),
            ("/srv/knfs2/klagreg.db", "ext4"),
            ("/mnt/Delad mapp/klagreg.db", "cifs"),
            ("/twice/klagreg.db", "xfs"),
            ("klagreg.db", ""),
        ],
    )
    def test_which_mount_a_file_lies_on(self, path: str, kind: str) -> None:
        assert surroundings.file_system(MOUNTS.format(kind="nfs"), path) == kind

    @pytest.mark.parametrize(
        ("file", "folder", "told"),
        [
            (0o600, 0o755, []),
            (0o600, 0o700, []),
            (0o640, 0o755, []),
            (0o660, 0o2770, []),
            (0o600, 0o1700, []),
            (0o644, 0o755, ["Alla på datorn kan läsa {file}. Stäng filen: chmod 600 {file}"]),
            (0o644, 0o750, ["Alla på datorn kan läsa {file} om mappen öppnas. Stäng filen: chmod 600 {file}"]),
            (0o664, 0o755, ["Alla på datorn kan läsa {file}. Stäng filen: chmod 660 {file}"]),
            (0o666, 0o755, ["Alla på datorn kan läsa och ändra {file}. Stäng filen: chmod 660 {file}"]),
            (0o602, 0o755, ["Alla på datorn kan ändra {file}. Stäng filen: chmod 600 {file}"]),
            (0o600, 0o757, ["Alla på datorn kan ta bort eller byta ut filer i mappen {folder}."
                            " Stäng mappen: chmod o-w {folder}"]),
            (0o600, 0o1777, ["Mappen {folder} är gemensam för alla på datorn. Flytta registret till en egen mapp som"
                             " inte är det, med filen -journal, när ingen arbetar i det."]),
            (0o660, 0o3770, ["I mappen {folder} får bara den som gjort en fil ta bort den (sticky). Avbryts en"
                             " registrator kommer nästa inte åt registret. Ta bort märket: chmod -t {folder}"]),
        ],
    )  # fmt: skip
    def test_modes(self, tmp_path: Path, file: int, folder: int, told: list[str]) -> None:
        home = tmp_path / "k reg"
        home.mkdir()
        register = home / "klagreg.db"
        register.touch()
        register.chmod(file)
        home.chmod(folder)
        found = surroundings.remarks(register)
        home.chmod(0o700)
        quoted = [s.replace("chmod 600 {file}", "chmod 600 '{file}'").replace("chmod 660 {file}", "chmod 660 '{file}'")
                  .replace("chmod o-w {folder}", "chmod o-w '{folder}'")
                  .replace("chmod -t {folder}", "chmod -t '{folder}'") for s in told]  # fmt: skip
        assert found == [sentence.format(file=register, folder=home) for sentence in quoted]

    def test_the_journal_holds_as_much_as_the_register(self, tmp_path: Path) -> None:
        register, journal = tmp_path / "klagreg.db", tmp_path / "klagreg.db-journal"
        for file, its_mode in ((register, 0o600), (journal, 0o644)):
            file.touch()
            file.chmod(its_mode)
        tmp_path.chmod(0o755)
        assert surroundings.remarks(register) == [
            f"Alla på datorn kan läsa {journal}. Stäng filen: chmod 600 {journal}"
        ]

    @pytest.mark.parametrize(
        ("folder", "synced"),
        [
            ("OneDrive", True), ("OneDrive - Osby kommun", True), ("Dropbox", True), ("Dropbox (BUN)", True),
            ("Nextcloud", True), ("ownCloud", True), ("Google Drive", True), ("GoogleDrive-a@b.se", True),
            ("iCloud Drive", True), ("iCloudDrive", True), ("iCloud", True), ("onedrive", True),
            ("Dropboxen", False), ("Min Dropbox", False), ("Registret", False),
        ],
    )  # fmt: skip
    def test_folders_that_are_kept_alike_elsewhere(self, tmp_path: Path, folder: str, synced: bool) -> None:
        register = tmp_path / folder / "bun" / "klagreg.db"
        register.parent.mkdir(parents=True)
        register.touch()
        register.chmod(0o600)
        told = f"{register} ligger i en mapp som synkas ({folder}). "
        assert [r.startswith(told) for r in surroundings.remarks(register)] == [True] * synced

    @pytest.mark.parametrize(
        ("kind", "told"),
        [
            ("nfs4", "{file} ligger på en nätverksdisk (nfs4). Skriver två samtidigt, eller bryts förbindelsen, kan"
                     " registret skadas. Flytta det till en egen disk på den dator där klagreg körs, när ingen"
                     " arbetar i det."),
            ("tmpfs", "{file} ligger på en minnesdisk (tmpfs) och försvinner när datorn startas om. Flytta registret"
                      " till en vanlig disk, när ingen arbetar i det."),
        ],
    )  # fmt: skip
    def test_what_is_said_of_a_disk(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, told: str
    ) -> None:
        (tmp_path / "mounts").write_text(f"27 1 254:0 / / rw - {kind} x rw\n")
        register = tmp_path / "klagreg.db"
        register.touch(mode=0o600)
        assert surroundings.remarks(register) == [told.format(file=register)]
        monkeypatch.setattr(surroundings, "_MOUNTS", tmp_path / "finns inte")
        assert surroundings.remarks(register) == []

    @pytest.mark.parametrize(
        ("kind", "told"),
        [("nfs4", "nfs4"), ("cifs", "cifs"), ("fuse.sshfs", "fuse.sshfs"), ("ext4", ""), ("tmpfs", "")],
    )
    def test_a_disk_on_another_machine_with_or_without_a_file(self, tmp_path: Path, kind: str, told: str) -> None:
        far = tmp_path / "långt bort"
        far.mkdir()
        escaped = str(far).replace(" ", "\\040")
        (tmp_path / "mounts").write_text(f"27 1 254:0 / / rw - ext4 x rw\n28 27 0:9 / {escaped} rw - {kind} y rw\n")
        (tmp_path / "lank").symlink_to(far)
        assert surroundings.network_kind(far / "klagreg.db") == told
        assert surroundings.network_kind(tmp_path / "lank" / "klagreg.db") == told
        assert surroundings.network_kind(tmp_path / "klagreg.db") == ""

    @pytest.mark.parametrize(
        ("real", "told"),
        [
            (r"\\server\delad\klagreg.db", "delad mapp på en server"),
            (r"\\?\UNC\server\delad\klagreg.db", "delad mapp på en server"),
            (r"\\?\C:\klagreg\klagreg.db", ""),
            (r"C:\klagreg\klagreg.db", ""),
        ],
    )
    def test_a_share_of_windows(self, monkeypatch: pytest.MonkeyPatch, real: str, told: str) -> None:
        monkeypatch.setattr(os.path, "realpath", lambda path: real)
        assert surroundings.network_kind(Path("klagreg.db")) == told

    def test_a_link_is_followed_and_what_is_not_there_is_no_risk(self, tmp_path: Path) -> None:
        (tmp_path / "Dropbox").mkdir()
        real = tmp_path / "Dropbox" / "klagreg.db"
        real.touch(mode=0o600)
        (tmp_path / "lank.db").symlink_to(real)
        assert len(surroundings.remarks(tmp_path / "lank.db")) == 1
        assert surroundings.remarks(tmp_path / "Dropbox" / "inte.db") == []
