"""What a neighbours' group was told wrongly is put right where it stands, the same day, however much it was told."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from bot import catalogue
from bot.workers.reference_data import ReferenceData
from tests.handlers.house import LISTS, House
from tests.handlers.test_door import GROUP, at, group, house, observed
from tests.handlers.test_lists import Lists

__all__ = ["house"]


def reading(house: House, hospital: Any) -> ReferenceData:
    """The hospital's lists, as the house has them from now on."""
    read = partial(catalogue.read, hospital, house.services.config.questionnaire)
    keeper = ReferenceData(read, house.services.store, house.clock, 60, house.core.take)
    house.core.services = house.services = replace(house.services, catalogue=lambda: keeper.now)
    return keeper


def gate(where: str) -> Any:
    (one,) = LISTS.compounds
    return replace(LISTS, compounds=(replace(one, gate=where),))


@pytest.mark.parametrize("hour", [12, 22])
async def test_another_gate_is_told_where_the_notice_stands(house: House, hour: int) -> None:
    """Also on a day that is full, and at night: an edit makes no sound."""
    hospital = Lists(gate("South gate"))
    keeper = reading(house, hospital)
    await keeper.once()
    for n, id in enumerate(("b1", "b2", "b3")):
        house.clock.set(at(9 + n))
        await observed(house, id)
    assert all("South gate" in words for _, words in await group(house))
    house.clock.set(at(hour))
    hospital.lists = gate("North gate")
    await keeper.once()
    await house.show()
    told = await group(house)
    assert [key.split(":")[1] for key, _ in told] == ["b1", "b2", "b3"], "no message more"
    assert all("North gate" in words and "South gate" not in words for _, words in told)


async def test_lists_that_call_no_place_otherwise_draw_nothing_anew(house: House) -> None:
    hospital = Lists(gate("South gate"))
    keeper = reading(house, hospital)
    await keeper.once()
    await observed(house, "b1")
    before = len(house.posts())
    hospital.lists = replace(gate("South gate"), departments=LISTS.departments[:1])
    await keeper.once()
    assert not [post for post in house.posts()[before:] if post.chat == GROUP]
