"""Who may call a route. Every route of the API names one of these, so that none is open by oversight."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Request

from api.context import context_of
from api.problems import Kind, ProblemFound
from api.v1.bodies import check_media_type, read_body
from api.v1.signatures import check_signature, secrets_of, signed_at
from belsendi.contracts.personal_data import PersonalData

API_TOKEN = "api-token"  # noqa: S105  the name of a file
CONTACT_CENTRE_TOKEN = "contact-centre-token"  # noqa: S105  the name of a file


class Anybody:
    """The route tells nothing about anybody; whoever reaches the process may call it."""

    async def __call__(self) -> None:
        return None


@dataclass(frozen=True)
class SignedBody:
    """The very bytes that were signed."""

    body: Annotated[bytes, PersonalData("svc.death_fact")] = field(repr=False)


class SignedSender:
    """Who knows a secret of the file "events". What can be refused without reading the body is refused first."""

    async def __call__(self, request: Request) -> SignedBody:
        context = context_of(request)
        settings = context.settings
        check_media_type(request)
        timestamp = signed_at(request.headers, context.clock(), settings.event_replay_window_seconds)
        secrets = secrets_of(settings, "events")
        body = await read_body(request, settings.event_body_limit_bytes)
        check_signature(request.headers, timestamp, body, secrets)
        return SignedBody(body)


class ServiceAccount:
    """Who knows a token of the file "api-token" and sends it as a bearer token (RFC 6750)."""

    tokens = API_TOKEN

    async def __call__(self, request: Request) -> None:
        secrets = secrets_of(context_of(request).settings, self.tokens)
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        given = token.strip().encode()
        known = [hmac.compare_digest(given, secret) for secret in secrets]
        if scheme.lower() != "bearer" or not any(known):
            raise ProblemFound(
                Kind.NO_TOKEN,
                "send the service account's token: Authorization: Bearer <token>",
                headers={"WWW-Authenticate": 'Bearer realm="belsendi"'},
            )


class ContactCentre(ServiceAccount):
    """The Unified Contact Centre 1414: it may hear where a person's cases stand and ask for home visits (COM-16,
    COM-17). Its tokens are in a file of their own."""

    tokens = CONTACT_CENTRE_TOKEN
