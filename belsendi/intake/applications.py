"""An application that a person or a legal entity brings: to the State Corporation, a provider's desk or the portal.

What it must hold is the law's: the service's own channels and recipients (B-t2, B-t6, D-t2, D-t6, S-t2, S-t6), how
it is signed (COM-07, B-r5, B-r13). Days are Almaty days, instants are aware.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, field_validator, model_validator

from belsendi.attachments.kinds import kinds_of
from belsendi.contracts.personal_data import (
    AccountNumber,
    DeathDay,
    IinText,
    MobileNumber,
    PersonalData,
    PersonName,
)
from belsendi.errors import InvalidInput, NotFound
from belsendi.intake.event_data import MOST_DEPENDANTS, Dependant, valid_iin
from belsendi.law import (
    RecipientType,
    channel_open,
    chosen_benefits,
    legal_day,
    parse_bin,
    parse_iban,
    service,
)
from belsendi.law.catalogue import Service
from belsendi.law.catalogue_entry import Circumstance

MOST_DOCUMENTS = 40
_REFERENCE = r"^[A-Za-z0-9._:/+-]{1,120}$"
_TITLE = r"^[^\x00-\x1f\x7f-\x9f<>]{1,200}$"
_NUMBER = r"^[\w./:№-]{1,100}$"

BenefitNumber = Annotated[int, Field(ge=1, le=9)]
AppliedChannel = Literal["state_corporation", "provider", "portal"]
DocumentTitle = Annotated[str, PersonalData("svc.case_document"), Field(pattern=_TITLE)]


class Certified(StrEnum):
    """How the applicant stands behind the application (COM-07, B-r5): on paper it is signed by hand."""

    EDS = "eds"
    MOBILE = "mobile"
    PAPER = "paper"


class ApplicationRefused(InvalidInput):
    """The law does not let the application in like this. ``code`` and ``field`` say what has to change."""

    def __init__(self, code: str, field: str, words: str) -> None:
        super().__init__(words)
        self.code = code
        self.field = field


class _Form(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Applicant(_Form):
    """Who applies: a natural person by IIN, a sole proprietor by IIN and patent, a legal entity by BIN (B-t6, B-t8).

    A legal entity without BIN signs on paper only; ``registration_no`` names its certificate of registration then.
    ``name`` is what the applicant wrote, for the receipt only: papers of the case name whom the registers name.
    """

    type: RecipientType = RecipientType.NATURAL_PERSON
    name: Annotated[PersonName | None, Field(pattern=_TITLE)] = None
    iin: IinText | None = None
    bin: Annotated[str | None, PersonalData("pd.02")] = None
    patent_no: Annotated[str | None, PersonalData("svc.case_document"), Field(pattern=_REFERENCE)] = None
    registration_no: Annotated[str | None, PersonalData("svc.case_document"), Field(pattern=_REFERENCE)] = (
        None
    )

    @field_validator("iin")
    @classmethod
    def _valid_iin(cls, value: str | None) -> str | None:
        return valid_iin(value) if value is not None else None

    @field_validator("bin")
    @classmethod
    def _valid_bin(cls, value: str | None) -> str | None:
        try:
            return str(parse_bin(value)) if value is not None else None
        except InvalidInput as error:
            raise ValueError("not a BIN: 12 digits with a right check digit are needed") from error

    @model_validator(mode="after")
    def _named(self) -> Applicant:
        entity = self.type is RecipientType.LEGAL_ENTITY
        if entity and (self.iin is not None or self.patent_no is not None):
            raise ValueError("a legal entity has neither IIN nor patent")
        if entity and self.bin is None and self.registration_no is None:
            raise ValueError("a legal entity is named by its BIN, or else by its certificate of registration")
        if not entity and (self.iin is None or self.bin is not None or self.registration_no is not None):
            raise ValueError("a natural person or sole proprietor is named by an IIN and nothing else")
        if (self.patent_no is not None) != (self.type is RecipientType.SOLE_PROPRIETOR):
            raise ValueError("a sole proprietor, and nobody else, names a patent")
        return self

    @property
    def number(self) -> IinText | None:
        """IIN or BIN."""
        return self.bin if self.type is RecipientType.LEGAL_ENTITY else self.iin


class Representative(_Form):
    """Who applies in the applicant's name, by a power of attorney that a notary certified (COM-19)."""

    name: Annotated[PersonName, Field(pattern=_TITLE)]
    iin: IinText
    power_number: Annotated[str, PersonalData("svc.case_document"), Field(pattern=_NUMBER)]
    power_issued_on: Annotated[date, PersonalData("svc.case_document")]
    power_notary: Annotated[str, PersonalData("svc.case_document"), Field(pattern=_TITLE)]

    @field_validator("iin")
    @classmethod
    def _valid_iin(cls, value: str) -> str:
        return valid_iin(value)


class Application(_Form):
    """One application. ``subject_iin``: the deceased, the breadwinner, or whose disability it is.

    ``documents_complete``: with all necessary documents; until then no term runs (S-r24, D-r24, AC-S06).
    ``one_application`` are the benefits chosen to be assigned together, by their numbers in D-t10 from 1.
    ``data_consent`` is CNS-D (4.2); without it no register is read and the decision is a refusal on ground G3.
    What was handed in goes into the receipt (M-09): ``document_kinds`` by the code of the service's catalogue
    entry, ``documents`` by a title of their own; ``missing_kinds`` are still to be brought. ``accepted_by`` is the
    specialist's name there; nobody for an application that the portal took in by itself.
    """

    service: str = Field(pattern=r"^[A-Z]{2,8}$")
    channel: AppliedChannel
    applicant: Applicant
    subject_iin: IinText
    date_of_death: DeathDay | None = None
    dependants: list[Dependant] = Field(default_factory=list, max_length=MOST_DEPENDANTS)
    account: AccountNumber | None = None
    certified: Certified
    eds_reference: Annotated[str | None, PersonalData("pd.13"), Field(pattern=_REFERENCE)] = None
    received_at: AwareDatetime
    documents_complete: bool
    document_kinds: list[str] = Field(default_factory=list, max_length=MOST_DOCUMENTS)
    documents: list[DocumentTitle] = Field(default_factory=list, max_length=MOST_DOCUMENTS)
    missing_kinds: list[str] = Field(default_factory=list, max_length=MOST_DOCUMENTS)
    accepted_by: Annotated[PersonName | None, Field(pattern=_TITLE)] = None
    representative: Representative | None = None
    first_establishment: bool | None = None
    one_application: list[BenefitNumber] = Field(default_factory=list, max_length=9)
    data_consent: bool
    mobile_number: Annotated[MobileNumber | None, Field(pattern=r"^\+7\d{10}$")] = None
    language: Literal["kk", "ru"] = "kk"

    @field_validator("subject_iin")
    @classmethod
    def _valid_subject(cls, value: str) -> str:
        return valid_iin(value)

    @field_validator("account")
    @classmethod
    def _valid_account(cls, value: str | None) -> str | None:
        try:
            return parse_iban(value).value if value is not None else None
        except InvalidInput as error:
            raise ValueError(
                "not an account number of Kazakhstan: KZ and 18 characters are needed"
            ) from error

    @model_validator(mode="after")
    def _certified_by_something(self) -> Application:
        if (self.eds_reference is not None) != (self.certified is Certified.EDS):
            raise ValueError("an EDS has a reference, and nothing else has")
        return self

    @model_validator(mode="after")
    def _whole_or_not(self) -> Application:
        if self.documents_complete and self.missing_kinds:
            raise ValueError("an application with all necessary documents misses none")
        return self


def check_application(application: Application, today: date) -> Service:
    """The entry of the service that the application is for. Raises ApplicationRefused where the law has no such way.

    ``today`` is the Almaty day; nothing here asks a register.
    """
    entry = _entry(application.service)
    applicant = application.applicant
    if application.channel not in entry.channels:
        raise ApplicationRefused("no_channel", "channel", "the service is not given through this channel")
    given = {Circumstance.FIRST_ESTABLISHMENT} if application.first_establishment else set()
    if not channel_open(entry, application.channel, given):
        raise ApplicationRefused(
            "first_time_only",
            "first_establishment",
            "the provider takes applications only when disability is established for the first time (D-t2)",
        )
    if applicant.type not in entry.parties.recipients:
        raise ApplicationRefused(
            "recipient_type", "applicant", "the service is given to natural persons only"
        )
    if application.one_application:
        _check_choice(entry, application.one_application)
    if applicant.number is None and application.certified is not Certified.PAPER:
        raise ApplicationRefused(
            "no_bin", "applicant", "without a BIN the application is signed on paper only (B-r5)"
        )
    if application.channel == "portal" and application.certified is not Certified.EDS:
        raise ApplicationRefused(
            "eds_needed", "certified", "by the portal an application is signed with an EDS"
        )
    if entry.subject == "deceased" and application.subject_iin == applicant.iin:
        raise ApplicationRefused("deceased", "subject_iin", "the deceased cannot be the applicant")
    for field in ("document_kinds", "missing_kinds"):
        if not set(getattr(application, field)) <= kinds_of(entry.code).keys():
            raise ApplicationRefused(
                "no_kind", field, "the service knows no such kind of document; name it in documents"
            )
    representative = application.representative
    if representative is not None and representative.iin == applicant.iin:
        raise ApplicationRefused(
            "own_representative", "representative", "the applicant needs no power of attorney"
        )
    if representative is not None and representative.power_issued_on > today:
        raise ApplicationRefused(
            "power_in_the_future", "representative", "the power of attorney was issued in the future"
        )
    if application.date_of_death is not None and application.date_of_death > today:
        raise ApplicationRefused("in_the_future", "date_of_death", "the death lies in the future")
    if (
        application.date_of_death is not None
        and legal_day(application.received_at) < application.date_of_death
    ):
        raise ApplicationRefused(
            "before_death", "received_at", "the application was received before the day of the death"
        )
    if _account_wanted(entry, application):
        raise ApplicationRefused(
            "account_missing",
            "account",
            "name the account the payment goes to: nobody asks for it on the automatic way (SIL-08)",
        )
    return entry


def _account_wanted(entry: Service, application: Application) -> bool:
    """Whether the account is asked for at the door, which is our own rule (SIL-08): the lists of documents for a
    counter and the portal name none (B-t8, D-t8, S-t8).

    Only where a decision may be formed without a person. Elsewhere the application is registered, its term runs
    (D-r24, S-r24), and a caseworker asks for the account beside it.
    """
    asked = application.documents_complete and application.channel in entry.automatic_channels
    return asked and application.account is None


def _check_choice(entry: Service, choice: list[int]) -> None:
    """The benefits of "one application" are chosen with the service's own, which alone has rules here (D-t10)."""
    try:
        chosen = chosen_benefits(entry, choice)
    except InvalidInput as error:
        words = "these benefits cannot be chosen together with the service"
        raise ApplicationRefused("no_such_benefit", "one_application", words) from error
    if not any(benefit.service == entry.code for benefit in chosen):
        words = "the service's own benefit is among those chosen; name it too"
        raise ApplicationRefused("own_benefit_missing", "one_application", words)


def _entry(code: str) -> Service:
    try:
        return service(code)
    except NotFound as error:
        raise ApplicationRefused("no_service", "service", "there is no such service") from error
