"""The scene of the browser tests: a sandbox with three people and two groups, a bot played by hand, pages on it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from sandbox.telegram import server

more = pytest.mark.trial("the page, more of each kind")  # the suite has some of each file
WANG, LI, CHEN = 1001, 1002, 1003
NEIGHBOURS, CLINIC = -1001000000001, -1001000000002
PEOPLE = [
    {"id": WANG, "name": "王秀英", "phone": "+8613900000001"},
    {"id": LI, "name": "李志愿", "username": "li_zhiyuan"},
    {"id": CHEN, "name": "陈医生"},
]
GROUPS = [
    {"id": NEIGHBOURS, "title": "和平里邻居群", "kind": "supergroup", "members": [LI, WANG]},
    {"id": CLINIC, "title": "内分泌科", "kind": "forum", "members": [CHEN], "bot_admin": True},
]


@dataclass
class Scene:
    """`complaints` collects what a page must never have: console errors, exceptions, requests to other hosts.

    `forgiven` are parts of complaints that a test provokes on purpose.
    """

    browser: Any
    http: aiohttp.ClientSession
    db: Path
    url: str = ""
    token: str = ""
    complaints: list[str] = field(default_factory=list)
    forgiven: list[str] = field(default_factory=list)
    offset: int = 0
    _deaf: ExitStack = field(default_factory=ExitStack)
    _server: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def start(self) -> None:
        """Start the server; a second start takes the same port and the same database."""
        port = int(self.url.rsplit(":", 1)[1]) if self.url else 0
        running = await self._server.enter_async_context(server.running(db=str(self.db), port=port))
        self.url, self.token = running.url, running.token

    async def stop(self) -> None:
        """Stop the server; its database stays."""
        await self._server.aclose()

    async def bot(self, method: str, **arguments: Any) -> Any:
        """What the bot does: one Bot API call; an error is an error of the test."""
        async with self.http.post(f"{self.url}/bot{self.token}/{method}", json=arguments) as response:
            answer = await response.json()
        assert answer["ok"], answer
        return answer["result"]

    async def update(self, kind: str) -> Any:
        """The bot's next update of that kind, waited for at most five seconds; others are passed over."""
        while updates := await self.bot("getUpdates", offset=self.offset, timeout=5, limit=1):
            self.offset = updates[0]["update_id"] + 1
            if kind in updates[0]:
                return updates[0][kind]
        raise AssertionError(f"The bot got no {kind}.")

    async def begin(self, person: int) -> None:
        """The person has said /start, and the bot has dealt with everything so far."""
        await self.control("POST", f"people/{person}/say", {"text": "/start"})
        await self.bot("deleteWebhook", drop_pending_updates=True)

    async def control(self, method: str, path: str, body: Any = None) -> Any:
        """One call of the control interface."""
        async with self.http.request(method, f"{self.url}/control/{path}", json=body) as response:
            answer = await response.json()
        assert response.status < 400, answer
        return answer

    async def page(
        self, *phones: str, width: int = 1280, height: int = 800, lang: str = "zh", theme: str = "light"
    ) -> Any:
        """A page with these phones open ("1001", "1001@-100200" or "1001@-100200/7").

        All tests share it: a new one is a new process of the browser, which takes as long as most tests do.
        """
        contexts = self.browser.contexts or [await self.browser.new_context(locale="zh-CN")]
        pages = contexts[0].pages or [await contexts[0].new_page()]
        page = pages[0]
        page.set_default_timeout(8000)
        await page.set_viewport_size({"width": width, "height": height})
        self.watch(page)
        await page.goto(f"{self.url}/#phones={','.join(phones)}&lang={lang}&theme={theme}")
        for phone in phones:
            await page.locator(f"#phone-{phone.split('@')[0]} .bar h3").wait_for()
        return page

    def watch(self, page: Any) -> None:
        """Note everything this page complains about and every request that leaves the sandbox."""
        heard: dict[str, Callable[[Any], object]] = {
            "pageerror": lambda error: self._complain(f"exception: {error}"),
            "console": lambda note: note.type in {"error", "warning"} and self._complain(note.text),
            "request": lambda request: self._asked(request.url),
        }
        for event, hears in heard.items():
            page.on(event, hears)
            self._deaf.callback(page.remove_listener, event, hears)

    async def put_away(self) -> None:
        """Leave the page empty for the next test; what it kept goes, too: the next may get this port."""
        for context in self.browser.contexts:
            for page in context.pages:
                if page.url.startswith(self.url):
                    await page.evaluate("localStorage.clear()")
                await page.unroute_all(behavior="ignoreErrors")
                await page.goto("about:blank")
            await context.clear_permissions()
        self._deaf.close()

    def _complain(self, text: str) -> None:
        if not any(part in text for part in self.forgiven):
            self.complaints.append(text)

    def _asked(self, url: str) -> None:
        if not url.startswith((self.url, "data:", "blob:", self.url.replace("http", "ws", 1))):
            self.complaints.append(f"request to {url}")


async def people(scene: Scene) -> None:
    """Put the people and groups there."""
    for person in PEOPLE:
        await scene.control("POST", "people", person)
    for group in GROUPS:
        await scene.control("POST", "groups", group)
    await scene.bot("deleteWebhook", drop_pending_updates=True)


def phone(page: Any, person: int) -> Any:
    """The phone of one person on a page."""
    return page.locator(f"#phone-{person}")


@asynccontextmanager
async def open_scene(browser: Any, http: aiohttp.ClientSession, db: Path) -> AsyncIterator[Scene]:
    """The server in this process on a free port, with its people."""
    scene = Scene(browser, http, db)
    await scene.start()
    try:
        await people(scene)
        yield scene
    finally:
        await scene.put_away()
        await scene.stop()
