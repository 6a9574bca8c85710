"""Speaking to a citizen: a rendered message goes into the outbox with the fact it reports."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from belsendi.casework.calendar_book import CalendarBook
from belsendi.casework.profile import LegalProfile
from belsendi.contracts.states import CaseState, Outcome
from belsendi.dialogue import MessageCatalogue
from belsendi.law import legal_day, next_send_window
from belsendi.records.models import Case, PhoneNumber, Question
from belsendi.records.outbox import OutboundDraft, Outbox, question_key
from belsendi.records.people import People


class Speaker:
    """Renders in the number's language and queues. Optional messages wait for the daytime window (SIL-23)."""

    def __init__(
        self,
        outbox: Outbox,
        people: People,
        catalogue: MessageCatalogue,
        calendar: CalendarBook,
        profile: LegalProfile,
    ) -> None:
        self._outbox = outbox
        self._people = people
        self.catalogue = catalogue
        self._calendar = calendar
        self._profile = profile

    async def say(
        self,
        session: AsyncSession,
        number: PhoneNumber,
        template: str,
        *,
        key: str,
        now: datetime,
        case_id: str | None = None,
        fields: dict[str, Any] | None = None,
        expires_at: datetime | None = None,
        despite_stop: bool = False,
        asked_for: bool = False,
    ) -> str | None:
        """Queues one message for one fact (``key``). Returns its id, or None when STOP forbids it.

        STOP holds back what is optional, never what the law demands or what the citizen asked for (SIL-07).
        What is ``asked_for`` goes at any hour.
        """
        message = self.catalogue.render(template, number.language, **(fields or {}))
        not_before = now
        if message.message_class == "optional":
            if not despite_stop and await self._people.opted_out(
                session, number_id=number.id, person_id=None
            ):
                return None
            if not asked_for:
                window = self._profile.defaults.sms_window
                not_before = next_send_window(now, window, await self._calendar.calendar(session))
        draft = OutboundDraft(
            key=key,
            number_id=number.id,
            template=message.template_id,
            template_version=message.version,
            language=message.language,
            text=message.text,
            parts=message.parts.parts,
            encoding=message.parts.encoding,
            message_class=message.message_class,
            not_before=not_before,
            case_id=case_id,
            expires_at=expires_at,
        )
        return await self._outbox.queue(session, draft, now)

    async def tell_standing(
        self, session: AsyncSession, number: PhoneNumber, case: Case, *, key: str, now: datetime
    ) -> None:
        """STATUS-OPEN or STATUS-CLOSED: where a case stands and until when, or how and when it ended."""
        words, language = self.catalogue, number.language
        fields: dict[str, Any] = {"service": words.service_name(case.service, language)}
        if case.outcome is not None:
            template = "STATUS-CLOSED"
            fields |= {
                "outcome": words.outcome_words(Outcome(case.outcome), language),
                "d": legal_day(case.closed_at or now),
            }
        else:
            template = "STATUS-OPEN-ND" if case.due_at is None else "STATUS-OPEN"
            fields["state"] = words.state_words(CaseState(case.state), language)
            if case.due_at is not None:
                fields["due"] = legal_day(case.due_at)
        await self.say(session, number, template, key=key, now=now, case_id=case.id, fields=fields)

    async def put(
        self, session: AsyncSession, number: PhoneNumber, question: Question, now: datetime
    ) -> None:
        """Sends the words of a question that is open now, and ties the message to the question.

        An offer nobody asked for is not sent when STOP came while it stood in line (SIL-07); its case hears all
        the same that it is open, and lapses.
        """
        case = await session.get_one(Case, question.case_id)
        unasked = case.initiative == "provider" and self._is_optional(question.template)
        if unasked and await self._people.opted_out(
            session, number_id=number.id, person_id=case.recipient_id
        ):
            return
        question.message_id = await self.say(
            session,
            number,
            question.template,
            key=question_key(question.id),
            now=now,
            case_id=question.case_id,
            fields=question.fields,
            despite_stop=True,
            asked_for=case.initiative == "citizen",
        )
        await session.flush()

    def _is_optional(self, template: str) -> bool:
        return self.catalogue.entry(template).message_class == "optional"
