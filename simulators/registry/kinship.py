"""What two persons are to each other, worked out from the acts on record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from simulators.registry.dossier import Birth
from simulators.registry.store import RegistryStore


@dataclass(frozen=True)
class Tie:
    """The relation of the first person to the second, and the act that proves it (the later one of two)."""

    relation: str
    act: str
    act_no: str
    certificate_no: str
    registered_on: date
    father_on_mothers_statement: bool = False


def tie(store: RegistryStore, iin: str, relative_iin: str) -> Tie | None:
    """The nearest tie of the two; None when no act on record ties them."""
    own, others = _birth(store, iin), _birth(store, relative_iin)
    return (
        _by_birth("CHILD", own, relative_iin)
        or _by_birth("PARENT", others, iin)
        or _by_marriage(store, iin, relative_iin)
        or _sibling(own, others)
        or _over_a_generation(store, "GRANDCHILD", own, relative_iin)
        or _over_a_generation(store, "GRANDPARENT", others, iin)
    )


def _birth(store: RegistryStore, iin: str) -> Birth | None:
    person = store.person(iin)
    return None if person is None else person.birth


def _parents(birth: Birth | None) -> tuple[str, ...]:
    return () if birth is None else tuple(filter(None, (birth.mother_iin, birth.father_iin)))


def _by_birth(relation: str, birth: Birth | None, parent: str) -> Tie | None:
    if birth is None or parent not in _parents(birth):
        return None
    father = parent == birth.father_iin
    if father and birth.paternity_act_no is not None:
        return Tie(relation, "PATERNITY", birth.paternity_act_no, birth.certificate_no, birth.registered_on)
    return Tie(
        relation,
        "BIRTH",
        birth.act_no,
        birth.certificate_no,
        birth.registered_on,
        father and birth.father_on_mothers_statement,
    )


def _by_marriage(store: RegistryStore, iin: str, spouse: str) -> Tie | None:
    person = store.person(iin)
    if person is None:
        return None
    married = [each for each in person.marriages if each.spouse_iin == spouse]
    divorced = [each for each in person.divorces if each.spouse_iin == spouse]
    if divorced and (not married or divorced[-1].registered_on >= married[-1].registered_on):
        last = divorced[-1]
        return Tie("FORMER_SPOUSE", "DIVORCE", last.act_no, last.certificate_no, last.registered_on)
    if married:
        act = married[-1]
        return Tie("SPOUSE", "MARRIAGE", act.act_no, act.certificate_no, act.registered_on)
    return None


def _sibling(own: Birth | None, others: Birth | None) -> Tie | None:
    if own is None or others is None or not set(_parents(own)) & set(_parents(others)):
        return None
    later = max(own, others, key=lambda birth: birth.registered_on)
    return Tie("SIBLING", "BIRTH", own.act_no, own.certificate_no, later.registered_on)


def _over_a_generation(store: RegistryStore, relation: str, birth: Birth | None, elder: str) -> Tie | None:
    for parent in _parents(birth):
        between = _birth(store, parent)
        if birth is not None and between is not None and elder in _parents(between):
            later = max(birth.registered_on, between.registered_on)
            return Tie(relation, "BIRTH", birth.act_no, birth.certificate_no, later)
    return None
