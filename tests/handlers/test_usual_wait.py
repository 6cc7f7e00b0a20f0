"""How long a department's patients usually wait for their doctor: measured, told only where it is known and true."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.clock import HandClock
from bot.model import Measured, Observed, Post
from tests.cases.rows import CASE, NO, ROWS, put
from tests.handlers.house import RESIDENT, House, at_home, told

MINUTE = 60.0  # s


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    """One order that waits for a doctor since now, half past eight on a Monday."""
    rows = tuple(replace(row, since=clock.civil()) if row is CASE else row for row in ROWS)
    async with at_home(tmp_path / "core.sqlite", clock, rows) as house:
        yield house


async def stands_at(house: House, stage: str) -> str:
    """The hospital says so; what her card says then."""
    before = len(house.posts())
    await house.take(house.arrival(Observed(told(NO, stage, house.clock.civil()))))
    return "\n".join(map(html, house.posts()[before:]))


def html(post: Post) -> str:
    return str(getattr(post.content, "html", "")) if post.key == f"card:{NO}:{RESIDENT}" else ""


async def waited(house: House, minutes: float) -> None:
    await put(house, replace(await house.order(NO), stage="submitted", since=house.clock.civil()))
    house.clock.advance(minutes * MINUTE)
    await stands_at(house, "in-consult")


async def test_it_is_told_as_measured_once_enough_is_known(house: House) -> None:
    for minutes in (9, 30, 14, 3):
        await waited(house, minutes)
    assert "一般" not in await stands_at(house, "received"), "four are too few"
    await waited(house, 14)
    assert "一般 14 分钟有医生接诊" in await stands_at(house, "received")
    assert "一般" not in await stands_at(house, "in-consult"), "a doctor has it"
    for _ in range(20):
        await waited(house, 10)
    row = await house.services.store.get(Measured, "wait:dep-1")
    assert row is not None
    assert len(row.values) == 20, "the recent ones"


async def test_hours_are_told_as_hours_and_nothing_at_night(house: House) -> None:
    await put(house, Measured("wait:dep-1", (9_000_000,) * 5))
    assert "一般 2 小时有医生接诊" in await stands_at(house, "received")
    house.clock.advance(14 * 3600.0)
    assert "一般" not in await stands_at(house, "received")


async def test_a_wait_over_night_and_a_second_doctor_are_not_counted(house: House) -> None:
    house.clock.advance(12 * 3600.0)
    await waited(house, 600)
    await stands_at(house, "received")
    await stands_at(house, "in-consult")
    assert await house.services.store.get(Measured, "wait:dep-1") is None
