"""The information systems that a case asks, by their exact Kazakh names (spec section 8, INC-35)."""

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
    DISABILITIES = "disabilities"
    EDUCATION = "education"
    HIGHER_EDUCATION = "higher-education"
    COURTS = "courts"
    MEDICAL_CONCLUSIONS = "medical-conclusions"
    MILITARY_RECORDS = "military-records"
    ENTREPRENEURS = "entrepreneurs"
    CONTRIBUTIONS = "contributions"
    LEGAL_ENTITIES = "legal-entities"
    DIGITAL_DOCUMENTS = "digital-documents"
    PORTAL = "portal"

    @property
    def kazakh_name(self) -> str:
        """The name as it stands in the query log, the electronic case file and the journal."""
        return _KAZAKH_NAMES[self]

    @property
    def named_by_the_order(self) -> bool:
        """False where order 509 names no system and the name is a product default (SIL-08, SIL-47; IS-10 and
        IS-11 stand in the order without a name)."""
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
    System.DISABILITIES: '"Мүгедектігі бар адамдардың орталықтандырылған деректер қоры" АЖ',
    System.EDUCATION: (
        'Қазақстан Республикасы Оқу-ағарту министрлігінің "Ұлттық білім беру деректер қоры" ақпараттық жүйесі'
    ),
    System.HIGHER_EDUCATION: '"ҚР ҒЖБМ ЖББП" АЖ',
    System.COURTS: '"Төрелік" автоматтандырылған ақпараттық талдамалық жүйесі',
    System.MEDICAL_CONCLUSIONS: "медициналық қорытындылар",
    System.MILITARY_RECORDS: "әскери қызмет туралы мәліметтер",
    System.ENTREPRENEURS: "дара кәсіпкерлерді тіркеу",
    System.CONTRIBUTIONS: "зейнетақы жарналары мен әлеуметтік төлемдер",
    System.LEGAL_ENTITIES: "заңды тұлғаларды мемлекеттік тіркеу",
    System.DIGITAL_DOCUMENTS: "цифрлық құжаттар сервисі",
    System.PORTAL: "www.egov.kz порталы",
}
_UNNAMED = frozenset(
    {
        System.MOBILE_CITIZENS,
        System.ACCESS_CONTROL,
        System.BANK_ACCOUNTS,
        System.MEDICAL_CONCLUSIONS,
        System.MILITARY_RECORDS,
        System.ENTREPRENEURS,
        System.CONTRIBUTIONS,
        System.LEGAL_ENTITIES,
    }
)
