"""The electronic case file: what state each datum of a case is in, by what the registers answered."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from belsendi.casework.identity import CaseIdentity
from belsendi.casework.programmes.asked import Asked
from belsendi.casework.programmes.circumstances import counted_dependants, family_of, studies_of
from belsendi.casework.programmes.facts import asked_about
from belsendi.casework.programmes.reading import Reading
from belsendi.casework.programmes.sources import SOURCES
from belsendi.law import Circumstance, DatumSource, EimItem, EimStatus, Service
from belsendi.law.survivor import DependantAge, dependant_age
from belsendi.registries import System
from belsendi.registries.answers import StudyRecord

_WORST = (EimStatus.INCORRECT, EimStatus.ABSENT, EimStatus.PRESENT)
_STUDY = frozenset({DatumSource.SCHOOL_RECORD, DatumSource.HIGHER_EDUCATION_RECORD})


def case_file(
    entry: Service,
    identity: CaseIdentity,
    reading: Reading,
    today: date,
    circumstances: Collection[Circumstance] = (),
) -> list[EimItem]:
    """The state of each datum of the electronic case file (5.2, 6.2, 7.2): present, absent or incorrect."""
    asked = asked_about(identity, None, today)
    return [
        EimItem(
            item.datum,
            item.system or _system(item.source),
            _study_status(item.source, identity, reading, today)
            if item.source in _STUDY
            else _status(item.source, asked, reading),
        )
        for item in entry.file_data(identity.recipient_type, circumstances)
    ]


def _system(source: DatumSource) -> str | None:
    reader = SOURCES.get(source)
    return None if reader is None else System(reader.system).value


def _status(source: DatumSource, asked: Asked, reading: Reading) -> EimStatus:
    if source is DatumSource.ACCOUNT_OWNER:
        return EimStatus.PRESENT if asked.iban else EimStatus.ABSENT
    answers = reading.found.get(source, ())
    judge = SOURCES[source].judge if source in SOURCES else None
    found = {
        EimStatus.ABSENT if answer is None or judge is None else judge(asked, answer) for answer in answers
    }
    return next((status for status in _WORST if status in found), EimStatus.ABSENT)


def _study_status(source: DatumSource, identity: CaseIdentity, reading: Reading, today: date) -> EimStatus:
    """Whether the registers settle who of 18 to 23 studies (S-r6, S-r7; COM-05).

    They do when one of them knows the study of each, in whichever form: who does not study full-time is no
    dependant and proves nothing on paper. Where then nobody of the family counts, the study ground is not met
    (AC-S14).
    """
    learners = {
        iin
        for iin, born in family_of(identity, reading, today)
        if dependant_age(born, today) is DependantAge.STUDY_AGE
    }
    known = {iin for iin, _ in studies_of(identity, reading)}
    settled = learners <= known and counted_dependants(identity, reading, today) > 0
    return EimStatus.PRESENT if settled and reading.all(source, StudyRecord) else EimStatus.ABSENT
