"""The board comes every morning at its hour, once a day: which day it was is the name of the arrival."""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from bot.clock import Clock, day_of
from bot.decoding import jsonable
from bot.model import Arrival, Due, Outcome, Timer
from bot.store.port import Store
from bot.workers.take import Take, loud

log = logging.getLogger(__name__)

LOOK = 30.0  # s between two looks at the clock: civil time may jump
LATEST = 3_600_000  # ms after its hour until when it still comes; a bot that was down for longer waits for tomorrow
MORNING = "board"  # the kind of its timer, see bot/handlers/timers.py


class Morning:
    """``at``: minutes of the day in ``zone``, below 0 = never. ``read`` gives the board."""

    def __init__(
        self, store: Store, clock: Clock, take: Take, read: Callable[[], Awaitable[object]], *, at: int, zone: str
    ) -> None:
        self._store, self._clock, self._take, self._read = store, clock, take, read
        self._at, self._zone = at, zone
        self._told = ""

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            await self.once()
            await self._clock.sleep(LOOK)

    async def once(self) -> int:
        """The board of today, if its hour has come and nobody has it yet; answers how many came."""
        now = self._clock.civil()
        day = day_of(now, self._zone)
        if self._at < 0 or self._told == day or not 0 <= now - self._hour(day) < LATEST:
            return 0
        name = f"{MORNING}/{day}"
        try:
            if not await self._store.seen("house", name):
                told = json.dumps(jsonable(await self._read()), ensure_ascii=False)
                await self._take(Arrival("house", name, now, Due(Timer(name, now, MORNING, told))))
        except Exception as error:
            if loud(error):
                log.error("the board does not come this time: %s", type(error).__name__)
            return 0
        self._told = day
        return 1

    def _hour(self, day: str) -> int:
        """Civil ms; where the clocks leave that hour out it is the one after it."""
        at = datetime.combine(date.fromisoformat(day), time(*divmod(self._at, 60)), ZoneInfo(self._zone))
        return int(at.timestamp() * 1000)

    def wake(self, outcome: Outcome | None = None) -> None:
        """Nothing that is committed makes it hurry."""
