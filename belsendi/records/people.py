"""Persons, numbers and opt-outs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from belsendi.records.columns import new_id
from belsendi.records.keystore import Owner
from belsendi.records.models import OptOut, Person, PhoneNumber
from belsendi.records.upsert import insert_unless_there
from belsendi.records.vault import Vault


class People:
    """Looks people and numbers up by blind index and keeps what is known of them sealed."""

    def __init__(self, vault: Vault, first_language: str = "kk") -> None:
        self._vault = vault
        self._first_language = first_language

    async def person(self, session: AsyncSession, iin: str, now: datetime) -> Person:
        """The person with this IIN, entered when not known yet."""
        index = self._vault.index("iin", iin)
        query = select(Person).where(Person.iin_index == index)
        found = (await session.execute(query)).scalar_one_or_none()
        if found is not None:
            return found
        person_id = new_id()
        sealed = await self._vault.seal(Owner.PERSON, person_id, iin, f"persons.iin/{person_id}", now)
        await insert_unless_there(
            session, Person, {"id": person_id, "iin_index": index, "iin": sealed, "created_at": now}
        )
        return (await session.execute(query)).scalar_one()

    async def find_person(self, session: AsyncSession, iin: str) -> Person | None:
        index = self._vault.index("iin", iin)
        return (await session.execute(select(Person).where(Person.iin_index == index))).scalar_one_or_none()

    async def iin(self, person: Person) -> str:
        return await self._vault.open(person.iin, f"persons.iin/{person.id}")

    async def name(self, person: Person) -> str | None:
        return await self._vault.open(person.name, f"persons.name/{person.id}") if person.name else None

    async def set_name(self, person: Person, name: str, now: datetime) -> None:
        person.name = await self._vault.seal(Owner.PERSON, person.id, name, f"persons.name/{person.id}", now)

    async def number(self, session: AsyncSession, e164: str, now: datetime) -> PhoneNumber:
        """The number in E.164, entered when not known yet with the language of first messages (SIL-23)."""
        index = self._vault.index("number", e164)
        query = select(PhoneNumber).where(PhoneNumber.number_index == index)
        found = (await session.execute(query)).scalar_one_or_none()
        if found is not None:
            return found
        number_id = new_id()
        sealed = await self._vault.seal(
            Owner.NUMBER, number_id, e164, f"phone_numbers.number/{number_id}", now
        )
        values = {
            "id": number_id,
            "number_index": index,
            "number": sealed,
            "language": self._first_language,
            "created_at": now,
        }
        await insert_unless_there(session, PhoneNumber, values)
        return (await session.execute(query)).scalar_one()

    async def digits(self, number: PhoneNumber) -> str:
        """The number in E.164."""
        return await self._vault.open(number.number, f"phone_numbers.number/{number.id}")

    async def opt_out(
        self, session: AsyncSession, number_id: str, person_id: str | None, inbound_id: str, now: datetime
    ) -> None:
        """STOP: holds until START."""
        values = {
            "id": new_id(),
            "number_id": number_id,
            "person_id": person_id,
            "since": now,
            "inbound_id": inbound_id,
        }
        await insert_unless_there(session, OptOut, values)

    async def opt_in(self, session: AsyncSession, number_id: str, now: datetime) -> None:
        """START: offers may come again."""
        await session.execute(
            update(OptOut)
            .where(OptOut.number_id == number_id, OptOut.ended_at.is_(None))
            .values(ended_at=now)
        )

    async def opted_out(self, session: AsyncSession, *, number_id: str | None, person_id: str | None) -> bool:
        """Whether STOP holds for the number or for the person; what is None is not asked about."""
        asked = [
            column == value
            for column, value in ((OptOut.number_id, number_id), (OptOut.person_id, person_id))
            if value is not None
        ]
        if not asked:
            return False
        query = select(OptOut.id).where(or_(*asked), OptOut.ended_at.is_(None)).limit(1)
        return (await session.execute(query)).first() is not None
