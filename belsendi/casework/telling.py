"""Telling the citizen what happened to the case, on the channels the case goes by."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from belsendi.casework.acts import Act, message_for
from belsendi.casework.bench import Bench
from belsendi.casework.cabinet import Cabinet, in_cabinet, language_of
from belsendi.records.models import Case, Document, PhoneNumber


async def tell(
    bench: Bench,
    act: Act,
    purpose: str,
    *,
    key: str | None = None,
    document: Document | None = None,
    **fields: object,
) -> None:
    """Sends the service's message for ``purpose`` once per key: by SMS to the recipient's own number, and into the
    personal cabinet of a case that came through the portal, with the ``document`` that says the same.

    A case with neither is told at its counter: a call sends nothing then.
    """
    await tell_case(
        bench,
        act.session,
        act.case,
        message_for(act.case, purpose),
        key=key or f"{act.case.id}:{purpose}",
        now=act.now,
        document=document,
        **fields,
    )


async def tell_case(
    bench: Bench,
    session: AsyncSession,
    case: Case,
    template: str,
    *,
    key: str,
    now: datetime,
    document: Document | None = None,
    **fields: object,
) -> None:
    """The same for a message that is named, in the unit of work of the fact it reports."""
    if in_cabinet(case):
        language = await spoken_language(bench, session, case)
        await Cabinet(bench).notice(
            session, case, template, key=key, language=language, now=now, fields=fields, document=document
        )
    if case.number_id is not None:
        number = await session.get_one(PhoneNumber, case.number_id)
        await bench.speaker.say(session, number, template, key=key, now=now, case_id=case.id, fields=fields)


async def spoken_language(bench: Bench, session: AsyncSession, case: Case) -> str:
    """The language this case speaks to its recipient: of the number, else of the cabinet, else of first messages."""
    if case.number_id is not None:
        return (await session.get_one(PhoneNumber, case.number_id)).language
    return await language_of(session, case) or bench.profile.defaults.default_language


def reachable(case: Case) -> bool:
    """Whether the recipient hears of the case by itself, without coming to a counter."""
    return case.number_id is not None or in_cabinet(case)
