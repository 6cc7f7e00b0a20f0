"""The doctor reads of how long the medicine lasts whether she said so, or the record was counted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.clock import HandClock
from tests.cases.rows import IN_CONSULT, NO, put, stands, texts
from tests.handlers.house import FORUM, House, at_home


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    async with at_home(tmp_path / "core.sqlite", clock, IN_CONSULT) as house:
        yield house


@pytest.mark.parametrize(("recorded", "told"), [(True, "3–7 天（照医院的记录算的）"), (False, "3–7 天")])
async def test_the_card_says_whose_word_it_is(house: House, recorded: bool, told: str) -> None:
    row = await house.order(NO)
    await put(house, replace(row, snapshot={**row.snapshot, "recorded": recorded}))
    since = len(house.posts())
    await stands(house, "in-consult", condition="糖尿病")
    (line,) = {one for one in texts(house, FORUM, since).splitlines() if one.startswith("剩余：")}
    assert line.removeprefix("剩余：").partition("　")[0] == told
