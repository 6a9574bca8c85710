"""Calls of the systems that disability, survivor and intake ask: what is sent, and what comes back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date

from pydantic import BaseModel

from belsendi.registries import Inquiry, Registries, RegistryAnswer
from tests.registries.stand_in import NOW

IIN, RELATIVE, BIN = "850101300123", "400101300129", "990540002345"
Call = Callable[[Registries, Inquiry], Awaitable[RegistryAnswer[BaseModel]]]
ACT = {"act_no": "A-1", "certificate_no": "C-1", "registered_on": "2010-02-11"}
STUDY = {
    "institution": "Колледж",
    "level": "TECHNICAL_VOCATIONAL",
    "form": "FULL_TIME",
    "year_of_study": "2",
    "studies_from": "2024-09-01",
    "studies_to": "2027-06-30",
    "leave_from": "2025-02-01",
    "leave_to": None,
    "expelled_on": None,
}
CONCLUSION = {"issuer": "Кеңес", "number": "7", "issued_on": "2024-01-02", "causal_link": True}
CONSENT = {
    "consent_ref": "DOC-1",
    "state": "GIVEN",
    "method": "SMS",
    "decided_at": "2025-03-11T05:04:00Z",
}
DAY = date(2025, 3, 11)

FAMILY: dict[str, tuple[Call, dict[str, object], dict[str, object]]] = {
    "civil-registry/birth_record": (
        lambda r, q: r.civil_registry.birth_record(IIN, q),
        {"child_iin": IIN},
        ACT
        | {
            "surname": "Тегі",
            "given_name": "Аты",
            "birth_date": "2010-02-01",
            "mother_iin": RELATIVE,
            "father_on_mothers_statement": True,
            "statement_reference_no": "R-1",
        },
    ),
    "civil-registry/marriage_records": (
        lambda r, q: r.civil_registry.marriage_records(IIN, q),
        {"iin": IIN},
        {
            "records": [
                ACT | {"spouse_iin": RELATIVE, "surname_before": "Бұрынғы", "surname_after": "Кейінгі"}
            ]
        },
    ),
    "civil-registry/divorce_records": (
        lambda r, q: r.civil_registry.divorce_records(IIN, q),
        {"iin": IIN},
        {"records": [ACT | {"spouse_iin": RELATIVE, "surname_after": "Кейінгі"}]},
    ),
    "civil-registry/kinship": (
        lambda r, q: r.civil_registry.kinship(IIN, RELATIVE, q),
        {"iin": IIN, "relative_iin": RELATIVE},
        ACT | {"relation": "CHILD", "act": "BIRTH", "father_on_mothers_statement": False},
    ),
    "civil-registry/breadwinner_feed": (
        lambda r, q: r.civil_registry.breadwinner_feed(0, 10, q),
        {"after": 0, "limit": 10},
        {
            "records": [
                {
                    "cursor": 3,
                    "breadwinner_iin": RELATIVE,
                    "date_of_death": "2025-02-10",
                    "registered_on": "2025-02-11",
                    "applicant_iin": IIN,
                    "dependants": [{"iin": IIN, "relation": "CHILD"}],
                }
            ],
            "last": 3,
        },
    ),
    "education/guardianship": (
        lambda r, q: r.education.guardianship(IIN, q),
        {"child_iin": IIN},
        {
            "guardian_iin": RELATIVE,
            "kind": "GUARDIANSHIP",
            "decision_no": "12",
            "valid_from": "2024-05-01",
            "valid_to": None,
        },
    ),
    "education/school_record": (lambda r, q: r.education.school_record(IIN, q), {"iin": IIN}, STUDY),
    "higher-education/study_record": (
        lambda r, q: r.higher_education.study_record(IIN, q),
        {"iin": IIN},
        STUDY | {"level": "HIGHER"},
    ),
    "courts/adoption": (
        lambda r, q: r.courts.adoption(IIN, q),
        {"child_iin": IIN},
        {
            "adopter_iins": [RELATIVE],
            "court": "Сот",
            "decision_no": "2-1",
            "decided_on": "2024-01-02",
            "in_force_on": "2024-02-02",
        },
    ),
}
STANDING: dict[str, tuple[Call, dict[str, object], dict[str, object]]] = {
    "disabilities/disability_record": (
        lambda r, q: r.disabilities.disability_record(IIN, q),
        {"iin": IIN},
        {
            "group_code": "2",
            "cause_code": "GENERAL_ILLNESS",
            "established_on": "2025-03-01",
            "valid_to": "2026-02-28",
            "first_time": True,
            "since_childhood": False,
            "reference_no": "М-1",
        },
    ),
    "disabilities/disability_feed": (
        lambda r, q: r.disabilities.disability_feed(5, 10, q),
        {"after": 5, "limit": 10},
        {
            "records": [{"cursor": 6, "iin": IIN, "established_on": "2025-03-01", "applicant_iin": RELATIVE}],
            "last": 6,
        },
    ),
    "medical-conclusions/expert_council": (
        lambda r, q: r.medical_conclusions.expert_council(IIN, q),
        {"iin": IIN},
        CONCLUSION,
    ),
    "medical-conclusions/military_commission": (
        lambda r, q: r.medical_conclusions.military_commission(IIN, q),
        {"iin": IIN},
        CONCLUSION,
    ),
    "medical-conclusions/hospital_certificate": (
        lambda r, q: r.medical_conclusions.hospital_certificate(IIN, q),
        {"iin": IIN},
        CONCLUSION | {"causal_link": False},
    ),
    "military-records/service": (
        lambda r, q: r.military_records.service(IIN, q),
        {"iin": IIN},
        {"card_no": "АБ 1", "issuer": "ҚІБ", "served_from": "2003-05-01", "served_to": "2004-05-01"},
    ),
    "military-records/service_death": (
        lambda r, q: r.military_records.service_death(IIN, q),
        {"iin": IIN},
        {"issuer": "ҚМ", "number": "9", "issued_on": "2025-02-20"},
    ),
    "entrepreneurs/registration": (
        lambda r, q: r.entrepreneurs.registration(IIN, DAY, q),
        {"iin": IIN, "on": "2025-03-11"},
        {"registered": True, "since": "2020-01-01"},
    ),
    "entrepreneurs/patent": (
        lambda r, q: r.entrepreneurs.patent(IIN, q),
        {"iin": IIN},
        {"number": "П-1", "issued_on": "2025-01-01", "valid_to": None},
    ),
    "contributions/transfers": (
        lambda r, q: r.contributions.transfers(IIN, date(2024, 3, 11), DAY, q),
        {"iin": IIN, "since": "2024-03-11", "until": "2025-03-11"},
        {"pension_contributions": True, "social_payments": False, "last_on": "2024-12-01"},
    ),
    "legal-entities/registration": (
        lambda r, q: r.legal_entities.registration(BIN, q),
        {"bin": BIN},
        {
            "name_kk": "ЖШС",
            "name_ru": "ТОО",
            "certificate_no": "К-1",
            "registered_on": "1999-05-01",
            "active": True,
        },
    ),
    "recipients/benefit_assigned": (
        lambda r, q: r.recipients.benefit_assigned(IIN, "DIS", q),
        {"iin": IIN, "benefit": "DIS"},
        {"assigned": True, "since": "2024-01-01"},
    ),
}
PORTAL: dict[str, tuple[Call, dict[str, object], dict[str, object]]] = {
    "portal/request_consent": (
        lambda r, q: r.portal.request_consent(
            request_key="k", iin=IIN, document_kind="identity", case_reference="case-1", inquiry=q
        ),
        {"request_key": "k", "iin": IIN, "document_kind": "identity", "case_reference": "case-1"},
        CONSENT | {"state": "WAITING", "method": None, "decided_at": None},
    ),
    "portal/consent": (
        lambda r, q: r.portal.consent("DOC-1", q),
        {"consent_ref": "DOC-1"},
        CONSENT,
    ),
    "portal/put_status": (
        lambda r, q: r.portal.put_status(
            iin=IIN, case_reference="case-1", benefit="DIS", status="ACCEPTED", at=NOW, inquiry=q
        ),
        {
            "iin": IIN,
            "case_reference": "case-1",
            "benefit": "DIS",
            "status": "ACCEPTED",
            "at": "2025-03-11T05:05:00Z",
        },
        {},
    ),
    "portal/put_notice": (
        lambda r, q: r.portal.put_notice(
            notice_id="n-1",
            iin=IIN,
            case_reference="case-1",
            message="M-05-DIS",
            language="kk",
            text="Өтінішіңіз қабылданды",
            document_sha256=None,
            at=NOW,
            inquiry=q,
        ),
        {
            "notice_id": "n-1",
            "iin": IIN,
            "case_reference": "case-1",
            "message": "M-05-DIS",
            "language": "kk",
            "text": "Өтінішіңіз қабылданды",
            "document_sha256": None,
            "at": "2025-03-11T05:05:00Z",
        },
        {},
    ),
    "digital-documents/document": (
        lambda r, q: r.digital_documents.document(IIN, "identity", "DOC-1", q),
        {"iin": IIN, "kind": "identity", "consent_ref": "DOC-1"},
        {
            "kind": "identity",
            "number": "012345678",
            "issued_on": "2020-01-01",
            "valid_to": "2030-01-01",
            "issuer": "ІІМ",
        },
    ),
}
