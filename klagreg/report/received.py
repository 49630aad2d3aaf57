"""The sheets of what came in: by typ, nämnd, enhet, månad, kanal, område and utförare (domain 7.3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from klagreg.figures import Figures, Report, Share, growth, swedish_order
from klagreg.report.words import (
    ANONYMOUS,
    ATTRIBUTED,
    CLOSINGS_COUNTED,
    PLURALS,
    ROUNDED,
    SENDERS,
    compared_with,
    heading,
    if_any,
    labels_of,
    month_name,
    most_first,
    scope,
    types_used,
    upper_first,
    with_share,
)
from klagreg.sheets import Block, Chart, ChartKind, Column, Kind, Series, Sheet, Value, named
from klagreg.terms import MISSING_LABEL, CaseType


def per_type(report: Report) -> Sheet:
    """Inkomna per typ."""
    now, before = (figures.received_by("type") for figures in (report.current, report.previous))
    brought_in = report.current.received_by("type", "brought_in")
    types = [t for t in CaseType if now[t] or before[t]]
    groups = report.about.type_groups

    def row(name: str, counted: Iterable[CaseType]) -> tuple[Value, ...]:
        of_these = tuple(counted)
        number, earlier = (sum(by_type[t] for t in of_these) for by_type in (now, before))
        apart = sum(brought_in[t, True] for t in of_these)
        return name, *with_share(number, now.total()), earlier, number - earlier, apart

    regrouped = "; ".join(f"{PLURALS[group]}: {labels_of(of, CaseType)}" for group, of in groups.items())
    return Sheet(
        title="Per typ",
        heading=heading("Inkomna per typ", report),
        columns=(
            Column("Typ", Kind.TEXT),
            Column("Antal"),
            Column("Andel"),
            Column("Föregående period"),
            Column("Förändring", Kind.CHANGE),
            Column("varav i efterhand"),
        ),
        rows=tuple(row(t.label, [t]) for t in types),
        totals=if_any(
            types,
            row("Totalt", CaseType),
            *(row(f"{PLURALS[group]} enligt regelverket", of) for group, of in groups.items()),
        ),
        notes=(
            compared_with(report),
            "I efterhand: fördes utanför registret när det kom in, och togs in senare. Det ingår i Antal.",
            *([f"Enligt regelverket, samma ärenden räknade en gång till: {regrouped}."] if groups else []),
            ROUNDED,
        ),
    )


def per_board(report: Report) -> Sheet:
    """Inkomna per nämnd and typ."""
    types, boards = types_used(report), report.boards()

    def row(name: str, now: Figures, before: Figures) -> tuple[Value, ...]:
        by_type, number, earlier = now.received_by("type"), now.received(), before.received()
        share = Share(number, report.current.received())
        return name, *(by_type[t] for t in types), number, share, earlier, growth(number, earlier)

    series = (Series(PLURALS[t], Block(1, i, len(boards), i)) for i, t in enumerate(types, 1))
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
        heading=heading("Inkomna per nämnd", report),
        columns=(
            Column("Nämnd", Kind.TEXT),
            *(Column(PLURALS[t]) for t in types),
            Column("Totalt"),
            Column("Andel av total"),
            Column("Föregående period"),
            Column("Förändring, %", Kind.GROWTH),
        ),
        rows=tuple(row(named(b), report.current.at(b), report.previous.at(b)) for b in boards),
        totals=if_any(boards, row("Totalt", report.current, report.previous)),
        notes=(compared_with(report), ATTRIBUTED, ROUNDED),
        chart=chart if report.current.received() else None,
    )


def per_unit(report: Report) -> Sheet:
    """Inkomna per enhet and typ."""
    types = types_used(report)
    by_unit: dict[tuple[str | None, str | None], Counter[str]] = {}
    for (board, unit, case_type), number in report.current.received_by("board", "unit", "type").items():
        by_unit.setdefault((board, unit), Counter())[case_type] = number
    units = sorted(by_unit, key=lambda place: tuple(map(swedish_order, place)))

    def row(names: Iterable[str], by_type: Counter[str]) -> tuple[Value, ...]:
        return *names, *(by_type[t] for t in types), by_type.total()

    return Sheet(
        title="Per enhet",
        heading=heading("Inkomna per enhet", report),
        columns=(
            Column("Nämnd", Kind.TEXT),
            Column("Enhet", Kind.TEXT),
            *(Column(PLURALS[t]) for t in types),
            Column("Totalt"),
        ),
        rows=tuple(row(map(named, place), by_unit[place]) for place in units),
        totals=if_any(units, row(("Totalt", ""), report.current.received_by("type"))),
        notes=(ATTRIBUTED,),
    )


def per_month(report: Report) -> Sheet:
    """Inkomna, avslutade and öppna per månad."""
    now = report.current
    received, closed, still_open = now.received_by_month(), now.closings_by_month(), now.open_at_month_ends()
    before = report.previous.received_by_month()
    same_month_before = dict(zip(now.period.months(), report.previous.period.months(), strict=True))
    months = now.months()
    one_year = now.period.start.year == now.period.end.year
    chart = Chart(
        kind=ChartKind.COLUMNS,
        title=f"Inkomna per månad och samma månad året före, {scope(report)}",
        category_title="Månad",
        value_title="Antal ärenden",
        categories=Block(1, 0, len(months), 0),
        series=(
            Series(upper_first(now.period.label), Block(1, 1, len(months), 1)),
            Series(upper_first(report.previous.period.label), Block(1, 4, len(months), 4)),
        ),
    )
    return Sheet(
        title="Per månad",
        heading=heading("Inkomna, avslutade och öppna per månad", report),
        columns=(
            Column("Månad", Kind.TEXT),
            Column("Inkomna"),
            Column("Avslutade"),
            Column("Öppna vid månadens slut"),
            Column("Inkomna föregående år"),
        ),
        rows=tuple(
            (month_name(m, with_year=not one_year), received[m], closed[m], still_open[m], before[same_month_before[m]])
            for m in months
        ),
        totals=if_any(months, ("Totalt", received.total(), closed.total(), now.balance().closing, before.total())),
        notes=(
            CLOSINGS_COUNTED,
            f"Totalt för öppna är antalet vid periodens slut, {min(now.as_of, now.period.end)}.",
        ),
        chart=chart if received or before else None,
    )


def per_channel(report: Report) -> Sheet:
    """Inkomna per kanal."""
    now, before = (figures.received_by("channel") for figures in (report.current, report.previous))
    codes = most_first(now, before, report.about.channels)
    return Sheet(
        title="Per kanal",
        heading=heading("Inkomna per kanal", report),
        columns=(Column("Kanal", Kind.TEXT), Column("Antal"), Column("Andel"), Column("Föregående period")),
        rows=tuple(
            (named(code, report.about.channels), *with_share(now[code], now.total()), before[code]) for code in codes
        ),
        totals=if_any(codes, ("Totalt", *with_share(now.total(), now.total()), before.total())),
        notes=(compared_with(report), ROUNDED),
    )


def per_area(report: Report) -> Sheet:
    """Inkomna per område."""
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


def per_sender(report: Report) -> Sheet:
    """Inkomna by who sent them, each case once: who is anonymous is that and nothing else."""
    counts = Counter[str]()
    for (role, anonymous), number in report.current.received_by("role", "anonymous").items():
        counts[ANONYMOUS if anonymous else named(role, SENDERS)] += number
    order = [label for label in (*SENDERS.values(), ANONYMOUS, MISSING_LABEL) if counts[label]]
    return Sheet(
        title="Avsändare",
        heading=heading("Inkomna efter avsändare", report),
        columns=(Column("Avsändare", Kind.TEXT), Column("Antal"), Column("Andel")),
        rows=tuple((label, *with_share(counts[label], counts.total())) for label in order),
        totals=if_any(order, ("Totalt", *with_share(counts.total(), counts.total()))),
        notes=(
            "Varje ärende räknas en gång. Den som är anonym räknas bara som det, också när det är känt att det till "
            "exempel är en vårdnadshavare.",
            ROUNDED,
        ),
    )


def per_provider(report: Report) -> Sheet | None:
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
    codes = most_first(now, before, labels)
    return Sheet(
        title=f"Per {name.lower()}",
        heading=heading(f"Inkomna per {name.lower()}", report),
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
                *with_share(now[code], now.total()),
                by_type[code, complaint],
                before[code],
            )
            for code in codes
        ),
        totals=if_any(codes, ("Totalt", *with_share(now.total(), now.total()), complaints, before.total())),
        notes=(compared_with(report), ROUNDED),
    )
