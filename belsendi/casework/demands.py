"""Which documents may be demanded of a person: none that the state's own systems give (COM-05, COM-06).

Paper comes in where a system answered that the datum is absent or does not match, and where the system is out.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from belsendi.attachments.kinds import kinds_of
from belsendi.casework.programmes.sources import SOURCES
from belsendi.contracts.states import CaseState
from belsendi.errors import InvalidInput
from belsendi.law import DatumSource, EimStatus, service
from belsendi.records.conditions import systems_out
from belsendi.records.database import Database
from belsendi.records.models import Case, CaseFileItem, CaseStep

_PAPER_NEEDED = frozenset({EimStatus.ABSENT, EimStatus.INCORRECT, EimStatus.UNREACHABLE})
AT_THE_DESK = frozenset({CaseState.CASEWORK, CaseState.EXTENDED})
_GATHERED = "FILE_GATHERED"
SAID = frozenset({DatumSource.ACCOUNT_OWNER})  # the applicant's own word, not a document


class DemandRefused(InvalidInput):
    """Paper was demanded that the state's systems give. ``kinds`` are the codes of those documents."""

    def __init__(self, kinds: Collection[str]) -> None:
        super().__init__(
            f"not to be demanded, the state's systems give it: {', '.join(sorted(kinds))} (COM-05); ask for paper "
            "only where a system has no such data, has other data, or is out"
        )
        self.kinds = sorted(kinds)


@dataclass(frozen=True)
class Obtained:
    """A datum that we ask of a state system ourselves. ``system`` is its exact name of the order or of ours."""

    datum: str
    system: str


def obtained(service_code: str) -> dict[str, Obtained]:
    """What the service's catalogue entry has read from systems, by the code of the document it replaces."""
    return {
        item.datum: Obtained(item.datum, SOURCES[item.source].system.value)
        for item in service(service_code).needed_data
        if item.source in SOURCES and item.source not in SAID
    }


async def demandable(session: AsyncSession, case: Case) -> frozenset[str]:
    """The kinds of documents that may be demanded for the case as it stands."""
    read = obtained(case.service)
    out = {condition.system for condition in await systems_out(session)}
    file = await case_file_states(session, case.id)
    return frozenset(
        code
        for code in kinds_of(case.service)
        if code not in read or read[code].system in out or file.get(code) in _PAPER_NEEDED
    )


async def check_demand_at_the_desk(database: Database, case_id: str, kinds: Collection[str]) -> None:
    """Raises DemandRefused naming what the systems give, for a case at a caseworker's desk.

    Elsewhere the case itself refuses the act; kinds the service does not know are for their own check.
    """
    async with database.reading() as session:
        case = await session.get(Case, case_id)
        if case is None or case.state not in AT_THE_DESK:
            return
        refused = (set(kinds) & kinds_of(case.service).keys()) - await demandable(session, case)
    if refused:
        raise DemandRefused(refused)


async def case_file_states(session: AsyncSession, case_id: str) -> Mapping[str, str]:
    """What the systems answered of each datum, as the case last wrote it down."""
    gathered = (
        select(CaseStep.facts)
        .where(CaseStep.case_id == case_id, CaseStep.kind == _GATHERED)
        .order_by(CaseStep.seq.desc())
        .limit(1)
    )
    facts = (await session.execute(gathered)).scalar_one_or_none() or {}
    newest = select(func.max(CaseFileItem.revision)).where(CaseFileItem.case_id == case_id)
    items = select(CaseFileItem.datum, CaseFileItem.status).where(
        CaseFileItem.case_id == case_id, CaseFileItem.revision == newest.scalar_subquery()
    )
    newer = {row.datum: row.status for row in (await session.execute(items)).all()}
    return {**facts.get("file", {}), **newer}
