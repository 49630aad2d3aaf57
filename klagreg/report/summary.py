"""The sheets that are read first: the year in short, nämnder beside one another, and the year in words."""

from __future__ import annotations

from collections.abc import Callable

from klagreg.figures import DeadlineFigures, Figure, Figures, Report, difference, growth, swedish_order
from klagreg.report.about import cautions
from klagreg.report.words import (
    ATTRIBUTED,
    CLOSINGS_COUNTED,
    PLURALS,
    by_rule,
    heading,
    number_marked,
    passages,
    received_of,
    share_in_time,
    share_name,
    types_used,
    upper_first,
)
from klagreg.sheets import Column, Kind, Part, Sheet, Value, named


def summary(report: Report) -> Sheet:
    """Sammanfattning: the key figures of three years beside one another."""
    key_figures: list[tuple[str, Callable[[Figures], Figure]]] = [("Inkomna", Figures.received)]
    key_figures += [(Part(f"varav {PLURALS[t].lower()}"), received_of(t)) for t in types_used(report)]
    key_figures += [
        (Part("varav anonyma"), number_marked("anonymous")),
        (Part("varav utan kontaktväg"), Figures.without_contact),
        (Part("varav avstår svar"), Figures.wanting_no_answer),
        (Part("varav interna (från medarbetare)"), number_marked("internal")),
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
        return name, now, before, earlier, difference(now, before), growth(now, before)

    return Sheet(
        title="Sammanfattning",
        heading=heading("Synpunkter och klagomål i korthet", report),
        columns=(
            Column("Nyckeltal", Kind.TEXT),
            *(Column(upper_first(figures.period.label)) for figures in report.periods),
            Column("Förändring", Kind.CHANGE),
            Column("Förändring, %", Kind.GROWTH),
        ),
        rows=tuple(row(name, figure) for name, figure in key_figures),
        notes=(
            f"Förändring jämför med {report.previous.period.label}.",
            "Typerna är tillsammans alla inkomna. Anonyma och raderna efter räknas var för sig: samma ärende kan "
            "finnas i flera av dem.",
            CLOSINGS_COUNTED,
            *cautions(report),
        ),
        filtered=False,
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
