"""Pictures are drawn anew: their points stay, everything else goes."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image, PngImagePlugin

from belsendi.attachments.images import clean_image
from belsendi.attachments.limits import FileLimits
from belsendi.attachments.refusals import FileRefused, Refusal
from belsendi.attachments.sniffing import FileFormat
from tests.attachments.files import picture

LIMITS = FileLimits()
SECRET = b"51.1605,71.4704 Nur"


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def refusal(content: bytes, known: FileFormat, limits: FileLimits = LIMITS) -> Refusal:
    with pytest.raises(FileRefused) as refused:
        clean_image(content, known, limits)
    return refused.value.code


def test_metadata_of_a_photograph_is_left_behind() -> None:
    marks = Image.Exif()
    marks[0x010E] = SECRET.decode()
    profile = b"\x00" * 40 + SECRET + b"\x00" * 200
    content = picture("JPEG", exif=marks, icc_profile=profile, comment=SECRET)
    assert content.count(SECRET) == 3
    clean = clean_image(content, FileFormat.JPEG, LIMITS)
    assert clean.format is FileFormat.JPEG
    assert SECRET not in clean.content
    assert not opened(clean.content).getexif()
    assert "icc_profile" not in opened(clean.content).info


def test_words_inside_a_png_are_left_behind() -> None:
    words = PngImagePlugin.PngInfo()
    words.add_text("Author", SECRET.decode())
    content = picture("PNG", pnginfo=words, dpi=(300, 300))
    assert SECRET in content
    clean = clean_image(content, FileFormat.PNG, LIMITS)
    assert clean.format is FileFormat.PNG
    assert SECRET not in clean.content
    assert opened(clean.content).info == {}


@pytest.mark.parametrize(("name", "known"), [("JPEG", FileFormat.JPEG), ("PNG", FileFormat.PNG)])
def test_what_is_hung_behind_a_picture_is_left_behind(name: str, known: FileFormat) -> None:
    content = picture(name) + b"PK\x03\x04" + SECRET
    assert SECRET not in clean_image(content, known, LIMITS).content


def test_a_photograph_held_sideways_is_set_upright() -> None:
    marks = Image.Exif()
    marks[0x0112] = 6
    clean = clean_image(picture("JPEG", (120, 80), exif=marks), FileFormat.JPEG, LIMITS)
    assert opened(clean.content).size == (80, 120)


def test_the_points_stay_the_same() -> None:
    content = picture("PNG", (64, 64))
    clean = clean_image(content, FileFormat.PNG, LIMITS)
    assert opened(clean.content).tobytes() == opened(content).tobytes()


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png_can_be_read(mode: str) -> None:
    drawn = Image.linear_gradient("L")
    written = io.BytesIO()
    made = drawn.convert("I").point(lambda level: level * 256).convert("I;16") if mode == "I;16" else None
    (made or drawn.convert(mode)).save(written, "PNG")
    clean = opened(clean_image(written.getvalue(), FileFormat.PNG, LIMITS).content)
    assert clean.mode == ("L" if mode in ("1", "L", "I;16") else "RGB")
    low, high = clean.convert("L").getextrema()
    assert (low, high > 250) == (0, True)


def test_a_transparent_picture_stands_on_white() -> None:
    written = io.BytesIO()
    Image.new("RGBA", (4, 4), (0, 0, 0, 0)).save(written, "PNG")
    clean = opened(clean_image(written.getvalue(), FileFormat.PNG, LIMITS).content)
    assert clean.getpixel((0, 0)) == (255, 255, 255)


def test_a_printers_picture_becomes_readable() -> None:
    clean = clean_image(picture("JPEG", mode="CMYK"), FileFormat.JPEG, LIMITS)
    assert opened(clean.content).mode == "RGB"


def test_a_large_picture_is_reduced_and_keeps_its_shape() -> None:
    limits = FileLimits(longest_side=100)
    clean = clean_image(picture("JPEG", (400, 200)), FileFormat.JPEG, limits)
    assert opened(clean.content).size == (100, 50)


def test_more_points_than_allowed_are_refused_before_they_are_unpacked() -> None:
    """A bomb: two thousand bytes that say they are a square of forty thousand points."""
    assert refusal(bomb(40_000), FileFormat.PNG) is Refusal.IMAGE_TOO_LARGE
    assert (
        refusal(picture("PNG", (20, 20)), FileFormat.PNG, FileLimits(most_pixels=399))
        is Refusal.IMAGE_TOO_LARGE
    )


def test_a_picture_of_exactly_the_allowed_points_is_taken() -> None:
    assert clean_image(picture("PNG", (20, 20)), FileFormat.PNG, FileLimits(most_pixels=400)).pages == 1


def test_a_profile_that_unpacks_without_end_does_no_harm() -> None:
    content = bytearray(picture("PNG"))
    swollen = chunk(b"iCCP", b"x\x00\x00" + zlib.compress(b"\x00" * 20_000_000, 9))
    content[33:33] = swollen
    assert len(content) < 40_000
    assert refusal(bytes(content), FileFormat.PNG) is Refusal.IMAGE_BROKEN


@pytest.mark.parametrize("keep", [0.3, 0.6, 0.95])
@pytest.mark.parametrize(("name", "known"), [("JPEG", FileFormat.JPEG), ("PNG", FileFormat.PNG)])
def test_half_a_picture_is_refused(name: str, known: FileFormat, keep: float) -> None:
    content = picture(name, (300, 300))
    assert refusal(content[: int(len(content) * keep)], known) is Refusal.IMAGE_BROKEN


def test_an_animation_is_refused() -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    written = io.BytesIO()
    frames[0].save(written, "PNG", save_all=True, append_images=frames[1:])
    assert refusal(written.getvalue(), FileFormat.PNG) is Refusal.IMAGE_SEVERAL


def test_a_png_that_grows_too_large_is_kept_as_jpeg() -> None:
    noise = Image.effect_noise((300, 300), 90).convert("RGB")
    written = io.BytesIO()
    noise.save(written, "PNG")
    limits = FileLimits(most_bytes=len(written.getvalue()) // 2)
    clean = clean_image(written.getvalue(), FileFormat.PNG, limits)
    assert clean.format is FileFormat.JPEG
    assert len(clean.content) <= limits.most_bytes
    assert refusal(written.getvalue(), FileFormat.PNG, FileLimits(most_bytes=1000)) is Refusal.TOO_LARGE


def bomb(side: int) -> bytes:
    head = struct.pack("!IIBBBBB", side, side, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\x00" * 1_000_000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack("!I", len(body)) + name + body + struct.pack("!I", zlib.crc32(name + body))
