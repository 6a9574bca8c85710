"""The brought documents of a case as its page shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from api.console.context import ConsoleContext
from belsendi.attachments.custody import AttachmentView, weighed
from belsendi.attachments.kinds import AttachmentKind, kinds_of
from belsendi.attachments.proof import (
    OFFICERS_SHORTCOMINGS,
    Certification,
    Language,
    Shortcoming,
    proof_rule,
)
from belsendi.attachments.states import ScanState
from belsendi.casework.demands import AT_THE_DESK, demandable
from belsendi.casework.digital_documents import NOT_ASKED_AGAIN, digital_documents
from belsendi.contracts.states import CaseState
from belsendi.law import service
from belsendi.records.models import Case, DocumentRequest, OwnersConsent


@dataclass(frozen=True)
class Shelf:
    """Documents, oldest first, and what an officer may do with them. ``most_megabytes`` bounds one file;
    ``proof_rules``: where the order says what a document made abroad needs. Paper may be demanded for the kinds of
    ``demandable`` only: the others we obtain by ourselves (COM-05)."""

    views: list[AttachmentView]
    asked: list[DocumentRequest]
    kinds: dict[str, AttachmentKind]
    demandable: frozenset[str]
    decided_at: datetime | None
    asking: bool
    extendable: bool
    most_megabytes: int
    proof_rules: list[str]
    digital: list[OwnersConsent]
    """How the owner was asked for digital documents, oldest first."""
    digital_kinds: list[AttachmentKind]
    """What the owner may be asked for now."""
    certifications: tuple[Certification, ...] = tuple(Certification)
    languages: tuple[Language, ...] = tuple(Language)
    shortcomings: tuple[Shortcoming, ...] = OFFICERS_SHORTCOMINGS

    def judging(self, view: AttachmentView) -> bool:
        """Whether the document may be judged (again): nothing harmful, nothing a decision rests on."""
        return view.row.scan != ScanState.INFECTED and not weighed(view.row, self.decided_at)


async def shelf_of(context: ConsoleContext, case: Case, present: datetime, *, extendable: bool) -> Shelf:
    """``extendable``: the service's term may grow for a further document, while it runs (D-t3, S-t3).

    ``present`` is the case's own now, an aware instant.
    """
    attachments, rule = context.attachments, proof_rule(case.service)
    async with context.bench.records.database.reading() as session:
        may_be_demanded = await demandable(session, case)
    digital = await digital_documents(context.bench).listed(case.id)
    standing = {row.kind for row in digital if row.state in NOT_ASKED_AGAIN}
    return Shelf(
        views=await attachments.custody.listed(case.id),
        asked=await attachments.requests.listed(case.id),
        kinds=kinds_of(case.service),
        demandable=may_be_demanded,
        decided_at=await attachments.custody.decided_at(case.id),
        asking=case.state in AT_THE_DESK,
        extendable=extendable
        and case.state == CaseState.CASEWORK
        and (case.due_at is None or present <= case.due_at),
        most_megabytes=max(attachments.limits.most_bytes // 1_048_576, 1),
        digital=digital,
        digital_kinds=[
            kind
            for code, kind in kinds_of(case.service).items()
            if code not in standing and code in {datum.datum for datum in service(case.service).needed_data}
        ],
        proof_rules=sorted({rule.certification_citation, rule.translation_citation}),
    )
