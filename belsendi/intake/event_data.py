"""Data of the life events beside a registered death: a disability established, a breadwinner lost.

``recipients`` are IINs of persons who may apply, named to the provider: for a child a parent or guardian. Dates
are Almaty days.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

from belsendi.contracts.personal_data import IinText, PersonalData
from belsendi.errors import InvalidInput
from belsendi.law import parse_iin
from belsendi.registries.answers import Relation

DISABILITY_ESTABLISHED = "kz.belsendi.disability-established.v1"
BREADWINNER_LOST = "kz.belsendi.breadwinner-lost.v1"
MOST_RECIPIENTS = 10
MOST_DEPENDANTS = 20


def valid_iin(value: str) -> str:
    """The IIN, checked. Raises ValueError without repeating it."""
    try:
        return str(parse_iin(value))
    except InvalidInput as error:
        raise ValueError("not an IIN: 12 digits with a right check digit are needed") from error


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    recipients: list[IinText] = Field(default_factory=list, max_length=MOST_RECIPIENTS)

    @field_validator("recipients")
    @classmethod
    def _valid_recipients(cls, value: list[str]) -> list[str]:
        return list(dict.fromkeys(valid_iin(iin) for iin in value))


class DisabilityEstablished(_Data):
    """A disability established by the medical and social examination (D-r4). Its cause is asked of IS-5."""

    person_iin: IinText
    established_on: Annotated[date, PersonalData("pd.27")]

    @field_validator("person_iin")
    @classmethod
    def _valid_person(cls, value: str) -> str:
        return valid_iin(value)


class Dependant(BaseModel):
    """A family member by the relation to the deceased; the proof is asked of IS-2 (S-r7(2))."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    iin: IinText
    relation: Annotated[Relation, PersonalData("pd.25")]

    @field_validator("iin")
    @classmethod
    def _valid_iin(cls, value: str) -> str:
        return valid_iin(value)


class BreadwinnerLost(_Data):
    """A family that lost its breadwinner (S-r7(1))."""

    breadwinner_iin: IinText
    date_of_death: Annotated[date, PersonalData("svc.death_fact")]
    registered_on: Annotated[date, PersonalData("svc.death_fact")] | None = None
    dependants: list[Dependant] = Field(default_factory=list, max_length=MOST_DEPENDANTS)

    @field_validator("breadwinner_iin")
    @classmethod
    def _valid_breadwinner(cls, value: str) -> str:
        return valid_iin(value)
