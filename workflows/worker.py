"""The worker process: runs cases and their steps, and the sweep. ``python -m workflows.worker``."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from temporalio.client import Client
from temporalio.worker import PollerBehaviorAutoscaling, Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from belsendi.casework.bench import Bench, open_bench
from belsendi.casework.mirror import Mirror
from belsendi.contracts.case import TASK_QUEUE
from belsendi.conversation.opening import open_reception
from belsendi.intake.side_sweep import SideSweep
from belsendi.intake.sweep import Sweep, utc_now
from belsendi.process import serve, until_told_to_stop
from belsendi.settings import Settings
from belsendi.temporal.cases import Cases
from belsendi.temporal.client import connect
from belsendi.temporal.side_workflows import SideWorkflows
from workflows.activities.applying import Applying
from workflows.activities.approving import Approving
from workflows.activities.checking import Checking
from workflows.activities.closing import Closing
from workflows.activities.consents import Consents
from workflows.activities.desk import Desk
from workflows.activities.drafting import Drafting
from workflows.activities.information import Answering
from workflows.activities.offers import Offers
from workflows.activities.placing import Placing
from workflows.activities.registering import Registering
from workflows.activities.routing import Routing
from workflows.activities.yearly import Yearly
from workflows.definitions.benefit_case import BenefitCase
from workflows.definitions.information_request import InformationRequest
from workflows.definitions.yearly_obligation import YearlyObligation

_IN_FLIGHT = 50  # more only adds latency on two cores


def case_activities(bench: Bench) -> Sequence[Callable[..., Any]]:
    """Every step a case may ask for, over one bench."""
    offers, registering = Offers(bench), Registering(bench)
    consents = Consents(bench, registering)
    applying = Applying(bench)
    routing, desk = Routing(bench, registering), Desk(bench, registering)
    checking, drafting = Checking(bench), Drafting(bench, registering)
    approving = Approving(bench, registering)
    placing, closing = Placing(bench), Closing(bench)
    return [
        offers.make_offer,
        offers.remind,
        consents.take_consent,
        consents.reject_account,
        consents.take_account,
        consents.keep_account,
        consents.consent_given,
        applying.await_documents,
        applying.remind_documents,
        applying.take_over_application,
        routing.find_path,
        routing.accept_deferred,
        routing.move_acceptance,
        desk.gather_case_file,
        desk.extend_term,
        desk.request_documents,
        registering.move_due,
        checking.check_parameters,
        checking.settle_review,
        drafting.draft_decision,
        drafting.end_hearing,
        drafting.return_draft,
        approving.approve,
        placing.place_payment,
        closing.close_case,
        closing.raise_flag,
        closing.wait_on_registry,
        closing.retry_plan,
    ]


def side_activities(bench: Bench) -> Sequence[Callable[..., Any]]:
    """Every step that the workflows beside the cases ask for; the plan of retries they share with the cases."""
    answering, yearly = Answering(bench), Yearly(bench)
    return [answering.answer, answering.alert, yearly.plan, yearly.perform, yearly.end]


def case_runner() -> SandboxedWorkflowRunner:
    """How cases run. The sandbox stays on; our own contracts pass through it."""
    return SandboxedWorkflowRunner(
        restrictions=SandboxRestrictions.default.with_passthrough_modules("belsendi", "pydantic")
    )


def case_worker(client: Client, bench: Bench) -> Worker:
    """The Temporal worker of the case queue."""
    return Worker(
        client,
        task_queue=TASK_QUEUE,
        workflows=[BenefitCase, InformationRequest, YearlyObligation],
        activities=[*case_activities(bench), *side_activities(bench)],
        workflow_runner=case_runner(),
        max_cached_workflows=2000,
        max_concurrent_activities=_IN_FLIGHT,
        max_concurrent_local_activities=_IN_FLIGHT,
        max_concurrent_workflow_tasks=_IN_FLIGHT,
        workflow_task_poller_behavior=PollerBehaviorAutoscaling(),
        activity_task_poller_behavior=PollerBehaviorAutoscaling(),
        graceful_shutdown_timeout=timedelta(seconds=8),
    )


async def run(settings: Settings) -> None:
    """Runs until SIGTERM or SIGINT, then lets steps in flight end."""
    stop = asyncio.Event()
    until_told_to_stop(stop.set)
    bench = open_bench(settings)
    client = await connect(settings)
    cases = Cases(client)
    sweep = Sweep(bench, cases, open_reception(bench, cases))
    side = SideSweep(bench, SideWorkflows(client))
    try:
        async with case_worker(client, bench):
            logging.getLogger(__name__).info("worker ready")
            await asyncio.gather(
                sweep.run(settings.sweep_interval_seconds, settings.feed_interval_seconds, stop),
                side.run(settings.sweep_interval_seconds, stop),
                Mirror(bench, utc_now).run(settings.sweep_interval_seconds, stop),
            )
    finally:
        await bench.close()


if __name__ == "__main__":
    serve("worker", run)
