"""How to take it, after the delivery (True 10): the hospital's guidance as it stands, and no advice of ours."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.clock import HandClock
from bot.model import Observed
from tests.cases.rows import CASE, NO, ROWS, texts
from tests.handlers.house import RESIDENT, House, at_home, told

OURS = "不舒服先问医生，别自己停药"


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    rows = tuple(replace(row, stage="handed-over") if row is CASE else row for row in ROWS)
    async with at_home(tmp_path / "core.sqlite", clock, rows) as house:
        yield house


async def reads(house: House, *guidance: str) -> str:
    before = len(house.posts())
    seen = replace(told(NO, "confirmed", house.clock.civil()), guidance=guidance)
    await house.take(house.arrival(Observed(seen)))
    return texts(house, RESIDENT, before)


async def test_it_is_quoted_and_named_as_the_hospitals(house: House) -> None:
    said = await reads(house, "整片吞下。\n<别>嚼")
    assert "· 二甲双胍 0.5g × 2 盒　每次 0.5g，每天 2 次\n　医院的用药指导：“整片吞下。\n&lt;别&gt;嚼”" in said
    assert OURS in said


async def test_it_is_never_cut(house: House) -> None:
    assert (await reads(house, "整片吞下。" * 1000)).count("整") == 1000


@pytest.mark.parametrize("guidance", [(), ("",), ("0.5g bid",)])
async def test_where_there_is_none_or_it_stands_there_already_ours_is_all(
    house: House, guidance: tuple[str, ...]
) -> None:
    said = await reads(house, *guidance)
    assert "指导" not in said
    assert OURS in said
