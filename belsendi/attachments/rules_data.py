"""The data files beside this module, read once."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from belsendi.errors import ConfigurationError

_FOLDER = Path(__file__).parent / "data"


@cache
def read_rules(name: str) -> Any:
    """The parsed file; shared, not to be changed. Raises ConfigurationError when it is missing or not YAML."""
    try:
        return yaml.safe_load((_FOLDER / name).read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise ConfigurationError(
            f"the data file {name} of the documents is missing or not YAML: install the package completely"
        ) from error
