"""One complete set of fields for every kind of document. Names and numbers are made up."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from belsendi.documents import DocumentKind
from belsendi.law import Trace, TraceStep

REGISTERED = datetime(2025, 3, 11, 5, 5, 7, tzinfo=UTC)
RECIPIENT = {"name": "Сынақова Айгүл Сынаққызы", "number": "850101400121"}
DECEASED = {"name": "Сынақов Серік", "number": "400101300129"}


def words(kk: str, ru: str) -> dict[str, str]:
    return {"kk": kk, "ru": ru}


COMMON: dict[str, Any] = {
    "case_reference": "case-7f3a",
    "provider": words("Аумақтық орган", "Территориальный орган"),
    "service": "BUR",
    "issued_at": REGISTERED,
    "demonstration": False,
}
REGISTRATION: dict[str, Any] = {"registration_no": "BUR-2025-000017", "registered_at": REGISTERED}
DECISION: dict[str, Any] = (
    COMMON
    | REGISTRATION
    | {
        "decision_no": "D-2025-000017",
        "decision_date": date(2025, 3, 12),
        "revision": 1,
        "recipient": RECIPIENT,
        "recipient_type": "natural_person",
        "subject": DECEASED,
        "legal_day": date(2025, 2, 10),
        "basis": {
            "legal_date": date(2025, 3, 11),
            "knowledge_date": date(2025, 3, 12),
            "law_version": "a1" * 32,
            "parameter_hash": "b2" * 32,
            "checks": {f"CK{n}": "PASS" for n in range(1, 6)},
            "trace": [
                Trace([TraceStep("CK5", "B-r13(5)", "PASS", {"last_day": "review"}, "SIL-26")]).as_json()[0]
            ],
        },
    }
)
SAMPLES: dict[DocumentKind, dict[str, Any]] = {
    DocumentKind.ACCEPTANCE_NOTICE: COMMON
    | REGISTRATION
    | {
        "applicant": RECIPIENT,
        "recipient_type": "natural_person",
        "due_on": date(2025, 3, 12),
        "channel": "mobile",
    },
    DocumentKind.NON_ACCEPTANCE_NOTICE: COMMON
    | REGISTRATION
    | {
        "applicant": RECIPIENT,
        "recipient_type": "natural_person",
        "channel": "mobile",
        "failed": ["CK2", "CK5"],
        "first_cause": words("төлем тағайындалған", "выплата уже назначена"),
    },
    DocumentKind.DECISION_ASSIGN: DECISION
    | {
        "record_no": "КС-0012345",
        "account": "KZ86125KZT5004100100",
        "account_mode": "confirmed",
        "amount": Decimal("137620.00"),
        "amount_explanation": words("35 × 3 932 теңге", "35 × 3 932 тенге"),
    },
    DocumentKind.DECISION_REFUSE: DECISION
    | {
        "grounds": ["G1"],
        "detail": words("тегі сәйкес келмейді", "не совпадает фамилия"),
    },
    DocumentKind.ELECTRONIC_CASE_FILE: COMMON
    | {
        "file_id": "EIM-17",
        "revision": 1,
        "registration_no": "BUR-2025-000017",
        "recipient": RECIPIENT,
        "recipient_type": "natural_person",
        "items": [
            {
                "datum": "death_record",
                "system": '"АХАЖ" (азаматтардың хал актілерін жазу) АЖ',
                "asked_at": REGISTERED,
                "status": status,
            }
            for status in ("PRESENT", "ABSENT", "INCORRECT", "UNREACHABLE")
        ],
    },
    DocumentKind.JOURNAL_EXTRACT: COMMON
    | REGISTRATION
    | {
        "applicant": RECIPIENT,
        "recipient_type": "natural_person",
        "channel": "mobile",
        "consent_reference": "consent-5c",
        "registered_automatically": True,
        "check_result": "failed",
        "check_failures": ["CK3"],
        "non_acceptance_notice_reference": "doc-9",
        "outcome": "NOT_ACCEPTED",
    },
    DocumentKind.CONSENT_RECEIPT: COMMON
    | {
        "consent_reference": "consent-5c",
        "consents": ["CNS-P", "CNS-D"],
        "operator_name": words("Аумақтық орган", "Территориальный орган"),
        "operator_bin": "000000000000",
        "subject_name": RECIPIENT["name"],
        "validity": words("төлем тағайындалғанға дейін", "до назначения выплаты"),
        "third_parties": words("берілмейді", "не передаются"),
        "cross_border": words("жоқ", "нет"),
        "public_sources": words("таратылмайды", "не распространяются"),
        "data_collected": [words("тегі, аты", "фамилия, имя"), words("ЖСН", "ИИН")],
        "other_information": words("жоқ", "нет"),
        "message_template": "M-01-BUR",
        "template_version": "sha256:0a1b",
        "language": "kk",
        "message_text": "1 – қызметке, деректерге келісім, шот *0100; 0 – жоқ",
        "message_ids": ["out-1", "out-2"],
        "reply_id": "sms:main:77",
        "reply_words": "Иә!",
        "replied_at": REGISTERED,
        "mobile_number": "+77010000001",
    },
    DocumentKind.RESULT_NOTICE: COMMON
    | REGISTRATION
    | {
        "service": "SUR",
        "recipient": RECIPIENT,
        "recipient_type": "natural_person",
        "channel": "state_corporation",
        "outcome": "REFUSE",
        "decision_no": "D-2025-000018",
        "decision_date": date(2025, 3, 12),
        "grounds": ["G1", "G2"],
        "detail": words("оқу мерзімі өткен", "срок обучения истёк"),
        "handover": {
            "receiver": {"name": "Өкілов Асан", "number": "700101300128"},
            "identity_document": "жеке куәлік № 000000001",
            "receipt_no": "SUR-2025-000002",
            "handed_on": date(2025, 3, 13),
            "power_of_attorney": {
                "number": "77-1",
                "issued_on": date(2025, 3, 1),
                "notary": "нотариус, Сынақ қаласы",
            },
        },
    },
    DocumentKind.ADDITIONAL_DOCUMENT_NOTICE: COMMON
    | REGISTRATION
    | {
        "service": "SUR",
        "applicant": RECIPIENT,
        "documents": [words("туу туралы куәлік", "свидетельство о рождении")],
        "former_due_on": date(2025, 3, 20),
        "due_on": date(2025, 3, 31),
    },
    DocumentKind.ASSIGNMENT_INFORMATION: COMMON
    | {
        "service": "DIS",
        "person": RECIPIENT,
        "request_no": "INF-2025-000001",
        "asked_at": REGISTERED,
        "standings": [
            {
                "service_name": words("мүгедектік бойынша жәрдемақы", "пособие по инвалидности"),
                "state": words("шешім қабылданды", "решение принято"),
                "registration_no": "DIS-2025-000003",
                "due_on": date(2025, 3, 20),
                "outcome": "ASSIGN",
                "decision_no": "2025-DIS-000001",
                "decision_date": date(2025, 3, 18),
                "benefit_start": date(2025, 1, 9),
            },
            {
                "service_name": words("жерлеуге арналған төлем", "выплата на погребение"),
                "state": words("келісім күтілуде", "ожидается согласие"),
            },
        ],
    },
    DocumentKind.RECEIPT: COMMON
    | {
        "service": "DIS",
        "form": "paper",
        "applicant": RECIPIENT,
        "recipient_type": "natural_person",
        "representative": {"name": "Өкілов Асан", "number": "700101300128"},
        "power_of_attorney": {"number": "77-1", "issued_on": date(2025, 3, 1), "notary": "Нотариус Н."},
        "receipt_no": "DIS-2345-6789/1",
        "registration_no": "DIS-2025-000003",
        "accepted_at": REGISTERED,
        "channel": "provider",
        "accepted_by": "Маманова Гүлнар",
        "documents": [
            {"title": words("жеке куәлік", "удостоверение личности"), "sheets": 1, "shown": True},
            {"title": words("мүгедектік бойынша анықтама", "справка об инвалидности"), "detail": "№ 0001"},
        ],
        "due_on": date(2025, 3, 20),
    },
    DocumentKind.EDUCATION_CERTIFICATE: COMMON
    | {
        "service": "SUR",
        "learner": {"name": "Оқушыбаев Әлихан Өтегенұлы", "number": "050101500128"},
        "birth_year": 2005,
        "issued_on": date(2025, 9, 2),
        "outgoing_no": "17-ш",
        "organisation": "Сынақ университеті",
        "organisation_address": "Сынақ қаласы, Бірінші көшесі, 1",
        "course": "2-курс",
        "group": "ЕТ-23-1",
        "training_type": "күндізгі",
        "academic_year": "2025/2026",
        "study_years": 4,
        "studies_from": date(2023, 9, 1),
        "studies_to": date(2027, 6, 30),
        "head": "Ректорова Ұлжан",
        "confirmed_by": "eds",
    },
    DocumentKind.EDUCATION_CERTIFICATE_FORM: COMMON
    | {
        "service": "SUR",
        "learner": {"name": "Оқушыбаев Әлихан Өтегенұлы", "number": "050101500128"},
        "academic_year": None,
    },
}
