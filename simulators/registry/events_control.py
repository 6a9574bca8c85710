"""The hand behind life events, legal entities and the portal: what happens to people and what they decide."""

from __future__ import annotations

from enum import StrEnum

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, ConfigDict

from simulators.database import transaction
from simulators.registry import cabinet
from simulators.registry.cabinet import Cabinet, ConsentAsked
from simulators.registry.dossier import LegalEntity, NewDisability, NewLoss, Told
from simulators.registry.store import RegistryStore


class OwnersAct(StrEnum):
    """What the owner of a document does with the portal's question."""

    ONE_TIME_CODE = "ONE_TIME_CODE"
    """Passes the one-time password."""
    REPLY = "REPLY"
    """Answers the portal's SMS."""
    REFUSAL = "REFUSAL"
    NOTHING = "NOTHING"
    """Lets the time pass."""


_ENDS = {
    OwnersAct.ONE_TIME_CODE: ("GIVEN", "OTP"),
    OwnersAct.REPLY: ("GIVEN", "SMS"),
    OwnersAct.REFUSAL: ("REFUSED", None),
    OwnersAct.NOTHING: ("EXPIRED", None),
}


class Decision(BaseModel):
    model_config = ConfigDict(extra="forbid")

    act: OwnersAct


class ConsentsAsked(BaseModel):
    consents: list[ConsentAsked]


def events_control_router(store: RegistryStore) -> APIRouter:
    """The JSON routes over one world."""
    router = APIRouter(prefix="/control", tags=["control"])

    @router.post("/disabilities", status_code=201)
    async def add_disability(new: NewDisability) -> Told:
        """Puts a disability on the person's record and tells it in the feed."""
        return Told(cursor=store.add_disability(new))

    @router.post("/losses", status_code=201)
    async def add_loss(new: NewLoss) -> Told:
        """Tells in the feed of a family that lost its breadwinner."""
        return Told(cursor=store.add_loss(new))

    @router.post("/legal-entities", status_code=204)
    async def add_entities(entities: list[LegalEntity]) -> None:
        """Adds or replaces legal entities; the others stay."""
        with transaction(store.db):
            for entity in entities:
                store.put_legal_entity(entity)

    _add_portal_routes(router, store)
    return router


def _add_portal_routes(router: APIRouter, store: RegistryStore) -> None:
    @router.get("/cabinet/{iin}")
    async def shown(iin: str) -> Cabinet:
        """What the person's cabinet on the portal shows."""
        return cabinet.cabinet_of(store.db, iin)

    @router.get("/consents/{iin}")
    async def consents(iin: str) -> ConsentsAsked:
        """Consents the portal asked this owner for."""
        return ConsentsAsked(consents=cabinet.consents_of(store.db, iin))

    @router.post("/consents/{consent_ref}/decision", status_code=204)
    async def decide(consent_ref: str, decision: Decision) -> None:
        """The owner answers the portal, or lets the time pass."""
        with transaction(store.db):
            done = cabinet.decide(store.db, consent_ref, *_ENDS[decision.act])
        if not done:
            raise HTTPException(409, "no request waits under this reference")
