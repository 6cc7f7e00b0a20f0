"""The pharmacy sends another parcel: whoever has the first one brings it back, and no old list takes the new one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from backend_client.models import Parcel
from bot.clock import HandClock
from bot.model import Custody, Observed, Person
from tests.cases.rows import NO, put, texts
from tests.handlers.house import HELPER, RESIDENT, House, told
from tests.handlers.test_stopped_parcels import (
    COURIER,
    LINES,
    LIST,
    SHEET,
    batch,
    brought,
    card,
    counts,
    sees,
    two_parcels,
)

BACK = "药房会另发一包 A-07。原来那一包还在您手上的话，请不要送，交回医院药房。"
BACK_EN = "The pharmacy is sending parcel A-07 again. If you still have the first one, please do not hand it over: "


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    async with two_parcels(tmp_path, clock) as house:
        yield house


async def sent_again(house: House, stage: str = "packed", **parcel: Any) -> int:
    """The hospital tells that another parcel is packed, and perhaps where that is by now."""
    before = len(house.posts())
    house.clock.advance(1)
    seen = told(NO, stage, house.clock.civil())
    await house.take(house.arrival(Observed(replace(seen, parcel=Parcel("par-1", "A-07", "4711", **parcel)))))
    return before


async def lines(house: House) -> list[tuple[str, str, str]]:
    rows = await house.services.store.find(Custody, order=NO)
    return [(row.giver, row.taker, row.proof) for row in sorted(rows, key=lambda row: (row.at, row.id))]


@pytest.mark.parametrize(
    ("at", "holders"),
    [("on-the-way", {COURIER}), ("arrived", {COURIER, HELPER}), ("with-ambassador", {HELPER})],
)
async def test_whoever_has_the_first_one_reads_that_it_goes_back(house: House, at: str, holders: set[int]) -> None:
    await brought(house, at, *LINES)
    await sees(house, "problem", NO)
    before = await sent_again(house)
    for person in (COURIER, HELPER, RESIDENT):
        assert texts(house, person, before).count(BACK) == (person in holders), person
    before = await sent_again(house)
    assert BACK not in texts(house, COURIER, before) + texts(house, HELPER, before), "once"


async def test_each_reads_it_in_his_own_language(house: House) -> None:
    await brought(house, "with-ambassador", *LINES)
    helper = await house.services.store.get(Person, HELPER)
    assert helper is not None
    await put(house, replace(helper, lang="en"))
    await sees(house, "problem", NO)
    before = await sent_again(house)
    assert BACK_EN in texts(house, HELPER, before)


async def test_it_is_told_too_where_nobody_saw_it_packed(house: House) -> None:
    """Proved: it lay on the next batch, or had left with it, by the time it was looked at."""
    await brought(house, "on-the-way", *LINES)
    await sees(house, "problem", NO)
    before = await sent_again(house, "on-the-way", batch="b-2")
    assert BACK in texts(house, COURIER, before)
    assert await counts(house) == (1, 1)
    assert "A-07" not in card(house, SHEET)


async def test_what_never_left_the_hospital_is_nobodys_to_bring_back(house: House) -> None:
    await brought(house, "packed", *LINES)
    await sees(house, "problem", NO)
    before = await sent_again(house)
    assert BACK not in texts(house, COURIER, before)


async def test_what_was_found_is_not_to_be_brought_back(house: House) -> None:
    await brought(house, "with-ambassador", *LINES)
    await sees(house, "problem", NO)
    before = await sees(house, "with-ambassador", NO)
    assert BACK not in texts(house, HELPER, before)


async def test_the_list_it_was_on_does_not_take_it_back(house: House) -> None:
    """The hospital leaves it on the first batch's list: that batch arrives with what else is on it."""
    await brought(house, "on-the-way", *LINES)
    await sees(house, "problem", NO)
    await sent_again(house)
    await batch(house, "arrived", *LINES)
    assert await counts(house) == (1, 1)
    assert (await house.order(NO)).batch == ""
    assert "A-07" not in card(house, LIST)
    await sent_again(house, "packed", batch="b-2")
    await batch(house, "with-ambassador", *LINES)
    assert (await house.order(NO)).batch == "b-2"


async def test_packed_anew_for_the_same_batch_it_stays_on_its_list(house: House) -> None:
    await brought(house, "packed", *LINES)
    await sees(house, "problem", NO)
    await sent_again(house, batch="b-1")
    await batch(house, "on-the-way", *LINES)
    assert await counts(house) == (2, 2)
    assert (await house.order(NO)).batch == "b-1"
    assert "A-07" in card(house, SHEET)


async def test_the_custody_of_both_parcels_is_kept(house: House) -> None:
    """R9: the first one comes back to the hospital, the second one has lines of its own."""
    await brought(house, "with-ambassador", *LINES)
    await sees(house, "problem", NO)
    await sent_again(house)
    for stage in ("on-the-way", "arrived", "with-ambassador", "handed-over"):
        await sent_again(house, stage, batch="b-2")
    road = [("pharmacy", "sorter", "scan"), ("sorter", "courier", "scan"), ("courier", "ambassador", "count+code")]
    back, there = ("ambassador", "hospital", "returned"), ("ambassador", "resident", "code")
    assert await lines(house) == [*road, back, *road, there]


async def test_what_is_missing_comes_back_from_nobody(house: House) -> None:
    await brought(house, "with-ambassador", *LINES)
    await house.take(house.press(HELPER, f"a:wrong:{NO}"))
    await house.tap(HELPER, "missing")
    await sees(house, "problem", NO)
    await sent_again(house)
    assert "hospital" not in {taker for _, taker, _ in await lines(house)}


async def test_the_card_that_asks_whether_she_has_it_goes(house: House) -> None:
    await brought(house, "with-ambassador", *LINES)
    await sees(house, "handed-over", NO)
    key = next(post.key for post in house.posts() if post.key.startswith(f"received:{NO}"))
    assert "交到您手里了吗" in card(house, key)
    await sees(house, "problem", NO)
    await sent_again(house)
    assert card(house, key) == ""
    await sent_again(house, "handed-over", batch="b-2")
    assert "交到您手里了吗" in card(house, key)


async def test_what_is_asked_about_the_first_one_is_asked_no_more(house: House) -> None:
    """Proved: a photo of it was still asked for, and he read that it had gone to whoever sees to it."""
    await brought(house, "with-ambassador", *LINES)
    await house.take(house.press(HELPER, f"a:wrong:{NO}"))
    await house.tap(HELPER, "damaged")
    await sees(house, "problem", NO)
    await sent_again(house)
    before = len(house.posts())
    await house.tap(HELPER, "word")
    assert "写一句" not in texts(house, HELPER, before)
    assert not house.commands("hospital.problem_more")
