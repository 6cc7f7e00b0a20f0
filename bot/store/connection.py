"""SQLite connections and who runs programs on them (ADR 0002). No tables, no words of the house.

Statements are short and run where they are asked, on the loop; what waits for a disk runs on a thread: COMMIT with
its fsync, and the long looks of the workers.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy.exc import DBAPIError

from bot.store.kept import Make
from bot.store.port import Full, NotOpened
from bot.store.sql import Got, Program

T = TypeVar("T")

GROUP = 32  # programs that share one fsync at most; 32 keep the loop for about 5 ms
STRETCH = 100  # statements after which the loop has its turn, however many a commit has: some 5 ms of work
CACHE, LOOKS_CACHE = 4_000, 2_000  # kB of pages that a connection keeps: of whoever works, of long looks
PRIVATE = 0o600  # the mode of every file with people's data
BUSY_TRIES, BUSY_WAIT = 500, 0.01  # somebody else writes (a backup, a shell): 5 s, then the group fails


#: What to do about a file of which something is lost. What is left in an old -wal would be played into the backup.
RESTORE = "put a backup in its place, with no -wal and no -shm file beside it"


class Damaged(NotOpened):
    """Something of the file is lost; the text says what SQLite says, and what to do."""

    def __init__(self, said: str, what: str = "The database") -> None:
        super().__init__(f"{what} is damaged ({' '.join(said.split())}): {RESTORE}.")
        self.said = said


def lost(why: BaseException, codes: tuple[int, ...] = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)) -> bool:
    """Whether SQLite says that something of the file is lost: no later try will find it."""
    return isinstance(why, sqlite3.DatabaseError) and getattr(why, "sqlite_errorcode", 0) & 0xFF in codes


def unusable(path: Path, why: Exception, what: str) -> str:
    """What the system or SQLite says of a file that cannot be ``what`` ("read"), in a sentence that says what to do.

    That a backup is to be put there only where something of it is lost: a full disk or a lacking right costs no data.
    """
    cause = why.orig if isinstance(why, DBAPIError) and why.orig else why
    if lost(cause):
        return f"{path} is no whole database ({cause}): {RESTORE}, or correct MEDRELAY_DATABASE."
    refused, said = (cause.filename or path, cause.strerror) if isinstance(cause, OSError) else (path, cause)
    return f"{refused} cannot be {what} ({said}): see to its rights, to those of its folder, and to room on the disk."


def connect(path: Path, *, reader: bool = False, wait_ms: int = 0, cache: int = CACHE) -> sqlite3.Connection:
    """WAL; every commit is on disk (synchronous=FULL) when it returns. Transactions are begun by hand.

    ``cache``: kB of pages in memory; what is not there is mostly in the system's.
    """
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=512)
    connection.execute(f"PRAGMA busy_timeout={wait_ms}")
    connection.execute("PRAGMA journal_mode=WAL")
    for pragma in ("synchronous=FULL", "foreign_keys=ON", f"cache_size=-{cache}", "temp_store=MEMORY"):
        connection.execute(f"PRAGMA {pragma}")
    if reader:
        connection.execute("PRAGMA query_only=ON")
    return connection


def copy(path: Path, to: Path) -> None:
    """A whole copy of a file that is being written. Raises FileExistsError."""
    to.touch(mode=PRIVATE, exist_ok=False)
    with contextlib.closing(connect(path, wait_ms=5000)) as connection:
        connection.execute("VACUUM INTO ?", (str(to),))


def run(connection: sqlite3.Connection, program: Program[T]) -> T:
    """Drive a program to its end, here and now. Raises Damaged."""
    execute = connection.execute
    try:
        text, values = next(program)
        while True:
            cursor = execute(text, values)
            text, values = program.send(Got(cursor.fetchall(), cursor.rowcount))
    except StopIteration as end:
        return end.value
    except sqlite3.DatabaseError as why:
        if lost(why):
            raise Damaged(str(why)) from why
        raise


def _on_one_state(connection: sqlite3.Connection, program: Program[T]) -> T:
    connection.execute("BEGIN")
    try:
        return run(connection, program)
    finally:
        with contextlib.suppress(sqlite3.Error):  # what went wrong before is told
            connection.execute("ROLLBACK")


def no_room(error: Exception) -> bool:
    """SQLITE_FULL: the disk, or the size that the file may have."""
    return isinstance(error, sqlite3.OperationalError) and (
        getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL or "disk is full" in str(error)
    )


@dataclass(slots=True)
class _Job:
    make: Make[Any]
    future: asyncio.Future[Any]
    value: Any = None
    error: Exception | None = None

    def deliver(self) -> None:
        if self.future.done():  # whoever asked was cancelled; what was written stays written
            return
        if self.error is None:
            self.future.set_result(self.value)
        else:
            self.future.set_exception(self.error)


class Writer:
    """The one connection that writes. What waits while a group is synced becomes the next group: one fsync for all.

    Each program has a savepoint of its own: one that raises takes back only itself. Of one with thousands of
    statements the loop has its turn between stretches, while the transaction stays open: nobody reads half of it, and
    a death takes it back whole. ``look`` raises NotOpened where what was written stands in no file that anybody will
    find: then nothing of it counts as written.
    """

    def __init__(self, path: Path, look: Callable[[], None]) -> None:
        self._connection = connect(path)
        self._look = look
        self._disk = ThreadPoolExecutor(1, thread_name_prefix="store-disk")
        self._waiting: list[_Job] = []
        self._task: asyncio.Task[None] | None = None
        self._closed = False
        self._left = STRETCH  # statements until the loop has its turn

    async def do(self, make: Make[T]) -> T:
        """The program's result, once it is on disk."""
        if self._closed:
            raise RuntimeError("the store is closed")
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Job(make, future))
        if self._task is None:
            self._task = asyncio.create_task(self._drain(), name="store-writer")
        return await future

    async def close(self) -> None:
        """Finishes what waits."""
        self._closed = True
        if self._task is not None:
            await self._task
        self._disk.shutdown()
        self._connection.close()

    async def _drain(self) -> None:
        try:
            while self._waiting:
                group, self._waiting = self._waiting[:GROUP], self._waiting[GROUP:]
                try:
                    await self._write(group)
                except BaseException:  # the loop is being torn down: nobody shall wait for ever
                    for job in group + self._waiting:
                        job.future.cancel()
                    raise
                for job in group:
                    job.deliver()
        finally:
            self._task = None

    async def _write(self, group: list[_Job]) -> None:
        try:
            await self._begin()
            await self._run(group)
            await asyncio.get_running_loop().run_in_executor(self._disk, self._connection.execute, "COMMIT")
            self._look()
        except (sqlite3.Error, NotOpened) as error:  # the disk is full, broken or gone: nothing of the group is kept
            why = Damaged(str(error)) if lost(error) else Full() if no_room(error) else error
            for job in group:
                job.error = why
            self._take_back()

    def _take_back(self) -> None:
        with contextlib.suppress(sqlite3.Error):
            self._connection.execute("ROLLBACK")

    async def _begin(self) -> None:
        for _ in range(BUSY_TRIES):
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                    raise
            await asyncio.sleep(BUSY_WAIT)
        raise sqlite3.OperationalError("the store's file stayed locked by another program")

    async def _run(self, group: list[_Job]) -> None:
        execute = self._connection.execute
        self._left = STRETCH
        for job in group:
            execute("SAVEPOINT one")
            try:
                job.value = await self._carried_out(job.make())
            except Exception as error:
                if no_room(error) or lost(error):  # SQLite may have taken back the whole group
                    raise
                job.error = error
                execute("ROLLBACK TO one")
            execute("RELEASE one")

    async def _carried_out(self, program: Program[T]) -> T:
        """As ``run``, in stretches."""
        execute = self._connection.execute
        try:
            text, values = next(program)
            while True:
                if self._left <= 0:
                    self._left = STRETCH
                    await self._breathe()
                self._left -= 1
                cursor = execute(text, values)
                text, values = program.send(Got(cursor.fetchall(), cursor.rowcount))
        except StopIteration as end:
            return end.value

    async def _breathe(self) -> None:
        """The loop's turn. Where it ends meanwhile, no transaction stays open for whoever still writes something."""
        try:
            await asyncio.sleep(0)
        except asyncio.CancelledError:
            self._take_back()
            raise


class Reader:
    """Reads what was last committed. ``now`` is for a few rows by key or index; ``later`` for anything longer, which
    sees one state of the file however many statements it has.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._near = connect(path, reader=True, wait_ms=100)
        self._far = connect(path, reader=True, wait_ms=5000, cache=LOOKS_CACHE)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="store-reader")

    def now(self, program: Program[T]) -> T:
        return run(self._near, program)

    async def later(self, program: Program[T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, _on_one_state, self._far, program)

    async def aside(self, program: Program[T]) -> T:
        """As ``later``, on a connection of its own: it takes seconds, and nobody stands in line behind it."""
        return await asyncio.to_thread(self._alone, program)

    def _alone(self, program: Program[T]) -> T:
        with contextlib.closing(connect(self._path, reader=True, wait_ms=5000, cache=LOOKS_CACHE)) as connection:
            return _on_one_state(connection, program)

    async def close(self) -> None:
        self._near.close()
        await asyncio.to_thread(self._thread.shutdown)
        self._far.close()
