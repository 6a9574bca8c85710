"""What a failing system means: an outage is never absent data, and a lost placement is never a repetition."""

from __future__ import annotations

import asyncio
import socket
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime

import pytest
from pydantic import SecretStr, ValidationError

from belsendi.errors import (
    BelsendiError,
    ConfigurationError,
    OutcomeUnknown,
    OutsideSystemRejected,
    OutsideSystemUnavailable,
)
from belsendi.registries import (
    AccessTokenRejected,
    Conduct,
    Inquiry,
    Registries,
    RegistryRejected,
    RegistrySettings,
    System,
    connect_registries,
)
from tests.registries.stand_in import Reply, StandIn, reaching

IIN = "850101300123"
IBAN = "KZ86125KZT5004100100"


async def ask(registries: Registries, inquiry: Inquiry) -> object:
    return await registries.individuals.person(IIN, inquiry)


async def place(registries: Registries, inquiry: Inquiry) -> object:
    return await registries.payment_system.place(
        idempotency_key="k",
        decision_no="D-1",
        iban=IBAN,
        recipient_iin=IIN,
        amount=None,
        inquiry=inquiry,
    )


Act = Callable[[Registries, Inquiry], Awaitable[object]]
FAILURES = {
    "hangs": Reply(hang=True),
    "hangs up": Reply(hang_up=True),
    "500": Reply(status=500, body={"status": "error"}),
    "502": Reply(status=502, body=b"<html>bad gateway</html>"),
    "503": Reply(status=503, body={}),
    "429": Reply(status=429, body={"code": "SLOW_DOWN"}),
    "redirect": Reply(status=302, body={}),
    "not json": Reply(body=b"\xff\xfe"),
    "a list": Reply(body=[1, 2]),
    "unknown status": Reply(body={"status": "maybe", "data": {}}),
    "wrong fields": Reply(body={"status": "ok", "data": {"iin": 5, "surname": ["Құпия"]}}),
    "no data": Reply(body={"status": "ok"}),
}
SURELY_NOT_DONE = {"503", "429"}


@pytest.fixture
async def facing(failure: str, stand_in: StandIn) -> AsyncIterator[Registries]:
    """Ports whose every question meets ``failure``."""
    stand_in.does(FAILURES[failure])
    async with reaching(stand_in, *(System if failure == "hangs" else ())) as registries:
        yield registries


@pytest.mark.parametrize("failure", FAILURES)
async def test_a_failing_question_is_an_outage(
    failure: str, facing: Registries, stand_in: StandIn, inquiry: Inquiry
) -> None:
    with pytest.raises(OutsideSystemUnavailable, match="individuals person"):
        await ask(facing, inquiry)
    assert len(stand_in.seen) == 1, "one attempt per call: waiting is the workflow's"


@pytest.mark.parametrize("failure", FAILURES)
async def test_a_failing_placement_is_unknown_unless_it_surely_did_not_happen(
    failure: str, facing: Registries, stand_in: StandIn, inquiry: Inquiry
) -> None:
    expected = OutsideSystemUnavailable if failure in SURELY_NOT_DONE else OutcomeUnknown
    with pytest.raises(expected):
        await place(facing, inquiry)
    assert len(stand_in.seen) == 1


@pytest.mark.parametrize("act", [ask, place])
async def test_no_connection_is_an_outage_for_a_placement_too(act: Act, inquiry: Inquiry) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        settings = RegistrySettings(
            base_url=f"http://127.0.0.1:{taken.getsockname()[1]}", secret=SecretStr("s")
        )
        async with connect_registries(settings) as registries:
            with pytest.raises(OutsideSystemUnavailable):
                await act(registries, inquiry)


@pytest.mark.parametrize("act", [ask, place])
async def test_a_refusal_carries_its_code_and_not_its_words(
    act: Act, registries: Registries, stand_in: StandIn, inquiry: Inquiry
) -> None:
    stand_in.does(Reply(422, {"status": "rejected", "code": "ACCOUNT_CLOSED", "message": f"account {IBAN}"}))
    with pytest.raises(OutsideSystemRejected) as caught:
        await act(registries, inquiry)
    assert isinstance(caught.value, RegistryRejected)
    assert caught.value.code == "ACCOUNT_CLOSED"
    assert IBAN not in str(caught.value)


@pytest.mark.parametrize("code", ["850101300123", "ab cd", "", None, 7, "A" * 41])
async def test_a_code_that_is_none_is_not_passed_on(
    code: object, registries: Registries, stand_in: StandIn, inquiry: Inquiry
) -> None:
    stand_in.does(Reply(400, {"code": code}))
    with pytest.raises(RegistryRejected) as caught:
        await ask(registries, inquiry)
    assert caught.value.code == "UNSPECIFIED"


async def test_a_refused_token_is_told_apart(
    registries: Registries, stand_in: StandIn, inquiry: Inquiry
) -> None:
    stand_in.does(Reply(403, {"status": "rejected", "code": "TOKEN", "message": "expired"}))
    with pytest.raises(AccessTokenRejected):
        await ask(registries, inquiry)
    stand_in.does(Reply(403, {"status": "rejected", "code": "FORBIDDEN", "message": "no"}))
    with pytest.raises(RegistryRejected) as caught:
        await ask(registries, inquiry)
    assert not isinstance(caught.value, AccessTokenRejected)


@pytest.mark.parametrize("failure", FAILURES)
async def test_no_error_shows_what_was_sent_or_received(
    failure: str, facing: Registries, inquiry: Inquiry
) -> None:
    with pytest.raises(BelsendiError) as caught:
        await place(facing, inquiry)
    told = "".join(traceback.format_exception(caught.value))
    for secret in (IIN, IBAN, "Құпия", "token-of-the-subject", "secret of odq"):
        assert secret not in told


async def test_calls_in_the_same_moment_do_not_wait_for_each_other(
    registries: Registries, stand_in: StandIn, inquiry: Inquiry
) -> None:
    stand_in.answer = lambda seen: (
        Reply(hang=True) if "status_on" in seen.path else Reply(body={"status": "absent"})
    )
    day = datetime(2025, 2, 10, tzinfo=UTC).date()
    slow = asyncio.create_task(registries.recipients.status_on(IIN, day, inquiry))
    answers = await asyncio.gather(*(registries.individuals.person(IIN, inquiry) for _ in range(20)))
    assert all(answer.data is None for answer in answers)
    assert not slow.done()
    stand_in.released.set()
    with pytest.raises(OutsideSystemUnavailable):
        await slow


async def test_a_restarted_system_is_reached_again(inquiry: Inquiry) -> None:
    """A kept connection that the system closed meanwhile is not taken for an outage of the next call."""
    first = StandIn()
    server = await asyncio.start_server(first.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    settings = RegistrySettings(base_url=f"http://127.0.0.1:{port}", secret=SecretStr("s"))
    async with connect_registries(settings) as registries:
        assert await ask(registries, inquiry)
        first.does(Reply(hang_up=True))
        with pytest.raises(OutsideSystemUnavailable):
            await ask(registries, inquiry)
        first.does(Reply(body={"status": "absent"}))
        assert await ask(registries, inquiry)
    server.close()
    await server.wait_closed()


def test_personal_data_leave_loopback_over_tls_only() -> None:
    with pytest.raises(ValidationError, match="in the clear"):
        RegistrySettings(base_url="http://gateway.example", secret=SecretStr("s"))
    with pytest.raises(ValidationError, match="must be an http"):
        RegistrySettings(base_url="gateway.example")
    for url in ("https://gateway.example", "http://localhost:1", "http://[::1]:1"):
        assert RegistrySettings(base_url=url).base_url == url
    assert RegistrySettings(base_url="http://gateway.example", allow_plain_http=True).allow_plain_http


async def test_a_missing_secret_names_the_system(stand_in: StandIn, inquiry: Inquiry) -> None:
    settings = RegistrySettings(base_url=stand_in.url, secrets={System.ODQ: SecretStr("s")})
    async with connect_registries(settings) as registries:
        with pytest.raises(ConfigurationError, match="individuals"):
            await ask(registries, inquiry)
    assert stand_in.seen == []


def test_each_system_has_its_own_timeouts() -> None:
    settings = RegistrySettings(
        base_url="https://gateway.example", conducts={System.ODQ: Conduct(total_seconds=9)}
    )
    assert settings.conduct_of(System.ODQ).total_seconds == 9
    assert settings.conduct_of(System.INDIVIDUALS) == Conduct()
