"""What a process needs to work with the records, opened once from the settings."""

from __future__ import annotations

from dataclasses import dataclass

from belsendi.errors import ConfigurationError
from belsendi.records.database import Database
from belsendi.records.keystore import KeyStore, MasterKeys
from belsendi.records.vault import Vault
from belsendi.settings import Settings


@dataclass(frozen=True)
class Records:
    """The records database and the vault over the key store."""

    database: Database
    vault: Vault
    key_database: Database

    async def close(self) -> None:
        await self.database.close()
        await self.key_database.close()


def open_records(settings: Settings) -> Records:
    """Opens both databases. Raises ConfigurationError naming the setting or secret that is wrong."""
    masters = MasterKeys.parse(settings.secret("master-keys").get_secret_value())
    try:
        index_key = bytes.fromhex(settings.secret("index-key").get_secret_value())
    except ValueError as error:
        raise ConfigurationError("secret file 'index-key' must hold 64 hex digits") from error
    key_database = Database(settings.keys_database_url, pool_size=4)
    return Records(
        database=Database(settings.database_url),
        vault=Vault(KeyStore(key_database, masters), index_key),
        key_database=key_database,
    )
