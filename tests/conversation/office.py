"""The office's ear and mouth over fresh records: what came and what was sent are rows, the cases are a list."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from belsendi.casework.bench import Bench
from belsendi.contracts.case import CaseStart, Disposition, JoiningApplication, OfferOpened, Reply
from belsendi.contracts.conversation import QuestionKind
from belsendi.contracts.states import CaseState
from belsendi.conversation.opening import open_reception
from belsendi.records.cases import open_case
from belsendi.records.inbox import Arrival
from belsendi.records.models import Case, InboundMessage, OutboundMessage, PhoneNumber, Question, Task
from belsendi.temporal.cases import Cases

NOW = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)  # 11:00 in Almaty
NIGHT = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)  # 01:00 in Almaty
NUMBER = "+77010000001"
MINUTE = timedelta(minutes=1)


class TakingCases(Cases):
    """Cases that take every reply; the engine behind them is another test's matter."""

    def __init__(self) -> None:
        self.replies: list[tuple[str, Reply]] = []
        self.opened: list[str] = []
        self.started: list[str] = []
        self.recounted: list[str] = []
        self.joined: list[tuple[str, str]] = []

    async def start(self, start: CaseStart) -> None:
        self.started.append(start.case_id)

    async def reply(self, case_id: str, reply: Reply) -> Disposition:
        self.replies.append((case_id, reply))
        return Disposition(state=CaseState.OFFERED)

    async def question_opened(self, case_id: str, question_id: str, opened: OfferOpened) -> None:
        self.opened.append(question_id)

    async def application_received(self, case_id: str, application: JoiningApplication) -> None:
        self.joined.append((case_id, application.event_id))

    async def calendar_changed(self, case_id: str) -> None:
        self.recounted.append(case_id)


class TalkOffice:
    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.cases = TakingCases()
        self.reception = open_reception(bench, self.cases)
        self._ids = itertools.count(1)

    async def case(
        self,
        *,
        recipient: str = "850101400121",
        initiative: str = "provider",
        number: str = NUMBER,
        **fields: Any,
    ) -> str:
        """An offered case of a fresh deceased, with the number it speaks to."""
        people = self.bench.people
        async with self.bench.records.database.writing() as session:
            subject = await people.person(session, f"8683153{next(self._ids):05d}", NOW)
            person = await people.person(session, recipient, NOW)
            case, _made = await open_case(
                session,
                service="BUR",
                subject_id=subject.id,
                recipient_id=person.id,
                event_id=None,
                initiative=initiative,
                now=NOW + timedelta(seconds=next(self._ids)),
            )
            case.state = CaseState.OFFERED
            case.number_id = (await people.number(session, number, NOW)).id
            for name, value in fields.items():
                setattr(case, name, value)
            return case.id

    async def offer(self, case_id: str, now: datetime = NOW) -> Question:
        """Asks M-01, as a case does: put into the outbox when it is open, in line otherwise."""
        async with self.bench.records.database.writing() as session:
            case = await session.get_one(Case, case_id)
            number = await session.get_one(PhoneNumber, case.number_id)
            question = await self.bench.questions.ask(
                session,
                case_id=case_id,
                number_id=number.id,
                kind=QuestionKind.OFFER_NO_ACCOUNT,
                template="M-01-BUR-NA",
                fields={},
                now=now,
            )
            if question.state == "open":
                await self.bench.speaker.put(session, number, question, now)
            return question

    async def answered(self, question: Question, now: datetime = NOW) -> Question | None:
        """Closes a question as its case does, and puts the next one of the line."""
        async with self.bench.records.database.writing() as session:
            following = await self.bench.questions.close(session, question.id, "answered", now)
            if following is not None:
                number = await session.get_one(PhoneNumber, following.number_id)
                await self.bench.speaker.put(session, number, following, now)
            return following

    async def remind(self, case_id: str, now: datetime = NOW) -> None:
        """M-19, as a case queues it."""
        async with self.bench.records.database.writing() as session:
            case = await session.get_one(Case, case_id)
            await self.bench.speaker.say(
                session,
                await session.get_one(PhoneNumber, case.number_id),
                "M-19-NA",
                key=f"{case_id}:reminder",
                now=now,
                case_id=case_id,
                fields={"exp": now.date()},
            )

    async def send(self, now: datetime = NOW) -> None:
        """The channel process sends what is due."""
        outbox = self.bench.outbox
        async with self.bench.records.database.writing() as session:
            for message in await outbox.claim(session, "test", 100, now, MINUTE):
                await outbox.move(session, message.id, "sent", now)

    async def write(self, text: str, now: datetime, *, number: str = NUMBER) -> InboundMessage:
        """A message comes and is handled at once. Returns it as it is afterwards."""
        arrival = Arrival("test", f"{next(self._ids)}", number, text, now)
        inbound_id = await self.reception.store(arrival)
        return await self.handle(inbound_id, now)

    async def handle(self, inbound_id: str, now: datetime) -> InboundMessage:
        await self.reception.handle(inbound_id, now)
        async with self.bench.records.database.reading() as session:
            return await session.get_one(InboundMessage, inbound_id)

    async def outbox(self) -> list[OutboundMessage]:
        query = select(OutboundMessage).order_by(OutboundMessage.created_at)
        async with self.bench.records.database.reading() as session:
            return list((await session.execute(query)).scalars())

    async def said(self) -> list[str]:
        """Templates in the order in which they were queued."""
        return [message.template for message in await self.outbox()]

    async def question(self, question_id: str) -> Question:
        async with self.bench.records.database.reading() as session:
            return await session.get_one(Question, question_id)

    async def tasks(self) -> list[str]:
        async with self.bench.records.database.reading() as session:
            return list((await session.execute(select(Task.kind).order_by(Task.opened_at))).scalars())

    async def open_tasks(self) -> list[Task]:
        async with self.bench.records.database.reading() as session:
            return list((await session.execute(select(Task).where(Task.closed_at.is_(None)))).scalars())

    def answers(self) -> list[tuple[str, str | None]]:
        """What the cases were handed: the case and the question that was answered."""
        return [(case_id, reply.question_id) for case_id, reply in self.cases.replies]
