"""Which readers a service needs for which step, out of its catalogue entry."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from belsendi.casework.programmes.sources import (
    APPLICATIONS,
    BENEFIT_ASSIGNED,
    ENTITY_ACCOUNT_OWNER,
    NUMBERS,
    RELATIVES,
    SOURCES,
)
from belsendi.law import CheckKind, Circumstance, DatumSource, RecipientType, Service

_BASE_ITEMS = ("pd.01", "pd.02", "pd.07", "pd.10", "svc.bank_account")
# The register knows the burial payment by an operation of its own, every other benefit by its code.
_ASSIGNED = {"deceased": DatumSource.BURIAL_ASSIGNED.value}


def path_sources(entry: Service) -> list[str]:
    """What tells the path: the cause of a disability, where the automatic path hangs on one (D-r24)."""
    return [DatumSource.DISABILITY_RECORD] if entry.one_day_causes else []


def relation_sources(entry: Service) -> list[str]:
    """What shows that who applies for another person is the child's parent or the guardian (D-r7; SIL-32)."""
    kin = (DatumSource.BIRTH_RECORD, DatumSource.GUARDIANSHIP, DatumSource.ADOPTION)
    named = {item.source for item in entry.needed_data}
    return [source.value for source in kin if source in named] if entry.subject == "recipient" else []


def check_sources(entry: Service, recipient: RecipientType) -> list[str]:
    """What the parameter checks look at, and who the recipient is."""
    kinds = {check.kind for check in entry.checks}
    wanted: list[str] = [*_who(recipient), *_of_the_right(entry)]
    if CheckKind.NOT_ASSIGNED in kinds:
        wanted.append(assigned_source(entry))
    if CheckKind.NO_OTHER_APPLICATION in kinds:
        wanted.append(APPLICATIONS)
    if CheckKind.RECIPIENT_STATUS in kinds:
        wanted.append(DatumSource.RECIPIENT_STATUS)
    wanted += [check.source for check in entry.checks if check.source is not None]
    return _once(wanted)


def decision_sources(
    entry: Service, recipient: RecipientType, circumstances: Collection[Circumstance] = ()
) -> list[str]:
    """What the electronic case file holds, read anew, and the recipient's present numbers (B-t8, D-t8, S-t8).

    A legal entity has no number in the register of citizens' numbers.
    """
    entity = recipient is RecipientType.LEGAL_ENTITY
    own = {DatumSource.ACCOUNT_OWNER.value: ENTITY_ACCOUNT_OWNER} if entity else {}
    file = [item.source.value for item in entry.file_data(recipient, circumstances)]
    wanted = [source for source in check_sources(entry, recipient) if source != APPLICATIONS]
    if not entry.checks:
        wanted.append(assigned_source(entry))
    if entry.subject == "breadwinner":
        wanted.append(RELATIVES)
    asked = [own.get(source, source) for source in file if source in SOURCES]
    return _once([*wanted, *asked, *([] if entity else [NUMBERS])])


def digest_sources(
    entry: Service, recipient: RecipientType, circumstances: Collection[Circumstance] = ()
) -> list[str]:
    """What a decision rests on: of the readers of the decision all but those that only inform the signer."""
    informing = (NUMBERS, DatumSource.ACCOUNT_OWNER, ENTITY_ACCOUNT_OWNER)
    return [each for each in decision_sources(entry, recipient, circumstances) if each not in informing]


def assigned_source(entry: Service) -> str:
    """The reader that knows whether the benefit is assigned already."""
    return _ASSIGNED.get(entry.subject, BENEFIT_ASSIGNED)


def token_items(entry: Service, recipient: RecipientType) -> list[str]:
    """The catalogue items that the access token is asked for (law 94-V, art. 8): those of every reader in use."""
    file = entry.file_data(recipient, list(Circumstance))
    used = {
        *check_sources(entry, recipient),
        *(item.source.value for item in file),
        *path_sources(entry),
    }
    return sorted({*_BASE_ITEMS, *(item for name in used if name in SOURCES for item in SOURCES[name].items)})


def _who(recipient: RecipientType) -> list[str]:
    """Who the recipient is: a person by the state database, an entity by its register (B-t8; SIL-47)."""
    entity = recipient is RecipientType.LEGAL_ENTITY
    return [(DatumSource.LEGAL_ENTITY if entity else DatumSource.PERSON).value]


def _of_the_right(entry: Service) -> list[str]:
    """The reader of the day the right hangs on."""
    return {
        "deceased": [DatumSource.DEATH_RECORD.value],
        "recipient": list(path_sources(entry)),
        "breadwinner": [DatumSource.BREADWINNER_DEATH_RECORD.value],
    }[entry.subject]


def _once(names: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(str(name) for name in names))
