"""What an applicant of a scenario hands in, as the office's doors understand it."""

from __future__ import annotations

from datetime import datetime

from belsendi.intake.applications import Applicant, Application, Certified
from belsendi.intake.event_data import Dependant
from belsendi.law import RecipientType
from stack.scenario.model import ApplyStep
from stack.scenario.people import Cast


def application_of(step: ApplyStep, cast: Cast, received_at: datetime) -> Application:
    """The application of a step. Raises pydantic's ValidationError where no door would read it."""
    certified = Certified(step.certified or ("eds" if step.channel == "portal" else "paper"))
    return Application(
        service=step.service,
        channel=step.channel,
        applicant=_applicant(step, cast),
        subject_iin=cast.iins[step.about],
        date_of_death=step.died_on,
        dependants=[
            Dependant.model_validate({"iin": cast.iins[alias], "relation": relation})
            for alias, relation in step.dependants.items()
        ],
        account=step.account,
        certified=certified,
        eds_reference="scenario-eds-1" if certified is Certified.EDS else None,
        received_at=received_at,
        documents_complete=step.complete,
        documents=["Өтініш"],
        missing_kinds=step.missing,
        first_establishment=step.first_establishment,
        one_application=step.one_application,
        data_consent=step.data_consent,
        mobile_number=cast.numbers[step.by] if step.number else None,
    )


def _applicant(step: ApplyStep, cast: Cast) -> Applicant:
    iin = cast.iins[step.by]
    if step.by in cast.entities:
        named = {"bin": iin} if step.bin else {"registration_no": "CERT-1"}
        return Applicant.model_validate({"type": RecipientType.LEGAL_ENTITY, **named})
    if step.patent is not None:
        return Applicant(type=RecipientType.SOLE_PROPRIETOR, iin=iin, patent_no=step.patent)
    return Applicant(iin=iin)
