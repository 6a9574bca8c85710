"""What the records, the handsets and the payment system say of the cases of a stack: read from outside."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, select

from belsendi.casework.bench import Bench, open_bench
from belsendi.casework.officers import Officers
from belsendi.errors import BelsendiError
from belsendi.records.keystore import Owner
from belsendi.records.models import (
    Case,
    CaseStep,
    Decision,
    InboundMessage,
    JournalEntry,
    OutboundMessage,
    PaymentOrder,
    PhoneNumber,
    Task,
)
from belsendi.temporal.cases import Cases
from belsendi.temporal.client import connect
from simulators.client import RegistryControl, SmscControl
from simulators.smsc.handsets import Direction
from stack.local_secrets import OFFICER_PASSPHRASE
from tests.faults.stack_under_test import StackUnderTest
from tests.workflows.office import OFFICER, Family

FINAL_SENDS = frozenset({"sent", "delivered", "failed", "expired", "unknown"})


@dataclass(frozen=True)
class Sent:
    """One queued message and how often its text is on the handset."""

    key: str
    state: str
    unknown_sends: int
    seen: int


class OfficeView:
    """Open with ``view_of``; close when done."""

    def __init__(
        self, stack: StackUnderTest, bench: Bench, officers: Officers, smsc: SmscControl, reg: RegistryControl
    ) -> None:
        self._stack = stack
        self._bench = bench
        self._officers = officers
        self.smsc = smsc
        self.registry = reg

    async def close(self) -> None:
        await self.smsc.close()
        await self.registry.close()
        await self._bench.close()

    async def cases_of(self, family: Family) -> list[Case]:
        """Every case whose recipient has the family's number."""
        async with self._bench.records.database.reading() as session:
            person = await self._bench.people.find_person(session, family.declarant.iin)
            if person is None:
                return []
            query = select(Case).where(Case.recipient_id == person.id)
            return list((await session.execute(query)).scalars())

    async def state(self, family: Family) -> str | None:
        """The state of the family's only case; None while there is none."""
        cases = await self.cases_of(family)
        assert len(cases) <= 1, "one death and one recipient make one case"
        return cases[0].state if cases else None

    async def outcome(self, family: Family) -> str | None:
        cases = await self.cases_of(family)
        return cases[0].outcome if cases else None

    async def make_key_of(self, case_id: str) -> None:
        """Makes the key of a case, as its first step would."""
        await self._bench.records.vault.keys.key_for(Owner.CASE, case_id, datetime.now(UTC))

    async def steps(self, case_id: str) -> list[str]:
        """Kinds of the lines of a timeline, in their order."""
        query = select(CaseStep.kind).where(CaseStep.case_id == case_id).order_by(CaseStep.seq)
        async with self._bench.records.database.reading() as session:
            return list((await session.execute(query)).scalars())

    async def sign(self, family: Family) -> bool:
        """The officer signs what waits, if anything does; what cannot be done now is done again later."""
        case = (await self.cases_of(family))[0]
        async with self._bench.records.database.reading() as session:
            query = select(Decision).where(Decision.case_id == case.id, Decision.status == "draft")
            draft = (await session.execute(query)).scalar_one_or_none()
        if draft is None:
            return False
        passphrase = self._stack.settings.secret(OFFICER_PASSPHRASE).get_secret_value()
        try:
            await self._officers.sign(
                case.id, draft.id, draft.revision, OFFICER, passphrase, datetime.now(UTC)
            )
        except BelsendiError:
            return False
        return True

    async def inbox(self, family: Family) -> list[InboundMessage]:
        async with self._bench.records.database.reading() as session:
            query = (
                select(InboundMessage)
                .join(PhoneNumber, PhoneNumber.id == InboundMessage.number_id)
                .where(PhoneNumber.number_index == self._bench.records.vault.index("number", family.number))
                .order_by(InboundMessage.received_at)
            )
            return list((await session.execute(query)).scalars())

    async def outbox(self, case_id: str) -> list[OutboundMessage]:
        query = select(OutboundMessage).where(OutboundMessage.case_id == case_id)
        async with self._bench.records.database.reading() as session:
            return list((await session.execute(query.order_by(OutboundMessage.created_at))).scalars())

    async def sent(self, family: Family, case_id: str) -> list[Sent]:
        """What was queued for a case against what the handset shows."""
        shown = Counter(
            message.text
            for message in await self.smsc.messages(family.number)
            if message.direction is Direction.RECEIVED and message.complete
        )
        return [
            Sent(row.key, row.state, row.unknown_sends, shown[await self._bench.outbox.text(row)])
            for row in await self.outbox(case_id)
        ]

    async def written(self, family: Family) -> int:
        """How many texts the citizen wrote."""
        messages = await self.smsc.messages(family.number)
        return sum(message.direction is Direction.WRITTEN for message in messages)

    async def approved(self, case_id: str) -> int:
        return await self._count(
            select(func.count()).where(Decision.case_id == case_id, Decision.status == "approved")
        )

    async def journal_entries(self, case_id: str) -> int:
        return await self._count(select(func.count()).where(JournalEntry.case_id == case_id))

    async def orders(self, case_id: str) -> list[PaymentOrder]:
        async with self._bench.records.database.reading() as session:
            query = select(PaymentOrder).where(PaymentOrder.case_id == case_id)
            return list((await session.execute(query)).scalars())

    async def tasks(self, case_id: str) -> list[str]:
        async with self._bench.records.database.reading() as session:
            return list((await session.execute(select(Task.kind).where(Task.case_id == case_id))).scalars())

    async def progress(self) -> int:
        """A number that grows with everything that happens anywhere: steps, attempts to send, handled replies."""
        steps = await self._count(select(func.count(CaseStep.id)))
        sends = await self._count(select(func.coalesce(func.sum(OutboundMessage.attempts), 0)))
        handled = select(func.count(InboundMessage.id)).where(InboundMessage.state == "handled")
        return steps + sends + await self._count(handled) + await self._count(select(func.count(Case.id)))

    async def sends_in_doubt(self) -> int:
        """Messages whose outcome was unknown once and that are not settled since."""
        return await self._count(
            select(func.count(OutboundMessage.id)).where(
                OutboundMessage.unknown_sends > 0, OutboundMessage.state.in_(("queued", "sending"))
            )
        )

    async def _count(self, query: object) -> int:
        async with self._bench.records.database.reading() as session:
            return int((await session.execute(query)).scalar_one())  # type: ignore[call-overload]


async def view_of(stack: StackUnderTest) -> OfficeView:
    """The view of a stack; its engine may be dead."""
    settings = stack.settings
    bench = open_bench(settings)
    officers = Officers(bench, Cases(await connect(settings, lazy=True)))
    layout = stack.layout
    return OfficeView(
        stack, bench, officers, SmscControl(layout.phones_url), RegistryControl(layout.registry_url)
    )
