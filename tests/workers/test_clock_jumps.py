"""Civil time may go back by hours: nobody waits for it. (It stands 13)"""

from __future__ import annotations

from typing import Any

import pytest

from backend_client.errors import Unreachable
from bot.clock import HandClock
from bot.model import Arrival, Command, Outcome, Returned
from bot.store.sqlite import SqliteStore
from bot.workers.command_runner import CommandRunner
from bot.workers.jumps import Jumps
from tests.workers.fakes import Core, Desk

HOUR = 3600


class Turns(Core):
    def __init__(self, store: SqliteStore) -> None:
        super().__init__()
        self._store = store

    async def take(self, arrival: Arrival) -> Any:
        assert isinstance(arrival.body, Returned)
        await self._store.commit(Outcome(arrival, done=(arrival.body.command,)))
        return await super().take(arrival)


@pytest.mark.parametrize("restarted", [False, True])
async def test_a_command_is_tried_again_after_its_pause_whatever_civil_time_does(
    store: SqliteStore, desk: Desk, clock: HandClock, restarted: bool
) -> None:
    asked: list[float] = []

    async def take(args: Any) -> str:
        asked.append(clock.monotonic())
        if len(asked) == 1:
            raise Unreachable("away")
        return "done"

    def made() -> tuple[CommandRunner, Jumps]:
        return CommandRunner(store, {"hospital.take": take}, clock, Turns(store).take, jitter=lambda: 1), Jumps(
            store, clock
        )

    runner, jumps = made()
    await desk.commit(commands=(Command("c", "MR-1", "hospital.take", {}),))
    await jumps.once()
    await runner.once()
    clock.set(clock.civil() - 3 * HOUR * 1000)
    if restarted:
        runner, jumps = made()
    for _ in range(HOUR):
        await jumps.once()
        await runner.once()
        if len(asked) == 2:
            break
        clock.advance(1)
    assert asked[1] <= (HOUR if restarted else 3)


async def test_whoever_keeps_copies_hears_that_civil_time_went_ahead(store: SqliteStore, clock: HandClock) -> None:
    heard: list[int] = []
    jumps = Jumps(store, clock, ahead=lambda: heard.append(clock.civil()))
    await jumps.once()
    for jump in (-HOUR, 1, HOUR):
        clock.set(clock.civil() + jump * 1000)
        clock.advance(1)
        await jumps.once()
    assert heard == [clock.civil()]


async def test_forward_and_small_steps_change_nothing(store: SqliteStore, desk: Desk, clock: HandClock) -> None:
    await desk.commit(commands=(Command("c", "MR-1", "hospital.take", {}),))
    jumps = Jumps(store, clock)
    await store.postpone("c", clock.after(60), 1, "away")
    assert await jumps.once() == 0
    for jump in (500, -500, 90_000):
        clock.set(clock.civil() + jump)
        clock.advance(1)
        assert await jumps.once() == 0
