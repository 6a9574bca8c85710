"""The same registers in the synchronous SOAP envelope of the national gateway, with its published schema."""
