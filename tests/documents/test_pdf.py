"""A document is PDF/A-2a: complete in itself, tagged, in two languages, and the same bytes every time."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from xml.etree import ElementTree

import pikepdf
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pdfminer.high_level import extract_text
from pypdf.generic import ContentStream

from belsendi.documents import DocumentKind, render_document, with_number_and_date
from belsendi.documents.pdf import Description, compose
from belsendi.documents.pdf.fonts import font_set
from belsendi.documents.pdf.looks import BOTTOM, LEFT, PAGE_HEIGHT, WIDTH
from belsendi.errors import InvalidInput
from tests.documents.paper import Paper
from tests.documents.samples import DECISION, SAMPLES

KINDS = list(DocumentKind)
KAZAKH = "Әә Ғғ Ққ Ңң Өө Ұұ Үү Һһ Іі"
ABOUT = Description("Сынақ", "Проба", "case-1", datetime(2025, 3, 11, 5, 5, 7, tzinfo=UTC))
XMP = {
    "pdfaid": "{http://www.aiim.org/pdfa/ns/id/}",
    "dc": "{http://purl.org/dc/elements/1.1/}",
    "xmp": "{http://ns.adobe.com/xap/1.0/}",
}


def made(kind: DocumentKind) -> bytes:
    return render_document(kind, SAMPLES[kind])


def paper(markup: str) -> Paper:
    return Paper(compose(f'<main lang="kk">{markup}</main>', ABOUT))


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_is_sound(kind: DocumentKind) -> None:
    """qpdf finds no damage and repairs nothing."""
    with pikepdf.open(io.BytesIO(made(kind)), attempt_recovery=False) as opened:
        assert opened.check_pdf_syntax() == []
        assert opened.pdf_version == "1.7"
        assert not opened.is_encrypted


@pytest.mark.parametrize("kind", KINDS)
def test_the_metadata_say_pdf_a_2a_and_carry_the_title_in_both_languages(kind: DocumentKind) -> None:
    read = Paper(made(kind))
    stream = read.catalogue["/Metadata"].get_object()
    assert "/Filter" not in stream
    tree = ElementTree.fromstring(stream.get_data())
    assert tree.findtext(f".//{XMP['pdfaid']}part") == "2"
    assert tree.findtext(f".//{XMP['pdfaid']}conformance") == "A"
    assert tree.findtext(f".//{XMP['xmp']}CreateDate") == SAMPLES[kind]["issued_at"].isoformat()
    titles = tree.findall(f".//{XMP['dc']}title//{{*}}li")
    heading = [part.text.strip() for part in read.parts if "H1" in (part.kind, *part.path)]
    assert [title.text for title in titles] == [heading[0], *heading]
    for personal in ("Сынақов", "850101400121"):
        assert personal not in stream.get_data().decode()


@pytest.mark.parametrize("kind", KINDS)
def test_letters_and_colours_are_inside_the_file(kind: DocumentKind) -> None:
    read = Paper(made(kind))
    (intent,) = read.catalogue["/OutputIntents"]
    profile = intent["/DestOutputProfile"].get_data()
    assert intent["/S"] == "/GTS_PDFA1"
    assert profile[36:40] == b"acsp"
    assert profile[16:20] == b"RGB "
    assert profile[8] <= 4
    for page in read.reader.pages:
        for font in page["/Resources"]["/Font"].values():
            (descendant,) = font["/DescendantFonts"]
            program = descendant["/FontDescriptor"]["/FontFile2"].get_data()
            assert program[:4] == b"\0\1\0\0"
            assert font["/BaseFont"] == descendant["/BaseFont"] == descendant["/FontDescriptor"]["/FontName"]
            assert font["/ToUnicode"].get_data()


@pytest.mark.parametrize("kind", KINDS)
def test_all_content_is_tagged_or_marked_as_decoration(kind: DocumentKind) -> None:
    read = Paper(made(kind))
    assert read.catalogue["/MarkInfo"]["/Marked"].value
    assert read.catalogue["/Lang"] == "kk"
    assert read.untold == {}
    assert {part.language for part in read.parts} == {"kk", "ru"}
    assert "TH" in {kind for part in read.parts for kind in (part.kind, *part.path)}
    shown = {b"f", b"S", b"Tj"}
    for page in read.reader.pages:
        depth = 0
        for _, operator in ContentStream(page["/Contents"], read.reader).operations:
            depth += {b"BDC": 1, b"BMC": 1, b"EMC": -1}.get(operator, 0)
            assert operator not in shown or depth == 1
        assert depth == 0


@pytest.mark.parametrize("kind", KINDS)
def test_other_programs_read_the_kazakh_text_out(kind: DocumentKind) -> None:
    """pypdf and pdfminer go by the fonts' own tables, not by our numbers."""
    content = made(kind)
    read = Paper(content)
    title = read.texts("H1")[0].strip()
    for text in (
        "\n".join(page.extract_text() for page in read.reader.pages),
        extract_text(io.BytesIO(content)),
    ):
        plain = " ".join(text.split())
        assert title in plain
        assert "Анықтама" in plain


def test_every_kazakh_letter_is_in_the_common_fonts() -> None:
    content = compose(f"<main><p>{KAZAKH} ₸ №</p><p><strong>{KAZAKH}</strong></p></main>", ABOUT)
    text = " ".join(extract_text(io.BytesIO(content)).split())
    assert text.count(f"{KAZAKH}") == 2
    assert font_set(set(KAZAKH)).called == "common"


@pytest.mark.parametrize("letters", [KAZAKH, f"{KAZAKH} Şğ"])
def test_the_widths_a_file_states_are_those_of_its_fonts(letters: str) -> None:
    """ISO 19005-2, 6.2.11.5; every letter leads to a glyph of its own, none to the empty one (6.2.11.8)."""
    fonts = paper(f"<p>{letters}</p>").reader.pages[0]["/Resources"]["/Font"]
    for font in fonts.values():
        (descendant,) = font["/DescendantFonts"]
        program = descendant["/FontDescriptor"]["/FontFile2"].get_data()
        glyph_of = descendant["/CIDToGIDMap"].get_data()
        stated = _widths(descendant["/W"])
        advances = _advances(program)
        assert {ord(letter) for letter in letters} <= set(stated)
        for code, width in stated.items():
            glyph = int.from_bytes(glyph_of[2 * code : 2 * code + 2], "big")
            assert glyph > 0
            assert abs(advances[glyph] - width) <= 1


def _widths(array: Any) -> dict[int, int]:
    stated: dict[int, int] = {}
    for first, row in zip(array[::2], array[1::2], strict=True):
        stated |= {int(first) + place: int(width) for place, width in enumerate(row)}
    return stated


def _advances(program: bytes) -> list[float]:
    """The advance widths of a TrueType font in thousandths of its size, read from its own tables."""
    tables = {}
    for place in range(int.from_bytes(program[4:6], "big")):
        entry = program[12 + 16 * place : 28 + 16 * place]
        tables[entry[:4]] = program[int.from_bytes(entry[8:12], "big") :]
    scale = 1000 / int.from_bytes(tables[b"head"][18:20], "big")
    count = int.from_bytes(tables[b"hhea"][34:36], "big")
    glyphs = int.from_bytes(tables[b"maxp"][4:6], "big")
    own = [int.from_bytes(tables[b"hmtx"][4 * n : 4 * n + 2], "big") * scale for n in range(count)]
    return own + [own[-1]] * (glyphs - count)


def test_a_page_shows_ink_where_the_text_stands() -> None:
    """PDFium draws the page: the letters are glyphs, not empty boxes, and nothing leaves the sheet."""
    document = pypdfium2.PdfDocument(made(DocumentKind.DECISION_ASSIGN))
    for page in document:
        image = page.render(scale=1).to_pil().convert("L")
        ink = image.point(lambda value: 255 if value < 160 else 0).getbbox()
        assert ink is not None
        left, _, right, _ = ink
        body = image.crop((0, 12, image.width, image.height)).point(lambda v: 255 if v < 160 else 0).getbbox()
        assert body is not None
        assert body[0] >= LEFT - 3
        assert body[2] <= LEFT + WIDTH + 3
        assert (left, right) <= (image.width, image.width)
    text = document[0].get_textpage().get_text_range()
    assert "біржолғы төлем" in text


def test_two_letters_do_not_look_alike() -> None:
    """A number that led to the wrong glyph would be read right and seen wrong."""
    seen = {}
    for letter in "ӘəҒҚҢӨҰҮҺІЕОЭЯЖЦ":
        page = pypdfium2.PdfDocument(compose(f"<main><p>{letter}</p></main>", ABOUT))[0]
        area = page.render(scale=4, crop=(50, 700, 500, 45)).to_pil()
        seen[area.tobytes()] = seen.get(area.tobytes(), "") + letter
    assert [letters for letters in seen.values() if len(letters) > 1] == []


def test_a_document_is_the_same_in_another_process_under_another_seed() -> None:
    program = (
        "import hashlib\nfrom belsendi.documents import render_document\n"
        "from tests.documents.samples import SAMPLES\n"
        "print([hashlib.sha256(render_document(k, f)).hexdigest() for k, f in SAMPLES.items()])"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", program],
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1


def test_names_with_rare_letters_bring_the_wide_fonts_and_stay_readable() -> None:
    name = "Şükrü Özgür Ђорђевић Łukasz"
    read = paper(f"<p>{name} {KAZAKH}</p>")
    assert read.texts("P") == [f"{name} {KAZAKH}"]
    assert name in " ".join(extract_text(io.BytesIO(read.content)).split())
    assert len(read.content) > len(paper(f"<p>{KAZAKH}</p>").content) + 10_000


def test_letters_without_a_glyph_are_shown_as_such_and_said_as_they_were() -> None:
    """PDF/A forbids glyphs that are not there; the words themselves are not lost (ActualText)."""
    read = paper("<p><strong>жауап:</strong> 李 🙂 <br/>соңы</p><p>王</p><p>иә</p>")
    pieces = [
        str(operands[1].get("/ActualText", ""))
        for operands, operator in ContentStream(read.reader.pages[0]["/Contents"], read.reader).operations
        if operator == b"BDC"
    ]
    assert pieces == ["", " 李 🙂 ", "", "王", ""]
    assert read.reader.pages[0].extract_text().count("\ufffd") == 3
    assert read.untold == {}


@given(text=st.text(max_size=80))
@settings(deadline=None, max_examples=60)
def test_any_text_makes_a_sound_file(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    content = compose(f"<main><p>а{escaped}я</p></main>", ABOUT)
    with pikepdf.open(io.BytesIO(content), attempt_recovery=False) as opened:
        assert opened.check_pdf_syntax() == []


def test_a_long_document_goes_on_with_the_head_of_its_table_and_loses_no_row() -> None:
    decision = DECISION | {
        "basis": DECISION["basis"]
        | {
            "trace": [
                {"rule": f"rule {number}", "citation": "B-r13(5)", "outcome": "PASS"} for number in range(120)
            ]
        }
    }
    kind = DocumentKind.DECISION_REFUSE
    read = Paper(render_document(kind, SAMPLES[kind] | {"basis": decision["basis"]}))
    assert [part.text for part in read.parts if part.text.startswith("rule ")] == [
        f"rule {number}" for number in range(120)
    ]
    assert len(read.reader.pages) > 4
    assert read.outside.count("Қағида") >= 3
    assert read.texts("TH").count("Қағида ") == 1


def test_a_cell_taller_than_a_page_is_cut_between_lines() -> None:
    words = [f"сөз{number}" for number in range(4000)]
    read = paper(
        f'<table widths="30 70"><tbody><tr><th>атауы</th><td>{" ".join(words)}</td></tr></tbody></table>'
    )
    assert " ".join(read.texts("TD")).split() == words
    for page in read.reader.pages:
        for operands, operator in ContentStream(page["/Contents"], read.reader).operations:
            if operator == b"Tm":
                assert float(operands[5]) > BOTTOM - 1 or float(operands[5]) == 30
                assert float(operands[5]) < PAGE_HEIGHT


def test_a_word_wider_than_its_column_is_cut_and_nothing_of_it_lost() -> None:
    word = "щ" * 400
    read = paper(f'<table widths="10 90"><tbody><tr><th>{word}</th><td>б</td></tr></tbody></table>')
    assert read.texts("TH") == [word]


def test_a_box_stays_on_one_page() -> None:
    filling = "<p>жол</p>" * 45
    box = '<section class="signature">' + "<p>қол</p>" * 4 + "</section>"
    read = paper(filling + box)
    marks = [part for part in read.parts if part.text == "қол"]
    assert len(marks) == 4
    assert "қол" not in read.reader.pages[0].extract_text()


@pytest.mark.parametrize("markup", ["<main><p>", "<main>&nbsp;</main>", "", "<main></main><main></main>"])
def test_markup_that_is_not_well_formed_is_refused(markup: str) -> None:
    with pytest.raises(InvalidInput, match="not well-formed"):
        compose(markup, ABOUT)


def test_the_signed_file_is_sound_and_every_byte_of_the_draft_stays() -> None:
    kind = DocumentKind.DECISION_ASSIGN
    draft = render_document(kind, SAMPLES[kind] | {"decision_no": None, "decision_date": None})
    signed = with_number_and_date(draft, "2025-BUR-000017", datetime(2025, 3, 12, tzinfo=UTC).date())
    assert signed.startswith(draft)
    assert len(signed) < len(draft) + 1500
    with pikepdf.open(io.BytesIO(signed), attempt_recovery=False) as opened:
        assert opened.check_pdf_syntax() == []
    read = Paper(signed)
    first, second = (bytes(part.original_bytes) for part in _identifiers(read))
    assert first == bytes(_identifiers(Paper(draft))[0].original_bytes)
    assert first != second
    assert read.untold == {}
    assert "2025-BUR-000017, 12.03.2025" in " ".join(extract_text(io.BytesIO(signed)).split())


def _identifiers(read: Paper) -> Any:
    return read.reader.trailer["/ID"]


def test_the_time_zone_of_the_making_is_kept() -> None:
    there = datetime(2025, 3, 11, 10, 5, 7, tzinfo=timezone(timedelta(hours=5)))
    content = compose("<main><p>а</p></main>", Description("а", "б", "case-1", there))
    assert b"<xmp:CreateDate>2025-03-11T10:05:07+05:00<" in content
