"""Everything a process works with, opened once: records, registries, law, words, signer."""

from __future__ import annotations

from dataclasses import dataclass, field

from belsendi.attachments.kinds import kinds_of
from belsendi.casework.announcing import Announcer
from belsendi.casework.calendar_book import CalendarBook
from belsendi.casework.evidence import Evidence
from belsendi.casework.inquiries import Inquiries
from belsendi.casework.profile import LegalProfile, load_profile
from belsendi.casework.registry_watch import RegistryWatch
from belsendi.conversation.speech import Speaker
from belsendi.dialogue import MessageCatalogue
from belsendi.dialogue.service_words import refuse_unspoken
from belsendi.law import ParameterSet, WorkingCalendar, load_calendar, load_services
from belsendi.records.inbox import Inbox
from belsendi.records.outbox import Outbox
from belsendi.records.people import People
from belsendi.records.questions import Questions
from belsendi.records.store import Records, open_records
from belsendi.registries import Registries, registry_settings
from belsendi.registries.gateway import RegistryGateway
from belsendi.registries.signature import LocalSigner, SignaturePort
from belsendi.settings import Settings


@dataclass(frozen=True)
class Bench:
    """The tools of the casework. ``close`` gives them back."""

    records: Records
    people: People
    outbox: Outbox
    inbox: Inbox
    questions: Questions
    speaker: Speaker
    calendar_book: CalendarBook
    profile: LegalProfile
    parameters: ParameterSet
    gateway: RegistryGateway
    registries: Registries
    inquiries: Inquiries
    evidence: Evidence
    signer: SignaturePort
    announcer: Announcer | None = None
    automatic_passphrase: str | None = field(default=None, repr=False)

    async def close(self) -> None:
        if self.announcer is not None:
            await self.announcer.close()
        await self.gateway.aclose()
        await self.records.close()


def open_bench(
    settings: Settings, *, calendar: WorkingCalendar | None = None, profile: LegalProfile | None = None
) -> Bench:
    """Opens everything. ``calendar`` and ``profile`` replace the shipped ones (scenario runner).

    Raises ConfigurationError naming what is missing and who sets it.
    """
    records = open_records(settings)
    legal = profile or load_profile(settings)
    people = People(records.vault, legal.defaults.default_language)
    outbox = Outbox(records.vault)
    book = CalendarBook(calendar or load_calendar())
    gateway = RegistryGateway(registry_settings(settings), tell=RegistryWatch(records.database))
    registries = Registries.over(gateway)
    catalogue = MessageCatalogue.load(settings.templates_dir / "sms")
    services = load_services()
    refuse_unspoken(catalogue, services, {code: list(kinds_of(code)) for code in services})
    announcer = Announcer(settings.redis_url) if settings.redis_url else None
    records.database.announce = announcer
    return Bench(
        records=records,
        people=people,
        outbox=outbox,
        inbox=Inbox(records.vault, people),
        questions=Questions(),
        speaker=Speaker(outbox, people, catalogue, book, legal),
        calendar_book=book,
        profile=legal,
        parameters=ParameterSet.load(),
        gateway=gateway,
        registries=registries,
        inquiries=Inquiries(records, registries.access_control),
        evidence=Evidence(records.vault),
        signer=LocalSigner(settings.pki_dir),
        announcer=announcer,
        automatic_passphrase=_automatic_passphrase(settings, legal),
    )


def _automatic_passphrase(settings: Settings, profile: LegalProfile) -> str | None:
    """The officer's passphrase, needed only where an office switched automatic approval on (SIL-17)."""
    if not any(profile.defaults.automatic_approval.values()):
        return None
    return settings.secret("officer-passphrase").get_secret_value()
