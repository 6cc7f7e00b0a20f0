"""The pharmacist asks the patient before he passes a prescription, and waits for the answer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import asdict
from pathlib import Path

import pytest

from bot.clock import HandClock
from bot.model import Dialog, Order, Person, Place, PlaceKind, RoleBinding, Said, Spot
from tests.handlers.house import BRIEF, LINE, RESIDENT, House, at_home

NO, PHARMACIST, REVIEW = "MR1123-1", 41, -300
CASE = Order(NO, "prescribed", 1, 1, "v1", 10**13, "dep-1", "comp-1", "yellow", RESIDENT, RESIDENT,
             topic=f"consult:{NO}",
             snapshot={"patient": BRIEF, "doctor": "pr-1", "doctor_name": "李医生", "asked": [asdict(LINE)],
                       "prescribed": [asdict(LINE)]})  # fmt: skip


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    pharmacist = Person(PHARMACIST, roles=(RoleBinding("pharmacist", "pr-9", "周药师"),))
    async with at_home(tmp_path / "core.sqlite", clock, (CASE, pharmacist, Place(REVIEW, PlaceKind.REVIEW))) as house:
        yield house


async def asks(house: House, question: str) -> None:
    """[Ask the patient], and the question as a reply to the bot's own."""
    await house.take(house.press(PHARMACIST, f"a:query:{NO}", REVIEW))
    dialogs = await house.services.store.find(Dialog, person=PHARMACIST, state="open")
    standing = await house.services.store.standing(dialogs[0].prompt)
    assert standing is not None
    reply = Said(Spot(REVIEW, PHARMACIST), 70 + house.count, question, reply_to=standing.message)
    await house.take(house.arrival(reply))


def told(house: House, chat: int) -> list[str]:
    return [getattr(post.content, "html", "") for post in house.posts() if post.chat == chat]


async def test_her_answer_comes_back_under_his_question_and_both_are_on_the_record(house: House) -> None:
    await asks(house, "还在吃华法林吗？")
    assert "还在吃华法林吗？" in told(house, RESIDENT)[-1]
    assert BRIEF["name"] in told(house, RESIDENT)[-1]
    await house.take(house.text(RESIDENT, "没有，上个月停了"))
    assert "还在吃华法林吗？" in told(house, REVIEW)[-1]
    assert "没有，上个月停了" in told(house, REVIEW)[-1]
    said = [(c.args["sender"], c.args["recipient"], c.args["text"]) for c in house.commands("hospital.say")]
    assert said == [
        ("PractitionerRole/pr-9", "Patient/pat-1", "还在吃华法林吗？"),
        ("Patient/pat-1", "PractitionerRole/pr-9", "没有，上个月停了"),
    ]


async def test_a_second_question_overwrites_nothing(house: House) -> None:
    for question, answer in (("一？", "甲"), ("二？", "乙")):
        await asks(house, question)
        await house.take(house.text(RESIDENT, answer))
    said = house.commands("hospital.say")
    assert [c.args["text"] for c in said] == ["一？", "甲", "二？", "乙"]
    assert len({c.key for c in said}) == len({c.args["key"] for c in said}) == 4


async def test_pressed_again_while_it_waits_says_so_and_asks_nobody_twice(house: House) -> None:
    await asks(house, "一？")
    before = len(told(house, RESIDENT))
    answer = await house.take(house.press(PHARMACIST, f"a:query:{NO}", REVIEW))
    assert answer.toast == house.label("engine.waiting")
    assert len(told(house, RESIDENT)) == before


async def replies(house: House, dialog: Dialog, words: str) -> None:
    """To the question of this dialog, as it stood when it was read."""
    standing = await house.services.store.standing(dialog.prompt)
    assert standing is not None
    reply = Said(Spot(REVIEW, PHARMACIST), 70 + house.count, words, reply_to=standing.message)
    await house.take(house.arrival(reply))


async def test_a_reply_to_a_question_that_another_one_took_the_place_of_is_its_answer(house: House) -> None:
    await house.take(house.press(PHARMACIST, f"a:query:{NO}", REVIEW))
    (query,) = await house.services.store.find(Dialog, person=PHARMACIST, state="open")
    await house.take(house.press(PHARMACIST, f"a:return:{NO}", REVIEW))
    await replies(house, query, "肌肉痛吗？")
    assert "肌肉痛吗？" in told(house, RESIDENT)[-1]
    await house.take(house.text(RESIDENT, "不痛"))
    assert "不痛" in told(house, REVIEW)[-1]


async def test_a_reply_to_a_question_that_is_over_says_that_nobody_got_it(house: House) -> None:
    await house.take(house.press(PHARMACIST, f"a:query:{NO}", REVIEW))
    (query,) = await house.services.store.find(Dialog, person=PHARMACIST, state="open")
    await replies(house, query, "一？")
    over = house.services.words.say("zh-CN", "engine.reply_over", {})
    before = told(house, RESIDENT)
    await replies(house, query, "二？")
    assert (told(house, REVIEW)[-1], told(house, RESIDENT)) == (over, before), "she is asked the first one still"
    await house.take(house.text(RESIDENT, "甲"))
    await replies(house, query, "三？")
    assert told(house, REVIEW)[-1] == over
    asked = Said(Spot(REVIEW, PHARMACIST), 99, "同事，你看呢？", reply_to=98)
    count = len(told(house, REVIEW))
    await house.take(house.arrival(asked))
    assert len(told(house, REVIEW)) == count, "what colleagues say to each other is theirs"


async def test_if_she_will_not_answer_he_hears_it(house: House) -> None:
    await asks(house, "一？")
    await house.take(house.text(RESIDENT, "/cancel"))
    assert house.services.words.say("zh-CN", "query.why.declined", {}) in told(house, REVIEW)[-1]


async def test_nobody_but_the_pharmacist_may_ask(house: House) -> None:
    answer = await house.take(house.press(RESIDENT, f"a:query:{NO}", REVIEW))
    assert answer.toast == house.label("refused.not-for-you.in_group")
    assert not await house.services.store.find(Dialog, person=RESIDENT, state="open")
