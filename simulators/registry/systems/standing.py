"""Health, service, trade and contributions of a person (IS-5, IS-10, IS-11), and legal entities."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from simulators.registry import feeds
from simulators.registry.dossier import IIN, ConclusionKind
from simulators.registry.operation import Answer, Input, Operation, TokenRule
from simulators.registry.store import RegistryStore
from simulators.registry.systems.persons import FeedPage, OfPerson


class PersonOn(Input):
    """``on`` is a legal day of Asia/Almaty."""

    iin: str = Field(pattern=IIN)
    on: date


class PersonWithin(Input):
    """Both days included."""

    iin: str = Field(pattern=IIN)
    since: date
    until: date


class OfEntity(Input):
    bin: str = Field(pattern=IIN)


def disability_record(store: RegistryStore, asked: OfPerson) -> Answer:
    person = store.person(asked.iin)
    return None if person is None or person.disability is None else person.disability.model_dump(mode="json")


def disability_feed(store: RegistryStore, asked: FeedPage) -> Answer:
    return feeds.page(store.db, feeds.DISABILITIES, asked.after, asked.limit)


def _conclusion(store: RegistryStore, iin: str, kind: ConclusionKind) -> Answer:
    """The one issued last."""
    person = store.person(iin)
    found = [] if person is None else [each for each in person.conclusions if each.kind is kind]
    if not found:
        return None
    return max(found, key=lambda each: each.issued_on).model_dump(mode="json", exclude={"kind"})


def expert_council(store: RegistryStore, asked: OfPerson) -> Answer:
    return _conclusion(store, asked.iin, ConclusionKind.EXPERT_COUNCIL)


def military_commission(store: RegistryStore, asked: OfPerson) -> Answer:
    return _conclusion(store, asked.iin, ConclusionKind.MILITARY_COMMISSION)


def hospital_certificate(store: RegistryStore, asked: OfPerson) -> Answer:
    return _conclusion(store, asked.iin, ConclusionKind.HOSPITAL_CERTIFICATE)


def service(store: RegistryStore, asked: OfPerson) -> Answer:
    person = store.person(asked.iin)
    known = None if person is None else person.military_service
    return None if known is None else known.model_dump(mode="json")


def service_death(store: RegistryStore, asked: OfPerson) -> Answer:
    person = store.person(asked.iin)
    known = None if person is None else person.service_death
    return None if known is None else known.model_dump(mode="json")


def entrepreneur(store: RegistryStore, asked: PersonOn) -> Answer:
    person = store.person(asked.iin)
    trade = None if person is None else person.trade
    if trade is None or asked.on < trade.since or (trade.until is not None and trade.until < asked.on):
        return {"registered": False, "since": None}
    return {"registered": True, "since": trade.since.isoformat()}


def patent(store: RegistryStore, asked: OfPerson) -> Answer:
    person = store.person(asked.iin)
    trade = None if person is None else person.trade
    if trade is None or trade.patent_no is None or trade.patent_issued_on is None:
        return None
    return {
        "number": trade.patent_no,
        "issued_on": trade.patent_issued_on.isoformat(),
        "valid_to": None if trade.patent_valid_to is None else trade.patent_valid_to.isoformat(),
    }


def transfers(store: RegistryStore, asked: PersonWithin) -> Answer:
    person = store.person(asked.iin)
    came = [each for each in (person.transfers if person else []) if asked.since <= each.on <= asked.until]
    return {
        "pension_contributions": any(each.kind == "PENSION" for each in came),
        "social_payments": any(each.kind == "SOCIAL" for each in came),
        "last_on": max(each.on for each in came).isoformat() if came else None,
    }


def legal_entity(store: RegistryStore, asked: OfEntity) -> Answer:
    found = store.legal_entity(asked.bin)
    return None if found is None else found.model_dump(mode="json", exclude={"bin", "accounts"})


OPERATIONS = (
    Operation("disabilities", "disability_record", OfPerson, disability_record, TokenRule.NEEDED),
    Operation("disabilities", "disability_feed", FeedPage, disability_feed),
    Operation("medical-conclusions", "expert_council", OfPerson, expert_council, TokenRule.NEEDED),
    Operation("medical-conclusions", "military_commission", OfPerson, military_commission, TokenRule.NEEDED),
    Operation(
        "medical-conclusions", "hospital_certificate", OfPerson, hospital_certificate, TokenRule.NEEDED
    ),
    Operation("military-records", "service", OfPerson, service, TokenRule.NEEDED),
    Operation("military-records", "service_death", OfPerson, service_death, TokenRule.NEEDED),
    Operation("entrepreneurs", "registration", PersonOn, entrepreneur, TokenRule.NEEDED),
    Operation("entrepreneurs", "patent", OfPerson, patent, TokenRule.NEEDED),
    Operation("contributions", "transfers", PersonWithin, transfers, TokenRule.NEEDED),
    Operation("legal-entities", "registration", OfEntity, legal_entity),
)
