"""The sender as it runs: woken by commits, paced by its rates, ended without losing a mark."""

from __future__ import annotations

import asyncio

import pytest

from bot.clock import HandClock
from bot.model import Post, Text
from bot.store.sqlite import SqliteStore
from bot.workers.rates import Limits
from bot.workers.sender import Sender, Sending
from tests.workers.fakes import Chats, Core, Desk, until

LI, WANG, GROUP, FORUM = 11, 12, -100, -200


async def test_run_sends_at_once_and_ends_when_cancelled(sender: Sender, desk: Desk, chats: Chats) -> None:
    running = asyncio.create_task(sender.run())
    await desk.say("a", LI, "one")
    await until(lambda: chats.texts(LI))
    sent = chats.hold("send")
    await desk.say("b", LI, "two")
    await until(lambda: len(chats.texts(LI)) >= 2)
    running.cancel()
    await asyncio.sleep(0.01)  # long enough to end, if it did not wait for the call in flight
    assert not running.done()
    sent.set()
    with pytest.raises(asyncio.CancelledError):
        await running
    standing = await sender._store.standing("b")
    assert standing is not None
    assert standing.state == "sent"


async def test_run_finds_by_itself_what_becomes_due(sender: Sender, desk: Desk, chats: Chats, clock: HandClock) -> None:
    await desk.say("a", LI, "later", not_before=clock.civil() + 5000)
    running = asyncio.create_task(sender.run())
    for _ in range(6):
        await until(lambda: clock.next_wake() is not None)
        clock.advance(1)
    await until(lambda: chats.texts(LI))
    running.cancel()
    await asyncio.wait([running])
    assert chats.calls[0][0] >= 5


async def test_run_waits_for_the_rates(
    store: SqliteStore, desk: Desk, chats: Chats, clock: HandClock, core: Core
) -> None:
    slow = Sender(store, chats, clock, core.take, Sending(limits=Limits(private_per_second=1, private_burst=1), look=9))
    store.on_commit(slow.wake)
    running = asyncio.create_task(slow.run())
    for n in range(3):
        await desk.say(f"p{n}", LI, str(n))
    await until(lambda: len(chats.texts(LI)) >= 3, clock)
    running.cancel()
    await asyncio.wait([running])
    moments = [at for at, *_ in chats.calls]
    assert moments[1] - moments[0] >= 0.99
    assert moments[2] - moments[1] >= 0.99
    assert moments[2] < 4


async def test_more_than_one_reading(
    store: SqliteStore, desk: Desk, chats: Chats, clock: HandClock, core: Core
) -> None:
    """Posts beyond one reading keep their order, also when a newer one is committed meanwhile."""
    wide = Limits(private_per_second=10000, private_burst=10000, bulk_burst=5000)
    many = Sender(store, chats, clock, core.take, Sending(limits=wide))
    store.on_commit(many.wake)
    await desk.commit(*(Post(f"p{n}", LI, Text(str(n))) for n in range(510)))
    await desk.commit(*(Post(f"q{n}", WANG, Text(str(n))) for n in range(3)))
    await many.once()
    assert [int(text) for text in chats.texts(LI)] == list(range(510))
    assert [int(text) for text in chats.texts(WANG)] == list(range(3))
