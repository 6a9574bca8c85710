"""A typed handle to the case workflow, known by name only: the doors never import workflows."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from temporalio.client import Client, WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from belsendi.contracts.case import (
    TASK_QUEUE,
    WORKFLOW_NAME,
    CaseStart,
    CaseView,
    Disposition,
    JoiningApplication,
    OfferOpened,
    OfficerDecision,
    Reply,
)
from belsendi.errors import Conflict, NotFound, OutsideSystemUnavailable

_RPC_TIMEOUT = timedelta(seconds=10)
# A client that connects at its first call says with a RuntimeError that nobody listens.
_NO_ANSWER = (RPCError, RuntimeError)
_READY_PAUSES = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0)


class CaseRefused(Conflict):
    """The case did not take a reply or an act in its present state; ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(f"the case does not take this now ({code})")
        self.code = code


class Cases:
    """Starts cases and speaks to them. Every call may be repeated: ids make it one."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def start(self, start: CaseStart) -> None:
        """Starts the workflow of a case; a case that runs or has ended already is left alone."""
        try:
            await self._client.start_workflow(
                WORKFLOW_NAME,
                start,
                id=start.case_id,
                task_queue=TASK_QUEUE,
                id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                rpc_timeout=_RPC_TIMEOUT,
            )
        except WorkflowAlreadyStartedError:
            return
        except _NO_ANSWER as error:
            raise OutsideSystemUnavailable(
                "the workflow engine did not take a case; it will be retried"
            ) from error

    async def reply(self, case_id: str, reply: Reply) -> Disposition:
        """Hands a citizen's answer to the case. Raises CaseRefused, NotFound, OutsideSystemUnavailable."""
        return await self._update(case_id, "reply", reply, update_id=reply.inbound_id)

    async def decide(self, case_id: str, decision: OfficerDecision) -> Disposition:
        """Hands an officer's act to the case. Raises as ``reply``."""
        return await self._update(case_id, "decide", decision, update_id=decision.act_id)

    async def question_opened(self, case_id: str, question_id: str, opened: OfferOpened) -> None:
        await self._signal(case_id, "question_opened", question_id, opened)

    async def application_received(self, case_id: str, application: JoiningApplication) -> None:
        """Tells a case of an application that it has to take over; told twice is told once (SIL-40)."""
        await self._signal(case_id, "application_received", application)

    async def calendar_changed(self, case_id: str) -> None:
        await self._signal(case_id, "calendar_changed")

    async def view(self, case_id: str) -> CaseView:
        handle = self._client.get_workflow_handle(case_id)
        try:
            view: CaseView = await handle.query("view", result_type=CaseView, rpc_timeout=_RPC_TIMEOUT)
        except _NO_ANSWER as error:
            raise _from_rpc(error) from error
        return view

    async def _signal(self, case_id: str, name: str, *args: object) -> None:
        handle = self._client.get_workflow_handle(case_id)
        try:
            await handle.signal(name, args=list(args), rpc_timeout=_RPC_TIMEOUT)
        except _NO_ANSWER as error:
            raise _from_rpc(error) from error

    async def _update(self, case_id: str, name: str, arg: object, *, update_id: str) -> Disposition:
        """Sends an update; a case that is still writing what the update answers is asked again shortly."""
        for pause in _READY_PAUSES:
            try:
                return await self._send_update(case_id, name, arg, update_id=update_id)
            except CaseRefused as refused:
                if refused.code != "NOT_READY":
                    raise
            await asyncio.sleep(pause)
        return await self._send_update(case_id, name, arg, update_id=update_id)

    async def _send_update(self, case_id: str, name: str, arg: object, *, update_id: str) -> Disposition:
        handle = self._client.get_workflow_handle(case_id)
        try:
            taken: Disposition = await handle.execute_update(
                name, arg, id=update_id, result_type=Disposition, rpc_timeout=_RPC_TIMEOUT
            )
        except WorkflowUpdateFailedError as error:
            cause = error.cause
            code = cause.type if isinstance(cause, ApplicationError) and cause.type else "REFUSED"
            raise CaseRefused(code) from error
        except WorkflowUpdateRPCTimeoutOrCancelledError as error:
            raise OutsideSystemUnavailable("the workflow engine did not answer in time") from error
        except _NO_ANSWER as error:
            raise _from_rpc(error) from error
        return taken


def _from_rpc(error: Exception) -> Exception:
    if isinstance(error, RPCError) and error.status is RPCStatusCode.NOT_FOUND:
        return NotFound("the workflow of this case is not running")
    return OutsideSystemUnavailable("the workflow engine did not answer; the call will be repeated")
