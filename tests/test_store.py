"""The file: who may open it, what several processes do to it at once, what its triggers and checks forbid."""

from __future__ import annotations

import hashlib
import json
import lzma
import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from klagreg.store import door, schema
from tests.conftest import Clerk

Register = Callable[..., str]


class TestDoor:
    def test_the_file_is_its_owners_alone(self, desk: Clerk) -> None:
        before = os.umask(0)
        try:
            desk("init")
        finally:
            os.umask(before)
        assert stat.S_IMODE((desk.folder / "klagreg.db").stat().st_mode) == 0o600

    def test_a_register_is_never_overwritten(self, desk: Clerk) -> None:
        desk("init")
        assert desk("init", code=3).err == (
            f"Fel: {desk.folder}/klagreg.db finns redan. Välj ett annat namn med --register FIL.\n"
        )

    def test_a_typo_makes_no_file(self, desk: Clerk) -> None:
        assert desk("--register", "finnsinte.db", "lista", code=5).err == (
            "Fel: Registret finnsinte.db finns inte."
            " Skapa det med: klagreg init – eller peka ut ett annat med --register FIL.\n"
        )
        assert os.listdir(desk.folder) == []

    @pytest.mark.parametrize(
        ("content", "why"),
        [
            (b"", "tom fil"),
            (b"Namn;Adress\n" * 50, "ingen SQLite-fil"),
            (b"SQLite format 3\0" + b"\0" * 90, "en SQLite-fil av annat slag"),
        ],
    )
    def test_a_foreign_file_is_refused_untouched(self, desk: Clerk, content: bytes, why: str) -> None:
        file = desk.folder / "annat.db"
        file.write_bytes(content)
        assert desk("--register", "annat.db", "registrera", "--typ", "synpunkt", code=5).err == (
            f"Fel: annat.db är inget klagreg-register ({why}). Filen är orörd. Kontrollera --register.\n"
        )
        assert file.read_bytes() == content
        assert os.listdir(desk.folder) == ["annat.db"]

    def test_a_folder_that_is_not_there(self, desk: Clerk) -> None:
        assert desk("--register", "finns/inte.db", "init", code=5).err == (
            "Fel: finns/inte.db kan inte läsas eller skrivas (mappen finns inte)."
            " Kontrollera sökvägen och rättigheterna.\n"
        )

    def test_an_unknown_group_leaves_nothing(self, desk: Clerk) -> None:
        assert desk("init", "--grupp", "finns-inte", code=2).err == (
            "Fel: Gruppen finns-inte finns inte, eller så är du inte med i den.\n"
        )
        assert os.listdir(desk.folder) == []

    def test_a_pipe_a_folder_and_a_device_are_refused_at_once(self, desk: Clerk) -> None:
        os.mkfifo(desk.folder / "pipe")
        (desk.folder / "mapp").mkdir()
        for path in ("pipe", "mapp", "/dev/zero"):
            assert "(ingen vanlig fil)" in desk("--register", path, "lista", code=5).err

    def test_a_newer_register_is_refused_untouched(self, klagreg: Clerk) -> None:
        file = klagreg.folder / "klagreg.db"
        with sqlite3.connect(file) as connection:
            connection.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
        connection.close()
        before = hashlib.sha256(file.read_bytes()).hexdigest()
        assert klagreg("registrera", "--typ", "synpunkt", code=5).err == (
            f"Fel: {file} är gjort av en nyare klagreg (schema 5, den här klarar 4)."
            " Uppgradera klagreg. Filen är orörd.\n"
        )
        assert hashlib.sha256(file.read_bytes()).hexdigest() == before

    def test_a_damaged_register_is_said_to_be_damaged(self, klagreg: Clerk) -> None:
        file = klagreg.folder / "klagreg.db"
        content = bytearray(file.read_bytes())
        content[100:4096] = b"\xff" * 3996
        file.write_bytes(content)
        assert klagreg("lista", code=5).err == (
            f"Fel: {file} kan inte läsas eller skrivas (filen är skadad). Rör den inte. Ta fram säkerhetskopian.\n"
        )

    def test_a_held_lock_is_waited_for_and_then_said(self, klagreg: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(door, "BUSY_SECONDS", 1)
        holder = sqlite3.connect(klagreg.folder / "klagreg.db", isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        answer = klagreg("registrera", "--typ", "synpunkt", code=5)
        holder.execute("ROLLBACK")
        holder.close()
        assert answer.err == (
            f"Fel: {klagreg.folder}/klagreg.db är upptaget av någon annan sedan 1 sekunder. Inget är ändrat."
            " Försök igen om en stund.\n"
        )
        assert klagreg("registrera", "--typ", "synpunkt").out.startswith("SYN-2026-00001 ")

    def test_reading_within_writing_is_a_part_of_it(self, klagreg: Clerk) -> None:
        file = klagreg.folder / "klagreg.db"
        connection = door.open_register(file, "2026-11-02T08:14:07Z", "anna.berg")
        found = []

        def act() -> None:
            with door.writing(connection, file):
                connection.execute("INSERT INTO meta VALUES ('prov', 'x')")
                with door.reading(connection, file):
                    found.extend(connection.execute("SELECT value FROM meta WHERE key = 'prov'"))
                assert connection.in_transaction, "the reading has not ended the act"
                raise KeyError

        with pytest.raises(KeyError):
            act()
        assert found == [("x",)]
        with door.reading(connection, file):
            assert connection.execute("SELECT value FROM meta WHERE key = 'prov'").fetchall() == []
        assert not connection.in_transaction
        connection.close()

    def test_every_connection_is_as_durable_as_the_first(self, klagreg: Clerk) -> None:
        connection = door.open_register(klagreg.folder / "klagreg.db", "2026-11-02T08:14:07Z", "anna.berg")
        settings = {
            name: connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in (
                "journal_mode", "synchronous", "foreign_keys", "recursive_triggers", "secure_delete", "trusted_schema",
            )
        }  # fmt: skip
        connection.close()
        assert settings == {
            "journal_mode": "truncate", "synchronous": 3, "foreign_keys": 1, "recursive_triggers": 1,
            "secure_delete": 1, "trusted_schema": 0,
        }  # fmt: skip


class TestGuards:
    @pytest.fixture
    def file(self, klagreg: Clerk, registered: Register) -> sqlite3.Connection:
        registered()
        klagreg("avsluta", "1", "--utfall", "atgardad", "--svar", "Klart.", "--satt", "brev")
        return door.open_register(klagreg.folder / "klagreg.db", "2026-11-02T08:14:07Z", "anna.berg")

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE event SET by = 'någon annan'",
            "DELETE FROM event",
            "INSERT OR REPLACE INTO event SELECT * FROM event",
            "UPDATE event_detail SET changes = '[]'",
            "DELETE FROM event_detail",
            "DELETE FROM cases",
            "UPDATE cases SET number = 'SYN-2026-00002'",
            "UPDATE cases SET registered_by = 'någon annan'",
            "UPDATE rule SET length = 20",
            "UPDATE cases SET status = 'försenad'",
            "UPDATE cases SET received = '2026-13-01'",
            "UPDATE cases SET closed_on = '2026-11-01'",
            "UPDATE cases SET closed_on = NULL",
            "UPDATE cases SET contact = 'saknas'",
            "UPDATE deadline SET due = '2026-02-30'",
            "INSERT INTO feedback (case_id, given_on, kind, by, handler_was_named)"
            " VALUES (99, '2026-11-02', 'status', 'x', 0)",
            "INSERT INTO series (year, last) VALUES (2027, 'ett')",
        ],
    )
    def test_what_the_file_itself_forbids(self, file: sqlite3.Connection, statement: str) -> None:
        with pytest.raises(sqlite3.IntegrityError):
            file.execute(statement)
        file.close()

    def test_the_schema_is_the_one_expected(self, file: sqlite3.Connection) -> None:
        kinds: dict[str, list[str]] = {}
        for kind, name in file.execute("SELECT type, name FROM sqlite_master WHERE name NOT LIKE 'sqlite%'"):
            kinds.setdefault(kind, []).append(name)
        file.close()
        assert sorted(kinds["trigger"]) == [
            "cases_keep_number", "cases_no_delete", "event_detail_no_delete", "event_detail_no_update",
            "event_no_delete", "event_no_update", "local_rule_no_update", "rule_no_update",
        ]  # fmt: skip
        assert {t for t in kinds["table"] if not t.startswith("case_text")} == {
            "baseline", "cases", "closing", "copy", "deadline", "erasure", "event", "event_detail", "feedback",
            "free_day",
            "handler", "handover", "local_rule", "measure", "meta", "participant", "presentation", "publication",
            "referral", "route", "rule", "rule_review", "rule_set", "secrecy", "self_check", "sender", "series",
            "stamp", "survey", "unit", "vocabulary", "yearly_text",
        }  # fmt: skip

    def test_bevaka_is_answered_by_index_alone(self, file: sqlite3.Connection) -> None:
        plan = file.execute(
            "EXPLAIN QUERY PLAN SELECT * FROM deadline INDEXED BY deadline_waiting"
            " WHERE settled_on IS NULL AND original_due <= ?",
            ("2026-11-02",),
        ).fetchall()
        file.close()
        assert "deadline_waiting (original_due<?)" in plan[0][3]


def test_the_log_is_a_chain_over_everything_in_it(klagreg: Clerk, registered: Register) -> None:
    registered("--text", "Å ä ö")
    klagreg("anteckna", "1", "Rektor kontaktad")
    connection = sqlite3.connect(klagreg.folder / "klagreg.db")
    rows = connection.execute(
        "SELECT e.id, case_id, at, by, on_day, kind, digest, state, chain, salt, changes FROM event e"
        " JOIN event_detail d ON d.event_id = e.id ORDER BY e.id"
    ).fetchall()
    connection.close()

    def sha256(*parts: object) -> str:
        return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()

    before = ""
    assert len(rows) == 5
    for number, (event_id, case_id, at, by, on_day, kind, digest, state, chain, salt, changes) in enumerate(rows, 1):
        assert event_id == number
        assert digest == sha256(salt, changes)
        assert chain == sha256(before, event_id, case_id, at, by, on_day, kind, digest, state)
        before = chain


class TestManyAtOnce:
    def test_eight_processes_register_without_gap_double_or_refusal(self, klagreg: Clerk) -> None:
        script = (
            "import sys\n"
            "from datetime import datetime, UTC\n"
            "from pathlib import Path\n"
            "from klagreg.cli.edge import Edge\n"
            "from klagreg.cli.frame import run\n"
            "for _ in range(15):\n"
            "    code = run(['registrera', '--typ', 'klagomal', '--enhet', 'Parkskolan'],\n"
            "               Edge(datetime(2026, 11, 2, 9, tzinfo=UTC), sys.argv[2], Path(sys.argv[1])))\n"
            "    assert code == 0, code\n"
        )
        file = str(klagreg.folder / "klagreg.db")

        def clerk(name: int) -> subprocess.CompletedProcess[str]:
            command = [sys.executable, "-c", script, file, f"registrator{name}"]
            return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)

        with ThreadPoolExecutor(8) as pool:
            finished = list(pool.map(clerk, range(8)))
        assert [(p.returncode, p.stderr) for p in finished] == [(0, "")] * 8
        told = sorted(line.split()[0] for p in finished for line in p.stdout.splitlines() if line.startswith("SYN"))
        assert told == [f"SYN-2026-{n:05}" for n in range(1, 121)]
        stored = klagreg("lista", "--json").json
        assert [case["arendenummer"] for case in stored] == list(reversed(told))

    def test_a_refused_act_leaves_not_a_byte(self, klagreg: Clerk, registered: Register) -> None:
        registered()
        file: Path = klagreg.folder / "klagreg.db"
        before = file.read_bytes()
        klagreg("avsluta", "1", "--utfall", "atgardad", code=3)
        klagreg("registrera", "--typ", "synpunkt", "--enhet", "Ny enhet", "--ny", "--kanal", "brevduva" * 50, code=2)
        assert file.read_bytes() == before
        assert registered() == "SYN-2026-00002"


@pytest.fixture
def of_version_0_1(desk: Clerk) -> Clerk:
    """A desk with a register that klagreg 0.1.0 made of Kinda's profile, two cases in it."""
    packed = Path(__file__).parent / "registers" / "klagreg-0.1.db.xz"
    (desk.folder / "klagreg.db").write_bytes(lzma.decompress(packed.read_bytes()))
    return desk.on("2026-04-01")


class TestVersion01:
    """A register of klagreg 0.1.0 is brought up by the first command that opens it, and loses nothing."""

    def test_its_cases_and_its_log_stand_as_they_stood(self, of_version_0_1: Clerk) -> None:
        case = of_version_0_1("visa", "1", "--personuppgifter", "--json").json
        assert (case["rubrik"], case["enhet"], case["status"]) == ("Kall mat", "Hemtjänsten", "inkommen")
        assert case["avsandare"]["telefon"] == "070-1740605"
        assert case["frister"][0] == {
            "frist": "atgard",
            "rubrik": "Åtgärd eller besked att det utreds",
            "senast": "2026-03-16",
            "ursprunglig": "2026-03-16",
            "fullgjord": "2026-03-04",
            "lage": "i_tid",
        }
        assert [e["handelse"] for e in case["handelser"] if e["falt"] in ("status", "kopia")] == [
            "registrerad", "tilldelad", "overlamnad", "overlamnad", "avslutad", "aterupptagen",
        ]  # fmt: skip

    def test_measures_get_the_day_they_were_written_down_and_copies_come_out_of_the_log(
        self, of_version_0_1: Clerk
    ) -> None:
        case = of_version_0_1("visa", "1", "--json").json
        assert [(m["nr"], m["utlovad"], m["genomford"]) for m in case["atgarder"]] == [
            (1, "2026-03-04", None),
            (2, None, "2026-03-04"),
        ]
        assert case["kopior"] == [{"till": "förvaltningschef", "datum": "2026-03-05"}]
        assert [row["nr"] for row in of_version_0_1("bevaka", "--json", code=10).json["atgarder"]] == [1]

    def test_it_can_be_worked_in_and_given_the_new_profile(self, of_version_0_1: Clerk) -> None:
        of_version_0_1("regler", "andra", "kinda", "--fran", "2026-04-01")
        case = of_version_0_1("registrera", "--typ", "synpunkt", "--allman", "--json").json
        assert (case["arendenummer"], case["handlaggare"]) == ("SYN-2026-00003", "Förvaltningschefen")
        of_version_0_1("vag", "1", "atgard")


class TestMigrations:
    """The next version's first steps, played with a step that does not exist yet."""

    @staticmethod
    def next_version(monkeypatch: pytest.MonkeyPatch, *statements: str) -> None:
        def m005(connection: sqlite3.Connection) -> None:
            for statement in statements:
                connection.execute(statement)

        monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, m005))
        monkeypatch.setattr(schema, "VERSION", 5)

    def test_an_older_register_is_brought_up_with_its_cases(
        self, klagreg: Clerk, registered: Register, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        registered("--rubrik", "Kö")
        self.next_version(monkeypatch, "ALTER TABLE cases ADD COLUMN weather TEXT")
        assert klagreg("visa", "1", "--json").json["rubrik"] == "Kö"
        connection = sqlite3.connect(klagreg.folder / "klagreg.db")
        assert connection.execute("PRAGMA user_version").fetchone() == (5,)
        assert connection.execute("SELECT weather FROM cases").fetchall() == [(None,)]
        connection.close()
        klagreg("visa", "1")

    def test_a_step_that_fails_leaves_the_old_register(
        self, klagreg: Clerk, registered: Register, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        registered()
        with monkeypatch.context() as broken:
            self.next_version(broken, "CREATE TABLE weather (day TEXT)", "INSERT INTO nowhere VALUES (1)")
            klagreg("visa", "1", code=1)
        connection = sqlite3.connect(klagreg.folder / "klagreg.db")
        assert connection.execute("PRAGMA user_version").fetchone() == (4,)
        assert connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'weather'").fetchone() == (0,)
        connection.close()
        klagreg("visa", "1")

    def test_a_register_that_could_not_be_filled_is_not_there(
        self, desk: Clerk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_: object, **__: object) -> None:
            raise RuntimeError("ett fel i programmet")

        monkeypatch.setattr("klagreg.store.cases.Store.set_calendar", fail)
        desk("init", code=1)
        assert os.listdir(desk.folder) == []
