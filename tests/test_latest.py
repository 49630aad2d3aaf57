"""``senaste``: what was stored last. The answer after a broken line, a full disk or an interrupted evening."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from klagreg.cli.edge import Edge
from klagreg.register import Register
from klagreg.store import listings
from tests.conftest import Clerk

STATUTE = "26 kap. 1 § OSL"


def plan(clerk: Clerk, statement: str) -> list[str]:
    """How SQLite goes about a statement."""
    edge = Edge(clerk.now, clerk.name)
    with Register.open(Path(clerk.folder / "klagreg.db"), edge.env) as register:
        rows = register.store.run(f"EXPLAIN QUERY PLAN {statement}", {"today": "2026-11-02", "number": 5})
    return [row[3] for row in rows]


class TestTheAnswer:
    def test_a_name_that_came_with_a_case_does_not_stand_before_it(self, klagreg: Clerk) -> None:
        klagreg("registrera", "--typ", "synpunkt", "--enhet", "Ängskolan", "--ny")
        assert klagreg("senaste", "--antal", "1").out.startswith(
            "Senast sparat: SYN-2026-00001, registrerat av anna.berg idag 09:14.\n"
        )

    def test_an_empty_register_says_so(self, desk: Clerk) -> None:
        desk("init", "--namnd", "BUN")
        assert desk("senaste").out == (
            "Senast sparat: registret, skapat av anna.berg idag 09:14.\n"
            "Inga ärenden är registrerade.\n"
            "\n"
            "Tid               Ärende  Händelse  Av         Rubrik\n"
            "2026-11-02 09:14  –       Skapat    anna.berg  –\n"
        )

    def test_the_first_line_answers_after_a_broken_registration(
        self, klagreg: Clerk, registered: Callable[..., str]
    ) -> None:
        registered("--rubrik", "Kö i matsalen")
        assert klagreg.on("2026-11-02", "16:40:00")("senaste", "--antal", "1").out == (
            "Senast sparat: SYN-2026-00001, registrerat av anna.berg idag 09:14.\n"
            "\n"
            "Tid               Ärende          Händelse     Av         Rubrik\n"
            "2026-11-02 09:14  SYN-2026-00001  Registrerat  anna.berg  Kö i matsalen\n"
        )

    def test_the_last_registered_case_is_told_when_it_is_another(
        self, klagreg: Clerk, registered: Callable[..., str]
    ) -> None:
        registered("--rubrik", "Kö i matsalen")
        registered("--rubrik", "Trasig gunga")
        klagreg.on("2026-11-03", "08:02:00")("tilldela", "1", "eva.lind")
        klagreg.name = "bo.ek"
        assert klagreg("senaste").out.splitlines()[:2] == [
            "Senast sparat: SYN-2026-00001, tilldelat av anna.berg idag 08:02.",
            "Senast registrerat: SYN-2026-00002, av anna.berg igår 09:14.",
        ]

    def test_an_older_day_has_its_weekday(self, klagreg: Clerk, registered: Callable[..., str]) -> None:
        registered()
        answer = klagreg.on("2026-11-20")("senaste").out
        assert answer.startswith("Senast sparat: SYN-2026-00001, registrerat av anna.berg mån 2026-11-02 09:14.\n")

    def test_the_last_is_by_sequence_whatever_the_clock_says(
        self, klagreg: Clerk, registered: Callable[..., str]
    ) -> None:
        registered()
        klagreg.on("2026-10-01")
        registered("--inkommen", "2026-10-01")
        acts = klagreg("senaste", "--json", "--antal", "2").json["handelser"]
        assert [act["arendenummer"] for act in acts] == ["SYN-2026-00002", "SYN-2026-00001"]

    def test_readings_are_no_answer(self, klagreg: Clerk, registered: Callable[..., str]) -> None:
        registered("--namn", "Kim Testsson")
        before = klagreg("senaste").out
        klagreg("visa", "1", "--personuppgifter")
        klagreg("sekretess", "1", "--lagrum", STATUTE)
        klagreg("sekretess", "1", "--hav", "--orsak", "Fel ärende")
        klagreg("visa", "1", "--personuppgifter")
        kinds = [act["handelse"] for act in klagreg("senaste", "--json", "--antal", "3").json["handelser"]]
        assert "Personuppgifter" not in before
        assert kinds == ["sekretess_havd", "sekretess", "registrerad"]

    def test_a_log_of_readings_alone_shows_them(
        self, klagreg: Clerk, registered: Callable[..., str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # The first act of a register is that it was made, so nothing but damage leads here.
        registered("--namn", "Kim Testsson")
        klagreg("visa", "1", "--personuppgifter")
        monkeypatch.setattr(listings, "_OF_ITS_OWN", "0")
        assert klagreg("senaste").out.startswith("Senast sparat: SYN-2026-00001, personuppgifter lästa av anna.berg ")


class TestSecrecy:
    def test_a_secret_case_shows_its_number_the_statute_and_the_kind_of_act(
        self, klagreg: Clerk, registered: Callable[..., str]
    ) -> None:
        registered("--rubrik", "Hemlig rubrik")
        klagreg("sekretess", "1", "--lagrum", STATUTE)
        answer = klagreg("senaste", "--antal", "2").out
        assert answer == (
            "Senast sparat: SYN-2026-00001, sekretessmarkerat idag 09:14.\n"
            "\n"
            "Tid               Ärende          Händelse           Av  Rubrik\n"
            "2026-11-02 09:14  SYN-2026-00001  Sekretessmarkerat  –   Sekretess: 26 kap. 1 § OSL\n"
            "2026-11-02 09:14  SYN-2026-00001  Registrerat        –   Sekretess: 26 kap. 1 § OSL\n"
        )

    def test_so_does_json(self, klagreg: Clerk, registered: Callable[..., str]) -> None:
        registered("--rubrik", "Hemlig rubrik")
        klagreg("sekretess", "1", "--lagrum", STATUTE)
        found = klagreg("senaste", "--json", "--antal", "1").json
        assert found == {
            "handelser": [
                {
                    "nr": 5,
                    "tid": "2026-11-02T09:14:07+01:00",
                    "av": None,
                    "handelse": "sekretess",
                    "datum": "2026-11-02",
                    "arendenummer": "SYN-2026-00001",
                    "rubrik": None,
                    "lagrum": STATUTE,
                }
            ],
            "senast_registrerat": {
                "arendenummer": "SYN-2026-00001",
                "tid": "2026-11-02T09:14:07+01:00",
                "av": None,
                "rubrik": None,
                "lagrum": STATUTE,
            },
        }

    def test_a_mark_that_holds_no_more_hides_nothing(self, klagreg: Clerk, registered: Callable[..., str]) -> None:
        registered("--rubrik", "Kö i matsalen")
        klagreg("sekretess", "1", "--lagrum", STATUTE, "--till", "2026-11-05")
        assert "Kö i matsalen" not in klagreg.on("2026-11-05")("senaste").out
        assert "Kö i matsalen" in klagreg.on("2026-11-06")("senaste").out

    def test_hostile_titles_and_names_reach_no_terminal(self, klagreg: Clerk, registered: Callable[..., str]) -> None:
        klagreg.name = "eve\x1b]0;x\x07"
        registered("--rubrik", "Röd\x1b[31m \u202etext")
        answer = klagreg("senaste").out
        assert not set("\x1b\x07\u202e") & set(answer)
        assert "Röd�[31m �text" in answer


class TestCost:
    ON_THE_WAY = (
        "SEARCH c USING INTEGER PRIMARY KEY (rowid=?) LEFT-JOIN",
        "CORRELATED SCALAR SUBQUERY 1",
        "SEARCH s USING PRIMARY KEY (case_id=?)",
    )

    def test_the_log_is_walked_back_by_rowid_and_only_what_is_shown_is_sorted(self, klagreg: Clerk) -> None:
        steps = plan(klagreg, listings.LAST_ACTS.format(which="e.kind <> 'last_sekretess'"))
        # Inside the limit there is neither an index nor a sorting: the rows come as they lie, from the end.
        assert steps[1:5] == ["SCAN e", *self.ON_THE_WAY]
        assert len(steps) == 7

    def test_the_last_number_is_the_last_row(self, klagreg: Clerk) -> None:
        steps = plan(klagreg, listings.LAST_REGISTERED)
        assert steps[1:4] == ["SCAN c", *self.ON_THE_WAY[1:]]
        assert not [step for step in steps if "TEMP B-TREE" in step]
