"""What a file is, told by its bytes alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from belsendi.attachments.refusals import FileRefused, Refusal
from belsendi.attachments.sniffing import FileFormat, sniff
from tests.attachments.files import pdf, picture

BEGINNINGS = {
    b"%PDF-": FileFormat.PDF,
    b"\xff\xd8\xff": FileFormat.JPEG,
    b"\x89PNG\r\n\x1a\n": FileFormat.PNG,
}


@pytest.mark.parametrize(
    ("content", "known"),
    [(picture("JPEG"), FileFormat.JPEG), (picture("PNG"), FileFormat.PNG), (pdf(), FileFormat.PDF)],
    ids=["jpeg", "png", "pdf"],
)
def test_the_three_formats_are_known_by_their_bytes(content: bytes, known: FileFormat) -> None:
    assert sniff(content) is known


@given(st.sampled_from(sorted(BEGINNINGS)), st.binary(max_size=200))
def test_what_follows_the_beginning_changes_nothing(beginning: bytes, rest: bytes) -> None:
    assert sniff(beginning + rest) is BEGINNINGS[beginning]


@given(st.binary(max_size=300))
def test_any_bytes_are_a_known_format_or_refused_by_name(content: bytes) -> None:
    expected = next((known for start, known in BEGINNINGS.items() if content.startswith(start)), None)
    if expected is not None:
        assert sniff(content) is expected
        return
    with pytest.raises(FileRefused) as refused:
        sniff(content)
    assert refused.value.code in (Refusal.EMPTY, Refusal.HEIC, Refusal.UNKNOWN_FORMAT)


@given(st.binary(min_size=1, max_size=50), st.sampled_from(sorted(BEGINNINGS)), st.binary(max_size=50))
def test_a_beginning_further_inside_does_not_count(before: bytes, beginning: bytes, rest: bytes) -> None:
    """One file must not be two things: PDF behind something else is not PDF."""
    if any((before + beginning).startswith(start) for start in BEGINNINGS):
        return
    with pytest.raises(FileRefused):
        sniff(before + beginning + rest)


@given(
    st.binary(min_size=4, max_size=4),
    st.sampled_from([b"heic", b"heix", b"mif1", b"avif"]),
    st.binary(max_size=40),
)
def test_a_telephones_own_format_is_refused_with_its_own_word(size: bytes, brand: bytes, rest: bytes) -> None:
    content = size + b"ftyp" + brand + rest
    if any(content.startswith(start) for start in BEGINNINGS):
        return
    with pytest.raises(FileRefused, match="HEIC") as refused:
        sniff(content)
    assert refused.value.code is Refusal.HEIC


@pytest.mark.parametrize(
    "content",
    [
        b"GIF89a",
        b"PK\x03\x04",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<html>",
        b"MZ\x90\x00",
        b" %PDF-1.7",
    ],
)
def test_other_formats_are_refused(content: bytes) -> None:
    with pytest.raises(FileRefused) as refused:
        sniff(content)
    assert refused.value.code is Refusal.UNKNOWN_FORMAT


def test_an_empty_file_is_called_empty() -> None:
    with pytest.raises(FileRefused) as refused:
        sniff(b"")
    assert refused.value.code is Refusal.EMPTY
