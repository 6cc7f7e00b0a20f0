"""What is delivered again, under another update id, changes nothing and says nothing; a press gets its answer again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.clock import HandClock
from bot.core import Core
from bot.handlers import route
from bot.model import (
    Arrival,
    Batch,
    Body,
    Dialog,
    Incident,
    Outcome,
    PaidInChat,
    Payment,
    Person,
    Photographed,
    Pressed,
    Relayed,
    RoleBinding,
    Said,
    SentOther,
    Spot,
    Topic,
)
from bot.turn import Turn
from bot.workers.letters import Letters
from tests.handlers.house import FORUM, HELPER, LI, RESIDENT, ZHAO, House, at_home
from tests.handlers.test_money import QUOTED
from tests.handlers.test_replies import ONE, ROWS, THREAD, TWO

COURIER, NO = 41, "MR1123-9"
HERE = Spot(RESIDENT, RESIDENT)
TOPIC = Spot(FORUM, LI, THREAD)
BATCH = Batch("b-1", "run-1", "arrived", 1, "comp-1", COURIER, HELPER, 1, 1, code="4711")
COURIERS = Person(COURIER, roles=(RoleBinding("courier", "pr-9", "小张"),))
ALL = (
    *ROWS,
    replace(QUOTED, no=NO, topic=f"consult:{NO}"),
    Topic(f"consult:{NO}", FORUM, NO, "3", "3", 77),
    BATCH,
    COURIERS,
)


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    """Two consults, an order to be paid, a batch at the gate."""
    async with at_home(tmp_path / "core.sqlite", clock, ALL) as house:
        yield house


async def again(house: House, body: Body) -> tuple[Any, Any]:
    """The answers to one thing that is delivered twice; the second time nothing may be written."""
    first = await house.take(house.arrival(body))
    before = len(house.outcomes)
    assert before > 1, "the first time it has an effect"
    second = await house.take(house.arrival(body))
    assert house.outcomes[before:] == []
    assert not await house.services.store.dead_letters()
    return first, second


RECEIPT = PaidInChat(HERE, 900, 1000, "CNY", f"pay:{NO}:1000", "ch-1")
WORDS: dict[str, Body] = {
    "command": Said(HERE, 500, "/refill"),
    "start link": Said(HERE, 500, "/start need-comp-1"),
    "spent link": Said(HERE, 500, "/start join-none"),
    "nothing asked": Said(Spot(ZHAO, ZHAO), 500, "你好"),
    "red flag": Said(HERE, 500, "我胸痛"),
    "to the doctor": Said(HERE, 500, "血压 130"),
    "photo": Photographed(HERE, 500, "f", "u", 9, 9, 9),
    "doctor's words": Said(TOPIC, 500, "血压多少？"),
    "doctor's photo": Photographed(TOPIC, 500, "f", "u", 9, 9, 9),
    "contact": SentOther(HERE, 500, "contact"),
    "voice in the topic": SentOther(TOPIC, 500, "voice"),
    "receipt": RECEIPT,
    "stray receipt": replace(RECEIPT, payload="pay:MR-none:1000"),
}


@pytest.mark.parametrize("what", WORDS)
async def test_a_message_that_is_delivered_again_says_nothing(house: House, what: str) -> None:
    await again(house, WORDS[what])


async def test_a_receipt_counts_by_its_charge(house: House) -> None:
    await again(house, RECEIPT)
    moved = replace(RECEIPT, message=901)
    await house.take(house.arrival(moved))
    assert len(house.commands("hospital.pay")) == 1
    told = [post for post in house.posts() if post.key == "paid:ch-1"]
    assert [getattr(post.content, "html", "") for post in told] == [house.label("settle.payment_seen", amount=1000)]
    await house.take(house.arrival(replace(RECEIPT, message=902, charge="ch-2")))
    assert len(house.commands("hospital.pay")) == 2, "another charge is another payment"


@pytest.mark.parametrize("data", [f"a:pay:{NO}", "a:need", f"a:cancel:{NO}", "a:taken:b-1"])
async def test_a_press_that_is_delivered_again_changes_nothing(house: House, data: str) -> None:
    who = HELPER if "taken" in data else RESIDENT
    await again(house, Pressed(Spot(who, who), 1, data, "q-1"))


@pytest.mark.parametrize("stage", ["submitted", "in-consult"])
async def test_a_press_that_is_delivered_again_gets_its_answer_again(house: House, stage: str) -> None:
    """Taken, and refused because another one has it: both are said again as they were said."""
    order = await house.order(NO)
    await house.services.store.commit(Outcome(house.arrival(None, "stage"), rows=(replace(order, stage=stage),)))
    press = Pressed(Spot(FORUM, ZHAO, 77), 1, f"a:take:{NO}", "q-1")
    first = await house.take(house.arrival(press))
    second = await house.take(house.arrival(press))
    assert first.toast
    assert first == second
    assert len(house.commands("hospital.take")) == (stage == "submitted")


async def test_a_second_press_is_news(house: House) -> None:
    """Only the same query is the same press."""
    for query in ("q-1", "q-2"):
        await house.take(house.arrival(Pressed(HERE, 1, f"a:cancel:{NO}", query)))
    assert len([outcome for outcome in house.outcomes if isinstance(outcome.arrival.body, Pressed)]) == 2


async def test_a_code_that_is_delivered_again_is_typed_once(house: House) -> None:
    await house.take(house.press(COURIER, "a:collect:b-1"))
    wrong = Said(Spot(COURIER, COURIER), 600, "0000")
    await again(house, wrong)
    assert (await house.dialog(COURIER)).step.endswith("code[second]"), "one wrong code is one try"
    await again(house, Said(Spot(COURIER, COURIER), 601, "4711"))
    assert len(house.commands("hospital.collected")) == 1


async def test_an_answer_that_is_delivered_again_is_no_answer_to_the_next_question(house: House) -> None:
    await house.take(house.text(LI, "/enrol"))
    await house.tap(LI, "yes")
    await again(house, Said(Spot(LI, LI), 600, "80010012"))
    dialog = await house.dialog(LI)
    assert dialog.step.endswith("born[first]")


async def test_edits_of_one_message_are_each_taken(house: House) -> None:
    """Back to the first wording is a change, too; the emergency card comes once for each wording."""
    before = len(house.outcomes)
    for words in ("我胸痛", "我不痛", "我胸痛", "我喘不过气"):
        await house.take(house.arrival(Said(HERE, 500, words, edited=True)))
    cards = {post.key for outcome in house.outcomes[before:] for post in outcome.posts if "emergency" in post.key}
    assert len(cards) == 2


async def test_what_the_release_before_wrote_down_is_known(house: House) -> None:
    """It named updates by their id: what was committed and not confirmed comes again after a deploy."""
    said = Said(HERE, 500, "/refill")
    await house.services.store.commit(Outcome(Arrival("telegram", "77", 1, said)))
    await house.take(house.arrival(said, "77"))
    assert not await house.services.store.find(Dialog, person=RESIDENT)


async def test_a_message_whose_name_is_forgotten_does_not_hold_up_the_chat(house: House) -> None:
    """Names of arrivals are purged; the copy that stands still tells that it was passed on."""
    for row in (Relayed(f"{RESIDENT}:500", TWO, f"r:{RESIDENT}:500", RESIDENT), Relayed(f"{FORUM}:500", ONE, "r", LI)):
        await house.services.store.commit(Outcome(house.arrival(None, row.id), rows=(row,)))
    for body in (WORDS["to the doctor"], WORDS["doctor's words"], replace(WORDS["to the doctor"], reply_to=3)):
        await house.take(house.arrival(body))
    assert not [post for post in house.posts() if post.key.startswith("r:")]


async def test_a_charge_that_cannot_be_booked_is_a_row_and_is_not_told_to_be_tried_again(house: House) -> None:
    async def fails(turn: Turn) -> None:
        if isinstance(turn.arrival.body, PaidInChat):
            raise KeyError("x")
        await route(turn)

    letters = Letters(house.services.store, house.clock, house.take)
    await letters.once()
    await Core(house.services, fails).take(house.arrival(RECEIPT))
    safe = house.label("settle.payment_safe", amount=1000, order=NO, number="ch-1", phone="")
    assert getattr(house.posts()[-1].content, "html", "") == safe
    assert [letter["id"] for letter in await house.services.store.dead_letters()] == ["charge/ch-1"]
    row = await house.services.store.get(Payment, "ch-1")
    assert row is not None
    assert (row.aside, row.amount, row.sealed) == (True, 1000, {"account": RESIDENT, "payload": f"pay:{NO}:1000"})
    await letters.once()
    (told,) = await house.services.store.find(Incident, kind="payment")
    assert told.order == NO


@pytest.mark.parametrize(("payload", "order"), [(f"pay:{NO}:1000", NO), ("pay:MR-none:1000", ""), ("", "")])
async def test_every_charge_is_a_row(house: House, payload: str, order: str) -> None:
    await house.take(house.arrival(replace(RECEIPT, payload=payload)))
    row = await house.services.store.get(Payment, "ch-1")
    assert row is not None
    assert (row.order, row.amount, row.currency, row.aside) == (order, 1000, "CNY", False)
    assert len(await house.services.store.find(Incident, kind="payment")) == (order == "")


async def test_a_charge_told_again_when_its_name_is_forgotten_says_nothing(house: House) -> None:
    await house.services.store.commit(Outcome(house.arrival(None, "row"), rows=(Payment("ch-1", NO, 1000, "CNY", 1),)))
    before = len(house.outcomes)
    await house.take(house.arrival(RECEIPT))
    assert not [one for one in house.outcomes[before:] if one.posts or one.commands]
