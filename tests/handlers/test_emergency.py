"""Somebody writes of a sign of an emergency: the card, and nothing below it; the doctor and the operators know."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from bot.clock import HandClock
from bot.model import Mandate, Observed, Order, Person, Photographed, Place, PlaceKind, Post, RoleBinding, Spot, Topic
from tests.handlers.house import BRIEF, FORUM, HELPER, LINE, RESIDENT, House, at_home, told

NO, OTHER, OPERATORS, OPERATOR = "MR1123-1", "MR1123-2", -400, 51
WORDS = "今天早上起来胸口疼"
CASE = Order(NO, "in-consult", 1, 1, "v1", 10**13, "dep-1", "comp-1", "yellow", RESIDENT, RESIDENT,
             topic=f"consult:{NO}",
             snapshot={"patient": BRIEF, "doctor": "pr-1", "doctor_name": "李医生", "asked": [asdict(LINE)],
                       "prescribed": [], "answers": {}})  # fmt: skip
TOPIC = Topic(f"consult:{NO}", FORUM, NO, "#1 🟡 ×1", thread=9)
GROUP = Place(OPERATORS, PlaceKind.OPERATORS)


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    async with at_home(tmp_path / "core.sqlite", clock, (CASE, TOPIC, GROUP)) as house:
        yield house


@pytest.fixture
async def empty(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    operator = Person(OPERATOR, roles=(RoleBinding("operator", "op-1", "何"),))
    async with at_home(tmp_path / "core.sqlite", clock, (operator,)) as house:
        yield house


def read(house: House, chat: int) -> list[str]:
    return [_html(post) for post in house.posts() if post.chat == chat]


def _html(post: Post) -> str:
    return getattr(post.content, "html", "")


def _keys(house: House, chat: int) -> list[str]:
    return [post.key.split(":")[0] for post in house.posts() if post.chat == chat]


async def test_no_menu_and_no_question_pushes_the_card_up(empty: House) -> None:
    await empty.take(empty.text(RESIDENT, WORDS))
    assert _keys(empty, RESIDENT) == ["emergency"]
    await empty.take(empty.text(RESIDENT, "嗯嗯"))
    assert _keys(empty, RESIDENT)[-1] == "menu"


async def test_nor_below_a_question_that_does_not_take_it_nor_a_photo(empty: House) -> None:
    await empty.take(empty.text(RESIDENT, "/withdraw"))
    asked = len(_keys(empty, RESIDENT))
    await empty.take(empty.text(RESIDENT, WORDS))
    await empty.take(empty.arrival(Photographed(Spot(RESIDENT, RESIDENT), 900, "f", "u", 9, 9, 9, caption="喘不上气")))
    assert _keys(empty, RESIDENT)[asked:] == ["emergency", "emergency"]


async def test_after_the_delivery_one_alarm_names_the_order(house: House) -> None:
    """Her doctor still reads her words: the operators are not told beside it that there is no order."""
    await house.take(house.arrival(Observed(told(NO, "confirmed", house.clock.civil()))))
    before = len(read(house, OPERATORS))
    await house.take(house.text(RESIDENT, WORDS))
    (alarm,) = read(house, OPERATORS)[before:]
    assert NO in alarm


async def test_the_case_is_marked_on_card_and_topic_and_keeps_its_mark(house: House) -> None:
    await house.take(house.text(RESIDENT, WORDS))
    order = await house.order(NO)
    assert order.snapshot["alarm"]
    topic = await house.services.store.get(Topic, TOPIC.key)
    assert topic is not None
    assert topic.name == "‼ #1 🟡 ×1"
    card = next(_html(post) for post in house.posts() if post.key == f"case:{NO}")
    assert "急症" in card
    await house.take(house.arrival(Observed(told(NO, "prescribed", 9))))
    assert (await house.order(NO)).snapshot["alarm"] == order.snapshot["alarm"]


async def test_the_operators_read_one_line_without_her_words(house: House) -> None:
    for words in (WORDS, "喘不上气"):
        await house.take(house.text(RESIDENT, words))
    lines = read(house, OPERATORS)
    assert len(lines) == 1
    assert NO in lines[0]
    for hers in (WORDS, "胸", BRIEF["name"], str(RESIDENT)):
        assert hers not in lines[0]


async def test_without_a_group_the_operators_read_it_in_private_also_of_somebody_without_an_order(empty: House) -> None:
    await empty.take(empty.text(RESIDENT, WORDS))
    assert len(read(empty, OPERATOR)) == 1
    assert "没有进行中的订单" in read(empty, OPERATOR)[0]


async def test_an_ambassadors_words_mark_the_case_they_go_to(tmp_path: Path, clock: HandClock) -> None:
    mine = [replace(CASE, no=no, patient_account=0, placed_by=HELPER, mandate="m-1", topic=f"consult:{no}")
            for no in (NO, OTHER)]  # fmt: skip
    topics = [replace(TOPIC, key=f"consult:{no}", order=no, thread=n) for n, no in enumerate((NO, OTHER), 9)]
    mandate = Mandate("m-1", HELPER, "pat-1", "2999-01-01", True, {"name": BRIEF["name"], "brief": BRIEF})
    async with at_home(tmp_path / "core.sqlite", clock, (*mine, *topics, mandate, GROUP)) as house:
        await house.take(house.text(HELPER, "她说胸口疼"))
        assert not (await house.order(NO)).snapshot.get("alarm")
        await house.tap(HELPER, OTHER)
        assert not (await house.order(NO)).snapshot.get("alarm")
        assert (await house.order(OTHER)).snapshot["alarm"]
