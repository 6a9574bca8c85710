"""One client per system, each a thin typed face of the gateway."""
