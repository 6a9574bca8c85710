"""What the engine's own pages are told of payloads: to whom, from where, and that it is remembered."""

from __future__ import annotations

import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import httpx
import pytest
from google.protobuf import json_format
from playwright.async_api import Browser, expect
from temporalio.api.common.v1 import Payload, Payloads
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from api.app import create_app
from api.console.codec import LARGEST_BODY, PATH
from api.console.sessions import COOKIE
from belsendi.casework.access import PERMISSIONS, Permission, Role
from belsendi.contracts.case import TASK_QUEUE
from belsendi.contracts.conversation import Meaning
from belsendi.temporal.client import encrypting_converter
from belsendi.temporal.codec import ENCODING, PayloadKeyring
from stack.layout import binary
from tests.console.office import ConsoleOffice, Desk, serving
from tests.console.test_pages_in_a_browser import chromium  # noqa: F401  the fixture
from tests.privacy.traces import payloads_of

pytestmark = pytest.mark.asyncio(loop_scope="session")
ENGINE_PAGES = "http://127.0.0.1:8233"
ASK = {"Origin": ENGINE_PAGES, "X-Namespace": "default"}


async def history(office: ConsoleOffice, case_id: str) -> list[Payload]:
    """Every encrypted payload of a case, as the real server keeps it."""
    handle = office.context.engine.get_workflow_handle(case_id)
    kept = [each async for event in handle.fetch_history_events() for each in payloads_of(event)]
    return [payload for payload in kept if payload.metadata.get("encoding") == ENCODING]


async def ask(desk: Desk, payloads: list[Payload], **headers: str) -> httpx.Response:
    body = json_format.MessageToDict(Payloads(payloads=payloads))
    return await desk.client.post(f"{PATH}/decode?preserveStorageRefs=true", json=body, headers=ASK | headers)


async def test_the_history_of_a_case_is_shown_in_clear(office: ConsoleOffice) -> None:
    case_id = await office.awaiting_signature()
    kept = await history(office, case_id)
    assert len(kept) >= 5
    async with office.browser("supervisor") as desk:
        answer = await ask(desk, kept)
    assert answer.status_code == 200
    clear = json_format.ParseDict(answer.json(), Payloads()).payloads
    assert len(clear) == len(kept)
    assert {payload.metadata["encoding"] for payload in clear} <= {b"json/plain", b"binary/null"}
    values = [json.loads(payload.data) for payload in clear if payload.data]
    assert next(value["case_id"] for value in values if "case_id" in value) == case_id
    assert Meaning.CONSENT in {value["meaning"] for value in values if "meaning" in value}


async def test_only_a_role_that_may_see_it_is_told(office: ConsoleOffice) -> None:
    case_id, _ = await office.death()
    kept = await history(office, case_id)
    statuses = {}
    for role in Role:
        async with office.browser(role.value) as desk:
            answer = await ask(desk, kept)
            statuses[role] = answer.status_code
            if answer.status_code == 403:
                assert answer.json()["type"] == "/v1/problems/forbidden"
                assert "data" not in answer.text
    assert statuses == {role: 200 if Permission.DECODE in PERMISSIONS[role] else 403 for role in Role}
    assert sorted(statuses.values()) == [200, 403, 403]


async def test_nobody_is_told_without_a_login(office: ConsoleOffice) -> None:
    async with office.browser() as desk:
        answer = await ask(desk, [Payload(data=b"x")])
    assert (answer.status_code, answer.json()["type"]) == (401, "/v1/problems/no-login")
    assert answer.headers["access-control-allow-origin"] == ENGINE_PAGES  # the pages may say why
    assert answer.headers["www-authenticate"].startswith("Session")


async def test_a_page_of_another_origin_is_told_nothing(office: ConsoleOffice) -> None:
    async with office.browser("supervisor") as desk:
        for origin in (
            "http://127.0.0.1:2780",
            "http://127.0.0.1:8233.example",
            "https://127.0.0.1:8233",
            "null",
        ):
            answer = await ask(desk, [Payload(data=b"x")], Origin=origin)
            assert answer.status_code == 403, origin
            assert "access-control-allow-origin" not in answer.headers
            asked = await desk.client.options(
                f"{PATH}/decode", headers={"Origin": origin, "Access-Control-Request-Method": "POST"}
            )
            assert asked.status_code == 400, origin
            assert "access-control-allow-origin" not in asked.headers


async def test_the_pages_of_the_engine_may_ask_with_the_session(office: ConsoleOffice) -> None:
    wanted = {
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type,x-namespace",
    }
    async with office.browser() as desk:
        asked = await desk.client.options(f"{PATH}/decode", headers={"Origin": ENGINE_PAGES, **wanted})
        elsewhere = await desk.client.options("/console/cases", headers={"Origin": ENGINE_PAGES, **wanted})
    assert asked.status_code == 200
    assert asked.headers["access-control-allow-origin"] == ENGINE_PAGES
    assert asked.headers["access-control-allow-credentials"] == "true"
    assert asked.headers["x-content-type-options"] == "nosniff"
    assert "access-control-allow-origin" not in elsewhere.headers


async def test_a_look_is_an_entry_of_the_audit_trail_once_in_a_while(office: ConsoleOffice) -> None:
    case_id, _ = await office.death()
    kept = await history(office, case_id)
    before = await office.audited("default")
    async with office.browser("supervisor") as desk:
        assert (await ask(desk, kept)).status_code == 200
        first = await office.audited("default")
        assert (await ask(desk, kept)).status_code == 200
        assert await office.audited("default") == first
    assert first == [*before, ("dev:supervisor", "codec.decode", None)]


@pytest.mark.parametrize(
    ("body", "media_type", "namespace", "status", "problem"),
    [
        (b"{", "application/json", "default", 400, "malformed-json"),
        (b"\xff", "application/json", "default", 400, "malformed-json"),
        (b'{"payloads": [{"data": 5}]}', "application/json", "default", 400, "malformed-json"),
        (b'{"payloads": []}', "text/plain", "default", 415, "unsupported-media-type"),
        (b'{"payloads": []}', "application/json", "training", 400, "unreadable-payload"),
    ],
)
async def test_what_is_not_asked_as_the_protocol_says_is_refused(
    office: ConsoleOffice, body: bytes, media_type: str, namespace: str, status: int, problem: str
) -> None:
    headers = {"Content-Type": media_type, "Origin": ENGINE_PAGES, "X-Namespace": namespace}
    async with office.browser("supervisor") as desk:
        answer = await desk.client.post(f"{PATH}/decode", content=body, headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (status, f"/v1/problems/{problem}")


async def test_a_body_without_end_is_not_read(office: ConsoleOffice) -> None:
    async with office.browser("supervisor") as desk:
        session = desk.client.cookies[COOKIE]
    transport = httpx.ASGITransport(create_app(office.context), client=("127.0.0.1", 50000))
    async with httpx.AsyncClient(
        transport=transport, base_url=office.url, cookies={COOKIE: session}
    ) as client:
        answer = await client.post(
            f"{PATH}/decode", content=b" " * (LARGEST_BODY + 1), headers={"Content-Type": "application/json"}
        )
    assert (answer.status_code, answer.json()["type"]) == (413, "/v1/problems/body-too-large")


async def test_a_changed_payload_and_an_unknown_key_are_refused_without_a_word_of_them(
    office: ConsoleOffice,
) -> None:
    case_id, _ = await office.death()
    payload = (await history(office, case_id))[0]
    changed = Payload(metadata=payload.metadata, data=payload.data[:-1] + bytes([payload.data[-1] ^ 1]))
    foreign = Payload(metadata={**payload.metadata, "key-id": b"850101400121"}, data=payload.data)
    async with office.browser("supervisor") as desk:
        for wrong in (changed, foreign):
            answer = await ask(desk, [payload, wrong])
            assert (answer.status_code, answer.json()["type"]) == (400, "/v1/problems/unreadable-payload")
            assert "850101400121" not in answer.text


@asynccontextmanager
async def engine_with_pages(office: ConsoleOffice, console_url: str) -> AsyncIterator[tuple[Client, str]]:
    """A server of its own with its pages, started as the one-command stack starts it, and their address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    keyring = PayloadKeyring.parse(office.context.settings.secret("payload-keys").get_secret_value())
    environment = await WorkflowEnvironment.start_local(
        ip="127.0.0.1",
        ui=True,
        ui_port=port,
        dev_server_existing_path=str(binary("temporal")),
        dev_server_log_level="error",
        dev_server_extra_args=["--ui-codec-endpoint", f"{console_url}{PATH}", "--ui-disable-news-fetch"],
        data_converter=encrypting_converter(keyring, "default"),
    )
    async with environment:
        yield environment.client, f"http://127.0.0.1:{port}"


async def test_the_engines_own_pages_show_a_supervisor_what_a_payload_holds(
    office: ConsoleOffice,
    chromium: Browser,  # noqa: F811
) -> None:
    """In a real browser, with the pages of the real server: encrypted without a session, in clear with it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        console_url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        async with engine_with_pages(office, console_url) as (engine, pages_url):
            settings = office.context.settings.model_copy(update={"temporal_ui_url": pages_url})
            async with serving(replace(office.context, settings=settings), listener):
                given = {"reference": "SHOWN-IN-CLEAR"}
                handle = await engine.start_workflow("Nobody", given, id="looked-at", task_queue=TASK_QUEUE)
                context = await chromium.new_context()
                await context.add_init_script(
                    f"""if (location.origin === "{pages_url}") {{
                        localStorage.setItem("endpoint", JSON.stringify("{console_url}{PATH}"));
                        localStorage.setItem("includeCredentials", "true");
                        localStorage.setItem("overrideRemoteCodecConfiguration", "true");
                    }}"""
                )
                page = await context.new_page()
                history_url = (
                    f"{pages_url}/namespaces/default/workflows/{handle.id}/{handle.result_run_id}/history"
                )
                async with page.expect_response(f"{console_url}{PATH}/**") as refused:
                    await page.goto(history_url)
                assert (await refused.value).status == 401
                await page.goto(f"{console_url}/console/login")
                await page.check("input[value='supervisor']")
                await page.click("button.primary")
                await page.wait_for_url("**/console/cases")
                await page.goto(history_url)
                await expect(page.get_by_text("SHOWN-IN-CLEAR").first).to_be_visible()
                await context.close()
