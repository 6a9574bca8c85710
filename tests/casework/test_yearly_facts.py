"""Who owes what each year after a survivor benefit was assigned."""

from __future__ import annotations

from datetime import date

import pytest

from belsendi.casework.identity import CaseIdentity
from belsendi.casework.programmes import Reading, amount_changes, amount_of, doubts_of, yearly_facts
from belsendi.casework.programmes.sources import RELATIVES
from belsendi.contracts.states import Flag
from belsendi.law import DatumSource, service
from belsendi.law.study import StudyForm, StudyLevel
from belsendi.records.models import Case
from belsendi.registries.answers import (
    BirthRecord,
    DeathRecord,
    EntrepreneurStanding,
    Person,
    StudyRecord,
    Transfers,
)

ASSIGNED = date(2026, 11, 20)
DAY_BEFORE = date(2026, 11, 19)
MOTHER, TODDLER, PUPIL, STUDENT, GROWN = (f"9{number}0101400121" for number in range(5))


def birth(born: date) -> BirthRecord:
    return BirthRecord(
        act_no="B-1",
        certificate_no="C-1",
        registered_on=born,
        surname="Сынақов",
        given_name="Сынақ",
        birth_date=born,
    )


def study(form: StudyForm = StudyForm.FULL_TIME) -> StudyRecord:
    return StudyRecord(
        institution="Университет",
        level=StudyLevel.HIGHER,
        form=form,
        year_of_study="2",
        studies_from=date(2025, 9, 1),
        studies_to=date(2029, 6, 30),
    )


def identity(recipient: str, *relatives: str) -> CaseIdentity:
    return CaseIdentity(
        case=Case(id="0" * 32, service="SUR"),
        recipient_iin=recipient,
        subject_iin="580101300017",
        event_day=None,
        account=None,
        iban=None,
        consent=None,
        relatives=relatives,
    )


IINS = (TODDLER, PUPIL, STUDENT, GROWN)
FAMILY = tuple(birth(date(year, 5, 1)) for year in (2021, 2012, 2007, 2000))


@pytest.mark.parametrize(
    ("form", "learners"), [(StudyForm.FULL_TIME, [(STUDENT, "2026/2027")]), (StudyForm.EXTRAMURAL, [])]
)
def test_a_family_owes_a_certificate_for_each_learner_and_one_confirmation_of_the_caregiver(
    form: StudyForm, learners: list[tuple[str, str]]
) -> None:
    """S-r7, AC-S14: from 18 to the day before 23, of full-time learners only; S-t8: the recipient cares for a child
    under eight."""
    reading = Reading(
        {RELATIVES: FAMILY, DatumSource.HIGHER_EDUCATION_RECORD: (None, None, study(form), None)}
    )

    facts = yearly_facts(identity(MOTHER, *IINS), reading, ASSIGNED)

    assert [(each.iin, each.study_shown_for) for each in facts.dependants] == [
        (TODDLER, None),
        (PUPIL, None),
        *learners,
    ]
    assert facts.caregiver is not None
    assert (facts.caregiver.iin, facts.caregiver.children_born) == (MOTHER, (date(2021, 5, 1),))
    assert facts.assigned_on == ASSIGNED


def test_a_student_who_applies_for_himself_is_no_caregiver() -> None:
    found = {RELATIVES: FAMILY[2:3], DatumSource.HIGHER_EDUCATION_RECORD: (study(StudyForm.FULL_TIME),)}
    facts = yearly_facts(identity(STUDENT, STUDENT), Reading(found), ASSIGNED)
    assert ([each.iin for each in facts.dependants], facts.caregiver) == ([STUDENT], None)


def test_a_child_of_eight_needs_no_caregiver() -> None:
    facts = yearly_facts(identity(MOTHER, PUPIL), Reading({RELATIVES: FAMILY[1:2]}), ASSIGNED)
    assert facts.caregiver is None


@pytest.mark.parametrize(
    ("record", "attached", "shown", "counted"),
    [
        (None, {"study_certificate"}, "2026/2027", 3),
        (None, {"death_record"}, None, 2),
        (StudyForm.EXTRAMURAL, {"study_certificate"}, None, 2),
    ],
)
def test_a_paper_certificate_at_assignment_meets_the_first_year_and_makes_its_learner_count(
    record: StudyForm | None, attached: set[str], shown: str | None, counted: int
) -> None:
    """S-r7, COM-06: where no register knows the study; a record that shows other study is not overruled."""
    found = None if record is None else study(record)
    reading = Reading({RELATIVES: FAMILY, DatumSource.HIGHER_EDUCATION_RECORD: (None, None, found, None)})
    family = identity(MOTHER, *IINS)

    facts = yearly_facts(family, reading, ASSIGNED, attached)
    amount = amount_of(service("SUR"), family, reading, ASSIGNED, attached)

    owed = {each.iin: each.study_shown_for for each in facts.dependants}
    assert (owed.get(STUDENT), len(owed)) == (shown, counted)
    assert (amount.category, amount.members) == (f"FAMILY_{counted}", counted)


def test_whose_birth_no_register_holds_stays_in_the_family_whose_sum_is_left_open() -> None:
    """S-r6, S-r7, SIL-20: IS-2 holds births registered after 13.08.2007; nobody is dropped in silence."""
    reading = Reading({RELATIVES: (FAMILY[1], None)})
    family = identity(MOTHER, PUPIL, STUDENT)

    amount = amount_of(service("SUR"), family, reading, ASSIGNED)

    assert (amount.category, bool(amount.open_because)) == (None, True)
    assert doubts_of(service("SUR"), family, reading, ASSIGNED) == {Flag.FAMILY_UNSETTLED}


def test_a_student_whose_birth_is_not_in_is_2_is_as_old_as_the_own_record_says() -> None:
    """S-r6: the state database of persons (IS-1) knows the recipient."""
    own = Person(iin=STUDENT, surname="Сынақов", given_name="Сынақ", birth_date=date(2007, 5, 1))
    reading = Reading(
        {
            RELATIVES: (None,),
            DatumSource.PERSON: (own,),
            DatumSource.HIGHER_EDUCATION_RECORD: (study(),),
        }
    )

    facts = yearly_facts(identity(STUDENT, STUDENT), reading, ASSIGNED)

    assert [each.iin for each in facts.dependants] == [STUDENT]
    assert doubts_of(service("SUR"), identity(STUDENT, STUDENT), reading, ASSIGNED) == frozenset()


def death(died_on: date, registered_on: date) -> DeathRecord:
    return DeathRecord(
        act_no="D-1",
        certificate_no="E-1",
        date_of_death=died_on,
        registered_on=registered_on,
        surname="Сынақов",
        given_name="Сынақ",
    )


def test_a_dead_child_is_neither_counted_nor_owes_a_certificate() -> None:
    """S-r6, INC-17: until the day before the death it counts."""
    died = death(ASSIGNED, ASSIGNED)
    reading = Reading({RELATIVES: FAMILY[:2], DatumSource.FAMILY_DEATH_RECORD: (None, died)})
    family = identity(MOTHER, TODDLER, PUPIL)

    counted = [amount_of(service("SUR"), family, reading, day).members for day in (DAY_BEFORE, ASSIGNED)]

    assert counted == [2, 1]
    assert [each.iin for each in yearly_facts(family, reading, ASSIGNED).dependants] == [TODDLER]
    assert Flag.FAMILY_UNSETTLED in doubts_of(service("SUR"), family, reading, ASSIGNED)


def test_a_death_later_than_its_own_registration_leaves_the_sum_open() -> None:
    """S-r6, SIL-20: a record that contradicts itself takes nobody out of the family."""
    reading = Reading(
        {RELATIVES: FAMILY[:2], DatumSource.FAMILY_DEATH_RECORD: (None, death(ASSIGNED, DAY_BEFORE))}
    )
    amount = amount_of(service("SUR"), identity(MOTHER, TODDLER, PUPIL), reading, ASSIGNED)
    assert amount.category is None


@pytest.mark.parametrize(
    ("trades", "paid", "attached", "flags"),
    [
        (False, False, set(), set()),
        (True, False, set(), {Flag.CARE_UNCONFIRMED}),
        (False, True, set(), {Flag.CARE_UNCONFIRMED}),
        (None, False, set(), {Flag.CARE_UNCONFIRMED}),
        (True, True, {"labour_book"}, set()),
    ],
)
def test_a_caregiver_is_confirmed_by_the_labour_book_or_by_both_registers_empty(
    trades: bool | None, paid: bool, attached: set[str], flags: set[Flag]
) -> None:
    """S-t8, SUR-12, SIL-35, at the assignment already; None: the register was not asked."""
    found = {
        RELATIVES: FAMILY[:1],
        DatumSource.PENSION_TRANSFERS: (Transfers(pension_contributions=paid, social_payments=False),),
    }
    if trades is not None:
        found[DatumSource.ENTREPRENEUR_REGISTRATION] = (EntrepreneurStanding(registered=trades),)
    seen = doubts_of(service("SUR"), identity(MOTHER, TODDLER), Reading(found), ASSIGNED, attached)
    assert seen == flags


def test_the_sum_changes_on_the_day_a_dependant_comes_of_age_without_study() -> None:
    """S-r7, SIL-48: up to the day of the decision; a birthday after it is a task of the year it falls in."""
    sur, family = service("SUR"), identity(MOTHER, PUPIL, STUDENT)
    reading = Reading({RELATIVES: FAMILY[1:3], DatumSource.HIGHER_EDUCATION_RECORD: (None, None)})

    changes = amount_changes(sur, family, reading, date(2025, 1, 1), ASSIGNED)

    assert [(day, facts.category) for day, facts in changes] == [(date(2025, 5, 1), "FAMILY_1")]
    assert amount_changes(sur, family, reading, date(2025, 1, 1), date(2025, 4, 30)) == ()


def test_a_family_of_which_nobody_counts_any_more_leaves_the_later_sum_open() -> None:
    """S-r7, SIL-20: the end of the study is the day after its last one."""
    ended = study().model_copy(update={"studies_to": date(2026, 6, 30)})
    reading = Reading({RELATIVES: FAMILY[2:3], DatumSource.HIGHER_EDUCATION_RECORD: (ended,)})

    changes = amount_changes(service("SUR"), identity(MOTHER, STUDENT), reading, date(2026, 1, 1), ASSIGNED)

    assert [(day, facts.category) for day, facts in changes] == [(date(2026, 7, 1), None)]


def test_one_certificate_does_not_prove_the_study_of_two_learners() -> None:
    """S-form, S-r7: whose it is nobody said, so the sum is open, the signer is told, and both owe their own."""
    sur, family = service("SUR"), identity(MOTHER, STUDENT, GROWN)
    both = (birth(date(2007, 5, 1)), birth(date(2005, 5, 1)))
    papers = {"study_certificate"}
    reading = Reading({RELATIVES: both, DatumSource.HIGHER_EDUCATION_RECORD: (None, None)})

    assert amount_of(sur, family, reading, ASSIGNED, papers).category is None
    assert doubts_of(sur, family, reading, ASSIGNED, papers) == {Flag.FAMILY_UNSETTLED}
    facts = yearly_facts(family, reading, ASSIGNED, papers)
    assert [(each.iin, each.study_shown_for) for each in facts.dependants] == [
        (STUDENT, None),
        (GROWN, None),
    ]
    minors_then = amount_of(sur, family, reading, date(2023, 1, 1), papers, ASSIGNED)
    assert minors_then.category == "FAMILY_2", "a minor counts without a certificate"


def test_a_certificate_is_the_learner_s_whom_alone_no_register_knows() -> None:
    """S-r7, COM-06: the other one is known to IS-6."""
    both = (birth(date(2007, 5, 1)), birth(date(2005, 5, 1)))
    reading = Reading({RELATIVES: both, DatumSource.HIGHER_EDUCATION_RECORD: (None, study())})
    family = identity(MOTHER, STUDENT, GROWN)
    amount = amount_of(service("SUR"), family, reading, ASSIGNED, {"study_certificate"})
    assert amount.members == 2
