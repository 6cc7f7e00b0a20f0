"""What is too old to be deleted is emptied where it stands; where neither can be done, the sender's letter says so."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.clock import HandClock
from bot.messenger.bot_api import Telegram
from bot.model import Bill, Content, Picture, Post, Text
from bot.store.sqlite import SqliteStore, open_sqlite
from bot.workers.sender import Sender, Sending
from sandbox.control import Control
from tests.messenger.conftest import LI
from tests.messenger.test_bot_api import ROWS, seen
from tests.prepared import empty_store
from tests.workers.conftest import KEYS, NEUTRAL
from tests.workers.fakes import Core, Desk

DAYS = 3 * 86_400


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    opened = await open_sqlite(empty_store(tmp_path / "bot.sqlite"), bot=1, keys=KEYS, now=HandClock().civil)
    yield opened
    await opened.close()


@pytest.fixture
def sender(store: SqliteStore, telegram: Telegram) -> Sender:
    made = Sender(store, telegram, HandClock(), Core().take, Sending(neutral=NEUTRAL))
    store.on_commit(made.wake)
    return made


async def removed(store: SqliteStore, sender: Sender, control: Control, content: Content) -> list[str]:
    """It is sent, and taken away three days later; the letters that it leaves."""
    desk = Desk(store, HandClock())
    await desk.commit(Post("card", LI, content, card=True))
    await sender.once()
    await control.advance(DAYS)
    await desk.commit(Post("card", LI, None, card=True))
    await sender.once()
    return [str(letter["code"]) for letter in await store.dead_letters(10)]


CODE, BILL = Text("Code 7788, 138 0000 0000", ROWS), Bill("Medicine", "Order MR1123-1", "pay:MR1123-1:1234", 1234)


@pytest.mark.parametrize("content", [CODE, Picture("picture:blank", "Code 7788")])
async def test_code_and_number_go_from_where_they_stand(
    store: SqliteStore, sender: Sender, control: Control, content: Content
) -> None:
    await control.set_clock(rate=0)
    await control.say(LI, "/start")
    assert await removed(store, sender, control, content) == []
    message = (await seen(control, LI))[-1]
    assert (message.get("text") or message["caption"], message["buttons"]) == (NEUTRAL, [])
    assert "7788" not in str(message)


async def test_what_was_emptied_and_is_emptied_again_is_no_failure(telegram: Telegram, control: Control) -> None:
    """The first answer was lost."""
    await control.say(LI, "/start")
    id = await telegram.send(Post("k", LI, Picture("picture:blank", "Code 7788")), None)
    await telegram.blank(LI, id, NEUTRAL)
    await telegram.blank(LI, id, NEUTRAL)


async def test_an_invoice_can_be_neither_and_that_is_told(store: SqliteStore, sender: Sender, control: Control) -> None:
    await control.set_clock(rate=0)
    await control.say(LI, "/start")
    assert await removed(store, sender, control, BILL) == ["not-editable"]
    standing = await store.standing("card")
    assert standing is not None
    assert standing.message == (await seen(control, LI))[-1]["id"], "what is said of it can stand under it"
