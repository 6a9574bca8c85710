"""Files as people bring them, and as nobody should: pictures and PDF made on the spot."""

from __future__ import annotations

import io
from collections.abc import Callable

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream, String
from PIL import Image


def picture(
    known: str = "JPEG", size: tuple[int, int] = (120, 80), mode: str = "RGB", **options: object
) -> bytes:
    """A picture with a gradient, so that every part of it differs."""
    drawn = Image.linear_gradient("L").resize(size).convert(mode)
    written = io.BytesIO()
    drawn.save(written, known, **options)
    return written.getvalue()


def pdf(change: Callable[[pikepdf.Pdf], None] | None = None, *, text: str = "", **options: object) -> bytes:
    """A PDF of one page; ``change`` puts into it what the test is about."""
    made = pikepdf.new()
    made.add_blank_page(page_size=(200, 200))
    if text:
        made.pages[0].Contents = Stream(made, f"BT /F1 12 Tf ({text}) Tj ET".encode())
    if change is not None:
        change(made)
    written = io.BytesIO()
    options.setdefault("deterministic_id", "encryption" not in options)
    made.save(written, **options)  # type: ignore[arg-type]
    return written.getvalue()


def on_open(**action: object) -> Callable[[pikepdf.Pdf], None]:
    def change(made: pikepdf.Pdf) -> None:
        made.Root.OpenAction = Dictionary(**action)

    return change


def annotated(**annotation: object) -> Callable[[pikepdf.Pdf], None]:
    def change(made: pikepdf.Pdf) -> None:
        held = Dictionary(Type=Name.Annot, Rect=Array([0, 0, 10, 10]), **annotation)
        made.pages[0].Annots = Array([made.make_indirect(held)])

    return change


def with_file(made: pikepdf.Pdf) -> None:
    made.attachments["invoice.xml"] = b"<invoice/>"


def with_unused_script(made: pikepdf.Pdf) -> None:
    """No page leads to it; a reader that repairs the file might."""
    made.Root.PieceInfo = made.make_indirect(Dictionary(Kept=Dictionary(S=Name.JavaScript, JS=String("1"))))


def with_names_script(made: pikepdf.Pdf) -> None:
    script = made.make_indirect(Dictionary(S=Name.JavaScript, JS=String("app.alert(1)")))
    made.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), script])))


def with_xfa(made: pikepdf.Pdf) -> None:
    made.Root.AcroForm = Dictionary(Fields=Array([]), XFA=Stream(made, b"<xdp/>"))


def with_page_action(made: pikepdf.Pdf) -> None:
    made.pages[0].AA = Dictionary(O=Dictionary(S=Name("/Launch"), F=String("calc.exe")))


def with_next_action(made: pikepdf.Pdf) -> None:
    """Hidden behind a harmless one."""
    behind = Dictionary(S=Name("/SubmitForm"), F=String("http://example.org"))
    made.Root.OpenAction = Dictionary(S=Name.GoTo, D=Array([made.pages[0].obj, Name.Fit]), Next=behind)


def with_outside_stream(made: pikepdf.Pdf) -> None:
    made.pages[0].Contents = Stream(made, b"", F=String("/etc/passwd"))
