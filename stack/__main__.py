"""Entry point of ``python -m stack``, the same as the ``belsendi`` command."""

from __future__ import annotations

from stack.cli import main

if __name__ == "__main__":
    main()
