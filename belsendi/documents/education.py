"""The certificate of an education organisation, form of appendix 3 to order 509 (`S-form`, 7.3), blank and filled."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from belsendi.contracts.personal_data import PersonalData, PersonName
from belsendi.documents.fields import DocumentFields, DocumentKind, Party

AcademicYear = Annotated[str, StringConstraints(pattern=r"^20\d\d/20\d\d$")]
StudyText = Annotated[
    str, PersonalData("pd.14"), StringConstraints(strip_whitespace=True, min_length=1, max_length=400)
]
StudyDay = Annotated[date, PersonalData("pd.14")]


class EducationCertificateForm(DocumentFields):
    """The form to be filled in by hand and sealed; the learner and the year may stand in it already."""

    kind: ClassVar[DocumentKind] = DocumentKind.EDUCATION_CERTIFICATE_FORM

    learner: Party | None
    academic_year: AcademicYear | None


class EducationCertificate(DocumentFields):
    """The certificate as an organisation gave it electronically: fields 2 to 14 and 17, and what confirms it.

    ``confirmed_by``: the head's EDS, or seal and handwritten signature on the original (fields 1, 16, 18).
    """

    kind: ClassVar[DocumentKind] = DocumentKind.EDUCATION_CERTIFICATE

    learner: Party
    birth_year: Annotated[int, PersonalData("pd.04"), Field(ge=1900, le=2200)]
    issued_on: StudyDay
    outgoing_no: StudyText
    organisation: StudyText
    organisation_address: StudyText
    course: StudyText
    group: StudyText | None = None
    training_type: StudyText
    academic_year: AcademicYear
    study_years: Annotated[int, PersonalData("pd.14"), Field(ge=1, le=15)]
    studies_from: StudyDay
    studies_to: StudyDay
    head: Annotated[PersonName, StringConstraints(strip_whitespace=True, min_length=1, max_length=400)]
    confirmed_by: Literal["eds", "seal_and_signature"]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        first, second = (int(year) for year in self.academic_year.split("/"))
        if second != first + 1:
            raise ValueError("academic_year names two years that follow one another")
        if self.studies_to <= self.studies_from:
            raise ValueError("studies_to is later than studies_from")
        return self
