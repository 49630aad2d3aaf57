"""What code may not do, found in its syntax tree; ``tests/test_architecture.py`` says which gates may all the same.

A finder is told a tree and gives what it found, as it is written there. It judges how code is written, not what it does
when it runs: somebody who wants to can write around it, somebody who forgets cannot.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator

Finder = Callable[[ast.AST], Iterator[str]]


def calls(pattern: str) -> Finder:
    """Calls of what is written so: ``print``, ``datetime.now``, ``console().print``."""

    def found(tree: ast.AST) -> Iterator[str]:
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and re.fullmatch(pattern, ast.unparse(node.func)):
                yield ast.unparse(node.func)

    return found


def named(pattern: str) -> Finder:
    """What is written so anywhere, also without being called: ``default_factory=datetime.now``."""

    def found(tree: ast.AST) -> Iterator[str]:
        for node in ast.walk(tree):
            if isinstance(node, ast.Name | ast.Attribute) and re.fullmatch(pattern, ast.unparse(node)):
                yield ast.unparse(node)

    return found


def assigned(pattern: str) -> Finder:
    """Assignments to what is written so: ``cell.value``, ``draft['Subject']``."""

    def found(tree: ast.AST) -> Iterator[str]:
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
                targets = map(ast.unparse, node.targets if isinstance(node, ast.Assign) else [node.target])
                yield from (target for target in targets if re.fullmatch(pattern, target))

    return found


def entered(pattern: str) -> Finder:
    """Contexts that are entered: ``with db.conn``."""

    def found(tree: ast.AST) -> Iterator[str]:
        for node in ast.walk(tree):
            if isinstance(node, ast.With | ast.AsyncWith):
                contexts = (ast.unparse(item.context_expr) for item in node.items)
                yield from (context for context in contexts if re.fullmatch(pattern, context))

    return found


def texts(pattern: str) -> Finder:
    """Texts that hold this, written whole or in parts: ``f"BEGIN {kind}"``."""

    def found(tree: ast.AST) -> Iterator[str]:
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.search(pattern, node.value):
                yield node.value

    return found


def markup(tree: ast.AST) -> Iterator[str]:
    """Elements with something put into them: ``f"<b>{name}</b>"``."""
    yield from (written for written, parts in _built(tree) if parts and re.search(r"</?[a-z][a-z0-9]*[ >]", written))


def statements(tree: ast.AST) -> Iterator[str]:
    """What is put into SQL but may be a value: all but names in capitals, fragments of SQL, whole numbers and ``?``."""
    for written, parts in _built(tree):
        if _SQL.search(written):
            yield from (ast.unparse(part) for part in parts if not _is_sql(part))


_SQL = re.compile(
    r"\b(SELECT|INSERT|UPDATE|DELETE|PRAGMA|CREATE|FROM|WHERE|ORDER BY|VALUES|JOIN|AND|OR|VACUUM|ATTACH|LIMIT|UNION|SET"
    r"|LIKE|MATCH|BETWEEN)\b"
)
_FRAGMENT = re.compile(r"_?(\w+_as_of|heeded|judged|unless_marked)")
"""Functions that give a piece of a statement for the names of columns and parameters that they are told."""

_MARKS = re.compile(r"'[, ]+'\.join\('\?' \* len\([\w.]+\)\)")
"""As many ``?`` as there are values."""


def _is_sql(part: ast.expr) -> bool:
    if isinstance(part, ast.Constant):
        return True
    if isinstance(part, ast.Name | ast.Attribute):
        return ast.unparse(part).rpartition(".")[2].isupper()
    if not isinstance(part, ast.Call):
        return False
    function = ast.unparse(part.func)
    if _FRAGMENT.fullmatch(function):
        return all(map(_is_sql, part.args))
    return function == "int" or _MARKS.fullmatch(ast.unparse(part)) is not None


def _built(tree: ast.AST) -> Iterator[tuple[str, list[ast.expr]]]:
    """Texts that are put together: what is written of them, and the rest."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts: list[ast.expr] = list(node.values)
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod):
            parts = [node.left, *(node.right.elts if isinstance(node.right, ast.Tuple) else [node.right])]
        elif (
            isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("format", "join")
        ):
            parts = [node.func.value, *node.args, *(keyword.value for keyword in node.keywords)]
        else:
            continue
        written = [p.value for p in parts if isinstance(p, ast.Constant) and isinstance(p.value, str)]
        rest = [p.value if isinstance(p, ast.FormattedValue) else p for p in parts if not isinstance(p, ast.Constant)]
        # A text in parts is judged by each of them; its beginning is looked at where it stands itself.
        yield "".join(written), [p for p in rest if not isinstance(p, ast.JoinedStr | ast.BinOp)]
