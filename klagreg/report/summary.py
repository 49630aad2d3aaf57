"""The sheets that are read first: the year in short, nämnder beside one another, and the year in words."""

from __future__ import annotations

from collections.abc import Callable

from klagreg.figures import (
    DeadlineFigures,
    Figure,
    Figures,
    Formula,
    Points,
    Report,
    Share,
    difference,
    growth,
    swedish_order,
)
from klagreg.report.about import cautions
from klagreg.report.words import (
    ATTRIBUTED,
    CLOSINGS_COUNTED,
    PLURALS,
    by_rule,
    heading,
    most_first,
    number_marked,
    passages,
    received_of,
    scope,
    share_in_time,
    share_name,
    types_used,
    upper_first,
)
from klagreg.sheets import Block, Chart, ChartKind, Column, Kind, Part, Series, Sheet, Value, named
from klagreg.terms import CaseType


def summary(report: Report) -> Sheet:
    """Sammanfattning: the key figures of three years beside one another."""
    key_figures: list[tuple[str, Callable[[Figures], Figure]]] = [("Inkomna", Figures.received)]
    key_figures += [(Part(f"varav {PLURALS[t].lower()}"), received_of(t)) for t in types_used(report)]
    key_figures += [
        (Part("varav anonyma"), number_marked("anonymous")),
        (Part("varav utan kontaktväg"), Figures.without_contact),
        (Part("varav avstår svar"), Figures.wanting_no_answer),
        (Part("varav interna (från medarbetare)"), Figures.internal),
        (Part("varav införda i efterhand"), number_marked("brought_in")),
    ]
    if any(figures.marked("individual") for figures in report.periods):
        key_figures.append((Part("varav rör enskild elev eller personal"), number_marked("individual")))
    key_figures += [
        ("Andel anonyma", Figures.anonymous),
        ("Avslutade", lambda figures: figures.balance().closings),
        ("Öppna vid periodens slut", lambda figures: figures.balance().closing),
        (Part("varav försenade"), Figures.overdue_at_end),
    ]
    key_figures += [(share_name(d), share_in_time(d.rule.key)) for d in report.current.deadlines()]
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
        return name, now, before, earlier, *_changes(now, before), *_changes(now, earlier)

    return Sheet(
        title="Sammanfattning",
        heading=heading("Synpunkter och klagomål i korthet", report),
        columns=(
            Column("Nyckeltal", Kind.TEXT),
            *(Column(upper_first(figures.period.label)) for figures in report.periods),
            *_changes_since(),
            *_changes_since(report.before_that.period.label),
        ),
        rows=tuple(row(name, figure) for name, figure in key_figures),
        notes=(
            f"Förändring utan årtal jämför med {report.previous.period.label}. Antal och dagar jämförs i antal och i "
            "procent, andelar bara i procentenheter.",
            "Typerna är tillsammans alla inkomna. Anonyma och raderna efter räknas var för sig: samma ärende kan "
            "finnas i flera av dem.",
            CLOSINGS_COUNTED,
            *cautions(report),
        ),
        filtered=False,
    )


def _changes_since(label: str = "") -> tuple[Column, Column, Column]:
    name = f"Förändring mot {label}" if label else "Förändring"
    return Column(name, Kind.CHANGE), Column(f"{name}, %", Kind.GROWTH), Column(f"{name}, procentenheter", Kind.CHANGE)


def _changes(now: Figure, before: Figure) -> tuple[Value, Value, Value]:
    """A change as a number, in per cent and in percentage points: each in its own column, never mixed."""
    change = difference(now, before)
    points = isinstance(change, Points)
    return None if points else change, growth(now, before), change if points else None


def years(report: Report) -> Sheet:
    """Flera år: the same period of every year that the register knows, the latest ten at most."""
    rules, areas = report.current.deadlines(), report.about.areas

    def row(figures: Figures) -> tuple[Value, ...]:
        received, by_area = figures.received(), figures.received_by("area")
        complaints = figures.received_by("type")[CaseType.COMPLAINT]
        promises = by_rule(figures)
        kept = (promises[d.rule.key].share if d.rule.key in promises else None for d in rules)
        most = next((code for code in most_first(by_area, {}, areas) if code), None)
        area = named(most, areas) if most else None
        median = figures.handling().median
        return (
            upper_first(figures.period.label),
            received,
            complaints,
            Share(complaints, received, Formula.COMPLAINTS),
            area,
            *kept,
            median,
        )

    rows = tuple(map(row, report.years))
    chart = Chart(
        kind=ChartKind.LINES,
        title=f"Inkomna ärenden och klagomål flera år, {scope(report)}",
        category_title="År",
        value_title="Antal ärenden",
        categories=Block(1, 0, len(rows), 0),
        series=(
            Series("Inkomna", Block(1, 1, len(rows), 1)),
            Series("Klagomål", Block(1, 2, len(rows), 2)),
        ),
    )
    return Sheet(
        title="Flera år",
        heading=heading("Samma period flera år", report),
        columns=(
            Column("År", Kind.TEXT),
            Column("Inkomna"),
            Column("Klagomål"),
            Column("Andel klagomål"),
            Column("Vanligaste område", Kind.TEXT),
            *(Column(share_name(deadline)) for deadline in rules),
            Column("Median (dagar)"),
        ),
        rows=rows,
        notes=(
            "Varje år är räknat som det stod till samma dag det året som uttagsdatumet i år.",
            "Median är handläggningstiden för ärenden som avslutades. Vanligaste område är det med flest inkomna.",
            *report.about.renewed,
        ),
        chart=chart if len(rows) > 1 else None,
    )


def boards_compared(report: Report) -> Sheet | None:
    """Nämnder beside one another, for those who lead them (Enköping: ledningsgrupperna)."""
    boards, rules = report.boards(), report.current.deadlines()
    if sum(board is not None for board in boards) < 2:
        return None

    def row(name: str, now: Figures) -> tuple[Value, ...]:
        balance, promises, measures = now.balance(), by_rule(now), now.measures()
        shares = (promises.get(deadline.rule.key, DeadlineFigures(deadline.rule)).share for deadline in rules)
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
        heading=heading("Nämnderna bredvid varandra", report),
        columns=(
            Column("Nämnd", Kind.TEXT),
            Column("Inkomna"),
            Column("Avslutade"),
            Column("Öppna"),
            Column("varav försenade"),
            *(Column(share_name(deadline)) for deadline in rules),
            Column("Median handläggningstid (dagar)"),
            Column("Andel som ledde till åtgärd"),
            Column("Utlovade åtgärder"),
            Column("varav försenade åtgärder"),
        ),
        rows=tuple(row(named(board), report.current.at(board)) for board in boards),
        totals=(row("Totalt", report.current),),
        notes=(
            "Siffrorna är desamma som på de andra bladen. Öppna är vid periodens slut, åtgärderna på uttagsdatumet.",
            CLOSINGS_COUNTED,
            ATTRIBUTED,
        ),
    )


def years_work(report: Report) -> Sheet | None:
    """How the year's work is told in words (Enköping: årsredovisningen)."""
    written = sorted(report.texts, key=lambda text: (swedish_order(text.board), swedish_order(text.unit)))
    if not written:
        return None
    return Sheet(
        title="Årets arbete",
        heading=f"Så har vi arbetat med synpunkter och klagomål {report.current.period.end.year}",
        columns=(Column("Nämnd", Kind.TEXT), Column("Enhet", Kind.TEXT), Column("Text", Kind.TEXT)),
        rows=tuple(
            (text.board or "Alla", text.unit or "Alla", passage) for text in written for passage in passages(text.text)
        ),
        notes=("Texterna är nämndernas och enheternas egna. En rad är ett stycke.",),
    )
