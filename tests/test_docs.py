"""What the README says is what the program does.

``python -m tests.test_docs`` writes the README's tables anew.
"""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from typer._click.exceptions import NoSuchOption

from klagreg import __version__, errors, terms
from klagreg import profile as profiles
from klagreg.cli import commands, usage
from klagreg.cli.edge import Edge
from klagreg.staff import Unit
from tests.conftest import Clerk
from tests.faults import plan

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
EXAMPLES = ROOT / "examples"


def readme() -> str:
    return README.read_text("utf-8")


# -- tables ------------------------------------------------------------------------------------------


def commands_table() -> str:
    lines = []
    panels = dict.fromkeys(entry.panel for entry in commands.COMMANDS.values())
    for panel in panels:
        lines += [f"| {panel} | |", "|---|---|"]
        of_panel = {name: entry for name, entry in commands.COMMANDS.items() if entry.panel == panel}
        lines += [f"| `{name}` | {entry.summary} |" for name, entry in _commands(of_panel)]
        lines.append("")
    return "\n".join(lines)


def profiles_table() -> str:
    lines = ["| Regelverk | Frist | Källa |", "|---|---|---|"]
    for name in profiles.BUILT_IN:
        profile = profiles.load(name)
        promises = "<br>".join(f"{rule.title}: {rule.in_words}" for rule in profile.rules)
        lines.append(f"| `{name}` | {promises} | {profile.source}{f'. {profile.note}' if profile.note else ''} |")
    return "\n".join([*lines, ""])


def glossary_table() -> str:
    lines = ["| Heading | Key | Attribute |", "|---|---|---|"]
    return "\n".join([*lines, *(f"| {f.heading} | `{f.key}` | `{f.name}` |" for f in terms.FIELDS), ""])


TABLES = {"kommandon": commands_table, "regelverk": profiles_table, "ordlista": glossary_table}


def _commands(table: Mapping[str, commands.Entry | commands.GroupEntry]) -> Iterator[tuple[str, commands.Entry]]:
    for name, entry in table.items():
        if isinstance(entry, commands.Entry):
            yield name, entry
        else:
            yield from ((f"{name} {inner}", one) for inner, one in _commands(entry.entries))


def with_tables(page: str) -> str:
    for name, table in TABLES.items():
        before, rest = page.split(f"<!-- {name} -->\n")
        page = f"{before}<!-- {name} -->\n{table()}{rest[rest.index('<!-- slut -->') :]}"
    return page


def test_tables_are_those_of_the_program() -> None:
    assert readme() == with_tables(readme()), "kör: python -m tests.test_docs"


def test_exit_codes_are_those_of_errors() -> None:
    table = readme().split("## Slutkoder")[1].split("\n## ")[0]
    codes = [int(code) for code in re.findall(r"(?m)^\| (\d+) \|", table)]
    assert codes == sorted(value for name, value in vars(errors).items() if name.startswith("EXIT_"))


@pytest.mark.parametrize(
    ("page", "heading"), [("README.md", "Vem kan se och göra vad"), ("examples/loften.md", "Löftena")]
)
def test_every_line_of_what_is_promised_has_its_test(page: str, heading: str) -> None:
    table = (ROOT / page).read_text("utf-8").split(f"## {heading}\n")[1].split("\n## ")[0]
    rows = re.findall(r"(?m)^\| (?!Vem|Löfte|---)(.+) \|$", table)
    tests = "".join(path.read_text("utf-8") for path in (ROOT / "tests").glob("test_*.py"))
    tried = {re.split(r"(?<=\d)[a-z]|-", row)[0] for row, fault in plan.faults().items() if not fault.control}
    named = [re.findall(r"`(\w+)`", row.split(" | ")[-1]) for row in rows]
    assert len(rows) >= 10
    assert [row for row, names in zip(rows, named, strict=True) if not names] == []
    assert [n for names in named for n in names if n not in tried and f"def {n}(" not in tests] == []


# -- commands ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "entry"), [pytest.param(*one, id=one[0]) for one in _commands(commands.COMMANDS)])
def test_every_command_has_help_that_begins_as_its_summary(name: str, entry: commands.Entry, desk: Clerk) -> None:
    said = desk(*name.split(), "--help").out

    assert said.startswith(f"Användning: klagreg {name} ")
    told = said.split("\n\n")[1].split()
    assert told[0].rstrip(".") == entry.summary.split()[0].rstrip("."), "the same verb in the list and in the help"


def _typed(path: Path) -> Iterator[str]:
    """Every command line of a page: in its code blocks, and between backticks."""
    page = path.read_text("utf-8").replace("\\\n", " ")
    fenced = re.compile(r"(?ms)^```\w*\n(.*?)^```$")
    for block in fenced.findall(page):
        yield from re.findall(r"(?m)^(?:\$ |.*&& )?(?:\S*/)?(klagreg(?: .*)?)$", block)
    yield from re.findall(r"`(klagreg(?: [^`]*)?)`", fenced.sub("", page))


LINES = [line.removesuffix(" …") for line in dict.fromkeys(_typed(README))]


@pytest.mark.parametrize("line", LINES)
def test_every_command_line_of_the_readme_can_be_typed(line: str, desk: Clerk) -> None:
    words = shlex.split(line)[1:]
    if words[-1:] == ["--help"]:
        desk(*words)
    else:
        _parse(words, desk)


def test_the_readme_has_command_lines() -> None:
    assert len(LINES) > 20
    assert "klagreg demo" in LINES


def test_a_command_line_that_cannot_be_typed_is_noticed(desk: Clerk) -> None:
    with pytest.raises(errors.WrongUse):
        _parse(["regisrera"], desk)
    with pytest.raises(NoSuchOption):
        _parse(["registrera", "--foo"], desk)


def _parse(words: list[str], desk: Clerk) -> None:
    """Understand a command line to its last word, but do nothing."""
    context = usage.root().make_context(commands.PROGRAM, words, obj=Edge(desk.now, desk.name))
    while isinstance(context.command, usage.LazyGroup) and (rest := [*context._protected_args, *context.args]):
        name, command, rest = context.command.resolve_command(context, rest)
        assert command is not None
        context = command.make_context(name, rest, parent=context)


# -- files beside ------------------------------------------------------------------------------------


def test_ci_runs_the_test_command_of_the_readme() -> None:
    command = next(line for line in readme().split("\n") if line.endswith(".venv/bin/pytest"))
    assert command in (ROOT / ".ci" / "run").read_text("utf-8").split("\n")


def test_the_changelog_knows_this_version() -> None:
    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_the_changelog_gives_a_reason_for_every_library() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = project["dependencies"] + project["optional-dependencies"]["test"]
    names = {re.split(r"[<>=\[]", library)[0] for library in wanted}
    assert {name for name in names if not name.startswith("types-") and f"`{name}`" not in changelog} == set()


def test_links_of_the_readme_lead_somewhere() -> None:
    page = readme()
    anchors = {re.sub(r"[^\w -]", "", title).strip().lower().replace(" ", "-") for title in _headings(page)}
    for target in re.findall(r"\]\(([^)]+)\)", page):
        assert (target[1:] in anchors) if target.startswith("#") else (ROOT / target).exists(), target


def _headings(page: str) -> list[str]:
    return re.findall(r"(?m)^#+ (.*)$", re.sub(r"(?ms)^```.*?^```$", "", page))


def test_the_rule_file_is_good_as_it_stands_and_with_every_setting() -> None:
    toml = (EXAMPLES / "regler-egen.toml").read_text("utf-8")
    every_setting = re.sub(r"(?m)^#(?=\S)", "", toml)

    plain, full = profiles.parse(toml, "regler-egen.toml"), profiles.parse(every_setting, "regler-egen.toml")

    assert [rule.length for rule in plain.rules] == [3, 3]
    parkskolan = Unit("Parkskolan", "BUN", receiver="Anna Berg", manager="Rut Ek")
    assert (full.source, full.units) == ("KF 2026-06-15 § 48", (parkskolan, Unit("Kansliet")))
    assert [letter.placeholders for letter in full.letters] == [
        ("arendenummer", "orsak", "mitt_namn", "min_titel", "handlaggare_namn")
    ]
    assert len(full.days_off) == 1
    headings = re.findall(r"(?m)^\[+([\w.]+)\]", every_setting)
    settings = set(re.findall(r"(?m)^(\w+) =", every_setting)) | {part for name in headings for part in name.split(".")}
    source = "".join((ROOT / "klagreg" / name).read_text("utf-8") for name in ("profile.py", "practice.py"))
    known = set(re.findall(r'\b(?:table|numbers)\.\w+\("(\w+)"', source)) | {"dag"}
    assert known - settings == set(), "a setting that the example does not show"


@pytest.mark.parametrize("name", ["crontab", "klagreg-bevaka.service"])
def test_the_morning_watch_can_be_typed(name: str, desk: Clerk) -> None:
    text = (EXAMPLES / name).read_text("utf-8")
    line, *nightly = re.findall(r"(?m)^[^#\n]*/opt/klagreg/bin/klagreg (.*)$", text)
    assert line == "bevaka --tyst"
    for typed in (line, *nightly):
        _parse(typed.split(), desk)
    codes = re.findall(r"SuccessExitStatus=(\d+)", text) or re.findall(r"\b(\d+) något är försenat", text)
    assert codes == [str(errors.EXIT_ACTION_NEEDED)]


if __name__ == "__main__":
    README.write_text(with_tables(readme()), "utf-8")
