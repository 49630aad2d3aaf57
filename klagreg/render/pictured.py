"""What a chart draws: its values, read from the table that it stands under, and the same picture in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from klagreg.figures import Share
from klagreg.render.cells import legal
from klagreg.sheets import Block, Chart, ChartKind, Series, Sheet, Value, Withheld, shown

_KINDS = {
    ChartKind.COLUMNS: "Stapeldiagram",
    ChartKind.BARS: "Diagram med liggande staplar",
    ChartKind.STACKED_BARS: "Diagram med liggande staplar i delar",
    ChartKind.LINES: "Linjediagram",
}
_ALL_NAMED, _NAMED = 6, 3
"""So many categories are told one by one; of more only the highest and the lowest, and so many that share a place."""

_NAME_LIMIT, _SERIES_LIMIT = 60, 8


@dataclass(frozen=True, slots=True)
class Line:
    """The values of a series, one for each category."""

    name: str
    block: Block
    values: tuple[Value, ...]

    @property
    def numbers(self) -> tuple[float | None, ...]:
        """As they are drawn; None where nothing can be counted."""
        return tuple(map(_number, self.values))

    @property
    def is_shares(self) -> bool:
        """Whether the values are parts of wholes."""
        return any(isinstance(value, Share) for value in self.values)


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart with its values."""

    chart: Chart
    categories: tuple[str, ...]
    lines: tuple[Line, ...]
    target: Line | None

    @property
    def is_shares(self) -> bool:
        """Whether the values run from 0 to 100 per cent."""
        return any(line.is_shares for line in self.lines)

    @property
    def numbers(self) -> list[float | None]:
        """All that is drawn."""
        return [number for line in self.lines for number in line.numbers]

    @property
    def totals(self) -> list[float]:
        """Every category's parts together."""
        return [
            sum(number or 0 for number in numbers) for numbers in zip(*(s.numbers for s in self.lines), strict=True)
        ]

    @property
    def highest(self) -> float:
        """The longest bar or the highest point; of bars on top of one another all parts together."""
        stacked = self.chart.kind is ChartKind.STACKED_BARS
        return max(self.totals if stacked else (number or 0 for number in self.numbers), default=0)

    @property
    def in_words(self) -> str:
        """What the picture shows, for who cannot see it: made of the figures alone."""
        told = [f"{_KINDS[self.chart.kind]}: {_short(self.chart.title, 200)}."]
        if self.chart.kind is ChartKind.STACKED_BARS:
            told.append(self._told(f"{self.chart.value_title} tillsammans", list(self.totals)))
            told += (
                f"{_short(line.name)}: {shown(int(sum(n or 0 for n in line.numbers)))}." for line in self._told_lines
            )
        elif self.chart.kind is ChartKind.LINES:
            told += (self._told_line(line) for line in self._told_lines)
        else:
            names = [self.chart.value_title] if len(self.lines) == 1 else [line.name for line in self.lines]
            told += (self._told(name, line.values) for name, line in zip(names, self._told_lines, strict=False))
        if len(self.lines) > _SERIES_LIMIT:
            told.append(f"{len(self.lines) - _SERIES_LIMIT} serier till.")
        if self.target and len(set(self.target.values)) == 1:
            told.append(f"{_short(self.target.name)}: {_figure(self.target.values[0])}.")
        return " ".join([*told, "Siffrorna står i tabellen på bladet."])

    @property
    def _told_lines(self) -> Sequence[Line]:
        return self.lines[:_SERIES_LIMIT]

    def _told(self, name: str, values: Sequence[Value]) -> str:
        """``Inkomna – BUN: 6, KTN: 11.``; of many categories ``Inkomna – högst 3 (Mar), lägst 1 (Jul).``"""
        if len(values) <= _ALL_NAMED:
            each = zip(self.categories, values, strict=True)
            return f"{_short(name)} – {', '.join(f'{_short(category)}: {_figure(value)}' for category, value in each)}."
        return f"{_short(name)} – {self._extremes(values)}."

    def _told_line(self, line: Line) -> str:
        """Of many years the first, the last, the highest and the lowest."""
        if len(line.values) <= _ALL_NAMED:
            return self._told(line.name, line.values)
        ends = ", ".join(f"{_short(self.categories[i])}: {_figure(line.values[i])}" for i in (0, -1))
        return f"{_short(line.name)} – {ends}, {self._extremes(line.values)}."

    def _extremes(self, values: Sequence[Value]) -> str:
        numbers = list(map(_number, values))
        known = [number for number in numbers if number is not None]
        if not known:
            return "kan inte räknas"

        def told(number: float) -> str:
            at = [i for i, other in enumerate(numbers) if other == number]
            return f"{_figure(values[at[0]])} ({_listed([self.categories[i] for i in at])})"

        if min(known) == max(known):
            return f"{_figure(values[numbers.index(known[0])])} överallt"
        return f"högst {told(max(known))}, lägst {told(min(known))}"


def picture(chart: Chart, sheet: Sheet) -> Picture | None:
    """A chart with its values; None when there is nothing that can be drawn truly.

    A text in a cell is drawn as zero. A value that is withheld must not look like that, and neither must a year that
    cannot be counted: lines begin after it.

    Raises:
        ValueError: shares and other numbers in one chart, which have no axis in common.
    """
    table: list[Sequence[Value]] = [[column.heading for column in sheet.columns], *sheet.rows, *sheet.totals]

    def values(block: Block) -> tuple[Value, ...]:
        return tuple(v for row in table[block.top : block.bottom + 1] for v in row[block.left : block.right + 1])

    def line(series: Series) -> Line:
        return Line(series.name, series.values, values(series.values))

    lines, target = tuple(map(line, chart.series)), line(chart.target) if chart.target else None
    if any(isinstance(value, Withheld) for one in (*lines, *([target] if target else [])) for value in one.values):
        return None
    if len({isinstance(v, Share) for one in lines for v in one.values if _number(v) is not None}) > 1:
        raise ValueError(f"{chart.title} has shares and other numbers on one axis")
    if chart.kind is ChartKind.LINES:
        start, end = _latest_run([None not in numbers for numbers in zip(*(one.numbers for one in lines), strict=True)])
        if start == end:
            return None
        chart = replace(
            chart,
            categories=_part(chart.categories, start, end),
            series=tuple(Series(one.name, _part(one.values, start, end)) for one in chart.series),
        )
        lines = tuple(map(line, chart.series))
    return Picture(chart, tuple(shown(value) for value in values(chart.categories)), lines, target)


def _latest_run(known: Sequence[bool]) -> tuple[int, int]:
    """Where the last unbroken row of known ones begins, and what comes after it."""
    end = next((i + 1 for i in range(len(known) - 1, -1, -1) if known[i]), 0)
    return next((i + 1 for i in range(end - 1, -1, -1) if not known[i]), 0), end


def _part(block: Block, start: int, end: int) -> Block:
    """Some of a block's cells, which stand below or beside one another."""
    if block.top == block.bottom:
        return block._replace(left=block.left + start, right=block.left + end - 1)
    return block._replace(top=block.top + start, bottom=block.top + end - 1)


def _number(value: Value) -> float | None:
    raw = value.value if isinstance(value, Share) else value
    return raw if isinstance(raw, int | float) else None


def _figure(value: Value) -> str:
    return "saknas" if _number(value) is None else shown(value)


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(map(_short, names[:_NAMED])) + (f" och {more} till" if more > 0 else "")


def _short(text: str, limit: int = _NAME_LIMIT) -> str:
    said = legal(text)
    return said if len(said) <= limit else f"{said[: limit - 1]}…"
