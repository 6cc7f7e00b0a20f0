"""Buttons that are old, pressed twice, or somebody else's: a pop-up says so and what to do, and there is one effect."""

from __future__ import annotations

import asyncio

from tests.e2e.people import (
    Somebody,
    agree,
    asked_for_photo,
    data,
    day,
    from_days_left,
    give_number,
    label,
    more,
    newcomer,
    number_of,
    ordered,
    proved,
    sent,
    staff,
    up_to_summary,
)
from tests.e2e.town import Town


async def at_days_left(who: Somebody) -> dict:
    await asked_for_photo(who)
    await who.tap("refill.rx.history")
    await who.tap("refill.as_before.all")
    return await who.sees("还够吃几天", "days of medicine are left")


async def test_a_button_of_last_month(town: Town, lang: str) -> None:
    who = await proved(town, lang)
    asked = await at_days_left(who)
    await town.pass_days(30)
    await who.sees(("放了太久", "/refill"), ("unfinished for too long", "/refill"))
    option = data(asked, label(lang, "refill.left.more"))
    told = await town.press_there(who.id, who.id, asked["id"], option)
    for part in who.in_her_words(("已经结束了", "/menu"), ("This is over", "/menu")):
        assert part in told
    again = await who.say("/refill")
    await who.sees(("请拍一张", who.name), ("Take a photo", who.name), after=again)
    assert await town.orders_of(who.resident.id) == []


@more
async def test_a_card_of_last_month_still_works(town: Town, lang: str) -> None:
    who = await proved(town, lang)
    no = await ordered(who)
    await town.pass_days(30)
    await who.tap("action.cancel", no)
    await who.tap("cancel.sure.yes", who.in_her_words(f"要取消订单 {no} 吗", f"Cancel order {no}?"))
    await who.sees(f"订单 {no} 已取消", f"Order {no} is cancelled")
    await town.stage(no, "cancelled")


@more
async def test_a_button_of_a_dialog_that_ended(town: Town, lang: str) -> None:
    who = await proved(town, lang)
    asked = await at_days_left(who)
    option = data(asked, label(lang, "refill.left.0-2"))
    await from_days_left(who)
    no = await sent(who)
    told = await town.press_there(who.id, who.id, asked["id"], option)
    for part in who.in_her_words(("已经结束了", "/menu"), ("This is over", "/menu")):
        assert part in told
    assert (await town.hospital.order(no)).days_left == "more"


async def test_an_answered_question_offers_to_change_the_answer(town: Town, lang: str) -> None:
    who = await proved(town, lang)
    asked = await at_days_left(who)
    option = data(asked, label(lang, "refill.left.0-2"))
    await from_days_left(who)
    told = await town.press_there(who.id, who.id, asked["id"], option)
    assert who.in_her_words("已经答过", "answered already") in told
    await who.sees(("您已经答过", "一周以上"), ("You answered this", "More than a week"))
    await who.tap("button.change")
    await who.tap("refill.left.0-2")
    await who.sees(("请核对", "0–2 天"), ("Please check", "0–2 days"))
    no = await sent(who)
    assert (await town.hospital.order(no)).days_left == "0-2"


async def test_every_tap_comes_twice_under_a_new_number(town: Town, lang: str) -> None:
    who = await proved(town, lang)
    await town.control.fault("duplicate-new-id", method="callback_query", chat=who.id, times=50)
    no = await ordered(who)
    assert await town.orders_of(who.resident.id) == [no]
    for parts in (
        ("还够吃几天", "days of medicine"),
        ("请核对", "Please check"),
        ("医院收到了", "The hospital has it"),
    ):
        assert await who.count(who.in_her_words(*parts)) == 1


@more
async def test_every_message_comes_twice_under_a_new_number(town: Town, lang: str) -> None:
    who = await newcomer(town, lang, "wang-guilan")
    await town.control.fault("duplicate-new-id", method="message", chat=who.id, times=50)
    await who.start("need-loc-xingfuli")
    await agree(who)
    await give_number(who)
    await who.say(who.resident.birth)
    await asked_for_photo(who)
    await who.photo()
    await who.sees("收到 1 张照片", "1 photo received")
    await who.sees("哪个月开的", "Which month")
    await who.say(day(town, 21))
    await up_to_summary(who)
    await sent(who)


async def test_two_fast_taps(town: Town, lang: str) -> None:
    who = await proved(town, lang)
    await asked_for_photo(who)
    await who.tap("refill.rx.history")
    summary = await up_to_summary(who)
    ok = data(summary, label(lang, "button.ok"))
    told = await asyncio.gather(*(town.press_there(who.id, who.id, summary["id"], ok) for _ in range(3)))
    no = await number_of(who)
    assert await town.orders_of(who.resident.id) == [no]
    assert sorted(told)[0] == ""


# ---------------------------------------------------------------- somebody else's


def refused(who: Somebody, told: str) -> None:
    for part in who.in_her_words(("不是给您的", "/start"), ("not for you", "/start")):
        assert part in told


async def test_a_stranger_presses_a_doctors_button(town: Town, lang: str) -> None:
    who = await proved(town, "zh-CN")
    no = await ordered(who)
    room = town.scene.chats["endocrinology"]
    stranger = await newcomer(town, lang)
    await town.control.member(room, stranger.id, "join")
    doctor = await staff(town, "doctor")
    card = await doctor.message(who.name, chat=room, label_="接诊")
    refused(stranger, await stranger.pop_up(card, "接诊"))
    await town.taken(no)
    card = await doctor.message(who.name, chat=room, label_="开处方")
    for button in ("开处方", "不适合"):
        refused(stranger, await stranger.pop_up(card, button))
    assert (await town.hospital.order(no)).stage == "in-consult"
    await town.control.member(room, stranger.id, "leave")


async def test_a_doctor_of_another_department_and_a_second_doctor(town: Town, lang: str) -> None:
    who = await proved(town, "zh-CN")
    no = await ordered(who)
    room = town.scene.chats["endocrinology"]
    other = await staff(town, "cardiologist", lang)
    await town.control.member(room, other.id, "join")
    doctor = await staff(town, "doctor")
    card = await doctor.message(who.name, chat=room, label_="接诊")
    told = await other.pop_up(card, "接诊")
    for part in other.in_her_words(("别的科室", "不用接"), ("another department", "need not take")):
        assert part in told
    take = data(card, "接诊")
    await doctor.press("接诊", who.name, chat=room)
    await town.stage(no, "in-consult")
    await doctor.message(who.name, chat=room, label_="开处方")
    second = await staff(town, "doctor2", lang)
    told = await town.press_there(second.id, room, card["id"], take)
    assert second.in_her_words("沈雅琴", "沈雅琴") in told
    assert second.in_her_words("医生在看", "has this case already") in told
    await town.control.member(room, other.id, "leave")


@more
async def test_a_stranger_presses_the_pharmacists_buttons(town: Town, lang: str) -> None:
    who = await proved(town, "zh-CN")
    no = await ordered(who)
    await town.prescribed(no)
    room = town.scene.chats["review"]
    stranger = await newcomer(town, lang)
    await town.control.member(room, stranger.id, "join")
    pharmacist = await staff(town, "pharmacist")
    card = await pharmacist.message(no, chat=room, label_="通过")
    for button in ("通过", "退回"):
        refused(stranger, await stranger.pop_up(card, button))
    assert (await town.hospital.order(no)).stage == "prescribed"
    await town.control.member(room, stranger.id, "leave")


@more
async def test_a_stranger_presses_a_residents_buttons(town: Town, lang: str) -> None:
    who = await proved(town, "zh-CN")
    no = await ordered(who)
    card = await who.message(no, label_="取消订单")
    stranger = await proved(town, lang)
    refused(stranger, await town.press_there(stranger.id, who.id, card["id"], f"a:cancel:{no}"))
    await town.quoted(no)
    card = await who.message(no, "请付款", label_="我看过了，付款")
    refused(stranger, await town.press_there(stranger.id, who.id, card["id"], f"a:pay:{no}"))
    assert (await town.hospital.order(no)).stage == "quoted"


@more
async def test_a_stranger_answers_a_residents_question(town: Town, lang: str) -> None:
    who = await proved(town, "zh-CN")
    asked = await at_days_left(who)
    stranger = await proved(town, lang)
    option = data(asked, label("zh-CN", "refill.left.0-2"))
    refused(stranger, await town.press_there(stranger.id, who.id, asked["id"], option))
    await from_days_left(who)
    no = await sent(who)
    assert (await town.hospital.order(no)).days_left == "more"


@more
async def test_a_stranger_presses_the_couriers_and_the_ambassadors_buttons(town: Town, lang: str) -> None:
    who = await proved(town, "zh-CN")
    no = await ordered(who)
    await town.paid(no)
    batch = await town.batch(no)
    label_ = (await town.hospital.order(no)).parcel.label
    courier, ambassador = await staff(town, "courier"), await staff(town, "ambassador")
    stranger = await newcomer(town, lang)
    card = await courier.message(label_, label_="已装车", about=batch)
    for action in ("loaded", "depart", "arrive"):
        refused(stranger, await town.press_there(stranger.id, courier.id, card["id"], f"a:{action}:{batch}"))
    await town.at_the_gate(no)
    card = await ambassador.message(label_, label_="我来取", about=batch)
    refused(stranger, await town.press_there(stranger.id, ambassador.id, card["id"], f"a:taken:{batch}"))
    await town.collected(no)
    card = await ambassador.message(who.name, label_=f"{label_} ✓")
    refused(stranger, await town.press_there(stranger.id, ambassador.id, card["id"], f"a:door:{no}"))
    assert (await town.hospital.order(no)).stage == "with-ambassador"
