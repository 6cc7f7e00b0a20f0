"""A sandbox for each test, with its control client and a python-telegram-bot Bot that speaks to it over HTTP."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from PIL import Image
from telegram import Bot
from telegram.request import HTTPXRequest

from sandbox.control import Control
from sandbox.telegram.server import Running, running

LI, WANG, CHEN = 1001, 1002, 1003
FORUM, GROUP = -1001000000777, -4777


@pytest.fixture
async def server() -> AsyncIterator[Running]:
    """A fresh sandbox in memory."""
    async with running() as up:
        yield up


@pytest.fixture
async def control(server: Running) -> AsyncIterator[Control]:
    """Its control client, with three people."""
    async with Control(server.url) as client:
        for person, name in ((LI, "Li"), (WANG, "Wang"), (CHEN, "Chen")):
            await client.person(name, id=person, username=name.lower() + "_demo", phone=f"+86138000{person}")
        yield client


@pytest.fixture
async def bot(server: Running) -> AsyncIterator[Bot]:
    """A real python-telegram-bot Bot."""
    plain = {"verify": False}  # there is no TLS here, and the list of its authorities takes a tenth of a second to read
    asking, polling = (HTTPXRequest(connection_pool_size=8, http_version="1.1", httpx_kwargs=plain) for _ in range(2))
    urls = {"base_url": f"{server.url}/bot", "base_file_url": f"{server.url}/file/bot"}
    async with Bot(server.token, request=asking, get_updates_request=polling, **urls) as made:
        yield made


class Api:
    """Raw calls, for what python-telegram-bot would not send."""

    def __init__(self, server: Running, session: aiohttp.ClientSession) -> None:
        self.server = server
        self.session = session

    async def __call__(self, method: str, **args: Any) -> dict[str, Any]:
        """POST as JSON; returns the whole body."""
        async with self.session.post(f"{self.server.url}/bot{self.server.token}/{method}", json=args) as response:
            return await response.json()

    async def ok(self, method: str, **args: Any) -> Any:
        """The result of a call that must succeed."""
        body = await self(method, **args)
        assert body["ok"], body
        return body["result"]

    async def drain(self, wait: int = 0) -> list[dict[str, Any]]:
        """All pending updates, confirmed."""
        updates = await self.ok("getUpdates", timeout=wait)
        if updates:
            await self.ok("getUpdates", offset=updates[-1]["update_id"] + 1)
        return updates

    async def refused(self, method: str, **args: Any) -> str:
        """The description of a call that must fail."""
        body = await self(method, **args)
        assert not body["ok"], body
        return body["description"]


@pytest.fixture
async def api(server: Running) -> AsyncIterator[Api]:
    """Raw Bot API calls."""
    async with aiohttp.ClientSession() as session:
        yield Api(server, session)


@pytest.fixture
async def forum(control: Control) -> int:
    """A forum with Li (owner), Wang, and the bot as an administrator."""
    await control.group("Department", "forum", id=FORUM, members=[LI, WANG], bot_admin=True)
    return FORUM


@pytest.fixture
async def group(control: Control) -> int:
    """A basic group with Li (owner), Wang, and the bot as a plain member."""
    await control.group("Compound", "group", id=GROUP, members=[LI, WANG])
    return GROUP


def png(width: int = 40, height: int = 30, color: str = "red") -> bytes:
    """A small real picture."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), color).save(out, "PNG")
    return out.getvalue()
