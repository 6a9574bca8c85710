"""By what right a payment about a deceased is made: what the deceased received on a day (B-r13(4))."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from belsendi.law.payment_status import StatusKind, StatusPeriod


class AmountCategory(StrEnum):
    """By what right the deceased's burial is paid; it selects the multiple of the index."""

    PENSIONER = "PENSIONER"
    BENEFIT_RECIPIENT = "BENEFIT_RECIPIENT"
    VETERAN = "VETERAN"


def amount_category_of(
    statuses: Iterable[StatusPeriod], day: date, veteran: bool | None
) -> AmountCategory | None:
    """Return the category of a deceased with these payments on `day`; a veteran goes before a pension, a pension
    before a benefit. None when the register does not say whether it was a veteran."""
    if veteran is None:
        return None
    if veteran:
        return AmountCategory.VETERAN
    kinds = {period.kind for period in statuses if period.covers(day)}
    if kinds & {StatusKind.AGE_PENSION, StatusKind.BASE_PENSION}:
        return AmountCategory.PENSIONER
    if kinds & {StatusKind.STATE_SOCIAL_BENEFIT, StatusKind.SPECIAL_STATE_BENEFIT}:
        return AmountCategory.BENEFIT_RECIPIENT
    return None
