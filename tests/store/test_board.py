"""The board's figures on both databases: counted by the database, never written, and none of a few orders."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import pytest_socket
from sqlalchemy import Engine, event
from sqlalchemy.exc import DBAPIError

from bot.model import Order, Person, RoleBinding
from bot.model.board import FEW, Board, Share, Spread, Waiting
from bot.stages import FINAL
from bot.store.board import Asked, _reading, board, sqlite_url
from bot.store.kept import KeptStore
from bot.store.port import NotOpened
from bot.store.sqlite import SqliteStore
from tests.store.kit import Turns

ZONE = "Asia/Shanghai"
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000


def at(words: str, zone: str = ZONE) -> int:
    return int(datetime.fromisoformat(words).replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)


NOW = at("2026-11-23T09:00")


class Books:
    """A store that is filled as of some instant, and the board of it."""

    def __init__(self, store: KeptStore, turn: Turns, url: str, bot: int) -> None:
        self.store, self.turn, self.url, self.bot = store, turn, url, bot

    async def has(self, came: int, *rows: Any) -> None:
        outcome = self.turn(rows=rows)
        await self.store.commit(replace(outcome, arrival=replace(outcome.arrival, at=came)))

    async def board(self, now: int = NOW, zone: str = ZONE, compounds: Sequence[str] = ()) -> Board:
        ends = ("cancelled", "not-suitable")
        return await board(self.url, Asked(self.bot, now, zone, 72, sorted(FINAL), ends, compounds))


@pytest.fixture
def books(request: pytest.FixtureRequest, store: KeptStore, turn: Turns) -> Books:
    if isinstance(store, SqliteStore):
        return Books(store, turn, sqlite_url(store.path), store._turns.bot)
    pytest_socket.socket_allow_hosts(["127.0.0.1"], allow_unix_socket=True)
    url = str(request.getfixturevalue("postgres")).replace("postgresql://", "postgresql+asyncpg://")
    return Books(store, turn, url, store._turns.bot)


def order(no: str, stage: Any, came: int, since: int = 0, **more: Any) -> Order:
    facts: dict[str, Any] = {"deadline": came + 72 * HOUR, "department": "dep-1", "urgency": "green", **more}
    return Order(no, stage, since or came, came, "v", compound="comp-1", placed_by=7, **facts)


@pytest.mark.parametrize("turns", [1, 3, 10, 30, 60, 100])
async def test_a_bot_that_stops_while_it_reads_leaves_no_thread_of_the_driver(books: Books, turns: int) -> None:
    """A thread that is left answers into a loop that is closed; its connection is garbage then."""
    before = set(threading.enumerate())
    reading = asyncio.create_task(books.board())
    for _ in range(turns):
        await asyncio.sleep(0)
    reading.cancel()
    with suppress(asyncio.CancelledError):
        await reading
    drivers = [one for one in set(threading.enumerate()) - before if "_connection_worker_thread" in one.name]
    for one in drivers:
        one.join(2)
    assert not any(one.is_alive() for one in drivers)


async def test_a_service_without_an_order_has_a_board(books: Books) -> None:
    found = await books.board()
    assert (found.waiting, found.open, found.in_time, found.take) == ((), 0, Share(), Spread())
    assert [one.day for one in found.days][-1] == "2026-11-23"
    assert len(found.days) == 30
    assert sum(one.count for one in found.days) == 0


async def test_what_waits_stands_by_stage_with_the_oldest_and_what_was_put_away_does_not(books: Books) -> None:
    await books.has(
        NOW - HOUR,
        order("1", "received", NOW - HOUR, urgency="red"),
        order("2", "received", NOW - HOUR, NOW - 9 * HOUR),
        order("3", "", NOW - HOUR),
        order("4", "confirmed", NOW - HOUR),
        order("5", "handed-over", NOW - HOUR, department="", urgency=""),
        order("6", "elsewhere-only", NOW - HOUR),
    )
    found = await books.board()
    assert sorted(found.waiting, key=lambda one: one.stage) == [
        Waiting("", 1, NOW - HOUR),
        Waiting("elsewhere-only", 1, NOW - HOUR),
        Waiting("received", 2, NOW - 9 * HOUR),
    ]
    assert (found.open, found.red) == (4, Share(1, 4))


async def test_the_share_in_time_is_of_orders_whose_hours_are_over(books: Books) -> None:
    came = NOW - 5 * DAY
    quick = [order(f"q{n}", "confirmed", came, delivered=came + 10 * HOUR) for n in range(8)]
    slow = [order("s", "confirmed", came, delivered=came + 73 * HOUR), order("f", "failed", came)]
    off = [order("c", "cancelled", came), order("n", "not-suitable", came)]
    unknown = [order("u", "confirmed", came)]  # a release before wrote down no times
    await books.has(NOW - 40 * DAY, order("old", "confirmed", NOW - 40 * DAY, delivered=1))
    await books.has(came, *quick, *slow, *off, *unknown)
    await books.has(NOW - HOUR, *[order(f"y{n}", "confirmed", NOW - HOUR, delivered=NOW) for n in range(30)])
    found = (await books.board()).in_time
    assert (found, found.percent) == (Share(8, 10), 80)


async def test_times_are_told_by_rank_and_none_of_a_few(books: Books) -> None:
    came = NOW - 5 * DAY
    for n in range(FEW - 1):
        await books.has(came, order(f"a{n}", "quoted", came, taken=came + (n + 1) * MINUTE))
    assert (await books.board()).take == Spread(FEW - 1)
    await books.has(came, order("a9", "quoted", came, taken=came + 500 * MINUTE))
    assert (await books.board()).take == Spread(10, 5 * MINUTE, 9 * MINUTE)


async def test_settling_is_held_against_three_minutes(books: Books) -> None:
    came = NOW - DAY
    times = [20_000] * 6 + [180_000] * 3 + [181_000] + [-5]  # the last: a clock that went back says nothing
    rows = [order(f"{n}", "paid", came, passed=came, quoted=came + ms) for n, ms in enumerate(times)]
    await books.has(came, *rows, order("none", "paid", came, quoted=came))
    found = await books.board()
    assert found.settle == Spread(10, 20_000, 180_000)
    assert found.promised == Share(9, 10)


async def test_days_begin_in_the_hospitals_zone_also_when_the_clocks_change(books: Books) -> None:
    zone = "Europe/Berlin"  # on 25 October 2026 the day has 25 hours
    for n, words in enumerate(("2026-10-24T23:59", "2026-10-25T00:00", "2026-10-25T23:59", "2026-10-26T00:00")):
        await books.has(at(words, zone), order(f"{n}", "received", at(words, zone)))
    found = {one.day: one.count for one in (await books.board(at("2026-10-26T09:00", zone), zone)).days}
    assert [found[day] for day in ("2026-10-24", "2026-10-25", "2026-10-26")] == [1, 2, 1]
    assert len(found) == 30


async def test_a_compound_is_bare_that_no_ambassador_serves(books: Books) -> None:
    serves = RoleBinding("serves", "comp-1", "")
    await books.has(
        NOW,
        Person(1, roles=(RoleBinding("ambassador", "pr-1", "A"), serves)),
        Person(2, roles=(RoleBinding("serves", "comp-2", ""),)),  # is none any more
    )
    assert (await books.board(compounds=("comp-1", "comp-2", "comp-3"))).bare == Share(2, 3)


async def test_nothing_can_be_written_where_the_board_is_read(books: Books) -> None:
    async with _reading(books.url) as connection:
        with pytest.raises(DBAPIError, match="read"):
            await connection.exec_driver_sql("DELETE FROM orders")


async def test_where_nothing_can_be_read_a_sentence_says_so(tmp_path: Path) -> None:
    with pytest.raises(NotOpened, match="is not there yet"):
        sqlite_url(tmp_path / "none.sqlite")
    assert not (tmp_path / "none.sqlite").exists()


@contextmanager
def steps_of(path: Path) -> Iterator[list[int]]:
    """How many steps of SQLite's machine each statement of the boards that are read meanwhile takes."""
    asked: list[tuple[str, Any]] = []
    took: list[int] = []

    def note(_: Any, __: Any, words: str, values: Any, *___: Any) -> None:
        asked.append((words, values))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield took
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    with closing(sqlite3.connect(path)) as connection:
        for words, values in asked:
            if words.startswith(("SELECT", "WITH")):
                count = [0]
                connection.set_progress_handler(lambda count=count: count.__setitem__(0, count[0] + 1), 1)
                connection.execute(words, values).fetchall()
                took.append(count[0])


async def test_what_came_before_the_window_costs_nothing(books: Books) -> None:
    """Of SQLite, which reads an index from the first bound on that it is told."""
    if isinstance(books.store, SqliteStore):
        came = NOW - 60 * DAY
        await books.has(came, *[order(f"O-{n}", "confirmed", came, delivered=came + 9) for n in range(2000)])
        with steps_of(books.store.path) as took:
            await books.board()
        assert len(took) == 7
        assert max(took[1:]) < 2000, took


async def test_each_order_of_the_month_is_counted_on_its_day_alone(books: Books) -> None:
    if isinstance(books.store, SqliteStore):
        for n in reversed(range(30)):
            came = NOW - n * DAY
            await books.has(came, *[order(f"O-{n}-{k}", "confirmed", came, delivered=came + 9) for k in range(60)])
        with steps_of(books.store.path) as took:
            assert [day.count for day in (await books.board()).days] == [60] * 30
        assert took[5] < 1800 * 10, took
