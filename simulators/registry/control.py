"""The hand behind the world, for tests and scenarios: people, deaths, outages, and what was asked for."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from typing import Any

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, ValidationError

from simulators.registry.people import (
    Death,
    DeathChange,
    NewDeath,
    Outage,
    Person,
    PersonChange,
    Population,
)
from simulators.registry.store import RegistryStore
from simulators.registry.systems import OPERATIONS
from simulators.registry.systems.access_control import expire_tokens
from simulators.registry.systems.payments import all_orders


class PopulationShown(BaseModel):
    """People in the order they came, and every death."""

    people: list[Person]
    deaths: list[Death]


class Call(BaseModel):
    """One request that reached a register, with what it was given (synthetic data) and how it ended:
    ``ok``, ``absent``, the code of a rejection, or the mode of an outage."""

    id: int
    at: datetime
    system: str
    operation: str
    request_id: str
    purpose: str
    with_token: bool
    data: dict[str, Any]
    outcome: str


class Calls(BaseModel):
    calls: list[Call]


class Order(BaseModel):
    """A payment order; ``repeats`` counts placements with the same key after the first."""

    order_ref: str
    idempotency_key: str
    decision_no: str
    iban: str
    recipient_iin: str
    amount: str | None
    placed_at: datetime
    repeats: int


class Orders(BaseModel):
    orders: list[Order]


class Expired(BaseModel):
    tokens: int


def control_router(store: RegistryStore) -> APIRouter:
    """The JSON routes over one world."""
    router = APIRouter(prefix="/control", tags=["control"])
    _add_population_routes(router, store)
    _add_death_routes(router, store)
    _add_conduct_routes(router, store)
    return router


def _add_population_routes(router: APIRouter, store: RegistryStore) -> None:
    @router.get("/population")
    async def population(limit: int = 1000, offset: int = 0) -> PopulationShown:
        return PopulationShown(
            people=store.people(limit, offset), deaths=store.deaths(0, limit, feed_only=False)
        )

    @router.put("/population", status_code=204)
    async def replace_population(population: Population) -> None:
        """Puts these people and deaths in place of all. Orders, applications and calls stay."""
        try:
            store.replace_population(population)
        except sqlite3.IntegrityError as error:
            raise HTTPException(409, "two deaths have one act number; nothing was changed") from error

    @router.post("/people", status_code=204)
    async def add_people(people: list[Person]) -> None:
        """Adds or replaces people; the others stay."""
        store.put_people(people)

    @router.get("/people/{iin}")
    async def person(iin: str) -> Person:
        found = store.person(iin)
        if found is None:
            raise HTTPException(404, "nobody has this IIN; add the person first")
        return found

    @router.put("/people/{iin}")
    async def change_person(iin: str, change: PersonChange) -> Person:
        """Replaces the fields that are present; null empties a field that may be empty."""
        try:
            changed = store.change_person(iin, change)
        except ValidationError as error:
            raise HTTPException(
                422, "a field that may not be empty was emptied; nothing was changed"
            ) from error
        if changed is None:
            raise HTTPException(404, "nobody has this IIN; add the person first")
        return changed


def _add_death_routes(router: APIRouter, store: RegistryStore) -> None:
    @router.post("/deaths", status_code=201)
    async def add_death(death: NewDeath) -> Death:
        """Registers a death and appends it to the feed (unless ``in_feed`` is false)."""
        try:
            return store.add_death(death)
        except sqlite3.IntegrityError as error:
            raise HTTPException(409, "this act number is taken; nothing was changed") from error

    @router.put("/deaths/{act_no}")
    async def change_death(act_no: str, change: DeathChange) -> Death:
        """Corrects a record; the feed does not tell it again."""
        changed = store.change_death(act_no, change)
        if changed is None:
            raise HTTPException(404, "no record has this act number")
        return changed

    @router.delete("/deaths/{act_no}", status_code=204)
    async def remove_death(act_no: str) -> None:
        """Annuls a record: the register no longer has it."""
        if not store.remove_death(act_no):
            raise HTTPException(404, "no record has this act number")


def _add_conduct_routes(router: APIRouter, store: RegistryStore) -> None:
    names = {system for system, _ in OPERATIONS} | {f"{system}/{name}" for system, name in OPERATIONS}

    @router.get("/outages")
    async def outages() -> dict[str, Outage]:
        return store.outages()

    @router.put("/outages")
    async def replace_outages(outages: dict[str, Outage]) -> dict[str, Outage]:
        """Replaces all outages; ``{}`` heals everything. Keys: ``system`` or ``system/operation``."""
        unknown = sorted(set(outages) - names)
        if unknown:
            raise HTTPException(422, f"no such system or operation: {', '.join(unknown)}")
        store.replace_outages(outages)
        return store.outages()

    @router.get("/calls")
    async def calls(system: str | None = None, after: int = 0, limit: int = 1000) -> Calls:
        return Calls(calls=[Call.model_validate(each) for each in store.calls(system, after, limit)])

    @router.get("/orders")
    async def orders() -> Orders:
        return Orders(orders=[Order.model_validate(each) for each in all_orders(store)])

    @router.post("/tokens/expire")
    async def expire() -> Expired:
        """Every access token issued so far is expired from now on."""
        return Expired(tokens=expire_tokens(store))

    @router.post("/reset", status_code=204)
    async def reset() -> None:
        """An empty world without outages; cursors and order numbers go on."""
        store.reset()
