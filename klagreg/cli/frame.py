"""The frame around the commands: Typer in Swedish, commands loaded on demand, and the only exit point.

Typer builds each command from its function, as usual, but only the one that is run: the table below names the
others. Typer's own frame words are English and fixed, so usage, help and usage errors are worded here.
"""

from __future__ import annotations

import errno
import os
import sys
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

# Click as Typer 0.28 carries it; it has no public name there. The dependency's bounds hold it in place.
from typer._click import Command, Context, HelpFormatter, Parameter
from typer._click import exceptions as click_errors
from typer.core import TyperCommand, TyperGroup, TyperOption

from klagreg import __version__, border, errors
from klagreg.cli import signals
from klagreg.cli.edge import Edge

PROGRAM = "klagreg"
INTRO = "Register över synpunkter och klagomål. Utan kommando: dagens bild av vad som måste göras."
DAILY, WATCH, UPKEEP = "Dagligt arbete", "Bevaka och redovisa", "Registret"
RECORDS = "Allmänna handlingar och personuppgifter"


@dataclass(frozen=True, slots=True)
class Entry:
    """A command that is loaded when it is run: where it stands, and its line in the help."""

    where: str
    summary: str
    panel: str = ""


@dataclass(frozen=True, slots=True)
class GroupEntry:
    """A group of commands."""

    entries: Mapping[str, Entry]
    summary: str
    panel: str = ""


COMMANDS: dict[str, Entry | GroupEntry] = {
    "registrera": Entry("casework:register", "Registrera en synpunkt eller ett klagomål.", DAILY),
    "tilldela": Entry("casework:assign", "Utse handläggare för ett ärende.", DAILY),
    "aterkoppla": Entry("casework:feedback", "Anteckna en kontakt med avsändaren.", DAILY),
    "anteckna": Entry("casework:note", "Skriv en anteckning i ärendets logg.", DAILY),
    "atgarda": Entry("casework:measure", "Planera en åtgärd, eller bocka av en som är genomförd.", DAILY),
    "uppdatera": Entry("casework:update", "Rätta eller komplettera uppgifter i ett ärende.", DAILY),
    "overlamna": Entry("casework:hand_over", "Lämna över till en annan enhet eller nämnd.", DAILY),
    "forlang": Entry("casework:extend", "Förläng en frist och säg varför.", DAILY),
    "avsluta": Entry("casework:close", "Avsluta med utfall och svar.", DAILY),
    "ateruppta": Entry("casework:reopen", "Återuppta ett avslutat ärende.", DAILY),
    "vag": Entry("steps:take_route", "Anteckna vilken väg ett ärende tar: åtgärd, förslag, beredning, organ.", DAILY),
    "hanvisa": Entry("steps:refer", "Hänvisa det som hör hemma någon annanstans, i stället eller också.", DAILY),
    "kopia": Entry("steps:give_copy", "Anteckna att någon fått en kopia av ärendet.", DAILY),
    "ankomststampla": Entry("steps:stamp", "Ankomststämpla ett ärende hos en mottagare.", DAILY),
    "lardom": Entry("steps:learn", "Skriv vad ett ärende lärde er, utan att peka ut någon.", DAILY),
    "godkann": Entry("steps:approve", "Godkänn ett svar för publicering.", DAILY),
    "sekretess": Entry("steps:mark_secret", "Sekretessmarkera ett ärende, eller häv markeringen.", DAILY),
    "brev": Entry("papers:letter", "Skriv ett brev till avsändaren efter en mall.", DAILY),
    "makulera": Entry("casework:void", "Makulera en felaktig registrering; numret finns kvar.", DAILY),
    "visa": Entry("looking:show", "Visa ett ärende.", DAILY),
    "lista": Entry("looking:list_cases", "Lista ärenden.", DAILY),
    "sok": Entry("looking:search", "Sök i rubrik, beskrivning, förslag och svar.", DAILY),
    "senaste": Entry("looking:latest", "Visa vad som sparades senast, av vem och när.", DAILY),
    "logg": Entry("looking:log", "Visa ett ärendes logg: vem gjorde vad, när.", DAILY),
    "frist": Entry("looking:deadline", "Förklara en frist dag för dag.", DAILY),
    "bevaka": Entry("looking:watch", "Vad är försenat eller förfaller snart? För cron.", WATCH),
    "lardomar": Entry("steps:list_lessons", "Lista lärdomar, utan identiteter.", WATCH),
    "sammanstall": Entry("reporting:compile_report", "Gör sammanställningen för en period.", WATCH),
    "redovisa": Entry("yearly:present", "Anteckna när en period redovisades för nämnden.", WATCH),
    "egenkontroll": Entry("yearly:self_check", "Fyll i och visa årets egenkontroll.", WATCH),
    "enkat": Entry("yearly:survey", "Anteckna vad de som lämnat synpunkter tyckte.", WATCH),
    "arstext": Entry("yearly:write_year", "Skriv hur ni arbetat med synpunkter under året.", WATCH),
    "publicera": Entry("papers:publish", "Gör webbsidan med svar och siffror.", WATCH),
    "blankett": Entry("papers:blank_form", "Gör en tom blankett att skriva ut.", WATCH),
    "importera": Entry("importing:import_cases", "Läs in ärenden från CSV eller XLSX.", WATCH),
    "postlista": Entry("records:day_list", "Visa dagens lista: vad vem som helst får se.", RECORDS),
    "utlamna": Entry("records:hand_out", "Lämna ut ärenden till den som begärt dem.", RECORDS),
    "registerutdrag": Entry("extracts:extract", "Samla allt som finns om en person.", RECORDS),
    "avidentifiera": Entry("erasing:mask", "Ta bort identiteter ur avslutade ärenden, efter beslut.", RECORDS),
    "gallra": Entry("erasing:destroy", "Gallra avslutade ärenden, efter beslut.", RECORDS),
    "exportera": Entry("exporting:export", "Skriv ärendelistan till en fil.", RECORDS),
    "init": Entry("upkeep:init", "Skapa ett register.", UPKEEP),
    "demo": Entry("upkeep:demo", "Gör ett exempelregister och gå igenom allt.", UPKEEP),
    "kontrollera": Entry("inspecting:inspect", "Kontrollera registret: fil, logg, nummer och innehåll.", UPKEEP),
    "sakerhetskopiera": Entry("safekeeping:back_up", "Gör en säkerhetskopia, även medan andra skriver.", UPKEEP),
    "aterstall": Entry("safekeeping:restore", "Återställ registret från en säkerhetskopia.", UPKEEP),
    "enhet": GroupEntry(
        {
            "lista": Entry("upkeep:list_units", "Lista enheter."),
            "lagg-till": Entry("upkeep:add_unit", "Lägg till en enhet."),
            "andra": Entry("upkeep:change_unit", "Ändra en enhet, eller ta upp den igen."),
            "avveckla": Entry("upkeep:retire_unit", "Avveckla en enhet; dess ärenden finns kvar."),
        },
        "Enheter som ärenden gäller.",
        UPKEEP,
    ),
    "handlaggare": GroupEntry(
        {
            "lista": Entry("upkeep:list_handlers", "Lista handläggare."),
            "lagg-till": Entry("upkeep:add_handler", "Lägg till en handläggare."),
            "andra": Entry("upkeep:change_handler", "Ändra en handläggare, eller ta upp igen."),
            "avveckla": Entry("upkeep:retire_handler", "Avveckla en handläggare; ärendena finns kvar."),
        },
        "Handläggare som ärenden tilldelas.",
        UPKEEP,
    ),
    "regler": GroupEntry(
        {
            "visa": Entry("upkeep:show_rules", "Visa regelverket: frister, kanaler, områden."),
            "lista": Entry("upkeep:list_profiles", "Lista de inbyggda regelverken."),
            "skarp": Entry("upkeep:tighten_rules", "Ge en enhet eller nämnd en strängare frist."),
            "beskrivning": Entry("records:describe", "Skriv registrets beskrivning enligt 4 kap. 2 § OSL."),
            "granska": Entry("upkeep:review_rules", "Anteckna att regelverket är genomgånget."),
            "andra": Entry("upkeep:change_rules", "Byt regelverk från en dag; äldre ärenden behåller sina frister."),
        },
        "Regelverk: frister och ordlistor.",
        UPKEEP,
    ),
}


def run(args: Sequence[str] | None = None, edge: Edge | None = None) -> int:
    """Run one command line and return its exit code. The only place where errors become words and codes."""
    given = list(sys.argv[1:] if args is None else args)
    # Taken out here, wherever it stands: it must work also when the rest cannot be parsed.
    arguments = [_as_typed(word) for word in given if word != "--felsok"]
    tracebacks = len(arguments) < len(given)
    edge = edge or Edge.here()
    try:
        _must_be_text(arguments)
        with _somewhere_to_write(), _root().make_context(PROGRAM, arguments, obj=edge) as ctx:
            code = ctx.command.invoke(ctx)
            sys.stdout.flush()
            return code if isinstance(code, int) else errors.EXIT_OK
    except errors.KlagregError as error:
        return _told(_with_what_is_stored(error, edge), error.exit_code)
    except click_errors.UsageError as error:
        return _told(_in_swedish(error), errors.EXIT_USAGE)
    except typer.Exit as stop:
        return stop.exit_code
    except (KeyboardInterrupt, typer.Abort, EOFError):
        return _interrupted(edge)
    except BrokenPipeError:
        # The reader (head, less) has seen enough.
        _forget_stdout()
        return edge.verdict
    except OSError as error:
        if tracebacks:
            raise
        _forget_stdout()
        return _told(_unwritten(edge, error), errors.EXIT_FAULT)
    except Exception as error:
        if tracebacks:
            raise
        if signals.was_interrupted():
            return _interrupted(edge)
        kind = type(error).__name__
        stored = f"{_what_is_stored(edge)} Gör inte om det. " if edge.stored or edge.has_written else ""
        return _told(
            f"Oväntat fel i klagreg ({kind}). {stored}Visa det för en tekniker: --felsok ger felspårningen.",
            errors.EXIT_FAULT,
        )


def main() -> NoReturn:
    """The console script; :mod:`klagreg.__main__` has made interruptions harmless already."""
    edge = None
    try:
        try:
            _prepare_streams()
            edge = Edge.here()
            code = run(None, edge)
        finally:
            signals.listen_no_more()
    except KeyboardInterrupt:  # before the first try of run(), or while an error was being told
        code = _interrupted(edge or Edge.here())
    sys.exit(code)


def _prepare_streams() -> None:
    """A terminal without å ä ö gets a visible replacement; a stream that was closed is no file's number."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass  # else the next file that is opened would get what is printed
    os.close(descriptor)
    if "--felsok" not in sys.argv:
        # What goes wrong in a destructor goes wrong after the answer: never a traceback in cron's mail.
        sys.unraisablehook = lambda _: None


def _as_typed(word: str) -> str:
    """A word that was typed in UTF-8, also where the system believes that everybody writes Latin-1."""
    if word.isascii() or sys.getfilesystemencoding() == "utf-8":
        return word
    with suppress(UnicodeError):  # no UTF-8: what it believes is true
        return os.fsencode(word).decode("utf-8")
    return word


def _must_be_text(arguments: Sequence[str]) -> None:
    """Refuse what the terminal sent in another encoding, and what no word is, before it gets anywhere."""
    for word in arguments:
        if word.isascii():
            continue
        try:
            word.encode("utf-8")
        except UnicodeEncodeError:
            raise errors.WrongUse(
                f"”{errors.shorten(word)}” är inte giltig UTF-8.", "Kontrollera terminalens teckenkodning."
            ) from None
        border.must_be_stream_safe(word, "Kommandoraden")


@contextmanager
def _somewhere_to_write() -> Iterator[None]:
    """Run with a stdout even if it was closed, and then say that the answer could not be written."""
    if sys.stdout is not None:
        yield
        return
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        sys.stdout = nowhere
        try:
            yield
        finally:
            sys.stdout = None
    raise OSError


def _forget_stdout() -> None:
    from klagreg.render.terminal import forget

    if sys.stdout is not None:
        forget(sys.stdout)


def _unwritten(edge: Edge, error: OSError) -> str:
    """What to say when the answer could not be written: above all whether the act was stored."""
    if edge.stored:
        return f"{edge.stored} är sparat, men svaret kunde inte skrivas. Gör inte om det: klagreg visa {edge.stored}"
    full = " (disken är full)" if error.errno == errno.ENOSPC else ""
    return f"Svaret kunde inte skrivas{full}. {_what_is_stored(edge)}"


def _interrupted(edge: Edge) -> int:
    return _told(f"Avbrutet. {_what_is_stored(edge)}", errors.EXIT_INTERRUPTED)


def _with_what_is_stored(error: errors.KlagregError, edge: Edge) -> str:
    """An error, and what was stored before it: nobody shall do that once more because the disk failed afterwards."""
    broke_off = isinstance(error, errors.RegisterDamaged | errors.RegisterUnsound)
    failed = isinstance(error, errors.RegisterError) or error.exit_code == errors.EXIT_FAULT
    if (edge.stored and failed) or (edge.has_written and broke_off):
        return f"{error} {_what_is_stored(edge)}"
    return str(error)


def _what_is_stored(edge: Edge) -> str:
    if edge.stored:
        return f"{edge.stored} är sparat."
    if edge.has_written:
        return "Något hann sparas; se vad: klagreg senaste"
    return "Läsningen är sparad i loggen; annars är inget ändrat." if edge.has_noted else "Inget är ändrat."


def _told(message: str, code: int) -> int:
    from klagreg.render.terminal import notice

    # The prefix is the contract's, except for what is no fault.
    notice(message if code == errors.EXIT_INTERRUPTED else f"Fel: {message}")
    return code


def ascii_name(name: str) -> str:
    """``--handläggare`` as ``--handlaggare``; also decomposed (NFD)."""
    return "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))


_SETTINGS: dict[str, Any] = {"help_option_names": ["-h", "--help"], "token_normalize_func": ascii_name}


@cache
def _root() -> Command:
    app = typer.Typer(
        cls=RootGroup,
        add_completion=False,
        rich_markup_mode=None,
        invoke_without_command=True,
        context_settings=_SETTINGS,
        help=INTRO,
    )
    app.callback()(root)
    return typer.main.get_command(app)


def root(
    ctx: typer.Context,
    register: Annotated[
        Path | None,
        typer.Option(
            "--register", metavar="FIL", readable=False, help="Registrets fil (annars KLAGREG_REGISTER, klagreg.db)."
        ),
    ] = None,
    network: Annotated[
        bool,
        typer.Option("--tillat-natverk", help="Öppna registret också på en nätverksdisk, där det kan skadas."),
    ] = False,
    debug: Annotated[bool, typer.Option("--felsok", help="Visa teknisk felspårning vid oväntade fel.")] = False,
    version: Annotated[bool, typer.Option("--version", help="Visa klagregs version.")] = False,
) -> None:
    """Run before every command; alone it shows the picture of today."""
    del debug  # shown in the help; run() has taken it already
    edge = ctx.find_object(Edge)
    assert edge is not None
    edge.register = register or edge.register
    edge.network_allowed = edge.network_allowed or network
    if version:
        print(f"{PROGRAM} {__version__}")
        raise typer.Exit
    if ctx.invoked_subcommand is None:
        from klagreg.cli.looking import picture_of_today

        picture_of_today(ctx)


class _Swedish:
    """Help in Swedish, for commands and groups alike."""

    def get_help_option(self, ctx: Context) -> TyperOption | None:
        option = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.help = "Visa den här hjälpen."
        return option  # type: ignore[no-any-return]

    def format_usage(self, ctx: Context, formatter: HelpFormatter) -> None:
        formatter.write_usage(ctx.command_path, " ".join(self._pieces(ctx)), prefix="Användning: ")

    def _pieces(self, ctx: Context) -> list[str]:
        arguments = [p for p in self.get_params(ctx) if p.param_type_name == "argument"]  # type: ignore[attr-defined]
        return [*(p.make_metavar(ctx) for p in arguments), "[VAL]"]

    def format_help(self, ctx: Context, formatter: HelpFormatter) -> None:
        self.format_usage(ctx, formatter)
        self.format_help_text(ctx, formatter)  # type: ignore[attr-defined]
        self.format_options(ctx, formatter)

    def format_options(self, ctx: Context, formatter: HelpFormatter) -> None:
        parameters = self.get_params(ctx)  # type: ignore[attr-defined]
        for title, kind in (("Argument", "argument"), ("Val", "option")):
            rows = [_help_row(p, ctx) for p in parameters if p.param_type_name == kind]
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)


def _help_row(parameter: Parameter, ctx: Context) -> tuple[str, str]:
    names = ", ".join([*sorted(parameter.opts, key=len), *parameter.secondary_opts])
    if parameter.param_type_name == "argument":
        names = parameter.make_metavar(ctx)
    elif not getattr(parameter, "is_flag", False):
        names = f"{names} {parameter.make_metavar(ctx)}"
    return names, getattr(parameter, "help", None) or ""


class SwedishCommand(_Swedish, TyperCommand):
    """A command."""


class LazyGroup(_Swedish, TyperGroup):
    """A group whose commands are imported when they are run."""

    table: Mapping[str, Entry | GroupEntry] = {}

    def list_commands(self, ctx: Context) -> list[str]:
        return list(self.table)

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
        entry = self.table.get(ascii_name(cmd_name))
        if entry is None:
            return None
        return _command(ascii_name(cmd_name), entry) if isinstance(entry, Entry) else _group(cmd_name, entry)

    def resolve_command(self, ctx: Context, args: list[str]) -> tuple[str | None, Command | None, list[str]]:
        if not args[0].startswith("-") and ascii_name(args[0]) not in self.table:
            from klagreg.terms import nearest

            near = nearest(args[0], self.table)
            hint = f"Menade du {near}?" if near else f"Se alla med: {ctx.command_path} --help"
            raise errors.WrongUse(f"Kommandot ”{errors.shorten(args[0])}” finns inte.", hint)
        return super().resolve_command(ctx, args)

    def _pieces(self, ctx: Context) -> list[str]:
        return ["[VAL]", "KOMMANDO", "…"]

    def format_options(self, ctx: Context, formatter: HelpFormatter) -> None:
        super().format_options(ctx, formatter)
        for panel in dict.fromkeys(entry.panel for entry in self.table.values()):
            rows = [(name, entry.summary) for name, entry in self.table.items() if entry.panel == panel]
            with formatter.section(panel or "Kommandon"):
                formatter.write_dl(rows)


class RootGroup(LazyGroup):
    """``klagreg`` itself."""

    table = COMMANDS


@cache
def _command(name: str, entry: Entry) -> Command:
    """A command, built once: that takes half of what it costs to run one, and tests run thousands in a process."""
    module, function = entry.where.split(":")
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    app.command(name, cls=SwedishCommand, context_settings=_SETTINGS)(
        getattr(import_module(f"klagreg.cli.{module}"), function)
    )
    return typer.main.get_command(app)


def _group(name: str, entry: GroupEntry) -> Command:
    group = type("Group", (LazyGroup,), {"table": entry.entries})
    app = typer.Typer(
        cls=group, add_completion=False, rich_markup_mode=None, help=entry.summary, context_settings=_SETTINGS
    )
    app.callback()(lambda: None)
    command = typer.main.get_command(app)
    command.name = name
    return command


def _in_swedish(error: click_errors.UsageError) -> str:
    """A usage error as a Swedish sentence that says what to do instead."""
    command = error.ctx.command_path if error.ctx else PROGRAM
    see = f"Se {command} --help"
    name = _parameter_name(error)
    match error:
        case click_errors.NoSuchOption():
            if error.option_name == "--register":
                return "Valet --register står före kommandot: klagreg --register FIL KOMMANDO …"
            near = _nearest_option(error)
            return f"Valet {errors.shorten(error.option_name)} finns inte. " + (f"Menade du {near}?" if near else see)
        case click_errors.MissingParameter():
            return f"{name} saknas. {see}"
        case click_errors.BadOptionUsage():
            wants = "behöver ett värde" if "requires an argument" in error.message else "tar inget värde"
            return f"Valet {errors.shorten(error.option_name)} {wants}. {see}"
        case click_errors.BadParameter():
            return f"{name}: värdet går inte att använda{_bounds(error.param)}. {see}"
    if error.message.startswith("Got unexpected extra"):
        return f"För många ord efter {command}. Sätt en text med mellanslag inom citattecken. {see}"
    if error.message.startswith("Missing command"):
        return f"Säg vad som ska göras. {see}"
    return f"Kommandot kan inte tolkas. {see}"


def _nearest_option(error: click_errors.NoSuchOption) -> str | None:
    from klagreg.terms import nearest

    if error.ctx is None:
        return None
    known = [name for p in error.ctx.command.get_params(error.ctx) for name in p.opts if p.param_type_name == "option"]
    return nearest(error.option_name, known)


def _parameter_name(error: click_errors.UsageError) -> str:
    parameter = getattr(error, "param", None)
    if parameter is None or error.ctx is None:
        return "Ett värde"
    if parameter.param_type_name == "argument":
        return str(parameter.make_metavar(error.ctx))
    return str(max(parameter.opts, key=len))


def _bounds(parameter: Parameter | None) -> str:
    kind = parameter.type if parameter else None
    low, high = getattr(kind, "min", None), getattr(kind, "max", None)
    if low is not None and high is not None and high < 10**9:  # what is longer is no limit that anybody meets
        return f" (ett heltal {low}–{high} väntades)"
    if low is not None:
        return f" (ett heltal från {low} väntades)"
    return " (ett heltal väntades)" if getattr(kind, "name", "") == "integer" else ""
