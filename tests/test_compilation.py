"""Several registers counted as one: nothing leaves a register but counts, and one that is unsound stops it by name."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from klagreg import profile as profiles
from klagreg import report as contents
from klagreg.days import part_of_year
from klagreg.errors import KlagregError, Refused, RegisterError, Unbalanced, WrongUse
from klagreg.figures import Report
from klagreg.model import Publication
from klagreg.register import Register
from klagreg.report.keys import as_json
from klagreg.staff import Unit
from klagreg.store import soundness
from klagreg.store.schema import VERSION
from klagreg.terms import CaseType
from klagreg.yearly import Presentation, RuleReview
from tests.conftest import Clerk
from tests.test_figures import NOW, ONE_GOAL, TWO_RULES, YEAR, Story, day

AS_OF = day("2026-01-20")


@contextmanager
def a_boards_register(path: Path, board: str, profile: str = TWO_RULES) -> Iterator[Register]:
    """The register of a nämnd, which is a myndighet of its own."""
    Register.create(path, NOW, profiles.parse(profile, "exempel.toml"), board=board, municipality="Exempelkommun")
    with Register.open(path, NOW) as register:
        yield register


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """A folder with three nämnders registers: 3, 2 and 1 cases in 2025."""
    with a_boards_register(tmp_path / "bun.db", "BUN") as register:
        register.upkeep.put_unit(Unit("Parkskolan", "BUN"))
        Story(register, "2025-03-03", unit="Parkskolan").answered("2025-03-05")
        Story(register, "2025-03-04", CaseType.PRAISE, unit="Parkskolan")
        Story(register, "2025-04-01")
    with a_boards_register(tmp_path / "social.db", "Socialnämnden") as register:
        Story(register, "2025-03-03").answered("2025-04-30")
        Story(register, "2025-12-30")
    with a_boards_register(tmp_path / "teknik.db", "Tekniska nämnden") as register:
        Story(register, "2025-03-03").answered("2025-03-04").reopened("2025-03-20").answered("2025-04-02")
    return tmp_path


def counted(main: Path, *others: Path) -> Report:
    with Register.open(main, NOW) as register:
        return register.report(YEAR, AS_OF, others=others)


def everything(main: Path, year: int, others: Path) -> Report:
    """A year as all is known today."""
    with Register.open(main, NOW) as register:
        return register.report(part_of_year(year, "ar"), NOW.today, others=[others])


class TestSums:
    def test_the_figures_of_the_whole_municipality(self, town: Path) -> None:
        found = as_json(counted(town / "bun.db", town / "social.db", town / "teknik.db"))
        assert found["per_namnd"] == {"BUN": 3, "Socialnämnden": 2, "Tekniska nämnden": 1}
        assert (found["inkomna"], found["avslutade"], found["aterupptagna"], found["utgaende_balans"]) == (6, 4, 1, 3)
        assert found["per_typ"] == {"klagomal": 5, "berom": 1}

    def test_every_figure_is_the_sum_of_the_registers_own(self, town: Path) -> None:
        paths = [town / f"{name}.db" for name in ("bun", "social", "teknik")]
        whole, alone = as_json(counted(*paths)), [as_json(counted(path)) for path in paths]
        for key in ("inkomna", "avslutade", "aterupptagna", "makulerade", "ingaende_balans", "utgaende_balans"):
            assert whole[key] == sum(one[key] for one in alone)
        for i, deadline in enumerate(whole["frister"]):
            for key in ("i_tid", "for_sent", "pagar", "ej_tillamplig", "obesvarade_forsenade"):
                assert deadline[key] == sum(one["frister"][i][key] for one in alone)
        assert whole["handlaggningstid"]["antal"] == 3

    def test_a_folder_is_every_register_in_it_but_the_one_that_is_asked(self, town: Path) -> None:
        (town / "anteckningar.txt").write_text("inget register")
        assert as_json(counted(town / "bun.db", town))["inkomna"] == 6
        assert as_json(counted(town / "bun.db", town, town / "social.db"))["inkomna"] == 6

    def test_the_order_of_the_files_changes_no_figure(self, town: Path) -> None:
        one, other = (
            as_json(counted(town / "bun.db", *(town / f"{name}.db" for name in names)))
            for names in (("social", "teknik"), ("teknik", "social"))
        )
        assert {**one, "register": None} == {**other, "register": None}

    def test_working_days_are_counted_in_each_registers_own_calendar(self, tmp_path: Path) -> None:
        day_off = '[[ledig_dag]]\ndag = 2025-03-04\nnamn = "Stängt"\n'
        for name, profile in (("a", TWO_RULES), ("b", TWO_RULES + day_off)):
            with a_boards_register(tmp_path / f"{name}.db", name, profile) as register:
                Story(register, "2025-03-03").answered("2025-03-05")
        report = counted(tmp_path / "a.db", tmp_path / "b.db")
        assert report.current.handling().workdays == {2: 1, 1: 1}

    def test_what_lies_at_no_board_is_the_registers_own(self, town: Path) -> None:
        with Register.open(town / "social.db", NOW) as register:
            register.store.run("UPDATE cases SET board = NULL", ())
        assert as_json(counted(town / "bun.db", town))["per_namnd"]["Socialnämnden"] == 2

    def test_what_several_registers_call_the_same_is_one_row(self, tmp_path: Path) -> None:
        for name, code in (("a", "mat"), ("b", "kost")):
            areas = f'[omraden]\n{code} = ["Mat"]\n'
            with a_boards_register(tmp_path / f"{name}.db", name, TWO_RULES + areas) as register:
                Story(register, "2025-03-03", area=code)
        report = counted(tmp_path / "a.db", tmp_path / "b.db")
        assert as_json(report)["per_omrade"] == {"mat": 2}
        (area,) = next(sheet for sheet in contents.sheets(report) if sheet.title == "Per område").rows
        assert area[:2] == ("Mat", 2)

    def test_who_provides_it_stays_in_its_register(self, town: Path) -> None:
        for name in ("bun", "social"):
            with Register.open(town / f"{name}.db", NOW) as register:
                Story(register, "2025-05-05", provider=f"Anders Svensson {name}")
        found = as_json(counted(town / "bun.db", town))
        assert found["per_utforare"] == {"Anders Svensson bun": 1, "Uppgift saknas": 7}

    def test_lessons_and_unapproved_improvements_stay_in_their_register(self, town: Path) -> None:
        for name in ("bun", "social"):
            with Register.open(town / f"{name}.db", NOW) as register:
                number = Story(register, "2025-05-05").answered("2025-05-06").number
                register.approve(number, Publication(day("2025-06-02"), "anna", "Nu är det bra.", f"Bättre i {name}."))
                register.learn(number, f"Lärt i {name}.")
        this, last = (everything(town / "bun.db", year, town) for year in (2026, 2025))
        assert [one.text for one in this.improvements] == ["Lärt i bun."]
        assert [(one.board, one.text) for one in last.improvements] == [
            ("BUN", "Bättre i bun."),
            ("Socialnämnden", "Bättre i social."),
        ]

    def test_what_was_registered_late_in_any_of_them(self, town: Path) -> None:
        assert counted(town / "bun.db", town).about.registered_after == 6

    def test_the_strictest_disclosure_rules_hold_for_all(self, tmp_path: Path) -> None:
        strict = TWO_RULES + '[rojandeskydd]\ntroskel = 9\nsekretesskansliga = ["b"]\n'
        for name, profile in (("a", TWO_RULES), ("b", strict)):
            with a_boards_register(tmp_path / f"{name}.db", name, profile):
                pass
        found = counted(tmp_path / "a.db", tmp_path / "b.db").about.disclosure
        assert (found.threshold, found.boards, found.by_name) == (9, ("b",), True)

    def test_what_one_registers_protocol_says_is_not_said_of_all(self, town: Path) -> None:
        with Register.open(town / "bun.db", NOW) as register:
            register.upkeep.present(Presentation(YEAR.start, YEAR.end, "BUN", day("2026-01-19")))
            register.upkeep.review_rules(RuleReview(day("2026-01-15")))
        alone, together = counted(town / "bun.db").about, counted(town / "bun.db", town).about
        assert (len(alone.presented), alone.last_review is None) == (1, False)
        assert (together.presented, together.last_review) == ((), None)

    def test_promises_that_are_not_the_same_are_told(self, tmp_path: Path) -> None:
        for name, length in (("a", 10), ("b", 30)):
            profile = TWO_RULES.replace("antal = 10", f"antal = {length}")
            with a_boards_register(tmp_path / f"{name}.db", name, profile):
                pass
        assert contents.cautions(counted(tmp_path / "a.db", tmp_path / "b.db")) == (
            "Slutsvar är inte samma löfte i alla register, men räknas ihop: 10 arbetsdagar från ankomstdagen; uppfylls"
            " av slutsvar (a.db); 30 arbetsdagar från ankomstdagen; uppfylls av slutsvar (b.db).",
        )

    def test_no_case_comes_along(self, town: Path) -> None:
        with Register.open(town / "social.db", NOW) as register:
            register.store.run("UPDATE cases SET title = 'Hemlig rubrik'", ())
        sheets = contents.sheets(counted(town / "bun.db", town))
        assert "Ärendelista" not in [sheet.title for sheet in sheets]
        assert "Hemlig rubrik" not in repr(sheets)
        assert "SYN-" not in repr(sheets)


class TestAboutTheRegisters:
    def test_name_board_rules_hash_and_number_of_cases(self, town: Path) -> None:
        with Register.open(town / "social.db", NOW) as register:
            last_hash = register.store.last_hash()
        (about, *_) = contents.sheets(counted(town / "bun.db", town / "social.db"))
        rows = [row[:2] for row in about.rows]
        start = rows.index(("Register som är sammanräknade", ""))
        assert rows[start + 6 : start + 11] == [
            ("Register", "social.db"),
            ("Nämnd", "Socialnämnden"),
            ("Regelverk", "Exempel"),
            ("Ärendenummer i registret", 2),
            ("Senaste logghash", last_hash),
        ]

    def test_for_scripts(self, town: Path) -> None:
        found = as_json(counted(town / "bun.db", town / "social.db"))["register"]
        assert [(one["fil"], one["namnd"], one["regelverk"], one["arenden"]) for one in found] == [
            ("bun.db", "BUN", ["Exempel"], 3),
            ("social.db", "Socialnämnden", ["Exempel"], 2),
        ]


class TestUnsound:
    def refused(self, town: Path, kind: type[KlagregError], *others: str) -> str:
        with pytest.raises(kind) as refused:
            counted(town / "bun.db", *(town / name for name in others))
        return str(refused.value).replace(f"{town}/", "")

    def test_a_log_that_was_changed(self, town: Path) -> None:
        with closing(sqlite3.connect(town / "social.db")) as connection, connection:
            connection.execute("DROP TRIGGER event_detail_no_update")
            connection.execute("UPDATE event_detail SET changes = replace(changes, '2025-12-30', '2025-12-31')")
        assert self.refused(town, RegisterError, "social.db") == (
            "social.db går inte att lita på: loggen stämmer inte vid händelse 4. Ingen sammanställning är gjord."
            " Rör inte filen. Visa det för den som sköter klagreg tekniskt, och ta fram säkerhetskopian."
        )

    def test_also_a_register_by_itself_must_be_sound(self, town: Path) -> None:
        with closing(sqlite3.connect(town / "bun.db")) as connection, connection:
            connection.execute("DROP TRIGGER event_detail_no_update")
            connection.execute("UPDATE event_detail SET changes = '[]' WHERE event_id = 3")
        assert "bun.db går inte att lita på: loggen stämmer inte vid händelse 3" in self.refused(town, RegisterError)

    def test_a_closing_that_was_taken_away(self, town: Path) -> None:
        with closing(sqlite3.connect(town / "bun.db")) as connection, connection:
            connection.execute("DELETE FROM closing")
        assert "Felet ligger i SYN-2026-00001." in self.refused(town, Unbalanced)

    def test_an_act_that_was_taken_away(self, town: Path) -> None:
        with closing(sqlite3.connect(town / "social.db")) as connection, connection:
            connection.execute("DROP TRIGGER event_no_delete")
            connection.execute("PRAGMA foreign_keys = OFF")
            connection.execute("DELETE FROM event WHERE id = 2")
        assert "loggen stämmer inte vid händelse 2" in self.refused(town, RegisterError, "social.db")

    def test_an_older_schema_is_left_as_it_is(self, town: Path) -> None:
        with closing(sqlite3.connect(town / "social.db")) as connection:
            connection.execute(f"PRAGMA user_version = {VERSION - 1}")
        before = (town / "social.db").read_bytes()
        assert self.refused(town, RegisterError, "social.db") == (
            f"social.db är gjort av en äldre klagreg (schema {VERSION - 1}, den här läser {VERSION})."
            " Öppna det en gång med den här versionen, så uppgraderas det: klagreg --register social.db lista"
        )
        assert (town / "social.db").read_bytes() == before

    def test_a_newer_schema(self, town: Path) -> None:
        with closing(sqlite3.connect(town / "teknik.db")) as connection:
            connection.execute(f"PRAGMA user_version = {VERSION + 1}")
        assert self.refused(town, RegisterError, ".").startswith("teknik.db är gjort av en nyare klagreg")

    def test_something_else(self, town: Path) -> None:
        (town / "z.db").write_text("hej")
        assert self.refused(town, RegisterError, ".").startswith("z.db är inget klagreg-register (ingen SQLite-fil).")
        assert self.refused(town, RegisterError, "borta.db").startswith("Registret borta.db finns inte.")

    def test_a_damaged_file(self, town: Path) -> None:
        whole = (town / "social.db").read_bytes()
        (town / "social.db").write_bytes(whole[: len(whole) // 2])
        assert self.refused(town, RegisterError, "social.db").startswith(
            "social.db kan inte läsas eller skrivas (filen är skadad: slutet saknas)."
        )

    def test_a_register_that_somebody_was_writing_to(self, town: Path) -> None:
        """The journal of a writing that was broken off: who may only read cannot take it back."""
        with closing(sqlite3.connect(town / "social.db", isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = TRUNCATE")
            connection.execute("PRAGMA cache_size = 1")
            connection.execute("BEGIN")
            connection.execute("UPDATE cases SET title = printf('%.5000c', 'x')")
            for end in ("", "-journal"):
                shutil.copy(town / f"social.db{end}", town / f"avbrott.db{end}")
            connection.execute("ROLLBACK")
        (town / "social.db").rename(town / "social.gammal")
        assert self.refused(town, RegisterError, "avbrott.db") == (
            "avbrott.db kan inte läsas eller skrivas (en skrivning avbröts)."
            " Öppna det en gång, så återställs det: klagreg --register avbrott.db lista"
        )

    def test_the_one_that_is_locked_is_named(self, town: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("klagreg.store.door.BUSY_SECONDS", 0)
        with closing(sqlite3.connect(town / "social.db", isolation_level=None)) as connection:
            connection.execute("BEGIN EXCLUSIVE")
            assert self.refused(town, RegisterError, "teknik.db", "social.db").startswith("social.db är upptaget")

    def test_a_folder_with_nothing_but_the_register_that_is_asked(self, town: Path) -> None:
        (town / "bara").mkdir()
        (town / "bun.db").rename(town / "bara" / "bun.db")
        with pytest.raises(WrongUse):
            counted(town / "bara" / "bun.db", town / "bara")

    def test_a_folder_as_windows_writes_it(self, town: Path) -> None:
        (town / "social.db").rename(town / "SOCIAL.DB")
        assert as_json(counted(town / "bun.db", town))["inkomna"] == 6

    def test_a_copy_is_not_counted_twice(self, town: Path) -> None:
        shutil.copy(town / "social.db", town / "kopia.db")
        assert self.refused(town, Refused, ".") == (
            "social.db är en kopia av kopia.db, och ärendena skulle räknas två gånger."
            " Ta bort en av dem ur --med, eller flytta kopian ur mappen."
        )

    def test_a_folder_without_registers(self, town: Path) -> None:
        (town / "tom").mkdir()
        assert (
            self.refused(town, WrongUse, "tom") == "Mappen tom har inga andra register (*.db). Ange filerna en och en."
        )

    def test_a_promise_that_is_only_a_goal_elsewhere(self, town: Path) -> None:
        with a_boards_register(town / "mal.db", "KS", ONE_GOAL):
            pass
        assert self.refused(town, Refused, "mal.db") == (
            "Slutsvar är ett löfte i ett av registren och ett mål i ett annat, och kan inte räknas ihop."
            " Gör sammanställningar av registren var för sig."
        )

    def test_the_balance_of_another_register(self, town: Path) -> None:
        with Register.open(town / "social.db", NOW) as register:
            register.store.run("INSERT INTO closing (case_id, place, closed_on) VALUES (1, 2, '2025-06-01')", ())
        assert "Ärendebalansen i social.db stämmer inte" in self.refused(town, Unbalanced, "social.db")

    def test_nothing_is_written_to_another_register(self, town: Path) -> None:
        (town / "social.db").chmod(0o400)
        before = (town / "social.db").read_bytes()
        assert as_json(counted(town / "bun.db", town / "social.db"))["inkomna"] == 5
        assert (town / "social.db").read_bytes() == before
        assert [path.name for path in town.iterdir() if "journal" in path.name and "social" in path.name] in ([], [
            "social.db-journal"
        ])  # fmt: skip

    def test_a_sound_register(self, town: Path) -> None:
        with Register.open(town / "bun.db", NOW) as register, register.store.reading():
            assert soundness.fault(register.store) is None


class TestAtTheDesk:
    """``sammanstall --med`` and its refusals, as they are typed."""

    @pytest.fixture
    def clerk(self, klagreg: Clerk) -> Clerk:
        klagreg("registrera", "--typ", "klagomal", "--enhet", "Parkskolan")
        (klagreg.folder / "andra").mkdir()
        klagreg("--register", "andra/social.db", "init", "--namnd", "Socialnämnden")
        klagreg("--register", "andra/social.db", "registrera", "--typ", "klagomal", "--rubrik", "Hemtjänst")
        return klagreg

    def test_counted_together(self, clerk: Clerk) -> None:
        found = clerk("sammanstall", "2026", "--med", "andra", "--json").json
        assert found["per_namnd"] == {"BUN": 1, "Socialnämnden": 1}

    @pytest.mark.parametrize(
        ("words", "code", "message"),
        [
            (("--upplaga", "intern"), 3, "Ärenden ska inte lämna sin nämnds register"),
            (("--enhet", "Parkskolan"), 2, "--med räknar ihop hela register, och kan inte ha --enhet eller --namnd."),
        ],
    )
    def test_refused(self, clerk: Clerk, words: tuple[str, ...], code: int, message: str) -> None:
        assert message in clerk("sammanstall", "2026", "--med", "andra", *words, code=code).err


def test_what_changed_between_the_years(tmp_path: Path) -> None:
    with a_boards_register(tmp_path / "r.db", "BUN") as register:
        for unit in ("Parkskolan", "Gamla skolan", "Nya skolan"):
            register.upkeep.put_unit(Unit(unit, "BUN"))
        Story(register, "2025-01-03", unit="Gamla skolan", area="mat")
        Story(register, "2025-01-03", unit="Parkskolan", area="mat")
        Story(register, "2026-01-07", unit="Nya skolan", area="bemotande")
        Story(register, "2026-01-07", unit="Parkskolan", area="mat")
        changed = TWO_RULES.replace('namn = "Exempel"', 'namn = "Nytt"\ntyper = ["klagomal", "berom"]')
        register.upkeep.adopt(profiles.parse(changed, "nytt.toml"), day("2026-02-15"))
        register.upkeep.retire_unit("Gamla skolan", day("2026-02-01"))
        report = register.report(part_of_year(2026, "ar"), NOW.today)
    assert report.about.renewed == (
        "Regelverket är Nytt för ärenden som kommit in från 2026-02-15.",
        "Typer som inte används från 2026-02-15: avvikelse, felanmälan, fråga, förslag, synpunkt.",
        "Avvecklade enheter: Gamla skolan.",
        "Nya enheter 2026, utan ärenden tidigare år: Nya skolan.",
        "Nya områden 2026, utan ärenden tidigare år: Bemötande.",
    )
