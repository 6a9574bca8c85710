"""The worker as a process: what it says and how it ends when a setting is wrong."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from belsendi.process import EX_CONFIG
from belsendi.settings import Settings
from tests.conftest import ROOT


def ended(settings: Settings, change: dict[str, str]) -> subprocess.CompletedProcess[str]:
    told = {
        "PATH": os.environ["PATH"],
        "BELSENDI_PROFILE": "development",
        "BELSENDI_DATA_DIR": str(settings.data_dir),
        "BELSENDI_SECRETS_DIR": str(settings.secrets_dir),
        "TEMPORAL_ADDRESS": "127.0.0.1:1",
    }
    return subprocess.run(
        [sys.executable, "-m", "workflows.worker"],
        cwd=ROOT,
        env=told | change,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"BELSENDI_SMPP_PORT": "many"}, "worker: the setting 'smpp_port' is wrong: "),
        ({"BELSENDI_LEGAL_PROFILE": "/nowhere.yaml"}, "set BELSENDI_LEGAL_PROFILE"),
        ({"BELSENDI_SECRETS_DIR": "/nowhere"}, "cannot be read"),
    ],
)
def test_a_wrong_setting_is_one_sentence_and_its_own_exit_code(
    sqlite_settings: Settings, change: dict[str, str], said: str
) -> None:
    process = ended(sqlite_settings, change)
    assert process.returncode == EX_CONFIG
    assert process.stderr.startswith("worker: ") and said in process.stderr
    assert process.stderr.count("\n") == 1


def test_an_engine_that_is_out_is_worth_another_start(sqlite_settings: Settings) -> None:
    process = ended(sqlite_settings, {"BELSENDI_REGISTRY_URL": "http://127.0.0.1:1"})
    assert process.returncode == 1
    assert "worker: the workflow engine does not answer at 127.0.0.1:1" in process.stderr
