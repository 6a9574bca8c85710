"""The form of a study certificate, as an officer types it off the paper: judged, its flaws named at each field.

The fields are those of the order's form (S-form, 7.3); a certificate that is not whole is returned (AC-S17).
"""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import Response
from pydantic import ValidationError

from api.console.guard import Visit
from api.console.intake_form import Typed, Wrong
from api.console.rendering import pages_of
from belsendi.casework.certificates import CertificateReturned
from belsendi.law import StudyCertificate, flawed_fields

_TICKS = ("corner_stamp", "seal", "head_signature", "head_eds")
_OR_NOTHING = ("issued_on", "birth_year", "study_years", "studies_from", "studies_to")
_DAYS = ("issued_on", "studies_from", "studies_to")


def read_certificate(typed: Typed) -> StudyCertificate | list[Wrong]:
    """The certificate of a form, or what of it cannot be read as a day or a number."""
    try:
        return StudyCertificate.model_validate(
            {name: _value(typed, name) for name in StudyCertificate.model_fields}
        )
    except ValidationError as error:
        names = [str(each["loc"][0]) for each in error.errors(include_input=False)]
        return [Wrong(name, f"certificate.wrong.{'day' if name in _DAYS else 'number'}") for name in names]


def returned(certificate: StudyCertificate, error: CertificateReturned) -> list[Wrong]:
    """Why a certificate goes back, at the fields of its form."""
    return [
        Wrong(name, f"certificate.flaw.{flaw.value}")
        for flaw in error.flaws
        for name in flawed_fields(certificate, flaw)
    ]


def show_certificate(
    visit: Visit,
    *,
    action: str,
    back: str,
    typed: Typed,
    wrong: list[Wrong],
    period: str = "",
    hidden: Mapping[str, str] | None = None,
    page_path: str | None = None,
) -> Response:
    """The form's page; ``hidden`` goes back with it as it came. ``page_path``: where its language links lead when no
    page stands at its own address."""
    t, _ = pages_of(visit.request).language(visit.request)
    at_fields: dict[str, str] = {}
    for name in StudyCertificate.model_fields:
        said = next((t(each.says) for each in wrong if each.field == name), None)
        if said is not None:
            at_fields[name] = said
    return pages_of(visit.request).show(
        visit.request,
        "certificate.html",
        session=visit.session,
        status=422 if at_fields else 200,
        page_path=page_path,
        action=action,
        back=back,
        typed=typed,
        wrong=at_fields,
        period=period,
        hidden=hidden or {},
    )


def _value(typed: Typed, name: str) -> str | bool | None:
    if name in _TICKS:
        return typed.has(name, "yes")
    value = typed.get(name)
    return None if name in _OR_NOTHING and not value else value
