"""A webhook whose answers a test decides, one by one or by a rule."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Update = dict[str, Any]


@dataclass
class Call:
    """One delivery that waits for its answer."""

    update: Update
    headers: dict[str, str]
    answer: asyncio.Future[web.Response]

    def reply(self, status: int = 200, body: Any = None, **headers: str) -> None:
        """Answer it."""
        self.answer.set_result(web.json_response(body if body is not None else {}, status=status, headers=headers))


@dataclass
class Hook:
    """`calls` are deliveries in the order they came."""

    url: str = ""
    calls: asyncio.Queue[Call] = field(default_factory=asyncio.Queue[Call])
    rule: Callable[[Update], Awaitable[int]] | None = None
    seen: list[Update] = field(default_factory=list[Update])

    async def next(self) -> Call:
        """The next delivery; fails after five seconds."""
        return await asyncio.wait_for(self.calls.get(), 5)

    async def handle(self, request: web.Request) -> web.Response:
        """What the server calls."""
        update = await request.json()
        self.seen.append(update)
        if self.rule is not None:
            return web.json_response({}, status=await self.rule(update))
        answer: asyncio.Future[web.Response] = asyncio.get_running_loop().create_future()
        self.calls.put_nowait(Call(update, dict(request.headers), answer))
        return await answer


@contextlib.asynccontextmanager
async def webhook() -> AsyncIterator[Hook]:
    """A running webhook on any port."""
    hook = Hook()
    app = web.Application()
    app.router.add_post("/hook", hook.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    hook.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    try:
        yield hook
    finally:
        await runner.cleanup()
