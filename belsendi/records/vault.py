"""Sealing and opening of personal data, and blind indexes for looking it up.

A sealed value is ``version(1) key id(16) nonce(12) ciphertext``; its associated data names the place it was
written for, so that a value moved to another row or column does not open.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from datetime import datetime

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from belsendi.errors import BelsendiError
from belsendi.records.keystore import KeyStore, Owner

_VERSION = b"\x01"


class SealBroken(BelsendiError):
    """A sealed value was changed, or stands in a place it was not sealed for."""


class Vault:
    """Seals with the key of an owner; opens with the key that the value names."""

    def __init__(self, keys: KeyStore, index_key: bytes) -> None:
        self.keys = keys
        self._index_key = index_key

    async def seal(self, owner: Owner, owner_id: str, clear: str | bytes, place: str, now: datetime) -> bytes:
        """Seals ``clear`` for ``place`` ("table.column/row id"). Raises KeyDestroyed for an erased owner."""
        key_id, key = await self.keys.key_for(owner, owner_id, now)
        nonce = os.urandom(12)
        data = clear.encode() if isinstance(clear, str) else clear
        return _VERSION + bytes.fromhex(key_id) + nonce + AESGCM(key).encrypt(nonce, data, place.encode())

    async def open_bytes(self, sealed: bytes, place: str) -> bytes:
        """Opens a sealed value. Raises SealBroken, KeyDestroyed."""
        if sealed[:1] != _VERSION or len(sealed) < 45:
            raise SealBroken("a sealed value has an unknown form")
        key = await self.keys.key(sealed[1:17].hex())
        try:
            return AESGCM(key).decrypt(sealed[17:29], sealed[29:], place.encode())
        except InvalidTag as error:
            raise SealBroken("a sealed value does not belong where it stands, or was changed") from error

    async def open(self, sealed: bytes, place: str) -> str:
        return (await self.open_bytes(sealed, place)).decode()

    def index(self, domain: str, value: str) -> str:
        """A keyed hash for look-up by equality; ``domain`` keeps an IIN and a number apart."""
        return hmac.new(self._index_key, f"{domain}\x00{value}".encode(), hashlib.sha256).hexdigest()
