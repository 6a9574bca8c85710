"""Encryption of every payload that leaves a process for the workflow engine.

AES-256-GCM with a random nonce; the associated data are the namespace and the key id, because a codec
endpoint knows no more than these. Keys are rotated by adding a line to the keyring: the last one encrypts,
all of them decrypt.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from temporalio.api.common.v1 import Payload
from temporalio.converter import PayloadCodec

from belsendi.errors import BelsendiError, ConfigurationError

ENCODING = b"binary/encrypted"
_SHORTEST = 28  # nonce and tag


class PayloadUnreadable(BelsendiError):
    """A payload was encrypted with a key this process does not have, or was changed."""


class PayloadKeyring:
    """Named 32-byte keys; ``current`` encrypts."""

    def __init__(self, keys: dict[str, bytes], current: str) -> None:
        if current not in keys:
            raise ConfigurationError(f"the payload keyring names '{current}' as current but does not hold it")
        self.keys = keys
        self.current = current

    @classmethod
    def parse(cls, text: str) -> PayloadKeyring:
        """Reads lines ``name:64 hex digits``; the last is current. Raises ConfigurationError."""
        keys: dict[str, bytes] = {}
        current = ""
        for line in filter(None, (raw.strip() for raw in text.splitlines())):
            current, _, value = line.partition(":")
            try:
                keys[current] = bytes.fromhex(value)
            except ValueError as error:
                raise ConfigurationError("a payload keyring line must read name:64 hex digits") from error
            if len(keys[current]) != 32:
                raise ConfigurationError(f"payload key '{current}' is not 32 bytes long")
        return cls(keys, current)


class EncryptionCodec(PayloadCodec):
    """Encrypts whole payloads, their metadata included."""

    def __init__(self, keyring: PayloadKeyring, namespace: str) -> None:
        self._keyring = keyring
        self.namespace = namespace

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [self._encrypt(payload) for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [self._decrypt(payload) for payload in payloads]

    def decode_now(self, payloads: Iterable[Payload]) -> list[Payload]:
        """The same as ``decode`` for tools that are not asynchronous."""
        return [self._decrypt(payload) for payload in payloads]

    def _encrypt(self, payload: Payload) -> Payload:
        key_id = self._keyring.current
        nonce = os.urandom(12)
        cipher = AESGCM(self._keyring.keys[key_id])
        data = nonce + cipher.encrypt(nonce, payload.SerializeToString(), self._associated(key_id))
        return Payload(metadata={"encoding": ENCODING, "key-id": key_id.encode()}, data=data)

    def _decrypt(self, payload: Payload) -> Payload:
        if payload.metadata.get("encoding") != ENCODING:
            return payload
        key_id = payload.metadata.get("key-id", b"").decode("utf-8", "replace")
        key = self._keyring.keys.get(key_id)
        if key is None:
            raise PayloadUnreadable(
                f"the payload keyring lacks key '{key_id[:64]}'; add its line to the keyring"
            )
        if len(payload.data) < _SHORTEST:
            raise PayloadUnreadable("a payload was cut off, or was never encrypted")
        try:
            clear = AESGCM(key).decrypt(payload.data[:12], payload.data[12:], self._associated(key_id))
        except InvalidTag as error:
            raise PayloadUnreadable("a payload was changed, or belongs to another namespace") from error
        return Payload.FromString(clear)

    def _associated(self, key_id: str) -> bytes:
        return f"{self.namespace}\x00{key_id}".encode()
