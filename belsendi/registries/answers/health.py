"""Disability, and the conclusions that tie an illness or a death to its cause."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from belsendi.contracts.personal_data import IinText, PersonalData
from belsendi.registries.answers.base import Answer

DisabilityText = Annotated[str, PersonalData("pd.27")]
DisabilityDate = Annotated[date, PersonalData("pd.27")]
DisabilityFlag = Annotated[bool, PersonalData("pd.27")]
MedicalText = Annotated[str, PersonalData("pd.28")]
MedicalDate = Annotated[date, PersonalData("pd.28")]


class DisabilityRecord(Answer):
    """What the central base of persons with disability holds (IS-5). The codes are the base's own: what they
    mean is law. ``valid_to`` is the last day of the term, None without a term; ``cause_code`` may be missing."""

    group_code: DisabilityText
    cause_code: DisabilityText | None = None
    established_on: DisabilityDate
    valid_to: DisabilityDate | None = None
    first_time: DisabilityFlag
    since_childhood: DisabilityFlag = False
    reference_no: DisabilityText


class DisabilityNotice(Answer):
    """One entry of the feed of established disabilities. The applicant is a parent or guardian for a child."""

    cursor: int
    iin: IinText
    established_on: DisabilityDate
    applicant_iin: IinText


class DisabilityFeed(Answer):
    """A page of the feed; ``last`` is the cursor to go on from."""

    records: tuple[DisabilityNotice, ...]
    last: int


class Conclusion(Answer):
    """A decision of the interdepartmental expert council, a conclusion of a military-medical commission, or a
    hospital's certificate of illness (D-t8): ``causal_link`` says whether it ties the illness to the cause."""

    issuer: MedicalText
    number: MedicalText
    issued_on: MedicalDate
    causal_link: Annotated[bool, PersonalData("pd.28")]


class ServiceDeath(Answer):
    """A reference that a serviceman or an officer died of what was received in duty or service (S-t8)."""

    issuer: MedicalText
    number: MedicalText
    issued_on: MedicalDate
