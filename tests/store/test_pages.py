"""A page that is not right is found however large the file is; a large one does not wait for that (ADR 0058)."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import threading
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.model import Person, Post, Text
from bot.store import pages
from bot.store.connection import Damaged, Writer
from bot.store.sql import Program
from bot.workers.still_there import StillThere
from tests.store.kit import Turns, open_at


class Looks:
    """A clock on which nobody waits longer than until a check of pages has ended."""

    slept = 0

    async def sleep(self, seconds: float) -> None:
        self.slept += 1
        assert self.slept <= 2, "the check has ended and found nothing"
        for thread in threading.enumerate():
            if thread.name == "store-pages":
                thread.join()


async def written(path: Path, turn: Turns | None = None) -> None:
    store = await open_at(path)
    await store.commit((turn or Turns())())
    await store.close()


def spoil(path: Path, table: str = "counted") -> None:
    """A page of this table, as a bad disk leaves it; of ``counted`` no start reads anything, and no turn here."""
    with closing(sqlite3.connect(path)) as file:
        ((size,), (page,)) = (
            file.execute(one).fetchone()
            for one in ("PRAGMA page_size", f"SELECT rootpage FROM sqlite_master WHERE name = '{table}'")  # noqa: S608
        )
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)


async def test_of_a_small_file_it_is_found_before_any_work(path: Path):
    await written(path)
    spoil(path)
    with pytest.raises(Damaged, match=r"is damaged .* put a backup in its place"):
        await open_at(path)


async def test_of_a_large_file_it_is_found_at_work_and_nothing_is_confirmed_from_then_on(
    path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(pages, "FIRST", 0)
    turn = Turns()
    await written(path, turn)
    shutil.copy(path, path.with_name("backup"))
    spoil(path)
    store = await open_at(path)
    with pytest.raises(Damaged, match="put a backup in its place"):
        await StillThere(store, Looks()).run()  # pyright: ignore[reportArgumentType]
    with pytest.raises(Damaged):
        await store.commit(turn())
    await store.close()

    with pytest.raises(Damaged):  # once it is known, the next start looks first
        await open_at(path)
    shutil.copy(path.with_name("backup"), path)
    await written(path, turn)
    assert not path.with_name(f"{path.name}.damaged").exists()


async def test_a_large_file_that_is_right_serves_meanwhile_and_closes_whenever_it_is_asked_to(
    path: Path, monkeypatch: pytest.MonkeyPatch
):
    began, may = threading.Event(), threading.Event()
    right = pages._wrong

    def slow(connection: sqlite3.Connection) -> str:
        began.set()
        may.wait()
        return right(connection)

    monkeypatch.setattr(pages, "FIRST", 0)
    monkeypatch.setattr(pages, "_wrong", slow)
    store, turn = await open_at(path), Turns()
    await store.commit(turn())
    assert began.is_set(), "the check is at work"
    may.set()
    await store.close()
    await written(path, turn)


@pytest.mark.parametrize(
    ("code", "found"),
    [
        (sqlite3.SQLITE_CORRUPT_INDEX, True),
        (sqlite3.SQLITE_IOERR_READ, True),
        (sqlite3.SQLITE_NOTADB, True),
        (sqlite3.SQLITE_BUSY, False),
        (sqlite3.SQLITE_INTERRUPT, False),
        (sqlite3.SQLITE_NOMEM, False),
    ],
)
async def test_only_what_a_disk_has_lost_is_damage(path: Path, code: int, found: bool, monkeypatch: pytest.MonkeyPatch):
    def fails(_connection: sqlite3.Connection) -> str:
        why = sqlite3.OperationalError("it is so")
        why.sqlite_errorcode = code
        raise why

    monkeypatch.setattr(pages, "FIRST", 0)
    await written(path)
    monkeypatch.setattr(pages, "_wrong", fails)
    store = await open_at(path)
    await Looks().sleep(1)
    if found:
        with pytest.raises(Damaged, match="it is so"):
            store.look()
    else:
        store.look()
    await store.close()


MEETS: dict[str, Callable[[Any, Turns], Awaitable[object]]] = {
    "people": lambda store, turn: store.commit(turn(rows=(Person(7),))),
    "arrivals": lambda store, turn: store.commit(turn()),
    "posts": lambda store, turn: store.commit(turn(posts=(Post("p", 7, Text("x")),))),
    "cursors": lambda store, _: store.cursor("feed"),
}


@pytest.mark.parametrize("table", MEETS)
async def test_damage_that_comes_while_the_bot_works_ends_it(path: Path, table: str):
    turn = Turns()
    await written(path, turn)
    store = await open_at(path)
    store.look()
    with closing(sqlite3.connect(path)) as beside:
        beside.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    spoil(path, table)
    with pytest.raises(Damaged, match="no -wal and no -shm file beside it"):
        await MEETS[table](store, turn)
    with pytest.raises(Damaged):
        await StillThere(store, Looks()).run()  # pyright: ignore[reportArgumentType]
    await store.close()
    with pytest.raises(Damaged):
        await open_at(path)


async def test_damage_that_one_of_a_group_meets_is_none_of_its_own(path: Path):
    """SQLite may have taken back what the others of the group wrote."""
    writer = Writer(path, lambda: None)

    def lost() -> Program[None]:
        error = sqlite3.DatabaseError("malformed")
        error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        yield ("SELECT 1", ())
        raise error

    def well() -> Program[None]:
        yield ("SELECT 1", ())

    group = await asyncio.gather(writer.do(well), writer.do(lost), return_exceptions=True)
    assert [type(one) for one in group] == [Damaged, Damaged]
    await writer.close()
