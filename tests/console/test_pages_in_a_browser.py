"""The pages in a real browser: readable by everybody (axe), no wider than the screen, lively, nothing blocked."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from belsendi.contracts.states import CaseState
from tests.console.office import ROOT, ConsoleOffice, without_payments

pytestmark = pytest.mark.asyncio(loop_scope="session")
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
PICTURES = Path(os.environ.get("BELSENDI_TEST_OUTPUT", ROOT / "var" / "test-output" / "console"))
WIDTHS = {"phone": 390, "desktop": 1280}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    path = shutil.which("chromium")
    assert path, "chromium is missing: apt-get install chromium fonts-dejavu-core"
    expect.set_options(timeout=30_000)  # a busy machine is no reason to fail; what comes is seen at once
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=path,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        await browser.close()


@pytest.fixture(scope="session")
def pictures() -> Path:
    """Where the screenshots of a run are put for somebody to look at; git ignores it."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    return PICTURES


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def shown(office: ConsoleOffice) -> dict[str, str]:
    """A page for every state a case can be looked at in."""
    offered, _ = await office.death()
    draft = await office.awaiting_signature()
    review = await office.in_review()
    failed, family = await office.death(without_payments)
    await office.write(family, "1")
    await office.until_state(failed, CaseState.CLOSED)
    assigned = await office.awaiting_signature()
    decision = await office.draft(assigned)
    now = office.context.clock()
    await office.officers.sign(
        assigned, decision.id, decision.revision, "dev:signatory", office.passphrase, now
    )
    await office.until_state(assigned, CaseState.CLOSED)
    await office.death(declared=False)
    cases = {
        "offered": offered,
        "draft": draft,
        "review": review,
        "not-accepted": failed,
        "assigned": assigned,
    }
    pages = {f"case-{name}": f"/console/cases/{case_id}" for name, case_id in cases.items()}
    return {
        **pages,
        "cases": "/console/cases",
        "closed": "/console/cases?outcome=any",
        "tasks": "/console/tasks",
        "calendar": "/console/calendar",
        "services": "/console/services",
        "nothing": "/console/cases?q=ZZZZZZ",
    }


async def _officer(
    browser: Browser,
    office: ConsoleOffice,
    role: str,
    *,
    width: int = 1280,
    scheme: str = "light",
    language: str = "kk",
) -> tuple[BrowserContext, Page, list[str]]:
    """A browser logged in with a role, and what its console complained of."""
    context = await browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
        base_url=office.url,
    )
    page = await context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(f"/console/login?lang={language}")
    await page.check(f"input[value='{role}']")
    await page.click("button.primary")
    await page.wait_for_url("**/console/cases")
    return context, page, complaints


async def _axe(page: Page) -> list[str]:
    """What axe-core finds, as one line per rule and place."""
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    found = await page.evaluate("rules => axe.run(document, {runOnly: {type: 'tag', values: rules}})", RULES)
    return [
        f"{violation['id']}: {node['target']} {node['failureSummary']}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


@pytest.mark.parametrize("form", list(WIDTHS))
async def test_the_desk_of_an_application_without_its_documents(
    office: ConsoleOffice, chromium: Browser, pictures: Path, form: str
) -> None:
    """S-r24, D-r24: what is missing is named on the page and in the task; the form fits and is accessible."""
    case_id = await office.waiting_for_documents()
    await office.until_step(case_id, "DOCUMENTS_AWAITED")
    context, page, complaints = await _officer(chromium, office, "caseworker", width=WIDTHS[form])
    await page.goto(f"/console/cases/{case_id}")
    await expect(page.locator("#brought-account")).to_be_visible()
    problems = await _axe(page)
    await page.screenshot(path=pictures / f"documents-missing-{form}.png", full_page=True)
    assert await page.evaluate("document.documentElement.scrollWidth") <= WIDTHS[form]
    await page.goto("/console/tasks?kind=DOCUMENTS_MISSING")
    await expect(page.get_by_text("қайтыс болу туралы куәлік").first).to_be_visible()
    problems += await _axe(page)
    await page.screenshot(path=pictures / f"documents-task-{form}.png", full_page=True)
    await context.close()
    assert (problems, complaints) == ([], [])


@pytest.mark.parametrize(("form", "scheme"), [("phone", "light"), ("desktop", "light"), ("desktop", "dark")])
async def test_every_page_is_accessible_and_fits_the_screen(
    office: ConsoleOffice, chromium: Browser, shown: dict[str, str], pictures: Path, form: str, scheme: str
) -> None:
    width = WIDTHS[form]
    context, page, complaints = await _officer(chromium, office, "signatory", width=width, scheme=scheme)
    problems: list[str] = []
    for name, path in shown.items():
        answer = await page.goto(path)
        if answer is None or not answer.ok:
            problems.append(f"{name}: no page")
        await page.screenshot(path=pictures / f"{name}-{form}-{scheme}.png", full_page=True)
        if await page.evaluate("document.documentElement.scrollWidth") > width:
            problems.append(f"{name}: wider than the screen")
        await page.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true })")
        if await page.evaluate("document.documentElement.scrollWidth") > width:
            problems.append(f"{name}, unfolded: wider than the screen")
        problems += [f"{name}: {found}" for found in await _axe(page)]
    assert not problems, "\n".join(problems)
    assert complaints == []
    await context.close()


async def test_a_recipient_is_found_and_offered_to_on_the_screen_of_a_telephone(
    office: ConsoleOffice, chromium: Browser, pictures: Path
) -> None:
    """SIL-04: from the list of tasks to the opened case."""
    _, family = await office.death(declared=False)
    context, page, complaints = await _officer(chromium, office, "caseworker", width=390, language="en")
    await page.goto("/console/tasks?kind=NO_RECIPIENT")
    await page.locator("a[href^='/console/tasks/']").last.click()
    await expect(page.locator("dl.facts")).to_contain_text(family.deceased.iin)
    await page.screenshot(path=pictures / "event-phone-light.png", full_page=True)
    assert await page.evaluate("document.documentElement.scrollWidth") == 390
    assert await _axe(page) == []
    await page.fill("#iin", family.declarant.iin)
    await page.fill("#offer-reason", "named by the akimat")
    await page.press("#iin", "Enter")
    await expect(page.locator(".alert.good")).to_contain_text("The case is open")
    await expect(page.locator(".case-state")).to_contain_text("Offered")
    assert complaints == []
    await context.close()


async def test_a_case_is_signed_and_its_end_appears_without_a_reload(
    office: ConsoleOffice, chromium: Browser
) -> None:
    case_id = await office.awaiting_signature()
    context, page, complaints = await _officer(chromium, office, "signatory", width=390, language="en")
    await page.goto(f"/console/cases/{case_id}")
    await page.fill("#passphrase", "wrong")
    await page.press("#passphrase", "Enter")
    await expect(page.locator(".alert.bad")).to_contain_text("The passphrase did not open the key")
    await page.fill("#passphrase", office.passphrase)
    await page.press("#passphrase", "Enter")
    await expect(page.locator(".alert.good")).to_contain_text("The signature was handed to the case")
    await page.evaluate("window.notReloaded = true")
    await expect(page.locator(".case-state")).to_contain_text("Assigned")
    await expect(page.locator(".timeline")).to_contain_text("Placed in the payment system")
    await expect(page.locator(".alert.good")).to_have_count(1)
    assert await page.evaluate("window.notReloaded") is True
    assert [c for c in complaints if "422" not in c] == []
    await context.close()


async def test_a_new_case_appears_in_the_list_without_a_reload(
    office: ConsoleOffice, chromium: Browser
) -> None:
    context, page, complaints = await _officer(chromium, office, "caseworker", language="en")
    async with page.expect_response("**/console/live"):
        await page.goto("/console/cases?state=CASEWORK")  # few enough for one page whatever ran before
    await page.evaluate("window.notReloaded = true")
    case_id = await office.at_the_desk()
    await expect(page.locator(f"a[href='/console/cases/{case_id}']")).to_be_visible()
    assert await page.evaluate("window.notReloaded") is True
    assert complaints == []
    await context.close()


async def test_what_a_person_types_is_not_taken_from_under_the_hands(
    office: ConsoleOffice, chromium: Browser
) -> None:
    case_id, family = await office.death()
    context, page, _ = await _officer(chromium, office, "caseworker", language="en")
    async with page.expect_request("**/live"):
        await page.goto(f"/console/cases/{case_id}")
    await page.click("text=Withdraw on the citizen's word")
    await page.fill("#withdraw-reason", "the family")
    await office.write(family, "2")
    await office.until_state(case_id, CaseState.ACCOUNT_PENDING)
    await expect(page.locator("#main")).to_have_attribute("data-stale", "yes")
    await expect(page.locator("#withdraw-reason")).to_have_value("the family")
    await page.fill("#withdraw-reason", "")
    await page.locator("#withdraw-reason").blur()
    await expect(page.locator(".case-state")).to_contain_text("Waiting for account")
    await context.close()


async def test_everything_works_without_scripts(office: ConsoleOffice, chromium: Browser) -> None:
    case_id = await office.awaiting_signature()
    context = await chromium.new_context(base_url=office.url, java_script_enabled=False)
    page = await context.new_page()
    await page.goto("/console/login?lang=ru")
    await page.check("input[value='signatory']")
    await page.click("button.primary")
    await page.click(f"a[href='/console/cases/{case_id}']")
    await page.fill("#passphrase", office.passphrase)
    await page.press("#passphrase", "Enter")
    await expect(page.locator(".alert.good")).to_contain_text("Подпись передана делу")
    await office.until_state(case_id, CaseState.CLOSED)
    await page.click("noscript a")
    await expect(page.locator(".case-state")).to_contain_text("Назначено")
    await context.close()
