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
from tests.handlers.test_callers import SECOND as NEW_DESK
from tests.handlers.test_halting import newest, says, why

HER = {**BRIEF, "compound": "comp-1"}
MANDATE = Mandate("m-1", HELPER, "pat-1", "2027-01-01", True, {"name": "王秀英", "brief": HER})


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    rows = (*ROWS, MANDATE, desk(DESK, "pr-desk", "comp-1"), desk(NEW_DESK, "pr-desk-2", "comp-1"))
    async with at_home(tmp_path / "core.sqlite", clock, rows) as house:
        await calls(house, whose=HER)
        await agrees(house)
        yield house


@pytest.mark.parametrize("who", [HELPER, RESIDENT])
async def test_whoever_speaks_for_a_desks_caller_is_heard(house: House, who: int) -> None:
    await says(house, who, "hospital")
    assert await why(house) == "hospital"
    assert "住院" not in texts(house, DESK), "a desk reads name and stage only"


async def test_a_desk_says_it_for_its_own_caller_and_takes_it_back(house: House) -> None:
    """ADR 38; by the button of the call, and of nobody else."""
    shown = [b.data for p in house.posts() if p.chat == DESK for row in getattr(p.content, "buttons", ()) for b in row]
    data = next(one for one in reversed(shown) if one.startswith("a:changed:"))
    await house.take(house.press(NEW_DESK, data))
    assert await why(house) is None
    await house.take(house.press(DESK, data))
    await house.tap(DESK, "hospital")
    row = await newest(house)
    assert (row.kind, row.by, await why(house)) == ("hospital", "desk", "hospital")
    assert row.sealed["actor"]["reference"] == "PractitionerRole/pr-desk"
    await house.take(house.press(DESK, f"a:halt_wrong:{row.id}"))
    assert await why(house) is None
