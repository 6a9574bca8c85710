"""The library of readers: where a datum of the electronic case file comes from, whom it is asked about, and when
what came back contradicts the case. A catalogue entry names readers; nothing here names a benefit.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from pydantic import BaseModel

from belsendi.casework.programmes.asked import Asked, adopts, guards
from belsendi.contracts.personal_data import IinText
from belsendi.law import CivilAct, DatumSource, EimStatus, Proof, proof_of, record_stands
from belsendi.registries import Inquiry, Registries, RegistryAnswer, System, answers

Asking = Callable[[Inquiry], Awaitable[RegistryAnswer[Any]]]

# Besides the data of the case file: what the checks and the second reading ask for.
BENEFIT_ASSIGNED = "benefit_assigned"
APPLICATIONS = "applications"
NUMBERS = "numbers"
RELATIVES = "relatives"
ENTITY_ACCOUNT_OWNER = "entity_account_owner"

_A_YEAR = timedelta(days=365)


Judge = Callable[[Asked, Any], EimStatus]


def _present(_asked: Asked, _answer: Any) -> EimStatus:
    return EimStatus.PRESENT


def _own_record(asked: Asked, person: answers.Person) -> EimStatus:
    """Another person's record is incorrect; one without an identity document lacks the datum."""
    if person.document is None:
        return EimStatus.ABSENT
    return EimStatus.PRESENT if person.iin == asked.recipient else EimStatus.INCORRECT


def _possible_death(asked: Asked, death: answers.DeathRecord) -> EimStatus:
    """A death later than its own registration, or than today, is incorrect."""
    possible = death.date_of_death <= min(death.registered_on, asked.today)
    return EimStatus.PRESENT if possible else EimStatus.INCORRECT


def _possible_disability(asked: Asked, record: answers.DisabilityRecord) -> EimStatus:
    """A disability established in the future, or over already, is incorrect (AC-D15)."""
    stands = record_stands(record.established_on, record.valid_to, asked.today)
    return EimStatus.PRESENT if stands else EimStatus.INCORRECT


def _held(act: CivilAct, registered_on: date) -> EimStatus:
    """A record of a time that the order leaves to paper does not stand for the document (D-r7, S-r6; AC-S22)."""
    return EimStatus.PRESENT if proof_of(act, registered_on) is Proof.SYSTEM else EimStatus.ABSENT


def _held_birth(_asked: Asked, record: answers.BirthRecord) -> EimStatus:
    return _held(CivilAct.BIRTH, record.registered_on)


def _held_marriage(_asked: Asked, found: answers.MarriageRecords) -> EimStatus:
    held = {_held(CivilAct.MARRIAGE, record.registered_on) for record in found.records}
    return EimStatus.PRESENT if EimStatus.PRESENT in held else EimStatus.ABSENT


def _held_kinship(_asked: Asked, record: answers.KinshipRecord) -> EimStatus:
    return _held(CivilAct(record.act.value), record.registered_on)


def _own_account(_asked: Asked, _owner: answers.AccountOwner) -> EimStatus:
    """An account of another owner is flagged for the signer, never a wrong datum (SIL-08)."""
    return EimStatus.PRESENT


def _standing_entity(_asked: Asked, entity: answers.LegalEntity) -> EimStatus:
    """An entity struck off the register is no recipient any more (B-t8)."""
    return EimStatus.PRESENT if entity.active else EimStatus.INCORRECT


def _valid_patent(asked: Asked, patent: answers.Patent) -> EimStatus:
    """Another patent than the one named, or one that has run out, is incorrect (B-t8)."""
    named = asked.patent_no is None or patent.number == asked.patent_no
    valid = patent.issued_on <= asked.today <= (patent.valid_to or date.max)
    return EimStatus.PRESENT if named and valid else EimStatus.INCORRECT


def _own_ward(asked: Asked, found: answers.Guardianship) -> EimStatus:
    """Another person's guardianship, or one that is not in force, is incorrect."""
    return EimStatus.PRESENT if guards(asked, found) else EimStatus.INCORRECT


def _own_adoption(asked: Asked, found: answers.Adoption) -> EimStatus:
    """Likewise another person's adoption, or one whose decision is not in force yet."""
    return EimStatus.PRESENT if adopts(asked, found) else EimStatus.INCORRECT


def _not_trading(_asked: Asked, standing: answers.EntrepreneurStanding) -> EimStatus:
    """What stands for a labour book is that the caregiver is no entrepreneur (S-t8); a registration contradicts it."""
    return EimStatus.INCORRECT if standing.registered else EimStatus.PRESENT


def _nothing_transferred(_asked: Asked, found: answers.Transfers) -> EimStatus:
    """Likewise that no contributions or social payments came in for the caregiver (S-t8)."""
    paid = found.pension_contributions or found.social_payments
    return EimStatus.INCORRECT if paid else EimStatus.PRESENT


def _causal_link(_asked: Asked, conclusion: answers.Conclusion) -> EimStatus:
    return EimStatus.PRESENT if conclusion.causal_link else EimStatus.INCORRECT


@dataclass(frozen=True)
class Source:
    """One reader. ``asks`` gives no question where there is nothing to ask about, and several where several
    persons are asked about; ``items`` are the catalogue items of personal data that it brings besides the
    identity."""

    system: System
    operation: str
    answer: type[BaseModel]
    asks: Callable[[Registries, Asked], Sequence[Asking]]
    judge: Judge = _present
    items: tuple[str, ...] = ()


def _about(
    name: str, ask: Callable[[Registries, Asked], Asking]
) -> Callable[[Registries, Asked], list[Asking]]:
    """One question, where the case has what it is asked by."""

    def asks(registries: Registries, asked: Asked) -> list[Asking]:
        return [ask(registries, asked)] if getattr(asked, name) is not None else []

    return asks


def _about_each(
    ask: Callable[[Registries, str, Asked], Asking],
) -> Callable[[Registries, Asked], list[Asking]]:
    """One question for each member of the family."""
    return lambda registries, asked: [ask(registries, iin, asked) for iin in asked.family]


def _death_of(registries: Registries, iin: IinText) -> Asking:
    return lambda inquiry: registries.civil_registry.death_record(iin, inquiry)


def _about_wards(
    ask: Callable[[Registries, str, Asked], Asking],
) -> Callable[[Registries, Asked], list[Asking]]:
    """One question for each whose parent or guardian the recipient may be."""
    return lambda registries, asked: [ask(registries, iin, asked) for iin in asked.wards]


SOURCES: dict[str, Source] = {
    DatumSource.PERSON: Source(
        System.INDIVIDUALS,
        "person",
        answers.Person,
        _about("recipient", lambda r, a: lambda i: r.individuals.person(a.recipient, i)),
        _own_record,
    ),
    DatumSource.DEATH_RECORD: Source(
        System.CIVIL_REGISTRY,
        "death_record",
        answers.DeathRecord,
        _about("subject", lambda r, a: lambda i: r.civil_registry.death_record(a.subject, i)),
        _possible_death,
        items=("svc.death_fact",),
    ),
    DatumSource.ACCOUNT_OWNER: Source(
        System.BANK_ACCOUNTS,
        "owner",
        answers.AccountOwner,
        _about("iban", lambda r, a: lambda i: r.bank_accounts.owner(a.iban or "", a.recipient, i)),
        _own_account,
    ),
    ENTITY_ACCOUNT_OWNER: Source(
        System.BANK_ACCOUNTS,
        "entity_owner",
        answers.AccountOwner,
        _about("iban", lambda r, a: lambda i: r.bank_accounts.entity_owner(a.iban or "", a.recipient, i)),
        _own_account,
    ),
    DatumSource.RECIPIENT_STATUS: Source(
        System.RECIPIENTS,
        "status_on",
        answers.RecipientStatus,
        _about(
            "legal_date", lambda r, a: lambda i: r.recipients.status_on(a.subject, a.legal_date or a.today, i)
        ),
        items=("pd.26",),
    ),
    DatumSource.BURIAL_ASSIGNED: Source(
        System.RECIPIENTS,
        "burial_assigned",
        answers.BurialAssigned,
        _about("subject", lambda r, a: lambda i: r.recipients.burial_assigned(a.subject, i)),
        items=("pd.26",),
    ),
    DatumSource.DISABILITY_RECORD: Source(
        System.DISABILITIES,
        "disability_record",
        answers.DisabilityRecord,
        _about("subject", lambda r, a: lambda i: r.disabilities.disability_record(a.subject, i)),
        _possible_disability,
        items=("pd.27",),
    ),
    DatumSource.EXPERT_COUNCIL: Source(
        System.MEDICAL_CONCLUSIONS,
        "expert_council",
        answers.Conclusion,
        _about("subject", lambda r, a: lambda i: r.medical_conclusions.expert_council(a.subject, i)),
        _causal_link,
        items=("pd.28",),
    ),
    DatumSource.MILITARY_COMMISSION: Source(
        System.MEDICAL_CONCLUSIONS,
        "military_commission",
        answers.Conclusion,
        _about("subject", lambda r, a: lambda i: r.medical_conclusions.military_commission(a.subject, i)),
        _causal_link,
        items=("pd.28",),
    ),
    DatumSource.HOSPITAL_CERTIFICATE: Source(
        System.MEDICAL_CONCLUSIONS,
        "hospital_certificate",
        answers.Conclusion,
        _about("subject", lambda r, a: lambda i: r.medical_conclusions.hospital_certificate(a.subject, i)),
        _causal_link,
        items=("pd.28",),
    ),
    DatumSource.BIRTH_RECORD: Source(
        System.CIVIL_REGISTRY,
        "birth_record",
        answers.BirthRecord,
        _about("subject", lambda r, a: lambda i: r.civil_registry.birth_record(a.subject, i)),
        _held_birth,
        items=("pd.25",),
    ),
    DatumSource.MARRIAGE_RECORD: Source(
        System.CIVIL_REGISTRY,
        "marriage_records",
        answers.MarriageRecords,
        _about("recipient", lambda r, a: lambda i: r.civil_registry.marriage_records(a.recipient, i)),
        _held_marriage,
        items=("pd.25",),
    ),
    DatumSource.GUARDIANSHIP: Source(
        System.EDUCATION,
        "guardianship",
        answers.Guardianship,
        _about_wards(lambda r, iin, a: lambda i: r.education.guardianship(iin, i)),
        _own_ward,
        items=("pd.25",),
    ),
    DatumSource.ADOPTION: Source(
        System.COURTS,
        "adoption",
        answers.Adoption,
        _about_wards(lambda r, iin, a: lambda i: r.courts.adoption(iin, i)),
        _own_adoption,
        items=("pd.25",),
    ),
    DatumSource.SCHOOL_RECORD: Source(
        System.EDUCATION,
        "school_record",
        answers.StudyRecord,
        _about_each(lambda r, iin, a: lambda i: r.education.school_record(iin, i)),
        items=("pd.14",),
    ),
    DatumSource.HIGHER_EDUCATION_RECORD: Source(
        System.HIGHER_EDUCATION,
        "study_record",
        answers.StudyRecord,
        _about_each(lambda r, iin, a: lambda i: r.higher_education.study_record(iin, i)),
        items=("pd.14",),
    ),
    DatumSource.BREADWINNER_DEATH_RECORD: Source(
        System.CIVIL_REGISTRY,
        "death_record",
        answers.DeathRecord,
        _about("subject", lambda r, a: lambda i: r.civil_registry.death_record(a.subject, i)),
        _possible_death,
        items=("svc.death_fact",),
    ),
    DatumSource.FAMILY_DEATH_RECORD: Source(
        System.CIVIL_REGISTRY,
        "death_record",
        answers.DeathRecord,
        _about_each(lambda r, iin, a: lambda i: r.civil_registry.death_record(iin, i)),
        _possible_death,
        items=("svc.death_fact",),
    ),
    DatumSource.OTHER_PARENT_DEATH_RECORD: Source(
        System.CIVIL_REGISTRY,
        "death_record",
        answers.DeathRecord,
        lambda registries, asked: [_death_of(registries, iin) for iin in asked.other_parents],
        _possible_death,
        items=("svc.death_fact",),
    ),
    DatumSource.KINSHIP_RECORD: Source(
        System.CIVIL_REGISTRY,
        "kinship",
        answers.KinshipRecord,
        _about_each(lambda r, iin, a: lambda i: r.civil_registry.kinship(iin, a.subject, i)),
        _held_kinship,
        items=("pd.25",),
    ),
    DatumSource.ENTREPRENEUR_REGISTRATION: Source(
        System.ENTREPRENEURS,
        "registration",
        answers.EntrepreneurStanding,
        _about("recipient", lambda r, a: lambda i: r.entrepreneurs.registration(a.recipient, a.today, i)),
        _not_trading,
        items=("pd.20",),
    ),
    DatumSource.PENSION_TRANSFERS: Source(
        System.CONTRIBUTIONS,
        "transfers",
        answers.Transfers,
        _about(
            "recipient",
            lambda r, a: lambda i: r.contributions.transfers(a.recipient, a.today - _A_YEAR, a.today, i),
        ),
        _nothing_transferred,
        items=("pd.20",),
    ),
    DatumSource.MILITARY_SERVICE: Source(
        System.MILITARY_RECORDS,
        "service",
        answers.MilitaryService,
        _about("subject", lambda r, a: lambda i: r.military_records.service(a.subject, i)),
        items=("pd.24",),
    ),
    DatumSource.SERVICE_DEATH: Source(
        System.MILITARY_RECORDS,
        "service_death",
        answers.ServiceDeath,
        _about("subject", lambda r, a: lambda i: r.military_records.service_death(a.subject, i)),
        items=("pd.24",),
    ),
    DatumSource.LEGAL_ENTITY: Source(
        System.LEGAL_ENTITIES,
        "registration",
        answers.LegalEntity,
        _about("recipient", lambda r, a: lambda i: r.legal_entities.registration(a.recipient, i)),
        _standing_entity,
    ),
    DatumSource.PATENT: Source(
        System.ENTREPRENEURS,
        "patent",
        answers.Patent,
        _about("recipient", lambda r, a: lambda i: r.entrepreneurs.patent(a.recipient, i)),
        _valid_patent,
        items=("pd.20",),
    ),
    BENEFIT_ASSIGNED: Source(
        System.RECIPIENTS,
        "benefit_assigned",
        answers.BenefitAssigned,
        _about(
            "beneficiary", lambda r, a: lambda i: r.recipients.benefit_assigned(a.beneficiary, a.service, i)
        ),
        items=("pd.26",),
    ),
    APPLICATIONS: Source(
        System.E_MAKET,
        "applications",
        answers.Applications,
        _about("subject", lambda r, a: lambda i: r.e_maket.applications(a.subject, a.service, i)),
    ),
    RELATIVES: Source(
        System.CIVIL_REGISTRY,
        "birth_record",
        answers.BirthRecord,
        _about_each(lambda r, iin, a: lambda i: r.civil_registry.birth_record(iin, i)),
        items=("pd.04", "pd.25"),
    ),
    NUMBERS: Source(
        System.MOBILE_CITIZENS,
        "numbers_of_person",
        answers.PersonNumbers,
        _about("recipient", lambda r, a: lambda i: r.mobile_citizens.numbers_of_person(a.recipient, i)),
    ),
}
