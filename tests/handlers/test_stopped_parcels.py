"""An order ends while its parcel is in somebody's hands: he is told what to do with it, and every count is true."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from backend_client.models import BatchSnapshot, ManifestLine
from bot.clock import HandClock
from bot.model import Batch, Incident, Observed, Person, Post, RoleBinding, Text
from tests.cases.rows import CASE, GROUP, NO, ROWS, texts
from tests.handlers.house import HELPER, RESIDENT, House, at_home, told
from tests.handlers.test_later_rows import buttons

COURIER, OTHER_NO = 41, "MR1123-2"
TEN = int(datetime(2026, 11, 26, 10, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp() * 1000)
LINES = (ManifestLine(NO, "A-07"), ManifestLine(OTHER_NO, "A-08"))
GOES_BACK = "包裹 A-07 不用送了。还在您手上的话，请交回医院。"
LIST, NOTICE, SHEET = "list:b-1", f"notice:b-1:{GROUP}", "run:b-1"


@asynccontextmanager
async def two_parcels(folder: Path, clock: HandClock) -> AsyncIterator[House]:
    """A house at ten in the morning with a courier, and with two orders that may travel together."""
    clock.set(TEN)
    courier = Person(COURIER, roles=(RoleBinding("courier", "pr-5", "赵师傅"),))
    other = replace(CASE, no=OTHER_NO, label="A-08", topic="")
    async with at_home(folder / "core.sqlite", clock, (*ROWS, courier, other)) as house:
        yield house


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    async with two_parcels(tmp_path, clock) as house:
        yield house


async def sees(house: House, stage: str, *numbers: str, **more: Any) -> int:
    """The hospital tells that these orders stand there; how many posts there were before."""
    before = len(house.posts())
    for no in numbers:
        house.clock.advance(1)
        label = "A-07" if no == NO else "A-08"
        seen = told(no, stage, house.clock.civil(), **more)
        parcel = replace(seen.parcel, label=label, batch="b-1") if seen.parcel else None
        await house.take(house.arrival(Observed(replace(seen, parcel=parcel))))
    return before


async def batch(house: House, stage: Any, *lines: ManifestLine) -> None:
    house.clock.advance(1)
    at = house.clock.civil()
    await house.take(house.arrival(Observed(BatchSnapshot("b-1", "r", f"v{at}", at, stage, "pr-5", "comp-1", lines))))


async def brought(house: House, to: str, *lines: ManifestLine) -> None:
    """The whole batch has come to this stage."""
    road = ("packed", "on-the-way", "arrived", "with-ambassador")
    for stage in road[: road.index(to) + 1]:
        await batch(house, stage, *lines)
        await sees(house, stage, *(line.order for line in lines))


def card(house: House, key: str) -> str:
    """How the post of this key was drawn last; "" where it was taken away."""
    content = next(post.content for post in reversed(house.posts()) if post.key == key)
    return content.html if isinstance(content, Text) else ""


def new_in(house: House, chat: int, since: int) -> list[Post]:
    stood = {post.key for post in house.posts()[:since]}
    return [post for post in house.posts()[since:] if post.chat == chat and post.key not in stood]


async def counts(house: House) -> tuple[int, int]:
    row = await house.services.store.get(Batch, "b-1")
    assert row is not None
    return row.count, row.left


@pytest.mark.parametrize("end", ["cancelled", "failed", "not-suitable"])
async def test_the_helper_who_has_it_reads_that_it_goes_back_and_the_counts_are_true(house: House, end: str) -> None:
    await brought(house, "with-ambassador", *LINES)
    assert "还要送 2 件（共 2 件）" in card(house, LIST)
    before = await sees(house, end, NO)
    assert GOES_BACK in texts(house, HELPER, before)
    assert "不用送了" not in texts(house, COURIER, before), "he has given it away"
    assert "还要送 1 件（共 1 件）" in card(house, LIST)
    assert "A-07" not in card(house, LIST)
    assert buttons(house, LIST) == [f"a:door:{OTHER_NO}"]
    assert "还有 1 件待取（共 1 件）" in card(house, NOTICE)
    assert new_in(house, GROUP, before) == [], "the notice is corrected where it stands"
    for secret in ("A-07", "王秀英", NO, "4711", "取消", "停"):
        assert secret not in texts(house, GROUP, before)


async def test_the_courier_on_his_way_reads_it_and_his_sheet_lists_what_he_brings(house: House) -> None:
    await brought(house, "on-the-way", *LINES)
    before = await sees(house, "failed", NO)
    assert GOES_BACK in texts(house, COURIER, before)
    assert "不用送了" not in texts(house, HELPER, before), "he has nothing yet"
    assert "1 件" in card(house, SHEET)
    assert "A-08" in card(house, SHEET)
    assert "A-07" not in card(house, SHEET)
    await batch(house, "arrived", *LINES)
    assert "共 1 件" in card(house, LIST)
    assert "A-07" not in card(house, LIST)


async def test_while_one_gives_it_to_the_other_both_read_it(house: House) -> None:
    await brought(house, "arrived", *LINES)
    before = await sees(house, "failed", NO)
    assert GOES_BACK in texts(house, COURIER, before)
    assert GOES_BACK in texts(house, HELPER, before)
    assert "共 1 件" in card(house, LIST)


async def test_what_never_left_the_hospital_is_nobodys_to_bring_back(house: House) -> None:
    await brought(house, "packed", *LINES)
    before = await sees(house, "failed", NO)
    assert "不用送了" not in texts(house, COURIER, before)
    assert "A-07" not in card(house, SHEET)
    await house.take(house.press(COURIER, "a:loaded:b-1"))
    before = await sees(house, "failed", OTHER_NO)
    assert "包裹 A-08 不用送了" in texts(house, COURIER, before)


@pytest.mark.parametrize("at", ["on-the-way", "arrived", "with-ambassador"])
async def test_the_only_one_leaves_no_dead_card(house: House, at: str) -> None:
    """Proved: "1 of 1 parcel still to hand over", and no button for it."""
    await brought(house, at, LINES[0])
    before = await sees(house, "failed", NO)
    assert await counts(house) == (0, 0)
    assert buttons(house, SHEET) == []
    assert card(house, SHEET).endswith("没有要送的了"), "and no empty list of labels below it"
    if at != "on-the-way":
        assert "没有要送的了" in card(house, LIST)
        assert buttons(house, LIST) == []
        assert card(house, NOTICE) == "", "of nothing a group is told nothing"
    assert new_in(house, GROUP, before) == []
    before = len(house.posts())
    await house.take(house.text(COURIER, "/runs"))
    assert "现在没有要您送的药" in texts(house, COURIER, before)


async def test_the_hospitals_list_counts_the_same_with_it_and_without_it(house: House) -> None:
    await brought(house, "with-ambassador", *LINES)
    await sees(house, "failed", NO)
    assert await counts(house) == (1, 1)
    await batch(house, "with-ambassador", *LINES)
    assert await counts(house) == (1, 1)
    await batch(house, "with-ambassador", LINES[1])
    assert await counts(house) == (1, 1)
    await sees(house, "handed-over", OTHER_NO)
    assert await counts(house) == (1, 0)


async def test_the_hospitals_list_may_lack_it_before_its_order_is_seen_to_be_stopped(house: House) -> None:
    await brought(house, "with-ambassador", *LINES)
    await batch(house, "with-ambassador", LINES[1])
    assert await counts(house) == (1, 1)
    await sees(house, "failed", NO)
    assert await counts(house) == (1, 1)
    assert "还要送 1 件（共 1 件）" in card(house, LIST)


async def test_a_batch_that_is_seen_late_counts_what_is_left_of_it(house: House) -> None:
    await sees(house, "handed-over", OTHER_NO)
    await sees(house, "failed", NO)
    await batch(house, "with-ambassador", *LINES)
    assert await counts(house) == (1, 0)


async def test_nobody_who_taps_is_told_that_it_is_here(house: House) -> None:
    await brought(house, "with-ambassador", *LINES)
    await sees(house, "failed", NO)
    answer = await house.take(house.press(RESIDENT, "a:is_mine:b-1", GROUP))
    assert "A-08" in answer.toast
    assert "A-07" not in answer.toast


async def test_what_something_is_wrong_with_is_not_counted_as_to_be_handed_over(house: House) -> None:
    await brought(house, "with-ambassador", *LINES)
    await sees(house, "problem", NO)
    assert "还要送 1 件（共 2 件）" in card(house, LIST)
    assert "A-07　有问题，先不要送" in card(house, LIST)
    assert buttons(house, LIST) == [f"a:door:{OTHER_NO}"]
    await sees(house, "with-ambassador", NO)
    assert "还要送 2 件（共 2 件）" in card(house, LIST)
    await sees(house, "problem", NO)
    before = await sees(house, "cancelled", NO)
    assert GOES_BACK in texts(house, HELPER, before), "whoever had it when it was held up"
    assert "还要送 1 件（共 1 件）" in card(house, LIST)


async def test_what_is_packed_again_is_no_parcel_of_this_batch_any_more(house: House) -> None:
    await brought(house, "with-ambassador", *LINES)
    await sees(house, "problem", NO)
    house.clock.advance(1)
    seen = told(NO, "packed", house.clock.civil())
    await house.take(house.arrival(Observed(seen)))
    assert await counts(house) == (1, 1)
    assert "还要送 1 件（共 1 件）" in card(house, LIST)


async def test_operators_see_that_a_parcel_must_come_back(house: House) -> None:
    await brought(house, "with-ambassador", *LINES)
    await sees(house, "failed", NO)
    await sees(house, "handed-over", OTHER_NO)
    found = await house.services.store.find(Incident, kind="return", done_at=0)
    assert [row.order for row in found] == [NO]
