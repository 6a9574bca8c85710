"""The phones page as a browser without JavaScript sees it, and its live stream."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import httpx
import pytest

from simulators.phones import wording
from simulators.phones.wording import LANGUAGES, WordingIncomplete, load_wording, spaced
from tests.simulators.conftest import NUMBER, Bind, World
from tests.simulators.people import small_population


@pytest.fixture(autouse=True)
async def populated(world: World) -> None:
    await world.registry.set_population(small_population())


async def submit(bind: Bind, text: str, registered: int = 0) -> None:
    session = await bind()
    answer = await session.submit_sm(
        NUMBER[1:],
        text.encode("utf-16-be"),
        source_addr="1414",
        data_coding=8,
        registered_delivery=registered,
    )
    assert answer.is_success


async def test_a_person_is_chosen_by_name(browser: httpx.AsyncClient) -> None:
    page = (await browser.get("/")).text
    assert "Сейітова Әлия Нұрланқызы" in page
    assert f'href="/phones/{NUMBER}"' in page
    assert "Сейітов Нұрлан (10.06.2026) қайтыс болғанын тіркеткен" in page
    assert "Сейітов Нұрлан</span>" not in page, "the deceased has no telephone"


async def test_people_are_found_by_name_number_and_iin(browser: httpx.AsyncClient) -> None:
    for words in ("сейітова әлия", "7020000002", "868315300014"):
        assert "Сейітова Әлия" in (await browser.get("/", params={"q": words})).text
    assert "Ешкім табылмады" in (await browser.get("/", params={"q": "Әлия Иванова"})).text


async def test_an_sms_is_read_and_answered_without_javascript(
    world: World, browser: httpx.AsyncClient, bind: Bind
) -> None:
    await submit(bind, "Қызметке келісесіз бе? 1 – иә; 0 – жоқ", registered=1)
    page = (await browser.get(f"/phones/{NUMBER}")).text
    assert "Қызметке келісесіз бе? 1 – иә; 0 – жоқ" in page
    assert "жеткізілді" in page
    answered = await browser.post(f"/phones/{NUMBER}", data={"text": "1"})
    assert answered.url.path == f"/phones/{NUMBER}"
    assert re.search(r'<p class="said" dir="auto">1</p>', answered.text)
    assert [message.text for message in await world.smsc.messages(NUMBER)][-1] == "1"


async def test_parts_are_counted_under_a_long_text(browser: httpx.AsyncClient) -> None:
    page = (await browser.post(f"/phones/{NUMBER}", data={"text": "ұзақ хабарлама " * 10})).text
    assert "3 бөлік" in page
    assert "кезекте" in page, "nobody has bound to take it"


async def test_a_receipt_of_failure_is_shown(world: World, browser: httpx.AsyncClient, bind: Bind) -> None:
    from simulators.smsc.faults import Faults, ReceiptMode

    await world.smsc.set_faults(Faults(receipt=ReceiptMode.FAILED))
    await submit(bind, "Сәлем", registered=1)
    assert "UNDELIV" in (await browser.get(f"/phones/{NUMBER}")).text


async def test_an_empty_answer_sends_nothing(world: World, browser: httpx.AsyncClient) -> None:
    await browser.post(f"/phones/{NUMBER}", data={"text": "  "})
    assert await world.smsc.messages(NUMBER) == []


async def test_a_text_is_shown_as_text_never_as_markup(browser: httpx.AsyncClient) -> None:
    page = (await browser.post(f"/phones/{NUMBER}", data={"text": "<script>alert(1)</script>"})).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


async def test_any_number_can_be_opened(browser: httpx.AsyncClient) -> None:
    opened = await browser.get("/phones", params={"number": "8 (777) 123-45-67"})
    assert opened.url.path == "/phones/+77771234567"
    assert "Тіркелмеген нөмір" in opened.text
    assert (await browser.get("/phones", params={"number": "x"})).url.path == "/"


@pytest.mark.parametrize(("language", "word"), [("kk", "Телефондар"), ("ru", "Телефоны"), ("en", "Phones")])
async def test_the_language_stays_as_chosen(browser: httpx.AsyncClient, language: str, word: str) -> None:
    await browser.get("/", params={"lang": language})
    page = (await browser.get("/")).text
    assert f'<html lang="{language}">' in page
    assert f"<h1>{word}</h1>" in page


async def test_pages_carry_no_inline_code_and_forbid_it(browser: httpx.AsyncClient) -> None:
    for path in ("/", f"/phones/{NUMBER}"):
        response = await browser.get(path)
        policy = response.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=|<style", response.text)
        for asset in re.findall(r'(?:src|href)="(/static/[^"]+)"', response.text):
            assert (await browser.get(asset)).status_code == 200


@pytest.mark.parametrize(
    "headers", [{"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Host": "evil.example"}]
)
async def test_another_site_cannot_write(
    world: World, browser: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    refused = await browser.post(f"/phones/{NUMBER}", data={"text": "1"}, headers=headers)
    assert refused.status_code == 403
    assert await world.smsc.messages(NUMBER) == []


async def test_the_stream_tells_that_something_is_new(world: World, browser: httpx.AsyncClient) -> None:
    async with asyncio.timeout(60), browser.stream("GET", "/events") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        lines = stream.aiter_lines()
        assert await anext(lines) == "retry: 1000"
        await world.smsc.write(NUMBER, "иә")
        async for line in lines:
            if line == "event: change":
                break
    assert "иә" in (await browser.get(f"/phones/{NUMBER}/screen")).text
    assert "Сейітова" in (await browser.get("/people")).text


def test_every_text_exists_in_every_language() -> None:
    words = load_wording()
    assert set(words) == set(LANGUAGES)
    assert len({words[language]("send") for language in LANGUAGES}) == 3


def test_a_missing_text_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "texts.yaml").write_text("send: {kk: Жіберу, ru: Отправить}", encoding="utf-8")
    monkeypatch.setattr(wording, "TEMPLATES", tmp_path)
    with pytest.raises(WordingIncomplete, match="'send' has no text in 'en'"):
        load_wording()


@pytest.mark.parametrize(
    ("number", "shown"), [("+77011234567", "+7 701 123 45 67"), ("+998901234567", "+998901234567")]
)
def test_numbers_are_grouped_for_reading(number: str, shown: str) -> None:
    assert spaced(number) == shown
