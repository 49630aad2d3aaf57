"""The definitions of domain 3 and 7 counted over the replayed log, with a calendar typed in and no code of klagreg."""

from __future__ import annotations

import re
import statistics
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from fractions import Fraction
from operator import itemgetter
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from klagreg.terms import (
    AREAS,
    CHANNELS,
    CaseType,
    Outcome,
    SenderRole,
    SurveyMethod,
)
from tests.recount.log import NEVER, Log, Told, days_after, days_between

SWEDEN = ZoneInfo("Europe/Stockholm")

MISSING, NUMBERS_GIVEN = "Uppgift saknas", ("Ärendenummer i registret",)
PLURALS = {"klagomal": "Klagomål", "synpunkt": "Synpunkter", "forslag": "Förslag", "berom": "Beröm", "fraga": "Frågor"}
PLURALS |= {"felanmalan": "Felanmälningar", "avvikelse": "Avvikelser"}
TYPES, OUTCOMES, ROLES = ({term.value: term.label for term in kind} for kind in (CaseType, Outcome, SenderRole))
LABELS = {
    "kanal": {c: words[0] for c, words in CHANNELS.items()},
    "omrade": {c: words[0] for c, words in AREAS.items()},
}
ROUTES = {"atgard": "Åtgärd", "forslag": "Förslag", "beredning": "Beredning", "politiskt_organ": "Politiskt organ"}
KINDS = {"rattelse": "varav rättelse", "forbattring": "varav förbättring", None: "varav utan slag"}
LED_TO_MEASURE = {"atgardad", "atgard_beslutad", "forslag_overlamnat"}
OUTSIDE_OF_THAT = {"hanvisad", "sammanford", "berom_formedlat", "aterkallad"}
MONTHS = ["Jan", "Feb", "Mar", "Apr", "Maj", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dec"]

Row = dict[str, Any]
"""What stands under the headings of a row."""

Table = list[tuple[tuple[str, ...], Row]]
"""Rows, each with its leading texts."""


class Part(NamedTuple):
    """A share: a part of a whole. Of a promise also the share of only the answered, and how many stand outside."""

    part: int
    whole: int
    beside: Part | None = None
    outside: tuple[int, ...] = ()

    @property
    def exact(self) -> Fraction | None:
        return Fraction(self.part, self.whole) if self.whole else None


class Numbers(NamedTuple):
    """A text that says these numbers, in this order."""

    found: tuple[str, ...]


def row(headings: str, *figures: Any) -> Row:
    return dict(zip(headings.split("|"), figures, strict=True))


def median(numbers: list[int]) -> float | None:
    return statistics.median(numbers) if numbers else None


def percentile(numbers: list[int], rank: Fraction) -> Fraction | None:
    """PERCENTILE.INC."""
    if not numbers:
        return None
    ranked, place = sorted(numbers), rank * (len(numbers) - 1)
    low, high = ranked[int(place)], ranked[min(int(place) + 1, len(ranked) - 1)]
    return low + (high - low) * (place - int(place))


def a_day(on: str | None) -> date | None:
    return date.fromisoformat(on) if on else None


class Span(NamedTuple):
    """A period and the day that its figures are taken; both lie in another year when that year is compared."""

    start: str
    stop: str
    as_of: str
    label: str

    def back(self, years: int) -> Span:
        def earlier(on: str) -> str:
            year, rest = int(on[:4]) - years, on[4:]
            return f"{year}-02-{28 + (year % 4 == 0)}" if rest in ("-02-28", "-02-29") else f"{year}{rest}"

        label = re.sub(r"\d{4}", lambda year: str(int(year[0]) - years), self.label)
        return Span(earlier(self.start), earlier(self.stop), earlier(self.as_of), label)


class Count:
    """What is counted of some cases in a period. Voided ones are left out of everything but the numbers."""

    def __init__(self, log: Log, span: Span, everyone: list[Told]) -> None:
        self.log, self.span, self.everyone = log, span, everyone
        self.start, self.end, self.as_of = span.start, min(span.stop, span.as_of), span.as_of
        self.before = min(days_after(self.start, -1), self.as_of)
        self.cases = [c for c in everyone if not c.is_voided]
        self.received = [c for c in self.cases if self.within(c["inkommen"])]
        self.closings = self.parts("avslut", "avslutad")
        self.closed = [(c, k) for c, k in self.closings if (k["aterupptagen"] or NEVER) > self.end]
        self.handovers = self.parts("overlamningar", "datum")
        self.routes = Counter(v["vag"] for _, v in self.parts("vagar", "datum"))
        self.referrals = Counter(h["rubrik"] for _, h in self.parts("hanvisningar", "datum"))
        self.types = Counter(c["typ"] for c in self.received)
        self.handling = [days_between(c["inkommen"], k["avslutad"]) for c, k in self.closed]

    def within(self, on: str | None) -> bool:
        return on is not None and self.start <= on <= self.end

    def parts(self, key: str, when: str) -> list[tuple[Told, dict[str, Any]]]:
        return [(c, part) for c in self.cases for part in c.all(key) if self.within(part[when])]

    def some(self, test: Callable[[Told], object]) -> Count:
        return Count(self.log, self.span, [c for c in self.everyone if test(c)])

    def at(self, board: str | None) -> Count:
        return self.some(lambda c: c.place(self.as_of)[0] == board)

    def number(self, test: Callable[[Told], object]) -> int:
        return sum(bool(test(c)) for c in self.received)

    def open_on(self, on: str) -> int:
        return sum(c.is_open(on) for c in self.cases)

    def overdue(self) -> int:
        """Open at the end with a requirement overdue then; a missed goal is none."""
        late = "Obesvarade efter frist"
        still_open = [c for c in self.cases if c.is_open(self.end)]
        return sum(any(c.state(r, self.end) == late for r in c.rules if r.get("art") != "mal") for c in still_open)

    def by(self, field: str) -> Counter[Any]:
        """Received by a field; nobody is told who provides what a secret case is about."""
        return Counter(None if field == "utforare" and c.mark else c[field] for c in self.received)

    def promise(self, key: str) -> Row:
        """Frister: how a promise was kept for what came in while it was made."""
        found, why = Counter[str](), Counter[str]()
        for case in self.received:
            for rule in (rule for rule in case.rules if rule["nyckel"] == key):
                state = case.state(rule, self.as_of)
                found.update([state, "Ärenden i urvalet"])
                if state in ("Besvarade för sent", "Obesvarade efter frist"):
                    told = [word["datum"] for word in case.all("aterkopplingar") if word["slag"] == "forsening"]
                    found.update({"För sent": 1, "varav informerade": any(on <= self.as_of for on in told)})
                if state in ("Typ", "Utan kontakt", "Ej tillämplig efter frist"):
                    why["typ" if state == "Typ" else "anonym" if case["anonym"] else case["kontakt"]] += 1
                found["Förlängda"] += state != "Typ" and case.due(rule, self.as_of) != case.first_last_day[key]
        of_answered = Part(found["I tid"], found["I tid"] + found["Besvarade för sent"])
        outside = (why["anonym"], why["saknas"], why["avstar"], why["typ"], found["Pågår inom frist"])
        share = Part(found["I tid"], found["I tid"] + found["För sent"], of_answered, outside)
        counted = "Ärenden i urvalet|I tid|För sent|varav informerade|Pågår inom frist|Besvarade för sent|"
        counted += "Obesvarade efter frist|Ej tillämplig efter frist|Förlängda"
        shares = row("Ej tillämplig|Andel i tid|Andel i tid av besvarade", why.total(), share, of_answered)
        return {heading: found[heading] for heading in counted.split("|")} | shares

    def share(self, key: str) -> Part | None:
        """Andel i tid; None when cases came in, but none was given the promise."""
        given = [case for case in self.received if any(rule["nyckel"] == key for rule in case.rules)]
        return self.promise(key)["Andel i tid"] if given or not self.received else None

    def waiting(self, nature: str) -> list[str]:
        """The last days that had not passed."""
        pairs = [(c, rule) for c in self.received for rule in c.rules if rule.get("art", "krav") == nature]
        return [c.due(rule, self.as_of) for c, rule in pairs if c.state(rule, self.as_of) == "Pågår inom frist"]

    def handling_time(self) -> Row:
        words = [[w["datum"] for w in c.all("aterkopplingar") if w["slag"] == "slutsvar"] for c in self.cases]
        first = [(c, min(answers)) for c, answers in zip(self.cases, words, strict=True) if answers]
        answering = [days_between(c["inkommen"], on) for c, on in first if self.within(on)]
        workdays = [self.log.workdays(c["inkommen"], k["avslutad"]) for c, k in self.closed]
        return row(
            "Avslutade|Median (dagar)|Medel (dagar)|90:e percentil|Längsta|0–5|6–10|11–20|21–30|Över 30 dagar|"
            "Median (arbetsdagar)|Besvarade|Median svarstid (dagar)",
            *(len(self.handling), median(self.handling), statistics.fmean(self.handling) if self.handling else None),
            *(percentile(self.handling, Fraction(9, 10)), max(self.handling, default=None)),
            *(sum(n in days for n in self.handling) for days in (range(6), range(6, 11), range(11, 21), range(21, 31))),
            *(sum(n > 30 for n in self.handling), median(workdays), len(answering), median(answering)),
        )

    def outcomes(self) -> Counter[str]:
        return Counter(k["utfall"] for _, k in self.closed)

    def led_to_measure(self) -> Part:
        outcomes = list(self.outcomes().elements())
        counted = [outcome for outcome in outcomes if outcome not in OUTSIDE_OF_THAT]
        return Part(sum(outcome in LED_TO_MEASURE for outcome in outcomes), len(counted))

    def measures(self) -> Row:
        """Åtgärder: those promised in the period, and those done in it; a check afterwards is none."""
        found, took = Counter[str](), list[int]()
        for case, m in [(c, m) for c in self.cases for m in c.all("atgarder") if m["slag"] != "uppfoljning"]:
            due, done = m["klar_senast"], m["genomford"] or NEVER
            if self.within(m["genomford"]):
                found.update(["Genomförda under perioden", KINDS[m["slag"]]])
                found["Gjorda direkt"] += m["utlovad"] is None
            if self.within(m["utlovad"]) and done <= self.as_of:
                found.update(["Utlovade", "Genomförda för sent" if due and done > due else "Genomförda i tid"])
                took.append(days_between(case["inkommen"], done))
            elif self.within(m["utlovad"]):
                found.update(["Utlovade", "Utan dag" if not due else "Försenade" if due < self.as_of else "Pågår"])
        counted = "Utlovade|Genomförda i tid|Genomförda för sent|Försenade|Pågår|Utan dag|Gjorda direkt|"
        counted += "Genomförda under perioden|varav rättelse|varav förbättring|varav utan slag"
        figures = {heading: found[heading] for heading in counted.split("|")}
        return figures | {"Median (dagar från ankomst)": median(took)}

    def survey(self, method: str | None = None) -> Row:
        found = Counter[str]()
        for said in self.log.surveys:
            if self.within(said["dag"]) and method in (None, said["genom"]):
                found[said["svar"]] += said["antal"]
        answers = found["nöjd"], found["delvis nöjd"], found["missnöjd"], found.total()
        return row("Nöjda|Delvis nöjda|Missnöjda|Svar|Andel nöjda", *answers, Part(found["nöjd"], found.total()))

    def balance(self) -> Row:
        """Avstämning: each item counted by itself, and what the balance differs by."""
        opening, closing, arrived = self.open_on(self.before), self.open_on(self.end), len(self.received)
        reopened = len(self.parts("avslut", "aterupptagen"))
        numbers = [c for c in self.everyone if self.within(c["inkommen"])]
        times = Counter(c.number for c, _ in self.handovers)
        in_all = Counter(c.number for c in self.cases for h in c.all("overlamningar") if h["datum"] <= self.end)
        return row(
            "Ingående balans|Inkomna|Återupptagna|Avslutade|Utgående balans|Differens",
            *(opening, arrived, reopened, len(self.closings), closing),
            opening + arrived + reopened - len(self.closings) - closing,
        ) | row(
            "Registrerade nummer|varav makulerade|varav ur annat års serie|"
            "Överlämningar|Överlämnade ärenden|varav minst två gånger",
            *(len(numbers), sum(c.is_voided for c in numbers), sum(c.year != c["inkommen"][:4] for c in numbers)),
            *(len(self.handovers), len(times), sum(in_all[number] > 1 for number in times)),
        )

    def happened(self) -> bool:
        """Whether anything did."""
        steps = self.routes.total() + self.referrals.total() + self.handling_time()["Besvarade"]
        return bool(steps) or any(self.balance().values()) or any(self.measures().values())


class Recount:
    """A whole report once more: what should stand on each sheet that holds a number."""

    def __init__(self, log: Log, span: Span, edition: str, chosen: dict[str, str]) -> None:
        if chosen:
            surveys = [s for s in log.surveys if "enhet" not in chosen and s["namnd"] == chosen["namnd"]]
            log = replace(log, surveys=surveys)
        self.log, self.span, self.edition, self.chosen = log, span, edition, chosen
        self.three = self.now, self.then, _ = [self.year(n) for n in range(3)]
        places = {c.place(one.as_of)[0] for one in (self.now, self.then) for c in one.everyone}
        both = {board: (self.now.at(board), self.then.at(board)) for board in places}
        self.boards = {board: two for board, two in both.items() if any(one.happened() for one in two)}
        self.named = [(board or MISSING, *two) for board, two in self.boards.items()]
        if self.named:
            self.named.append(("Totalt", self.now, self.then))
        newest = {r["nyckel"]: r for rules in sorted(log.rule_sets, key=itemgetter("fran")) for r in rules["frist"]}
        self.rules = {key: rule for key, rule in newest.items() if self.now.share(key) is not None}
        self.types = [t for t in PLURALS if t in list(PLURALS)[:5] or any(one.types[t] for one in self.three)]

    def year(self, back: int) -> Count:
        span = self.span.back(back)

        def is_chosen(case: Told) -> bool:
            held = dict(zip(("namnd", "enhet"), case.place(span.as_of), strict=True))
            return held | self.chosen == held

        return Count(self.log, span, list(filter(is_chosen, self.log.cases)))

    def tables(self) -> dict[str, Table]:
        now, then, referrals = self.now, self.then, (self.now.referrals, self.then.referrals)
        shown = [outcome for outcome in OUTCOMES if now.outcomes()[outcome]]
        found: dict[str, Table] = {
            "Om rapporten": [
                (("Uttagsdatum",), {"Värde": a_day(now.as_of)}),
                (NUMBERS_GIVEN, {"Värde": len(self.log.cases)}),
                (("Registrerade efter uttagsdatum",), {"Värde": self.registered_after()}),
            ],
            "Sammanfattning": list(self.summary()),
            "Per typ": list(self.per_type()),
            "Per nämnd": [((name,), self.per_board(here, before)) for name, here, before in self.named],
            "Per enhet": self.per_unit(),
            "Per månad": self.per_month(),
            "Per kanal": self.per_code(now.by("kanal"), then.by("kanal"), LABELS["kanal"]),
            "Per område": self.per_code(now.by("omrade"), then.by("omrade"), LABELS["omrade"], "omrade"),
            "Per utförare": self.per_code(now.by("utforare"), then.by("utforare"), {}, "utforare"),
            "Avsändare": self.per_sender(),
            "Frister": [
                (
                    (name, rule["rubrik"] + (" (mål)" if rule.get("art") == "mal" else "")),
                    here.promise(key) | {"Föregående period": before.share(key), "Måltal": 1},
                )
                for key, rule in self.rules.items()
                for name, here, before in self.named
            ],
            "Handläggningstid": [((name,), here.handling_time()) for name, here, _ in self.named],
            "Utfall och åtgärder": [((name,), self.per_outcome(here, shown)) for name, here, _ in self.named],
            "Åtgärder": [((name,), here.measures()) for name, here, _ in self.named],
            "Vägar": [((name,), self.per_route(here, before)) for name, here, before in self.named],
            "Hänvisningar": self.per_code(*referrals, {}),
            "Enkät": [((m.label,), now.survey(m.label.lower())) for m in SurveyMethod] + [(("Totalt",), now.survey())],
            "Förbättringar": list(self.improvements()),
            "Flera år": list(self.years()),
            "Jämförelse": [((name,), self.compared(here)) for name, here, _ in self.named],
            "Avstämning": self.reconciliation(),
        }
        done = {"Per utförare": {*now.by("utforare"), *then.by("utforare")} - {None}, "Hänvisningar": any(referrals)}
        done |= {"Vägar": any(one.routes for one in self.three), "Jämförelse": len({*self.boards} - {None}) > 1}
        found = {title: table for title, table in found.items() if table and done.get(title, True)}
        found["Enkät"] = [(name, figures) for name, figures in found["Enkät"] if figures["Svar"]]
        found["Så räknade vi"] = list(explained(found))
        if self.edition == "intern":
            found |= {"Öppna ärenden": list(self.open_cases()), "Ärendelista": list(self.case_list())}
        return {title: table for title, table in found.items() if table}

    def registered_after(self) -> int:
        return sum(c["inkommen"] <= self.now.as_of < c.registered for c in self.now.everyone)

    def summary(self) -> Iterator[tuple[tuple[str], Row]]:
        figures: list[tuple[str, Callable[[Count], Any]]] = [
            ("Inkomna", lambda one: len(one.received)),
            *((f"varav {PLURALS[t].lower()}", lambda one, t=t: one.types[t]) for t in self.types),
            ("varav anonyma", lambda one: one.number(lambda c: c["anonym"])),
            ("varav utan kontaktväg", lambda one: one.number(lambda c: c.contact(one.as_of) == "saknas")),
            ("varav avstår svar", lambda one: one.number(lambda c: c.contact(one.as_of) == "avstar")),
            ("varav interna (från medarbetare)", lambda one: one.number(lambda c: c.role == "medarbetare")),
            ("varav införda i efterhand", lambda one: one.number(lambda c: c["i_efterhand"])),
            ("varav rör enskild elev eller personal", lambda one: one.number(lambda c: c["ror_enskild"])),
            ("Andel anonyma", lambda one: Part(one.number(lambda c: c["anonym"]), len(one.received))),
            ("Avslutade", lambda one: len(one.closings)),
            ("Öppna vid periodens slut", lambda one: one.open_on(one.end)),
            ("varav försenade", Count.overdue),
            *((in_words(rule), lambda one, key=key: one.share(key)) for key, rule in self.rules.items()),
            ("Median handläggningstid (dagar)", lambda one: median(one.handling)),
            ("Andel som ledde till åtgärd", Count.led_to_measure),
            ("Utlovade åtgärder", lambda one: one.measures()["Utlovade"]),
            ("varav genomförda i tid", lambda one: one.measures()["Genomförda i tid"]),
            ("varav genomförda för sent", lambda one: one.measures()["Genomförda för sent"]),
            ("varav försenade", lambda one: one.measures()["Försenade"]),
            ("Åtgärder gjorda direkt", lambda one: one.measures()["Gjorda direkt"]),
        ]
        labels = [one.span.label for one in self.three]
        for name, figure in figures:
            now, then, before_that = three = [figure(one) for one in self.three]
            if any(three) or not name.startswith("varav rör"):
                changed = changes("Förändring", now, then)
                changed |= changes(f"Förändring mot {labels[2][0].lower() + labels[2][1:]}", now, before_that)
                yield (name,), dict(zip(labels, three, strict=True)) | changed

    def per_type(self) -> Iterator[tuple[tuple[str], Row]]:
        late = Counter(c["typ"] for c in self.now.received if c["i_efterhand"])
        in_force = [rules for rules in self.log.rule_sets if rules["fran"] <= self.now.end] or self.log.rule_sets
        rows = {TYPES[t]: [t] for t in TYPES if self.now.types[t] or self.then.types[t]}
        groups = {f"{PLURALS[g]} enligt regelverket": of for g, of in in_force[-1].get("typgrupper", {}).items()}
        for name, of in (rows | {"Totalt": list(TYPES)} | groups if rows else {}).items():
            number, before = (sum(one.types[t] for t in of) for one in (self.now, self.then))
            share, apart = Part(number, len(self.now.received)), sum(late[t] for t in of)
            figures = number, share, before, number - before, apart
            yield (name,), row("Antal|Andel|Föregående period|Förändring|varav i efterhand", *figures)

    def per_board(self, here: Count, before: Count) -> Row:
        now, then = len(here.received), len(before.received)
        figures = now, Part(now, len(self.now.received)), then, changes("", now, then)[", %"]
        types = {PLURALS[t]: here.types[t] for t in self.types}
        return types | row("Totalt|Andel av total|Föregående period|Förändring, %", *figures)

    def per_unit(self) -> Table:
        found: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        for case in self.now.received:
            board, unit = case.place(self.now.as_of)
            for names in ((board or MISSING, unit or MISSING), ("Totalt", "")):
                found[names][case["typ"]] += 1
        return [(names, {PLURALS[t]: n[t] for t in self.types} | {"Totalt": n.total()}) for names, n in found.items()]

    def per_month(self) -> Table:
        now, then, table = self.now, self.then, Table()
        headings, first = "Inkomna|Avslutade|Öppna vid månadens slut|Inkomna föregående år", f"{now.start[:7]}-01"
        while first <= now.end:
            month, following = first[:7], f"{days_after(first, 31)[:7]}-01"
            name = MONTHS[int(month[5:]) - 1] + (f" {month[:4]}" if now.start[:4] != self.span.stop[:4] else "")
            arrived = now.number(lambda c, month=month: c["inkommen"].startswith(month))
            closed = sum(k["avslutad"].startswith(month) for _, k in now.closings)
            last, a_year_ago = min(days_after(following, -1), now.end), f"{int(month[:4]) - 1}{month[4:]}"
            earlier = then.number(lambda c, month=a_year_ago: c["inkommen"].startswith(month))
            table.append(((name,), row(headings, arrived, closed, now.open_on(last), earlier)))
            first = following
        total = len(now.received), len(now.closings), now.open_on(now.end), len(then.received)
        return [*table, (("Totalt",), row(headings, *total))] if table else []

    def per_code(self, now: Counter[Any], then: Counter[Any], labels: dict[str, str], field: str = "") -> Table:
        """Counts by a code; with a ``field`` also how many of them are complaints."""
        complaints = self.now.some(lambda c: c["typ"] == "klagomal").by(field) if field else Counter()
        lines = [(labels.get(code, code or MISSING), now[code], then[code], complaints[code]) for code in {*now, *then}]
        if lines:
            lines.append(("Totalt", now.total(), then.total(), complaints.total()))
        headings = "Antal|Andel|Föregående period" + ("|varav klagomål" if field else "")
        return [((name,), row(headings, n, Part(n, now.total()), *rest[: 1 + bool(field)])) for name, n, *rest in lines]

    def per_sender(self) -> Table:
        found = Counter("Anonym" if c["anonym"] else ROLES.get(c.role or "", MISSING) for c in self.now.received)
        lines = [*found.items(), ("Totalt", found.total())] if found else []
        return [((name,), row("Antal|Andel", n, Part(n, found.total()))) for name, n in lines]

    def per_outcome(self, here: Count, shown: list[str]) -> Row:
        found, led = here.outcomes(), here.led_to_measure()
        total = row("Avslutade|Ledde till åtgärd|Andel", found.total(), led.part, led)
        return {OUTCOMES[outcome]: found[outcome] for outcome in shown} | total

    def per_route(self, here: Count, before: Count) -> Row:
        total = row("Totalt|Föregående period", here.routes.total(), before.routes.total())
        return {word: here.routes[code] for code, word in ROUTES.items()} | total

    def improvements(self) -> Iterator[tuple[tuple[str, ...], Row]]:
        """Approved or written down in the period, the latest first; nothing of secret cases or single people."""
        told = list[tuple[str, Told, str, str]]()
        for case in (case for case in self.now.cases if not (case.mark or case["ror_enskild"])):
            published = case["publicering"] or {"godkand": None}
            if self.now.within(published["godkand"]) and published["forbattring"]:
                told.append((published["godkand"], case, published["forbattring"], "Genomförd"))
            if case["lardom"] and self.now.within(case.learnt):
                told.append((case.learnt, case, case["lardom"], "Lärdom"))
        for on, case, text, kind in sorted(told, key=itemgetter(0), reverse=True):
            board, area = case.place(self.now.as_of)[0] or MISSING, LABELS["omrade"].get(case["omrade"], MISSING)
            yield (board, area, text, kind), {"Datum": a_day(on)}

    def years(self) -> Iterator[tuple[tuple[str], Row]]:
        """Every year that the register knows, ten at most."""
        first = min(case["inkommen"] for case in self.log.cases if not case.is_voided)
        for one in (self.year(back) for back in range(9, -1, -1)):
            if one.span.stop[:4] >= first[:4] or one.span == self.span:
                areas = {LABELS["omrade"][area]: number for area, number in one.by("omrade").items() if area}
                most = {name for name, number in areas.items() if number == max(areas.values())} or None
                figures = len(one.received), one.types["klagomal"], Part(one.types["klagomal"], len(one.received))
                headings = "Inkomna|Klagomål|Andel klagomål|Vanligaste område|Median (dagar)"
                shares = {in_words(rule): one.share(key) for key, rule in self.rules.items()}
                yield (one.span.label,), row(headings, *figures, most, median(one.handling)) | shares

    def compared(self, here: Count) -> Row:
        counts = len(here.received), len(here.closings), here.open_on(here.end), here.overdue(), median(here.handling)
        measures = here.led_to_measure(), here.measures()["Utlovade"], here.measures()["Försenade"]
        return row(
            "Inkomna|Avslutade|Öppna|varav försenade|Median handläggningstid (dagar)|Andel som ledde till åtgärd|"
            "Utlovade åtgärder|varav försenade åtgärder",
            *counts,
            *measures,
        ) | {in_words(rule): here.promise(key)["Andel i tid"] for key, rule in self.rules.items()}

    def reconciliation(self) -> Table:
        columns = {"Antal": self.now.balance()}
        columns |= {board or MISSING: here.balance() for board, (here, _) in self.boards.items()}
        moved = Counter((h["fran_namnd"] or MISSING, h["till_namnd"] or MISSING) for _, h in self.now.handovers)
        return [
            *(((item,), {heading: items[item] for heading, items in columns.items()}) for item in columns["Antal"]),
            *(
                ((f"Överlämnade från {giver} till {taker}",), dict.fromkeys(columns) | {"Antal": number})
                for (giver, taker), number in moved.items()
                if giver != taker
            ),
        ]

    def open_cases(self) -> Iterator[tuple[tuple[str], Row]]:
        end = self.now.end
        for case in (case for case in self.now.cases if case.is_open(end)):
            pairs = [(case.due(r, end), case.state(r, end)) for r in case.rules if r.get("art") != "mal"]
            waits = [due for due, state in pairs if state in ("Obesvarade efter frist", "Pågår inom frist")]
            due, (board, unit) = min(waits, default=None), case.place(self.now.as_of)
            status = "Försenad" if due and due < end else "Tilldelad" if case["handlaggare"] else "Inkommen"
            seen = [board or MISSING, unit or MISSING, TYPES[case["typ"]], case["rubrik"], case["handlaggare"], status]
            if case.mark:
                seen = [None, None, None, f"Sekretess: {case.mark['lagrum']}", None, "Sekretess"]
            days = a_day(case["inkommen"]), a_day(due), days_between(case["inkommen"], end)
            headings = "Nämnd|Enhet|Typ|Offentlig rubrik|Handläggare|Status|Inkommen|Frist|Dagar öppen"
            yield (case.number,), row(headings, *seen, *days)

    def case_list(self) -> Iterator[tuple[tuple[str], Row]]:
        now = self.now
        for case in now.cases:
            moves = [on for k in case.all("avslut") for on in (k["avslutad"], k["aterupptagen"])]
            if not (case.is_open(now.before) or any(map(now.within, [case["inkommen"], *moves]))):
                continue
            closing = next((k for c, k in now.closed if c is case), {"avslutad": None, "utfall": None})
            words = [word for word in case.all("aterkopplingar") if word["datum"] <= now.as_of]
            answers = [word["datum"] for word in words if word["slag"] == "slutsvar"]
            states = {case.state(rule, now.as_of) for rule in case.rules if rule.get("art") != "mal"}
            in_time = "Pågår" if "Pågår inom frist" in states else "Ja" if "I tid" in states else None
            kept = "Nej" if states & {"Besvarade för sent", "Obesvarade efter frist"} else in_time
            (board, unit), said = case.place(now.as_of), [word["datum"] for word in words]
            channel, area = (LABELS[key].get(case[key], MISSING) for key in ("kanal", "omrade"))
            seen = [case["rubrik"], None, channel, TYPES[case["typ"]], board or MISSING, unit or MISSING, area, kept]
            seen += [OUTCOMES.get(closing["utfall"] or ""), "Ja" if case["anonym"] else "Nej"]
            seen += [a_day(min(said, default=None)), a_day(min(answers, default=None))]
            if case.mark:
                seen = [f"Sekretess: {case.mark['lagrum']}", *[None] * 11]
            took = days_between(case["inkommen"], closing["avslutad"]) if closing["avslutad"] else None
            seen += [a_day(case["inkommen"]), a_day(case.registered), a_day(closing["avslutad"]), took]
            headings = "Offentlig rubrik|Diarienummer|Kanal|Typ|Nämnd|Enhet|Område|I tid|Utfall|Anonym|"
            headings += "Första återkoppling|Slutsvar|Inkommen|Registrerad|Avslutad|Handläggningstid (dagar)"
            yield (case.number,), row(headings, *seen)

    def cautions(self) -> list[list[str]]:
        """The numbers and days of each caution."""
        now, waiting = self.now, [self.now.waiting("krav"), self.now.waiting("mal")]
        found = [[now.as_of]] if now.as_of < self.span.stop else []
        if any(waiting):
            found.append([*(str(len(days)) for days in waiting if days), max(on for days in waiting for on in days)])
        return found + ([[str(self.registered_after())]] if self.registered_after() else [])


def in_words(rule: dict[str, Any]) -> str:
    title = rule["rubrik"][0].lower() + rule["rubrik"][1:]
    return f"Andel uppnått mål: {title}" if rule.get("art") == "mal" else f"Andel {title} i tid"


def changes(name: str, now: Any, then: Any) -> Row:
    """As a number and in per cent, or between shares in percentage points."""
    by, growth, points = None, None, None
    if isinstance(now, Part) and isinstance(then, Part):
        if now.exact is not None and then.exact is not None:
            points = 100 * (now.exact - then.exact)
    elif now is not None and then is not None:
        by, growth = now - then, (now - then) / then if then else None
    return {name: by, f"{name}, %": growth, f"{name}, procentenheter": points}


def explained(tables: dict[str, Table]) -> Iterator[tuple[tuple[str, ...], Row]]:
    """Så räknade vi: every share that stands anywhere."""
    headings = "Täljare|Nämnare|Andel|Andel av bara besvarade|Utanför, och varför"
    for title, names, heading, share in (
        (title, names, heading, figure)
        for title, table in tables.items()
        for names, figures in table
        for heading, figure in figures.items()
        if isinstance(figure, Part)
    ):
        outside = Numbers(tuple(str(number) for number in share.outside if number))
        figures = share.part, share.whole, share, share.beside, outside
        yield (title, ", ".join(filter(None, names)), heading), row(headings, *figures)
