"""``medrelay sandbox messenger`` starts the server alone, says where it listens, and ends when told to.

Sources: docs/sandbox-control.md for options and the ready line; what it refuses is ours, for safety.
"""

from __future__ import annotations

import asyncio
import signal
import sys

import aiohttp
import pytest

TOKEN = "7:SANDBOX-alone"


async def start(*words: str) -> asyncio.subprocess.Process:
    argv = [sys.executable, "-m", "bot", "sandbox", "messenger", *words]
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(*argv, stdout=pipe, stderr=pipe, stdin=asyncio.subprocess.DEVNULL)


async def test_it_serves_the_bot_api_the_page_and_the_control_interface_on_one_port() -> None:
    process = await start("--port", "0", "--token", TOKEN)
    assert process.stdout is not None
    try:
        word, url = (await process.stdout.readline()).decode().split()
        assert word == "listening"
        async with aiohttp.ClientSession(url) as session:
            async with session.get(f"/bot{TOKEN}/getMe") as answer:
                assert (await answer.json())["result"]["id"] == 7
            async with session.get("/") as answer:
                assert answer.content_type == "text/html"
            async with session.post("/control/people", json={"name": "Li"}) as answer:
                assert (await answer.json())["person"]["name"] == "Li"
        process.send_signal(signal.SIGTERM)
        assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
    assert (await process.communicate())[1] == b""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--port", "0", "--token", "123456:AAF-real"), "The sandbox takes only tokens like"),
        (("--port", "0", "--token", TOKEN, "--host", "0.0.0.0"), "The sandbox listens on 127.0.0.1 only"),  # noqa: S104
        (("--port", "0"), "--token"),
    ],
)
async def test_it_refuses_in_one_sentence(words: tuple[str, ...], said: str) -> None:
    process = await start(*words)
    _, complaint = await process.communicate()
    assert process.returncode == 2
    assert said in complaint.decode()
    assert "Traceback" not in complaint.decode()
