"""The courier's thumb against a messenger with two phones: it presses, waits to be asked, types once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from backend_client.models import Role
from sandbox.control import Control
from sandbox.staff.thumb import Thumb
from sandbox.telegram import server as messenger
from tests.staff.conftest import Office

COURIER, AMBASSADOR = 8, 2
CARD = {"inline_keyboard": [[{"text": "输入交接码", "callback_data": "collect"}]]}


@dataclass
class Gate:
    """The two at the gate, and a bot that says what a test lets it say."""

    url: str
    token: str
    control: Control
    thumb: Thumb

    async def bot_says(self, person: int, text: str, **more: Any) -> None:
        body = {"chat_id": person, "text": text, **more}
        place = f"{self.url}/bot{self.token}/sendMessage"
        async with aiohttp.ClientSession() as session, session.post(place, json=body) as answer:
            assert answer.status == 200, await answer.text()

    async def typed(self) -> list[str]:
        sent = await self.control.messages(COURIER, all=True)
        return [one["versions"][0] for one in sent if not one["from"]["bot"]][1:]  # without /start

    async def pressed(self) -> int:
        place = f"{self.url}/bot{self.token}/getUpdates"
        async with aiohttp.ClientSession() as session, session.post(place, json={"timeout": 0}) as answer:
            return sum("callback_query" in one for one in (await answer.json())["result"])


@pytest.fixture
async def gate(office: Office) -> AsyncIterator[Gate]:
    async with messenger.running() as server, Control(server.url) as control:
        roles: dict[int, Role] = {COURIER: "courier", AMBASSADOR: "ambassador"}
        for id, role in roles.items():
            (name,) = [one.name for one in await office.hospital.staff(role)]
            await control.person(name, id=id)
            await control.say(id, "/start")
        office.desk.habits["courier"] = "types-code"
        yield Gate(server.url, server.token, control, Thumb(office.desk, server.url))


async def test_it_types_the_code_once_when_it_is_asked_for(gate: Gate) -> None:
    await gate.thumb.round()
    await gate.bot_says(COURIER, "幸福里", reply_markup=CARD)
    await gate.thumb.round()
    assert await gate.pressed() == 0, "nobody has read a code to him"
    await gate.bot_says(AMBASSADOR, "请把这个码念给送药员：4711。他输入后，药就归您保管。")
    await gate.thumb.round()
    assert (await gate.pressed(), await gate.typed()) == (1, [])
    await gate.bot_says(COURIER, "请志愿者点清后，把他手机上的 4 位码念给您，在这里输入。")
    for _ in range(3):
        await gate.thumb.round()
    assert await gate.typed() == ["4711"]


async def test_it_reads_english_too(gate: Gate) -> None:
    await gate.bot_says(AMBASSADOR, "Tell the courier this code: 0815. When the courier has typed it ...")
    await gate.bot_says(COURIER, "When the ambassador has counted, type the 4-digit code here.")
    await gate.thumb.round()
    assert await gate.typed() == ["0815"]


async def test_it_rests_while_he_only_drives(gate: Gate, office: Office) -> None:
    office.desk.habits["courier"] = "drives"
    await gate.bot_says(AMBASSADOR, "请把这个码念给送药员：4711。")
    await gate.bot_says(COURIER, "4 位码")
    await gate.thumb.round()
    assert await gate.typed() == []


async def test_without_a_messenger_nothing_happens(office: Office) -> None:
    office.desk.habits["courier"] = "types-code"
    await Thumb(office.desk, "http://127.0.0.1:9").round()
