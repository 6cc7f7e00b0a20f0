"""A courier whose cards went up the chat finds them: each stop that is not handed over, once, as the newest message."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.clock import HandClock
from bot.model import Batch, Person, Post, RoleBinding, Text
from tests.cases.rows import ROWS, put, texts
from tests.handlers.house import RESIDENT, House, at_home

COURIER, ANOTHER = 61, 62
HERE = Batch("b-1", "run-1", "on-the-way", 1, "comp-1", COURIER, 33, 2, 2, loaded=True,
             manifest=({"label": "A-07", "fridge": False, "urgent": False},))  # fmt: skip
OVER = replace(HERE, id="b-2", stage="with-ambassador")
HIS = replace(HERE, id="b-3", courier=ANOTHER)


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    people = [Person(one, roles=(RoleBinding("courier", f"pr-{one}", "孙"),)) for one in (COURIER, ANOTHER)]
    async with at_home(tmp_path / "core.sqlite", clock, (*ROWS, *people, HERE, OVER, HIS)) as house:
        yield house


def told(house: House, since: int) -> list[Post]:
    return [post for post in house.posts()[since:] if post.chat == COURIER and isinstance(post.content, Text)]


async def test_he_reads_each_stop_that_is_his_and_not_over_with_its_next_button(house: House) -> None:
    await house.take(house.text(COURIER, "/runs"))
    (card,) = told(house, 0)
    assert isinstance(card.content, Text)
    assert "A-07" in card.content.html
    assert [one.data for row in card.content.buttons for one in row] == ["a:arrive:b-1", "a:wrong_of:b-1"]
    before = len(house.posts())
    await house.take(house.text(COURIER, "/runs"))
    (again,) = told(house, before)
    assert again.key == card.key, "the one that stood there goes"


async def test_two_stops_are_two_cards(house: House) -> None:
    await put(house, replace(OVER, id="b-4", stage="arrived"))
    await house.take(house.text(COURIER, "/runs"))
    assert len({post.key for post in told(house, 0)}) == 2


async def test_where_nothing_waits_he_reads_so_and_nobody_else_may_look(house: House) -> None:
    await put(house, replace(HERE, stage="with-ambassador", version=1))
    await house.take(house.text(COURIER, "/runs"))
    assert "现在没有要您送的药" in texts(house, COURIER)
    before = len(house.posts())
    answer = await house.take(house.text(RESIDENT, "/runs"))
    assert "A-07" not in texts(house, RESIDENT, before) + answer.toast


async def test_his_menu_has_them(house: House) -> None:
    await house.take(house.text(COURIER, "/menu"))
    assert house.label("action.runs") in [
        one.label
        for post in told(house, 0)
        if isinstance(post.content, Text)
        for row in post.content.buttons
        for one in row
    ]
