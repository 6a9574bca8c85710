"""The portal's own look at the parameters before an application is sent: what would fail, without a case (D-t8).

Nothing is opened, registered or decided; the registers are asked with the applicant's consent, as for a case, and
that they were asked is in the audit trail.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Annotated

from pydantic import BaseModel
from sqlalchemy import select

from belsendi.casework.bench import Bench
from belsendi.casework.check_facts import check_facts
from belsendi.casework.identity import CaseIdentity
from belsendi.casework.programmes import (
    SOURCES,
    Reading,
    asked_about,
    check_sources,
    legal_date,
    token_items,
)
from belsendi.casework.readings import purpose_of
from belsendi.contracts.personal_data import PersonalData
from belsendi.intake.applications import Application, ApplicationRefused, check_application
from belsendi.law import DatumSource, ParameterChecks, RecipientType, Service, legal_day, run_checks
from belsendi.records.audit import audit
from belsendi.records.models import Case, JournalEntry
from belsendi.registries import Inquiry

_TOKEN_LIFE = timedelta(minutes=10)
_ACTOR = "portal"


class Prechecks:
    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def run(self, application: Application, key: str, now: datetime) -> ParameterChecks:
        """The checks as they would turn out now. ``key`` names the consent to the access service.

        Raises ApplicationRefused where the law has no such way, no consent to data was given (G3; law 94-V, art. 8),
        or the access service knows no such person: nothing is asked then; OutsideSystemError when a system is out:
        an outage fails no check (SIL-15).
        """
        entry = check_application(application, legal_day(now))
        number = application.applicant.number
        if number is None:
            raise ApplicationRefused(
                "no_bin", "applicant", "without a BIN nothing can be asked of a register"
            )
        if not application.data_consent:
            raise ApplicationRefused(
                "no_data_consent", "data_consent", "no register is asked without consent to personal data"
            )
        identity = _identity(entry, application, number)
        token = await self._token(entry, identity, key, now)
        async with self._bench.records.database.writing() as session:
            subject = await self._bench.people.find_person(session, application.subject_iin)
            others: list[JournalEntry] = []
            if subject is not None:
                query = select(JournalEntry).where(
                    JournalEntry.service == entry.code, JournalEntry.subject_id == subject.id
                )
                others = list((await session.execute(query)).scalars())
            calendar = await self._bench.calendar_book.calendar(session)
            applicant = await self._bench.people.person(session, number, now)
            await audit(
                session,
                actor=_ACTOR,
                action="application.check",
                object_id=applicant.id,
                at=now,
                reason=f"{entry.code} {key}",
            )
        reading = await self._read(entry, identity, token, now)
        facts = check_facts(
            entry,
            identity,
            reading,
            applied_on=legal_day(now),
            consented=True,
            own=None,
            others=others,
            held=any(each.holds_subject for each in others),
        )
        return run_checks(entry, facts, self._bench.profile.defaults, calendar)

    async def _read(
        self,
        entry: Service,
        identity: CaseIdentity,
        token: Annotated[str | None, PersonalData("svc.access_consent")],
        now: datetime,
    ) -> Reading:
        """One attempt per question; a status is asked for on the day the right hangs on, once that is known."""
        inquiry = Inquiry(purpose=purpose_of(entry.code), asked_at=now, access_token=token)
        sources = check_sources(entry, identity.recipient_type)
        reading = Reading(await self._ask(sources, identity, identity.event_day, inquiry))
        day = legal_date(entry, identity, reading)
        if DatumSource.RECIPIENT_STATUS in sources and day != identity.event_day:
            again = await self._ask([DatumSource.RECIPIENT_STATUS], identity, day, inquiry)
            reading = reading.also(again)
        return reading

    async def _ask(
        self, sources: Sequence[str], identity: CaseIdentity, day: date | None, inquiry: Inquiry
    ) -> dict[str, list[BaseModel | None]]:
        asked = asked_about(identity, day, legal_day(inquiry.asked_at))
        found: dict[str, list[BaseModel | None]] = {}
        for source in sources:
            questions = SOURCES[source].asks(self._bench.registries, asked)
            found[str(source)] = [(await ask(inquiry)).data for ask in questions]
        return found

    async def _token(self, entry: Service, identity: CaseIdentity, key: str, now: datetime) -> str | None:
        """The applicant's access token, asked for before any data; none for a legal entity.

        Raises ApplicationRefused where there is none to be had.
        """
        if identity.is_legal_entity:
            return None
        answer = await self._bench.registries.access_control.issue_token(
            identity.recipient_iin,
            items=token_items(entry, identity.recipient_type),
            consent_reference=key,
            expires_in=_TOKEN_LIFE,
            inquiry=Inquiry(purpose=purpose_of(entry.code), asked_at=now),
        )
        if answer.data is None:
            raise ApplicationRefused(
                "unknown_person", "applicant", "the state's systems know no such person; correct the IIN"
            )
        return answer.data.token


def _identity(entry: Service, application: Application, number: str) -> CaseIdentity:
    """The application as the readers need a case; nothing of it is stored."""
    kind: RecipientType = application.applicant.type
    return CaseIdentity(
        case=Case(service=entry.code, channel=application.channel, recipient_type=kind.value),
        recipient_iin=number,
        subject_iin=application.subject_iin,
        event_day=application.date_of_death,
        account=None,
        iban=application.account,
        consent=None,
        relatives=tuple(each.iin for each in application.dependants),
        patent_no=application.applicant.patent_no,
    )
