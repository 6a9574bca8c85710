"""Who of a family lost both parents, and what the sum of such a family is (Social Code art. 230)."""

from __future__ import annotations

from datetime import date

import pytest

from belsendi.casework.programmes import Reading, amount_of, circumstances_of, other_parents_of
from belsendi.casework.programmes.sources import RELATIVES
from belsendi.law import AmountFacts, Circumstance, DatumSource, service
from belsendi.law.survivor import family_amount
from belsendi.registries.answers import BirthRecord, DeathRecord
from tests.casework.test_yearly_facts import MOTHER as APPLICANT
from tests.casework.test_yearly_facts import PUPIL, TODDLER, identity

SUR, DAY = service("SUR"), date(2026, 6, 1)
FATHER = identity(APPLICANT).subject_iin
MOTHER, STEPMOTHER = "950101400121", "960101400121"
CASE = identity(APPLICANT, PUPIL, TODDLER)


def child(born: date, *, mother: str | None = MOTHER, father: str | None = FATHER) -> BirthRecord:
    return BirthRecord(
        act_no="B-1",
        certificate_no="C-1",
        registered_on=born,
        surname="Сынақов",
        given_name="Сынақ",
        birth_date=born,
        mother_iin=mother,
        father_iin=father,
    )


def death(on: date) -> DeathRecord:
    return DeathRecord(
        act_no="D-1", certificate_no="C-9", date_of_death=on, registered_on=on, surname="С", given_name="С"
    )


def reading(*births: BirthRecord, deaths: tuple[DeathRecord | None, ...]) -> Reading:
    return Reading({RELATIVES: births, DatumSource.OTHER_PARENT_DEATH_RECORD: deaths})


PUPILS, TODDLERS = date(2012, 5, 1), date(2021, 5, 1)


@pytest.mark.parametrize(
    ("died_on", "category"),
    [(date(2020, 3, 1), "BOTH_PARENTS"), (DAY, "BOTH_PARENTS"), (date(2026, 6, 2), "FAMILY_2")],
)
def test_both_parents_are_lost_from_the_day_the_later_one_died(died_on: date, category: str) -> None:
    found = reading(child(PUPILS), child(TODDLERS), deaths=(death(died_on),))
    assert other_parents_of(CASE, found) == (MOTHER,)
    assert amount_of(SUR, CASE, found, DAY).category == category


def test_each_of_two_mothers_is_told_from_the_other() -> None:
    pupil, toddler = child(PUPILS), child(TODDLERS, mother=STEPMOTHER)
    both = reading(pupil, toddler, deaths=(death(PUPILS), death(PUPILS)))
    assert other_parents_of(CASE, both) == (MOTHER, STEPMOTHER)
    assert amount_of(SUR, CASE, both, DAY) == family_amount(2, both_parents_lost=True)
    for deaths in ((death(PUPILS), None), (None, death(PUPILS))):
        found = reading(pupil, toddler, deaths=deaths)
        assert amount_of(SUR, CASE, found, DAY) == AmountFacts(None), "nobody said how such a sum is shared"
    assert amount_of(SUR, CASE, reading(pupil, toddler, deaths=(None, None)), DAY) == family_amount(2)


@pytest.mark.parametrize(
    "born",
    [
        child(PUPILS, mother=None),
        child(PUPILS, mother=APPLICANT),
        child(PUPILS, mother=MOTHER, father=STEPMOTHER),
    ],
    ids=["one parent on record", "the other parent applies", "no child of the breadwinner's"],
)
def test_nobody_is_asked_about_where_no_other_parent_can_be_lost(born: BirthRecord) -> None:
    found = reading(born, deaths=())
    assert other_parents_of(CASE, found) == ()
    assert Circumstance.OTHER_PARENT_ON_RECORD not in circumstances_of(SUR, CASE, found, DAY)
    assert amount_of(SUR, CASE, found, DAY) == family_amount(1)


def test_the_other_parent_on_record_is_asked_about() -> None:
    found = reading(child(PUPILS), deaths=())
    circumstances = circumstances_of(SUR, CASE, found, DAY)
    assert Circumstance.OTHER_PARENT_ON_RECORD in circumstances
    asked = {item.datum for item in SUR.data_to_ask(circumstances)}
    assert "other_parent_death_record" in asked
    assert "other_parent_death_record" not in {item.datum for item in SUR.data_to_ask([])}
