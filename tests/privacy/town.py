"""A town with one family, a handset, and a whole installation of Belsendi that serves it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from datetime import time as day_time
from pathlib import Path
from typing import Any

from sqlalchemy import select
from temporalio.client import Client

from belsendi.casework.bench import Bench, open_bench
from belsendi.casework.officers import Officers
from belsendi.casework.profile import load_profile
from belsendi.contracts.states import CaseState
from belsendi.conversation.opening import open_reception
from belsendi.errors import NotFound
from belsendi.intake.sweep import Sweep, utc_now
from belsendi.law import RetryWindow, SendWindow, legal_day
from belsendi.records.models import Case, Decision, OutboundMessage
from belsendi.registries.signature import create_local_authority
from belsendi.settings import Settings
from belsendi.temporal.cases import Cases
from belsendi.temporal.client import connect
from simulators.client import RegistryControl, SmscControl
from simulators.drawing import iban_of, iin_check_digit
from simulators.process import running
from simulators.registry.people import (
    IdentityDocument,
    NewDeath,
    Person,
    Population,
    StatusKind,
    StatusPeriod,
)
from simulators.settings import SimulatorSettings
from sms.service import SmsService
from workflows.worker import case_worker

PATIENCE = 60


def iin(first: str) -> str:
    """An IIN that is nobody's: its month is above 80."""
    return f"{first}{iin_check_digit([int(digit) for digit in first])}"


NUMBER = "+77075318642"
DECLARANT, DECEASED = iin("85831741097"), iin("39822830164")
ON_FILE, GIVEN = iban_of("125", "KZT5004173926"), iban_of("563", "N190258374651")
BORN, PAPER, ADDRESS = date(1985, 3, 17), "047318256", "Астана қ., Сарайшық к-сі, 4719"
QUESTION = "Кешіріңіз, бұл хабарлама кімге жазылған екен, түсінбей отырмын"
SURNAMES, NAMES, PATRONYMIC = ("Тілеубердина", "Тілеубердин"), ("Қарлығаш", "Сұлтанбек"), "Оспанқызы"


def day_of_death(today: date) -> date:
    return today - timedelta(days=12)


def family(today: date, *, pension: bool) -> Population:
    """A daughter with number and account, and her father who died lately and received a pension, or none."""
    return Population(
        people=[
            Person(
                iin=DECLARANT,
                surname=SURNAMES[0],
                given_name=NAMES[0],
                patronymic=PATRONYMIC,
                birth_date=BORN,
                numbers=[NUMBER],
                account=ON_FILE,
                accounts=[GIVEN],
                document=IdentityDocument(
                    kind="жеке куәлік",
                    number=PAPER,
                    issued_on=date(2020, 1, 10),
                    valid_to=date(2040, 1, 9),
                    issuer="ҚР ІІМ",
                ),
                address=ADDRESS,
            ),
            Person(
                iin=DECEASED,
                surname=SURNAMES[1],
                given_name=NAMES[1],
                birth_date=date(1939, 2, 28),
                died_on=day_of_death(today),
                statuses=[StatusPeriod(kind=StatusKind.AGE_PENSION, valid_from=date(2003, 2, 3))]
                if pension
                else [],
            ),
        ],
        deaths=[
            NewDeath(
                deceased_iin=DECEASED,
                date_of_death=day_of_death(today),
                registered_on=today - timedelta(days=8),
                declarant_iin=DECLARANT,
                act_no="71-2026-0093184",
            )
        ],
    )


PERSONAL = {
    "IIN of the declarant": DECLARANT,
    "IIN of the deceased": DECEASED,
    "telephone": NUMBER.removeprefix("+7"),
    "account on file": ON_FILE.removeprefix("KZ"),
    "account given": GIVEN.removeprefix("KZ"),
    "surname of both": SURNAMES[1],
    "surname, capitals": SURNAMES[1].upper(),
    "name of the declarant": NAMES[0],
    "name of the deceased": NAMES[1],
    "patronymic": PATRONYMIC,
    "identity document": PAPER,
    "address": ADDRESS[-16:],
    "birth date": BORN.isoformat(),
    "birth date as printed": f"{BORN:%d.%m.%Y}",
}


@dataclass(frozen=True)
class Town:
    settings: Settings
    bench: Bench
    client: Client
    cases: Cases
    sweep: Sweep
    officers: Officers
    smsc: SmscControl
    registry: RegistryControl
    today: date

    @property
    def personal(self) -> dict[str, str]:
        """The family's data by what they are; the day of death differs from one run to the next."""
        died = day_of_death(self.today)
        return PERSONAL | {"day of death": died.isoformat(), "day of death as printed": f"{died:%d.%m.%Y}"}

    async def begin_case(self, *, pension: bool = True) -> str:
        """The family's death is read from the feed and its case is started."""
        await self.registry.set_population(family(self.today, pension=pension))
        await self.sweep.read_feeds()
        await self.sweep.once()
        async with self.bench.records.database.reading() as session:
            return (await session.execute(select(Case.id))).scalar_one()

    async def hears(self, after: int = 0) -> int:
        """Waits for the next text on the handset. Returns its number."""
        return (await self.smsc.wait_for_text(NUMBER, after=after, timeout_seconds=PATIENCE)).id

    async def writes(self, text: str) -> None:
        await self.smsc.write(NUMBER, text)

    async def texts(self) -> list[str]:
        """Everything that was said both ways."""
        return [message.text for message in await self.smsc.messages(NUMBER)]

    async def until_state(self, case_id: str, state: CaseState) -> None:
        async def reached() -> bool:
            try:
                return (await self.cases.view(case_id)).state is state
            except NotFound:
                return False

        await self.until(reached)

    async def until_all_delivered(self) -> None:
        async def delivered() -> bool:
            async with self.bench.records.database.reading() as session:
                states = set((await session.execute(select(OutboundMessage.state))).scalars())
            return states == {"delivered"}

        await self.until(delivered)

    async def sign(self, case_id: str) -> None:
        async with self.bench.records.database.reading() as session:
            query = select(Decision).where(Decision.case_id == case_id, Decision.status == "draft")
            draft = (await session.execute(query)).scalar_one()
        passphrase = self.settings.secret("officer-passphrase").get_secret_value()
        await self.officers.sign(case_id, draft.id, draft.revision, "account-7", passphrase, utc_now())

    async def until(self, condition: Callable[[], Awaitable[bool]]) -> None:
        """Asks again and again. A question to the engine in between gives way to those who do the work."""
        ends = time.monotonic() + PATIENCE
        while not await condition():
            assert time.monotonic() < ends, "what was waited for did not come about"
            await self.client.service_client.check_health()


@asynccontextmanager
async def open_town(settings: Settings, temporal_server: str) -> AsyncIterator[Town]:
    """Simulators, records, worker and SMS route, wired as their processes wire them."""
    outside = SimulatorSettings(
        data_dir=_outside(settings),
        smpp_password=settings.secret("smpp").get_secret_value(),
        registry_secret=settings.secret("registry").get_secret_value(),
    )
    async with (
        running(outside) as addresses,
        SmscControl(addresses.smsc_url) as smsc,
        RegistryControl(addresses.registry_url) as registry,
    ):
        changes: dict[str, Any] = {
            "registry_url": addresses.registry_url,
            "smpp_port": addresses.smpp_port,
            "temporal_address": temporal_server,
            "redis_url": "",
            "pki_dir": settings.data_dir.parent / "pki",
        }
        settings = settings.model_copy(update=changes)
        passphrase = settings.secret("officer-passphrase").get_secret_value()
        create_local_authority(settings.pki_dir, passphrase, utc_now())
        bench = _bench(settings)
        client = await connect(settings)
        cases = Cases(client)
        reception = open_reception(bench, cases)

        async def handle(inbound_id: str) -> None:
            await reception.handle(inbound_id, utc_now())

        route = SmsService(settings, bench.records, handle)
        try:
            async with case_worker(client, bench):
                await route.start()
                yield Town(
                    settings=settings,
                    bench=bench,
                    client=client,
                    cases=cases,
                    sweep=Sweep(bench, cases, reception),
                    officers=Officers(bench, cases),
                    smsc=smsc,
                    registry=registry,
                    today=legal_day(utc_now()),
                )
                await asyncio.wait_for(route.stop(), PATIENCE)
        finally:
            await bench.close()


def _bench(settings: Settings) -> Bench:
    """As shipped, but for short waits between attempts at a silent system and messages at any hour."""
    profile = load_profile(settings)
    changes = {
        "gateway_retry": RetryWindow(first=timedelta(milliseconds=50), longest=timedelta(milliseconds=50)),
        "sms_window": SendWindow(day_time.min, day_time.max),
    }
    defaults = profile.defaults.model_copy(update=changes)
    return open_bench(settings, profile=profile.model_copy(update={"defaults": defaults}))


def _outside(settings: Settings) -> Path:
    """The outside world keeps its own files elsewhere: they are not ours to search."""
    return settings.data_dir.parent / "outside"
