"""A whole office in one process for tests of cases: real engine, real simulators, real records, virtual time."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import yaml
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session
from temporalio.client import Client, WorkflowHistory
from temporalio.testing import TimeSkipper, WorkflowEnvironment

from belsendi.casework.bench import Bench, open_bench
from belsendi.casework.officers import Officers
from belsendi.contracts.states import CaseState
from belsendi.conversation.opening import open_reception
from belsendi.conversation.reception import Reception
from belsendi.intake.applications import Applicant, Application, Certified
from belsendi.intake.receiving import Applications
from belsendi.intake.sweep import Sweep
from belsendi.law import legal_day, load_calendar, utc_of
from belsendi.records.inbox import Arrival
from belsendi.records.migrate import upgrade_all
from belsendi.records.models import Case, CaseStep, Decision, InboundMessage, OutboundMessage
from belsendi.registries.signature import create_local_authority
from belsendi.settings import Profile, Settings
from belsendi.temporal.cases import Cases
from simulators.client import RegistryControl
from simulators.population import synthetic_population
from simulators.process import running
from simulators.registry.dossier import Disability, NewDisability
from simulators.registry.people import NewDeath, Person
from simulators.settings import SimulatorSettings
from stack.local_secrets import OFFICER_PASSPHRASE, ensure_secrets, read_secret
from stack.scenario.post import hand_out
from tests.workflows.histories import CONVERTER
from workflows.worker import case_worker

ROOT = Path(__file__).resolve().parents[2]
OFFICER = "officer-1"
PATIENCE = 30.0


@dataclass(frozen=True)
class Family:
    """One ordinary death: who died and had a pension, who declared it and has a telephone and an account."""

    deceased: Person
    declarant: Person
    death: NewDeath = field(repr=False)

    @property
    def number(self) -> str:
        return self.declarant.numbers[0]


def families(how_many: int, today: date) -> list[Family]:
    """Synthetic families whose case lacks nothing. Nobody of them exists. ``today`` is an Almaty day."""
    made = synthetic_population(20260101, how_many * 8 + 40, today)
    people = {person.iin: person for person in made.people}
    owners: dict[str, int] = {}
    for person in made.people:
        for number in person.numbers:
            owners[number] = owners.get(number, 0) + 1
    found = []
    for death in made.deaths:
        deceased, declarant = people[death.deceased_iin], people.get(death.declarant_iin or "")
        if declarant is None or declarant.account is None or len(deceased.statuses) < 2:
            continue
        if any(owners[number] == 1 for number in declarant.numbers[:1]):
            found.append(Family(deceased, declarant, death))
    assert len(found) >= how_many, "the synthetic population is too small"
    return found[:how_many]


@asynccontextmanager
async def skipping_engine() -> AsyncIterator[str]:
    """A real Temporal server that lets a test move the clock of a workflow. Yields its address."""
    environment = await WorkflowEnvironment.start_local(
        ip="127.0.0.1",
        dev_server_existing_path=str(Path(sys.prefix) / "bin" / "temporal"),
        dev_server_log_level="error",
        dev_server_extra_args=[
            *("--dynamic-config-value", "frontend.WorkflowTimeSkippingEnabled=true"),
            *("--dynamic-config-value", 'history.timerProcessorMaxTimeShift="10ms"'),
        ],
    )
    async with environment:
        yield environment.client.service_client.config.target_host


class CaseOffice:
    """One case at a time, from the registered death to its end; every wait is for something that happens."""

    def __init__(self, settings: Settings, bench: Bench, client: Client, registry: RegistryControl) -> None:
        self._settings = settings
        self.bench = bench
        self.client = client
        self.registry = registry
        self.cases = Cases(client)
        self.reception: Reception = open_reception(bench, self.cases)
        self.sweep = Sweep(bench, self.cases, self.reception)
        self.officers = Officers(bench, self.cases)
        self._skipper = TimeSkipper(client)
        self._written = asyncio.Event()
        self._people: set[str] = set()

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Hears every commit of this process: the worker and the doors are all in it."""

        def heard(_session: Session) -> None:
            self._written.set()

        event.listen(Session, "after_commit", heard)
        try:
            yield
        finally:
            event.remove(Session, "after_commit", heard)

    async def death(self, family: Family) -> str:
        """The death is registered and its case begins. Returns the case's id."""
        people = {person.iin: person for person in (family.deceased, family.declarant)}
        fresh = [person for iin, person in people.items() if iin not in self._people]
        self._people |= set(people)
        await self.registry.add_people(fresh)
        await self.registry.add_death(family.death)
        known = await self._case_ids()
        await self.sweep.read_feeds()
        await self.sweep.once()
        (case_id,) = await self._case_ids() - known
        return case_id

    async def disability(self, person: Person, cause: str, at: time) -> str:
        """A disability is on record and offered; the office's clock stands on a working day at the Almaty time ``at``.
        Returns the case's id."""
        day = load_calendar().next_working_day(today())
        self.sweep.clock_shift = utc_of(day, at) - datetime.now(UTC)
        established = today() - timedelta(days=3)
        found = Disability(
            group_code="2", cause_code=cause, established_on=established, reference_no="MSE-0001"
        )
        await self.registry.add_people([person])
        await self.registry.add_disability(NewDisability(iin=person.iin, disability=found))
        await self.sweep.read_feeds()
        await self.sweep.once()
        (case_id,) = await self._case_ids()
        await self.until_state(case_id, CaseState.OFFERED)
        return case_id

    async def propose(self, case_id: str) -> None:
        await self.until_state(case_id, CaseState.CASEWORK)
        now = datetime.now(UTC) + self.sweep.clock_shift
        await self.officers.propose(case_id, OFFICER, [], "everything was proved", now)

    async def apply(self, family: Family, *, complete: bool = True, data_consent: bool = True) -> str:
        """The declarant applies through the portal; the case hears of it. Returns the case's id."""
        now = datetime.now(UTC)
        application = Application(
            service="BUR",
            channel="portal",
            applicant=Applicant(iin=family.declarant.iin),
            subject_iin=family.deceased.iin,
            account=family.declarant.account,
            certified=Certified.EDS,
            eds_reference="eds-1",
            received_at=now,
            documents_complete=complete,
            data_consent=data_consent,
        )
        taken = await Applications(self.bench).take(application, now.isoformat(), now)
        await self.sweep.take_up_application(taken)
        assert taken.case is not None
        return taken.case.id

    async def _case_ids(self) -> set[str]:
        async with self.bench.records.database.reading() as session:
            return set((await session.execute(select(Case.id))).scalars())

    async def write(self, family: Family, text: str) -> str:
        """The citizen answers; the answer is handed to the case. Returns the id of the stored message."""
        inbound = await self.store(family.number, text)
        await self.handle(inbound)
        return inbound

    async def store(self, number: str, text: str) -> str:
        """A message comes from a number and is not handled yet. Returns its id."""
        now = datetime.now(UTC) + self.sweep.clock_shift
        await hand_out(self.bench, now)
        return await self.reception.store(Arrival("test", now.isoformat(), number, text, now))

    async def handle(self, inbound_id: str) -> InboundMessage:
        """Hands a stored message on. Returns it as it is afterwards."""
        await self.reception.handle(inbound_id, datetime.now(UTC) + self.sweep.clock_shift)
        async with self.bench.records.database.reading() as session:
            return await session.get_one(InboundMessage, inbound_id)

    async def hand_on_again(self, inbound_id: str) -> InboundMessage:
        """As after a crash between the case's answer and our note of it: the message is handled once more."""
        async with self.bench.records.database.writing() as session:
            message = await session.get_one(InboundMessage, inbound_id)
            message.state, message.disposition, message.handled_at = "stored", None, None
        return await self.handle(inbound_id)

    async def messages(self, case_id: str) -> list[str]:
        """Templates of the messages of a case, in the order they were queued."""
        query = select(OutboundMessage.template).where(OutboundMessage.case_id == case_id)
        async with self.bench.records.database.reading() as session:
            return list((await session.execute(query.order_by(OutboundMessage.created_at))).scalars())

    async def case(self, case_id: str) -> Case:
        async with self.bench.records.database.reading() as session:
            return await session.get_one(Case, case_id)

    async def until(self, reached: Callable[[], Awaitable[bool]]) -> None:
        """Returns as soon as the records answer yes; they are asked after every commit."""
        async with asyncio.timeout(PATIENCE):
            while True:
                self._written.clear()
                if await reached():
                    return
                await self._written.wait()

    async def until_state(self, case_id: str, state: CaseState) -> None:
        async def reached() -> bool:
            return (await self.case(case_id)).state == state

        await self.until(reached)

    async def until_steps(self, case_id: str, kind: str, how_many: int = 1) -> None:
        """Waits for so many lines of a kind on the case's timeline."""
        query = select(func.count()).where(CaseStep.case_id == case_id, CaseStep.kind == kind)

        async def reached() -> bool:
            async with self.bench.records.database.reading() as session:
                return (await session.execute(query)).scalar_one() >= how_many

        await self.until(reached)

    async def draft(self, case_id: str) -> Decision:
        """The draft that waits for the authorised person."""
        await self.until_state(case_id, CaseState.AWAITING_SIGNATURE)
        async with self.bench.records.database.reading() as session:
            query = select(Decision).where(Decision.case_id == case_id, Decision.status == "draft")
            return (await session.execute(query)).scalar_one()

    async def sign(self, case_id: str) -> None:
        draft = await self.draft(case_id)
        passphrase = self._settings.secret(OFFICER_PASSPHRASE).get_secret_value()
        now = datetime.now(UTC)
        await self.officers.sign(case_id, draft.id, draft.revision, OFFICER, passphrase, now)

    async def return_draft(self, case_id: str) -> None:
        draft = await self.draft(case_id)
        await self.officers.return_draft(
            case_id, draft.id, draft.revision, OFFICER, "the sum is not explained", datetime.now(UTC)
        )

    async def withdraw(self, case_id: str) -> None:
        await self.officers.withdraw(
            case_id, OFFICER, "the recipient said so by telephone", datetime.now(UTC)
        )

    async def forward(self, case_id: str, time: timedelta) -> None:
        """Moves the case's own clock."""
        await self._skipper.fast_forward(self.client.get_workflow_handle(case_id), time)

    async def ended(self, case_id: str) -> WorkflowHistory:
        """The whole history, once the workflow has ended."""
        handle = self.client.get_workflow_handle(case_id)
        async with asyncio.timeout(PATIENCE):
            await handle.result()
        return await handle.fetch_history()


@asynccontextmanager
async def open_office(folder: Path, engine: str) -> AsyncIterator[CaseOffice]:
    """Fresh records and fresh registers in ``folder``, a worker on the engine at address ``engine``."""
    now = datetime.now(UTC)
    ensure_secrets(folder / "secrets")
    passphrase = read_secret(folder / "secrets", OFFICER_PASSPHRASE)
    create_local_authority(folder / "pki", passphrase, now - timedelta(days=1))
    simulated = SimulatorSettings(
        data_dir=folder / "simulators",
        smpp_password=read_secret(folder / "secrets", "smpp"),
        registry_secret=read_secret(folder / "secrets", "registry"),
    )
    async with running(simulated) as addresses, RegistryControl(addresses.registry_url) as registry:
        settings = Settings(
            profile=Profile.DEVELOPMENT,
            data_dir=folder,
            secrets_dir=folder / "secrets",
            pki_dir=folder / "pki",
            registry_url=addresses.registry_url,
            templates_dir=ROOT / "templates",
            legal_profile=write_profile(folder / "profile.yaml"),
        )
        await upgrade_all(settings)
        bench = open_bench(settings)
        client = await Client.connect(engine, data_converter=CONVERTER, identity="office")
        async with case_worker(client, bench):
            office = CaseOffice(settings, bench, client, registry)
            with office.listening():
                yield office
        await bench.close()


def write_profile(path: Path, **defaults: object) -> Path:
    """The demonstration profile with other product defaults."""
    profile = yaml.safe_load((ROOT / "profiles" / "demonstration.yaml").read_text(encoding="utf-8"))
    profile["defaults"] |= defaults
    path.write_text(yaml.safe_dump(profile, allow_unicode=True), encoding="utf-8")
    return path


def today() -> date:
    """The Almaty day of now."""
    return legal_day(datetime.now(UTC))
