"""The beginning of a proactive case: the offer, the citizen's answer, consent and account."""

from __future__ import annotations

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from belsendi.contracts.case import (
        CaseReply,
        ConsentResult,
        Disposition,
        OfferOpened,
        OfferResult,
        Registration,
        Reply,
        ReplyStep,
    )
    from belsendi.contracts.states import CaseState, Outcome, Party
    from workflows.definitions.case_application import CaseApplication
    from workflows.definitions.case_clock import CaseEnded
    from workflows.definitions.steps import on_records


class CaseOffer(CaseApplication):
    """Transitions 1 to 12: no consent, no case; silence and "no" are never a refusal."""

    async def _offer(self) -> None:
        offer = await self._ask_registries("make_offer", self._step_with, OfferResult)
        if offer.outcome is not None:
            raise CaseEnded(offer.outcome)
        self._state = CaseState.OFFERED
        self._question_id = offer.question_id
        if offer.question_open and offer.reminder_at and offer.expires_at:
            self._offer_times = OfferOpened(reminder_at=offer.reminder_at, expires_at=offer.expires_at)
        else:
            self._offer_times = self._opened.get(offer.question_id or "")
        self._waiting_for = Party.CITIZEN

    async def _answer(self) -> None:
        await self._until(self._replied, lambda: None, stop=lambda: self._offer_times is not None)
        reminded = False
        while not self._replied():
            times = self._offer_times
            if times is None:
                continue
            instant = times.expires_at if reminded else times.reminder_at
            if await self._until(self._replied, lambda at=instant: at):  # type: ignore[misc]
                break
            if reminded:
                await self._close(Outcome.LAPSED)
            reminded = True
            await on_records("remind", self._step("remind"), Disposition)
        await self._close_if_withdrawn()
        if self._application_counts(CaseReply.DECLINE):
            await self._take_over()
            return
        reply = self._reply
        assert reply is not None
        if reply.meaning is CaseReply.DECLINE:
            await self._close(Outcome.DECLINED, reply)
        await self._take_consent(reply)

    def _application_counts(self, *outweighed: CaseReply) -> bool:
        """Whether an application stands in the place of the answer to our question. An answer that came to the case
        as well goes first, unless it is one of the ``outweighed`` (SIL-40)."""
        answered = self._reply is not None and self._reply.meaning not in outweighed
        return self._application is not None and not answered

    async def _take_consent(self, reply: Reply) -> None:
        step = ReplyStep(**self._step("consent").model_dump(), reply=reply, question_id=self._question_id)
        consent = await on_records("take_consent", step, ConsentResult)
        if consent.registration is not None:
            self._registered(consent.registration)
            return
        if consent.to_be_routed and consent.question_id is None:
            self._consented()
            return
        self._state = CaseState.ACCOUNT_PENDING
        self._question_id = consent.question_id
        self._reply = None
        left = consent.attempts
        if reply.meaning is CaseReply.CONSENT_ACCOUNT_INVALID:
            left -= 1
        while True:
            answered = await self._until(self._replied, lambda: consent.expires_at)
            await self._close_if_withdrawn()
            if self._application_counts(CaseReply.DECLINE, CaseReply.ACCOUNT_INVALID):
                await self._take_over()
                return
            if not answered:
                await self._close(Outcome.INCOMPLETE)
            account = self._reply
            assert account is not None
            if account.meaning is CaseReply.DECLINE:
                await self._close(Outcome.DECLINED, account)
            if account.meaning is CaseReply.ACCOUNT:
                break
            left -= 1
            if left <= 0:
                await self._close(Outcome.INCOMPLETE, account)
            again = ReplyStep(
                **self._step("account-invalid").model_dump(),
                reply=account,
                question_id=self._question_id,
                attempts_left=left,
            )
            await on_records("reject_account", again, Disposition)
            self._reply = None
        taken = ReplyStep(**self._step("account").model_dump(), reply=account, question_id=self._question_id)
        if consent.to_be_routed:
            await on_records("keep_account", taken, Disposition)
            self._consented()
            return
        self._registered(await on_records("take_account", taken, Registration))

    def _registered(self, registration: Registration) -> None:
        self._registration = registration
        self._state = CaseState.REGISTERED
        self._question_id = None
        self._reply = None
        self._waiting_for = Party.US
