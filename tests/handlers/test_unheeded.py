"""Small neighbours of It stands 18: forged data, forwarded commands, anonymous admins, marks that turn text."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.clock import HandClock
from bot.model import Dialog, Person, Photographed, Said, Spot, Unnamed
from bot.wiring import ACTIONS
from tests.cases.rows import CASE, GROUP, NO, OPERATOR, REVIEW, ROWS, THREAD, put
from tests.handlers.house import FORUM, LI, RESIDENT, House, at_home

TURNS = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    rows = tuple(replace(row, stage="in-consult") if row is CASE else row for row in ROWS)
    async with at_home(tmp_path / "core.sqlite", clock, rows) as house:
        yield house


async def told(house: House, body: Any) -> list[tuple[int, str]]:
    """(chat, text) of what is posted for it."""
    before = len(house.posts())
    await house.take(house.arrival(body))
    return [(post.chat, str(getattr(post.content, "html", ""))) for post in house.posts()[before:]]


async def test_no_button_works_where_it_never_stands(house: House) -> None:
    """Of all actions only [Is mine here?] can stand in a neighbours' group, beside the operator's own."""
    open_there = []
    for action in ACTIONS:
        toast = (await house.take(house.press(RESIDENT, f"a:{action}:{NO}", GROUP))).toast
        if toast != house.label("engine.old_button"):
            open_there.append(action)
    assert sorted(open_there) == ["announce", "is_mine"]
    assert not house.commands()
    assert await house.services.store.find(Dialog, chat=GROUP) == []


async def test_a_button_works_where_it_stands(house: House) -> None:
    await house.take(house.press(LI, f"a:prescribe:{NO}", FORUM))
    assert await house.services.store.find(Dialog, flow="prescribe") != [] or house.posts()
    assert (await house.take(house.press(LI, f"a:prescribe:{NO}", REVIEW))).toast == house.label("engine.old_button")


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
async def test_who_is_in_the_private_chat_is_not_sent_there(house: House, lang: str) -> None:
    """In a group somebody who presses what is not his reads where his own things are; in private he is there."""
    him = await house.services.store.get(Person, LI)
    assert him is not None
    await put(house, replace(him, lang=lang))
    await house.take(house.press(RESIDENT, f"a:cancel:{NO}"))
    data, there = house.button("no"), "私聊" if lang == "zh-CN" else "private"
    said = [(await house.take(house.press(LI, data, chat))).toast for chat in (0, FORUM)]
    assert [there in toast for toast in said] == [False, True]
    assert all("/start" in toast for toast in said)


async def test_a_second_press_on_what_ended_is_told_that_it_is_over(house: House) -> None:
    """The second of two quick presses: he reads that it is over, another person nothing."""
    await house.take(house.press(RESIDENT, f"a:cancel:{NO}"))
    data = house.button("no")
    assert (await house.take(house.press(RESIDENT, data))).toast != house.label("engine.press_over")
    assert (await house.take(house.press(RESIDENT, data))).toast == house.label("engine.press_over")
    assert (await house.take(house.press(LI, data))).toast == house.label("refused.not-for-you")
    gone = "d:none:none:1:none"
    assert (await house.take(house.press(RESIDENT, gone))).toast == house.label("engine.old_button")


async def test_a_forwarded_command_does_not_act_and_is_told(house: House) -> None:
    for chat in (-900, OPERATOR):
        words = "/bind" if chat < 0 else "/invite"
        ((where, html),) = await told(house, Said(Spot(chat, OPERATOR), 70, words, forwarded=True))
        assert (where, "自己打一遍" in html) == (chat, True)
    assert await house.services.store.find(Dialog, person=OPERATOR) == []
    assert await told(house, Said(Spot(GROUP, OPERATOR), 71, "/weather", forwarded=True)) == [], "another bot's"


@pytest.mark.parametrize(("text", "heard"), [("少吃盐", True), ("／／ 她血压高", False)])
async def test_an_anonymous_doctor_reads_that_nothing_was_sent(house: House, text: str, heard: bool) -> None:
    found = await told(house, Unnamed(Spot(FORUM, 0, THREAD), 70, text))
    assert [(chat, "匿名" in html) for chat, html in found] == ([(FORUM, True)] if heard else [])
    assert not house.commands("hospital.say")


async def test_an_anonymous_operator_reads_that_nothing_was_bound(house: House) -> None:
    assert [(chat, "匿名" in html) for chat, html in await told(house, Unnamed(Spot(-900, 0), 70, "/bind@x_bot"))] == [
        (-900, True)
    ]
    assert await told(house, Unnamed(Spot(GROUP, 0), 71, "大家好")) == [], "neighbours' talk is nobody's matter"


async def test_no_name_caption_or_head_turns_the_direction(house: House) -> None:
    doctor = await house.services.store.get(Person, LI)
    assert doctor is not None
    await put(house, replace(doctor, roles=(replace(doctor.roles[0], name="李\u202e生医"),)))
    found = await told(house, Photographed(Spot(FORUM, LI, THREAD), 70, "f", "u", 9, 9, 9, caption="\u2067每天 5 mg"))
    ((chat, html),) = found
    assert (chat, "李生医" in html, "每天 5 mg" in html) == (RESIDENT, True, True)
    assert not set(html) & TURNS
