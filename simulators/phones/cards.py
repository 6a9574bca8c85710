"""Who owns which handset: what the list of people and the head of a phone show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from simulators.registry.people import Person
from simulators.registry.store import RegistryStore
from simulators.smsc.handsets import Handset
from simulators.smsc.store import SmscStore

_LIST_LENGTH = 60
_HUES = 8
_NAMES_SHOWN = 3


@dataclass(frozen=True, repr=False)
class Declared:
    """A death this person declared."""

    deceased_name: str
    date_of_death: str


@dataclass(frozen=True, repr=False)
class Card:
    """One line of the list: a person with a number, or a number nobody in the registers has."""

    number: str
    name: str | None
    """Everybody the registers know behind the number; the other fields are those of the first."""
    initials: str
    hue: int
    """Colour of the round mark, 0–7, always the same for a number."""
    iin: str | None
    account: str | None
    declared: Declared | None
    shared_with: int
    """How many other people the registers know behind this number."""
    last_text: str | None
    last_at: datetime | None


def _full_name(person: Person) -> str:
    return " ".join(filter(None, (person.surname, person.given_name, person.patronymic)))


class CardBox:
    """Builds cards from the registers and the handsets."""

    def __init__(self, registry: RegistryStore, handsets: SmscStore) -> None:
        self._registry = registry
        self._handsets = handsets

    def listed(self, words: str) -> list[Card]:
        """Handsets with messages first, latest first; then people in the order they came."""
        talking = {handset.number: handset for handset in self._handsets.handsets(_LIST_LENGTH)}
        people = self._registry.living_with_number(words, _LIST_LENGTH + len(talking))
        found = {person.numbers[0] for person in people}
        first = [number for number in talking if not words or number in found or words in number]
        numbers = dict.fromkeys([*first, *(person.numbers[0] for person in people)])
        return [self.of(number, talking.get(number)) for number in list(numbers)[:_LIST_LENGTH]]

    def of(self, number: str, handset: Handset | None = None) -> Card:
        """The card of a number, whether the registers know it or not."""
        people = self._registry.people_of_number(number)
        person = people[0] if people else None
        return Card(
            number=number,
            name=", ".join(_full_name(each) for each in people[:_NAMES_SHOWN]) or None,
            initials=(person.surname[:1] + person.given_name[:1]).upper() if person else "?",
            hue=int(number[-3:]) % _HUES,
            iin=person.iin if person else None,
            account=person.account if person else None,
            declared=self._declared(person) if person else None,
            shared_with=max(0, len(people) - 1),
            last_text=handset.last_text if handset else None,
            last_at=handset.last_at if handset else None,
        )

    def _declared(self, person: Person) -> Declared | None:
        deaths = self._registry.deaths_declared_by(person.iin)
        if not deaths:
            return None
        deceased = self._registry.person(deaths[0].deceased_iin)
        name = _full_name(deceased) if deceased else deaths[0].deceased_iin
        return Declared(name, f"{deaths[0].date_of_death:%d.%m.%Y}")
