"""Cases, pictures of a day and explanations as text for a person: what goes where on the screen.

Every last day is shown with its weekday. Nothing about the sender is shown unless the caller was told to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from klagreg import days
from klagreg.answers import Change, SecretChange, Today
from klagreg.days import months_between, with_weekday
from klagreg.model import (
    ArrivalStamp,
    Case,
    Deadline,
    Erasure,
    Event,
    Handover,
    Measure,
    Referral,
    RouteTaken,
    Secrecy,
    SecretCase,
    Sender,
    is_open_on,
)
from klagreg.practice import Practice, Retention
from klagreg.render.terminal import Cell, Column, clean, clean_prose, heading, is_watched, prose, say, table
from klagreg.rules import LocalRule, Vocabulary
from klagreg.store.cases import MeasureRow, RuleSet, WatchRow
from klagreg.store.seals import ERASED
from klagreg.terms import (
    BY_KEY,
    BY_NAME,
    MISSING_LABEL,
    Affects,
    CaseType,
    Contact,
    Feedback,
    IdentityCheck,
    Means,
    MeasureKind,
    Nature,
    NoAnswer,
    Outcome,
    Route,
    SenderRole,
    State,
    Status,
    labelled,
)
from klagreg.workdays import CountedDay

if TYPE_CHECKING:
    from pathlib import Path

    from klagreg.inspection import Inspected
    from klagreg.report.prose import Chapter
    from klagreg.sheets import Sheet
    from klagreg.yearly import RuleReview

_MARKS = {State.OVERDUE: "late", State.LATE: "late", State.IN_TIME: "done", State.WAITING: "", State.NOT_APPLICABLE: ""}

EVENT_LABELS = {
    "skapat": "Skapat",
    "regler": "Regelverk ändrat",
    "regler_granskade": "Regelverk granskat",
    "enhet": "Enhet",
    "handlaggare": "Handläggare",
    "enkat": "Enkät",
    "egenkontroll": "Egenkontroll",
    "redovisad": "Redovisat",
    "arstext": "Årstext",
    "registrerad": "Registrerat",
    "importerad": "Importerat",
    "tilldelad": "Tilldelat",
    "aterkopplad": "Återkoppling till avsändaren",
    "anteckning": "Anteckning",
    "atgard": "Åtgärd",
    "atgard_genomford": "Åtgärd genomförd",
    "uppdaterad": "Uppdaterat",
    "overlamnad": "Överlämnat",
    "forlangd": "Frist förlängd",
    "avslutad": "Avslutat",
    "aterupptagen": "Återupptaget",
    "makulerad": "Makulerat",
    "kopia": "Kopia lämnad",
    "ankomststamplad": "Ankomststämplat",
    "vag": "Väg vald",
    "hanvisad": "Hänvisat",
    "lardom": "Lärdom",
    "godkand": "Godkänt för publicering",
    "tillbakadragen": "Publicering tillbakadragen",
    "last_personuppgifter": "Personuppgifter lästa",
    "sekretess": "Sekretessmarkerat",
    "sekretess_havd": "Sekretessmarkering hävd",
    "last_sekretess": "Läst trots sekretessmarkering",
    "brev": "Brev skrivet",
    "utlamnad": "Utlämnat",
    "exporterad": "Exporterat",
    "registerutdrag": "Registerutdrag",
    "avidentifierad": "Avidentifierat",
    "gallrad": "Gallrat",
    "sakerhetskopierad": "Säkerhetskopia",
    "aterstalld": "Återställt från säkerhetskopia",
    "nytt_namn": "Nytt namn i registret",
    "uppgraderad": "Uppgraderat",
}


def acknowledge(change: Change | SecretChange, on: date) -> None:
    """What an act did: the full number and title, and what it means for the deadlines."""
    heading(f"{change.after.number}  {clean(change.after.title)}")
    _say_of_deadlines(change, on)
    if isinstance(change, SecretChange):
        for line in _what_changed_openly(change):
            say(f"  {line}")
        return
    case = change.after
    # A case that is settled on the spot was closed in the act that registered it.
    before = change.before or case._replace(
        measures=(), closed_on=None, feedback=(), handler=None, status=Status.RECEIVED
    )
    if change.before is not None or case.closed_on:
        for line in _what_changed(before, case):
            say(f"  {line}")
    if change.kind == "uppdaterad" and change.before is not None:
        say(f"  Ändrat: {', '.join(_corrected(change.before, case))}.")
    if change.kind == "anteckning":
        say("  Anteckningen står i loggen.")


def _corrected(before: Case, after: Case) -> Iterator[str]:
    """The fields that a correction changed, by their headings."""
    for name, field in BY_NAME.items():
        if hasattr(before, name) and name not in _FOLLOWS and getattr(before, name) != getattr(after, name):
            yield field.heading.lower() if name != "sender" else "uppgifter om avsändaren"


_FOLLOWS = {"deadlines", "status", "feedback", "publication"}
"""What changes by itself when something else is corrected."""


def _say_of_deadlines(change: Change | SecretChange, on: date) -> None:
    before, case = change.before, change.after
    met = {d.rule.key: d for d in case.deadlines if d.rule.key in change.newly_met}
    for deadline in met.values():
        say(f"  {_met_line(deadline)}")
    if change.met_nothing:
        _say_why_nothing_was_met(case, on)
    if before is None or case.deadlines != before.deadlines:
        for deadline in case.deadlines:
            if deadline.rule.key not in met and (before is None or not deadline.settled_on):
                say(f"  {_deadline_line(deadline, case, on)}")
    if before is None and not case.deadlines:
        say(f"  {no_deadlines(case)}")


def _met_line(deadline: Deadline) -> str:
    """That a promise was kept, or a goal reached, and whether it was in time."""
    title, last = clean(deadline.rule.title), with_weekday(deadline.due)
    in_time = deadline.met_on is not None and deadline.met_on <= deadline.due
    if deadline.rule.nature is Nature.GOAL:
        return f"Målet {title} {'är nått' if in_time else 'nåddes inte i tid'} (sista dag {last})."
    return f"Fristen {title} är uppfylld (sista dag {last}{'' if in_time else ', för sent'})."


def _what_changed_openly(change: SecretChange) -> Iterator[str]:
    """What an act on a secret case did to the days that it shows."""
    before, after = change.before, change.after
    if change.marked:
        mark = after.secrecy
        until = f" till och med {with_weekday(mark.until)}" if mark.until else ""
        yield f"Sekretessmarkerat från {with_weekday(mark.marked_on)}{until}. Markeringen är en varning, inget beslut."
    if after.closed_on and not before.closed_on:
        yield f"Avslutat {with_weekday(after.closed_on)}."
    if before.closed_on and not after.closed_on:
        yield "Återupptaget."
    if after.voided_on and not before.voided_on:
        yield _VOIDED


_VOIDED = "Makulerat. Numret och loggen finns kvar."


def _what_changed(before: Case, after: Case) -> Iterator[str]:
    for handover in after.handovers[len(before.handovers) :]:
        told = f" Avsändaren meddelad: {handover.told.label.lower()}." if handover.told else ""
        yield f"Överlämnat till {clean(handover.to_unit or handover.to_board or MISSING_LABEL)}.{told}"
    if after.handler and after.handler != before.handler:
        yield f"Handläggare: {clean(after.handler)}."
    if after.participants != before.participants:
        yield f"Deltar: {clean(', '.join(after.participants))}."
    for route in after.routes[len(before.routes) :]:
        yield f"Väg: {_route_line(route)}."
    for stamp in after.stamps[len(before.stamps) :]:
        yield f"Ankomststämplat {_stamp_line(stamp)}."
    for copy in after.copies[len(before.copies) :]:
        yield f"Kopia till {clean(copy.to)} {with_weekday(copy.copied_on)}."
    for referral in after.referrals[len(before.referrals) :]:
        yield f"Hänvisat till {_referral_line(referral)}."
    if after.lesson != before.lesson:
        yield f"Lärdom: {clean(after.lesson or 'ingen')}"
    if after.publication != before.publication:
        yield "Svaret är godkänt för publicering." if after.publication else "Svaret publiceras inte längre."
    for measure in after.measures:
        if measure not in before.measures:
            yield _measure_line(measure)
    if after.closed_on and not before.closed_on and after.outcome:
        yield f"Avslutat {with_weekday(after.closed_on)}: {after.outcome.label.lower()}.{_told_how(before, after)}"
    if before.closed_on and after.is_open:
        yield "Återupptaget."
    if after.voided_on and not before.voided_on:
        yield _VOIDED
    lifted = [mark for mark in after.secrecy if mark.lifted_on and mark not in before.secrecy]
    for mark in lifted:
        yield f"Sekretessmarkeringen ({clean(mark.statute)}) är hävd. Det visas som andra ärenden."


def _told_how(before: Case, after: Case) -> str:
    """How the decision was told at the closing: muntligt or skriftligt (Osby 3.4.1)."""
    answers = [given for given in after.feedback[len(before.feedback) :] if given.kind is Feedback.ANSWER]
    means = answers[-1].means if answers else None
    why_none = after.closings[-1].no_answer
    if why_none:
        return f" Inget svar: {why_none.label[:1].lower()}{why_none.label[1:]}."
    return f" Svaret gavs {means.manner} ({means.label.lower()})." if means else ""


def _route_line(route: RouteTaken) -> str:
    body = f" – {clean(route.body)}" if route.body else ""
    return f"{route.route.label}{body}, {with_weekday(route.taken_on)}"


def _stamp_line(stamp: ArrivalStamp) -> str:
    clock = f" {clean(stamp.stamped_at)}" if stamp.stamped_at else ""
    return f"{with_weekday(stamp.stamped_on)}{clock} hos {clean(stamp.desk)} ({clean(stamp.by)})"


def _referral_line(referral: Referral) -> str:
    reference = f", {clean(referral.reference)}" if referral.reference else ""
    return f"{clean(referral.label)}{reference}, {with_weekday(referral.referred_on)}"


def no_deadlines(case: Case | SecretCase) -> str:
    """Why a case has no deadlines."""
    if isinstance(case, SecretCase):
        return "Inga frister."
    if case.type is CaseType.PRAISE:
        return "Inga frister: beröm behöver inget svar."
    return f"Inga frister: regelverket har ingen för {case.type.label.lower()}."


def does_not_apply(case: Case | SecretCase) -> str:
    """Why a deadline is none of a case that cannot be answered."""
    return f"gäller inte: {_unreachable(case)}" if isinstance(case, Case) else "gäller inte"


def _unreachable(case: Case) -> str:
    """Which of the three facts it is: nameless, no way to answer, or no wish for an answer (domain 3.5)."""
    nameless = case.anonymous and case.contact is Contact.MISSING
    return "anonym avsändare" if nameless else case.contact.label.lower()


def _say_why_nothing_was_met(case: Case | SecretCase, on: date) -> None:
    """A registrator who told the sender something must not believe that a promise is kept when it is not."""
    nobody_named = isinstance(case, Case) and case.handler is None
    for deadline in case.deadlines:
        if deadline.settled_on is None and deadline.rule.needs_handler and nobody_named:
            say(f"  Uppfyller ingen frist: ingen handläggare är utsedd. Sista dag {with_weekday(deadline.due)}.")
            say(f"  Utse handläggare: klagreg tilldela {case.number} NAMN")
            return
    waiting = [d for d in case.deadlines if d.state(case, on) in (State.WAITING, State.OVERDUE)]
    if not waiting:
        say("  Antecknat. Ingen frist väntar.")
    else:
        say("  Uppfyller ingen frist. Kvar:")
        for deadline in waiting:
            say(f"    {_deadline_line(deadline, case, on)}")


def _deadline_line(deadline: Deadline, case: Case | SecretCase, on: date) -> str:
    title = clean(deadline.rule.title)
    state = deadline.state(case, on)
    if state is State.NOT_APPLICABLE:
        why = f" ({_unreachable(case)})" if isinstance(case, Case) else ""
        return f"{title}: gäller inte{why}"
    extended = deadline.due_as_of(on) != deadline.original_due
    moved = f" (ursprungligen {with_weekday(deadline.original_due)})" if extended else ""
    goal = " (mål)" if deadline.rule.nature is Nature.GOAL else ""
    unmet = ", försenad" if is_open_on(case, on) else ", inte uppfylld"
    told = {State.WAITING: "", State.OVERDUE: unmet, State.IN_TIME: ", i tid", State.LATE: ", för sent"}[state]
    if deadline.rule.nature is Nature.GOAL:
        told = {State.OVERDUE: ", målet är inte nått", State.LATE: ", målet nåddes inte"}.get(state, told)
    return f"{title}{goal} senast {with_weekday(deadline.due_as_of(on))}{moved}{told}"


def show_case(
    case: Case,
    on: date,
    today: date,
    areas: Vocabulary,
    channels: Vocabulary,
    sender: Sender | None,
    checklist: Sequence[tuple[str, bool]] = (),
) -> None:
    """A whole case; ``checklist`` has the steps of the profile and whether each was taken."""
    heading(f"{case.number}  {clean(case.title)}")
    mark = case.secrecy_on(today)
    facts: list[tuple[str, str | None]] = [
        *((erasure.kind.label, _erased(erasure)) for erasure in case.erasures),
        ("Sekretess", f"{_secrecy(mark)} av {mark.marked_by}" if mark else None),
        ("Typ", case.type.label),
        ("Status", case.status.label + _since(case)),
        ("Inkommen", with_weekday(case.received) + _age(case, on)),
        ("Hände", with_weekday(case.occurred_on) if case.occurred_on else None),
        ("Registrerad", f"{days.shown_minute(case.registered_at)} av {case.registered_by}"),
        ("I efterhand", case.kept_elsewhere and f"fört i {case.kept_elsewhere}"),
        ("Mottagen av", case.received_by),
        ("Kanal", case.channel and channels.label(case.channel)),
        ("Nämnd", case.board),
        ("Enhet", case.unit),
        ("Område", case.area and areas.label(case.area)),
        ("Utförare", case.provider),
        ("Berör", case.affects and case.affects.label.lower()),
        ("Karaktär", "allmän" if case.general else None),
        ("Handläggare", case.handler or "ingen utsedd"),
        ("Deltar", ", ".join(case.participants)),
        ("Diarienummer", case.diary_number),
        ("Avsändare", "anonym" if case.anonymous else None),
        ("Skydd", "skyddade personuppgifter; avsändaren förs inte här" if case.protected else None),
        ("Kontakt", case.contact.label if case.contact is not Contact.POSSIBLE else None),
        ("Utfall", case.outcome.label if case.outcome else None),
        ("Utan svar", _no_answer(case)),
        ("Publicering", _publication(case)),
    ]
    _say_facts(facts)
    if sender is not None:
        _show_sender(sender)
    published = case.publication
    for label, text in (
        ("Beskrivning", case.description),
        ("Förslag", case.proposal),
        ("Svar", case.answer),
        ("Lärdom", case.lesson),
        ("Svar för publicering", published.public_answer if published else None),
        ("Förbättring för publicering", published.improvement if published else None),
    ):
        _prose(label, text)
    _show_deadlines(case, on)
    if case.feedback:
        _section("Återkopplingar")
        for given in case.feedback:
            way = f", {given.means.label.lower()}" if given.means else ""
            way += f" ({given.means.manner})" if given.means and given.kind is Feedback.ANSWER else ""
            why = f": {clean(given.reason)}" if given.reason else ""
            say(f"  {with_weekday(given.given_on)}  {given.kind.label}{way} ({clean(given.by)}){why}")
    if case.measures:
        _section("Åtgärder")
        for m in case.measures:
            say(f"  {_measure_line(m)}")
    _listed("Vägar", map(_route_line, case.routes))
    _listed("Överlämnat" + _times(case), map(_handover_line, case.handovers))
    _listed("Ankomststämplar", map(_stamp_line, case.stamps))
    _listed("Kopior", (f"{with_weekday(copy.copied_on)}  {clean(copy.to)}" for copy in case.copies))
    _listed("Hänvisat till", map(_referral_line, case.referrals))
    _listed("Checklista", (f"[{'x' if done else ' '}] {clean(step)}" for step, done in checklist))


def show_secret_case(case: SecretCase, on: date) -> None:
    """What may be seen of a case that is marked secret."""
    heading(f"{case.number}  {clean(case.title)}")
    _say_facts(
        [
            ("Sekretess", _secrecy(case.secrecy)),
            ("Inkommen", with_weekday(case.received)),
            ("Registrerad", days.shown_minute(case.registered_at)),
            ("Avslutad", with_weekday(case.closed_on) if case.closed_on else None),
        ]
    )
    _show_deadlines(case, on)


def _secrecy(mark: Secrecy) -> str:
    until = f" till och med {with_weekday(mark.until)}" if mark.until else ""
    return f"{mark.statute}{until}, markerat {with_weekday(mark.marked_on)}"


def _erased(erasure: Erasure) -> str:
    return f"{with_weekday(erasure.erased_on)} enligt {erasure.decision}, av {erasure.erased_by}"


def _say_facts(facts: Iterable[tuple[str, str | None]]) -> None:
    for label, value in facts:
        if value:
            say(f"  {f'{label} ':<13}{clean(value)}")


def _show_deadlines(case: Case | SecretCase, on: date) -> None:
    if case.deadlines:
        _section("Frister")
    for d in case.deadlines:
        done = "klart" if d.rule.nature is Nature.GOAL else "uppfylld"
        met = f", {done} {with_weekday(d.met_on)}" if d.met_on and d.met_on <= on else ""
        _marked(f"  {_deadline_line(d, case, on)}{met}", _MARKS[d.state(case, on)])


def _listed(title: str, lines: Iterable[str]) -> None:
    for i, line in enumerate(lines):
        if i == 0:
            _section(title)
        say(f"  {line}")


def _times(case: Case) -> str:
    return f" {len(case.handovers)} gånger" if len(case.handovers) > 1 else ""


def _handover_line(h: Handover) -> str:
    way = f"från {h.from_unit or h.from_board or MISSING_LABEL} till {h.to_unit or h.to_board}"
    told = f" (avsändaren meddelad: {h.told.label.lower()})" if h.told else ""
    return f"{with_weekday(h.handed_on)}  {clean(way)}{told}"


def _age(case: Case, on: date) -> str:
    """How long an open case has waited (Enköping: kort handläggningstid)."""
    age = (on - case.received).days
    return f" ({_days(age)} sedan)" if is_open_on(case, on) and age > 0 else ""


def _days(number: int) -> str:
    return "1 dag" if number == 1 else f"{number} dagar"


def _publication(case: Case) -> str | None:
    if case.individual:
        return "aldrig: rör enskild elev eller personal"
    published = case.publication
    return f"godkänd {with_weekday(published.approved_on)} av {published.approved_by}" if published else None


def _show_sender(sender: Sender) -> None:
    _section("Avsändare")
    told = {
        name: getattr(sender, name) for name in ("role", "name", "email", "phone", "address", "preferred", "case_file")
    }
    for name, value in told.items():
        if value:
            say(f"  {BY_NAME[name].heading:<14}{clean(getattr(value, 'label', value))}")
    if not any(told.values()):
        say("  Inga uppgifter.")


def _measure_line(m: Measure) -> str:
    kind = f"{m.kind.label}: " if m.kind else ""
    who = f" – {clean(m.responsible)}" if m.responsible else ""
    due = f", klar senast {with_weekday(m.due_on)}" if m.due_on else ""
    done = f", genomförd {with_weekday(m.done_on)}" if m.done_on else ""
    return f"[{'x' if m.done_on else ' '}] {m.number}. {kind}{clean(m.text)}{who}{due}{done}"


def _since(case: Case) -> str:
    since = case.voided_on or case.closed_on
    reopened = [c.reopened_on for c in case.closings if c.reopened_on]
    if since is None and reopened:
        return f", återupptagen {with_weekday(reopened[-1])}"
    return f" {with_weekday(since)}" if since else ""


def _no_answer(case: Case) -> str | None:
    reason = case.closings[-1].no_answer if case.closings and case.closed_on else None
    return NoAnswer(reason).label if reason else None


def _prose(label: str, text: str | None) -> None:
    if not text:
        return
    _section(label)
    if is_watched():
        from rich.padding import Padding
        from rich.text import Text

        from klagreg.render.terminal import console

        console().print(Padding(Text(clean_prose(text)), (0, 2)))
    else:
        for line in clean_prose(text).split("\n"):
            say(f"  {line}".rstrip())


def _section(title: str) -> None:
    say()
    heading(title)


def _marked(text: str, mark: str) -> None:
    if mark:
        heading(text, mark)
    else:
        say(text)


def list_cases(cases: Sequence[Case | SecretCase], on: date, more: bool) -> None:
    """A list of cases with the deadline that presses most; ``more``: these are only the latest."""
    if not cases:
        say("Inga ärenden.")
        return
    columns = [
        Column("Ärende", whole=True),
        Column("Inkommen", whole=True),
        Column("Ålder", right=True, minor=True),
        Column("Typ", minor=True),
        Column("Enhet", minor=True),
        Column("Läge", whole=True),
        Column("Rubrik"),
    ]
    table(columns, [_case_row(case, on) for case in cases])
    if more:
        shown, wider = len(cases), len(cases) * 4
        say(f"Visar de {shown} senaste. Fler med --antal {wider}, eller välj med --status, --enhet, --fran …")


def _case_row(case: Case | SecretCase, on: date) -> list[Cell]:
    pressing = min(
        (d for d in case.deadlines if d.state(case, on) in (State.WAITING, State.OVERDUE)),
        key=lambda d: d.due_as_of(on),
        default=None,
    )
    if not is_open_on(case, on) or pressing is None:
        state = Cell(case.status.label if isinstance(case, Case) else "Avslutad" if case.closed_on else "–")
    elif pressing.state(case, on) is State.OVERDUE:
        missed, mark = ("Mål ej nått", "soon") if pressing.rule.nature is Nature.GOAL else ("Försenad", "late")
        state = Cell(f"{missed} {with_weekday(pressing.due_as_of(on))}", mark)
    else:
        due = pressing.due_as_of(on)
        state = Cell(f"Senast {with_weekday(due)}", "soon" if due == on else "")
    return [
        Cell(case.number),
        Cell(case.received.isoformat()),
        Cell(_days((on - case.received).days) if is_open_on(case, on) else "–"),
        Cell(case.type.label if isinstance(case, Case) else "–"),
        Cell((case.unit if isinstance(case, Case) else None) or "–"),
        state,
        Cell(case.title),
    ]


def list_lessons(cases: Sequence[Case], areas: Vocabulary) -> None:
    """Lessons to share: by month, so that nothing leads back to a case."""
    if not cases:
        say("Inga lärdomar. Skriv en: klagreg lardom ÄRENDE TEXT")
        return
    columns = (Column("Månad", whole=True), Column("Enhet"), Column("Område", minor=True), Column("Lärdom"))
    rows = [
        (
            case.received.isoformat()[:7],
            case.unit or "–",
            areas.label(case.area) if case.area else "–",
            case.lesson or "",
        )
        for case in cases
    ]
    table(columns, rows)


def show_today(picture: Today, *, filtered: bool = False) -> None:
    """The picture of a day: what is late, what is due, what nobody has taken on.

    ``filtered``: it speaks of some cases only, so that nothing is said of all.
    """
    on = picture.on
    heading(f"Läget {with_weekday(on)}")
    soon = f"Förfaller senast {with_weekday(picture.soon_until)}"
    everything = [_watch_row(row, on, "") for row in (*picture.overdue, *picture.due, *picture.soon)]
    goals = [row for row in picture.overdue if row.nature is Nature.GOAL]
    told = [row for row in picture.overdue if row.told_of_delay and row not in goals]
    goals_told = [row for row in goals if row.told_of_delay]
    goals_untold = [row for row in goals if row not in goals_told]
    secret = [row for row in picture.overdue if row.withheld and row not in goals]
    untold = [row for row in picture.overdue if row not in (*goals, *told, *secret)]
    for title, rows, mark in (
        ("Försenade, utan besked" if told else "Försenade", untold, "late"),
        ("Försenade, avsändaren informerad", told, "late"),
        ("Försenade, sekretess", secret, "late"),
        ("Mål som inte har nåtts, utan besked" if goals_told else "Mål som inte har nåtts", goals_untold, "soon"),
        ("Mål som inte har nåtts, avsändaren informerad", goals_told, "soon"),
        ("Förfaller idag" if picture.is_today else f"Förfaller {with_weekday(on)}", picture.due, "soon"),
        (soon, picture.soon, ""),
    ):
        if rows:
            say()
            heading(f"{title}: {len(rows)}", mark or "strong")
            table(_WATCH_COLUMNS, [_watch_row(row, on, mark) for row in rows], everything)
    if picture.measures:
        say()
        heading(f"Utlovade åtgärder: {len(picture.measures)}", "late" if picture.measures_overdue else "strong")
        table(_MEASURE_COLUMNS, [_measure_row(row, on) for row in picture.measures])
        first = picture.measures[0]
        say(f"Bocka av: klagreg atgarda {first.number} --nr {first.place} --genomford idag")
    if picture.copies_missing:
        say()
        heading(f"Kopia saknas: {len(picture.copies_missing)}")
        table(_UNASSIGNED_COLUMNS, [(case.number, case.unit or "–", case.title) for case in picture.copies_missing])
    if picture.unassigned:
        say()
        heading(f"Utan handläggare: {picture.unassigned_in_all}")
        table(_UNASSIGNED_COLUMNS, [(case.number, case.unit or "–", case.title) for case in picture.unassigned])
        if more := picture.unassigned_in_all - len(picture.unassigned):
            say(f"… och {more} till: klagreg lista --status inkommen")
        say(f"Utse någon: klagreg tilldela {picture.unassigned[0].number} NAMN")
    if not (picture.overdue or picture.due or picture.soon or picture.unassigned or picture.measures):
        if picture.copies_missing:
            say()
        say("Inget är försenat och inget förfaller de närmaste arbetsdagarna.")
        if not filtered and picture.open_cases != 0:
            say("Alla öppna ärenden har handläggare.")
    if picture.open_cases is not None and not filtered:
        _say_of_open_cases(picture)


def _say_of_open_cases(picture: Today) -> None:
    """How many are open and since when, so that nobody is forgotten after the first word."""
    if picture.oldest is None:
        say("Inga öppna ärenden.")
        return
    since = f"{with_weekday(picture.oldest)} ({_days((picture.on - picture.oldest).days)})"
    say(f"Öppna ärenden: {picture.open_cases}. Det äldsta kom in {since}.")


_UNASSIGNED_COLUMNS = (Column("Ärende", whole=True), Column("Enhet"), Column("Rubrik"))
_WATCH_COLUMNS = (
    Column("Ärende", whole=True),
    Column("Frist", minor=True),
    Column("Sista dag", whole=True),
    Column("Dagar", right=True, whole=True),
    Column("Handläggare", minor=True),
    Column("Enhet", minor=True),
    Column("Rubrik"),
)


_MEASURE_COLUMNS = (
    Column("Ärende", whole=True),
    Column("Nr", right=True, whole=True),
    Column("Klar senast", whole=True),
    Column("Dagar", right=True, whole=True),
    Column("Ansvarig", minor=True),
    Column("Enhet", minor=True),
    Column("Rubrik"),
)


def _measure_row(row: MeasureRow, on: date) -> list[Cell]:
    late = (on - row.due).days if row.due else 0
    return [
        Cell(row.number),
        Cell(str(row.place)),
        Cell(with_weekday(row.due) if row.due else "ingen dag", "late" if late > 0 else ""),
        Cell("–" if row.due is None else f"+{late}" if late > 0 else str(-late)),
        Cell(row.responsible or ("–" if row.withheld else "ingen ansvarig")),
        Cell(row.unit or "–"),
        Cell(row.title),
    ]


def _watch_row(row: WatchRow, on: date, mark: str) -> list[Cell]:
    late = (on - row.due).days
    return [
        Cell(row.number),
        Cell(row.rule_title + (" (mål)" if row.nature is Nature.GOAL else "")),
        Cell(with_weekday(row.due), mark),
        Cell(f"+{late}" if late > 0 else str(-late)),
        Cell(row.handler or ("–" if row.withheld else "ingen handläggare")),
        Cell(row.unit or "–"),
        Cell(row.title),
    ]


def show_log(case: Case | SecretCase, events: Iterable[Event]) -> None:
    """The log of a case: who, when, what, from and to; of a secret case only when, and what kind of act."""
    heading(f"{case.number}  {clean(case.title)}")
    titles = {d.rule.key: d.rule.title for d in case.deadlines}
    for event in events:
        stamp = days.shown_minute(event.at)
        label = EVENT_LABELS.get(event.kind, event.kind)
        acted = "" if stamp[:10] == event.on.isoformat() else f" (gäller {with_weekday(event.on)})"
        say(f"{stamp}  {f'{clean(event.by)}  ' if event.by else ''}{label}{acted}")
        if event.erased:
            say("    (uppgifterna är borttagna efter beslut)")
        for key, old, new in event.changes:
            if shown := change_in_words(key, old, new, titles):
                say(f"    {shown}")


def show_inspection(path: Path, found: Inspected, risks: Sequence[str], kept: Path | None) -> None:
    """Every check with its verdict, what is wrong, and the anchor to keep; ``kept``: the file that holds it already."""
    heading(
        f"{clean(str(path))}: "
        f"{found.cases} {'ärende' if found.cases == 1 else 'ärenden'}, {found.events} händelser i loggen"
    )
    width = max(len(verdict.check.label) for verdict in found.verdicts)
    for verdict in found.verdicts:
        told = "FEL" if verdict.faults else "stämmer" if verdict.done else "inte kontrollerat"
        remark = f" ({clean(verdict.remark)})" if verdict.remark else ""
        say(f"  {verdict.check.label:<{width}}  {told}{remark}")
        for fault in verdict.faults[:FAULTS_SHOWN]:
            say(f"      {clean(fault)}")
        if len(verdict.faults) > FAULTS_SHOWN:
            say(f"      och {len(verdict.faults) - FAULTS_SHOWN} till; alla med --json")
    for risk in risks:
        say(f"  Obs: {clean(risk)}")
    if not found.is_what_its_log_says:
        say("Rör inte filen. Ta fram säkerhetskopian, och jämför: klagreg --register KOPIA kontrollera")
    elif found.anchor and kept:
        say(f"Ankaret för händelse {found.anchor.place} står i {clean(str(kept))}.")
    elif found.anchor:
        say("Ankare att spara utanför filen, så att det syns om slutet av loggen försvinner:")
        say(f"  händelse {found.anchor.place} {found.anchor.chain}")


FAULTS_SHOWN = 20
"""Faults of one check that are shown; JSON has all."""


_PART_LABELS = {
    "aterkopplingar": "Återkoppling",
    "atgarder": "Åtgärd",
    "avslut": "Avslut",
    "overlamningar": "Överlämning",
    "vagar": "Väg",
    "ankomststamplar": "Ankomststämpel",
    "kopior": "Kopia",
    "hanvisningar": "Hänvisning",
    "deltagare": "Deltar",
    "sekretess": "Sekretessmarkering",
    "identitetskontroll": "Identitetskontroll",
    "text": "Text",
    "orsak": "Orsak",
    "kopia": "Kopia till",
    "utan_svar": "Utan svar",
    "handlaggare_utsedd": "Handläggare utsedd",
    "kan_inte_besvaras_fran": "Kan inte besvaras från",
    "externt_id": "Externt id",
    "borttaget": "Borttaget",
    "beslut": "Beslut",
    "anteckning": "Anteckning",
    "utsedd": "Handläggare utsedd",
    "lardom_skriven": "Lärdom skriven",
    "svar_godkant": "Svar godkänt för publicering",
    "fil": "Fil",
    "uppgifter": "Uppgifter",
    "maskning": "Maskning",
    "postlista": "Postlista",
    "urval": "Urval",
    "per": "Per",
    "rader": "Rader",
    "arenden": "Ärenden",
    "sokt_pa": "Sökt på",
    "antal": "Antal",
    "forlorade_handelser": "Förlorade händelser",
    "avvikelse": "Avvikelse",
    "extern_kalla": "Extern källa",
}


def change_in_words(key: str, old: Any, new: Any, titles: Mapping[str, str]) -> str:
    """A changed field in words; empty for bookkeeping that says nothing to a reader."""
    if key == ERASED:
        return ""
    label = _change_label(key, titles)
    old, new = _as_word(key, old), _as_word(key, new)
    if old is None and new is None:
        return f"{label}: (uppgift om person, visas inte i loggen)"
    if isinstance(old, dict) and isinstance(new, dict):
        old, new = ({k: v for k, v in d.items() if old.get(k) != new.get(k)} for d in (old, new))
    if isinstance(new, dict):
        old, new = _told(old), _told(new)
        if not old and not new:
            return ""
    if old in (None, {}) or (isinstance(old, dict) and not any(old.values())):
        return f"{label}: {_value(new)}"
    return f"{label}: {_value(old)} → {_value(new)}"


def _change_label(key: str, titles: Mapping[str, str]) -> str:
    name = key.removeprefix("avsandare.")
    part, _, place = name.partition(".")
    if part == "frister":
        return f"Frist {clean(titles.get(place, place))}"
    if part in _PART_LABELS:
        return f"{_PART_LABELS[part]} {place}".rstrip()
    return BY_KEY[name].heading if name in BY_KEY else key


def _told(part: Any) -> Any:
    """A part in words, without what follows from the rest of it."""
    if not isinstance(part, dict):
        return part
    same = part.get("ursprunglig") == part.get("senast")
    kept = {k: v for k, v in part.items() if k != "avgjord" and not (same and k == "ursprunglig")}
    return {k: _as_word(k, v) for k, v in kept.items()}


_WORDS: dict[str, dict[str, str]] = {
    "typ": labelled(CaseType),
    "status": labelled(Status),
    "kontakt": labelled(Contact),
    "utfall": labelled(Outcome),
    "slag": labelled(Feedback) | labelled(MeasureKind),
    "satt": labelled(Means),
    "meddelad": labelled(Means),
    "vag": labelled(Route),
    "beror": labelled(Affects),
    "utan_svar": labelled(NoAnswer),
}
"""What people say for the codes under a key; a word that is no code stands as it is."""


def _as_word(key: str, value: Any) -> Any:
    """A stored code as people say it."""
    if key not in _WORDS or not isinstance(value, str) or value not in _WORDS[key]:
        return value
    return _WORDS[key][value].lower()


_PART_KEY_LABELS = {
    "vag": "väg",
    "satt": "sätt",
    "handlaggare_utsedd": "handläggare utsedd",
    "klar_senast": "klar senast",
    "genomford": "genomförd",
    "senast": "sista dag",
    "ursprunglig": "ursprunglig sista dag",
    "fullgjord": "uppfylld",
    "utan_svar": "utan svar",
    "aterupptagen": "återupptagen",
    "fran_namnd": "från nämnd",
    "fran_enhet": "från enhet",
    "till_namnd": "till nämnd",
    "till_enhet": "till enhet",
    "godkand": "godkänd",
    "godkand_av": "godkänd av",
    "forbattring": "förbättring",
    "havd": "hävd",
}


def _value(value: Any) -> str:
    if isinstance(value, dict):
        parts = ((_PART_KEY_LABELS.get(key, key), part) for key, part in value.items() if part not in (None, False))
        return ", ".join(f"{label} {_value(part)}" for label, part in parts)
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "ja" if value else "nej"
    text = clean(str(value))
    return text if len(text) <= 200 else text[:199] + "…"


def explain_deadline(title: str, last: date, explained: Sequence[CountedDay], original: date | None) -> None:
    """A deadline day by day: counted or skipped, and why."""
    heading(f"{title}: sista dag {with_weekday(last)}")
    table(
        (Column("Dag", whole=True), Column("Räknas", whole=True), Column("Varför")),
        [
            (with_weekday(d.day), Cell("ja" if d.counted else "nej", "" if d.counted else "faint"), d.why)
            for d in explained
        ],
    )
    if original is not None:
        say(f"Förlängd: den ursprungliga sista dagen var {with_weekday(original)}.")


_SHOWN_COLUMNS = {
    "Sammanfattning": (0, 1, 2, 4, 5, 6),
    "Per utförare": range(5),
    "Frister": range(9),
    "Åtgärder": range(9),
    "Vägar": range(6),
    "Hänvisningar": range(2),
    "Enkät": range(6),
    "Jämförelse": range(7),
    "Avstämning": range(2),
}
"""The sheets that a terminal shows, and the columns that there is room for."""


def show_report(sheets: Sequence[Sheet], cautions: Sequence[str]) -> None:
    """The sheets that answer first questions; all of them are in the workbook."""
    from klagreg.sheets import Kind, shown

    for sheet in sheets:
        places = [place for place in _SHOWN_COLUMNS.get(sheet.title, ()) if place < len(sheet.columns)]
        if not places:
            continue
        say()
        heading(f"{clean(sheet.title)}: {clean(sheet.heading)}")
        chosen = [sheet.columns[place] for place in places]
        table(
            [Column(column.heading, right=column.kind is not Kind.TEXT) for column in chosen],
            [
                [shown(row[place], column.kind) for place, column in zip(places, chosen, strict=True)]
                for row in (*sheet.rows, *sheet.totals)
            ],
        )
    say()
    for caution in cautions:
        say(f"Obs! {clean(caution)}")
    say("Alla tabeller, definitioner och diagram finns i arbetsboken: klagreg sammanstall … -o FIL.xlsx")


def show_chapters(chapters: Sequence[Chapter]) -> None:
    """The report in words, to be pasted into another text: each paragraph on a line of its own."""
    for i, chapter in enumerate(chapters):
        if i:
            say()
        heading(clean(chapter.heading))
        for paragraph in chapter.paragraphs:
            say()
            if isinstance(paragraph, str):
                prose(clean(paragraph))
                continue
            for point in paragraph:
                say(f"- {clean(point)}")


def show_rules(
    rule_sets: Sequence[RuleSet],
    channels: Vocabulary,
    areas: Vocabulary,
    days_off: dict[date, str],
    local: Sequence[LocalRule] = (),
) -> None:
    """The rules a register follows."""
    for rule_set in reversed(rule_sets):
        heading(f"{clean(rule_set.name)}, gäller ärenden inkomna från {with_weekday(rule_set.valid_from)}")
        for line in (rule_set.source, rule_set.note):
            if line:
                say(f"  {clean(line)}")
        for rule in rule_set.rules:
            say(f"  {rule.key}: {clean(rule.title)}, {clean(rule.in_words)}")
        say(f"  Ärendenummer: {rule_set.number_format.format(prefix=rule_set.prefix, ar=2026, nr=12)}")
        say(f"  Typer: {', '.join(rule_set.types)}")
        for line in _practice_lines(rule_set.practice):
            say(f"  {line}")
    for stricter in local:
        since, source = with_weekday(stricter.valid_from), f" ({clean(stricter.source)})" if stricter.source else ""
        say(f"  Strängare hos {clean(stricter.where)}: {stricter.key}, {stricter.in_words}, från {since}{source}")
    say()
    for title, words in (("Kanaler", channels), ("Områden", areas)):
        say(f"{title}: " + ", ".join(f"{clean(code)} ({clean(words.label(code))})" for code in words.codes))
    say("Lokala lediga dagar: " + (", ".join(f"{with_weekday(d)} {clean(n)}" for d, n in days_off.items()) or "inga"))


def _practice_lines(practice: Practice) -> Iterator[str]:
    """How the municipality works beside its deadlines: only what its profile turns on."""
    if practice.roles != tuple(SenderRole):
        yield f"Roller: {', '.join(practice.roles)}"
    for group, types in practice.type_groups.items():
        yield f"Som {group.label.lower()} räknas: {', '.join(t.label.lower() for t in types)}"
    if practice.default_unit:
        yield f"Utan angiven enhet: {clean(practice.default_unit)}"
    if practice.general_to:
        yield f"Ärenden av allmän karaktär: {clean(practice.general_to)}"
    yield from _retention_lines(practice.retention)
    if practice.copy_to:
        yield f"Kopia när ett klagomål lämnar enheten: {clean(practice.copy_to)}"
    if practice.identity_check is IdentityCheck.STOP:
        yield "Identiteter i text: stoppas vid registrering"
    if practice.own_unit_first:
        yield "Listor visar den egna enheten först"
    if practice.decides_at_closing:
        yield "Vid avslut: beslut och de åtgärder det lovar antecknas"
    if practice.poor_excuses:
        yield f"Ska inte förklara en försening: {clean(', '.join(practice.poor_excuses))}"
    if practice.tells_of_handover:
        yield "Vid överlämning: avsändaren ska få veta vem som tar över"
    for exclusion in practice.exclusions:
        yield f"Klassas inte ({exclusion.code}): {clean(exclusion.label)}"


def _retention_lines(retention: Retention) -> Iterator[str]:
    """How long the cases of each typ are kept; nothing where the profile does not say."""
    decision = f" ({clean(retention.decision)})" if retention.decision else ""
    for kind, years in retention.years.items():
        kept = "bevaras" if years is None else f"får gallras {years} år efter avslut"
        yield f"{kind.label}: {kept}{decision}"


def show_review(review: RuleReview | None, months: int, today: date) -> None:
    """When the rules were last looked over, and when it is time again."""
    if review:
        say(f"Genomgånget {with_weekday(review.reviewed_on)}." + (f" {clean(review.note)}" if review.note else ""))
    if months and (review is None or months_between(review.reviewed_on, today) >= months):
        every = "varje år" if months == 12 else f"var {months}:e månad"
        say(f"Dags att gå igenom regelverket (ska ske {every}): klagreg regler granska")
