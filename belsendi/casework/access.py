"""Who may do what to a case: roles of officers and the permissions that follow from them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from belsendi.errors import BelsendiError


class AccessDenied(BelsendiError):
    """The officer's role does not allow this; the message names the permission that is missing."""

    def __init__(self, permission: Permission) -> None:
        super().__init__(f"this account may not do that: it lacks the permission '{permission.value}'")
        self.permission = permission


class Permission(StrEnum):
    """One act or view. Every route and command of the doors names exactly one of them."""

    VIEW = "view"
    SIGN = "sign"
    REVIEW = "review"
    WITHDRAW = "withdraw"
    RETRY_PLACEMENT = "retry_placement"
    CLOSE_TASK = "close_task"
    OFFER = "offer"
    ISSUE = "issue"
    TAKE_APPLICATION = "take_application"
    HANDLE_DOCUMENTS = "handle_documents"
    RELEASE_DOCUMENT = "release_document"
    SET_CALENDAR = "set_calendar"
    DECODE = "decode"


class Role(StrEnum):
    """Roles of an office. The signatory is the provider's authorised person of B-r19-1 (INC-13)."""

    CASEWORKER = "caseworker"
    SIGNATORY = "signatory"
    SUPERVISOR = "supervisor"


_CASEWORK = frozenset(
    {
        Permission.VIEW,
        Permission.REVIEW,
        Permission.WITHDRAW,
        Permission.RETRY_PLACEMENT,
        Permission.CLOSE_TASK,
        Permission.OFFER,
        Permission.HANDLE_DOCUMENTS,
        Permission.ISSUE,
        Permission.TAKE_APPLICATION,
    }
)
PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.CASEWORKER: _CASEWORK,
    Role.SIGNATORY: frozenset({Permission.VIEW, Permission.SIGN}),
    Role.SUPERVISOR: _CASEWORK | {Permission.SET_CALENDAR, Permission.DECODE, Permission.RELEASE_DOCUMENT},
}


@dataclass(frozen=True)
class Officer:
    """An officer at work. ``account_id`` is what audit and histories show; it is never a name."""

    account_id: str
    role: Role

    def may(self, permission: Permission) -> bool:
        return permission in PERMISSIONS[self.role]

    def require(self, permission: Permission) -> None:
        """Raises AccessDenied when the role does not allow it."""
        if not self.may(permission):
            raise AccessDenied(permission)
