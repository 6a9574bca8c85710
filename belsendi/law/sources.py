"""Where amounts and calendar days come from, in the words of the reader's language."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from belsendi.errors import ConfigurationError
from belsendi.law.data_files import read_data, read_once


class SourceWords(BaseModel):
    """A source in Kazakh and Russian. In English it reads as the law data write it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kk: str
    ru: str


_SOURCES = TypeAdapter(dict[str, SourceWords])


def source_words(source: str) -> SourceWords | None:
    """The words of a source as the law data write it; None for a code of order 509 or an operator's own words.

    Raises ConfigurationError when the file of the sources is not as it must be.
    """
    return _load().get(source)


@read_once
def _load() -> dict[str, SourceWords]:
    try:
        return _SOURCES.validate_python(read_data("sources.yaml"))
    except ValidationError as error:
        raise ConfigurationError(f"sources.yaml is not as it must be: {error}") from error
