"""Röjandeskydd: which numbers of a report the public edition does not tell (domain 8 R7–R9).

Told only where nobody can be seen in them: how many cases are of each typ at a sekretesskänslig nämnd (R8), at each
unit, in each area and from each kind of sender (R7). Each of these tables is protected against everything else that
the report tells, sums on other sheets included; :mod:`klagreg.suppression` decides exactly what that takes. What is
withheld of a period is decided as in that period's own report, so that next year's, which shows it beside its own,
withholds the same.

The other tables per nämnd (Frister, Handläggningstid, Utfall, Åtgärder, Vägar, Hänvisningar, Avstämning) tell what the
municipality did, not what anybody is like; R7 and R8 leave them alone. What they say of beröm is reckoned with: it
has no deadlines, so a nämnd has at most as many as its Ej tillämplig in Frister. Where that, or Beröm förmedlat in
Utfall, is the very number, beröm is told: a dot that another sheet undoes would protect nobody.

A promise that is not made for every typ but beröm counts the cases of some: it is not told per nämnd where any is
sekretesskänslig, and not at all where the totals per typ are withheld.

R9: nothing crosses units with areas, and where a unit of a sekretesskänslig nämnd has cases of one sensitive area
alone, the units of that nämnd are not told apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, TypeVar

from klagreg import suppression
from klagreg.errors import Refused
from klagreg.figures import Figures, Report, swedish_order
from klagreg.practice import Disclosure
from klagreg.sheets import named
from klagreg.suppression import Entry, When
from klagreg.terms import CaseType, Outcome, fold

K = TypeVar("K", bound=Hashable)

NEVER_OF_A_PART = "En publik upplaga görs av hela registret: bredvid en nämnds eller enhets går små tal att räkna fram."
"""Every sheet would be crossed with the unit (R7, R9), and the rest could be subtracted."""

OTHER_BOARDS, OTHER_UNITS, OTHER_AREAS = "Övriga nämnder", "Övriga enheter", "Övriga områden"
"""What is only told together."""

# Social services, care, schools, and the guardians of those who need one: the secrecy of OSL 23–26 and 32 kap.
_WORDS = (
    *("social", "omsorg", "vard", "aldre", "funktion", "individ", "familj", "barn", "ungdom", "valfard"),
    *("skol", "bildning", "elevhalsa", "overformyndar"),
)
_CODES = frozenset(("sn", "son", "soc", "bun", "bin", "un", "on", "von", "vof", "ifn", "ofn", "ovn"))


# -- nämnder ------------------------------------------------------------------------------------


def strictest(settings: Iterable[Disclosure]) -> Disclosure:
    """The settings of several registers that are counted together: what one of them withholds is withheld."""
    found = Disclosure(by_name=False)
    for one in settings:
        found = Disclosure(
            max(found.threshold, one.threshold),
            tuple(dict.fromkeys((*found.boards, *one.boards))),
            found.by_name or one.by_name,
        )
    return found


def sensitive_boards(report: Report, settings: Disclosure) -> frozenset[str | None]:
    """The sekretesskänsliga nämnder of a report (R8). A case without a nämnd may be any of theirs."""
    boards = {board for figures in (*report.periods, *report.years) for board in figures.boards()}
    found = {board for board in boards if board and _is_sensitive(board, settings)}
    own = report.about.board
    return frozenset({*found, None} if found or (own and _is_sensitive(own, settings)) else found)


def _is_sensitive(board: str, settings: Disclosure) -> bool:
    name = fold(board)
    if board == OTHER_BOARDS or name in map(fold, settings.boards):
        return True
    return settings.by_name and (any(word in name for word in _WORDS) or not _CODES.isdisjoint(name.split("_")))


def coarsened(report: Report, settings: Disclosure) -> Report:
    """The report with the sekretesskänsliga nämnder that have few cases told together with the smallest others.

    A nämnd's number of cases is told on many sheets, and what is not told there could be no secret.

    Raises:
        Refused: all that came in is so little that not even the sum can be told.
    """
    sensitive, fewest = sensitive_boards(report, settings), settings.threshold
    received = report.current.received()
    if 0 < received < fewest and any(report.current.at(board).received() for board in sensitive):
        raise Refused(
            f"Färre än {fewest} ärenden kom in {report.current.period.label}, och en sekretesskänslig nämnd har några "
            "av dem: i en publik upplaga hade någon kunnat kännas igen.",
            "Välj en längre period, eller gör den för nämnden med --upplaga namnd.",
        )
    together = boards_together(report.current, report.previous, sensitive, fewest)
    return _with_boards_together(report, together) if together else report


def boards_together(
    now: Figures, before: Figures, sensitive: Collection[str | None], threshold: int
) -> frozenset[str | None]:
    """The nämnder that a report of a period tells together: those with few cases, and the smallest that help them.

    A sekretesskänslig nämnd has few when one of the numbers that sheets tell of it is small: what came in, then and
    the year ``before``, what was closed and how often. What is small in the whole municipality no sum makes larger.
    """
    boards = {*now.boards(), *before.boards()}
    numbers = {board: _board_numbers(now.at(board), before.at(board)) for board in boards}
    can_help = [i for i, whole in enumerate(_board_numbers(now, before)) if not 0 < whole < threshold]

    def few(boards: Iterable[str | None]) -> list[int]:
        sums = [sum(column) for column in zip(*(numbers[board] for board in boards), strict=True)]
        return [i for i in can_help if 0 < sums[i] < threshold]

    together = {board for board in numbers if board in sensitive and few([board])}
    others = sorted(numbers.keys() - together, key=lambda board: (numbers[board], swedish_order(board)))
    while together and (short := few(together)):
        smallest = next(board for board in others if any(numbers[board][i] for i in short))
        others.remove(smallest)
        together.add(smallest)
    return frozenset(together)


def _board_numbers(now: Figures, before: Figures) -> tuple[int, ...]:
    return now.received(), before.received(), now.handling().number, now.cells.closings.total()


def _with_boards_together(report: Report, boards: Collection[str | None]) -> Report:
    return replace(
        report,
        current=_renamed(report.current, boards),
        previous=_renamed(report.previous, boards),
        before_that=_renamed(report.before_that, boards),
        years=tuple(_renamed(figures, boards) for figures in report.years),
        texts=tuple(replace(text, board=_board(text.board, boards)) for text in report.texts),
        improvements=tuple(replace(one, board=_board(one.board, boards)) for one in report.improvements),
        listing=None,
    )


def _renamed(figures: Figures, together: Collection[str | None]) -> Figures:
    return replace(figures, cells=figures.cells.with_boards(lambda board: _board(board, together)))


def _board(board: str | None, together: Collection[str | None]) -> str | None:
    return OTHER_BOARDS if board in together else board


# -- typer --------------------------------------------------------------------------------------


class Types(NamedTuple):
    """What is withheld of how many cases came in of each typ."""

    cells: frozenset[tuple[str | None, str]]
    """At a nämnd."""
    totals: frozenset[str]
    """At all of them together."""
    may_be_zero: bool


def types(
    now: Figures, before: Figures, sensitive: Collection[str | None], always: Collection[str], threshold: int
) -> Types:
    """What to withhold of a period's nämnder and typer; how many cases each nämnd has is told.

    The totals are told if that is possible, unless only sekretesskänsliga nämnder have cases: then they are their
    numbers. ``before``: the year before, which has to do with which nämnder are told together. ``always``: the typer
    that stand in tables although there are none of them.
    """
    only_sensitive = set(now.received_by("board")) <= set(sensitive)
    together = boards_together(now, before, sensitive, threshold)
    figures = _renamed(now, together) if together else now
    numbers = figures.received_by("board", "type")
    boards = sorted({board for board, _ in numbers}, key=swedish_order)
    kinds = [t for t in CaseType if t in always or any(numbers[board, t] for board in boards)]
    # The numbers of the only nämnd are the totals.
    secret = {*sensitive, OTHER_BOARDS} if only_sensitive or len(boards) > 1 else set[str | None]()

    def entry(of: Figures, number: int, kind: CaseType, *, secret: bool, when: When) -> Entry:
        found = Entry(number, when, withheld=secret and 0 < number < threshold)
        if kind is CaseType.PRAISE:
            most = _most_praise(of, number)
            found.known = number in (most, of.outcomes()[Outcome.PRAISE_PASSED_ON])
            found.highest = None if found.known else most
            if found.known:
                found.withheld, found.when = False, When.NEVER
        return found

    def total(kind: CaseType) -> Entry:
        number, when = figures.received_by("type")[kind], When.SUM if only_sensitive else When.LAST
        found = entry(figures, number, kind, secret=only_sensitive, when=when)
        if kind not in always:
            # It stands there because there are such cases.
            found.certain, found.when = True, when if number else When.NEVER
        return found

    cells = {
        (board, kind): entry(figures.at(board), numbers[board, kind], kind, secret=board in secret, when=When.CELL)
        for board in boards
        for kind in kinds
    }
    totals = {kind: total(kind) for kind in kinds}
    grid = [
        *([*(cells[board, kind] for kind in kinds), _told(figures.at(board).received())] for board in boards),
        [*totals.values(), _told(figures.received())],
    ]
    outcome = suppression.of_rows(grid, threshold)
    # What cannot be protected is not told at all.
    return Types(
        frozenset(at for at, found in cells.items() if found.withheld or not outcome.holds),
        frozenset(kind for kind, found in totals.items() if found.withheld or not outcome.holds),
        outcome.zeros or not outcome.holds,
    )


def _told(number: int) -> Entry:
    return Entry(number, When.NEVER)


def _most_praise(figures: Figures, number: int) -> int | None:
    """How many cases are beröm at most, as Frister tells: no promise applies to it."""
    received = figures.received()
    outside = (d.not_applicable - d.lost_after_due for d in figures.deadlines() if d.cases == received)
    return min((most for most in outside if most >= number), default=None)


# -- units, areas and senders -------------------------------------------------------------------


class Row(NamedTuple):
    """A row of a protected table."""

    members: tuple[int, ...]
    """The rows that it is made of, by their place: more than one are told together."""
    told: tuple[bool, ...]
    """Which of its values are told."""


@dataclass(frozen=True, slots=True)
class Rows:
    """A protected table."""

    rows: tuple[Row, ...]
    may_be_zero: bool


_SENSITIVE_AREAS = ("krank", "bemot", "trygg", "rattssaker")
"""Beginnings of the codes of areas that say something of those who were there, not of a building or a meal."""


def has_unit_of_one_area(figures: Figures, threshold: int) -> bool:
    """Whether all cases of a unit are of one sensitive area: whoever knows the unit knows what they are about (R9)."""
    areas_of: dict[str, Counter[str | None]] = {}
    for (unit, area), number in figures.received_by("unit", "area").items():
        if unit is not None:
            areas_of.setdefault(unit, Counter())[area] += number
    return any(
        found.total() >= threshold and len(found) == 1 and str(*found).startswith(_SENSITIVE_AREAS)
        for found in areas_of.values()
    )


def units(numbers: Sequence[Sequence[int]], told: Sequence[bool], threshold: int) -> Rows | None:
    """What to tell of a nämnd's units: one row of numbers per typ for each, and their total, which comes last.

    The units of the least cases are told together if otherwise no unit's total could be told (R7). ``told``: whether
    the nämnd's own number of each typ is told. If one is not, neither is any unit's.

    Gives None when units cannot be told apart at all: then the nämnd's own row says all that can be said.
    """
    withheld = None
    sizes = {i: sum(row) for i, row in enumerate(numbers)}
    for together in _groups(sizes, threshold):
        members = [*((i,) for i in sizes if i not in together), *([tuple(sorted(together))] if together else [])]
        rows = [[sum(column) for column in zip(*(numbers[i] for i in group), strict=True)] for group in members]
        if found := _units(rows, told, threshold):
            protected = Rows(tuple(map(Row, members, found[0])), may_be_zero=found[1])
            if any(row.told[-1] for row in protected.rows):
                return protected
            withheld = withheld or protected
    return withheld


_Told = list[tuple[bool, ...]]


def _units(rows: Sequence[Sequence[int]], told: Sequence[bool], threshold: int) -> tuple[_Told, bool] | None:
    # Of a typ that the nämnd is told to have none of, every unit has none.
    used = [j for j, column in enumerate(zip(*rows, strict=True)) if any(column) or not told[j]]
    totals = [Entry(sum(row), When.SUM, 0 < sum(row) < threshold, certain=True) for row in rows]
    if all(told):
        cells = [[Entry(row[j], withheld=0 < row[j] < threshold) for j in used] for row in rows]
        sums = [*(_told(sum(row[j] for row in rows)) for j in used), _told(sum(map(sum, rows)))]
        grid = [*([*row, total] for row, total in zip(cells, totals, strict=True)), sums]
        holds, zeros = suppression.of_rows(grid, threshold)
    else:
        cells = [[Entry(row[j], withheld=True) for j in used] for row in rows]
        holds, _ = suppression.of_one_row([*totals, _told(sum(map(sum, rows)))], threshold)
        holds, zeros = holds and len(rows) > 1, True
    if not holds:
        return None
    shown = [[*[True] * len(told), not total.withheld] for total in totals]
    for line, row in zip(shown, cells, strict=True):
        for j, cell in zip(used, row, strict=True):
            line[j] = not cell.withheld
    return [tuple(line) for line in shown], zeros


class Areas(NamedTuple):
    """What is withheld of how many cases came in of each area; ``OTHER_AREAS`` is those that are told together."""

    numbers: frozenset[str | None]
    complaints: frozenset[str | None]
    together: frozenset[str | None]
    may_be_zero: bool


def areas(figures: Figures, threshold: int, *, complaints_told: bool) -> Areas | None:
    """What to withhold of a period's areas; how many came in is told, and how many complaints unless it is withheld.

    The areas of the least cases are told together if otherwise no area's number could be told. Those that are no
    complaints stand nowhere, but are a subtraction away: they are protected like the others.

    Gives None when areas cannot be told apart at all.
    """
    withheld = None
    numbers = figures.received_by("area")
    for together in _groups({code: numbers[code] for code in sorted(numbers, key=swedish_order)}, threshold):
        if found := _areas(figures, threshold, together, complaints_told=complaints_told):
            if not numbers or found.numbers < {_area(code, together) for code in numbers}:
                return found
            withheld = withheld or found
    return withheld


def _areas(figures: Figures, threshold: int, together: frozenset[str | None], *, complaints_told: bool) -> Areas | None:
    numbers, complaints = Counter[str | None](), Counter[str | None]()
    for (code, kind), number in figures.received_by("area", "type").items():
        numbers[_area(code, together)] += number
        complaints[_area(code, together)] += number * (kind == CaseType.COMPLAINT)
    codes = sorted(numbers, key=swedish_order)
    # Flera år names the area of the most cases, if they are not few.
    most = max((number for code, number in figures.received_by("area").items() if code), default=0)
    highest = most if most >= threshold else None
    all_complaints, received = complaints.total(), numbers.total()
    totals = {
        code: Entry(
            numbers[code],
            When.SUM,
            withheld=0 < numbers[code] < threshold,
            certain=True,
            highest=None if code in (None, OTHER_AREAS) else highest,
        )
        for code in codes
    }
    cells = {code: Entry(complaints[code], withheld=0 < complaints[code] < threshold) for code in codes}
    if complaints_told:
        others = [Entry(numbers[code] - complaints[code], When.NEVER, unspoken=True) for code in codes]
        rows = ([cells[code], rest, totals[code]] for code, rest in zip(codes, others, strict=True))
        sums = [_told(all_complaints), _told(received - all_complaints), _told(received)]
        holds, zeros = suppression.of_rows([*rows, sums], threshold)
    else:
        holds, zeros = suppression.of_one_row([*totals.values(), _told(received)], threshold)
    found = Areas(
        frozenset(code for code in codes if totals[code].withheld),
        frozenset(code for code in codes if not complaints_told or cells[code].withheld),
        together,
        zeros or not complaints_told,
    )
    return found if holds else None


def _area(code: str | None, together: Collection[str | None]) -> str | None:
    return OTHER_AREAS if code in together else code


class Senders(NamedTuple):
    """What is withheld of from whom the cases came."""

    rows: frozenset[str | None]
    """The role, or ``ANONYMOUS``."""
    anonymous: bool
    """Whether the number of anonymous cases is withheld, here and elsewhere."""
    holds: bool
    """Whether nothing that is withheld can be computed."""


ANONYMOUS = "anonym"
"""Beside the codes of ``SenderRole``: who is anonymous is that and nothing else."""


def senders(figures: Figures, threshold: int) -> Senders:
    """What to withhold of a period's senders, each case counted once; how many came in is told.

    How many are anonymous is told by itself, too, and so how many are not.
    """
    numbers = Counter[str | None]()
    for (role, anonymous), number in figures.received_by("role", "anonymous").items():
        numbers[ANONYMOUS if anonymous else role] += number
    received, hidden = numbers.total(), numbers.get(ANONYMOUS, 0)
    few = 0 < hidden < threshold or 0 < received - hidden < threshold
    rows = {
        role: Entry(numbers[role], withheld=0 < numbers[role] < threshold or (few and role == ANONYMOUS), certain=True)
        for role in sorted(numbers, key=swedish_order)
    }
    holds, _ = suppression.of_one_row([*rows.values(), _told(received)], threshold)
    withheld = frozenset(role for role, entry in rows.items() if entry.withheld)
    # Where there is no row of anonymous cases, there are none.
    return Senders(withheld, few or ANONYMOUS in withheld, holds and (hidden > 0 or not few))


def in_a_row(numbers: Sequence[int], threshold: int) -> frozenset[int]:
    """The places of what must be withheld of some numbers whose sum is told; all of them if that is not enough."""
    row = [Entry(number, withheld=0 < number < threshold) for number in numbers]
    holds, _ = suppression.of_one_row([*row, _told(sum(numbers))], threshold)
    return frozenset(i for i, entry in enumerate(row) if entry.withheld or not holds)


def _groups(sizes: Mapping[K, int], threshold: int) -> Iterator[frozenset[K]]:
    """What could be told together: nothing, then what is small and as much more, the smallest first, until one is left.

    ``sizes``: in the order that decides between equals.
    """
    yield frozenset()
    rest = sorted((key for key, size in sizes.items() if size >= threshold), key=lambda key: sizes[key])
    together = {key for key, size in sizes.items() if 0 < size < threshold}
    while rest:
        if len(together) > 1 and sum(sizes[key] for key in together) >= threshold:
            yield frozenset(together)
        together.add(rest.pop(0))


# -- words --------------------------------------------------------------------------------------


def words(settings: Disclosure, report: Report) -> str:
    """What Om rapporten says of the röjandeskydd."""
    sensitive = sensitive_boards(report, settings)
    shown = ", ".join(named(b or report.about.board) for b in report.boards() if b in sensitive) or "inga"
    return " ".join(
        (
            f"Tal under {settings.threshold} per enhet, område och avsändare visas som .., och så många till att inget "
            "av dem kan räknas ut. Medianer av så få ärenden visas inte heller. Detsamma gäller antalet av varje typ "
            f"hos de sekretesskänsliga nämnderna: {shown}.",
            *([f"{OTHER_BOARDS} har få ärenden och visas sammanräknade."] if OTHER_BOARDS in sensitive else []),
            "Inget blad visar enheter och områden tillsammans. Innan en del av ett år publiceras ska den jämföras med "
            "det som redan är publicerat: skillnaden mellan två uttag kan avslöja det som inte visas.",
        )
    )
