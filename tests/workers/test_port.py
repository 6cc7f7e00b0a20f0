"""The one HTTP port: who may deliver, what is refused, and what is told of our health."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import aiohttp
import pytest

from bot.book import REPLIES, Book
from bot.config import BadSetting, Config
from bot.messenger.port import Received
from bot.model import Arrival, Said, Spot
from bot.store.sqlite import SqliteStore
from bot.web import MOST_BYTES, SECRET, Port
from bot.workers.webhook import Reply

HOOK = "/hook/of/ours"
GOOD = {SECRET: "right", "Content-Type": "application/json"}


class Deliveries:
    """A webhook that answers as it is told."""

    def __init__(self) -> None:
        self.reply = Reply(200)
        self.away = False
        self.came: list[int] = []

    async def deliver(self, received: Received) -> Reply:
        self.came.append(received.id)
        return self.reply


def read(body: bytes) -> Received:
    return Received(json.loads(body)["update_id"], (Arrival("telegram", "1", 0, Said(Spot(1, 1), 1, "x")),))


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.fixture
def config() -> Config:
    return Config(http_port=free_port(), webhook_url=f"https://clinic.example{HOOK}")


@pytest.fixture
def hook() -> Deliveries:
    return Deliveries()


class Asking:
    def __init__(self, port: Port, root: str, session: aiohttp.ClientSession) -> None:
        self.port, self._root, self._session = port, root, session

    async def __call__(
        self, method: str, path: str, headers: Mapping[str, str] = GOOD, body: bytes = b'{"update_id":7}'
    ) -> tuple[int, Mapping[str, str], bytes]:
        async with self._session.request(method, f"{self._root}{path}", headers=headers, data=body) as answer:
            return answer.status, answer.headers, await answer.read()


@asynccontextmanager
async def listening(config: Config) -> AsyncIterator[Asking]:
    async with Port(config, "right") as port, aiohttp.ClientSession() as session:
        yield Asking(port, f"http://127.0.0.1:{config.http_port}", session)


@pytest.fixture
async def ask(config: Config, store: SqliteStore, hook: Deliveries) -> AsyncIterator[Asking]:
    async with listening(config) as asking:
        asking.port.show(store, hook, read, Book())
        yield asking


async def test_a_delivery_is_answered_with_what_became_of_it(ask: Asking, hook: Deliveries) -> None:
    assert (await ask("POST", HOOK))[::2] == (200, b"")
    hook.reply = Reply(200, call={"method": "answerCallbackQuery", "callback_query_id": "药"})
    status, headers, body = await ask("POST", HOOK)
    assert (status, headers["Content-Type"], json.loads(body)) == (200, "application/json", hook.reply.call)
    hook.reply = Reply(503, 16)
    status, headers, _ = await ask("POST", HOOK)
    assert (status, headers["Retry-After"]) == (503, "16")
    assert hook.came == [7, 7, 7]
    assert "aiohttp" not in headers["Server"]


@pytest.mark.parametrize(
    ("status", "asked"),
    [
        (403, {"headers": {**GOOD, SECRET: "wrong"}}),
        (403, {"headers": {**GOOD, SECRET: ""}}),
        (403, {"headers": {"Content-Type": "application/json"}}),
        (403, {"headers": {**GOOD, SECRET: "wröng"}}),
        (403, {"headers": {SECRET: "wrong"}, "body": b"x" * (MOST_BYTES + 1)}),
        (415, {"headers": {**GOOD, "Content-Type": "text/plain"}}),
        (413, {"body": b'{"update_id":7' + b" " * MOST_BYTES + b"}"}),
        (400, {"body": b"[" * 100_000}),
        (400, {"body": b""}),
        (405, {"method": "GET"}),
        (405, {"method": "PUT"}),
        (404, {"path": "/"}),
        (404, {"path": f"{HOOK}/"}),
        (405, {"path": "/livez"}),
    ],
    ids=lambda given: str(given)[:60],
)
async def test_refused(ask: Asking, hook: Deliveries, status: int, asked: dict[str, Any]) -> None:
    asked = {"method": "POST", "path": HOOK, **asked}
    assert (await ask(**asked))[0] == status
    assert not hook.came


async def test_a_secret_that_is_no_text_is_wrong(ask: Asking, config: Config, hook: Deliveries) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", config.http_port)
    writer.write(f"POST {HOOK} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n{SECRET}: ".encode() + b"\xff\xfe\r\n\r\n")
    assert (await reader.readline()).split()[1] == b"403"
    writer.close()
    assert not hook.came


async def test_secrets_are_compared_in_constant_time(ask: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[bytes, bytes]] = []

    def noting(one: bytes, other: bytes) -> bool:
        compared.append((one, other))
        return False

    monkeypatch.setattr("bot.web.hmac.compare_digest", noting)
    assert (await ask("POST", HOOK))[0] == 403
    assert compared == [(b"right", b"right")]


async def test_away_nothing_is_read(ask: Asking, hook: Deliveries) -> None:
    hook.away = True
    status, headers, _ = await ask("POST", HOOK, body=b"not even an update")
    assert (status, headers["Retry-After"]) == (503, "1")
    assert (await ask("GET", "/readyz"))[::2] == (503, b"behind\n")
    assert (await ask("GET", "/livez"))[0] == 200


async def test_before_the_bot_is_there_and_after(config: Config, store: SqliteStore, hook: Deliveries) -> None:
    async with listening(config) as ask:
        assert [(await ask(*one))[0] for one in (("POST", HOOK), ("GET", "/readyz"), ("GET", "/livez"))] == [
            503,
            503,
            200,
        ]
        ask.port.show(store, hook, read, Book())
        assert (await ask("GET", "/readyz"))[::2] == (200, b"ok\n")
        ask.port.hide()
        assert [(await ask(*one))[0] for one in (("POST", HOOK), ("GET", "/readyz"))] == [503, 503]
    assert not hook.came


async def test_a_store_that_does_not_answer_or_has_no_room(
    ask: Asking, store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "_full_at", 1)
    assert (await ask("GET", "/readyz"))[::2] == (503, b"store: no room\n")

    async def away(source: str, id: str) -> bool:
        raise OSError("/secret/path")

    monkeypatch.setattr(store, "seen", away)
    assert (await ask("GET", "/readyz"))[::2] == (503, b"store: OSError\n")


async def test_what_goes_wrong_is_told_without_the_request(
    ask: Asking, hook: Deliveries, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def wrong(received: Received) -> Reply:
        raise LookupError("Wang Xiulan")

    monkeypatch.setattr(hook, "deliver", wrong)
    assert (await ask("POST", HOOK))[0] == 503
    assert "LookupError" in caplog.text
    assert "Wang" not in caplog.text


async def test_without_a_webhook_nothing_is_delivered(config: Config) -> None:
    async with listening(replace(config, webhook_url="")) as ask:
        assert (await ask("POST", HOOK))[0] == 404


async def test_a_port_that_is_taken_is_one_sentence(config: Config) -> None:
    async with listening(config):
        with pytest.raises(
            BadSetting, match=f"MEDRELAY_HTTP_PORT {config.http_port} of 127.0.0.1 cannot be listened on"
        ):
            await Port(config, "right").__aenter__()


# ---------------------------------------------------------------- numbers


async def numbers() -> tuple[str, bytes]:
    return "text/plain; version=0.0.4; charset=utf-8", b"medrelay_ready 1.0\n"


async def test_numbers_are_for_this_machine(ask: Asking) -> None:
    assert (await ask("GET", "/metrics"))[0] == 503  # the bot is not there yet
    ask.port.tell(numbers)
    status, headers, body = await ask("GET", "/metrics")
    assert (status, headers["Content-Type"], body) == (
        200,
        "text/plain; version=0.0.4; charset=utf-8",
        (await numbers())[1],
    )
    for name in ("X-Forwarded-For", "Forwarded", "x-real-ip", "Via"):
        assert (await ask("GET", "/metrics", {name: "198.51.100.7"}))[0] == 404


async def test_numbers_are_not_on_a_port_that_others_reach(config: Config) -> None:
    async with listening(replace(config, http_host="0.0.0.0")) as ask:  # noqa: S104
        ask.port.tell(numbers)
        assert [(await ask("GET", path))[0] for path in ("/metrics", "/livez")] == [404, 200]


async def test_numbers_on_a_port_of_their_own(config: Config) -> None:
    own = replace(config, metrics_port=free_port())
    async with listening(own) as ask, aiohttp.ClientSession() as session:
        ask.port.tell(numbers)
        beside = Asking(ask.port, f"http://127.0.0.1:{own.metrics_port}", session)
        assert [(await ask("GET", path))[0] for path in ("/metrics", "/livez")] == [404, 200]
        assert [(await beside("GET", path))[0] for path in ("/metrics", "/livez", HOOK)] == [200, 200, 404]
        with pytest.raises(BadSetting, match="MEDRELAY_METRICS_PORT"):
            await Port(replace(own, http_port=free_port()), "right").__aenter__()


async def test_answers_to_deliveries_are_counted(ask: Asking, store: SqliteStore, hook: Deliveries) -> None:
    book = Book()
    ask.port.show(store, hook, read, book)
    await ask("POST", HOOK)
    await ask("POST", HOOK, {**GOOD, SECRET: "wrong"})
    assert book.counts[REPLIES] == {("200",): 1, ("403",): 1}
