"""The simulated registers with a small world in them, and our clients connected to them in either form."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from pydantic import SecretStr

from belsendi.registries import Inquiry, MessageForm, Registries, RegistrySettings, connect_registries
from simulators.client import RegistryControl
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

DECLARANT, DECEASED = "850101400121", "400101300129"
NUMBER, IBAN, ACT = "+77010000001", "KZ86125KZT5004100100", "2025-000001"
DEATH_DAY = date(2025, 2, 10)
ASKED = Inquiry(purpose="BUR", asked_at=datetime(2025, 3, 11, 5, 5, tzinfo=UTC))

PENSION = StatusPeriod(kind=StatusKind.AGE_PENSION, valid_from=date(2003, 1, 1))
PAPER = IdentityDocument(
    kind="ID", number="0123", issued_on=date(2020, 1, 1), valid_to=date(2030, 1, 1), issuer="ІІМ"
)
WORLD = Population(
    people=[
        Person(
            iin=DECLARANT,
            surname="Сынақова",
            given_name="Айгүл",
            birth_date=date(1985, 1, 1),
            numbers=[NUMBER],
            account=IBAN,
            document=PAPER,
        ),
        Person(
            iin=DECEASED,
            surname="Сынақов",
            given_name="Серік",
            birth_date=date(1940, 1, 1),
            died_on=DEATH_DAY,
            statuses=[PENSION],
            veteran=True,
        ),
    ],
    deaths=[
        NewDeath(
            deceased_iin=DECEASED,
            date_of_death=DEATH_DAY,
            registered_on=date(2025, 2, 11),
            declarant_iin=DECLARANT,
            act_no=ACT,
        )
    ],
)


@dataclass(frozen=True)
class Outside:
    registries: Registries
    control: RegistryControl
    url: str


@asynccontextmanager
async def outside_world(data_dir: Path, form: MessageForm) -> AsyncIterator[Outside]:
    """The registers on free ports of loopback, asked in this form."""
    settings = SimulatorSettings(data_dir=data_dir, smpp_password="p", registry_secret="secret")
    async with running(settings) as addresses, RegistryControl(addresses.registry_url) as control:
        asked = RegistrySettings(base_url=addresses.registry_url, secret=SecretStr("secret"), form=form)
        async with connect_registries(asked) as registries:
            await control.set_population(WORLD)
            yield Outside(registries, control, addresses.registry_url)


async def with_token(outside: Outside, iin: str = DECLARANT) -> Inquiry:
    issued = await outside.registries.access_control.issue_token(
        iin,
        items=["pd.01", "pd.02"],
        consent_reference="consent-1",
        expires_in=timedelta(minutes=5),
        inquiry=ASKED,
    )
    assert issued.data is not None
    return replace(ASKED, access_token=issued.data.token)
