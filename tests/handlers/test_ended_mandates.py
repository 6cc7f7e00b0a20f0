"""Whose mandate has ended hears nothing more of an order that he placed, but for the end of his own part (R18)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.clock import HandClock
from bot.model import Batch, Mandate, Observed, Reached
from tests.cases.rows import CASE, GROUP, NO, ROWS, put, texts
from tests.handlers.house import BRIEF, FORUM, HELPER, RESIDENT, ROAD, House, at_home, told

OTHER = 33  # collects and hands over; HELPER only ordered
BY = Mandate("m-1", HELPER, "pat-1", "2027-01-01", True, {"name": "王秀英", "brief": BRIEF})


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    """A helper ordered for her under a mandate; another one serves the compound."""
    mine = replace(CASE, placed_by=HELPER, mandate="m-1", ambassador=OTHER, batch="b-1")
    batch = Batch("b-1", "run-1", "arrived", 1, "comp-1", 41, OTHER, 1, 1)
    async with at_home(
        tmp_path / "core.sqlite", clock, (*(mine if row is CASE else row for row in ROWS), BY, batch)
    ) as house:
        yield house


async def stands(house: House, stage: str, **more: Any) -> None:
    await house.take(house.arrival(Observed(replace(told(NO, stage, house.clock.civil()), **more))))


async def takes_back(house: House) -> int:
    """She lets him no more; answers how many posts there were."""
    await stands(house, "in-consult")
    row = await house.services.store.get(Mandate, "m-1")
    assert row is not None
    await put(house, replace(row, active=False))
    return len(house.posts())


async def test_no_stage_is_told_and_his_card_says_that_it_is_over(house: House) -> None:
    before = await takes_back(house)
    for stage in ("prescribed", "returned", "prescribed", *ROAD[3:]):
        await stands(house, stage, **({"reason": "dose"} if stage == "returned" else {}))
    his = [post for post in house.posts()[before:] if post.chat == HELPER]
    hers = {post.key for post in house.posts()[before:] if post.chat == RESIDENT}
    assert len(hers) > 8
    assert all(post.card for post in his), "what stands is changed, and makes no sound"
    assert {post.key.partition(":")[0] for post in his} == {"card", "taken"}
    read = texts(house, HELPER, before)
    assert "不再替这位居民办事" in read
    assert not any(word in read for word in ("王秀英", "二甲双胍", "打包", "药师"))


async def test_he_looks_nothing_up_any_more(house: House) -> None:
    await takes_back(house)
    await stands(house, "with-ambassador")
    before = len(house.posts())
    await house.take(house.text(HELPER, "/orders"))
    assert NO not in texts(house, HELPER, before)
    answer = await house.take(house.press(HELPER, "a:is_mine:b-1", GROUP))
    assert "A-07" not in answer.toast


async def test_he_is_not_told_that_she_cannot_be_reached(house: House) -> None:
    before = await takes_back(house)
    await house.take(house.arrival(Reached(RESIDENT, RESIDENT, False)))
    assert texts(house, HELPER, before) == ""


@pytest.mark.parametrize(("stage", "said"), [
    ("in-consult", ""), ("arrived", "A-07"), ("with-ambassador", "王秀英"), ("handed-over", ""),
])  # fmt: skip
async def test_who_collects_reads_her_name_only_while_he_has_the_parcel(house: House, stage: str, said: str) -> None:
    """What a notice may show: before [Taken] an ambassador without her mandate reads counts and labels."""
    await stands(house, stage)
    before = len(house.posts())
    await house.take(house.arrival(Reached(RESIDENT, RESIDENT, False)))
    await house.take(house.arrival(Reached(RESIDENT, RESIDENT, False), f"unreachable/{RESIDENT}/1"))
    read = texts(house, OTHER, before)
    assert said in read
    assert ("王秀英" in read, NO in read) == (stage == "with-ambassador",) * 2
    assert bool(read) == bool(said)
    assert len({post.key for post in house.posts()[before:] if post.chat == FORUM and post.key[:5] == "gone:"}) < 2
    told_him = {post.key for post in house.posts()[before:] if post.chat == OTHER}
    assert len(told_him) == bool(said), "once, whoever noticed it"


async def test_he_reads_only_that_the_hospital_stopped_it(house: House) -> None:
    before = await takes_back(house)
    await stands(house, "cancelled", reason="乙肝")
    assert "请问本人" in texts(house, HELPER, before)
    assert "乙肝" not in texts(house, HELPER, before)
