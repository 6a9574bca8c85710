"""Documents that people of a scenario bring, and a caseworker who judges them as proof."""

from __future__ import annotations

import io
from datetime import datetime

from PIL import Image

from belsendi.attachments.brought import Brought, IntakeChannel
from belsendi.attachments.desk import Attachments
from belsendi.attachments.proof import Provenance
from stack.scenario.model import BringStep

_HEAD = "head-1"


async def bring(attachments: Attachments, case_id: str, step: BringStep, officer: str, now: datetime) -> None:
    """Takes the document in, lets the head release it (nothing scans here), and accepts it as proof.

    Raises NotProof for a document that the law does not let count (COM-20, COM-21).
    """
    provenance = Provenance.model_validate(step.model_dump(include=set(Provenance.model_fields)))
    brought = Brought(kind=step.kind, provenance=provenance)
    taken = await attachments.intake.take(
        case_id, brought, _page(step.kind), by=officer, channel=IntakeChannel.CONSOLE, now=now
    )
    await attachments.custody.release(taken.row.id, _HEAD, step.reason, now)
    await attachments.custody.accept(taken.row.id, provenance, officer, now)


def _page(kind: str) -> bytes:
    """A photographed page that differs from kind to kind."""
    written = io.BytesIO()
    Image.new("RGB", (120 + len(kind), 80), "white").save(written, "PNG")
    return written.getvalue()
