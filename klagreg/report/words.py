"""What the sheets of a report call things: headings, notes that several sheets share, and small parts of rows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from textwrap import wrap

from klagreg.days import MONTHS
from klagreg.figures import DeadlineFigures, Figures, Report, Share, swedish_order
from klagreg.sheets import Value, named, shown
from klagreg.terms import CaseType, MeasureKind, Route, SenderRole, Term, labelled

PLURALS = {
    CaseType.COMPLAINT: "Klagomål",
    CaseType.VIEWPOINT: "Synpunkter",
    CaseType.PROPOSAL: "Förslag",
    CaseType.PRAISE: "Beröm",
    CaseType.QUESTION: "Frågor",
    CaseType.FAULT: "Felanmälningar",
    CaseType.DEVIATION: "Avvikelser",
}
ALWAYS_SHOWN = tuple(PLURALS)[:5]

ANONYMOUS = "Anonym"
SENDERS = labelled(SenderRole)
"""Who a case can come from: who is anonymous is that and nothing else."""

MEASURE_KINDS: dict[MeasureKind | None, str] = {
    MeasureKind.REMEDY: "rättelse",
    MeasureKind.IMPROVEMENT: "förbättring",
    None: "utan slag",
}
"""The kinds of a measure that are counted; a check afterwards is none (``Measure.is_promise``)."""


def title(report: Report) -> str:
    """The report's name: ``Synpunkter och klagomål, 2025 – Osby kommun``."""
    about, chosen = report.about, report.selection
    board = about.board if len(about.sources) == 1 else None
    owners = [name for name in (about.municipality, chosen.board or board, chosen.unit) if name]
    return f"Synpunkter och klagomål, {report.current.period.label}" + (f" – {', '.join(owners)}" if owners else "")


def scope(report: Report) -> str:
    """Whose cases and when: ``2026``, or ``Parkskolan, halvår 1 2026`` when some were chosen."""
    chosen = report.selection
    return ", ".join(name for name in (chosen.board, chosen.unit, report.current.period.label) if name)


ATTRIBUTED = "Ett ärende räknas hos den nämnd och enhet som hade det på uttagsdatumet, också om det har överlämnats."
ROUNDED = "Andelar visas i hela procent. Summan kan avvika från 100 på grund av avrundning."
CLOSINGS_COUNTED = (
    "Avslutade är här antalet avslut, också av ärenden som kom in tidigare. Ett ärende som avslutas, återupptas och "
    "avslutas igen räknas två gånger. Handläggningstid samt Utfall och åtgärder räknar i stället ärenden, och talet "
    "där kan vara lägre."
)
CASES_COUNTED = (
    "Avslutade är här antalet ärenden: ett ärende som har återupptagits räknas en gång, efter sitt senaste avslut, och "
    "inte alls om det är öppet vid periodens slut. Övriga blad räknar i stället avslut, och talet där kan vara högre."
)
GOALS = (
    "För ett mål betyder I tid att målet nåddes och För sent att det inte nåddes; det är inget brutet löfte. Andel i "
    "tid är då andelen uppnått mål."
)


def heading(subject: str, report: Report) -> str:
    """What a sheet is about, of whose cases and as of which day."""
    return f"{subject}, {scope(report)} (uttag {report.current.as_of})"


def compared_with(report: Report) -> str:
    """The note that says which period the earlier figures are of."""
    return f"Föregående period är {report.previous.period.label}."


def received_of(case_type: CaseType) -> Callable[[Figures], int]:
    """Inkomna of a type."""
    return lambda figures: figures.received_by("type")[case_type]


def number_marked(mark: str) -> Callable[[Figures], int]:
    """Inkomna with a mark (``Figures.marked``)."""
    return lambda figures: figures.marked(mark)


def share_name(deadline: DeadlineFigures) -> str:
    """A promise is kept; a goal is reached (Nacka)."""
    title = lower_first(deadline.rule.title)
    return f"Andel uppnått mål: {title}" if deadline.is_goal else f"Andel {title} i tid"


def in_a_word(route: Route) -> str:
    """What a route is called in a heading."""
    return route.words[0]


def what_waits(figures: Figures) -> str:
    """``1 frist och 2 mål``: what is not settled yet."""
    waiting = dict.fromkeys((False, True), 0)
    for deadline in figures.deadlines():
        waiting[deadline.is_goal] += deadline.waiting
    told = (counted(waiting[False], "frist", "frister"), counted(waiting[True], "mål", "mål"))
    return " och ".join(text for text, number in zip(told, waiting.values(), strict=True) if number)


def share_in_time(key: str) -> Callable[[Figures], Share | None]:
    """Andel i tid of a promise; None where no case was given it."""
    return lambda figures: next((d.share for d in figures.deadlines() if d.rule.key == key), None)


def by_rule(figures: Figures) -> dict[str, DeadlineFigures]:
    """The promises by key."""
    return {deadline.rule.key: deadline for deadline in figures.deadlines()}


def promise_name(deadline: DeadlineFigures) -> str:
    """A promise's title; a goal says that it is one."""
    return deadline.rule.title + (" (mål)" if deadline.is_goal else "")


def types_used(report: Report) -> list[CaseType]:
    """The five types that are always shown, and others that any of the periods has."""
    used = {code for figures in report.periods for code in figures.received_by("type")}
    return [t for t in CaseType if t in ALWAYS_SHOWN or t in used]


def most_first(
    now: Mapping[str | None, int], before: Mapping[str | None, int], labels: Mapping[str, str]
) -> list[str | None]:
    """Codes that either period has, the most common first, a missing value last."""
    return sorted(
        {*now, *before}, key=lambda code: (code is None, -now.get(code, 0), swedish_order(named(code, labels)))
    )


def with_share(number: int, total: int) -> tuple[int, Share]:
    """A number, and the share that it is of all."""
    return number, Share(number, total)


def if_any(rows: Sequence[object], *totals: tuple[Value, ...]) -> tuple[tuple[Value, ...], ...]:
    """Totals only under a table that has rows."""
    return totals if rows else ()


def labels_of(codes: Collection[Term], vocabulary: Iterable[Term]) -> str:
    """Some of a vocabulary's labels, in its order."""
    return ", ".join(lower_first(code.label) for code in vocabulary if code in codes)


def passages(text: str) -> Iterator[str]:
    """A text in pieces that fit a row each: a row of Excel ends at 31 lines."""
    for paragraph in text.splitlines():
        yield from wrap(paragraph, 1500)


def month_name(month: str, *, with_year: bool) -> str:
    """``Jan``, or ``Jan 2026`` when the period spans years."""
    name = upper_first(MONTHS[int(month[5:]) - 1][:3])
    return f"{name} {month[:4]}" if with_year else name


def counted(number: int, one: str, many: str) -> str:
    """``1 ärende``, ``2 ärenden``."""
    return f"{shown(number)} {one if number == 1 else many}"


def upper_first(text: str) -> str:
    """With a capital."""
    return text[:1].upper() + text[1:]


def lower_first(text: str) -> str:
    """``Första återkoppling`` inside a sentence; ``IVO-svar`` stays."""
    return text if text[:2].isupper() else text[:1].lower() + text[1:]
