"""The store on PostgreSQL (asyncpg). Needs the extra ``postgres``; programs do the rest."""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar

import asyncpg
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.dialects.postgresql.asyncpg import dialect
from sqlalchemy.ext.asyncio import create_async_engine

from bot.store.crypto import Keys
from bot.store.kept import KeptStore, Make, StoreLocked
from bot.store.migrations import ASK_SERVES, fits, upgrade_over
from bot.store.opening import opening
from bot.store.outbox import Outbox
from bot.store.port import Conflict, Full, NotOpened
from bot.store.sql import Call, Flavour, Got, Program, lock, lock_number

T = TypeVar("T")
Connection: TypeAlias = Any  # asyncpg's Connection or its pooled stand-in

POSTGRES = Flavour("postgres", dialect(), insert, shared=True)
TRIES = 5  # of a program that met a deadlock
STATEMENTS = 512  # prepared ones a connection keeps; we have about 150


class NotDurable(NotOpened):
    """The server acknowledges commits before they are on disk."""


async def _ask(connection: Connection, call: Call) -> Got:
    text, values = call
    if text.startswith("SELECT") or "RETURNING" in text:
        return Got([tuple(row) for row in await connection.fetch(text, *values)], 0)
    status: str = await connection.execute(text, *values)
    return Got([], int(status.rpartition(" ")[2]))


async def run(connection: Connection, program: Program[T]) -> T:
    """Drive a program to its end."""
    try:
        call = next(program)
        while True:
            call = program.send(await _ask(connection, call))
    except StopIteration as end:
        return end.value


async def _keep(connection: Connection) -> None:
    """Pooled connections carry no state of ours: nothing to reset, no round trip for it."""


class PostgresDriver:
    """What writes, READ COMMITTED: rows are guarded by their versions and FOR SHARE, what has no row by advisory
    locks. Long looks see one snapshot.
    """

    def __init__(self, pool: Any, guard: Connection) -> None:
        self._pool = pool
        self._guard = guard  # holds the lock on the bot as long as it lives

    async def few(self, program: Program[T]) -> T:
        async with self._pool.acquire() as connection:
            return await run(connection, program)

    async def many(self, program: Program[T]) -> T:
        async with (
            self._pool.acquire() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            return await run(connection, program)

    async def aside(self, program: Program[T]) -> T:
        return await self.many(program)

    async def write(self, make: Make[T]) -> T:
        """Raises Conflict where other writers stood in the way again and again, Full where there is no room."""
        for _ in range(TRIES):
            try:
                async with self._pool.acquire() as connection, connection.transaction():
                    return await run(connection, make())
            except (asyncpg.DeadlockDetectedError, asyncpg.SerializationError):
                continue
            except asyncpg.DiskFullError:
                raise Full from None
        raise Conflict("others kept writing the same rows")

    def look(self) -> None:
        """A server's own tables: nobody takes them from under it."""

    async def close(self) -> None:
        await self._pool.close()
        await self._guard.close()


class PostgresStore(KeptStore):
    """Made by open_postgres."""

    def __init__(self, driver: PostgresDriver, bot: int, keys: Keys, now: Callable[[], int], last: int) -> None:
        super().__init__(POSTGRES, driver, bot, keys, now, last)


async def open_postgres(
    url: str, *, bot: int, keys: Keys, now: Callable[[], int], connections: int = 10
) -> PostgresStore:
    """Open or create the tables. One process works for a bot at a time: the workers know no leases yet.

    ``now``: civil UTC ms. Raises StoreLocked, NotDurable (synchronous_commit=off), WrongKey, TooNew.
    """
    guard: Connection = await asyncpg.connect(url)
    pool = asyncpg.create_pool(url, min_size=2, max_size=connections, statement_cache_size=STATEMENTS, reset=_keep)
    driver = PostgresDriver(pool, guard)
    try:
        await pool
        if await guard.fetchval("SHOW synchronous_commit") == "off":
            raise NotDurable("synchronous_commit is off: a crash would lose what was acknowledged. Set it to on.")
        if not await guard.fetchval("SELECT pg_try_advisory_lock($1)", lock_number(f"{bot}/process")):
            raise StoreLocked(f"another process works for bot {bot}: stop it first, or give this one another bot.")
        if not await _fits(guard):
            await _upgrade(url)
        last = await driver.write(lambda: opening(POSTGRES, bot, keys))
        await driver.write(lambda: Outbox(POSTGRES, bot, keys).crashed())
    except BaseException:
        await driver.close()
        raise
    return PostgresStore(driver, bot, keys, now, last)


async def _fits(connection: Connection) -> bool:
    """Whether the schema can be used as it is. Raises TooNew."""
    if await connection.fetchval("SELECT to_regclass('alembic_version')") is None:
        return False
    return fits(
        await connection.fetchval("SELECT version_num FROM alembic_version"), await connection.fetchval(ASK_SERVES)
    )


async def _upgrade(url: str) -> None:
    async def connect() -> Connection:
        return await asyncpg.connect(url)

    engine = create_async_engine("postgresql+asyncpg://", async_creator=connect)
    try:
        async with engine.begin() as connection:
            text, (numbers,) = lock(["upgrade"])
            await connection.exec_driver_sql(text, (numbers,))
            await connection.run_sync(upgrade_over)
    finally:
        await engine.dispose()
