"""A server that stands before a hospital over HTTP and has its own habits: for whole runs of processes."""

from __future__ import annotations

import gzip
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

from aiohttp import web

from backend_client.transport import AiohttpTransport, Request, Response, Transport
from tests.backend_client.habits import HABITS, Habit, behind

_DROPPED = frozenset({"content-length", "transfer-encoding", "content-encoding", "connection", "date", "server"})
_REFERENCE = re.compile(rb'("reference":\s*")([A-Z][A-Za-z]+/)')


class Absolute:
    """References with the whole address; as it came they are stored."""

    async def __call__(self, request: Request, real: Transport) -> Response:
        base = request.url.split("/", 3)[:3]
        here = "/".join(base).encode() + b"/"
        body = None if request.body is None else request.body.replace(b'"reference":"' + here, b'"reference":"')
        answer = await real(replace(request, body=body))
        return replace(answer, body=_REFERENCE.sub(rb"\1" + here + rb"\2", answer.body))


#: Beside those of one client: what only HTTP shows, and what a whole run needs.
OVER_HTTP = {**HABITS, "absolute references": Absolute}


@asynccontextmanager
async def before(url: str, *names: str, zipped: bool = False) -> AsyncIterator[str]:
    """The base URL of a server that hands on to ``url``, with these habits, the first one outermost."""
    real = AiohttpTransport()

    async def there(request: Request) -> Response:
        return await real(replace(request, url=url + request.url.removeprefix(here())))

    def here() -> str:
        return f"http://127.0.0.1:{runner.addresses[0][1]}"

    speaks = stacked(there, [OVER_HTTP[name]() for name in names])

    async def handed_on(request: web.Request) -> web.Response:
        headers = {name: value for name, value in request.headers.items() if name.lower() not in _DROPPED}
        body = await request.read() or None
        headers["Accept-Encoding"] = "identity"
        # the hospital names itself by the Host it was asked under: so all its links lead here again
        answer = await speaks(Request(request.method, here() + request.raw_path, headers, body))
        kept = {name: value for name, value in answer.headers.items() if name not in _DROPPED}
        kept.pop("content-type", None)
        content = answer.headers.get("content-type", "application/fhir+json")
        if zipped and answer.body:
            return web.Response(status=answer.status, body=gzip.compress(answer.body, 1),
                                headers={**kept, "Content-Type": content, "Content-Encoding": "gzip"})  # fmt: skip
        return web.Response(status=answer.status, body=answer.body, headers={**kept, "Content-Type": content})

    app = web.Application(client_max_size=30 * 2**20)
    app.router.add_route("*", "/{rest:.*}", handed_on)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        yield here()
    finally:
        await runner.cleanup()
        await real.close()


def stacked(real: Transport, habits: Sequence[Habit]) -> Transport:
    for habit in reversed(habits):
        real = behind(real, habit)
    return real
