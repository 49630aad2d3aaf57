"""The example register: what a newcomer sees, and what lies in the folder afterwards."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import chdir, contextmanager, redirect_stdout
from dataclasses import dataclass
from datetime import date, datetime
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from klagreg import demo
from klagreg.cli.edge import Edge
from klagreg.cli.frame import run
from klagreg.days import part_of_year
from klagreg.desk import Env
from klagreg.model import Case
from klagreg.register import Register
from klagreg.store.cases import Filter
from klagreg.terms import AREAS, CHANNELS, CaseType, Contact, Feedback, Means, NoAnswer, Outcome, Status
from tests.conftest import Clerk

SUNDAY = datetime(2026, 11, 22, 12, tzinfo=ZoneInfo("Europe/Stockholm"))


@dataclass
class Example:
    """What the demo printed on a Sunday, and what it left."""

    told: str
    folder: Path

    @contextmanager
    def opened(self) -> Iterator[Register]:
        with Register.open(self.folder / "klagreg.db", Env(SUNDAY, "anna.berg")) as register:
            yield register

    @property
    def cases(self) -> list[Case]:
        with self.opened() as register:
            return register.store.find(Filter())


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Example:
    folder, told = tmp_path_factory.mktemp("hem"), StringIO()
    with pytest.MonkeyPatch.context() as patch, chdir(folder), redirect_stdout(told):
        patch.delenv("KLAGREG_REGISTER", raising=False)
        assert run(["demo"], Edge(SUNDAY, "anna.berg")) == 0
    return Example(told.getvalue(), folder / "klagreg-demo")


def test_tells_the_main_job_step_by_step(example: Example) -> None:
    commands = re.findall(r"(?m)^\$ klagreg ?(\w*)", example.told)
    assert commands == [
        "init", "lista", "registrera", "tilldela", "aterkoppla", "atgarda", "avsluta", "", "sammanstall",
    ]  # fmt: skip
    assert "SYN-2026-00035  Kö till matsalen\n  Första återkoppling senast fre 2026-11-27\n" in example.told
    assert "  Avslutat sön 2026-11-22: åtgärd vidtagen. Svaret gavs skriftligt (e-post).\n" in example.told
    assert "Sammanställningen för 2025 är skriven till sammanstallning-2025.xlsx." in example.told


def test_shows_late_due_today_soon_and_unassigned(example: Example) -> None:
    picture = example.told.split("4. Läget idag")[1].split("5. Sammanställningen")[0]
    assert re.findall(r"(?m)^([A-ZÅÄÖ].*: \d+)$", picture) == [
        "Försenade, utan besked: 2",
        "Försenade, avsändaren informerad: 1",
        "Förfaller idag: 1",
        "Förfaller senast tis 2026-11-24: 2",
        "Utlovade åtgärder: 1",
        "Utan handläggare: 4",
    ]


def test_leaves_the_register_and_the_workbook_and_says_where(example: Example) -> None:
    assert sorted(path.name for path in example.folder.iterdir()) == [
        "klagreg.db", "klagreg.db-journal", "sammanstallning-2025.xlsx",
    ]  # fmt: skip
    assert f"Klart. Allt ligger i {example.folder}" in example.told
    assert re.findall(r"(?m)^  klagreg (.*)$", example.told.split("Prova nu:")[1]) == [
        "lista --forsenade", "visa 2026-20", "frist 2026-20", "registrera", "--help",
    ]  # fmt: skip


def test_has_some_of_everything(example: Example) -> None:
    cases = example.cases

    assert len(cases) == 74
    assert Counter(case.status for case in cases) == {
        Status.CLOSED: 59, Status.ASSIGNED: 8, Status.RECEIVED: 4, Status.VOIDED: 3,
    }  # fmt: skip
    assert {case.type for case in cases} == set(CaseType)
    assert {case.channel for case in cases} == set(CHANNELS) - {"ovrigt"}
    assert {case.area for case in cases} == set(AREAS) - {"ovrigt"}
    assert {case.board for case in cases} == {"BUN", "SN", "KTN", None}
    assert {closing.outcome for case in cases for closing in case.closings} == set(Outcome)
    assert {closing.no_answer for case in cases for closing in case.closings} == {*NoAnswer, None}
    assert {case.contact for case in cases} == set(Contact)
    contacts = [given for case in cases for given in case.feedback]
    assert {given.kind for given in contacts} == set(Feedback)
    assert {given.means for given in contacts} == set(Means)
    assert Counter(bool(measure.done_on) for case in cases for measure in case.measures) == {True: 12, False: 3}
    assert any(case.handovers for case in cases)
    assert any(deadline.due != deadline.original_due for case in cases for deadline in case.deadlines)
    assert Counter(len(case.closings) for case in cases if any(c.reopened_on for c in case.closings)) == {1: 1, 2: 1}


def test_numbers_follow_the_years_and_nothing_is_typed_in_after_today(example: Example) -> None:
    cases = example.cases
    assert Counter(case.year for case in cases) == {2023: 1, 2024: 14, 2025: 24, 2026: 35}
    in_order = sorted(cases, key=lambda case: (case.year, case.serial))
    assert [case.registered_at for case in in_order] == sorted(case.registered_at for case in cases)
    assert max(case.registered_at for case in cases) <= "2026-11-22T11:00:00Z"


def test_the_balance_holds(example: Example) -> None:
    with example.opened() as register:
        years = [register.report(part_of_year(year, "ar"), date(2026, 11, 22)).current for year in (2025, 2026)]
    assert [(figures.received(), figures.balance().difference) for figures in years] == [(23, 0), (34, 0)]
    for promise in years[0].deadlines():
        assert 0 < promise.in_time > promise.too_late > 0


def test_prints_nobodys_personal_data(example: Example) -> None:
    shown = re.sub(r"(?m)^    --namn .*$", "", example.told.replace("kim@example.se", ""))
    assert "@" not in shown
    assert "Exempel " not in shown
    assert not re.search(r"\b0\d{1,3}[- ]\d", shown)
    assert not re.search(r"\b\d{6,8}[-+ ]\d{4}\b", shown)


def test_everybody_in_it_is_invented(example: Example) -> None:
    for case in example.cases:
        sender = case.sender
        assert sender.name is None or sender.name.endswith(" Exempel")
        assert sender.email is None or sender.email.endswith("@example.se")
        assert sender.phone is None or 605 <= int(sender.phone.replace(" ", "")[-3:]) <= 699
        assert sender.phone is None or sender.phone.startswith("070-174 06 ")
        assert sender.address is None or sender.address.startswith("Exempelgatan ")


def test_refuses_a_folder_with_something_in_it(example: Example, desk: Clerk) -> None:
    before = (example.folder / "klagreg.db").read_bytes()

    for folder in (example.folder, example.folder / "klagreg.db"):
        answer = desk("demo", str(folder), code=3)
        assert answer.err == f"Fel: {folder} finns redan och är inte en tom mapp. Ange en annan: klagreg demo MAPP\n"
        assert answer.out == ""
    assert (example.folder / "klagreg.db").read_bytes() == before


def test_an_empty_folder_will_do_and_the_registers_of_others_are_left_alone(
    desk: Clerk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KLAGREG_REGISTER", str(desk.folder / "vart.db"))
    (desk.folder / "prov").mkdir()

    told = desk.on("2027-01-01", "07:00")("demo", "prov").out

    assert "SYN-2027-00001" in told
    assert "Försenade, utan besked: 2\n" in told
    assert "  klagreg --register klagreg.db lista --forsenade\n" in told
    assert not (desk.folder / "vart.db").exists()


def test_leaves_nothing_behind_when_it_fails(desk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_env: Env) -> list[Case]:
        raise KeyboardInterrupt

    monkeypatch.setattr(demo, "_fill", interrupted)

    assert desk("demo", code=130).err == "Avbrutet. Inget är ändrat.\n"
    assert list(desk.folder.iterdir()) == []


def test_says_so_when_the_folder_cannot_be_made(desk: Clerk) -> None:
    (desk.folder / "fil").write_text("")
    assert desk("demo", "fil/mapp", code=2).err == (
        "Fel: Mappen fil/mapp kan inte skapas (en del av sökvägen är ingen mapp). Ange en annan: klagreg demo MAPP\n"
    )
