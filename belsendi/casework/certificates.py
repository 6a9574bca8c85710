"""A study certificate that a person handed in: judged by the fields of its form, returned when it is not whole.

The fields are those of the form of the order (S-form, 7.3); they are judged by and not kept. Days are Almaty days.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from belsendi.casework.identity import CaseIdentity
from belsendi.contracts.personal_data import IinText
from belsendi.errors import InvalidInput
from belsendi.law import CertificateFlaw, StudyCertificate, certificate_flaws


class CertificateReturned(InvalidInput):
    """The certificate of the education organisation is incomplete or not for this year; ``flaws`` say why."""

    def __init__(self, flaws: Sequence[CertificateFlaw]) -> None:
        super().__init__("the certificate is returned: correct what is named and hand it in again (S-form)")
        self.flaws = tuple(flaws)


def check_certificate_of_year(
    certificate: StudyCertificate, period: str, learner: IinText, today: date
) -> None:
    """Valid for the academic year it names, which must be the year it is handed in for (INC-27).

    Raises CertificateReturned (AC-S17).
    """
    year = CertificateFlaw.WRONG_ACADEMIC_YEAR
    flaws = [flaw for flaw in certificate_flaws(certificate, today, learner) if flaw is not year]
    if certificate.academic_year != period:
        flaws.append(year)
    _return(flaws)


def check_certificate_of_case(certificate: StudyCertificate, identity: CaseIdentity, today: date) -> None:
    """Whole, of this academic year, and of one of the family (S-r7, S-form). Raises CertificateReturned (AC-S17)."""
    family = identity.relatives or (identity.recipient_iin,)
    learner = certificate.learner_iin if certificate.learner_iin in family else family[0]
    _return(certificate_flaws(certificate, today, learner))


def _return(flaws: Sequence[CertificateFlaw]) -> None:
    if flaws:
        raise CertificateReturned(flaws)
