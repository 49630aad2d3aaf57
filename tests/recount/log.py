"""The log alone, replayed into plain dictionaries: what happened, on which day, as it was known when."""

from __future__ import annotations

import json
import re
import sqlite3
import tomllib
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

SWEDEN = ZoneInfo("Europe/Stockholm")

ALMANAC = {
    2023: "01-06 04-07 04-10 05-01 05-18 06-06 06-23 12-25 12-26",
    2024: "01-01 03-29 04-01 05-01 05-09 06-06 06-21 12-24 12-25 12-26 12-31",
    2025: "01-01 01-06 04-18 04-21 05-01 05-29 06-06 06-20 12-24 12-25 12-26 12-31",
    2026: "01-01 01-06 04-03 04-06 05-01 05-14",
}
"""The Mondays to Fridays until May 2026 that are no working days, typed off an almanac."""

SAID_BESIDE = ("orsak", "text", "utan_svar", "identitetskontroll")
"""What an event tells beside what it changed."""

NEVER = "9999"


def days_after(on: str, number: int) -> str:
    return (date.fromisoformat(on) + timedelta(days=number)).isoformat()


def days_between(first: str, last: str) -> int:
    return (date.fromisoformat(last) - date.fromisoformat(first)).days


@dataclass
class Log:
    """All that the log tells: cases, answers to surveys, rules and days off."""

    cases: list[Told]
    surveys: list[dict[str, Any]]
    rule_sets: list[dict[str, Any]]
    stricter: list[dict[str, Any]]

    @cached_property
    def free(self) -> set[str]:
        local = {off["dag"].isoformat() for rules in self.rule_sets for off in rules.get("ledig_dag", [])}
        return local | {f"{year}-{on}" for year, days in ALMANAC.items() for on in days.split()}

    def is_workday(self, on: str) -> bool:
        return on not in self.free and date.fromisoformat(on).weekday() < 5

    def workdays(self, after: str, until: str) -> int:
        return sum(self.is_workday(days_after(after, n)) for n in range(1, days_between(after, until) + 1))

    def last_day(self, on: str, promise: dict[str, Any]) -> str:
        """Day by day from the day that it came in, which is day zero."""
        last, left = on, promise["antal"] * (7 if promise["raknas_i"] == "veckor" else 1)
        while left:
            last = days_after(last, 1)
            left -= promise["raknas_i"] != "arbetsdagar" or self.is_workday(last)
        while promise.get("forskjutning") == "nasta_arbetsdag" and not self.is_workday(last):
            last = days_after(last, 1)
        return last


class Told:
    """One case as its events tell it: its fields, its parts by their place, and the days of what was said."""

    def __init__(self, at: str, serial: int, role: str | None, log: Log) -> None:
        self.registered, self.year, self.number = at[:10], at[:4], f"SYN-{at[:4]}-{serial:05}"
        self.log, self.role = log, role
        self.rules: list[dict[str, Any]] = []
        self.fields: dict[str, Any] = {}
        self.parts: defaultdict[str, dict[str, Any]] = defaultdict(dict)
        self.unreachable: str | None = None
        self.extensions: list[tuple[str, str, str]] = []
        self.named_then: dict[str, bool] = {}
        self.learnt = ""

    def __getitem__(self, key: str) -> Any:
        return self.fields.get(key)

    def all(self, key: str) -> list[dict[str, Any]]:
        return list(self.parts[key].values())

    def hear(self, kind: str, on: str, changed: list[list[Any]]) -> None:
        came, told = self["inkommen"], set(self.parts["aterkopplingar"])
        for key, before, after in changed:
            if key in SAID_BESIDE or key.startswith("avsandare."):
                continue
            part, _, place = key.partition(".")
            holder, name = (self.parts[part], place) if place else (self.fields, key)
            old, holder[name] = holder.get(name), after
            assert (old or None) == (before or None), f"{self.number} {on}: {key} was {old}, not {before}"
            if kind == "forlangd" and part == "frister" and after["senast"] != before["senast"]:
                self.extensions.append((place, on, after["senast"]))
        if kind == "registrerad":
            in_force = [rules for rules in self.log.rule_sets if rules["fran"] <= self["inkommen"]]
            self.rules = (in_force or self.log.rule_sets[:1])[-1]["frist"]
        if self["kontakt"] == "finns":
            self.unreachable = None
        elif self.unreachable in (None, came):
            self.unreachable = max(on, self["inkommen"]) if self.unreachable is None else self["inkommen"]
        for place in set(self.parts["aterkopplingar"]) - told:
            named_on = self["handlaggare"] and self["handlaggare_utsedd"]
            self.named_then[place] = bool(named_on) and named_on <= self.parts["aterkopplingar"][place]["datum"]
        if kind == "lardom":
            self.learnt = max(on, self.learnt)

    def think(self) -> None:
        """What follows from all of it: the first last days, and the days that promises were met."""
        self.is_voided = self["status"] == "makulerad"
        self.mark = next((mark for mark in self.all("sekretess") if mark["havd"] is None), None)
        self.first_last_day = {rule["nyckel"]: self.promised(rule) for rule in self.rules}
        self.met_on = {rule["nyckel"]: self.met(rule) for rule in self.rules}

    def place(self, as_of: str) -> tuple[str | None, str | None]:
        """The nämnd and unit that had it as of a day: where it was before what was handed over later."""
        for handed in self.all("overlamningar"):
            if handed["datum"] > as_of:
                return handed["fran_namnd"], handed["fran_enhet"]
        return self["namnd"], self["enhet"]

    def is_open(self, on: str) -> bool:
        closed = [k for k in self.all("avslut") if k["avslutad"] <= on < (k["aterupptagen"] or NEVER)]
        return self["inkommen"] <= on and not closed

    def contact(self, on: str) -> str:
        return self["kontakt"] if self.unreachable and self.unreachable <= on else "finns"

    def promised(self, rule: dict[str, Any]) -> str:
        """The profile's last day, or that of a stricter rule where it came in."""
        unit, board = self["enhet"], self["namnd"]
        for handed in self.all("overlamningar")[:1]:
            unit, board = handed["fran_enhet"], handed["fran_namnd"]
        stricter = [
            one
            for one in self.log.stricter
            if one["nyckel"] == rule["nyckel"] and one["fran"] <= self["inkommen"]
            if (unit and one["enhet"] == unit) or (board and one["namnd"] == board)
        ]
        return min(self.log.last_day(self["inkommen"], one) for one in (rule, *stricter))

    def met(self, rule: dict[str, Any]) -> str | None:
        """The day of the first act that meets a promise."""
        by, words = rule["fullgors_av"], self.parts["aterkopplingar"].items()
        days = [w["datum"] for place, w in words if w["slag"] in by and self.counts(rule, place, w)]
        if "atgard" in by:
            days += [m["genomford"] for m in self.all("atgarder") if m["genomford"] and m["slag"] != "uppfoljning"]
        closings = [k["avslutad"] for k in self.all("avslut")]
        if rule.get("utan_kontakt") == "avslut":
            days += [closed for closed in closings if self.contact(closed) != "finns"]
        return min(days + (closings if "avslut" in by else []), default=None)

    def counts(self, rule: dict[str, Any], place: str, word: dict[str, Any]) -> bool:
        """Whether a handler had been named when a word was given, where the promise wants one."""
        spells = [(self["handlaggare_utsedd"], NEVER)]
        spells += [(handed["handlaggare_utsedd"], handed["datum"]) for handed in self.all("overlamningar")]
        named = self.named_then[place] or any(since and since < word["datum"] < until for since, until in spells)
        return named or not rule.get("kraver_handlaggare") or word["slag"] == "slutsvar"

    def due(self, rule: dict[str, Any], on: str) -> str:
        granted = [until for key, day, until in self.extensions if key == rule["nyckel"] and day <= on]
        return max(self.first_last_day[rule["nyckel"]], *granted, "")

    def state(self, rule: dict[str, Any], on: str) -> str:
        """How a promise stands as of a day, by the heading that counts it; ``Typ`` when it is not for such cases."""
        if self["typ"] == "berom" or self["typ"] not in rule.get("galler_typer", [self["typ"]]):
            return "Typ"
        due, met = self.due(rule, on), self.met_on[rule["nyckel"]]
        if met and met <= on:
            return "I tid" if met <= due else "Besvarade för sent"
        if not {"atgard", "avslut"} & {*rule["fullgors_av"], rule.get("utan_kontakt")} and self.contact(on) != "finns":
            return "Utan kontakt" if (self.unreachable or "") <= due else "Ej tillämplig efter frist"
        return "Obesvarade efter frist" if on > due else "Pågår inom frist"


def replayed(path: Path) -> Log:
    """The log from its first event to its last."""
    file = sqlite3.connect(path)
    adopted = file.execute("SELECT valid_from, toml FROM rule_set ORDER BY id").fetchall()
    boards = [board for (board,) in file.execute("SELECT board FROM survey ORDER BY id")]
    roles = dict(file.execute("SELECT case_id, role FROM sender"))
    names = ("nyckel", "enhet", "namnd", "antal", "raknas_i", "fran")
    local = file.execute(
        "SELECT key, name, l.board, length, counted_in, valid_from FROM local_rule l LEFT JOIN unit u ON u.id = unit_id"
    )
    log, cases, series = Log([], [], [], [dict(zip(names, row, strict=True)) for row in local]), {}, Counter[str]()
    for case_id, at, on, kind, changes in file.execute(
        "SELECT case_id, at, on_day, kind, changes FROM event JOIN event_detail ON event_id = id ORDER BY id"
    ):
        changed = json.loads(changes)
        if kind in ("skapat", "regler") and changed[0][0] == "regelverk":
            valid_from, toml = adopted.pop(0)
            log.rule_sets.append(tomllib.loads(toml) | {"fran": valid_from})
        elif kind == "enkat":
            number, answer, method = re.findall(r"(\d+) (.+) \((.+)\)", changed[0][2])[0]
            log.surveys.append(
                {"dag": on, "antal": int(number), "svar": answer, "genom": method, "namnd": boards.pop(0)}
            )
        elif kind == "registrerad":
            moment = datetime.fromisoformat(at).astimezone(SWEDEN).isoformat()
            series[moment[:4]] += 1
            cases[case_id] = Told(moment, series[moment[:4]], roles.get(case_id), log)
        if case_id:
            cases[case_id].hear(kind, on, changed)
    file.close()
    log.cases = list(cases.values())
    for case in log.cases:
        case.think()
    return log
