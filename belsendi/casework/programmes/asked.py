"""Whom a case is about, as its readers need it, and whose records make the recipient a parent or guardian."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from belsendi.contracts.personal_data import IinText, PersonalData
from belsendi.law import service
from belsendi.registries.answers import Adoption, Guardianship


@dataclass(frozen=True)
class Asked:
    """Whom a case is about, as its readers need it. ``legal_date`` is the day the right hangs on, as far as it is
    known before the reading; ``relatives`` are the dependants named with the event, ``other_parents`` those whom
    their birth records name beside the breadwinner. Days are Almaty days."""

    service: str
    recipient: IinText
    subject: IinText
    beneficiary: IinText
    relatives: Sequence[IinText]
    iban: Annotated[str | None, PersonalData("svc.bank_account")]
    patent_no: Annotated[str | None, PersonalData("svc.case_document")]
    legal_date: Annotated[date | None, PersonalData("svc.death_fact")]
    today: date
    other_parents: Sequence[IinText] = ()

    @property
    def family(self) -> Sequence[IinText]:
        """The dependants, or the recipient where nobody else was named."""
        return self.relatives or (self.recipient,)

    @property
    def wards(self) -> Sequence[IinText]:
        """Whose parent or guardian the recipient may be: the dependants, or the person with the disability."""
        return self.family if service(self.service).subject == "breadwinner" else (self.subject,)


def guards(asked: Asked, found: Guardianship) -> bool:
    """Whether the record makes the recipient the guardian today (D-r7; IS-3)."""
    in_force = found.valid_from <= asked.today <= (found.valid_to or date.max)
    return found.guardian_iin == asked.recipient and in_force


def adopts(asked: Asked, found: Adoption) -> bool:
    """Whether the court's decision makes the recipient an adoptive parent today (D-r7; IS-4)."""
    return asked.recipient in found.adopter_iins and found.in_force_on <= asked.today
