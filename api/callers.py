"""Who may call a route. Every route of the API names one of these, so that none is open by oversight."""

from __future__ import annotations


class Anybody:
    """The route tells nothing about anybody; whoever reaches the process may call it."""

    async def __call__(self) -> None:
        return None
