"""Terms, office hours and after-hours rules of each service: the numbers of order No. 509, dated and
cited."""

from __future__ import annotations

from datetime import time
from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from belsendi.errors import ConfigurationError, NotFound
from belsendi.law.data_files import read_data, read_once
from belsendi.law.hours import OpeningHours, Place


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ClockStart(StrEnum):
    """From which day a term runs."""

    REGISTRATION = "registration"
    CONSENT = "consent"


class Path(StrEnum):
    """P1: automatic registration and decision; P7: a caseworker within seven working days (specification,
    10)."""

    P1 = "P1"
    P7 = "P7"


class AfterHoursCase(StrEnum):
    """When a service takes an application only on the next working day (D-t7, S-t7)."""

    AFTER_WORKING_TIME = "after_working_time"
    REST_DAY = "rest_day"
    HOLIDAY = "holiday"


class Term(_Data):
    """A legal term: `n` working days after the start day. `product_default` names the silence it fills, if
    any; `path` None holds for either path."""

    n: int = Field(ge=1)
    unit: Literal["wd"] = "wd"
    start: ClockStart
    channels: frozenset[str] = Field(min_length=1)
    path: Path | None = None
    citation: str
    product_default: str | None = None

    def holds_for(self, channel: str, path: Path) -> bool:
        """Tell whether an application that came by `channel` and goes `path` has this term."""
        return channel in self.channels and self.path in (None, path)


class Extension(_Data):
    """Working days a term grows by, once (D-t3, S-t3; SIL-36). The burial payment has none."""

    n: int = Field(ge=1)
    unit: Literal["wd"] = "wd"
    by: str
    citation: str


class ClaimLimit(_Data):
    """Years after the death within which a claim must be made (B-r13(5))."""

    years: int
    citation: str


class RetroMonths(_Data):
    """Months before the consent or application from which a benefit may start (D-r24, S-r24);
    `counts_from_complete`: the application is the one with all necessary documents."""

    months: int
    counts_from_complete: bool = False
    citation: str


class SecondOfferRule(_Data):
    """A second offer may follow one that lapsed, before so many months from the legal date (SIL-06)."""

    months: int = Field(ge=1)
    citation: str


class AfterHours(_Data):
    """The after-hours rule of a service; empty `when` means that there is none."""

    when: frozenset[AfterHoursCase]
    working_time_end: time | None
    citation: str


class InfoRequest(_Data):
    """Minutes in which a request for information on the assignment is answered (D-t3, S-t3; SIL-38)."""

    minutes: int = Field(ge=1)
    citation: str


class ServiceClock(_Data):
    """Everything about time that order No. 509 says of one service."""

    terms: dict[str, Term]
    extension: Extension | None
    retro_months: RetroMonths | None
    claim_limit: ClaimLimit | None
    second_offer: SecondOfferRule | None = None
    wait_minutes: int
    service_minutes: int
    info_request: InfoRequest
    times_citation: str
    after_hours: AfterHours
    hours: tuple[OpeningHours, ...]

    def closes_at(self) -> time:
        """When the provider closes, Almaty clock."""
        return next(line.closes for line in self.hours if line.place is Place.PROVIDER)

    @field_validator("hours")
    @classmethod
    def _the_provider_has_hours(cls, hours: tuple[OpeningHours, ...]) -> tuple[OpeningHours, ...]:
        if not any(line.place is Place.PROVIDER for line in hours):
            raise ValueError(
                "a service needs the hours of its provider: alarms count back from the closing time"
            )
        return hours

    @field_validator("terms")
    @classmethod
    def _at_least_one(cls, terms: dict[str, Term]) -> dict[str, Term]:
        if not terms:
            raise ValueError("a service without a term cannot be run")
        return terms


@read_once
def load_clocks() -> dict[str, ServiceClock]:
    """Return the clock of every service by its code (BUR, DIS, SUR). Raises ConfigurationError for wrong
    data."""
    data: dict[str, Any] = read_data("clocks.yaml")
    try:
        return {code: ServiceClock.model_validate(content) for code, content in data.items()}
    except ValidationError as error:
        raise ConfigurationError(f"clocks.yaml is not as it must be: {error}") from error


def service_clock(service: str) -> ServiceClock:
    """Return the clock of `service`. Raises NotFound for a code that the law data do not know."""
    try:
        return load_clocks()[service]
    except KeyError:
        raise NotFound(f"no service with code {service!r}: known are {', '.join(load_clocks())}") from None
