"""How Belsendi learns of a life event: signed events, a registry's feed, a citizen who writes first."""
