"""The form of an application, as it was typed: read into an application, or back with what is wrong at each field."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Annotated, Any

from pydantic import ValidationError

from belsendi.contracts.personal_data import PersonalData
from belsendi.intake.applications import Application, ApplicationRefused
from belsendi.law import RecipientType, local, utc_of
from belsendi.law.catalogue import Service

FEWEST_ROWS = 3
MORE_ROWS = 3
_POWER = ("representative_name", "representative_iin", "power_number", "power_issued_on", "power_notary")
_ORDER = (
    *("channel", "first_establishment", "received_on", "ticket", "accepted_by", "applicant_type"),
    *("applicant_name", "applicant_iin", "patent_no", "applicant_bin", "registration_no", "mobile_number"),
    *("language", *_POWER, "subject_iin", "date_of_death", "dep", "account", "one_application", "kind"),
    *("other_documents", "documents_complete", "missing_kind", "certified", "eds_reference", "data_consent"),
)
_PLACE_OF = {
    ("applicant", "name"): "applicant_name",
    ("applicant", "iin"): "applicant_iin",
    ("applicant", "bin"): "applicant_bin",
    ("applicant", "patent_no"): "patent_no",
    ("applicant", "registration_no"): "registration_no",
    ("representative", "name"): "representative_name",
    ("representative", "iin"): "representative_iin",
    ("representative", "power_number"): "power_number",
    ("representative", "power_issued_on"): "power_issued_on",
    ("representative", "power_notary"): "power_notary",
}
_REFUSED_AT = {
    "applicant": "applicant_type",
    "representative": "representative_iin",
    "received_at": "received_on",
    "document_kinds": "kind",
    "missing_kinds": "missing_kind",
    "documents": "other_documents",
}


@dataclass(frozen=True)
class Wrong:
    """One wrong field: its name on the form, and the key of what is said there."""

    field: str
    says: str


@dataclass(frozen=True)
class Typed:
    """What was typed into the form, kept as it is so that nothing has to be typed twice."""

    fields: Annotated[Mapping[str, Sequence[str]], PersonalData("svc.case_document")] = field(repr=False)

    def get(self, name: str) -> str:
        """The value of a field without the spaces around it; empty when it was not sent."""
        return next(iter(self.fields.get(name, [])), "").strip()

    def has(self, name: str, value: str) -> bool:
        """Whether a box with this value was ticked."""
        return value in self.fields.get(name, [])

    @property
    def rows(self) -> int:
        """How many dependants the form has room for."""
        filled = [int(name[8:]) for name in self.fields if re.fullmatch(r"dep_iin_\d{1,2}", name)]
        more = MORE_ROWS if self.get("act") == "more" else 0
        return min(max([FEWEST_ROWS, *filled]) + more, 20)


@dataclass(frozen=True)
class Read:
    """The application that a form makes, or what keeps it from being one."""

    application: Application | None
    wrong: list[Wrong]


def empty_form(entry: Service, now: datetime) -> Typed:
    """A form nobody has typed into: received now, at the counter, in Kazakh."""
    here = local(now)
    return Typed(
        {
            "channel": [next(iter(counters(entry)), "portal")],
            "applicant_type": [RecipientType.NATURAL_PERSON.value],
            "certified": ["paper"],
            "language": ["kk"],
            "received_on": [here.date().isoformat()],
            "received_time": [f"{here:%H:%M}"],
        }
    )


def counters(entry: Service) -> list[str]:
    """The channels of the service that an officer can take an application in from, in the catalogue's order."""
    return [channel for channel in entry.channels if channel != "mobile"]


def read_form(entry: Service, typed: Typed) -> Read:
    """The application of a form. What has to be another is named at its field, all at once."""
    wrong = _missing(entry, typed)
    if typed.get("documents_complete") == "yes" and typed.fields.get("missing_kind"):
        wrong.append(Wrong("missing_kind", "intake.wrong.missing_kind"))
    try:
        received_at = _received(typed)
    except ValueError:
        wrong.append(Wrong("received_on", "intake.wrong.received_on"))
        received_at = None
    try:
        application = Application.model_validate(_raw(entry, typed, received_at))
    except ValidationError as error:
        known = {each.field for each in wrong}
        for each in error.errors(include_input=False):
            name = _field_of([str(part) for part in each["loc"]], typed)
            if name not in known and not (name == "received_on" and received_at is None):
                known.add(name)
                wrong.append(Wrong(name, f"intake.wrong.{re.sub(r'_[0-9]+$', '', name)}"))
        application = None
    return Read(None if wrong else application, in_order(wrong))


def in_order(wrong: Sequence[Wrong]) -> list[Wrong]:
    """What is wrong, from the top of the form to its end."""

    def place(each: Wrong) -> int:
        name = "dep" if each.field.startswith("dep_") else each.field
        return _ORDER.index(name) if name in _ORDER else len(_ORDER)

    return sorted(wrong, key=place)


def refused(error: ApplicationRefused) -> Wrong:
    """What the law does not let in, at the field of the form that would have to be another."""
    return Wrong(_REFUSED_AT.get(error.field, error.field), f"intake.refused.{error.code}")


def _missing(entry: Service, typed: Typed) -> list[Wrong]:
    """Fields that must not be empty, in the order of the form."""
    kind = typed.get("applicant_type")
    wanted = ["channel", "applicant_type", "applicant_name"]
    if kind == RecipientType.LEGAL_ENTITY:
        wanted += [] if typed.get("registration_no") else ["applicant_bin"]
    else:
        wanted += ["applicant_iin"]
    wanted += ["patent_no"] if kind == RecipientType.SOLE_PROPRIETOR else []
    wanted += ["subject_iin"] if entry.subject != "recipient" else []
    wanted += ["certified"]
    wanted += ["eds_reference"] if typed.get("certified") == "eds" else []
    wanted += ["documents_complete", "data_consent"]
    wanted += ["accepted_by"] if typed.get("channel") != "portal" else []
    if any(typed.get(name) for name in _POWER):
        wanted += _POWER
    return [Wrong(name, f"intake.missing.{name}") for name in wanted if not typed.get(name)]


def _raw(entry: Service, typed: Typed, received_at: datetime | None) -> dict[str, Any]:
    kind, complete = typed.get("applicant_type"), typed.get("documents_complete") == "yes"
    sent: dict[str, Any] = {
        "service": entry.code,
        "channel": typed.get("channel"),
        "applicant": _applicant(typed, kind),
        "subject_iin": typed.get("subject_iin") or typed.get("applicant_iin"),
        "date_of_death": typed.get("date_of_death"),
        "dependants": _dependants(typed),
        "account": "".join(typed.get("account").split()).upper(),
        "certified": typed.get("certified"),
        "eds_reference": typed.get("eds_reference") if typed.get("certified") == "eds" else "",
        "received_at": received_at,
        "documents_complete": complete,
        "document_kinds": list(typed.fields.get("kind", [])),
        "missing_kinds": [] if complete else list(typed.fields.get("missing_kind", [])),
        "one_application": list(typed.fields.get("one_application", [])),
        "documents": [line.strip() for line in typed.get("other_documents").splitlines() if line.strip()],
        "accepted_by": typed.get("accepted_by"),
        "first_establishment": True if typed.has("first_establishment", "yes") else None,
        "data_consent": typed.get("data_consent") == "yes",
        "mobile_number": _mobile(typed.get("mobile_number")),
        "language": typed.get("language") or "kk",
    }
    if all(typed.get(name) for name in _POWER):
        sent["representative"] = {
            "name": typed.get("representative_name"),
            "iin": typed.get("representative_iin"),
            "power_number": typed.get("power_number"),
            "power_issued_on": typed.get("power_issued_on"),
            "power_notary": typed.get("power_notary"),
        }
    return {name: value for name, value in sent.items() if value not in ("", None)}


def _applicant(typed: Typed, kind: str) -> dict[str, str]:
    """The fields of this kind of applicant; what was typed for another kind stays on the form only."""
    names = {
        RecipientType.LEGAL_ENTITY.value: {"bin": "applicant_bin", "registration_no": "registration_no"},
        RecipientType.SOLE_PROPRIETOR.value: {"iin": "applicant_iin", "patent_no": "patent_no"},
    }.get(kind, {"iin": "applicant_iin"})
    told = {"type": kind, "name": typed.get("applicant_name")}
    told |= {name: typed.get(source) for name, source in names.items()}
    return {name: value for name, value in told.items() if value}


def _dependants(typed: Typed) -> list[dict[str, str]]:
    rows = [(typed.get(f"dep_iin_{n}"), typed.get(f"dep_relation_{n}")) for n in range(1, typed.rows + 1)]
    return [{"iin": iin, "relation": relation} for iin, relation in rows if iin]


def _received(typed: Typed) -> datetime:
    """The Almaty day and time of the form as an instant. Raises ValueError."""
    return utc_of(
        date.fromisoformat(typed.get("received_on")), time.fromisoformat(typed.get("received_time"))
    )


def _mobile(value: str) -> str:
    """+7 and ten digits; a number that begins with 8 is meant to begin with +7."""
    digits = re.sub(r"[\s()-]", "", value)
    return f"+7{digits[1:]}" if re.fullmatch(r"[78]\d{10}", digits) else digits


def _field_of(place: Sequence[str], typed: Typed) -> str:
    """The field of the form that a field of the application was read from."""
    if tuple(place[:2]) in _PLACE_OF:
        return _PLACE_OF[place[0], place[1]]
    if place[:1] == ["dependants"] and len(place) > 1 and place[1].isdigit():
        filled = [n for n in range(1, typed.rows + 1) if typed.get(f"dep_iin_{n}")]
        part = "relation" if place[-1] == "relation" else "iin"
        return f"dep_{part}_{filled[int(place[1])]}"
    first = place[0] if place else "certified"
    return _REFUSED_AT.get(first, first)
