"""Decisions to assign and to refuse: the slot of form 7-қосымша with the field set of 13.4 (B-r19-1, SIL-02)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, ClassVar, Literal, Self

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from belsendi.contracts.personal_data import AccountNumber, BenefitDay, DeathDay, PersonalData
from belsendi.documents.fields import (
    Bilingual,
    DocumentFields,
    DocumentKind,
    Fields,
    Party,
    Reference,
    Text,
)
from belsendi.law import RecipientType, Verdict
from belsendi.law.product_defaults import CheckCode

Hash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class AccountMode(StrEnum):
    """Whether the recipient confirmed the account on file or gave one: растау / ұсыну (B-t8)."""

    CONFIRMED = "confirmed"
    PROVIDED = "provided"


class TraceRow(Fields):
    """One step of the trace, in the form of ``belsendi.law.TraceStep.as_json``: codes and numbers only."""

    rule: Text
    citation: Text
    outcome: Text
    detail: dict[str, str] = Field(default_factory=dict)
    product_default: Text | None = None


class DecisionBasis(Fields):
    """What the decision rests on: two time axes, the parameters' hash, the checks and the steps."""

    legal_date: DeathDay
    knowledge_date: date
    law_version: Hash
    parameter_hash: Hash
    checks: dict[CheckCode, Verdict]
    """Empty for a service whose rules name no parameters (SUR)."""
    trace: Annotated[tuple[TraceRow, ...], Field(min_length=1)]


class ChosenBenefit(Fields):
    """A benefit of "one application" (D-t10). ``own``: this decision is about it; the others have no rules in the
    order, so decision and sum are left to the assigning system (SIL-20, SIL-31)."""

    name: Bilingual
    own: bool


class _Decision(DocumentFields):
    """``decision_no`` and ``decision_date`` (Almaty day) are those of the signature; a draft has neither."""

    decision_no: Reference | None = None
    decision_date: date | None = None
    revision: Annotated[int, Field(ge=1)]
    registration_no: Reference
    registered_at: AwareDatetime
    recipient: Party
    recipient_type: RecipientType
    subject: Party | None
    """Whom the right hangs on, where that is somebody else: the deceased, the breadwinner, the disabled child. None
    when the record of it is what is missing."""
    legal_day: Annotated[date | None, PersonalData("svc.death_fact"), PersonalData("pd.27")]
    """The Almaty day of the death, or on which the disability was established."""
    basis: DecisionBasis
    benefits: tuple[ChosenBenefit, ...] = ()
    """What the recipient chose with "one application"; empty where nothing was."""

    @model_validator(mode="after")
    def _dated_when_numbered(self) -> Self:
        if (self.decision_no is None) != (self.decision_date is None):
            raise ValueError("decision_no and decision_date are given together, at the signature")
        return self


class LaterAmount(Fields):
    """A month's sum from the Almaty day ``since`` on which what it rests on changed; None is left to the assigning
    system."""

    since: BenefitDay
    amount: Annotated[Decimal, Field(gt=0)] | None
    share: Annotated[Decimal, Field(gt=0)] | None = None


class DecisionAssign(_Decision):
    """Decision to assign. ``amount`` in tenge; None leaves it to the assigning system and says so (SIL-20)."""

    kind: ClassVar[DocumentKind] = DocumentKind.DECISION_ASSIGN

    legal_day: Annotated[date, PersonalData("svc.death_fact"), PersonalData("pd.27")]
    record_no: Annotated[str, PersonalData("svc.death_fact"), StringConstraints(min_length=1)] | None = None
    """The number of the certificate that proves it."""
    benefit_start: Annotated[date | None, PersonalData("pd.26")] = None
    """The first day the benefit is due; None for one that is paid once (D-r4, S-r24)."""
    account: Annotated[AccountNumber, StringConstraints(pattern=r"^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$")]
    account_mode: AccountMode
    amount: Annotated[Decimal, Field(gt=0)] | None
    amount_explanation: Bilingual
    monthly: bool = False
    """Whether ``amount`` is a month's sum; ``share`` is then each member's equal part of it (SUR)."""
    share: Annotated[Decimal, Field(gt=0)] | None = None
    later_amounts: tuple[LaterAmount, ...] = ()


class DecisionRefuse(_Decision):
    """Decision to refuse. At least one of the three grounds (10.3(6)), printed in the service's own words
    (INC-25); ``detail`` is the product's explanation.

    ``complaint`` stays None for the burial payment until its text is legally approved (SIL-37).
    """

    kind: ClassVar[DocumentKind] = DocumentKind.DECISION_REFUSE

    grounds: Annotated[tuple[Literal["G1", "G2", "G3"], ...], Field(min_length=1)]
    detail: Bilingual | None = None
    complaint: Bilingual | None = None
