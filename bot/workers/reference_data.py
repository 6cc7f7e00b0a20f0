"""The hospital's reference data, kept fresh: departments, staff, compounds, drugs, its questions."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping

from backend_client.errors import HospitalError, RetryLater
from bot import catalogue
from bot.clock import Clock
from bot.decoding import Unreadable
from bot.model import LIST, PLACES, STAFF, Arrival, Due, Measured, Outcome, Timer
from bot.searching import DrugSearch
from bot.store.port import Store
from bot.workers.take import Take

log = logging.getLogger(__name__)

STAFF_READ = "staff-read"  # when the list of staff was read last, civil ms
NAMED = 5  # ids of what was left out of a list that an operator reads
RETRY = 2.0  # s until the hospital is asked again that did not tell


class ReferenceData:
    """Keeps the hospital's reference data fresh; what was read last survives a restart."""

    def __init__(
        self,
        read: Callable[[], Awaitable[catalogue.Reading]],
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
        self._old = asyncio.Event()
        self._wrong: Mapping[str, str] = {}  # what was left out or waits, by list
        self._missed: set[str] = set()
        self.search = DrugSearch(lambda: self.now)

    async def open(self) -> None:
        """The copy of last time, so that a start while the hospital is down is a start; an unreadable one is none."""
        try:
            self.now = catalogue.loads(await self._store.cursor(catalogue.CURSOR))
        except Unreadable as why:
            log.error("the last copy of the hospital's lists cannot be read and counts as none: %s", why)
            await self._store.dead_letter("store", f"cursors/{catalogue.CURSOR}", f"unreadable {why}")
        read = await self._store.cursor(STAFF_READ)
        self.staff_at = int(read) if read.isdecimal() else 0
        await self.search.prepare()

    async def once(self) -> int:
        """Read all lists, each by itself; 0 when one of them did not come, or waits for an operator.

        Less than half of what a list had, or nothing, is not believed until an operator says so.
        """
        asked = self._clock.civil()
        reading = await self._read_all()
        taken = {name: await self._taken(name) for name in catalogue.NEVER_EMPTY if name in reading.came}
        done = catalogue.completed(reading, self.now, taken)
        before, self.now = self.now, done.now
        if before != self.now:
            await self._places_read(before)
            await self._store.set_cursor(catalogue.CURSOR, catalogue.dumps(self.now))
        await self._tell(reading, done, before)
        if "staff" in reading.came:
            missing = {one.id for one in before.staff} - {one.id for one in reading.came["staff"]}
            await self._staff_read(asked, changed=before.staff != self.now.staff, missing=missing, held=done.held)
        await self.search.prepare()
        if done.held or any(isinstance(error, RetryLater) for error in reading.failed.values()):
            return 0
        self.read.set()
        return 1

    async def _taken(self, name: str) -> int:
        """How many of a list an operator said are right; -1 = nothing was said."""
        row = await self._store.get(Measured, f"{LIST}:{name}")
        return row.values[-1] if row is not None and row.values else -1

    async def _tell(self, reading: catalogue.Reading, done: catalogue.Completed, before: catalogue.Catalogue) -> None:
        """What was left out or waits is an exception, told once until it changes; what came again settles it."""
        now = {name: f"left-out {' '.join(ids[:NAMED])}" for name, ids in reading.left_out.items()}
        now |= {name: f"{len(getattr(before, name))}/{came}" for name, came in done.held.items()}
        now |= {name: error.code for name, error in reading.failed.items() if not isinstance(error, RetryLater)}
        for name in sorted({*now, *self._wrong}):
            if now.get(name, "") == self._wrong.get(name, ""):
                continue
            log.error("the list of %s: %s", name, now.get(name) or "right again")
            if self._take:
                at = self._clock.civil()
                why = now.get(name, "")
                timer = Timer(f"{LIST}:{name}", at, LIST, name, why)
                await self._take(Arrival("timer", f"{LIST}/{name}/{why}/{at}", at, Due(timer)))
        self._wrong = now

    async def _staff_read(self, at: int, *, changed: bool, missing: set[str], held: Mapping[str, int]) -> None:
        """Until then the list is a copy; who is not in it any more is looked at, at the start too (R18)."""
        if "staff" not in held:
            self.staff_at = at
            await self._store.set_cursor(STAFF_READ, str(at))
        elif not held["staff"]:
            return  # nothing came: nobody is looked at by it
        if self._take and (changed or not self._told or missing - self._missed):
            self._told, self._missed = True, missing
            ref = ",".join(sorted(missing))
            await self._take(Arrival("timer", f"{STAFF}/{at}", at, Due(Timer(STAFF, at, STAFF, ref))))

    async def _places_read(self, before: catalogue.Catalogue) -> None:
        """What neighbours were told of a place that is another one now is corrected where it stands."""
        known = {one.id: (one.names, one.gate) for one in before.compounds}
        now = [(one.id, (one.names, one.gate)) for one in self.now.compounds]
        other = sorted(id for id, told in now if known.get(id, told) != told)
        if self._take and other:
            at = self._clock.civil()
            await self._take(Arrival("timer", f"{PLACES}/{at}", at, Due(Timer(PLACES, at, PLACES, ",".join(other)))))

    async def run(self) -> None:
        while True:
            self._old.clear()
            pause = RETRY
            try:
                if await self.once():
                    pause = self._every
            except HospitalError as error:
                log.warning("reference data not read (%s), the last copy is used", error.code)
            await self._clock.wait(self._old, pause)

    def ahead(self) -> None:
        """Civil time went ahead: a copy older than the time between two readings is read anew at once (R18)."""
        if self.staff_at < self._clock.after(-self._every):
            self._old.set()

    def wake(self, outcome: Outcome | None = None) -> None:
        """Reference data changes by itself."""
