"""What nobody answered is not lost at the end, and each question has a clock of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.model import Incident, Spot
from tests.cases.rows import NO, PHARMACIST, REVIEW, put, texts
from tests.handlers.house import RESIDENT, House
from tests.handlers.test_hearing import HIS, PHONE, fresh, house, html, says, stands_at, to, until

__all__ = ["house"]


async def exceptions(house: House) -> list[str]:
    return [row.kind for row in await house.services.store.find(Incident, done_at=0)]


async def card(house: House) -> Any:
    """The newest one in the review group, as it stands now."""
    return [post for post in house.posts() if post.key.startswith("late:")][-1].content


# ---------------------------------------------------------------- the end


async def delivered(house: House) -> None:
    """A Monday's delivery, and ten minutes before the seven days are over."""
    await stands_at(house, "passed", "handed-over", "confirmed")
    await until(house, "2026-11-30T08:20")
    await says(house)


async def test_the_end_waits_for_what_nobody_has_answered(house: House) -> None:
    await delivered(house)
    late = await until(house, "2026-12-01T12:00")
    assert PHONE in html(*to(late, RESIDENT))
    assert await exceptions(house) == ["unanswered"], "somebody calls her"
    assert (await house.order(NO)).snapshot["over"]
    assert "没有医生会看到" in html(*await says(house, message=73))
    assert not getattr(await card(house), "buttons", ())


async def test_an_answer_after_the_days_is_sent_and_then_it_is_over(house: House) -> None:
    await delivered(house)
    await until(house, "2026-11-30T09:00")
    answer = await says(house, "可以少吃", HIS, 72)
    assert "可以少吃" in html(*to(answer, RESIDENT))
    assert PHONE in html(*to(await says(house, message=73), RESIDENT)), "nobody reads this one"
    await until(house, "2026-12-01T12:00")
    assert (await house.order(NO)).snapshot["over"]
    assert await exceptions(house) == []


@pytest.mark.parametrize("stage", ["cancelled", "failed"])
@pytest.mark.parametrize("asked", [False, True], ids=["doctor", "pharmacists"])
async def test_where_the_order_ends_she_reads_whom_to_call(house: House, stage: str, asked: bool) -> None:
    await says(house)
    if asked:
        await until(house, "2026-11-23T10:31")
    before = len(house.posts())
    await stands_at(house, stage)
    await until(house, "2026-11-23T10:32")
    assert "还没有人回答" in html(*to(fresh(house, before), RESIDENT))
    assert await exceptions(house) == ["unanswered"]
    if asked:
        assert "不用再回答" in texts(house, REVIEW, before)
        assert not getattr(await card(house), "buttons", ())
        await house.take(house.press(PHARMACIST, f"a:answer:{NO}", REVIEW))
    assert await until(house, "2026-11-25T12:00") == [], "told once"


async def test_an_exception_raised_before_is_settled_when_the_order_ends(house: House) -> None:
    await says(house)
    await until(house, "2026-11-23T12:31")
    assert await exceptions(house) == ["unanswered"]
    await stands_at(house, "cancelled")
    assert await exceptions(house) == []
    assert not getattr(await card(house), "buttons", ())
    assert await until(house, "2026-11-25T12:00") == []


async def test_what_was_answered_raises_nothing_at_the_end(house: House) -> None:
    await says(house)
    await says(house, "可以少吃", HIS, 72)
    await stands_at(house, "cancelled")
    assert await until(house, "2026-11-25T12:00") == []
    assert await exceptions(house) == []


# ---------------------------------------------------------------- the next question


async def test_the_question_after_one_that_nobody_answered_has_a_clock(house: House) -> None:
    await says(house)
    await until(house, "2026-11-23T12:31")
    (row,) = await house.services.store.find(Incident, done_at=0)
    await put(house, replace(row, done_at=house.clock.civil(), word="called her"))
    await until(house, "2026-11-25T09:00")
    assert "发给李医生医生了" in html(*to(await says(house, "今天头晕得厉害", message=75), RESIDENT))
    late = await until(house, "2026-11-26T18:00")
    assert "头晕" in html(*to(late, REVIEW))
    assert PHONE in html(*to(late, RESIDENT))
    assert await exceptions(house) == ["unanswered"]


async def test_an_edit_after_the_answer_is_a_new_question(house: House) -> None:
    await says(house, "谢谢")
    await says(house, "不客气", HIS, 72)
    assert "发给李医生医生了" in html(*to(await says(house, "谢谢。脚肿了怎么办？", edited=True), RESIDENT))
    assert "脚肿" in html(*to(await until(house, "2026-11-23T10:40"), REVIEW))
    await says(house, "谢谢。左脚肿了怎么办？", edited=True)
    assert await until(house, "2026-11-23T12:00") == [], "an edit of what waits already starts no other clock"
    assert PHONE in html(*to(await until(house, "2026-11-23T12:40"), RESIDENT))


# ---------------------------------------------------------------- whose it is to answer


@pytest.mark.parametrize("stage", ["in-consult", "prescribed"])
async def test_a_pharmacist_answers_only_what_was_put_to_him(house: House, stage: str) -> None:
    await put(house, replace(await house.order(NO), stage=stage))
    await says(house)
    answer = await house.take(house.press(PHARMACIST, f"a:answer:{NO}", REVIEW))
    assert answer.toast == house.label("refused.not-now.in_group")


async def test_what_was_put_to_him_he_may_answer_while_the_next_question_waits(house: House) -> None:
    await says(house)
    late = to(await until(house, "2026-11-23T12:31"), REVIEW)
    stands = await house.services.store.standing(late[0].key)
    assert stands is not None
    await says(house, "还有西柚呢？", message=75)
    answer = await says(house, "都先别吃", Spot(REVIEW, PHARMACIST), 90, reply_to=stands.message)
    assert "都先别吃" in html(*to(answer, RESIDENT))


async def test_in_the_consult_itself_an_edit_has_no_clock(house: House) -> None:
    await put(house, replace(await house.order(NO), stage="in-consult"))
    await says(house)
    await says(house, "能吃西柚吗？", Spot(RESIDENT, RESIDENT), edited=True)
    assert await until(house, "2026-11-24T20:00") == []


# ---------------------------------------------------------------- many words at once


async def test_many_words_are_put_to_the_pharmacists_in_few_messages(house: House) -> None:
    """Nothing is dropped; what is corrected later is corrected there, and a reply to it reaches her."""
    for n in range(15):
        await says(house, f"在吗 {n}。", message=1000 + n)
    put_to = to(await until(house, "2026-11-23T10:31"), REVIEW)
    assert len(put_to) == 2, "her words, and the card"
    assert all(f"在吗 {n}。" in html(*put_to) for n in range(15))
    assert html(*put_to).count("王秀英") == 1, "who writes stands there once"
    again = to(await says(house, "在吗 5。头晕", message=1005, edited=True), REVIEW)
    assert put_to[0].key in [post.key for post in again]
    assert "在吗 5。头晕" in html(again[0])
    stands = await house.services.store.standing(put_to[0].key)
    assert stands is not None
    answer = await says(house, "在的", Spot(REVIEW, PHARMACIST), 90, reply_to=stands.message)
    assert "在的" in html(*to(answer, RESIDENT))
