"""The sammanställning put together: counts of one register, or of several, with what a reader must know of them.

Each nämnd is its own myndighet with its own register. Counted together, nothing leaves a register but counts per
nämnd and what was written to be shared; its cases stay where they are (domain 0.13).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce
from operator import add
from os.path import realpath  # Path.resolve() fails where links lead round
from pathlib import Path

from klagreg import __version__, days, publication
from klagreg.days import Period
from klagreg.desk import in_force
from klagreg.disclosure import strictest
from klagreg.errors import NotARegister, Refused, RegisterMissing, RegisterUnsound, Unbalanced, WrongUse
from klagreg.figures import About, Figures, Improvement, Listing, Report, RulesInForce, Source, swedish_order
from klagreg.model import Case
from klagreg.sheets import named
from klagreg.store import door, listings, soundness, statistics, yearly
from klagreg.store.cases import Filter, RuleSet, Store
from klagreg.store.statistics import EVERYTHING, Cells, Received, RuleLine, Selection
from klagreg.terms import CaseType, fold
from klagreg.workdays import CALENDAR_END
from klagreg.yearly import Presentation, YearlyText

MOST_YEARS = 10
"""How many years Flera år shows at most, this one included."""

_NAMED_AT_MOST = 8
"""New units and other names that a note lists before it says how many more there are."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a sammanställning is asked to be about."""

    period: Period
    as_of: date
    selection: Selection = EVERYTHING
    with_cases: bool = False
    """Whether the cases come with it, row by row: only of a register on its own."""
    compared: bool = True
    """Whether earlier years are counted too: ten of them take ten times as long as the period alone."""


Progress = Callable[[str], None]
"""Told what is being done, in Swedish."""


# -- several registers --------------------------------------------------------------------------


@contextmanager
def counted_in(paths: Iterable[Path], main: Store, progress: Progress = lambda _: None) -> Iterator[list[Store]]:
    """The registers that are counted in, each sound and at one moment; a folder means every ``*.db`` in it.

    They are looked through in pieces before that moment begins: while it lasts, whoever writes has to wait.

    Raises:
        RegisterError: one of them is missing, unsound or of another schema; the message names it.
        Refused: two of them are the same register.
        WrongUse: a folder without registers.
    """
    with ExitStack() as opened:
        stores = [main]
        for path in _files(paths, main.path):
            store = _opened(path)
            opened.callback(store.close)
            stores.append(store)
        for store in stores:
            progress(f"Kontrollerar {store.path.name}")
            if fault := soundness.fault(store):
                raise RegisterUnsound(store.path, fault)
        for store in stores:
            opened.enter_context(store.reading())
        _no_two_the_same(stores)
        yield stores[1:]


def _opened(path: Path) -> Store:
    try:
        return Store(door.open_to_read(path), path)
    except (RegisterMissing, NotARegister) as error:
        error.hint = "Kontrollera --med."
        raise


def _files(paths: Iterable[Path], main: Path) -> list[Path]:
    found: dict[str, Path] = {}
    for path in paths:
        inside = sorted(p for p in path.iterdir() if p.suffix.casefold() == ".db") if path.is_dir() else [path]
        inside = [file for file in inside if realpath(file) != realpath(main)]
        if not inside and path.is_dir():
            raise WrongUse(f"Mappen {path} har inga andra register (*.db).", "Ange filerna en och en.")
        found |= {realpath(file): file for file in inside}
    return list(found.values())


def _no_two_the_same(stores: Sequence[Store]) -> None:
    """A copy would count its cases twice. Every register's first act has a digest of its own."""
    seen: dict[str, Path] = {}
    for store in stores:
        origin = store.origin()
        if origin in seen:
            raise Refused(
                f"{store.path} är en kopia av {seen[origin]}, och ärendena skulle räknas två gånger.",
                "Ta bort en av dem ur --med, eller flytta kopian ur mappen.",
            )
        seen[origin] = store.path


# -- the report ---------------------------------------------------------------------------------


def compiled(asked: Asked, stores: Sequence[Store], progress: Progress = lambda _: None) -> Report:
    """The figures of a period as of a day, with earlier years. Call inside ``reading()`` of every register.

    ``stores``: the register itself first. Where earlier years are not asked for, there are none: they have no cases.

    Raises:
        Unbalanced: the ärendebalans does not hold, so that no figure can be relied on.
    """
    main, several = stores[0], len(stores) > 1
    rule_lines = _merged_rules([statistics.rule_lines(store) for store in stores])
    calendars = [store.calendar(days.FIRST_DAY, CALENDAR_END) for store in stores]
    sharing = [_sharing(store, stores) for store in stores]

    def figures(years_back: int, only: Iterable[str] | None = None) -> Figures:
        period, as_of = asked.period.years_back(years_back), days.years_back(asked.as_of, years_back)
        counts = (
            shared(statistics.count(store, period, as_of, calendar, asked.selection, only))
            for store, calendar, shared in zip(stores, calendars, sharing, strict=True)
        )
        return Figures(period, as_of, reduce(add, counts), rule_lines)

    progress("Räknar ärenden")
    for store in stores:
        if wrong := listings.unbalanced(store, asked.period, asked.as_of):
            raise Unbalanced(store.path, wrong)
    current = figures(0)
    if differing := [b for b in current.boards() if current.at(b).balance().difference]:
        raise Unbalanced(main.path, [f"nämnden {named(board)}" for board in differing])
    wanted: Iterable[str] | None = None if asked.compared else ()
    report = Report(
        current=current,
        previous=figures(1, wanted),
        before_that=figures(2, wanted),
        about=_about(asked, stores),
        selection=asked.selection,
        texts=tuple(text for store in stores for text in _texts(store, asked)),
    )
    back = 0
    if asked.compared:
        progress("Räknar tidigare år")
        back = _earlier_years(asked, stores)
    earlier = tuple(figures(n, statistics.YEARLY) for n in range(back, 2, -1))
    known = tuple(f for n, f in ((2, report.before_that), (1, report.previous)) if n <= back)
    report = replace(
        report,
        years=(*earlier, *known, report.current),
        improvements=tuple(
            one for store in stores for one in _improvements(store, asked, several) if one.publishable or store is main
        ),
        listing=_listing(main, asked) if asked.with_cases else None,
    )
    return replace(report, about=replace(report.about, renewed=tuple(_renewed(report, stores))))


def _sharing(store: Store, stores: Sequence[Store]) -> Callable[[Cells], Cells]:
    """How a register's counts are made fit to be added to those of others; alone they stay as they are.

    What lies at no nämnd belongs to the nämnd whose register it is. An area or a channel that several registers call
    the same is one. Who provides what a case is about is freely written, and stays in its register.
    """
    if len(stores) == 1:
        return lambda cells: cells
    board = store.meta().get("namnd")
    names = [(field, _one_code_a_label(field, store, stores)) for field in ("area", "channel")]

    def shared(cells: Cells) -> Cells:
        found = cells.with_boards(lambda name: name or board)
        received = Counter[Received]()
        for cell, number in found.received.items():
            codes = {field: known.get(code, code) for field, known in names if (code := getattr(cell, field))}
            received[cell._replace(provider=cell.provider if store is stores[0] else None, **codes)] += number
        return replace(found, received=received)

    return shared


_VOCABULARIES = {"area": "omrade", "channel": "kanal"}


def _one_code_a_label(field: str, store: Store, stores: Sequence[Store]) -> dict[str, str]:
    """A register's codes that have another code's label in a register before it → that code."""
    first: dict[str, str] = {}
    for other in stores:
        for code, words in other.vocabulary(_VOCABULARIES[field]).codes.items():
            first.setdefault(fold(words[0]), code)
    own = store.vocabulary(_VOCABULARIES[field]).codes
    return {code: first[fold(words[0])] for code, words in own.items()}


def _merged_rules(found: Sequence[Sequence[RuleLine]]) -> tuple[RuleLine, ...]:
    """One line per promise: the same key is the same promise, in the words of the register that comes first.

    Raises:
        Refused: what is a promise in one register is only a goal in another.
    """
    merged: dict[str, RuleLine] = {}
    for lines in found:
        for line in lines:
            known = merged.get(line.key)
            if known and known.nature != line.nature:
                raise Refused(
                    f"{line.title} är ett löfte i ett av registren och ett mål i ett annat, och kan inte räknas ihop.",
                    "Gör sammanställningar av registren var för sig.",
                )
            if known:
                some = known.of_some_types or line.of_some_types
                line = replace(known, of_some_types=some, stricter=known.stricter + line.stricter)
            merged[line.key] = line
    return tuple(merged.values())


def _earlier_years(asked: Asked, stores: Sequence[Store]) -> int:
    """How many years back there is something to count, at most ``MOST_YEARS`` years in all."""
    last = asked.period.end.year
    first = min((year for store in stores if (year := statistics.first_year(store))), default=last)
    return min(last - first, MOST_YEARS - 1)


def _listing(store: Store, asked: Asked) -> Listing:
    return Listing(
        open=listings.open_cases(store, asked.period, asked.as_of, asked.selection),
        cases=listings.listed(store, asked.period, asked.as_of, asked.selection),
    )


# -- what the reader must know ------------------------------------------------------------------


def _about(asked: Asked, stores: Sequence[Store]) -> About:
    main, moment, alone = stores[0], days.day_ends(asked.as_of), len(stores) == 1
    facts, last_day = main.meta(), min(asked.period.end, asked.as_of)
    practices = [in_force(store.rule_sets(), last_day).practice for store in stores]
    return About(
        municipality=facts.get("kommun"),
        board=facts.get("namnd"),
        version=__version__,
        sources=tuple(map(_source, stores)),
        registered_after=sum(
            statistics.registered_after(store, asked.period, asked.as_of, moment, asked.selection) for store in stores
        ),
        channels=_labels(store.vocabulary("kanal").codes for store in stores),
        areas=_labels(store.vocabulary("omrade").codes for store in stores),
        referrals=_labels(rs.practice.referrals for store in stores for rs in store.rule_sets()),
        # What one register's rules or protocols say is not said of them all.
        type_groups=_if_the_same([practice.type_groups for practice in practices]),
        presented=_presented(main, asked) if alone else (),
        last_review=yearly.last_review(main, asked.as_of) if alone else None,
        disclosure=strictest(practice.disclosure for practice in practices),
    )


def _if_the_same(groups: Sequence[Mapping[CaseType, tuple[CaseType, ...]]]) -> Mapping[CaseType, tuple[CaseType, ...]]:
    return groups[0] if all(one == groups[0] for one in groups) else {}


def _source(store: Store) -> Source:
    return Source(
        register=store.path.name,
        board=store.meta().get("namnd"),
        last_hash=store.last_hash(),
        cases=statistics.numbers_given(store),
        rules=tuple(
            RulesInForce(
                rs.name, rs.source, rs.note, rs.valid_from, tuple(f"{r.title}: {r.in_words}" for r in rs.rules)
            )
            for rs in store.rule_sets()
        ),
        days_off=store.local_days_off(),
    )


def _labels(found: Iterable[Mapping[str, Sequence[str]]]) -> dict[str, str]:
    """Code → label of several lists: a code that is in more than one has the first one's label."""
    labels: dict[str, str] = {}
    for codes in found:
        labels |= {code: words[0] for code, words in codes.items() if code not in labels}
    return labels


def _texts(store: Store, asked: Asked) -> Iterator[YearlyText]:
    """What was written of the year's work, each text at the nämnd that it belongs to."""
    chosen, own = asked.selection, store.meta().get("namnd")
    homes = {unit.name: unit.board for unit in store.units()}
    for text in yearly.texts(store, asked.period.end.year):
        placed = replace(text, board=text.board or homes.get(text.unit or "") or (own if text.unit else None))
        if chosen.unit in (None, placed.unit) and chosen.board in (None, placed.board):
            yield placed


def _presented(store: Store, asked: Asked) -> tuple[Presentation, ...]:
    """The presentations of the very report: of the same period, and of the same nämnd if one was chosen."""
    period, chosen = asked.period, asked.selection
    within = [] if chosen.unit else yearly.presentations(store, period.start, period.end)
    return tuple(
        one
        for one in within
        if (one.start, one.end) == (period.start, period.end)
        and one.presented_on <= asked.as_of
        and chosen.board in (None, one.board)
    )


# -- what became better -------------------------------------------------------------------------


def _improvements(store: Store, asked: Asked, several: bool) -> Iterator[Improvement]:
    """Improvements that were approved in the period, then lessons that were written down in it, the latest first."""
    own = store.meta().get("namnd") if several else None
    for one in (*_approved(store, asked), *_lessons(store, asked)):
        yield replace(one, board=one.board or own)


def _lessons(store: Store, asked: Asked) -> Iterator[Improvement]:
    for board, area, text, day in listings.lessons(store, asked.period, asked.as_of, asked.selection):
        yield Improvement(board, area, text, date.fromisoformat(day), is_lesson=True, publishable=False)


def _approved(store: Store, asked: Asked) -> Iterator[Improvement]:
    rule_sets, known = store.rule_sets(), min(asked.as_of, store.last_day())
    practices = {rule_set.id: rule_set.practice for rule_set in rule_sets}
    now = in_force(rule_sets, asked.as_of).practice
    for case in publication.approved(store.find(Filter(published=True)), asked.period, asked.as_of):
        assert case.publication
        text = case.publication.improvement
        if text and not case.individual and not _is_marked(case, known) and _is_chosen(case, asked.selection):
            why = publication.why_never(case, asked.as_of, practices[case.rule_set], now)
            places = publication.likely_identities(case, publication.looked_through(store.events(case.number)))
            approved_on = case.publication.approved_on
            yield Improvement(
                case.board, case.area, text, approved_on, is_lesson=False, publishable=not (why or places)
            )


def _is_marked(case: Case, known: date) -> bool:
    """Whether a secrecy mark is heeded (``statistics.heeded``); ``known``: the last day that is known."""
    return any(mark.lifted_on is None and (mark.until is None or mark.until >= known) for mark in case.secrecy)


def _is_chosen(case: Case, chosen: Selection) -> bool:
    return chosen.unit in (None, case.unit) and chosen.board in (None, case.board)


# -- what changed between the years -------------------------------------------------------------


def _renewed(report: Report, stores: Sequence[Store]) -> Iterator[str]:
    """Rules, types, areas, channels and units that are not the same in the periods that are compared."""
    earlier, now = report.before_that.period, report.current.period
    for store in stores:
        of = f" ({store.path.name})" if len(stores) > 1 else ""
        yield from (f"{said}{of}." for said in _renewed_rules(store.rule_sets(), earlier.end, now.end))
        retired = [u.name for u in store.units() if u.retired_on and earlier.start < u.retired_on <= now.end]
        if retired:
            yield f"Avvecklade enheter: {_listed_names(retired)}{of}."
    yield from _new_names(report)


def _renewed_rules(rule_sets: Sequence[RuleSet], start: date, end: date) -> Iterator[str]:
    before = in_force(rule_sets, start)
    for rule_set in rule_sets:
        if start < rule_set.valid_from <= end and rule_set.id != before.id:
            yield f"Regelverket är {rule_set.name} för ärenden som kommit in från {rule_set.valid_from}"
            more, fewer = (set(a.types) - set(b.types) for a, b in ((rule_set, before), (before, rule_set)))
            if more:
                yield f"Nya typer från {rule_set.valid_from}: {_type_names(more)}"
            if fewer:
                yield f"Typer som inte används från {rule_set.valid_from}: {_type_names(fewer)}"
            before = rule_set


def _type_names(types: Iterable[CaseType]) -> str:
    return ", ".join(sorted(t.label.lower() for t in types))


def _new_names(report: Report) -> Iterator[str]:
    """What no earlier year has cases of: new, or an old one that was renamed, divided or merged."""
    earlier = [figures for figures in report.years if figures is not report.current and figures.received()]
    kinds: tuple[tuple[str, str, Mapping[str, str]], ...] = (
        ("unit", "enheter", {}),
        ("area", "områden", report.about.areas),
        ("channel", "kanaler", report.about.channels),
    )
    for field, name, labels in kinds if earlier else ():
        known = {code for figures in earlier for code in figures.received_by(field)}
        new = [labels.get(code, code) for code in report.current.received_by(field) if code and code not in known]
        if new:
            yield f"Nya {name} {report.current.period.label}, utan ärenden tidigare år: {_listed_names(new)}."


def _listed_names(names: Iterable[str]) -> str:
    listed = sorted(names, key=swedish_order)
    more = len(listed) - _NAMED_AT_MOST
    return ", ".join(listed) if more <= 1 else f"{', '.join(listed[:_NAMED_AT_MOST])} och {more} till"
