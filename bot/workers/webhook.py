"""Telegram's updates as it brings them: each is answered 200 only after its turn is committed."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict, deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.clock import Clock
from bot.messenger.errors import MessengerError, Misused
from bot.messenger.limits import TOAST, cut
from bot.messenger.port import Hooks, Messenger, Received
from bot.model import Outcome, Pressed
from bot.workers.intake import Asked, Intake, Pending
from bot.workers.take import Answer, Take, backoff

log = logging.getLogger(__name__)

LOOK = 300.0  # s between two looks whether the webhook still stands
LONGEST_PAUSE = 30.0  # s between two tries to set it; that a delivery which failed is put off
ANSWERED = 50.0  # s that a delivery may wait for its commit: Telegram gives up after 60 s and comes again
LAST = 4.0  # s that turns under way get to end when we are stopped
MANY = 3  # times the connections that Telegram may open: so many updates wait before others are sent away
KNOWN = 1000  # updates whose failures are remembered


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP status; ``after`` = Retry-After in s; ``call`` is a method that the messenger carries out for us."""

    status: int
    after: int = 0
    call: Mapping[str, Any] | None = None


NOT_NOW = Reply(503, 1)


@dataclass(frozen=True, slots=True)
class Where:
    """What the messenger is told of our webhook. ``secret`` comes back with each delivery."""

    url: str
    secret: str
    connections: int = 40


class Webhook(Intake):
    """One for a bot. Telegram sends the next update of a queue only after a 2xx, so what is refused stays in its order.

    An update that comes again while it is being taken waits for the same answer; one that comes again later is known
    by the store, and gets the same answer again.
    """

    def __init__(
        self, messenger: Messenger, hooks: Hooks, where: Where, clock: Clock, take: Take, asked: Asked | None = None
    ) -> None:
        super().__init__(messenger, clock, take, asked)
        self._hooks, self._where = hooks, where
        self._replies: dict[int, asyncio.Future[Reply]] = {}  # by update id
        self._said: dict[str, Answer] = {}  # by press
        self._failures: OrderedDict[int, int] = OrderedDict()  # by update id
        self._stopping = False
        self.waiting = 0  # updates that the messenger keeps, as it said last

    def wake(self, outcome: Outcome | None = None) -> None:
        """Nothing to do: Telegram wakes us."""

    async def run(self) -> None:
        """Set the webhook and see that it stands, until cancelled; then turns under way end, and others come again."""
        self._stopping = False
        try:
            await self._set()
            while True:
                await self._clock.sleep(LOOK)
                await self._look_after()
        finally:
            self._stopping = True
            await asyncio.shield(self._end())

    async def once(self) -> int:
        """Take what has been delivered; answers how many updates that were."""
        waiting = len(self._replies)
        while self._tasks:
            await asyncio.wait(set(self._tasks.values()))
        return waiting

    @property
    def away(self) -> bool:
        """Whether nothing more is taken in: we are stopping, or too much waits already."""
        return self._stopping or len(self._replies) >= MANY * self._where.connections

    async def deliver(self, received: Received) -> Reply:
        """What is to be answered, once it may be."""
        waiting = self._replies.get(received.id)
        if waiting is None:
            if self.away:
                return NOT_NOW
            if not received.arrivals:
                return Reply(200)
            waiting = self._replies[received.id] = asyncio.get_running_loop().create_future()
            self._put(received, self._failures.get(received.id, 0))
            self._start()
        await asyncio.wait({waiting}, timeout=ANSWERED)
        return waiting.result() if waiting.done() else NOT_NOW

    # ------------------------------------------------------------ what became of it

    def _taken(self, pending: Pending) -> None:
        self._failures.pop(pending.id, None)
        queries = [one.body.query for one in pending.arrivals if isinstance(one.body, Pressed)]
        calls = [_answering(query, self._said.pop(query)) for query in queries if query in self._said]
        self._reply(pending.id, Reply(200, call=calls[0] if calls else None))

    def _failed(self, queue: deque[Pending]) -> bool:
        """Telegram keeps it, and those behind it in its own queue."""
        pending = queue.popleft()
        self._failures[pending.id] = pending.failures
        if len(self._failures) > KNOWN:
            self._failures.popitem(last=False)
        self._reply(pending.id, Reply(503, int(backoff(pending.failures, LONGEST_PAUSE))))
        return True

    def _answer_press(self, query: str, answer: Answer) -> None:
        """In the answer to the delivery: it costs no call."""
        self._said[query] = answer

    def _reply(self, id: int, reply: Reply) -> None:
        waiting = self._replies.pop(id, None)
        if waiting is not None and not waiting.done():
            waiting.set_result(reply)

    # ------------------------------------------------------------ the webhook itself

    async def _set(self) -> None:
        failures = 0
        while True:
            try:
                await self._hooks.set_hook(self._where.url, self._where.secret, self._where.connections)
                return
            except MessengerError as error:
                failures += 1
                pause = LONGEST_PAUSE if isinstance(error, Misused) else backoff(failures, LONGEST_PAUSE)
                log.error("the webhook could not be set (%s), again in %.0f s", error.code, pause)
                await self._clock.sleep(pause)

    async def _look_after(self) -> None:
        try:
            stands = await self._hooks.hook()
        except MessengerError as error:
            log.warning("whether the webhook stands is not known: %s", error.code)
            return
        self.waiting = stands.waiting
        if stands.url != self._where.url:
            log.error(
                "the webhook was changed by somebody else and is set again: does another bot run with this token?"
            )
            await self._set()

    async def _end(self) -> None:
        if self._tasks:
            await asyncio.wait(set(self._tasks.values()), timeout=LAST)
        await self._stop()
        for id in list(self._replies):
            self._reply(id, NOT_NOW)
        self._queues.clear()


def _answering(query: str, answer: Answer) -> Mapping[str, Any]:
    """answerCallbackQuery as the body of a webhook's answer (Bot API: Making requests when getting updates)."""
    call: dict[str, Any] = {"method": "answerCallbackQuery", "callback_query_id": query}
    if answer.toast:
        call |= {"text": cut(answer.toast, TOAST), "show_alert": answer.alert}
    return call
