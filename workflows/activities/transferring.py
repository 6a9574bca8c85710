"""Handing a case to a person for good: the recipient has died (SIL-43)."""

from __future__ import annotations

from belsendi.casework.acts import Act, ResultT
from belsendi.contracts.states import Outcome, TaskKind
from belsendi.records.cases import end_case, open_task
from belsendi.records.rulings import journal_entry


async def transfer_after_death(act: Act, result: ResultT) -> ResultT:
    """Messages stop, the deceased is let go, a person takes the case. Returns ``result`` as the step's own."""
    await open_task(
        act.session,
        TaskKind.CONTACT_CHANGED,
        key=f"{act.case.id}:RECIPIENT_DIED",
        now=act.now,
        case_id=act.case.id,
        facts={"why": "RECIPIENT_DIED"},
    )
    entry = await journal_entry(act.session, act.case.id)
    entry.outcome = Outcome.TRANSFERRED
    entry.holds_subject = False
    finished = await act.finish("RECIPIENT_DIED", result, rules=["SIL-43"])
    await end_case(act.session, act.case, Outcome.TRANSFERRED, act.now)
    return finished
