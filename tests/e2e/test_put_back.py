"""A copy of the database is put back after somebody ordered: nobody's order is lost, nobody acts on another's."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from backend_client.fhir import FhirHospital
from bot.app import Bot
from bot.config import Config
from sandbox import clock as clocks
from sandbox.control import Control
from sandbox.scene import set_up
from tests.e2e.people import asked_for_photo, cancelled, ordered, proved
from tests.e2e.town import CLOCK, Town, _config, _houses, _working
from tests.property_compound import check

ZH = "zh-CN"


@asynccontextmanager
async def _house(folder: Path, morning: Path) -> AsyncIterator[tuple[Config, Callable[[Bot], Awaitable[Town]]]]:
    """A copy of the morning without its bot, which a test begins, ends and begins again."""
    shutil.copytree(morning, folder)
    clock = clocks.Clock(folder / CLOCK)
    clock.move(rate=1)
    async with _houses(folder) as (messenger, house), Control(messenger.url) as control:
        hospital = FhirHospital(house.url, now=clock.now_ms)

        async def town(bot: Bot) -> Town:
            return Town(control, await set_up(control), bot, hospital, house.url, messenger.world)

        yield _config(folder, messenger.url, house.url), town
        await hospital.close()


@pytest.mark.parametrize("told", [True, False], ids=["told by the feed", "the feed begins anew"])
async def test_who_orders_next_gets_a_number_of_her_own(tmp_path: Path, morning: Path, told: bool) -> None:
    folder, copy = tmp_path / "town", tmp_path / "copy.sqlite"
    database = folder / "bot.sqlite"
    async with _house(folder, morning) as (config, town_of):
        async with _working(config) as bot:
            town = await town_of(bot)
            first, second = await proved(town, ZH), await proved(town, ZH)
            for who in (first, second):
                await asked_for_photo(who)
        shutil.copy(database, copy)
        if not told:
            with closing(sqlite3.connect(copy)) as store, store:
                store.execute("DELETE FROM cursors")
        async with _working(config) as town.bot:
            no = await ordered(first)

        for lost in folder.glob("bot.sqlite-*"):
            lost.unlink()
        shutil.copy(copy, database)
        async with _working(config) as town.bot:
            seen = max(one["id"] for one in await first.all_messages())
            other = await ordered(second)
            assert other != no
            assert await town.orders_of(first.resident.id) == [no]
            assert await town.orders_of(second.resident.id) == [other]
            await first.sees((f"订单 {no}", "医院收到了"), (), after=seen)
            await cancelled(second, other)
            await town.stage(other, "cancelled")
            assert (await town.hospital.order(no)).stage == "submitted"
            assert not await second.count(no)
            assert not await first.count(other)
        await check(town.control, town.hospital_url, database, "")


async def test_who_orders_first_after_it_was_begun_anew_does_not_get_a_cancelled_order(
    tmp_path: Path, morning: Path
) -> None:
    folder = tmp_path / "town"
    async with _house(folder, morning) as (config, town_of):
        async with _working(config) as bot:
            town = await town_of(bot)
            first = await proved(town, ZH)
            no = await ordered(first)
            await cancelled(first, no)
        await check(town.control, town.hospital_url, config.database, "")  # while it still knows which group is which
        for file in folder.glob("bot.sqlite*"):
            file.unlink()
        async with _working(config) as town.bot:
            second = await proved(town, ZH)
            await second.press("我到窗口取")  # no helper is known here yet
            other = await ordered(second)
            assert other != no
            assert await town.orders_of(second.resident.id) == [other]
            assert await second.count("已取消") == 0
            assert await town.orders_of(first.resident.id) == [no]
            assert (await town.hospital.order(no)).stage == "cancelled"
