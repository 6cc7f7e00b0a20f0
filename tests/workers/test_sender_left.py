"""What a sender knows is never all: a chat that was refused, a reading that failed, a line that ran out."""

from __future__ import annotations

import asyncio
import sqlite3
from typing import Any

import pytest

from bot.clock import Clock, HandClock
from bot.messenger.errors import OutcomeUnknown, Unreachable
from bot.model import Post, Priority, Reached, Text
from bot.store.port import OF_A_CHAT
from bot.store.sqlite import SqliteStore
from bot.workers.heads import AGAIN
from bot.workers.rates import Limits
from bot.workers.sender import FLIGHTS, Sender, Sending
from tests.workers.fakes import Chats, Core, Desk, SlowStore, several, started, until

LI, WANG, GROUP = 11, 12, -5


async def test_whoever_cannot_be_reached_is_not_called_for_each_new_post(
    sender: Sender, desk: Desk, chats: Chats, core: Core
) -> None:
    chats.fail("send", *several(Unreachable, "blocked", 20))
    running = asyncio.create_task(sender.run())
    await desk.say("a", LI, "one")
    await until(lambda: core.unreached)
    called = len(chats.calls)
    for n in range(3):
        await desk.say(f"b{n}", LI, "more")
        await asyncio.sleep(0.02)
    assert (len(chats.calls), core.unreached) == (called, [LI])
    chats.mend("send")
    await desk.spoken(LI)
    await until(lambda: len(chats.texts(LI)) == 4)
    assert chats.texts(LI) == ["one", "more", "more", "more"]
    running.cancel()
    await asyncio.wait([running])


async def test_a_reading_that_fails_ends_no_call(
    store: SqliteStore, desk: Desk, chats: Chats, clock: HandClock, core: Core
) -> None:
    slow = SlowStore(store)
    sender = Sender(slow, chats, clock, core.take, Sending(last=5))
    store.on_commit(sender.wake)
    running = asyncio.create_task(sender.run())
    sent = chats.hold("send")
    await desk.say("a", LI, "one")
    await until(lambda: chats.texts(LI))
    slow.fails["waiting"] = 1
    await until(running.done, clock, 1)
    with pytest.raises(OSError, match="away"):
        await running
    running = asyncio.create_task(sender.run())
    sent.set()
    await desk.say("b", LI, "two")
    await until(lambda: len(chats.texts(LI)) == 2, clock)
    assert chats.texts(LI) == ["one", "two"]
    running.cancel()
    await asyncio.wait([running])
    standing = await store.standing("a")
    assert standing is not None
    assert standing.state == "sent"


async def test_a_reading_that_fails_after_a_call_leaves_nothing_on_its_way(
    store: SqliteStore, desk: Desk, chats: Chats, clock: HandClock, core: Core
) -> None:
    """Whose mark says that it is on its way is tried by nobody until the next start."""
    slow = SlowStore(store)
    sender, running = started(slow, chats, clock, core)
    chats.fail("send", OutcomeUnknown("no-answer"))
    await desk.say("a", GROUP, "one", priority=Priority.NOTICE)
    await until(lambda: len(chats.calls) == 1)
    sent = chats.hold("send")
    chats.lose("send", OutcomeUnknown("no-answer"))
    await until(lambda: chats.texts(GROUP), clock)
    slow.fails["get"] = 1
    sent.set()
    await until(lambda: not sender._flights)
    standing = await store.standing("a")
    assert standing is not None
    assert standing.state == "failed"
    running.cancel()
    await asyncio.wait([running])


class Page(SlowStore):
    """Holds the second page of dialogs."""

    async def waiting(self, priority: Any, after: int, now: int, limit: int) -> Any:
        found = await self._store.waiting(priority, after, now, limit)
        if priority is Priority.DIALOG and after:
            await self._pass("page")
        return found


async def test_all_is_read_anew_though_a_page_was_on_its_way(
    store: SqliteStore, desk: Desk, chats: Chats, clock: HandClock, core: Core
) -> None:
    """It went on where that page ended, and what it had forgotten was read a minute later."""
    slow = Page(store)
    once = Limits(private_per_second=0.1, private_burst=1)
    sender = Sender(slow, chats, clock, core.take, Sending(read=2, limits=once))
    store.on_commit(sender.wake)
    running = asyncio.create_task(sender.run())
    await desk.commit(Post("x", LI, Text("x")), Post("y", WANG, Text("y")))
    await until(lambda: clock.monotonic() > 3, clock)  # all was gone through
    await desk.commit(Post("a", LI, Text("one")), Post("b", WANG, Text("two")))
    slow.held["page"] = asyncio.Event()
    sender.wake()
    await until(lambda: "page" in slow.entered)
    sender.wake()
    slow.held.pop("page").set()
    await until(lambda: len(chats.texts(LI)) == 2, clock)
    assert clock.monotonic() < 30
    running.cancel()
    await asyncio.wait([running])


class Chat(SlowStore):
    """Holds the reading of a chat."""

    async def waiting_in(self, chat: int, now: int, limit: int) -> Any:
        found = await self._store.waiting_in(chat, now, limit)
        await self._pass("chat")
        return found


async def test_all_is_read_anew_though_chats_were_to_be_read(
    store: SqliteStore, desk: Desk, chats: Chats, clock: HandClock, core: Core
) -> None:
    slow = Chat(store)
    sender = Sender(slow, chats, clock, core.take)
    chats.fail("send", *several(Unreachable, "blocked", 4))
    await desk.commit(Post("a", LI, Text("one")), Post("b", WANG, Text("two")))
    await sender.once()
    await desk.reached(Reached(LI, LI, reachable=True))
    await desk.reached(Reached(WANG, WANG, reachable=True))
    store.on_commit(sender.wake)
    running = asyncio.create_task(sender.run())
    await until(lambda: len(chats.shown) == 2)
    sender._heads._stopped |= {LI, WANG}  # it is told once more that they can be reached
    slow.held["chat"] = asyncio.Event()
    slow.entered.clear()
    await desk.commit(Post("c", LI, Text("one")), Post("d", WANG, Text("two")))
    await until(lambda: "chat" in slow.entered)
    sender.wake()
    slow.held.pop("chat").set()
    await until(lambda: len(chats.shown) == 4 or running.done())
    assert not running.done()
    running.cancel()
    await asyncio.wait([running])


class Late(SlowStore):
    """A commit of which its own process did not hear, and which others overtook: seen late."""

    hidden = True

    async def waiting(self, priority: Any, after: int, now: int, limit: int) -> Any:
        found = await self._store.waiting(priority, after, now, limit)
        return [one for one in found if one.key != "a" or not self.hidden]


async def test_what_was_missed_is_found_though_a_broadcast_goes_on(
    store: SqliteStore, desk: Desk, chats: Chats, clock: HandClock, core: Core
) -> None:
    late = Late(store)
    slow = Limits(bulk_per_second=1)
    sender = Sender(late, chats, clock, core.take, Sending(limits=slow))
    await desk.say("a", LI, "one")
    await desk.commit(*(Post(f"b{n}", 100 + n, Text("x"), Priority.BROADCAST) for n in range(500)))
    await desk.say("c", WANG, "two")
    store.on_commit(sender.wake)
    running = asyncio.create_task(sender.run())
    await until(lambda: chats.texts(WANG))
    late.hidden = False
    await until(lambda: chats.texts(LI), clock, 1)
    assert clock.monotonic() < 2 * AGAIN, "a slow machine lets this clock run ahead"
    running.cancel()
    await asyncio.wait([running])


async def test_whoever_speaks_in_a_group_shows_that_it_can_be_reached(
    sender: Sender, desk: Desk, chats: Chats, clock: HandClock, core: Core
) -> None:
    chats.fail("send", *several(Unreachable, "blocked", 2))
    running = asyncio.create_task(sender.run())
    await desk.say("a", GROUP, "one")
    await until(lambda: core.unreached)
    await desk.spoken(GROUP)
    await until(lambda: chats.texts(GROUP))
    assert clock.monotonic() == 0
    running.cancel()
    await asyncio.wait([running])


async def test_the_place_of_a_call_that_ended_is_taken_at_once(store: SqliteStore, desk: Desk, core: Core) -> None:
    hand = HandClock()
    chats = Chats(hand)
    sender = Sender(store, chats, Clock(), core.take, Sending(look=60, limits=Limits(bulk_per_second=1000)))
    store.on_commit(sender.wake)
    running = asyncio.create_task(sender.run())
    held = [chats.hold("send") for _ in range(FLIGHTS + 1)]
    await desk.commit(*(Post(f"p{n}", 100 + n, Text("x")) for n in range(FLIGHTS + 1)))
    await until(lambda: len(chats.shown) == FLIGHTS)
    held[0].set()
    await asyncio.wait_for(until(lambda: len(chats.shown) == FLIGHTS + 1), 10)
    for one in held:
        one.set()
    running.cancel()
    await asyncio.wait([running])


async def test_what_was_taken_back_holds_up_nobody(
    store: SqliteStore, desk: Desk, chats: Chats, clock: HandClock, core: Core
) -> None:
    """A chat is known twenty posts at a time; the next are read at once, not at the next look."""
    sender = Sender(store, chats, clock, core.take, Sending(look=60))
    later = clock.civil() + 1000
    many = [Post(f"p{n:03}", LI, Text("x"), not_before=later) for n in range(100)]
    await desk.commit(*many, Post("z", LI, Text("last"), not_before=later))
    clock.advance(2)
    store.on_commit(sender.wake)
    sent = chats.hold("send")
    running = asyncio.create_task(sender.run())
    await until(lambda: chats.texts(LI))
    await desk.commit(*(Post(one.key, LI, None) for one in many[1:]))
    sent.set()
    before = clock.monotonic()
    await until(lambda: "last" in chats.texts(LI), clock)
    assert clock.monotonic() - before < 30
    running.cancel()
    await asyncio.wait([running])


async def test_messages_that_only_a_later_release_can_read_hold_up_nobody(
    store: SqliteStore, desk: Desk, chats: Chats, clock: HandClock, core: Core
) -> None:
    """More of them than are known of a chat: what stands behind them was never looked at."""
    await desk.commit(*(Post(f"later{n}", LI, Text("x")) for n in range(2 * OF_A_CHAT + 3)))
    with sqlite3.connect(store.path) as beside:
        beside.execute("UPDATE posts SET kind = 'later'")
    await desk.commit(*(Post(f"p{n:02}", LI, Text(f"{n:02}")) for n in range(OF_A_CHAT + 5)))
    wide = Limits(private_burst=1000)
    sender = Sender(store, chats, clock, core.take, Sending(limits=wide))
    store.on_commit(sender.wake)
    running = asyncio.create_task(sender.run())
    await until(lambda: chats.texts(LI) or clock.monotonic() > 200, clock)
    await desk.say("z", LI, "z")
    await until(lambda: "z" in chats.texts(LI) or clock.monotonic() > 200, clock)
    assert chats.texts(LI) == [*(f"{n:02}" for n in range(OF_A_CHAT + 5)), "z"]
    assert clock.monotonic() < AGAIN
    running.cancel()
    await asyncio.wait([running])
