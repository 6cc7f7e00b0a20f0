"""The board comes at its hour, once a day, whatever is started again; an hour late at most; where it is off, never."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.clock import HandClock
from bot.model import Due
from bot.model.board import Board
from bot.store.port import NotOpened
from bot.store.sqlite import SqliteStore
from bot.workers.morning import Morning
from tests.workers.fakes import Core


def at(words: str, zone: str = "Asia/Shanghai") -> int:
    return int(datetime.fromisoformat(words).replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)


class Reader:
    def __init__(self) -> None:
        self.reads = 0
        self.broken = False

    async def __call__(self) -> Board:
        self.reads += 1
        if self.broken:
            raise NotOpened("not now")
        return Board(hours=self.reads)


@pytest.fixture
def core(store: SqliteStore) -> Core:
    return Core(store=store)


@pytest.fixture
def read() -> Reader:
    return Reader()


def worker(store: SqliteStore, clock: HandClock, core: Core, read: Reader, **given: Any) -> Morning:
    return Morning(store, clock, core.take, read, **{"at": 8 * 60, "zone": "Asia/Shanghai", **given})


async def test_once_a_day_also_after_a_restart(store: SqliteStore, clock: HandClock, core: Core, read: Reader) -> None:
    made = worker(store, clock, core, read)
    for words, times in (("2026-11-23T07:59:59", 0), ("2026-11-23T08:00", 1), ("2026-11-23T08:20", 1),
                         ("2026-11-24T08:05", 2)):  # fmt: skip
        clock.set(at(words))
        await made.once()
        await worker(store, clock, core, read).once()
        assert core.ids == ["board/2026-11-23", "board/2026-11-24"][:times]
    assert isinstance(core.taken[0].body, Due)
    assert core.taken[0].body.timer.ref.startswith('{"at"')
    assert read.reads == 2


async def test_a_bot_that_was_down_for_long_waits_for_tomorrow(
    store: SqliteStore, clock: HandClock, core: Core, read: Reader
) -> None:
    clock.set(at("2026-11-23T09:00"))
    assert await worker(store, clock, core, read).once() == 0


async def test_off_is_off(store: SqliteStore, clock: HandClock, core: Core, read: Reader) -> None:
    clock.set(at("2026-11-23T08:00"))
    assert await worker(store, clock, core, read, at=-1).once() == 0


async def test_what_cannot_be_read_is_read_again(
    store: SqliteStore, clock: HandClock, core: Core, read: Reader, caplog: pytest.LogCaptureFixture
) -> None:
    made = worker(store, clock, core, read)
    clock.set(at("2026-11-23T08:00"))
    read.broken = True
    assert await made.once() == 0
    assert "the board does not come this time: NotOpened" in caplog.text
    read.broken = False
    assert await made.once() == 1


@pytest.mark.parametrize(("day", "hour"), [("2026-03-29", "03:30"), ("2026-10-25", "02:30")])
async def test_an_hour_that_the_clocks_leave_out_or_repeat_comes_once(
    store: SqliteStore, clock: HandClock, core: Core, read: Reader, day: str, hour: str
) -> None:
    made = worker(store, clock, core, read, at=150, zone="Europe/Berlin")
    midnight = at(f"{day}T00:00", "Europe/Berlin")
    rang: list[str] = []
    for minute in range(0, 25 * 60, 10):
        clock.set(midnight + minute * 60_000)
        if await made.once():
            rang.append(datetime.fromtimestamp(clock.civil() / 1000, ZoneInfo("Europe/Berlin")).strftime("%H:%M"))
    assert rang[:1] == [hour]
    assert len([one for one in core.ids if one == f"board/{day}"]) == 1
