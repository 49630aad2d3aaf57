"""The house: arrows one way, SQL in one place, gates that cannot be walked around, commands that start light."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from klagreg.cli.frame import COMMANDS
from tests.conftest import Clerk

PACKAGE = Path(__file__).parents[1] / "klagreg"
MODULES = {
    ".".join(("klagreg", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__"): path
    for path in PACKAGE.rglob("*.py")
}

# What each layer may know. A module may also know its own layer's modules that stand before it.
LAYERS = [
    {"errors"},
    {"terms"},
    {"border", "days", "tabular", "toml_table", "identities", "letters", "staff", "yearly",
     "documents", "persons"},
    {"workdays", "practice"},
    {"rules"},
    {"profile", "model"},
    {"history"},
    {"deadlines"},
    {"casework"},
    {"advice"},
    {"store", "store.seals", "store.schema", "store.surroundings", "store.door", "store.parts", "store.cases",
     "store.soundness", "store.statistics", "store.listings", "store.yearly", "store.records", "store.erasing",
     "store.copies"},
    {"figures", "secrecy", "suppression"},
    {"sheets"},
    {"disclosure"},
    {"report.words"},
    {"report.about", "report.received", "report.handled", "report.summary", "report.keys", "report.shares",
     "report.cases", "report.prose"},
    {"report.public"},
    {"report", "directory", "importing.columns", "publication", "selfcheck"},
    {"desk"},
    {"upkeep", "compilation", "inspection", "records", "extracts", "erasing", "exporting"},
    {"safekeeping"},
    {"importing.dates"},
    {"importing.rows"},
    {"importing"},
    {"register"},
    {"render", "render.terminal", "render.files", "render.json", "render.texts", "render.mail", "render.page",
     "render.cells", "render.styles", "render.layout", "render.pictured", "render.charts", "render.streamed",
     "render.package", "render.workbook", "render.document", "render.csv"},
    {"cli", "cli.edge", "cli.dialog", "cli.options", "cli.progress", "cli.casework", "cli.steps", "cli.looking",
     "cli.reporting", "cli.papers", "cli.yearly", "cli.upkeep", "cli.importing", "cli.records",
     "cli.extracts", "cli.erasing", "cli.exporting", "cli.inspecting", "cli.safekeeping", "cli.frame"},
    {"demo", "__main__"},
]  # fmt: skip
LEVEL = {f"klagreg.{name}": level for level, names in enumerate(LAYERS) for name in names} | {"klagreg": -1}


def imports(path: Path) -> set[str]:
    """Modules of klagreg that a file imports when it runs; those for type checking alone are no arrows."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typing_only = {
        id(child)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for child in ast.walk(node)
    }
    found: set[str] = set()
    for node in ast.walk(tree):
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            submodules = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= (submodules & MODULES.keys()) or {node.module}
    return {name for name in found if name.split(".")[0] == "klagreg"}


def test_every_module_has_its_place() -> None:
    assert MODULES.keys() == LEVEL.keys()


@pytest.mark.parametrize("module", sorted(MODULES))
def test_arrows_point_one_way(module: str) -> None:
    # The demo is started by its command, which is above everything it uses.
    upward = {name for name in imports(MODULES[module]) if LEVEL[name] > LEVEL[module]} - {"klagreg.demo"}
    assert not upward


def test_sql_stands_in_the_store_alone() -> None:
    sql = re.compile(r"\b(SELECT .* FROM|INSERT INTO|UPDATE \w+ SET|DELETE FROM|PRAGMA \w+|CREATE TABLE)\b")
    outside = [m for m, path in MODULES.items() if ".store" not in m and sql.search(path.read_text(encoding="utf-8"))]
    assert outside == []


def calls(path: Path) -> set[str]:
    """Everything that a file calls, as written: ``print``, ``datetime.now``, ``console().print`` …"""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}


@pytest.mark.parametrize(
    ("call", "allowed"),
    [
        # Every text that reaches a terminal has passed the terminal's gate.
        (r"print", {"render.terminal", "render.json", "cli.frame"}),
        (r".*stderr.write|.*stdout.write", {"cli.dialog"}),
        # The clock is read once, at the edge.
        (r"(datetime|date|time)\.(now|today|utcnow|time|monotonic)", {"cli.edge"}),
        (r"sqlite3\.connect", {"store.door"}),
        # Deferred transactions lose registrations; transform() drops triggers.
        (r".*\.(atomic|transform|commit)", set()),
        (r".*Workbook", {"render.workbook"}),
        (r"rich\.print|.*from_markup|.*\.parser\.parse|eval|exec", set()),
    ],
)
def test_what_only_the_gates_may_do(call: str, allowed: set[str]) -> None:
    found = {name for name, path in MODULES.items() if any(re.fullmatch(call, c) for c in calls(path))}
    assert found <= {f"klagreg.{name}" for name in allowed}


OPENPYXL = {f"klagreg.render.{name}" for name in ("workbook", "styles", "charts", "streamed", "package", "cells")}
"""The workbook's own modules: no command imports them before it writes one (TestStart)."""


def test_nothing_heavy_is_imported_at_module_level() -> None:
    heavy = {"rich", "openpyxl", "holidays", "sqlite_utils", "dateutil", "tomllib", "defusedxml"}
    for name, path in MODULES.items():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        top = {
            module.split(".")[0]
            for node in tree.body
            if isinstance(node, ast.Import | ast.ImportFrom)
            for module in (
                [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
            )
        }
        assert name in OPENPYXL or not top & heavy, name


class TestStart:
    """Speed by what is not imported: a real process tells which modules it ended with."""

    HEAVY = ("rich", "openpyxl", "holidays", "pydantic", "sqlite_utils", "dateutil", "defusedxml", "tomllib")

    def loaded(self, clerk: Clerk, *words: str) -> set[str]:
        script = (
            "import sys\nfrom klagreg.cli.frame import run\nrun(sys.argv[1:])\n"
            "print(*sys.modules, sep='\\n', file=sys.stderr)"
        )
        command = [sys.executable, "-c", script, "--register", str(clerk.folder / "klagreg.db"), *words]
        finished = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
        return {
            line for line in finished.stderr.splitlines() if line.isidentifier() or ("." in line and " " not in line)
        }

    @pytest.mark.parametrize(
        "words",
        [
            ["registrera", "--typ", "klagomal", "--kanal", "brev", "--enhet", "Parkskolan"],
            ["tilldela", "1", "eva.lind"],
            ["aterkoppla", "1", "--slag", "status", "--satt", "brev"],
            ["uppdatera", "1", "--inkommen", "2020-01-02"],
            ["visa", "1"],
            ["lista"],
            ["lista", "--json"],
            ["sok", "matsal"],
            ["bevaka"],
            ["frist", "1"],
            ["--help"],
            ["lista", "--finns-inte"],
        ],
    )
    def test_daily_commands_load_nothing_heavy(self, klagreg: Clerk, words: list[str]) -> None:
        klagreg("registrera", "--typ", "synpunkt", "--inkommen", "2020-01-02")
        modules = self.loaded(klagreg, *words)
        assert not modules & set(self.HEAVY)
        assert len(modules) <= 210

    def test_help_loads_no_command(self, klagreg: Clerk) -> None:
        modules = self.loaded(klagreg, "--help")
        assert {f"klagreg.cli.{m}" for m in ("casework", "looking", "upkeep", "reporting")} & modules == set()


def test_every_command_exists() -> None:
    for entry in COMMANDS.values():
        for one in getattr(entry, "entries", {"": entry}).values():
            module, function = one.where.split(":")
            tree = ast.parse(MODULES[f"klagreg.cli.{module}"].read_text(encoding="utf-8"))
            assert function in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
