"""How large a brought file may be, in bytes, points and number."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class FileLimits(BaseModel):
    """``most_bytes`` bounds what comes in and what is stored; a picture longer than ``longest_side`` is reduced."""

    model_config = ConfigDict(frozen=True)

    most_bytes: int = Field(default=10 * 1024 * 1024, gt=0)
    most_pixels: int = Field(default=50_000_000, gt=0)
    longest_side: int = Field(default=4000, gt=0)
    most_per_case: int = Field(default=60, gt=0)
    seconds: float = Field(default=20.0, gt=0)
