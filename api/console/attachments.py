"""Brought documents at the officer's desk: taken in, looked at as a file, released, judged, asked for."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from api.console.acts import officers, problem_of
from api.console.certificate_form import read_certificate, returned, show_certificate
from api.console.context import context_of
from api.console.guard import ConsoleRoute, Guard, SentForm, Visit, read_form
from api.console.intake_form import Typed, Wrong
from api.console.pages import Viewer, show_case
from api.console.rendering import HEADERS
from api.uploads import is_form, read_upload
from belsendi.attachments.brought import Brought, Details, IntakeChannel
from belsendi.attachments.kinds import UnknownKind
from belsendi.attachments.proof import Provenance
from belsendi.attachments.refusals import FileRefused
from belsendi.attachments.sniffing import FileFormat
from belsendi.attachments.states import JudgedTooLate, NothingToRelease, NotOpenable, NotProof, ScanState
from belsendi.casework.access import Permission
from belsendi.casework.certificates import CertificateReturned, check_certificate_of_case
from belsendi.casework.demands import DemandRefused
from belsendi.casework.digital_documents import NotAtTheDesk, digital_documents
from belsendi.casework.identity import identity_of
from belsendi.casework.officers import ActRefused, ReasonRefused
from belsendi.casework.programmes.yearly import STUDY_CERTIFICATE
from belsendi.errors import Conflict, InvalidInput, OutsideSystemError
from belsendi.law import legal_day
from belsendi.records.keystore import KeyDestroyed
from belsendi.records.models import Attachment

router = APIRouter(prefix="/console", route_class=ConsoleRoute, include_in_schema=False)
_CHECKED = "yes"


class UploadGuard(Guard):
    """As Guard, for a form with one file."""

    async def read(self, request: Request) -> SentForm:
        if not is_form(request):
            return await read_form(request)
        upload = await read_upload(request, context_of(request).settings.attachment_limit_bytes)
        return SentForm(upload.fields, upload.content)


Desk = Annotated[Visit, Depends(Guard(Permission.HANDLE_DOCUMENTS))]
Head = Annotated[Visit, Depends(Guard(Permission.RELEASE_DOCUMENT))]


@router.post("/cases/{case_id}/attachments")
async def bring(
    visit: Annotated[Visit, Depends(UploadGuard(Permission.HANDLE_DOCUMENTS))], case_id: str
) -> Response:
    """A document handed to the officer (COM-06)."""
    if not visit.file:
        return await show_case(visit, case_id, problem="attachment_refused.EMPTY", status=422)
    intake = visit.context.attachments.intake
    try:
        brought = Brought(kind=visit.field("kind"), provenance=_provenance(visit), details=_details(visit))
        taken = await intake.take(
            case_id,
            brought,
            visit.file,
            by=visit.account_id,
            channel=IntakeChannel.CONSOLE,
            now=visit.context.clock(),
        )
    except (InvalidInput, ValidationError) as error:
        return await _problem(visit, case_id, error)
    return _back(case_id, "document_taken" if taken.new else "document_known")


@router.get("/attachments/{attachment_id}")
async def download(visit: Viewer, attachment_id: str) -> Response:
    """The stored bytes as a file to keep: never shown within our own pages, each time an entry of the audit."""
    custody = visit.context.attachments.custody
    try:
        opened = await custody.open(attachment_id, visit.account_id, visit.context.clock())
    except NotOpenable as error:
        case_id = (await custody.row(attachment_id)).case_id
        return await _problem(visit, case_id, error)
    except KeyDestroyed as error:
        raise Conflict("the document was erased with its case") from error
    known = FileFormat(opened.row.media_type)
    name = f"{opened.row.kind}-{opened.row.id[:8]}.{known.extension}"
    return Response(
        opened.content,
        media_type=known.value,
        headers={
            **HEADERS,
            "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; sandbox",
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cross-Origin-Resource-Policy": "same-origin",
        },
    )


@router.post("/attachments/{attachment_id}/judge")
async def judge(visit: Desk, attachment_id: str) -> Response:
    """Accepts a document as proof or not; the law's own conditions no officer can waive (COM-20, COM-21)."""
    custody, now = visit.context.attachments.custody, visit.context.clock()
    row = await custody.row(attachment_id)
    case_id = row.case_id
    try:
        provenance = _provenance(visit)
        if visit.field("verdict") == "accept":
            if row.kind == STUDY_CERTIFICATE and (page := await _certificate(visit, row)) is not None:
                return page
            await custody.accept(attachment_id, provenance, visit.account_id, now)
            return _back(case_id, "document_accepted")
        await custody.refuse(
            attachment_id,
            provenance,
            visit.field("shortcoming"),
            visit.field("reason"),
            visit.account_id,
            now,
        )
    except (InvalidInput, Conflict, ValidationError) as error:
        return await _problem(visit, case_id, error)
    return _back(case_id, "document_not_accepted")


@router.post("/attachments/{attachment_id}/release")
async def release(visit: Head, attachment_id: str) -> Response:
    """Lets a document be opened that no scanner has seen."""
    custody = visit.context.attachments.custody
    case_id = (await custody.row(attachment_id)).case_id
    try:
        await custody.release(attachment_id, visit.account_id, visit.field("reason"), visit.context.clock())
    except (InvalidInput, Conflict) as error:
        return await _problem(visit, case_id, error)
    except KeyDestroyed as error:
        raise Conflict("the document was erased with its case") from error
    return _back(case_id, "document_released")


@router.post("/cases/{case_id}/document-requests")
async def ask(visit: Desk, case_id: str) -> Response:
    """Asks the citizen for named documents, with the term's one extension if the officer says so (T-10)."""
    try:
        await officers(visit).ask_documents(
            case_id,
            visit.account_id,
            visit.form.get("kind", []),
            visit.field("extend") == _CHECKED,
            visit.field("reason"),
            visit.context.clock(),
        )
    except (InvalidInput, Conflict, OutsideSystemError) as error:
        return await _problem(visit, case_id, error)
    return _back(case_id, "documents_asked")


@router.post("/cases/{case_id}/digital-documents")
async def ask_owner(visit: Desk, case_id: str) -> Response:
    """Has the portal ask the owner to open a digital document (COM-10)."""
    documents = digital_documents(visit.context.bench)
    try:
        await documents.ask(case_id, visit.field("kind"), actor=visit.account_id, now=visit.context.clock())
    except NotAtTheDesk:
        return await show_case(visit, case_id, problem="problem.NOT_IN_CASEWORK", status=409)
    except (InvalidInput, Conflict) as error:
        return await _problem(visit, case_id, error)
    return _back(case_id, "owner_asked")


async def _certificate(visit: Visit, row: Attachment) -> Response | None:
    """The page that asks for the fields of a study certificate, or says why it goes back (AC-S17); None once it is
    whole and of one of the family."""
    entered = visit.field("certificate") == _CHECKED
    typed, context = Typed(visit.form if entered else {}), visit.context
    wrong: list[Wrong] = []
    if entered:
        certificate = read_certificate(typed)
        if isinstance(certificate, list):
            wrong = certificate
        else:
            identity = await identity_of(context.bench, row.case_id)
            try:
                check_certificate_of_case(certificate, identity, legal_day(context.clock()))
                return None
            except CertificateReturned as error:
                wrong = returned(certificate, error)
    said = {name: visit.field(name) for name in Provenance.model_fields if visit.field(name)}
    return show_certificate(
        visit,
        action=f"/console/attachments/{row.id}/judge",
        back=f"/console/cases/{row.case_id}",
        typed=typed,
        wrong=wrong,
        hidden={**said, "verdict": "accept", "certificate": _CHECKED},
        page_path=f"/console/cases/{row.case_id}",
    )


def _provenance(visit: Visit) -> Provenance:
    return Provenance.model_validate(
        {
            "from_abroad": visit.field("from_abroad") == _CHECKED,
            "certification": visit.field("certification") or "NONE",
            "language": visit.field("language") or "kk",
            "translation_notarised": visit.field("translation_notarised") == _CHECKED,
            "original_shown": visit.field("original_shown") == _CHECKED,
        }
    )


def _details(visit: Visit) -> Details:
    return Details.model_validate(
        {
            "issued_by": visit.field("issued_by"),
            "issued_on": visit.field("issued_on") or None,
            "number": visit.field("number"),
        }
    )


async def _problem(visit: Visit, case_id: str, error: Exception) -> Response:
    problem, status = document_problem(error)
    return await show_case(visit, case_id, problem=problem, status=status)


def document_problem(error: Exception) -> tuple[str, int]:
    """The key of the words for what went wrong, and the status of the page that says them."""
    if isinstance(error, FileRefused):
        return f"attachment_refused.{error.code}", 422
    if isinstance(error, NotProof):
        return f"problem.proof.{error.shortcomings[0]}", 409
    if isinstance(error, NotOpenable):
        shut = "not_scanned" if error.scan is ScanState.NOT_SCANNED else "infected"
        return f"problem.document_{shut}", 409
    if isinstance(error, NothingToRelease):
        return "problem.document_released", 409
    if isinstance(error, JudgedTooLate):
        return "problem.document_late", 409
    if isinstance(error, DemandRefused):
        return "problem.document_obtainable", 422
    if isinstance(error, UnknownKind):
        return "problem.document_kind", 422
    if isinstance(error, ReasonRefused | ActRefused | OutsideSystemError):
        return problem_of(error)
    return ("problem.conflict", 409) if isinstance(error, Conflict) else ("problem.invalid", 422)


def _back(case_id: str, done: str) -> Response:
    return RedirectResponse(f"/console/cases/{case_id}?done={done}", 303, headers=HEADERS)
