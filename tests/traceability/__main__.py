"""``python -m tests.traceability`` writes the page; with ``--check`` says whether it is as the code is."""

from __future__ import annotations

import sys

from tests.traceability.page import PAGE, load_trace, page_of


def main(arguments: list[str]) -> int:
    trace = load_trace()
    text = page_of(trace)
    gaps = [*trace.uncovered, *(f"{test} did not run or did not pass" for test in trace.not_passed)]
    if gaps:
        print("\n".join(gaps))  # noqa: T201
    if arguments != ["--check"]:
        PAGE.write_text(text, encoding="utf-8")
        return int(bool(gaps))
    if gaps:
        return 1
    if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text:
        print("docs/traceability.md is not as code and tests are; write it anew: make traceability")  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
