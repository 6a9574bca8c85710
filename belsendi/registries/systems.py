"""The information systems that a burial case asks, by their exact Kazakh names (spec section 8, INC-35)."""

from __future__ import annotations

from enum import StrEnum


class System(StrEnum):
    """A system behind the "электрондық үкімет" шлюзі (IS-12). The value is its address on the gateway."""

    MOBILE_CITIZENS = "mobile-citizens"
    ACCESS_CONTROL = "access-control"
    INDIVIDUALS = "individuals"
    CIVIL_REGISTRY = "civil-registry"
    RECIPIENTS = "recipients"
    BANK_ACCOUNTS = "bank-accounts"
    E_MAKET = "e-maket"
    ODQ = "odq"

    @property
    def kazakh_name(self) -> str:
        """The name as it stands in the query log, the electronic case file and the journal."""
        return _KAZAKH_NAMES[self]

    @property
    def named_by_the_order(self) -> bool:
        """False where order 509 names no system and the name is a product default (SIL-08, SIL-47)."""
        return self not in _UNNAMED


_KAZAKH_NAMES = {
    System.MOBILE_CITIZENS: "мобильді азаматтар базасы",
    System.ACCESS_CONTROL: "дербес деректерге қолжетімділікті бақылаудың мемлекеттік сервисі",
    System.INDIVIDUALS: '"Жеке тұлғалар" мемлекеттік дерекқоры АЖ',
    System.CIVIL_REGISTRY: '"АХАЖ" (азаматтардың хал актілерін жазу) АЖ',
    System.RECIPIENTS: '"ОДҚ" ААЖ',
    System.BANK_ACCOUNTS: "банктік шоттарды тексеру",
    System.E_MAKET: '"Е-макет" ААЖ',
    System.ODQ: '"ОДҚ" ААЖ',
}
_UNNAMED = frozenset({System.MOBILE_CITIZENS, System.ACCESS_CONTROL, System.BANK_ACCOUNTS})
