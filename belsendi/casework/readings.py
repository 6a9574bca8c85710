"""Reading the state's registers for a case, with the subject's access token."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel

from belsendi.casework.bench import Bench
from belsendi.casework.identity import CaseIdentity, identity_of
from belsendi.casework.inquiries import Question, SystemOut
from belsendi.casework.programmes import (
    SOURCES,
    Asked,
    Reading,
    asked_about,
    check_sources,
    circumstances_of,
    decision_sources,
    legal_date,
    other_parents_of,
    token_items,
)
from belsendi.contracts.personal_data import PersonalData
from belsendi.errors import NotFound
from belsendi.law import DatumSource, legal_day, service
from belsendi.registries import AccessTokenRejected, System

_MOST_ROUNDS = 4
_NOTHING = Reading({})
_LONGEST_ROUND = 36  # the rest of the column is for the place of a further question


def purpose_of(service_code: str) -> str:
    """Why a register is asked, as it stands in the query log."""
    return f"assignment of {service_code}"


class Readings:
    """Reads with the access token; a token that a system refuses is asked for anew once."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def identity(self, case_id: str) -> CaseIdentity:
        return await identity_of(self._bench, case_id)

    async def for_checks(self, identity: CaseIdentity, name: str, now: datetime) -> Reading:
        """What the parameter checks look at (B-r13, D-r20-1). Raises SystemOut."""
        sources = check_sources(service(identity.case.service), identity.recipient_type)
        return await self.read(identity, name, sources, now)

    async def for_decision(self, identity: CaseIdentity, name: str, now: datetime) -> Reading:
        """All that the electronic case file holds, read anew (B-r19-1, D-r21-1). Raises SystemOut.

        What the answers show to be necessary besides is asked for in further rounds (6.2, 7.2): a child's birth
        record shows a guardian, whose record is asked for then. Without consent nothing is read (G3; law 94-V,
        art. 8).
        """
        if not identity.data_consent:
            return Reading({})
        entry = service(identity.case.service)
        who = identity.recipient_type
        reading = await self.read(identity, name, decision_sources(entry, who), now)
        for place in range(1, _MOST_ROUNDS):
            circumstances = circumstances_of(entry, identity, reading, legal_day(now))
            wanted = decision_sources(entry, who, circumstances)
            further = [each for each in wanted if not reading.asked(each)]
            if not further:
                break
            more = await self.read(identity, f"{name[:30]}/more{place}", further, now, reading)
            reading = reading.also(more.found)
        return reading

    async def read(
        self,
        identity: CaseIdentity,
        name: str,
        sources: Sequence[str],
        now: datetime,
        known: Reading = _NOTHING,
    ) -> Reading:
        """Asks readers of the library, about those too whom an answer of ``known`` names. A status is asked for on
        the legal date, which may only now be known."""
        expected, others = identity.event_day, other_parents_of(identity, known)
        asked = asked_about(identity, expected, legal_day(now), others)
        reading = Reading(await self._ask(identity, name, sources, asked, now)) if sources else Reading({})
        day = legal_date(service(identity.case.service), identity, reading)
        if DatumSource.RECIPIENT_STATUS in sources and day != expected:
            asked = asked_about(identity, day, legal_day(now))
            again = await self._ask(identity, f"{name[:30]}/day", [DatumSource.RECIPIENT_STATUS], asked, now)
            reading = reading.also(again)
        return reading

    async def _ask(
        self, identity: CaseIdentity, name: str, sources: Sequence[str], asked: Asked, now: datetime
    ) -> Mapping[str, Sequence[BaseModel | None]]:
        """Puts the questions in rounds in which every operation of a system is asked once: a round that is repeated
        finds its answers again by system and operation."""
        found: dict[str, list[BaseModel | None]] = {str(each): [] for each in sources}
        rounds: list[dict[str, Question]] = []
        for each in sources:
            reader = SOURCES[each]
            for ask in reader.asks(self._bench.registries, asked):
                question = Question(reader.system, reader.operation, reader.answer, ask)
                _first_free(rounds, str(each), question)[str(each)] = question
        for place, questions in enumerate(rounds):
            round_name = name if place == 0 else f"{name[:_LONGEST_ROUND]}/{place}"
            for each, answer in (await self._round(identity, round_name, questions, now)).items():
                found[each].append(answer)
        return found

    async def _round(
        self, identity: CaseIdentity, name: str, questions: Mapping[str, Question], now: datetime
    ) -> dict[str, Any]:
        purpose = purpose_of(identity.case.service)
        for last in (False, True):
            token = await self._token(identity, now)
            try:
                return await self._bench.inquiries.round(
                    identity.case.id, name, purpose, questions, now=now, token=token
                )
            except AccessTokenRejected:
                await self._bench.inquiries.forget_tokens(identity.case.id, now)
                if last or token is None:
                    raise SystemOut(System.ACCESS_CONTROL.value) from None
        raise AssertionError("unreachable")

    async def _token(
        self, identity: CaseIdentity, now: datetime
    ) -> Annotated[str | None, PersonalData("svc.access_consent")]:
        """The subject's access token; None for a legal entity, whose BIN is no personal data."""
        if identity.is_legal_entity:
            return None
        if identity.consent is None:
            raise NotFound("no data may be read without a stored consent (law 94-V, art. 8)")
        return await self._bench.inquiries.access_token(
            identity.case.id,
            identity.case.recipient_id,
            identity.recipient_iin,
            identity.consent.id,
            token_items(service(identity.case.service), identity.recipient_type),
            now,
            purpose=purpose_of(identity.case.service),
        )


def _first_free(rounds: list[dict[str, Question]], reader: str, question: Question) -> dict[str, Question]:
    """The first round after the reader's own last one in which nobody asks this operation of the system."""
    own = max((place for place, each in enumerate(rounds) if reader in each), default=-1)
    wanted = (question.system, question.operation)
    for each in rounds[own + 1 :]:
        if wanted not in {(other.system, other.operation) for other in each.values()}:
            return each
    rounds.append({})
    return rounds[-1]
