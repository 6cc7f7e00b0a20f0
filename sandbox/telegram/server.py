"""The HTTP server: Bot API, files, the page and the control interface on one loopback port."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import re
import sqlite3
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web
from multidict import MultiDictProxy

from sandbox import local
from sandbox.clock import Clock

from . import control_api, dispatch, files, updates
from .calls import Upload
from .control_api import WORLD
from .errors import ApiError, bad
from .flood import Flood
from .queues import Queues
from .records import Bot
from .state import State
from .world import World

log = logging.getLogger(__name__)
TEST_TOKEN = "4242:SANDBOX-test"  # noqa: S105 - no secret: only the sandbox takes it
PAGE = Path(__file__).with_name("page")
UPLOAD_LIMIT = 50 * 1024 * 1024
FLUSH_S = 0.1
_TOKEN = re.compile(r"\d{1,18}:SANDBOX[A-Za-z0-9_-]*")


class Unsafe(ValueError):
    """The sandbox does not start like this; the text says why."""


def check_token(token: str) -> int:
    """The bot's id; Unsafe for a token that might be a real one."""
    if not _TOKEN.fullmatch(token):
        text = "The sandbox takes only tokens like 4242:SANDBOX-demo: this one might be a real bot's, and is refused."
        raise Unsafe(text)
    return int(token.split(":")[0])


def check_host(host: str) -> None:
    """Unsafe for an address that others can reach: anybody there could act as any person."""
    if not local.is_loopback(host):
        raise Unsafe(f"The sandbox listens on 127.0.0.1 only; {host} can be reached from outside.")


def _json(body: Any, status: int = 200) -> web.Response:
    return web.json_response(body, status=status)


async def _parameters(request: web.Request) -> tuple[dict[str, Any], dict[str, Upload]]:
    raw: dict[str, Any] = dict(request.query)
    uploads: dict[str, Upload] = {}
    if not request.can_read_body:
        return raw, uploads
    if request.content_type == "application/json":
        raw |= _object(await request.read())
        return raw, uploads
    if request.content_type.startswith(("multipart/", "application/x-www-form")):
        for name, value in (await _form(request)).items():
            if isinstance(value, web.FileField):
                uploads[name] = Upload(value.filename, value.content_type, value.file.read())
            else:
                raw[name] = value
    return raw, uploads


def _object(body: bytes) -> dict[str, Any]:
    if not body.strip():
        return {}
    try:
        parsed = json.loads(body)
    except ValueError:
        raise bad("can't parse request body as JSON object") from None
    if not isinstance(parsed, dict):
        raise bad("can't parse request body as JSON object")
    return parsed


async def _form(request: web.Request) -> MultiDictProxy[Any]:
    try:
        return await request.post()
    except (ValueError, KeyError):
        raise bad("can't parse request body") from None


async def _bot(request: web.Request) -> web.StreamResponse:
    world = request.app[WORLD]
    token = request.match_info["token"]
    if token != world.token:
        raise ApiError(401, "Unauthorized") if re.fullmatch(r"\d+:[\w-]+", token) else ApiError(404, "Not Found")
    method = request.match_info["method"]
    if request.method == "GET" and local.is_browser(request.headers) and not _only_looks(method):
        raise ApiError(403, f"Forbidden: {local.BY_HAND}")
    raw, uploads = await _parameters(request)
    answer = await dispatch.answer(world, method, raw, uploads)
    if answer.lost and request.transport is not None:
        request.transport.abort()
    headers = {"Retry-After": str(answer.body["parameters"]["retry_after"])} if answer.status == 429 else {}
    return web.json_response(answer.body, status=answer.status, headers=headers)


def _only_looks(method: str) -> bool:
    """Whether a call changes nothing; getUpdates confirms what came before."""
    return method.lower().startswith("get") and method.lower() != "getupdates"


async def _download(request: web.Request) -> web.StreamResponse:
    world = request.app[WORLD]
    if request.match_info["token"] != world.token:
        raise ApiError(401, "Unauthorized")
    record = files.by_path(world, request.match_info["path"])
    if record is None:
        raise ApiError(404, "Not Found")
    return web.Response(body=world.state.blob(record.id), content_type="application/octet-stream")


async def _page(request: web.Request) -> web.StreamResponse:
    asset = request.match_info.get("asset", "index.html")
    target = await asyncio.to_thread(_inside, asset)
    if target is None:
        raise ApiError(404, "Not Found")
    return web.FileResponse(target, headers={"Cache-Control": "no-cache"})


def _inside(asset: str) -> Path | None:
    """The file of that name in the page's folder, and nothing outside of it."""
    target = (PAGE / asset).resolve()
    return target if target.is_relative_to(PAGE.resolve()) and target.is_file() else None


@web.middleware
async def _errors(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """The one place where an exception becomes an answer; never a trace."""
    try:
        if local.is_foreign(request.headers):
            raise ApiError(403, f"Forbidden: {local.NOT_OURS}")
        return await handler(request)
    except ApiError as error:
        return _json(error.body(), error.code)
    except web.HTTPRequestEntityTooLarge:
        return _json(ApiError(413, "Request Entity Too Large").body(), 413)
    except web.HTTPException as error:
        status = 404 if error.status in {404, 405} else error.status
        return _json(ApiError(status, "Not Found" if status == 404 else error.reason or "Bad Request").body(), status)


def application(world: World) -> web.Application:
    """The whole server as an aiohttp application."""
    app = web.Application(middlewares=[_errors], client_max_size=UPLOAD_LIMIT)
    app[WORLD] = world
    for path in ("/bot{token}/{method}", "/bot{token}/test/{method}"):
        app.router.add_route("GET", path, _bot)
        app.router.add_route("POST", path, _bot)
    app.router.add_get("/file/bot{token}/{path:.+}", _download)
    app.router.add_get("/", _page)
    app.router.add_get("/page/{asset:.+}", _page)
    control_api.add_routes(app)
    app.cleanup_ctx.append(_working)
    return app


async def _working(app: web.Application) -> AsyncIterator[None]:
    world = app[WORLD]

    async def perform(method: str, raw: Any) -> None:
        await dispatch.answer(world, method, raw, {})

    async def flush() -> None:
        while True:
            await asyncio.sleep(FLUSH_S)
            try:
                world.state.flush()
            except sqlite3.Error:
                log.exception("the state could not be written; it is tried again")

    tasks = [asyncio.create_task(Queues(world, perform).run()), asyncio.create_task(flush())]
    yield
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    updates.release_all(world)
    for handle in [*world.background, *world.typing.values()]:
        handle.cancel()
    world.state.close()


@dataclass(frozen=True)
class Running:
    """A server that is up. `url` has no slash at the end; `control` is the start of the control interface."""

    url: str
    token: str
    control: str
    world: World

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self.url.rsplit(":", 1)[1])


def make_world(
    token: str,
    db: str = ":memory:",
    clock_file: str | Path | None = None,
    flood: bool = False,
    tray: Path | None = None,
) -> World:
    """The state of one sandbox, from its database when there is one."""
    bot_id = check_token(token)
    state = State(str(db))
    if state.bot.id != bot_id:
        state.keep(Bot(bot_id))
    if not local.calls_here(state.delivery.url):
        state.delivery.url = ""  # a database may come from anywhere
    flood = bool(state.switches.get("telegram.flood", flood))
    return World(state, Clock(clock_file), token, Flood(on=flood), tray)


@contextlib.asynccontextmanager
async def running(
    *,
    port: int = 0,
    token: str = TEST_TOKEN,
    db: str = ":memory:",
    clock_file: str | Path | None = None,
    flood: bool = False,
    host: str = "127.0.0.1",
    tray: Path | None = None,
) -> AsyncIterator[Running]:
    """The server for as long as the block lasts, in this process."""
    check_host(host)
    world = make_world(token, db, clock_file, flood, tray)
    runner = web.AppRunner(application(world), access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        await site.start()
        real = runner.addresses[0][1]
        url = f"http://[{host}]:{real}" if ":" in host else f"http://127.0.0.1:{real}"
        yield Running(url, token, f"{url}/control", world)
    finally:
        await runner.cleanup()


async def serve(
    port: int,
    token: str,
    db: str = ":memory:",
    clock_file: str | Path | None = None,
    flood: bool = False,
    host: str = "127.0.0.1",
    tray: Path | None = None,
) -> None:
    """Run until cancelled; one line 'listening <url>' on standard output when ready."""
    place = {"port": port, "token": token, "db": db, "clock_file": clock_file}
    async with running(**place, flood=flood, host=host, tray=tray) as server:
        sys.stdout.write(f"listening {server.url}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()
