"""Updates on their way into the house: one line for each of Telegram's queues, whatever way they came."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, replace
from typing import Any

from bot.clock import Clock
from bot.messenger.errors import MessengerError, Stale
from bot.messenger.port import Messenger, Received
from bot.model import (
    Arrival,
    Body,
    Migrated,
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

CHECKOUT_TRIES = 3


@dataclass(slots=True)
class Pending:
    """One update that is not committed yet; ``also``: presses that get the same answer."""

    id: int
    arrivals: tuple[Arrival, ...]
    failures: int = 0
    not_before: float = 0.0  # monotonic
    also: tuple[Body, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked on the way. ``before_press``: see orphans.py; ``full``: see no_room.py. ``before_checkout`` adds
    what the hospital says of the order (standing.py).
    """

    before_press: Callable[[Pressed], Awaitable[None]] | None = None
    before_checkout: Callable[[PreCheckout], Awaitable[PreCheckout]] | None = None
    full: Callable[[Body], Coroutine[Any, Any, None]] | None = None


class Intake:
    """Messages of a chat are taken in order, presses and payments in order of the person: Telegram's own queues.

    What ``take`` raises for is not taken; what fails for good it puts aside itself, and does not raise. Who fetches
    (poller.py) or is called (webhook.py) says what becomes of either: ``_taken`` and ``_failed``.
    """

    def __init__(self, messenger: Messenger, clock: Clock, take: Take, asked: Asked | None = None) -> None:
        self._messenger, self._clock, self._take, self._asked = messenger, clock, take, asked or Asked()
        self._queues: dict[int, deque[Pending]] = {}
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._answers: set[asyncio.Task[None]] = set()

    def _taken(self, pending: Pending) -> None:
        """It is committed, and is no longer in its line."""
        raise NotImplementedError

    def _failed(self, queue: deque[Pending]) -> bool:
        """The first of this line was not taken; tells whether the line goes on."""
        raise NotImplementedError

    def _put(self, received: Received, failures: int = 0) -> None:
        """At the end of its line; ``_start`` begins to take it. ``failures``: how often it was not taken before."""
        name = queue_of(received.arrivals[0].body)
        self._queues.setdefault(name, deque()).append(Pending(received.id, received.arrivals, failures))

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
                    if self._failed(queue):
                        continue
                    break
                for _ in range(count):
                    self._taken(queue.popleft())
        finally:
            if not queue:
                del self._queues[name]
            del self._tasks[name]

    async def _take_one(self, pending: Pending) -> bool:
        try:
            for arrival in pending.arrivals:
                if isinstance(arrival.body, Pressed):
                    await self._look(arrival.body)
                elif isinstance(arrival.body, PreCheckout) and self._asked.before_checkout:
                    arrival = replace(arrival, body=await self._asked.before_checkout(arrival.body))
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
            if self._asked.full:
                self._aside(self._asked.full(arrival.body))

    async def _look(self, pressed: Pressed) -> None:
        """Which copy of a question is kept is worth no press: it is taken all the same."""
        try:
            if self._asked.before_press:
                await self._asked.before_press(pressed)
        except Exception as error:
            log.error("a press is taken without a look at its copies: %s", type(error).__name__)

    # ------------------------------------------------------------ answering

    async def _answer(self, body: Body, answer: Answer) -> None:
        """After the commit. A press's pop-up is nobody's to wait for; a checkout's answer must arrive within 10 s."""
        if isinstance(body, Pressed):
            self._answer_press(body.query, answer)
        elif isinstance(body, PreCheckout):
            await self._answer_checkout(body.query, answer)

    def _answer_press(self, query: str, answer: Answer) -> None:
        self._aside(self._call_for_press(query, answer))

    def _aside(self, doing: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(doing)
        self._answers.add(task)
        task.add_done_callback(self._answers.discard)

    async def _call_for_press(self, query: str, answer: Answer) -> None:
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


def queue_of(body: Body) -> int:
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
