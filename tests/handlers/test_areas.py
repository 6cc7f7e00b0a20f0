"""Where a compound lies, and who is its sub-district's contact: by the hospital's areas and registrations."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from backend_client.models import Area, Compound, Staff
from bot.catalogue import Catalogue
from bot.clock import HandClock
from bot.model import Person, RoleBinding
from bot.ops.areas import contacts_of
from bot.turn import Turn
from tests.handlers.house import LISTS, House, at_home

NAMES = {"zh-CN": "江滨街道", "en": "Jiangbin"}
AREAS = (Area("sub-1", NAMES, "dist-1"), Area("dist-1", NAMES), Area("sub-2", NAMES, "dist-1"))
NEAR, FAR, OTHER = 61, 62, 63


def contact(account: int, *places: str) -> Person:
    return Person(account, roles=(RoleBinding("contact", f"pr-c{account}", "廖志坚", locations=places),))


def lists(*gone: int, areas: tuple[Area, ...] = AREAS, lies: str = "sub-1") -> Catalogue:
    known = tuple(Staff(f"pr-c{id}", "contact", "廖志坚") for id in (NEAR, FAR, OTHER) if id not in gone)
    compounds = (Compound("comp-1", NAMES, area=lies),)
    return replace(LISTS, areas=areas, compounds=compounds, staff=(*LISTS.staff, *known))


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    people = (contact(NEAR, "sub-1", "sub-9"), contact(FAR, "dist-1"), contact(OTHER, "sub-2"))
    async with at_home(tmp_path / "core.sqlite", clock, people) as house:
        yield house


async def asks(house: House, known: Catalogue, compound: str = "comp-1") -> tuple[int, ...]:
    services = replace(house.services, catalogue=lambda: known)
    return await contacts_of(Turn(services, house.arrival(None)), compound)


async def test_the_sub_districts_contact_is_asked(house: House) -> None:
    assert await asks(house, lists()) == (NEAR,)


async def test_one_who_left_is_not_and_then_the_districts_is(house: House) -> None:
    assert await asks(house, lists(NEAR)) == (FAR,)
    assert await asks(house, lists(NEAR, FAR)) == ()


async def test_of_a_compound_that_lies_nowhere_nobody_is(house: House) -> None:
    assert await asks(house, lists(lies="")) == ()
    assert await asks(house, lists(), "comp-404") == ()


async def test_an_area_that_lies_in_itself_leads_nowhere(house: House) -> None:
    circle = (Area("sub-1", NAMES, "dist-1"), Area("dist-1", NAMES, "sub-1"))
    known = lists(NEAR, areas=circle)
    assert [one.id for one in known.around("comp-1")] == ["sub-1", "dist-1"]
    assert await asks(house, known) == (FAR,)
