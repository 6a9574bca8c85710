"""The registers, one module each; OPERATIONS is the whole contract as data."""

from __future__ import annotations

from typing import Any

from simulators.registry.operation import Operation
from simulators.registry.systems import (
    access_control,
    casework,
    family,
    payments,
    persons,
    portal,
    recipients,
    standing,
)

OPERATIONS: dict[tuple[str, str], Operation[Any]] = {
    (operation.system, operation.name): operation
    for module in (persons, family, standing, access_control, recipients, casework, payments, portal)
    for operation in module.OPERATIONS
}
"""Every operation by system and name."""
