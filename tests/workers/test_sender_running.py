"""The sender as it runs: woken by commits, paced by its rates, ended without losing a mark."""

from __future__ import annotations

import asyncio

import pytest

from bot.clock import HandClock
from bot.model import Post, Text
from bot.store.sqlite import SqliteStore
from bot.workers.rates import Limits
from bot.workers.sender import FLIGHTS, Sender, Sending
from tests.workers.fakes import Chats, Core, Desk, SlowStore, started, until

LI, WANG = 11, 12


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
    running = asyncio.create_task(sender.run())
    await until(lambda: clock.next_wake() is not None)
    await desk.say("a", LI, "later", not_before=clock.civil() + 5000)
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
    assert moments[1] - moments[0] >= 1
    assert moments[2] - moments[1] >= 1


async def test_more_than_one_reading(
    store: SqliteStore, desk: Desk, chats: Chats, clock: HandClock, core: Core
) -> None:
    """Posts beyond one reading keep their order, also when a newer one is committed meanwhile."""
    wide = Limits(private_burst=1000, bulk_per_second=10000)
    many = Sender(store, chats, clock, core.take, Sending(limits=wide, read=10))
    store.on_commit(many.wake)
    await desk.commit(*(Post(f"p{n}", LI, Text(str(n))) for n in range(25)))
    await desk.commit(*(Post(f"q{n}", WANG, Text(str(n))) for n in range(3)))
    await many.once()
    assert [int(text) for text in chats.texts(LI)] == list(range(25))
    assert [int(text) for text in chats.texts(WANG)] == list(range(3))


async def test_what_lands_while_we_read_is_not_sent_twice(
    store: SqliteStore, desk: Desk, chats: Chats, clock: HandClock, core: Core
) -> None:
    """The store answers what it saw before the message was marked as being sent."""
    slow = SlowStore(store)
    sender, running = started(slow, chats, clock, core)
    await until(lambda: slow.entered)  # the first look found nothing
    slow.held["mark"] = asyncio.Event()
    await desk.say("a", LI, "one")
    await until(lambda: "mark" in slow.entered)  # about to be sent
    slow.entered.clear()
    slow.held["waiting"] = asyncio.Event()
    sender.wake()
    await desk.say("b", WANG, "two")
    await until(lambda: "waiting" in slow.entered)
    slow.held.pop("mark").set()
    await until(lambda: chats.texts(LI) and not sender._flights)
    slow.held.pop("waiting").set()
    await until(lambda: chats.texts(WANG))
    slow.entered.clear()
    clock.advance(1)
    await until(lambda: "waiting" in slow.entered)
    running.cancel()
    await asyncio.wait([running])
    assert chats.texts(LI) == ["one"]


@pytest.mark.parametrize(("newer", "left"), [("two", ["two"]), ("", [])])
async def test_a_change_between_reading_and_sending_leaves_one_message_or_none(
    store: SqliteStore, desk: Desk, chats: Chats, clock: HandClock, core: Core, newer: str, left: list[str]
) -> None:
    """A question that is taken back at this moment must not stay with its buttons, a card must not stand twice."""
    slow = SlowStore(store)
    sender = Sender(slow, chats, clock, core.take)
    slow.held["mark"] = asyncio.Event()
    await desk.say("card", LI, "one", card=True)
    passing = asyncio.create_task(sender.once())
    await until(lambda: "mark" in slow.entered)  # about to be sent
    await (desk.say("card", LI, newer, card=True) if newer else desk.take_back("card", LI))
    slow.held.pop("mark").set()
    await passing
    await sender.once()
    assert chats.texts(LI) == left
    assert chats.methods() == ["send", "edit" if newer else "delete"]


@pytest.mark.parametrize("look_meanwhile", [False, True])
async def test_a_card_that_changes_while_it_is_sent_is_changed_without_a_new_look(
    store: SqliteStore, desk: Desk, chats: Chats, clock: HandClock, core: Core, look_meanwhile: bool
) -> None:
    slow = SlowStore(store)
    sender, running = started(slow, chats, clock, core)
    sent = chats.hold("send")
    await desk.say("card", LI, "one", card=True)
    await until(lambda: chats.texts(LI))
    await desk.say("card", LI, "two", card=True)
    if look_meanwhile:  # the store does not name what is being sent
        slow.entered.clear()
        sender.wake()
        await until(lambda: "waiting" in slow.entered)
    sent.set()
    await until(lambda: chats.texts(LI) == ["two"])
    running.cancel()
    await asyncio.wait([running])
    assert clock.monotonic() == 0


async def test_only_so_many_calls_at_once(sender: Sender, desk: Desk, chats: Chats) -> None:
    holds = [chats.hold("send") for _ in range(FLIGHTS + 8)]
    await desk.commit(*(Post(f"p{n}", 100 + n, Text(str(n))) for n in range(FLIGHTS + 8)))
    passing = asyncio.create_task(sender.once())
    await until(lambda: len(chats.shown) == FLIGHTS)
    assert not sender.idle
    for hold in holds:
        hold.set()
    assert await passing == FLIGHTS + 8
    assert sender.idle


async def stopped(running: asyncio.Task[None], clock: HandClock, last: float) -> None:
    """It is told to stop, and has ended after ``last`` s and not before."""
    running.cancel()
    await until(lambda: clock.next_wake() == last)
    clock.advance(last - 0.1)
    await asyncio.sleep(0.01)
    assert not running.done()
    clock.advance(0.1)
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_who_is_stopped_does_not_wait_for_ever_for_a_messenger_that_never_answers(
    sender: Sender, desk: Desk, chats: Chats, clock: HandClock, store: SqliteStore
) -> None:
    running = asyncio.create_task(sender.run())
    chats.hold("send")
    await desk.say("a", LI, "one")
    await until(lambda: chats.texts(LI))
    await stopped(running, clock, Sending().last)
    standing = await store.standing("a")
    assert standing is not None
    assert standing.state == "sending"  # the next start takes it for unknown


async def test_nor_for_a_store_that_is_away(
    store: SqliteStore, desk: Desk, chats: Chats, clock: HandClock, core: Core
) -> None:
    slow = SlowStore(store)
    _, running = started(slow, chats, clock, core)
    slow.held["mark"] = asyncio.Event()
    await desk.say("a", LI, "one")
    await until(lambda: "mark" in slow.entered)
    await stopped(running, clock, Sending().last)
    assert chats.texts(LI) == []


async def test_both_together_cost_no_more_time(
    store: SqliteStore, desk: Desk, chats: Chats, clock: HandClock, core: Core
) -> None:
    """It was given twice its time: a call that ended late had its mark waited for once more."""
    slow = SlowStore(store)
    _, running = started(slow, chats, clock, core)
    sent = chats.hold("send")
    await desk.say("a", LI, "one")
    await until(lambda: chats.texts(LI))
    slow.held["mark"] = asyncio.Event()
    running.cancel()
    await until(lambda: clock.next_wake() == Sending().last)
    clock.advance(Sending().last - 0.1)
    slow.entered.clear()
    sent.set()
    await until(lambda: "mark" in slow.entered)
    assert not running.done()
    clock.advance(0.1)
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_what_was_committed_just_now_is_sent_without_being_read(
    store: SqliteStore, desk: Desk, chats: Chats, clock: HandClock, core: Core
) -> None:
    slow = SlowStore(store)
    sender, running = started(slow, chats, clock, core)
    await until(lambda: clock.next_wake() is not None)  # all was looked at
    await desk.say("card", LI, "one", card=True)
    await until(lambda: chats.texts(LI) == ["one"] and sender.idle)
    await desk.say("card", LI, "two", card=True)
    await until(lambda: chats.texts(LI) == ["two"] and sender.idle)
    running.cancel()
    await asyncio.wait([running])
    assert chats.methods() == ["send", "edit"]
    assert "due" not in slow.entered


async def test_what_is_committed_once_more_while_it_is_read_is_read_again(
    store: SqliteStore, desk: Desk, chats: Chats, clock: HandClock, core: Core
) -> None:
    """A reading that is older than the commit would send what was wanted before, and nobody would look again."""
    slow = SlowStore(store)
    sender = Sender(slow, chats, clock, core.take)
    await desk.say("card", LI, "one", card=True)
    store.on_commit(sender.wake)
    slow.held["due"] = asyncio.Event()
    passing = asyncio.create_task(sender.once())
    await until(lambda: "due" in slow.entered)
    await desk.say("card", LI, "two", card=True)
    slow.held.pop("due").set()
    await passing
    assert chats.texts(LI) == ["two"]
    assert chats.methods() == ["send"]
