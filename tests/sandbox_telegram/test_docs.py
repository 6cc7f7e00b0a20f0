"""The examples of docs/sandbox-control.md do what the text says.

Sources: that document; and each file here has to name its own.
"""

from __future__ import annotations

import ast
import asyncio
import io
import json
import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from PIL import Image

from sandbox.telegram import control_api, faults
from sandbox.telegram.server import running

TEXT = Path(__file__).parents[2].joinpath("docs", "sandbox-control.md").read_text("utf-8")
KEYS = {"inline_keyboard": [[{"text": "Order", "callback_data": "order"}]]}
INVOICE = {"title": "Order", "description": "x", "payload": "1", "currency": "CNY", "provider_token": "p"}


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)


async def small_bot(url: str, token: str, reply: Callable[[dict[str, Any]], tuple[str, dict[str, Any]]]) -> None:
    """Answers each update with one call."""
    offset = 0
    async with aiohttp.ClientSession(f"{url}/bot{token}/") as session:
        while True:
            async with session.post("getUpdates", json={"offset": offset, "timeout": 20}) as response:
                updates = (await response.json())["result"]
            for update in updates:
                offset = update["update_id"] + 1
                method, args = reply(update)
                async with session.post(method, json=args) as response:
                    assert (await response.json())["ok"]


def sells(update: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    if query := update.get("pre_checkout_query"):
        return "answerPreCheckoutQuery", {"pre_checkout_query_id": query["id"], "ok": True}
    if press := update.get("callback_query"):
        prices = [{"label": "x", "amount": 1000}]
        return "sendInvoice", {"chat_id": press["from"]["id"], "prices": prices, **INVOICE, "title": "Please pay"}
    chat = update["message"]["chat"]["id"]
    return "sendMessage", {"chat_id": chat, "text": "Hello. Please pay later.", "reply_markup": KEYS}


async def test_the_python_example(capsys: pytest.CaptureFixture[str]) -> None:
    (code,) = blocks("python")
    bots: list[asyncio.Task[None]] = []

    def start_your_bot(url: str, token: str) -> None:
        bots.append(asyncio.create_task(small_bot(url, token, sells)))

    names: dict[str, Any] = {"start_your_bot": start_your_bot}
    exec(code, names)  # noqa: S102 - the documentation's own words
    try:
        await names["someone_buys"]()
    finally:
        bots[0].cancel()
        await asyncio.gather(*bots, return_exceptions=True)
    assert capsys.readouterr().out == "2 1\n"


async def test_the_first_steps() -> None:
    def greets(update: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        if press := update.get("callback_query"):
            return "answerCallbackQuery", {"callback_query_id": press["id"], "text": "Thanks"}
        keys = {"inline_keyboard": [[{"text": "Yes", "callback_data": "y"}]]}
        return "sendMessage", {"chat_id": update["message"]["chat"]["id"], "text": "Well?", "reply_markup": keys}

    async with running() as server, aiohttp.ClientSession() as session:
        bot = asyncio.create_task(small_bot(server.url, server.token, greets))
        answers: list[dict[str, Any]] = []
        for line in blocks("sh")[0].strip().splitlines():
            words = shlex.split(line)
            url = words[2].replace("localhost:8081", server.url)
            body = json.loads(words[4]) if len(words) > 3 else None
            if body and "label" in body:
                await _buttons_are_seen(session, f"{server.control}/people/1001/sees")
            async with session.request("POST" if body else "GET", url, json=body) as response:
                answers.append(await response.json())
        bot.cancel()
        await asyncio.gather(bot, return_exceptions=True)
    assert answers[0]["person"]["name"] == "Li"
    assert answers[-1]["answer"] == {"text": "Thanks", "alert": False}


async def test_the_tray() -> None:
    async with running() as server, aiohttp.ClientSession() as session:
        answers: list[Any] = []
        for line in blocks("sh")[1].strip().splitlines():
            words = shlex.split(line)
            url = words[2].replace("localhost:8081", server.url)
            body = json.loads(words[4]) if len(words) > 3 else None
            async with session.request("POST" if body else "GET", url, json=body) as response:
                answers.append(await response.json())
        laid, tray = answers
        assert tray == [laid]
        assert (laid["name"], laid["for_person"]) == ("A paper", 1001)
        async with session.get(f"{server.url}{laid['url']}") as response:
            assert Image.open(io.BytesIO(await response.read())).size == (1, 1)


async def _buttons_are_seen(session: aiohttp.ClientSession, url: str) -> None:
    revision = 0
    while True:
        async with session.get(url, params={"since": revision, "wait": 5}) as response:
            view = await response.json()
        if view["chats"][0]["messages"][-1]["buttons"]:
            return
        revision = view["revision"]


def test_every_route_and_fault_is_described() -> None:
    for _, path, _ in control_api.ROUTES:
        words = re.sub(r"\{(\w+)[^}]*\}", r"{\1}", path).split("/")[2:]
        last = next(word for word in reversed(words) if not word.startswith("{"))
        assert f"/{last}" in TEXT or f"`{last}`" in TEXT, path
    for kind in faults.OF_CALLS + faults.OF_UPDATES:
        assert f"| `{kind}` |" in TEXT


def test_every_file_of_the_suite_names_its_sources() -> None:
    for path in sorted(Path(__file__).parent.glob("test_*.py")):
        told = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
        assert "\nSources: " in told, path.name
