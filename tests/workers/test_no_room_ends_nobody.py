"""A full disk ends nobody; what was taken back is not sent; what was being sent is not left lying."""

from __future__ import annotations

import asyncio
import sqlite3
from typing import Any

import pytest

from bot.clock import HandClock
from bot.messenger.errors import OutcomeUnknown
from bot.model import Outcome, Post, Text
from bot.store.port import OF_A_CHAT, Full
from bot.store.sqlite import SqliteStore
from bot.workers.rates import Limits
from bot.workers.retention import Retention
from bot.workers.sender import Sender, Sending
from bot.workers.supervisor import supervise
from tests.workers.fakes import Chats, Core, Desk, several, until

LI = 11


class Filled:
    """Takes something while the disk is full, once."""

    def __init__(self) -> None:
        self.starts = 0

    async def run(self) -> None:
        self.starts += 1
        if self.starts == 1:
            raise Full
        await asyncio.Event().wait()

    async def once(self) -> int:
        return 0

    def wake(self, outcome: Outcome | None = None) -> None: ...


async def test_a_full_disk_ends_no_process(clock: HandClock, caplog: pytest.LogCaptureFixture) -> None:
    """Feed, lists and the purge write by themselves: they come again."""
    worker = Filled()
    keeping = asyncio.create_task(supervise({"feed": worker}, clock))
    await until(lambda: worker.starts == 2 or keeping.done(), clock, 0.5)
    assert not keeping.done()
    assert not caplog.records, "the store has told it, once"
    keeping.cancel()
    with pytest.raises(asyncio.CancelledError):
        await keeping


async def test_the_purge_on_a_full_disk_ends_no_process(
    store: SqliteStore, core: Core, desk: Desk, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.commit(Post("a", LI, None))
    clock.advance(60 * 86_400)

    async def write(make: Any) -> Any:
        raise Full

    monkeypatch.setattr(store.driver, "write", write)
    keeping = asyncio.create_task(supervise({"retention": Retention(store, clock, core.take, 14)}, clock))
    for _ in range(20):
        await asyncio.sleep(0.01)
        clock.advance(1)
    assert not keeping.done()
    keeping.cancel()
    with pytest.raises(asyncio.CancelledError):
        await keeping


async def test_what_was_taken_back_behind_many_others_is_not_sent(
    store: SqliteStore, desk: Desk, chats: Chats, core: Core, clock: HandClock
) -> None:
    slow = Limits(private_per_second=1, private_burst=1)
    sender = Sender(store, chats, clock, core.take, Sending(limits=slow, look=1000))
    store.on_commit(sender.wake)
    await desk.commit(*(Post(f"p{n:02}", LI, Text(str(n))) for n in range(OF_A_CHAT + 5)))
    running = asyncio.create_task(sender.run())
    await until(lambda: len(chats.shown) >= 1, clock, 0.1)
    await desk.commit(Post("p05", LI, None), Post("p06", LI, Text("mended")))
    await until(lambda: len(chats.shown) >= 12, clock, 0.5)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    sent = [what for _, method, _, what in chats.calls if method == "send"]
    assert "p05" not in sent
    assert Text("6") not in chats.shown.values()
    assert [method for _, method, _, _ in chats.calls if method != "send"] == []


@pytest.mark.parametrize("why", [Full(), sqlite3.OperationalError("locked")], ids=["full", "locked"])
async def test_a_letter_that_cannot_be_written_leaves_no_message_lying(
    sender: Sender, store: SqliteStore, desk: Desk, chats: Chats, clock: HandClock, why: Exception,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    real, fails = store.dead_letter, [why]

    async def letter(source: str, id: str, code: str) -> None:
        if fails:
            raise fails.pop()
        await real(source, id, code)

    monkeypatch.setattr(store, "dead_letter", letter)
    chats.fail("send", *several(OutcomeUnknown, "no-answer", 30))
    await desk.commit(Post("a", LI, Text("one")))
    for _ in range(900):
        passing = asyncio.create_task(sender.once())
        await until(passing.done, clock, 0.5)
        await passing
        clock.advance(2)
        if not fails:
            break
    chats.mend("send")
    for _ in range(200):
        await sender.once()
        clock.advance(2)
    assert [shown for (chat, _), shown in chats.shown.items() if chat == LI] == [Text("one")]
    assert [(one["source"], one["code"]) for one in await store.dead_letters()] == [("post", "late")]


async def test_what_a_later_release_names_is_sent(sender: Sender, desk: Desk, chats: Chats) -> None:
    await desk.commit(Post("a", LI, Text("one"), holds="tomorrow:1"))
    await sender.once()
    assert list(chats.shown.values()) == [Text("one")]
