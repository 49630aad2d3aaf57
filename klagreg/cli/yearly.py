"""The year beside its cases: when its report was presented, the self-check, surveys, and the year in words."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from klagreg import border, days
from klagreg.cli import options as o
from klagreg.cli.declared import Argument, Option
from klagreg.cli.edge import Edge, chosen, is_terminal, opened, told
from klagreg.days import Period, with_weekday
from klagreg.errors import WrongUse
from klagreg.render.terminal import Column, clean, clean_prose, heading, notice, say, table
from klagreg.terms import Attained, Satisfaction, SurveyMethod, labelled
from klagreg.yearly import Answers, Presentation, Survey, YearlyText

if TYPE_CHECKING:
    from klagreg.figures import SurveyFigures
    from klagreg.register import Register
    from klagreg.selfcheck import Form, Row

Part = Literal["halvar", "tertial", "kvartal", "manad"]
Year = Annotated[int, Argument(metavar="ÅR", help="Året, till exempel 2026.")]


def present(
    edge: Edge,
    year: Year,
    quarter: Annotated[int | None, Option("--kvartal", metavar="1-4", min=1, max=4, help="Kvartalet.")] = None,
    tertial: Annotated[int | None, Option("--tertial", metavar="1-3", min=1, max=3, help="Tertialet.")] = None,
    half: Annotated[int | None, Option("--halvar", metavar="1-2", min=1, max=2, help="Halvåret.")] = None,
    month: Annotated[int | None, Option("--manad", metavar="1-12", min=1, max=12, help="Månaden.")] = None,
    board: o.Board = None,
    on: Annotated[
        str | None, Option("--datum", metavar="DATUM", help="Sammanträdesdagen: 2026-10-20, 20/10, igår.")
    ] = None,
    paragraph: Annotated[
        str | None, Option("--paragraf", metavar="§", help="Paragrafen i protokollet: 88, eller § 88.")
    ] = None,
    as_json: o.Json = False,
) -> None:
    """Anteckna när en period redovisades för nämnden. Utan --datum visas vilka perioder som är redovisade.

    klagreg redovisa 2026 --kvartal 3 --datum 20/10 --paragraf 88

    klagreg redovisa 2026

    Utan --kvartal och de andra gäller det hela året. En period redovisas när den är över. Det som tog slut innan
    registret skapades visas bara om det är redovisat.
    """
    named: dict[Part, int | None] = {"kvartal": quarter, "tertial": tertial, "halvar": half, "manad": month}
    parts = {part: which for part, which in named.items() if which is not None}
    period = _part_of(year, parts)
    if paragraph and not on:
        raise WrongUse("--paragraf hör till en dag.", "Ange sammanträdesdagen med --datum.")
    with opened(edge) as register:
        if on:
            noted = Presentation(period.start, period.end, board, o.the_day(edge, on), _paragraph(paragraph))
            register.upkeep.present(noted)
        found, created = register.upkeep.presentations(period.start, period.end, board), _created(register)
    shown = [period] if on or parts else _to_present(year, found, created)
    if as_json:
        from klagreg.render import json

        json.show([line for one in shown for line in _presented_json(one, found)])
        return
    names_boards = on is not None or len({presented.board for presented in found}) > 1
    for one in shown:
        for line in _presented_lines(one, found, edge.env.today, names_boards=names_boards):
            say(line)
    if not shown:
        say(f"Inget är redovisat för {year}, som tog slut innan registret skapades ({with_weekday(created)}).")


def self_check(
    edge: Edge,
    year: Year,
    board: o.Board = None,
    criterion: Annotated[
        str | None, Option("--kriterium", metavar="K", help="Ett kriterium: dess nummer eller nyckel.")
    ] = None,
    attained: Annotated[str | None, Option("--uppnatt", metavar="GRAD", help="helt, delvis, ej.")] = None,
    comment: Annotated[
        str | None,
        Option("--kommentar", metavar="TEXT", help='Kommentaren; "" tar bort den. - och @fil går bra.'),
    ] = None,
    fill_in: Annotated[bool, Option("--fyll-i", help="Gå igenom alla kriterier, ett i taget.")] = False,
    output: Annotated[Path | None, Option("--ut", "-o", metavar="FIL.xlsx", help="Formuläret som arbetsbok.")] = None,
    replace: Annotated[bool, Option("--ersatt", help="Skriv över arbetsboken om den finns.")] = False,
    as_of: Annotated[
        str | None, Option("--per", metavar="DATUM", help="Dagen som registrets fakta gäller (annars idag).")
    ] = None,
    reviewed: o.Reviewed = False,
    as_json: o.Json = False,
) -> None:
    """Fyll i och visa årets egenkontroll, med fakta ur registret och förra årets bedömning bredvid.

    klagreg egenkontroll 2026

    klagreg egenkontroll 2026 --kriterium 4

    klagreg egenkontroll 2026 --kriterium 4 --uppnatt delvis --kommentar "Svarstiderna behöver följas tätare."

    klagreg egenkontroll 2026 -o egenkontroll-2026.xlsx

    Bedömningen kan göras om: den senaste gäller, och de tidigare finns kvar.
    """
    period = days.part_of_year(year, "ar")
    taken_on = o.the_day(edge, as_of, "--per", "nearest")
    judges = _judges(criterion, attained, comment, fill_in, output)
    with opened(edge) as register:
        if judges:
            register.upkeep.must_have_begun(year)
        form = _form(register, period, taken_on, board)
    rows = _rows(form, criterion)
    asks = judges and attained is None and comment is None
    if asks and form.remark:
        notice(form.remark)
    if judges:
        answers = _answers(rows, attained, comment, reviewed)
        with opened(edge) as register:
            register.upkeep.judge(year, board, answers, reviewed=reviewed)
            form = _form(register, period, taken_on, board)
        rows = _rows(form, criterion)
    if output is not None:
        from klagreg.render import workbook
        from klagreg.selfcheck import sheet

        workbook.write([sheet(form)], output, title=form.title, created=edge.now, replace=replace)
    if as_json:
        from klagreg.render import json
        from klagreg.selfcheck import as_json as document

        json.show(document(rows))
    elif output is not None:
        say(f"Egenkontrollen för {clean(form.place)} {year} är skriven till {clean(str(output))}.")
    else:
        _show_form(form, rows)
    if form.remark and not asks:
        notice(form.remark)


def survey(
    edge: Edge,
    method: Annotated[str | None, Option("--satt", metavar="SÄTT", help="enkat, intervju, fokusgrupp.")] = None,
    answer: Annotated[str | None, Option("--svar", metavar="SVAR", help="nojd, delvis, missnojd.")] = None,
    number: Annotated[
        int | None, Option("--antal", metavar="N", min=1, max=1_000_000, help="Hur många som svarade så.")
    ] = None,
    on: o.OnDay = None,
    comment: Annotated[
        str | None,
        Option("--kommentar", metavar="TEXT", help="Vad som sades, utan personuppgifter. - och @fil går bra."),
    ] = None,
    board: o.Board = None,
    year: Annotated[int | None, Option("--ar", metavar="ÅR", help="Visa årets svar (annars i år).")] = None,
    reviewed: o.Reviewed = False,
    as_json: o.Json = False,
) -> None:
    """Anteckna vad de som lämnat synpunkter tyckte om hur det fungerade. Utan --svar visas årets svar.

    klagreg enkat --satt intervju --svar nojd

    klagreg enkat --satt enkat --svar missnojd --antal 3 --kommentar "Svåra att hitta på webbplatsen."

    klagreg enkat --ar 2026

    Ett svar hör aldrig till ett ärende eller en person.
    """
    stores = any(value is not None for value in (method, answer, number, on, comment))
    if stores and year is not None:
        raise WrongUse("--ar visar årets svar.", "Dagen för ett nytt svar anges med --datum.")
    given = _survey(edge, method, answer, number, on, comment, board) if stores else None
    shown_year = (given.asked_on if given else edge.env.today).year if year is None else year
    with opened(edge) as register:
        if given:
            register.upkeep.add_survey(given, reviewed=reviewed)
        answers = register.upkeep.surveys(days.part_of_year(shown_year, "ar"), board)
    if as_json:
        from klagreg.render import json

        json.show(_surveys_json(shown_year, answers))
    elif given:
        how = f"{given.answer.label.lower()}, {given.method.label.lower()}, {given.number} svar"
        say(f"Sparat {with_weekday(given.asked_on)}: {how}.")
    else:
        _show_surveys(shown_year, answers)


def write_year(
    edge: Edge,
    year: Year,
    text: Annotated[
        str | None, Argument(metavar="TEXT", help="Texten. - läser stdin, @fil en fil. Utan: visa årets texter.")
    ] = None,
    board: o.Board = None,
    unit: o.UnitName = None,
    reviewed: o.Reviewed = False,
    as_json: o.Json = False,
) -> None:
    """Skriv hur ni arbetat med synpunkter under året, för årsredovisningen. Utan TEXT visas årets texter.

    klagreg arstext 2026 @arbetet-2026.txt --enhet Parkskolan

    En ny text ersätter den förra från samma enhet eller nämnd; den förra finns kvar i registret.
    """
    days.part_of_year(year, "ar")  # a year that the register can hold
    written = told(text, "TEXT")
    with opened(edge) as register:
        if written is None:
            texts = register.upkeep.yearly_texts(year, board, unit)
        else:
            texts = [register.upkeep.write_year(YearlyText(year, written, board, unit), reviewed=reviewed)]
    if as_json:
        from klagreg.render import json

        json.show([{"ar": t.year, "namnd": t.board, "enhet": t.unit, "text": t.text} for t in texts])
    elif written is not None:
        say(f"Texten för {_place(texts[0])} {year} är sparad.")
    else:
        _show_texts(year, texts)


# -- when a report was presented ----------------------------------------------------------------


def _part_of(year: int, parts: dict[Part, int]) -> Period:
    """The part of the year that was named, or the year."""
    if len(parts) > 1:
        raise WrongUse("Välj en av --kvartal, --tertial, --halvar och --manad.")
    for part, which in parts.items():
        return days.part_of_year(year, part, which)
    return days.part_of_year(year, "ar")


def _paragraph(written: str | None) -> str | None:
    """``§ 88``, also when only the number was typed."""
    if not written:
        return None
    line = border.line(written, "--paragraf", 40)
    return f"§ {line}" if line.isdecimal() else line


def _created(register: Register) -> date:
    """The day the register was created."""
    stored = register.store.meta().get("skapat")
    return days.stockholm_day(datetime.fromisoformat(stored)) if stored else days.FIRST_DAY


def _to_present(year: int, found: Iterable[Presentation], created: date) -> list[Period]:
    """The quarters and the year, as far as there was a register, and whatever was presented, in the order they end."""
    usual = [*(days.part_of_year(year, "kvartal", which) for which in (1, 2, 3, 4)), days.part_of_year(year, "ar")]
    presented = {days.between(one.start, one.end) for one in found}
    return sorted(
        {*(period for period in usual if period.end >= created), *presented},
        key=lambda period: (period.end, -period.start.toordinal()),
    )


def _presented_of(period: Period, found: Iterable[Presentation]) -> list[Presentation]:
    return [presented for presented in found if (presented.start, presented.end) == (period.start, period.end)]


def _presented_lines(
    period: Period, found: Iterable[Presentation], today: date, *, names_boards: bool
) -> Iterator[str]:
    """``Kvartal 3  redovisad tis 2026-10-20 för BUN, § 88``, or how far the period has come."""
    name, presented = _name_of(period).ljust(9), _presented_of(period, found)
    for one in presented:
        paragraph = f", {clean(one.paragraph)}" if one.paragraph else ""
        board = f" för {clean(one.board or 'hela registret')}" if names_boards else ""
        yield f"{name}  redovisad {with_weekday(one.presented_on)}{board}{paragraph}"
    if not presented:
        yield f"{name}  {_not_presented(period, today)}"


def _not_presented(period: Period, today: date) -> str:
    if today < period.start:
        return "har inte börjat"
    return f"pågår till och med {with_weekday(period.end)}" if today <= period.end else "inte redovisad"


def _presented_json(period: Period, found: Iterable[Presentation]) -> list[dict[str, Any]]:
    """One object per presentation, or one without a day."""
    about = {"period": [period.start.isoformat(), period.end.isoformat()], "rubrik": _name_of(period)}
    presented = [
        {**about, "redovisad": p.presented_on.isoformat(), "paragraf": p.paragraph, "namnd": p.board}
        for p in _presented_of(period, found)
    ]
    return presented or [{**about, "redovisad": None, "paragraf": None, "namnd": None}]


def _name_of(period: Period) -> str:
    """``Kvartal 3``: a part of the year that everybody knows is meant."""
    name = period.label.removesuffix(str(period.end.year)).strip()
    return name[:1].upper() + name[1:] if name else "Hela året"


# -- the self-check -----------------------------------------------------------------------------


def _judges(
    criterion: str | None, attained: str | None, comment: str | None, fill_in: bool, output: Path | None
) -> bool:
    """Whether something is judged: by the options, or by a person who is asked. A criterion alone can also be shown."""
    if fill_in and criterion:
        raise WrongUse("--fyll-i går igenom alla kriterier.", "Ange antingen --fyll-i eller --kriterium.")
    if (attained or comment is not None) and not criterion:
        raise WrongUse("--uppnatt och --kommentar hör till ett kriterium.", "Ange vilket med --kriterium 1–6.")
    if fill_in and not is_terminal():
        raise WrongUse(
            "--fyll-i frågar, och här finns ingen att fråga.",
            "Ange --kriterium K --uppnatt helt|delvis|ej --kommentar TEXT.",
        )
    if output is not None and (criterion or fill_in):
        raise WrongUse("En bedömning sparas för sig, och arbetsboken skrivs sedan.", "Gör det i två steg.")
    if output is not None and output.suffix.casefold() != ".xlsx":
        raise WrongUse(f"{output} är inget namn på en arbetsbok.", "Låt namnet sluta på .xlsx.")
    said = attained is not None or comment is not None
    return fill_in or said or (criterion is not None and is_terminal())


def _form(register: Register, period: Period, taken_on: date, board: str | None) -> Form:
    from klagreg import selfcheck

    year = register.upkeep.year_at_work(period, taken_on, board)
    return selfcheck.form(year, register.report(period, taken_on, board=year.board))


def _rows(form: Form, criterion: str | None) -> Sequence[Row]:
    return [form.row(criterion)] if criterion else form.rows


def _answers(rows: Iterable[Row], attained: str | None, comment: str | None, reviewed: bool) -> Answers:
    """What is said of the criteria: by the options, or by somebody at the terminal."""
    if attained is None and comment is None:
        return {row.criterion.key: _asked_about(row, reviewed) for row in rows}
    said = chosen(attained, "--uppnatt", "Uppnått", Attained), told(comment, "--kommentar")
    return {row.criterion.key: said for row in rows}


def _asked_about(row: Row, reviewed: bool) -> tuple[Attained, str]:
    """How far a criterion was reached, with this year's or last year's words as the answer that need not be typed."""
    from klagreg.cli import dialog
    from klagreg.upkeep import public_prose

    for line in ("", *_lines(row)):
        say(line, sys.stderr)
    known = row.judged or row.before
    usual, words = (known.attained.value, known.comment or "") if known else ("", "")

    def checked(written: str) -> str:
        return public_prose("" if written == "-" else written or words, "--kommentar", reviewed=reviewed)[0] or ""

    attained = dialog.ask_until(
        lambda: dialog.ask("Uppnått", labelled(Attained), default=usual), lambda word: Attained.named(word, "Uppnått")
    )
    label = "Kommentar, om inte den ovan; - för ingen" if words else "Kommentar"
    comment = dialog.ask_until(lambda: dialog.ask_prose(label), checked)
    assert attained is not None
    return attained, comment or ""


def _show_form(form: Form, rows: Iterable[Row]) -> None:
    """The form, or some rows of it."""
    if rows is form.rows:
        heading(clean(form.title))
        for goal in form.goals:
            say(clean(goal))
    for row in rows:
        first, *others = _lines(row)
        say()
        heading(first)
        for line in others:
            say(line)
    if rows is form.rows and not all(row.judged for row in rows):
        say()
        say(f"Bedöm: klagreg egenkontroll {form.year} --kriterium 1 --uppnatt helt|delvis|ej --kommentar TEXT")


def _lines(row: Row) -> Iterator[str]:
    """A criterion as it stands on a screen."""
    from klagreg.selfcheck import said

    yield f"{row.number}. {clean(row.criterion.aim)} ({row.criterion.key})"
    if row.criterion.practice:
        yield f"  Tillämpning: {clean(row.criterion.practice)}"
    ticked = row.judged.attained if row.judged else None
    yield "  " + "  ".join(f"[{'x' if attained is ticked else ' '}] {attained.label}" for attained in Attained)
    if row.judged and row.judged.comment:
        yield f"  Kommentar: {_indented(row.judged.comment)}"
    yield f"  Förra året: {_indented(said(row.before) or 'inte bedömt')}"
    if row.facts:
        yield "  Fakta ur registret:"
    for fact in row.facts:
        yield f"    {clean(fact.line)}"


def _indented(text: str) -> str:
    return clean_prose(text).replace("\n", "\n    ")


# -- surveys and texts --------------------------------------------------------------------------


def _survey(
    edge: Edge,
    method: str | None,
    answer: str | None,
    number: int | None,
    on: str | None,
    comment: str | None,
    board: str | None,
) -> Survey:
    return Survey(
        asked_on=o.the_day(edge, on),
        method=chosen(method, "--satt", "Hur tillfrågades de", SurveyMethod),
        answer=chosen(answer, "--svar", "Vad svarade de", Satisfaction),
        number=number or 1,
        board=board,
        comment=told(comment, "--kommentar"),
    )


def _show_surveys(year: int, answers: Sequence[Survey]) -> None:
    if not answers:
        say(f"Inga svar {year}. Anteckna ett: klagreg enkat --satt enkat|intervju|fokusgrupp --svar nojd")
        return
    columns = (
        Column("Dag", whole=True),
        Column("Sätt"),
        Column("Svar"),
        Column("Antal", right=True),
        Column("Nämnd", minor=True),
        Column("Kommentar"),
    )
    table(
        columns,
        [
            (with_weekday(a.asked_on), a.method.label, a.answer.label, str(a.number), a.board or "–", a.comment or "–")
            for a in answers
        ],
    )
    share = _counted(answers).share_content
    say(f"Nöjda: {share.part} av {share.whole} ({share.percent}).")


def _surveys_json(year: int, answers: Iterable[Survey]) -> dict[str, Any]:
    counted = _counted(answers)
    return {
        "ar": year,
        "antal": counted.number,
        "nojd": counted.content,
        "delvis": counted.partly,
        "missnojd": counted.discontent,
        "andel_nojda": counted.share_content.value,
        "svar": [
            {
                "datum": a.asked_on.isoformat(),
                "satt": a.method,
                "svar": a.answer,
                "antal": a.number,
                "namnd": a.board,
                "kommentar": a.comment,
            }
            for a in answers
        ],
    }


def _counted(answers: Iterable[Survey]) -> SurveyFigures:
    from klagreg.figures import SurveyFigures

    numbers = Counter[str]()
    for survey in answers:
        numbers[survey.answer] += survey.number
    return SurveyFigures(*(numbers[answer] for answer in Satisfaction))


def _show_texts(year: int, texts: Sequence[YearlyText]) -> None:
    if not texts:
        say(f"Inga texter för {year}. Skriv en: klagreg arstext {year} @text.txt")
    for i, written in enumerate(texts):
        if i:
            say()
        heading(_place(written))
        for line in clean_prose(written.text).split("\n"):
            say(f"  {line}".rstrip())


def _place(written: YearlyText) -> str:
    """``Parkskolan (BUN)``."""
    if written.unit:
        return clean(f"{written.unit} ({written.board})" if written.board else written.unit)
    return clean(written.board or "hela registret")
