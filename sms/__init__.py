"""The SMS door: takes prepared messages from the outbox to the network, brings citizens' messages back."""
