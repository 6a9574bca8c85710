"""What the readings of a case amount to: the facts of its checks, its electronic case file, its dates and sum.

Pure functions of the case and of what was read; the law decides over their results.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from belsendi.casework.identity import CaseIdentity
from belsendi.casework.programmes.asked import Asked
from belsendi.casework.programmes.reading import Reading
from belsendi.contracts.personal_data import IinText
from belsendi.law import (
    DatumSource,
    Service,
    StatusPeriod,
    anchor_of,
    legal_day,
    service,
    start_of_benefit,
    survivor_right_arose,
)
from belsendi.law.disability import cause_of as disability_cause
from belsendi.registries.answers import (
    BenefitAssigned,
    BirthRecord,
    BurialAssigned,
    DeathRecord,
    DisabilityRecord,
    LegalEntity,
    Person,
    RecipientStatus,
)


def asked_about(
    identity: CaseIdentity, day: date | None, today: date, other_parents: Sequence[IinText] = ()
) -> Asked:
    """The case as its readers need it; ``day`` is the legal date as far as it is known, ``other_parents`` as far as
    birth records that were read name them."""
    return Asked(
        service=identity.case.service,
        recipient=identity.recipient_iin,
        subject=identity.subject_iin,
        beneficiary=_beneficiary(identity),
        relatives=identity.relatives,
        iban=identity.iban,
        patent_no=identity.patent_no,
        legal_date=day,
        today=today,
        other_parents=other_parents,
    )


def _beneficiary(identity: CaseIdentity) -> IinText:
    """Under whom the register keeps the benefit: a survivor's under the recipient, others under whom they hang on."""
    of_survivor = service(identity.case.service).subject == "breadwinner"
    return identity.recipient_iin if of_survivor else identity.subject_iin


def own_record(identity: CaseIdentity, reading: Reading) -> Person | None:
    """The record when it is the recipient's: a mixed-up register's other person is nobody here."""
    person = reading.first(DatumSource.PERSON, Person)
    return person if person is not None and person.iin == identity.recipient_iin else None


def full_name(identity: CaseIdentity, reading: Reading) -> str | None:
    """The recipient's surname, given name, patronymic as the state database has them, or the names of a legal
    entity in both languages as its register has them."""
    entity = reading.first(DatumSource.LEGAL_ENTITY, LegalEntity)
    if entity is not None:
        return " / ".join(dict.fromkeys((entity.name_kk, entity.name_ru)))
    person = own_record(identity, reading)
    if person is None:
        return None
    return _joined(person.surname, person.given_name, person.patronymic)


def recipient_died(identity: CaseIdentity, reading: Reading) -> bool:
    """Whether the recipient's own record says so (SIL-43)."""
    person = own_record(identity, reading)
    return person is not None and person.died_on is not None


def legal_date(entry: Service, identity: CaseIdentity, reading: Reading) -> date | None:
    """The day the right hangs on: a death, or the establishing of a disability; an Almaty day."""
    if entry.subject == "recipient":
        record = reading.first(DatumSource.DISABILITY_RECORD, DisabilityRecord)
        return record.established_on if record is not None else identity.event_day
    death = reading.first(_death_source(entry), DeathRecord)
    died_on = death.date_of_death if death is not None else None
    if entry.subject == "breadwinner" and (died_on or identity.event_day) is not None:
        return survivor_right_arose(died_on, identity.event_day)  # a court's day comes with the application
    return died_on or identity.event_day


def subject_name(entry: Service, reading: Reading) -> str | None:
    """The name of whom the right hangs on, as the record of it has it; None without a record."""
    if entry.subject == "recipient":
        born = reading.first(DatumSource.BIRTH_RECORD, BirthRecord)
        return None if born is None else _joined(born.surname, born.given_name, born.patronymic)
    death = reading.first(_death_source(entry), DeathRecord)
    return None if death is None else _joined(death.surname, death.given_name, death.patronymic)


def record_number(entry: Service, reading: Reading) -> str | None:
    """The number of the certificate that proves the right."""
    if entry.subject == "recipient":
        record = reading.first(DatumSource.DISABILITY_RECORD, DisabilityRecord)
        return None if record is None else record.reference_no
    death = reading.first(_death_source(entry), DeathRecord)
    return None if death is None else death.certificate_no


def _death_source(entry: Service) -> DatumSource:
    of_deceased = entry.subject == "deceased"
    return DatumSource.DEATH_RECORD if of_deceased else DatumSource.BREADWINNER_DEATH_RECORD


def _joined(surname: str, given_name: str, patronymic: str | None) -> str:
    return " ".join(filter(None, (surname, given_name, patronymic)))


def begins_on(entry: Service, identity: CaseIdentity, day: date | None) -> date | None:
    """The first day the benefit is due; None for one that is paid once (D-r4, S-r24).

    Where documents were missing, the months of a disability count back from the application (D-r24), those of a
    survivor benefit from the application with all of them (S-r24). A consent by mobile device stays the anchor of a
    case that an application joined later (SIL-40).
    """
    case = identity.case
    if case.anchor is None or day is None:
        return None
    anchor = anchor_of(
        entry,
        case.channel if case.consented_at is None else "mobile",
        consented_on=_day(case.consented_at),
        applied_on=_day(identity.first_applied_at or case.applied_at),
        complete_on=_day(case.applied_at),
    )
    return start_of_benefit(entry, day, anchor)


def _day(instant: datetime | None) -> date | None:
    return None if instant is None else legal_day(instant)


def cause_of(entry: Service, reading: Reading) -> str | None:
    """The cause that selects the path, out of the register's own code; None where the service knows no causes."""
    record = reading.first(DatumSource.DISABILITY_RECORD, DisabilityRecord)
    if record is None or not entry.one_day_causes:
        return None
    return disability_cause(record.cause_code).code


def assigned_already(reading: Reading) -> bool:
    """Whether the register knows of this benefit as assigned (CK2, DK3)."""
    burial = reading.first(DatumSource.BURIAL_ASSIGNED, BurialAssigned)
    benefit = reading.first("benefit_assigned", BenefitAssigned)
    return bool(burial and burial.assigned) or bool(benefit and benefit.assigned)


def statuses_of(reading: Reading) -> tuple[StatusPeriod, ...]:
    """What the person received, as the law's own periods."""
    status = reading.first(DatumSource.RECIPIENT_STATUS, RecipientStatus)
    return () if status is None else tuple(StatusPeriod(**each.model_dump()) for each in status.periods)


def record_found(entry: Service, reading: Reading) -> bool | None:
    """Whether the record that a check looks for exists; None when no check does."""
    source = next((check.source for check in entry.checks if check.source is not None), None)
    if source is None:
        return None
    return any(answer is not None for answer in reading.found.get(source, ()))
