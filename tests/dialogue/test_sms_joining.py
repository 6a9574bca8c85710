"""Putting inbound parts together: any order, duplicates, reused references, what never becomes whole."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from belsendi.dialogue import Joiner, Meaning, QuestionKind, Segment, split, understand
from belsendi.dialogue.sms_text import GAP, join_segments

SENDER = "+77010000001"
NOON = datetime(2025, 3, 11, 7, 0, tzinfo=UTC)
LONG = "Әкем қайтыс болды, жерлеуге арналған төлем туралы білгім келеді. " * 3


@given(data=st.data())
def test_parts_may_come_in_any_order_and_more_than_once(data: st.DataObject) -> None:
    segments = split(LONG, 9)
    arrivals = data.draw(
        st.permutations(segments + data.draw(st.lists(st.sampled_from(segments), max_size=4)))
    )
    joiner = Joiner()
    finished = [message for segment in arrivals for message in joiner.add(SENDER, segment)]
    assert [(message.text, message.complete) for message in finished] == [(LONG, True)]


def test_senders_and_references_are_kept_apart() -> None:
    joiner = Joiner()
    first, second = split("ә" * 100, 1), split("қ" * 100, 2)
    assert joiner.add(SENDER, first[0]) == []
    assert joiner.add("+77010000002", first[1]) == []
    assert joiner.add(SENDER, second[1]) == []
    assert [message.text for message in joiner.add(SENDER, first[1])] == ["ә" * 100]
    assert [message.text for message in joiner.add(SENDER, second[0])] == ["қ" * 100]


def test_a_reused_reference_begins_a_new_message_and_hands_the_old_one_out_incomplete() -> None:
    joiner = Joiner()
    old, new = split("ә" * 100, 1), split("қ" * 100, 1)
    joiner.add(SENDER, old[0])
    [displaced] = joiner.add(SENDER, new[0])
    assert (displaced.text, displaced.complete, displaced.parts) == ("ә" * 67 + GAP, False, 1)
    assert [message.text for message in joiner.add(SENDER, new[1])] == ["қ" * 100]


def test_a_message_delivered_again_by_the_centre_is_not_handed_out_twice() -> None:
    joiner = Joiner()
    segments = split("ә" * 100, 1)
    first = [message for segment in segments for message in joiner.add(SENDER, segment, NOON)]
    again = [message for segment in segments for message in joiner.add(SENDER, segment, NOON)]
    assert (len(first), again) == (1, [])


def test_forgetting_hands_out_only_what_never_became_whole() -> None:
    joiner = Joiner()
    for segment in split("ә" * 100, 1):
        joiner.add(SENDER, segment, NOON)
    joiner.add(SENDER, split("қ" * 100, 2)[1], NOON)
    assert joiner.forget(NOON) == []
    [lost] = joiner.forget(NOON + timedelta(seconds=1))
    assert (lost.text, lost.complete) == (GAP + "қ" * 33, False)
    assert joiner.forget(NOON + timedelta(days=1)) == []


def test_a_phone_that_divides_a_surrogate_pair_is_read_right() -> None:
    whole = "иә🙏".encode("utf-16-be")
    parts = {
        1: Segment(bytes.fromhex("050003010201"), whole[:6], 8),
        2: Segment(bytes.fromhex("050003010202"), whole[6:], 8),
    }
    assert join_segments(parts, 2) == "иә🙏"


def test_parts_of_different_alphabets_are_read_each_in_its_own() -> None:
    parts = {1: Segment(b"", b"ok ", 0), 2: Segment(b"", "иә".encode("utf-16-be"), 8)}
    assert join_segments(parts, 2) == "ok иә"


@given(present=st.sets(st.integers(1, 3), max_size=2))
def test_half_a_message_is_never_an_answer(present: set[int]) -> None:
    parts = {number: Segment(b"", b"1", 0) for number in present}
    text = join_segments(parts, 3)
    assert GAP in text
    assert understand(text, QuestionKind.OFFER_WITH_ACCOUNT).meaning is Meaning.UNCLEAR


def test_repr_of_a_joined_message_hides_sender_and_words() -> None:
    [message] = Joiner().add(SENDER, Segment(b"", b"hello", 0))
    assert "hello" not in repr(message)
    assert SENDER not in repr(message)
