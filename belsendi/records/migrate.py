"""Brings both databases to the present schema: ``python -m belsendi.records.migrate``."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from belsendi.errors import BelsendiError
from belsendi.records.database import Database
from belsendi.settings import Settings

_FOLDER = Path(__file__).parent / "migrations"


def alembic_config(branch: str, connection: Connection | None = None) -> Config:
    """The configuration of one migration line: ``records`` or ``keys``."""
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.set_main_option("version_locations", str(_FOLDER / "versions" / branch))
    config.set_main_option("path_separator", "os")
    config.attributes["branch"] = branch
    config.attributes["connection"] = connection
    return config


async def upgrade(database: Database, branch: str) -> None:
    """Applies the migrations of a line that the database does not have yet, in one transaction."""
    async with database.engine.execution_options(belsendi_writes=True).begin() as connection:
        await connection.run_sync(lambda sync: command.upgrade(alembic_config(branch, sync), "head"))


async def upgrade_all(settings: Settings) -> None:
    for url, branch in ((settings.database_url, "records"), (settings.keys_database_url, "keys")):
        database = Database(url)
        try:
            await upgrade(database, branch)
        finally:
            await database.close()


def main() -> int:
    try:
        asyncio.run(upgrade_all(Settings()))
    except BelsendiError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
