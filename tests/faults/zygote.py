"""``python -m tests.faults.zygote OUT ERR``: forks a klagreg for each line of words (JSON) on stdin.

Answers each with two lines: the child's process number, and how it ended (a wait status).
"""

from __future__ import annotations

import io
import json
import os
import signal
import sys
from importlib import import_module

from klagreg.__main__ import main
from klagreg.cli import signals
from klagreg.cli.commands import COMMANDS, GroupEntry
from klagreg.cli.usage import typer_command

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def _loaded() -> None:
    """Import and build what any command needs, once."""
    for name, entry in COMMANDS.items():
        for one, leaf in (entry.entries if isinstance(entry, GroupEntry) else {name: entry}).items():
            typer_command(one, leaf)
    for module in ("klagreg.register", "klagreg.render.json", "klagreg.render.texts", "klagreg.render.terminal"):
        import_module(module)


def _child(words: list[str], out: str, err: str) -> None:
    """Become klagreg: streams of its own, the signals as a shell leaves them; what comes meanwhile waits."""
    for number, name in ((0, os.devnull), (1, out), (2, err)):
        descriptor = os.open(name, os.O_RDONLY if number == 0 else os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(descriptor, number)
        if descriptor > 2:
            os.close(descriptor)
    for number in STOPPING:
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
    sys.stdin = io.TextIOWrapper(io.BufferedReader(io.FileIO(0, closefd=False)), encoding="utf-8")
    sys.stdout = io.TextIOWrapper(io.BufferedWriter(io.FileIO(1, "w", closefd=False)), encoding="utf-8")
    sys.stderr = io.TextIOWrapper(io.FileIO(2, "w", closefd=False), encoding="utf-8", write_through=True)
    sys.argv = ["klagreg", *words]
    code = 1
    try:
        signals.listen()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)
        main()
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else 1
        sys.stdout.flush()
    finally:
        os._exit(code)


def serve() -> None:
    """Fork a child per line until stdin ends."""
    _loaded()
    commands = os.fdopen(os.dup(0), encoding="utf-8")
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    for line in commands:
        signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
        child = os.fork()
        if child == 0:
            _child(json.loads(line), *sys.argv[1:3])
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)
        print(child, file=answers, flush=True)
        _, status = os.waitpid(child, 0)
        print(status, file=answers, flush=True)


if __name__ == "__main__":
    serve()
