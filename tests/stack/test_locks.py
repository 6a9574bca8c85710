"""Lock files and make targets: what a newcomer's first command rests on."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.txt", "requirements-dev.txt")


def pins(name: str) -> dict[str, str]:
    """Version by package, of a lock or of what it was made from."""
    text = (ROOT / name).read_text(encoding="utf-8")
    found = re.findall(r"^([a-z0-9._-]+)(?:\[[^]]*])?==([^\s;\\]+)", text, flags=re.MULTILINE)
    return dict(found)


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_is_pinned_with_hashes(name: str) -> None:
    entries = re.split(r"^(?=[a-z0-9])", (ROOT / name).read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    assert len(entries) > 40
    assert [entry.split()[0] for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("name", [*LOCKS, "package-lock.json"])
def test_a_lock_names_no_address(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert [line for line in text.splitlines() if "--index-url" in line or "resolved" in line] == []
    assert "file:" not in text


def test_the_locks_say_what_was_asked_for() -> None:
    assert pins("requirements.in").items() <= pins("requirements.txt").items()
    asked = {name.replace("_", "-"): version for name, version in pins("requirements-dev.in").items()}
    assert asked.items() <= pins("requirements-dev.txt").items()


def test_tests_run_on_exactly_what_runs_in_production() -> None:
    assert pins("requirements.txt").items() <= pins("requirements-dev.txt").items()


def test_the_promised_commands_are_there() -> None:
    listed = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert {"up", "test", "check", "bench", "drill", "seed", "lock", "clean"} <= set(
        re.findall(r"make (\S+)", listed)
    )


def test_an_older_python_is_refused_with_one_sentence(tmp_path: Path) -> None:
    old = tmp_path / "python3.9"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    command = ["make", "environment", f"PYTHON={old}", f"VENV={tmp_path / 'venv'}"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode != 0
    assert result.stdout.startswith("Belsendi needs Python 3.11 or newer")


@pytest.mark.parametrize(
    "script",
    [
        ".ci/run",
        ".ci/packages",
        "deploy/make-secrets",
        *(f"deploy/temporal/{n}.sh" for n in ("schema", "namespace", "server")),
    ],
)
def test_a_script_is_well_formed(script: str) -> None:
    shell = "bash" if "bash" in (ROOT / script).read_text().splitlines()[0] else "sh"
    checked = subprocess.run([shell, "-n", ROOT / script], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")
