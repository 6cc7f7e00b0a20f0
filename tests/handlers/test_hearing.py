"""After the signature her words reach the doctor until days after the delivery, with a clock; then she reads so."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.clock import HandClock
from bot.model import (
    Due,
    Incident,
    Mandate,
    Observed,
    Person,
    Photographed,
    Post,
    Relayed,
    Said,
    SentOther,
    Spot,
    Topic,
)
from tests.cases.rows import CASE, NO, OPERATORS, PHARMACIST, REVIEW, ROWS, THREAD, put, texts
from tests.handlers.house import AROUND, BRIEF, FORUM, HELPER, LI, LISTS, RESIDENT, ZHAO, House, at_home, told

HERS, HIS, PHONE = Spot(RESIDENT, RESIDENT), Spot(FORUM, LI, THREAD), "400-810-0120"
ASKS = "能吃柚子吗？"


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    """Her prescription is signed, at half past eight on a Monday; a pharmacist is on the hospital's list."""
    rows = tuple(replace(row, stage="prescribed") if row is CASE else row for row in ROWS)
    async with at_home(tmp_path / "core.sqlite", clock, rows) as house:
        staff = (*LISTS.staff, replace(LISTS.staff[0], id="pr-7", role="pharmacist", name="周药师"))
        config = replace(house.services.config, hospital_phone=PHONE)
        house.services = replace(house.services, catalogue=lambda: replace(LISTS, staff=staff), config=config)
        house.core.services = house.services
        yield house


def at(moment: str) -> int:
    return int(datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo("Asia/Shanghai")).timestamp() * 1000)


async def until(house: House, moment: str) -> list[Post]:
    """The hours pass, and every timer rings at its time; what is posted meanwhile."""
    before = len(house.posts())
    while rings := sorted(
        (t for t in await house.services.store.timers_due(at(moment)) if t.kind == "due" and t.step not in AROUND),
        key=lambda t: t.due,
    ):
        house.clock.advance(max(0.0, (rings[0].due - house.clock.civil()) / 1000))
        await house.take(house.arrival(Due(rings[0])))
    house.clock.advance(max(0.0, (at(moment) - house.clock.civil()) / 1000))
    return fresh(house, before)


def fresh(house: House, before: int) -> list[Post]:
    """What says something new: a card that is drawn again as it was does not."""
    stood = {(post.key, html(post)) for post in house.posts()[:before]}
    return [
        post
        for post in house.posts()[before:]
        if (post.key, html(post)) not in stood and not post.key.startswith(("case:", "card:", "review:"))
    ]


async def says(house: House, words: str = ASKS, spot: Spot = HERS, message: int = 71, **more: Any) -> list[Post]:
    before = len(house.posts())
    await house.take(house.arrival(Said(spot, message, words, **more)))
    return fresh(house, before)


async def stands_at(house: House, *stages: str) -> None:
    for stage in stages:
        await house.take(house.arrival(Observed(told(NO, stage, house.clock.civil()))))


def html(*posts: Post) -> str:
    return "\n".join(str(getattr(post.content, "html", "")) for post in posts)


def to(posts: list[Post], chat: int) -> list[Post]:
    return [post for post in posts if post.chat == chat]


# ---------------------------------------------------------------- she is told the truth at once


async def test_by_day_she_reads_that_it_was_passed_on_once(house: House) -> None:
    first = await says(house)
    assert ASKS in html(*to(first, FORUM))
    assert "发给李医生医生了" in html(*to(first, RESIDENT))
    assert to(await says(house, "还有西柚呢？", message=72), RESIDENT) == [], "not again until somebody answers"


async def test_at_night_she_reads_when_it_is_read_and_whom_to_call(house: House) -> None:
    await until(house, "2026-11-23T23:10")
    mine = to(await says(house), RESIDENT)
    assert all(words in html(*mine) for words in ("11月24日（周二） 08:00", PHONE, "120"))
    assert to(await until(house, "2026-11-24T09:59"), REVIEW) == [], "two working hours are from eight to ten"
    assert to(await until(house, "2026-11-24T10:01"), REVIEW)


NOBODY = {"cancelled": "没有医生会看到", "submitted": "还没有医生接诊", "not-suitable": "没有医生会看到"}


@pytest.mark.parametrize("stage", NOBODY)
async def test_where_nobody_hears_her_she_reads_so_at_once(house: House, stage: str) -> None:
    await put(house, replace(await house.order(NO), stage=stage))
    posts = await says(house)
    assert to(posts, FORUM) == []
    assert NOBODY[stage] in html(*posts)
    assert PHONE in html(*posts)
    assert not house.commands("hospital.say")


async def test_whoever_has_no_order_is_offered_what_can_be_done(house: House) -> None:
    posts = await says(house, "嗯嗯", spot=Spot(ZHAO, ZHAO))
    assert html(*posts) == house.label("handlers.no_question")


async def test_a_reply_to_the_doctor_when_it_is_over_answers_no_other_question(house: House) -> None:
    (copy,) = to(await says(house, "少吃盐", HIS), RESIDENT)
    stands = await house.services.store.standing(copy.key)
    assert stands is not None
    await stands_at(house, "cancelled")
    await house.take(house.text(RESIDENT, "/language"))
    step = (await house.dialog(RESIDENT)).step
    posts = await says(house, "好", message=72, reply_to=stands.message)
    assert "没有医生会看到" in html(*posts)
    assert (await house.dialog(RESIDENT)).step == step


# ---------------------------------------------------------------- until when


async def test_seven_days_after_the_delivery_it_is_over(house: House) -> None:
    await put(house, replace(await house.order(NO), stage="submitted"))
    await stands_at(house, "in-consult", "prescribed", "passed", "handed-over")
    assert "一直到送药后 7 天" in texts(house, RESIDENT)
    await until(house, "2026-11-24T12:00")
    await stands_at(house, "confirmed")
    topic = await house.services.store.get(Topic, CASE.topic)
    assert topic is not None
    assert not topic.closed
    await until(house, "2026-11-30T08:00")
    assert to(await says(house), FORUM), "six days and some hours"
    await says(house, "可以少吃", HIS, 72)
    over = await until(house, "2026-11-30T09:00")
    assert "看不到您在这里写的话了" in html(*to(over, RESIDENT)), "the promise that stands in her chat is taken back"
    topic = await house.services.store.get(Topic, CASE.topic)
    assert topic is not None
    assert topic.closed
    assert [row.sealed for row in await house.services.store.find(Relayed, order=NO)] == [{}, {}], "R10"
    assert "没有医生会看到" in html(*await says(house, message=73))
    assert "已经结束" in html(*await says(house, "再说一句", HIS, 74))
    timers = await house.services.store.timers_due(1 << 61)
    left = sorted(one.kind for one in timers if one.step not in AROUND)
    assert left == ["due", "due", "slow"], "the check-in's, the reminder's and the claim's"


async def test_a_consult_that_is_given_back_takes_its_promise_back(house: House) -> None:
    await put(house, replace(await house.order(NO), stage="submitted"))
    await stands_at(house, "in-consult", "received", "in-consult")
    cards = {post.key: html(post) for post in house.posts() if post.key.startswith("taken:")}
    assert ["看不到" in words for words in cards.values()] == [True, False]


# ---------------------------------------------------------------- nobody answers


async def test_the_doctors_answer_stops_the_clock(house: House) -> None:
    await says(house)
    await says(house, "可以少吃", HIS, 72)
    assert await until(house, "2026-11-24T20:00") == []
    assert "发给医生了" in html(*to(await says(house, message=73), RESIDENT)), "a new question is a new wait"


async def test_a_pharmacist_answers_by_a_reply(house: House) -> None:
    await says(house)
    await says(house, "每天半个", message=72)
    asked = to(await until(house, "2026-11-23T10:31"), REVIEW)
    assert [words in html(*asked) for words in (ASKS, "每天半个", NO)] == [True] * 3
    await says(house, "我说的是葡萄柚", message=73)
    assert "葡萄柚" in texts(house, REVIEW), "what she adds goes there, too"
    for post in asked[:1] + asked[-1:]:
        stands = await house.services.store.standing(post.key)
        assert stands is not None
        answer = await says(house, "柚子先别吃", Spot(REVIEW, PHARMACIST), 80 + house.count, reply_to=stands.message)
        assert "周药师药师</b>　王秀英：\n柚子先别吃" in html(*to(answer, RESIDENT))
        assert "柚子先别吃" in html(*to(answer, FORUM)), "the doctor reads it, too"
    said = house.commands("hospital.say")[-1].args
    assert (said["sender"], said["text"]) == ("PractitionerRole/pr-7", "柚子先别吃")
    assert "周药师已经回答了" in texts(house, REVIEW)
    assert await until(house, "2026-11-24T20:00") == []


async def test_a_pharmacist_answers_by_the_button(house: House) -> None:
    await says(house)
    await until(house, "2026-11-23T10:31")
    for who in (LI, HELPER):
        assert (await house.take(house.press(who, f"a:answer:{NO}", REVIEW))).toast == house.label(
            "refused.not-for-you.in_group"
        )
    await house.take(house.press(PHARMACIST, f"a:answer:{NO}", REVIEW))
    stands = await house.services.store.standing((await house.dialog(PHARMACIST)).prompt)
    assert stands is not None
    answer = await says(house, "柚子先别吃", Spot(REVIEW, PHARMACIST), 90, reply_to=stands.message)
    assert "柚子先别吃" in html(*to(answer, RESIDENT))
    edit = await says(house, "柚子不要吃", Spot(REVIEW, PHARMACIST), 90, edited=True)
    assert "柚子不要吃" in html(*to(edit, RESIDENT))


async def unread(house: House) -> None:
    """Her question waits in the review group, too; then she blocks the bot."""
    await says(house)
    await until(house, "2026-11-23T10:31")
    known = await house.services.store.get(Person, RESIDENT)
    assert known is not None
    await put(house, replace(known, reachable=False))


@pytest.mark.parametrize("way", ["topic", "reply", "button"])
async def test_who_answers_her_when_she_reads_nothing_is_told_so_and_the_clock_goes_on(house: House, way: str) -> None:
    await unread(house)
    spot = HIS if way == "topic" else Spot(REVIEW, PHARMACIST)
    if way == "button":
        await house.take(house.press(PHARMACIST, f"a:answer:{NO}", REVIEW))
        stands = await house.services.store.standing((await house.dialog(PHARMACIST)).prompt)
    else:
        stands = await house.services.store.standing([p for p in house.posts() if p.key.startswith("late:")][-1].key)
    assert stands is not None
    under = None if way == "topic" else stands.message
    said = await says(house, "柚子先别吃", spot, 90, reply_to=under)
    assert "没有送到" in html(*to(said, spot.chat))
    await until(house, "2026-11-23T12:31")
    assert [row.kind for row in await house.services.store.find(Incident, done_at=0)] == ["unanswered"]


async def test_a_doctor_whom_nobody_may_hear_any_more_reads_so(house: House) -> None:
    """She has no account; the mandate of the helper who asked for her has ended."""
    mandate = Mandate("m-1", HELPER, "pat-1", "2027-01-01", True, {"name": "王秀英", "brief": BRIEF})
    known = await house.services.store.get(Person, RESIDENT)
    assert known is not None
    by_helper = replace(await house.order(NO), placed_by=HELPER, mandate="m-1")
    await put(house, mandate, by_helper, replace(known, roles=(), facts={}))
    await says(house, spot=Spot(HELPER, HELPER))
    row = await house.services.store.get(Mandate, "m-1")
    assert row is not None
    await put(house, replace(row, active=False))
    assert "没有人在这里" in html(*to(await says(house, "先停药，来医院", HIS, 72), FORUM)), "no word of a stopped bot"
    assert not (await house.order(NO)).snapshot["unanswered"]["by"], "nobody has read an answer"


@pytest.mark.parametrize("words", ["// 谁认识这位？", "／／ 谁认识这位？", "撤回"])
async def test_a_note_typed_after_the_button_stays(house: House, words: str) -> None:
    await says(house)
    await until(house, "2026-11-23T10:31")
    await house.take(house.press(PHARMACIST, f"a:answer:{NO}", REVIEW))
    stands = await house.services.store.standing((await house.dialog(PHARMACIST)).prompt)
    assert stands is not None
    kept = await says(house, words, Spot(REVIEW, PHARMACIST), 90, reply_to=stands.message)
    assert {post.chat for post in kept} <= {REVIEW}
    assert ("没有发给对方" in html(*kept)) == (words[0] != "/"), (
        "two slashes are a command of nobody: the question stays"
    )
    assert len(house.commands("hospital.say")) == 1, "her question alone"


@pytest.mark.parametrize("what", ["photo", "document"])
async def test_every_item_of_a_pharmacists_note_stays(house: House, what: str) -> None:
    await says(house)
    asked = to(await until(house, "2026-11-23T10:31"), REVIEW)
    stands = await house.services.store.standing(asked[0].key)
    assert stands is not None
    before, there = len(house.posts()), Spot(REVIEW, PHARMACIST)
    for n, caption in ((90, "// 谁认识这位？"), (91, "")):
        photo = Photographed(there, n, "f", "u", album="a", caption=caption, reply_to=stands.message)
        paper = SentOther(there, n, "document", stands.message, "f", 9, "a.pdf", "application/pdf", caption, "a")
        await house.take(house.arrival(photo if what == "photo" else paper))
    assert fresh(house, before) == []


async def test_others_in_the_review_group_are_not_carried(house: House) -> None:
    await says(house)
    asked = to(await until(house, "2026-11-23T10:31"), REVIEW)
    stands = await house.services.store.standing(asked[0].key)
    assert stands is not None
    before = len(house.posts())
    kept = await says(house, "我觉得可以", Spot(REVIEW, ZHAO), 90, reply_to=stands.message)
    assert "只留给同事看" in html(*kept)
    assert await says(house, "／／ 谁来答？", Spot(REVIEW, PHARMACIST), 91, reply_to=stands.message) == []
    assert to(house.posts()[before:], RESIDENT) == []


async def test_her_correction_reaches_the_pharmacists(house: House) -> None:
    await says(house)
    await until(house, "2026-11-23T10:31")
    assert "西柚" in html(*to(await says(house, "能吃西柚吗？", edited=True), REVIEW))


async def test_after_four_hours_she_reads_whom_to_call_and_operators_an_exception(house: House) -> None:
    await says(house)
    late = await until(house, "2026-11-23T12:31")
    (mine,) = to(late, RESIDENT)
    assert PHONE in html(mine)
    assert NO in texts(house, OPERATORS)
    (row,) = await house.services.store.find(Incident, done_at=0)
    assert (row.kind, row.order) == ("unanswered", NO)
    await says(house, "可以少吃", HIS, 72)
    assert await house.services.store.find(Incident, done_at=0) == [], "an answer settles it"


async def test_without_pharmacists_she_is_told_first(house: House) -> None:
    turn = house.turn()
    for place in await turn.find(type(ROWS[3]), chat=REVIEW):
        turn.drop(place)
    await house.services.store.commit(turn.outcome())
    await says(house)
    assert PHONE in html(*to(await until(house, "2026-11-23T10:31"), RESIDENT))


async def test_in_the_consult_itself_no_clock_runs(house: House) -> None:
    await put(house, replace(await house.order(NO), stage="in-consult"))
    assert to(await says(house), RESIDENT) == []
    assert await until(house, "2026-11-24T20:00") == []


async def test_a_helper_whose_mandate_has_ended_is_promised_nothing(house: House) -> None:
    """What stands in his chat is true for him, too: nobody reads what he writes for her."""
    order = replace(await house.order(NO), stage="submitted", placed_by=HELPER, mandate="m-1")
    await put(house, order)
    await stands_at(house, "in-consult")
    cards = {post.chat: html(post) for post in house.posts() if post.key.startswith("taken:")}
    assert ["看不到" in cards[who] for who in (RESIDENT, HELPER)] == [False, True]
