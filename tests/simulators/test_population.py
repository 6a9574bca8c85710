"""The synthetic population: well-formed, various, the same for the same seed, and nobody real."""

from __future__ import annotations

from collections import Counter
from datetime import date

import phonenumbers
import pytest

from belsendi.law import parse_iban, parse_iin
from simulators.drawing import iban_of, iin_check_digit
from simulators.population import synthetic_population
from simulators.registry.people import Population, StatusKind

TODAY = date(2026, 6, 16)


@pytest.fixture(scope="module")
def population() -> Population:
    return synthetic_population(seed=7, size=400, today=TODAY)


def test_the_same_seed_gives_the_same_people(population: Population) -> None:
    assert synthetic_population(7, 400, TODAY) == population
    assert synthetic_population(8, 400, TODAY) != population


def test_every_identifier_is_valid_and_every_iin_unique(population: Population) -> None:
    for person in population.people:
        assert parse_iin(person.iin) == person.iin
        for iban in filter(None, [person.account, *person.accounts]):
            assert parse_iban(iban).bank is not None
        for number in person.numbers:
            parsed = phonenumbers.parse(number)
            assert phonenumbers.is_valid_number(parsed)
            assert phonenumbers.region_code_for_number(parsed) == "KZ"
            assert phonenumbers.number_type(parsed) == phonenumbers.PhoneNumberType.MOBILE
    assert max(Counter(person.iin for person in population.people).values()) == 1


def test_no_iin_can_be_the_number_of_a_person_born_on_a_real_date(population: Population) -> None:
    assert all(81 <= int(person.iin[2:4]) <= 92 for person in population.people)


def test_the_living_differ_in_what_the_registers_know(population: Population) -> None:
    living = [person for person in population.people if person.died_on is None]
    numbers = Counter(number for person in living for number in person.numbers)
    assert len(living) == 400
    assert any(person.account is None for person in living)
    assert any(not person.numbers for person in living)
    assert any(count > 1 for count in numbers.values()), "some share a number"
    assert {person.language for person in living} == {"kk", "ru"}


def test_the_deceased_differ_in_their_payments_and_declarants(population: Population) -> None:
    people = {person.iin: person for person in population.people}
    kinds = {status.kind for death in population.deaths for status in people[death.deceased_iin].statuses}
    assert len(population.deaths) == 100
    assert StatusKind.AGE_PENSION in kinds
    assert len(kinds) > 2
    assert any(not people[death.deceased_iin].statuses for death in population.deaths)
    assert any(death.declarant_iin is None for death in population.deaths)
    for death in population.deaths:
        assert people[death.deceased_iin].died_on == death.date_of_death <= death.registered_on <= TODAY


def test_the_first_person_can_walk_through_an_ordinary_case(population: Population) -> None:
    first, death = population.people[0], population.deaths[0]
    deceased = next(person for person in population.people if person.iin == death.deceased_iin)
    assert first.numbers
    assert first.account
    assert death.declarant_iin == first.iin
    assert StatusKind.AGE_PENSION in {status.kind for status in deceased.statuses}


@pytest.mark.parametrize(
    ("first", "digit"),
    [
        ("90010130000", 7),
        ("90010130081", 1),
        ("99123140000", 2),
        ("90010130080", None),
        ("00022950096", None),
    ],
)
def test_check_digits_of_the_published_examples(first: str, digit: int | None) -> None:
    assert iin_check_digit([int(each) for each in first]) == digit


def test_the_registry_example_of_an_iban() -> None:
    assert iban_of("125", "KZT5004100100") == "KZ86125KZT5004100100"


@pytest.fixture(scope="module")
def claims() -> Population:
    return synthetic_population(seed=7, size=8, today=TODAY, claims=7)


def test_claims_are_added_and_change_nobody_else(claims: Population) -> None:
    plain = synthetic_population(seed=7, size=8, today=TODAY)
    assert claims.people[: len(plain.people)] == plain.people
    assert (len(claims.disabilities), len(claims.losses)) == (7, 7)
    assert synthetic_population(seed=7, size=8, today=TODAY, claims=7) == claims
    assert max(Counter(person.iin for person in claims.people).values()) == 1
    assert all(parse_iin(person.iin) == person.iin for person in claims.people)


def test_disabilities_come_in_every_kind(claims: Population) -> None:
    people = {person.iin: person for person in claims.people}
    causes = [each.disability.cause_code for each in claims.disabilities]
    assert causes[:2] == ["GENERAL_ILLNESS", "WORK_INJURY"]
    assert None in causes
    assert {each.disability.first_time for each in claims.disabilities} == {True, False}
    for each in claims.disabilities:
        assert each.disability.established_on <= TODAY
        applicant = people[each.applicant_iin or each.iin]
        assert applicant.numbers
        assert applicant.account
        if each.applicant_iin is not None:
            child = people[each.iin]
            guardian = child.guardianship and child.guardianship.guardian_iin
            mother = child.birth and child.birth.mother_iin
            assert applicant.iin in (guardian, mother)


def test_bereaved_families_come_in_every_kind(claims: Population) -> None:
    people = {person.iin: person for person in claims.people}
    deaths = {death.deceased_iin: death for death in claims.deaths}
    studies = []
    for loss in claims.losses:
        father = people[loss.breadwinner_iin]
        assert father.died_on == loss.date_of_death == deaths[father.iin].date_of_death
        assert not deaths[father.iin].in_feed
        assert loss.applicant_iin
        assert people[loss.applicant_iin].numbers
        for dependant in loss.dependants:
            child = people[dependant.iin]
            assert child.birth
            assert child.birth.father_iin == father.iin
            studies += child.studies
    assert {(study.level.higher, study.form) for study in studies} == {
        (False, "FULL_TIME"),
        (True, "FULL_TIME"),
        (True, "EXTRAMURAL"),
    }
    assert any(study.leave_from for study in studies)
    assert any(people[loss.breadwinner_iin].service_death for loss in claims.losses)
    assert any(people[loss.applicant_iin or ""].trade for loss in claims.losses)
