"""Others that keep lists of things to do, filled with as many: measured in the same table, if they are installed."""

from __future__ import annotations

import json
import shutil
import sys
import uuid
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from tests.benchmarks.measure import Job, process

LARGEST = 10_000
"""They grow with what they hold; larger than this nobody would wait for them."""


def jobs(folder: Path, size: int) -> dict[str, Job]:
    """What can be run here of one thing added and the late ones listed, among so many."""
    if size > LARGEST:
        return {}
    return dict(_taskwarrior(folder, size)) | dict(_todoman(folder, size)) | dict(_sqlite_utils(folder, size))


def _taskwarrior(folder: Path, size: int) -> Iterator[tuple[str, Job]]:
    if not (program := shutil.which("task")):
        return
    data = folder / f"task-{size}"
    if not data.exists():
        data.mkdir()
        (data / "rc").write_text(f"data.location={data}\nconfirmation=off\nverbose=nothing\ngc=off\n")
        with (data / "pending.data").open("w", encoding="utf-8") as file:
            for number in range(size):
                due = 1_600_000_000 if number < 100 else 1_900_000_000
                file.write(
                    f'[description:"Ärende {number}" due:"{due}" entry:"1700000000" status:"pending"'
                    f' uuid:"{uuid.UUID(int=number + 1)}"]\n'
                )
    rc = f"rc:{data / 'rc'}"
    yield "Taskwarrior: task add", partial(process, [program, rc, "add", "Halt vid ingången"])
    yield "Taskwarrior: task +OVERDUE list", partial(process, [program, rc, "+OVERDUE", "list"], MAY_FAIL="1")


def _todoman(folder: Path, size: int) -> Iterator[tuple[str, Job]]:
    if not (program := shutil.which("todo")):
        return
    home = folder / f"todoman-{size}"
    if not home.exists():
        (home / "lista").mkdir(parents=True)
        (home / "config.py").write_text(
            f'path = "{home}/*"\ncache_path = "{home}/cache.sqlite3"\ndefault_list = "lista"\n', encoding="utf-8"
        )
        for number in range(size):
            due = "20200101" if number < 100 else "20350101"
            (home / "lista" / f"{number}.ics").write_text(
                "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VTODO\r\n"
                f"UID:{number}@x\r\nDTSTAMP:20240101T000000Z\r\nDUE;VALUE=DATE:{due}\r\nSUMMARY:Ärende {number}\r\n"
                "END:VTODO\r\nEND:VCALENDAR\r\n",
                encoding="utf-8",
            )
    config = ["--config", str(home / "config.py")]
    process([program, *config, "list"])  # its cache is made at the first run
    yield "todoman: todo new", partial(process, [program, *config, "new", "Halt vid ingången"])
    yield "todoman: todo list --due 1", partial(process, [program, *config, "list", "--due", "1"])


def _sqlite_utils(folder: Path, size: int) -> Iterator[tuple[str, Job]]:
    program = Path(sys.executable).with_name("sqlite-utils")
    if not program.exists():
        return
    file = folder / f"sqlite-utils-{size}.db"
    row = {"nr": 0, "rubrik": "Halt vid ingången", "enhet": "Parkskolan", "senast": "2030-01-01", "avslutad": None}
    if not file.exists():
        rows = [row | {"nr": n, "senast": "2020-01-01" if n < 100 else "2030-01-01"} for n in range(size)]
        process([str(program), "insert", str(file), "arenden", "-"], json.dumps(rows))
        process([str(program), "create-index", str(file), "arenden", "senast"])
    query = "SELECT * FROM arenden WHERE avslutad IS NULL AND senast < '2026-01-01'"
    yield (
        "sqlite-utils: insert",
        partial(process, [str(program), "insert", str(file), "arenden", "-"], json.dumps([row])),
    )
    yield "sqlite-utils: query", partial(process, [str(program), "query", str(file), query])
