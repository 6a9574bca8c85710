"""An application that a running case takes over: of a second channel, or the rest of one that lacked documents."""

from __future__ import annotations

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from belsendi.contracts.case import Disposition, DocumentsAwaited, TakeOverInput
    from belsendi.contracts.states import CaseState, Outcome, Party
    from workflows.definitions.case_clock import CaseClock
    from workflows.definitions.steps import on_records


class CaseApplication(CaseClock):
    """One case and one decision come of everything a person does for one claim (SIL-40, COM-14)."""

    async def _await_documents(self) -> None:
        """An application without all necessary documents: no term runs, the applicant is reminded once, and
        the case ends without a refusal when nothing comes (S-r24, D-r24)."""
        awaited = await on_records("await_documents", self._step("documents"), DocumentsAwaited)
        self._state = CaseState.DOCUMENTS_AWAITED
        self._waiting_for = Party.CITIZEN
        if not await self._until(self._completed, lambda: awaited.reminder_at):
            await on_records("remind_documents", self._step("remind-documents"), Disposition)
            if not await self._until(self._completed, lambda: awaited.expires_at):
                await self._close(Outcome.INCOMPLETE)
        await self._close_if_withdrawn()
        await self._take_over()

    def _completed(self) -> bool:
        return self._application is not None or self._withdrawal is not None

    async def _take_over(self) -> None:
        """Consent, account and channel are the application's from here; what was asked of the citizen is closed."""
        application = self._application
        assert application is not None
        self._question_id = self._reply = None  # from here no answer to it is let through
        step = TakeOverInput(**self._step("take-over").model_dump(), application=application)
        await on_records("take_over_application", step, Disposition)
        self._consented()

    def _consented(self) -> None:
        self._state = CaseState.CONSENTED
        self._question_id = None
        self._reply = None
        self._waiting_for = Party.US
