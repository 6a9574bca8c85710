"""Contracts of the two workflows beside the cases: a request for information, and a yearly obligation.

Codes, references and instants of our own acts, as in ``contracts.case``; whose they are is in the records.
Every instant is an aware UTC datetime.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from belsendi.contracts.case import Contract

INFORMATION_REQUEST = "InformationRequest"
YEARLY_OBLIGATION = "YearlyObligation"


class RequestState(StrEnum):
    """Where a request for information on assignment stands."""

    STORED = "STORED"
    ANSWERED = "ANSWERED"


class ObligationKind(StrEnum):
    """The yearly duties of a survivor benefit (S-r7, S-t8)."""

    STUDY = "STUDY"
    CARE = "CARE"


class InformationRequestStart(Contract):
    """Input of a request. ``due_at`` is half an hour after it reached us (D-t3, S-t3; BUR: SIL-38)."""

    request_id: str
    due_at: datetime
    clock_shift: timedelta = timedelta(0)


class RequestStep(Contract):
    """A step of a request at the request's own present."""

    request_id: str
    now: datetime


class RequestAnswered(Contract):
    """The answer is in the personal cabinet. ``late``: after the half hour."""

    late: bool


class ObligationStart(Contract):
    """Input of one year of an obligation. What falls due up to and including ``since`` is done."""

    obligation_id: str
    since: datetime
    clock_shift: timedelta = timedelta(0)


class PlanStep(Contract):
    """Asks what falls due in the year after ``since``."""

    obligation_id: str
    since: datetime


class ObligationMoment(Contract):
    """One act of ours at an instant; ``key`` makes it one act, ``act`` is a code of the law's yearly acts."""

    key: str
    act: str
    period: str
    at: datetime
    last_of_period: bool


class YearPlan(Contract):
    """What falls due until the instant ``until``. ``over``: the obligation ends then, nothing comes after."""

    moments: list[ObligationMoment]
    until: datetime
    over: bool


class ObligationStep(Contract):
    """An act of an obligation that is due now."""

    obligation_id: str
    moment: ObligationMoment
    now: datetime


class ObligationOutcome(Contract):
    """What came of an act. ``ended``: the obligation was ended meanwhile, nothing is left to wait for."""

    ended: bool = False


class SideView(Contract):
    """What a workflow says of itself: for support staff and tests."""

    state: str
    next_instant: datetime | None
