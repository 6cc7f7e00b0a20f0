"""Civil time may jump and run; monotonic time never does."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path

import pytest
import time_machine

from bot.clock import Clock, HandClock

NOON = 1_792_123_200_000  # 2026-10-16 04:00 UTC, noon in Shanghai


def write(path: Path, civil: int, wall: int, rate: float) -> None:
    part = path.with_suffix(".part")
    part.write_text(json.dumps({"civil_ms": civil, "wall_ms": wall, "rate": rate}))
    part.replace(path)


@time_machine.travel(NOON / 1000, tick=False)
def test_the_systems_clock() -> None:
    clock = Clock()
    assert clock.civil() == NOON
    assert clock.today("Asia/Shanghai") == "2026-10-16"
    assert clock.rate == 1
    assert clock.after(1.5) == NOON + 1500
    assert clock.seconds_until(NOON + 1500) == 1.5
    assert clock.seconds_until(NOON - 1) == 0


def test_the_day_is_the_day_of_the_zone() -> None:
    clock = HandClock(NOON + 12 * 3_600_000 - 1)
    assert clock.today("Asia/Shanghai") == "2026-10-16"
    clock.advance(0.001)
    assert (clock.today("Asia/Shanghai"), clock.today("UTC")) == ("2026-10-17", "2026-10-16")


def test_the_sandbox_clock_follows_its_file(tmp_path: Path) -> None:
    file = tmp_path / "clock.json"
    with time_machine.travel(NOON / 1000, tick=False) as wall:
        write(file, 1000, NOON, 60)
        clock = Clock(file)
        wall.shift(2)
        assert clock.civil() == 1000 + 120_000
        assert clock.rate == 60
        assert clock.seconds_until(clock.civil() + 60_000) == 1
        write(file, 5000, NOON + 2000, 0)
        assert clock.civil() == 5000
        assert clock.seconds_until(5001) == float("inf")
        assert clock.after(10) == 5000


def test_a_file_that_is_no_clock_says_so(tmp_path: Path) -> None:
    file = tmp_path / "clock.json"
    with pytest.raises(FileNotFoundError):
        Clock(file)
    file.write_text("{}")
    with pytest.raises(ValueError, match="no sandbox clock"):
        Clock(file)


def test_monotonic_is_the_machines() -> None:
    before = time.monotonic()
    assert before <= Clock().monotonic() <= time.monotonic()


async def test_waiting_ends_with_the_event_or_with_the_time() -> None:
    clock, event = Clock(), asyncio.Event()
    assert not await clock.wait(event, 0.001)
    event.set()
    assert await clock.wait(event, 60)
    assert await clock.wait(event, float("inf"))


async def test_a_hand_clock_wakes_sleepers_in_order() -> None:
    clock, woken = HandClock(), list[str]()

    async def sleeper(name: str, seconds: float) -> None:
        await clock.sleep(seconds)
        woken.append(name)

    tasks = [asyncio.create_task(sleeper(name, seconds)) for name, seconds in (("b", 2), ("a", 1), ("c", 3))]
    await asyncio.sleep(0)
    assert clock.next_wake() == 1
    tasks[2].cancel()
    clock.advance(2)
    await asyncio.wait(tasks[:2])
    assert woken == ["a", "b"]
    clock.advance(2)
    assert clock.next_wake() is None


async def test_sleeping_no_time_only_lets_others_run() -> None:
    await HandClock().sleep(0)


def test_a_hand_clock_jumps_only_civil_time() -> None:
    clock = HandClock(0)
    clock.set(5)
    assert (clock.civil(), clock.monotonic()) == (5, 0)
    for _ in range(70):
        clock.advance(0.1)
    assert clock.monotonic() == 7
