"""A group where patients' words are still written never becomes a neighbours' group."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.clock import HandClock
from bot.dialog import Refused
from bot.model import Outcome, Person, Place, PlaceKind, RoleBinding, Said, Spot, Topic
from bot.ops.registry import Act, execute
from bot.turn import Turn
from tests.cases.rows import NO, ROWS, put
from tests.handlers.house import FORUM, House, at_home

OPERATOR = Person(990, roles=(RoleBinding("operator", "op-1", "何静怡", ""),))


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    async with at_home(tmp_path / "core.sqlite", clock, ROWS) as house:
        await house.services.store.commit(Outcome(house.arrival(None, "operator"), rows=(OPERATOR,)))
        yield house


async def binds(house: House, kind: PlaceKind) -> Place | None:
    turn = Turn(house.services, house.arrival(Said(Spot(FORUM, OPERATOR.id), 5000, "/bind")))
    await execute(Act(turn, OPERATOR.id, FORUM, dialog="dlg"), "local.bind", {"kind": kind, "ref": "comp-1"})
    return await turn.get(Place, FORUM)


async def test_not_while_a_consult_is_open_there(house: House) -> None:
    with pytest.raises(Refused, match="consults-open"):
        await binds(house, PlaceKind.COMPOUND)
    place = await binds(house, PlaceKind.DEPARTMENT)
    assert place is not None
    assert place.kind is PlaceKind.DEPARTMENT


async def test_when_all_are_over_it_may(house: House) -> None:
    topic = await house.services.store.get(Topic, f"consult:{NO}")
    assert topic is not None
    await put(house, replace(topic, closed=True))
    place = await binds(house, PlaceKind.COMPOUND)
    assert place is not None
    assert place.kind is PlaceKind.COMPOUND
