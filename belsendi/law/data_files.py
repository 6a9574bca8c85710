"""The dated data of the law: the YAML files beside this module, read once, and one hash over all of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, TypeVar

import yaml

from belsendi.errors import ConfigurationError

DATA_FOLDER = Path(__file__).parent / "data"
_folders = [DATA_FOLDER]
_T = TypeVar("_T")
_forgetting: list[Callable[[], None]] = []


def read_once(load: Callable[[], _T]) -> Callable[[], _T]:
    """Let `load` run once for a folder of law data; what it returned is shared and must not be changed."""
    kept = lru_cache(maxsize=1)(load)
    _forgetting.append(kept.cache_clear)
    return kept


@contextmanager
def data_folder(folder: Path) -> Iterator[None]:
    """Read the law from `folder` for a while, in this whole process: an edition of the law to be tried out."""
    _folders.append(folder)
    _forget()
    try:
        yield
    finally:
        _folders.pop()
        _forget()


def _forget() -> None:
    for forget in _forgetting:
        forget()


@cache
def read_data(name: str) -> Any:
    """Return the parsed content of data file `name` (for example "calendar.yaml").

    Callers must not change what they get: it is shared. Raises ConfigurationError when the file is missing or
    is not YAML.
    """
    path = _folders[-1] / name
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ConfigurationError(
            f"the law data file {name} is missing: install the package completely"
        ) from error
    except yaml.YAMLError as error:
        raise ConfigurationError(f"the law data file {name} is not valid YAML: correct it") from error


@read_once
def law_version() -> str:
    """SHA-256 (hex) over every law data file, by name and content; it goes with every decision."""
    digest = hashlib.sha256()
    for path in sorted(_folders[-1].glob("*.yaml")):
        content = path.read_bytes()
        digest.update(f"{path.name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


_forgetting.append(read_data.cache_clear)
