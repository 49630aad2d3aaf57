"""The årsredovisning in words: ready paragraphs, made of the figures that the workbook of the same edition shows.

Every figure is read out of the sheets and none is counted here. What a sheet withholds is left out of its sentence,
and a sheet that the edition does not have leaves no trace.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from klagreg.days import MONTHS, day_in_words
from klagreg.figures import Report, RulesInForce, Share, swedish_order
from klagreg.report.shares import TITLE as HOW_WE_COUNTED
from klagreg.report.words import ATTRIBUTED, PLURALS, lower_first, promise_name, title, upper_first
from klagreg.sheets import Kind, Part, Section, Sheet, Value, Withheld, named, shown
from klagreg.store.statistics import EVERYTHING
from klagreg.terms import MISSING_LABEL, CaseType, Outcome

ENOUGH_FOR_PER_CENT = 10
"""So many there must have been before for a change to be told in per cent: 2 instead of 1 is no doubling."""

AREAS_AT_MOST = 3
"""How many of the most common områden are named."""

Paragraph = str | tuple[str, ...]
"""A text is sentences; a tuple is the points of a list, which the text before it leads in."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """A heading and what stands under it."""

    heading: str
    paragraphs: tuple[Paragraph, ...]


def in_words(sheets: Sequence[Sheet], report: Report) -> tuple[Chapter, ...]:
    """The report as chapters: all together, each nämnd when they are several, and how it was counted.

    ``sheets``: those of ``report``, in the edition that the text is for.
    """
    book, when = _Book(sheets), _When.of(report)
    boards = _boards(book)
    whole = _Place(book, report, when, apart=tuple(boards))
    parts = [_Place(book, report, when, board) for board in boards]
    if boards and _count(book.one_at("Per nämnd", MISSING_LABEL).get("Totalt")):
        parts.append(_Place(book, report, when, MISSING_LABEL))
    return (
        Chapter(_line(title(report)), tuple(whole.told())),
        *(Chapter(part.heading, tuple(part.told())) for part in parts),
        Chapter(HOW_WE_COUNTED, tuple(_how_counted(book, report, when, with_boards=bool(boards)))),
    )


# -- the workbook, read -------------------------------------------------------------------------

_Row = Mapping[str, Value]
"""A row's values by the headings of their columns."""

_ALL = "Alla"
"""What *Årets arbete* calls a text that belongs to no nämnd, or to no unit."""


class _Book:
    """The sheets by their titles. One that is not there has no rows."""

    def __init__(self, sheets: Iterable[Sheet]) -> None:
        self._sheets = {sheet.title: sheet for sheet in sheets}

    def rows(self, title: str, *, totals: bool = False) -> list[_Row]:
        if not (sheet := self._sheets.get(title)):
            return []
        headings = [column.heading for column in sheet.columns]
        return [dict(zip(headings, row, strict=True)) for row in (sheet.totals if totals else sheet.rows)]

    def at(self, title: str, board: str | None) -> list[_Row]:
        """The rows of a nämnd, or those of all together (None)."""
        if board is None:
            return [row for row in self.rows(title, totals=True) if row["Nämnd"] == "Totalt"]
        return [row for row in self.rows(title) if row["Nämnd"] == board]

    def one_at(self, title: str, board: str | None) -> _Row:
        """The one row of a nämnd, or of all together; empty when there is none."""
        return next(iter(self.at(title, board)), {})

    def key_figure(self, name: str, part: str | None = None) -> _Row:
        """A row of *Sammanfattning*, or the row of a part of what that one counts."""
        whole: Value = None
        for row in self.rows("Sammanfattning"):
            found = row["Nyckeltal"]
            whole = whole if isinstance(found, Part) else found
            if whole == name and found == (part or name):
                return row
        return {}

    def said_under(self, section: str) -> Iterator[tuple[Value, str]]:
        """What *Om rapporten* says under a heading: names and texts."""
        inside = False
        for row in self.rows("Om rapporten"):
            name, value = row["Uppgift"], row["Värde"]
            if isinstance(name, Section):
                inside = name == section
            elif inside:
                yield name, _line(shown(value))

    @property
    def withholds(self) -> bool:
        """Whether there is a figure that it does not tell."""
        every = (row for sheet in self._sheets.values() for row in (*sheet.rows, *sheet.totals))
        return any(isinstance(value, Withheld) for row in every for value in row)


def _boards(book: _Book) -> list[str]:
    """The nämnder that get a chapter each; none when there is only one, which is then the whole."""
    found = {str(row["Nämnd"]) for sheet in ("Per nämnd", "Förbättringar", "Årets arbete") for row in book.rows(sheet)}
    found -= {MISSING_LABEL, _ALL}
    return sorted(found, key=swedish_order) if len(found) > 1 else []


def _count(value: Value) -> int | None:
    """How many; None when that is withheld or not counted."""
    return value if isinstance(value, int) else None


def _share(value: Value) -> Share | None:
    """A share; None when it is withheld or there is nothing to divide by."""
    return value if isinstance(value, Share) and value.whole else None


# -- the period, in words -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _When:
    """What the period is called, wherever it stands in a sentence."""

    during: str
    """``under 2025``, ``från 1 januari till och med 22 november 2025``."""
    meanwhile: str
    """``under året``, ``under perioden``."""
    at_end: str
    """``vid årets slut``, ``den 22 november 2025``."""
    before: str
    """``året före``, ``samma period året före``."""
    than_before: str
    """``2024``, ``samma period året före``."""
    has_begun: bool
    knows_before: bool
    """Whether the register knows the year before."""
    was_in_use: bool
    """Whether it was in use even before that, so that none then were none."""

    @classmethod
    def of(cls, report: Report) -> _When:
        now, period, previous = report.current, report.current.period, report.previous.period
        last = min(period.end, now.as_of)
        during, meanwhile, at_end = f"från {_from_to(period.start, last)}", "under perioden", "vid periodens slut"
        before = than_before = "samma period året före"
        if last < period.end:
            before = than_before = "samma tid året före"
            at_end = f"den {day_in_words(last)}"
        elif period.label.isdecimal():
            during, meanwhile, at_end = f"under {period.label}", "under året", "vid årets slut"
            before, than_before = "året före", previous.label
        elif not period.label[0].isdecimal():
            during = f"under {_with_ordinal(period.label)}"
        return cls(
            during=during,
            meanwhile=meanwhile,
            at_end=at_end,
            before=before,
            than_before=than_before,
            has_begun=period.start <= last,
            knows_before=any(year.period == previous for year in report.years),
            was_in_use=any(year.period.start < previous.start for year in report.years),
        )


def _from_to(start: date, end: date, to: str = " till och med ") -> str:
    """``1 januari till och med 22 november 2025``: a year that both have is said once."""
    first = f"{start.day} {MONTHS[start.month - 1]}" if start.year == end.year else day_in_words(start)
    return f"{first}{to}{day_in_words(end)}"


def _with_ordinal(label: str) -> str:
    """``kvartal 3 2025`` as people say it: ``tredje kvartalet 2025``; other labels as they are."""
    ordinals = ("första", "andra", "tredje", "fjärde")
    return re.sub(r"^(\w+) (\d) (?=\d{4})", lambda found: f"{ordinals[int(found[2]) - 1]} {found[1]}et ", label)


# -- what is told of a nämnd, or of all ---------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Place:
    """A nämnd, or all together (None): what its chapter says."""

    book: _Book
    report: Report
    when: _When
    board: str | None = None
    apart: tuple[str, ...] = ()
    """The nämnder whose own chapters tell what they wrote."""

    @property
    def heading(self) -> str:
        return "Ärenden utan nämnd" if self.board == MISSING_LABEL else _line(self.board or "")

    @property
    def name(self) -> str:
        """Whose cases they are; empty for everybody's and nobody's."""
        chosen = self.report.selection
        own = self.board or chosen.unit or chosen.board
        return "" if own in (None, MISSING_LABEL) else _line(own)

    def told(self) -> Iterator[Paragraph]:
        """The chapter's paragraphs."""
        if self.when.has_begun:
            figures = (self.received(), self.stock(), self.promises(), self.results())
            yield from filter(None, (" ".join(filter(None, sentences)) for sentences in figures))
            yield from self.improved()
        elif self.board is None:
            yield f"Perioden hade inte börjat {self.when.at_end}. Det finns inga siffror än."
        yield from self.own_words()

    # what came in

    def received(self) -> Iterator[str]:
        """How many came in, of which kinds and about what."""
        if self.board is None:
            row, by_type = self.book.key_figure("Inkomna"), {r["Typ"]: r["Antal"] for r in self.book.rows("Per typ")}
            now, before = (upper_first(figures.period.label) for figures in self.report.periods[:2])
            types = [(t, by_type.get(t.label, 0)) for t in CaseType]
        else:
            row, now, before = self.book.one_at("Per nämnd", self.board), "Totalt", "Föregående period"
            types = [(t, row.get(PLURALS[t], 0)) for t in CaseType]
        if isinstance(row.get(now), Withheld):
            yield f"Hur många ärenden som kom in {self.when.during} visas inte här, för att skydda enskilda."
        if (number := _count(row.get(now))) is not None:
            yield self._came(number, self._compared(row, number, _count(row.get(before))))
            yield _types(types, number)
        if self.board is None:
            yield from self._areas()

    def _came(self, number: int, compared: str) -> str:
        cases = _cases(number)
        if self.name:
            return f"{self.name} fick {cases} {self.when.during}{compared}."
        more = " utan uppgift om nämnd" if self.board else ""
        return f"{upper_first(self.when.during)} kom {cases} in{more}{compared}."

    def _compared(self, row: _Row, number: int, before: int | None) -> str:
        """``, 20 fler än 2024 (+20 %)``."""
        if before is None or not (self.when.knows_before if before else self.when.was_in_use):
            return ""
        if number == before:
            return f", lika många som {self.when.than_before}" if number else f", och inga {self.when.before} heller"
        growth = row.get("Förändring, %")
        per_cent = shown(growth, Kind.GROWTH) if isinstance(growth, float) and before >= ENOUGH_FOR_PER_CENT else ""
        told = f" ({per_cent})" if number and re.search("[1-9]", per_cent) else ""
        if not (number and before and (change := _count(row.get("Förändring")))):
            return f", mot {_none_or(before)} {self.when.before}{told}"
        return f", {shown(abs(change))} {'fler' if change > 0 else 'färre'} än {self.when.than_before}{told}"

    def _areas(self) -> Iterator[str]:
        labels = self.report.about.areas
        known = {named(code, labels) for code in self.report.current.received_by("area") if code}
        found = {str(row["Område"]): row["Antal"] for row in self.book.rows("Per område")}
        areas = [(n, area) for area, value in found.items() if area in known and (n := _count(value))]
        areas.sort(key=lambda one: -one[0])
        # Of areas that are as common as one another, either all are named or none.
        least = areas[AREAS_AT_MOST][0] + 1 if len(areas) > AREAS_AT_MOST else 2
        named_areas = [(shown(n), _line(lower_first(area))) for n, area in areas if n >= max(2, least)]
        most = [f"{area} ({n}{'' if i else ' ärenden'})" for i, (n, area) in enumerate(named_areas)]
        if not most:
            return
        if Withheld.SMALL in found.values():
            yield f"Bland de vanligaste områdena fanns {_listed(most)}."
        elif len(most) > 1:
            yield f"De vanligaste områdena var {_listed(most)}."
        else:
            yield f"Det vanligaste området var {most[0]}."
        if missing := _count(found.get(MISSING_LABEL)):
            yield f"I {_cases(missing)} är området inte angivet."

    # what was closed and what is open

    def stock(self) -> Iterator[str]:
        """How many were closed, and how many are open and overdue at the end."""
        if self.board is None:
            label = upper_first(self.report.current.period.label)
            closed = self.book.key_figure("Avslutade").get(label)
            still_open = self.book.key_figure("Öppna vid periodens slut").get(label)
            overdue = self.book.key_figure("Öppna vid periodens slut", "varav försenade").get(label)
        else:
            row = self.book.one_at("Jämförelse", self.board)
            closed, still_open, overdue = (row.get(name) for name in ("Avslutade", "Öppna", "varav försenade"))
        yield from self._stock(_count(closed), _count(still_open), _count(overdue))

    def _stock(self, closed: int | None, still_open: int | None, overdue: int | None) -> Iterator[str]:
        if closed == still_open and not closed:
            return
        when = self.when
        ended = f"{upper_first(when.meanwhile)} avslutades {_cases(closed)}" if closed else ""
        if closed == 0:
            ended = f"Inga ärenden avslutades {when.meanwhile}"
        if still_open is None:
            yield f"{ended}."
            return
        number, word = _none_or(still_open), "öppet" if still_open == 1 else "öppna"
        if ended:
            yield f"{ended}, och {when.at_end} var {number} {word}."
        else:
            yield f"{upper_first(when.at_end)} var {_cases(still_open)} {word}."
        if still_open and overdue is not None:
            yield _overdue(overdue, still_open)

    # how promises were kept

    def promises(self) -> Iterator[str]:
        """How each promise was kept and each goal reached, and who is still waiting."""
        rules = {promise_name(deadline): deadline for deadline in self.report.current.deadlines()}
        for row in self.book.at("Frister", self.board):
            rule = rules[str(row["Fristregel"])]
            about = f"{'Målet' if rule.is_goal else 'Löftet'} om {_line(lower_first(rule.rule.title))}"
            earlier = _share(row["Föregående period"]) if self.board is None else None
            compared = f", mot {shown(earlier)} {self.when.before}" if earlier else ""
            yield from _kept(row, about, "nåddes" if rule.is_goal else "hölls", compared)

    # what it took and what it led to

    def results(self) -> Iterator[str]:
        """How long it took, what it led to, and what was promised and done."""
        yield _time(self.book.one_at("Handläggningstid", self.board))
        yield from _led_to_measure(self.book.one_at("Utfall och åtgärder", self.board))
        is_one = self.board or self.report.selection != EVERYTHING
        yield from _measures(self.book.one_at("Åtgärder", self.board), "Verksamheten" if is_one else "Verksamheterna")

    # what was written

    def improved(self) -> Iterator[Paragraph]:
        """What became better and what was learnt, as it was written."""
        told: dict[str, list[str]] = {"Det här blev bättre:": [], "Lärdomar:": []}
        for row in self._own("Förbättringar"):
            heading = "Lärdomar:" if row["Genomförd/planerad"] == "Lärdom" else "Det här blev bättre:"
            told[heading].append(_line(str(row["Åtgärd/förbättring"])))
        for heading, texts in told.items():
            if texts:
                yield heading
                yield tuple(texts)

    def own_words(self) -> Iterator[Paragraph]:
        """The year's work as it was written, each unit's words under its name."""
        unit: Value = _ALL
        for row in self._own("Årets arbete"):
            text = _line(str(row["Text"]))
            is_new = row["Enhet"] not in (unit, _ALL, self.report.selection.unit)
            unit = row["Enhet"]
            yield f"{_line(str(unit))}: {text}" if is_new else text

    def _own(self, title: str) -> list[_Row]:
        """The rows that this chapter tells: those of no other chapter's nämnd."""
        return [
            row
            for row in self.book.rows(title)
            if (row["Nämnd"] == self.board if self.board else row["Nämnd"] not in self.apart)
        ]


# -- sentences ----------------------------------------------------------------------------------


def _types(found: Iterable[tuple[CaseType, Value]], number: int) -> str:
    """``Av ärendena var 5 klagomål, 1 synpunkt och 1 beröm.``"""
    by_type = dict(found)
    known = {case_type: n for case_type, value in by_type.items() if (n := _count(value))}
    if not known:
        return ""
    only = next(iter(known))
    if known[only] == number:
        return f"Ärendet var {_A_SINGLE[only]}." if number == 1 else f"{_all(number)} var {PLURALS[only].lower()}."
    told = (f"{shown(n)} {(t.label if n == 1 else PLURALS[t]).lower()}" for t, n in known.items())
    # "Av" would say that these are all there are.
    start = "Bland ärendena fanns" if Withheld.SMALL in by_type.values() else "Av ärendena var"
    return f"{start} {_listed(told)}."


_A_SINGLE = {
    CaseType.COMPLAINT: "ett klagomål",
    CaseType.VIEWPOINT: "en synpunkt",
    CaseType.PROPOSAL: "ett förslag",
    CaseType.PRAISE: "beröm",
    CaseType.QUESTION: "en fråga",
    CaseType.FAULT: "en felanmälan",
    CaseType.DEVIATION: "en avvikelse",
}


def _overdue(overdue: int, still_open: int) -> str:
    """How many of those that are open are overdue."""
    if still_open == 1:
        return "Det var försenat." if overdue else "Det var inte försenat."
    if overdue == still_open:
        return f"{_all(overdue)} var försenade."
    return f"Av dem var {shown(overdue)} {_agreeing('försenat', overdue)}." if overdue else "Inget av dem var försenat."


def _kept(row: _Row, about: str, kept: str, compared: str) -> Iterator[str]:
    """How a promise was kept: never without those who were not answered at all."""
    share = _share(row["Andel i tid"])
    if isinstance(row["Andel i tid"], Withheld):
        return
    in_time, late, unanswered = (_count(row[name]) for name in ("I tid", "För sent", "Obesvarade efter frist"))
    if share is None:
        if _count(row["Pågår inom frist"]):
            yield f"{about} gick inte att bedöma än: sista dagen hade inte passerat i något ärende."
        elif _count(row["Ärenden i urvalet"]):
            yield f"{about} gällde inget ärende."
    elif in_time is None or late is None:
        yield f"{about} {kept} i {shown(share)} av ärendena{compared}."
    elif share.whole == 1:
        which = "där det går att bedöma" if row["Pågår inom frist"] else "som det gällde"
        yield f"{about} {kept} {'' if in_time else 'inte '}i det enda ärende {which}."
        yield "Det var fortfarande obesvarat." if unanswered else ""
    elif not late:
        every = "båda ärendena" if in_time == 2 else f"alla {_cases(in_time)}"
        yield f"{about} {kept} i {every} ({shown(share)}{compared})."
    elif not in_time:
        yield f"{about} {kept} inte i något av {_cases(late)} ({shown(share)}{compared})."
        if unanswered:
            who = f"{_all(late)} var" if unanswered == late else f"Av dem var {shown(unanswered)}"
            yield f"{who} fortfarande {_agreeing('obesvarat', unanswered)}."
    else:
        yield f"{about} {kept} i {shown(in_time)} av {_cases(share.whole)} ({shown(share)}{compared})."
        yield f"I {_cases(late)} {kept} det inte{_still_waiting(unanswered, late)}."
    if lost := _count(row["Ej tillämplig efter frist"]):
        not_counted = "Det" if lost == 1 else "De"
        yield f"Dessutom passerade sista dagen i {_cases(lost)} där det sedan inte fanns någon att svara."
        yield f"{not_counted} räknas inte."


def _still_waiting(unanswered: int | None, late: int) -> str:
    if not unanswered:
        return ""
    if unanswered < late:
        return f", varav {shown(unanswered)} fortfarande var {_agreeing('obesvarat', unanswered)}"
    who = "det ärendet" if late == 1 else _all(late).lower()
    return f", och {who} var fortfarande {_agreeing('obesvarat', unanswered)}"


def _time(row: _Row) -> str:
    """The typical handläggningstid."""
    median = row.get("Median (dagar)")
    if not isinstance(median, int | float):
        return ""
    days = shown(float(median)).removesuffix(",0")
    took = f"tog {days} {'dag' if days == '1' else 'dagar'} från ankomst till avslut"
    if row["Avslutade"] == 1:
        return f"Ärendet som avslutades {took if median else 'kom in samma dag'}."
    return f"Ett typiskt ärende {took if median else 'avslutades samma dag som det kom in'} (median)."


def _led_to_measure(row: _Row) -> Iterator[str]:
    """How many of those that were closed led to a measure; what nobody has said is not that nothing came of it."""
    share, led, closed = _share(row.get("Andel")), _count(row.get("Ledde till åtgärd")), _count(row.get("Avslutade"))
    if share is None:
        return
    if not _says_outcomes(row):
        yield f"Vad {'det avslutade ärendet' if closed == 1 else 'de avslutade ärendena'} ledde till är inte angivet."
    elif led is None:
        yield f"Av de avslutade ärendena ledde {shown(share)} till åtgärd."
    elif closed == 1:
        yield f"Det avslutade ärendet ledde {'till' if led else 'inte till någon'} åtgärd."
    elif not led:
        yield "Inget avslutat ärende ledde till åtgärd."
    elif share.whole == 1:
        yield "Av de avslutade ärendena ledde 1 till åtgärd."
    else:
        those = _all(led).lower() if led == share.whole else shown(led)
        yield f"Av {shown(share.whole)} avslutade ärenden ledde {those} till åtgärd ({shown(share)})."
    known = [_count(value) for value in _outcomes(row)]
    if _says_outcomes(row) and closed and None not in known and sum(n for n in known if n) < closed:
        yield "I en del avslutade ärenden är utfallet inte angivet."


def _outcomes(row: _Row) -> list[Value]:
    """The numbers of each utfall. Closed cases without one are in none of them: such come by import."""
    return [row[outcome.label] for outcome in Outcome if outcome.label in row]


def _says_outcomes(row: _Row) -> bool:
    return any(value != 0 for value in _outcomes(row))


def _measures(row: _Row, whose: str) -> Iterator[str]:
    """What was promised to be done and how that went, and what was done without having been promised."""
    promised, at_once = _count(row.get("Utlovade")), _count(row.get("Gjorda direkt"))
    if promised:
        yield f"{whose} lovade {_measured(promised)}."
        found = {words: n for name, words in _HOW_IT_WENT.items() if (n := _count(row[name]))}
        if promised in found.values():
            one, many = next(iter(found))
            yield f"Den var {one}." if promised == 1 else f"{_all(promised)} var {many}."
        elif found:
            yield f"Av dem var {_listed(f'{shown(n)} {one if n == 1 else many}' for (one, many), n in found.items())}."
    if at_once:
        start = f"Dessutom gjorde {whose.lower()}" if promised else f"{whose} gjorde"
        yield f"{start} {_measured(at_once)} direkt."


_HOW_IT_WENT = {
    "Genomförda i tid": ("genomförd i tid", "genomförda i tid"),
    "Genomförda för sent": ("genomförd för sent", "genomförda för sent"),
    "Försenade": ("försenad", "försenade"),
    "Pågår": ("pågående", "pågående"),
    "Utan dag": ("utan utsatt dag", "utan utsatt dag"),
}
"""Columns of *Åtgärder*, in the words that come after ``var``."""


# -- how it was counted -------------------------------------------------------------------------


def _how_counted(book: _Book, report: Report, when: _When, *, with_boards: bool) -> Iterator[Paragraph]:
    """What the reader must know of the figures: when, how, with which reservations."""
    promises = book.at("Frister", None) if when.has_begun else []
    yield " ".join(_period(report, with_boards=with_boards))
    if promises:
        yield " ".join(_promises(promises, report))
        yield "Löften och mål:" if _has_goals(report) else "Det här är lovat:"
        yield tuple(_rules(book, report))
        yield from filter(None, [" ".join(_results(book, report))])
    if cautions := " ".join(text for _, text in book.said_under("Att tänka på")):
        yield cautions
    if book.withholds:
        yield "Tal som skulle kunna peka ut någon är utelämnade."
    if when.knows_before and (renewed := tuple(text for _, text in book.said_under("Ändrat mellan åren som jämförs"))):
        yield "Det här skiljer åren åt:"
        yield renewed


def _period(report: Report, *, with_boards: bool) -> Iterator[str]:
    now, chosen = report.current, report.selection
    period = _from_to(now.period.start, now.period.end, "–")
    yield f"Perioden är {period} och uttagsdatumet {day_in_words(now.as_of)}."
    if chosen != EVERYTHING:
        yield f"Bara ärenden hos {_line(chosen.unit or chosen.board or '')} räknas."
    if chosen != EVERYTHING or with_boards:
        yield ATTRIBUTED
    yield "Makulerade ärenden räknas aldrig."


def _has_goals(report: Report) -> bool:
    return any(deadline.is_goal for deadline in report.current.deadlines())


def _promises(rows: Sequence[_Row], report: Report) -> Iterator[str]:
    yield "Ett löfte är hållet om det infriades senast på sista dagen. Det bedöms som det stod till på uttagsdatumet."
    if _has_goals(report):
        yield "Ett mål bedöms på samma sätt, men det är inget brutet löfte om det inte nås."
    yield "Ett ärende utan svar räknas med så snart sista dagen har passerat. Det kallas då obesvarat."
    yield (
        "När avsändaren är anonym, inte går att nå eller inte vill ha svar finns det ingen "
        "att svara. Sådana ärenden räknas inte i löften om svar, och inte heller ärenden av en typ som löftet inte "
        "gäller."
    )
    if any(row["Förlängda"] != 0 for row in rows):
        yield "Har en frist förlängts gäller den nya sista dagen."


def _rules(book: _Book, report: Report) -> Iterator[str]:
    """What was promised in the period, in the words of the rules, then where it was stricter."""
    start, end = report.current.period.start, min(report.current.period.end, report.current.as_of)
    found: dict[RulesInForce, None] = {}
    for first, *later in (source.rules for source in report.about.sources):
        *_, before = first, *(rules for rules in later if rules.valid_from <= start)
        found |= dict.fromkeys([before, *(rules for rules in later if start < rules.valid_from <= end)])
    for rules in found:
        whose = f"{_line(rules.name)}, från {day_in_words(rules.valid_from)}. " if len(found) > 1 else ""
        yield from (f"{whose}{_line(promise)}." for promise in rules.promises)
    yield from (text for name, text in book.said_under("Frister och arbetsdagar") if name == "Strängare frist")


def _results(book: _Book, report: Report) -> Iterator[str]:
    handled, outcomes = book.one_at("Handläggningstid", None), book.one_at("Utfall och åtgärder", None)
    if isinstance(handled.get("Median (dagar)"), int | float):
        yield "Den typiska tiden är medianen i kalenderdagar: hälften av de avslutade ärendena tog högst så lång tid."
    if _share(outcomes.get("Andel")) and _says_outcomes(outcomes):
        yield "Beröm och hänvisade, sammanförda och återkallade ärenden räknas inte när det gäller åtgärder."
    closings = book.key_figure("Avslutade").get(upper_first(report.current.period.label))
    if None not in (_count(closings), _count(handled.get("Avslutade"))) and closings != handled["Avslutade"]:
        yield "Ett ärende som har öppnats igen räknas varje gång det avslutas."


# -- words --------------------------------------------------------------------------------------


def _cases(number: int) -> str:
    """``inga ärenden``, ``1 ärende``, ``1 234 ärenden``."""
    return f"{_none_or(number)} {'ärende' if number == 1 else 'ärenden'}"


def _none_or(number: int) -> str:
    return shown(number) if number else "inga"


def _measured(number: int) -> str:
    return f"{shown(number)} {'åtgärd' if number == 1 else 'åtgärder'}"


def _all(number: int) -> str:
    """How a sentence begins that is about each of several."""
    return "Båda" if number == 2 else "Alla"


def _agreeing(word: str, number: int) -> str:
    """``försenat`` of one, ``försenade`` of several."""
    return word if number == 1 else f"{word.removesuffix('t')}de"


def _listed(parts: Iterable[str]) -> str:
    """``a, b och c``."""
    *first, last = parts
    return f"{', '.join(first)} och {last}" if first else last


def _line(text: str) -> str:
    """What somebody wrote, on one line: a name or a text cannot begin a paragraph of its own."""
    return " ".join("".join(" " if unicodedata.category(c) in _BREAKS else c for c in text).split())


_BREAKS = ("Cc", "Zl", "Zp")
