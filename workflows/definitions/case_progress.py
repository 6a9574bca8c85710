"""What a case knows of itself, and what may be asked of it: updates with their validators, signals, a query.

State is made in ``__init__`` because an update may arrive before ``run`` starts.
"""

from __future__ import annotations

from datetime import datetime

from temporalio import workflow
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from belsendi.contracts.case import (
        CasePath,
        CaseReply,
        CaseStart,
        CaseView,
        Disposition,
        DraftResult,
        JoiningApplication,
        OfferOpened,
        OfficerAct,
        OfficerDecision,
        Registration,
        Reply,
        StepInput,
    )
    from belsendi.contracts.states import CaseState, Outcome, Party

_OFFER_REPLIES = frozenset(
    {
        CaseReply.CONSENT,
        CaseReply.CONSENT_OTHER_ACCOUNT,
        CaseReply.CONSENT_WITH_ACCOUNT,
        CaseReply.CONSENT_ACCOUNT_INVALID,
        CaseReply.DECLINE,
    }
)
_ACCOUNT_REPLIES = frozenset({CaseReply.ACCOUNT, CaseReply.ACCOUNT_INVALID, CaseReply.DECLINE})
_CASEWORK_ACTS = frozenset(
    {
        OfficerAct.TERM_EXTENDED,
        OfficerAct.DOCUMENT_REQUESTED,
        OfficerAct.ASSIGNMENT_PROPOSED,
        OfficerAct.REFUSAL_PROPOSED,
    }
)
_CASEWORK_STATES = frozenset({CaseState.CASEWORK, CaseState.EXTENDED})
_SEEN_MOST = 200
UNSIGNED_STATES = frozenset(
    {
        CaseState.IDENTIFIED,
        CaseState.DOCUMENTS_AWAITED,
        CaseState.OFFERED,
        CaseState.ACCOUNT_PENDING,
        CaseState.CONSENTED,
        CaseState.ACCEPTANCE_DEFERRED,
        CaseState.REGISTERED,
        CaseState.CHECKING,
        CaseState.MANUAL_REVIEW,
        CaseState.ACCEPTED,
        CaseState.CASEWORK,
        CaseState.EXTENDED,
        CaseState.EIM_DRAFTING,
        CaseState.HEARING,
        CaseState.AWAITING_SIGNATURE,
    }
)


class CaseProgress:
    """The progress of one case: codes, references and instants, never personal data."""

    def __init__(self, start: CaseStart) -> None:
        self._start = start
        self._state = CaseState.IDENTIFIED
        self._outcome: Outcome | None = None
        self._waiting_for = Party.US
        self._next_instant: datetime | None = None
        self._question_id: str | None = None
        self._opened: dict[str, OfferOpened] = {}
        self._reply: Reply | None = None
        self._application: JoiningApplication | None = None
        self._withdrawal: Reply | OfficerDecision | None = None
        self._decision: OfficerDecision | None = None
        self._review: OfficerDecision | None = None
        self._casework_act: OfficerDecision | None = None
        self._path = CasePath.P1
        self._extendable = False
        self._extended = False
        self._unread = False
        self._draft: DraftResult | None = None
        self._offer_times: OfferOpened | None = None
        self._deferred_until: datetime | None = None
        self._registration: Registration | None = None
        self._calendar_changed = False
        self._placement_wanted = False
        self._signing = False
        self._escalated = False
        self._overdue = False
        self._delay_told = False
        self._seen: list[str] = []
        self._keys = 0
        self._revision = 0
        self._by_hand = False

    @workflow.update
    def reply(self, reply: Reply) -> Disposition:
        """A citizen's answer; the validator has let it through, so it counts."""
        self._remember(reply.inbound_id)
        if reply.meaning is CaseReply.WITHDRAW:
            self._withdrawal = reply
        else:
            self._reply = reply
        return Disposition(state=self._state)

    @reply.validator
    def _validate_reply(self, reply: Reply) -> None:
        self._refuse_seen(reply.inbound_id)
        if reply.meaning is CaseReply.WITHDRAW:
            if self._state not in UNSIGNED_STATES or self._signing or self._outcome:
                raise ApplicationError("too late to withdraw", type="AFTER_SIGNATURE")
            return
        other = reply.question_id != self._question_id
        if (
            self._outcome is None
            and other
            and (self._state is CaseState.IDENTIFIED or self._reply is not None)
        ):
            raise ApplicationError("the step that asked this question is not done yet", type="NOT_READY")
        if self._question_id is None or other:
            raise ApplicationError("this question is closed", type="QUESTION_CLOSED")
        if self._reply is not None:
            again = self._state is CaseState.ACCOUNT_PENDING  # the account just sent may turn out to be wrong
            raise ApplicationError(
                "an answer to this question is being written",
                type="NOT_READY" if again else "ALREADY_ANSWERED",
            )
        allowed = _OFFER_REPLIES if self._state is CaseState.OFFERED else _ACCOUNT_REPLIES
        if reply.meaning not in allowed:
            raise ApplicationError("not an answer to this question", type="NOT_AN_ANSWER")

    @workflow.update
    def decide(self, decision: OfficerDecision) -> Disposition:
        """An officer's act; the validator has let it through."""
        self._remember(decision.act_id)
        if decision.act in (OfficerAct.SIGNED, OfficerAct.RETURNED):
            self._decision = decision
        elif decision.act is OfficerAct.WITHDRAWN:
            self._withdrawal = decision
        elif decision.act is OfficerAct.RETRY_PLACEMENT:
            self._placement_wanted = True
        elif decision.act in _CASEWORK_ACTS:
            self._casework_act = decision
        else:
            self._review = decision
        return Disposition(state=self._state)

    @decide.validator
    def _validate_decision(self, decision: OfficerDecision) -> None:
        self._refuse_seen(decision.act_id)
        if decision.act in (OfficerAct.SIGNED, OfficerAct.RETURNED):
            draft = self._draft
            if self._state is CaseState.EIM_DRAFTING and decision.revision == self._revision:
                raise ApplicationError("the draft is being written", type="NOT_READY")
            if self._state is not CaseState.AWAITING_SIGNATURE or draft is None or self._decision is not None:
                raise ApplicationError("no draft waits for a signature", type="NO_DRAFT_WAITS")
            if (decision.decision_id, decision.revision) != (draft.decision_id, draft.revision):
                raise ApplicationError("this draft was replaced by a newer one", type="DRAFT_REPLACED")
            if decision.act is OfficerAct.SIGNED and decision.signature_id is None:
                raise ApplicationError("a decision needs a signature", type="SIGNATURE_MISSING")
        elif decision.act is OfficerAct.WITHDRAWN:
            if self._state not in UNSIGNED_STATES or self._signing:
                raise ApplicationError("the decision is signed", type="AFTER_SIGNATURE")
        elif decision.act is OfficerAct.RETRY_PLACEMENT:
            if self._state is not CaseState.DECIDED_ASSIGN:
                raise ApplicationError("nothing waits for placement", type="NOTHING_TO_PLACE")
        elif decision.act in _CASEWORK_ACTS:
            self._validate_casework(decision)
        elif self._state is CaseState.CHECKING:
            raise ApplicationError("the checks are being written", type="NOT_READY")
        elif self._state is not CaseState.MANUAL_REVIEW or self._review is not None:
            raise ApplicationError("nothing waits for review", type="NO_REVIEW_WAITS")

    def _validate_casework(self, decision: OfficerDecision) -> None:
        if decision.act is OfficerAct.TERM_EXTENDED:
            if self._path is not CasePath.P7 or not self._extendable:
                raise ApplicationError("this term cannot be extended", type="NOT_EXTENDABLE")
            if self._extended:
                raise ApplicationError("the term was extended before", type="EXTENDED_ALREADY")
            if self._registration is not None and self._now() > self._registration.due_at:
                raise ApplicationError("the term has run out", type="TERM_OVER")
        if self._path is CasePath.P7 and self._state in (CaseState.EIM_DRAFTING, CaseState.REGISTERED):
            raise ApplicationError("the case file is being written", type="NOT_READY")
        if self._state not in _CASEWORK_STATES:
            raise ApplicationError("the case is not with a caseworker", type="NOT_IN_CASEWORK")
        if self._casework_act is not None:
            raise ApplicationError("the act before this one is being carried out", type="NOT_READY")

    @workflow.signal
    def question_opened(self, question_id: str, opened: OfferOpened) -> None:
        """The offer's question has come to the head of its number's line: its time runs from now."""
        self._opened[question_id] = opened
        if question_id == self._question_id:
            self._offer_times = opened

    @workflow.signal
    def application_received(self, application: JoiningApplication) -> None:
        """An application of the same claim: it counts until the case is registered (SIL-40)."""
        self._application = application

    @workflow.signal
    def calendar_changed(self) -> None:
        self._calendar_changed = True

    @workflow.query
    def view(self) -> CaseView:
        return CaseView(
            state=self._state,
            outcome=self._outcome,
            waiting_for=self._waiting_for,
            next_instant=self._next_instant,
            due_at=self._registration.due_at if self._registration else None,
        )

    def _replied(self) -> bool:
        return self._reply is not None or self._withdrawal is not None or self._application is not None

    def _now(self) -> datetime:
        return workflow.now() + self._start.clock_shift

    def _key(self, name: str) -> str:
        self._keys += 1
        return f"{self._keys}:{name}"

    def _step(self, name: str) -> StepInput:
        return self._step_with(self._key(name))

    def _step_with(self, key: str) -> StepInput:
        return StepInput(case_id=self._start.case_id, key=key, now=self._now())

    def _remember(self, message_id: str) -> None:
        self._seen = [*self._seen[-_SEEN_MOST:], message_id]

    def _refuse_seen(self, message_id: str) -> None:
        if message_id in self._seen:
            raise ApplicationError("this message was taken before", type="REPEATED")
