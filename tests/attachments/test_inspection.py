"""The process that looks into files: bounded, without secrets, and never trusted further than its one line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from belsendi.attachments import inspection
from belsendi.attachments.inspection import Inspector
from belsendi.attachments.limits import FileLimits
from belsendi.attachments.refusals import FileRefused, Refusal
from belsendi.attachments.sniffing import FileFormat
from tests.attachments.files import on_open, pdf, picture, with_file
from tests.attachments.test_images import bomb

ROOT = Path(__file__).resolve().parents[2]


async def test_a_picture_comes_back_drawn_anew_and_a_pdf_as_it_was() -> None:
    inspector = Inspector(FileLimits())
    image = await inspector.look_into(picture("JPEG", comment=b"secret") + b"behind")
    assert (image.format, image.pages) == (FileFormat.JPEG, 1)
    assert image.content.startswith(b"\xff\xd8\xff") and b"secret" not in image.content
    content = pdf(text="certificate")
    document = await inspector.look_into(content)
    assert (document.format, document.pages, document.content) == (FileFormat.PDF, 1, content)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", Refusal.EMPTY),
        (b"GIF89a", Refusal.UNKNOWN_FORMAT),
        (b"\xff\xd8\xffnothing", Refusal.IMAGE_BROKEN),
        (bomb(40_000), Refusal.IMAGE_TOO_LARGE),
        (pdf(with_file), Refusal.PDF_FILES),
        (pdf(on_open(S=inspection.__name__)), Refusal.PDF_ACTIVE),
    ],
    ids=["empty", "other", "broken", "bomb", "files", "active"],
)
async def test_a_refusal_comes_back_by_its_code(content: bytes, code: Refusal) -> None:
    if code is Refusal.PDF_ACTIVE:
        content = pdf(on_open(JS="app.alert(1)"))
    with pytest.raises(FileRefused) as refused:
        await Inspector(FileLimits()).look_into(content)
    assert refused.value.code is code


async def test_a_file_over_the_limit_is_not_even_handed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inspection, "_PROGRAM", "raise SystemExit(0)")
    with pytest.raises(FileRefused) as refused:
        await Inspector(FileLimits(most_bytes=10)).look_into(b"\xff\xd8\xff" + b"x" * 8)
    assert refused.value.code is Refusal.TOO_LARGE


@pytest.mark.parametrize(
    "program",
    [
        "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)",
        "raise SystemExit(3)",
        'print(\'{"format": "text/html"}\')',
        "print('{}')",
        "import sys; sys.stdin.buffer.read(); [] = [1]",
        "while True: pass",
    ],
    ids=["crash", "exit", "unknown format", "nothing", "error", "endless"],
)
async def test_a_child_that_breaks_makes_the_file_unreadable(
    monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    monkeypatch.setattr(inspection, "_PROGRAM", program)
    with pytest.raises(FileRefused) as refused:
        await Inspector(FileLimits(seconds=2.0)).look_into(picture())
    assert refused.value.code is Refusal.NOT_READABLE


@pytest.mark.parametrize(
    "misdeed",
    [
        "bytearray(3 * 1024 ** 3)",
        "open(sys.argv[1], 'wb', buffering=0).write(b'x' * 10)",
        "while True: pass",
    ],
    ids=["memory", "file", "time"],
)
def test_the_child_cannot_take_more_than_its_share(tmp_path: Path, misdeed: str) -> None:
    program = (
        "import sys\nfrom belsendi.attachments.confined import confine\n"
        "from belsendi.attachments.limits import FileLimits\n"
        f"confine(FileLimits(seconds=0.5))\n{misdeed}"
    )
    target = tmp_path / "written"
    ended = subprocess.run(
        [sys.executable, "-c", program, target], cwd=ROOT, capture_output=True, timeout=60, check=False
    )
    assert ended.returncode != 0
    assert not target.exists() or target.read_bytes() == b""


async def test_the_child_sees_no_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("BELSENDI_SECRET", "canary")
    seen = tmp_path / "seen"
    monkeypatch.setattr(
        inspection, "_PROGRAM", f"import os; open({str(seen)!r}, 'w').write(repr(sorted(os.environ)))"
    )
    with pytest.raises(FileRefused):
        await Inspector(FileLimits()).look_into(picture())
    assert "BELSENDI" not in seen.read_text(encoding="utf-8")
