"""What changed at the hospital comes in as arrivals: all since a cursor, and open orders read again by their id."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from backend_client.errors import HospitalError, Refusal, RetryLater, Unintelligible
from backend_client.models import BatchSnapshot, Changes, OrderSnapshot, TaskSnapshot
from bot.clock import Clock
from bot.decoding import Kept, Unreadable
from bot.model import Arrival, Observed, Outcome
from bot.store.port import Store
from bot.workers.take import Take, backoff

log = logging.getLogger(__name__)

LINK = "link"  # whose dead letter says that the hospital cannot be reached, or does not let us in
AWAY = 900.0  # s without an answer until an operator hears of it

CURSOR = "feed"
LONGEST = 300.0  # s that we wait at most because the hospital asked for it
BROKEN_PAUSE = 60.0  # s before the hospital is asked again when an operator must mend something

Snapshot: TypeAlias = OrderSnapshot | BatchSnapshot | TaskSnapshot
OpenOrders: TypeAlias = Callable[[], Awaitable[Sequence[str]]]


class Source(Protocol):
    """The two calls of backend_client.Hospital that the feed makes."""

    async def changes(self, cursor: str, seen: tuple[str, ...]) -> Changes: ...

    async def order(self, no: str) -> OrderSnapshot: ...


@dataclass(frozen=True, slots=True)
class Looking:
    """Wall seconds: between two looks at the changes, and between two readings of every open order."""

    poll: float = 45.0
    reread: float = 300.0


class Feed:
    """One for a bot. ``open_orders`` answers the numbers of the orders whose end we have not seen.

    The cursor moves only after everything it covers was taken; what is taken twice has the same id and does nothing.
    """

    def __init__(
        self,
        store: Store,
        hospital: Source,
        clock: Clock,
        take: Take,
        open_orders: OpenOrders,
        how: Looking | None = None,
    ) -> None:
        self._store, self._hospital, self._clock, self._take = store, hospital, clock, take
        self._open_orders = open_orders
        self._how = how or Looking()
        self.left_alone: Counter[str] = Counter()  # Tasks of kinds that the contract does not know, by kind
        self._records: dict[str, tuple[str, bool, bool]] = {}  # by order, whose it is, as read last in this process
        self._stir = asyncio.Event()
        self._failures, self._told = 0, False
        self._away_at: float | None = None
        self._reread_at = clock.monotonic() + self._how.reread

    def wake(self, outcome: Outcome | None = None) -> None:
        """A ping came: read now. Commits do not concern the feed."""
        if outcome is None:
            self._stir.set()

    async def run(self) -> None:
        """Look until cancelled. While the hospital is away pings are not followed: the back-off holds."""
        while True:
            self._stir.clear()
            try:
                await self.once()
            except HospitalError as error:
                await self._tell(error)
                await self._clock.sleep(self._pause(error))
            else:
                self._failures, self._away_at = 0, None
                if self._told:
                    await self._store.dead_letter(LINK, "hospital", "")  # it is well again
                    self._told = False
                await self._clock.wait(self._stir, self._how.poll)

    async def once(self) -> int:
        """Read what changed, and the open orders where it is time; answers how many snapshots were taken."""
        taken = await self._follow()
        if self._clock.monotonic() >= self._reread_at:
            taken += await self.reread()
            self._reread_at = self._clock.monotonic() + self._how.reread
        return taken

    async def reread(self) -> int:
        """Read every open order by its id: finds what the hospital changed without telling."""
        taken = 0
        away: RetryLater | None = None
        numbers = await self._open_orders()
        self._records = {no: record for no, record in self._records.items() if no in set(numbers)}
        for no in numbers:
            if self._stir.is_set():  # a ping does not wait for the whole list
                self._stir.clear()
                taken += await self._follow()
            try:
                await self._again(await self._hospital.order(no))
                taken += 1
            except (Refusal, Unintelligible) as error:  # the others are read all the same
                log.warning("open order %s cannot be read: %s", no, error.code)
                await self._store.dead_letter("feed", f"order/{no}", error.code)
                away = None
            except RetryLater as error:  # one order's, or the hospital's? the next one tells
                if away is not None:
                    raise
                away = error
                log.warning("open order %s cannot be read now: %s", no, error.code)
            else:
                away = None
        return taken

    async def _follow(self) -> int:
        stored = await self._store.cursor(CURSOR)
        cursor, seen = _unpack(stored)
        changes = await self._hospital.changes(cursor, seen)
        snapshots: list[Snapshot] = [*changes.orders, *changes.batches, *changes.tasks]
        for snapshot in sorted(snapshots, key=lambda snapshot: snapshot.updated):
            await self._observe(snapshot)
        for unread in changes.unreadable:
            await self._store.dead_letter(
                "feed", f"order/{unread.order}" if unread.order else unread.place, unread.code
            )
        self._count(changes.unknown)
        fresh = _pack(changes.cursor, changes.seen)
        if fresh != stored:
            await self._store.set_cursor(CURSOR, fresh)
        return len(snapshots)

    async def _again(self, seen: OrderSnapshot) -> None:
        """A death, a merge or their correction is news though the order has the version that it had."""
        record = (seen.patient.id, seen.patient.active, seen.patient.deceased)
        news = self._records.get(seen.no) != record
        await self._observe(seen, f"/{self._clock.civil()}" if news else "")
        self._records[seen.no] = record

    async def _observe(self, snapshot: Snapshot, news: str = "") -> None:
        id = f"{_name(snapshot)}/{snapshot.version}{news}"
        await self._take(Arrival("hospital", id, self._clock.civil(), Observed(snapshot)))

    def _count(self, unknown: Sequence[str]) -> None:
        for kind in unknown:
            if kind not in self.left_alone:
                log.warning("a Task of a kind that is not in the contract is left alone, as all of its kind: %r", kind)
            self.left_alone[kind] += 1

    async def _tell(self, error: HospitalError) -> None:
        """Once: at once where no waiting mends it, else after a quarter of an hour."""
        now = self._clock.monotonic()
        self._away_at = now if self._away_at is None else self._away_at
        if not self._told and (not isinstance(error, RetryLater) or now - self._away_at >= AWAY):
            await self._store.dead_letter(LINK, "hospital", error.code)
            self._told = True

    def _pause(self, error: HospitalError) -> float:
        self._failures += 1
        if isinstance(error, RetryLater):
            pause = max(min(error.after or 0.0, LONGEST), backoff(self._failures))
            log.warning("the hospital is away (%s), asked again in %.0f s", error.code, pause)
            return pause
        log.error("the feed needs an operator: %s", error.code)
        return BROKEN_PAUSE


def _name(snapshot: Snapshot) -> str:
    match snapshot:
        case OrderSnapshot(no=no):
            return f"order/{no}"
        case BatchSnapshot(id=id):
            return f"batch/{id}"
        case TaskSnapshot(id=id):
            return f"task/{id}"


@dataclass(frozen=True, slots=True)
class _Place:
    """How far the changes were read. ``cursor`` "" = nothing yet: from now on."""

    cursor: str = ""
    seen: tuple[str, ...] = ()


_KEPT = Kept(_Place)


def _pack(cursor: str, seen: tuple[str, ...]) -> str:
    return _KEPT.dumps(_Place(cursor, seen))


def _unpack(stored: str) -> tuple[str, tuple[str, ...]]:
    """What cannot be read counts as none; open orders are read again by their number anyhow."""
    if not stored:
        return "", ()
    try:
        place = _KEPT.loads(stored)
    except Unreadable as why:
        log.error("how far the changes were read is not readable and counts as nothing: %s", why)
        place = _Place()
    return place.cursor, place.seen
