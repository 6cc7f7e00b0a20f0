"""The hospital's reference data, kept fresh: departments, staff, compounds, drugs, its questions."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from backend_client.errors import HospitalError
from bot import catalogue
from bot.clock import Clock
from bot.decoding import Unreadable
from bot.model import Outcome
from bot.searching import DrugSearch
from bot.store.port import Store

log = logging.getLogger(__name__)

CATALOGUE = "catalogue"  # where the last copy is kept
RETRY = 2.0  # s until the hospital is asked again that did not tell


class ReferenceData:
    """Keeps the hospital's reference data fresh; what was read last survives a restart."""

    def __init__(
        self, read: Callable[[], Awaitable[catalogue.Catalogue]], store: Store, clock: Clock, every: float
    ) -> None:
        """``read`` asks the hospital for all lists; ``every``: s between two readings."""
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
        await self.search.prepare()

    async def once(self) -> int:
        """Read all lists; 0 when one of them came empty, which is not believed."""
        fresh, empty = catalogue.completed(await self._read_all(), last=self.now)
        if empty and empty != self._empty:
            log.error("the hospital answered with an empty list of %s; the last copy of it is kept", ", ".join(empty))
        self._empty = empty
        if fresh != self.now:
            self.now = fresh
            await self._store.set_cursor(CATALOGUE, catalogue.dumps(fresh))
        await self.search.prepare()
        if empty:
            return 0
        self.read.set()
        return 1

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
