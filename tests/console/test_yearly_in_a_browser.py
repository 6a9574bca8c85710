"""Yearly obligations and the certificate's form in a real browser: readable by everybody, as wide as the screen."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.console.office import ConsoleOffice
from tests.console.test_certificates import learners_task
from tests.console.test_pages_in_a_browser import WIDTHS, _axe, _officer, chromium, pictures

__all__ = ["chromium", "pictures"]
pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize(("form", "language", "number"), [("phone", "kk", 51), ("desktop", "ru", 52)])
async def test_a_year_is_followed_from_the_case_to_the_certificate_that_is_returned(
    office: ConsoleOffice, chromium: Browser, pictures: Path, form: str, language: str, number: int
) -> None:
    """S-r7, AC-S17: what is owed on the case's page, the form of the certificate, why it goes back."""
    width = WIDTHS[form]
    _, task = await learners_task(office, number)
    context, page, complaints = await _officer(chromium, office, "caseworker", width=width, language=language)

    async def fits(name: str) -> None:
        await page.screenshot(path=pictures / f"yearly-{name}-{form}.png", full_page=True)
        assert await page.evaluate("document.documentElement.scrollWidth") == width, name
        assert await _axe(page) == [], name

    await page.goto(f"/console/cases/{task.case_id}")
    await expect(page.locator("#obligations-head")).to_be_visible()
    await fits("case")
    await page.goto(f"/console/tasks/{task.id}/certificate")
    await fits("form")
    await page.fill("#outgoing_no", "114")
    await page.press("#outgoing_no", "Enter")
    await expect(page.locator(".summary")).to_be_focused()
    await page.locator(".summary a[href='#seal']").press("Enter")
    await expect(page.locator("#seal")).to_be_focused()
    assert await page.input_value("#outgoing_no") == "114"
    await fits("returned")
    assert [told for told in complaints if "422" not in told] == []
    await context.close()
