"""Who owes what each year after a survivor benefit was assigned."""

from __future__ import annotations

from datetime import date

import pytest

from belsendi.casework.identity import CaseIdentity
from belsendi.casework.programmes import Reading, amount_of, yearly_facts
from belsendi.casework.programmes.sources import RELATIVES
from belsendi.law import DatumSource, service
from belsendi.law.study import StudyForm, StudyLevel
from belsendi.records.models import Case
from belsendi.registries.answers import BirthRecord, StudyRecord

ASSIGNED = date(2026, 11, 20)
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
