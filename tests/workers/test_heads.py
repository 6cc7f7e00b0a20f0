"""What may go next is read from a store that is slow to answer, while more is committed."""

from __future__ import annotations

import asyncio
from typing import Any

from bot.clock import HandClock
from bot.model import Arrival, Due, Outcome, Post, Priority, Text, Timer
from bot.store.port import Waits
from bot.workers.heads import Heads
from bot.workers.lanes import Lanes

PAGE = 2
POSTS = tuple(Post(f"w{n}", 100 + n, Text("hello"), Priority.NOTICE) for n in range(2 * PAGE))


class Slow:
    """Answers with what was there when it was asked, as a database across a network does."""

    def __init__(self) -> None:
        self.there: list[Waits] = []
        self.asked, self.goes = asyncio.Event(), asyncio.Event()

    async def topics_due(self, limit: int) -> list[Any]:
        return []

    async def waiting_in(self, chat: int, now: int, limit: int) -> list[Waits]:
        return []

    async def waiting(self, priority: Priority, after: int, now: int, limit: int) -> list[Waits]:
        found = [one for one in self.there if one.priority == priority and one.ready >= after][:limit]
        if priority == Priority.NOTICE:
            self.asked.set()
            await self.goes.wait()
        return found


async def test_many_that_are_committed_while_a_page_is_read_are_read_too() -> None:
    store: Any = Slow()
    clock = HandClock()
    lanes = Lanes()
    heads = Heads(store, clock, lanes, PAGE, 1.0)
    reading = asyncio.create_task(heads.read())
    await store.asked.wait()
    store.there = [Waits(post.key, post.chat, post.priority, n, n, False) for n, post in enumerate(POSTS, 1)]
    came = Arrival("timer", "x", 0, Due(Timer("x", 0, "x", "")))
    heads.committed(Outcome(arrival=came, posts=POSTS), 0)
    store.goes.set()
    await reading
    while await heads.read():
        pass
    assert len(lanes) == len(POSTS)
