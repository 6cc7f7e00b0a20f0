"""The hospital as an aiohttp application: its parts joined, its guards, its start and stop. On this machine only."""

from __future__ import annotations

import asyncio
import hmac
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from sandbox import local
from sandbox.clock import Clock
from sandbox.hospital import faults, papers, parcels, routes
from sandbox.hospital.faults import TROUBLE, Trouble, suffer
from sandbox.hospital.hooks import Hooks
from sandbox.hospital.outcomes import Refused, answer_errors
from sandbox.hospital.routes import HOOKS, MAX_BODY, STORE
from sandbox.hospital.store import Store

HOST = "127.0.0.1"
OPEN_PATHS = ("/metadata",)
TOKEN = web.AppKey("token", str)


@dataclass(frozen=True)
class Running:
    """A hospital that listens: its base URL, and its store for tests that want to look inside."""

    url: str
    store: Store


@web.middleware
async def guard(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Only this machine's programs (no rebound names, no foreign pages), and with a token those who know it."""
    if local.is_foreign(request.headers):
        raise Refused(403, "forbidden", local.NOT_OURS)
    token = request.app[TOKEN]
    free = request.path in OPEN_PATHS or request.path.startswith(f"{faults.PREFIX}/")
    if token and not free and not hmac.compare_digest(_bearer(request), token.encode()):
        raise Refused(401, "login", "a bearer token is needed")
    return await handler(request)


def application(store: Store, token: str = "", *, plain: bool = False) -> web.Application:
    """The application over a store; an empty token lets everybody in; ``plain`` has FHIR and nothing else."""
    app = web.Application(middlewares=[answer_errors, guard, suffer], client_max_size=MAX_BODY)
    app[STORE], app[HOOKS], app[TROUBLE], app[TOKEN] = store, Hooks(store), Trouble(), token
    own = () if plain else (*faults.ROUTES, *papers.ROUTES, *parcels.ROUTES)
    for method, path, handler in (*own, *routes.ROUTES):
        app.router.add_route(method, path, handler)
    app.cleanup_ctx.append(_hooks)
    return app


@asynccontextmanager
async def running(
    port: int = 0, db: Path | None = None, clock: Path | None = None, token: str = "", *, plain: bool = False
) -> AsyncIterator[Running]:
    """A hospital on 127.0.0.1 for as long as the block lasts; port 0 takes a free one, db None keeps it in memory."""
    store = Store(db, Clock(clock).now_ms)
    runner = web.AppRunner(application(store, token, plain=plain), access_log=None, shutdown_timeout=1)
    try:
        await runner.setup()
        site = web.TCPSite(runner, HOST, port)
        await site.start()
        yield Running(f"http://{HOST}:{runner.addresses[0][1]}", store)
    finally:
        await runner.cleanup()
        store.close()


async def serve(
    port: int, db: Path | None = None, clock: Path | None = None, token: str = "", *, plain: bool = False
) -> None:
    """Serve until SIGINT or SIGTERM; says 'listening <url>' once it does."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with running(port, db, clock, token, plain=plain) as hospital:
        print(f"listening {hospital.url}", flush=True)  # noqa: T201
        await stop.wait()


def _bearer(request: web.Request) -> bytes:
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    return value.strip().encode("utf-8", "replace") if scheme.lower() == "bearer" else b""


async def _hooks(app: web.Application) -> AsyncIterator[None]:
    await app[HOOKS].start()
    yield
    await app[HOOKS].stop()
