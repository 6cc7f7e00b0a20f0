"""The hospital's reference data, kept fresh: departments, staff, compounds, drugs, its questions."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from backend_client.errors import HospitalError
from bot import catalogue
from bot.clock import Clock
from bot.decoding import Unreadable
from bot.model import STAFF, Arrival, Due, Outcome, Timer
from bot.searching import DrugSearch
from bot.store.port import Store
from bot.workers.take import Take

log = logging.getLogger(__name__)

CATALOGUE = "catalogue"  # where the last copy is kept
STAFF_READ = "staff-read"  # when the list of staff was read last, civil ms
RETRY = 2.0  # s until the hospital is asked again that did not tell


class ReferenceData:
    """Keeps the hospital's reference data fresh; what was read last survives a restart."""

    def __init__(
        self,
        read: Callable[[], Awaitable[catalogue.Catalogue]],
        store: Store,
        clock: Clock,
        every: float,
        take: Take | None = None,
    ) -> None:
        """``read`` asks the hospital for all lists; ``every``: s between two readings; ``take`` hears of new staff."""
        self._take, self.staff_at, self._told = take, 0, False
        self._read_all, self._store, self._clock, self._every = read, store, clock, every
        self.now = catalogue.Catalogue()
        self.read = asyncio.Event()  # set once this process has read them all
        self._empty: tuple[str, ...] = ()
        self.search = DrugSearch(lambda: self.now)

    async def open(self) -> None:
        """The copy of last time, so that a start while the hospital is down is a start; an unreadable one is none."""
        try:
            self.now = catalogue.loads(await self._store.cursor(CATALOGUE))
        except Unreadable as why:
            log.error("the last copy of the hospital's lists cannot be read and counts as none: %s", why)
            await self._store.dead_letter("store", f"cursors/{CATALOGUE}", f"unreadable {why}")
        read = await self._store.cursor(STAFF_READ)
        self.staff_at = int(read) if read.isdecimal() else 0
        await self.search.prepare()

    async def once(self) -> int:
        """Read all lists; 0 when one of them came empty, which is not believed."""
        asked = self._clock.civil()
        fresh, empty = catalogue.completed(await self._read_all(), last=self.now)
        if empty and empty != self._empty:
            log.error("the hospital answered with an empty list of %s; the last copy of it is kept", ", ".join(empty))
        self._empty = empty
        joined = fresh.staff != self.now.staff
        if fresh != self.now:
            self.now = fresh
            await self._store.set_cursor(CATALOGUE, catalogue.dumps(fresh))
        if "staff" not in empty:
            await self._staff_read(asked, changed=joined)
        await self.search.prepare()
        if empty:
            return 0
        self.read.set()
        return 1

    async def _staff_read(self, at: int, *, changed: bool) -> None:
        """Until then the list is a copy; who is not in it any more is looked at, at the start too (R18)."""
        self.staff_at = at
        await self._store.set_cursor(STAFF_READ, str(at))
        if self._take and (changed or not self._told):
            self._told = True
            await self._take(Arrival("timer", f"{STAFF}/{at}", at, Due(Timer(STAFF, at, STAFF, ""))))

    async def run(self) -> None:
        while True:
            pause = RETRY
            try:
                if await self.once():
                    pause = self._every
            except HospitalError as error:
                log.warning("reference data not read (%s), the last copy is used", error.code)
            await self._clock.sleep(pause)

    def wake(self, outcome: Outcome | None = None) -> None:
        """Reference data changes by itself."""
