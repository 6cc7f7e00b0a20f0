"""An operator's exceptions on one screen; one is handed to a colleague; what lies untouched is reminded of."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.clock import HandClock
from bot.model import Due, Person, Place, PlaceKind, RoleBinding
from tests.handlers.house import House, at_home
from tests.handlers.test_desk import HE, NO, OFFICE, PLACED, WU, button, only, operator, press
from tests.handlers.test_incidents import does, letter, office, reports


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    rows = (Place(OFFICE, PlaceKind.OPERATORS, lang="en"), operator(WU, "Wu"), operator(HE, "He"), PLACED)
    async with at_home(tmp_path / "core.sqlite", clock, rows) as house:
        lists = replace(house.services.catalogue(), staff=())
        house = House(replace(house.services, catalogue=lambda: lists), clock)
        await letter(house, "later", "begins", "")
        yield house


def read(house: House, who: int, since: int = 0) -> list[str]:
    return [str(getattr(post.content, "html", "")) for post in house.posts()[since:] if post.chat == who]


async def shows(house: House, who: int, which: str) -> list[str]:
    await house.take(house.text(who, "/cases"))
    before = len(house.posts())
    await house.tap(who, which)
    return [words for words in read(house, who, before) if "since" in words]


async def test_mine_all_and_those_that_nobody_has_the_oldest_first(house: House) -> None:
    for n, kind in enumerate(("unread", "sum", "price")):
        house.clock.advance(60 * n)
        await reports(house, kind, order=NO, code=f"c-{n}")
    await press(house, WU, "i_take", OFFICE)  # the newest
    free, mine, all_ = [await shows(house, WU, which) for which in ("free", "mine", "all")]
    assert [len(free), len(mine), len(all_)] == [2, 1, 3]
    assert all_[0].startswith("The hospital's record of an order cannot be read, MR-1, since")
    assert "Nobody priced a drug in time" in mine[0]
    assert "Wu has it" in all_[2]
    await house.take(house.press(WU, button(house, "i_take", WU)))
    assert len(await shows(house, WU, "free")) == 1, "taken from the list by one tap"


async def test_a_colleague_has_it_and_both_read_so(house: House) -> None:
    await reports(house, "unread", order=NO, code="x")
    await press(house, WU, "i_take", OFFICE)
    house.clock.advance(60)
    await press(house, WU, "i_hand")
    asked = house.posts()[-1]
    assert next(one.label for row in getattr(asked.content, "buttons", ()) for one in row) == "He"
    assert all(str(HE) not in one.data for row in getattr(asked.content, "buttons", ()) for one in row)
    (first, *_), *_ = getattr(asked.content, "buttons", ())
    await house.take(house.press(WU, first.data))
    assert (await only(house)).owner == HE
    assert office(house)[-1].endswith("He has it.")
    assert any("He has it now" in words for words in read(house, WU))
    assert button(house, "i_done", HE)
    await house.take(house.press(WU, button(house, "i_done", HE)))
    assert (await only(house)).done_at == 0, "the first one has nothing to end"


async def test_two_of_one_name_are_told_apart(house: House) -> None:
    await reports(house, "unread", order=NO, code="x")
    await press(house, WU, "i_take", OFFICE)
    await does(house, Person(77, roles=(RoleBinding("operator", "op-77", "He"),)))
    await press(house, WU, "i_hand")
    labels = [one.label for row in getattr(house.posts()[-1].content, "buttons", ()) for one in row]
    assert "He op-77" in labels
    assert "He" not in labels


async def test_where_nobody_else_is_an_operator_it_stays(house: House) -> None:
    await reports(house, "unread", order=NO, code="x")
    await press(house, WU, "i_take", OFFICE)
    gone = await house.services.store.get(Person, HE)
    assert gone is not None
    await does(house, replace(gone, roles=()))
    await press(house, WU, "i_hand")
    assert any("No other operator" in words for words in read(house, WU))
    assert (await only(house)).owner == WU


async def rings(house: House, hours: float) -> list[str]:
    before = len(house.posts())
    house.clock.advance(hours * 3600)
    for timer in await house.services.store.timers_due(house.clock.civil()):
        if timer.step == "case":
            await house.take(house.arrival(Due(timer), f"{timer.key}/{timer.due}"))
    return read(house, WU, before)


async def test_its_owner_is_reminded_until_it_is_over(house: House) -> None:
    await reports(house, "unread", order=NO, code="x")
    await press(house, WU, "i_take", OFFICE)
    assert await rings(house, 1) == []
    assert any("Please go on with it" in words for words in await rings(house, 1.1))
    assert any("Please go on with it" in words for words in await rings(house, 2.1))
    await press(house, WU, "i_back")
    assert await rings(house, 3) == []


async def test_mine_can_be_ended_and_handed_on_from_the_list(house: House) -> None:
    await reports(house, "unread", order=NO, code="x")
    await press(house, WU, "i_take", OFFICE)
    await house.take(house.text(WU, "/cases"))
    before = len(house.posts())
    await house.tap(WU, "mine")
    (shown,) = [post for post in house.posts()[before:] if "since" in str(getattr(post.content, "html", ""))]
    data = [one.data.split(":")[1] for row in getattr(shown.content, "buttons", ()) for one in row]
    assert data == ["i_done", "i_hand"]
    await house.take(house.text(HE, "/cases"))
    before = len(house.posts())
    await house.tap(HE, "all")
    (shown,) = [post for post in house.posts()[before:] if "since" in str(getattr(post.content, "html", ""))]
    assert not getattr(shown.content, "buttons", ())
