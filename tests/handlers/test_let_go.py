"""A group is unbound by mistake and bound again: meanwhile it hears nothing, afterwards everything; nothing is lost."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.clock import HandClock
from bot.model import AuditLine, Batch, Observed, Outcome, Place, PlaceKind, Post, Text, Topic
from tests.cases.rows import CASE, GROUP, OPERATOR, REVIEW, ROWS, put, texts
from tests.handlers.house import FORUM, HELPER, LI, RESIDENT, House, at_home, told
from tests.waiting import posts_due

NEW = "MR1123-5"
BATCH = Batch("b-9", "run-1", "arrived", 1, "comp-1", 41, HELPER, 1, 1)


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    async with at_home(tmp_path / "core.sqlite", clock, ROWS) as house:
        yield house


def data(house: House, label: str) -> str:
    """What the operator's newest button with this label answers."""
    rows = [row for post in house.posts() if post.chat == OPERATOR for row in getattr(post.content, "buttons", ())]
    return next(one.data for row in reversed(rows) for one in row if label in one.label)


async def chooses(house: House, group: str, what: str) -> None:
    await house.take(house.press(OPERATOR, "a:groups"))
    await house.take(house.press(OPERATOR, data(house, group)))
    await house.tap(OPERATOR, what)


async def kinds(house: House, chat: int) -> tuple[bool, str]:
    place = await house.services.store.get(Place, chat)
    assert place is not None
    return place.bound, place.ref


async def test_a_case_that_came_meanwhile_gets_its_topic(house: House) -> None:
    await chooses(house, "内分泌科", "unbind")
    assert await kinds(house, FORUM) == (False, "-dep-1")
    await put(house, replace(CASE, no=NEW, stage="", topic=f"consult:{NEW}", version=0))
    await house.take(house.arrival(Observed(told(NEW, "submitted", house.clock.civil()))))
    assert await house.services.store.get(Topic, f"consult:{NEW}") is None
    await chooses(house, "内分泌科", "bind")
    assert await kinds(house, FORUM) == (True, "dep-1")
    topic = await house.services.store.get(Topic, f"consult:{NEW}")
    assert topic is not None
    assert topic.chat == FORUM
    assert [post for post in house.posts() if post.key == f"case:{NEW}"]


async def test_a_prescription_that_came_meanwhile_is_shown_to_the_pharmacists(house: House) -> None:
    await chooses(house, "review", "unbind")
    order = await house.order(CASE.no)
    await put(house, replace(order, stage="in-consult"))
    before = len(house.posts())
    await house.take(house.arrival(Observed(told(CASE.no, "prescribed", house.clock.civil()))))
    assert texts(house, REVIEW, before) == ""
    await chooses(house, "review", "bind")
    assert "二甲双胍" in texts(house, REVIEW, before)


async def test_a_compounds_parcels_are_told_once_it_is_bound_again(house: House) -> None:
    await chooses(house, "幸福里", "unbind")
    await put(house, BATCH)
    order = await house.order(CASE.no)
    await put(house, replace(order, stage="arrived", batch="b-9", label="A-07"))
    await house.take(house.press(HELPER, "a:taken:b-9"))
    before = len(house.posts())
    await chooses(house, "幸福里", "bind")
    assert [post.key for post in house.posts()[before:] if post.chat == GROUP] == [f"notice:b-9:{GROUP}"]


async def test_it_is_in_the_trail_and_only_once(house: House) -> None:
    await chooses(house, "幸福里", "unbind")
    pressed = house.button("unbind")
    await house.take(house.press(OPERATOR, pressed))
    lines: list[AuditLine] = [line for outcome in house.outcomes for line in outcome.audit]
    assert [(line.what, line.reason) for line in lines] == [("unbind", f"{PlaceKind.COMPOUND}:comp-1")]


@pytest.mark.parametrize("who", [LI, RESIDENT])
async def test_nobody_else_lets_a_group_go(house: House, who: int) -> None:
    answer = await house.take(house.press(who, "a:groups"))
    assert answer.toast == house.label("refused.not-for-you")


async def test_what_is_said_to_it_waits(house: House) -> None:
    """The sender's half stands in tests/workers/test_sender_errors.py."""
    await chooses(house, "内分泌科", "unbind")
    await house.services.store.unreachable(FORUM)
    await house.services.store.commit(Outcome(house.arrival(None), posts=(Post("x", FORUM, Text("x")),)))
    assert not [one for one in await posts_due(house.services.store, house.clock.civil()) if one.post.chat == FORUM]
    await house.core.take(house.press(OPERATOR, "a:groups"))
    await house.core.take(house.press(OPERATOR, data(house, "内分泌科")))
    await house.core.take(house.press(OPERATOR, house.button("bind")))
    assert [one for one in await posts_due(house.services.store, house.clock.civil()) if one.post.chat == FORUM]
