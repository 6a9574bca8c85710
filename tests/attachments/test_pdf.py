"""PDF files: what only shows itself is kept byte for byte, what acts or carries is refused by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pikepdf
import pytest
from hypothesis import given
from hypothesis import settings as bounded
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name, Stream, String

from belsendi.attachments import pdf as checks
from belsendi.attachments.pdf import check_pdf
from belsendi.attachments.refusals import FileRefused, Refusal
from tests.attachments.files import (
    annotated,
    on_open,
    pdf,
    with_file,
    with_names_script,
    with_next_action,
    with_outside_stream,
    with_page_action,
    with_unused_script,
    with_xfa,
)

PLAIN = pdf(text="certificate")


def refusal(content: bytes) -> Refusal:
    with pytest.raises(FileRefused) as refused:
        check_pdf(content)
    return refused.value.code


@pytest.mark.parametrize(
    "options",
    [{}, {"linearize": True}, {"object_stream_mode": pikepdf.ObjectStreamMode.generate}],
    ids=["plain", "linearised", "object streams"],
)
def test_a_plain_document_is_taken_and_its_pages_counted(options: dict[str, object]) -> None:
    def more(made: pikepdf.Pdf) -> None:
        made.add_blank_page()
        made.add_blank_page()

    assert check_pdf(pdf(more, text="certificate", **options)) == 3


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (on_open(S=Name.JavaScript, JS=String("app.alert(1)")), Refusal.PDF_ACTIVE),
        (on_open(S=Name("/Launch"), F=String("calc.exe")), Refusal.PDF_ACTIVE),
        (on_open(S=Name("/ImportData"), F=String("x.fdf")), Refusal.PDF_ACTIVE),
        (on_open(S=Name("/Unheard"), D=String("x")), Refusal.PDF_ACTIVE),
        (on_open(S=Name("/URI"), URI=String("javascript:alert(1)")), Refusal.PDF_ACTIVE),
        (on_open(S=Name("/URI"), URI=String("file:///etc/passwd")), Refusal.PDF_ACTIVE),
        (on_open(S=Name("/GoToR"), F=String("other.pdf")), Refusal.PDF_FILES),
        (annotated(Subtype=Name("/FileAttachment")), Refusal.PDF_FILES),
        (annotated(Subtype=Name("/RichMedia")), Refusal.PDF_ACTIVE),
        (annotated(Subtype=Name("/Screen")), Refusal.PDF_ACTIVE),
        (annotated(Subtype=Name("/Link"), A=Dictionary(S=Name.JavaScript)), Refusal.PDF_ACTIVE),
        (with_file, Refusal.PDF_FILES),
        (with_names_script, Refusal.PDF_ACTIVE),
        (with_unused_script, Refusal.PDF_ACTIVE),
        (with_xfa, Refusal.PDF_ACTIVE),
        (with_page_action, Refusal.PDF_ACTIVE),
        (with_next_action, Refusal.PDF_ACTIVE),
        (with_outside_stream, Refusal.PDF_FILES),
    ],
)
@pytest.mark.parametrize("mode", [pikepdf.ObjectStreamMode.disable, pikepdf.ObjectStreamMode.generate])
def test_what_acts_or_carries_files_is_refused(
    change: Callable[[pikepdf.Pdf], None], code: Refusal, mode: pikepdf.ObjectStreamMode
) -> None:
    assert refusal(pdf(change, object_stream_mode=mode)) is code


def test_a_name_written_in_another_way_is_the_same_name() -> None:
    content = pdf(
        on_open(S=Name.JavaScript, JS=String("1")), object_stream_mode=pikepdf.ObjectStreamMode.disable
    )
    assert b"/JavaScript" in content
    written = content.replace(b"/JavaScript", b"/J#61vaScr#69pt")
    assert refusal(moved(written)) is Refusal.PDF_ACTIVE


@pytest.mark.parametrize("address", ["https://egov.kz/verify", "mailto:a@example.kz", "verify.html"])
def test_a_link_that_only_a_person_follows_is_left_alone(address: str) -> None:
    link = annotated(Subtype=Name("/Link"), A=Dictionary(S=Name("/URI"), URI=String(address)))
    assert check_pdf(pdf(link)) == 1


def test_a_document_that_opens_at_a_page_is_taken() -> None:
    def change(made: pikepdf.Pdf) -> None:
        made.Root.OpenAction = Array([made.pages[0].obj, Name.Fit])

    assert check_pdf(pdf(change)) == 1


def test_a_password_is_refused_and_a_lock_against_editing_is_not() -> None:
    assert refusal(pdf(encryption=pikepdf.Encryption(user="geheim", owner="geheim"))) is Refusal.PDF_PROTECTED
    assert check_pdf(pdf(encryption=pikepdf.Encryption(user="", owner="office"))) == 1


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7",
        b"%PDF-1.7\n%%EOF",
        PLAIN[:-40] + b"%%EOF",
        PLAIN + b"PK\x03\x04",
        PLAIN.replace(b"/Pages", b"/Pagez"),
    ],
)
def test_what_does_not_follow_the_format_is_refused(content: bytes) -> None:
    assert refusal(content) is Refusal.PDF_BROKEN


def test_a_document_without_a_page_is_refused() -> None:
    def change(made: pikepdf.Pdf) -> None:
        del made.pages[0]

    assert refusal(pdf(change)) is Refusal.PDF_BROKEN


def test_an_object_stream_that_unpacks_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its objects are in a stream that would fill the memory; the bound is lowered to save the test's time."""
    monkeypatch.setattr(checks, "_UNPACKED_BYTES", 1_000_000)

    def change(made: pikepdf.Pdf) -> None:
        made.Root.Kept = made.make_indirect(Dictionary(Text=String("A" * 3_000_000)))

    content = pdf(
        change,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
        compress_streams=True,
        recompress_flate=True,
    )
    assert len(content) < 20_000
    assert refusal(content) is Refusal.PDF_BROKEN


@pytest.fixture(autouse=True)
def plain_limits() -> Iterator[None]:
    """The limits of the library hold for the whole process: other tests get them as they were."""
    before = pikepdf.settings.get_qpdf_limits()
    yield
    pikepdf.settings.set_qpdf_limits(**before)


def test_a_document_of_endless_parts_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "_MOST_NODES", 1000)

    def change(made: pikepdf.Pdf) -> None:
        made.Root.Kept = Array([Dictionary(A1=index) for index in range(1001)])

    assert refusal(pdf(change)) is Refusal.NOT_READABLE


@bounded(max_examples=60)
@given(st.integers(0, len(PLAIN) - 1), st.binary(min_size=1, max_size=6))
def test_a_damaged_document_is_refused_or_read_but_never_breaks_the_check(place: int, put: bytes) -> None:
    content = PLAIN[:place] + put + PLAIN[place + len(put) :]
    try:
        assert check_pdf(content) >= 1
    except FileRefused as refused:
        assert refused.code.name.startswith(("PDF_", "NOT_READABLE"))


def test_a_signature_inside_is_not_touched_by_the_check() -> None:
    def change(made: pikepdf.Pdf) -> None:
        made.Root.AcroForm = Dictionary(
            SigFlags=3,
            Fields=Array(
                [Dictionary(FT=Name.Sig, V=Dictionary(Type=Name.Sig, Contents=String(b"\x30" * 64)))]
            ),
        )
        made.Root.Perms = Dictionary(Kept=Stream(made, b"x"))

    assert check_pdf(pdf(change)) == 1


def moved(content: bytes) -> bytes:
    """The same file with its table of places written for the new lengths."""
    head, _, tail = content.rpartition(b"startxref\n")
    table = head.rindex(b"xref\n")
    body, trailer = head[:table], head[head.index(b"trailer", table) :]
    places = {int(n): body.index(b"\n%d 0 obj" % n) + 1 for n in range(1, body.count(b" 0 obj") + 1)}
    rows = b"".join(b"%010d 00000 n \n" % places[n] for n in sorted(places))
    made = body + b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1) + rows + trailer
    del tail
    return made + b"startxref\n%d\n%%%%EOF\n" % len(body)
