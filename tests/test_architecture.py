"""The house: arrows one way, SQL in one place, gates that cannot be walked around, commands that start light."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from klagreg.cli.commands import COMMANDS
from tests import lints
from tests.conftest import Clerk

PACKAGE = Path(__file__).parents[1] / "klagreg"
MODULES = {
    ".".join(("klagreg", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__"): path
    for path in PACKAGE.rglob("*.py")
}

# What each layer may know. A module may also know its own layer's modules that stand before it.
LAYERS = [
    {"errors"},
    {"terms", "spreadsheet"},
    {"border", "days", "tabular", "toml_table", "identities", "letters", "staff", "yearly",
     "documents", "persons", "scratch"},
    {"workdays", "practice"},
    {"rules"},
    {"profile", "model"},
    {"history"},
    {"deadlines"},
    {"casework"},
    {"advice"},
    {"store", "store.seals", "store.schema", "store.surroundings", "store.queue", "store.door", "store.parts",
     "store.cases", "store.standing", "store.soundness", "store.statistics", "store.listings", "store.yearly",
     "store.records", "store.erasing", "store.copies"},
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
    {"answers"},
    {"register"},
    {"render", "render.terminal", "render.files", "render.json", "render.texts", "render.mail", "render.page",
     "render.cells", "render.styles", "render.layout", "render.pictured", "render.charts", "render.streamed",
     "render.package", "render.workbook", "render.document", "render.csv"},
    {"cli", "cli.signals", "cli.declared", "cli.edge", "cli.dialog", "cli.options", "cli.progress", "cli.casework",
     "cli.steps",
     "cli.looking", "cli.reporting", "cli.papers", "cli.yearly", "cli.upkeep", "cli.importing", "cli.records",
     "cli.extracts", "cli.erasing", "cli.exporting", "cli.inspecting", "cli.safekeeping", "cli.commands",
     "cli.completion", "cli.line",
     "cli.usage", "cli.frame"},
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


@cache
def trees() -> dict[str, ast.AST]:
    """Every module's syntax."""
    return {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in MODULES.items()}


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


@dataclass(frozen=True)
class Lint:
    """What only the gates may do: how it is found, who may, and a piece of code in which it must be found."""

    finds: lints.Finder
    allowed: set[str]
    control: str


LINTS = {
    # Every text that reaches a terminal has passed the terminal's gate; commands prints klagreg's own version.
    "print": Lint(lints.calls("print|pprint"), {"render.terminal", "render.json", "cli.commands"}, "print(case.title)"),
    "stdout": Lint(
        lints.named(r".*(stdout|stderr)\.(write|writelines|buffer)|sys\.__std(out|err)__|os\.write"),
        {"cli.dialog", "__main__"},
        "sys.stderr.write(name)",
    ),
    "rich's markup": Lint(
        lints.calls(r"rich\.print|.*from_markup|.*render_markup|Prompt\.ask"), set(), "Text.from_markup(title)"
    ),
    # Every cell has passed the cells' gate, every field of a CSV its own, every text of a page another.
    "workbooks": Lint(lints.calls(r".*Workbook"), {"render.workbook"}, "openpyxl.Workbook()"),
    "cells": Lint(
        lints.assigned(r".*\.(value|comment|hyperlink|oddHeader|oddFooter)"), {"render.workbook"}, "cell.value = title"
    ),
    "more cells": Lint(lints.calls(r".*\.(cell|create_sheet)"), {"render.workbook"}, "sheet.cell(1, 1, title)"),
    # cli.importing sets bad rows aside as they were, with a guard that an import takes away again.
    "CSV": Lint(lints.named(r"csv\.(writer|DictWriter)"), {"render.csv", "cli.importing"}, "csv.writer(file)"),
    "pages": Lint(lints.calls("Html|Markup"), {"render.page", "render.document"}, 'Html(f"{title}")'),
    # Long lists are written as XML by hand, each value through the cells' gate; identities has a pattern with (?<…).
    "elements": Lint(lints.markup, {"render.page", "render.streamed", "identities"}, 'f"<b>{title}</b>"'),
    "mail": Lint(lints.assigned(r"\w+\['[A-Z][\w-]+'\]"), {"render.mail"}, 'draft["Subject"] = title'),
    "messages": Lint(
        lints.calls(r"(.*\.)?(add_header|Message|EmailMessage|MIME\w+|Header)"), {"render.mail"}, "EmailMessage()"
    ),
    # One door to the file. Deferred transactions lose registrations; transform() drops triggers.
    "connections": Lint(lints.calls(r"sqlite3\.connect"), {"store.door"}, "sqlite3.connect(path)"),
    "sqlite-utils' own ways to write": Lint(
        lints.calls(r"(?!found\.begin).*\.(atomic|begin|commit|executescript|transform|add_foreign_keys?|enable_wal)"),
        set(),
        "db.conn.commit()",
    ),
    "a connection as a transaction": Lint(
        lints.entered(r".*\b(conn|connection|db|database)"), set(), "with db.conn:\n    pass"
    ),
    "transactions": Lint(
        lints.texts(r"^(BEGIN|COMMIT|ROLLBACK|SAVEPOINT)\b"),
        {"store.door", "store.copies"},
        'db.execute("BEGIN")',
    ),
    # Whoever opens the register's file beside SQLite lets go of its lock.
    "files": Lint(
        lints.calls(
            r"((os|io|codecs)\.|\w*(path|file|temporary|beside|register)\.|Path\(.*\)\.)?open"
            r"|.*\.(read_bytes|read_text|write_bytes|write_text)|shutil\.(copy\w*|move)"
        ),
        {
            "border", "toml_table", "profile", "tabular", "scratch", "render.files", "render.terminal", "render.csv",
            "render.document",
            "cli.edge", "cli.frame", "cli.importing", "cli.exporting", "cli.papers", "cli.inspecting",
            "store.door", "store.copies", "store.queue", "store.surroundings",
        },
        "open(register)",
    ),
    # The clock is read once, at the edge.
    "the clock": Lint(
        lints.named(r"(datetime|date|time)\.(now|today|utcnow|time|time_ns|localtime|gmtime|fromtimestamp)"),
        {"cli.edge"},
        "field(default_factory=date.today)",
    ),
    "waiting": Lint(lints.named(r"time\.(monotonic|sleep)"), {"cli.signals", "store.queue"}, "time.sleep(1)"),
    "code from elsewhere": Lint(
        lints.calls(r"eval|exec|.*\.parser\.parse|os\.system|subprocess\..*|pickle\.loads?"),
        {"render.workbook"},  # which reads back the rows that it has just put aside itself
        "eval(text)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LINTS)
def test_what_only_the_gates_may_do(name: str) -> None:
    lint = LINTS[name]
    found = {module: sorted(set(lint.finds(tree))) for module, tree in trees().items()}
    allowed = {f"klagreg.{module}" for module in lint.allowed}
    assert {module: what for module, what in found.items() if what and module not in allowed} == {}


@pytest.mark.parametrize("name", LINTS)
def test_a_lint_finds_what_it_is_for(name: str) -> None:
    assert list(LINTS[name].finds(ast.parse(LINTS[name].control)))


PIECES = {
    # Names of tables and columns, orders and conditions, that stand in the same file and are chosen there.
    "store.parts": {"', '.join(self.columns)", "self.table"},
    "store.door": {"pragma"},
    "store.seals": {"order", "table"},
    "store.soundness": {"columns", "part"},
    "store.records": {
        "clause", "column", "columns", "source.case", "source.table", "statement", "table", "where",
    },
    "store.statistics": {"late", "mark", "outside", "waiting", "which"},
    "store.cases": {
        "' AND '.join((clause for _, _, clause in used))", "(clause for _, _, clause in used)", "chosen", "condition",
        "day", "' UNION ALL '.join(statements)", "statements", "index", "marks", "names", "now", "later", "order",
        "part.order", "table", "part.selection", "source or _FROM", "tail", "wanted", "where",
        "', '.join((f\"{column} = {_BY_NAME.get(column, '?')}\" for column in _STORED if column not in _FIXED))",
    },
}  # fmt: skip
"""What SQL is put together of beside constants; a value is always a parameter."""


@pytest.mark.parametrize("module", sorted(MODULES))
def test_no_value_is_put_into_sql(module: str) -> None:
    assert set(lints.statements(trees()[module])) <= PIECES.get(module.removeprefix("klagreg."), set())


@pytest.mark.parametrize(
    "hostile",
    [
        "db.execute(f\"SELECT * FROM cases WHERE title = '{title}'\")",
        'db.execute("SELECT * FROM cases WHERE title = \'" + title + "\'")',
        'db.execute("DELETE FROM cases WHERE id = %s" % case_id)',
        'db.execute("SELECT * FROM cases ORDER BY {}".format(given))',
        'db.execute("SELECT * FROM " + " JOIN ".join(tables))',
        'where = f"title LIKE {shown.lower()}"',
    ],
)
def test_a_value_in_sql_is_found(hostile: str) -> None:
    assert list(lints.statements(ast.parse(hostile)))


def test_pieces_of_sql_are_no_values() -> None:
    for fine in ("{_COLUMNS}", "{due_as_of('on')}", "({','.join('?' * len(ids))})", "{int(n)}"):
        assert list(lints.statements(ast.parse(f'f"SELECT {fine}"'))) == []


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
    STARTING = ("typer", "dataclasses", "inspect", "difflib", "shutil", "textwrap", "subprocess", "argparse")
    """What takes a tenth of a daily command or more to load, and does nothing for it."""

    def ended(self, clerk: Clerk, ending: str, *words: str) -> list[str]:
        """Lines that a process wrote to stderr: the command's and those of the ending."""
        script = (
            "import sys\ncompiled = []\n"
            "sys.addaudithook(lambda event, args: event == 'compile' and args[1] == '<string>'"
            " and compiled.append(args[0]))\n"
            f"from klagreg.cli.frame import run\nrun(sys.argv[1:])\nprint({ending}, sep='\\n', file=sys.stderr)"
        )
        command = [sys.executable, "-c", script, "--register", str(clerk.folder / "klagreg.db"), *words]
        finished = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
        return finished.stderr.splitlines()

    def loaded(self, clerk: Clerk, *words: str) -> set[str]:
        lines = self.ended(clerk, "*sys.modules", *words)
        return {line for line in lines if line.isidentifier() or ("." in line and " " not in line)}

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
            [],
        ],
    )
    def test_daily_commands_load_nothing_heavy(self, klagreg: Clerk, words: list[str]) -> None:
        klagreg("registrera", "--typ", "synpunkt", "--inkommen", "2020-01-02")
        modules = self.loaded(klagreg, *words)
        assert not modules & {*self.HEAVY, *self.STARTING}
        assert len(modules) <= 155

    @pytest.mark.parametrize(
        "words", [["registrera", "--typ", "klagomal", "--kanal", "brev", "--rubrik", "Halt"], ["visa", "1"], ["bevaka"]]
    )
    def test_daily_commands_compile_next_to_nothing(self, klagreg: Clerk, words: list[str]) -> None:
        # A named tuple compiles each annotation that is a text: of 400 such, a tenth of the command was spent. Where
        # one is defined on the daily path, annotations are evaluated (no "from __future__ import annotations").
        klagreg("registrera", "--typ", "synpunkt", "--inkommen", "2020-01-02")
        assert 40 < int(self.ended(klagreg, "len(compiled)", *words)[-1]) <= 140

    @pytest.mark.parametrize("words", [["--help"], ["lista", "--help"], ["lista", "--finns-inte"]])
    def test_help_and_mistakes_load_typer_and_nothing_heavy(self, klagreg: Clerk, words: list[str]) -> None:
        modules = self.loaded(klagreg, *words)
        assert not modules & {*self.HEAVY, "klagreg.store", "klagreg.register"}
        assert len(modules) <= 175

    def test_help_loads_no_command(self, klagreg: Clerk) -> None:
        modules = self.loaded(klagreg, "--help")
        assert {f"klagreg.cli.{m}" for m in ("casework", "looking", "upkeep", "reporting")} & modules == set()


def test_every_command_exists() -> None:
    for entry in COMMANDS.values():
        for one in getattr(entry, "entries", {"": entry}).values():
            module, function = one.where.split(":")
            tree = ast.parse(MODULES[f"klagreg.cli.{module}"].read_text(encoding="utf-8"))
            assert function in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
