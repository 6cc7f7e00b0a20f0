"""Nobody is left out 4 and 7: a patient whom a desk acts for may be said to have stopped, too, also by that desk."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.clock import HandClock
from bot.model import Mandate
from tests.cases.rows import ROWS, texts
from tests.handlers.house import BRIEF, HELPER, RESIDENT, House, at_home
from tests.handlers.test_callers import DESK, agrees, calls, desk
from tests.handlers.test_halting import says, why

HER = {**BRIEF, "compound": "comp-1"}
MANDATE = Mandate("m-1", HELPER, "pat-1", "2027-01-01", True, {"name": "王秀英", "brief": HER})


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    rows = (*ROWS, MANDATE, desk(DESK, "pr-desk", "comp-1"))
    async with at_home(tmp_path / "core.sqlite", clock, rows) as house:
        await calls(house, whose=HER)
        await agrees(house)
        yield house


@pytest.mark.parametrize("who", [HELPER, RESIDENT])
async def test_whoever_speaks_for_a_desks_caller_is_heard(house: House, who: int) -> None:
    await says(house, who, "hospital")
    assert await why(house) == "hospital"
    assert "住院" not in texts(house, DESK), "a desk reads name and stage only"
