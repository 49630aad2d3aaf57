"""Kontrollera: one changed value is found, wherever it stands; and what only an anchor finds is found with one."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from klagreg import history
from klagreg.desk import Env
from klagreg.errors import RegisterTooNew
from klagreg.history import LOGGED
from klagreg.inspection import Check, Inspected, Inspection, anchors_in
from klagreg.store import door, schema, seals, soundness
from klagreg.store.cases import Filter, Store
from klagreg.store.parts import PARTS
from klagreg.store.standing import Standing
from tests.benchmarks.registers import built
from tests.conftest import Clerk
from tests.tampered import (
    ATTACKS,
    Tamper,
    cut,
    in_a_ring,
    made,
    of_klagreg_0_1,
    one_value_changed,
    rewritten,
    unguarded,
)
from tests.tampered import tampered as tampered_by

ENV = Env(datetime(2026, 11, 20, 8, tzinfo=UTC), "it.drift")


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register with a row in every table."""
    return made(tmp_path_factory.mktemp("register") / "klagreg.db")


def inspected(file: Path, tamper: Tamper | None = None, anchors: str = "") -> Inspected:
    """What is found, perhaps after somebody has been at the file by other means and has put its guards back."""
    if tamper is not None:
        file = Path(shutil.copy(file, file.with_name("angripen.db")))
        with closing(unguarded(file)) as connection:
            tampered_by(connection, tamper)
    with closing(Store(door.open_register(file, "2026-11-20T08:00:00Z", "it.drift"), file)) as store:
        return Inspection(store, ENV).inspect(anchors_in(anchors))


def found(file: Path, tamper: Tamper | None = None, anchors: str = "") -> dict[str, tuple[str, ...]]:
    """The checks that found something, and what."""
    return {v.check.value: v.faults for v in inspected(file, tamper, anchors).verdicts if v.faults}


class TestEveryValue:
    def test_an_untouched_register_is_sound(self, filled: Path) -> None:
        assert found(filled) == {}
        assert inspected(filled).cases == 4

    def test_one_changed_value_is_found_in_every_column_of_every_table(self, filled: Path) -> None:
        changes = one_value_changed(filled)
        checks = {name: found(filled, change).keys() for name, change in changes.items()}
        assert [name for name in checks if not checks[name] & {"logg", "listor", "innehall", "nummer"}] == []
        assert len(changes) > 200

    def test_what_is_told_names_the_case_and_nothing_that_it_holds(self, filled: Path) -> None:
        faults = found(filled, lambda c: c.execute("UPDATE sender SET name = 'Bo Berg' WHERE name = 'Anna Berg'"))
        assert faults == {"innehall": ("SYN-2026-00001 har ändrats utanför klagreg",)}

    def test_a_field_that_the_log_tells_of_is_named(self, filled: Path) -> None:
        faults = found(filled, lambda c: c.execute("UPDATE cases SET answer = 'Inget' WHERE serial = 1"))
        assert faults == {
            "innehall": ("SYN-2026-00001 har ändrats utanför klagreg",),
            "uppspelning": ("SYN-2026-00001: svar stämmer inte med loggen",),
            "sokindex": ("sökindexet stämmer inte med ärendena",),
        }


class TestAttacks:
    """By somebody who can write the file and puts its triggers back."""

    @pytest.mark.parametrize("name", [name for name, attack in ATTACKS.items() if attack.found])
    def test_is_found_without_an_anchor(self, filled: Path, name: str) -> None:
        assert found(filled, ATTACKS[name].tamper).keys() >= ATTACKS[name].found

    @pytest.mark.parametrize("name", [name for name, attack in ATTACKS.items() if not attack.found])
    def test_is_found_with_an_anchor_alone(self, filled: Path, name: str) -> None:
        anchor, tamper = inspected(filled).anchor, ATTACKS[name].tamper
        assert anchor is not None
        assert found(filled, tamper) == {}, "whoever rewrites everything leaves no trace in the file"
        assert found(filled, tamper, anchor.written).keys() == {"ankare"}
        assert found(filled, tamper, anchor.chain).keys() == {"ankare"}

    def test_a_guard_that_was_not_put_back(self, filled: Path) -> None:
        copy = filled.with_name("utan.db")
        shutil.copy(filled, copy)
        connection = sqlite3.connect(copy)
        connection.execute("DROP TRIGGER event_no_update")
        connection.commit()
        connection.close()
        assert found(copy) == {"schema": ("trigger event_no_update saknas i filens schema",)}

    def test_a_trigger_that_is_called_as_the_index_is(self, filled: Path) -> None:
        def plant(c: sqlite3.Connection) -> None:
            c.execute("CREATE TRIGGER case_text_data AFTER INSERT ON sender BEGIN UPDATE sender SET name = 'X'; END")

        assert found(filled, plant) == {"schema": ("trigger case_text_data hör inte till registrets schema",)}

    def test_details_that_no_decision_took_away(self, filled: Path) -> None:
        kept = "SELECT event_id FROM event_detail JOIN event ON id = event_id WHERE case_id = 3 ORDER BY id LIMIT 1"
        assert found(filled, lambda c: c.execute(f"DELETE FROM event_detail WHERE event_id = ({kept})")).keys() == {
            "logg"
        }

    def test_the_first_place_is_told_where_the_log_is_not_what_it_was(self, filled: Path) -> None:
        faults = found(filled, lambda c: c.execute("UPDATE event SET by = 'eva' WHERE id IN (7, 9, 20)"))
        assert faults["logg"] == ("loggen stämmer inte vid händelse 7",)

    def test_a_place_in_the_log_far_beyond_all_others(self, filled: Path) -> None:
        assert "logg" in found(filled, lambda c: c.execute("UPDATE event SET id = 9000000000000000000 WHERE id = 9"))
        assert "nycklar" in found(filled, lambda c: c.execute("UPDATE cases SET id = 9000000000000000000 WHERE id = 2"))

    def test_a_view_in_place_of_a_table(self, filled: Path) -> None:
        def disguise(c: sqlite3.Connection) -> None:
            c.execute("ALTER TABLE survey RENAME TO hidden")
            c.execute("CREATE VIEW survey AS SELECT * FROM hidden WHERE 0")

        faults = found(filled, disguise)
        assert set(faults["schema"]) >= {
            "table hidden hör inte till registrets schema",
            "table survey saknas i filens schema",
            "view survey hör inte till registrets schema",
        }

    def test_a_trigger_that_is_called_as_what_sqlite_makes(self, filled: Path) -> None:
        copy = filled.with_name("utklädd.db")
        shutil.copy(filled, copy)
        trigger = "CREATE TRIGGER sqlite_x AFTER UPDATE ON sender BEGIN UPDATE sender SET name = 'X'; END"
        with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
            connection.execute("PRAGMA writable_schema = ON")
            connection.execute("INSERT INTO sqlite_master VALUES ('trigger', 'sqlite_x', 'sender', 0, ?)", (trigger,))
        assert found(copy) == {"schema": ("trigger sqlite_x hör inte till registrets schema",)}
        with closing(sqlite3.connect(copy)) as connection:
            connection.execute("UPDATE sender SET phone = '1'")
            assert connection.execute("SELECT name FROM sender").fetchall() == [("X",)], "it works all the same"

    def test_what_sqlite_has_counted_is_not_wrong(self, filled: Path) -> None:
        copy = filled.with_name("räknad.db")
        shutil.copy(filled, copy)
        with closing(sqlite3.connect(copy)) as connection:
            connection.execute("ANALYZE")
        assert found(copy) == {}

    def test_a_day_off_that_is_no_text_any_more(self, filled: Path) -> None:
        """One bit of what SQLite keeps of the row: its day is bytes."""
        copy = filled.with_name("byte.db")
        content = filled.read_bytes()
        text = b"!\x1d\x082026-12-25Juldagen"
        assert content.count(text) == 1
        copy.write_bytes(content.replace(text, b"\x20" + text[1:]))
        assert found(copy).keys() >= {"fil", "listor", "kalender"}

    @pytest.mark.parametrize(
        ("table", "called", "check"), [("cases", 0, "innehall"), ("cases", 3, "innehall"), ("event", 0, "ankare")]
    )
    def test_rows_that_come_in_a_ring_are_not_read_for_ever(
        self, filled: Path, table: str, called: int, check: str
    ) -> None:
        ring = in_a_ring(filled, table, filled.with_name("ring.db"), called)
        assert found(ring).keys() >= {"fil", check}


class TestAnchors:
    def test_the_place_where_the_log_ended_then(self, filled: Path) -> None:
        anchor = inspected(filled).anchor
        assert anchor is not None
        assert anchor.place == 33
        verdict = next(v for v in inspected(filled, anchors=anchor.written).verdicts if v.check == "ankare")
        assert (verdict.faults, verdict.remark) == ((), "till och med händelse 33")

    def test_none(self, filled: Path) -> None:
        verdict = next(v for v in inspected(filled).verdicts if v.check == "ankare")
        assert (verdict.done, verdict.remark) == (False, "inget ankare att jämföra med")

    def test_a_shorter_log(self, filled: Path) -> None:
        anchor = inspected(filled).anchor
        assert anchor is not None
        assert found(filled, lambda c: cut(c, 2), anchor.written)["ankare"] == (
            "loggen är kortare än ankaret: händelse 33 saknas, loggen slutar vid 31",
        )

    def test_another_history(self, filled: Path) -> None:
        anchor = inspected(filled).anchor
        assert anchor is not None
        assert found(
            filled, lambda c: (c.execute("UPDATE event SET by = 'eva' WHERE id = 9"), rewritten(c)), anchor.written
        )["ankare"] == ("loggen är en annan än när ankaret skrevs: händelse 33 är inte densamma",)

    def test_another_register(self, filled: Path, klagreg: Clerk) -> None:
        anchor = inspected(klagreg.folder / "klagreg.db").anchor
        assert anchor is not None
        assert found(filled, anchors=anchor.written)["ankare"] == (
            f"ankaret (händelse {anchor.place}) är från ett annat register",
        )

    def test_a_bare_hash_that_is_not_there(self, filled: Path) -> None:
        assert found(filled, anchors="0123456789abcdef")["ankare"] == (
            "hashen 0123456789abcdef… finns inte i loggen: den är kortare eller en annan än då, eller så är det ett"
            " annat register",
        )

    def test_two_anchors_of_which_one_fits(self, filled: Path) -> None:
        anchor = inspected(filled).anchor
        assert anchor is not None
        assert len(found(filled, anchors=f"{anchor.written}\n{'0' * 64}\n")["ankare"]) == 1


class TestTheCommand:
    def test_all_is_well(self, klagreg: Clerk, registered: Callable[..., str]) -> None:
        registered("--namn", "Anna Berg")
        answer = klagreg("kontrollera")
        head, *checks, told, anchor = answer.out.splitlines()
        assert head == f"{klagreg.folder}/klagreg.db: 1 ärende, 4 händelser i loggen"
        assert [line.split("  ")[-1].strip() for line in checks] == [
            "stämmer", "stämmer", "stämmer", "stämmer", "inte kontrollerat (inget ankare att jämföra med)",
            "stämmer", "stämmer", "stämmer", "stämmer", "stämmer", "stämmer", "stämmer",
        ]  # fmt: skip
        assert told == "Ankare att spara utanför filen, så att det syns om slutet av loggen försvinner:"
        assert anchor.startswith("  händelse 4 ")

    def test_cron_hears_only_of_what_is_wrong(self, klagreg: Clerk, registered: Callable[..., str]) -> None:
        registered()
        assert klagreg("kontrollera", "--tyst").out == ""
        tampered(klagreg, "UPDATE cases SET title = 'x'")
        assert "har ändrats utanför klagreg" in klagreg("kontrollera", "--tyst", code=10).out

    def test_a_changed_case_is_an_answer_that_needs_action(
        self, klagreg: Clerk, registered: Callable[..., str]
    ) -> None:
        registered()
        tampered(klagreg, "UPDATE cases SET unit_id = NULL")
        answer = klagreg("kontrollera", code=10)
        assert "      SYN-2026-00001 har ändrats utanför klagreg\n" in answer.out
        assert "      SYN-2026-00001: enhet stämmer inte med loggen\n" in answer.out
        assert answer.out.endswith(
            "Rör inte filen. Ta fram säkerhetskopian, och jämför: klagreg --register KOPIA kontrollera\n"
        )
        kept = klagreg("kontrollera", "--json", code=10).json
        assert kept["stammer"] is False

    def test_an_act_on_a_changed_case_does_not_hide_that_it_was_changed(
        self, klagreg: Clerk, registered: Callable[..., str]
    ) -> None:
        registered("--namn", "Anna Berg")
        tampered(klagreg, "UPDATE sender SET name = 'Bo Berg'")
        answer = klagreg("tilldela", "1", "eva.lind")
        assert answer.err == "SYN-2026-00001 hade ändrats utanför klagreg. Se vad mer: klagreg kontrollera\n"
        found = klagreg("kontrollera", "--json", code=10).json
        assert [(c["kontroll"], c["fel"]) for c in found["kontroller"] if c["fel"]] == [
            ("tidigare", ["SYN-2026-00001 hade ändrats utanför klagreg före händelse 5"])
        ]
        assert "Avvikelse: ärendet hade ändrats utanför klagreg" in klagreg("logg", "1").out

    def test_nor_does_a_change_of_the_lists(self, klagreg: Clerk) -> None:
        tampered(klagreg, "UPDATE rule SET length = 30", "rule_no_update")
        klagreg("enhet", "lagg-till", "Ängskolan")
        found = klagreg("kontrollera", "--json", code=10).json
        assert [(c["kontroll"], c["fel"]) for c in found["kontroller"] if c["fel"]] == [
            ("tidigare", ["Registrets listor hade ändrats utanför klagreg före händelse 4"])
        ]

    def test_reading_a_changed_case_does_not_make_it_right(
        self, klagreg: Clerk, registered: Callable[..., str]
    ) -> None:
        registered("--namn", "Anna Berg")
        tampered(klagreg, "UPDATE sender SET name = 'Bo Berg'")
        klagreg("visa", "1", "--personuppgifter")
        klagreg("anteckna", "1", "Ringde")
        klagreg("kontrollera", code=10)

    def test_names_that_were_added_on_the_spot_are_an_act_in_the_log(self, klagreg: Clerk) -> None:
        klagreg("registrera", "--typ", "synpunkt", "--enhet", "Ängskolan", "--ny")
        klagreg("kontrollera")
        connection = sqlite3.connect(klagreg.folder / "klagreg.db")
        told = connection.execute(
            "SELECT kind, changes FROM event JOIN event_detail ON event_id = id ORDER BY id DESC LIMIT 1"
        ).fetchone()
        connection.close()
        assert told == ("nytt_namn", '[["enhet",null,"Ängskolan"]]')

    def test_a_file_of_anchors_grows_while_all_is_well(self, klagreg: Clerk, registered: Callable[..., str]) -> None:
        kept = klagreg.folder / "ankare.txt"
        registered()
        begun = f"{kept} fanns inte: inget är jämfört med den, och en ny fil påbörjas.\n"
        assert klagreg("kontrollera", "--ankare", str(kept)).err == begun
        assert klagreg("kontrollera", "--ankare", str(kept)).err == ""
        first = kept.read_text("utf-8")
        assert first.startswith("2026-11-02T08:14:07Z händelse 4 ")
        assert first.count("\n") == 1, "nothing has happened since"
        assert kept.stat().st_mode & 0o777 == 0o600
        registered()
        klagreg("kontrollera", "--ankare", str(kept))
        assert kept.read_text("utf-8").splitlines()[1].startswith("2026-11-02T08:14:07Z händelse 5 ")
        tampered(klagreg, "UPDATE cases SET title = 'x'")
        klagreg("kontrollera", "--ankare", str(kept), code=10)
        assert kept.read_text("utf-8").count("\n") == 2

    def test_the_hash_of_a_workbook_is_an_anchor(self, klagreg: Clerk, registered: Callable[..., str]) -> None:
        registered()
        printed = klagreg("sammanstall", "2026", "--json").json["senaste_logghash"]
        registered()
        for typed in (printed, printed.upper(), printed[:16]):
            assert "stämmer (till och med händelse 4)" in klagreg("kontrollera", "--ankare", typed).out

    @pytest.mark.parametrize(
        ("given", "told"),
        [
            ("klagreg.db", "Fel: --ankare: det är registret, eller hör till det. Ange en annan fil.\n"),
            ("bild.png", "Fel: --ankare: bild.png kan inte läsas. Ange en logghash, eller en textfil.\n"),
            ("klagreg.db-journal", "Fel: --ankare: det är registret, eller hör till det. Ange en annan fil.\n"),
            ("/dev/null", "Fel: --ankare: /dev/null är ingen fil med ankare. Ange en logghash, eller en textfil.\n"),
            (".", "Fel: --ankare: . är ingen fil med ankare. Ange en logghash, eller en textfil.\n"),
            (
                "deadbeef",
                "Fel: ”deadbeef” är inget ankare. Ett ankare är en logghash: minst 16 tecken 0–9 och a–f.\n",
            ),
            (
                "torn.txt",
                "Fel: Raden ”2026-11-02 händelse 4 0123456789abcdef01” är avskuren. Ta bort den ur filen med ankare.\n",
            ),
            ("brev.txt", "Fel: ”Hej på er” är inget ankare. Ett ankare är en logghash: minst 16 tecken 0–9 och a–f.\n"),
        ],
    )
    def test_what_is_no_anchor(self, klagreg: Clerk, given: str, told: str) -> None:
        Path("bild.png").write_bytes(b"\x89PNG\xff")
        Path("brev.txt").write_text("Hej på er", "utf-8")
        Path("torn.txt").write_text("2026-11-02 händelse 4 0123456789abcdef01", "utf-8")
        assert klagreg("kontrollera", "--ankare", given, code=2).err == told

    def test_a_check_that_is_broken_off_says_nothing_of_what_it_found(
        self, klagreg: Clerk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def interrupt(*_: object) -> Iterator[str]:
            raise KeyboardInterrupt

        monkeypatch.setattr("klagreg.store.soundness.list_faults", interrupt)
        answer = klagreg("kontrollera", code=130)
        assert answer.out == ""

    def test_a_torn_file_is_a_verdict_and_no_crash(self, klagreg: Clerk, registered: Callable[..., str]) -> None:
        for _ in range(30):
            registered("--text", "Lång text " * 40)
        file = klagreg.folder / "klagreg.db"
        content = bytearray(file.read_bytes())
        middle = len(content) // 2 // 4096 * 4096
        content[middle : middle + 4096] = b"\xff" * 4096
        file.write_bytes(content)
        answer = klagreg("kontrollera", "--json", code=10)
        (told,) = [check["fel"] for check in answer.json["kontroller"] if check["kontroll"] == "fil"]
        assert told[0].startswith("filen är skadad")


def tampered(clerk: Clerk, statement: str, guard: str = "") -> None:
    """Change a register by other means."""
    connection = sqlite3.connect(clerk.folder / "klagreg.db")
    if guard:
        ((sql,),) = connection.execute("SELECT sql FROM sqlite_master WHERE name = ?", (guard,)).fetchall()
        connection.execute(f"DROP TRIGGER {guard}")
    assert connection.execute(statement).rowcount > 0
    if guard:
        connection.execute(sql)
    connection.commit()
    connection.close()


def faults(clerk: Clerk) -> dict[str, list[str]]:
    """The checks that found something, and what."""
    told = clerk("kontrollera", "--json", code=10).json["kontroller"]
    return {check["kontroll"]: check["fel"] for check in told if check["fel"]}


class TestTheNextSchema:
    """A migration seals everything as it stands after it, but hides nothing of what stood there before."""

    def next_version(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def m005(connection: sqlite3.Connection) -> None:
            connection.execute("ALTER TABLE cases ADD COLUMN weather TEXT")

        monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, m005))
        monkeypatch.setattr(schema, "VERSION", 5)

    def test_an_untouched_register_is_sound_before_and_after_the_next_act(
        self, klagreg: Clerk, registered: Callable[..., str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        registered()
        registered()
        self.next_version(monkeypatch)
        klagreg("kontrollera")
        klagreg("visa", "1", "--personuppgifter")
        klagreg("tilldela", "2", "eva.lind")
        klagreg("kontrollera")

    def test_what_was_changed_before_it_is_told_for_ever(
        self, klagreg: Clerk, registered: Callable[..., str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        registered("--namn", "Anna Berg")
        tampered(klagreg, "UPDATE sender SET name = 'Bo Berg'")
        tampered(klagreg, "UPDATE unit SET name = 'Ängskolan'")
        self.next_version(monkeypatch)
        assert faults(klagreg) == {
            "tidigare": [
                "SYN-2026-00001 hade ändrats utanför klagreg före händelse 5",
                "Registrets listor hade ändrats utanför klagreg före händelse 5",
            ],
            "uppspelning": ["SYN-2026-00001: enhet stämmer inte med loggen"],
        }

    def test_who_had_it_open_does_not_write_on(self, klagreg: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
        file = klagreg.folder / "klagreg.db"
        store = Store(door.open_register(file, "2026-11-02T08:14:07Z", "anna.berg"), file)
        with monkeypatch.context() as newer:
            self.next_version(newer)
            klagreg("lista")
        with pytest.raises(RegisterTooNew), store.writing():
            pass
        store.close()


class TestOnlyMoreIndexes:
    """The fourth schema changes no row: what was sealed under the third is still held against its own seals."""

    @pytest.fixture
    def third(self, desk: Clerk, monkeypatch: pytest.MonkeyPatch) -> Clerk:
        """A register of the third schema with two cases, about to be opened by today's klagreg."""
        with monkeypatch.context() as older:
            older.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:3])
            older.setattr(schema, "VERSION", 3)
            desk("init", "--regler", "kinda")
            for name in ("Anna Berg", "Bo Ek"):
                desk("registrera", "--typ", "synpunkt", "--allman", "--rubrik", "Kö", "--namn", name)
        return desk

    def test_its_cases_are_replayed_from_their_first_act(self, third: Clerk) -> None:
        answer = third("kontrollera", "--json").json
        assert answer["stammer"] is True
        assert not any("före sigillen" in (check["anm"] or "") for check in answer["kontroller"])
        third("anteckna", "1", "Efter bytet")
        third("kontrollera")

    def test_what_was_changed_before_it_is_found_as_ever(self, third: Clerk) -> None:
        tampered(third, "UPDATE sender SET name = 'Eva Lind' WHERE case_id = 2")
        assert faults(third) == {"innehall": ["SYN-2026-00002 har ändrats utanför klagreg"]}

    def test_lists_that_were_changed_before_it_are_told_of_for_ever(self, third: Clerk) -> None:
        tampered(third, "UPDATE vocabulary SET words = '[]' WHERE list = 'kanal'")
        assert faults(third)["tidigare"] == ["Registrets listor hade ändrats utanför klagreg före händelse 4"]

    def test_it_becomes_as_a_new_one(self, third: Clerk) -> None:
        third("lista")
        with closing(sqlite3.connect(third.folder / "klagreg.db")) as connection:
            indexes = {name for _, name, *_ in connection.execute("PRAGMA index_list(cases)")}
        assert {"cases_unit", "cases_handler", "cases_board", "cases_learnt", "cases_unassigned"} <= indexes


class TestNames:
    """The log tells the names of its day, the case those of today."""

    def test_a_renamed_unit_and_handler_are_the_same_as_before(
        self, klagreg: Clerk, registered: Callable[..., str]
    ) -> None:
        registered("--handlaggare", "eva.lind")
        registered()
        klagreg("enhet", "andra", "Parkskolan", "--namn", "Nya skolan")
        klagreg("handlaggare", "andra", "eva.lind", "--namn", "Eva Lind")
        klagreg("kontrollera")
        klagreg("enhet", "lagg-till", "Parkskolan")
        klagreg("registrera", "--typ", "synpunkt", "--enhet", "Parkskolan")
        klagreg("uppdatera", "1", "--rubrik", "Kö")
        klagreg("overlamna", "1", "--till", "Parkskolan")
        klagreg("enhet", "andra", "Parkskolan", "--namn", "Gamla skolan")
        klagreg("enhet", "andra", "Nya skolan", "--namn", "Parkskolan")
        klagreg("tilldela", "1", "Eva Lind")
        klagreg("kontrollera")

    def test_but_a_case_that_was_moved_by_other_means_is_found(
        self, klagreg: Clerk, registered: Callable[..., str]
    ) -> None:
        registered()
        klagreg("enhet", "andra", "Parkskolan", "--namn", "Nya skolan")
        klagreg("enhet", "lagg-till", "Parkskolan")
        tampered(klagreg, "UPDATE cases SET unit_id = 2")
        assert faults(klagreg)["uppspelning"] == ["SYN-2026-00001: enhet stämmer inte med loggen"]


class TestAfterAnIncident:
    def test_an_anchor_that_was_kept_after_it_says_that_it_has_been_told(
        self, klagreg: Clerk, registered: Callable[..., str]
    ) -> None:
        registered("--namn", "Anna Berg")
        tampered(klagreg, "UPDATE sender SET name = 'Bo Berg'")
        klagreg("uppdatera", "1", "--namn", "Anna Berg")
        told = "SYN-2026-00001 hade ändrats utanför klagreg före händelse 5"
        klagreg("kontrollera", code=10)
        assert told in klagreg("kontrollera", "--ankare", "ankare.txt", code=10).out
        assert f"stämmer ({told})" in klagreg("kontrollera", "--ankare", "ankare.txt").out
        klagreg("kontrollera", code=10)

    def test_a_case_that_was_put_in_by_hand_is_told_when_it_is_acted_on(
        self, klagreg: Clerk, registered: Callable[..., str]
    ) -> None:
        registered()
        connection = sqlite3.connect(klagreg.folder / "klagreg.db")
        columns = [row[1] for row in connection.execute("PRAGMA table_info(cases)")]
        copied = ", ".join({"id": "2", "serial": "2", "number": "'SYN-2026-00002'"}.get(c, c) for c in columns)
        connection.execute(f"INSERT INTO cases SELECT {copied} FROM cases")
        connection.execute("UPDATE series SET last = 2")
        connection.commit()
        connection.close()
        klagreg("tilldela", "2", "eva.lind")
        assert faults(klagreg)["tidigare"] == ["SYN-2026-00002 hade ändrats utanför klagreg före händelse 5"]


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register of more cases than one piece holds."""
    return built(tmp_path_factory.mktemp("stort"), TestTheWork.CASES)


class TestTheWork:
    """What makes it fast, without a clock: everything is read once, in pieces."""

    CASES = 1000

    @pytest.fixture
    def store(self, large: Path) -> Iterator[Store]:
        with closing(Store(door.open_register(large, "2026-11-20T08:00:00Z", "it.drift"), large)) as store:
            yield store

    def statements(self, store: Store) -> list[str]:
        """What SQLite is asked; SQLite's own questions for its search index begin with dashes."""
        asked: list[str] = []
        store._db.set_trace_callback(asked.append)
        assert Inspection(store, ENV).inspect(()).is_sound
        return [statement for statement in asked if not statement.startswith("--")]

    def test_each_table_of_a_case_is_read_once(self, store: Store) -> None:
        asked = self.statements(store)
        for table in seals.CASE_TABLES:
            read = [one for one in asked if re.search(rf"\bFROM {table}\b", one)]
            assert len(read) == self.CASES / soundness.CHUNK, table
        assert len(asked) < 50 + 30 * self.CASES / soundness.CHUNK

    def test_the_log_is_walked_once_and_read_once_more_by_case(self, store: Store) -> None:
        asked = [one for one in self.statements(store) if "event_detail" in one]
        ordered = [one for one in asked if "NOT INDEXED" in one]
        by_case = [one for one in asked if "e.case_id BETWEEN" in one]
        others = [one for one in asked if one not in (*ordered, *by_case)]
        assert len(ordered) == 2, "all of it, and what comes after it"
        assert len(by_case) == self.CASES / soundness.CHUNK
        assert all("e.case_id IS NULL" in one or "event_id = " in one for one in others), "acts on the register"

    def test_memory_does_not_grow_with_the_register(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(soundness, "CHUNK", 50)
        monkeypatch.setattr(soundness, "EVENTS", 50)
        monkeypatch.setattr(seals, "_CHUNK", 50)
        tracemalloc.start()
        looks = (lambda: list(soundness.walked(store).noticed), lambda: sum(1 for _ in soundness.kept(store)))
        peaks = []
        for look in looks:
            tracemalloc.reset_peak()
            look()
            peaks.append(tracemalloc.get_traced_memory()[1])
        whole = store.rows_between(1, self.CASES), store.run("SELECT * FROM event_detail", ())
        assert max(peaks) < tracemalloc.get_traced_memory()[0] / 3
        tracemalloc.stop()
        del whole

    def test_who_writes_does_not_wait_while_it_is_looked_at(self, store: Store, large: Path) -> None:
        with closing(sqlite3.connect(large, isolation_level=None, timeout=0)) as other:
            for _ in zip(soundness.kept(store), range(3), strict=False):
                other.execute("BEGIN EXCLUSIVE")
                other.execute("ROLLBACK")

    def test_a_person_sees_how_far_it_has_come(self, store: Store) -> None:
        heard: dict[str, tuple[int, list[int]]] = {}

        class Listener:
            def step(self, text: str, total: int = 0) -> None:
                heard[text] = total, []

            def done(self, number: int) -> None:
                heard[list(heard)[-1]][1].append(number)

        Inspection(store, ENV).inspect((), Listener())
        labels = [check.label for check in Check if check not in (Check.ANCHOR, Check.REPLAY, Check.NOTICED)]
        assert list(heard) == labels
        total, done = heard[Check.CHAIN.label]
        assert done[-1] == total > self.CASES
        assert heard[Check.CONTENT.label] == (self.CASES, [500, 1000])


class TestStanding:
    """The rows in the words of the log, without making the case, are what the case made of them is."""

    def told(self, file: Path) -> Iterator[tuple[dict[str, object], dict[str, object]]]:
        with closing(Store(door.open_register(file, "2026-11-20T08:00:00Z", "it.drift"), file)) as store:
            standing = Standing(store)
            standing.look()
            cases = sorted(store.find(Filter()), key=lambda case: (case.year, case.serial))
            for case, rows in zip(cases, store.rows_between(1, 2**40).values(), strict=True):
                logged = {key: new for key, _, new in history.changes(None, case) if not key.startswith("avsandare.")}
                yield standing.of(rows), logged

    def test_in_a_register_with_a_row_in_every_table(self, filled: Path) -> None:
        keys = set()
        for stands, logged in self.told(filled):
            assert stands == logged
            keys |= {key.partition(".")[0] for key in stands}
        assert keys >= {LOGGED[part.attribute] for part in PARTS if part.attribute in LOGGED}

    def test_in_one_that_was_imported(self, tmp_path: Path) -> None:
        found = list(self.told(built(tmp_path, 300)))
        assert [stands for stands, _ in found] == [logged for _, logged in found]

    @pytest.mark.parametrize(
        ("table", "column", "value"), [("closing", "outcome", "'bra'"), ("cases", "outcome", "'bra'"),
                                       ("sender", "role", "'granne'"), ("handover", "told", "'duva'")],
    )  # fmt: skip
    def test_what_klagreg_could_not_read_is_not_read_here_either(
        self, filled: Path, table: str, column: str, value: str
    ) -> None:
        faults = found(filled, lambda c: c.execute(f"UPDATE {table} SET {column} = {value}"))
        assert "raderna kan inte läsas som ett ärende" in " ".join(faults["uppspelning"])

    def test_a_name_that_is_given_while_it_is_looked_at(
        self, klagreg: Clerk, registered: Callable[..., str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for _ in range(3):
            registered()
        monkeypatch.setattr(soundness, "CHUNK", 1)
        file = klagreg.folder / "klagreg.db"
        with closing(Store(door.open_register(file, "2026-11-20T08:00:00Z", "it.drift"), file)) as store:
            looked = soundness.kept(store)
            assert next(looked).replay == ""
            klagreg("enhet", "andra", "Parkskolan", "--namn", "Parkskolan F–6")
            assert [(kept.fault, kept.replay) for kept in looked] == [(None, ""), (None, "")]


class TestAnOlderRegister:
    """One that klagreg 0.1 made: its log has no seals."""

    @pytest.fixture
    def old(self, desk: Clerk) -> Clerk:
        (desk.folder / "klagreg.db").write_bytes(of_klagreg_0_1())
        return desk

    def test_is_sealed_as_it_stands_when_it_gets_its_schema(self, old: Clerk) -> None:
        answer = old("kontrollera", "--json").json
        assert answer["stammer"] is True
        (replay,) = [c for c in answer["kontroller"] if c["kontroll"] == "uppspelning"]
        assert replay["anm"] == "2 ärenden är från före sigillen och jämförs bara med dem"
        connection = sqlite3.connect(old.folder / "klagreg.db")
        ((at, by, told),) = connection.execute(
            "SELECT at, by, changes FROM event JOIN event_detail ON event_id = id WHERE kind = 'uppgraderad'"
        ).fetchall()
        connection.close()
        assert (at, by) == ("2026-11-02T08:14:07Z", "anna.berg")
        assert json.loads(told)[0] == ["schema", 1, 4]

    def test_and_what_is_changed_after_that_is_found(self, old: Clerk) -> None:
        old("lista")
        tampered(old, "UPDATE sender SET name = 'Bo Berg' WHERE case_id = 1")
        assert faults(old) == {"innehall": ["SYN-2026-00001 har ändrats utanför klagreg"]}

    def test_also_when_the_case_is_acted_on(self, old: Clerk) -> None:
        old("lista")
        tampered(old, "UPDATE sender SET name = 'Bo Berg' WHERE case_id = 1")
        old("visa", "1", "--personuppgifter")
        old("uppdatera", "1", "--rubrik", "Kö")
        assert faults(old) == {"tidigare": ["SYN-2026-00001 hade ändrats utanför klagreg före händelse 15"]}

    def test_the_seals_it_got_are_sealed_too(self, old: Clerk) -> None:
        old("lista")
        tampered(old, "UPDATE baseline SET seal = 'x' WHERE case_id = 2")
        assert faults(old) == {
            "innehall": ["SYN-2026-00002 har ändrats utanför klagreg"],
            "listor": ["sigillen från när registret fick sitt schema har ändrats utanför klagreg"],
        }

    def test_its_cases_are_worked_on_as_before(self, old: Clerk) -> None:
        old("logg", "1")
        old("anteckna", "1", "Efter bytet")
        old("visa", "1", "--personuppgifter")
        old("kontrollera")
