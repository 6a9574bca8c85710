"""``belsendi event send`` and ``belsendi case``, as a person types them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from belsendi.settings import Settings
from stack.commands.case import table
from stack.commands.event import death_event
from tests.api.conftest import NOBODY
from tests.api.sender import DECEASED, NOW, SON, WIDOW
from tests.api.test_process import ROOT, running

DAY = "2026-11-18"


def belsendi(*arguments: str, data_dir: Path) -> subprocess.CompletedProcess[str]:
    given = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-m", "stack", *arguments, "--data-dir", str(data_dir)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        cwd=ROOT,
        env=given | {"COLUMNS": "200"},
    )


def test_an_event_is_sent_signed_and_its_cases_are_shown(settings: Settings) -> None:
    folder = settings.data_dir
    with running(settings) as process:
        process.wait_until_live()
        sent = ["event", "send", "--url", process.url, "--deceased", DECEASED, "--date", DAY, "--id", "act-7"]
        people = ["--recipient", WIDOW, "--recipient", SON]
        first, second = (belsendi(*sent, *people, data_dir=folder) for _ in range(2))
        assert process.stop() == 0
    assert first.stdout.startswith("event act-7: stored ("), first.stderr
    assert second.stdout.startswith("event act-7: was known already, nothing is new (")
    listed = belsendi("case", "list", data_dir=folder)
    assert listed.returncode == 0, listed.stderr
    heading, *lines = listed.stdout.splitlines()
    assert heading.split()[:3] == ["CASE", "STATE", "OUTCOME"]
    assert len(lines) == 2
    reference = lines[0].split()[0]
    shown = belsendi("case", "show", reference.lower(), data_dir=folder)
    assert shown.stdout.startswith(f"{reference}  IDENTIFIED  open")
    assert re.search(r"^US .* still$", shown.stdout, re.MULTILINE)
    said = "".join(each.stdout + each.stderr for each in (first, second, listed, shown))
    assert not any(number in said for number in (DECEASED, WIDOW, SON))


def test_what_the_api_refuses_is_told_by_field(settings: Settings) -> None:
    with running(settings) as process:
        process.wait_until_live()
        wrong = belsendi(
            *("event", "send", "--url", process.url, "--deceased", "123", "--date", "yesterday"),
            data_dir=settings.data_dir,
        )
    assert wrong.returncode == 1
    assert wrong.stderr.startswith("Fields of the request are wrong (422): correct the fields that are named")
    assert "/data/deceased_iin: " in wrong.stderr
    assert "/data/date_of_death: " in wrong.stderr
    assert "Traceback" not in wrong.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["event", "send", "--url", f"http://{NOBODY}", "--deceased", DECEASED, "--date", DAY],
            "nobody answered at the address of the API; start the stack (make up) or give another --url\n",
        ),
        (["case", "show", "BUR-2222-2222"], "there is no such case in the records\n"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(settings: Settings, arguments: list[str], said: str) -> None:
    ended = belsendi(*arguments, data_dir=settings.data_dir)
    assert (ended.returncode, ended.stdout, ended.stderr) == (1, "", said)


def test_without_any_case_the_list_says_how_to_get_one(settings: Settings) -> None:
    listed = belsendi("case", "list", data_dir=settings.data_dir)
    assert (listed.returncode, listed.stdout.splitlines()[-1]) == (
        0,
        "no case is in the records; put people and a life event into the stack: make seed",
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["case", "list"], "there are no records on {}; start the stack once: make up\n"),
        (
            ["event", "send", "--deceased", DECEASED, "--date", DAY],
            "no stack is running on {}; start it in another terminal: make up\n",
        ),
    ],
)
def test_without_a_stack_it_says_so(tmp_path: Path, arguments: list[str], said: str) -> None:
    ended = belsendi(*arguments, data_dir=tmp_path / "none")
    assert (ended.returncode, ended.stderr) == (1, said.format(tmp_path / "none"))


def test_an_event_names_its_instant_with_the_offset() -> None:
    made = death_event(DECEASED, DAY, [WIDOW], event_id="act-1", now=NOW)
    assert datetime.fromisoformat(made["time"]).tzinfo == UTC
    assert made["data"] == {"deceased_iin": DECEASED, "date_of_death": DAY, "recipients": [WIDOW]}


def test_columns_are_as_wide_as_their_widest_cell() -> None:
    shown = table(["A", "LONG"], [["wide cell", "x"], ["y", "z"]])
    assert shown == "A          LONG\nwide cell  x\ny          z"
