"""From the automatic path to a caseworker: the register's record no longer has a cause that P1 is open to (SIL-30)."""

from __future__ import annotations

from belsendi.casework.acts import Act
from belsendi.casework.bench import Bench
from belsendi.casework.identity import CaseIdentity
from belsendi.casework.programmes import (
    Reading,
    cause_of,
    path_sources,
    relation_sources,
    shown_to_act_for,
)
from belsendi.casework.telling import tell
from belsendi.contracts.case import CasePath, Route
from belsendi.contracts.states import CaseState, Party
from belsendi.law import Path, legal_day, path_for, service
from belsendi.records.rulings import journal_entry
from workflows.activities.registering import Registering


def leaves_automatic_path(act: Act, identity: CaseIdentity, reading: Reading) -> bool:
    """Whether P1 is closed to what was just read: by the cause (a record that is gone is an absent datum, no other
    cause), or because nothing shows any more that who applied for another person may (D-r7; SIL-32)."""
    entry = service(act.case.service)
    sources = path_sources(entry)
    if act.case.path != Path.P1 or not sources or not any(reading.found.get(sources[0], ())):
        return False
    if relation_sources(entry) and not shown_to_act_for(identity, reading, legal_day(act.now)):
        return True
    return path_for(entry, act.case.channel, cause_of(entry, reading)) is Path.P7


async def move_to_casework(bench: Bench, registering: Registering, act: Act) -> Route:
    """Counts the longer term, from consent where the law says so, and tells the recipient. Returns the new path.

    The caller writes it down as the result of its own step.
    """
    entry = service(act.case.service)
    act.case.path = Path.P7
    _, registration = await registering.deadline(act)
    entry_of = await journal_entry(act.session, act.case.id)
    await tell(bench, act, "path_changed", reg=entry_of.registration_no, due=legal_day(registration.due_at))
    await act.note(
        "PATH_CHANGED",
        rules=["SIL-30"],
        facts={"path": Path.P7.value, "due_on": legal_day(registration.due_at).isoformat()},
    )
    act.case.state = CaseState.REGISTERED
    act.case.waiting_for = Party.US
    return Route(path=CasePath.P7, registration=registration, extendable=entry.clock.extension is not None)
