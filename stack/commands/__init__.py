"""Subcommands of ``belsendi``: each module has ``register(app)``."""
