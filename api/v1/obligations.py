"""Yearly obligations of a survivor case: which there are, which years are met, and a paper that meets one."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from pydantic import BaseModel, Field

from api.callers import ServiceAccount
from api.context import context_of
from api.problems import FieldProblem, Kind, ProblemFound
from api.v1.case_records import CaseRecords
from api.v1.described import BY_SERVICE_ACCOUNT, body_problems, found_problems
from api.v1.side_bodies import YearMet, body_schema, read_request
from belsendi.casework.certificates import CertificateReturned
from belsendi.casework.obligations import Evidence
from belsendi.contracts.side_work import ObligationKind
from belsendi.law import CertificateFlaw, StudyCertificate, flawed_fields
from belsendi.records.models import Obligation, ObligationYear

_ACCOUNT = "state-corporation"
_ID = "^[0-9a-f]{32}$"
_WHY = {
    CertificateFlaw.BLANK_FIELD: "a necessary field is blank",
    CertificateFlaw.NO_CORNER_STAMP: "the corner stamp is missing",
    CertificateFlaw.NO_SEAL: "the seal is missing",
    CertificateFlaw.NO_SIGNATURE: "neither signature nor EDS of the head is there",
    CertificateFlaw.WRONG_IIN: "is not the number of the learner of this obligation",
    CertificateFlaw.WRONG_PERIOD: "the study must end after it begins",
    CertificateFlaw.NOT_FULL_TIME: "only full-time study counts (S-r7)",
    CertificateFlaw.WRONG_ACADEMIC_YEAR: "is not the academic year it is handed in for",
    CertificateFlaw.ISSUED_IN_THE_FUTURE: "lies in the future",
}
router = APIRouter(prefix="/v1", tags=["obligations"], dependencies=[Depends(ServiceAccount())])


class YearShown(BaseModel):
    """A year that is met: an academic year for study, a calendar year for care."""

    period: str
    evidence: Evidence
    confirmed_at: datetime


class ObligationShown(BaseModel):
    """One obligation, without the person it is about. Nothing stops a payment while a year is not met."""

    id: str = Field(pattern=_ID)
    kind: ObligationKind
    began_at: datetime
    ended_at: datetime | None
    years: list[YearShown]


class ObligationList(BaseModel):
    obligations: list[ObligationShown]


@router.get(
    "/cases/{case_id}/obligations",
    openapi_extra=BY_SERVICE_ACCOUNT,
    responses=found_problems(),
)
async def of_case(
    request: Request,
    case_id: Annotated[
        str, Path(pattern="^[A-Za-z0-9-]{1,40}$", description="the id or the reference of a case")
    ],
) -> ObligationList:
    """The yearly obligations of a survivor case (S-r7, S-t8); none for any other."""
    context = context_of(request)
    story = await CaseRecords(context.bench).story(case_id, context.clock())
    found = await context.side.obligations.of_case(story.case.id)
    return ObligationList(obligations=[_shown(row, years) for row, years in found])


@router.post(
    "/obligations/{obligation_id}/years",
    openapi_extra=BY_SERVICE_ACCOUNT | body_schema(YearMet),
    responses=body_problems(Kind.NO_TOKEN, Kind.NOT_FOUND, Kind.CONFLICT),
)
async def meet(request: Request, obligation_id: Annotated[str, Path(pattern=_ID)]) -> ObligationShown:
    """The State Corporation took the certificate or the labour book of a year; no reminder of it follows.

    A certificate without seal or signature, of another learner or year is returned (AC-S17). A year that is met
    already stays as it is.
    """
    context = context_of(request)
    met = await read_request(request, YearMet, context.settings.event_body_limit_bytes)
    obligations = context.side.obligations
    try:
        await obligations.meet(
            obligation_id,
            met.period,
            met.evidence,
            _ACCOUNT,
            context.clock(),
            certificate=met.certificate,
        )
    except CertificateReturned as returned:
        problems = _problems(returned, met.certificate)
        raise ProblemFound(Kind.INVALID, str(returned), errors=problems) from returned
    row = await obligations.find(obligation_id)
    years = {found.id: years for found, years in await obligations.of_case(row.case_id)}
    return _shown(row, years[row.id])


def _problems(returned: CertificateReturned, certificate: StudyCertificate | None) -> list[FieldProblem]:
    assert certificate is not None
    return [
        FieldProblem(pointer=f"/certificate/{name}", code=flaw.value, detail=_WHY[flaw])
        for flaw in returned.flaws
        for name in flawed_fields(certificate, flaw)
    ]


def _shown(row: Obligation, years: list[ObligationYear]) -> ObligationShown:
    return ObligationShown(
        id=row.id,
        kind=ObligationKind(row.kind),
        began_at=row.began_at,
        ended_at=row.ended_at,
        years=[
            YearShown(period=year.period, evidence=Evidence(year.evidence), confirmed_at=year.confirmed_at)
            for year in years
        ],
    )
