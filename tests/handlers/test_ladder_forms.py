"""The doctor writes the prescription in his private chat: while he answers there the case is his, and no longer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.clock import HandClock
from tests.cases.rows import NO, ROWS, put, texts
from tests.handlers.house import FORUM, LI, RESIDENT, House, at_home, told
from tests.handlers.test_ladder import TEN, after, open_incidents, ordered, sees, taken
from tests.handlers.test_over_meanwhile import forms, writes


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    clock.set(TEN)
    async with at_home(tmp_path / "core.sqlite", clock, ROWS) as house:
        lists = replace(house.services.catalogue(), staff=())
        house = House(replace(house.services, catalogue=lambda: lists), clock)
        await ordered(house)
        await taken(house)
        yield house


async def test_it_is_his_while_he_answers_in_the_form(house: House) -> None:
    """Proved: given to another doctor half an hour after [Take], in the middle of his lines."""
    house.clock.advance(20 * 60)
    await writes(house, "amend")
    await after(house, 15)
    await house.tap(LI, "line-1")
    await after(house, 20)
    assert not house.commands("hospital.give_back"), "20 minutes after his last answer"
    await house.take(house.text(LI, "一次一片"))
    await after(house, 29)
    assert not house.commands("hospital.give_back")
    assert await forms(house, LI) == ["amend"]


async def test_a_form_that_lies_there_unanswered_keeps_nothing(house: House) -> None:
    await writes(house, "amend")
    await house.tap(LI, "line-1")
    await after(house, 29)
    assert not house.commands("hospital.give_back")
    await after(house, 2)
    (sent,) = house.commands("hospital.give_back")
    assert sent.args["reason"] == "no-word"
    house.clock.advance(1)
    before = len(house.posts())
    await house.answer("hospital.give_back", told(NO, "received", house.clock.civil(), doctor="", doctor_name=""))
    assert "这一例退回来了" in texts(house, FORUM, before)
    await house.take(house.text(LI, "一次一片"))
    assert await forms(house, LI) == [], "and he reads why"


async def test_nor_does_a_reason_that_nobody_gives(house: House) -> None:
    """Proved: a question in the topic that was left open kept the case for days."""
    await house.take(house.press(LI, f"a:unfit:{NO}", FORUM))
    await after(house, 29)
    assert not house.commands("hospital.give_back")
    await after(house, 2)
    assert len(house.commands("hospital.give_back")) == 1


async def test_nobody_is_told_that_nothing_is_said_while_he_writes_it(house: House) -> None:
    await sees(house, "returned")
    house.clock.advance(110 * 60)
    await writes(house, "sign")
    before = await after(house, 30)
    assert "这里一直没有动静" not in texts(house, FORUM, before)
    assert await open_incidents(house) == []
    before = await after(house, 95)
    assert "看诊里有一阵没有人说话了" in texts(house, RESIDENT, before)
    assert await open_incidents(house) == ["idle"]


async def test_anothers_form_keeps_nothing(house: House) -> None:
    await writes(house, "amend")
    row = await house.order(NO)
    await put(house, replace(row, doctor=22, snapshot={**row.snapshot, "doctor": "pr-2"}))
    await after(house, 31)
    assert len(house.commands("hospital.give_back")) == 1
