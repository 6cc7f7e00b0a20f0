"""What a typical turn costs in the store: four reads and one durable commit. python -m bench.store --help

Peers run the very same statements: only who runs them differs (docs/adr/0002).
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import platform
import queue
import sqlite3
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import aiosqlite
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import StaticPool

from bot.model import Arrival, AuditLine, Button, Dialog, Outcome, Person, Post, Said, Spot, Text, Timer
from bot.store.connection import connect, run
from bot.store.crypto import Keys
from bot.store.sql import Got, Program
from bot.store.sqlite import SqliteStore, open_sqlite

KEYS = Keys("bench", {"bench": bytes(32)}, bytes(32))
JOURNAL = '{"format":1,"live":{' + ",".join(f'"step{n}":"an answer of usual length"' for n in range(20)) + "}}"
QUESTION = Text(
    "Which doctor shall it be? " * 4, ((Button("Dr A", data="d:1:2:3"),), (Button("Dr B", data="d:1:2:4"),))
)
Make = Callable[[], Program[Any]]


# ---------------------------------------------------------------- peers: other ways to run the same programs


class Threads:
    """One thread a connection, whole programs in, group commit: the design before it was measured."""

    def __init__(self, path: Path, *, writer: bool) -> None:
        self.connection, self.writer = connect(path, reader=not writer), writer
        self.jobs: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self.thread = threading.Thread(target=self.work)
        self.thread.start()

    async def do(self, make: Make) -> Any:
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self.jobs.put((make, future))
        return await future

    async def close(self) -> None:
        self.jobs.put(None)
        await asyncio.to_thread(self.thread.join)
        self.connection.close()

    def work(self) -> None:
        while job := self.jobs.get():
            group, stop = [job], False
            with contextlib.suppress(queue.Empty):
                while (further := self.jobs.get_nowait()) is not None:
                    group.append(further)
                stop = True
            if self.writer:
                self.connection.execute("BEGIN IMMEDIATE")
            done = [(future, run(self.connection, make())) for make, future in group]
            if self.writer:
                self.connection.execute("COMMIT")
            group[0][1].get_loop().call_soon_threadsafe(lambda done=done: [f.set_result(value) for f, value in done])
            if stop:
                return


class PerStatement:
    """A hop to a thread for each statement, one transaction at a time."""

    def __init__(self, execute: Callable[..., Any], *, writer: bool, begin: str = "BEGIN IMMEDIATE") -> None:
        self.execute, self.writer, self.begin, self.lock = execute, writer, begin, asyncio.Lock()

    async def do(self, make: Make) -> Any:
        async with self.lock:
            if self.writer:
                await self.execute(self.begin, ())
            program = make()
            try:
                call = next(program)
                while True:
                    call = program.send(await self.execute(*call))
            except StopIteration as end:
                if self.writer:
                    await self.execute("COMMIT", ())
                return end.value


async def aiosqlite_execute(path: Path, *, reader: bool) -> tuple[Callable[..., Any], Callable[..., Any]]:
    def made() -> sqlite3.Connection:
        return connect(path, reader=reader)

    connection = aiosqlite.Connection(made, 64)
    await connection

    async def execute(text: str, values: tuple[Any, ...]) -> Got:
        cursor = await connection.execute(text, values)
        return Got(list(await cursor.fetchall()), cursor.rowcount)

    return execute, connection.close


async def sqlalchemy_execute(path: Path) -> tuple[Callable[..., Any], Callable[..., Any]]:
    engine = create_async_engine(
        f"sqlite+aiosqlite:///{path}", poolclass=StaticPool, connect_args={"isolation_level": None}
    )
    connection: AsyncConnection = await engine.connect()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "cache_size=-16000"):
        await connection.exec_driver_sql(f"PRAGMA {pragma}")

    async def execute(text: str, values: tuple[Any, ...]) -> Got:
        result = await connection.exec_driver_sql(text, values)
        return Got([tuple(row) for row in result] if result.returns_rows else [], result.rowcount)

    async def close() -> None:
        await connection.close()
        await engine.dispose()

    return execute, close


# ---------------------------------------------------------------- a turn


@dataclass(frozen=True)
class Way:
    """How programs are run: both return when the result is there, ``write`` when it is on disk."""

    read: Callable[[Make], Any]
    write: Callable[[Make], Any]


@contextlib.asynccontextmanager
async def way(name: str, store: SqliteStore) -> AsyncIterator[Way]:
    if name == "loop":

        async def read(make: Make) -> Any:
            return store.driver.reader.now(make())

        yield Way(read, store.driver.writer.do)
    elif name == "thread":
        reader, writer = Threads(store.path, writer=False), Threads(store.path, writer=True)
        yield Way(reader.do, writer.do)
        await reader.close()
        await writer.close()
    elif name == "aiosqlite":
        ask, close_ask = await aiosqlite_execute(store.path, reader=True)
        tell, close_tell = await aiosqlite_execute(store.path, reader=False)
        yield Way(PerStatement(ask, writer=False).do, PerStatement(tell, writer=True).do)
        await close_ask()
        await close_tell()
    else:
        ask, close_ask = await sqlalchemy_execute(store.path)
        tell, close_tell = await sqlalchemy_execute(store.path)
        yield Way(PerStatement(ask, writer=False).do, PerStatement(tell, writer=True).do)
        await close_ask()
        await close_tell()


async def turn(by: Way, store: SqliteStore, lane: int, n: int) -> tuple[float, float]:
    """Seconds of the reads and of the commit."""
    turns, outbox, person = store._turns, store._outbox, 1000 + lane
    started = time.perf_counter()
    await by.read(lambda: turns.seen("telegram", f"{lane}/{n}"))
    await by.read(lambda: turns.get(Person, person))
    (dialog,) = await by.read(
        lambda: turns.find(Dialog, 200, {"chat": person, "person": person, "state": ("open", "parked")})
    )
    await by.read(lambda: outbox.standing(f"{lane}/{n - 1}"))
    read = time.perf_counter()
    outcome = Outcome(
        Arrival("telegram", f"{lane}/{n}", n, Said(Spot(person, person), n, "hi")),
        rows=(replace(dialog, step=f"step{n}", touched=n),),
        posts=(Post(f"{lane}/{n}", person, QUESTION),),
        timers=(Timer(f"remind/{lane}", 10**13 + n, "remind", dialog.id, f"step{n}"),),
        audit=(AuditLine("", f"person:{person}", "", "step", n),),
    )
    await by.write(lambda: turns.commit(outcome, store._stamps.at(n)))
    return read - started, time.perf_counter() - read


async def busy(share: float) -> None:
    """The loop has other work to do: replaying flows, rendering, Telegram's JSON."""
    while True:
        until = time.perf_counter() + share * 0.004
        while time.perf_counter() < until:
            pass
        await asyncio.sleep(0.004 * (1 - share))


@dataclass(frozen=True)
class Figures:
    read: float
    commit: float
    tail: float
    rate: float
    cpu: float


async def measure(name: str, lanes: int, share: float, count: int) -> Figures:
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        store = await open_sqlite(Path(folder) / "bench.sqlite", bot=1, keys=KEYS, now=lambda: 1)
        for lane in range(lanes):
            rows = (Person(1000 + lane), Dialog(f"d{lane}", "refill", 1000 + lane, 1000 + lane, journal=JOURNAL))
            await store.commit(Outcome(Arrival("telegram", f"seed/{lane}", 0, Said(Spot(1, 1), 1, "")), rows=rows))
        times: list[tuple[float, float]] = []
        async with way(name, store) as by:
            load = asyncio.create_task(busy(share)) if share else None

            async def walk(lane: int) -> None:
                for n in range(1, count // lanes + 1):
                    times.append(await turn(by, store, lane, n))

            started, cpu = time.perf_counter(), time.process_time()
            await asyncio.gather(*(walk(lane) for lane in range(lanes)))
            took, cpu = time.perf_counter() - started, time.process_time() - cpu
            if load:
                load.cancel()
        await store.close()
    commits = sorted(commit for _, commit in times)
    return Figures(
        statistics.median(read for read, _ in times) * 1e3,
        statistics.median(commits) * 1e3,
        commits[int(len(commits) * 0.99)] * 1e3,
        len(times) / took,
        cpu / len(times) * 1e3,
    )


def show(name: str, lanes: int, share: float, runs: list[Figures]) -> str:
    def spread(values: list[float], digits: int) -> str:
        return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f}-{max(values):.{digits}f})"

    cells = [spread([getattr(one, field) for one in runs], 2) for field in ("read", "commit", "tail", "cpu")]
    return f"| {name} | {lanes} | {share:.0%} | " + " | ".join([*cells, spread([one.rate for one in runs], 0)]) + " |"


def main() -> None:
    parse = argparse.ArgumentParser(description=__doc__)
    parse.add_argument("--ways", nargs="+", default=["loop", "thread", "aiosqlite", "sqlalchemy"])
    parse.add_argument("--lanes", nargs="+", type=int, default=[1, 16], help="people who write at the same time")
    parse.add_argument("--busy", nargs="+", type=float, default=[0.0, 0.5], help="share of the loop that is taken")
    parse.add_argument("--turns", type=int, default=480)
    parse.add_argument("--runs", type=int, default=5)
    args = parse.parse_args()
    out = sys.stdout.write
    out(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, ")
    out(f"SQLite {sqlite3.sqlite_version}; {args.runs} runs of {args.turns} turns: median (least-most)\n\n")
    out(
        "| way | lanes | busy | 4 reads ms | commit ms | commit p99 ms | cpu ms/turn | turns/s |\n" + "|---" * 8 + "|\n"
    )
    for share in args.busy:
        for lanes in args.lanes:
            for name in args.ways:
                runs = [asyncio.run(measure(name, lanes, share, args.turns)) for _ in range(args.runs)]
                out(show(name, lanes, share, runs) + "\n")


if __name__ == "__main__":
    main()
