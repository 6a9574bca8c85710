"""All ports together over one gateway client: what a process opens at start and closes at its end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from belsendi.registries import ports
from belsendi.registries.clients.e_maket import EMaketClient
from belsendi.registries.clients.family import (
    CivilRegistryClient,
    CourtsClient,
    EducationClient,
    HigherEducationClient,
)
from belsendi.registries.clients.payments import BankAccountsClient, PaymentSystemClient, RecipientsClient
from belsendi.registries.clients.persons import (
    AccessControlClient,
    IndividualsClient,
    MobileCitizensClient,
)
from belsendi.registries.clients.portal import DigitalDocumentsClient, PortalClient
from belsendi.registries.clients.standing import (
    ContributionsClient,
    DisabilitiesClient,
    EntrepreneursClient,
    LegalEntitiesClient,
    MedicalConclusionsClient,
    MilitaryRecordsClient,
)
from belsendi.registries.gateway import RegistryGateway
from belsendi.registries.settings import RegistrySettings


@dataclass(frozen=True)
class Registries:
    """The systems a case may ask, each behind its port."""

    mobile_citizens: ports.MobileCitizens
    access_control: ports.AccessControl
    individuals: ports.Individuals
    civil_registry: ports.CivilRegistry
    recipients: ports.Recipients
    bank_accounts: ports.BankAccounts
    e_maket: ports.EMaket
    payment_system: ports.PaymentSystem
    disabilities: ports.Disabilities
    education: ports.Education
    higher_education: ports.HigherEducation
    courts: ports.Courts
    medical_conclusions: ports.MedicalConclusions
    military_records: ports.MilitaryRecords
    entrepreneurs: ports.Entrepreneurs
    contributions: ports.Contributions
    legal_entities: ports.LegalEntities
    digital_documents: ports.DigitalDocuments
    portal: ports.Portal

    @classmethod
    def over(cls, gateway: RegistryGateway) -> Registries:
        """All clients over one gateway."""
        return cls(
            mobile_citizens=MobileCitizensClient(gateway),
            access_control=AccessControlClient(gateway),
            individuals=IndividualsClient(gateway),
            civil_registry=CivilRegistryClient(gateway),
            recipients=RecipientsClient(gateway),
            bank_accounts=BankAccountsClient(gateway),
            e_maket=EMaketClient(gateway),
            payment_system=PaymentSystemClient(gateway),
            disabilities=DisabilitiesClient(gateway),
            education=EducationClient(gateway),
            higher_education=HigherEducationClient(gateway),
            courts=CourtsClient(gateway),
            medical_conclusions=MedicalConclusionsClient(gateway),
            military_records=MilitaryRecordsClient(gateway),
            entrepreneurs=EntrepreneursClient(gateway),
            contributions=ContributionsClient(gateway),
            legal_entities=LegalEntitiesClient(gateway),
            digital_documents=DigitalDocumentsClient(gateway),
            portal=PortalClient(gateway),
        )


@asynccontextmanager
async def connect_registries(settings: RegistrySettings) -> AsyncIterator[Registries]:
    """The systems for the life of a process: one HTTP client, closed at the end."""
    async with RegistryGateway(settings) as gateway:
        yield Registries.over(gateway)
