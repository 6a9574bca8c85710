"""Carrying out the steps of a scenario: what citizens, officers, registers and operators do."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from belsendi.casework.digital_documents import digital_documents
from belsendi.casework.signing import Signing
from belsendi.contracts.case import OfficerAct, OfficerDecision
from belsendi.contracts.states import CaseState
from belsendi.errors import BelsendiError
from belsendi.intake.events import NewEvent
from belsendi.intake.openings import DEATH_REGISTERED
from belsendi.intake.receiving import Applications
from belsendi.law import utc_of
from belsendi.records.columns import new_id
from belsendi.records.inbox import Arrival
from belsendi.records.models import Case, Decision, Person
from belsendi.registries import Inquiry
from belsendi.registries.signature import SignerRole
from simulators.client import RegistryControl
from simulators.registry.dossier import Dependant, NewDisability, NewLoss
from simulators.registry.people import NewDeath, Outage, Population
from stack.scenario.applying import application_of
from stack.scenario.bringing import bring
from stack.scenario.clock import VirtualClock
from stack.scenario.errors import ScenarioInvalid
from stack.scenario.model import (
    ApplicationStep,
    ApplyStep,
    AskDocumentsStep,
    AskOwnerStep,
    BringStep,
    ChangeDeath,
    ChangePerson,
    DeathSpec,
    DisabilityStep,
    EventStep,
    LossStep,
    OfficerStep,
    OutageStep,
    OwnerStep,
    ProposeStep,
    ReplyStep,
    SignStep,
    Step,
)
from stack.scenario.office import Office
from stack.scenario.people import Cast, identity_document, status_period
from stack.scenario.post import hand_out

OFFICER = "officer-1"
_ROUTE = "scenario"
_IIN_OF = re.compile(r"\{iin:([^}]+)\}")


class Actors:
    """Everybody outside the product, and its officers."""

    def __init__(
        self, office: Office, registry: RegistryControl, cast: Cast, clock: VirtualClock, passphrase: str
    ) -> None:
        self._office = office
        self._registry = registry
        self._cast = cast
        self._clock = clock
        self._passphrase = passphrase
        self._outages: dict[str, Outage] = {}
        self._acts_of_death: dict[str, str] = {}
        self._messages = 0
        self._applications = 0

    async def fill_registers(self, deaths: list[DeathSpec]) -> None:
        """The world as it is when the scenario begins."""
        await self._registry.reset()
        await self._registry.set_outages()
        await self._registry.set_population(
            Population(people=list(self._cast.people), legal_entities=list(self._cast.registrations))
        )
        for death in deaths:
            await self._enter_death(death.of, death, in_feed=False)

    async def carry_out(self, step: Step) -> str:
        """Does what a step says. Returns ``accepted``, or the code with which a person's act was refused."""
        name = next(iter(step.model_fields_set - {"at", "after", "note", "gives"}))
        act: Callable[[Any], Awaitable[object]] = getattr(self, f"_{name}")
        try:
            await act(getattr(step, name))
        except ScenarioInvalid:
            raise
        except BelsendiError as error:
            return str(getattr(error, "code", type(error).__name__))
        return "accepted"

    # Life events and registers

    async def _event(self, event: EventStep) -> None:
        if event.in_register:
            await self._enter_death(event.deceased, event, in_feed=event.door == "feed")
        if event.door == "feed":
            await self._office.sweep.read_feeds()
            return
        recipients = event.recipients if event.recipients is not None else [event.declarant]
        event_id = event.event_id or new_id()
        named = [alias for alias in recipients if alias]
        data: dict[str, object] = {
            "deceased_iin": self._cast.iins[event.deceased],
            "date_of_death": event.died_on.isoformat(),
            "registered_on": event.registered_on.isoformat(),
            "recipients": [self._cast.iins[alias] for alias in named if alias not in self._cast.entities],
            "legal_entities": [self._cast.iins[alias] for alias in named if alias in self._cast.entities],
        }
        occurred_at = utc_of(event.registered_on, datetime.min.time())
        await self._office.sweep.events.store(
            NewEvent("scenario", event_id, DEATH_REGISTERED, occurred_at, data), self._clock.now()
        )

    async def _enter_death(self, alias: str, death: EventStep | DeathSpec, *, in_feed: bool) -> None:
        if alias in self._acts_of_death and not in_feed:
            return
        entered = await self._registry.add_death(
            NewDeath(
                deceased_iin=self._cast.iins[alias],
                date_of_death=death.died_on,
                registered_on=death.registered_on,
                declarant_iin=self._cast.iins[death.declarant] if death.declarant else None,
                in_feed=in_feed,
            )
        )
        self._acts_of_death[alias] = entered.act_no

    async def _disability(self, told: DisabilityStep) -> None:
        person = next(each for each in self._cast.people if each.iin == self._cast.iins[told.of])
        if person.disability is None:
            raise ScenarioInvalid(f"{told.of} has no disability on record; give one in its entries")
        applicant = self._cast.iins[told.applicant] if told.applicant else None
        await self._registry.add_disability(
            NewDisability(iin=person.iin, disability=person.disability, applicant_iin=applicant)
        )
        await self._office.sweep.read_feeds()

    async def _loss(self, loss: LossStep) -> None:
        if loss.in_register:
            death = DeathSpec(of=loss.of, died_on=loss.died_on, registered_on=loss.registered_on)
            await self._enter_death(loss.of, death, in_feed=False)
        await self._registry.add_loss(
            NewLoss(
                breadwinner_iin=self._cast.iins[loss.of],
                date_of_death=loss.died_on,
                registered_on=loss.registered_on,
                applicant_iin=self._cast.iins[loss.applicant] if loss.applicant else None,
                dependants=[
                    Dependant(iin=self._cast.iins[alias], relation=relation)
                    for alias, relation in loss.dependants.items()
                ],
            )
        )
        await self._office.sweep.read_feeds()

    async def _change_person(self, change: ChangePerson) -> None:
        fields = change.model_dump(mode="json", exclude={"who", "entries"}, exclude_none=True)
        fields |= self._cast.named(change.entries)
        if change.statuses is not None:
            fields["statuses"] = [status_period(each).model_dump(mode="json") for each in change.statuses]
        if change.document is not None:
            fields["document"] = identity_document(99).model_dump(mode="json") if change.document else None
        await self._registry.change_person(self._cast.iins[change.who], **fields)

    async def _change_death(self, change: ChangeDeath) -> None:
        fields = {"date_of_death": change.died_on, "registered_on": change.registered_on}
        given = {name: day.isoformat() for name, day in fields.items() if day is not None}
        await self._registry.change_death(self._acts_of_death[change.of], **given)

    async def _remove_death(self, alias: str) -> None:
        await self._registry.remove_death(self._acts_of_death.pop(alias))

    async def _application(self, application: ApplicationStep) -> None:
        self._applications += 1
        e_maket, now = self._office.bench.registries.e_maket, self._clock.now()
        inquiry = Inquiry(purpose="another channel", asked_at=now)
        number = f"ELSEWHERE-{self._applications:04d}"
        await e_maket.register(
            case_reference=f"elsewhere-{self._applications}",
            registration_no=number,
            benefit="BUR",
            subject_iin=self._cast.iins[application.deceased],
            applicant_iin=self._cast.iins[application.applicant],
            registered_at=now,
            channel=application.channel,
            inquiry=inquiry,
        )
        if application.outcome is not None:
            await e_maket.outcome(number, application.outcome, inquiry)

    async def _apply(self, applying: ApplyStep) -> None:
        """Hands an application in at the office and lets its case begin."""
        now = self._clock.now()
        application = application_of(applying, self._cast, applying.received_at or now)
        await Applications(self._office.bench).take(
            application,
            applying.key or new_id(),
            now,
            shift_seconds=int(self._clock.offset.total_seconds()),
        )

    async def _outage(self, outage: OutageStep) -> None:
        self._outages[outage.system] = Outage(mode=outage.mode, remaining=outage.calls, delay_ms=0)
        await self._registry.set_outages(**self._outages)

    async def _heal(self, system: str) -> None:
        self._outages = {
            name: outage
            for name, outage in self._outages.items()
            if system not in ("all", name.partition("/")[0])
        }
        await self._registry.set_outages(**self._outages)

    # Citizens

    async def _reply(self, reply: ReplyStep) -> None:
        await self._replies([reply])

    async def _replies(self, replies: list[ReplyStep]) -> None:
        """Stored and handled at the same time, as two messages are that arrive in the same second."""
        arriving = [(reply, reply.received_at or self._clock.now()) for reply in replies]
        await hand_out(self._office.bench, min(at for _, at in arriving))
        await asyncio.gather(*(self._arrive(reply, at) for reply, at in arriving))

    async def _arrive(self, reply: ReplyStep, received_at: datetime) -> None:
        self._messages += 1
        message_id = reply.message_id or f"{self._messages}"
        text = _IIN_OF.sub(lambda found: self._cast.iins[found[1]], reply.text)
        arrival = Arrival(_ROUTE, message_id, self._cast.number_of(reply.sender), text, received_at)
        inbound_id = await self._office.reception.store(arrival)
        await self._office.reception.handle(inbound_id, self._clock.now())

    # Officers and operators

    async def _sign(self, sign: SignStep) -> None:
        case_id = await self._case(sign, CaseState.AWAITING_SIGNATURE)
        async with self._office.bench.records.database.reading() as session:
            query = select(Decision).where(Decision.case_id == case_id).order_by(Decision.revision.desc())
            decisions = (await session.execute(query)).scalars().all()
        wanted = [each for each in decisions if sign.revision in (None, each.revision)]
        if not wanted:
            raise ScenarioInvalid("there is no draft to sign at this step; look at the trace")
        if sign.signer == "seal":
            await self._sign_with_the_seal(case_id, wanted[0])
            return
        given = {"right": self._passphrase, "wrong": f"not-{self._passphrase}", "missing": ""}
        await self._office.officers.sign(
            case_id, wanted[0].id, wanted[0].revision, OFFICER, given[sign.passphrase], self._clock.now()
        )

    async def _sign_with_the_seal(self, case_id: str, decision: Decision) -> None:
        """A good signature in the wrong role: the body's seal instead of the authorised person's (INC-13)."""
        bench = self._office.bench
        signing, now = Signing(bench.evidence), self._clock.now()
        async with bench.records.database.writing() as session:
            numbered = await signing.take_number(session, decision.id, now)
            content = await signing.content(session, numbered, now)
            seal = await bench.signer.sign(content, SignerRole.AUTHORISED_BODY, at=now)
            signature_id = await signing.keep(session, numbered, content, seal, OFFICER)
        act = OfficerDecision(
            act_id=new_id(),
            act=OfficerAct.SIGNED,
            officer=OFFICER,
            decision_id=decision.id,
            revision=decision.revision,
            signature_id=signature_id,
        )
        await self._office.cases.decide(case_id, act)

    async def _return_draft(self, act: Any) -> None:
        case_id = await self._case(act, CaseState.AWAITING_SIGNATURE)
        async with self._office.bench.records.database.reading() as session:
            query = select(Decision).where(Decision.case_id == case_id).order_by(Decision.revision.desc())
            draft = (await session.execute(query.limit(1))).scalar_one()
        await self._office.officers.return_draft(
            case_id, draft.id, draft.revision, OFFICER, act.reason, self._clock.now()
        )

    async def _review(self, act: Any) -> None:
        case_id = await self._case(act, CaseState.MANUAL_REVIEW)
        await self._office.officers.review(case_id, OFFICER, act.passed, act.reason, self._clock.now())

    async def _withdraw(self, act: Any) -> None:
        case_id = await self._case(act, None)
        await self._office.officers.withdraw(case_id, OFFICER, act.reason, self._clock.now())

    async def _propose(self, act: ProposeStep) -> None:
        case_id = await self._case(act, CaseState.CASEWORK)
        now = self._clock.now()
        await self._office.officers.propose(case_id, OFFICER, act.grounds, act.reason, now, act.right_day)

    async def _ask_documents(self, act: AskDocumentsStep) -> None:
        case_id = await self._case(act, CaseState.CASEWORK)
        await self._office.officers.ask_documents(
            case_id, OFFICER, act.kinds, act.extend, act.reason, self._clock.now()
        )

    async def _bring(self, act: BringStep) -> None:
        case_id = await self._case(act, CaseState.CASEWORK)
        await bring(self._office.attachments, case_id, act, OFFICER, self._clock.now())

    async def _ask_owner(self, act: AskOwnerStep) -> None:
        case_id = await self._case(act, CaseState.CASEWORK)
        documents = digital_documents(self._office.bench)
        await documents.ask(case_id, act.kind, actor=OFFICER, now=self._clock.now())
        await self._office.sweep.once(grace=timedelta(0))

    async def _owner(self, act: OwnerStep) -> None:
        asked = await self._registry.consents_asked(self._cast.iins[act.of])
        if not asked:
            raise ScenarioInvalid("the portal asks this person nothing at this step; look at the trace")
        await self._registry.decide_consent(asked[-1].consent_ref, act.act)

    async def _retry_placement(self, act: Any) -> None:
        case_id = await self._case(act, CaseState.DECIDED_ASSIGN)
        await self._office.officers.retry_placement(case_id, OFFICER, self._clock.now())

    async def _seal(self, where: str) -> None:
        """The key of the authorised body's seal is put aside, or where it belongs."""
        self._office.put_seal(aside=where == "lost")

    async def _change_settings(self, changes: dict[str, Any]) -> None:
        await self._office.reopen(changes)

    async def _calendar_day(self, day: Any) -> None:
        await self._office.officers.set_calendar_day(
            day.day, day.working, day.citation, OFFICER, self._clock.now()
        )

    async def _case(self, act: OfficerStep | SignStep, state: CaseState | None) -> str:
        """The newest case of a recipient; without one the only case, or the only one in ``state``."""
        of = act.of
        async with self._office.bench.records.database.reading() as session:
            query = (
                select(Case, Person).join(Person, Person.id == Case.recipient_id).order_by(Case.created_at)
            )
            rows = (await session.execute(query)).all()
        found: list[Case] = []
        for case, person in rows:
            iin = await self._office.bench.people.iin(person)
            if of in (None, self._cast.alias_of_iin(iin)) and act.service in (None, case.service):
                found.append(case)
        if of is None and len(found) > 1:
            found = [case for case in found if case.state == state]
            if len(found) > 1:
                raise ScenarioInvalid("several cases could be meant; say of whom")
        if not found:
            raise ScenarioInvalid("there is no case for this step; look at the trace")
        return found[-1].id
