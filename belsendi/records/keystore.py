"""The key store: one data key per person, number and case, wrapped, in a database of its own.

Destroying a key makes everything sealed with it unreadable for ever, in the records, in their backups and in
every copy; that is how a person is erased. The store therefore has its own, short-lived backup.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import LargeBinary, MetaData, String, UniqueConstraint, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from belsendi.errors import BelsendiError, ConfigurationError, NotFound
from belsendi.records.columns import NAMING, Instant, new_id
from belsendi.records.database import Database

_CACHE_SECONDS = 30.0
_CACHE_MOST = 4096


class KeyDestroyed(BelsendiError):
    """The key was destroyed on purpose; what it sealed cannot be read any more."""


class Owner(StrEnum):
    """Whose data a key seals."""

    PERSON = "person"
    NUMBER = "number"
    CASE = "case"
    EVENT = "event"


class KeyBase(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)


class DataKey(KeyBase):
    __tablename__ = "data_keys"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    owner: Mapped[str] = mapped_column(String(12))
    owner_id: Mapped[str] = mapped_column(String(32))
    wrapped: Mapped[bytes | None] = mapped_column(LargeBinary)
    master: Mapped[str] = mapped_column(String(32))
    created_at: Mapped[datetime] = mapped_column(Instant)
    destroyed_at: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__ = (UniqueConstraint("owner", "owner_id"),)


class MasterKeys:
    """The versioned keys that wrap data keys: 32 bytes each; ``current`` names the one that wraps new keys."""

    def __init__(self, keys: dict[str, bytes], current: str) -> None:
        if current not in keys:
            raise ConfigurationError(f"the keyring names '{current}' as current but does not hold it")
        if any(len(key) != 32 for key in keys.values()):
            raise ConfigurationError("a master key is not 32 bytes; make it with 'openssl rand -hex 32'")
        self._keys = keys
        self.current = current

    @classmethod
    def parse(cls, text: str) -> MasterKeys:
        """Reads lines ``name:hex``; the last line is the current key. Raises ConfigurationError."""
        keys: dict[str, bytes] = {}
        current = ""
        for line in filter(None, (raw.strip() for raw in text.splitlines())):
            name, _, value = line.partition(":")
            try:
                keys[name] = bytes.fromhex(value)
            except ValueError as error:
                raise ConfigurationError("a keyring line must read name:hex with 64 hex digits") from error
            current = name
        if not current:
            raise ConfigurationError("the keyring is empty; write a line name:hex into it")
        return cls(keys, current)

    def wrap(self, key: bytes, key_id: str) -> bytes:
        nonce = os.urandom(12)
        return nonce + AESGCM(self._keys[self.current]).encrypt(nonce, key, key_id.encode())

    def unwrap(self, wrapped: bytes, key_id: str, master: str) -> bytes:
        if master not in self._keys:
            raise ConfigurationError(f"the keyring lacks master key '{master}' that older data keys need")
        try:
            return AESGCM(self._keys[master]).decrypt(wrapped[:12], wrapped[12:], key_id.encode())
        except InvalidTag as error:
            raise ConfigurationError(
                f"master key '{master}' does not open the key store; this is not its keyring"
            ) from error


class KeyStore:
    """Gives and destroys data keys. Keys are cached for half a minute, no longer.

    ``clock`` counts seconds of that half minute, from any beginning.
    """

    def __init__(
        self, database: Database, masters: MasterKeys, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._clock = clock
        self._database = database
        self._masters = masters
        self._cache: dict[str, tuple[float, bytes]] = {}
        self._ids: dict[tuple[Owner, str], str] = {}

    async def key_for(self, owner: Owner, owner_id: str, now: datetime) -> tuple[str, bytes]:
        """The id and bytes of the owner's key, made when there is none. Raises KeyDestroyed."""
        known = self._ids.get((owner, owner_id))
        if known is None:
            known = await self._find_or_make(owner, owner_id, now)
            if len(self._ids) >= _CACHE_MOST:
                self._ids.pop(next(iter(self._ids)))
            self._ids[(owner, owner_id)] = known
        return known, await self.key(known)

    async def key(self, key_id: str) -> bytes:
        """The bytes of a key. Raises KeyDestroyed when it was destroyed, NotFound when it never was."""
        cached = self._cache.get(key_id)
        if cached is not None and cached[0] > self._clock():
            return cached[1]
        async with self._database.reading() as session:
            row = await session.get(DataKey, key_id)
        if row is None:
            raise NotFound("the key store does not hold a key that the records name; restore its backup")
        if row.wrapped is None:
            raise KeyDestroyed("the key of these data was destroyed; they are erased")
        return self._remember(key_id, self._masters.unwrap(row.wrapped, key_id, row.master))

    async def destroy(self, owner: Owner, owner_id: str, now: datetime) -> bool:
        """Destroys the owner's key. False when there was none or it was destroyed before."""
        async with self._database.writing() as session:
            result = await session.execute(
                update(DataKey)
                .where(DataKey.owner == owner, DataKey.owner_id == owner_id, DataKey.wrapped.is_not(None))
                .values(wrapped=None, destroyed_at=now)
                .returning(DataKey.id)
            )
            destroyed = result.scalars().all()
        for key_id in destroyed:
            self._cache.pop(key_id, None)
        return bool(destroyed)

    async def _find_or_make(self, owner: Owner, owner_id: str, now: datetime) -> str:
        query = select(DataKey).where(DataKey.owner == owner, DataKey.owner_id == owner_id)
        async with self._database.reading() as session:
            found = (await session.execute(query)).scalar_one_or_none()
        if found is not None:
            return self._found(found)
        key_id, key = new_id(), os.urandom(32)
        row = {
            "id": key_id,
            "owner": owner.value,
            "owner_id": owner_id,
            "wrapped": self._masters.wrap(key, key_id),
            "master": self._masters.current,
            "created_at": now,
        }
        insert = sqlite_insert if self._database.is_sqlite else postgresql_insert
        async with self._database.writing() as session:
            statement = insert(DataKey).values(row).on_conflict_do_nothing().returning(DataKey.id)
            made = (await session.execute(statement)).first() is not None
            if not made:  # another process made one in the same moment
                found = (await session.execute(query)).scalar_one()
        if found is not None:
            return self._found(found)
        self._remember(key_id, key)
        return key_id

    def _found(self, row: DataKey) -> str:
        """The id of a key that was read. A destroyed one is left for ``key`` to refuse."""
        if row.wrapped is not None:
            self._remember(row.id, self._masters.unwrap(row.wrapped, row.id, row.master))
        return row.id

    def _remember(self, key_id: str, key: bytes) -> bytes:
        if len(self._cache) >= _CACHE_MOST:
            self._cache.pop(next(iter(self._cache)))
        self._cache[key_id] = (self._clock() + _CACHE_SECONDS, key)
        return key
