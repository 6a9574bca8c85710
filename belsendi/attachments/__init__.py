"""Documents that people bring: taken, looked through, scanned, sealed, judged as proof; and asking for them.

``desk`` opens the whole for a door. This module itself imports nothing, because every file is looked into by a
process of its own that must start quickly (see ``confined``).
"""
