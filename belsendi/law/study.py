"""Study as a ground of the survivor benefit: what counts, and the certificate of form S-form (S-r7, 7.3)."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from typing import Annotated

from belsendi.contracts.personal_data import IinText, PersonalData, PersonName
from belsendi.law.identifiers import InvalidIin, parse_iin
from belsendi.law.payment_status import HiddenFacts
from belsendi.law.survivor_years import academic_year_of

StudyDay = Annotated[date, PersonalData("pd.14")]
StudyText = Annotated[str, PersonalData("pd.14")]
_ACADEMIC_YEAR = re.compile(r"(20\d\d)/(20\d\d)")
_FULL_TIME_WORDS = ("күндізгі", "очн", "дневн", "full-time", "full_time")
_OTHER_FORMS = ("сырттай", "заочн", "кешкі", "вечерн", "extramural", "evening")


class StudyLevel(StrEnum):
    """Levels of education (S-r6, S-r7): the first four stand in IS-3, the others in IS-6."""

    PRESCHOOL = "PRESCHOOL"
    SECONDARY = "SECONDARY"
    TECHNICAL_VOCATIONAL = "TECHNICAL_VOCATIONAL"
    POST_SECONDARY = "POST_SECONDARY"
    HIGHER = "HIGHER"
    POSTGRADUATE = "POSTGRADUATE"


class StudyForm(StrEnum):
    """күндізгі, сырттай and the other forms: only full-time study counts (S-r7)."""

    FULL_TIME = "FULL_TIME"
    EXTRAMURAL = "EXTRAMURAL"
    EVENING = "EVENING"


class Study(HiddenFacts):
    """Where somebody learns. During an academic leave the learner stays enrolled, so no field speaks of it
    (S-r7: "including a period of academic leave")."""

    level: Annotated[StudyLevel, PersonalData("pd.14")]
    form: Annotated[StudyForm, PersonalData("pd.14")]
    studies_from: StudyDay
    studies_to: StudyDay | None = None
    expelled_on: StudyDay | None = None


def study_counts(study: Study, on: date) -> bool:
    """Tell whether the study is a ground on the Almaty day `on`: full-time, enrolled, of a level from general
    secondary to postgraduate (SUR-10; INC-28). From the day of expulsion it does not count."""
    enrolled = study.studies_from <= on and (study.studies_to is None or on <= study.studies_to)
    expelled = study.expelled_on is not None and study.expelled_on <= on
    full_time = study.form is StudyForm.FULL_TIME and study.level is not StudyLevel.PRESCHOOL
    return enrolled and not expelled and full_time


class StudyCertificate(HiddenFacts):
    """The certificate of an education organisation, fields 1 to 18 of the form (7.3). An empty text is a field left
    blank; stamp, seal and signature are flags of what stands on the paper or file."""

    corner_stamp: bool
    issued_on: StudyDay | None
    outgoing_no: StudyText
    learner: PersonName
    birth_year: Annotated[int, PersonalData("pd.04")] | None
    learner_iin: IinText
    organisation: StudyText
    organisation_address: StudyText
    course: StudyText
    group_name: StudyText = ""
    group_letter: StudyText = ""
    group_code: StudyText = ""
    training_type: StudyText
    academic_year: StudyText
    study_years: Annotated[int, PersonalData("pd.14")] | None
    studies_from: StudyDay | None
    studies_to: StudyDay | None
    seal: bool
    head: PersonName
    head_signature: bool = False
    head_eds: bool = False


class CertificateFlaw(StrEnum):
    """Why a certificate is returned as incomplete or not accepted for a day."""

    BLANK_FIELD = "BLANK_FIELD"
    NO_CORNER_STAMP = "NO_CORNER_STAMP"
    NO_SEAL = "NO_SEAL"
    NO_SIGNATURE = "NO_SIGNATURE"
    WRONG_IIN = "WRONG_IIN"
    WRONG_PERIOD = "WRONG_PERIOD"
    NOT_FULL_TIME = "NOT_FULL_TIME"
    WRONG_ACADEMIC_YEAR = "WRONG_ACADEMIC_YEAR"
    ISSUED_IN_THE_FUTURE = "ISSUED_IN_THE_FUTURE"


_NECESSARY = (
    "issued_on",
    "outgoing_no",
    "learner",
    "birth_year",
    "learner_iin",
    "organisation",
    "organisation_address",
    "course",
    "training_type",
    "academic_year",
    "study_years",
    "studies_from",
    "studies_to",
    "head",
)


_FIELD_OF = {
    CertificateFlaw.NO_CORNER_STAMP: "corner_stamp",
    CertificateFlaw.NO_SEAL: "seal",
    CertificateFlaw.NO_SIGNATURE: "head_signature",
    CertificateFlaw.WRONG_IIN: "learner_iin",
    CertificateFlaw.WRONG_PERIOD: "studies_to",
    CertificateFlaw.NOT_FULL_TIME: "training_type",
    CertificateFlaw.WRONG_ACADEMIC_YEAR: "academic_year",
    CertificateFlaw.ISSUED_IN_THE_FUTURE: "issued_on",
}


def certificate_flaws(
    certificate: StudyCertificate, on: date, learner_iin: str | None = None
) -> tuple[CertificateFlaw, ...]:
    """Return what keeps the certificate from being accepted on the Almaty day `on`; empty when nothing does.

    It is valid for the academic year it names and renewed yearly (INC-27); without the seal, or without signature
    or EDS of the head, it is incomplete and returned (AC-S17). `learner_iin` is the dependant of the case.
    """
    found = {
        CertificateFlaw.BLANK_FIELD: any(not getattr(certificate, name) for name in _NECESSARY),
        CertificateFlaw.NO_CORNER_STAMP: not certificate.corner_stamp,
        CertificateFlaw.NO_SEAL: not certificate.seal,
        CertificateFlaw.NO_SIGNATURE: not (certificate.head_signature or certificate.head_eds),
        CertificateFlaw.WRONG_IIN: _wrong_iin(certificate, learner_iin),
        CertificateFlaw.WRONG_PERIOD: _wrong_period(certificate),
        CertificateFlaw.NOT_FULL_TIME: not is_full_time(certificate.training_type),
        CertificateFlaw.WRONG_ACADEMIC_YEAR: certificate.academic_year != academic_year_of(on)
        or not _is_academic_year(certificate.academic_year),
        CertificateFlaw.ISSUED_IN_THE_FUTURE: certificate.issued_on is not None
        and certificate.issued_on > on,
    }
    return tuple(flaw for flaw, stands in found.items() if stands)


def flawed_fields(certificate: StudyCertificate, flaw: CertificateFlaw) -> tuple[str, ...]:
    """Return the fields of the form that a flaw is to be mended at; of blank ones each (7.3)."""
    if flaw is CertificateFlaw.BLANK_FIELD:
        return tuple(name for name in _NECESSARY if not getattr(certificate, name))
    return (_FIELD_OF[flaw],)


def is_full_time(training_type: str) -> bool:
    """Tell whether the words of field 10 say full-time study, in Kazakh or Russian (S-r7)."""
    words = training_type.casefold()
    return any(word in words for word in _FULL_TIME_WORDS) and not any(word in words for word in _OTHER_FORMS)


def _is_academic_year(text: str) -> bool:
    match = _ACADEMIC_YEAR.fullmatch(text)
    return match is not None and int(match[2]) == int(match[1]) + 1


def _wrong_iin(certificate: StudyCertificate, expected: str | None) -> bool:
    if not certificate.learner_iin:
        return False  # already a blank field
    try:
        parse_iin(certificate.learner_iin)
    except InvalidIin:
        return True
    return expected is not None and certificate.learner_iin != expected


def _wrong_period(certificate: StudyCertificate) -> bool:
    begin, end = certificate.studies_from, certificate.studies_to
    return begin is not None and end is not None and begin >= end
