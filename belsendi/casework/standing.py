"""Where a person's cases stand: one answer for the personal cabinet, the portal and the contact centre.

AC-C09: whoever asks through 1414 hears what the cabinet shows, because both are made here (COM-17).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from belsendi.contracts.case import CaseOrigin
from belsendi.contracts.personal_data import PersonalData
from belsendi.contracts.states import CaseState, Outcome
from belsendi.dialogue import MessageCatalogue
from belsendi.law import legal_day
from belsendi.records.models import Case, Decision

REQUEST_ACCEPTED = "REQUEST_ACCEPTED"
_SIGNED = (CaseState.DECIDED_ASSIGN, CaseState.DECIDED_REFUSE, CaseState.PLACED, CaseState.CLOSED)


class Said(BaseModel):
    """The same words in Kazakh and Russian."""

    model_config = ConfigDict(frozen=True)

    kk: str
    ru: str


class CaseStanding(BaseModel):
    """One case of the person who asks. Days are Almaty days; ``due_on`` is None when no term runs any more.

    ``decision_no`` is there once the decision is signed, never for a case that was not accepted.
    """

    model_config = ConfigDict(frozen=True)

    reference: str
    service: str
    benefit: Said
    state: CaseState
    outcome: Outcome | None
    status: Said
    applied_on: Annotated[date | None, PersonalData("pd.26")]
    decided_on: Annotated[date | None, PersonalData("pd.26")]
    decision_no: Annotated[str | None, PersonalData("pd.26")]
    due_on: date | None


class Standing(BaseModel):
    """All cases of one person, newest first, as of an instant (UTC)."""

    model_config = ConfigDict(frozen=True)

    told_at: datetime
    cases: list[CaseStanding]


async def standing_of(
    session: AsyncSession,
    words: MessageCatalogue,
    person_id: str,
    now: datetime,
    *,
    service: str | None = None,
) -> Standing:
    """The standing of the person's own cases, of one service or of all (SIL-38: nobody else's)."""
    query = select(Case).where(Case.recipient_id == person_id).order_by(Case.created_at.desc(), Case.id)
    if service is not None:
        query = query.where(Case.service == service)
    cases = list((await session.execute(query)).scalars())
    decided = await _approved(session, [case.id for case in cases])
    return Standing(told_at=now, cases=[_told(words, case, decided.get(case.id)) for case in cases])


async def standing_of_case(
    session: AsyncSession, words: MessageCatalogue, reference: str, now: datetime
) -> Standing | None:
    """The standing of the one case with this reference, None when there is none."""
    query = select(Case).where(Case.reference == reference)
    case = (await session.execute(query)).scalar_one_or_none()
    if case is None:
        return None
    decided = await _approved(session, [case.id])
    return Standing(told_at=now, cases=[_told(words, case, decided.get(case.id))])


async def _approved(session: AsyncSession, case_ids: list[str]) -> dict[str, Decision]:
    if not case_ids:
        return {}
    query = select(Decision).where(Decision.case_id.in_(case_ids), Decision.status == "approved")
    return {decision.case_id: decision for decision in (await session.execute(query)).scalars()}


def status_code(case: Case) -> str:
    """The code of where a case stands: its end, its state, or that its application was accepted (COM-09)."""
    waiting = case.origin == CaseOrigin.APPLICATION and case.state == CaseState.IDENTIFIED
    return case.outcome or (REQUEST_ACCEPTED if waiting else case.state)


def status_words(words: MessageCatalogue, case: Case) -> Said:
    """The same in words, for the cabinet and for whoever asks through 1414 (AC-C09)."""
    code = status_code(case)

    def said(language: str) -> str:
        if case.outcome is not None:
            return words.outcome_words(Outcome(case.outcome), language)
        if code == REQUEST_ACCEPTED:
            return words.request_accepted(language)
        return words.state_words(CaseState(case.state), language)

    return Said(kk=said("kk"), ru=said("ru"))


def _told(words: MessageCatalogue, case: Case, decision: Decision | None) -> CaseStanding:
    state, outcome = CaseState(case.state), Outcome(case.outcome) if case.outcome else None
    applied = case.registered_at or case.consented_at
    return CaseStanding(
        reference=case.reference,
        service=case.service,
        benefit=Said(**{each: words.service_name(case.service, each) for each in ("kk", "ru")}),
        state=state,
        outcome=outcome,
        status=status_words(words, case),
        applied_on=legal_day(applied) if applied else None,
        decided_on=decision.decided_on if decision is not None else None,
        decision_no=decision.number if decision is not None else None,
        due_on=legal_day(case.due_at) if case.due_at and state not in _SIGNED else None,
    )
