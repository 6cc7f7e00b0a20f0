"""Files with any number of finished orders, and people at work on them. No bench by itself.

One order goes its whole road by the real turns, and is put away by the real turn; then its rows are copied with other
numbers, by SQLite itself. The newest ``WHOLE`` orders are as they stand before they are put away.
"""

from __future__ import annotations

import base64
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import Column, String

from bench._people import TOKEN
from bench.turn import placed
from bot.clock import HandClock, day_of
from bot.config import load
from bot.model import Observed, Outcome, Person
from bot.ops.board import measure_orders
from bot.render.messages import words_of
from bot.settings import KEY_BYTES
from bot.store.connection import connect
from bot.store.crypto import Keys
from bot.store.schema import metadata
from bot.store.sqlite import open_sqlite
from bot.turn import Services
from bot.workers.retention import Retention
from tests.handlers.house import LISTS, PEOPLE, RESIDENT, ROAD, House, told

MORNING = 1_795_393_800_000  # Monday 2026-11-23, 08:30 in Shanghai
DAY = 86_400_000  # ms
NO = "T000000000"  # the order that is copied; copies have numbers as long as this
WHOLE = 1_000  # orders that are not put away yet, however many there are
FIRST, ACCOUNTS = 1_000_000, 50_000  # to whom the copies belong
OTHERS = {"people", "places", "person_roles", "cursors", "series", "probes", "measured", "timers", "commands",
          "unreachable", "dead_letters", "mandates", "rights", "alembic_version"}  # fmt: skip
WHOSE = {"chat", "person", "placed_by", "sender", "patient_account"}  # columns with the resident's account


@asynccontextmanager
async def at_home(file: Path, clock: HandClock) -> AsyncIterator[House]:
    """The house of the tests on this file, with the keys that ``medrelay bench-dialog`` has."""
    key = base64.b64encode(bytes(KEY_BYTES)).decode()
    nowhere = "http://127.0.0.1:9"
    config = load({
        "MEDRELAY_TOKEN": TOKEN, "MEDRELAY_BOT_API": nowhere, "MEDRELAY_HOSPITAL_URL": nowhere,
        "MEDRELAY_DATABASE": str(file), "MEDRELAY_ENCRYPTION_KEYS": f"1:{key}", "MEDRELAY_HASH_KEY": key,
    })  # fmt: skip
    keys = Keys("1", dict(config.encryption_keys), config.hash_key)
    store = await open_sqlite(file, bot=config.bot_id, keys=keys, now=clock.civil)
    services = Services(store, words_of(config.timezone), config, "bench_bot",
                        lambda ms: day_of(ms, config.timezone), lambda seconds: int(seconds * 1000),
                        lambda: LISTS, staff_read=clock.civil)  # fmt: skip
    house = House(services, clock)
    try:
        if await store.get(Person, RESIDENT) is None:
            await store.commit(Outcome(house.arrival(None, "people"), rows=PEOPLE))
        yield house
    finally:
        await store.close()


async def on_its_road(house: House, no: str) -> None:
    """From placed to confirmed, by the turns in which the hospital tells of it; what is said is shown."""
    await house.services.store.commit(Outcome(house.arrival(None, no), rows=(replace(placed(no), placed_by=RESIDENT),)))
    for stage in ROAD:
        house.clock.advance(600)
        await house.core.take(house.arrival(Observed(told(no, stage, house.clock.civil())), f"{no}-{stage}"))
        await house.show()
    answered = tuple(command.key for command in house.commands())  # the hospital has it all
    await house.services.store.commit(Outcome(house.arrival(None, f"{no}-over"), done=answered))
    house.outcomes.clear()


async def template(folder: Path) -> tuple[Path, Path]:
    """Two files with one finished order: as it is kept for some weeks, and put away."""
    whole, away = folder / "whole.sqlite", folder / "away.sqlite"
    clock = HandClock(MORNING - 40 * DAY)
    async with at_home(whole, clock) as house:
        await on_its_road(house, NO)
    shutil.copy(whole, away)
    clock.set(MORNING)
    async with at_home(away, clock) as house:
        store, days = house.services.store, house.services.config.keep_days
        await Retention(store, clock, house.core.take, days).once()
        if (await house.order(NO)).placed_by:
            raise SystemExit("the finished order was not put away: the bench would measure something else")
    return whole, away


async def filled(file: Path, count: int, whole: Path, away: Path) -> None:
    """A file with so many finished orders, for a bot that is not running; a first start has been there."""
    async with at_home(file, HandClock(MORNING)) as house:
        await measure_orders(house.services, MORNING)
    with closing(connect(file)) as connection:
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-1000000", "locking_mode=EXCLUSIVE"):
            connection.execute(f"PRAGMA {pragma}")
        old = max(0, count - WHOLE)
        _copied(connection, away, 1, old)
        _copied(connection, whole, old + 1, count)
        connection.execute("PRAGMA journal_mode=DELETE")
    for left in file.parent.glob(f"{file.name}-*"):
        left.unlink()


def _copied(connection: sqlite3.Connection, source: Path, first: int, last: int) -> None:
    if last < first:
        return
    connection.execute("ATTACH ? AS one", (str(source),))
    connection.execute("BEGIN")
    for table in metadata.sorted_tables:
        if table.name in OTHERS:
            continue
        texts = [column.name for column in table.columns if isinstance(column.type, String)]
        hashed = [column.name for column in table.primary_key.columns][1:]
        its_own = " OR ".join(f"instr(\"{name}\", '{NO}')" for name in texts)
        where = "" if table.name == "posts" else f"WHERE {its_own}"
        connection.execute(f'CREATE TEMP TABLE t AS SELECT * FROM one."{table.name}" {where}')  # noqa: S608 - our own
        names = ", ".join(f'"{column.name}"' for column in table.columns)
        said = ", ".join(_of_copy(column, len(hashed) == 1) for column in table.columns)
        copies = f"SELECT {first} UNION ALL SELECT copy + 1 FROM copies WHERE copy < {last}"  # noqa: S608
        rows = f"WITH RECURSIVE copies(copy) AS ({copies}) SELECT {said} FROM copies CROSS JOIN t"  # noqa: S608
        connection.execute(f'INSERT INTO main."{table.name}" ({names}) {rows}')
        connection.execute("DROP TABLE temp.t")
    connection.execute("COMMIT")
    connection.execute("DETACH one")


def _of_copy(column: Column[Any], alone: bool) -> str:
    """What a column says in a copy: its number for the number, another account, another hash, a later message.

    ``alone``: it is the whole key, if it is one.
    """
    at = f't."{column.name}"'
    if isinstance(column.type, String):
        own = f"replace({at}, '{NO}', printf('T%09d', copy))"
        if column.primary_key and alone:
            other = f"substr(lower(hex(randomblob(32))), 1, length({at}))"
            return f"CASE WHEN instr({at}, '{NO}') THEN {own} ELSE {other} END"
        return own
    if column.name in WHOSE:
        return f"CASE {at} WHEN {RESIDENT} THEN {FIRST} + copy % {ACCOUNTS} ELSE {at} END"
    return f"{at} + 100 * copy" if column.name in ("message", "born", "since", "queued") else at
