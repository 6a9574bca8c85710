"""The state's information systems behind one gateway: contract in CONTRACT.md, world in a SQLite file."""
