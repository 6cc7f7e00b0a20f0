"""Due timers come back as arrivals. The commit that takes one removes it."""

from __future__ import annotations

import asyncio
import logging

from bot.clock import Clock
from bot.model import Arrival, Due, Outcome, Timer
from bot.store.port import Store
from bot.workers.take import Take, backoff, loud

log = logging.getLogger(__name__)

READ = 200  # timers rung in one pass
SOON = 10.0  # s ahead for which a new timer wakes us; what is due later the looks find, and most are days ahead
LOOK = 1.0  # s between two looks: civil time may jump, so we never sleep until the next timer


class Timekeeper:
    """One for a bot. Timers of one ref (a dialog, an order) ring in order; refs do not wait for each other."""

    def __init__(self, store: Store, clock: Clock, take: Take, *, look: float = LOOK) -> None:
        self._store, self._clock, self._take, self._look = store, clock, take, look
        self._stir = asyncio.Event()
        self._failures: dict[str, tuple[int, float]] = {}  # ref -> failures in a row, monotonic of the next try

    def wake(self, outcome: Outcome | None = None) -> None:
        if outcome is None or any(timer.due <= self._clock.after(SOON) for timer in outcome.timers):
            self._stir.set()

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            self._stir.clear()
            if await self.once() < READ:
                await self._clock.wait(self._stir, self._look)

    async def once(self) -> int:
        """Ring everything that is due; answers how many rang."""
        due = await self._store.timers_due(self._clock.civil(), READ)
        refs: dict[str, list[Timer]] = {}
        for timer in sorted(due, key=lambda timer: timer.due):
            refs.setdefault(timer.ref, []).append(timer)
        rang = await asyncio.gather(*(self._ring_all(ref, timers) for ref, timers in refs.items()))
        return sum(rang)

    async def _ring_all(self, ref: str, timers: list[Timer]) -> int:
        failures, rest_until = self._failures.get(ref, (0, 0.0))
        if rest_until > self._clock.monotonic():
            return 0
        for rang, timer in enumerate(timers):
            # The instant belongs to the name: a timer that was set anew under its key rings anew.
            arrival = Arrival("timer", f"{timer.key}/{timer.due}", self._clock.civil(), Due(timer))
            try:
                await self._take(arrival)
            except Exception as error:
                pause = backoff(failures + 1)
                self._failures[ref] = (failures + 1, self._clock.monotonic() + pause)
                if loud(error):
                    log.error("timer of kind %s rings again in %.0f s: %s", timer.kind, pause, type(error).__name__)
                return rang
        self._failures.pop(ref, None)
        return len(timers)
