"""Records the golden histories of ``BenefitCase``: real runs on the real engine, one file for each.

    python -m tests.workflows.record_histories NAME…      (without names: all that are not there yet)

A recorded history is never edited and never recorded again: it stands for the cases that were running when a
version of the workflow was in use. A change that cannot replay them needs ``workflow.patched``; a new way
through the workflow gets a new name. Beside each history stands the snapshot of the calls it made; a snapshot
may be written anew with ``--calls`` when inputs or time-outs were changed on purpose.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from temporalio.client import WorkflowHistory

from belsendi.contracts.states import CaseState
from belsendi.law import utc_of
from simulators.registry.people import OutageMode
from tests.workflows.calls import Call
from tests.workflows.histories import GOLDEN, calls_file, golden_history, golden_names, replay
from tests.workflows.office import CaseOffice, Family, families, open_office, skipping_engine, today

Run = Callable[[CaseOffice, Family], Awaitable[WorkflowHistory]]
ANOTHER_ACCOUNT = "KZ86125KZT5004100100"
NOT_AN_ACCOUNT = "KZ86125KZT5004100101"


async def assigned(office: CaseOffice, family: Family) -> WorkflowHistory:
    case_id = await _offered(office, family)
    await office.write(family, "1")
    await office.sign(case_id)
    return await office.ended(case_id)


async def refused(office: CaseOffice, family: Family) -> WorkflowHistory:
    """The register knows no identity document, so a necessary datum is absent (G2)."""
    nameless = family.declarant.model_copy(update={"document": None})
    case_id = await _offered(office, Family(family.deceased, nameless, family.death))
    await office.write(family, "1")
    await office.sign(case_id)
    return await office.ended(case_id)


async def declined(office: CaseOffice, family: Family) -> WorkflowHistory:
    case_id = await _offered(office, family)
    await office.write(family, "0")
    return await office.ended(case_id)


async def lapsed_after_reminder(office: CaseOffice, family: Family) -> WorkflowHistory:
    case_id = await _offered(office, family)
    await office.forward(case_id, timedelta(days=30))
    return await office.ended(case_id)


async def not_accepted(office: CaseOffice, family: Family) -> WorkflowHistory:
    """The deceased had none of the four payments (CK4)."""
    without = family.deceased.model_copy(update={"statuses": []})
    case_id = await _offered(office, Family(without, family.declarant, family.death))
    await office.write(family, "1")
    return await office.ended(case_id)


async def outage_with_retries(office: CaseOffice, family: Family) -> WorkflowHistory:
    """The recipients' register is out for two attempts of the check, the payment system for one (SIL-15, SIL-16)."""
    case_id = await _offered(office, family)
    await office.registry.set_outages(recipients=OutageMode.DOWN)
    await office.write(family, "1")
    await office.until_steps(case_id, "OUTAGE", 1)
    await office.forward(case_id, timedelta(minutes=1))
    await office.until_steps(case_id, "OUTAGE", 2)
    await office.registry.set_outages(odq=OutageMode.DOWN)
    await office.forward(case_id, timedelta(minutes=2))
    await office.sign(case_id)
    await office.until_steps(case_id, "OUTAGE", 3)
    await office.registry.set_outages()
    await office.forward(case_id, timedelta(minutes=1))
    return await office.ended(case_id)


async def returned_and_signed_again(office: CaseOffice, family: Family) -> WorkflowHistory:
    case_id = await _offered(office, family)
    await office.write(family, "1")
    await office.return_draft(case_id)
    await office.until_steps(case_id, "DRAFTED", 2)
    await office.sign(case_id)
    return await office.ended(case_id)


async def withdrawn(office: CaseOffice, family: Family) -> WorkflowHistory:
    """An officer withdraws on the recipient's word before the signature (SIL-07)."""
    case_id = await _offered(office, family)
    await office.write(family, "1")
    await office.draft(case_id)
    await office.withdraw(case_id)
    return await office.ended(case_id)


async def account_after_an_invalid_one(office: CaseOffice, family: Family) -> WorkflowHistory:
    case_id = await _offered(office, family)
    await office.write(family, "2")
    await office.until_state(case_id, CaseState.ACCOUNT_PENDING)
    await office.write(family, NOT_AN_ACCOUNT)
    await office.write(family, ANOTHER_ACCOUNT)
    await office.sign(case_id)
    return await office.ended(case_id)


async def application_over_an_offer(office: CaseOffice, family: Family) -> WorkflowHistory:
    """The recipient applies through the portal while our offer waits (SIL-40)."""
    case_id = await _offered(office, family)
    await office.apply(family)
    await office.sign(case_id)
    return await office.ended(case_id)


async def documents_never_brought(office: CaseOffice, family: Family) -> WorkflowHistory:
    """An application without its documents: one reminder, then the end (S-r24, D-r24)."""
    case_id = await office.apply(family, complete=False)
    await office.until_steps(case_id, "DOCUMENTS_AWAITED")
    await office.forward(case_id, timedelta(days=60))
    return await office.ended(case_id)


async def _offered(office: CaseOffice, family: Family) -> str:
    case_id = await office.death(family)
    await office.until_state(case_id, CaseState.OFFERED)
    return case_id


async def consent_after_a_refusal_without(office: CaseOffice, family: Family) -> WorkflowHistory:
    """Without consent to the data a refusal is drafted; the consent comes before it is signed (G3, COM-14)."""
    await office.registry.add_people([family.deceased, family.declarant])
    await office.registry.add_death(family.death)
    case_id = await office.apply(family, data_consent=False)
    await office.draft(case_id)
    await office.apply(family)
    await office.sign(case_id)
    await office.until_steps(case_id, "DRAFTED", 2)
    await office.sign(case_id)
    return await office.ended(case_id)


async def documents_brought(office: CaseOffice, family: Family) -> WorkflowHistory:
    """An application without its documents is completed by another one (S-r24, D-r24)."""
    await office.registry.add_people([family.deceased, family.declarant])
    await office.registry.add_death(family.death)
    case_id = await office.apply(family, complete=False)
    await office.until_steps(case_id, "DOCUMENTS_AWAITED")
    await office.apply(family)
    await office.sign(case_id)
    return await office.ended(case_id)


async def casework(office: CaseOffice, family: Family) -> WorkflowHistory:
    """A military cause is a caseworker's from the consent to the proposal (D-r24)."""
    case_id = await office.disability(family.declarant, "MILITARY", time(10))
    await office.write(family, "1")
    await office.propose(case_id)
    await office.sign(case_id)
    return await office.ended(case_id)


async def deferred_acceptance(office: CaseOffice, family: Family) -> WorkflowHistory:
    """Consent in the evening is accepted on the next working day, found anew after the calendar changed (D-t7)."""
    case_id = await office.disability(family.declarant, "GENERAL_ILLNESS", time(20))
    await office.write(family, "1")
    await office.until_state(case_id, CaseState.ACCEPTANCE_DEFERRED)
    await office.cases.calendar_changed(case_id)
    await office.until_steps(case_id, "ACCEPTANCE_MOVED")
    accepted_on = (await office.case(case_id)).accepted_on
    assert accepted_on is not None
    await office.forward(
        case_id, utc_of(accepted_on, time(9, 5)) - datetime.now(UTC) - office.sweep.clock_shift
    )
    await office.sign(case_id)
    return await office.ended(case_id)


RUNS: dict[str, Run] = {
    "assigned": assigned,
    "refused": refused,
    "declined": declined,
    "lapsed-after-reminder": lapsed_after_reminder,
    "not-accepted": not_accepted,
    "outage-with-retries": outage_with_retries,
    "returned-and-signed-again": returned_and_signed_again,
    "withdrawn": withdrawn,
    "application-over-an-offer": application_over_an_offer,
    "documents-never-brought": documents_never_brought,
    "account-after-an-invalid-one": account_after_an_invalid_one,
    "consent-after-a-refusal-without": consent_after_a_refusal_without,
    "documents-brought": documents_brought,
    "casework": casework,
    "deferred-acceptance": deferred_acceptance,
}


async def run_once(name: str, folder: Path) -> WorkflowHistory:
    """One of ``RUNS`` in a fresh office on a fresh engine. Returns what the engine kept of it."""
    async with skipping_engine() as engine, open_office(folder, engine) as office:
        return await RUNS[name](office, families(1, today())[0])


async def record(names: list[str]) -> None:
    GOLDEN.mkdir(parents=True, exist_ok=True)
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            history = await run_once(name, Path(folder))
        (GOLDEN / f"{name}.json").write_text(history.to_json() + "\n", encoding="utf-8")
        await write_calls(name)
        sys.stdout.write(f"{name}: {len(history.events)} events\n")


async def write_calls(name: str) -> None:
    calls: list[Call] = await replay(golden_history(name))
    path = calls_file(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(calls, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description="Record golden histories of BenefitCase.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(RUNS))
    parser.add_argument("--calls", action="store_true", help="only write the snapshots of calls anew")
    given = parser.parse_args()
    if given.calls:
        for name in given.names or golden_names():
            asyncio.run(write_calls(name))
    else:
        asyncio.run(record(given.names or sorted(set(RUNS) - set(golden_names()))))


if __name__ == "__main__":
    main()
    sys.stdout.flush()
    os._exit(0)  # an exiting interpreter may hang on calls in flight (sdk-python issue 300)
