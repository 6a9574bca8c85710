"""What several routes describe alike: who may call, and the problems of those that take a body."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from api.problems import Kind, responses

BY_SIGNATURE: dict[str, Any] = {"security": [{"timestamp": [], "signature": []}]}
BY_SERVICE_ACCOUNT: dict[str, Any] = {"security": [{"service_account": []}]}
BY_CONTACT_CENTRE: dict[str, Any] = {"security": [{"contact_centre": []}]}


def found_problems(*more: Kind) -> dict[int | str, dict[str, Any]]:
    """The problems of a route that shows what its address names to the holder of a token."""
    return responses(
        Kind.NO_TOKEN, Kind.NOT_FOUND, Kind.INVALID, *more, Kind.SECRET_MISSING, Kind.UNAVAILABLE
    )


def body_problems(caller: Kind, *more: Kind) -> dict[int | str, dict[str, Any]]:
    """The problems of a route that takes a JSON body. ``caller`` is what a stranger is told."""
    return responses(
        Kind.BAD_REQUEST,
        Kind.MALFORMED_JSON,
        caller,
        Kind.TOO_LARGE,
        Kind.MEDIA,
        Kind.INVALID,
        *more,
        Kind.SECRET_MISSING,
        Kind.UNAVAILABLE,
    )


def taken_once(what: str, model: type[BaseModel], *more: Kind) -> dict[int | str, dict[str, Any]]:
    """The answers of a door that senders sign for: new, or the same ``what`` again."""
    return {
        200: {"model": model, "description": f"The same {what} again: nothing new"},
        202: {"description": f"A new {what}, stored"},
        **body_problems(Kind.NOT_SIGNED, *more),
    }
