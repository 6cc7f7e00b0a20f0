"""Reads from the outbox what may go next, a little at a time, however much waits.

Of each priority everything is known up to one stamp; behind it the store is asked again when few of what is known could
go. What is read are keys: a post is read whole when it goes, so nothing here can be out of date, only missing, and what
may be missing is looked for again (``AGAIN``).
"""

from __future__ import annotations

from collections.abc import Iterable

from bot.clock import Clock
from bot.model import Outcome, Post, Priority, Topic
from bot.store.port import OF_A_CHAT, Store, Waits
from bot.workers.lanes import Item, Lanes, key_of
from bot.workers.rates import PEOPLE

TOPICS = 50  # that are read at a time
LOW = 64  # chats that could be called now: while so many are known, no more are read
AGAIN = 60.0  # s after which all that waits is gone through once more, a page at a time
JUMPED = 1_000  # civil ms that it goes back at least: what waited for an instant is looked for anew


class Heads:
    """``page``: posts read at a time. ``look``: s between two looks for what has become due."""

    def __init__(self, store: Store, clock: Clock, lanes: Lanes, page: int, look: float) -> None:
        self._store, self._clock, self._lanes, self._page, self._every = store, clock, lanes, page, look
        self._upto = dict.fromkeys(Priority, 0)  # stamps
        self._more = dict.fromkeys(Priority, True)  # whether the store has some behind that
        self._names = True  # topics are to be looked at
        self._keys: dict[str, None] = {}  # posts of which only the key is known
        self._aside: dict[str, tuple[float, int, Item]] = {}  # what waits alone: until (monotonic), its chat
        self._stopped: set[int] = set()  # chats that cannot be reached, of which something waits
        self._gone: dict[int, set[str]] = {}  # by chat: what did not wait any more, or cannot be read, since a look
        self._times = 0  # that all was read anew
        self._look_at = self._again_at = float("-inf")
        self._civil = 0

    @property
    def look_at(self) -> float:
        """Monotonic s of the next look."""
        return self._look_at

    # ------------------------------------------------------------ what is told

    def anew(self) -> None:
        """Forget what is known and read again."""
        self._lanes.clear()
        self._start()

    def _start(self) -> None:
        self._from_the_beginning(Priority)
        self._names = True
        self._look_at = float("-inf")

    def committed(self, outcome: Outcome, back: int) -> None:
        """``back``: the chat that can be reached by this, 0 = none."""
        many = len(outcome.posts) > self._page
        if many:  # not all in line at once: they are gone through a page at a time
            self._from_the_beginning({post.priority for post in outcome.posts})
        for post in outcome.posts:
            self._fresh(post, many)
        self._keys.update(dict.fromkeys(outcome.again))
        self._names = self._names or any(isinstance(row, Topic) for row in outcome.rows)
        if back and (back < 0 or back in self._stopped or any(chat == back for _, chat, _ in self._aside.values())):
            self.reached(back)
        spot = getattr(outcome.arrival.body, "spot", None)
        if spot is not None and spot.chat in self._stopped:
            self.reached(spot.chat)  # somebody speaks in a group

    def _fresh(self, post: Post, paged: bool) -> None:
        """Where its chat may have older ones that were not read, these are read first; bulk waits for its page, and so
        does what is ``paged``. Of a chat that could not be reached the store tells whether it can be now.
        """
        self._gone.get(post.chat, set()).discard(post.key)
        if post.chat in self._stopped:
            self._lanes.hungry[post.chat] = None
        elif not self._more[post.priority] or self._lanes.knows(post.chat, post.key):
            self._lanes.fresh(post.chat, post.key, post.priority)
        elif post.priority in PEOPLE and not paged:
            self._lanes.hungry[post.chat] = None

    def _from_the_beginning(self, priorities: Iterable[Priority]) -> None:
        """Also where a page is being read just now: what was committed meanwhile need not be among it."""
        self._times += 1
        for priority in priorities:
            self._upto[priority], self._more[priority] = 0, True

    def reached(self, chat: int) -> None:
        """All that waits for this chat may be tried again."""
        self._stopped.discard(chat)
        self._aside = {key: one for key, one in self._aside.items() if one[1] != chat}
        self._lanes.hungry[chat] = None

    def unreached(self, chat: int) -> None:
        self._stopped.add(chat)

    def is_stopped(self, chat: int) -> bool:
        return chat in self._stopped

    def put_aside(self, chat: int, item: Item, until: float) -> None:
        """It waits alone until then (monotonic)."""
        self._aside[item.key] = until, chat, item

    def gone(self, chat: int, key: str) -> bool:
        """It does not wait any more, or cannot be read: until the next look it is stepped over. Whether that is new."""
        known = self._gone.setdefault(chat, set())
        new = key not in known
        known.add(key)
        return new

    # ------------------------------------------------------------ reading

    async def read(self) -> bool:
        """What was told, what became due, and more where little is known; answers whether to go on at once."""
        now = self._clock.monotonic()
        looks = now >= self._look_at
        if looks:
            self._look(now)
        if self._names:
            self._names = False
            alone = sum(item.topic is not None for _, _, item in self._aside.values())  # the store names these first
            due = await self._store.topics_due(TOPICS + alone)
            self._lanes.only([one for one in due if key_of(one) not in self._aside])
        await self._read_keys()
        await self._read_chats()
        for priority in Priority:
            if self._wants(priority) or (looks and not self._more[priority]):
                await self._read_page(priority)
        await self._read_chats()
        return any(self._wants(priority) for priority in Priority)

    def _look(self, now: float) -> None:
        civil = self._clock.civil()
        if civil < self._civil - JUMPED:
            self._start()
        elif now >= self._again_at:
            self._from_the_beginning([priority for priority in Priority if not self._more[priority]])
            self._again_at = now + AGAIN
        self._civil, self._look_at = civil, now + self._every
        self._names = True
        self._gone.clear()
        self._lanes.tidy(now)
        over = [key for key, (until, _, _) in self._aside.items() if until <= now]
        for key in over:
            _, chat, item = self._aside.pop(key)
            self._lanes.put(chat, item)

    async def _read_keys(self) -> None:
        keys, self._keys = self._keys, {}
        for key in keys:
            standing = await self._store.due(key, self._clock.civil())
            if standing is not None:
                self._lanes.fresh(standing.post.chat, key, standing.post.priority)

    async def _read_chats(self) -> None:
        for chat in list(self._lanes.hungry):
            self._lanes.hungry.pop(chat, None)  # whatever is told meanwhile is read once more
            gone = frozenset(self._gone.get(chat, ()))
            most = OF_A_CHAT + len(gone)
            found = await self._store.waiting_in(chat, self._clock.civil(), most)
            first = [one for one in found if one.key not in gone][:OF_A_CHAT]
            more = first and not first[-1].stopped and (len(found) >= most or first[-1] is not found[-1])
            self._lanes.refilled(
                chat, [_item(one) for one in first if self._may(one)], first[-1].priority if more else None
            )

    def _wants(self, priority: Priority) -> bool:
        return self._more[priority] and self._lanes.ready(priority) < LOW

    async def _read_page(self, priority: Priority) -> None:
        """The next ones. Several may stand at one stamp, so the last is read again with those behind it.

        What became due by time may be older than what is known of its chat, which is read in its order then.
        """
        upto, times = self._upto[priority], self._times
        found = await self._store.waiting(priority, upto, self._clock.civil(), self._page)
        if times != self._times:
            return  # from the beginning
        self._more[priority] = len(found) >= self._page
        for one in found:
            if self._may(one) and not self._lanes.placed(one.chat, _item(one)):
                if one.ready == one.queued:
                    self._lanes.put(one.chat, _item(one))
                else:
                    self._lanes.hungry[one.chat] = None
                    self._gone.get(one.chat, set()).discard(one.key)
        if found:
            self._upto[priority] = max(found[-1].ready, upto + self._more[priority])

    def _may(self, one: Waits) -> bool:
        if one.stopped:
            self._stopped.add(one.chat)
        elif one.chat in self._stopped:
            self.reached(one.chat)
        return not one.stopped and one.key not in self._aside


def _item(one: Waits) -> Item:
    return Item(one.key, one.priority, one.queued)
