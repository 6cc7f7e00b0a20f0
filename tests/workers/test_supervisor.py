"""A worker that crashes comes back, and the log never holds what it was working on."""

from __future__ import annotations

import asyncio

import pytest

from bot.clock import HandClock
from bot.model import Outcome
from bot.workers.supervisor import supervise, where
from bot.workers.take import backoff
from tests.workers.fakes import until


class Shaky:
    """Crashes after so many seconds, again and again."""

    def __init__(self, clock: HandClock, *lives: float) -> None:
        self.clock, self.lives = clock, list(lives)
        self.starts: list[float] = []

    async def run(self) -> None:
        self.starts.append(self.clock.monotonic())
        if not self.lives:
            await asyncio.Event().wait()
        if life := self.lives.pop(0):
            await self.clock.sleep(life)
        if life < 100:
            raise ValueError("Mrs Wang takes atorvastatin")

    async def once(self) -> int:
        return 0

    def wake(self, outcome: Outcome | None = None) -> None: ...


async def test_it_comes_back_after_a_pause_that_grows_and_is_forgotten_after_a_healthy_minute(
    clock: HandClock, caplog: pytest.LogCaptureFixture
) -> None:
    shaky, steady = Shaky(clock, 0, 0, 0, 61, 100), Shaky(clock)
    keeping = asyncio.create_task(supervise({"shaky": shaky, "steady": steady}, clock))
    await until(lambda: len(shaky.starts) == 6, clock, 0.5)
    keeping.cancel()
    with pytest.raises(asyncio.CancelledError):
        await keeping
    assert shaky.starts == [0, 1, 3, 7, 69, 170]
    assert len(steady.starts) == 1
    assert "worker shaky" in caplog.text
    assert "ValueError at test_supervisor.py" in caplog.text
    assert "it ended" in caplog.text
    assert "Wang" not in caplog.text


def test_where_tells_the_way_and_no_values() -> None:
    try:
        int("Mrs Wang")
    except ValueError as error:
        told = where(error)
    assert told.startswith("ValueError at test_supervisor.py:")
    assert "Wang" not in told


def test_backoff_doubles_up_to_its_longest() -> None:
    assert [backoff(n, 10) for n in range(7)] == [1, 1, 2, 4, 8, 10, 10]
    assert backoff(10_000) == 60
