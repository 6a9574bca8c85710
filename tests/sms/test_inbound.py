"""Which deliveries make one message, and which are repetitions: tables without a wire."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from sms.smpp import InboundPart
from sms.smpp.inbound import assemble, is_repetition

START = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
WINDOW = 600.0


def part(
    sequence: int,
    *,
    link: str = "a",
    body: bytes = b"1",
    total: int = 1,
    index: int = 1,
    network_id: str | None = None,
    after: float = 0,
) -> InboundPart:
    return InboundPart(
        part_id=f"{link}-{sequence}",
        route="r",
        link=link,
        sender="+77010000001",
        short_code="1414",
        reference=7 if total > 1 else None,
        total=total,
        index=index,
        data_coding=0,
        body=body,
        network_id=network_id,
        received_at=START + timedelta(seconds=after),
    )


@pytest.mark.parametrize(
    ("held", "later", "repetition"),
    [
        (part(1), part(1, after=1), True),
        (part(1), part(2, after=1), False),
        (part(1), part(1, link="b", after=1), True),
        (part(1), part(1, link="b", after=601), False),
        (part(1), part(1, link="b", body=b"0", after=1), False),
        (part(1, network_id="N"), part(2, network_id="N", after=9999), True),
        (part(1, network_id="N"), part(2, link="b", network_id="M", after=1), False),
        (part(1, network_id="N"), part(2, link="b", after=1), False),
        (part(1, total=2), part(2, total=2, after=1), True),
        (part(1, total=2), part(2, total=2, after=601), False),
    ],
)
def test_what_counts_as_a_repetition(held: InboundPart, later: InboundPart, repetition: bool) -> None:
    assert is_repetition(held, later, WINDOW) is repetition


def test_parts_in_every_order_make_one_message_with_one_id() -> None:
    parts = [part(at, total=3, index=at, body=bytes([at])) for at in (1, 2, 3)]

    made = [assemble(order, WINDOW) for order in permutations(parts)]

    assert all(len(found) == 1 and found[0].complete for found in made)
    assert len({found[0].provider_id for found in made}) == 1
    assert [found.index for found in made[-1][0].in_order] == [1, 2, 3]


def test_a_repetition_keeps_the_id_of_the_first_delivery() -> None:
    first, again = part(1), part(1, link="b", after=5)

    alone = assemble([first], WINDOW)
    together = assemble([first, again], WINDOW)

    assert len(together) == 1
    assert together[0].provider_id == alone[0].provider_id
    assert together[0].seen == {"a-1", "b-1"}


def test_a_gap_is_not_filled_by_a_part_of_a_much_later_message() -> None:
    old = part(1, total=2, index=1, body=b"old")
    young = part(2, total=2, index=2, body=b"young", after=5 * WINDOW)

    found = assemble([old, young], WINDOW)

    assert [message.complete for message in found] == [False, False]


def test_an_id_tells_nothing_of_the_sender() -> None:
    one = assemble([part(1)], WINDOW)[0].provider_id

    assert "7701" not in one
    assert len(one) == 32
