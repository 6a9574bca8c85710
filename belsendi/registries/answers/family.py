"""Births, marriages, kinship, guardianship and adoption: who belongs to whom, and since when it is on record."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from belsendi.contracts.personal_data import IinText, PersonalData, PersonName
from belsendi.registries.answers.base import Answer, BirthDate, DeathDate, FamilyDate, FamilyText

FamilyFlag = Annotated[bool, PersonalData("pd.25")]


class BirthRecord(Answer):
    """A birth record of the civil registry. ``registered_on`` tells whether the registry may stand for the
    paper (after 13.08.2007, D-r7, S-r6); a father entered on the mother's statement needs a reference (S-r7)."""

    act_no: FamilyText
    certificate_no: FamilyText
    registered_on: FamilyDate
    surname: PersonName
    given_name: PersonName
    patronymic: PersonName | None = None
    birth_date: BirthDate
    mother_iin: IinText | None = None
    father_iin: IinText | None = None
    father_on_mothers_statement: FamilyFlag = False
    statement_reference_no: FamilyText | None = None


class MarriageRecord(Answer):
    """A marriage of the person asked about, with the surname before and after (D-t8: a parent's new surname)."""

    act_no: FamilyText
    certificate_no: FamilyText
    registered_on: FamilyDate
    spouse_iin: IinText
    surname_before: PersonName
    surname_after: PersonName


class MarriageRecords(Answer):
    """Marriages of a person, oldest first."""

    records: tuple[MarriageRecord, ...]


class DivorceRecord(Answer):
    """A divorce of the person asked about."""

    act_no: FamilyText
    certificate_no: FamilyText
    registered_on: FamilyDate
    spouse_iin: IinText
    surname_after: PersonName


class DivorceRecords(Answer):
    """Divorces of a person, oldest first."""

    records: tuple[DivorceRecord, ...]


class Relation(StrEnum):
    """What the person asked about is to the relative."""

    CHILD = "CHILD"
    PARENT = "PARENT"
    SPOUSE = "SPOUSE"
    FORMER_SPOUSE = "FORMER_SPOUSE"
    SIBLING = "SIBLING"
    GRANDCHILD = "GRANDCHILD"
    GRANDPARENT = "GRANDPARENT"


class KinshipAct(StrEnum):
    """The kind of act that proves the kinship (S-r7(2))."""

    BIRTH = "BIRTH"
    MARRIAGE = "MARRIAGE"
    DIVORCE = "DIVORCE"
    PATERNITY = "PATERNITY"


class KinshipRecord(Answer):
    """That the person is a relative of the other one, and the act that proves it. Where two acts prove it
    together (a grandchild, a sibling) ``registered_on`` is the later one's."""

    relation: Annotated[Relation, PersonalData("pd.25")]
    act: Annotated[KinshipAct, PersonalData("pd.25")]
    act_no: FamilyText
    certificate_no: FamilyText
    registered_on: FamilyDate
    father_on_mothers_statement: FamilyFlag = False


class GuardianshipKind(StrEnum):
    """қорғаншылық (a child under fourteen), қамқоршылық (from fourteen)."""

    GUARDIANSHIP = "GUARDIANSHIP"
    CUSTODY = "CUSTODY"


class Guardianship(Answer):
    """Guardianship of a minor child (IS-3). An open end is None."""

    guardian_iin: IinText
    kind: Annotated[GuardianshipKind, PersonalData("pd.25")]
    decision_no: FamilyText
    valid_from: FamilyDate
    valid_to: FamilyDate | None = None


class Adoption(Answer):
    """A court decision on the adoption of a child (IS-4)."""

    adopter_iins: tuple[IinText, ...]
    court: FamilyText
    decision_no: FamilyText
    decided_on: FamilyDate
    in_force_on: FamilyDate


class Dependant(Answer):
    """A family member who may have lost the breadwinner, by the relation to the deceased."""

    iin: IinText
    relation: Annotated[Relation, PersonalData("pd.25")]


class BreadwinnerNotice(Answer):
    """One entry of the feed of lost breadwinners: the death, the family, and who may apply for it."""

    cursor: int
    breadwinner_iin: IinText
    date_of_death: DeathDate
    registered_on: DeathDate
    applicant_iin: IinText | None = None
    dependants: tuple[Dependant, ...]


class BreadwinnerFeed(Answer):
    """A page of the feed; ``last`` is the cursor to go on from."""

    records: tuple[BreadwinnerNotice, ...]
    last: int
