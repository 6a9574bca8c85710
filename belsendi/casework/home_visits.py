"""Home visits: asked for through the contact centre, done by the State Corporation within the service's term.

B-t10, D-t10, S-t10 (COM-16); the order sets no term for the visit itself (SIL-41).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from sqlalchemy import select, update

from belsendi.casework.bench import Bench
from belsendi.contracts.personal_data import AddressText, IinText, PersonalData
from belsendi.contracts.states import TaskKind
from belsendi.errors import Conflict, NotFound
from belsendi.law import due, legal_day, service, term_for
from belsendi.records.audit import audit
from belsendi.records.cases import open_task
from belsendi.records.columns import new_id
from belsendi.records.keystore import Owner
from belsendi.records.models import HomeVisit, Task
from belsendi.records.upsert import insert_unless_there

_CHANNEL = "state_corporation"


@dataclass(frozen=True, repr=False)
class VisitWanted:
    """What the contact centre hands over. ``dialled`` is the number that was called: 1414, or the long one."""

    source: str
    request_id: str
    iin: IinText
    service: str
    address: AddressText
    caller_number: Annotated[str | None, PersonalData("pd.10")]
    dialled: str


class HomeVisits:
    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    @property
    def number_shown(self) -> str:
        """The number to call for a home visit, as everybody is told it (INC-06)."""
        return self._bench.profile.defaults.home_visit_number

    async def ask(self, wanted: VisitWanted, now: datetime) -> tuple[HomeVisit, bool]:
        """Stores a request once and opens the State Corporation's task. Returns it and whether it is new."""
        bench = self._bench
        query = select(HomeVisit).where(
            HomeVisit.source == wanted.source, HomeVisit.request_id == wanted.request_id
        )
        entry = service(wanted.service)
        async with bench.records.database.writing() as session:
            known = (await session.execute(query)).scalar_one_or_none()
            if known is not None:
                return known, False
            calendar = await bench.calendar_book.calendar(session)
            deadline = due(term_for(entry, _CHANNEL), legal_day(now), calendar)
            person = await bench.people.person(session, wanted.iin, now)
            row_id = new_id()
            clear = json.dumps(
                {"address": wanted.address, "caller_number": wanted.caller_number}, ensure_ascii=False
            )
            values = {
                "id": row_id,
                "source": wanted.source,
                "request_id": wanted.request_id,
                "person_id": person.id,
                "service": wanted.service,
                "whereabouts": await bench.records.vault.seal(
                    Owner.PERSON, person.id, clear, f"home_visits.whereabouts/{row_id}", now
                ),
                "dialled": wanted.dialled,
                "received_at": now,
                "due_at": deadline.due_at,
                "rules": f"{entry.help_citation}; {deadline.citation}; SIL-41",
                "state": "requested",
            }
            made = await insert_unless_there(session, HomeVisit, values)
            if made:
                await open_task(
                    session,
                    TaskKind.HOME_VISIT,
                    key=_task_key(row_id),
                    now=now,
                    due_at=deadline.due_at,
                    facts={"service": wanted.service, "visit": row_id},
                )
            return (await session.execute(query)).scalar_one(), made

    async def find(self, visit_id: str) -> HomeVisit:
        """The visit. Raises NotFound."""
        async with self._bench.records.database.reading() as session:
            found = await session.get(HomeVisit, visit_id)
        if found is None:
            raise NotFound("there is no such home visit")
        return found

    async def settle(self, visit_id: str, state: str, by: str, now: datetime) -> HomeVisit:
        """The visit took place or is not wanted any more; its task is done. Raises NotFound, Conflict."""
        async with self._bench.records.database.writing() as session:
            row = await session.get(HomeVisit, visit_id, with_for_update=True)
            if row is None:
                raise NotFound("there is no such home visit")
            if row.state == state:
                return row
            if row.state != "requested":
                raise Conflict(f"this home visit is {row.state} already")
            row.state, row.settled_at = state, now
            await session.execute(
                update(Task)
                .where(Task.key == _task_key(row.id), Task.closed_at.is_(None))
                .values(closed_at=now, closed_by=by)
            )
            await audit(session, actor=by, action=f"home_visit.{state}", object_id=row.id, at=now)
            return row


def _task_key(visit_id: str) -> str:
    return f"home-visit:{visit_id}"
