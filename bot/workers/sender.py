"""Makes every chat show what was committed for it: reads what waits, keeps lanes and rates, launches deliveries."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal

from bot.clock import Clock
from bot.messenger.errors import MessengerError
from bot.messenger.port import Messenger
from bot.model import Arrival, Body, Outcome, Place, Priority, PutAside, Reached, Topic
from bot.store.port import NotOpened, Standing, Store
from bot.workers import topics
from bot.workers.delivery import Delivery
from bot.workers.heads import Heads
from bot.workers.known import Known
from bot.workers.landing import Landing
from bot.workers.lanes import Item, Lane, Lanes, key_of
from bot.workers.marks import Marks
from bot.workers.rates import PEOPLE, Limits, Rates
from bot.workers.take import Take, backoff

log = logging.getLogger(__name__)

LINES = tuple(Priority)  # people first
FLIGHTS = 64  # calls at the same time
TOGETHER = 10.0  # s within which refusals of several chats are one
LONGEST_REST = 30.0  # s between two tries of a chat while the messenger is away


@dataclass(frozen=True, slots=True)
class Sending:
    """``neutral``: plain text that remains of a message too old to delete. ``look``: s between two looks for what
    has become due.

    ``opens``: civil ms -> civil ms from which neighbours' groups may be written to: the same, outside the quiet hours.
    ``again``: see ``Delivery``. ``read``: posts of a priority read at a time. ``last``: s that calls in flight and
    their marks get when we are stopped.
    """

    neutral: str = "—"
    look: float = 1.0
    read: int = 100
    last: float = 5.0
    limits: Limits = field(default_factory=Limits)
    opens: Callable[[int], int] = int
    again: Callable[[str], str] = str
    noted: Callable[[bool], object] = bool  # whether the messenger did not answer, or refused for a while


class Sender:
    """One for a bot. Give ``wake`` to the store's on_commit; ``take`` hears of people who cannot be reached."""

    def __init__(
        self, store: Store, messenger: Messenger, clock: Clock, take: Take, how: Sending | None = None
    ) -> None:
        self._store, self._messenger, self._clock, self._take = store, messenger, clock, take
        self._how = how or Sending()
        self._rates = Rates(self._how.limits)
        self._marks = Marks(store, clock)
        said = (self._how.neutral, self._spend, self._quiet_until, self._how.again)
        self._delivery = Delivery(store, messenger, self._marks, clock, *said)
        self._lanes = Lanes()
        self._heads = Heads(store, clock, self._lanes, self._how.read, self._how.look)
        self._flights: set[asyncio.Task[None]] = set()
        self._stir = asyncio.Event()
        self._known = Known()
        store.on_posts(self._known.heard)
        self._floods: dict[int, float] = {}  # chats that were refused though hardly called: when, monotonic

    def wake(self, outcome: Outcome | None = None) -> None:
        """Something was committed. Without an outcome: read everything again."""
        if outcome is None:
            self._heads.anew()
        else:
            self._delivery.heard(back := _came_back(outcome))
            self._heads.committed(outcome, back)
            for key in outcome.again:
                self._known.forget(key)
        self._stir.set()

    async def run(self) -> None:
        """Work until cancelled; then calls in flight get a moment to end, so that their marks are written."""
        self._heads.anew()
        try:
            while True:
                self._stir.clear()
                more = await self._read()
                pause = await self._launch()
                await self._clock.wait(self._stir, 0.0 if more else pause)
        except (asyncio.CancelledError, NotOpened):  # any other error: we are started again, and calls go on meanwhile
            await asyncio.shield(self._land_all())
            raise

    async def once(self) -> int:
        """Deliver all that is due and that the rates allow now; answers how many deliveries were made."""
        self._heads.anew()
        made = 0
        while True:
            self._stir.clear()
            while await self._read():
                pass
            await self._launch()
            if self._flights:
                made += len(self._flights)
                await asyncio.wait(set(self._flights))
            elif not self._stir.is_set():
                return made

    async def _read(self) -> bool:
        """Answers whether there is more to read at once."""
        if self._clock.monotonic() >= self._heads.look_at:
            self._known.clear()  # what is known is known for a moment: a chat may have become another one
        return await self._heads.read()

    @property
    def idle(self) -> bool:
        """Whether nothing is in flight and nothing is known that waits."""
        return not self._flights and not len(self._lanes) and not self._lanes.hungry

    async def adopt(self, key: str, chat: int, message: int) -> None:
        """A button was pressed on another copy of a post: that copy is the post from now on, the other goes soon."""
        other = await self._store.adopt(key, message)
        self._known.forget(key)
        if other is not None and other != message:
            task = asyncio.create_task(self._delete_copy(key, chat, other))
            self._flights.add(task)
            task.add_done_callback(self._flights.discard)

    async def _delete_copy(self, key: str, chat: int, other: int) -> None:
        try:
            await self._messenger.delete(chat, other)
            self._spend(chat)
        except MessengerError as error:
            log.warning("the second copy of post %s remains: %s", key, error.code)

    # ------------------------------------------------------------ launching

    async def _launch(self) -> float:
        """Start what may go now, people first; answers how long to sleep if nothing happens."""
        now = self._clock.monotonic()
        next_rested = self._lanes.rested(now)
        pause = self._heads.look_at - now
        for priority in LINES:
            while (lane := self._lanes.first(priority)) is not None:
                if len(self._flights) >= FLIGHTS:
                    return max(0.0, pause)
                if (wait := self._rates.room(priority, now)) > 0:
                    pause = min(pause, wait)
                    break
                if (wait := max(lane.rest_until - now, self._rates.wait(lane.chat, priority, now))) > 0:
                    self._lanes.rest(lane, now + wait)
                    next_rested = min(next_rested, now + wait)
                    continue
                await self._start(lane, now)
        return max(0.0, min(pause, next_rested - now))

    async def _start(self, lane: Lane, now: float) -> None:
        """The first of this chat goes, if it still waits, as it is wanted now."""
        item = lane.head()
        if item is None:
            return
        told = item.told
        work: Standing | Topic | None = item.topic or await self._due(item.key)
        if lane.items.get(item.key) is not item or item.told != told:
            return  # it was committed once more while it was read, or all is read anew
        if work is None:
            self._lanes.drop(lane, item.key)
            if self._heads.gone(lane.chat, item.key) and lane.hungry:
                self._stir.set()  # what stands behind it is read at once
        elif isinstance(work, Standing) and (work.post.chat, work.post.priority) != (lane.chat, item.priority):
            self._lanes.drop(lane, item.key)  # its group became another chat, or it another priority
            self._lanes.put(work.post.chat, Item(item.key, work.post.priority, item.place))
        else:
            self._rates.start(lane.chat, now, item.priority)
            self._lanes.fly(lane, item)
            self._known.flies(item.key)
            flight = asyncio.create_task(self._deliver(lane, work))
            self._flights.add(flight)
            flight.add_done_callback(self._ended)

    def _ended(self, flight: asyncio.Task[None]) -> None:
        self._flights.discard(flight)
        self._stir.set()  # its place is free

    async def _due(self, key: str) -> Standing | None:
        """As it was committed just now, or as it is read."""
        now, known = self._clock.civil(), self._known.take(key)
        if known is None:
            return await self._store.due(key, now)
        return known if known.waits(now) else None

    async def _deliver(self, lane: Lane, work: Standing | Topic) -> None:
        landing = Landing(aside=topics.PAUSE) if isinstance(work, Topic) else Landing(rest=None, again=True)
        began = self._clock.monotonic()
        try:
            if isinstance(work, Topic):
                landing = await topics.keep(work, self._store, self._messenger, self._spend)
            else:
                landing = await self._delivery.post(work)
                if landing.stopped:
                    await self._tell_unreachable(work.post.chat)
                if landing.came:
                    source, id = landing.came
                    await self._tell("house", f"came/{source}/{id}/{self._clock.civil()}", PutAside(source, id, ""))
        except Exception as error:  # the store is away, or a mistake of ours
            key = key_of(work) if isinstance(work, Topic) else work.post.key
            log.error("delivery of %s is tried again: %s", key, type(error).__name__)
        finally:
            self._how.noted(landing.rest is None or landing.flooded)
            self._land(lane, landing, began)

    def _land(self, lane: Lane, landing: Landing, began: float) -> None:
        now = self._clock.monotonic()
        self._rates.end(lane.chat, now, began)
        item = lane.flying
        if item is not None:
            self._known.landed(item.key)
        lane.floods = lane.floods if landing.flooded else 0
        lane.failures = lane.failures + 1 if landing.rest is None else 0
        rest = backoff(lane.failures, LONGEST_REST) if landing.rest is None else landing.rest
        if landing.flooded:
            rest = self._flooded(lane, rest, now)
        lane.rest_until = now + rest if rest else 0.0
        if landing.aside and item is not None:
            self._heads.put_aside(lane.chat, item, now + landing.aside)
        self._lanes.landed(lane, again=landing.again)
        if landing.stopped:
            self._lanes.stop(lane)
            self._heads.unreached(lane.chat)
        elif self._heads.is_stopped(lane.chat):
            self._heads.reached(lane.chat)
        if landing.reread:
            self._heads.anew()
        self._stir.set()

    def _flooded(self, lane: Lane, rest: float, now: float) -> float:
        """How long this chat rests: as it is told. Where it was hardly called, the bulk rests too; where that is so of
        several chats at once the messenger had enough of all of us, and people are tried again soon.
        """
        if not self._rates.calm(lane.chat, now):
            return rest
        self._rates.flooded(rest, now)
        lane.floods += 1
        self._floods = {chat: at for chat, at in self._floods.items() if at > now - TOGETHER} | {lane.chat: now}
        people = lane.flying is not None and lane.flying.priority in PEOPLE
        return min(rest, backoff(lane.floods)) if people and len(self._floods) > 1 else rest

    async def _tell_unreachable(self, chat: int) -> None:
        now = self._clock.civil()
        await self._tell("telegram", f"unreachable/{chat}/{now}", Reached(chat, max(chat, 0), False))

    async def _tell(self, source: Literal["telegram", "house"], id: str, body: Body) -> None:
        with suppress(Exception):  # the store knows already; what is lost is only that somebody is told
            await self._take(Arrival(source, id, self._clock.civil(), body))

    def _quiet_until(self) -> int:
        now = self._clock.civil()
        opens = self._how.opens(now)
        return opens if opens > now else 0

    def _spend(self, chat: int) -> None:
        self._rates.also(chat, self._clock.monotonic())

    async def _land_all(self) -> None:
        """Calls in flight end, then their marks are written: ``last`` s for both, whoever does not answer."""
        ending, over = asyncio.ensure_future(self._end()), asyncio.ensure_future(self._clock.sleep(self._how.last))
        await asyncio.wait((ending, over), return_when=asyncio.FIRST_COMPLETED)
        for task in (over, ending, *self._flights):
            task.cancel()

    async def _end(self) -> None:
        if self._flights:
            await asyncio.wait(set(self._flights))
        await self._marks.close()


def _came_back(outcome: Outcome) -> int:
    """The chat that can be reached by what was committed: unblocked, spoken in, or a group given rights or bound."""
    body = outcome.arrival.body
    if isinstance(body, Reached):
        return body.chat if body.reachable else 0
    bound = next((row.chat for row in outcome.rows if isinstance(row, Place) and row.bound), 0)
    spot = getattr(body, "spot", None)
    if bound:
        return bound
    return spot.chat if spot is not None and spot.chat > 0 else 0
