"""A due timer rings once, and rings again while nobody could take it."""

from __future__ import annotations

import asyncio

import pytest

from bot.clock import HandClock
from bot.model import Due, Timer
from bot.store.sqlite import SqliteStore
from bot.workers.timekeeper import READ, Timekeeper
from tests.workers.fakes import Core, Desk, until


@pytest.fixture
def core(store: SqliteStore) -> Core:
    return Core(store=store)


@pytest.fixture
def keeper(store: SqliteStore, clock: HandClock, core: Core) -> Timekeeper:
    made = Timekeeper(store, clock, core.take)
    store.on_commit(made.wake)
    return made


async def test_a_timer_rings_when_it_is_due_and_only_once(
    keeper: Timekeeper, desk: Desk, clock: HandClock, core: Core
) -> None:
    timer = Timer("remind/D1", clock.civil() + 1000, "remind", "D1", "who", 2)
    await desk.commit(timers=(timer,))
    assert await keeper.once() == 0
    clock.advance(1)
    assert await keeper.once() == 1
    assert await keeper.once() == 0
    assert [arrival.body for arrival in core.taken] == [Due(timer)]


async def test_a_timer_set_anew_rings_anew(keeper: Timekeeper, desk: Desk, clock: HandClock, core: Core) -> None:
    for seconds in (1, 2):
        await desk.commit(timers=(Timer("remind/D1", clock.civil() + seconds * 1000, "remind", "D1"),))
        clock.advance(seconds)
        assert await keeper.once() == 1
    assert len(set(core.ids)) == 2


async def test_timers_of_one_ref_ring_in_order(keeper: Timekeeper, desk: Desk, clock: HandClock, core: Core) -> None:
    now = clock.civil()
    await desk.commit(timers=tuple(Timer(f"{kind}/O1", now - ago, kind, "O1") for ago, kind in enumerate("cba")))
    await keeper.once()
    assert [arrival.body.timer.kind for arrival in core.taken if isinstance(arrival.body, Due)] == ["a", "b", "c"]


async def test_a_timer_nobody_can_take_rings_again_later_and_holds_up_its_ref_only(
    keeper: Timekeeper, desk: Desk, clock: HandClock, core: Core
) -> None:
    now = clock.civil()
    await desk.commit(timers=(Timer("a", now - 3, "remind", "O1"), Timer("b", now - 2, "expire", "O1")))
    core.fails.extend(RuntimeError("the store is away") for _ in range(2))
    assert await keeper.once() == 0
    await desk.commit(timers=(Timer("c", now - 1, "remind", "O2"),))
    assert await keeper.once() == 0  # O1 rests, O2 fails
    clock.advance(0.9)
    assert await keeper.once() == 0
    clock.advance(0.1)
    assert await keeper.once() == 3
    assert [arrival.id.split("/")[0] for arrival in core.taken if arrival.id[0] in "ab"] == ["a", "b"]


async def test_run_rings_what_becomes_due(keeper: Timekeeper, desk: Desk, clock: HandClock, core: Core) -> None:
    running = asyncio.create_task(keeper.run())
    await desk.commit(timers=(Timer("now", clock.civil(), "remind", "D1"),))
    await until(lambda: len(core.taken) >= 1)
    await desk.commit(timers=(Timer("soon", clock.civil() + 3000, "remind", "D1"),))
    await until(lambda: len(core.taken) >= 2, clock, 0.5)
    running.cancel()
    await asyncio.wait([running])
    assert [arrival.id.split("/")[0] for arrival in core.taken] == ["now", "soon"]


async def test_a_timer_that_nobody_removes_does_not_keep_us_busy(
    store: SqliteStore, desk: Desk, clock: HandClock
) -> None:
    core = Core()  # takes and commits nothing
    keeper = Timekeeper(store, clock, core.take)
    await desk.commit(timers=(Timer("a", clock.civil(), "remind", "D1"),))
    running = asyncio.create_task(keeper.run())
    await until(lambda: clock.next_wake() is not None)
    clock.advance(1)
    await until(lambda: len(core.taken) == 2 and clock.next_wake() is not None)
    running.cancel()
    await asyncio.wait([running])
    assert len(core.taken) == 2


async def test_a_timer_of_tomorrow_is_no_reason_to_look_now(
    keeper: Timekeeper, desk: Desk, clock: HandClock, core: Core, store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[int] = []
    read = store.timers_due

    async def counted(now: int, limit: int) -> list[Timer]:
        looked.append(now)
        return await read(now, limit)

    monkeypatch.setattr(store, "timers_due", counted)
    running = asyncio.create_task(keeper.run())
    await until(lambda: clock.next_wake() is not None)
    await desk.commit(timers=(Timer("expire/D1", clock.civil() + 86_400_000, "expire", "D1"),))
    await desk.commit(timers=(Timer("slow/D1", clock.civil() + 5_000, "slow", "D1"),))
    await until(lambda: len(looked) > 1 and clock.next_wake() is not None)
    running.cancel()
    assert len(looked) == 2, "once at the start, once for what is due in 5 s"


async def test_more_timers_than_one_pass_reads_do_not_wait(
    keeper: Timekeeper, desk: Desk, clock: HandClock, core: Core
) -> None:
    await desk.commit(timers=tuple(Timer(f"t{n}", clock.civil(), "remind", f"D{n}") for n in range(READ + 1)))
    running = asyncio.create_task(keeper.run())
    await until(lambda: len(core.taken) == READ + 1)
    running.cancel()
    await asyncio.wait([running])
    assert clock.monotonic() == 0
