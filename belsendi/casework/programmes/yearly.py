"""What of a family's reading the yearly obligations of the assigned benefit follow from (S-r7, S-t8)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from belsendi.casework.identity import CaseIdentity
from belsendi.casework.obligations import CaregiverFacts, DependantFacts, SurvivorFacts
from belsendi.casework.programmes.circumstances import family_of, learners_of, unclear_learners_of
from belsendi.casework.programmes.reading import Reading
from belsendi.law.survivor import is_dependant, needs_care
from belsendi.law.survivor_years import academic_year_of

STUDY_CERTIFICATE = "study_certificate"
"""The datum that a certificate of the education organisation proves (S-form)."""


def yearly_facts(
    identity: CaseIdentity, reading: Reading, assigned_on: date, attached: Collection[str] = ()
) -> SurvivorFacts:
    """Who owes what each year after an assignment on the Almaty day ``assigned_on``.

    The study that the assignment rested on, in a register or by an accepted certificate among ``attached``, meets
    the first year (S-r7, S-t8).

    Who does not count in the decision, such as an extramural learner of 18 to 23, owes nothing (S-r7, AC-S14);
    who may be whom a certificate is about owes one of the own.
    Minors and learners of 18 to 23 owe the study certificate from 18 on; the recipient, unless one of them, owes
    the caregiver's confirmation while one of the family is under eight.
    """
    family = list(family_of(identity, reading, assigned_on))
    studying = learners_of(identity, reading, assigned_on, certified=STUDY_CERTIFICATE in attached)
    unclear = unclear_learners_of(identity, reading, assigned_on, certified=STUDY_CERTIFICATE in attached)
    dependants = tuple(
        DependantFacts(
            iin=iin,
            born=born,
            study_shown_for=academic_year_of(assigned_on) if iin in studying else None,
        )
        for iin, born in family
        if is_dependant(born, assigned_on) or iin in studying | unclear
    )
    in_care = tuple(born for _, born in family if needs_care(born, assigned_on))
    caregiver = None
    if in_care and identity.recipient_iin not in {iin for iin, _ in family}:
        caregiver = CaregiverFacts(identity.recipient_iin, in_care)
    return SurvivorFacts(assigned_on, dependants, caregiver)
