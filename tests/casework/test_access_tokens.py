"""An access token opens what it was given for: its items, on its consent (law 94-V, art. 8)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from belsendi.casework.inquiries import Inquiries
from belsendi.records.store import Records
from belsendi.registries import Inquiry, RegistryAnswer, System
from belsendi.registries.answers import IssuedToken
from tests.records.office import NOW, Office

IIN = "608301400010"


class Issuer:
    """The access service: gives a token of its own for every request, and remembers the requests."""

    def __init__(self) -> None:
        self.asked: list[tuple[tuple[str, ...], str]] = []

    async def issue_token(
        self,
        iin: str,
        *,
        items: Sequence[str],
        consent_reference: str,
        expires_in: timedelta,
        inquiry: Inquiry,
    ) -> RegistryAnswer[IssuedToken]:
        self.asked.append((tuple(items), consent_reference))
        issued = IssuedToken(token=f"token-{len(self.asked)}", expires_at=inquiry.asked_at + expires_in)
        return RegistryAnswer(System.ACCESS_CONTROL, "issue_token", inquiry.asked_at, "r", issued)


class Desk:
    """One case with its person and two consents."""

    def __init__(self, records: Records) -> None:
        self.issuer = Issuer()
        self._inquiries = Inquiries(records, self.issuer)
        self._office = Office(records)

    async def open(self) -> Desk:
        async with self._office.records.database.writing() as session:
            self.person = (await self._office.people.person(session, IIN, NOW)).id
        self.case = await self._office.case(self.person, self.person)
        async with self._office.records.database.writing() as session:
            self.first = await self._office.consent(session, self.case, self.person)
            self.second = await self._office.consent(session, self.case, self.person)
        return self

    async def token(self, items: list[str], consent: str, now: datetime = NOW) -> str:
        return await self._inquiries.access_token(
            self.case, self.person, IIN, consent, items, now, purpose="test"
        )


async def test_a_token_for_fewer_items_is_not_used_for_more(records: Records) -> None:
    desk = await Desk(records).open()
    few = await desk.token(["pd.01", "pd.02"], desk.first)
    more = await desk.token(["pd.01", "pd.02", "pd.27"], desk.first)
    assert (few, more) == ("token-1", "token-2")
    assert desk.issuer.asked[1] == (("pd.01", "pd.02", "pd.27"), desk.first)


async def test_a_token_for_more_items_serves_for_fewer_in_any_order(records: Records) -> None:
    desk = await Desk(records).open()
    await desk.token(["pd.01", "pd.02", "pd.27"], desk.first)
    assert await desk.token(["pd.27", "pd.01"], desk.first) == "token-1"
    assert len(desk.issuer.asked) == 1


async def test_a_token_of_one_consent_is_not_used_under_another(records: Records) -> None:
    desk = await Desk(records).open()
    await desk.token(["pd.01"], desk.first)
    assert await desk.token(["pd.01"], desk.second) == "token-2"
    assert await desk.token(["pd.01"], desk.first) == "token-1"


async def test_a_token_that_has_run_out_is_asked_for_anew(records: Records) -> None:
    desk = await Desk(records).open()
    await desk.token(["pd.01"], desk.first)
    assert await desk.token(["pd.01"], desk.first, NOW + timedelta(minutes=9)) == "token-1"
    assert await desk.token(["pd.01"], desk.first, NOW + timedelta(minutes=10)) == "token-2"
