"""Civil time that jumps. Back: what waits for so many seconds is dated anew, so that it waits no longer for that.

Ahead, as after days asleep: what is due by then is due, and whoever keeps copies looks how old they have become.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from bot.clock import Clock
from bot.model import Outcome
from bot.store.port import Store

log = logging.getLogger(__name__)

LOOK = 1.0  # s between two looks
NOTICED = 2_000  # civil ms that it jumps at least: less is the machine's own keeping of time
LONGEST = 600.0  # s that a command waits at most after a start: as long as what an operator must mend


class Jumps:
    """One for a bot. ``ahead`` is called when civil time went ahead of the seconds that have passed."""

    def __init__(
        self, store: Store, clock: Clock, *, ahead: Callable[[], None] = lambda: None, look: float = LOOK
    ) -> None:
        self._store, self._clock, self._ahead, self._look = store, clock, ahead, look
        self._seen: tuple[int, float] | None = None  # civil ms and monotonic s of the last look

    def wake(self, outcome: Outcome | None = None) -> None:
        """No commit moves a clock."""

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            await self.once()
            await self._clock.sleep(self._look)

    async def once(self) -> int:
        """Look at both clocks; answers how many waiting rows were dated anew."""
        civil, monotonic = self._clock.civil(), self._clock.monotonic()
        seen, self._seen = self._seen, (civil, monotonic)
        latest = self._clock.after(LONGEST)
        if seen is None:  # it may have gone back while nobody was here
            return await self._store.redate(0, latest)
        back = seen[0] + int((monotonic - seen[1]) * 1000 * self._clock.rate) - civil
        if back <= -NOTICED:
            self._ahead()
        if back < NOTICED:
            return 0
        log.warning("civil time went back by %d s: what waits is dated anew", back // 1000)
        return await self._store.redate(back, latest)
