"""Notices of heads of education organisations: a learner was expelled, or moved to extramural study (S-r7).

The notice is for the State Corporation division of the recipient's residence (AC-S15); it stops no payment.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from belsendi.casework.bench import Bench
from belsendi.casework.divisions import division_of
from belsendi.casework.identity import identity_of
from belsendi.contracts.personal_data import IinText, PersonalData
from belsendi.contracts.side_work import ObligationKind
from belsendi.contracts.states import TaskKind
from belsendi.law import load_services
from belsendi.records.cases import open_task
from belsendi.records.columns import new_id
from belsendi.records.keystore import Owner
from belsendi.records.models import Case, Consent, EducationNotice, Obligation, Person
from belsendi.records.upsert import insert_unless_there
from belsendi.registries import AccessTokenRejected, Inquiry
from belsendi.registries.answers import Person as PersonAnswer


class StudyChange(StrEnum):
    """What the head of an education organisation reports (S-r7)."""

    EXPELLED = "EXPELLED"
    MOVED_TO_EXTRAMURAL = "MOVED_TO_EXTRAMURAL"


@dataclass(frozen=True, repr=False)
class NewNotice:
    """A notice as a door hands it over. ``changed_on`` is an Almaty day; ``signature_reference`` names the EDS."""

    source: str
    notice_id: str
    learner_iin: IinText
    change: StudyChange
    changed_on: Annotated[date, PersonalData("pd.14")]
    organisation: str
    signature_reference: str


class EducationNotices:
    """Keeps notices sealed and hands each to the division of the residence."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def store(self, new: NewNotice, now: datetime) -> tuple[str, bool]:
        """Stores a notice once per source and id. Returns its id and whether it is new."""
        query = select(EducationNotice.id).where(
            EducationNotice.source == new.source, EducationNotice.notice_id == new.notice_id
        )
        async with self._bench.records.database.writing() as session:
            known = (await session.execute(query)).scalar_one_or_none()
            if known is not None:
                return known, False
            learner = await self._bench.people.person(session, new.learner_iin, now)
            row_id = new_id()
            clear = json.dumps(
                {
                    "change": new.change,
                    "changed_on": new.changed_on.isoformat(),
                    "organisation": new.organisation,
                    "signature_reference": new.signature_reference,
                },
                ensure_ascii=False,
            )
            values = {
                "id": row_id,
                "source": new.source,
                "notice_id": new.notice_id,
                "learner_id": learner.id,
                "body": await self._bench.records.vault.seal(
                    Owner.PERSON, learner.id, clear, f"education_notices.body/{row_id}", now
                ),
                "received_at": now,
                "state": "stored",
            }
            made = await insert_unless_there(session, EducationNotice, values)
            return (row_id, True) if made else ((await session.execute(query)).scalar_one(), False)

    async def unprocessed(self, most: int = 50) -> list[str]:
        query = (
            select(EducationNotice.id)
            .where(EducationNotice.state == "stored")
            .order_by(EducationNotice.received_at)
            .limit(most)
        )
        async with self._bench.records.database.reading() as session:
            return list((await session.execute(query)).scalars())

    async def process(self, row_id: str, now: datetime) -> None:
        """Opens the task of each survivor case of the learner, at the division of the recipient's residence.

        That is an assigned case with the learner's running obligation, or one that is not decided yet (S-r7). A
        learner of neither becomes one task without a case. Raises
        OutsideSystemUnavailable when the residence cannot be asked for: the notice stays stored.
        """
        bench = self._bench
        async with bench.records.database.reading() as session:
            notice = await session.get_one(EducationNotice, row_id)
            learner = await session.get_one(Person, notice.learner_id)
            cases = await self._cases(session, notice.learner_id)
        cases += await self._undecided(await bench.people.iin(learner), {case.id for case in cases})
        body = json.loads(await bench.records.vault.open(notice.body, f"education_notices.body/{row_id}"))
        divisions = {case.id: await self._division(case, now) for case in cases}
        async with bench.records.database.writing() as session:
            notice = await session.get_one(EducationNotice, row_id, with_for_update=True)
            if notice.state != "stored":
                return
            for case in cases:
                division = divisions[case.id]
                found = {"division": division} if division else {"problem": "DIVISION_UNKNOWN"}
                await open_task(
                    session,
                    TaskKind.STUDY_CHANGED,
                    key=f"education-notice:{row_id}:{case.id}",
                    now=now,
                    case_id=case.id,
                    facts={"why": body["change"]} | found,
                )
            if not cases:
                await open_task(
                    session,
                    TaskKind.STUDY_CHANGED,
                    key=f"education-notice:{row_id}",
                    now=now,
                    facts={"why": body["change"], "problem": "NO_RECIPIENT"},
                )
            notice.state, notice.processed_at = "processed", now

    @staticmethod
    async def _cases(session: AsyncSession, learner_id: str) -> list[Case]:
        query = (
            select(Case)
            .join(Obligation, Obligation.case_id == Case.id)
            .where(
                Obligation.person_id == learner_id,
                Obligation.kind == ObligationKind.STUDY,
                Obligation.ended_at.is_(None),
            )
            .order_by(Case.created_at)
        )
        return list((await session.execute(query)).scalars())

    async def _undecided(self, learner_iin: str, known: set[str]) -> list[Case]:
        """The cases still open that name the learner as a dependant: their families are sealed, so each is opened."""
        families = [code for code, entry in load_services().items() if entry.subject == "breadwinner"]
        query = select(Case.id).where(Case.service.in_(families), Case.outcome.is_(None))
        async with self._bench.records.database.reading() as session:
            open_cases = list((await session.execute(query.order_by(Case.created_at))).scalars())
        identities = [await identity_of(self._bench, each) for each in open_cases if each not in known]
        return [each.case for each in identities if learner_iin in each.relatives]

    async def _division(self, case: Case, now: datetime) -> str | None:
        """The code of the division whose region the recipient's registered address names; None when unclear."""
        bench = self._bench
        async with bench.records.database.reading() as session:
            person = await session.get_one(Person, case.recipient_id)
            query = select(Consent.id).where(Consent.case_id == case.id, Consent.withdrawn_at.is_(None))
            consent_id = (await session.execute(query.limit(1))).scalar_one_or_none()
        iin = await bench.people.iin(person)
        token = None
        if consent_id is not None:
            token = await bench.inquiries.access_token(
                case.id, person.id, iin, consent_id, ["pd.02", "pd.09"], now, purpose="division of residence"
            )
        inquiry = Inquiry(purpose="division of residence", asked_at=now, access_token=token)
        try:
            answer = await bench.registries.individuals.person(iin, inquiry)
        except AccessTokenRejected:
            await bench.inquiries.forget_tokens(case.id, now)
            return None
        data = answer.data
        return division_of(data.address) if isinstance(data, PersonAnswer) and data.address else None
