"""Officers' acts on cases: signature, return, review, withdrawal, placement anew, tasks, days of the calendar.

An act is written to the audit trail before the case hears of it, and once more when the case refuses it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from belsendi.attachments.asking import Requests
from belsendi.casework.bench import Bench
from belsendi.casework.demands import AT_THE_DESK, check_demand_at_the_desk
from belsendi.casework.right_day import keep_right_day
from belsendi.casework.signing import Signing
from belsendi.contracts.case import Disposition, OfficerAct, OfficerDecision
from belsendi.contracts.personal_data import PersonalData
from belsendi.contracts.states import CaseState
from belsendi.errors import BelsendiError, Conflict, InvalidInput, NotFound, OutsideSystemError
from belsendi.law import CalendarOverride, service
from belsendi.records.audit import audit
from belsendi.records.columns import new_id
from belsendi.records.models import CalendarDay, Case, Decision, Task
from belsendi.registries.signature import Signature, SignerRole
from belsendi.temporal.cases import CaseRefused, Cases

LONGEST_REASON = 400
LONGEST_CITATION = 300
SHORTEST_REASON = 3
_PERSONAL = re.compile(r"\d{10,}|KZ\w{10,}|\+7[\d ()-]{9,}", re.IGNORECASE)
_AFTER_SIGNATURE = (CaseState.DECIDED_ASSIGN, CaseState.DECIDED_REFUSE, CaseState.PLACED, CaseState.CLOSED)
_REFUSALS = {
    "NO_DRAFT_WAITS": "no draft waits for a signature; open the case anew to see where it stands",
    "DRAFT_REPLACED": "this draft was replaced by a newer one; read and sign the newer one",
    "SIGNATURE_MISSING": "a decision needs the signature of the authorised person (B-r19-1)",
    "AFTER_SIGNATURE": "the decision is signed already; a withdrawal after it is for a person to handle (SIL-07)",
    "CHOICE_TOO_LATE": "the decision is signed; a further benefit needs an application of its own (SIL-31)",
    "NOTHING_TO_PLACE": "no payment order waits for placement",
    "NO_REVIEW_WAITS": "no check waits for review; somebody settled it already",
    "NOT_IN_CASEWORK": "the case is not at a caseworker's desk now; open it anew to see where it stands",
    "NOT_EXTENDABLE": "this term cannot be extended: only casework of a service that has an extension can (SIL-36)",
    "EXTENDED_ALREADY": "the term was extended once already; it cannot be extended again (SIL-36)",
    "TERM_OVER": "the term has run out, and a term that is over is not extended; ask without it (D-t3, S-t3)",
    "NO_ACCOUNT": "nothing can be assigned without the account the payment goes to; ask for it and enter it (SIL-08)",
    "NO_DOCUMENTS_AWAITED": "the case waits for no documents; open it anew to see where it stands",
    "REPEATED": "this act was taken before; nothing was done twice",
    "CASE_ENDED": "the case has ended; nothing can be done to it any more",
}


class ActRefused(Conflict):
    """The case did not take the act in its present state; ``code`` says why, the message says it in words."""

    def __init__(self, code: str) -> None:
        super().__init__(_REFUSALS.get(code, f"the case does not take this now ({code})"))
        self.code = code


class PassphraseRefused(InvalidInput):
    """The passphrase is missing or does not open the authorised person's key; nothing was signed."""


class SignatureUnusable(Conflict):
    """The fresh signature did not verify; ``code`` is the SignatureProblem."""

    def __init__(self, code: str) -> None:
        super().__init__(f"the signature does not verify ({code}); check the certificate of the signer")
        self.code = code


class ReasonRefused(InvalidInput):
    """The reason is missing, too long, or holds what looks like personal data; ``code`` says which."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class DraftRef:
    """The draft an officer has read: exactly this revision is signed or returned, never another."""

    case_id: str
    decision_id: str
    revision: int


@dataclass(frozen=True)
class BatchResult:
    """What became of one draft of a batch; ``error`` is None when the case took the signature."""

    draft: DraftRef
    error: BelsendiError | None = None


async def cases_on_another_calendar(session: AsyncSession, version: str) -> list[str]:
    """Open cases whose running term, or whose day of acceptance, was found by another calendar than ``version``;
    soonest due first."""
    query = select(Case.id).where(
        Case.outcome.is_(None),
        or_(Case.due_at.is_not(None), Case.state == CaseState.ACCEPTANCE_DEFERRED),
        Case.state.not_in(_AFTER_SIGNATURE),
        Case.calendar_version != version,
    )
    return list((await session.execute(query.order_by(Case.due_at))).scalars())


class Officers:
    """Acts of officers. ``account_id`` is an opaque account; whether it may act is the door's to ask."""

    def __init__(self, bench: Bench, cases: Cases) -> None:
        self._bench = bench
        self._cases = cases
        self._signing = Signing(bench.evidence)

    async def sign(
        self,
        case_id: str,
        decision_id: str,
        revision: int,
        account_id: str,
        passphrase: Annotated[str, PersonalData("tech.passphrase")],
        now: datetime,
        act_id: str | None = None,
    ) -> Disposition:
        """Signs the stored draft with its number and date and hands the signature to the case (transition 22).

        The bytes signed are those that were read, with number and day filled in (B-r19-1). The signature takes
        effect only when the case has read everything again. ``act_id`` makes a repeated call one act. Raises
        PassphraseRefused, SignatureUnusable, ActRefused, NotFound, OutsideSystemUnavailable.
        """
        decision, content = await self._paper(case_id, decision_id, revision, now)
        try:
            signature = await self._signature(content, passphrase, now)
        except (PassphraseRefused, SignatureUnusable):
            await self._note(account_id, "case.sign_failed", case_id, f"revision {revision}", now)
            raise
        async with self._bench.records.database.writing() as session:
            signature_id = await self._signing.keep(session, decision, content, signature, account_id)
            note = f"revision {revision}"
            await audit(session, actor=account_id, action="case.sign", object_id=case_id, at=now, reason=note)
        signed = OfficerDecision(
            act_id=act_id or new_id(),
            act=OfficerAct.SIGNED,
            officer=account_id,
            decision_id=decision_id,
            revision=revision,
            signature_id=signature_id,
        )
        return await self._hand_over(case_id, signed, now)

    async def sign_batch(
        self,
        drafts: Sequence[DraftRef],
        account_id: str,
        passphrase: Annotated[str, PersonalData("tech.passphrase")],
        now: datetime,
    ) -> list[BatchResult]:
        """Signs several drafts at once where the office allows it (SIL-17); one failure stops none of the others.

        Raises Conflict when batch signing is off, PassphraseRefused before anything is signed.
        """
        if not self._bench.profile.defaults.batch_signing:
            raise Conflict("signing several drafts at once is switched off (batch_signing, SIL-17)")
        results: list[BatchResult] = []
        for draft in drafts:
            try:
                await self.sign(draft.case_id, draft.decision_id, draft.revision, account_id, passphrase, now)
            except PassphraseRefused:
                if not results:
                    raise
                results.append(BatchResult(draft, Conflict("the key could not be opened any more")))
            except BelsendiError as error:
                results.append(BatchResult(draft, error))
            else:
                results.append(BatchResult(draft))
        return results

    async def return_draft(
        self, case_id: str, decision_id: str, revision: int, account_id: str, reason: str, now: datetime
    ) -> Disposition:
        """Returns a draft with a reason; it is formed anew, the clock keeps running (transition 23, SIL-17)."""
        decision = OfficerDecision(
            act_id=new_id(),
            act=OfficerAct.RETURNED,
            officer=account_id,
            decision_id=decision_id,
            revision=revision,
        )
        return await self._act(case_id, decision, "case.return_draft", reason, now)

    async def review(
        self, case_id: str, account_id: str, passed: bool, reason: str, now: datetime
    ) -> Disposition:
        """Settles what the checks left to a person (SIL-28, SIL-49)."""
        act = OfficerAct.REVIEW_PASSED if passed else OfficerAct.REVIEW_FAILED
        decision = OfficerDecision(act_id=new_id(), act=act, officer=account_id)
        action = "case.review_passed" if passed else "case.review_failed"
        return await self._act(case_id, decision, action, reason, now)

    async def withdraw(self, case_id: str, account_id: str, reason: str, now: datetime) -> Disposition:
        """Withdraws on the recipient's word to an officer, until the signature (transition 29, SIL-07)."""
        decision = OfficerDecision(act_id=new_id(), act=OfficerAct.WITHDRAWN, officer=account_id)
        return await self._act(case_id, decision, "case.withdraw", reason, now)

    async def propose(
        self,
        case_id: str,
        account_id: str,
        grounds: Sequence[str],
        reason: str,
        now: datetime,
        right_day: Annotated[date | None, PersonalData("svc.death_fact")] = None,
    ) -> Disposition:
        """Puts the caseworker's decision into form (P7; transition 28): to assign, or to refuse on ``grounds``.

        The draft still goes to the authorised person, and what the file itself refuses stays refused. ``right_day``
        is the Almaty day that only the paper names (SIL-27). Raises InvalidInput for a ground the service does not
        have (COM-13), RightDayRefused, ReasonRefused, ActRefused.
        """
        async with self._bench.records.database.reading() as session:
            case = await session.get(Case, case_id)
        if case is None:
            raise NotFound("there is no such case")
        codes = [service(case.service).ground(code).code for code in dict.fromkeys(grounds)]
        if not codes and case.state in AT_THE_DESK and case.account_id is None:
            raise ActRefused("NO_ACCOUNT")
        words = checked_reason(reason)
        await keep_right_day(self._bench, case_id, right_day, now, needed=not codes)
        act = OfficerAct.REFUSAL_PROPOSED if codes else OfficerAct.ASSIGNMENT_PROPOSED
        decision = OfficerDecision(act_id=new_id(), act=act, officer=account_id, grounds=codes or None)
        action = "case.propose_refusal" if codes else "case.propose_assignment"
        return await self._act(case_id, decision, action, words, now)

    async def ask_documents(
        self, case_id: str, account_id: str, kinds: Sequence[str], extend: bool, reason: str, now: datetime
    ) -> Disposition:
        """Asks the citizen for documents; with ``extend`` the term grows by five working days, once (D-t3, S-t3).

        Raises UnknownKind, DemandRefused (COM-05), ReasonRefused, ActRefused; what the case did not take stays so.
        """
        words = checked_reason(reason)
        await check_demand_at_the_desk(self._bench.records.database, case_id, kinds)
        requests = Requests(self._bench.records)
        act_id = await requests.keep(case_id, list(kinds), account_id, now)
        act = OfficerAct.TERM_EXTENDED if extend else OfficerAct.DOCUMENT_REQUESTED
        action = "case.extend_term" if extend else "case.ask"
        decision = OfficerDecision(act_id=act_id, act=act, officer=account_id)
        try:
            return await self._act(case_id, decision, action, words, now)
        except ActRefused:
            await requests.not_taken(act_id)
            raise

    async def retry_placement(
        self, case_id: str, account_id: str, now: datetime, act_id: str | None = None
    ) -> Disposition:
        """Asks for the placement of the payment order now, not at the next attempt (SIL-16); once per ``act_id``."""
        decision = OfficerDecision(
            act_id=act_id or new_id(), act=OfficerAct.RETRY_PLACEMENT, officer=account_id
        )
        await self._note(account_id, "case.retry_placement", case_id, None, now)
        return await self._hand_over(case_id, decision, now)

    async def close_task(self, task_id: str, account_id: str, reason: str, now: datetime) -> None:
        """Marks a task of the caseworkers' list as done, with a word on how. Raises NotFound, Conflict."""
        words = checked_reason(reason)
        async with self._bench.records.database.writing() as session:
            task = await session.get(Task, task_id, with_for_update=True)
            if task is None:
                raise NotFound("there is no such task")
            if task.closed_at is not None:
                raise Conflict("somebody has done this task already")
            task.closed_at = now
            task.closed_by = account_id
            await audit(
                session, actor=account_id, action="task.close", object_id=task_id, at=now, reason=words
            )

    async def set_calendar_day(
        self, day: date, working: bool, citation: str, account_id: str, now: datetime
    ) -> int:
        """Sets an operator's day (Almaty), which wins over the shipped calendar, and has open cases count anew.

        Returns how many cases were told (AC-C06). Raises StaleCalendar for a year that is not loaded,
        ReasonRefused without a source.
        """
        source = checked_reason(citation, longest=LONGEST_CITATION)
        async with self._bench.records.database.writing() as session:
            calendar = await self._bench.calendar_book.calendar(session)
            calendar.with_overrides([CalendarOverride(day, working, source, account_id)])
            row = await session.get(CalendarDay, day, with_for_update=True)
            if row is None:
                row = CalendarDay(day=day, working=working, citation=source, set_by=account_id, set_at=now)
                session.add(row)
            row.working, row.citation, row.set_by, row.set_at = working, source, account_id, now
            word = "working" if working else "off"
            await audit(
                session,
                actor=account_id,
                action="calendar.set",
                object_id=day.isoformat(),
                at=now,
                reason=f"{word}: {source}"[:LONGEST_REASON],
            )
        return await self.recount_due_dates()

    async def recount_due_dates(self) -> int:
        """Tells every open case that counts by another calendar than the present one. Returns how many heard."""
        told = 0
        for case_id in await self.cases_on_another_calendar():
            try:
                await self._cases.calendar_changed(case_id)
            except (NotFound, OutsideSystemError):
                continue
            told += 1
        return told

    async def cases_on_another_calendar(self) -> list[str]:
        """Open cases with a running term that was counted by another calendar than the one in force."""
        async with self._bench.records.database.reading() as session:
            version = (await self._bench.calendar_book.calendar(session)).version
            return await cases_on_another_calendar(session, version)

    async def _paper(
        self, case_id: str, decision_id: str, revision: int, now: datetime
    ) -> tuple[Decision, bytes]:
        """The draft with its number taken, and the bytes to sign."""
        async with self._bench.records.database.writing() as session:
            decision = await session.get(Decision, decision_id, with_for_update=True)
            if decision is None or decision.case_id != case_id:
                raise NotFound("this case has no such decision")
            if decision.revision != revision:
                raise ActRefused("DRAFT_REPLACED")
            if decision.status != "draft":
                raise ActRefused("DRAFT_REPLACED" if decision.status == "superseded" else "NO_DRAFT_WAITS")
            numbered = await self._signing.take_number(session, decision_id, now)
            return numbered, await self._signing.content(session, numbered, now)

    async def _signature(self, content: bytes, passphrase: str, now: datetime) -> Signature:
        bench = self._bench
        role = SignerRole.PROVIDER_AUTHORISED_PERSON
        try:
            signature = await bench.signer.sign(content, role, passphrase=passphrase or None, at=now)
        except InvalidInput as error:
            raise PassphraseRefused(str(error)) from error
        verification = await bench.signer.verify(content, signature.cms, required_role=role, at=now)
        if not verification.valid:
            raise SignatureUnusable(verification.problem.value if verification.problem else "BROKEN")
        return signature

    async def _act(
        self, case_id: str, decision: OfficerDecision, action: str, reason: str, now: datetime
    ) -> Disposition:
        words = checked_reason(reason)
        await self._note(decision.officer, action, case_id, words, now)
        return await self._hand_over(case_id, decision, now)

    async def _note(
        self, account_id: str, action: str, object_id: str, reason: str | None, now: datetime
    ) -> None:
        async with self._bench.records.database.writing() as session:
            await audit(session, actor=account_id, action=action, object_id=object_id, at=now, reason=reason)

    async def _hand_over(self, case_id: str, decision: OfficerDecision, now: datetime) -> Disposition:
        try:
            return await self._cases.decide(case_id, decision)
        except CaseRefused as refused:
            await self._note(decision.officer, "case.act_refused", case_id, refused.code, now)
            raise ActRefused(refused.code) from refused
        except NotFound as error:
            await self._note(decision.officer, "case.act_refused", case_id, "CASE_ENDED", now)
            raise ActRefused("CASE_ENDED") from error


def checked_reason(text: str, *, longest: int = LONGEST_REASON) -> str:
    """The reason as it is kept: 3 to ``longest`` characters, on one line, without what looks like personal data.

    The audit trail is never erased, so no IIN, account or telephone number may enter it. Raises ReasonRefused.
    """
    words = " ".join(text.split())
    if len(words) < SHORTEST_REASON:
        raise ReasonRefused("REASON_MISSING", "a reason is needed; write in a few words why")
    if len(words) > longest:
        raise ReasonRefused("REASON_LONG", f"a reason has at most {longest} characters; shorten it")
    if _PERSONAL.search(words):
        raise ReasonRefused(
            "REASON_PERSONAL", "a reason must not hold an IIN, an account or a telephone number; leave it out"
        )
    return words
