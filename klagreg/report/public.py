"""The public edition: the sheets of a report without what nobody may find out from them (domain 7.3 and 8 R1–R9).

What is withheld is decided in :mod:`klagreg.disclosure`; here it is taken away wherever the same number stands, and
so is everything that is computed from it. A sheet that nobody has decided about does not come along.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby
from operator import itemgetter

from klagreg import disclosure
from klagreg.days import Period
from klagreg.disclosure import ANONYMOUS, OTHER_AREAS, OTHER_BOARDS, OTHER_UNITS, Areas, Senders, Types
from klagreg.figures import DeadlineFigures, Figures, Report, Share, swedish_order
from klagreg.practice import Disclosure
from klagreg.report import words
from klagreg.report.about import all_settled
from klagreg.report.shares import TITLE as HOW_COUNTED
from klagreg.report.shares import how_counted
from klagreg.report.words import ALWAYS_SHOWN, PLURALS, most_first, promise_name, share_name, types_used, upper_first
from klagreg.sheets import Block, Chart, Sheet, Value, Withheld, named
from klagreg.store.statistics import Cells
from klagreg.terms import CaseType

_Cells = tuple[Value, ...]


def edition(sheets: Sequence[Sheet], report: Report, settings: Disclosure) -> tuple[Sheet, ...]:
    """The sheets of a report as everybody may read them.

    ``sheets``: made from the report as :func:`klagreg.disclosure.coarsened` gives it. ``report``: as it was before.
    """
    public = _Public(report, settings)
    found = [
        _without_few_cases(public, protected)
        for sheet in sheets
        if (protected := _TREATED.get(sheet.title, _left_out)(public, sheet))
    ]
    shares = [sheet for sheet in found if sheet.title != HOW_COUNTED]
    told = [_how_counted(shares, public.report) if sheet.title == HOW_COUNTED else sheet for sheet in found]
    # The last day may be that of a single case (R1).
    told = [_reworded(sheet, all_settled(public.report), "") for sheet in told]
    # Where all are told together there are no others.
    alone = public.report.boards() == [OTHER_BOARDS]
    return tuple(_reworded(sheet, OTHER_BOARDS, _ALL_BOARDS) if alone else sheet for sheet in told)


def _without_few_cases(public: _Public, sheet: Sheet) -> Sheet:
    """A sheet without earlier periods that are too few to be published as a report of their own."""
    previous, before_that = (public.is_too_few(figures) for figures in public.report.periods[1:])
    few = {upper_first(figures.period.label) for figures in public.report.years if public.is_too_few(figures)}
    places = set[int]()
    for i, heading in enumerate(column.heading for column in sheet.columns):
        compares = heading.startswith("Förändring")
        if sheet.title == "Sammanfattning":
            is_few = before_that if " mot " in heading else previous
            places |= {i} if heading in few or (compares and is_few) else set()
        elif compares or heading in ("Föregående period", "Inkomna föregående år"):
            places |= {i} if previous else set()
    is_years = sheet.title == "Flera år"
    found = replace(
        sheet,
        rows=tuple(_withheld(row, range(1, len(row)) if is_years and row[0] in few else places) for row in sheet.rows),
        totals=tuple(_withheld(row, places) for row in sheet.totals),
    )
    return public.noted(found) if found != sheet else sheet


_ALL_BOARDS = "Alla nämnder"


def _reworded(sheet: Sheet, old: str, new: str) -> Sheet:
    def row(cells: _Cells) -> _Cells:
        return tuple(value.replace(old, new) if type(value) is str else value for value in cells)

    return replace(
        sheet,
        columns=tuple(column._replace(heading=column.heading.replace(old, new)) for column in sheet.columns),
        rows=tuple(map(row, sheet.rows)),
        totals=tuple(map(row, sheet.totals)),
        notes=tuple(note.replace(old, new) for note in sheet.notes),
    )


class _Public:
    """What is withheld of a report, found once for all sheets."""

    def __init__(self, report: Report, settings: Disclosure) -> None:
        self.report = disclosure.coarsened(report, settings)
        self.fewest = settings.threshold
        # Whoever is told together with others is still whom it is about.
        self.sensitive = disclosure.sensitive_boards(report, settings) | {OTHER_BOARDS}
        self._years = sorted(
            {figures.period: figures for figures in (*report.years, *report.periods)}.values(), key=_start
        )
        self._types: dict[Period, Types] = {}

    def types(self, figures: Figures) -> Types:
        """What is withheld of a period's typer, as in that period's own report."""
        if figures.period not in self._types:
            at = [year.period for year in self._years].index(figures.period)
            now = self._years[at]
            before = self._years[at - 1] if at else replace(now, cells=Cells())
            self._types[figures.period] = disclosure.types(now, before, self.sensitive, ALWAYS_SHOWN, self.fewest)
        return self._types[figures.period]

    @property
    def of_some_types(self) -> list[DeadlineFigures]:
        """The promises that are not made for every typ but beröm."""
        return [deadline for deadline in self.report.current.deadlines() if deadline.rule.of_some_types]

    @property
    def only_sensitive(self) -> bool:
        """Whether all cases are those of sekretesskänsliga nämnder: then the totals are theirs."""
        boards = set(self.report.current.received_by("board"))
        return bool(boards) and boards <= self.sensitive

    def is_too_few(self, figures: Figures) -> bool:
        """Whether so few cases came in, some of them to a sekretesskänslig nämnd, that not even their sum is told."""
        return self.is_few(figures.received()) and not self.sensitive.isdisjoint(figures.received_by("board"))

    def senders(self, figures: Figures) -> Senders:
        """What is withheld of a period's senders."""
        return disclosure.senders(figures, self.fewest)

    def tells_complaints(self, figures: Figures) -> bool:
        """Whether the number of complaints of a period is told."""
        return CaseType.COMPLAINT not in self.types(figures).totals

    def areas(self, figures: Figures) -> Areas | None:
        """What is withheld of a period's areas; None when they cannot be told."""
        return disclosure.areas(figures, self.fewest, complaints_told=self.tells_complaints(figures))

    def is_few(self, number: int) -> bool:
        """Whether a number is so small that a median of it would be about single cases."""
        return 0 < number < self.fewest

    def noted(self, sheet: Sheet, *, may_be_zero: bool = False) -> Sheet:
        """With a note of what the dots mean, and without a chart of what is withheld."""
        cells = [sheet.columns, *sheet.rows, *sheet.totals]
        if not any(_is_withheld(value) for row in cells for value in row):
            return sheet
        blocks = [sheet.chart.categories, *(one.values for one in sheet.chart.series)] if sheet.chart else []
        drawn = (
            value for block in blocks for row in cells[block.top : block.bottom + 1] for value in _part(row, block)
        )
        note = (
            f".. betyder att talet inte visas: det gäller färre än {self.fewest} ärenden, eller så hade det gått att "
            "räkna ut ett sådant tal med det."
        )
        told = any(note in one for one in sheet.notes)
        return replace(
            sheet,
            notes=sheet.notes if told else (*sheet.notes, note + (f" {MAY_BE_ZERO}" if may_be_zero else "")),
            chart=None if any(map(_is_withheld, drawn)) else sheet.chart,
        )


def _start(figures: Figures) -> date:
    return figures.period.start


MAY_BE_ZERO = "Det kan också vara 0."


def _is_withheld(value: object) -> bool:
    return isinstance(value, Withheld)


def _part(row: Sequence[object], block: Block) -> Sequence[object]:
    return row[block.left : block.right + 1]


# -- small things about sheets ------------------------------------------------------------------


def _withheld(cells: _Cells, places: Container[int]) -> _Cells:
    """A row without the values of some columns."""
    return tuple(Withheld.SMALL if i in places else value for i, value in enumerate(cells))


def _place(sheet: Sheet, heading: str) -> int:
    return [column.heading for column in sheet.columns].index(heading)


def _without_column(sheet: Sheet, place: int) -> Sheet:
    def rest(cells: _Cells) -> _Cells:
        return cells[:place] + cells[place + 1 :]

    return replace(
        sheet,
        columns=sheet.columns[:place] + sheet.columns[place + 1 :],
        rows=tuple(map(rest, sheet.rows)),
        totals=tuple(map(rest, sheet.totals)),
    )


def _must_have(sheet: Sheet, *headings: str) -> None:
    """Make sure that a sheet begins with the columns that something is known to be withheld of.

    Raises:
        ValueError: it does not; then nobody knows what to withhold.
    """
    found = tuple(column.heading for column in sheet.columns)
    if found[: len(headings)] != headings:
        raise ValueError(f"{sheet.title}: {found} does not begin with {headings}")


def _by_name(sheet: Sheet, names: Iterable[str]) -> Iterable[_Cells]:
    """The rows of a sheet, which stand in the order of what they are about.

    Raises:
        ValueError: they are about something else; then nobody knows what to withhold.
    """
    for name, row in zip(names, sheet.rows, strict=True):
        if row[0] != name:
            raise ValueError(f"{sheet.title}: {row[0]!r} is not {name!r}")
        yield row


# -- sheets -------------------------------------------------------------------------------------


def _as_it_is(_: _Public, sheet: Sheet) -> Sheet:
    return sheet


def _left_out(_: _Public, __: Sheet) -> None:
    return None


def _about(public: _Public, sheet: Sheet) -> Sheet:
    # The register of a nämnd that is only told together with others may hold no more cases than those.
    counted_together = len(public.report.about.sources) > 1
    kept = (row for row in sheet.rows if not (counted_together and row[0] == "Ärendenummer i registret"))
    return replace(sheet, rows=tuple(kept))


_NOT_IN_SUMMARY = (
    "varav utan kontaktväg",
    "varav avstår svar",
    "varav interna (från medarbetare)",
    "varav införda i efterhand",
    "varav rör enskild elev eller personal",
)
"""They are crossed with the sender, and each other."""

_OVERLAPPING = "Typerna är tillsammans alla inkomna."


def _summary(public: _Public, sheet: Sheet) -> Sheet:
    periods = public.report.periods
    _must_have(sheet, "Nyckeltal", *(upper_first(figures.period.label) for figures in periods))
    hidden: dict[str, list[bool]] = {
        f"varav {PLURALS[t].lower()}": [t in public.types(figures).totals for figures in periods]
        for t in types_used(public.report)
    }
    anonymous = [public.senders(figures).anonymous for figures in periods]
    hidden["varav anonyma"] = hidden["Andel anonyma"] = anonymous
    for deadline in public.of_some_types:
        hidden[share_name(deadline)] = [bool(public.types(figures).totals) for figures in periods]
    hidden["Median handläggningstid (dagar)"] = [public.is_few(figures.handling().number) for figures in periods]

    if missing := hidden.keys() - {row[0] for row in sheet.rows}:
        raise ValueError(f"{sheet.title} has no {missing}")

    def row(cells: _Cells) -> _Cells:
        return _withheld(cells, _with_changes(sheet, cells, hidden[str(cells[0])])) if cells[0] in hidden else cells

    zeros = any(public.types(figures).may_be_zero and public.types(figures).totals for figures in periods)
    few = any(public.senders(figures).anonymous and figures.received() < public.fewest for figures in periods)
    found = replace(
        sheet,
        rows=tuple(row(cells) for cells in sheet.rows if cells[0] not in _NOT_IN_SUMMARY),
        notes=tuple(_OVERLAPPING if note.startswith(_OVERLAPPING) else note for note in sheet.notes),
    )
    return public.noted(found, may_be_zero=zeros or few)


def _with_changes(sheet: Sheet, cells: _Cells, hidden: Sequence[bool]) -> set[int]:
    """The places of the three periods' numbers that are withheld, and of the changes that are computed from them."""
    places = {i for i, secret in enumerate(hidden, 1) if secret}
    is_share = any(isinstance(value, Share) for value in cells)
    for i, column in enumerate(sheet.columns[4:], 4):
        # A change of numbers is never in procentenheter, and one of shares never in anything else.
        if column.heading.endswith("procentenheter") == is_share:
            places |= {i} if hidden[0] or hidden[2 if " mot " in column.heading else 1] else set()
    return places


def _per_type(public: _Public, sheet: Sheet) -> Sheet:
    report = public.report
    now, before = public.types(report.current), public.types(report.previous)
    _must_have(sheet, "Typ", "Antal", "Andel", "Föregående period", "Förändring", "varav i efterhand")
    sheet = _without_column(sheet, _place(sheet, "varav i efterhand"))
    notes = [note for note in sheet.notes if not note.startswith("I efterhand:")]
    rows = {str(row[0]): row for row in sheet.rows}
    totals = sheet.totals
    if now.totals or before.totals:
        # A row that is not there would tell that there are none, and a sum of typer how many one of them is.
        none = ("", 0, Share(0, report.current.received()), 0, 0)
        rows = {t.label: rows.get(t.label, (t.label, *none[1:])) for t in types_used(report)}
        totals, notes = totals[:1], [note for note in notes if not note.startswith("Enligt regelverket")]
    places = {
        t.label: ({1, 2, 4} if t in now.totals else set()) | ({3, 4} if t in before.totals else set()) for t in CaseType
    }
    found = replace(
        sheet,
        rows=tuple(_withheld(row, places[name]) for name, row in rows.items()),
        totals=totals,
        notes=tuple(notes),
    )
    return public.noted(found, may_be_zero=any(one.may_be_zero and one.totals for one in (now, before)))


def _per_board(public: _Public, sheet: Sheet) -> Sheet:
    report, found = public.report, public.types(public.report.current)
    types, boards = list(enumerate(types_used(report), 1)), report.boards()
    _must_have(sheet, "Nämnd", *(PLURALS[t] for _, t in types), "Totalt")
    rows = (
        _withheld(row, {i for i, t in types if (board, t) in found.cells})
        for board, row in zip(boards, _by_name(sheet, map(named, boards)), strict=True)
    )
    totals = (_withheld(row, {i for i, t in types if t in found.totals}) for row in sheet.totals)
    return public.noted(replace(sheet, rows=tuple(rows), totals=tuple(totals)), may_be_zero=found.may_be_zero)


def _per_unit(public: _Public, sheet: Sheet) -> Sheet | None:
    report, withheld = public.report, public.types(public.report.current)
    types, boards = types_used(report), {named(board): board for board in report.boards()}
    _must_have(sheet, "Nämnd", "Enhet", *(PLURALS[t] for t in types), "Totalt")
    rows, zeros, only_as_boards = list[_Cells](), False, list[str]()
    for name, group in groupby(sheet.rows, key=itemgetter(0)):
        places = list(group)
        numbers = [_counts(row, range(2, len(row) - 1)) for row in places]
        told = [(boards[str(name)], t) not in withheld.cells for t in types]
        of_one_area = boards[str(name)] in public.sensitive and disclosure.has_unit_of_one_area(
            report.current.at(boards[str(name)]), public.fewest
        )
        found = None if of_one_area else disclosure.units(numbers, told, public.fewest)
        if found is None:
            only_as_boards.append(str(name))
            continue
        zeros |= found.may_be_zero
        for one in found.rows:
            unit = places[one.members[0]][1] if len(one.members) == 1 else OTHER_UNITS
            sums = [sum(column) for column in zip(*(numbers[i] for i in one.members), strict=True)]
            values = zip((*sums, sum(sums)), one.told, strict=True)
            rows.append((name, unit, *(number if is_told else Withheld.SMALL for number, is_told in values)))
    if sheet.rows and not rows:
        return None
    hidden = {i for i, t in enumerate(types, 2) if t in withheld.totals}
    left = f"Bara på bladet Per nämnd, för att enheterna inte kan visas var för sig: {', '.join(only_as_boards)}."
    public_sheet = replace(
        sheet,
        rows=tuple(rows),
        totals=tuple(_withheld(row, hidden) for row in sheet.totals),
        notes=(*sheet.notes, *([left] if only_as_boards else [])),
    )
    return public.noted(public_sheet, may_be_zero=zeros or withheld.may_be_zero)


def _per_area(public: _Public, sheet: Sheet) -> Sheet | None:
    report, labels = public.report, public.report.about.areas
    numbers, earlier = (figures.received_by("area") for figures in (report.current, report.previous))
    now, before = public.areas(report.current), public.areas(report.previous)
    if now is None:
        return None
    _must_have(sheet, "Område", "Antal", "Andel", "varav klagomål", "Föregående period")
    codes = most_first(numbers, earlier, labels)
    rows: dict[str | None, _Cells] = dict(
        zip(codes, _by_name(sheet, (named(code, labels) for code in codes)), strict=True)
    )
    if now.together:
        counts = [_counts(rows.pop(code), (1, 3, 4)) for code in codes if code in now.together]
        number, complaints, previous = map(sum, zip(*counts, strict=True))
        rows[OTHER_AREAS] = OTHER_AREAS, number, Share(number, report.current.received()), complaints, previous
    protected = {
        code: _withheld(
            row,
            {
                *((1, 2) if code in now.numbers else ()),
                *((3,) if code in now.complaints else ()),
                *((4,) if before and code in before.numbers else ()),
            },
        )
        for code, row in rows.items()
    }

    def place(code: str | None) -> tuple[bool, bool, bool, tuple[bool, str, str]]:
        # The most common stands first. What is withheld must not tell by its place between which two it is.
        secret = _is_withheld(protected[code][1])
        return code is None, code == OTHER_AREAS, secret, swedish_order(named(code, labels) if secret else "")

    found = replace(
        sheet,
        rows=tuple(protected[code] for code in sorted(protected, key=place)),
        totals=tuple(row if public.tells_complaints(report.current) else _withheld(row, {3}) for row in sheet.totals),
        chart=sheet.chart and _resized(sheet.chart, len(protected)),
    )
    if before is None or before.together != now.together:
        # Last year's report told other areas together, and the difference would tell them apart.
        found = _without_column(found, _place(found, "Föregående period"))
        notes = (note for note in found.notes if not note.startswith("Föregående period"))
        found = replace(found, notes=(_OTHER_AREAS_BEFORE, *notes))
    return public.noted(found, may_be_zero=now.may_be_zero)


_OTHER_AREAS_BEFORE = "Föregående period visas inte: då gick områdena inte att visa på samma sätt."


def _counts(cells: _Cells, places: Iterable[int]) -> list[int]:
    """Some values of a row, which are counts.

    Raises:
        ValueError: one is not; then nobody knows what to withhold.
    """
    found = [cells[i] for i in places]
    counts = [value for value in found if isinstance(value, int)]
    if len(counts) != len(found):
        raise ValueError(f"{cells[0]!r} has no counts")
    return counts


def _resized(chart: Chart, rows: int) -> Chart:
    """A chart of all rows of a table that has got fewer."""

    def block(old: Block) -> Block:
        return old._replace(bottom=rows)

    series = (one._replace(values=block(one.values)) for one in chart.series)
    return replace(chart, categories=block(chart.categories), series=tuple(series))


def _per_sender(public: _Public, sheet: Sheet) -> Sheet | None:
    found = public.senders(public.report.current)
    if not found.holds:
        return None
    _must_have(sheet, "Avsändare", "Antal", "Andel")
    labels = {words.ANONYMOUS if code == ANONYMOUS else named(code, words.SENDERS) for code in found.rows}
    if missing := labels - {row[0] for row in sheet.rows}:
        raise ValueError(f"{sheet.title} has no {missing}")
    rows = (_withheld(row, {1, 2} if row[0] in labels else ()) for row in sheet.rows)
    return public.noted(replace(sheet, rows=tuple(rows)))


def _handling_time(public: _Public, sheet: Sheet) -> Sheet:
    names = ("Median (dagar)", "Medel (dagar)", "90:e percentil", "Längsta", "Median (arbetsdagar)")
    of_closed, of_answered = {_place(sheet, name) for name in names}, _place(sheet, "Median svarstid (dagar)")

    def hidden(figures: Figures) -> set[int]:
        few = of_closed if public.is_few(figures.handling().number) else set()
        return few | ({of_answered} if public.is_few(figures.answering().number) else set())

    boards = public.report.boards()
    places = [hidden(public.report.current.at(board)) for board in boards]
    # Of one nämnd both can be computed from those of the others and of all together.
    together = {_place(sheet, "Medel (dagar)"), _place(sheet, "Längsta")}
    if any(together <= of_one for of_one in places):
        for at, board in zip(places, boards, strict=True):
            at |= together if public.report.current.at(board).handling().number else set()
    found = replace(
        sheet,
        rows=tuple(map(_withheld, _by_name(sheet, map(named, boards)), places)),
        totals=tuple(_withheld(row, hidden(public.report.current)) for row in sheet.totals),
    )
    return public.noted(found)


def _measures(public: _Public, sheet: Sheet) -> Sheet:
    median = _place(sheet, "Median (dagar från ankomst)")

    def hidden(figures: Figures) -> set[int]:
        return {median} if public.is_few(figures.measures().done) else set()

    boards, now = public.report.boards(), public.report.current
    rows = zip(_by_name(sheet, map(named, boards)), boards, strict=True)
    found = replace(
        sheet,
        rows=tuple(_withheld(row, hidden(now.at(board))) for row, board in rows),
        totals=tuple(_withheld(row, hidden(now)) for row in sheet.totals),
    )
    return public.noted(found)


def _surveys(public: _Public, sheet: Sheet) -> Sheet | None:
    if public.report.current.survey().number < public.fewest:
        return None
    return replace(sheet, rows=sheet.totals, totals=())


def _per_channel(public: _Public, sheet: Sheet) -> Sheet:
    """Per kanal. Where only sekretesskänsliga nämnder have cases these are theirs, and small ones are withheld."""
    if not public.only_sensitive:
        return sheet
    _must_have(sheet, "Kanal", "Antal", "Andel", "Föregående period")
    numbers, before = (disclosure.in_a_row(_column(sheet, place), public.fewest) for place in (1, 3))
    rows = (
        _withheld(row, ({1, 2} if i in numbers else set()) | ({3} if i in before else set()))
        for i, row in enumerate(sheet.rows)
    )
    return public.noted(replace(sheet, rows=tuple(rows)), may_be_zero=True)


def _per_month(public: _Public, sheet: Sheet) -> Sheet:
    """Per månad, as Per kanal. What is open at the end of a month tells what came in and was closed in it."""
    if not public.only_sensitive:
        return sheet
    _must_have(sheet, "Månad", "Inkomna", "Avslutade", "Öppna vid månadens slut", "Inkomna föregående år")
    hidden = {place: disclosure.in_a_row(_column(sheet, place), public.fewest) for place in (1, 2, 4)}
    still_open = {3} if hidden[1] or hidden[2] else set[int]()
    rows = (
        _withheld(row, {place for place, months in hidden.items() if i in months} | still_open)
        for i, row in enumerate(sheet.rows)
    )
    return public.noted(replace(sheet, rows=tuple(rows)), may_be_zero=True)


def _column(sheet: Sheet, place: int) -> list[int]:
    return [number for row in sheet.rows if isinstance(number := row[place], int)]


def _deadlines(public: _Public, sheet: Sheet) -> Sheet:
    """Frister. A promise of some typer counts the cases of those: what is withheld of typer is withheld of it."""
    _must_have(sheet, "Nämnd", "Fristregel", "Ärenden i urvalet")
    some = {promise_name(deadline) for deadline in public.of_some_types}
    numbers = range(2, _place(sheet, "Måltal"))
    # One nämnd's numbers are what the others leave of the sum.
    per_board = some if any(public.report.current.at(board).received() for board in public.sensitive) else set()
    in_total = some if public.types(public.report.current).totals else set()
    found = replace(
        sheet,
        rows=tuple(_withheld(row, numbers if row[1] in per_board else ()) for row in sheet.rows),
        totals=tuple(_withheld(row, numbers if row[1] in in_total else ()) for row in sheet.totals),
    )
    return public.noted(found, may_be_zero=bool(per_board))


def _years(public: _Public, sheet: Sheet) -> Sheet:
    complaints, share, area, median = (
        _place(sheet, name) for name in ("Klagomål", "Andel klagomål", "Vanligaste område", "Median (dagar)")
    )

    def hidden(figures: Figures) -> set[int]:
        places = set[int]()
        if not public.tells_complaints(figures):
            places |= {complaints, share}
        if public.types(figures).totals:
            places |= {_place(sheet, share_name(deadline)) for deadline in public.of_some_types}
        if public.is_few(figures.handling().number):
            places.add(median)
        if not _names_most_common(public, figures):
            places.add(area)
        return places

    years = public.report.years
    rows = zip(_by_name(sheet, (upper_first(figures.period.label) for figures in years)), years, strict=True)
    found = replace(sheet, rows=tuple(_withheld(row, hidden(figures)) for row, figures in rows))
    zeros = any(public.types(figures).may_be_zero and not public.tells_complaints(figures) for figures in years)
    return public.noted(found, may_be_zero=zeros)


def _names_most_common(public: _Public, figures: Figures) -> bool:
    """Whether everybody may know which area has the most cases: it has many, and their number is told."""
    numbers = figures.received_by("area")
    most = next((code for code in most_first(numbers, {}, public.report.about.areas) if code), None)
    if most is None:
        return True
    found = public.areas(figures)
    return found is not None and most not in found.numbers | found.together and numbers[most] >= public.fewest


def _how_counted(sheets: Sequence[Sheet], report: Report) -> Sheet:
    """Så räknade vi, of the shares that are told. How many are outside for which reason is not: some are beröm."""
    sheet = how_counted(sheets, report)
    last, beside = len(sheet.columns) - 1, _place(sheet, "Andel av bara besvarade")
    rows = ((*row[:last], _OUTSIDE) if row[beside] is not None else row for row in sheet.rows)
    return replace(sheet, rows=tuple(rows), notes=(*sheet.notes, _WHY_OUTSIDE))


_OUTSIDE = "ej tillämpliga, och pågår inom frist"
_WHY_OUTSIDE = (
    "Ej tillämpliga är anonyma, de som inte kan nås eller inte vill ha svar, och typer som löftet inte gäller. Pågår "
    "inom frist är de vars sista dag inte har passerat."
)

_TREATED: dict[str, Callable[[_Public, Sheet], Sheet | None]] = {
    "Om rapporten": _about,
    "Sammanfattning": _summary,
    "Per typ": _per_type,
    "Per nämnd": _per_board,
    "Per enhet": _per_unit,
    "Per månad": _per_month,
    "Per kanal": _per_channel,
    "Per område": _per_area,
    "Avsändare": _per_sender,
    "Per utförare": _left_out,
    "Frister": _deadlines,
    "Handläggningstid": _handling_time,
    "Utfall och åtgärder": _as_it_is,
    "Åtgärder": _measures,
    "Vägar": _as_it_is,
    "Hänvisningar": _as_it_is,
    "Enkät": _surveys,
    "Förbättringar": _as_it_is,
    "Flera år": _years,
    "Jämförelse": _left_out,
    "Årets arbete": _left_out,
    "Avstämning": _as_it_is,
    HOW_COUNTED: _as_it_is,
    "Öppna ärenden": _left_out,
    "Ärendelista": _left_out,
}
"""What is done with each sheet: freely written names and texts, and single cases, are nobody's to publish (R1)."""
