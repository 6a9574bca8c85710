"""Why a file is not taken, by code. Every door has its own words for the codes."""

from __future__ import annotations

from enum import StrEnum

from belsendi.errors import InvalidInput


class Refusal(StrEnum):
    """What is wrong with a file as it was brought. None of them says anything about the person."""

    EMPTY = "EMPTY"
    TOO_LARGE = "TOO_LARGE"
    UNKNOWN_FORMAT = "UNKNOWN_FORMAT"
    HEIC = "HEIC"
    IMAGE_BROKEN = "IMAGE_BROKEN"
    IMAGE_TOO_LARGE = "IMAGE_TOO_LARGE"
    IMAGE_SEVERAL = "IMAGE_SEVERAL"
    PDF_BROKEN = "PDF_BROKEN"
    PDF_PROTECTED = "PDF_PROTECTED"
    PDF_ACTIVE = "PDF_ACTIVE"
    PDF_FILES = "PDF_FILES"
    NOT_READABLE = "NOT_READABLE"
    MALWARE = "MALWARE"
    TOO_MANY = "TOO_MANY"


_SENTENCES = {
    Refusal.EMPTY: "the file is empty; choose the document again",
    Refusal.TOO_LARGE: "the file is larger than is taken; scan or photograph it with a lower resolution",
    Refusal.UNKNOWN_FORMAT: "only PDF, JPEG and PNG are taken; save or scan the document as one of them",
    Refusal.HEIC: "photographs in HEIC are not taken; send the photograph as JPEG",
    Refusal.IMAGE_BROKEN: "the picture cannot be read to its end; make it again and send it once more",
    Refusal.IMAGE_TOO_LARGE: "the picture has more points than is taken; make it smaller",
    Refusal.IMAGE_SEVERAL: "the picture is an animation; send a still picture",
    Refusal.PDF_BROKEN: "the PDF does not follow its own format; print or save it anew as PDF",
    Refusal.PDF_PROTECTED: "the PDF asks for a password; send it without one",
    Refusal.PDF_ACTIVE: "the PDF holds scripts, forms or media that act by themselves; print it anew as PDF",
    Refusal.PDF_FILES: "the PDF holds or names other files; send each document as a file of its own",
    Refusal.NOT_READABLE: "the file could not be read in reasonable time and memory; make it anew, simpler",
    Refusal.MALWARE: "the scanner found harmful software in the file; nothing was stored",
    Refusal.TOO_MANY: "the case holds as many documents as it may; ask the office",
}


class FileRefused(InvalidInput):
    """The file is not taken and nothing of it was stored; ``code`` says why, the message says it in words."""

    def __init__(self, code: Refusal) -> None:
        super().__init__(_SENTENCES[code])
        self.code = code
