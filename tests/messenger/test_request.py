"""The request knows what certainly never left from what may have arrived."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from telegram import Bot, InputFile
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest

from bot.messenger.errors import NeverLeft, TooMany
from bot.messenger.request import AiohttpRequest

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
MESSAGE = {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}}


@asynccontextmanager
async def serving(handler: Handler) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@pytest.fixture
async def request_() -> AsyncIterator[AiohttpRequest]:
    made = AiohttpRequest(read=0.3)
    await made.initialize()
    await made.initialize()  # twice is once
    yield made
    await made.shutdown()
    await made.shutdown()


def answer(result: object, status: int = 200) -> web.Response:
    return web.json_response({"ok": status == 200, "result": result}, status=status)


async def test_plain_fields_go_as_a_form(request_: AiohttpRequest) -> None:
    seen: dict[str, str] = {}

    async def handler(request: web.Request) -> web.Response:
        seen.update({name: str(value) for name, value in (await request.post()).items()})
        seen["type"] = request.content_type
        return answer(MESSAGE)

    async with serving(handler) as url:
        bot = Bot("1:SANDBOX", base_url=f"{url}/bot", request=request_, get_updates_request=request_)
        await bot.send_message(1, "药 & co")
    assert seen["type"] == "application/x-www-form-urlencoded"
    assert (seen["chat_id"], seen["text"]) == ("1", "药 & co")


async def test_half_a_character_is_read(request_: AiohttpRequest) -> None:
    """A text cut at a number of UTF-16 units: an unpaired surrogate could be neither kept nor sent on."""

    async def handler(_: web.Request) -> web.Response:
        cut = {"ok": True, "result": MESSAGE | {"text": "药快吃完了\ud83d"}}
        return web.Response(text=json.dumps(cut), content_type="application/json")

    async with serving(handler) as url:
        bot = Bot("1:SANDBOX", base_url=f"{url}/bot", request=request_, get_updates_request=request_)
        said = await bot.send_message(1, "?")
    assert said.text == "药快吃完了\ufffd"


async def test_files_go_as_multipart(request_: AiohttpRequest) -> None:
    seen: dict[str, object] = {}

    async def handler(request: web.Request) -> web.Response:
        form = await request.post()
        photo = form["photo"]
        assert isinstance(photo, web.FileField)
        seen.update(caption=form["caption"], name=photo.filename, body=photo.file.read(), type=photo.content_type)
        return answer(MESSAGE)

    async with serving(handler) as url:
        bot = Bot("1:SANDBOX", base_url=f"{url}/bot", request=request_, get_updates_request=request_)
        await bot.send_photo(1, InputFile(b"\x89PNG", "slip.png", attach=False), caption="slip")
    assert seen == {"caption": "slip", "name": "slip.png", "body": b"\x89PNG", "type": "image/png"}


@pytest.mark.parametrize(
    ("body", "seconds"),
    [
        ({"parameters": {"retry_after": 7}}, 7),
        ({"parameters": {"retry_after": 0}}, 1),
        ({"description": "slow down"}, 5),
        ([], 5),
    ],
)
async def test_too_many(request_: AiohttpRequest, body: object, seconds: float) -> None:
    async def handler(request: web.Request) -> web.Response:
        return web.json_response(body, status=429)

    async with serving(handler) as url:
        with pytest.raises(TooMany) as error:
            await request_.post(f"{url}/x")
    assert error.value.seconds == seconds


async def test_nobody_listens(request_: AiohttpRequest) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(NeverLeft):
            await request_.post(f"http://127.0.0.1:{taken.getsockname()[1]}/x")


async def test_not_initialised() -> None:
    with pytest.raises(NeverLeft, match="initialize"):
        await AiohttpRequest().post("http://127.0.0.1:9/x")


async def test_no_answer_in_time(request_: AiohttpRequest) -> None:
    async def handler(request: web.Request) -> web.Response:
        await asyncio.sleep(5)
        return answer(True)

    async with serving(handler) as url:
        with pytest.raises(TimedOut):
            await request_.post(f"{url}/x", read_timeout=0.05)
        with pytest.raises(TimedOut):
            await request_.post(f"{url}/x")


async def test_the_line_breaks(request_: AiohttpRequest) -> None:
    async def handler(request: web.Request) -> web.Response:
        assert request.transport is not None
        request.transport.abort()
        return answer(True)

    async with serving(handler) as url:
        with pytest.raises(NetworkError) as error:
            await request_.post(f"{url}/x")
    assert not isinstance(error.value, NeverLeft)


async def test_downloads_and_cookies(request_: AiohttpRequest) -> None:
    cookies: list[str] = []

    async def handler(request: web.Request) -> web.Response:
        cookies.append(request.headers.get("Cookie", ""))
        response = web.Response(body=b"jpeg")
        response.set_cookie("a", "b")
        return response

    async with serving(handler) as url:
        assert await request_.retrieve(f"{url}/file") == b"jpeg"
        assert await request_.retrieve(f"{url}/file") == b"jpeg"
    assert cookies == ["", ""]


async def test_a_proxy_is_asked_instead() -> None:
    asked: list[str] = []

    async def handler(request: web.Request) -> web.Response:
        asked.append(str(request.url))
        return answer(True)

    async with serving(handler) as url:
        proxied = AiohttpRequest(proxy=url)
        await proxied.initialize()
        assert await proxied.post("http://telegram.invalid/botX/getMe") is True
        await proxied.shutdown()
    assert asked == ["http://telegram.invalid/botX/getMe"]


def test_the_read_time_out_is_known_to_ptb() -> None:
    made: BaseRequest = AiohttpRequest(read=12)
    assert made.read_timeout == 12


async def test_each_call_is_told_by_its_method_and_what_came_of_it() -> None:
    told: list[tuple[str, str]] = []
    request = AiohttpRequest(read=0.1, told=lambda method, code, seconds: told.append((method, code)))
    await request.initialize()

    async def handler(request: web.Request) -> web.Response:
        if request.path.endswith("/sendMessage"):
            return web.json_response({"ok": False, "parameters": {"retry_after": 3}}, status=429)
        if request.path.endswith("/pinChatMessage"):
            await asyncio.sleep(1)
        return answer(True)

    async with serving(handler) as url:
        await request.post(f"{url}/bot1:TOKEN/getUpdates?offset=1&allowed_updates=[]")
        await request.retrieve(f"{url}/file/bot1:TOKEN/photos/Wang")
        for method, error in (("sendMessage", TooMany), ("pinChatMessage", TimedOut)):
            with pytest.raises(error):
                await request.post(f"{url}/bot1:TOKEN/{method}")
    with pytest.raises(NeverLeft):
        await request.post("http://127.0.0.1:9/bot1:TOKEN/getMe")
    await request.shutdown()
    assert told == [
        ("getUpdates", "200"),
        ("file", "200"),
        ("sendMessage", "429"),
        ("pinChatMessage", "TimedOut"),
        ("getMe", "NeverLeft"),
    ]


def test_an_answer_that_is_no_json_is_told_without_its_words(caplog: pytest.LogCaptureFixture) -> None:
    """It may hold what a person wrote: python-telegram-bot logs it whole."""
    with pytest.raises(TelegramError, match="Invalid server response"):
        AiohttpRequest.parse_json_payload(b'{"ok": true, "result": {"text": "my pulse is 40"')
    assert caplog.text == ""
    assert AiohttpRequest.parse_json_payload(b'{"ok": true, "result": "\xff"}') == {"ok": True, "result": "\ufffd"}
