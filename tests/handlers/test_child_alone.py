"""Nobody is left out 1, R7: under 14 nobody acts for himself on a phone of his own; from 14 the own consent counts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.clock import HandClock
from tests.cases.rows import NEW, ROWS, texts
from tests.handlers.house import House, at_home
from tests.handlers.test_claims import own


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    async with at_home(tmp_path / "core.sqlite", clock, ROWS) as house:
        yield house


async def enrols(house: House, born: str) -> None:
    await house.take(house.text(NEW, "/enrol"))
    await house.tap(NEW, "yes")
    for words in ("80012100", born):
        await house.take(house.text(NEW, words))
    await house.answer("hospital.find_patient", {"id": "pat-21", "name": "周乐", "birth_date": born})


@pytest.mark.parametrize("born", ["2017-05-06", "2023-01-01", "2012-11-24"])  # the day of these tests is 2026-11-23
async def test_under_fourteen_it_is_the_guardians(house: House, born: str) -> None:
    await enrols(house, born)
    assert await own(house, NEW) == ""
    assert house.label("refused.guardian") in texts(house, NEW)
    assert "周乐" not in texts(house, NEW)


async def test_from_fourteen_it_is_his_own(house: House) -> None:
    await enrols(house, "2012-11-23")
    assert await own(house, NEW) == "pat-21"
