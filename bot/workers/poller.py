"""Telegram's updates by long polling: an update is confirmed only when it and all before it are committed."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable

from bot.clock import Clock
from bot.messenger.errors import MessengerError, Misused
from bot.messenger.port import Messenger, Received
from bot.model import Outcome
from bot.workers.intake import Asked, Intake, Pending
from bot.workers.take import Take, backoff

log = logging.getLogger(__name__)

LONG = 50.0  # s that Telegram may hold an empty answer
SHORT = 0.25  # s between two looks while something is not committed: others must not wait for it
LONGEST_PAUSE = 30.0  # s between two tries while Telegram is away
MISUSED_PAUSE = 30.0  # s while the token is bad or somebody else polls


class Poller(Intake):
    """One for a bot. An update that is not taken holds up its own line: it is tried again after 1, 2, 4 s ..., the
    others go on, and the offset waits for it. ``before``: what is done once before the first fetch (the webhook that
    was set before goes: Telegram answers no getUpdates beside one).
    """

    def __init__(
        self,
        messenger: Messenger,
        clock: Clock,
        take: Take,
        asked: Asked | None = None,
        *,
        long_poll: float = LONG,
        before: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        super().__init__(messenger, clock, take, asked)
        self._long, self._before = long_poll, before
        self._offset = 0
        self._line: deque[int] = deque()  # fetched and not confirmed, in Telegram's order: ids may jump, even down
        self._done: set[int] = set()  # of these, what is committed
        self._failures = 0

    def wake(self, outcome: Outcome | None = None) -> None:
        """Nothing to do: Telegram wakes us."""

    async def run(self) -> None:
        """Poll until cancelled."""
        try:
            while True:
                await self._poll()
        finally:
            await self._stop()

    async def once(self) -> int:
        """Fetch what is there without waiting and take it; answers how many updates were fetched."""
        fetched = await self._fetch(0)
        self._start()
        if self._tasks:
            await asyncio.wait(set(self._tasks.values()))
        if self._answers:
            await asyncio.wait(set(self._answers))
        return fetched

    @property
    def confirmed(self) -> int:
        """The offset: every update before it is committed."""
        return self._offset

    async def _poll(self) -> None:
        try:
            if self._before:
                await self._before()
                self._before = None
            await self._fetch(0 if self._queues else self._long)
            self._failures = 0
        except MessengerError as error:
            self._failures += 1
            pause = MISUSED_PAUSE if isinstance(error, Misused) else backoff(self._failures, LONGEST_PAUSE)
            log.warning("no updates (%s), asking again in %.0f s", error.code, pause)
            await self._clock.sleep(pause)
        self._start()
        if self._tasks:
            await asyncio.wait(set(self._tasks.values()), timeout=SHORT)
        elif self._queues:
            await self._clock.sleep(SHORT)

    async def _fetch(self, seconds: float) -> int:
        fetched = 0
        for received in await self._messenger.updates(self._offset, seconds):
            fetched += self._accept(received)
        return fetched

    def _accept(self, received: Received) -> bool:
        if received.id in self._line:
            return False
        self._line.append(received.id)
        if received.arrivals:
            self._put(received)
        else:
            self._commit(received.id)
        return True

    def _taken(self, pending: Pending) -> None:
        self._commit(pending.id)

    def _failed(self, queue: deque[Pending]) -> bool:
        return False

    def _commit(self, id: int) -> None:
        """Move the offset over everything that is committed up to the first that is not."""
        self._done.add(id)
        while self._line and self._line[0] in self._done:
            first = self._line.popleft()
            self._done.discard(first)
            self._offset = first + 1
