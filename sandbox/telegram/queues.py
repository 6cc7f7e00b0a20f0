"""Delivery to a webhook: FIFO lanes, one update in flight in each, retries on the sandbox's clock."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import aiohttp

from . import updates
from .records import Pending
from .world import World

log = logging.getLogger(__name__)
READ_S = 60.0
NOT_IN_REPLY = {"setwebhook", "deletewebhook", "close", "logout"}
LONGEST_S = 60.0
LOOK_S = 0.5

Perform = Callable[[str, Mapping[str, Any]], Awaitable[Any]]


@dataclass(frozen=True)
class Reply:
    """What the webhook answered; status 0 when it did not. `why` is for getWebhookInfo."""

    status: int
    why: str = ""
    call: Mapping[str, Any] | None = None
    retry_after: float = 0.0


def delay_s(failures: int, retry_after: float = 0.0) -> float:
    """Civil seconds before the next try: 0, 2, 4, 8 ... at most 60, or what the webhook asked for."""
    backoff = 0.0 if failures <= 1 else min(2.0 ** (failures - 1), LONGEST_S)
    return max(backoff, min(retry_after, 3600.0))


class Queues:
    """Runs while the server runs; a lane is a task that ends when its queue is empty."""

    def __init__(self, world: World, perform: Perform) -> None:
        self._world = world
        self._perform = perform
        self._lanes: dict[str, asyncio.Task[None]] = {}
        self._flying = 0
        self._landed = asyncio.Event()

    async def run(self) -> None:
        """Start lanes as updates come; ends by cancellation."""
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=READ_S)) as session:
            try:
                while True:
                    self._start_lanes(session)
                    await self._world.updates_bell.wait(None)
            finally:
                await self._stop()

    async def _stop(self) -> None:
        for lane in self._lanes.values():
            lane.cancel()
        await asyncio.gather(*self._lanes.values(), return_exceptions=True)

    def _start_lanes(self, session: aiohttp.ClientSession) -> None:
        if not self._world.state.delivery.url:
            return
        waiting = [*self._world.again, *self._world.state.pending.values()]
        for queue in dict.fromkeys(pending.queue for pending in waiting):
            if queue not in self._lanes:
                lane = self._lanes[queue] = asyncio.create_task(self._lane(queue, session))
                lane.add_done_callback(lambda _task, queue=queue: self._ended(queue))

    def _ended(self, queue: str) -> None:
        self._lanes.pop(queue, None)
        if self._first(queue):
            self._world.updates_bell.ring()

    def _first(self, queue: str) -> Pending | None:
        updates.drop_expired(self._world)
        waiting = [*self._world.again, *self._world.state.pending.values()]
        return next((pending for pending in waiting if pending.queue == queue), None)

    async def _lane(self, queue: str, session: aiohttp.ClientSession) -> None:
        failures, last = 0, None
        while (url := self._world.state.delivery.url) and (pending := self._first(queue)):
            reply = await self._send(session, url, pending)
            if self._world.state.delivery.url != url:
                return
            if 200 <= reply.status < 300:
                self._confirm(pending)
                if reply.call:
                    await self._carry_out(reply.call)
                continue
            failures = 1 if pending is not last else failures + 1
            last = pending
            self._note(reply)
            delay = delay_s(failures, reply.retry_after)
            if self._world.clock.now_ms() + delay * 1000 > pending.until:
                self._forget(pending)
                continue
            await self._pause(delay)

    def _confirm(self, pending: Pending) -> None:
        if any(one is pending for one in self._world.again):
            self._forget(pending)
        else:
            updates.confirm(self._world, pending)

    def _forget(self, pending: Pending) -> None:
        self._world.again = [one for one in self._world.again if one is not pending]
        self._world.state.drop(pending)

    async def _carry_out(self, call: Mapping[str, Any]) -> None:
        method = str(call["method"]).lower()
        if method not in NOT_IN_REPLY and not method.startswith("get"):
            await self._perform(method, {name: value for name, value in call.items() if name != "method"})

    def _note(self, reply: Reply) -> None:
        delivery = self._world.state.delivery
        delivery.error, delivery.error_at = reply.why, self._world.now()
        self._world.state.keep(delivery)

    async def _pause(self, civil_s: float) -> None:
        due = self._world.clock.now_ms() + civil_s * 1000
        while (left := due - self._world.clock.now_ms()) > 0:
            rate = self._world.clock.rate
            await self._world.clock_bell.wait(min(left / 1000 / rate, LOOK_S) if rate > 0 else LOOK_S)

    async def _send(self, session: aiohttp.ClientSession, url: str, pending: Pending) -> Reply:
        while self._flying >= self._world.state.delivery.max_connections:
            self._landed.clear()
            await self._landed.wait()
        self._flying += 1
        try:
            return await _post(session, url, self._world.state.delivery.secret, pending)
        finally:
            self._flying -= 1
            self._landed.set()


async def _post(session: aiohttp.ClientSession, url: str, secret: str, pending: Pending) -> Reply:
    headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {}
    try:
        async with session.post(url, json=updates.shown(pending), headers=headers, allow_redirects=False) as response:
            body = await response.read()
            call = _method_in(body, response.content_type) if 200 <= response.status < 300 else None
            why = f"Wrong response from the webhook: {response.status} {response.reason}"
            return Reply(response.status, why, call, _seconds(response.headers.get("Retry-After", "")))
    except TimeoutError:
        return Reply(0, "Read timeout expired")
    except aiohttp.ClientConnectorError:
        return Reply(0, "Connection refused")
    except aiohttp.ClientError as error:
        return Reply(0, f"Connection closed: {type(error).__name__}")


def _seconds(text: str) -> float:
    return float(text) if text.isdigit() else 0.0


def _method_in(body: bytes, content_type: str) -> Mapping[str, Any] | None:
    """The call in a webhook's answer, as JSON or as a form; None when there is none."""
    if content_type == "application/x-www-form-urlencoded":
        call: Any = dict(parse_qsl(body.decode("utf-8", "replace")))
    else:
        try:
            call = json.loads(body)
        except ValueError:
            return None
    return call if isinstance(call, dict) and isinstance(call.get("method"), str) else None
