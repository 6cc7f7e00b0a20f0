"""What waits for each chat, in order: urgent before dialog before notice, and first come first served within each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from bot.model import Priority, Topic
from bot.store.port import Standing

Work: TypeAlias = Standing | Topic


@dataclass(slots=True)
class Item:
    """``place`` orders the items of a lane within their priority."""

    work: Work
    place: int

    @property
    def priority(self) -> Priority:
        return Priority.NOTICE if isinstance(self.work, Topic) else self.work.post.priority

    @property
    def rank(self) -> tuple[str, int]:
        return self.priority, self.place


def key_of(work: Work) -> str:
    return f"topic:{work.key}" if isinstance(work, Topic) else work.post.key


def chat_of(work: Work) -> int:
    return work.chat if isinstance(work, Topic) else work.post.chat


@dataclass(slots=True)
class Lane:
    """One chat: at most one call in flight."""

    chat: int
    items: dict[str, Item] = field(default_factory=dict[str, Item])
    flying: str = ""
    rest_until: float = 0.0  # monotonic
    failures: int = 0
    floods: int = 0
    stopped: bool = False

    def head(self) -> Item | None:
        return min(self.items.values(), key=lambda item: item.rank) if self.items else None


class Lanes:
    """All chats for which something waits. A key is in one lane at most."""

    def __init__(self) -> None:
        self._lanes: dict[int, Lane] = {}
        self._next = 0

    def replace(self, works: Iterable[Work]) -> None:
        """This is all that waits and may be sent, in order of each chat; lanes keep their rests."""
        for lane in self._lanes.values():
            lane.items.clear()
            lane.stopped = False
        for work in works:
            self.put(work)
        self._lanes = {chat: lane for chat, lane in self._lanes.items() if _worth_keeping(lane)}

    def put(self, work: Work) -> None:
        """Newer content keeps the place of the older."""
        lane = self._lanes.setdefault(chat_of(work), Lane(chat_of(work)))
        key = key_of(work)
        if key in lane.items:
            lane.items[key].work = work
            return
        self._next += 1
        lane.items[key] = Item(work, self._next)

    def drop(self, key: str) -> None:
        for lane in self._lanes.values():
            lane.items.pop(key, None)

    def knows(self, key: str) -> bool:
        return any(key in lane.items for lane in self._lanes.values())

    def empty(self, chat: int) -> bool:
        """Whether nothing more of this chat is known."""
        lane = self._lanes.get(chat)
        return lane is None or not (lane.items or lane.flying)

    def any_stopped(self) -> bool:
        return any(lane.stopped for lane in self._lanes.values())

    def ready(self) -> Iterator[tuple[Lane, Item]]:
        """Lanes with something to do and nothing in flight, the most urgent head first."""
        heads = [
            (lane, head)
            for lane in self._lanes.values()
            if not lane.flying and not lane.stopped and (head := lane.head()) is not None
        ]
        yield from sorted(heads, key=lambda pair: pair[1].rank)

    def __len__(self) -> int:
        return sum(len(lane.items) for lane in self._lanes.values())


def _worth_keeping(lane: Lane) -> bool:
    return bool(lane.items or lane.flying or lane.rest_until)
