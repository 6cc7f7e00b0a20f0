"""Marks are written together, and written even when the store was away for a while."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bot.clock import HandClock
from bot.store.port import Mark, Store
from bot.workers.marks import Marks
from tests.workers.fakes import until


class Ledger(Store):
    """Remembers each commit."""

    def __init__(self) -> None:
        self.commits: list[list[str]] = []
        self.fails = 0

    async def mark(self, marks: Sequence[Mark]) -> None:
        if self.fails:
            self.fails -= 1
            raise OSError("disk full")
        await asyncio.sleep(0)
        self.commits.append([mark.key for mark in marks])


async def test_what_comes_while_one_commit_runs_goes_into_the_next(clock: HandClock) -> None:
    ledger = Ledger()
    marks = Marks(ledger, clock)
    await asyncio.gather(*(marks.write(Mark(f"p{n}", "sent")) for n in range(5)))
    await marks.write(Mark("later", "sent"))
    assert [len(commit) for commit in ledger.commits] == [5, 1]


async def test_a_store_that_was_away_gets_them_later(clock: HandClock) -> None:
    ledger = Ledger()
    ledger.fails = 3
    writing = asyncio.create_task(Marks(ledger, clock).write(Mark("p", "sent")))
    await until(writing.done, clock)
    assert ledger.commits == [["p"]]
    assert clock.monotonic() >= 1 + 2 + 4


async def test_a_mark_is_written_though_its_writer_was_cancelled(clock: HandClock) -> None:
    ledger = Ledger()
    marks = Marks(ledger, clock)
    writing = asyncio.create_task(marks.write(Mark("p", "sent")))
    await asyncio.sleep(0)
    writing.cancel()
    await marks.close()
    assert ledger.commits == [["p"]]


async def test_closing_without_marks(clock: HandClock) -> None:
    ledger = Ledger()
    await Marks(ledger, clock).close()
    assert ledger.commits == []
