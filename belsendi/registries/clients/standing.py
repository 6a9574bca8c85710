"""Clients of the systems about health, service, trade and contributions, and about legal entities."""

from __future__ import annotations

from datetime import date

from belsendi.registries import answers
from belsendi.registries.gateway import RegistryGateway
from belsendi.registries.inquiry import Inquiry, RegistryAnswer
from belsendi.registries.systems import System


class DisabilitiesClient:
    """Port ``Disabilities``."""

    def __init__(self, gateway: RegistryGateway) -> None:
        self._gateway = gateway

    async def disability_record(self, iin: str, inquiry: Inquiry) -> RegistryAnswer[answers.DisabilityRecord]:
        """The disability in force."""
        return await self._gateway.ask(
            System.DISABILITIES,
            "disability_record",
            {"iin": iin},
            inquiry=inquiry,
            answer=answers.DisabilityRecord,
        )

    async def disability_feed(
        self, after: int, limit: int, inquiry: Inquiry
    ) -> RegistryAnswer[answers.DisabilityFeed]:
        """Disabilities established after the cursor, oldest first."""
        return await self._gateway.ask(
            System.DISABILITIES,
            "disability_feed",
            {"after": after, "limit": limit},
            inquiry=inquiry,
            answer=answers.DisabilityFeed,
        )


class MedicalConclusionsClient:
    """Port ``MedicalConclusions``."""

    def __init__(self, gateway: RegistryGateway) -> None:
        self._gateway = gateway

    async def expert_council(self, iin: str, inquiry: Inquiry) -> RegistryAnswer[answers.Conclusion]:
        """The expert council's decision."""
        return await self._gateway.ask(
            System.MEDICAL_CONCLUSIONS,
            "expert_council",
            {"iin": iin},
            inquiry=inquiry,
            answer=answers.Conclusion,
        )

    async def military_commission(self, iin: str, inquiry: Inquiry) -> RegistryAnswer[answers.Conclusion]:
        """The Central military-medical commission's decision."""
        return await self._gateway.ask(
            System.MEDICAL_CONCLUSIONS,
            "military_commission",
            {"iin": iin},
            inquiry=inquiry,
            answer=answers.Conclusion,
        )

    async def hospital_certificate(self, iin: str, inquiry: Inquiry) -> RegistryAnswer[answers.Conclusion]:
        """The certificate of illness."""
        return await self._gateway.ask(
            System.MEDICAL_CONCLUSIONS,
            "hospital_certificate",
            {"iin": iin},
            inquiry=inquiry,
            answer=answers.Conclusion,
        )


class MilitaryRecordsClient:
    """Port ``MilitaryRecords``."""

    def __init__(self, gateway: RegistryGateway) -> None:
        self._gateway = gateway

    async def service(self, iin: str, inquiry: Inquiry) -> RegistryAnswer[answers.MilitaryService]:
        """The military card, or a reference on service."""
        return await self._gateway.ask(
            System.MILITARY_RECORDS, "service", {"iin": iin}, inquiry=inquiry, answer=answers.MilitaryService
        )

    async def service_death(self, iin: str, inquiry: Inquiry) -> RegistryAnswer[answers.ServiceDeath]:
        """The reference on a death of service."""
        return await self._gateway.ask(
            System.MILITARY_RECORDS,
            "service_death",
            {"iin": iin},
            inquiry=inquiry,
            answer=answers.ServiceDeath,
        )


class EntrepreneursClient:
    """Port ``Entrepreneurs``."""

    def __init__(self, gateway: RegistryGateway) -> None:
        self._gateway = gateway

    async def registration(
        self, iin: str, on: date, inquiry: Inquiry
    ) -> RegistryAnswer[answers.EntrepreneurStanding]:
        """Whether the person is an individual entrepreneur on the day."""
        return await self._gateway.ask(
            System.ENTREPRENEURS,
            "registration",
            {"iin": iin, "on": on},
            inquiry=inquiry,
            answer=answers.EntrepreneurStanding,
        )

    async def patent(self, iin: str, inquiry: Inquiry) -> RegistryAnswer[answers.Patent]:
        """The patent of the entrepreneur."""
        return await self._gateway.ask(
            System.ENTREPRENEURS, "patent", {"iin": iin}, inquiry=inquiry, answer=answers.Patent
        )


class ContributionsClient:
    """Port ``Contributions``."""

    def __init__(self, gateway: RegistryGateway) -> None:
        self._gateway = gateway

    async def transfers(
        self, iin: str, since: date, until: date, inquiry: Inquiry
    ) -> RegistryAnswer[answers.Transfers]:
        """What came in for the person within the period."""
        return await self._gateway.ask(
            System.CONTRIBUTIONS,
            "transfers",
            {"iin": iin, "since": since, "until": until},
            inquiry=inquiry,
            answer=answers.Transfers,
        )


class LegalEntitiesClient:
    """Port ``LegalEntities``."""

    def __init__(self, gateway: RegistryGateway) -> None:
        self._gateway = gateway

    async def registration(self, bin_number: str, inquiry: Inquiry) -> RegistryAnswer[answers.LegalEntity]:
        """The registration of the legal entity."""
        return await self._gateway.ask(
            System.LEGAL_ENTITIES,
            "registration",
            {"bin": bin_number},
            inquiry=inquiry,
            answer=answers.LegalEntity,
        )
