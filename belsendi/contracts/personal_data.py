"""The marker that names the catalogue item of a field of personal data.

Every field that holds personal data carries ``Annotated[..., PersonalData("pd.02")]`` in a model, or
``info={"personal_data": "pd.02"}`` in a table. Items ``pd.NN`` are those of order 278/НҚ; ``svc.*`` and
``tech.*`` are our own names for kinds of data that the list does not have.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated


@dataclass(frozen=True)
class PersonalData:
    """Names the item of the personal-data catalogue that a field holds."""

    item: str


PersonName = Annotated[str, PersonalData("pd.01")]
IinText = Annotated[str, PersonalData("pd.02")]
BirthDateText = Annotated[str, PersonalData("pd.04")]
IdentityDocumentText = Annotated[str, PersonalData("pd.07")]
AddressText = Annotated[str, PersonalData("pd.09")]
MobileNumber = Annotated[str, PersonalData("pd.10")]
DeathFact = Annotated[str, PersonalData("svc.death_fact")]
DeathDay = Annotated[date, PersonalData("svc.death_fact")]
BenefitDay = Annotated[date, PersonalData("pd.26")]
AccountNumber = Annotated[str, PersonalData("svc.bank_account")]
MessageText = Annotated[str, PersonalData("svc.message_text")]
MessageBytes = Annotated[bytes, PersonalData("svc.message_text")]
SignatureBytes = Annotated[bytes, PersonalData("pd.13")]
AccessToken = Annotated[str, PersonalData("svc.access_consent")]
