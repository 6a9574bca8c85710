"""Refusals of an outside system, told apart by type. They carry codes, never a system's own words."""

from __future__ import annotations

from belsendi.errors import OutsideSystemRejected
from belsendi.registries.systems import System


class RegistryRejected(OutsideSystemRejected):
    """The system refused the request for good; ``code`` is its own code, or UNSPECIFIED."""

    def __init__(self, system: System, operation: str, code: str) -> None:
        super().__init__(f"{system} refused {operation} with code {code}; the same request will fail again")
        self.system = system
        self.operation = operation
        self.code = code


class AccessTokenRejected(RegistryRejected):
    """The personal-data access token is missing, wrong or expired: ask the service for a new one first."""
