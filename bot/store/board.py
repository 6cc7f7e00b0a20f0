"""The board's figures, read beside a bot that may be running: SQLAlchemy's asynchronous engine on a connection of its
own that cannot write, so that a long report holds no turn. All counting is the database's: few rows come back, none of
them of one order.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, case, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from bot import model
from bot.model.board import DAYS, FEW, PROMISE, Board, Day, Share, Spread, Waiting
from bot.store import schema
from bot.store.beside import uri_of
from bot.store.port import NotOpened
from bot.store.schema import BORN, MEASURED, TABLES

MINUTE, SECOND = 60_000, 1000  # ms: how finely times are told apart
BORN_MS = 1000  # a stamp of birth is about civil ms times this
ORDERS = TABLES[model.Order].c
DAYS_SQL = text(  # of orders as MEASURED says, behind the narrower bound: SQLite begins at the first that it reads
    "WITH days (n, first, last) AS (VALUES "  # noqa: S608 - the numbers of the days
    + ", ".join(f"({n}, CAST(:first{n} AS bigint), CAST(:last{n} AS bigint))" for n in range(DAYS))
    + ") SELECT n, (SELECT count(*) FROM orders WHERE bot_id = :bot AND born >= first AND born < last AND born > 0)"
    " FROM days"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """For which bot, as of when (civil ms), in which zone days begin, which stages end an order, and which of them are
    nobody's failure (it was called off).
    """

    bot: int
    at: int
    zone: str
    hours: int
    ended: Sequence[str]
    called_off: Sequence[str]
    compounds: Sequence[str] = ()


def sqlite_url(path: Path) -> str:
    """It cannot write, whatever is asked. Raises NotOpened where there is no file."""
    return f"sqlite+aiosqlite:///{uri_of(path)}&uri=true"


async def board(url: str, asked: Asked) -> Board:
    """``url``: sqlite_url, or postgresql+asyncpg. Raises NotOpened where there is nothing that can be read.

    Whoever is cancelled meanwhile (the bot stops) goes when the read is done: only then is its connection given back,
    and the driver's thread does not answer a loop that is closed.
    """
    reading = asyncio.create_task(_whole(url, asked))
    try:
        return await asyncio.shield(reading)
    except asyncio.CancelledError:
        await asyncio.gather(reading, return_exceptions=True)
        raise


async def _whole(url: str, asked: Asked) -> Board:
    try:
        async with _reading(url) as connection:
            return await _read(connection, asked)
    except (DBAPIError, OSError) as why:
        said = why.orig if isinstance(why, DBAPIError) else why
        raise NotOpened(f"The database cannot be read for the board ({said}): `medrelay check` tells more.") from None


@lru_cache(4)
def _engine(url: str) -> AsyncEngine:
    """It keeps its statements as text, and no connection."""
    return create_async_engine(url, poolclass=NullPool)


@asynccontextmanager
async def _reading(url: str) -> AsyncGenerator[AsyncConnection]:
    """One connection, one view of all tables, given back at once."""
    engine = _engine(url)
    async with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        else:
            await connection.exec_driver_sql("PRAGMA query_only=ON")
            await connection.exec_driver_sql("BEGIN")
        yield connection


async def _read(connection: AsyncConnection, asked: Asked) -> Board:
    zone = ZoneInfo(asked.zone)
    today = datetime.fromtimestamp(asked.at / 1000, zone).date()
    days = [today - timedelta(days=n) for n in range(DAYS - 1, -1, -1)]
    since = _begins(days[0], zone) * BORN_MS
    came = and_(ORDERS.bot_id == asked.bot, ORDERS[BORN] >= since, text(MEASURED))  # in this order, as DAYS_SQL says
    waiting, red = await _waiting(connection, asked)
    born = ORDERS[BORN] // BORN_MS
    settle = await _counted(connection, came, ORDERS.passed, ORDERS.quoted, SECOND)
    return Board(
        at=asked.at,
        waiting=waiting,
        red=red,
        in_time=await _in_time(connection, asked, came),
        hours=asked.hours,
        take=_spread(await _counted(connection, came, born, ORDERS.taken, MINUTE)),
        review=_spread(await _counted(connection, came, ORDERS.written, ORDERS.passed, MINUTE)),
        settle=_spread(settle),
        promised=Share(sum(n for ms, n in settle if ms <= PROMISE), sum(n for _, n in settle)),
        days=await _days(connection, asked.bot, days, zone),
        bare=await _bare(connection, asked),
    )


async def _waiting(connection: AsyncConnection, asked: Asked) -> tuple[tuple[Waiting, ...], Share]:
    """What is under way, by stage; an order that was put away is not, whatever its last stage (R10)."""
    red = func.sum(case((ORDERS.urgency == "red", 1), else_=0))
    found = await connection.execute(
        select(ORDERS.stage, func.count(), func.min(ORDERS.since), red)
        .where(ORDERS.bot_id == asked.bot, ORDERS.stage.not_in(asked.ended), ORDERS.department != "")
        .group_by(ORDERS.stage)
    )
    rows = found.all()
    waiting = tuple(Waiting(stage, count, since) for stage, count, since, _ in rows)
    return waiting, Share(sum(row[3] for row in rows), sum(one.count for one in waiting))


async def _in_time(connection: AsyncConnection, asked: Asked, came: ColumnElement[bool]) -> Share:
    """Only orders whose hours are over: of younger ones only the quick have arrived. One that was handed over when
    nobody wrote down when (a release before) says nothing.
    """
    unknown = and_(ORDERS.stage.in_(("handed-over", "confirmed")), ORDERS.delivered == 0)
    kept = case((and_(ORDERS.delivered > 0, ORDERS.delivered <= ORDERS.deadline), 1), else_=0)
    over = and_(came, ORDERS.deadline > 0, ORDERS.deadline <= asked.at, ORDERS.stage.not_in(asked.called_off), ~unknown)
    ((count, all_),) = (await connection.execute(select(func.sum(kept), func.count()).where(over))).all()
    return Share(int(count or 0), all_)


async def _counted(
    connection: AsyncConnection, came: ColumnElement[bool], begun: Any, done: Any, unit: int
) -> list[tuple[int, int]]:
    """How often each time was taken: (ms, orders), the shortest first."""
    took = ((done - begun) // unit).label("took")
    found = await connection.execute(
        select(took, func.count()).where(came, begun > 0, done >= begun).group_by(took).order_by(took)
    )
    return [(int(units) * unit, count) for units, count in found.all()]


def _spread(counted: Iterable[tuple[int, int]]) -> Spread:
    """By nearest rank."""
    times = [*counted]
    count = sum(n for _, n in times)
    return Spread(count, _rank(times, count * 50), _rank(times, count * 90)) if count >= FEW else Spread(count)


def _rank(times: Sequence[tuple[int, int]], hundredths: int) -> int:
    """The shortest time that so many orders (times 100) did not exceed."""
    seen = 0
    for ms, n in times:
        seen += n
        if seen * 100 >= hundredths:
            return ms
    return 0


def _begins(day: date, zone: ZoneInfo) -> int:
    """Civil ms; a day on which the clocks change has 23 or 25 hours."""
    return int(datetime.combine(day, time(), zone).timestamp() * 1000)


async def _days(connection: AsyncConnection, bot: int, days: Sequence[date], zone: ZoneInfo) -> tuple[Day, ...]:
    """In one statement, as text: another would wait for the loop, and compiling thirty would hold it."""
    begins = [_begins(day, zone) * BORN_MS for day in (*days, days[-1] + timedelta(days=1))]
    bounds = {
        f"{name}{n}": at
        for n, two in enumerate(pairwise(begins))
        for name, at in zip(("first", "last"), two, strict=True)
    }
    counted = await connection.execute(DAYS_SQL, {"bot": bot, **bounds})
    found: dict[int, int] = {n: count for n, count in counted.all()}
    return tuple(Day(day.isoformat(), found[n]) for n, day in enumerate(days))


async def _bare(connection: AsyncConnection, asked: Asked) -> Share:
    """Of the hospital's compounds those that no ambassador serves."""
    serves, holds = schema.roles.alias("serves"), schema.roles.alias("holds")
    also = and_(holds.c.bot_id == serves.c.bot_id, holds.c.person == serves.c.person, holds.c.role == "ambassador")
    found = await connection.execute(
        select(serves.c.role_id)
        .distinct()
        .select_from(serves.join(holds, also))
        .where(serves.c.bot_id == asked.bot, serves.c.role == "serves")
    )
    served = {id for (id,) in found.all()}
    return Share(sum(one not in served for one in asked.compounds), len(asked.compounds))
