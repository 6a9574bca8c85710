"""Documents of a case: stored bytes, their hash, and the signatures over them."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from belsendi.documents import MEDIA_TYPE
from belsendi.errors import NotFound
from belsendi.records.columns import new_id
from belsendi.records.keystore import Owner
from belsendi.records.models import Document, DocumentSignature
from belsendi.records.upsert import insert_unless_there
from belsendi.records.vault import Vault
from belsendi.registries.signature import Signature


class Evidence:
    """Keeps documents sealed by the case's key; what is signed is exactly what is stored."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    async def keep(
        self, session: AsyncSession, case_id: str, *, key: str, kind: str, content: bytes, now: datetime
    ) -> Document:
        """Stores a document once per key."""
        document_id = new_id()
        values = {
            "id": document_id,
            "case_id": case_id,
            "key": key,
            "kind": kind,
            "media_type": MEDIA_TYPE,
            "content": await self._vault.seal(
                Owner.CASE, case_id, content, f"documents.content/{document_id}", now
            ),
            "sha256": hashlib.sha256(content).hexdigest(),
            "created_at": now,
        }
        await insert_unless_there(session, Document, values)
        query = select(Document).where(Document.case_id == case_id, Document.key == key)
        return (await session.execute(query)).scalar_one()

    async def content(self, document: Document) -> bytes:
        """The clear bytes; refuses a document whose bytes no longer match their hash."""
        content = await self._vault.open_bytes(document.content, f"documents.content/{document.id}")
        if hashlib.sha256(content).hexdigest() != document.sha256:
            raise NotFound("the stored document does not match its hash any more; restore it from the backup")
        return content

    async def keep_signature(
        self,
        session: AsyncSession,
        document: Document,
        signature: Signature,
        *,
        signed_by: str,
        effective: bool,
    ) -> str:
        """Stores a signature over a document. Returns its id."""
        signature_id = new_id()
        at = signature.signed_at
        session.add(
            DocumentSignature(
                id=signature_id,
                document_id=document.id,
                role=signature.role.value,
                signer=await self._vault.seal(
                    Owner.CASE,
                    document.case_id,
                    signature.signer_name,
                    f"document_signatures.signer/{signature_id}",
                    at,
                ),
                certificate_serial=signature.certificate_serial,
                cms=await self._vault.seal(
                    Owner.CASE,
                    document.case_id,
                    signature.cms,
                    f"document_signatures.cms/{signature_id}",
                    at,
                ),
                signed_at=at,
                signed_by=signed_by,
                effective=effective,
            )
        )
        await session.flush()
        return signature_id

    async def cms(self, signature: DocumentSignature) -> bytes:
        return await self._vault.open_bytes(signature.cms, f"document_signatures.cms/{signature.id}")

    async def signer(self, signature: DocumentSignature) -> str:
        return await self._vault.open(signature.signer, f"document_signatures.signer/{signature.id}")
