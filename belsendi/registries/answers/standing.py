"""Study, service, trade and contributions of a person; registration of a legal entity."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from belsendi.contracts.personal_data import PersonalData
from belsendi.law.study import StudyForm, StudyLevel
from belsendi.registries.answers.base import Answer

StudyText = Annotated[str, PersonalData("pd.14")]
StudyDate = Annotated[date, PersonalData("pd.14")]
ServiceText = Annotated[str, PersonalData("pd.24")]
ServiceDate = Annotated[date, PersonalData("pd.24")]
WorkText = Annotated[str, PersonalData("pd.20")]
WorkDate = Annotated[date, PersonalData("pd.20")]
WorkFlag = Annotated[bool, PersonalData("pd.20")]


class StudyRecord(Answer):
    """Where a person studies (IS-3, IS-6). ``studies_to`` is the planned end, ``expelled_on`` an earlier one;
    during an academic leave the learner stays enrolled (S-r7)."""

    institution: StudyText
    level: Annotated[StudyLevel, PersonalData("pd.14")]
    form: Annotated[StudyForm, PersonalData("pd.14")]
    year_of_study: StudyText
    studies_from: StudyDate
    studies_to: StudyDate
    leave_from: StudyDate | None = None
    leave_to: StudyDate | None = None
    expelled_on: StudyDate | None = None


class MilitaryService(Answer):
    """A military card or a reference on military service (S-t8)."""

    card_no: ServiceText
    issuer: ServiceText
    served_from: ServiceDate
    served_to: ServiceDate | None = None


class EntrepreneurStanding(Answer):
    """Whether a person is registered as an individual entrepreneur (S-t8, IS-10)."""

    registered: WorkFlag
    since: WorkDate | None = None


class Patent(Answer):
    """The patent of an individual entrepreneur (B-t8)."""

    number: WorkText
    issued_on: WorkDate
    valid_to: WorkDate | None = None


class Transfers(Answer):
    """Whether mandatory pension contributions and social payments came in for the person in the period asked
    about (S-t8, IS-11)."""

    pension_contributions: WorkFlag
    social_payments: WorkFlag
    last_on: WorkDate | None = None


class LegalEntity(Answer):
    """State registration of a legal entity (B-t8). It concerns no person."""

    name_kk: str
    name_ru: str
    certificate_no: str
    registered_on: date
    active: bool
