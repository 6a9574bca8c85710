"""The state's information systems behind typed ports, and the clients that reach them through the gateway."""
