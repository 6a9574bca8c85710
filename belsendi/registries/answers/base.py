"""What all answers have in common, and the marks of personal data that several of them use."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict

from belsendi.contracts.personal_data import PersonalData

BirthDate = Annotated[date, PersonalData("pd.04")]
DocumentText = Annotated[str, PersonalData("pd.07")]
DocumentDate = Annotated[date, PersonalData("pd.07")]
DeathText = Annotated[str, PersonalData("svc.death_fact")]
DeathDate = Annotated[date, PersonalData("svc.death_fact")]


FamilyText = Annotated[str, PersonalData("pd.25")]
FamilyDate = Annotated[date, PersonalData("pd.25")]


class Answer(BaseModel):
    """Base of the answers. Its repr shows no personal data, nor do its validation errors show any input."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    def __repr_args__(self) -> Iterable[tuple[str | None, Any]]:
        for name, value in super().__repr_args__():
            marked = name in _personal_fields(type(self))
            yield (name, "***" if marked and value is not None else value)

    def __str__(self) -> str:
        return self.__repr__()


def _personal_fields(model: type[BaseModel]) -> set[str]:
    """Fields that are marked themselves, or whose values are (a list of numbers, an optional date)."""
    return {
        name
        for name, info in model.model_fields.items()
        if any(isinstance(mark, PersonalData) for mark in info.metadata)
        or "PersonalData(" in repr(info.annotation)
    }
