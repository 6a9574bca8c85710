"""The few people of these tests: valid IINs with an impossible month, so nobody's."""

from __future__ import annotations

from datetime import date

from simulators.registry.people import (
    IdentityDocument,
    NewDeath,
    Person,
    Population,
    StatusKind,
    StatusPeriod,
)

APPLICANT, DECEASED, NEIGHBOUR = "868315300014", "408203300018", "718511400017"
IBAN, OTHER_IBAN = "KZ86125KZT5004100100", "KZ563190000012344567"
NUMBER = "+77010000001"


def small_population() -> Population:
    """An applicant with number and account, her deceased father who had a pension, a neighbour on her number."""
    return Population(
        people=[
            Person(
                iin=APPLICANT,
                surname="Сейітова",
                given_name="Әлия",
                patronymic="Нұрланқызы",
                birth_date=date(1986, 3, 15),
                numbers=[NUMBER, "+77020000002"],
                account=IBAN,
                document=IdentityDocument(
                    kind="жеке куәлік",
                    number="012345678",
                    issued_on=date(2020, 1, 10),
                    valid_to=date(2030, 1, 9),
                    issuer="ҚР ІІМ",
                ),
                address="Астана қ., Достық к-сі, 5",
            ),
            Person(
                iin=DECEASED,
                surname="Сейітов",
                given_name="Нұрлан",
                birth_date=date(1940, 2, 3),
                statuses=[
                    StatusPeriod(kind=StatusKind.AGE_PENSION, valid_from=date(2003, 2, 3)),
                    StatusPeriod(
                        kind=StatusKind.SPECIAL_STATE_BENEFIT,
                        valid_from=date(2010, 1, 1),
                        valid_to=date(2015, 12, 31),
                        suspended_from=date(2012, 1, 1),
                        suspended_to=date(2012, 6, 30),
                    ),
                ],
                veteran=True,
            ),
            Person(
                iin=NEIGHBOUR,
                surname="Иванова",
                given_name="Ольга",
                birth_date=date(1971, 5, 11),
                language="ru",
                numbers=[NUMBER],
            ),
        ],
        deaths=[
            NewDeath(
                deceased_iin=DECEASED,
                date_of_death=date(2026, 6, 10),
                registered_on=date(2026, 6, 11),
                declarant_iin=APPLICANT,
                act_no="10-2026-0000100",
            )
        ],
    )
