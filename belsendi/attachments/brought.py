"""A document as somebody brings it: its kind, its provenance, what is written on it."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from belsendi.attachments.proof import Provenance
from belsendi.contracts.personal_data import PersonalData

_Line = StringConstraints(strip_whitespace=True, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")


class IntakeChannel(StrEnum):
    """Which door a document came through."""

    CONSOLE = "console"
    SERVICE = "service"


class Details(BaseModel):
    """What the document says of itself (13.2): who issued it, on which day, under which number."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    issued_by: Annotated[str, _Line, PersonalData("svc.case_document")] = Field("", repr=False)
    issued_on: Annotated[date | None, PersonalData("svc.case_document")] = Field(None, repr=False)
    number: Annotated[str, _Line, PersonalData("svc.case_document")] = Field("", repr=False)


class Brought(BaseModel):
    """Everything about a document but its bytes. ``request_id``: the request that it answers, if one does."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str
    provenance: Provenance = Provenance()
    details: Details = Details()
    request_id: str | None = None
