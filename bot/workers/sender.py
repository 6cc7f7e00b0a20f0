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
from bot.store.port import OF_A_CHAT, Standing, Store
from bot.workers import topics
from bot.workers.delivery import Delivery
from bot.workers.known import Known
from bot.workers.landing import Landing
from bot.workers.lanes import Item, Lane, Lanes, Work, key_of
from bot.workers.marks import Marks
from bot.workers.rates import PEOPLE, Limits, Rates
from bot.workers.take import Take, backoff

log = logging.getLogger(__name__)

FLIGHTS = 32  # calls at the same time
PLENTY, SELDOM = (
    100,
    5,
)  # while so many wait, everything is read so many times more seldom: a person does not wait for it
TOGETHER = 10.0  # s within which refusals of several chats are one
LONGEST_REST = 30.0  # s between two tries of a chat while the messenger is away


@dataclass(frozen=True, slots=True)
class Sending:
    """``neutral``: plain text that remains of a message too old to delete. ``look``: s between two full readings.

    ``opens``: civil ms -> civil ms from which neighbours' groups may be written to: the same, outside the quiet hours.
    ``again``: see ``Delivery``. ``read``: posts looked at in one full reading. ``last``: s that calls in flight get to
    end when we are stopped.
    """

    neutral: str = "—"
    look: float = 1.0
    read: int = 500
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
        self._flights: set[asyncio.Task[None]] = set()
        self._flying: set[str] = set()
        self._stir = asyncio.Event()
        self._fresh: dict[str, None] = {}  # keys to read again, in order of their commits
        self._known = Known()
        store.on_posts(self._known.heard)
        self._landed: set[str] = set()  # since the last reading began: what it says of them may be old
        self._aside: dict[str, float] = {}
        self._floods: dict[int, float] = {}  # chats that were refused though hardly called: when, monotonic
        self._read_all_at = float("-inf")
        self._more = False  # the last full reading was cut off,
        self._cut = Priority.URGENT  # at this priority
        self._cuts: dict[int, Priority] = {}  # so were chats, at these priorities

    def wake(self, outcome: Outcome | None = None) -> None:
        """Something was committed. Without an outcome: read everything again."""
        if outcome is not None:
            self._delivery.heard(back := _came_back(outcome))
            if back < 0:
                self._aside.clear()
                outcome = None
        if outcome is None or self._lanes.any_stopped() or any(isinstance(row, Topic) for row in outcome.rows):
            self._read_all_at = float("-inf")
        else:
            self._fresh.update(dict.fromkeys((*(post.key for post in outcome.posts), *outcome.again)))
            for key in outcome.again:
                self._known.forget(key)
        self._stir.set()

    async def run(self) -> None:
        """Work until cancelled; then calls in flight get a moment to end, so that their marks are written."""
        try:
            while True:
                self._stir.clear()
                await self._read()
                pause = self._launch()
                await self._clock.wait(self._stir, pause)
        finally:
            await asyncio.shield(self._land_all())

    async def once(self) -> int:
        """Deliver all that is due and that the rates allow now; answers how many deliveries were made."""
        self._read_all_at = float("-inf")
        made = 0
        while True:
            await self._read()
            self._launch()
            if not self._flights:
                return made
            made += len(self._flights)
            await asyncio.wait(set(self._flights))

    @property
    def idle(self) -> bool:
        """Whether nothing is in flight and nothing is known that waits."""
        return not self._flights and not self._fresh and not len(self._lanes)

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

    # ------------------------------------------------------------ reading

    async def _read(self) -> None:
        now = self._clock.monotonic()
        cut = self._more and (not len(self._lanes) or (self._fresh and self._cut in PEOPLE))
        cut = cut or any(self._lanes.empty(chat) for chat in self._cuts)
        if cut or now >= self._read_all_at + self._how.look * (SELDOM if len(self._lanes) > PLENTY else 1):
            self._read_all_at = now
            await self._read_everything()
        elif self._fresh:
            await self._read_fresh()

    async def _read_everything(self) -> None:
        self._landed.clear()
        self._known.clear()
        self._fresh = {key: None for key in self._fresh if key in self._flying}
        posts = await self._store.posts_due(self._clock.civil(), self._how.read)
        names = await self._store.topics_due()
        self._more = len(posts) >= self._how.read
        self._cut = posts[-1].post.priority if self._more else Priority.URGENT
        self._cuts = _cuts(posts)
        now = self._clock.monotonic()
        self._aside = {key: until for key, until in self._aside.items() if until > now}
        works: list[Work] = [*posts, *names]
        self._lanes.replace([work for work in works if self._may(key_of(work))])

    async def _read_fresh(self) -> None:
        self._landed.clear()
        keys, self._fresh = list(self._fresh), {}
        civil = self._clock.civil()
        for key in keys:
            standing = self._known.take(key) or await self._store.standing(key)
            if self._busy(key):
                continue
            if standing is not None and not self._lanes.knows(key) and self._is_behind(standing):
                continue
            if standing is not None and _waits(standing, civil):
                self._lanes.put(standing)
            else:
                self._lanes.drop(key)

    def _is_behind(self, standing: Standing) -> bool:
        """Behind what was not read yet: a full reading brings it."""
        post = standing.post
        return (self._more and post.priority not in PEOPLE) or post.priority >= self._cuts.get(post.chat, "~")

    def _may(self, key: str) -> bool:
        return key not in self._aside and not self._busy(key)

    def _busy(self, key: str) -> bool:
        """What is in flight, or landed while we read, is read again later: the store may have looked too early."""
        if key not in self._flying and key not in self._landed:
            return False
        self._fresh[key] = None
        return True

    # ------------------------------------------------------------ launching

    def _launch(self) -> float:
        """Start what may go now; answers how long to sleep if nothing happens."""
        now = self._clock.monotonic()
        pause = max(0.0, self._read_all_at + self._how.look - now)
        for lane, item in self._lanes.ready():
            if len(self._flights) >= FLIGHTS:
                break
            wait = max(lane.rest_until - now, self._rates.wait(lane.chat, item.priority, now))
            if wait > 0:
                pause = min(pause, wait)
                continue
            self._rates.start(lane.chat, now)
            self._fly(lane, item)
        return pause

    def _fly(self, lane: Lane, item: Item) -> None:
        lane.flying = key_of(item.work)
        self._flying.add(lane.flying)
        self._known.flies(lane.flying)
        del lane.items[lane.flying]
        flight = asyncio.create_task(self._deliver(lane, item.work))
        self._flights.add(flight)
        flight.add_done_callback(self._flights.discard)

    async def _deliver(self, lane: Lane, work: Work) -> None:
        landing = Landing(aside=topics.PAUSE) if isinstance(work, Topic) else Landing(rest=None, again=True)
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
            log.error("delivery of %s is tried again: %s", key_of(work), type(error).__name__)
        finally:
            self._how.noted(landing.rest is None or landing.flooded)
            self._land(lane, work, landing)

    def _land(self, lane: Lane, work: Work, landing: Landing) -> None:
        now = self._clock.monotonic()
        self._rates.end(lane.chat, now)
        key = lane.flying
        lane.flying = ""
        self._flying.discard(key)
        self._known.landed(key)
        lane.stopped = landing.stopped
        lane.floods = lane.floods if landing.flooded else 0
        lane.failures = lane.failures + 1 if landing.rest is None else 0
        rest = backoff(lane.failures, LONGEST_REST) if landing.rest is None else landing.rest
        if landing.flooded:
            rest = self._flooded(lane, work, rest, now)
        lane.rest_until = now + rest if rest else 0.0
        self._landed.add(key)
        if landing.aside:
            self._aside[key] = now + landing.aside
        if landing.reread:
            self._read_all_at = float("-inf")
        elif isinstance(work, Standing) and landing.again:
            self._fresh[key] = None
        self._stir.set()

    def _flooded(self, lane: Lane, work: Work, rest: float, now: float) -> float:
        """How long this chat rests: as it is told. Where it was hardly called, the bulk rests too; where that is so of
        several chats at once the messenger had enough of all of us, and people are tried again soon.
        """
        if not self._rates.calm(lane.chat, now):
            return rest
        self._rates.flooded(rest, now)
        lane.floods += 1
        self._floods = {chat: at for chat, at in self._floods.items() if at > now - TOGETHER} | {lane.chat: now}
        people = isinstance(work, Standing) and work.post.priority in PEOPLE
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
        if self._flights:
            await asyncio.wait(set(self._flights), timeout=self._how.last)
        for flight in set(self._flights):
            flight.cancel()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._marks.close(), self._how.last)


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


def _cuts(posts: list[Standing]) -> dict[int, Priority]:
    """The chats of which there may be more, and from which priority on."""
    of: dict[int, list[Priority]] = {}
    for standing in posts:
        of.setdefault(standing.post.chat, []).append(standing.post.priority)
    return {chat: max(known) for chat, known in of.items() if len(known) >= OF_A_CHAT}


def _waits(standing: Standing, civil: int) -> bool:
    """What posts_due would answer, for one post."""
    return (
        standing.shown != standing.wanted
        and standing.state not in ("failed", "sending")
        and max(standing.due, standing.aside, standing.post.not_before) <= civil
    )
