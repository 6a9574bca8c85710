"""PDF files are looked through, object by object, and kept byte for byte.

They are not rewritten: a signature inside or beside the file would break. What acts by itself or carries other
files is therefore refused, never cut out (ISO 32000-2: 7.11 file specifications, 12.6 actions, 13 multimedia).
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import pikepdf

from belsendi.attachments.refusals import FileRefused, Refusal

_MOST_NODES = 150_000
_DEEPEST = 100
_UNPACKED_BYTES = 64 * 1024 * 1024
_END = b"%%EOF"
_ACTIVE_ACTIONS = frozenset(
    {
        *(
            "/JavaScript",
            "/Launch",
            "/SubmitForm",
            "/ImportData",
            "/ResetForm",
            "/Rendition",
            "/Movie",
            "/Sound",
        ),
        *("/RichMediaExecute", "/GoTo3DView", "/SetOCGState", "/Hide"),
    }
)
_FILE_ACTIONS = frozenset({"/GoToR", "/GoToE", "/GoToDp"})
_PLAIN_ACTIONS = frozenset({"/GoTo", "/URI", "/Named", "/Thread", "/Trans"})
_ACTIVE_KEYS = frozenset({"/JS", "/JavaScript", "/XFA", "/RichMediaContent", "/RichMediaSettings"})
_FILE_KEYS = frozenset({"/EmbeddedFiles", "/EF", "/RF", "/Collection", "/FFilter"})
_ACTIVE_ANNOTATIONS = frozenset({"/RichMedia", "/Movie", "/Sound", "/Screen", "/3D"})
_HOLDS_AN_ACTION = frozenset({"/A", "/OpenAction", "/Next", "/PA"})
_SCHEME = re.compile(rb"^\s*([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_PLAIN_SCHEMES = frozenset({b"http", b"https", b"mailto", b"tel"})


def check_pdf(content: bytes) -> int:
    """The number of pages of a PDF that only shows itself.

    Raises FileRefused (PDF_BROKEN, PDF_PROTECTED, PDF_ACTIVE, PDF_FILES, NOT_READABLE). Links to web pages are
    left alone: nothing follows them but a person.
    """
    _, end, behind = content.rpartition(_END)
    if not end or behind.strip(b"\x00\t\n\x0c\r "):
        raise FileRefused(Refusal.PDF_BROKEN)
    pikepdf.settings.set_qpdf_limits(flate_max_memory=_UNPACKED_BYTES, run_length_max_memory=_UNPACKED_BYTES)
    try:
        with pikepdf.open(io.BytesIO(content), attempt_recovery=False) as opened:
            for node in _nodes(opened):
                _check(node)
            pages = len(opened.pages)
    except pikepdf.PasswordError as error:
        raise FileRefused(Refusal.PDF_PROTECTED) from error
    except FileRefused:
        raise
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, RuntimeError, OverflowError) as error:
        raise FileRefused(Refusal.PDF_BROKEN) from error
    if not pages:
        raise FileRefused(Refusal.PDF_BROKEN)
    return pages


def _nodes(opened: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    """Every dictionary and stream of the file, whether a page leads to it or not."""
    left = _MOST_NODES
    waiting = [(each, 0) for each in (opened.trailer, *opened.objects)]
    while waiting:
        node, depth = waiting.pop()
        left -= 1
        if left < 0 or depth > _DEEPEST:
            raise FileRefused(Refusal.NOT_READABLE)
        inner: Iterator[object] = iter(())
        if isinstance(node, pikepdf.Array):
            inner = iter(node)
        elif isinstance(node, pikepdf.Dictionary | pikepdf.Stream):
            yield node
            inner = (value for _, value in node.items())
        waiting += [
            (each, depth + 1)
            for each in inner
            if isinstance(each, pikepdf.Array | pikepdf.Dictionary) and not each.is_indirect
        ]


def _check(node: pikepdf.Object) -> None:
    keys = set(node.keys())
    if keys & _ACTIVE_KEYS:
        raise FileRefused(Refusal.PDF_ACTIVE)
    if keys & _FILE_KEYS or node.get("/Type") == pikepdf.Name("/EmbeddedFile"):
        raise FileRefused(Refusal.PDF_FILES)
    if isinstance(node, pikepdf.Stream) and "/F" in keys:
        raise FileRefused(Refusal.PDF_FILES)
    annotation = _name(node.get("/Subtype"))
    if annotation == "/FileAttachment":
        raise FileRefused(Refusal.PDF_FILES)
    if annotation in _ACTIVE_ANNOTATIONS and "/Rect" in keys:
        raise FileRefused(Refusal.PDF_ACTIVE)
    _check_action(node)
    for key in keys & _HOLDS_AN_ACTION:
        _check_held(node[key])
    for triggered in _dictionary(node.get("/AA")):
        _check_held(triggered)


def _check_held(held: object) -> None:
    """What stands where an action stands is one of the harmless ones, or a place of the file itself."""
    kind = _name(held.get("/S")) if isinstance(held, pikepdf.Dictionary) else None
    if kind is not None and kind not in _PLAIN_ACTIONS:
        raise FileRefused(Refusal.PDF_FILES if kind in _FILE_ACTIONS else Refusal.PDF_ACTIVE)


def _check_action(node: pikepdf.Object) -> None:
    kind = _name(node.get("/S"))
    if kind in _ACTIVE_ACTIONS:
        raise FileRefused(Refusal.PDF_ACTIVE)
    if kind in _FILE_ACTIONS:
        raise FileRefused(Refusal.PDF_FILES)
    address = node.get("/URI")
    if kind == "/URI" and isinstance(address, pikepdf.String):
        scheme = _SCHEME.match(bytes(address))
        if scheme is not None and scheme[1].lower() not in _PLAIN_SCHEMES:
            raise FileRefused(Refusal.PDF_ACTIVE)


def _name(value: object) -> str | None:
    return str(value) if isinstance(value, pikepdf.Name) else None


def _dictionary(value: object) -> list[object]:
    return [inner for _, inner in value.items()] if isinstance(value, pikepdf.Dictionary) else []
