"""Clients of the systems about persons: mobile citizens base, access control, individuals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from belsendi.registries import answers
from belsendi.registries.gateway import RegistryGateway
from belsendi.registries.inquiry import Inquiry, RegistryAnswer
from belsendi.registries.systems import System


class MobileCitizensClient:
    """Port ``MobileCitizens``."""

    def __init__(self, gateway: RegistryGateway) -> None:
        self._gateway = gateway

    async def numbers_of_person(self, iin: str, inquiry: Inquiry) -> RegistryAnswer[answers.PersonNumbers]:
        """Mobile numbers (E.164) tied to the person."""
        return await self._gateway.ask(
            System.MOBILE_CITIZENS,
            "numbers_of_person",
            {"iin": iin},
            inquiry=inquiry,
            answer=answers.PersonNumbers,
        )

    async def persons_of_number(self, number: str, inquiry: Inquiry) -> RegistryAnswer[answers.NumberPersons]:
        """Persons tied to the number (E.164)."""
        return await self._gateway.ask(
            System.MOBILE_CITIZENS,
            "persons_of_number",
            {"number": number},
            inquiry=inquiry,
            answer=answers.NumberPersons,
        )


class AccessControlClient:
    """Port ``AccessControl``."""

    def __init__(self, gateway: RegistryGateway) -> None:
        self._gateway = gateway

    async def issue_token(
        self,
        iin: str,
        *,
        items: Sequence[str],
        consent_reference: str,
        expires_in: timedelta,
        inquiry: Inquiry,
    ) -> RegistryAnswer[answers.IssuedToken]:
        """A token for the items of the catalogue, valid for ``expires_in`` (sent in milliseconds)."""
        return await self._gateway.ask(
            System.ACCESS_CONTROL,
            "issue_token",
            {
                "iin": iin,
                "purpose": inquiry.purpose,
                "items": list(items),
                "consent_reference": consent_reference,
                "expires_in_ms": expires_in // timedelta(milliseconds=1),
            },
            inquiry=inquiry,
            answer=answers.IssuedToken,
        )


class IndividualsClient:
    """Port ``Individuals``."""

    def __init__(self, gateway: RegistryGateway) -> None:
        self._gateway = gateway

    async def person(self, iin: str, inquiry: Inquiry) -> RegistryAnswer[answers.Person]:
        """The person's record."""
        return await self._gateway.ask(
            System.INDIVIDUALS, "person", {"iin": iin}, inquiry=inquiry, answer=answers.Person
        )
