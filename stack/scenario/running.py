"""Playing files one after the other and saying how they went."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from belsendi.errors import BelsendiError
from stack.scenario.loading import LoadedScenario, load_scenario
from stack.scenario.playing import play
from stack.scenario.trace import trace_lines
from stack.scenario.workshop import Workshop, open_workshop


async def run_files(files: Sequence[Path], *, trace: bool, say: Callable[[str], None]) -> int:
    """Plays every file. Returns how many did not hold. Raises ScenarioInvalid before anything is played."""
    loaded = [load_scenario(path) for path in files]
    logging.getLogger().addHandler(
        logging.NullHandler()
    )  # outages are played on purpose; the trace tells of them
    async with open_workshop() as workshop:
        failed = [one for one in loaded if not await _holds(workshop, one, trace, say)]
    say(f"{len(loaded) - len(failed)} of {len(loaded)} scenarios hold")
    return len(failed)


async def _holds(workshop: Workshop, loaded: LoadedScenario, trace: bool, say: Callable[[str], None]) -> bool:
    began = time.monotonic()
    title = f"{', '.join(loaded.scenario.scenario)}: {loaded.scenario.title}"
    try:
        played = await play(workshop, loaded)
    except BelsendiError as error:
        say(f"BROKEN  {loaded.name}  {title}\n        {error}")
        return False
    failures = played.failures
    if trace:
        say("")
    say(f"{'FAILS ' if failures else 'holds '}  {loaded.name}  {title}  ({time.monotonic() - began:.1f} s)")
    for line in trace_lines(played) if trace else []:
        say(f"        {line}")
    for failure in failures:
        say(f"    !!  {failure}")
    return not failures
