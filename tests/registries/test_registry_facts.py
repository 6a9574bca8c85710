"""What disability, survivor and intake cases ask, against the simulated registers, in JSON and in SOAP."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from belsendi.law.study import StudyForm, StudyLevel
from belsendi.registries import AccessTokenRejected, RegistryRejected
from belsendi.registries.answers import (
    ConsentMethod,
    ConsentState,
    KinshipAct,
    Relation,
)
from simulators.registry.dossier import LegalEntity
from simulators.registry.events_control import OwnersAct
from simulators.registry.people import Person
from tests.registries.outside import ASKED, DECEASED, DECLARANT, Outside, with_token

CHILD, SIBLING, GRANDCHILD = "150101500128", "160101500123", "350101500126"
BIN = "990540002345"
ACT = {"act_no": "A-1", "certificate_no": "C-1", "registered_on": "2015-01-20"}


async def birth(outside: Outside, iin: str, **parents: object) -> None:
    """Puts a person with a birth record into the world."""
    there = {"iin": iin, "surname": "Сынақов", "given_name": "Дәурен", "birth_date": "2015-01-01"}
    await outside.control.add_people([Person.model_validate(there | {"birth": ACT | parents})])


async def test_a_disability_on_record_is_told_with_the_registers_own_codes(outside: Outside) -> None:
    registries, inquiry = outside.registries, await with_token(outside)
    assert (await registries.disabilities.disability_record(DECLARANT, inquiry)).data is None
    record = {"group_code": "2", "established_on": "2025-03-01", "reference_no": "М-1", "first_time": False}
    await outside.control.change_person(DECLARANT, disability=record | {"cause_code": "MILITARY"})
    known = (await registries.disabilities.disability_record(DECLARANT, inquiry)).data
    assert known is not None
    assert (known.cause_code, known.first_time, known.valid_to) == ("MILITARY", False, None)
    await outside.control.change_person(DECLARANT, disability=record)
    unknown = (await registries.disabilities.disability_record(DECLARANT, inquiry)).data
    assert unknown is not None and unknown.cause_code is None


async def test_what_a_person_did_not_consent_to_stays_closed(outside: Outside) -> None:
    registries = outside.registries
    with pytest.raises(AccessTokenRejected):
        await registries.disabilities.disability_record(DECLARANT, ASKED)
    with pytest.raises(AccessTokenRejected):
        await registries.civil_registry.birth_record(DECLARANT, ASKED)
    with pytest.raises(AccessTokenRejected):
        await registries.contributions.transfers(DECLARANT, date(2025, 1, 1), date(2025, 3, 1), ASKED)


async def test_a_birth_record_tells_when_it_was_registered_and_by_whose_statement(outside: Outside) -> None:
    """The registry gives the day of registration, the law judges by it (AC-S22); AC-S24 needs the statement."""
    await birth(
        outside,
        CHILD,
        mother_iin=DECLARANT,
        father_iin=DECEASED,
        father_on_mothers_statement=True,
        statement_reference_no="R-7",
        registered_on="2007-08-13",
    )
    inquiry = await with_token(outside)
    known = (await outside.registries.civil_registry.birth_record(CHILD, inquiry)).data
    assert known is not None
    assert (known.registered_on, known.mother_iin) == (date(2007, 8, 13), DECLARANT)
    assert (known.father_on_mothers_statement, known.statement_reference_no) == (True, "R-7")
    tie = (await outside.registries.civil_registry.kinship(CHILD, DECEASED, inquiry)).data
    assert tie is not None and tie.father_on_mothers_statement


async def test_kinship_is_proved_by_the_acts_on_record(outside: Outside) -> None:
    await birth(outside, CHILD, mother_iin=DECLARANT, father_iin=DECEASED, paternity_act_no="P-1")
    await birth(outside, SIBLING, father_iin=DECEASED)
    await birth(outside, GRANDCHILD, mother_iin=CHILD)
    marriage = ACT | {"spouse_iin": DECEASED, "surname_before": "Бұрынғы", "surname_after": "Сынақова"}
    await outside.control.change_person(DECLARANT, marriages=[marriage])
    inquiry = await with_token(outside)

    async def tie(iin: str, relative: str) -> tuple[Relation, KinshipAct] | None:
        known = (await outside.registries.civil_registry.kinship(iin, relative, inquiry)).data
        return None if known is None else (known.relation, known.act)

    assert await tie(CHILD, DECEASED) == (Relation.CHILD, KinshipAct.PATERNITY)
    assert await tie(CHILD, DECLARANT) == (Relation.CHILD, KinshipAct.BIRTH)
    assert await tie(DECLARANT, CHILD) == (Relation.PARENT, KinshipAct.BIRTH)
    assert await tie(SIBLING, CHILD) == (Relation.SIBLING, KinshipAct.BIRTH)
    assert await tie(GRANDCHILD, DECEASED) == (Relation.GRANDCHILD, KinshipAct.BIRTH)
    assert await tie(DECEASED, GRANDCHILD) == (Relation.GRANDPARENT, KinshipAct.BIRTH)
    assert await tie(DECLARANT, DECEASED) == (Relation.SPOUSE, KinshipAct.MARRIAGE)
    assert await tie(SIBLING, DECLARANT) is None
    divorce = ACT | {"registered_on": "2020-01-01", "spouse_iin": DECEASED, "surname_after": "Бұрынғы"}
    await outside.control.change_person(DECLARANT, divorces=[divorce])
    assert await tie(DECLARANT, DECEASED) == (Relation.FORMER_SPOUSE, KinshipAct.DIVORCE)
    divorces = (await outside.registries.civil_registry.divorce_records(DECLARANT, inquiry)).data
    marriages = (await outside.registries.civil_registry.marriage_records(DECLARANT, inquiry)).data
    assert divorces is not None and marriages is not None
    assert [act.surname_after for act in divorces.records] == ["Бұрынғы"]
    assert [(act.surname_before, act.surname_after) for act in marriages.records] == [("Бұрынғы", "Сынақова")]


async def test_study_is_told_by_the_system_of_its_level(outside: Outside) -> None:
    """AC-S11, AC-S12: a college stands in IS-3, a university in IS-6, and the other one knows nothing."""
    college = {
        "institution": "Колледж",
        "level": "TECHNICAL_VOCATIONAL",
        "year_of_study": "1",
        "studies_from": "2023-09-01",
        "studies_to": "2026-06-30",
    }
    university = college | {"level": "HIGHER", "form": "EXTRAMURAL", "studies_from": "2026-09-01"}
    inquiry = await with_token(outside)
    await outside.control.change_person(DECLARANT, studies=[college])
    school = (await outside.registries.education.school_record(DECLARANT, inquiry)).data
    assert school is not None
    assert (school.level, school.form) == (StudyLevel.TECHNICAL_VOCATIONAL, StudyForm.FULL_TIME)
    assert (await outside.registries.higher_education.study_record(DECLARANT, inquiry)).data is None
    await outside.control.change_person(DECLARANT, studies=[college, university])
    higher = (await outside.registries.higher_education.study_record(DECLARANT, inquiry)).data
    assert higher is not None and higher.form is StudyForm.EXTRAMURAL


async def test_guardianship_adoption_and_conclusions(outside: Outside) -> None:
    inquiry = await with_token(outside)
    await birth(outside, CHILD)
    await outside.control.change_person(
        CHILD,
        guardianship={"guardian_iin": DECLARANT, "decision_no": "3", "valid_from": "2024-05-01"},
        adoption={
            "adopter_iins": [DECLARANT, DECEASED],
            "court": "Сот",
            "decision_no": "2-7",
            "decided_on": "2024-01-02",
            "in_force_on": "2024-02-02",
        },
        conclusions=[
            {"kind": "EXPERT_COUNCIL", "issuer": "Кеңес", "number": "1", "issued_on": "2024-01-01"},
            {"kind": "EXPERT_COUNCIL", "issuer": "Кеңес", "number": "2", "issued_on": "2024-03-01"},
        ],
    )
    registries = outside.registries
    guardian = (await registries.education.guardianship(CHILD, inquiry)).data
    adoption = (await registries.courts.adoption(CHILD, inquiry)).data
    council = (await registries.medical_conclusions.expert_council(CHILD, inquiry)).data
    assert guardian is not None and guardian.guardian_iin == DECLARANT
    assert adoption is not None and adoption.adopter_iins == (DECLARANT, DECEASED)
    assert council is not None and (council.number, council.causal_link) == ("2", True)
    assert (await registries.medical_conclusions.military_commission(CHILD, inquiry)).data is None
    assert (await registries.medical_conclusions.hospital_certificate(CHILD, inquiry)).data is None


async def test_service_of_the_deceased_and_a_death_of_it(outside: Outside) -> None:
    """AC-S25: the military card and the reference on a death of service."""
    registries, inquiry = outside.registries, await with_token(outside)
    assert (await registries.military_records.service(DECEASED, inquiry)).data is None
    await outside.control.change_person(
        DECEASED,
        military_service={"card_no": "АС 1", "issuer": "ҚМ", "served_from": "2005-05-01"},
        service_death={"issuer": "ҚМ", "number": "5", "issued_on": "2025-02-20"},
    )
    card = (await registries.military_records.service(DECEASED, inquiry)).data
    death = (await registries.military_records.service_death(DECEASED, inquiry)).data
    assert card is not None and card.card_no == "АС 1"
    assert death is not None and death.number == "5"


async def test_trade_and_transfers_within_a_period(outside: Outside) -> None:
    """AC-S19, AC-S20: a caregiver trades and pays, or does neither."""
    registries, inquiry = outside.registries, await with_token(outside)
    await outside.control.change_person(
        DECLARANT,
        trade={
            "since": "2020-01-01",
            "until": "2024-12-31",
            "patent_no": "П-1",
            "patent_issued_on": "2024-01-01",
        },
        transfers=[{"kind": "PENSION", "on": "2024-06-01"}],
    )
    on_last = (await registries.entrepreneurs.registration(DECLARANT, date(2024, 12, 31), inquiry)).data
    after = (await registries.entrepreneurs.registration(DECLARANT, date(2025, 1, 1), inquiry)).data
    assert on_last is not None and (on_last.registered, on_last.since) == (True, date(2020, 1, 1))
    assert after is not None and not after.registered
    patent = (await registries.entrepreneurs.patent(DECLARANT, inquiry)).data
    assert patent is not None and patent.number == "П-1"
    year = (
        await registries.contributions.transfers(DECLARANT, date(2024, 6, 1), date(2025, 5, 31), inquiry)
    ).data
    later = (
        await registries.contributions.transfers(DECLARANT, date(2024, 6, 2), date(2025, 6, 1), inquiry)
    ).data
    assert year is not None and (year.pension_contributions, year.social_payments) == (True, False)
    assert later is not None and (later.pension_contributions, later.last_on) == (False, None)


async def test_a_benefit_is_assigned_while_it_runs(outside: Outside) -> None:
    recipients = outside.registries.recipients

    async def assigned(iin: str, benefit: str) -> bool:
        answer = (await recipients.benefit_assigned(iin, benefit, ASKED)).data
        assert answer is not None
        return answer.assigned

    await outside.control.change_person(DECLARANT, benefits=[{"benefit": "DIS", "since": "2024-01-01"}])
    assert await assigned(DECLARANT, "DIS")
    assert not await assigned(DECLARANT, "SUR")
    await outside.control.change_person(
        DECLARANT, benefits=[{"benefit": "DIS", "since": "2024-01-01", "until": "2025-01-01"}]
    )
    assert not await assigned(DECLARANT, "DIS")


@pytest.mark.parametrize(
    ("benefit", "subject", "assigned"),
    [("DIS", DECLARANT, True), ("SUR", DECEASED, True), ("DIS", CHILD, False)],
)
async def test_an_assignment_told_to_e_maket_counts_for_whom_it_pays(
    outside: Outside, benefit: str, subject: str, assigned: bool
) -> None:
    """A parent's application for a child pays the child; one about a deceased pays the applicant."""
    await birth(outside, CHILD, mother_iin=DECLARANT)
    await outside.registries.e_maket.register(
        case_reference="case-1",
        registration_no="N-1",
        benefit=benefit,
        subject_iin=subject,
        applicant_iin=DECLARANT,
        registered_at=ASKED.asked_at,
        channel="mobile",
        inquiry=ASKED,
    )
    await outside.registries.e_maket.outcome("N-1", "ASSIGNED", ASKED)
    answer = (await outside.registries.recipients.benefit_assigned(DECLARANT, benefit, ASKED)).data
    assert answer is not None and answer.assigned is assigned
    other = (await outside.registries.e_maket.applications(subject, "BUR", ASKED)).data
    assert other is not None and other.applications == ()


async def test_a_legal_entity_and_its_absence(outside: Outside) -> None:
    entities = outside.registries.legal_entities
    assert (await entities.registration(BIN, ASKED)).data is None
    await outside.control.add_legal_entities(
        [
            LegalEntity(
                bin=BIN,
                name_kk="ЖШС",
                name_ru="ТОО",
                certificate_no="К-1",
                registered_on=date(1999, 5, 1),
                active=False,
            )
        ]
    )
    known = (await entities.registration(BIN, ASKED)).data
    assert known is not None and (known.name_kk, known.active) == ("ЖШС", False)


@pytest.mark.parametrize(
    ("act", "state", "method"),
    [
        (OwnersAct.ONE_TIME_CODE, ConsentState.GIVEN, ConsentMethod.OTP),
        (OwnersAct.REPLY, ConsentState.GIVEN, ConsentMethod.SMS),
        (OwnersAct.REFUSAL, ConsentState.REFUSED, None),
        (OwnersAct.NOTHING, ConsentState.EXPIRED, None),
    ],
)
async def test_a_digital_document_opens_only_with_the_owners_consent(
    outside: Outside, act: OwnersAct, state: ConsentState, method: ConsentMethod | None
) -> None:
    """AC-D33, AC-C04: the portal asks the owner itself; we only learn what it recorded."""
    registries = outside.registries
    document = {"kind": "identity", "number": "0123", "issued_on": "2020-01-01", "issuer": "ІІМ"}
    await outside.control.change_person(DECLARANT, digital_documents=[document])

    async def request(kind: str) -> str:
        asked = await registries.portal.request_consent(
            request_key="case-1:identity",
            iin=DECLARANT,
            document_kind=kind,
            case_reference="case-1",
            inquiry=ASKED,
        )
        assert asked.data is not None and asked.data.state is ConsentState.WAITING
        return asked.data.consent_ref

    reference = await request("identity")
    assert await request("identity") == reference
    with pytest.raises(RegistryRejected) as reused:
        await request("patent")
    assert reused.value.code == "KEY_REUSED"
    (waiting,) = await outside.control.consents_asked(DECLARANT)
    with pytest.raises(RegistryRejected) as closed:
        await registries.digital_documents.document(DECLARANT, "identity", reference, ASKED)
    assert closed.value.code == "CONSENT"

    await outside.control.decide_consent(waiting.consent_ref, act)

    consent = (await registries.portal.consent(reference, ASKED)).data
    assert consent is not None and (consent.state, consent.method) == (state, method)
    if state is ConsentState.GIVEN:
        opened = (await registries.digital_documents.document(DECLARANT, "identity", reference, ASKED)).data
        assert opened is not None and opened.number == "0123"
    else:
        with pytest.raises(RegistryRejected):
            await registries.digital_documents.document(DECLARANT, "identity", reference, ASKED)
    assert (await registries.portal.consent("DOC-404", ASKED)).data is None


async def test_the_personal_cabinet_shows_the_last_status_and_every_notice_once(outside: Outside) -> None:
    """COM-09 and the notices M-05, M-10, M-13."""
    portal = outside.registries.portal
    noon, one = (datetime(2025, 3, 11, hour, tzinfo=UTC) for hour in (7, 8))
    for status, at in (("ACCEPTED", one), ("RECEIVED", noon)):
        await portal.put_status(
            iin=DECLARANT, case_reference="case-1", benefit="DIS", status=status, at=at, inquiry=ASKED
        )

    async def notice(text: str) -> None:
        await portal.put_notice(
            notice_id="n-1",
            iin=DECLARANT,
            case_reference="case-1",
            message="M-10",
            language="kk",
            text=text,
            document_sha256=None,
            at=noon,
            inquiry=ASKED,
        )

    await notice("Өтінішіңіз <қабылданды> & тіркелді")
    await notice("Өтінішіңіз <қабылданды> & тіркелді")
    with pytest.raises(RegistryRejected) as reused:
        await notice("басқа сөз")
    assert reused.value.code == "KEY_REUSED"
    shown = await outside.control.cabinet(DECLARANT)
    assert [status.status for status in shown.statuses] == ["ACCEPTED"]
    assert [each.text for each in shown.notices] == ["Өтінішіңіз <қабылданды> & тіркелді"]
    assert (await outside.control.cabinet(DECEASED)).notices == []
