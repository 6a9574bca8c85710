"""What only the survivor benefit (SUR) knows: who is a dependant, when study and care count, and the family's sum
(S-r7, S-t8; SIL-48). Nothing here decides: a survivor case is a caseworker's (S-r24)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from belsendi.contracts.personal_data import BenefitDay
from belsendi.errors import InvalidInput
from belsendi.law.ages import age_on
from belsendi.law.decision import AmountFacts
from belsendi.law.payment_status import HiddenFacts
from belsendi.law.study import Study, study_counts
from belsendi.law.survivor_years import ADULT_AT, CARE_AGE_ENDS_AT, STUDY_AGE_ENDS_AT

_LARGEST_LISTED_FAMILY = 6  # "six and more, in equal shares"


class DependantAge(StrEnum):
    """Which ground of age a dependant may have on a day."""

    MINOR = "MINOR"
    STUDY_AGE = "STUDY_AGE"
    NEITHER = "NEITHER"


def dependant_age(birth_date: date, on: date) -> DependantAge:
    """Return the age ground on the Almaty day `on`: to the 18th birthday, then to the day before the 23rd (SIL-48)."""
    age = age_on(birth_date, on)
    if age < ADULT_AT:
        return DependantAge.MINOR
    return DependantAge.STUDY_AGE if age < STUDY_AGE_ENDS_AT else DependantAge.NEITHER


def is_dependant(birth_date: date, on: date, study: Study | None = None) -> bool:
    """Tell whether a child, brother, sister or grandchild counts on `on`: a minor, or a full-time learner of 18
    to 23 (S-r7; AC-S13, AC-S14, AC-S18)."""
    ground = dependant_age(birth_date, on)
    if ground is DependantAge.STUDY_AGE:
        return study is not None and study_counts(study, on)
    return ground is DependantAge.MINOR


def needs_care(birth_date: date, on: date) -> bool:
    """Tell whether a child is under eight, so that a caregiver counts (S-t8)."""
    return age_on(birth_date, on) < CARE_AGE_ENDS_AT


class CaregiverState(StrEnum):
    """The yearly result for a caregiver. NOT_CONFIRMED is a caseworker's task, never a stop (SIL-35)."""

    CONFIRMED = "CONFIRMED"
    NOT_CONFIRMED = "NOT_CONFIRMED"
    ASK = "ASK"


class CaregiverFacts(HiddenFacts):
    """What is known of a caregiver this year; None: nobody has shown or answered it yet."""

    labour_book_with_termination: bool | None = None
    registered_entrepreneur: bool | None = None
    pension_or_social_transfers: bool | None = None
    checked_on: BenefitDay


def caregiver_state(facts: CaregiverFacts) -> CaregiverState:
    """Judge the yearly confirmation: a labour book with the termination, or else both registers empty (SUR-12,
    AC-S19, AC-S20). The registers are asked only where there is no labour book."""
    if facts.labour_book_with_termination:
        return CaregiverState.CONFIRMED
    answers = (facts.registered_entrepreneur, facts.pension_or_social_transfers)
    if True in answers:
        return CaregiverState.NOT_CONFIRMED
    return CaregiverState.ASK if None in answers else CaregiverState.CONFIRMED


def family_amount(dependants: int, both_parents_lost: bool = False) -> AmountFacts:
    """Return what the family's sum hangs on: by the number of dependants, or a sum for each child who lost both
    parents; it is shared equally. Raises InvalidInput without a dependant."""
    if dependants < 1:
        raise InvalidInput("a survivor benefit needs at least one dependant: correct the family of the case")
    if both_parents_lost:
        return AmountFacts("BOTH_PARENTS", units=dependants, members=dependants)
    return AmountFacts(f"FAMILY_{min(dependants, _LARGEST_LISTED_FAMILY)}", members=dependants)
