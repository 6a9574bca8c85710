"""``belsendi scenario run`` as a person calls it."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from stack.scenario.schema import SCHEMA_FILE

FOLDER = Path(__file__).parent
ROOT = FOLDER.parent.parent


async def belsendi(*arguments: str) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "stack",
        *arguments,
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(120):
        output, _ = await process.communicate()
    return process.returncode or 0, output.decode()


async def test_a_scenario_that_holds_ends_with_zero_and_the_trace_is_readable() -> None:
    """AC-B16: the trace shows the citizen's words, ours with their parts, the states and the rules."""
    code, output = await belsendi("scenario", "run", str(FOLDER / "AC-B16.yaml"), "--trace")
    assert code == 0, output
    assert "holds   AC-B16" in output
    assert "Mon 10.03.2025 10:00:00  SMS < kin: «0» (ACCEPTED)" in output
    assert "CASE  kin: DECLINED -> " in output
    assert "SMS > kin: M-21 «Келісім берілмегені тіркелді." in output
    assert "(kk, 2 parts)" in output
    assert "1 of 1 scenarios hold" in output


async def test_a_scenario_turned_round_ends_with_one_and_says_what_was_seen(tmp_path: Path) -> None:
    text = (FOLDER / "AC-B16.yaml").read_text(encoding="utf-8")
    turned = tmp_path / "turned.yaml"
    turned.write_text(text.replace("outcome: DECLINED", "outcome: LAPSED"), encoding="utf-8")
    code, output = await belsendi("scenario", "run", str(turned), str(FOLDER / "nobody-known.yaml"))
    assert code == 1, output
    assert "FAILS   turned" in output
    assert "the end: outcome: expected LAPSED, seen DECLINED" in output
    assert "holds   nobody-known" in output
    assert "1 of 2 scenarios hold" in output


async def test_a_file_that_is_no_scenario_is_refused_before_anything_starts(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("scenario: [wrong]\n", encoding="utf-8")
    code, output = await belsendi("scenario", "run", str(wrong))
    assert code == 1
    assert output.startswith("wrong: ")
    assert "Traceback" not in output


async def test_the_schema_is_printed_as_it_is_kept() -> None:
    code, output = await belsendi("scenario", "schema")
    assert code == 0
    assert output == SCHEMA_FILE.read_text(encoding="utf-8")
