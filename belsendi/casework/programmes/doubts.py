"""What of a family a caseworker must look at, told by flags and in the trace of the draft (S-r6, S-r7, S-t8). It
neither refuses nor stops anything: a survivor case is a caseworker's (S-r24; SIL-20, SIL-35)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from belsendi.casework.identity import CaseIdentity
from belsendi.casework.programmes.circumstances import (
    circumstances_of,
    dead_of,
    family_of,
    unclear_learners_of,
    unsettled_of,
)
from belsendi.casework.programmes.reading import Reading
from belsendi.casework.programmes.sources import RELATIVES
from belsendi.casework.programmes.yearly import STUDY_CERTIFICATE
from belsendi.contracts.states import Flag
from belsendi.law import (
    CaregiverFacts,
    CaregiverState,
    Circumstance,
    DatumSource,
    Service,
    Trace,
    caregiver_state,
)
from belsendi.registries.answers import DisabilityRecord, EntrepreneurStanding, Transfers

LABOUR_BOOK = "labour_book"
"""The datum that a labour book with the record of termination proves (S-t8; INC-36)."""
FAMILY_FLAGS = frozenset({Flag.FAMILY_UNSETTLED, Flag.CARE_UNCONFIRMED, Flag.NOT_FIRST_TIME})


def doubts_of(
    entry: Service,
    identity: CaseIdentity,
    reading: Reading,
    today: date,
    attached: Collection[str] = (),
) -> frozenset[Flag]:
    """The flags of a family's case on the Almaty day ``today``; ``attached`` are data proved by a document."""
    if established_before(identity, reading):
        return frozenset({Flag.NOT_FIRST_TIME})
    if entry.subject != "breadwinner" or not reading.asked(RELATIVES):
        return frozenset()
    found = set()
    unclear = unclear_learners_of(identity, reading, today, certified=STUDY_CERTIFICATE in attached)
    if dead_of(identity, reading) or unsettled_of(identity, reading) or unclear:
        found.add(Flag.FAMILY_UNSETTLED)
    care = care_of(entry, identity, reading, today, attached)
    if care not in (None, CaregiverState.CONFIRMED):
        found.add(Flag.CARE_UNCONFIRMED)
    return frozenset(found)


def established_before(identity: CaseIdentity, reading: Reading) -> bool:
    """Whether the register contradicts the word given at the provider's desk, which is open only to a disability
    established for the first time (D-t2; DIS-03)."""
    record = reading.first(DatumSource.DISABILITY_RECORD, DisabilityRecord)
    return identity.case.channel == "provider" and record is not None and not record.first_time


def note_doubts(
    entry: Service,
    identity: CaseIdentity,
    reading: Reading,
    today: date,
    attached: Collection[str],
    trace: Trace,
) -> None:
    """Writes into the trace who of the family is left out or unsettled, and whether the care is confirmed."""
    if established_before(identity, reading):
        trace.add("channel", "D-t2", "the register has an earlier disability", {"channel": "provider"})
    if entry.subject != "breadwinner" or not reading.asked(RELATIVES):
        return
    dead, unsettled = dead_of(identity, reading), unsettled_of(identity, reading)
    if dead:
        trace.add("family", "S-r6", "not counted from the death on", {"persons": str(len(dead))}, "INC-17")
    if unsettled:
        detail = {"persons": str(len(unsettled)), "of": str(len(identity.relatives) or 1)}
        trace.add("family", "S-r6, S-r7", "unsettled", detail, "SIL-20")
    unclear = unclear_learners_of(identity, reading, today, certified=STUDY_CERTIFICATE in attached)
    if unclear:
        trace.add("family", "S-form, S-r7", "certificate of one of", {"persons": str(len(unclear))}, "SIL-20")
    counted = sum(1 for _ in family_of(identity, reading, today))
    trace.add("family", "S-r7", "living members", {"persons": str(counted)})
    care = care_of(entry, identity, reading, today, attached)
    if care is not None:
        trace.add("caregiver", "S-t8", care.value, {"why": _why(reading, attached)}, "SIL-35")


def care_of(
    entry: Service,
    identity: CaseIdentity,
    reading: Reading,
    today: date,
    attached: Collection[str],
) -> CaregiverState | None:
    """Whether the caregiver is confirmed at the assignment: by the labour book, or else by both registers empty
    (S-t8, SUR-12); None where nobody cares for a child under eight."""
    if Circumstance.CAREGIVER_OF_UNDER_8 not in circumstances_of(entry, identity, reading, today):
        return None
    facts = CaregiverFacts(
        labour_book_with_termination=LABOUR_BOOK in attached or None,
        registered_entrepreneur=_trades(reading),
        pension_or_social_transfers=_paid(reading),
        checked_on=today,
    )
    return caregiver_state(facts)


def _trades(reading: Reading) -> bool | None:
    if not reading.asked(DatumSource.ENTREPRENEUR_REGISTRATION):
        return None
    standing = reading.all(DatumSource.ENTREPRENEUR_REGISTRATION, EntrepreneurStanding)
    return any(each.registered for each in standing)


def _paid(reading: Reading) -> bool | None:
    if not reading.asked(DatumSource.PENSION_TRANSFERS):
        return None
    found = reading.all(DatumSource.PENSION_TRANSFERS, Transfers)
    return any(each.pension_contributions or each.social_payments for each in found)


def _why(reading: Reading, attached: Collection[str]) -> str:
    if LABOUR_BOOK in attached:
        return LABOUR_BOOK
    trades, paid = _trades(reading), _paid(reading)
    if trades and paid:
        return "both_registers"
    return "entrepreneur_registration" if trades else "pension_transfers" if paid else ""
