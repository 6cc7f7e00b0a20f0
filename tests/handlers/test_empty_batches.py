"""A batch none of whose parcels is on its way any more ends at the hospital, and nobody hears that it arrives."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.calls import calls
from bot.clock import HandClock
from bot.model import Batch
from tests.cases.rows import GROUP, NO, texts
from tests.handlers.house import HELPER, House
from tests.handlers.test_sent_again import sent_again
from tests.handlers.test_stopped_parcels import (
    COURIER,
    LINES,
    LIST,
    NOTICE,
    OTHER_NO,
    SHEET,
    batch,
    brought,
    buttons,
    card,
    counts,
    sees,
    two_parcels,
)


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    async with two_parcels(tmp_path, clock) as house:
        yield house


def ended(house: House) -> list[object]:
    return [(one.args["batch"], one.lane) for one in house.commands("hospital.end_batch")]


@pytest.mark.parametrize("at", ["packed", "on-the-way", "arrived"])
async def test_all_of_its_parcels_were_stopped(house: House, at: str) -> None:
    await brought(house, at, *LINES)
    await sees(house, "failed", NO)
    assert ended(house) == [], "one is left"
    await sees(house, "failed", OTHER_NO)
    assert ended(house) == [("b-1", "batch:b-1")]
    await batch(house, at, *LINES)
    await sees(house, "failed", OTHER_NO)
    assert len(ended(house)) == 1, "once"


async def test_the_last_one_is_sent_again(house: House) -> None:
    await brought(house, "on-the-way", LINES[0])
    await sees(house, "problem", NO)
    assert ended(house) == []
    await sent_again(house)
    assert ended(house) == [("b-1", "batch:b-1")]


async def test_the_hospital_took_the_last_one_off_its_list(house: House) -> None:
    await brought(house, "on-the-way", *LINES)
    await batch(house, "on-the-way")
    assert ended(house) == [("b-1", "batch:b-1")]


async def test_one_whose_list_is_still_to_be_filled_is_not_over(house: House) -> None:
    await batch(house, "packed")
    assert ended(house) == []
    await batch(house, "packed", *LINES)
    assert await counts(house) == (2, 2)


async def test_what_was_handed_over_ends_nothing(house: House) -> None:
    await brought(house, "with-ambassador", LINES[0])
    await sees(house, "handed-over", NO)
    assert ended(house) == []


async def test_nobody_hears_that_nothing_arrives(house: House) -> None:
    """Proved: the ambassador got a list of nothing as the empty batch arrived."""
    await brought(house, "on-the-way", LINES[0])
    await sees(house, "failed", NO)
    before = len(house.posts())
    answer = await house.take(house.press(COURIER, "a:arrive:b-1"))
    assert answer.toast == "这一批没有要送的了。"
    assert not house.commands("hospital.arrive")
    await batch(house, "arrived", LINES[0])
    assert texts(house, HELPER, before) == ""
    assert texts(house, GROUP, before) == ""
    assert all(post.key not in (LIST, NOTICE) for post in house.posts())


async def test_a_batch_that_is_seen_when_all_is_stopped_is_shown_to_nobody(house: House) -> None:
    await sees(house, "failed", NO)
    before = len(house.posts())
    await batch(house, "packed", LINES[0])
    assert texts(house, COURIER, before) == ""
    assert ended(house) == [("b-1", "batch:b-1")]


async def test_the_hospital_says_that_it_is_over(house: House) -> None:
    await brought(house, "arrived", LINES[0])
    await sees(house, "failed", NO)
    await batch(house, "cancelled", LINES[0])
    row = await house.services.store.get(Batch, "b-1")
    assert row is not None
    assert row.stage == "cancelled"
    assert card(house, SHEET).endswith("没有要送的了")
    assert buttons(house, SHEET) == buttons(house, LIST) == []


async def test_it_is_carried_out_as_it_was_committed(house: House) -> None:
    class Hospital:
        async def end_batch(self, batch: str) -> str:
            return batch

    await brought(house, "on-the-way", LINES[0])
    await sees(house, "failed", NO)
    hospital: object = Hospital()
    (told,) = house.commands("hospital.end_batch")
    assert await calls(hospital, hospital)["hospital.end_batch"](told.args) == "b-1"  # type: ignore[arg-type]
