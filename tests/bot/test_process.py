"""``python -m bot`` as it is started: serves, ends in order, and its log holds nobody's words."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

from belsendi.settings import Settings
from bot.requests import TOKEN_FILE
from tests.bot.bot_api import CITIZEN, TOKEN, BotApi, Fault

ROOT = Path(__file__).resolve().parents[2]


async def start(settings: Settings) -> asyncio.subprocess.Process:
    told = {
        "PATH": os.environ["PATH"],
        "REDIS_URL": settings.redis_url,
        "BELSENDI_SECRETS_DIR": str(settings.secrets_dir),
        "BELSENDI_TELEGRAM_API_URL": settings.telegram_api_url,
    }
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot"),
        cwd=ROOT,
        env=told,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )


async def ending(process: asyncio.subprocess.Process) -> tuple[int | None, str]:
    try:
        output, _ = await asyncio.wait_for(process.communicate(), 60)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return process.returncode, output.decode()


async def test_the_process_answers_and_ends_with_a_signal(settings: Settings, api: BotApi) -> None:
    process = await start(settings)
    try:
        await api.fail_next("sendMessage", Fault(400, f"Bad Request: chat {CITIZEN} Айгерім"))
        await api.write(text="ЖСН 900101300017")
        await api.until(lambda: not api.faults["sendMessage"])
        await api.write(text="/start")
        assert "1414" in await api.answer(1)
        await api.confirmed()
    finally:
        process.send_signal(signal.SIGTERM)
        code, log = await ending(process)
    assert code == 0
    assert "an update could not be answered" in log
    for private in (TOKEN, str(CITIZEN), "Айгерім", "900101300017"):
        assert private not in log


async def test_an_unreachable_bot_api_leaves_no_token_in_the_log(settings: Settings, api: BotApi) -> None:
    await api.stop()
    process = await start(settings)
    assert process.stdout is not None
    try:
        line = (await asyncio.wait_for(process.stdout.readline(), 60)).decode()
    finally:
        process.send_signal(signal.SIGTERM)
        code, rest = await ending(process)
    assert "the Bot API cannot be reached and is asked again" in line
    assert TOKEN not in line + rest
    assert code == 0


async def test_a_missing_token_is_one_sentence_and_the_code_of_a_wrong_setting(settings: Settings) -> None:
    (settings.secrets_dir / TOKEN_FILE).unlink()
    code, log = await ending(await start(settings))
    assert code == 78
    assert len(log.strip().splitlines()) == 1
    assert "secret file 'telegram-token' cannot be read" in log
