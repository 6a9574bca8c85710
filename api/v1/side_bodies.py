"""What is sent to the doors beside events and cases, and how a body is read: opaque ids, checked identifiers."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal, TypeVar

from fastapi import Request
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from api.problems import FieldProblem, Kind, ProblemFound, field_problems
from api.v1.bodies import check_media_type, parse_json, read_body
from api.v1.envelopes import EventInstant
from belsendi.casework.education_notices import StudyChange
from belsendi.casework.obligations import Evidence
from belsendi.contracts.personal_data import AddressText, IinText, MobileNumber, PersonalData
from belsendi.errors import InvalidInput
from belsendi.law import StudyCertificate, load_services, parse_iin

_JSON = ("application/json",)
_NO_CONTROLS = r"^[^\x00-\x1f\x7f-\x9f]+$"
_TWELVE_DIGITS = re.compile(r"(?<!\d)\d{12}(?!\d)", re.ASCII)
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)

BodyT = TypeVar("BodyT", bound=BaseModel)


def _opaque(value: str) -> str:
    if _TWELVE_DIGITS.search(_UUID.sub("", value)):
        raise ValueError("twelve digits in a row could be an IIN; use an opaque text, a UUID for example")
    return value


def _checked_iin(value: str) -> str:
    try:
        return str(parse_iin(value))
    except InvalidInput as error:
        raise ValueError("not an IIN: 12 digits with a right check digit are needed") from error


def _known_service(value: str) -> str:
    if value not in load_services():
        raise ValueError(f"no such service; known are {', '.join(sorted(load_services()))}")
    return value


Opaque = Annotated[str, Field(min_length=1, max_length=96, pattern=_NO_CONTROLS), AfterValidator(_opaque)]
Source = Annotated[str, Field(min_length=1, max_length=64, pattern=_NO_CONTROLS), AfterValidator(_opaque)]
SignatureReference = Annotated[
    str, Field(min_length=1, max_length=200, pattern=_NO_CONTROLS), AfterValidator(_opaque)
]
CheckedIin = Annotated[IinText, AfterValidator(_checked_iin), Field(examples=["850101400121"])]
ServiceCode = Annotated[str, Field(max_length=8), AfterValidator(_known_service), Field(examples=["SUR"])]


class _Body(BaseModel):
    """``source`` and ``id`` together name what is sent: the same pair again is the same thing. Both are opaque."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    source: Source = Field(examples=["egov.kz"])
    id: Opaque = Field(examples=["2026-000117"])


class InformationAsked(_Body):
    """An e-request for information on assignment (B-t8, D-t3, S-t3), certified by the applicant's EDS, which stays
    with the portal and is named by ``signature_reference``. Without ``service`` it is about all of them."""

    iin: CheckedIin
    service: ServiceCode | None = None
    language: Literal["kk", "ru"] = "kk"
    signature_reference: SignatureReference


class EducationNoticeSent(_Body):
    """The head of an education organisation tells of an expelled learner, or of one moved to extramural study."""

    learner_iin: CheckedIin
    change: StudyChange
    changed_on: Annotated[date, PersonalData("pd.14")]
    organisation: Annotated[str, PersonalData("pd.14")] = Field(min_length=1, max_length=300)
    signature_reference: SignatureReference


class HomeVisitAsked(_Body):
    """Somebody who cannot come called the contact centre. ``dialled`` is the number that was called (INC-06)."""

    iin: CheckedIin
    service: ServiceCode
    address: AddressText = Field(min_length=1, max_length=300)
    caller_number: MobileNumber | None = Field(None, pattern=r"^\+[1-9][0-9]{7,14}$")
    dialled: Literal["1414", "8 800 080 7777"]


class HomeVisitSettled(BaseModel):
    """What became of a home visit."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    state: Literal["visited", "cancelled"]


class CounterVisitSent(_Body):
    """One ticket of the electronic queue; ``id`` is the ticket. Instants are reported as they become known."""

    service: ServiceCode
    place: Literal["state_corporation", "provider"]
    office: Opaque = Field(max_length=40, examples=["71-03"])
    joined_at: EventInstant
    served_at: EventInstant | None = None
    ended_at: EventInstant | None = None


class PersonAsked(BaseModel):
    """About whom the contact centre is asked: the caller's own cases only (SIL-38)."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    iin: CheckedIin
    service: ServiceCode | None = None


class DigitalDocumentWanted(BaseModel):
    """A digital document that the owner shall open to us; ``kind`` is a datum of the service's catalogue entry."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    kind: str = Field(pattern="^[a-z_]{1,48}$", examples=["disability_certificate"])


class YearMet(BaseModel):
    """A paper that meets a year of an obligation: the study certificate, or the labour book (S-r7, S-t8)."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    period: str = Field(pattern=r"^[0-9]{4}(/[0-9]{4})?$", examples=["2026/2027"])
    evidence: Literal[Evidence.STUDY_CERTIFICATE, Evidence.LABOUR_BOOK]
    certificate: Annotated[StudyCertificate | None, PersonalData("pd.14")] = Field(
        None, description="The fields of the certificate (S-form); it is checked by them and not kept."
    )


BODIES: tuple[type[BaseModel], ...] = (
    InformationAsked,
    EducationNoticeSent,
    HomeVisitAsked,
    HomeVisitSettled,
    CounterVisitSent,
    PersonAsked,
    DigitalDocumentWanted,
    YearMet,
)


async def read_request(request: Request, model: type[BodyT], limit: int) -> BodyT:
    """The body of a request. Raises ProblemFound (400, 413, 415, 422), never with what was sent."""
    check_media_type(request, "the request", types=_JSON)
    return read_as(model, await read_body(request, limit, "a request has"))


def read_as(model: type[BodyT], body: bytes) -> BodyT:
    """The JSON object in ``body``, checked. Raises ProblemFound (400, 422) naming fields by JSON pointer."""
    content = parse_json(body)
    if not isinstance(content, dict):
        problem = FieldProblem(pointer="", code="object_type", detail="one JSON object is needed")
        raise ProblemFound(Kind.INVALID, "correct the fields that are named", errors=[problem])
    try:
        return model.model_validate(content)
    except ValidationError as error:
        found = field_problems(error.errors(include_input=False))
        raise ProblemFound(Kind.INVALID, "correct the fields that are named", errors=found) from error


def body_schema(model: type[BaseModel]) -> dict[str, Any]:
    """The description of a body for a route's OpenAPI."""
    schema = {"schema": {"$ref": f"#/components/schemas/{model.__name__}"}}
    return {"requestBody": {"required": True, "content": {_JSON[0]: schema}}}
