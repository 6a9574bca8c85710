"""What will happen next to a case and when, and where its time went. Computed from stored dates, never guessed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from belsendi.contracts.states import CaseState, Party
from belsendi.law import Path, ProductDefaults, WorkingCalendar, add_working_days_at, service
from belsendi.records.models import Case, CaseStep, Decision, Question, Wait

_UNSIGNED = frozenset(
    {
        CaseState.REGISTERED,
        CaseState.CHECKING,
        CaseState.MANUAL_REVIEW,
        CaseState.ACCEPTED,
        CaseState.CASEWORK,
        CaseState.EXTENDED,
        CaseState.EIM_DRAFTING,
        CaseState.HEARING,
        CaseState.AWAITING_SIGNATURE,
    }
)


@dataclass(frozen=True)
class Upcoming:
    """One thing ahead. ``at`` None: as soon as ``party`` has acted. ``source`` is a rule or a product default."""

    kind: str
    at: datetime | None
    party: Party
    source: str


@dataclass(frozen=True)
class Spent:
    """One wait of the time budget. ``system`` is the address of a registry; ``running`` marks the present wait."""

    party: str
    system: str | None
    began_at: datetime
    length: timedelta
    running: bool


def time_budget(waits: Sequence[Wait], present: datetime) -> list[Spent]:
    """The waits of a case in order, the present one up to ``present``."""
    return [
        Spent(
            party=wait.party,
            system=wait.system,
            began_at=wait.began_at,
            length=max((wait.ended_at or present) - wait.began_at, timedelta(0)),
            running=wait.ended_at is None,
        )
        for wait in waits
    ]


def outlook(
    case: Case,
    steps: Sequence[CaseStep],
    questions: Sequence[Question],
    decisions: Sequence[Decision],
    defaults: ProductDefaults,
    calendar: WorkingCalendar,
    present: datetime,
) -> list[Upcoming]:
    """What is ahead, soonest first; what waits for an act of somebody stands before it."""
    if case.outcome is not None:
        return []
    ahead = _of_state(case, steps, questions, decisions, defaults, calendar)
    last = steps[-1] if steps else None
    if last is not None and last.kind == "OUTAGE" and last.facts.get("again_at"):
        again = datetime.fromisoformat(last.facts["again_at"])
        ahead.append(Upcoming("RETRY", again, Party.REGISTRY, "SIL-15"))
    if case.state in _UNSIGNED:
        ahead.append(Upcoming("ESCALATION", case.escalate_at, Party.US, "SIL-19"))
        ahead.append(Upcoming("DUE", case.due_at, Party.US, _term_rule(case)))
    acts = [item for item in ahead if item.at is None]
    timed = [item for item in ahead if item.at is not None and item.at >= present]
    return acts + sorted(timed, key=lambda item: item.at or present)


def _of_state(
    case: Case,
    steps: Sequence[CaseStep],
    questions: Sequence[Question],
    decisions: Sequence[Decision],
    defaults: ProductDefaults,
    calendar: WorkingCalendar,
) -> list[Upcoming]:
    state, entry = CaseState(case.state), service(case.service)
    decides = entry.decision_rules(case.path)[0]
    if state is CaseState.OFFERED:
        return _offer(questions, defaults, calendar, entry.consent_rules[0])
    if state is CaseState.DOCUMENTS_AWAITED:
        return [
            Upcoming("DOCUMENTS_BROUGHT", None, Party.CITIZEN, decides),
            Upcoming(
                "DOCUMENTS_REMINDER", _told(steps, "DOCUMENTS_AWAITED", "reminder_at"), Party.US, "SIL-51"
            ),
            Upcoming("DOCUMENTS_EXPIRE", _told(steps, "DOCUMENTS_AWAITED", "expires_at"), Party.US, "SIL-51"),
        ]
    if state is CaseState.ACCOUNT_PENDING and case.consented_at is not None:
        ends = add_working_days_at(case.consented_at, defaults.account_ttl_wd, calendar)
        return [
            Upcoming("ACCOUNT_ANSWER", None, Party.CITIZEN, entry.consent_rules[0]),
            Upcoming("ACCOUNT_EXPIRES", ends, Party.US, "SIL-09"),
        ]
    if state is CaseState.MANUAL_REVIEW:
        return [Upcoming("REVIEW", None, Party.OFFICER, "SIL-28")]
    if state is CaseState.HEARING:
        heard_by = _told(steps, "DRAFTED", "hearing_until")
        return [Upcoming("HEARING_ENDS", heard_by, Party.CITIZEN, "SIL-18")]
    if state is CaseState.AWAITING_SIGNATURE and decisions:
        alert = decisions[0].drafted_at + defaults.sign_alert_after
        return [
            Upcoming("SIGNATURE", None, Party.OFFICER, decides),
            Upcoming("SIGN_ALERT", alert, Party.US, "SIL-17"),
        ]
    if state is CaseState.DECIDED_ASSIGN:
        return [Upcoming("PLACEMENT", None, Party.REGISTRY, decides)]
    if state in (CaseState.CASEWORK, CaseState.EXTENDED):
        return [Upcoming("PROPOSAL", None, Party.OFFICER, decides)]
    if state is CaseState.ACCEPTANCE_DEFERRED:
        opens = _told(steps, "ACCEPTANCE_MOVED", "deferred_until") or _told(
            steps, "ACCEPTANCE_DEFERRED", "deferred_until"
        )
        return [Upcoming("ACCEPTANCE", opens, Party.US, _citation(entry.clock.after_hours.citation))]
    return [
        Upcoming("AUTOMATIC", None, Party.US, entry.automatic_rules[0] if case.path == Path.P1 else decides)
    ]


def _told(steps: Sequence[CaseStep], kind: str, instant: str) -> datetime | None:
    """An instant out of the result of the last step of a kind."""
    result = next((step.result for step in reversed(steps) if step.kind == kind), None)
    told = (result or {}).get(instant)
    return datetime.fromisoformat(told) if told else None


def _term_rule(case: Case) -> str:
    """The rule of the term that runs; it runs from consent or registration, so the path is known."""
    return _citation(service(case.service).term(case.channel, Path(case.path or Path.P1)).citation)


def _citation(text: str) -> str:
    """The first of several citations."""
    return text.partition(";")[0].partition(",")[0]


def _offer(
    questions: Sequence[Question], defaults: ProductDefaults, calendar: WorkingCalendar, rule: str
) -> list[Upcoming]:
    opened_at = next((q.opened_at for q in questions if q.state == "open" and q.opened_at), None)
    if opened_at is None:
        return [Upcoming("OFFER_IN_LINE", None, Party.CITIZEN, "SIL-40")]
    return [
        Upcoming("OFFER_ANSWER", None, Party.CITIZEN, rule),
        Upcoming(
            "OFFER_REMINDER",
            add_working_days_at(opened_at, defaults.offer_reminder_wd, calendar),
            Party.US,
            "SIL-06",
        ),
        Upcoming(
            "OFFER_LAPSES",
            add_working_days_at(opened_at, defaults.offer_ttl_wd, calendar),
            Party.US,
            "SIL-06",
        ),
    ]
