"""The one HTTP port: Telegram's deliveries, whether we live, and numbers. Nothing listens where no port is set."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
from collections.abc import Awaitable, Callable
from types import TracebackType
from urllib.parse import urlsplit

from aiohttp import hdrs, web

from bot.book import REPLIES, Book
from bot.config import BadSetting, Config, at_home
from bot.messenger.port import Received
from bot.store.port import Store
from bot.workers.webhook import NOT_NOW, Reply, Webhook

log = logging.getLogger(__name__)

SECRET = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name (Bot API: setWebhook)
MOST_BYTES = 1_000_000  # of an update: texts are 4096 characters, the rest is names and ids
READ_SECONDS = 10.0  # s that a delivery's body may take
FORWARDED = {"forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip"}  # what a proxy adds
LAST = 1.0  # s that answers get to leave when the port is closed

Numbers = Callable[[], Awaitable[tuple[str, bytes]]]  # content type, text


class Port:
    """Listens from the start on, so that whoever watches us sees that we live; ``show`` joins the bot behind it."""

    def __init__(self, config: Config, secret: str) -> None:
        self._config, self._secret = config, secret.encode()
        self._store: Store | None = None
        self._webhook: Webhook | None = None
        self._read: Callable[[bytes], Received] | None = None
        self._numbers: Numbers | None = None
        self._book = Book()
        self._runners: list[web.AppRunner] = []

    async def __aenter__(self) -> Port:
        given = self._config
        if given.http_port:
            app = self._app(metrics=not given.metrics_port and at_home(given.http_host))
            if given.webhook_url:
                app.router.add_post(urlsplit(given.webhook_url).path or "/", self._counted)
            await self._listen(app, "HTTP_PORT", given.http_host, given.http_port)
        if given.metrics_port:
            await self._listen(self._app(metrics=True), "METRICS_PORT", given.metrics_host, given.metrics_port)
        return self

    def _app(self, metrics: bool) -> web.Application:
        app = web.Application(client_max_size=MOST_BYTES, middlewares=[_quiet])
        app.router.add_get("/livez", self._live)
        app.router.add_get("/readyz", self._ready)
        if metrics:
            app.router.add_get("/metrics", self._metrics)
        app.on_response_prepare.append(_unnamed)
        return app

    async def _listen(self, app: web.Application, name: str, host: str, port: int) -> None:
        self._runners.append(runner := web.AppRunner(app, access_log=None, shutdown_timeout=LAST))
        await runner.setup()
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            await self._close()
            raise BadSetting(
                f"MEDRELAY_{name} {port} of {host} cannot be listened on ({error.strerror}): stop what uses it, or"
                " choose another."
            ) from error

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._close()

    async def _close(self) -> None:
        while self._runners:
            await self._runners.pop().cleanup()

    def show(self, store: Store, webhook: Webhook | None, read: Callable[[bytes], Received], book: Book) -> None:
        self._store, self._webhook, self._read, self._book = store, webhook, read, book

    def tell(self, numbers: Numbers) -> None:
        """What /metrics shows from now on."""
        self._numbers = numbers

    def hide(self) -> None:
        """From now on: not ready."""
        self._store = self._webhook = self._numbers = None

    # ------------------------------------------------------------ deliveries

    async def _counted(self, request: web.Request) -> web.Response:
        answer = await self._delivery(request)
        self._book.add(REPLIES, str(answer.status))
        return answer

    async def _delivery(self, request: web.Request) -> web.Response:
        """The secret first: whoever has it not is told nothing, and nothing of his is read."""
        if not hmac.compare_digest(request.headers.get(SECRET, "").encode(errors="replace"), self._secret):
            return web.Response(status=403)
        if request.content_type != "application/json":
            return web.Response(status=415)
        if self._webhook is None or self._read is None or self._webhook.away:
            return _answer(NOT_NOW)
        try:
            async with asyncio.timeout(READ_SECONDS):
                received = self._read(await request.read())
        except TimeoutError:
            return web.Response(status=408)
        except (ValueError, RecursionError):
            return web.Response(status=400)
        return _answer(await self._webhook.deliver(received))

    # ------------------------------------------------------------ whether we live

    async def _live(self, request: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def _ready(self, request: web.Request) -> web.Response:
        why = await self.not_ready()
        return web.Response(text=f"{why or 'ok'}\n", status=503 if why else 200)

    async def _metrics(self, request: web.Request) -> web.Response:
        """For this machine's own Prometheus: what a proxy passes on comes from somewhere else."""
        if FORWARDED & {name.lower() for name in request.headers}:
            return web.Response(status=404)
        if self._numbers is None:
            return _answer(NOT_NOW)
        kind, body = await self._numbers()
        return web.Response(body=body, headers={hdrs.CONTENT_TYPE: kind})

    async def not_ready(self) -> str:
        """Why no update is taken just now, "" = they are."""
        if self._store is None:
            return "starting or stopping"
        try:
            await self._store.seen("house", "ready")
        except Exception as error:
            return f"store: {type(error).__name__}"
        if self._store.full:
            return "store: no room"
        return "behind" if self._webhook is not None and self._webhook.away else ""


def _answer(reply: Reply) -> web.Response:
    headers = {hdrs.RETRY_AFTER: str(reply.after)} if reply.after else {}
    if reply.call is None:
        return web.Response(status=reply.status, headers=headers)
    return web.Response(body=json.dumps(reply.call), content_type="application/json", headers=headers)


@web.middleware
async def _quiet(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """What goes wrong in here is told by its kind: aiohttp would log the request."""
    try:
        return await handler(request)
    except web.HTTPException:
        raise
    except Exception as error:
        log.error("a request could not be answered: %s", type(error).__name__)
        return _answer(NOT_NOW)


async def _unnamed(request: web.Request, response: web.StreamResponse) -> None:
    response.headers[hdrs.SERVER] = "medrelay"
