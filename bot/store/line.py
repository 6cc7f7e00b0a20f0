"""One SQLite connection on a thread of its own: whole programs in, results out. No tables, no words of the house."""

from __future__ import annotations

import asyncio
import contextlib
import queue
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.store.sql import Got, Program

GROUP = 64  # programs that share one fsync at most


def connect(path: Path, *, reader: bool = False) -> sqlite3.Connection:
    """WAL; every commit is on disk (synchronous=FULL) when it returns. Transactions are begun by hand."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=512)
    connection.execute("PRAGMA journal_mode=WAL")
    for pragma in (
        "synchronous=FULL",
        "busy_timeout=5000",
        "foreign_keys=ON",
        "cache_size=-16000",
        "temp_store=MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")
    if reader:
        connection.execute("PRAGMA query_only=ON")
    return connection


def run(connection: sqlite3.Connection, program: Program[Any]) -> Any:
    """Drive a program to its end on this thread."""
    execute = connection.execute
    try:
        text, values = next(program)
        while True:
            cursor = execute(text, values)
            text, values = program.send(Got(cursor.fetchall(), cursor.rowcount))
    except StopIteration as end:
        return end.value


@dataclass(slots=True)
class _Job:
    program: Callable[[], Program[Any]]
    future: asyncio.Future[Any]
    value: Any = None
    error: BaseException | None = field(default=None)


def _deliver(jobs: list[_Job]) -> None:
    for job in jobs:
        if job.future.done():  # whoever asked was cancelled; what was written stays written
            continue
        if job.error is None:
            job.future.set_result(job.value)
        else:
            job.future.set_exception(job.error)


class Line:
    """A queue of programs before one connection. A writer runs what waits as a group: one transaction, one fsync."""

    def __init__(self, path: Path, *, writer: bool) -> None:
        self._connection = connect(path, reader=not writer)
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._work = self._write if writer else self._read
        self._closed = False
        self._thread = threading.Thread(
            target=self._loop, name="store-writer" if writer else "store-reader", daemon=True
        )
        self._thread.start()

    async def do(self, program: Callable[[], Program[Any]]) -> Any:
        """The program's result; a writer's is on disk. ``program`` makes it anew, it may be run more than once."""
        if self._closed:
            raise RuntimeError("the store is closed")
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._jobs.put(_Job(program, future))
        return await future

    async def close(self) -> None:
        """Finishes what waits."""
        if self._closed:
            return
        self._closed = True
        self._jobs.put(None)
        await asyncio.to_thread(self._thread.join)

    # ------------------------------------------------------------ on the thread

    def _loop(self) -> None:
        while (job := self._jobs.get()) is not None:
            group = [job]
            stop = False
            with contextlib.suppress(queue.Empty):
                while len(group) < GROUP:
                    if (further := self._jobs.get_nowait()) is None:
                        stop = True
                        break
                    group.append(further)
            self._work(group)
            with contextlib.suppress(RuntimeError):  # the loop is gone, nobody waits
                group[0].future.get_loop().call_soon_threadsafe(_deliver, group)
            if stop:
                break
        self._connection.close()

    def _read(self, group: list[_Job]) -> None:
        for job in group:
            self._try(job)

    def _try(self, job: _Job) -> bool:
        try:
            job.value = run(self._connection, job.program())
        except Exception as error:
            job.error = error
        return job.error is None

    def _write(self, group: list[_Job]) -> None:
        execute = self._connection.execute
        try:
            execute("BEGIN IMMEDIATE")
            for job in group:
                execute("SAVEPOINT one")
                if not self._try(job):
                    execute("ROLLBACK TO one")
                execute("RELEASE one")
            execute("COMMIT")
        except sqlite3.Error as error:  # the disk is full or broken: nothing of the group was written
            for job in group:
                job.error = job.error or error
            with contextlib.suppress(sqlite3.Error):
                execute("ROLLBACK")
