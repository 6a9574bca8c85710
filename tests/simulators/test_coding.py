"""Texts to parts and back, by the simulator's own tables."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from belsendi.dialogue.sms_text import count_parts, split
from simulators.smsc.coding import Part, UnknownCoding, decode_text, place_of, split_text
from simulators.smsc.pdu import ShortMessage

TEXTS = st.text(
    st.characters(blacklist_categories=["Cs"], blacklist_characters="\x1b"), min_size=1, max_size=400
)


def shown(parts: list[Part]) -> str:
    """What a handset shows of these parts."""
    texts = []
    for part in parts:
        message = ShortMessage(
            "1", "2", part.body, esm_class=0x40 if part.has_udh else 0, data_coding=part.data_coding
        )
        texts.append(decode_text(place_of(message)[1], message.data_coding))
    return "".join(texts)


@given(TEXTS)
def test_what_is_written_is_what_is_shown(text: str) -> None:
    assert shown(split_text(text, reference=7)) == text


@given(TEXTS)
def test_no_part_is_larger_than_a_short_message(text: str) -> None:
    for part in split_text(text, reference=7):
        septets = part.data_coding == 0
        text = len(part.body) - (6 if part.has_udh else 0)
        assert (
            text
            <= {(True, False): 160, (True, True): 153, (False, False): 140, (False, True): 134}[
                septets, part.has_udh
            ]
        )


@given(TEXTS)
def test_the_handset_shows_what_the_product_splits(text: str) -> None:
    """Two independent implementations of 3GPP 23.038 agree on text and number of parts."""
    segments = split(text, 7)
    parts = [Part(each.udh + each.body, each.data_coding, bool(each.udh)) for each in segments]
    assert shown(parts) == text
    assert len(split_text(text, 7)) == count_parts(text).parts == len(parts)


@pytest.mark.parametrize(
    ("text", "parts", "coding"),
    [
        ("a" * 160, 1, 0),
        ("a" * 161, 2, 0),
        ("€" * 80, 1, 0),
        ("€" * 81, 2, 0),
        ("ә" * 70, 1, 8),
        ("ә" * 71, 2, 8),
        ("ә" * 134, 2, 8),
        ("ә" * 135, 3, 8),
        ("😀" * 35, 1, 8),
    ],
)
def test_limits_of_one_and_of_joined_parts(text: str, parts: int, coding: int) -> None:
    made = split_text(text, reference=1)
    assert (len(made), made[0].data_coding) == (parts, coding)


def test_a_pair_cut_in_two_shows_as_damage() -> None:
    half = "😀".encode("utf-16-be")[:2]
    assert decode_text(half, 8) == "�"


def test_a_binary_message_is_not_shown() -> None:
    with pytest.raises(UnknownCoding, match="data_coding 4"):
        decode_text(b"\x00", 4)


def test_a_sixteen_bit_reference_is_read() -> None:
    message = ShortMessage("1", "2", bytes((6, 8, 4, 0x12, 0x34, 3, 2)) + b"x", esm_class=0x40)
    place, text = place_of(message)
    assert (place.reference, place.total, place.sequence, text) == (0x1234, 3, 2, b"x")
