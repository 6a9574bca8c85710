"""The HTTP door: signed life events in, cases out for service accounts, and the officers' console."""
