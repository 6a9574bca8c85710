"""The phones page in a real browser: lively, no wider than the screen, nothing blocked by its policy."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, async_playwright, expect

from tests.simulators.conftest import NUMBER, Bind, World
from tests.simulators.people import small_population

WIDTHS = [(1280, 860), (390, 844)]


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    path = shutil.which("chromium")
    assert path, "chromium is missing: apt-get install chromium fonts-dejavu-core"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        await browser.close()


async def submit(bind: Bind, text: str) -> None:
    session = await bind()
    await session.submit_sm(NUMBER[1:], text.encode("utf-16-be"), source_addr="1414", data_coding=8)


async def test_an_sms_appears_and_is_answered_without_a_reload(
    world: World, bind: Bind, chromium: Browser
) -> None:
    await world.registry.set_population(small_population())
    page = await chromium.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    async with page.expect_request("**/events"):
        await page.goto(f"{world.addresses.phones_url}phones/{NUMBER}")
    await page.evaluate("window.notReloaded = true")
    await submit(bind, "Қызметке келісесіз бе? 1 – иә; 0 – жоқ")
    await expect(page.locator(".bubble.received")).to_contain_text("Қызметке келісесіз бе?")
    await page.click("#reply button[value='1']")
    await expect(page.locator(".bubble.written .said")).to_have_text("1")
    await page.fill("#text", "рақмет")
    await page.press("#text", "Enter")
    await expect(page.locator(".bubble.written .said").nth(1)).to_have_text("рақмет")
    await expect(page.locator("#text")).to_have_value("")
    assert await page.evaluate("window.notReloaded") is True
    assert complaints == []


@pytest.mark.parametrize(("width", "height"), WIDTHS)
async def test_pages_fit_the_screen(world: World, chromium: Browser, width: int, height: int) -> None:
    await world.registry.set_population(small_population())
    await world.smsc.write(NUMBER, "ұ" * 300)
    page = await chromium.new_page(viewport={"width": width, "height": height})
    for path in ("", f"phones/{NUMBER}"):
        await page.goto(world.addresses.phones_url + path)
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        assert await page.evaluate("document.documentElement.scrollHeight") <= height
