"""Asking the state's systems for a case: one short attempt each, everything logged, nothing asked twice.

Answers of a round are kept sealed under the case's key; a repeated round asks only what is still missing.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from pydantic import BaseModel
from sqlalchemy import select

from belsendi.errors import OutcomeUnknown, OutsideSystemRejected, OutsideSystemUnavailable
from belsendi.records.columns import new_id
from belsendi.records.keystore import Owner
from belsendi.records.models import AccessGrant, RegistryCall
from belsendi.records.store import Records
from belsendi.registries.errors import AccessTokenRejected
from belsendi.registries.inquiry import Inquiry, RegistryAnswer
from belsendi.registries.ports import AccessControl
from belsendi.registries.systems import System

AnswerT = TypeVar("AnswerT", bound=BaseModel)
_TOKEN_LIFE = timedelta(minutes=10)


class SystemOut(OutsideSystemUnavailable):
    """A system could not be used now; ``system`` is its code. The case waits; nobody is refused (SIL-15)."""

    def __init__(self, system: str) -> None:
        super().__init__(f"{system} cannot be used now; the case waits and asks again")
        self.system = system


@dataclass(frozen=True)
class Question:
    """One question of a round: to whom, for what, and how it is asked."""

    system: System
    operation: str
    answer: type[BaseModel]
    ask: Callable[[Inquiry], Awaitable[RegistryAnswer[Any]]]


@dataclass(frozen=True)
class _Attempt:
    result: str
    data: BaseModel | None
    problem: str | None


class Inquiries:
    """Asks rounds of questions for a case and keeps the query log (13.5)."""

    def __init__(self, records: Records, access: AccessControl) -> None:
        self._records = records
        self._access = access

    async def round(
        self,
        case_id: str,
        name: str,
        purpose: str,
        questions: Mapping[str, Question],
        *,
        now: datetime,
        token: str | None = None,
    ) -> dict[str, Any]:
        """Asks all questions of a round at once. Absent data are None. Raises SystemOut, AccessTokenRejected."""
        known = await self._known(case_id, name, questions)
        missing = [key for key in questions if key not in known]
        inquiry = Inquiry(purpose=purpose, asked_at=now, access_token=token)
        attempts = await asyncio.gather(*(self._attempt(questions[key], inquiry) for key in missing))
        await self._log(
            case_id, name, purpose, now, [(questions[k], a) for k, a in zip(missing, attempts, strict=True)]
        )
        for key, attempt in zip(missing, attempts, strict=True):
            if attempt.problem == "TOKEN":
                raise AccessTokenRejected(questions[key].system, questions[key].operation, "TOKEN")
            if attempt.result in ("unavailable", "rejected"):
                raise SystemOut(questions[key].system.value)
            known[key] = attempt.data
        return known

    async def access_token(
        self,
        case_id: str,
        person_id: str,
        iin: str,
        consent_id: str,
        items: list[str],
        now: datetime,
        *,
        purpose: str,
    ) -> str:
        """A valid token of the personal-data service (КДП), asked anew when the last one ran out, or was given for
        fewer items or on another consent.

        It is asked for before the first call for data (law 94-V, art. 8). Raises SystemOut.
        """
        grant = await self._grant(case_id, person_id, consent_id, items, now)
        if grant is not None:
            return await self._records.vault.open(grant.token, f"access_grants.token/{grant.id}")
        inquiry = Inquiry(purpose=purpose, asked_at=now)

        async def issue(inquiry: Inquiry) -> RegistryAnswer[Any]:
            return await self._access.issue_token(
                iin, items=items, consent_reference=consent_id, expires_in=_TOKEN_LIFE, inquiry=inquiry
            )

        question = Question(System.ACCESS_CONTROL, "issue_token", BaseModel, issue)
        attempt = await self._attempt(question, inquiry)
        token: str | None = getattr(attempt.data, "token", None)
        grant = None
        if token is not None:
            grant_id = new_id()
            place = f"access_grants.token/{grant_id}"
            grant = AccessGrant(
                id=grant_id,
                case_id=case_id,
                person_id=person_id,
                consent_id=consent_id,
                items=sorted(items),
                token=await self._records.vault.seal(Owner.CASE, case_id, token, place, now),
                expires_at=getattr(attempt.data, "expires_at", now + _TOKEN_LIFE),
                issued_at=now,
            )
        logged = _Attempt(attempt.result, None, attempt.problem)
        await self._log(case_id, "token", inquiry.purpose, now, [(question, logged)], grant)
        if token is None:
            raise SystemOut(System.ACCESS_CONTROL.value)
        return token

    async def _grant(
        self, case_id: str, person_id: str, consent_id: str, items: list[str], now: datetime
    ) -> AccessGrant | None:
        """The newest live token that was given for all of the items on this very consent."""
        query = (
            select(AccessGrant)
            .where(
                AccessGrant.case_id == case_id,
                AccessGrant.person_id == person_id,
                AccessGrant.consent_id == consent_id,
                AccessGrant.expires_at > now + timedelta(seconds=30),
            )
            .order_by(AccessGrant.issued_at.desc())
        )
        async with self._records.database.reading() as session:
            grants = (await session.execute(query)).scalars()
            return next((grant for grant in grants if set(items) <= set(grant.items)), None)

    async def forget_tokens(self, case_id: str, now: datetime) -> None:
        """Lets go of tokens a system no longer takes."""
        async with self._records.database.writing() as session:
            query = select(AccessGrant).where(AccessGrant.case_id == case_id, AccessGrant.expires_at > now)
            for grant in (await session.execute(query)).scalars():
                grant.expires_at = now

    async def _attempt(self, question: Question, inquiry: Inquiry) -> _Attempt:
        try:
            answer = await question.ask(inquiry)
        except AccessTokenRejected:
            return _Attempt("rejected", None, "TOKEN")
        except OutsideSystemRejected as error:
            return _Attempt("rejected", None, getattr(error, "code", "REJECTED"))
        except (OutsideSystemUnavailable, OutcomeUnknown) as error:
            return _Attempt("unavailable", None, type(error).__name__)
        return _Attempt("absent" if answer.data is None else "present", answer.data, None)

    async def _known(
        self, case_id: str, name: str, questions: Mapping[str, Question]
    ) -> dict[str, BaseModel | None]:
        query = select(RegistryCall).where(
            RegistryCall.case_id == case_id,
            RegistryCall.round == name,
            RegistryCall.result.in_(("present", "absent")),
        )
        async with self._records.database.reading() as session:
            calls = {(c.system, c.operation): c for c in (await session.execute(query)).scalars()}
        known: dict[str, BaseModel | None] = {}
        for key, question in questions.items():
            call = calls.get((question.system.value, question.operation))
            if call is None:
                continue
            if call.answer is None:
                known[key] = None
            else:
                clear = await self._records.vault.open(call.answer, f"registry_calls.answer/{call.id}")
                known[key] = question.answer.model_validate(json.loads(clear))
        return known

    async def _log(
        self,
        case_id: str,
        name: str,
        purpose: str,
        now: datetime,
        attempts: list[tuple[Question, _Attempt]],
        grant: AccessGrant | None = None,
    ) -> None:
        """Writes a round down in one unit. What is sealed is sealed before it, so that others may write."""
        if not attempts:
            return
        calls = [
            await self._call(case_id, name, purpose, now, question, attempt) for question, attempt in attempts
        ]
        async with self._records.database.writing() as session:
            session.add_all(calls)
            if grant is not None:
                session.add(grant)

    async def _call(
        self, case_id: str, name: str, purpose: str, now: datetime, question: Question, attempt: _Attempt
    ) -> RegistryCall:
        call_id = new_id()
        sealed = None
        if attempt.data is not None:
            place = f"registry_calls.answer/{call_id}"
            clear = attempt.data.model_dump_json()
            sealed = await self._records.vault.seal(Owner.CASE, case_id, clear, place, now)
        return RegistryCall(
            id=call_id,
            case_id=case_id,
            round=name,
            system=question.system.value,
            operation=question.operation,
            purpose=purpose,
            asked_at=now,
            result=attempt.result,
            problem=attempt.problem,
            answer=sealed,
        )
