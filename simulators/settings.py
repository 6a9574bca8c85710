"""Where the simulators listen and keep their state: command line and environment."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path


class SettingsProblem(Exception):
    """A setting is missing or wrong; the message is one sentence for the person who started the process."""


@dataclass(frozen=True)
class SimulatorSettings:
    """Ports of 0 are chosen by the system and told in the ready line. Everything listens on loopback."""

    data_dir: Path
    smpp_password: str = field(repr=False)
    registry_secret: str = field(repr=False)
    smpp_port: int = 0
    smsc_http_port: int = 0
    registry_port: int = 0
    smpp_system_id: str = "belsendi"
    host: str = "127.0.0.1"


def parse_settings(arguments: Sequence[str]) -> SimulatorSettings:
    """Reads arguments and environment. Raises SettingsProblem when a secret file cannot be read."""
    given = _parser().parse_args(arguments)
    return SimulatorSettings(
        data_dir=given.data_dir,
        smpp_port=given.smpp_port,
        smsc_http_port=given.smsc_http_port,
        registry_port=given.registry_port,
        smpp_system_id=given.smpp_system_id,
        smpp_password=_secret("BELSENDI_SMPP_PASSWORD", given.smpp_password_file, "--smpp-password-file"),
        registry_secret=_secret(
            "BELSENDI_REGISTRY_SECRET", given.registry_secret_file, "--registry-secret-file"
        ),
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m simulators",
        description="Message centre and state registries in miniature, on loopback.",
        epilog="The secrets come from BELSENDI_SMPP_PASSWORD and BELSENDI_REGISTRY_SECRET, or from the files.",
    )
    add = parser.add_argument
    add("--data-dir", type=Path, default=Path("var/simulators"), help="folder of the SQLite files")
    add("--smpp-port", type=int, default=2775, help="SMPP 3.4; 0 lets the system choose")
    add("--smsc-http-port", type=int, default=2780, help="phones pages and handset interface")
    add("--registry-port", type=int, default=2790, help="registry gateway and its control")
    add(
        "--smpp-system-id",
        default=os.environ.get("BELSENDI_SMPP_SYSTEM_ID", "belsendi"),
        help="who may bind [BELSENDI_SMPP_SYSTEM_ID]",
    )
    add("--smpp-password-file", default="", help="file with the password of the bind")
    add("--registry-secret-file", default="", help="file with the system secret of the gateway")
    return parser


def _secret(variable: str, path: str, option: str) -> str:
    """The secret from the file when one is named, from the environment otherwise."""
    if not path:
        value = os.environ.get(variable, "").strip()
        if not value:
            raise SettingsProblem(f"the secret is missing; set {variable} or name a file with {option}")
        return value
    try:
        value = Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SettingsProblem(f"the file named by {option} cannot be read: {error.strerror}") from error
    if not value:
        raise SettingsProblem(f"the file named by {option} is empty; write the secret into it")
    return value
