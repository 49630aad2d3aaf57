"""What it takes Typer to understand: help, mistakes, and every command line that is not plain.

Typer builds its commands from what ours declare, each only when it is needed. Its own frame words are English and
fixed, so usage, help and usage errors are worded here.
"""

from __future__ import annotations

import inspect
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Annotated, Any

import typer

# Click as Typer 0.28 carries it; it has no public name there. The dependency's bounds hold it in place.
from typer._click import Command, Context, HelpFormatter, Parameter
from typer._click import exceptions as click_errors
from typer.core import TyperCommand, TyperGroup, TyperOption

from klagreg import errors
from klagreg.cli import commands, declared
from klagreg.cli.commands import COMMANDS, INTRO, PROGRAM, Entry, GroupEntry
from klagreg.cli.edge import Edge


def run(arguments: Sequence[str], edge: Edge) -> int:
    """Run a command line as Typer understands it.

    Raises:
        WrongUse: it does not; says what to do instead.
        KlagregError: the command's own.
    """
    try:
        with root().make_context(PROGRAM, list(arguments), obj=edge) as ctx:
            code = ctx.command.invoke(ctx)
            return code if isinstance(code, int) else errors.EXIT_OK
    except click_errors.UsageError as error:
        raise errors.WrongUse(_in_swedish(error)) from error
    except typer.Exit as stop:
        return stop.exit_code
    except typer.Abort:
        raise KeyboardInterrupt from None


def ascii_name(name: str) -> str:
    """``--handläggare`` as ``--handlaggare``; also decomposed (NFD)."""
    return "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))


_SETTINGS: dict[str, Any] = {"help_option_names": ["-h", "--help"], "token_normalize_func": ascii_name}


@cache
def root() -> Command:
    """``klagreg`` itself, with what stands before every command."""
    app = typer.Typer(
        cls=RootGroup,
        add_completion=False,
        rich_markup_mode=None,
        invoke_without_command=True,
        context_settings=_SETTINGS,
        help=INTRO,
    )

    def before(ctx: typer.Context, **values: Any) -> None:
        edge = _edge_of(ctx)
        ended = commands.root(edge, **values)
        if ended is None and ctx.invoked_subcommand is None:
            ended = commands.run(edge, None, {})
        if ended is not None:
            raise typer.Exit(ended)

    app.callback()(_declared(before, commands.root))
    return typer.main.get_command(app)


def _edge_of(ctx: typer.Context) -> Edge:
    found = ctx.find_object(Edge)
    assert found is not None
    return found


def _declared(call: Callable[..., Any], command: declared.Command) -> Callable[..., Any]:
    """A function that Typer calls, with what a command of ours declares."""
    told = [inspect.Parameter("ctx", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context)]
    for one in declared.parameters(command):
        default = inspect.Parameter.empty if one.default is ... else one.default
        annotation = Annotated[one.annotation, _spoken(one)]  # type: ignore[name-defined]
        told.append(inspect.Parameter(one.name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation))
    call.__signature__ = inspect.Signature(told)  # type: ignore[attr-defined]
    call.__annotations__ = {one.name: one.annotation for one in told}
    call.__doc__ = command.__doc__
    return call


def _spoken(parameter: declared.Parameter) -> Any:
    """An option or argument as Typer declares it. Whether a file can be read shows when it is read."""
    found = parameter.declared
    told: dict[str, Any] = {
        key: getattr(found, key) for key in ("help", "metavar", "min", "max") if getattr(found, key) is not None
    }
    if isinstance(found, declared.Option):
        return typer.Option(*found.names, readable=False, **told)
    return typer.Argument(readable=False, **told)


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
        return typer_command(ascii_name(cmd_name), entry) if isinstance(entry, Entry) else _group(cmd_name, entry)

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
def typer_command(name: str, entry: Entry) -> Command:
    """A command, built once: that takes half of what it costs to run one, and tests run thousands in a process."""
    command = commands.command_of(entry)

    def call(ctx: typer.Context, **values: Any) -> int:
        return commands.run(_edge_of(ctx), command, values)

    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    app.command(name, cls=SwedishCommand, context_settings=_SETTINGS)(_declared(call, command))
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
