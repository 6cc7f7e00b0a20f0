"""Marks about posts, written many at a time in small commits of their own."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from bot.clock import Clock
from bot.store.port import Full, Mark, NotOpened, Store
from bot.workers.take import backoff, loud

log = logging.getLogger(__name__)


class Marks:
    """What is written while a commit runs goes together into the next one."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._waiting: list[tuple[Mark, asyncio.Future[None]]] = []
        self._writer: asyncio.Task[None] | None = None

    async def write(self, mark: Mark) -> None:
        """Returns when the mark is on disk, which it is even if whoever waits is cancelled. Raises NotOpened."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((mark, done))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write())
        await done

    async def letter(self, source: str, id: str, code: str) -> None:
        """What the operators see, tried until it is written: its post is marked as being sent, and waits for that.

        Raises NotOpened where the store is gone.
        """
        await self._until("a dead letter is", lambda: self._store.dead_letter(source, id, code))

    async def close(self) -> None:
        """Wait until everything is written."""
        if self._writer is not None:
            await self._writer

    async def _write(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            try:
                await self._commit([mark for mark, _ in batch])
            except NotOpened as gone:
                for _, done in batch:
                    if not done.done():
                        done.set_exception(gone)
                continue
            for _, done in batch:
                if not done.done():
                    done.set_result(None)

    async def _commit(self, marks: list[Mark]) -> None:
        await self._until(f"{len(marks)} marks are", lambda: self._store.mark(marks))

    async def _until(self, what: str, write: Callable[[], Awaitable[None]]) -> None:
        failures = 0
        while True:
            try:
                return await write()
            except Exception as error:
                if isinstance(error, NotOpened) and not isinstance(error, Full):
                    raise
                failures += 1
                if loud(error):
                    log.error("%s not written, trying again: %s", what, type(error).__name__)
                await self._clock.sleep(backoff(failures, 10))
