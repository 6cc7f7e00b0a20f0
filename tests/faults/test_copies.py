"""A message that stands twice, because the bot died before it could note the first: both copies answer alike."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.model import Dialog, Person
from sandbox.control import Phone
from tests.faults.plans import Unmarked
from tests.faults.world import World, living

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]
WHO = 700
LONG = 30.0  # s


@pytest.fixture
def plan() -> Unmarked:
    return Unmarked()


@pytest.fixture
async def world(tmp_path: Path, plan: Unmarked) -> AsyncIterator[World]:
    async with living(tmp_path, plan) as world:
        await world.control.person("陌生的人", id=WHO)
        yield world
    assert world.problems == []
    assert world.doubled() == {}


@pytest.fixture
def phone(world: World) -> Phone:
    return world.control.phone(WHO)


async def copies(world: World, phone: Phone, label: str, after: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """What offers this button and stands twice, the older copy first."""
    await world.dead()
    first = await phone.wait_for(label=label, timeout=LONG)
    second = await phone.wait_for(label=label, after=first["id"], timeout=LONG)
    assert first["id"] > after
    return first, second


async def answer(world: World, message: dict[str, Any], label: str) -> str:
    """The pop-up of a press on this very copy."""
    pressed = await world.control.press(WHO, label, chat=WHO, message_id=message["id"], wait=LONG)
    return (pressed.get("answer") or {}).get("text", "")


async def shown(phone: Phone, message: dict[str, Any]) -> list[dict[str, Any]]:
    view = await phone.sees(WHO)
    return [one for chat in view["chats"] for one in chat["messages"] if one["id"] == message["id"]]


async def me(world: World) -> Person | None:
    assert world.bot is not None
    return await world.bot.store.get(Person, WHO)


@pytest.mark.parametrize("older_first", [True, False])
async def test_a_question_is_answered_on_either_copy_and_only_once(
    world: World, phone: Phone, plan: Unmarked, older_first: bool
) -> None:
    plan.doomed = ":tag:"
    said = await phone.say("/language")
    older, newer = await copies(world, phone, "English", said["message_id"])
    one, other = (older, newer) if older_first else (newer, older)
    await answer(world, one, "English")
    await phone.wait_for(text="→ English", timeout=LONG)
    known = await me(world)
    assert known is not None
    assert known.lang == "en"
    if await shown(phone, other):  # it is taken away where the bot can know of it
        assert await answer(world, other, "中文"), "an old button says what it is"
    assert await me(world) == known


async def test_both_copies_of_a_menu_lead_into_the_same_dialog(world: World, phone: Phone, plan: Unmarked) -> None:
    plan.doomed = f"menu:{WHO}"
    said = await phone.say("/menu")
    for copy in await copies(world, phone, "English / 语言", said["message_id"]):
        await answer(world, copy, "English / 语言")
    assert world.bot is not None
    found = await world.bot.store.find(Dialog, person=WHO, flow="language")
    assert len(found) == 1


async def test_words_below_the_first_copy_are_the_answer_though_the_second_came_later(
    world: World, phone: Phone, plan: Unmarked
) -> None:
    await phone.say("/enrol")
    await phone.wait_for(label="同意", timeout=LONG)
    world.powered.clear()  # the bot dies and is not started for a while
    plan.doomed = "who/number[first]"
    await phone.press("同意", timeout=LONG)
    asked = await phone.wait_for(text="请输入医保电子凭证号码", timeout=LONG)
    await world.dead()
    said = await phone.say("80010012")
    await world.alive()
    again = await phone.wait_for(text="请输入医保电子凭证号码", after=asked["id"], timeout=LONG)
    assert again["id"] > said["message_id"]
    born = await phone.wait_for(text="请输入出生日期", timeout=LONG)
    assert born["id"] > again["id"]
