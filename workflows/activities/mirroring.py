"""Mirroring our record to e-maket: our record is the first; the mirror may be written twice without harm."""

from __future__ import annotations

from collections.abc import Awaitable

from belsendi.casework.inquiries import SystemOut
from belsendi.errors import OutsideSystemError
from belsendi.registries import RegistryAnswer, System
from belsendi.registries.answers import Accepted


async def mirror(call: Awaitable[RegistryAnswer[Accepted]]) -> None:
    """Writes to the mirror. Raises SystemOut when it does not take it now; the step is then repeated."""
    try:
        await call
    except OutsideSystemError as error:
        raise SystemOut(System.E_MAKET.value) from error
