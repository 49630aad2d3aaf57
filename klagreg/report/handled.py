"""The sheets of what was done with the cases: frister, handläggningstid, utfall and åtgärder (domain 7.3)."""

from __future__ import annotations

from collections.abc import Mapping

from klagreg.figures import INTERVALS, DeadlineFigures, Figures, Report
from klagreg.report.words import (
    ATTRIBUTED,
    CASES_COUNTED,
    GOALS,
    MEASURE_KINDS,
    ROUNDED,
    by_rule,
    compared_with,
    counted,
    heading,
    if_any,
    in_a_word,
    labels_of,
    lower_first,
    most_first,
    promise_name,
    scope,
    with_share,
)
from klagreg.sheets import Block, Chart, ChartKind, Column, Kind, Series, Sheet, Value, named
from klagreg.store.statistics import RuleLine
from klagreg.terms import LED_TO_MEASURE, MISSING_LABEL, OUTSIDE_MEASURE_SHARE, Outcome, Route, SurveyMethod

_Place = tuple[str, Mapping[str, DeadlineFigures], Mapping[str, DeadlineFigures]]
"""A nämnd and its promises by key, now and before."""


_FRISTER = (
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
)
_IN_TIME, _TARGET = (next(i for i, c in enumerate(_FRISTER) if c.heading == name) for name in ("Andel i tid", "Måltal"))
"""Where the chart finds what it draws."""


def deadlines(report: Report) -> Sheet:
    """Frister: how each promise was kept, per nämnd."""
    boards, rules = report.boards(), report.current.deadlines()

    def place(name: str, now: Figures, before: Figures) -> _Place:
        return name, by_rule(now), by_rule(before)

    def row(rule: RuleLine, at: _Place) -> tuple[Value, ...]:
        name, now, before = at
        # A nämnd whose cases all follow another profile has no line of this rule.
        deadline, earlier = now.get(rule.key, DeadlineFigures(rule)), before.get(rule.key)
        return (
            name,
            promise_name(deadline),
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
            Series(promise_name(rule), Block(top, _IN_TIME, top + len(boards) - 1, _IN_TIME))
            for rule, top in zip(rules, tops, strict=True)
        ),
        target=Series("Måltal", Block(1, _TARGET, len(boards), _TARGET)),
    )
    return Sheet(
        title="Frister",
        heading=heading("Hållna frister för inkomna ärenden", report),
        columns=_FRISTER,
        rows=tuple(row(deadline.rule, at) for deadline in rules for at in places),
        totals=if_any(boards, *(row(deadline.rule, total) for deadline in rules)),
        notes=(
            "Andel i tid = I tid / (I tid + För sent). För sent är både Besvarade för sent och Obesvarade efter frist.",
            "Varav informerade är de av För sent där avsändaren har fått besked om förseningen senast "
            f"{report.current.as_of}, före eller efter sista dagen.",
            "Andel i tid av besvarade lämnar de obesvarade utanför. Den blir högre ju fler som aldrig får svar.",
            "Ej tillämplig och Pågår inom frist räknas inte i andelen. Med I tid och För sent är de Ärenden i urvalet.",
            f"Föregående period är andelen i tid {report.previous.period.label}. Måltalet: löftet hålls för alla.",
            *([GOALS] if any(deadline.is_goal for deadline in rules) else []),
        ),
        chart=chart if any(deadline.share.whole for deadline in rules) else None,
    )


def handling_time(report: Report) -> Sheet:
    """Handläggningstid per nämnd, in days and in intervals."""
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
        heading=heading("Handläggningstid för avslutade ärenden", report),
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
        totals=if_any(boards, row("Totalt", report.current)),
        notes=(
            "Kalenderdagar från ankomst till avslut; samma dag är 0. Bara Median (arbetsdagar) är i arbetsdagar.",
            CASES_COUNTED,
            "Besvarade är ärenden som fick sitt första slutsvar under perioden, avslutade eller inte. Svarstiden är "
            "kalenderdagar från ankomst till det svaret.",
        ),
        chart=chart if report.current.handling().number else None,
    )


def outcomes(report: Report) -> Sheet:
    """Utfall per nämnd, and the share that led to a measure."""
    boards, found = report.boards(), report.current.outcomes()
    outcomes, unknown = [outcome for outcome in Outcome if found[outcome]], found[None]

    def row(name: str, now: Figures) -> tuple[Value, ...]:
        counts, led = now.outcomes(), now.led_to_measure()
        missing = (counts[None],) if unknown else ()
        return name, *(counts[outcome] for outcome in outcomes), *missing, counts.total(), led.part, led

    return Sheet(
        title="Utfall och åtgärder",
        heading=heading("Utfall av avslutade ärenden", report),
        columns=(
            Column("Nämnd", Kind.TEXT),
            *(Column(outcome.label) for outcome in outcomes),
            *([Column(MISSING_LABEL)] if unknown else []),
            Column("Avslutade"),
            Column("Ledde till åtgärd"),
            Column("Andel"),
        ),
        rows=tuple(row(named(board), report.current.at(board)) for board in boards),
        totals=if_any(boards, row("Totalt", report.current)),
        notes=(
            f"Ledde till åtgärd: {labels_of(LED_TO_MEASURE, Outcome)}.",
            f"Andelen räknas av avslutade utom: {labels_of(OUTSIDE_MEASURE_SHARE, Outcome)}.",
            *(
                [
                    f"I {counted(unknown, 'avslutat ärende', 'avslutade ärenden')} är utfallet inte angivet. De räknas "
                    "i nämnaren, så andelen är lägre än den hade varit om det var känt."
                ]
                if unknown
                else []
            ),
            CASES_COUNTED,
        ),
    )


def measures(report: Report) -> Sheet:
    """Åtgärder: promised and done, per nämnd."""
    boards = report.boards()

    def row(name: str, now: Figures) -> tuple[Value, ...]:
        m = now.measures()
        promised = m.promised, m.in_time, m.done_late, m.overdue, m.waiting, m.undated, m.median
        return name, *promised, m.at_once, m.done_by_kind.total(), *(m.done_by_kind[kind] for kind in MEASURE_KINDS)

    return Sheet(
        title="Åtgärder",
        heading=heading("Utlovade och genomförda åtgärder", report),
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
            *(Column(f"varav {kind}") for kind in MEASURE_KINDS.values()),
        ),
        rows=tuple(row(named(board), report.current.at(board)) for board in boards),
        totals=if_any(boards, row("Totalt", report.current)),
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
            ATTRIBUTED,
        ),
    )


def routes(report: Report) -> Sheet | None:
    """Vägar: the four that Osby names, where any was taken."""
    if not any(figures.routes() for figures in report.periods):
        return None
    boards = report.boards()

    def row(name: str, now: Figures, before: Figures) -> tuple[Value, ...]:
        routes = now.routes()
        return name, *(routes[route] for route in Route), routes.total(), before.routes().total()

    return Sheet(
        title="Vägar",
        heading=heading("Vägar som ärenden har tagit", report),
        columns=(
            Column("Nämnd", Kind.TEXT),
            *(Column(in_a_word(route)) for route in Route),
            Column("Totalt"),
            Column("Föregående period"),
        ),
        rows=tuple(row(named(board), report.current.at(board), report.previous.at(board)) for board in boards),
        totals=if_any(boards, row("Totalt", report.current, report.previous)),
        notes=(
            "Här räknas vägar, inte ärenden: ett ärende kan ta flera. Det är dagen då vägen togs som avgör perioden.",
            *(f"{in_a_word(route)}: {lower_first(route.label)}." for route in Route),
            compared_with(report),
            ATTRIBUTED,
        ),
    )


def referrals(report: Report) -> Sheet | None:
    """Hänvisningar: where else matters belonged, where that was noted."""
    now, before = (figures.referrals() for figures in (report.current, report.previous))
    if not now and not before:
        return None
    codes = most_first(now, before, report.about.referrals)
    return Sheet(
        title="Hänvisningar",
        heading=heading("Hänvisningar till annat än synpunktshanteringen", report),
        columns=(Column("Hänvisad till", Kind.TEXT), Column("Antal"), Column("Andel"), Column("Föregående period")),
        rows=tuple(
            (named(code, report.about.referrals), *with_share(now[code], now.total()), before[code]) for code in codes
        ),
        totals=(("Totalt", *with_share(now.total(), now.total()), before.total()),),
        notes=(
            "Här räknas hänvisningar, inte ärenden: ett ärende kan hänvisas till flera ställen.",
            compared_with(report),
            ROUNDED,
        ),
    )


def surveys(report: Report) -> Sheet | None:
    """Enkät: what those who were asked answered, where anybody was."""
    if not report.current.survey().number:
        return None

    def row(name: str, method: SurveyMethod | None = None) -> tuple[Value, ...]:
        survey = report.current.survey(method)
        return name, survey.content, survey.partly, survey.discontent, survey.number, survey.share_content

    return Sheet(
        title="Enkät",
        heading=heading("Vad de som använt synpunktshanteringen tycker", report),
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
