"""Cell suppression: which numbers of a table to withhold, so that nobody can compute them from those that are told.

Domain 8 R7: what is small is withheld; where a sum is told, more must be withheld beside it, the smallest first, cells
before sums, zeros at last. What "can be computed" is decided exactly here, not by counting dots in rows and columns.

Every number of a table of sums stands in two sums: a cell in its row's and its column's, a row's total in its row's
and in the total of all rows. So the table is a network whose nodes are the sums and whose edges are the numbers, and
each sum says that what flows in flows out. A withheld number can be one more or one less exactly if that change can
flow round by other withheld numbers; the values it can have are counted by pushing as much as there is room for.

The reader is taken to know every number that is told, that none is negative, and that a withheld one is no zero, until
a zero has been withheld. Knows nothing of nämnder or cases.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from heapq import heappop, heappush
from typing import NamedTuple


class When(IntEnum):
    """When a number may be withheld for the sake of another: those of the first kind before any of the next."""

    CELL = 0
    SUM = 1
    LAST = 2
    """Only so that nothing can be computed exactly."""
    NEVER = 3


@dataclass(slots=True, eq=False)
class Entry:
    """A number of a table. What is ``withheld`` from the start is so for its own sake."""

    value: int
    when: When = When.CELL
    withheld: bool = False
    unspoken: bool = False
    """It stands nowhere, but anybody can compute it if all beside it is told: the rest of a row."""
    known: bool = False
    """It can be read somewhere else: withheld it protects no other number."""
    certain: bool = False
    """Whoever sees the table knows that it is not 0."""
    highest: int | None = None
    """What everybody knows that it is at most."""


class Outcome(NamedTuple):
    """How well a table could be protected."""

    holds: bool
    """No withheld number can be computed."""
    zeros: bool
    """A withheld number may be 0, and the reader must be told so."""


def of_one_row(entries: Sequence[Entry], threshold: int) -> Outcome:
    """Withhold what must be of some numbers and their sum, which comes last."""
    return _Table([*((entry, 0, 1) for entry in entries[:-1]), (entries[-1], 1, 0)], threshold).protect()


def of_rows(grid: Sequence[Sequence[Entry]], threshold: int) -> Outcome:
    """Withhold what must be of a table with its sums: the last row, the last column, and that of all in the corner."""
    bottom, right = len(grid) - 1, len(grid[0]) - 1

    def edge(i: int, j: int) -> _Edge:
        row, column = i, bottom + 1 + j
        # What flows from a row to a column as cells flows back through the sums.
        return (grid[i][j], row, column) if (i < bottom) == (j < right) else (grid[i][j], column, row)

    return _Table([edge(i, j) for i in range(bottom + 1) for j in range(right + 1)], threshold).protect()


_Edge = tuple[Entry, int, int]
"""A number, the sum that it leaves and the sum that it enters."""

_May = Callable[[Entry], bool]
"""Which numbers may be withheld to make room for another."""

_DEAR, _DEARER = 10**9, 10**14
"""What it costs to withhold a zero, and a sum, beside any cell."""


class _Table:
    """A table in the making: its numbers, and which of them must not be found."""

    def __init__(self, edges: Sequence[_Edge], threshold: int) -> None:
        self._edges = edges
        self._threshold = threshold
        self._at = _by_sum(edges, range(len(edges)))
        self._open_at = self._at
        self._trusts_known = False
        self._zeros = any(entry.withheld and not entry.value for entry, _, _ in edges)
        self._now = [entry.value for entry, _, _ in edges]
        self._high = [_DEARER if entry.highest is None else entry.highest for entry, _, _ in edges]
        self._low = [self._lowest(entry) for entry, _, _ in edges]
        self._secret = [i for i, (entry, _, _) in enumerate(edges) if entry.withheld or self._is_small_rest(entry)]
        self._values = [1] * len(edges)
        """How many values each number could be, as far as it has been looked for: it never gets less."""

    def _is_small_rest(self, entry: Entry) -> bool:
        return entry.unspoken and 0 < entry.value < self._threshold

    def protect(self) -> Outcome:
        """Withhold until every secret number could be at least two, and as many as the threshold where that can be."""
        holds = True
        some_known = any(entry.known for entry, _, _ in self._edges)
        # What is known elsewhere must not be what protects another; by itself it needs protection from its own sums.
        for self._trusts_known in (False, True) if some_known else (True,):
            self._open_at = _by_sum(self._edges, (i for i, (e, _, _) in enumerate(self._edges) if self._is_open(e)))
            holds = self._settled() and holds
        return Outcome(holds, self._zeros)

    def _settled(self) -> bool:
        while True:
            for last in (When.CELL, When.SUM):
                self._settle(self._threshold, _nonzero_up_to(last))
            settled = len(self._secret)
            for last in (When.CELL, When.SUM):
                self._settle(2, _nonzero_up_to(last))
            self._settle_by_zeros()
            left = self._settle(2, lambda entry: entry.when <= When.LAST)
            # What was withheld for the sake of two values has its own claim to as many as the threshold.
            if left or len(self._secret) == settled:
                return not left

    def _settle(self, enough: int, may: _May) -> list[int]:
        """Make room for every secret number; gives those for which there is none."""
        return [i for i in self._guarded() if not self._has(i, enough) and not self._make_room(i, enough, may)]

    def _guarded(self) -> Iterator[int]:
        """The secret numbers, also those that become so on the way."""
        for i in self._secret:
            if self._trusts_known or not self._edges[i][0].known:
                yield i

    def _settle_by_zeros(self) -> None:
        """The last resort: a reader who sees that a zero is withheld knows of no withheld number that it is not."""
        if self._settle(2, lambda _: False):
            self._zeros = True
            self._low = [self._lowest(entry) for entry, _, _ in self._edges]
            self._settle(2, _up_to_sums)
            if not any(entry.withheld and not entry.value for entry, _, _ in self._edges):
                # Where there is no zero to withhold, saying that there may be one has to be enough.
                any(self._withholds_zero(i) for i in range(len(self._edges)))

    def _withholds_zero(self, i: int) -> bool:
        entry = self._edges[i][0]
        if entry.value or not self._may_open(entry, _up_to_sums):
            return False
        self._withhold(i)
        if self._make_room(i, 2, _up_to_sums):
            return True
        self._tell_from(len(self._secret) - 1)
        return False

    def _withhold(self, i: int) -> None:
        entry, start, end = self._edges[i]
        entry.withheld = True
        self._secret.append(i)
        self._open_at[start].append((i, True))
        self._open_at[end].append((i, False))

    def _tell_from(self, place: int) -> None:
        """Tell again what was withheld last."""
        for i in self._secret[place:]:
            entry, start, end = self._edges[i]
            entry.withheld = False
            self._open_at[start].remove((i, True))
            self._open_at[end].remove((i, False))
        del self._secret[place:]

    # -- room ----------------------------------------------------------------------------------------

    def _has(self, i: int, enough: int) -> bool:
        """Whether a number could be as many values as that, as far as anybody can tell."""
        if self._values[i] < enough:
            more = self._pushed(i, enough - 1, up=True)
            self._values[i] = 1 + more + self._pushed(i, enough - 1 - more, up=False)
        return self._values[i] >= enough

    def _make_room(self, i: int, enough: int, may: _May) -> bool:
        """Withhold the cheapest numbers that give a number as many values; none at all if they cannot."""
        before = len(self._secret)
        less = self._pushed(i, enough - 1, up=False)
        more = self._pushed(i, enough - 1 - less, up=True, may=may)
        less = self._pushed(i, enough - 1 - more, up=False, may=may)
        if more + less >= enough - 1:
            self._values[i] = enough
            return True
        self._tell_from(before)
        return False

    def _pushed(self, i: int, most: int, *, up: bool, may: _May | None = None) -> int:
        """How much a number can be changed, at most so much; withholds what it takes if it ``may``."""
        _, start, end = self._edges[i]
        source, target = (end, start) if up else (start, end)
        most = min(most, self._room(i, up=up))
        pushed, used = 0, set[int]()
        while pushed < most and (path := self._path(i, source, target, may)):
            step = min(most - pushed, *(self._room(j, up=forward) for j, forward in path))
            for j, forward in path:
                if not self._is_open(self._edges[j][0]):
                    self._withhold(j)
                self._now[j] += step if forward else -step
                used.add(j)
            pushed += step
        for j in used:
            self._now[j] = self._edges[j][0].value
        return pushed

    def _room(self, i: int, *, up: bool) -> int:
        """By how much a number can still be more or less, as far as it alone decides."""
        return self._high[i] - self._now[i] if up else self._now[i] - self._low[i]

    def _lowest(self, entry: Entry) -> int:
        """What a reader knows that a number is at least, if it is withheld."""
        return int(not (entry.unspoken or not entry.value or (self._zeros and not entry.certain)))

    def _is_open(self, entry: Entry) -> bool:
        return (entry.withheld or entry.unspoken) and (self._trusts_known or not entry.known)

    def _may_open(self, entry: Entry, may: _May) -> bool:
        return may(entry) and (self._trusts_known or not entry.known)

    def _path(self, around: int, source: int, target: int, may: _May | None) -> list[tuple[int, bool]]:
        """The cheapest way from one sum to another that leaves a number out; empty when there is none."""
        came: dict[int, tuple[int, int, bool]] = {}
        cost, done, reachable = {source: 0}, set[int](), self._at if may else self._open_at
        now, low, high = self._now, self._low, self._high
        # The last found first: a row leads on to the columns, of which there are few, before all other rows do.
        free, dear = [source], list[tuple[int, int]]()
        while free or dear:
            node = free.pop() if free else heappop(dear)[1]
            if node == target:
                break
            if node in done:
                continue
            done.add(node)
            for i, leaves in reachable[node]:
                entry, start, end = self._edges[i]
                there = end if leaves else start
                if there in done or i == around or (high[i] == now[i] if leaves else now[i] == low[i]):
                    continue
                price = cost[node]
                if may and not self._is_open(entry):
                    if not self._may_open(entry, may):
                        continue
                    price += _price(entry)
                if there not in cost or price < cost[there]:
                    cost[there], came[there] = price, (node, i, leaves)
                    if price == cost[node]:
                        free.append(there)
                    else:
                        heappush(dear, (price, there))
        path, node = [], target
        while node != source:
            if node not in came:
                return []
            node, i, leaves = came[node]
            path.append((i, leaves))
        return path


_Places = list[list[tuple[int, bool]]]
"""For each sum, the numbers in it, and whether they leave it."""


def _by_sum(edges: Sequence[_Edge], which: Iterable[int]) -> _Places:
    places: _Places = [[] for _ in range(1 + max(max(edge[1:]) for edge in edges))]
    for i in which:
        _, start, end = edges[i]
        places[start].append((i, True))
        places[end].append((i, False))
    return places


def _up_to_sums(entry: Entry) -> bool:
    return entry.when <= When.SUM


def _nonzero_up_to(last: When) -> _May:
    return lambda entry: entry.value > 0 and entry.when <= last


def _price(entry: Entry) -> int:
    """Small numbers before large ones, cells before sums, and a zero only if nothing else will do."""
    return entry.value + 1 + (0 if entry.value else _DEAR) + (_DEARER if entry.when > When.CELL else 0)
