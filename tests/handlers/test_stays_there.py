"""A message that was to go can be neither deleted nor emptied: whoever has it there reads so, and no operator does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.clock import HandClock
from bot.model import Arrival, Bill, Incident, Outcome, Post, PutAside, Text
from bot.store.port import Mark
from tests.cases.rows import GROUP, IN_CONSULT, OPERATORS, texts
from tests.handlers.house import RESIDENT, House, at_home

STAYS = "上面这条消息不算数了，可是太旧，我删不掉。请您自己在聊天里删掉它。"


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    async with at_home(tmp_path / "core.sqlite", clock, IN_CONSULT) as house:
        yield house


async def stands(house: House, chat: int, *, goes: bool) -> None:
    """Message 77, sent some days ago; it is to go, or to say something else."""
    store = house.services.store
    bill = Bill("药费", "订单", "pay:MR1123-1:1234", 1234)
    await store.commit(Outcome(house.arrival(None), posts=(Post("pay:1", chat, bill, card=True),)))
    await store.mark([Mark("pay:1", "sent", 1, 77)])
    wanted = None if goes else Text("x")
    await store.commit(Outcome(house.arrival(None), posts=(Post("pay:1", chat, wanted, card=True),)))
    await store.mark([Mark("pay:1", "failed", attempts=1, error="not-editable", tried=2)])


async def aside(house: House, code: str) -> int:
    before = len(house.posts())
    await house.take(Arrival("house", f"letter-{code}", house.clock.civil(), PutAside("post", "pay:1/2", code)))
    return before


async def incidents(house: House) -> list[str]:
    return [row.kind for row in await house.services.store.find(Incident, done_at=0)]


@pytest.mark.parametrize("code", ["not-editable", "too-old"])
async def test_whoever_has_it_reads_so_under_it(house: House, code: str) -> None:
    """Proved: operators read of a message that nobody but he can delete."""
    await stands(house, RESIDENT, goes=True)
    before = await aside(house, code)
    (told,) = [post for post in house.posts()[before:] if post.chat == RESIDENT]
    assert (texts(house, RESIDENT, before), told.reply_to) == (STAYS, 77)
    assert await incidents(house) == []
    assert texts(house, OPERATORS, before) == ""


async def test_of_anything_else_operators_read(house: House) -> None:
    await stands(house, RESIDENT, goes=False)
    before = await aside(house, "not-editable")
    assert await incidents(house) == ["post"]
    assert texts(house, RESIDENT, before) == ""


@pytest.mark.parametrize(("chat", "code"), [(GROUP, "not-editable"), (RESIDENT, "crash-KeyError")])
async def test_in_a_group_and_for_another_reason_too(house: House, chat: int, code: str) -> None:
    await stands(house, chat, goes=True)
    await aside(house, code)
    assert await incidents(house) == ["post"]
