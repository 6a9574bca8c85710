"""Families: civil acts beside deaths (IS-2), guardianship and study (IS-3, IS-6), adoption (IS-4)."""

from __future__ import annotations

from dataclasses import asdict

from pydantic import Field

from simulators.registry import feeds
from simulators.registry.dossier import IIN
from simulators.registry.kinship import tie
from simulators.registry.operation import Answer, Input, Operation, TokenRule
from simulators.registry.store import RegistryStore
from simulators.registry.systems.persons import FeedPage, OfPerson


class OfChild(Input):
    child_iin: str = Field(pattern=IIN)


class OfTwo(Input):
    iin: str = Field(pattern=IIN)
    relative_iin: str = Field(pattern=IIN)


def birth_record(store: RegistryStore, asked: OfChild) -> Answer:
    child = store.person(asked.child_iin)
    if child is None or child.birth is None:
        return None
    named = child.model_dump(mode="json", include={"surname", "given_name", "patronymic", "birth_date"})
    return {**child.birth.model_dump(mode="json", exclude={"paternity_act_no"}), **named}


def marriage_records(store: RegistryStore, asked: OfPerson) -> Answer:
    person = store.person(asked.iin)
    if person is None or not person.marriages:
        return None
    return {"records": [each.model_dump(mode="json") for each in person.marriages]}


def divorce_records(store: RegistryStore, asked: OfPerson) -> Answer:
    person = store.person(asked.iin)
    if person is None or not person.divorces:
        return None
    return {"records": [each.model_dump(mode="json") for each in person.divorces]}


def kinship(store: RegistryStore, asked: OfTwo) -> Answer:
    found = tie(store, asked.iin, asked.relative_iin)
    if found is None:
        return None
    return {**asdict(found), "registered_on": found.registered_on.isoformat()}


def breadwinner_feed(store: RegistryStore, asked: FeedPage) -> Answer:
    return feeds.page(store.db, feeds.BREADWINNERS, asked.after, asked.limit)


def guardianship(store: RegistryStore, asked: OfChild) -> Answer:
    child = store.person(asked.child_iin)
    if child is None or child.guardianship is None:
        return None
    return child.guardianship.model_dump(mode="json")


def _study(store: RegistryStore, iin: str, *, higher: bool) -> Answer:
    """The study that began last."""
    person = store.person(iin)
    studies = [] if person is None else [each for each in person.studies if each.level.higher is higher]
    if not studies:
        return None
    return max(studies, key=lambda study: study.studies_from).model_dump(mode="json")


def school_record(store: RegistryStore, asked: OfPerson) -> Answer:
    return _study(store, asked.iin, higher=False)


def study_record(store: RegistryStore, asked: OfPerson) -> Answer:
    return _study(store, asked.iin, higher=True)


def adoption(store: RegistryStore, asked: OfChild) -> Answer:
    child = store.person(asked.child_iin)
    return None if child is None or child.adoption is None else child.adoption.model_dump(mode="json")


OPERATIONS = (
    Operation("civil-registry", "birth_record", OfChild, birth_record, TokenRule.NEEDED),
    Operation("civil-registry", "marriage_records", OfPerson, marriage_records, TokenRule.NEEDED),
    Operation("civil-registry", "divorce_records", OfPerson, divorce_records, TokenRule.NEEDED),
    Operation("civil-registry", "kinship", OfTwo, kinship, TokenRule.NEEDED),
    Operation("civil-registry", "breadwinner_feed", FeedPage, breadwinner_feed),
    Operation("education", "guardianship", OfChild, guardianship, TokenRule.NEEDED),
    Operation("education", "school_record", OfPerson, school_record, TokenRule.NEEDED),
    Operation("higher-education", "study_record", OfPerson, study_record, TokenRule.NEEDED),
    Operation("courts", "adoption", OfChild, adoption, TokenRule.NEEDED),
)
