"""SMS text by characters: encodings, limits, parts (GSM-7 160/153, UCS-2 70/67)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from belsendi.dialogue import Joiner, Segment, count_parts, decode, split
from belsendi.dialogue.sms_text import MAX_PARTS, concatenation
from belsendi.errors import InvalidInput

GSM = st.text(alphabet="abcXYZ 0189@£ÄöñüàΔΩ\n\r^{}[]~|\\€", max_size=700)
ANY = st.text(alphabet=st.one_of(st.characters(codec="utf-16"), st.sampled_from("қәі😢🙏")), max_size=300)


@pytest.mark.parametrize(
    ("text", "encoding", "units", "parts"),
    [
        ("", "GSM-7", 0, 1),
        ("a" * 160, "GSM-7", 160, 1),
        ("a" * 161, "GSM-7", 161, 2),
        ("a" * 306, "GSM-7", 306, 2),
        ("a" * 307, "GSM-7", 307, 3),
        ("€" * 80, "GSM-7", 160, 1),
        ("€" * 81, "GSM-7", 162, 2),
        ("a" * 152 + "€" * 76, "GSM-7", 304, 2),
        ("a" * 152 + "€" * 77, "GSM-7", 306, 3),
        ("ә" * 70, "UCS-2", 70, 1),
        ("ә" * 71, "UCS-2", 71, 2),
        ("ә" * 134, "UCS-2", 134, 2),
        ("ә" * 135, "UCS-2", 135, 3),
        ("🙏" * 35, "UCS-2", 70, 1),
        ("🙏" * 36, "UCS-2", 72, 2),
        ("🙏" * 66, "UCS-2", 132, 2),
        ("🙏" * 67, "UCS-2", 134, 3),
        ("a" * 60 + "ı", "UCS-2", 61, 1),
        ("x" + "қ" * 200, "UCS-2", 201, 3),
    ],
)
def test_parts_are_counted_by_septets_and_utf16_units(
    text: str, encoding: str, units: int, parts: int
) -> None:
    counted = count_parts(text)
    assert (counted.encoding, counted.units, counted.parts) == (encoding, units, parts)
    assert len(split(text, 7)) == parts


def test_a_single_part_has_no_header_and_long_ones_carry_reference_total_and_number() -> None:
    assert split("ok", 5) == [Segment(b"", b"ok", 0)]
    parts = split("ә" * 100, 0x1FE)
    assert [segment.udh.hex() for segment in parts] == ["050003fe0201", "050003fe0202"]
    assert {segment.data_coding for segment in parts} == {8}
    assert parts[0].body == ("ә" * 67).encode("utf-16-be")


def test_a_text_beyond_the_numbering_of_parts_is_refused() -> None:
    assert len(split("ә" * 67 * MAX_PARTS, 1)) == MAX_PARTS
    with pytest.raises(InvalidInput, match="256 SMS parts"):
        split("ә" * (67 * MAX_PARTS + 1), 1)


def test_half_a_character_is_refused_before_it_is_sent() -> None:
    with pytest.raises(InvalidInput, match="surrogate"):
        count_parts("\ud83d")


def test_repr_of_a_segment_hides_the_words() -> None:
    assert "secret" not in repr(split("secret", 1))


@given(text=st.one_of(GSM, ANY), reference=st.integers(0, 2**20))
def test_joining_what_was_split_gives_the_text_back(text: str, reference: int) -> None:
    joiner = Joiner()
    finished = [
        message for segment in split(text, reference) for message in joiner.add("+77010000001", segment)
    ]
    assert [(message.text, message.complete) for message in finished] == [(text, True)]


@given(text=st.one_of(GSM, ANY))
def test_no_segment_is_longer_than_an_sms_holds(text: str) -> None:
    segments = split(text, 1)
    for segment in segments:
        if segment.data_coding == 8:
            assert len(segment.udh) + len(segment.body) <= 140
        else:
            assert len(segment.body) <= (160 if len(segments) == 1 else 153)
    assert count_parts(text).parts == len(segments)


@given(text=st.text(alphabet="ә🙏😢", min_size=36, max_size=300))
def test_no_segment_divides_a_surrogate_pair(text: str) -> None:
    assert "".join(segment.body.decode("utf-16-be") for segment in split(text, 1)) == text


@given(text=st.text(alphabet="a€[", min_size=81, max_size=400))
def test_no_segment_ends_inside_an_escape_sequence(text: str) -> None:
    assert "".join(decode(segment.body, 0) for segment in split(text, 1)) == text


@pytest.mark.parametrize(
    ("body", "coding", "text"),
    [
        (b"\x00\x02\x1b\x65", 0, "@$€"),
        (b"Ok\x1b", 0, "Ok "),
        (b"\x1b\x41", 0, "A"),
        ("иә".encode("utf-16-be"), 8, "иә"),
        ("иә".encode("utf-16-be"), 0x18, "иә"),
        ("да".encode("utf-16-be"), 0xE0, "да"),
        (b"1", 0xF1, "1"),
        (b"1", 1, "1"),
        ("é".encode("latin-1"), 3, "é"),
        ("да".encode("iso8859-5"), 6, "да"),
        ("да".encode(), 4, "да"),
        ("да".encode(), 0, "да"),
        (b"\x04\x38\x04", 8, "и\ufffd"),
        (b"\xd8\x3d", 8, "\ufffd"),
        (b"\xff", 4, "\ufffd"),
    ],
)
def test_a_body_is_read_by_its_coding_and_the_unreadable_is_marked(
    body: bytes, coding: int, text: str
) -> None:
    assert decode(body, coding) == text


@given(body=st.binary(max_size=160), coding=st.integers(0, 255))
def test_decoding_never_fails(body: bytes, coding: int) -> None:
    assert isinstance(decode(body, coding), str)


@pytest.mark.parametrize(
    ("udh", "found"),
    [
        ("0500030a0201", (10, 2, 1)),
        ("060804010a0302", (266, 3, 2)),
        ("0a0504000000000003050201", None),
        ("0b05040000000000030502 01".replace(" ", ""), (5, 2, 1)),
        ("", None),
        ("00", None),
        ("0500030a0200", None),
        ("0500030a0203", None),
        ("05000309", None),
        ("0404020102", None),
    ],
)
def test_a_header_is_read_only_when_it_makes_sense(udh: str, found: tuple[int, int, int] | None) -> None:
    element = concatenation(bytes.fromhex(udh))
    assert (element and (element.reference, element.total, element.part)) == found


@given(udh=st.binary(max_size=20))
def test_no_header_breaks_the_reading(udh: bytes) -> None:
    element = concatenation(udh)
    assert element is None or 1 <= element.part <= element.total
