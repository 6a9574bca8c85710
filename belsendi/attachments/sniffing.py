"""What a file is, told by its bytes: names and declared types are chosen by whoever sends it.

Three formats are taken, each by the one beginning its standard allows. Our own few lines instead of a library of
signatures: such a library guesses among hundreds of formats and looks for PDF's mark anywhere in the first
kilobyte, which is how one file is two things at once. HEIC is known only to be refused with a helpful word:
telephones turn such photographs into JPEG by themselves when a form asks for JPEG, and its decoder would be one
more large piece of foreign code to feed with strangers' bytes.
"""

from __future__ import annotations

from enum import StrEnum

from belsendi.attachments.refusals import FileRefused, Refusal


class FileFormat(StrEnum):
    """The formats that are taken, as media types (ISO 32000, ITU-T T.81, ISO/IEC 15948)."""

    PDF = "application/pdf"
    JPEG = "image/jpeg"
    PNG = "image/png"

    @property
    def extension(self) -> str:
        return {"PDF": "pdf", "JPEG": "jpg", "PNG": "png"}[self.name]


_BEGINNINGS = {
    FileFormat.PDF: b"%PDF-",
    FileFormat.JPEG: b"\xff\xd8\xff",
    FileFormat.PNG: b"\x89PNG\r\n\x1a\n",
}
_HEIF_BRANDS = frozenset(
    {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis"}
)


def sniff(content: bytes) -> FileFormat:
    """The format of a file. Raises FileRefused (EMPTY, HEIC, UNKNOWN_FORMAT)."""
    if not content:
        raise FileRefused(Refusal.EMPTY)
    for known, beginning in _BEGINNINGS.items():
        if content.startswith(beginning):
            return known
    if content[4:8] == b"ftyp" and content[8:12] in _HEIF_BRANDS:
        raise FileRefused(Refusal.HEIC)
    raise FileRefused(Refusal.UNKNOWN_FORMAT)
