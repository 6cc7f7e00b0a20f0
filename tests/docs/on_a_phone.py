"""Step 5 of the tutorial, on a phone of the sandbox; test_tutorial.py runs it in the reader's copy of the house."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import sys
from pathlib import Path

from bot.config import new_keys
from sandbox.control import Control
from sandbox.processes import TOKEN, Part

MESSENGER = [sys.executable, "-m", "sandbox.telegram", "--port", "0", "--token", TOKEN, "--db", "messenger.sqlite"]


async def noted() -> None:
    """Until the bot has noted all that it sent. Killed before that, it sends once more: another test's matter."""
    with contextlib.closing(sqlite3.connect("medrelay.sqlite")) as rows:
        while rows.execute("SELECT 1 FROM posts WHERE shown != wanted").fetchone():  # noqa: ASYNC110 - another process writes it
            await asyncio.sleep(0.05)


async def talk(control: Control, bot: Part) -> None:
    await control.person("王桂兰", id=103)
    resident = control.phone(103)
    await resident.say("/pressure")
    await resident.wait_for(text="请输入高压", timeout=30)
    await resident.say("135")
    await resident.wait_for(text="请输入低压", timeout=30)
    await noted()
    await bot.kill()
    await bot.restart()
    await resident.say("850")
    await resident.wait_for(text="请看清血压计", timeout=30)
    await resident.say("85")
    await resident.wait_for(text="血压 135/85，对吗", timeout=30)
    await resident.press("确认发送", timeout=30)
    await resident.wait_for(text="已记下：135/85", timeout=30)


async def main() -> None:
    messenger = Part("messenger", MESSENGER, {}, Path("messenger.log"), "listening")
    url = (await messenger.start()).split()[-1].rstrip("/")
    closed = "http://127.0.0.1:9"  # the hospital is down all the time: this dialog does not need it
    settings = {"MEDRELAY_TOKEN": TOKEN, "MEDRELAY_BOT_API": url, "MEDRELAY_HOSPITAL_URL": closed}
    keys = dict(line.split("=", 1) for line in new_keys().split())
    bot = Part("bot", [sys.executable, "-m", "bot", "run"], settings | keys, Path("bot.log"), "serving")
    try:
        await bot.start()
        async with Control(url) as control:
            await talk(control, bot)
    finally:
        await bot.stop()
        await messenger.stop()


if __name__ == "__main__":
    asyncio.run(main())
