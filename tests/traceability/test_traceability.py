"""Every rule of the list is cited by code, every scenario of the specification has its test (section 17)."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from tests.traceability.named import ROOT
from tests.traceability.page import Rules, load_trace, page_of


def test_no_rule_is_without_code_and_no_scenario_without_a_test() -> None:
    assert load_trace().uncovered == []


def test_the_list_names_each_rule_once_and_no_scenario_that_is_not_there() -> None:
    trace = load_trace()
    rules = [rule for each in trace.groups for rule in each.rules]
    assert len(rules) == len(set(rules))
    assert {scenario for each in trace.groups for scenario in each.scenarios} <= set(trace.scenarios)


def test_what_is_missing_is_said() -> None:
    trace = replace(
        load_trace(),
        groups=(Rules(("B-r13", "Z-r1"), "5", ("AC-B02",)),),
        scenarios={"AC-B02": ["B-r13"], "AC-Z01": []},
        tests={"tests/a.py::test_a": ["AC-B02"], "tests/a.py::test_b": ["AC-B02", "AC-X01"]},
        results={"tests/a.py::test_a": {"passed": 2}, "tests/a.py::test_b": {"passed": 1, "failed": 1}},
    )
    assert trace.uncovered == [
        "Z-r1 is cited nowhere",
        "AC-Z01 has no test",
        "AC-X01 of tests/a.py::test_b is no scenario of the specification",
    ]
    assert trace.not_passed == ["tests/a.py::test_b"]
    page = page_of(trace)
    assert "`tests/a.py::test_b` did not run or did not pass" in page
    assert "| AC-B02 | B-r13 | `a.py::test_a` (2)<br>`a.py::test_b` (2) | **open** |" in page
    assert "`belsendi/law/parameter_checks.py`" in page
    assert page == page_of(trace)


def test_results_of_several_workers_come_together(tmp_path: Path) -> None:
    out, several = tmp_path / "results.json", ("-n", "2", "--dist", "load")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "tests.traceability.plugin",
        "--traceability",
        str(out),
        *several,
    ]
    done = subprocess.run(
        [*command, "tests/law/test_paths.py", "tests/law/test_hours.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=170,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    results = json.loads(out.read_text(encoding="utf-8"))
    named = {
        test
        for test in load_trace().tests
        if test.startswith(("tests/law/test_paths", "tests/law/test_hours"))
    }
    assert set(results) == named
    assert all(set(came) == {"passed"} for came in results.values())
    assert max(came["passed"] for came in results.values()) > 5, "each of its parameters is counted"
