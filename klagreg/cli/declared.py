"""How a command says what it takes: the options and arguments in its signature.

    def show(edge: Edge, ref: Annotated[str | None, Argument(metavar="ÄRENDE", help="…")] = None) -> None:

They are read in two ways: :mod:`klagreg.cli.line` reads a plain command line by them, and :mod:`klagreg.cli.usage`
makes Typer's commands of them, for help, mistakes and all else that somebody can type.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Annotated, Any, NamedTuple, get_args, get_origin, get_type_hints

Command = Callable[..., int | None]
"""A command takes the edge and its values, and gives the code that it ends with; None is 0."""


class Option:
    """A value or a switch that is named: ``--enhet NAMN``, ``--json``, ``--anonym/--inte-anonym``."""

    def __init__(
        self, *names: str, help: str, metavar: str | None = None, min: int | None = None, max: int | None = None
    ) -> None:
        self.names = names
        self.help = help
        self.metavar = metavar
        self.min, self.max = min, max


class Argument:
    """A value that its place tells."""

    names: tuple[str, ...] = ()
    min = max = None

    def __init__(self, *, help: str, metavar: str) -> None:
        self.help = help
        self.metavar = metavar


class Parameter(NamedTuple):
    """One parameter of a command."""

    name: str
    declared: Option | Argument
    kind: type[Any]
    """``bool``, ``str``, ``int`` or ``Path``."""
    is_list: bool
    """It may be given several times, or for an argument all that remains is its."""
    annotation: Any
    """As written, without what was declared."""
    default: Any
    """``...``: there is none."""

    @property
    def ways(self) -> dict[str, bool]:
        """Each name that its option goes by, and which way that turns it if it is a switch: ``--x/--no-x``."""
        return {way: not turned for name in self.declared.names for turned, way in enumerate(name.split("/"))}


@cache
def parameters(command: Command) -> tuple[Parameter, ...]:
    """What a command takes beside the edge, in the order of its signature."""
    code, hints = command.__code__, get_type_hints(command, include_extras=True)
    names = code.co_varnames[1 : code.co_argcount]
    defaults = (*[...] * len(names), *(command.__defaults__ or ()))[-len(names) :] if names else ()
    return tuple(_parameter(name, hints[name], default) for name, default in zip(names, defaults, strict=True))


def _parameter(name: str, hint: Any, default: Any) -> Parameter:
    assert get_origin(hint) is Annotated, name
    annotation, declared = get_args(hint)
    kinds = [kind for kind in get_args(annotation) if kind is not type(None)] or [annotation]
    is_list = get_origin(kinds[0]) is list
    kind = get_args(kinds[0])[0] if is_list else kinds[0]
    assert kind in (bool, str, int, Path), name
    return Parameter(name, declared, kind, is_list, annotation, default)
