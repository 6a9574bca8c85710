"""What the API says of a case. Instants are UTC, amounts exact tenge as text."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, Field

from api.v1.case_records import CaseStory
from belsendi.contracts.states import CaseState, Flag, Outcome, Party
from belsendi.law import RecipientType
from belsendi.records.models import Case, CaseStep, Decision, ParameterCheck, PaymentOrder

_ID = "^[0-9a-f]{32}$"
# Codes, dates of the case itself, its own numbers and counts. A fact with another name stays inside.
_OPEN_FACTS = frozenset(
    {
        *(
            "accepted_on",
            "benefits",
            "error",
            "certified",
            "channel",
            "days",
            "documents",
            "form",
            "message",
            "path",
            "status",
        ),
        *("account_known", "account_mode", "again_at", "attempt", "attempts", "attempts_left", "calendar"),
        *(
            "checks",
            "decision_no",
            "document",
            "documents",
            "due_on",
            "failures",
            "file",
            "from",
            "grounds",
            "kind",
            "method",
        ),
        *("payment_assigned", "problem", "registration_no", "replaced", "revision", "signature"),
        *("scan", "strict_due_on", "system", "until", "why", "year"),
    }
)


class CaseSummary(BaseModel):
    """A line of the list. ``due_at`` is the end of the legal term (B-t3), unknown before registration."""

    id: str = Field(pattern=_ID)
    reference: str
    service: str
    recipient_type: RecipientType
    state: CaseState
    outcome: Outcome | None
    flags: list[Flag]
    waiting_for: Party
    waiting_since: datetime
    due_at: datetime | None
    created_at: datetime
    updated_at: datetime
    closed_at: datetime | None


class CasePageBody(BaseModel):
    """``next`` is the cursor of the following page, null on the last one."""

    cases: list[CaseSummary]
    next: str | None


class Step(BaseModel):
    """One step of the timeline; ``rules`` are citations, ``facts`` codes, dates of the case and counts."""

    seq: int
    kind: str
    at: datetime
    actor: str
    state: CaseState
    rules: list[str]
    facts: dict[str, Any]


class WaitSpent(BaseModel):
    """One wait of the time budget: for whom, since when, how long."""

    party: Party
    system: str | None
    began_at: datetime
    seconds: int = Field(ge=0)
    running: bool


class Ahead(BaseModel):
    """One thing that will happen; ``at`` null: as soon as ``party`` has acted."""

    kind: str
    at: datetime | None
    party: Party
    source: str


class Check(BaseModel):
    """One of the five parameters of B-r13, with the rules its result followed from."""

    code: str
    result: str
    at: datetime
    trace: list[dict[str, Any]]


class DecisionBody(BaseModel):
    """The newest draft or decision; a draft has neither number nor date (transition 22).

    The dates of the person's life that it rests on stay in the console.
    """

    revision: int
    kind: str
    status: str
    number: str | None
    decided_on: date | None
    form: str
    grounds: list[str]
    amount: Decimal | None
    trace: list[dict[str, Any]]
    parameter_hash: str
    law_version: str
    drafted_at: datetime
    approved_at: datetime | None


class Placement(BaseModel):
    """Where the payment order stands in the payment system."""

    state: str
    attempts: int
    created_at: datetime
    placed_at: datetime | None


class CaseBody(CaseSummary):
    """One case, whole, without personal data."""

    channel: str
    initiative: str
    attempt: int
    consented_at: datetime | None
    registered_at: datetime | None
    strict_due_at: datetime | None
    escalate_at: datetime | None
    overdue: bool
    timeline: list[Step]
    waits: list[WaitSpent]
    upcoming: list[Ahead]
    checks: list[Check]
    decision: DecisionBody | None
    payment: Placement | None


def summary_of(case: Case) -> CaseSummary:
    return CaseSummary(**_summary(case))


def _summary(case: Case) -> dict[str, Any]:
    return {name: getattr(case, name) for name in CaseSummary.model_fields}


def body_of(story: CaseStory) -> CaseBody:
    case = story.case
    return CaseBody(
        **_summary(case),
        channel=case.channel,
        initiative=case.initiative,
        attempt=case.attempt,
        consented_at=case.consented_at,
        registered_at=case.registered_at,
        strict_due_at=case.strict_due_at,
        escalate_at=case.escalate_at,
        overdue=case.outcome is None and case.due_at is not None and case.due_at < story.present,
        timeline=[_step(step) for step in story.steps],
        waits=[
            WaitSpent(
                party=Party(spent.party),
                system=spent.system,
                began_at=spent.began_at,
                seconds=int(spent.length.total_seconds()),
                running=spent.running,
            )
            for spent in story.spent
        ],
        upcoming=[Ahead(kind=u.kind, at=u.at, party=u.party, source=u.source) for u in story.upcoming],
        checks=[_check(check) for check in story.checks],
        decision=_decision(story.decision) if story.decision else None,
        payment=_placement(story.order) if story.order else None,
    )


def _step(step: CaseStep) -> Step:
    return Step(
        seq=step.seq,
        kind=step.kind,
        at=step.at,
        actor=step.actor,
        state=CaseState(step.state),
        rules=step.rules,
        facts={name: value for name, value in step.facts.items() if name in _OPEN_FACTS},
    )


def _check(check: ParameterCheck) -> Check:
    return Check(code=check.code, result=check.result, at=check.at, trace=check.trace)


def _decision(decision: Decision) -> DecisionBody:
    return DecisionBody(
        revision=decision.revision,
        kind=decision.kind,
        status=decision.status,
        number=decision.number if decision.status == "approved" else None,
        decided_on=decision.decided_on,
        form=decision.form,
        grounds=[str(ground["code"]) for ground in decision.grounds],
        amount=decision.amount,
        trace=decision.trace,
        parameter_hash=decision.parameter_hash,
        law_version=decision.law_version,
        drafted_at=decision.drafted_at,
        approved_at=decision.approved_at,
    )


def _placement(order: PaymentOrder) -> Placement:
    return Placement(
        state=order.state, attempts=order.attempts, created_at=order.created_at, placed_at=order.placed_at
    )
