"""What the state's systems say of a yearly obligation, before anybody is asked for a paper (COM-05)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from sqlalchemy import select

from belsendi.casework.bench import Bench
from belsendi.casework.inquiries import Question, SystemOut
from belsendi.contracts.personal_data import IinText, PersonalData
from belsendi.errors import BelsendiError
from belsendi.law import legal_day, minus_months
from belsendi.law.study import Study, study_counts
from belsendi.law.survivor import CaregiverFacts, CaregiverState, caregiver_state
from belsendi.records.models import Consent, Obligation, Person
from belsendi.registries import AccessTokenRejected, System
from belsendi.registries.answers import EntrepreneurStanding, StudyRecord, Transfers

_STUDY_ITEMS = ["pd.02", "pd.14"]
_WORK_ITEMS = ["pd.02", "pd.20"]


class NoConsentToAsk(BelsendiError):
    """A system answers on a consent only, and the case has none any more: the person is asked instead."""


class YearlyChecks:
    """Asks with a token issued for the person asked about, on the consent of the case."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def studies(self, row: Obligation, name: str, now: datetime) -> bool:
        """Whether IS-3 or IS-6 knows the dependant as a full-time learner (S-r6, S-r7).

        Raises SystemOut, NoConsentToAsk.
        """
        systems = self._bench.registries
        iin = await self._iin(row)
        answers = await self._round(
            row,
            iin,
            name,
            {
                "school": Question(
                    System.EDUCATION,
                    "school_record",
                    StudyRecord,
                    lambda i: systems.education.school_record(iin, i),
                ),
                "higher": Question(
                    System.HIGHER_EDUCATION,
                    "study_record",
                    StudyRecord,
                    lambda i: systems.higher_education.study_record(iin, i),
                ),
            },
            _STUDY_ITEMS,
            now,
        )
        day = legal_day(now)
        return any(studies_full_time(answer, day) for answer in answers.values())

    async def employment(self, row: Obligation, name: str, now: datetime) -> str | None:
        """What IS-10 and IS-11 hold against the caregiver's year, None when both are empty (S-t8; AC-S19).

        ENTREPRENEUR, TRANSFERS or BOTH. The year ends on the day of the check.
        Raises SystemOut, NoConsentToAsk.
        """
        systems = self._bench.registries
        iin, day = await self._iin(row), legal_day(now)
        since = minus_months(day, 12)
        answers = await self._round(
            row,
            iin,
            name,
            {
                "entrepreneur": Question(
                    System.ENTREPRENEURS,
                    "registration",
                    EntrepreneurStanding,
                    lambda i: systems.entrepreneurs.registration(iin, day, i),
                ),
                "transfers": Question(
                    System.CONTRIBUTIONS,
                    "transfers",
                    Transfers,
                    lambda i: systems.contributions.transfers(iin, since, day, i),
                ),
            },
            _WORK_ITEMS,
            now,
        )
        standing, transfers = answers["entrepreneur"], answers["transfers"]
        trades = isinstance(standing, EntrepreneurStanding) and standing.registered
        paid = isinstance(transfers, Transfers) and (
            transfers.pension_contributions or transfers.social_payments
        )
        facts = CaregiverFacts(
            registered_entrepreneur=trades, pension_or_social_transfers=paid, checked_on=day
        )
        if caregiver_state(facts) is CaregiverState.CONFIRMED:
            return None
        if trades and paid:
            return "BOTH"
        return "ENTREPRENEUR" if trades else "TRANSFERS"

    async def _round(
        self,
        row: Obligation,
        iin: IinText,
        name: str,
        questions: dict[str, Question],
        items: list[str],
        now: datetime,
    ) -> dict[str, Any]:
        """Asks once more with a fresh token when the last one was not taken."""
        inquiries = self._bench.inquiries
        for last in (False, True):
            token = await self._token(row, iin, items, now)
            try:
                return await inquiries.round(
                    row.case_id, name, "yearly obligation", questions, now=now, token=token
                )
            except AccessTokenRejected as refused:
                if token is None:
                    raise NoConsentToAsk(
                        "no consent stands behind this question; ask the person"
                    ) from refused
                await inquiries.forget_tokens(row.case_id, now)
                if last:
                    raise SystemOut(System.ACCESS_CONTROL.value) from None
        raise AssertionError("unreachable")

    async def _token(
        self, row: Obligation, iin: IinText, items: list[str], now: datetime
    ) -> Annotated[str | None, PersonalData("svc.access_consent")]:
        """None for a case that no consent stands behind: then a system answers what it may without one."""
        async with self._bench.records.database.reading() as session:
            query = select(Consent.id).where(Consent.case_id == row.case_id, Consent.withdrawn_at.is_(None))
            consent_id = (await session.execute(query.limit(1))).scalar_one_or_none()
        if consent_id is None:
            return None
        return await self._bench.inquiries.access_token(
            row.case_id, row.person_id, iin, consent_id, items, now, purpose="yearly obligation"
        )

    async def _iin(self, row: Obligation) -> IinText:
        async with self._bench.records.database.reading() as session:
            person = await session.get_one(Person, row.person_id)
        return await self._bench.people.iin(person)


def studies_full_time(answer: object, day: date) -> bool:
    """Whether the record shows study that counts on the Almaty day ``day`` (S-r7; AC-S13, AC-S14)."""
    if not isinstance(answer, StudyRecord):
        return False
    study = Study(
        level=answer.level,
        form=answer.form,
        studies_from=answer.studies_from,
        studies_to=answer.studies_to,
        expelled_on=answer.expelled_on,
    )
    return study_counts(study, day)
