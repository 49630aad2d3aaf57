"""An example register: three years of invented cases in a new folder, and the whole main job done before your eyes.

The cases are stored through the same use cases as the commands, each on its own day, so that numbers, logs and
deadlines are as they would have been. What is printed after ``$`` is run as it stands, and is an invitation to
type it. Everything follows from the day it is run; people and places are invented.
"""

from __future__ import annotations

import os
import shlex
import shutil
import sysconfig
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, chdir, nullcontext, suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import typer

from klagreg import casework
from klagreg.answers import Change
from klagreg.cli import commands, frame
from klagreg.cli.edge import REGISTER_VARIABLE, Edge
from klagreg.days import stored_moment
from klagreg.desk import Env
from klagreg.errors import EXIT_OK, AlreadyExists, WrongUse, os_reason
from klagreg.model import Case, FeedbackGiven, Measure, Sender
from klagreg.register import Register
from klagreg.render.terminal import clean, heading, say
from klagreg.staff import Handler, Unit
from klagreg.store import door
from klagreg.store.cases import Store
from klagreg.terms import CaseType, Contact, CountedIn, Feedback, Means, NoAnswer, Outcome, SenderRole
from klagreg.workdays import Calendar

REGISTER = Path("klagreg.db")
FIRST_DAY_AGO = 1095
"""Three years: the last whole calendar year is always among them, and one before it to compare with."""

UNITS = {
    "Parkskolan": "BUN",
    "Björkskolan": "BUN",
    "Kostenheten": "BUN",
    "Hemtjänst norr": "SN",
    "Solgården": "SN",
    "Gata och park": "KTN",
    "Avfall och återvinning": "KTN",
    "Stadsbiblioteket": "KTN",
}
HANDLERS = {
    "eva.lind": "Parkskolan",
    "jonas.dahl": "Björkskolan",
    "mira.holm": "Kostenheten",
    "sara.nyberg": "Hemtjänst norr",
    "ali.strand": "Gata och park",
    "karin.mo": "Stadsbiblioteket",
}
REGISTRATOR = "anna.berg"
OTHER_FOLDER = "Ange en annan: klagreg demo MAPP"


def run(env: Env, folder: Path) -> None:
    """Make the register and the workbook in ``folder``, telling step by step.

    Raises:
        AlreadyExists: there is something in ``folder``.
        WrongUse: it cannot be made.
    """
    made = _make(folder)
    whole_year = env.today.year - 1
    workbook = f"sammanstallning-{whole_year}.xlsx"
    try:
        with chdir(folder):
            late = _show_and_tell(env, whole_year, workbook)
    except BaseException:
        # Half an example helps nobody, and would stand in the way of the next try.
        for name in (str(REGISTER), f"{REGISTER}-journal", workbook):
            (folder / name).unlink(missing_ok=True)
        if made:
            with suppress(OSError):
                folder.rmdir()
        raise
    _farewell(folder, workbook, late)


def _make(folder: Path) -> bool:
    try:
        if folder.is_dir() and not any(folder.iterdir()):
            return False
        folder.mkdir(mode=0o700, parents=True)
    except FileExistsError:
        raise AlreadyExists(f"{folder} finns redan och är inte en tom mapp.", OTHER_FOLDER) from None
    except OSError as error:
        raise WrongUse(f"Mappen {folder} kan inte skapas ({os_reason(error)}).", OTHER_FOLDER) from None
    return True


def _show_and_tell(env: Env, whole_year: int, workbook: str) -> str:
    """The main job from an empty folder; the answer is a late case to look at afterwards."""
    _step("1. Registret skapas")
    long_ago = Env(_moment(env.today - timedelta(days=FIRST_DAY_AGO), time(8)), REGISTRATOR)
    _command(long_ago, "init --kommun Exempelby")

    cases = _fill(env)
    _step(f"2. {len(cases)} påhittade ärenden från tre år, {len(UNITS)} enheter, {len(HANDLERS)} handläggare")
    _command(env, "lista --antal 3")

    _step("3. Ett klagomål, från registrering till svar")
    number = max((case.serial for case in cases if case.year == env.today.year), default=0) + 1
    _command(
        env,
        "registrera --typ klagomal --kanal e-tjanst --enhet Parkskolan",
        '--omrade mat --rubrik "Kö till matsalen"',
        '--text "Rasten är slut innan alla har ätit."',
        '--namn "Kim Exempel" --epost kim@example.se',
    )
    _command(env, f"tilldela {number} eva.lind")
    _command(env, f"aterkoppla {number} --slag bekraftelse --satt e-post")
    _command(env, f'atgarda {number} "Öppna båda serveringarna"', "--ansvarig eva.lind --genomford idag")
    _command(
        env, f"avsluta {number} --utfall atgardad --satt e-post", '--svar "Båda serveringarna är nu öppna vid lunch."'
    )

    _step("4. Läget idag: klagreg utan kommando")
    _command(env, "")

    _step(f"5. Sammanställningen för {whole_year}")
    _command(env, f"sammanstall {whole_year} -o {workbook}")
    late = cases[len(_older(env.today))]
    return f"{late.year}-{late.serial}"


def _step(title: str) -> None:
    say()
    heading(title)


def _command(env: Env, *lines: str) -> None:
    """Show a command, over several lines if it is long, and run it."""
    say()
    heading(" \\\n    ".join((f"$ klagreg {lines[0]}".rstrip(), *lines[1:])), "faint")
    code = frame.run(["--felsok", *shlex.split(" ".join(lines))], Edge(env.now, env.actor, REGISTER))
    if code != EXIT_OK:
        raise typer.Exit(code)


def _farewell(folder: Path, workbook: str, late: str) -> None:
    _step(f"Klart. Allt ligger i {clean(str(folder.absolute()))}")
    say(f"  {REGISTER!s:<27}registret")
    say(f"  {workbook:<27}arbetsboken, för Excel eller LibreOffice")
    _step("Prova nu:")
    activate = Path(sysconfig.get_path("scripts")) / "activate"
    if shutil.which(commands.PROGRAM) is None and os.name == "posix" and activate.exists():
        say(f"  . {shlex.quote(str(activate))}")
    say(f"  cd {shlex.quote(str(folder))}")
    # Whoever has pointed out a real register must not be led to try things in it.
    program = f"klagreg --register {REGISTER}" if REGISTER_VARIABLE in os.environ else "klagreg"
    for line in ("lista --forsenade", f"visa {late}", f"frist {late}", "registrera", "--help"):
        say(f"  {program} {line}")
    say("Ta bort mappen när du är klar.")


# -- three years of cases ----------------------------------------------------------------------------


class _OneTransaction(Store):
    """A store whose acts are all part of one transaction: the disk is waited for once, not three hundred times."""

    def writing(self) -> AbstractContextManager[None]:  # type: ignore[override]
        return nullcontext()

    def reading(self) -> AbstractContextManager[None]:
        return nullcontext()


def _fill(env: Env) -> list[Case]:
    """Store the units, handlers and cases, each act on its day; the cases in the order of the tables below."""
    start = env.today - timedelta(days=FIRST_DAY_AGO)
    store = _OneTransaction(door.open_register(REGISTER, stored_moment(env.now), env.actor), REGISTER)
    try:
        with Store.writing(store):
            register = Register(store, Env(_moment(start, time(8, 30)), REGISTRATOR))
            for unit, board in UNITS.items():
                register.upkeep.put_unit(Unit(unit, board))
            for handler, unit in HANDLERS.items():
                register.upkeep.put_handler(Handler(handler, unit))
            calendar = register.calendar(start, env.today + timedelta(days=60))
            cases: dict[int, Case] = {}
            for at, index, act in sorted(_acts(env.today, calendar), key=lambda act: act[:2]):
                register.env = Env(min(at, env.now), REGISTRATOR)
                number = cases[index].number if index in cases else ""
                cases[index] = act(register, number, register.env.today).after
    finally:
        store.close()
    return [case for _, case in sorted(cases.items())]


Act = Callable[[Register, str, date], Change]
"""Something done to the case of that number on a day."""


@dataclass(frozen=True, slots=True)
class Example:
    """A case as it came in, and its story: how many arbetsdagar later somebody did what."""

    kind: CaseType
    channel: str
    unit: str | None
    area: str
    title: str
    text: str
    story: list[tuple[int, Act]]
    who: str = "namn"
    """``namn``, ``anonym``, ``avstar`` or ``saknas``: what is known of the sender."""


def _acts(today: date, calendar: Calendar) -> Iterator[tuple[datetime, int, Act]]:
    """Every act of every case up to today, with its moment and the place of its case."""
    examples = _older(today)
    examples += [(_workdays_before(today, n, calendar), example) for n, example in _recent(today)]
    for index, (came, example) in enumerate(examples):
        if example.channel in ("telefon", "besok", "kontaktcenter"):
            while not calendar.is_workday(came):
                came -= timedelta(days=1)
        typed_in = came if calendar.is_workday(came) else min(_workday(came, 1, calendar), today)
        yield _moment(typed_in, time(8, index % 50 + 5)), index, _registration(example, came, index)
        for step, (days, act) in enumerate(example.story):
            on = max(_workday(came, days, calendar), typed_in)
            if on <= today:
                yield _moment(on, time(min(9 + step, 16), index % 50 + 5)), index, act


def _older(today: date) -> list[tuple[date, Example]]:
    """The older cases by the days they came in. Every second of them had come the year before, too."""
    two_years = [(today - timedelta(days=728 - 15 * i - i * i % 7), example) for i, example in enumerate(OLDER)]
    return [(came - timedelta(days=364), e) for came, e in two_years[: len(two_years) // 2 : 2]] + two_years


def _moment(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, ZoneInfo("Europe/Stockholm"))


def _workday(start: date, number: int, calendar: Calendar) -> date:
    return calendar.last_day(start, number, CountedIn.WORKDAYS) if number else start


def _workdays_before(today: date, number: int, calendar: Calendar) -> date:
    """The day that lies so many arbetsdagar before today: whatever day it is run, as many have passed since."""
    day = today
    while number and not (calendar.is_workday(day) and calendar.workdays_between(day, today) == number):
        day -= timedelta(days=1)
    return day


def _registration(example: Example, came: date, index: int) -> Act:
    contact = {"avstar": Contact.DECLINED, "saknas": Contact.MISSING}.get(example.who, Contact.POSSIBLE)
    case = Case(
        type=example.kind,
        title=example.title,
        received=came,
        rule_set=0,
        channel=example.channel,
        unit=example.unit,
        area=example.area,
        description=example.text,
        anonymous=example.who == "anonym",
        contact=contact,
        sender=_sender(index) if example.who == "namn" else Sender(),
    )
    return lambda register, _number, _on: register.register(case)


def _sender(index: int) -> Sender:
    """An invented person. 070-1740605–699 are numbers that nobody can have; example.se is nobody's."""
    first = ("Alva", "Bo", "Cleo", "Didrik", "Elsa", "Frank", "Greta", "Hugo", "Inga", "Jim")[index % 10]
    roles = (SenderRole.PRIVATE, SenderRole.RELATIVE, SenderRole.PUPIL, SenderRole.PRIVATE, SenderRole.ASSOCIATION)
    person = Sender(role=roles[index % 5], name=f"{first} Exempel")
    if index % 3:
        return person._replace(email=f"{first.lower()}{index}@example.se", preferred=Means.EMAIL)
    return person._replace(phone=f"070-174 06 {5 + index:02}", address=f"Exempelgatan {index + 1}")


# -- the steps of a story, named after the commands --------------------------------------------------


def assigned(days: int, handler: str) -> tuple[int, Act]:
    """Tilldela."""
    return days, lambda register, number, on: register.assign(number, handler, on)


def told(days: int, kind: Feedback, means: Means, reason: str | None = None) -> tuple[int, Act]:
    """Återkoppla."""

    def act(register: Register, number: str, on: date) -> Change:
        return register.give_feedback(number, FeedbackGiven(on, kind, means, _who(register, number), False, reason))

    return days, act


def noted(days: int, text: str) -> tuple[int, Act]:
    """Anteckna."""
    return days, lambda register, number, on: register.note(number, text, on)


def planned(days: int, text: str, responsible: str, within: int = 30) -> tuple[int, Act]:
    """Åtgärda: a measure to be done within so many days."""
    return days, lambda register, number, on: register.add_measure(
        number, Measure(0, text, responsible, on + timedelta(days=within)), on
    )


def done(days: int, measure: int = 1) -> tuple[int, Act]:
    """Åtgärda: the measure is carried out."""
    return days, lambda register, number, on: register.complete_measure(number, measure, on)


def corrected(days: int, **values: Any) -> tuple[int, Act]:
    """Uppdatera."""
    return days, lambda register, number, on: register.correct(number, casework.Correction(values, {}), on)


def handed(days: int, unit: str, *copies: str) -> tuple[int, Act]:
    """Överlämna."""
    return days, lambda register, number, on: register.hand_over(number, unit, on, copies=copies, reason=None)


def extended(days: int, until: int | date, reason: str) -> tuple[int, Act]:
    """Förläng the answer's deadline by so many days, and tell the sender by telephone."""

    def act(register: Register, number: str, on: date) -> Change:
        due = next(d.due for d in register.case(number).deadlines if d.rule.key == "svar")
        last = due + timedelta(days=until) if isinstance(until, int) else until
        word = FeedbackGiven(on, Feedback.DELAY, Means.PHONE, _who(register, number), False, reason)
        return register.extend(number, "svar", last, word, on, reason)

    return days, act


def answered(days: int, outcome: Outcome, means: Means, answer: str) -> tuple[int, Act]:
    """Avsluta with an answer."""
    return days, lambda register, number, on: register.close_case(
        number, outcome, on, answer=answer, given=casework.answer_by(means, answer, _who(register, number), on)
    )


def closed(days: int, outcome: Outcome, reason: NoAnswer) -> tuple[int, Act]:
    """Avsluta without an answer."""
    return days, lambda register, number, on: register.close_case(number, outcome, on, no_answer=reason)


def reopened(days: int, reason: str) -> tuple[int, Act]:
    """Återuppta."""
    return days, lambda register, number, on: register.reopen(number, on, reason)


def voided(days: int, reason: str) -> tuple[int, Act]:
    """Makulera."""
    return days, lambda register, number, on: register.void(number, on, reason)


def _who(register: Register, number: str) -> str:
    return register.case(number).handler or REGISTRATOR


_COMPLAINT, _VIEWPOINT, _PROPOSAL = CaseType.COMPLAINT, CaseType.VIEWPOINT, CaseType.PROPOSAL
_PRAISE, _QUESTION, _FAULT, _DEVIATION = CaseType.PRAISE, CaseType.QUESTION, CaseType.FAULT, CaseType.DEVIATION
_RECEIPT, _STATUS, _INVESTIGATING, _DELAY = Feedback.RECEIPT, Feedback.STATUS, Feedback.INVESTIGATING, Feedback.DELAY
_PHONE, _EMAIL, _LETTER, _MEETING, _SMS, _WEB = Means
_EVA, _JONAS, _MIRA, _SARA, _ALI, _KARIN = HANDLERS

# fmt: off
OLDER: list[Example] = [
    Example(_COMPLAINT, "telefon", "Gata och park", "trafik", "Stort hål i vägbanan vid skolan",
            "Hålet i vägen blir större för varje vecka. Cyklister väjer ut i körbanan.",
            [assigned(0, _ALI), told(1, _RECEIPT, _PHONE), planned(2, "Laga hålet", _ALI, 10), done(5),
             answered(6, Outcome.REMEDIED, _PHONE, "Hålet är lagat. Tack för att du hörde av dig.")]),
    Example(_COMPLAINT, "e-tjanst", "Parkskolan", "mat", "Maten tar slut före sista lunchen",
            "De klasser som äter sist får bara pasta. Det har hänt tre gånger på två veckor.",
            [assigned(1, _EVA), handed(2, "Kostenheten"), assigned(3, _MIRA), told(4, _RECEIPT, _EMAIL),
             planned(6, "Fler portioner till sista lunchen", _MIRA), done(9),
             answered(9, Outcome.REMEDIED, _EMAIL, "Köket lagar nu fyrtio portioner till.")]),
    Example(_VIEWPOINT, "e-post", "Stadsbiblioteket", "tillganglighet", "Biblioteket stänger för tidigt",
            "Jag hinner aldrig dit efter arbetet. Kan ni ha öppet till åtta en kväll i veckan?",
            [assigned(0, _KARIN), told(2, _RECEIPT, _EMAIL),
             answered(7, Outcome.PROPOSAL_FORWARDED, _EMAIL, "Önskemålet går vidare till nästa års planering.")]),
    Example(_COMPLAINT, "brev", "Hemtjänst norr", "kontinuitet", "Många olika i hemtjänsten",
            "På två veckor har fjorton olika personer kommit hem till min mamma.",
            [assigned(1, _SARA), told(7, _RECEIPT, _LETTER),
             answered(14, Outcome.MEASURE_DECIDED, _LETTER, "Din mamma får nu två fasta kontakter.")]),
    Example(_PRAISE, "e-post", "Solgården", "bemotande", "Tack till personalen på Solgården",
            "Ni tog så fint hand om pappa den sista tiden.",
            [assigned(0, _SARA), closed(1, Outcome.PRAISE_PASSED_ON, NoAnswer.PRAISE)]),
    Example(_COMPLAINT, "telefon", "Avfall och återvinning", "innehall", "Soporna hämtades inte",
            "Kärlet stod ute från klockan sex men tömdes inte.",
            [assigned(0, _ALI), told(0, _RECEIPT, _PHONE),
             answered(2, Outcome.REMEDIED, _PHONE, "Kärlet är tömt. Bilen hade fått stopp.")]),
    Example(_COMPLAINT, "blankett", "Parkskolan", "trygghet", "Ingen vuxen på skolgården",
            "På långrasten ser jag aldrig någon vuxen vid fotbollsplanen.",
            [assigned(2, _EVA),
             closed(8, Outcome.REMEDIED, NoAnswer.ANONYMOUS)], "anonym"),
    Example(_PROPOSAL, "e-tjanst", "Gata och park", "lokaler", "Fler bänkar längs ån",
            "Vi är många som behöver vila på vägen till vårdcentralen.",
            [assigned(1, _ALI), told(3, _RECEIPT, _EMAIL),
             answered(9, Outcome.POLITICAL_BODY, _EMAIL, "Förslaget tas upp i nämnden i samband med budgeten.")]),
    Example(_QUESTION, "kontaktcenter", "Avfall och återvinning", "avgifter", "Fråga om slamtömning",
            "När kommer ni, och vad kostar det?",
            [assigned(0, _ALI), answered(1, Outcome.EXPLAINED, _PHONE, "Taxan och turlistan är skickade med e-post.")]),
    Example(_COMPLAINT, "e-post", "Björkskolan", "bemotande", "Hårt tonfall i telefonen",
            "Jag ringde för att anmäla frånvaro och fick en utskällning.",
            [assigned(0, _JONAS), told(3, _RECEIPT, _PHONE),
             answered(8, Outcome.EXPLAINED, _PHONE, "Vi har talat med den det gäller och ber om ursäkt.")]),
    Example(_FAULT, "app", "Gata och park", "trafik", "Trasig gatlykta vid busshållplatsen",
            "Den har varit släckt i en månad.",
            [assigned(0, _ALI), answered(4, Outcome.REMEDIED, _SMS, "Lampan är bytt.")]),
    Example(_COMPLAINT, "telefon", "Hemtjänst norr", "handlaggningstid", "Väntar på besked om trygghetslarm",
            "Vi ansökte för sju veckor sedan och har inte hört något.",
            [assigned(1, _SARA), told(2, _STATUS, _PHONE),
             told(9, _DELAY, _PHONE, "Utredningen väntar på ett intyg."),
             answered(17, Outcome.REMEDIED, _PHONE, "Beslutet är fattat och larmet installeras på torsdag.")]),
    Example(_VIEWPOINT, "sociala_medier", "Stadsbiblioteket", "innehall", "För få böcker på lätt svenska",
            "Hyllan är nästan tom. Kan ni köpa in fler?",
            [assigned(1, _KARIN), told(4, _RECEIPT, _WEB),
             answered(10, Outcome.REMEDIED, _WEB, "Vi har köpt in tjugofem nya titlar.")]),
    Example(_COMPLAINT, "e-tjanst", "Kostenheten", "mat", "Fel specialkost tre dagar i rad",
            "Mitt barn kan inte äta gluten och fick ändå vanlig pasta.",
            [assigned(0, _MIRA), told(0, _RECEIPT, _PHONE), planned(1, "Ny rutin för märkta portioner", _MIRA, 14),
             done(8), answered(9, Outcome.REMEDIED, _MEETING, "Portionerna märks nu med namn och kost.")]),
    Example(_COMPLAINT, "besok", "Solgården", "information", "Ingen sa att mamma hade ramlat",
            "Vi fick veta det av en granne tre dagar senare.",
            [assigned(0, _SARA), noted(1, "Enhetschefen har läst journalen."), told(2, _INVESTIGATING, _MEETING),
             answered(8, Outcome.MEASURE_DECIDED, _MEETING, "Närstående rings alltid samma dag.")]),
    Example(_COMPLAINT, "telefon", "Gata och park", "trafik", "Hål i vägen vid rondellen",
            "Bilen slog i och fälgen blev sned.",
            [assigned(0, _ALI), told(1, _RECEIPT, _PHONE),
             answered(12, Outcome.REFERRED, _LETTER, "Vägen är statlig. Ärendet är skickat till Trafikverket.")]),
    Example(_COMPLAINT, "telefon", "Gata och park", "trafik", "Hål i vägen vid rondellen, igen",
            "Samma hål som jag ringde om nyss.",
            [voided(0, "Registrerat två gånger; samma samtal finns redan.")]),
    Example(_VIEWPOINT, "blankett", "Björkskolan", "lokaler", "Trasiga lås på toaletterna",
            "Eleverna håller sig hela dagen.",
            [assigned(1, _JONAS), told(6, _RECEIPT, _EMAIL), planned(7, "Byt alla lås på plan 2", _JONAS), done(12),
             answered(12, Outcome.REMEDIED, _EMAIL, "Alla lås på plan 2 är bytta.")]),
    Example(_PRAISE, "besok", "Stadsbiblioteket", "bemotande", "Beröm till sagostunden",
            "Barnen talar om den hela veckan.",
            [assigned(0, _KARIN), closed(0, Outcome.PRAISE_PASSED_ON, NoAnswer.PRAISE)]),
    Example(_COMPLAINT, "e-post", "Avfall och återvinning", "avgifter", "Fakturan är dubbelt så hög",
            "Vi är två i hushållet men betalar för fyra.",
            [assigned(0, _ALI), told(2, _RECEIPT, _EMAIL),
             answered(9, Outcome.REMEDIED, _EMAIL, "Avgiften är rättad och pengarna återbetalas.")]),
    Example(_DEVIATION, "e-tjanst", "Hemtjänst norr", "trygghet", "Nyckel lämnad i dörren",
            "En granne hittade nyckeln på utsidan.",
            [assigned(0, _SARA), told(1, _RECEIPT, _PHONE), planned(2, "Kvittera varje nyckel", _SARA, 20), done(10),
             answered(10, Outcome.REMEDIED, _PHONE, "Nycklarna kvitteras nu vid varje besök.")]),
    Example(_COMPLAINT, "brev", "Parkskolan", "krankande_behandling", "Elakheter i omklädningsrummet",
            "Det händer varje idrottslektion och ingen vuxen är där.",
            [assigned(0, _EVA), told(1, _RECEIPT, _PHONE), told(5, _INVESTIGATING, _PHONE),
             extended(8, 14, "Samtal med flera elever återstår."), planned(10, "En vuxen i omklädningsrummet", _EVA),
             done(14), answered(16, Outcome.REMEDIED, _MEETING, "En vuxen är nu alltid med.")]),
    Example(_COMPLAINT, "e-tjanst", None, "ovrigt", "Hög musik från en restaurang",
            "Det spelas till två på natten.",
            [assigned(2, _ALI), corrected(2, unit="Gata och park", board="KTN", area="trygghet"),
             told(4, _RECEIPT, _EMAIL),
             answered(8, Outcome.REFERRED, _EMAIL, "Miljökontoret prövar buller; vi har skickat ärendet dit.")]),
    Example(_PROPOSAL, "e-post", "Stadsbiblioteket", "tillganglighet", "Låna ut verktyg",
            "Andra kommuner har ett verktygsbibliotek.",
            [assigned(1, _KARIN), told(3, _RECEIPT, _EMAIL),
             answered(10, Outcome.IN_PREPARATION, _EMAIL, "En arbetsgrupp ser på frågan.")]),
    Example(_COMPLAINT, "telefon", "Solgården", "mat", "Kall mat på avdelning 3",
            "Pappa säger att middagen alltid är ljummen.",
            [assigned(0, _SARA), told(1, _RECEIPT, _PHONE), handed(3, "Kostenheten", "forvaltningschef"),
             assigned(4, _MIRA), planned(5, "Nya värmevagnar", _MIRA, 40),
             answered(9, Outcome.MEASURE_DECIDED, _PHONE, "Nya värmevagnar är beställda."), done(30)]),
    Example(_COMPLAINT, "e-post", "Gata och park", "lokaler", "Glas i sandlådan",
            "Vi hittade krossat glas i lekparken.",
            [assigned(0, _ALI), told(0, _RECEIPT, _EMAIL),
             answered(1, Outcome.REMEDIED, _EMAIL, "Sanden är bytt samma dag.")]),
    Example(_VIEWPOINT, "telefon", "Hemtjänst norr", "information", "Svårt att nå någon på eftermiddagen",
            "Telefonen är avstängd efter klockan tre.",
            [assigned(3, _SARA), told(8, _RECEIPT, _PHONE),
             answered(13, Outcome.NO_MEASURE, _PHONE, "Telefontiden ändras inte, men det går att lämna meddelande.")]),
    Example(_COMPLAINT, "e-tjanst", "Björkskolan", "kompetens", "Många lektioner utan behörig lärare",
            "Klassen har haft fem vikarier i matematik sedan terminen började.",
            [assigned(1, _JONAS), told(3, _RECEIPT, _EMAIL),
             answered(10, Outcome.MEASURE_DECIDED, _EMAIL, "En behörig lärare börjar om tre veckor.")]),
    Example(_COMPLAINT, "fax", "Avfall och återvinning", "innehall", "Returpapperet är alltid fullt",
            "Behållaren vid torget svämmar över varje helg.",
            [assigned(0, _ALI), planned(3, "Töm även på lördagar", _ALI, 21), done(15),
             closed(6, Outcome.MEASURE_DECIDED, NoAnswer.NO_CONTACT)], "saknas"),
    Example(_PRAISE, "e-tjanst", "Gata och park", "lokaler", "Så fina planteringar vid torget",
            "Jag går en omväg bara för att se dem.",
            [assigned(0, _ALI), closed(2, Outcome.PRAISE_PASSED_ON, NoAnswer.PRAISE)]),
    Example(_COMPLAINT, "e-post", "Kostenheten", "mat", "För lite tid att äta",
            "Femton minuter räcker inte för de små.",
            [assigned(1, _MIRA), told(4, _RECEIPT, _EMAIL),
             answered(9, Outcome.MERGED, _EMAIL, "Frågan besvaras tillsammans med skolans eget ärende.")]),
    Example(_COMPLAINT, "telefon", "Hemtjänst norr", "innehall", "Städningen uteblev",
            "Ingen kom och ingen ringde.",
            [assigned(0, _SARA), told(1, _RECEIPT, _PHONE),
             answered(3, Outcome.REMEDIED, _PHONE, "Städningen är gjord."),
             reopened(12, "Städningen uteblev en gång till."),
             answered(15, Outcome.REMEDIED, _PHONE, "Städningen ligger nu på en fast dag.")]),
    Example(_VIEWPOINT, "sms", "Gata och park", "trafik", "Cykelbanan slutar tvärt",
            "Man kommer rakt ut i korsningen.",
            [assigned(1, _ALI), told(2, _RECEIPT, _SMS),
             answered(7, Outcome.PROPOSAL_FORWARDED, _SMS, "Sträckan är med i förslaget till cykelplan.")]),
    Example(_COMPLAINT, "e-tjanst", "Stadsbiblioteket", "rattssakerhet", "Krav på en bok som är tillbaka",
            "Jag lämnade den i lådan men får ändå en faktura.",
            [assigned(0, _KARIN), told(1, _RECEIPT, _EMAIL),
             answered(4, Outcome.REMEDIED, _EMAIL, "Boken stod i hyllan. Fakturan är borttagen.")]),
    Example(_COMPLAINT, "besok", "Parkskolan", "information", "Fick inte veta att skolan var stängd",
            "Vi stod utanför en låst dörr.",
            [assigned(2, _EVA), told(7, _RECEIPT, _PHONE),
             answered(11, Outcome.REMEDIED, _PHONE, "Nu går ett sms till alla vårdnadshavare.")]),
    Example(_PROPOSAL, "blankett", "Solgården", "lokaler", "Ett staket runt trädgården",
            "Då kan alla vara ute på egen hand.",
            [assigned(1, _SARA), told(3, _STATUS, _LETTER),
             answered(9, Outcome.MEASURE_DECIDED, _LETTER, "Staketet är beställt.")]),
    Example(_COMPLAINT, "e-post", "Avfall och återvinning", "handlaggningstid", "Nytt sopkärl dröjer",
            "Beställt för två månader sedan.",
            [assigned(0, _ALI), told(3, _RECEIPT, _EMAIL),
             answered(6, Outcome.WITHDRAWN, _EMAIL, "Kärlet kom samma dag som du hörde av dig.")]),
    Example(_COMPLAINT, "e-tjanst", "Björkskolan", "tillganglighet", "Hissen står stilla",
            "Min son kommer inte till slöjden.",
            [assigned(0, _JONAS), told(1, _RECEIPT, _PHONE), extended(7, 10, "Reservdelen är försenad."),
             answered(14, Outcome.REMEDIED, _PHONE, "Hissen går igen.")]),
    Example(_QUESTION, "e-post", "Stadsbiblioteket", "information", "Fråga om att boka grupprum",
            "Hur gör man, och kostar det något?",
            [assigned(0, _KARIN), answered(1, Outcome.EXPLAINED, _EMAIL, "Det är gratis och bokas på webben.")]),
    Example(_COMPLAINT, "telefon", "Hemtjänst norr", "bemotande", "Pratade över huvudet på mig",
            "De talade med varandra hela tiden och inte med mig.",
            [assigned(0, _SARA), closed(5, Outcome.REMEDIED, NoAnswer.DECLINED)], "avstar"),
    Example(_COMPLAINT, "app", "Gata och park", "trafik", "Överfull papperskorg vid stationen",
            "Måsarna drar ut allt på gångbanan.",
            [assigned(0, _ALI), closed(2, Outcome.REMEDIED, NoAnswer.ANONYMOUS)], "anonym"),
    Example(_VIEWPOINT, "e-tjanst", "Parkskolan", "lokaler", "Ljudnivån i matsalen",
            "Det går inte att prata med varandra.",
            [assigned(1, _EVA), told(2, _RECEIPT, _EMAIL), planned(6, "Ljuddämpande plattor", _EVA, 60),
             answered(9, Outcome.MEASURE_DECIDED, _EMAIL, "Plattorna sätts upp före nästa läsår.")]),
    Example(_FAULT, "telefon", "Avfall och återvinning", "lokaler", "Grinden på återvinningen går inte att öppna",
            "Flera bilar stod i kö.",
            [assigned(0, _ALI), answered(0, Outcome.REMEDIED, _PHONE, "Grinden är lagad.")]),
    Example(_COMPLAINT, "e-post", "Solgården", "kompetens", "Vikarier som inte hittar",
            "I helgen visste ingen var medicinen låg.",
            [assigned(1, _SARA), told(6, _RECEIPT, _EMAIL), told(10, _DELAY, _EMAIL, "Vi väntar på chefens underlag."),
             answered(15, Outcome.MEASURE_DECIDED, _EMAIL, "Introduktionen för vikarier görs om.")]),
    Example(_PROPOSAL, "e-tjanst", "Kostenheten", "mat", "Servera frukost till de yngsta",
            "Många kommer hungriga.",
            [assigned(0, _MIRA), told(3, _RECEIPT, _EMAIL),
             answered(8, Outcome.POLITICAL_BODY, _EMAIL, "Nämnden tar ställning i budgeten.")]),
    Example(_COMPLAINT, "telefon", "Gata och park", "trafik", "Skymd sikt vid övergångsstället",
            "Häcken är så hög att barnen inte syns.",
            [assigned(0, _ALI), told(1, _RECEIPT, _PHONE), planned(2, "Klipp häcken", _ALI, 7), done(4),
             answered(4, Outcome.REMEDIED, _PHONE, "Häcken är klippt.")]),
]
"""About one case in two weeks, oldest first, until seven weeks before today."""


def _recent(today: date) -> list[tuple[int, Example]]:
    """The last month, in arbetsdagar before today: what is late, due today and new whatever day it is run."""
    return [
        (20, Example(_COMPLAINT, "e-tjanst", "Björkskolan", "krankande_behandling", "Utfryst på rasterna",
                     "Min dotter vill inte gå till skolan längre.",
                     [assigned(0, _JONAS), told(1, _RECEIPT, _PHONE), told(4, _INVESTIGATING, _PHONE),
                      planned(6, "Två vuxna på varje rast", _JONAS),
                      told(9, _DELAY, _PHONE, "Flera samtal återstår.")])),
        (18, Example(_COMPLAINT, "telefon", "Avfall och återvinning", "innehall", "Kärlet blev stående på vägen",
                     "Varje vecka ställs det mitt i infarten.",
                     [assigned(0, _ALI), told(1, _RECEIPT, _PHONE),
                      answered(4, Outcome.REMEDIED, _PHONE, "Entreprenören är påmind."),
                      reopened(15, "Kärlet stod på vägen igen.")])),
        (15, Example(_COMPLAINT, "brev", "Solgården", "mat", "Middagen serveras redan klockan fyra",
                     "Sedan blir det långt till frukost.",
                     [assigned(1, _SARA), told(3, _RECEIPT, _PHONE), planned(5, "Prova senare middag", _SARA, 20)])),
        (12, Example(_COMPLAINT, "e-post", "Gata och park", "trafik", "Farthindret skadar bussen",
                     "Hela bussen skakar när den åker över.",
                     [assigned(0, _ALI), told(2, _RECEIPT, _EMAIL), extended(8, today, "Väntar på en mätning.")])),
        (11, Example(_PRAISE, "telefon", "Hemtjänst norr", "bemotande", "Tack för hjälpen hem från sjukhuset",
                     "Allt var ordnat när jag kom hem.",
                     [assigned(0, _SARA), closed(1, Outcome.PRAISE_PASSED_ON, NoAnswer.PRAISE)])),
        (9, Example(_COMPLAINT, "e-tjanst", "Parkskolan", "information", "Veckobreven kommer för sent",
                    "De kommer på söndagen när veckan är slut.",
                    [assigned(0, _EVA), told(1, _RECEIPT, _EMAIL)])),
        (8, Example(_COMPLAINT, "kontaktcenter", "Avfall och återvinning", "avgifter", "Betalar för två kärl",
                    "Det andra hämtades för ett halvår sedan.",
                    [assigned(0, _ALI), told(1, _RECEIPT, _PHONE),
                     answered(6, Outcome.REMEDIED, _PHONE, "Avgiften är borttagen.")])),
        (7, Example(_COMPLAINT, "e-post", "Stadsbiblioteket", "tillganglighet", "Dörröppnaren fungerar inte",
                    "Jag kommer inte in med rullstolen.", [])),
        (6, Example(_VIEWPOINT, "blankett", "Hemtjänst norr", "kontinuitet", "Gärna samma person varje gång",
                    "Det är svårt att visa nya hela tiden.", [assigned(0, _SARA)], "anonym")),
        (5, Example(_COMPLAINT, "telefon", "Parkskolan", "mat", "Ingen mat utan fläsk",
                    "Det fanns bara sallad kvar.",
                    [told(1, _RECEIPT, _PHONE), handed(3, "Kostenheten", "forvaltningschef")])),
        (4, Example(_COMPLAINT, "e-tjanst", "Gata och park", "lokaler", "Gungan har gått sönder",
                    "Kedjan hänger lös i lekparken vid ån.", [assigned(1, _ALI)])),
        (2, Example(_FAULT, "app", "Gata och park", "trafik", "Gatubelysningen släckt i hela kvarteret",
                    "Det är kolsvart på hela gatan.", [assigned(0, _ALI), told(1, _STATUS, _SMS)])),
        (2, Example(_FAULT, "app", "Gata och park", "trafik", "Gatubelysningen släckt",
                    "Lampan är trasig.", [voided(1, "Registrerat två gånger.")])),
        (1, Example(_VIEWPOINT, "sociala_medier", "Stadsbiblioteket", "innehall", "Önskar fler serier för vuxna",
                    "Ni har så bra för barnen.", [])),
        (0, Example(_QUESTION, "e-post", None, "avgifter", "Fråga om avgift för båtplats",
                    "När kommer fakturan?", [])),
    ]
# fmt: on
