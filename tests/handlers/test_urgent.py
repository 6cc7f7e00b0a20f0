"""An order that cannot wait: she asks by one reason, an operator lets it go first by one tap, and the queue says so."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.clock import HandClock
from bot.model import Observed, Person, Place, PlaceKind, RoleBinding
from bot.model.rows import LET_GO
from tests.cases.rows import NO, OPERATOR, OPERATORS, PHARMACIST, RESIDENT, REVIEW, ROWS, put, texts
from tests.handlers.house import FORUM, House, at_home, told
from tests.handlers.test_ladder import after, ordered, sees

TEN = int(datetime(2026, 11, 26, 10, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp() * 1000)
SECOND = 53


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    clock.set(TEN)
    operator = Person(SECOND, roles=(RoleBinding("operator", "pr-19", "郑"),))
    async with at_home(tmp_path / "core.sqlite", clock, (*ROWS, operator)) as house:
        yield house


async def asks(house: House) -> None:
    await house.take(house.press(RESIDENT, f"a:cannot_wait:{NO}"))
    await house.tap(RESIDENT, "bedridden")


def shown(house: House, chat: int, key: str) -> tuple[str, list[str]]:
    """A card as it stands: its text, its buttons."""
    post = [one for one in house.posts() if one.chat == chat and one.key.startswith(key)][-1]
    buttons = [button.data for row in getattr(post.content, "buttons", ()) for button in row]
    return str(getattr(post.content, "html", "")), buttons


async def test_one_reason_and_one_tap(house: House) -> None:
    await ordered(house)
    await asks(house)
    assert "已经请医院值班的人让订单" in texts(house, RESIDENT)
    asked, (button,) = shown(house, OPERATOR, "first:")
    assert "卧床" in asked
    assert "王秀英" not in asked
    assert texts(house, OPERATORS) == "", "why is nobody's business in a group"
    await house.take(house.press(OPERATOR, button))
    (sent,) = house.commands("hospital.expedite")
    assert sent.args["reason"] == "bedridden"
    assert sent.args["operator"]["reference"] == "PractitionerRole/pr-9"
    house.clock.advance(1)
    await house.answer("hospital.expedite", told(NO, "submitted", house.clock.civil(), expedite="bedridden"))
    assert "已经先办" in shown(house, OPERATOR, "first:")[0]
    assert shown(house, SECOND, "first:")[1] == []
    assert "（先办）" in shown(house, RESIDENT, "card:")[0]


async def test_of_two_operators_at_once_one_lets_it(house: House) -> None:
    await ordered(house)
    await asks(house)
    button = shown(house, OPERATOR, "first:")[1][0]
    await house.together(house.press(OPERATOR, button), house.press(SECOND, button))
    assert len(house.commands("hospital.expedite")) == 1


async def test_an_operator_whose_role_has_ended_lets_nothing(house: House) -> None:
    await ordered(house)
    await asks(house)
    button = shown(house, OPERATOR, "first:")[1][0]
    person = await house.services.store.get(Person, OPERATOR)
    assert person is not None
    await put(house, replace(person, roles=()))
    await house.take(house.press(OPERATOR, button))
    assert not house.commands("hospital.expedite")


async def test_asked_once_and_not_of_a_packed_one(house: House) -> None:
    await ordered(house)
    await asks(house)
    before = len(house.posts())
    answer = await house.take(house.press(RESIDENT, f"a:cannot_wait:{NO}"))
    assert "已经请过了" in answer.toast + texts(house, RESIDENT, before)
    await sees(house, "packed")
    assert shown(house, OPERATOR, "first:")[1] == []
    button = f"a:expedite:{NO}:bedridden"
    await house.take(house.press(OPERATOR, button))
    assert not house.commands("hospital.expedite")


async def test_nobody_lets_his_own_order_go_first(house: House) -> None:
    await ordered(house)
    me = await house.services.store.get(Person, RESIDENT)
    assert me is not None
    await put(house, replace(me, roles=(*me.roles, RoleBinding("operator", "pr-30", "王"))))
    await house.take(house.press(RESIDENT, f"a:expedite:{NO}:other"))
    assert not house.commands("hospital.expedite")


async def test_the_queue_says_who_is_next_in_words(house: House) -> None:
    await ordered(house)
    row = await house.order(NO)
    for n, (urgency, first, minutes) in enumerate(
        (("green", "", 50), ("red", "", 25), ("yellow", "tumour", 5), ("red", "", 40)), 2
    ):
        more = {**row.snapshot, "expedite": first}
        since = TEN - minutes * 60_000
        await put(house, replace(row, no=f"MR1123-{n}", urgency=urgency, since=since, snapshot=more, version=0))
    before = await after(house, 0.1)
    lines = shown(house, FORUM, "queue:")[0].splitlines()
    assert [line.partition(" ")[0] for line in lines[1:]] == ["4", "5", "3", "1", "2"]
    assert "4 号，黄（剩 3–7 天），先办：肿瘤，等了 5 分钟" in lines[1]
    assert "5 号，红（剩 0–2 天，或医院要求快），等了 40 分钟" in lines[2]
    assert "王秀英" not in texts(house, FORUM, before)
    await after(house, 11)
    assert "5 号，红（剩 0–2 天，或医院要求快），等了 51 分钟" in shown(house, FORUM, "queue:")[0]
    await after(house, 69)
    assert "5 号，红（剩 0–2 天，或医院要求快），等了 2 小时" in shown(house, FORUM, "queue:")[0]


async def test_pharmacists_have_one_too_and_it_empties(house: House) -> None:
    await ordered(house)
    await sees(house, "prescribed")
    await after(house, 0.1)
    assert "1 号，黄" in shown(house, REVIEW, "queue:")[0]
    assert "没有人在等" in shown(house, FORUM, "queue:")[0]
    await sees(house, "passed")
    await after(house, 0.1)
    assert "没有人在等" in shown(house, REVIEW, "queue:")[0]
    assert texts(house, PHARMACIST) == ""


async def test_what_goes_first_has_red_clocks(house: House) -> None:
    await ordered(house)
    row = await house.order(NO)
    await put(house, replace(row, snapshot={**row.snapshot, "expedite": "child"}))
    await house.take(house.arrival(Observed(told(NO, "in-consult", house.clock.civil(), expedite="child"))))
    await sees(house, "submitted", expedite="child")
    before = await after(house, 8)
    assert "还没有医生接诊" in texts(house, RESIDENT, before)


async def test_a_group_that_is_let_go_hears_of_no_queue_until_it_is_bound_again(house: House) -> None:
    await ordered(house)
    await put(house, Place(REVIEW, PlaceKind.REVIEW, LET_GO, version=1))
    await sees(house, "prescribed")
    await after(house, 0.1)
    assert texts(house, REVIEW) == ""
    await house.take(house.press(OPERATOR, "a:groups"))
    rows = [row for post in house.posts() if post.chat == OPERATOR for row in getattr(post.content, "buttons", ())]
    group = [one.data for row in rows for one in row if "✗" in one.label][-1]
    await house.take(house.press(OPERATOR, group))
    await house.tap(OPERATOR, "bind")
    await after(house, 0.1)
    assert "1 号，黄" in shown(house, REVIEW, "queue:")[0]
