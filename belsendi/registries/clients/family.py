"""Clients of the systems about families: civil registry, guardianship and study, courts."""

from __future__ import annotations

from belsendi.registries import answers
from belsendi.registries.gateway import RegistryGateway
from belsendi.registries.inquiry import Inquiry, RegistryAnswer
from belsendi.registries.systems import System


class CivilRegistryClient:
    """Port ``CivilRegistry``."""

    def __init__(self, gateway: RegistryGateway) -> None:
        self._gateway = gateway

    async def death_record(self, deceased_iin: str, inquiry: Inquiry) -> RegistryAnswer[answers.DeathRecord]:
        """The death record of a person."""
        return await self._gateway.ask(
            System.CIVIL_REGISTRY,
            "death_record",
            {"deceased_iin": deceased_iin},
            inquiry=inquiry,
            answer=answers.DeathRecord,
        )

    async def death_feed(self, after: int, limit: int, inquiry: Inquiry) -> RegistryAnswer[answers.DeathFeed]:
        """Entries after the cursor, oldest first."""
        return await self._gateway.ask(
            System.CIVIL_REGISTRY,
            "death_feed",
            {"after": after, "limit": limit},
            inquiry=inquiry,
            answer=answers.DeathFeed,
        )

    async def birth_record(self, child_iin: str, inquiry: Inquiry) -> RegistryAnswer[answers.BirthRecord]:
        """The birth record of a person."""
        return await self._gateway.ask(
            System.CIVIL_REGISTRY,
            "birth_record",
            {"child_iin": child_iin},
            inquiry=inquiry,
            answer=answers.BirthRecord,
        )

    async def marriage_records(self, iin: str, inquiry: Inquiry) -> RegistryAnswer[answers.MarriageRecords]:
        """Marriages of the person, oldest first."""
        return await self._gateway.ask(
            System.CIVIL_REGISTRY,
            "marriage_records",
            {"iin": iin},
            inquiry=inquiry,
            answer=answers.MarriageRecords,
        )

    async def divorce_records(self, iin: str, inquiry: Inquiry) -> RegistryAnswer[answers.DivorceRecords]:
        """Divorces of the person, oldest first."""
        return await self._gateway.ask(
            System.CIVIL_REGISTRY,
            "divorce_records",
            {"iin": iin},
            inquiry=inquiry,
            answer=answers.DivorceRecords,
        )

    async def kinship(
        self, iin: str, relative_iin: str, inquiry: Inquiry
    ) -> RegistryAnswer[answers.KinshipRecord]:
        """What the person is to the relative, and by which act."""
        return await self._gateway.ask(
            System.CIVIL_REGISTRY,
            "kinship",
            {"iin": iin, "relative_iin": relative_iin},
            inquiry=inquiry,
            answer=answers.KinshipRecord,
        )

    async def breadwinner_feed(
        self, after: int, limit: int, inquiry: Inquiry
    ) -> RegistryAnswer[answers.BreadwinnerFeed]:
        """Families that lost a breadwinner after the cursor, oldest first."""
        return await self._gateway.ask(
            System.CIVIL_REGISTRY,
            "breadwinner_feed",
            {"after": after, "limit": limit},
            inquiry=inquiry,
            answer=answers.BreadwinnerFeed,
        )


class EducationClient:
    """Port ``Education``."""

    def __init__(self, gateway: RegistryGateway) -> None:
        self._gateway = gateway

    async def guardianship(self, child_iin: str, inquiry: Inquiry) -> RegistryAnswer[answers.Guardianship]:
        """Guardianship of the child."""
        return await self._gateway.ask(
            System.EDUCATION,
            "guardianship",
            {"child_iin": child_iin},
            inquiry=inquiry,
            answer=answers.Guardianship,
        )

    async def school_record(self, iin: str, inquiry: Inquiry) -> RegistryAnswer[answers.StudyRecord]:
        """Study below higher education."""
        return await self._gateway.ask(
            System.EDUCATION, "school_record", {"iin": iin}, inquiry=inquiry, answer=answers.StudyRecord
        )


class HigherEducationClient:
    """Port ``HigherEducation``."""

    def __init__(self, gateway: RegistryGateway) -> None:
        self._gateway = gateway

    async def study_record(self, iin: str, inquiry: Inquiry) -> RegistryAnswer[answers.StudyRecord]:
        """Higher and postgraduate study."""
        return await self._gateway.ask(
            System.HIGHER_EDUCATION, "study_record", {"iin": iin}, inquiry=inquiry, answer=answers.StudyRecord
        )


class CourtsClient:
    """Port ``Courts``."""

    def __init__(self, gateway: RegistryGateway) -> None:
        self._gateway = gateway

    async def adoption(self, child_iin: str, inquiry: Inquiry) -> RegistryAnswer[answers.Adoption]:
        """The court decision on the adoption of the child."""
        return await self._gateway.ask(
            System.COURTS, "adoption", {"child_iin": child_iin}, inquiry=inquiry, answer=answers.Adoption
        )
