"""Runs the tests that name scenarios, and writes what came of each.

``-p tests.traceability.plugin --traceability FILE``. Results of several workers come together in the process that
started them.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from tests.traceability.named import named_tests

_OPTION = "--traceability"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(_OPTION, metavar="FILE", help="run what names scenarios, and write the results to FILE")


def pytest_configure(config: pytest.Config) -> None:
    file = config.getoption(_OPTION)
    if file is not None:
        config.pluginmanager.register(_Results(Path(file), writes=not hasattr(config, "workerinput")))


class _Results:
    def __init__(self, file: Path, *, writes: bool) -> None:
        self._file = file
        self._writes = writes
        self._known = named_tests()
        self._came_of: dict[str, Counter[str]] = {}

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        wanted = [item for item in items if self._test_of(item.nodeid) is not None]
        config.hook.pytest_deselected(items=[item for item in items if item not in wanted])
        items[:] = wanted

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        test = self._test_of(report.nodeid)
        if test is not None and (report.when == "call" or report.outcome == "failed"):
            self._came_of.setdefault(test, Counter())[report.outcome] += 1

    def pytest_sessionfinish(self) -> None:
        if self._writes:
            found = {test: dict(sorted(came.items())) for test, came in sorted(self._came_of.items())}
            self._file.write_text(f"{json.dumps(found, ensure_ascii=False, indent=1)}\n", encoding="utf-8")

    def _test_of(self, nodeid: str) -> str | None:
        """The test as it is named: a scenario file by itself, a function without its parameters."""
        return next((test for test in (nodeid, nodeid.partition("[")[0]) if test in self._known), None)
