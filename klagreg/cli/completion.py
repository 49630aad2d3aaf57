"""Tab: what may come next on a command line, for bash, zsh and fish.

The shell asks at each press, with the words so far as arguments and a variable in the environment. Answers come from
what the commands declare and, for numbers and names, from the register, which is read as it stands: never brought to
another schema, and nothing is logged, since a case's number is no secret (OSL 5:2). Whatever is wrong, nothing is
proposed and nothing is said: somebody is in the middle of typing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from klagreg.cli.commands import COMMANDS, PROGRAM, Entry, GroupEntry, command_of, root
from klagreg.cli.declared import Argument, Command, Parameter, parameters
from klagreg.cli.edge import Edge
from klagreg.errors import EXIT_OK, KlagregError, WrongUse

if TYPE_CHECKING:
    from klagreg.store.cases import Store
    from klagreg.terms import Term

MOST = 40
"""Case numbers that are proposed at once: as many as somebody reads through."""

_SCRIPTS = {
    # What was proposed may hold blanks and quotes: %q writes it as bash reads it.
    "bash": """
_klagreg() {
    local found
    COMPREPLY=()
    while IFS= read -r found; do
        COMPREPLY+=("$(printf %q "$found")")
    done < <(_KLAGREG_TABB=bash klagreg "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _klagreg klagreg
""",
    "zsh": """
_klagreg() {
    local -a found
    found=("${(@f)$(_KLAGREG_TABB=zsh klagreg "${(@)words[2,CURRENT]}" 2>/dev/null)}")
    if [[ -n "$found" ]]; then compadd -U -- "${found[@]}"; else _files; fi
}
compdef _klagreg klagreg
""",
    "fish": """
function __klagreg
    _KLAGREG_TABB=fish klagreg (commandline -opc)[2..] (commandline -ct) 2>/dev/null
end
complete --command klagreg --arguments '(__klagreg)'
""",
}


def shell_script(
    _edge: Edge, shell: Annotated[str, Argument(metavar="SKAL", help="bash, zsh eller fish.")] = "bash"
) -> None:
    """Skriv det som ger tabbkomplettering i ett skal: kommandon, val, ärendenummer, enheter och handläggare.

    eval "$(klagreg skal bash)"     sist i ~/.bashrc, och likadant för zsh i ~/.zshrc

    klagreg skal fish > ~/.config/fish/completions/klagreg.fish
    """
    from klagreg.render.terminal import verbatim

    if shell not in _SCRIPTS:
        raise WrongUse("Skalet ska vara bash, zsh eller fish.", f"Skriv till exempel: {PROGRAM} skal bash")
    verbatim(_SCRIPTS[shell].strip("\n"))


def propose(words: Sequence[str]) -> int:
    """Tell the shell what the last word may become, one a line."""
    from klagreg.render.terminal import verbatim

    if found := proposals(words):
        verbatim("\n".join(found))
    return EXIT_OK


def proposals(words: Sequence[str]) -> list[str]:
    """What the last word may become, the likeliest first. ``words``: what follows the program's name."""
    *before, begun = words or [""]
    try:
        found = list(_next(before, begun.lstrip("'\"")))
    except (KlagregError, OSError, ValueError, LookupError):
        return []
    return [one for one in dict.fromkeys(found) if one.isprintable()]


def _next(before: Sequence[str], begun: str) -> Iterator[str]:
    """What may come after whole words."""
    command, register = root, None
    table: Mapping[str, Entry | GroupEntry] = COMMANDS
    waiting: Parameter | None = None
    place = 0
    for word in before:
        if waiting is not None:
            register = word if waiting.name == "register" and command is root else register
            waiting = None
        elif word.startswith("-") and word != "-":
            waiting = _waits(command, word)
        elif command is not root:
            place += 1
        elif (entry := table.get(word)) is None:
            return
        elif isinstance(entry, Entry):
            command = command_of(entry)
        else:
            table = entry.entries
    if waiting is not None:
        yield from _values(waiting, begun, register)
    elif begun.startswith("-"):
        ways = (way for one in parameters(command) for way in one.ways if way.startswith("--"))
        yield from _beginning(begun, ways)
    elif command is root:
        yield from _beginning(begun, table)
    elif places := [one for one in parameters(command) if not one.declared.names]:
        meant = places[min(place, len(places) - 1)]
        if place < len(places) or meant.is_list:
            yield from _values(meant, begun, register)


def _waits(command: Command, word: str) -> Parameter | None:
    """The option that waits for its value after a word."""
    return next(
        (one for one in parameters(command) if word in one.declared.names and one.kind is not bool),
        None,
    )


def _beginning(begun: str, words: Iterable[str]) -> Iterator[str]:
    from klagreg.terms import fold

    wanted = fold(begun)
    return (word for word in words if fold(word).startswith(wanted))


def _values(parameter: Parameter, begun: str, register: str | None) -> Iterator[str]:
    """What a parameter may be: a code of its list, or a name or a number in the register."""
    codes = next((kind for name in parameter.declared.names if (kind := _codes().get(name))), None)
    if codes is not None and "=" not in (parameter.declared.metavar or ""):
        yield from _beginning(begun, (code.value for code in codes))
        return
    handlers = "--handlaggare" in parameter.declared.names
    if look := _IN_REGISTER.get("HANDLÄGGARE" if handlers else (parameter.declared.metavar or "").strip("[]. …")):
        yield from _in_register(look, begun, register)


def _codes() -> dict[str, type[Term]]:
    from klagreg import terms

    return {
        "--typ": terms.CaseType,
        "--status": terms.Status,
        "--utfall": terms.Outcome,
        "--satt": terms.Means,
        "--onskat-satt": terms.Means,
        "--meddelad": terms.Means,
        "--roll": terms.SenderRole,
        "--beror": terms.Affects,
        "--raknas-i": terms.CountedIn,
        "--forskjutning": terms.Shift,
    }


def _in_register(look: Callable[[Store, str], Iterable[str]], begun: str, register: str | None) -> list[str]:
    from klagreg.store import door
    from klagreg.store.cases import Store

    edge = Edge.here()
    edge.register = Path(register).expanduser() if register else None
    door.must_be_local(edge.path, allowed=edge.network_allowed)
    with closing(Store(door.open_to_read(edge.path), edge.path)) as store, store.reading():
        return list(look(store, begun))


def _numbers(store: Store, begun: str) -> Iterable[str]:
    """The numbers that begin so, the latest first: of nothing those of open cases, of a serial number its own."""
    if not begun:
        return store.latest_open(MOST)
    if begun.isdecimal() and len(begun) < 7:
        return store.numbers_like(int(begun))[:MOST]
    return store.numbers_from(begun, MOST)


def _handlers(store: Store, begun: str) -> Iterator[str]:
    return _beginning(begun, (one.name for one in store.handlers() if not one.retired_on))


def _units(store: Store, begun: str) -> Iterator[str]:
    return _beginning(begun, (one.name for one in store.units() if not one.retired_on))


_IN_REGISTER: dict[str, Callable[[Store, str], Iterable[str]]] = {
    "ÄRENDE": _numbers,
    "HANDLÄGGARE": _handlers,
    "ENHET": _units,
    "NÄMND": lambda store, begun: _beginning(begun, store.boards()),
    "KANAL": lambda store, begun: _beginning(begun, store.vocabulary("kanal").codes),
    "OMRÅDE": lambda store, begun: _beginning(begun, store.vocabulary("omrade").codes),
}
"""What looks in the register for what a value may be, by its metavar."""
