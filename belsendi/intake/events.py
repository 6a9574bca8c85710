"""Life events: stored first, then turned into nobody's, one or several recipients' cases."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import product
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, field_validator
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from belsendi.casework.bench import Bench
from belsendi.contracts.personal_data import IinText, PersonalData
from belsendi.contracts.states import TaskKind
from belsendi.errors import InvalidInput
from belsendi.intake.openings import DECEASED_NAMED, services_of, subject_field
from belsendi.law import parse_bin, parse_iin
from belsendi.records.cases import open_case, open_task
from belsendi.records.columns import new_id
from belsendi.records.keystore import Owner
from belsendi.records.models import Case, LifeEvent
from belsendi.records.upsert import insert_unless_there
from belsendi.registries import Inquiry

MOST_RECIPIENTS = 10


class DeathRegistered(BaseModel):
    """Data of a registered death. ``recipients`` are IINs of persons named to the provider, the declarant first.

    Dates are Almaty days.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    deceased_iin: IinText
    date_of_death: Annotated[date, PersonalData("svc.death_fact")]
    registered_on: Annotated[date, PersonalData("svc.death_fact")] | None = None
    recipients: list[IinText] = Field(default_factory=list, max_length=MOST_RECIPIENTS)
    legal_entities: list[Annotated[str, PersonalData("pd.02")]] = Field(
        default_factory=list,
        max_length=MOST_RECIPIENTS,
        description="BINs; they get no proactive offer (SIL-24)",
    )

    @field_validator("legal_entities")
    @classmethod
    def _valid_entities(cls, value: list[str]) -> list[str]:
        try:
            return [str(parse_bin(entity)) for entity in value]
        except InvalidInput as error:
            raise ValueError("not a BIN: 12 digits with a right check digit are needed") from error

    @field_validator("deceased_iin")
    @classmethod
    def _valid_iin(cls, value: str) -> str:
        return str(_iin(value))

    @field_validator("recipients")
    @classmethod
    def _valid_recipients(cls, value: list[str]) -> list[str]:
        return list(dict.fromkeys(str(_iin(iin)) for iin in value))


def _iin(value: str) -> str:
    try:
        return str(parse_iin(value))
    except InvalidInput as error:
        raise ValueError("not an IIN: 12 digits with a right check digit are needed") from error


@dataclass(frozen=True)
class NewEvent:
    """An event as a door hands it over."""

    source: str
    event_id: str
    event_type: str
    occurred_at: datetime
    data: dict[str, object]


class LifeEvents:
    """Keeps events sealed and opens the cases that follow from them."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def store(self, event: NewEvent, now: datetime) -> tuple[str, bool]:
        """Stores an event once per source and id. Returns its id and whether it is new."""
        async with self._bench.records.database.writing() as session:
            query = select(LifeEvent.id).where(
                LifeEvent.source == event.source, LifeEvent.event_id == event.event_id
            )
            known = (await session.execute(query)).scalar_one_or_none()
            if known is not None:
                return known, False
            values = await self.values(event, now)
            made = await insert_unless_there(session, LifeEvent, values)
            return (str(values["id"]), True) if made else ((await session.execute(query)).scalar_one(), False)

    async def values(self, event: NewEvent, now: datetime) -> dict[str, object]:
        """The row of an event, its data sealed with a key of its own."""
        row_id = new_id()
        body = json.dumps(event.data, ensure_ascii=False)
        return {
            "id": row_id,
            "source": event.source,
            "event_id": event.event_id,
            "event_type": event.event_type,
            "occurred_at": event.occurred_at,
            "received_at": now,
            "body": await self._bench.records.vault.seal(
                Owner.EVENT, row_id, body, f"life_events.body/{row_id}", now
            ),
            "state": "stored",
        }

    async def unprocessed(self, most: int = 50) -> list[str]:
        query = (
            select(LifeEvent.id)
            .where(LifeEvent.state == "stored")
            .order_by(LifeEvent.received_at)
            .limit(most)
        )
        async with self._bench.records.database.reading() as session:
            return list((await session.execute(query)).scalars())

    async def process(self, row_id: str, now: datetime, *, clock_shift_seconds: int = 0) -> list[str]:
        """Opens the cases of a stored event. Returns the ids of cases opened now.

        Raises OutsideSystemUnavailable when a registry that must be asked is out: the event stays stored.
        """
        async with self._bench.records.database.reading() as session:
            event = await session.get_one(LifeEvent, row_id)
        if event.state != "stored":
            return []
        body = json.loads(await self._bench.records.vault.open(event.body, f"life_events.body/{row_id}"))
        recipients, initiative = list(body.get("recipients", [])), "provider"
        number = body.get("number")
        if event.event_type == DECEASED_NAMED:
            recipients, initiative = await self._writers(number, now), "citizen"
        async with self._bench.records.database.writing() as session:
            event = await session.get_one(LifeEvent, row_id, with_for_update=True)
            if event.state != "stored":
                return []
            opened: list[str] = []
            clear = bool(recipients) if initiative == "provider" else len(recipients) == 1
            if clear:
                for code, iin in product(services_of(event.event_type), recipients):
                    case, new = await self._open(session, event, code, iin, body, initiative, now)
                    case.clock_shift_seconds = clock_shift_seconds if new else case.clock_shift_seconds
                    if new:
                        opened.append(case.id)
                        if number:
                            case.number_id = (await self._bench.people.number(session, number, now)).id
                    elif initiative == "citizen":
                        await self._answer_writer(session, event.id, number, now, case)
            else:
                await open_task(
                    session,
                    TaskKind.NO_RECIPIENT if initiative == "provider" else TaskKind.NAMED_DECEASED_UNCLEAR,
                    key=f"event:{event.id}",
                    now=now,
                    event_id=event.id,
                    facts=_why_nobody(initiative, recipients, body),
                )
                if initiative == "citizen":
                    await self._answer_writer(session, event.id, number, now, None)
            event.recipients = len(recipients)
            event.state = "processed"
            return opened

    async def _open(
        self,
        session: AsyncSession,
        event: LifeEvent,
        code: str,
        iin: str,
        body: Mapping[str, Any],
        initiative: str,
        now: datetime,
    ) -> tuple[Case, bool]:
        subject = await self._bench.people.person(session, body[subject_field(event.event_type)], now)
        recipient = await self._bench.people.person(session, iin, now)
        return await open_case(
            session,
            service=code,
            subject_id=subject.id,
            recipient_id=recipient.id,
            event_id=event.id,
            initiative=initiative,
            offer_again=self._bench.profile.defaults.offer_again_after_refusal,
            now=now,
        )

    async def _answer_writer(
        self, session: AsyncSession, event_id: str, digits: str, now: datetime, case: Case | None
    ) -> None:
        """What came of naming a deceased: the case that runs already, or that nothing was found (SIL-04)."""
        number = await self._bench.people.number(session, digits, now)
        speaker, key = self._bench.speaker, f"event:{event_id}:answer"
        if case is None:
            await speaker.say(session, number, "NAMES-UNKNOWN", key=key, now=now)
        else:
            await speaker.tell_standing(session, number, case, key=key, now=now)

    async def give_up(self, row_id: str, problem: str, now: datetime) -> None:
        """Leaves an event that cannot be processed to a person. ``problem`` is a code, never words."""
        async with self._bench.records.database.writing() as session:
            event = await session.get_one(LifeEvent, row_id, with_for_update=True)
            if event.state != "stored":
                return
            event.state, event.problem = "failed", problem
            await open_task(
                session,
                TaskKind.EVENT_FAILED,
                key=f"event:{event.id}:failed:{int(now.timestamp())}",
                now=now,
                event_id=event.id,
                facts={"problem": problem},
            )

    async def _writers(self, number: str, now: datetime) -> list[str]:
        """The persons to whom the number is registered at this moment (SIL-05)."""
        inquiry = Inquiry(purpose="who writes", asked_at=now)
        answer = await self._bench.registries.mobile_citizens.persons_of_number(number, inquiry)
        return list(answer.data.iins) if answer.data is not None else []


def _why_nobody(initiative: str, recipients: list[str], body: dict[str, list[str]]) -> dict[str, int]:
    """What a caseworker needs to know of an event without a clear recipient: numbers, no persons."""
    if initiative == "citizen":
        return {"persons_of_number": len(recipients)}
    return {"legal_entities": len(body.get("legal_entities", []))}
