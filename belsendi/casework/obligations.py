"""Yearly obligations of an assigned survivor benefit: begun with the case, met year by year, ended by a person.

What a dependant or a caregiver owes each year is the order's (S-r7, S-t8), the days are product decisions
(SIL-34, SIL-35). Nothing here stops a payment: what is not met becomes a caseworker's task.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from belsendi.casework.bench import Bench
from belsendi.casework.certificates import check_certificate_of_year
from belsendi.casework.yearly_plan import care_moments, care_over, study_moments
from belsendi.contracts.personal_data import IinText, PersonalData
from belsendi.contracts.side_work import ObligationKind, ObligationMoment, ObligationStart, YearPlan
from belsendi.contracts.states import TaskKind
from belsendi.errors import Conflict, InvalidInput, NotFound
from belsendi.law import StudyCertificate, legal_day, utc_of
from belsendi.law.ages import birthday
from belsendi.law.survivor_years import academic_year_of, study_age_ends
from belsendi.records.audit import audit
from belsendi.records.columns import new_id
from belsendi.records.keystore import Owner
from belsendi.records.models import Case, Obligation, ObligationYear, Person, Task
from belsendi.records.upsert import insert_unless_there

_MORNING = time(9, 0)  # when an office opens: what falls due on a day falls due then (Almaty)


class Evidence(StrEnum):
    """By what a year's obligation is met."""

    ASSIGNMENT = "ASSIGNMENT"
    REGISTRY = "REGISTRY"
    STUDY_CERTIFICATE = "STUDY_CERTIFICATE"
    LABOUR_BOOK = "LABOUR_BOOK"


_PAPERS = {
    ObligationKind.STUDY: Evidence.STUDY_CERTIFICATE,
    ObligationKind.CARE: Evidence.LABOUR_BOOK,
}
_PAPER_TASKS = (TaskKind.STUDY_CERTIFICATE, TaskKind.CARE_CONFIRMATION)
_TASK_KEY = re.compile(r"obligation:(?P<id>[0-9a-f]{32}):(?P<period>[0-9/]{4,9})")


@dataclass(frozen=True, repr=False)
class DependantFacts:
    """A dependant of the family. ``study_shown_for``: the academic year the assignment rested on, if any."""

    iin: IinText
    born: Annotated[date, PersonalData("pd.04")]
    study_shown_for: str | None = None


@dataclass(frozen=True, repr=False)
class CaregiverFacts:
    """Who cares for children of the deceased under eight, and when these were born."""

    iin: IinText
    children_born: Annotated[tuple[date, ...], PersonalData("pd.04")]


@dataclass(frozen=True, repr=False)
class SurvivorFacts:
    """What the yearly obligations of an assigned survivor case follow from."""

    assigned_on: Annotated[date, PersonalData("pd.26")]
    dependants: tuple[DependantFacts, ...] = ()
    caregiver: CaregiverFacts | None = None


@dataclass(frozen=True, repr=False)
class ObligationDates:
    """The days that an obligation's own days follow from; they are kept sealed."""

    born: Annotated[tuple[date, ...], PersonalData("pd.04")] = field(default_factory=tuple)
    assigned_on: Annotated[date | None, PersonalData("pd.26")] = None


async def begin_obligations(
    bench: Bench, session: AsyncSession, case: Case, facts: SurvivorFacts, now: datetime
) -> list[str]:
    """Enters the yearly obligations of a survivor case in the unit of work that assigns it. Returns their ids.

    A dependant under 23 owes the study certificate from 18 on; a caregiver owes the confirmation while a child
    is under eight. Called again it enters nothing twice; the sweep starts their workflows.
    """
    begun: list[str] = []
    for dependant in facts.dependants:
        if study_age_ends(dependant.born) <= facts.assigned_on:
            continue
        dates = ObligationDates(born=(dependant.born,))
        made = await _enter(bench, session, case, ObligationKind.STUDY, dependant.iin, dates, now)
        if made is not None and dependant.study_shown_for is not None:
            await _meet(session, made, dependant.study_shown_for, Evidence.ASSIGNMENT, "system", now)
        begun += [made] if made else []
    caregiver = facts.caregiver
    if (
        caregiver is not None
        and caregiver.children_born
        and care_over(caregiver.children_born) > facts.assigned_on
    ):
        dates = ObligationDates(born=tuple(sorted(caregiver.children_born)), assigned_on=facts.assigned_on)
        made = await _enter(bench, session, case, ObligationKind.CARE, caregiver.iin, dates, now)
        begun += [made] if made else []
    return begun


@dataclass(frozen=True)
class YearAsked:
    """The year of an obligation whose paper a task asks for: an academic year for study, a calendar year for care."""

    obligation_id: str
    kind: ObligationKind
    case_id: str
    period: str


class Obligations:
    """The obligations in the records: their years, their plan, their end."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def unstarted(self, most: int = 100) -> list[ObligationStart]:
        """Obligations whose workflow has not been started, oldest first."""
        query = (
            select(Obligation)
            .where(Obligation.workflow_started_at.is_(None), Obligation.ended_at.is_(None))
            .order_by(Obligation.began_at)
            .limit(most)
        )
        async with self._bench.records.database.reading() as session:
            rows = (await session.execute(query)).scalars().all()
        return [
            ObligationStart(
                obligation_id=row.id,
                since=row.began_at,
                clock_shift=timedelta(seconds=row.clock_shift_seconds),
            )
            for row in rows
        ]

    async def started(self, obligation_id: str, now: datetime) -> None:
        async with self._bench.records.database.writing() as session:
            row = await session.get_one(Obligation, obligation_id, with_for_update=True)
            row.workflow_started_at = now

    async def plan(self, obligation_id: str, since: datetime) -> YearPlan:
        """What falls due in the year after ``since`` (UTC), each at nine in the morning of its Almaty day."""
        async with self._bench.records.database.reading() as session:
            row = await self._row(session, obligation_id)
        after = legal_day(since)
        until = birthday(after, 1)
        if row.ended_at is not None:
            return YearPlan(moments=[], until=since, over=True)
        dates = await self.dates(row)
        defaults = self._bench.profile.defaults
        if row.kind == ObligationKind.STUDY:
            (born,) = dates.born
            moments = study_moments(born, after, until, defaults.study_reminders)
            over = study_age_ends(born)
        else:
            assert dates.assigned_on is not None
            moments = care_moments(dates.assigned_on, dates.born, after, until, defaults.care_age_alert_days)
            over = care_over(dates.born)
        return YearPlan(
            moments=[
                ObligationMoment(
                    key=moment.key,
                    act=moment.act,
                    period=moment.period,
                    at=utc_of(moment.on, _MORNING),
                    last_of_period=moment.last_of_period,
                )
                for moment in moments
            ],
            until=utc_of(min(until, over), _MORNING),
            over=over <= until,
        )

    async def dates(self, row: Obligation) -> ObligationDates:
        kept = json.loads(await self._bench.records.vault.open(row.dates, f"obligations.dates/{row.id}"))
        assigned = kept.get("assigned_on")
        return ObligationDates(
            born=tuple(date.fromisoformat(each) for each in kept["born"]),
            assigned_on=date.fromisoformat(assigned) if assigned else None,
        )

    async def find(self, obligation_id: str) -> Obligation:
        """The obligation. Raises NotFound."""
        async with self._bench.records.database.reading() as session:
            return await self._row(session, obligation_id)

    async def of_case(self, case_id: str) -> list[tuple[Obligation, list[ObligationYear]]]:
        """The obligations of a case with the years that are met, in the order they began."""
        async with self._bench.records.database.reading() as session:
            rows = select(Obligation).where(Obligation.case_id == case_id).order_by(Obligation.began_at)
            found = list((await session.execute(rows)).scalars())
            years = select(ObligationYear).where(ObligationYear.obligation_id.in_([row.id for row in found]))
            met = list((await session.execute(years.order_by(ObligationYear.period))).scalars())
        return [(row, [year for year in met if year.obligation_id == row.id]) for row in found]

    async def meet(
        self,
        obligation_id: str,
        period: str,
        evidence: Evidence,
        by: str,
        now: datetime,
        *,
        document_id: str | None = None,
        certificate: StudyCertificate | None = None,
    ) -> None:
        """A person handed in what the year needs: the certificate, or the labour book (S-r7, S-t8).

        A ``certificate`` whose fields were entered is checked against the form, the learner and the year; raises
        CertificateReturned then (AC-S17). Its open tasks are done with it. Raises NotFound, InvalidInput for evidence
        or a year that does not belong to it, Conflict for an obligation that has ended.
        """
        async with self._bench.records.database.writing() as session:
            row = await self._row(session, obligation_id)
            kind = ObligationKind(row.kind)
            if row.ended_at is not None:
                raise Conflict("this obligation has ended; nothing more is owed")
            if evidence is not _PAPERS[kind]:
                raise InvalidInput(f"an obligation of kind {kind} is met by {_PAPERS[kind]}")
            _check_period(kind, period)
            if certificate is not None:
                learner = await self._bench.people.iin(await session.get_one(Person, row.person_id))
                check_certificate_of_year(certificate, period, learner, legal_day(now))
            await _meet(session, row.id, period, evidence, by, now, document_id)
            await session.execute(
                update(Task)
                .where(Task.key == task_key(row.id, period), Task.closed_at.is_(None))
                .values(closed_at=now, closed_by=by)
            )
            await audit(
                session,
                actor=by,
                action="obligation.meet",
                object_id=row.id,
                at=now,
                reason=f"{evidence} {period}",
            )

    async def year_of_task(self, task_id: str) -> YearAsked:
        """The year whose paper a task asks for. Raises NotFound, Conflict for a task that is done or asks for no
        such paper."""
        async with self._bench.records.database.reading() as session:
            task = await session.get(Task, task_id)
            if task is None:
                raise NotFound("there is no such task")
            named = _TASK_KEY.fullmatch(task.key)
            if named is None or task.kind not in _PAPER_TASKS:
                raise Conflict("this task asks for no paper of a year")
            if task.closed_at is not None:
                raise Conflict("somebody has done this task already")
            row = await self._row(session, named["id"])
        return YearAsked(row.id, ObligationKind(row.kind), row.case_id, named["period"])

    async def meet_by_task(
        self, task_id: str, by: str, now: datetime, certificate: StudyCertificate | None = None
    ) -> None:
        """The paper that a task asks for is here: the certificate, judged by its fields (AC-S17), or the labour book.

        Raises NotFound, Conflict for a task that is done or asks for no such paper, InvalidInput for a certificate
        whose fields nobody entered, CertificateReturned.
        """
        asked = await self.year_of_task(task_id)
        if asked.kind is ObligationKind.STUDY and certificate is None:
            raise InvalidInput("a study certificate is taken by the fields of its form (S-form): enter them")
        await self.meet(
            asked.obligation_id, asked.period, _PAPERS[asked.kind], by, now, certificate=certificate
        )

    async def end(self, obligation_id: str, by: str, now: datetime) -> None:
        """A person ends it, because the benefit ended or the entry was wrong; the workflow finds it ended."""
        async with self._bench.records.database.writing() as session:
            row = await self._row(session, obligation_id)
            if row.ended_at is None:
                row.ended_at, row.end_reason = now, "BY_A_PERSON"
                await audit(session, actor=by, action="obligation.end", object_id=row.id, at=now)

    @staticmethod
    async def _row(session: AsyncSession, obligation_id: str) -> Obligation:
        row = await session.get(Obligation, obligation_id)
        if row is None:
            raise NotFound("there is no such obligation")
        return row


def task_key(obligation_id: str, period: str) -> str:
    """The key of the task that a year's unmet obligation becomes."""
    return f"obligation:{obligation_id}:{period}"


async def is_met(session: AsyncSession, obligation_id: str, period: str) -> bool:
    query = select(ObligationYear.id).where(
        ObligationYear.obligation_id == obligation_id, ObligationYear.period == period
    )
    return (await session.execute(query)).first() is not None


async def meet_by_registry(session: AsyncSession, obligation_id: str, period: str, now: datetime) -> None:
    """The state's systems show what the year needs, so nobody is asked for a paper (COM-05)."""
    await _meet(session, obligation_id, period, Evidence.REGISTRY, "system", now)


async def _enter(
    bench: Bench,
    session: AsyncSession,
    case: Case,
    kind: ObligationKind,
    iin: IinText,
    dates: ObligationDates,
    now: datetime,
) -> str | None:
    """The id of the obligation made now, None when the case has it already."""
    person = await bench.people.person(session, iin, now)
    row_id = new_id()
    clear = json.dumps(
        {
            "born": [day.isoformat() for day in dates.born],
            "assigned_on": dates.assigned_on.isoformat() if dates.assigned_on else None,
        }
    )
    values = {
        "id": row_id,
        "kind": kind,
        "case_id": case.id,
        "person_id": person.id,
        "dates": await bench.records.vault.seal(
            Owner.CASE, case.id, clear, f"obligations.dates/{row_id}", now
        ),
        "began_at": now,
        "clock_shift_seconds": case.clock_shift_seconds,
    }
    return row_id if await insert_unless_there(session, Obligation, values) else None


async def _meet(
    session: AsyncSession,
    obligation_id: str,
    period: str,
    evidence: Evidence,
    by: str,
    now: datetime,
    document_id: str | None = None,
) -> None:
    values = {
        "id": new_id(),
        "obligation_id": obligation_id,
        "period": period,
        "evidence": evidence,
        "document_id": document_id,
        "confirmed_at": now,
        "confirmed_by": by,
    }
    await insert_unless_there(session, ObligationYear, values)


def _check_period(kind: ObligationKind, period: str) -> None:
    """Raises InvalidInput for what names no year of the kind."""
    begins = period.partition("/")[0]
    if not (len(begins) == 4 and begins.isascii() and begins.isdigit()):
        raise InvalidInput("a year is written with four digits")
    if kind is ObligationKind.STUDY:
        if int(begins) < 2000 or academic_year_of(date(int(begins), 9, 1)) != period:
            raise InvalidInput('an academic year is written as "2025/2026"')
    elif period != begins:
        raise InvalidInput("the year of a caregiver's confirmation is written as 2026")
