"""What waits for each chat, as far as it is in memory, and the lines in which chats wait for their next call.

A chat stands in the line of its most urgent item. Lines are served chat by chat, so that each chat's first goes before
any chat's second. What an item says is not here: it is read when it goes.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from operator import attrgetter

from bot.model import Priority, Topic
from bot.store.port import OF_A_CHAT

PASSED = 2  # calls of its chat that go before a change of an answered question, or a person's words; then it goes
LAST = 1 << 62  # behind every stamp of the store


def key_of(topic: Topic) -> str:
    return f"topic:{topic.key}"


@dataclass(slots=True)
class Item:
    """A post, or a topic whose name or state is to be changed. ``place`` orders a lane's items of one priority."""

    key: str
    priority: Priority
    place: int
    topic: Topic | None = None
    passed: int = 0  # calls of this chat since it waits
    told: int = 0  # times that it was told of while it waited

    @property
    def rank(self) -> tuple[Priority, int]:
        """Where new questions come without end, an older question's last state has its turn among them."""
        due = self.priority is Priority.RELAY and self.passed >= PASSED
        return Priority.DIALOG if due else self.priority, self.place


_rank = attrgetter("rank")


@dataclass(slots=True)
class Lane:
    """One chat: at most one call in flight."""

    chat: int
    items: dict[str, Item] = field(default_factory=dict[str, Item])
    flying: Item | None = None
    again: bool = False  # what flies was wanted once more meanwhile
    rest_until: float = 0.0  # monotonic
    failures: int = 0
    floods: int = 0
    cut: Priority | None = None  # from this one on the store has more than is in memory
    line: Priority | None = None  # whose line it stands in
    rests: tuple[Priority, int] | None = None  # as what it rests, and the number of that rest

    def head(self) -> Item | None:
        if len(self.items) < 2:
            return next(iter(self.items.values()), None)
        return min(self.items.values(), key=_rank)

    @property
    def troubled(self) -> bool:
        """Whether it rests, or its last call did not get through."""
        return bool(self.rest_until or self.failures or self.floods)

    @property
    def hungry(self) -> bool:
        """Whether the store's next for this chat goes before anything that is known."""
        return self.cut is not None and ((head := self.head()) is None or head.priority > self.cut)


class Lanes:
    """All chats for which something is known to wait. A key is in one lane at most."""

    def __init__(self) -> None:
        self._lanes: dict[int, Lane] = {}
        self._lines: dict[Priority, OrderedDict[int, Lane]] = {one: OrderedDict() for one in Priority}
        self._rests: list[tuple[float, int, int]] = []  # until, number, chat
        self._count = 0
        self._topics: dict[str, int] = {}  # keys of topics' items, and their chats
        self.hungry: dict[int, None] = {}  # chats of which the store has more, to be read before they go on

    # ------------------------------------------------------------ what is known

    def put(self, chat: int, item: Item) -> None:
        """Whatever is known keeps its place. Of a chat and priority only so many are kept; the store has the others."""
        lane = self._lanes.get(chat)
        if lane is None:
            lane = self._lanes[chat] = Lane(chat)
        known = lane.items.get(item.key)
        if lane.flying is not None and lane.flying.key == item.key:
            lane.again = True
        elif known is not None:
            known.topic, known.priority, known.place = item.topic, item.priority, min(known.place, item.place)
            known.told += 1
        elif item.topic is None and self._is_behind(lane, item.priority):
            lane.cut = item.priority if lane.cut is None else min(lane.cut, item.priority)
        else:
            lane.items[item.key] = item
        self._enter(lane)

    def _is_behind(self, lane: Lane, priority: Priority) -> bool:
        if lane.cut is not None and priority >= lane.cut:
            return True
        alike = sum(one.priority is priority for one in lane.items.values()) if len(lane.items) >= OF_A_CHAT else 0
        return alike >= OF_A_CHAT

    def refilled(self, chat: int, items: Iterable[Item], cut: Priority | None) -> None:
        """The first that the store has for this chat; ``cut``: there are more, from this priority on. What is newer
        than these waits for its place behind all that the store has.
        """
        first = {item.key: item for item in items}
        if lane := self._lanes.get(chat):
            lane.cut = None
            for key, item in [*lane.items.items()]:
                if cut is not None and item.topic is None and item.priority >= cut and key not in first:
                    del lane.items[key]
        for item in first.values():
            self.put(chat, item)
        if lane := self._lanes.get(chat):
            lane.cut = cut
            self._enter(lane)

    def knows(self, chat: int, key: str) -> bool:
        lane = self._lanes.get(chat)
        return lane is not None and (key in lane.items or (lane.flying is not None and lane.flying.key == key))

    def placed(self, chat: int, item: Item) -> bool:
        """Whether it is known; then it has the place that the store tells."""
        lane = self._lanes.get(chat)
        if lane is not None and (known := lane.items.get(item.key)):
            known.place = item.place
        return self.knows(chat, item.key)

    def drop(self, lane: Lane, key: str) -> None:
        lane.items.pop(key, None)
        self._enter(lane)

    def only(self, topics: Iterable[Topic]) -> None:
        """These topics are to be changed, and no others."""
        wanted = {key_of(topic): topic for topic in topics}
        for key, chat in self._topics.items():
            if key not in wanted and (lane := self._lanes.get(chat)):
                self.drop(lane, key)
        self._topics = {key: topic.chat for key, topic in wanted.items()}
        for key, topic in wanted.items():
            self._count += 1
            self.put(topic.chat, Item(key, Priority.NOTICE, LAST + self._count, topic))

    def fresh(self, chat: int, key: str, priority: Priority) -> None:
        """Something new: behind all that is known."""
        self._count += 1
        self.put(chat, Item(key, priority, LAST + self._count))

    def clear(self) -> None:
        """Nothing is known; what flies goes on, and lanes keep their rests."""
        for lane in list(self._lanes.values()):
            lane.items.clear()
            lane.cut, lane.rests = None, None
            self._enter(lane)
        self.hungry.clear()
        self._rests.clear()

    def tidy(self, now: float) -> None:
        """Once in a while: rests that are over are forgotten, and who ran out of what is known is hungry again."""
        for lane in list(self._lanes.values()):
            if lane.rest_until <= now:
                lane.rest_until = 0.0
            self._enter(lane)

    def __len__(self) -> int:
        return sum(len(lane.items) for lane in self._lanes.values())

    # ------------------------------------------------------------ whose turn it is

    def first(self, priority: Priority) -> Lane | None:
        """The next chat whose most urgent item has this priority."""
        return next(iter(self._lines[priority].values()), None)

    def ready(self, priority: Priority) -> int:
        """How many chats stand in this line."""
        return len(self._lines[priority])

    def rest(self, lane: Lane, until: float) -> None:
        """It leaves its line until then (monotonic), unless something more urgent comes for it."""
        if lane.line is not None:
            self._count += 1
            lane.rests = lane.line, self._count
            heappush(self._rests, (until, self._count, lane.chat))
            self._enter(lane)

    def rested(self, now: float) -> float:
        """Whoever has rested stands in line again; answers when the next will have, monotonic."""
        while self._rests:
            until, number, chat = self._rests[0]
            lane = self._lanes.get(chat)
            rests = lane is not None and lane.rests is not None and lane.rests[1] == number
            if rests and until > now:
                return until
            heappop(self._rests)
            if rests and lane is not None:
                lane.rests = None
                self._enter(lane)
        return float("inf")

    def fly(self, lane: Lane, item: Item) -> None:
        """A call for this item begins; landed() must follow."""
        del lane.items[item.key]
        lane.flying, lane.again = item, False
        for other in lane.items.values():
            other.passed += 1
        self._enter(lane)

    def landed(self, lane: Lane, again: bool) -> None:
        """The call has ended. What is wanted ``again`` keeps its place."""
        item, lane.flying = lane.flying, None
        if item is not None and item.topic is None and (again or lane.again):
            lane.items[item.key] = item
        self._enter(lane)

    def stop(self, lane: Lane) -> None:
        """Nothing of this chat is tried: the store has it."""
        lane.items.clear()
        lane.cut = None
        self._enter(lane)

    def _enter(self, lane: Lane) -> None:
        """It stands where its head belongs, or nowhere."""
        flies = lane.flying is not None
        head, hungry = (None, False) if flies else (lane.head(), lane.hungry)
        line = None if head is None or hungry else head.rank[0]
        if lane.rests is not None and line is not None:
            if line >= lane.rests[0]:
                line = None
            else:
                lane.rests = None
        if line is not lane.line:
            if lane.line is not None:
                del self._lines[lane.line][lane.chat]
            if line is not None:
                self._lines[line][lane.chat] = lane
            lane.line = line
        if hungry:
            self.hungry[lane.chat] = None
        elif head is None and not flies and lane.cut is None and not lane.troubled:
            self._lanes.pop(lane.chat, None)
