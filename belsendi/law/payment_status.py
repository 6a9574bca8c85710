"""What a person received from the state on a day: the statuses that a check or an amount may rest on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, field_validator

from belsendi.contracts.personal_data import BenefitDay, PersonalData


class StatusKind(StrEnum):
    """A payment of the state. OTHER stands for every kind that no rule of the catalogue names."""

    AGE_PENSION = "AGE_PENSION"
    BASE_PENSION = "BASE_PENSION"
    STATE_SOCIAL_BENEFIT = "STATE_SOCIAL_BENEFIT"
    SPECIAL_STATE_BENEFIT = "SPECIAL_STATE_BENEFIT"
    OTHER = "OTHER"


class HiddenFacts(BaseModel):
    """Base of models whose values are facts of a person's life: neither an error nor a repr prints them."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    def __repr_args__(self) -> Iterable[tuple[str | None, Any]]:
        return ()


class StatusPeriod(HiddenFacts):
    """A payment that somebody received, from `valid_from` to `valid_to` inclusive (None: still running)."""

    kind: Annotated[StatusKind, PersonalData("pd.26")]
    valid_from: BenefitDay
    valid_to: BenefitDay | None = None
    suspended_from: BenefitDay | None = None
    suspended_to: BenefitDay | None = None

    @field_validator("kind", mode="before")
    @classmethod
    def _unknown_kind_does_not_count(cls, value: Any) -> Any:
        return value if value in set(StatusKind) else StatusKind.OTHER

    def covers(self, day: date) -> bool:
        """Tell whether the payment stood on `day`, suspended or not."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def suspended_on(self, day: date) -> bool:
        """Tell whether the payment was suspended on `day`."""
        if self.suspended_from is None:
            return False
        return self.suspended_from <= day and (self.suspended_to is None or day <= self.suspended_to)
