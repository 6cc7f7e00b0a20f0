"""What a turn finds are the rows as it has them: its own changes count, whatever the store still says."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.clock import HandClock
from bot.model import Expect, Order, Person
from bot.turn import Turn
from tests.handlers.house import RESIDENT, House, at_home


def order(no: str, batch: str) -> Order:
    return Order(no, "arrived", 1, 1, "v1", 9, "dep-1", "comp-1", "green", RESIDENT, batch=batch)


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    async with at_home(tmp_path / "core.sqlite", clock, (order("A", "b1"), order("B", "b2"))) as house:
        yield house


@pytest.mark.parametrize("wanted", [["b1", "b2"], ("b1", "b2")])
async def test_one_of_several_values(house: House, wanted: Sequence[str]) -> None:
    turn = Turn(house.services, house.arrival(None))
    assert {row.no for row in await turn.find(Order, batch=wanted)} == {"A", "B"}


async def test_a_row_that_this_turn_changed_is_found_by_its_new_values_only(house: House) -> None:
    turn = Turn(house.services, house.arrival(None))
    found: Any = await turn.get(Order, "A")
    turn.put(replace(found, batch="b2"))
    turn.put(order("C", "b2"))
    assert await turn.find(Order, batch="b1") == []
    assert {row.no for row in await turn.find(Order, batch="b2")} == {"A", "B", "C"}
    turn.drop(found)
    assert {row.no for row in await turn.find(Order, batch="b2")} == {"B", "C"}


async def test_what_only_the_store_can_look_for_is_left_to_it(house: House) -> None:
    turn = Turn(house.services, house.arrival(None))
    (person,) = await turn.find(Person, role="patient", role_id=turn.marked("pat-1"))
    assert person.id == RESIDENT


async def test_a_row_that_was_only_read_has_to_stand_still_where_its_kind_is_relied_on(house: House) -> None:
    turn = Turn(house.services, house.arrival(None))
    await turn.get(Order, "A")
    await turn.get(Person, RESIDENT)
    turn.put(replace(await house.order("B"), label="x"))
    assert turn.outcome().expects == (Expect(Order, "A", (await house.order("A")).version),)
