"""The counter's form in a real browser: by keyboard, readable by everybody, as wide as the screen."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.console.office import ConsoleOffice
from tests.console.test_intake_form import NEW, a_family
from tests.console.test_pages_in_a_browser import WIDTHS, _axe, _officer, chromium, pictures

__all__ = ["chromium", "pictures"]
pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize(("form", "language"), [("phone", "kk"), ("desktop", "ru")])
async def test_an_application_is_entered_by_keyboard_from_the_list_of_services_to_the_receipt(
    office: ConsoleOffice, chromium: Browser, pictures: Path, form: str, language: str
) -> None:
    family, width = await a_family(office), WIDTHS[form]
    context, page, complaints = await _officer(chromium, office, "caseworker", width=width, language=language)

    async def fits(name: str) -> None:
        await page.screenshot(path=pictures / f"intake-{name}-{form}.png", full_page=True)
        assert await page.evaluate("document.documentElement.scrollWidth") == width, name
        assert await _axe(page) == [], name

    await page.goto(NEW)
    await fits("services")
    await page.focus(f"a[href='{NEW}/SUR']")
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"**{NEW}/SUR")
    await page.fill("#applicant_iin", "1")
    await page.press("#applicant_iin", "Enter")
    await expect(page.locator(".summary")).to_be_focused()
    await fits("errors")
    await page.locator(".summary a[href='#applicant_iin']").press("Enter")
    await expect(page.locator("#applicant_iin")).to_be_focused()
    assert await page.input_value("#applicant_iin") == "1"
    await page.fill("#applicant_iin", family.declarant.iin)
    await page.fill("#applicant_name", "Сынақова Әсел")
    await page.fill("#accepted_by", "Маманова Гүлнар")
    await page.fill("#subject_iin", family.deceased.iin)
    await page.fill("#account", "KZ86125KZT5004100100")
    await page.check("input[name='kind'][value='study_certificate']")
    await page.check("input[name='documents_complete'][value='yes']")
    await page.check("input[name='data_consent'][value='yes']")
    await page.press("#account", "Enter")
    await expect(page.locator(".receipt")).to_contain_text("Сынақова Әсел")
    await expect(page.locator("button.print")).to_be_visible()
    await fits("taken")
    await page.emulate_media(media="print")
    await page.screenshot(path=pictures / f"intake-printed-{form}.png", full_page=True)
    await expect(page.locator(".receipt")).to_be_visible()
    await expect(page.locator("nav.main-nav")).to_be_hidden()
    await expect(page.locator("h1")).to_be_hidden()
    assert [told for told in complaints if "422" not in told] == []
    await context.close()


@pytest.mark.parametrize(("form", "language"), [("phone", "ru"), ("desktop", "kk")])
async def test_what_is_still_to_be_brought_is_asked_only_where_something_is(
    office: ConsoleOffice, chromium: Browser, pictures: Path, form: str, language: str
) -> None:
    """D-r24: hidden while all documents are there; a tick, once made, is never hidden. D-t4: the benefits."""
    context, page, complaints = await _officer(
        chromium, office, "caseworker", width=WIDTHS[form], language=language
    )
    await page.goto(f"{NEW}/DIS")
    missing = page.locator("#missing_kind")
    await expect(missing).to_be_hidden()
    await page.check("input[name='documents_complete'][value='no']")
    await expect(missing).to_be_visible()
    await page.check("#one_application input[value='1']")
    await page.check("#one_application input[value='3']")
    await page.screenshot(path=pictures / f"intake-choices-{form}.png", full_page=True)
    assert await page.evaluate("document.documentElement.scrollWidth") == WIDTHS[form]
    assert await _axe(page) == []
    await page.check("input[name='documents_complete'][value='yes']")
    await expect(missing).to_be_hidden()
    await page.check("input[name='documents_complete'][value='no']")
    await missing.locator("input").first.focus()
    await page.keyboard.press("Space")
    await page.check("input[name='documents_complete'][value='yes']")
    await expect(missing).to_be_visible()
    assert complaints == []
    await context.close()
