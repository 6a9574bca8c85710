"""When a document counts as proof: the rule for documents made abroad (COM-20, COM-21; AC-B31, AC-D41)."""

from __future__ import annotations

from enum import StrEnum
from functools import cache

from pydantic import BaseModel, ConfigDict, ValidationError

from belsendi.attachments.rules_data import read_rules
from belsendi.errors import ConfigurationError


class Certification(StrEnum):
    """How a document of another state is certified; TREATY: a law or treaty releases it from certification."""

    NONE = "NONE"
    APOSTILLE = "APOSTILLE"
    LEGALISATION = "LEGALISATION"
    TREATY = "TREATY"


class Language(StrEnum):
    """The language a document is written in."""

    KAZAKH = "kk"
    RUSSIAN = "ru"
    OTHER = "other"


class Shortcoming(StrEnum):
    """Why a document does not count as proof. The first two follow from the law, the others an officer sees."""

    NOT_CERTIFIED = "NOT_CERTIFIED"
    NOT_TRANSLATED = "NOT_TRANSLATED"
    WRONG_DOCUMENT = "WRONG_DOCUMENT"
    UNREADABLE = "UNREADABLE"
    DATA_DIFFER = "DATA_DIFFER"
    OUT_OF_DATE = "OUT_OF_DATE"


OFFICERS_SHORTCOMINGS = (
    Shortcoming.WRONG_DOCUMENT,
    Shortcoming.UNREADABLE,
    Shortcoming.DATA_DIFFER,
    Shortcoming.OUT_OF_DATE,
)


class Provenance(BaseModel):
    """Where a document comes from and in what form, as its bringer says and an officer confirms.

    ``original_shown``: the original was shown for comparison (B-t8).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    from_abroad: bool = False
    certification: Certification = Certification.NONE
    language: Language = Language.KAZAKH
    translation_notarised: bool = False
    original_shown: bool = False


class ProofRule(BaseModel):
    """The entry of a service in proof.yaml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    certifications: frozenset[Certification]
    certification_citation: str
    translation: bool
    translation_citation: str


class Missing(BaseModel):
    """One thing a document lacks, and the rule that wants it."""

    model_config = ConfigDict(frozen=True)

    code: Shortcoming
    citation: str


@cache
def proof_rule(service_code: str) -> ProofRule:
    """The rule of a service. Raises ConfigurationError when its data are not as they must be."""
    table = read_rules("proof.yaml")
    try:
        return ProofRule.model_validate(table.get(service_code, table["default"]))
    except (KeyError, ValidationError) as error:
        raise ConfigurationError(f"proof.yaml: the entry for {service_code} is wrong; correct it") from error


def missing_for_proof(service_code: str, provenance: Provenance) -> list[Missing]:
    """What keeps a document from counting as proof by the law; empty for one that may count."""
    rule = proof_rule(service_code)
    missing = []
    if provenance.from_abroad and provenance.certification not in rule.certifications:
        missing.append(Missing(code=Shortcoming.NOT_CERTIFIED, citation=rule.certification_citation))
    if rule.translation and provenance.language is Language.OTHER and not provenance.translation_notarised:
        missing.append(Missing(code=Shortcoming.NOT_TRANSLATED, citation=rule.translation_citation))
    return missing
