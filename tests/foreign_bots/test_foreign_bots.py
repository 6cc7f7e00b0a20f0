"""grammY, Telegraf and pyTelegramBotAPI play a dialog with both keyboards, a photo and a payment.

Sources: each bot is written as its library's documentation has it. The libraries come from npm and PyPI by the lock
files beside this, so this is a trial: it needs the network, and Node for two of them.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from sandbox.control import Control
from sandbox.telegram.server import Running, running
from tests.sandbox_telegram.conftest import png

HERE = Path(__file__).parent
LI = 1001
pytestmark = [pytest.mark.trial("bots of other libraries"), pytest.mark.timeout(300)]


async def carried_out(*words: str, folder: Path) -> None:
    made = await asyncio.create_subprocess_exec(
        *words, cwd=folder, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    told, _ = await made.communicate()
    assert made.returncode == 0, told.decode()[-1500:]


async def from_npm(folder: Path) -> None:
    if shutil.which("npm") is None:
        pytest.skip("no npm here: get Node, and these bots run")
    for name in ("package.json", "package-lock.json", "grammy_bot.mjs", "telegraf_bot.mjs"):
        shutil.copy(HERE / name, folder)
    await carried_out("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", folder=folder)


async def from_pypi(folder: Path) -> None:
    shutil.copy(HERE / "telebot_bot.py", folder)
    words = (sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes")
    await carried_out(*words, "--target", str(folder / "there"), "-r", str(HERE / "requirements.txt"), folder=folder)


@asynccontextmanager
async def started(server: Running, words: Sequence[str], folder: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    env = {**os.environ, "PYTHONPATH": str(folder / "there")}
    with (folder / "said").open("wb") as said:
        bot = await asyncio.create_subprocess_exec(
            *words, server.url, server.token, cwd=folder, env=env, stdout=said, stderr=asyncio.subprocess.STDOUT
        )
    try:
        yield bot
    finally:
        if bot.returncode is None:
            bot.kill()
        await bot.wait()


@pytest.mark.parametrize("library", ["grammy", "telegraf", "telebot"])
async def test_a_dialog_with_keyboards_a_photo_and_a_payment(tmp_path: Path, library: str) -> None:
    python = library == "telebot"
    await (from_pypi if python else from_npm)(tmp_path)
    words = (sys.executable, "telebot_bot.py") if python else (str(shutil.which("node")), f"{library}_bot.mjs")
    async with running() as server, Control(server.url) as control, started(server, words, tmp_path):
        await control.person("Li", id=LI)
        li = control.phone(LI)
        await li.say("/start")
        await li.wait_for(text="What shall it be?")
        pressed = await li.press("Order", wait=10)
        assert pressed["answer"] == {"text": "One moment", "alert": False}
        await li.wait_for(text="Ordering.")
        await li.press("Large")
        await li.wait_for(text="Large it is. Send a photo.")
        assert "keyboard" not in (await control.sees(LI))["chats"][0]
        await li.photo(png())
        await li.wait_for(text="Got all of it.")
        await li.wait_for(label="Pay CN¥12.30")
        assert (await li.pay("ok"))["state"] == "paid"
        await li.wait_for(text="Paid 1230 for order-1.")
        trace = await control.trace()
    assert [(entry["method"], entry["error"]) for entry in trace if not entry["ok"]] == []
    strange = {field for entry in trace for field in entry.get("unknown", ())}
    assert strange == (HIDDEN if library == "telegraf" else set())


HIDDEN = {f"reply_markup.inline_keyboard[0][{column}].hide" for column in (0, 1)}
