"""Clients of the portal and of the digital documents service."""

from __future__ import annotations

from datetime import datetime

from belsendi.registries import answers
from belsendi.registries.gateway import RegistryGateway
from belsendi.registries.inquiry import Inquiry, RegistryAnswer
from belsendi.registries.systems import System


class DigitalDocumentsClient:
    """Port ``DigitalDocuments``."""

    def __init__(self, gateway: RegistryGateway) -> None:
        self._gateway = gateway

    async def document(
        self, iin: str, kind: str, consent_ref: str, inquiry: Inquiry
    ) -> RegistryAnswer[answers.DigitalDocument]:
        """The owner's document."""
        return await self._gateway.ask(
            System.DIGITAL_DOCUMENTS,
            "document",
            {"iin": iin, "kind": kind, "consent_ref": consent_ref},
            inquiry=inquiry,
            answer=answers.DigitalDocument,
        )


class PortalClient:
    """Port ``Portal``."""

    def __init__(self, gateway: RegistryGateway) -> None:
        self._gateway = gateway

    async def request_consent(
        self, *, request_key: str, iin: str, document_kind: str, case_reference: str, inquiry: Inquiry
    ) -> RegistryAnswer[answers.DocumentConsent]:
        """Have the portal ask the owner of the document."""
        return await self._gateway.ask(
            System.PORTAL,
            "request_consent",
            {
                "request_key": request_key,
                "iin": iin,
                "document_kind": document_kind,
                "case_reference": case_reference,
            },
            inquiry=inquiry,
            answer=answers.DocumentConsent,
        )

    async def consent(self, consent_ref: str, inquiry: Inquiry) -> RegistryAnswer[answers.DocumentConsent]:
        """Where the consent stands."""
        return await self._gateway.ask(
            System.PORTAL,
            "consent",
            {"consent_ref": consent_ref},
            inquiry=inquiry,
            answer=answers.DocumentConsent,
        )

    async def put_status(
        self, *, iin: str, case_reference: str, benefit: str, status: str, at: datetime, inquiry: Inquiry
    ) -> RegistryAnswer[answers.Accepted]:
        """Show the status in the personal cabinet."""
        return await self._gateway.ask(
            System.PORTAL,
            "put_status",
            {"iin": iin, "case_reference": case_reference, "benefit": benefit, "status": status, "at": at},
            inquiry=inquiry,
            answer=answers.Accepted,
        )

    async def put_notice(
        self,
        *,
        notice_id: str,
        iin: str,
        case_reference: str,
        message: str,
        language: str,
        text: str,
        document_sha256: str | None,
        at: datetime,
        inquiry: Inquiry,
    ) -> RegistryAnswer[answers.Accepted]:
        """Put a notice into the personal cabinet."""
        return await self._gateway.ask(
            System.PORTAL,
            "put_notice",
            {
                "notice_id": notice_id,
                "iin": iin,
                "case_reference": case_reference,
                "message": message,
                "language": language,
                "text": text,
                "document_sha256": document_sha256,
                "at": at,
            },
            inquiry=inquiry,
            answer=answers.Accepted,
        )
