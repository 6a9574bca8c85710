"""The three services end to end in a browser: the citizen at the phones page, the officers at the console.

Everything is real and told over its own protocol: the registers' feeds over HTTP, the messages over SMPP, the cases on
an engine. Only the clocks stand on a working morning: on a rest day the acceptance of two of the services would be
deferred (D-t7, S-t7).
"""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from belsendi.law import legal_day
from simulators.registry.dossier import Birth, Dependant, Disability, NewDisability, NewLoss
from simulators.registry.people import Person
from sms.service import SmsService
from tests.console.office import ConsoleOffice, open_console, to_a_working_morning
from tests.console.test_intake_form import a_family
from tests.console.test_pages_in_a_browser import _officer

REASON = "the file is complete"


@dataclass(frozen=True)
class Told:
    """A life event of which the registers know: who is offered what, and the service's name in messages."""

    service: str
    citizen: Person
    name: str


Happens = Callable[[ConsoleOffice, date], Awaitable[Told]]


async def a_death(office: ConsoleOffice, _today: date) -> Told:
    family = await a_family(office)
    await office.registry.add_death(family.death)
    return Told("BUR", family.declarant, "Жерлеуге арналған біржолғы төлем")


async def a_disability(office: ConsoleOffice, today: date) -> Told:
    person = (await a_family(office)).declarant
    found = Disability(
        group_code="II",
        cause_code="GENERAL_ILLNESS",
        established_on=today - timedelta(days=3),
        reference_no="MSE-0001",
    )
    await office.registry.add_disability(NewDisability(iin=person.iin, disability=found))
    return Told("DIS", person, "Мүгедектігі бойынша жәрдемақы")


async def a_loss(office: ConsoleOffice, today: date) -> Told:
    family, child = await a_family(office), (await a_family(office)).deceased
    born = Birth(
        act_no="B-1",
        certificate_no="C-1",
        registered_on=today - timedelta(days=2000),
        mother_iin=family.declarant.iin,
        father_iin=family.deceased.iin,
    )
    child = child.model_copy(
        update={"birth_date": today - timedelta(days=2010), "birth": born, "died_on": None, "numbers": []}
    )
    await office.registry.add_people([child])
    death = family.death
    await office.registry.add_death(death.model_copy(update={"in_feed": False, "declarant_iin": None}))
    await office.registry.add_loss(
        NewLoss(
            breadwinner_iin=family.deceased.iin,
            date_of_death=death.date_of_death,
            registered_on=death.registered_on,
            applicant_iin=family.declarant.iin,
            dependants=[Dependant(iin=child.iin, relation="CHILD")],
        )
    )
    return Told("SUR", family.declarant, "Асыраушысынан айырылу жағдайы бойынша жәрдемақы")


@pytest.fixture
async def office(own_temporal_server: str, tmp_path: Path) -> AsyncIterator[ConsoleOffice]:
    """The office with its SMS gateway and its sweep, all clocks on a working morning."""
    shift = to_a_working_morning()
    async with open_console(tmp_path, own_temporal_server, shift) as opened, _at_work(opened):
        yield opened


@asynccontextmanager
async def _at_work(office: ConsoleOffice) -> AsyncIterator[None]:
    context, clock, stop = office.context, office.context.clock, asyncio.Event()

    async def handle(inbound_id: str) -> None:
        await office.reception.handle(inbound_id, clock())

    gateway = SmsService(context.settings, context.bench.records, handle, clock=clock)
    await gateway.start()
    sweep = asyncio.create_task(context.sweep.run(0.3, 0.3, stop))
    try:
        yield
    finally:
        stop.set()
        await sweep
        await gateway.stop()


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    path = shutil.which("chromium")
    assert path, "chromium is missing: apt-get install chromium fonts-dejavu-core"
    expect.set_options(timeout=60_000)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        await browser.close()


@pytest.mark.timeout(300)
@pytest.mark.parametrize("happens", [a_death, a_disability, a_loss])
async def test_from_the_offer_on_the_phone_to_the_result_on_the_phone(
    office: ConsoleOffice, chromium: Browser, happens: Happens
) -> None:
    """B-r13, D-r24, S-r24: offered, answered with 1, decided by those whom the law names, signed, told."""
    told = await happens(office, legal_day(office.context.clock()))
    phone = await chromium.new_page(viewport={"width": 390, "height": 844})
    await phone.goto(f"{office.context.settings.phones_url}/phones/{told.citizen.numbers[0]}")
    messages = phone.locator(".bubble.received .said")
    await expect(messages.first).to_contain_text(f"{told.name} (проактивті қызмет)")

    watching, desk, desk_complaints = await _officer(chromium, office, "caseworker", language="en")
    await desk.click("a[href^='/console/cases/']")
    await expect(desk.locator(".case-state")).to_contain_text("Offered")
    await phone.click("#reply button[value='1']")
    await expect(phone.locator(".bubble.written .said")).to_have_text("1")
    if told.service == "SUR":
        await propose(desk)
    await expect(desk.locator(".case-state")).to_contain_text("Waits for signature")
    await expect(desk.locator("#passphrase")).to_have_count(0)

    signing, page, complaints = await _officer(chromium, office, "signatory", language="en")
    await page.goto(desk.url)
    await page.fill("#passphrase", office.passphrase)
    await page.press("#passphrase", "Enter")
    for seen in (page, desk):
        await expect(seen.locator(".case-state")).to_contain_text("Assigned")
    assert told.citizen.account is not None
    result = rf"^{told.name} .*тағайындалды\..*\*{told.citizen.account[-4:]}\.$"
    await expect(messages.last).to_have_text(re.compile(result))
    (order,) = await office.registry.orders()
    assert order.recipient_iin == told.citizen.iin
    assert (desk_complaints, complaints) == ([], [])
    for opened in (watching, signing):
        await opened.close()


async def propose(desk: Page) -> None:
    """The caseworker's own decision: a survivor's case is never automatic (S-r24)."""
    await expect(desk.locator(".case-state")).to_contain_text("With a caseworker")
    await desk.check("input[name='verdict'][value='assign']")
    await desk.fill("#propose-reason", REASON)
    await desk.click("form[action$='/propose'] button.primary")
