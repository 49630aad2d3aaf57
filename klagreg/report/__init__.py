"""The report: what each sheet of a sammanställning says, before any file or screen.

Sheets, headings and definitions: domain 7.1–7.3. Every figure comes from :mod:`klagreg.figures`; here they get
their Swedish names and their place.
"""

from __future__ import annotations

from klagreg.disclosure import coarsened
from klagreg.figures import Report
from klagreg.report import cases, handled, public, received
from klagreg.report.about import about_the_report, cautions, reconciliation
from klagreg.report.shares import how_counted
from klagreg.report.summary import boards_compared, summary, years, years_work
from klagreg.report.words import scope, title
from klagreg.sheets import Sheet
from klagreg.terms import Edition

__all__ = ["cautions", "scope", "sheets", "title"]


def sheets(report: Report, edition: Edition = Edition.BOARD) -> tuple[Sheet, ...]:
    """The sheets in the order they are read (domain 7.3); those of what only some do stand there when it was done.

    Raises:
        Refused: a public edition of so few cases that anybody could be recognised.
    """
    if edition is Edition.PUBLIC:
        settings = report.about.disclosure
        return public.edition(_all_sheets(coarsened(report, settings), edition), report, settings)
    return _all_sheets(report, edition)


def _all_sheets(report: Report, edition: Edition) -> tuple[Sheet, ...]:
    found = (
        about_the_report(report, edition),
        summary(report),
        received.per_type(report),
        received.per_board(report),
        received.per_unit(report),
        received.per_month(report),
        received.per_channel(report),
        received.per_area(report),
        received.per_sender(report),
        received.per_provider(report),
        handled.deadlines(report),
        handled.handling_time(report),
        handled.outcomes(report),
        handled.measures(report),
        handled.routes(report),
        handled.referrals(report),
        handled.surveys(report),
        cases.improvements(report, edition),
        years(report),
        boards_compared(report),
        years_work(report),
        reconciliation(report),
    )
    done = tuple(sheet for sheet in found if sheet)
    return *done, how_counted(done, report), *cases.of_the_cases(report)
