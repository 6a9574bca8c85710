"""Async client of both control interfaces, for tests, the scenario runner and ``make seed``."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import httpx

from simulators.registry.cabinet import Cabinet, ConsentAsked
from simulators.registry.control import Call, Order, PopulationShown
from simulators.registry.dossier import LegalEntity, NewDisability, NewLoss
from simulators.registry.events_control import OwnersAct
from simulators.registry.people import Death, NewDeath, Outage, OutageMode, Person, Population
from simulators.smsc.faults import Faults
from simulators.smsc.handsets import Direction, Handset, HandsetMessage, Written


class SimulatorRefused(Exception):
    """A control call was answered with an error: status and the reason given, without personal data."""


class NothingCame(Exception):
    """What was waited for did not happen in time."""


class _Side:
    """One HTTP base address; errors become SimulatorRefused."""

    def __init__(self, base_url: str) -> None:
        self._http = httpx.AsyncClient(
            base_url=base_url,
            timeout=60,
            trust_env=False,
            # Shorter than the five seconds after which the simulator hangs up, so that no request meets that.
            limits=httpx.Limits(keepalive_expiry=2),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        await self._http.aclose()

    async def _ask(self, method: str, path: str, body: object = None, **query: Any) -> Any:
        response = await self._http.request(method, path, json=body, params=query or None)
        if response.is_error:
            raise SimulatorRefused(f"{method} answered {response.status_code}: {response.text[:300]}")
        return response.json() if response.content else None


class SmscControl(_Side):
    """The message centre: handsets, faults, counters. ``base_url`` is ``smsc_url`` of the ready line."""

    async def handsets(self) -> list[Handset]:
        answer = await self._ask("GET", "/handsets")
        return [Handset.model_validate(each) for each in answer["handsets"]]

    async def messages(self, number: str, after: int = 0) -> list[HandsetMessage]:
        """Texts of a handset with an id above ``after``, oldest first, both directions."""
        answer = await self._ask("GET", f"/handsets/{quote(number)}/messages", after=after)
        return [HandsetMessage.model_validate(each) for each in answer["messages"]]

    async def write(self, number: str, text: str) -> Written:
        """The owner of the handset writes to 1414."""
        return Written.model_validate(
            await self._ask("POST", f"/handsets/{quote(number)}/messages", {"text": text})
        )

    async def wait_for_text(
        self,
        number: str,
        accept: Callable[[HandsetMessage], bool] = lambda message: True,
        *,
        after: int = 0,
        timeout_seconds: float = 60,
    ) -> HandsetMessage:
        """The first complete received text that ``accept`` takes, with an id above ``after``.

        Raises NothingCame when none shows within the time.
        """
        query: dict[str, int] = {"after": after}
        try:
            async with asyncio.timeout(timeout_seconds):
                while True:
                    answer = await self._ask("GET", f"/handsets/{quote(number)}/messages", **query)
                    for each in answer["messages"]:
                        message = HandsetMessage.model_validate(each)
                        if message.direction is Direction.RECEIVED and message.complete and accept(message):
                            return message
                    query = {"after": after, "since": answer["version"], "seconds": 5}
        except TimeoutError as error:
            raise NothingCame(f"no such text came within {timeout_seconds} s") from error

    async def faults(self) -> Faults:
        return Faults.model_validate(await self._ask("GET", "/faults"))

    async def set_faults(self, faults: Faults) -> None:
        """Replaces the whole behaviour; ``Faults()`` heals everything."""
        await self._ask("PUT", "/faults", faults.model_dump(mode="json"))

    async def counters(self) -> dict[str, int]:
        """Counters since the last reset; a name that never counted is missing, ``bound_sessions`` and
        ``waiting_deliveries`` are the present numbers."""
        answer = await self._ask("GET", "/counters")
        return {
            **answer["counters"],
            "bound_sessions": answer["bound_sessions"],
            "waiting_deliveries": answer["waiting_deliveries"],
        }

    async def cut_connections(self) -> int:
        """Cuts every SMPP connection; how many there were."""
        return int((await self._ask("POST", "/connections/cut"))["connections"])

    async def reset(self) -> None:
        await self._ask("POST", "/reset")


class RegistryControl(_Side):
    """The world behind the gateway. ``base_url`` is ``registry_url`` of the ready line."""

    async def set_population(self, population: Population) -> None:
        """Puts these people and deaths in place of all."""
        await self._ask("PUT", "/control/population", population.model_dump(mode="json"))

    async def population(self, limit: int = 1000, offset: int = 0) -> PopulationShown:
        return PopulationShown.model_validate(
            await self._ask("GET", "/control/population", limit=limit, offset=offset)
        )

    async def add_people(self, people: list[Person]) -> None:
        await self._ask("POST", "/control/people", [person.model_dump(mode="json") for person in people])

    async def person(self, iin: str) -> Person:
        return Person.model_validate(await self._ask("GET", f"/control/people/{iin}"))

    async def change_person(self, iin: str, **fields: Any) -> Person:
        """Replaces the named fields (JSON values); None empties one."""
        return Person.model_validate(await self._ask("PUT", f"/control/people/{iin}", fields))

    async def add_death(self, death: NewDeath) -> Death:
        return Death.model_validate(await self._ask("POST", "/control/deaths", death.model_dump(mode="json")))

    async def change_death(self, act_no: str, **fields: Any) -> Death:
        """Corrects a record; the feed does not tell it again."""
        return Death.model_validate(
            await self._ask("PUT", f"/control/deaths/{quote(act_no, safe='')}", fields)
        )

    async def remove_death(self, act_no: str) -> None:
        await self._ask("DELETE", f"/control/deaths/{quote(act_no, safe='')}")

    async def add_disability(self, new: NewDisability) -> int:
        """Puts a disability on record and tells it in the feed; the cursor."""
        answer = await self._ask("POST", "/control/disabilities", new.model_dump(mode="json"))
        return int(answer["cursor"])

    async def add_loss(self, new: NewLoss) -> int:
        """Tells in the feed of a lost breadwinner; the cursor."""
        return int((await self._ask("POST", "/control/losses", new.model_dump(mode="json")))["cursor"])

    async def add_legal_entities(self, entities: list[LegalEntity]) -> None:
        await self._ask(
            "POST", "/control/legal-entities", [each.model_dump(mode="json") for each in entities]
        )

    async def cabinet(self, iin: str) -> Cabinet:
        """What the person's cabinet on the portal shows."""
        return Cabinet.model_validate(await self._ask("GET", f"/control/cabinet/{iin}"))

    async def consents_asked(self, iin: str) -> list[ConsentAsked]:
        """Consents to a digital document that the portal asked this owner for, oldest first."""
        answer = await self._ask("GET", f"/control/consents/{iin}")
        return [ConsentAsked.model_validate(each) for each in answer["consents"]]

    async def decide_consent(self, consent_ref: str, act: OwnersAct) -> None:
        """The owner answers the portal, or lets the time pass."""
        await self._ask("POST", f"/control/consents/{quote(consent_ref)}/decision", {"act": act.value})

    async def set_outages(self, **outages: Outage | OutageMode) -> None:
        """Replaces all outages; no argument heals everything. Names with ``-`` or ``/`` go by ``**{...}``."""
        await self._ask(
            "PUT",
            "/control/outages",
            {
                name: (Outage(mode=each) if isinstance(each, OutageMode) else each).model_dump(mode="json")
                for name, each in outages.items()
            },
        )

    async def outages(self) -> dict[str, Outage]:
        answer = await self._ask("GET", "/control/outages")
        return {name: Outage.model_validate(each) for name, each in answer.items()}

    async def calls(self, system: str | None = None, after: int = 0) -> list[Call]:
        """Requests that reached a register, oldest first."""
        query = {"system": system} if system else {}
        answer = await self._ask("GET", "/control/calls", after=after, **query)
        return [Call.model_validate(each) for each in answer["calls"]]

    async def orders(self) -> list[Order]:
        answer = await self._ask("GET", "/control/orders")
        return [Order.model_validate(each) for each in answer["orders"]]

    async def expire_tokens(self) -> int:
        return int((await self._ask("POST", "/control/tokens/expire"))["tokens"])

    async def reset(self) -> None:
        await self._ask("POST", "/control/reset")
