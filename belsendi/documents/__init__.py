"""Documents of a case as PDF/A: typed fields in, the same bytes out every time."""

from belsendi.documents.case_file import CaseFileItem, ElectronicCaseFile, JournalExtract
from belsendi.documents.consent import ConsentKind, ConsentReceipt
from belsendi.documents.decisions import (
    AccountMode,
    ChosenBenefit,
    DecisionAssign,
    DecisionBasis,
    DecisionRefuse,
    LaterAmount,
    TraceRow,
)
from belsendi.documents.education import EducationCertificate, EducationCertificateForm
from belsendi.documents.fields import (
    Bilingual,
    Channel,
    DocumentFields,
    DocumentKind,
    Party,
    ProductDefault,
)
from belsendi.documents.notices import AcceptanceNotice, NonAcceptanceNotice
from belsendi.documents.receipts import Receipt, ReceivedDocument
from belsendi.documents.rendering import (
    MEDIA_TYPE,
    fields_model,
    render_document,
    templates_version,
    with_number_and_date,
)
from belsendi.documents.results import (
    AdditionalDocumentNotice,
    AssignmentInformation,
    Handover,
    PowerOfAttorney,
    ResultNotice,
    Standing,
)

__all__ = [
    "MEDIA_TYPE",
    "AcceptanceNotice",
    "AccountMode",
    "AdditionalDocumentNotice",
    "AssignmentInformation",
    "Bilingual",
    "CaseFileItem",
    "Channel",
    "ChosenBenefit",
    "ConsentKind",
    "ConsentReceipt",
    "DecisionAssign",
    "DecisionBasis",
    "DecisionRefuse",
    "DocumentFields",
    "DocumentKind",
    "EducationCertificate",
    "EducationCertificateForm",
    "ElectronicCaseFile",
    "Handover",
    "JournalExtract",
    "LaterAmount",
    "NonAcceptanceNotice",
    "Party",
    "PowerOfAttorney",
    "ProductDefault",
    "Receipt",
    "ReceivedDocument",
    "ResultNotice",
    "Standing",
    "TraceRow",
    "fields_model",
    "render_document",
    "templates_version",
    "with_number_and_date",
]
