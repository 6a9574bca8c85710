"""Entry point of the ``belsendi`` command: ``python -m stack``, which bin/belsendi calls."""

from __future__ import annotations

from stack.cli import main

if __name__ == "__main__":
    main()
