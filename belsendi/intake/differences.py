"""What a second application of the same claim says otherwise than the case that runs already (SIL-40).

It attaches to the first and decides nothing by itself, but nothing in it may be lost: a person sees to what is new.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from belsendi.contracts.personal_data import PersonalData
from belsendi.intake.applications import Application

_PAPERS = ("document_kinds", "documents")


def differences(
    application: Application,
    held: Mapping[str, Any],
    account: Annotated[str | None, PersonalData("svc.bank_account")],
) -> list[str]:
    """The names of the fields in which ``application`` says something else, or more, than the case holds.

    ``held`` is what the case was told before, by the names of the application's own fields; ``account`` the number
    the payment goes to. A field that is left open says nothing. Names only: the contents stay sealed.
    """
    said = application.model_dump(mode="json", exclude_none=True)
    found = []
    if application.account is not None and application.account != account:
        found.append("account")
    for name in ("date_of_death", "one_application"):
        if said.get(name) and said[name] != held.get(name):
            found.append(name)
    known = {(each["iin"], each["relation"]) for each in held.get("dependants") or ()}
    if not {(each.iin, each.relation) for each in application.dependants} <= known:
        found.append("dependants")
    if any(not set(said.get(name) or ()) <= set(held.get(name) or ()) for name in _PAPERS):
        found.append("documents")
    return found
