"""Where the product cites a rule of order 509: in words of the code and in its data."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_FOLDERS = ("belsendi", "workflows", "api", "sms", "bot", "templates")
_KINDS = frozenset({".py", ".yaml", ".html", ".txt"})
_RULE = re.compile(r"(?<![\w-])(?:[BDS]-(?:r\d+(?:-\d+)?|t\d+)|S-form|509 §5)(?![\w-])")


def citations() -> dict[str, dict[str, tuple[str, ...]]]:
    """Rule → file → names of the functions and classes that cite it; no name where the file itself does."""
    found: dict[str, dict[str, set[str]]] = {}
    for path in sorted(file for folder in _FOLDERS for file in (ROOT / folder).rglob("*")):
        if path.suffix not in _KINDS or "migrations" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        owner = _owners(text) if path.suffix == ".py" else {}
        for number, line in enumerate(text.splitlines(), start=1):
            for rule in _RULE.findall(line):
                names = found.setdefault(rule, {}).setdefault(path.relative_to(ROOT).as_posix(), set())
                names.update({owner[number]} if number in owner else ())
    return {
        rule: {file: tuple(sorted(names)) for file, names in sorted(files.items())}
        for rule, files in sorted(found.items())
    }


def _owners(text: str) -> dict[int, str]:
    """The innermost function or class of each line."""
    owner: dict[int, str] = {}
    for name, node in _definitions(ast.parse(text), ""):
        first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
        owner |= dict.fromkeys(range(first, (node.end_lineno or first) + 1), name)
    return owner


def _definitions(
    tree: ast.AST, inside: str
) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]]:
    """Outer ones first, so that inner ones overwrite their lines."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            name = f"{inside}.{node.name}" if inside else node.name
            yield name, node
            yield from _definitions(node, name)
