"""The sandbox's Bot API over HTTP, people to play with, and our messenger in front of it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.clock import HandClock
from bot.messenger.bot_api import Telegram
from sandbox.control import Control
from sandbox.telegram.server import Running, running

LI, WANG, FORUM, GROUP = 1001, 1002, -1001000000777, -4777


@pytest.fixture
async def server() -> AsyncIterator[Running]:
    async with running() as up:
        yield up


@pytest.fixture
async def control(server: Running) -> AsyncIterator[Control]:
    async with Control(server.url) as client:
        await client.person("Li", id=LI, lang="zh-hans")
        await client.person("Wang", id=WANG)
        await client.group("Department", "forum", id=FORUM, members=[LI, WANG], bot_admin=True)
        await client.group("Compound", "group", id=GROUP, members=[LI, WANG])
        yield client


@pytest.fixture
async def telegram(server: Running) -> AsyncIterator[Telegram]:
    made = Telegram(server.token, HandClock(), root=server.url + "/", provider_token="provider")
    await made.start()
    yield made
    await made.close()
