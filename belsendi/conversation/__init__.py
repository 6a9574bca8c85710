"""The conversation with a citizen: speaking through the outbox, receiving through the inbox."""
