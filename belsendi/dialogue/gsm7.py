"""The GSM 7-bit default alphabet and its extension table (3GPP TS 23.038, 6.2.1), one septet per byte."""

from __future__ import annotations

ESCAPE = 0x1B

_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = {
    "\f": 0x0A,
    "^": 0x14,
    "{": 0x28,
    "}": 0x29,
    "\\": 0x2F,
    "[": 0x3C,
    "~": 0x3D,
    "]": 0x3E,
    "|": 0x40,
    "€": 0x65,
}

_ENCODE: dict[str, bytes] = {
    character: bytes([code]) for code, character in enumerate(_BASIC) if code != ESCAPE
}
_ENCODE.update({character: bytes([ESCAPE, code]) for character, code in _EXTENSION.items()})
_DECODE_EXTENSION = {code: character for character, code in _EXTENSION.items()}


def encode_character(character: str) -> bytes | None:
    """Return the one or two septets of `character`, None when the alphabet does not have it."""
    return _ENCODE.get(character)


def decode_septets(body: bytes) -> str:
    """Return the text of unpacked septets.

    An unknown extension shows the basic character of its code, as the standard asks; an escape at the very end
    is a space. Bytes above 0x7F are not septets and become U+FFFD.
    """
    text: list[str] = []
    escaped = False
    for byte in body:
        if byte == ESCAPE and not escaped:
            escaped = True
            continue
        text.append(_character(byte, escaped))
        escaped = False
    if escaped:
        text.append(" ")
    return "".join(text)


def _character(byte: int, escaped: bool) -> str:
    if byte > 0x7F:
        return "\ufffd"
    if escaped and byte in _DECODE_EXTENSION:
        return _DECODE_EXTENSION[byte]
    return " " if byte == ESCAPE else _BASIC[byte]
