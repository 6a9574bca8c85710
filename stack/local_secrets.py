"""Secrets of the one-command stack: made once by the system's random source, kept in files of their owner."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path

OFFICER_PASSPHRASE = "officer-passphrase"  # noqa: S105  the name of a file
TELEGRAM_TOKEN = "telegram-token"  # noqa: S105  given by a person, never made here

# File name: how its content is made. SMPP 3.4 allows eight octets for a password (5.2.2).
_MAKERS: dict[str, Callable[[], str]] = {
    "master-keys": lambda: f"m1:{secrets.token_hex(32)}",
    "payload-keys": lambda: f"p1:{secrets.token_hex(32)}",
    "index-key": lambda: secrets.token_hex(32),
    "events": lambda: secrets.token_urlsafe(32),
    "api-token": lambda: secrets.token_urlsafe(32),
    "contact-centre-token": lambda: secrets.token_urlsafe(32),
    "registry": lambda: secrets.token_urlsafe(32),
    "session": lambda: secrets.token_urlsafe(32),
    "smpp": lambda: secrets.token_hex(4),
    OFFICER_PASSPHRASE: lambda: "-".join(secrets.token_hex(2) for _ in range(4)),
}

SECRET_NAMES = tuple(_MAKERS)


def ensure_secrets(folder: Path) -> None:
    """Make what is missing in ``folder``; what is there is never changed, because data is locked with it."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    for name, make in _MAKERS.items():
        path = folder / name
        if path.exists() and path.stat().st_size > 0:
            continue
        fresh = folder / f".{name}.new"
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(make() + "\n")
        fresh.replace(path)


def read_secret(folder: Path, name: str) -> str:
    """The secret without its line end."""
    return (folder / name).read_text(encoding="utf-8").strip()
