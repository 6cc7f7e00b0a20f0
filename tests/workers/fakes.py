"""Ten-line stand-ins for the messenger and the core: they remember what happened and fail when told to."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.clock import HandClock
from bot.messenger.errors import Gone, MessengerError
from bot.messenger.port import Received
from bot.model import Arrival, Content, Outcome, Post, Reached, Row, Said, Spot, Text
from bot.store.port import Mark, Store
from bot.workers.sender import Sender


@dataclass
class Answer:
    toast: str = ""
    alert: bool = False
    ok: bool = True
    reason: str = ""


@dataclass
class Core:
    """Takes every arrival; ``fails`` are raised first, one for each call."""

    taken: list[Arrival] = field(default_factory=list)
    fails: deque[Exception] = field(default_factory=deque)
    answer: Answer = field(default_factory=Answer)
    store: Store | None = None

    async def take(self, arrival: Arrival) -> Answer:
        if self.fails:
            raise self.fails.popleft()
        self.taken.append(arrival)
        if self.store and not await self.store.seen(arrival.source, arrival.id):
            await self.store.commit(Outcome(arrival))
        return self.answer

    @property
    def ids(self) -> list[str]:
        return [arrival.id for arrival in self.taken]

    @property
    def unreached(self) -> list[int]:
        return [arrival.body.chat for arrival in self.taken if isinstance(arrival.body, Reached)]


class Chats:
    """A messenger that keeps what stands in each chat. Each call is noted as (seconds, method, chat, ...)."""

    def __init__(self, clock: HandClock) -> None:
        self.clock = clock
        self.calls: list[tuple[float, str, int, Any]] = []
        self.shown: dict[tuple[int, int], Content | str] = {}
        self.threads: dict[int, int | None] = {}
        self.pins: list[int] = []
        self.topics: dict[int, str] = {}
        self.closed: set[int] = set()
        self.answers: list[tuple[Any, ...]] = []
        self.inbox: list[Received] = []
        self.offsets: list[int] = []
        self._fails: dict[str, deque[Exception]] = defaultdict(deque)
        self._after: dict[str, deque[Exception]] = defaultdict(deque)
        self._holds: dict[str, deque[asyncio.Event]] = defaultdict(deque)
        self._next = 100

    def fail(self, method: str, *errors: Exception) -> None:
        """The next calls of this method do nothing and raise."""
        self._fails[method].extend(errors)

    def mend(self, method: str) -> None:
        """Calls of this method work from now on."""
        self._fails[method].clear()

    def lose(self, method: str, *errors: Exception) -> None:
        """The next calls of this method do their work and then raise."""
        self._after[method].extend(errors)

    def hold(self, method: str) -> asyncio.Event:
        """The next call of this method does its work and then waits for the event."""
        event = asyncio.Event()
        self._holds[method].append(event)
        return event

    async def _call(self, method: str, chat: int, what: Any = None) -> None:
        self.calls.append((self.clock.monotonic(), method, chat, what))
        await asyncio.sleep(0)
        if self._fails[method]:
            raise self._fails[method].popleft()

    async def _end(self, method: str) -> None:
        if self._holds[method]:
            await self._holds[method].popleft().wait()
        if self._after[method]:
            raise self._after[method].popleft()

    def _id(self) -> int:
        self._next += 1
        return self._next

    async def send(self, post: Post, thread: int | None) -> int:
        await self._call("send", post.chat, post.key)
        assert post.content is not None
        id = self._id()
        self.shown[post.chat, id] = post.content
        self.threads[id] = thread
        await self._end("send")
        return id

    async def edit(self, chat: int, message: int, content: Content) -> bool:
        await self._call("edit", chat, message)
        if (chat, message) not in self.shown:
            raise Gone("gone")
        changed = self.shown[chat, message] != content
        self.shown[chat, message] = content
        await self._end("edit")
        return changed

    async def delete(self, chat: int, message: int) -> None:
        await self._call("delete", chat, message)
        if self.shown.pop((chat, message), None) is None:
            raise Gone("gone")
        await self._end("delete")

    async def blank(self, chat: int, message: int, text: str) -> None:
        await self._call("blank", chat, message)
        self.shown[chat, message] = text

    async def pin(self, chat: int, message: int) -> None:
        await self._call("pin", chat, message)
        self.pins.append(message)

    async def typing(self, chat: int) -> None:
        await self._call("typing", chat)

    async def make_topic(self, chat: int, name: str) -> int:
        await self._call("make_topic", chat, name)
        thread = self._id()
        self.topics[thread] = name
        return thread

    async def rename_topic(self, chat: int, thread: int, name: str) -> None:
        await self._call("rename_topic", chat, name)
        self.topics[thread] = name
        await self._end("rename_topic")

    async def close_topic(self, chat: int, thread: int) -> None:
        await self._call("close_topic", chat, thread)
        self.closed.add(thread)

    async def delete_topic(self, chat: int, thread: int) -> None:
        await self._call("delete_topic", chat, thread)
        self.topics.pop(thread, None)

    async def reopen_topic(self, chat: int, thread: int) -> None:
        await self._call("reopen_topic", chat, thread)
        self.closed.discard(thread)

    async def answer_press(self, query: str, text: str = "", alert: bool = False) -> None:
        await self._call("answer_press", 0, query)
        self.answers.append((query, text, alert))

    async def answer_checkout(self, query: str, ok: bool, reason: str = "") -> None:
        await self._call("answer_checkout", 0, query)
        self.answers.append((query, ok, reason))

    async def updates(self, offset: int, seconds: float) -> Sequence[Received]:
        """Confirms what is before the offset, as Telegram does."""
        self.offsets.append(offset)
        await self._call("updates", 0, seconds)
        for index, received in enumerate(self.inbox):
            if received.id == offset:
                del self.inbox[:index]
                break
        else:
            if any(received.id == offset - 1 for received in self.inbox):
                self.inbox.clear()
        return self.inbox[:100]

    # ------------------------------------------------------------ what the tests look at

    def texts(self, chat: int) -> list[str]:
        """What a person sees in a chat, oldest first."""
        return [
            content.html if isinstance(content, Text) else str(content)
            for (where, _), content in sorted(self.shown.items())
            if where == chat
        ]

    def methods(self, chat: int | None = None) -> list[str]:
        return [method for _, method, where, _ in self.calls if chat is None or where == chat]


class SlowStore:
    """A store whose readings or marks can be held back: after the reading was made, before the mark is written."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.held: dict[str, asyncio.Event] = {}
        self.entered: list[str] = []
        self.fails: dict[str, int] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def _pass(self, name: str) -> None:
        self.entered.append(name)
        if self.fails.get(name):
            self.fails[name] -= 1
            raise OSError("the store is away")
        if name in self.held:
            await self.held[name].wait()

    async def waiting(self, priority: Any, after: int, now: int, limit: int) -> Any:
        found = await self._store.waiting(priority, after, now, limit)
        await self._pass("waiting")
        return found

    async def due(self, key: str, now: int) -> Any:
        found = await self._store.due(key, now)
        await self._pass("due")
        return found

    async def get(self, kind: Any, key: Any) -> Any:
        await self._pass("get")
        return await self._store.get(kind, key)

    async def mark(self, marks: Sequence[Mark]) -> None:
        await self._pass("mark")
        await self._store.mark(marks)


class Desk:
    """Commits outcomes as turns would: each call is one arrival."""

    def __init__(self, store: Store, clock: HandClock) -> None:
        self.store = store
        self.clock = clock
        self._count = 0

    async def commit(self, *posts: Post, **more: Any) -> None:
        self._count += 1
        body = Said(Spot(999, 999), self._count, "x")
        arrival = Arrival("telegram", f"desk{self._count}", self.clock.civil(), body)
        await self.store.commit(Outcome(arrival, posts=posts, **more))

    async def say(self, key: str, chat: int, text: str, **more: Any) -> None:
        await self.commit(Post(key, chat, Text(text), **more))

    async def take_back(self, key: str, chat: int) -> None:
        await self.commit(Post(key, chat, None))

    async def row(self, row: Row) -> None:
        await self.commit(rows=(row,))

    async def reached(self, body: Reached) -> None:
        """The messenger tells of a person, or of a group."""
        self._count += 1
        await self.store.commit(Outcome(Arrival("telegram", f"desk{self._count}", self.clock.civil(), body)))

    async def spoken(self, chat: int) -> None:
        """A person writes to us."""
        self._count += 1
        body = Said(Spot(chat, chat), self._count, "x")
        await self.store.commit(Outcome(Arrival("telegram", f"desk{self._count}", self.clock.civil(), body)))


def several(error: type[MessengerError], code: str, times: int) -> list[Exception]:
    return [error(code) for _ in range(times)]


async def until(check: Callable[[], object], clock: HandClock | None = None, step: float = 0.1) -> None:
    """Let the loop turn, and time pass when everybody sleeps, until it holds; what never holds meets the time-out."""
    while not check():
        if clock is not None and clock.next_wake() is not None:
            clock.advance(step)
        await asyncio.sleep(0.001)


def started(slow: Any, chats: Chats, clock: HandClock, core: Core) -> tuple[Sender, asyncio.Task[None]]:
    """A sender at work on this store, woken by what is committed."""
    sender = Sender(slow, chats, clock, core.take)
    slow.on_commit(sender.wake)
    return sender, asyncio.create_task(sender.run())
