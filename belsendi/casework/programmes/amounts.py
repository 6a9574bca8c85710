"""What the sum of a case hangs on: facts for the law, which drafts the sum or leaves it open (SIL-20)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date

from belsendi.casework.identity import CaseIdentity
from belsendi.casework.programmes.circumstances import (
    birth_date_of_subject,
    counted_family,
    days_of_change,
    lost_both_parents,
    unclear_learners_of,
    unsettled_of,
)
from belsendi.casework.programmes.facts import statuses_of
from belsendi.casework.programmes.reading import Reading
from belsendi.casework.programmes.yearly import STUDY_CERTIFICATE
from belsendi.law import AmountChange, AmountFacts, DatumSource, Service, amount_category_of
from belsendi.law.ages import birthday
from belsendi.law.disability import AGES_OF_THE_SUM, cause_of, disability_amount_category, group_of
from belsendi.law.survivor import family_amount
from belsendi.registries.answers import DisabilityRecord, RecipientStatus

_OPEN = AmountFacts(None)


def amount_of(
    entry: Service,
    identity: CaseIdentity,
    reading: Reading,
    day: date | None,
    attached: Collection[str] = (),
    today: date | None = None,
) -> AmountFacts:
    """The facts of the sum on ``day``, the day it is due from; a category nobody knows leaves the sum open.

    ``attached`` are data proved by an accepted document: a study certificate makes its learner count (S-r7).
    ``today`` is the day of the decision, where it is another.
    """
    if day is None or entry.amount is None:
        return _OPEN
    if entry.amount.by == "single":
        return AmountFacts(next(iter(entry.amount.multiples)))
    if entry.amount.by == "deceased_status":
        status = reading.first(DatumSource.RECIPIENT_STATUS, RecipientStatus)
        return (
            _OPEN
            if status is None
            else AmountFacts(amount_category_of(statuses_of(reading), day, status.veteran))
        )
    if entry.amount.by == "family":
        if unsettled_of(identity, reading):
            return AmountFacts(None, open_because="registers do not settle who of the family counts")
        certified = STUDY_CERTIFICATE in attached
        if unclear_learners_of(identity, reading, day, certified=certified, today=today):
            return AmountFacts(None, open_because="several learners, and nobody said whose certificate it is")
        counted = counted_family(identity, reading, day, certified=certified, today=today)
        return _of_a_family(counted, lost_both_parents(identity, reading, day))
    record = reading.first(DatumSource.DISABILITY_RECORD, DisabilityRecord)
    born = birth_date_of_subject(identity, reading)
    if record is None or born is None or day < born:
        return _OPEN
    category = disability_amount_category(
        cause_of(record.cause_code), group_of(record.group_code), born, day, record.since_childhood
    )
    return AmountFacts(category)


def amount_changes(
    entry: Service,
    identity: CaseIdentity,
    reading: Reading,
    start: date | None,
    until: date,
    attached: Collection[str] = (),
) -> tuple[AmountChange, ...]:
    """What the monthly sum hangs on from each day after ``start`` up to ``until`` on which it is something else: a
    dependant comes of age, dies or ends the study, a child turns seven or eighteen (S-r7, SIL-20, SIL-48)."""
    if start is None or entry.amount is None or not entry.amount.monthly:
        return ()
    found: list[AmountChange] = []
    before = amount_of(entry, identity, reading, start, attached, until)
    for day in sorted(day for day in set(_days(entry, identity, reading)) if start < day <= until):
        facts = amount_of(entry, identity, reading, day, attached, until)
        if facts != before:
            found.append((day, facts))
            before = facts
    return tuple(found)


def _days(entry: Service, identity: CaseIdentity, reading: Reading) -> Iterator[date]:
    """The days on which what the sum hangs on may change."""
    if entry.subject == "breadwinner":
        yield from days_of_change(identity, reading)
        return
    born = birth_date_of_subject(identity, reading)
    if born is not None:
        yield from (birthday(born, years) for years in AGES_OF_THE_SUM)


def _of_a_family(counted: Collection[str], lost_both: Collection[str]) -> AmountFacts:
    """The sum of a family: in one of which some lost one parent and some both, nobody has said how it is shared, so
    it is left to the assigning system (SIL-20)."""
    orphans = [iin for iin in counted if iin in lost_both]
    if not counted or 0 < len(orphans) < len(counted):
        return _OPEN
    return family_amount(len(counted), both_parents_lost=bool(orphans))
