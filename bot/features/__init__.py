"""What the bot can do, one router for each feature."""
