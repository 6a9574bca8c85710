"""What the order leaves open and the product decides: one named setting per silence or inconsistency.

A default is ours, configurable, and shown in the console as a product decision, never as law (specification,
14, 15).
`effective_from` has no default: the operator sets it.
"""

from __future__ import annotations

from datetime import date, time, timedelta
from enum import StrEnum
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from belsendi.errors import UnknownLegalValue
from belsendi.law.catalogue import Service
from belsendi.law.catalogue import service as catalogue_entry
from belsendi.law.catalogue_entry import CHECK_CODE
from belsendi.law.clocks import Path
from belsendi.law.deadlines import SendWindow
from belsendi.law.fixed_defaults import UsedDefault, fixed_defaults

CheckCode = Annotated[str, StringConstraints(pattern=CHECK_CODE)]


class Rounding(StrEnum):
    """How a sum becomes whole tenge, when the assigning system's rule has been confirmed."""

    UP = "UP"
    NEAREST = "NEAREST"
    DOWN = "DOWN"


class RetryWindow(BaseModel):
    """Waits between attempts at a system that does not answer: from `first`, doubled, never above
    `longest`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    first: timedelta = timedelta(minutes=1)
    longest: timedelta = timedelta(minutes=15)

    @model_validator(mode="after")
    def _in_order(self) -> RetryWindow:
        if not timedelta(0) < self.first <= self.longest:
            raise ValueError("the first wait must be positive and not longer than the longest")
        return self

    def delay(self, attempt: int) -> timedelta:
        """Return the wait after the failed attempt number `attempt` (from 1)."""
        doublings = min(max(attempt, 1) - 1, 32)
        return min(self.first * (1 << doublings), self.longest)


def _window(value: Any) -> Any:
    """Read the form of the specification: "09:00-21:00"."""
    if isinstance(value, str):
        opens, _, closes = value.replace("–", "-").partition("-")
        return SendWindow(time.fromisoformat(opens.strip()), time.fromisoformat(closes.strip()))
    return value


def _a_day_of_every_year(value: str) -> str:
    date.fromisoformat(f"2025-{value}")
    return value


MonthDay = Annotated[str, StringConstraints(pattern=r"^\d\d-\d\d$"), AfterValidator(_a_day_of_every_year)]


class Concern(StrEnum):
    """Which services a setting concerns, as their catalogue entries say it."""

    ALL = "all"
    OF_THE_DECEASED = "of_the_deceased"
    OF_A_FAMILY = "of_a_family"
    AUTOMATIC = "automatic"
    OFFERED_AGAIN = "offered_again"

    def holds_for(self, entry: Service) -> bool:
        return {
            Concern.ALL: True,
            Concern.OF_THE_DECEASED: entry.subject == "deceased",
            Concern.OF_A_FAMILY: entry.subject == "breadwinner",
            Concern.AUTOMATIC: entry.path is Path.P1,
            Concern.OFFERED_AGAIN: entry.clock.second_offer is not None,
        }[self]


def _decided(
    default: Any, source: str, description: str, concern: Concern = Concern.ALL, **limits: Any
) -> Any:
    """A setting with its default; `concern` tells the services it is about."""
    extra: Any = {"source": source, "concern": concern.value}
    return Field(default=default, description=description, json_schema_extra=extra, **limits)


class ProductDefaults(BaseModel):
    """Every decision of the product that an operator may change. Unknown names are refused, so a typo is
    found."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    effective_from: date | None = _decided(
        None, "SIL-01", "First day (Almaty) on which order 509 is in force; the operator sets it, no default"
    )
    offer_ttl_wd: int = _decided(10, "SIL-06", "Working days after which an unanswered offer lapses", ge=1)
    offer_reminder_wd: int = _decided(3, "SIL-06", "Working days after which an offer is repeated", ge=1)
    reply_attempts: int = _decided(3, "SIL-05", "Unclear replies after which a person takes over", ge=1)
    account_attempts: int = _decided(3, "SIL-09", "Invalid account numbers after which a person calls", ge=1)
    account_ttl_wd: int = _decided(1, "SIL-09", "Working days to name the account after consent", ge=1)
    documents_reminder_wd: int = _decided(
        5, "SIL-51", "Working days after which an applicant is reminded of missing documents", ge=1
    )
    documents_ttl_wd: int = _decided(
        20,
        "SIL-51",
        "Working days after which an application without its documents ends, never a refusal",
        ge=1,
    )
    application_entry_days: int = _decided(
        10,
        "SIL-40",
        "Calendar days after being received within which an application can still be entered",
        ge=1,
    )
    account_owner_mismatch_refuses: Literal[False] = _decided(
        False, "SIL-08", "An account of another owner is flagged, never refused"
    )
    sign_alert_after: timedelta = _decided(
        timedelta(hours=2), "SIL-17", "Time after which an unsigned draft raises an alert"
    )
    escalate_before_due: timedelta = _decided(
        timedelta(hours=4),
        "SIL-19",
        "Time before the provider closes on the due day at which the head is told",
    )
    gateway_retry: RetryWindow = _decided(RetryWindow(), "SIL-15", "Waits between attempts at a state system")
    sms_attempts: int = _decided(3, "SIL-21", "Attempts to deliver a message before a person calls", ge=1)
    sms_attempts_within: timedelta = _decided(timedelta(hours=24), "SIL-21", "Time in which they are made")
    sms_window: Annotated[SendWindow, BeforeValidator(_window)] = _decided(
        SendWindow(), "SIL-23", "Almaty hours for messages nobody asked for"
    )
    default_language: Literal["kk", "ru"] = _decided("kk", "SIL-23", "Language of a first message")
    automatic_approval: dict[str, bool] = _decided(
        {}, "SIL-17", "Per service: decisions are approved without a person pressing the button"
    )
    batch_signing: bool = _decided(True, "SIL-17", "The authorised person may sign several drafts at once")
    hearing_before_refusal: bool = _decided(
        False, "SIL-18", "The recipient is heard before a refusal (Administrative Procedural Code art. 73)"
    )
    hearing_wd: int = _decided(2, "SIL-18", "Working days for that hearing, inside the term", ge=1)
    refused_applications_block: bool = _decided(
        False,
        "INC-16",
        "An earlier refused or non-accepted application fails check CK3",
        Concern.OF_THE_DECEASED,
    )
    check_order: tuple[CheckCode, ...] = _decided(
        ("CK2", "CK3", "CK4", "CK5", "CK1"),
        "INC-15",
        "Which failed check the message names first",
        Concern.OF_THE_DECEASED,
    )
    proactive_checks_as_portal: Literal[True] = _decided(
        True,
        "INC-15",
        "The five checks listed for the portal apply to the proactive path",
        Concern.OF_THE_DECEASED,
    )
    register_before_check: Literal[True] = _decided(
        True, "SIL-11", "Journal entry on consent, then the check", Concern.AUTOMATIC
    )
    saturday_is_working_day: Literal[False] = _decided(
        False, "INC-05", "A Saturday counts for terms only when declared working"
    )
    deceased_lock: Literal[True] = _decided(
        True,
        "SIL-25",
        "One lock per deceased: the first registered application wins",
        Concern.OF_THE_DECEASED,
    )
    legal_entity_offer: Literal[False] = _decided(
        False,
        "SIL-24",
        "A legal entity gets no proactive offer; a caseworker is told",
        Concern.OF_THE_DECEASED,
    )
    offer_to_named_persons_only: Literal[True] = _decided(
        True,
        "SIL-04",
        "An offer goes only to persons named to the provider, such as the declarant",
        Concern.OF_THE_DECEASED,
    )
    offer_again_after_refusal: bool = _decided(False, "SIL-42", "A new offer follows a refusal by itself")
    result_waits_for_placement: Literal[False] = _decided(
        False, "SIL-16", "The result waits for the payment system"
    )
    reread_before_signing: bool = _decided(True, "SIL-30", "Data are read again before the signature")
    study_reminders: tuple[MonthDay, ...] = _decided(
        ("09-01", "10-01"),
        "SIL-34",
        "Month and day of the yearly reminders of the study certificate",
        Concern.OF_A_FAMILY,
    )
    care_age_alert_days: int = _decided(
        30, "SIL-35", "Days before the eighth birthday at which the office is told", Concern.OF_A_FAMILY, ge=1
    )
    second_offer: bool = _decided(
        True,
        "SIL-06",
        "A second offer may follow a lapsed one before three months have passed",
        Concern.OFFERED_AGAIN,
    )
    home_visit_number: str = _decided("8 800 080 7777", "INC-06", "Number shown for a home visit")
    amount_rounding: Rounding | None = _decided(
        None, "SIL-20", "Rounding of a computed sum; no default, the assigning system rounds"
    )

    @model_validator(mode="after")
    def _consistent(self) -> ProductDefaults:
        if self.offer_reminder_wd >= self.offer_ttl_wd:
            raise ValueError("the reminder must come before the offer lapses")
        if self.documents_reminder_wd >= self.documents_ttl_wd:
            raise ValueError("the reminder of missing documents must come before the application ends")
        if sorted(self.check_order) != ["CK1", "CK2", "CK3", "CK4", "CK5"]:
            raise ValueError("check_order must name each of the five checks once")
        return self

    def require_effective(self, on: date) -> date:
        """Return the effective day when order 509 is in force on the Almaty day `on` (509 §5; AC-C05).

        Raises UnknownLegalValue when nobody has set the day, or when `on` lies before it.
        """
        if self.effective_from is None:
            raise UnknownLegalValue(
                "effective_from is not set: the operator must enter the day order 509 came into force "
                "(ten calendar days after its first official publication) before path P1 can start"
            )
        if on < self.effective_from:
            raise UnknownLegalValue(
                f"order 509 is in force only from {self.effective_from.isoformat()}: "
                "an earlier consent is not processed by path P1; hand the case to a caseworker"
            )
        return self.effective_from

    def approves_automatically(self, service: str) -> bool:
        """Tell whether the office has switched automatic approval on for `service`; off when it said
        nothing."""
        return self.automatic_approval.get(service, False)


def defaults_used_by(service: str, defaults: ProductDefaults | None = None) -> list[UsedDefault]:
    """Return every product decision that `service` rests on, with its present value and its source.

    Raises NotFound for a service that is not in the catalogue.
    """
    entry = catalogue_entry(service)
    chosen = defaults or ProductDefaults()
    used = []
    for name, field in ProductDefaults.model_fields.items():
        extra: Any = field.json_schema_extra
        if not Concern(extra["concern"]).holds_for(entry):
            continue
        used.append(
            UsedDefault(
                setting=name,
                value=_shown(getattr(chosen, name), service),
                source=str(extra["source"]),
                description=str(field.description),
                configurable=not _is_fixed(field.annotation),
            )
        )
    casework = entry.path is Path.P7 or bool(entry.one_day_causes)
    return used + fixed_defaults(service, casework=casework)


def _is_fixed(annotation: Any) -> bool:
    return get_origin(annotation) is Literal and len(get_args(annotation)) == 1


def _shown(value: Any, service: str) -> str:
    if value is None:
        return "not set"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return str(bool(value.get(service, False))).lower()
    if isinstance(value, tuple):
        return ", ".join(value)
    if isinstance(value, SendWindow):
        return f"{value.opens:%H:%M}-{value.closes:%H:%M}"
    if isinstance(value, RetryWindow):
        return f"{value.first} .. {value.longest}"
    return str(value)
