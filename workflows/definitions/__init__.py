"""Deterministic workflow definitions. They import contracts only."""
