"""What a turn has looked up is looked up again only after it has changed a row."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.clock import HandClock
from bot.model import Person
from bot.ops.rights import accounts_of, rights_to
from bot.turn import Turn, remembered
from tests.handlers.house import RESIDENT, House, at_home


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    async with at_home(tmp_path / "core.sqlite", clock) as house:
        yield house


async def test_it_is_asked_again_only_for_something_else_or_after_a_change(house: House) -> None:
    asked: list[int] = []

    @remembered
    async def facts(turn: Turn, person: int) -> int:
        asked.append(person)
        return len((await turn.person(person)).facts)

    turn = house.turn()
    before = await facts(turn, RESIDENT)
    assert await facts(turn, RESIDENT) == before
    await facts(turn, 99)
    assert asked == [RESIDENT, 99]
    me = await turn.person(RESIDENT)
    turn.put(replace(me, facts={**me.facts, "more": 1}))
    assert await facts(turn, RESIDENT) == before + 1
    assert await facts(house.turn(), RESIDENT) == before, "another turn knows nothing of it"


async def test_a_right_that_ends_within_the_turn_is_not_remembered(house: House) -> None:
    turn = house.turn()
    assert await accounts_of(turn, "pat-1") == (RESIDENT,)
    me = await turn.get(Person, RESIDENT)
    assert me is not None
    turn.put(replace(me, roles=(), facts={}))
    for right in await rights_to(turn, "pat-1"):
        turn.drop(right)
    assert await accounts_of(turn, "pat-1") == ()
