"""``/v1/cases/{case}/documents``: documents that a person brought to another door, and what became of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import or_, select

from api.callers import ServiceAccount
from api.context import ApiContext, context_of
from api.problems import FieldProblem, Kind, ProblemFound, field_problems
from api.uploads import FORM_TYPE, Upload, UploadMalformed, UploadTooLarge, is_form, read_upload
from api.v1.bodies import too_large
from api.v1.cases import ACCOUNT, CaseName
from api.v1.described import BY_SERVICE_ACCOUNT, found_problems
from belsendi.attachments.brought import Brought, Details, IntakeChannel
from belsendi.attachments.kinds import UnknownKind
from belsendi.attachments.proof import Certification, Language, Provenance, Shortcoming
from belsendi.attachments.refusals import FileRefused, Refusal
from belsendi.attachments.states import ProofState, ScanState
from belsendi.contracts.personal_data import PersonalData
from belsendi.errors import NotFound
from belsendi.records.models import Attachment, Case

router = APIRouter(prefix="/v1/cases", tags=["documents"], dependencies=[Depends(ServiceAccount())])


def _with_file(schema: dict[str, Any]) -> None:
    schema["properties"]["file"] = {"type": "string", "format": "binary"}
    schema["required"] = [*schema["required"], "file"]


class DocumentForm(BaseModel):
    """The fields of the form beside its `file` (PDF, JPEG or PNG, told by its bytes).

    `kind` is a datum of the service's catalogue entry, `power_of_attorney` or `other`. A document made abroad
    counts as proof only with its certification and translation.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, json_schema_extra=_with_file
    )

    kind: str = Field(pattern="^[a-z_]{1,48}$", examples=["death_record"])
    from_abroad: bool = False
    certification: Certification = Certification.NONE
    language: Language = Language.KAZAKH
    translation_notarised: bool = False
    original_shown: bool = False
    issued_by: Annotated[str, PersonalData("svc.case_document")] = Field("", max_length=200, repr=False)
    issued_on: Annotated[date | None, PersonalData("svc.case_document")] = Field(None, repr=False)
    number: Annotated[str, PersonalData("svc.case_document")] = Field("", max_length=200, repr=False)
    request: str | None = Field(
        None, pattern="^[0-9a-f]{32}$", description="the request for documents that this one answers"
    )

    def brought(self) -> Brought:
        """Raises ValidationError for details that do not have their form."""
        said = self.model_dump()
        return Brought(
            kind=self.kind,
            provenance=Provenance(**{name: said[name] for name in Provenance.model_fields}),
            details=Details(**{name: said[name] for name in Details.model_fields}),
            request_id=self.request,
        )


class DocumentBody(BaseModel):
    """A brought document in codes. ``scan`` not_scanned: nobody opens it before a supervisor's release."""

    id: str = Field(pattern="^[0-9a-f]{32}$")
    case: str = Field(pattern="^[0-9a-f]{32}$")
    kind: str
    media_type: str
    size: int
    pages: int
    state: ProofState
    shortcomings: list[Shortcoming]
    scan: ScanState
    received_at: datetime


class DocumentList(BaseModel):
    """The documents of a case, oldest first."""

    documents: list[DocumentBody]


_FORM_SCHEMA = {"$ref": "#/components/schemas/DocumentForm"}


@router.post(
    "/{case_id}/documents",
    status_code=201,
    response_model=DocumentBody,
    responses={
        200: {"model": DocumentBody, "description": "The same document again: nothing new"},
        201: {"description": "The document, stored"},
        **found_problems(Kind.BAD_REQUEST, Kind.TOO_LARGE, Kind.MEDIA),
    },
    openapi_extra={
        **BY_SERVICE_ACCOUNT,
        "requestBody": {"required": True, "content": {FORM_TYPE: {"schema": _FORM_SCHEMA}}},
    },
)
async def post_document(request: Request, response: Response, case_id: CaseName) -> DocumentBody:
    """Takes a document into a case: looked through, scanned, sealed, and a task for a caseworker.

    The same bytes with the same description are the same document. A refused file is named by the code in
    `errors`; nothing of it is stored.
    """
    context = context_of(request)
    case = await case_named(context, case_id)
    if not is_form(request):
        raise ProblemFound(Kind.MEDIA, f"send the document as {FORM_TYPE}")
    upload = await _upload(request, context.settings.attachment_limit_bytes)
    brought, content = _read(upload)
    try:
        taken = await context.attachments.intake.take(
            case.id, brought, content, by=ACCOUNT, channel=IntakeChannel.SERVICE, now=context.clock()
        )
    except UnknownKind as error:
        raise _wrong("/kind", "unknown_kind", str(error)) from error
    except FileRefused as error:
        if error.code is Refusal.TOO_LARGE:
            raise too_large(context.settings.attachment_limit_bytes, "a document has") from error
        raise _wrong("/file", error.code.value, str(error)) from error
    if not taken.new:
        response.status_code = 200
    return _body(taken.row)


@router.get(
    "/{case_id}/documents",
    openapi_extra=BY_SERVICE_ACCOUNT,
    responses=found_problems(),
)
async def list_documents(request: Request, case_id: CaseName) -> DocumentList:
    """The documents that were brought to a case, in codes; their bytes are for officers."""
    context = context_of(request)
    case = await case_named(context, case_id)
    listed = await context.attachments.custody.listed(case.id)
    return DocumentList(documents=[_body(view.row) for view in listed])


async def case_named(context: ApiContext, name: str) -> Case:
    """The case with this id or reference. Raises NotFound."""
    async with context.bench.records.database.reading() as session:
        query = select(Case).where(or_(Case.id == name, Case.reference == name.upper()))
        case = (await session.execute(query)).scalar_one_or_none()
    if case is None:
        raise NotFound("there is no such case in the records")
    return case


async def _upload(request: Request, most_bytes: int) -> Upload:
    try:
        return await read_upload(request, most_bytes)
    except UploadTooLarge as error:
        raise too_large(most_bytes, "a document has") from error
    except UploadMalformed as error:
        raise ProblemFound(Kind.BAD_REQUEST, str(error)) from error


def _read(upload: Upload) -> tuple[Brought, bytes]:
    """The description and the bytes. Raises ProblemFound (422) naming the fields that are wrong."""
    try:
        fields = {name: values[0] if len(values) == 1 else values for name, values in upload.fields.items()}
        brought = DocumentForm.model_validate(fields).brought()
    except ValidationError as error:
        found = field_problems(error.errors())
        raise ProblemFound(Kind.INVALID, "correct the fields that are named", errors=found) from error
    if upload.content is None:
        raise _wrong("/file", "missing", "send the document in the field 'file'")
    return brought, upload.content


def _wrong(pointer: str, code: str, detail: str) -> ProblemFound:
    return ProblemFound(
        Kind.INVALID, detail, errors=[FieldProblem(pointer=pointer, code=code, detail=detail)]
    )


def _body(row: Attachment) -> DocumentBody:
    return DocumentBody(
        id=row.id,
        case=row.case_id,
        kind=row.kind,
        media_type=row.media_type,
        size=row.size,
        pages=row.pages,
        state=ProofState(row.state),
        shortcomings=[Shortcoming(code) for code in row.shortcomings],
        scan=ScanState(row.scan),
        received_at=row.received_at,
    )
