"""Which tests name which scenarios: in their name, their words or their data; a scenario file by its first lines."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
_TESTS = ROOT / "tests"
_ID = re.compile(r"(?<![\w-])AC-[A-Z]\d{2}(?![\w-])")
_PLAYER = "tests/scenarios/test_scenarios.py::test_the_scenario_holds"


def named_tests() -> dict[str, tuple[str, ...]]:
    """Test → ids. A test function counts once, whatever its parameters; a scenario file is a test of its own."""
    found: dict[str, tuple[str, ...]] = {}
    for path in sorted(_TESTS.rglob("test_*.py")):
        if path.is_relative_to(Path(__file__).parent):
            continue
        found |= _of_module(path)
    for path in sorted((_TESTS / "scenarios").glob("*.yaml")):
        ids = [
            each
            for each in yaml.safe_load(path.read_text(encoding="utf-8"))["scenario"]
            if _ID.fullmatch(each)
        ]
        if ids:
            found[f"{_PLAYER}[{path.stem}]"] = tuple(sorted(ids))
    return found


def _of_module(path: Path) -> dict[str, tuple[str, ...]]:
    """A module that names scenarios in its docstring names them for each of its tests without ids of their own."""
    text = path.read_text(encoding="utf-8")
    tree, lines = ast.parse(text), text.splitlines()
    of_all = _ids(ast.get_docstring(tree) or "")
    shared = {
        name.id: _ids(ast.get_source_segment(text, node) or "")
        for node in tree.body
        if isinstance(node, ast.Assign)
        for name in node.targets
        if isinstance(name, ast.Name)
    }
    found: dict[str, tuple[str, ...]] = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            ids = _ids("\n".join(lines[first - 1 : node.end_lineno]))
            used = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
            ids |= set().union(*(shared[name] for name in used & shared.keys()))
            if ids or of_all:
                found[f"{path.relative_to(ROOT).as_posix()}::{node.name}"] = tuple(sorted(ids or of_all))
    return found


def _ids(text: str) -> set[str]:
    return set(_ID.findall(text))
