"""However much waits, a commit and what follows from it cost the same, counted in steps of SQLite's machine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.clock import HandClock
from bot.model import Post, Priority, Text
from bot.store.sqlite import SqliteStore, open_sqlite
from bot.workers.heads import LOW
from bot.workers.rates import Limits, Rates
from bot.workers.sender import Sender, Sending
from tests.prepared import empty_store
from tests.workers.conftest import KEYS
from tests.workers.fakes import Chats, Core, Desk, until

LI, WANG = 11, 12
MANY, PAGE = 5_000, Sending().read
SLOW = Limits(private_per_second=1, private_burst=1, bulk_per_second=1, reserve=1000)


class Steps:
    """Counts the steps of all connections of a store."""

    def __init__(self, store: SqliteStore) -> None:
        self.count = 0
        driver = store.driver
        for connection in (driver.writer._connection, driver.reader._near, driver.reader._far):
            connection.set_progress_handler(self._step, 1)

    def _step(self) -> int:
        self.count += 1
        return 0


@dataclass
class Home:
    store: SqliteStore
    sender: Sender
    chats: Chats
    desk: Desk
    clock: HandClock
    steps: Steps

    async def spent(self, *posts: Post) -> int:
        """Steps from a commit until what it said stands."""
        before = self.steps.count
        wanted = [post.content for post in posts]
        await self.desk.commit(*posts)
        await until(lambda: all(one in self.chats.shown.values() for one in wanted) and not self.sender._flights)
        return self.steps.count - before


@asynccontextmanager
async def at_work(path: Path, posts: list[Post]) -> AsyncIterator[Home]:
    """A sender that has begun while all of these wait; its clock stands."""
    clock = HandClock()
    store = await open_sqlite(empty_store(path), bot=1, keys=KEYS, now=clock.civil)
    chats, desk = Chats(clock), Desk(store, clock)
    if posts:
        await desk.commit(*posts)
    sender = Sender(store, chats, clock, Core().take, Sending(limits=SLOW))
    store.on_commit(sender.wake)
    running = asyncio.create_task(sender.run())
    await until(lambda: clock.next_wake() is not None and not sender._flights)
    try:
        yield Home(store, sender, chats, desk, clock, Steps(store))
    finally:
        running.cancel()
        await asyncio.wait([running])
        await store.close()


def waiting(priority: Priority, chats: int) -> list[Post]:
    return [Post(f"w{n}", 10_000 + n % chats, Text(f"w{n}"), priority) for n in range(MANY)]


@pytest.mark.parametrize(
    ("priority", "chats"),
    [(Priority.BROADCAST, MANY), (Priority.NOTICE, 10), (Priority.DIALOG, 10)],
    ids=["a broadcast", "notices to few", "answers to few"],
)
async def test_a_commit_costs_no_more_while_thousands_wait(tmp_path: Path, priority: Priority, chats: int) -> None:
    """All that waits was read again at each commit: 110 ms with 10,000 posts."""
    spent: dict[str, int] = {}
    for name, posts in (("idle", list[Post]()), ("deep", waiting(priority, chats))):
        async with at_work(tmp_path / f"{name}.sqlite", posts) as home:
            await home.spent(Post("warm", WANG, Text("warm")))
            spent[name] = await home.spent(Post("a", LI, Text("hello")))
    assert spent["deep"] <= spent["idle"] * 1.1


async def test_one_commit_of_thousands_is_put_in_line_a_page_at_a_time(tmp_path: Path) -> None:
    """Each of 10,000 was put in line at once, before anybody was served."""
    async with at_work(tmp_path / "store.sqlite", []) as home:
        await home.desk.commit(*waiting(Priority.NOTICE, MANY))
        await until(lambda: not home.sender._heads._wants(Priority.NOTICE) and not home.sender._flights)
        assert len(home.sender._lanes) <= LOW + PAGE
        await home.spent(Post("a", LI, Text("hello")))  # who waits for an answer is served


async def test_all_of_one_commit_is_sent_once_and_what_flies_is_changed_afterwards(tmp_path: Path) -> None:
    async with at_work(tmp_path / "store.sqlite", []) as home:
        home.sender._rates = Rates(Limits(private_per_second=10_000, private_burst=10_000, bulk_per_second=10_000))
        sent = home.chats.hold("send")
        await home.desk.say("w7", 10_007, "before", card=True)
        await until(lambda: home.sender._flights)
        posts = [Post(f"w{n}", 10_000 + n, Text(f"w{n}"), Priority.NOTICE, card=True) for n in range(3 * PAGE)]
        await home.desk.commit(*posts)
        sent.set()
        await until(lambda: home.chats.texts(10_007) == ["w7"] and home.sender.idle, home.clock)
        assert [home.chats.texts(10_000 + n) for n in range(3 * PAGE)] == [[f"w{n}"] for n in range(3 * PAGE)]
        assert home.chats.methods().count("send") == 3 * PAGE
