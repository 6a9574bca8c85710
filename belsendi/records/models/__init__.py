"""Tables of the records. Importing this package registers all of them on ``Base.metadata``."""

from belsendi.records.columns import Base
from belsendi.records.models.attachments import Attachment, AttachmentContent, DocumentRequest
from belsendi.records.models.casework import Case, CaseStep, Task, Wait
from belsendi.records.models.conditions import RegistryCondition
from belsendi.records.models.conversation import (
    Account,
    Consent,
    InboundMessage,
    InboundPart,
    OutboundMessage,
    OutboundPart,
    Question,
    RawReceipt,
)
from belsendi.records.models.events import FeedCursor, LifeEvent
from belsendi.records.models.evidence import (
    AccessGrant,
    CaseFileItem,
    Document,
    DocumentSignature,
    ParameterCheck,
    RegistryCall,
)
from belsendi.records.models.oversight import AuditEntry, CalendarDay, Counter, RequestKey
from belsendi.records.models.people import OptOut, Person, PhoneNumber
from belsendi.records.models.portal import CabinetPost, OwnersConsent
from belsendi.records.models.rulings import Decision, JournalEntry, PaymentOrder
from belsendi.records.models.sidework import (
    CounterVisit,
    EducationNotice,
    HomeVisit,
    InformationRequest,
    Obligation,
    ObligationYear,
)

__all__ = [
    "AccessGrant",
    "Account",
    "Attachment",
    "AttachmentContent",
    "AuditEntry",
    "Base",
    "CabinetPost",
    "CalendarDay",
    "Case",
    "CaseFileItem",
    "CaseStep",
    "Consent",
    "Counter",
    "CounterVisit",
    "Decision",
    "Document",
    "DocumentRequest",
    "DocumentSignature",
    "EducationNotice",
    "FeedCursor",
    "HomeVisit",
    "InboundMessage",
    "InboundPart",
    "InformationRequest",
    "JournalEntry",
    "LifeEvent",
    "Obligation",
    "ObligationYear",
    "OptOut",
    "OutboundMessage",
    "OutboundPart",
    "OwnersConsent",
    "ParameterCheck",
    "PaymentOrder",
    "Person",
    "PhoneNumber",
    "Question",
    "RawReceipt",
    "RegistryCall",
    "RegistryCondition",
    "RequestKey",
    "Task",
    "Wait",
]
