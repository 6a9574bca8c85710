"""The command line as a person meets it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from stack.local_secrets import ensure_secrets


def belsendi(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "stack", *arguments]
    root = Path(__file__).parents[2]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, cwd=cwd or root)


def test_every_command_is_listed() -> None:
    listed = belsendi("--help").stdout
    assert all(name in listed for name in ("up", "seed", "doctor", "health"))


def test_seed_without_a_stack_is_one_sentence(tmp_path: Path) -> None:
    result = belsendi("seed", "--data-dir", str(tmp_path))
    assert result.returncode == 1
    assert result.stderr == f"no stack is running on {tmp_path}; start it in another terminal: make up\n"
    assert result.stdout == ""


@pytest.mark.parametrize("process", ["worker", "sms", "api"])
def test_health_of_a_process_that_is_not_there_is_1(process: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", "127.0.0.1:1")
    monkeypatch.setenv("BELSENDI_API_PORT", "1")
    monkeypatch.setenv("BELSENDI_SMS_HEALTH_PORT", "1")
    result = belsendi("health", process)
    assert (result.returncode, result.stdout) == (1, f"{process} does not serve; look at its log\n")


def test_a_base_port_out_of_range_is_one_sentence(tmp_path: Path) -> None:
    result = belsendi("up", "--data-dir", str(tmp_path), "--base-port", "70000")
    assert result.returncode == 1
    assert result.stdout.startswith("Belsendi could not start: base port 70000 is out of range")


def test_an_unknown_command_ends_with_2() -> None:
    assert belsendi("fly").returncode == 2


def test_the_authority_is_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ensure_secrets(tmp_path / "secrets")
    monkeypatch.setenv("BELSENDI_SECRETS_DIR", str(tmp_path / "secrets"))
    monkeypatch.setenv("BELSENDI_PKI_DIR", str(tmp_path / "signers/pki"))
    first, second = belsendi("authority"), belsendi("authority")
    assert first.returncode == 0, first.stderr
    assert "authorised_body: certificate " in first.stdout
    assert second.stdout == first.stdout


def test_the_command_of_the_walk_through_speaks_for_the_stack() -> None:
    """``bin/belsendi`` finds the project and its environment from anywhere."""
    command = Path(__file__).resolve().parents[2] / "bin" / "belsendi"
    said = subprocess.run(
        [command, "scenario", "run", "--help"],
        cwd="/",
        env={"PATH": os.environ["PATH"], "VENV": sys.prefix},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "belsendi scenario run" in said.stdout
    missing = subprocess.run(
        [command, "doctor"],
        check=False,
        env={"PATH": os.environ["PATH"], "VENV": "/nowhere"},
        capture_output=True,
        text=True,
    )
    assert (missing.returncode, "make up" in missing.stderr) == (1, True)
