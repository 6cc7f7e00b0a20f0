"""The store's promises (port.py) kept by programs; a driver runs them on SQLite or PostgreSQL."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Protocol, TypeAlias, TypeVar

from bot.decoding import Unreadable
from bot.model import Outcome, PlaceKind, Priority, Row, Timer, Topic
from bot.store.crypto import Keys
from bot.store.housekeeping import Housekeeping
from bot.store.lanes import Lanes
from bot.store.outbox import Outbox
from bot.store.port import Claimed, Copy, Full, Mark, NotOpened, Sight, Stand, Standing, Waits
from bot.store.sight import sight
from bot.store.sql import Call, Flavour, Program, carry_out
from bot.store.stamps import Stamps
from bot.store.trails import Trails
from bot.store.turns import Turns

log = logging.getLogger(__name__)

R = TypeVar("R", bound=Row)
T = TypeVar("T")
Make: TypeAlias = Callable[[], Program[T]]

ROOM = 2.0  # s between two tries to note something on a full disk
QUIET = 60_000  # ms without a refusal until the disk counts as having room again: small writes may still find some
FEW = 200  # rows that may be read where nothing else can run meanwhile


class StoreLocked(NotOpened):
    """Another process works on this store; the text says what to do."""


class Driver(Protocol):
    """Runs programs. ``few`` and ``many`` read what was last committed."""

    async def few(self, program: Program[T]) -> T:
        """A few rows by key or index."""
        ...

    async def many(self, program: Program[T]) -> T:
        """Anything longer, on one state of the database."""
        ...

    async def aside(self, program: Program[T]) -> T:
        """As ``many``, for what takes seconds: nobody waits behind it."""
        ...

    async def write(self, make: Make[T]) -> T:
        """All or nothing, on disk when it returns. ``make`` may be called again where the database asks for it."""
        ...

    def look(self) -> None:
        """Raises NotOpened where what was opened is no longer what others will find."""
        ...

    async def close(self) -> None: ...


class KeptStore:
    """Keeps bot.store.port.Store for one bot."""

    def __init__(self, say: Flavour, driver: Driver, bot: int, keys: Keys, now: Callable[[], int], last: int) -> None:
        self._driver = driver
        self._now = now
        self._say, self._bot = say, bot
        self._stamps = Stamps(last)
        self._unread: dict[tuple[str, str], str] = {}  # what counts as none, and was not yet told
        self._told: set[tuple[str, str]] = set()
        self._outbox = Outbox(say, bot, keys, self._note)
        self._lanes = Lanes(say, bot, keys, self._note)
        self._trails = Trails(say, bot, keys, self._lanes)
        self._turns = Turns(say, bot, keys, self._outbox, self._lanes, self._trails, self._note)
        self._keep = Housekeeping(say, bot, keys)
        self._wakes: list[Callable[[Outcome], None]] = []
        self._heard: list[Callable[[Stand], None]] = []
        self._awaited: dict[str, set[asyncio.Event]] = {}  # who waits for a post's mark, by its key
        self._full_at: int | None = None  # civil ms of the last refusal; the log tells once, and once when it is over

    def _note(self, table: str, key: object, why: Unreadable) -> None:
        """A copy counts as none; told once a process, by ``_reported``."""
        if (table, str(key)) not in self._told:
            self._unread[table, str(key)] = str(why)

    async def _reported(self, found: T) -> T:
        while self._unread:
            (table, key), why = self._unread.popitem()
            self._told.add((table, key))
            log.error("a row of %s cannot be read and counts as none: %s", table, why)
            await self.dead_letter("store", f"{table}/{key}", f"unreadable {why}")
        return found

    async def _write(self, make: Make[T]) -> T:
        """Raises Full."""
        try:
            value = await self._driver.write(make)
        except Full as why:
            if self._full_at is None:
                log.error("%s", why)
            self._full_at = self._now()
            raise
        if self._full_at is not None and not 0 <= self._now() - self._full_at < QUIET:
            log.warning("there is room on the disk again")
            self._full_at = None
        return value

    @property
    def full(self) -> bool:
        return self._full_at is not None

    async def _note_down(self, make: Make[T]) -> T:
        """What a worker writes by itself: it waits for room, for it has nobody else to do it."""
        while True:
            try:
                return await self._write(make)
            except Full:
                await asyncio.sleep(ROOM)

    # ------------------------------------------------------------ turns

    async def get(self, kind: type[R], key: Any) -> R | None:
        return await self._driver.few(self._turns.get(kind, key))

    async def find(self, kind: type[R], /, *, limit: int | None = None, latest: str = "", **equals: Any) -> list[R]:
        """Most answers are short, so a few rows are looked for first; more are read where they hold nobody up."""
        if limit is not None:
            run = self._driver.few if limit <= FEW else self._driver.many
            return await self._reported(await run(self._turns.find(kind, limit, equals, latest)))
        found = await self._driver.few(self._turns.few(kind, FEW, equals))
        if found is None:
            found = await self._driver.many(self._turns.find(kind, None, equals))
        return await self._reported(found)

    async def refs(self, kind: PlaceKind) -> dict[str, int]:
        return await self._driver.many(self._turns.refs(kind))

    async def served(self) -> dict[str, int]:
        return await self._driver.many(self._turns.served())

    async def chats(self, kind: PlaceKind) -> list[tuple[int, str]]:
        return await self._driver.many(self._turns.chats(kind))

    async def bearers(self, role: str) -> list[tuple[int, str]]:
        return await self._driver.many(self._turns.bearers(role))

    async def seen(self, source: str, id: str, other: str = "") -> bool:
        return await self._driver.few(self._turns.seen(source, id, other))

    async def asks(self, dialog: str) -> tuple[str, str] | None:
        return await self._driver.few(self._turns.asks(dialog))

    async def commit(self, outcome: Outcome) -> None:
        stand = await self._write(lambda: self._turns.commit(outcome, self._stamps.at(outcome.arrival.at)))
        for heard in self._heard:
            heard(stand)
        for wake in self._wakes:
            wake(outcome)

    async def standing(self, key: str) -> Standing | None:
        return await self._reported(await self._driver.few(self._outbox.standing(key)))

    async def post_of(self, chat: int, message: int) -> Standing | None:
        return await self._reported(await self._driver.few(self._outbox.post_of(chat, message)))

    async def is_ours(self, chat: int, message: int) -> bool:
        return await self._driver.few(self._outbox.is_ours(chat, message))

    async def there(self, keys: Sequence[str]) -> set[str]:
        return await (self._driver.few if len(keys) <= FEW else self._driver.many)(self._outbox.there(keys))

    async def in_flight(self, chat: int) -> list[str]:
        return await self._driver.few(self._outbox.in_flight(chat))

    async def copies(self, first: str, last: str) -> list[Copy]:
        return await self._driver.many(self._outbox.copies(first, last))

    async def custody_count(self, order: str) -> int:
        return await self._driver.few(self._turns.custody_count(order))

    def on_commit(self, wake: Callable[[Outcome], None]) -> None:
        self._wakes.append(wake)

    def on_posts(self, heard: Callable[[Stand], None]) -> None:
        self._heard.append(heard)

    # ------------------------------------------------------------ sender

    async def waiting(self, priority: Priority, after: int, now: int, limit: int) -> list[Waits]:
        until = self._stamps.reached(now)
        return await self._driver.few(self._outbox.waiting(priority, after, until, now, limit))

    async def waiting_in(self, chat: int, now: int, limit: int) -> list[Waits]:
        return await self._driver.few(self._outbox.waiting_in(chat, now, limit))

    async def due(self, key: str, now: int) -> Standing | None:
        """Without its content a post that cannot be read would be a deletion."""
        return await self._reported(await self._driver.few(self._outbox.due(key, now)))

    async def mark(self, marks: Sequence[Mark]) -> None:
        if marks:
            await self._note_down(lambda: self._outbox.mark(marks, self._now()))
        for waiting in [one for mark in marks if mark.state != "sending" for one in self._awaited.get(mark.key, ())]:
            waiting.set()

    async def marked(self, keys: Sequence[str], seconds: float) -> None:
        landed = asyncio.Event()
        for key in keys:
            self._awaited.setdefault(key, set()).add(landed)
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await landed.wait()
        finally:
            for key in keys:
                self._awaited[key].discard(landed)
                if not self._awaited[key]:
                    del self._awaited[key]

    async def put_off(self, chat: int, until: int) -> None:
        await self._note_down(lambda: self._outbox.put_off(chat, until))

    async def adopt(self, key: str, message: int) -> int | None:
        return await self._note_down(lambda: self._outbox.adopt(key, message))

    async def topic_made(self, topic: Topic, thread: int) -> None:
        await self._note_down(lambda: self._outbox.topic_made(topic, thread))

    async def topics_due(self, limit: int = 50) -> list[Topic]:
        return await self._reported(await self._driver.few(self._outbox.topics_due(limit)))

    async def topic_shown(self, key: str, name: str, closed: bool | None = None) -> None:
        await self._note_down(lambda: self._outbox.topic_shown(key, name, closed))

    async def topic_lost(self, key: str) -> None:
        await self._note_down(lambda: self._outbox.topic_lost(key))

    async def topic_gone(self, key: str, stays: str = "") -> None:
        await self._note_down(lambda: self._outbox.topic_gone(key, stays))

    async def unreachable(self, chat: int) -> None:
        await self._note_down(lambda: self._outbox.unreachable(chat, self._now()))

    async def reachable(self, chat: int) -> None:
        await self._note_down(lambda: self._outbox.reachable(chat))

    async def moved(self, chat: int, to: int) -> None:
        await self._note_down(lambda: self._outbox.moved(chat, to))

    # ------------------------------------------------------------ command runner

    async def commands_due(self, now: int, limit: int = 100) -> list[Claimed]:
        return await self._reported(await self._driver.many(self._lanes.commands_due(now, limit)))

    async def command(self, key: str) -> Claimed | None:
        return await self._reported(await self._driver.few(self._lanes.command(key)))

    async def postpone(self, key: str, due: int, attempts: int, error: str) -> None:
        await self._note_down(lambda: self._lanes.postpone(key, due, attempts, error, self._now()))

    async def redate(self, back: int, latest: int) -> int:
        return await self._note_down(lambda: self._lanes.redate(back, latest))

    # ------------------------------------------------------------ timekeeper, feed

    async def timers_due(self, now: int, limit: int = 200) -> list[Timer]:
        return await self._driver.many(self._lanes.timers_due(now, limit))

    async def cursor(self, name: str) -> str:
        return await self._driver.few(self._lanes.cursor(name))

    async def set_cursor(self, name: str, value: str) -> None:
        await self._note_down(lambda: self._lanes.set_cursor(name, value))

    # ------------------------------------------------------------ house

    async def mint(self, series: str, by: int = 1) -> int:
        return await self._write(lambda: self._lanes.mint(series, by))

    async def audit(self, order: str) -> list[dict[str, Any]]:
        return await self._driver.many(self._trails.trail(order))

    async def audit_between(self, since: int, until: int) -> list[dict[str, Any]]:
        """Every line of these instants (civil ms, ``until`` not among them), of whatever order."""
        return await self._driver.many(self._trails.between(since, until))

    async def broken_trails(self) -> list[tuple[str, int]]:
        """The audit trails that somebody rewrote: order ("" = of none), and the first line that does not hold."""
        return await self._driver.many(self._trails.broken())

    async def count_trails(self) -> int:
        """Beside the work. It is one look of seconds where there are a million orders."""
        if more := await self._driver.aside(self._trails.uncounted()):
            await self._write(partial(self._trails.count, more))
        return sum(more.values())

    async def dead_letter(self, arrival_source: str, arrival_id: str, code: str) -> None:
        await self._write(lambda: self._lanes.dead_letter(arrival_source, arrival_id, code, self._now()))

    async def dead_letters(self, limit: int = 100) -> list[dict[str, Any]]:
        """What could not be handled, newest first, for the operator."""
        return await self._driver.many(self._lanes.dead_letters(limit))

    async def sight(self, now: int, stages: Sequence[str], until: tuple[int, int, int, int]) -> Sight:
        return await self._driver.many(sight(self._say, self._bot, now, stages, until))

    async def purge(self, before: int) -> int:
        """In steps of a few hundred rows, so that turns get in between."""
        return await self._in_steps(lambda: self._keep.settled(before))

    async def old_orders(self, before: int, after: tuple[int, str] = (0, "")) -> list[tuple[int, str]]:
        return await self._driver.many(self._keep.old_orders(before, after))

    async def plain_people(self, before: int, after: int = 0) -> list[int]:
        return await self._driver.many(self._keep.plain_people(before, after))

    async def owed(self, order: str, topic: str) -> bool:
        return await self._driver.few(self._keep.owed(order, topic))

    async def reseal(self) -> int:
        """After a change of the current key: seal anew what older keys sealed. Then the old keys can be taken away."""
        total = await self._in_steps(self._keep.outdated)
        await self._write(self._keep.forget_keys)
        return total

    async def _in_steps(self, look: Callable[[], Program[list[Call]]]) -> int:
        total = 0
        while calls := await self._driver.many(look()):
            total += await self._write(partial(carry_out, calls))
        return total

    def look(self) -> None:
        self._driver.look()

    async def close(self) -> None:
        """Finishes what waits, then lets go."""
        await self._driver.close()
