"""Pictures are drawn anew: only their points are kept, at a bounded size.

Metadata (place, device, previews), profiles, comments and whatever was hung behind the picture are left behind.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass, field
from typing import Annotated

from PIL import Image, ImageOps

from belsendi.attachments.limits import FileLimits
from belsendi.attachments.refusals import FileRefused, Refusal
from belsendi.attachments.sniffing import FileFormat
from belsendi.contracts.personal_data import PersonalData

_JPEG_QUALITY = 88


@dataclass(frozen=True)
class CleanFile:
    """What is stored of a file that was brought."""

    format: FileFormat
    content: Annotated[bytes, PersonalData("svc.case_document")] = field(repr=False)
    pages: int


def clean_image(content: bytes, known: FileFormat, limits: FileLimits) -> CleanFile:
    """The picture drawn anew. Raises FileRefused (IMAGE_BROKEN, IMAGE_TOO_LARGE, IMAGE_SEVERAL).

    Its size is read from its head before any point is unpacked, so that a small file cannot fill the memory.
    """
    Image.MAX_IMAGE_PIXELS = limits.most_pixels
    try:
        with (
            warnings.catch_warnings(action="error", category=Image.DecompressionBombWarning),
            Image.open(io.BytesIO(content), formats=(known.name,)) as opened,
        ):
            if opened.width * opened.height > limits.most_pixels:
                raise FileRefused(Refusal.IMAGE_TOO_LARGE)
            if known is FileFormat.PNG and getattr(opened, "is_animated", False):
                raise FileRefused(Refusal.IMAGE_SEVERAL)
            bare = _bare(opened, limits.longest_side)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise FileRefused(Refusal.IMAGE_TOO_LARGE) from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        if isinstance(error, FileRefused):
            raise
        raise FileRefused(Refusal.IMAGE_BROKEN) from error
    return _drawn(bare, known, limits.most_bytes)


def _bare(opened: Image.Image, longest_side: int) -> Image.Image:
    """The points alone, upright, on white where the picture was transparent."""
    opened.load()
    upright = ImageOps.exif_transpose(opened)
    upright.thumbnail((longest_side, longest_side), Image.Resampling.LANCZOS)
    grey = upright.mode in ("1", "L", "I;16")
    if upright.has_transparency_data:
        seen = upright.convert("RGBA")
        bare = Image.new("RGB", seen.size, "white")
        bare.paste(seen, mask=seen.getchannel("A"))
        return bare
    bare = Image.new("L" if grey else "RGB", upright.size)
    bare.paste(_eight_bits(upright) if grey else upright.convert("RGB"))
    return bare


def _eight_bits(picture: Image.Image) -> Image.Image:
    """Grey of 16 bits is scaled: a plain conversion would cut it off at white."""
    if picture.mode != "I;16":
        return picture.convert("L")
    return picture.point(lambda level: level / 256, "L")


def _drawn(bare: Image.Image, known: FileFormat, most_bytes: int) -> CleanFile:
    if known is FileFormat.PNG:
        written = io.BytesIO()
        bare.save(written, "PNG")
        if written.tell() <= most_bytes:
            return CleanFile(FileFormat.PNG, written.getvalue(), 1)
    written = io.BytesIO()
    bare.save(written, "JPEG", quality=_JPEG_QUALITY)
    if written.tell() > most_bytes:
        raise FileRefused(Refusal.TOO_LARGE)
    return CleanFile(FileFormat.JPEG, written.getvalue(), 1)
