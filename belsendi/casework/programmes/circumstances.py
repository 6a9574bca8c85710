"""What makes further data of a case necessary, as the answers read so far show it (6.2, 7.2)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, timedelta
from itertools import zip_longest

from pydantic import BaseModel

from belsendi.casework.identity import CaseIdentity
from belsendi.casework.programmes.asked import adopts, guards
from belsendi.casework.programmes.facts import asked_about, own_record
from belsendi.casework.programmes.reading import Reading
from belsendi.casework.programmes.sources import RELATIVES
from belsendi.law import Circumstance, DatumSource, Service
from belsendi.law.ages import ADULT_AT, birthday, is_minor
from belsendi.law.disability import cause_of
from belsendi.law.study import Study, study_counts
from belsendi.law.survivor import DependantAge, dependant_age, is_dependant, needs_care
from belsendi.law.survivor_years import STUDY_AGE_ENDS_AT
from belsendi.registries.answers import (
    Adoption,
    BirthRecord,
    DeathRecord,
    DisabilityRecord,
    Guardianship,
    KinshipRecord,
    StudyRecord,
)

CHILD_BIRTH = "child_birth_record"


def circumstances_of(
    entry: Service, identity: CaseIdentity, reading: Reading, today: date
) -> frozenset[Circumstance]:
    """The circumstances of a case on the Almaty day ``today``."""
    if entry.subject == "breadwinner":
        return frozenset(_of_a_family(identity, reading, today))
    if entry.subject == "recipient":
        return frozenset(_of_a_disability(identity, reading, today))
    return frozenset()


def shown_to_act_for(identity: CaseIdentity, reading: Reading, today: date) -> bool:
    """Whether who has the case is the person with the disability, or by a record the child's parent, or the guardian
    of that person (D-t8, D-r7; SIL-32). ``today`` is an Almaty day."""
    if identity.subject_iin == identity.recipient_iin or _parent_of_a_child(identity, reading, today):
        return True
    guarded = reading.first(DatumSource.GUARDIANSHIP, Guardianship)
    return guarded is not None and guards(asked_about(identity, None, today), guarded)


def without_paper_parents(
    circumstances: frozenset[Circumstance], attached: Collection[str]
) -> frozenset[Circumstance]:
    """The same without a guardian where an accepted birth certificate of the child shows the parent (D-t8; COM-06).

    The certificate is one of a child under 18: for a grown person it shows nothing.
    """
    of_a_parent = Circumstance.CHILD_UNDER_18 in circumstances and CHILD_BIRTH in attached
    return circumstances - {Circumstance.GUARDIAN} if of_a_parent else circumstances


def birth_date_of_subject(identity: CaseIdentity, reading: Reading) -> date | None:
    """When the person with the disability was born: by the own record, or a child's birth record."""
    if identity.subject_iin == identity.recipient_iin:
        person = own_record(identity, reading)
        return None if person is None else person.birth_date
    born = reading.first(DatumSource.BIRTH_RECORD, BirthRecord)
    return None if born is None else born.birth_date


def counted_dependants(identity: CaseIdentity, reading: Reading, on: date, *, certified: bool = False) -> int:
    """How many of the family count on a day: minors, and full-time learners of 18 to 23 (S-r7).

    ``certified``: an accepted certificate of the education organisation is among the papers (COM-06).
    """
    return len(counted_family(identity, reading, on, certified=certified))


def counted_family(
    identity: CaseIdentity,
    reading: Reading,
    on: date,
    *,
    certified: bool = False,
    today: date | None = None,
) -> list[str]:
    """Who of the family counts on a day, as ``counted_dependants`` counts them."""
    learners = learners_of(identity, reading, on, certified=certified, today=today)
    family = family_of(identity, reading, on)
    return [iin for iin, born in family if is_dependant(born, on) or iin in learners]


def learners_of(
    identity: CaseIdentity,
    reading: Reading,
    on: date,
    *,
    certified: bool = False,
    today: date | None = None,
) -> frozenset[str]:
    """Who of the family studies on a day: as IS-3 and IS-6 know, and for whom they know nothing, by the accepted
    certificate (S-r6, S-r7; COM-06). A record that shows other study is not overruled by a paper, and a certificate
    speaks for one learner: see ``unclear_learners_of``. ``today``: the day of the decision, where it is another."""
    studying = {iin for iin, study in studies_of(identity, reading) if study_counts(study, on)}
    unknown = _unrecorded(identity, reading, on)
    one = certified and len(unknown | _unrecorded(identity, reading, today or on)) == 1
    return frozenset(studying | (unknown if one else frozenset()))


def unclear_learners_of(
    identity: CaseIdentity,
    reading: Reading,
    on: date,
    *,
    certified: bool,
    today: date | None = None,
) -> frozenset[str]:
    """Who is of study age on a day and may or may not be whom the accepted certificate is about: it names one learner
    (S-form), and no register knows several of the family (S-r7; SIL-20)."""
    unknown = _unrecorded(identity, reading, on)
    several = len(unknown | _unrecorded(identity, reading, today or on)) > 1
    return unknown if certified and several else frozenset()


def family_of(identity: CaseIdentity, reading: Reading, on: date) -> Iterator[tuple[str, date]]:
    """The living dependants born by the day, by their birth records; a reader asks about them in their order.

    Whom IS-2 knows as dead is no dependant from the day of death (S-r6, INC-17). Whose birth it does not hold (it
    knows registrations after 13.08.2007) is unsettled, see ``unsettled_of``: an IIN does not tell the age.
    """
    for iin, born, died in _lives(identity, reading):
        if born is not None and born <= on and (died is None or on < died):
            yield iin, born


def unsettled_of(identity: CaseIdentity, reading: Reading) -> frozenset[str]:
    """Of whom nobody can say whether they count: no register knows the day of birth, or the record of the death
    contradicts itself (SIL-20). They stay in the family, whose sum is left open."""
    doubtful = {
        iin
        for iin, death in zip(_order(identity), _deaths(reading), strict=False)
        if isinstance(death, DeathRecord) and not _possible(death)
    }
    ageless = {iin for iin, born, died in _lives(identity, reading) if born is None and died is None}
    return frozenset(doubtful | ageless)


def dead_of(identity: CaseIdentity, reading: Reading) -> frozenset[str]:
    """Whom of the family IS-2 knows as dead (S-r6, INC-17)."""
    return frozenset(iin for iin, _, died in _lives(identity, reading) if died is not None)


def days_of_change(identity: CaseIdentity, reading: Reading) -> Iterator[date]:
    """The days on which the family that counts may become another one: births, the 18th and 23rd birthdays, deaths,
    begin and end of studies, an expulsion (S-r7, SIL-48)."""
    for _, born, died in _lives(identity, reading):
        if born is not None:
            yield from (born, birthday(born, ADULT_AT), birthday(born, STUDY_AGE_ENDS_AT))
        if died is not None:
            yield died
    for _, study in studies_of(identity, reading):
        yield study.studies_from
        if study.studies_to is not None:
            yield study.studies_to + timedelta(days=1)
        if study.expelled_on is not None:
            yield study.expelled_on
    parents = reading.all(DatumSource.OTHER_PARENT_DEATH_RECORD, DeathRecord)
    yield from (death.date_of_death for death in parents)


def other_parents_of(identity: CaseIdentity, reading: Reading) -> tuple[str, ...]:
    """Whom the family's birth records name as a parent beside the breadwinner, each once, in the family's order.

    The recipient is left out: who applies is alive.
    """
    found = [_other_parent(identity, record) for _, record in _births(identity, reading)]
    return tuple(dict.fromkeys(iin for iin in found if iin not in (None, identity.recipient_iin)))


def lost_both_parents(identity: CaseIdentity, reading: Reading, on: date) -> frozenset[str]:
    """Who of the family had lost the other parent too by the day, as birth and death records show it (Social Code
    art. 230). A child whose record names one parent only is not known to have lost two."""
    deaths = zip(
        other_parents_of(identity, reading),
        reading.found.get(DatumSource.OTHER_PARENT_DEATH_RECORD, ()),
        strict=False,
    )
    dead = {iin for iin, death in deaths if isinstance(death, DeathRecord) and death.date_of_death <= on}
    births = _births(identity, reading)
    return frozenset(iin for iin, record in births if _other_parent(identity, record) in dead)


def studies_of(identity: CaseIdentity, reading: Reading) -> list[tuple[str, Study]]:
    """The studies that IS-3 and IS-6 know of, each with the IIN of whose it is."""
    return [
        *_studies(identity, reading, DatumSource.SCHOOL_RECORD),
        *_studies(identity, reading, DatumSource.HIGHER_EDUCATION_RECORD),
    ]


def _of_a_disability(identity: CaseIdentity, reading: Reading, today: date) -> Iterator[Circumstance]:
    record = reading.first(DatumSource.DISABILITY_RECORD, DisabilityRecord)
    if record is not None:
        with_cause = cause_of(record.cause_code).circumstance
        if with_cause is not None:
            yield with_cause
    if identity.subject_iin == identity.recipient_iin:
        return
    born = reading.first(DatumSource.BIRTH_RECORD, BirthRecord)
    if born is None or is_minor(born.birth_date, today):
        yield Circumstance.CHILD_UNDER_18
    if not _parent_of_a_child(identity, reading, today):
        yield Circumstance.GUARDIAN
        return
    parent = own_record(identity, reading)
    if born is not None and parent is not None and not _same_surname(parent.surname, born.surname):
        yield Circumstance.PARENT_CHANGED_SURNAME


def _parent_of_a_child(identity: CaseIdentity, reading: Reading, today: date) -> bool:
    """Whether a record names the recipient as parent of the child: by birth (IS-2) or by adoption (IS-4; D-r7)."""
    born = reading.first(DatumSource.BIRTH_RECORD, BirthRecord)
    if born is not None and not is_minor(born.birth_date, today):
        return False  # of a grown person nobody is the legal representative by kinship
    adopted = reading.first(DatumSource.ADOPTION, Adoption)
    if adopted is not None and adopts(asked_about(identity, None, today), adopted):
        return True
    return born is not None and identity.recipient_iin in (born.mother_iin, born.father_iin)


def _of_a_family(identity: CaseIdentity, reading: Reading, today: date) -> Iterator[Circumstance]:
    births = [born for _, born in family_of(identity, reading, today)]
    if any(dependant_age(born, today) is DependantAge.STUDY_AGE for born in births):
        yield Circumstance.DEPENDANT_18_TO_23
    recipient_is_a_dependant = identity.recipient_iin in identity.relatives
    if not recipient_is_a_dependant and any(needs_care(born, today) for born in births):
        yield Circumstance.CAREGIVER_OF_UNDER_8
    if other_parents_of(identity, reading):
        yield Circumstance.OTHER_PARENT_ON_RECORD
    kinships = reading.all(DatumSource.KINSHIP_RECORD, KinshipRecord)
    if any(kinship.father_on_mothers_statement for kinship in kinships):
        yield Circumstance.FATHER_ON_MOTHERS_STATEMENT


def _births(identity: CaseIdentity, reading: Reading) -> Iterator[tuple[str, BirthRecord]]:
    """The birth records of the family, each with the IIN of whose it is."""
    for iin, record in zip(_order(identity), reading.found.get(RELATIVES, ()), strict=False):
        if isinstance(record, BirthRecord):
            yield iin, record


def _other_parent(identity: CaseIdentity, record: BirthRecord) -> str | None:
    """The parent beside the breadwinner; None for whoever is no child of the breadwinner's, or has one on record."""
    parents = (record.mother_iin, record.father_iin)
    if identity.subject_iin not in parents:
        return None
    return next((iin for iin in parents if iin not in (None, identity.subject_iin)), None)


def _lives(identity: CaseIdentity, reading: Reading) -> Iterator[tuple[str, date | None, date | None]]:
    """Each dependant with the days of birth and death, as far as a register knows them; the recipient's own day of
    birth stands in the state database of persons too (IS-1)."""
    births = reading.found.get(RELATIVES, ())
    own = own_record(identity, reading)
    for iin, birth, death in zip_longest(_order(identity)[: len(births)], births, _deaths(reading)):
        if iin is None:
            return
        died = death.date_of_death if isinstance(death, DeathRecord) and _possible(death) else None
        known = birth if isinstance(birth, BirthRecord) else own if iin == identity.recipient_iin else None
        yield iin, known.birth_date if known is not None else None, died


def _unrecorded(identity: CaseIdentity, reading: Reading, on: date) -> frozenset[str]:
    """Who is of study age on a day and unknown to IS-3 and IS-6."""
    family = family_of(identity, reading, on)
    grown = {iin for iin, born in family if dependant_age(born, on) is DependantAge.STUDY_AGE}
    return frozenset(grown - {iin for iin, _ in studies_of(identity, reading)})


def _order(identity: CaseIdentity) -> Sequence[str]:
    """Whom a reader of the family asks about, in its order."""
    return identity.relatives or (identity.recipient_iin,)


def _deaths(reading: Reading) -> Sequence[BaseModel | None]:
    return reading.found.get(DatumSource.FAMILY_DEATH_RECORD, ())


def _possible(death: DeathRecord) -> bool:
    return death.date_of_death <= death.registered_on


def _studies(identity: CaseIdentity, reading: Reading, source: DatumSource) -> Iterator[tuple[str, Study]]:
    """Studies with whose they are."""
    for iin, answer in zip(_order(identity), reading.found.get(source, ()), strict=False):
        if isinstance(answer, StudyRecord):
            facts = answer.model_dump(include={"level", "form", "studies_from", "studies_to", "expelled_on"})
            yield iin, Study(**facts)


def _same_surname(one: str, other: str) -> bool:
    """Whether two surnames are one, the feminine ending aside."""
    return one.casefold().removesuffix("а") == other.casefold().removesuffix("а")
