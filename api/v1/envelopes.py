"""CloudEvents 1.0 in structured JSON, and the data of the types that are taken: a registered death, a disability
established, a breadwinner lost (SIL-03)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic.json_schema import WithJsonSchema

from api.problems import FieldProblem, Kind, ProblemFound, field_problems
from belsendi.contracts.personal_data import PersonalData
from belsendi.intake.event_data import (
    BREADWINNER_LOST,
    DISABILITY_ESTABLISHED,
    BreadwinnerLost,
    DisabilityEstablished,
)
from belsendi.intake.events import DeathRegistered, NewEvent
from belsendi.intake.feed import FEEDS
from belsendi.intake.openings import DEATH_REGISTERED
from belsendi.intake.receiving import APPLICATION_SOURCE
from belsendi.law import legal_day

EventData = DeathRegistered | DisabilityEstablished | BreadwinnerLost
_DATA: dict[str, type[EventData]] = {
    DEATH_REGISTERED: DeathRegistered,
    DISABILITY_ESTABLISHED: DisabilityEstablished,
    BREADWINNER_LOST: BreadwinnerLost,
}
KNOWN_TYPES = tuple(_DATA)
# What our own doors store under; an event from outside must not take the place of one of theirs.
RESERVED_SOURCES = frozenset({*(feed.name for feed in FEEDS), "citizen", APPLICATION_SOURCE})
_NO_CONTROLS = r"^[^\x00-\x1f\x7f-\x9f]+$"
_RFC_3339 = re.compile(
    r"^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})$", re.ASCII
)
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
_TWELVE_DIGITS = re.compile(r"(?<!\d)\d{12}(?!\d)", re.ASCII)


def _rfc_3339(value: object) -> object:
    if not isinstance(value, str) or not _RFC_3339.match(value):
        raise ValueError("an instant with its offset is needed, as in 2026-11-20T09:00:00+05:00 (RFC 3339)")
    if not 1900 <= int(value[:4]) <= 2999:
        raise ValueError("the year must lie between 1900 and 2999")
    return value


EventInstant = Annotated[
    AwareDatetime,
    BeforeValidator(_rfc_3339),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-11-20T09:00:00+05:00"]}),
]


class CloudEvent(BaseModel):
    """The attributes that are read; extension attributes are let through and not kept.

    ``source`` and ``id`` together make an event: the same pair again is the same event. They are kept in clear
    and must hold no personal data. ``time`` is when the fact was registered.
    """

    model_config = ConfigDict(hide_input_in_errors=True)

    specversion: Literal["1.0"]
    id: str = Field(min_length=1, max_length=200, pattern=_NO_CONTROLS, examples=["2026-000117"])
    source: str = Field(min_length=1, max_length=200, pattern=_NO_CONTROLS, examples=["/kz/registry-office"])
    type: str = Field(min_length=1, max_length=120, pattern=_NO_CONTROLS, examples=[DEATH_REGISTERED])
    time: EventInstant
    subject: str | None = Field(None, min_length=1, max_length=200, description="Not kept.")
    datacontenttype: Literal["application/json"] | None = None
    data: Annotated[dict[str, Any], PersonalData("svc.death_fact"), PersonalData("pd.27")]


class DeathEvent(CloudEvent):
    """A registered death as a CloudEvent: whom it concerns may be named, the declarant first."""

    type: Literal["kz.belsendi.death-registered.v1"]
    data: DeathRegistered  # type: ignore[assignment]  # the envelope leaves the data open


class DisabilityEvent(CloudEvent):
    """A disability established as a CloudEvent: the person, or for a child a parent or guardian, may be named."""

    type: Literal["kz.belsendi.disability-established.v1"]
    data: DisabilityEstablished  # type: ignore[assignment]


class BreadwinnerEvent(CloudEvent):
    """A lost breadwinner as a CloudEvent, with the dependants by their relation to the deceased."""

    type: Literal["kz.belsendi.breadwinner-lost.v1"]
    data: BreadwinnerLost  # type: ignore[assignment]


EVENTS: dict[str, type[CloudEvent]] = {
    DEATH_REGISTERED: DeathEvent,
    DISABILITY_ESTABLISHED: DisabilityEvent,
    BREADWINNER_LOST: BreadwinnerEvent,
}
"""The form of a body by its type, as the description shows it."""


def read_event(content: object) -> NewEvent:
    """The event in a parsed body, its data checked and in canonical form.

    Raises ProblemFound (422): fields by JSON pointer, or the problem of a type nobody here knows.
    """
    envelope = _envelope(content)
    if envelope.type not in KNOWN_TYPES:
        raise ProblemFound(
            Kind.UNKNOWN_TYPE,
            f"types known here: {', '.join(KNOWN_TYPES)}",
            errors=[FieldProblem(pointer="/type", code="unknown_event_type", detail="not a known type")],
        )
    try:
        data = _DATA[envelope.type].model_validate(envelope.data)
    except ValidationError as error:
        raise _wrong(field_problems(error.errors(include_input=False), under=("data",))) from error
    contradictions = list(_contradictions(data, envelope.time))
    if contradictions:
        raise _wrong(contradictions)
    return NewEvent(
        source=envelope.source,
        event_id=envelope.id,
        event_type=envelope.type,
        occurred_at=envelope.time,
        data=data.model_dump(mode="json", exclude_none=True),
    )


def _envelope(content: object) -> CloudEvent:
    if not isinstance(content, Mapping):
        problem = FieldProblem(pointer="", code="object_type", detail="one event as a JSON object is needed")
        raise _wrong([problem])
    try:
        envelope = CloudEvent.model_validate(content)
    except ValidationError as error:
        raise _wrong(field_problems(error.errors(include_input=False))) from error
    problems = list(_unfit_names(envelope))
    if problems:
        raise _wrong(problems)
    return envelope


def _unfit_names(envelope: CloudEvent) -> Iterator[FieldProblem]:
    """``id`` and ``source`` are kept in clear, so what could be an IIN in them is refused; a UUID is not one."""
    if envelope.source in RESERVED_SOURCES:
        yield FieldProblem(pointer="/source", code="reserved", detail="this source is one of Belsendi's own")
    for name in ("id", "source"):
        if _TWELVE_DIGITS.search(_UUID.sub("", getattr(envelope, name))):
            yield FieldProblem(
                pointer=f"/{name}",
                code="personal_data",
                detail="twelve digits in a row could be an IIN; use an opaque text, a UUID for example",
            )


def _contradictions(data: EventData, time: datetime) -> Iterator[FieldProblem]:
    """What is well formed and cannot be true."""
    day = legal_day(time)
    if isinstance(data, DisabilityEstablished):
        yield from _after_event("established_on", data.established_on, day)
        return
    yield from _after_event("date_of_death", data.date_of_death, day)
    if data.registered_on is not None and not data.date_of_death <= data.registered_on <= day:
        yield FieldProblem(
            pointer="/data/registered_on",
            code="out_of_order",
            detail="must lie between the day of death and the day of the event's time",
        )
    dead = data.deceased_iin if isinstance(data, DeathRegistered) else data.breadwinner_iin
    if dead in data.recipients:
        place = data.recipients.index(dead)
        yield FieldProblem(
            pointer=f"/data/recipients/{place}", code="deceased", detail="the deceased cannot be a recipient"
        )
    if isinstance(data, BreadwinnerLost):
        yield from _wrong_family(data)


def _wrong_family(data: BreadwinnerLost) -> Iterator[FieldProblem]:
    """A dependant is neither the breadwinner nor named twice (S-r7(2))."""
    seen = {data.breadwinner_iin}
    for place, dependant in enumerate(data.dependants):
        if dependant.iin in seen:
            of_breadwinner = dependant.iin == data.breadwinner_iin
            yield FieldProblem(
                pointer=f"/data/dependants/{place}/iin",
                code="deceased" if of_breadwinner else "repeated",
                detail="the breadwinner cannot be a dependant" if of_breadwinner else "is named before",
            )
        seen.add(dependant.iin)


def _after_event(field: str, happened_on: date, day: date) -> Iterator[FieldProblem]:
    if happened_on > day:
        yield FieldProblem(
            pointer=f"/data/{field}", code="after_event", detail="lies after the day of the event's time"
        )


def _wrong(problems: list[FieldProblem]) -> ProblemFound:
    return ProblemFound(Kind.INVALID, "correct the fields that are named", errors=problems)
