"""From what was read to the e-draft of a decision: the same way for every service (B-r19-1, D-r21-1; P7 by analogy)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from belsendi.casework.bench import Bench
from belsendi.casework.identity import CaseIdentity
from belsendi.casework.programmes import (
    Reading,
    amount_changes,
    amount_of,
    assigned_already,
    begins_on,
    case_file,
    circumstances_of,
    digest_sources,
    doubts_of,
    legal_date,
    note_doubts,
    statuses_of,
    without_paper_parents,
)
from belsendi.contracts.case import OfficerAct, OfficerDecision
from belsendi.contracts.states import Flag
from belsendi.law import (
    CheckFacts,
    CheckKind,
    DecisionKind,
    Draft,
    EimItem,
    EimStatus,
    Path,
    Service,
    WorkingCalendar,
    draft_decision,
    legal_day,
    run_checks,
    service,
    trace_benefits,
)

# What a second reading can contradict. Completeness and other applications were settled at the check, and a record
# that is gone is an absent datum of the case file.
_STILL_TO_HOLD = frozenset({CheckKind.NOT_ASSIGNED, CheckKind.RECIPIENT_STATUS, CheckKind.WITHIN_YEARS})


@dataclass(frozen=True)
class Assessment:
    """The draft, the state of the case file it rests on, a hash of what was read (SIL-30), and what the signer must
    look at besides."""

    draft: Draft
    items: list[EimItem]
    digest: str
    doubts: frozenset[Flag] = frozenset()


def assess(
    bench: Bench,
    identity: CaseIdentity,
    reading: Reading,
    calendar: WorkingCalendar,
    now: datetime,
    *,
    attached: Collection[str] = (),
    proposal: OfficerDecision | None = None,
) -> Assessment:
    """Drafts from a fresh reading. ``attached`` are data proved by an accepted document (COM-06); ``proposal`` is
    the caseworker's decision in P7, which the law's own grounds overrule."""
    entry, today = service(identity.case.service), legal_day(now)
    circumstances = circumstances_of(entry, identity, reading, today)
    needed = without_paper_parents(circumstances, attached)
    file = case_file(entry, identity, reading, today, needed) if identity.data_consent else []
    items = [replace(item, status=EimStatus.PRESENT) if item.datum in attached else item for item in file]
    day = legal_date(entry, identity, reading)
    begins = begins_on(entry, identity, day)
    draft = draft_decision(
        entry,
        eim=items,
        failed_checks=failing_now(bench, entry, identity, reading, day, calendar),
        data_consent=identity.data_consent,
        legal_date=day,
        benefit_start=begins,
        amount=amount_of(entry, identity, reading, begins or day, attached, today),
        parameters=bench.parameters,
        knowledge_date=today,
        rounding=bench.profile.defaults.amount_rounding,
        recipient=identity.recipient_type,
        circumstances=needed,
        path=Path(identity.case.path or entry.path),
        amount_changes=amount_changes(entry, identity, reading, begins, today, attached),
    )
    note_doubts(entry, identity, reading, today, attached, draft.trace)
    if identity.case.right_day is not None and day == identity.event_day:
        draft.trace.add("day of the right", "SIL-27", "entered by a caseworker", {}, "SIL-27")
    trace_benefits(entry, identity.case.one_application, draft)
    if proposal is not None:
        draft = _as_proposed(entry, draft, proposal)
    sources = digest_sources(entry, identity.recipient_type, circumstances)
    doubts = doubts_of(entry, identity, reading, today, attached)
    return Assessment(draft, items, reading.digest(sources), doubts)


def failing_now(
    bench: Bench,
    entry: Service,
    identity: CaseIdentity,
    reading: Reading,
    day: date | None,
    calendar: WorkingCalendar,
) -> Sequence[str]:
    """The parameters that what was read for the decision contradicts, though the check once passed (SIL-30)."""
    if day is None:
        return ()
    facts = CheckFacts(
        applied_on=legal_day(identity.case.anchor or identity.case.created_at),
        complete=True,
        assigned=assigned_already(reading),
        legal_date=day,
        statuses=statuses_of(reading),
    )
    failures = run_checks(entry, facts, bench.profile.defaults, calendar).failures
    return [code for code in failures if entry.check(code).kind in _STILL_TO_HOLD]


def _as_proposed(entry: Service, draft: Draft, proposal: OfficerDecision) -> Draft:
    """The caseworker's decision put into form. What the file itself refuses stays refused."""
    draft.trace.add(
        "proposal",
        entry.decision_citation(Path.P7),
        proposal.act.value,
        {"grounds": ", ".join(proposal.grounds or ())},
        "SIL-18",
    )
    if proposal.act is not OfficerAct.REFUSAL_PROPOSED or draft.kind is DecisionKind.REFUSE:
        return draft
    return replace(
        draft,
        kind=DecisionKind.REFUSE,
        grounds=tuple(entry.ground(code) for code in proposal.grounds or ()),
        amount=None,
        share=None,
        amount_explanation="no sum: the draft refuses",
    )
