"""The house of test_sandbox.py where the messenger delivers over HTTP, and the way from one to the other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.book import Book
from bot.clock import Clock
from bot.config import Config
from bot.messenger.bot_api import Telegram
from bot.messenger.errors import Misused
from bot.store.sqlite import open_sqlite
from bot.web import Port
from bot.workers.poller import Poller
from bot.workers.sender import Sender, Sending
from bot.workers.supervisor import supervise
from bot.workers.webhook import Webhook, Where
from sandbox.control import Control
from sandbox.telegram.server import Running, running
from tests.workers.conftest import KEYS, NEUTRAL
from tests.workers.fakes import until
from tests.workers.test_port import free_port
from tests.workers.test_sandbox import LI, Echo, House


@asynccontextmanager
async def house(server: Running, folder: Path) -> AsyncIterator[House]:
    clock, number = Clock(), free_port()
    where = Where(f"http://127.0.0.1:{number}/hook", "secret")
    store = await open_sqlite(folder / "bot.sqlite", bot=4242, keys=KEYS, now=clock.civil)
    telegram = Telegram(server.token, clock, root=server.url)
    await telegram.start()
    echo = Echo(store)
    sender = Sender(store, telegram, clock, echo.take, Sending(neutral=NEUTRAL, look=0.1))
    store.on_commit(sender.wake)
    webhook = Webhook(telegram, telegram, where, clock, echo.take)
    async with Port(Config(http_port=number, webhook_url=where.url), where.secret) as port:
        port.show(store, webhook, telegram.delivered, Book())
        working = asyncio.create_task(supervise({"sender": sender, "webhook": webhook}, clock))
        async with Control(server.url) as control:
            yield House(server, control, store, telegram, sender, echo)
        working.cancel()
        await asyncio.wait([working])
    await telegram.close()
    await store.close()


@pytest.fixture
async def server() -> AsyncIterator[Running]:
    async with running() as found:
        async with Control(found.url) as control:
            await control.person("Li", id=LI)
        yield found


async def test_a_word_a_press_and_an_answer_that_costs_no_call(server: Running, tmp_path: Path) -> None:
    async with house(server, tmp_path) as home:
        phone = home.phone()
        await home.control.fault("duplicate", times=1)
        await phone.say("hello")
        await phone.wait_for(text="you said hello")
        answer = await home.control.press(LI, "Yes", wait=5)
        assert answer["answer"]["text"] == "noted"
        await phone.wait_for(text="answered")
        assert [turn for turn in home.echo.turns if turn != "Reached"] == ["Said", "Pressed"]
        called = {call["method"] for call in server.world.trace}
        stands = server.world.state.delivery
        assert "getUpdates" not in called
        assert (stands.secret, stands.max_connections) == ("secret", 40)
        assert "callback_query" in stands.allowed


async def test_what_waited_meanwhile_comes_over_the_other_way(server: Running, tmp_path: Path) -> None:
    """From polling to the webhook and back: nothing that waits is dropped, and a poller removes the webhook first."""
    async with Control(server.url) as control:
        await control.say(LI, "first")
    async with house(server, tmp_path) as home:
        await home.phone().wait_for(text="you said first")
        with pytest.raises(Misused):
            await home.telegram.updates(0, 0)
    async with Control(server.url) as control:
        await control.say(LI, "second")
    clock = Clock()
    store = await open_sqlite(tmp_path / "bot.sqlite", bot=4242, keys=KEYS, now=clock.civil)
    telegram = Telegram(server.token, clock, root=server.url)
    await telegram.start()
    echo = Echo(store)
    working = asyncio.create_task(Poller(telegram, clock, echo.take, long_poll=1, before=telegram.drop_hook).run())
    await until(lambda: "Said" in echo.turns)
    assert not (await telegram.hook()).url
    working.cancel()
    await asyncio.wait([working])
    await telegram.close()
    await store.close()
