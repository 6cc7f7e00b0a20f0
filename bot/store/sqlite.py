"""The store on one SQLite file: the embedded default. One process, one writer, one reader; programs do the rest."""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from bot.model import Outcome, Row, Timer, Topic
from bot.store.connection import Reader, Writer, connect, copy, run
from bot.store.crypto import Keys
from bot.store.housekeeping import Housekeeping, carry_out
from bot.store.lanes import Lanes
from bot.store.migrations import upgrade
from bot.store.opening import opening
from bot.store.outbox import Outbox
from bot.store.port import Claimed, Mark, Standing
from bot.store.sql import SQLITE, Call, Program, Tick
from bot.store.turns import Turns

R = TypeVar("R", bound=Row)

FEW = 200  # rows that are read on the loop


class StoreLocked(Exception):
    """Another process works on this file."""


class Lock:
    """Held from open to close, also against a second handle in this process. The file itself stays."""

    def __init__(self, path: Path) -> None:
        beside = path.with_name(path.name + ".lock")
        self._file = beside.open("a+")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._file.seek(0)
            who = self._file.read().strip() or "unknown"
            self._file.close()
            raise StoreLocked(
                f"{path} is in use by process {who}. A SQLite store serves one process: stop that one first,"
                " or use PostgreSQL to run several."
            ) from None
        self._file.truncate(0)
        self._file.write(str(os.getpid()))
        self._file.flush()

    def release(self) -> None:
        self._file.close()


class Stamps:
    """Rising numbers that order what is written, also while civil time goes back: about civil ms times 1000."""

    def __init__(self, last: int) -> None:
        self._last = last

    def at(self, now: int) -> Tick:
        self._last = max(self._last, now * 1000)
        return self._next

    def _next(self) -> int:
        self._last += 1
        return self._last


class SqliteStore:
    """Keeps bot.store.port.Store. Made by open_sqlite."""

    def __init__(self, path: Path, lock: Lock, bot: int, keys: Keys, now: Callable[[], int], last: int) -> None:
        self.path = path
        self._lock = lock
        self._now = now
        self._stamps = Stamps(last)
        self._outbox = Outbox(SQLITE, bot, keys)
        self._lanes = Lanes(SQLITE, bot, keys)
        self._turns = Turns(SQLITE, bot, keys, self._outbox, self._lanes)
        self._keep = Housekeeping(SQLITE, bot, keys)
        self._writer = Writer(path)
        self._reader = Reader(path)
        self._wakes: list[Callable[[Outcome], None]] = []

    # ------------------------------------------------------------ turns

    async def get(self, kind: type[R], key: Any) -> R | None:
        return self._reader.now(self._turns.get(kind, key))

    async def find(self, kind: type[R], /, *, limit: int = 200, **equals: Any) -> list[R]:
        program = self._turns.find(kind, limit, equals)
        return self._reader.now(program) if limit <= FEW else await self._reader.later(program)

    async def seen(self, source: str, id: str) -> bool:
        return self._reader.now(self._turns.seen(source, id))

    async def commit(self, outcome: Outcome) -> None:
        await self._writer.do(lambda: self._turns.commit(outcome, self._stamps.at(outcome.arrival.at)))
        for wake in self._wakes:
            wake(outcome)

    async def standing(self, key: str) -> Standing | None:
        return self._reader.now(self._outbox.standing(key))

    async def post_of(self, chat: int, message: int) -> Standing | None:
        return self._reader.now(self._outbox.post_of(chat, message))

    async def custody_count(self, order: str) -> int:
        return self._reader.now(self._turns.custody_count(order))

    def on_commit(self, wake: Callable[[Outcome], None]) -> None:
        self._wakes.append(wake)

    # ------------------------------------------------------------ sender

    async def posts_due(self, now: int, limit: int = 500) -> list[Standing]:
        return await self._reader.later(self._outbox.posts_due(now, limit))

    async def mark(self, marks: Sequence[Mark]) -> None:
        if marks:
            await self._writer.do(lambda: self._outbox.mark(marks, self._now()))

    async def adopt(self, key: str, message: int) -> int | None:
        return await self._writer.do(lambda: self._outbox.adopt(key, message))

    async def topic_made(self, topic: Topic, thread: int) -> None:
        await self._writer.do(lambda: self._outbox.topic_made(topic, thread))

    async def topics_due(self, limit: int = 50) -> list[Topic]:
        return await self._reader.later(self._outbox.topics_due(limit))

    async def topic_shown(self, key: str, name: str, closed: bool | None = None) -> None:
        await self._writer.do(lambda: self._outbox.topic_shown(key, name, closed))

    async def topic_lost(self, key: str) -> None:
        await self._writer.do(lambda: self._outbox.topic_lost(key))

    async def unreachable(self, chat: int) -> None:
        await self._writer.do(lambda: self._outbox.unreachable(chat, self._now()))

    async def moved(self, chat: int, to: int) -> None:
        await self._writer.do(lambda: self._outbox.moved(chat, to))

    # ------------------------------------------------------------ commander

    async def commands_due(self, now: int, limit: int = 100) -> list[Claimed]:
        return await self._reader.later(self._lanes.commands_due(now, limit))

    async def command(self, key: str) -> Claimed | None:
        return self._reader.now(self._lanes.command(key))

    async def postpone(self, key: str, due: int, attempts: int, error: str) -> None:
        await self._writer.do(lambda: self._lanes.postpone(key, due, attempts, error, self._now()))

    # ------------------------------------------------------------ timekeeper, feed

    async def timers_due(self, now: int, limit: int = 200) -> list[Timer]:
        return await self._reader.later(self._lanes.timers_due(now, limit))

    async def next_due(self) -> int | None:
        return min(await self._reader.later(self._waiting()), default=None)

    def _waiting(self) -> Program[list[int]]:
        return (yield from self._lanes.next_due()) + (yield from self._outbox.next_due())

    async def cursor(self, name: str) -> str:
        return self._reader.now(self._lanes.cursor(name))

    async def set_cursor(self, name: str, value: str) -> None:
        await self._writer.do(lambda: self._lanes.set_cursor(name, value))

    # ------------------------------------------------------------ house

    async def mint(self, series: str) -> int:
        return await self._writer.do(lambda: self._lanes.mint(series))

    async def audit(self, order: str) -> list[dict[str, Any]]:
        return await self._reader.later(self._turns.trail(order))

    async def dead_letter(self, arrival_source: str, arrival_id: str, code: str) -> None:
        await self._writer.do(lambda: self._lanes.dead_letter(arrival_source, arrival_id, code, self._now()))

    async def dead_letters(self, limit: int = 100) -> list[dict[str, Any]]:
        """What could not be handled, newest first, for the operator."""
        return await self._reader.later(self._lanes.dead_letters(limit))

    async def purge(self, before: int) -> int:
        """In steps of a few hundred rows, so that turns get in between."""
        return await self._in_steps(lambda: self._keep.settled(before))

    async def reseal(self) -> int:
        """After a change of the current key: seal anew what older keys sealed. Then the old keys can be taken away."""
        total = await self._in_steps(self._keep.outdated)
        await self._writer.do(self._keep.forget_keys)
        return total

    async def _in_steps(self, look: Callable[[], Program[list[Call]]]) -> int:
        total = 0
        while calls := await self._reader.later(look()):
            total += await self._writer.do(partial(carry_out, calls))
        return total

    async def backup(self, to: Path) -> None:
        """A copy as of now, while turns go on; secrets stay sealed. Raises FileExistsError."""
        await asyncio.to_thread(copy, self.path, to)

    async def close(self) -> None:
        """Finishes what waits, then lets go of the file."""
        await self._writer.close()
        await self._reader.close()
        self._lock.release()


async def open_sqlite(path: Path | str, *, bot: int, keys: Keys, now: Callable[[], int]) -> SqliteStore:
    """Open or create; brings the schema up to date. ``now``: civil UTC ms.

    Raises StoreLocked while another process has it, WrongKey where the keys are not those it was written with.
    """
    path = Path(path)
    return await asyncio.to_thread(_open, path, bot, keys, now)


def _open(path: Path, bot: int, keys: Keys, now: Callable[[], int]) -> SqliteStore:
    lock = Lock(path)
    try:
        upgrade(path)
        connection = connect(path)
        try:
            connection.execute("BEGIN IMMEDIATE")
            last = run(connection, opening(SQLITE, bot, keys))
            connection.execute("COMMIT")
        finally:
            connection.close()
        return SqliteStore(path, lock, bot, keys, now, last)
    except BaseException:
        lock.release()
        raise
