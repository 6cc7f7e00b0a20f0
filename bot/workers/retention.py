"""Throws away once a day what is settled: the hospital keeps the records, we purge our copies (R10)."""

from __future__ import annotations

import logging

from bot.clock import Clock
from bot.model import Outcome
from bot.store.port import Store

log = logging.getLogger(__name__)

DAY = 86_400.0  # s
MS = 1000


class Retention:
    """``days`` after it was settled an arrival, a sent message or a spent link is forgotten."""

    def __init__(self, store: Store, clock: Clock, days: int) -> None:
        self._store, self._clock, self._days = store, clock, days

    async def run(self) -> None:
        while True:
            await self.once()
            await self._clock.sleep(DAY)

    async def once(self) -> int:
        gone = await self._store.purge(self._clock.civil() - int(self._days * DAY * MS))
        if gone:
            log.info("forgot %d settled rows", gone)
        return gone

    def wake(self, outcome: Outcome | None = None) -> None:
        """Nothing that is committed makes it hurry."""
