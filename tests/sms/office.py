"""Records on a SQLite file, and shortcuts to put messages into the outbox and look at what became of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from belsendi.dialogue.sms_text import count_parts
from belsendi.records.cases import open_case
from belsendi.records.database import Database
from belsendi.records.keystore import KeyStore, MasterKeys
from belsendi.records.migrate import upgrade
from belsendi.records.models import Case, InboundMessage, OutboundMessage, OutboundPart, RawReceipt, Task
from belsendi.records.outbox import OutboundDraft, Outbox
from belsendi.records.people import People
from belsendi.records.store import Records
from belsendi.records.vault import Vault
from belsendi.settings import Settings
from sms.rules import SmsRules
from sms.service import SmsService
from sms.smpp import SmppSettings
from tests.sms.node_centre import PASSWORD

NUMBER = "+77010000001"
ROUTE = "smpp-main"


async def open_office(folder: Path) -> Records:
    """Fresh records; opening the same folder again finds what was kept."""
    database = Database(f"sqlite+aiosqlite:///{folder}/records.db")
    keys = Database(f"sqlite+aiosqlite:///{folder}/keys.db")
    await upgrade(database, "records")
    await upgrade(keys, "keys")
    store = KeyStore(keys, MasterKeys({"m1": bytes(32)}, "m1"))
    return Records(database, Vault(store, bytes(32)), keys)


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **units: float) -> None:
        self.now += timedelta(**units)


class Office:
    def __init__(self, records: Records, clock: Clock) -> None:
        self.records = records
        self.clock = clock

    async def queue(
        self, text: str, *, key: str, message_class: str = "law", case_id: str | None = None
    ) -> str:
        people, outbox = People(self.records.vault), Outbox(self.records.vault)
        count = count_parts(text)
        async with self.records.database.writing() as session:
            number = await people.number(session, NUMBER, self.clock())
            draft = OutboundDraft(
                key=key,
                number_id=number.id,
                template="M-02",
                template_version="1",
                language="kk",
                text=text,
                parts=count.parts,
                encoding=count.encoding,
                message_class=message_class,
                not_before=self.clock(),
                case_id=case_id,
            )
            return await outbox.queue(session, draft, self.clock())

    async def case(self) -> str:
        people = People(self.records.vault)
        async with self.records.database.writing() as session:
            subject = await people.person(session, "900101300017", self.clock())
            case, _made = await open_case(
                session,
                service="BUR",
                subject_id=subject.id,
                recipient_id=subject.id,
                event_id=None,
                initiative="provider",
                now=self.clock(),
            )
            return case.id

    async def message(self, message_id: str) -> OutboundMessage:
        async with self.records.database.reading() as session:
            return (
                await session.execute(select(OutboundMessage).where(OutboundMessage.id == message_id))
            ).scalar_one()

    async def parts(self, message_id: str) -> list[OutboundPart]:
        query = select(OutboundPart).where(OutboundPart.message_id == message_id)
        async with self.records.database.reading() as session:
            return list(
                (await session.execute(query.order_by(OutboundPart.attempt, OutboundPart.part))).scalars()
            )

    async def tasks(self) -> list[Task]:
        async with self.records.database.reading() as session:
            return list((await session.execute(select(Task))).scalars())

    async def flags(self, case_id: str) -> list[str]:
        async with self.records.database.reading() as session:
            return (await session.execute(select(Case.flags).where(Case.id == case_id))).scalar_one()

    async def inbox(self) -> list[InboundMessage]:
        async with self.records.database.reading() as session:
            return list((await session.execute(select(InboundMessage))).scalars())

    async def outbox(self) -> list[OutboundMessage]:
        async with self.records.database.reading() as session:
            return list((await session.execute(select(OutboundMessage))).scalars())

    async def receipts(self) -> list[RawReceipt]:
        async with self.records.database.reading() as session:
            return list((await session.execute(select(RawReceipt))).scalars())


def service(office: Office, port: int, handle: object, **changes: object) -> SmsService:
    """The process's service on a port, quick where a test would have to wait."""
    fields: dict[str, object] = {
        "host": "127.0.0.1",
        "port": port,
        "system_id": "belsendi",
        "password": PASSWORD,
        "parts_per_second": 1000,
        "burst_parts": 1000,
        "reconnect_min_seconds": 0.02,
        "reconnect_max_seconds": 0.2,
        "throttled_seconds": 0.05,
    }
    rules = changes.pop("rules", SmsRules(unknown_wait=timedelta(0)))
    settings = Settings(sms_health_port=0)
    return SmsService(
        settings,
        office.records,
        handle,  # type: ignore[arg-type]
        route=SmppSettings.model_validate(fields | changes),
        rules=rules,  # type: ignore[arg-type]
    )
