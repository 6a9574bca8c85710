"""What a case has besides the registers' answers: documents that a person accepted as proof (COM-06)."""

from __future__ import annotations

from sqlalchemy import select

from belsendi.casework.bench import Bench
from belsendi.records.models import Attachment


async def accepted_data(bench: Bench, case_id: str) -> frozenset[str]:
    """The data of the electronic case file that an accepted document proves."""
    query = select(Attachment.kind).where(Attachment.case_id == case_id, Attachment.state == "accepted")
    async with bench.records.database.reading() as session:
        return frozenset((await session.execute(query)).scalars())
