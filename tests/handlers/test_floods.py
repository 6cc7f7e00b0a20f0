"""It stands 14: many pictures of one person in one turn: none is dropped, one friendly sentence."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.clock import HandClock
from bot.model import Photographed, SentOther, Several, Spot
from tests.cases.rows import ROWS, stage, texts
from tests.handlers.house import FORUM, RESIDENT, House, at_home

SPOT = Spot(RESIDENT, RESIDENT)


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    async with at_home(tmp_path / "core.sqlite", clock, ROWS) as house:
        yield house


def pictures(count: int) -> Several:
    of = tuple(Photographed(SPOT, 20_000 + n, f"file-{n}", f"u{n}", 9, 9, 9) for n in range(count))
    return Several(SPOT, of[-1].message, of)


async def test_every_picture_of_a_consult_reaches_the_doctor(house: House) -> None:
    await stage(house, "in-consult")
    await house.take(house.arrival(pictures(12)))
    shown = [getattr(post.content, "file", "") for post in house.posts() if post.chat == FORUM]
    assert [file for file in shown if file] == [f"file-{n}" for n in range(12)]
    assert texts(house, RESIDENT).count(house.label("handlers.many")) == 1


async def test_pictures_that_are_asked_for_are_taken_in_order(house: House) -> None:
    await house.take(house.press(RESIDENT, "a:need"))
    await house.answer("hospital.patient_file", {"cover": "covered", "history": []})
    await house.take(house.arrival(pictures(4)))
    await house.tap(RESIDENT, "done")
    dialog = await house.dialog(RESIDENT)
    found: Any = dialog.journal
    assert [f"u{n}" in str(found) for n in range(4)] == [True] * 4


async def test_what_nobody_asked_for_is_answered_once(house: House) -> None:
    before = len(house.posts())
    of = tuple(SentOther(Spot(99, 99), 20_000 + n, "sticker") for n in range(12))
    await house.take(house.arrival(Several(Spot(99, 99), of[-1].message, of)))
    assert len([post for post in house.posts()[before:] if post.chat == 99]) == 2
