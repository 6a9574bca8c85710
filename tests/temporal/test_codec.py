"""The payload codec: whole payloads, bound to namespace and key, keys rotated, every change noticed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from temporalio.api.common.v1 import Payload

from belsendi.errors import ConfigurationError
from belsendi.temporal.codec import ENCODING, EncryptionCodec, PayloadKeyring, PayloadUnreadable

FIRST, SECOND = "11" * 32, "22" * 32
OLD, ROTATED = f"p1:{FIRST}", f"p1:{FIRST}\np2:{SECOND}"
CLEAR = Payload(metadata={"encoding": b"json/plain", "type": b"Reply"}, data='{"words":"Иә"}'.encode())


def codec(ring: str = OLD, namespace: str = "default") -> EncryptionCodec:
    return EncryptionCodec(PayloadKeyring.parse(ring), namespace)


async def test_payloads_come_back_whole_and_in_order() -> None:
    payloads = [CLEAR, Payload(), Payload(metadata={"encoding": b"binary/null"}), Payload(data=bytes(5000))]
    encoded = await codec().encode(payloads)
    assert await codec().decode(encoded) == payloads
    assert codec().decode_now(encoded) == payloads


@given(st.binary(max_size=300), st.dictionaries(st.text(max_size=8), st.binary(max_size=20), max_size=3))
async def test_any_payload_comes_back(data: bytes, metadata: dict[str, bytes]) -> None:
    payload = Payload(metadata=metadata, data=data)
    assert await codec().decode(await codec().encode([payload])) == [payload]


async def test_nothing_of_a_payload_shows_not_even_its_metadata() -> None:
    (encoded,) = await codec().encode([CLEAR])
    assert dict(encoded.metadata) == {"encoding": ENCODING, "key-id": b"p1"}
    raw = encoded.SerializeToString()
    assert not [part for part in (b"json/plain", b"Reply", b"words", "Иә".encode()) if part in raw]


async def test_equal_payloads_look_different() -> None:
    first, second = await codec().encode([CLEAR, CLEAR])
    assert first.data != second.data


async def test_another_namespace_is_refused() -> None:
    encoded = await codec(namespace="default").encode([CLEAR])
    with pytest.raises(PayloadUnreadable, match="another namespace"):
        await codec(namespace="training").decode(encoded)


async def test_after_a_rotation_the_new_key_writes_and_both_read() -> None:
    (before,) = await codec(OLD).encode([CLEAR])
    (after,) = await codec(ROTATED).encode([CLEAR])
    assert (before.metadata["key-id"], after.metadata["key-id"]) == (b"p1", b"p2")
    assert await codec(ROTATED).decode([before, after]) == [CLEAR, CLEAR]


async def test_a_key_that_was_taken_away_is_named() -> None:
    encoded = await codec(OLD).encode([CLEAR])
    with pytest.raises(PayloadUnreadable, match="lacks key 'p1'"):
        await codec(f"p2:{SECOND}").decode(encoded)


async def test_a_key_with_a_name_that_is_no_text_is_refused() -> None:
    (encoded,) = await codec().encode([CLEAR])
    encoded.metadata["key-id"] = b"\xff"
    with pytest.raises(PayloadUnreadable, match="lacks key"):
        await codec().decode([encoded])


@pytest.mark.parametrize("place", ["nonce", "data", "tag", "key"])
async def test_a_changed_payload_is_refused(place: str) -> None:
    (encoded,) = await codec(ROTATED).encode([CLEAR])
    if place == "key":
        encoded.metadata["key-id"] = b"p1"
    else:
        changed = bytearray(encoded.data)
        changed[{"nonce": 0, "data": 14, "tag": len(changed) - 1}[place]] ^= 1
        encoded.data = bytes(changed)
    with pytest.raises(PayloadUnreadable) as refused:
        await codec(ROTATED).decode([encoded])
    assert "Иә" not in str(refused.value) and FIRST not in str(refused.value)


async def test_a_cut_payload_is_refused() -> None:
    (encoded,) = await codec().encode([CLEAR])
    for length in (0, 5, 12, 20):
        with pytest.raises(PayloadUnreadable):
            await codec().decode([Payload(metadata=encoded.metadata, data=encoded.data[:length])])


async def test_payloads_of_the_engine_itself_pass_unread() -> None:
    assert await codec().decode([CLEAR]) == [CLEAR]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "does not hold it"),
        ("p1:zz", "64 hex digits"),
        ("p1:1111", "not 32 bytes"),
        ("p1", "not 32 bytes"),
    ],
)
def test_a_wrong_keyring_is_refused_at_the_start(text: str, problem: str) -> None:
    with pytest.raises(ConfigurationError, match=problem):
        PayloadKeyring.parse(text)
