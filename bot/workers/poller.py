"""Telegram's updates by long polling: an update is confirmed only when it and all before it are committed."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, replace
from typing import Any

from bot.clock import Clock
from bot.messenger.errors import MessengerError, Misused, Stale
from bot.messenger.port import Messenger, Received
from bot.model import (
    Arrival,
    Body,
    Migrated,
    Outcome,
    PaidInChat,
    Photographed,
    PreCheckout,
    Pressed,
    Reached,
    Said,
    SentOther,
    Unnamed,
)
from bot.store.port import Full
from bot.workers.merging import merged, run_of
from bot.workers.take import Answer, Take, backoff

log = logging.getLogger(__name__)

LONG = 50.0  # s that Telegram may hold an empty answer
SHORT = 0.25  # s between two looks while something is not committed: others must not wait for it
LONGEST_PAUSE = 30.0  # s between two tries while Telegram is away
MISUSED_PAUSE = 30.0  # s while the token is bad or somebody else polls
CHECKOUT_TRIES = 3


@dataclass(slots=True)
class Pending:
    """One update that is not committed yet."""

    id: int
    arrivals: tuple[Arrival, ...]
    failures: int = 0
    not_before: float = 0.0  # monotonic
    also: tuple[Body, ...] = ()  # presses that get the same answer


class Poller:
    """One for a bot. Messages of a chat are taken in order, presses and payments in order of the person.

    These are Telegram's own queues. ``take`` that raises holds up its own queue: that update is tried again after 1, 2,
    4 s ..., the others go on, and the offset waits for it; what fails for good it puts aside itself, and does not
    raise. ``before_press``: see orphans.py; ``full``: see no_room.py. ``before_checkout`` adds what the hospital says
    of the order (standing.py).
    """

    def __init__(
        self,
        messenger: Messenger,
        clock: Clock,
        take: Take,
        *,
        long_poll: float = LONG,
        before_press: Callable[[Pressed], Awaitable[None]] | None = None,
        before_checkout: Callable[[PreCheckout], Awaitable[PreCheckout]] | None = None,
        full: Callable[[Body], Coroutine[Any, Any, None]] | None = None,
    ) -> None:
        self._messenger, self._clock, self._take, self._long = messenger, clock, take, long_poll
        self._before_press, self._before_checkout, self._full = before_press, before_checkout, full
        self._offset = 0
        self._line: deque[int] = deque()  # fetched and not confirmed, in Telegram's order: ids may jump, even down
        self._done: set[int] = set()  # of these, what is committed
        self._queues: dict[int, deque[Pending]] = {}
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._answers: set[asyncio.Task[None]] = set()
        self._failures = 0

    def wake(self, outcome: Outcome | None = None) -> None:
        """Nothing to do: Telegram wakes us."""

    async def run(self) -> None:
        """Poll until cancelled."""
        try:
            while True:
                await self._poll()
        finally:
            await self._stop()

    async def once(self) -> int:
        """Fetch what is there without waiting and take it; answers how many updates were fetched."""
        fetched = await self._fetch(0)
        self._start()
        if self._tasks:
            await asyncio.wait(set(self._tasks.values()))
        if self._answers:
            await asyncio.wait(set(self._answers))
        return fetched

    @property
    def confirmed(self) -> int:
        """The offset: every update before it is committed."""
        return self._offset

    async def _poll(self) -> None:
        try:
            await self._fetch(0 if self._queues else self._long)
            self._failures = 0
        except MessengerError as error:
            self._failures += 1
            pause = MISUSED_PAUSE if isinstance(error, Misused) else backoff(self._failures, LONGEST_PAUSE)
            log.warning("no updates (%s), asking again in %.0f s", error.code, pause)
            await self._clock.sleep(pause)
        self._start()
        if self._tasks:
            await asyncio.wait(set(self._tasks.values()), timeout=SHORT)
        elif self._queues:
            await self._clock.sleep(SHORT)

    async def _fetch(self, seconds: float) -> int:
        fetched = 0
        for received in await self._messenger.updates(self._offset, seconds):
            fetched += self._accept(received)
        return fetched

    def _accept(self, received: Received) -> bool:
        if received.id in self._line:
            return False
        self._line.append(received.id)
        if not received.arrivals:
            self._commit(received.id)
            return True
        name = _queue_of(received.arrivals[0].body)
        self._queues.setdefault(name, deque()).append(Pending(received.id, received.arrivals))
        return True

    # ------------------------------------------------------------ taking

    def _start(self) -> None:
        now = self._clock.monotonic()
        for name, queue in self._queues.items():
            if name not in self._tasks and queue[0].not_before <= now:
                self._tasks[name] = asyncio.create_task(self._drain(name))

    async def _drain(self, name: int) -> None:
        queue = self._queues[name]
        try:
            while queue:
                count = run_of([pending.arrivals for pending in queue])
                waiting = [queue[n].arrivals for n in range(count)]
                together = Pending(queue[count - 1].id, merged(waiting), also=_presses(waiting[1:]))
                if not await self._take_one(queue[0] if count == 1 else together):
                    queue[0].failures = max(queue[0].failures, together.failures)
                    queue[0].not_before = max(queue[0].not_before, together.not_before)
                    break
                for _ in range(count):
                    self._commit(queue.popleft().id)
        finally:
            if not queue:
                del self._queues[name]
            del self._tasks[name]

    async def _take_one(self, pending: Pending) -> bool:
        try:
            for arrival in pending.arrivals:
                if isinstance(arrival.body, Pressed):
                    await self._look(arrival.body)
                elif isinstance(arrival.body, PreCheckout) and self._before_checkout:
                    arrival = replace(arrival, body=await self._before_checkout(arrival.body))
                answer = await self._take(arrival)
                for body in (arrival.body, *pending.also):
                    await self._answer(body, answer)
        except Full:
            self._wait_for_room(pending)
            return False
        except Exception as error:
            pending.failures += 1
            pause = backoff(pending.failures)
            pending.not_before = self._clock.monotonic() + pause
            log.error("update %d is not taken, again in %.0f s: %s", pending.id, pause, type(error).__name__)
            return False
        return True

    def _wait_for_room(self, pending: Pending) -> None:
        pending.failures += 1
        pending.not_before = self._clock.monotonic() + backoff(pending.failures)
        for arrival in pending.arrivals:
            if self._full:
                self._aside(self._full(arrival.body))

    async def _look(self, pressed: Pressed) -> None:
        """Which copy of a question is kept is worth no press: it is taken all the same."""
        try:
            if self._before_press:
                await self._before_press(pressed)
        except Exception as error:
            log.error("a press is taken without a look at its copies: %s", type(error).__name__)

    def _commit(self, id: int) -> None:
        """Move the offset over everything that is committed up to the first that is not."""
        self._done.add(id)
        while self._line and self._line[0] in self._done:
            first = self._line.popleft()
            self._done.discard(first)
            self._offset = first + 1

    # ------------------------------------------------------------ answering

    async def _answer(self, body: Body, answer: Answer) -> None:
        """After the commit. A press's pop-up is nobody's to wait for; a checkout's answer must arrive within 10 s."""
        if isinstance(body, Pressed):
            self._aside(self._answer_press(body.query, answer))
        elif isinstance(body, PreCheckout):
            await self._answer_checkout(body.query, answer)

    def _aside(self, doing: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(doing)
        self._answers.add(task)
        task.add_done_callback(self._answers.discard)

    async def _answer_press(self, query: str, answer: Answer) -> None:
        try:
            await self._messenger.answer_press(query, answer.toast, answer.alert)
        except Stale:
            pass
        except MessengerError as error:
            log.warning("a press is not answered: %s", error.code)

    async def _answer_checkout(self, query: str, answer: Answer) -> None:
        for tries in range(1, CHECKOUT_TRIES + 1):
            try:
                await self._messenger.answer_checkout(query, answer.ok, answer.reason)
            except Stale:
                return
            except MessengerError as error:
                log.warning("a checkout is not answered (try %d): %s", tries, error.code)
                await self._clock.sleep(0.5)
            else:
                return

    async def _stop(self) -> None:
        tasks = [*self._tasks.values(), *self._answers]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _presses(waiting: list[tuple[Arrival, ...]]) -> tuple[Body, ...]:
    return tuple(one.body for arrivals in waiting for one in arrivals if isinstance(one.body, Pressed))


def _queue_of(body: Body) -> int:
    """Telegram queues messages by chat, presses and payments by person; the two are one in a private chat."""
    match body:
        case Pressed():
            return body.spot.person
        case PreCheckout():
            return body.person
        case Migrated() | Reached():
            return body.chat
        case Said() | Photographed() | SentOther() | Unnamed() | PaidInChat():
            return body.spot.chat
        case _:
            return 0
