"""Understood: plain words both ways."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.clock import HandClock
from tests.handlers.house import HISTORY, RESIDENT, House, at_home


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    async with at_home(tmp_path / "core.sqlite", clock) as house:
        yield house


async def how_long(house: House) -> None:
    """The question about the days that are left, with its three buttons."""
    await house.take(house.press(RESIDENT, "a:need"))
    await house.answer("hospital.patient_file", {"cover": "covered", "history": HISTORY})
    await house.tap(RESIDENT, "history", "all")
    assert (await house.dialog(RESIDENT)).step == "left"


@pytest.mark.parametrize("typed", ["label", "number", "label with a full stop"])
async def test_what_stands_on_a_button_may_be_typed(house: House, typed: str) -> None:
    await how_long(house)
    label = house.label("refill.left.3-7")
    await house.take(house.text(RESIDENT, {"label": label, "number": "2"}.get(typed, label + "。")))
    assert (await house.dialog(RESIDENT)).step != "left"


@pytest.mark.parametrize(
    "words", ["我的药在哪里？", "我要退款", "收据", "怎么吃？", "我要找个人说话", "谢谢", "where is my medicine?"]
)
async def test_everyday_words_are_understood(house: House, words: str) -> None:
    await house.take(house.text(RESIDENT, words))
    said = [getattr(post.content, "html", "") for post in house.posts() if post.chat == RESIDENT]
    assert said
    assert house.services.words.say("zh-CN", "handlers.no_question", {}) not in said
