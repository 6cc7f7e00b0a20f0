"""The server itself: where it listens, what it refuses, odd requests, restart.

Sources: paths, four ways of parameters and the shape of errors: "Making requests"; 401 and 404 of tokens and paths,
"can't parse request body as JSON object", 413: tdlib/telegram-bot-api, Client.cpp, and the HTTP reader
of tdlib. Loopback only, SANDBOX tokens only: the sandbox's own rules (docs/sandbox-control.md).
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from sandbox.control import Control
from sandbox.telegram import __main__
from sandbox.telegram.server import TEST_TOKEN, Running, Unsafe, running

from .conftest import LI, Api, png

KEYS = {"inline_keyboard": [[{"text": "Yes", "callback_data": "y"}]]}


async def get(server: Running, path: str, **more: Any) -> tuple[int, str]:
    """Status and body of a raw request; the path is sent as it is."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    headers = {"Host": f"127.0.0.1:{server.port}", "Connection": "close", **more}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    writer.write(f"GET {path} HTTP/1.1\r\n{lines}\r\n".encode())
    await writer.drain()
    raw = (await reader.read()).decode("utf-8", "replace")
    writer.close()
    return int(raw.split()[1]), raw.partition("\r\n\r\n")[2]


@pytest.mark.parametrize("token", ["123456:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw", "123", "x:SANDBOX", "1:SANDBOX/../x"])
async def test_real_tokens_are_refused(token: str) -> None:
    with pytest.raises(Unsafe, match="might be a real bot's"):
        async with running(token=token):
            pass


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.4", "::", "example.org"])  # noqa: S104
async def test_public_addresses_are_refused(host: str) -> None:
    with pytest.raises(Unsafe, match=r"127\.0\.0\.1 only"):
        async with running(host=host):
            pass


@pytest.mark.parametrize(
    ("path", "code", "text"),
    [
        ("/bot{token}/noSuchMethod", 404, "Not Found"),
        ("/bot{token}/", 404, "Not Found"),
        ("/bot{token}", 404, "Not Found"),
        ("/bot1:AAxx/getMe", 401, "Unauthorized"),
        ("/botnonsense/getMe", 404, "Not Found"),
        ("/bot{token}/getMe/../../x", 404, "Not Found"),
        ("/file/bot{token}/../../../etc/passwd", 404, "Not Found"),
        ("/file/bot{token}/%2e%2e/%2e%2e/etc/passwd", 404, "Not Found"),
        ("/file/bot1:AAxx/photos/file_1.jpg", 401, "Unauthorized"),
        ("/page/../server.py", 404, "Not Found"),
        ("/page/..%2fserver.py", 404, "Not Found"),
        ("/page/%2e%2e/server.py", 404, "Not Found"),
        ("/page//etc/passwd", 404, "Not Found"),
        ("/nothing/here", 404, "Not Found"),
    ],
)
async def test_odd_paths(server: Running, path: str, code: int, text: str) -> None:
    status, body = await get(server, path.format(token=server.token))
    assert (status, json.loads(body)["description"]) == (code, text)
    assert "Traceback" not in body


async def test_every_way_of_sending_parameters(server: Running, control: Control) -> None:
    await control.say(LI, "/start")
    url = f"{server.url}/bot{server.token}/SENDmessage"
    args = {"chat_id": str(LI), "text": "x", "reply_markup": json.dumps(KEYS)}
    multipart = aiohttp.FormData(args, default_to_multipart=True)
    async with aiohttp.ClientSession() as session:
        for more in ({"data": args}, {"json": args}, {"params": args}, {"data": multipart}):
            async with session.post(url, **more) as response:
                assert (await response.json())["result"]["reply_markup"] == KEYS
        async with session.get(url, params=args) as response:
            assert (await response.json())["ok"]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{", "application/json"),
        (b"[1]", "application/json"),
        (b"\xff\xfe", "application/json"),
        (b"no boundary", "multipart/form-data"),
    ],
)
async def test_broken_bodies(server: Running, body: bytes, kind: str) -> None:
    url = f"{server.url}/bot{server.token}/sendMessage"
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, data=body, headers={"Content-Type": kind}) as response,
    ):
        answer = await response.json()
        assert (response.status, answer["error_code"]) == (400, 400)
        assert answer["description"].startswith("Bad Request: can't parse request body")


async def test_a_body_that_is_too_big(server: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sandbox.telegram.server.UPLOAD_LIMIT", 1000)
    async with running() as small, aiohttp.ClientSession() as session:
        url = f"{small.url}/bot{small.token}/sendMessage"
        async with session.post(url, json={"chat_id": 1, "text": "x" * 2000}) as response:
            assert (response.status, (await response.json())["description"]) == (413, "Request Entity Too Large")


async def test_everything_survives_a_restart(tmp_path: Path) -> None:
    place = {"db": str(tmp_path / "tg" / "world.db"), "clock_file": tmp_path / "clock.json"}
    async with running(**place) as first, Control(first.url) as control, aiohttp.ClientSession() as session:
        api = Api(first, session)
        await control.person("Li", id=LI)
        forum = await control.group("Department", "forum", members=[LI], bot_admin=True)
        await control.say(LI, "/start")
        await control.photo(LI, png())
        sent = await api.ok("sendMessage", chat_id=LI, text="Sure?", reply_markup=KEYS)
        topic = await api.ok("createForumTopic", chat_id=forum["id"], name="No. 1")
        query = (await control.press(LI, "Yes"))["query"]
        await control.set_clock(set="2026-11-02T08:30:00+08:00", rate=0)
        await control.switch(**{"autopilot.doctor": "auto", "telegram.flood": True})
        pending = await api.ok("getUpdates")
        before = await control.sees(LI)
    async with running(**place) as second, Control(second.url) as control, aiohttp.ClientSession() as session:
        api = Api(second, session)
        after = await control.sees(LI)
        assert after["chats"] == before["chats"]
        assert after["revision"] >= before["revision"]
        assert await api.ok("getUpdates") == pending
        assert await control.file(after["chats"][0]["messages"][1]["file"]["url"])
        assert (await control.clock())["civil"] == "2026-11-02T08:30:00.000+08:00"
        assert (await control.switches())["telegram.flood"] is True
        await api.ok("answerCallbackQuery", callback_query_id=query)
        await api.ok("editMessageText", chat_id=LI, message_id=sent["message_id"], text="Done")
        more = await api.ok("sendMessage", chat_id=forum["id"], text="x", message_thread_id=topic["message_thread_id"])
        assert more["message_id"] > topic["message_thread_id"]
        said = await control.say(LI, "after")
        assert said["message_id"] > sent["message_id"]


async def test_the_command_line(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sandbox.telegram", "--port", "0", "--db", str(tmp_path / "db")]
    process = await asyncio.create_subprocess_exec(
        *command, "--token", TEST_TOKEN, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    line = (await asyncio.wait_for(process.stdout.readline(), 20)).decode()
    assert line.startswith("listening http://127.0.0.1:")
    async with Control(line.split()[1]) as control:
        assert (await control.world())["bot"]["id"] == 4242
    process.terminate()
    assert await asyncio.wait_for(process.wait(), 10) == 0


def test_the_command_line_refuses_a_real_token(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["telegram", "--port", "0", "--token", "1:AAreal"])
    assert __main__.main() == 2
    assert "might be a real bot's" in capsys.readouterr().err
