"""The workflow engine seen from the heart: client, payload encryption, a typed handle to a case."""
