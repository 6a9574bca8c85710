"""Typed handles to the workflows beside the cases, known by name only."""

from __future__ import annotations

from datetime import timedelta

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError

from belsendi.contracts.case import TASK_QUEUE, Contract
from belsendi.contracts.side_work import (
    INFORMATION_REQUEST,
    YEARLY_OBLIGATION,
    InformationRequestStart,
    ObligationStart,
)
from belsendi.errors import OutsideSystemUnavailable

_RPC_TIMEOUT = timedelta(seconds=10)


class SideWorkflows:
    """Starts them. The id of a workflow is that of its row, so that a start may be repeated."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def start_request(self, start: InformationRequestStart) -> None:
        """Starts the answer to a request. Raises OutsideSystemUnavailable."""
        await self._start(INFORMATION_REQUEST, start, start.request_id)

    async def start_obligation(self, start: ObligationStart) -> None:
        """Starts the years of an obligation. Raises OutsideSystemUnavailable."""
        await self._start(YEARLY_OBLIGATION, start, start.obligation_id)

    async def _start(self, name: str, start: Contract, workflow_id: str) -> None:
        """Starts a workflow; one that runs or has ended already is left alone."""
        try:
            await self._client.start_workflow(
                name,
                start,
                id=workflow_id,
                task_queue=TASK_QUEUE,
                id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                rpc_timeout=_RPC_TIMEOUT,
            )
        except WorkflowAlreadyStartedError:
            return
        except (RPCError, RuntimeError) as error:
            # A client that connects at its first call says with a RuntimeError that nobody listens.
            raise OutsideSystemUnavailable(
                "the workflow engine did not take a workflow; it will be retried"
            ) from error
