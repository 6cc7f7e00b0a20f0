"""The wrong kind of answer: a sentence says what to do next, the question stands below it, and the order still goes."""

from __future__ import annotations

import asyncio

from tests.e2e.people import (
    asked_for_photo,
    day,
    from_days_left,
    label,
    labels,
    more,
    newcomer,
    ordered,
    picture,
    proved,
    sent,
    up_to_summary,
)
from tests.e2e.town import Town


async def test_text_where_a_photo_is_needed(town: Town, lang: str) -> None:
    who = await proved(town, lang)
    await asked_for_photo(who)
    said = await who.say("我没有照片")
    await who.sees(("这里要的是照片", "按回形针或相机"), ("A photo is needed here", "paper clip or camera"), after=said)
    await who.sees("请拍一张", "Take a photo of the whole prescription", after=said)
    no = await ordered(who)
    assert await town.orders_of(who.resident.id) == [no]


@more
async def test_photo_where_a_button_is_needed(town: Town, lang: str) -> None:
    who = await proved(town, lang)
    await asked_for_photo(who)
    await who.tap("refill.rx.history")
    await who.tap("refill.as_before.all")
    await who.sees("还够吃几天", "days of medicine are left")
    shown = await who.photo()
    await who.sees(("照片现在用不上", "请按按钮"), ("photo is not needed now", "press a button"), after=shown)
    asked = await who.sees("还够吃几天", "days of medicine are left", after=shown)
    assert asked["buttons"]
    await from_days_left(who)
    await sent(who)


@more
async def test_photo_where_words_are_needed(town: Town, lang: str) -> None:
    who = await proved(town, lang)
    await asked_for_photo(who)
    await who.photo()
    await who.sees("哪个月开的", "Which month")
    shown = await who.photo()
    await who.sees(("照片现在用不上", "请打字或按按钮"), ("photo is not needed now", "type or press"), after=shown)
    await who.sees("哪个月开的", "Which month", after=shown)
    await who.say(day(town, 21))
    await up_to_summary(who)
    await sent(who)


@more
async def test_other_things_where_a_photo_is_needed(town: Town, lang: str) -> None:
    who = await proved(town, lang)
    await asked_for_photo(who)
    for kind in ("video", "document", "voice"):
        shown = await who.send(kind)
        await who.sees(("语音都读不了", "拍一张发来"), ("cannot be read", "camera and send one"), after=shown)
        asked = await who.sees("请拍一张", "Take a photo of the whole prescription", after=shown)
        assert who.in_her_words("没有处方，用医院的记录", "No paper: use the hospital's record") in labels(asked)
    await who.photo()
    await who.sees("哪个月开的", "Which month")
    await who.say(day(town, 21))
    await up_to_summary(who)
    await sent(who)


async def test_other_things_where_a_button_is_needed(town: Town, lang: str) -> None:
    who = await proved(town, lang)
    await asked_for_photo(who)
    await who.tap("refill.rx.history")
    await who.tap("refill.as_before.all")
    await who.sees("还够吃几天", "days of medicine are left")
    number = (("没有保存", "请按按钮"), ("was not kept", "press a button"))
    other = (("我只看得懂", "请按按钮"), ("photos and buttons only", "press a button"))
    for kind in ("video", "document", "voice", "sticker", "location", "contact"):
        shown = await who.send(kind)
        await who.sees(*(number if kind == "contact" else other), after=shown)
        asked = await who.sees("还够吃几天", "days of medicine are left", after=shown)
        assert asked["buttons"]
    await from_days_left(who)
    await sent(who)


@more
async def test_other_things_where_nothing_is_asked(town: Town, lang: str) -> None:
    who = await newcomer(town, lang)
    for kind in ("video", "document", "voice"):
        shown = await who.send(kind)
        told = await who.sees(
            ("我只看得懂", "或按下面的按钮"), ("photos and buttons only", "a button below"), after=shown
        )
        assert label(lang, "action.need") in labels(told)
    shown = await who.photo()
    told = await who.sees(("没有转给任何人", "请先按"), ("nobody has it", "press I need medicine"), after=shown)
    assert label(lang, "action.need") in labels(told)


@more
async def test_text_where_a_button_is_needed(town: Town, lang: str) -> None:
    who = await proved(town, lang)
    await asked_for_photo(who)
    await who.tap("refill.rx.history")
    await who.sees("是这些药吗", "Are these the medicines")
    said = await who.say("是的")
    await who.sees("请按按钮回答", "Please press a button", after=said)
    await who.sees("是这些药吗", "Are these the medicines", after=said)
    await up_to_summary(who)
    said = await who.say("好")
    await who.sees("请按按钮回答", "Please press a button", after=said)
    await sent(who)


async def test_an_album_of_three_goes_on_by_itself(town: Town, lang: str) -> None:
    who = await proved(town, lang)
    await asked_for_photo(who)
    await who.photo(picture(), picture(), picture())
    await who.sees("收到 3 张照片", "3 photos received")
    await town.control.advance(3)
    await who.sees("哪个月开的", "Which month")
    await who.sees("3 张照片", "3 photos")
    await who.say(day(town, 21))
    await up_to_summary(who)
    await sent(who)


async def test_a_text_that_crossed_with_its_question_is_offered_not_taken(town: Town, lang: str) -> None:
    who = await proved(town, lang)
    await asked_for_photo(who)
    await who.photo()
    await who.message(label_=who.in_her_words("完成", "Done"))
    await town.control.fault("slow", method="sendMessage", chat=who.id, seconds=0.5)
    await asyncio.sleep(0.9)  # the photo is taken by itself; while the question is on its way
    await who.phone.say(day(town, 21))
    asked = await who.sees("哪个月开的", "Which month")
    keep = who.in_her_words(f"还用：{day(town, 21)}", f"Still: {day(town, 21)}")
    asked = await who.message(label_=keep)
    await who.press(keep)
    assert asked
    await up_to_summary(who)
    await sent(who)


async def test_an_edited_answer_is_the_answer(town: Town, lang: str) -> None:
    who = await proved(town, lang)
    await asked_for_photo(who)
    await who.photo()
    await who.sees("哪个月开的", "Which month")
    said = await who.say(day(town, 21))
    await who.tap("refill.as_before.all")
    await who.sees("还够吃几天", "days of medicine are left")
    await town.control.edit(who.id, said, day(town, 18))
    await who.message(f"→ {day(town, 18)}")
    summary = await from_days_left(who)
    assert who.in_her_words("处方日期", "Prescription of") in summary["text"]
    assert await town.rx_date(await sent(who)) == day(town, 18)


@more
async def test_an_edit_that_cannot_be_the_answer_keeps_the_question(town: Town, lang: str) -> None:
    who = await proved(town, lang)
    await asked_for_photo(who)
    await who.photo()
    await who.sees("哪个月开的", "Which month")
    said = await who.say(day(town, 21))
    await who.sees("是这些药吗", "Are these the medicines")
    await town.control.edit(who.id, said, "昨天吧")
    await who.sees("我看不懂这个日期", "I cannot read this date")
    said = await who.say(day(town, 20))
    await who.tap("refill.as_before.all", after=said)
    await from_days_left(who)
    await sent(who)
