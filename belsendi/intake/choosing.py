"""A caseworker records which benefits the recipient chose with "one application" (D-t10, DIS-16; M-25).

Whoever consents by mobile hears of the choice by SMS, for the four full names are too long for one; the choice itself
is told to the State Corporation, to 1414 or to the caseworker, and recorded here.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from belsendi.casework.bench import Bench
from belsendi.casework.officers import ActRefused
from belsendi.contracts.states import CaseState
from belsendi.errors import InvalidInput
from belsendi.intake.filing import record_choice
from belsendi.law import chosen_benefits, service
from belsendi.records.audit import audit
from belsendi.records.cases import locked_case

_SIGNED = frozenset({CaseState.DECIDED_ASSIGN, CaseState.DECIDED_REFUSE, CaseState.PLACED, CaseState.CLOSED})


class Choosing:
    """Records a choice once; a draft made afterwards names it, one made before stays as it is (SIL-31)."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def choose(
        self, case_id: str, further: Collection[str], account_id: str, now: datetime
    ) -> list[str]:
        """Keeps the ``further`` benefits, by their codes, beside the service's own. Returns all that are chosen.

        ``account_id`` is the officer's account. Raises NotFound, InvalidInput for a benefit that is not of the
        list or for none, ActRefused before consent, after the signature, or when a choice stands already.
        """
        async with self._bench.records.database.writing() as session:
            case = await locked_case(session, case_id)
            entry = service(case.service)
            if case.outcome is not None or case.state in _SIGNED:
                raise ActRefused("CHOICE_TOO_LATE")
            if case.registered_at is None:
                raise ActRefused("NOT_REGISTERED")
            if case.one_application:
                raise ActRefused("CHOSEN_ALREADY")
            own = [each.code for each in entry.one_application if each.service == entry.code]
            if not set(further) - set(own):
                raise InvalidInput("name a further benefit that the recipient chose (D-t10)")
            chosen = chosen_benefits(entry, [*own, *further])
            await record_choice(
                session, case, chosen, key=f"one-application:{case.id}", actor=account_id, now=now
            )
            await audit(session, actor=account_id, action="case.one_application", object_id=case_id, at=now)
            return list(case.one_application)
