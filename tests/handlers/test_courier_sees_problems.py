"""Something is wrong with a parcel on the road: the courier's card says so at once, whoever has said it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.clock import HandClock
from tests.cases.rows import NO, texts
from tests.handlers.house import HELPER, House, told
from tests.handlers.test_stopped_parcels import COURIER, LINES, SHEET, brought, card, sees, two_parcels

WAITS = "A-07　有问题，先不要送"


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    async with two_parcels(tmp_path, clock) as house:
        yield house


@pytest.mark.parametrize("at", ["packed", "on-the-way", "arrived"])
async def test_the_hospital_says_it_and_it_is_found(house: House, at: str) -> None:
    """Proved: his card was the same as before, and he brought it."""
    await brought(house, at, *LINES)
    before = await sees(house, "problem", NO, reason="药包破损")
    assert WAITS in card(house, SHEET)
    assert "A-08　有问题" not in card(house, SHEET)
    for secret in ("王秀英", "二甲双胍", "4711", "药包破损", "3号楼"):
        assert secret not in texts(house, COURIER, before)
    await sees(house, at, NO)
    assert "有问题" not in card(house, SHEET)


async def test_a_helper_says_it_while_it_is_given_to_him(house: House) -> None:
    await brought(house, "arrived", *LINES)
    await house.take(house.press(HELPER, f"a:wrong:{NO}"))
    await house.tap(HELPER, "damaged")
    house.clock.advance(1)
    await house.answer("hospital.report_problem", told(NO, "problem", house.clock.civil(), reason="damaged"))
    assert WAITS in card(house, SHEET)


async def test_looked_for_it_says_so_too(house: House) -> None:
    await brought(house, "on-the-way", *LINES)
    await sees(house, "problem", NO)
    before = len(house.posts())
    await house.take(house.text(COURIER, "/runs"))
    assert WAITS in texts(house, COURIER, before)
