"""``belsendi authority``."""

from __future__ import annotations

from datetime import UTC, datetime

import typer

from belsendi.registries.signature import create_local_authority
from belsendi.settings import Settings
from stack.local_secrets import OFFICER_PASSPHRASE


def register(app: typer.Typer) -> None:
    @app.command()
    def authority() -> None:
        """Make the local certificate authority, the body's seal and the officer's key, once.

        It stands in until the national signing service is connected; a complete set is left as it is.
        """
        settings = Settings()
        passphrase = settings.secret(OFFICER_PASSPHRASE).get_secret_value()
        made = create_local_authority(settings.pki_dir, passphrase, datetime.now(UTC))
        for role, serial in made.serials.items():
            typer.echo(f"{role}: certificate {serial}")
