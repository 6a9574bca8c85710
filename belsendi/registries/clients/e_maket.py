"""Client of "Е-макет" ААЖ: journal, electronic case file, drafts and outcomes, mirrored from our records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from belsendi.registries import answers
from belsendi.registries.gateway import RegistryGateway
from belsendi.registries.inquiry import Inquiry, RegistryAnswer
from belsendi.registries.systems import System


class EMaketClient:
    """Port ``EMaket``. Writes are keyed by our own numbers, so that a repetition changes nothing."""

    def __init__(self, gateway: RegistryGateway) -> None:
        self._gateway = gateway

    async def register(
        self,
        *,
        case_reference: str,
        registration_no: str,
        benefit: str,
        subject_iin: str,
        applicant_iin: str,
        registered_at: datetime,
        channel: str,
        inquiry: Inquiry,
    ) -> RegistryAnswer[answers.Accepted]:
        """Mirror the entry of the electronic journal (B-r16)."""
        entry = {
            "case_reference": case_reference,
            "registration_no": registration_no,
            "benefit": benefit,
            "subject_iin": subject_iin,
            "applicant_iin": applicant_iin,
            "registered_at": registered_at,
            "channel": channel,
        }
        return await self._put("register", entry, inquiry)

    async def applications(
        self, subject_iin: str, benefit: str, inquiry: Inquiry
    ) -> RegistryAnswer[answers.Applications]:
        """Applications for the benefit about the subject, those of other channels included (CK3)."""
        return await self._gateway.ask(
            System.E_MAKET,
            "applications",
            {"subject_iin": subject_iin, "benefit": benefit},
            inquiry=inquiry,
            answer=answers.Applications,
        )

    async def put_file(
        self, case_reference: str, items: Sequence[Mapping[str, object]], inquiry: Inquiry
    ) -> RegistryAnswer[answers.Accepted]:
        """Mirror the items of the electronic case file (ЭІМ)."""
        return await self._put("put_file", {"case_reference": case_reference, "items": list(items)}, inquiry)

    async def put_draft(
        self,
        *,
        case_reference: str,
        draft_no: str,
        decision_no: str | None,
        kind: str,
        document_sha256: str,
        inquiry: Inquiry,
    ) -> RegistryAnswer[answers.Accepted]:
        """Mirror the e-draft of the decision by the hash of its document (B-r19-1); signed, it has a number."""
        draft = {
            "case_reference": case_reference,
            "draft_no": draft_no,
            "decision_no": decision_no,
            "kind": kind,
            "document_sha256": document_sha256,
        }
        return await self._put("put_draft", draft, inquiry)

    async def outcome(
        self, registration_no: str, outcome: str, inquiry: Inquiry
    ) -> RegistryAnswer[answers.Accepted]:
        """Mirror the outcome of a registered application."""
        return await self._put("outcome", {"registration_no": registration_no, "outcome": outcome}, inquiry)

    async def _put(
        self, operation: str, data: Mapping[str, object], inquiry: Inquiry
    ) -> RegistryAnswer[answers.Accepted]:
        return await self._gateway.ask(
            System.E_MAKET, operation, data, inquiry=inquiry, answer=answers.Accepted
        )
