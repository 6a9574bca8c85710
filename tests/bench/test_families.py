"""The families of the cases: all of them can be paid, none of them shares anything with another."""

from __future__ import annotations

from datetime import date

from bench.families import families

TODAY = date(2026, 11, 20)


def test_every_family_lacks_nothing_on_the_way_to_a_payment_order() -> None:
    chosen = families(300, TODAY, seed=1)
    assert len(chosen) == 300
    for family in chosen:
        assert family.relative.account and family.relative.numbers and family.deceased.statuses
        assert family.death.declarant_iin == family.relative.iin
        assert family.deceased.died_on == family.death.date_of_death < family.death.registered_on < TODAY


def test_no_two_families_share_a_person_or_a_number() -> None:
    chosen = families(300, TODAY, seed=1)
    iins = [person.iin for family in chosen for person in (family.deceased, family.relative)]
    assert len(set(iins)) == len(iins)
    assert len({family.relative.numbers[0] for family in chosen}) == len(chosen)


def test_the_same_seed_gives_the_same_families() -> None:
    first, second = (families(5, TODAY, seed=3) for _ in range(2))
    assert [family.death for family in first] == [family.death for family in second]
