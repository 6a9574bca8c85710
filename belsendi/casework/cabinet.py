"""The personal cabinet of the portal: what it shows of an application that was sent through it (COM-09, B-r13, M-10).

A notice is written with the fact it tells of, a status follows the case. The portal is given both by the sweep, as
often as it takes; it keeps one of each notice and the latest status, so a repetition changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated

from sqlalchemy import and_, exists, func, not_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from belsendi.casework.bench import Bench
from belsendi.casework.standing import REQUEST_ACCEPTED, status_code, status_words
from belsendi.contracts.case import CaseOrigin
from belsendi.contracts.personal_data import IinText, PersonalData
from belsendi.contracts.states import CaseState
from belsendi.errors import BelsendiError
from belsendi.law import legal_day
from belsendi.records.cases import add_step, locked_case
from belsendi.records.columns import new_id
from belsendi.records.keystore import KeyDestroyed, Owner
from belsendi.records.models import CabinetPost, Case, Document, DocumentSignature, Person
from belsendi.records.upsert import insert_unless_there
from belsendi.registries import Inquiry
from belsendi.registries.signature import SignerRole

NOTICE, STATUS = "notice", "status"
QUEUED, SHOWN, ERASED = "queued", "shown", "erased"
CHANNEL = "portal"
_MOST = 50
_FOLLOWED_ON = timedelta(days=1)
"""How long after its end a case is still looked at; its last status is written within seconds."""
_PURPOSE = "personal cabinet"
_SEALED = frozenset({"receipt"})


@dataclass(frozen=True)
class Shown:
    """One line of the cabinet as we hold it. ``words`` is None when the case's key was destroyed."""

    id: str
    what: str
    code: str
    language: str
    words: Annotated[str | None, PersonalData("svc.message_text")] = field(repr=False)
    document_id: str | None
    document_sha256: str | None
    at: datetime
    state: str
    shown_at: datetime | None


def in_cabinet(case: Case) -> bool:
    """Whether the case came through the portal, so that its cabinet is told (B-r13; M-05, M-09, M-10)."""
    return case.channel == CHANNEL and case.origin == CaseOrigin.APPLICATION


async def language_of(session: AsyncSession, case: Case) -> str | None:
    """The language the applicant was last told in by the cabinet, None for a case it shows nothing of."""
    query = (
        select(CabinetPost.language)
        .where(CabinetPost.case_id == case.id)
        .order_by(CabinetPost.created_at.desc(), CabinetPost.id)
        .limit(1)
    )
    return (await session.execute(query)).scalar_one_or_none()


class Cabinet:
    """Writes down what the cabinet is to show, and gives it to the portal."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def notice(
        self,
        session: AsyncSession,
        case: Case,
        template: str,
        *,
        key: str,
        language: str,
        now: datetime,
        fields: dict[str, object],
        document: Document | None = None,
    ) -> None:
        """A message of the catalogue for the cabinet, once per key; ``document`` is offered with it."""
        words = self._bench.speaker.catalogue.render(template, language, **fields).text
        await self._post(session, case, NOTICE, template, key, language, words, now, document)

    async def status(self, session: AsyncSession, case: Case, language: str, now: datetime) -> None:
        """The case's present status in the words that 1414 says too (AC-C09)."""
        code = status_code(case)
        words = status_words(self._bench.speaker.catalogue, case)
        told = select(func.count()).where(CabinetPost.case_id == case.id, CabinetPost.what == STATUS)
        serial = (await session.execute(told)).scalar_one() + 1
        key = f"status:{serial}"
        await self._post(session, case, STATUS, code, key, language, getattr(words, language), now)

    async def sent(
        self,
        session: AsyncSession,
        case: Case,
        language: str,
        receipt: Document,
        receipt_no: str,
        now: datetime,
    ) -> None:
        """An application was sent through the portal: M-10, its status, and the electronic receipt (M-09)."""
        day = legal_day(now)
        for template, number, document in (("M-10", case.reference, None), ("M-09", receipt_no, receipt)):
            await self.notice(
                session,
                case,
                template,
                key=f"{receipt.id}:{template}",
                language=language,
                now=now,
                fields={"reg": number, "d": day},
                document=document,
            )
        await self.status(session, case, language, now)

    async def follow(self, now: datetime) -> int:
        """Writes the status of every case down whose cabinet still shows another one. Returns how many."""
        newest = (
            select(CabinetPost.code)
            .where(CabinetPost.case_id == Case.id, CabinetPost.what == STATUS)
            .order_by(CabinetPost.created_at.desc(), CabinetPost.id)
            .limit(1)
            .correlate(Case)
            .scalar_subquery()
        )
        known = exists().where(CabinetPost.case_id == Case.id)
        untouched = and_(
            newest == REQUEST_ACCEPTED, Case.state == CaseState.IDENTIFIED, Case.outcome.is_(None)
        )
        ended_long_ago = Case.closed_at < now - _FOLLOWED_ON
        behind = (
            select(Case.id, newest)
            .where(
                or_(Case.closed_at.is_(None), not_(ended_long_ago)),
                known,
                newest != func.coalesce(Case.outcome, Case.state),
                not_(untouched),
            )
            .order_by(Case.updated_at)
        )
        async with self._bench.records.database.reading() as session:
            rows = (await session.execute(behind.limit(_MOST))).all()
        written = 0
        for case_id, shown in rows:
            async with self._bench.records.database.writing() as session:
                case = await locked_case(session, case_id)
                latest = (
                    select(CabinetPost.code)
                    .where(CabinetPost.case_id == case_id, CabinetPost.what == STATUS)
                    .order_by(CabinetPost.created_at.desc(), CabinetPost.id)
                    .limit(1)
                )
                if status_code(case) == shown or (await session.execute(latest)).scalar_one() != shown:
                    continue
                at = now + timedelta(seconds=case.clock_shift_seconds)
                await self.status(session, case, await language_of(session, case) or "kk", at)
                written += 1
        return written

    async def send_due(self, now: datetime) -> int:
        """Gives the portal what it has not taken yet, oldest first. Returns how many it took."""
        query = (
            select(CabinetPost.id)
            .where(CabinetPost.state == QUEUED, CabinetPost.not_before <= now)
            .order_by(CabinetPost.created_at, CabinetPost.id)
            .limit(_MOST)
        )
        async with self._bench.records.database.reading() as session:
            ids = list((await session.execute(query)).scalars())
        return sum([await self._send(post_id, now) for post_id in ids])

    async def of_case(self, case_id: str) -> list[Shown]:
        """Everything the cabinet shows, or is about to show, of a case; oldest first."""
        query = (
            select(CabinetPost, Document.sha256)
            .outerjoin(Document, Document.id == CabinetPost.document_id)
            .where(CabinetPost.case_id == case_id)
            .order_by(CabinetPost.created_at, CabinetPost.id)
        )
        async with self._bench.records.database.reading() as session:
            rows = (await session.execute(query)).all()
        return [
            Shown(
                id=post.id,
                what=post.what,
                code=post.code,
                language=post.language,
                words=await self._words(post),
                document_id=post.document_id,
                document_sha256=sha256,
                at=post.created_at,
                state=post.state,
                shown_at=post.shown_at,
            )
            for post, sha256 in rows
        ]

    async def _post(
        self,
        session: AsyncSession,
        case: Case,
        what: str,
        code: str,
        key: str,
        language: str,
        words: str,
        now: datetime,
        document: Document | None = None,
    ) -> None:
        post_id = new_id()
        values = {
            "id": post_id,
            "case_id": case.id,
            "key": key,
            "what": what,
            "code": code,
            "language": language,
            "words": await self._bench.records.vault.seal(Owner.CASE, case.id, words, _place(post_id), now),
            "document_id": document.id if document is not None else None,
            "created_at": now,
            "attempts": 0,
            "not_before": now - timedelta(seconds=case.clock_shift_seconds),
            "state": QUEUED,
        }
        await insert_unless_there(session, CabinetPost, values)

    async def _send(self, post_id: str, now: datetime) -> bool:
        """One attempt; the portal is asked outside any transaction."""
        bench = self._bench
        async with bench.records.database.reading() as session:
            post = await session.get_one(CabinetPost, post_id)
            case = await session.get_one(Case, post.case_id)
            person = await session.get_one(Person, case.recipient_id)
            document = await session.get(Document, post.document_id) if post.document_id else None
        words = await self._words(post)
        if words is None:
            return await self._settle(post_id, ERASED, now)
        try:
            if document is not None and document.kind in _SEALED:
                await self._seal(document, now)
            await self._put(post, case, await bench.people.iin(person), words, document, now)
        except BelsendiError as error:
            async with bench.records.database.writing() as session:
                waiting = await session.get_one(CabinetPost, post_id, with_for_update=True)
                waiting.attempts += 1
                waiting.last_problem = type(error).__name__
                waiting.not_before = now + bench.profile.defaults.gateway_retry.delay(waiting.attempts)
            return False
        return await self._settle(post_id, SHOWN, now)

    async def _put(
        self,
        post: CabinetPost,
        case: Case,
        iin: IinText,
        words: str,
        document: Document | None,
        now: datetime,
    ) -> None:
        # Asked at the moment of the attempt: a portal that was left alone is tried again by the clock, not by the age
        # of the post, which never grows past the pause.
        portal, inquiry = self._bench.registries.portal, Inquiry(purpose=_PURPOSE, asked_at=now)
        if post.what == STATUS:
            await portal.put_status(
                iin=iin,
                case_reference=case.reference,
                benefit=case.service,
                status=words,
                at=post.created_at,
                inquiry=inquiry,
            )
            return
        await portal.put_notice(
            notice_id=post.id,
            iin=iin,
            case_reference=case.reference,
            message=post.code,
            language=post.language,
            text=words,
            document_sha256=document.sha256 if document is not None else None,
            at=post.created_at,
            inquiry=inquiry,
        )

    async def _settle(self, post_id: str, state: str, now: datetime) -> bool:
        """Keeps that the portal has it, and writes the line of the case's timeline, both once."""
        async with self._bench.records.database.writing() as session:
            post = await session.get_one(CabinetPost, post_id, with_for_update=True)
            if post.state != QUEUED:
                return False
            case = await locked_case(session, post.case_id)
            at = now + timedelta(seconds=case.clock_shift_seconds)
            post.state, post.shown_at, post.last_problem = state, at, None
            post.attempts += 1
            if state == SHOWN:
                await add_step(
                    session,
                    case,
                    key=f"cabinet:{post.id}",
                    kind="CABINET_STATUS" if post.what == STATUS else "CABINET_NOTICE",
                    at=at,
                    actor="system",
                    rules=["COM-09"],
                    facts={"status": post.code} if post.what == STATUS else {"message": post.code},
                )
        return state == SHOWN

    async def _seal(self, document: Document, now: datetime) -> None:
        """The authorised body's seal on an electronic receipt, before it is offered (B-r12)."""
        evidence = self._bench.evidence
        sealed = select(DocumentSignature.id).where(DocumentSignature.document_id == document.id)
        async with self._bench.records.database.reading() as session:
            if (await session.execute(sealed)).first() is not None:
                return
        signature = await self._bench.signer.sign(
            await evidence.content(document), SignerRole.AUTHORISED_BODY, at=now
        )
        async with self._bench.records.database.writing() as session:
            row = await session.get_one(Document, document.id, with_for_update=True)
            if (await session.execute(sealed)).first() is None:
                await evidence.keep_signature(session, row, signature, signed_by="system", effective=True)

    async def _words(self, post: CabinetPost) -> str | None:
        try:
            return await self._bench.records.vault.open(post.words, _place(post.id))
        except KeyDestroyed:
            return None


def _place(post_id: str) -> str:
    return f"cabinet_posts.words/{post_id}"
