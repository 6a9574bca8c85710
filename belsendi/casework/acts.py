"""One act on a case: locked, done once per key, written as one line of the case's timeline."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from belsendi.contracts.case import CaseOrigin, Contract, StepInput
from belsendi.contracts.states import CaseState, Party
from belsendi.law import service
from belsendi.records.cases import add_step, locked_case, step_done, wait_for
from belsendi.records.database import Database
from belsendi.records.models import Case, CaseStep

ResultT = TypeVar("ResultT", bound=Contract)


class Act:
    """The unit of work of one step: session, locked case, the case's own present."""

    def __init__(self, session: AsyncSession, case: Case, step: StepInput, done: CaseStep | None) -> None:
        self.session = session
        self.case = case
        self.step = step
        self.now: datetime = step.now
        self._done = done

    def repeated(self, result: type[ResultT]) -> ResultT | None:
        """What the step returned when it was taken before, or None when this is the first time."""
        if self._done is None:
            return None
        return result.model_validate(self._done.result or {})

    async def finish(
        self,
        kind: str,
        result: ResultT,
        *,
        rules: Sequence[str] = (),
        facts: dict[str, Any] | None = None,
        state: CaseState | None = None,
        waiting: Party | None = None,
        system: str | None = None,
        actor: str = "system",
    ) -> ResultT:
        """Moves the case and writes the line of its timeline; ``rules`` are citations of order 509."""
        if state is not None:
            self.case.state = state
        if waiting is not None:
            await wait_for(self.session, self.case, waiting, self.now, system)
        await add_step(
            self.session,
            self.case,
            key=self.step.key,
            kind=kind,
            at=self.now,
            actor=actor,
            rules=list(rules),
            facts=facts or {},
            result=result.model_dump(mode="json"),
        )
        return result

    async def note(
        self,
        kind: str,
        *,
        rules: Sequence[str] = (),
        facts: dict[str, Any] | None = None,
        actor: str = "system",
    ) -> None:
        """A further line of the timeline within the same step."""
        await add_step(
            self.session,
            self.case,
            key=f"{self.step.key}/{kind}",
            kind=kind,
            at=self.now,
            actor=actor,
            rules=list(rules),
            facts=facts or {},
        )


def message_for(case: Case, purpose: str) -> str:
    """The message a service sends for a purpose: "offer", "accepted", "refused" …, from its catalogue entry.

    An applicant gave no consent to an offer: where the entry has words of its own for that, they are sent (SIL-07).
    """
    messages = service(case.service).messages
    applied = f"{purpose}_of_application"
    return messages[applied if case.origin == CaseOrigin.APPLICATION and applied in messages else purpose]


@asynccontextmanager
async def act_on_case(database: Database, step: StepInput) -> AsyncIterator[Act]:
    """Opens the unit of work of a step. Raises NotFound for an unknown case."""
    async with database.writing() as session:
        case = await locked_case(session, step.case_id)
        yield Act(session, case, step, await step_done(session, case.id, step.key))


async def step_result(database: Database, step: StepInput, result: type[ResultT]) -> ResultT | None:
    """What a step returned when it was taken before: asked before the outside world is."""
    async with database.reading() as session:
        done = await step_done(session, step.case_id, step.key)
    return None if done is None else result.model_validate(done.result or {})
