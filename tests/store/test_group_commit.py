"""Many turns at once: one fsync for a group, and each outcome for itself."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.model import Person, Place, PlaceKind, Post, Priority, Text
from bot.store import connection
from bot.store.port import Conflict, Duplicate, Full
from bot.store.sql import Program
from bot.store.sqlite import SqliteStore
from tests.store.kit import Turns, open_at


class CountedDisk:
    """The writer's connection, counting its commits; ``fail`` breaks them."""

    def __init__(self, real: sqlite3.Connection) -> None:
        self.real = real
        self.commits = self.statements = 0
        self.fail = False

    def execute(self, text: str, *values: object) -> sqlite3.Cursor:
        self.statements += 1
        if text == "COMMIT":
            self.commits += 1
            if self.fail:
                raise sqlite3.OperationalError("database or disk is full")
        return self.real.execute(text, *values)

    def close(self) -> None:
        self.real.close()


@pytest.fixture
async def store(path: Path) -> AsyncIterator[SqliteStore]:
    store = await open_at(path)
    yield store
    await store.close()


@pytest.fixture
def disk(store: SqliteStore) -> CountedDisk:
    disk = CountedDisk(store.driver.writer._connection)
    store.driver.writer._connection = disk  # type: ignore[assignment]
    return disk


async def test_concurrent_outcomes_share_a_sync_and_fail_alone(store: SqliteStore, disk: CountedDisk, turn: Turns):
    doubled = turn(rows=(Person(100),))
    outcomes = [turn(rows=(Person(n),), posts=(Post(str(n), n, Text("x")),)) for n in range(20)]
    outcomes += [doubled, doubled, turn(rows=(Place(-1, PlaceKind.REVIEW), Person(5)))]
    results = await asyncio.gather(*(store.commit(outcome) for outcome in outcomes), return_exceptions=True)
    assert [type(result) for result in results] == [type(None)] * 21 + [Duplicate, Conflict]
    assert disk.commits == 1
    assert len(await store.find(Person)) == 21
    assert await store.get(Place, -1) is None


async def test_what_comes_during_a_sync_forms_the_next_group(store: SqliteStore, disk: CountedDisk, turn: Turns):
    tasks = []
    for n in range(100):
        tasks.append(asyncio.create_task(store.commit(turn(rows=(Person(n),)))))
        if n % 10 == 0:
            await asyncio.sleep(0)
    await asyncio.gather(*tasks)
    assert len(await store.find(Person)) == 100
    assert 100 / connection.GROUP <= disk.commits < 30


async def test_a_full_disk_fails_the_whole_group_and_the_store_goes_on(
    store: SqliteStore, disk: CountedDisk, turn: Turns
):
    disk.fail = True
    outcomes = [turn(rows=(Person(n),)) for n in range(3)]
    results = await asyncio.gather(*(store.commit(outcome) for outcome in outcomes), return_exceptions=True)
    assert [str(result) for result in results] == [str(Full())] * 3
    assert await store.find(Person) == []
    disk.fail = False
    await asyncio.gather(*(store.commit(outcome) for outcome in outcomes))
    assert len(await store.find(Person)) == 3


async def test_a_turn_that_was_cancelled_does_not_hurt_the_others(store: SqliteStore, turn: Turns):
    first = asyncio.create_task(store.commit(turn(rows=(Person(1),))))
    second = asyncio.create_task(store.commit(turn(rows=(Person(2),))))
    await asyncio.sleep(0)
    first.cancel()
    await second
    assert first.cancelled()
    assert {person.id for person in await store.find(Person)} == {1, 2}


async def test_nobody_waits_for_a_writer_that_was_torn_down(store: SqliteStore, turn: Turns):
    waiting = [asyncio.create_task(store.commit(turn())) for _ in range(connection.GROUP + 1)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert store.driver.writer._task is not None
    store.driver.writer._task.cancel()
    await asyncio.wait(waiting)
    assert all(task.cancelled() for task in waiting)


async def test_a_writer_waits_for_another_program_without_holding_the_loop(store: SqliteStore, turn: Turns):
    with closing(sqlite3.connect(store.path, isolation_level=None)) as shell:
        shell.execute("BEGIN IMMEDIATE")
        task = asyncio.create_task(store.commit(turn(rows=(Person(1),))))
        for _ in range(3):
            await asyncio.sleep(connection.BUSY_WAIT)
        assert not task.done()
        assert await store.get(Person, 1) is None  # readers go on
        shell.execute("ROLLBACK")
    await task
    assert await store.get(Person, 1) is not None


async def test_a_file_that_stays_locked_fails_the_turn(
    store: SqliteStore, turn: Turns, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(connection, "BUSY_TRIES", 2)
    with closing(sqlite3.connect(store.path, isolation_level=None)) as shell:
        shell.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError, match="stayed locked by another program"):
            await store.commit(turn())


async def test_an_error_at_the_beginning_of_a_group_reaches_whoever_asked(store: SqliteStore, turn: Turns):
    store.driver.writer._connection.execute("BEGIN")
    with pytest.raises(sqlite3.OperationalError, match="within a transaction"):
        await store.commit(turn())
    await store.commit(turn())


async def test_closing_finishes_what_waits_and_takes_nothing_more(path: Path, turn: Turns):
    store = await open_at(path)
    tasks = [asyncio.create_task(store.commit(turn(rows=(Person(n),)))) for n in range(3)]
    await asyncio.sleep(0)
    await store.close()
    await asyncio.gather(*tasks)
    with pytest.raises(RuntimeError, match="the store is closed"):
        await store.commit(turn())
    store = await open_at(path)
    assert len(await store.find(Person)) == 3
    await store.close()


# ---------------------------------------------------------------- one outcome of very many posts

MANY = 2_000


def many() -> tuple[Post, ...]:
    return tuple(Post(f"n{n}", 1000 + n, Text("a notice"), Priority.NOTICE) for n in range(MANY))


async def test_an_outcome_of_thousands_of_posts_lets_the_loop_go_on(store: SqliteStore, disk: CountedDisk, turn: Turns):
    """10,000 posts held the loop for 353 ms: nobody was read nor answered meanwhile."""
    task = asyncio.create_task(store.commit(turn(posts=many())))
    stretches, seen = list[int](), set[int]()
    while not task.done():
        before = disk.statements
        await asyncio.sleep(0)
        stretches.append(disk.statements - before)
        seen.add(len(await store.there(["n0", f"n{MANY - 1}"])))
    await task
    assert max(stretches) <= connection.STRETCH + 5
    assert seen == {0, 2}  # no half of it is ever read
    assert disk.commits == 1


async def test_a_writer_that_ends_between_two_stretches_leaves_nothing_open(store: SqliteStore, turn: Turns):
    posts = tuple(Post(f"p{n}", n, Text("x")) for n in range(10 * connection.STRETCH))
    writing = asyncio.create_task(store.commit(turn(posts=posts)))
    for _ in range(3):
        await asyncio.sleep(0)
    assert store.driver.writer._task is not None
    assert store.driver.writer._connection.in_transaction
    store.driver.writer._task.cancel()
    await asyncio.wait([writing])
    assert writing.cancelled()
    await store.commit(turn(rows=(Person(1),)))
    assert await store.there([post.key for post in posts]) == set()


async def test_programs_of_one_group_share_a_stretch(store: SqliteStore, disk: CountedDisk, turn: Turns):
    tasks = [asyncio.create_task(store.commit(turn(posts=many()[:100]))) for _ in range(10)]
    stretches = list[int]()
    while not all(task.done() for task in tasks):
        before = disk.statements
        await asyncio.sleep(0)
        stretches.append(disk.statements - before)
    assert max(stretches) <= connection.STRETCH + 3 * len(tasks)


DIES = """
import asyncio, os, sys
from pathlib import Path
from tests.store.kit import Turns, open_at
from tests.store.test_group_commit import many

async def main():
    store = await open_at(Path(sys.argv[1]))
    asyncio.create_task(store.commit(Turns()(posts=many())))
    while not store.driver.writer._connection.total_changes > 500:
        await asyncio.sleep(0)
    assert store.driver.writer._connection.in_transaction
    os._exit(9)

asyncio.run(main())
"""


async def test_a_death_between_two_stretches_neither_loses_nor_doubles_a_post(path: Path, turn: Turns):
    died = await asyncio.create_subprocess_exec(sys.executable, "-c", DIES, str(path))
    assert await died.wait() == 9
    store = await open_at(path)
    outcome, keys = turn(posts=many()), [post.key for post in many()]
    assert not await store.seen(outcome.arrival.source, outcome.arrival.id)  # it comes again
    assert await store.there(keys) == set()
    await store.commit(outcome)
    assert await store.there(keys) == {*keys}
    with pytest.raises(Duplicate):
        await store.commit(outcome)
    await store.close()


@pytest.mark.parametrize("how", ["many", "aside"])
async def test_a_long_look_sees_one_state_however_many_statements_it_has(path: Path, how: str):
    store, turn = await open_at(path), Turns()
    count = ("SELECT count(*) FROM arrivals", ())
    between, go_on = threading.Event(), threading.Event()

    def look() -> Program[tuple[int, int]]:
        first = (yield count).rows[0][0]
        between.set()
        go_on.wait()
        return first, (yield count).rows[0][0]

    looks = getattr(store.driver, how)
    looking = asyncio.ensure_future(looks(look()))
    await asyncio.to_thread(between.wait)
    await store.commit(turn())
    go_on.set()
    assert await looking == (0, 0)
    assert await looks(look()) == (1, 1)
    await store.close()
