"""The report as values: what each sheet of a sammanställning says, before any file or screen.

Sheets, headings and definitions: domain 7.1–7.3. Every figure comes from :mod:`klagreg.figures`; here they get
their Swedish names and their place. Renderers show the same values (``klagreg.render``), and :func:`as_json` gives
them to scripts under the contract's keys.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum
from textwrap import wrap
from typing import Any, NamedTuple

from klagreg.days import MONTHS
from klagreg.figures import (
    INTERVALS,
    Balance,
    DeadlineFigures,
    Figure,
    Figures,
    Handovers,
    Points,
    Report,
    Share,
    difference,
    growth,
    swedish_order,
)
from klagreg.store.statistics import EVERYTHING, RuleLine
from klagreg.terms import (
    LED_TO_MEASURE,
    MISSING_LABEL,
    OUTSIDE_MEASURE_SHARE,
    CaseType,
    MeasureKind,
    Outcome,
    Route,
    SurveyMethod,
    Term,
)

NOTHING = "Inga ärenden under perioden"
"""The one row of an empty table (domain 7.3)."""

NOT_APPLICABLE = "–"
"""What is shown where a figure cannot be counted; zero is always 0."""

_PLURALS = {
    CaseType.COMPLAINT: "Klagomål",
    CaseType.VIEWPOINT: "Synpunkter",
    CaseType.PROPOSAL: "Förslag",
    CaseType.PRAISE: "Beröm",
    CaseType.QUESTION: "Frågor",
    CaseType.FAULT: "Felanmälningar",
    CaseType.DEVIATION: "Avvikelser",
}
_ALWAYS_SHOWN = tuple(_PLURALS)[:5]

_MEASURE_KINDS: dict[MeasureKind | None, str] = {
    MeasureKind.REMEDY: "rättelse",
    MeasureKind.IMPROVEMENT: "förbättring",
    None: "utan slag",
}
"""The kinds of a measure that are counted; a check afterwards is none (``Measure.is_promise``)."""


class Section(str):
    """A text that begins a new group of rows."""

    __slots__ = ()


class Part(str):
    """A text that names a part of what a row above counts: ``varav klagomål``."""

    __slots__ = ()


Value = str | int | float | date | Share | Points | None
"""What a table can hold. None is "cannot be counted"; a missing name is the text "Uppgift saknas"."""

_Place = tuple[str, Mapping[str, DeadlineFigures], Mapping[str, DeadlineFigures]]
"""A nämnd and its promises by key, now and before."""


class Kind(Enum):
    """How a column shows its values, beyond what their type says."""

    TEXT = "text"
    FIGURE = "figure"
    CHANGE = "change"
    """With its sign: ``+3``."""
    GROWTH = "growth"
    """A part, with its sign, in per cent: ``+25 %``."""


class Column(NamedTuple):
    """A column of a table."""

    heading: str
    kind: Kind = Kind.FIGURE


class Block(NamedTuple):
    """A rectangle of a sheet's table, ends included: row 0 is the headings, totals follow the rows."""

    top: int
    left: int
    bottom: int
    right: int


class ChartKind(Enum):
    """Upright columns, lying bars, or lying bars on top of one another."""

    COLUMNS = "columns"
    BARS = "bars"
    STACKED_BARS = "stacked_bars"


class Series(NamedTuple):
    """Values of a chart with the same colour."""

    name: str
    values: Block


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture of figures that the sheet's table already holds."""

    kind: ChartKind
    title: str
    category_title: str
    value_title: str
    categories: Block
    series: tuple[Series, ...]
    target: Series | None = None
    """Drawn as a line over the columns, which are then shares."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with what is said about it. ``rows`` is empty when there is nothing to tell."""

    title: str
    heading: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    totals: tuple[tuple[Value, ...], ...] = ()
    notes: tuple[str, ...] = ()
    chart: Chart | None = None
    filtered: bool = True
    """Whether the rows are alike, so that it helps to filter and sort them."""


def title(report: Report) -> str:
    """The report's name: ``Synpunkter och klagomål, 2025 – Osby kommun``."""
    about, chosen = report.about, report.selection
    owners = [name for name in (about.municipality, chosen.board or about.board, chosen.unit) if name]
    return f"Synpunkter och klagomål, {report.current.period.label}" + (f" – {', '.join(owners)}" if owners else "")


def scope(report: Report) -> str:
    """Whose cases and when: ``2026``, or ``Parkskolan, halvår 1 2026`` when some were chosen."""
    chosen = report.selection
    return ", ".join(name for name in (chosen.board, chosen.unit, report.current.period.label) if name)


def sheets(report: Report) -> tuple[Sheet, ...]:
    """The sheets in the order they are read (domain 7.3); those of what only some do stand there when it was done."""
    found = (
        _about(report),
        _summary(report),
        _by_type(report),
        _by_board(report),
        _by_unit(report),
        _by_month(report),
        _by_channel(report),
        _by_area(report),
        _by_provider(report),
        _deadlines(report),
        _handling(report),
        _outcomes(report),
        _measures(report),
        _routes(report),
        _referrals(report),
        _surveys(report),
        _comparison(report),
        _texts(report),
        _reconciliation(report),
    )
    return tuple(sheet for sheet in found if sheet)


def shown(value: Value, kind: Kind = Kind.FIGURE) -> str:
    """A value as people read it, in Swedish: what the workbook's number formats show too."""
    if value is None:
        return NOT_APPLICABLE
    if isinstance(value, str):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Share):
        return value.percent
    if isinstance(value, Points):
        return f"{_decimal(value.value, 1, signed=True)} procentenheter"
    if kind is Kind.GROWTH:
        return f"{_decimal(100 * value, 0, signed=True)} %"
    return _decimal(value, 1 if isinstance(value, float) else 0, signed=kind is Kind.CHANGE)


def _decimal(value: float, decimals: int, *, signed: bool) -> str:
    rounded = abs(Decimal(repr(value))).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    sign = "−" if value < 0 else "+" if signed and value > 0 else ""
    return sign + f"{rounded:,}".translate({ord(","): " ", ord("."): ","})


# -- JSON ---------------------------------------------------------------------------------------


def as_json(report: Report) -> dict[str, Any]:
    """The figures under the contract's keys; what klagreg adds of its own comes after them."""
    now, about, chosen = report.current, report.about, report.selection
    balance, handling, months = now.balance(), now.handling(), now.received_by("month")
    answering, measures, routes = now.answering(), now.measures(), now.routes()
    handovers, survey, providers = now.handovers(), now.survey(), now.received_by("provider")
    return {
        "period": [now.period.start.isoformat(), now.period.end.isoformat()],
        "per": now.as_of.isoformat(),
        "inkomna": balance.received,
        "avslutade": balance.closings,
        "aterupptagna": balance.reopened,
        "makulerade": now.numbers("makulerade"),
        "ingaende_balans": balance.opening,
        "utgaende_balans": balance.closing,
        "anonyma": now.anonymous().part,
        "per_typ": _keyed(now.received_by("type"), CaseType),
        "per_namnd": _keyed(now.received_by("board")),
        "per_enhet": _keyed(now.received_by("unit")),
        "per_kanal": _keyed(now.received_by("channel"), about.channels),
        "per_omrade": _keyed(now.received_by("area"), about.areas),
        "per_manad": {month: months[month] for month in now.months()},
        "utfall": _keyed(now.outcomes(), Outcome),
        "frister": [_deadline_json(deadline) for deadline in now.deadlines()],
        "handlaggningstid": {
            "antal": handling.number,
            "median": handling.median,
            "medel": handling.mean,
            "p90": handling.p90,
            "langsta": handling.longest,
            "median_arbetsdagar": handling.median_workdays,
        },
        "senaste_logghash": about.last_hash,
        "version": about.version,
        "utan_kontakt": now.without_contact(),
        "avstar": now.wanting_no_answer(),
        "interna": now.marked("internal"),
        "i_efterhand": now.marked("brought_in"),
        "ror_enskild": now.marked("individual"),
        "svarstid": {"antal": answering.number, "median": answering.median},
        "atgarder": {
            "utlovade": measures.promised,
            "genomforda": measures.done,
            "genomforda_for_sent": measures.done_late,
            "forsenade": measures.overdue,
            "pagar": measures.waiting,
            "utan_dag": measures.undated,
            "median_dagar": measures.median,
            "gjorda_direkt": measures.at_once,
            "genomforda_per_slag": {
                kind.value if kind else "utan_slag": measures.done_by_kind[kind] for kind in _MEASURE_KINDS
            },
        },
        "vagar": {route.value: routes[route] for route in Route} if routes else {},
        "overlamningar": {
            "antal": handovers.times,
            "arenden": handovers.cases,
            "fler_an_en": handovers.repeatedly,
        },
        "hanvisningar": _keyed(now.referrals(), about.referrals),
        "enkat": {
            "svar": survey.number,
            "nojd": survey.content,
            "delvis": survey.partly,
            "missnojd": survey.discontent,
            "andel_nojda": survey.share_content.value,
        },
        "per_utforare": _keyed(providers) if any(providers) else {},
        "urval": None if chosen == EVERYTHING else {"enhet": chosen.unit, "namnd": chosen.board},
    }


def _deadline_json(deadline: DeadlineFigures) -> dict[str, Any]:
    return {
        "frist": deadline.rule.key,
        "i_tid": deadline.in_time,
        "for_sent": deadline.too_late,
        "pagar": deadline.waiting,
        "ej_tillamplig": deadline.not_applicable,
        "andel_i_tid": deadline.share.value,
        "rubrik": deadline.rule.title,
        "besvarade_for_sent": deadline.answered_late,
        "obesvarade_forsenade": deadline.overdue,
        "ej_tillamplig_efter_frist": deadline.lost_after_due,
        "forlangda": deadline.extended,
        "andel_i_tid_av_besvarade": deadline.share_of_answered.value,
        "art": deadline.rule.nature,
        "informerade": deadline.told_of_delay,
    }


def _keyed(counts: Mapping[Any, int], codes: Iterable[str] = ()) -> dict[str, int]:
    """Counts under their codes in the vocabulary's order, or under their names in Swedish order."""
    place = {code: i for i, code in enumerate(codes)}
    keys = sorted(counts, key=lambda key: (place.get(key or "", len(place)), swedish_order(key)))
    return {named(key): counts[key] for key in keys}


# -- the sheets ---------------------------------------------------------------------------------


def _summary(report: Report) -> Sheet:
    key_figures: list[tuple[str, Callable[[Figures], Figure]]] = [("Inkomna", Figures.received)]
    key_figures += [(Part(f"varav {_PLURALS[t].lower()}"), _received_of(t)) for t in _types(report)]
    key_figures += [
        (Part("varav anonyma"), _marked("anonymous")),
        (Part("varav utan kontaktväg"), Figures.without_contact),
        (Part("varav avstår svar"), Figures.wanting_no_answer),
        (Part("varav interna (från medarbetare)"), _marked("internal")),
        (Part("varav införda i efterhand"), _marked("brought_in")),
    ]
    if any(figures.marked("individual") for figures in report.periods):
        key_figures.append((Part("varav rör enskild elev eller personal"), _marked("individual")))
    key_figures += [
        ("Andel anonyma", Figures.anonymous),
        ("Avslutade", lambda figures: figures.balance().closings),
        ("Öppna vid periodens slut", lambda figures: figures.balance().closing),
        (Part("varav försenade"), Figures.overdue_at_end),
    ]
    key_figures += [(_share_name(d), _share_in_time(d.rule.key)) for d in report.current.deadlines()]
    key_figures += [
        ("Median handläggningstid (dagar)", lambda figures: figures.handling().median),
        ("Andel som ledde till åtgärd", Figures.led_to_measure),
        ("Utlovade åtgärder", lambda figures: figures.measures().promised),
        (Part("varav genomförda i tid"), lambda figures: figures.measures().in_time),
        (Part("varav genomförda för sent"), lambda figures: figures.measures().done_late),
        (Part("varav försenade"), lambda figures: figures.measures().overdue),
        ("Åtgärder gjorda direkt", lambda figures: figures.measures().at_once),
    ]

    def row(name: str, figure: Callable[[Figures], Figure]) -> tuple[Value, ...]:
        now, before, earlier = map(figure, report.periods)
        return name, now, before, earlier, difference(now, before), growth(now, before)

    return Sheet(
        title="Sammanfattning",
        heading=_heading("Synpunkter och klagomål i korthet", report),
        columns=(
            Column("Nyckeltal", Kind.TEXT),
            *(Column(_upper_first(figures.period.label)) for figures in report.periods),
            Column("Förändring", Kind.CHANGE),
            Column("Förändring, %", Kind.GROWTH),
        ),
        rows=tuple(row(name, figure) for name, figure in key_figures),
        notes=(
            f"Förändring jämför med {report.previous.period.label}.",
            "Typerna är tillsammans alla inkomna. Anonyma och raderna efter räknas var för sig: samma ärende kan "
            "finnas i flera av dem.",
            _CLOSINGS_COUNTED,
            *cautions(report),
        ),
        filtered=False,
    )


def _by_type(report: Report) -> Sheet:
    now, before = (figures.received_by("type") for figures in (report.current, report.previous))
    brought_in = report.current.received_by("type", "brought_in")
    types = [t for t in CaseType if now[t] or before[t]]
    groups = report.about.type_groups

    def row(name: str, counted: Iterable[CaseType]) -> tuple[Value, ...]:
        of_these = tuple(counted)
        number, earlier = (sum(by_type[t] for t in of_these) for by_type in (now, before))
        apart = sum(brought_in[t, True] for t in of_these)
        return name, *_with_share(number, now.total()), earlier, number - earlier, apart

    regrouped = "; ".join(f"{_PLURALS[group]}: {_labels(of, CaseType)}" for group, of in groups.items())
    return Sheet(
        title="Per typ",
        heading=_heading("Inkomna per typ", report),
        columns=(
            Column("Typ", Kind.TEXT),
            Column("Antal"),
            Column("Andel"),
            Column("Föregående period"),
            Column("Förändring", Kind.CHANGE),
            Column("varav i efterhand"),
        ),
        rows=tuple(row(t.label, [t]) for t in types),
        totals=_if_any(
            types,
            row("Totalt", CaseType),
            *(row(f"{_PLURALS[group]} enligt regelverket", of) for group, of in groups.items()),
        ),
        notes=(
            _compared(report),
            "I efterhand: fördes utanför registret när det kom in, och togs in senare. Det ingår i Antal.",
            *([f"Enligt regelverket, samma ärenden räknade en gång till: {regrouped}."] if groups else []),
            _ROUNDED,
        ),
    )


def _by_board(report: Report) -> Sheet:
    types, boards = _types(report), report.boards()

    def row(name: str, now: Figures, before: Figures) -> tuple[Value, ...]:
        by_type, number, earlier = now.received_by("type"), now.received(), before.received()
        share = Share(number, report.current.received())
        return name, *(by_type[t] for t in types), number, share, earlier, growth(number, earlier)

    series = (Series(_PLURALS[t], Block(1, i, len(boards), i)) for i, t in enumerate(types, 1))
    chart = Chart(
        kind=ChartKind.STACKED_BARS,
        title=f"Inkomna per nämnd och typ, {scope(report)}",
        category_title="Nämnd",
        value_title="Antal ärenden",
        categories=Block(1, 0, len(boards), 0),
        series=tuple(series),
    )
    return Sheet(
        title="Per nämnd",
        heading=_heading("Inkomna per nämnd", report),
        columns=(
            Column("Nämnd", Kind.TEXT),
            *(Column(_PLURALS[t]) for t in types),
            Column("Totalt"),
            Column("Andel av total"),
            Column("Föregående period"),
            Column("Förändring, %", Kind.GROWTH),
        ),
        rows=tuple(row(named(b), report.current.at(b), report.previous.at(b)) for b in boards),
        totals=_if_any(boards, row("Totalt", report.current, report.previous)),
        notes=(_compared(report), _ATTRIBUTED, _ROUNDED),
        chart=chart if report.current.received() else None,
    )


def _by_unit(report: Report) -> Sheet:
    types = _types(report)
    by_unit: dict[tuple[str | None, str | None], Counter[str]] = {}
    for (board, unit, case_type), number in report.current.received_by("board", "unit", "type").items():
        by_unit.setdefault((board, unit), Counter())[case_type] = number
    units = sorted(by_unit, key=lambda place: tuple(map(swedish_order, place)))

    def row(names: Iterable[str], by_type: Counter[str]) -> tuple[Value, ...]:
        return *names, *(by_type[t] for t in types), by_type.total()

    return Sheet(
        title="Per enhet",
        heading=_heading("Inkomna per enhet", report),
        columns=(
            Column("Nämnd", Kind.TEXT),
            Column("Enhet", Kind.TEXT),
            *(Column(_PLURALS[t]) for t in types),
            Column("Totalt"),
        ),
        rows=tuple(row(map(named, place), by_unit[place]) for place in units),
        totals=_if_any(units, row(("Totalt", ""), report.current.received_by("type"))),
        notes=(_ATTRIBUTED,),
    )


def _by_month(report: Report) -> Sheet:
    now = report.current
    received, closed, still_open = now.received_by("month"), now.closings_by_month(), now.open_at_month_ends()
    before = report.previous.received_by("month")
    same_month_before = dict(zip(now.period.months(), report.previous.period.months(), strict=True))
    months = now.months()
    one_year = now.period.start.year == now.period.end.year
    chart = Chart(
        kind=ChartKind.COLUMNS,
        title=f"Inkomna och avslutade per månad, {scope(report)}",
        category_title="Månad",
        value_title="Antal ärenden",
        categories=Block(1, 0, len(months), 0),
        series=(
            Series("Inkomna", Block(1, 1, len(months), 1)),
            Series("Avslutade", Block(1, 2, len(months), 2)),
        ),
    )
    return Sheet(
        title="Per månad",
        heading=_heading("Inkomna, avslutade och öppna per månad", report),
        columns=(
            Column("Månad", Kind.TEXT),
            Column("Inkomna"),
            Column("Avslutade"),
            Column("Öppna vid månadens slut"),
            Column("Inkomna föregående år"),
        ),
        rows=tuple(
            (_month(m, with_year=not one_year), received[m], closed[m], still_open[m], before[same_month_before[m]])
            for m in months
        ),
        totals=_if_any(months, ("Totalt", received.total(), closed.total(), now.balance().closing, before.total())),
        notes=(
            _CLOSINGS_COUNTED,
            f"Totalt för öppna är antalet vid periodens slut, {min(now.as_of, now.period.end)}.",
        ),
        chart=chart if received or closed else None,
    )


def _by_channel(report: Report) -> Sheet:
    now, before = (figures.received_by("channel") for figures in (report.current, report.previous))
    codes = _most_first(now, before, report.about.channels)
    return Sheet(
        title="Per kanal",
        heading=_heading("Inkomna per kanal", report),
        columns=(Column("Kanal", Kind.TEXT), Column("Antal"), Column("Andel"), Column("Föregående period")),
        rows=tuple(
            (named(code, report.about.channels), *_with_share(now[code], now.total()), before[code]) for code in codes
        ),
        totals=_if_any(codes, ("Totalt", *_with_share(now.total(), now.total()), before.total())),
        notes=(_compared(report), _ROUNDED),
    )


def _by_area(report: Report) -> Sheet:
    sheet = _with_complaints(report, "area", "Område", report.about.areas)
    chart = Chart(
        kind=ChartKind.BARS,
        title=f"Inkomna per område, {scope(report)}",
        category_title="Område",
        value_title="Antal ärenden",
        categories=Block(1, 0, len(sheet.rows), 0),
        series=(Series("Antal", Block(1, 1, len(sheet.rows), 1)),),
    )
    return replace(sheet, chart=chart if report.current.received() else None)


def _by_provider(report: Report) -> Sheet | None:
    """Who provides what the cases are about (Kinda: "leverantören"), where that is noted."""
    if not any(
        provider for figures in (report.current, report.previous) for provider in figures.received_by("provider")
    ):
        return None
    sheet = _with_complaints(report, "provider", "Utförare", {})
    return replace(
        sheet,
        notes=(
            *sheet.notes,
            "En utförare som är skriven på flera sätt får flera rader. Utföraren i ett sekretessmarkerat ärende visas "
            f"inte; ärendet räknas som {MISSING_LABEL}.",
        ),
    )


def _with_complaints(report: Report, field: str, name: str, labels: Mapping[str, str]) -> Sheet:
    """Inkomna by a field, the most common first, and how many of them are complaints."""
    now, before = (figures.received_by(field) for figures in (report.current, report.previous))
    by_type, complaint = report.current.received_by(field, "type"), CaseType.COMPLAINT
    complaints = report.current.received_by("type")[complaint]
    codes = _most_first(now, before, labels)
    return Sheet(
        title=f"Per {name.lower()}",
        heading=_heading(f"Inkomna per {name.lower()}", report),
        columns=(
            Column(name, Kind.TEXT),
            Column("Antal"),
            Column("Andel"),
            Column("varav klagomål"),
            Column("Föregående period"),
        ),
        rows=tuple(
            (
                named(code, labels),
                *_with_share(now[code], now.total()),
                by_type[code, complaint],
                before[code],
            )
            for code in codes
        ),
        totals=_if_any(codes, ("Totalt", *_with_share(now.total(), now.total()), complaints, before.total())),
        notes=(_compared(report), _ROUNDED),
    )


def _deadlines(report: Report) -> Sheet:
    boards, rules = report.boards(), report.current.deadlines()

    def place(name: str, now: Figures, before: Figures) -> _Place:
        return name, _by_rule(now), _by_rule(before)

    def row(rule: RuleLine, at: _Place) -> tuple[Value, ...]:
        name, now, before = at
        # A nämnd whose cases all follow another profile has no line of this rule.
        deadline, earlier = now.get(rule.key, DeadlineFigures(rule)), before.get(rule.key)
        return (
            name,
            _promise(deadline),
            deadline.cases,
            deadline.not_applicable,
            deadline.in_time,
            deadline.too_late,
            deadline.told_of_delay,
            deadline.waiting,
            deadline.share,
            earlier.share if earlier else None,
            deadline.answered_late,
            deadline.overdue,
            deadline.share_of_answered,
            deadline.lost_after_due,
            deadline.extended,
            deadline.target,
        )

    places = [place(named(board), report.current.at(board), report.previous.at(board)) for board in boards]
    total = place("Totalt", report.current, report.previous)
    tops = [1 + i * len(boards) for i in range(len(rules))]
    chart = Chart(
        kind=ChartKind.COLUMNS,
        title=f"Andel i tid per nämnd, {scope(report)}",
        category_title="Nämnd",
        value_title="Andel i tid",
        categories=Block(1, 0, len(boards), 0),
        series=tuple(
            Series(_promise(rule), Block(top, 8, top + len(boards) - 1, 8))
            for rule, top in zip(rules, tops, strict=True)
        ),
        target=Series("Måltal", Block(1, 15, len(boards), 15)),
    )
    return Sheet(
        title="Frister",
        heading=_heading("Hållna frister för inkomna ärenden", report),
        columns=(
            Column("Nämnd", Kind.TEXT),
            Column("Fristregel", Kind.TEXT),
            Column("Ärenden i urvalet"),
            Column("Ej tillämplig"),
            Column("I tid"),
            Column("För sent"),
            Column("varav informerade"),
            Column("Pågår inom frist"),
            Column("Andel i tid"),
            Column("Föregående period"),
            Column("Besvarade för sent"),
            Column("Obesvarade efter frist"),
            Column("Andel i tid av besvarade"),
            Column("Ej tillämplig efter frist"),
            Column("Förlängda"),
            Column("Måltal"),
        ),
        rows=tuple(row(deadline.rule, at) for deadline in rules for at in places),
        totals=_if_any(boards, *(row(deadline.rule, total) for deadline in rules)),
        notes=(
            "Andel i tid = I tid / (I tid + För sent). För sent är både Besvarade för sent och Obesvarade efter frist.",
            "Varav informerade är de av För sent där avsändaren har fått besked om förseningen senast "
            f"{report.current.as_of}, före eller efter sista dagen.",
            "Andel i tid av besvarade lämnar de obesvarade utanför. Den blir högre ju fler som aldrig får svar.",
            "Ej tillämplig och Pågår inom frist räknas inte i andelen. Med I tid och För sent är de Ärenden i urvalet.",
            f"Föregående period är andelen i tid {report.previous.period.label}. Måltalet: löftet hålls för alla.",
            *([_GOALS] if any(deadline.is_goal for deadline in rules) else []),
        ),
        chart=chart if any(deadline.share.whole for deadline in rules) else None,
    )


def _handling(report: Report) -> Sheet:
    boards = report.boards()

    def row(name: str, now: Figures) -> tuple[Value, ...]:
        handling, answering = now.handling(), now.answering()
        return (
            name,
            handling.number,
            handling.median,
            handling.mean,
            handling.p90,
            handling.longest,
            *(handling.between(low, high) for low, high in INTERVALS),
            handling.median_workdays,
            answering.number,
            answering.median,
        )

    intervals = [f"{low}–{high}" if high is not None else f"Över {low - 1} dagar" for low, high in INTERVALS]
    total = len(boards) + 1
    chart = Chart(
        kind=ChartKind.COLUMNS,
        title=f"Avslutade ärenden efter handläggningstid, {scope(report)}",
        category_title="Handläggningstid i kalenderdagar",
        value_title="Antal ärenden",
        categories=Block(0, 6, 0, 5 + len(intervals)),
        series=(Series("Avslutade", Block(total, 6, total, 5 + len(intervals))),),
    )
    return Sheet(
        title="Handläggningstid",
        heading=_heading("Handläggningstid för avslutade ärenden", report),
        columns=(
            Column("Nämnd", Kind.TEXT),
            Column("Avslutade"),
            Column("Median (dagar)"),
            Column("Medel (dagar)"),
            Column("90:e percentil"),
            Column("Längsta"),
            *map(Column, intervals),
            Column("Median (arbetsdagar)"),
            Column("Besvarade"),
            Column("Median svarstid (dagar)"),
        ),
        rows=tuple(row(named(board), report.current.at(board)) for board in boards),
        totals=_if_any(boards, row("Totalt", report.current)),
        notes=(
            "Kalenderdagar från ankomst till avslut; samma dag är 0. Bara Median (arbetsdagar) är i arbetsdagar.",
            _CASES_COUNTED,
            "Besvarade är ärenden som fick sitt första slutsvar under perioden, avslutade eller inte. Svarstiden är "
            "kalenderdagar från ankomst till det svaret.",
        ),
        chart=chart if report.current.handling().number else None,
    )


def _outcomes(report: Report) -> Sheet:
    boards, found = report.boards(), report.current.outcomes()
    outcomes = [outcome for outcome in Outcome if found[outcome]]

    def row(name: str, now: Figures) -> tuple[Value, ...]:
        counts, led = now.outcomes(), now.led_to_measure()
        return name, *(counts[outcome] for outcome in outcomes), counts.total(), led.part, led

    return Sheet(
        title="Utfall och åtgärder",
        heading=_heading("Utfall av avslutade ärenden", report),
        columns=(
            Column("Nämnd", Kind.TEXT),
            *(Column(outcome.label) for outcome in outcomes),
            Column("Avslutade"),
            Column("Ledde till åtgärd"),
            Column("Andel"),
        ),
        rows=tuple(row(named(board), report.current.at(board)) for board in boards),
        totals=_if_any(boards, row("Totalt", report.current)),
        notes=(
            f"Ledde till åtgärd: {_labels(LED_TO_MEASURE, Outcome)}.",
            f"Andelen räknas av avslutade utom: {_labels(OUTSIDE_MEASURE_SHARE, Outcome)}.",
            _CASES_COUNTED,
        ),
    )


def _measures(report: Report) -> Sheet:
    boards = report.boards()

    def row(name: str, now: Figures) -> tuple[Value, ...]:
        m = now.measures()
        promised = m.promised, m.in_time, m.done_late, m.overdue, m.waiting, m.undated, m.median
        return name, *promised, m.at_once, m.done_by_kind.total(), *(m.done_by_kind[kind] for kind in _MEASURE_KINDS)

    return Sheet(
        title="Åtgärder",
        heading=_heading("Utlovade och genomförda åtgärder", report),
        columns=(
            Column("Nämnd", Kind.TEXT),
            Column("Utlovade"),
            Column("Genomförda i tid"),
            Column("Genomförda för sent"),
            Column("Försenade"),
            Column("Pågår"),
            Column("Utan dag"),
            Column("Median (dagar från ankomst)"),
            Column("Gjorda direkt"),
            Column("Genomförda under perioden"),
            *(Column(f"varav {kind}") for kind in _MEASURE_KINDS.values()),
        ),
        rows=tuple(row(named(board), report.current.at(board)) for board in boards),
        totals=_if_any(boards, row("Totalt", report.current)),
        notes=(
            "Utlovade är åtgärder som bestämdes under perioden innan de var gjorda, också i ärenden som kom in "
            "tidigare eller är avslutade. En uppföljning är inget löfte och räknas inte i någon kolumn.",
            f"Genomförda i tid till och med Utan dag säger hur det stod till {report.current.as_of} och är tillsammans "
            "de utlovade.",
            "Genomförda i tid: senast den dag som lovades, eller lovade utan dag. Försenade: inte genomförda fast "
            "dagen har passerat. Utan dag: inte genomförda, och ingen dag är lovad.",
            "Median (dagar från ankomst): kalenderdagar från det att ärendet kom in till att åtgärden var genomförd, "
            "för de utlovade som är genomförda.",
            "Gjorda direkt är åtgärder som gjordes under perioden och skrevs upp först när de var gjorda. De är inga "
            "löften och ingår inte i Utlovade.",
            "Genomförda under perioden är alla som gjordes då: de som gjordes direkt och de som var lovade, också "
            "före perioden. En rättelse är för den enskilde, en förbättring för verksamheten.",
            _ATTRIBUTED,
        ),
    )


def _routes(report: Report) -> Sheet | None:
    if not any(figures.routes() for figures in report.periods):
        return None
    boards = report.boards()

    def row(name: str, now: Figures, before: Figures) -> tuple[Value, ...]:
        routes = now.routes()
        return name, *(routes[route] for route in Route), routes.total(), before.routes().total()

    return Sheet(
        title="Vägar",
        heading=_heading("Vägar som ärenden har tagit", report),
        columns=(
            Column("Nämnd", Kind.TEXT),
            *(Column(_in_a_word(route)) for route in Route),
            Column("Totalt"),
            Column("Föregående period"),
        ),
        rows=tuple(row(named(board), report.current.at(board), report.previous.at(board)) for board in boards),
        totals=_if_any(boards, row("Totalt", report.current, report.previous)),
        notes=(
            "Här räknas vägar, inte ärenden: ett ärende kan ta flera. Det är dagen då vägen togs som avgör perioden.",
            *(f"{_in_a_word(route)}: {_lower_first(route.label)}." for route in Route),
            _compared(report),
            _ATTRIBUTED,
        ),
    )


def _referrals(report: Report) -> Sheet | None:
    now, before = (figures.referrals() for figures in (report.current, report.previous))
    if not now and not before:
        return None
    codes = _most_first(now, before, report.about.referrals)
    return Sheet(
        title="Hänvisningar",
        heading=_heading("Hänvisningar till annat än synpunktshanteringen", report),
        columns=(Column("Hänvisad till", Kind.TEXT), Column("Antal"), Column("Andel"), Column("Föregående period")),
        rows=tuple(
            (named(code, report.about.referrals), *_with_share(now[code], now.total()), before[code]) for code in codes
        ),
        totals=(("Totalt", *_with_share(now.total(), now.total()), before.total()),),
        notes=(
            "Här räknas hänvisningar, inte ärenden: ett ärende kan hänvisas till flera ställen.",
            _compared(report),
            _ROUNDED,
        ),
    )


def _surveys(report: Report) -> Sheet | None:
    if not report.current.survey().number:
        return None

    def row(name: str, method: SurveyMethod | None = None) -> tuple[Value, ...]:
        survey = report.current.survey(method)
        return name, survey.content, survey.partly, survey.discontent, survey.number, survey.share_content

    return Sheet(
        title="Enkät",
        heading=_heading("Vad de som använt synpunktshanteringen tycker", report),
        columns=(
            Column("Tillfrågade genom", Kind.TEXT),
            Column("Nöjda"),
            Column("Delvis nöjda"),
            Column("Missnöjda"),
            Column("Svar"),
            Column("Andel nöjda"),
        ),
        rows=tuple(row(method.label, method) for method in SurveyMethod if report.current.survey(method).number),
        totals=(row("Totalt"),),
        notes=(
            "Svaren är från dem som har använt synpunktshanteringen. De hör inte till något ärende.",
            "Andel nöjda = Nöjda / Svar. Vad som skrevs visas inte här.",
        ),
    )


def _comparison(report: Report) -> Sheet | None:
    """Nämnder beside one another, for those who lead them (Enköping: ledningsgrupperna)."""
    boards, rules = report.boards(), report.current.deadlines()
    if sum(board is not None for board in boards) < 2:
        return None

    def row(name: str, now: Figures) -> tuple[Value, ...]:
        balance, by_rule, measures = now.balance(), _by_rule(now), now.measures()
        shares = (by_rule.get(deadline.rule.key, DeadlineFigures(deadline.rule)).share for deadline in rules)
        return (
            name,
            balance.received,
            balance.closings,
            balance.closing,
            now.overdue_at_end(),
            *shares,
            now.handling().median,
            now.led_to_measure(),
            measures.promised,
            measures.overdue,
        )

    return Sheet(
        title="Jämförelse",
        heading=_heading("Nämnderna bredvid varandra", report),
        columns=(
            Column("Nämnd", Kind.TEXT),
            Column("Inkomna"),
            Column("Avslutade"),
            Column("Öppna"),
            Column("varav försenade"),
            *(Column(_share_name(deadline)) for deadline in rules),
            Column("Median handläggningstid (dagar)"),
            Column("Andel som ledde till åtgärd"),
            Column("Utlovade åtgärder"),
            Column("varav försenade åtgärder"),
        ),
        rows=tuple(row(named(board), report.current.at(board)) for board in boards),
        totals=(row("Totalt", report.current),),
        notes=(
            "Siffrorna är desamma som på de andra bladen. Öppna är vid periodens slut, åtgärderna på uttagsdatumet.",
            _CLOSINGS_COUNTED,
            _ATTRIBUTED,
        ),
    )


def _texts(report: Report) -> Sheet | None:
    """How the year's work is told in words (Enköping: årsredovisningen)."""
    texts = sorted(report.texts, key=lambda text: (swedish_order(text.board), swedish_order(text.unit)))
    if not texts:
        return None
    return Sheet(
        title="Årets arbete",
        heading=f"Så har vi arbetat med synpunkter och klagomål {report.current.period.end.year}",
        columns=(Column("Nämnd", Kind.TEXT), Column("Enhet", Kind.TEXT), Column("Text", Kind.TEXT)),
        rows=tuple(
            (text.board or "Alla", text.unit or "Alla", passage) for text in texts for passage in _passages(text.text)
        ),
        notes=("Texterna är nämndernas och enheternas egna. En rad är ett stycke.",),
    )


def _reconciliation(report: Report) -> Sheet:
    now, boards = report.current, report.boards()
    columns = [now, *(now.at(board) for board in boards)]
    balances = [figures.balance() for figures in columns]

    def items(name: str, figure: Callable[[Balance], int]) -> tuple[Value, ...]:
        return name, *map(figure, balances)

    def numbers(name: str, what: str) -> tuple[Value, ...]:
        return name, *(figures.numbers(what) for figures in columns)

    def handovers(name: str, number: Callable[[Handovers], int]) -> tuple[Value, ...]:
        return name, *(number(figures.handovers()) for figures in columns)

    return Sheet(
        title="Avstämning",
        heading=_heading("Avstämning av ärendebalans och nummer", report),
        columns=(Column("Post", Kind.TEXT), Column("Antal"), *(Column(named(board)) for board in boards)),
        rows=(
            items("Ingående balans", lambda balance: balance.opening),
            items("Inkomna", lambda balance: balance.received),
            items("Återupptagna", lambda balance: balance.reopened),
            items("Avslutade", lambda balance: balance.closings),
            items("Utgående balans", lambda balance: balance.closing),
            items("Differens", lambda balance: balance.difference),
            numbers("Registrerade nummer", "registrerade"),
            numbers(Part("varav makulerade"), "makulerade"),
            numbers(Part("varav ur annat års serie"), "annat_ars_serie"),
            handovers("Överlämningar", lambda handed: handed.times),
            handovers("Överlämnade ärenden", lambda handed: handed.cases),
            handovers(Part("varav minst två gånger"), lambda handed: handed.repeatedly),
            *(
                (f"Överlämnade från {named(giver)} till {named(taker)}", number, *(None for _ in boards))
                for (giver, taker), number in now.handed_over().items()
            ),
        ),
        notes=(
            f"Ingående balans + Inkomna + Återupptagna − Avslutade = Utgående balans. {_check(report)}",
            _CLOSINGS_COUNTED,
            "En överlämning är till en annan enhet eller nämnd. Minst två gånger räknar också dem före perioden.",
            _ATTRIBUTED,
        ),
        filtered=False,
    )


# -- Om rapporten -------------------------------------------------------------------------------


def _about(report: Report) -> Sheet:
    return Sheet(
        title="Om rapporten",
        heading=title(report),
        columns=(Column("Uppgift", Kind.TEXT), Column("Värde", Kind.TEXT)),
        rows=(
            *_facts(report),
            *_section("Att tänka på", (("Observera", caution) for caution in cautions(report))),
            *_section("Frister och arbetsdagar", _rules(report)),
            *_section("Så räknas siffrorna", _definitions(report)),
        ),
        filtered=False,
    )


def _facts(report: Report) -> Iterator[tuple[Value, ...]]:
    now, about, chosen = report.current, report.about, report.selection
    earlier = (report.previous, report.before_that)
    yield "Kommun", about.municipality or MISSING_LABEL
    if board := chosen.board or about.board or ("" if chosen.unit else "Alla nämnder i registret"):
        yield "Nämnd", board
    if chosen.unit:
        yield "Enhet", chosen.unit
    yield "Period", f"{now.period.start} – {now.period.end}"
    yield "Uttagsdatum", now.as_of
    yield "Jämförs med", " och ".join(f"{f.period.label} (uttag {f.as_of})" for f in earlier)
    whose = f"Bara ärenden hos {chosen.unit or chosen.board}," if chosen != EVERYTHING else "Alla ärenden"
    yield "Urval", f"{whose} utom makulerade. {_ATTRIBUTED}"
    for presented in about.presented:
        told = f"{presented.presented_on}" + (f" för {presented.board}" if presented.board else "")
        yield "Redovisad", ", ".join(part for part in (told, presented.paragraph) if part)
    yield "Register", about.register
    yield "Ärendenummer i registret", about.cases
    yield "Registrerade efter uttagsdatum", about.registered_after
    yield "Kontroll av ärendebalansen", _check(report)
    yield "Program", f"klagreg {about.version}"
    yield "Senaste logghash", about.last_hash or MISSING_LABEL


def _rules(report: Report) -> Iterator[tuple[str, Value]]:
    for in_force in report.about.rules:
        heading = (in_force.name, f"för ärenden som kommit in från {in_force.valid_from}")
        more = (text.rstrip(".") for text in (in_force.source, in_force.note) if text)
        yield "Regelverk", ". ".join((" ".join(heading), *more)) + "."
        for promise in in_force.promises:
            yield "Frist", promise
    for rule in report.current.rules:
        for local in rule.stricter:
            if local.valid_from <= min(report.current.period.end, report.current.as_of):
                said = f"{local.where}, {_lower_first(rule.title)}: {local.length} {local.counted_in.label}"
                decided = f" {local.source.rstrip('.')}." if local.source else ""
                yield "Strängare frist", f"{said}, för ärenden som kommit in från {local.valid_from}.{decided}"
    if review := report.about.last_review:
        yield "Regelverket granskat", f"{review.reviewed_on}" + (f": {review.note}" if review.note else "")
    yield (
        "Sista dagen",
        "Dagen då ärendet kom in är dag 0. Fristen är hållen om det som uppfyller den sker senast på sista dagen. "
        "Har fristen förlängts gäller den nya sista dagen.",
    )
    yield (
        "Arbetsdag",
        "Måndag–fredag som inte är helgdag, midsommarafton, julafton eller nyårsafton. Klämdagar är arbetsdagar.",
    )
    days_off = "; ".join(f"{day} {name}" for day, name in report.about.days_off.items())
    yield "Lokala lediga dagar", days_off or "Inga"


_ATTRIBUTED = "Ett ärende räknas hos den nämnd och enhet som hade det på uttagsdatumet, också om det har överlämnats."
_ROUNDED = "Andelar visas i hela procent. Summan kan avvika från 100 på grund av avrundning."
_CLOSINGS_COUNTED = (
    "Avslutade är här antalet avslut, också av ärenden som kom in tidigare. Ett ärende som avslutas, återupptas och "
    "avslutas igen räknas två gånger. Handläggningstid samt Utfall och åtgärder räknar i stället ärenden, och talet "
    "där kan vara lägre."
)
_CASES_COUNTED = (
    "Avslutade är här antalet ärenden: ett ärende som har återupptagits räknas en gång, efter sitt senaste avslut, och "
    "inte alls om det är öppet vid periodens slut. Övriga blad räknar i stället avslut, och talet där kan vara högre."
)
_GOALS = (
    "För ett mål betyder I tid att målet nåddes och För sent att det inte nåddes; det är inget brutet löfte. Andel i "
    "tid är då andelen uppnått mål."
)


def _definitions(report: Report) -> Iterator[tuple[str, Value]]:
    yield from _DEFINITIONS
    if any(deadline.is_goal for deadline in report.current.deadlines()):
        yield "Mål", f"{_GOALS} Ett öppet ärende där bara ett mål har passerat är inte försenat."


_DEFINITIONS: tuple[tuple[str, Value], ...] = (
    ("Inkomna", "Ärenden som kom in under perioden, räknat från dagen då de nådde kommunen."),
    (
        "Avslutade i Handläggningstid samt Utfall och åtgärder",
        "Antalet ärenden som avslutades under perioden och inte är öppna igen vid dess slut. Ett ärende som har "
        "återupptagits räknas en gång, efter sitt senaste avslut. Median handläggningstid och Andel som ledde till "
        "åtgärd räknas på dessa ärenden, var de än står.",
    ),
    (
        "Avslutade på övriga blad",
        "Antalet avslut under perioden, oavsett när ärendet kom in. Ett ärende som avslutas, återupptas och avslutas "
        "igen räknas två gånger.",
    ),
    ("Återupptagna", "Avslutade ärenden som öppnades igen under perioden."),
    ("Ingående balans", "Öppna ärenden vid utgången av dagen före perioden."),
    ("Utgående balans", "Öppna ärenden när perioden var slut, eller på uttagsdatumet om perioden pågår."),
    ("Försenade", "Öppna ärenden vid periodens slut där en frist har passerat utan att vara uppfylld."),
    ("I tid", "Fristen uppfylldes senast på sista dagen. Det första som uppfyller den räknas."),
    ("För sent", "Fristen uppfylldes efter sista dagen, eller inte alls fast sista dagen har passerat."),
    (
        "Varav informerade",
        "De av För sent där avsändaren har fått besked om förseningen senast på uttagsdatumet.",
    ),
    ("Pågår inom frist", "Inte uppfylld ännu, men sista dagen har inte passerat på uttagsdatumet."),
    (
        "Ej tillämplig",
        "Fristen gäller inte ärendet: avsändaren går inte att nå eller vill inte ha svar, eller typen omfattas inte.",
    ),
    (
        "Andel i tid",
        "I tid / (I tid + För sent). Den som aldrig fick svar räknas alltså som för sent.",
    ),
    (
        "Andel i tid av besvarade",
        "I tid / (I tid + Besvarade för sent). Den som aldrig fick svar räknas inte. Visas bara som jämförelse.",
    ),
    ("Handläggningstid", "Kalenderdagar från ankomst till avslut; samma dag är 0."),
    (
        "Handläggningstid i arbetsdagar",
        "Arbetsdagar efter ankomstdagen till och med dagen för avslut.",
    ),
    (
        "Svarstid",
        "Kalenderdagar från ankomst till det första slutsvaret, för ärenden som fick det under perioden.",
    ),
    ("Median", "Tiden för det mittersta ärendet; av två mittersta deras medelvärde."),
    ("90:e percentil", "Nio av tio ärenden tog högst så lång tid (som PERCENTILE.INC i Excel)."),
    (
        "Andel som ledde till åtgärd",
        "Avslutade som ledde till åtgärd, av alla avslutade utom hänvisade, sammanförda, förmedlat beröm och "
        "återkallade.",
    ),
    (
        "Utlovade åtgärder",
        "Åtgärder som bestämdes under perioden innan de var gjorda, i vilket ärende som helst, utom uppföljningar. De "
        "är genomförda, försenade, pågår eller saknar dag, som det stod till på uttagsdatumet.",
    ),
    (
        "Åtgärder gjorda direkt",
        "Åtgärder som gjordes under perioden och skrevs upp först när de var gjorda, utom uppföljningar. De är inga "
        "löften och ingår inte i utlovade åtgärder.",
    ),
    (
        "Åtgärder genomförda under perioden",
        "Alla åtgärder som gjordes under perioden, lovade eller gjorda direkt, utom uppföljningar.",
    ),
    ("Anonyma", "Ärenden utan avsändarens identitet. De räknas och handläggs som andra."),
    (
        "Utan kontaktväg",
        "Ärenden där avsändaren inte går att nå med ett svar. Den som är anonym kan ändå ha lämnat en väg.",
    ),
    ("Avstår svar", "Ärenden där avsändaren inte vill ha svar."),
    ("Interna", "Ärenden från kommunens egna medarbetare."),
    (
        "Införda i efterhand",
        "Ärenden som fördes utanför registret när de kom in, och togs in senare. De räknas den dag de kom in.",
    ),
    ("Rör enskild elev eller personal", "Ärenden som räknas som andra men aldrig publiceras."),
    (
        "Förändring",
        "Perioden minus samma period ett år tidigare. Förändring, % är skillnaden delad med det tidigare talet. "
        "Andelar jämförs i procentenheter.",
    ),
    (
        "Tecken",
        "0 betyder inga. – betyder att siffran inte kan räknas. Uppgift saknas är ärenden där fältet är tomt. "
        "Cellerna innehåller oavrundade tal.",
    ),
)


def _section(name: str, rows: Iterable[tuple[str, Value]]) -> Iterator[tuple[Value, ...]]:
    """The rows under a heading of their own; nothing when there are none."""
    for i, row in enumerate(rows):
        if i == 0:
            yield Section(name), ""
        yield row


def cautions(report: Report) -> tuple[str, ...]:
    """What the reader should know before relying on the figures."""
    return tuple(_cautions(report))


def _cautions(report: Report) -> Iterator[str]:
    now = report.current
    if now.as_of < now.period.end:
        yield (
            f"Perioden är inte slut på uttagsdatumet. Siffrorna gäller till och med {now.as_of}, "
            "och jämförelserna till och med samma dag i sina år."
        )
    if now.settled_after:
        yield (
            f"{_waiting(now)} hade inte passerat på uttagsdatumet och räknas varken som i tid "
            f"eller för sent. Efter {now.settled_after} är alla avgjorda."
        )
    if report.about.registered_after:
        yield (
            f"{_count(report.about.registered_after, 'ärende', 'ärenden')} som kom in senast på uttagsdatumet "
            "registrerades efter det och är medräknade. Ett uttag som gjordes den dagen visar därför lägre tal."
        )
    if wrong := _differences(report):
        yield (
            "Ärendebalansen stämmer inte, och siffrorna ska inte användas. Säg till den som sköter klagreg tekniskt. "
            f"Felet gäller ärenden hos: {wrong}."
        )


def _check(report: Report) -> str:
    wrong = _differences(report)
    return f"Stämmer inte: {wrong}." if wrong else "Stämmer."


def _differences(report: Report) -> str:
    """The nämnder whose balance does not hold. Each is checked: two may hide one another in the sum."""
    found = ((board, report.current.at(board).balance().difference) for board in report.boards())
    return "; ".join(f"{named(board)} (differens {shown(number)})" for board, number in found if number)


# -- words and small parts ----------------------------------------------------------------------


def _heading(subject: str, report: Report) -> str:
    return f"{subject}, {scope(report)} (uttag {report.current.as_of})"


def _compared(report: Report) -> str:
    return f"Föregående period är {report.previous.period.label}."


def named(value: str | None, labels: Mapping[str, str] | None = None) -> str:
    """What a code, a unit or a nämnd is called; ``Uppgift saknas`` for none."""
    return MISSING_LABEL if value is None else (labels or {}).get(value, value)


def _received_of(case_type: CaseType) -> Callable[[Figures], int]:
    return lambda figures: figures.received_by("type")[case_type]


def _marked(mark: str) -> Callable[[Figures], int]:
    return lambda figures: figures.marked(mark)


def _share_name(deadline: DeadlineFigures) -> str:
    """A promise is kept; a goal is reached (Nacka)."""
    title = _lower_first(deadline.rule.title)
    return f"Andel uppnått mål: {title}" if deadline.is_goal else f"Andel {title} i tid"


def _in_a_word(route: Route) -> str:
    return route.words[0]


def _waiting(figures: Figures) -> str:
    """``1 frist och 2 mål``: what is not settled yet."""
    waiting = dict.fromkeys((False, True), 0)
    for deadline in figures.deadlines():
        waiting[deadline.is_goal] += deadline.waiting
    told = (_count(waiting[False], "frist", "frister"), _count(waiting[True], "mål", "mål"))
    return " och ".join(text for text, number in zip(told, waiting.values(), strict=True) if number)


def _share_in_time(key: str) -> Callable[[Figures], Share | None]:
    return lambda figures: next((d.share for d in figures.deadlines() if d.rule.key == key), None)


def _by_rule(figures: Figures) -> dict[str, DeadlineFigures]:
    return {deadline.rule.key: deadline for deadline in figures.deadlines()}


def _promise(deadline: DeadlineFigures) -> str:
    return deadline.rule.title + (" (mål)" if deadline.is_goal else "")


def _types(report: Report) -> list[CaseType]:
    """The five types that are always shown, and others that any of the periods has."""
    used = {code for figures in report.periods for code in figures.received_by("type")}
    return [t for t in CaseType if t in _ALWAYS_SHOWN or t in used]


def _most_first(
    now: Mapping[str | None, int], before: Mapping[str | None, int], labels: Mapping[str, str]
) -> list[str | None]:
    """Codes that either period has, the most common first, a missing value last."""
    return sorted(
        {*now, *before}, key=lambda code: (code is None, -now.get(code, 0), swedish_order(named(code, labels)))
    )


def _with_share(number: int, total: int) -> tuple[int, Share]:
    return number, Share(number, total)


def _if_any(rows: Sequence[object], *totals: tuple[Value, ...]) -> tuple[tuple[Value, ...], ...]:
    """Totals only under a table that has rows."""
    return totals if rows else ()


def _labels(codes: Collection[Term], vocabulary: Iterable[Term]) -> str:
    """Some of a vocabulary's labels, in its order."""
    return ", ".join(_lower_first(code.label) for code in vocabulary if code in codes)


def _passages(text: str) -> Iterator[str]:
    """A text in pieces that fit a row each: a row of Excel ends at 31 lines."""
    for paragraph in text.splitlines():
        yield from wrap(paragraph, 1500)


def _month(month: str, *, with_year: bool) -> str:
    """``Jan``, or ``Jan 2026`` when the period spans years."""
    name = _upper_first(MONTHS[int(month[5:]) - 1][:3])
    return f"{name} {month[:4]}" if with_year else name


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _upper_first(text: str) -> str:
    return text[:1].upper() + text[1:]


def _lower_first(text: str) -> str:
    """``Första återkoppling`` inside a sentence; ``IVO-svar`` stays."""
    return text if text[:2].isupper() else text[:1].lower() + text[1:]
