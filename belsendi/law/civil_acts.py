"""From which day the civil registry holds an act, so that no paper may be demanded (D-r7, S-r6; section 8)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, ValidationError

from belsendi.errors import ConfigurationError
from belsendi.law.data_files import read_data, read_once


class CivilAct(StrEnum):
    """Kinds of civil-status acts. For the last two rule 7 and rule 6 name no day."""

    BIRTH = "BIRTH"
    MARRIAGE = "MARRIAGE"
    DEATH = "DEATH"
    DIVORCE = "DIVORCE"
    PATERNITY = "PATERNITY"


class Proof(StrEnum):
    """What proves an act: the registry, or a document attached by hand (COM-05, COM-06)."""

    SYSTEM = "SYSTEM"
    PAPER = "PAPER"


class Boundary(BaseModel):
    """The registry holds acts registered after `last_day_on_paper`, in the country only."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    last_day_on_paper: date
    kk: str
    citation: str


@read_once
def civil_act_boundaries() -> dict[CivilAct, Boundary]:
    """Return the boundary days of digitisation. Raises ConfigurationError for wrong data."""
    try:
        return {CivilAct(act): Boundary(**entry) for act, entry in read_data("civil_acts.yaml").items()}
    except (ValidationError, ValueError) as error:
        raise ConfigurationError(f"civil_acts.yaml is not as it must be: {error}") from error


def proof_of(act: CivilAct, registered_on: date | None, abroad: bool = False) -> Proof:
    """Return what proves an act registered on that Almaty day (AC-S22).

    "After" is read literally: the boundary day itself is on paper. An act of another country or without a known
    day is on paper too. For divorce and paternity rows 8 name the gateway without a day: what the registry has stands.
    """
    if abroad or registered_on is None:
        return Proof.PAPER
    boundary = civil_act_boundaries().get(act)
    return Proof.SYSTEM if boundary is None or registered_on > boundary.last_day_on_paper else Proof.PAPER
