"""Throws away once a day what is over: the hospital keeps the records, we purge our copies (R10).

In steps of a hundred rows, each found by an index. What the rows mean says whoever takes the arrivals.
"""

from __future__ import annotations

import logging

from bot.clock import Clock
from bot.model import Arrival, Due, Outcome, Timer
from bot.store.port import Store
from bot.workers.take import Take, loud

log = logging.getLogger(__name__)

DAY = 86_400.0  # s
MS = 1000
ORDER, PERSON = "put-away", "forget-person"  # kinds of timers, see bot/ops/putting_away.py


class Retention:
    """``days`` after it was settled an arrival, a sent message, an order or a spent link is forgotten."""

    def __init__(self, store: Store, clock: Clock, take: Take, days: int) -> None:
        self._store, self._clock, self._take, self._days = store, clock, take, days

    async def run(self) -> None:
        while True:
            await self.once()
            await self._clock.sleep(DAY)

    async def once(self) -> int:
        """Everything that may go today, and the count of what stays; answers how many rows were settled."""
        before = self._clock.civil() - int(self._days * DAY * MS)
        await self._orders(before)
        gone = await self._store.purge(before)
        if more := await self._store.count_trails():
            log.info("%d lines of audit trails stood in no count: an earlier release wrote them", more)
        await self._people(before)
        if gone:
            log.info("forgot %d settled rows", gone)
        return gone

    async def _orders(self, before: int) -> None:
        last = (0, "")
        while found := await self._store.old_orders(before, last):
            for _, no in found:
                await self._ask(ORDER, no)
            last = found[-1]

    async def _people(self, before: int) -> None:
        last = 0
        while found := await self._store.plain_people(before, last):
            for person in found:
                await self._ask(PERSON, str(person))
            last = found[-1]

    async def _ask(self, kind: str, ref: str) -> None:
        """One that fails stops no other; it is asked again tomorrow."""
        now = self._clock.civil()
        try:
            await self._take(Arrival("timer", f"{kind}/{ref}/{now}", now, Due(Timer(f"{kind}:{ref}", now, kind, ref))))
        except Exception as error:
            if loud(error):
                log.error("what is over could not go, again tomorrow: %s", type(error).__name__)

    def wake(self, outcome: Outcome | None = None) -> None:
        """Nothing that is committed makes it hurry."""
