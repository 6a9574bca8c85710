"""What ends a measurement."""

from __future__ import annotations

from belsendi.errors import BelsendiError


class BenchFailed(BelsendiError):
    """A measurement could not be made; a figure is never invented in its place."""
