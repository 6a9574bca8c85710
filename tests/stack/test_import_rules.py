"""The import rules hold, and each of them can turn red."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("belsendi", "workflows", "sms", "bot", "api", "simulators", "stack")


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("lint-imports")
    command = [str(program), "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=120)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / ".importlinter", tmp_path)
    return tmp_path


def test_the_rules_hold(tree: Path) -> None:
    result = lint(tree)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "0 broken" in result.stdout


@pytest.mark.parametrize(
    ("importer", "imported", "rule"),
    [
        ("belsendi.law", "belsendi.records", "The law imports nothing of ours"),
        ("belsendi.law", "belsendi.contracts.case", "The law imports nothing of ours"),
        ("belsendi.contracts", "belsendi.law", "The contracts import nothing of ours"),
        ("belsendi.dialogue", "belsendi.registries", "Doors over casework"),
        ("belsendi.records", "belsendi.casework", "Doors over casework"),
        ("sms", "workflows", "Doors over casework"),
        ("api", "sms", "Doors over casework"),
        ("bot", "sms", "Doors over casework"),
        ("bot", "simulators", "Only the stack and tests know the simulators"),
        ("belsendi.temporal", "stack.ports", "The heart knows nothing of the doors"),
        ("workflows.definitions", "belsendi.law", "Workflow definitions import the contracts only"),
        ("api", "simulators", "Only the stack and tests know the simulators"),
        ("simulators", "belsendi.records", "The simulators know the outside world"),
    ],
)
def test_a_forbidden_import_is_found(tree: Path, importer: str, imported: str, rule: str) -> None:
    intruder = tree.joinpath(*importer.split(".")) / "intruder.py"
    intruder.write_text(f"import {imported}\n", encoding="utf-8")
    result = lint(tree)
    assert result.returncode != 0
    broken = result.stdout.partition("Broken contracts")[2]
    assert rule in " ".join(broken.split())
