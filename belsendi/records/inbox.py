"""The inbox: every message from a citizen is stored before it is acknowledged, once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from belsendi.contracts.personal_data import PersonalData
from belsendi.records.columns import new_id
from belsendi.records.keystore import Owner
from belsendi.records.models import InboundMessage
from belsendi.records.people import People
from belsendi.records.upsert import insert_unless_there
from belsendi.records.vault import Vault


@dataclass(frozen=True)
class Arrival:
    """A message as a route hands it over. ``provider_id`` is the route's id of it, stable over repeats."""

    route: str
    provider_id: str
    number: Annotated[str, PersonalData("pd.10")]
    text: Annotated[str, PersonalData("svc.message_text")]
    received_at: datetime


class Inbox:
    def __init__(self, vault: Vault, people: People) -> None:
        self._vault = vault
        self._people = people

    async def store(self, session: AsyncSession, arrival: Arrival) -> tuple[str, bool]:
        """Stores an arrival. Returns its id and whether it is new; a repeat gives the first one's id."""
        query = select(InboundMessage.id).where(
            InboundMessage.route == arrival.route, InboundMessage.provider_id == arrival.provider_id
        )
        known = (await session.execute(query)).scalar_one_or_none()
        if known is not None:
            return known, False
        number = await self._people.number(session, arrival.number, arrival.received_at)
        inbound_id = new_id()
        words = await self._vault.seal(
            Owner.NUMBER, number.id, arrival.text, f"inbox.words/{inbound_id}", arrival.received_at
        )
        made = await insert_unless_there(
            session,
            InboundMessage,
            {
                "id": inbound_id,
                "route": arrival.route,
                "provider_id": arrival.provider_id,
                "number_id": number.id,
                "words": words,
                "received_at": arrival.received_at,
                "state": "stored",
            },
        )
        return (inbound_id, True) if made else ((await session.execute(query)).scalar_one(), False)

    async def words(self, message: InboundMessage) -> str:
        return await self._vault.open(message.words, f"inbox.words/{message.id}")

    async def give_to_case(self, message: InboundMessage, case_id: str, now: datetime) -> None:
        """Seals the words anew with the case's key: they live and die with the case."""
        words = await self.words(message)
        message.words = await self._vault.seal(Owner.CASE, case_id, words, f"inbox.words/{message.id}", now)
        message.case_id = case_id

    async def unhandled(self, session: AsyncSession, before: datetime, most: int = 50) -> list[str]:
        """Messages stored before an instant that nobody has handled yet, oldest first."""
        query = (
            select(InboundMessage.id)
            .where(InboundMessage.state == "stored", InboundMessage.received_at <= before)
            .order_by(InboundMessage.received_at)
            .limit(most)
        )
        return list((await session.execute(query)).scalars())
