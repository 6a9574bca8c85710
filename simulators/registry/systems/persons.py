"""Who people are: mobile citizens base, "Individuals" database (IS-1), civil registry (IS-2)."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from simulators.registry.operation import Answer, Input, Operation, TokenRule
from simulators.registry.store import RegistryStore

Iin = Field(pattern=r"^[0-9]{12}$")


class OfPerson(Input):
    iin: str = Iin


class OfNumber(Input):
    number: str = Field(pattern=r"^\+[1-9][0-9]{7,14}$")


class OfDeceased(Input):
    deceased_iin: str = Iin


class FeedPage(Input):
    after: int = Field(default=0, ge=0)
    limit: int = Field(default=100, ge=1, le=1000)


def numbers_of_person(store: RegistryStore, asked: OfPerson) -> Answer:
    person = store.person(asked.iin)
    if person is None or not person.numbers:
        return None
    return {"numbers": [{"number": number} for number in person.numbers]}


def persons_of_number(store: RegistryStore, asked: OfNumber) -> Answer:
    iins = store.persons_of_number(asked.number)
    return {"iins": iins} if iins else None


def person(store: RegistryStore, asked: OfPerson) -> Answer:
    found = store.person(asked.iin)
    if found is not None and found.answered_with is not None:
        found = store.person(found.answered_with)
    if found is None:
        return None
    return found.model_dump(
        mode="json",
        include={
            "iin",
            "surname",
            "given_name",
            "patronymic",
            "birth_date",
            "document",
            "address",
            "died_on",
        },
    )


def death_record(store: RegistryStore, asked: OfDeceased) -> Answer:
    death = store.death_of(asked.deceased_iin)
    if death is None:
        return None
    deceased = store.person(asked.deceased_iin)
    names: dict[str, Any] = {"surname": None, "given_name": None, "patronymic": None}
    if deceased is not None:
        names = deceased.model_dump(include=set(names))
    return {
        "act_no": death.act_no,
        "certificate_no": death.certificate_no,
        "date_of_death": death.date_of_death.isoformat(),
        "registered_on": death.registered_on.isoformat(),
        **names,
        "declarant": {"iin": death.declarant_iin} if death.declarant_iin else None,
    }


def death_feed(store: RegistryStore, asked: FeedPage) -> Answer:
    deaths = store.deaths(asked.after, asked.limit, feed_only=True)
    return {
        "records": [
            death.model_dump(
                mode="json",
                include={
                    "cursor",
                    "act_no",
                    "deceased_iin",
                    "date_of_death",
                    "registered_on",
                    "declarant_iin",
                },
            )
            for death in deaths
        ],
        "last": deaths[-1].cursor if deaths else asked.after,
    }


OPERATIONS = (
    Operation("mobile-citizens", "numbers_of_person", OfPerson, numbers_of_person),
    Operation("mobile-citizens", "persons_of_number", OfNumber, persons_of_number),
    Operation("individuals", "person", OfPerson, person, TokenRule.NEEDED_OF_SUBJECT),
    Operation("civil-registry", "death_record", OfDeceased, death_record),
    Operation("civil-registry", "death_feed", FeedPage, death_feed),
)
