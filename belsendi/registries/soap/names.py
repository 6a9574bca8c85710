"""Namespaces, types and codes of the synchronous channel, and of our types inside its ``data``."""

from __future__ import annotations

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
CHANNEL = "http://bip.bee.kz/SyncChannel/v10/Types"
SYSTEMS = "urn:belsendi:systems:v1"
XSI = "http://www.w3.org/2001/XMLSchema-instance"

XSI_TYPE = f"{{{XSI}}}type"
XSI_NIL = f"{{{XSI}}}nil"

SUCCESS = "SCSS001"
BUSINESS_REFUSALS = frozenset({"SCSE001", "SCSE002"})
REJECTION = "Rejection"


def type_name(system: str, operation: str) -> str:
    """The stem of an operation's types in the published schema: ``CivilRegistryBirthRecord``."""
    words = f"{system}-{operation}".replace("_", "-").split("-")
    return "".join(word.capitalize() for word in words)
