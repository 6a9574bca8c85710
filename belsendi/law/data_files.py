"""The dated data of the law: the YAML files beside this module, read once, and one hash over all of them."""

from __future__ import annotations

import hashlib
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml

from belsendi.errors import ConfigurationError

DATA_FOLDER = Path(__file__).parent / "data"


@cache
def read_data(name: str) -> Any:
    """Return the parsed content of data file `name` (for example "calendar.yaml").

    Callers must not change what they get: it is shared. Raises ConfigurationError when the file is missing or
    is not YAML.
    """
    path = DATA_FOLDER / name
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ConfigurationError(
            f"the law data file {name} is missing: install the package completely"
        ) from error
    except yaml.YAMLError as error:
        raise ConfigurationError(f"the law data file {name} is not valid YAML: correct it") from error


@lru_cache(maxsize=1)
def law_version() -> str:
    """SHA-256 (hex) over every law data file, by name and content; it goes with every decision."""
    digest = hashlib.sha256()
    for path in sorted(DATA_FOLDER.glob("*.yaml")):
        content = path.read_bytes()
        digest.update(f"{path.name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()
