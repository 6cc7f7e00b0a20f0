"""A fast Bot API server, and people who play the eight-step dialog with whatever bot calls it. No bench by itself."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import time
from collections import Counter, deque
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import aiohttp
from aiohttp import web

TOKEN = "4242:SANDBOX-bench-0123456789-0123456789-01"  # noqa: S105 - no bot has it
STEPS = ("patient", "photo", "words", "soon", "doctor", "summary", "placed")  # what a person reads, after /start
PRESSES = {"patient": "Mother", "soon": "Yes", "doctor": "Dr Li", "summary": "Yes, send it"}
UPDATES = len(STEPS)  # that one dialog takes
BOT = {"id": 4242, "is_bot": True, "first_name": "bench", "username": "bench_bot", "can_join_groups": True,
       "can_read_all_group_messages": False, "supports_inline_queries": False}  # fmt: skip
PUSHES = 40  # webhook calls at a time (Bot API: setWebhook, max_connections)
Json = dict[str, Any]


@dataclass
class Person:
    """``left``: dialogs still to play. ``stops``: the step at which this one rests. ``read``: how often each came."""

    chat: int
    left: int = 1
    stops: str = ""
    expects: str = ""
    read: Counter[str] = field(default_factory=Counter[str])
    stands: Json = field(default_factory=dict[str, Any])  # what it rests at
    done: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def account(self) -> Json:
        return {"id": self.chat, "is_bot": False, "first_name": "Wang", "last_name": "Fang", "language_code": "en"}

    @property
    def place(self) -> Json:
        return {"id": self.chat, "first_name": "Wang", "last_name": "Fang", "type": "private"}


class Messenger:
    """``latency``: s that each call but the poll takes. ``twice``: every update comes twice, with the "same" id or an
    "other" one. ``ready``: where it is a line, whoever has read a question stands in it until somebody says ``act``.
    ``waited``: s from the moment that an update is handed out until the call arrives that answers it. ``first``: of the
    numbers of updates, messages and presses; on a file on which another messenger has been they are not his.
    """

    def __init__(self, latency: float = 0.0, first: int = 1) -> None:
        self.latency, self.twice = latency, ""
        self.ready: deque[tuple[Person, Json]] | None = None
        self.waited: list[float] = []
        self.people: dict[int, Person] = {}
        self.calls: Counter[str] = Counter()
        self.updates = 0  # that people caused
        self._line: dict[int, Json] = {}  # not confirmed, in order
        self._whose: dict[int, int] = {}  # updates that were not handed out yet, and their people
        self._asked: dict[int, float] = {}  # people who wait for an answer, and since when
        self._ids, self._messages = itertools.count(first), itertools.count(first)
        self._more, self.listening = asyncio.Event(), asyncio.Event()
        self._hook, self._pushing, self._secret = "", set[asyncio.Task[None]](), dict[str, str]()
        self._room = asyncio.Semaphore(PUSHES)
        self._session: aiohttp.ClientSession | None = None

    # ------------------------------------------------------------ people

    def begin(self, person: Person) -> None:
        """/start."""
        self.people[person.chat] = person
        person.expects = STEPS[0]
        self._message(person, text="/start", entities=[{"type": "bot_command", "offset": 0, "length": 6}])

    def go_on(self, person: Person) -> None:
        """Whoever rested answers what stood there."""
        person.stops = ""
        self.act(person, person.stands)

    def read(self, chat: int, message: Json, new: bool) -> None:
        """A person sees what was sent or edited, and answers a new question at once."""
        person = self.people.get(chat)
        tag = str(message.get("text", ""))
        if person is None or not tag.startswith("#"):
            return
        tag = tag[1:].partition(" ")[0]
        person.read[tag] += new
        if new and tag == person.expects:
            if self.ready is None:
                self.act(person, message)
            else:
                self.ready.append((person, message))

    def act(self, person: Person, message: Json) -> None:
        """Answers the question that stands there; after the last step the next dialog is begun."""
        step = person.expects
        if step == person.stops:
            person.stands = message
            person.done.set()
            return
        if step == STEPS[-1]:
            person.left -= 1
            if person.left > 0:
                self.begin(person)
            else:
                person.done.set()
            return
        person.expects = STEPS[STEPS.index(step) + 1]
        if step in PRESSES:
            self._press(person, message, PRESSES[step])
        elif step == "photo":
            self._message(person, photo=[self._size(width) for width in (90, 320, 800, 1280)])
        else:
            self._message(person, text="one in the morning, one in the evening, after meals")

    def _size(self, width: int) -> Json:
        unique = f"u{next(self._messages)}"
        return {
            "file_id": unique * 8,
            "file_unique_id": unique,
            "width": width,
            "height": width,
            "file_size": 9 * width,
        }

    def _press(self, person: Person, message: Json, label: str) -> None:
        buttons = [one for row in message["reply_markup"]["inline_keyboard"] for one in row]
        data = next(one["callback_data"] for one in buttons if one["text"] == label)
        query = {"id": str(next(self._messages)), "from": person.account, "message": message, "chat_instance": "1",
                 "data": data}  # fmt: skip
        self._came("callback_query", query)

    def _message(self, person: Person, **body: Any) -> None:
        message = {"message_id": next(self._messages), "from": person.account, "chat": person.place,
                   "date": int(time.time()), **body}  # fmt: skip
        self._came("message", message)

    def _came(self, kind: str, body: Json) -> None:
        self.updates += 1
        id = next(self._ids)
        ids = [id] if not self.twice else [id, id if self.twice == "same" else next(self._ids)]
        self._whose[id] = body["from"]["id"]
        for one in ids:
            update = {"update_id": one, kind: body}
            if self._hook:
                task = asyncio.create_task(self._push(update))
                self._pushing.add(task)
                task.add_done_callback(self._pushing.discard)
            else:
                self._line[next(self._messages)] = update
        self._more.set()

    def _hand_out(self, update: Json) -> Json:
        if (person := self._whose.pop(update["update_id"], None)) is not None:
            self._asked[person] = time.perf_counter()
        return update

    async def _push(self, update: Json) -> None:
        async with self._room:
            self._hand_out(update)
            self._session = self._session or aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=PUSHES))
            while True:
                with contextlib.suppress(aiohttp.ClientError, TimeoutError):
                    async with self._session.post(self._hook, json=update, headers=self._secret) as answer:
                        said = await answer.read()
                        if answer.status == 200:
                            break
                await asyncio.sleep(0.2)
        if said.startswith(b"{") and b'"method"' in said:
            found = json.loads(said)
            self._do(str(found.pop("method")), found)

    # ------------------------------------------------------------ the Bot API

    async def answer(self, request: web.Request) -> web.Response:
        """One call, whatever its body is encoded as."""
        method, given = request.match_info["method"], dict(request.query)
        if request.content_type == "application/json":
            given |= json.loads(await request.read() or b"{}")
        elif request.content_type.startswith("multipart/"):
            given |= dict(await request.post())
        else:
            given |= dict(parse_qsl((await request.read()).decode()))
        if method.lower() == "getupdates":
            found: Any = await self._updates(int(given.get("offset", 0) or 0), float(given.get("timeout", 0) or 0))
        else:
            if method.lower() == "sendmessage" and (since := self._asked.pop(int(given["chat_id"]), None)) is not None:
                self.waited.append(time.perf_counter() - since)
            if self.latency:
                await asyncio.sleep(self.latency)
            found = self._do(method, given)
        return web.Response(body=json.dumps({"ok": True, "result": found}).encode(), content_type="application/json")

    async def _updates(self, offset: int, seconds: float) -> list[Json]:
        self.listening.set()
        for at in [at for at, update in self._line.items() if update["update_id"] < offset]:
            del self._line[at]
        if not self._line:
            self._more.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._more.wait(), seconds)
        return [self._hand_out(update) for update in itertools.islice(self._line.values(), 100)]

    def _do(self, method: str, given: Mapping[str, Any]) -> Any:
        self.calls[method] += 1
        match method.lower():
            case "getme":
                return BOT
            case "setwebhook":
                self._hook = str(given["url"])
                self._secret = {"X-Telegram-Bot-Api-Secret-Token": str(given.get("secret_token", ""))}
                self.listening.set()
            case "deletewebhook":
                self._hook = ""
            case "sendmessage" | "editmessagetext":
                return self._show(given, int(given.get("message_id", 0)))
        return True

    def _show(self, given: Mapping[str, Any], edited: int) -> Json:
        chat, id = int(given["chat_id"]), edited or next(self._messages)
        person = self.people.get(chat) or Person(chat)
        message = {"message_id": id, "from": BOT, "chat": person.place, "date": int(time.time()), "text": given["text"]}
        if below := given.get("reply_markup"):
            message["reply_markup"] = json.loads(below) if isinstance(below, str) else below
        asyncio.get_running_loop().call_soon(self.read, chat, message, not edited)
        return message


@contextlib.asynccontextmanager
async def served(messenger: Messenger) -> AsyncIterator[str]:
    """Its root URL."""
    app = web.Application(client_max_size=10_000_000)
    app.router.add_route("*", "/bot{token}/{method}", messenger.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)  # a long poll of a bot that died waits no more
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
