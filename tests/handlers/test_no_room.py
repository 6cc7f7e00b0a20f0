"""It stands A18: a full disk. People read what is true, what was not written does not count, all goes on by itself."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.clock import HandClock
from bot.messenger.port import Received
from bot.model import Body, PaidInChat, Payment, Person, Place, PlaceKind, PreCheckout, Pressed, RoleBinding, Said, Spot
from bot.ops.incidents import past_the_store
from bot.store import kept
from bot.store.port import Full
from bot.store.sqlite import SqliteStore
from bot.workers import no_room
from bot.workers.intake import Asked
from bot.workers.no_room import NoRoom
from bot.workers.poller import Poller
from tests.handlers.house import HELPER, RESIDENT, House, at_home
from tests.workers.fakes import Chats

OPERATOR, OPERATORS = 61, -900


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    monkeypatch.setattr(kept, "ROOM", 0.01)
    monkeypatch.setattr(no_room, "LOOK", 0.02)
    rows = (Person(OPERATOR, lang="en", roles=(RoleBinding("operator", "", ""),)),)
    async with at_home(tmp_path / "core.sqlite", clock, rows) as house:
        yield house


class Disk:
    """The writer's connection; a full one takes nothing more."""

    def __init__(self, real: sqlite3.Connection) -> None:
        self.real, self.full = real, False

    def execute(self, text: str, *values: Any) -> sqlite3.Cursor:
        if text == "COMMIT" and self.full:
            raise sqlite3.OperationalError("database or disk is full")
        return self.real.execute(text, *values)

    def close(self) -> None:
        self.real.close()


class Bot:
    """The poller with what tells people past the store."""

    def __init__(self, house: House) -> None:
        self.house, self.chats = house, Chats(house.clock)
        store = house.services.store
        assert isinstance(store, SqliteStore)
        self.store = store
        self.disk = Disk(store.driver.writer._connection)
        store.driver.writer._connection = self.disk  # type: ignore[assignment]
        self.no_room = NoRoom(self.store, self.chats, house.clock, partial(past_the_store, house.services))
        self.poller = Poller(self.chats, house.clock, house.core.take, Asked(full=self.no_room.tell))
        self.fill(True)

    def fill(self, full: bool) -> None:
        self.disk.full = full

    async def come(self, *bodies: Body) -> None:
        for body in bodies:
            arrival = self.house.arrival(body)
            self.chats.inbox.append(Received(self.house.count, (arrival,)))
        await self.again()

    async def again(self) -> None:
        self.house.clock.advance(60)
        await self.poller.once()

    def read(self, chat: int) -> list[str]:
        return self.chats.texts(chat)


async def test_people_read_that_nothing_is_written_down_and_it_goes_on(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    bot = Bot(house)
    here, before = Spot(RESIDENT, RESIDENT), len(house.outcomes)
    said = [Said(here, 500 + n, f"/help {n}") for n in range(3)]
    with caplog.at_level(logging.INFO):
        await bot.come(*said)
        for _ in range(5):
            await bot.again()
        assert len(house.outcomes) == before, "nothing counts that was not written"
        assert bot.read(RESIDENT) == [house.label("error.no_room")], "once"
        for _ in range(2):
            await bot.no_room.once()
        assert bot.read(OPERATOR) == [house.services.words.label("en", "error.disk_full")], "once"
        assert [record.message for record in caplog.records] == [str(Full())], "one line"
        bot.fill(False)
        house.clock.advance(kept.QUIET / 1000)
        await bot.again()
        await bot.no_room.once()
        assert len(caplog.records) == 2
    assert house.outcomes[before:]
    assert bot.poller.confirmed == house.count + 1
    assert bot.read(OPERATOR)[-1] == house.services.words.label("en", "error.disk_again")


async def test_a_press_is_answered_and_a_payer_reads_that_his_money_is_safe(house: House) -> None:
    bot, here = Bot(house), Spot(RESIDENT, RESIDENT)
    press = Pressed(Spot(HELPER, HELPER), 1, "a:need", "q1")
    await bot.come(press, PaidInChat(here, 2, 1000, "CNY", "pay:R-1:1000", "charge-1"))
    for _ in range(2):
        await bot.again()
    assert set(bot.chats.answers) == {("q1", house.label("error.no_room"), True)}
    assert ["charge-1" in words for words in bot.read(RESIDENT)] == [True]
    bot.fill(False)
    await bot.again()
    assert await house.services.store.get(Payment, "charge-1")


async def test_a_checkout_is_answered_no(house: House) -> None:
    Bot(house)
    answer = await house.core.take(house.arrival(PreCheckout("c1", RESIDENT, 1000, "CNY", "pay:R-1:1000")))
    assert not answer.ok


async def test_neighbours_read_nothing_and_the_operators_group_does(house: House) -> None:
    turn = house.turn()
    turn.put(Place(OPERATORS, PlaceKind.OPERATORS))
    await house.services.store.commit(turn.outcome())
    bot = Bot(house)
    await bot.come(Said(Spot(-77, OPERATOR), 3, "/bind"))
    await bot.no_room.once()
    assert (bot.read(-77), len(bot.read(OPERATORS)), bot.read(OPERATOR)) == ([], 1, [])


async def test_what_a_worker_notes_waits_for_room(house: House) -> None:
    """With SQLite's own limit: a statement is refused in the middle of a group."""
    store = house.services.store
    assert isinstance(store, SqliteStore)
    limit = store.driver.writer._connection
    limit.execute("PRAGMA max_page_count=1")
    refused = await asyncio.gather(
        *(store.commit(replace(house.turn().outcome(), cursor=(f"x{n}", "y" * 9000))) for n in range(99)),
        return_exceptions=True,
    )
    assert any(isinstance(one, Full) for one in refused)
    noting = asyncio.create_task(store.set_cursor("x", "z" * 9000))
    await asyncio.sleep(0.05)
    assert not noting.done()
    limit.execute("PRAGMA max_page_count=1000000")
    await noting
    assert await store.cursor("x") == "z" * 9000
