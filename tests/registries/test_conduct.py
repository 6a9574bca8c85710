"""How patient a question is, when a system is left alone, and who is told of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from pydantic import SecretStr

from belsendi.errors import OutcomeUnknown, OutsideSystemUnavailable
from belsendi.registries import Inquiry, Registries, RegistryRejected, RegistrySettings, System
from belsendi.registries.breaker import Breaker, Change, Condition
from belsendi.registries.gateway import RegistryGateway
from tests.registries.stand_in import NOW, PATIENT, Reply, StandIn

IIN, IBAN = "850101300123", "KZ86125KZT5004100100"
DOWN, ABSENT = Reply(status=500, body={}), Reply(body={"status": "absent"})
PAUSE = timedelta(seconds=15)


@asynccontextmanager
async def gateway(stand_in: StandIn, told: list[Change], **conduct: float) -> AsyncIterator[Registries]:
    async def tell(change: Change) -> None:
        told.append(change)

    settings = RegistrySettings(
        base_url=stand_in.url,
        secret=SecretStr("s"),
        conduct=PATIENT.model_copy(update={"failures": 2, "pause_seconds": 15, **conduct}),
    )
    async with RegistryGateway(settings, tell=tell) as opened:
        yield Registries.over(opened)


async def ask(registries: Registries, inquiry: Inquiry, after: timedelta = timedelta(0)) -> str:
    try:
        await registries.individuals.person(IIN, replace(inquiry, asked_at=NOW + after))
    except OutsideSystemUnavailable as error:
        return "left alone" if "left alone" in str(error) else "out"
    except RegistryRejected:
        return "refused"
    return "answered"


async def test_a_system_that_keeps_failing_is_left_alone_and_tried_again(
    stand_in: StandIn, inquiry: Inquiry
) -> None:
    told: list[Change] = []
    stand_in.does(DOWN)
    async with gateway(stand_in, told) as registries:
        first = [await ask(registries, inquiry) for _ in range(4)]
        stand_in.does(ABSENT)
        early = await ask(registries, inquiry, PAUSE - timedelta(seconds=1))
        later = [await ask(registries, inquiry, PAUSE) for _ in range(2)]
    assert first == ["out", "out", "left alone", "left alone"]
    assert (early, later) == ("left alone", ["answered", "answered"])
    assert len(stand_in.seen) == 4
    assert [(change.condition, change.at) for change in told] == [
        (Condition.OUT, NOW),
        (Condition.UP, NOW + PAUSE),
    ]
    assert told[0].problem == "status 500"


async def test_one_system_out_does_not_hold_up_another(stand_in: StandIn, inquiry: Inquiry) -> None:
    stand_in.answer = lambda seen: DOWN if "individuals" in seen.path else ABSENT
    async with gateway(stand_in, []) as registries:
        assert [await ask(registries, inquiry) for _ in range(3)] == ["out", "out", "left alone"]
        assert (await registries.recipients.account_on_file(IIN, inquiry)).data is None


async def test_a_refusal_is_an_answer(stand_in: StandIn, inquiry: Inquiry) -> None:
    told: list[Change] = []
    stand_in.does(Reply(422, {"code": "DATA"}))
    async with gateway(stand_in, told) as registries:
        assert [await ask(registries, inquiry) for _ in range(3)] == ["refused"] * 3
    assert [change.condition for change in told] == [Condition.UP]


async def test_a_placement_held_back_has_not_happened(stand_in: StandIn, inquiry: Inquiry) -> None:
    """A question that never left is no unknown outcome."""
    stand_in.does(DOWN)
    async with gateway(stand_in, [], failures=1) as registries:
        place = {"idempotency_key": "k", "decision_no": "D-1", "iban": IBAN, "recipient_iin": IIN}
        with pytest.raises(OutcomeUnknown):
            await registries.payment_system.place(**place, amount=None, inquiry=inquiry)
        with pytest.raises(OutsideSystemUnavailable, match="left alone"):
            await registries.payment_system.place(**place, amount=None, inquiry=inquiry)
    assert len(stand_in.seen) == 1


async def test_attempts_repeat_at_once_only_what_may_be_repeated(stand_in: StandIn, inquiry: Inquiry) -> None:
    replies = iter((DOWN, Reply(hang_up=True), ABSENT))
    stand_in.answer = lambda seen: next(replies)
    async with gateway(stand_in, [], attempts=3) as registries:
        assert await ask(registries, inquiry) == "answered"
        assert len(stand_in.seen) == 3
        stand_in.does(Reply(status=503, body={}))
        for reply, sent in ((Reply(status=503, body={}), 3), (Reply(hang_up=True), 1)):
            stand_in.seen.clear()
            stand_in.does(reply)
            with pytest.raises((OutcomeUnknown, OutsideSystemUnavailable)):
                await registries.payment_system.place(
                    idempotency_key="k",
                    decision_no="D-1",
                    iban=IBAN,
                    recipient_iin=IIN,
                    amount=None,
                    inquiry=inquiry,
                )
            assert len(stand_in.seen) == sent


async def test_who_cannot_be_told_stops_no_question(
    stand_in: StandIn, inquiry: Inquiry, caplog: pytest.LogCaptureFixture
) -> None:
    async def tell(change: Change) -> None:
        raise OSError(IIN)

    settings = RegistrySettings(base_url=stand_in.url, secret=SecretStr("s"))
    async with RegistryGateway(settings, tell=tell) as opened:
        answer = await Registries.over(opened).individuals.person(IIN, inquiry)
    assert answer.data is None
    assert "not noted" in caplog.text and IIN not in caplog.text


async def test_a_telling_that_lasts_is_awaited_at_the_end(stand_in: StandIn, inquiry: Inquiry) -> None:
    told, go_on = [], asyncio.Event()

    async def tell(change: Change) -> None:
        await go_on.wait()
        told.append(change.system)

    settings = RegistrySettings(base_url=stand_in.url, secret=SecretStr("s"))
    async with RegistryGateway(settings, tell=tell) as opened:
        await Registries.over(opened).individuals.person(IIN, inquiry)
        assert told == []
        go_on.set()
    assert told == [System.INDIVIDUALS]


def test_after_the_pause_one_round_tries_and_the_others_wait() -> None:
    breaker = Breaker(System.ODQ, 1, PAUSE)
    assert breaker.failed(NOW, "no answer") == Change(System.ODQ, Condition.OUT, NOW, "no answer")
    later = NOW + PAUSE
    assert [breaker.admits(later), breaker.admits(later)] == [True, True]
    assert not breaker.admits(later + timedelta(seconds=1))
    assert breaker.failed(later, "no answer") is None, "already said"
    assert not breaker.admits(later)
    assert breaker.admits(later + PAUSE)


def test_a_clock_that_was_set_back_does_not_close_the_way() -> None:
    """The scenario runner plays again from an earlier instant; the pause counts forward only."""
    breaker = Breaker(System.ODQ, 1, PAUSE)
    breaker.failed(NOW, "no answer")
    assert breaker.admits(NOW - timedelta(hours=1))
